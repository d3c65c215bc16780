//! The word list → a trie that the library walks in place.
//!
//! In: `data/dict.txt` (word, frequency, tag), `data/policy.tsv` (word, origin) and the fold of the project. Out: the files of the
//! trie from folded words to their frequencies, and `dict.rs`, which includes them, with what the library must know of the
//! list without reading it. Words are folded as texts are, or 4S店 would never be found in a folded text; where two words fold to
//! one, it takes the larger frequency; a word of which nothing is left is dropped. A policy word gets the least
//! frequency with which jieba leaves it whole when it stands alone, by the words of `dict.txt`.

use crate::trie;
use std::{collections::BTreeMap, env, fmt::Write, fs, path::Path};
use xxhash_rust::xxh3::xxh3_64;

const DICT: &str = "data/dict.txt";
const POLICY: &str = "data/policy.tsv";

pub(crate) fn build(fold: &dyn Fn(&str) -> String) {
    println!("cargo::rerun-if-changed={DICT}");
    let text = fs::read_to_string(DICT).unwrap_or_else(|error| panic!("`{DICT}`: {error}"));
    // Ordered by bytes, as the fst wants them.
    let mut words: BTreeMap<String, u64> = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let mut fields = line.split(' ');
        let entry = fields.next().zip(fields.next());
        let Some((word, Ok(frequency))) =
            entry.map(|(word, frequency)| (word, frequency.parse::<u64>()))
        else {
            panic!("`{DICT}`:{}: not a word and its frequency", index + 1);
        };
        let folded = fold(word);
        if !folded.is_empty() {
            let kept = words.entry(folded).or_default();
            *kept = frequency.max(*kept);
        }
    }
    add_policy_words(&mut words, fold);

    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let out = Path::new(&out);
    let trie = trie::build(&words);
    let mut listed = String::new();
    for (word, frequency) in &words {
        writeln!(listed, "{word} {frequency}").expect("memory can be written to");
    }
    let fingerprint = xxh3_64(listed.as_bytes());
    let mut constants = String::new();
    for (name, bytes) in [
        ("codes", trie.codes),
        ("frequencies", trie.frequencies),
        ("nodes", trie.nodes),
    ] {
        fs::write(out.join(format!("words.{name}")), bytes).expect("OUT_DIR is writable");
        writeln!(
            constants,
            "/// Of the trie: `build/trie.rs` says what they are.\n\
             pub(super) static {}: &[u8] = include_bytes!(concat!(env!(\"OUT_DIR\"), \"/words.{name}\"));",
            name.to_uppercase()
        )
        .expect("memory can be written to");
    }

    let total: u64 = words.values().sum();
    write!(
        constants,
        "/// Sum of the frequencies of all words.\n\
         pub(super) const TOTAL_FREQUENCY: u64 = {total};\n\
         /// Changes with any word and any frequency.\n\
         pub(super) const FINGERPRINT: u64 = {fingerprint:#018x};\n",
    )
    .expect("memory can be written to");
    fs::write(out.join("dict.rs"), constants).expect("OUT_DIR is writable");
}

fn add_policy_words(words: &mut BTreeMap<String, u64>, fold: &dyn Fn(&str) -> String) {
    println!("cargo::rerun-if-changed={POLICY}");
    let text = fs::read_to_string(POLICY).unwrap_or_else(|error| panic!("`{POLICY}`: {error}"));
    let total: u64 = words.values().sum();
    let mut added = Vec::new();
    for (index, line) in text.lines().enumerate().skip(1) {
        let Some((word, origin)) = line.split_once('\t') else {
            panic!("`{POLICY}`:{}: not a word and its origin", index + 1);
        };
        let folded = fold(word);
        assert!(
            !folded.is_empty() && !origin.is_empty(),
            "`{POLICY}`:{}: a word or its origin is missing",
            index + 1
        );
        let frequency = frequency_to_stand_whole(&folded, words, total);
        added.push((folded, frequency));
    }
    words.extend(added);
}

/// One more than the frequency at which a word is as likely as the likeliest way to cut it (jieba's `suggest_freq`), or
/// the one that it has.
fn frequency_to_stand_whole(word: &str, words: &BTreeMap<String, u64>, total: u64) -> u64 {
    let starts: Vec<usize> = word.char_indices().map(|(at, _)| at).collect();
    let total = (total as f64).ln();
    // Of each end of the word, from the last: the logarithm of its likelihood when it is cut best.
    let mut best = vec![0.0f64; starts.len() + 1];
    for (i, start) in starts.iter().enumerate().rev() {
        let ends = starts.iter().skip(i + 1).copied().chain([word.len()]);
        let cuts = ends.enumerate().filter_map(|(n, end)| {
            let known = words.get(word.get(*start..end)?).copied();
            let frequency = if n == 0 { known.or(Some(1)) } else { known }?;
            Some((frequency.max(1) as f64).ln() - total + best[i + n + 1])
        });
        best[i] = cuts.fold(f64::NEG_INFINITY, f64::max);
    }
    ((best[0] + total).exp() as u64 + 1).max(words.get(word).copied().unwrap_or(0))
}
