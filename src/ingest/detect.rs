//! Which region, which year, who speaks, and how that is known.
//!
//! In: the clean paragraphs, the facts of the page around them, the path of the file. Out: what is
//! true of the whole report, each value with the evidence that decided, and notes on what was
//! contradictory or ambiguous. Strongest first: title and dateline, speaker, path, what the body
//! says of itself. Agreement is silent; where evidence contradicts, the stronger wins and a note says so.
//!
//! # Invariants
//!
//! - No evidence, no value: an unplaced report has no region and no year, and a note that says why.
//! - The name of a folder alone places nothing: the text must know the region too.

use super::furniture::Fact;
use super::genre::{abridgement, genre_of};
use super::join::Paragraph;
use super::line::{self, Opening, digit_value, is_han, number_of, opening_of, speaker_of};
use crate::region::{self, Level, NameKind, Region};
use crate::report::{Date, Evidence, EvidenceKind, Found, Genre, Note, ReportMeta, Year};
use memchr::memmem::Finder;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

/// A name of the table, as the matcher keeps it.
#[derive(Clone, Copy, Debug)]
struct Entry {
    name: &'static str,
    region: Region,
    kind: NameKind,
    years: Option<(u16, u16)>,
}

/// All names by their first two characters, longer names first.
static NAMES: LazyLock<HashMap<(char, char), Vec<Entry>>> = LazyLock::new(|| {
    let mut by_start: HashMap<(char, char), Vec<Entry>> = HashMap::new();
    for name in region::names() {
        let mut chars = name.name.chars();
        if let (Some(first), Some(second)) = (chars.next(), chars.next()) {
            by_start.entry((first, second)).or_default().push(Entry {
                name: name.name,
                region: name.region,
                kind: name.kind,
                years: name.years,
            });
        }
    }
    for entries in by_start.values_mut() {
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.name.len()));
    }
    by_start
});

/// A place that a text names.
#[derive(Clone, Debug)]
struct Place {
    /// Where its name starts, in bytes.
    from: usize,
    /// The name as it stands there.
    name: &'static str,
    /// What the name can mean.
    entries: Vec<Entry>,
}

impl Place {
    fn to(&self) -> usize {
        self.from + self.name.len()
    }

    /// Whether the name is written in full, 汾阳市, not 汾阳.
    fn is_full(&self) -> bool {
        self.entries
            .iter()
            .any(|entry| matches!(entry.kind, NameKind::Full | NameKind::Former))
    }
}

/// The places that a text names, left to right, the longest name at each place.
fn places_in(text: &str) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    let mut chars = text.char_indices().peekable();
    let mut skip_to = 0;
    while let Some((at, first)) = chars.next() {
        let Some(&(_, second)) = chars.peek() else {
            break;
        };
        if at < skip_to || !is_han(first) {
            continue;
        }
        let Some(entries) = NAMES.get(&(first, second)) else {
            continue;
        };
        let rest = text.get(at..).unwrap_or("");
        let Some(longest) = entries.iter().find(|entry| rest.starts_with(entry.name)) else {
            continue;
        };
        let entries: Vec<Entry> = entries
            .iter()
            .filter(|entry| entry.name == longest.name)
            .copied()
            .collect();
        skip_to = at + longest.name.len();
        places.push(Place {
            from: at,
            name: longest.name,
            entries,
        });
    }
    places
}

/// What one piece of evidence says of the region.
#[derive(Clone, Debug)]
struct RegionClaim {
    candidates: Vec<Entry>,
    evidence: Evidence,
}

/// What one piece of evidence says of the year.
#[derive(Clone, Debug)]
struct YearClaim {
    year: Year,
    evidence: Evidence,
}

/// How many paragraphs can belong to the opening.
const OPENING_PARAGRAPHS_MAX: usize = 16;

/// How many bytes of words evidence may quote.
const WORDS_CHARS_MAX: usize = 48;

/// Reads what is true of the whole report.
pub(crate) fn detect(
    paragraphs: &[Paragraph],
    facts: &[Fact],
    path: &str,
    notes: &mut Vec<Note>,
) -> ReportMeta {
    let opening = opening_lines(paragraphs);
    let title_line = opening
        .iter()
        .find(|line| line.kind == Opening::Title && line.text.contains("工作报告"))
        .or_else(|| opening.iter().find(|line| line.kind == Opening::Title));
    let stem = file_stem(path);
    // Page facts name the title where the text begins without one.
    let title_of_page = facts.iter().find(|fact| is_title_label(&fact.label));
    let title = title_line
        .map(|line| line.text)
        .or(title_of_page.map(|fact| fact.value.as_str()))
        .unwrap_or(stem)
        .to_owned();

    let year_claims = year_claims(&opening, facts, path, paragraphs);
    let year = decide_year(&year_claims, notes);
    let date = opening
        .iter()
        .filter(|line| matches!(line.kind, Opening::Dateline | Opening::Title))
        .find_map(|line| date_in(line.text));
    let speaker = opening
        .iter()
        .filter(|line| line.kind == Opening::Speaker)
        .find_map(|line| speaker_of(line.text))
        .map(|(_, name)| name.to_owned())
        .or_else(|| speaker_in_facts(facts));

    let context = Context {
        paragraphs,
        path,
        year: year.as_ref().map(|found| found.value),
    };
    let (region, named) = decide_region(&region_claims(&opening, facts), &context, notes);
    let genre = genre_of(&opening, facts, paragraphs, notes);
    let mut abridged = false;
    if genre == Genre::Report {
        if let Some(note) = abridgement(&opening, facts, stem, paragraphs) {
            notes.push(note);
            abridged = true;
        }
        for (missing, what) in [(region.is_none(), "region"), (year.is_none(), "year")] {
            if missing && !notes.iter().any(|note| note.rule.starts_with(what)) {
                notes.push(Note {
                    rule: format!("{what}-unknown"),
                    line: None,
                    text: format!(
                        "nothing in title, dateline, speaker, path or body tells the {what}"
                    ),
                });
            }
        }
    }
    ReportMeta {
        url: None,
        title,
        region,
        year,
        date,
        speaker,
        named,
        genre,
        abridged,
        partial: false,
    }
}

