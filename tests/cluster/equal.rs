//! The same question has the same answer here and on a cluster, to the last byte, however the cluster is cut into shards.
//!
//! `SEED=<number>` repeats a run; the seed and the question are part of every failure message.

use crate::cluster::TestCluster;
use crate::helpers::{Local, address, open, options, remove, said, send};
use crate::made::{COUNTIES, Random, TERMS, YEARS, random_scope, seed};
use baogao_cluster::Remote;
use baogao_engine::ask::{Answer, CountQuestion, Paging, Question, Scope, answer};
use baogao_engine::catalogue::Catalogue as _;
use baogao_engine::exact::{MatchOptions, Phrase};
use baogao_engine::index::Index;
use baogao_engine::record::PassageRecord;
use baogao_engine::stats::{Dimension, Value};
use baogao_engine::stop::Stop;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Questions, each asked of one arrangement after the other.
const N_QUESTIONS: usize = 640;
/// One in so many is asked of all.
const ALL_EVERY: usize = 5;
/// Substrings that are counted by region and year.
const N_SUBSTRINGS: usize = 2_010;
/// Arrangements: primary shards.
const SHARDS: [u32; 3] = [1, 3, 7];

/// What questions are made of.
struct Texts {
    /// Originals of passages.
    texts: Vec<Vec<char>>,
    /// Ids of passages and reports.
    ids: Vec<String>,
}

impl Texts {
    fn of(index: &Index) -> Texts {
        let (mut texts, mut ids) = (Vec::new(), Vec::new());
        for rank in 0..index.reports().len() {
            ids.push(index.reports().entry(rank).expect("an entry").id);
            for passage in index.passages(rank).expect("passages") {
                texts.push(passage.text.chars().collect::<Vec<char>>());
                ids.push(passage.id());
            }
        }
        texts.retain(|text| text.len() > 8);
        Texts { texts, ids }
    }

    fn substring(&self, random: &mut Random, most: usize) -> String {
        let text = random.pick(&self.texts);
        let n = 1 + random.below(most.min(text.len()));
        let at = random.below(text.len() - n + 1);
        let part: String = text[at..at + n].iter().collect();
        part.replace('"', "")
    }

    /// A phrase, or one that stands nowhere, quoted or as it is.
    fn phrase(&self, random: &mut Random) -> String {
        let known = [
            "发展",
            "专业镇",
            "5%",
            "2023年",
            "的",
            "，",
            "發展",
            "wi-fi",
            "哈哈",
            "乡村振兴",
            "1",
        ];
        match random.below(8) {
            0 => (*random.pick(&known)).to_owned(),
            1 => format!(
                "\"{}\"",
                self.substring(random, 3) + &self.substring(random, 2)
            ),
            2 => self.substring(random, 12),
            _ => format!("\"{}\"", self.substring(random, 5)),
        }
    }

    fn expression(&self, random: &mut Random, depth: usize) -> String {
        let inner = |random: &mut Random| self.expression(random, depth - 1);
        match random.below(if depth == 0 { 6 } else { 10 }) {
            0..=3 => self.phrase(random),
            4 => {
                let text = random.pick(&self.texts);
                let at = random.below(text.len() - 6);
                let piece = |from: usize| {
                    text[at + from..at + from + 2]
                        .iter()
                        .collect::<String>()
                        .replace('"', "")
                };
                let wild = *random.pick(&["?", "*", "??", "*?"]);
                format!("\"{}\"{wild}\"{}\"", piece(0), piece(3))
            }
            5 => {
                let text = random.pick(&self.texts);
                let mut word = || {
                    let at = random.below(text.len() - 2);
                    text[at..at + 2]
                        .iter()
                        .filter(|c| !"\" \u{3000}".contains(**c))
                        .collect::<String>()
                };
                let (a, b) = (word(), word());
                format!("\"{a} {b}\"~{}", random.below(40))
            }
            6 | 7 => format!("({} {})", inner(random), inner(random)),
            8 => format!("({} OR {})", inner(random), inner(random)),
            _ => format!("{} -{}", inner(random), self.phrase(random)),
        }
    }
}

