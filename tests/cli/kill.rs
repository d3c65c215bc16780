//! A writer that is killed at any moment leaves the last good index, and the next run needs no hand.

use crate::harness::{Ran, SEEDS, Sandbox, YUSHE, random, seed, seed_of_run, text};
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
        _ => matches!(name, "meta.json" | ".managed.json" | ".baogao"),
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
            .filter(|name| *name != current && name != "current")
            .filter(|name| name != ".lock" && name != ".baogao")
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
    for is_named in [true, false] {
        let sandbox = Sandbox::indexed();
        // What a kill leaves behind at worst: a generation in which nothing was committed, with a temporary file.
        let generation = sandbox.generation();
        let marker = std::fs::read(generation.join(".baogao")).expect("the marker");
        let marker = serde_json::from_slice(&marker).expect("JSON");
        let digits: String = text(&marker, "index").chars().take(8).collect();
        std::fs::remove_file(generation.join("meta.json")).expect("it is there");
        std::fs::write(generation.join(format!(".tmp-{digits}-0")), "half").expect("written");
        if is_named {
            // The name is given when the first `meta.json` is there, which has no manifest.
            let meta = r#"{"segments":[],"schema":[],"opstamp":0}"#;
            let open = meta.strip_suffix('}').expect("an object");
            let seal = xxhash_rust::xxh3::xxh3_128(open.as_bytes());
            let sealed = format!("{open},\"seal\":\"{seal:032x}\"}}");
            std::fs::write(generation.join("meta.json"), sealed).expect("written");
        } else {
            std::fs::remove_file(sandbox.index().join("current")).expect("it is there");
            let begun = sandbox.index().join(format!(".aside-{digits}-0"));
            std::fs::create_dir(&begun).expect("a folder");
            std::fs::write(begun.join(".baogao"), "{\"made_by\":\"bao").expect("written");
        }
        let ran = sandbox.run(["search", "专业镇", "--count"]).expect(0);
        assert!(ran.stdout.starts_with("39 occurrences"), "{ran}");
        sandbox.run(["check"]).expect(0);
        assert_eq!(orphans(&sandbox), Vec::<String>::new());
    }
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
    // Listed before they are written, as tantivy does; tables are named by what they hold.
    let listed = [
        "0123456789abcdef0123456789abcdef.term",
        "0123456789abcdef0123456789abcdef.7.del",
    ];
    let list = generation.join(".managed.json");
    let mut managed: Vec<String> =
        serde_json::from_slice(&std::fs::read(&list).expect("a list")).expect("JSON");
    managed.extend(listed.map(str::to_owned));
    std::fs::write(&list, serde_json::to_vec(&managed).expect("JSON")).expect("written");
    let hash = xxhash_rust::xxh3::xxh3_128(b"left");
    let tables = ["files", "reports"].map(|kind| format!("{kind}-{hash:032x}.bin"));
    for name in listed
        .iter()
        .copied()
        .chain(tables.iter().map(String::as_str))
    {
        std::fs::write(generation.join(name), "left").expect("written");
    }
    // Names like ours, and nothing that shows that it is.
    let others = [
        "fedcba9876543210fedcba9876543210.term",
        "files-fedcba9876543210fedcba9876543210.bin",
        ".tmpAbCdEf",
        ".tmp-meta.json",
    ];
    for name in others {
        std::fs::write(generation.join(name), "somebody's").expect("written");
    }
    let ran = sandbox.run(["index"]).expect(0);
    assert!(ran.stdout.starts_with("nothing has changed"), "{ran}");
    let mut left = orphans(&sandbox);
    left.sort();
    let mut expected = others.map(str::to_owned);
    expected.sort();
    assert_eq!(left, expected, "what is not ours is not touched");
    sandbox.run(["check"]).expect(0);
    assert_eq!(sandbox.counts("专业镇", [])[0], 39);
}
