//! What is the reader's stays: folders with names like the program's, disks that are not mounted, files that were exchanged.

use crate::harness::{Ran, Sandbox, YUSHE, random, seed_of_run};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

/// Says that a test does not run here.
#[expect(clippy::print_stderr, reason = "a test that skips says so")]
fn skip(why: &str) {
    eprintln!("skipped: {why}");
}

/// What an entry is, byte for byte.
#[derive(Debug, PartialEq, Eq)]
enum Entry {
    Folder,
    File(Vec<u8>),
    Link(PathBuf),
    Other,
}

impl Entry {
    fn of(path: &Path) -> Option<Entry> {
        let kind = path.symlink_metadata().ok()?.file_type();
        Some(if kind.is_symlink() {
            Entry::Link(fs::read_link(path).expect("a link"))
        } else if kind.is_dir() {
            Entry::Folder
        } else if kind.is_file() {
            Entry::File(fs::read(path).expect("ours"))
        } else {
            Entry::Other
        })
    }
}

/// Everything below a folder.
fn entries(folder: &Path) -> BTreeMap<PathBuf, Entry> {
    let entries = walkdir::WalkDir::new(folder).min_depth(1).into_iter();
    let paths = entries.map(|entry| entry.expect("an entry").into_path());
    paths
        .filter_map(|path| Some((path.clone(), Entry::of(&path)?)))
        .collect()
}

#[test]
fn a_folder_of_folders_with_names_like_ours_is_no_index() {
    // The corpus itself as index, and a folder of somebody's as index of another corpus.
    for names in [
        &["g2023", "g2024"][..],
        &["g0001"],
        &["g0001", "g99999999"],
        &["current"],
        &[".hidden", "g0001"],
    ] {
        for is_search in [false, true] {
            let sandbox = Sandbox::with_seeds();
            let mine = sandbox.home().join("mine");
            for name in names {
                fs::create_dir_all(mine.join(name)).expect("a folder");
                fs::write(mine.join(name).join("a.txt"), YUSHE).expect("written");
                fs::write(mine.join(name).join("meta.json"), "{}").expect("written");
                fs::write(mine.join(name).join("thesis.doc"), "dear").expect("written");
            }
            let before = sandbox.everything();
            for more in [&[][..], &["--rebuild"], &["--prune"]] {
                let mut command = match is_search {
                    true => sandbox.command(["search", "专业镇", "--index", "mine"]),
                    false => sandbox.command(["index", "mine", "--index", "mine"]),
                };
                if !is_search {
                    command.args(more);
                }
                let ran = Ran::of(&mut command);
                assert!(matches!(ran.code, Some(2 | 5)), "{names:?}: {ran}");
                assert!(ran.stderr.contains("mine"), "{ran}");
            }
            assert!(
                sandbox.everything() == before,
                "{names:?}: nothing was touched"
            );
        }
    }
}

#[test]
fn what_lies_beside_a_sound_index_is_refused_by_its_name_and_stays() {
    let strangers: [(&str, &str); 5] = [
        ("index/g0002/only-copy.txt", "g0002"),
        ("index/thesis.doc", "thesis.doc"),
        ("index/g0001/notes.txt", "notes.txt"),
        ("index/g0001/below/notes.txt", "below"),
        ("index/reports/2024.txt", "reports"),
    ];
    for (path, name) in strangers {
        let sandbox = Sandbox::indexed();
        let full = sandbox.home().join(path);
        fs::create_dir_all(full.parent().expect("a folder")).expect("a folder");
        fs::write(&full, "dear").expect("written");
        sandbox.write("new.txt", YUSHE);
        let before = sandbox.everything();
        for arguments in [
            &["index"][..],
            &["index", "--rebuild"],
            &["index", "--no-dict"],
        ] {
            sandbox
                .run(arguments)
                .expect(5)
                .says(name)
                .says("nothing was touched");
        }
        assert!(sandbox.everything() == before, "{path}");
        // It is in nobody's way who only asks.
        assert_eq!(sandbox.counts("专业镇", [])[0], 39);
        // And where it is moved, all goes on.
        fs::rename(&full, sandbox.home().join("kept")).expect("moved");
        if name == "g0002" || name == "below" || name == "reports" {
            fs::remove_dir(full.parent().expect("a folder")).expect("it is empty");
        }
        sandbox.run(["index"]).expect(0);
        assert_eq!(sandbox.counts("化石小镇", [])[0], 1);
    }
}

#[test]
fn hidden_files_of_others_may_lie_in_the_folder_of_an_index() {
    let sandbox = Sandbox::with_seeds();
    fs::create_dir(sandbox.index()).expect("a folder");
    fs::write(sandbox.index().join(".gitignore"), "*\n").expect("written");
    fs::write(sandbox.index().join(".lock"), "somebody's").expect("written");
    sandbox.run(["index"]).expect(0);
    fs::write(sandbox.generation().join(".DS_Store"), "x").expect("written");
    fs::write(sandbox.index().join("Thumbs.db"), "x").expect("written");
    let old = sandbox.generation();
    sandbox.run(["index", "--rebuild"]).expect(0);
    sandbox.run(["index", "--rebuild"]).expect(0);
    let text = |path: PathBuf| fs::read_to_string(path).expect("it is there");
    assert_eq!(text(sandbox.index().join(".gitignore")), "*\n");
    assert_eq!(text(sandbox.index().join(".lock")), "somebody's");
    assert_eq!(text(sandbox.index().join("Thumbs.db")), "x");
    // The generation in which it lies is gone but for it and the marker.
    assert_ne!(sandbox.generation(), old);
    let kept: Vec<PathBuf> = entries(&old).into_keys().collect();
    assert_eq!(kept, [".DS_Store", ".baogao"].map(|name| old.join(name)));
    sandbox.run(["check"]).expect(0);
}

