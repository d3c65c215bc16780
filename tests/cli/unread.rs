//! What lies in the corpus and was not read, or only in part, is named with the place where it belongs.

use crate::harness::{Sandbox, YUSHE, seed, text};
use serde_json::{Value, json};

/// The first bytes of a Word file of before 2007, which is not read.
pub(crate) const OLD_WORD: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0\0\0\0\0";

/// A picture of a page: one white point over all of it.
pub(crate) const PICTURE: &str = "q 595 0 0 842 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \u{1} EI Q";

/// A PDF of these pages: what is drawn on each.
pub(crate) fn pdf(pages: &[String]) -> Vec<u8> {
    let first = 5;
    let kids: Vec<String> = (0..pages.len())
        .map(|at| format!("{} 0 R", first + 2 * at))
        .collect();
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!(
            "<</Type/Pages/Kids[{}]/Count {}>>",
            kids.join(" "),
            kids.len()
        ),
        "<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>"
            .to_owned(),
        "<</Type/Font/Subtype/CIDFontType0/BaseFont/SimSun/CIDSystemInfo<</Registry(Adobe)\
         /Ordering(GB1)/Supplement 5>>/DW 1000>>"
            .to_owned(),
    ];
    for (at, drawn) in pages.iter().enumerate() {
        objects.push(format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {} 0 R\
             /Resources<</Font<</F1 3 0 R>>>>>>",
            first + 2 * at + 1
        ));
        objects.push(format!(
            "<</Length {}>>stream\n{drawn}\nendstream",
            drawn.len()
        ));
    }
    with_table(&objects)
}

/// A file of these objects, numbered from 1.
fn with_table(objects: &[String]) -> Vec<u8> {
    let mut out = "%PDF-1.4\n".to_owned();
    let mut places = String::new();
    for (at, body) in objects.iter().enumerate() {
        places.push_str(&format!("{:010} 00000 n \n", out.len()));
        out.push_str(&format!("{} 0 obj\n{body}\nendobj\n", at + 1));
    }
    let (n, table) = (objects.len() + 1, out.len());
    out.push_str(&format!("xref\n0 {n}\n0000000000 65535 f \n{places}"));
    out.push_str(&format!(
        "trailer<</Size {n}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n"
    ));
    out.into_bytes()
}

/// A page of text.
pub(crate) fn lines(text: &str) -> String {
    let show = |line: &str| {
        let units: String = line
            .encode_utf16()
            .map(|unit| format!("{unit:04x}"))
            .collect();
        format!("<{units}> Tj T*")
    };
    let shown: Vec<String> = text.lines().map(show).collect();
    format!("BT /F1 14 Tf 22 TL 72 780 Td {} ET", shown.join(" "))
}

/// What `reports` says of refused files, by name.
fn refused(sandbox: &Sandbox) -> Vec<Value> {
    let rows = sandbox.run(["reports", "--format", "jsonl"]).rows();
    let summary = rows.last().expect("a summary");
    summary["refused"].as_array().expect("a list").clone()
}

/// Name, code of the region and year of a refused file.
fn placed(row: &Value) -> (&str, Value) {
    (text(row, "file"), json!([row["region_code"], row["year"]]))
}

#[test]
fn a_file_that_is_not_read_is_placed_by_its_name_or_its_folders() {
    let sandbox = Sandbox::empty();
    sandbox.write("yushe.txt", YUSHE);
    sandbox.write("2025年青海省政府工作报告.doc", OLD_WORD);
    sandbox.write("青海/2024/政府工作报告.doc", OLD_WORD);
    // What Office keeps beside a document that somebody has open is no file of the reader's.
    sandbox.write("~$25年青海省政府工作报告.docx", "x");
    sandbox.write("memo.doc", OLD_WORD);
    sandbox.write("汾阳市2024.txt", OLD_WORD);
    sandbox.run(["index"]).expect(3);
    let rows = refused(&sandbox);
    let found: Vec<_> = rows.iter().map(placed).collect();
    assert_eq!(
        found,
        [
            ("2025年青海省政府工作报告.doc", json!(["630000", 2025])),
            ("memo.doc", json!([null, null])),
            ("汾阳市2024.txt", json!(["141182", 2024])),
            ("青海/2024/政府工作报告.doc", json!(["630000", 2024])),
        ]
    );
    assert_eq!(rows[0]["region"], json!(["青海省"]));
    assert_eq!(rows[1]["region"], Value::Null);
    let fix = sandbox.run(["reports", "--to-fix"]);
    fix.says("  `2025年青海省政府工作报告.doc` (青海省, 2025): the file is damaged")
        .says("  `memo.doc`: the file is damaged");
    let check = sandbox.run(["check"]).expect(0);
    check
        .prints("4 files could not be read: `baogao check --verbose` names all")
        .prints("the corpus is as it was indexed");
    let check = sandbox.run(["check", "--verbose"]).expect(0);
    check.prints("  `青海/2024/政府工作报告.doc` (青海省, 2024): ");
}

