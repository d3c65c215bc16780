//! Publishing: only what changed goes, nobody reads half of it, and what somebody changed by hand is found.

use crate::cluster::TestCluster;
use crate::helpers::{
    Local, address, answers, assert_equal, indexes, open, options, probes, remove, said, send,
    text, told,
};
use crate::made::{Random, seed};
use crate::proxy::{Mode, Proxy};
use baogao_cluster::{Access, ClusterShelf, PublishOptions, Published, Remote, verify};
use baogao_engine::ask::Shelved as _;
use baogao_engine::catalogue::Catalogue as _;
use baogao_engine::index::Index;
use baogao_engine::record::fingerprint_of;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

/// Histories, each of some changes.
const N_HISTORIES: usize = 10;
/// Requests at which publishing is broken off.
const N_ENDS: usize = 20;
/// Bytes of a page where pages are small.
const PAGE_BYTES: u64 = 16 << 10;
/// Those who ask while something else is published.
const N_READERS: usize = 4;

/// How often each content is held, and of how many passages it is.
fn contents(index: &Index) -> BTreeMap<(u64, u64), usize> {
    let mut contents = BTreeMap::new();
    for rank in 0..index.reports().len() {
        let records = index.records_of(rank).expect("records");
        let content = (fingerprint_of(&records), records.len() as u64);
        *contents.entry(content).or_default() += 1;
    }
    contents
}

/// Reports and passages of one that another has not.
fn beyond(one: &BTreeMap<(u64, u64), usize>, other: &BTreeMap<(u64, u64), usize>) -> (usize, u64) {
    let mut more = (0, 0);
    for (content, n) in one {
        let n = n.saturating_sub(other.get(content).copied().unwrap_or(0));
        more.0 += n;
        more.1 += n as u64 * content.1;
    }
    more
}

/// Adds, changes, removes or renames files; says how many have a new text.
fn change(local: &Local, random: &mut Random, at: usize) -> usize {
    let mut files: Vec<_> = (local.corpus().read_dir().expect("a folder"))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "txt"))
        .collect();
    files.sort();
    let mut n_new = 0;
    for n in 0..1 + random.below(3) {
        let file = random.pick(&files).clone();
        let kind = random.below(4);
        if kind > 0 && !file.exists() {
            continue;
        }
        match kind {
            0 => local.write(&format!("new-{at}-{n}.txt"), &text(random)),
            1 => fs::write(&file, text(random)).expect("a file"),
            2 => fs::remove_file(&file).expect("it is there"),
            _ => {
                let name = format!("renamed-{at}-{n}.txt");
                fs::rename(&file, local.corpus().join(name)).expect("it is there");
            }
        }
        n_new += usize::from(kind < 2);
    }
    n_new
}

#[test]
fn after_every_history_answers_are_equal_and_only_what_changed_was_sent() {
    let Some(cluster) = TestCluster::shared() else {
        return;
    };
    let random = &mut Random(seed() ^ 3);
    let local = Local::new(random);
    let place = address(&cluster.url(), "history");
    let options = PublishOptions {
        prune: true,
        ..options(3, 0)
    };
    let mut before = BTreeMap::new();
    let mut n_removed = 0;
    for at in 0..=N_HISTORIES {
        let context = format!("SEED={} history {at}", seed());
        let n_new = match at {
            0 => usize::MAX,
            _ => change(&local, random, at),
        };
        local.update();
        let index = local.index();
        let now = contents(&index);
        let dry = PublishOptions {
            dry_run: true,
            ..options.clone()
        };
        let planned = send(&index, &place, &dry).expect(&context);
        let published = send(&index, &place, &options).expect(&context);
        let sent = (published.reports_sent, published.passages_sent);
        assert_eq!(sent, beyond(&now, &before), "{context}");
        assert_eq!(
            (planned.reports_sent, planned.passages_sent),
            sent,
            "{context}"
        );
        assert_eq!(
            published.reports_removed,
            beyond(&before, &now).0,
            "{context}"
        );
        assert!(
            sent.0 <= n_new,
            "{sent:?}, {n_new} files are new: {context}"
        );
        n_removed += published.reports_removed;
        assert_equal(&index, &place, &context);
        let again = send(&index, &place, &options).expect(&context);
        let nothing = (again.unchanged, again.reports_sent, again.passages_sent);
        assert_eq!(nothing, (true, 0, 0), "{context}");
        before = now;
    }
    assert!(n_removed > 0, "something was taken away");
    let wrong = verify(&open(&place).expect("it opens")).expect("it answers");
    assert_eq!(wrong, Vec::<String>::new());
    remove(&cluster, "history");
}

