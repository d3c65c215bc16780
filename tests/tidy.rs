//! The sources keep the shape that the house style gives them: modules use only those above them, every outside
//! crate is named behind its door alone, every file says what it is for.
//!
//! Sources are read as text: comments are cut away, and what stands behind `#[cfg(test)]` is not looked at where a rule
//! is about the program alone.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A longer file is two files.
const MAX_LINES: usize = 1_500;

/// Where outside crates may be named, by the beginning of the path below `src/`; with the reason.
#[rustfmt::skip]
const DOORS: &[(&str, &[&str])] = &[
    // What indexes and searches; nobody else knows that it is tantivy.
    ("tantivy", &["tokenize/", "exact/", "index/", "passage.rs", "search/"]),
    ("jieba_rs", &["tokenize/"]),
    ("fst", &["tokenize/"]),
    // Arguments and signals are the business of the program, not of the library.
    ("clap", &["cmd/", "main.rs"]),
    ("indicatif", &["cmd/"]),
    ("ctrlc", &["cmd/"]),
    ("terminal_size", &["cmd/"]),
    // The language of messages; the library says nothing.
    ("rust_i18n", &["cmd/", "main.rs"]),
    // The only reader of folders.
    ("walkdir", &["source.rs"]),
    // How text looks.
    ("anstyle", &["render/"]),
    ("textwrap", &["render/"]),
    // How wide a label of a table is.
    ("unicode_width", &["render/", "cmd/"]),
    // No query compiles a regex.
    ("regex", &["ingest/"]),
    ("toml", &["ingest/"]),
    ("strsim", &["region.rs"]),
    // Compact records: tables of the index, and what two processes say to each other.
    ("postcard", &["index/", "ingest/reader.rs"]),
    ("memchr", &["exact/", "ingest/", "fold.rs", "source.rs"]),
    // Formats and encodings of files.
    ("encoding_rs", &["ingest/"]),
    ("html5gum", &["ingest/"]),
    ("csv", &["ingest/", "render/table.rs"]),
    // Tables for people, and what is made from the program's own definitions.
    ("comfy_table", &["render/table.rs"]),
    ("clap_complete", &["cmd/generate.rs"]),
    ("clap_mangen", &["cmd/generate.rs"]),
    ("calamine", &["ingest/"]),
    ("quick_xml", &["ingest/"]),
    ("zip", &["ingest/"]),
    ("hayro_cmap", &["ingest/pdf/"]),
    ("hayro_syntax", &["ingest/pdf/"]),
    // The page: connections and templates.
    ("form_urlencoded", &["cmd/serve/"]),
    ("getrandom", &["cmd/serve/"]),
    ("http_body_util", &["cmd/serve/"]),
    ("hyper", &["cmd/serve/"]),
    ("hyper_util", &["cmd/serve/"]),
    ("maud", &["cmd/serve/"]),
    ("tokio", &["cmd/serve/"]),
    // The limits of the process that reads files for another; how files are opened; costly answers stand back.
    ("rustix", &["cmd/extract.rs", "cmd/serve/work.rs", "source.rs"]),
    ("unicode_normalization", &["source.rs", "index/", "fold.rs", "ingest/pdf/"]),
    ("xxhash_rust", &["index/", "passage.rs", "concordance.rs", "report.rs", "ingest/"]),
    ("thiserror", &["ask/", "index/", "ingest/", "query.rs", "region.rs", "source.rs", "report.rs", "tokenize/"]),
];

/// Files of the program that write under a name that the reader has given, or in a folder that they have just made.
const MAY_WRITE: &[&str] = &["cmd/generate.rs", "cmd/serve/opening.rs"];

/// Crates that may be named anywhere.
const EVERYWHERE: &[&str] = &["serde", "serde_json"];

/// A source file, its path below `src/` and its text.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// Lines without comments, numbered from 1.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(i, line)| (i + 1, without_comment(line)))
    }

    /// The same up to the tests at the end of the file.
    fn program(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code()
            .take_while(|(_, line)| !line.trim_start().starts_with("#[cfg(test)]"))
    }

    /// The module of the library: `index` for `index/open.rs`.
    fn module(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        first.strip_suffix(".rs").unwrap_or(first)
    }
}

fn without_comment(line: &str) -> &str {
    // `//` inside a string is not told apart; no rule here can be broken behind one.
    line.split_once("//").map_or(line, |(code, _)| code)
}

