//! Rich text (.rtf), as Word, WPS and LibreOffice write it → lines.
//!
//! In: the bytes of the file. Out: what `docx` gives for the same document. The text is ASCII with control words; what
//! is not stands as bytes in the encoding of a font (`\'b1\'a8`), as numbers of Unicode with a substitute behind them
//! (`\u25253?`), or, against the rules, as it is. Deleted and hidden text, comments, heads and feet of pages, tables of
//! contents and codes of fields go to the notes; what stands in groups that a reader may ignore is no text.
//!
//! # Invariants
//!
//! - Every Han character of the text is in exactly one line or note.
//! - Never panics; time and memory are linear in the bytes.

mod error;
mod tables;
mod tokens;

pub use error::RtfError;

use super::IngestError;
use super::extract::Line;
use super::line::is_han;
use super::notes::CUT_FILE;
use super::word::{
    Look, Outline, Shape, Typist, WordParagraph, lines_of, note_lines, pictures_note,
    remove_contents_title, removed, take_note,
};
use crate::report::Note;
use encoding_rs::{BIG5, EUC_KR, Encoding, GB18030, GBK, SHIFT_JIS};
use std::collections::HashSet;
use tables::{Tables, level, of_code_page};
use tokens::{Token, Tokens};

/// Groups within groups; Word makes some dozen.
const GROUPS_MAX: usize = 1_000;

/// Rich text → lines; what is taken away goes to the notes.
pub(super) fn extract(bytes: &[u8], notes: &mut Vec<Note>) -> Result<Vec<Line>, IngestError> {
    let bytes = bytes
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(bytes)
        .trim_ascii_start();
    if !bytes.starts_with(b"{\\rtf") {
        return Err(RtfError::NotRtf.into());
    }
    let mut reader = RtfReader::new();
    let mut tokens = Tokens::of(bytes);
    let is_unicode = is_unicode(bytes);
    loop {
        tokens.takes_pairs =
            !is_unicode && tokens.is_at_high_byte() && has_pairs(reader.encoding());
        let Some(token) = tokens.next() else {
            break;
        };
        if let Token::Word(b"bin", Some(n)) = token {
            tokens.pass_over(usize::try_from(n).unwrap_or(0));
            continue;
        }
        reader.take(token)?;
        if reader.groups.is_empty() {
            break;
        }
    }
    if tokens.any(|token| matches!(token, Token::Word(..) | Token::Byte(0x21..))) {
        notes.push(Note {
            rule: CUT_FILE.to_owned(),
            line: None,
            text: "the text ends before the file does".to_owned(),
        });
    }
    reader.finish(notes)
}

/// Whether a file is UTF-8, against the rules; it may break off.
fn is_unicode(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).map_or_else(|error| error.error_len().is_none(), |_| true)
}

/// Whether a character of an encoding may take two bytes, the second of them one of ASCII.
fn has_pairs(encoding: &'static Encoding) -> bool {
    [GBK, GB18030, BIG5, SHIFT_JIS, EUC_KR].contains(&encoding)
}

/// Where the characters of a group go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    /// Into the text that is open.
    Text,
    /// Nowhere.
    Nowhere,
    Fonts,
    Styles,
    /// Into the number before the paragraph.
    Number,
}

/// What ends with a group.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Ends {
    Nothing,
    Style,
    Number,
    /// The same words in two ways of writing.
    InBoth,
    FieldCode,
    Field,
    Text(TextKind),
}

/// Texts of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum TextKind {
    Footnote,
    Endnote,
    Comment,
    Head,
    Foot,
    Box,
}

