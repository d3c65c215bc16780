//! Whatever breaks between a question and its answer, the answer is right or an error: never another number.

use crate::cluster::TestCluster;
use crate::helpers::{Local, address, answers, open, options, probes, remove, said, send, told};
use crate::http;
use crate::made::{Random, seed};
use crate::proxy::{Mode, Proxy};
use baogao_cluster::{Access, Address, Remote};
use baogao_engine::stop::Stop;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How long a request may take here.
const LIMIT: Duration = Duration::from_secs(2);

fn impatient() -> Access {
    Access {
        limit: Some(LIMIT),
        ..Access::default()
    }
}

/// Opens what is published and asks it everything; of each the right answer or an error, and how many are right.
fn right(place: &Address, access: &Access, known: &[String], context: &str) -> usize {
    let mut n_right = 0;
    for (probe, known) in probes().iter().zip(known) {
        let remote = Remote::open(place, access);
        let Ok(there) = remote
            .map_err(|error| error.to_string())
            .and_then(|remote| told(&remote, probe))
        else {
            continue;
        };
        assert_eq!(&there, known, "{probe:?}: {context}");
        n_right += 1;
    }
    n_right
}

#[test]
fn what_a_gateway_does_to_answers_never_makes_another_number() {
    let Some(cluster) = TestCluster::shared() else {
        return;
    };
    let local = Local::new(&mut Random(seed() ^ 41));
    let index = local.index();
    let known = answers(&index);
    let straight = address(&cluster.url(), "gateway");
    send(&index, &straight, &options(3, 0)).expect("it is sent");
    let proxy = Proxy::before(&cluster.url());
    let place = address(&proxy.url(), "gateway");
    let access = impatient();
    assert_eq!(
        right(&place, &access, &known, "nothing is wrong"),
        known.len()
    );
    for part in ["", "_search", "_alias", "_doc"] {
        for mode in [
            Mode::CutOff(0),
            Mode::CutOff(60),
            Mode::CutOff(400),
            Mode::Html,
            Mode::Close,
        ] {
            proxy.set_for(part, mode.clone());
            let context = format!("{mode:?} of `{part}`");
            // A short answer may come through whole: then it is the right one.
            let n = right(&place, &access, &known, &context);
            let is_cut = !matches!(mode, Mode::CutOff(400));
            assert!(n == 0 || !is_cut, "{n} are right: {context}");
        }
    }
    // Each is an answer to a question of ours, but not to this one.
    proxy.set_for("_search", Mode::Late);
    let n = right(&place, &access, &known, "late");
    assert!(n < known.len(), "{n} with late answers");
    proxy.set_for("_search", Mode::Swap(Duration::from_millis(500)));
    thread::scope(|scope| {
        let ask = || right(&place, &access, &known, "swapped");
        let two = [scope.spawn(ask), scope.spawn(ask)];
        let n: usize = two
            .map(|one| one.join().expect("no other number"))
            .iter()
            .sum();
        assert!(n < 2 * known.len(), "{n} with answers of others");
    });
    proxy.set_for("_search", Mode::Delay(LIMIT * 2));
    let start = Instant::now();
    let error = Remote::open(&place, &access)
        .map(|_| ())
        .expect_err("it takes too long");
    assert!(
        start.elapsed() < LIMIT * 2,
        "{:?}: {error}",
        start.elapsed()
    );
    for status in [429, 503] {
        proxy.set_for("_search", Mode::Refuse { status, n_first: 3 });
        let remote = Remote::open(&place, &access).expect("it waits");
        assert_eq!(
            said(&remote, &probes()[0]),
            known[0],
            "{status} for a while"
        );
        proxy.set_for(
            "_search",
            Mode::Refuse {
                status,
                n_first: usize::MAX,
            },
        );
        let error = Remote::open(&place, &access)
            .map(|_| ())
            .expect_err("for ever");
        assert!(error.to_string().contains(&status.to_string()), "{error}");
    }
    proxy.set(Mode::Pass);
    assert_eq!(right(&place, &access, &known, "after all"), known.len());
    remove(&cluster, "gateway");
}

/// Runs the program on what is published.
fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_baogao"));
    command.env_clear().args(arguments);
    command
}

