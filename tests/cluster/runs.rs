//! Runs of `publish` that meet each other, are killed, or find the disks full: readers are led to the old or the new.

use crate::cluster::TestCluster;
use crate::helpers::{
    Local, address, answers, assert_equal, indexes, open, options, remove, said, send,
};
use crate::helpers::{probes, text};
use crate::made::{Random, seed};
use crate::proxy::{Mode, Proxy};
use baogao_cluster::{Address, PublishOptions, Published, verify};
use baogao_engine::index::{ElsewhereFault, Index, IndexError};
use serde_json::{Value, json};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How often a run is killed.
const N_KILLS: usize = 20;
/// How long a request of the run that is met takes: longer than a run needs to show that it is alive.
const SLOW: Duration = Duration::from_secs(5);
/// How long what a cluster does by itself may take.
const PATIENCE: Duration = Duration::from_secs(90);

/// Two indexes with different texts.
fn two(salt: u64) -> [Local; 2] {
    let (local, other) = (
        Local::new(&mut Random(seed() ^ salt)),
        Local::new(&mut Random(seed() ^ salt ^ 1)),
    );
    other.write("more.txt", &text(&mut Random(seed() ^ salt ^ 2)));
    other.update();
    [local, other]
}

fn prune() -> PublishOptions {
    PublishOptions {
        prune: true,
        ..options(1, 0)
    }
}

fn wait(what: &str, mut is_done: impl FnMut() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !is_done() {
        assert!(Instant::now() < until, "{what}");
        thread::sleep(Duration::from_millis(20));
    }
}

fn fault(published: Result<Published, IndexError>) -> ElsewhereFault {
    match published {
        Err(IndexError::Elsewhere { fault, .. }) => fault,
        other => panic!("{other:?}"),
    }
}

/// Publishes slowly, does something once passages are sent, and gives what came of both.
fn meanwhile<T>(
    cluster: &TestCluster,
    index: &Index,
    name: &str,
    act: impl FnOnce() -> T,
) -> (Result<Published, IndexError>, T) {
    let proxy = Proxy::before(&cluster.url());
    proxy.set_for("_bulk", Mode::Delay(SLOW));
    let through = address(&proxy.url(), name);
    let options = PublishOptions {
        who: "the slow one".to_owned(),
        ..options(1, 0)
    };
    thread::scope(|scope| {
        let run = scope.spawn(|| send(index, &through, &options));
        wait("it sends passages", || {
            run.is_finished() || proxy.asked().iter().any(|line| line.contains("_bulk"))
        });
        let acted = act();
        proxy.set(Mode::Pass);
        (run.join().expect("no panic"), acted)
    })
}

#[test]
fn a_run_that_meets_another_sends_and_removes_nothing() {
    let Some(cluster) = TestCluster::shared() else {
        return;
    };
    let [local, other] = two(101);
    let [old, new] = [local.index(), other.index()];
    let place = address(&cluster.url(), "meet");
    send(&old, &place, &prune()).expect("it is sent");
    let (published, ()) = meanwhile(&cluster, &new, "meet", || {
        let proxy = Proxy::before(&cluster.url());
        let through = address(&proxy.url(), "meet");
        let patient = PublishOptions {
            lapse: PATIENCE,
            ..prune()
        };
        let there = indexes(&cluster, "meet");
        let fault = fault(send(&old, &through, &patient));
        assert!(
            matches!(&fault, ElsewhereFault::Claimed { who } if who == "the slow one"),
            "{fault:?}"
        );
        let changing: Vec<String> = (proxy.asked().into_iter())
            .filter(|line| !line.starts_with("GET "))
            .collect();
        assert_eq!(changing, Vec::<String>::new());
        assert_eq!(indexes(&cluster, "meet"), there);
        let dry = PublishOptions {
            dry_run: true,
            ..prune()
        };
        // What is being made is not what was left.
        let looked = send(&old, &place, &dry).expect("nothing is changed");
        assert_eq!(looked.leftovers, Vec::<String>::new());
    });
    published.expect("it was first");
    assert_equal(&new, &place, "the first one has published");
    send(&new, &place, &prune()).expect("its claim is gone");
    assert_eq!(indexes(&cluster, "meet").len(), 2);
    remove(&cluster, "meet");
}

