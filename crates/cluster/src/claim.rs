//! One run at a time: who publishes under a name says so on the cluster before it sends anything.
//!
//! In: a client of the name. Out: a claim that all others see, until it is dropped.
//!
//! A claim is an index `NAME--c-OWNER` to which the alias `NAME--claim` leads as the one that is written to. An alias has one
//! such index at most: so the cluster itself lets one run in. The mapping of the index says who it is and has a number that
//! grows every few seconds. Whoever finds a claim watches that number, and takes its place if it stays the same for too long.
//!
//! # Invariants
//!
//! - No clocks of two machines are compared.
//! - Whoever has lost its claim leads no reader anywhere and removes nothing: both are done in one request with a condition
//!   that the claim is still there ([`Claim::condition`]).

use crate::client::{Body, Client};
use crate::layout::{LAYOUT_VERSION, Mark};
use baogao_engine::index::{ElsewhereFault, IndexError};
use baogao_engine::stop::Stop;
use serde_json::{Value, json};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How often a run shows that it is alive.
const BEAT: Duration = Duration::from_secs(1);
/// How long showing it may take: a beat that hangs must not look like a dead run.
const BEAT_ANSWER: Duration = Duration::from_millis(1_500);
/// How long giving a claim back may take.
const ANSWER: Duration = Duration::from_secs(4);
/// How often another's claim is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// The right to publish under a name. Given back when it is dropped.
pub(crate) struct Claim {
    client: Client,
    index: String,
    is_lost: Arc<AtomicBool>,
    stop: Stop,
    ending: Option<Sender<()>>,
    beating: Option<JoinHandle<()>>,
}

/// What a claim says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Holder {
    index: String,
    /// Who it is, for people.
    pub(crate) who: String,
    /// What changes as long as it is alive.
    beat: Value,
}

/// The alias that leads to the claim of a name.
fn alias(client: &Client) -> String {
    format!("{}--claim", client.address().name)
}

/// Whether an index is one of the claims of a name.
pub(crate) fn is_claim(name: &str, index: &str) -> bool {
    let rest = index.strip_prefix(name);
    rest.is_some_and(|rest| rest.starts_with("--c-"))
}

/// Who publishes now; none if nobody does.
pub(crate) fn holder(client: &Client) -> Result<Option<Holder>, IndexError> {
    let path = format!("/{}/_mapping", alias(client));
    let reply = client.send("GET", &path, &Body::None)?;
    match reply.status {
        200 => {}
        404 => return Ok(None),
        status => return Err(client.refused(status, &reply)),
    }
    let Some((index, described)) = reply.value.as_object().and_then(|of| of.iter().next()) else {
        return Ok(None);
    };
    let name = &client.address().name;
    if Mark::of(described).is_none_or(|mark| mark.name != *name) || !is_claim(name, index) {
        return Err(client.fault(ElsewhereFault::Foreign {
            index: index.clone(),
        }));
    }
    let said = described.pointer("/mappings/_meta/claim");
    let said = |of: &str| said.and_then(|said| said.get(of));
    let who = said("who").and_then(Value::as_str).unwrap_or_default();
    Ok(Some(Holder {
        index: index.clone(),
        who: who.to_owned(),
        beat: said("beat").cloned().unwrap_or_default(),
    }))
}

impl Claim {
    /// Claims the name of a client; `who` is shown to others. Another's claim that shows no life for `lapse` is taken;
    /// `watching` is told whose.
    ///
    /// # Errors
    /// When another run is alive, the cluster refuses or does not answer.
    pub(crate) fn new(
        client: &Client,
        who: &str,
        lapse: Duration,
        watching: impl Fn(&str),
    ) -> Result<Claim, IndexError> {
        let owner = RandomState::new().hash_one(who);
        let index = format!("{}--c-{owner:016x}", client.address().name);
        let mut seen: Option<(Holder, Instant)> = None;
        loop {
            let Some(holder) = holder(client)? else {
                match make(client, &index, who) {
                    Ok(true) => return Ok(Claim::beating(client, index, who)),
                    Ok(false) => continue,
                    Err(error) => {
                        // It may be made although its answer did not come.
                        give_back(client, &index);
                        return Err(error);
                    }
                }
            };
            match &seen {
                // The first answer did not come.
                _ if holder.index == index => return Ok(Claim::beating(client, index, who)),
                None => {
                    watching(&holder.who);
                    seen = Some((holder, Instant::now()));
                }
                Some((before, _)) if *before != holder => {
                    return Err(client.fault(ElsewhereFault::Claimed { who: holder.who }));
                }
                Some((_, since)) if since.elapsed() >= lapse => {
                    // By its own name: the claim of whoever was sooner stays.
                    let reply =
                        client.send("DELETE", &format!("/{}", holder.index), &Body::None)?;
                    if !matches!(reply.status, 200..300 | 404) {
                        return Err(client.refused(reply.status, &reply));
                    }
                    seen = None;
                    continue;
                }
                Some(_) => {}
            }
            client.pause(LOOK_EVERY.min(lapse / 4))?;
        }
    }

