//! The tables at the head of rich text: fonts with their encodings, styles with what they say.

use crate::ingest::word::Outline;
use encoding_rs::{
    BIG5, EUC_KR, Encoding, GB18030, SHIFT_JIS, UTF_8, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
    WINDOWS_1253, WINDOWS_1254,
};
use std::collections::HashMap;

/// The encoding of a code page; that of Chinese Windows for those that are not known.
pub(super) fn of_code_page(number: i32) -> &'static Encoding {
    match number {
        932 => SHIFT_JIS,
        949 => EUC_KR,
        950 => BIG5,
        1250 => WINDOWS_1250,
        1251 => WINDOWS_1251,
        1252 | 0 => WINDOWS_1252,
        1253 => WINDOWS_1253,
        1254 => WINDOWS_1254,
        65001 => UTF_8,
        _ => GB18030,
    }
}

/// The encoding of a set of characters; nothing where it is that of the whole text.
fn of_charset(number: i32) -> Option<&'static Encoding> {
    Some(match number {
        2 => WINDOWS_1252,
        128 => SHIFT_JIS,
        129 => EUC_KR,
        134 => GB18030,
        136 => BIG5,
        161 => WINDOWS_1253,
        162 => WINDOWS_1254,
        204 => WINDOWS_1251,
        238 => WINDOWS_1250,
        _ => return None,
    })
}

/// What a style says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Style {
    pub(super) outline: Option<Outline>,
    pub(super) is_contents: bool,
}

/// Fonts and styles by their numbers.
#[derive(Debug, Default)]
pub(super) struct Tables {
    fonts: HashMap<i32, &'static Encoding>,
    font: i32,
    styles: HashMap<i32, Style>,
    style: i32,
    said: Style,
    based_on: Option<i32>,
    name: Vec<u8>,
}

impl Tables {
    /// The encoding of a font, if it has one of its own.
    pub(super) fn encoding(&self, font: i32) -> Option<&'static Encoding> {
        self.fonts.get(&font).copied()
    }

    pub(super) fn style(&self, number: i32) -> Style {
        self.styles.get(&number).copied().unwrap_or_default()
    }

    /// A word in the table of fonts.
    pub(super) fn font_word(&mut self, word: &[u8], number: i32) {
        match word {
            b"f" => self.font = number,
            b"fcharset" => {
                if let Some(encoding) = of_charset(number) {
                    self.fonts.insert(self.font, encoding);
                }
            }
            b"cpg" => drop(self.fonts.insert(self.font, of_code_page(number))),
            _ => {}
        }
    }

    /// A style begins.
    pub(super) fn begin_style(&mut self) {
        self.style = 0;
        self.said = Style::default();
        self.based_on = None;
        self.name.clear();
    }

    /// A word in the table of styles.
    pub(super) fn style_word(&mut self, word: &[u8], number: i32) {
        match word {
            b"s" => self.style = number,
            b"sbasedon" => self.based_on = Some(number),
            b"outlinelevel" => self.said.outline = level(number),
            _ => {}
        }
    }

    /// A byte of the name of a style.
    pub(super) fn style_byte(&mut self, byte: u8) {
        const NAME_BYTES_MAX: usize = 256;
        if self.name.len() < NAME_BYTES_MAX {
            self.name.push(byte);
        }
    }

    /// A style ends.
    pub(super) fn end_style(&mut self) {
        let (name, _) = GB18030.decode_without_bom_handling(&self.name);
        let name = name.trim().trim_end_matches(';').to_lowercase();
        let number = |words: &[&str]| {
            let mut rests = words.iter().filter_map(|word| name.strip_prefix(word));
            let number = rests.find_map(|rest| rest.trim().parse::<i32>().ok());
            number.filter(|number| (1..=9).contains(number))
        };
        let mut style = self.said;
        style.is_contents = number(&["toc", "目录"]).is_some();
        if matches!(name.as_str(), "title" | "标题") {
            style.outline = Some(Outline::Title);
        }
        let heading = number(&["heading", "标题"]).and_then(|number| level(number - 1));
        style.outline = style.outline.or(heading).or_else(|| {
            // The style on which it is based stands above it.
            self.based_on.and_then(|number| self.style(number).outline)
        });
        if style != Style::default() {
            self.styles.insert(self.style, style);
        }
    }
}

/// The level that a word says, from 0.
pub(super) fn level(number: i32) -> Option<Outline> {
    u8::try_from(number)
        .ok()
        .filter(|level| *level <= 9)
        .map(Outline::Level)
}
