//! What stands beside reports and is none is passed over and counted; what may be one is not; what the reader excludes is out.

use crate::harness::{Ran, Sandbox, YUSHE, text};
use serde_json::{Value, json};
use std::io::Write;

/// Another report.
const FENYANG: &str = "汾阳市2024年政府工作报告\n\n各位代表：\n\n今年要推进专业镇建设。\n";

/// Whether a search says that the corpus is another than what was indexed.
#[track_caller]
fn is_stale(sandbox: &Sandbox) -> Value {
    let rows = sandbox.run(["search", "化石", "--format", "jsonl"]).rows();
    let summary = rows.last().expect("a summary");
    summary["stale"].clone()
}

/// The files that were refused, by name.
fn refused(sandbox: &Sandbox) -> Vec<String> {
    let rows = sandbox.run(["reports", "--format", "jsonl"]).rows();
    let summary = rows.last().expect("a summary");
    let refused = summary["refused"].as_array().expect("a list");
    refused
        .iter()
        .map(|row| text(row, "file").to_owned())
        .collect()
}

/// The ids of all reports.
fn ids(sandbox: &Sandbox) -> Vec<String> {
    let rows = sandbox.run(["reports", "--format", "jsonl"]).rows();
    let reports = rows.iter().filter(|row| row["type"] == "report");
    reports.map(|row| text(row, "id").to_owned()).collect()
}

fn line_of<'r>(ran: &'r Ran, start: &str) -> Option<&'r str> {
    let mut lines = ran.stderr.lines().chain(ran.stdout.lines());
    lines.find(|line| line.starts_with(start))
}

#[test]
fn what_stands_beside_reports_is_passed_over_and_counted_in_one_line() {
    let sandbox = Sandbox::empty();
    sandbox.write("yushe.txt", YUSHE);
    for name in [
        "logo.png",
        "图/1.JPG",
        "a.svg",
        "app.js",
        "Thumbs.db",
        "~$a.docx",
        ".DS_Store",
        "page_files/b.html",
    ] {
        sandbox.write(name, "x");
    }
    sandbox.write(
        "page.html",
        "<html><body><p>晋中市的专业镇。</p></body></html>",
    );
    let ran = sandbox.run(["index"]).expect(0);
    assert_eq!(
        line_of(&ran, "passed over"),
        Some(
            "passed over: 3 pictures, 2 files of programs, 1 lock file, 1 hidden file, \
             1 folder of a saved page"
        ),
        "{ran}"
    );
    assert_eq!(refused(&sandbox), [""; 0]);
    let ran = sandbox.run(["index", "--verbose"]).expect(0);
    ran.says("  `图/1.JPG` (1 picture)")
        .says("  `page_files/` (1 folder of a saved page)")
        .says("  `~$a.docx` (1 lock file)");
    let check = sandbox.run(["check"]).expect(0);
    check
        .prints("passed over: 3 pictures, ")
        .prints("the corpus is as it was indexed");
    let check = sandbox.run(["check", "--verbose"]).expect(0);
    check.prints("  `app.js` (1 file of programs)");
}

#[test]
fn a_picture_that_may_be_of_a_report_is_known_to_be_missing() {
    let sandbox = Sandbox::empty();
    sandbox.write("yushe.txt", YUSHE);
    sandbox.write("青海省2024年政府工作报告.jpg", "x");
    sandbox.write("甘肃/2023/001.png", "x");
    sandbox.write("政府工作报告.tif", "x");
    sandbox.write("海南省2022.bak", "x");
    sandbox.write("a.xyz", "x");
    sandbox.write("甘肃/logo.png", "x");
    sandbox.run(["index"]).expect(3);
    assert_eq!(
        refused(&sandbox),
        [
            "a.xyz",
            "政府工作报告.tif",
            "海南省2022.bak",
            "甘肃/2023/001.png",
            "青海省2024年政府工作报告.jpg",
        ]
    );
    let fix = sandbox.run(["reports", "--to-fix"]);
    fix.says("`甘肃/2023/001.png` (甘肃省, 2023): a picture (`.png`), of which no text is read");
    // No answer about it is a zero.
    let count = sandbox.run(["count", "专业镇", "--region", "青海", "--year", "2024"]);
    assert!(
        format!("{count}").contains("青海省2024年政府工作报告.jpg"),
        "{count}"
    );
}