#[test]
fn what_the_list_of_the_reader_says_places_a_file_that_is_not_read() {
    let sandbox = Sandbox::empty();
    sandbox.write("yushe.txt", YUSHE);
    sandbox.write("a.doc", OLD_WORD);
    sandbox.write("b.pdf", "no PDF");
    sandbox.run(["index"]).expect(3);
    let of = |sandbox: &Sandbox| {
        let rows = refused(sandbox);
        rows.iter().map(|row| placed(row).1).collect::<Vec<Value>>()
    };
    assert_eq!(of(&sandbox), [json!([null, null]), json!([null, null])]);
    let list = "[\"a.doc\"]\nregion = \"青海\"\nyear = 2025\n[\"b.pdf\"]\nregion = \"汾阳市\"\n";
    sandbox.write("reports.toml", list);
    sandbox.run(["index"]).expect(3);
    assert_eq!(
        of(&sandbox),
        [json!(["630000", 2025]), json!(["141182", null])]
    );
    let ran = sandbox.run(["index"]).expect(3);
    ran.prints("nothing has changed");
    sandbox.remove("reports.toml");
    sandbox.run(["index"]).expect(3);
    assert_eq!(of(&sandbox), [json!([null, null]), json!([null, null])]);
}

#[test]
fn files_are_named_as_answers_name_them_where_there_are_several_folders() {
    let sandbox = Sandbox::empty();
    sandbox.write("yushe.txt", YUSHE);
    let other = sandbox.home().join("other");
    std::fs::create_dir(&other).expect("a folder");
    std::fs::write(other.join("青海省2025.doc"), OLD_WORD).expect("written");
    sandbox.run(["index", "corpus", "other"]).expect(3);
    let rows = refused(&sandbox);
    assert_eq!(
        placed(&rows[0]),
        ("other/青海省2025.doc", json!(["630000", 2025]))
    );
}

#[cfg(feature = "pdf")]
#[test]
fn a_report_of_which_pages_are_pictures_says_so() {
    let sandbox = Sandbox::empty();
    let blank = "0 0 m 100 100 l S".to_owned();
    let outlined = "0 0 m 1 2 3 4 5 6 c f ".repeat(500);
    let logo = PICTURE.replace("595 0 0 842", "60 0 0 60");
    let whole = YUSHE.replace("榆社县", "汾阳市");
    sandbox.write(
        "scanned.pdf",
        pdf(&[lines(YUSHE), PICTURE.to_owned(), blank.clone()]),
    );
    sandbox.write("whole.pdf", pdf(&[lines(&whole), blank, logo]));
    let curves = YUSHE.replace("榆社县", "侯马市");
    sandbox.write("curves.pdf", pdf(&[lines(&curves), outlined]));
    sandbox.write("2025年青海省.pdf", pdf(&[PICTURE.to_owned()]));
    let ran = sandbox.run(["index"]).expect(3);
    ran.prints("2 reports read only in part");
    let rows = sandbox.reports();
    let partial = |name: &str| {
        let row = rows.iter().find(|row| row["source"]["file"] == name);
        row.expect("it is listed")["partial"].clone()
    };
    assert_eq!(partial("scanned.pdf"), true);
    assert_eq!(partial("curves.pdf"), true);
    assert_eq!(partial("whole.pdf"), false);
    let row = rows
        .iter()
        .find(|row| row["source"]["file"] == "scanned.pdf");
    let notes = row.expect("it is listed")["notes"].to_string();
    assert!(
        notes.contains("\"page-not-read\"") && notes.contains("pages 2 of 3"),
        "{notes}"
    );
    let rows = refused(&sandbox);
    assert_eq!(
        placed(&rows[0]),
        ("2025年青海省.pdf", json!(["630000", 2025]))
    );
    let fix = sandbox.run(["reports", "--to-fix"]).expect(0);
    let fix = fix.prints("read only in part").prints("scanned.pdf");
    assert!(!fix.stdout.contains("whole.pdf"), "{fix}");
    let check = sandbox.run(["check", "--verbose"]).expect(0);
    check
        .prints("2 reports read only in part:")
        .prints("  `scanned.pdf` (榆社县-2022)");
}

#[cfg(feature = "pdf")]
#[test]
fn a_whole_copy_stands_for_one_that_was_read_in_part() {
    let sandbox = Sandbox::empty();
    sandbox.write("a.pdf", pdf(&[lines(YUSHE), PICTURE.to_owned()]));
    sandbox.write("b.txt", YUSHE);
    sandbox.run(["index"]).expect(0);
    let rows = sandbox.reports();
    let kept = rows.iter().find(|row| row["duplicate_of"].is_null());
    assert_eq!(kept.expect("one is kept")["source"]["file"], "b.txt");
    let check = sandbox.run(["check"]).expect(0);
    assert!(!check.stdout.contains("in part"), "{check}");
}

#[test]
fn a_file_that_was_refused_is_to_fix_in_every_form() {
    let sandbox = Sandbox::empty();
    let line =
        |n: u32| format!("第{n}，全县上下团结奋斗，各项事业取得新的进步，群众生活改善。\n\n");
    let lines = |from: u32| (from..from + 30).map(line).collect::<String>();
    let (lines, more) = (lines(1), lines(31));
    let text = format!(
        "代县人民政府工作报告\n\n——2020年3月6日在代县第十七届人民代表大会第三次会议上\n\n各位代表：\n\n\
         现在，我代表代县人民政府向大会报告工作，请予审议。\n\n一、2019年工作回顾\n\n{lines}二、2020年工作安排\n\n{more}"
    );
    sandbox.write("a.txt", text);
    sandbox.write("2025年青海省政府工作报告.doc", OLD_WORD);
    sandbox.run(["index"]).expect(3);
    // Nothing but the file is to fix, and that is found.
    let fix = sandbox.run(["reports", "--to-fix"]).expect(0);
    fix.says("0 texts to fix of 1").says("2025年青海省");
    let table = sandbox
        .run(["reports", "--to-fix", "--format", "csv"])
        .expect(0);
    let lines: Vec<&str> = table.stdout.lines().collect();
    assert_eq!(lines.len(), 3, "{table}");
    assert!(lines[0].ends_with(",refused"), "{table}");
    assert!(
        lines[1].contains("630000") && lines[1].contains("青海省政府工作报告.doc"),
        "{table}"
    );
    assert!(lines[1].contains("the file is damaged"), "{table}");
    let elsewhere = [
        "reports",
        "--to-fix",
        "--region",
        "山西省",
        "--format",
        "csv",
    ];
    let table = sandbox.run(elsewhere).expect(1);
    assert_eq!(table.stdout.lines().count(), 2, "{table}");
    let second = ["reports", "--to-fix", "--offset", "1", "--format", "csv"];
    assert_eq!(sandbox.run(second).expect(0).stdout.lines().count(), 2);
}

