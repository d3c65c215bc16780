//! The open index, and the one that takes its place when another has been built.
//!
//! In: where it stands. Out: the index to answer from. A look at its stamp twice a second tells whether there is
//! a new one; answers that are under way keep the one they began with.
//!
//! # Invariants
//!
//! - An index that cannot be opened, or that this program does not understand, never takes the place of one that can.

use crate::tell::say;
use baogao_engine::ask::{Holdings, Shelved};
use baogao_engine::exact::MatchOptions;
use baogao_engine::index::{Changes, IndexStamp};
use baogao_engine::query::Query;
use baogao_engine::search::SearchOptions;
use baogao_render::t;
use baogao_render::words as lang;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// How often to look for a new index.
pub(super) const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long what is known of changed files holds.
const CHANGES_HOLD: Duration = Duration::from_secs(2);
/// What the start page offers, as far as it is there.
const EXAMPLES: [&str; 10] = [
    "专业镇",
    "“四上”企业",
    "营商环境",
    "乡村振兴",
    "高质量发展",
    "新质生产力",
    "放管服",
    "改革开放",
    "就业",
    "发展",
];
/// How many of them.
const N_EXAMPLES: usize = 3;

/// An index with what is known of it.
pub(super) struct Held {
    pub(super) index: Arc<dyn Holdings>,
    /// Phrases that stand in it.
    pub(super) examples: Vec<&'static str>,
    pub(super) stamp: Option<IndexStamp>,
    /// How the corpus differs from it.
    changes: Mutex<Arc<Changes>>,
    /// Whether a page has said so since.
    is_asked: AtomicBool,
    /// When that was looked at.
    looked: Mutex<Option<Instant>>,
}

impl Held {
    fn new(index: Arc<dyn Holdings>, stamp: Option<IndexStamp>) -> Held {
        let stands = |phrase: &&str| {
            let none = SearchOptions {
                limit: Some(0),
                ..SearchOptions::default()
            };
            Query::parse(phrase, MatchOptions::default())
                .ok()
                .and_then(|query| index.find(&query, &none).ok())
                .is_some_and(|(answer, _)| answer.total.passages > 0)
        };
        let examples = EXAMPLES.into_iter().filter(stands).take(N_EXAMPLES);
        let held = Held {
            examples: examples.collect(),
            index: index.keeping(),
            stamp,
            changes: Mutex::default(),
            is_asked: AtomicBool::new(true),
            looked: Mutex::new(None),
        };
        held.look();
        held
    }

    /// How the files of the corpus differ from what was indexed, when it was last looked.
    pub(super) fn changes(&self) -> Arc<Changes> {
        self.is_asked.store(true, Ordering::Relaxed);
        let changes = self.changes.lock();
        Arc::clone(&changes.unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks for changed files, if somebody wants to know and it has not been looked lately.
    fn look(&self) {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = looked.is_some_and(|when| when.elapsed() < CHANGES_HOLD);
        if is_new || !self.is_asked.swap(false, Ordering::Relaxed) {
            return;
        }
        let found = self.index.changes().unwrap_or_default();
        *self.changes.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(found);
        *looked = Some(Instant::now());
    }
}

/// Where the index stands.
pub(super) struct Shelf {
    shelved: Arc<dyn Shelved>,
    held: RwLock<Arc<Held>>,
    is_sound: AtomicBool,
}

impl Shelf {
    pub(super) fn new(shelved: Arc<dyn Shelved>, index: Arc<dyn Holdings>) -> Shelf {
        // The stamp may be newer than the index: then the next look opens it again.
        Shelf {
            held: RwLock::new(Arc::new(Held::new(index, None))),
            is_sound: AtomicBool::new(true),
            shelved,
        }
    }

    /// The index to answer from.
    pub(super) fn held(&self) -> Arc<Held> {
        Arc::clone(&self.held.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether the index that stands there is the one that answers come from.
    pub(super) fn is_sound(&self) -> bool {
        self.is_sound.load(Ordering::Relaxed)
    }

    /// Looks whether there is another index, and takes it.
    pub(super) fn look(&self) {
        self.held().look();
        let stamp = self.shelved.stamp();
        if let Ok(Some(stamp)) = &stamp
            && self.held().stamp.as_ref() == Some(stamp)
        {
            self.is_sound.store(true, Ordering::Relaxed);
            return;
        }
        let opened = match stamp {
            Ok(Some(stamp)) => {
                let opened = self.shelved.open().map(|index| (index, stamp));
                opened.map_err(|error| lang::index_error(&error))
            }
            Ok(None) => Err(t!("the index has gone").into_owned()),
            Err(error) => Err(lang::index_error(&error)),
        };
        match opened {
            Ok((index, stamp)) => {
                let held = Arc::new(Held::new(index, Some(stamp)));
                *self.held.write().unwrap_or_else(PoisonError::into_inner) = held;
                self.is_sound.store(true, Ordering::Relaxed);
            }
            Err(error) => {
                if self.is_sound.swap(false, Ordering::Relaxed) {
                    say(&t!(
                        "still answering from the index before: %{error}",
                        error = error
                    ));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use baogao_engine::ask::IndexFolder;
    use baogao_engine::index::{IndexError, build_from_reports};
    use std::path::Path;

    /// A place whose stamp is what a test says, and where the same index is opened each time.
    struct Place {
        folder: IndexFolder,
        commit: Mutex<Option<Vec<u8>>>,
        n_opened: Mutex<usize>,
    }

    impl Shelved for Place {
        fn open(&self) -> Result<Arc<dyn Holdings>, IndexError> {
            *self.n_opened.lock().expect("no panic") += 1;
            self.folder.open()
        }

        fn stamp(&self) -> Result<Option<IndexStamp>, IndexError> {
            match &*self.commit.lock().expect("no panic") {
                Some(commit) if commit.is_empty() => Ok(None),
                Some(commit) => Ok(Some(IndexStamp::new(commit.clone(), None))),
                None => Err(IndexError::Stopped),
            }
        }
    }

    fn place(dir: &Path) -> Arc<Place> {
        build_from_reports(dir, &[]).expect("an index");
        Arc::new(Place {
            folder: IndexFolder::new(dir.to_owned()),
            commit: Mutex::new(Some(b"1".to_vec())),
            n_opened: Mutex::new(0),
        })
    }

    #[test]
    fn what_stands_elsewhere_is_opened_anew_when_its_stamp_is_another() {
        let dir = tempfile::tempdir().expect("a folder");
        let place = place(dir.path());
        let shelf = Shelf::new(
            Arc::clone(&place) as Arc<dyn Shelved>,
            place.folder.open().expect("it opens"),
        );
        let look = |commit: Option<&[u8]>| {
            *place.commit.lock().expect("no panic") = commit.map(<[u8]>::to_vec);
            shelf.look();
            let n_opened = *place.n_opened.lock().expect("no panic");
            (n_opened, shelf.is_sound())
        };
        assert_eq!(look(Some(b"1")), (1, true));
        assert_eq!(look(Some(b"1")), (1, true));
        let held = shelf.held();
        // Gone, or not to be told: what is open stays.
        assert_eq!(look(Some(b"")), (1, false));
        assert_eq!(look(None), (1, false));
        assert!(Arc::ptr_eq(&held, &shelf.held()));
        assert_eq!(look(Some(b"1")), (1, true));
        assert_eq!(look(Some(b"2")), (2, true));
        assert!(!Arc::ptr_eq(&held, &shelf.held()));
    }
}
