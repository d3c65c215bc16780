//! The fold: what text and query both pass through before they are compared, and its map back to the original.
//!
//! In: repaired text, or a phrase of a query. Out: the same text without what readers do not mean when they search
//! (width, case, traditional forms, quotation marks, white space, marks of notes), and the edits that lead back. The rules
//! stand in the table `data/fold.tsv`, which is compiled into the program; the rules that look at more than one
//! character stand here:
//!
//! - a closing quotation mark followed at once by an opening one folds to 、, which the writing standard leaves out there;
//! - dashes side by side are one;
//! - a figure of up to three digits in square brackets (also 〔4〕, 【4】) marks a note and vanishes: `四上[4]企业`;
//! - so does a raised figure behind a word; behind a letter or a digit it is an exponent.
//!
//! Traditional text is folded as such ([`fold_in`]): 於, 徵, 著 and 乾 are 于, 征, 着 and 干 there, and themselves elsewhere.
//!
//! `fold` decides only what characters are equal. Whether a find begins and ends on a border is for the search to
//! judge, on the original text; [`is_word_char`] is its half of that rule.
//!
//! # Invariants
//!
//! - Folding twice changes nothing: `fold(&fold(text)) == fold(text)`.
//! - A folded text has no white space, no control character (so no U+0000), no quotation mark.
//! - The fold works character by character but for the rules above, so it takes time linear in the text, and the fold of
//!   two texts joined is their folds joined, unless one of the rules holds across the seam.
//! - Edits are in order and disjoint, in the folded text as in the original; what lies between two edits is the same in
//!   both. [`Edit::at`] and [`Edit::len`] count UTF-16 units of the folded text, [`Edit::original`] counts bytes, and
//!   both lie on character boundaries. The folded text with each edit undone is the original, byte for byte.
//! - There is no error: every text has a fold.

use crate::script::{Script, either};
use std::ops::Range;

/// A place where the folded text differs from the original.
///
/// There is one for each original character that vanishes, is replaced or is expanded, one for a pair of quotation marks
/// that became 、, and one for the mark of a note.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// Where it stands in the folded text, in UTF-16 units.
    pub at: u32,
    /// How many UTF-16 units of the folded text it stands for; 0 when the original characters vanish.
    pub len: u8,
    /// The original characters, bytes into the original.
    pub original: Range<u32>,
}

/// The longest text that [`fold_with_edits`] takes, in bytes.
///
/// No character of `n` bytes folds to more than `2 * n` UTF-16 units, so that places in the folded text fit 32 bits.
pub const BYTES_MAX: usize = (u32::MAX / 2) as usize;

/// Folds a text.
///
/// ```
/// use baogao_reading::fold::fold;
///
/// assert_eq!(fold("“四上”企業 ＰＭ₂.₅"), "四上企业pm2.5");
/// assert_eq!(fold("“房证同交”“地证同交”"), "房证同交、地证同交");
/// ```
pub fn fold(text: &str) -> String {
    fold_in(text, Script::Simplified)
}

/// Folds a text of the script that is named.
///
/// ```
/// use baogao_reading::fold::{fold, fold_in};
/// use baogao_reading::script::Script;
///
/// assert_eq!(fold_in("著力於發展", Script::Traditional), "着力于发展");
/// assert_eq!(fold("乾安县"), "乾安县");
/// ```
pub fn fold_in(text: &str, script: Script) -> String {
    let mut folding = Folding::of(text, script, None);
    folding.run();
    folding.folded
}

/// Folds a text of a script and writes into `edits` where the result differs from the original; what `edits` held before
/// is gone.
///
/// # Panics
///
/// If the text is longer than [`BYTES_MAX`].
pub fn fold_with_edits(text: &str, script: Script, edits: &mut Vec<Edit>) -> String {
    assert!(
        text.len() <= BYTES_MAX,
        "a passage is shorter than {BYTES_MAX} bytes"
    );
    edits.clear();
    let mut folding = Folding::of(text, script, Some(edits));
    folding.run();
    folding.folded
}

/// Whether a character is part of a number or a Latin word: a digit or a Latin letter, in any of their forms.
///
/// A phrase that begins or ends in one does not match next to another one. This is asked of the original text, where
/// forms that fold to several characters are still one. An accent is part of the letter before it.
#[inline]
pub fn is_word_char(c: char) -> bool {
    match c {
        '\0'..='\u{7f}' => c.is_ascii_alphanumeric(),
        // A Han character is by far the commonest question, and U+2C80..=U+A721 has no Latin letter.
        '\u{2c80}'..='\u{a721}' => false,
        _ => is_rare_word_char(c),
    }
}

