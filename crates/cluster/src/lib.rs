//! An index of baogao on a cluster of OpenSearch: sent there once, asked there by the same questions.
//!
//! In: an open [`Index`](baogao_engine::Index) and the address of a cluster; later questions. Out: two indexes of the cluster (passages, and
//! the tables of reports and files); later the same answers, byte for byte, as the local index gives.
//!
//! How: the cluster says which passages may match, by pairs of neighbouring characters at counted positions, and how often
//! a phrase stands in each report and part where its characters alone decide that. All else (the border rule, wildcards,
//! nearness, what is taken literally, scores) is decided by the code of the local index on the passages that it sends:
//! [`Index::with_records`](baogao_engine::Index::with_records).
//!
//! # Invariants
//!
//! - An answer of which the cluster lacks a part is an error, never a smaller number: every request asks for whole answers,
//!   and what it says of its shards, its time and the number of its documents is compared.
//! - An index of the cluster is never changed once readers are sent to it; a new one takes its place in one step.
//! - No connection is opened but to the address that was given.

// In reading order: a module uses only those above it.

mod wire;

mod address;
mod layout;

mod client;

mod counts;
mod stream;

mod ask;

mod published;

mod link;

mod remote;

mod holdings;

mod shelf;

mod claim;

mod bulk;

mod publish;

mod check;

pub use address::{Access, Address, AddressError};
pub use check::verify;
pub use publish::{Progress, PublishOptions, Published, publish};
pub use remote::Remote;
pub use shelf::ClusterShelf;
pub use wire::Certificates;
