//! What must be said beside an answer, as data. Machine formats carry it; each surface makes sentences of it.

use crate::index::{Changes, Difference, WhyKept};
use crate::search::Count;
use crate::stats::{Presence, State};
use baogao_reading::region::Region;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use std::mem::discriminant;

/// Notices of one kind that are given of rows; of more it is said that there are more.
pub(super) const N_TOLD: usize = 20;

/// Something that must be known to read an answer rightly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Notice {
    /// A name was taken for a region where that is not plain.
    RegionTaken {
        /// As typed.
        given: String,
        /// What it was taken for.
        #[serde(serialize_with = "path")]
        #[schemars(with = "String")]
        region: Region,
        /// The years in which the region was called so, where it is called otherwise today.
        #[serde(skip_serializing_if = "Option::is_none")]
        years: Option<(u16, u16)>,
        /// What else is called so.
        #[serde(serialize_with = "paths")]
        #[schemars(with = "Vec<String>")]
        others: Vec<Region>,
    },
    /// Nothing is held of a region that is asked for.
    NotHeld {
        /// The expression, where it is of one of several.
        #[serde(skip_serializing_if = "Option::is_none")]
        phrase: Option<String>,
        /// The region.
        #[serde(serialize_with = "path")]
        #[schemars(with = "String")]
        region: Region,
    },
    /// Of what is asked for no report is held, but texts of another genre, which were not searched.
    OnlyOtherGenre {
        /// The expression, where it is of one of several.
        #[serde(skip_serializing_if = "Option::is_none")]
        phrase: Option<String>,
        /// How many.
        texts: u64,
        /// The first of them by id.
        named: Vec<String>,
    },
    /// Copies of reports were not searched.
    CopiesLeftOut {
        /// The expression, where it is of one of several.
        #[serde(skip_serializing_if = "Option::is_none")]
        phrase: Option<String>,
        /// How many.
        reports: u64,
        /// What of the question holds in them; not where nothing is looked for.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Count", extend("x-only" = true))]
        holds: Option<Count>,
    },
    /// The question holds in texts of another genre, which were not searched.
    OtherGenre {
        /// The expression, where it is of one of several.
        #[serde(skip_serializing_if = "Option::is_none")]
        phrase: Option<String>,
        /// What matches there.
        #[serde(flatten)]
        count: Count,
    },
    /// Texts of another genre, which were not searched, have definitions of the term.
    DefinedElsewhere {
        /// Definitions there.
        definitions: u64,
        /// Texts that have them.
        texts: u64,
    },
    /// No report is held: all texts were searched.
    NoReport,
    /// Files that could not be read, and may be of the places and years that are asked for.
    Unread {
        /// The expression, where it is of one of several.
        #[serde(skip_serializing_if = "Option::is_none")]
        phrase: Option<String>,
        /// How many.
        files: u64,
        /// The first of them by name.
        named: Vec<String>,
    },
    /// Reports that could be read in part only.
    PartlyRead {
        /// The expression, where it is of one of several.
        #[serde(skip_serializing_if = "Option::is_none")]
        phrase: Option<String>,
        /// How many.
        reports: u64,
        /// The first of them by id.
        named: Vec<String>,
    },
    /// Reports that are not whole and in which a phrase was not found: that others do not have it says nothing of them.
    NotShown {
        /// How many.
        reports: u64,
    },
    /// No whole report is held that could be compared with: nothing can be called new, or gone.
    NothingToCompare {
        /// Whether what has gone was asked for: then reports of the scope or later ones are missing, else earlier ones.
        gone: bool,
    },
    /// What has gone was asked for, and no report of an earlier year is held that could have had it.
    NothingEarlier,
    /// Nothing is held that could be compared with: nothing can be called characteristic.
    NothingElse,
    /// Reports that are asked about and would be compared with too: they are left out of the latter.
    InBoth {
        /// How many.
        reports: u64,
    },
    /// No whole report of these years before is held, though of earlier ones: what is new may be as old.
    GapBefore {
        /// First of these years.
        from: u16,
        /// Last of them.
        to: u16,
    },
    /// What has gone was asked for, and these regions have earlier reports, but none of the last year that was looked at.
    NotLookedAt {
        /// That year.
        year: u16,
        /// How many regions.
        regions: u64,
        /// The first of them.
        named: Vec<String>,
    },
    /// Regions that were looked at and of which no whole report is held to compare with.
    NotCompared {
        /// How many.
        regions: u64,
        /// The first of them.
        named: Vec<String>,
    },
    /// Reports without a part that is asked for, which were left out: they neither say something there nor keep silent.
    NoSuchPart {
        /// The expression, where it is of one of several.
        #[serde(skip_serializing_if = "Option::is_none")]
        phrase: Option<String>,
        /// How many.
        reports: u64,
    },
    /// Reports in which no passage speaks of a year that is asked for, which were left out in the same way.
    NoSuchYear {
        /// The expression, where it is of one of several.
        #[serde(skip_serializing_if = "Option::is_none")]
        phrase: Option<String>,
        /// How many.
        reports: u64,
    },
    /// Reports whose region or year is not known: they have no place in a grid of both, and a filter of what is not known
    /// leaves them out.
    Unplaced {
        /// How many.
        reports: u64,
        /// The first of them by id.
        named: Vec<String>,
    },
    /// There are more notices like the one before.
    More {
        /// How many.
        notices: u64,
    },
    /// An expression was given more than once.
    GivenTwice {
        /// As typed.
        phrase: String,
    },
    /// Reports without a year, which are left out.
    Undated {
        /// How many.
        reports: u64,
    },
    /// Files have changed since the index was built, or cannot be seen now.
    Stale {
        /// Files with other contents.
        changed: u64,
        /// Files that are new.
        added: u64,
        /// Files that are gone.
        removed: u64,
        /// Files that cannot be read now.
        unreadable: u64,
        /// Folders of which nothing can be seen now: what they held is kept.
        unseen: Vec<Unseen>,
    },
    /// Not all files were looked at for changes.
    PartlyCompared {
        /// How many were.
        files: u64,
        /// How many there are.
        of: u64,
    },
}