#[test]
fn a_refused_file_of_an_unknown_year_may_be_of_any() {
    let sandbox = Sandbox::empty();
    sandbox.write("yushe.txt", YUSHE);
    sandbox.write("青海省政府工作报告.doc", OLD_WORD);
    sandbox.run(["index"]).expect(3);
    let grid = [
        "reports",
        "--coverage",
        "--region",
        "青海",
        "--year",
        "2020..2021",
    ];
    let mut line = grid.to_vec();
    line.extend(["--format", "jsonl"]);
    let rows = sandbox.run(line).rows();
    let statuses: Vec<&str> = rows
        .iter()
        .filter_map(|row| row["status"].as_str())
        .collect();
    assert_eq!(statuses, ["unread", "unread"]);
    for by in ["region,year", "province", "part", "report", "region,part"] {
        let line = [
            "count",
            "专业镇",
            "--region",
            "青海",
            "--year",
            "2020",
            "--by",
            by,
        ];
        let mut line = line.to_vec();
        line.extend(["--format", "jsonl"]);
        let rows = sandbox.run(line).rows();
        let rows: Vec<&Value> = rows.iter().filter(|row| row["type"] == "count").collect();
        assert!(!rows.is_empty(), "{by}");
        for row in rows {
            assert_eq!(row["state"], "unread", "{by}: {row}");
            assert_eq!(row["occurrences"], Value::Null, "{by}: {row}");
        }
    }
    let listed = [
        "reports",
        "--with",
        "专业镇",
        "--region",
        "青海",
        "--year",
        "2020",
        "--format",
        "json",
    ];
    let answer: Value = serde_json::from_str(&sandbox.run(listed).stdout).expect("JSON");
    assert_eq!(answer["summary"]["not_held"], json!([]));
    // Nothing was read that could define anything.
    let defined = ["define", "专业镇", "--region", "青海", "--format", "json"];
    let answer: Value = serde_json::from_str(&sandbox.run(defined).stdout).expect("JSON");
    assert_eq!(answer["summary"]["state"], "unread");
    assert_eq!(answer["summary"]["definitions"], Value::Null);
    sandbox
        .run(["define", "专业镇", "--region", "青海"])
        .says("was not found; what there is could not be read");
}

#[cfg(feature = "archives")]
#[test]
fn a_member_of_an_archive_that_is_refused_is_a_file_that_was_not_read() {
    use std::io::{Cursor, Write};
    let sandbox = Sandbox::empty();
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, content) in [
        ("甲/榆社县2022.txt", YUSHE.as_bytes()),
        ("乙/2025年青海省政府工作报告.caj", b"CAJ\0"),
    ] {
        zip.start_file(name, options).expect("memory");
        zip.write_all(content).expect("memory");
    }
    let bytes = zip.finish().expect("memory").into_inner();
    sandbox.write("报告.zip", bytes);
    let name = "报告.zip/乙/2025年青海省政府工作报告.caj";
    sandbox.run(["index"]).expect(3).says(name);
    let rows = refused(&sandbox);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["file"], name);
    assert_eq!(placed(&rows[0]).1, json!(["630000", 2025]));
    let line = ["count", "专业镇", "--region", "青海", "--format", "jsonl"];
    let rows = sandbox.run(line).rows();
    assert_eq!(rows[0]["state"], "unread", "{rows:?}");
    let held = sandbox.run(["reports", "--format", "jsonl"]).rows();
    assert!(held[0]["id"].as_str().expect("an id").starts_with("榆社县"));
    // Nothing has changed: it is not read again, and still known.
    sandbox.run(["index"]).expect(3).says(name);
}

/// A report of 孝义市, whole.
fn of_xiaoyi(year: u16, title: &str) -> String {
    let done = "经济运行总体平稳，各项事业取得新的成绩，民生持续改善。".repeat(20);
    let to_do = "要坚持稳中求进工作总基调，推动高质量发展，着力保障民生。".repeat(20);
    format!(
        "孝义市人民政府工作报告{title}\n\n——{year}年3月6日在孝义市第十七届人民代表大会第三次会议上\n\n各位代表：\n\n\
         现在，我代表孝义市人民政府向大会报告工作，请予审议。\n\n一、{}年工作回顾\n\n{done}\n\n二、{year}年工作安排\n\n{to_do}\n\n\
         各位代表！让我们团结一心，为建设美好孝义而努力奋斗！\n",
        year - 1
    )
}

