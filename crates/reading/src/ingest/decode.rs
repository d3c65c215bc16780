//! Bytes → text.
//!
//! In: the whole content of a file, the encoding that the user forces or the page names, if any. Out:
//! text with notes on how it was read, or the reason why there is none. Tried in this order: byte-order
//! mark, the forced encoding, UTF-16 that cannot be anything else (UTF-8 above all), strict UTF-8, the page's own
//! label, strict GB18030 (which holds GBK and GB2312); then whichever of them fits with the fewest bad bytes.
//! Line ends are left as they are: the next step cuts at all of them.
//!
//! A statistical guesser (chardetng) was weighed and left out: told that the text is Chinese, it says
//! GBK for whatever is not UTF-8, which is what the order says anyway. The one mistake of that order, Big5
//! read as GB18030, shows in the private-use characters that it gives.
//!
//! # Invariants
//!
//! - Never panics, whatever the bytes. A strict reading is the bytes, less the byte-order mark.
//! - A file that is not text is refused with the place of the first byte that shows it.
//! - No U+FFFD in the text without a note that counts them (its report is read in part); more than [`BAD_MAX`], or more than one in
//!   a thousand characters, and the file is refused.

use super::IngestError;
use super::limits::FILE_BYTES_MAX;
use super::line::is_han;
use crate::report::Note;
use encoding_rs::{BIG5, DecoderResult, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;
use std::fmt;

/// How the characters of a file are written as bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

impl Encoding {
    /// The labels that a message offers; all others of the WHATWG standard are understood too.
    pub const LABELS: [&'static str; 11] = [
        "utf-8",
        "gb18030",
        "gbk",
        "gb2312",
        "big5",
        "utf-16le",
        "utf-16be",
        "shift_jis",
        "euc-jp",
        "euc-kr",
        "windows-1252",
    ];

    /// The encoding of a label, upper or lower case.
    pub fn for_label(label: &str) -> Option<Encoding> {
        encoding_rs::Encoding::for_label_no_replacement(label.as_bytes()).map(Encoding)
    }

    /// Its name in the standard.
    pub fn name(self) -> &'static str {
        self.0.name()
    }
}

impl fmt::Debug for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Encoding({})", self.0.name())
    }
}

/// What is known of the encoding before the bytes are looked at.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Hint {
    /// The user's word; only a byte-order mark is stronger.
    pub(crate) forced: Option<Encoding>,
    /// What the file says of itself (`<meta charset>`); bytes are stronger.
    pub(crate) label: Option<Encoding>,
}

/// Text, and how it was come by.
#[derive(Debug)]
pub(crate) struct Decoded<'a> {
    /// The text, without a byte-order mark.
    pub(crate) text: Cow<'a, str>,
    /// What a reader of the text should know.
    pub(crate) notes: Vec<Note>,
}

/// How far into a file a NUL byte makes it binary (the rule of ripgrep and git, with a larger window).
const BINARY_WINDOW_BYTES: usize = 64 * 1024;

/// So many characters can be lost before the file is refused.
pub(crate) const BAD_MAX: usize = 20;

/// Text that is valid UTF-8 by chance is this short, in characters outside ASCII.
const CHANCE_CHARS_MAX: usize = 64;