impl Notice {
    /// What is to be said of what differs, and of what was not compared.
    pub fn of_changes(changes: &Changes) -> Vec<Notice> {
        let mut notices = Vec::new();
        let count = |kind| changes.count(kind) as u64;
        if changes.any() {
            let unseen = changes.unseen.iter();
            notices.push(Notice::Stale {
                changed: count(Difference::Changed),
                added: count(Difference::Added),
                removed: count(Difference::Removed),
                unreadable: count(Difference::Unreadable),
                unseen: unseen
                    .map(|(path, why)| Unseen {
                        path: path.clone(),
                        why: match why {
                            WhyKept::Gone => WhyUnseen::Gone,
                            WhyKept::Empty => WhyUnseen::Empty,
                            WhyKept::Unreadable(_) => WhyUnseen::Unreadable,
                        },
                    })
                    .collect(),
            });
        }
        if changes.compared < changes.known && changes.unseen.is_empty() {
            notices.push(Notice::PartlyCompared {
                files: changes.compared as u64,
                of: changes.known as u64,
            });
        }
        notices
    }
}

/// A folder of which nothing can be seen now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Unseen {
    /// Its path.
    pub path: String,
    /// Why.
    pub why: WhyUnseen,
}

/// Why nothing can be seen of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum WhyUnseen {
    /// It is not there.
    Gone,
    /// It is there and holds nothing.
    Empty,
    /// It cannot be read.
    Unreadable,
}

impl Notice {
    /// What is to be said of what stands in texts of another genre, if anything does.
    pub(super) fn of_other_genre(phrase: Option<&str>, count: Count) -> Option<Notice> {
        (count.passages > 0).then(|| Notice::OtherGenre {
            phrase: phrase.map(str::to_owned),
            count,
        })
    }

    /// What is to be said beside “it does not stand there”, where not all that was searched is whole.
    pub(super) fn not_shown(presence: Presence, n_found: u64) -> Option<Notice> {
        let reports = u64::from(presence.shows_nothing());
        let is_absent = presence.state(n_found) == State::NotSaid;
        (is_absent && reports > 0).then_some(Notice::NotShown { reports })
    }

