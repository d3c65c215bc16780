//! Pages that are pictures: recognised by an engine where the reader wants it, marked wherever they are shown, never twice.
//!
//! Most tests have an engine of their own, a script that says what it is told to; pictures are made by `pdftoppm`.

use crate::harness::{Ran, Sandbox, YUSHE, text};
use crate::unread::{PICTURE, lines, pdf};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Stdio};

#[expect(clippy::print_stderr, reason = "a test that skips says so")]
fn skip(why: &str) {
    eprintln!("skipped: {why}");
}

/// Whether programs are installed; says so where one is not.
fn has(programs: &[&str]) -> bool {
    let is_there = |program: &&str| {
        let mut command = Command::new(program);
        let quiet = command.arg("-v").env_clear();
        let quiet = quiet.stdout(Stdio::null()).stderr(Stdio::null());
        quiet.status().is_ok()
    };
    let missing: Vec<_> = programs
        .iter()
        .filter(|program| !is_there(program))
        .collect();
    if !missing.is_empty() {
        skip(&format!("{missing:?} is not installed"));
    }
    missing.is_empty()
}

/// Han characters.
fn han(text: &str) -> Vec<char> {
    let is_han = |c: &char| ('\u{4e00}'..='\u{9fff}').contains(c);
    text.chars().filter(is_han).collect()
}

/// How many characters two texts have in common, in order.
fn in_common(one: &[char], other: &[char]) -> usize {
    let mut best = vec![0; other.len() + 1];
    for a in one {
        let mut before = 0;
        for (at, b) in other.iter().enumerate() {
            let above = best[at + 1];
            best[at + 1] = match a == b {
                true => before + 1,
                false => above.max(best[at]),
            };
            before = above;
        }
    }
    best[other.len()]
}

#[test]
fn the_characters_of_a_scanned_page_are_found() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/ocr");
    let said = Command::new("tesseract").arg("--list-langs").output();
    let has_chinese = said.is_ok_and(|said| {
        let said = [said.stdout, said.stderr].concat();
        String::from_utf8_lossy(&said).contains("chi_sim")
    });
    if !has_chinese || !has(&["pdftoppm"]) {
        skip("tesseract with chi_sim and pdftoppm are not installed");
        return;
    }
    let sandbox = Sandbox::empty();
    let page = std::fs::read(folder.join("page.pdf")).expect("a fixture");
    sandbox.write("汾阳市2024.pdf", page);
    sandbox.run(["index", "--ocr"]).expect(0);
    let shown = sandbox
        .run(["show", "汾阳市-2024", "--format", "jsonl"])
        .rows();
    let texts = shown.iter().filter(|row| row["type"] == "passage");
    let found: String = texts.map(|row| text(row, "text")).collect();
    let truth = std::fs::read_to_string(folder.join("page.txt")).expect("a fixture");
    let (truth, found) = (han(&truth), han(&found));
    let n = in_common(&truth, &found);
    assert!(
        n * 100 >= truth.len() * 98,
        "{n} of {}: {found:?}",
        truth.len()
    );
    // Lines that the picture has broken are whole again.
    let (hits, _) = sandbox.search("现在，我代表市人民政府", []);
    assert!(text(&hits[0], "text").contains("提出意见"), "{hits:?}");
    assert_eq!(hits[0]["ocr"], true);
}

/// A sandbox with an engine that says what stands in `said.txt`, fails where that is not there, and counts its calls.
fn with_engine(said: &str) -> Option<Sandbox> {
    if !has(&["pdftoppm", "sh"]) {
        return None;
    }
    let sandbox = Sandbox::empty();
    let script = "echo $2 >> calls.txt\ntest -s \"$1\" && cat said.txt\n";
    std::fs::write(sandbox.home().join("engine.sh"), script).expect("written");
    std::fs::write(sandbox.home().join("said.txt"), said).expect("written");
    Some(sandbox)
}

fn recognise(sandbox: &Sandbox, more: &[&str]) -> Ran {
    let command = [
        "index",
        "--ocr",
        "--ocr-command",
        "sh engine.sh {image} {lang}",
    ];
    sandbox.run(command.iter().chain(more))
}

fn n_calls(sandbox: &Sandbox) -> usize {
    let calls = std::fs::read_to_string(sandbox.home().join("calls.txt")).unwrap_or_default();
    assert!(calls.lines().all(|line| line == "chi_sim"), "{calls}");
    calls.lines().count()
}

fn notes(sandbox: &Sandbox, file: &str) -> String {
    let rows = sandbox.reports();
    let row = rows.iter().find(|row| row["source"]["file"] == file);
    row.expect("it is listed")["notes"].to_string()
}