/// A line of the opening that is of a known kind.
pub(super) struct OpeningLine<'a> {
    pub(super) text: &'a str,
    pub(super) kind: Opening,
    pub(super) line: u32,
}

fn opening_lines(paragraphs: &[Paragraph]) -> Vec<OpeningLine<'_>> {
    let mut lines = Vec::new();
    for paragraph in paragraphs.iter().take(OPENING_PARAGRAPHS_MAX) {
        let text = paragraph.text.as_str();
        let line = paragraph.lines.first().map_or(0, |start| start.line);
        let short = text.len() <= 400;
        match opening_of(text) {
            Some(Opening::Salutation) => break,
            Some(kind) => lines.push(OpeningLine { text, kind, line }),
            None if number_of(text).is_some() => break,
            None if !short => break,
            None => {}
        }
    }
    lines
}

fn speaker_in_facts(facts: &[Fact]) -> Option<String> {
    let fact = facts.iter().find(|fact| fact.label == "报告人")?;
    let name = match speaker_of(&fact.value) {
        Some((_, name)) => name,
        None => fact.value.as_str(),
    };
    let n_chars = name.chars().count();
    (2..=4).contains(&n_chars).then(|| name.to_owned())
}

/// The name of the file without folders and ending.
pub(super) fn file_stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => name,
    }
}

fn evidence(kind: EvidenceKind, words: &str, line: Option<u32>) -> Evidence {
    let mut short: String = words.chars().take(WORDS_CHARS_MAX).collect();
    if short.len() < words.len() {
        short.push('…');
    }
    Evidence {
        kind,
        words: short,
        line,
    }
}

// ---------------------------------------------------------------------------------------------
// Dates and years
// ---------------------------------------------------------------------------------------------

/// A whole date in a text, in any digits: 2024年4月22日, 二〇一二年一月六日, 2007-01-30.
fn date_in(text: &str) -> Option<Date> {
    let chars: Vec<char> = text.chars().collect();
    for start in 0..chars.len() {
        let Some((year, at)) = year_at(&chars, start) else {
            continue;
        };
        let separator = chars.get(at).copied();
        let marks = match separator {
            Some('年') => ('月', Some('日')),
            Some('-') => ('-', None),
            Some('/') => ('/', None),
            Some('.') => ('.', None),
            _ => continue,
        };
        let Some((month, at)) = small_number_at(&chars, at + 1) else {
            continue;
        };
        if chars.get(at) != Some(&marks.0) {
            continue;
        }
        let Some((day, at)) = small_number_at(&chars, at + 1) else {
            continue;
        };
        // 11月30日和12月1日, 7月5日至6日: the first day counts; 6日 may have lost its 日 before 至.
        let closed = marks
            .1
            .is_none_or(|mark| chars.get(at) == Some(&mark) || chars.get(at) == Some(&'至'));
        if closed
            && (1..=12).contains(&month)
            && (1..=31).contains(&day)
            && let Some(year) = Year::new(year)
        {
            return Some(Date { year, month, day });
        }
    }
    None
}

/// Four digits of a year at an index, and the index after them.
fn year_at(chars: &[char], start: usize) -> Option<(u16, usize)> {
    if start > 0
        && chars
            .get(start - 1)
            .copied()
            .and_then(digit_value)
            .is_some()
    {
        return None;
    }
    let mut value = 0_u16;
    for index in start..start + 4 {
        let digit = chars.get(index).copied().and_then(digit_value)?;
        value = value * 10 + u16::try_from(digit).ok()?;
    }
    if chars
        .get(start + 4)
        .copied()
        .and_then(digit_value)
        .is_some()
    {
        return None;
    }
    (1949..=2100).contains(&value).then_some((value, start + 4))
}

/// A month or day in Arabic or Chinese numerals, and the index after it.
fn small_number_at(chars: &[char], start: usize) -> Option<(u8, usize)> {
    let mut value = 0_u32;
    let mut at = start;
    let mut seen = false;
    while let Some(&c) = chars.get(at) {
        if c == '十' {
            value = value.max(1) * 10;
        } else if let Some(digit) = digit_value(c) {
            let after_ten = at > start && chars.get(at - 1) == Some(&'十');
            value = if after_ten {
                value + digit
            } else {
                value * 10 + digit
            };
        } else {
            break;
        }
        seen = true;
        at += 1;
        if at - start > 3 {
            return None;
        }
    }
    (seen && value <= 31).then_some(())?;
    Some((u8::try_from(value).ok()?, at))
}

/// The year for which a title stands: 2024年 or (2024年3月12日) in 侯马市人民政府工作报告.
fn year_in_title(text: &str) -> Option<Year> {
    let years = line::years_in(text);
    match years.as_slice() {
        [year] => Year::new(*year),
        // 关于２０２３年计划执行情况与２０２４年计划草案的报告 was given in the later year.
        [.., year] if !text.contains("规划") && !text.contains("远景") => Year::new(*year),
        _ => None,
    }
}

