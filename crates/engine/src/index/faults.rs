//! Tests: every call to the system fails, once and for ever after, and the power fails at every call.
//!
//! Whatever happens, the folder holds the index of before or the one of after, whole to the last byte, and the next run
//! needs no hand. Of the calls of a run every [`STRIDE`]-th is tried, others in each test; with a stride of 1 all are,
//! which takes minutes.

use super::build::{UpdateOptions, UpdateSummary, update_on};
use super::commit::put_strings_on;
use super::disk::{Call, Disk};
use super::error::IndexError;
use super::open::Index;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many calls are passed over between two that are tried.
const STRIDE: usize = 5;
/// How long a run may take to give up.
const PATIENCE: Duration = Duration::from_secs(10);
/// No space left on device; input/output error.
const ERRORS: [i32; 2] = [28, 5];

/// A corpus and an index in a folder that goes with the test.
struct CallPlace {
    home: tempfile::TempDir,
}

impl CallPlace {
    fn new() -> CallPlace {
        // In memory where there is such a place: syncing is counted here, and costs nothing there.
        let memory = Path::new("/dev/shm");
        let home = if memory.is_dir() {
            tempfile::tempdir_in(memory)
        } else {
            tempfile::tempdir()
        };
        let home = home.expect("a temporary folder");
        fs::create_dir(home.path().join("corpus")).expect("a folder");
        CallPlace { home }
    }

    fn index(&self) -> PathBuf {
        self.home.path().join("index")
    }

    fn write(&self, name: &str, county: &str, year: u16, words: &str) {
        let last = year - 1;
        let text = format!(
            "{county}人民政府工作报告\n\n——{year}年4月10日在{county}第十七届人民代表大会第二次会议上\n\n\
             一、{last}年工作回顾\n\n一年来，{words}研究取得新成绩。\n\n二、{year}年工作安排\n\n今年要建好{words}小镇。\n"
        );
        fs::write(self.home.path().join("corpus").join(name), text).expect("written");
    }

    fn run(&self, disk: &Disk, rebuild: bool) -> Result<UpdateSummary, IndexError> {
        let options = UpdateOptions {
            default_root: Some(self.home.path().join("corpus")),
            rebuild,
            threads: Some(1),
            ..UpdateOptions::default()
        };
        update_on(disk, &self.index(), &options, &|_| {})
    }

    /// What a reader finds: nothing, or the reports and the fingerprint of the corpus. It must be whole.
    fn state(&self) -> Option<(String, Vec<String>)> {
        match Index::open(&self.index()) {
            Err(IndexError::Missing { .. }) => None,
            Err(error) => panic!("{error}"),
            Ok(index) => {
                assert_eq!(index.verify(), Vec::<String>::new());
                let id = |rank| index.reports.entry(rank).expect("it was verified").id;
                let ids = (0..index.reports.len()).map(id).collect();
                Some((index.manifest().corpus.clone(), ids))
            }
        }
    }
}

fn copy_folder(from: &Path, to: &Path) {
    if !from.exists() {
        return;
    }
    fs::create_dir_all(to).expect("a folder");
    for entry in from.read_dir().expect("a folder") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("copied");
        }
    }
}

/// A path, and what was there before.
type Before = (PathBuf, Option<Vec<u8>>);

/// What the disk has not been told to keep: lost when the power fails.
#[derive(Default)]
struct Cache {
    /// Files whose content was not synced.
    contents: BTreeSet<PathBuf>,
    /// By folder, what changed in it since it was synced.
    names: BTreeMap<PathBuf, Vec<Before>>,
}

impl Cache {
    fn note(&mut self, call: Call, path: &Path) {
        let folder = path.parent().unwrap_or(path).to_owned();
        match call {
            Call::Create | Call::Rename | Call::CreateFolder => {
                if call == Call::Create {
                    self.contents.insert(path.to_owned());
                }
                let before = fs::read(path).ok();
                let names = self.names.entry(folder).or_default();
                names.push((path.to_owned(), before));
            }
            Call::Write => {
                self.contents.insert(path.to_owned());
            }
            Call::Sync => {
                self.contents.remove(path);
            }
            Call::SyncFolder => {
                self.names.remove(path);
            }
            // What is removed is gone at once: the worst that can happen.
            Call::Read | Call::Remove | Call::RemoveFolder => {}
        }
    }