/// What holds within a group.
#[derive(Clone, Copy, Debug)]
struct Group {
    place: Place,
    ends: Ends,
    look: Look,
    font: i32,
    /// Characters that stand in for one of Unicode.
    n_substitutes: u32,
    paragraph: ParagraphLook,
    /// Whether `\*` has been said: what is not known is then no text.
    may_ignore: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct ParagraphLook {
    style: i32,
    outline: Option<Outline>,
    indent_chars: usize,
    in_table: bool,
    depth: usize,
}

/// A text that is open: the body, or one of its own within it.
#[derive(Default)]
struct Story {
    typist: Typist,
    /// The number before the paragraph that is open.
    number: Option<String>,
    /// What the text boxes that hang on it say.
    boxes: Vec<WordParagraph>,
}

struct RtfReader {
    groups: Vec<Group>,
    stories: Vec<Story>,
    tables: Tables,
    code_page: &'static Encoding,
    default_font: i32,
    /// Bytes that are not yet text: a character may take two of them.
    bytes: Vec<u8>,
    /// The first half of a character of two units.
    high: Option<u16>,
    /// Substitutes that are still to be passed over.
    n_skipped: u32,
    number: String,
    n_pictures: usize,
    /// Notes, comments, heads and feet, in their order.
    apart: Vec<(TextKind, Vec<WordParagraph>)>,
    n_bad: usize,
}

impl RtfReader {
    fn new() -> RtfReader {
        RtfReader {
            groups: Vec::new(),
            stories: vec![Story::default()],
            tables: Tables::default(),
            code_page: of_code_page(936),
            default_font: 0,
            bytes: Vec::new(),
            high: None,
            n_skipped: 0,
            number: String::new(),
            n_pictures: 0,
            apart: Vec::new(),
            n_bad: 0,
        }
    }

    fn take(&mut self, token: Token<'_>) -> Result<(), IngestError> {
        match token {
            Token::Open => self.open(),
            Token::Close => self.close(),
            // A character is never the substitute of another: where there is none, none is passed over.
            _ if self.n_skipped > 0 && !matches!(token, Token::Word(b"u", Some(_))) => {
                self.n_skipped -= 1;
                Ok(())
            }
            Token::Byte(byte) => {
                self.byte(byte);
                Ok(())
            }
            Token::Sign(sign) => {
                match sign {
                    b'~' => self.say('\u{a0}'),
                    b'_' => self.say('-'),
                    b'*' => self.group().may_ignore = true,
                    _ => {}
                }
                Ok(())
            }
            Token::Word(word, number) => self.word(word, number),
        }
    }

    fn group(&mut self) -> &mut Group {
        // The file begins with one, and nothing is taken after its end.
        if self.groups.is_empty() {
            self.groups.push(Group::first());
        }
        let last = self.groups.len() - 1;
        &mut self.groups[last]
    }

    fn open(&mut self) -> Result<(), IngestError> {
        self.flush();
        self.n_skipped = 0;
        if self.groups.len() >= GROUPS_MAX {
            return Err(RtfError::TooDeep.into());
        }
        let mut group = self.groups.last().copied().unwrap_or_else(Group::first);
        let is_in_style = group.ends == Ends::Style;
        group.ends = Ends::Nothing;
        group.may_ignore = false;
        if group.place == Place::Styles && !is_in_style {
            self.tables.begin_style();
            group.ends = Ends::Style;
        }
        self.groups.push(group);
        Ok(())
    }

    fn close(&mut self) -> Result<(), IngestError> {
        self.flush();
        self.n_skipped = 0;
        let Some(group) = self.groups.pop() else {
            return Ok(());
        };
        match group.ends {
            Ends::Nothing | Ends::InBoth => {}
            Ends::Style => self.tables.end_style(),
            Ends::Number => self.end_number(),
            Ends::FieldCode => self.typist().begin_result(),
            Ends::Field => self.typist().end_field(),
            Ends::Text(kind) => self.end_text(kind, group.paragraph)?,
        }
        Ok(())
    }

    fn story(&mut self) -> &mut Story {
        // The first is the body, and only those that were opened are closed.
        if self.stories.is_empty() {
            self.stories.push(Story::default());
        }
        let last = self.stories.len() - 1;
        &mut self.stories[last]
    }

    fn typist(&mut self) -> &mut Typist {
        &mut self.story().typist
    }

    /// The number of a list, as the program that wrote the file has made it. A bullet is an ornament.
    fn end_number(&mut self) {
        let number = std::mem::take(&mut self.number);
        if number.chars().any(char::is_alphanumeric) {
            let shown = number.trim_end();
            let gap = if shown.len() < number.len() { " " } else { "" };
            self.story().number = Some(format!("{}{gap}", shown.trim_start()));
        }
    }

