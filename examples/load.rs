//! How the page holds under load: `cargo build --release && cargo run --release --example load -- FOLDER…`, or
//! `-- --mixed FOLDER…` for the last of these alone.
//!
//! Indexes the folders, starts the built program on a free port and asks it over 127.0.0.1: 32 clients as fast as they
//! can; the same while others hold connections open or send a byte a second; many at once; and one request after another
//! while memory, descriptors and threads are watched; at last easy questions beside costly ones, askers that leave and
//! askers that do not read. Ends with an error if an answer is not what it should be.
#![expect(clippy::print_stdout, reason = "an example for eyes")]

use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// Clients that ask as fast as they are answered.
const N_CLIENTS: usize = 32;
/// How long they ask in each round.
const ROUND: Duration = Duration::from_secs(10);
/// Rounds without and with other connections, in turns.
const N_ROUNDS: usize = 3;
/// Connections that say nothing.
const N_IDLE: usize = 500;
/// Connections that send a byte a second.
const N_SLOW: usize = 100;
/// Requests at the same time, to be too many.
const N_AT_ONCE: usize = 400;
/// Requests of the long run.
const N_LONG: usize = 100_000;
/// After how many of them the process is looked at.
const LOOK_EVERY: usize = 10_000;

/// Clients of the mixed round: easy questions, costly ones, costly ones that are left, answers that are not read.
const N_EASY: usize = 32;
const N_COSTLY: usize = 16;
const N_LEAVING: usize = 8;
const N_SILENT: usize = 8;
/// How long it lasts.
const MIXED: Duration = Duration::from_secs(60);
/// How soon 99 of 100 easy questions are to be answered in it, and how much memory the server may have had.
const MAX_EASY: Duration = Duration::from_secs(1);
const MAX_KIB: u64 = 300 << 10;
/// Characters that stand nearly everywhere.
const COMMON: &str =
    "的一是不了在人有我他这中大来上个国为和地到以说时要就出会可也你对生能而子那得于着下自之年过发";
/// What costs much of any corpus, `*` for a phrase.
const COSTLY: [&str; 8] = [
    "/kwic.csv?q=*",
    "/search.json?q=*",
    "/search.json?context=100&q=*",
    "/kwic.json?sort=right&width=1000&q=*",
    "/search.csv?q=*&mode=any",
    "/kwic?sort=left&neighbours=1&q=*",
    "/count.json?by=report,section&q=*",
    "/define.json?q=*",
];

/// What is looked for.
const PHRASES: [&str; 12] = [
    "发展",
    "乡村振兴",
    "营商环境",
    "专业镇",
    "高质量发展",
    "“四上”企业",
    "放管服",
    "招商引资 项目",
    "就业 OR 创业",
    "城镇新增就业",
    "脱贫攻坚成果同乡村振兴",
    "一个没有的提法",
];
/// What is asked of each: passages more than anything else, as people do.
const PATHS: [&str; 20] = [
    "/search?q=",
    "/search?sort=newest&q=",
    "/search?part=plan&q=",
    "/kwic?q=",
    "/search?year=2023&q=",
    "/search?mode=words&q=",
    "/search.json?limit=20&q=",
    "/count?by=province&q=",
    "/search?q=",
    "/search?region=140000&q=",
    "/search?level=county&sort=oldest&q=",
    "/count?by=region&q=",
    "/search?offset=20&q=",
    "/search.json?limit=20&facets=1&q=",
    "/first?by=province&q=",
    "/search?q=",
    "/search?mode=any&q=",
    "/kwic?sort=region&q=",
    "/search?year=2020..2024&q=",
    "/define?q=",
];

type Failure = Box<dyn Error + Send + Sync>;

struct Server {
    child: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A connection that is kept, and opened anew when the server has closed it.
struct Client {
    port: u16,
    stream: Option<BufReader<TcpStream>>,
}

impl Client {
    fn new(port: u16) -> Client {
        Client { port, stream: None }
    }

