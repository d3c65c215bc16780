//! Words with their frequencies → a trie by characters that is walked where it lies in the program: a double array (Aoe, An
//! efficient digital search algorithm by using a double-array structure, 1989).
//!
//! Layout, all numbers little-endian. Codes: a `u16` for each character from U+0000 on, 0 for one that stands in no word;
//! frequent characters have small codes, so that the nodes behind them lie together. Frequencies: `u32`, each once; number 0
//! stands for no word. Nodes: 8 bytes each, the base of what follows (`u32`, 0 for nothing), the code of the character that
//! leads to the node (`u16`), and the number of its frequency (`u16`). The character with code *c* leads from a node with
//! base *b* to node *b* + *c*, if that has the code *c*: no two nodes have one base. Node 0 is the root.

use std::collections::BTreeMap;
use std::ops::Range;

/// The code of a slot that is no node.
const NO_CODE: u16 = u16::MAX;

/// The three files of a trie.
pub(crate) struct Trie {
    pub(crate) codes: Vec<u8>,
    pub(crate) frequencies: Vec<u8>,
    pub(crate) nodes: Vec<u8>,
}

/// A node before it has a place.
struct Node {
    /// The words that go through it, of those in the order of their codes.
    words: Range<usize>,
    n_chars: usize,
    /// The code of its last character.
    code: u16,
    frequency: u16,
    children: Range<usize>,
}

/// The trie of some words, none of them empty.
pub(crate) fn build(words: &BTreeMap<String, u64>) -> Trie {
    let codes = codes(words.keys());
    let frequencies = frequencies(words.values());
    let number = |frequency: u64| {
        let at = frequencies.binary_search(&(frequency as u32));
        at.expect("every frequency is listed") as u16 + 1
    };
    let code = |c: char| codes[c as usize];
    let mut coded: Vec<(Vec<u16>, u16)> = words
        .iter()
        .map(|(word, frequency)| (word.chars().map(code).collect(), number(*frequency)))
        .collect();
    coded.sort_unstable();
    let nodes = place(&nodes(&coded));
    let listed = std::iter::once(&0).chain(&frequencies);
    Trie {
        codes: codes.iter().flat_map(|code| code.to_le_bytes()).collect(),
        frequencies: listed.flat_map(|n| n.to_le_bytes()).collect(),
        nodes: nodes.iter().flat_map(|node| node.to_le_bytes()).collect(),
    }
}

/// The code of each character: the more often it leads to a node, the smaller.
fn codes<'w>(words: impl Iterator<Item = &'w String>) -> Vec<u16> {
    let mut n_nodes: BTreeMap<char, usize> = BTreeMap::new();
    let mut last = "";
    for word in words {
        let mut before = last.chars();
        let mut is_new = false;
        for c in word.chars() {
            is_new = is_new || before.next() != Some(c);
            *n_nodes.entry(c).or_default() += usize::from(is_new);
        }
        last = word;
    }
    let mut chars: Vec<(usize, char)> = n_nodes.into_iter().map(|(c, n)| (n, c)).collect();
    chars.sort_unstable_by_key(|(n, c)| (std::cmp::Reverse(*n), *c));
    assert!(chars.len() < usize::from(NO_CODE), "too many characters");
    let greatest = chars.iter().map(|(_, c)| *c as usize).max();
    let mut codes = vec![0; greatest.map_or(0, |c| c + 1)];
    for (code, (_, c)) in (1..).zip(chars) {
        codes[c as usize] = code;
    }
    codes
}

/// All frequencies, ascending.
fn frequencies<'w>(frequencies: impl Iterator<Item = &'w u64>) -> Vec<u32> {
    let fits = |n: &u64| u32::try_from(*n).expect("a frequency of less than four milliards");
    let mut listed: Vec<u32> = frequencies.map(fits).collect();
    listed.sort_unstable();
    listed.dedup();
    assert!(listed.len() < usize::from(u16::MAX), "too many frequencies");
    listed
}

/// The nodes of coded words, which ascend: the root, then those of each node side by side.
fn nodes(words: &[(Vec<u16>, u16)]) -> Vec<Node> {
    let node = |words, n_chars, code| Node {
        words,
        n_chars,
        code,
        frequency: 0,
        children: 0..0,
    };
    let mut nodes = vec![node(0..words.len(), 0, NO_CODE)];
    let mut at = 0;
    while at < nodes.len() {
        let n_chars = nodes[at].n_chars;
        let Range { mut start, end } = nodes[at].words.clone();
        if start < end && words[start].0.len() == n_chars {
            nodes[at].frequency = words[start].1;
            start += 1;
        }
        let first = nodes.len();
        while start < end {
            let code = words[start].0[n_chars];
            let n = words[start..end].partition_point(|(word, _)| word[n_chars] == code);
            nodes.push(node(start..start + n, n_chars + 1, code));
            start += n;
        }
        nodes[at].children = first..nodes.len();
        at += 1;
    }
    nodes
}

/// Gives nodes their places: those with the most children first, as long as there is room for them side by side.
fn place(nodes: &[Node]) -> Vec<u64> {
    let mut inner: Vec<usize> = (0..nodes.len())
        .filter(|at| !nodes[*at].children.is_empty())
        .collect();
    inner.sort_by_key(|at| std::cmp::Reverse(nodes[*at].children.len()));
    let mut places = vec![0; nodes.len()];
    let mut bases = vec![0u32; nodes.len()];
    let (mut taken, mut is_base) = (Bits::default(), Bits::default());
    taken.set(0);
    is_base.set(0);
    // The base of a node with as many children: those before were tried.
    let (mut n_before, mut from) = (usize::MAX, 0);
    for at in inner {
        let children = &nodes[nodes[at].children.clone()];
        if children.len() < n_before {
            (n_before, from) = (children.len(), 0);
        }
        let base = loop {
            let mut busy = is_base.from(from);
            for child in children {
                busy |= taken.from(from + usize::from(child.code));
                if busy == u64::MAX {
                    break;
                }
            }
            if busy != u64::MAX {
                break from + busy.trailing_ones() as usize;
            }
            from += 64;
        };
        is_base.set(base);
        bases[at] = base as u32;
        for (child, number) in children.iter().zip(nodes[at].children.clone()) {
            let place = base + usize::from(child.code);
            taken.set(place);
            places[number] = place;
        }
    }
    let n_places = places.iter().max().map_or(0, |last| last + 1);
    let mut placed = vec![u64::from(NO_CODE) << 32; n_places];
    for (node, (place, base)) in nodes.iter().zip(places.into_iter().zip(bases)) {
        placed[place] =
            u64::from(base) | u64::from(node.code) << 32 | u64::from(node.frequency) << 48;
    }
    placed
}

/// A set of numbers, of which 64 are looked at together.
#[derive(Default)]
struct Bits(Vec<u64>);

impl Bits {
    fn set(&mut self, number: usize) {
        let word = number / 64;
        self.0.resize(self.0.len().max(word + 1), 0);
        self.0[word] |= 1 << (number % 64);
    }

    /// Which of the 64 numbers from `first` on are in the set.
    fn from(&self, first: usize) -> u64 {
        let word = |at: usize| self.0.get(at).copied().unwrap_or_default();
        match first % 64 {
            0 => word(first / 64),
            shift => word(first / 64) >> shift | word(first / 64 + 1) << (64 - shift),
        }
    }
}
