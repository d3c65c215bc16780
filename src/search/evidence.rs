//! Where the keywords, words and pairs of characters of a query stand, and what each is worth.
//!
//! In: an open [`Index`] and a [`Query`]. Out: for each of them a list of passages a segment with how often it stands there,
//! and its weight in a score (`rank`).
//!
//! # Invariants
//!
//! - Lists hold living passages alone, ascending; what is counted of them leaves out copies of reports.

use super::{SearchOptions, Tier};
use crate::exact::Keyword;
use crate::index::{Index, IndexError, Segment};
use crate::query::Query;
use crate::rank::{self, Reach, Scoring, Sizes};
use crate::tokenize::QueryWord;
use std::collections::HashSet;
use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, TERMINATED, Term};

/// The passages of each segment in which one keyword or word stands, and how often.
pub(super) struct TermLists {
    pub(super) lists: Vec<Vec<(DocId, u32)>>,
    pub(super) n_passages: u64,
}

/// Where the pairs of neighbouring characters of a query stand, and what each is worth.
#[derive(Default)]
pub(super) struct QueryPairs {
    pub(super) pairs: Vec<(char, char)>,
    pub(super) lists: Vec<TermLists>,
    pub(super) worths: Vec<f64>,
}

impl QueryPairs {
    /// What the pairs are worth in each passage of a segment, summed in the order of the query.
    pub(super) fn scores(
        &self,
        (at, segment): (usize, &Segment),
        sizes: Sizes,
        scoring: &Scoring,
    ) -> Vec<f64> {
        let n_passages = segment.reader.max_doc() as usize;
        let mut scores = vec![0.0; n_passages];
        for (list, worth) in self.lists.iter().zip(&self.worths) {
            let weight = scoring.pairs * worth;
            for (doc, n) in list.lists.get(at).into_iter().flatten() {
                if let Some(score) = scores.get_mut(*doc as usize) {
                    let norm = sizes.norm(segment.exact.n_units(*doc), scoring.length);
                    *score += weight * rank::saturated(*n, norm);
                }
            }
        }
        scores
    }
}

impl Index {
    /// Where one keyword stands, in every segment.
    pub(super) fn keyword_lists(&self, keyword: &Keyword) -> TermLists {
        let lists: Vec<Vec<(DocId, u32)>> = self
            .segments
            .iter()
            .map(|segment| {
                let mut list = Vec::new();
                segment
                    .exact
                    .keyword_occurrences(keyword, |doc, n| list.push((doc, n)));
                list
            })
            .collect();
        self.counted(lists)
    }

    /// Where one word stands, in every segment, living passages only.
    pub(super) fn word_lists(&self, word: &str) -> Result<TermLists, IndexError> {
        let term = Term::from_field_text(self.fields.words, word);
        let read = |segment: &Segment| -> tantivy::Result<Vec<(DocId, u32)>> {
            let inverted = segment.reader.inverted_index(self.fields.words)?;
            let mut list = Vec::new();
            if let Some(mut postings) =
                inverted.read_postings(&term, IndexRecordOption::WithFreqs)?
            {
                let mut doc = postings.doc();
                while doc != TERMINATED {
                    if segment.exact.is_alive(doc) {
                        list.push((doc, postings.term_freq()));
                    }
                    doc = postings.advance();
                }
            }
            Ok(list)
        };
        let lists: Vec<Vec<(DocId, u32)>> = self
            .segments
            .iter()
            .map(read)
            .collect::<tantivy::Result<_>>()
            .map_err(|error| self.damaged(error))?;
        Ok(self.counted(lists))
    }

    /// Lists with the number of passages that count: copies of a report do not.
    fn counted(&self, lists: Vec<Vec<(DocId, u32)>>) -> TermLists {
        let n_listed = lists.iter().map(|list| list.len() as u64).sum::<u64>();
        let n_copies = if self.reports.has_duplicates() {
            let in_copy = |segment: &Segment, doc: DocId| {
                let rank = self.reports.rank_of(segment.report(doc));
                rank.is_none_or(|rank| self.reports.is_duplicate(rank))
            };
            self.segments
                .iter()
                .zip(&lists)
                .flat_map(|(segment, list)| list.iter().map(move |(doc, _)| (segment, *doc)))
                .filter(|(segment, doc)| in_copy(segment, *doc))
                .count() as u64
        } else {
            0
        };
        TermLists {
            n_passages: n_listed - n_copies,
            lists,
        }
    }