const SCANNED: &str =
    "三 、 保 障 措 施\n\n全 县 要 推 进 特 色 专 业 镇 ，\n办 好 文 旅 融 合 示 范 区 。\n";

#[test]
fn what_is_recognised_is_searched_and_marked_everywhere() {
    let Some(sandbox) = with_engine(SCANNED) else {
        return;
    };
    sandbox.write("榆社县2022.pdf", pdf(&[lines(YUSHE), PICTURE.to_owned()]));
    let ran = sandbox.run(["index"]).expect(0);
    ran.prints("1 report read only in part");
    let ran = recognise(&sandbox, &[]).expect(0);
    assert!(!ran.stdout.contains("only in part"), "{ran}");
    let said = notes(&sandbox, "榆社县2022.pdf");
    assert!(
        said.contains("pages 2 of 2 by sh engine.sh {image} {lang} (chi_sim, 200 dpi)"),
        "{said}"
    );
    // Of what the file says itself nothing is marked.
    for (phrase, is_recognised) in [("文旅融合示范区", true), ("古生物化石", false)] {
        let (hits, _) = sandbox.search(phrase, []);
        assert_eq!(hits.len(), 1, "{phrase}");
        assert_eq!(hits[0]["ocr"], is_recognised, "{phrase}");
        let kwic = sandbox.run(["kwic", phrase, "--format", "jsonl"]).rows();
        assert_eq!(kwic[0]["ocr"], is_recognised, "{phrase}");
        let line = sandbox.run(["search", phrase]).expect(0);
        assert_eq!(
            line.stdout.trim_end().ends_with("\tocr"),
            is_recognised,
            "{line}"
        );
        for (options, mark) in [
            (["--layout", "page"], " · OCR"),
            (["--format", "csv"], "true"),
            (["--format", "md"], "true"),
        ] {
            let shown = sandbox
                .run(["search", phrase].iter().chain(&options))
                .expect(0);
            assert_eq!(shown.stdout.contains(mark), is_recognised, "{shown}");
        }
    }
    let shown = sandbox
        .run(["show", "榆社县-2022", "--layout", "page"])
        .expect(0);
    let n_marked = shown.stdout.matches(" · OCR").count();
    let rows = sandbox
        .run(["show", "榆社县-2022", "--format", "jsonl"])
        .rows();
    let is_marked = |row: &&Value| row["ocr"] == true;
    assert_eq!(rows.iter().filter(is_marked).count(), n_marked, "{shown}");
    assert!(n_marked > 0 && rows.len() > n_marked);
}

#[test]
fn a_page_is_recognised_once() {
    let Some(sandbox) = with_engine(YUSHE) else {
        return;
    };
    let scan = pdf(&[PICTURE.to_owned(), PICTURE.to_owned()]);
    sandbox.write("榆社县2022.pdf", &scan);
    let ran = sandbox.run(["index"]).expect(3);
    ran.says("`baogao index --ocr` recognises them");
    recognise(&sandbox, &[]).expect(0);
    assert_eq!(n_calls(&sandbox), 2);
    // Under another name, in an index that is built anew, and after a look that changed nothing.
    sandbox.write("榆社县2021.pdf", &scan);
    recognise(&sandbox, &["--rebuild"]).expect(0);
    recognise(&sandbox, &[]).expect(0);
    assert_eq!(n_calls(&sandbox), 2);
    // What was kept and is damaged is not taken.
    let kept = sandbox
        .index()
        .join(".ocr")
        .read_dir()
        .expect("it is there");
    for entry in kept {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("a text");
        std::fs::write(&path, text.replace("专业镇", "专业")).expect("written");
    }
    recognise(&sandbox, &["--rebuild"]).expect(0);
    assert!(n_calls(&sandbox) > 2);
    assert_eq!(sandbox.counts("专业镇", [])[2], 1);
    // A run without recognition keeps what is there.
    sandbox.run(["index"]).expect(0);
    assert_eq!(sandbox.counts("专业镇", [])[2], 1);
}