/// Bytes → text without its byte-order mark.
pub(crate) fn decode(bytes: &[u8], hint: Hint) -> Result<Decoded<'_>, IngestError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(IngestError::TooLarge {
            bytes: bytes.len(),
            bytes_max: FILE_BYTES_MAX,
        });
    }
    if let Some((encoding, mark_bytes)) = encoding_rs::Encoding::for_bom(bytes) {
        let content = bytes.get(mark_bytes..).unwrap_or(&[]);
        if encoding == UTF_8 {
            refuse_binary(content, mark_bytes)?;
        }
        return Reading::of(encoding, content, mark_bytes).accept();
    }
    if let Some(Encoding(encoding)) = hint.forced {
        if encoding != UTF_16LE && encoding != UTF_16BE {
            refuse_binary(bytes, 0)?;
        }
        return Reading::of(encoding, bytes, 0).accept();
    }
    for encoding in [UTF_16LE, UTF_16BE] {
        if is_plainly_utf16(bytes, encoding) {
            return Reading::of(encoding, bytes, 0).accept();
        }
    }
    refuse_binary(bytes, 0)?;
    if let Ok(text) = std::str::from_utf8(bytes) {
        let gb18030 = gb18030_by_chance(text);
        return gb18030
            .unwrap_or_else(|| Reading::strict_utf8(text))
            .accept();
    }
    let utf8 = Reading::of(UTF_8, bytes, 0);
    if utf8.is_damaged_utf8() {
        return utf8.accept();
    }
    if let Some(Encoding(encoding)) = hint.label.filter(|label| label.0 != UTF_8) {
        let labelled = Reading::of(encoding, bytes, 0);
        if labelled.n_bad == 0 && labelled.n_private() * 1000 <= labelled.n_chars {
            return labelled.accept();
        }
    }
    let gb18030 = Reading::of(GB18030, bytes, 0);
    if gb18030.n_private() * 1000 > gb18030.n_chars {
        // The comma and full stop of Big5 lie where GB18030 has private-use characters.
        let big5 = Reading::of(BIG5, bytes, 0);
        if big5.n_bad == 0 {
            return big5.accept();
        }
    }
    let best = [utf8, gb18030]
        .into_iter()
        .min_by_key(|reading| reading.n_bad);
    // There are two of them.
    best.map_or(Err(IngestError::Empty), Reading::accept)
}

/// The text of bytes that need not be text to their end: up to the first NUL byte, and whatever is
/// no character as U+FFFD. Good enough for a title, and for nothing that is searched.
pub(crate) fn decode_anyhow(bytes: &[u8]) -> String {
    let has_mark = encoding_rs::Encoding::for_bom(bytes).is_some();
    let is_wide = [UTF_16LE, UTF_16BE]
        .iter()
        .any(|encoding| is_plainly_utf16(bytes, encoding));
    let end = memchr::memchr(0, bytes).filter(|_| !(has_mark || is_wide));
    let bytes = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or(bytes);
    match decode(bytes, Hint::default()) {
        Ok(decoded) => decoded.text.into_owned(),
        Err(IngestError::Undecodable { encoding, .. }) => Encoding::for_label(&encoding)
            .map_or_else(String::new, |Encoding(encoding)| {
                Reading::of(encoding, bytes, 0).text.into_owned()
            }),
        Err(_) => String::new(),
    }
}

/// Bytes read in one encoding.
struct Reading<'a> {
    encoding: &'static encoding_rs::Encoding,
    text: Cow<'a, str>,
    n_chars: usize,
    /// Sequences of bytes that are no character; each gives one U+FFFD.
    n_bad: usize,
    /// Where the first of them starts.
    first_bad: usize,
    /// Whether the bytes are valid in UTF-8 too, so that the choice was by likelihood.
    by_chance: bool,
}

