//! In which year a report was given.
//!
//! In: the clues. Out: the year with the evidence that decided, and a note for each claim that contradicts it. The
//! strongest claim comes first: dateline, title, facts of the page, path, body. A date without an assembly, above the text
//! or among the facts of its page, may be the day on which the text was put there: of two claims that lie years before
//! it, it says nothing.

use super::clues::{Clues, evidence};
use super::date::{date_in, year_at};
use crate::ingest::join::Paragraph;
use crate::ingest::line::{self, Opening};
use crate::ingest::notes::YEAR_CONTRADICTION;
use crate::report::{Attested, Evidence, EvidenceKind, Note, Year};
use std::collections::BTreeMap;

/// What one piece of evidence says of the year.
#[derive(Clone, Debug)]
struct YearClaim {
    year: Year,
    evidence: Evidence,
    source: Source,
}

/// Who says it, as far as that tells what the year is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Source {
    /// A dateline with the assembly to which the report was given.
    Assembly,
    /// A day and no assembly: when it was given, or put on its page.
    Day,
    /// The title of an account of a year (公报), which comes out after it.
    Account,
    /// Anything else.
    Other,
}

/// The year; weaker claims that contradict it are noted.
pub(super) fn detect_year(clues: &Clues<'_>, notes: &mut Vec<Note>) -> Option<Attested<Year>> {
    decide_year(&year_claims(clues), notes)
}

/// All that is said of the year, strongest first.
fn year_claims(clues: &Clues<'_>) -> Vec<YearClaim> {
    // The day on which it was given decides before a title that may be of a series.
    let mut claims: Vec<YearClaim> = dateline_claims(clues).collect();
    claims.extend(title_claims(clues));
    claims.extend(account_claim(clues));
    claims.extend(page_time_claims(clues));
    let stem = clues.file_stem();
    let in_stem = claim_of(year_in_path(stem), EvidenceKind::Path, stem, None);
    let body = body_year(clues.paragraphs);
    if in_stem.is_none() {
        claims.extend(folder_claim(clues, body.as_ref()));
    }
    claims.extend(in_stem);
    claims.extend(body);
    take_back_uploads(claims)
}

/// Takes back the days of an upload: what else is said lies years before. Where two others agree, or the title is that of
/// an account, a later day contradicts nothing.
fn take_back_uploads(claims: Vec<YearClaim>) -> Vec<YearClaim> {
    let mut others = claims.iter().filter(|claim| claim.source != Source::Day);
    let Some(told) = others.next().cloned() else {
        return claims;
    };
    let is_account = told.source == Source::Account;
    let is_certain = is_account || others.any(|other| other.year == told.year);
    let years_after = if is_account { 1 } else { 2 };
    let is_upload = |claim: &YearClaim| {
        claim.source == Source::Day && claim.year.get() >= told.year.get() + years_after
    };
    let (uploads, mut kept): (Vec<YearClaim>, Vec<YearClaim>) =
        claims.into_iter().partition(is_upload);
    if !is_certain {
        kept.extend(uploads);
    }
    kept
}

fn claim_of(
    year: Option<Year>,
    kind: EvidenceKind,
    words: &str,
    line: Option<u32>,
) -> Option<YearClaim> {
    Some(YearClaim {
        year: year?,
        evidence: evidence(kind, words, line),
        source: Source::Other,
    })
}

fn dateline_claims(clues: &Clues<'_>) -> impl Iterator<Item = YearClaim> {
    clues.opening_of(Opening::Dateline).filter_map(|line| {
        let text = line::undashed(line.text);
        let year = date_in(text).map(|date| date.year).or_else(|| {
            line::years_in(text)
                .first()
                .and_then(|&year| Year::new(year))
        });
        let source = match line::is_bare_date(line.text) {
            true => Source::Day,
            false => Source::Assembly,
        };
        let claim = claim_of(year, EvidenceKind::Dateline, line.text, Some(line.line))?;
        Some(YearClaim { source, ..claim })
    })
}

fn title_claims(clues: &Clues<'_>) -> impl Iterator<Item = YearClaim> {
    let in_text = clues
        .opening_of(Opening::Title)
        .filter(|line| line.text.contains("工作报告"))
        .map(|line| (line.text, line.line));
    let of_page = clues
        .titles_of_page()
        .map(|fact| (fact.value.as_str(), fact.line));
    in_text.chain(of_page).filter_map(|(text, line)| {
        claim_of(year_in_title(text), EvidenceKind::Title, text, Some(line))
    })
}

/// What the title of an account of a year says.
fn account_claim(clues: &Clues<'_>) -> Option<YearClaim> {
    clues.titles_of_accounts().find_map(|line| {
        let year = year_in_title(line.text);
        let claim = claim_of(year, EvidenceKind::Title, line.text, Some(line.line))?;
        Some(YearClaim {
            source: Source::Account,
            ..claim
        })
    })
}