/// The dimension of counts.
fn by(random: &mut Random) -> &'static str {
    const ALL: [&str; 8] = [
        "region",
        "province",
        "prefecture",
        "level",
        "year",
        "part",
        "section",
        "report",
    ];
    ALL[random.below(ALL.len())]
}

fn place(random: &mut Random) -> Option<&'static str> {
    [
        None,
        Some("region"),
        Some("province"),
        Some("prefecture"),
        Some("level"),
    ][random.below(5)]
}

/// A question of any kind, every field of it drawn; now and then one that must be refused.
fn random_question(texts: &Texts, random: &mut Random) -> Question {
    let (scope, filters) = random_scope(random);
    let mut fields = serde_json::to_value(&scope).expect("JSON");
    if random.below(40) == 0 {
        fields["year"] = json!(["nineteen"]);
    }
    let expression = texts.expression(random, 2);
    let typed = match random.below(60) {
        0 => "(发展".to_owned(),
        1 => format!("{expression} region:无此地"),
        _ => format!("{expression}{filters}"),
    };
    let yes = |random: &mut Random, one_in: usize| random.below(one_in) == 0;
    let kind = random.below(24);
    let more = match kind {
        0..=6 => json!({
            "ask": "search", "query": [typed],
            "mode": random.pick(&[None, None, Some("exact"), Some("words"), Some("any")]),
            "sort": random.pick(&["relevance", "relevance", "newest", "oldest", "region"]),
            "count": yes(random, 6), "facets": yes(random, 2), "context": random.pick(&[0, 0, 1, 3]), "cite": yes(random, 4),
        }),
        7..=9 => json!({
            "ask": "kwic", "query": [typed], "width": random.pick(&[None, Some(5), Some(60)]),
            "sort": random.pick(&["left", "right", "year", "region"]),
            "sample": random.pick(&[None, None, Some(7)]), "neighbours": yes(random, 4), "cite": yes(random, 4),
        }),
        10..=13 => {
            let list =
                [texts.phrase(random), texts.phrase(random)].map(|typed| json!({"typed": typed}));
            let more: Vec<String> = (0..random.below(3)).map(|_| texts.phrase(random)).collect();
            let list = if yes(random, 4) {
                json!(list)
            } else {
                json!([])
            };
            let query: Vec<String> = std::iter::once(typed).chain(more).collect();
            json!({
                "ask": "count", "query": query, "list": list, "group": yes(random, 5), "all_matches": yes(random, 3),
                "by": (0..random.below(3)).map(|_| by(random)).collect::<Vec<_>>(), "wide": yes(random, 6),
                "measure": random.pick(&["occurrences", "passages", "reports", "per_10k", "share"]),
                "dispersion": yes(random, 4), "words": yes(random, 6),
            })
        }
        14 => json!({
            "ask": "trend", "query": [typed], "by": place(random),
            "smooth": random.pick(&[None, Some(3)]),
        }),
        15 | 16 => json!({
            "ask": "first", "query": [typed], "by": place(random), "cite": yes(random, 3),
            "reject": if yes(random, 3) { vec![random.pick(&texts.ids).clone()] } else { Vec::new() },
        }),
        17 => json!({
            "ask": "collocates", "query": [typed], "window": random.pick(&[None, Some(3)]),
            "side": random.pick(&["left", "right", "both"]), "strings": yes(random, 3), "min_occurrences": 2, "min_reports": 1,
            "sort": random.pick(&["log_dice", "mi", "g2", "occurrences", "reports"]),
        }),
        18 => json!({"ask": "define", "query": [random.pick(&TERMS)], "cite": yes(random, 3)}),
        19 => json!({"ask": "define", "query": [], "list": true}),
        20 => match random.below(3) {
            0 => json!({"ask": "reports", "to_fix": yes(random, 2), "notes": yes(random, 2)}),
            1 => json!({"ask": "reports", "coverage": true}),
            _ => json!({"ask": "reports", "with": [typed], "without": [texts.phrase(random)]}),
        },
        21 => {
            let id = random.pick(&texts.ids).clone();
            let id = if yes(random, 8) { id + "9" } else { id };
            json!({"ask": "show", "id": id, "context": random.below(3), "outline": yes(random, 4), "cite": yes(random, 3)})
        }
        22 => {
            json!({"ask": "keywords", "min_reports": 1, "sort": random.pick(&["g2", "log_ratio"]), "names": yes(random, 2),
            "against": if yes(random, 2) { vec![random.pick(&YEARS).to_string()] } else { Vec::new() }})
        }
        _ => {
            json!({"ask": "new", "gone": yes(random, 3), "before": random.pick(&["same", "anywhere"]), "min_reports": 1,
            "min_places": 1, "shortest": 3})
        }
    };
    let all = fields.as_object_mut().expect("an object");
    all.extend(more.as_object().expect("an object").clone());
    if kind < 20 {
        all.insert("literal".to_owned(), json!(yes(random, 10)));
        all.insert("inside".to_owned(), json!(yes(random, 8)));
    }
    if kind == 23 || kind == 22 {
        // They are about some years beside others.
        all.insert("year".to_owned(), json!([random.pick(&YEARS).to_string()]));
    }
    let limit = [None, Some(0), Some(1), Some(5), Some(20)][random.below(5)];
    all.insert("limit".to_owned(), json!(limit));
    all.insert(
        "offset".to_owned(),
        json!([0, 0, 0, 3, 500][random.below(5)]),
    );
    serde_json::from_value(fields.clone()).unwrap_or_else(|error| panic!("{error}: {fields}"))
}

