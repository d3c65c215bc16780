//! An index on a cluster, asked as the local one is.
//!
//! In: the address of a cluster. Out: [`Remote`], whose answers are those of the index that was published. Its tables are
//! here once it is open; passages come as questions need them, and stay until it is dropped: for each question, or for each
//! request of the page, there is a handle of its own.

use crate::address::{Access, Address};
use crate::ask;
use crate::client::{Body, Client, is_too_long};
use crate::counts::Bucket;
use crate::layout::{LAYOUT_VERSION, Mark, Notice, chunk_bytes, chunk_id, difference};
use baogao_engine::ask::{Each, Holdings, Shelved};
use baogao_engine::catalogue::Catalogue;
use baogao_engine::collocation::{CollocateOptions, Collocates};
use baogao_engine::concordance::{Concordance, First, Order, Side};
use baogao_engine::exact::{Keyword, MatchOptions, Phrase};
use baogao_engine::glossary::{DefinedTerm, Explained};
use baogao_engine::index::{
    Above, Changes, ElsewhereFault, FileTable, HeadingTexts, Index, IndexError, IndexStamp,
    Manifest, Reach, Reaches, ReportTable, Rest, UnreadFile,
};
use baogao_engine::passage::{PassageView, part_codes, part_of};
use baogao_engine::query::{Filters, Query};
use baogao_engine::record::{IndexTables, PassageRecord};
use baogao_engine::search::{
    Cell, Found, Hit, ReadingOrder, ScoreShape, SearchOptions, SearchResult, Sort, Tier,
};
use baogao_engine::stats::{CountOptions, Counted, Dimension, Group, Tabulation};
use baogao_engine::stop::Stop;
use baogao_engine::strings::FoldedPassage;
use baogao_engine::tokenize::WordList;
use baogao_reading::report::Part;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::ops::{Range, RangeInclusive};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use xxhash_rust::xxh3::xxh3_64;

/// Where so few passages have a phrase, all of them are asked for.
const FEW_PASSAGES: u64 = 500;
/// Reports that a filter of the cluster names at most.
const TERMS_MAX: usize = 50_000;
/// Passages that the cluster chooses at most.
const BEST_MAX: usize = 6_400;
/// Of a report with so many passages all come if one is asked for.
const REPORT_PASSAGES_MAX: u32 = 3_000;
/// Reports whose passages are asked for at once.
const REPORTS_PER_QUERY: usize = 200;

/// What is known of a published index once it is open.
pub(crate) struct Link {
    pub(crate) client: Client,
    pub(crate) notice: Notice,
    /// Index of tables.
    pub(crate) tables_index: String,
    /// The key of each report, by rank.
    pub(crate) keys: Vec<i64>,
    /// Number in the report table by key.
    numbers: HashMap<i64, u32>,
    /// Rank by key.
    ranks: HashMap<i64, usize>,
    /// Set once this handle has compared how many passages are there.
    compared: OnceLock<()>,
}

/// A published index.
pub struct Remote {
    link: Arc<Link>,
    /// The tables, without a passage.
    base: Index,
    parts: Parts,
}

/// Indexes of passages that have come, each at a place that it keeps.
#[derive(Default)]
struct Parts {
    first: OnceLock<Box<PartLink>>,
    /// Which of them has what a query of the cluster finds.
    known: Mutex<HashMap<String, usize>>,
}

struct PartLink {
    index: Index,
    next: OnceLock<Box<PartLink>>,
}

impl Parts {
    fn get(&self, at: usize) -> Option<&Index> {
        let mut link = self.first.get()?;
        for _ in 0..at {
            link = link.next.get()?;
        }
        Some(&link.index)
    }

