//! Region, year and genre against the truth of `../shared/data/reports/gold.tsv`, and what must hold
//! of every real report: no Han character lost, cleaning is stable. Skips where the data is absent.
#![allow(clippy::print_stdout, reason = "the table is what the test is run for")]

mod common;

use baogao::ingest::{IngestError, ingest, is_removal};
use baogao::region::{Level, Region};
use baogao::report::{EvidenceKind, Genre, Report};
use common::{files_under, han, shared_reports};
use std::collections::BTreeMap;

/// A line of the table of truth.
struct Gold {
    is_report: bool,
    region: String,
    year: u16,
}

fn gold(folder: &std::path::Path) -> BTreeMap<String, Gold> {
    let table = std::fs::read_to_string(folder.join("gold.tsv"))
        .expect("gold.tsv stands beside the reports");
    table
        .lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let region = match fields[2] {
                "国家" => "国家",
                "省" => fields[3],
                "市" => fields[4],
                _ => fields[5],
            };
            let region = MISPLACED
                .iter()
                .find(|(folder, _)| fields[0].starts_with(folder))
                .map_or(region, |&(_, region)| region);
            let truth = Gold {
                is_report: fields[1] == "yes",
                region: region.to_owned(),
                year: fields[6].parse().expect("a year"),
            };
            (fields[0].to_owned(), truth)
        })
        .collect()
}

/// The table calls an autonomous region by its short name (宁夏).
fn is_named(region: Region, name: &str) -> bool {
    region.name() == name || region.short_name() == name
}

/// Files whose text is of another year than their name and the table say: the dateline in the text decides.
const MISNAMED: [(&str, u16); 2] = [
    ("hebei-scrape-txt/保定市_2006_report.txt", 2007),
    ("hebei-scrape-txt/河北省_2018_report.txt", 2019),
];

/// A folder whose files are of another region than its name and the table say: every dateline and speaker in
/// `state-council-gb18030` is of 海拉尔区, and the text decides.
const MISPLACED: [(&str, &str); 1] = [("state-council-gb18030/", "海拉尔区")];

#[test]
fn regions_and_years_agree_with_the_table_of_truth() {
    let Some(folder) = shared_reports() else {
        println!("skipped: ../shared/data/reports is not here");
        return;
    };
    let gold = gold(&folder);
    let (mut n, mut region_claimed, mut region_right, mut year_claimed, mut year_right) =
        (0, 0, 0, 0, 0);
    let (mut genre_right, mut n_genre) = (0, 0);
    let mut wrong = Vec::new();
    for file in files_under(&folder) {
        let Some(truth) = gold.get(&file.path) else {
            continue;
        };
        let reports = match ingest(&file) {
            Ok(reports) => reports,
            Err(IngestError::Undecodable { .. }) => continue,
            Err(error) => panic!("{}: {error}", file.path),
        };
        let meta = &reports[0].meta;
        n_genre += 1;
        if (meta.genre == Genre::Report) == truth.is_report {
            genre_right += 1;
        } else {
            println!(
                "genre {:?} of {} (truth: report {})",
                meta.genre, file.path, truth.is_report
            );
        }
        if !truth.is_report {
            continue;
        }
        n += 1;
        let true_year = MISNAMED
            .iter()
            .find(|(path, _)| *path == file.path)
            .map_or(truth.year, |&(_, year)| year);
        match &meta.region {
            Some(found) => {
                region_claimed += 1;
                if is_named(found.value, &truth.region)
                    || truth.region == "国家" && found.value.level() == Level::Nation
                {
                    region_right += 1;
                } else {
                    wrong.push(format!("{}: region {:?}", file.path, found));
                }
            }
            None => println!("no region: {}", file.path),
        }
        match &meta.year {
            Some(found) => {
                year_claimed += 1;
                if found.value.get() == true_year {
                    year_right += 1;
                } else {
                    wrong.push(format!("{}: year {:?}", file.path, found));
                }
            }
            None => println!("no year: {}", file.path),
        }
    }
    println!("          of  claimed  right");
    println!("region  {n:4}     {region_claimed:4}   {region_right:4}");
    println!("year    {n:4}     {year_claimed:4}   {year_right:4}");
    println!("genre   {n_genre:4}            {genre_right:4}");
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(region_claimed * 100 >= n * 95 && year_claimed * 100 >= n * 95);
}

#[test]
fn without_its_path_a_report_is_placed_by_its_text() {
    let Some(folder) = shared_reports() else {
        println!("skipped: ../shared/data/reports is not here");
        return;
    };
    let gold = gold(&folder);
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
            let right = is_named(found.value, &truth.region)
                || truth.region == "国家" && found.value.level() == Level::Nation;
            assert!(right, "{path}: {found:?}");
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

/// The multiset of Han characters of the file is that of passages and removed pieces.
fn check_counts(path: &str, text: &str, report: &Report) {
    let mut raw = han(text);
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