#[test]
fn a_picture_that_the_list_of_the_reader_names_is_known_to_be_missing() {
    let sandbox = Sandbox::empty();
    sandbox.write("yushe.txt", YUSHE);
    sandbox.write("scan.png", "x");
    sandbox.run(["index"]).expect(0);
    assert_eq!(refused(&sandbox), [""; 0]);
    let list = "[\"./scan.png\"]\nregion = \"青海\"\nyear = 2024\n";
    sandbox.write("reports.toml", list);
    let ran = sandbox.run(["index"]).expect(3);
    assert_eq!(line_of(&ran, "`reports.toml` names"), None, "{ran}");
    assert_eq!(refused(&sandbox), ["scan.png"]);
    assert_eq!(is_stale(&sandbox), json!(false));
}

#[test]
fn a_search_sees_a_new_report_and_no_new_picture() {
    let sandbox = Sandbox::empty();
    sandbox.write("a/yushe.txt", YUSHE);
    sandbox.write(".baogaoignore", "drafts/\n");
    sandbox
        .run(["index", "corpus", "--exclude", "*.csv"])
        .expect(0);
    assert_eq!(is_stale(&sandbox), json!(false));
    for name in [
        "a/logo.png",
        "a/app.js",
        "a/~$b.docx",
        "a/.DS_Store",
        "a/t.csv",
        "a/drafts/x.txt",
        "drafts/x.txt",
    ] {
        sandbox.write(name, "x");
        assert_eq!(is_stale(&sandbox), json!(false), "{name}");
        let check = sandbox.run(["check"]).expect(0);
        check.prints("the corpus is as it was indexed");
    }
    sandbox.write("a/青海省2024.png", "x");
    assert_eq!(is_stale(&sandbox), json!(true));
    sandbox.run(["index"]).expect(3);
    assert_eq!(is_stale(&sandbox), json!(false));
    sandbox.write("a/fenyang.txt", FENYANG);
    assert_eq!(is_stale(&sandbox), json!(true));
}

#[test]
fn a_report_in_the_folder_of_a_page_is_read_and_the_rest_of_it_passed_over() {
    let sandbox = Sandbox::empty();
    let frame = |text: &str| {
        let lines = text.lines().filter(|line| !line.is_empty());
        let body: String = lines.map(|line| format!("<p>{line}</p>\n")).collect();
        format!("<html><head><meta charset=utf-8></head><body>{body}</body></html>")
    };
    let outer = "<html><frameset><frame src=\"page_files/main.html\"></frameset></html>";
    sandbox.write("page.html", outer);
    sandbox.write("page_files/main.html", frame(YUSHE));
    sandbox.write("page_files/menu.html", "<html><p>首页</p></html>");
    sandbox.write("page_files/a.css", "x");
    sandbox.write("page_files/b.js.download", "x");
    sandbox.write("page_files/2024.png", "x");
    sandbox.write("page_files/data.json", "[]");
    sandbox.write("list.htm", frame("附件"));
    sandbox.write("list_files/in/汾阳市2024.txt", FENYANG);
    sandbox.write("plain.html", frame("没有"));
    sandbox.write("plain_files/menu.html", "<html><p>首页</p></html>");
    sandbox.write("plain_files/a.js", "x");
    let ran = sandbox.run(["index", "--verbose"]);
    let mut found = ids(&sandbox);
    found.retain(|id| ["榆社县-2022", "汾阳市-2024"].contains(&id.as_str()));
    assert_eq!(found.len(), 2, "{ran}");
    for name in [
        "menu.html",
        "a.css",
        "b.js.download",
        "2024.png",
        "data.json",
    ] {
        assert!(
            ran.stderr.contains(&format!("  `page_files/{name}`")),
            "{name}: {ran}"
        );
    }
    let ran = ran.says("  `plain_files/` (1 folder of a saved page)");
    assert!(!ran.stderr.contains("plain_files/menu.html"), "{ran}");
}

