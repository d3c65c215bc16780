//! Text for people: laid out by display width, hits marked, nothing from a file interpreted by the terminal.
//!
//! # Invariants
//!
//! - Text from outside passes [`escape`]: no control character and no direction mark reaches the
//!   terminal, on any stream, whether it is a terminal or not.
//! - Without colour a hit stands in 【】; colour never carries meaning alone.

use super::Language;
use super::unsafe_chars::is_unsafe;
use anstyle::{AnsiColor, Style};
use baogao_engine::highlight::excerpt;
use baogao_engine::passage::PassageView;
use baogao_engine::search::Hit;
use baogao_engine::stats::{Facet, Facets, Presence, State};
use baogao_reading::region::{Level, Region};
use baogao_reading::report::{Part, Year};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::ops::Range;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How output looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// With ANSI colours.
    pub colour: bool,
    /// Columns of the terminal.
    pub columns: usize,
    /// Language of what is not from a report.
    pub language: Language,
}

const HIT: Style = AnsiColor::Red.on_default().bold();
const NAME: Style = Style::new().bold();
const ID: Style = AnsiColor::Cyan.on_default();
const DIM: Style = Style::new().dimmed();
/// Two columns before everything that belongs to a hit.
const INDENT: &str = "  ";
/// Shown where text has been left out.
const ELLIPSIS: &str = "…";
/// Columns before the counts of a facet.
const FACET_COLUMNS: usize = 26;
/// Longer lines are hard to read, however wide the terminal is.
const MAX_TEXT_COLUMNS: usize = 120;

impl Look {
    /// The name of a part.
    pub fn part(&self, part: Part) -> &'static str {
        match self.language {
            Language::English => part.name(),
            Language::Chinese => part.chinese_name(),
        }
    }

    /// The name of a level.
    pub fn level(&self, level: Level) -> &'static str {
        match self.language {
            Language::English => level.name(),
            Language::Chinese => level.chinese_name(),
        }
    }

    /// One of two words.
    fn word(&self, english: &'static str, chinese: &'static str) -> &'static str {
        match self.language {
            Language::English => english,
            Language::Chinese => chinese,
        }
    }

    /// `text` in a style, or plain.
    fn paint(&self, style: Style, text: &str) -> String {
        if self.colour {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    /// A name, set off.
    pub fn name(&self, text: &str) -> String {
        self.paint(NAME, &escape(text))
    }

    /// An id.
    pub fn id(&self, text: &str) -> String {
        self.paint(ID, &escape(text))
    }

    /// Something of less weight.
    pub fn dim(&self, text: &str) -> String {
        self.paint(DIM, &escape(text))
    }

    /// A hit.
    fn hit(&self, text: &str) -> String {
        if self.colour {
            self.paint(HIT, text)
        } else {
            format!("【{text}】")
        }
    }

    /// Breaks text at the width of the terminal, every line indented.
    pub fn wrap(&self, text: &str, indent: &str) -> String {
        let columns = self.columns.clamp(20, MAX_TEXT_COLUMNS);
        textwrap::fill(
            text,
            textwrap::Options::new(columns)
                .initial_indent(indent)
                .subsequent_indent(indent),
        )
    }
}

/// Makes text from outside harmless: control characters and direction marks become `\u{1b}`.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_unsafe(c) {
            escaped.extend(c.escape_unicode())
        } else {
            escaped.push(c)
        }
    }
    Cow::Owned(escaped)
}

/// Text from outside without what [`escape`] makes visible: searched for, it finds the same.
pub fn without_marks(text: &str) -> String {
    text.chars().filter(|c| !is_unsafe(*c)).collect()
}

/// The parts of `text` in `ranges` with the hits marked, `…` where something is left out. Hits and ranges are sorted and
/// disjoint.
pub fn marked(look: Look, text: &str, hits: &[Range<usize>], ranges: &[Range<usize>]) -> String {
    let mut out = String::new();
    let part = |range: Range<usize>| escape(text.get(range).unwrap_or_default());
    let mut shown_to = 0;
    let mut rest = hits;
    for range in ranges {
        let n_before = rest.partition_point(|hit| hit.start < range.start);
        rest = rest.get(n_before..).unwrap_or_default();
        if range.start > shown_to {
            out.push_str(ELLIPSIS);
        }
        let mut at = range.start;
        for hit in rest.iter().take_while(|hit| hit.end <= range.end) {
            out.push_str(&part(at..hit.start));
            out.push_str(&look.hit(&part(hit.clone())));
            at = hit.end;
        }
        out.push_str(&part(at..range.end));
        shown_to = range.end;
    }
    if shown_to < text.len() {
        out.push_str(ELLIPSIS);
    }
    out
}

/// `山西省 › 吕梁市 › 汾阳市`, or 未知.
pub fn region_line(passage: &PassageView) -> String {
    let region = passage
        .report
        .meta
        .region
        .as_ref()
        .map(|region| region.value);
    match region {
        Some(_) => baogao_engine::ask::region_path(region).join(" › "),
        None => "未知".to_owned(),
    }
}

