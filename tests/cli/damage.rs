//! Indexes that are damaged, foreign, busy or made by others: refused with a code and the command that mends them.

use crate::harness::{SEEDS, Sandbox, YUSHE, random, seed, seed_of_run};
use serde_json::Value;
use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Edits the commit's meta file as JSON.
fn edit_meta(sandbox: &Sandbox, edit: impl FnOnce(&mut Value)) {
    let path = sandbox.generation().join("meta.json");
    let mut meta = serde_json::from_slice(&fs::read(&path).expect("there")).expect("JSON");
    edit(&mut meta);
    // As a writer of those makers would have left it.
    let object = meta.as_object_mut().expect("an object");
    object.remove("seal").expect("the last field");
    let text = meta.to_string();
    let open = text.strip_suffix('}').expect("an object");
    let seal = xxhash_rust::xxh3::xxh3_128(open.as_bytes());
    fs::write(&path, format!("{open},\"seal\":\"{seal:032x}\"}}")).expect("written");
}

/// Edits the manifest in it.
fn edit_manifest(sandbox: &Sandbox, edit: impl FnOnce(&mut Value)) {
    edit_meta(sandbox, |meta| {
        let payload = meta["payload"].as_str().expect("a manifest");
        let mut manifest = serde_json::from_str(payload).expect("JSON");
        edit(&mut manifest);
        meta["payload"] = Value::from(manifest.to_string());
    });
}

#[test]
fn a_second_writer_finds_the_index_busy() {
    let sandbox = Sandbox::indexed();
    sandbox.write("new.txt", YUSHE);
    let lock = File::options()
        .write(true)
        .open(sandbox.index().join(".lock"))
        .expect("the writer's lock");
    lock.lock().expect("free");
    let before = sandbox.everything();
    for arguments in [&["index"][..], &["index", "--rebuild"]] {
        let ran = sandbox.run(arguments).expect(4).says("another process");
        assert_eq!(ran.stdout, "", "{ran}");
        assert!(
            !ran.stderr.contains("delete"),
            "never advise to delete a lock: {ran}"
        );
    }
    assert!(sandbox.everything() == before, "nothing was touched");
    // Readers are not concerned.
    sandbox.run(["search", "专业镇", "-q"]).expect(0);
    sandbox.run(["check"]).expect(0);
    lock.unlock().expect("ours");
    // A lock file that was left behind holds nobody up.
    sandbox.run(["index"]).expect(0);
    assert_eq!(sandbox.counts("化石小镇", [])[0], 1);
}

#[test]
fn a_lock_that_a_stuck_process_holds_stops_no_search() {
    let sandbox = Sandbox::indexed();
    let path = sandbox.generation().join(".tantivy-meta.lock");
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .expect("a lock");
    lock.lock().expect("free");
    let ran = sandbox.run(["search", "专业镇", "--count"]).expect(0);
    assert!(ran.stdout.starts_with("39 occurrences"), "{ran}");
    sandbox.run(["check"]).expect(0);
}

#[test]
fn a_folder_that_cannot_be_written_can_be_searched() {
    let sandbox = Sandbox::indexed();
    // Another user would not get in at all.
    let set = |mode_folder: u32, mode_file: u32| {
        for entry in walkdir::WalkDir::new(sandbox.index()).contents_first(true) {
            let path = entry.expect("an entry").into_path();
            let mode = if path.is_dir() {
                mode_folder
            } else {
                mode_file
            };
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("ours");
        }
    };
    let before = sandbox.everything();
    set(0o555, 0o444);
    let ran = sandbox.run(["search", "专业镇", "--count"]).expect(0);
    assert!(ran.stdout.starts_with("39 occurrences"), "{ran}");
    sandbox.run(["show", "汾阳市-2024:1"]).expect(0);
    sandbox.run(["check"]).expect(0);
    if sandbox.home().metadata().expect("there").uid() != 0 {
        sandbox.write("new.txt", YUSHE);
        sandbox.run(["index"]).expect(2);
        sandbox.remove("new.txt");
    }
    set(0o755, 0o644);
    assert!(sandbox.everything() == before, "readers write nothing");
}

