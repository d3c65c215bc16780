//! Where a file belongs of which there is no report.
//!
//! In: a file that was refused, or only its path. Out: the region and year of the report that it
//! may be. Whoever asks for that report must not be told that there is none: it is there, and was
//! not read. So a name alone places here what it does not place in `detect`, where a wrong region
//! would put sentences into the wrong mouth: a folder without a text that knows it, a short name at
//! the end. What a beginning says comes before the name, and `reports.toml` before both.
//!
//! # Invariants
//!
//! - What is written beside a report and is none (`~$…` of Word) has no place.
//! - A name that several regions bear has none, unless the folders above tell which is meant.

use super::detect::{file_stem, is_place_name, region_of_names, year_in_name};
use super::extract;
use super::line::is_han;
use super::sidecar::SidecarEntry;
use super::{Document, decode, html, report_of};
use crate::format::Format;
use crate::region::{Region, resolve_cell};
use crate::report::{ReportMeta, Year};
use crate::script::simplified;
use crate::source::RawFile;
use serde::{Deserialize, Serialize};

/// So much of a file is looked at: a title stands at the beginning, and no file costs more.
const BEGINNING_BYTES: usize = 32 * 1024;

/// The year and region of the report that a file may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The region, if one is named.
    pub region: Option<Region>,
    /// The year, if one is named.
    pub year: Option<Year>,
}

impl Place {
    /// What the path of a file says, or of a folder that could not be listed.
    pub fn of_path(path: &str) -> Place {
        if is_by_product(path) {
            return Place::default();
        }
        let path = &*simplified(path);
        let name = path.rsplit('/').next().and_then(year_in_name);
        let folders = || path.rsplit('/').skip(1).find_map(year_of_folder);
        let year = name.or_else(folders);
        Place {
            region: region_of_path(path, year),
            year,
        }
    }

    /// What the beginning of a refused file says, as far as it is text, then its path.
    pub fn of_refused(file: &RawFile) -> Place {
        if is_by_product(&file.path) {
            return Place::default();
        }
        let read = beginning(file).map_or_else(Place::default, |meta| Place {
            region: meta.region.map(|found| found.value),
            year: meta.year.map(|found| found.value),
        });
        read.or(Place::of_path(&file.path))
    }

    /// What this one says, completed by another.
    fn or(self, other: Place) -> Place {
        Place {
            region: self.region.or(other.region),
            year: self.year.or(other.year),
        }
    }

    /// The same with what the reader says of the file, who knows better.
    pub fn corrected_by(self, entry: Option<&SidecarEntry>) -> Place {
        let Some(entry) = entry else {
            return self;
        };
        let region = entry.region.as_deref().and_then(resolve_cell);
        let said = Place {
            region: region.map(|resolved| resolved.region),
            year: entry.year(),
        };
        said.or(self)
    }
}

/// Whether a file is named after a document that somebody has open, or is a trace of one.
fn is_by_product(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.starts_with(['~', '.'])
}

/// The region that the innermost part of a path names; those above tell namesakes apart. A code tells it too, beside a
/// year: without one six digits are a date.
fn region_of_path(path: &str, year: Option<Year>) -> Option<Region> {
    let code = year.and_then(|_| path.rsplit('/').find_map(code_in_name));
    if code.is_some() {
        return code;
    }
    let parts: Vec<Vec<&str>> = path.rsplit('/').map(words_of).collect();
    region_of_names(&parts, year)
}

/// The region whose code stands in a name: 430100-2022.
fn code_in_name(name: &str) -> Option<Region> {
    let runs = file_stem(name).split(|c: char| !c.is_ascii_digit());
    let mut codes = runs.filter(|run| run.len() == 6);
    codes.find_map(|run| Region::from_code(run.parse().ok()?))
}

/// The year of a folder that is called after a year, with a region or without. `2023下载` is when
/// somebody fetched the files: no year is safer than a wrong one.
fn year_of_folder(name: &str) -> Option<Year> {
    let is_plain =
        |word: &&str| is_place_name(word) || year_in_name(&format!("{word}年")).is_some();
    let has_letters = name.chars().any(|c| c.is_ascii_alphabetic());
    let runs = words_of(name);
    let is_called_so = !has_letters && runs.iter().skip(1).all(is_plain);
    is_called_so.then(|| year_in_name(name)).flatten()
}

/// What may be a name in a part of a path: the part, and the runs of Han in it without what every
/// file of reports is called.
fn words_of(part: &str) -> Vec<&str> {
    const USUAL: [&str; 8] = [
        "政府工作报告",
        "工作报告",
        "政府",
        "报告",
        "全文",
        "年度",
        "年",
        "版",
    ];
    let stem = file_stem(part);
    let mut words = vec![stem];
    for run in stem.split(|c| !is_han(c)) {
        let mut run = run;
        while let Some(rest) = USUAL.iter().find_map(|word| run.strip_prefix(word)) {
            run = rest;
        }
        while let Some(rest) = USUAL.iter().find_map(|word| run.strip_suffix(word)) {
            run = rest;
        }
        if !run.is_empty() && run != stem {
            words.push(run);
        }
    }
    words
}

