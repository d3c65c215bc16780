//! The page as a person meets it: a real browser, driven by mouse, keys and an input method, before the built program.
//!
//! Screenshots are left in `target/tmp/screenshots`. Where no Chromium is found the tests say so and pass; where
//! axe-core is not (see `.ci/run`), so does the one that uses it.
#![cfg(all(feature = "serve", unix))]

mod chromium;
#[path = "../common/served.rs"]
mod served;

use chromium::{Chromium, Scheme};
use serde_json::{Value, json};
use served::Served;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// 专业镇 in an address.
const ZYZ: &str = "%E4%B8%93%E4%B8%9A%E9%95%87";
/// 营商环境 in an address.
const YSHJ: &str = "%E8%90%A5%E5%95%86%E7%8E%AF%E5%A2%83";
/// From the narrowest telephone to a desk.
const WIDTHS: [u32; 4] = [320, 375, 768, 1280];

/// Name and address of every view.
fn views() -> Vec<(&'static str, String)> {
    vec![
        ("start", "/".to_owned()),
        ("passages", format!("/search?q={YSHJ}")),
        ("kwic", format!("/kwic?q={YSHJ}")),
        ("matrix", format!("/count?q={YSHJ}")),
        ("first", format!("/first?q={YSHJ}&by=region")),
        ("collocates", format!("/collocates?q={YSHJ}")),
        ("trend", format!("/trend?q={YSHJ}")),
        ("definitions", "/define".to_owned()),
        ("definition", format!("/define?q={}", encoded("四上企业"))),
        ("reports", "/reports".to_owned()),
        (
            "reader",
            format!("/show?id={}&q={YSHJ}", encoded("汾阳市-2024")),
        ),
        ("nothing", format!("/search?q={}", encoded("专业锁"))),
        ("error", format!("/search?q={YSHJ}&year=abc")),
        ("new", "/new".to_owned()),
        ("keywords-asked", "/keywords".to_owned()),
        ("keywords", format!("/keywords?region={}", encoded("汾阳"))),
    ]
}

/// A text for an address.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Nothing was wrong and nothing was asked of another host.
fn assert_quiet(browser: &Chromium, served: &Served) {
    assert_eq!(browser.complaints, Vec::<String>::new());
    let own = served.at("/");
    let strange: Vec<&String> = (browser.requests.iter())
        .filter(|address| !address.starts_with(&own) && !address.starts_with("about:"))
        .collect();
    assert_eq!(strange, Vec::<&String>::new());
    assert!(!browser.requests.is_empty());
}

/// What the command line answers.
fn told(served: &Served, line: &[&str]) -> Value {
    serde_json::from_str(&served.written(line)).expect("JSON")
}

/// The page is not wider than its window.
fn assert_fits(browser: &mut Chromium, what: &str) {
    let (wide, window) = (
        browser.evaluate("document.documentElement.scrollWidth"),
        browser.evaluate("innerWidth"),
    );
    assert!(
        wide.as_u64() <= window.as_u64(),
        "{what} is {wide} wide in a window of {window}: {}",
        browser.evaluate(
            "[...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 \
               && !e.closest('.scroll, .years, .views')).slice(0, 5).map(e => e.outerHTML.slice(0, 120)).join('\\n')"
        )
    );
}

