//! What must be said beside an answer, as data. Machine formats carry it; each surface makes sentences of it.

use crate::index::{Changes, Difference, WhyKept};
use crate::region::Region;
use crate::search::Count;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

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
        /// The region.
        #[serde(serialize_with = "path")]
        #[schemars(with = "String")]
        region: Region,
    },
    /// Copies of reports were not searched.
    CopiesLeftOut {
        /// How many.
        reports: u64,
    },
    /// The question holds in texts of another genre, which were not searched.
    OtherGenre {
        /// The expression, where there are several.
        #[serde(skip_serializing_if = "Option::is_none")]
        phrase: Option<String>,
        /// What matches there.
        #[serde(flatten)]
        count: Count,
    },
    /// No report is held: all texts were searched.
    NoReport,
    /// Files that could not be read, and may be of the places and years that are asked for.
    Unread {
        /// How many.
        files: u64,
        /// The first of them by name.
        named: Vec<String>,
    },
    /// Reports that could be read in part only.
    PartlyRead {
        /// How many.
        reports: u64,
        /// The first of them by id.
        named: Vec<String>,
    },
    /// Reports that are not whole and in which a phrase was not found: they are not among those without it.
    NotShown {
        /// How many.
        reports: u64,
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

fn path<S: Serializer>(region: &Region, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(region.path_string())
}

fn paths<S: Serializer>(regions: &[Region], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(regions.iter().map(|region| region.path_string()))
}