#[test]
fn an_index_of_other_makers_is_refused_with_the_command_that_mends_it() {
    for (key, value, word) in [
        ("dictionary", Value::from("0123456789abcdef"), "dictionary"),
        ("analyser", Value::from("0123456789abcdef"), "fold"),
        ("schema", Value::from(9_999), "format"),
        ("ingest", Value::from(9_999), "repair rules"),
    ] {
        let sandbox = Sandbox::indexed();
        edit_manifest(&sandbox, |manifest| manifest["makers"][key] = value);
        let before = sandbox.everything();
        for arguments in [
            &["search", "专业镇"][..],
            &["search", "专业镇", "--format", "jsonl"],
            &["reports"],
            &["show", "汾阳市-2024"],
            &["check"],
        ] {
            let ran = sandbox
                .run(arguments)
                .expect(5)
                .says(&format!("another {word}").replace("another format", "another index format"))
                .says("baogao index");
            assert_eq!(ran.stdout, "", "never 0 found: {ran}");
        }
        assert!(sandbox.everything() == before, "nothing was touched");
        // The hint helps.
        sandbox.run(["index", "--rebuild"]).expect(0);
        assert_eq!(sandbox.counts("专业镇", [])[0], 39);
        sandbox.run(["check"]).expect(0);
    }
}

#[test]
fn what_is_no_index_is_refused_and_nothing_is_created() {
    let sandbox = Sandbox::with_seeds();
    fs::write(sandbox.home().join("file"), "a file").expect("written");
    fs::create_dir(sandbox.home().join("foreign")).expect("a folder");
    fs::write(sandbox.home().join("foreign/thesis.doc"), "dear").expect("written");
    fs::create_dir(sandbox.home().join("empty")).expect("a folder");
    fs::create_dir(sandbox.home().join("ignored")).expect("a folder");
    fs::write(sandbox.home().join("ignored/.gitignore"), "*\n").expect("written");
    let before = sandbox.everything();
    for index in ["file", "foreign", "file/below"] {
        for arguments in [
            &["search", "专业镇"][..],
            &["index"],
            &["index", "--rebuild"],
            &["check"],
            &["reports"],
        ] {
            let ran = sandbox.run(arguments.iter().copied().chain(["--index", index]));
            assert!(
                ran.code == Some(5) || (index == "file/below" && ran.code == Some(2)),
                "{index} {arguments:?}\n{ran}"
            );
            assert_eq!(ran.stdout, "", "{ran}");
        }
    }
    sandbox.run(["check", "--index", "empty"]).expect(2);
    sandbox.run(["check", "--index", "missing"]).expect(2);
    assert!(
        sandbox.everything() == before,
        "nothing was created or changed"
    );
    // An empty folder, and one with nothing but `.gitignore`, may become one.
    for index in ["empty", "ignored", "missing", "missing2/deep"] {
        sandbox
            .run(["search", "专业镇", "-q", "--index", index])
            .expect(0);
    }
    assert_eq!(
        fs::read_to_string(sandbox.home().join("ignored/.gitignore")).expect("kept"),
        "*\n"
    );
}

#[test]
fn a_broken_meta_file_is_refused_in_few_words() {
    let garbage = "{\"segments\": garbage ".repeat(400);
    for content in ["", "{", "null", "[]", garbage.as_str(), "\0\0\0"] {
        let sandbox = Sandbox::indexed();
        fs::write(sandbox.generation().join("meta.json"), content).expect("written");
        let before = sandbox.everything();
        for arguments in [
            &["search", "专业镇"][..],
            &["check"],
            &["index"],
            &["reports"],
        ] {
            let ran = sandbox
                .run(arguments)
                .expect(5)
                .says("baogao index --rebuild");
            assert!(ran.stderr.len() < 600, "few words: {ran}");
            assert_eq!(ran.stdout, "", "{ran}");
        }
        assert!(
            sandbox.everything() == before,
            "nothing was touched: {content:?}"
        );
        sandbox.run(["index", "--rebuild"]).expect(0);
        assert_eq!(sandbox.counts("专业镇", [])[0], 39);
    }
}

