//! `reports.toml`: what the reader knows better than detection.
//!
//! In: the text of a `reports.toml` beside the files it speaks of. Out: an [`SidecarEntry`] a file, which
//! overrides or completes what was detected; nothing else in the report changes.
//!
//! ```toml
//! ["汾阳2024.txt"]
//! region = "汾阳市"        # name, code or path
//! year = 2024
//! title = "2024年汾阳市政府工作报告"
//! url = "https://…"
//! genre = "report"        # or "other"
//! abridged = false        # true: not the whole
//! ```

use super::genre::says_so;
use super::limits::SIDECAR_BYTES_MAX;
use super::notes::{REGION_CONTRADICTION, YEAR_CONTRADICTION};
use crate::region::{Region, RegionError, resolve};
use crate::report::{Attested, Evidence, EvidenceKind, Genre, Note, ReportMeta, Year};
use crate::source::composed;
use serde::de::{Deserializer, Error, Unexpected, Visitor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The name of the file.
pub const FILE_NAME: &str = "reports.toml";
/// The name of its notes: each says of a value why it does not count.
pub const RULE: &str = "sidecar";

/// What a sidecar says of one file. All of it is optional.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table for a file: [\"name.txt\"]")]
pub struct SidecarEntry {
    /// Name, code or path of a region.
    #[serde(default, deserialize_with = "quoted")]
    pub region: Option<String>,
    /// Year in which the report was given.
    #[serde(default, deserialize_with = "number")]
    pub year: Option<i64>,
    /// The title.
    #[serde(default, deserialize_with = "quoted")]
    pub title: Option<String>,
    /// Where it was published.
    #[serde(default, deserialize_with = "quoted")]
    pub url: Option<String>,
    /// Report or something else.
    #[serde(default, deserialize_with = "genre")]
    pub genre: Option<Genre>,
    /// Whether it is not the whole report.
    pub abridged: Option<bool>,
}

impl SidecarEntry {
    /// The year, if it is one.
    pub fn year(&self) -> Option<Year> {
        self.year.and_then(|year| Year::new(year.try_into().ok()?))
    }
}

/// What a value must be, as its reader understands it.
struct Wanted<T> {
    /// What to write in place of a value that is none.
    advice: &'static str,
    of_text: fn(&str) -> Option<T>,
    of_number: fn(i64) -> Option<T>,
}

impl<T> Wanted<T> {
    fn take<E: Error>(&self, value: Option<T>, given: Unexpected<'_>) -> Result<T, E> {
        value.ok_or_else(|| E::invalid_value(given, self))
    }
}

impl<T> Visitor<'_> for Wanted<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.advice)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        self.take((self.of_text)(text), Unexpected::Str(text))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        self.take((self.of_number)(number), Unexpected::Signed(number))
    }
}

fn quoted<'d, D: Deserializer<'d>>(value: D) -> Result<Option<String>, D::Error> {
    let wanted = Wanted {
        advice: "text in quotes",
        of_text: |text| Some(text.to_owned()),
        of_number: |_| None,
    };
    value.deserialize_any(wanted).map(Some)
}

fn number<'d, D: Deserializer<'d>>(value: D) -> Result<Option<i64>, D::Error> {
    let wanted = Wanted {
        advice: "a year without quotes",
        of_text: |_| None,
        of_number: Some,
    };
    value.deserialize_any(wanted).map(Some)
}

fn genre<'d, D: Deserializer<'d>>(value: D) -> Result<Option<Genre>, D::Error> {
    let wanted = Wanted {
        advice: "\"report\" or \"other\"",
        of_text: |text| match text {
            "report" => Some(Genre::Report),
            "other" => Some(Genre::Other),
            _ => None,
        },
        of_number: |_| None,
    };
    value.deserialize_any(wanted).map(Some)
}

