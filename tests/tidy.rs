//! The sources keep the shape that the house style gives them: modules use only those above them, every outside
//! crate is named behind its door alone, every file says what it is for.
//!
//! Sources are read as text: comments are cut away, and what stands behind `#[cfg(test)]` is not looked at where a rule
//! is about the program alone.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

/// The folders of the sources in the order in which they use each other, and what stands before the paths of their modules.
const HOMES: &[(&str, &str)] = &[
    ("crates/reading/src", ""),
    ("crates/engine/src", ""),
    ("crates/render/src", "render/"),
    ("crates/cluster/src", "cluster/"),
    ("crates/page/src", "page/"),
    ("src", ""),
];

/// The packages of the workspace by their folders.
const PACKAGES: &[&str] = &[
    "",
    "crates/reading",
    "crates/engine",
    "crates/render",
    "crates/cluster",
    "crates/page",
];

/// Where Rust stands.
const FOLDERS: &[&str] = &["src", "crates", "tests", "benches", "examples"];

/// A longer file is two files.
const MAX_LINES: usize = 1_500;

/// Where outside crates may be named, by the beginning of the path of a module; with the reason.
#[rustfmt::skip]
const DOORS: &[(&str, &[&str])] = &[
    // What indexes and searches; nobody else knows that it is tantivy.
    ("tantivy", &["tokenize/", "exact/", "index/", "passage.rs", "search/", "record.rs"]),
    ("jieba_rs", &["tokenize/"]),
    ("fst", &["tokenize/"]),
    ("libsais", &["strings/"]),
    ("rayon", &["cores.rs"]),
    // Arguments and signals are the business of the program. Questions can be taken from a command line, behind a feature.
    ("clap", &["cmd/", "main.rs", "ask/question.rs", "ask/scope.rs", "concordance.rs", "exact/phrase.rs", "render/plot/", "search/options.rs", "stats.rs"]),
    // What is asked and answered is described from its types.
    ("schemars", &["ask/", "concordance.rs", "exact/phrase.rs", "index/table.rs", "region.rs", "report.rs", "search/", "stats.rs", "stats/presence.rs"]),
    ("erased_serde", &["ask/answered.rs"]),
    ("indicatif", &["cmd/"]),
    ("ctrlc", &["cmd/"]),
    ("terminal_size", &["cmd/"]),
    // The language of sentences.
    ("rust_i18n", &["render/"]),
    // The only reader of folders.
    ("walkdir", &["walk.rs"]),
    // The syntax of .gitignore.
    ("ignore", &["filter.rs"]),
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
    ("flate2", &["index/table.rs"]),
    ("memchr", &["exact/", "ingest/", "filter.rs", "fold.rs", "format.rs"]),
    // Formats and encodings of files.
    ("encoding_rs", &["ingest/"]),
    ("html5gum", &["ingest/"]),
    ("mail_parser", &["ingest/web_archive.rs"]),
    ("csv", &["render/table.rs"]),
    // Tables for people, and what is made from the program's own definitions.
    ("comfy_table", &["render/table.rs"]),
    ("clap_complete", &["cmd/generate.rs"]),
    ("clap_mangen", &["cmd/generate.rs"]),
    ("calamine", &["ingest/"]),
    ("cfb", &["ingest/compound.rs"]),
    ("quick_xml", &["ingest/"]),
    ("zip", &["ingest/"]),
    ("hayro_cmap", &["ingest/pdf/"]),
    ("hayro_syntax", &["ingest/pdf/"]),
    // The page: connections and templates.
    ("form_urlencoded", &["page/"]),
    ("getrandom", &["page/"]),
    ("http_body_util", &["page/"]),
    ("hyper", &["page/"]),
    ("hyper_util", &["page/"]),
    ("maud", &["page/", "render/plot/"]),
    // The cluster: requests, and bytes in JSON.
    ("base64", &["cluster/", "ingest/web_archive.rs"]), // there it is a module of mail_parser
    ("ureq", &["cluster/"]),
    // Pictures of dots.
    ("resvg", &["render/plot/png.rs"]),
    ("tokio", &["page/"]),
    // The limits of the process that reads files for another; how files are opened; costly answers stand back.
    ("rustix", &["cmd/extract.rs", "page/work.rs", "source.rs"]),
    ("unicode_normalization", &["source.rs", "index/", "fold.rs", "ingest/pdf/"]),
    ("xxhash_rust", &["cluster/", "record.rs", "index/", "passage.rs", "concordance.rs", "report.rs", "ingest/"]),
    ("thiserror", &["ask/", "index/", "ingest/", "query.rs", "region.rs", "render/plot/", "source.rs", "report.rs", "tokenize/"]),
];