/// What the beginning of a file says of itself; nothing where the format is no text.
fn beginning(file: &RawFile) -> Option<ReportMeta> {
    let head = file.bytes.get(..BEGINNING_BYTES).unwrap_or(&file.bytes);
    let document = match file.format {
        Format::Text | Format::Markdown => {
            let text = decode::decode_anyhow(head);
            let lines = extract::extract(&text, file.format, &mut Vec::new());
            Document {
                lines,
                ..Document::default()
            }
        }
        Format::Html => {
            let page = html::read_page(&decode::decode_anyhow(head)).ok()?;
            Document {
                lines: page.lines,
                title: page.title,
                ..Document::default()
            }
        }
        _ => return None,
    };
    Some(report_of(document, &file.path, 0).ok()?.meta)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Name of the region, and year, 0 for none.
    fn place(path: &str) -> (&'static str, u16) {
        said(Place::of_path(path))
    }

    fn said(place: Place) -> (&'static str, u16) {
        (
            place.region.map_or("", Region::unique_name),
            place.year.map_or(0, Year::get),
        )
    }

    fn refused(path: &str, bytes: &[u8]) -> (&'static str, u16) {
        said(Place::of_refused(&RawFile {
            path: path.to_owned(),
            format: crate::source::format_of(path).expect("a format that is read"),
            bytes: bytes.to_owned(),
        }))
    }

    #[test]
    fn a_name_or_its_folders_place_a_file() {
        for path in [
            "2025年青海省政府工作报告.doc",
            "青海省政府工作报告2025.doc",
            "青海省_2025.pdf",
            "青海_2025.pdf",
            "2025青海.pdf",
            "2025-青海-全文.wps",
            "二〇二五年青海政府工作报告.doc",
            "青海省2025年政府工作报告（扫描版）.pdf",
            "青海/2025/政府工作报告.doc",
            "2025/青海省/报告.doc",
            "省级/2025/青海.doc",
            "青海/2025年",
            "2025年政府工作报告/青海省.doc",
            "青海省2025年/报告.doc",
            "二〇二五年/青海.doc",
        ] {
            assert_eq!(place(path), ("青海省", 2025), "{path}");
        }
    }

    #[test]
    fn the_innermost_region_is_meant_and_those_above_tell_namesakes_apart() {
        assert_eq!(place("山西省/吕梁市/汾阳市/2024.doc"), ("汾阳市", 2024));
        assert_eq!(place("山西省吕梁市汾阳市2024.doc"), ("汾阳市", 2024));
        assert_eq!(place("北京/2023/朝阳区政府工作报告.doc").1, 2023);
        let beijing = Place::of_path("北京/2023/朝阳区政府工作报告.doc").region;
        assert_eq!(beijing.map(Region::code), Some(110_105));
        assert_eq!(place("2023年朝阳区政府工作报告.doc"), ("", 2023));
    }

    #[test]
    fn a_code_or_a_short_name_tells_a_region() {
        for path in [
            "430100-2022.doc",
            "2022_430100.doc",
            "430100/2022.doc",
            "长沙2022.doc",
            "2022年长沙.doc",
            "湖南/长沙2022.doc",
        ] {
            assert_eq!(place(path), ("长沙市", 2022), "{path}");
        }
        // 12 January 2023 and no district of 哈尔滨.
        assert_eq!(place("230112.doc").0, "");
        assert_eq!(place("999999-2022.doc"), ("", 2022));
    }

    #[test]
    fn what_names_no_place_has_none() {
        for path in [
            "",
            "政府工作报告.doc",
            "a.doc",
            "scan-0042.pdf",
            "~$25年青海省政府工作报告.docx",
            "青海/~WRL2025.tmp",
            "Thumbs.db",
        ] {
            assert_eq!(place(path), ("", 0), "{path}");
        }
        assert_eq!(place("2019-2025政府工作报告.zip"), ("", 0));
        assert_eq!(place("2023年下载/青海省报告.doc"), ("青海省", 0));
        assert_eq!(place("files2023/青海省报告.doc"), ("青海省", 0));
        assert_eq!(place("2003/襄樊市报告.doc"), ("襄阳市", 2003));
    }

    #[test]
    fn a_beginning_that_can_be_read_places_a_file() {
        let text = "青海省2025年政府工作报告\n\n各位代表：\n现在，我代表省人民政府报告工作。\n";
        let mut bytes = text.as_bytes().to_vec();
        assert_eq!(refused("a.txt", &bytes), ("青海省", 2025));
        // Behind it the file is no text.
        bytes.extend([0xff, 0x00].repeat(40_000));
        assert_eq!(refused("a.txt", &bytes), ("青海省", 2025));
        let bad = [text.as_bytes(), &[0xff, b'\n'].repeat(4_000)].concat();
        assert_eq!(refused("a.txt", &bad), ("青海省", 2025));
        let page = "<html><head><title>2025年青海省政府工作报告</title></head><body></body></html>";
        assert_eq!(refused("a.html", page.as_bytes()), ("青海省", 2025));
        let word = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0";
        assert_eq!(refused("a.txt", word), ("", 0));
        assert_eq!(
            refused("青海省2025年政府工作报告.txt", word),
            ("青海省", 2025)
        );
    }

    #[test]
    fn what_the_reader_says_comes_first() {
        let entry = SidecarEntry {
            region: Some("青海".to_owned()),
            ..SidecarEntry::default()
        };
        let place = Place::of_path("2025年甘肃省政府工作报告.doc");
        assert_eq!(said(place.corrected_by(Some(&entry))), ("青海省", 2025));
        assert_eq!(said(place.corrected_by(None)), ("甘肃省", 2025));
        let unknown = SidecarEntry {
            region: Some("青海海".to_owned()),
            year: Some(1200),
            ..SidecarEntry::default()
        };
        assert_eq!(said(place.corrected_by(Some(&unknown))), ("甘肃省", 2025));
    }
}
