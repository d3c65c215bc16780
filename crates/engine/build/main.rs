//! Turns the word lists of `data/` into the list that the crate embeds.
//!
//! In: `data/`, and the fold of `baogao-reading`, by which words are compared as texts are. Out: files in cargo's
//! `OUT_DIR`, named by the module that includes them.
#![expect(
    clippy::print_stdout,
    reason = "a build script speaks to cargo through stdout"
)]

mod classes;
mod dict;
mod trie;

fn main() {
    println!("cargo::rerun-if-changed=build");
    dict::build(&baogao_reading::fold::fold);
    classes::build(&baogao_reading::fold::fold);
}