    /// A text of its own begins.
    fn begin_text(&mut self, kind: TextKind) {
        let group = self.group();
        // A second word of this kind in one group changes nothing.
        if !matches!(group.ends, Ends::Text(_)) {
            group.ends = Ends::Text(kind);
            group.place = Place::Text;
            group.paragraph = ParagraphLook::default();
            self.stories.push(Story::default());
        }
    }

    fn end_text(&mut self, kind: TextKind, look: ParagraphLook) -> Result<(), IngestError> {
        if self.typist().has_begun() {
            self.end_paragraph(look)?;
        }
        let Some(story) = self.stories.pop() else {
            return Ok(());
        };
        let (mut paragraphs, removed) = story.typist.finish()?;
        paragraphs.extend(story.boxes);
        let number = self.typist().number + 1;
        let removed = removed
            .into_iter()
            .map(|(rule, _, words)| (rule, number, words));
        self.typist().removed.extend(removed);
        if kind == TextKind::Box {
            for paragraph in &mut paragraphs {
                paragraph.number = number;
            }
            self.story().boxes.extend(paragraphs);
        } else {
            self.apart.push((kind, paragraphs));
        }
        Ok(())
    }

    fn byte(&mut self, byte: u8) {
        match self.group().place {
            Place::Text | Place::Number => {
                self.high = None;
                self.bytes.push(byte);
            }
            Place::Styles => self.tables.style_byte(byte),
            Place::Fonts | Place::Nowhere => {}
        }
    }

    /// The encoding of bytes that stand here.
    fn encoding(&mut self) -> &'static Encoding {
        let font = self.group().font;
        self.tables.encoding(font).unwrap_or(self.code_page)
    }