/// Files of the program that write under a name that the reader has given, in a folder that they have just made, or
/// what is kept to be read again and is made anew where it is lost, or a picture that is asked for.
const MAY_WRITE: &[&str] = &[
    "cmd/generate.rs",
    "cmd/ocr.rs",
    "cmd/picture.rs",
    "page/opening.rs",
];

/// Crates that may be named anywhere.
const EVERYWHERE: &[&str] = &["serde", "serde_json"];

/// A source file: where it stands in the tree, the path of its module, and its text.
struct Source {
    place: String,
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

    /// The modules of the library that a line names.
    fn modules_in<'l>(&self, line: &'l str) -> Vec<&'l str> {
        let mut names = match self.module() {
            // Its crate is the module.
            "render" | "page" => Vec::new(),
            _ => names_after(line, "crate::"),
        };
        names.extend(names_after(line, "baogao_reading::"));
        names.extend(names_after(line, "baogao_engine::"));
        if !names_after(line, "baogao_render::").is_empty() {
            names.push("render");
        }
        if !names_after(line, "baogao_page::").is_empty() {
            names.push("page");
        }
        names
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
    let source = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("UTF-8");
        let path = path.strip_prefix(&root).expect("below its folder");
        let path = path.to_string_lossy().replace('\\', "/");
        Source {
            place: format!("{folder}/{path}"),
            path,
            text,
        }
    };
    files.into_iter().map(source).collect()
}

/// The sources of the library and of the program.
fn sources() -> Vec<Source> {
    let mut all = Vec::new();
    for (folder, before) in HOMES {
        let sources = rust_files(folder);
        assert!(sources.len() > 5, "{folder}");
        all.extend(sources.into_iter().map(|mut source| {
            if !before.is_empty() && source.path == "lib.rs" {
                source.path = "mod.rs".to_owned();
            }
            source.path.insert_str(0, before);
            source
        }));
    }
    all
}

/// The text of the manifest in a folder.
fn manifest(folder: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(root.join(folder).join("Cargo.toml")).expect("a manifest")
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

/// The modules in the order in which each `lib.rs` declares them, crate after crate.
fn modules() -> Vec<String> {
    let sources = sources();
    let declared = |(_, line): (usize, &str)| {
        let rest = line
            .strip_prefix("pub mod ")
            .or_else(|| line.strip_prefix("mod "))?;
        Some(rest.trim_end().trim_end_matches(';').to_owned())
    };
    let mut modules: Vec<String> = sources
        .iter()
        .filter(|source| source.path == "lib.rs")
        .flat_map(|lib| lib.code().filter_map(declared))
        .collect();
    modules.push("render".to_owned());
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
            for used in source.modules_in(line) {
                n_seen += 1;
                match place.get(used) {
                    Some(at) if at > own => wrong.push(format!(
                        "{}:{number} uses `{used}`, which stands below `{}`",
                        source.place,
                        source.module()
                    )),
                    Some(_) => {}
                    None => wrong.push(format!("{}:{number} `crate::{used}`", source.place)),
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
                    wrong.push(format!("{}:{number} names {name}", source.place));
                }
            }
        }
    }
    assert_none("only behind its door", wrong);
}

#[test]
fn every_dependency_has_a_door() {
    let mut n = 0;
    for package in PACKAGES {
        for name in dependencies_of(&manifest(package), "dependencies") {
            if name.starts_with("baogao-") {
                continue;
            }
            let name = name.replace('-', "_");
            let known = DOORS.iter().any(|(door, _)| *door == name);
            assert!(
                known || EVERYWHERE.contains(&name.as_str()),
                "{name} has no door"
            );
            n += 1;
        }
    }
    assert!(n > 10);
}

