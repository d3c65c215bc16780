//! Measures an index that is published to a cluster beside the same index in a folder, and beside the same passages in
//! OpenSearch as they are put there today; and checks on the way that the two of ours count what stands there.
//!
//! `cargo bench --bench cluster` prints the tables of `docs/cluster.md`. Three nodes of 512 MB each are started on this
//! machine, and ended and removed with this program; `tests/cluster/cluster fetch` fetches what they are made of, and
//! without it this says that it skips. Environment:
//!
//! - `BAOGAO_BENCH_PASSAGES`: how many passages are made of the samples (50000); a million need 6 GB of disk and 4 GB of
//!   memory;
//! - `BAOGAO_BENCH_PHRASES`: random phrases of 2 to 8 characters that are asked (300);
//! - `TMPDIR`: where text, indexes and nodes are written, and removed again.
//!
//! As today ([`today`]): a field with the tokens of the `cjk` analyzer, asked by `match_phrase`, passages counted. The text
//! is what stands in the files, so some of the made reports are [`dressed`] as reports are that nobody made.

#![expect(clippy::print_stdout, reason = "the tables are the output")]
#![expect(clippy::print_stderr, reason = "what is being done, for who waits")]

mod asking;
#[path = "../../tests/common/cluster.rs"]
mod cluster;
#[path = "../contenders/mod.rs"]
#[allow(dead_code, reason = "each bench uses a part")]
mod contenders;
mod dressed;
mod finding;
#[path = "../../tests/common/http.rs"]
mod http;
mod node;
mod phrases;
mod today;

use baogao_cluster::{Access, Address, PublishOptions, Remote, publish};
use baogao_engine::index::{self, Index, UpdateOptions, update};
use baogao_engine::stop::Stop;
use cluster::TestCluster;
use contenders::Result;
use contenders::corpora::Corpus;
use contenders::measure::{Others, QUIET_CORES, Samples, machine, seconds, sizes};
use contenders::passages::{Passages, read_reports};
use contenders::table::Table;
use dressed::{Filed, dress};
use node::Node;
use phrases::Phrases;
use std::time::Duration;
use today::Today;

const NODES: usize = 3;
const SHARDS: u32 = 3;
/// The name under which the index is published.
const NAME: &str = "made";
/// A request of a busy machine may take longer than most wait.
const LIMIT: Duration = Duration::from_secs(600);

fn main() -> Result<()> {
    let n_passages = given("BAOGAO_BENCH_PASSAGES", 50_000)?;
    let n_phrases = given("BAOGAO_BENCH_PHRASES", 300)?;
    let Some(cluster) = TestCluster::start_measured(NODES) else {
        return Ok(());
    };
    println!("{}; {NODES} nodes of 512 MB, {SHARDS} shards\n", machine());
    let mut quiet = Quiet::new();
    let temporary = tempfile::tempdir()?;
    let corpus = Corpus::of(&n_passages.to_string(), temporary.path())?;
    let corpus = corpus.ok_or("the text was not made")?;
    dress(&corpus)?;
    let node = Node::new(cluster.url());
    let held = Held::build(&corpus, &node, &mut quiet)?;
    let phrases = Phrases::draw(&held.passages, &held.filed, n_phrases);
    quiet.watched("asking", || asking::measure(&held, &phrases))?;
    quiet.watched("recall", || finding::measure(&held, &phrases))?;
    quiet.print();
    println!("All counts of the local and the published index are those of a scan of the text.");
    Ok(())
}

/// A number of the environment.
fn given(name: &str, usual: usize) -> Result<usize> {
    match std::env::var(name) {
        Ok(given) => Ok(given
            .parse()
            .map_err(|_| format!("{name} is not a number"))?),
        Err(_) => Ok(usual),
    }
}

/// The same passages three times, and as they stand in the files.
pub(crate) struct Held<'n> {
    pub(crate) local: Index,
    pub(crate) published: Remote,
    pub(crate) today: Today<'n>,
    pub(crate) passages: Passages,
    /// How each passage stands in its file.
    pub(crate) filed: Vec<Filed>,
}

