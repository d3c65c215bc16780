//! The text that is measured, in memory: what a literal scan reads, and where phrases are drawn from.

use super::made::is_han;
use super::random::Random;
use super::{Contender, PAGE, Result, threads};
use baogao_reading::filter::Filter;
use baogao_reading::fold::{fold, fold_in};
use baogao_reading::ingest::ingest;
use baogao_reading::report::Report;
use baogao_reading::script::Script;
use baogao_reading::source;
use baogao_reading::walk::walk;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Reads and repairs all files of the folders, on as many threads as the index takes.
pub(crate) fn read_reports(folders: &[PathBuf]) -> Vec<Report> {
    let files: Vec<_> = folders
        .iter()
        .flat_map(|folder| walk(folder, Path::new(""), "", &Filter::default()).files)
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

/// The script by which the passages of a report are folded.
pub(crate) fn script_of(report: &Report) -> Script {
    Script::of(report.passages.iter().map(|passage| passage.text.as_str()))
}

/// The passages of a report, each with that script.
fn in_script(report: &Report) -> impl Iterator<Item = (&str, Script)> {
    let script = script_of(report);
    let texts = report.passages.iter().map(|passage| passage.text.as_str());
    texts.map(move |text| (text, script))
}

/// Passages that are looked at for the commonest runs, spread over all.
const LOOKED_AT: usize = 20_000;

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
        for (text, script) in reports.iter().flat_map(in_script) {
            passages.folded.push_str(&fold_in(text, script));
            passages.folded.push('\n');
            passages.folded_ends.push(passages.folded.len());
            passages.original.push_str(&text.replace('\n', " "));
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

    /// The original text of a passage.
    pub(crate) fn original(&self, number: usize) -> &str {
        line(&self.original, &self.original_ends, number)
    }

    /// The folded text of a passage.
    pub(crate) fn folded(&self, number: usize) -> &str {
        line(&self.folded, &self.folded_ends, number)
    }

    /// The literal scan: how many passages hold `folded`, and its places, leftmost and disjoint.
    pub(crate) fn scan(&self, folded: &str) -> (u64, u64) {
        let (mut n_passages, mut n_places) = (0, 0);
        self.places(folded, |is_new, _| {
            n_passages += u64::from(is_new);
            n_places += 1;
        });
        (n_passages, n_places)
    }

    /// The numbers of the passages that hold `folded`, ascending.
    pub(crate) fn holding(&self, folded: &str) -> Vec<u32> {
        let mut numbers = Vec::new();
        self.places(folded, |is_new, number| {
            if is_new {
                numbers.push(number);
            }
        });
        numbers
    }

    /// Calls `visit(whether it is the first of its passage, number of the passage)` for each place.
    fn places(&self, folded: &str, mut visit: impl FnMut(bool, u32)) {
        let (mut next, mut end) = (0, 0);
        for at in memchr::memmem::find_iter(self.folded.as_bytes(), folded.as_bytes()) {
            let is_new = at >= end;
            while end <= at
                && let Some(next_end) = self.folded_ends.get(next)
            {
                end = *next_end;
                next += 1;
            }
            visit(is_new, next as u32 - 1);
        }
    }

    /// A random substring of `n_chars` characters of a folded passage that means the same in both scripts: 著 as typed
    /// also finds 着 in traditional text, which the scan of one string does not.
    pub(crate) fn random_folded(&self, random: &mut Random, n_chars: usize) -> String {
        loop {
            let (_, phrase) = random_substring(&self.folded, &self.folded_ends, random, n_chars);
            if fold_in(&phrase, Script::Traditional) == phrase {
                return phrase;
            }
        }
    }

    /// The commonest runs of `n_chars` characters in folded passages, those in most passages first: as many as `n` of which
    /// `keep` holds, and that mean the same in both scripts. Of a large corpus a part is looked at.
    pub(crate) fn commonest(
        &self,
        n_chars: usize,
        n: usize,
        keep: impl Fn(&str) -> bool,
    ) -> Vec<String> {
        // In how many passages each run stands, and the last of them.
        let mut runs: HashMap<&str, (u32, usize)> = HashMap::new();
        let step = self.len().div_ceil(LOOKED_AT).max(1);
        for number in (0..self.len()).step_by(step) {
            let text = self.folded(number);
            let starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            let starts: Vec<usize> = starts.collect();
            for ends in starts.windows(n_chars + 1) {
                let run = ends
                    .first()
                    .zip(ends.last())
                    .and_then(|(from, to)| text.get(*from..*to));
                let (n, last) = runs.entry(run.unwrap_or_default()).or_default();
                if *n == 0 || *last != number {
                    (*n, *last) = (*n + 1, number);
                }
            }
        }
        let mut runs: Vec<(&str, u32)> = runs.into_iter().map(|(run, (n, _))| (run, n)).collect();
        runs.sort_unstable_by(|(a, n), (b, m)| m.cmp(n).then_with(|| a.cmp(b)));
        let is_of_both = |run: &&str| fold_in(run, Script::Traditional) == **run;
        let runs = runs.into_iter().map(|(run, _)| run);
        let kept = runs.filter(|run| keep(run)).filter(is_of_both).take(n);
        kept.map(str::to_owned).collect()
    }

    /// A random substring of `n_chars` characters of an original passage, with the number of the passage and the
    /// byte at which it begins there.
    pub(crate) fn random_original(
        &self,
        random: &mut Random,
        n_chars: usize,
    ) -> ((usize, usize), String) {
        random_substring(&self.original, &self.original_ends, random, n_chars)
    }

    /// A random run of 2 to 8 Chinese characters of an original passage.
    pub(crate) fn random_han(&self, random: &mut Random) -> String {
        loop {
            let n_chars = 2 + random.below(7);
            let (_, phrase) = self.random_original(random, n_chars);
            if phrase.chars().all(is_han) {
                return phrase;
            }
        }
    }
}

fn line<'t>(text: &'t str, ends: &[usize], number: usize) -> &'t str {
    let start = number.checked_sub(1).map_or(0, |before| ends[before]);
    text.get(start..ends[number] - 1).unwrap_or_default()
}

fn random_substring(
    text: &str,
    ends: &[usize],
    random: &mut Random,
    n_chars: usize,
) -> ((usize, usize), String) {
    loop {
        // A place in the text, not a passage: every character is as likely as any other.
        let at = random.below(text.len());
        let number = ends.partition_point(|end| *end <= at);
        let start = number.checked_sub(1).map_or(0, |before| ends[before]);
        let end = ends[number] - 1;
        let at = (at..end).find(|at| text.is_char_boundary(*at));
        let Some((at, rest)) = at.and_then(|at| Some((at, text.get(at..end)?))) else {
            continue;
        };
        let phrase: String = rest.chars().take(n_chars).collect();
        if phrase.chars().count() == n_chars {
            return ((number, at - start), phrase);
        }
    }
}

impl Contender for Passages {
    fn count(&self, phrase: &str) -> Result<u64> {
        Ok(self.scan(&fold(phrase)).0)
    }

    fn find(&self, phrase: &str) -> Result<Vec<u32>> {
        Ok(self.holding(&fold(phrase)))
    }

    /// The first ones: a scan has no best.
    fn page(&self, phrase: &str) -> Result<usize> {
        let folded = fold(phrase);
        let numbers = self.holding(&folded);
        let texts = numbers.iter().take(PAGE).map(|n| self.folded(*n as usize));
        Ok(texts.map(|text| text.matches(&*folded).count()).sum())
    }
}