#[test]
fn what_is_excluded_is_as_if_it_was_not_there_until_it_is_asked_otherwise() {
    let sandbox = Sandbox::empty();
    sandbox.write("yushe.txt", YUSHE);
    sandbox.write("old/fenyang.txt", FENYANG);
    sandbox.write("!odd.csv", "x");
    sandbox.run(["index"]).expect(3);
    assert_eq!(ids(&sandbox).len(), 2);
    assert_eq!(refused(&sandbox), ["!odd.csv"]);
    let ran = sandbox.run(["index", "--exclude", "./old/", "--exclude", "!odd.*"]);
    let ran = ran.expect(0).prints("index up to date");
    assert_eq!(
        line_of(&ran, "passed over"),
        Some("passed over: 2 by --exclude")
    );
    assert_eq!(ids(&sandbox), ["榆社县-2022"]);
    assert_eq!(refused(&sandbox), [""; 0]);
    assert_eq!(is_stale(&sandbox), json!(false));
    // It is remembered, by an index that is built anew as well.
    for arguments in [
        &["index"][..],
        &["index", "--rebuild"],
        &["index", "--verbose"],
    ] {
        let ran = sandbox.run(arguments).expect(0);
        assert_eq!(
            line_of(&ran, "passed over"),
            Some("passed over: 2 by --exclude")
        );
        assert_eq!(ids(&sandbox), ["榆社县-2022"]);
    }
    sandbox
        .run(["check", "--verbose"])
        .expect(0)
        .prints("  `old/` (1 by --exclude)");
    // Other globs take its place, and say where they name nothing.
    let ran = sandbox.run(["index", "--exclude", "yushe*", "--exclude", "corpus/old"]);
    ran.says("`--exclude corpus/old` excludes nothing");
    assert_eq!(ids(&sandbox), ["汾阳市-2024"]);
    let ran = sandbox.run(["index", "--exclude", ""]).expect(3);
    assert_eq!(line_of(&ran, "passed over"), None, "{ran}");
    assert_eq!(ids(&sandbox).len(), 2);
    // All of it may be excluded.
    sandbox.run(["index", "--exclude", "*"]).expect(0);
    assert_eq!(ids(&sandbox), [""; 0]);
}

#[test]
fn what_is_excluded_is_remembered_beside_a_damaged_list_of_files() {
    let sandbox = Sandbox::empty();
    sandbox.write("yushe.txt", YUSHE);
    sandbox.write("old/fenyang.txt", FENYANG);
    sandbox.run(["index", "--exclude", "old"]).expect(0);
    let entries = std::fs::read_dir(sandbox.generation()).expect("it is there");
    let tables = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            let name = path.file_name().expect("a name").to_string_lossy();
            name.starts_with("files-")
        });
    for table in tables {
        std::fs::write(table, "x").expect("written");
    }
    sandbox.run(["index", "--rebuild"]).expect(0);
    assert_eq!(ids(&sandbox), ["榆社县-2022"]);
}

#[test]
fn a_glob_that_is_none_is_refused_before_anything_is_done() {
    let sandbox = Sandbox::empty();
    sandbox.write("yushe.txt", YUSHE);
    let before = sandbox.everything();
    let ran = sandbox.run(["index", "--exclude", "a[b"]).expect(2);
    ran.says("a[b").says("unclosed character class");
    assert_eq!(sandbox.everything(), before);
}