    /// Says the bytes that have come together.
    fn flush(&mut self) {
        if self.bytes.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.bytes);
        let encoding = self.encoding();
        let (text, has_bad) = encoding.decode_without_bom_handling(&bytes);
        match std::str::from_utf8(&bytes) {
            // Against the rules, and understood by all.
            Ok(text) if has_bad => self.say_text(text),
            _ => {
                self.n_bad += if has_bad {
                    text.matches('\u{fffd}').count()
                } else {
                    0
                };
                self.say_text(&text);
            }
        }
        self.bytes = bytes;
        self.bytes.clear();
    }

    fn say(&mut self, c: char) {
        self.flush();
        self.say_text(c.encode_utf8(&mut [0; 4]));
    }

    fn say_text(&mut self, text: &str) {
        let Group { place, look, .. } = *self.group();
        match place {
            Place::Text => self.typist().say(text, look),
            Place::Number => self.number.push_str(text),
            Place::Fonts | Place::Styles | Place::Nowhere => {}
        }
    }

    /// A unit of UTF-16, as a number that may be below zero.
    fn unit(&mut self, number: i32) {
        self.n_skipped = self.group().n_substitutes;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "numbers above 32767 are written as what is left below zero"
        )]
        let unit = number as u16;
        self.flush();
        if let Some(high) = self.high.take() {
            if let Some(Ok(c)) = char::decode_utf16([high, unit]).next() {
                return self.say(c);
            }
            self.say('\u{fffd}');
        }
        match char::from_u32(u32::from(unit)) {
            Some(c) => self.say(c),
            None if unit < 0xdc00 => self.high = Some(unit),
            None => self.say('\u{fffd}'),
        }
    }

    fn word(&mut self, word: &[u8], number: Option<i32>) -> Result<(), IngestError> {
        let value = number.unwrap_or(0);
        let is_on = number != Some(0);
        if self.begin_place(word) {
            return Ok(());
        }
        match self.group().place {
            Place::Nowhere => return Ok(()),
            Place::Fonts => {
                self.tables.font_word(word, value);
                return Ok(());
            }
            Place::Styles => {
                self.tables.style_word(word, value);
                return Ok(());
            }
            Place::Text | Place::Number => {}
        }
        if !matches!(word, b"u") {
            self.flush();
        }
        match word {
            b"u" => self.unit(value),
            b"uc" => self.group().n_substitutes = u32::try_from(value).unwrap_or(1).min(16),
            b"ansicpg" => self.code_page = of_code_page(value),
            b"mac" | b"pc" | b"pca" if self.groups.len() == 1 => {
                self.code_page = of_code_page(1252)
            }
            b"deff" => {
                self.default_font = value;
                self.group().font = value;
            }
            b"f" => self.group().font = value,
            b"plain" => {
                let font = self.default_font;
                let group = self.group();
                group.look = Look {
                    deleted: group.look.deleted,
                    ..Look::default()
                };
                group.font = font;
            }
            b"b" => self.group().look.bold = is_on,
            b"v" => self.group().look.hidden = is_on,
            b"deleted" => self.group().look.deleted = is_on,
            b"pard" => self.group().paragraph = ParagraphLook::default(),
            b"s" => self.group().paragraph.style = value,
            b"outlinelevel" => self.group().paragraph.outline = level(value),
            b"fi" => self.indent(value / 300),
            b"cufi" => self.indent(value / 100),
            b"intbl" => self.group().paragraph.in_table = is_on,
            b"itap" => self.group().paragraph.depth = usize::try_from(value).unwrap_or(0),
            b"ftnalt" => self.is_endnote(),
            _ => return self.mark(word),
        }
        Ok(())
    }

    fn indent(&mut self, chars: i32) {
        let chars = usize::try_from(chars.clamp(0, 4)).unwrap_or(0);
        let look = &mut self.group().paragraph;
        look.indent_chars = look.indent_chars.max(chars);
    }

    fn is_endnote(&mut self) {
        let open = self.groups.iter_mut().rev();
        let mut notes = open.filter(|group| group.ends == Ends::Text(TextKind::Footnote));
        if let Some(group) = notes.next() {
            group.ends = Ends::Text(TextKind::Endnote);
        }
    }

    /// Marks within the text, and characters that have names.
    fn mark(&mut self, word: &[u8]) -> Result<(), IngestError> {
        if self.group().place == Place::Number {
            if word == b"tab" {
                self.number.push(' ');
            }
            return Ok(());
        }
        let look = self.group().paragraph;
        match word {
            b"sect" if !self.typist().has_begun() => {}
            b"par" | b"sect"
                // With its end deleted, the next one goes on with it.
                if (!self.group().look.deleted || look.in_table) => {
                    return self.end_paragraph(look);
                }
            b"cell" | b"nestcell" => {
                let least = if word == b"cell" { 1 } else { 2 };
                let depth = if least == 1 { 1 } else { look.depth.max(2) };
                self.end_paragraph(ParagraphLook {
                    in_table: true,
                    depth,
                    ..look
                })?;
                self.typist().end_cell();
            }
            b"row" => self.typist().end_row_at(1),
            b"nestrow" => self.typist().end_row_at(look.depth.max(2)),
            b"line" | b"page" | b"column" | b"lbr" => self.say('\n'),
            b"tab" => self.say('\t'),
            b"emdash" => self.say('—'),
            b"endash" => self.say('–'),
            b"lquote" => self.say('‘'),
            b"rquote" => self.say('’'),
            b"ldblquote" => self.say('“'),
            b"rdblquote" => self.say('”'),
            b"bullet" => self.say('•'),
            b"emspace" => self.say('\u{2003}'),
            b"enspace" => self.say('\u{2002}'),
            _ => {}
        }
        Ok(())
    }

    fn end_paragraph(&mut self, look: ParagraphLook) -> Result<(), IngestError> {
        let style = self.tables.style(look.style);
        let story = self.story();
        let shape = Shape {
            outline: match look.outline {
                // Body text, whatever the style says.
                Some(Outline::Level(9)) => None,
                own => own.or(style.outline),
            },
            indent_chars: look.indent_chars,
            number: story.number.take(),
            in_contents: style.is_contents,
            depth: if look.in_table { look.depth.max(1) } else { 0 },
        };
        story.typist.end_paragraph(shape)?;
        let boxes = std::mem::take(&mut story.boxes);
        boxes
            .into_iter()
            .for_each(|paragraph| story.typist.place(paragraph));
        Ok(())
    }

    /// Whether a word says where the characters of its group go, and that it is done. What may be ignored and is not
    /// known goes nowhere; so does all that lies in what goes nowhere.
    fn begin_place(&mut self, word: &[u8]) -> bool {
        let Group {
            place, may_ignore, ..
        } = *self.group();
        if place == Place::Nowhere {
            // The same words in Unicode, behind those that are left out.
            let above = self.groups.iter().rev();
            let mut above = above
                .skip_while(|group| group.place == Place::Nowhere && group.ends == Ends::Nothing);
            if word == b"ud"
                && above.next().is_some_and(|group| group.ends == Ends::InBoth)
                && let Some(place) = above.next().map(|group| group.place)
            {
                let group = self.group();
                group.place = place;
                group.may_ignore = false;
            }
            return false;
        }
        self.group().may_ignore = false;
        match word {
            b"fonttbl" => self.group().place = Place::Fonts,
            b"stylesheet" => self.group().place = Place::Styles,
            b"listtext" | b"pntext" => {
                self.number.clear();
                let group = self.group();
                group.place = Place::Number;
                group.ends = Ends::Number;
            }
            b"field" => {
                self.typist().begin_field();
                self.group().ends = Ends::Field;
            }
            b"fldinst" => self.group().ends = Ends::FieldCode,
            b"footnote" => self.begin_text(TextKind::Footnote),
            b"annotation" => self.begin_text(TextKind::Comment),
            b"header" | b"headerl" | b"headerr" | b"headerf" => self.begin_text(TextKind::Head),
            b"footer" | b"footerl" | b"footerr" | b"footerf" => self.begin_text(TextKind::Foot),
            b"shptxt" | b"dptxbxtext" => self.begin_text(TextKind::Box),
            b"pict" => {
                self.n_pictures += 1;
                self.group().place = Place::Nowhere;
            }
            b"info" | b"colortbl" | b"filetbl" | b"revtbl" | b"nonshppict" | b"shprslt" | b"sp"
            | b"nonesttables" | b"ftnsep" | b"ftnsepc" | b"ftncn" | b"aftnsep" | b"aftnsepc"
            | b"aftncn" | b"listtable" | b"listoverridetable" | b"bkmkstart" | b"bkmkend"
            | b"atnid" | b"atnauthor" | b"objdata" => self.group().place = Place::Nowhere,
            // What may be ignored and is understood.
            b"shppict" | b"nesttableprops" | b"shpinst" | b"shpgrp" | b"do" => {}
            b"upr" => {
                let group = self.group();
                group.place = Place::Nowhere;
                group.ends = Ends::InBoth;
            }
            b"xe" | b"tc" => self.group().look.hidden = true,
            _ if may_ignore => self.group().place = Place::Nowhere,
            _ => return false,
        }
        true
    }

    /// The notes, comments, heads and feet, behind the body.
    fn finish(mut self, notes: &mut Vec<Note>) -> Result<Vec<Line>, IngestError> {
        let n_open = self.groups.len();
        let last = self.groups.first().map(|group| group.paragraph);
        while !self.groups.is_empty() {
            self.close()?;
        }
        if self.typist().has_begun() {
            self.end_paragraph(last.unwrap_or_default())?;
        }
        let mut number = self.typist().number;
        let body = std::mem::take(self.story());
        let (mut paragraphs, taken) = body.typist.finish()?;
        paragraphs.extend(body.boxes);
        take_note(notes, taken);
        remove_contents_title(&mut paragraphs, notes);
        let mut lines = lines_of(&paragraphs);
        let mut apart = std::mem::take(&mut self.apart);
        for paragraph in apart.iter_mut().flat_map(|(_, paragraphs)| paragraphs) {
            number = number.saturating_add(1);
            paragraph.number = number;
        }
        for kind in [TextKind::Footnote, TextKind::Endnote] {
            let of_kind = apart.iter_mut().filter(|(found, _)| *found == kind);
            for (at, (_, paragraphs)) in of_kind.enumerate() {
                note_lines(at + 1, std::mem::take(paragraphs), &mut lines);
            }
        }
        let mut seen = HashSet::new();
        for (kind, paragraphs) in apart {
            match kind {
                TextKind::Head => heads(paragraphs, "page-head", &mut seen, notes),
                TextKind::Foot => heads(paragraphs, "page-foot", &mut seen, notes),
                _ => take_note(notes, removed("comment", paragraphs)),
            }
        }
        notes.extend(pictures_note(self.n_pictures));
        notes.extend(self.damage(n_open));
        Ok(lines)
    }

    /// What is said of a damaged file.
    fn damage(&self, n_open: usize) -> impl Iterator<Item = Note> {
        let note = |rule: &str, text: String| Note {
            rule: rule.to_owned(),
            line: None,
            text,
        };
        let bad = match self.n_bad {
            0 => None,
            1 => Some("1 character could not be read and stands as U+FFFD".to_owned()),
            n => Some(format!(
                "{n} characters could not be read and stand as U+FFFD"
            )),
        };
        let cut = (n_open > 0).then(|| "the file breaks off inside the text".to_owned());
        let bad = bad.map(|text| note("bad-bytes", text));
        bad.into_iter().chain(cut.map(|text| note(CUT_FILE, text)))
    }
}

