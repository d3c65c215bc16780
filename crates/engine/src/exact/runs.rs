//! The `.runs` file of a segment: runs of characters that stand in many passages, each with its passages and how often.
//!
//! Layout, all numbers little-endian (`docs/index.md` has it byte by byte): posting lists · names · entries · footer.
//! An entry has three `u32`: where its name, its list and its corrections begin; the last entry has none of them and
//! says where those of the one before end. Names are UTF-8 and ascend. A list is coded as in `.grams`; corrections are
//! a list too, of passages in which fewer places count than the characters stand at, with how many fewer.

use super::bytes::u32_at;
use super::grams::put_posting;
use super::text::offset;
use std::cmp::Ordering;
use std::io::{self, Write};
use tantivy::DocId;
use tantivy::directory::{OwnedBytes, TerminatingWrite, WritePtr};

/// Bytes of the footer: entries, threshold, characters at most, bytes of names, bytes of lists (8).
const FOOTER_BYTES: usize = 4 + 4 + 4 + 4 + 8;
/// Bytes of an entry: where name, list and corrections begin.
const ENTRY_BYTES: usize = 4 + 4 + 4;

/// Which runs have lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    /// No phrase of up to `max_chars` characters is looked for in the text of more passages than this.
    pub(super) max_reads: u32,
    /// The longest run that has a list, in characters.
    pub(super) max_chars: u32,
}

/// One list in the making.
#[derive(Clone, Debug, Default)]
pub(super) struct ListBuffer {
    bytes: Vec<u8>,
    last: DocId,
}

impl ListBuffer {
    /// Adds one posting; passages ascend.
    pub(super) fn push(&mut self, doc: DocId, n: u32) {
        put_posting(&mut self.bytes, doc - self.last, n);
        self.last = doc;
    }

    /// What was added, coded.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// A run with its two lists, to be written.
#[derive(Debug, Default)]
pub(super) struct Listed {
    pub(super) name: String,
    pub(super) list: ListBuffer,
    pub(super) corrections: ListBuffer,
}

/// Writes the file; the runs in any order, each once.
pub(super) fn write(mut out: WritePtr, bounds: Bounds, mut runs: Vec<Listed>) -> io::Result<()> {
    runs.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    let mut names = Vec::new();
    let mut entries = Vec::with_capacity(ENTRY_BYTES * (runs.len() + 1));
    let mut n_list_bytes = 0u64;
    for run in &runs {
        let corrections_at = n_list_bytes + run.list.bytes.len() as u64;
        for at in [names.len() as u64, n_list_bytes, corrections_at] {
            entries.extend_from_slice(&offset(at)?.to_le_bytes());
        }
        names.extend_from_slice(run.name.as_bytes());
        n_list_bytes = corrections_at + run.corrections.bytes.len() as u64;
        out.write_all(&run.list.bytes)?;
        out.write_all(&run.corrections.bytes)?;
    }
    let n_name_bytes = offset(names.len() as u64)?;
    for at in [u64::from(n_name_bytes), n_list_bytes, n_list_bytes] {
        entries.extend_from_slice(&offset(at)?.to_le_bytes());
    }
    out.write_all(&names)?;
    out.write_all(&entries)?;
    out.write_all(&(runs.len() as u32 + 1).to_le_bytes())?;
    out.write_all(&bounds.max_reads.to_le_bytes())?;
    out.write_all(&bounds.max_chars.to_le_bytes())?;
    out.write_all(&n_name_bytes.to_le_bytes())?;
    out.write_all(&n_list_bytes.to_le_bytes())?;
    out.terminate()
}

/// What the file has of one run, still coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run<'a> {
    /// Passages with the places at which the characters stand, overlapping ones too; empty for runs of one and two
    /// characters, of which `.grams` has them.
    pub(super) list: &'a [u8],
    /// Passages in which fewer places count, and how many fewer.
    pub(super) corrections: &'a [u8],
}

/// The `.runs` file of one segment, mapped.
#[derive(Clone)]
pub(super) struct RunReader {
    bytes: OwnedBytes,
    bounds: Bounds,
    names: usize,
    entries: usize,
    n_entries: usize,
}