#[test]
fn a_corpus_in_the_folder_of_the_index_is_refused_and_an_index_in_the_corpus_is_passed_over() {
    let sandbox = Sandbox::with_seeds();
    // The index in the corpus.
    Ran::of(&mut sandbox.command(["index", "corpus", "--index", "corpus/index"])).expect(0);
    let count = |index: &str| {
        let ran = sandbox.run(["search", "专业镇", "--count", "--index", index]);
        ran.expect(0).stdout
    };
    assert!(count("corpus/index").starts_with("39 occurrences"));
    let ran = sandbox.run(["index", "--index", "corpus/index"]).expect(0);
    assert!(ran.stdout.starts_with("nothing has changed"), "{ran}");
    // The corpus in the index, and the same folder.
    fs::create_dir_all(sandbox.home().join("empty/.hidden")).expect("a folder");
    fs::write(sandbox.home().join("empty/.hidden/a.txt"), YUSHE).expect("written");
    let before = sandbox.everything();
    for root in ["empty", "empty/.hidden", "empty/.hidden/a.txt"] {
        sandbox
            .run(["index", root, "--index", "empty"])
            .expect(2)
            .says("lies in the folder of the index");
    }
    let added: Vec<_> = sandbox.everything();
    for entry in &before {
        assert!(added.contains(entry), "{entry:?}");
    }
    // Also through a link.
    symlink("empty", sandbox.home().join("link")).expect("a link");
    sandbox
        .run(["index", "link/.hidden", "--index", "empty"])
        .expect(2);
    sandbox
        .run(["index", "empty/.hidden", "--index", "link"])
        .expect(2);
}

#[test]
fn nothing_is_written_through_a_link() {
    let sandbox = Sandbox::indexed();
    let victim = sandbox.home().join("victim.txt");
    fs::write(&victim, "dear").expect("written");
    let links = [
        sandbox.index().join(".current.new"),
        sandbox.generation().join(".tmp-meta.json"),
        sandbox.generation().join(".tmp-.managed.json"),
        sandbox.generation().join(".tantivy-writer.lock"),
        sandbox.generation().join(".tantivy-meta.lock"),
    ];
    for link in &links {
        symlink(&victim, link).expect("a link");
    }
    symlink(sandbox.home().join("made.txt"), sandbox.index().join(".x")).expect("a link");
    for more in [&[][..], &["--rebuild"]] {
        sandbox.write("new.txt", format!("{YUSHE}{}", more.len()));
        Ran::of(sandbox.command(["index"]).args(more)).expect(0);
        assert_eq!(fs::read(&victim).expect("it is there"), b"dear");
    }
    // Links in the place of what a writer opens or replaces.
    for name in [".lock", "current"] {
        let sandbox = Sandbox::indexed();
        let path = sandbox.index().join(name);
        let aside = sandbox.home().join("aside");
        fs::rename(&path, &aside).expect("moved");
        symlink(&aside, &path).expect("a link");
        sandbox.write("new.txt", YUSHE);
        let before = fs::read(&aside).expect("it is there");
        let ran = sandbox.run(["index"]);
        assert_eq!(ran.code, Some(5), "{name}: {ran}");
        assert_eq!(fs::read(&aside).expect("it is there"), before);
        assert_eq!(fs::read_link(&path).expect("a link"), aside);
    }
}

#[test]
fn an_index_without_its_current_file_is_refused_and_a_rebuild_remembers_roots_and_words() {
    let sandbox = Sandbox::empty();
    let mine = sandbox.home().join("mine");
    fs::create_dir(&mine).expect("a folder");
    fs::write(mine.join("b.txt"), YUSHE).expect("written");
    sandbox.write("a.txt", YUSHE.replace("榆社", "左权"));
    fs::write(sandbox.home().join("words.txt"), "链长制 5 n\n").expect("written");
    sandbox
        .run(["index", "mine", "--dict", "words.txt"])
        .expect(0);
    fs::remove_file(sandbox.index().join("current")).expect("it is there");
    let before = sandbox.everything();
    for arguments in [
        &["search", "化石"][..],
        &["index"],
        &["check"],
        &["reports"],
    ] {
        sandbox
            .run(arguments)
            .expect(5)
            .says("`current` is missing")
            .says("baogao index --rebuild");
    }
    let locked: Vec<_> = sandbox.everything();
    assert!(locked == before, "nothing was touched");
    let ran = sandbox.run(["index", "--rebuild"]).expect(0);
    assert!(ran.stdout.contains("1 word of your own"), "{ran}");
    assert_eq!(sandbox.reports().len(), 1);
    assert_eq!(sandbox.counts("榆社化石小镇", [])[0], 1);
    sandbox.run(["check"]).expect(0);
}

