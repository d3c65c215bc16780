//! Bringing the index up to date: what changed is read again, what is the same stays, and nothing passes unnoticed.

use crate::harness::{SEEDS, Sandbox, YUSHE, seed, text};
use std::collections::BTreeSet;
use std::fs;

/// Segment files of the generation in use.
fn segment_files(sandbox: &Sandbox) -> BTreeSet<String> {
    let entries = sandbox.generation().read_dir().expect("a folder");
    entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| name.split_once('.').is_some_and(|(id, _)| id.len() == 32))
        .collect()
}

fn meta(sandbox: &Sandbox) -> String {
    fs::read_to_string(sandbox.generation().join("meta.json")).expect("there is a commit")
}

#[test]
fn the_first_search_builds_the_index() {
    let sandbox = Sandbox::with_seeds();
    sandbox.run(["check"]).expect(2).says("baogao index");
    assert!(!sandbox.index().exists(), "check makes nothing");
    let ran = sandbox.run(["search", "专业镇", "--count"]).expect(0);
    assert!(ran.stderr.contains("no index yet"), "{ran}");
    let ran = sandbox.run(["search", "专业镇", "--count"]).expect(0);
    assert!(!ran.stderr.contains("index"), "{ran}");
    let ran = sandbox.run(["check"]).expect(0);
    assert!(
        ran.stdout.contains("sound") && ran.stdout.contains("as it was indexed"),
        "{ran}"
    );
}

#[test]
fn nothing_changed_commits_nothing() {
    let sandbox = Sandbox::indexed();
    let (before, files) = (meta(&sandbox), segment_files(&sandbox));
    let ran = sandbox.run(["index"]).expect(0);
    assert!(
        ran.stdout
            .starts_with("nothing has changed: 5 files, 5 texts"),
        "{ran}"
    );
    assert_eq!(meta(&sandbox), before);
    assert_eq!(segment_files(&sandbox), files);
}

#[test]
fn an_update_reads_changed_files_only() {
    let sandbox = Sandbox::indexed();
    let before = segment_files(&sandbox);
    sandbox.write("new.txt", YUSHE);
    let ran = sandbox.run(["index"]).expect(0);
    assert!(ran.stdout.contains("1 read, 0 removed"), "{ran}");
    let after = segment_files(&sandbox);
    assert!(
        after.is_superset(&before),
        "segments of unchanged files stay: {before:?} {after:?}"
    );
    assert!(after.len() > before.len());
    sandbox.write("new.txt", YUSHE.replace("化石小镇", "化石古镇"));
    let ran = sandbox.run(["index"]).expect(0);
    assert!(ran.stdout.contains("1 read"), "{ran}");
    assert_eq!(
        sandbox.counts("化石小镇", [])[0],
        0,
        "all passages of an edited file are replaced"
    );
    assert_eq!(sandbox.counts("化石古镇", [])[0], 1);
    assert_eq!(sandbox.counts("古生物", [])[0], 1);
    sandbox.remove("new.txt");
    let ran = sandbox.run(["index"]).expect(0);
    assert!(ran.stdout.contains("1 removed"), "{ran}");
    assert_eq!(sandbox.counts("古生物", [])[0], 0);
    assert_eq!(sandbox.reports().len(), 5);
    sandbox.run(["check"]).expect(0);
}

#[test]
fn a_moved_file_is_read_again_because_its_path_is_evidence() {
    let sandbox = Sandbox::empty();
    let unplaced = "政府工作报告\n\n各位代表：\n\n一、过去一年工作回顾\n\n大力发展量子茶叶，在榆社试种。\n\n二、今年工作安排\n\n继续发展。\n";
    sandbox.write("one.txt", unplaced);
    sandbox.run(["index"]).expect(0);
    assert_eq!(sandbox.reports()[0]["region"], serde_json::json!([]));
    fs::create_dir(sandbox.corpus().join("山西省")).expect("a folder");
    let moved = sandbox.corpus().join("山西省/榆社县2021年政府工作报告.txt");
    fs::rename(sandbox.corpus().join("one.txt"), moved).expect("the same disk");
    sandbox.run(["index"]).expect(0);
    let reports = sandbox.reports();
    assert_eq!(reports.len(), 1);
    assert_eq!(text(&reports[0], "id"), "榆社县-2021");
    assert_eq!(text(&reports[0]["evidence"]["region"], "kind"), "path");
    assert_eq!(sandbox.counts("量子茶叶", [])[0], 1);
}

