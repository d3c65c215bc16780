//! Runs that are stopped from outside: by a signal, by a full disk, by a limit on files.

use crate::harness::{PROGRAM, Ran, SEEDS, Sandbox, YUSHE, random, seed, seed_of_run};
use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a run may take to end when it is asked to.
const PATIENCE: Duration = Duration::from_secs(5);

/// Many reports, so that a run takes long enough to be stopped.
fn many(sandbox: &Sandbox, n_copies: usize) {
    for copy in 0..n_copies {
        for n in 0..SEEDS.len() {
            let text = format!("{}\n这是第{copy}份专业镇。\n", seed(n));
            sandbox.write(&format!("{copy:02}-{n}.txt"), text);
        }
    }
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill")
        .args([name, &child.id().to_string()])
        .output();
    sent.expect("kill is there");
}

fn start(sandbox: &Sandbox) -> Child {
    sandbox
        .command(["index"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

/// Files of holes take no room on the disk, and as long to read as others.
#[test]
fn a_signal_stops_a_run_that_compares_files() {
    let sandbox = Sandbox::empty();
    let touch = |seconds: u64| {
        for n in 0..150 {
            let path = sandbox.corpus().join(format!("{n}.txt"));
            let mut options = fs::File::options();
            let hole = options.write(true).create(true).truncate(false).open(path);
            let hole = hole.expect("a file");
            hole.set_len(60 << 20).expect("a hole");
            let time = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            hole.set_modified(time).expect("ours");
        }
    };
    touch(1_600_000_000);
    sandbox.run(["index"]).expect(3);
    touch(1_700_000_000);
    let child = start(&sandbox);
    std::thread::sleep(Duration::from_millis(300));
    let asked = Instant::now();
    signal(&child, "-TERM");
    let output = child.wait_with_output().expect("ours");
    assert!(asked.elapsed() < PATIENCE, "{:?}", asked.elapsed());
    // On a fast machine it may have finished.
    assert!(matches!(output.status.code(), Some(130 | 3)));
}

#[test]
fn a_signal_stops_a_run_soon_and_keeps_the_last_commit() {
    let sandbox = Sandbox::with_seeds();
    sandbox.run(["index"]).expect(0);
    let before = sandbox.counts("专业镇", ["--duplicates"]);
    many(&sandbox, 30);
    let whole = Sandbox::empty();
    for entry in sandbox.corpus().read_dir().expect("a folder") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), whole.corpus().join(entry.file_name())).expect("copied");
    }
    let started = Instant::now();
    whole.run(["index"]).expect(0);
    let undisturbed = started.elapsed();
    let after = whole.counts("专业镇", ["--duplicates"]);
    let mut state = seed_of_run();
    let (mut n_stopped, mut round) = (0, 0);
    // Chance decides when a signal comes; some must come in time.
    while round < 8 || (n_stopped < 2 && round < 80) {
        let mut child = start(&sandbox);
        let share = random(&mut state, 1_000) as f64 / 1_000.0;
        std::thread::sleep(undisturbed.mul_f64(share));
        let is_running = child.try_wait().expect("ours").is_none();
        let asked = Instant::now();
        signal(&child, ["-INT", "-TERM"][round % 2]);
        if round % 4 == 3 {
            // Twice: it ends at once.
            signal(&child, "-INT");
        }
        let output = child.wait_with_output().expect("ours");
        assert!(asked.elapsed() < PATIENCE, "{:?}", asked.elapsed());
        let found = sandbox.counts("专业镇", ["--duplicates"]);
        match output.status.code() {
            // Too late: it was finished, or about to be.
            Some(0) => assert_eq!(found, after),
            // Too early: it was not there to be asked.
            None => assert_eq!(found, before),
            Some(130) => {
                let ran = Ran::from(output);
                assert!(found == before || found == after, "{found:?} {ran}");
                assert_eq!(ran.stdout, "", "{ran}");
                n_stopped += 1;
            }
            _ => panic!("{}", Ran::from(output)),
        }
        assert!(is_running || found == after);
        round += 1;
        sandbox.run(["check"]).expect(0);
        if found == after {
            // All anew for the next round.
            fs::remove_dir_all(sandbox.index()).expect("ours");
            let held = sandbox.home().join("held");
            fs::rename(sandbox.corpus(), &held).expect("the same disk");
            fs::create_dir(sandbox.corpus()).expect("a folder");
            for (n, name) in SEEDS.iter().enumerate() {
                sandbox.write(name, seed(n));
            }
            sandbox.run(["index"]).expect(0);
            fs::remove_dir_all(sandbox.corpus()).expect("ours");
            fs::rename(&held, sandbox.corpus()).expect("the same disk");
        }
    }
    assert!(n_stopped > 1, "only {n_stopped} runs were stopped");
    sandbox.run(["index"]).expect(0);
    assert_eq!(sandbox.counts("专业镇", ["--duplicates"]), after);
}