/// Reads a sidecar: file names, relative to its folder, and what it says of each.
///
/// # Errors
/// With the line and what is wrong there, in one line of text.
pub fn parse(text: &str) -> Result<BTreeMap<String, SidecarEntry>, String> {
    if text.len() > SIDECAR_BYTES_MAX {
        return Err(format!("larger than {} MiB", SIDECAR_BYTES_MAX >> 20));
    }
    toml::from_str(text).map_err(|error| {
        let line = error.span().and_then(|span| text.get(..span.start));
        let line = line.map_or(1, |before| before.matches('\n').count() + 1);
        let message = error.message().lines().collect::<Vec<_>>().join(" ");
        // What the parser expects instead is a word of its grammar.
        let message = match message.split_once(", expected literal string") {
            Some((why, _)) => why.to_owned(),
            None => message,
        };
        format!("line {line}: {message}")
    })
}

/// The path of a file that an entry names, as paths are stored.
pub fn path_of(folder: &str, name: &str) -> String {
    let name = name.strip_prefix("./").unwrap_or(name);
    composed(&format!("{folder}{name}"))
}

/// What a sidecar says of a file in vain: a note for each value that does not count.
pub fn faults(entry: &SidecarEntry) -> Vec<Note> {
    let region = entry
        .region
        .as_deref()
        .and_then(|words| region_of(words).err());
    let region = region.map(|error| describe(&error));
    let year = entry.year.filter(|_| entry.year().is_none());
    let year = year.map(|year| format!("{year} is not a year from 1949 to 2100"));
    let note = |text| Note {
        rule: RULE.to_owned(),
        line: None,
        text,
    };
    region.into_iter().chain(year).map(note).collect()
}

fn region_of(words: &str) -> Result<Region, RegionError> {
    resolve(words, &|_| false).map(|resolved| resolved.region)
}

/// Puts what a sidecar says in the place of what was detected.
pub fn apply(entry: &SidecarEntry, meta: &mut ReportMeta, notes: &mut Vec<Note>) {
    notes.extend(faults(entry));
    if let Some(words) = &entry.region
        && let Ok(region) = region_of(words)
    {
        meta.region = Some(found(region, words));
    }
    if let Some(year) = entry.year() {
        meta.year = Some(found(year, &year.to_string()));
    }
    let is_said = |kind: &EvidenceKind| *kind == EvidenceKind::Sidecar;
    let region = meta.region.as_ref().map(|found| found.evidence.kind);
    let year = meta.year.as_ref().map(|found| found.evidence.kind);
    let open = |rule: &str, said: Option<EvidenceKind>| {
        !said.as_ref().is_some_and(is_said) && notes.iter().any(|note| note.rule == rule)
    };
    meta.contradicted = open(REGION_CONTRADICTION, region) || open(YEAR_CONTRADICTION, year);
    if let Some(title) = &entry.title {
        meta.title.clone_from(title);
    }
    if entry.url.is_some() {
        meta.url.clone_from(&entry.url);
    }
    if let Some(genre) = entry.genre {
        meta.genre = genre;
    }
    // A title that the reader gives says so as one in the text does.
    let by_title = meta.genre == Genre::Report && says_so(&meta.title);
    meta.abridged = entry.abridged.unwrap_or(meta.abridged || by_title);
}

fn found<T>(value: T, words: &str) -> Attested<T> {
    Attested {
        value,
        evidence: Evidence {
            kind: EvidenceKind::Sidecar,
            words: words.to_owned(),
            line: None,
        },
    }
}

fn describe(error: &RegionError) -> String {
    let paths = |regions: &[Region]| {
        let paths: Vec<&str> = regions.iter().map(|region| region.path_string()).collect();
        paths.join(", ")
    };
    match error {
        RegionError::Unknown { suggestions, .. } if suggestions.is_empty() => error.to_string(),
        RegionError::Unknown { suggestions, .. } => format!("{error}: {}", paths(suggestions)),
        RegionError::Ambiguous { candidates, .. } => format!("{error}: {}", paths(candidates)),
    }
}

