//! What the tests over real files share: where the files are, and what is Han.

pub(crate) mod dress;

use baogao_reading::ingest::{IngestError, reader};
use baogao_reading::report::Report;
use baogao_reading::source::{RawFile, format_of};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What the program makes of a file that it reads for another process; nothing if it ends without an answer.
#[allow(dead_code, reason = "each test program uses a part")]
pub(crate) fn read_elsewhere(file: &RawFile) -> Option<Result<Vec<Report>, IngestError>> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_baogao"))
        .arg("extract")
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut input = child.stdin.take().expect("it was asked for");
    let mut output = child.stdout.take().expect("it was asked for");
    // One that is gone before it has heard all answers nothing.
    let _ = reader::write_request(&mut input, file, None, None);
    drop(input);
    let answer = reader::read_answer(&mut output);
    child.wait().expect("it is ours");
    answer
}

/// The samples that stand in the tree, in order.
#[allow(dead_code, reason = "each test program uses a part")]
pub(crate) fn corpus() -> Vec<RawFile> {
    files_under(&Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus"))
}

/// The folder of real reports that is kept beside the tree; none where it is not at hand.
#[allow(dead_code, reason = "each test program uses a part")]
pub(crate) fn shared_reports() -> Option<PathBuf> {
    let named = std::env::var_os("BAOGAO_SHARED").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .skip(1)
        .map(|folder| folder.join("shared"));
    named
        .into_iter()
        .chain(beside)
        .map(|shared| shared.join("data/reports"))
        .find(|reports| reports.is_dir())
}

/// All text files of a folder, in order of their names, paths relative to it.
pub(crate) fn files_under(root: &Path) -> Vec<RawFile> {
    let mut paths = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the folder is readable") {
            let path = entry.expect("the entry is readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|ending| ["txt", "md", "docx"].iter().any(|known| ending == *known))
            {
                paths.push(path);
            }
        }
    }
    paths.sort();
    paths
        .into_iter()
        .map(|path| RawFile {
            bytes: std::fs::read(&path).expect("the file is readable"),
            path: path
                .strip_prefix(root)
                .expect("it lies under the root")
                .to_string_lossy()
                .into_owned(),
            format: format_of(&path.to_string_lossy()).expect("the ending is known"),
        })
        .collect()
}

/// The Han characters of a text, by a definition of its own.
#[allow(dead_code, reason = "each test program uses a part")]
pub(crate) fn han(text: &str) -> Vec<char> {
    text.chars()
        .filter(|c| matches!(u32::from(*c), 0x4e00..=0x9fff | 0x3400..=0x4dbf | 0x20000..=0x3ffff | 0x3005 | 0x3007))
        .collect()
}