    /// In which order kinds are said.
    fn place(&self) -> u8 {
        match self {
            Notice::RegionTaken { .. } => 0,
            Notice::NoReport => 1,
            Notice::NotHeld { .. } | Notice::OnlyOtherGenre { .. } => 2,
            Notice::Unread { .. } => 3,
            Notice::PartlyRead { .. } => 4,
            Notice::CopiesLeftOut { .. } => 5,
            Notice::NotShown { .. }
            | Notice::NothingToCompare { .. }
            | Notice::NothingEarlier
            | Notice::NothingElse
            | Notice::InBoth { .. }
            | Notice::GapBefore { .. }
            | Notice::NotLookedAt { .. }
            | Notice::NotCompared { .. } => 6,
            Notice::NoSuchPart { .. } => 7,
            Notice::NoSuchYear { .. } | Notice::Unplaced { .. } => 8,
            Notice::GivenTwice { .. } => 9,
            Notice::OtherGenre { .. } | Notice::DefinedElsewhere { .. } => 10,
            Notice::More { .. } => 11,
            Notice::Undated { .. } => 12,
            Notice::Stale { .. } => 13,
            Notice::PartlyCompared { .. } => 14,
        }
    }

    /// The same, said of one of several expressions, where that makes a difference.
    fn of_phrase(mut self, name: &str) -> Notice {
        match &mut self {
            Notice::NotHeld { phrase, .. }
            | Notice::OnlyOtherGenre { phrase, .. }
            | Notice::CopiesLeftOut { phrase, .. }
            | Notice::OtherGenre { phrase, .. }
            | Notice::NoSuchPart { phrase, .. }
            | Notice::NoSuchYear { phrase, .. }
            | Notice::Unread { phrase, .. }
            | Notice::PartlyRead { phrase, .. } => *phrase = Some(name.to_owned()),
            Notice::RegionTaken { .. }
            | Notice::DefinedElsewhere { .. }
            | Notice::NoReport
            | Notice::NotShown { .. }
            | Notice::NothingToCompare { .. }
            | Notice::NothingEarlier
            | Notice::NothingElse
            | Notice::InBoth { .. }
            | Notice::GapBefore { .. }
            | Notice::NotLookedAt { .. }
            | Notice::NotCompared { .. }
            | Notice::Unplaced { .. }
            | Notice::More { .. }
            | Notice::Undated { .. }
            | Notice::Stale { .. }
            | Notice::PartlyCompared { .. }
            | Notice::GivenTwice { .. } => {}
        }
        self
    }
}

/// Says of copies that were left out what of a question holds in them.
pub(super) fn tell_of_copies(notices: &mut [Notice], count: Count) {
    for notice in notices {
        if let Notice::CopiesLeftOut { holds, .. } = notice {
            *holds = Some(count);
        }
    }
}

/// What must be said of rows, each with its name and the number of its scope: what holds for all of them once, all else
/// with the names that it holds for.
pub(super) fn of_rows(rows: &[(&str, usize)], scopes: &[&[Notice]]) -> Vec<Notice> {
    let of = |scope: &usize| scopes.get(*scope).copied().unwrap_or_default();
    let mut used: Vec<usize> = rows.iter().map(|(_, scope)| *scope).collect();
    used.sort_unstable();
    used.dedup();
    let is_common = |notice: &Notice| used.iter().all(|scope| of(scope).contains(notice));
    let mut said: Vec<Notice> = Vec::new();
    if let Some(first) = used.first() {
        said.extend(of(first).iter().filter(|notice| is_common(notice)).cloned());
    }
    let n_common = said.len();
    for (name, scope) in rows.iter().filter(|_| used.len() > 1) {
        for notice in of(scope) {
            if !said.iter().take(n_common).any(|common| common == notice) {
                said.push(notice.clone().of_phrase(name));
            }
        }
    }
    // What names no row, as what a region was taken for, is said once.
    let mut once: Vec<Notice> = Vec::with_capacity(said.len());
    for notice in said {
        let is_again = matches!(
            notice,
            Notice::RegionTaken { .. } | Notice::NoReport | Notice::Unplaced { .. }
        ) && once.contains(&notice);
        if !is_again {
            once.push(notice);
        }
    }
    once.sort_by_key(Notice::place);
    once
}

/// Shortens what is said of many rows: the first of each kind, and how many more there are.
pub(super) fn shortened(notices: Vec<Notice>) -> Vec<Notice> {
    let mut short: Vec<Notice> = Vec::new();
    for of_kind in notices.chunk_by(|a, b| discriminant(a) == discriminant(b)) {
        short.extend(of_kind.iter().take(N_TOLD).cloned());
        if let Some(more @ 1..) = of_kind.len().checked_sub(N_TOLD) {
            let notices = more as u64;
            short.push(Notice::More { notices });
        }
    }
    short
}

fn path<S: Serializer>(region: &Region, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(region.path_string())
}

fn paths<S: Serializer>(regions: &[Region], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(regions.iter().map(|region| region.path_string()))
}