#[test]
fn what_was_indexed_of_a_folder_that_holds_nothing_any_more_is_kept() {
    let sandbox = Sandbox::indexed();
    let away = sandbox.home().join("away");
    fs::rename(sandbox.corpus(), &away).expect("moved");
    for is_there in [true, false] {
        if is_there {
            fs::create_dir(sandbox.corpus()).expect("a folder");
        }
        for _ in 0..2 {
            let ran = sandbox.run(["index"]).expect(0).says("is kept (5 files)");
            assert!(ran.stdout.contains("5 texts"), "{ran}");
            assert_eq!(sandbox.counts("专业镇", [])[0], 39);
        }
        // What is built anew has nothing of it: another dictionary, another format, a rebuild.
        fs::write(sandbox.home().join("words.txt"), "链长制 5 n\n").expect("written");
        for arguments in [
            &["index", "--rebuild"][..],
            &["index", "--dict", "words.txt"],
        ] {
            sandbox.run(arguments).expect(2).says("would forget");
            assert_eq!(sandbox.counts("专业镇", [])[0], 39);
        }
        if is_there {
            fs::remove_dir(sandbox.corpus()).expect("it is empty");
        }
    }
    fs::rename(&away, sandbox.corpus()).expect("moved back");
    let ran = sandbox.run(["index"]).expect(0);
    assert!(!ran.stderr.contains("kept"), "{ran}");
    assert_eq!(sandbox.counts("专业镇", [])[0], 39);
    // A part of the files may go: that is said to be removed, and is.
    sandbox.remove(crate::harness::SEEDS[0]);
    let ran = sandbox.run(["index"]).expect(0);
    assert!(ran.stdout.contains("1 removed"), "{ran}");
    // And all of them, once the reader says so.
    for name in &crate::harness::SEEDS[1..] {
        sandbox.remove(name);
    }
    sandbox.run(["index"]).expect(0).says("is kept (4 files)");
    let ran = sandbox.run(["index", "--prune"]).expect(0);
    assert!(ran.stdout.contains("0 texts"), "{ran}");
    // A damaged index does not know what it held: it does not guess either.
    sandbox.write("new.txt", YUSHE);
    sandbox.run(["index"]).expect(0);
    sandbox.remove("new.txt");
    fs::remove_file(sandbox.index().join("current")).expect("it is there");
    sandbox
        .run(["index", "--rebuild"])
        .expect(2)
        .says("--prune");
    sandbox.run(["index", "--rebuild", "--prune"]).expect(0);
}

#[test]
fn what_was_indexed_of_a_folder_that_cannot_be_read_is_kept() {
    let sandbox = Sandbox::with_seeds();
    sandbox.write("2022/榆社/a.txt", YUSHE);
    sandbox.write("2022/b.txt", YUSHE.replace("榆社", "左权"));
    let home = sandbox.home().to_owned();
    let user = |arguments: &[&str]| {
        // The administrator reads everything: another user asks, where there is one to take.
        let mut command = if rustix_is_root() {
            let mut command = std::process::Command::new("setpriv");
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
            command.arg(crate::harness::PROGRAM);
            command
        } else {
            std::process::Command::new(crate::harness::PROGRAM)
        };
        command
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .current_dir(&home);
        command.stdin(Stdio::null()).args(arguments);
        command.output().map(Ran::from)
    };
    fs::set_permissions(&home, fs::Permissions::from_mode(0o777)).expect("ours");
    if user(&["--version"]).map_or(true, |ran| ran.code != Some(0)) {
        skip("no other user can run the program here");
        return;
    }
    let user = |arguments: &[&str]| user(arguments).expect("it starts");
    let set = |folder: &Path, mode: u32| {
        fs::set_permissions(folder, fs::Permissions::from_mode(mode)).expect("ours");
    };
    user(&["index"]).expect(0);
    let count = || user(&["search", "专业镇", "--count"]).expect(0).stdout;
    let before = count();
    for folder in ["", "2022", "2022/榆社"] {
        let folder = sandbox.corpus().join(folder);
        // Not to be entered, and to be listed and not entered.
        for mode in [0o000, 0o444] {
            set(&folder, mode);
            for _ in 0..2 {
                let ran = user(&["index"]);
                assert!(ran.stderr.contains("is kept"), "{ran}");
                assert_eq!(count(), before, "{}", folder.display());
            }
            user(&["index", "--rebuild"]).expect(2).says("would forget");
            assert_eq!(count(), before);
            set(&folder, 0o755);
        }
    }
    let ran = user(&["index"]).expect(0);
    assert!(!ran.stderr.contains("kept"), "{ran}");
    assert_eq!(count(), before);
}

/// Whether this is the administrator, whom no permission stops.
fn rustix_is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