impl<'a> Reading<'a> {
    fn strict_utf8(text: &'a str) -> Reading<'a> {
        Reading {
            encoding: UTF_8,
            text: Cow::Borrowed(text),
            n_chars: 0,
            n_bad: 0,
            first_bad: 0,
            by_chance: false,
        }
    }

    /// Reads all of `content`, which stands `offset` bytes into the file.
    fn of(
        encoding: &'static encoding_rs::Encoding,
        content: &'a [u8],
        offset: usize,
    ) -> Reading<'a> {
        if encoding == UTF_8
            && let Ok(text) = std::str::from_utf8(content)
        {
            return Reading::strict_utf8(text);
        }
        let mut decoder = encoding.new_decoder_without_bom_handling();
        let mut text = String::with_capacity(content.len() + content.len() / 2 + 16);
        let (mut n_bad, mut first_bad) = (0, 0);
        let mut at = 0;
        loop {
            let rest = content.get(at..).unwrap_or(&[]);
            let (result, n_read) =
                decoder.decode_to_string_without_replacement(rest, &mut text, true);
            at += n_read;
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => text.reserve(content.len() / 2 + 16),
                DecoderResult::Malformed(n_malformed, n_after) => {
                    if n_bad == 0 {
                        let back = usize::from(n_malformed) + usize::from(n_after);
                        first_bad = offset + at.saturating_sub(back);
                    }
                    n_bad += 1;
                    text.push('\u{fffd}');
                }
            }
        }
        Reading {
            encoding,
            n_chars: text.chars().count(),
            text: Cow::Owned(text),
            n_bad,
            first_bad,
            by_chance: false,
        }
    }

    /// Characters that mean nothing outside one program: what another encoding gives when it is misread.
    fn n_private(&self) -> usize {
        self.text
            .chars()
            .filter(|c| matches!(c, '\u{e000}'..='\u{f8ff}'))
            .count()
    }

    /// Whether this is UTF-8 with some bytes lost: text in another encoding hardly ever makes a
    /// valid sequence of three bytes; of two it does (一 in GBK is a Cyrillic letter). Asked before
    /// GB18030, which takes half of such text for strange Han.
    fn is_damaged_utf8(&self) -> bool {
        let n_long = self.text.chars().filter(|c| *c >= '\u{800}').count();
        n_long.saturating_sub(self.n_bad) >= 10 * self.n_bad
    }

    /// The text with its notes, unless too much of it is lost.
    fn accept(self) -> Result<Decoded<'a>, IngestError> {
        if self.n_bad > BAD_MAX || self.n_bad * 1000 > self.n_chars {
            return Err(IngestError::Undecodable {
                byte: self.first_bad,
                n_bad: self.n_bad,
                encoding: self.encoding.name().into(),
            });
        }
        let mut notes = Vec::new();
        let mut note = |rule: &str, text: String| {
            notes.push(Note {
                rule: rule.to_owned(),
                line: None,
                text,
            });
        };
        if self.encoding != UTF_8 {
            let why = if self.by_chance {
                "; its bytes are valid UTF-8 too, but no Chinese"
            } else {
                ""
            };
            note("encoding", format!("read as {}{why}", label(self.encoding)));
        }
        if self.n_bad > 0 {
            note(
                "bad-bytes",
                format!(
                    "{} could not be read and stand as U+FFFD, the first at byte {}",
                    characters(self.n_bad),
                    self.first_bad
                ),
            );
        }
        let n_replaced = self.text.matches('\u{fffd}').count() - self.n_bad;
        if n_replaced > 0 {
            note(
                "bad-bytes",
                format!(
                    "{} had been lost before: U+FFFD stands in the file",
                    characters(n_replaced)
                ),
            );
        }
        if self.encoding != UTF_8 {
            let n_private = self.n_private();
            if n_private > 0 {
                note(
                    "private-use",
                    format!(
                        "{} mean nothing outside one program: bytes may be missing",
                        characters(n_private)
                    ),
                );
            }
        }
        Ok(Decoded {
            text: self.text,
            notes,
        })
    }
}

fn characters(n: usize) -> String {
    if n == 1 {
        "1 character".to_owned()
    } else {
        format!("{n} characters")
    }
}

