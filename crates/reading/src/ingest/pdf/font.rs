//! The codes of a font → characters and widths.
//!
//! In: the dictionary of a font, and the bytes of the strings that are shown in it. Out: for each
//! code the characters that it stands for, if that can be known, and its width. Chinese files name
//! characters in four ways, tried in this order: a table that the file itself brings (`ToUnicode`);
//! an encoding whose codes are Unicode (`UniGB-UCS2-H`); an encoding that leads to the numbers of a
//! public collection (`GBK-EUC-H`, Adobe-GB1), for which Adobe's tables are built in; the names of
//! glyphs. A code that none of them knows is not guessed.

use hayro_cmap::{BfString, CMap, CMapName, CidFamily, WritingMode, load_embedded};
use hayro_syntax::object::{Array, Dict, Name, Object, Stream, String as PdfString};
use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization;

/// Widths that are kept of one font.
const WIDTHS_MAX: usize = 70_000;

/// A font, as far as text needs it.
#[derive(Debug)]
pub(super) struct Font {
    kind: FontKind,
    to_unicode: Option<CMap>,
    widths: HashMap<u32, f64>,
    default_width: f64,
}

#[derive(Debug)]
enum FontKind {
    /// One byte a code.
    Simple { characters: Vec<Option<char>> },
    /// Codes of one to four bytes that lead to the glyphs of another font.
    Composite(Box<Composite>),
}

#[derive(Debug)]
struct Composite {
    codes: Codes,
    /// From the numbers of the collection to characters.
    collection: Option<CMap>,
    vertical: bool,
}

#[derive(Debug)]
enum Codes {
    /// Two bytes, the number itself.
    Identity,
    /// UTF-16, big end first, with the table that gives the numbers, for widths.
    Utf16(Option<CMap>),
    /// UTF-8.
    Utf8,
    /// A table.
    Table(CMap),
}

/// One code of a string.
pub(super) struct Code {
    /// How many bytes it took.
    pub(super) n_bytes: usize,
    /// What it stands for, if that is known.
    pub(super) text: Option<String>,
    /// Its width, in parts of the type size.
    pub(super) width: f64,
    /// Whether it is the single byte 32, which word spacing is added to.
    pub(super) is_space: bool,
}