/// The index of passages that readers are led to.
fn passages_of(cluster: &TestCluster, name: &str) -> String {
    let alias = cluster.ask("GET", &format!("/_alias/{name}"), "").text();
    let alias: Value = serde_json::from_str(&alias).expect("JSON");
    let tables = alias.as_object().and_then(|of| of.keys().next().cloned());
    tables.expect("it leads somewhere").replace("--r-", "--p-")
}

#[test]
fn publishing_that_broke_off_is_gone_on_with_and_nobody_reads_half_of_it() {
    let Some(cluster) = TestCluster::shared() else {
        return;
    };
    let random = &mut Random(seed() ^ 5);
    let local = Local::new(random);
    let old = local.index();
    let other = Local::new(&mut Random(seed() ^ 11));
    other.write("more.txt", &text(random));
    other.update();
    let new = other.index();
    let prune = PublishOptions {
        prune: true,
        ..options(1, 0)
    };
    let place = address(&cluster.url(), "ends");
    send(&old, &place, &prune).expect("it is sent");
    let proxy = Proxy::before(&cluster.url());
    let through = address(&proxy.url(), "ends");
    send(&new, &through, &prune).expect("it is sent");
    let n_requests = proxy.asked().len();
    assert!(n_requests > N_ENDS / 2, "{n_requests}");
    let both = [&new, &old];
    let known = both.map(answers);
    let mut n_broken = 0;
    for at in 0..N_ENDS {
        let (from, to) = (at % 2, 1 - at % 2);
        let n_first = at * n_requests / N_ENDS;
        let is_heard = random.below(2) == 0;
        let context = format!(
            "SEED={} end {at} after {n_first} of {n_requests}, {is_heard}",
            seed()
        );
        proxy.set(Mode::End { n_first, is_heard });
        let ended = send(both[to], &through, &prune);
        n_broken += usize::from(ended.is_err());
        let remote = open(&place).expect(&context);
        let there: Vec<String> = probes().iter().map(|probe| said(&remote, probe)).collect();
        assert!(
            there == known[to] || there == known[from] && ended.is_err(),
            "{context}"
        );
        let published = send(both[to], &place, &prune).expect(&context);
        assert!(published.leftovers.is_empty(), "{context}");
        assert_equal(both[to], &place, &context);
        assert_eq!(indexes(&cluster, "ends").len(), 2, "{context}");
    }
    assert!(n_broken > N_ENDS * 3 / 4, "{n_broken}");
    remove(&cluster, "ends");
}

#[test]
fn what_is_left_is_named_and_only_what_is_ours_is_removed() {
    let Some(cluster) = TestCluster::shared() else {
        return;
    };
    let local = Local::new(&mut Random(seed()));
    let place = address(&cluster.url(), "left");
    let keep = options(1, 0);
    send(&local.index(), &place, &keep).expect("it is sent");
    let first = indexes(&cluster, "left");
    // Another's index of a name that could be ours, and one without any mark.
    for name in ["left--p-0123", "left-x--p-0123"] {
        let body = json!({"settings": {"number_of_replicas": 0}});
        let made = cluster.ask("PUT", &format!("/{name}"), &body.to_string());
        assert_eq!(made.status(), 200, "{}", made.text());
    }
    local.write("more.txt", &text(&mut Random(1)));
    local.update();
    let published = send(&local.index(), &place, &keep).expect("it is sent");
    assert_eq!(published.leftovers, first);
    assert_eq!(published.removed, Vec::<String>::new());
    let prune = PublishOptions {
        prune: true,
        ..keep
    };
    let published = send(&local.index(), &place, &prune).expect("nothing is sent");
    assert!(published.unchanged);
    assert_eq!(
        (published.removed, published.leftovers),
        (first, Vec::new())
    );
    let there = indexes(&cluster, "left");
    for name in ["left--p-0123", "left-x--p-0123"] {
        assert!(there.iter().any(|there| there == name), "{there:?}");
    }
    assert_equal(&local.index(), &place, "after all");
    cluster.ask("DELETE", "/left-x--p-0123", "");
    remove(&cluster, "left");
}