#[test]
fn a_missing_meta_file_is_not_an_empty_index() {
    let sandbox = Sandbox::indexed();
    fs::remove_file(sandbox.generation().join("meta.json")).expect("there");
    for arguments in [&["search", "专业镇"][..], &["check"], &["index"]] {
        sandbox
            .run(arguments)
            .expect(5)
            .says("baogao index --rebuild");
    }
    sandbox.run(["index", "--rebuild"]).expect(0);
    assert_eq!(sandbox.counts("专业镇", [])[0], 39);
}

#[test]
fn a_commit_without_manifest_was_never_finished() {
    let sandbox = Sandbox::indexed();
    edit_meta(&sandbox, |meta| {
        meta.as_object_mut().expect("an object").remove("payload");
    });
    // It is built again, never “0 found”.
    let ran = sandbox.run(["search", "专业镇", "--count"]).expect(0);
    assert!(ran.stdout.starts_with("39 occurrences"), "{ran}");
}

#[test]
fn a_list_of_files_that_names_the_readers_own_is_not_obeyed() {
    let victim = "../../victim.txt";
    let absolute = tempfile::NamedTempFile::new().expect("a file");
    for list in [
        format!("[{:?}]", absolute.path()),
        format!("[\"meta.json\", {:?}]", absolute.path()),
        "[\"meta.json\", \"0123456789abcdef0123456789abcdef.x/../../../victim.txt\"]".to_owned(),
        format!("[\"{victim}\"]"),
        format!("[\"meta.json\", \"{victim}\"]"),
        "{{".to_owned(),
        String::new(),
    ] {
        let sandbox = Sandbox::indexed();
        let path = sandbox.home().join("victim.txt");
        fs::write(&path, "dear").expect("written");
        assert!(sandbox.generation().join(victim).exists());
        fs::write(sandbox.generation().join(".managed.json"), &list).expect("written");
        sandbox.write("new.txt", YUSHE);
        sandbox.run(["index"]).expect(5).says(".managed.json");
        sandbox.run(["check"]).expect(5);
        assert_eq!(fs::read_to_string(&path).expect("it survives"), "dear");
        assert!(absolute.path().exists());
        // A rebuild mends it, and still touches nothing outside.
        sandbox.run(["index", "--rebuild"]).expect(0);
        assert_eq!(fs::read_to_string(&path).expect("it survives"), "dear");
        assert!(absolute.path().exists());
        assert_eq!(sandbox.counts("专业镇", [])[0], 40);
    }
}

/// Calls `damage` on each file of a fresh index and looks whether it is noticed.
fn damage_each(damage: impl Fn(&Path) -> bool, must_be_noticed_by_search: bool) {
    let sandbox = Sandbox::with_seeds();
    sandbox.run(["index"]).expect(0);
    let whole = sandbox.counts("专业镇", []);
    let names: Vec<String> = sandbox
        .generation()
        .read_dir()
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| !name.starts_with('.'))
        .collect();
    assert!(names.len() >= 8, "{names:?}");
    for name in names {
        let path = sandbox.generation().join(&name);
        let saved = fs::read(&path).expect("there");
        if damage(&path) {
            let ran = sandbox.run(["check"]);
            assert_eq!(ran.code, Some(5), "{name}: {ran}");
            let ran = sandbox.run(["search", "专业镇", "--count"]);
            assert!(ran.code.is_some(), "a signal: {name}");
            match ran.code {
                Some(5) => assert_eq!(ran.stdout, "", "{ran}"),
                Some(0) if !must_be_noticed_by_search => {
                    assert!(
                        ran.stdout.starts_with(&format!("{} occurrences", whole[0])),
                        "{name}: {ran}"
                    )
                }
                _ => panic!("{name}: {ran}"),
            }
        }
        fs::write(&path, saved).expect("written");
    }
    sandbox.run(["check"]).expect(0);
}

#[test]
fn a_missing_file_is_noticed() {
    damage_each(|path| fs::remove_file(path).is_ok(), false);
}

#[test]
fn a_cut_file_is_noticed() {
    damage_each(
        |path| {
            let file = File::options().write(true).open(path).expect("there");
            let n = file.metadata().expect("there").len();
            file.set_len(n / 2).is_ok()
        },
        false,
    );
}