#[test]
fn no_public_signature_names_tantivy() {
    let mut wrong = Vec::new();
    for source in rust_files("crates/engine/src") {
        let imports = Room::of(&source).imports.into_iter();
        let of_tantivy =
            imports.filter(|import| import.path.first().is_some_and(|c| c == "tantivy"));
        let mut names: Vec<String> = of_tantivy.map(|import| import.name).collect();
        // A number under another name.
        names.retain(|name| name != "DocId");
        let mut signature = String::new();
        for (number, line) in source.program() {
            let line = line.trim();
            if signature.is_empty() && !line.starts_with("pub ") {
                continue;
            }
            signature.push_str(line);
            let is_open = signature.matches('(').count() > signature.matches(')').count();
            if is_open || !line.ends_with(['{', '}', ';', ',']) {
                continue;
            }
            let is_named = names.iter().any(|name| names_word(&signature, name));
            if is_named || signature.contains("tantivy::") {
                wrong.push(format!("{}:{number} {signature}", source.place));
            }
            signature.clear();
        }
    }
    assert_none("what searches can be changed beneath its users", wrong);
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
                "{}: tantivy's Index is named in full, so that it can be seen",
                source.place
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
                    wrong.push(format!("{}:{number} {call}", source.place));
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
        // The page is a surface, as the program is; it prints nothing all the same.
        let is_surface = ["main.rs", "cmd/", "page/"].iter();
        if is_surface
            .into_iter()
            .any(|surface| source.path.starts_with(surface))
        {
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
                    wrong.push(format!("{}:{number} {word}", source.place));
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
    for source in FOLDERS.iter().flat_map(|folder| rust_files(folder)) {
        if !source.text.starts_with("//! ") {
            wrong.push(format!("{} does not open with `//!`", source.place));
        }
        let n = source.text.lines().count();
        if n > MAX_LINES {
            wrong.push(format!("{} has {n} lines", source.place));
        }
    }
    assert_none("files", wrong);
}

#[test]
fn a_type_of_the_engine_has_a_name_of_its_own() {
    let mut places: HashMap<String, Vec<String>> = HashMap::new();
    for source in rust_files("crates/engine/src") {
        for (n, line) in source.program() {
            let visible = ["pub(crate) ", "pub(super) ", "pub "];
            let item = visible.iter().find_map(|word| line.strip_prefix(word));
            let item = item.unwrap_or(line);
            let kinds = ["struct ", "enum ", "trait "];
            let named = kinds.iter().filter(|kind| item.starts_with(*kind));
            for name in named.flat_map(|kind| names_after(item, kind)) {
                let place = format!("{}:{n}", source.place);
                places.entry(name.to_owned()).or_default().push(place);
            }
        }
    }
    assert!(places.len() > 100, "{} types", places.len());
    let twice = places.iter().filter(|(_, places)| places.len() > 1);
    let twice = twice.map(|(name, places)| format!("{name}: {}", places.join(", ")));
    assert_none("two types of one name", twice.collect());
}

#[test]
fn nothing_is_left_undone_and_no_test_is_left_out() {
    // Written apart, so that this file does not find itself.
    let ignore = concat!("#[", "ignore");
    let undone = [concat!("todo", "!("), concat!("unimplemented", "!(")];
    let mut wrong = Vec::new();
    for source in FOLDERS.iter().flat_map(|folder| rust_files(folder)) {
        for (number, line) in source.code() {
            for word in undone.iter().chain([&ignore]) {
                if line.contains(word) {
                    wrong.push(format!("{}:{number} {word}", source.place));
                }
            }
        }
    }
    for source in sources() {
        for (number, line) in source.program() {
            if line.contains(".unwrap()") {
                wrong.push(format!("{}:{number} unwrap", source.place));
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
                    wrong.push(format!("{}:{number} {word}", source.place));
                }
            }
        }
    }
    assert_none("fields are declared in index/schema.rs", wrong);
}

/// A module by its names from the root: `index`, `open`.
type ModulePath = Vec<String>;

/// A `use` of a file, its braces opened.
struct Import {
    path: ModulePath,
    /// The name under which the file knows it.
    name: String,
    /// It is handed on, and used only if the file names it elsewhere.
    is_public: bool,
}

/// A file with what it names.
struct Room {
    module: ModulePath,
    imports: Vec<Import>,
    /// The program without its `use`s.
    rest: String,
}

/// All files by their modules, so that a path leads to the file in which the item stands.
struct Rooms(BTreeMap<ModulePath, Room>);

