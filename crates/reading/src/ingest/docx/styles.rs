//! Styles and automatic numbers: what a paragraph is by its style, and the number that Word shows.
//!
//! In: the parts `styles` and `numbering`. Out: for a paragraph its outline level, whether its
//! characters are bold, and the number before it as text: `一、`, `（一）`, `1.`. The number is part of
//! what a reader sees, though no character of it stands in the document.

use super::DocxError;
use super::package::{Node, Space, read_xml};
use crate::ingest::limits::grouped;
use std::collections::HashMap;

/// A chain of styles is not followed further; Word allows ten.
const CHAIN_MAX: usize = 16;

/// Bytes of the pattern of a number; Word allows 255 characters.
const LIST_TEXT_BYTES_MAX: usize = 1_000;

/// Levels of a list.
const LEVELS: usize = 9;

/// What one style says.
#[derive(Clone, Debug, Default)]
struct Style {
    name: String,
    based_on: Option<String>,
    outline: Option<u8>,
    bold: Option<bool>,
    hidden: Option<bool>,
    raised: Option<bool>,
    list: Option<String>,
    list_level: Option<usize>,
}

/// All styles of a document.
#[derive(Debug, Default)]
pub(super) struct Styles {
    styles: HashMap<String, Style>,
    default_paragraph: Option<String>,
}

impl Styles {
    /// Reads the part `styles`.
    pub(super) fn read(part: &str, text: &str) -> Result<Styles, DocxError> {
        let mut styles = Styles::default();
        let mut open: Vec<String> = Vec::new();
        let mut current: Option<(String, Style)> = None;
        read_xml(part, text, |node| {
            match node {
                Node::Open(Space::Word, name, attributes) => {
                    if name == "style"
                        && let Some(id) = attributes.get("styleId")
                    {
                        if attributes.get("type").as_deref() == Some("paragraph")
                            && matches!(attributes.get("default").as_deref(), Some("1" | "true"))
                        {
                            styles.default_paragraph = Some(id.clone());
                        }
                        current = Some((id, Style::default()));
                    }
                    if let Some((_, style)) = &mut current {
                        // `w:rPr` stands in the style itself, and once more for each part of a table style.
                        let in_style = open.len() == 3;
                        match name {
                            "name" => style.name = attributes.get("val").unwrap_or_default(),
                            "basedOn" => style.based_on = attributes.get("val"),
                            "outlineLvl" => {
                                style.outline = attributes
                                    .number("val")
                                    .and_then(|level| u8::try_from(level).ok());
                            }
                            "numId" => style.list = attributes.get("val"),
                            "ilvl" => style.list_level = level_of(attributes.number("val")),
                            "b" if in_style => style.bold = Some(attributes.is_on()),
                            "vanish" if in_style => style.hidden = Some(attributes.is_on()),
                            "vertAlign" if in_style => {
                                style.raised = Some(attributes.is("val", "superscript"));
                            }
                            _ => {}
                        }
                    }
                    open.push(name.to_owned());
                }
                Node::Open(_, name, _) => open.push(name.to_owned()),
                Node::Close => {
                    if open.pop().as_deref() == Some("style")
                        && let Some((id, style)) = current.take()
                    {
                        styles.styles.insert(id, style);
                    }
                }
                Node::Text(_) => {}
            }
            Ok(())
        })?;
        Ok(styles)
    }

    /// A style and those it is based on, nearest first; the default one for a paragraph that names none.
    fn chain<'a>(&'a self, id: Option<&'a str>) -> impl Iterator<Item = &'a Style> {
        let mut next = id.or(self.default_paragraph.as_deref());
        std::iter::from_fn(move || {
            let style = self.styles.get(next?)?;
            next = style.based_on.as_deref();
            Some(style)
        })
        .take(CHAIN_MAX)
    }

    /// The outline level of a style, from 0; a title has none of its own and is said to be 0 too.
    pub(super) fn outline(&self, id: Option<&str>) -> Option<Outline> {
        for style in self.chain(id) {
            let name = style.name.trim().to_lowercase();
            if name == "title" || name == "标题" {
                return Some(Outline::Title);
            }
            if let Some(level) = style.outline {
                return Some(Outline::Level(level));
            }
            for start in ["heading", "标题"] {
                let number = name.strip_prefix(start).map(str::trim);
                if let Some(level @ 1..=9) = number.and_then(|number| number.parse::<u8>().ok()) {
                    return Some(Outline::Level(level - 1));
                }
            }
        }
        None
    }

