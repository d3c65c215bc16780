//! A connection to an asker, and whether that is still there.
//!
//! In: a stream of the system. Out: the same with a limit of time on writing, and a way to learn that its other end has
//! gone while an answer is worked out.
//!
//! An asker that has closed its writing side may still read: it is told from one that has gone by writing to it. An
//! interim answer, which HTTP/1.1 allows at any time, is enough: from one that has gone comes a reset.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

/// How long an asker may keep an answer waiting, in all,
const PATIENCE: Duration = Duration::from_secs(10);
/// and for how many bytes it may take a second more.
const BYTES_PER_SECOND: u64 = 256 << 10;
/// How long an asker that has closed its writing side is taken to be there.
const GONE_AFTER: Duration = Duration::from_secs(2);
/// How often to look whether it is.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// What it is told meanwhile.
const INTERIM: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// The stream, shared by the connection and by whoever answers on it.
#[derive(Clone)]
pub(super) struct Asker(Arc<Mutex<TcpStream>>);

impl Asker {
    pub(super) fn new(stream: TcpStream) -> Asker {
        Asker(Arc::new(Mutex::new(stream)))
    }

    fn stream(&self) -> MutexGuard<'_, TcpStream> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Comes to an end when the asker has gone. `may_tell`: nothing but this answer goes out on the connection, and its
    /// other end understands an interim answer.
    pub(super) async fn gone(self, may_tell: bool) {
        loop {
            match self.peek().await {
                Ok(0) => break,
                Ok(_) => sleep(LOOK_EVERY).await,
                Err(_) => return,
            }
        }
        sleep(GONE_AFTER).await;
        if !may_tell || self.is_broken() || self.stream().try_write(INTERIM).is_err() {
            return;
        }
        while !self.is_broken() {
            sleep(LOOK_EVERY).await;
        }
    }

    /// Waits for what else comes, and leaves it there; 0 bytes are the end.
    async fn peek(&self) -> io::Result<usize> {
        let mut byte = [0];
        let look = |context: &mut Context<'_>| {
            let mut buffer = ReadBuf::new(&mut byte);
            self.stream().poll_peek(context, &mut buffer)
        };
        poll_fn(look).await
    }

    /// Whether the other end has reset the connection.
    fn is_broken(&self) -> bool {
        !matches!(self.stream().take_error(), Ok(None))
    }
}

/// The stream with a limit on how long an asker may keep it waiting.
pub(super) struct Connection {
    asker: Asker,
    waited: Duration,
    n_written: u64,
    /// Since when it waits, and until when at most.
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl Connection {
    pub(super) fn new(asker: Asker) -> Connection {
        Connection {
            asker,
            waited: Duration::ZERO,
            n_written: 0,
            waiting: None,
        }
    }

    /// Keeps account of one attempt to write.
    fn account(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if let Poll::Ready(result) = written {
            if let Some((since, _)) = self.waiting.take() {
                self.waited += since.elapsed();
            }
            self.n_written += result.as_ref().map_or(0, |n| *n as u64);
            return Poll::Ready(result);
        }
        let earned = Duration::from_secs(self.n_written / BYTES_PER_SECOND);
        let left = (PATIENCE + earned).saturating_sub(self.waited);
        let begin = || (Instant::now(), Box::pin(sleep(left)));
        let (_, until) = self.waiting.get_or_insert_with(begin);
        match until.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.asker.stream()).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut *self.asker.stream()).poll_write(context, bytes);
        self.account(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut *self.asker.stream()).poll_write_vectored(context, pieces);
        self.account(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.asker.stream()).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.asker.stream()).poll_shutdown(context)
    }
}