impl Rooms {
    fn of(sources: &[Source]) -> Rooms {
        let rooms = sources.iter().filter(|source| source.path != "main.rs");
        Rooms(
            rooms
                .map(|source| (module_path(&source.path), Room::of(source)))
                .collect(),
        )
    }

    /// A path as it stands in a file → from the root; none for outside crates and names of the language.
    fn absolute(&self, module: &[String], path: &[String]) -> Option<ModulePath> {
        let (first, rest) = path.split_first()?;
        let from = match first.as_str() {
            "crate" if module.first().is_some_and(|first| first == "render") => &module[..1],
            "crate" | "baogao_reading" | "baogao_engine" => &[][..],
            "baogao_render" => return Some([&["render".to_owned()], rest].concat()),
            "self" => module,
            "super" => {
                let above = module.split_last()?.1;
                let is_above = rest.first().is_some_and(|next| next == "super");
                return if is_above {
                    self.absolute(above, rest)
                } else {
                    Some([above, rest].concat())
                };
            }
            name => {
                let child = [module, &[name.to_owned()]].concat();
                return self.0.contains_key(&child).then(|| [module, path].concat());
            }
        };
        Some([from, rest].concat())
    }

    /// The module in whose file the item of a path stands; names that are handed on are followed. None for a module.
    fn home_of(&self, path: &[String], steps_left: usize) -> Option<ModulePath> {
        let n = (0..=path.len())
            .take_while(|&n| {
                path.get(..n)
                    .is_some_and(|module| self.0.contains_key(module))
            })
            .last()?;
        let (module, items) = path.split_at(n);
        let (item, more) = items.split_first()?;
        let room = self.0.get(module)?;
        let handed_on = room.imports.iter().find(|import| import.name == *item);
        let origin = handed_on.and_then(|import| self.absolute(module, &import.path));
        match origin {
            Some(origin) if steps_left > 0 => {
                self.home_of(&[&origin, more].concat(), steps_left - 1)
            }
            _ => Some(module.to_vec()),
        }
    }

    /// The modules whose files a room uses.
    fn used_by(&self, room: &Room) -> BTreeSet<ModulePath> {
        const STEPS_MAX: usize = 5;
        let mut modules: BTreeMap<&str, ModulePath> = BTreeMap::new();
        let mut paths: Vec<ModulePath> = Vec::new();
        for import in &room.imports {
            let Some(path) = self.absolute(&room.module, &import.path) else {
                continue;
            };
            if self.0.contains_key(&path) {
                modules.insert(&import.name, path);
            } else if !import.is_public || names_word(&room.rest, &import.name) {
                paths.push(path);
            }
        }
        for path in paths_in(&room.rest) {
            let by_import = path.split_first().and_then(|(first, rest)| {
                let module = modules.get(first.as_str())?;
                Some([module.as_slice(), rest].concat())
            });
            paths.extend(by_import.or_else(|| self.absolute(&room.module, &path)));
        }
        let homes = paths
            .iter()
            .filter_map(|path| self.home_of(path, STEPS_MAX));
        homes.filter(|home| *home != room.module).collect()
    }
}

impl Room {
    fn of(source: &Source) -> Room {
        let program: Vec<&str> = source.program().map(|(_, line)| line).collect();
        let program = program.join("\n");
        let mut imports = Vec::new();
        let mut rest = String::new();
        let mut statement = String::new();
        for line in program.lines() {
            let code = line.trim_start();
            let begins = ["use ", "pub use ", "pub(crate) use ", "pub(super) use "]
                .iter()
                .any(|word| code.starts_with(word))
                || code.starts_with("pub(in ") && code.contains(" use ");
            if !begins && statement.is_empty() {
                rest.push_str(line);
                rest.push('\n');
                continue;
            }
            statement.push_str(code);
            if code.trim_end().ends_with(';') {
                imports.extend(imports_of(&std::mem::take(&mut statement)));
            }
        }
        Room {
            module: module_path(&source.path),
            imports,
            rest,
        }
    }
}

fn module_path(path: &str) -> ModulePath {
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let path = path.strip_suffix("/mod").unwrap_or(path);
    match path {
        "lib" => Vec::new(),
        path => path.split('/').map(str::to_owned).collect(),
    }
}