    /// Status and whether there is a `Retry-After`.
    fn get(&mut self, path: &str) -> Result<(u16, bool), Failure> {
        let is_kept = self.stream.is_some();
        match self.try_get(path) {
            // The server may have closed a connection that it had kept for its time.
            Err(_) if is_kept => {
                self.stream = None;
                self.try_get(path)
            }
            answered => answered,
        }
    }

    fn try_get(&mut self, path: &str) -> Result<(u16, bool), Failure> {
        if self.stream.is_none() {
            let stream = TcpStream::connect(("127.0.0.1", self.port))?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(Duration::from_secs(60)))?;
            self.stream = Some(BufReader::new(stream));
        }
        let answered = self.exchange(path);
        if answered.is_err() {
            self.stream = None;
        }
        answered
    }

    fn exchange(&mut self, path: &str) -> Result<(u16, bool), Failure> {
        let Some(stream) = &mut self.stream else {
            return Err("no connection".into());
        };
        let port = self.port;
        let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
        stream.get_mut().write_all(request.as_bytes())?;
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let status = line
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let status = status.ok_or("no status")?;
        let (mut n_bytes, mut retry, mut closes) = (0, false, false);
        loop {
            line.clear();
            stream.read_line(&mut line)?;
            let field = line.trim_end().to_ascii_lowercase();
            if field.is_empty() {
                break;
            }
            if let Some(n) = field.strip_prefix("content-length: ") {
                n_bytes = n.parse()?;
            }
            retry |= field.starts_with("retry-after: ");
            closes |= field == "connection: close";
        }
        let mut body = vec![0; n_bytes];
        stream.read_exact(&mut body)?;
        if closes {
            self.stream = None;
        }
        Ok((status, retry))
    }
}

fn main() -> Result<(), Failure> {
    let (options, folders): (Vec<String>, Vec<String>) = std::env::args()
        .skip(1)
        .partition(|argument| argument == "--mixed");
    if folders.is_empty() {
        return Err("folders of reports are needed".into());
    }
    let program = program()?;
    let index = std::env::temp_dir().join(format!("baogao-load-{}", std::process::id()));
    let done = load(&program, &index, &folders, options.is_empty());
    let _ = fs::remove_dir_all(&index);
    done
}

/// The program beside this example.
fn program() -> Result<PathBuf, Failure> {
    let own = std::env::current_exe()?;
    let folder = own.parent().and_then(Path::parent).ok_or("no folder")?;
    let program = folder.join(format!("baogao{}", std::env::consts::EXE_SUFFIX));
    if program.is_file() {
        Ok(program)
    } else {
        Err(format!("`{}` is missing: cargo build --release", program.display()).into())
    }
}

fn load(program: &Path, index: &Path, folders: &[String], is_all: bool) -> Result<(), Failure> {
    let built = Command::new(program)
        .arg("index")
        .args(folders)
        .arg("--index")
        .arg(index)
        .stdout(Stdio::null())
        .status()?;
    if !built.success() && built.code() != Some(3) {
        return Err("the index could not be built".into());
    }
    let server = start(program, index)?;
    let port = server.port;
    println!("{}", body_of(port, "/health")?.trim());
    let addresses: Arc<Vec<String>> = Arc::new(addresses());
    // Files and words are read once.
    let mut client = Client::new(port);
    for address in addresses.iter() {
        client.get(address)?;
    }
    if is_all {
        steady(&server, &addresses)?;
    }
    drop(client);
    mixed(&server, &addresses)
}

