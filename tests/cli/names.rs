//! Names of files and folders as systems allow them: indexed, or refused by name; told as changed only when they have.

use crate::harness::{Ran, Sandbox, YUSHE};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A report that has one phrase of its own.
fn report(n: usize) -> String {
    YUSHE
        .replace("榆社", &format!("榆社{}", "新".repeat(n)))
        .replace("化石小镇", &format!("化石小镇{n}号"))
}

/// Names that are no UTF-8, have `\` in them, or are stored as another name than they are spelled.
fn names() -> Vec<&'static OsStr> {
    let names: [&[u8]; 13] = [
        b"back\\slash",
        b"a\\b\\c",
        b"\\",
        b"a\\xff",
        b"a\xff",
        b"a\\x5cxff",
        b"\xce\xd2\xb5\xc4",
        b"\xfa\xcc\x81",
        b"line\nend\ttab\x1b[31m",
        b"trailing ",
        "e\u{301}".as_bytes(),
        // One code point that stands for another: its composed form has no decomposition.
        "\u{f90a}\u{212a}".as_bytes(),
        "\u{202e}txt".as_bytes(),
    ];
    names.into_iter().map(OsStr::from_bytes).collect()
}

/// A second run has nothing to do, a search is not stale, and `check` finds all as it was.
#[track_caller]
fn assert_settled(sandbox: &Sandbox, code: i32) {
    let ran = sandbox.run(["index"]).expect(code);
    assert!(ran.stdout.starts_with("nothing has changed"), "{ran}");
    assert_as_it_was(sandbox);
}

#[track_caller]
fn assert_as_it_was(sandbox: &Sandbox) {
    let ran = sandbox.run(["search", "专业镇", "--format", "jsonl"]);
    assert!(!ran.stderr.contains("run `baogao index`"), "{ran}");
    let rows = ran.rows();
    assert_eq!(rows.last().expect("a summary")["stale"], false, "{ran}");
    for more in [&[][..], &["--fast"]] {
        let ran = Ran::of(sandbox.command(["check"]).args(more)).expect(0);
        assert!(ran.stdout.contains("the corpus is as it was"), "{ran}");
    }
}

#[test]
fn files_and_folders_are_indexed_whatever_their_names() {
    let sandbox = Sandbox::empty();
    let mut files: Vec<PathBuf> = Vec::new();
    for name in names() {
        let folder = sandbox.corpus().join(name).join(name);
        fs::create_dir_all(&folder).expect("a folder");
        let mut file = name.to_owned();
        file.push(".txt");
        files.extend([folder.join(&file), sandbox.corpus().join(&file)]);
    }
    for (n, file) in files.iter().enumerate() {
        fs::write(file, report(n)).expect("written");
    }
    let ran = sandbox.run(["index"]).expect(0);
    assert!(!ran.stderr.contains("is not there"), "{ran}");
    let n_files = sandbox.counts("专业镇", ["--duplicates"])[2];
    assert_eq!(n_files, files.len() as u64);
    assert_settled(&sandbox, 0);
    // What changes in them is seen.
    for (n, file) in files.iter().enumerate() {
        fs::write(file, report(n + 100)).expect("written");
        sandbox
            .run(["search", "专业镇"])
            .expect(0)
            .says("1 file changed");
        sandbox.run(["index"]).expect(0);
        let phrase = format!("化石小镇{}号", n + 100);
        assert_eq!(sandbox.counts(&phrase, [])[0], 1, "{file:?}");
    }
    for file in files.iter().step_by(2) {
        fs::remove_file(file).expect("ours");
    }
    sandbox.run(["search", "专业镇"]).says("removed");
    sandbox.run(["index"]);
    assert_settled(&sandbox, 0);
    fs::write(files[0].with_file_name("new.txt"), report(500)).expect("written");
    sandbox.run(["search", "专业镇"]).says("1 file added");
}

#[test]
fn two_folders_of_one_name_in_other_code_points_are_both_indexed() {
    let sandbox = Sandbox::empty();
    sandbox.write("é/a.txt", report(1));
    sandbox.write("e\u{301}/b.txt", report(2));
    sandbox.write("e\u{301}/deep/c.txt", report(3));
    sandbox.run(["index"]).expect(0);
    for n in 1..4 {
        assert_eq!(sandbox.counts(&format!("化石小镇{n}号"), [])[0], 1);
    }
    assert_settled(&sandbox, 0);
    // Two files of one path: the composed one stands, the other is named.
    sandbox.write("e\u{301}/a.txt", report(4));
    sandbox
        .run(["index"])
        .expect(3)
        .says("e\u{301}/a.txt")
        .says("other code points");
    assert_settled(&sandbox, 3);
    for (name, n) in [("é/new.txt", 5), ("e\u{301}/newer.txt", 6)] {
        sandbox.write(name, report(n));
        sandbox
            .run(["search", "专业镇"])
            .expect(0)
            .says("1 file added");
        sandbox.run(["index"]).expect(3);
        assert_settled(&sandbox, 3);
    }
}