/// All that is said of the year, strongest first.
fn year_claims(
    opening: &[OpeningLine<'_>],
    facts: &[Fact],
    path: &str,
    paragraphs: &[Paragraph],
) -> Vec<YearClaim> {
    let mut claims = Vec::new();
    let mut claim = |year: Option<Year>, kind, words: &str, line| {
        if let Some(year) = year {
            claims.push(YearClaim {
                year,
                evidence: evidence(kind, words, line),
            });
        }
    };
    // The day on which it was given decides before a title that may be of a series.
    for line in opening.iter().filter(|line| line.kind == Opening::Dateline) {
        let year = date_in(line.text).map(|date| date.year).or_else(|| {
            line::years_in(line.text)
                .first()
                .and_then(|&year| Year::new(year))
        });
        claim(year, EvidenceKind::Dateline, line.text, Some(line.line));
    }
    for line in opening.iter().filter(|line| line.kind == Opening::Title) {
        let government = line.text.contains("政府工作报告");
        let year = if government {
            year_in_title(line.text)
        } else {
            None
        };
        claim(year, EvidenceKind::Title, line.text, Some(line.line));
    }
    for fact in facts.iter().filter(|fact| is_title_label(&fact.label)) {
        claim(
            year_in_title(&fact.value),
            EvidenceKind::Title,
            &fact.value,
            Some(fact.line),
        );
    }
    for fact in facts.iter().filter(|fact| is_time_label(&fact.label)) {
        let year = date_in(&fact.value).map(|date| date.year).or_else(|| {
            let chars: Vec<char> = fact.value.chars().take(4).collect();
            year_at(&chars, 0).and_then(|(year, _)| Year::new(year))
        });
        let words = format!("{}：{}", fact.label, fact.value);
        claim(year, EvidenceKind::Dateline, &words, Some(fact.line));
    }
    let stem = file_stem(path);
    let in_stem = year_in_path(stem);
    claim(in_stem, EvidenceKind::Path, stem, None);
    let body = body_year(paragraphs);
    if in_stem.is_none()
        && let Some(in_folder) = path.rsplit('/').skip(1).find_map(year_in_path)
    {
        // A folder may be the year of a download: it counts where the text agrees.
        let agrees = match &body {
            Some((year, _, _)) => *year == in_folder,
            None => paragraphs
                .iter()
                .take(60)
                .any(|p| line::years_in(&p.text).contains(&in_folder.get())),
        };
        if agrees {
            claim(Some(in_folder), EvidenceKind::Path, path, None);
        }
    }
    if let Some((year, words, line)) = body {
        claim(Some(year), EvidenceKind::Body, &words, line);
    }
    claims
}

pub(super) fn is_title_label(label: &str) -> bool {
    matches!(label, "标题" | "题名" | "名称" | "文件名称")
}

fn is_time_label(label: &str) -> bool {
    label.ends_with("时间") || label.ends_with("日期") || label == "会议"
}

/// A year in a part of a path: four Arabic digits that stand alone.
fn year_in_path(part: &str) -> Option<Year> {
    let chars: Vec<char> = part.chars().collect();
    let mut found = None;
    for start in 0..chars.len() {
        if chars.get(start).is_some_and(char::is_ascii_digit)
            && let Some((year, _)) = year_at(&chars, start)
            && chars
                .get(start..start + 4)
                .is_some_and(|digits| digits.iter().all(char::is_ascii_digit))
        {
            if found.is_some() && found != Some(year) {
                return None;
            }
            found = Some(year);
        }
    }
    found.and_then(Year::new)
}

/// A year in the name of a file or folder, in any digits; none where it names several.
pub(super) fn year_in_name(name: &str) -> Option<Year> {
    year_in_path(name).or_else(|| match line::years_in(name).as_slice() {
        [year] if !name.contains(|c: char| c.is_ascii_digit()) => Year::new(*year),
        _ => None,
    })
}

/// What the body says of its year: 2024年工作安排, 2023年工作回顾 and the year after, the birthday of the republic.
fn body_year(paragraphs: &[Paragraph]) -> Option<(Year, String, Option<u32>)> {
    struct Vote {
        weight: u32,
        words: String,
        line: Option<u32>,
    }
    let mut votes: BTreeMap<u16, Vote> = BTreeMap::new();
    let mut vote = |year: u16, weight: u32, words: &str, line: Option<u32>| {
        let words: String = words.chars().take(30).collect();
        let entry = votes.entry(year).or_insert_with(|| Vote {
            weight: 0,
            words: words.clone(),
            line,
        });
        if weight >= 3 && entry.weight < 3 {
            entry.words = words;
            entry.line = line;
        }
        entry.weight += weight;
    };
    for paragraph in paragraphs {
        let text = paragraph.text.as_str();
        let line = paragraph.lines.first().map(|start| start.line);
        let start: String = text.chars().take(70).collect();
        let heading_like = text.chars().count() <= 40;
        let years = line::years_in(&start);
        if heading_like && let [year] = years.as_slice() {
            let back = ["回顾", "总结", "完成情况", "执行情况"]
                .iter()
                .any(|word| text.contains(word));
            let ahead = [
                "安排",
                "目标",
                "任务",
                "重点",
                "总体要求",
                "建议",
                "部署",
                "打算",
                "计划",
                "思路",
            ]
            .iter()
            .any(|word| text.contains(word));
            if back && !ahead {
                vote(year + 1, 3, text, line);
            } else if ahead && !back {
                vote(*year, 3, text, line);
            }
            continue;
        }
        // 今年是中华人民共和国成立75周年.
        if start.starts_with("今年") || start.starts_with("20") {
            if let Some(anniversary) = anniversary_in(&start) {
                vote(1949 + anniversary, 2, &start, line);
            }
            let goals = ["总体要求", "预期目标", "主要目标", "总体思路"]
                .iter()
                .any(|word| start.contains(word));
            if goals && let [year] = years.as_slice() {
                vote(*year, 2, &start, line);
            }
        }
        if start.starts_with("刚刚过去的")
            && let [year, ..] = years.as_slice()
        {
            vote(year + 1, 2, &start, line);
        }
    }
    let mut ranked: Vec<(u16, Vote)> = votes.into_iter().collect();
    ranked.sort_by_key(|(year, vote)| (std::cmp::Reverse(vote.weight), *year));
    let mut ranked = ranked.into_iter();
    let (year, first) = ranked.next()?;
    let second = ranked.next().map_or(0, |(_, vote)| vote.weight);
    (first.weight >= 2 && first.weight > second).then_some(())?;
    Some((Year::new(year)?, first.words, first.line))
}

/// The 75 of 中华人民共和国成立75周年 or 新中国成立70周年.
fn anniversary_in(text: &str) -> Option<u16> {
    let at = ["中华人民共和国成立", "新中国成立"]
        .iter()
        .find_map(|word| text.find(word).map(|at| at + word.len()))?;
    let rest = text.get(at..)?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let value: u16 = digits.parse().ok()?;
    (rest.get(digits.len()..)?.starts_with("周年") && value < 150).then_some(value)
}

/// The strongest claim wins; weaker ones that contradict it are noted.
fn decide_year(claims: &[YearClaim], notes: &mut Vec<Note>) -> Option<Found<Year>> {
    let first = claims.first()?;
    let mut noted = Vec::new();
    for claim in claims.iter().skip(1) {
        if claim.year != first.year && !noted.contains(&claim.year) {
            noted.push(claim.year);
            notes.push(Note {
                rule: "year-contradiction".to_owned(),
                line: claim.evidence.line,
                text: format!(
                    "{} by `{}`, {} by `{}`",
                    first.year, first.evidence.words, claim.year, claim.evidence.words
                ),
            });
        }
    }
    Some(Found {
        value: first.year,
        evidence: first.evidence.clone(),
    })
}

// ---------------------------------------------------------------------------------------------
// Regions
// ---------------------------------------------------------------------------------------------

/// What helps to tell regions of one name apart.
struct Context<'a> {
    paragraphs: &'a [Paragraph],
    path: &'a str,
    year: Option<Year>,
}