/// Clients that ask what people ask, as fast as they are answered.
fn steady(server: &Server, addresses: &Arc<Vec<String>>) -> Result<(), Failure> {
    let port = server.port;
    let mut client = Client::new(port);
    println!("\n{N_CLIENTS} clients, {} s a round", ROUND.as_secs());
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    for round in 0..2 * N_ROUNDS {
        let is_beside = round % 2 == 1;
        let others = Others::new(port, is_beside);
        thread::sleep(Duration::from_millis(500));
        let times = ask(server, addresses)?;
        drop(others);
        let what = if is_beside {
            "with idle and slow"
        } else {
            "alone"
        };
        let measured = Measured::of(times);
        println!("  {what:<18} {measured}");
        if is_beside { &mut beside } else { &mut alone }.push(measured);
    }
    println!("  median alone              {}", Measured::median(alone));
    println!("  median with idle and slow {}", Measured::median(beside));

    let (answered, refused) = at_once(port)?;
    println!(
        "\n{N_AT_ONCE} at once: {answered} answered, {refused} told to come again (503, Retry-After)"
    );
    if client.get("/search?q=%E5%8F%91%E5%B1%95")?.0 != 200 {
        return Err("it does not answer afterwards".into());
    }

    println!("\n{N_LONG} requests");
    let first = long_run(server.child.id(), port, addresses)?;
    println!("  growth of resident memory since the first look: {first} KiB");
    Ok(())
}

/// Easy questions beside costly ones, askers that leave, and askers that do not read.
fn mixed(server: &Server, easy: &Arc<Vec<String>>) -> Result<(), Failure> {
    let n_others = N_COSTLY + N_LEAVING + N_SILENT;
    println!(
        "\n{N_EASY} clients with easy questions beside {n_others} others, {} s",
        MIXED.as_secs()
    );
    let port = server.port;
    let costly = Arc::new(costly());
    let end = Instant::now() + MIXED;
    let others: Vec<_> = (0..n_others)
        .map(|n| {
            let costly = Arc::clone(&costly);
            thread::spawn(move || {
                let mut n_asked = 0;
                let mut at = n * 5;
                while Instant::now() < end {
                    let address = &costly[at % costly.len()];
                    at += 1;
                    n_asked += 1;
                    // Refused, cut off or answered: it is the others that are looked at.
                    let _ = match n {
                        0..N_COSTLY => read_all(port, address),
                        N_COSTLY.. if n < N_COSTLY + N_LEAVING => leave(port, address, at),
                        _ => stay_silent(port, address, end),
                    };
                }
                n_asked
            })
        })
        .collect();
    let asking: Vec<_> = (0..N_EASY)
        .map(|n| {
            let easy = Arc::clone(easy);
            thread::spawn(move || ask_until(port, &easy, n * 7, end))
        })
        .collect();
    let mut micros = Vec::new();
    let mut n_refused = 0;
    for client in asking {
        let (times, refused) = client.join().map_err(|_| "a client ended")??;
        micros.extend(times);
        n_refused += refused;
    }
    let n_costly: usize = others
        .into_iter()
        .filter_map(|other| other.join().ok())
        .sum();
    micros.sort_unstable();
    let at = |part: usize| micros.get(micros.len() * part / 100).copied().unwrap_or(0);
    let (p50, p99) = (at(50), at(99));
    let peak = peak_kib(server.child.id());
    println!(
        "  easy: {} answered, {n_refused} told to come again, p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms",
        micros.len(),
        p50 as f64 / 1e3,
        p99 as f64 / 1e3,
        micros.last().copied().unwrap_or(0) as f64 / 1e3,
    );
    println!("  costly: {n_costly} asked; memory of the server at most {peak} KiB");
    if Client::new(port).get("/search?q=%E5%8F%91%E5%B1%95")?.0 != 200 {
        return Err("it does not answer afterwards".into());
    }
    if Duration::from_micros(p99) > MAX_EASY || n_refused * 100 > micros.len() {
        return Err("easy questions wait for costly ones".into());
    }
    if peak > MAX_KIB {
        return Err("it takes too much memory".into());
    }
    Ok(())
}

/// Costly addresses.
fn costly() -> Vec<String> {
    let escaped =
        |text: &str| -> String { text.bytes().map(|byte| format!("%{byte:02X}")).collect() };
    let patterns: Vec<String> = COMMON
        .chars()
        .map(|c| escaped(&format!("{c}*{c}")))
        .collect();
    let mut costly = vec![format!("/search?q={}", patterns.join("+"))];
    for phrase in ["的", "发展", "人"] {
        costly.extend(
            COSTLY
                .iter()
                .map(|address| address.replace('*', &escaped(phrase))),
        );
    }
    costly
}

