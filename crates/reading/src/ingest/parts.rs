//! Pieces of a report → the part that each belongs to, and the years that it speaks of.
//!
//! In: the pieces into which `split` cuts a report, and what is known of it. Out: a part and a span of years for each.
//! Evidence, strongest first: what a heading says plainly (回顾, 今年工作安排, the year); what the text below it does
//! ([`Tense`]), for headings whose words are new (一个城市的主要考虑, a slogan) or can be read both ways
//! (“十四五”规划目标任务胜利完成); a paragraph that turns to the plan; last, a text that looks back up to one place and ahead
//! from there, though no heading says so. Text that is not of a report is divided by its headings alone: a law says 应当
//! and plans nothing.

use super::line::{self, Rank, is_han};
use super::period::{self, Outlook, OutlookTurn, YearSpan};
use super::tense::Tense;
use crate::report::{LineStart, Part, Year};
use std::collections::BTreeMap;

/// What is known of a text before it is divided.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// When it was given.
    pub(super) year: Option<Year>,
    /// Another page went before.
    pub(super) continued: bool,
    /// It is a report, so that its text tells its parts.
    pub(super) is_report: bool,
}

/// A passage to be, before the parts are known.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) lines: Vec<LineStart>,
    pub(super) rank: Option<Rank>,
    pub(super) zone: Zone,
}

/// Where a piece stands, by what encloses it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Zone {
    /// Title, dateline, speaker, salutation, table of contents.
    Opening,
    /// The text of the report.
    Body,
    /// Lists, tables, indicators behind it, each with its head.
    Annex,
    /// The explanations of terms with their head.
    Glossary,
}

impl Zone {
    /// Whether the text of the report has ended.
    pub(super) fn is_behind(self) -> bool {
        matches!(self, Zone::Annex | Zone::Glossary)
    }
}

/// What the head of a section says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Announced {
    pub(super) part: Part,
    /// No reading of its words gives another part.
    is_plain: bool,
}

/// The part that a section's head announces. The year of the report decides between 2023年工作 (review) and 2024年工作
/// (plan).
pub(super) fn announced_by(text: &str, year: Option<Year>) -> Option<Announced> {
    let plainly = |part| {
        Some(Announced {
            part,
            is_plain: true,
        })
    };
    let perhaps = |part| {
        Some(Announced {
            part,
            is_plain: false,
        })
    };
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if has(&["自身建设", "自身改革"])
        || text.contains("政府")
            && has(&[
                "法治政府",
                "服务型政府",
                "人民满意",
                "廉洁政府",
                "效能政府",
                "政府效能",
                "政府建设",
                "政府治理",
                "施政能力",
            ])
    {
        return plainly(Part::Governance);
    }
    let looks_back = has(&[
        "回顾",
        "总结",
        "过去",
        "五年来",
        "一年来",
        "成就",
        "成绩",
        "取得的成",
        "取得显著成",
        "完成情况",
        "执行情况",
        "进展情况",
        "去年",
        "上一年",
        "上年",
        "三年来",
    ]);
    let of_times_ahead = has(&["今年", "今后", "未来", "下一年", "新的一年", "远景目标"]);
    let plainly_ahead = of_times_ahead
        || has(&[
            "总体要求",
            "总的要求",
            "目标要求",
            "预期目标",
            "奋斗目标",
            "总体思路",
            "工作安排",
            "工作部署",
            "工作打算",
            "工作的建议",
            "工作建议",
        ]);
    if looks_back && (of_times_ahead || has(&["任务", "目标"])) {
        // 过去五年的工作和今后的任务, “十四五”规划目标完成情况: the text tells.
        let part = if of_times_ahead {
            Part::Plan
        } else {
            Part::Review
        };
        return perhaps(part);
    }
    if looks_back {
        return plainly(Part::Review);
    }
    if plainly_ahead {
        return plainly(Part::Plan);
    }
    let perhaps_ahead = has(&[
        "安排",
        "部署",
        "展望",
        "建议",
        "打算",
        "主要目标",
        "发展目标",
        "发展思路",
        "指导思想",
        "目标任务",
    ]);
    // 2023年主要工作 is the review of the report of 2024 and the plan of that of 2023.
    let years = line::years_in(text);
    if let (false, Some(year), [named]) = (perhaps_ahead, year, years.as_slice()) {
        if *named == year.get() {
            return plainly(Part::Plan);
        }
        if named + 1 == year.get() {
            return plainly(Part::Review);
        }
    }
    let perhaps_ahead = perhaps_ahead
        || has(&[
            "任务",
            "重点工作",
            "主要工作",
            "工作重点",
            "目标",
            "计划",
            "规划",
            "纲要",
            "主要考虑",
        ]);
    perhaps_ahead.then(|| perhaps(Part::Plan))?
}

