//! Times of single operations on a small corpus made of the samples, by a public harness: for comparing two states of the code.
//!
//! `cargo bench --bench latency` runs all, `cargo bench --bench latency -- search` some. The figures beside other programs
//! are those of `exact`.

#[path = "../contenders/mod.rs"]
#[allow(dead_code, reason = "each bench uses a part")]
mod contenders;

use baogao_engine::exact::MatchOptions;
use baogao_engine::index::{Index, UpdateOptions, update};
use baogao_engine::query::{Filters, Query};
use baogao_engine::search::{SearchOptions, Tier};
use baogao_engine::stats::{self, CountOptions, Dimension, Group, crosstab};
use baogao_engine::tokenize::WordList;
use baogao_reading::fold::fold;
use baogao_reading::report::Report;
use contenders::Contender;
use contenders::corpora::Corpus;
use contenders::ours::{Ours, phrase_of};
use contenders::passages::read_reports;
use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use std::sync::LazyLock;
use tempfile::TempDir;

/// Passages of the corpus.
const N_PASSAGES: &str = "20000";
const PHRASES: [&str; 4] = ["镇", "发展", "专业镇", "高质量发展"];

struct Built {
    /// Kept for as long as its files are read.
    _temporary: TempDir,
    corpus: Corpus,
    ours: Ours,
    reports: Vec<Report>,
}

static BUILT: LazyLock<Built> = LazyLock::new(|| {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let corpus = Corpus::of(N_PASSAGES, temporary.path());
    let corpus = corpus.expect("text is written").expect("it is there");
    let options = UpdateOptions {
        roots: corpus.folders.clone(),
        ..UpdateOptions::default()
    };
    update(&corpus.dir, &options, &|_| {}).expect("the corpus is indexed");
    Built {
        ours: Ours(Index::open(&corpus.dir).expect("the index opens")),
        reports: read_reports(&corpus.folders),
        corpus,
        _temporary: temporary,
    }
});

fn main() {
    LazyLock::force(&BUILT);
    divan::main();
}

#[divan::bench]
fn open(bencher: Bencher<'_, '_>) {
    bencher.bench(|| Index::open(black_box(&BUILT.corpus.dir)));
}

#[divan::bench(args = PHRASES)]
fn count(bencher: Bencher<'_, '_>, phrase: &str) {
    let phrase = phrase_of(phrase).expect("a phrase");
    bencher.bench(|| BUILT.ours.count_both(black_box(&phrase)));
}

#[divan::bench(args = PHRASES)]
fn count_by_region_and_year(bencher: Bencher<'_, '_>, phrase: &str) {
    let groups = [Group {
        name: phrase.to_owned(),
        phrases: vec![phrase_of(phrase).expect("a phrase")],
    }];
    let (index, filters) = (&BUILT.ours.0, Filters::default());
    let by = [Dimension::Region, Dimension::Year];
    bencher.bench(|| {
        let counted = stats::count(index, &groups, &filters, CountOptions::default())
            .expect("nothing stops it");
        let counted = counted.into_iter().next().unwrap_or_default();
        crosstab(index, &counted, &filters, &by).expect("a table")
    });
}

#[divan::bench(args = PHRASES)]
fn search_best_20(bencher: Bencher<'_, '_>, phrase: &str) {
    bencher.bench(|| BUILT.ours.page(black_box(phrase)));
}

#[divan::bench]
fn search_any_word(bencher: Bencher<'_, '_>) {
    let query = Query::parse("如何支持白酒专业镇建设", MatchOptions::default()).expect("a query");
    let options = SearchOptions {
        tier: Tier::Any,
        limit: Some(20),
        ..SearchOptions::default()
    };
    bencher.bench(|| BUILT.ours.0.search(black_box(&query), &options));
}

/// The text of one report.
fn text() -> String {
    let report = BUILT.reports.first().expect("a report");
    let texts = report.passages.iter().map(|passage| passage.text.as_str());
    texts.collect::<Vec<_>>().join("\n")
}

#[divan::bench]
fn fold_a_report(bencher: Bencher<'_, '_>) {
    let text = text();
    let n_bytes = BytesCount::of_str(&text);
    bencher.counter(n_bytes).bench(|| fold(black_box(&text)));
}

#[divan::bench]
fn words_of_a_report(bencher: Bencher<'_, '_>) {
    let text = text();
    let n_bytes = BytesCount::of_str(&text);
    let list = WordList::default();
    let mut cutter = list.cutter();
    let count = || cutter.search_words(&text).len();
    bencher.counter(n_bytes).bench_local(count);
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn read_and_repair_all(bencher: Bencher<'_, '_>) {
    bencher.bench(|| read_reports(black_box(&BUILT.corpus.folders)));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn index_all(bencher: Bencher<'_, '_>) {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let options = UpdateOptions {
        roots: BUILT.corpus.folders.clone(),
        rebuild: true,
        ..UpdateOptions::default()
    };
    let dir = temporary.path().join("index");
    bencher.bench(|| update(&dir, &options, &|_| {}).expect("the corpus is indexed"));
}