#[test]
fn long_passages_come_in_small_pages_and_answers_are_equal() {
    let Some(cluster) = TestCluster::shared() else {
        return;
    };
    let random = &mut Random(seed() ^ 61);
    let local = Local::new(random);
    let long: String = (0..8_000).map(|n| format!("发展第{n}步，")).collect();
    local.write("long.txt", &format!("{}\n{long}。\n", text(random)));
    local.update();
    let index = local.index();
    let of_report = |rank| index.records_of(rank).expect("records");
    let longest = (0..index.reports().len()).flat_map(of_report);
    let longest = longest.map(|record| record.folded.len()).max();
    assert!(longest > Some(PAGE_BYTES as usize), "{longest:?}");
    send(&index, &address(&cluster.url(), "pages"), &options(3, 0)).expect("it is sent");
    let proxy = Proxy::before(&cluster.url());
    let place = address(&proxy.url(), "pages");
    let mut n_requests = Vec::new();
    for page_bytes in [None, Some(PAGE_BYTES)] {
        let access = Access {
            page_bytes,
            ..Access::default()
        };
        let n_before = proxy.asked().len();
        let remote = Remote::open(&place, &access).expect("it opens");
        for (probe, here) in probes().iter().zip(answers(&index)) {
            assert_eq!(said(&remote, probe), here, "{probe:?} by {page_bytes:?}");
        }
        assert_eq!(verify(&remote).expect("it answers"), Vec::<String>::new());
        n_requests.push(proxy.asked().len() - n_before);
    }
    assert!(n_requests[1] > n_requests[0] * 2, "{n_requests:?}");
    remove(&cluster, "pages");
}

#[test]
fn who_stays_open_looks_again_over_one_connection() {
    let Some(cluster) = TestCluster::shared() else {
        return;
    };
    let proxy = Proxy::before(&cluster.url());
    let place = address(&proxy.url(), "nothing-there");
    let shelf = ClusterShelf::new(place, Access::default());
    for _ in 0..5 {
        assert!(shelf.stamp().expect("it can be told").is_none());
    }
    assert_eq!((proxy.asked().len(), proxy.n_connections()), (5, 1));
}