/// Runs a script in a file system of its own, with the program as `$0`; none where a user may not have one.
fn in_own_namespace(sandbox: &Sandbox, script: &str) -> Option<Ran> {
    let unshare = |script: &str| {
        let mut command = Command::new("unshare");
        command
            .args([
                "--mount",
                "--map-root-user",
                "sh",
                "-e",
                "-c",
                script,
                PROGRAM,
            ])
            .current_dir(sandbox.home())
            .env_remove("BAOGAO_CORPUS")
            .env_remove("BAOGAO_INDEX")
            .env("LC_ALL", "C.UTF-8");
        command.output().ok()
    };
    let may = unshare("mount -t tmpfs -o size=1m tmpfs .")?;
    may.status.success().then_some(())?;
    unshare(script).map(Ran::from)
}

#[test]
fn a_full_disk_keeps_the_last_commit_and_freed_space_is_used() {
    let sandbox = Sandbox::with_seeds();
    fs::create_dir(sandbox.index()).expect("a folder");
    let new = sandbox.home().join("new");
    fs::create_dir(&new).expect("a folder");
    for copy in 0..30 {
        let text = format!("{}\n这是第{copy}份专业镇。\n", seed(0));
        fs::write(new.join(format!("{copy}.txt")), text).expect("written");
    }
    // A disk that has room for little more than what is on it; then for nothing; then for all.
    let script = r#"
        mount -t tmpfs -o size=64m tmpfs index
        $0 index >/dev/null
        count() { $0 search 专业镇 --duplicates --count; }
        count
        cp new/*.txt corpus/
        for room in 300 100 20 4; do
            used=$(df -k --output=used index | tail -n 1)
            mount -o remount,size=$((used + room))k index
            for way in "" --rebuild; do
                $0 index $way && exit 9 || echo "code $?"
                $0 check >/dev/null
                count
            done
        done
        mount -o remount,size=64m index
        $0 index >/dev/null
        $0 check >/dev/null
        count
        ls -A index index/g* | grep -c tmp || true
    "#;
    let Some(ran) = in_own_namespace(&sandbox, script) else {
        // No file systems of one's own here: `a_file_that_may_not_grow_…` does what can be done.
        return;
    };
    let ran = ran.expect(0);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    let before = lines[0];
    assert!(before.starts_with("39 occurrences"), "{ran}");
    assert_eq!(lines.len(), 1 + 16 + 2, "{ran}");
    for pair in lines[1..17].chunks(2) {
        assert_eq!(pair, ["code 2", before], "{ran}");
    }
    assert!(
        lines[17].contains("35 of 35 reports"),
        "what was new is there: {ran}"
    );
    assert_eq!(lines[18], "0", "nothing is left behind: {ran}");
    assert_eq!(
        ran.stderr.matches("No space left on device").count(),
        8,
        "{ran}"
    );
    assert!(!ran.stderr.contains("damaged"), "{ran}");
}

#[test]
fn a_file_that_may_not_grow_ends_the_run_and_keeps_the_last_commit() {
    let sandbox = Sandbox::indexed();
    let mut before = sandbox.counts("专业镇", []);
    let after = before.map(|n| n + 1);
    sandbox.write("new.txt", YUSHE);
    // The limit is in blocks of 512 bytes; without a handler for its signal a write is an error.
    for n_blocks in [0, 1, 8, 40] {
        for way in ["", "--rebuild"] {
            let script = format!("trap '' XFSZ; ulimit -f {n_blocks}; exec \"$0\" index {way}");
            let mut command = Command::new("sh");
            command
                .args(["-c", &script, PROGRAM])
                .current_dir(sandbox.home())
                .env_clear();
            let ran = Ran::of(&mut command);
            if ran.code == Some(0) {
                // There is room for the update, and none for all anew.
                assert!(n_blocks == 40 && way.is_empty(), "{ran}");
                before = after;
                continue;
            }
            let ran = ran.expect(2).says("File too large").says("kept");
            assert!(!ran.stderr.contains("damaged"), "{ran}");
            assert_eq!(sandbox.counts("专业镇", []), before);
            sandbox.run(["check"]).expect(0);
        }
    }
    sandbox.run(["index"]).expect(0);
    assert_eq!(sandbox.counts("专业镇", []), after);
}