    /// Takes away what the power took: all of it, or what `is_lost` says.
    fn lose(self, mut is_lost: impl FnMut() -> bool) {
        for path in self.contents {
            if path.exists() && is_lost() {
                put_anew(&path, b"");
            }
        }
        for (_, names) in self.names {
            for (path, before) in names.into_iter().rev() {
                if !is_lost() {
                    continue;
                }
                match before {
                    Some(content) => put_anew(&path, &content),
                    None if path.is_dir() => fs::remove_dir_all(path).expect("ours"),
                    None => {
                        // It may have been renamed.
                        let _ = fs::remove_file(path);
                    }
                }
            }
        }
    }
}

/// Writes a file in the place of another: a thread of the writer that has failed may still have that one mapped, and
/// would die if it were cut.
fn put_anew(path: &Path, content: &[u8]) {
    let _ = fs::remove_file(path);
    fs::write(path, content).expect("ours");
}

/// When calls fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failing {
    Never,
    Once(usize),
    From(usize),
}

/// The calls that were made, and what they left unsynced.
#[derive(Default)]
struct Watched {
    calls: Vec<(Call, PathBuf)>,
    cache: Cache,
}

/// A disk whose calls fail as told.
fn disk(failing: Failing) -> (Disk, Arc<Mutex<Watched>>) {
    let watched = Arc::new(Mutex::new(Watched::default()));
    let of_disk = Arc::clone(&watched);
    let watcher = move |call: Call, path: &Path| {
        let mut watched = of_disk.lock().unwrap_or_else(PoisonError::into_inner);
        let at = watched.calls.len();
        watched.calls.push((call, path.to_owned()));
        let fails = match failing {
            Failing::Never => false,
            Failing::Once(n) => at == n,
            Failing::From(n) => at >= n,
        };
        if fails {
            return Err(io::Error::from_raw_os_error(ERRORS[at % ERRORS.len()]));
        }
        watched.cache.note(call, path);
        Ok(())
    };
    (Disk::watched(Arc::new(watcher)), watched)
}

fn take(watched: &Mutex<Watched>) -> Watched {
    std::mem::take(&mut *watched.lock().unwrap_or_else(PoisonError::into_inner))
}

/// A change of the corpus that a run brings into the index.
#[derive(Clone, Copy, Debug)]
enum FaultRun {
    FirstBuild,
    Update,
    Rebuild,
}

/// The corpus as it is when the work is to be done, and the index of before.
fn prepare(work: FaultRun) -> CallPlace {
    let place = CallPlace::new();
    place.write("a.txt", "榆社县", 2022, "化石");
    place.write("b.txt", "左权县", 2023, "核桃");
    if !matches!(work, FaultRun::FirstBuild) {
        place.run(&Disk::default(), false).expect("it is built");
        place.write("a.txt", "榆社县", 2022, "古生物");
        place.write("c.txt", "汾阳市", 2024, "白酒");
        fs::remove_file(place.home.path().join("corpus/b.txt")).expect("it is there");
    }
    place
}

impl FaultRun {
    fn do_on(self, place: &CallPlace, disk: &Disk) -> Result<UpdateSummary, IndexError> {
        place.run(disk, matches!(self, FaultRun::Rebuild))
    }
}

/// Does the work on a disk that fails at each call in turn, and gives the place to `look`, with what the run
/// said; until a run goes through without a fault. Gives the number of calls.
fn each_call(
    work: FaultRun,
    first: usize,
    failing: impl Fn(usize) -> Failing,
    look: impl Fn(&CallPlace, &str, Result<UpdateSummary, IndexError>, Watched),
) -> usize {
    let place = prepare(work);
    let saved = place.home.path().join("saved");
    copy_folder(&place.index(), &saved);
    for n in (first % STRIDE..).step_by(STRIDE) {
        let _ = fs::remove_dir_all(place.index());
        copy_folder(&saved, &place.index());
        let (disk, watched) = disk(failing(n));
        let started = Instant::now();
        let result = work.do_on(&place, &disk);
        assert!(started.elapsed() < PATIENCE, "{work:?}, call {n}");
        let watched = take(&watched);
        let is_through = watched.calls.len() <= n;
        let context = format!("{work:?}, {:?}: {:?}", failing(n), watched.calls.get(n));
        look(&place, &context, result, watched);
        if is_through {
            return n;
        }
    }
    0
}