#[test]
fn a_file_that_ends_too_soon_or_too_late_is_noticed() {
    for n in [-8i64, -1, 1] {
        damage_each(
            |path| {
                let file = File::options().write(true).open(path).expect("there");
                let length = file.metadata().expect("there").len();
                file.set_len(length.saturating_add_signed(n)).is_ok()
            },
            false,
        );
    }
}

#[test]
fn an_emptied_file_is_noticed() {
    damage_each(|path| fs::write(path, "").is_ok(), false);
}

/// All files of an index that hold anything, hidden ones included.
fn files_with_content(sandbox: &Sandbox) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(sandbox.index())
        .into_iter()
        .map(|entry| entry.expect("an entry").into_path())
        .filter(|path| path.is_file() && path.metadata().expect("there").len() > 0)
        .collect();
    files.sort();
    assert!(files.len() >= 12, "{files:?}");
    files
}

/// An index with two segments and deletions.
fn updated() -> Sandbox {
    let sandbox = Sandbox::indexed();
    let lines = (1..=400).map(|n| format!("加快推进第{n}批项目，继续推进专业镇建设。\n"));
    sandbox.write("new.txt", format!("{YUSHE}\n{}", lines.collect::<String>()));
    sandbox.write(SEEDS[0], seed(0).replace("专业镇", "特色小镇"));
    sandbox.run(["index", "--sort"]).expect(0);
    sandbox
}

#[test]
fn a_flipped_bit_is_noticed_by_check_and_kills_no_search() {
    const N_FLIPS: usize = 300;
    let sandbox = updated();
    let files = files_with_content(&sandbox);
    let seed = seed_of_run();
    let mut state = seed;
    for n in 0..N_FLIPS {
        // Each file in turn: the largest have most of the bytes, and the smallest most of the sense.
        let path = &files[n % files.len()];
        let saved = fs::read(path).expect("there");
        let mut bytes = saved.clone();
        // Half of them at either end, where lengths, versions and checksums are.
        let near = bytes.len().min(160);
        let at = match random(&mut state, 4) {
            0 => bytes.len() - 1 - random(&mut state, near),
            1 => random(&mut state, near),
            _ => random(&mut state, bytes.len()),
        };
        let bit = random(&mut state, 8);
        bytes[at] ^= 1 << bit;
        fs::write(path, &bytes).expect("written");
        let place = format!(
            "SEED={seed}: {} byte {at} of {} bit {bit}",
            path.display(),
            bytes.len()
        );
        let ran = sandbox.run(["check"]);
        assert_eq!(ran.code, Some(5), "{place}: {ran}");
        let queries = [
            "专业镇",
            "的",
            "专业镇 OR 发展",
            "一般公共预算",
            "推进专业镇建设",
        ];
        let query = queries[n % queries.len()];
        for arguments in [&["search", query][..], &["count", query, "--by", "part"]] {
            let ran = sandbox.run(arguments);
            assert!(matches!(ran.code, Some(0 | 1 | 5)), "{place}: {ran}");
        }
        fs::write(path, saved).expect("written");
    }
    sandbox.run(["check"]).expect(0);
}

#[test]
fn what_is_damaged_is_merged_with_nothing_and_the_run_says_so() {
    let sandbox = Sandbox::indexed();
    let add = |n: usize| {
        let year = 2010 + n;
        let text = format!("榆次区{year}年政府工作报告\n\n推进第{n}批项目建设，发展文旅产业。\n");
        sandbox.write(&format!("{year}.txt"), text);
        sandbox.run(["index"])
    };
    // One less than are merged.
    (1..7).for_each(|n| drop(add(n).expect(0)));
    let mut texts = files_with_content(&sandbox);
    texts.retain(|path| path.extension().is_some_and(|ending| ending == "text"));
    assert_eq!(texts.len(), 7);
    let path = texts.first().expect("a segment");
    let mut bytes = fs::read(path).expect("there");
    bytes[1] ^= 4;
    fs::write(path, bytes).expect("written");
    let name = path.file_name().expect("a name").to_string_lossy();
    let ran = add(7)
        .expect(5)
        .says(&name)
        .says("everything new is indexed");
    assert!(ran.stdout.contains("12 files"), "{ran}");
    assert!(ran.stderr.contains("index --rebuild"), "{ran}");
    assert_eq!(
        sandbox.counts("推进第7批项目", ["--genre", "any"]),
        [1, 1, 1]
    );
    // The others are merged, and it is still what it was.
    let ran = sandbox.run(["check"]).expect(5);
    assert!(
        format!("{}{}", ran.stdout, ran.stderr).contains(&*name),
        "{ran}"
    );
    sandbox.run(["index", "--rebuild"]).expect(0);
    sandbox.run(["check"]).expect(0);
}

