//! Traditional text is read as simplified text, and given back as it was.
//!
//! In: the lines of a document. Out: whether they are traditional; if they are, their simplified forms stand in the lines,
//! so that every rule of reading (titles, datelines, menus, headings, places) knows them, and [`Originals`] puts the
//! characters of the file back into what was made of them.
//!
//! # Invariants
//!
//! - Han characters come back as they stand in the file: passages and the notes on removed text say what it says.
//! - Time and memory grow with the text: no search goes further than some hundred characters.

use super::extract::Line;
use super::line::is_han;
use super::notes::is_removal;
use crate::report::{Note, Passage, ReportMeta};
use crate::script::{Script, simplified};
use std::collections::HashMap;

/// So far a character is looked for ahead: what a rule took out of a line lies between.
const AHEAD_MAX: usize = 2_000;

/// So many places are tried for a piece of text as a whole.
const STARTS_MAX: usize = 256;

/// So many places are tried for what a note tells of: all rows of a table are one line.
const NOTE_STARTS_MAX: usize = 20_000;

/// So many characters of a piece must agree.
const SAME_CHARS: usize = 24;

/// The Han characters of a traditional document, and where its lines begin.
pub(super) struct Originals {
    /// Each as it stands in the file, and as simplified text has it.
    chars: Vec<(char, char)>,
    /// The line of the raw file → the first of its characters.
    starts: HashMap<u32, usize>,
}

impl Originals {
    /// Puts simplified forms into the lines of a traditional document; nothing if it is none.
    pub(super) fn take(lines: &mut [Line]) -> Option<Originals> {
        if Script::of(lines.iter().map(|line| line.text.as_str())) == Script::Simplified {
            return None;
        }
        let mut originals = Originals {
            chars: Vec::new(),
            starts: HashMap::new(),
        };
        for line in lines {
            let simple = simplified(&line.text).into_owned();
            originals
                .starts
                .entry(line.number)
                .or_insert(originals.chars.len());
            let pairs = line.text.chars().zip(simple.chars());
            originals.chars.extend(pairs.filter(|(c, _)| is_han(*c)));
            line.text = simple;
        }
        Some(originals)
    }

    /// Puts the characters of the file back. What no passage has is what the notes tell of.
    pub(super) fn restore(&self, passages: &mut [Passage], notes: &mut [Note]) {
        let mut is_given = vec![false; self.chars.len()];
        let mut at = 0;
        for passage in passages {
            self.restore_passage(passage, &mut at, &mut is_given);
        }
        let rest = self.without(&is_given);
        let mut is_given = vec![false; rest.chars.len()];
        // Where the first character of a line stands that was not given back.
        let mut firsts = rest.starts.clone();
        let removed = notes.iter_mut().filter(|note| is_removal(&note.rule));
        for note in removed {
            let Some(first) = note.line.and_then(|line| firsts.get_mut(&line)) else {
                continue;
            };
            while is_given.get(*first) == Some(&true) {
                *first += 1;
            }
            let wanted: Vec<char> = note.text.chars().filter(|c| is_han(*c)).collect();
            let is_left = |at: usize| {
                let place = is_given.get(at..at + wanted.len());
                place.is_some_and(|place| !place.contains(&true))
            };
            let found = rest.find_where(&wanted, *first, NOTE_STARTS_MAX, is_left);
            let give = |at: usize| mark(&mut is_given, at);
            note.text = rest.original(&note.text, &mut found.unwrap_or(*first), give);
        }
    }

    /// What was not given back.
    fn without(&self, is_given: &[bool]) -> Originals {
        let mut chars = Vec::new();
        let mut n_before = Vec::with_capacity(is_given.len());
        for (pair, is_given) in self.chars.iter().zip(is_given) {
            n_before.push(chars.len());
            if !is_given {
                chars.push(*pair);
            }
        }
        let now = |start: usize| n_before.get(start).copied().unwrap_or(chars.len());
        let starts = self.starts.iter();
        let starts = starts.map(|(line, start)| (*line, now(*start))).collect();
        Originals { chars, starts }
    }

    /// The same of what is told of the report: title, evidence, speaker.
    pub(super) fn restore_meta(&self, meta: &mut ReportMeta) {
        meta.title = self.words(&meta.title, 0);
        if let Some(speaker) = &mut meta.speaker {
            *speaker = self.words(speaker, 0);
        }
        let region = meta.region.as_mut().map(|found| &mut found.evidence);
        let year = meta.year.as_mut().map(|found| &mut found.evidence);
        for evidence in region.into_iter().chain(year) {
            if let Some(start) = evidence.line.and_then(|line| self.starts.get(&line)) {
                evidence.words = self.words(&evidence.words, *start);
            }
        }
    }

    /// A passage, line by line; `at` is where the one before it ended.
    fn restore_passage(&self, passage: &mut Passage, at: &mut usize, is_given: &mut [bool]) {
        let mut text = String::with_capacity(passage.text.len());
        let mut lines = passage.lines.iter_mut().peekable();
        while let Some(line) = lines.next() {
            let from = line.byte;
            let to = lines.peek().map_or(passage.text.len(), |next| next.byte);
            let piece = passage.text.get(from..to).unwrap_or_default();
            if let Some(&start) = self.starts.get(&line.line) {
                *at = start.max(*at);
            }
            // All Han characters of both scripts but few have three bytes: places are written anew.
            line.byte = text.len();
            let give = |at: usize| mark(is_given, at);
            text.push_str(&self.original(piece, at, give));
        }
        passage.text = text;
    }