#[test]
fn a_whole_file_that_was_exchanged_for_another_of_its_kind_is_noticed() {
    let ours = Sandbox::indexed();
    let theirs = Sandbox::empty();
    for n in 0..5 {
        // As long, and about another place.
        theirs.write(
            crate::harness::SEEDS[n],
            crate::harness::seed(n).replace("专业镇", "特色镇"),
        );
    }
    theirs.run(["index"]).expect(0);
    let kinds = |sandbox: &Sandbox| -> BTreeMap<String, PathBuf> {
        let files = entries(&sandbox.generation());
        let kind = |path: &PathBuf| {
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            match name.split_once('.') {
                Some((id, kind)) if id.len() == 32 => kind.to_owned(),
                _ => name.split('-').next().unwrap_or(&name).to_owned(),
            }
        };
        files.into_keys().map(|path| (kind(&path), path)).collect()
    };
    let (own, other) = (kinds(&ours), kinds(&theirs));
    assert!(own.len() >= 11, "{own:?}");
    for (kind, path) in &own {
        let saved = fs::read(path).expect("it is there");
        let exchanged = fs::read(&other[kind]).expect("the same kind");
        if saved == exchanged {
            continue;
        }
        fs::write(path, &exchanged).expect("written");
        ours.run(["check"]).expect(5);
        if saved.len() != exchanged.len() && kind != ".managed" {
            let ran = ours.run(["search", "专业镇", "--count"]);
            let is_right = ran.stdout.starts_with("39 occurrences");
            assert!(ran.code == Some(5) || is_right, "{kind}: {ran}");
        }
        fs::write(path, saved).expect("written");
    }
    ours.run(["check"]).expect(0);
}

/// Names that a reader gives, and names like those of the program.
const NAMES: [&str; 22] = [
    "a.txt",
    "报告.txt",
    "b.md",
    "thesis.doc",
    "2024",
    "g0001",
    "g0002",
    "g2024",
    "g12345",
    "current",
    ".lock",
    ".baogao",
    ".current.new",
    ".tmp-meta.json",
    "meta.json",
    ".managed.json",
    ".hidden",
    "0123456789abcdef0123456789abcdef.store",
    "0123456789abcdef0123456789abcdef.7.del",
    "files-0123456789abcdef0123456789abcdef.bin",
    ".aside-01234567-0123456789abcdef",
    ".tmp-01234567-0",
];

/// Plants an entry of the reader's under `folder`, or below one that is there.
fn plant(folder: &Path, outside: &Path, state: &mut u64) -> Vec<PathBuf> {
    let mut at = folder.to_owned();
    for _ in 0..random(state, 3) {
        let folders: Vec<PathBuf> = at
            .read_dir()
            .into_iter()
            .flatten()
            .flatten()
            .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
            .map(|entry| entry.path())
            .collect();
        if folders.is_empty() {
            break;
        }
        at = folders[random(state, folders.len())].clone();
    }
    let path = at.join(NAMES[random(state, NAMES.len())]);
    if path.symlink_metadata().is_ok() {
        return Vec::new();
    }
    let contents = ["", "dear", "g0001\n", "{}", YUSHE];
    match random(state, 8) {
        0 | 1 => fs::create_dir(&path).expect("a folder"),
        2 => symlink(outside, &path).expect("a link"),
        3 => symlink(outside.join("missing"), &path).expect("a link"),
        n => fs::write(&path, contents[n - 4]).expect("written"),
    }
    vec![path]
}

/// Random folders of the reader's, used as corpus, as index, or as both, by random commands that are killed now and then:
/// nothing that the program did not make is ever changed or gone.
#[test]
fn not_one_byte_of_what_the_program_did_not_make_is_changed_or_gone() {
    const N_TREES: usize = 30;
    const N_STEPS: usize = 8;
    let first = seed_of_run();
    let mut state = first;
    let mut n_built = 0;
    for tree in 0..N_TREES {
        let sandbox = Sandbox::empty();
        let outside = sandbox.home().join("outside");
        fs::create_dir(&outside).expect("a folder");
        fs::write(outside.join("dear.txt"), "dear").expect("written");
        let folders = ["corpus", "mine", "mine/below", "ix"].map(|name| sandbox.home().join(name));
        for folder in &folders[..3] {
            fs::create_dir_all(folder).expect("a folder");
        }
        // What is the reader's.
        let mut theirs: BTreeMap<PathBuf, Entry> = entries(&outside);
        let mut history: Vec<String> = Vec::new();
        for _ in 0..N_STEPS {
            for _ in 0..random(&mut state, 4) {
                // Now and then into the folder of an index that may be sound: it is refused from then on.
                let folder = &folders[random(&mut state, 3)];
                let is_index = random(&mut state, 12) == 0;
                let folder = if is_index { &folders[3] } else { folder };
                if folder.is_dir() {
                    for path in plant(folder, &outside, &mut state) {
                        let entry = Entry::of(&path).expect("it was planted");
                        history.push(format!("plant {} {entry:?}", path.display()));
                        theirs.insert(path, entry);
                    }
                }
            }
            let places = ["corpus", "mine", "mine/below", "ix", "."];
            let root = places[random(&mut state, 5)];
            let index = if random(&mut state, 3) > 0 {
                "ix"
            } else {
                places[random(&mut state, 5)]
            };
            let arguments: Vec<&str> = match random(&mut state, 8) {
                0 => vec!["search", "化石", "--index", index, "--corpus", root],
                1 => vec!["index", "--index", index, "--rebuild"],
                2 => vec!["index", "--index", index, "--prune"],
                3 => vec!["index", "--index", index, "--no-dict"],
                4 => vec!["check", "--index", index],
                _ => vec!["index", root, "--index", index],
            };
            let mut command = sandbox.command(&arguments);
            let command = command.stdout(Stdio::null()).stderr(Stdio::null());
            let mut child = command.spawn().expect("the program starts");
            let is_killed = random(&mut state, 3) == 0;
            if is_killed {
                std::thread::sleep(Duration::from_millis(random(&mut state, 160) as u64));
                let _ = child.kill();
            }
            let status = child.wait().expect("it ends");
            n_built += usize::from(status.success());
            history.push(format!(
                "{arguments:?} killed {is_killed}: {:?}",
                status.code()
            ));
            for (path, entry) in &theirs {
                assert_eq!(
                    Entry::of(path).as_ref(),
                    Some(entry),
                    "SEED={first}, tree {tree}: {}\n{}",
                    path.display(),
                    history.join("\n")
                );
            }
        }
    }
    assert!(n_built > N_TREES, "only {n_built} commands went through");
}