#[test]
fn no_number_comes_from_a_damaged_list_of_deleted_passages() {
    let sandbox = updated();
    let mut n = 0;
    for path in files_with_content(&sandbox) {
        if path.extension().is_none_or(|ending| ending != "del") {
            continue;
        }
        let whole = fs::read(&path).expect("there");
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at % 8);
            fs::write(&path, bytes).expect("written");
            let ran = sandbox.run(["count", "专业镇"]).expect(5);
            assert!(ran.stdout.is_empty(), "byte {at}: {ran}");
            n += 1;
        }
        fs::write(&path, whole).expect("written");
    }
    assert!(n > 0);
    sandbox.run(["count", "专业镇"]).expect(0);
}

#[test]
fn a_rebuild_mends_whatever_is_damaged() {
    let sandbox = updated();
    let other = sandbox.home().join("other");
    fs::create_dir(&other).expect("a folder");
    fs::write(other.join("b.txt"), YUSHE.replace("榆社", "左权")).expect("written");
    // The roots are known from the index alone.
    sandbox.run(["index", "other"]).expect(0);
    let whole = sandbox.counts("专业镇", []);
    let n_files = files_with_content(&sandbox).len();
    for n in 0..n_files {
        let files = files_with_content(&sandbox);
        let path = &files[n.min(files.len() - 1)];
        let mut bytes = fs::read(path).expect("there");
        let at = bytes.len() * 2 / 3;
        bytes[at] ^= 0x10;
        fs::write(path, bytes).expect("written");
        sandbox
            .run(["check"])
            .expect(5)
            .says("baogao index --rebuild");
        sandbox.run(["index", "--rebuild"]).expect(0);
        assert_eq!(sandbox.counts("专业镇", []), whole, "{}", path.display());
        sandbox.run(["check"]).expect(0);
    }
}

#[test]
fn an_index_in_another_format_of_tantivy_is_refused_with_both_versions() {
    for other in [8, 3] {
        let sandbox = Sandbox::indexed();
        for path in files_with_content(&sandbox) {
            let mut bytes = fs::read(&path).expect("there");
            let mark = b"\"index_format_version\":";
            if let Some(at) = bytes.windows(mark.len()).rposition(|part| part == mark) {
                bytes[at + mark.len()] = b'0' + other;
                fs::write(&path, bytes).expect("written");
            }
        }
        for arguments in [&["search", "专业镇"][..], &["check"], &["reports"]] {
            let ran = sandbox
                .run(arguments)
                .expect(5)
                .says(&format!("index_format v{other}"))
                .says("this program has tantivy v")
                .says("baogao index --rebuild");
            assert_eq!(ran.stdout, "", "{ran}");
        }
        sandbox.run(["index", "--rebuild"]).expect(0);
        assert_eq!(sandbox.counts("专业镇", [])[0], 39);
    }
}

#[test]
fn a_lost_or_damaged_name_of_the_generation_in_use_is_not_guessed() {
    for content in [
        "",
        "g0001",
        "g0001\u{b}",
        "g0002\n",
        "x",
        "\0",
        "../g0001\n",
    ] {
        let sandbox = Sandbox::indexed();
        fs::write(sandbox.index().join("current"), content).expect("written");
        let before = sandbox.everything();
        for arguments in [&["search", "专业镇"][..], &["check"], &["index"]] {
            let ran = sandbox
                .run(arguments)
                .expect(5)
                .says("baogao index --rebuild");
            assert_eq!(ran.stdout, "", "{ran}");
        }
        assert!(
            sandbox.everything() == before,
            "{content:?}: nothing was touched"
        );
        sandbox.run(["index", "--rebuild"]).expect(0);
        assert_eq!(sandbox.counts("专业镇", [])[0], 39);
        sandbox.run(["check"]).expect(0);
    }
}