/// The name of an encoding as people write it.
fn label(encoding: &'static encoding_rs::Encoding) -> &'static str {
    if encoding == GB18030 {
        "GB18030"
    } else {
        encoding.name()
    }
}

/// A NUL byte near the start: not text, or UTF-16 that nobody can be sure of.
fn refuse_binary(content: &[u8], offset: usize) -> Result<(), IngestError> {
    let window = content.get(..BINARY_WINDOW_BYTES).unwrap_or(content);
    match memchr::memchr(0, window) {
        Some(at) => Err(IngestError::Binary { byte: offset + at }),
        None => Ok(()),
    }
}

/// Whether bytes without a mark can only be Chinese text in this form of UTF-16: nine of ten
/// characters are what Chinese text is made of, and a third are Han. A pair of letters of ASCII is a Han
/// character too, so are pairs within an emoji or a Cyrillic word: what UTF-8 explains, and what is made of such
/// pairs, is no UTF-16, however long one character runs.
fn is_plainly_utf16(bytes: &[u8], encoding: &'static encoding_rs::Encoding) -> bool {
    let window = bytes.get(..BINARY_WINDOW_BYTES).unwrap_or(bytes);
    let (pairs, rest) = window.as_chunks::<2>();
    if pairs.len() < 16 || !rest.is_empty() {
        return false;
    }
    let (mut n_han, mut n_letters, mut n_usual) = (0, 0, 0);
    for pair in pairs {
        let unit = if encoding == UTF_16LE {
            u16::from_le_bytes(*pair)
        } else {
            u16::from_be_bytes(*pair)
        };
        match unit {
            0x4e00..=0x9fff => {
                n_han += 1;
                n_letters += usize::from(pair.is_ascii());
            }
            0x20..=0x7e | 9 | 10 | 13 | 0x2010..=0x2027 | 0x3000..=0x303f | 0xff00..=0xff65 => {
                n_usual += 1;
            }
            _ => {}
        }
    }
    // Of Han in UTF-16 a quarter is made of two bytes of ASCII, of ASCII all.
    n_han * 3 >= pairs.len()
        && (n_han + n_usual) * 10 >= pairs.len() * 9
        && n_letters * 2 <= n_han
        && !is_utf8(bytes)
}

/// Whether bytes are UTF-8, whole or with a few bytes lost. Chinese in UTF-16 has a byte that UTF-8 cannot have
/// in every second character, and a NUL in every end of a line.
fn is_utf8(bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(text) => !text.contains('\0'),
        Err(_) => Reading::of(UTF_8, bytes, 0).is_damaged_utf8(),
    }
}