    /// Whether the characters of a style are bold; nothing if it does not say.
    pub(super) fn bold(&self, id: Option<&str>) -> Option<bool> {
        self.chain(id).find_map(|style| style.bold)
    }

    /// Whether the characters of a style are hidden; nothing if it does not say.
    pub(super) fn hidden(&self, id: Option<&str>) -> Option<bool> {
        self.chain(id).find_map(|style| style.hidden)
    }

    /// The same of a character style.
    pub(super) fn hidden_of_characters(&self, id: &str) -> Option<bool> {
        self.styles.get(id)?;
        self.hidden(Some(id))
    }

    /// Whether a character style raises its characters.
    pub(super) fn raised_of_characters(&self, id: &str) -> Option<bool> {
        self.styles.get(id)?;
        self.chain(Some(id)).find_map(|style| style.raised)
    }

    /// The same as [`Styles::bold`] of a character style, which has no default.
    pub(super) fn bold_of_characters(&self, id: &str) -> Option<bool> {
        self.styles.get(id)?;
        self.bold(Some(id))
    }

    /// Whether a style is one of the entries of a table of contents.
    pub(super) fn is_contents(&self, id: Option<&str>) -> bool {
        let Some(style) = id.and_then(|id| self.styles.get(id)) else {
            return false;
        };
        let name = style.name.trim().to_lowercase();
        let level = name
            .strip_prefix("toc")
            .or_else(|| name.strip_prefix("目录"));
        level.is_some_and(|level| level.trim().parse::<u8>().is_ok())
    }

    /// The list that a style puts a paragraph in, with its level.
    fn list<'a>(&'a self, id: Option<&'a str>) -> Option<(&'a str, Option<usize>)> {
        let list = self.chain(id).find_map(|style| style.list.as_deref())?;
        let level = self.chain(id).find_map(|style| style.list_level);
        Some((list, level))
    }
}

/// The pattern of a number, unless it is longer than any: it stands before each paragraph of its list.
fn list_text(part: &str, value: Option<String>) -> Result<String, DocxError> {
    let text = value.unwrap_or_default();
    if text.len() > LIST_TEXT_BYTES_MAX {
        return Err(DocxError::TooMuch {
            part: part.to_owned(),
            what: "bytes in the number of a list".to_owned(),
            most: grouped(LIST_TEXT_BYTES_MAX),
        });
    }
    Ok(text)
}

/// Where a paragraph stands in the outline.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Outline {
    /// The title of the document.
    Title,
    /// A heading of this level, from 0; 9 is body text.
    Level(u8),
}

fn level_of(value: Option<i64>) -> Option<usize> {
    usize::try_from(value?).ok().filter(|&level| level < LEVELS)
}

/// How one level of a list is numbered.
#[derive(Clone, Debug)]
struct NumberLevel {
    start: i64,
    format: String,
    /// `%1` stands for the number of the first level.
    text: String,
    /// Whether nothing is set between the number and the text.
    close: bool,
    /// All numbers in Arabic figures, whatever the levels above say.
    legal: bool,
    style: Option<String>,
    /// The level after whose number this one begins anew; 0 for never.
    restart: Option<usize>,
}

impl Default for NumberLevel {
    fn default() -> NumberLevel {
        NumberLevel {
            start: 1,
            format: "decimal".to_owned(),
            text: String::new(),
            close: false,
            legal: false,
            style: None,
            restart: None,
        }
    }
}

type Levels = [Option<NumberLevel>; LEVELS];

/// A list in use: which pattern it follows, and what it changes in it.
#[derive(Debug, Default)]
struct List {
    pattern: String,
    starts: [Option<i64>; LEVELS],
    levels: Levels,
}

/// All lists of a document, and how far each has counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    patterns: HashMap<String, Levels>,
    lists: HashMap<String, List>,
    counters: HashMap<String, [Option<i64>; LEVELS]>,
    /// Lists whose own starts have been taken.
    begun: std::collections::HashSet<(String, usize)>,
}

