//! A writer that is killed at any moment leaves the last good index, and the next run needs no hand.

use crate::harness::{Ran, SEEDS, Sandbox, YUSHE, random, seed, seed_of_run};
use std::process::Stdio;
use std::time::{Duration, Instant};

const N_ROUNDS: usize = 25;
const N_COPIES: usize = 40;

/// Files of an index that nothing refers to: temporary files, other generations, segments of no commit.
fn orphans(sandbox: &Sandbox) -> Vec<String> {
    let generation = sandbox.generation();
    let meta = std::fs::read_to_string(generation.join("meta.json")).expect("a commit");
    let meta: String = meta.split_whitespace().collect();
    // Ids stand in it with dashes, file names without.
    let without_dashes = meta.replace('-', "");
    let has_deletions =
        |meta: &str, opstamp: &str| meta.contains(&format!("\"opstamp\":{opstamp}}}"));
    let is_needed = |name: &str| match name.split_once('.') {
        Some((id, kind)) if id.len() == 32 => {
            // Deletions are named by the commit that made them.
            let is_named = match kind.strip_suffix(".del") {
                Some(opstamp) => has_deletions(&meta, opstamp),
                None => true,
            };
            is_named && without_dashes.contains(id)
        }
        _ if name.ends_with(".bin") => meta.contains(name),
        _ => matches!(
            name,
            "meta.json" | ".managed.json" | ".tantivy-writer.lock" | ".tantivy-meta.lock"
        ),
    };
    let inside = generation.read_dir().expect("a folder");
    let mut orphans: Vec<String> = inside
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| !is_needed(name))
        .collect();
    let current = generation.file_name().expect("a name").to_os_string();
    let outside = sandbox.index().read_dir().expect("a folder");
    orphans.extend(
        outside
            .map(|entry| entry.expect("an entry").file_name())
            .filter(|name| *name != current && name != "current" && name != ".lock")
            .map(|name| name.to_string_lossy().into_owned()),
    );
    orphans
}

#[test]
fn a_killed_writer_leaves_the_last_good_index() {
    let sandbox = Sandbox::empty();
    // Each copy is a report of its own: another year, another word.
    for copy in 0..N_COPIES {
        for n in 0..5 {
            sandbox.write(
                &format!("{copy:02}-{n}.txt"),
                format!("{}\n这是第{copy}份专业镇。\n", seed(n)),
            );
        }
    }
    // What an undisturbed run takes and gives.
    let whole = Sandbox::empty();
    let undisturbed = Instant::now();
    Ran::of(whole.command(["index"]).arg(sandbox.corpus())).expect(0);
    let undisturbed = undisturbed.elapsed();
    let expected = whole.counts("专业镇", ["--duplicates"]);

    let first = seed_of_run();
    let mut state = first;
    let mut good: Option<[u64; 3]> = None;
    let mut n_killed = 0;
    for round in 0..N_ROUNDS {
        // A change in every round, so that there is always something to write.
        sandbox.write(
            "changing.txt",
            YUSHE.replace("专业镇", &"专业镇、".repeat(round + 1)),
        );
        let before = good;
        // A rebuild takes longer than an update: both are stopped in all their steps.
        let arguments: &[&str] = if round % 2 == 0 {
            &["index", "--rebuild"]
        } else {
            &["index"]
        };
        let mut child = sandbox
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let limit = if round % 2 == 0 {
            undisturbed.mul_f64(1.1)
        } else {
            Duration::from_millis(400).min(undisturbed)
        };
        std::thread::sleep(limit.mul_f64(random(&mut state, 10_000) as f64 / 10_000.0));
        if child.try_wait().expect("a child").is_none() {
            child.kill().expect("ours");
            n_killed += 1;
        }
        let output = child.wait_with_output().expect("a child");
        let is_acknowledged = output.stdout.starts_with(b"index up to date");
        // Either there is none, and that is said, or it is whole: the one before, or the new one.
        let ran = sandbox.run(["check"]);
        match ran.code {
            Some(2) => {
                assert!(
                    ran.stderr.contains("there is no index"),
                    "SEED={first}, round {round}: {ran}"
                );
                assert_eq!(
                    before, None,
                    "SEED={first}, round {round}: what was committed is gone"
                );
            }
            Some(0) => {
                let now = sandbox.counts("专业镇", ["--duplicates"]);
                let new = [
                    expected[0] + round as u64 + 1,
                    expected[1] + 1,
                    expected[2] + 1,
                ];
                assert!(
                    Some(now) == before || now == new,
                    "SEED={first}, round {round}: {before:?} {now:?} {new:?}"
                );
                assert!(
                    !is_acknowledged || now == new,
                    "SEED={first}, round {round}: it was said to be there"
                );
                good = Some(now);
            }
            _ => panic!("SEED={first}, round {round}: {ran}"),
        }
        // Sometimes a run goes through.
        if round % 6 == 5 {
            sandbox.run(["index"]).expect(0);
            good = Some([
                expected[0] + round as u64 + 1,
                expected[1] + 1,
                expected[2] + 1,
            ]);
            assert_eq!(Some(sandbox.counts("专业镇", ["--duplicates"])), good);
            assert_eq!(orphans(&sandbox), Vec::<String>::new());
        }
    }
    assert!(n_killed > N_ROUNDS / 3, "only {n_killed} runs were killed");
    sandbox.remove("changing.txt");
    sandbox.run(["index"]).expect(0);
    assert_eq!(sandbox.counts("专业镇", ["--duplicates"]), expected);
    assert_eq!(orphans(&sandbox), Vec::<String>::new());
    let ran = sandbox.run(["check"]).expect(0);
    assert!(ran.stdout.contains("sound"), "{ran}");
}