/// Asks one easy question after the other: times in microseconds, and how often it was told to come again.
fn ask_until(
    port: u16,
    addresses: &[String],
    from: usize,
    end: Instant,
) -> Result<(Vec<u64>, usize), Failure> {
    let mut client = Client::new(port);
    let (mut micros, mut n_refused) = (Vec::new(), 0);
    for address in addresses.iter().cycle().skip(from) {
        if Instant::now() >= end {
            break;
        }
        let asked = Instant::now();
        match client.get(address)?.0 {
            200 => micros.push(asked.elapsed().as_micros() as u64),
            503 => n_refused += 1,
            status => return Err(format!("{status} for {address}").into()),
        }
    }
    Ok((micros, n_refused))
}

/// A connection on which a question has been sent.
fn sent(port: u16, address: &str) -> Result<TcpStream, Failure> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    let request =
        format!("GET {address} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    Ok(stream)
}

/// Asks, and takes all of the answer.
fn read_all(port: u16, address: &str) -> Result<(), Failure> {
    let mut stream = sent(port, address)?;
    std::io::copy(&mut stream, &mut std::io::sink())?;
    Ok(())
}

/// Asks, and leaves after a while.
fn leave(port: u16, address: &str, n: usize) -> Result<(), Failure> {
    let stream = sent(port, address)?;
    thread::sleep(Duration::from_millis(50 * (n as u64 % 8)));
    drop(stream);
    Ok(())
}

