//! A proxy on 127.0.0.1 that makes the faults which networks, gateways and full clusters make, one request at a time.
//!
//! What it does can be changed while it runs. Declared beside `http` at the root of a test program.
#![allow(dead_code, reason = "each test program uses a part")]

use crate::http::Message;
use std::io::{self, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// What becomes of a request and its answer.
#[derive(Clone, Debug)]
pub(crate) enum Mode {
    /// The answer goes on as it is.
    Pass,
    /// So many bytes of the answer, its head among them, go on; then the connection ends.
    CutOff(usize),
    /// The answer goes on after this time.
    Delay(Duration),
    /// A page of a gateway, with status 200; the server never hears of the request.
    Html,
    /// Two requests that are under way at once get each other's answer. One that finds no other in this time gets its
    /// own.
    Swap(Duration),
    /// A request gets the answer of the request before it, as a gateway that counts wrong does; the first one its own.
    Late,
    /// The connection ends; the server never hears of the request.
    Close,
    /// There is no answer, and the server never hears of the request; whether who asks ends the connection is noted.
    Hold,
    /// The first requests get this status and never reach the server, the others pass.
    Refuse { status: u16, n_first: usize },
    /// The first requests pass; of all others the connection ends, as if who asks had died. The server hears of the first of
    /// them, if `is_heard`.
    End { n_first: usize, is_heard: bool },
}

/// A proxy; it takes no more connections when it is dropped.
pub(crate) struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    server: SocketAddr,
    state: Mutex<State>,
}

struct State {
    mode: Mode,
    /// What a request's first line must contain for the mode to hold.
    part: String,
    /// Requests that the mode has met.
    n_met: usize,
    n_connections: usize,
    /// The first lines of all requests.
    asked: Vec<String>,
    /// The answer that waits for another one, and how to give that to the waiting request.
    waiting: Option<(Vec<u8>, Sender<Vec<u8>>)>,
    before: Option<Vec<u8>>,
    /// Connections that were ended by who asked while there was no answer.
    n_given_up: usize,
    is_over: bool,
}

