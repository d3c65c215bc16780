//! The page over a folder as readers have them: its links ask what they show, and it says what is known and what is not.

use crate::asked::{folder, report};
use crate::harness::Sandbox;
use crate::served::Served;
use serde_json::Value;
use std::time::{Duration, Instant};

/// A text for an address.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// An address in which what is Han is written as such.
fn at(served: &Served, address: &str) -> String {
    let plain = |c: char| c.is_ascii() && !c.is_whitespace();
    let address: String = address
        .chars()
        .map(|c| match plain(c) {
            true => c.to_string(),
            false => encoded(&c.to_string()),
        })
        .collect();
    let answer = served.get(&address);
    assert_eq!(answer.status, 200, "{address}: {}", answer.body);
    answer.body
}

/// The links of a piece of a page: address and text.
fn links(page: &str) -> Vec<(String, String)> {
    let pieces = page.split("<a ").skip(1);
    let link = |piece: &str| {
        let (_, rest) = piece.split_once("href=\"")?;
        let (href, rest) = rest.split_once('"')?;
        let (text, _) = rest.split_once('>')?.1.split_once("</a>")?;
        Some((href.replace("&amp;", "&"), text_of(text)))
    };
    pieces.filter_map(link).collect()
}

/// What is shown of a page, without its tags.
pub(crate) fn text_of(page: &str) -> String {
    let mut text = String::new();
    let mut is_tag = false;
    for c in page.chars() {
        match c {
            '<' => is_tag = true,
            '>' => is_tag = false,
            c if !is_tag => text.push(c),
            _ => {}
        }
    }
    text.replace("&quot;", "\"")
        .replace("&amp;", "&")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
}

/// The piece of a page between two marks.
fn between<'p>(page: &'p str, from: &str, to: &str) -> &'p str {
    let (_, rest) = page
        .split_once(from)
        .unwrap_or_else(|| panic!("{from} in {page}"));
    rest.split_once(to).map_or(rest, |(piece, _)| piece)
}

/// The values of a parameter of an address.
fn values(address: &str, name: &str) -> Vec<String> {
    let (_, query) = address.split_once('?').unwrap_or((address, ""));
    let of_name = query.split('&').filter_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        (key == name).then(|| decoded(value))
    });
    of_name.collect()
}

fn decoded(value: &str) -> String {
    let value = value.replace('+', " ");
    let mut bytes = Vec::new();
    let mut rest = value.as_bytes().iter();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digits = [
                    *rest.next().expect("a digit"),
                    *rest.next().expect("a digit"),
                ];
                let digits = std::str::from_utf8(&digits).expect("digits");
                bytes.push(u8::from_str_radix(digits, 16).expect("digits"));
            }
            byte => bytes.push(*byte),
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

/// The summary of the data behind an address.
fn summary(served: &Served, address: &str) -> Value {
    let address = address.replacen("/search?", "/search.json?", 1);
    let answer = served.get(&address);
    let answer: Value = serde_json::from_str(&answer.body).expect("JSON");
    answer["summary"].clone()
}

#[test]
fn several_that_are_compared_are_any_of_them_in_the_other_views() {
    let sandbox = Sandbox::indexed();
    let served = Served::of_index(&sandbox.index());
    let page = at(&served, "/count?q=专业镇&q=白酒 -煤炭&year=2024");
    let views = between(&page, "<nav class=\"views\"", "</nav>");
    let tabs = links(views);
    assert_eq!(tabs.len(), 6, "{views}");
    for (href, _) in &tabs {
        let q = values(href, "q");
        match href.starts_with("/count?") || href.starts_with("/trend?") {
            true => assert_eq!(q, ["专业镇", "白酒 -煤炭"]),
            false => assert_eq!(q, ["专业镇 OR (白酒 -煤炭)"], "{href}"),
        }
        assert_eq!(values(href, "year"), ["2024"]);
        assert_eq!(served.get(href).status, 200, "{href}");
    }
    // A definition is of one phrase: there is nothing to follow.
    assert!(views.contains("<span class=\"off\""), "{views}");
    // Each leads to its own passages, and can be left out.
    let own = links(between(&page, "<main", "<ul"));
    let own: Vec<_> = own.iter().map(|(href, _)| values(href, "q")).collect();
    assert_eq!(own, [["专业镇"], ["白酒 -煤炭"]]);
    let left = links(between(&page, "<ul class=\"chips\"", "</ul>"));
    assert_eq!(values(&left[0].0, "q"), ["白酒 -煤炭"]);
    // The box has what the other views ask, not all at once.
    assert!(
        page.contains("type=\"search\" value=\"专业镇 OR (白酒 -煤炭)\""),
        "{page}"
    );

    // Filters of their own make no single expression: nothing else is asked in its place.
    let page = at(&served, "/count?q=专业镇 region:吕梁&q=专业镇 region:忻州");
    let tabs = links(between(&page, "<nav class=\"views\"", "</nav>"));
    assert_eq!(tabs.len(), 2, "{tabs:?}");
    // What is one expression elsewhere is one where it is counted.
    let page = at(&served, "/search?q=专业镇&q=白酒");
    let tabs = links(between(&page, "<nav class=\"views\"", "</nav>"));
    let counted = tabs.iter().find(|(href, _)| href.starts_with("/count?"));
    assert_eq!(values(&counted.expect("a tab").0, "q"), ["专业镇 白酒"]);
}