#[test]
fn absence_beside_a_report_that_is_not_whole_is_not_said_of_it() {
    let sandbox = Sandbox::empty();
    sandbox.write("a.txt", of_xiaoyi(2023, ""));
    sandbox.write("b.txt", of_xiaoyi(2024, "（摘登）"));
    sandbox.run(["index"]).expect(0);
    for line in [
        &["search", "专业镇"][..],
        &["search", "专业镇 -白酒"],
        &["kwic", "专业镇"],
        &["count", "专业镇"],
        &["count", "专业镇", "--by", "region"],
        &["first", "专业镇"],
    ] {
        let said = sandbox.run(line.iter().copied());
        said.says("1 report not whole, or read in part");
        let line = line.iter().copied().chain(["--format", "json"]);
        let json: serde_json::Value =
            serde_json::from_str(&sandbox.run(line).stdout).expect("JSON");
        let notices = json["summary"]["notices"].as_array().expect("notices");
        let not_shown = notices.iter().find(|notice| notice["code"] == "not_shown");
        assert_eq!(not_shown.expect("it is told")["reports"], 1);
    }
    // Of what is said nothing is unknown.
    let said = sandbox.run(["search", "民生"]);
    let said = said.says("1 report not whole");
    assert!(!said.stderr.contains("may stand there"), "{said}");
}

#[test]
fn a_file_of_rich_text_that_breaks_off_is_read_in_part() {
    let sandbox = Sandbox::empty();
    let escaped: String = of_xiaoyi(2024, "")
        .chars()
        .map(|c| match c {
            '\n' => "\\par\n".to_owned(),
            c if c.is_ascii() => c.to_string(),
            c => format!("\\u{}?", (c as u32) as i16),
        })
        .collect();
    let whole = format!("{{\\rtf1\\ansi {escaped}}}");
    sandbox.write("a.rtf", &whole.as_bytes()[..whole.len() * 2 / 3]);
    sandbox.run(["index"]).expect(0);
    let rows = sandbox
        .run(["count", "专业镇", "--by", "report", "--format", "jsonl"])
        .rows();
    assert_eq!(rows[0]["state"], "unread", "{rows:?}");
    sandbox.write("a.rtf", whole);
    sandbox.run(["index"]).expect(0);
    let rows = sandbox
        .run(["count", "专业镇", "--by", "report", "--format", "jsonl"])
        .rows();
    assert_eq!(rows[0]["state"], "not_said", "{rows:?}");
}

#[test]
fn a_half_read_page_stays_unread_beside_a_whole_report() {
    let sandbox = Sandbox::empty();
    sandbox.write("a.txt", of_xiaoyi(2023, ""));
    let page = "<html><head><title>安吉县2024年政府工作报告</title></head><body>\
        <h1>安吉县2024年政府工作报告</h1><p>附件：<a href=\"a.pdf\">全文</a></p></body></html>";
    sandbox.write("安吉县2024.html", page);
    sandbox.run(["index"]).expect(0);
    let line = ["count", "专业镇", "--by", "region", "--format", "jsonl"];
    let rows = sandbox.run(line).rows();
    let of = rows.iter().find(|row| row["region_code"] == "330523");
    assert_eq!(of.expect("a row")["state"], "unread", "{rows:?}");
    sandbox
        .run(["search", "专业镇", "--region", "安吉县"])
        .says("“专业镇” was not found; what there is could not be read, or only in part")
        .says("could be read in part only: `安吉县-2024`");
    let line = [
        "reports",
        "--coverage",
        "--region",
        "安吉县",
        "--format",
        "csv",
    ];
    assert!(sandbox.run(line).stdout.contains("unread"));
}

#[test]
fn a_row_of_a_table_without_text_is_unread() {
    let sandbox = Sandbox::empty();
    let text = of_xiaoyi(2023, "").replace('\n', " ");
    sandbox.write(
        "t.csv",
        format!("地区,年份,正文\n孝义市,2023,{text}\n晋城市,2024,\n"),
    );
    sandbox.run(["index"]);
    let rows = refused(&sandbox);
    assert_eq!(placed(&rows[0]), ("t.csv:3", json!(["140500", 2024])));
    let line = ["count", "专业镇", "--region", "晋城市", "--format", "jsonl"];
    assert_eq!(sandbox.run(line).rows()[0]["state"], "unread");
    sandbox.run(["reports", "--to-fix"]).says("`t.csv:3`");
}

#[test]
fn texts_of_another_genre_are_told_where_no_report_is_held() {
    let sandbox = Sandbox::empty();
    sandbox.write("a.txt", of_xiaoyi(2023, ""));
    let notice =
        "太原市人民政府关于印发2024年工作要点的通知\n\n各县区人民政府：现将工作要点印发给你们。\n";
    sandbox.write("太原市2024.txt", notice);
    sandbox.run(["index"]).expect(0);
    for line in [
        &["search", "专业镇"][..],
        &["count", "专业镇"],
        &["kwic", "专业镇"],
    ] {
        let line = line.iter().chain(&["--region", "太原市"]);
        sandbox.run(line).says("only 1 text of another genre held");
    }
    let fix = sandbox.run(["reports", "--to-fix"]);
    fix.prints("to fix: taken for another genre")
        .says("1 text to fix of 2");
}

/// What is said of copies that were left out, and the row, of a question with these filters.
fn beside_copies(sandbox: &Sandbox, filters: &[&str]) -> (Value, Value) {
    let line = ["count", "专业镇", "--format", "jsonl"];
    let rows = sandbox.run(line.iter().chain(filters)).rows();
    let summary = rows.last().expect("a summary");
    let numbers = json!([rows[0]["reports"], rows[0]["occurrences"]]);
    (numbers, summary["notices"].clone())
}