#[test]
fn a_first_build_that_was_killed_is_begun_anew() {
    let sandbox = Sandbox::with_seeds();
    // What a kill leaves behind at worst: a generation that `current` does not name, and a temporary file.
    let whole = Sandbox::indexed();
    let unfinished = sandbox.index().join("g0001");
    std::fs::create_dir_all(&unfinished).expect("a folder");
    for entry in whole.generation().read_dir().expect("a folder") {
        let entry = entry.expect("an entry");
        if entry.file_name() != "meta.json" {
            std::fs::copy(entry.path(), unfinished.join(entry.file_name())).expect("copied");
        }
    }
    std::fs::write(unfinished.join(".tmpAbCdEf"), "half").expect("written");
    std::fs::write(sandbox.index().join(".current.new"), "g00").expect("written");
    let ran = sandbox.run(["search", "专业镇", "--count"]).expect(0);
    assert!(ran.stdout.starts_with("39 occurrences"), "{ran}");
    sandbox.run(["check"]).expect(0);
    assert_eq!(orphans(&sandbox), Vec::<String>::new());
}

#[test]
fn what_a_killed_update_left_is_not_in_the_way() {
    let sandbox = Sandbox::indexed();
    let before = sandbox.everything();
    sandbox.write(SEEDS[0], seed(0).replace("专业镇", "特色小镇"));
    sandbox.run(["index"]).expect(0);
    // As if it had been killed in the last moment: all is written, and the commit is the old one.
    for (path, content) in before {
        let is_list = path.ends_with(".managed.json");
        if path.starts_with(sandbox.index()) && !is_list && !path.is_dir() {
            std::fs::write(&path, content).expect("written");
        }
    }
    assert_eq!(sandbox.counts("专业镇", [])[0], 39);
    let deletions = |name: &String| name.ends_with(".del");
    assert_eq!(
        orphans(&sandbox)
            .iter()
            .filter(|name| deletions(name))
            .count(),
        1
    );
    sandbox.run(["index"]).expect(0);
    assert_eq!(sandbox.counts("专业镇", [])[0], 31);
    assert_eq!(orphans(&sandbox), Vec::<String>::new());
    sandbox.run(["check"]).expect(0);
}

#[test]
fn what_a_run_that_was_killed_after_its_commit_left_is_swept_even_if_nothing_has_changed() {
    let sandbox = Sandbox::indexed();
    let generation = sandbox.generation();
    let leftovers = [
        generation.join("0123456789abcdef0123456789abcdef.term"),
        generation.join("0123456789abcdef0123456789abcdef.7.del"),
        generation.join("files-0123456789abcdef0123456789abcdef.bin"),
        generation.join("reports-0123456789abcdef0123456789abcdef.bin"),
        generation.join(".tmpAbCdEf"),
    ];
    for path in &leftovers {
        std::fs::write(path, "left").expect("written");
    }
    std::fs::create_dir(sandbox.index().join("g0007")).expect("a folder");
    std::fs::write(sandbox.index().join("g0007/meta.json"), "{").expect("written");
    std::fs::write(generation.join("reader.txt"), "not ours").expect("written");
    let ran = sandbox.run(["index"]).expect(0);
    assert!(ran.stdout.starts_with("nothing has changed"), "{ran}");
    assert_eq!(
        orphans(&sandbox),
        ["reader.txt"],
        "what is not ours is not touched"
    );
    sandbox.run(["check"]).expect(0);
    assert_eq!(sandbox.counts("专业镇", [])[0], 39);
}