/// Asks, and takes nothing of the answer until the connection is closed.
fn stay_silent(port: u16, address: &str, end: Instant) -> Result<(), Failure> {
    let stream = sent(port, address)?;
    stream.set_nonblocking(true)?;
    while Instant::now() < end && stream.take_error()?.is_none() {
        thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

/// The most memory that a process has had.
fn peak_kib(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

fn start(program: &Path, index: &Path) -> Result<Server, Failure> {
    let mut child = Command::new(program)
        .args(["serve", "--port", "0", "--index"])
        .arg(index)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut line = String::new();
    BufReader::new(child.stdout.take().ok_or("no stdout")?).read_line(&mut line)?;
    let rest = line.trim().strip_prefix("http://127.0.0.1:");
    let port = rest.and_then(|rest| rest.trim_end_matches('/').parse().ok());
    Ok(Server {
        child,
        port: port.ok_or("no address")?,
    })
}

/// All that is asked, in a mixed order that is always the same.
fn addresses() -> Vec<String> {
    let mut addresses = Vec::new();
    for n in 0..PHRASES.len() * PATHS.len() {
        let (path, phrase) = (
            PATHS[n % PATHS.len()],
            PHRASES[(n / PATHS.len() + n * 5) % PHRASES.len()],
        );
        // The commands of one phrase take no operators.
        let takes_query = path.starts_with("/search");
        let phrase = if takes_query {
            phrase.to_owned()
        } else {
            phrase.replace(" OR ", "")
        };
        let escaped: String = phrase.bytes().map(|byte| format!("%{byte:02X}")).collect();
        addresses.push(format!("{path}{escaped}"));
    }
    addresses
}

/// What the clients measured: requests, their times in microseconds, sorted, and how long it took.
struct Times {
    micros: Vec<u64>,
    elapsed: Duration,
    /// Requests that were told to come again.
    n_refused: usize,
    /// Time of a processor that the server took.
    processor: Duration,
}

fn ask(server: &Server, addresses: &Arc<Vec<String>>) -> Result<Times, Failure> {
    let port = server.port;
    let n_refused = Arc::new(AtomicUsize::new(0));
    let before = processor(server.child.id());
    let started = Instant::now();
    let clients: Vec<_> = (0..N_CLIENTS)
        .map(|n| {
            let (addresses, n_refused) = (Arc::clone(addresses), Arc::clone(&n_refused));
            thread::spawn(move || -> Result<Vec<u64>, Failure> {
                let mut client = Client::new(port);
                let mut micros = Vec::new();
                let mut at = n * 7;
                while started.elapsed() < ROUND {
                    let address = &addresses[at % addresses.len()];
                    at += 1;
                    let asked = Instant::now();
                    let (status, _) = client.get(address)?;
                    match status {
                        200 => {}
                        503 => {
                            n_refused.fetch_add(1, Ordering::Relaxed);
                        }
                        _ => return Err(format!("{status} for {address}").into()),
                    }
                    micros.push(asked.elapsed().as_micros() as u64);
                }
                Ok(micros)
            })
        })
        .collect();
    let mut micros = Vec::new();
    for client in clients {
        micros.extend(client.join().map_err(|_| "a client ended")??);
    }
    micros.sort_unstable();
    Ok(Times {
        micros,
        elapsed: started.elapsed(),
        n_refused: n_refused.load(Ordering::Relaxed),
        processor: processor(server.child.id()).saturating_sub(before),
    })
}

/// Time of a processor that a process has taken, in steps of 10 ms.
fn processor(process: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    let fields = after.split_whitespace().skip(11).take(2);
    let ticks: u64 = fields.filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

#[derive(Clone, Copy)]
struct Measured {
    per_second: f64,
    p50_ms: f64,
    p99_ms: f64,
    max_ms: f64,
    processor_ms: f64,
    n_refused: f64,
}

impl Measured {
    fn of(times: Times) -> Measured {
        let at = |part: f64| {
            let last = times.micros.len().saturating_sub(1);
            times
                .micros
                .get((last as f64 * part) as usize)
                .map_or(0.0, |micros| *micros as f64 / 1e3)
        };
        Measured {
            per_second: times.micros.len() as f64 / times.elapsed.as_secs_f64(),
            p50_ms: at(0.5),
            p99_ms: at(0.99),
            max_ms: at(1.0),
            processor_ms: times.processor.as_secs_f64() * 1e3 / times.micros.len() as f64,
            n_refused: times.n_refused as f64,
        }
    }

    fn median(all: Vec<Measured>) -> Measured {
        let of = |value: fn(&Measured) -> f64| {
            let mut values: Vec<f64> = all.iter().map(value).collect();
            values.sort_by(f64::total_cmp);
            values.get(values.len() / 2).copied().unwrap_or(0.0)
        };
        Measured {
            per_second: of(|measured| measured.per_second),
            p50_ms: of(|measured| measured.p50_ms),
            p99_ms: of(|measured| measured.p99_ms),
            max_ms: of(|measured| measured.max_ms),
            processor_ms: of(|measured| measured.processor_ms),
            n_refused: of(|measured| measured.n_refused),
        }
    }
}

impl std::fmt::Display for Measured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:>7.0}/s  p50 {:>6.1} ms  p99 {:>6.1} ms  max {:>6.1} ms  {:.2} ms of a processor each, {} refused",
            self.per_second,
            self.p50_ms,
            self.p99_ms,
            self.max_ms,
            self.processor_ms,
            self.n_refused
        )
    }
}

/// Connections that only cost: opened again as often as the server closes them.
struct Others {
    is_over: Arc<AtomicBool>,
    threads: Vec<thread::JoinHandle<()>>,
}

impl Others {
    fn new(port: u16, are_there: bool) -> Others {
        let is_over = Arc::new(AtomicBool::new(false));
        let mut threads = Vec::new();
        if are_there {
            for sends in [false, true] {
                let is_over = Arc::clone(&is_over);
                threads.push(thread::spawn(move || hold(port, sends, &is_over)));
            }
        }
        Others { is_over, threads }
    }
}