#[test]
fn a_page_that_fails_costs_itself_alone() {
    let Some(sandbox) = with_engine("") else {
        return;
    };
    std::fs::remove_file(sandbox.home().join("said.txt")).expect("it was there");
    sandbox.write("榆社县2022.pdf", pdf(&[lines(YUSHE), PICTURE.to_owned()]));
    sandbox.write("侯马市2022.pdf", pdf(&[PICTURE.to_owned()]));
    let ran = recognise(&sandbox, &[]).expect(3);
    ran.says("`侯马市2022.pdf`: no text layer (a scan?) on its 1 pages, and none was recognised: page 1: `sh` failed with exit code 1")
        .prints("1 report read only in part");
    let said = notes(&sandbox, "榆社县2022.pdf");
    assert!(said.contains("\"not-recognised\""), "{said}");
    assert_eq!(sandbox.counts("古生物化石", [])[2], 1);
    let ran = recognise(&sandbox, &["--lang", "zh"]).expect(3);
    ran.says("`sh` 失败（退出码 1）");
    // An engine that says nothing has not shown that there is nothing.
    std::fs::write(sandbox.home().join("said.txt"), " \n").expect("written");
    let ran = recognise(&sandbox, &[]).expect(3);
    ran.says("page 1: nothing was recognised on it")
        .prints("1 report read only in part");
    // As soon as it says something, that is read.
    std::fs::write(sandbox.home().join("said.txt"), YUSHE).expect("written");
    recognise(&sandbox, &[]).expect(0);
}

#[test]
fn what_is_not_installed_is_said() {
    let sandbox = Sandbox::with_seeds();
    let mut command = sandbox.command(["index", "--ocr"]);
    let ran = Ran::of(command.env("PATH", sandbox.home())).expect(2);
    ran.says("is not installed")
        .says("apt install tesseract-ocr tesseract-ocr-chi-sim poppler-utils");
    assert!(!sandbox.index().exists());
    sandbox
        .run(["index", "--ocr-command", "x {image}"])
        .expect(2)
        .says("--ocr");
    sandbox
        .run(["index", "--ocr", "--ocr-command", "x"])
        .expect(2)
        .says("{image}");
    if has(&["pdftoppm", "tesseract"]) {
        let ran = sandbox
            .run(["index", "--ocr", "--ocr-language", "tlh"])
            .expect(2);
        ran.says("tesseract has no data of the language `tlh`; it has ")
            .says("eng")
            .says("apt install tesseract-ocr tesseract-ocr-tlh poppler-utils");
    }
    if has(&["pdftoppm"]) {
        let ran = sandbox.run(["index", "--ocr", "--ocr-command", "nosuch {image}"]);
        ran.expect(2).says("the program `nosuch` was not found");
    }
    assert!(!sandbox.index().exists());
}

#[test]
fn what_was_recognised_is_known_without_the_engine() {
    let Some(sandbox) = with_engine(YUSHE) else {
        return;
    };
    let scan = pdf(&[PICTURE.to_owned(), PICTURE.to_owned()]);
    sandbox.write("榆社县2022.pdf", &scan);
    recognise(&sandbox, &[]).expect(0);
    let n = sandbox.counts("古生物化石", []);
    sandbox.write("榆社县2021.pdf", &scan);
    sandbox.run(["index", "--rebuild"]).expect(0);
    assert_eq!(sandbox.counts("古生物化石", []), n);
    assert!(notes(&sandbox, "榆社县2022.pdf").contains("sh engine.sh {image} {lang}"));
    let line = ["first", "古生物化石"];
    let ran = sandbox
        .run(line.iter().chain(&["--layout", "page"]))
        .expect(0);
    ran.prints(" · OCR");
    let csv = sandbox
        .run(line.iter().chain(&["--format", "csv"]))
        .expect(0);
    let mut csv = csv::Reader::from_reader(csv.stdout.as_bytes());
    let at = csv
        .headers()
        .expect("a header")
        .iter()
        .position(|name| name == "ocr");
    let row = csv.records().next().expect("a row").expect("CSV");
    assert_eq!(row.get(at.expect("a column")), Some("true"));
    // A page that no engine has read stays unread.
    sandbox.write("侯马市2022.pdf", pdf(&[PICTURE.to_owned()]));
    let ran = sandbox.run(["index", "--rebuild"]).expect(3);
    ran.says("侯马市2022.pdf`: no text layer (a scan?) on its 1 pages: `baogao index --ocr`");
}

#[test]
fn a_dash_that_was_misread_hides_no_date() {
    let text = YUSHE.replace("——", "一一");
    assert_ne!(text, YUSHE);
    let Some(sandbox) = with_engine(&text) else {
        return;
    };
    sandbox.write("scan.pdf", pdf(&[PICTURE.to_owned()]));
    recognise(&sandbox, &[]).expect(0);
    let rows = sandbox.reports();
    assert_eq!(rows[0]["year"], 2022, "{rows:?}");
    assert_eq!(rows[0]["evidence"]["year"]["kind"], "dateline", "{rows:?}");
    assert!(rows[0]["date"].is_string(), "{rows:?}");
}
