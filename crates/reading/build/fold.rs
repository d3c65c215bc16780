//! Compiles `data/fold.tsv` into the table of `src/fold.rs`.
//!
//! In: the rows of `data/fold.tsv`. Out: `fold_table.rs` in `OUT_DIR`, three arrays of plain numbers and characters that
//! need no relocation when the program starts; `script_table.rs`, the traditional characters and those of both scripts,
//! for `src/script.rs`.
//!
//! # Invariants
//!
//! - The table is closed under itself: no character of a target is folded further. A table that is not stops the build.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// How many low bits of a code point count within one page of the table.
const PAGE_BITS: u32 = 8;
/// What a character without a row gets: it stands for itself.
const KEEP: u16 = 0;
/// What a character gets that vanishes without leaving a trace.
const VANISH: u16 = 1;
/// What an opening quotation mark gets.
const OPEN: u16 = 2;
/// What a closing quotation mark gets.
const CLOSE: u16 = 3;
/// The first action that names a replacement.
const REPLACE: u16 = 4;

/// Writes the table of the library.
#[expect(
    clippy::print_stdout,
    reason = "cargo reads its instructions from stdout"
)]
pub(crate) fn build(package_dir: &Path, out_dir: &Path) -> Result<(), Box<dyn Error>> {
    let source = package_dir.join("data/fold.tsv");
    println!("cargo:rerun-if-changed={}", source.display());

    let mut targets = BTreeMap::new();
    let mut actions = BTreeMap::new();
    let mut replacements = Replacements::default();
    let mut traditional = BTreeMap::new();
    let mut either = BTreeMap::new();
    let text = fs::read_to_string(&source)?;
    for (i, line) in text.lines().enumerate() {
        if line.starts_with('#') {
            continue;
        }
        let row = parse_row(line).map_err(|e| format!("`data/fold.tsv` line {}: {e}", i + 1))?;
        if let ("trad", Some(target)) = (row.class, one(&row.target)) {
            traditional.insert(row.from, target);
        }
        if row.class == "either" {
            // Not of the fold of every text: it stands for itself there.
            let target = one(&row.target)
                .ok_or_else(|| format!("`data/fold.tsv` line {}: `to` is no character", i + 1))?;
            either.insert(row.from, target);
            continue;
        }
        let action = match row.class {
            "vanish" | "mark" => VANISH,
            "open" => OPEN,
            "close" => CLOSE,
            _ => replacements.action_of(&row.target)?,
        };
        if action < REPLACE && !row.target.is_empty() {
            return Err(format!("`data/fold.tsv` line {}: `to` is not empty", i + 1).into());
        }
        actions.insert(row.from, action);
        if targets.insert(row.from, row.target).is_some() {
            return Err(format!("`data/fold.tsv` line {}: second row", i + 1).into());
        }
    }

    for (from, target) in &targets {
        if target.chars().any(|c| targets.contains_key(&c)) {
            return Err(
                format!("`data/fold.tsv`: the target of {from:?} is folded further").into(),
            );
        }
    }
    if let Some(to) = either.values().find(|to| targets.contains_key(to)) {
        return Err(format!("`data/fold.tsv`: the target {to:?} is folded further").into());
    }
    let mut table = write_table(&actions, &replacements)?;
    let fingerprint = xxhash_rust::xxh3::xxh3_64(text.as_bytes());
    writeln!(
        table,
        "pub(super) const FINGERPRINT: u64 = {fingerprint:#018x};"
    )?;
    fs::write(out_dir.join("fold_table.rs"), table)?;
    let mut scripts = write_pairs("TRADITIONAL", &traditional)?;
    scripts.push_str(&write_pairs("EITHER", &either)?);
    fs::write(out_dir.join("script_table.rs"), scripts)?;
    Ok(())
}

/// The character of a text that has one.
fn one(text: &str) -> Option<char> {
    let mut chars = text.chars();
    chars.next().filter(|_| chars.next().is_none())
}

