//! The cluster that tests ask, and the proxy that disturbs it: both do what tests rely on.
//!
//! Where no cluster can be had (see `.ci/run`), the tests that need one say so and pass.
#![cfg(unix)]
#![allow(clippy::print_stdout, reason = "who skips says so")]

#[path = "../common/cluster.rs"]
mod cluster;
#[path = "../common/mod.rs"]
mod common;
#[cfg(feature = "cluster")]
mod doors;
#[cfg(feature = "cluster")]
mod equal;
#[cfg(feature = "cluster")]
mod failures;
mod faults;
#[cfg(feature = "cluster")]
mod helpers;
#[path = "../common/http.rs"]
mod http;
#[cfg(feature = "cluster")]
#[path = "../common/made.rs"]
mod made;
#[path = "../common/proxy.rs"]
mod proxy;
#[cfg(feature = "cluster")]
mod publish;
#[cfg(feature = "cluster")]
mod runs;

use baogao_reading::ingest::ingest;
use cluster::TestCluster;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Tells a copy of this program that it shall start a node and be killed.
const ORPHAN: &str = "BAOGAO_TEST_ORPHAN";

/// Every character, and every pair of characters, is a token with a position of its own.
fn mapping() -> Value {
    let tokenizer =
        |n: u8| json!({ "type": "ngram", "min_gram": n, "max_gram": n, "token_chars": [] });
    json!({
        "settings": {
            "number_of_shards": 3,
            "number_of_replicas": 1,
            "analysis": {
                "tokenizer": { "c": tokenizer(1), "cc": tokenizer(2) },
                "analyzer": {
                    "c": { "type": "custom", "tokenizer": "c" },
                    "cc": { "type": "custom", "tokenizer": "cc" },
                },
            },
        },
        "mappings": {
            "dynamic": "strict",
            "properties": {
                "text": {
                    "type": "keyword", "index": false, "doc_values": false,
                    "fields": {
                        "c": { "type": "text", "analyzer": "c" },
                        "cc": { "type": "text", "analyzer": "cc" },
                    },
                },
            },
        },
    })
}

/// The texts of all passages of the samples.
fn passages() -> Vec<String> {
    let reports = common::corpus()
        .iter()
        .flat_map(|file| ingest(file).expect("it is read"))
        .collect::<Vec<_>>();
    let passages = reports.into_iter().flat_map(|report| report.passages);
    passages.map(|passage| passage.text).collect()
}

/// Phrases of 1 to 12 characters from everywhere in the texts, and some that are not there.
fn phrases(passages: &[String]) -> Vec<String> {
    let mut phrases: Vec<String> = ["发展", "营商环境", "的", "，", "专业锁", "%"]
        .map(String::from)
        .into();
    for (i, passage) in passages.iter().enumerate().step_by(5) {
        let chars: Vec<char> = passage.chars().collect();
        let start = (i * 7) % chars.len();
        phrases.push(chars[start..].iter().take(1 + i % 12).collect());
    }
    phrases
}

/// How many passages a node finds that contain a phrase, all shards asked.
fn counted(cluster: &TestCluster, url: &str, phrase: &str) -> u64 {
    let field = if phrase.chars().nth(1).is_none() {
        "text.c"
    } else {
        "text.cc"
    };
    let query = json!({
        "size": 0, "track_total_hits": true, "query": { "match_phrase": { field: phrase } }
    });
    let path = "/samples/_search?allow_partial_search_results=false";
    let answer = cluster.ask_node(url, "POST", path, &query.to_string());
    assert_eq!(answer.status(), 200, "{phrase}: {}", answer.text());
    let answer: Value = serde_json::from_slice(&answer.body).expect("JSON");
    let shards = &answer["_shards"];
    assert_eq!(shards["successful"], shards["total"], "{answer}");
    answer["hits"]["total"]["value"].as_u64().expect("a number")
}

fn assert_counts(cluster: &TestCluster, url: &str, passages: &[String]) {
    let phrases = phrases(passages);
    assert!(phrases.len() > 40, "{}", phrases.len());
    for phrase in phrases {
        let plain = passages.iter().filter(|text| text.contains(&phrase));
        let plain = plain.count() as u64;
        assert_eq!(counted(cluster, url, &phrase), plain, "{phrase:?} at {url}");
    }
}

/// Asks and insists on success.
fn done(cluster: &TestCluster, method: &str, path: &str, body: &str) -> Value {
    let answer = cluster.ask(method, path, body);
    assert_eq!(answer.status(), 200, "{path}: {}", answer.text());
    let answer: Value = serde_json::from_slice(&answer.body).expect("JSON");
    assert_ne!(answer["errors"], true, "{answer}");
    answer
}

#[test]
fn a_node_that_dies_takes_no_passage_with_it() {
    let Some(mut cluster) = TestCluster::shared() else {
        return;
    };
    let passages = passages();
    done(&cluster, "PUT", "/samples", &mapping().to_string());
    let lines: String = (passages.iter().enumerate())
        .map(|(id, text)| {
            let action = json!({ "index": { "_id": id.to_string() } });
            format!("{action}\n{}\n", json!({ "text": text }))
        })
        .collect();
    done(&cluster, "POST", "/samples/_bulk?refresh=true", &lines);
    let green = "/_cluster/health?wait_for_status=green&timeout=60s";
    assert_eq!(done(&cluster, "GET", green, "")["timed_out"], false);
    for url in cluster.urls() {
        assert_counts(&cluster, &url, &passages);
    }

    // The one that leads the others.
    let manager = cluster
        .ask("GET", "/_cat/cluster_manager?h=node", "")
        .text();
    let manager = manager.trim().trim_start_matches("node-");
    let manager = manager.parse().expect("a number");
    cluster.kill(manager);
    for (node, url) in cluster.urls().iter().enumerate() {
        if node != manager {
            assert_counts(&cluster, url, &passages);
        }
    }

    cluster.restart(manager);
    let back = &cluster.urls()[manager];
    assert_counts(&cluster, back, &passages);
    done(&cluster, "DELETE", "/samples", "");
}

#[test]
fn nodes_end_with_the_program_that_started_them() {
    if std::env::var_os(ORPHAN).is_some() {
        let Some(cluster) = TestCluster::start(1) else {
            return;
        };
        println!("\nstarted {} {}", cluster.url(), cluster.folder().display());
        thread::sleep(Duration::from_secs(600));
        return;
    }
    let mut program = Command::new(std::env::current_exe().expect("it runs"))
        .args(["--exact", "nodes_end_with_the_program_that_started_them"])
        .arg("--nocapture")
        .env(ORPHAN, "1")
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let said = BufReader::new(program.stdout.take().expect("it is piped"));
    let said = said.lines().map_while(Result::ok);
    let started = said.take_while(|line| !line.contains("skipped: "));
    let started = started
        .filter_map(|line| line.strip_prefix("started ").map(str::to_owned))
        .next();
    program.kill().expect("it is ours");
    program.wait().expect("it is ours");
    let Some(started) = started else {
        // The line with the reason is the same as that of the other test.
        println!("skipped: no cluster");
        return;
    };
    let (url, folder) = started.split_once(' ').expect("both");
    let folder = Path::new(folder);
    assert!(folder.is_dir(), "{}", folder.display());
    let until = Instant::now() + Duration::from_secs(60);
    let limit = Duration::from_secs(1);
    while folder.exists() || http::ask(url, "GET", "/", "", limit).is_ok() {
        assert!(Instant::now() < until, "{url} {}", folder.display());
        thread::sleep(Duration::from_millis(100));
    }
}