/// The State Council's own words.
fn names_nation(text: &str) -> bool {
    text.contains("全国人民代表大会") || text.contains("国务院") || text.contains("中央人民政府")
}

fn nation_entry() -> Entry {
    Entry {
        name: "国务院",
        region: Region::NATION,
        kind: NameKind::Full,
        years: None,
    }
}

/// What title, dateline, speaker and the page's facts say of the region, strongest first.
fn region_claims(opening: &[OpeningLine<'_>], facts: &[Fact]) -> Vec<RegionClaim> {
    let mut claims = Vec::new();
    let mut claim = |candidates: Vec<Entry>, kind, words: &str, line| {
        if !candidates.is_empty() {
            claims.push(RegionClaim {
                candidates,
                evidence: evidence(kind, words, line),
            });
        }
    };
    let of_kind = |kind| opening.iter().filter(move |line| line.kind == kind);
    for line in of_kind(Opening::Title) {
        claim(
            regions_in(line.text, true),
            EvidenceKind::Title,
            line.text,
            Some(line.line),
        );
    }
    for line in of_kind(Opening::Dateline) {
        claim(
            regions_in(line.text, false),
            EvidenceKind::Dateline,
            line.text,
            Some(line.line),
        );
    }
    for line in of_kind(Opening::Speaker) {
        let (office, _) = speaker_of(line.text).unwrap_or((line.text, ""));
        claim(
            regions_in(office, true),
            EvidenceKind::Speaker,
            line.text,
            Some(line.line),
        );
    }
    for fact in facts {
        let kind = match fact.label.as_str() {
            label if is_title_label(label) => EvidenceKind::Title,
            "报告人" | "发文单位" | "发文机关" => EvidenceKind::Speaker,
            "会议" | "发文时间" => EvidenceKind::Dateline,
            _ => continue,
        };
        claim(
            regions_in(&fact.value, false),
            kind,
            &fact.value,
            Some(fact.line),
        );
    }
    claims
}

/// What the most particular place in a line can mean, places above it taken into account.
/// Short names (宁夏政府工作报告) count where `short_too`, and only before words of government.
fn regions_in(text: &str, short_too: bool) -> Vec<Entry> {
    if names_nation(text) {
        return vec![nation_entry()];
    }
    let places: Vec<Place> = places_in(text)
        .into_iter()
        .filter(|place| {
            let after = text.get(place.to()..).unwrap_or("");
            place.is_full() && !after.starts_with("开发区")
                || short_too
                    && [
                        "政府",
                        "人民政府",
                        "省",
                        "市",
                        "县",
                        "区",
                        "州",
                        "年",
                        "20",
                        "19",
                    ]
                    .iter()
                    .any(|word| after.starts_with(word))
                || after.is_empty() && short_too && text == place.name
        })
        .collect();
    let Some(last) = places
        .iter()
        .max_by_key(|place| place.entries.iter().map(|entry| entry.region.level()).max())
    else {
        return Vec::new();
    };
    narrow(last.entries.clone(), |entry| {
        places
            .iter()
            .filter(|place| place.from != last.from)
            .all(|place| {
                place
                    .entries
                    .iter()
                    .any(|above| above.region.contains(entry.region))
            })
    })
}

/// The entries that pass a test, or all when none does.
fn narrow(entries: Vec<Entry>, test: impl Fn(&Entry) -> bool) -> Vec<Entry> {
    let passing: Vec<Entry> = entries
        .iter()
        .filter(|entry| test(entry))
        .copied()
        .collect();
    if passing.is_empty() { entries } else { passing }
}

/// Today's names before former ones; among former ones those of the report's time.
fn prefer_by_time(entries: Vec<Entry>, year: Option<Year>) -> Vec<Entry> {
    let entries = narrow(entries, |entry| {
        matches!(entry.kind, NameKind::Full | NameKind::Short)
            || year.is_some_and(|year| {
                entry
                    .years
                    .is_some_and(|(first, last)| (first..=last + 1).contains(&year.get()))
            })
    });
    narrow(entries, |entry| {
        matches!(entry.kind, NameKind::Full | NameKind::Former)
    })
}

/// The region, and its name in the report where that is not today's.
fn decide_region(
    claims: &[RegionClaim],
    context: &Context<'_>,
    notes: &mut Vec<Note>,
) -> (Option<Found<Region>>, Option<String>) {
    match choose_region(claims, context, notes) {
        Some((entry, evidence)) => {
            let value = entry.region;
            (Some(Found { value, evidence }), former_name(entry))
        }
        None => (None, None),
    }
}

/// Chooses the region: the strongest claim, others only to tell namesakes apart or to be noted.
fn choose_region(
    claims: &[RegionClaim],
    context: &Context<'_>,
    notes: &mut Vec<Note>,
) -> Option<(Entry, Evidence)> {
    let path_claim = path_claim(context);
    for (index, claim) in claims.iter().enumerate() {
        let candidates = prefer_by_time(claim.candidates.clone(), context.year);
        let others = claims
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != index)
            .map(|(_, claim)| claim);
        match tell_apart(candidates, others.chain(path_claim.as_ref()), context) {
            Ok(entry) => {
                note_contradictions(entry, claims, path_claim.as_ref(), claim, notes);
                return Some((entry, claim.evidence.clone()));
            }
            Err(candidates) => note_ambiguity(&candidates, &claim.evidence, notes),
        }
    }
    let is_ambiguous = notes.iter().any(|note| note.rule == "region-ambiguous");
    if let Some(claim) = path_claim {
        let candidates = prefer_by_time(claim.candidates, context.year);
        if contradicts(&candidates, context) {
            notes.push(Note {
                rule: "region-contradiction".to_owned(),
                line: None,
                text: format!("the body does not speak for `{}`", claim.evidence.words),
            });
        } else {
            match tell_apart(candidates, std::iter::empty(), context) {
                Ok(entry) => return Some((entry, claim.evidence)),
                Err(candidates) => note_ambiguity(&candidates, &claim.evidence, notes),
            }
        }
    }
    if is_ambiguous {
        return None;
    }
    body_region(context, notes)
}