impl Font {
    /// Reads the dictionary of a font.
    pub(super) fn read(dict: &Dict<'_>) -> Font {
        let to_unicode = dict
            .get::<Stream<'_>>("ToUnicode")
            .and_then(|stream| parse_cmap(&stream));
        let descendant = dict
            .get::<Array<'_>>("DescendantFonts")
            .and_then(|fonts| fonts.iter::<Dict<'_>>().next());
        match descendant {
            Some(descendant) => Font::read_composite(dict, &descendant, to_unicode),
            None => Font::read_simple(dict, to_unicode),
        }
    }

    fn read_composite(dict: &Dict<'_>, descendant: &Dict<'_>, to_unicode: Option<CMap>) -> Font {
        let name = dict.get::<Name<'_>>("Encoding");
        let embedded = dict.get::<Stream<'_>>("Encoding");
        let mut vertical = name.as_ref().is_some_and(|name| name.ends_with(b"-V"));
        let codes = match (&name, embedded) {
            (_, Some(stream)) => parse_cmap(&stream).map_or(Codes::Identity, Codes::Table),
            (Some(name), None) => named_codes(name),
            (None, None) => Codes::Identity,
        };
        if let Codes::Table(cmap) = &codes {
            vertical |= cmap.metadata().writing_mode == Some(WritingMode::Vertical);
        }
        let system = descendant.get::<Dict<'_>>("CIDSystemInfo");
        let family = system.and_then(|system| {
            let registry = system.get::<PdfString<'_>>("Registry")?;
            let ordering = system.get::<PdfString<'_>>("Ordering")?;
            Some(CidFamily::from_registry_ordering(
                registry.as_bytes(),
                ordering.as_bytes(),
            ))
        });
        // With a named encoding it is the encoding that says which collection its numbers are of.
        let family_of_codes = match &codes {
            Codes::Table(cmap) | Codes::Utf16(Some(cmap)) => cmap
                .metadata()
                .character_collection
                .as_ref()
                .map(|collection| collection.family.clone()),
            _ => None,
        };
        let collection = family_of_codes
            .filter(|family| family.ucs2_cmap().is_some())
            .or(family)
            .and_then(|family| family.ucs2_cmap())
            .and_then(predefined);
        Font {
            kind: FontKind::Composite(Box::new(Composite {
                codes,
                collection,
                vertical,
            })),
            to_unicode,
            widths: composite_widths(descendant),
            default_width: descendant
                .get::<f32>("DW")
                .map_or(1.0, |width| f64::from(width) / 1000.0),
        }
    }

    fn read_simple(dict: &Dict<'_>, to_unicode: Option<CMap>) -> Font {
        let is_type3 = dict
            .get::<Name<'_>>("Subtype")
            .is_some_and(|name| name.as_ref() == b"Type3");
        let unit = if is_type3 {
            dict.get::<Array<'_>>("FontMatrix")
                .and_then(|matrix| matrix.iter::<f32>().next())
                .map_or(0.001, |unit| f64::from(unit.abs()))
        } else {
            0.001
        };
        let first = dict.get::<i32>("FirstChar").unwrap_or(0);
        let mut widths = HashMap::new();
        if let Some(array) = dict.get::<Array<'_>>("Widths") {
            for (at, width) in array.iter::<f32>().take(256).enumerate() {
                if let Ok(code) = u32::try_from(i64::from(first) + at as i64) {
                    widths.insert(code, f64::from(width) * unit);
                }
            }
        }
        Font {
            kind: FontKind::Simple {
                characters: simple_encoding(dict, is_type3),
            },
            to_unicode,
            widths,
            default_width: 0.5,
        }
    }

    /// Whether its lines run downwards.
    pub(super) fn is_vertical(&self) -> bool {
        matches!(&self.kind, FontKind::Composite(font) if font.vertical)
    }

    /// The first code of a string.
    pub(super) fn next(&self, bytes: &[u8]) -> Option<Code> {
        let &first = bytes.first()?;
        match &self.kind {
            FontKind::Simple { characters } => {
                let code = u32::from(first);
                let of_encoding = || characters.get(usize::from(first)).copied().flatten();
                Some(Code {
                    n_bytes: 1,
                    text: self
                        .of_table(code)
                        .or_else(|| of_encoding().map(String::from)),
                    width: self.width(code),
                    is_space: first == b' ',
                })
            }
            FontKind::Composite(font) => {
                let (n_bytes, code, number, unicode) = font.codes.next(bytes);
                let text = self.of_table(code).or(unicode).or_else(|| {
                    let found = font.collection.as_ref()?.lookup_bf_string(number?)?;
                    readable(&text_of(found))
                });
                Some(Code {
                    n_bytes,
                    text,
                    width: number.map_or(self.default_width, |number| self.width(number)),
                    is_space: n_bytes == 1 && first == b' ',
                })
            }
        }
    }

    fn of_table(&self, code: u32) -> Option<String> {
        let found = self.to_unicode.as_ref()?.lookup_bf_string(code)?;
        readable(&text_of(found))
    }

    fn width(&self, number: u32) -> f64 {
        self.widths
            .get(&number)
            .copied()
            .unwrap_or(self.default_width)
    }
}