/// Publishes an index once for each number of shards.
fn arranged(cluster: &TestCluster, local: &Index, name: &str) -> Vec<(String, Remote)> {
    let publish = |shards: u32| {
        let name = format!("{name}-{shards}");
        let address = address(&cluster.url(), &name);
        let published = send(local, &address, &options(shards, 0)).expect("it is sent");
        assert_eq!(published.reports, local.reports().len());
        (name, open(&address).expect("it opens"))
    };
    SHARDS.map(publish).into()
}

#[test]
fn random_questions_have_the_same_answers_here_and_there() {
    let Some(cluster) = TestCluster::shared() else {
        return;
    };
    let random = &mut Random(seed());
    let local = Local::new(random);
    let index = local.index();
    let remotes = arranged(&cluster, &index, "equal");
    let texts = Texts::of(&index);
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut n_errors = 0;
    let mut n_rows = 0;
    for n in 0..N_QUESTIONS {
        let question = random_question(&texts, random);
        let asked = serde_json::to_value(&question).expect("JSON");
        *seen.entry(asked["ask"].to_string()).or_default() += 1;
        let here = said(&index, &question);
        n_errors += usize::from(here.starts_with("error: "));
        n_rows += usize::from(here.lines().count() > 3);
        for (at, (name, remote)) in remotes.iter().enumerate() {
            if n % ALL_EVERY > 0 && n % remotes.len() != at {
                continue;
            }
            let there = said(&remote.with_stop(Stop::new()), &question);
            if here != there {
                let mut lines = here.lines().zip(there.lines());
                let differs = lines.find(|(a, b)| a != b);
                panic!(
                    "SEED={} question {n} at {name}: {asked}\n{differs:#?}\n{} and {} lines",
                    seed(),
                    here.lines().count(),
                    there.lines().count()
                );
            }
        }
    }
    assert_eq!(seen.len(), 11, "every kind: {seen:?}");
    assert!(N_QUESTIONS - n_errors >= 500, "{n_errors} are refused");
    assert!(n_rows > N_QUESTIONS / 5, "{n_rows} have rows");
    for (name, _) in remotes {
        remove(&cluster, &name);
    }
}

/// The passages of the reports that are counted, by region and year: the plain truth.
type Plain = BTreeMap<(Option<String>, Option<u16>), Vec<String>>;