#[test]
fn a_list_in_any_folder_says_what_is_passed_over() {
    let sandbox = Sandbox::empty();
    sandbox.write("yushe.txt", YUSHE);
    sandbox.write("a/fenyang.txt", FENYANG);
    sandbox.write("a/x.doc", "x");
    sandbox.write("a/y.doc", "x");
    sandbox.write("a/草稿/z.doc", "x");
    sandbox.write("b/x.doc", "x");
    sandbox.write(".baogaoignore", "# nothing old\r\n*.doc\r\n");
    sandbox.write("a/.baogaoignore", "\u{feff}!y.doc\n/草稿/\n");
    sandbox
        .run(["index"])
        .expect(3)
        .says("passed over: 3 by .baogaoignore");
    assert_eq!(refused(&sandbox), ["a/y.doc"]);
    assert_eq!(is_stale(&sandbox), json!(false));
    // Each change of a list is seen, and counts.
    sandbox.write("a/.baogaoignore", "fenyang.*\n");
    assert_eq!(is_stale(&sandbox), json!(true));
    sandbox.run(["index"]).expect(0);
    assert_eq!(ids(&sandbox), ["榆社县-2022"]);
    assert_eq!(is_stale(&sandbox), json!(false));
    sandbox.remove("a/.baogaoignore");
    assert_eq!(is_stale(&sandbox), json!(true));
    sandbox.run(["index"]).expect(0);
    assert_eq!(ids(&sandbox).len(), 2);
    sandbox.write("b/.baogaoignore", "!*.doc\n");
    assert_eq!(is_stale(&sandbox), json!(true));
    sandbox.run(["index"]).expect(3);
    assert_eq!(refused(&sandbox), ["b/x.doc"]);
}

#[test]
fn a_line_that_means_nothing_is_named_and_the_rest_of_the_list_counts() {
    let sandbox = Sandbox::empty();
    sandbox.write("yushe.txt", YUSHE);
    sandbox.write("a/x.doc", "x");
    sandbox.write("a/.baogaoignore", b"x[\n\n\xff\n*.doc\n");
    for _ in 0..2 {
        let ran = sandbox.run(["index"]).expect(0);
        ran.says("`a/.baogaoignore`, line 1: unclosed character class")
            .says("`a/.baogaoignore`, line 3: is not UTF-8; the rest of it counts")
            .says("passed over: 1 by .baogaoignore");
    }
    sandbox.write("a/.baogaoignore", vec![b'#'; 70_000]);
    let ran = sandbox.run(["index"]).expect(3);
    ran.says("`a/.baogaoignore` does not count: larger than 64 KiB");
}

#[cfg(unix)]
#[test]
fn names_are_matched_whatever_they_are() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let sandbox = Sandbox::empty();
    sandbox.write("yushe.txt", YUSHE);
    let write = |name: &[u8]| {
        let path = sandbox.corpus().join(OsStr::from_bytes(name));
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, "x").expect("written");
    };
    write(b"a\xff.png");
    write(b"b\xff/c.doc");
    write("re\u{301}sume\u{301}.doc".as_bytes());
    sandbox.write(".baogaoignore", "b*/\n");
    sandbox
        .run(["index", "corpus", "--exclude", "résumé.doc"])
        .expect(0)
        .says("passed over: 1 picture, 1 by .baogaoignore, 1 by --exclude");
    assert_eq!(is_stale(&sandbox), json!(false));
    write(b"a\xfe.png");
    write("e\u{301}/re\u{301}sume\u{301}.doc".as_bytes());
    sandbox.run(["index"]).expect(0);
    write("e\u{301}/b\u{301}/x.doc".as_bytes());
    assert_eq!(is_stale(&sandbox), json!(false));
    sandbox
        .run(["check"])
        .expect(0)
        .prints("the corpus is as it was indexed");
}

#[cfg(feature = "archives")]
#[test]
fn members_of_archives_are_passed_over_as_files_are() {
    let sandbox = Sandbox::empty();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in [
        ("yushe.txt", YUSHE),
        ("logo.png", "x"),
        ("app.js", "x"),
        ("__MACOSX/a.txt", "x"),
        ("青海省2024年.png", "x"),
    ] {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(name, options).expect("begun");
        zip.write_all(bytes.as_bytes()).expect("written");
    }
    let bytes = zip.finish().expect("ended").into_inner();
    sandbox.write("all.zip", bytes);
    sandbox.run(["index"]).expect(3);
    assert_eq!(refused(&sandbox), ["all.zip/青海省2024年.png"]);
    let notes = sandbox.run(["reports", "--notes"]).expect(0);
    notes
        .prints("passed-over 1 pictures")
        .prints("passed-over 2 files that programs leave beside others");
}