#[test]
fn a_filter_that_is_typed_is_one_that_can_be_taken_off() {
    let sandbox = Sandbox::indexed();
    let served = Served::of_index(&sandbox.index());
    for view in ["search", "kwic", "count", "trend", "first"] {
        let page = at(
            &served,
            &format!("/{view}?q=专业镇 region:吕梁 year:2020..2030 part:plan"),
        );
        for (href, _) in links(&page) {
            for q in values(&href, "q") {
                assert!(!q.contains(':'), "{view}: {href}");
            }
        }
        let chips = links(between(&page, "<ul class=\"chips\"", "</ul>"));
        let off: Vec<_> = chips
            .iter()
            .map(|(href, _)| values(href, "region").len())
            .collect();
        assert_eq!(off, [0, 1, 1, 0], "{view}: {chips:?}");
        assert!(page.contains("type=\"search\" value=\"专业镇\""), "{view}");
    }
    // Another region takes the place of the typed one.
    let page = at(&served, "/search?q=专业镇 region:吕梁");
    let tree = links(between(&page, "<ul class=\"tree\"", "</ul>"));
    let other = tree.iter().find(|(_, text)| text.starts_with("忻州市"));
    let (href, text) = other.expect("a region");
    assert_eq!(values(href, "region"), ["140900"]);
    let there = summary(&served, href);
    assert_eq!(there["lower_bound"], true);
    assert_eq!(*text, format!("忻州市 ≥{}", there["occurrences"]));
    // A report keeps the way back, and marks what stands in it whatever the filter says.
    let page = at(&served, "/show?id=汾阳市-2024&q=专业镇 region:忻州");
    assert!(page.contains("<mark>"), "{page}");
}

/// A province of which some report lies in no prefecture, beside one that does.
fn of_levels(sandbox: &Sandbox) {
    for (place, year) in [
        ("海南省", 2020),
        ("琼中黎族苗族自治县", 2020),
        ("海口市", 2020),
    ] {
        sandbox.write(
            &format!("{place}.txt"),
            report(place, year, "", "建设化石小镇。"),
        );
    }
}

#[test]
fn a_cell_leads_to_what_it_counts() {
    let sandbox = folder();
    of_levels(&sandbox);
    sandbox.run(["index"]);
    let served = Served::of_index(&sandbox.index());
    let mut n_followed = 0;
    for rows in [
        "region",
        "prefecture",
        "province",
        "level",
        "part",
        "report",
    ] {
        for asked in [
            "q=化石小镇",
            "q=化石小镇&region=汾阳&region=代县&region=海口",
            "q=化石小镇&level=county&year=2018..2030",
            "q=化石小镇 region:海南",
            "q=化石小镇 region:汾阳&q=化石小镇 region:海南&q=建设 OR 办好",
            "q=化石小镇&part=plan&duplicates=1&genre=any",
        ] {
            let page = at(&served, &format!("/count?{asked}&by={rows}"));
            let cells = links(&page).into_iter();
            let cells = cells.filter(|(href, text)| {
                href.starts_with("/search?") && text.chars().all(|c| c.is_ascii_digit())
            });
            for (href, n) in cells {
                let there = summary(&served, &href);
                assert_eq!(
                    there["occurrences"].to_string(),
                    n,
                    "{asked} by {rows}: {href}"
                );
                n_followed += 1;
            }
        }
    }
    assert!(n_followed > 100, "{n_followed}");
}