fn plain(index: &Index) -> Plain {
    let mut plain = Plain::new();
    let reports = index.reports();
    let is_report = |rank: usize| {
        !reports.is_duplicate(rank) && reports.genre(rank) == baogao_reading::report::Genre::Report
    };
    for rank in (0..reports.len()).filter(|rank| is_report(*rank)) {
        let key = (
            reports
                .region(rank)
                .map(|region| region.path_string().to_owned()),
            reports.year(rank).map(|year| year.get()),
        );
        let records: Vec<PassageRecord> = index.records_of(rank).expect("records");
        let texts = records.into_iter().map(|record| record.folded);
        plain.entry(key).or_default().extend(texts);
    }
    plain
}

#[test]
fn substrings_are_counted_by_region_and_year_as_a_reader_counts_them() {
    let Some(cluster) = TestCluster::shared() else {
        return;
    };
    let random = &mut Random(seed() ^ 7);
    let local = Local::new(random);
    let index = local.index();
    let remotes = arranged(&cluster, &index, "oracle");
    let plain = plain(&index);
    let folded: Vec<Vec<char>> = plain
        .values()
        .flatten()
        .map(|text| text.chars().collect())
        .collect();
    // Where a border is does not matter then, and a reader counts without rules.
    let matching = MatchOptions {
        inside: true,
        ..MatchOptions::default()
    };
    let (mut n_asked, mut n_there, mut seen) = (0, 0, BTreeSet::new());
    while n_asked < N_SUBSTRINGS {
        let text = random.pick(&folded);
        if text.is_empty() {
            continue;
        }
        let n = (1 + random.below(8)).min(text.len());
        let at = random.below(text.len() - n + 1);
        let mut chars = text[at..at + n].to_vec();
        if random.below(10) == 0 {
            chars.push(*random.pick(text));
        }
        let phrase: String = chars.iter().collect();
        // What is of both scripts has a rule of its own.
        let typed = Phrase::new(&phrase, matching);
        if !typed.is_some_and(|typed| typed.folded() == phrase && typed.forms().count() == 1) {
            continue;
        }
        if phrase.contains('"') || !seen.insert(phrase.clone()) && random.below(4) > 0 {
            continue;
        }
        let question = Question::Count(CountQuestion {
            query: vec![format!("\"{phrase}\"")],
            by: vec![Dimension::Region, Dimension::Year],
            matching,
            paging: Paging::default(),
            scope: Scope::default(),
            ..CountQuestion::default()
        });
        let (name, remote) = &remotes[n_asked % remotes.len()];
        let remote = remote.with_stop(Stop::new());
        let context = format!("SEED={} {phrase:?} at {name}", seed());
        let Answer::Count(answer) = answer(&remote, &question).expect(&context) else {
            panic!("a count: {context}");
        };
        let mut counted: BTreeMap<(Option<String>, Option<u16>), u64> = BTreeMap::new();
        for (_, row) in answer.table_rows(0, usize::MAX) {
            let [region, year] = row.key.as_slice() else {
                panic!("a key: {context}");
            };
            let region = match region {
                Value::Region(region) => Some(region.path_string().to_owned()),
                _ => None,
            };
            let year = match year {
                Value::Year(year) => Some(year.get()),
                _ => None,
            };
            let n = row.numbers().map_or(0, |sums| sums.occurrences);
            *counted.entry((region, year)).or_default() += n;
        }
        for (key, texts) in &plain {
            let n: usize = texts
                .iter()
                .map(|text| text.matches(phrase.as_str()).count())
                .sum();
            let there = counted.remove(key).unwrap_or(0);
            assert_eq!(there, n as u64, "{key:?}: {context}");
            n_there += usize::from(n > 0);
        }
        assert!(counted.values().all(|n| *n == 0), "{counted:?}: {context}");
        n_asked += 1;
    }
    assert!(n_there > N_SUBSTRINGS && COUNTIES.len() == 4, "{n_there}");
    for (name, _) in remotes {
        remove(&cluster, &name);
    }
}
