//! Region, year and genre against the truth of `../shared/data/reports/gold.tsv`, and what must hold
//! of every real report: no Han character lost, cleaning is stable. Skips where the data is absent.
#![allow(clippy::print_stdout, reason = "the table is what the test is run for")]

mod common;
#[path = "../examples/score/gold.rs"]
mod gold;

use baogao_reading::ingest::{IngestError, ingest, is_removal};
use baogao_reading::report::{EvidenceKind, Report};
use baogao_reading::source::{RawFile, format_of};
use common::{files_under, han, shared_reports};
use gold::Score;
use std::path::Path;

/// What the table says wrong: the dateline or the speaker in the text says otherwise.
const TABLE_ERRS: [&str; 3] = [
    // Every one of these is a report of 海拉尔区.
    "state-council-gb18030/",
    // Given on 30 January 2007.
    "hebei-scrape-txt/保定市_2006_report.txt",
    // Given on 14 January 2019.
    "hebei-scrape-txt/河北省_2018_report.txt",
];

#[test]
fn regions_and_years_agree_with_the_table_of_truth() {
    let Some(folder) = shared_reports() else {
        println!("skipped: ../shared/data/reports is not here");
        return;
    };
    let gold = gold::read(&folder).expect("gold.tsv stands beside the reports");
    let mut score = Score::default();
    for file in files_under(&folder) {
        let Some(truth) = gold.get(&file.path) else {
            continue;
        };
        match ingest(&file) {
            Ok(reports) => {
                score.add(&file.path, truth, &reports[0].meta);
                score.add_contents(&file.path, truth, &reports[0].passages);
            }
            Err(IngestError::Undecodable { .. }) => {}
            Err(error) => panic!("{}: {error}", file.path),
        }
    }
    println!("{:#?}\n{:#?}", score.contradictions, score.misses);
    println!(
        "of {} regions {} claimed, {} right; years {}, {}; of {} genres {} right",
        score.reports,
        score.region.claimed,
        score.region.right,
        score.year.claimed,
        score.year.right,
        score.genres,
        score.genres_right
    );
    assert_eq!(
        score.region.wrong() + score.year.wrong(),
        0,
        "{:#?}",
        score.misses
    );
    assert_eq!(score.genres, score.genres_right, "{:#?}", score.misses);
    assert!(score.region.claimed * 100 >= score.reports * 95);
    assert!(score.year.claimed * 100 >= score.reports * 95);
    for case in &score.contradictions {
        assert!(
            TABLE_ERRS.iter().any(|path| case.starts_with(path)),
            "{case}"
        );
    }
}

#[test]
fn without_its_path_a_report_is_placed_by_its_text() {
    let Some(folder) = shared_reports() else {
        println!("skipped: ../shared/data/reports is not here");
        return;
    };
    let gold = gold::read(&folder).expect("gold.tsv stands beside the reports");
    let mut n = 0;
    let mut placed = 0;
    for mut file in files_under(&folder) {
        let Some(truth) = gold.get(&file.path).filter(|truth| truth.is_report) else {
            continue;
        };
        // The scraper's own title line goes too.
        if let Ok(text) = std::str::from_utf8(&file.bytes)
            && let Some((_, body)) = text.split_once("正文：")
        {
            file.bytes = body.as_bytes().to_vec();
        }
        let path = std::mem::replace(&mut file.path, "甘肃省/1999/x.txt".to_owned());
        let Ok(reports) = ingest(&file) else {
            continue;
        };
        n += 1;
        let meta = &reports[0].meta;
        if let Some(found) = &meta.region {
            placed += 1;
            let err = TABLE_ERRS.iter().any(|wrong| path.starts_with(wrong));
            assert!(err || truth.is_of(found.value), "{path}: {found:?}");
            assert_ne!(found.evidence.kind, EvidenceKind::Path, "{path}");
        } else {
            println!("no region without path: {path}: {:?}", meta.title);
        }
        if meta.year.is_none() {
            println!("no year without path: {path}: {:?}", meta.title);
        } else if let Some(found) = &meta.year
            && found.value.get() != truth.year
        {
            println!(
                "year {} instead of {} without path: {path}: {:?}",
                found.value, truth.year, found.evidence
            );
        }
    }
    println!("placed without path: {placed} of {n}");
    assert!(placed * 100 >= n * 90);
}

/// Where a review ends and a plan begins was read in each report; the shares are those of the characters between. It
/// holds reports whose headings say nothing of it, a plan in one paragraph, and reports that a scraper has cut.
#[test]
fn reports_are_divided_where_a_reader_divides_them() {
    let Some(data) = shared_reports().and_then(|folder| Some(folder.parent()?.to_path_buf()))
    else {
        println!("skipped: ../shared/data is not here");
        return;
    };
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gold_parts.tsv");
    let gold = gold::read_table(&table).expect("the table stands beside the test");
    let mut score = Score::default();
    for (path, truth) in &gold {
        let file = RawFile {
            bytes: std::fs::read(data.join(path)).expect("the files are those of the table"),
            format: format_of(path).expect("the ending is known"),
            path: path.clone(),
        };
        let reports = ingest(&file).expect("a report");
        score.add_contents(path, truth, &reports[0].passages);
    }
    assert!(gold.len() >= 20);
    assert!(score.misses.is_empty(), "{:#?}", score.misses);
}

#[test]
fn no_han_character_of_a_real_file_is_lost() {
    let Some(folder) = shared_reports() else {
        println!("skipped: ../shared/data/reports is not here");
        return;
    };
    for file in files_under(&folder) {
        let Ok(text) = std::str::from_utf8(&file.bytes) else {
            continue;
        };
        let reports = ingest(&file).expect("text is ingested");
        check_counts(&file.path, text, &reports[0]);
    }
}

/// The Han characters of the passages stand in the file in their order, and with the removed pieces they are all.
fn check_counts(path: &str, text: &str, report: &Report) {
    let mut raw = han(text);
    let mut rest = raw.iter();
    for passage in &report.passages {
        let in_order = han(&passage.text)
            .iter()
            .all(|c| rest.any(|of_file| of_file == c));
        assert!(in_order, "{path}: {}", passage.text);
    }
    let mut kept: Vec<char> = report
        .passages
        .iter()
        .flat_map(|passage| han(&passage.text))
        .collect();
    let n_kept = kept.len();
    let mut n_copied = 0;
    for note in report.notes.iter().filter(|note| is_removal(&note.rule)) {
        let piece = han(&note.text);
        n_copied += if note.rule == "second-copy" {
            piece.len()
        } else {
            0
        };
        kept.extend(piece);
    }
    raw.sort_unstable();
    kept.sort_unstable();
    assert!(
        raw == kept,
        "{path}: {} Han characters, {} kept and removed",
        raw.len(),
        kept.len()
    );
    assert!(
        n_kept * 10 >= (raw.len() - n_copied) * 8 || raw.len() < 3000,
        "{path}: {} of {} Han characters kept",
        n_kept,
        raw.len()
    );
}