fn former_name(entry: Entry) -> Option<String> {
    (matches!(entry.kind, NameKind::Former | NameKind::FormerShort)
        && entry.name != entry.region.name())
    .then(|| entry.name.to_owned())
}

/// One candidate, or those that nothing tells apart.
fn tell_apart<'a>(
    candidates: Vec<Entry>,
    others: impl Iterator<Item = &'a RegionClaim>,
    context: &Context<'_>,
) -> Result<Entry, Vec<Entry>> {
    let mut candidates = candidates;
    candidates.sort_by_key(|entry| (entry.region, entry.kind as u8));
    candidates.dedup_by_key(|entry| entry.region);
    if let [entry] = candidates.as_slice() {
        return Ok(*entry);
    }
    for other in others {
        candidates = narrow(candidates, |entry| {
            other.candidates.iter().any(|other| {
                other.region != Region::NATION
                    && (other.region.contains(entry.region) || entry.region.contains(other.region))
            })
        });
    }
    if let [entry] = candidates.as_slice() {
        return Ok(*entry);
    }
    // The body names the city and the province above it.
    let mut scores: Vec<(usize, Entry)> = candidates
        .iter()
        .map(|entry| (mentions_of_parents(entry.region, context), *entry))
        .collect();
    scores.sort_by_key(|(score, entry)| (std::cmp::Reverse(*score), entry.region));
    match scores.as_slice() {
        [(first, entry), (second, _), ..] if *first >= 2 && *first >= 2 * second => Ok(*entry),
        [(_, entry)] => Ok(*entry),
        _ => Err(candidates),
    }
}

/// How often path and body name what lies above a region; a prefecture says more than a province.
fn mentions_of_parents(region: Region, context: &Context<'_>) -> usize {
    let mut score = 0;
    for above in region.upwards().skip(1) {
        let weight = if above.level() == Level::Prefecture {
            2
        } else {
            1
        };
        let short = above.short_name();
        let n: usize = context
            .paragraphs
            .iter()
            .map(|paragraph| paragraph.text.matches(short).count())
            .sum::<usize>()
            + 3 * context.path.matches(short).count();
        score += weight * n;
    }
    score
}

