//! The fold, written again from the rules of the design.
//!
//! Only the long tables (traditional to simplified, radicals, compatibility ideographs) are read from
//! `crates/reading/data/fold.tsv`; all other classes are written out.

use std::collections::HashMap;
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::sync::OnceLock;

/// Where a quotation mark stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Side {
    Opens,
    Closes,
    Either,
}

/// Quotation marks of all kinds and title marks.
fn quote(c: char) -> Option<Side> {
    match c {
        '\u{201c}' | '\u{2018}' | '\u{300c}' | '\u{300e}' | '\u{300a}' | '\u{3008}'
        | '\u{201e}' | '\u{201a}' | '\u{ab}' | '\u{2039}' | '\u{301d}' | '\u{ff62}'
        | '\u{fe41}' | '\u{fe43}' | '\u{fe3d}' | '\u{fe3f}' | '\u{201f}' | '\u{201b}'
        | '\u{2329}' | '\u{27e8}' | '\u{27ea}' => Some(Side::Opens),
        '\u{201d}' | '\u{2019}' | '\u{300d}' | '\u{300f}' | '\u{300b}' | '\u{3009}' | '\u{bb}'
        | '\u{203a}' | '\u{301e}' | '\u{301f}' | '\u{ff63}' | '\u{fe42}' | '\u{fe44}'
        | '\u{fe3e}' | '\u{fe40}' | '\u{232a}' | '\u{27e9}' | '\u{27eb}' => Some(Side::Closes),
        '"' | '\'' | '\u{ff02}' | '\u{ff07}' => Some(Side::Either),
        _ => None,
    }
}

/// White space, zero-width and control characters.
fn vanishes(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c,
            '\u{e5e5}' | '\u{2460}'..='\u{2473}' | '\u{3251}'..='\u{325f}' | '\u{32b1}'..='\u{32bf}'
            | '\u{3164}' | '\u{ffa0}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{e0000}'..='\u{e007f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Ⅰ to Ⅿ and ⅰ to ⅿ.
fn roman(c: char) -> Option<&'static str> {
    const NUMERALS: [&str; 16] = [
        "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "l", "c", "d",
        "m",
    ];
    let at = match c {
        '\u{2160}'..='\u{216f}' => u32::from(c) - 0x2160,
        '\u{2170}'..='\u{217f}' => u32::from(c) - 0x2170,
        _ => return None,
    };
    NUMERALS.get(at as usize).copied()
}

/// Superscript and subscript digits and signs.
fn script(c: char) -> Option<char> {
    let digit = |zero: u32| char::from_digit(u32::from(c) - zero, 10);
    match c {
        '\u{b9}' => Some('1'),
        '\u{b2}' => Some('2'),
        '\u{b3}' => Some('3'),
        '\u{2070}' | '\u{2074}'..='\u{2079}' => digit(0x2070),
        '\u{2080}'..='\u{2089}' => digit(0x2080),
        '\u{207a}' | '\u{208a}' => Some('+'),
        '\u{207c}' | '\u{208c}' => Some('='),
        '\u{207d}' | '\u{208d}' => Some('('),
        '\u{207e}' | '\u{208e}' => Some(')'),
        '\u{207f}' | '\u{2099}' => Some('n'),
        '\u{2071}' | '\u{1d62}' => Some('i'),
        '\u{2090}' => Some('a'),
        '\u{2091}' => Some('e'),
        '\u{2093}' => Some('x'),
        _ => None,
    }
}

/// The long tables, read as data.
fn long_tables() -> &'static HashMap<char, String> {
    static TABLES: OnceLock<HashMap<char, String>> = OnceLock::new();
    TABLES.get_or_init(|| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/reading/data/fold.tsv");
        let rows = fs::read_to_string(path).expect("the fold table is part of the source");
        let code = |text: &str| {
            let code = u32::from_str_radix(text.trim_start_matches("U+"), 16).expect("hex");
            char::from_u32(code).expect("a character")
        };
        let mut tables = HashMap::new();
        for row in rows.lines().filter(|row| !row.starts_with('#')) {
            let mut columns = row.split('\t');
            let (Some(from), Some(to), Some(class)) =
                (columns.next(), columns.next(), columns.next())
            else {
                panic!("a row of three columns: {row:?}");
            };
            if matches!(class, "trad" | "radical" | "compat" | "sign" | "accent") {
                let to: String = to.split_whitespace().map(code).collect();
                tables.insert(code(from), to);
            }
        }
        assert!(tables.len() > 3_000, "traditional, radicals, compatibility");
        tables
    })
}

/// The rows of one class of the table that has one character for one.
fn class(wanted: &str) -> HashMap<char, char> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/reading/data/fold.tsv");
    let rows = fs::read_to_string(path).expect("the fold table is part of the source");
    let one = |code: &str| {
        let code = u32::from_str_radix(code.strip_prefix("U+")?, 16).ok()?;
        char::from_u32(code)
    };
    let row = |row: &str| {
        let mut columns = row.split('\t');
        let (from, to) = (columns.next()?, columns.next()?);
        (columns.next()? == wanted).then_some((one(from)?, one(to)?))
    };
    rows.lines().filter_map(row).collect()
}

/// What a character of both scripts stands for in traditional text.
pub(crate) fn either(c: char) -> Option<char> {
    static EITHER: OnceLock<HashMap<char, char>> = OnceLock::new();
    EITHER.get_or_init(|| class("either")).get(&c).copied()
}

