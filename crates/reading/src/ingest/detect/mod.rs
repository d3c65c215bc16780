//! Which region, which year, who speaks, and how that is known.
//!
//! In: the clean paragraphs, the facts of the page around them, the path of the file. Out: what is
//! true of the whole report, each value with the evidence that decided, and notes on what was
//! contradictory or ambiguous. Strongest first: title and dateline, speaker, path, what the body
//! says of itself. Agreement is silent; where evidence contradicts, the stronger wins and a note says so.
//!
//! `clues` gathers where such things are said. `year` with `date` tells the year; `region` the region, with `mentions`
//! (names in a text), `namesakes` (which of several regions of one name), `speech` and `body` (what a text calls itself).
//!
//! # Invariants
//!
//! - No evidence, no value: an unplaced report has no region and no year, and a note that says why.
//! - The name of a folder alone places nothing: the text must know the region too.

mod address;
mod body;
mod clues;
mod date;
mod mentions;
mod namesakes;
mod region;
mod speech;
mod year;

pub(super) use clues::{OpeningLine, file_stem, is_title_label};
pub(super) use region::{is_place_name, region_of_names};
pub(super) use year::year_in_name;

use super::furniture::Fact;
use super::genre::{SpeechSigns, abridgement, genre_of};
use super::join::Paragraph;
use super::line::{self, Opening, speaker_of};
use crate::report::{Date, Genre, Note, ReportMeta, Year};
use clues::Clues;

/// Reads what is true of the whole report.
pub(crate) fn detect(
    paragraphs: &[Paragraph],
    facts: &[Fact],
    path: &str,
    notes: &mut Vec<Note>,
) -> ReportMeta {
    let clues = Clues::of(paragraphs, facts, path);
    let year = year::detect_year(&clues, notes);
    let told_year = year.as_ref().map(|told| told.value);
    let (region, named) = region::detect_region(&clues, told_year, notes);
    let signs = SpeechSigns {
        has_address: address::address_of(paragraphs).is_some(),
        speaks_for_region: &|| speech::LevelVotes::of(paragraphs).winner().is_some(),
    };
    let genre = genre_of(&clues.opening, facts, paragraphs, signs, notes);
    let mut abridged = false;
    if genre == Genre::Report {
        let why = abridgement(&clues.opening, facts, clues.file_stem(), paragraphs);
        abridged = why.is_some();
        notes.extend(why);
        note_unknown("region", region.is_none(), notes);
        note_unknown("year", year.is_none(), notes);
    }
    ReportMeta {
        url: None,
        title: title_of(&clues),
        region,
        year,
        date: date_of(&clues, told_year),
        speaker: speaker(&clues),
        named,
        genre,
        abridged,
        partial: false,
        contradicted: false,
    }
}

/// The title: in the text, on the page where the text begins without one, or the name of the file.
fn title_of(clues: &Clues<'_>) -> String {
    let named = |words: &'static str| {
        let mut titles = clues.opening_of(Opening::Title);
        titles.find(move |line| line.text.contains(words))
    };
    let in_text = named("政府工作报告")
        .or_else(|| named("工作报告"))
        .or_else(|| clues.opening_of(Opening::Title).next())
        .map(|line| line.text);
    let of_page = || clues.titles_of_page().next();
    in_text
        .or_else(|| of_page().map(|fact| fact.value.as_str()))
        .unwrap_or(clues.file_stem())
        .to_owned()
}

/// The day on which it was given; a bare date of another year is that of its page.
fn date_of(clues: &Clues<'_>, year: Option<Year>) -> Option<Date> {
    clues
        .opening
        .iter()
        .filter(|line| matches!(line.kind, Opening::Dateline | Opening::Title))
        .filter_map(|line| Some((line, date::date_in(line::undashed(line.text))?)))
        .find(|(line, date)| {
            !line::is_bare_date(line.text) || year.is_none_or(|year| year == date.year)
        })
        .map(|(_, date)| date)
}

fn speaker(clues: &Clues<'_>) -> Option<String> {
    let in_text = clues
        .opening_of(Opening::Speaker)
        .find_map(|line| speaker_of(line.text));
    in_text
        .map(|(_, name)| name.to_owned())
        .or_else(|| speaker_in_facts(clues.facts))
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

/// A remark on what nothing tells, unless one says why already.
fn note_unknown(what: &str, is_unknown: bool, notes: &mut Vec<Note>) {
    if is_unknown && !notes.iter().any(|note| note.rule.starts_with(what)) {
        notes.push(Note {
            rule: format!("{what}-unknown"),
            line: None,
            text: format!("nothing in title, dateline, speaker, path or body tells the {what}"),
        });
    }
}