/// [`char::is_alphanumeric`], which asks tables for every Han character and Chinese mark, without the tables for these.
#[inline]
pub fn is_alphanumeric(c: char) -> bool {
    match c {
        '\u{4e00}'..='\u{9fff}' => true,
        '\u{2010}'..='\u{2027}' | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' => false,
        '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' => false,
        _ => c.is_alphanumeric(),
    }
}

/// [`is_word_char`] beyond ASCII: the letters of Unicode's script Latin, superscript, subscript and full-width digits.
fn is_rare_word_char(c: char) -> bool {
    matches!(
        c,
        '\u{aa}' | '\u{b2}' | '\u{b3}' | '\u{b9}' | '\u{ba}' | '\u{c0}'..='\u{d6}'
            | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2b8}' | '\u{2e0}'..='\u{2e4}'
            | '\u{300}'..='\u{36f}'
            | '\u{1d00}'..='\u{1d25}' | '\u{1d2c}'..='\u{1d5c}' | '\u{1d62}'..='\u{1d65}'
            | '\u{1d6b}'..='\u{1d77}' | '\u{1d79}'..='\u{1dbe}' | '\u{1e00}'..='\u{1eff}'
            | '\u{2070}' | '\u{2071}' | '\u{2074}'..='\u{2079}' | '\u{207f}'
            | '\u{2080}'..='\u{2089}' | '\u{2090}'..='\u{209c}' | '\u{212a}' | '\u{212b}'
            | '\u{2132}' | '\u{214e}' | '\u{2160}'..='\u{2188}' | '\u{2c60}'..='\u{2c7f}'
            | '\u{a722}'..='\u{a787}' | '\u{a78b}'..='\u{a7ff}' | '\u{ab30}'..='\u{ab5a}'
            | '\u{ab5c}'..='\u{ab64}' | '\u{ab66}'..='\u{ab69}' | '\u{fb00}'..='\u{fb06}'
            | '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}'
            | '\u{10780}'..='\u{107ba}' | '\u{1df00}'..='\u{1df2a}'
    )
}

/// The fold of one text, on the way.
///
/// Characters that stay are only passed over; a run of them is copied at once when an edit ends it.
struct Folding<'t, 'e> {
    text: &'t str,
    script: Script,
    edits: Option<&'e mut Vec<Edit>>,
    folded: String,
    /// UTF-16 units of the folded text, what is passed over included.
    n_units: usize,
    /// Where what is passed over begins.
    run_start: usize,
    /// Whether the folded text ends in a dash.
    after_dash: bool,
    /// Brackets at the end of the folded text that may begin marks of notes, the innermost last.
    marks: Vec<OpenMark>,
}

/// A bracket behind which only digits have come so far.
struct OpenMark {
    /// The bracket that ends it.
    closing: char,
    /// Where it stands in the folded text, in bytes and in units.
    folded_byte: usize,
    unit: usize,
    /// Where it begins in the original.
    start: usize,
    n_edits: usize,
    n_digits: usize,
    after_dash: bool,
}

/// The most digits of a mark of a note: `[2023]` is a year.
const MARK_DIGITS_MAX: usize = 3;

impl<'t, 'e> Folding<'t, 'e> {
    fn of(text: &'t str, script: Script, edits: Option<&'e mut Vec<Edit>>) -> Folding<'t, 'e> {
        Folding {
            text,
            script,
            edits,
            folded: String::with_capacity(text.len()),
            n_units: 0,
            run_start: 0,
            after_dash: false,
            marks: Vec::new(),
        }
    }

    fn run(&mut self) {
        let text = self.text;
        let is_simplified = self.script != Script::Traditional;
        let mut chars = text.char_indices();
        while let Some((start, c)) = chars.next() {
            let action = table::action(c);
            if action == table::KEEP {
                // By far the commonest, and part of nothing longer.
                let is_plain_han = is_simplified && ('\u{4e00}'..='\u{9fff}').contains(&c);
                if is_plain_han && self.marks.is_empty() {
                    self.after_dash = false;
                    self.n_units += 1;
                    continue;
                }
                if !self.is_watched(c) {
                    self.n_units += c.len_utf16();
                    continue;
                }
            }
            let replacement = match action {
                _ if is_raised_digit(c) && self.is_behind_words(start) => &[][..],
                table::KEEP => &[c][..],
                table::VANISH | table::OPEN => &[][..],
                table::CLOSE => {
                    let mut ahead = chars.clone();
                    match ahead.next() {
                        Some((_, next)) if table::action(next) == table::OPEN => {
                            chars = ahead;
                            &['、'][..]
                        }
                        _ => &[][..],
                    }
                }
                action => table::replacement(action),
            };
            self.put(replacement, start..chars.offset());
        }
        self.copy_run(text.len());
    }

