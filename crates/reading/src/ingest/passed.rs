//! What stands beside reports and is none, told by its name.
//!
//! In: the path of a file. Out: why it is passed over, or nothing where it is to be read or refused. What is passed over is
//! counted and makes no answer doubtful; so nothing is that may be a report.
//!
//! # Invariants
//!
//! - A picture or a trace (`.bak`, `.lnk`) whose name or folders tell a report may be its pages, or point at them: it is
//!   refused, and known to be missing.
//! - An ending that is not listed here is not passed over.

use super::place::Place;
use crate::format::is_picture;
use serde::{Deserialize, Serialize};

/// Why something is passed over.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum WhyPassed {
    /// A picture that names no report.
    Picture,
    /// Code, settings and other files for programs alone.
    Program,
    /// What Office keeps beside a document that somebody has open.
    LockFile,
    /// A name that begins with a dot.
    Hidden,
    /// The folder that belongs to a page that was saved whole.
    PageFolder,
    /// A line of a `.baogaoignore` says so.
    Listed,
    /// `--exclude` says so.
    Excluded,
}

/// Endings of code and of files that programs write for themselves. None of a format that holds documents, in however odd a
/// way: a dump of a database is one.
const PROGRAMS: [&str; 52] = [
    "apk", "bash", "bat", "c", "cc", "cfg", "class", "cmd", "conf", "cpp", "css", "db", "dll",
    "dmg", "dylib", "eot", "exe", "go", "h", "hpp", "ini", "jar", "java", "js", "jsx", "less",
    "lock", "log", "lua", "map", "mjs", "msi", "o", "otf", "php", "pl", "ps1", "pyc", "py", "r",
    "rb", "rs", "sass", "scss", "sh", "so", "sys", "ts", "tsx", "ttf", "woff", "woff2",
];

/// Endings of what is left over from documents, or points at them: the document may be missing.
const TRACES: [&str; 6] = ["bak", "lnk", "swp", "temp", "tmp", "url"];

/// Whether a file is passed over for its name, of which the folders above are part.
pub fn by_name(path: &str) -> Option<WhyPassed> {
    let name = path.rsplit('/').next().unwrap_or(path);
    if name.starts_with("~$") {
        return Some(WhyPassed::LockFile);
    }
    if name.starts_with('.') {
        return Some(WhyPassed::Hidden);
    }
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let ending = ending.to_ascii_lowercase();
    if PROGRAMS.contains(&ending.as_str()) {
        return Some(WhyPassed::Program);
    }
    let why = match TRACES.contains(&ending.as_str()) {
        true => WhyPassed::Program,
        false if is_picture(name) => WhyPassed::Picture,
        false => return None,
    };
    (!tells_report(path, name)).then_some(why)
}

/// Whether a picture or a trace may be of a report: by a region or a year in its name, or by its folders if they tell both.
fn tells_report(path: &str, name: &str) -> bool {
    let of_name = Place::of_path(name);
    if is_called_report(path) || of_name.region.is_some() || of_name.year.is_some() {
        return true;
    }
    let of_path = Place::of_path(path);
    of_path.region.is_some() && of_path.year.is_some()
}

fn is_called_report(name: &str) -> bool {
    ["工作报告", "工作報告"]
        .iter()
        .any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Format;

    #[test]
    fn what_may_be_a_report_is_not_passed_over() {
        for path in [
            "2024年青海省政府工作报告.jpg",
            "青海.png",
            "2024-01.tif",
            "政府工作报告.PNG",
            "青海省2024年政府工作报告/001.jpg",
            "青海/2024/001.jpg",
            "青海省2024.bak",
            "2024.tmp",
            "青海/2024/a.temp",
            "工作报告.lnk",
            "a.xyz",
            "a.sql",
            "a.txt",
            "a",
            "png",
        ] {
            assert_eq!(by_name(path), None, "{path}");
        }
        for (path, why) in [
            ("a.png", WhyPassed::Picture),
            ("青海/图1.JPEG", WhyPassed::Picture),
            ("2024/logo.svg", WhyPassed::Picture),
            ("青海/2024/Thumbs.db", WhyPassed::Program),
            ("青海/2024/desktop.ini", WhyPassed::Program),
            ("report_2024.py", WhyPassed::Program),
            ("a/~WRL0001.tmp", WhyPassed::Program),
            ("~$24年青海省政府工作报告.docx", WhyPassed::LockFile),
            ("a/.DS_Store", WhyPassed::Hidden),
        ] {
            assert_eq!(by_name(path), Some(why), "{path}");
        }
    }

    #[test]
    fn no_format_is_passed_over() {
        for ending in PROGRAMS.into_iter().chain(TRACES) {
            assert_eq!(Format::of_name(&format!("a.{ending}")), None, "{ending}");
        }
    }
}