#[test]
fn a_copy_that_does_not_tell_its_place_stands_where_its_report_does() {
    let sandbox = Sandbox::empty();
    let done: String = (1..90)
        .map(|n| format!("第{n}项任务如期完成，民生持续改善，专业镇发展壮大。"))
        .collect();
    let said = format!(
        "各位代表：\n\n现在，我代表市人民政府向大会报告工作，请予审议。\n\n一、过去一年工作回顾\n\n{done}\n\n\
         二、今年工作安排\n\n要推动高质量发展，着力保障民生。\n\n各位代表！让我们团结一心，努力奋斗！\n"
    );
    let head = "孝义市人民政府工作报告\n\n——2023年3月6日在孝义市第十七届人民代表大会第三次会议上";
    sandbox.write("a.txt", format!("{head}\n\n{said}"));
    sandbox.write("b.txt", format!("政府工作报告\n\n{said}"));
    sandbox.run(["index"]).expect(0);
    let rows = sandbox.reports();
    let copy = rows.iter().find(|row| row["source"]["file"] == "b.txt");
    let copy = copy.expect("a row");
    assert_eq!(copy["duplicate_of"], "孝义市-2023", "{rows:?}");
    // What the copy itself says of its place is not changed.
    assert_eq!(json!([copy["region"], copy["year"]]), json!([[], null]));
    let everywhere = beside_copies(&sandbox, &[]);
    assert_eq!(everywhere.1[0]["code"], "copies_left_out");
    assert_eq!(everywhere.1[0]["reports"], 1);
    for filters in [
        &["--region", "孝义市"][..],
        &["--year", "2023"],
        &["--region", "山西省", "--year", "2020..2024"],
    ] {
        assert_eq!(beside_copies(&sandbox, filters), everywhere, "{filters:?}");
    }
    let elsewhere = beside_copies(&sandbox, &["--year", "2024"]);
    assert_eq!(elsewhere, (json!([null, null]), json!([])));
    // With copies both count, wherever they are asked for.
    let both = beside_copies(&sandbox, &["--duplicates"]).0;
    let of_region = ["--duplicates", "--region", "孝义市"];
    assert_eq!(beside_copies(&sandbox, &of_region).0, both);
    assert_eq!(both[0], 2);
}

#[test]
fn what_is_held_is_not_asked_whether_it_says_something() {
    let sandbox = Sandbox::empty();
    sandbox.write("a.txt", of_xiaoyi(2023, ""));
    sandbox.write("2025年青海省.doc", OLD_WORD);
    sandbox.write(
        "太原市2024.txt",
        "太原市人民政府关于印发2024年工作要点的通知\n\n各县区人民政府：现将工作要点印发给你们。\n",
    );
    sandbox.run(["index"]).expect(3);
    // A text of another genre is no report, for the grid as for a count.
    let line = ["reports", "--coverage", "--genre", "any"];
    let rows = sandbox
        .run(line.iter().chain(&["--format", "jsonl"]))
        .rows();
    let is_notice = |row: &&Value| row["region_code"] == "140100" && row["year"] == 2024;
    let notice = rows.iter().find(is_notice);
    assert_eq!(notice.expect("a row")["status"], "abridged", "{rows:?}");
    let count = [
        "count",
        "专业镇",
        "--genre",
        "any",
        "--region",
        "太原",
        "--year",
        "2024",
        "--by",
        "year",
        "--format",
        "jsonl",
    ];
    let counted = sandbox.run(count).rows();
    let row = &counted[0];
    assert_eq!(
        (&row["year"], &row["state"]),
        (&json!(2024), &json!("abridged"))
    );
    // Nothing was looked for that a file that was not read may say.
    for line in [
        &["reports", "--coverage"][..],
        &["define", "--list"],
        &["reports"],
    ] {
        let ran = sandbox.run(line);
        assert!(
            !ran.stderr.contains("may say it"),
            "{line:?} {}",
            ran.stderr
        );
        ran.says("1 file could not be read");
    }
    sandbox
        .run(["count", "专业镇"])
        .says("could not be read and may say it");
    // A report without a glossary is held.
    let line = ["define", "专业镇", "--region", "孝义市"];
    sandbox
        .run(line)
        .says("no report that fits the filters has a glossary; “专业镇” was not looked up");
    let chinese = line.iter().chain(&["--lang", "zh"]);
    sandbox
        .run(chinese)
        .says("符合检索范围的报告都没有名词解释；未查“专业镇”");
}

#[test]
fn what_is_to_fix_is_told_where_it_is_found_and_how_it_is_passed_over() {
    let sandbox = crate::asked::folder();
    let ran = sandbox.run(["reports", "--to-fix"]).expect(0);
    let ran = ran
        .says("2 texts to fix of 16")
        .says("1 text found all the same, without what is missing")
        .says("1 text of another genre: found with `--genre any` alone");
    // That is true.
    let found = |more: &[&str]| {
        let line = ["search", "消防演练", "--count"];
        sandbox.run(line.iter().chain(more)).code
    };
    assert_eq!((found(&[]), found(&["--genre", "any"])), (Some(1), Some(0)));
    let hint = "hint: what is no report is passed over with `baogao index --exclude GLOB`";
    ran.says(hint);
    sandbox.run(["index"]).expect(3).says(hint);
    sandbox.run(["check", "--verbose"]).says(hint);
    // Of what is listed, texts and passages are counted.
    let ran = sandbox.run(["reports", "--region", "代县", "--year", "2020"]);
    let rows = sandbox
        .run([
            "reports", "--region", "代县", "--year", "2020", "--format", "jsonl",
        ])
        .rows();
    let passages = rows
        .iter()
        .filter_map(|row| row["passages"].as_u64())
        .sum::<u64>();
    ran.says(&format!("2 of 16 texts, {passages} passages"));
    sandbox.run(["index"]).prints(" files, 16 texts, ");
}