/// The states before and after a work.
fn states(work: FaultRun) -> [Option<(String, Vec<String>)>; 2] {
    let place = prepare(work);
    let before = place.state();
    work.do_on(&place, &Disk::default())
        .expect("it goes through");
    [before, place.state()]
}

#[test]
fn a_call_that_fails_leaves_the_old_index_or_the_new_one() {
    for work in [FaultRun::FirstBuild, FaultRun::Update, FaultRun::Rebuild] {
        let [before, after] = states(work);
        assert_ne!(before, after);
        for for_ever in [false, true] {
            let (first, failing): (_, fn(usize) -> Failing) = match for_ever {
                false => (0, Failing::Once),
                true => (2, Failing::From),
            };
            let n = each_call(work, first, failing, |place, context, result, watched| {
                let state = place.state();
                match &result {
                    Ok(_) => assert_eq!(state, after, "{context}"),
                    Err(error) => {
                        assert!(state == before || state == after, "{context}: {error}");
                        let is_said = matches!(error, IndexError::Io { cause, .. } if cause.contains("os error"));
                        assert!(is_said, "{context}: {error}");
                    }
                }
                drop(watched);
                place
                    .run(&Disk::default(), false)
                    .expect("the next run needs no hand");
                assert_eq!(place.state(), after, "{context}");
            });
            assert!(n > 20, "{work:?} makes {n} calls");
        }
    }
}

/// Puts files of somebody's, with names like ours, into the folder of the index and the generation in use, and links to
/// a file elsewhere where a writer might write; gives them all with what they hold.
#[cfg(unix)]
fn plant(place: &CallPlace) -> Vec<(PathBuf, Vec<u8>)> {
    let victim = place.home.path().join("victim.txt");
    fs::write(&victim, "dear").expect("written");
    fs::create_dir_all(place.index()).expect("a folder");
    let mut folders = vec![place.index()];
    folders.extend(
        [place.index().join("g0001")]
            .into_iter()
            .filter(|folder| folder.is_dir()),
    );
    let mut planted = vec![(victim.clone(), b"dear".to_vec())];
    for folder in folders {
        for name in [
            ".gitignore",
            ".tmp-01234567-0123456789abcdef",
            ".aside-01234567-0123456789abcdef",
        ] {
            fs::write(folder.join(name), "somebody's").expect("written");
            planted.push((folder.join(name), b"somebody's".to_vec()));
        }
        for name in [".current.new", ".tmp-meta.json", ".tantivy-writer.lock"] {
            std::os::unix::fs::symlink(&victim, folder.join(name)).expect("a link");
            planted.push((folder.join(name), b"dear".to_vec()));
        }
    }
    planted
}

#[cfg(unix)]
#[test]
fn what_is_somebodys_stays_whatever_fails() {
    for work in [FaultRun::FirstBuild, FaultRun::Update, FaultRun::Rebuild] {
        for for_ever in [false, true] {
            let place = prepare(work);
            let planted = plant(&place);
            let is_whole = |context: &str| {
                for (path, content) in &planted {
                    let found = fs::read(path).ok();
                    assert_eq!(
                        found.as_ref(),
                        Some(content),
                        "{context}: {}",
                        path.display()
                    );
                }
            };
            for n in (0..).step_by(STRIDE) {
                let failing = match for_ever {
                    false => Failing::Once(n),
                    true => Failing::From(n),
                };
                let (disk, watched) = disk(failing);
                let _ = work.do_on(&place, &disk);
                let context = format!("{work:?}, {failing:?}");
                is_whole(&context);
                let n_calls = take(&watched).calls.len();
                // The next fault finds what this one left.
                if n_calls <= n {
                    break;
                }
            }
            place
                .run(&Disk::default(), true)
                .expect("no hand is needed");
            is_whole("in the end");
        }
    }
}