    /// A claim that was made, and that shows from now on that it is alive.
    fn beating(client: &Client, index: String, who: &str) -> Claim {
        let (ending, ended) = channel();
        let (is_lost, stop) = (Arc::<AtomicBool>::default(), Stop::new());
        let client = client.with_stop(stop.clone());
        let beating = {
            let client = client.answering_within(BEAT_ANSWER);
            let (index, who) = (index.clone(), who.to_owned());
            let is_lost = Arc::clone(&is_lost);
            thread::spawn(move || beat(&client, &index, &who, &is_lost, &ended))
        };
        Claim {
            client,
            index,
            is_lost,
            stop,
            ending: Some(ending),
            beating: Some(beating),
        }
    }

    /// Whether this is who publishes now.
    pub(crate) fn is(&self, holder: &Holder) -> bool {
        self.index == holder.index
    }

    /// The name of its index.
    pub(crate) fn index(&self) -> &str {
        &self.index
    }

    /// An action on aliases that changes nothing, and fails together with all others of its request if the claim is lost.
    pub(crate) fn condition(&self) -> Value {
        let alias = alias(&self.client);
        json!({"add": {"index": self.index, "alias": alias, "is_write_index": true}})
    }

    /// Fails once another has taken its place.
    ///
    /// # Errors
    /// [`ElsewhereFault::Overtaken`].
    pub(crate) fn check(&self) -> Result<(), IndexError> {
        match self.is_lost.load(Ordering::Relaxed) {
            true => Err(self.client.fault(ElsewhereFault::Overtaken)),
            false => Ok(()),
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.stop.set();
        drop(self.ending.take());
        let _ = self.beating.take().map(JoinHandle::join);
        give_back(&self.client, &self.index);
    }
}

/// Removes the index of a claim, also when the work of the run is stopped. If nobody hears it, it lapses.
fn give_back(client: &Client, index: &str) {
    let client = client.with_stop(Stop::new()).answering_within(ANSWER);
    let _ = client.send("DELETE", &format!("/{index}"), &Body::None);
}

/// Makes the index of a claim, unless there is a claim already.
fn make(client: &Client, index: &str, who: &str) -> Result<bool, IndexError> {
    let body = json!({
        "settings": {"number_of_shards": 1, "auto_expand_replicas": "0-1"},
        "mappings": {"_meta": meta(client, who, 0)},
        "aliases": {alias(client): {"is_write_index": true}},
    });
    // Nothing is ever written to it: it need not wait for its shard.
    let path = format!("/{index}?wait_for_active_shards=0");
    let reply = client.send("PUT", &path, &Body::Json(&body))?;
    match reply.status {
        200..300 => Ok(true),
        _ if holder(client)?.is_some() => Ok(false),
        status => Err(client.refused(status, &reply)),
    }
}

fn meta(client: &Client, who: &str, beat: u64) -> Value {
    let mark = Mark {
        name: client.address().name.clone(),
        layout: LAYOUT_VERSION,
        versions: String::new(),
        digest: "claim".to_owned(),
    };
    json!({"baogao": mark, "claim": {"who": who, "beat": beat}})
}

/// Shows every few seconds that the run is alive, until it ends or another has taken its place.
fn beat(client: &Client, index: &str, who: &str, is_lost: &AtomicBool, ended: &Receiver<()>) {
    for n in 1.. {
        if !matches!(ended.recv_timeout(BEAT), Err(RecvTimeoutError::Timeout)) {
            return;
        }
        let mapping = json!({"_meta": meta(client, who, n)});
        let path = format!("/{index}/_mapping");
        let reply = client.send("PUT", &path, &Body::Json(&mapping));
        // A cluster that does not answer may still do so.
        if reply.is_ok_and(|reply| reply.status == 404) {
            is_lost.store(true, Ordering::Relaxed);
            return;
        }
    }
}
