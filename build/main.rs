//! Turns the data files in `data/` into what the library embeds.
//!
//! In: `data/`. Out: files in cargo's `OUT_DIR`, named by the module that includes them. Nothing is parsed at run time
//! that can be parsed here.

mod fold;

use std::env;
use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let package_dir = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out_dir = PathBuf::from(env::var("OUT_DIR")?);
    let _folder = fold::build(&package_dir, &out_dir)?;
    Ok(())
}
