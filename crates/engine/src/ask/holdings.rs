//! What questions are asked of: the seam below them.
//!
//! In: expressions that are understood, filters that are resolved. Out: the report table, the cells of an expression, the
//! matching passages in order, passages by their numbers. Everything above decides what is asked and said; everything
//! below, where the texts are held and how they are searched. The local index is one holding; the tests that compare
//! answers with a literal scan are to run over every other.

use crate::catalogue::Catalogue;
use crate::collocation::{CollocateOptions, Collocates};
use crate::concordance::{Concordance, First, Order, Side, first_appearances};
use crate::exact::{Keyword, Phrase};
use crate::glossary::{DefinedTerm, Explained, explain, find_definitions};
use crate::index::{Changes, FileTable, Index, IndexError, Manifest};
use crate::passage::PassageView;
use crate::query::{Filters, Query};
use crate::search::{Found, Hit, ReadingOrder, SearchOptions, SearchResult};
use crate::stats::{self, CountOptions, Counted, Dimension, Group, Tabulation, count, count_query};
use crate::stop::Stop;
use crate::strings::{FoldedPassage, SortedSets, TwoSets};
use crate::tokenize::WordList;
use std::ops::{Range, RangeInclusive};
use std::path::PathBuf;
use std::sync::Arc;

/// Things that are given one by one, each read when it is asked for.
pub type Each<'a, T> = Box<dyn Iterator<Item = Result<T, IndexError>> + 'a>;

/// Where reports are held and searched. Every method fails when what is held cannot be read, or the work is stopped.
#[allow(clippy::missing_errors_doc, reason = "it is said above of all")]
pub trait Holdings: Catalogue {
    /// What they were made with and from, and how much they are.
    fn manifest(&self) -> &Manifest;

    /// Fingerprint of paths and contents of all files.
    fn corpus(&self) -> &str {
        &self.manifest().corpus
    }

    /// The files that they rest on.
    fn files(&self) -> Result<FileTable, IndexError>;

    /// Where each of the folders of these files is now, nothing for one that was forgotten or is not on this machine.
    fn root_paths(&self) -> Result<Vec<Option<PathBuf>>, IndexError>;

    /// How the reader's files differ from those that are held, as far as a glance tells.
    fn changes(&self) -> Result<Changes, IndexError>;

    /// Begins that glance, if it takes long: the next [`Holdings::changes`] waits for the end of it. For a program that asks
    /// once.
    fn begin_glance(&self) {}

    /// All that matches a query: the counts, and the passages of one page.
    fn find(
        &self,
        query: &Query,
        options: &SearchOptions,
    ) -> Result<(SearchResult, Found), IndexError>;

    /// The same with words in place of the expression, as little wider as finds something.
    fn find_wider(
        &self,
        query: &Query,
        options: &SearchOptions,
    ) -> Result<Option<(SearchResult, Found)>, IndexError>;

    /// How many passages more have all words, where that is worth a word.
    fn more_with_words(
        &self,
        query: &Query,
        options: &SearchOptions,
        answer: &SearchResult,
    ) -> Result<Option<u64>, IndexError>;

    /// The passages that were found, in order.
    fn hits<'f>(&'f self, found: &'f Found) -> Each<'f, Hit>;

    /// The texts of all places of a keyword in the reports that are searched, in no promised order.
    fn texts_of(&self, keyword: &Keyword) -> Result<Vec<String>, IndexError>;

    /// The cells of lists of phrases that share places.
    fn cells(
        &self,
        groups: &[Group],
        filters: &Filters,
        options: CountOptions,
    ) -> Result<Vec<Counted>, IndexError>;

    /// The cells of a query.
    fn cells_of(
        &self,
        query: &Query,
        filters: &Filters,
        by_passage: bool,
    ) -> Result<Counted, IndexError>;

    /// The rows of a table, and what is held under each.
    fn tabulation(&self, filters: &Filters, by: &[Dimension]) -> Result<Tabulation, IndexError>;

