//! What the build script knows of the word list of the program.

include!(concat!(env!("OUT_DIR"), "/dict.rs"));