impl Codes {
    /// The first code: its bytes, its value, its number in the collection, its characters if the code is one.
    fn next(&self, bytes: &[u8]) -> (usize, u32, Option<u32>, Option<String>) {
        let value = |n: usize| {
            let taken = bytes.get(..n)?;
            Some(
                taken
                    .iter()
                    .fold(0_u32, |value, &b| value << 8 | u32::from(b)),
            )
        };
        let pair = value(2);
        match self {
            Codes::Identity => match pair {
                Some(code) => (2, code, Some(code), None),
                None => (1, value(1).unwrap_or(0), None, None),
            },
            Codes::Utf16(table) => {
                let Some(unit) = pair else {
                    return (1, value(1).unwrap_or(0), None, None);
                };
                let (n, code) = match value(4) {
                    Some(code) if (0xd800..0xdc00).contains(&unit) => (4, code),
                    _ => (2, unit),
                };
                let units = bytes
                    .get(..n)
                    .unwrap_or(&[])
                    .chunks_exact(2)
                    .filter_map(|pair| Some(u16::from_be_bytes(pair.try_into().ok()?)));
                let text: Option<String> = char::decode_utf16(units).collect::<Result<_, _>>().ok();
                let number = table
                    .as_ref()
                    .and_then(|table| table.lookup_cid_code(code, n as u8));
                (n, code, number, text.and_then(|text| readable(&text)))
            }
            Codes::Utf8 => {
                let n = match bytes.first() {
                    Some(0xf0..) => 4,
                    Some(0xe0..) => 3,
                    Some(0xc0..) => 2,
                    _ => 1,
                };
                let taken = bytes.get(..n).unwrap_or(bytes);
                let text = std::str::from_utf8(taken).ok().and_then(readable);
                (taken.len().max(1), value(n).unwrap_or(0), None, text)
            }
            Codes::Table(table) => {
                for n in 1..=4_u8 {
                    let Some(code) = value(usize::from(n)) else {
                        break;
                    };
                    if let Some(number) = table.lookup_cid_code(code, n) {
                        return (usize::from(n), code, Some(number), None);
                    }
                }
                let n = bytes.len().min(2);
                (n, value(n).unwrap_or(0), None, None)
            }
        }
    }
}

fn parse_cmap(stream: &Stream<'_>) -> Option<CMap> {
    let data = stream.decoded_data().ok()?;
    CMap::parse(&data, load_embedded)
}

fn predefined(name: CMapName<'_>) -> Option<CMap> {
    CMap::parse(load_embedded(name)?, load_embedded)
}

fn named_codes(name: &[u8]) -> Codes {
    let table = || predefined(CMapName::from_bytes(name));
    let has = |part: &[u8]| memchr::memmem::find(name, part).is_some();
    if name.starts_with(b"Identity") {
        Codes::Identity
    } else if name.starts_with(b"Uni") && has(b"-UTF8-") {
        Codes::Utf8
    } else if name.starts_with(b"Uni") && (has(b"-UCS2-") || has(b"-UTF16-")) {
        Codes::Utf16(table())
    } else {
        table().map_or(Codes::Identity, Codes::Table)
    }
}

fn text_of(found: BfString) -> String {
    match found {
        BfString::Char(c) => String::from(c),
        BfString::String(text) => text,
    }
}

/// Characters that mean something, radicals made whole; nothing for those that a file leaves blank
/// or takes from the areas for private use.
fn readable(text: &str) -> Option<String> {
    let means_nothing = |c: char| {
        c == '\u{fffd}'
            || c == '\0'
            || ('\u{e000}'..='\u{f8ff}').contains(&c)
            || c >= '\u{f0000}'
            || c.is_control() && !c.is_whitespace()
    };
    if text.is_empty() || text.chars().any(means_nothing) {
        return None;
    }
    Some(text.chars().map(whole_character).collect())
}

/// A table made from a font names the glyph of 工 by the radical that shares it (U+2F2F) as often as
/// by the character, and no author has typed a radical. What the code stands for is the character.
fn whole_character(c: char) -> char {
    match c {
        '\u{2f00}'..='\u{2fd5}' => c.nfkc().next().unwrap_or(c),
        '\u{2e80}'..='\u{2ef3}' => SHARED_RADICALS
            .iter()
            .find(|(radical, _)| *radical == c)
            .map_or(c, |&(_, whole)| whole),
        _ => c,
    }
}

