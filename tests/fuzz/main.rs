//! Fuzzing without a fuzzer: samples are cut, mixed and altered by chance, and each body says what must hold whatever
//! comes. Every run is repeated by its seed, which a failure prints.
//!
//! `SEED` sets where chance begins, `BAOGAO_FUZZ_SECONDS` how long each target runs: a few seconds if it is not set.
//! What a long run finds is kept as a test beside the code that was wrong.

#[path = "../common/mod.rs"]
mod common;
mod files;
mod index;
mod output;
mod random;
mod text;