#[test]
fn a_person_types_filters_reads_and_goes_back() {
    let Some(mut browser) = Chromium::start("zh-CN,zh") else {
        return;
    };
    let browser = &mut browser;
    let served = Served::seeds(&[]);
    browser.allow_clipboard();
    browser.size(1280, 900);
    browser.open(&served.at("/"));
    assert_eq!(
        browser.evaluate("document.documentElement.lang"),
        json!("zh-CN")
    );
    assert_eq!(browser.evaluate("document.activeElement.id"), json!("q"));

    // An input method: Enter takes the letters as they are, and is not yet the question.
    browser.compose("zhuan'ye'zhen");
    browser.key("Enter");
    assert_eq!(browser.evaluate("location.pathname"), json!("/"));
    browser.shoot("typing");
    browser.insert("专业镇");
    assert_eq!(
        browser.evaluate("document.activeElement.value"),
        json!("专业镇")
    );
    browser.leave(|browser| browser.key("Enter"));
    assert_eq!(
        browser.evaluate("location.pathname + location.search"),
        json!(format!("/search?q={ZYZ}"))
    );

    // The numbers are those of the command line.
    let answer = told(
        &served,
        &["search", "专业镇", "--facets", "--format", "json"],
    );
    let summary = &answer["summary"];
    assert_eq!(
        browser.text("h1"),
        format!(
            "“专业镇” 在 {} 份报告中的 {} 份出现至少 {} 次，共 {} 段",
            summary["reports_searched"],
            summary["reports"],
            summary["occurrences"],
            summary["passages"]
        )
    );
    assert_eq!(
        browser.count("li.passage"),
        summary["passages"].as_u64().expect("a number")
    );
    assert_eq!(
        browser.count(".full mark"),
        summary["occurrences"].as_u64().expect("a number")
    );
    for region in summary["facets"]["region"].as_array().expect("regions") {
        let name = region["value"].as_array().and_then(|path| path.last());
        let shown = browser.evaluate(&format!(
            "[...document.querySelectorAll('.tree .name')].find(e => e.textContent === {})\
               .closest('li').querySelector('.n').textContent",
            name.expect("a name")
        ));
        let least = match region["lower_bound"] == json!(true) {
            true => "≥",
            false => "",
        };
        let expected = format!("{least}{}", region["occurrences"]);
        assert_eq!(shown, json!(expected), "{name:?}");
    }
    assert_fits(browser, "the results");
    browser.shoot("results");

    // A year, then a part; each can be taken off again.
    browser.leave(|browser| browser.click(".years a[href*='year=2024']"));
    assert_eq!(browser.count(".chips a"), 1);
    browser.leave(|browser| browser.click(".facets a[href*='part=plan']"));
    let narrowed = told(
        &served,
        &[
            "search",
            "专业镇",
            "--year",
            "2024",
            "--part",
            "plan",
            "--format",
            "json",
        ],
    );
    assert_eq!(
        browser.count("li.passage"),
        narrowed["summary"]["passages"].as_u64().expect("a number")
    );
    assert!(browser.text("#commandline").contains("--year 2024"));
    browser.shoot("filtered");

    // Back is where one was, with the same answer.
    browser.leave(|browser| {
        browser.evaluate("history.back()");
    });
    assert_eq!(browser.count(".chips a"), 1);
    browser.leave(|browser| browser.click(".chips a"));
    assert_eq!(browser.count(".chips a"), 0);

    // Copied with its reference.
    browser.click("button[data-cite]");
    browser.wait_for("document.querySelector('#live').textContent === '已复制'");
    let copied = browser.evaluate("navigator.clipboard.readText()");
    let copied = copied.as_str().expect("a text");
    let cited = told(&served, &["search", "专业镇", "--cite", "--format", "json"]);
    let first = &cited["hits"][0];
    assert_eq!(
        copied,
        format!(
            "“{}”\n——{}",
            first["text"].as_str().expect("a text"),
            first["cite"].as_str().expect("a reference")
        )
    );

    // Read in its place, from hit to hit.
    browser.leave(|browser| browser.click(".report h2 a"));
    assert_eq!(browser.evaluate("location.pathname"), json!("/show"));
    let n_hits = browser.count(".body mark");
    let report = first["report"].as_str().expect("an id");
    let there = told(
        &served,
        &[
            "search",
            "专业镇",
            "--report",
            report,
            "--count",
            "--format",
            "json",
        ],
    );
    assert_eq!(there["summary"]["occurrences"].as_u64(), Some(n_hits));
    browser.key("n");
    let at = browser.text("[data-at]");
    assert!(at.ends_with(&format!(" / {n_hits}")), "{at}");
    assert_eq!(browser.count("mark.current"), 1);
    browser.shoot("reading");
    browser.key("n");
    assert_ne!(browser.text("[data-at]"), at);
    browser.key("p");
    assert_eq!(browser.text("[data-at]"), at);
    browser.wait_for(
        "(box => box.top >= 0 && box.bottom <= innerHeight)(document.querySelector('mark.current').getBoundingClientRect())",
    );

    // `/` leads to the search box.
    browser.key("/");
    assert_eq!(browser.evaluate("document.activeElement.id"), json!("q"));
    assert_eq!(
        browser.evaluate("document.activeElement.value"),
        json!("专业镇")
    );
    browser.leave(|browser| {
        browser.evaluate("history.back()");
    });
    assert_eq!(browser.evaluate("location.pathname"), json!("/search"));

    // The way back leads to the results as they were left.
    for address in [
        format!("/search?q={ZYZ}&sort=oldest&year=2024&part=plan"),
        format!("/kwic?q={ZYZ}&sort=left&year=2024"),
    ] {
        browser.open(&served.at(&address));
        let left = browser.text("main");
        browser.leave(|browser| browser.click("a[href^='/show']"));
        browser.leave(|browser| browser.click(".hitbar > a"));
        let here = browser.evaluate("location.pathname + location.search");
        assert_eq!(here, json!(address));
        assert_eq!(browser.text("main"), left, "{address}");
    }
    assert_quiet(browser, &served);
}

