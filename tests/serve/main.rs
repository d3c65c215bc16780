//! `baogao serve` as a browser meets it: the built binary, asked over a socket. Each point of the security checklist that
//! can be seen from outside has a test.
#![cfg(feature = "serve")]

mod agree;
mod asked;
mod limits;
mod openapi;
#[path = "../common/served.rs"]
mod served;

use served::{Served, baogao};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// A report whose title, text and name of file try to be more than text.
const HOSTILE: &str = "汾阳市人民政府工作报告<img src=x onerror=alert(1)>\n\n——2024年4月22日在汾阳市第七届人民代表大会第五次会议上\n\n\
     各位代表：\n\n现在，我代表市人民政府向大会报告工作，请予审议。\n\n一、2023年工作回顾\n\n\
     白酒产业</mark><script>alert(2)</script>提质升级。\n\n二、2024年重点工作\n\n打造专业镇，专业镇产值再上台阶。\n";

fn serve(options: &[&str]) -> Served {
    Served::start(&[("<b>a.txt", HOSTILE)], options)
}

#[test]
fn only_its_own_name_and_pages_are_answered() {
    let served = serve(&[]);
    let port = served.port;
    for host in [
        "Host: evil.example\r\n".to_owned(),
        format!("Host: localhost.evil.example:{port}\r\n"),
        format!("Host: 127.0.0.1:{port}@evil\r\n"),
        format!("Host: 127.0.0.1:{port}\r\nHost: evil.example\r\n"),
        "Host: 127.0.0.1\r\n".to_owned(),
        String::new(),
    ] {
        for method in ["GET", "POST", "OPTIONS"] {
            let status = served
                .raw(&format!(
                    "{method} / HTTP/1.1\r\n{host}Connection: close\r\n\r\n"
                ))
                .status;
            assert_eq!(status, 421, "{method} {host}");
        }
    }
    assert_eq!(served.raw("GET / HTTP/1.0\r\n\r\n").status, 421);
    let absolute = format!(
        "GET http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
    );
    assert_eq!(served.raw(&absolute).status, 421);
    for (fields, expected) in [
        ("Origin: http://evil.example\r\n", 403),
        ("Origin: null\r\n", 403),
        ("Sec-Fetch-Site: cross-site\r\n", 403),
        ("Sec-Fetch-Site: same-site\r\n", 403),
        ("Sec-Fetch-Site: same-origin\r\n", 200),
        ("Sec-Fetch-Site: none\r\n", 200),
    ] {
        assert_eq!(served.ask("GET", "/", fields).status, expected, "{fields}");
    }
}

#[test]
fn requests_are_bounded_and_change_nothing() {
    let served = serve(&[]);
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"] {
        assert_eq!(served.ask(method, "/", "").status, 405, "{method}");
    }
    let head = served.ask("HEAD", "/", "");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    for path in [
        "/../Cargo.toml",
        "/%2e%2e%2fCargo.toml",
        "/assets/..%00",
        "/assets/\\x",
        "/assets/../page.js",
        "/assets/%2e%2e/page.js",
        "/assets//page.js",
        "/..%5c..%5cCargo.toml",
        "/search/../../etc/passwd",
        "/search%00.json",
        "//etc/passwd",
        "/nothing",
    ] {
        assert_eq!(served.get(path).status, 404, "{path}");
    }
    assert_eq!(served.ask("GET", "/", "Content-Length: 3\r\n").status, 413);
    assert_eq!(
        served
            .get(&format!("/search?q={}", "a".repeat(11_000)))
            .status,
        414
    );
    for query in [
        "q=a&limit=0",
        "q=a&limit=-1",
        "q=a&limit=99999999999",
        "q=a&offset=1099511627776",
        "q=",
        "q=a&year=abc",
        "q=a&region=%00",
        "q=a&index=/etc",
        "q=a&file=/etc/passwd",
        "q=a&level=x",
        "q=a&part=x",
    ] {
        let answer = served.get(&format!("/search.json?{query}"));
        assert_eq!(answer.status, 400, "{query}");
        assert!(
            answer.body.starts_with("{\"error\":\"usage\""),
            "{query}: {}",
            answer.body
        );
    }
    let answer = served.get("/search");
    for field in [
        "content-security-policy: default-src 'none'",
        "x-content-type-options: nosniff",
        "referrer-policy: no-referrer",
        "cross-origin-resource-policy: same-origin",
        "cache-control: no-store",
    ] {
        assert!(answer.head.contains(field), "{field}");
    }
    assert!(!answer.head.contains("access-control"));
}

