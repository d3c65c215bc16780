//! Where the keywords, words and pairs of characters of a query stand, and what each is worth.
//!
//! In: an open [`Index`] and a [`Query`]. Out: for each of them a list of passages a segment with how often it stands there,
//! and its weight in a score (`rank`).
//!
//! # Invariants
//!
//! - Lists hold living passages alone, ascending; what is counted of them leaves out copies of reports.
//! - A word stands in every passage that has its characters in a row, however jieba cut the passage: the tiers `words` and
//!   `any` give all that `exact` gives for one phrase.

use super::options::{SearchOptions, Tier};
use crate::exact::{Keyword, MatchOptions, Phrase};
use crate::index::{Index, IndexError, Reach, ReportRun, Segment};
use crate::query::Query;
use crate::rank::{self, Scoring, Sizes};
use crate::tokenize::QueryWord;
use std::cell::RefCell;
use std::collections::HashSet;
use std::ops::Range;
use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Term};

/// Words that ask, also as the beginning of longer ones: 怎么回事. They say nothing of what is asked for, and are rare in
/// reports, so that their rarity would take them for the subject.
const ASKING: &str =
    "如何 怎么 怎样 什么 为什么 为何 何时 哪些 哪个 哪里 哪儿 多少 是否 能否 有没有 请问";
/// Single characters that ask; others begin with them: 吗啡.
const ASKING_CHARS: &str = "谁 吗 呢";

/// A word that passages are searched for.
#[derive(Clone)]
pub(super) struct Word {
    pub(super) text: String,
    /// The word of plain mode that it is, or stands inside of.
    whole: String,
    /// Where that stands in its text, in bytes.
    range: Range<usize>,
    /// Whether it stands in the word list.
    is_known: bool,
}

impl Word {
    fn asks(&self) -> bool {
        let begins = |asking| self.whole.starts_with(asking);
        let is_all = |asking| self.whole == asking;
        ASKING.split(' ').any(begins) || ASKING_CHARS.split(' ').any(is_all)
    }

    fn is_single(&self) -> bool {
        self.text.chars().nth(1).is_none()
    }

    /// Whether it is a character right before another one, none of which is part of a longer word.
    fn is_beside(&self, next: &Word) -> bool {
        self.is_single() && next.is_single() && self.range.end == next.range.start
    }

    /// Two characters as one word.
    fn joined(&self, next: &Word) -> Word {
        let text = format!("{}{}", self.text, next.text);
        Word {
            whole: text.clone(),
            text,
            range: self.range.start..next.range.end,
            is_known: false,
        }
    }
}

impl From<QueryWord> for Word {
    fn from(word: QueryWord) -> Word {
        Word {
            range: word.whole_range(),
            text: word.text,
            whole: word.whole,
            is_known: true,
        }
    }
}

/// What is wanted of a passage.
#[derive(Default)]
struct WantedParts {
    /// Words in the order in which they stand. Two single characters beside each other are one word that the list does not
    /// know: 托育.
    words: Vec<Word>,
    /// Where more of them stand beside each other, each two, of which some may be a word.
    neighbours: Vec<Word>,
    /// The stretches of text whose pairs of characters are heard.
    texts: Vec<String>,
}

impl WantedParts {
    /// Adds a text and its words; what asks is left out if `without_asking`.
    fn add(&mut self, text: &str, words: &[Word], without_asking: bool) {
        let asks = |word: &&Word| without_asking && word.asks();
        let mut start = 0;
        for asking in words.iter().filter(asks) {
            let stretch = text.get(start..asking.range.start);
            self.texts.extend(stretch.map(str::to_owned));
            start = asking.range.end;
        }
        self.texts.extend(text.get(start..).map(str::to_owned));
        let heard: Vec<&Word> = words.iter().filter(|word| !asks(word)).collect();
        for run in heard.chunk_by(|word, next| word.is_beside(next)) {
            if let [first, second] = *run {
                self.words.push(first.joined(second));
                continue;
            }
            self.words.extend(run.iter().copied().cloned());
            let pairs = run.iter().zip(run.iter().skip(1));
            self.neighbours
                .extend(pairs.map(|(first, second)| first.joined(second)));
        }
    }
}

