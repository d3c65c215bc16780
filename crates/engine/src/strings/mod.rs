//! Strings without a dictionary: what stands in texts more than once, and what never stands in others.
//!
//! In: the folded texts of passages ([`FoldedPassage`]), each put into a document: a report within a scope. Out: every
//! maximal repeat with how often it stands and in how many documents of each of two collections ([`Repeat`]); how long
//! the beginning is, at each place, that stands in the other collection ([`Suffixes::known_lengths`]); how often any
//! string stands ([`Suffixes::find`]). The texts are sorted once by all of their ends (a suffix array with the lengths of
//! common beginnings), and everything is read from that order. An index may have all of its texts sorted beside it: what a
//! question asks for is then taken out of these.
//!
//! | file | purpose |
//! |---|---|
//! | `units` | texts → numbers, one after the other, with breaks |
//! | `suffixes` | the order of all ends of these, and what neighbours have in common |
//! | `repeats` | maximal repeats, with their counts |
//! | `known` | what stands in the other collection too, place by place |
//! | `stored` | the order of a whole index as a file, and some passages out of it |
//! | `texts` | the folded passages of an index that pass filters, sorted where the index has them so |
//!
//! # Invariants
//!
//! - No string holds a break or goes beyond the end of its passage.
//! - Counts are of places, also of those that overlap each other; what stands in one collection is not in the other.
//! - What is taken out of sorted texts is what sorting it alone would give, in every number and in the same order.
//! - Nothing depends on segments of an index: texts come by rank of their report, in reading order.

mod known;
mod repeats;
mod stored;
mod suffixes;
mod texts;
mod units;

pub use known::MAX_KNOWN;
pub use repeats::{Branching, Repeat};
pub use suffixes::{MAX_SHARED, Suffixes, TooLong};
pub use texts::{FoldedPassage, SortedSets, TwoSets};
pub use units::{Collection, Counts, Document, UnitPlace, Units, parts_strings};
