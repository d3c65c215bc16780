//! Turns the tables of `data/` into what the library holds at compile time.
//!
//! Each module reads its tables, writes one or more files to `OUT_DIR` and names what it read,
//! so that an edit of the table rebuilds the file.
#![expect(
    clippy::print_stdout,
    reason = "a build script speaks to cargo through stdout"
)]

mod dict;
mod region;

fn main() {
    println!("cargo::rerun-if-changed=build");
    region::build();
    // The fold of the project is to take the place of this closure: words are folded as texts are.
    dict::build(&|word| word.to_owned());
}