    /// Whether a character that the table keeps may be part of something longer, or ends it.
    fn is_watched(&mut self, c: char) -> bool {
        let is_plain = c != '-' && closing_of(c).is_none() && self.marks.is_empty();
        if is_plain {
            self.after_dash = false;
        }
        !is_plain || self.script == Script::Traditional && either(c).is_some()
    }

    /// Puts `replacement` in the place of a stretch of the original.
    fn put(&mut self, replacement: &[char], original: Range<usize>) {
        let mut chars: &[char] = replacement;
        let standard;
        if self.script == Script::Traditional
            && let &[c] = chars
            && let Some(other) = either(c)
        {
            standard = [other];
            chars = &standard;
        }
        if chars == ['-'] && self.after_dash {
            chars = &[];
        }
        if let &[c] = chars
            && self.ends_mark(c, &original)
        {
            return;
        }
        let at = self.n_units;
        let start = original.start;
        if text_of(self.text, original.clone())
            .chars()
            .eq(chars.iter().copied())
        {
            // It stays: the run goes on.
            self.watch(chars, start);
            self.n_units += chars.iter().map(|c| c.len_utf16()).sum::<usize>();
            return;
        }
        self.copy_run(start);
        self.watch(chars, start);
        for &c in chars {
            self.folded.push(c);
            self.n_units += c.len_utf16();
        }
        self.run_start = original.end;
        self.record(at, original);
    }

    /// Remembers what the folded text ends with, before `chars` are put there.
    fn watch(&mut self, chars: &[char], start: usize) {
        for &c in chars {
            match c {
                _ if closing_of(c).is_some() => {
                    self.copy_run(start);
                    self.marks.push(OpenMark {
                        closing: closing_of(c).unwrap_or(c),
                        folded_byte: self.folded.len(),
                        unit: self.n_units,
                        start,
                        n_edits: self.edits.as_ref().map_or(0, |edits| edits.len()),
                        n_digits: 0,
                        after_dash: self.after_dash,
                    });
                }
                '0'..='9' => {
                    if let Some(mark) = self.marks.last_mut() {
                        mark.n_digits += 1;
                    }
                    if self
                        .marks
                        .last()
                        .is_some_and(|mark| mark.n_digits > MARK_DIGITS_MAX)
                    {
                        self.marks.clear();
                    }
                }
                // As Markdown has it: [^4].
                '^' if self.marks.last().is_some_and(|mark| mark.n_digits == 0) => {}
                _ => self.marks.clear(),
            }
            self.after_dash = c == '-';
        }
    }

    /// Takes a mark of a note away whose closing bracket this is.
    fn ends_mark(&mut self, c: char, bracket: &Range<usize>) -> bool {
        let ends = |mark: &OpenMark| mark.closing == c && mark.n_digits > 0;
        if !self.marks.last().is_some_and(ends) {
            return false;
        }
        let Some(mark) = self.marks.pop() else {
            return false;
        };
        self.folded.truncate(mark.folded_byte);
        self.n_units = mark.unit;
        self.after_dash = mark.after_dash;
        self.run_start = bracket.end;
        if let Some(edits) = &mut self.edits {
            edits.truncate(mark.n_edits);
        }
        self.record(mark.unit, mark.start..bracket.end);
        true
    }

    /// Whether the folded text ends in something that takes no exponent, given the next byte of the original.
    fn is_behind_words(&self, start: usize) -> bool {
        let last = text_of(self.text, self.run_start..start)
            .chars()
            .next_back();
        let last = last.or_else(|| self.folded.chars().next_back());
        let takes_exponent = |c: char| {
            is_word_char(c) || matches!(c, ')' | '\u{ff09}' | ']' | '-' | '\u{370}'..='\u{3ff}')
        };
        last.is_some_and(|c| !takes_exponent(c))
    }

    /// Copies what was passed over up to a byte of the original.
    fn copy_run(&mut self, end: usize) {
        self.folded
            .push_str(text_of(self.text, self.run_start..end));
        self.run_start = end;
    }

    /// Notes that the units from `at` on stand for a stretch of the original.
    fn record(&mut self, at: usize, original: Range<usize>) {
        let len = self.n_units - at;
        if let Some(edits) = &mut self.edits {
            // The casts lose nothing: the text is bounded, and so is the growth of a character in its fold.
            edits.push(Edit {
                at: at as u32,
                len: len as u8,
                original: original.start as u32..original.end as u32,
            });
        }
    }
}