#[test]
fn every_view_has_the_numbers_of_the_command_line() {
    let Some(mut browser) = Chromium::start("zh-CN,zh") else {
        return;
    };
    let browser = &mut browser;
    let served = Served::seeds(&[]);
    browser.size(1280, 900);
    browser.open(&served.at(&format!("/kwic?q={YSHJ}")));
    let lines = told(&served, &["kwic", "营商环境", "--format", "json"]);
    let n = lines["summary"]["occurrences"].as_u64();
    assert_eq!(Some(browser.count(".kwic li")), n);

    browser.open(&served.at(&format!("/count?q={YSHJ}")));
    let counted = served.written(&["count", "营商环境", "--wide", "--format", "csv"]);
    let mut rows = counted
        .lines()
        .map(|line| line.split(',').collect::<Vec<_>>());
    let head = rows.next().expect("a head");
    let first_year = head
        .iter()
        .position(|name| name.parse::<u16>().is_ok())
        .expect("years");
    let mut n_rows = 0;
    for row in rows.filter(|row| row.len() == head.len() && row[first_year - 1] != "total") {
        let of_csv: Vec<String> = head
            .iter()
            .zip(&row)
            .filter(|(year, _)| year.parse::<u16>().is_ok())
            .map(|(_, n)| (*n).to_owned())
            .collect();
        let shown = browser.evaluate(&format!(
            "[...document.querySelectorAll('.heat tbody tr')].map(row => [...row.querySelectorAll('td')].map(cell => \
               cell.textContent.replace('≥', ''))).some(row => JSON.stringify(row.slice(0, {n})) === {row})",
            n = of_csv.len(),
            row = json!(json!(of_csv).to_string())
        ));
        assert_eq!(shown, json!(true), "{row:?}");
        n_rows += 1;
    }
    assert!(n_rows >= 5, "{counted}");
    let counted = told(
        &served,
        &["count", "营商环境", "--by", "region", "--format", "json"],
    );
    let mut sums: Vec<u64> = (counted["rows"].as_array().expect("rows").iter())
        .filter_map(|row| row["occurrences"].as_u64())
        .collect();
    sums.push(
        counted["summary"]["totals"][0]["occurrences"]
            .as_u64()
            .expect("a number"),
    );
    let shown = browser.evaluate(
        "[...document.querySelectorAll('.heat tr td.sum:last-child')].map(cell => Number(cell.textContent.replace('≥', '')))",
    );
    assert_eq!(shown, json!(sums));

    browser.open(&served.at(&format!("/first?q={YSHJ}&by=region")));
    let first = told(
        &served,
        &["first", "营商环境", "--by", "region", "--format", "json"],
    );
    let with = |value: &Value| {
        let rows = value.as_object().and_then(|all| {
            all.values()
                .find_map(|value| value.as_array().filter(|rows| !rows.is_empty()))
                .cloned()
        });
        rows.unwrap_or_default()
    };
    let n_with = with(&first)
        .iter()
        .filter(|row| row["first_year"].is_number())
        .count();
    assert_eq!(browser.count(".firsts > li"), n_with as u64);

    browser.open(&served.at(&format!("/define?q={}", encoded("四上企业"))));
    let defined = told(&served, &["define", "四上企业", "--format", "json"]);
    assert_eq!(
        browser.count(".definition .sources li"),
        with(&defined).len() as u64
    );
    assert_quiet(browser, &served);
}