/// The part and the years of each piece.
pub(super) fn parts_of(pieces: &[Piece], known: Known) -> Vec<(Part, Option<YearSpan>)> {
    let division = Division::new(pieces, known);
    let mut turns = BTreeMap::new();
    let mut parts = division.assign(&turns);
    if known.is_report {
        turns = division.turns_of_text(&parts);
        if !turns.is_empty() {
            parts = division.assign(&turns);
        }
    }
    // What stands before the first cue is review when a plan or a review follows, or a page went before.
    let has_cue = parts
        .iter()
        .any(|(part, _)| matches!(part, Some(Part::Plan | Part::Review)));
    let default = if has_cue || known.continued {
        Part::Review
    } else {
        Part::Other
    };
    parts
        .into_iter()
        .map(|(part, span)| {
            let part = part.unwrap_or(default);
            let about = match part {
                Part::Review | Part::Plan | Part::Governance => {
                    span.or_else(|| period::one_year(known.year?, view_of(part)))
                }
                _ => None,
            };
            (part, about)
        })
        .collect()
}

/// The part of a piece, where it is known yet, and its years.
type Slot = (Option<Part>, Option<YearSpan>);

/// A report about to be divided.
struct Division<'a> {
    pieces: &'a [Piece],
    known: Known,
    /// What each heading says that is not behind the text.
    announced: Vec<Option<Announced>>,
    /// The rank of the headings that divide it: the highest that occurs twice, or occurs with a cue.
    top: Rank,
    /// Where the text ends: what stands behind it begins there.
    body_end: usize,
    /// Where the closing call begins.
    closing: Option<usize>,
    /// The words of all pieces before each that look one way or the other.
    tense_before: Vec<Tense>,
    /// The Han characters of all pieces before each.
    han_before: Vec<usize>,
}

/// What is open while the pieces are gone through.
struct Open {
    part: Option<Part>,
    /// The heading that opened the part: its rank, and whether it did so in plain words.
    by: Option<(Rank, bool)>,
    years: Years,
    governance_rank: Option<Rank>,
    before_governance: Option<Part>,
}