#[test]
fn roots_are_remembered_whatever_their_names() {
    for name in names() {
        let sandbox = Sandbox::empty();
        let root = sandbox.home().join(name);
        fs::create_dir(&root).expect("a folder");
        fs::write(root.join("a.txt"), report(1)).expect("written");
        Ran::of(sandbox.command(["index", "--"]).arg(name)).expect(0);
        assert_settled(&sandbox, 0);
        fs::write(root.join("b.txt"), report(2)).expect("written");
        sandbox.run(["index"]).expect(0);
        assert_eq!(sandbox.counts("化石小镇2号", [])[0], 1, "{name:?}");
        sandbox.run(["index", "--rebuild"]).expect(0);
        assert_settled(&sandbox, 0);
        // As a root outside of the folder of the index, and as one file.
        for (n, named) in [root.clone(), root.join("b.txt")].iter().enumerate() {
            let index = sandbox.home().join(format!("below/{n}/index"));
            fs::create_dir_all(index.parent().expect("a folder")).expect("made");
            let with = |arguments: &[&str]| {
                let mut command = sandbox.command(arguments);
                command.arg("--index").arg(&index);
                command
            };
            Ran::of(with(&["index"]).arg(named)).expect(0);
            let ran = Ran::of(&mut with(&["index"])).expect(0);
            assert!(ran.stdout.starts_with("nothing has changed"), "{ran}");
            let ran = Ran::of(&mut with(&["check"])).expect(0);
            assert!(ran.stdout.contains("the corpus is as it was"), "{ran}");
        }
    }
}

#[test]
fn a_root_may_be_named_by_a_link_or_from_below() {
    let sandbox = Sandbox::empty();
    sandbox.write("a.txt", report(1));
    symlink("corpus", sandbox.home().join("link")).expect("a link");
    fs::create_dir(sandbox.home().join("below")).expect("a folder");
    for named in ["link", "below/../corpus", "./link/../corpus/", "link/a.txt"] {
        sandbox.run(["index", named]).expect(0);
        assert_settled(&sandbox, 0);
        assert_eq!(sandbox.reports().len(), 1);
    }
    symlink("loop", sandbox.home().join("loop")).expect("a link");
    let long = "长".repeat(100);
    for named in ["loop", &*long, "corpus/a.txt/b"] {
        let ran = sandbox
            .run(["index", named])
            .expect(2)
            .says("cannot be read");
        assert!(ran.stderr.contains("hint: "), "{ran}");
    }
    assert_settled(&sandbox, 0);
}

/// Makes folders in folders beyond what one path may say, a file in the last.
fn nest(root: &Path, name: &str, n: usize) {
    let script = "cd \"$1\" && i=0 && while [ $i -lt $3 ]; do mkdir \"$2\" && cd \"$2\" && i=$((i+1)) || exit 1; done; \
                  printf 政府工作报告 > deep.txt";
    let mut command = Command::new("bash");
    command.args(["-c", script, "nest"]).arg(root);
    let status = command.args([name, &n.to_string()]).status();
    assert!(status.expect("bash is there").success());
}

#[test]
fn a_path_that_is_too_deep_is_refused_by_name_and_costs_nothing_else() {
    let long = "长".repeat(80);
    for (name, n, n_refused) in [(&*long, 30, 1), ("d", 200, 0)] {
        let sandbox = Sandbox::empty();
        sandbox.write("a.txt", report(1));
        nest(&sandbox.corpus(), name, n);
        let code = if n_refused == 0 { 0 } else { 3 };
        let ran = sandbox.run(["index"]).expect(code);
        if n_refused > 0 {
            assert!(
                ran.stderr.contains("longer than the system allows"),
                "{ran}"
            );
        }
        assert!(!ran.stderr.contains("is not there"), "{ran}");
        assert_eq!(sandbox.counts("化石小镇1号", [])[0], 1);
        assert_settled(&sandbox, code);
        // The folder goes with the test only where no path in it is too long for that.
        let away = Command::new("rm").arg("-rf").arg(sandbox.corpus()).status();
        assert!(away.is_ok_and(|status| status.success()));
    }
}

#[test]
fn what_the_program_prints_as_an_id_it_takes_as_one_although_the_name_holds_a_colon() {
    let sandbox = Sandbox::empty();
    // Neither tells its region, so that the id is made of the name of the file.
    let text = "现将有关情况说明如下。\n\n全县推进专业镇建设，化石小镇开门迎客。\n";
    sandbox.write("附件2：政府工作报告.txt", text);
    sandbox.write("附件1:3.txt", text.replace("化石", "陨石"));
    sandbox.run(["index"]);
    let listed = sandbox.run(["reports", "--format", "jsonl"]).rows();
    let ids: Vec<&str> = listed.iter().filter_map(|row| row["id"].as_str()).collect();
    assert_eq!(ids.len(), 2, "{listed:?}");
    for id in ids {
        let report = sandbox.run(["show", id]).expect(0);
        let first = report.stdout.split('\t').next().expect("a passage");
        assert_eq!(first, format!("{id}:1"), "{report}");
        let passage = sandbox.run(["show", first]).expect(0);
        assert_eq!(passage.stdout.lines().count(), 1, "{passage}");
        // A colon of either width stands before the number.
        let wide = sandbox.run(["show", &format!("{id}\u{ff1a}1")]).expect(0);
        assert_eq!(wide.stdout, passage.stdout);
        let beyond = sandbox.run(["show", &format!("{id}:99")]).expect(1);
        assert!(beyond.stderr.contains("has no passage 99"), "{beyond}");
        let reject = ["first", "专业镇", "--genre", "any", "--reject", first];
        let ran = sandbox.run(reject);
        assert!(!ran.stderr.contains("not the id"), "{ran}");
    }
    let unknown = sandbox.run(["show", "附件3：说明"]).expect(2);
    assert!(
        unknown.stderr.contains("is not the id of a passage"),
        "{unknown}"
    );
}
