//! The word list → an `fst` that the library walks in place.
//!
//! In: `data/dict.txt` (word, frequency, tag) and the fold of the project. Out: `dict.fst`, a map from the
//! folded word to its frequency, and `dict.rs` with what the library must know of the list without reading
//! it. Words are folded as texts are, or 4S店 would never be found in a folded text; where two words fold to
//! one, it takes the larger frequency; a word of which nothing is left is dropped.

use std::{collections::BTreeMap, env, fs, path::Path};
use xxhash_rust::xxh3::xxh3_64;

const DICT: &str = "data/dict.txt";

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

    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let out = Path::new(&out);
    let mut builder = fst::MapBuilder::memory();
    for (word, &frequency) in &words {
        builder
            .insert(word, frequency)
            .expect("a BTreeMap gives its keys in order, each once");
    }
    let bytes = builder
        .into_inner()
        .expect("a map in memory can be finished");
    let fingerprint = xxh3_64(&bytes);
    fs::write(out.join("dict.fst"), bytes).expect("OUT_DIR is writable");

    let total: u64 = words.values().sum();
    let constants = format!(
        "/// Sum of the frequencies of all words.\n\
         pub(super) const TOTAL_FREQUENCY: u64 = {total};\n\
         /// Changes with any word and any frequency.\n\
         pub(super) const FINGERPRINT: u64 = {fingerprint:#018x};\n",
    );
    fs::write(out.join("dict.rs"), constants).expect("OUT_DIR is writable");
}
