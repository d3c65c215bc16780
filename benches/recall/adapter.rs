//! Another engine behind an external command: `README.md` beside this file describes the lines that are exchanged.

use crate::contenders::passages::Passages;
use crate::contenders::{Contender, Result};
use serde::Deserialize;
use serde_json::json;
use std::cell::RefCell;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A running command that has been given all passages.
pub(crate) struct Adapter {
    child: Child,
    pipes: RefCell<Option<Pipes>>,
}

struct Pipes {
    to: BufWriter<ChildStdin>,
    from: BufReader<ChildStdout>,
}

#[derive(Deserialize)]
struct Answer {
    ids: Vec<u32>,
}

impl Adapter {
    /// Starts `command` in a shell and gives it the passages; `text` says which text of each.
    pub(crate) fn start(
        command: &str,
        passages: &Passages,
        text: impl Fn(&Passages, usize) -> &str,
    ) -> Result<Adapter> {
        let mut child = Command::new("sh")
            .args(["-c", command])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (to, from) = child
            .stdin
            .take()
            .zip(child.stdout.take())
            .ok_or("no pipes")?;
        let mut pipes = Pipes {
            to: BufWriter::new(to),
            from: BufReader::new(from),
        };
        for number in 0..passages.len() {
            let line = json!({"id": number, "text": text(passages, number)});
            writeln!(pipes.to, "{line}")?;
        }
        Ok(Adapter {
            child,
            pipes: RefCell::new(Some(pipes)),
        })
    }
}

impl Contender for Adapter {
    fn count(&self, phrase: &str) -> Result<u64> {
        Ok(self.find(phrase)?.len() as u64)
    }

    fn find(&self, phrase: &str) -> Result<Vec<u32>> {
        let mut pipes = self.pipes.borrow_mut();
        let Pipes { to, from } = pipes.as_mut().ok_or("the command has ended")?;
        writeln!(to, "{}", json!({"phrase": phrase}))?;
        to.flush()?;
        let mut line = String::new();
        if from.read_line(&mut line)? == 0 {
            return Err("the command ended without an answer".into());
        }
        Ok(serde_json::from_str::<Answer>(&line)?.ids)
    }

    fn page(&self, _: &str) -> Result<usize> {
        Err("a command is not asked for highlights".into())
    }
}

impl Drop for Adapter {
    fn drop(&mut self) {
        // The end of its input ends the command.
        self.pipes.take();
        let _ = self.child.wait();
    }
}
