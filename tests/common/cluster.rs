//! A real cluster of OpenSearch nodes on 127.0.0.1, for one test or for all tests of a program.
//!
//! What a node is made of is fetched by `tests/cluster/cluster fetch`; where it is not at hand, tests skip. Nodes hear the
//! end of this program on their standard input: they end with it however it ends, and remove what they kept. Declared
//! beside `http` at the root of a test program.
#![allow(dead_code, reason = "each test program uses a part")]
#![allow(clippy::print_stdout, reason = "who skips says so")]

use crate::http::{self, Message};
use std::fs;
use std::io::{BufRead, BufReader, ErrorKind};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// What a node is made from, as `tests/cluster/cluster` lists it.
const SOURCES: [&str; 4] = [
    "ClusterNode.java",
    "java.options",
    "log4j2.properties",
    "pom.xml",
];
/// Another program may take a port between its choice and its use.
const ATTEMPTS: usize = 3;
/// How long a node may take to start, on a machine that has much else to do.
const TIME_TO_START: Duration = Duration::from_secs(180);
/// How long all copies may take to be made before a test goes on without the last of them.
const TIME_TO_COPY: Duration = Duration::from_secs(60);
/// What `java.options` leaves out so that nodes start sooner, for who measures.
const MEASURED: &str = "-XX:TieredStopAtLevel=4";
/// How long an answer may take.
const TIME_TO_ANSWER: Duration = Duration::from_secs(60);

/// Nodes that find each other. They end, and what they kept is removed, when this is dropped.
pub(crate) struct TestCluster {
    nodes: Vec<Node>,
    settings: Vec<String>,
    /// Options of Java, beside those of all nodes.
    options: Vec<String>,
    program: PathBuf,
    folder: tempfile::TempDir,
}

struct Node {
    http: u16,
    transport: u16,
    process: Option<Process>,
}

/// A node that runs; its input stays open as long.
struct Process {
    child: Child,
    lines: Receiver<String>,
}

impl Drop for Process {
    fn drop(&mut self) {
        // What it kept goes with it, or is what a test wants to see after this.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl TestCluster {
    /// So many nodes that see each other; nothing, and a line that says why, where they cannot be had.
    pub(crate) fn start(n_nodes: usize) -> Option<TestCluster> {
        TestCluster::start_with(n_nodes, &[])
    }

    /// The same with settings of every node, `NAME=VALUE` each.
    pub(crate) fn start_with(n_nodes: usize, settings: &[&str]) -> Option<TestCluster> {
        let options = std::env::var("JAVA_OPTIONS").unwrap_or_default();
        let options: Vec<&str> = options.split_whitespace().collect();
        TestCluster::start_as(n_nodes, settings, &options)
    }

    /// So many nodes that compile what they run often as well as they can.
    pub(crate) fn start_measured(n_nodes: usize) -> Option<TestCluster> {
        TestCluster::start_as(n_nodes, &[], &[MEASURED])
    }

    fn start_as(n_nodes: usize, settings: &[&str], options: &[&str]) -> Option<TestCluster> {
        let program = match program() {
            Ok(program) => program,
            Err(why) => {
                println!("skipped: {why}");
                return None;
            }
        };
        let mut failed = String::new();
        for _ in 0..ATTEMPTS {
            match TestCluster::attempt(n_nodes, settings, options, &program) {
                Ok(cluster) => return Some(cluster),
                Err(why) => failed = why,
            }
        }
        panic!("the cluster does not start: {failed}");
    }

    /// The cluster of three nodes that all tests of this program share, one after the other. Nodes that a test has
    /// ended run again. A test removes its own indexes, or gives them names that no other has.
    pub(crate) fn shared() -> Option<MutexGuard<'static, TestCluster>> {
        static SHARED: OnceLock<Option<Mutex<TestCluster>>> = OnceLock::new();
        let shared = SHARED.get_or_init(|| TestCluster::start(3).map(Mutex::new));
        // A test that failed has said so itself.
        let mut cluster = shared
            .as_ref()?
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for node in 0..cluster.nodes.len() {
            if !cluster.is_running(node) {
                cluster.restart(node);
            }
        }
        Some(cluster)
    }