    /// Some words that stand somewhere behind `from`, as one piece.
    fn words(&self, words: &str, from: usize) -> String {
        let wanted: Vec<char> = words.chars().filter(|c| is_han(*c)).collect();
        match self.find(&wanted, from, AHEAD_MAX, wanted.len()) {
            Some(found) => self.original(words, &mut found.clone(), |_| {}),
            None => words.to_owned(),
        }
    }

    /// A piece of text as it stands in the file from `at` on, which moves behind it; `give` is told each place.
    fn original(&self, piece: &str, at: &mut usize, mut give: impl FnMut(usize)) -> String {
        let wanted: Vec<char> = piece.chars().filter(|c| is_han(*c)).collect();
        if let Some(found) = self.find(&wanted, *at, STARTS_MAX, SAME_CHARS) {
            *at = found;
        }
        let mut restore = |c: char| {
            if !is_han(c) {
                return c;
            }
            let ahead = self.chars.get(*at..).unwrap_or_default();
            let found = ahead.iter().take(AHEAD_MAX).position(|pair| pair.1 == c);
            match found {
                Some(n) => {
                    let original = ahead.get(n).map_or(c, |pair| pair.0);
                    give(*at + n);
                    *at += n + 1;
                    original
                }
                None => c,
            }
        };
        piece.chars().map(&mut restore).collect()
    }

    /// Where the first characters of `wanted` stand side by side, among so many places.
    fn find(&self, wanted: &[char], from: usize, n_starts: usize, n_same: usize) -> Option<usize> {
        let wanted = wanted.get(..wanted.len().min(n_same))?;
        self.find_where(wanted, from, n_starts, |_| true)
    }

    /// The same for all of `wanted`, at a place that will do.
    fn find_where(
        &self,
        wanted: &[char],
        from: usize,
        n_starts: usize,
        will_do: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let chars = self.chars.get(from..)?;
        let is_at =
            |part: &[(char, char)]| part.iter().map(|pair| pair.1).eq(wanted.iter().copied());
        if wanted.is_empty() {
            return None;
        }
        let mut places = chars.windows(wanted.len()).take(n_starts).enumerate();
        let found = places.find(|(at, part)| is_at(part) && will_do(from + at));
        found.map(|(at, _)| from + at)
    }
}

/// Marks one place as given back.
fn mark(is_given: &mut [bool], at: usize) {
    if let Some(place) = is_given.get_mut(at) {
        *place = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Format;
    use crate::ingest::ingest;
    use crate::report::{Part, Report};
    use crate::source::RawFile;

    const REPORT: &str = "\
首頁\n\
政務公開\n\
當前位置：首頁 >> 政府工作報告\n\
政府工作報告\n\
——2024年1月20日在乾安縣第十七屆人民代表大會第三次會議上\n\
乾安縣人民政府縣長　劉後里\n\
各位代表：\n\
現在，我代表縣人民政府向大會報告工作，請予審議，並請各位政協委員提出意見。\n\
一、2023年工作回顧\n\
過去一年，我們著力於發展，全縣經濟運行總體平穩，各項事業取得新的成績，乾部群眾面貌一新。\n\
二、2024年工作安排\n\
新的一年，我們要深入貫徹黨的二十大精神，堅持高質量發展，努力完成全年目標任務。\n\
各位代表！讓我們團結一心、真抓實幹，為建設美麗乾安而努力奮鬥！\n\
版權所有\n";

    fn report(text: &str) -> Report {
        let file = RawFile {
            path: "a.txt".to_owned(),
            format: Format::Text,
            bytes: text.as_bytes().to_vec(),
        };
        ingest(&file).expect("it is read").remove(0)
    }

    #[test]
    fn a_traditional_report_is_placed_divided_and_said_as_it_stands() {
        let report = report(REPORT);
        let region = report.meta.region.as_ref().expect("it is placed");
        assert_eq!(region.value.unique_name(), "乾安县");
        assert_eq!(
            report.meta.year.as_ref().map(|year| year.value.get()),
            Some(2024)
        );
        assert_eq!(report.meta.title, "政府工作報告");
        assert_eq!(report.meta.speaker.as_deref(), Some("劉後里"));
        let said = |part: Part| {
            let passages = report
                .passages
                .iter()
                .filter(|passage| passage.part == part);
            passages
                .map(|passage| passage.text.as_str())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            said(Part::Review),
            [
                "一、2023年工作回顧",
                "過去一年，我們著力於發展，全縣經濟運行總體平穩，各項事業取得新的成績，乾部群眾面貌一新。"
            ]
        );
        assert_eq!(said(Part::Plan).len(), 2);
        assert!(
            said(Part::Closing)
                .iter()
                .any(|text| text.contains("真抓實幹"))
        );
        let removed: Vec<&str> = report.notes.iter().map(|note| note.text.as_str()).collect();
        for text in ["政務公開", "版權所有"] {
            assert!(
                removed.iter().any(|note| note.contains(text)),
                "{removed:?}"
            );
        }
        assert!(
            report
                .passages
                .iter()
                .all(|passage| !passage.text.contains("政務公開"))
        );
    }

    #[test]
    fn simplified_text_is_left_alone() {
        let mut lines = Vec::new();
        assert!(Originals::take(&mut lines).is_none());
        let simple = report(
            "政府工作报告\n各位代表：\n著名的龍泉青瓷走向世界，全县经济运行总体平稳，各项事业取得新的成绩。\n",
        );
        assert!(
            simple
                .passages
                .iter()
                .any(|passage| passage.text.starts_with("著名的龍泉"))
        );
    }
}