#[test]
fn a_report_that_is_not_whole_does_not_say_that_nothing_stands_in_it() {
    let sandbox = folder();
    let served = Served::of_index(&sandbox.index());
    for (id, chinese, english) in [
        ("新绛县-2022", "不全", "not whole"),
        (
            "汾阳市-2022",
            "未能读取或只读取了一部分",
            "read, or only in part",
        ),
    ] {
        let bar = |lang: &str| {
            let page = at(&served, &format!("/show?id={id}&q=化石小镇&lang={lang}"));
            text_of(between(&page, "<div class=\"hitbar\"", "</div>"))
        };
        let (zh, en) = (bar("zh"), bar("en"));
        assert!(zh.contains(chinese) && !zh.contains("0 处"), "{id}: {zh}");
        assert!(en.contains(english) && !en.contains("0 hit"), "{id}: {en}");
    }
    // A whole one does.
    let page = at(&served, "/show?id=新绛县-2021&q=化石小镇&lang=zh");
    assert!(text_of(&page).contains("0 处"), "{page}");
    // The list names what each is.
    let page = text_of(&at(&served, "/reports?lang=zh"));
    for said in ["不全", "未能读全", "其他文体"] {
        assert!(page.contains(said), "{said}: {page}");
    }
}

#[test]
fn before_a_first_appearance_what_is_not_whole_is_not_called_missing() {
    let sandbox = Sandbox::empty();
    sandbox.write("a.txt", report("代县", 2019, "", "修桥铺路。"));
    sandbox.write("b.txt", report("代县", 2020, "（摘登）", "种好粮食。"));
    sandbox.write("c.txt", report("代县", 2021, "", "建设化石小镇。"));
    sandbox.write("d.txt", report("新绛县", 2020, "（摘登）", "种好粮食。"));
    sandbox.write("e.txt", report("新绛县", 2021, "", "建设化石小镇。"));
    sandbox.run(["index"]).expect(0);
    let served = Served::of_index(&sandbox.index());
    let page = text_of(&at(&served, "/first?q=化石小镇&by=region&lang=zh"));
    assert!(
        page.contains("没有 2020 年的完整报告，可能更早就有"),
        "{page}"
    );
    assert!(
        page.contains("没有 2021 年以前的完整报告，可能更早就有"),
        "{page}"
    );
    let page = text_of(&at(&served, "/first?q=化石小镇&by=region&lang=en"));
    for said in [
        "no whole report of 2020 was read",
        "no whole report of before 2021 was read",
    ] {
        assert!(page.contains(said), "{said}: {page}");
        sandbox
            .run(["first", "化石小镇", "--by", "region", "--layout", "page"])
            .expect(0)
            .prints(said);
    }
}

#[test]
fn numbers_beside_an_answer_say_what_they_count() {
    let sandbox = Sandbox::indexed();
    let served = Served::of_index(&sandbox.index());
    for (asked, caption) in [
        ("q=专业镇", "出现次数"),
        ("q=-专业镇", "符合的段落数"),
        ("q=专业镇 白酒&mode=words", "含全部词的段落数，不是精确匹配"),
        ("q=专业镇 白酒&mode=any", "含任一词的段落数，不是精确匹配"),
        // Nothing exact is found: the numbers are those of the wider answer.
        ("q=白酒产业营商环境", "含全部词的段落数，不是精确匹配"),
        ("q=专业镇&genre=any", "出现次数，各种文体"),
    ] {
        let page = at(&served, &format!("/search?{asked}&lang=zh"));
        let said = text_of(between(&page, "<p class=\"caption\"", "</p>"));
        assert!(said.ends_with(caption), "{asked}: {said}");
        let years = between(&page, "<nav class=\"years\"", "</nav>");
        let unit = if caption.starts_with("出现") {
            " 次，"
        } else {
            " 段，"
        };
        assert!(years.contains(unit), "{asked}: {years}");
    }
}

#[test]
fn what_must_be_known_of_a_grid_stands_beside_it() {
    let sandbox = folder();
    sandbox.write("somewhere.txt", report("某地", 2016, "", "修桥铺路。"));
    sandbox.run(["index"]);
    let served = Served::of_index(&sandbox.index());
    for address in [
        "/?lang=zh",
        "/reports?lang=zh",
        "/reports?coverage=1&lang=zh",
    ] {
        let page = text_of(&at(&served, address));
        for said in [
            "2022年代县政府工作报告.doc",
            "没有地区或年份，无从归入",
            "只读取了一部分",
        ] {
            assert!(page.contains(said), "{address} {said}: {page}");
        }
        // Nothing is asked that they may say.
        let unread = page.matches("1 个文件未能读取：").count();
        assert_eq!(
            (unread, page.contains("其中可能提及")),
            (1, false),
            "{address}: {page}"
        );
    }
}

