//! Sends an index to a cluster: a new one beside the old, compared, then put in its place in one step.
//!
//! In: an open [`Index`], an address. Out: two indexes of the cluster to which the alias leads.
//!
//! A report is known by the fingerprint of its passages, whatever its name, rank or number: what stands there already, in the
//! index that is published or in one that an earlier run left, is not sent again.
//!
//! # Invariants
//!
//! - What readers are led to is never changed: a new index begins as a clone of it, or empty.
//! - The alias is moved in one request, and only when the number and the fingerprints of all passages of each report were
//!   read back, it leads where it led when this run began, and nobody else has taken the place of this run.
//! - Nothing is removed that does not bear our mark and this name.

use crate::address::{Access, Address};
use crate::bulk::Bulk;
use crate::claim::{self, Claim};
use crate::client::{Body, Client};
use crate::layout::{
    CHUNK_BYTES, LAYOUT_VERSION, Mark, Notice, TableNotice, chunk, chunk_id, document, nth_keys,
    passage_key, passage_sum, passages_body, tables_body,
};
use crate::published::{
    compare_description, published_index, published_indexes, read_mark, read_notice,
};
use baogao_engine::catalogue::Catalogue as _;
use baogao_engine::index::{ElsewhereFault, Index, IndexError};
use baogao_engine::record::{PassageRecord, fingerprint_of};
use baogao_engine::stop::Stop;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// How to publish.
#[derive(Clone, Debug)]
pub struct PublishOptions {
    /// Primary shards of the index of passages.
    pub shards: u32,
    /// Copies of each shard.
    pub replicas: u32,
    /// Say what would be sent, and send nothing.
    pub dry_run: bool,
    /// Remove what earlier runs have left.
    pub prune: bool,
    /// Who publishes, as it is shown to others who want to.
    pub who: String,
    /// After how long without a sign of life an earlier run counts as dead.
    pub lapse: Duration,
}

/// What goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress<'w> {
    /// An earlier run (who it was) has left its claim: it is watched whether it is alive.
    Watching(&'w str),
    /// Reports that were compared, of all.
    Compared(usize, usize),
    /// Passages that were sent, of those that are to be sent.
    Sent(u64, u64),
}

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// Reports of the index.
    pub reports: usize,
    /// Its passages.
    pub passages: u64,
    /// Reports that were sent, or would be.
    pub reports_sent: usize,
    /// Their passages.
    pub passages_sent: u64,
    /// Reports that were taken away.
    pub reports_removed: usize,
    /// Whether readers were led to it already.
    pub unchanged: bool,
    /// Indexes of this name that earlier runs have left, and were left.
    pub leftovers: Vec<String>,
    /// Those that were removed.
    pub removed: Vec<String>,
}

/// What a report is in the cluster.
struct Sent {
    key: i64,
    rank: usize,
    n_passages: u64,
    /// Sum of the fingerprints of its passages.
    sum: u64,
}

struct Publisher<'i> {
    index: &'i Index,
    client: Client,
    options: &'i PublishOptions,
    progress: &'i dyn Fn(Progress<'_>),
    reports: Vec<Sent>,
    mark: Mark,
}

