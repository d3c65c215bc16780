//! What these tests share: the corpus, an index of it here and on a cluster, and an answer as bytes.

use crate::cluster::TestCluster;
use crate::made::{Random, corpus};
use baogao_cluster::{Access, Address, PublishOptions, Published, Remote, publish};
use baogao_engine::ask::{Basis, Holdings, Question, answer};
use baogao_engine::index::{Index, IndexError, UpdateOptions, update};
use baogao_engine::stop::Stop;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A text in the other script, with its quotes.
const TRADITIONAL: &str = "榆社縣人民政府工作報告\n\n——2024年3月6日在榆社縣第十七屆人民代表大會第四次會議上\n\n\
    各位代表：\n\n一、2023年工作回顧\n\n我們堅持「發展」為先，乾旱之年糧食增產5.5%，後山公路通車，人均收入達到12,345元。\n\n\
    二、2024年工作安排\n\n加快發展，發展發展再發展。幹部帶頭，乾部不行。\n";
/// One that names neither a region nor a year.
const NOWHERE: &str = "政府工作报告\n\n各位代表：\n\n一、工作回顾\n\n我们坚持发展为先，完成投资5%，又完成5.5%。哈哈哈哈，全镇上下Wi-Fi覆盖。\n\n\
    二、工作安排\n\n加快发展。\n";

/// After how long a run counts as dead here: what breaks off has ended.
pub(crate) const LAPSE: Duration = Duration::from_millis(500);

/// A folder with a corpus and an index of it.
pub(crate) struct Local {
    home: tempfile::TempDir,
}

impl Local {
    /// The five samples, made reports and texts of every kind.
    pub(crate) fn new(random: &mut Random) -> Local {
        let home = tempfile::tempdir().expect("a folder");
        corpus(home.path(), random);
        let local = Local { home };
        let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
        for entry in samples.read_dir().expect("it is part of the source") {
            let entry = entry.expect("an entry");
            fs::copy(entry.path(), local.corpus().join(entry.file_name())).expect("a copy");
        }
        local.write("2024年榆社縣政府工作報告.txt", TRADITIONAL);
        local.write("某地政府工作报告.txt", NOWHERE);
        // The same text twice, without anything that tells one from the other.
        local.write("某地政府工作报告-又.txt", NOWHERE);
        local.update();
        local
    }

    pub(crate) fn corpus(&self) -> PathBuf {
        self.home.path().join("corpus")
    }

    pub(crate) fn dir(&self) -> PathBuf {
        self.home.path().join("index")
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.corpus().join(name), text).expect("a file");
    }

    pub(crate) fn update(&self) {
        let options = UpdateOptions {
            roots: vec![self.corpus()],
            ..UpdateOptions::default()
        };
        update(&self.dir(), &options, &|_| {}).expect("what can be read is indexed");
    }

    pub(crate) fn index(&self) -> Index {
        Index::open(&self.dir()).expect("it opens")
    }
}

/// Where an index is published at a node, or at a proxy before it.
pub(crate) fn address(url: &str, name: &str) -> Address {
    Address::new(&format!("opensearch+{url}/{name}"), false).expect("an address")
}

pub(crate) fn options(shards: u32, replicas: u32) -> PublishOptions {
    PublishOptions {
        shards,
        replicas,
        dry_run: false,
        prune: false,
        who: "a test".to_owned(),
        lapse: LAPSE,
    }
}

pub(crate) fn send(
    index: &Index,
    address: &Address,
    options: &PublishOptions,
) -> Result<Published, IndexError> {
    let access = Access::default();
    publish(index, address, &access, options, (&Stop::new(), &|_| {}))
}

pub(crate) fn open(address: &Address) -> Result<Remote, IndexError> {
    Remote::open(address, &Access::default())
}

/// Removes what was published under a name.
pub(crate) fn remove(cluster: &TestCluster, name: &str) {
    let answer = cluster.ask("DELETE", &format!("/{name}--*"), "");
    assert_eq!(answer.status(), 200, "{}", answer.text());
}