impl<'a> Division<'a> {
    fn new(pieces: &'a [Piece], known: Known) -> Division<'a> {
        let body_end = pieces
            .iter()
            .position(|piece| piece.zone.is_behind())
            .unwrap_or(pieces.len());
        let said = |piece: &Piece| match piece.zone.is_behind() {
            true => None,
            false => piece
                .rank
                .and_then(|_| announced_by(&piece.text, known.year)),
        };
        let announced: Vec<Option<Announced>> = pieces.iter().map(said).collect();
        let mut tense_before = vec![Tense::default()];
        let mut han_before = vec![0];
        let (mut tense, mut n_han) = (Tense::default(), 0);
        for piece in pieces {
            if known.is_report && piece.zone == Zone::Body {
                tense = tense + Tense::of(&piece.text);
                n_han += piece.text.chars().filter(|c| is_han(*c)).count();
            }
            tense_before.push(tense);
            han_before.push(n_han);
        }
        Division {
            pieces,
            known,
            top: top_rank(pieces, &announced),
            announced,
            body_end,
            closing: closing_of(pieces, body_end),
            tense_before,
            han_before,
        }
    }

    /// What the heading of a piece says.
    fn said(&self, index: usize) -> Option<Announced> {
        self.announced.get(index).copied().flatten()
    }

    /// How the text of some pieces looks.
    fn tense(&self, from: usize, to: usize) -> Tense {
        let before = |index: usize| self.tense_before.get(index).copied().unwrap_or_default();
        before(to) - before(from)
    }

    /// The Han characters of some pieces.
    fn n_han(&self, from: usize, to: usize) -> usize {
        let before = |index: usize| self.han_before.get(index).copied().unwrap_or_default();
        before(to).saturating_sub(before(from))
    }

    /// Where the body ends.
    fn end(&self) -> usize {
        self.closing.unwrap_or(self.body_end).min(self.body_end)
    }

    /// The part of the text below a heading, by the way in which it looks.
    fn part_below(&self, index: usize, rank: Rank) -> Option<Part> {
        let below = self.pieces.get(index + 1..self.end())?;
        let n_below = below
            .iter()
            .position(|piece| piece.rank.is_some_and(|next| next <= rank))
            .unwrap_or(below.len());
        let leaning = self.tense(index + 1, index + 1 + n_below).leaning()?;
        Some(part_of(leaning))
    }

    /// Goes through the pieces; at the turns the part is given.
    fn assign(&self, turns: &BTreeMap<usize, Part>) -> Vec<Slot> {
        let mut open = Open {
            part: None,
            by: None,
            years: Years::new(self.known.year),
            governance_rank: None,
            before_governance: None,
        };
        let mut assigned = Vec::with_capacity(self.pieces.len());
        for (index, piece) in self.pieces.iter().enumerate() {
            let fixed = match piece.zone {
                Zone::Opening => Some(Part::Opening),
                Zone::Annex => Some(Part::Other),
                Zone::Glossary => Some(Part::Glossary),
                Zone::Body => {
                    (self.closing.is_some_and(|closing| index >= closing)).then_some(Part::Closing)
                }
            };
            if fixed.is_some() {
                assigned.push((fixed, None));
                continue;
            }
            if let Some(part) = turns.get(&index) {
                open.turn_to(*part, &piece.text, piece.rank);
            } else if let Some(rank) = piece.rank {
                self.read_heading(&mut open, index, rank);
            } else {
                self.read_paragraph(&mut open, index, &piece.text);
            }
            assigned.push((open.part, open.years.of_piece(piece, self.top)));
        }
        assigned
    }

    /// What a heading turns to.
    fn read_heading(&self, open: &mut Open, index: usize, rank: Rank) {
        let Some(piece) = self.pieces.get(index) else {
            return;
        };
        if open
            .governance_rank
            .is_some_and(|governance| rank <= governance)
        {
            open.part = open.before_governance;
            open.governance_rank = None;
        }
        let announced = self.said(index);
        let is_governance = announced.is_some_and(|said| said.part == Part::Governance);
        if rank > self.top {
            if is_governance && !matches!(open.part, Some(Part::Review | Part::Governance)) {
                open.before_governance = open.part;
                open.governance_rank = Some(rank);
                open.part = Some(Part::Governance);
            }
            return;
        }
        if is_governance {
            if open.part != Some(Part::Review) || rank <= Rank::Han {
                open.turn_to(Part::Governance, &piece.text, piece.rank);
            }
            return;
        }
        if open.part == Some(Part::Governance) && announced.is_none() {
            open.part = Some(Part::Plan);
            return;
        }
        // Below the heading that opened the part, only plain words end it.
        let is_below = open.by.is_some_and(|(by, _)| rank > by);
        let is_plain = announced.is_some_and(|said| said.is_plain);
        let part = match announced {
            Some(said) if said.is_plain => Some(said.part),
            Some(said) => self
                .part_below(index, rank)
                .or_else(|| (!is_below).then_some(said.part)),
            None if is_below => None,
            None => self.part_below(index, rank).filter(|part| {
                // A plan goes on under every heading; its account of foreign affairs looks back.
                *part == Part::Plan || !matches!(open.part, Some(Part::Plan))
            }),
        };
        if let Some(part) = part.filter(|part| is_plain || open.part != Some(*part)) {
            open.turn_to(part, &piece.text, piece.rank);
            open.by = Some((rank, is_plain));
        } else if announced.is_some() && !is_below {
            open.years
                .open_section(&piece.text, view_of(open.part.unwrap_or(Part::Review)));
        }
    }

    /// What a paragraph turns to, where no heading does.
    fn read_paragraph(&self, open: &mut Open, index: usize, text: &str) {
        let may_plan = matches!(open.part, None | Some(Part::Review));
        if may_plan && announces_plan(text, self.known.year) && !self.has_plan_heading(index) {
            open.turn_to(Part::Plan, "", None);
        } else if open.part == Some(Part::Plan)
            && index * 4 >= self.body_end * 3
            && announces_governance(text)
        {
            open.before_governance = open.part;
            open.governance_rank = Some(Rank::Plain);
            open.part = Some(Part::Governance);
        }
    }

    /// Whether a later heading still announces the plan.
    fn has_plan_heading(&self, from: usize) -> bool {
        let headings = self.pieces.iter().enumerate().skip(from);
        headings
            .filter(|(_, piece)| !piece.zone.is_behind())
            .filter_map(|(index, piece)| Some((index, piece.rank?)))
            .filter(|(_, rank)| *rank <= self.top)
            .any(|(index, rank)| {
                self.said(index).is_some_and(|said| {
                    said.part == Part::Plan
                        && (said.is_plain || self.part_below(index, rank) != Some(Part::Review))
                })
            })
    }

    /// Where the text turns though no heading says so: a run that is review, or nothing yet, whose end looks ahead; in
    /// a report without any review a plan whose beginning looks back.
    fn turns_of_text(&self, parts: &[Slot]) -> BTreeMap<usize, Part> {
        let mut turns = BTreeMap::new();
        let has_review = parts.iter().any(|(part, _)| *part == Some(Part::Review));
        let body = parts.get(..self.end()).unwrap_or(parts);
        let mut from = 0;
        for run in body.chunk_by(|(a, _), (b, _)| a == b) {
            let to = from + run.len();
            let part = run.first().and_then(|(part, _)| *part);
            match part {
                None | Some(Part::Review) => self.add_turn_ahead(&mut turns, parts, from, to),
                Some(Part::Plan) if !has_review => self.add_turn_back(&mut turns, from, to),
                _ => {}
            }
            from = to;
        }
        turns
    }

    /// The end of a run that looks ahead is plan.
    fn add_turn_ahead(
        &self,
        turns: &mut BTreeMap<usize, Part>,
        parts: &[Slot],
        from: usize,
        to: usize,
    ) {
        let part = parts.get(from).and_then(|(part, _)| *part);
        let has_plan = parts
            .iter()
            .skip(to)
            .any(|(part, _)| *part == Some(Part::Plan));
        if part.is_none()
            && let Some(leaning) = self.tense(from, to).leaning()
            && self.n_han(from, to) >= TURNED_HAN_MIN
        {
            turns.insert(from, part_of(leaning));
        }
        let Some(at) = self.turn_in(from, to) else {
            return;
        };
        let is_ahead = self.tense(at, to).leaning() == Some(Outlook::Ahead);
        let is_back = self.tense(from, at).leaning() != Some(Outlook::Ahead);
        // A review whose plan follows ends with what is still to be mended, and with its own words of resolve.
        let share_of = if part.is_some() && has_plan {
            3
        } else {
            SHARE_OF
        };
        if is_ahead && is_back && self.is_large(at, to, share_of) {
            if part.is_none() {
                turns.insert(from, Part::Review);
            }
            turns.insert(at, Part::Plan);
        }
    }

    /// The beginning of a plan that looks back is review.
    fn add_turn_back(&self, turns: &mut BTreeMap<usize, Part>, from: usize, to: usize) {
        let Some(at) = self.turn_in(from, to) else {
            return;
        };
        let is_back = self.tense(from, at).leaning() == Some(Outlook::Back);
        if is_back && self.is_large(from, at, SHARE_OF) {
            turns.insert(from, Part::Review);
            turns.insert(at, Part::Plan);
        }
    }

    /// Whether some pieces are enough of the body to be a part.
    fn is_large(&self, from: usize, to: usize, share_of: usize) -> bool {
        let n_han = self.n_han(from, to);
        n_han >= TURNED_HAN_MIN && n_han * share_of >= self.n_han(0, self.end())
    }

    /// The piece from which some pieces look ahead most clearly; a heading or the beginning of a strand, if one is
    /// nearly as good.
    fn turn_in(&self, from: usize, to: usize) -> Option<usize> {
        let gain = |at: usize| self.tense(at, to).balance();
        let best = |at: &usize| (gain(*at), std::cmp::Reverse(*at));
        let any = (from..to).max_by_key(best)?;
        let opens = (from..to)
            .filter(|at| self.pieces.get(*at).is_some_and(opens_strand))
            .max_by_key(best);
        opens
            .filter(|at| gain(*at) * 10 >= gain(any) * 9)
            .or(Some(any))
    }
}

impl Open {
    fn turn_to(&mut self, part: Part, head: &str, rank: Option<Rank>) {
        self.part = Some(part);
        self.governance_rank = None;
        self.by = rank.map(|rank| (rank, false)).or(self.by);
        self.years.open_section(head, view_of(part));
    }
}

/// A smaller share of the body than one in this many is no part of its own, where no heading says so.
const SHARE_OF: usize = 8;

/// Less text than this is no part of its own, where no heading says so.
const TURNED_HAN_MIN: usize = 600;

/// Whether a piece can open a part: a heading, an address, a word of the new year.
fn opens_strand(piece: &Piece) -> bool {
    piece.rank.is_some()
        || line::begins_address(&piece.text)
        || ["今年", "新的一年", "做好", "今后", "未来"]
            .iter()
            .any(|word| piece.text.starts_with(word))
        || !line::years_in(&piece.text.chars().take(5).collect::<String>()).is_empty()
}

fn part_of(leaning: Outlook) -> Part {
    match leaning {
        Outlook::Back => Part::Review,
        Outlook::Ahead => Part::Plan,
    }
}

/// Only the review looks back.
fn view_of(part: Part) -> Outlook {
    match part {
        Part::Review => Outlook::Back,
        _ => Outlook::Ahead,
    }
}

/// The years of which a report speaks, as its heads and paragraphs turn to others.
struct Years {
    /// When it was given; without it nothing is told.
    year: Option<Year>,
    /// The way in which the section looks.
    view: Outlook,
    /// What its head says; before any head nothing.
    section: Option<YearSpan>,
    /// Its head names the one year, so that a paragraph names a term in passing.
    is_of_one_year: bool,
    /// What a deeper head or a paragraph turned to; a head with its rank, up to the next of that rank.
    turned: Option<(Option<Rank>, YearSpan)>,
}

impl Years {
    fn new(year: Option<Year>) -> Years {
        Years {
            year,
            view: Outlook::Back,
            section: None,
            is_of_one_year: false,
            turned: None,
        }
    }