#[test]
fn a_change_since_the_build_never_passes_unnoticed() {
    let stale = |sandbox: &Sandbox| sandbox.search("专业镇", []).1["stale"].clone();
    let sandbox = Sandbox::indexed();
    let ran = sandbox.run(["search", "专业镇"]).expect(0);
    assert!(!ran.stderr.contains("baogao index"), "{ran}");
    assert_eq!(stale(&sandbox), false);
    // Edited: the old answer, and a word about it.
    sandbox.write(SEEDS[0], format!("{}\n专业镇\n", seed(0)));
    let ran = sandbox
        .run(["search", "专业镇", "--count"])
        .expect(0)
        .says("1 file changed, run `baogao index`");
    assert!(ran.stdout.starts_with("39 occurrences"), "{ran}");
    assert_eq!(stale(&sandbox), true);
    sandbox.run(["reports"]).expect(0).says("1 file changed");
    let ran = sandbox.run(["check"]).expect(0);
    assert!(ran.stdout.contains("1 file changed"), "{ran}");
    sandbox.run(["index"]).expect(0);
    assert_eq!(stale(&sandbox), false);
    // Added.
    sandbox.write("sub/new.txt", YUSHE);
    assert_eq!(stale(&sandbox), true);
    sandbox.run(["search", "专业镇"]).says("1 file added");
    sandbox.run(["index"]).expect(0);
    assert_eq!(stale(&sandbox), false);
    sandbox.write("sub/newer.txt", YUSHE.replace("2022", "2021"));
    assert_eq!(stale(&sandbox), true, "also below a folder that is known");
    sandbox.run(["index"]).expect(0);
    // Removed.
    sandbox.remove("sub/newer.txt");
    sandbox.run(["search", "专业镇"]).says("1 file removed");
    assert_eq!(stale(&sandbox), true);
    sandbox.run(["index"]).expect(0);
    assert_eq!(stale(&sandbox), false);
    // The same size and another content.
    sandbox.write("sub/new.txt", YUSHE.replace("化石", "玉石"));
    assert_eq!(stale(&sandbox), true);
}

#[test]
fn a_root_that_has_vanished_keeps_its_reports_until_it_is_pruned() {
    let sandbox = Sandbox::indexed();
    let other = sandbox.home().join("other");
    fs::create_dir(&other).expect("a folder");
    fs::write(other.join("new.txt"), YUSHE).expect("written");
    sandbox.run(["index", "other"]).expect(0);
    assert_eq!(sandbox.counts("专业镇", [])[0], 40);
    fs::rename(&other, sandbox.home().join("away")).expect("moved");
    let ran = sandbox
        .run(["index"])
        .expect(0)
        .says("other")
        .says("--prune");
    assert!(ran.stdout.contains("6 texts"), "{ran}");
    assert_eq!(sandbox.counts("化石小镇", [])[0], 1);
    fs::rename(sandbox.home().join("away"), &other).expect("moved back");
    sandbox.run(["index"]).expect(0);
    assert_eq!(sandbox.counts("化石小镇", [])[0], 1);
    fs::remove_dir_all(&other).expect("removed");
    sandbox.run(["index", "--prune"]).expect(0);
    assert_eq!(sandbox.counts("化石小镇", [])[0], 0);
    assert_eq!(sandbox.reports().len(), 5);
    let ran = sandbox.run(["index"]).expect(0);
    assert!(!ran.stderr.contains("other"), "it is forgotten: {ran}");
}

#[test]
fn the_index_and_the_corpus_may_move_together() {
    let sandbox = Sandbox::indexed();
    let moved = Sandbox::empty();
    fs::remove_dir(moved.corpus()).expect("it is empty");
    for name in ["corpus", "index"] {
        fs::rename(sandbox.home().join(name), moved.home().join(name)).expect("the same disk");
    }
    let ran = moved.run(["search", "专业镇", "--count"]).expect(0);
    assert!(!ran.stderr.contains("run `baogao index`"), "{ran}");
    let ran = moved.run(["index"]).expect(0);
    assert!(ran.stdout.starts_with("nothing has changed"), "{ran}");
}

#[test]
fn a_rebuild_and_the_order_of_files_change_no_byte() {
    let questions = ["专业镇", "高质量发展 增长", "的", "5%"];
    let answers = |sandbox: &Sandbox| -> String {
        let mut all = String::new();
        for question in questions {
            all += &sandbox
                .run(["search", question, "--format", "jsonl", "--facets"])
                .stdout;
        }
        all + &sandbox.run(["reports", "--format", "jsonl"]).stdout
    };
    let at_once = Sandbox::indexed();
    let one_by_one = Sandbox::empty();
    for n in [3, 0, 4, 2, 1] {
        one_by_one.write(SEEDS[n], seed(n));
        one_by_one.run(["index"]).expect(0);
    }
    assert!(answers(&at_once) == answers(&one_by_one));
    let generation = one_by_one.generation();
    one_by_one
        .run(["index", "--rebuild", "--threads", "1"])
        .expect(0);
    assert_ne!(one_by_one.generation(), generation);
    assert!(!generation.exists(), "the old generation is gone");
    assert!(answers(&at_once) == answers(&one_by_one));
}

#[test]
fn two_reports_of_a_region_and_year_have_ids_of_their_own() {
    let sandbox = Sandbox::empty();
    sandbox.write("a.txt", YUSHE);
    sandbox.write(
        "b.txt",
        YUSHE
            .replace("4月10日", "8月20日")
            .replace("化石小镇", "恐龙乐园，面貌全新，人人都说好，天天有变化"),
    );
    sandbox.run(["index"]).expect(0);
    let ids: Vec<String> = sandbox
        .reports()
        .iter()
        .map(|row| text(row, "id").to_owned())
        .collect();
    assert_eq!(ids, ["榆社县-2022", "榆社县-2022-b"]);
    let (hits, _) = sandbox.search("恐龙乐园", ["--report", "榆社县-2022-b"]);
    assert_eq!(
        text(&hits[0], "id").split(':').next(),
        Some("榆社县-2022-b")
    );
}