    fn attempt(
        n_nodes: usize,
        settings: &[&str],
        options: &[&str],
        program: &Path,
    ) -> Result<TestCluster, String> {
        let all = |given: &[&str]| given.iter().map(|&given| given.to_owned()).collect();
        let mut cluster = TestCluster {
            nodes: free_nodes(n_nodes),
            settings: all(settings),
            options: all(options),
            program: program.to_owned(),
            folder: tempfile::Builder::new()
                .prefix("baogao-cluster.")
                .tempdir()
                .expect("a folder"),
        };
        for node in 0..n_nodes {
            cluster.launch(node);
        }
        for node in 0..n_nodes {
            cluster.await_ready(node)?;
        }
        cluster.await_whole()?;
        Ok(cluster)
    }

    /// The address of the first node that runs.
    pub(crate) fn url(&self) -> String {
        let mut running = self.nodes.iter().filter(|node| node.process.is_some());
        running.next().expect("a node runs").url()
    }

    /// The addresses of all nodes, whether they run or not, by number.
    pub(crate) fn urls(&self) -> Vec<String> {
        self.nodes.iter().map(Node::url).collect()
    }

    /// Where the nodes keep everything.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Whether a node runs.
    pub(crate) fn is_running(&self, node: usize) -> bool {
        self.nodes[node].process.is_some()
    }

    /// Ends a node at once, as a power cut does.
    pub(crate) fn kill(&mut self, node: usize) {
        let process = self.nodes[node].process.take();
        drop(process.expect("it runs"));
    }

    /// Starts a node that was ended, with its data and its address; waits until it is one of the cluster again, and
    /// all shards are in place if all nodes run.
    pub(crate) fn restart(&mut self, node: usize) {
        assert!(!self.is_running(node), "node {node} runs");
        let mut failed = String::new();
        for _ in 0..ATTEMPTS {
            self.launch(node);
            match self.await_ready(node) {
                Ok(()) => {
                    return self
                        .await_whole()
                        .unwrap_or_else(|why| panic!("node {node} came back, but {why}"));
                }
                Err(why) => failed = why,
            }
            self.nodes[node].process = None;
        }
        panic!("node {node} does not start again: {failed}");
    }

    /// Asks the first node that runs; the body is JSON, lines of it, or empty.
    pub(crate) fn ask(&self, method: &str, path: &str, body: &str) -> Message {
        self.ask_node(&self.url(), method, path, body)
    }

    /// Asks the node of an address.
    pub(crate) fn ask_node(&self, url: &str, method: &str, path: &str, body: &str) -> Message {
        http::ask(url, method, path, body, TIME_TO_ANSWER)
            .unwrap_or_else(|error| panic!("{method} {url}{path}: {error}"))
    }