/// The table of one file to fill in: what is known stands as it is, what is not is left to the reader.
pub fn to_fill_in(path: &str, meta: &ReportMeta) -> String {
    let entry = SidecarEntry {
        region: meta
            .region
            .as_ref()
            .map(|region| region.value.path_string().to_owned()),
        year: meta.year.as_ref().map(|year| year.value.get().into()),
        title: Some(meta.title.clone()),
        url: meta.url.clone(),
        genre: (meta.genre == Genre::Other).then_some(Genre::Other),
        abridged: meta.abridged.then_some(true),
    };
    let missing = [
        (entry.region.is_none(), "# region = \"\"\n"),
        (entry.year.is_none(), "# year = \n"),
    ];
    let tables = BTreeMap::from([(path, entry)]);
    let mut text = toml::to_string(&tables).unwrap_or_default();
    for (_, line) in missing.iter().filter(|(missing, _)| *missing) {
        text.push_str(line);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meta() -> ReportMeta {
        ReportMeta {
            title: "政府工作报告".to_owned(),
            region: None,
            year: None,
            date: None,
            speaker: None,
            named: None,
            url: None,
            genre: Genre::Other,
            abridged: false,
            partial: false,
            contradicted: false,
        }
    }

    #[test]
    fn hostile_sidecars_are_refused() {
        let long = "# 一\n".repeat(SIDECAR_BYTES_MAX / 4);
        assert_eq!(parse(&long), Err("larger than 5 MiB".to_owned()));
        for text in [
            "[".repeat(100_000),
            format!("a={}", "[".repeat(100_000)),
            "a.".repeat(100_000),
        ] {
            assert!(parse(&text).is_err());
        }
    }

    #[test]
    fn a_sidecar_overrides_and_completes() {
        let text = "[\"a.txt\"]\nregion = \"汾阳市\"\nyear = 2024\ngenre = \"report\"\n";
        let entries = parse(text).expect("it is well formed");
        let (mut meta, mut notes) = (meta(), Vec::new());
        apply(&entries["a.txt"], &mut meta, &mut notes);
        assert_eq!(meta.region.map(|region| region.value.code()), Some(141_182));
        assert_eq!(meta.year.map(|year| year.value.get()), Some(2024));
        assert_eq!(meta.genre, Genre::Report);
        assert_eq!(notes, []);
    }

    #[test]
    fn a_sidecar_says_what_is_whole() {
        let abridged = |line: &str| {
            let entries = parse(&format!("[\"a\"]\ngenre = \"report\"\n{line}\n"));
            let (mut meta, mut notes) = (meta(), Vec::new());
            apply(
                &entries.expect("it is well formed")["a"],
                &mut meta,
                &mut notes,
            );
            meta.abridged
        };
        assert!(abridged("abridged = true"));
        assert!(abridged("title = \"政府工作报告（摘登）\""));
        assert!(!abridged(
            "title = \"政府工作报告（节选）\"\nabridged = false"
        ));
        assert!(!abridged(""));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line_or_in_a_note() {
        let error =
            parse("[\"a.txt\"]\nyear = 2024\nrejion = \"汾阳\"\n").expect_err("a misspelt key");
        assert!(error.starts_with("line 3:"), "{error}");
        let entry = SidecarEntry {
            region: Some("汾洋".to_owned()),
            year: Some(1200),
            ..SidecarEntry::default()
        };
        let (mut meta, mut notes) = (meta(), Vec::new());
        apply(&entry, &mut meta, &mut notes);
        assert!(meta.region.is_none() && meta.year.is_none());
        assert_eq!(notes.len(), 2);
        assert!(notes[0].text.contains("汾阳市"), "{}", notes[0].text);
    }

    #[test]
    fn what_is_printed_to_fill_in_can_be_read_back() {
        let text = to_fill_in("县/a b.txt", &meta());
        assert!(text.contains("# region"));
        let entries = parse(&text).expect("it is well formed");
        assert_eq!(entries["县/a b.txt"].title.as_deref(), Some("政府工作报告"));
    }
}
