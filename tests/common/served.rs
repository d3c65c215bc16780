//! The built program as a server of its own corpus, asked over a socket.
#![allow(dead_code, reason = "each test program uses a part")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A server that ends with the test, and its folder with it.
pub(crate) struct Served {
    pub(crate) child: Child,
    pub(crate) port: u16,
    /// What it printed: where the page is.
    pub(crate) address: String,
    pub(crate) folder: tempfile::TempDir,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What it answers.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// In lower case.
    pub(crate) head: String,
    pub(crate) body: String,
    /// Whether the body came to its end, where it came in chunks.
    pub(crate) is_whole: bool,
}

/// An answer from the bytes of its connection.
pub(crate) fn answer(bytes: &[u8]) -> Answer {
    let at = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let (head, body) = bytes.split_at(at.unwrap_or(bytes.len()));
    let body = body.strip_prefix(b"\r\n\r\n").unwrap_or(body);
    let head = String::from_utf8_lossy(head).to_lowercase();
    let status = head.split(' ').nth(1);
    let status = status.and_then(|status| status.parse().ok());
    let is_in_chunks = head.contains("\r\ntransfer-encoding: chunked");
    let (body, is_whole) = if is_in_chunks {
        joined(body)
    } else {
        (body.to_owned(), true)
    };
    Answer {
        status: status.unwrap_or(0),
        head,
        body: String::from_utf8_lossy(&body).into_owned(),
        is_whole,
    }
}

/// The body that came in chunks, and whether that was all of it.
fn joined(body: &[u8]) -> (Vec<u8>, bool) {
    let mut joined = Vec::new();
    let mut rest = body;
    let chunk = |rest: &[u8]| {
        let at = rest.windows(2).position(|two| two == b"\r\n")?;
        let size = std::str::from_utf8(rest.get(..at)?).ok()?;
        let size = usize::from_str_radix(size, 16).ok()?;
        let from = at + 2;
        rest.get(from..from + size + 2).map(|_| from..from + size)
    };
    while let Some(range) = chunk(rest) {
        if range.is_empty() {
            return (joined, true);
        }
        joined.extend_from_slice(&rest[range.clone()]);
        rest = &rest[range.end + 2..];
    }
    (joined, false)
}

impl Answer {
    /// The value of a field of the head.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let start = format!("{name}: ");
        self.head
            .lines()
            .find_map(|line| line.strip_prefix(start.as_str()))
    }
}

/// The program in a folder, with nothing of the environment that it could be told by.
pub(crate) fn baogao(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_baogao"));
    command
        .current_dir(folder)
        .env_remove("BAOGAO_CORPUS")
        .env_remove("BAOGAO_INDEX")
        .env("LC_ALL", "C.UTF-8");
    command
}

impl Served {
    /// Serves the files that are given by name.
    pub(crate) fn start(files: &[(&str, &str)], options: &[&str]) -> Served {
        Served::start_with(files, options, &[])
    }

    /// The same in an environment that has these variables too.
    pub(crate) fn start_with(
        files: &[(&str, &str)],
        options: &[&str],
        variables: &[(&str, &str)],
    ) -> Served {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("corpus")).expect("a folder");
        for (name, text) in files {
            fs::write(folder.path().join("corpus").join(name), text).expect("a file");
        }
        Served::of_folder(folder, options, variables)
    }

    /// Serves the five reports of the repository.
    pub(crate) fn seeds(options: &[&str]) -> Served {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("corpus")).expect("a folder");
        let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
        for entry in fs::read_dir(seeds).expect("the corpus is part of the source") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name");
            fs::copy(&path, folder.path().join("corpus").join(name)).expect("a copy");
        }
        Served::of_folder(folder, options, &[])
    }

    /// Serves the index that stands in a folder; the folder goes with the server.
    pub(crate) fn of_folder(
        folder: tempfile::TempDir,
        options: &[&str],
        variables: &[(&str, &str)],
    ) -> Served {
        let mut child = baogao(folder.path())
            .envs(variables.iter().copied())
            .args(["serve", "--port", "0"])
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("it is piped");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("an address");
        let address = line.trim().to_owned();
        let rest = address.strip_prefix("http://127.0.0.1:");
        let port = rest.and_then(|rest| rest.split('/').next()?.parse().ok());
        Served {
            child,
            port: port.expect("a port"),
            address,
            folder,
        }
    }

    /// Serves an index that another holds; an empty folder goes with the server.
    pub(crate) fn of_index(index: &Path) -> Served {
        let folder = tempfile::tempdir().expect("a folder");
        let index = index.to_str().expect("UTF-8");
        Served::of_folder(folder, &["--index", index], &[])
    }

    /// The address of a path.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Sends bytes as they are, and reads until the server closes.
    pub(crate) fn raw(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("a limit");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        answer(&bytes)
    }

    /// Asks with fields of the head, each with its line end.
    pub(crate) fn ask(&self, method: &str, path: &str, fields: &str) -> Answer {
        let port = self.port;
        self.raw(&format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n{fields}\r\n"))
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "")
    }

    /// What the command line writes in the same folder.
    pub(crate) fn written(&self, line: &[&str]) -> String {
        let output = baogao(self.folder.path())
            .args(line)
            .output()
            .expect("it runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}