#[test]
fn a_question_that_takes_too_long_is_an_error_and_one_that_is_stopped_ends_at_the_cluster() {
    let Some(cluster) = TestCluster::shared() else {
        return;
    };
    let local = Local::new(&mut Random(seed() ^ 43));
    let index = local.index();
    let known = answers(&index);
    let straight = address(&cluster.url(), "patience");
    send(&index, &straight, &options(1, 0)).expect("it is sent");
    let proxy = Proxy::before(&cluster.url());
    let place = address(&proxy.url(), "patience");

    // Every request is answered in time, and the question is not.
    let access = Access {
        question_limit: Some(Duration::from_millis(1_500)),
        ..Access::default()
    };
    assert_eq!(
        right(&place, &access, &known, "nothing is wrong"),
        known.len()
    );
    proxy.set_for("_search", Mode::Delay(Duration::from_millis(400)));
    let n_right = right(&place, &access, &known, "slow");
    assert!(n_right < known.len(), "{n_right}");
    let remote = Remote::open(&place, &access).expect("it opens in time");
    thread::sleep(Duration::from_millis(1_500));
    let late = told(&remote, &probes()[0]).expect_err("its time is over");
    assert!(late.contains("not answered within 1.5 seconds"), "{late}");
    let other = remote.with_stop(Stop::new());
    assert_eq!(said(&other, &probes()[0]), known[0], "another question");
    proxy.set_for("_search", Mode::Delay(Duration::from_secs(3)));
    let late = program(&[
        "--time-limit",
        "1",
        "--index",
        &place.to_string(),
        "count",
        "发展",
    ])
    .output()
    .expect("it starts");
    let said_why = String::from_utf8_lossy(&late.stderr).into_owned();
    assert_eq!(late.status.code(), Some(5), "{said_why}");
    assert!(late.stdout.is_empty(), "{late:?}");
    assert!(
        said_why.contains(&place.to_string()) && said_why.contains("within 1 seconds"),
        "{said_why}"
    );

    proxy.set(Mode::Pass);
    let remote = open(&place).expect("it opens");
    proxy.set_for("_search", Mode::Hold);
    let before = proxy.n_given_up();
    let stop = Stop::new();
    let handle = remote.with_stop(stop.clone());
    let start = Instant::now();
    let ended = thread::scope(|scope| {
        let asking = scope.spawn(|| told(&handle, &probes()[0]));
        thread::sleep(Duration::from_millis(300));
        stop.set();
        asking.join().expect("no panic")
    });
    let error = ended.expect_err("it was stopped");
    assert!(error.contains("stopped"), "{error}");
    assert!(
        start.elapsed() < Duration::from_secs(3),
        "{:?}",
        start.elapsed()
    );
    given_up(&proxy, before + 1);
    remove(&cluster, "patience");
}

/// Waits until so many have ended their connection.
fn given_up(proxy: &Proxy, n: usize) {
    let until = Instant::now() + Duration::from_secs(6);
    while proxy.n_given_up() < n {
        assert!(Instant::now() < until, "{} of {n}", proxy.n_given_up());
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_page_gives_up_at_the_cluster_what_nobody_waits_for() {
    let Some(cluster) = TestCluster::shared() else {
        return;
    };
    let local = Local::new(&mut Random(seed() ^ 44));
    send(
        &local.index(),
        &address(&cluster.url(), "page"),
        &options(1, 0),
    )
    .expect("it is sent");
    let proxy = Proxy::before(&cluster.url());
    let place = address(&proxy.url(), "page").to_string();
    let mut server = program(&["--index", &place, "serve", "--port", "0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let mut url = String::new();
    let mut lines = BufReader::new(server.stdout.take().expect("it is piped"));
    lines.read_line(&mut url).expect("its address");
    let url = url.trim().trim_end_matches('/').to_owned();
    // Data have more time than pages.
    let ask = |form, limit| {
        let asked = format!("/search{form}?q=%E5%8F%91%E5%B1%95");
        http::ask(&url, "GET", &asked, "", limit)
    };
    let ran = std::panic::catch_unwind(|| {
        let answer = ask("", LIMIT * 10).expect("an answer");
        assert_eq!(answer.status(), 200, "{}", answer.text());
        // Its reader has gone.
        proxy.set_for("_search", Mode::Hold);
        let before = proxy.n_given_up();
        assert!(ask(".json", Duration::from_millis(300)).is_err());
        given_up(&proxy, before + 1);
        // Its time is over.
        let before = proxy.n_given_up();
        let answer = ask("", LIMIT * 10).expect("an answer");
        assert_ne!(answer.status(), 200, "{}", answer.text());
        given_up(&proxy, before + 1);
    });
    server.kill().expect("it is ours");
    server.wait().expect("it is ours");
    if let Err(failed) = ran {
        std::panic::resume_unwind(failed);
    }
    remove(&cluster, "page");
}

#[test]
fn nodes_that_die_take_no_number_with_them() {
    let Some(mut cluster) = TestCluster::start(3) else {
        return;
    };
    let local = Local::new(&mut Random(seed() ^ 47));
    let index = local.index();
    let known = answers(&index);
    let straight = address(&cluster.urls()[0], "dying");
    send(&index, &straight, &options(3, 1)).expect("it is sent");
    let green = cluster.ask(
        "GET",
        "/_cluster/health?wait_for_status=green&timeout=60s",
        "",
    );
    assert!(
        green.text().contains("\"timed_out\":false"),
        "{}",
        green.text()
    );
    let access = impatient();
    let (is_over, n_right) = (AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    let n = right(&straight, &access, &known, "one has died");
                    n_right.fetch_add(n, Ordering::Relaxed);
                }
            });
        }
        thread::sleep(Duration::from_secs(1));
        cluster.kill(2);
        thread::sleep(Duration::from_secs(3));
        is_over.store(true, Ordering::Relaxed);
    });
    assert!(n_right.load(Ordering::Relaxed) > 0);
    // Two of three have everything.
    let until = Instant::now() + Duration::from_secs(60);
    while right(&straight, &access, &known, "two are left") < known.len() {
        assert!(Instant::now() < until, "two nodes answer everything");
    }
    cluster.kill(1);
    for _ in 0..2 {
        let _errors = right(&straight, &access, &known, "one is left");
    }
    let said = program(&["--index", &straight.to_string(), "count", "发展"])
        .output()
        .expect("it starts");
    let all = String::from_utf8_lossy(&said.stderr).into_owned();
    assert_eq!(said.status.code(), Some(5), "{all}");
    assert!(said.stdout.is_empty() && all.contains("dying"), "{all}");
    cluster.restart(1);
    cluster.restart(2);
    assert_eq!(
        right(&straight, &Access::default(), &known, "all are back"),
        known.len()
    );
    assert!(open(&straight).is_ok());
    remove(&cluster, "dying");
}