/// The year of a report for a table, `–` if unknown.
pub fn year(passage: &PassageView) -> String {
    passage
        .report
        .meta
        .year
        .as_ref()
        .map_or_else(|| "–".to_owned(), |year| year.value.to_string())
}

/// A hit as people read it: id and place, section, the text around the hits, the file.
pub fn hit_block(look: Look, hit: &Hit, file: &str, max_chars: usize) -> String {
    let passage = &hit.passage;
    let mut out = String::new();
    let place = format!(
        "{} · {} · {}",
        region_line(passage),
        year(passage),
        look.part(passage.part)
    );
    let kind = if passage.kind == baogao_reading::report::Kind::Heading {
        look.word(" · heading", " · 标题")
    } else {
        ""
    };
    let _ = writeln!(
        out,
        "{}  {}{}",
        look.id(&passage.id()),
        look.name(&format!("{place}{kind}")),
        recognised(look, passage)
    );
    if !passage.section.is_empty() {
        let section = look.wrap(&escape(&passage.section.join(" › ")), INDENT);
        for line in section.lines() {
            let _ = writeln!(out, "{}", look.paint(DIM, line));
        }
    }
    let ranges = excerpt(&passage.text, &hit.spans, max_chars);
    let text = marked(look, &passage.text, &hit.spans, &ranges);
    let _ = writeln!(out, "{}", look.wrap(&text, INDENT));
    let _ = writeln!(
        out,
        "{INDENT}{}",
        look.dim(&format!("{file}:{}", passage.line))
    );
    out
}

/// Says of a passage that it was recognised on the picture of a page, if it was.
pub fn recognised(look: Look, passage: &PassageView) -> &'static str {
    match passage.ocr {
        true => look.word(" · OCR", " · 文字识别"),
        false => "",
    }
}

/// A hit on one line: id, file and line, region, year, part, text; tabs between. Behind it the mode, unless it is exact, and
/// `ocr` if it was recognised.
pub fn hit_line(look: Look, hit: &Hit, file: &str, max_chars: Option<usize>) -> String {
    let passage = &hit.passage;
    let whole = 0..passage.text.len();
    let ranges = max_chars.map_or_else(
        || vec![whole],
        |max| excerpt(&passage.text, &hit.spans, max),
    );
    let region = match &passage.report.meta.region {
        Some(region) => region.value.path_string().to_owned(),
        None => "未知".to_owned(),
    };
    let mut out = format!(
        "{}\t{}:{}\t{region}\t{}\t{}\t{}",
        escape(&passage.id()),
        escape(file),
        passage.line,
        year(passage),
        passage.part.name(),
        marked(look, &passage.text, &hit.spans, &ranges)
    );
    if hit.tier != baogao_engine::search::Tier::Exact {
        out.push('\t');
        out.push_str(hit.tier.name());
    }
    out.push_str(if passage.ocr { "\tocr" } else { "" });
    out
}

/// How many columns characters take that are wide in some terminals and narrow in others (“ ” — · …).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Widths {
    /// One, as most terminals have it.
    #[default]
    Narrow,
    /// Two, as terminals set up for Chinese may have it.
    Wide,
}

impl Widths {
    /// Columns that a text takes.
    pub fn of(self, text: &str) -> usize {
        match self {
            Widths::Narrow => text.width(),
            Widths::Wide => text.width_cjk(),
        }
    }

    /// The bytes of the first characters that have room in so many columns.
    fn fitting(self, chars: impl Iterator<Item = char>, mut columns: usize) -> usize {
        let mut n_bytes = 0;
        for c in chars {
            let width = match self {
                Widths::Narrow => c.width(),
                Widths::Wide => c.width_cjk(),
            };
            match columns.checked_sub(width.unwrap_or(0)) {
                Some(left) => columns = left,
                None => break,
            }
            n_bytes += c.len_utf8();
        }
        n_bytes
    }
}

/// Room for one side of a concordance, and for the keyword, in columns.
#[derive(Clone, Copy, Debug)]
pub struct KwicColumns {
    /// Each of the contexts.
    pub context: usize,
    /// The keyword.
    pub keyword: usize,
    /// How characters are measured.
    pub widths: Widths,
}