/// Publishes an index under an address.
///
/// # Errors
/// When another run publishes under the address, a file of the index cannot be read, the cluster refuses or does not answer,
/// what is read back is not what was sent, or the work is stopped: then readers are led where they were before. Where only
/// what earlier runs have left could not be removed, they are led to the new.
pub fn publish(
    index: &Index,
    address: &Address,
    access: &Access,
    options: &PublishOptions,
    (stop, progress): (&Stop, &dyn Fn(Progress<'_>)),
) -> Result<Published, IndexError> {
    let client = Client::new(address.clone(), access).with_stop(stop.clone());
    let watching = |who: &str| progress(Progress::Watching(who));
    let claim = match options.dry_run {
        true => None,
        false => Some(Claim::new(&client, &options.who, options.lapse, watching)?),
    };
    let reports = compared(index, progress)?;
    let mark = mark_of(index, &address.name, &reports)?;
    let mut publisher = Publisher {
        index,
        client,
        options,
        progress,
        reports,
        mark,
    };
    let published = publisher.run(claim.as_ref());
    // Whoever took the place of this run may be the cause of what went wrong.
    match (&published, &claim) {
        (Err(_), Some(claim)) => claim.check().and(published),
        _ => published,
    }
}

/// The fingerprints of all reports: of equal ones each further has a key of its own.
fn compared(index: &Index, progress: &dyn Fn(Progress<'_>)) -> Result<Vec<Sent>, IndexError> {
    let n = index.reports().len();
    let mut seen: HashMap<u64, usize> = HashMap::new();
    let mut reports = Vec::with_capacity(n);
    for rank in 0..n {
        let records = index.records_of(rank)?;
        let fingerprint = fingerprint_of(&records);
        let nth = seen.entry(fingerprint).or_default();
        let key = nth_keys(fingerprint).nth(*nth).unwrap_or_default();
        *nth += 1;
        reports.push(Sent {
            key,
            rank,
            n_passages: records.len() as u64,
            sum: records
                .iter()
                .map(|record| u64::from(passage_sum(record)))
                .sum(),
        });
        progress(Progress::Compared(rank + 1, n));
    }
    Ok(reports)
}

fn mark_of(index: &Index, name: &str, reports: &[Sent]) -> Result<Mark, IndexError> {
    let tables = index.tables()?;
    let makers = serde_json::to_string(&index.manifest().makers).unwrap_or_default();
    let mut hasher = Xxh3::new();
    for bytes in [
        tables.manifest.as_bytes(),
        makers.as_bytes(),
        tables.dir.to_string_lossy().as_bytes(),
    ] {
        hasher.update(bytes);
        hasher.update(&[0]);
    }
    reports
        .iter()
        .for_each(|report| hasher.update(&report.key.to_le_bytes()));
    Ok(Mark {
        name: name.to_owned(),
        layout: LAYOUT_VERSION,
        versions: makers,
        digest: format!("{:016x}", hasher.digest()),
    })
}

impl Publisher<'_> {
    /// All of it; without a claim nothing is changed on the cluster.
    fn run(&mut self, claim: Option<&Claim>) -> Result<Published, IndexError> {
        let mut published = Published {
            reports: self.reports.len(),
            passages: self.reports.iter().map(|report| report.n_passages).sum(),
            ..Published::default()
        };
        let mut current = self.current()?;
        let led_to: Vec<String> = current.iter().map(|(index, _)| index.clone()).collect();
        if current.iter().any(|(index, _)| *index == self.name('r')) {
            if current.len() == 1 && self.is_sound()? {
                published.unchanged = true;
                self.clean(claim, &mut published)?;
                return Ok(published);
            }
            // What readers are led to was changed by somebody: all of it again, under another name.
            let again = format!("{} again {:?}", self.mark.digest, current);
            self.mark.digest = format!("{:016x}", xxh3_64(again.as_bytes()));
            current.iter_mut().for_each(|(_, notice)| *notice = None);
        }
        let (tables_index, passages_index) = (self.name('r'), self.name('p'));
        let old = current.iter().find_map(|(_, notice)| notice.as_ref());
        let base = self.base(claim, old, &passages_index)?;
        let there = match &base {
            Some(index) => self.client.reports_there(index)?,
            None => HashMap::new(),
        };
        let missing = self.missing(&there);
        published.reports_sent = missing.len();
        published.passages_sent = missing.iter().map(|report| report.n_passages).sum();
        published.reports_removed = self.vain(&there).len();
        let Some(claim) = claim else {
            return Ok(published);
        };
        // What another run has finished meanwhile stays protected.
        claim.check()?;
        self.make(base.as_deref(), &passages_index)?;
        self.take_away(&passages_index, &there)?;
        self.send(claim, &passages_index, &missing, published.passages_sent)?;
        self.client
            .call("POST", &format!("/{passages_index}/_refresh"), &Body::None)?;
        // One that was removed meanwhile is made anew by what is sent to it, with fields of its own.
        compare_description(&self.client, &passages_index, &self.mark)?;
        if let Some(what) = self.differences(&passages_index)? {
            return Err(self.client.fault(ElsewhereFault::Garbled { what }));
        }
        self.write_tables(claim, &tables_index, &passages_index, published.passages)?;
        for index in [&passages_index, &tables_index] {
            self.protect(index)?;
        }
        self.switch(claim, &led_to, &tables_index)?;
        match self.clean(Some(claim), &mut published) {
            // It is done; the next run names what is left.
            Err(IndexError::Stopped) => Ok(published),
            cleaned => cleaned.map(|()| published),
        }
    }

    /// Whether what readers are led to is what is to be there.
    fn is_sound(&self) -> Result<bool, IndexError> {
        let passages_index = self.name('p');
        let described = || compare_description(&self.client, &passages_index, &self.mark);
        let opened = || crate::Remote::open_index(self.client.clone(), self.name('r'));
        Ok(unless_changed(described)?.is_some()
            && unless_changed(opened)?.is_some()
            && self.differences(&passages_index)?.is_none())
    }

    fn name(&self, kind: char) -> String {
        format!("{}--{kind}-{}", self.mark.name, self.mark.digest)
    }

    /// The indexes of tables that readers are led to, one if all is well, each with what it says if that is of this layout
    /// and these versions, and its passages are as they were made.
    fn current(&self) -> Result<Vec<(String, Option<Notice>)>, IndexError> {
        let client = &self.client;
        let foreign = |index: &str| {
            client.fault(ElsewhereFault::Foreign {
                index: index.to_owned(),
            })
        };
        let indexes = published_indexes(client)?;
        let path = format!("/{}", self.mark.name);
        if indexes.is_empty() && client.send("HEAD", &path, &Body::None)?.status == 200 {
            return Err(foreign(&self.mark.name));
        }
        let mut current = Vec::new();
        for index in indexes {
            let mark = read_mark(client, &index)?.ok_or_else(|| foreign(&index))?;
            let is_like = mark.layout == self.mark.layout && mark.versions == self.mark.versions;
            let notice = match is_like {
                true => unless_changed(|| {
                    let (notice, _) = read_notice(client, &index)?;
                    compare_description(client, &notice.passages_index, &mark)?;
                    Ok(notice)
                })?,
                false => None,
            };
            current.push((index, notice));
        }
        Ok(current)
    }

    /// The index to begin with: one that an earlier run has left, or the one that is published.
    fn base(
        &self,
        claim: Option<&Claim>,
        old: Option<&Notice>,
        passages_index: &str,
    ) -> Result<Option<String>, IndexError> {
        let reply = self
            .client
            .send("HEAD", &format!("/{passages_index}"), &Body::None)?;
        if reply.status == 200 {
            let mark = read_mark(&self.client, passages_index)?;
            // A clone bears the mark of what it is a clone of until its own is written.
            let is_begun = mark.as_ref().is_some_and(|mark| {
                mark.name == self.mark.name
                    && mark.layout == self.mark.layout
                    && mark.versions == self.mark.versions
            });
            let Some(mut mark) = mark.filter(|_| is_begun) else {
                return Err(self.client.fault(ElsewhereFault::Foreign {
                    index: passages_index.to_owned(),
                }));
            };
            if claim.is_some() && mark != self.mark {
                let mapping = json!({"_meta": {"baogao": self.mark}});
                let path = format!("/{passages_index}/_mapping");
                self.client.call("PUT", &path, &Body::Json(&mapping))?;
                mark = self.mark.clone();
            }
            let described = || compare_description(&self.client, passages_index, &mark);
            if unless_changed(described)?.is_none() {
                // Somebody changed what an earlier run has left: nobody is led to it.
                if let Some(claim) = claim {
                    self.remove_own(claim, passages_index)?;
                }
                return Ok(old.map(|old| old.passages_index.clone()));
            }
            self.client
                .call("POST", &format!("/{passages_index}/_refresh"), &Body::None)?;
            return Ok(Some(passages_index.to_owned()));
        }
        Ok(old.map(|old| old.passages_index.clone()))
    }

    /// Reports that are not there, or not as they are to be.
    fn missing(&self, there: &HashMap<i64, (u64, u64)>) -> Vec<&Sent> {
        let is_there = |report: &&Sent| {
            report.n_passages == 0
                || there.get(&report.key) == Some(&(report.n_passages, report.sum))
        };
        self.reports
            .iter()
            .filter(|report| !is_there(report))
            .collect()
    }

    /// Keys of reports that are there and are not to be, or not as they are.
    fn vain(&self, there: &HashMap<i64, (u64, u64)>) -> Vec<i64> {
        let wanted: HashMap<i64, (u64, u64)> = self
            .reports
            .iter()
            .map(|report| (report.key, (report.n_passages, report.sum)))
            .collect();
        let mut vain: Vec<i64> = there
            .iter()
            .filter(|(key, found)| wanted.get(key) != Some(found))
            .map(|(key, _)| *key)
            .collect();
        vain.sort_unstable();
        vain
    }

    /// In what the cluster holds something else than what is to be there; nothing where it does not.
    fn differences(&self, passages_index: &str) -> Result<Option<String>, IndexError> {
        let there = self.client.reports_there(passages_index)?;
        let (n_missing, n_vain) = (self.missing(&there).len(), self.vain(&there).len());
        Ok((n_missing + n_vain > 0).then(|| {
            format!("{n_missing} reports are not as they were sent, {n_vain} should not be there")
        }))
    }

    /// Makes the index of passages: empty, or as a clone of another.
    fn make(&self, base: Option<&str>, passages_index: &str) -> Result<(), IndexError> {
        match base {
            Some(base) if base == passages_index => {
                // One that an earlier run had finished is protected.
                let body = json!({"index.blocks.write": null});
                let path = format!("/{passages_index}/_settings");
                self.client.call("PUT", &path, &Body::Json(&body))?;
            }
            Some(base) => {
                self.protect(base)?;
                let settings = json!({"settings": {
                    "index.blocks.write": null,
                    "index.number_of_replicas": self.options.replicas,
                }});
                let path = format!("/{base}/_clone/{passages_index}");
                self.client.call("POST", &path, &Body::Json(&settings))?;
                let mapping = json!({"_meta": {"baogao": self.mark}});
                let path = format!("/{passages_index}/_mapping");
                self.client.call("PUT", &path, &Body::Json(&mapping))?;
            }
            None => {
                let body = passages_body(&self.mark, self.options.shards, self.options.replicas);
                self.client
                    .call("PUT", &format!("/{passages_index}"), &Body::Json(&body))?;
            }
        }
        self.wait_for(passages_index)
    }

    /// Waits until all primary shards answer.
    fn wait_for(&self, index: &str) -> Result<(), IndexError> {
        let path = format!("/_cluster/health/{index}?wait_for_status=yellow&timeout=30s");
        let value = self.client.call("GET", &path, &Body::None)?;
        match value.get("timed_out").and_then(Value::as_bool) {
            Some(false) => Ok(()),
            _ => Err(self.client.fault(ElsewhereFault::Unplaced {
                index: index.to_owned(),
            })),
        }
    }

    /// Nobody writes to it any more.
    fn protect(&self, index: &str) -> Result<(), IndexError> {
        let body = json!({"index.blocks.write": true});
        self.client
            .call("PUT", &format!("/{index}/_settings"), &Body::Json(&body))?;
        Ok(())
    }

    /// Takes reports away that are not to be there.
    fn take_away(
        &self,
        passages_index: &str,
        there: &HashMap<i64, (u64, u64)>,
    ) -> Result<(), IndexError> {
        let mut bulk = Bulk::new(&self.client, passages_index);
        for keys in self.vain(there).chunks(200) {
            let query = json!({"terms": {"k": keys}});
            let mut ids = Vec::new();
            self.client
                .each_document(passages_index, &query, &json!(["k", "n"]), |document| {
                    let key = document.get("k").and_then(Value::as_i64);
                    let number = document.get("n").and_then(Value::as_u64);
                    ids.extend(key.zip(number));
                    Ok(())
                })?;
            for (key, number) in ids {
                let action = json!({"delete": {"_id": passage_key(key, number as u32), "routing": key.to_string()}});
                bulk.push(&action, None)?;
            }
        }
        bulk.finish()?;
        self.client
            .call("POST", &format!("/{passages_index}/_refresh"), &Body::None)?;
        Ok(())
    }

    fn send(
        &self,
        claim: &Claim,
        passages_index: &str,
        missing: &[&Sent],
        n_wanted: u64,
    ) -> Result<(), IndexError> {
        let mut bulk = Bulk::new(&self.client, passages_index);
        let mut n_sent = 0;
        for report in missing {
            claim.check()?;
            let records: Vec<PassageRecord> = self.index.records_of(report.rank)?;
            for record in &records {
                let id = passage_key(report.key, record.number);
                let action = json!({"index": {"_id": id, "routing": report.key.to_string()}});
                bulk.push(&action, Some(&document(report.key, record)))?;
            }
            n_sent += records.len() as u64;
            (self.progress)(Progress::Sent(n_sent, n_wanted));
        }
        bulk.finish()
    }

    fn write_tables(
        &self,
        claim: &Claim,
        tables_index: &str,
        passages_index: &str,
        n_passages: u64,
    ) -> Result<(), IndexError> {
        let reply = self
            .client
            .send("HEAD", &format!("/{tables_index}"), &Body::None)?;
        if reply.status == 200 {
            // One that an earlier run has left, perhaps half written: anew; but not one that readers are led to.
            if published_indexes(&self.client)?
                .iter()
                .any(|index| index == tables_index)
            {
                return Err(self.client.fault(ElsewhereFault::ChangedByOthers {
                    index: tables_index.to_owned(),
                }));
            }
            self.remove_own(claim, tables_index)?;
        }
        let body = tables_body(&self.mark, self.options.replicas);
        self.client
            .call("PUT", &format!("/{tables_index}"), &Body::Json(&body))?;
        self.wait_for(tables_index)?;
        let tables = self.index.tables()?;
        let keys: Vec<u8> = self
            .reports
            .iter()
            .flat_map(|report| report.key.to_le_bytes())
            .collect();
        let mut named = vec![
            ("reports", tables.reports),
            ("files", tables.files),
            ("keys", keys),
        ];
        named.extend(tables.words.map(|words| ("words", words)));
        let mut bulk = Bulk::new(&self.client, tables_index);
        for (name, bytes) in &named {
            for (at, part) in bytes.chunks(CHUNK_BYTES).enumerate() {
                let action = json!({"index": {"_id": chunk_id(name, at)}});
                bulk.push(&action, Some(&chunk(part)))?;
            }
        }
        for report in &self.reports {
            let action = json!({"index": {"_id": format!("report-{:016x}", report.key)}});
            bulk.push(&action, Some(&self.report_document(report)?))?;
        }
        let notice = Notice {
            layout: LAYOUT_VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            versions: self.mark.versions.clone(),
            passages_index: passages_index.to_owned(),
            n_passages,
            n_reports: self.reports.len() as u64,
            dir: tables.dir.to_string_lossy().into_owned(),
            manifest: tables.manifest,
            tables: named
                .iter()
                .map(|(name, bytes)| TableNotice {
                    name: (*name).to_owned(),
                    bytes: bytes.len() as u64,
                    hash: format!("{:016x}", xxh3_64(bytes)),
                })
                .collect(),
        };
        let action = json!({"index": {"_id": "notice"}});
        bulk.push(&action, Some(&json!({"kind": "notice", "notice": notice})))?;
        bulk.finish()?;
        self.client
            .call("POST", &format!("/{tables_index}/_refresh"), &Body::None)?;
        // What readers will read is read once before they are led there.
        crate::Remote::open_index(self.client.clone(), tables_index.to_owned())?;
        Ok(())
    }

    fn report_document(&self, report: &Sent) -> Result<Value, IndexError> {
        let reports = self.index.reports();
        let entry = reports
            .entry(report.rank)
            .map_err(|_| self.client.garbled("the report table is damaged"))?;
        let mut document = json!({
            "kind": "report",
            "id": entry.id,
            "title": entry.meta.title,
            "file": entry.file,
            "passages": report.n_passages,
            "key": report.key,
        });
        if let Some(object) = document.as_object_mut() {
            if let Some(region) = reports.region(report.rank) {
                object.insert("region".to_owned(), json!(region.path_string()));
            }
            if let Some(year) = reports.year(report.rank) {
                object.insert("year".to_owned(), json!(year.get()));
            }
        }
        Ok(document)
    }

    /// Leads readers to the new index and to no other: those who ask in between get the old one or the new. It fails where
    /// they are not led any more where they were when this run began, or another has taken its place.
    fn switch(&self, claim: &Claim, led_to: &[String], new: &str) -> Result<(), IndexError> {
        let alias = &self.mark.name;
        let mut actions = vec![claim.condition()];
        actions.extend(
            led_to.iter().map(
                |index| json!({"remove": {"index": index, "alias": alias, "must_exist": true}}),
            ),
        );
        // Of those that are written to an alias has one at most: nobody else adds another at the same time.
        actions.push(json!({"add": {"index": new, "alias": alias, "is_write_index": true}}));
        let body = json!({"actions": actions});
        if self.client.stop.is_set() {
            return Err(IndexError::Stopped);
        }
        // What is asked now may be done even if nobody waits for the answer: a stop comes too late.
        let client = self.client.with_stop(Stop::new());
        let refused = match client.send("POST", "/_aliases", &Body::Json(&body)) {
            // Somebody may have led them elsewhere by hand at the same time.
            Ok(reply) if (200..300).contains(&reply.status) => {
                return published_index(&client).map(drop);
            }
            Ok(reply) => client.refused(reply.status, &reply),
            Err(error) => error,
        };
        let now = published_indexes(&client)?;
        match now.as_slice() {
            // It was done, and its answer did not come.
            [only] if only == new => Ok(()),
            _ if is_same(&now, led_to)
                && claim::holder(&client)?.is_some_and(|holder| claim.is(&holder)) =>
            {
                Err(refused)
            }
            _ => Err(client.fault(ElsewhereFault::Overtaken)),
        }
    }

    /// Names what earlier runs have left, or removes it if that is asked for: the index that was published before too, of
    /// which those who are asking it then hear that it is gone. What a run that is alive makes is none of it.
    fn clean(&self, claim: Option<&Claim>, published: &mut Published) -> Result<(), IndexError> {
        if claim.is_none() && claim::holder(&self.client)?.is_some() {
            return Ok(());
        }
        let path = format!("/{}--*/_mapping?expand_wildcards=all", self.mark.name);
        let value = self.client.call("GET", &path, &Body::None)?;
        let mut in_use: HashSet<String> = [self.name('r'), self.name('p')].into();
        in_use.extend(claim.map(|claim| claim.index().to_owned()));
        let of_us = |(name, of): (&String, &Value)| {
            Mark::of(of)
                .is_some_and(|mark| mark.name == self.mark.name)
                .then(|| name.clone())
        };
        let indexes = value.as_object().into_iter().flatten();
        let mut left: Vec<String> = indexes
            .filter_map(of_us)
            .filter(|name| !in_use.contains(name))
            .collect();
        left.sort();
        for name in left {
            match claim.filter(|_| self.options.prune) {
                Some(claim) => {
                    self.remove_own(claim, &name)?;
                    published.removed.push(name);
                }
                None => published.leftovers.push(name),
            }
        }
        Ok(())
    }

    /// Removes an index that bears our mark and this name, as long as nobody has taken the place of this run.
    fn remove_own(&self, claim: &Claim, index: &str) -> Result<(), IndexError> {
        let mark = read_mark(&self.client, index)?;
        if mark.is_none_or(|mark| mark.name != self.mark.name) {
            return Err(self.client.fault(ElsewhereFault::Foreign {
                index: index.to_owned(),
            }));
        }
        let remove = json!({"remove_index": {"index": index}});
        let body = json!({"actions": [claim.condition(), remove]});
        self.client.call("POST", "/_aliases", &Body::Json(&body))?;
        Ok(())
    }
}

/// What is looked at, or nothing where it is not as it was made. That it could not be looked at says nothing of it, and
/// is an error.
fn unless_changed<T>(look: impl Fn() -> Result<T, IndexError>) -> Result<Option<T>, IndexError> {
    match look() {
        Ok(looked) => Ok(Some(looked)),
        Err(error) if may_pass(&error) => Err(error),
        // What stands before the cluster answers in its place now and then, with what is no answer of its.
        Err(_) => match look() {
            Ok(looked) => Ok(Some(looked)),
            Err(error) if may_pass(&error) => Err(error),
            Err(_) => Ok(None),
        },
    }
}

/// Whether an error says nothing of what is held.
fn may_pass(error: &IndexError) -> bool {
    match error {
        IndexError::Elsewhere { fault, .. } => match fault {
            ElsewhereFault::Unreachable { .. }
            | ElsewhereFault::Partial { .. }
            | ElsewhereFault::TimedOut
            | ElsewhereFault::OverLimit { .. } => true,
            ElsewhereFault::Refused { status, .. } => {
                matches!(status, 401 | 403 | 408 | 429 | 500..)
            }
            _ => false,
        },
        IndexError::Stopped => true,
        _ => false,
    }
}

fn is_same(some: &[String], others: &[String]) -> bool {
    some.len() == others.len() && some.iter().all(|index| others.contains(index))
}
