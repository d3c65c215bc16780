//! Each fault of the proxy is the one that its name says, before a server of ten lines.

use crate::http::{self, Message};
use crate::proxy::{Mode, Proxy};
use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

const LIMIT: Duration = Duration::from_secs(20);

/// Answers every request with its path: by length, or in chunks if the path begins with `/chunks`.
fn echo() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = listener.local_addr().expect("it is bound").port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut requests = BufReader::new(stream.try_clone().expect("a socket"));
            while let Ok(Some(request)) = Message::read(&mut requests) {
                let path = request.head.split(' ').nth(1).expect("a path");
                let length = path.len() + request.body.len();
                let body = format!("{path}{}", request.text());
                let answer = if path.starts_with("/chunks") {
                    format!(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
                         2;x=y\r\n/c\r\n{:x}\r\n{}\r\n0\r\nX: y\r\n\r\n",
                        length - 2,
                        body.trim_start_matches("/c")
                    )
                } else {
                    format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}")
                };
                stream.write_all(answer.as_bytes()).expect("it is read");
            }
        }
    });
    format!("http://127.0.0.1:{port}")
}

fn get(proxy: &Proxy, path: &str) -> std::io::Result<Message> {
    http::ask(&proxy.url(), "GET", path, "", LIMIT)
}

fn text(proxy: &Proxy, path: &str) -> String {
    get(proxy, path).expect("an answer").text()
}

#[test]
fn what_passes_is_not_changed() {
    let proxy = Proxy::before(&echo());
    assert_eq!(text(&proxy, "/a"), "/a");
    assert_eq!(text(&proxy, "/chunks/and-more"), "/chunks/and-more");
    let sent = http::ask(&proxy.url(), "POST", "/chunks", "正文", LIMIT).expect("an answer");
    assert_eq!(sent.text(), "/chunks正文");
    assert_eq!(
        proxy.asked(),
        ["GET /a", "GET /chunks/and-more", "POST /chunks"]
    );
    // Several requests of one connection.
    let mut stream =
        TcpStream::connect(proxy.url().trim_start_matches("http://")).expect("it listens");
    let mut answers = BufReader::new(stream.try_clone().expect("a socket"));
    for path in ["/1", "/chunks2", "/3"] {
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").expect("it reads");
        let answer = Message::read(&mut answers).expect("whole").expect("there");
        assert_eq!(answer.text(), path);
    }
}

#[test]
fn answers_are_cut_off_late_or_not_there() {
    let proxy = Proxy::before(&echo());
    for n_bytes in [0, 10, 40] {
        for path in ["/a-rather-long-path", "/chunks/a-rather-long-path"] {
            proxy.set(Mode::CutOff(n_bytes));
            assert!(get(&proxy, path).is_err(), "{n_bytes} {path}");
        }
    }
    proxy.set(Mode::Close);
    assert!(get(&proxy, "/a").is_err());
    proxy.set(Mode::Hold);
    let soon = Duration::from_millis(50);
    assert!(http::ask(&proxy.url(), "GET", "/a", "", soon).is_err());
    let until = Instant::now() + LIMIT;
    while proxy.n_given_up() == 0 {
        assert!(Instant::now() < until, "it sees that nobody waits any more");
    }
    let time = Duration::from_millis(300);
    proxy.set(Mode::Delay(time));
    let start = Instant::now();
    assert_eq!(text(&proxy, "/a"), "/a");
    assert!(start.elapsed() >= time);
}

#[test]
fn gateways_and_full_servers_answer_themselves() {
    let proxy = Proxy::before(&echo());
    proxy.set(Mode::Html);
    let page = get(&proxy, "/a").expect("an answer");
    assert_eq!(
        (page.status(), page.field("content-type")),
        (200, Some("text/html"))
    );
    assert!(page.text().contains("<html>"));
    for status in [429, 503] {
        proxy.set(Mode::Refuse { status, n_first: 2 });
        let states = [(); 4].map(|()| get(&proxy, "/a").expect("an answer").status());
        assert_eq!(states, [status, status, 200, 200]);
    }
    // Only what is named.
    proxy.set_for("/_search", Mode::Html);
    assert_eq!(text(&proxy, "/_bulk"), "/_bulk");
    assert_ne!(text(&proxy, "/_search"), "/_search");
}

#[test]
fn answers_are_exchanged() {
    let proxy = Proxy::before(&echo());
    proxy.set(Mode::Swap(LIMIT));
    thread::scope(|scope| {
        let first = scope.spawn(|| text(&proxy, "/first"));
        let second = scope.spawn(|| text(&proxy, "/second"));
        assert_eq!(first.join().expect("an answer"), "/second");
        assert_eq!(second.join().expect("an answer"), "/first");
    });
    proxy.set(Mode::Swap(Duration::from_millis(50)));
    assert_eq!(text(&proxy, "/alone"), "/alone");
    proxy.set(Mode::Late);
    let texts = ["/1", "/2", "/3"].map(|path| text(&proxy, path));
    assert_eq!(texts, ["/1", "/1", "/2"]);
}