impl Proxy {
    /// Stands before `http://127.0.0.1:PORT` and passes everything on.
    pub(crate) fn before(url: &str) -> Proxy {
        let server = url.trim_start_matches("http://").parse();
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("it is bound").port();
        let shared = Arc::new(Shared {
            server: server.expect("an address and a port"),
            state: Mutex::new(State {
                mode: Mode::Pass,
                part: String::new(),
                n_met: 0,
                n_connections: 0,
                asked: Vec::new(),
                waiting: None,
                before: None,
                n_given_up: 0,
                is_over: false,
            }),
        });
        let served = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if served.state().is_over {
                    return;
                }
                served.state().n_connections += 1;
                let served = Arc::clone(&served);
                // A connection that breaks is what this is for.
                thread::spawn(move || served.serve(&client));
            }
        });
        Proxy { port, shared }
    }

    /// Its own address.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// From now on.
    pub(crate) fn set(&self, mode: Mode) {
        self.set_for("", mode);
    }

    /// From now on, for requests whose first line contains `part`; all others pass.
    pub(crate) fn set_for(&self, part: &str, mode: Mode) {
        let mut state = self.shared.state();
        state.mode = mode;
        state.part = part.to_owned();
        state.n_met = 0;
        state.before = None;
    }

    /// Method and path of every request so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.shared.state().asked.clone()
    }

    /// How many connections were made.
    pub(crate) fn n_connections(&self) -> usize {
        self.shared.state().n_connections
    }

    /// How many have ended their connection while there was no answer.
    pub(crate) fn n_given_up(&self) -> usize {
        self.shared.state().n_given_up
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.state().is_over = true;
        // It looks up.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Serves a connection request by request, until one of its ends or the mode ends it.
    fn serve(&self, client: &TcpStream) {
        let mut requests = BufReader::new(client);
        while let Ok(Some(request)) = Message::read(&mut requests) {
            match self.answered(&request, &mut requests) {
                Ok((bytes, true)) if (&mut &*client).write_all(&bytes).is_ok() => {}
                Ok((bytes, false)) => {
                    let _ = (&mut &*client).write_all(&bytes);
                    break;
                }
                _ => break,
            }
        }
        let _ = client.shutdown(Shutdown::Both);
    }

    /// The bytes that go back, and whether the connection goes on.
    fn answered(&self, request: &Message, client: &mut impl Read) -> io::Result<(Vec<u8>, bool)> {
        let goes_on = |bytes| Ok((bytes, true));
        match self.meet(request) {
            Mode::Pass => goes_on(self.forward(request)?),
            Mode::CutOff(n_bytes) => {
                let mut bytes = self.forward(request)?;
                bytes.truncate(n_bytes);
                Ok((bytes, false))
            }
            Mode::Delay(time) => {
                let bytes = self.forward(request)?;
                thread::sleep(time);
                goes_on(bytes)
            }
            Mode::Html => {
                let page = "<html><body><h1>It works!</h1></body></html>";
                goes_on(made("200 OK", "text/html", page))
            }
            Mode::Swap(patience) => goes_on(self.swapped(self.forward(request)?, patience)),
            Mode::Late => {
                let own = self.forward(request)?;
                let before = self.state().before.replace(own.clone());
                goes_on(before.unwrap_or(own))
            }
            Mode::Close => Ok((Vec::new(), false)),
            Mode::Hold => {
                if !matches!(client.read(&mut [0]), Ok(1..)) {
                    self.state().n_given_up += 1;
                }
                Ok((Vec::new(), false))
            }
            Mode::End { is_heard, .. } => {
                if is_heard {
                    self.forward(request)?;
                }
                Ok((Vec::new(), false))
            }
            Mode::Refuse { status, .. } => {
                let error = format!("{{\"error\":\"refused\",\"status\":{status}}}");
                goes_on(made(
                    &format!("{status} Refused"),
                    "application/json",
                    &error,
                ))
            }
        }
    }

    /// Notes a request and says what becomes of it.
    fn meet(&self, request: &Message) -> Mode {
        let mut state = self.state();
        let first = request.head.lines().next().unwrap_or_default();
        let first = first
            .rsplit_once(' ')
            .map_or(first, |(asked, _version)| asked);
        state.asked.push(first.to_owned());
        if !first.contains(&state.part) {
            return Mode::Pass;
        }
        state.n_met += 1;
        match state.mode {
            Mode::Refuse { n_first, .. } if state.n_met > n_first => Mode::Pass,
            Mode::End { n_first, .. } if state.n_met <= n_first => Mode::Pass,
            Mode::End { n_first, .. } if state.n_met > n_first + 1 => Mode::Close,
            ref mode => mode.clone(),
        }
    }

    /// The server's answer, whole. Each request has a connection of its own there, so that a server which has been away
    /// is met again.
    fn forward(&self, request: &Message) -> io::Result<Vec<u8>> {
        let mut server = TcpStream::connect(self.server)?;
        server.write_all(&request.bytes)?;
        let answer = Message::read_answer(&mut BufReader::new(server), request)?;
        answer
            .map(|answer| answer.bytes)
            .ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    fn swapped(&self, own: Vec<u8>, patience: Duration) -> Vec<u8> {
        let mut state = self.state();
        if let Some((other, give)) = state.waiting.take() {
            // The other one waits, or finds it when it has waited long enough.
            let _ = give.send(own);
            return other;
        }
        let (give, given) = mpsc::channel();
        state.waiting = Some((own.clone(), give));
        drop(state);
        if let Ok(other) = given.recv_timeout(patience) {
            return other;
        }
        let mut state = self.state();
        given.try_recv().unwrap_or_else(|_| {
            state.waiting = None;
            own
        })
    }
}

fn made(status: &str, kind: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
