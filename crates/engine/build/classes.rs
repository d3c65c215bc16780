//! The tags of the word list → an `fst` of the words that a phrase is judged by.
//!
//! In: `data/dict.txt` (word, frequency, tag) and the fold of the project. Out: `classes.fst`, a map from the folded word to
//! the first letter of its class: `v` verbs, `f` function words, `n` names of places and people. Other words are left out.
//! Where two words fold to one, the class of the more frequent one holds.

use std::{collections::BTreeMap, env, fs, path::Path};

const DICT: &str = "data/dict.txt";

pub(crate) fn build(fold: &dyn Fn(&str) -> String) {
    let text = fs::read_to_string(DICT).unwrap_or_else(|error| panic!("`{DICT}`: {error}"));
    let mut classes: BTreeMap<String, (u64, Option<u8>)> = BTreeMap::new();
    for line in text.lines() {
        let fields: Vec<&str> = line.split(' ').collect();
        let [word, frequency, tag] = fields[..] else {
            panic!("`{DICT}`: not a word, its frequency and its tag: {line}");
        };
        let frequency: u64 = frequency.parse().expect("a frequency is a number");
        let kept = classes.entry(fold(word)).or_default();
        *kept = (frequency, class_of(tag)).max(*kept);
    }
    let mut builder = fst::MapBuilder::memory();
    let words = classes.iter().filter(|(word, _)| !word.is_empty());
    for (word, class) in words.filter_map(|(word, (_, class))| Some((word, (*class)?))) {
        builder
            .insert(word, u64::from(class))
            .expect("a BTreeMap gives its keys in order, each once");
    }
    let bytes = builder
        .into_inner()
        .expect("a map in memory can be finished");
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("classes.fst"), bytes).expect("OUT_DIR is writable");
}

/// The class of a tag of the list (those of the ICTCLAS set): verbs; particles, conjunctions, prepositions, adverbs,
/// pronouns, exclamations; names.
fn class_of(tag: &str) -> Option<u8> {
    match tag {
        "ad" => None,
        "ns" | "nr" | "nrt" | "nrfg" | "nt" => Some(b'n'),
        _ if tag.starts_with('v') => Some(b'v'),
        _ if tag.starts_with(['u', 'c', 'p', 'd', 'r', 'y', 'e', 'o']) => Some(b'f'),
        _ => None,
    }
}
