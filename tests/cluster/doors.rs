//! Who opens a cluster, and what is told of it: no secret is shown, nothing is followed, nobody is asked who was not named.
//!
//! The built program is run before servers of ten lines, so that all that goes over the line is seen.

use crate::http::Message;
use std::fs;
use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// A password that stands in nothing else.
const PASSWORD: &str = "kai-men-7331";

/// A server that answers every request alike, and what it was asked.
struct Door {
    port: u16,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Door {
    fn new(answer: String) -> Door {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("it is bound").port();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&heads);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let mut requests = BufReader::new(&stream);
                if let Ok(Some(request)) = Message::read(&mut requests) {
                    heard.lock().expect("it is ours").push(request.head);
                    let _ = (&stream).write_all(answer.as_bytes());
                }
            }
        });
        Door { port, heads }
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().expect("it is ours").clone()
    }
}

fn made(status: &str, more: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\n{more}Content-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

fn program(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_baogao"));
    command
        .env_clear()
        .env("HOME", home)
        .current_dir(home)
        .args(arguments);
    command
}

fn all(output: &Output) -> String {
    let both = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8(both).expect("UTF-8")
}

#[test]
fn a_password_opens_and_is_shown_nowhere() {
    let home = tempfile::tempdir().expect("a folder");
    // A server that repeats what it heard is not repeated.
    let door = Door::new(made(
        "401 Unauthorized",
        "",
        "{\"error\":{\"reason\":\"who are you\"}}",
    ));
    let address = format!("opensearch+http://127.0.0.1:{}/reports", door.port);
    let file = home.path().join("password");
    fs::write(&file, format!("me:{PASSWORD}\n")).expect("a file");
    let file = file.to_str().expect("UTF-8");
    let ask = ["--index", &address, "search", "发展", "--format", "json"];
    let by_file = [&ask[..], &["--password-file", file]].concat();
    let netrc = home.path().join(".netrc");
    let run = |how: &str, command: &mut Command| {
        let output = command.output().expect("it starts");
        let said = all(&output);
        assert_eq!(output.status.code(), Some(5), "{how}: {said}");
        assert!(said.contains("401"), "{how}: {said}");
        assert!(
            !said.contains(PASSWORD) && !said.contains("bWU6"),
            "{how}: {said}"
        );
        let heads = door.heads();
        heads.last().expect("it was asked").to_lowercase()
    };
    // me:kai-men-7331
    let header = "authorization: basic bwu6a2fplw1lbi03mzmx";
    let none = run("nothing", &mut program(home.path(), &ask));
    assert!(!none.contains("authorization"), "{none}");
    let environment = run(
        "environment",
        program(home.path(), &ask)
            .env("BAOGAO_CLUSTER_USER", "me")
            .env("BAOGAO_CLUSTER_PASSWORD", PASSWORD),
    );
    assert!(environment.contains(header), "{environment}");
    let by_file = run("file", &mut program(home.path(), &by_file));
    assert!(by_file.contains(header), "{by_file}");
    fs::write(
        &netrc,
        format!("machine 127.0.0.1\nlogin me\npassword {PASSWORD}\n"),
    )
    .expect("a file");
    fs::set_permissions(&netrc, fs::Permissions::from_mode(0o600)).expect("it is ours");
    let by_netrc = run("netrc", &mut program(home.path(), &ask));
    assert!(by_netrc.contains(header), "{by_netrc}");
    fs::write(
        &netrc,
        format!("machine example.org login me password {PASSWORD}\n"),
    )
    .expect("a file");
    let other = run("netrc of another", &mut program(home.path(), &ask));
    assert!(!other.contains("authorization"), "{other}");
}

#[test]
fn addresses_with_a_secret_and_open_lines_are_refused() {
    let home = tempfile::tempdir().expect("a folder");
    for (address, says) in [
        (
            format!("opensearch+https://me:{PASSWORD}@example.org/reports"),
            "must not have",
        ),
        (
            format!("opensearch+http://{PASSWORD}@127.0.0.1:9/reports"),
            "must not have",
        ),
        (
            "opensearch+http://192.0.2.1:9200/reports".to_owned(),
            "without encryption",
        ),
        (
            "opensearch+http://127.0.0.1:9/Reports*".to_owned(),
            "called so",
        ),
        (
            "https://example.org/reports".to_owned(),
            "write opensearch+https://example.org/reports",
        ),
        (
            format!("https://me:{PASSWORD}@example.org/reports"),
            "must not have",
        ),
        (
            "OpenSearch+HTTP://192.0.2.1:9200/reports".to_owned(),
            "--plain-http",
        ),
    ] {
        for arguments in [
            vec!["--index", &address, "count", "发展"],
            vec!["publish", &address],
        ] {
            let output = program(home.path(), &arguments)
                .output()
                .expect("it starts");
            let said = all(&output);
            assert_eq!(output.status.code(), Some(2), "{said}");
            assert!(said.contains(says), "{said}");
            assert!(!said.contains(PASSWORD), "{said}");
        }
    }
}

#[test]
fn nothing_is_followed_elsewhere() {
    let home = tempfile::tempdir().expect("a folder");
    let elsewhere = Door::new(made("200 OK", "", "{}"));
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let to = format!(
            "Location: http://127.0.0.1:{}/_alias/reports\r\n",
            elsewhere.port
        );
        let door = Door::new(made(status, &to, "{}"));
        let address = format!("opensearch+http://127.0.0.1:{}/reports", door.port);
        let output = program(home.path(), &["--index", &address, "count", "发展"])
            .env("BAOGAO_CLUSTER_USER", "me")
            .env("BAOGAO_CLUSTER_PASSWORD", PASSWORD)
            .output()
            .expect("it starts");
        assert_eq!(output.status.code(), Some(5), "{status}: {}", all(&output));
        assert_eq!(door.heads().len(), 1, "{status}");
    }
    assert_eq!(elsewhere.heads(), Vec::<String>::new());
}

