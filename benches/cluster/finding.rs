//! What is found of what stands there: by the local and the published index all of it, or this ends; by OpenSearch as it is
//! asked today a part of it, and some that is not there.

use crate::Held;
use crate::contenders::Result;
use crate::contenders::measure::Samples;
use crate::contenders::table::Table;
use crate::dressed::DRESSES;
use crate::phrases::{Phrases, scanned};

/// Shares of the phrases of a kind.
#[derive(Default)]
struct Shares {
    /// Passages found of those that have the phrase.
    all: Samples,
    /// The same of the passages that stand so in their files, in the order of [`DRESSES`].
    dresses: [Samples; 4],
    /// Passages found that have the phrase, of those found.
    right: Samples,
    /// What is counted, of the places at which the phrase stands.
    counted: Samples,
    n_nothing: usize,
}

impl Shares {
    fn push(&mut self, held: &Held, truth: &[u32], n_places: u64, found: &[u32]) {
        // Both are ascending.
        let is_found = |number: &u32| found.binary_search(number).is_ok();
        let share = |n: usize, of: usize| n as f64 / of as f64;
        let n_right = truth.iter().filter(|number| is_found(number)).count();
        self.all.push(share(n_right, truth.len()));
        for (dress, samples) in DRESSES.into_iter().zip(&mut self.dresses) {
            let stands_so = |number: &&u32| {
                let filed = held.filed.get(**number as usize);
                filed.is_some_and(|filed| filed.dress == dress)
            };
            let there: Vec<&u32> = truth.iter().filter(stands_so).collect();
            if !there.is_empty() {
                let n = there.iter().filter(|number| is_found(number)).count();
                samples.push(share(n, there.len()));
            }
        }
        if !found.is_empty() {
            self.right.push(share(n_right, found.len()));
        }
        self.counted.push(found.len() as f64 / n_places as f64);
        self.n_nothing += usize::from(n_right == 0);
    }
}

/// The mean in percent; 100 only where nothing is missing.
fn percent(shares: &Samples) -> String {
    let n = shares.0.len();
    match shares.sum() / n as f64 {
        _ if n == 0 => "–".to_owned(),
        1.0 => "100".to_owned(),
        share => format!("{:.1}", (share * 1e3).floor() / 1e1),
    }
}

/// Asks for the phrases of all kinds, compares with a scan, and prints what OpenSearch finds today.
pub(crate) fn measure(held: &Held, phrases: &Phrases) -> Result<()> {
    let mut head = vec!["phrases", "number", "recall"];
    head.extend(DRESSES.map(|dress| dress.name()));
    head.extend(["find nothing", "precision", "counted ÷ places"]);
    let mut table = Table::new(
        "OpenSearch as today: found of what stands there, %, mean over phrases",
        &head,
    );
    let mut n_left_out = 0;
    for (kind, phrases) in &phrases.kinds {
        eprintln!("recall: {}", kind.name());
        let mut shares = Shares::default();
        for phrase in phrases {
            let Some(scanned) = scanned(phrase) else {
                n_left_out += 1;
                continue;
            };
            let truth = held.passages.holding(&scanned);
            let (n_passages, n_places) = held.passages.scan(&scanned);
            let counts = held.counts(phrase)?;
            if counts != (n_passages, n_places) {
                return Err(format!(
                    "{phrase}: counted {counts:?}, there are {n_passages} passages and {n_places} places"
                )
                .into());
            }
            let found = held.today.numbers(phrase)?;
            if found.len() as u64 != held.today.count(phrase)? {
                return Err(format!("{phrase}: OpenSearch counts other than it finds").into());
            }
            shares.push(held, &truth, n_places, &found);
        }
        let mut row = vec![kind.name().to_owned(), shares.all.0.len().to_string()];
        row.push(percent(&shares.all));
        row.extend(shares.dresses.iter().map(percent));
        row.push(shares.n_nothing.to_string());
        row.push(percent(&shares.right));
        row.push(percent(&shares.counted));
        table.push(row);
    }
    println!("{table}");
    if n_left_out > 0 {
        println!("{n_left_out} phrases are written otherwise in traditional text, and left out.\n");
    }
    Ok(())
}