#[test]
fn a_run_whose_place_was_taken_leads_nobody_anywhere() {
    let Some(cluster) = TestCluster::shared() else {
        return;
    };
    let [local, other] = two(105);
    let [old, new] = [local.index(), other.index()];
    let place = address(&cluster.url(), "taken");
    for is_there in [false, true] {
        // The other one is not as patient as it should be: this run lives.
        let hasty = PublishOptions {
            lapse: Duration::from_millis(100),
            ..prune()
        };
        let (overtaken, published) = meanwhile(&cluster, &new, "taken", || {
            let published = send(&old, &place, &hasty);
            // Until the other run has seen it.
            thread::sleep(Duration::from_secs(3));
            published
        });
        let published = published.expect("it takes the place");
        assert_eq!(published.unchanged, is_there);
        let fault = fault(overtaken);
        assert!(matches!(fault, ElsewhereFault::Overtaken), "{fault:?}");
        assert_equal(&old, &place, "the one that took the place");
    }
    // Somebody leads readers elsewhere by hand.
    send(&old, &place, &prune()).expect("what was left is gone");
    let led_to = indexes(&cluster, "taken");
    let tables = led_to.iter().find(|index| index.contains("--r-"));
    let tables = tables.expect("an index of tables").clone();
    let (ended, ()) = meanwhile(&cluster, &new, "taken", || {
        let body = json!({"actions": [{"remove": {"index": tables, "alias": "taken"}}]});
        let answer = cluster.ask("POST", "/_aliases", &body.to_string());
        assert_eq!(answer.status(), 200, "{}", answer.text());
    });
    assert!(matches!(fault(ended), ElsewhereFault::Overtaken));
    assert!(open(&place).is_err(), "nobody is led anywhere");
    send(&new, &place, &prune()).expect("it goes on");
    assert_equal(&new, &place, "after all");
    assert_eq!(indexes(&cluster, "taken").len(), 2);
    remove(&cluster, "taken");
}

/// The program, publishing.
fn program(local: &Local, place: &Address, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_baogao"));
    command
        .env_clear()
        .arg("--index")
        .arg(local.dir())
        .args(["publish", &place.to_string(), "--replicas", "0"])
        .args(["--lapse", "5"])
        .args(more);
    command
}

/// Runs it to its end.
fn run(local: &Local, place: &Address, more: &[&str]) -> Output {
    let output = program(local, place, more).output().expect("it starts");
    assert!(output.status.success(), "{output:?}");
    output
}