#[test]
fn copies_are_counted_once_however_many_and_named() {
    for n in [40, 41, 200] {
        let sandbox = Sandbox::empty();
        for copy in 0..n {
            sandbox.write(&format!("c{copy:03}.txt"), crate::harness::seed(0));
        }
        let ran = sandbox
            .run(["index"])
            .expect(0)
            .says("`c001.txt` is a copy of `c000.txt`");
        assert!(ran.stdout.contains(&format!("{} copies", n - 1)), "{ran}");
        assert_eq!(sandbox.counts("专业镇", []), [8, 7, 1], "{n} copies");
        let ran = sandbox.run(["index", "--verbose"]).expect(0);
        assert_eq!(ran.stderr.matches("is a copy of").count(), n - 1, "{ran}");
        let all = sandbox.counts("专业镇", ["--duplicates"]);
        assert_eq!(all, [8 * n as u64, 7 * n as u64, n as u64]);
    }
}

#[test]
fn a_report_of_another_place_is_no_copy_however_alike() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cases/k-chained-copies");
    if !cases.is_dir() {
        skip(&format!("{} is not there", cases.display()));
        return;
    }
    let sandbox = Sandbox::empty();
    for n in 0..10 {
        let name = format!("r{n}.txt");
        let text = fs::read(cases.join(&name)).expect("part of the case");
        sandbox.write(&name, text);
    }
    let ran = sandbox.run(["index"]).expect(0);
    let reports = sandbox.reports();
    let mut places = BTreeMap::new();
    for report in &reports {
        let original = report["duplicate_of"].as_str().map(str::to_owned);
        places.insert(report["id"].as_str().expect("an id").to_owned(), original);
    }
    let of = |id: &str| id.rsplit_once('-').map(|(place, _)| place.to_owned());
    for (id, original) in &places {
        if let Some(original) = original {
            assert_eq!(of(id), of(original), "{places:?}\n{ran}");
        }
    }
}

/// Gives a file the time of another day, as programs that copy do.
fn set_time(path: &Path) {
    let time = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000);
    let file = fs::File::options().write(true).open(path).expect("ours");
    file.set_modified(time).expect("ours");
}

#[test]
fn an_edit_that_keeps_size_and_time_is_seen() {
    let sandbox = Sandbox::empty();
    sandbox.write("p.txt", YUSHE);
    sandbox.write(
        "q.txt",
        YUSHE.replace("榆社", "左权").replace("化石", "核桃"),
    );
    for name in ["p.txt", "q.txt"] {
        set_time(&sandbox.corpus().join(name));
    }
    sandbox.run(["index"]).expect(0);
    let ran = sandbox.run(["index"]).expect(0);
    assert!(ran.stdout.starts_with("nothing has changed"), "{ran}");
    // Bytes are changed, and two files change places.
    let edit = |path: &Path| {
        let text = fs::read_to_string(path)
            .expect("ours")
            .replace("化石", "陨石");
        fs::write(path, text).expect("written");
        set_time(path);
    };
    let exchange = |a: &Path, b: &Path| {
        let aside = sandbox.home().join("aside");
        fs::rename(a, &aside).expect("moved");
        fs::rename(b, a).expect("moved");
        fs::rename(&aside, b).expect("moved");
    };
    let (p, q) = (
        sandbox.corpus().join("p.txt"),
        sandbox.corpus().join("q.txt"),
    );
    let changes: [(&dyn Fn(), usize, &str); 2] = [
        (&|| edit(&p), 1, "陨石小镇"),
        (&|| exchange(&p, &q), 2, "核桃小镇"),
    ];
    for (change, n, phrase) in changes {
        change();
        let files = if n == 1 {
            "1 file changed"
        } else {
            "2 files changed"
        };
        sandbox.run(["search", "专业镇"]).expect(0).says(files);
        for more in [&[][..], &["--fast"]] {
            let ran = Ran::of(sandbox.command(["check"]).args(more));
            assert!(
                ran.stdout.contains(files) && ran.stdout.contains("`p.txt` changed"),
                "{ran}"
            );
        }
        let ran = sandbox.run(["index"]).expect(0);
        assert!(ran.stdout.contains(&format!("{n} read")), "{ran}");
        assert_eq!(sandbox.counts(phrase, [])[0], 1);
        let ran = sandbox.run(["check"]).expect(0);
        assert!(ran.stdout.contains("the corpus is as it was"), "{ran}");
    }
}

