//! Which passages of a segment match, from the lists of its terms.
//!
//! In: an ascending list of passages for each keyword or word, and an [`Expression`] or how many of them are needed. Out: the
//! passages that match, ascending, each once, with how often each term that counts stands there.

use super::evidence::TermLists;
use crate::exact::Keyword;
use crate::index::Segment;
use crate::query::Expression;
use crate::stop::Stop;
use tantivy::DocId;

/// How the lists of the terms decide which passages match.
pub(super) enum Plan {
    /// All keywords must stand in the passage.
    All { may_overlap: bool },
    /// The expression decides.
    Tree { may_overlap: bool },
    /// So many of the terms must stand in it.
    AtLeast(usize),
}

impl Plan {
    /// The plan for a query as it was written.
    pub(super) fn of(expression: &Expression, keywords: &[Keyword]) -> Plan {
        let is_keyword = |part: &Expression| matches!(part, Expression::Keyword(_));
        let may_overlap = keywords.iter().enumerate().any(|(i, keyword)| {
            let others = keywords.get(i + 1..).unwrap_or_default();
            others.iter().any(|other| keyword.may_overlap(other))
        });
        match expression {
            Expression::Keyword(_) => Plan::All { may_overlap },
            Expression::All(parts) if parts.iter().all(is_keyword) => Plan::All { may_overlap },
            _ => Plan::Tree { may_overlap },
        }
    }
}

/// The lists of all terms in one segment.
pub(super) fn lists_of(terms: &[TermLists], segment: usize) -> Vec<&[(DocId, u32)]> {
    terms
        .iter()
        .map(|term| term.lists.get(segment).map_or(&[][..], Vec::as_slice))
        .collect()
}

/// The passages of a segment for which an expression holds, ascending.
pub(super) fn matching(
    expression: &Expression,
    lists: &[&[(DocId, u32)]],
    segment: &Segment,
) -> Vec<DocId> {
    if segment.exact.stop().is_set() {
        return Vec::new();
    }
    match expression {
        Expression::Keyword(number) => {
            let list = lists.get(*number).copied().unwrap_or_default();
            list.iter().map(|(doc, _)| *doc).collect()
        }
        Expression::Either(parts) => {
            let parts = parts.iter().map(|part| matching(part, lists, segment));
            parts.reduce(union).unwrap_or_default()
        }
        Expression::Not(inner) => {
            let without = matching(inner, lists, segment);
            without_all(segment.exact.living().collect(), &without)
        }
        Expression::All(parts) => {
            let is_not = |part: &&Expression| matches!(part, Expression::Not(_));
            let wanted = parts.iter().filter(|part| !is_not(part));
            let wanted = wanted.map(|part| matching(part, lists, segment));
            let all = wanted.reduce(|a, b| with_all(a, &b));
            let mut all = all.unwrap_or_else(|| segment.exact.living().collect());
            for part in parts {
                if let Expression::Not(inner) = part {
                    all = without_all(all, &matching(inner, lists, segment));
                }
            }
            all
        }
    }
}

/// Sorted lists as one, each passage once.
pub(super) fn union(mut a: Vec<DocId>, b: Vec<DocId>) -> Vec<DocId> {
    a.extend(b);
    // Two runs in order: this merges them.
    a.sort();
    a.dedup();
    a
}

fn with_all(mut docs: Vec<DocId>, others: &[DocId]) -> Vec<DocId> {
    let mut others = others.iter().peekable();
    docs.retain(|doc| {
        while others.next_if(|other| **other < *doc).is_some() {}
        others.peek() == Some(&doc)
    });
    docs
}

fn without_all(mut docs: Vec<DocId>, others: &[DocId]) -> Vec<DocId> {
    let mut others = others.iter().peekable();
    docs.retain(|doc| {
        while others.next_if(|other| **other < *doc).is_some() {}
        others.peek() != Some(&doc)
    });
    docs
}