#[test]
fn a_slow_client_is_cut_off() {
    let served = serve(&[]);
    let started = Instant::now();
    let answer = served.raw("GET / HTTP/1.1\r\nHost: ");
    assert!(answer.status != 200);
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn a_client_that_drips_is_cut_off() {
    let served = serve(&[]);
    let started = Instant::now();
    let mut stream = TcpStream::connect(("127.0.0.1", served.port)).expect("it listens");
    let limit = Duration::from_secs(12);
    let mut request =
        format!("GET / HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nX: ", served.port).into_bytes();
    request.resize(1_000, b'a');
    let mut bytes = request.iter();
    // A byte every quarter of a second is always soon enough for a limit that begins anew with each.
    while started.elapsed() < limit {
        let byte = bytes.next().expect("more bytes than time");
        if stream.write_all(&[*byte]).is_err() {
            break;
        }
        std::thread::sleep(Duration::from_millis(250));
    }
    assert!(started.elapsed() < limit);
    assert_eq!(served.get("/health").status, 200);
}

#[test]
fn more_than_can_be_worked_on_is_told_to_come_again() {
    let served = Served::seeds(&[]);
    let port = served.port;
    let mut streams: Vec<TcpStream> = (0..400)
        .map(|_| TcpStream::connect(("127.0.0.1", port)).expect("it listens"))
        .collect();
    let request = format!(
        "GET /kwic.json?q=%E7%9A%84&width=100 HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
    );
    for stream in &mut streams {
        stream.write_all(request.as_bytes()).expect("it reads");
    }
    let (mut n_answered, mut n_refused) = (0, 0);
    for mut stream in streams {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("an answer");
        let answer = String::from_utf8_lossy(&bytes).to_lowercase();
        if answer.starts_with("http/1.1 200 ") {
            n_answered += 1;
        } else {
            assert!(answer.starts_with("http/1.1 503 "), "{answer}");
            assert!(answer.contains("\r\nretry-after: 1\r\n"), "{answer}");
            assert!(answer.contains("{\"error\":\"busy\""), "{answer}");
            n_refused += 1;
        }
    }
    assert!(n_answered >= 64, "{n_answered} answered");
    assert!(n_refused > 0, "all {n_answered} were answered");
    assert_eq!(served.get("/").status, 200);
}

#[cfg(unix)]
#[test]
fn it_ends_when_it_is_told_to() {
    for signal in ["-TERM", "-INT"] {
        let mut served = serve(&[]);
        // One connection that says nothing, one that has begun, one that is kept.
        let connect = || TcpStream::connect(("127.0.0.1", served.port)).expect("it listens");
        let _silent = connect();
        let mut begun = connect();
        begun.write_all(b"GET / HT").expect("it reads");
        let mut kept = connect();
        let request = format!(
            "GET /health HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n",
            served.port
        );
        kept.write_all(request.as_bytes()).expect("it reads");
        let mut bytes = [0; 64];
        assert!(kept.read(&mut bytes).expect("an answer") > 0);
        let told = Instant::now();
        let sent = Command::new("kill")
            .args([signal, &served.child.id().to_string()])
            .status()
            .expect("kill is there");
        assert!(sent.success());
        let status = loop {
            if let Some(status) = served.child.try_wait().expect("a child") {
                break status;
            }
            assert!(told.elapsed() < Duration::from_secs(5), "{signal}");
            std::thread::sleep(Duration::from_millis(10));
        };
        assert_eq!(status.code(), Some(0), "{signal}");
    }
}

#[test]
fn hostile_text_is_shown_as_text() {
    let served = serve(&[]);
    let query = "q=%3Cscript%3Ealert(2)%3C/script%3E";
    for path in [
        "/",
        "/reports",
        "/show?id=%E6%B1%BE%E9%98%B3%E5%B8%82-2024&q=%E4%B8%93%E4%B8%9A%E9%95%87",
        "/search?q=%E7%99%BD%E9%85%92",
        "/kwic?q=%E7%99%BD%E9%85%92",
        "/first?q=%E7%99%BD%E9%85%92&by=region",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain(
        ["search", "kwic", "collocates", "count", "first", "define"]
            .map(|view| format!("/{view}?{query}")),
    ) {
        let answer = served.get(&path);
        assert_eq!(answer.status, 200, "{path}");
        let scripts = answer.body.matches("<script").count();
        assert_eq!(
            scripts,
            answer
                .body
                .matches("<script src=\"/assets/page.js\"")
                .count(),
            "{path}"
        );
        for tag in ["<img", "<b>a", " style=", " onerror=alert(1)>\""] {
            assert!(!answer.body.contains(tag), "{path}: {tag}");
        }
    }
}

#[test]
fn data_is_what_the_command_line_writes_and_pages_say_the_same() {
    let served = serve(&[]);
    let word = "%E4%B8%93%E4%B8%9A%E9%95%87";
    for (path, line) in [
        (
            format!("/search.json?q={word}"),
            vec!["search", "专业镇", "--format", "json"],
        ),
        (
            format!("/search.csv?q={word}&part=plan"),
            vec!["search", "专业镇", "--part", "plan", "--format", "csv"],
        ),
        (
            format!("/kwic.json?q={word}"),
            vec!["kwic", "专业镇", "--format", "json"],
        ),
        (
            format!("/count.csv?q={word}"),
            vec!["count", "专业镇", "--wide", "--format", "csv"],
        ),
        (
            format!("/first.json?q={word}&by=region"),
            vec!["first", "专业镇", "--by", "region", "--format", "json"],
        ),
        (
            "/reports.json".to_owned(),
            vec!["reports", "--format", "json"],
        ),
        (
            "/show.json?id=%E6%B1%BE%E9%98%B3%E5%B8%82-2024".to_owned(),
            vec!["show", "汾阳市-2024", "--format", "json"],
        ),
    ] {
        let answer = served.get(&path);
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.body, served.written(&line), "{path}");
    }
    let page = served.get(&format!("/search?q={word}&lang=zh")).body;
    assert!(page.contains("在 <b>1</b> 份报告中的 <b>1</b> 份出现 <b>2 次</b>，共 <b>1</b> 段"));
    assert!(page.contains("<code id=\"commandline\">baogao search 专业镇</code>"));
}

#[test]
fn from_a_report_one_goes_back_to_the_results_that_were_left() {
    let served = Served::seeds(&[]);
    let link = |body: &str, start: &str| {
        let (_, rest) = body.split_once(start)?;
        let (link, _) = rest.split_once('"')?;
        Some(link.replace("&amp;", "&"))
    };
    let q = "q=%E5%8F%91%E5%B1%95";
    for address in [
        format!("/search?{q}"),
        format!("/search?{q}&region=140000&year=2024&part=plan&level=county&sort=oldest&lang=en"),
        format!("/search?{q}&year=2023&year=2024&offset=20&limit=5&mode=any"),
        format!("/search?{q}&literal=1&duplicates=1&genre=any"),
        "/search?q=%E7%99%BD%E9%85%92%E4%BA%A7%E4%B8%9A%E8%90%A5%E5%95%86%E7%8E%AF%E5%A2%83&mode=any"
            .to_owned(),
        format!("/kwic?{q}&sort=left&offset=100&year=2024&lang=zh"),
        format!("/kwic?{q}&sample=20&seed=3&width=12"),
        format!("/first?{q}&by=region&part=review"),
        "/define?q=%E5%9B%9B%E4%B8%8A%E4%BC%81%E4%B8%9A&year=2024".to_owned(),
    ] {
        let left = served.get(&address);
        assert_eq!(left.status, 200, "{address}");
        let show = link(&left.body, "href=\"/show?").expect("a report is linked to");
        let report = served.get(&format!("/show?{show}"));
        assert_eq!(report.status, 200, "{show}");
        let back = link(&report.body, "<a class=\"quiet\" href=\"").expect("a way back");
        let found = served.get(&back);
        assert_eq!(found.status, 200, "{back}");
        // All that can be read is the same.
        let shown = |body: &str| -> String {
            let pieces = body.split('<').filter_map(|piece| piece.split_once('>'));
            pieces.map(|(_, text)| text).collect()
        };
        assert!(
            shown(&found.body) == shown(&left.body),
            "{address} → {back}"
        );
        let marks = |body: &str| body.matches("<mark>").count();
        assert!(marks(&report.body) > 0, "{show}");
    }
}

#[test]
fn a_rebuilt_index_is_seen_within_two_seconds() {
    let served = serve(&[]);
    let corpus = served.folder.path().join("corpus");
    let second = HOSTILE
        .replace("2024", "2023")
        .replace("2023年工作", "2022年工作");
    fs::write(corpus.join("b.txt"), second).expect("a file");
    let built = baogao(served.folder.path())
        .arg("index")
        .output()
        .expect("it runs");
    assert!(built.status.success(), "serving holds no lock");
    let deadline = Instant::now() + Duration::from_secs(2);
    while !served.get("/health").body.contains("\"reports\":2") {
        assert!(Instant::now() < deadline, "{}", served.get("/health").body);
        std::thread::sleep(Duration::from_millis(50));
    }
    fs::rename(
        served.folder.path().join("index"),
        served.folder.path().join("gone"),
    )
    .expect("it moves");
    let deadline = Instant::now() + Duration::from_secs(2);
    while served.get("/health").status != 503 {
        assert!(Instant::now() < deadline);
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(
        served.get("/reports").status,
        200,
        "it answers on from the index before"
    );
}

#[test]
fn another_index_in_its_place_is_taken_if_it_is_one_of_ours_and_else_refused() {
    let served = serve(&[]);
    let home = served.folder.path();
    let search = "/search.json?q=%E4%B8%93%E4%B8%9A%E9%95%87";
    let before = served.get(search).body;
    let wait_for = |what: &dyn Fn() -> bool| {
        let deadline = Instant::now() + Duration::from_secs(4);
        while !what() {
            assert!(Instant::now() < deadline, "{}", served.get("/health").body);
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    // One of other makers: as if another version had built it.
    let copy = home.join("copy");
    copy_folder(&home.join("index"), &copy);
    let generation = fs::read_to_string(copy.join("current")).expect("an index");
    let meta = copy.join(generation.trim_end()).join("meta.json");
    let text = fs::read_to_string(&meta).expect("a commit");
    let wanted = baogao_engine::index::Versions::current().dictionary;
    fs::write(&meta, text.replace(&wanted, "0123456789abcdef")).expect("written");
    fs::rename(home.join("index"), home.join("old")).expect("it moves");
    fs::rename(&copy, home.join("index")).expect("it moves");
    wait_for(&|| served.get("/health").status == 503);
    assert_eq!(
        served.get(search).body,
        before,
        "answers are those of before"
    );
    // A folder that holds something else.
    fs::rename(home.join("index"), home.join("copy")).expect("it moves");
    fs::create_dir(home.join("index")).expect("a folder");
    fs::write(home.join("index/thesis.doc"), "dear").expect("a file");
    std::thread::sleep(Duration::from_millis(700));
    assert_eq!(served.get("/health").status, 503);
    assert_eq!(served.get(search).body, before);
    fs::remove_dir_all(home.join("index")).expect("ours");
    // Another whole one, of another corpus.
    fs::rename(home.join("corpus/<b>a.txt"), home.join("a.txt")).expect("it moves");
    fs::write(
        home.join("corpus/c.txt"),
        HOSTILE.replace("专业镇，专业镇", "专业镇，专业镇，专业镇"),
    )
    .expect("a file");
    let built = baogao(home).arg("index").output().expect("it runs");
    assert!(built.status.success());
    wait_for(&|| served.get("/health").status == 200);
    wait_for(&|| {
        served.get(search).body.contains("\"occurrences\": 3")
            || served.get(search).body.contains("\"occurrences\":3")
    });
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir(to).expect("a folder");
    for entry in from.read_dir().expect("a folder") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("copied");
        }
    }
}

#[test]
fn a_token_lets_in_whoever_brings_it() {
    let served = serve(&["--token"]);
    for (path, fields) in [
        ("/", String::new()),
        ("/?token=0", String::new()),
        ("/assets/page.js", String::new()),
        ("/health", String::new()),
        ("/", format!("Cookie: baogao-{}=0\r\n", served.port)),
    ] {
        assert_eq!(served.ask("GET", path, &fields).status, 401, "{path}");
    }
    // The address that was printed gives a cookie, once, and leads to the same address without the token.
    let path = served.address.replace(&served.at(""), "");
    let token = path.strip_prefix("/?token=").expect("a token");
    assert_eq!(token.len(), 32, "128 bits");
    let welcomed = served.get(&format!("/search?q=a&token={token}&lang=zh"));
    assert_eq!(welcomed.status, 303);
    assert_eq!(welcomed.field("location"), Some("/search?q=a&lang=zh"));
    let cookie = welcomed.field("set-cookie").expect("a cookie").to_owned();
    for attribute in ["; httponly", "; samesite=strict", "; path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let given = cookie.split(';').next().expect("name and value");
    for fields in [
        format!("Cookie: {given}\r\n"),
        format!("Cookie: other=1; {given}; more=2\r\n"),
    ] {
        let answer = served.ask("GET", "/", &fields);
        assert_eq!(answer.status, 200, "{fields}");
        assert!(
            !answer.body.contains(token),
            "the page does not give it away"
        );
    }
    // Only this server's own cookie counts, and only whole.
    for fields in [
        format!("Cookie: baogao-1={token}\r\n"),
        format!(
            "Cookie: {}\r\n",
            given.strip_suffix(char::is_alphanumeric).expect("a digit")
        ),
    ] {
        assert_eq!(served.ask("GET", "/", &fields).status, 401, "{fields}");
    }
}

#[test]
fn a_port_that_is_taken_is_an_error() {
    let served = serve(&[]);
    let port = served.port.to_string();
    let output = baogao(served.folder.path())
        .args(["serve", "--port", &port])
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("is taken"));
}