    /// What each keyword or word is worth: nothing where no hit is shown.
    pub(super) fn worths(
        &self,
        words: &[QueryWord],
        terms: &[TermLists],
        options: &SearchOptions,
    ) -> Vec<f64> {
        if options.limit == Some(0) {
            return vec![0.0; terms.len()];
        }
        let scoring = &options.scoring;
        let worths = match terms {
            // Beside nothing else only its rarity says what it is worth, and that alike for all passages.
            [term] => vec![self.sizes().rarity(term.n_passages)],
            _ => terms.iter().map(|term| self.worth(term, scoring)).collect(),
        };
        let voices = match options.tier {
            Tier::Exact => vec![1.0; terms.len()],
            Tier::Words | Tier::Any if scoring.shared => {
                let wholes: Vec<&str> = words.iter().map(|word| word.whole.as_str()).collect();
                let voices = rank::voices_of(&wholes).into_iter();
                voices.map(|voice| voice * scoring.words).collect()
            }
            Tier::Words | Tier::Any => vec![scoring.words; terms.len()],
        };
        let worths = worths.into_iter().zip(voices);
        worths.map(|(worth, voice)| worth * voice).collect()
    }

    /// What one of several terms is worth: the more, the rarer it is, and the denser in few reports.
    fn worth(&self, term: &TermLists, scoring: &Scoring) -> f64 {
        let sizes = self.sizes();
        let reach = Reach {
            n_passages: term.n_passages,
            n_reports: self.n_reports_with(&term.lists),
        };
        sizes.rarity(term.n_passages) * (1.0 + scoring.burstiness * sizes.burstiness(reach))
    }

    /// In how many reports, copies left out, the listed passages stand: those of a report follow one another.
    fn n_reports_with(&self, lists: &[Vec<(DocId, u32)>]) -> u64 {
        let mut n_reports = 0;
        for (segment, list) in self.segments.iter().zip(lists) {
            let mut last = None;
            for (doc, _) in list {
                let number = segment.report(*doc);
                if last.replace(number) != Some(number) {
                    let rank = self.reports.rank_of(number);
                    n_reports +=
                        u64::from(rank.is_some_and(|rank| !self.reports.is_duplicate(rank)));
                }
            }
        }
        n_reports
    }

    /// The words of all that is wanted, in the order in which they stand.
    pub(super) fn query_words(&self, query: &Query) -> Result<Vec<QueryWord>, IndexError> {
        let list = self.word_list()?;
        let texts = query.wanted().into_iter().flat_map(Keyword::texts);
        Ok(texts.flat_map(|text| list.query_words(text)).collect())
    }

    /// The pairs of all that is wanted, where they have a say: not where the passages are those of one keyword, in which
    /// all of them stand close together, nor where no hit is shown.
    pub(super) fn query_pairs(
        &self,
        query: &Query,
        options: &SearchOptions,
    ) -> Result<QueryPairs, IndexError> {
        let scoring = &options.scoring;
        let texts: Vec<&str> = query
            .wanted()
            .into_iter()
            .flat_map(Keyword::texts)
            .collect();
        let have_a_say = match options.tier {
            Tier::Exact => texts.len() > 1 && scoring.closeness > 0.0,
            Tier::Words | Tier::Any => scoring.pairs > 0.0 || scoring.closeness > 0.0,
        };
        if !have_a_say || options.limit == Some(0) {
            return Ok(QueryPairs::default());
        }
        let pairs = rank::pairs_of(texts);
        let in_segment = |segment: &Segment, pair| {
            let mut list = Vec::new();
            segment
                .exact
                .pair_occurrences(pair, |doc, n| list.push((doc, n)));
            list
        };
        let everywhere = |pair: &(char, char)| {
            let segments = self.segments.iter();
            self.counted(segments.map(|segment| in_segment(segment, *pair)).collect())
        };
        let lists: Vec<TermLists> = pairs.iter().map(everywhere).collect();
        let words = self.query_words(query)?;
        let in_words = rank::pairs_of(words.iter().map(|word| word.whole.as_str()));
        let worths = pairs.iter().zip(&lists).map(|(pair, list)| {
            let across = match in_words.contains(pair) {
                true => 1.0,
                false => scoring.across,
            };
            across * self.worth(list, scoring)
        });
        Ok(QueryPairs {
            worths: worths.collect(),
            lists,
            pairs,
        })
    }

    /// What scores are measured against.
    pub(super) fn sizes(&self) -> Sizes {
        let (n_reports, n_passages, mean_chars) = self.reports.totals();
        Sizes {
            all: Reach {
                n_passages,
                n_reports,
            },
            mean_chars,
        }
    }
}

/// Each word once. A single character says too little to be one of several that are enough.
pub(super) fn words_of(mut words: Vec<QueryWord>, tier: Tier) -> Vec<QueryWord> {
    let mut seen = HashSet::new();
    words.retain(|word| seen.insert(word.text.clone()));
    if tier == Tier::Any && words.len() > 1 {
        words.retain(|word| word.text.chars().nth(1).is_some());
    }
    words
}