/// The bracket that closes one which may open the mark of a note.
fn closing_of(c: char) -> Option<char> {
    match c {
        '[' => Some(']'),
        '〔' => Some('〕'),
        '【' => Some('】'),
        _ => None,
    }
}

/// ⁰ to ⁹.
fn is_raised_digit(c: char) -> bool {
    matches!(
        c,
        '\u{b2}' | '\u{b3}' | '\u{b9}' | '\u{2070}' | '\u{2074}'..='\u{2079}'
    )
}

/// A stretch of a text between two characters.
#[expect(
    clippy::string_slice,
    reason = "both ends come from the iterator over the characters"
)]
fn text_of(text: &str, bytes: Range<usize>) -> &str {
    &text[bytes]
}

/// Version of the rules that are not in the table: pairs of quotes, dashes side by side, marks of notes, what counts as a
/// word character.
const RULES_VERSION: u32 = 2;

/// Changes with the table and with the rules, and only then: what was folded otherwise cannot be searched.
pub fn fingerprint() -> String {
    format!("{RULES_VERSION}-{:016x}", table::FINGERPRINT)
}

/// The compiled table.
mod table {
    include!(concat!(env!("OUT_DIR"), "/fold_table.rs"));

    /// What happens to a character: one of the constants, or from [`REPLACE`] on the number of a replacement.
    #[inline]
    pub(super) fn action(c: char) -> u16 {
        let code_point = u32::from(c) as usize;
        let page = usize::from(PAGE_OF[code_point >> PAGE_BITS]);
        ACTIONS[page << PAGE_BITS | code_point & ((1 << PAGE_BITS) - 1)]
    }

    /// The characters that an action from [`REPLACE`] on puts in the place of one.
    #[inline]
    pub(super) fn replacement(action: u16) -> &'static [char] {
        let i = usize::from(action - REPLACE);
        &CHARS[usize::from(STARTS[i])..usize::from(STARTS[i + 1])]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;
    use unicode_normalization::UnicodeNormalization;

    fn check(input: &str, expected: &str) {
        assert_eq!(fold(input), expected, "fold of {input:?}");
        assert_eq!(fold(expected), expected, "fold of the fold of {input:?}");
        let mut edits = Vec::new();
        assert_eq!(
            fold_with_edits(input, Script::Simplified, &mut edits),
            expected
        );
        check_edits(input, expected, &edits);
    }

    /// The same of traditional text.
    fn check_traditional(input: &str, expected: &str) {
        let mut edits = Vec::new();
        let folded = fold_with_edits(input, Script::Traditional, &mut edits);
        assert_eq!(folded, expected, "fold of {input:?}");
        assert_eq!(fold_in(&folded, Script::Traditional), folded);
        assert_eq!(fold_in(input, Script::Traditional), folded);
        check_edits(input, expected, &edits);
    }

    /// Replays the edits over the folded text and asserts every promise about them.
    fn check_edits(original: &str, folded: &str, edits: &[Edit]) {
        let units: Vec<u16> = folded.encode_utf16().collect();
        let kept = |from: usize, to: usize| {
            String::from_utf16(&units[from..to]).expect("whole characters")
        };
        let mut replayed = String::new();
        let mut at = 0;
        for edit in edits {
            let edit_at = edit.at as usize;
            let bytes = edit.original.start as usize..edit.original.end as usize;
            assert!(
                at <= edit_at && !bytes.is_empty(),
                "{edit:?} of {original:?}"
            );
            replayed.push_str(&kept(at, edit_at));
            assert_eq!(replayed.len(), bytes.start, "{edit:?} of {original:?}");
            let before = original.get(bytes).expect("whole characters");
            let after = kept(edit_at, edit_at + usize::from(edit.len));
            assert_ne!(before, after, "{edit:?} of {original:?}");
            let n_chars = before.chars().count();
            assert!(
                n_chars == 1
                    || (n_chars == 2 && after == "、")
                    || (n_chars > 2
                        && after.is_empty()
                        && before.starts_with(['[', '\u{ff3b}', '〔', '【'])),
                "{edit:?} of {original:?}"
            );
            replayed.push_str(before);
            at = edit_at + usize::from(edit.len);
        }
        replayed.push_str(&kept(at, units.len()));
        assert_eq!(replayed, original);
    }