fn note_ambiguity(candidates: &[Entry], evidence: &Evidence, notes: &mut Vec<Note>) {
    let names: Vec<&str> = candidates
        .iter()
        .take(8)
        .map(|entry| entry.region.unique_name())
        .collect();
    notes.push(Note {
        rule: "region-ambiguous".to_owned(),
        line: evidence.line,
        text: format!("`{}` can be {}", evidence.words, names.join(", ")),
    });
}

fn note_contradictions(
    chosen: Entry,
    claims: &[RegionClaim],
    path_claim: Option<&RegionClaim>,
    winner: &RegionClaim,
    notes: &mut Vec<Note>,
) {
    for claim in claims.iter().chain(path_claim) {
        let agrees = claim.candidates.iter().any(|entry| {
            entry.region.contains(chosen.region) || chosen.region.contains(entry.region)
        });
        if !agrees && let Some(other) = claim.candidates.first() {
            notes.push(Note {
                rule: "region-contradiction".to_owned(),
                line: claim.evidence.line,
                text: format!(
                    "{} by `{}`, {} by `{}`",
                    chosen.region.unique_name(),
                    winner.evidence.words,
                    other.region.unique_name(),
                    claim.evidence.words
                ),
            });
        }
    }
}

/// What the path says: the full name of a region in that of a file, a short one only if the text knows the
/// place, the name of a folder only if the text speaks of it.
fn path_claim(context: &Context<'_>) -> Option<RegionClaim> {
    let stem = file_stem(context.path);
    let folders = context
        .path
        .rsplit_once('/')
        .map_or("", |(folders, _)| folders);
    // 汾阳_2024 is 汾阳2024, where the short name stands before a year.
    let joined: String = stem
        .chars()
        .filter(|c| !matches!(c, '_' | '-' | ' '))
        .collect();
    for (part, in_stem) in [(joined.as_str(), true), (folders, false)] {
        let candidates = regions_in(part, true);
        let Some(first) = candidates.first() else {
            continue;
        };
        let short = first.region.short_name();
        let n_mentions: usize = if first.region == Region::NATION {
            0
        } else {
            context
                .paragraphs
                .iter()
                .map(|paragraph| paragraph.text.matches(short).count())
                .sum()
        };
        let known = match n_mentions {
            0 => in_stem && part.contains(first.name) && first.kind == NameKind::Full,
            n => n >= if in_stem { 1 } else { 3 },
        };
        if known {
            return Some(RegionClaim {
                candidates,
                evidence: evidence(EvidenceKind::Path, context.path, None),
            });
        }
    }
    None
}

/// Whether words are no more than the name of a place.
pub(super) fn is_place_name(words: &str) -> bool {
    !regions_in(words, true).is_empty()
}

/// The region that names without a text mean: those of a file and of the folders above it, from the
/// inside, each in the words that may be names. Folders further out tell namesakes apart.
pub(super) fn region_of_names(parts: &[Vec<&str>], year: Option<Year>) -> Option<Region> {
    let claim = |words: &Vec<&str>| {
        let named = words.iter().map(|word| (word, regions_in(word, true)));
        let (word, candidates) = named.into_iter().find(|(_, found)| !found.is_empty())?;
        let evidence = evidence(EvidenceKind::Path, word, None);
        Some(RegionClaim {
            candidates,
            evidence,
        })
    };
    let mut claims = parts.iter().filter_map(claim);
    let inner = claims.next()?;
    let above: Vec<RegionClaim> = claims.collect();
    let context = Context {
        paragraphs: &[],
        path: "",
        year,
    };
    let candidates = prefer_by_time(inner.candidates, context.year);
    let found = tell_apart(candidates, above.iter(), &context);
    found.ok().map(|entry| entry.region)
}

/// Whether a text speaks from another level than these regions can, or plainly of another region.
fn contradicts(candidates: &[Entry], context: &Context<'_>) -> bool {
    let any = |test: &dyn Fn(Region) -> bool| candidates.iter().any(|entry| test(entry.region));
    // A prefecture or a league speaks in words that are not counted.
    if !any(&|region| Speech::ALL.iter().any(|speech| speech.admits(region))) {
        return false;
    }
    let mut levels = LevelVotes::default();
    for paragraph in context.paragraphs {
        levels.count(&paragraph.text);
    }
    levels
        .winner()
        .is_some_and(|speech| !any(&|region| speech.admits(region)))
        || body_region(context, &mut Vec::new())
            .is_some_and(|(own, _)| !any(&|region| region == own.region))
}

/// Words after a name with which a report speaks of its own region.
#[rustfmt::skip]
const SELF_AFTER: &[(&str, u32)] = &[
    ("高质量发展", 3), ("人民", 2), ("儿女", 3), ("经济社会", 3), ("篇章", 3), ("新篇章", 3),
    ("崭新篇章", 3), ("实践", 2), ("路径", 2), ("建设", 1), ("发展", 2), ("振兴", 2), ("速度", 2),
    ("“加速度”", 3), ("大地", 2), ("新局面", 3), ("迈出", 2), ("力量", 2), ("答卷", 3), ("转型", 1),
    ("现代化建设", 3), ("开放", 1), ("品牌", 1), ("事业", 2), ("广大干部", 3), ("行动", 1),
    ("各项", 1), ("这片热土", 3), ("实现", 1), ("历史", 1), ("形象", 2), ("的历史", 2),
    ("的发展", 2), ("的未来", 3),
];