#[test]
fn a_run_that_is_killed_anywhere_leaves_the_old_or_the_new() {
    let Some(cluster) = TestCluster::shared() else {
        return;
    };
    let random = &mut Random(seed() ^ 113);
    let locals = two(113);
    let known = locals.each_ref().map(|local| answers(&local.index()));
    let place = address(&cluster.url(), "killed");
    let proxy = Proxy::before(&cluster.url());
    let through = address(&proxy.url(), "killed");
    // Requests by which a run does something, but for those of its claim.
    let n_done = || {
        let is_work = |line: &&String| !line.contains("--c-") && !line.contains("--claim");
        proxy.asked().iter().filter(is_work).count()
    };
    run(&locals[0], &through, &[]);
    let n_requests = n_done();
    let (mut now, mut n_killed) = (0, 0);
    for at in 0..N_KILLS {
        let (n_before, n_first) = (n_done(), random.below(n_requests));
        let context = format!("SEED={} kill {at} after {n_first} of {n_requests}", seed());
        let mut child = program(&locals[1 - now], &through, &[])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        wait(&context, || {
            n_done() - n_before > n_first || child.try_wait().expect("it is ours").is_some()
        });
        thread::sleep(Duration::from_millis(random.below(30) as u64));
        n_killed += usize::from(child.try_wait().expect("it is ours").is_none());
        child.kill().expect("it is ours");
        child.wait().expect("it is ours");
        let remote = open(&place).expect(&context);
        let there: Vec<String> = probes().iter().map(|probe| said(&remote, probe)).collect();
        if there != known[now] {
            now = 1 - now;
            assert!(
                there == known[now],
                "neither the old nor the new: {context}"
            );
        }
    }
    assert!(n_killed > N_KILLS / 2, "{n_killed}");
    let last = run(&locals[1 - now], &place, &[]);
    let told = String::from_utf8(last.stderr).expect("UTF-8");
    let left: Vec<String> = indexes(&cluster, "killed");
    assert!(left.len() > 2, "{left:?}");
    assert!(
        told.contains("left on the cluster by an earlier run"),
        "{told}"
    );
    let pruned = run(&locals[1 - now], &place, &["--prune"]);
    let told = String::from_utf8(pruned.stdout).expect("UTF-8");
    assert_eq!(told.matches("removed: ").count(), left.len() - 2, "{told}");
    let index = locals[1 - now].index();
    assert_equal(&index, &place, "after all");
    let wrong = verify(&open(&place).expect("it opens")).expect("it answers");
    assert_eq!(wrong, Vec::<String>::new());
    // The same indexes as one that nothing happened to.
    let fresh = address(&cluster.url(), "fresh");
    send(&index, &fresh, &options(1, 0)).expect("it is sent");
    let names = |name: &str| -> Vec<String> {
        let names = indexes(&cluster, name).into_iter();
        names.map(|index| index.replace(name, "")).collect()
    };
    assert_eq!(names("killed"), names("fresh"));
    remove(&cluster, "killed");
    remove(&cluster, "fresh");
}

#[cfg(unix)]
#[test]
fn a_run_that_is_interrupted_gives_the_name_back_and_the_next_goes_on() {
    let Some(cluster) = TestCluster::shared() else {
        return;
    };
    let [local, other] = two(127);
    let place = address(&cluster.url(), "interrupted");
    run(&local, &place, &[]);
    let known = answers(&local.index());
    let proxy = Proxy::before(&cluster.url());
    proxy.set_for("_bulk", Mode::Delay(PATIENCE));
    let child = program(&other, &address(&proxy.url(), "interrupted"), &[])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    wait("it sends passages", || {
        proxy.asked().iter().any(|line| line.contains("_bulk"))
    });
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &id]).status();
    assert!(sent.expect("kill").success());
    let ended = child.wait_with_output().expect("it ends");
    let told = String::from_utf8(ended.stderr).expect("UTF-8");
    assert_eq!(ended.status.code(), Some(130), "{told}");
    assert!(
        told.contains("readers have the answers of before"),
        "{told}"
    );
    let remote = open(&place).expect("it opens");
    let there: Vec<String> = probes().iter().map(|probe| said(&remote, probe)).collect();
    assert!(there == known, "the old");
    let claims = |index: &String| index.contains("--c-");
    assert!(!indexes(&cluster, "interrupted").iter().any(claims));
    let next = run(&other, &place, &["--prune"]);
    let told = String::from_utf8(next.stderr).expect("UTF-8");
    assert!(!told.contains("another run"), "{told}");
    assert_equal(&other.index(), &place, "after it");
    remove(&cluster, "interrupted");
}

/// Changes settings of a cluster or an index.
fn set(cluster: &TestCluster, path: &str, settings: &Value) {
    let answer = cluster.ask("PUT", path, &settings.to_string());
    assert_eq!(answer.status(), 200, "{}", answer.text());
}

/// The index of passages that was begun.
fn begun(cluster: &TestCluster, index: &Index, name: &str, before: &[String]) -> String {
    let proxy = Proxy::before(&cluster.url());
    proxy.set_for(
        "_bulk",
        Mode::End {
            n_first: 0,
            is_heard: false,
        },
    );
    send(index, &address(&proxy.url(), name), &options(1, 0)).expect_err("it breaks off");
    let new = |index: &String| index.contains("--p-") && !before.contains(index);
    let begun = indexes(cluster, name).into_iter().find(new);
    begun.expect("an index of passages")
}

