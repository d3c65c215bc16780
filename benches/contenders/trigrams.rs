//! SQLite FTS5 with its own trigram tokenizer (f): what a database gives without any library for Chinese.
//!
//! A token is three characters, so that a phrase of three and more is found exactly, but for what folding makes equal; a
//! shorter one cannot be asked for, and is looked for in every text by `LIKE`, as the manual of SQLite says.

use super::{Contender, PAGE, Result};
use baogao_reading::report::Report;
use rusqlite::types::FromSql;
use rusqlite::{Connection, OpenFlags};
use std::fs;
use std::path::Path;

const FILE: &str = "passages.sqlite";
/// What highlights are put between; not in any text after repair.
const MARKS: [&str; 2] = ["\u{1}", "\u{2}"];
/// Shorter phrases have no token.
const MIN_CHARS: usize = 3;

/// Indexes all passages, text stored, in one transaction.
pub(crate) fn build(dir: &Path, reports: &[Report]) -> Result<()> {
    fs::create_dir_all(dir)?;
    let mut database = Connection::open(dir.join(FILE))?;
    database
        .execute_batch("CREATE VIRTUAL TABLE passages USING fts5(text, tokenize = 'trigram')")?;
    let transaction = database.transaction()?;
    {
        let mut insert =
            transaction.prepare("INSERT INTO passages(rowid, text) VALUES (?1, ?2)")?;
        let passages = reports.iter().flat_map(|report| &report.passages);
        for (number, passage) in passages.enumerate() {
            insert.execute((number as i64, &passage.text))?;
        }
    }
    Ok(transaction.commit()?)
}

/// Merges all segments into one.
pub(crate) fn merge(dir: &Path) -> Result<()> {
    let database = Connection::open(dir.join(FILE))?;
    Ok(database.execute_batch("INSERT INTO passages(passages) VALUES ('optimize')")?)
}

/// A database of [`build`], open.
pub(crate) struct TrigramIndex(Connection);

impl TrigramIndex {
    pub(crate) fn open(dir: &Path) -> Result<TrigramIndex> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let database = Connection::open_with_flags(dir.join(FILE), flags)?;
        Ok(TrigramIndex(database))
    }

    /// The first column of `SELECT columns` over all that matches.
    fn select<T: FromSql>(&self, columns: &str, phrase: &str, rest: &str) -> Result<Vec<T>> {
        let (condition, argument) = if phrase.chars().count() < MIN_CHARS {
            let mut pattern = String::from("%");
            for c in phrase.chars() {
                if matches!(c, '%' | '_' | '\\') {
                    pattern.push('\\');
                }
                pattern.push(c);
            }
            pattern.push('%');
            ("text LIKE ?1 ESCAPE '\\'", pattern)
        } else {
            let quoted = format!("\"{}\"", phrase.replace('"', "\"\""));
            ("passages MATCH ?1", quoted)
        };
        // Without tokens there is no rank.
        let rest = if condition.contains("LIKE") {
            rest.replace("ORDER BY rank", "")
        } else {
            rest.to_owned()
        };
        let sql = format!("SELECT {columns} FROM passages WHERE {condition} {rest}");
        let mut statement = self.0.prepare_cached(&sql)?;
        let rows = statement.query_map([argument], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Contender for TrigramIndex {
    fn count(&self, phrase: &str) -> Result<u64> {
        let counts: Vec<i64> = self.select("count(*)", phrase, "")?;
        Ok(counts.first().map_or(0, |count| *count as u64))
    }

    fn find(&self, phrase: &str) -> Result<Vec<u32>> {
        self.select("rowid", phrase, "")
    }

    fn page(&self, phrase: &str) -> Result<usize> {
        let rest = format!("ORDER BY rank LIMIT {PAGE}");
        if phrase.chars().count() < MIN_CHARS {
            let texts: Vec<String> = self.select("text", phrase, &rest)?;
            let marks = texts.iter().map(|text| text.matches(phrase).count());
            return Ok(marks.sum());
        }
        let [before, after] = MARKS.map(|mark| format!("char({})", mark.as_bytes()[0]));
        let column = format!("highlight(passages, 0, {before}, {after})");
        let texts: Vec<String> = self.select(&column, phrase, &rest)?;
        let marks = texts.iter().map(|text| text.matches(MARKS[0]).count());
        Ok(marks.sum())
    }
}