fn rust_files(folder: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(&root)
        .into_iter()
        .map(|entry| entry.expect("an entry").into_path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "rs"))
        .collect();
    files.sort();
    let source = |path: PathBuf| Source {
        text: fs::read_to_string(&path).expect("UTF-8"),
        path: path
            .strip_prefix(&root)
            .expect("below its folder")
            .to_string_lossy()
            .replace('\\', "/"),
    };
    files.into_iter().map(source).collect()
}

fn sources() -> Vec<Source> {
    let sources = rust_files("src");
    assert!(sources.len() > 20);
    sources
}

/// Names that follow `prefix` in a line, as far as they are identifiers.
fn names_after<'l>(line: &'l str, prefix: &str) -> Vec<&'l str> {
    line.match_indices(prefix)
        .filter(|(at, _)| {
            let before = line
                .get(..*at)
                .and_then(|before| before.chars().next_back());
            !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$')
        })
        .filter_map(|(at, _)| {
            let rest = line.get(at + prefix.len()..)?;
            let end = rest
                .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                .unwrap_or(rest.len());
            rest.get(..end).filter(|name| !name.is_empty())
        })
        .collect()
}

/// Fails with all that was found, a line each.
fn assert_none(what: &str, found: Vec<String>) {
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

/// The modules in the order in which `lib.rs` declares them.
fn modules() -> Vec<String> {
    let sources = sources();
    let lib = sources.iter().find(|source| source.path == "lib.rs");
    let modules: Vec<String> = lib
        .expect("the library")
        .code()
        .filter_map(|(_, line)| {
            let rest = line
                .strip_prefix("pub mod ")
                .or_else(|| line.strip_prefix("mod "))?;
            Some(rest.trim_end().trim_end_matches(';').to_owned())
        })
        .collect();
    assert!(modules.len() > 8, "{modules:?}");
    modules
}

#[test]
fn a_module_uses_only_those_above_it() {
    let modules = modules();
    let place: BTreeMap<&str, usize> = modules
        .iter()
        .enumerate()
        .map(|(i, name)| (name.as_str(), i))
        .collect();
    let mut wrong = Vec::new();
    let mut n_seen = 0;
    for source in sources() {
        let Some(own) = place.get(source.module()) else {
            continue;
        };
        for (number, line) in source.program() {
            for used in names_after(line, "crate::") {
                n_seen += 1;
                match place.get(used) {
                    Some(at) if at > own => wrong.push(format!(
                        "src/{}:{number} uses `{used}`, which stands below `{}`",
                        source.path,
                        source.module()
                    )),
                    Some(_) => {}
                    None => wrong.push(format!("src/{}:{number} `crate::{used}`", source.path)),
                }
            }
        }
    }
    assert!(n_seen > 40, "only {n_seen} uses were seen");
    assert_none("declare modules in reading order", wrong);
}

#[test]
fn modules_are_declared_in_reading_order() {
    let modules = modules();
    let position = |name: &str| modules.iter().position(|module| module == name);
    // What data passes through first stands first.
    for (first, then) in [
        ("region", "report"),
        ("report", "source"),
        ("source", "ingest"),
        ("ingest", "index"),
        ("fold", "exact"),
        ("exact", "index"),
        ("index", "search"),
        ("search", "render"),
    ] {
        assert!(
            position(first) < position(then),
            "{first} before {then} in {modules:?}"
        );
    }
}

#[test]
fn outside_crates_are_named_behind_their_doors() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (number, line) in source.program() {
            for (name, doors) in DOORS {
                let named = line.contains(&format!("use {name}::"))
                    || line.contains(&format!("use {name};"))
                    || !names_after(line, &format!("{name}::")).is_empty();
                if named && !doors.iter().any(|door| source.path.starts_with(door)) {
                    wrong.push(format!("src/{}:{number} names {name}", source.path));
                }
            }
        }
    }
    assert_none("only behind its door", wrong);
}

#[test]
fn every_dependency_has_a_door() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let manifest = fs::read_to_string(manifest).expect("the manifest");
    let dependencies = manifest
        .split("\n[")
        .find(|section| section.starts_with("dependencies]"))
        .expect("dependencies");
    let mut n = 0;
    for line in dependencies.lines().skip(1) {
        let Some((name, _)) = line.split_once('=') else {
            continue;
        };
        if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
            continue;
        }
        let name = name.trim().replace('-', "_");
        let known = DOORS.iter().any(|(door, _)| *door == name);
        assert!(
            known || EVERYWHERE.contains(&name.as_str()),
            "{name} has no door"
        );
        n += 1;
    }
    assert!(n > 10);
}

