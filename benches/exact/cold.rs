//! Whole processes from start to exit, in turn.

use crate::Tables;
use crate::contenders::corpora::Corpus;
use crate::contenders::fields::{Cut, FieldIndex};
use crate::contenders::measure::{
    Cost, Samples, anonymous_mib, cpu_seconds_of_children, run_child, seconds,
};
use crate::contenders::ours::everything;
use crate::contenders::passages::Passages;
use crate::contenders::trigrams::TrigramIndex;
use crate::contenders::{Contender, Result};
use baogao_engine::exact::MatchOptions;
use baogao_engine::index::Index;
use baogao_engine::query::Query;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What is asked.
const PHRASE: &str = "专业镇";
/// Starts of each program.
const STARTS: usize = 40;
/// More passages than the samples have: what was aimed at is 5 ms for those, 15 ms for a million.
const MANY: usize = 1_000;
/// Fewer where a start takes so many seconds.
const MAX_SECONDS: f64 = 15.0;

/// A program that opens an index and answers, and then says what memory it holds; none if the role is another.
pub(crate) fn child(role: &str, dir: &Path) -> Result<Option<Cost>> {
    let words = Cut::Words { hmm: true };
    // What is measured stays open until the memory has been read.
    let (wall, open): (f64, Result<Box<dyn std::any::Any>>) = match role {
        "cold" => seconds(|| {
            let query = Query::parse(PHRASE, MatchOptions::default())?;
            let index = Index::open(dir)?;
            let answer = index.search(&query, &everything(Some(10)))?;
            Ok(Box::new((index, answer)) as _)
        }),
        "cold-words" => seconds(|| asked(FieldIndex::open(dir, words)?)),
        "cold-pairs" => seconds(|| asked(FieldIndex::open(dir, Cut::Pairs)?)),
        "cold-trigrams" => seconds(|| asked(TrigramIndex::open(dir)?)),
        _ => return Ok(None),
    };
    let _open = open?;
    Ok(Some(Cost {
        wall,
        cpu: 0.0,
        memory: anonymous_mib(),
    }))
}

fn asked(contender: impl Contender + 'static) -> Result<Box<dyn std::any::Any>> {
    contender.page(PHRASE)?;
    Ok(Box::new(contender))
}

/// The programs that are started.
pub(crate) struct Cold<'c> {
    corpus: &'c Corpus,
    /// Passages and places that there are.
    there: (u64, u64),
    passages_held: usize,
    /// Whether ripgrep is installed.
    has_ripgrep: bool,
}

impl<'c> Cold<'c> {
    pub(crate) fn new(corpus: &'c Corpus, passages: &Passages) -> Result<Cold<'c>> {
        let found = Command::new("rg").arg("--version").output();
        let has_ripgrep = found.is_ok_and(|output| output.status.success());
        if !has_ripgrep {
            eprintln!("{}: ripgrep (rg) is not installed, left out", corpus.name);
        }
        Ok(Cold {
            corpus,
            there: passages.scan(PHRASE),
            passages_held: passages.len(),
            has_ripgrep,
        })
    }

    pub(crate) fn measure(&self, tables: &mut Tables) -> Result<()> {
        eprintln!("{}: whole processes", self.corpus.name);
        let mut programs = vec!["baogao", "c", "e", "f"];
        if self.has_ripgrep {
            programs.push("rg");
        }
        let ((passages, places), passages_held) = (self.there, self.passages_held);
        let mut rows: Vec<_> = programs.iter().map(|_| <[Samples; 3]>::default()).collect();
        let mut found = vec![String::new(); programs.len()];
        let mut spent = 0.0;
        for start in 0..STARTS {
            for ((program, row), found) in programs.iter().zip(&mut rows).zip(&mut found) {
                let [wall, cpu, memory] = row;
                let before = cpu_seconds_of_children();
                let (time, finds) = seconds(|| self.run(program));
                let (mib, finds) = finds?;
                wall.push(time * 1e3);
                cpu.push((cpu_seconds_of_children() - before) * 1e3);
                memory.push(mib);
                spent += time;
                *found = finds;
            }
            if spent > MAX_SECONDS && start >= 4 {
                break;
            }
        }
        for ((program, [wall, cpu, memory]), found) in programs.iter().zip(&rows).zip(found) {
            let memory = match *program {
                "baogao" => {
                    let name = self.corpus.name.as_str();
                    let at_most = if passages_held > MANY { 15.0 } else { 5.0 };
                    let held = self.memory_of_ours()?;
                    tables.target("cold process, ms", name, at_most, wall.median(), 1);
                    tables.target("its anonymous MiB", name, 20.0, held.median(), 1);
                    held.show(1)
                }
                "rg" => "–".to_owned(),
                _ => memory.show(1),
            };
            let found = match *program {
                "rg" => format!("{found} of {places} places"),
                "baogao" => format!("{passages} passages"),
                _ => String::new(),
            };
            tables.cold.push(vec![
                self.corpus.name.clone(),
                (*program).to_owned(),
                wall.show(1),
                format!("{:.1}", cpu.sum() / cpu.0.len() as f64),
                memory,
                found,
            ]);
        }
        Ok(())
    }

    /// Runs a program once: its anonymous memory, where it says so, and what it found.
    fn run(&self, program: &str) -> Result<(f64, String)> {
        let dir = &self.corpus.dir;
        let role = match program {
            "baogao" => {
                let mut command = Command::new(env!("CARGO_BIN_EXE_baogao"));
                command.args(["search", PHRASE, "-n", "10", "--index"]);
                output(command.arg(dir.join("update")))?;
                return Ok((0.0, String::new()));
            }
            "rg" => {
                let mut command = Command::new("rg");
                command.args(["--no-ignore", "--no-filename", "--count-matches", "-F"]);
                let output = output(command.arg(PHRASE).args(&self.corpus.folders))?;
                let counts = String::from_utf8_lossy(&output.stdout).into_owned();
                let sum: u64 = counts.lines().flat_map(str::parse::<u64>).sum();
                return Ok((0.0, sum.to_string()));
            }
            "c" => ("cold-words", "words"),
            "e" => ("cold-pairs", "pairs"),
            _ => ("cold-trigrams", "trigrams"),
        };
        let (role, folder) = role;
        let cost = run_child(role, &dir.join(folder), &[])?;
        Ok((cost.memory, String::new()))
    }

    /// The program does not say what memory it holds; the library in a process of its own does.
    fn memory_of_ours(&self) -> Result<Samples> {
        let mut memory = Samples::default();
        for _ in 0..5 {
            let cost = run_child("cold", &self.corpus.dir.join("update"), &[])?;
            memory.push(cost.memory);
        }
        Ok(memory)
    }
}

fn output(command: &mut Command) -> Result<Output> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()?;
    // 1: nothing found, which is an answer too.
    match output.status.code() {
        Some(0 | 1) => Ok(output),
        _ => Err(format!("{command:?} failed").into()),
    }
}