/// The imports of a `use` with all its braces.
fn imports_of(statement: &str) -> Vec<Import> {
    let is_public = statement.starts_with("pub");
    let tree = statement.split_once("use ").map_or("", |(_, tree)| tree);
    let mut leaves = Vec::new();
    open_braces("", tree.trim_end().trim_end_matches(';'), &mut leaves);
    let import = |leaf: String| {
        let (path, name) = match leaf.split_once(" as ") {
            Some((path, name)) => (path.trim().to_owned(), Some(name.trim().to_owned())),
            None => (leaf, None),
        };
        let mut path: ModulePath = path
            .split("::")
            .map(|name| name.trim().to_owned())
            .collect();
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let name = name.or_else(|| path.last().cloned()).unwrap_or_default();
        Import {
            path,
            name,
            is_public,
        }
    };
    leaves.into_iter().map(import).collect()
}

/// `a::{b, c::{d}}` → `a::b`, `a::c::d`.
fn open_braces(before: &str, tree: &str, leaves: &mut Vec<String>) {
    let Some((head, inside)) = tree.split_once('{') else {
        if !tree.trim().is_empty() {
            leaves.push(format!("{before}{}", tree.trim()));
        }
        return;
    };
    let before = format!("{before}{}", head.trim());
    let inside = inside.trim_end().strip_suffix('}').unwrap_or(inside);
    let mut depth = 0;
    let mut part = String::new();
    for c in inside.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                open_braces(&before, &std::mem::take(&mut part), leaves);
                continue;
            }
            _ => {}
        }
        part.push(c);
    }
    open_braces(&before, &part, leaves);
}

/// The paths of two names and more in a program: `super::line::is_han`.
fn paths_in(program: &str) -> Vec<ModulePath> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    program
        .split(|c| !is_name(c))
        .map(|word| word.trim_matches(':'))
        .filter(|word| word.contains("::"))
        .map(|word| word.split("::").map(str::to_owned).collect())
        .collect()
}

fn names_word(program: &str, name: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    program.split(|c| !is_name(c)).any(|word| word == name)
}

#[test]
fn no_two_files_use_each_other() {
    let sources = sources();
    let rooms = Rooms::of(&sources);
    let file: BTreeMap<ModulePath, &str> = sources
        .iter()
        .filter(|source| source.path != "main.rs")
        .map(|source| (module_path(&source.path), source.path.as_str()))
        .collect();
    let uses: BTreeMap<&str, BTreeSet<&str>> = rooms
        .0
        .values()
        .map(|room| {
            let used = rooms.used_by(room).into_iter();
            (
                file[&room.module],
                used.map(|module| file[&module]).collect(),
            )
        })
        .collect();
    let n_uses: usize = uses.values().map(BTreeSet::len).sum();
    assert!(n_uses > 300, "only {n_uses} uses were seen");
    let circles: Vec<(&str, &str)> = uses
        .iter()
        .flat_map(|(a, used)| used.iter().map(|b| (*a, *b)))
        .filter(|(a, b)| a < b && uses[b].contains(a))
        .collect();
    let circles = circles.iter().map(|(a, b)| format!("{a} and {b}"));
    assert_none(
        "move what both need to a file of its own",
        circles.collect(),
    );
}

#[test]
fn paths_are_followed_to_the_file_in_which_an_item_stands() {
    let source = |path: &str, text: &str| Source {
        place: path.to_owned(),
        path: path.to_owned(),
        text: text.to_owned(),
    };
    let rooms = Rooms::of(&[
        source("lib.rs", "pub mod a;\n"),
        source(
            "a/mod.rs",
            "mod b;\nmod c;\npub use b::{\n    Thing,\n    other as another,\n};\nuse c::f;\n",
        ),
        source("a/b.rs", "use super::c;\nfn g() { c::f() }\n"),
        source("a/c.rs", "fn f() -> crate::a::Thing { super::another() }\n"),
    ]);
    let used = |module: &[&str]| -> Vec<String> {
        let module: ModulePath = module.iter().map(|&name| name.to_owned()).collect();
        let used = rooms.used_by(&rooms.0[&module]);
        used.iter().map(|module| module.join("::")).collect()
    };
    assert_eq!(used(&["a"]), ["a::c"]);
    assert_eq!(used(&["a", "b"]), ["a::c"]);
    assert_eq!(used(&["a", "c"]), ["a::b"]);
}

