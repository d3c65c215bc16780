//! What a question may cost, and whom: answers of any length as they are written, askers that leave or do not read,
//! costly questions beside easy ones.

use super::served::{Served, answer};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

/// More rows than a page of data ever had.
const N_PASSAGES: usize = 12_000;
/// `的`, escaped.
const DE: &str = "%E7%9A%84";

/// A report of many passages.
fn long_report() -> String {
    let mut text = "山西省吕梁市2024年政府工作报告\n\n".to_owned();
    for n in 0..N_PASSAGES {
        text += &format!("第{n}段的内容，发展的经济的社会的建设的改革的创新的。\n\n");
    }
    text
}

fn serve_long() -> Served {
    Served::start(&[("a.txt", &long_report())], &[])
}

/// A connection on which a request has been sent.
fn sent(served: &Served, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", served.port)).expect("it listens");
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n",
        served.port
    );
    stream.write_all(request.as_bytes()).expect("it reads");
    let limit = Some(Duration::from_secs(30));
    stream.set_read_timeout(limit).expect("a limit");
    stream
}

/// Bytes of memory that a process has had at most.
#[cfg(target_os = "linux")]
fn peak(served: &Served) -> u64 {
    let path = format!("/proc/{}/status", served.child.id());
    let status = std::fs::read_to_string(path).expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.expect("a number") << 10
}

#[test]
fn data_of_any_length_is_all_that_the_command_line_writes() {
    let served = serve_long();
    for (path, line) in [
        (
            format!("/kwic.csv?q={DE}"),
            vec!["kwic", "的", "--format", "csv"],
        ),
        (
            format!("/kwic.json?q={DE}&sort=left"),
            vec!["kwic", "的", "--sort", "left", "--format", "json"],
        ),
        (
            format!("/search.csv?q={DE}"),
            vec!["search", "的", "--format", "csv"],
        ),
        (
            format!("/search.json?q={DE}&limit=11000&offset=500"),
            vec![
                "search", "的", "-n", "11000", "--offset", "500", "--format", "json",
            ],
        ),
        (
            "/show.json?id=%E5%90%95%E6%A2%81%E5%B8%82-2024".to_owned(),
            vec!["show", "吕梁市-2024", "--format", "json"],
        ),
    ] {
        let answer = served.get(&path);
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.head.contains("transfer-encoding: chunked"), "{path}");
        assert!(answer.is_whole, "{path} has no end");
        let (body, expected) = (answer.body, served.written(&line));
        assert!(expected.lines().count() > N_PASSAGES - 1_100, "{path}");
        assert!(
            body == expected,
            "{path}: {} of {} bytes",
            body.len(),
            expected.len()
        );
    }
    // Whoever could not tell a whole answer from one that broke off is given none.
    let port = served.port;
    let old = format!("GET /kwic.csv?q={DE} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n");
    let answer = served.raw(&old);
    assert_eq!(answer.status, 505, "{}", answer.body);
    assert!(answer.body.starts_with("{\"error\":\"version\""));
}

#[test]
fn a_long_page_is_given_whole() {
    let served = serve_long();
    let page = served.get("/show?id=%E5%90%95%E6%A2%81%E5%B8%82-2024");
    assert_eq!(page.status, 200);
    assert!(page.is_whole && page.body.trim_end().ends_with("</html>"));
    assert!(page.body.contains(&format!("第{}段的内容", N_PASSAGES - 1)));
}

#[cfg(target_os = "linux")]
#[test]
fn numbers_have_bounds_and_a_large_answer_takes_little_memory() {
    let served = serve_long();
    for query in [
        "context=101",
        "context=1000&limit=10000",
        "context=-1",
        "context=",
        "limit=0",
        "limit=1000000001",
        "offset=1000000001",
        "limit=1e3",
    ] {
        let answer = served.get(&format!("/search.json?q={DE}&{query}"));
        assert_eq!(answer.status, 400, "{query}");
        assert!(answer.body.starts_with("{\"error\":\"usage\""), "{query}");
    }
    for query in ["width=1001", "sample=0", "seed=-1", "sample=5&seed=x"] {
        for form in ["", ".json", ".csv"] {
            let path = format!("/kwic{form}?q={DE}&{query}");
            assert_eq!(served.get(&path).status, 400, "{path}");
        }
    }
    // 96 MB of text, never held at once.
    let mut stream = sent(
        &served,
        &format!("/search.json?q={DE}&context=100&limit=6000"),
    );
    let mut n_bytes = 0;
    let mut buffer = vec![0; 1 << 16];
    let mut last = Vec::new();
    while !last.ends_with(b"\r\n0\r\n\r\n") {
        let n = stream.read(&mut buffer).expect("more");
        assert!(n > 0, "it broke off");
        n_bytes += n;
        last.extend_from_slice(&buffer[..n]);
        last.drain(..last.len().saturating_sub(16));
    }
    assert!(n_bytes > 50 << 20, "{n_bytes}");
    let peak = peak(&served) >> 20;
    assert!(peak < 300, "{peak} MiB");
}

