//! A zip archive → the documents of its members, each read as the file that it is.
//!
//! In: an archive. Out: the documents of all members that are read, each with its path, the name of the archive before its
//! own: folders and names in an archive tell as much of a place as those around it. Archives in archives are opened once
//! more, no deeper. A member that gives nothing leaves a note; what programs leave beside files is passed over, and counted.

use super::archive::{Archive, Member};
use super::document::Document;
use super::limits::too_much;
use super::notes::{PASSED_OVER, refused_member};
use super::passed::{WhyPassed, by_name};
use super::{IngestError, limits};
use crate::report::Note;
use crate::source::{RawFile, format_of};
use std::collections::BTreeMap;

/// Archives within archives that are opened.
const DEPTH_MAX: usize = 2;

/// Reads a member: nothing if it is an archive.
pub(super) type ReadMember<'a> =
    &'a dyn Fn(&RawFile, &mut Vec<Note>) -> Result<Option<Vec<Document>>, IngestError>;

/// The documents of the members; what is refused stands in the notes of the whole file.
pub(super) fn documents_of(
    file: &RawFile,
    notes: &mut Vec<Note>,
    read_member: ReadMember<'_>,
) -> Result<Vec<Document>, IngestError> {
    let mut found = Found {
        read_member,
        documents: Vec::new(),
        refused: Vec::new(),
        passed: BTreeMap::new(),
        n_lines: 0,
    };
    found.open(&file.path, &file.bytes, DEPTH_MAX, file.path.len() + 1)?;
    match found.refused.first() {
        Some(first) if found.documents.is_empty() => {
            return Err(IngestError::NothingPacked {
                why: first.text.replace('\t', ": "),
                members: found.refused,
            });
        }
        None if found.documents.is_empty() && !found.passed.is_empty() => {
            return Err(IngestError::NothingPacked {
                why: "it holds pictures and files of programs only".to_owned(),
                members: Vec::new(),
            });
        }
        None if found.documents.is_empty() => return Err(IngestError::Empty),
        _ => notes.append(&mut found.refused),
    }
    notes.extend(found.passed.iter().map(|(why, n)| Note {
        rule: PASSED_OVER.to_owned(),
        line: None,
        text: match why {
            WhyPassed::Picture => format!("{n} pictures"),
            _ => format!("{n} files that programs leave beside others"),
        },
    }));
    Ok(found.documents)
}

/// What was found so far.
struct Found<'r> {
    read_member: ReadMember<'r>,
    documents: Vec<Document>,
    refused: Vec<Note>,
    /// How many members were passed over, pictures and others.
    passed: BTreeMap<WhyPassed, usize>,
    n_lines: usize,
}

impl Found<'_> {
    /// Opens an archive at a path, of which so many bytes stand before the names in it.
    fn open(
        &mut self,
        path: &str,
        bytes: &[u8],
        depth: usize,
        n_before: usize,
    ) -> Result<(), IngestError> {
        let mut archive = Archive::open(bytes)?;
        for member in archive.members()? {
            let path = format!("{path}/{}", member.name);
            if let Some(why) = why_passed(&path, &member.name) {
                *self.passed.entry(why).or_default() += 1;
                continue;
            }
            if let Err(error) = self.read(&mut archive, &member, path.clone(), depth, n_before) {
                let name = path.get(n_before..).unwrap_or(&path);
                self.refused.push(refused_member(name, &error));
                limits::check_notes(self.refused.len())?;
            }
        }
        Ok(())
    }

    fn read(
        &mut self,
        archive: &mut Archive<'_>,
        member: &Member,
        path: String,
        depth: usize,
        n_before: usize,
    ) -> Result<(), IngestError> {
        let promised = format_of(&member.name).map_err(|error| IngestError::Member {
            why: error.to_string(),
        })?;
        if member.is_encrypted {
            return Err(IngestError::Locked);
        }
        let file = RawFile {
            bytes: archive.read(member.at)?,
            format: promised,
            path,
        };
        let mut notes = Vec::new();
        let Some(mut documents) = (self.read_member)(&file, &mut notes)? else {
            if depth <= 1 {
                return Err(too_much("archives within archives", DEPTH_MAX));
            }
            return self.open(&file.path, &file.bytes, depth - 1, n_before);
        };
        self.n_lines += documents.iter().map(|d| d.lines.len()).sum::<usize>();
        limits::check_lines(self.n_lines)?;
        if documents.iter().all(|document| document.lines.is_empty()) {
            return Err(IngestError::Empty);
        }
        notes.push(Note {
            rule: "member".to_owned(),
            line: None,
            text: file.path.get(n_before..).unwrap_or_default().to_owned(),
        });
        for document in &mut documents {
            document.path = Some(file.path.clone());
        }
        if let Some(first) = documents.first_mut() {
            first.notes.append(&mut notes);
        }
        self.documents.append(&mut documents);
        Ok(())
    }
}

/// Why a member is passed over: as a file of its path is, and for what systems put into archives. Pictures are counted apart.
fn why_passed(path: &str, name: &str) -> Option<WhyPassed> {
    let folders = || name.split('/').rev().skip(1);
    if name.ends_with('/') || folders().any(|part| part == "__MACOSX" || part.starts_with('.')) {
        return Some(WhyPassed::Program);
    }
    by_name(path).map(|why| match why {
        WhyPassed::Picture => why,
        _ => WhyPassed::Program,
    })
}