impl RunReader {
    /// Checks that the lengths in the footer add up to the file; nothing else is read.
    pub(super) fn open(bytes: OwnedBytes) -> io::Result<RunReader> {
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "the .runs file is damaged");
        let footer = bytes.len().checked_sub(FOOTER_BYTES).ok_or_else(damaged)?;
        let n_entries = u32_at(&bytes, footer) as usize;
        let n_list_bytes =
            u64::from(u32_at(&bytes, footer + 16)) | u64::from(u32_at(&bytes, footer + 20)) << 32;
        let names = usize::try_from(n_list_bytes).map_err(|_| damaged())?;
        let entries = names.checked_add(u32_at(&bytes, footer + 12) as usize);
        let entries = entries.ok_or_else(damaged)?;
        let n_entry_bytes = n_entries.checked_mul(ENTRY_BYTES).ok_or_else(damaged)?;
        if n_entries == 0 || entries.checked_add(n_entry_bytes) != Some(footer) {
            return Err(damaged());
        }
        Ok(RunReader {
            bounds: Bounds {
                max_reads: u32_at(&bytes, footer + 4),
                max_chars: u32_at(&bytes, footer + 8),
            },
            bytes,
            names,
            entries,
            n_entries: n_entries - 1,
        })
    }

    /// Which runs have lists here.
    pub(super) fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// What is known of a run of characters.
    pub(super) fn find(&self, chars: &[char]) -> Option<Run<'_>> {
        let (mut low, mut high) = (0, self.n_entries);
        while low < high {
            let middle = low.midpoint(high);
            match self.compare(middle, chars) {
                Ordering::Less => low = middle + 1,
                Ordering::Equal => return Some(self.run(middle)),
                Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// How the name of an entry compares to characters.
    fn compare(&self, entry: usize, chars: &[char]) -> Ordering {
        let at = self.entries + ENTRY_BYTES * entry;
        let start = self.names + u32_at(&self.bytes, at) as usize;
        let end = self.names + u32_at(&self.bytes, at + ENTRY_BYTES) as usize;
        let name = self.bytes.get(start..end.min(self.entries));
        let mut name = name.unwrap_or_default();
        for c in chars {
            let mut buffer = [0; 4];
            let wanted = c.encode_utf8(&mut buffer).as_bytes();
            let (found, rest) = name.split_at(wanted.len().min(name.len()));
            match found.cmp(wanted) {
                Ordering::Equal => name = rest,
                other => return other,
            }
        }
        match name.is_empty() {
            true => Ordering::Equal,
            false => Ordering::Greater,
        }
    }

    fn run(&self, entry: usize) -> Run<'_> {
        let at = self.entries + ENTRY_BYTES * entry;
        let list = u32_at(&self.bytes, at + 4) as usize;
        let corrections = u32_at(&self.bytes, at + 8) as usize;
        let end = u32_at(&self.bytes, at + ENTRY_BYTES + 4) as usize;
        let bytes = |start: usize, end: usize| {
            self.bytes
                .get(start..end.min(self.names))
                .unwrap_or_default()
        };
        Run {
            list: bytes(list, corrections),
            corrections: bytes(corrections, end),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::grams::Postings;
    use super::*;
    use std::path::Path;
    use tantivy::directory::{Directory, RamDirectory};

    const BOUNDS: Bounds = Bounds {
        max_reads: 7,
        max_chars: 9,
    };

    fn reader(runs: Vec<Listed>) -> RunReader {
        RunReader::open(OwnedBytes::new(written(runs))).expect("it is whole")
    }

    fn written(runs: Vec<Listed>) -> Vec<u8> {
        let directory = RamDirectory::create();
        let path = Path::new("x.runs");
        let out = directory.open_write(path).expect("memory can be written");
        write(out, BOUNDS, runs).expect("memory can be written");
        let file = directory.open_read(path).expect("it was written");
        let bytes = file.read_bytes().expect("memory can be read");
        bytes.to_vec()
    }

    fn listed(name: &str, list: &[(DocId, u32)], corrections: &[(DocId, u32)]) -> Listed {
        let mut run = Listed {
            name: name.to_owned(),
            ..Listed::default()
        };
        list.iter().for_each(|(doc, n)| run.list.push(*doc, *n));
        let corrections = corrections.iter();
        corrections.for_each(|(doc, n)| run.corrections.push(*doc, *n));
        run
    }

    fn chars_of(name: &str) -> Vec<char> {
        name.chars().collect()
    }

    #[test]
    fn altered_bytes_kill_no_search() {
        let names = ["高质量", "高质量发展", "2024年", "\u{20bb7}野家"];
        let runs = names.map(|name| listed(name, &[(0, 1), (300, 2), (70_000, 400)], &[(300, 1)]));
        let whole = written(runs.into());
        for at in 0..whole.len() {
            for altered in [0, 1, 0x7f, 0x80, 0xff] {
                let mut bytes = whole.clone();
                bytes[at] = altered;
                let Ok(reader) = RunReader::open(OwnedBytes::new(bytes)) else {
                    continue;
                };
                for name in names {
                    if let Some(run) = reader.find(&chars_of(name)) {
                        let n = Postings::new(run.list).chain(Postings::new(run.corrections));
                        assert!(n.count() <= whole.len(), "{name} {at} {altered}");
                    }
                }
            }
        }
    }

    #[test]
    fn every_run_has_its_lists_and_no_other_has_one() {
        let runs = [
            ("高质量发展", vec![(0, 1), (3, 2)], vec![]),
            ("高质量", vec![(0, 1), (1, 400), (3, 2)], vec![]),
            ("2024年", vec![(5, 2)], vec![(5, 1)]),
            ("年", vec![], vec![]),
            ("20", vec![], vec![(2, 1), (9_000, 3)]),
            ("\u{20bb7}野家", vec![(8, 1)], vec![]),
        ];
        let reader = reader(runs.iter().map(|(n, l, c)| listed(n, l, c)).collect());
        assert_eq!(reader.bounds(), BOUNDS);
        for (name, list, corrections) in &runs {
            let run = reader.find(&chars_of(name)).expect("it was written");
            assert_eq!(Postings::new(run.list).collect::<Vec<_>>(), *list, "{name}");
            let found: Vec<_> = Postings::new(run.corrections).collect();
            assert_eq!(found, *corrections, "{name}");
        }
        for name in [
            "高",
            "高质",
            "高质量发",
            "高质量发展的",
            "2",
            "野家",
            "",
            "\u{20bb7}",
        ] {
            assert_eq!(reader.find(&chars_of(name)), None, "{name}");
        }
    }

    #[test]
    fn a_file_without_runs_has_none() {
        let reader = reader(Vec::new());
        assert_eq!(reader.find(&['专', '业', '镇']), None);
    }

    #[test]
    fn lengths_that_do_not_add_up_are_refused() {
        assert!(RunReader::open(OwnedBytes::new(vec![0; 7])).is_err());
        assert!(RunReader::open(OwnedBytes::new(vec![0; 64])).is_err());
        assert!(RunReader::open(OwnedBytes::new(vec![0xff; 64])).is_err());
    }
}