/// The passages of each segment in which one keyword or word stands, and how often.
pub(super) struct TermLists {
    pub(super) lists: Vec<Vec<(DocId, u32)>>,
    pub(super) n_passages: u64,
    /// How far it reaches, where the lists do not tell.
    known: Option<Reach>,
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
        let lists = self.lists.iter().zip(&self.worths);
        for (list, worth) in segment.exact.stop().until_each(lists) {
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

/// Words that passages are searched for, and pairs of characters that have a say.
pub type WordsAndPairs = (Vec<String>, Vec<(char, char)>);

/// How passages of one phrase are scored: `worth · f·(k1 + 1) / (f + norm)`, times `heading` for a heading, with `norm =
/// k1·(1 − length + length·units / mean_chars)`; rounded to 1e-4 after that.
#[derive(Clone, Copy, Debug)]
pub struct ScoreShape {
    /// How soon more places say nothing more.
    pub k1: f64,
    /// The weight of the length of a passage.
    pub length: f64,
    /// The mean length.
    pub mean_chars: f64,
    /// What a heading is multiplied by.
    pub heading: f64,
    /// What the phrase is worth.
    pub worth: f64,
}

impl ScoreShape {
    /// A score, from one without its worth, as it is compared.
    pub fn compared(&self, without_worth: f64) -> f64 {
        rank::rounded(self.worth * without_worth)
    }
}

impl Index {
    /// How passages of a phrase that so many of them have are scored.
    pub fn score_shape(&self, n_passages: u64, options: &SearchOptions) -> ScoreShape {
        let sizes = self.sizes();
        ScoreShape {
            k1: rank::K1,
            length: options.scoring.length,
            mean_chars: sizes.mean_chars,
            heading: options.scoring.heading,
            worth: sizes.rarity(n_passages),
        }
    }

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
        let known = self.rest.as_ref().and_then(|rest| match keyword {
            Keyword::Phrase(phrase) => rest.reaches.phrases.get(phrase.folded()).copied(),
            Keyword::Pattern(_) | Keyword::Near(_) => None,
        });
        self.counted(lists, known)
    }

    /// The words that a passage is searched for in a wider tier, each once, and where they stand. A single character says too
    /// little to be one of several that are enough.
    pub(super) fn word_terms(
        &self,
        query: &Query,
        tier: Tier,
    ) -> Result<(Vec<Word>, Vec<TermLists>), IndexError> {
        let WantedParts {
            words, neighbours, ..
        } = self.wanted(query)?;
        let mut seen = HashSet::new();
        let mut terms = Vec::new();
        for word in words {
            if seen.insert(word.text.clone()) {
                let lists = self.word_lists(&word.text)?;
                terms.push((word, lists));
            }
        }
        if tier == Tier::Any {
            for word in neighbours {
                if seen.insert(word.text.clone()) {
                    let lists = self.word_lists(&word.text)?;
                    // What stands nowhere was no word.
                    if lists.n_passages > 0 {
                        terms.push((word, lists));
                    }
                }
            }
            if terms.iter().any(|(word, _)| !word.is_single()) {
                terms.retain(|(word, _)| !word.is_single());
            }
            terms.sort_by_key(|(word, _)| word.range.start);
        }
        Ok(terms.into_iter().unzip())
    }

    /// Where one word stands, in every segment: as often as passages were cut into it, and where they were cut otherwise, as
    /// often as its characters stand in a row.
    fn word_lists(&self, word: &str) -> Result<TermLists, IndexError> {
        let inside = MatchOptions {
            literal: false,
            inside: true,
        };
        let Some(string) = Phrase::new(word, inside) else {
            return Ok(self.counted(vec![Vec::new(); self.segments.len()], None));
        };
        let term = Term::from_field_text(self.fields.words, word);
        let read = |segment: &Segment| -> tantivy::Result<Vec<(DocId, u32)>> {
            let inverted = segment.reader.inverted_index(self.fields.words)?;
            let postings = inverted.read_postings(&term, IndexRecordOption::WithFreqs)?;
            let postings = RefCell::new(postings);
            let frequency = |doc| {
                let mut postings = postings.borrow_mut();
                let postings = postings.as_mut()?;
                if postings.doc() < doc {
                    postings.seek(doc);
                }
                (postings.doc() == doc).then(|| postings.term_freq())
            };
            let mut list = Vec::new();
            segment
                .exact
                .occurrences_unless_known(&string, frequency, |doc, n| list.push((doc, n)));
            Ok(list)
        };
        let lists: Vec<Vec<(DocId, u32)>> = self
            .segments
            .iter()
            .map(read)
            .collect::<tantivy::Result<_>>()
            .map_err(|error| self.damaged(error))?;
        Ok(self.counted(lists, None))
    }

    /// Lists with the number of passages that count: copies of a report do not.
    fn counted(&self, lists: Vec<Vec<(DocId, u32)>>, known: Option<Reach>) -> TermLists {
        if let Some(Reach { n_passages, .. }) = known {
            return TermLists {
                lists,
                n_passages,
                known,
            };
        }
        let n_listed = lists.iter().map(|list| list.len() as u64).sum::<u64>();
        let n_copies = match self.reports.has_duplicates() {
            true => self.n_in_copies(&lists),
            false => 0,
        };
        TermLists {
            n_passages: n_listed.saturating_sub(n_copies),
            lists,
            known: None,
        }
    }

    /// What each keyword or word is worth: nothing where no hit is shown.
    pub(super) fn worths(
        &self,
        words: &[Word],
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
                let voices = rank::voices_of(&wholes).into_iter().zip(words);
                // Two characters that are a word by guess have but one pair, which is heard too.
                let voices = voices.map(|(voice, word)| match word.is_known {
                    true => voice,
                    false => voice / 2.0,
                });
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
        let reach = term.known.unwrap_or_else(|| Reach {
            n_passages: term.n_passages,
            n_reports: self.n_reports_with(&term.lists),
        });
        sizes.rarity(term.n_passages) * (1.0 + scoring.burstiness * sizes.burstiness(reach))
    }

    /// How many of the listed passages are of copies of reports.
    fn n_in_copies(&self, lists: &[Vec<(DocId, u32)>]) -> u64 {
        let mut n_in_copies = 0;
        for (segment, list) in self.segments.iter().zip(lists) {
            let mut run = ReportRun::new(&self.reports, segment);
            let (mut last, mut is_copy) = (None, true);
            for (doc, _) in self.stop.until(list.iter()) {
                let rank = run.rank_of(*doc);
                if rank != last {
                    last = rank;
                    is_copy = rank.is_none_or(|rank| self.reports.is_duplicate(rank));
                }
                n_in_copies += u64::from(is_copy);
            }
        }
        n_in_copies
    }

    /// In how many reports, copies left out, the listed passages stand: those of a report follow one another.
    fn n_reports_with(&self, lists: &[Vec<(DocId, u32)>]) -> u64 {
        let mut n_reports = 0;
        for (segment, list) in self.segments.iter().zip(lists) {
            let mut run = ReportRun::new(&self.reports, segment);
            let mut last = None;
            for (doc, _) in self.stop.until(list.iter()) {
                let rank = run.rank_of(*doc);
                if last.replace(rank) != Some(rank) {
                    n_reports +=
                        u64::from(rank.is_some_and(|rank| !self.reports.is_duplicate(rank)));
                }
            }
        }
        n_reports
    }

    /// What decides and ranks beside the keywords of a query themselves: the words that passages are searched for, and the
    /// pairs of characters that have a say.
    ///
    /// # Errors
    /// When the word list cannot be read.
    pub fn evidence(
        &self,
        query: &Query,
        options: &SearchOptions,
    ) -> Result<WordsAndPairs, IndexError> {
        let has_pairs = self.pairs_have_a_say(query, options);
        if options.tier == Tier::Exact && !has_pairs {
            return Ok(Default::default());
        }
        let wanted = self.wanted(query)?;
        let pairs = rank::pairs_of(wanted.texts.iter().map(String::as_str));
        let mut words = match options.tier {
            Tier::Exact => Vec::new(),
            Tier::Words | Tier::Any => wanted.words,
        };
        if options.tier == Tier::Any {
            words.extend(wanted.neighbours);
        }
        let words = words.into_iter().map(|word| word.text).collect();
        Ok((words, if has_pairs { pairs } else { Vec::new() }))
    }

    /// Words and texts of all that is wanted, without what only asks, if anything else is there.
    fn wanted(&self, query: &Query) -> Result<WantedParts, IndexError> {
        let list = self.word_list()?;
        let words_of = |text| list.query_words(text).into_iter().map(Word::from);
        let texts = query.wanted().into_iter().flat_map(Keyword::texts);
        let texts: Vec<(&str, Vec<Word>)> =
            texts.map(|text| (text, words_of(text).collect())).collect();
        let heard = |without_asking| {
            let mut wanted = WantedParts::default();
            for (text, words) in &texts {
                wanted.add(text, words, without_asking);
            }
            wanted
        };
        let wanted = heard(true);
        Ok(match wanted.words.is_empty() {
            true => heard(false),
            false => wanted,
        })
    }

    fn pairs_have_a_say(&self, query: &Query, options: &SearchOptions) -> bool {
        let scoring = &options.scoring;
        let n_texts = query.wanted().into_iter().flat_map(Keyword::texts).count();
        let have_a_say = match options.tier {
            Tier::Exact => n_texts > 1 && scoring.closeness > 0.0,
            Tier::Words | Tier::Any => scoring.pairs > 0.0 || scoring.closeness > 0.0,
        };
        have_a_say && options.limit != Some(0)
    }

    /// The pairs of all that is wanted, where they have a say: not where the passages are those of one keyword, in which
    /// all of them stand close together, nor where no hit is shown.
    pub(super) fn query_pairs(
        &self,
        query: &Query,
        options: &SearchOptions,
    ) -> Result<QueryPairs, IndexError> {
        let scoring = &options.scoring;
        if !self.pairs_have_a_say(query, options) {
            return Ok(QueryPairs::default());
        }
        let wanted = self.wanted(query)?;
        let pairs = rank::pairs_of(wanted.texts.iter().map(String::as_str));
        let in_segment = |segment: &Segment, pair| {
            let mut list = Vec::new();
            segment
                .exact
                .pair_occurrences(pair, |doc, n| list.push((doc, n)));
            list
        };
        let everywhere = |pair: &(char, char)| {
            let segments = self.segments.iter();
            let rest = self.rest.as_ref();
            let known = rest.and_then(|rest| rest.reaches.pairs.get(pair).copied());
            let lists = segments.map(|segment| in_segment(segment, *pair)).collect();
            self.counted(lists, known)
        };
        let lists: Vec<TermLists> = pairs.iter().map(everywhere).collect();
        let in_words = rank::pairs_of(wanted.words.iter().map(|word| word.whole.as_str()));
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