#[test]
fn a_file_that_was_touched_or_copied_is_not_indexed_anew() {
    let sandbox = Sandbox::indexed();
    let before = sandbox
        .run(["search", "专业镇", "--format", "jsonl"])
        .stdout;
    let copied = sandbox.home().join("copied");
    fs::create_dir(&copied).expect("a folder");
    for name in crate::harness::SEEDS {
        fs::copy(sandbox.corpus().join(name), copied.join(name)).expect("copied");
    }
    fs::remove_dir_all(sandbox.corpus()).expect("ours");
    fs::rename(&copied, sandbox.corpus()).expect("moved");
    let mode = fs::Permissions::from_mode(0o600);
    fs::set_permissions(sandbox.corpus().join(crate::harness::SEEDS[0]), mode).expect("ours");
    // By a glance they may have changed; by their contents they have not.
    sandbox
        .run(["search", "专业镇"])
        .expect(0)
        .says("5 files changed");
    let ran = sandbox.run(["check"]).expect(0);
    assert!(ran.stdout.contains("the corpus is as it was"), "{ran}");
    let ran = sandbox.run(["check", "--fast"]).expect(0);
    assert!(ran.stdout.contains("5 files changed"), "{ran}");
    let ran = sandbox.run(["index"]).expect(0);
    assert!(ran.stdout.starts_with("nothing has changed"), "{ran}");
    assert!(ran.stdout.contains("5 files with other times"), "{ran}");
    let ran = sandbox.run(["index"]).expect(0);
    assert!(ran.stdout.starts_with("nothing has changed"), "{ran}");
    assert!(!ran.stdout.contains("other times"), "{ran}");
    let ran = sandbox.run(["check", "--fast"]).expect(0);
    assert!(ran.stdout.contains("the corpus is as it was"), "{ran}");
    let after = sandbox.run(["search", "专业镇", "--format", "jsonl"]);
    assert!(!after.stderr.contains("changed"), "{after}");
    assert_eq!(after.stdout, before);
}

#[test]
fn check_compares_every_file_by_its_content() {
    let sandbox = Sandbox::empty();
    for n in 0..2_100 {
        sandbox.write(&format!("{n:04}.txt"), format!("第{n}份文件\n"));
    }
    sandbox.run(["index"]).expect(0);
    sandbox.write("2099.txt", "另一份文件\n");
    sandbox.remove("2050.txt");
    sandbox.write("new.txt", "新\n");
    fs::create_dir(sandbox.corpus().join("new")).expect("a folder");
    sandbox.write("new/below.txt", "新\n");
    for more in [&[][..], &["--fast"]] {
        let ran = Ran::of(sandbox.command(["check"]).args(more)).expect(0);
        for line in [
            "`2099.txt` changed",
            "`2050.txt` removed",
            "`new.txt` added",
            "`new` added",
        ] {
            assert!(ran.stdout.contains(line), "{line}: {ran}");
        }
    }
    // A query looks at some, and says so where it saw nothing.
    sandbox.remove("new.txt");
    fs::remove_dir_all(sandbox.corpus().join("new")).expect("ours");
    sandbox.run(["index"]).expect(0);
    sandbox.write("2098.txt", "另一份文件\n");
    sandbox
        .run(["search", "文件", "--count", "--genre", "any"])
        .expect(0)
        .says("the first 2,000 of 2,099 files");
    // It does not claim what it has not seen.
    let stale = || {
        let ran = sandbox.run(["search", "文件", "--genre", "any", "--format", "jsonl"]);
        let rows = ran.rows();
        rows.last().expect("a summary")["stale"].clone()
    };
    assert_eq!(stale(), serde_json::Value::Null);
    sandbox.write("0000.txt", "改\n");
    assert_eq!(stale(), true);
    sandbox
        .run(["search", "文件", "--count", "--genre", "any"])
        .says("1 file changed")
        .says("the first 2,000 of 2,099 files");
    let ran = sandbox.run(["check"]).expect(0);
    assert!(ran.stdout.contains("`2098.txt` changed"), "{ran}");
    // A folder of which nothing can be seen is said to be that.
    fs::rename(sandbox.corpus(), sandbox.home().join("away")).expect("moved");
    let ran = sandbox.run(["check"]).expect(0);
    assert!(ran.stdout.contains("is not there"), "{ran}");
    sandbox
        .run(["search", "文件", "--genre", "any"])
        .says("is not there");
    fs::create_dir(sandbox.corpus()).expect("a folder");
    let ran = sandbox.run(["check"]).expect(0);
    assert!(ran.stdout.contains("holds nothing"), "{ran}");
}