#[test]
fn when_the_power_fails_the_index_is_the_old_one_or_the_new_one() {
    for work in [FaultRun::FirstBuild, FaultRun::Update, FaultRun::Rebuild] {
        let [before, after] = states(work);
        for (first, lose_all) in [(1, true), (3, false)] {
            each_call(
                work,
                first,
                Failing::From,
                |place, context, result, watched| {
                    // What was not synced may have reached the disk in any order.
                    let mut state = watched.calls.len() as u64;
                    watched.cache.lose(|| {
                        state = state
                            .wrapping_mul(6_364_136_223_846_793_005)
                            .wrapping_add(1);
                        lose_all || state >> 63 == 1
                    });
                    let found = place.state();
                    match result {
                        Ok(_) => assert_eq!(found, after, "{context}: it was said to be committed"),
                        Err(_) => {
                            assert!(found == before || found == after, "{context}: {found:?}")
                        }
                    }
                    if !lose_all {
                        // A fault while it recovers.
                        let (disk, _) = disk(Failing::Once((state >> 40) as usize % 40));
                        let _ = place.run(&disk, false);
                        let found = place.state();
                        assert!(found == before || found == after, "{context}: {found:?}");
                    }
                    place
                        .run(&Disk::default(), false)
                        .expect("the next run needs no hand");
                    assert_eq!(place.state(), after, "{context}");
                },
            );
        }
    }
}

#[test]
fn what_is_said_to_be_committed_has_been_synced() {
    for work in [FaultRun::FirstBuild, FaultRun::Update, FaultRun::Rebuild] {
        let place = prepare(work);
        let (disk, watched) = disk(Failing::Never);
        work.do_on(&place, &disk).expect("it goes through");
        let Watched { calls, cache } = take(&watched);
        assert!(cache.contents.is_empty(), "{:?}", cache.contents);
        // tantivy's list of files is told twice of one that went; the next writer sees to it.
        let unsynced: Vec<&PathBuf> = cache
            .names
            .values()
            .flatten()
            .map(|(path, _)| path)
            .collect();
        assert!(unsynced.is_empty(), "{unsynced:?}");
        let last = |wanted: Call| calls.iter().rposition(|(call, _)| *call == wanted);
        assert!(last(Call::SyncFolder) > last(Call::Rename), "{calls:?}");
    }
}

#[test]
fn sorted_texts_are_there_or_not_whatever_fails() {
    let place = prepare(FaultRun::Update);
    place.run(&Disk::default(), false).expect("it goes through");
    let before = place.state();
    let saved = place.home.path().join("saved");
    copy_folder(&place.index(), &saved);
    let put = |disk: &Disk| {
        let index = Index::open(&place.index()).expect("it is whole");
        put_strings_on(disk, &place.index(), index.manifest(), Some(b"sorted"))
    };
    for (for_ever, is_power) in [(false, false), (true, false), (true, true)] {
        for n in 0.. {
            let _ = fs::remove_dir_all(place.index());
            copy_folder(&saved, &place.index());
            let failing = match for_ever {
                false => Failing::Once(n),
                true => Failing::From(n),
            };
            let (disk, watched) = disk(failing);
            let result = put(&disk);
            let watched = take(&watched);
            let context = format!("{failing:?}: {:?}", watched.calls.get(n));
            let is_through = watched.calls.len() <= n;
            if is_power {
                watched.cache.lose(|| true);
            }
            assert_eq!(place.state(), before, "{context}");
            let index = Index::open(&place.index()).expect("it is whole");
            let is_sorted = index.is_sorted();
            assert_eq!(index.manifest().sorted, is_sorted, "{context}");
            assert!(is_sorted || result.is_err(), "{context}");
            assert!(
                put(&Disk::default()).expect("no hand is needed"),
                "{context}"
            );
            let index = Index::open(&place.index()).expect("it is whole");
            assert!(index.is_sorted(), "{context}");
            if is_through {
                assert!(n > 5, "{n} calls");
                break;
            }
        }
    }
    // What is of another commit is not put beside this one.
    let index = Index::open(&place.index()).expect("it is whole");
    place.write("d.txt", "代县", 2024, "黄酒");
    place.run(&Disk::default(), false).expect("it goes through");
    let disk = Disk::default();
    let put = put_strings_on(&disk, &place.index(), index.manifest(), Some(b"sorted"));
    assert!(!put.expect("it goes through"));
    let index = Index::open(&place.index()).expect("it is whole");
    assert!(index.lacks_strings() && !index.is_sorted());
}

