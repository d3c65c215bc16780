//! The program as its readers meet it: every test starts the built binary in a folder of its own.
//!
//! `harness` makes the folder and runs the program; the other modules hold the tests, one theme each.

mod answers;
#[cfg(all(feature = "pdf", feature = "serve"))]
mod asked;
mod bounds;
mod concordance;
mod damage;
mod files;
mod guide;
mod harness;
mod keeper;
mod kill;
mod language;
mod names;
mod output;
mod passed;
mod placed;
mod rows;
#[cfg(all(feature = "pdf", feature = "serve"))]
#[path = "../common/served.rs"]
mod served;
mod sharing;
mod stopped;
mod unread;
mod updates;
mod usage;
mod words;