#[test]
fn the_language_is_that_of_the_browser_and_can_be_changed() {
    let Some(mut browser) = Chromium::start("en-US,en") else {
        return;
    };
    let browser = &mut browser;
    let served = Served::seeds(&[]);
    browser.size(1280, 900);
    browser.open(&served.at(&format!("/search?q={ZYZ}&year=2024")));
    assert_eq!(
        browser.evaluate("document.documentElement.lang"),
        json!("en")
    );
    assert!(browser.text("h1").contains("stands"));
    browser.shoot("english");
    browser.leave(|browser| browser.click(".language a"));
    assert_eq!(
        browser.evaluate("document.documentElement.lang"),
        json!("zh-CN")
    );
    assert!(browser.text("h1").contains("出现"));
    assert_eq!(browser.count(".chips a"), 1, "the question stays");
    browser.leave(|browser| browser.click(".views a:nth-child(2)"));
    assert_eq!(
        browser.evaluate("document.documentElement.lang"),
        json!("zh-CN"),
        "so does the language"
    );
    assert_quiet(browser, &served);
}

#[test]
fn where_nothing_stands_the_page_leads_on() {
    let Some(mut browser) = Chromium::start("zh-CN,zh") else {
        return;
    };
    let browser = &mut browser;
    let served = Served::seeds(&[]);
    browser.size(1280, 900);
    // One character off: what does stand is offered.
    browser.open(&served.at(&format!("/search?q={}", encoded("专业锁"))));
    assert!(browser.text("h1").contains("未出现"));
    let answer = told(&served, &["search", "专业锁", "--format", "json"]);
    let suggestions = answer["summary"]["suggestions"].as_array().expect("a list");
    assert!(!suggestions.is_empty());
    assert_eq!(browser.count(".nearest li"), suggestions.len() as u64);
    browser.shoot("suggestions");
    browser.leave(|browser| browser.click(".nearest a"));
    assert_eq!(
        browser.evaluate("document.querySelector('#q').value"),
        suggestions[0]["text"],
    );
    assert_eq!(
        browser.count(".results mark") > 0,
        suggestions[0]["occurrences"].as_u64() > Some(0)
    );
    // Words that stand, but not together.
    browser.open(&served.at(&format!("/search?q={}", encoded("白酒产业营商环境"))));
    assert_eq!(browser.count(".wider"), 1);
    assert!(browser.count(".wider mark") > 0);
    browser.shoot("widened");
    // Filters that leave nothing: what lies outside them.
    browser.open(&served.at(&format!("/search?q={YSHJ}&part=closing")));
    browser.shoot("outside");
    assert_eq!(browser.count(".results .report"), 0);
    browser.leave(|browser| browser.click(".lead a"));
    assert!(browser.count(".results .report") > 0);
    assert_quiet(browser, &served);
}

#[test]
fn every_view_fits_every_window_light_and_dark() {
    let Some(mut browser) = Chromium::start("zh-CN,zh") else {
        return;
    };
    let browser = &mut browser;
    let served = Served::seeds(&[]);
    for (name, address) in views() {
        browser.size(1280, 900);
        browser.scheme(Scheme::Light);
        browser.open(&served.at(&address));
        let shift = browser.evaluate(
            "new Promise(done => { let sum = 0; new PerformanceObserver(list => { for (const shift of list.getEntries()) \
               sum += shift.value; }).observe({ type: 'layout-shift', buffered: true }); setTimeout(() => done(sum), 100); })",
        );
        assert!(shift.as_f64() < Some(0.02), "{name} jumps: {shift}");
        for scheme in [Scheme::Light, Scheme::Dark] {
            browser.scheme(scheme);
            for width in WIDTHS {
                browser.size(width, if width < 600 { 720 } else { 900 });
                assert_fits(browser, name);
                if [375, 1280].contains(&width) {
                    browser.shoot(&format!("{name}-{width}-{}", scheme.name()));
                }
            }
        }
    }
    browser.scheme(Scheme::Light);
    browser.size(375, 720);
    for (name, address) in views() {
        let sign = if address.contains('?') { '&' } else { '?' };
        browser.open(&served.at(&format!("{address}{sign}lang=en")));
        assert_fits(browser, name);
        assert_ne!(
            browser.evaluate("document.querySelector('.facets')?.open"),
            json!(true),
            "{name}"
        );
        browser.shoot(&format!("{name}-375-english"));
    }
    assert_quiet(browser, &served);
}