/// Radicals of the supplement that look as a whole character does.
const SHARED_RADICALS: &[(char, char)] = &[
    ('\u{2e81}', '厂'),
    ('\u{2e84}', '乙'),
    ('\u{2e85}', '亻'),
    ('\u{2e8b}', '㔾'),
    ('\u{2e8e}', '兀'),
    ('\u{2e8f}', '尣'),
    ('\u{2e92}', '巳'),
    ('\u{2e93}', '幺'),
    ('\u{2e94}', '彑'),
    ('\u{2e96}', '忄'),
    ('\u{2e98}', '扌'),
    ('\u{2e99}', '攵'),
    ('\u{2e9b}', '旡'),
    ('\u{2e9d}', '月'),
    ('\u{2e9e}', '歺'),
    ('\u{2e9f}', '母'),
    ('\u{2ea0}', '民'),
    ('\u{2ea1}', '氵'),
    ('\u{2ea2}', '氺'),
    ('\u{2ea3}', '灬'),
    ('\u{2ea5}', '爫'),
    ('\u{2ea6}', '丬'),
    ('\u{2ea7}', '牛'),
    ('\u{2ea8}', '犭'),
    ('\u{2ea9}', '王'),
    ('\u{2eab}', '目'),
    ('\u{2eac}', '示'),
    ('\u{2ead}', '礻'),
    ('\u{2eaf}', '糹'),
    ('\u{2eb0}', '纟'),
    ('\u{2eb2}', '罒'),
    ('\u{2eb6}', '羊'),
    ('\u{2eb7}', '羊'),
    ('\u{2eb9}', '耂'),
    ('\u{2eba}', '肀'),
    ('\u{2ebb}', '聿'),
    ('\u{2ebc}', '月'),
    ('\u{2ebd}', '臼'),
    ('\u{2ebe}', '艹'),
    ('\u{2ec1}', '虎'),
    ('\u{2ec2}', '衤'),
    ('\u{2ec3}', '覀'),
    ('\u{2ec4}', '西'),
    ('\u{2ec5}', '见'),
    ('\u{2ec6}', '角'),
    ('\u{2ec8}', '讠'),
    ('\u{2ec9}', '贝'),
    ('\u{2ecb}', '车'),
    ('\u{2ecc}', '辶'),
    ('\u{2ecd}', '辶'),
    ('\u{2ece}', '辶'),
    ('\u{2ecf}', '邑'),
    ('\u{2ed0}', '钅'),
    ('\u{2ed1}', '長'),
    ('\u{2ed2}', '镸'),
    ('\u{2ed3}', '长'),
    ('\u{2ed4}', '门'),
    ('\u{2ed6}', '阝'),
    ('\u{2ed7}', '雨'),
    ('\u{2ed8}', '青'),
    ('\u{2ed9}', '韦'),
    ('\u{2eda}', '页'),
    ('\u{2edb}', '风'),
    ('\u{2edc}', '飞'),
    ('\u{2edd}', '食'),
    ('\u{2edf}', '飠'),
    ('\u{2ee0}', '饣'),
    ('\u{2ee2}', '马'),
    ('\u{2ee3}', '骨'),
    ('\u{2ee4}', '鬼'),
    ('\u{2ee5}', '鱼'),
    ('\u{2ee6}', '鸟'),
    ('\u{2ee7}', '卤'),
    ('\u{2ee8}', '麦'),
    ('\u{2ee9}', '黄'),
    ('\u{2eea}', '黾'),
    ('\u{2eeb}', '斉'),
    ('\u{2eec}', '齐'),
    ('\u{2eed}', '歯'),
    ('\u{2eee}', '齿'),
    ('\u{2eef}', '竜'),
    ('\u{2ef0}', '龙'),
    ('\u{2ef1}', '龜'),
    ('\u{2ef2}', '亀'),
    ('\u{2ef3}', '龟'),
];

