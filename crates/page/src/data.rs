//! An answer as JSON or CSV, given as it is written.
//!
//! In: what an address asks. Out: the bytes that the command line writes: the same answer, the same writers.
//!
//! Nothing is given before there is more of it than a piece holds, or all: a question that fails by then is answered with
//! why. One that fails later leaves its answer without an end.

use super::asked::{Asked, Form};
use super::parameters::{check, question};
use super::reply::Reply;
use super::work::{PIECE_BYTES, Piece, Pieces};
use crate::tell::say;
use baogao_engine::ask::{Answer, Basis, Holdings, Question, answer};
use baogao_engine::stop::Stop;
use baogao_render::answer::{write_json, write_table};
use baogao_render::failure::{Failure, INTERRUPTED};
use baogao_render::t;
use baogao_render::terminal::escape;
use hyper::header;
use std::io::{self, Write};

/// Gives the answer.
pub(super) fn give(index: &dyn Holdings, asked: &Asked, pieces: &Pieces, stop: &Stop) {
    let mut data = Data {
        head: Some(head(asked)),
        buffer: Vec::new(),
        pieces: pieces.clone(),
        stop: stop.clone(),
    };
    let written = write(index, asked, &mut data);
    // Nobody is there to be told that the asker has gone.
    let _ = match written {
        Ok(()) => data.end(),
        Err(failure) => {
            let (status, message) = told(failure);
            pieces.give(Piece::Whole(Reply::error(status, code(status), &message)))
        }
    };
}

fn write(index: &dyn Holdings, asked: &Asked, out: &mut Data) -> Result<(), Failure> {
    check(asked)?;
    let answer = answered(index, &question(asked)?)?;
    let basis = Basis::of(index)?;
    match asked.form {
        Form::Csv => write_table(out, answer.common(), &basis, false),
        _ => write_json(out, answer.common(), &basis),
    }
}

/// The answer to a question; a text that is not there was not found.
pub(super) fn answered<'h>(
    index: &'h dyn Holdings,
    question: &Question,
) -> Result<Answer<'h>, Failure> {
    answer(index, question).map_err(|error| match question {
        Question::Show(_) => Failure::of_text(error),
        _ => error.into(),
    })
}

/// An answer without its bytes.
fn head(asked: &Asked) -> Reply {
    if asked.form != Form::Csv {
        return Reply::new(200, "application/json; charset=utf-8", "");
    }
    let name = format!("attachment; filename=\"baogao-{}.csv\"", asked.view.name());
    Reply::new(200, "text/csv; charset=utf-8", "").with((header::CONTENT_DISPOSITION, name))
}

/// Data on its way out.
struct Data {
    /// Until it has been given.
    head: Option<Reply>,
    buffer: Vec<u8>,
    pieces: Pieces,
    stop: Stop,
}

impl Write for Data {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.stop.is_set() {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        if self.buffer.len() + bytes.len() > PIECE_BYTES && !self.buffer.is_empty() {
            self.give()?;
        }
        self.buffer.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// What is held back may still turn out to be a failure.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Data {
    fn give(&mut self) -> io::Result<()> {
        if let Some(head) = self.head.take() {
            self.pieces.give(Piece::Head(head))?;
        }
        let bytes = std::mem::take(&mut self.buffer);
        self.pieces.give(Piece::Data(bytes.into()))
    }

    fn end(&mut self) -> io::Result<()> {
        if let Some(mut whole) = self.head.take() {
            whole.body = std::mem::take(&mut self.buffer).into();
            return self.pieces.give(Piece::Whole(whole));
        }
        self.give()?;
        self.pieces.give(Piece::End)
    }
}

/// Status and message of a failure. What is wrong with the index is told where the server was started, with its path.
pub(super) fn told(failure: Failure) -> (u16, String) {
    match failure {
        Failure::Told {
            code: code @ (1 | 2),
            message,
            hint,
        } => {
            let status = if code == 1 { 404 } else { 400 };
            let said = match hint {
                Some(hint) => t!("%{message} (%{hint})", message = message, hint = hint).into(),
                None => message,
            };
            (status, escape(&said).into_owned())
        }
        Failure::Pointed { message, .. } => (400, escape(&message).into_owned()),
        // Nobody waits for it.
        Failure::ClosedPipe
        | Failure::Told {
            code: INTERRUPTED, ..
        } => (503, String::new()),
        Failure::Told { message, .. } => {
            say(&message);
            (
                500,
                t!("the index cannot be used; see where `baogao serve` was started").into_owned(),
            )
        }
    }
}

/// The short name of an error.
pub(super) fn code(status: u16) -> &'static str {
    match status {
        400 => "usage",
        404 => "unknown",
        _ => "index",
    }
}