#[test]
fn it_works_without_a_script_by_keys_alone_and_on_paper() {
    let Some(mut browser) = Chromium::start("zh-CN,zh") else {
        return;
    };
    let browser = &mut browser;
    let served = Served::seeds(&[]);
    browser.size(1280, 900);
    browser.call(
        "Emulation.setScriptExecutionDisabled",
        json!({"value": true}),
    );
    browser.open(&served.at("/"));
    browser.insert("专业镇");
    browser.leave(|browser| browser.click("form.search button"));
    assert!(browser.count(".passage mark") > 0);
    assert_eq!(
        browser.evaluate("document.documentElement.className"),
        json!("")
    );
    browser.call(
        "Emulation.setScriptExecutionDisabled",
        json!({"value": false}),
    );
    // Every link and button is met by Tab, each with a visible focus.
    browser.open(&served.at(&format!("/search?q={ZYZ}")));
    let n = browser.evaluate(
        "[...document.querySelectorAll('a, button, summary, input, [tabindex=\"0\"]')].filter(e => e.type !== 'hidden' \
           && e.checkVisibility()).length",
    );
    let n = n.as_u64().expect("a number");
    let mut n_met = 0;
    for _ in 0..n {
        browser.key("Tab");
        let is_seen = browser.evaluate(
            "(e => e !== document.body && getComputedStyle(e).outlineStyle !== 'none')(document.activeElement)",
        );
        n_met += u64::from(is_seen == json!(true));
    }
    assert!(n_met >= n - 1, "{n_met} of {n}");
    browser.call("Emulation.setEmulatedMedia", json!({"media": "print"}));
    browser.shoot("print");
    assert_eq!(
        browser.evaluate("document.querySelector('.views').checkVisibility()"),
        json!(false)
    );
    assert!(browser.evaluate("document.querySelector('mark').checkVisibility()") == json!(true));
    assert_quiet(browser, &served);
}

/// A report whose title, text and name of file try to be more than text.
const HOSTILE: &str = "汾阳市人民政府工作报告<img src=x onerror=alert(1)>\n\n——2024年4月22日在汾阳市第七届人民代表大会第五次会议上\n\n\
     各位代表：\n\n现在，我代表市人民政府向大会报告工作，请予审议。\n\n一、2023年工作回顾<svg onload=alert(3)>\n\n\
     白酒产业</mark><script>alert(2)</script>提质升级\u{202e}。\n\n二、2024年重点工作\n\n打造专业镇，专业镇产值再上台阶。\n";

#[test]
fn hostile_text_runs_nothing() {
    let Some(mut browser) = Chromium::start("zh-CN,zh") else {
        return;
    };
    let browser = &mut browser;
    let served = Served::start(&[("<img src=x onerror=alert(4)>.txt", HOSTILE)], &[]);
    browser.size(1280, 900);
    let attempt = encoded("<script>alert(5)</script><img src=x onerror=alert(6)>\"'><b>");
    let report = encoded("汾阳市-2024");
    let mut addresses = vec![
        "/".to_owned(),
        "/reports".to_owned(),
        format!("/show?id={report}"),
    ];
    for view in ["search", "kwic", "count", "first", "define"] {
        addresses.push(format!("/{view}?q={}", encoded("白酒")));
        addresses.push(format!("/{view}?q={attempt}"));
        addresses.push(format!("/{view}?q={}&year={attempt}", encoded("白酒")));
        addresses.push(format!("/{view}?q={}&{attempt}={attempt}", encoded("白酒")));
    }
    addresses.push(format!("/show?id={attempt}"));
    addresses.push(format!("/{attempt}"));
    for address in &addresses {
        browser.open(&served.at(address));
        assert_eq!(
            browser.count("main img, main b b, main [onerror], main [onload], body script, h1 svg"),
            0,
            "{address}"
        );
    }
    browser.open(&served.at(&format!("/show?id={report}")));
    assert!(browser.text("h1").contains("<img src=x onerror=alert(1)>"));
    assert!(
        browser
            .text(".body")
            .contains("白酒产业</mark><script>alert(2)</script>提质升级")
    );
    assert!(!browser.text("body").contains('\u{202e}'));
    browser.shoot("hostile");
    assert_quiet(browser, &served);
}