impl Numbering {
    /// Reads the part `numbering`.
    pub(super) fn read(part: &str, text: &str) -> Result<Numbering, DocxError> {
        let mut numbering = Numbering::default();
        let mut open: Vec<String> = Vec::new();
        let mut pattern: Option<(String, Levels)> = None;
        let mut list: Option<(String, List)> = None;
        let mut at: Option<usize> = None;
        read_xml(part, text, |node| {
            match node {
                Node::Open(Space::Word, name, attributes) => {
                    match name {
                        "abstractNum" => {
                            pattern = attributes
                                .get("abstractNumId")
                                .map(|id| (id, Levels::default()));
                        }
                        "num" => list = attributes.get("numId").map(|id| (id, List::default())),
                        "abstractNumId" => {
                            if let Some((_, list)) = &mut list {
                                list.pattern = attributes.get("val").unwrap_or_default();
                            }
                        }
                        "lvlOverride" => at = level_of(attributes.number("ilvl")),
                        "startOverride" => {
                            if let (Some((_, list)), Some(at)) = (&mut list, at)
                                && let Some(slot) = list.starts.get_mut(at)
                            {
                                *slot = attributes.number("val");
                            }
                        }
                        "lvl" => at = level_of(attributes.number("ilvl")),
                        _ => {}
                    }
                    let levels = match (&mut list, &mut pattern) {
                        (Some((_, list)), _) => Some(&mut list.levels),
                        (None, Some((_, levels))) => Some(levels),
                        (None, None) => None,
                    };
                    let in_level = name == "lvl" || open.iter().any(|name| name == "lvl");
                    if let (Some(levels), Some(at), true) = (levels, at, in_level)
                        && let Some(slot) = levels.get_mut(at)
                    {
                        let level = slot.get_or_insert_default();
                        let value = attributes.get("val");
                        match name {
                            "start" => level.start = attributes.number("val").unwrap_or(1),
                            "numFmt" => level.format = value.unwrap_or_default(),
                            "lvlText" => level.text = list_text(part, value)?,
                            "suff" => level.close = value.as_deref() == Some("nothing"),
                            "isLgl" => level.legal = attributes.is_on(),
                            "pStyle" => level.style = value,
                            "lvlRestart" => {
                                level.restart = attributes
                                    .number("val")
                                    .and_then(|restart| usize::try_from(restart).ok());
                            }
                            _ => {}
                        }
                    }
                    open.push(name.to_owned());
                }
                Node::Open(_, name, _) => open.push(name.to_owned()),
                Node::Close => match open.pop().as_deref() {
                    Some("abstractNum") => numbering.patterns.extend(pattern.take()),
                    Some("num") => numbering.lists.extend(list.take()),
                    Some("lvlOverride") => at = None,
                    _ => {}
                },
                Node::Text(_) => {}
            }
            Ok(())
        })?;
        Ok(numbering)
    }

