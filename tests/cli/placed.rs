//! `reports.toml`: what the reader says of files, and the one that the program writes to fill in.

use crate::harness::{Sandbox, YUSHE, text};
use std::collections::HashMap;
use std::path::Path;

/// A text that does not say whose report it is, nor of which year.
fn nameless(n: usize) -> String {
    format!(
        "政府工作报告\n\n各位代表：\n\n现在，我向大会报告工作。第{n}件事，推进专业镇建设。\n\n一、工作回顾\n\n成绩很大。\n"
    )
}

/// Fills in what is open, and puts each list where its first line says.
fn fill_in(written: &str) -> Vec<String> {
    let mut lists: Vec<(String, String)> = Vec::new();
    for line in written.lines() {
        let save = line.strip_prefix("# save as ");
        if let Some(place) = save.and_then(|rest| rest.split(", fill in").next()) {
            lists.push((place.to_owned(), String::new()));
        }
        let (_, list) = lists.last_mut().expect("a place first");
        list.push_str(match line {
            line if line.starts_with("# region = ") => "region = \"青海\"",
            line if line.starts_with("# year =") => "year = 2024",
            line => line,
        });
        list.push('\n');
    }
    for (place, list) in &lists {
        std::fs::write(place, list).expect("the place is there");
    }
    lists.into_iter().map(|(place, _)| place).collect()
}

/// By file, code of the region and year.
fn placed(sandbox: &Sandbox) -> HashMap<String, (String, String)> {
    let rows = sandbox.run(["reports", "--format", "jsonl"]).rows();
    let reports = rows.iter().filter(|row| row["type"] == "report");
    let of_row = |row: &serde_json::Value| {
        let file = text(&row["source"], "file").to_owned();
        (
            file,
            (row["region_code"].to_string(), row["year"].to_string()),
        )
    };
    reports.map(of_row).collect()
}

#[test]
fn a_list_that_is_written_counts_where_it_says_whatever_the_names_are() {
    let sandbox = Sandbox::empty();
    let names = [
        "plain.txt",
        "县/区/a b.txt",
        "say \"hi\".txt",
        "it's.txt",
        "back\\slash.txt",
        "a[1].txt",
        "#x.txt",
        "x/..y/z.txt",
        "a=b.txt",
        "tab\there.txt",
        "line\nend.txt",
        "re\u{301}.txt",
        "'''.txt",
        "a.b.c.txt",
    ];
    let mut n = 0;
    let other = sandbox.home().join("另一");
    for folder in [sandbox.corpus(), other.clone()] {
        for name in names {
            n += 1;
            let path = folder.join(name);
            let above = path.parent().expect("a folder");
            std::fs::create_dir_all(above).expect("a folder");
            std::fs::write(path, nameless(n)).expect("written");
        }
    }
    sandbox.run(["index", "corpus", "另一"]).expect(0);
    let unplaced = placed(&sandbox);
    assert!(unplaced.len() > 20, "{unplaced:?}");
    assert!(
        unplaced.values().all(|(region, _)| region == "null"),
        "{unplaced:?}"
    );
    let ran = sandbox
        .run(["reports", "--to-fix", "--format", "toml"])
        .expect(0);
    let places = fill_in(&ran.stdout);
    let expected = [sandbox.corpus(), other].map(|folder| folder.join("reports.toml"));
    let same = |place: &String| {
        expected
            .iter()
            .any(|path| ends_alike(Path::new(place), path))
    };
    assert!(places.len() == 2 && places.iter().all(same), "{places:?}");
    let ran = sandbox.run(["index"]).expect(0);
    assert!(!ran.stderr.contains("which is not there"), "{ran}");
    let now = placed(&sandbox);
    assert_eq!(now.len(), unplaced.len());
    for (file, place) in now {
        assert_eq!(
            place,
            ("\"630000\"".to_owned(), "2024".to_owned()),
            "{file}"
        );
    }
}

/// Whether two paths end in the same two names: the folder above may be reached by a link.
fn ends_alike(a: &Path, b: &Path) -> bool {
    let last = |path: &Path| {
        let mut names = path.iter().rev().map(ToOwned::to_owned);
        (names.next(), names.next())
    };
    last(a) == last(b)
}

#[test]
fn a_list_says_what_it_cannot_say_of_a_file() {
    let sandbox = Sandbox::empty();
    sandbox.write("yushe.txt", YUSHE);
    let row = |title: &str| format!("{{\"title\":\"{title}\",\"text\":\"推进{title}的事。\"}}\n");
    let rows = row("2023年青海省政府工作报告") + &row("2024年甘肃省政府工作报告");
    sandbox.write("many.jsonl", rows);
    sandbox.write("said.txt", nameless(1));
    sandbox.write("new.txt", nameless(2));
    sandbox.write("reports.toml", "[\"said.txt\"]\nregion = \"青海\"\n");
    let alone = sandbox.home().join("alone.txt");
    std::fs::write(&alone, nameless(3)).expect("written");
    sandbox.run(["index", "corpus", "alone.txt"]).expect(0);
    let ran = sandbox.run(["reports", "--format", "toml"]).expect(0);
    let ran = ran
        .prints("# `many.jsonl` holds several reports")
        .prints("# `said.txt` has an entry: add to that")
        .prints("alone.txt was added alone")
        .prints("[\"new.txt\"]")
        .prints("# add this to ");
    assert_eq!(ran.stdout.matches("many.jsonl").count(), 1, "{ran}");
    assert!(!ran.stdout.contains("[\"alone.txt\"]"), "{ran}");
    // What is there already and this, one behind the other, is a list.
    let list = sandbox.corpus().join("reports.toml");
    let before = std::fs::read_to_string(&list).expect("it is there");
    std::fs::write(&list, before + &ran.stdout).expect("written");
    sandbox.run(["index"]).expect(0);
}