/// The widths of a composite font: `c [w …]` and `first last w`.
fn composite_widths(descendant: &Dict<'_>) -> HashMap<u32, f64> {
    let mut widths = HashMap::new();
    let Some(array) = descendant.get::<Array<'_>>("W") else {
        return widths;
    };
    let mut first: Option<u32> = None;
    let mut last: Option<u32> = None;
    for object in array.iter::<Object<'_>>() {
        if widths.len() >= WIDTHS_MAX {
            break;
        }
        match object {
            Object::Array(list) => {
                if let Some(start) = first.take() {
                    for (at, width) in list.iter::<f32>().take(WIDTHS_MAX).enumerate() {
                        widths.insert(start.saturating_add(at as u32), f64::from(width) / 1000.0);
                    }
                }
                last = None;
            }
            Object::Number(number) => match (first, last) {
                (None, _) => first = u32::try_from(number.as_i64()).ok(),
                (Some(_), None) => last = u32::try_from(number.as_i64()).ok(),
                (Some(from), Some(to)) => {
                    for at in (from..=to).take(WIDTHS_MAX) {
                        widths.insert(at, number.as_f64() / 1000.0);
                    }
                    (first, last) = (None, None);
                }
            },
            _ => {}
        }
    }
    widths
}

/// The characters of a font of single bytes.
fn simple_encoding(dict: &Dict<'_>, is_type3: bool) -> Vec<Option<char>> {
    let base = match dict.get::<Name<'_>>("Encoding") {
        Some(name) => Some(name.to_vec()),
        None => dict
            .get::<Dict<'_>>("Encoding")
            .and_then(|encoding| encoding.get::<Name<'_>>("BaseEncoding"))
            .map(|name| name.to_vec()),
    };
    let is_roman = base.as_deref() == Some(b"MacRomanEncoding");
    let mut characters: Vec<Option<char>> = (0..=255_u8)
        .map(|byte| {
            // The glyphs of a Type 3 font are drawings; only names tell what they are.
            match byte {
                _ if is_type3 && base.is_none() => None,
                0x20..=0x7e => Some(char::from(byte)),
                _ if is_roman => None,
                0x80..=0x9f => windows_sign(byte),
                0xa0.. => Some(char::from(byte)),
                _ => None,
            }
        })
        .collect();
    let differences = dict
        .get::<Dict<'_>>("Encoding")
        .and_then(|encoding| encoding.get::<Array<'_>>("Differences"));
    let mut at = 0_usize;
    for object in differences
        .iter()
        .flat_map(|array| array.iter::<Object<'_>>())
    {
        match object {
            Object::Number(number) => at = usize::try_from(number.as_i64()).unwrap_or(usize::MAX),
            Object::Name(name) => {
                if let Some(slot) = characters.get_mut(at) {
                    *slot = named_character(name.as_str());
                }
                at = at.saturating_add(1);
            }
            _ => {}
        }
    }
    characters
}

/// The signs that Windows has where Latin-1 has controls.
fn windows_sign(byte: u8) -> Option<char> {
    const SIGNS: &str = "€\u{0}‚ƒ„…†‡ˆ‰Š‹Œ\u{0}Ž\u{0}\u{0}‘’“”•–—˜™š›œ\u{0}žŸ";
    SIGNS
        .chars()
        .nth(usize::from(byte.checked_sub(0x80)?))
        .filter(|&c| c != '\u{0}')
}

/// The character that a glyph is named for: a letter, a digit, a common sign, `uni6C11`.
fn named_character(name: &str) -> Option<char> {
    const NAMES: &[(&str, char)] = &[
        ("space", ' '),
        ("exclam", '!'),
        ("quotedbl", '"'),
        ("numbersign", '#'),
        ("dollar", '$'),
        ("percent", '%'),
        ("ampersand", '&'),
        ("quotesingle", '\''),
        ("parenleft", '('),
        ("parenright", ')'),
        ("asterisk", '*'),
        ("plus", '+'),
        ("comma", ','),
        ("hyphen", '-'),
        ("period", '.'),
        ("slash", '/'),
        ("zero", '0'),
        ("one", '1'),
        ("two", '2'),
        ("three", '3'),
        ("four", '4'),
        ("five", '5'),
        ("six", '6'),
        ("seven", '7'),
        ("eight", '8'),
        ("nine", '9'),
        ("colon", ':'),
        ("semicolon", ';'),
        ("less", '<'),
        ("equal", '='),
        ("greater", '>'),
        ("question", '?'),
        ("at", '@'),
        ("bracketleft", '['),
        ("backslash", '\\'),
        ("bracketright", ']'),
        ("asciicircum", '^'),
        ("underscore", '_'),
        ("grave", '`'),
        ("braceleft", '{'),
        ("bar", '|'),
        ("braceright", '}'),
        ("asciitilde", '~'),
        ("quoteleft", '‘'),
        ("quoteright", '’'),
        ("quotedblleft", '“'),
        ("quotedblright", '”'),
        ("endash", '–'),
        ("emdash", '—'),
        ("bullet", '•'),
        ("ellipsis", '…'),
        ("perthousand", '‰'),
        ("periodcentered", '·'),
        ("degree", '°'),
        ("multiply", '×'),
        ("divide", '÷'),
        ("plusminus", '±'),
        ("minus", '\u{2212}'),
        ("nbspace", '\u{a0}'),
        ("fi", '\u{fb01}'),
        ("fl", '\u{fb02}'),
    ];
    let mut chars = name.chars();
    if let (Some(c), None) = (chars.next(), chars.next())
        && c.is_ascii_alphabetic()
    {
        return Some(c);
    }
    if let Some((_, c)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Some(*c);
    }
    let code = name
        .strip_prefix("uni")
        .or_else(|| name.strip_prefix('u'))?;
    let code = code.split(['.', '_']).next()?;
    (4..=6)
        .contains(&code.len())
        .then(|| u32::from_str_radix(code, 16).ok())
        .flatten()
        .and_then(char::from_u32)
        .and_then(|c| readable(&String::from(c)))
        .and_then(|text| text.chars().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn radicals_are_whole_characters() {
        assert_eq!(readable("\u{2f2f}\u{2f45}").as_deref(), Some("工方"));
        assert_eq!(readable("\u{2ed3}\u{2ea0}").as_deref(), Some("长民"));
        assert_eq!(readable("\u{e123}"), None);
        assert_eq!(readable("\u{fffd}"), None);
        assert_eq!(readable("\u{3400}").as_deref(), Some("\u{3400}"));
    }

    #[test]
    fn glyph_names_are_read() {
        assert_eq!(named_character("A"), Some('A'));
        assert_eq!(named_character("uni6C11"), Some('民'));
        assert_eq!(named_character("u20000"), Some('\u{20000}'));
        assert_eq!(named_character("g123"), None);
        assert_eq!(named_character("percent"), Some('%'));
    }

    #[test]
    fn windows_signs_stand_at_their_places() {
        assert_eq!(windows_sign(0x93), Some('“'));
        assert_eq!(windows_sign(0x97), Some('—'));
        assert_eq!(windows_sign(0x81), None);
        assert_eq!(windows_sign(0x9f), Some('Ÿ'));
    }

    #[test]
    fn codes_of_the_public_collections_are_known() {
        let check = |encoding: &str, bytes: &[u8], expected: &str| {
            let codes = named_codes(encoding.as_bytes());
            let collection = predefined(CMapName::AdobeGb1Ucs2);
            let font = Font {
                kind: FontKind::Composite(Box::new(Composite {
                    codes,
                    collection,
                    vertical: false,
                })),
                to_unicode: None,
                widths: HashMap::new(),
                default_width: 1.0,
            };
            let mut rest = bytes;
            let mut text = String::new();
            while let Some(code) = font.next(rest) {
                text.push_str(&code.text.unwrap_or_default());
                rest = &rest[code.n_bytes..];
            }
            assert_eq!(text, expected, "{encoding}");
        };
        check("GBK-EUC-H", b"\xb1\xa8\xb8\xe6\x31", "报告1");
        check("GB-EUC-H", b"\xb1\xa8\xb8\xe6", "报告");
        check("GBK2K-H", b"\xb1\xa8\xb8\xe6", "报告");
        check("UniGB-UCS2-H", b"\x62\xa5\x54\x4a", "报告");
        check("UniGB-UTF16-H", b"\x62\xa5\x54\x4a", "报告");
        check("UniGB-UTF8-H", "报告".as_bytes(), "报告");
    }
}
