//! A published index that is open: what is known of it, and what has come of its passages.
//!
//! In: what the index of tables says. Out: passages and sums of the cluster, compared with what was published; the headings
//! above them; the indexes that were made of them, each at a place that it keeps.

use crate::ask;
use crate::client::Client;
use crate::counts::Bucket;
use crate::layout::Notice;
use baogao_engine::catalogue::Catalogue as _;
use baogao_engine::index::{Above, ElsewhereFault, HeadingTexts, Index, IndexError};
use baogao_engine::record::PassageRecord;
use baogao_engine::search::ScoreShape;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What is known of a published index once it is open.
pub(crate) struct Link {
    pub(crate) client: Client,
    pub(crate) notice: Notice,
    /// Index of tables.
    pub(crate) tables_index: String,
    /// The key of each report, by rank.
    pub(crate) keys: Arc<[i64]>,
    /// Number in the report table by key.
    pub(crate) numbers: Arc<HashMap<i64, u32>>,
    /// Rank by key.
    pub(crate) ranks: Arc<HashMap<i64, usize>>,
    /// Set once this handle has compared how many passages are there.
    pub(crate) compared: OnceLock<()>,
}

impl Link {
    /// Compares, once for each handle, how many passages the cluster holds with how many were published.
    pub(crate) fn compare_number(&self) -> Result<(), IndexError> {
        if self.compared.get().is_some() {
            return Ok(());
        }
        let body = json!({"size": 0, "track_total_hits": true});
        let value = self.client.search(&self.notice.passages_index, &body)?;
        let there = value.pointer("/hits/total/value").and_then(Value::as_u64);
        let there = there.ok_or_else(|| self.client.garbled("an answer lacks its number"))?;
        if there != self.notice.n_passages {
            return Err(self.client.fault(ElsewhereFault::Changed {
                there,
                published: self.notice.n_passages,
            }));
        }
        let _ = self.compared.set(());
        Ok(())
    }

    /// The rank of the report that has this key.
    pub(crate) fn rank(&self, key: i64) -> Option<usize> {
        self.ranks.get(&key).copied()
    }

    pub(crate) fn records(&self, query: &Value) -> Result<Vec<PassageRecord>, IndexError> {
        self.compare_number()?;
        let number_of = |key| self.numbers.get(&key).copied();
        self.client
            .records(&self.notice.passages_index, query, number_of)
    }

    /// The `n` passages that score best, and a score (without what the phrase is worth) that no other exceeds.
    pub(crate) fn best(
        &self,
        chars: &[char],
        within: &[Value],
        shape: ScoreShape,
        n: usize,
    ) -> Result<(Vec<PassageRecord>, f64), IndexError> {
        self.compare_number()?;
        let number_of = |key| self.numbers.get(&key).copied();
        self.client.best(
            &self.notice.passages_index,
            (chars, within),
            shape,
            n,
            number_of,
        )
    }

    /// How often characters stand side by side in each report and part.
    pub(crate) fn cells(&self, chars: &[char]) -> Result<Vec<Bucket>, IndexError> {
        self.compare_number()?;
        self.client.cells(&self.notice.passages_index, chars)
    }
}

/// The headings of the reports of which passages have come, asked for some reports at a time.
pub(crate) struct Headings {
    pub(crate) link: Arc<Link>,
    pub(crate) known: Mutex<HashMap<u32, Arc<HashMap<u32, Above>>>>,
    /// Numbers of the reports, ascending.
    pub(crate) reports: Vec<u32>,
    pub(crate) base: Index,
}

/// Reports whose headings are asked for at once.
const HEADINGS_AT_ONCE: usize = 64;

impl HeadingTexts for Headings {
    fn of(&self, report: u32) -> Result<Arc<HashMap<u32, Above>>, IndexError> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(headings) = known().get(&report) {
            return Ok(Arc::clone(headings));
        }
        // Whoever wants to see one will want to see its neighbours.
        let first = self.reports.partition_point(|other| *other < report);
        let others = self.reports.iter().skip(first).copied();
        let mut wanted: Vec<u32> = others
            .filter(|other| !known().contains_key(other))
            .take(HEADINGS_AT_ONCE)
            .collect();
        if wanted.first() != Some(&report) {
            wanted = vec![report];
        }
        let rank_of = |report: &u32| self.base.reports().rank_of(u64::from(*report));
        let keys = wanted
            .iter()
            .filter_map(|report| self.link.keys.get(rank_of(report)?).copied());
        let keys: Vec<i64> = keys.collect();
        let query = ask::all(vec![
            json!({"terms": {"k": keys}}),
            json!({"term": {"h": true}}),
        ]);
        let mut by_report: HashMap<u32, Vec<PassageRecord>> = HashMap::new();
        for record in self.link.records(&query)? {
            by_report.entry(record.report).or_default().push(record);
        }
        for report in wanted {
            let records = by_report.remove(&report).unwrap_or_default();
            let texts = records
                .into_iter()
                .map(|record| (record.number, (record.heading, record.text())));
            known().insert(report, Arc::new(texts.collect()));
        }
        Ok(known().get(&report).map(Arc::clone).unwrap_or_default())
    }
}

/// Indexes of passages that have come, each at a place that it keeps.
#[derive(Default)]
pub(crate) struct Parts {
    first: OnceLock<Box<PartLink>>,
    /// Which of them has what a query of the cluster finds.
    pub(crate) known: Mutex<HashMap<String, usize>>,
}

struct PartLink {
    index: Index,
    next: OnceLock<Box<PartLink>>,
}

impl Parts {
    pub(crate) fn get(&self, at: usize) -> Option<&Index> {
        let mut link = self.first.get()?;
        for _ in 0..at {
            link = link.next.get()?;
        }
        Some(&link.index)
    }

    /// Keeps an index, and says at which place.
    pub(crate) fn push(&self, index: Index) -> usize {
        let mut new = Box::new(PartLink {
            index,
            next: OnceLock::new(),
        });
        let (mut slot, mut at) = (&self.first, 0);
        loop {
            match slot.set(new) {
                Ok(()) => return at,
                Err(back) => new = back,
            }
            if let Some(link) = slot.get() {
                slot = &link.next;
                at += 1;
            }
        }
    }
}