    /// Counts a paragraph on and gives the number that stands before it, if one does.
    pub(super) fn next(
        &mut self,
        styles: &Styles,
        style: Option<&str>,
        own: Option<(Option<String>, Option<usize>)>,
    ) -> Option<String> {
        let (own_list, own_level) = own.unwrap_or_default();
        let of_style = styles.list(style);
        let id = own_list.or_else(|| of_style.map(|(list, _)| list.to_owned()))?;
        let list = self.lists.get(&id)?;
        let pattern = self.patterns.get(&list.pattern)?;
        let level_at = |at: usize| {
            let own = list.levels.get(at).and_then(Option::as_ref);
            own.or_else(|| pattern.get(at).and_then(Option::as_ref))
        };
        let at = own_level
            .or_else(|| of_style.and_then(|(_, level)| level))
            .or_else(|| {
                (0..LEVELS).find(|&at| {
                    style.is_some()
                        && level_at(at).is_some_and(|level| level.style.as_deref() == style)
                })
            })
            .unwrap_or(0);
        let level = level_at(at)?;
        let counters = self.counters.entry(list.pattern.clone()).or_default();
        // A list that has its own start begins there at its first paragraph, and goes on from then.
        let fresh = list
            .starts
            .get(at)
            .copied()
            .flatten()
            .filter(|_| self.begun.insert((id.clone(), at)));
        let slot = counters.get_mut(at)?;
        let value = match (fresh, *slot) {
            (Some(start), _) => start,
            (None, Some(last)) => last.saturating_add(1),
            (None, None) => level.start,
        };
        *slot = Some(value);
        for (deeper, slot) in counters.iter_mut().enumerate().skip(at + 1) {
            let restarts = match level_at(deeper).and_then(|level| level.restart) {
                None => true,
                Some(restart) => restart > at,
            };
            if restarts {
                *slot = None;
            }
        }
        let counters = *counters;
        let mut shown = String::new();
        let mut chars = level.text.chars().peekable();
        while let Some(c) = chars.next() {
            let reference = (c == '%')
                .then(|| chars.peek().and_then(|digit| digit.to_digit(10)))
                .flatten()
                .filter(|&digit| digit > 0);
            let Some(reference) = reference else {
                shown.push(c);
                continue;
            };
            chars.next();
            let of = reference as usize - 1;
            let Some(other) = level_at(of) else {
                continue;
            };
            let count = counters.get(of).copied().flatten().unwrap_or(other.start);
            let format = if level.legal {
                "decimal"
            } else {
                &other.format
            };
            shown.push_str(&format_number(count, format));
        }
        if level.format == "bullet" || shown.trim().is_empty() {
            // A bullet is an ornament, in a symbol font as a rule.
            return None;
        }
        if !level.close {
            shown.push(' ');
        }
        Some(shown)
    }
}

/// A number as a format of Word writes it; those that are not known are written in Arabic figures.
fn format_number(number: i64, format: &str) -> String {
    let small = u32::try_from(number).unwrap_or(0);
    let sign_at = |first: char, count: u32| {
        (1..=count)
            .contains(&small)
            .then(|| char::from_u32(u32::from(first) + small - 1))
            .flatten()
    };
    let sign = match format {
        "none" => return String::new(),
        "chineseCounting"
        | "chineseCountingThousand"
        | "japaneseCounting"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand"
        | "ideographDigital" => {
            return chinese(number);
        }
        "chineseLegalSimplified" | "ideographLegalTraditional" => {
            let plain = chinese(number);
            return plain.chars().map(legal_form).collect();
        }
        "decimalZero" => return format!("{number:02}"),
        "decimalFullWidth" | "decimalFullWidth2" => {
            let full = |c: char| char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c);
            return number.to_string().chars().map(full).collect();
        }
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => sign_at('\u{2460}', 20),
        "decimalEnclosedFullstop" => sign_at('\u{2488}', 20),
        "decimalEnclosedParen" => sign_at('\u{2474}', 20),
        "ideographEnclosedCircle" => sign_at('\u{3280}', 10),
        "ideographTraditional" => "甲乙丙丁戊己庚辛壬癸"
            .chars()
            .nth(small.wrapping_sub(1) as usize),
        "ideographZodiac" => "子丑寅卯辰巳午未申酉戌亥"
            .chars()
            .nth(small.wrapping_sub(1) as usize),
        "upperLetter" => sign_at('A', 26),
        "lowerLetter" => sign_at('a', 26),
        "upperRoman" => return roman(small).unwrap_or_else(|| number.to_string()),
        "lowerRoman" => {
            return roman(small).map_or_else(|| number.to_string(), |roman| roman.to_lowercase());
        }
        _ => None,
    };
    sign.map_or_else(|| number.to_string(), String::from)
}

/// 一, 十, 十二, 一百二十三.
fn chinese(number: i64) -> String {
    const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let Some(mut rest) = usize::try_from(number)
        .ok()
        .filter(|number| *number < 10_000)
    else {
        return number.to_string();
    };
    if rest == 0 {
        return "〇".to_owned();
    }
    let mut out = String::new();
    let mut gap = false;
    for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = rest / unit;
        rest %= unit;
        if digit == 0 {
            gap = !out.is_empty();
            continue;
        }
        if gap {
            out.push('零');
            gap = false;
        }
        // 十二, not 一十二.
        if !(unit == 10 && digit == 1 && out.is_empty()) {
            out.extend(DIGITS.get(digit));
        }
        out.push_str(name);
    }
    out
}