impl<'n> Held<'n> {
    /// Builds all of them and prints what that costs.
    fn build(corpus: &Corpus, node: &'n Node, quiet: &mut Quiet) -> Result<Held<'n>> {
        eprintln!("reading");
        let reports = read_reports(&corpus.folders);
        let passages = Passages::new(&reports);
        let filed: Vec<Filed> = reports.iter().flat_map(dressed::filed).collect();
        let mut table = Building::new(&passages, reports.len(), &filed);

        eprintln!("indexing");
        let options = UpdateOptions {
            roots: corpus.folders.clone(),
            ..UpdateOptions::default()
        };
        let in_folder = || sizes(&corpus.dir).values().sum::<u64>();
        let build = quiet.watched("index in a folder", || {
            let (time, updated) = seconds(|| update(&corpus.dir, &options, &|_| {}));
            updated?;
            Ok((time, in_folder()))
        })?;
        let (time, merged) = seconds(|| index::merge(&corpus.dir));
        merged?;
        table.push("index in a folder", build, (time, in_folder()));
        let local = Index::open(&corpus.dir)?;

        eprintln!("publishing");
        let address = Address::new(&format!("opensearch+{}/{NAME}", node.url()), false)
            .map_err(|error| format!("{error:?}"))?;
        let access = Access {
            limit: Some(LIMIT),
            ..Access::default()
        };
        let options = PublishOptions {
            shards: SHARDS,
            replicas: 0,
            dry_run: false,
            prune: false,
            who: "the bench".to_owned(),
            lapse: Duration::from_secs(15),
        };
        let at = format!("{NAME}--p-*");
        let build = quiet.watched("published index", || {
            let stop = Stop::new();
            let (time, sent) =
                seconds(|| publish(&local, &address, &access, &options, (&stop, &|_| {})));
            if sent?.passages != passages.len() as u64 {
                return Err("another number of passages was sent than was made".into());
            }
            Ok((time, node.flushed_bytes(&at)?))
        })?;
        let merge = node.merge(&at)?;
        table.push("published index", build, merge);
        let published = Remote::open(&address, &access)?;

        eprintln!("building as today");
        let today = Today::create(node, SHARDS)?;
        let build = quiet.watched("OpenSearch as today", || {
            let (time, sent) = seconds(|| today.send(&reports));
            sent?;
            Ok((time, node.flushed_bytes(today::INDEX)?))
        })?;
        let merge = node.merge(today::INDEX)?;
        table.push("OpenSearch as today", build, merge);
        println!("{}", table.table);
        Ok(Held {
            local,
            published,
            today,
            passages,
            filed,
        })
    }
}

/// What building costs.
struct Building {
    n_passages: f64,
    table: Table,
}

impl Building {
    /// Says what is built, and begins the table.
    fn new(passages: &Passages, n_reports: usize, filed: &[Filed]) -> Building {
        let of = |dress| filed.iter().filter(|filed| filed.dress == dress).count();
        println!(
            "{} passages of {n_reports} reports, {:.0} MB of text; {}.\n",
            passages.len(),
            passages.text_bytes() as f64 / 1e6,
            dressed::DRESSES
                .map(|dress| format!("{} {}", of(dress), dress.name()))
                .join(", "),
        );
        Building {
            n_passages: passages.len() as f64,
            table: Table::new(
                "Building",
                &[
                    "",
                    "wall s",
                    "passages a second",
                    "MB",
                    "MB a million passages",
                    "merge to one segment a shard, s",
                    "merged, MB",
                    "MB a million passages",
                ],
            ),
        }
    }

    /// Seconds and bytes of the building and of the merging.
    fn push(&mut self, what: &str, build: (f64, u64), merge: (f64, u64)) {
        let megabytes = |bytes: u64| {
            let size = bytes as f64 / 1e6;
            [
                format!("{size:.0}"),
                format!("{:.0}", size / self.n_passages * 1e6),
            ]
        };
        let mut row = vec![
            what.to_owned(),
            format!("{:.0}", build.0),
            format!("{:.0}", self.n_passages / build.0),
        ];
        row.extend(megabytes(build.1));
        row.push(format!("{:.0}", merge.0));
        row.extend(megabytes(merge.1));
        self.table.push(row);
    }
}

/// What others did on the machine meanwhile.
struct Quiet {
    table: Table,
    busy: Samples,
}

impl Quiet {
    fn new() -> Quiet {
        Quiet {
            table: Table::new(
                "How quiet the machine was",
                &["round", "s", "busy cores of others", "fixed work, ms"],
            ),
            busy: Samples::default(),
        }
    }

    fn watched<T>(&mut self, round: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let others = Others::watch();
        let done = work()?;
        self.busy.push(others.cores());
        self.table.push(vec![
            round.to_owned(),
            format!("{:.0}", others.seconds()),
            format!("{:.2}", others.cores()),
            format!("{:.0}", others.fixed_work_ms()),
        ]);
        Ok(done)
    }

    fn print(&self) {
        println!("{}", self.table);
        let most = self.busy.quantile(1.0);
        if most > QUIET_CORES {
            println!("Not a quiet machine: others kept up to {most:.2} cores busy.\n");
        }
    }
}