    /// Keeps an index, and says at which place.
    fn push(&self, index: Index) -> usize {
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

/// Which passages are needed, and for what.
struct Need {
    query: Value,
    /// Whether words are searched.
    cut: bool,
    reaches: Reaches,
    /// Whether all passages of each report come: then their headings are among them.
    is_whole: bool,
}

impl Need {
    fn of(query: Value) -> Need {
        Need {
            query,
            cut: false,
            reaches: Reaches::default(),
            is_whole: false,
        }
    }
}

/// The headings of the reports of which passages have come, asked for some reports at a time.
struct Headings {
    link: Arc<Link>,
    known: Mutex<HashMap<u32, Arc<HashMap<u32, Above>>>>,
    /// Numbers of the reports, ascending.
    reports: Vec<u32>,
    base: Index,
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

impl Link {
    /// Compares, once for each handle, how many passages the cluster holds with how many were published.
    fn compare_number(&self) -> Result<(), IndexError> {
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

    fn records(&self, query: &Value) -> Result<Vec<PassageRecord>, IndexError> {
        self.compare_number()?;
        let number_of = |key| self.numbers.get(&key).copied();
        self.client
            .records(&self.notice.passages_index, query, number_of)
    }

    /// The `n` passages that score best, and a score (without what the phrase is worth) that no other exceeds.
    fn best(
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
    fn cells(&self, chars: &[char]) -> Result<Vec<Bucket>, IndexError> {
        self.compare_number()?;
        self.client.cells(&self.notice.passages_index, chars)
    }
}

impl Remote {
    /// Opens what is published under an address: reads its tables and compares the number of its passages.
    ///
    /// # Errors
    /// When there is nothing, it is of other versions, or the cluster does not answer in full.
    pub fn open(address: &Address, access: &Access) -> Result<Remote, IndexError> {
        Remote::open_with(&Client::new(address.clone(), access))
    }

    fn open_with(client: &Client) -> Result<Remote, IndexError> {
        // Reading the tables is part of the first question.
        let client = client.asking(Stop::new());
        let Some(tables_index) = published_index(&client)? else {
            return Err(client.fault(ElsewhereFault::Missing));
        };
        Remote::open_index(client, tables_index)
    }

    pub(crate) fn open_index(client: Client, tables_index: String) -> Result<Remote, IndexError> {
        let (notice, mark) = read_notice(&client, &tables_index)?;
        compare_description(&client, &notice.passages_index, &mark)?;
        let mut tables: HashMap<&str, Vec<u8>> = HashMap::new();
        for table in &notice.tables {
            tables.insert(
                &table.name,
                read_table(&client, &tables_index, &notice, &table.name)?,
            );
        }
        let mut take = |name: &str| tables.remove(name);
        let (reports, files) = (take("reports"), take("files"));
        let keys = take("keys").unwrap_or_default();
        let (Some(reports), Some(files)) = (reports, files) else {
            return Err(client.garbled("a table is missing"));
        };
        let base = Index::of_tables(IndexTables {
            manifest: notice.manifest.clone(),
            reports,
            files,
            words: take("words"),
            dir: PathBuf::from(&notice.dir),
        })
        .map_err(|error| match error {
            IndexError::OtherVersions {
                what,
                built,
                wanted,
                ..
            } => client.fault(ElsewhereFault::OtherVersions {
                what,
                built,
                wanted,
            }),
            other => other,
        })?;
        let (keys, _) = keys.as_chunks::<8>();
        let keys: Vec<i64> = keys.iter().map(|key| i64::from_le_bytes(*key)).collect();
        if keys.len() != base.reports().len() {
            return Err(client.garbled("a table has another number of reports"));
        }
        let ranks: HashMap<i64, usize> = keys.iter().copied().zip(0..).collect();
        let number = |(key, rank): (&i64, &usize)| (*key, base.reports().number(*rank));
        let link = Link {
            numbers: ranks.iter().map(number).collect(),
            ranks,
            keys,
            client,
            notice,
            tables_index,
            compared: OnceLock::new(),
        };
        let remote = Remote {
            link: Arc::new(link),
            base,
            parts: Parts::default(),
        };
        remote.link.compare_number()?;
        Ok(remote)
    }

    /// The address.
    pub fn address(&self) -> &Address {
        self.link.client.address()
    }

    pub(crate) fn link(&self) -> &Link {
        &self.link
    }

    /// What is known of the index that was published, without any passage.
    pub fn base(&self) -> &Index {
        &self.base
    }

    /// What tells one published index from the next.
    pub fn published_as(&self) -> &str {
        &self.link.tables_index
    }

    /// Another handle for another question, whose work ends once `stop` is set. It shares no passage with this one.
    pub fn with_stop(&self, stop: Stop) -> Remote {
        let link = Link {
            client: self.link.client.asking(stop.clone()),
            notice: self.link.notice.clone(),
            tables_index: self.link.tables_index.clone(),
            keys: self.link.keys.clone(),
            numbers: self.link.numbers.clone(),
            ranks: self.link.ranks.clone(),
            compared: OnceLock::new(),
        };
        Remote {
            link: Arc::new(link),
            base: self.base.with_stop(stop),
            parts: Parts::default(),
        }
    }

    /// The place of an index that has all that is needed.
    fn place(&self, need: Need) -> Result<usize, IndexError> {
        let query = ask::taken(need.query);
        let key = format!(
            "{query} {} {} {:?}",
            need.cut,
            need.is_whole,
            key_of(&need.reaches)
        );
        let known = || {
            self.parts
                .known
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(at) = known().get(&key) {
            return Ok(*at);
        }
        let records = self.link.records(&query)?;
        let at = self.hold(records, need.cut, need.reaches, need.is_whole)?;
        known().insert(key, at);
        Ok(at)
    }

    /// Keeps passages as an index, and says at which place.
    fn hold(
        &self,
        records: Vec<PassageRecord>,
        cut: bool,
        reaches: Reaches,
        is_whole: bool,
    ) -> Result<usize, IndexError> {
        let mut reports: Vec<u32> = records.iter().map(|record| record.report).collect();
        reports.sort_unstable();
        reports.dedup();
        let headings = Headings {
            link: Arc::clone(&self.link),
            known: Mutex::default(),
            reports,
            base: self.base.clone(),
        };
        let rest = Rest {
            reaches: Arc::new(reaches),
            headings: (!is_whole).then(|| Arc::new(headings) as Arc<dyn HeadingTexts>),
        };
        let index = self.base.with_records(records, cut, rest)?;
        Ok(self.parts.push(index))
    }

    /// The best passages of a phrase that many have: the cluster chooses more of them than a page takes, until those that it
    /// leaves out cannot be on the page, and our own code scores them. Nothing where that cannot be shown: then all are
    /// asked for.
    fn best(
        &self,
        query: &Query,
        phrase: &Phrase,
        options: &SearchOptions,
    ) -> Result<Option<(SearchResult, Found)>, IndexError> {
        let Some(end) = options
            .limit
            .map(|limit| limit.saturating_add(options.offset))
        else {
            return Ok(None);
        };
        let counted = self.counted(phrase.chars())?;
        let reports = self.base.reports();
        let mut reach = Reach {
            n_passages: 0,
            n_reports: 0,
        };
        let mut n_all = 0;
        for rank in 0..reports.len() {
            let n: u64 = counted
                .of(rank)
                .iter()
                .map(|cell| u64::from(cell.passages))
                .sum();
            n_all += n;
            if !reports.is_duplicate(rank) {
                reach.n_passages += n;
                reach.n_reports += u64::from(n > 0);
            }
        }
        let filters = &options.filters;
        let mask = self.report_mask(filters);
        let keys = self
            .link
            .keys
            .iter()
            .zip(&mask)
            .filter(|(_, asked)| **asked);
        let keys: Vec<i64> = keys.map(|(key, _)| *key).collect();
        if n_all < FEW_PASSAGES || keys.len() > TERMS_MAX || end > BEST_MAX / 2 {
            return Ok(None);
        }
        let (nothing, _) = self.base.find(
            query,
            &SearchOptions {
                limit: Some(0),
                ..options.clone()
            },
        )?;
        let answer = self.base.result_of(nothing, &counted, options);
        let parts = part_codes().filter(|code| filters.has_part(part_of(*code).0));
        let within = vec![
            json!({"terms": {"k": keys}}),
            json!({"terms": {"p": parts.collect::<Vec<u64>>()}}),
        ];
        let shape = self.base.score_shape(reach.n_passages, options);
        let mut reaches = Reaches::default();
        reaches.phrases.insert(phrase.folded().to_owned(), reach);
        let mut n = (end + 50).max(100);
        while n <= BEST_MAX {
            let (records, least) = match self.link.best(phrase.chars(), &within, shape, n) {
                // Page by page they come.
                Err(error) if is_too_long(&error) => return Ok(None),
                best => best?,
            };
            let is_all = (records.len() as u64) == answer.total.passages;
            let at = self.hold(records, false, reaches.clone(), false)?;
            let (_, mut found) = self.part(at)?.find(query, options)?;
            found.part = at;
            // What was left out has at most this score; the cluster counts in 32 bits.
            let left_out = shape.compared(least * (1.0 + 1e-6));
            let last = found.scores().last();
            if is_all || last.is_some_and(|last| last > left_out) {
                return Ok(Some((answer, found)));
            }
            n *= 4;
        }
        Ok(None)
    }

    fn part(&self, at: usize) -> Result<&Index, IndexError> {
        let part = self.parts.get(at);
        part.ok_or_else(|| self.link.client.garbled("passages are missing"))
    }

    /// An index that has all that is needed.
    fn index(&self, need: Need) -> Result<&Index, IndexError> {
        self.part(self.place(need)?)
    }

    fn everything(&self) -> Result<&Index, IndexError> {
        let mut need = Need::of(ask::anything());
        need.is_whole = true;
        self.index(need)
    }

    /// The cells of what stands side by side, as they are counted here.
    fn counted(&self, chars: &[char]) -> Result<Counted, IndexError> {
        let buckets = self.link.cells(chars)?;
        let mut cells: HashMap<(u32, u32), Cell> = HashMap::new();
        for bucket in buckets {
            let rank = self.link.ranks.get(&bucket.key);
            let rank = rank.ok_or_else(|| self.link.client.garbled("a report is not known"))?;
            let (part, _) = part_of(bucket.part);
            let cell = cells.entry((*rank as u32, part as u32)).or_default();
            cell.occurrences += bucket.sum as u32;
            cell.passages += bucket.passages as u32;
        }
        let cells = cells
            .into_iter()
            .map(|((rank, part), cell)| (rank, part, cell));
        Ok(Counted::of_cells(cells))
    }

    /// How far something reaches, copies of reports left out.
    fn reach(&self, chars: &[char]) -> Result<Reach, IndexError> {
        let mut reach = Reach {
            n_passages: 0,
            n_reports: 0,
        };
        let counted = self.counted(chars)?;
        let reports = self.base.reports();
        for rank in (0..reports.len()).filter(|rank| !reports.is_duplicate(*rank)) {
            let n: u64 = counted
                .of(rank)
                .iter()
                .map(|cell| u64::from(cell.passages))
                .sum();
            reach.n_passages += n;
            reach.n_reports += u64::from(n > 0);
        }
        Ok(reach)
    }

    /// What a search of one tier needs.
    fn need_of(&self, query: &Query, options: &SearchOptions) -> Result<Need, IndexError> {
        if query.holds_without_keywords() {
            return Ok(Need::of(ask::anything()));
        }
        let (words, pairs) = self.base.evidence(query, options)?;
        let mut reaches = Reaches::default();
        for pair in pairs {
            reaches.pairs.insert(pair, self.reach(&[pair.0, pair.1])?);
        }
        let mut queries = Vec::new();
        let exact = ask::of_expression(query.expression(), query.keywords());
        match options.tier {
            Tier::Exact => {
                queries.push(exact);
                // Of several keywords each is worth what its rarity says.
                if options.limit != Some(0) && query.keywords().len() > 1 {
                    for keyword in query.keywords() {
                        match keyword {
                            Keyword::Phrase(phrase) if phrase.is_plain() => {
                                let reach = self.reach(phrase.chars())?;
                                reaches.phrases.insert(phrase.folded().to_owned(), reach);
                            }
                            other => queries.push(ask::of_keyword(other)),
                        }
                    }
                }
            }
            Tier::Words | Tier::Any => {
                queries.extend(words_of(&words).map(|word| ask::of_phrase(&word)));
            }
        }
        Ok(Need {
            query: ask::any(queries),
            cut: options.tier != Tier::Exact,
            reaches,
            is_whole: false,
        })
    }

    fn exact_need(&self, query: &Query) -> Result<Need, IndexError> {
        self.need_of(query, &SearchOptions::default())
    }

    /// The one phrase of a query, if its characters alone decide where it counts.
    fn plain_phrase(query: &Query) -> Option<&Phrase> {
        match query.keywords() {
            [Keyword::Phrase(phrase)] if phrase.is_plain() && !query.holds_without_keywords() => {
                Some(phrase)
            }
            _ => None,
        }
    }
}

/// Words as what is looked for: wherever their characters stand.
fn words_of(words: &[String]) -> impl Iterator<Item = Phrase> {
    let inside = MatchOptions {
        literal: false,
        inside: true,
    };
    words
        .iter()
        .filter_map(move |word| Phrase::new(word, inside))
}

/// The parts of reaches that tell two needs apart.
fn key_of(reaches: &Reaches) -> (Vec<&String>, Vec<&(char, char)>) {
    let mut phrases: Vec<&String> = reaches.phrases.keys().collect();
    let mut pairs: Vec<&(char, char)> = reaches.pairs.keys().collect();
    phrases.sort();
    pairs.sort();
    (phrases, pairs)
}

/// The index of tables that the alias leads to; none if there is none.
pub(crate) fn published_index(client: &Client) -> Result<Option<String>, IndexError> {
    let names = published_indexes(client)?;
    match <[String; 1]>::try_from(names) {
        Ok([name]) => Ok(Some(name)),
        Err(names) if names.is_empty() => Ok(None),
        Err(names) => Err(client.fault(ElsewhereFault::Several { names })),
    }
}

/// All indexes that the alias leads to.
pub(crate) fn published_indexes(client: &Client) -> Result<Vec<String>, IndexError> {
    let path = format!("/_alias/{}", client.address().name);
    let reply = client.send("GET", &path, &Body::None)?;
    if reply.status == 404 {
        return Ok(Vec::new());
    }
    if reply.status != 200 {
        return Err(client.refused(reply.status, &reply));
    }
    let names: Vec<String> = match reply.value {
        Value::Object(indexes) => indexes.into_iter().map(|(name, _)| name).collect(),
        _ => return Err(client.garbled("an alias cannot be read")),
    };
    Ok(names)
}

/// What an index of tables says of itself, if it is of this program's layout.
pub(crate) fn read_notice(client: &Client, index: &str) -> Result<(Notice, Mark), IndexError> {
    let mark = read_mark(client, index)?;
    let mark = mark.ok_or_else(|| {
        client.fault(ElsewhereFault::Foreign {
            index: index.to_owned(),
        })
    })?;
    if mark.layout != LAYOUT_VERSION {
        return Err(client.fault(ElsewhereFault::OtherVersions {
            what: "layout on clusters".to_owned(),
            built: mark.layout.to_string(),
            wanted: LAYOUT_VERSION.to_string(),
        }));
    }
    let value = client.call("GET", &format!("/{index}/_doc/notice"), &Body::None)?;
    let notice = value.pointer("/_source/notice").cloned();
    let notice = notice.and_then(|notice| serde_json::from_value(notice).ok());
    let notice = notice.ok_or_else(|| client.garbled("what was published cannot be read"))?;
    Ok((notice, mark))
}

/// Fails where an index of passages is another than the one that was made: other fields count otherwise.
pub(crate) fn compare_description(
    client: &Client,
    index: &str,
    mark: &Mark,
) -> Result<(), IndexError> {
    let described = client.call("GET", &format!("/{index}"), &Body::None)?;
    match difference(index, &described, mark) {
        None => Ok(()),
        Some(_) => Err(client.fault(ElsewhereFault::ChangedByOthers {
            index: index.to_owned(),
        })),
    }
}

/// The mark in the mapping of an index; none if it is not ours.
pub(crate) fn read_mark(client: &Client, index: &str) -> Result<Option<Mark>, IndexError> {
    let value = client.call("GET", &format!("/{index}/_mapping"), &Body::None)?;
    Ok(value.get(index).and_then(Mark::of))
}

/// The bytes of a table, compared with their hash.
pub(crate) fn read_table(
    client: &Client,
    index: &str,
    notice: &Notice,
    name: &str,
) -> Result<Vec<u8>, IndexError> {
    let table = notice.tables.iter().find(|table| table.name == name);
    let table = table.ok_or_else(|| client.garbled("a table is missing"))?;
    let mut bytes = Vec::new();
    let mut at = 0;
    while (bytes.len() as u64) < table.bytes {
        let path = format!("/{index}/_doc/{}", chunk_id(name, at));
        let value = client.call("GET", &path, &Body::None)?;
        let chunk = value.get("_source").and_then(chunk_bytes);
        let chunk = chunk.filter(|chunk| !chunk.is_empty());
        bytes.extend(chunk.ok_or_else(|| client.garbled("a table is not what was sent"))?);
        at += 1;
    }
    if format!("{:016x}", xxh3_64(&bytes)) != table.hash || bytes.len() as u64 != table.bytes {
        return Err(client.garbled("a table is not what was sent"));
    }
    Ok(bytes)
}

impl Catalogue for Remote {
    fn reports(&self) -> &ReportTable {
        self.base.reports()
    }

    fn unread(&self) -> Result<Vec<UnreadFile>, IndexError> {
        self.base.unread()
    }
}

impl Holdings for Remote {
    fn files(&self) -> Result<FileTable, IndexError> {
        Index::files(&self.base)
    }

    /// Told where the folders of the files are on this machine; elsewhere nobody knows.
    fn changes(&self) -> Result<Changes, IndexError> {
        let roots = self.base.root_paths()?;
        let mut roots = roots.iter().flatten().peekable();
        if roots.peek().is_some() && roots.all(|root| root.exists()) {
            return self.base.glance();
        }
        Ok(Changes {
            known: self.base.files()?.files.len().max(1),
            ..Changes::default()
        })
    }

    fn find(
        &self,
        query: &Query,
        options: &SearchOptions,
    ) -> Result<(SearchResult, Found), IndexError> {
        if let (Some(phrase), Tier::Exact, Some(0), true) = (
            Remote::plain_phrase(query),
            options.tier,
            options.limit,
            options.filters.about.is_empty(),
        ) {
            let counted = self.counted(phrase.chars())?;
            let (nothing, found) = self.base.find(query, options)?;
            return Ok((self.base.result_of(nothing, &counted, options), found));
        }
        let is_ranked = options.tier == Tier::Exact && options.sort == Sort::Relevance;
        let plain =
            Remote::plain_phrase(query).filter(|_| is_ranked && options.filters.about.is_empty());
        if let Some(phrase) = plain
            && let Some(best) = self.best(query, phrase, options)?
        {
            return Ok(best);
        }
        let at = self.place(self.need_of(query, options)?)?;
        let (answer, mut found) = self.part(at)?.find(query, options)?;
        found.part = at;
        Ok((answer, found))
    }

    fn find_wider(
        &self,
        query: &Query,
        options: &SearchOptions,
    ) -> Result<Option<(SearchResult, Found)>, IndexError> {
        let need = self.need_of(
            query,
            &SearchOptions {
                tier: Tier::Any,
                ..options.clone()
            },
        )?;
        let at = self.place(need)?;
        let found = self.part(at)?.find_wider(query, options)?;
        Ok(found.map(|(answer, mut found)| {
            found.part = at;
            (answer, found)
        }))
    }

    fn more_with_words(
        &self,
        query: &Query,
        options: &SearchOptions,
        answer: &SearchResult,
    ) -> Result<Option<u64>, IndexError> {
        if !answer.is_short_of(query) {
            return Ok(None);
        }
        let wide = SearchOptions {
            tier: Tier::Words,
            limit: Some(0),
            ..options.clone()
        };
        let (words, _) = self.base.evidence(query, &wide)?;
        // No passage counts that lacks one of them.
        let need = Need {
            query: ask::all(words_of(&words).map(|word| ask::of_phrase(&word)).collect()),
            cut: true,
            reaches: Reaches::default(),
            is_whole: false,
        };
        self.index(need)?.more_with_words(query, options, answer)
    }

    fn hits<'f>(&'f self, found: &'f Found) -> Each<'f, Hit> {
        match self.part(found.part) {
            Ok(part) => Box::new(part.hits(found)),
            // Nothing was found, and nothing came.
            Err(_) if found.n_hits() == 0 => Box::new(std::iter::empty()),
            Err(error) => Box::new(std::iter::once(Err(error))),
        }
    }

    fn texts_of(&self, keyword: &Keyword) -> Result<Vec<String>, IndexError> {
        let index = self.index(Need::of(ask::of_keyword(keyword)))?;
        Index::texts_of(index, keyword)
    }

    fn cells(
        &self,
        groups: &[Group],
        filters: &Filters,
        options: CountOptions,
    ) -> Result<Vec<Counted>, IndexError> {
        if options.by_passage {
            return Holdings::cells(self.everything()?, groups, filters, options);
        }
        let plain = |group: &Group| match group.phrases.as_slice() {
            [phrase] if phrase.is_plain() => Some(phrase.chars().to_vec()),
            _ => None,
        };
        // Where phrases share places, only the text tells whose they are.
        let plain: Option<Vec<Vec<char>>> = groups.iter().map(plain).collect();
        let apart = groups.len() == 1 || options.all_matches;
        if let Some(phrases) = plain.filter(|_| apart && filters.about.is_empty()) {
            return phrases.iter().map(|chars| self.counted(chars)).collect();
        }
        let phrases = groups.iter().flat_map(|group| &group.phrases);
        let need = Need::of(ask::any(phrases.map(ask::of_phrase).collect()));
        Holdings::cells(self.index(need)?, groups, filters, options)
    }

    fn cells_of(
        &self,
        query: &Query,
        filters: &Filters,
        by_passage: bool,
    ) -> Result<Counted, IndexError> {
        if by_passage {
            return self.everything()?.cells_of(query, filters, by_passage);
        }
        if let Some(phrase) = Remote::plain_phrase(query).filter(|_| filters.about.is_empty()) {
            return self.counted(phrase.chars());
        }
        let need = Need::of(match query.holds_without_keywords() {
            true => ask::anything(),
            false => ask::of_expression(query.expression(), query.keywords()),
        });
        self.index(need)?.cells_of(query, filters, by_passage)
    }

    fn tabulation(&self, filters: &Filters, by: &[Dimension]) -> Result<Tabulation, IndexError> {
        match by.contains(&Dimension::Section) {
            true => self.everything()?.tabulation(filters, by),
            false => self.base.tabulation(filters, by),
        }
    }

    fn concordance<'h>(
        &'h self,
        query: &Query,
        filters: &Filters,
        order: Order,
    ) -> Result<Concordance<'h>, IndexError> {
        let index = self.index(self.exact_need(query)?)?;
        index.concordance(query, filters, order)
    }

    fn collocates(
        &self,
        query: &Query,
        filters: &Filters,
        options: &CollocateOptions,
    ) -> Result<Collocates, IndexError> {
        let index = self.index(self.exact_need(query)?)?;
        index.collocates(query, filters, options)
    }

    fn reading_order(&self, filters: &Filters) -> Result<ReadingOrder, IndexError> {
        self.everything()?.reading_order(filters)
    }

    fn places_along(
        &self,
        query: &Query,
        filters: &Filters,
        order: &ReadingOrder,
    ) -> Result<Vec<u64>, IndexError> {
        self.everything()?.places_along(query, filters, order)
    }

    fn firsts(
        &self,
        query: &Query,
        filters: &Filters,
        by: Option<Dimension>,
        rejected: &[String],
    ) -> Result<Vec<First>, IndexError> {
        let index = self.index(self.exact_need(query)?)?;
        index.firsts(query, filters, by, rejected)
    }

    fn entries(
        &self,
        term: Option<&Phrase>,
        filters: &Filters,
    ) -> Result<(Vec<DefinedTerm>, u64), IndexError> {
        self.glossaries()?.entries(term, filters)
    }

    fn explain<'f>(&'f self, found: &'f [DefinedTerm], page: Range<usize>) -> Each<'f, Explained> {
        match self.glossaries() {
            Ok(index) => index.explain(found, page),
            Err(error) => Box::new(std::iter::once(Err(error))),
        }
    }

    fn ids<'f>(
        &'f self,
        entries: Box<dyn Iterator<Item = &'f DefinedTerm> + 'f>,
    ) -> Each<'f, String> {
        match self.glossaries() {
            Ok(index) => index.ids(entries),
            Err(error) => Box::new(std::iter::once(Err(error))),
        }
    }

    fn passages(
        &self,
        rank: usize,
        numbers: RangeInclusive<u32>,
    ) -> Result<Each<'_, PassageView>, IndexError> {
        // All of it: whoever asks for one passage of a report soon asks for another.
        let key = self.link.keys.get(rank);
        let mut need = Need::of(json!({"term": {"k": key}}));
        if self.base.reports().size(rank).passages > REPORT_PASSAGES_MAX {
            let last = (*numbers.end()).min(i32::MAX as u32);
            let range = json!({"range": {"n": {"gte": numbers.start(), "lte": last}}});
            need.query = ask::all(vec![need.query, range]);
        } else {
            need.is_whole = true;
        }
        Holdings::passages(self.index(need)?, rank, numbers)
    }

    fn beside<'f>(
        &'f self,
        passage: &'f PassageView,
        side: Side,
        n: usize,
    ) -> Each<'f, PassageView> {
        let n = u32::try_from(n).unwrap_or(u32::MAX);
        let number = passage.number;
        let numbers = match side {
            Side::Left => number.saturating_sub(n).max(1)..=number.saturating_sub(1),
            Side::Right => number.saturating_add(1)..=number.saturating_add(n),
        };
        if numbers.is_empty() {
            return Box::new(std::iter::empty());
        }
        match Holdings::passages(self, passage.rank, numbers) {
            Ok(passages) => passages,
            Err(error) => Box::new(std::iter::once(Err(error))),
        }
    }

    fn each_folded(
        &self,
        filters: &Filters,
        visit: &mut dyn FnMut(FoldedPassage<'_>),
    ) -> Result<(), IndexError> {
        let mask = self.report_mask(filters);
        let ranks: Vec<usize> = (0..mask.len())
            .filter(|rank| mask.get(*rank) == Some(&true))
            .collect();
        for some in ranks.chunks(REPORTS_PER_QUERY) {
            let keys: Vec<i64> = some
                .iter()
                .filter_map(|rank| self.link.keys.get(*rank).copied())
                .collect();
            let mut records = self.link.records(&json!({"terms": {"k": keys}}))?;
            let rank_of =
                |record: &PassageRecord| self.base.reports().rank_of(u64::from(record.report));
            records.sort_by_key(|record| (rank_of(record), record.number));
            for record in &records {
                let (part, _) = part_of(record.part);
                let Some(rank) = rank_of(record) else {
                    continue;
                };
                if filters.has_part(part) && record.is_asked(filters) {
                    visit(FoldedPassage {
                        rank,
                        number: record.number,
                        part,
                        text: &record.folded,
                    });
                }
            }
        }
        Ok(())
    }

    fn stop(&self) -> &Stop {
        &self.link.client.stop
    }

    fn words(&self) -> Result<&WordList, IndexError> {
        self.base.word_list()
    }

    fn manifest(&self) -> &Manifest {
        self.base.manifest()
    }

    fn root_paths(&self) -> Result<Vec<Option<PathBuf>>, IndexError> {
        self.base.root_paths()
    }

    fn with_stop(&self, stop: Stop) -> Arc<dyn Holdings> {
        Arc::new(Remote::with_stop(self, stop))
    }

    /// What stays is what was published; passages are asked for anew by each handle.
    fn keeping(&self) -> Arc<dyn Holdings> {
        Arc::new(Remote::with_stop(self, self.link.client.stop.clone()))
    }
}

impl Remote {
    /// An index of the passages of all glossaries.
    fn glossaries(&self) -> Result<&Index, IndexError> {
        let codes = part_codes().filter(|code| part_of(*code).0 == Part::Glossary);
        let codes: Vec<u64> = codes.collect();
        self.index(Need::of(json!({"terms": {"p": codes}})))
    }
}

/// A published index, opened whenever it is asked for.
pub struct ClusterShelf {
    client: Client,
}

impl ClusterShelf {
    /// What is published under an address.
    pub fn new(address: Address, access: Access) -> ClusterShelf {
        ClusterShelf {
            client: Client::new(address, &access),
        }
    }

    /// Opens it.
    ///
    /// # Errors
    /// As for [`Remote::open`].
    pub fn remote(&self) -> Result<Remote, IndexError> {
        Remote::open_with(&self.client)
    }
}

impl Shelved for ClusterShelf {
    fn open(&self) -> Result<Arc<dyn Holdings>, IndexError> {
        Ok(Arc::new(self.remote()?))
    }

    fn stamp(&self) -> Result<Option<IndexStamp>, IndexError> {
        let index = published_index(&self.client)?;
        Ok(index.map(|index| IndexStamp::new(index.into_bytes(), None)))
    }
}
