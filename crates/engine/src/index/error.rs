//! What can be wrong with an index.

use super::files::WhyKept;
use std::path::PathBuf;
use std::time::Duration;

/// Why an index could not be opened or brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// There is none yet, or its first build was never finished.
    #[error("there is no index in `{}`", .dir.display())]
    Missing {
        /// The folder.
        dir: PathBuf,
    },
    /// The folder holds something else; nothing was touched.
    #[error("`{}` is not an index but {}", .dir.display(), foreign_words(holds.as_deref()))]
    Foreign {
        /// The folder, or the file in its place.
        dir: PathBuf,
        /// An entry of the folder that is none of an index; nothing if it is no folder.
        holds: Option<String>,
    },
    /// The folder of an index holds something that the program did not make; nothing was touched.
    #[error("the folder of the index holds `{}`, which this program did not make{}", .path.display(), and_more(*.n_more))]
    Stranger {
        /// The folder.
        dir: PathBuf,
        /// What lies there.
        path: PathBuf,
        /// How many other things lie there.
        n_more: usize,
    },
    /// A folder or file to index lies in the folder of the index, or is that folder.
    #[error("`{}` lies in the folder of the index, `{}`", .root.display(), .dir.display())]
    RootInIndex {
        /// What was to be indexed.
        root: PathBuf,
        /// The folder.
        dir: PathBuf,
    },
    /// An index was to be built anew, and of a folder that it holds nothing can be seen now.
    #[error("an index built anew would forget `{}`, which {}", .path.display(), why_words(why))]
    WouldForget {
        /// The folder.
        path: PathBuf,
        /// Why nothing can be seen of it.
        why: WhyKept,
    },
    /// A file of the index is missing or is not what was written.
    #[error("index `{}` is damaged: {what}", .dir.display())]
    Damaged {
        /// The folder.
        dir: PathBuf,
        /// Which file, and what is wrong.
        what: String,
    },
    /// It was made by another version, with other rules or another dictionary.
    #[error("index `{}` was built with another {what} ({built}, this program has {wanted})", .dir.display())]
    OtherVersions {
        /// The folder.
        dir: PathBuf,
        /// What differs.
        what: String,
        /// What it was built with.
        built: String,
        /// What this program has.
        wanted: String,
    },
    /// Another process is writing to it.
    #[error("index `{}` is being written by another process", .dir.display())]
    Busy {
        /// The folder.
        dir: PathBuf,
    },
    /// A folder or file to index is not there.
    #[error("`{}` does not exist", .path.display())]
    NoSource {
        /// As given.
        path: PathBuf,
    },
    /// A folder or file to index cannot be seen.
    #[error("`{}` cannot be read: {cause}", .path.display())]
    UnseenSource {
        /// As given.
        path: PathBuf,
        /// What the system says.
        cause: String,
    },
    /// Stopped from outside before the commit; what was committed before is kept.
    #[error("stopped; the index is as it was before")]
    Cancelled,
    /// Whoever asked has set the flag of [`Index::with_stop`](super::Index::with_stop): there is no answer, nor a part of one.
    #[error("stopped before the answer was complete")]
    Stopped,
    /// What was to be written could not be, and neither the system nor the index is to blame; what was committed before is
    /// kept.
    #[error("the index could not be written: {what}; it is as it was before")]
    Unwritten {
        /// What the writer says.
        what: String,
    },
    /// What is held on another machine cannot be asked, or not in full.
    #[error("{place}: {fault}")]
    Elsewhere {
        /// Where it is.
        place: String,
        /// What is wrong.
        fault: ElsewhereFault,
    },
    /// The system refused; what was committed before is kept.
    #[error("`{}` could not be written or read: {cause}", .path.display())]
    Io {
        /// File or folder.
        path: PathBuf,
        /// What the system says.
        cause: String,
    },
}