    /// The rows of the data file: character, what it folds to, class.
    fn rows() -> Vec<(char, String, &'static str)> {
        let code_point = |text: &str| {
            let digits = text.strip_prefix("U+").expect("U+XXXX");
            char::from_u32(u32::from_str_radix(digits, 16).expect("hexadecimal"))
                .expect("a character")
        };
        include_str!("../data/fold.tsv")
            .lines()
            .filter(|line| !line.starts_with('#') && !line.contains("\teither\t"))
            .map(|line| {
                let columns: Vec<&str> = line.split('\t').collect();
                let to = columns[1].split_whitespace().map(code_point).collect();
                (code_point(columns[0]), to, columns[2])
            })
            .collect()
    }

    fn fold_char(c: char) -> String {
        fold(c.encode_utf8(&mut [0; 4]))
    }

    #[test]
    fn alphanumeric_is_what_the_standard_library_says() {
        for c in '\0'..=char::MAX {
            assert_eq!(
                is_alphanumeric(c),
                c.is_alphanumeric(),
                "{}",
                c.escape_unicode()
            );
        }
    }

    #[test]
    fn width_goes_by_class() {
        check("\u{ff37}\u{ff49}\u{ff24}\u{ff45}\u{ff11}\u{ff12}", "wide12");
        check("增长５．５％，", "增长5.5%，");
        check("增长5.5%,", "增长5.5%，");
        check(
            "\u{ff0b}\u{ff0f}\u{ff1d}\u{ff06}\u{ff20}\u{ff3b}\u{ff3d}",
            "+/=&@[]",
        );
        check(
            ",;:?!()",
            "\u{ff0c}\u{ff1b}\u{ff1a}\u{ff1f}\u{ff01}\u{ff08}\u{ff09}",
        );
        check("，；：？！（）", "，；：？！（）");
        check("县(市、区)", "县（市、区）");
        check("甲\u{ff64}乙\u{ff61}", "甲、乙。");
        check("\u{ffe5}\u{ffe0}", "\u{a5}\u{a2}");
    }

    #[test]
    fn case_is_lowered_one_to_one() {
        check("GDP 4S店 Ａ股", "gdp4s店a股");
        check("\u{391}\u{392}\u{3a9} \u{414}\u{416} É Ǆ", "αβωджe\u{301}ǆ");
        check("\u{212a}\u{212b}\u{2126}", "ka\u{30a}\u{3c9}");
        check("\u{130}", "i");
        // Small letters that differ from others are left alone: this is lower-casing, not case folding.
        check("ß ς \u{b5}", "ßς\u{b5}");
    }

    #[test]
    fn traditional_is_simplified_but_standard_characters_stay() {
        check("中小學生", "中小学生");
        check("乾安县著名", "乾安县著名");
        check("經濟發展與鄉村振興", "经济发展与乡村振兴");
        check("瞭望", "瞭望");
        check("\u{5e7a}麼", "\u{5e7a}么");
    }

    #[test]
    fn radicals_and_compatibility_ideographs_are_unified() {
        check("\u{2ed3}\u{2f2f}\u{2ea0}\u{2eda}", "长工民页");
        check("\u{2f00}\u{2f47}", "一日");
        // U+2FA7 is 長 and U+F914 is 樂: unified, then simplified.
        check("\u{2fa7}\u{f914}\u{f9dc}", "长乐隆");
        check("\u{2f800}\u{2f81a}", "丽冬");
        // The block has twelve unified ideographs, which are themselves; strokes are no radicals.
        check("\u{fa0e}\u{fa29}\u{31d0}", "\u{fa0e}\u{fa29}\u{31d0}");
    }

    #[test]
    fn numerals_and_scripts_are_spelled_out() {
        check("Ⅲ类", "iii类");
        check("Ⅱ Ⅷ ⅻ Ⅼ", "iiviiixiil");
        check("PM₂.₅", "pm2.5");
        check("CO₂ m³ x⁻¹ 10⁽ⁿ⁾", "co2m3x-110（n）");
        check("\u{1d2c}\u{2c7c}\u{aa}", "aja");
    }

    #[test]
    fn dashes_times_and_dots_have_one_form_each() {
        for dash in [
            "-", "\u{2013}", "\u{2014}", "\u{ff0d}", "~", "\u{ff5e}", "\u{2010}", "\u{2011}",
            "\u{2015}", "\u{2212}", "\u{223c}", "\u{301c}", "\u{2500}",
        ] {
            check(&format!("2021{dash}2025年"), "2021-2025年");
        }
        check("\u{2014}\u{2014}", "-");
        check("2020\u{2014}\u{2014}2024年", "2020-2024年");
        check("5%\u{2014} \u{2014}-6%", "5%-6%");
        check("100×200", "100x200");
        for dot in ["\u{b7}", "\u{2022}", "\u{30fb}", "\u{ff65}"] {
            check(&format!("奥运{dot}冬"), "奥运\u{b7}冬");
        }
    }