/// The modules that a first cell of the table names: `index/schema`, `table` is `index/schema` and `index/table`.
fn modules_in_cell(cell: &str) -> Vec<String> {
    let mut folder = String::new();
    let mut modules = Vec::new();
    for name in cell.split('`').skip(1).step_by(2) {
        match name.rsplit_once('/') {
            Some((above, _)) => {
                folder = above.to_owned();
                modules.push(name.to_owned());
            }
            None if folder.is_empty() => modules.push(name.to_owned()),
            None => modules.push(format!("{folder}/{name}")),
        }
    }
    modules
}

#[test]
fn the_design_page_names_every_module_and_no_other() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/design.md");
    let page = fs::read_to_string(page).expect("the page");
    let table = page
        .split("\n## ")
        .find(|section| section.starts_with("The path of a file"))
        .expect("the table of modules");
    let named: BTreeSet<String> = table
        .lines()
        .filter(|line| line.starts_with("| `"))
        .filter_map(|line| line.split('|').nth(1))
        .flat_map(modules_in_cell)
        .collect();
    let there: BTreeSet<String> = sources()
        .iter()
        .filter(|source| source.path != "lib.rs")
        .map(|source| module_path(&source.path).join("/"))
        .collect();
    let missing = there
        .difference(&named)
        .map(|name| format!("missing: `{name}`"));
    let gone = named
        .difference(&there)
        .map(|name| format!("gone: `{name}`"));
    assert_none("docs/design.md", missing.chain(gone).collect());
}

#[test]
fn lines_of_the_design_page_end_at_100_columns() {
    const COLUMNS_MAX: usize = 100;
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/design.md");
    let page = fs::read_to_string(page).expect("the page");
    let columns = |line: &str| -> usize {
        line.chars()
            .map(|c| if c >= '\u{2e80}' { 2 } else { 1 })
            .sum()
    };
    let long = (1..)
        .zip(page.lines())
        .filter(|(_, line)| columns(line) > COLUMNS_MAX)
        .map(|(number, line)| format!("docs/design.md:{number} has {} columns", columns(line)));
    assert_none("so that a diff can be read", long.collect());
}

#[test]
fn every_outside_crate_is_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    let mut wanted = BTreeSet::new();
    for package in PACKAGES {
        let manifest = manifest(package);
        for (section, folders) in [
            ("dependencies", &["src"][..]),
            ("build-dependencies", &["build"]),
            ("dev-dependencies", &["src", "tests", "benches", "examples"]),
        ] {
            let folders = folders.iter().map(|folder| Path::new(package).join(folder));
            let folders = folders.filter(|folder| root.join(folder).is_dir());
            let files: Vec<Source> = folders
                .flat_map(|folder| rust_files(&folder.to_string_lossy()))
                .collect();
            for name in dependencies_of(&manifest, section) {
                if !files.iter().any(|file| names_crate(file, name)) {
                    wrong.push(format!("{package}/Cargo.toml [{section}] {name}"));
                }
                wanted.insert(name.to_owned());
            }
        }
    }
    for name in dependencies_of(&manifest(""), "workspace.dependencies") {
        if !wanted.contains(name) {
            wrong.push(format!("Cargo.toml [workspace.dependencies] {name}"));
        }
    }
    assert_none("a dependency that nobody uses", wrong);
}

fn names_crate(file: &Source, name: &str) -> bool {
    let path = format!("{}::", name.replace('-', "_"));
    let in_code = file
        .code()
        .any(|(_, line)| line.contains(&format!("use {path}")) || uses_path(line, &path));
    // Examples in documents are programs.
    in_code
        || file
            .text
            .lines()
            .any(|line| line.starts_with("//! ") && line.contains(&path))
}

/// The names of a section of the manifest.
fn dependencies_of<'m>(manifest: &'m str, section: &str) -> Vec<&'m str> {
    let head = format!("{section}]");
    let section = manifest
        .split("\n[")
        .find(|part| part.starts_with(&head))
        .unwrap_or_default();
    section
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once('=').map(|(name, _)| name.trim()))
        .filter(|name| !name.starts_with('#'))
        .collect()
}

/// Whether a line names `path` as the beginning of a path.
fn uses_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | ':'))
    })
}