#[test]
fn files_that_options_name_are_read_to_an_end() {
    let sandbox = Sandbox::indexed();
    for arguments in [
        &["count", "-f", "/dev/zero"][..],
        &["index", "--dict", "/dev/zero"],
        &["count", "-f", "/dev/urandom"],
        &["count", "-f", "corpus"],
        &["index", "--dict", "missing"],
    ] {
        let ran = sandbox.run(arguments).expect(2).says("cannot be read: ");
        let first = ran.stderr.lines().next().expect("an error");
        assert_eq!(first.matches("cannot be read").count(), 1, "{ran}");
    }
    // A pipe that is named is meant.
    for name in ["-", "/dev/stdin"] {
        let mut command = sandbox.command(["count", "-f", name]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        std::io::Write::write_all(&mut stdin, "专业镇\n".as_bytes()).expect("it is read");
        drop(stdin);
        let output = child.wait_with_output().expect("it ends");
        assert!(
            String::from_utf8_lossy(&output.stdout).contains("39"),
            "{name}"
        );
    }
}

#[test]
fn a_file_that_became_a_pipe_or_a_link_holds_no_run_up() {
    let sandbox = Sandbox::empty();
    sandbox.write("a.txt", YUSHE);
    sandbox.write("z1.txt", YUSHE);
    sandbox.write("z2.txt", YUSHE);
    fs::write(sandbox.home().join("secret.txt"), "化石小镇的秘密").expect("written");
    // A large file is read first, by one thread; meanwhile others are exchanged.
    let large = "发展经济推进建设加快改革创新农业工业产业民生。\n\n".repeat(120_000);
    sandbox.write("b.txt", format!("汾阳市2024年政府工作报告\n\n{large}"));
    let mut command = sandbox.command(["index", "--threads", "1"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    std::thread::sleep(Duration::from_millis(150));
    let (z1, z2) = (
        sandbox.corpus().join("z1.txt"),
        sandbox.corpus().join("z2.txt"),
    );
    fs::remove_file(&z1).expect("ours");
    symlink("../secret.txt", &z1).expect("a link");
    fs::remove_file(&z2).expect("ours");
    let made = std::process::Command::new("mkfifo").arg(&z2).status();
    assert!(made.expect("mkfifo").success());
    let started = std::time::Instant::now();
    while child.try_wait().expect("ours").is_none() {
        let waited = started.elapsed();
        if waited > Duration::from_secs(60) {
            let _ = child.kill();
            panic!("it waits for a pipe");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let ran = Ran::from(child.wait_with_output().expect("it ended"));
    // Whether the files were exchanged before they were found or after: refused.
    assert_eq!(ran.code, Some(3), "{ran}");
    assert!(
        ran.stderr.contains("`z1.txt`") && ran.stderr.contains("`z2.txt`"),
        "{ran}"
    );
    assert_eq!(sandbox.counts("化石小镇的秘密", [])[0], 0);
}

#[test]
fn a_copy_of_a_generation_and_a_file_called_like_the_marker_are_the_readers() {
    let sandbox = Sandbox::indexed();
    let (own, copy) = (sandbox.generation(), sandbox.index().join("g0007"));
    for hidden in [false, true] {
        // As a shell copies with `*`, and with all.
        fs::create_dir(&copy).expect("a folder");
        for path in entries(&own).into_keys() {
            let name = path.file_name().expect("a name");
            if hidden || !name.to_string_lossy().starts_with('.') {
                fs::copy(&path, copy.join(name)).expect("copied");
            }
        }
        sandbox.write("new.txt", format!("{YUSHE}{hidden}"));
        let before = sandbox.everything();
        for more in [&[][..], &["--rebuild"]] {
            Ran::of(sandbox.command(["index"]).args(more))
                .expect(5)
                .says("g0007");
        }
        assert!(sandbox.everything() == before);
        fs::remove_dir_all(&copy).expect("ours");
    }
    let marker = sandbox.index().join(".baogao");
    fs::write(&marker, "my own settings of three years").expect("written");
    sandbox.run(["index"]).expect(5).says(".baogao");
    assert_eq!(
        fs::read(&marker).expect("it is there"),
        b"my own settings of three years"
    );
    // One that is lost or cut is written anew, whatever a killed run left beside it.
    fs::remove_file(&marker).expect("ours");
    sandbox.run(["index"]).expect(0);
    let written = fs::read_to_string(&marker).expect("it is there");
    fs::write(&marker, written.get(..20).expect("longer")).expect("written");
    let id = written.get(29..45).expect("longer");
    assert!(
        written.contains(&format!("\"index\":\"{id}\"")),
        "{written}"
    );
    let left = sandbox.index().join(format!(".baogao-{id}-0"));
    fs::write(&left, "{").expect("written");
    sandbox.run(["index", "--rebuild"]).expect(0);
    assert_eq!(fs::read_to_string(&marker).expect("it is there"), written);
    assert!(!left.exists());
    sandbox.run(["check"]).expect(0);
}

#[test]
fn a_pipe_or_a_link_in_an_index_is_not_waited_for() {
    let make = |path: &Path, is_pipe: bool| {
        if is_pipe {
            let made = std::process::Command::new("mkfifo").arg(path).status();
            assert!(made.expect("mkfifo").success());
        } else {
            symlink("/dev/zero", path).expect("a link");
        }
    };
    for is_pipe in [true, false] {
        let sandbox = Sandbox::indexed();
        let foreign = sandbox.home().join("foreign");
        fs::create_dir_all(foreign.join("g0001")).expect("a folder");
        make(&foreign.join("g0001/meta.json"), is_pipe);
        for arguments in [
            ["search", "专业镇", "--index", "foreign"],
            ["index", "corpus", "--index", "foreign"],
        ] {
            sandbox.run(arguments).expect(5);
        }
        let files: Vec<PathBuf> = entries(&sandbox.generation()).into_keys().collect();
        for path in files {
            let aside = sandbox.home().join("aside");
            fs::rename(&path, &aside).expect("moved");
            make(&path, is_pipe);
            for arguments in [&["search", "专业镇", "--count"][..], &["check"], &["index"]] {
                let ran = sandbox.run(arguments);
                let is_right = arguments[0] == "search" && ran.stdout.starts_with("39 occurrences");
                // A generation that has lost its marker is known by its seal.
                let is_known = arguments == ["index"] && path.ends_with(".baogao");
                assert!(
                    ran.code == Some(5) || is_right || is_known,
                    "{}: {ran}",
                    path.display()
                );
            }
            fs::remove_file(&path).expect("ours");
            fs::rename(&aside, &path).expect("moved back");
        }
        sandbox.run(["check"]).expect(0);
    }
}

#[test]
fn a_root_that_is_another_thing_now_is_kept() {
    for n in 0..6 {
        let sandbox = Sandbox::indexed();
        let corpus = sandbox.corpus();
        fs::create_dir(sandbox.home().join("none")).expect("a folder");
        if n != 5 {
            fs::rename(&corpus, sandbox.home().join("away")).expect("moved");
        }
        match n {
            0 => fs::write(&corpus, "").expect("written"),
            1 => fs::write(&corpus, "text").expect("written"),
            2 => symlink("/dev/null", &corpus).expect("a link"),
            3 => symlink("none", &corpus).expect("a link"),
            4 => {
                // Another folder, with a file or two of those that lie in mount points.
                fs::create_dir(&corpus).expect("a folder");
                sandbox.write("NOT_MOUNTED", "!");
                sandbox.write("readme.txt", "没有挂载");
            }
            _ => {
                // The same one.
                for name in crate::harness::SEEDS {
                    sandbox.remove(name);
                }
                sandbox.write("NOT_MOUNTED", "!");
            }
        }
        let ran = sandbox.run(["index"]);
        assert!(ran.stderr.contains("is kept (5 files)"), "{n}: {ran}");
        assert_eq!(sandbox.counts("专业镇", [])[0], 39, "{n}");
    }
    // A disk in a folder of the root; and a folder that the reader has emptied.
    let sandbox = Sandbox::with_seeds();
    sandbox.write("disk/a.txt", YUSHE);
    sandbox.write("own/b.txt", YUSHE.replace("榆社", "左权"));
    sandbox.run(["index"]).expect(0);
    let disk = sandbox.corpus().join("disk");
    fs::rename(&disk, sandbox.home().join("away")).expect("moved");
    fs::create_dir(&disk).expect("a folder");
    fs::remove_file(sandbox.corpus().join("own/b.txt")).expect("ours");
    let ran = sandbox.run(["index"]).expect(0).says("is kept (1 file)");
    assert!(ran.stdout.contains("1 removed"), "{ran}");
    assert_eq!(sandbox.counts("榆社化石小镇", [])[0], 1);
    let ran = sandbox.run(["index", "--prune"]).expect(0);
    assert!(ran.stdout.contains("1 removed"), "{ran}");
    // A link in the place of the root leads to what it was.
    fs::rename(sandbox.corpus(), sandbox.home().join("big")).expect("moved");
    symlink("big", sandbox.corpus()).expect("a link");
    let ran = sandbox.run(["index"]).expect(0);
    assert!(ran.stdout.starts_with("nothing has changed"), "{ran}");
}

#[test]
fn what_a_list_said_that_cannot_be_read_now_is_kept() {
    let sandbox = Sandbox::empty();
    sandbox.write("a.txt", YUSHE);
    sandbox.write(
        "reports.toml",
        "[\"a.txt\"]\nregion = \"左权县\"\nyear = 2019\n",
    );
    sandbox.run(["index"]).expect(0);
    let id = || {
        sandbox.reports()[0]["id"]
            .as_str()
            .expect("an id")
            .to_owned()
    };
    assert_eq!(id(), "左权县-2019");
    sandbox.write("reports.toml", "[\"a.txt\n");
    sandbox.run(["index"]).expect(3).says("reports.toml");
    assert_eq!(id(), "左权县-2019");
    sandbox.write(
        "reports.toml",
        "[\"a.txt\"]\nregion = \"左权县\"\nyear = 2020\n",
    );
    sandbox.run(["index"]).expect(0);
    assert_eq!(id(), "左权县-2020");
}