/// What the page says of the time of publication or of the meeting.
fn page_time_claims(clues: &Clues<'_>) -> impl Iterator<Item = YearClaim> {
    let facts = clues.facts.iter().filter(|fact| is_time_label(&fact.label));
    facts.filter_map(|fact| {
        let year = date_in(&fact.value).map(|date| date.year).or_else(|| {
            let chars: Vec<char> = fact.value.chars().take(4).collect();
            year_at(&chars, 0).and_then(|(year, _)| Year::new(year))
        });
        let words = format!("{}：{}", fact.label, fact.value);
        let source = match fact.label.as_str() {
            "会议" => Source::Assembly,
            _ => Source::Day,
        };
        let claim = claim_of(year, EvidenceKind::Dateline, &words, Some(fact.line))?;
        Some(YearClaim { source, ..claim })
    })
}

/// The year in the name of a folder. It may be the year of a download: it counts where the text agrees.
fn folder_claim(clues: &Clues<'_>, body: Option<&YearClaim>) -> Option<YearClaim> {
    const PARAGRAPHS_MAX: usize = 60;
    let year = clues.path.rsplit('/').skip(1).find_map(year_in_path)?;
    let agrees = match body {
        Some(claim) => claim.year == year,
        None => clues
            .paragraphs
            .iter()
            .take(PARAGRAPHS_MAX)
            .any(|paragraph| line::years_in(&paragraph.text).contains(&year.get())),
    };
    claim_of(agrees.then_some(year), EvidenceKind::Path, clues.path, None)
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
pub(in crate::ingest) fn year_in_name(name: &str) -> Option<Year> {
    year_in_path(name).or_else(|| match line::years_in(name).as_slice() {
        [year] if !name.contains(|c: char| c.is_ascii_digit()) => Year::new(*year),
        _ => None,
    })
}

/// What speaks in the body for one year.
struct Vote {
    weight: u32,
    words: String,
    line: Option<u32>,
}

/// The votes of the body, by year.
#[derive(Default)]
struct Votes(BTreeMap<u16, Vote>);

impl Votes {
    /// What weighs so much is quoted before what weighs less.
    const STRONG: u32 = 3;

    fn add(&mut self, year: u16, weight: u32, words: &str, line: Option<u32>) {
        let words: String = words.chars().take(30).collect();
        let vote = self.0.entry(year).or_insert_with(|| Vote {
            weight: 0,
            words: words.clone(),
            line,
        });
        if weight >= Votes::STRONG && vote.weight < Votes::STRONG {
            vote.words = words;
            vote.line = line;
        }
        vote.weight += weight;
    }

    /// A heading: 2024年工作安排 names the year, 2023年工作回顾 the one before.
    fn count_heading(&mut self, text: &str, year: u16, line: Option<u32>) {
        const BACK: [&str; 4] = ["回顾", "总结", "完成情况", "执行情况"];
        const AHEAD: [&str; 10] = [
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
        ];
        let back = BACK.iter().any(|word| text.contains(word));
        let ahead = AHEAD.iter().any(|word| text.contains(word));
        if back && !ahead {
            self.add(year + 1, Votes::STRONG, text, line);
        } else if ahead && !back {
            self.add(year, Votes::STRONG, text, line);
        }
    }

    /// A paragraph by how it starts: 今年是中华人民共和国成立75周年, 刚刚过去的2023年. With its number (2024年是…75周年) the
    /// year of an anniversary may be that of the review.
    fn count_paragraph(&mut self, start: &str, years: &[u16], line: Option<u32>) {
        const GOALS: [&str; 4] = ["总体要求", "预期目标", "主要目标", "总体思路"];
        if start.starts_with("今年") || start.starts_with("20") {
            if start.starts_with("今年")
                && let Some(anniversary) = anniversary_in(start)
            {
                self.add(1949 + anniversary, 2, start, line);
            }
            let goals = GOALS.iter().any(|word| start.contains(word));
            if goals && let [year] = years {
                self.add(*year, 2, start, line);
            }
        }
        if start.starts_with("刚刚过去的")
            && let [year, ..] = years
        {
            self.add(year + 1, 2, start, line);
        }
    }

    /// The year that has most of them, if it has enough and no other has as many.
    fn winner(self) -> Option<YearClaim> {
        let mut ranked: Vec<(u16, Vote)> = self.0.into_iter().collect();
        ranked.sort_by_key(|(year, vote)| (std::cmp::Reverse(vote.weight), *year));
        let mut ranked = ranked.into_iter();
        let (year, first) = ranked.next()?;
        let second = ranked.next().map_or(0, |(_, vote)| vote.weight);
        (first.weight >= 2 && first.weight > second).then_some(())?;
        claim_of(
            Year::new(year),
            EvidenceKind::Body,
            &first.words,
            first.line,
        )
    }
}

/// What the body says of its year, by vote of its headings and of the paragraphs that name one.
fn body_year(paragraphs: &[Paragraph]) -> Option<YearClaim> {
    const START_CHARS: usize = 70;
    const HEADING_CHARS_MAX: usize = 40;
    let mut votes = Votes::default();
    for paragraph in paragraphs {
        let text = paragraph.text.as_str();
        let line = paragraph.lines.first().map(|start| start.line);
        let start: String = text.chars().take(START_CHARS).collect();
        let heading_like = text.chars().count() <= HEADING_CHARS_MAX;
        let years = line::years_in(&start);
        match years.as_slice() {
            [year] if heading_like => votes.count_heading(text, *year, line),
            years => votes.count_paragraph(&start, years, line),
        }
        if !heading_like && let Some((year, words)) = review_inside(text) {
            votes.add(year + 1, Votes::STRONG, words, line);
        }
    }
    votes.winner()
}

/// A heading inside a line, 一、2023年工作回顾, with the year that it names.
fn review_inside(text: &str) -> Option<(u16, &str)> {
    if !text.contains("回顾") {
        return None;
    }
    ["年工作回顾", "年政府工作回顾", "年工作的回顾"]
        .iter()
        .find_map(|word| {
            let at = text.find(word)?;
            let before = text.get(..at)?;
            let (from, _) = before.char_indices().rev().nth(3)?;
            let words = text.get(from..)?;
            let year = *line::years_in(words.get(..at - from + '年'.len_utf8())?).first()?;
            Some((year, words))
        })
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

/// The strongest claim wins; weaker ones that contradict it are noted. The headings of a body are no match for the day
/// on which the assembly met: a report of 1980 may plan 1981 alone.
fn decide_year(claims: &[YearClaim], notes: &mut Vec<Note>) -> Option<Attested<Year>> {
    let first = claims.first()?;
    let mut noted = Vec::new();
    let is_outvoted = |claim: &&YearClaim| {
        first.source == Source::Assembly && claim.evidence.kind == EvidenceKind::Body
    };
    for claim in claims.iter().skip(1).filter(|claim| !is_outvoted(claim)) {
        if claim.year != first.year && !noted.contains(&claim.year) {
            noted.push(claim.year);
            notes.push(Note {
                rule: YEAR_CONTRADICTION.to_owned(),
                line: claim.evidence.line,
                text: format!(
                    "{} by `{}`, {} by `{}`",
                    first.year, first.evidence.words, claim.year, claim.evidence.words
                ),
            });
        }
    }
    Some(Attested {
        value: first.year,
        evidence: first.evidence.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::clues::Clues;
    use super::*;
    use crate::ingest::extract::Mark;
    use crate::ingest::furniture::Fact;
    use crate::report::LineStart;

    /// The year of a text that was published on a day, and whether a note says that something contradicts it.
    fn year(path: &str, lines: &[&str], published: &str) -> (u16, bool) {
        let paragraph = |text: &&str| Paragraph {
            text: (*text).to_owned(),
            lines: vec![LineStart { byte: 0, line: 1 }],
            mark: Mark::None,
        };
        let paragraphs: Vec<Paragraph> = lines.iter().map(paragraph).collect();
        let fact = Fact {
            label: "发布时间".to_owned(),
            value: published.to_owned(),
            line: 1,
        };
        let facts = [fact];
        let facts = if published.is_empty() {
            &[]
        } else {
            &facts[..]
        };
        let mut notes = Vec::new();
        let told = detect_year(&Clues::of(&paragraphs, facts, path), &mut notes);
        (told.map_or(0, |told| told.value.get()), !notes.is_empty())
    }

    #[test]
    fn the_day_of_an_upload_is_not_the_year_of_the_text() {
        let bulletin = "永和县2015年国民经济和社会发展统计公报";
        assert_eq!(year("a.html", &[bulletin], "2022-04-24"), (2015, false));
        assert_eq!(
            year("a.html", &[bulletin, "2016年4月20日"], ""),
            (2015, false)
        );
        assert_eq!(
            year("a.html", &[bulletin, "（2016年4月20日）"], ""),
            (2015, false)
        );
        let report = "永和县2015年政府工作报告";
        assert_eq!(
            year("2015/永和县2015.html", &[report], "2022-04-24"),
            (2015, false)
        );
        // One against one is said.
        assert_eq!(year("a.html", &[report, "2022年4月24日"], ""), (2015, true));
        let bare = "永和县政府工作报告";
        let review = ["一、2014年工作回顾", "二、2015年工作安排"];
        assert_eq!(
            year("a.html", &[bare, review[0], review[1]], "2022-04-24"),
            (2015, true)
        );
    }

    #[test]
    fn a_day_in_the_year_of_the_text_decides() {
        let series = "永和县2014年政府工作报告";
        assert_eq!(
            year("a.html", &[series, "（2015年2月3日）"], ""),
            (2015, true)
        );
        let met = "——2015年2月3日在永和县第十六届人民代表大会第五次会议上";
        assert_eq!(year("2010.html", &[met], "2022-04-24"), (2015, true));
        assert_eq!(
            year("a.html", &["永和县政府工作报告"], "2022-04-24"),
            (2022, false)
        );
        // A report may plan the next year alone.
        assert_eq!(
            year(
                "a.txt",
                &[met, "二、2016年计划安排", "三、2016年主要任务"],
                ""
            ),
            (2015, false)
        );
    }
}