#[test]
fn who_asks_meanwhile_gets_the_old_answer_or_the_new() {
    let Some(cluster) = TestCluster::shared() else {
        return;
    };
    let local = Local::new(&mut Random(seed() ^ 21));
    let other = Local::new(&mut Random(seed() ^ 22));
    let both = [local.index(), other.index()];
    let known: Vec<Vec<String>> = both.iter().map(answers).collect();
    let place = address(&cluster.url(), "meanwhile");
    let keep = options(3, 0);
    send(&both[0], &place, &keep).expect("it is sent");
    let is_over = AtomicBool::new(false);
    let seen = [AtomicUsize::new(0), AtomicUsize::new(0)];
    thread::scope(|scope| {
        for reader in 0..N_READERS {
            let (place, known, seen, is_over) = (&place, &known, &seen, &is_over);
            scope.spawn(move || {
                let probes = probes();
                for n in reader.. {
                    if is_over.load(Ordering::Relaxed) {
                        return;
                    }
                    let at = n % probes.len();
                    let remote = open(place).expect("what is published opens");
                    let there = told(&remote, &probes[at]).expect("an answer");
                    let which = known.iter().position(|known| known[at] == there);
                    seen[which.unwrap_or_else(|| panic!("{:?}: neither:\n{there}", probes[at]))]
                        .fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let run = || -> Result<(), baogao_engine::index::IndexError> {
            for at in [1, 0, 1] {
                send(&both[at], &place, &keep)?;
                thread::sleep(std::time::Duration::from_millis(500));
            }
            Ok(())
        };
        let ran = run();
        is_over.store(true, Ordering::Relaxed);
        ran.expect("it is sent");
    });
    for seen in &seen {
        assert!(seen.load(Ordering::Relaxed) > 0, "both were read");
    }
    remove(&cluster, "meanwhile");
}

/// Insists on success of a request of somebody else.
fn done(cluster: &TestCluster, method: &str, path: &str, body: &Value) -> Value {
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let answer = cluster.ask(method, path, &body);
    assert!(answer.status() / 100 == 2, "{path}: {}", answer.text());
    serde_json::from_slice(&answer.body).expect("JSON")
}

#[test]
fn what_somebody_changed_by_hand_is_found() {
    let Some(cluster) = TestCluster::shared() else {
        return;
    };
    let local = Local::new(&mut Random(seed() ^ 31));
    let index = local.index();
    let place = address(&cluster.url(), "hand");
    let published: Published = send(&index, &place, &options(1, 0)).expect("it is sent");
    let names = indexes(&cluster, "hand");
    let [passages, _tables] = names.as_slice() else {
        panic!("{names:?}");
    };
    let refused = |n: i64| {
        let error = open(&place)
            .map(|_| ())
            .expect_err("another number")
            .to_string();
        let there = published.passages as i64 + n;
        assert!(
            error.contains(&format!(
                "{there} passages are there, {} were",
                published.passages
            )),
            "{error}"
        );
    };
    let wrong = || {
        verify(&open(&place).expect("it opens"))
            .expect("it answers")
            .join("\n")
    };
    assert_eq!(wrong(), "");
    let nothing = Value::Null;
    // Whoever writes must take the block away; so nobody does by mistake.
    let some = done(
        &cluster,
        "POST",
        &format!("/{passages}/_search"),
        &json!({"size": 1, "sort": [{"k": "asc"}, {"n": "asc"}]}),
    );
    let hit = &some["hits"]["hits"][0];
    let (id, document) = (hit["_id"].as_str().expect("an id"), hit["_source"].clone());
    let routing = hit["_routing"].as_str().expect("a report");
    let path = |id: &str| format!("/{passages}/_doc/{id}?routing={routing}&refresh=true");
    let blocked = cluster.ask("PUT", &path("by-hand"), &document.to_string());
    assert_eq!(blocked.status(), 403, "{}", blocked.text());
    done(
        &cluster,
        "PUT",
        &format!("/{passages}/_settings"),
        &json!({"index.blocks.write": false}),
    );

    done(&cluster, "PUT", &path("by-hand"), &document);
    refused(1);
    done(&cluster, "DELETE", &path("by-hand"), &nothing);
    assert_eq!(wrong(), "");

    done(&cluster, "DELETE", &path(id), &nothing);
    refused(-1);
    let mut changed = document.clone();
    changed["t"] = json!("别的");
    done(&cluster, "PUT", &path(id), &changed);
    assert!(wrong().contains("not what was"), "{}", wrong());
    changed = document.clone();
    changed["k"] = json!(12);
    done(&cluster, "PUT", &path(id), &changed);
    assert!(wrong().contains("not what was"), "{}", wrong());
    // All of it is sent again, under another name; the fields of that are changed in three ways that count otherwise.
    let similar = json!({"index.similarity.frequency.script.source": "return 2.0 * doc.freq;"});
    let pairs = json!({"type": "text", "analyzer": "pairs", "search_analyzer": "standard", "similarity": "frequency", "norms": false});
    let singles = json!({"type": "text", "analyzer": "singles", "similarity": "frequency", "norms": false, "index_options": "freqs"});
    let text = json!({"type": "text", "index": false, "norms": false, "fields": {"c": singles, "cc": pairs}});
    for n in 0..3 {
        let again: Published = send(&index, &place, &options(1, 0)).expect("it is sent again");
        assert!(!again.unchanged, "{n}");
        assert_eq!(wrong(), "");
        let passages = passages_of(&cluster, "hand");
        match n {
            0 => drop(done(
                &cluster,
                "PUT",
                &format!("/{passages}/_mapping"),
                &json!({"properties": {"mine": {"type": "keyword"}}}),
            )),
            1 => drop(done(
                &cluster,
                "PUT",
                &format!("/{passages}/_mapping"),
                &json!({"properties": {"t": text}}),
            )),
            _ => {
                done(&cluster, "POST", &format!("/{passages}/_close"), &nothing);
                done(&cluster, "PUT", &format!("/{passages}/_settings"), &similar);
                done(
                    &cluster,
                    "POST",
                    &format!("/{passages}/_open?wait_for_active_shards=1"),
                    &nothing,
                );
            }
        }
        let error = open(&place)
            .map(|_| ())
            .expect_err("other fields")
            .to_string();
        assert!(error.contains("somebody changed it"), "{n}: {error}");
    }
    send(&index, &place, &options(1, 0)).expect("it is sent again");

    done(
        &cluster,
        "PUT",
        "/hand-other",
        &json!({"settings": {"number_of_replicas": 0}}),
    );
    done(
        &cluster,
        "POST",
        "/_aliases",
        &json!({"actions": [{"add": {"index": "hand-other", "alias": "hand"}}]}),
    );
    let error = open(&place).map(|_| ()).expect_err("two").to_string();
    assert!(
        error.contains("several indexes") && error.contains("hand-other"),
        "{error}"
    );
    done(&cluster, "DELETE", "/hand-other", &nothing);
    assert_equal(&index, &place, "one again");
    remove(&cluster, "hand");
}