/// One line of a concordance: what stands before at the right of its column, so that all keywords begin in the same
/// one. Contexts are cut on characters.
pub fn kwic_line(
    look: Look,
    columns: KwicColumns,
    (left, keyword, right): (&str, &str, &str),
) -> String {
    let KwicColumns {
        context,
        keyword: keyword_columns,
        widths,
    } = columns;
    let left = escape(left);
    let n_bytes = widths.fitting(left.chars().rev(), context);
    let left = left.get(left.len() - n_bytes..).unwrap_or_default();
    let right = escape(right);
    let n_bytes = widths.fitting(right.chars(), context);
    let right = right.get(..n_bytes).unwrap_or_default();
    let keyword = escape(keyword);
    let pad = |used: usize, columns: usize| " ".repeat(columns.saturating_sub(used));
    format!(
        "{}{left}{}{}{right}{}",
        pad(widths.of(left), context),
        look.hit(&keyword),
        pad(widths.of(&keyword), keyword_columns),
        pad(widths.of(right), context),
    )
}

/// The facets of an answer: regions as the tree that they are, values that are held and have nothing with 0.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write_facets(out: &mut impl Write, look: Look, facets: &Facets) -> io::Result<()> {
    let unknown = || "未知".to_owned();
    let named =
        |region: &Option<Region>| region.map_or_else(unknown, |region| region.name().to_owned());
    let depth = |region: &Option<Region>| region.map_or(0, |region| region.path().count() - 1);
    let year = |year: &Option<Year>| year.map_or_else(unknown, |year| year.to_string());
    let level =
        |level: &Option<Level>| level.map_or_else(unknown, |level| look.level(level).to_owned());
    writeln!(out, "{}", look.name(look.word("region", "地区")))?;
    for (region, facet) in &facets.regions {
        write_facet(out, look, depth(region), &named(region), facet)?;
    }
    writeln!(out, "{}", look.name(look.word("year", "年份")))?;
    for (value, facet) in &facets.years {
        write_facet(out, look, 0, &year(value), facet)?;
    }
    writeln!(out, "{}", look.name(look.word("part", "部分")))?;
    for (part, facet) in &facets.parts {
        write_facet(out, look, 0, look.part(*part), facet)?;
    }
    writeln!(out, "{}", look.name(look.word("level", "级别")))?;
    for (value, facet) in &facets.levels {
        write_facet(out, look, 0, &level(value), facet)?;
    }
    Ok(())
}

fn write_facet(
    out: &mut impl Write,
    look: Look,
    depth: usize,
    label: &str,
    facet: &Facet,
) -> io::Result<()> {
    let indent = INDENT.repeat(depth + 1);
    let gap = FACET_COLUMNS.saturating_sub(indent.len() + label.width());
    let Some(sums) = facet.numbers() else {
        let state = match facet.state() {
            State::Abridged => look.word("abridged", "不全"),
            State::Unread => look.word("unread", "未读"),
            State::Said | State::NotSaid | State::None => "–",
        };
        let padding = 8usize.saturating_sub(state.width());
        return writeln!(out, "{indent}{label}{}{state}", " ".repeat(gap + padding));
    };
    let occurrences = at_least(sums.occurrences, facet.presence);
    let passages = match look.language {
        Language::English => format!("in {}", counted(sums.passages, "passage")),
        Language::Chinese => format!("次，{} 个段落", number(sums.passages)),
    };
    writeln!(
        out,
        "{indent}{label}{}{occurrences:>8} {passages}",
        " ".repeat(gap)
    )
}

pub use baogao_engine::ask::number;

/// A number that was found in what is there: `≥12` where something of it was not whole or not read.
pub fn at_least(n: u64, presence: Presence) -> String {
    let sign = if presence.is_incomplete() { "≥" } else { "" };
    format!("{sign}{}", number(n))
}

/// `1 report`, `2 reports`, `2 copies of a report`.
pub fn counted(n: u64, noun: &str) -> String {
    if n == 1 {
        return format!("1 {noun}");
    }
    let (head, rest) = noun
        .split_once(' ')
        .filter(|(_, rest)| rest.starts_with("of "))
        .unwrap_or((noun, ""));
    let plural = match head.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{head}s"),
    };
    let space = if rest.is_empty() { "" } else { " " };
    format!("{} {plural}{space}{rest}", number(n))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PLAIN: Look = Look {
        colour: false,
        columns: 80,
        language: Language::English,
    };

    #[test]
    #[expect(
        clippy::single_range_in_vec_init,
        reason = "one hit and one range are what is meant"
    )]
    fn hits_are_marked_and_gaps_shown() {
        let text = "第一句。有白酒。最后。";
        let at = text.find("白酒").expect("the text has it");
        let sentence = text.find("有").expect("the text has it");
        let shown = marked(PLAIN, text, &[at..at + 6], &[sentence..at + 9]);
        assert_eq!(shown, "…有【白酒】。…");
    }

    #[test]
    fn numbers_are_grouped() {
        for (n, expected) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(number(n), expected);
        }
    }

    proptest! {
        #[test]
        fn nothing_from_outside_reaches_a_terminal(text in "\\PC*[\u{0}-\u{9f}\u{202e}\u{2066}\u{feff}]{0,4}\\PC*") {
            let steers = |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c);
            let escaped = escape(&text);
            prop_assert!(!escaped.chars().any(steers));
        }
    }
}