impl Drop for Others {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// Holds connections open; those that send do so a byte a second.
fn hold(port: u16, sends: bool, is_over: &AtomicBool) {
    let n = if sends { N_SLOW } else { N_IDLE };
    let mut held: Vec<Option<TcpStream>> = (0..n).map(|_| None).collect();
    while !is_over.load(Ordering::Relaxed) {
        for stream in &mut held {
            let is_closed = stream.as_mut().is_none_or(|stream| {
                let mut byte = [0];
                let ended = matches!(stream.read(&mut byte), Ok(0));
                ended || (sends && stream.write_all(b"G").is_err())
            });
            if is_closed {
                *stream = TcpStream::connect(("127.0.0.1", port))
                    .ok()
                    .filter(|stream| stream.set_nonblocking(true).is_ok());
            }
        }
        for _ in 0..10 {
            if !is_over.load(Ordering::Relaxed) {
                thread::sleep(Duration::from_millis(100));
            }
        }
    }
}

/// Asks more than can be worked on at once: how many are answered, and how many told to come again.
fn at_once(port: u16) -> Result<(usize, usize), Failure> {
    let mut streams = Vec::new();
    for _ in 0..N_AT_ONCE {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        streams.push(stream);
    }
    let request = format!(
        "GET /kwic?q=%E5%8F%91%E5%B1%95 HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
    );
    for stream in &mut streams {
        stream.write_all(request.as_bytes())?;
    }
    let (mut answered, mut refused) = (0, 0);
    for mut stream in streams {
        let mut text = Vec::new();
        stream.read_to_end(&mut text)?;
        let text = String::from_utf8_lossy(&text).to_ascii_lowercase();
        if text.starts_with("http/1.1 200 ") {
            answered += 1;
        } else if text.starts_with("http/1.1 503 ") && text.contains("\r\nretry-after: ") {
            refused += 1;
        } else {
            return Err(text.lines().next().unwrap_or_default().into());
        }
    }
    Ok((answered, refused))
}

/// Asks on and on; gives by how much resident memory has grown since the first look, in KiB.
fn long_run(process: u32, port: u16, addresses: &Arc<Vec<String>>) -> Result<i64, Failure> {
    let n_asked = AtomicUsize::new(0);
    let wrong: Mutex<Option<String>> = Mutex::new(None);
    let mut looks = Vec::new();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut client = Client::new(port);
                loop {
                    let n = n_asked.fetch_add(1, Ordering::Relaxed);
                    if n >= N_LONG {
                        return;
                    }
                    let address = &addresses[n % addresses.len()];
                    let problem = match client.get(address) {
                        Ok((200, _)) => continue,
                        Ok((status, _)) => format!("{status} for {address}"),
                        Err(error) => format!("{error} for {address}"),
                    };
                    if let Ok(mut wrong) = wrong.lock() {
                        *wrong = Some(problem);
                    }
                    n_asked.store(N_LONG, Ordering::Relaxed);
                }
            });
        }
        let mut next = LOOK_EVERY;
        while next <= N_LONG && wrong.lock().is_ok_and(|wrong| wrong.is_none()) {
            let n = n_asked.load(Ordering::Relaxed);
            if n >= next {
                let look = look(process);
                println!("  after {next:>7}: {look}");
                looks.push(look);
                next += LOOK_EVERY;
            }
            thread::sleep(Duration::from_millis(50));
        }
    });
    if let Ok(Some(problem)) = wrong.into_inner() {
        return Err(problem.into());
    }
    let memory = |look: Option<&Look>| look.map_or(0, |look| look.resident_kib as i64);
    Ok(memory(looks.last()) - memory(looks.first()))
}

/// What a process holds.
struct Look {
    resident_kib: u64,
    anonymous_kib: u64,
    threads: u64,
    descriptors: usize,
}

impl std::fmt::Display for Look {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} KiB resident ({} anonymous), {} threads, {} descriptors",
            self.resident_kib, self.anonymous_kib, self.threads, self.descriptors
        )
    }
}

fn look(process: u32) -> Look {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let number = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok())
            .unwrap_or(0)
    };
    Look {
        resident_kib: number("VmRSS:"),
        anonymous_kib: number("RssAnon:"),
        threads: number("Threads:"),
        descriptors: fs::read_dir(format!("/proc/{process}/fd")).map_or(0, Iterator::count),
    }
}

fn body_of(port: u16, path: &str) -> Result<String, Failure> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text.split("\r\n\r\n").nth(1).unwrap_or_default().to_owned())
}