/// The states of the rows of `count … --by report`, by the name of the file.
fn states(sandbox: &Sandbox, term: &str) -> std::collections::BTreeMap<String, String> {
    let line = ["count", term, "--by", "report", "--format", "jsonl"];
    let rows = sandbox.run(line).rows();
    let files: std::collections::BTreeMap<String, String> = sandbox
        .reports()
        .iter()
        .map(|row| {
            (
                text(row, "id").to_owned(),
                text(&row["source"], "file").to_owned(),
            )
        })
        .collect();
    let of_reports = rows.iter().filter(|row| row["type"] == "count");
    of_reports
        .map(|row| {
            (
                files[text(row, "report")].clone(),
                text(row, "state").to_owned(),
            )
        })
        .collect()
}

#[test]
fn a_report_that_is_cut_off_says_nothing_of_what_stood_behind() {
    let cut = |n: usize, at: usize| seed(n).chars().take(at).collect::<String>();
    // In each a call or a ！ stands in one of the last paragraphs.
    for (n, at) in [
        (0, 3_400),
        (1, 4_500),
        (1, 6_900),
        (2, 4_100),
        (2, 7_000),
        (2, 9_000),
    ] {
        let sandbox = Sandbox::empty();
        sandbox.write("cut.txt", cut(n, at));
        sandbox.run(["index"]).expect(0);
        let states = states(&sandbox, "量子通信卫星");
        assert_eq!(states["cut.txt"], "abridged", "{n} at {at}");
    }
    let sandbox = Sandbox::indexed();
    let whole: Vec<String> = states(&sandbox, "量子通信卫星").into_values().collect();
    assert_eq!(
        whole.iter().filter(|state| *state == "not_said").count(),
        3,
        "{whole:?}"
    );
}

#[test]
fn a_glossary_that_is_cut_off_does_not_tell_what_it_does_not_explain() {
    let state = |n_chars: usize| {
        let sandbox = Sandbox::empty();
        let whole = seed(0);
        let at = whole.find("8. “城市融合型县城”").expect("an entry");
        let (before, behind) = whole.split_at(at);
        let cut: String = behind.chars().take(n_chars).collect();
        sandbox.write("cut.txt", format!("{before}{cut}"));
        sandbox.run(["index"]).expect(0);
        let line = ["define", "量子通信卫星", "--format", "json"];
        let answer: Value = serde_json::from_str(&sandbox.run(line).stdout).expect("JSON");
        text(&answer["summary"], "state").to_owned()
    };
    assert_eq!(state(60), "abridged");
    assert_eq!(state(usize::MAX), "not_said");
}

/// The state of a region in `count … --by region`.
fn state_in(sandbox: &Sandbox, region: &str) -> String {
    let line = [
        "count",
        "量子通信卫星",
        "--region",
        region,
        "--format",
        "jsonl",
    ];
    text(&sandbox.run(line).rows()[0], "state").to_owned()
}

#[test]
fn the_title_of_a_column_or_of_the_readers_list_says_what_is_abridged() {
    let sandbox = Sandbox::empty();
    // Without a dateline and with much that was said it reads as a news item, but for its title.
    let said: String = (1..9)
        .map(|n| format!("周恩来说，第{n}项事业取得新的成绩，我们要为孝义的美好明天而奋斗。\\n"))
        .collect();
    let title = "2023年孝义市政府工作报告（摘要）";
    sandbox.write(
        "t.jsonl",
        format!("{{\"title\":\"{title}\",\"year\":2023,\"text\":\"{said}\"}}\n"),
    );
    sandbox.write("b.txt", of_xiaoyi(2024, ""));
    sandbox.run(["index"]).expect(0);
    assert_eq!(states(&sandbox, "量子通信卫星")["t.jsonl"], "abridged");
    assert_eq!(states(&sandbox, "量子通信卫星")["b.txt"], "not_said");
    let title = "[\"b.txt\"]\ntitle = \"孝义市政府工作报告（节选）\"\n";
    for (list, state) in [
        (title.to_owned(), "abridged"),
        (format!("{title}abridged = false\n"), "not_said"),
        ("[\"b.txt\"]\nabridged = true\n".to_owned(), "abridged"),
    ] {
        sandbox.write("reports.toml", &list);
        sandbox.run(["index"]).expect(0);
        assert_eq!(states(&sandbox, "量子通信卫星")["b.txt"], state, "{list}");
    }
}

/// A table of three reports as objects, the second of which has an unescaped quotation mark.
fn broken_rows() -> [String; 3] {
    let row = |region: &str, text: &str| {
        let said = of_xiaoyi(2024, "")
            .replace('\n', "\\n")
            .replace("孝义市", region);
        format!("{{\"地区\":\"{region}\",\"年份\":2024,\"正文\":\"{text}{said}\"}}")
    };
    [
        row("孝义市", ""),
        row("晋城市", "所谓\"专业镇\"是"),
        row("汾阳市", ""),
    ]
}