    fn launch(&mut self, node: usize) {
        let pairs: Vec<String> = self.nodes.iter().map(Node::ports).collect();
        let program = self.program.to_str().expect("UTF-8");
        let errors = fs::File::create(self.folder.path().join(format!("node-{node}.err")));
        let mut child = java()
            .arg(format!("@{program}/java.options"))
            .args(&self.options)
            .args(["-cp", &format!("{program}:{program}/lib/*"), "ClusterNode"])
            .arg(self.folder.path())
            .args([node.to_string(), pairs.join(",")])
            .args(&self.settings)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(errors.expect("a file"))
            .spawn()
            .expect("Java starts, it was asked for its version");
        let stdout = child.stdout.take().expect("it is piped");
        let (said, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = said.send(line);
            }
        });
        self.nodes[node].process = Some(Process { child, lines });
    }

    fn await_ready(&self, node: usize) -> Result<(), String> {
        let until = Instant::now() + TIME_TO_START;
        let process = self.nodes[node].process.as_ref().expect("it was launched");
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match process.lines.recv_timeout(left) {
                Ok(line) if line.starts_with("ready ") => return Ok(()),
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => {
                    return Err(format!("node {node} is slow: {}", self.complaints(node)));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(format!("node {node} ended: {}", self.complaints(node)));
                }
            }
        }
    }

    /// Waits until as many nodes as run see each other and, if all of them do, every shard is where it should be.
    fn await_whole(&self) -> Result<(), String> {
        let n_running = (self.nodes.iter())
            .filter(|node| node.process.is_some())
            .count();
        let mut path = format!("/_cluster/health?wait_for_nodes={n_running}&timeout=10s");
        if n_running == self.nodes.len() {
            path.push_str("&wait_for_status=green");
        }
        let start = Instant::now();
        let until = start + TIME_TO_START;
        // Answers are whole once every shard has a place: a copy that is still being made may take its time.
        let is_copying = |said: &str| {
            let is = |what: &str| said.contains(what);
            start.elapsed() > TIME_TO_COPY
                && is("\"status\":\"yellow\"")
                && is("\"unassigned_shards\":0,")
                && is(&format!("\"number_of_nodes\":{n_running},"))
        };
        loop {
            // While a manager is elected there are other answers, or none.
            let answer = http::ask(&self.url(), "GET", &path, "", TIME_TO_ANSWER);
            let said = match answer {
                Ok(answer) if answer.text().contains("\"timed_out\":false") => return Ok(()),
                Ok(answer) if is_copying(&answer.text()) => return Ok(()),
                Ok(answer) => answer.text(),
                Err(error) => error.to_string(),
            };
            if Instant::now() > until {
                return Err(format!("the cluster is not whole: {said}"));
            }
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// What a node has written of what went wrong.
    fn complaints(&self, node: usize) -> String {
        ["err", "log"]
            .map(|kind| self.folder.path().join(format!("node-{node}.{kind}")))
            .map(|file| fs::read_to_string(file).unwrap_or_default())
            .concat()
    }
}

impl Node {
    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.http)
    }

    fn ports(&self) -> String {
        format!("{}:{}", self.http, self.transport)
    }
}

/// Nodes with ports that are free.
fn free_nodes(n_nodes: usize) -> Vec<Node> {
    let listeners: Vec<TcpListener> = (0..2 * n_nodes)
        .map(|_| TcpListener::bind(("127.0.0.1", 0)).expect("a port"))
        .collect();
    let port = |listener: &TcpListener| listener.local_addr().expect("it is bound").port();
    listeners
        .chunks(2)
        .map(|pair| Node {
            http: port(&pair[0]),
            transport: port(&pair[1]),
            process: None,
        })
        .collect()
}

/// Where the program of a node stands, or why there is none.
fn program() -> Result<PathBuf, String> {
    let named = std::env::var_os("BAOGAO_CLUSTER").map(PathBuf::from);
    let beside = || Path::new(env!("CARGO_TARGET_TMPDIR")).join("../cluster");
    let program = named.unwrap_or_else(beside);
    let made_from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cluster");
    let is_same = |name: &str| {
        let own = fs::read(made_from.join(name)).expect("it is part of the source");
        fs::read(program.join(name)).is_ok_and(|copy| copy == own)
    };
    if !SOURCES.iter().all(|name| is_same(name)) {
        return Err("no cluster is here; `tests/cluster/cluster fetch` fetches it".to_owned());
    }
    let version = java().arg("-version").stderr(Stdio::null()).status();
    match version {
        Ok(status) if status.success() => Ok(program.canonicalize().expect("it is there")),
        Err(error) if error.kind() != ErrorKind::NotFound => Err(format!("Java: {error}")),
        _ => Err("Java is missing".to_owned()),
    }
}

fn java() -> Command {
    let home = std::env::var_os("JAVA_HOME").map(PathBuf::from);
    Command::new(home.map_or("java".into(), |home| home.join("bin/java")))
}
