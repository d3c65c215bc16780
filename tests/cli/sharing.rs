//! Several processes and several users with one index: writers, readers while it is written, those who may only read.

use crate::harness::{PROGRAM, Ran, SEEDS, Sandbox, YUSHE, seed};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

#[test]
fn of_two_writers_one_writes_and_the_other_is_told() {
    let sandbox = Sandbox::with_seeds();
    for round in 0..3 {
        sandbox.write(
            "new.txt",
            YUSHE.replace("化石小镇", &format!("化石小镇{round}")),
        );
        let start = || {
            let mut command = sandbox.command(["index", "--rebuild"]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().expect("the program starts")
        };
        let writers = [start(), start(), start()];
        let mut n_done = 0;
        for writer in writers {
            let ran = Ran::from(writer.wait_with_output().expect("ours"));
            match ran.code {
                Some(0) => n_done += 1,
                Some(4) => assert!(ran.stderr.contains("another process"), "{ran}"),
                _ => panic!("{ran}"),
            }
        }
        assert!(n_done > 0, "somebody writes");
        assert_eq!(sandbox.counts("专业镇", [])[0], 40);
        sandbox.run(["check"]).expect(0);
    }
}

#[test]
fn readers_are_answered_while_the_index_is_written_and_counts_never_fall() {
    const N_COMMITS: usize = 24;
    let sandbox = Sandbox::with_seeds();
    sandbox.run(["index"]).expect(0);
    let is_over = AtomicBool::new(false);
    let n_read = AtomicUsize::new(0);
    let read = || {
        let mut last = 0;
        loop {
            // Looked at before the question: the last answer is that of the last commit.
            let ends = is_over.load(Ordering::Relaxed);
            let found = sandbox.counts("专业镇", [])[0];
            assert!(found >= last, "{last} occurrences became {found}");
            last = found;
            n_read.fetch_add(1, Ordering::Relaxed);
            if ends {
                return last;
            }
        }
    };
    std::thread::scope(|scope| {
        let readers = [scope.spawn(read), scope.spawn(read)];
        for n in 0..N_COMMITS {
            let report = YUSHE.replace("2022", &(2000 + n).to_string());
            sandbox.write(
                &format!("{n}.txt"),
                report.replace("化石小镇", &format!("第{n}镇")),
            );
            // Updates, and now and then a new generation that takes the place of the old one.
            let rebuild = (n % 8 == 7).then_some("--rebuild");
            let arguments = ["index"].into_iter().chain(rebuild);
            sandbox.run(arguments).expect(0);
        }
        is_over.store(true, Ordering::Relaxed);
        for reader in readers {
            let last = reader.join().expect("no reader fails");
            assert_eq!(last, 39 + N_COMMITS as u64);
        }
    });
    assert!(n_read.load(Ordering::Relaxed) > 10);
    sandbox.run(["check"]).expect(0);
}

/// The program as run by a user who owns nothing; none where that cannot be.
fn as_nobody(sandbox: &Sandbox) -> Option<PathBuf> {
    if sandbox.home().metadata().expect("there").uid() != 0 {
        return None;
    }
    let found = Command::new("setpriv").arg("--version").output();
    if !found.is_ok_and(|output| output.status.success()) {
        return None;
    }
    // Where the program was built nobody else may get in.
    let program = sandbox.home().join("program");
    fs::copy(PROGRAM, &program).expect("copied");
    for path in [&program, &sandbox.home().to_owned()] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("ours");
    }
    Some(program)
}

#[test]
fn another_user_searches_an_index_that_only_its_owner_may_write() {
    let sandbox = Sandbox::indexed();
    let Some(program) = as_nobody(&sandbox) else {
        // Only root may become somebody else; `a_folder_that_cannot_be_written_can_be_searched` is for the others.
        return;
    };
    let run = |arguments: &[&str]| {
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
            .arg(&program)
            .args(arguments)
            .current_dir(sandbox.home());
        Ran::of(&mut command)
    };
    let before = sandbox.everything();
    let ran = run(&["search", "专业镇", "--count"]).expect(0);
    assert!(ran.stdout.starts_with("39 occurrences"), "{ran}");
    run(&["show", "汾阳市-2024:1"]).expect(0);
    run(&["check"]).expect(0);
    for arguments in [&["index"][..], &["index", "--rebuild"]] {
        run(arguments).expect(2).says("ermission denied");
    }
    assert!(sandbox.everything() == before, "nothing was touched");
}

#[test]
fn files_have_the_permissions_that_the_umask_gives() {
    for (umask, expected) in [("022", 0o644), ("077", 0o600), ("027", 0o640)] {
        let sandbox = Sandbox::with_seeds();
        let index = |arguments: &str| {
            let script = format!("umask {umask}; exec \"$0\" {arguments}");
            let mut command = Command::new("sh");
            command
                .args(["-c", &script, PROGRAM])
                .current_dir(sandbox.home())
                .env_clear();
            Ran::of(&mut command).expect(0);
        };
        index("index");
        sandbox.write(SEEDS[0], seed(0).replace("专业镇", "特色小镇"));
        index("index");
        let mut n = 0;
        for entry in walkdir::WalkDir::new(sandbox.index()) {
            let entry = entry.expect("an entry");
            let mode = entry.metadata().expect("there").mode() & 0o777;
            // Whoever may read a folder may look into it.
            let expected = if entry.file_type().is_dir() {
                expected | 0o100 | (expected & 0o444) >> 2
            } else {
                expected
            };
            assert_eq!(mode, expected, "umask {umask}: {}", entry.path().display());
            n += 1;
        }
        assert!(n > 10);
    }
}
