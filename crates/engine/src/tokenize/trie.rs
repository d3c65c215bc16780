//! The words of the program as the build script has laid them out (`build/trie.rs`), walked where they lie.
//!
//! In: characters, as codes. Out: the words that they begin with. Nothing is read or made before the first step.

use super::built_in;
use std::sync::LazyLock;

/// The natural logarithm of each frequency, by its number.
static LOGARITHMS: LazyLock<Vec<f64>> = LazyLock::new(|| {
    let frequencies = built_in::FREQUENCIES.as_chunks().0.iter();
    let frequencies = frequencies.map(|n| f64::from(u32::from_le_bytes(*n)));
    frequencies.map(f64::ln).collect()
});

/// Stands for a character, the same in all words; 0 for one that is in no word.
pub(super) type Code = u16;

/// The number of a frequency.
pub(super) type FrequencyNumber = u16;

/// The code of a character.
#[inline]
pub(super) fn code(c: char) -> Code {
    let codes = built_in::CODES.as_chunks().0;
    codes
        .get(c as usize)
        .map_or(0, |code| Code::from_le_bytes(*code))
}

/// The logarithms of all frequencies, by their numbers.
pub(super) fn logarithms() -> &'static [f64] {
    &LOGARITHMS
}

/// A frequency by its number; 0 is that of no word.
pub(super) fn frequency(number: FrequencyNumber) -> u64 {
    let frequencies = built_in::FREQUENCIES.as_chunks().0;
    frequencies
        .get(usize::from(number))
        .map_or(0, |n| u64::from(u32::from_le_bytes(*n)))
}

/// Calls `visit(characters, frequency)` for every word with which coded characters begin, shortest first.
#[inline]
pub(super) fn each_prefix(codes: &[Code], mut visit: impl FnMut(usize, FrequencyNumber)) {
    let nodes = built_in::NODES.as_chunks::<8>().0;
    let base_of = |node: u64| node as u32 as usize;
    let mut base = nodes
        .first()
        .map_or(0, |root| base_of(u64::from_le_bytes(*root)));
    for (at, code) in codes.iter().enumerate() {
        let Some(node) = nodes.get(base + usize::from(*code)) else {
            return;
        };
        let node = u64::from_le_bytes(*node);
        // No node has the code 0.
        if (node >> 32) as Code != *code {
            return;
        }
        let number = (node >> 48) as FrequencyNumber;
        if number > 0 {
            visit(at + 1, number);
        }
        base = base_of(node);
        if base == 0 {
            return;
        }
    }
}

/// The frequency of a word; 0 for what is none.
pub(super) fn frequency_of(word: &str) -> u64 {
    let codes: Vec<Code> = word.chars().map(code).collect();
    let mut found = 0;
    each_prefix(&codes, |n_chars, number| {
        if n_chars == codes.len() {
            found = frequency(number);
        }
    });
    found
}

/// Calls `visit` for every word, in no order.
#[cfg(test)]
pub(super) fn each(mut visit: impl FnMut(&str, u64)) {
    use std::collections::HashMap;
    let nodes = built_in::NODES.as_chunks().0.iter();
    let nodes: Vec<u64> = nodes.map(|node| u64::from_le_bytes(*node)).collect();
    let chars: HashMap<Code, char> = ('\0'..char::MAX).map(|c| (code(c), c)).collect();
    // The node with a base, if any.
    let by_base: HashMap<usize, usize> = (0..nodes.len())
        .map(|at| (nodes[at] as u32 as usize, at))
        .filter(|(base, _)| *base > 0)
        .collect();
    for (at, node) in nodes.iter().enumerate() {
        let number = (node >> 48) as FrequencyNumber;
        let (mut word, mut place) = (Vec::new(), at);
        while number > 0 && place > 0 {
            let code = (nodes[place] >> 32) as Code;
            word.push(chars[&code]);
            place = by_base[&(place - usize::from(code))];
        }
        if number > 0 {
            visit(&word.iter().rev().collect::<String>(), frequency(number));
        }
    }
}
