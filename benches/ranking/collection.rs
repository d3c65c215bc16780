//! A collection: documents, queries and judgements, read from files; its documents as reports; its runs as files.

use crate::score::Run;
use crate::{Result, write};
use baogao_reading::report::{Genre, Kind, LineStart, Part, Passage, Report, ReportMeta};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// A line of at most so many characters that no mark ends is a heading.
const MAX_HEADING_CHARS: usize = 40;

/// What is a passage.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The whole document.
    Whole,
    /// Each of its lines.
    Lines,
}

impl Cut {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Cut::Whole => "whole",
            Cut::Lines => "lines",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Cut::Whole => "A document is one passage",
            Cut::Lines => "Each line of a document is a passage, the best one counts",
        }
    }
}

/// Grades of documents, by query.
pub(crate) type Judgements = BTreeMap<String, BTreeMap<String, u32>>;

#[derive(Deserialize)]
struct Record {
    id: String,
    text: String,
}

/// Documents, queries and judgements.
pub(crate) struct Collection {
    pub(crate) name: String,
    documents: Vec<Record>,
    pub(crate) queries: Vec<(String, String)>,
    pub(crate) judgements: Judgements,
}

impl Collection {
    /// The collections in the subfolders of `folder`, by name.
    pub(crate) fn read_all(folder: &Path) -> Result<Vec<Collection>> {
        let mut collections = Vec::new();
        for entry in fs::read_dir(folder)? {
            let folder = entry?.path();
            if folder.join("qrels.tsv").is_file() {
                collections.push(Collection::read(&folder)?);
            }
        }
        collections.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(collections)
    }

    fn read(folder: &Path) -> Result<Collection> {
        let records = |file: &str| -> Result<Vec<Record>> {
            let text = fs::read_to_string(folder.join(file))?;
            let lines = text.lines().filter(|line| !line.trim().is_empty());
            Ok(lines
                .map(serde_json::from_str)
                .collect::<serde_json::Result<_>>()?)
        };
        let mut judgements = Judgements::new();
        for line in fs::read_to_string(folder.join("qrels.tsv"))?.lines() {
            if let [query, document, grade] = line.split('\t').collect::<Vec<_>>()[..] {
                let of_query = judgements.entry(query.to_owned()).or_default();
                of_query.insert(document.to_owned(), grade.trim().parse()?);
            }
        }
        let name = folder.file_name().unwrap_or_default();
        let queries = records("queries.jsonl")?.into_iter();
        Ok(Collection {
            name: name.to_string_lossy().into_owned(),
            documents: records("docs.jsonl")?,
            queries: queries.map(|query| (query.id, query.text)).collect(),
            judgements,
        })
    }

    /// The documents as reports, each titled with its id.
    pub(crate) fn reports(&self, cut: Cut) -> Vec<Report> {
        let report = |document: &Record| Report {
            meta: ReportMeta {
                title: document.id.clone(),
                region: None,
                year: None,
                date: None,
                speaker: None,
                named: None,
                url: None,
                genre: Genre::Report,
                abridged: false,
                partial: false,
                contradicted: false,
            },
            passages: match cut {
                Cut::Whole => vec![passage(Kind::Text, &document.text.replace('\n', " "))],
                Cut::Lines => {
                    let lines = document.text.lines().map(str::trim);
                    let lines = lines.filter(|line| !line.is_empty());
                    lines.map(|line| passage(kind_of(line), line)).collect()
                }
            },
            notes: Vec::new(),
        };
        self.documents.iter().map(report).collect()
    }

    /// Writes a run and the judgements in the format of TREC.
    pub(crate) fn write(
        &self,
        folder: &Path,
        (cut, variant): (Cut, &str),
        run: &Run,
    ) -> Result<()> {
        let mut lines = String::new();
        for (query, documents) in run {
            for (rank, (document, score)) in documents.iter().enumerate() {
                writeln!(
                    lines,
                    "{query} Q0 {document} {} {score:.4} baogao-{variant}",
                    rank + 1
                )?;
            }
        }
        let name = format!("{}-{}-{variant}.run", self.name, cut.name());
        write(folder, &name, &lines)?;
        let mut lines = String::new();
        for (query, grades) in &self.judgements {
            for (document, grade) in grades {
                writeln!(lines, "{query} 0 {document} {grade}")?;
            }
        }
        write(folder, &format!("{}.qrels", self.name), &lines)
    }
}

fn passage(kind: Kind, text: &str) -> Passage {
    Passage {
        part: Part::Other,
        kind,
        heading: None,
        about: None,
        text: text.to_owned(),
        lines: vec![LineStart { byte: 0, line: 1 }],
        ocr: false,
    }
}

/// A short line that no mark ends is a heading.
fn kind_of(line: &str) -> Kind {
    let ends_open = line.chars().next_back().is_some_and(char::is_alphanumeric);
    match ends_open && line.chars().count() <= MAX_HEADING_CHARS {
        true => Kind::Heading,
        false => Kind::Text,
    }
}