#[test]
fn what_is_wrong_in_a_list_is_said_with_its_line() {
    let sandbox = Sandbox::empty();
    sandbox.write("yushe.txt", YUSHE);
    for (list, said) in [
        (
            "[\"yushe.txt\"]\nyear = 2022\nrejion = \"青海\"\n",
            "line 3: unknown field `rejion`, expected one of `region`, `year`, `title`, `url`, `genre`",
        ),
        (
            "\nregion = \"青海\"\n",
            "line 2: invalid type: string \"青海\", expected a table for a file",
        ),
        (
            "[\"yushe.txt\"]\ngenre = \"law\"\n",
            "line 2: invalid value: string \"law\", expected \"report\" or \"other\"",
        ),
    ] {
        sandbox.write("reports.toml", list);
        sandbox.run(["index"]).expect(3).says(said);
    }
    sandbox.write(
        "reports.toml",
        "[\"gone.txt\"]\nyear = 2022\n[\"./yushe.txt\"]\nyear = 2021\n",
    );
    let ran = sandbox.run(["index"]).expect(0);
    let ran = ran.says("`reports.toml` names `gone.txt`, which is not there");
    assert!(!ran.stderr.contains("yushe.txt"), "{ran}");
    assert_eq!(placed(&sandbox)["yushe.txt"].1, "2021");
}

#[test]
fn a_value_of_a_list_that_does_not_count_is_said_wherever_somebody_looks() {
    let sandbox = Sandbox::empty();
    sandbox.write("a.txt", nameless(1));
    sandbox.write("b.txt", nameless(2));
    sandbox.write("yushe.txt", YUSHE);
    sandbox.write(
        "reports.toml",
        "[\"a.txt\"]\nregion = \"郴洲\"\n[\"b.txt\"]\nregion = \"鼓楼区\"\n[\"yushe.txt\"]\nyear = 2204\n",
    );
    let said = [
        "`reports.toml` on `a.txt` does not count: no region is called `郴洲`: ",
        "郴州市",
        "`reports.toml` on `b.txt` does not count: `鼓楼区` is the name of ",
        "`reports.toml` on `yushe.txt` does not count: 2204 is not a year from 1949 to 2100",
    ];
    // Also in a run that changes nothing.
    for _ in 0..2 {
        let ran = sandbox.run(["index"]).expect(0);
        said.iter().fold(ran, |ran, said| ran.says(said));
    }
    let ran = sandbox.run(["index", "--lang", "zh"]).expect(0);
    ran.says("`reports.toml` 对 `a.txt` 的更正未生效：没有叫“郴洲”的地区；相近的有 /湖南省/株洲市、/湖南省/郴州市、")
        .says("2204 不是 1949 至 2100 之间的年份");
    // What was told from the text stands, and is to fix all the same.
    let ran = sandbox.run(["reports", "--to-fix"]).expect(0);
    ran.prints("to fix: what reports.toml says of it does not count\n")
        .prints("2204 is not a year from 1949 to 2100")
        .says("3 texts to fix of 3");
    let rows = sandbox
        .run(["reports", "--to-fix", "--format", "jsonl"])
        .rows();
    let of_yushe = rows.iter().find(|row| row["source"]["file"] == "yushe.txt");
    assert_eq!(of_yushe.expect("a row")["to_fix"][0], "vain_correction");
    let ran = sandbox.run(["reports", "--to-fix", "--format", "toml"]);
    ran.expect(0)
        .prints("# 2204 is not a year from 1949 to 2100");
    // As soon as it counts nothing is said.
    sandbox.write("reports.toml", "[\"yushe.txt\"]\nyear = 2021\n");
    let ran = sandbox.run(["index"]).expect(0);
    assert!(!ran.stderr.contains("does not count"), "{ran}");
}

#[test]
fn a_list_that_cannot_be_read_says_how_it_is_written() {
    let sandbox = Sandbox::empty();
    sandbox.write("a.txt", YUSHE);
    for (value, english, chinese) in [
        (
            "year = \"2024\"",
            "invalid value: string \"2024\", expected a year without quotes",
            "值不对：给出的是文字 \"2024\"，应为不加引号的年份，如 2024",
        ),
        (
            "region = 140100",
            "invalid value: integer `140100`, expected text in quotes",
            "值不对：给出的是数字 140100，应为加引号的文字",
        ),
        (
            "genre = \"law\"",
            "invalid value: string \"law\", expected \"report\" or \"other\"",
            "值不对：给出的是文字 \"law\"，应为 \"report\"（报告）或 \"other\"（其他）",
        ),
        (
            "title = true",
            "invalid type: boolean `true`, expected text in quotes",
            "值不对：给出的是 true，应为加引号的文字",
        ),
        (
            "region = 汾阳市",
            "string values must be quoted",
            "文字须加引号，如 region = \"汾阳市\"",
        ),
    ] {
        sandbox.write("reports.toml", format!("[\"a.txt\"]\n{value}\n"));
        let ran = sandbox.run(["index"]).expect(3);
        ran.says(&format!("line 2: {english}\n"));
        let ran = sandbox.run(["index", "--lang", "zh"]).expect(3);
        ran.says(&format!("第 2 行：{chinese}\n"));
    }
}