/// Where `.ci/run` puts axe-core, unless `AXE` names it.
fn axe() -> Option<String> {
    let named = env::var_os("AXE").map(PathBuf::from);
    let below = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../axe-core/package/axe.min.js");
    fs::read_to_string(named.unwrap_or(below)).ok()
}

#[test]
#[expect(clippy::print_stdout, reason = "a test that skips says so")]
fn nothing_keeps_anyone_out() {
    let Some(axe) = axe() else {
        println!("skipped: axe-core is not here; `.ci/run` fetches it, AXE may name the file");
        return;
    };
    let Some(mut browser) = Chromium::start("zh-CN,zh") else {
        return;
    };
    let browser = &mut browser;
    let served = Served::seeds(&[]);
    let mut found = Vec::new();
    for (name, address) in views() {
        for lang in ["zh", "en"] {
            let sign = if address.contains('?') { '&' } else { '?' };
            browser.size(1280, 900);
            browser.open(&served.at(&format!("{address}{sign}lang={lang}")));
            browser.evaluate(&format!("{axe}; 0"));
            for (scheme, width) in [
                (Scheme::Light, 1280),
                (Scheme::Dark, 1280),
                (Scheme::Light, 375),
                (Scheme::Dark, 375),
            ] {
                browser.scheme(scheme);
                browser.size(width, 900);
                let report = browser.evaluate(
                    "axe.run({ exclude: [] }, { resultTypes: ['violations'] }).then(done => done.violations.map(rule => \
                       `${rule.impact} ${rule.id}: ${rule.nodes.length} × ${rule.nodes[0].html.slice(0, 160)} ${rule.nodes[0].failureSummary}`))",
                );
                for finding in report.as_array().expect("a list") {
                    found.push(format!(
                        "{name} {lang} {} {width}: {}",
                        scheme.name(),
                        finding.as_str().unwrap_or_default()
                    ));
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn many_years_begin_with_the_newest() {
    let Some(mut browser) = Chromium::start("zh-CN,zh") else {
        return;
    };
    let browser = &mut browser;
    let texts: Vec<(String, String)> = (1970..=2024)
        .map(|year| {
            let text = format!(
                "汾阳市政府工作报告\n\n——{year}年3月6日在汾阳市人民代表大会会议上\n\n各位代表：\n\n\
                 现在，我代表市人民政府向大会报告工作。\n\n一、工作回顾\n\n一年来，发展白酒产业。\n"
            );
            (format!("汾阳市{year}.txt"), text)
        })
        .collect();
    let files: Vec<(&str, &str)> = texts
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let served = Served::start(&files, &[]);
    browser.size(800, 900);
    let q = encoded("白酒");
    for (address, strip) in [
        (format!("/search?q={q}&lang=zh"), ".years"),
        (format!("/count?q={q}&lang=zh"), ".scroll:has(.heat)"),
        (
            "/reports?coverage=1&lang=zh".to_owned(),
            ".scroll:has(.grid)",
        ),
    ] {
        browser.open(&served.at(&address));
        let at = |what: &str| format!("document.querySelector('{strip}').{what}");
        let hidden = format!("{} - {}", at("scrollWidth"), at("clientWidth"));
        let hidden = browser.evaluate(&hidden).as_f64().unwrap_or_default();
        assert!(hidden > 50.0, "{address} is wide");
        let left = browser.evaluate(&at("scrollLeft")).as_f64();
        assert!((hidden - left.unwrap_or_default()).abs() < 2.0, "{address}");
    }
    // The year that is chosen is in sight.
    browser.open(&served.at(&format!("/search?q={q}&year=1970&lang=zh")));
    let left = browser.evaluate("document.querySelector('.years').scrollLeft");
    assert_eq!(left, json!(0));
}
