//! What is measured: the text of the folders given, or a corpus made from the five sample reports.

use baogao::fold::fold;
use baogao::ingest::ingest;
use baogao::report::Report;
use baogao::source;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Lines at the head of a report that are left as they are, so that its region and year are found.
const HEAD_LINES: usize = 12;
/// Of the Chinese characters of a made report one in so many is another one of the samples.
const REPLACED_ONE_IN: usize = 60;

/// xorshift64: the same numbers on every machine.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed | 1)
    }

    /// A number below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

/// A Chinese character of the basic block.
pub(crate) fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// Writes copies of the sample reports into `dir` until they hold `n_bytes`, no two of them alike.
pub(crate) fn make_corpus(
    samples: &Path,
    dir: &Path,
    n_bytes: usize,
) -> Result<(), Box<dyn Error>> {
    let mut files: Vec<PathBuf> = fs::read_dir(samples)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    let texts: Vec<String> = files
        .iter()
        .map(fs::read_to_string)
        .collect::<Result<_, _>>()?;
    let pool: Vec<char> = texts
        .iter()
        .flat_map(|text| text.chars())
        .filter(|c| is_han(*c))
        .collect();
    let mut random = Random::new(2024);
    let mut written = 0;
    for copy in 0.. {
        let folder = dir.join(format!("{copy:04}"));
        fs::create_dir_all(&folder)?;
        for (path, text) in files.iter().zip(&texts) {
            if written >= n_bytes {
                return Ok(());
            }
            let mut made = String::with_capacity(text.len());
            for (number, line) in text.split_inclusive('\n').enumerate() {
                made.extend(line.chars().map(|c| {
                    let replaced = copy > 0
                        && number >= HEAD_LINES
                        && is_han(c)
                        && random.below(REPLACED_ONE_IN) == 0;
                    if replaced {
                        pool[random.below(pool.len())]
                    } else {
                        c
                    }
                }));
            }
            written += made.len();
            fs::write(folder.join(path.file_name().unwrap_or_default()), made)?;
        }
    }
    Ok(())
}

/// Reads and repairs all files of the folders, on as many threads as the index takes.
pub(crate) fn read_reports(folders: &[PathBuf]) -> Vec<Report> {
    let files: Vec<_> = folders
        .iter()
        .flat_map(|folder| source::walk(folder, Path::new(""), "").files)
        .collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let at = done.len();
            done.push((&file.path, Vec::new()));
            if let Ok(raw) = source::read(file) {
                done[at].1 = ingest(&raw).unwrap_or_default();
            }
        }
        done
    };
    let mut all = Vec::with_capacity(files.len());
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads()).map(|_| scope.spawn(work)).collect();
        for thread in threads {
            all.extend(thread.join().expect("no file makes ingestion panic"));
        }
    });
    all.sort_by_key(|(path, _)| *path);
    all.into_iter().flat_map(|(_, reports)| reports).collect()
}

/// Threads for everything that uses several: all cores.
pub(crate) fn threads() -> usize {
    std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(8)
}

/// All passages in memory, for the scan and as a source of phrases.
pub(crate) struct Passages {
    /// Folded texts, a line each; a folded text has no line break.
    folded: String,
    /// Original texts, a line each; line breaks inside do not occur after repair.
    original: String,
    /// Where each folded line ends, the break included.
    folded_ends: Vec<usize>,
    original_ends: Vec<usize>,
}

impl Passages {
    pub(crate) fn new(reports: &[Report]) -> Passages {
        let mut passages = Passages {
            folded: String::new(),
            original: String::new(),
            folded_ends: Vec::new(),
            original_ends: Vec::new(),
        };
        for passage in reports.iter().flat_map(|report| &report.passages) {
            passages.folded.push_str(&fold(&passage.text));
            passages.folded.push('\n');
            passages.folded_ends.push(passages.folded.len());
            passages.original.push_str(&passage.text.replace('\n', " "));
            passages.original.push('\n');
            passages.original_ends.push(passages.original.len());
        }
        passages
    }

    /// Number of passages.
    pub(crate) fn len(&self) -> usize {
        self.folded_ends.len()
    }

    /// Bytes of the original texts: what sizes are divided by.
    pub(crate) fn text_bytes(&self) -> usize {
        self.original.len() - self.len()
    }

    /// The literal scan: passages with `folded`, and places, leftmost and disjoint.
    pub(crate) fn scan(&self, folded: &str) -> (u64, u64) {
        scan(&self.folded, &self.folded_ends, folded)
    }

    /// The same on the original texts.
    pub(crate) fn scan_original(&self, phrase: &str) -> (u64, u64) {
        scan(&self.original, &self.original_ends, phrase)
    }

    /// A random substring of `n_chars` characters of a folded passage.
    pub(crate) fn random_folded(&self, random: &mut Random, n_chars: usize) -> String {
        random_substring(&self.folded, &self.folded_ends, random, n_chars)
    }

    /// A random run of 2 to 8 Chinese characters of an original passage.
    pub(crate) fn random_han(&self, random: &mut Random) -> String {
        loop {
            let n_chars = 2 + random.below(7);
            let phrase = random_substring(&self.original, &self.original_ends, random, n_chars);
            if phrase.chars().all(is_han) {
                return phrase;
            }
        }
    }
}

fn scan(text: &str, ends: &[usize], needle: &str) -> (u64, u64) {
    let (mut n_passages, mut n_places, mut end) = (0, 0, 0);
    let mut rest = ends.iter();
    for at in memchr::memmem::find_iter(text.as_bytes(), needle.as_bytes()) {
        n_places += 1;
        if at >= end {
            n_passages += 1;
            while end <= at
                && let Some(next) = rest.next()
            {
                end = *next;
            }
        }
    }
    (n_passages, n_places)
}

fn random_substring(text: &str, ends: &[usize], random: &mut Random, n_chars: usize) -> String {
    loop {
        // A place in the text, not a passage: every character is as likely as any other.
        let at = random.below(text.len());
        let passage = ends.partition_point(|end| *end <= at);
        let end = ends[passage] - 1;
        let start = (at..end).find(|at| text.is_char_boundary(*at));
        let Some(rest) = start.and_then(|start| text.get(start..end)) else {
            continue;
        };
        let phrase: String = rest.chars().take(n_chars).collect();
        if phrase.chars().count() == n_chars {
            return phrase;
        }
    }
}