/// Whether only traditional text has a character.
pub(crate) fn is_traditional(c: char) -> bool {
    static TRADITIONAL: OnceLock<HashMap<char, char>> = OnceLock::new();
    TRADITIONAL.get_or_init(|| class("trad")).contains_key(&c)
}

/// One step of the fold of a character; itself where nothing applies.
fn fold_once(c: char) -> String {
    if vanishes(c) || quote(c).is_some() {
        return String::new();
    }
    if let Some(letters) = roman(c) {
        return letters.to_owned();
    }
    if let Some(plain) = script(c) {
        return plain.to_string();
    }
    if let Some(to) = long_tables().get(&c) {
        return to.clone();
    }
    let one = match c {
        ',' => '\u{ff0c}',
        ';' => '\u{ff1b}',
        ':' => '\u{ff1a}',
        '?' => '\u{ff1f}',
        '!' => '\u{ff01}',
        '(' => '\u{ff08}',
        ')' => '\u{ff09}',
        '\u{ff0c}' | '\u{ff1b}' | '\u{ff1a}' | '\u{ff1f}' | '\u{ff01}' | '\u{ff08}'
        | '\u{ff09}' => c,
        '\u{2010}'..='\u{2015}'
        | '\u{ff0d}'
        | '~'
        | '\u{ff5e}'
        | '\u{2212}'
        | '\u{223c}'
        | '\u{301c}'
        | '\u{2500}'
        | '\u{2501}'
        | '\u{fe58}'
        | '\u{fe63}' => '-',
        '\u{d7}' => 'x',
        '\u{2022}' | '\u{30fb}' => '\u{b7}',
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(c) - 0xfee0).expect("an ASCII character")
        }
        '\u{ffe5}' => '\u{a5}',
        '\u{ffe1}' => '\u{a3}',
        '\u{ffe0}' => '\u{a2}',
        _ => {
            let mut lower = c.to_lowercase();
            match (lower.next(), lower.next()) {
                (Some(lower), None) => lower,
                _ => c,
            }
        }
    };
    one.to_string()
}

/// The whole fold of a character, applied until nothing changes.
pub(crate) fn fold_char(c: char) -> String {
    let mut folded = fold_once(c);
    loop {
        let next: String = folded.chars().map(fold_once).collect();
        if next == folded {
            return folded;
        }
        folded = next;
    }
}

/// A character of the folded text and where it comes from.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    pub(crate) c: char,
    /// Bytes of the original.
    pub(crate) from: Range<usize>,
    /// Whether it is the first and the last that its original gives.
    pub(crate) first: bool,
    pub(crate) last: bool,
}

/// The same of text in traditional characters.
pub(crate) fn fold_traditional(text: &str) -> Vec<Unit> {
    let mut units = fold(text);
    for unit in &mut units {
        unit.c = either(unit.c).unwrap_or(unit.c);
    }
    units
}

/// Folds a text with a map back.
pub(crate) fn fold(text: &str) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        let end = start + c.len_utf8();
        if quote(c) == Some(Side::Closes)
            && let Some((next_start, next)) = chars.peek().copied()
            && quote(next) == Some(Side::Opens)
        {
            units.push(Unit {
                c: '\u{3001}',
                from: start..next_start + next.len_utf8(),
                first: true,
                last: true,
            });
            chars.next();
            continue;
        }
        if is_mark(c, units.last().map(|unit| unit.c)) {
            continue;
        }
        let folded = fold_char(c);
        let n = folded.chars().count();
        units.extend(folded.chars().enumerate().map(|(i, c)| Unit {
            c,
            from: start..end,
            first: i == 0,
            last: i + 1 == n,
        }));
        join_dashes(&mut units);
        drop_mark(&mut units);
    }
    units
}

/// Whether a character is a raised digit that marks a note: one behind a letter, digit or bracket is an exponent.
fn is_mark(c: char, before: Option<char>) -> bool {
    let is_raised = matches!(
        c,
        '\u{b2}' | '\u{b3}' | '\u{b9}' | '\u{2070}' | '\u{2074}'..='\u{2079}'
    );
    let takes_exponent = |c: char| {
        c.is_ascii_alphanumeric()
            || ")\u{ff09}]-".contains(c)
            || matches!(c, '\u{c0}'..='\u{24f}' | '\u{300}'..='\u{3ff}')
    };
    is_raised && before.is_some_and(|c| !takes_exponent(c))
}

/// Dashes side by side are one.
fn join_dashes(units: &mut Vec<Unit>) {
    let n = units.len();
    if n >= 2 && units[n - 1].c == '-' && units[n - 2].c == '-' {
        units.pop();
    }
}

/// A figure in square brackets at the end vanishes.
fn drop_mark(units: &mut Vec<Unit>) {
    let opening = match units.last().map(|unit| unit.c) {
        Some(']') => '[',
        Some('〕') => '〔',
        Some('】') => '【',
        _ => return,
    };
    let inside = units.len() - 1;
    let n_digits = units[..inside]
        .iter()
        .rev()
        .take_while(|unit| unit.c.is_ascii_digit())
        .count();
    let mut start = inside - n_digits;
    while start > 0 && units[start - 1].c == '^' {
        start -= 1;
    }
    if (1..=3).contains(&n_digits) && start > 0 && units[start - 1].c == opening {
        units.truncate(start - 1);
    }
}

pub(crate) fn folded_string(text: &str) -> String {
    fold(text).into_iter().map(|unit| unit.c).collect()
}