/// What can be wrong with an index that is held elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ElsewhereFault {
    /// Nobody answers, or an answer breaks off.
    #[error("no answer: {cause}")]
    Unreachable {
        /// What the system says.
        cause: String,
    },
    /// The request was refused.
    #[error("refused with status {status}: {reason}")]
    Refused {
        /// Status of HTTP.
        status: u16,
        /// Why, in the words of who refuses.
        reason: String,
    },
    /// A document was refused.
    #[error("the document `{document}` was rejected: {reason}")]
    Rejected {
        /// Its id.
        document: String,
        /// Why.
        reason: String,
    },
    /// Only a part of what is held answered.
    #[error("only {answered} of {total} shards answered")]
    Partial {
        /// Shards that did.
        answered: u64,
        /// All shards.
        total: u64,
    },
    /// It took too long.
    #[error("it took too long")]
    TimedOut,
    /// A question took longer than it may.
    #[error("the question was not answered within {} seconds", .limit.as_secs_f64())]
    OverLimit {
        /// How long it may take in all.
        limit: Duration,
    },
    /// Nothing can be written to an index.
    #[error("nothing can be written to `{index}`: {reason}")]
    Blocked {
        /// Its name.
        index: String,
        /// Why, in the words of the cluster.
        reason: String,
    },
    /// No node has taken the shards of a new index.
    #[error("no node has taken the shards of `{index}`")]
    Unplaced {
        /// Its name.
        index: String,
    },
    /// Another run publishes under this name.
    #[error("another run is publishing under this name: {who}")]
    Claimed {
        /// Who it says that it is.
        who: String,
    },
    /// Another run has taken the place of this one while it worked, or somebody has led the name elsewhere.
    #[error("another run has taken the place of this one, or the name was led elsewhere meanwhile")]
    Overtaken,
    /// An answer is not what such an answer is.
    #[error("{what}")]
    Garbled {
        /// In what.
        what: String,
    },
    /// An answer is longer than what is taken in.
    #[error("an answer has more than {bytes} bytes")]
    TooLong {
        /// How much is.
        bytes: u64,
    },
    /// Nothing is published there.
    #[error("nothing is published under this name")]
    Missing,
    /// The name leads to several indexes.
    #[error("the name leads to several indexes: {}", .names.join(", "))]
    Several {
        /// Which.
        names: Vec<String>,
    },
    /// An index of that name is none of this program, or of another name.
    #[error("`{index}` was not made by this program")]
    Foreign {
        /// Its name.
        index: String,
    },
    /// It was made with another version of something.
    #[error("it was published with another {what} ({built}, this program has {wanted})")]
    OtherVersions {
        /// What differs.
        what: String,
        /// What it was published with.
        built: String,
        /// What this program has.
        wanted: String,
    },
    /// It holds another number of passages than were published.
    #[error("{there} passages are there, {published} were published")]
    Changed {
        /// What is there.
        there: u64,
        /// What was published.
        published: u64,
    },
    /// Somebody changed what readers are led to.
    #[error("`{index}` is not what was published: somebody changed it")]
    ChangedByOthers {
        /// Its name.
        index: String,
    },
}

/// What is there in the place of an index.
fn foreign_words(holds: Option<&str>) -> String {
    match holds {
        Some(name) => format!("a folder that holds `{name}`"),
        None => "a file".to_owned(),
    }
}

/// ` (and 3 more)`, or nothing.
fn and_more(n: usize) -> String {
    match n {
        0 => String::new(),
        n => format!(" (and {n} more)"),
    }
}

/// Why a folder cannot be seen, as a clause.
fn why_words(why: &WhyKept) -> String {
    match why {
        WhyKept::Gone => "is not there".to_owned(),
        WhyKept::Empty => "is there and holds nothing".to_owned(),
        WhyKept::Unreadable(cause) => format!("cannot be read: {cause}"),
    }
}

impl IndexError {
    pub(super) fn io(path: impl Into<PathBuf>, cause: &impl ToString) -> IndexError {
        IndexError::Io {
            path: path.into(),
            cause: cause.to_string(),
        }
    }
}