fn legal_form(c: char) -> char {
    match c {
        '〇' => '零',
        '一' => '壹',
        '二' => '贰',
        '三' => '叁',
        '四' => '肆',
        '五' => '伍',
        '六' => '陆',
        '七' => '柒',
        '八' => '捌',
        '九' => '玖',
        '十' => '拾',
        '百' => '佰',
        '千' => '仟',
        other => other,
    }
}

fn roman(number: u32) -> Option<String> {
    const SIGNS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut rest = number;
    let mut out = String::new();
    for (value, sign) in SIGNS {
        while rest >= value && number < 4_000 {
            out.push_str(sign);
            rest -= value;
        }
    }
    (!out.is_empty()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NS: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";

    #[test]
    fn numbers_are_written_as_word_writes_them() {
        let check = |number, format, expected: &str| {
            assert_eq!(format_number(number, format), expected, "{number} {format}");
        };
        check(1, "chineseCounting", "一");
        check(10, "chineseCountingThousand", "十");
        check(12, "chineseCounting", "十二");
        check(20, "chineseCounting", "二十");
        check(105, "chineseCountingThousand", "一百零五");
        check(110, "chineseCountingThousand", "一百一十");
        check(3, "decimal", "3");
        check(3, "decimalEnclosedCircleChinese", "③");
        check(12, "decimalFullWidth", "１２");
        check(4, "lowerRoman", "iv");
        check(2, "ideographTraditional", "乙");
        check(2, "chineseLegalSimplified", "贰");
        check(-1, "chineseCounting", "-1");
        check(30, "decimalEnclosedCircle", "30");
    }

    #[test]
    fn lists_count_by_level_and_restart() {
        let text = format!(
            "<w:numbering {NS}><w:abstractNum w:abstractNumId=\"0\">\
             <w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"chineseCounting\"/><w:suff w:val=\"nothing\"/><w:lvlText w:val=\"%1、\"/></w:lvl>\
             <w:lvl w:ilvl=\"1\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/><w:isLgl/><w:lvlText w:val=\"%1.%2\"/></w:lvl>\
             </w:abstractNum><w:num w:numId=\"5\"><w:abstractNumId w:val=\"0\"/></w:num>\
             <w:num w:numId=\"6\"><w:abstractNumId w:val=\"0\"/><w:lvlOverride w:ilvl=\"0\"><w:startOverride w:val=\"1\"/></w:lvlOverride></w:num></w:numbering>"
        );
        let mut numbering = Numbering::read("n", &text).expect("it is well formed");
        let styles = Styles::default();
        let mut next = |list: &str, level| {
            numbering
                .next(&styles, None, Some((Some(list.to_owned()), Some(level))))
                .unwrap_or_default()
        };
        assert_eq!(next("5", 0), "一、");
        assert_eq!(next("5", 1), "1.1 ");
        assert_eq!(next("5", 1), "1.2 ");
        assert_eq!(next("5", 0), "二、");
        assert_eq!(next("5", 1), "2.1 ");
        assert_eq!(next("6", 0), "一、");
        assert_eq!(next("6", 0), "二、");
        assert_eq!(next("0", 0), "");
    }

    #[test]
    fn styles_inherit() {
        let text = format!(
            "<w:styles {NS}><w:style w:type=\"paragraph\" w:styleId=\"1\"><w:name w:val=\"heading 1\"/><w:rPr><w:b/></w:rPr></w:style>\
             <w:style w:type=\"paragraph\" w:styleId=\"a\"><w:name w:val=\"章\"/><w:basedOn w:val=\"1\"/></w:style>\
             <w:style w:type=\"paragraph\" w:styleId=\"t\"><w:name w:val=\"toc 1\"/></w:style>\
             <w:style w:type=\"paragraph\" w:styleId=\"loop\"><w:basedOn w:val=\"loop\"/></w:style></w:styles>"
        );
        let styles = Styles::read("s", &text).expect("it is well formed");
        assert_eq!(styles.outline(Some("a")), Some(Outline::Level(0)));
        assert_eq!(styles.bold(Some("a")), Some(true));
        assert_eq!(styles.outline(Some("loop")), None);
        assert!(styles.is_contents(Some("t")) && !styles.is_contents(Some("a")));
        assert_eq!(styles.outline(None), None);
    }
}