#[test]
fn a_row_of_json_that_is_broken_is_unread_and_those_behind_it_are_read() {
    let [first, second, third] = broken_rows();
    for (name, content) in [
        ("t.json", format!("[\n{first},\n{second},\n{third}\n]\n")),
        (
            "t.json",
            format!("{{\"data\":[\n{first},\n{second},\n{third}]}}\n"),
        ),
        ("t.jsonl", format!("\n{first}\n{second}\n{third}\n")),
    ] {
        let sandbox = Sandbox::empty();
        sandbox.write(name, content);
        sandbox.run(["index"]);
        let rows = refused(&sandbox);
        let found: Vec<_> = rows.iter().map(placed).collect();
        let row = format!("{name}:3");
        assert_eq!(found, [(row.as_str(), json!(["140500", 2024]))]);
        assert_eq!(state_in(&sandbox, "汾阳市"), "not_said");
        assert_eq!(state_in(&sandbox, "晋城市"), "unread");
        sandbox.run(["reports", "--to-fix"]).says(&row);
        sandbox.run(["check"]).prints("could not be read");
    }
}

#[test]
fn a_file_of_json_that_breaks_off_is_known_to_have_more() {
    let [first, _, third] = broken_rows();
    let cut: String = third.chars().take(300).collect();
    for (name, content, n_unread) in [
        ("t.json", format!("[\n{first},\n{cut}"), 2),
        ("t.json", format!("[\n{first},\n"), 1),
        ("t.jsonl", format!("{first}\n{cut}"), 2),
    ] {
        let sandbox = Sandbox::empty();
        sandbox.write(name, content);
        sandbox.run(["index"]);
        assert_eq!(refused(&sandbox).len(), n_unread, "{name}");
        // What followed may be of any place.
        sandbox
            .run(["count", "量子通信卫星", "--region", "太原市"])
            .says("could not be read");
        if n_unread == 2 {
            assert_eq!(state_in(&sandbox, "汾阳市"), "unread");
        }
    }
}

#[test]
fn a_web_archive_with_frames_is_read_in_part() {
    let sandbox = Sandbox::empty();
    let page = |text: &str| {
        format!(
            "------b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>{}</p>\r\n",
            text.replace('\n', "</p><p>")
        )
    };
    let packed = |pages: &str| {
        format!(
            "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"----b\"\r\n\r\n{pages}------b--\r\n"
        )
    };
    let whole = page(&of_xiaoyi(2024, ""));
    sandbox.write("a.mht", packed(&whole));
    sandbox.run(["index"]).expect(0);
    assert_eq!(state_in(&sandbox, "孝义市"), "not_said");
    sandbox.write(
        "a.mht",
        packed(&format!("{whole}{}", page("（三）卫星工程"))),
    );
    sandbox.run(["index"]).expect(0);
    assert_eq!(state_in(&sandbox, "孝义市"), "unread");
}

#[test]
fn a_report_with_lost_characters_is_read_in_part() {
    let whole = of_xiaoyi(2024, "");
    for (lost, state) in [
        ("推动高质量发展", "not_said"),
        ("推动高质量?展", "not_said"),
        ("推动高质量\u{fffd}展", "unread"),
        ("推动高????展", "unread"),
        ("推动高□□发展", "unread"),
        ("推动〓质量发展", "unread"),
    ] {
        let sandbox = Sandbox::empty();
        sandbox.write("a.txt", whole.replacen("推动高质量发展", lost, 1));
        sandbox.run(["index"]).expect(0);
        assert_eq!(state_in(&sandbox, "孝义市"), state, "{lost}");
        let said = sandbox.run(["search", "量子通信卫星"]);
        assert_eq!(
            said.stderr.contains("孝义市-2024"),
            state == "unread",
            "{said}"
        );
    }
}

#[cfg(feature = "archives")]
#[test]
fn an_archive_of_which_nothing_can_be_read_names_its_members() {
    use std::io::{Cursor, Write};
    let sandbox = Sandbox::empty();
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, content) in [
        ("2025年青海省政府工作报告.doc", OLD_WORD),
        ("晋城市2024年政府工作报告.txt", b"404 Not Found"),
    ] {
        zip.start_file(name, options).expect("memory");
        zip.write_all(content).expect("memory");
    }
    sandbox.write("a.zip", zip.finish().expect("memory").into_inner());
    sandbox.write("yushe.txt", YUSHE);
    sandbox.run(["index"]).expect(3);
    let rows = refused(&sandbox);
    let found: Vec<_> = rows.iter().map(placed).collect();
    for of in [
        (
            "a.zip/2025年青海省政府工作报告.doc",
            json!(["630000", 2025]),
        ),
        (
            "a.zip/晋城市2024年政府工作报告.txt",
            json!(["140500", 2024]),
        ),
    ] {
        assert!(found.contains(&of), "{found:?}");
    }
    assert_eq!(state_in(&sandbox, "青海省"), "unread");
    assert_eq!(state_in(&sandbox, "晋城市"), "unread");
}