/// Where the histories of [`histories_end_as_a_plain_list_says`] begin.
const SEED: u64 = 20_240_422;

#[test]
fn histories_end_as_a_plain_list_says() {
    const COUNTIES: [&str; 6] = ["榆社县", "左权县", "汾阳市", "代县", "和顺县", "昔阳县"];
    const N_STEPS: usize = 80;
    let mut state = SEED;
    let mut random = |n: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % n
    };
    let place = CallPlace::new();
    let ids_of = |list: &BTreeMap<&str, u16>| -> BTreeSet<String> {
        let id = |(county, year): (&&str, &u16)| format!("{county}-{year}");
        list.iter().map(id).collect()
    };
    // What the folder holds, and what the index held when it was last looked at.
    let mut list: BTreeMap<&str, u16> = BTreeMap::new();
    let mut held: Option<BTreeSet<String>> = None;
    for step in 0..N_STEPS {
        for _ in 0..1 + random(3) {
            let county = COUNTIES[random(COUNTIES.len())];
            let name = format!("{county}.txt");
            if random(4) > 0 {
                // New, or edited.
                let year = 2000 + random(25) as u16;
                // Another size each time: the clock of a file system may stand still between two runs.
                place.write(&name, county, year, &"化石".repeat(step + 1));
                list.insert(county, year);
            } else if list.remove(county).is_some() {
                fs::remove_file(place.home.path().join("corpus").join(name)).expect("it is there");
            }
        }
        let failing = match random(4) {
            0 => Failing::Once(random(120)),
            1 => Failing::From(random(120)),
            _ => Failing::Never,
        };
        let (disk, watched) = disk(failing);
        let result = place.run(&disk, random(8) == 0);
        let watched = take(&watched);
        // A process that has ended, and then the power.
        if matches!(failing, Failing::From(_)) {
            watched.cache.lose(|| random(2) == 0);
        }
        let found = place
            .state()
            .map(|(_, ids)| ids.into_iter().collect::<BTreeSet<_>>());
        let wanted = Some(ids_of(&list));
        let context = format!("SEED {SEED}, step {step}, {failing:?}: {result:?}");
        if result.is_ok() {
            assert_eq!(found, wanted, "{context}");
        } else {
            assert!(
                found == held || found == wanted,
                "{context}: {found:?} {held:?} {wanted:?}"
            );
        }
        held = found;
    }
    place
        .run(&Disk::default(), false)
        .expect("no hand is needed");
    let (_, ids) = place.state().expect("an index");
    assert_eq!(ids.into_iter().collect::<BTreeSet<_>>(), ids_of(&list));
}

#[test]
fn what_an_unfinished_build_left_is_not_added_to() {
    let place = prepare(FaultRun::FirstBuild);
    // Killed right before its commit, and what it left cannot be removed.
    let (disk, watched) = disk(Failing::Never);
    place.run(&disk, false).expect("it is built");
    let whole = place.state();
    let calls = take(&watched).calls;
    let is_meta =
        |(call, path): &(Call, PathBuf)| *call == Call::Rename && path.ends_with("meta.json");
    let commit = calls.iter().rposition(is_meta).expect("it was committed");
    let place = prepare(FaultRun::FirstBuild);
    let (failing, _) = self::disk(Failing::From(commit));
    let failed = place.run(&failing, false);
    assert!(matches!(failed, Err(IndexError::Io { .. })), "{failed:?}");
    assert_eq!(place.state(), None);
    let disk = Disk::watched(Arc::new(|call, _: &Path| match call {
        Call::Remove | Call::RemoveFolder => Err(io::Error::from_raw_os_error(ERRORS[1])),
        _ => Ok(()),
    }));
    place.run(&disk, false).expect("it is built beside it");
    assert_eq!(place.state(), whole);
    place
        .run(&Disk::default(), false)
        .expect("no hand is needed");
    let generations = place.index().read_dir().expect("a folder");
    let names = generations.map(|entry| entry.expect("an entry").file_name());
    let names: BTreeSet<String> = names
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    let left: Vec<&String> = names.iter().filter(|name| name.starts_with('g')).collect();
    assert_eq!(left, ["g0002"], "{names:?}");
}