    /// All places of a query.
    fn concordance<'h>(
        &'h self,
        query: &Query,
        filters: &Filters,
        order: Order,
    ) -> Result<Concordance<'h>, IndexError>;

    /// What stands beside the places of a query.
    fn collocates(
        &self,
        query: &Query,
        filters: &Filters,
        options: &CollocateOptions,
    ) -> Result<Collocates, IndexError>;

    /// Where each passage that passes filters begins, as if all were written one behind the other.
    fn reading_order(&self, filters: &Filters) -> Result<ReadingOrder, IndexError>;

    /// Where the places of a query stand in that text.
    fn places_along(
        &self,
        query: &Query,
        filters: &Filters,
        order: &ReadingOrder,
    ) -> Result<Vec<u64>, IndexError>;

    /// First appearances, in all reports together or under each value of a dimension.
    fn firsts(
        &self,
        query: &Query,
        filters: &Filters,
        by: Option<Dimension>,
        rejected: &[String],
    ) -> Result<Vec<First>, IndexError>;

    /// The entries of glossaries that define a term, or all; and how many passages of glossaries have the term.
    fn entries(
        &self,
        term: Option<&Phrase>,
        filters: &Filters,
    ) -> Result<(Vec<DefinedTerm>, u64), IndexError>;

    /// Some of these entries with their definitions.
    fn explain<'f>(&'f self, found: &'f [DefinedTerm], page: Range<usize>) -> Each<'f, Explained>;

    /// The ids of the passages in which entries begin.
    fn ids<'f>(
        &'f self,
        entries: Box<dyn Iterator<Item = &'f DefinedTerm> + 'f>,
    ) -> Each<'f, String>;

    /// Some passages of a report by their numbers, in reading order.
    fn passages(
        &self,
        rank: usize,
        numbers: RangeInclusive<u32>,
    ) -> Result<Each<'_, PassageView>, IndexError>;

    /// At most `n` passages on one side of another.
    fn beside<'f>(
        &'f self,
        passage: &'f PassageView,
        side: Side,
        n: usize,
    ) -> Each<'f, PassageView>;

    /// Calls `visit` with the folded text of each passage that the filters let through: reports by rank, the passages of
    /// each in reading order.
    fn each_folded(
        &self,
        filters: &Filters,
        visit: &mut dyn FnMut(FoldedPassage<'_>),
    ) -> Result<(), IndexError>;

    /// Two sets of passages out of texts that are sorted already; none where none are.
    fn sorted_sets(&self, _: &TwoSets<'_>) -> Result<Option<SortedSets>, IndexError> {
        Ok(None)
    }

    /// What stops the work of this handle: long work on texts looks at it.
    fn stop(&self) -> &Stop;

    /// Another handle on the same, whose work ends with [`IndexError::Stopped`] once `stop` is set.
    fn with_stop(&self, stop: Stop) -> Arc<dyn Holdings>;

    /// Another handle on the same that keeps what answers read and others will want: for whoever stays and asks often.
    fn keeping(&self) -> Arc<dyn Holdings>;

    /// What text is cut into words with.
    fn words(&self) -> Result<&WordList, IndexError>;
}

impl Holdings for Index {
    fn manifest(&self) -> &Manifest {
        Index::manifest(self)
    }

    fn files(&self) -> Result<FileTable, IndexError> {
        Index::files(self)
    }

    fn root_paths(&self) -> Result<Vec<Option<PathBuf>>, IndexError> {
        Index::root_paths(self)
    }

    fn changes(&self) -> Result<Changes, IndexError> {
        self.glance()
    }

    fn begin_glance(&self) {
        Index::begin_glance(self);
    }

    fn find(
        &self,
        query: &Query,
        options: &SearchOptions,
    ) -> Result<(SearchResult, Found), IndexError> {
        Index::find(self, query, options)
    }

    fn find_wider(
        &self,
        query: &Query,
        options: &SearchOptions,
    ) -> Result<Option<(SearchResult, Found)>, IndexError> {
        Index::find_wider(self, query, options)
    }

