//! Scores a run against judgements as `trec_eval` does: means over all queries that have a relevant document.

use crate::collection::Judgements;

/// Documents that nDCG and MRR look at.
const TOP: usize = 10;

/// The documents for each query, best first, with their scores.
pub(crate) type Run = Vec<(String, Vec<(String, f64)>)>;

/// How good a run is.
pub(crate) struct Figures {
    /// nDCG@10, gain = grade, discount = log2(rank + 1).
    pub(crate) ndcg: f64,
    /// One over the rank of the first relevant document among the first ten.
    pub(crate) mrr: f64,
    /// The share of relevant documents among the first hundred.
    pub(crate) recall: f64,
}

/// The figures of a run. A query without an answer counts as 0.
pub(crate) fn figures(run: &Run, judgements: &Judgements) -> Figures {
    let (mut ndcg, mut mrr, mut recall, mut n_queries) = (0.0, 0.0, 0.0, 0.0);
    for (query, documents) in run {
        let Some(grades) = judgements.get(query) else {
            continue;
        };
        let mut ideal: Vec<u32> = grades
            .values()
            .copied()
            .filter(|grade| *grade > 0)
            .collect();
        if ideal.is_empty() {
            continue;
        }
        ideal.sort_unstable_by(|a, b| b.cmp(a));
        let found: Vec<u32> = documents
            .iter()
            .map(|(document, _)| grades.get(document).copied().unwrap_or_default())
            .collect();
        n_queries += 1.0;
        ndcg += gain(&found) / gain(&ideal);
        let first = found.iter().take(TOP).position(|grade| *grade > 0);
        mrr += first.map_or(0.0, |at| 1.0 / (at as f64 + 1.0));
        recall += found.iter().filter(|grade| **grade > 0).count() as f64 / ideal.len() as f64;
    }
    Figures {
        ndcg: ndcg / n_queries,
        mrr: mrr / n_queries,
        recall: recall / n_queries,
    }
}

fn gain(grades: &[u32]) -> f64 {
    let top = grades.iter().take(TOP).enumerate();
    top.map(|(at, grade)| f64::from(*grade) / (at as f64 + 2.0).log2())
        .sum()
}