/// The GB18030 reading of a short text that is valid UTF-8 by chance: 一些 in GBK reads as two
/// Cyrillic letters. Nothing if the UTF-8 reading holds Han, or the other one anything but Han.
fn gb18030_by_chance(text: &str) -> Option<Reading<'static>> {
    if text.is_ascii() {
        return None;
    }
    let mut n_beyond_ascii = 0;
    for c in text.chars().filter(|c| !c.is_ascii()) {
        n_beyond_ascii += 1;
        if is_han(c) || n_beyond_ascii > CHANCE_CHARS_MAX {
            return None;
        }
    }
    let reading = Reading::of(GB18030, text.as_bytes(), 0);
    let (mut n_han, mut n_letters) = (0, 0);
    for c in reading.text.chars() {
        let is_mark = matches!(c, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff65}');
        if is_han(c) {
            n_han += 1;
        } else if c.is_ascii() {
            n_letters += usize::from(c.is_ascii_alphabetic());
        } else if !is_mark {
            return None;
        }
    }
    // One accent in a line of English (caf\u{e9}) is no Chinese.
    (n_han > n_letters).then_some(Reading {
        text: Cow::Owned(reading.text.into_owned()),
        by_chance: true,
        ..reading
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> Result<String, IngestError> {
        decode(bytes, Hint::default()).map(|decoded| decoded.text.into_owned())
    }

    fn notes(bytes: &[u8]) -> Vec<String> {
        let decoded = decode(bytes, Hint::default()).expect("it is text");
        decoded
            .notes
            .into_iter()
            .map(|note| format!("{}: {}", note.rule, note.text))
            .collect()
    }

    fn gb18030(text: &str) -> Vec<u8> {
        let (bytes, _, lost) = GB18030.encode(text);
        assert!(!lost);
        bytes.into_owned()
    }

    fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
        let mark = if mark { "\u{feff}" } else { "" };
        format!("{mark}{text}")
            .encode_utf16()
            .flat_map(|unit| {
                if big {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            })
            .collect()
    }

    const REPORT: &str = "政府工作报告\n各位代表：\n现在，我代表市人民政府，向大会报告工作，请予审议。2024年增长6.5%。";

    #[test]
    fn every_encoding_gives_the_same_text() {
        let marked = format!("\u{feff}{REPORT}");
        for bytes in [
            REPORT.as_bytes().to_vec(),
            marked.into_bytes(),
            gb18030(REPORT),
            utf16(REPORT, false, true),
            utf16(REPORT, true, true),
            utf16(REPORT, false, false),
            utf16(REPORT, true, false),
            BIG5.encode("政府工作報告，請審議。").0.into_owned(),
        ] {
            let text = read(&bytes).expect("it is text");
            assert!(
                text == REPORT || text.starts_with("政府工作報告，"),
                "{text}"
            );
        }
        assert_eq!(notes(REPORT.as_bytes()), [] as [&str; 0]);
        assert_eq!(notes(&gb18030(REPORT)), ["encoding: read as GB18030"]);
    }

    #[test]
    fn four_bytes_and_the_mapping_of_2022() {
        // \u{20bb7} and \u{3400} take four bytes; the last three moved out of private use.
        let text = "吉野家是\u{20bb7}，\u{3400}字，\u{1e3f}，\u{9fb4}，\u{fe10}。";
        assert_eq!(read(&gb18030(text)).as_deref(), Ok(text));
        assert_eq!(
            read(b"\xa3\xac\xa8\xbc\xfe\x59\xa6\xd9").as_deref(),
            Ok("，\u{1e3f}\u{9fb4}\u{fe10}")
        );
    }

    #[test]
    fn valid_by_chance_is_told_from_utf8() {
        // 一些, 一样 and 也许 in GBK are Cyrillic and Arabic letters in UTF-8.
        for word in ["一些", "研究，一些"] {
            assert_eq!(read(&gb18030(word)).as_deref(), Ok(word), "{word}");
        }
        assert!(notes(&gb18030("一些"))[0].starts_with("encoding: read as GB18030; its bytes"));
        // Cyrillic of some length, an accent in English, and any Chinese stay UTF-8.
        for text in ["a caf\u{e9} in the city", "\u{428}一些", ""] {
            assert_eq!(read(text.as_bytes()).as_deref(), Ok(text));
        }
        let long = "\u{43f}\u{440}\u{438}\u{432}\u{435}\u{442} ".repeat(20);
        assert_eq!(read(long.as_bytes()), Ok(long));
    }

    #[test]
    fn few_bad_bytes_are_counted_and_many_refused() {
        let long = REPORT.repeat(100);
        for (mut bytes, name) in [(long.clone().into_bytes(), "UTF-8"), (gb18030(&long), "gb")] {
            bytes.pop();
            bytes.pop();
            bytes.push(0xff);
            let lost = notes(&bytes);
            let lost = lost.last().expect("a note");
            assert!(
                lost.starts_with("bad-bytes: ") && lost.contains("the first at byte"),
                "{name}: {lost}"
            );
        }
        // A byte is lost in the middle: still UTF-8, not the Han that GB18030 would make of it.
        let mut bytes = long.clone().into_bytes();
        bytes.remove(3000);
        let text = read(&bytes).expect("one character is lost");
        assert!(text.starts_with("政府工作报告"));
        assert!(text.matches('\u{fffd}').count() <= 2);
        // Half in one encoding, half in the other.
        let mut mixed = long.clone().into_bytes();
        mixed.extend(gb18030(&long));
        assert!(matches!(
            read(&mixed),
            Err(IngestError::Undecodable { n_bad, .. }) if n_bad > BAD_MAX
        ));
        assert!(matches!(
            read(b"ab\xff"),
            Err(IngestError::Undecodable { .. })
        ));
    }

    #[test]
    fn a_long_run_of_one_character_stays_utf8() {
        let runs = [
            "a",
            "ab",
            "a ",
            "N-",
            "0",
            "x0",
            " ",
            "一",
            "、",
            "人民",
            "\u{43f}",
            "\u{1f600}",
            "\u{3000}",
        ];
        let page = |run: &str| format!("<p>{REPORT}</p>\n<!-- {} -->\n", run.repeat(40_000));
        for run in runs {
            for text in [
                run.repeat(40_000),
                run.repeat(40_001),
                format!("{}\n{REPORT}", run.repeat(33_000)),
                format!("{REPORT}\n{}", run.repeat(33_000)),
                page(run),
            ] {
                assert!(read(text.as_bytes()) == Ok(text), "{run}");
            }
        }
        // The same when a byte is lost, and in GB18030.
        let mut lost = format!("{}{REPORT}", "\u{1f600}".repeat(17_000)).into_bytes();
        lost.pop();
        assert!(read(&lost).is_ok_and(|text| text.contains("政府工作报告")));
        for run in ["a", "Nz", "一", "0", " "] {
            let text = format!("{}\n{REPORT}", run.repeat(40_000));
            assert!(read(&gb18030(&text)) == Ok(text), "{run}");
        }
        // What is UTF-16 stays UTF-16, a run within it too.
        for run in ["人", "0", " ", "\u{3000}", "－"] {
            let text = format!("{}{}{REPORT}", REPORT.repeat(20), run.repeat(400));
            for big in [false, true] {
                assert!(
                    read(&utf16(&text, big, false)).as_ref() == Ok(&text),
                    "{run}"
                );
            }
        }
    }

    #[test]
    fn a_nul_byte_makes_it_binary() {
        assert_eq!(
            read(b"\x89PNG\r\n\x1a\n\0\0"),
            Err(IngestError::Binary { byte: 8 })
        );
        let mut late = vec![b'a'; BINARY_WINDOW_BYTES];
        late.push(0);
        assert!(read(&late).is_ok());
    }

    #[test]
    fn a_forced_encoding_yields_to_a_mark_only() {
        let hint = Hint {
            forced: Encoding::for_label("Big5"),
            label: None,
        };
        let big5 = BIG5.encode("報告").0.into_owned();
        let text = |bytes: &[u8]| decode(bytes, hint).map(|decoded| decoded.text.into_owned());
        assert_eq!(text(&big5).as_deref(), Ok("報告"));
        assert_eq!(text("\u{feff}报告".as_bytes()).as_deref(), Ok("报告"));
        assert_eq!(Encoding::for_label("klingon"), None);
        assert!(
            Encoding::LABELS
                .into_iter()
                .all(|label| Encoding::for_label(label).is_some())
        );
    }

    #[test]
    fn a_label_decides_where_bytes_do_not() {
        let hint = |label| Hint {
            forced: None,
            label: Encoding::for_label(label),
        };
        let decoded = decode(REPORT.as_bytes(), hint("gb2312")).expect("it is text");
        assert_eq!(decoded.text, REPORT);
        let bytes = gb18030(REPORT);
        let decoded = decode(&bytes, hint("utf-8")).expect("it is text");
        assert_eq!(decoded.text, REPORT);
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            if let Ok(decoded) = decode(&bytes, Hint::default()) {
                let n_bad = decoded.text.matches('\u{fffd}').count();
                prop_assert_eq!(n_bad > 0, decoded.notes.iter().any(|note| note.rule == "bad-bytes"));
            }
        }

        #[test]
        fn text_that_repeats_itself_is_read_as_what_it_is(
            piece in "[a-zN 0-9一丂囍的、。\u{43f}\u{1f600}\n]{1,4}",
            n in 16usize..400,
            tail in "[一-龥a-z]{0,3}",
        ) {
            let text = format!("{}{tail}。", piece.repeat(n));
            prop_assert_eq!(read(text.as_bytes()), Ok(text.clone()));
        }

        #[test]
        fn text_survives_every_encoding(text in "([一-龥]{3}[，。0-9A-Za-z\n\u{3000}㐀\u{20bb7}]){8,60}") {
            for bytes in [text.as_bytes().to_vec(), gb18030(&text), utf16(&text, true, true), utf16(&text, false, true)] {
                prop_assert_eq!(read(&bytes), Ok(text.clone()));
            }
        }
    }
}
