//! The program as its readers meet it: every test starts the built binary in a folder of its own.
//!
//! `harness` makes the folder and runs the program; the other modules hold the tests, one theme each.

mod answers;
#[cfg(all(feature = "pdf", feature = "serve"))]
mod asked;
#[cfg(all(feature = "pdf", feature = "serve"))]
mod base;
mod bounds;
#[cfg(all(feature = "pdf", feature = "serve"))]
mod chinese;
mod concordance;
mod damage;
mod files;
mod guide;
mod harness;
mod keeper;
mod keywords;
mod kill;
mod language;
mod least;
mod names;
mod novel;
#[cfg(all(feature = "pdf", unix))]
mod ocr;
mod output;
#[cfg(all(feature = "pdf", feature = "serve"))]
mod page;
mod passed;
mod placed;
mod refused;
mod rows;
#[cfg(all(feature = "pdf", feature = "serve"))]
#[path = "../common/served.rs"]
mod served;
mod sharing;
mod sorted;
mod stopped;
mod trend;
mod unread;
mod updates;
mod usage;
mod words;