#[test]
fn an_index_that_cannot_be_written_to_is_named_and_the_next_run_goes_on() {
    let Some(cluster) = TestCluster::shared() else {
        return;
    };
    let [local, other] = two(127);
    let [old, new] = [local.index(), other.index()];
    let place = address(&cluster.url(), "blocked");
    send(&old, &place, &options(1, 0)).expect("it is sent");
    let before = indexes(&cluster, "blocked");
    let index = begun(&cluster, &new, "blocked", &before);
    let path = format!("/{index}/_settings");
    let key = "index.blocks.read_only_allow_delete";
    set(&cluster, &path, &json!({key: true}));
    let refused = fault(send(&new, &place, &options(1, 0)));
    assert!(
        matches!(&refused, ElsewhereFault::Blocked { index: named, reason }
            if *named == index && reason.contains("disk usage exceeded flood-stage watermark")),
        "{refused:?}"
    );
    let output = program(&other, &place, &[]).output().expect("it starts");
    let told = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(5), "{told}");
    assert!(
        told.contains(&index) && told.contains("free space on the disks"),
        "{told}"
    );
    assert_equal(&old, &place, "readers are led where they were");
    // The block comes while passages are sent.
    set(&cluster, &path, &json!({key: null}));
    let (ended, ()) = meanwhile(&cluster, &new, "blocked", || {
        set(&cluster, &path, &json!({key: true}));
        assert_equal(&old, &place, "meanwhile");
    });
    assert!(matches!(fault(ended), ElsewhereFault::Blocked { .. }));
    assert_equal(&old, &place, "still");
    set(&cluster, &path, &json!({key: null}));
    send(&new, &place, &prune()).expect("it goes on");
    assert_equal(&new, &place, "after all");
    assert_eq!(indexes(&cluster, "blocked").len(), 2);
    remove(&cluster, "blocked");
}

#[test]
fn full_disks_stop_a_run_and_no_reader() {
    let disk = "cluster.routing.allocation.disk";
    let settings = [
        format!("{disk}.threshold_enabled=true"),
        format!("{disk}.watermark.low=3b"),
        format!("{disk}.watermark.high=2b"),
        format!("{disk}.watermark.flood_stage=1b"),
        "cluster.info.update.interval=10s".to_owned(),
    ];
    let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
    let Some(cluster) = TestCluster::start_with(1, &settings) else {
        return;
    };
    let [local, other] = two(131);
    let [old, new] = [local.index(), other.index()];
    let place = address(&cluster.url(), "full");
    send(&old, &place, &options(1, 0)).expect("it is sent");
    let before = indexes(&cluster, "full");
    let index = begun(&cluster, &new, "full", &before);
    // So much must be free.
    let free = |least: &Value| {
        let name = |of: &str| format!("{disk}.watermark.{of}");
        let settings = json!({name("low"): least, name("high"): least, name("flood_stage"): least});
        set(
            &cluster,
            "/_cluster/settings",
            &json!({"transient": settings}),
        );
    };
    let is_blocked = || {
        let settings = cluster
            .ask("GET", &format!("/{index}/_settings"), "")
            .text();
        settings.contains("\"read_only_allow_delete\":\"true\"")
    };
    free(&json!("900000gb"));
    wait("the cluster sees that its disks are full", is_blocked);
    let refused = fault(send(&new, &place, &options(1, 0)));
    assert!(
        matches!(refused, ElsewhereFault::Blocked { .. }),
        "{refused:?}"
    );
    assert_equal(&old, &place, "readers are led where they were");
    free(&Value::Null);
    wait("the cluster sees that there is room", || !is_blocked());
    wait("indexes can be made", || {
        send(&new, &place, &prune()).is_ok()
    });
    assert_equal(&new, &place, "after all");
    assert_eq!(indexes(&cluster, "full").len(), 2);
}
