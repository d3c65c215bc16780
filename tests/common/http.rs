//! HTTP/1.1 over a socket, as far as tests need it: a message is read to its end, by its length or in chunks, and its
//! bytes are kept as they came.
#![allow(dead_code, reason = "each test program uses a part")]

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A request or an answer.
pub(crate) struct Message {
    /// The lines before the body, with their ends.
    pub(crate) head: String,
    /// The body, chunks joined.
    pub(crate) body: Vec<u8>,
    /// Head and body as they came.
    pub(crate) bytes: Vec<u8>,
}

/// How a body ends.
enum End {
    Length(u64),
    Chunks,
    Connection,
}

impl Message {
    /// Reads a request, or the answer to a request that asks for a body; nothing where none begins.
    pub(crate) fn read(stream: &mut impl BufRead) -> io::Result<Option<Message>> {
        Message::read_to(stream, false)
    }

    /// Reads the answer to a request.
    pub(crate) fn read_answer(
        stream: &mut impl BufRead,
        request: &Message,
    ) -> io::Result<Option<Message>> {
        loop {
            let answer = Message::read_to(stream, request.head.starts_with("HEAD "))?;
            // "Continue" and the like go before the answer.
            if answer
                .as_ref()
                .is_none_or(|answer| answer.status() / 100 != 1)
            {
                return Ok(answer);
            }
        }
    }

    fn read_to(stream: &mut impl BufRead, has_no_body: bool) -> io::Result<Option<Message>> {
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"\r\n\r\n") {
            if stream.read_until(b'\n', &mut bytes)? == 0 {
                return if bytes.is_empty() {
                    Ok(None)
                } else {
                    Err(io::ErrorKind::UnexpectedEof.into())
                };
            }
        }
        let mut message = Message {
            head: String::from_utf8_lossy(&bytes).into_owned(),
            body: Vec::new(),
            bytes,
        };
        let end = if has_no_body {
            End::Length(0)
        } else {
            message.end()?
        };
        message.read_body(stream, end)?;
        Ok(Some(message))
    }

    fn end(&self) -> io::Result<End> {
        let is_chunked = self.field("Transfer-Encoding");
        if is_chunked.is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
            return Ok(End::Chunks);
        }
        if let Some(length) = self.field("Content-Length") {
            return length.parse().map(End::Length).map_err(io::Error::other);
        }
        let status = self.status();
        let is_empty = status / 100 <= 1 || status == 204 || status == 304;
        Ok(if is_empty {
            End::Length(0)
        } else {
            End::Connection
        })
    }

    fn read_body(&mut self, stream: &mut impl BufRead, end: End) -> io::Result<()> {
        match end {
            End::Length(length) => self.read_part(stream, length),
            End::Connection => {
                stream.read_to_end(&mut self.body)?;
                self.bytes.extend_from_slice(&self.body);
                Ok(())
            }
            End::Chunks => loop {
                let line = self.read_line(stream)?;
                let size = line.split(';').next().unwrap_or_default().trim();
                let size = u64::from_str_radix(size, 16).map_err(io::Error::other)?;
                self.read_part(stream, size)?;
                // The end of the chunk; behind the last one, fields that may follow.
                while !self.read_line(stream)?.trim().is_empty() {}
                if size == 0 {
                    return Ok(());
                }
            },
        }
    }

    fn read_part(&mut self, stream: &mut impl Read, length: u64) -> io::Result<()> {
        let before = self.body.len();
        stream.take(length).read_to_end(&mut self.body)?;
        let part = &self.body[before..];
        self.bytes.extend_from_slice(part);
        if part.len() as u64 == length {
            Ok(())
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }

    fn read_line(&mut self, stream: &mut impl BufRead) -> io::Result<String> {
        let before = self.bytes.len();
        if stream.read_until(b'\n', &mut self.bytes)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(String::from_utf8_lossy(&self.bytes[before..]).into_owned())
    }

    /// The value of a field of the head.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (own, value) = line.split_once(':')?;
            own.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// The status of an answer; 0 for a request.
    pub(crate) fn status(&self) -> u16 {
        let rest = self.head.strip_prefix("HTTP/1.");
        let status = rest.and_then(|rest| rest.split(' ').nth(1));
        status
            .and_then(|status| status.trim().parse().ok())
            .unwrap_or_default()
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Asks `http://127.0.0.1:PORT` and waits at most so long for each part of the answer. A body is JSON, or lines of it.
pub(crate) fn ask(
    url: &str,
    method: &str,
    path: &str,
    body: &str,
    limit: Duration,
) -> io::Result<Message> {
    let authority = url.trim_start_matches("http://");
    let address: SocketAddr = authority.parse().map_err(io::Error::other)?;
    let mut stream = TcpStream::connect_timeout(&address, limit)?;
    stream.set_read_timeout(Some(limit))?;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let bytes = [head.as_bytes(), body.as_bytes()].concat();
    stream.write_all(&bytes)?;
    let request = Message {
        head,
        body: Vec::new(),
        bytes,
    };
    Message::read_answer(&mut BufReader::new(stream), &request)?
        .ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}