/// Calls `visit(passage, frequencies)` for every passage for which the expression holds, ascending; the frequency
/// of a keyword that does not contribute is 0.
pub(super) fn each_holding(
    expression: &Expression,
    lists: &[&[(DocId, u32)]],
    segment: &Segment,
    mut visit: impl FnMut(DocId, &[u32]),
) {
    let mut rests = lists.to_vec();
    let mut found = vec![0; lists.len()];
    let mut frequencies = vec![0; lists.len()];
    let docs = matching(expression, lists, segment);
    for doc in segment.exact.stop().until(docs.into_iter()) {
        for (rest, found) in rests.iter_mut().zip(&mut found) {
            let n_before = rest.partition_point(|(other, _)| *other < doc);
            *rest = rest.get(n_before..).unwrap_or_default();
            *found = match rest.first() {
                Some((first, n)) if *first == doc => *n,
                _ => 0,
            };
        }
        frequencies.fill(0);
        let stands = |number: usize| found.get(number).is_some_and(|n| *n > 0);
        let holds = expression.holds(&stands, &mut |number| {
            if let (Some(frequency), Some(n)) = (frequencies.get_mut(number), found.get(number)) {
                *frequency = *n;
            }
        });
        debug_assert!(holds, "both ways to evaluate agree");
        visit(doc, &frequencies);
    }
}

/// Calls `visit(passage, frequencies)` for every passage that stands in at least `n_needed` lists, ascending.
pub(super) fn each_match(
    lists: &[&[(DocId, u32)]],
    n_needed: usize,
    stop: &Stop,
    mut visit: impl FnMut(DocId, &[u32]),
) {
    if let [list] = lists {
        for (doc, n) in stop.until(list.iter()) {
            visit(*doc, &[*n]);
        }
        return;
    }
    if lists.is_empty() || n_needed == lists.len() && lists.iter().any(|list| list.is_empty()) {
        return;
    }
    let mut rests = lists.to_vec();
    let mut frequencies = vec![0; lists.len()];
    let next = |rests: &[&[(DocId, u32)]]| {
        let heads = rests.iter().filter_map(|rest| rest.first());
        heads.map(|(doc, _)| *doc).min()
    };
    while let Some(doc) = next(&rests).filter(|_| !stop.is_set()) {
        let mut n_found = 0;
        for (rest, frequency) in rests.iter_mut().zip(&mut frequencies) {
            *frequency = 0;
            if let [(first, n), tail @ ..] = *rest
                && *first == doc
            {
                *frequency = *n;
                *rest = tail;
                n_found += 1;
            }
        }
        if n_found >= n_needed {
            visit(doc, &frequencies);
        }
        if n_needed == lists.len() {
            // All are needed: every list may jump to the furthest of their heads.
            let heads: Option<Vec<DocId>> = rests
                .iter()
                .map(|rest| rest.first().map(|(doc, _)| *doc))
                .collect();
            let Some(furthest) = heads.and_then(|heads| heads.into_iter().max()) else {
                return;
            };
            for rest in &mut rests {
                let n_before = rest.partition_point(|(doc, _)| *doc < furthest);
                *rest = rest.get(n_before..).unwrap_or_default();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn matches_are_those_of_a_plain_merge(
            lists in proptest::collection::vec(proptest::collection::btree_map(0u32..40, 1u32..4, 0..30), 1..5),
            all in any::<bool>(),
        ) {
            let lists: Vec<Vec<(u32, u32)>> = lists.into_iter().map(|list| list.into_iter().collect()).collect();
            let slices: Vec<&[(u32, u32)]> = lists.iter().map(Vec::as_slice).collect();
            let n_needed = if all { lists.len() } else { 1 };
            let mut found = Vec::new();
            each_match(&slices, n_needed, &Stop::new(), |doc, frequencies| found.push((doc, frequencies.to_vec())));
            let mut expected = Vec::new();
            for doc in 0..40 {
                let frequencies: Vec<u32> = lists
                    .iter()
                    .map(|list| list.iter().find(|(d, _)| *d == doc).map_or(0, |(_, n)| *n))
                    .collect();
                if frequencies.iter().filter(|n| **n > 0).count() >= n_needed {
                    expected.push((doc, frequencies));
                }
            }
            prop_assert_eq!(found, expected);
        }
    }
}