/// Runs a program that must succeed; none if it is not here.
fn tool(name: &str, folder: &Path, arguments: &[&str]) -> Option<()> {
    let run = Command::new(name)
        .current_dir(folder)
        .args(arguments)
        .output();
    let Ok(output) = run else {
        println!("skipped: `{name}` is missing");
        return None;
    };
    assert!(
        output.status.success(),
        "{name} {arguments:?}: {}",
        all(&output)
    );
    Some(())
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_refused() {
    let home = tempfile::tempdir().expect("a folder");
    let folder = home.path();
    let authority = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=Test CA",
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
    ];
    if tool("openssl", folder, &authority).is_none() {
        return;
    }
    fs::write(
        folder.join("names"),
        "subjectAltName=IP:127.0.0.1,DNS:localhost\nbasicConstraints=CA:FALSE\n",
    )
    .expect("a file");
    let request = [
        "req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=node", "-keyout", "node.key",
        "-out", "node.csr",
    ];
    tool("openssl", folder, &request).expect("it was there");
    let sign = [
        "x509",
        "-req",
        "-in",
        "node.csr",
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-days",
        "2",
        "-extfile",
        "names",
        "-out",
        "node.pem",
    ];
    tool("openssl", folder, &sign).expect("it was there");
    let port = TcpListener::bind(("127.0.0.1", 0))
        .expect("a port")
        .local_addr()
        .expect("it is bound")
        .port();
    let mut server = Command::new("openssl")
        .current_dir(folder)
        .args([
            "s_server",
            "-quiet",
            "-WWW",
            "-cert",
            "node.pem",
            "-key",
            "node.key",
            "-accept",
            &format!("127.0.0.1:{port}"),
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it was there");
    let until = Instant::now() + Duration::from_secs(10);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < until, "the server listens");
        thread::sleep(Duration::from_millis(50));
    }
    let run = |host: &str, more: &[&str]| {
        let address = format!("opensearch+https://{host}:{port}/reports");
        let arguments = [&["--index", &address, "count", "发展"], more].concat();
        let output = program(folder, &arguments).output().expect("it starts");
        (output.status.code(), all(&output))
    };
    let refused = run("127.0.0.1", &[]);
    let trusted = run("127.0.0.1", &["--cacert", "ca.pem"]);
    let other = run("[::ffff:127.0.0.1]", &["--cacert", "ca.pem"]);
    let none = run("127.0.0.1", &["--cacert", "names"]);
    let missing = run("127.0.0.1", &["--cacert", "nowhere.pem"]);
    server.kill().expect("it is ours");
    server.wait().expect("it is ours");
    assert_eq!(refused.0, Some(5), "{refused:?}");
    assert!(
        refused.1.to_lowercase().contains("certificate"),
        "{refused:?}"
    );
    // Behind the door stands no cluster; but it is open.
    assert_eq!(trusted.0, Some(5), "{trusted:?}");
    assert!(
        !trusted.1.to_lowercase().contains("certificate"),
        "{trusted:?}"
    );
    assert!(
        trusted.1.contains("JSON") || trusted.1.contains("another request"),
        "{trusted:?}"
    );
    assert_ne!(other.0, Some(0), "{other:?}");
    let hint = "-----BEGIN CERTIFICATE-----";
    for (asked, says) in [
        (none, "`names` has no certificate"),
        (missing, "`nowhere.pem` cannot be read"),
    ] {
        assert_eq!(asked.0, Some(2), "{asked:?}");
        assert!(
            asked.1.contains(says) && asked.1.contains(hint),
            "{asked:?}"
        );
    }
}

#[test]
fn without_an_address_no_socket_is_opened() {
    let home = tempfile::tempdir().expect("a folder");
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let samples = samples.to_str().expect("UTF-8");
    let built = program(home.path(), &["index", samples])
        .output()
        .expect("it starts");
    assert!(built.status.success(), "{}", all(&built));
    let traced = |arguments: &[&str]| -> Option<String> {
        let trace = home.path().join("trace");
        let run = Command::new("strace")
            .args(["-f", "-qq", "-e", "trace=%network", "-o"])
            .arg(&trace)
            .arg(env!("CARGO_BIN_EXE_baogao"))
            .args(arguments)
            .env("HOME", home.path())
            .current_dir(home.path())
            .output();
        match run {
            Ok(output) if matches!(output.status.code(), Some(0 | 5)) => {
                fs::read_to_string(trace).ok()
            }
            Ok(output) => {
                println!("skipped: nothing can be traced here: {}", all(&output));
                None
            }
            Err(error) => {
                println!("skipped: `strace`: {error}");
                None
            }
        }
    };
    // What is asked of a cluster is seen, so that nothing would be seen.
    let Some(seen) = traced(&[
        "--index",
        "opensearch+http://127.0.0.1:9/reports",
        "count",
        "发展",
    ]) else {
        return;
    };
    assert!(seen.contains("socket(AF_INET"), "{seen}");
    for arguments in [
        &["count", "发展", "--by", "region,year"][..],
        &["search", "乡村 振兴", "--format", "json"],
        &["reports", "--coverage"],
        &["check"],
        &["index", samples],
    ] {
        let trace = traced(arguments).expect("it was traced before");
        assert!(!trace.contains("AF_INET"), "{arguments:?}: {trace}");
    }
}