#[test]
fn files_that_have_changed_since_are_named() {
    let sandbox = Sandbox::indexed();
    let served = Served::of_index(&sandbox.index());
    assert!(!at(&served, "/?lang=zh").contains("已改动"));
    sandbox.write("000_4b6e6cc384c19403.txt", "另一份");
    sandbox.write("new/added.txt", "新的一份");
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        let page = text_of(&at(&served, "/search?q=专业镇&lang=zh"));
        if page.contains("000_4b6e6cc384c19403.txt 已改动") && page.contains("新增") {
            assert!(page.contains("请运行 baogao index"), "{page}");
            break;
        }
        assert!(Instant::now() < end, "{page}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn what_a_page_is_asked_for_it_shows_or_refuses() {
    let sandbox = folder();
    let served = Served::of_index(&sandbox.index());
    let q = encoded("化石小镇");
    let id = encoded("汾阳市-2020:3");
    for (path, data) in [
        (format!("/search?q={q}&count=1"), "/search.json?"),
        (format!("/search?q={q}&facets=0"), "/search.json?"),
        (format!("/search?q={q}&context=2"), "/search.json?"),
        (format!("/count?q={q}&wide=0"), "/count.json?"),
        (format!("/count?q={q}&words=1"), "/count.json?"),
        (format!("/show?id={id}&context=2"), "/show.json?"),
        (format!("/first.svg?q={q}&by=region&limit=3"), "limit"),
        (format!("/first.svg?q={q}&by=region&cite=1"), "cite"),
    ] {
        let answer = served.get(&path);
        assert_eq!(answer.status, 400, "{path}");
        assert!(answer.body.contains(data), "{path}: {}", answer.body);
        // The data are a link away, and there.
        if let Some((href, _)) = links(&answer.body)
            .iter()
            .find(|(href, _)| href.contains(".json?"))
        {
            assert_eq!(served.get(href).status, 200, "{href}");
        } else {
            assert!(!data.contains(".json"), "{path}: {}", answer.body);
        }
    }
    let page = text_of(&at(&served, "/reports?with=化石小镇&lang=zh"));
    assert!(page.contains("“化石小镇”：2 处"), "{page}");
    for path in [
        format!("/search?q={q}&count=0&facets=1&context=0&cite=0"),
        format!("/count?q={q}&wide=1&words=0"),
    ] {
        assert_eq!(served.get(&path).status, 200, "{path}");
    }
    // References where they are asked for, and nowhere else.
    let reference = "《汾阳市政府工作报告》（2020年3月6日）";
    for path in [
        "/search?q=化石小镇".to_owned(),
        "/kwic?q=化石小镇".to_owned(),
        "/first?q=化石小镇&by=region".to_owned(),
        "/show?id=汾阳市-2020".to_owned(),
    ] {
        let plain = at(&served, &path);
        assert!(!plain.contains("class=\"cite\""), "{path}");
        let cited = at(&served, &format!("{path}&cite=1"));
        let first = text_of(between(&cited, "<span class=\"cite\">", "</span>"));
        assert!(first.contains("2020"), "{path}: {first}");
        assert!(cited.contains(reference), "{path}");
    }
    let page = text_of(&at(&served, "/reports?notes=1&lang=zh"));
    assert!(
        page.contains("未能读取的页：共 2 页，其中第 2 页"),
        "{page}"
    );
    let outline = text_of(&at(&served, "/show?id=汾阳市-2020&outline=1"));
    assert!(
        outline.contains("二、2020年工作安排") && !outline.contains("建设化石小镇"),
        "{outline}"
    );
}

#[test]
fn where_nothing_is_whole_no_view_says_nought() {
    let sandbox = folder();
    let served = Served::of_index(&sandbox.index());
    for (place, chinese, english) in [
        (
            "新绛县",
            "只有不全的报告，其中未见“化石小镇”",
            "in what is held, which is not whole",
        ),
        (
            "代县",
            "未见“化石小镇”；有关文件未能读取",
            "what there is could not be read",
        ),
        (
            "太原市",
            "没有符合检索范围的报告；未检索“化石小镇”",
            "was not searched",
        ),
    ] {
        for view in [
            "search?q",
            "kwic?q",
            "count?q",
            "first?by=region&q",
            "first?q",
            "define?q",
            "reports?with",
        ] {
            for (lang, said) in [("zh", chinese), ("en", english)] {
                let address = format!("/{view}=化石小镇&region={place}&year=2022&lang={lang}");
                let page = at(&served, &address);
                let sentence = text_of(between(&page, "<h1", "</h1>"));
                assert!(sentence.contains(said), "{address}: {sentence}");
                // Neither in what a pointer shows.
                for piece in page.split("title=\"").skip(1) {
                    let (title, rest) = piece.split_once('"').expect("a title");
                    let shown = text_of(rest.split("</a>").next().unwrap_or_default());
                    let states = ["不全", "未读", "abridged", "unread"];
                    let is_state = states.iter().any(|state| shown.contains(state));
                    let is_number = title.contains("份报告中的") || title.contains(" of ");
                    assert!(!(is_state && is_number), "{address}: {title} {shown}");
                }
            }
        }
        for line in [
            vec!["search", "化石小镇"],
            vec!["kwic", "化石小镇"],
            vec!["first", "化石小镇"],
            vec!["first", "化石小镇", "--by", "region"],
            vec!["define", "化石小镇"],
            vec!["reports", "--with", "化石小镇"],
        ] {
            for (lang, said) in [("zh", chinese), ("en", english)] {
                let filters = ["--region", place, "--year", "2022", "--lang", lang];
                let ran = sandbox.run(line.iter().chain(&filters));
                let is_told = place == "太原市" && line[0] == "search";
                // That nothing is held of a region is a notice.
                assert!(is_told || ran.stderr.contains(said), "{line:?}: {ran}");
            }
        }
    }
    // Of some regions it is not known: they are not among those that lack it.
    let page = text_of(&at(
        &served,
        "/first?q=化石小镇&by=region&year=2020..2022&lang=zh",
    ));
    assert!(page.contains("3 个中有 3 个提及"), "{page}");
    let page = text_of(&at(
        &served,
        "/first?q=种好粮食&by=region&year=2022&lang=zh",
    ));
    assert!(
        page.contains("2 个中有 2 个提及，另有 1 个不能断定"),
        "{page}"
    );
}

#[test]
fn a_grid_says_in_a_browser_what_the_command_says() {
    let sandbox = folder();
    let served = Served::of_index(&sandbox.index());
    let ran = sandbox.run(["reports", "--coverage", "--region", "代县"]);
    let line = ran.stdout.lines().find(|line| line.contains("代县"));
    let marks: Vec<&str> = line.expect("a row").split_whitespace().skip(1).collect();
    assert_eq!(marks, ["1", "1", "2", "1", "u"], "{ran}");
    let page = at(&served, "/reports?coverage=1&region=代县&lang=en");
    let row = page
        .split("<tbody>")
        .nth(1)
        .and_then(|rows| rows.split("</tr>").next());
    let row = text_of(&row.expect("a row").replace('<', " <"));
    let shown: Vec<&str> = row.split_whitespace().skip(1).collect();
    assert_eq!(shown, marks, "{page}");
    let legend = "“2” = versions or copies";
    assert!(page.contains(legend), "{page}");
    assert!(text_of(&at(&served, "/?lang=en")).contains(legend));
    ran.says(legend);
}

#[test]
fn addresses_take_what_a_command_line_takes() {
    let sandbox = folder();
    let served = Served::of_index(&sandbox.index());
    // Years are the columns of that page anyway.
    let page = at(&served, "/count?q=修桥&by=region,year&lang=en");
    assert!(page.contains("grid heat"), "{page}");
    let typed = |arguments: &[&str]| {
        let ran = sandbox.run(arguments.iter().chain(&["--format", "json"]));
        let document: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
        document["summary"]["query"].clone()
    };
    assert_eq!(typed(&["search", "-煤炭"]), "-煤炭");
    assert_eq!(typed(&["kwic", "修桥", "-煤炭"]), "修桥 -煤炭");
    let page = at(&served, "/search.json?q=-煤炭");
    assert!(page.contains("\"query\": \"-煤炭\""), "{page}");
}

#[test]
fn a_table_for_spreadsheets_says_what_must_be_known_to_read_it() {
    let sandbox = folder();
    let served = Served::of_index(&sandbox.index());
    let asked = ["search", "化石小城", "--region", "新绛", "--year", "2022"];
    // The same whatever the language.
    for language in ["en", "zh"] {
        let ran = sandbox.run(asked.iter().chain(&["--format", "csv", "--lang", language]));
        let remarks: Vec<&str> = ran
            .stdout
            .lines()
            .filter(|line| line.starts_with("# ") || line.starts_with("\"# "))
            .collect();
        assert_eq!(
            remarks[0].trim_end_matches(','),
            "# state: abridged",
            "{ran}"
        );
        assert!(remarks.last().expect("one").contains("baogao 0."), "{ran}");
        let address = format!("/search.csv?q=化石小城&region=新绛&year=2022&lang={language}");
        assert_eq!(at(&served, &address), ran.stdout);
    }
    let ran = sandbox.run(["kwic", "化石小镇", "--format", "csv"]);
    ran.prints("\r\n# state: said,")
        .prints("# 1 copy of a report left out");
}