#[test]
fn one_that_has_closed_its_writing_side_gets_its_answer() {
    let served = serve_long();
    for (path, status) in [
        (format!("/search?q={DE}"), 200),
        (format!("/search.json?q={DE}&limit=5"), 200),
        (format!("/kwic.csv?q={DE}"), 200),
        ("/health".to_owned(), 200),
        ("/nothing".to_owned(), 404),
    ] {
        let mut stream = sent(&served, &path);
        stream.shutdown(Shutdown::Write).expect("it is open");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("an answer");
        // One that takes long may have been told before that it is waited for.
        let told = b"HTTP/1.1 100 Continue\r\n\r\n";
        let answered = answer(bytes.strip_prefix(told).unwrap_or(&bytes));
        assert_eq!(answered.status, status, "{path}");
        assert!(answered.is_whole, "{path}");
        if path.starts_with("/kwic") {
            let expected = served.written(&["kwic", "的", "--format", "csv"]);
            assert!(answered.body == expected);
        }
    }
}

/// How many sockets a process holds.
#[cfg(target_os = "linux")]
fn n_sockets(served: &Served) -> usize {
    let open = std::fs::read_dir(format!("/proc/{}/fd", served.child.id())).expect("a process");
    let targets = open.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
    targets
        .filter(|target| target.to_string_lossy().starts_with("socket:"))
        .count()
}

#[cfg(target_os = "linux")]
#[test]
fn one_that_does_not_read_is_dropped_and_keeps_nobody() {
    let served = serve_long();
    let n_before = n_sockets(&served);
    // More than there are turns.
    let silent: Vec<TcpStream> = (0..8)
        .map(|_| sent(&served, &format!("/search.json?q={DE}&context=100")))
        .collect();
    std::thread::sleep(Duration::from_millis(300));
    assert!(n_sockets(&served) > n_before, "nobody is served");
    for _ in 0..5 {
        let asked = Instant::now();
        assert_eq!(served.get("/search?q=%E5%8F%91%E5%B1%95").status, 200);
        assert!(
            asked.elapsed() < Duration::from_secs(1),
            "{:?}",
            asked.elapsed()
        );
    }
    let asked = Instant::now();
    let long = format!("/search.json?q={DE}&context=2");
    while served.get(&long).status != 200 {
        assert!(
            asked.elapsed() < Duration::from_secs(40),
            "turns are never given back"
        );
        std::thread::sleep(Duration::from_millis(500));
    }
    // Whoever would be read from before it is dropped would be given the rest: wait for the last of them.
    while n_sockets(&served) > n_before {
        assert!(
            asked.elapsed() < Duration::from_secs(120),
            "some are kept for ever"
        );
        std::thread::sleep(Duration::from_millis(200));
    }
    for mut stream in silent {
        // What was on its way, and then no end of the answer.
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        assert!(!bytes.ends_with(b"\r\n0\r\n\r\n"));
    }
}

/// A question that takes long: many patterns, each of which stands everywhere.
fn costly() -> String {
    let common = "的一是不了在人有我他这中大来上个国为和地到以说时要就出会可也你对生能而子那得于着下自之年过发";
    let escaped = |c: char| {
        let mut bytes = [0; 4];
        let bytes = c.encode_utf8(&mut bytes).bytes();
        bytes.map(|byte| format!("%{byte:02X}")).collect::<String>()
    };
    let patterns = common.chars().map(escaped).map(|c| format!("{c}*{c}"));
    format!("/search?q={}", patterns.collect::<Vec<_>>().join("+"))
}

#[test]
fn costly_questions_leave_an_easy_one_answered_within_a_second() {
    let served = serve_long();
    let costly = costly();
    for leaves in [false, true] {
        let asked: Vec<TcpStream> = (0..64).map(|_| sent(&served, &costly)).collect();
        if leaves {
            drop(asked);
        } else {
            std::mem::forget(asked);
        }
        for _ in 0..5 {
            let asked = Instant::now();
            let answer = served.get("/search?q=%E5%8F%91%E5%B1%95");
            assert_eq!(answer.status, 200, "{}", answer.head);
            assert!(
                asked.elapsed() < Duration::from_secs(1),
                "{:?}",
                asked.elapsed()
            );
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn work_whose_asker_has_gone_ends() {
    let served = serve_long();
    let processor = || {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", served.child.id()));
        let stat = stat.expect("a process");
        let after = stat
            .rsplit(')')
            .next()
            .unwrap_or_default()
            .split_whitespace();
        let ticks = after.skip(11).take(2).filter_map(|n| n.parse::<u64>().ok());
        ticks.sum::<u64>()
    };
    let costly = costly();
    for _ in 0..40 {
        drop(sent(&served, &costly));
    }
    std::thread::sleep(Duration::from_secs(4));
    let before = processor();
    std::thread::sleep(Duration::from_secs(1));
    let ticks = processor() - before;
    assert!(ticks < 20, "{ticks} ticks of a second are still worked");
}