/// A table of characters and what stands for them, in order.
fn write_pairs(name: &str, pairs: &BTreeMap<char, char>) -> Result<String, Box<dyn Error>> {
    let mut out = String::new();
    writeln!(out, "static {name}: [(char, char); {}] = [", pairs.len())?;
    for (from, to) in pairs {
        writeln!(
            out,
            "    ('{}', '{}'),",
            from.escape_unicode(),
            to.escape_unicode()
        )?;
    }
    writeln!(out, "];")?;
    Ok(out)
}

/// One row of the data file.
struct Row<'a> {
    from: char,
    target: String,
    class: &'a str,
}

fn parse_row(line: &str) -> Result<Row<'_>, Box<dyn Error>> {
    let mut columns = line.split('\t');
    let (Some(from), Some(target), Some(class)) = (columns.next(), columns.next(), columns.next())
    else {
        return Err("fewer than three columns".into());
    };
    Ok(Row {
        from: parse_code_point(from)?,
        target: target
            .split_whitespace()
            .map(parse_code_point)
            .collect::<Result<_, _>>()?,
        class,
    })
}

fn parse_code_point(text: &str) -> Result<char, Box<dyn Error>> {
    let digits = text.strip_prefix("U+").ok_or("a code point is U+XXXX")?;
    Ok(char::try_from(u32::from_str_radix(digits, 16)?)?)
}

/// The replacements in the order of their actions, each one once.
#[derive(Default)]
struct Replacements {
    /// All replacements, one after the other.
    chars: Vec<char>,
    /// Where each replacement ends in `chars`; it begins where the one before it ends.
    ends: Vec<u16>,
    known: HashMap<String, u16>,
}

impl Replacements {
    /// The action that puts `target` in the place of a character.
    fn action_of(&mut self, target: &str) -> Result<u16, Box<dyn Error>> {
        if target.is_empty() {
            return Err("`to` is empty".into());
        }
        if let Some(&action) = self.known.get(target) {
            return Ok(action);
        }
        let action = u16::try_from(usize::from(REPLACE) + self.ends.len())?;
        self.chars.extend(target.chars());
        self.ends.push(u16::try_from(self.chars.len())?);
        self.known.insert(target.to_owned(), action);
        Ok(action)
    }
}

/// The source text of the table: actions by code point in two levels, then the replacements.
fn write_table(
    actions: &BTreeMap<char, u16>,
    replacements: &Replacements,
) -> Result<String, Box<dyn Error>> {
    let page_size = 1u32 << PAGE_BITS;
    let mut pages: Vec<Vec<u16>> = Vec::new();
    let mut page_of: Vec<u8> = Vec::new();
    for first in (0..=u32::from(char::MAX)).step_by(1 << PAGE_BITS) {
        let page: Vec<u16> = (first..first + page_size)
            .map(|code_point| char::from_u32(code_point).and_then(|c| actions.get(&c).copied()))
            .map(|action| action.unwrap_or(KEEP))
            .collect();
        let at = pages.iter().position(|p| *p == page).unwrap_or_else(|| {
            pages.push(page);
            pages.len() - 1
        });
        page_of.push(u8::try_from(at)?);
    }

    let mut out = String::new();
    for (name, value) in [
        ("KEEP", KEEP),
        ("VANISH", VANISH),
        ("OPEN", OPEN),
        ("CLOSE", CLOSE),
        ("REPLACE", REPLACE),
    ] {
        writeln!(out, "pub(super) const {name}: u16 = {value};")?;
    }
    writeln!(out, "pub(super) const PAGE_BITS: u32 = {PAGE_BITS};")?;
    let actions = pages.concat();
    let starts: Vec<u16> = [0]
        .into_iter()
        .chain(replacements.ends.iter().copied())
        .collect();
    writeln!(
        out,
        "pub(super) static PAGE_OF: [u8; {}] = {page_of:?};",
        page_of.len()
    )?;
    writeln!(
        out,
        "pub(super) static ACTIONS: [u16; {}] = {actions:?};",
        actions.len()
    )?;
    writeln!(
        out,
        "pub(super) static STARTS: [u16; {}] = {starts:?};",
        starts.len()
    )?;
    let chars = &replacements.chars;
    writeln!(out, "pub(super) static CHARS: [char; {}] = [", chars.len())?;
    for c in chars {
        writeln!(out, "    '{}',", c.escape_unicode())?;
    }
    writeln!(out, "];")?;
    Ok(out)
}
