//! The phrases that are asked: drawn from the text by a fixed seed, and phrases of policy that stand in it.

use crate::contenders::Result;
use crate::contenders::fields::Words;
use crate::contenders::made::is_han;
use crate::contenders::passages::Passages;
use crate::contenders::random::Random;
use baogao_reading::fold::fold;
use std::collections::BTreeSet;

/// Phrases of policy, a line each; those are asked that stand in the text.
const POLICY: &str = include_str!("policy.txt");
const SEED: u64 = 2024;
/// Draws for one phrase, before a kind is given up in a text that has too few.
const MAX_DRAWS: usize = 100_000;

/// The kinds of phrases.
pub(crate) const KINDS: [&str; 7] = [
    "1 character",
    "2 characters",
    "whole words",
    "across words",
    "with marks and digits",
    "9 to 20 characters",
    "policy",
];

/// The phrases of all kinds, `n` different phrases of each as far as there are. Each begins and ends with a Chinese character, so that no rule
/// about the borders of numbers and Latin words has a say.
pub(crate) fn kinds(passages: &Passages, n: usize) -> Result<[Vec<String>; KINDS.len()]> {
    let words = Words::load(true)?;
    let mut random = Random::new(SEED);
    // Whether the phrase begins and ends where a word does.
    let on_borders = |(number, at): (usize, usize), phrase: &str| {
        let borders = words.borders(passages.original(number));
        borders.binary_search(&at).is_ok() && borders.binary_search(&(at + phrase.len())).is_ok()
    };
    let all_han = |phrase: &str| phrase.chars().all(is_han);
    let mut draw = |lengths: (usize, usize), fits: &dyn Fn((usize, usize), &str) -> bool| {
        let mut phrases = BTreeSet::new();
        let mut in_order = Vec::new();
        for _ in 0..MAX_DRAWS {
            if in_order.len() == n {
                break;
            }
            let n_chars = lengths.0 + random.below(lengths.1 - lengths.0 + 1);
            let (place, phrase) = passages.random_original(&mut random, n_chars);
            let ends = [phrase.chars().next(), phrase.chars().next_back()];
            let ends_han = ends.into_iter().flatten().all(is_han);
            if ends_han && fits(place, &phrase) && phrases.insert(phrase.clone()) {
                in_order.push(phrase);
            }
        }
        in_order
    };
    let policy = POLICY.lines().filter(|line| !line.is_empty());
    let stands = |phrase: &&str| passages.scan(&fold(phrase)).0 > 0;
    Ok([
        draw((1, 1), &|_, _| true),
        draw((2, 2), &|_, phrase| all_han(phrase)),
        draw((2, 8), &|place, phrase| {
            all_han(phrase) && on_borders(place, phrase)
        }),
        draw((2, 8), &|place, phrase| {
            all_han(phrase) && !on_borders(place, phrase)
        }),
        draw((4, 12), &|_, phrase| !all_han(phrase)),
        draw((9, 20), &|_, _| true),
        policy.filter(stands).map(str::to_owned).collect(),
    ])
}