    #[test]
    fn accents_meet_in_both_forms() {
        check("café", "cafe\u{301}");
        check("cafe\u{301}", "cafe\u{301}");
        check("Lǜ", "lu\u{308}\u{300}");
        // Kana and Hangul are left alone.
        check("ガ한", "ガ한");
    }

    #[test]
    fn marks_of_notes_vanish() {
        check("“四上”[4]企业培育", "四上企业培育");
        check(
            "四上\u{ff3b}１２\u{ff3d}企业[^3]、链长制①改革㉑",
            "四上企业、链长制改革",
        );
        check("[1][2]甲[ 3 ]乙", "甲乙");
        check("甲[1[2]3]乙", "甲乙");
        check("甲-[4]-乙", "甲-乙");
        check("四上〔4〕企业【5】培育", "四上企业培育");
        check(
            "“四上”²企业，增长5%¹²、10⁴亩、m²",
            "四上企业，增长5%、104亩、m2",
        );
        for text in [
            "国发[2023]5号",
            "[a]",
            "[]",
            "4]",
            "[4",
            "[1.5]",
            "[4[",
            "[^]",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn traditional_text_has_characters_of_its_own() {
        check_traditional("著力推進，關於徵收", "着力推进，关于征收");
        check_traditional("乾淨，瞭解，答覆", "干净，了解，答复");
        check_traditional("著“名”[3]", "着名");
        for text in ["著力", "关於", "乾安县", "徵收"] {
            check(text, text);
        }
    }

    #[test]
    fn a_blank_of_private_use_vanishes() {
        check("专业\u{e5e5}镇", "专业镇");
    }

    #[test]
    fn signs_typed_for_others_are_the_others() {
        check(
            "一九八\u{25cb}年和二\u{25cb}二三年",
            "一九八〇年和二〇二三年",
        );
        check("9.2\u{2236}46.6\u{2236}44.2", "9.2：46.6：44.2");
        check(
            "5\u{fe6a}、3\u{33a5}、12\u{339e}、8\u{33a1}",
            "5%、3m3、12km、8m2",
        );
    }

    #[test]
    fn white_space_and_invisible_characters_vanish() {
        check(" \t\r\n\u{3000}\u{a0}\u{2002}\u{2028}\u{85}", "");
        check(
            "高\u{200b}质\u{200d}量\u{feff}发\u{ad}展\u{2060}",
            "高质量发展",
        );
        check("\0甲\u{7f}\u{9f}", "甲");
        check("葛\u{e0100}城\u{fe0f}\u{202e}", "葛城");
    }

    #[test]
    fn quotation_marks_vanish() {
        check("“四上”企业", "四上企业");
        check("“放管服”改革", "放管服改革");
        check("《条例》和〈一〉或「二」及『三』", "条例和一或二及三");
        check("\"a\" 'b' \u{ff02}c\u{ff07} «d» ‹e› „f‟ ‚g‛", "abcdefg");
        check("\u{301d}a\u{301e}\u{301f} \u{ff62}b\u{ff63}", "ab");
        check("\u{fe41}a\u{fe42}和\u{fe43}b\u{fe44}", "a和b");
        check(
            "\u{fe3d}a\u{fe3e}和\u{fe3f}b\u{fe40}和\u{2329}c\u{232a}",
            "a和b和c",
        );
    }

    #[test]
    fn a_closing_mark_before_an_opening_one_is_a_comma() {
        check("“房证同交”“地证同交”", "房证同交、地证同交");
        check("《甲》《乙》〈丙〉", "甲、乙、丙");
        check("「甲」『乙』", "甲、乙");
        check("“甲”《乙》", "甲、乙");
        check(
            "\u{fe43}甲\u{fe44}\u{fe41}乙\u{fe42}\u{ff62}丙\u{ff63}",
            "甲、乙、丙",
        );
        check(
            "\u{fe3f}甲\u{fe40}\u{fe3d}乙\u{fe3e}\u{2329}丙\u{232a}",
            "甲、乙、丙",
        );
        check("“‘甲’”“‘乙’”", "甲、乙");
        check("’”“‘", "、");
        check("”“”“", "、、");
        check("””““", "、");
        // In the other order, with a mark that has no side, or with anything between them, nothing is left out.
        check("“”", "");
        check("\"甲\"\"乙\"", "甲乙");
        check("“甲” “乙”", "甲乙");
        check("“甲”\u{200b}“乙”", "甲乙");
        check("“甲”、“乙”", "甲、乙");
    }

    #[test]
    fn everything_else_counts() {
        for text in [
            "…‰℃¥",
            "、。·【】〔〕[]|_#*`",
            "✖⑴",
            "〇●ㄅあア한\u{ff71}",
            "\u{e000}\u{10fffd}",
            "𠮷😀",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn edits_count_utf16_units_and_bytes() {
        let mut edits = Vec::new();
        let folded = fold_with_edits("𠮷Ａ 😀Ⅷ”“學", Script::Simplified, &mut edits);
        assert_eq!(folded, "𠮷a😀viii、学");
        let edit = |at, len, original| Edit { at, len, original };
        assert_eq!(
            edits,
            [
                edit(2, 1, 4..7),
                edit(3, 0, 7..8),
                edit(5, 4, 12..15),
                edit(9, 1, 15..21),
                edit(10, 1, 21..24),
            ]
        );
        // A target outside the basic plane takes two units.
        let (from, _, _) = rows()
            .into_iter()
            .find(|(_, to, _)| to.chars().all(|c| c.len_utf16() == 2) && !to.is_empty())
            .expect("such a row");
        let text = format!("{from}A");
        fold_with_edits(&text, Script::Simplified, &mut edits);
        assert_eq!(
            (edits[0].at, edits[0].len, edits[1].at, edits.len()),
            (0, 2, 2, 2)
        );
    }

    #[test]
    fn the_compiled_table_is_the_data_file_and_closed() {
        let rows = rows();
        let table: HashMap<char, &str> = rows
            .iter()
            .map(|(from, to, _)| (*from, to.as_str()))
            .collect();
        assert_eq!(table.len(), rows.len());
        for c in '\0'..=char::MAX {
            let folded = fold_char(c);
            match table.get(&c) {
                Some(to) => assert_eq!(folded, *to, "{c:?}"),
                None => assert!(folded.chars().eq([c]), "{c:?}"),
            }
            assert_eq!(fold(&folded), folded, "{c:?}");
            assert!(
                folded.encode_utf16().count() <= 2 * c.len_utf8(),
                "{c:?} grows beyond the bound"
            );
            assert!(
                !folded.chars().any(|c| c.is_whitespace() || c.is_control()),
                "{c:?}"
            );
        }
    }

    /// The table against another implementation of Unicode: what each character decomposes to ends where it ends.
    #[test]
    fn the_table_agrees_with_unicode_normalization() {
        let mut n_compared = 0;
        for (from, to, class) in rows() {
            let decomposed: String = match class {
                // One step at a time: NFKC takes the macron U+FFE3 on to a space and a combining mark.
                "width" if from == '\u{ffe3}' => "\u{af}".to_owned(),
                "width" | "roman" | "script" => from.to_string().nfkc().collect(),
                // The radicals before U+2F00 have no decomposition but two.
                "radical" if from >= '\u{2f00}' => from.to_string().nfkc().collect(),
                "compat" => from.to_string().nfc().collect(),
                "accent" => from.to_string().nfd().collect(),
                _ => continue,
            };
            assert_eq!(fold(&decomposed), to, "{from:?} of class {class}");
            n_compared += 1;
        }
        assert!(n_compared > 1500, "{n_compared}");

        // The other way: nothing in these blocks that has a decomposition is missing in the table.
        let blocks = [
            '\u{f900}'..='\u{faff}',
            '\u{2f800}'..='\u{2fa1f}',
            '\u{2f00}'..='\u{2fd5}',
            '\u{2070}'..='\u{209c}',
            '\u{2160}'..='\u{217f}',
            '\u{ff01}'..='\u{ff5e}',
        ];
        for c in blocks.into_iter().flatten() {
            let decomposed: String = c.to_string().nfkc().collect();
            assert_eq!(fold_char(c), fold(&decomposed), "{c:?}");
        }
    }

    #[test]
    fn capitals_become_their_one_small_letter() {
        for (from, to, class) in rows() {
            // U+0130 is the one whose full lower-case form has two characters; the table has the simple one.
            if class == "case" && from != '\u{130}' {
                assert_eq!(fold(&from.to_lowercase().to_string()), to, "{from:?}");
            }
        }
    }

    #[test]
    fn no_capital_of_the_cased_scripts_is_left() {
        let blocks = [
            'A'..='Z',
            '\u{c0}'..='\u{24f}',
            '\u{370}'..='\u{3e1}',
            '\u{400}'..='\u{52f}',
            '\u{1e00}'..='\u{1fff}',
        ];
        for c in blocks.into_iter().flatten() {
            let lower = c.to_lowercase().to_string();
            if lower.chars().count() == 1 {
                assert_eq!(fold_char(c), fold(&lower), "{c:?}");
            }
        }
    }

    #[test]
    fn word_characters_are_digits_and_latin_letters() {
        for c in "aZ0９ＡｚéŁ²₅Ⅲⅻªǅ\u{1e9e}\u{212a}\u{301}".chars() {
            assert!(is_word_char(c), "{c:?}");
        }
        for c in "中一〇％%.,-\u{2014} \u{3000}“”×·①㎡α\u{416}℃あ、。\u{2f00}".chars()
        {
            assert!(!is_word_char(c), "{c:?}");
        }
        // What folds to digits and Latin letters is one, but for signs that stand for a word of their own.
        for c in '\0'..=char::MAX {
            let folded = fold_char(c);
            let is_spelled =
                !folded.is_empty() && folded.chars().all(|c| c.is_ascii_alphanumeric());
            let is_sign = matches!(c, '×' | '\u{2120}' | '\u{2122}' | '\u{1f16a}'..='\u{1f16c}' | '\u{3380}'..='\u{33df}');
            if is_spelled && !is_sign {
                assert!(is_word_char(c), "{c:?}");
            }
        }
    }

    /// Texts of what hurts: both sides of every rule, characters of each length, and whatever else there is.
    fn texts() -> impl Strategy<Value = String> {
        let painful: Vec<char> = "“”‘’《》「」\"'、，,。()（）%％abAB\
            Ａｚ12１２[]\u{ff3b}〔〕①²^é\u{301}中学學乾著於Ⅲⅷ₂²×·•\u{2014}-～~ \
            \u{3000}\n\u{200b}\0\u{2ed3}\u{f914}\u{2f81a}𠮷😀𣎎\u{fe0f}\u{e0100}"
            .chars()
            .collect();
        let folded: Vec<char> = rows().into_iter().map(|(from, _, _)| from).collect();
        let c = prop_oneof![
            6 => proptest::sample::select(painful),
            2 => proptest::sample::select(folded),
            1 => any::<char>(),
        ];
        proptest::collection::vec(c, 0..40).prop_map(String::from_iter)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn edits_give_the_original_back(text in texts(), traditional: bool) {
            let script = if traditional { Script::Traditional } else { Script::Simplified };
            let mut edits = vec![Edit { at: 7, len: 7, original: 7..77 }];
            let folded = fold_with_edits(&text, script, &mut edits);
            prop_assert_eq!(&folded, &fold_in(&text, script));
            check_edits(&text, &folded, &edits);
        }

        #[test]
        fn folding_twice_changes_nothing(text in texts()) {
            let folded = fold(&text);
            prop_assert_eq!(fold(&folded), folded);
            let folded = fold_in(&text, Script::Traditional);
            prop_assert_eq!(fold_in(&folded, Script::Traditional), folded);
        }

        #[test]
        fn only_quotation_marks_dashes_and_marks_of_notes_look_at_their_neighbours(text in texts()) {
            let rows = rows();
            let class: HashMap<char, &str> = rows.iter().map(|(from, _, class)| (*from, *class)).collect();
            let chars: Vec<char> = text.chars().collect();
            let pattern = regex::Regex::new(
                r"\[\^*[0-9]{1,3}\]|〔\^*[0-9]{1,3}〕|【\^*[0-9]{1,3}】|-(?<more>-+)"
            ).expect("it compiles");
            let mut expected = String::new();
            for (i, c) in chars.iter().enumerate() {
                let next = chars.get(i + 1).and_then(|next| class.get(next));
                if class.get(c) == Some(&"close") && next == Some(&"open") {
                    expected.push('、');
                }
                let is_exponent = expected.chars().next_back().is_none_or(|c| {
                    is_word_char(c) || ")\u{ff09}]-".contains(c) || ('\u{370}'..='\u{3ff}').contains(&c)
                });
                if !is_raised_digit(*c) || is_exponent {
                    expected.push_str(&fold_char(*c));
                }
                // Whatever has become a mark, or a second dash, goes at once.
                while let Some(found) = pattern.captures(&expected) {
                    let range = found.name("more").or(found.get(0)).expect("it matched").range();
                    expected.replace_range(range, "");
                }
            }
            prop_assert_eq!(fold(&text), expected);
        }
    }
}