    fn open_section(&mut self, head: &str, view: Outlook) {
        self.view = view;
        self.turned = None;
        self.section = self
            .year
            .and_then(|year| period::of_section(head, year, view));
        self.is_of_one_year = self
            .year
            .is_some_and(|year| period::names_one_year(head, year, view));
    }

    /// The years of the next piece of the section.
    fn of_piece(&mut self, piece: &Piece, top: Rank) -> Option<YearSpan> {
        let year = self.year?;
        if let Some(rank) = piece.rank
            && self
                .turned
                .is_some_and(|(by, _)| by.is_none_or(|by| rank <= by))
        {
            self.turned = None;
        }
        if piece.rank.is_some_and(|rank| rank <= top) {
            return self.section;
        }
        if line::begins_address(&piece.text) && self.turned.is_some_and(|(by, _)| by.is_none()) {
            self.turned = None;
        }
        match period::turn_of(&piece.text, year, self.view) {
            Some(OutlookTurn::InPassing(span)) if piece.rank.is_none() => return Some(span),
            Some(OutlookTurn::Term(span) | OutlookTurn::Year(span))
                if piece.rank.is_none() && self.is_of_one_year =>
            {
                return Some(span);
            }
            Some(
                OutlookTurn::Term(span) | OutlookTurn::Year(span) | OutlookTurn::InPassing(span),
            ) => {
                self.turned = Some((piece.rank, span));
            }
            None => {}
        }
        self.turned.map(|(_, span)| span).or(self.section)
    }
}

/// The rank of the headings that divide a report into parts.
fn top_rank(pieces: &[Piece], announced: &[Option<Announced>]) -> Rank {
    let ranks = || {
        (pieces.iter().zip(announced))
            .filter(|(piece, _)| piece.zone == Zone::Body)
            .filter_map(|(piece, said)| piece.rank.map(|rank| (rank, said)))
    };
    let announced = || {
        ranks().filter_map(|(rank, said)| {
            said.filter(|said| said.part != Part::Governance)
                .map(|said| (rank, said))
        })
    };
    let highest = |wanted: Part| {
        announced()
            .filter(|&(_, said)| said.part == wanted)
            .map(|(rank, _)| rank)
            .min()
    };
    match (highest(Part::Review), highest(Part::Plan)) {
        // Both are announced: the deeper of the two ranks divides, unless it is deep in one of them.
        (Some(review), Some(plan)) => review.max(plan).min(Rank::HanBracket).max(review.min(plan)),
        (Some(rank), None) | (None, Some(rank)) => rank,
        (None, None) => ranks().map(|(rank, _)| rank).min().unwrap_or(Rank::Han),
    }
}

/// Whether a paragraph turns to the plan: 今年…总体要求是, 2004年工作的总体思路.
fn announces_plan(text: &str, year: Option<Year>) -> bool {
    let start: String = text.chars().take(60).collect();
    if ["今后五年", "未来五年"]
        .iter()
        .any(|word| start.starts_with(word))
    {
        return true;
    }
    let of_this_year = ["今年", "新的一年", "做好今年"]
        .iter()
        .any(|word| start.starts_with(word))
        || year.is_some_and(|year| start.starts_with(&format!("{year}年")));
    of_this_year
        && [
            "总体要求",
            "总体思路",
            "总的要求",
            "预期目标",
            "主要目标",
            "指导思想",
            "工作重点",
            "重点工作",
            "主要任务",
            "政府工作",
            "之年",
            "的一年",
            "工作",
        ]
        .iter()
        .any(|word| start.contains(word))
}

/// Whether a paragraph turns to the government's own conduct.
fn announces_governance(text: &str) -> bool {
    let start: String = text.chars().take(60).collect();
    start.contains("政府自身建设") || start.contains("加强自身建设")
}

/// A longer paragraph is more than the closing call.
const CLOSING_CHARS_MAX: usize = 1_500;

/// Where the closing call begins: the last paragraph that calls together, if it stands at the end.
fn closing_of(pieces: &[Piece], body_end: usize) -> Option<usize> {
    let mut body = pieces
        .iter()
        .enumerate()
        .take(body_end)
        .filter(|(_, piece)| piece.zone != Zone::Opening)
        .rev();
    let mut found = None;
    for (index, piece) in body.by_ref().take(4) {
        if piece.rank.is_some() {
            break;
        }
        let text = piece.text.as_str();
        // A plan that stands in one paragraph ends with the call as well.
        if text.chars().count() > CLOSING_CHARS_MAX {
            break;
        }
        let calls = [
            "让我们",
            "更加紧密地团结",
            "紧密团结在",
            "而努力奋斗",
            "而奋斗",
            "胜利前进",
            "团结奋斗",
            "新的更大贡献",
            "谱写",
        ]
        .iter()
        .any(|word| text.contains(word));
        let addressed =
            text.starts_with("各位代表") || text.starts_with("同志们") || text.contains("让我们");
        let before = index.checked_sub(1).and_then(|before| pieces.get(before));
        let after_address = before
            .filter(|before| before.zone != Zone::Opening && line::is_salutation(&before.text));
        if calls && (addressed || after_address.is_some()) {
            found = Some(if after_address.is_some() {
                index - 1
            } else {
                index
            });
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part_by(text: &str, year: Option<Year>) -> Option<Part> {
        announced_by(text, year).map(|said| said.part)
    }

    #[test]
    fn a_year_tells_review_from_plan() {
        let year = Year::new(2024);
        assert_eq!(part_by("一、2023年主要工作", year), Some(Part::Review));
        assert_eq!(part_by("二、2024年主要工作", year), Some(Part::Plan));
        assert_eq!(part_by("过去五年工作回顾", year), Some(Part::Review));
        assert_eq!(part_by("今后五年政府工作总体安排", year), Some(Part::Plan));
        assert_eq!(
            part_by("三、全面加强政府自身建设", year),
            Some(Part::Governance)
        );
        assert_eq!(part_by("（一）扩大内需", year), None);
    }

    /// What was done, and what is to be done, in so many sentences.
    fn text(sentence: &str, n: usize) -> String {
        sentence.repeat(n)
    }

    const DONE: &str = "全市生产总值增长6.5%，获评全国文明城市，建成了一批重大项目，群众收入连续五年位居全省前列。";
    const TO_DO: &str =
        "要大力培育新兴产业，力争新增企业一百家以上，进一步健全体制机制，确保完成各项目标。";

    fn piece(text: &str, rank: Option<Rank>) -> Piece {
        Piece {
            text: text.to_owned(),
            lines: Vec::new(),
            rank,
            zone: Zone::Body,
        }
    }

    fn parts(pieces: &[Piece], year: u16, is_report: bool) -> Vec<Part> {
        let known = Known {
            year: Year::new(year),
            continued: false,
            is_report,
        };
        let divided = parts_of(pieces, known).into_iter();
        divided.map(|(part, _)| part).collect()
    }

    #[test]
    fn a_head_with_new_words_is_known_by_what_it_heads() {
        let head = Some(Rank::Han);
        let pieces = [
            piece("一、“十四五”规划目标任务胜利完成", head),
            piece(&text(DONE, 8), None),
            piece("二、在绿色低碳发展中走在前", head),
            piece(&text(TO_DO, 8), None),
            piece("三、把蓝图一绘到底", head),
            piece(&text(TO_DO, 8), None),
        ];
        use Part::{Plan, Review};
        assert_eq!(
            parts(&pieces, 2026, true),
            [Review, Review, Plan, Plan, Plan, Plan]
        );
        let known = Known {
            year: Year::new(2026),
            continued: false,
            is_report: true,
        };
        let years = |at: usize| {
            parts_of(&pieces, known)
                .get(at)
                .and_then(|(_, years)| *years)
        };
        assert_eq!(years(1), Year::new(2021).zip(Year::new(2025)));
    }

    #[test]
    fn a_report_without_a_head_turns_where_its_text_does() {
        let pieces = [
            piece(&text(DONE, 12), None),
            piece(&text(DONE, 12), None),
            piece(&format!("各位代表！{}", text(TO_DO, 12)), None),
            piece(&text(TO_DO, 12), None),
        ];
        use Part::{Other, Plan, Review};
        assert_eq!(parts(&pieces, 1984, true), [Review, Review, Plan, Plan]);
        // What is no report has no parts by its text: a law says 应当.
        assert_eq!(parts(&pieces, 1984, false), [Other; 4]);
    }

    #[test]
    fn a_plan_under_the_head_of_the_review_is_plan() {
        let head = Some(Rank::Han);
        let deeper = Some(Rank::HanBracket);
        let pieces = [
            piece("一、2023年工作回顾", head),
            piece(&text(DONE, 10), None),
            piece("（一）全力以赴稳增长", deeper),
            piece(&text(TO_DO, 20), None),
        ];
        use Part::{Plan, Review};
        assert_eq!(parts(&pieces, 2024, true), [Review, Review, Plan, Plan]);
        // The resolve at the end of a review whose plan follows is none.
        let mut whole: Vec<Piece> = pieces.into_iter().take(2).collect();
        whole.push(piece(&text(TO_DO, 2), None));
        whole.push(piece("二、2024年工作安排", head));
        whole.push(piece(&text(TO_DO, 20), None));
        assert_eq!(
            parts(&whole, 2024, true),
            [Review, Review, Review, Plan, Plan]
        );
    }

    #[test]
    fn a_plan_in_one_paragraph_with_the_call_is_no_closing() {
        let call = "让我们团结起来，为美好明天而努力奋斗！";
        let pieces = [
            piece("2023年工作回顾", Some(Rank::Hash2)),
            piece(&text(DONE, 10), None),
            piece("2024年工作安排", Some(Rank::Hash2)),
            piece(&format!("{}各位代表！{call}", text(TO_DO, 60)), None),
        ];
        assert_eq!(parts(&pieces, 2024, true).last(), Some(&Part::Plan));
    }
}