/// What stands above or below all pages, each once.
fn heads(
    paragraphs: Vec<WordParagraph>,
    rule: &str,
    seen: &mut HashSet<String>,
    notes: &mut Vec<Note>,
) {
    for paragraph in paragraphs {
        let words = paragraph.text.trim();
        if words.chars().any(is_han) && seen.insert(words.to_owned()) {
            notes.push(Note {
                rule: rule.to_owned(),
                line: None,
                text: words.to_owned(),
            });
        }
    }
}

impl Group {
    fn first() -> Group {
        Group {
            place: Place::Text,
            ends: Ends::Nothing,
            look: Look::default(),
            font: 0,
            n_substitutes: 1,
            paragraph: ParagraphLook::default(),
            may_ignore: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of rich text behind a head as Chinese Windows writes it, and its notes.
    fn read(body: &str) -> (Vec<String>, Vec<String>) {
        let head = "{\\rtf1\\ansi\\ansicpg936\\deff0{\\fonttbl{\\f0\\fcharset0 Times;}{\\f1\\fcharset136 Ming;}}";
        let mut notes = Vec::new();
        let lines = extract(format!("{head}{body}}}").as_bytes(), &mut notes).expect("it is read");
        let notes = notes
            .into_iter()
            .map(|note| format!("{}: {}", note.rule, note.text));
        (
            lines.into_iter().map(|line| line.text).collect(),
            notes.collect(),
        )
    }

    #[track_caller]
    fn check(body: &str, expected: &[&str], expected_notes: &[&str]) {
        let (lines, notes) = read(body);
        assert_eq!(lines, expected, "{body}");
        assert_eq!(notes, expected_notes, "{body}");
    }

    #[test]
    fn bytes_are_read_in_the_encoding_of_their_font() {
        check("\\'d5\\'fe\\'b8\\'ae\\par", &["政府"], &[]);
        check("\\'d5\\'fe{\\f1 \\'ac\\'46\\'a9\\'b2}", &["政政府"], &[]);
        // The second byte of a character may be written as a letter or as a sign with a meaning.
        check("\\'b1\\'81@\\'81\\{\\'81\\\\", &["眮@亄乗"], &[]);
    }

    #[test]
    fn numbers_of_unicode_pass_over_their_substitutes() {
        check("\\u25919?\\u24220?", &["政府"], &[]);
        check(
            "\\uc2\\u25919\\'d5\\'fe\\uc0\\u24220 \\uc1\\u-10174?\\u-8265?",
            &["政府\u{20bb7}"],
            &[],
        );
        check(
            "{\\uc0 }\\u25919?{\\upr{old}{\\*\\ud \\u24220?}}",
            &["政府"],
            &[],
        );
    }

    #[test]
    fn what_is_not_shown_is_noted_and_no_text() {
        check(
            "{\\v hid 甲}{\\deleted old}new{\\*\\unknown x{y}}{\\pict 00ff}",
            &["new"],
            &[
                "hidden-text: hid 甲",
                "tracked-change: old",
                "picture: 1 picture or object is not read",
            ],
        );
        check(
            "{\\info{\\title x}}a{\\header 乙\\par}{\\*\\annotation 丙}\\par",
            &["a"],
            &["page-head: 乙", "comment: 丙"],
        );
        check(
            "a{\\field{\\*\\fldinst HYPERLINK x}{\\fldrslt b}}{\\field{\\*\\fldinst PAGE}{\\fldrslt 3}}",
            &["ab"],
            &[],
        );
    }

    #[test]
    fn rows_lists_notes_and_boxes_are_put_in_their_place() {
        check(
            "\\trowd\\pard\\intbl a\\cell b\\par c\\cell\\row\\pard d{\\footnote e}\\par{\\listtext 1.\\tab}f{\\shp{\\*\\shpinst\\x1{\\sp{\\sn n}{\\sv v}}{\\shptxt g\\par}}}\\line h\\par i",
            &["a | b c", "d", "1. f", "h", "g", "i", "[1]e"],
            &[],
        );
    }

    #[test]
    fn headings_are_told_by_level_or_style() {
        let body = "{\\stylesheet{\\s7 heading 2;}{\\s8\\sbasedon7 mine;}}\\pard\\outlinelevel0 a\\par\\pard\\s8 b\\par\\pard c\\par";
        let source = format!("{{\\rtf1 {body}}}");
        let lines = extract(source.as_bytes(), &mut Vec::new()).expect("it is read");
        use crate::ingest::extract::Mark;
        let marks: Vec<Mark> = lines.iter().map(|line| line.mark).collect();
        assert_eq!(marks, [Mark::Heading(2), Mark::Heading(3), Mark::None]);
    }

    #[test]
    fn a_raw_character_keeps_its_second_byte_whatever_it_is_elsewhere() {
        let read = |bytes: &[u8]| {
            let mut notes = Vec::new();
            let lines = extract(bytes, &mut notes).expect("it is read");
            assert_eq!(notes, []);
            let texts = lines.iter().map(|line| line.text.as_str());
            texts.collect::<Vec<_>>().join("/")
        };
        // 乗 91 5C… as half a word, 亄 as half a group.
        for (encoded, expected) in [(&b"\x81\\"[..], "乗"), (b"\x81{", "亄"), (b"\x81}", "亇")] {
            let mut bytes = b"{\\rtf1\\ansicpg936 \xd5\xfe".to_vec();
            bytes.extend(encoded);
            bytes.extend(b"par\\par \xb8\xae}");
            let (decoded, _) = GBK.decode_without_bom_handling(encoded);
            assert_eq!(read(&bytes), format!("政{decoded}par/府"), "{expected}");
        }
        // A font of another script, and UTF-8: what stands behind is a sign again.
        let latin =
            b"{\\rtf1\\ansicpg1252{\\fonttbl{\\f1\\fcharset134 S;}}caf\xe9\\par\\f1 \x81\\}";
        assert_eq!(read(latin), "café/乗");
        assert_eq!(
            read("{\\rtf1\\ansicpg936 专\\par{\\b 镇}}".as_bytes()),
            "专/镇"
        );
    }

    #[test]
    fn no_character_is_the_substitute_of_another_and_what_follows_the_end_is_told() {
        let mut notes = Vec::new();
        let lines = extract(b"{\\rtf1 \\u19987\\u19994\\u38215}", &mut notes).expect("it is read");
        let text: String = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!((text.as_str(), notes.len()), ("专业镇", 0));
        extract(b"{\\rtf1 a}\r\n\0", &mut notes).expect("it is read");
        assert_eq!(notes, []);
        extract(b"{\\rtf1 a} \\u19987?}", &mut notes).expect("it is read");
        assert_eq!(notes[0].rule, CUT_FILE);
    }

    #[test]
    fn what_breaks_off_says_so() {
        let mut notes = Vec::new();
        let lines = extract(b"{\\rtf1{\\b abc", &mut notes).expect("it is read");
        assert_eq!(lines.len(), 1);
        assert_eq!(
            notes.last().map(|note| note.rule.as_str()),
            Some("cut-file")
        );
        let deep = "{".repeat(2_000);
        assert!(extract(format!("{{\\rtf1 {deep}").as_bytes(), &mut notes).is_err());
        assert!(extract(b"text", &mut notes).is_err());
    }
}