#[test]
fn an_index_is_opened_in_one_place() {
    let mut found: Vec<String> = Vec::new();
    for source in sources() {
        for (_, line) in source.program() {
            let opens = line.contains("tantivy::Index::open") || line.contains("Index::open_in");
            if opens {
                found.push(source.path.clone());
            }
            let renamed =
                line.contains("use tantivy::Index;") || line.contains("tantivy::Index as");
            let listed = line.contains("use tantivy::{")
                && names_in_braces(line).any(|name| name == "Index");
            assert!(
                !(renamed || listed),
                "src/{}: tantivy's Index is named in full, so that it can be seen",
                source.path
            );
        }
    }
    assert_eq!(
        found,
        ["index/open.rs"],
        "nobody forgets to register the tokenizer"
    );
}

fn names_in_braces(line: &str) -> impl Iterator<Item = &str> {
    let inside = line.split_once('{').map_or("", |(_, inside)| inside);
    inside
        .trim_end_matches([';', '}'])
        .split(',')
        .map(str::trim)
}

#[test]
fn what_removes_or_takes_a_place_stands_in_one_file() {
    let mut wrong = Vec::new();
    for source in sources() {
        // The faults that tests provoke are theirs.
        if ["index/disk.rs", "index/faults.rs"].contains(&source.path.as_str()) {
            continue;
        }
        for (number, line) in source.program() {
            for call in [
                "remove_file",
                "remove_dir",
                "rename(",
                "File::create(",
                "fs::write(",
                "fs::copy(",
                ".set_len(",
                "truncate(true)",
                "hard_link",
            ] {
                if line.contains(call) && !MAY_WRITE.contains(&source.path.as_str()) {
                    wrong.push(format!("src/{}:{number} {call}", source.path));
                }
            }
        }
    }
    assert_none("calls that ask for a proof stand in index/disk.rs", wrong);
}

#[test]
fn the_library_is_silent() {
    let mut wrong = Vec::new();
    for source in sources() {
        if source.path == "main.rs" || source.path.starts_with("cmd/") {
            continue;
        }
        for (number, line) in source.program() {
            for word in [
                "println!",
                "print!",
                "dbg!",
                "std::env::",
                "use std::env",
                "io::stdout",
                "io::stderr",
                "SystemTime::now",
                "process::exit",
            ] {
                if line.contains(word) {
                    wrong.push(format!("src/{}:{number} {word}", source.path));
                }
            }
        }
    }
    assert_none(
        "no printing, no environment, no clock in the library",
        wrong,
    );
}

#[test]
fn every_file_says_what_it_is_for() {
    let mut wrong = Vec::new();
    for folder in ["src", "build", "tests", "benches", "examples"] {
        for source in rust_files(folder) {
            if !source.text.starts_with("//! ") {
                wrong.push(format!("{folder}/{} does not open with `//!`", source.path));
            }
            let n = source.text.lines().count();
            if n > MAX_LINES {
                wrong.push(format!("{folder}/{} has {n} lines", source.path));
            }
        }
    }
    assert_none("files", wrong);
}

#[test]
fn nothing_is_left_undone_and_no_test_is_left_out() {
    // Written apart, so that this file does not find itself.
    let ignore = concat!("#[", "ignore");
    let undone = [concat!("todo", "!("), concat!("unimplemented", "!(")];
    let mut wrong = Vec::new();
    for folder in ["src", "build", "tests", "benches", "examples"] {
        for source in rust_files(folder) {
            for (number, line) in source.code() {
                for word in undone.iter().chain([&ignore]) {
                    if line.contains(word) {
                        wrong.push(format!("{folder}/{}:{number} {word}", source.path));
                    }
                }
            }
        }
    }
    for source in sources() {
        for (number, line) in source.program() {
            if line.contains(".unwrap()") {
                wrong.push(format!("src/{}:{number} unwrap", source.path));
            }
        }
    }
    assert_none("say which invariant holds, with `expect`", wrong);
}

#[test]
fn schema_names_stand_in_one_file() {
    let mut wrong = Vec::new();
    for source in sources() {
        if source.path == "index/schema.rs" {
            continue;
        }
        for (number, line) in source.program() {
            for word in [
                "add_text_field",
                "add_u64_field",
                "add_facet_field",
                "SchemaBuilder",
            ] {
                if line.contains(word) {
                    wrong.push(format!("src/{}:{number} {word}", source.path));
                }
            }
        }
    }
    assert_none("fields are declared in index/schema.rs", wrong);
}
