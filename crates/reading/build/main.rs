//! Turns the tables of `data/` into what the crate embeds.
//!
//! In: `data/`. Out: files in cargo's `OUT_DIR`, named by the module that includes them. Nothing is
//! parsed at run time that can be parsed here. Each module names what it read, so that an edit of
//! a table rebuilds what comes from it.
#![expect(
    clippy::print_stdout,
    reason = "a build script speaks to cargo through stdout"
)]

mod fold;
mod region;

use std::env;
use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build");
    let package_dir = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out_dir = PathBuf::from(env::var("OUT_DIR")?);
    fold::build(&package_dir, &out_dir)?;
    region::build();
    Ok(())
}