#[test]
fn what_stands_in_the_place_of_a_report_is_no_other_text() {
    let sandbox = Sandbox::empty();
    sandbox.write("yushe.txt", YUSHE);
    sandbox.write("2023年上海市政府工作报告.txt", "404 Not Found\n");
    sandbox.write(
        "青海/2024.html",
        "<html><body><p>您访问的页面不存在！</p></body></html>",
    );
    let said = of_xiaoyi(2023, "").replace('\n', " ");
    sandbox.write(
        "t.csv",
        format!("地区,年份,正文\n孝义市,2023,{said}\n晋城市,2024,（略）\n太原市,2024,见附件\n"),
    );
    sandbox.run(["index"]).expect(3);
    for region in ["上海市", "青海省", "晋城市", "太原市"] {
        assert_eq!(state_in(&sandbox, region), "unread", "{region}");
    }
    assert_eq!(state_in(&sandbox, "孝义市"), "not_said");
}

#[test]
fn an_index_in_a_folder_of_reports_is_passed_over() {
    let sandbox = Sandbox::indexed();
    sandbox
        .run(["index", "--index", "corpus/other", "corpus"])
        .expect(0);
    let copy = |from: &str, to: &str| {
        std::fs::rename(sandbox.corpus().join(from), sandbox.corpus().join(to)).expect("moved");
    };
    copy("other", "another");
    sandbox.run(["index"]).expect(0);
    assert_eq!(refused(&sandbox), Vec::<Value>::new());
    // A report in it is read.
    sandbox.write("another/yushe.txt", YUSHE);
    sandbox.run(["index"]);
    let rows = sandbox.reports();
    assert!(
        rows.iter()
            .any(|row| row["source"]["file"] == "another/yushe.txt"),
        "{rows:?}"
    );
}

#[test]
fn several_rows_of_json_that_are_broken_in_a_row_are_each_unread() {
    let sandbox = Sandbox::empty();
    let row = |region: &str, text: &str| {
        format!("{{\"地区\": \"{region}\", \"年份\": 2024, \"正文\": \"{text}\"}}")
    };
    let rows = [
        row("太原市", "一年来推进专业镇建设，成绩很好。"),
        row("大同市", "一年来“先\"进”，成绩很好。"),
        row("阳泉市", "一年来“先\"进”，成绩很好。"),
        row("长治市", "一年来推进专业镇建设，成绩很好。"),
        row("晋城市", "一年来“先\"进”，成绩很好。"),
        row("朔州市", "一年来“先\"进”，成绩很好。"),
    ];
    sandbox.write("t.json", format!("[{}]", rows.join(",\n")));
    sandbox.run(["index"]).expect(3);
    // The array has its end.
    assert_eq!(refused(&sandbox).len(), 4);
    for region in ["大同市", "阳泉市", "晋城市", "朔州市"] {
        let line = ["count", "白酒", "--region", region, "--format", "jsonl"];
        let rows = sandbox.run(line).rows();
        assert_eq!(rows[0]["state"], "unread", "{region}: {rows:?}");
    }
}

#[test]
fn a_number_in_a_short_cell_is_no_message_that_a_page_is_not_there() {
    let sandbox = Sandbox::empty();
    sandbox.write(
        "t.csv",
        "地区,年份,正文\n汾阳市,2024,新建保障房404套，改造老旧小区502个，白酒产业增长。\n孝义市,2024,404\n",
    );
    sandbox.run(["index"]);
    let found = sandbox.run(["search", "白酒产业", "--genre", "any", "--count"]);
    found.expect(0).prints("1 occurrence");
}

#[test]
fn a_short_resolution_is_no_report_that_is_missing() {
    let sandbox = Sandbox::empty();
    sandbox.write(
        "2024年山西省人民代表大会关于政府工作报告的决议.txt",
        "山西省人民代表大会关于政府工作报告的决议\n\n山西省第十四届人民代表大会第二次会议听取和审议了省长所作的政府工作报告。\
         会议充分肯定省人民政府过去一年的工作，同意报告提出的任务，决定批准这个报告。\n",
    );
    sandbox.run(["index"]).expect(0);
    let found = sandbox.run(["search", "听取和审议", "--genre", "any", "--count"]);
    found.expect(0).prints("1 occurrence");
}

#[test]
fn a_call_in_the_middle_of_the_last_paragraph_is_no_end() {
    let sandbox = Sandbox::empty();
    let whole = of_xiaoyi(2024, "");
    let cut = whole.split("二、2024年").next().expect("a review");
    sandbox.write(
        "a.txt",
        format!("{cut}过去的成绩让我们倍感振奋。我们将继续推进各项工作。\n"),
    );
    sandbox.run(["index"]).expect(0);
    let line = ["count", "量子", "--region", "孝义", "--format", "jsonl"];
    let rows = sandbox.run(line).rows();
    assert_eq!(rows[0]["state"], "abridged", "{rows:?}");
}

#[test]
fn a_row_without_text_is_of_the_place_of_its_title() {
    let sandbox = Sandbox::empty();
    let row =
        |title: &str, text: &str| format!("{{\"title\": \"{title}\", \"content\": \"{text}\"}}\n");
    let rows = [
        row("2024年吉林省政府工作报告", ""),
        row("2025年吉林省政府工作报告", "见附件"),
        row(
            "2024年四川省政府工作报告",
            "一年来推进专业镇建设，成绩很好。",
        ),
    ];
    sandbox.write("t.jsonl", rows.concat());
    sandbox.run(["index"]);
    let line = [
        "count", "量子", "--region", "吉林", "--by", "year", "--format", "jsonl",
    ];
    let rows = sandbox.run(line).rows();
    for (at, year) in [2024, 2025].into_iter().enumerate() {
        assert_eq!(
            (&rows[at]["year"], &rows[at]["state"]),
            (&json!(year), &json!("unread")),
            "{rows:?}"
        );
    }
}