/// Words before a name with which a report speaks of its own region.
#[rustfmt::skip]
const SELF_BEFORE: &[(&str, u32)] = &[
    ("建设美丽", 2), ("美丽幸福", 3), ("幸福", 1), ("美丽", 1), ("平安", 2), ("健康", 2),
    ("数字", 2), ("法治", 2), ("文明", 1), ("大美", 2), ("富裕", 1), ("英雄的", 2), ("现代化", 2),
    ("中国式现代化", 3), ("新时代", 2), ("谱写", 2), ("关心支持", 3), ("支持", 1), ("我们", 1),
    ("清廉", 2), ("诚信", 2), ("书香", 2), ("活力", 1), ("魅力", 1), ("实力", 1), ("绿色", 1),
    ("智慧", 1), ("品质", 1), ("创新", 1), ("开放", 1), ("和谐", 1), ("让", 1), ("成为", 0),
];

/// Lets the body vote: what it calls itself, and which level it speaks from.
fn body_region(context: &Context<'_>, notes: &mut Vec<Note>) -> Option<(Entry, Evidence)> {
    struct Tally {
        entry: Entry,
        own: u32,
        named: u32,
        words: BTreeMap<String, u32>,
    }
    let mut tallies: BTreeMap<Region, Tally> = BTreeMap::new();
    let mut levels = LevelVotes::default();
    let mut garrison: BTreeMap<char, u32> = BTreeMap::new();
    for paragraph in context.paragraphs {
        let text = paragraph.text.as_str();
        levels.count(text);
        count_garrisons(text, &mut garrison);
        for place in places_in(text) {
            let before = text.get(..place.from).unwrap_or("");
            let after = text.get(place.to()..).unwrap_or("");
            let mut own = 0;
            let mut words = None;
            if let Some((word, weight)) = SELF_AFTER
                .iter()
                .filter(|(word, _)| after.starts_with(word))
                .max_by_key(|(_, w)| w)
            {
                own += weight;
                words = Some(format!("{}{word}", place.name));
            }
            if let Some((word, weight)) = SELF_BEFORE
                .iter()
                .filter(|(word, _)| before.ends_with(word))
                .max_by_key(|(_, w)| w)
            {
                own += weight;
                words.get_or_insert_with(|| format!("{word}{}", place.name));
            }
            for entry in &place.entries {
                let tally = tallies.entry(entry.region).or_insert_with(|| Tally {
                    entry: *entry,
                    own: 0,
                    named: 0,
                    words: BTreeMap::new(),
                });
                tally.own += own;
                tally.named += 1;
                if let Some(words) = &words {
                    *tally.words.entry(words.clone()).or_insert(0) += own;
                }
            }
        }
    }
    let level = levels.winner()?;
    // A region above also counts what lies in it: a city's report names its counties.
    let named_within = |region: Region, tallies: &BTreeMap<Region, Tally>| {
        tallies
            .iter()
            .filter(|(other, _)| **other != region && region.contains(**other))
            .count() as u32
    };
    let mut ranked: Vec<(u32, Region)> = tallies
        .iter()
        .filter(|(region, _)| level.admits(**region))
        .map(|(region, tally)| {
            let garrisoned = tally
                .entry
                .region
                .short_name()
                .chars()
                .filter_map(|c| garrison.get(&c))
                .max()
                .copied()
                .unwrap_or(0);
            let within = if region.level() == Level::County {
                0
            } else {
                named_within(*region, &tallies)
            };
            let score = 2 * tally.own + tally.named + 4 * garrisoned.min(3) + 2 * within.min(10);
            (score, *region)
        })
        .collect();
    ranked.sort_by_key(|(score, region)| (std::cmp::Reverse(*score), *region));
    let (score, region) = *ranked.first()?;
    let tally = tallies.get(&region)?;
    let namesakes: Vec<Entry> = tallies
        .values()
        .filter(|other| other.entry.name == tally.entry.name && level.admits(other.entry.region))
        .map(|other| other.entry)
        .collect();
    let rival = ranked
        .iter()
        .skip(1)
        .find(|(_, other)| !namesakes.iter().any(|entry| entry.region == *other))
        .map_or(0, |(score, _)| *score);
    if tally.own < 4 || score < 12 || score < 2 * rival {
        let names: Vec<&str> = ranked
            .iter()
            .take(3)
            .map(|(_, region)| region.unique_name())
            .collect();
        notes.push(Note {
            rule: "region-unknown".to_owned(),
            line: None,
            text: format!("the body leaves open whether it is {}", names.join(", ")),
        });
        return None;
    }
    let mut words: Vec<(&String, &u32)> = tally.words.iter().collect();
    words.sort_by_key(|(words, weight)| (std::cmp::Reverse(**weight), words.as_str()));
    let mut quoted: Vec<String> = words
        .into_iter()
        .take(3)
        .map(|(words, _)| words.clone())
        .collect();
    if let Some(c) = region
        .short_name()
        .chars()
        .find(|c| garrison.contains_key(c))
    {
        quoted.insert(0, format!("驻{c}部队"));
    }
    quoted.push(level.words().to_owned());
    let evidence = evidence(EvidenceKind::Body, &quoted.join("、"), None);
    let entry = match tell_apart(
        prefer_by_time(namesakes, context.year),
        std::iter::empty(),
        context,
    ) {
        Ok(entry) => entry,
        Err(candidates) => {
            note_ambiguity(&candidates, &evidence, notes);
            return None;
        }
    };
    Some((entry, evidence))
}

