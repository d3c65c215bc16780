//! The word list → an `fst` that the library walks in place.
//!
//! In: `data/dict.txt` (word, frequency, tag) and the fold of the project. Out: `dict.fst`, a map from the
//! folded word to its frequency, and `dict.rs` with what the library must know of the list without reading
//! it. Words are folded as texts are, or 4S店 would never be found in a folded text; where two words fold to
//! one, it takes the larger frequency; a word of which nothing is left is dropped.

use std::{collections::BTreeMap, env, fs, path::Path};

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
    let mut fingerprint = Fnv::default();
    for (word, &frequency) in &words {
        builder
            .insert(word, frequency)
            .expect("a BTreeMap gives its keys in order, each once");
        fingerprint.add(word.as_bytes());
        // No UTF-8 text holds this byte, so that the end of a word cannot be mistaken.
        fingerprint.add(&[0xff]);
        fingerprint.add(&frequency.to_le_bytes());
    }
    let bytes = builder
        .into_inner()
        .expect("a map in memory can be finished");
    fs::write(out.join("dict.fst"), bytes).expect("OUT_DIR is writable");

    let total: u64 = words.values().sum();
    let longest = words.keys().map(|word| word.chars().count()).max();
    let constants = format!(
        "/// Sum of the frequencies of all words.\n\
         pub(crate) const TOTAL_FREQUENCY: u64 = {total};\n\
         /// How many words the list has.\n\
         pub(crate) const N_WORDS: usize = {};\n\
         /// Length of the longest word in characters.\n\
         pub(crate) const LONGEST_WORD_CHARS: usize = {};\n\
         /// Changes with any word and any frequency.\n\
         pub(crate) const FINGERPRINT: u64 = {:#018x};\n",
        words.len(),
        longest.unwrap_or(0),
        fingerprint.0,
    );
    fs::write(out.join("dict.rs"), constants).expect("OUT_DIR is writable");
}

/// FNV-1a: enough to tell one edition of a list from another, and the same everywhere.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn add(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
    }
}