/// All of an answer as bytes: what stands before the rows, the rows, those of the table, the summary, what is said beside
/// it; or the error.
pub(crate) fn told(holdings: &dyn Holdings, question: &Question) -> Result<String, String> {
    let error = |error: &dyn std::fmt::Display| format!("error: {error}");
    let basis = Basis::of(holdings).map_err(|e| error(&e))?;
    let answer = answer(holdings, question).map_err(|e| error(&e))?;
    let common = answer.common();
    let mut lines = Vec::new();
    let head = common.head().map_err(|e| error(&e))?;
    lines.push(serde_json::to_string(&head).expect("JSON"));
    for row in common.rows().map_err(|e| error(&e))? {
        let row = row.map_err(|e| error(&e))?;
        lines.push(serde_json::to_string(&*row).expect("JSON"));
    }
    let table = common.table(&basis).map_err(|e| error(&e))?;
    for row in table.rows {
        lines.push(row.map_err(|e| error(&e))?.to_string());
    }
    let summary = common.summary(&basis).map_err(|e| error(&e))?;
    lines.push(serde_json::to_string(&*summary).expect("JSON"));
    lines.push(serde_json::to_string(&basis.beside(common.notices())).expect("JSON"));
    Ok(lines.join("\n"))
}

/// The same of one who always can be asked.
pub(crate) fn said(holdings: &dyn Holdings, question: &Question) -> String {
    told(holdings, question).unwrap_or_else(|error| error)
}

/// Some questions that together touch everything that is held.
pub(crate) fn probes() -> Vec<Question> {
    let of = |value: serde_json::Value| serde_json::from_value(value).expect("a question");
    vec![
        of(serde_json::json!({"ask": "count", "query": ["发展"], "by": ["region", "year"]})),
        of(serde_json::json!({"ask": "search", "query": ["发展"], "limit": 20, "facets": true})),
        of(serde_json::json!({"ask": "kwic", "query": ["5%"], "limit": 50})),
        of(
            serde_json::json!({"ask": "count", "query": ["的"], "by": ["report", "part"], "genre": "any", "duplicates": true}),
        ),
        of(serde_json::json!({"ask": "reports", "notes": true})),
        of(serde_json::json!({"ask": "define", "list": true, "query": []})),
        of(serde_json::json!({"ask": "first", "query": ["乡村 -产业"], "by": "region"})),
    ]
}

/// The answers to all probes.
pub(crate) fn answers(index: &Index) -> Vec<String> {
    probes().iter().map(|probe| said(index, probe)).collect()
}

/// Every probe of what is published has the answer of the local index.
pub(crate) fn assert_equal(index: &Index, place: &Address, context: &str) {
    let remote = open(place).unwrap_or_else(|error| panic!("{error}: {context}"));
    for (probe, here) in probes().iter().zip(answers(index)) {
        assert_eq!(said(&remote, probe), here, "{probe:?}: {context}");
    }
}

/// A text that no other is.
pub(crate) fn text(random: &mut Random) -> String {
    let year = 2010 + random.below(10);
    format!(
        "代县人民政府工作报告\n\n——{year}年3月6日在代县第十七届人民代表大会第三次会议上\n\n各位代表：\n\n\
         一、{}年工作回顾\n\n坚持发展，完成投资{}亿元，增长5%。\n\n二、{year}年工作安排\n\n加快发展第{}步。\n",
        year - 1,
        random.below(1_000_000),
        random.below(1_000_000)
    )
}

/// The names of all indexes of a name.
pub(crate) fn indexes(cluster: &TestCluster, name: &str) -> Vec<String> {
    let path = format!("/_cat/indices/{name}*?h=index&s=index");
    let text = cluster.ask("GET", &path, "").text();
    text.lines().map(|line| line.trim().to_owned()).collect()
}