    fn more_with_words(
        &self,
        query: &Query,
        options: &SearchOptions,
        answer: &SearchResult,
    ) -> Result<Option<u64>, IndexError> {
        Index::more_with_words(self, query, options, answer)
    }

    fn hits<'f>(&'f self, found: &'f Found) -> Each<'f, Hit> {
        Box::new(Index::hits(self, found))
    }

    fn texts_of(&self, keyword: &Keyword) -> Result<Vec<String>, IndexError> {
        Index::texts_of(self, keyword)
    }

    fn cells(
        &self,
        groups: &[Group],
        filters: &Filters,
        options: CountOptions,
    ) -> Result<Vec<Counted>, IndexError> {
        count(self, groups, filters, options)
    }

    fn cells_of(
        &self,
        query: &Query,
        filters: &Filters,
        by_passage: bool,
    ) -> Result<Counted, IndexError> {
        count_query(self, query, filters, by_passage)
    }

    fn tabulation(&self, filters: &Filters, by: &[Dimension]) -> Result<Tabulation, IndexError> {
        stats::Tabulation::new(self, filters, by)
    }

    fn concordance<'h>(
        &'h self,
        query: &Query,
        filters: &Filters,
        order: Order,
    ) -> Result<Concordance<'h>, IndexError> {
        Concordance::new(self, query, filters, order)
    }

    fn collocates(
        &self,
        query: &Query,
        filters: &Filters,
        options: &CollocateOptions,
    ) -> Result<Collocates, IndexError> {
        Collocates::new(self, query, filters, options)
    }

    fn reading_order(&self, filters: &Filters) -> Result<ReadingOrder, IndexError> {
        Index::reading_order(self, filters)
    }

    fn places_along(
        &self,
        query: &Query,
        filters: &Filters,
        order: &ReadingOrder,
    ) -> Result<Vec<u64>, IndexError> {
        Index::places_along(self, query, filters, order)
    }

    fn firsts(
        &self,
        query: &Query,
        filters: &Filters,
        by: Option<Dimension>,
        rejected: &[String],
    ) -> Result<Vec<First>, IndexError> {
        first_appearances(self, query, filters, by, rejected)
    }

    fn entries(
        &self,
        term: Option<&Phrase>,
        filters: &Filters,
    ) -> Result<(Vec<DefinedTerm>, u64), IndexError> {
        find_definitions(self, term, filters)
    }

    fn explain<'f>(&'f self, found: &'f [DefinedTerm], page: Range<usize>) -> Each<'f, Explained> {
        Box::new(explain(self, found, page))
    }

    fn ids<'f>(
        &'f self,
        entries: Box<dyn Iterator<Item = &'f DefinedTerm> + 'f>,
    ) -> Each<'f, String> {
        Box::new(self.ids_at(entries.map(|found| found.entry.begins)))
    }

    fn passages(
        &self,
        rank: usize,
        numbers: RangeInclusive<u32>,
    ) -> Result<Each<'_, PassageView>, IndexError> {
        Ok(Box::new(self.passages_between(rank, numbers)?))
    }

    fn beside<'f>(
        &'f self,
        passage: &'f PassageView,
        side: Side,
        n: usize,
    ) -> Each<'f, PassageView> {
        Box::new(self.passages_beside(passage, side, n))
    }

    fn each_folded(
        &self,
        filters: &Filters,
        visit: &mut dyn FnMut(FoldedPassage<'_>),
    ) -> Result<(), IndexError> {
        Index::each_folded(self, filters, visit)
    }

    fn sorted_sets(&self, sets: &TwoSets<'_>) -> Result<Option<SortedSets>, IndexError> {
        Index::sorted_sets(self, sets)
    }

    fn stop(&self) -> &Stop {
        &self.stop
    }

    fn with_stop(&self, stop: Stop) -> Arc<dyn Holdings> {
        Arc::new(Index::with_stop(self, stop))
    }

    fn keeping(&self) -> Arc<dyn Holdings> {
        Arc::new(Index::keeping(self.clone()))
    }

    fn words(&self) -> Result<&WordList, IndexError> {
        self.word_list()
    }
}