/// 驻吕部队 and 驻吕单位 name the region by one character.
fn count_garrisons(text: &str, garrison: &mut BTreeMap<char, u32>) {
    for (at, _) in text.match_indices('驻') {
        let rest = text.get(at + '驻'.len_utf8()..).unwrap_or("");
        let mut chars = rest.chars();
        if let Some(c) = chars.next() {
            let tail = chars.as_str();
            if is_han(c)
                && ["部队", "单位", "官兵", "解放军", "武警", "中央", "军"]
                    .iter()
                    .any(|word| tail.starts_with(word))
            {
                *garrison.entry(c).or_insert(0) += 1;
            }
        }
    }
}

/// What each level calls itself, and what a place of it weighs. Every paragraph is searched for all of them, which was a tenth
/// of the time of an index when each search was prepared anew.
static LEVEL_WORDS: LazyLock<[Vec<(Finder<'static>, u32)>; 4]> = LazyLock::new(|| {
    const WORDS: [&[(&str, u32)]; 4] = [
        &[
            ("我县", 3),
            ("全县", 2),
            ("县委", 1),
            ("县人民政府", 3),
            ("县政府", 1),
        ],
        &[
            ("我市", 3),
            ("全市", 2),
            ("市委", 1),
            ("代表市人民政府", 6),
            ("市政府", 1),
        ],
        &[
            ("我区", 3),
            ("全区", 2),
            ("区委", 1),
            ("区人民政府", 3),
            ("区政府", 1),
        ],
        &[
            ("我省", 3),
            ("全省", 2),
            ("省委", 1),
            ("代表省人民政府", 6),
            ("省政府", 1),
        ],
    ];
    let finder = |(word, weight): &(&'static str, u32)| (Finder::new(*word), *weight);
    WORDS.map(|words| words.iter().map(finder).collect())
});

/// Which level a body speaks from.
#[derive(Default)]
struct LevelVotes {
    votes: [u32; 4],
}

/// A level of speech: 我县, 我市, 我区, 我省.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Speech {
    County,
    City,
    District,
    Province,
}

impl Speech {
    const ALL: [Speech; 4] = [
        Speech::County,
        Speech::City,
        Speech::District,
        Speech::Province,
    ];

    /// Whether a region can speak so.
    fn admits(self, region: Region) -> bool {
        let name = region.name();
        match self {
            Speech::County => {
                region.level() == Level::County && (name.ends_with('县') || name.ends_with('旗'))
            }
            Speech::City => name.ends_with('市'),
            Speech::District => {
                region.level() == Level::County && name.ends_with('区') || name.ends_with("自治区")
            }
            Speech::Province => region.level() == Level::Province && !name.ends_with('市'),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Speech::County => "全县",
            Speech::City => "全市",
            Speech::District => "全区",
            Speech::Province => "全省",
        }
    }
}

impl LevelVotes {
    fn count(&mut self, text: &str) {
        for (slot, words) in self.votes.iter_mut().zip(LEVEL_WORDS.iter()) {
            for (word, weight) in words {
                let n = word.find_iter(text.as_bytes()).count();
                *slot += weight * u32::try_from(n).unwrap_or(0);
            }
        }
    }

    /// The level that speaks most; a county names its city and province too, so a lower level needs less.
    fn winner(&self) -> Option<Speech> {
        let [county, city, district, province] = self.votes;
        if county >= 6 && county * 2 >= city {
            return Some(Speech::County);
        }
        if district >= 6 && district * 2 >= city && district * 2 >= province {
            return Some(Speech::District);
        }
        Speech::ALL
            .into_iter()
            .zip(self.votes)
            .filter(|&(_, votes)| votes >= 6)
            .max_by_key(|&(speech, votes)| (votes, speech == Speech::City))
            .map(|(speech, _)| speech)
            .filter(|&speech| speech != Speech::City || city >= province / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(year: u16, month: u8, day: u8) -> Option<Date> {
        Some(Date {
            year: Year::new(year)?,
            month,
            day,
        })
    }

    #[test]
    fn dates_in_any_digits() {
        assert_eq!(date_in("——2024年4月22日在汾阳市"), date(2024, 4, 22));
        assert_eq!(date_in("（二〇〇三年一月十日）"), date(2003, 1, 10));
        assert_eq!(date_in("二0一九年一月十四日"), date(2019, 1, 14));
        assert_eq!(date_in("——１９８８年３月２５日"), date(1988, 3, 25));
        assert_eq!(
            date_in("一九八一年十一月三十日和十二月一日"),
            date(1981, 11, 30)
        );
        assert_eq!(date_in("1955年7月5日至6日"), date(1955, 7, 5));
        assert_eq!(date_in("2007-01-30"), date(2007, 1, 30));
        assert_eq!(date_in("2008年1月在河北省"), None);
        assert_eq!(date_in("二十一日"), None);
    }

    fn names(text: &str) -> Vec<&'static str> {
        regions_in(text, true)
            .iter()
            .map(|entry| entry.region.unique_name())
            .collect()
    }

    #[test]
    fn regions_in_lines() {
        assert_eq!(
            names("(山西省)侯马市人民政府工作报告(2024年3月12日)"),
            ["侯马市"]
        );
        assert_eq!(
            names("——2024年4月22日在汾阳市第七届人民代表大会第五次会议上"),
            ["汾阳市"]
        );
        assert_eq!(names("在第五届全国人民代表大会第二次会议上"), ["国家"]);
        assert_eq!(names("2025年宁夏政府工作报告"), ["宁夏回族自治区"]);
        assert_eq!(names("在市十四届人大一次会议上"), [] as [&str; 0]);
        assert!(names("鼓楼区人民政府工作报告").len() > 1);
        assert_eq!(names("南京市鼓楼区人民政府工作报告").len(), 1);
    }
}
