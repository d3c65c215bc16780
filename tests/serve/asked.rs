//! What an address may say: what the command line refuses is refused, on the page and in data, with why; and people are
//! told as people.

use super::serve;
use super::served::Served;

/// `专业镇`, escaped.
const WORD: &str = "%E4%B8%93%E4%B8%9A%E9%95%87";

#[test]
fn what_the_command_line_refuses_is_refused_on_the_page_and_in_data() {
    let served = serve(&[]);
    let id = "%E6%B1%BE%E9%98%B3%E5%B8%82-2024";
    for (view, query) in [
        ("search", "q=".to_owned()),
        ("search", "q=%20%20".to_owned()),
        ("kwic", "q=".to_owned()),
        ("count", "q=".to_owned()),
        ("count", format!("q={WORD}&q=")),
        ("first", "q=".to_owned()),
        ("define", "q=".to_owned()),
        ("reports", "q=".to_owned()),
        ("show", format!("id={id}&q=")),
        ("search", format!("q={WORD}&literal=AAA")),
        ("search", format!("q={WORD}&inside=maybe")),
        ("search", format!("q={WORD}&inside=")),
        ("search", format!("q={WORD}&literal")),
        ("search", format!("q={WORD}&duplicates=2")),
        ("search", format!("q={WORD}&region=")),
        ("search", format!("q={WORD}&region=%20")),
        ("search", format!("q={WORD}&region={WORD}&region=")),
        ("search", format!("q={WORD}&year=")),
        ("search", format!("q={WORD}&year=2024&year=")),
        ("search", format!("q={WORD}&about=")),
        ("search", format!("q={WORD}&part=")),
        ("search", format!("q={WORD}&level=")),
        ("search", format!("q={WORD}&report=")),
        ("search", format!("q={WORD}&genre=")),
        ("search", format!("q={WORD}&genre=any&genre=report")),
        ("search", format!("q={WORD}&sort=")),
        ("search", format!("q={WORD}&sort=newest&sort=oldest")),
        ("search", format!("q={WORD}&mode=")),
        ("search", format!("q={WORD}&mode=any&mode=any")),
        ("search", format!("q={WORD}&literal=1&literal=0")),
        ("search", format!("q={WORD}&limit=5&limit=6")),
        ("search", format!("q={WORD}&offset=")),
        ("search", format!("q={WORD}&lang=")),
        ("search", format!("q={WORD}&lang=fr")),
        ("search", format!("q={WORD}&lang=zh&lang=en")),
        ("search", format!("q={WORD}&cite=x")),
        ("kwic", format!("q={WORD}&seed=3")),
        ("kwic", format!("q={WORD}&sort=x")),
        ("kwic", format!("q={WORD}&neighbours=perhaps")),
        ("count", format!("q={WORD}&by=")),
        ("count", format!("q={WORD}&by=x")),
        ("count", format!("q={WORD}&measure=")),
        ("count", format!("q={WORD}&wide=yes&wide=no")),
        ("first", format!("q={WORD}&by=region&by=level")),
        ("first", format!("q={WORD}&reject=")),
        ("reports", "region=".to_owned()),
        ("show", "id=".to_owned()),
        ("show", format!("id={id}&id={id}")),
        ("show", format!("id={id}&mode=")),
        ("show", format!("id={id}&q={WORD}&literal=yes")),
        ("search", format!("q={WORD}&inside=off")),
        ("search", format!("q={WORD}&literal=true")),
    ] {
        let (status, code) = match query.as_str() {
            "id=" => (404, "unknown"),
            _ => (400, "usage"),
        };
        for form in ["json", "csv"] {
            let path = format!("/{view}.{form}?{query}");
            let answer = served.get(&path);
            assert_eq!(answer.status, status, "{path}");
            let start = format!("{{\"error\":\"{code}\",\"message\":\"");
            assert!(answer.body.starts_with(&start), "{path}: {}", answer.body);
        }
        let path = format!("/{view}?{query}");
        let answer = served.ask("GET", &path, "Accept: text/html\r\n");
        assert_eq!(answer.status, status, "{path}");
        assert!(answer.body.starts_with("<!DOCTYPE html>"), "{path}");
        assert!(answer.body.contains("<p class=\"lead\">"), "{path}");
    }
    // What it takes, it takes as before.
    for (view, query) in [
        (
            "search",
            format!(
                "q={WORD}&literal=1&inside=0&region=140000&region=%E4%B8%8A%E6%B5%B7&year=2024&year=2023"
            ),
        ),
        ("search", format!("q={WORD}&q=%E4%BA%A7%E5%80%BC&lang=en")),
        ("kwic", format!("q={WORD}&sample=2&seed=3&width=0")),
        (
            "count",
            format!("q={WORD}&q=%E4%BA%A7%E5%80%BC&by=region&wide=0"),
        ),
        ("define", String::new()),
        ("show", format!("id={id}&q={WORD}&region=140000&mode=any")),
    ] {
        for form in [".json", ".csv", ""] {
            // A page has room for something on each side, and years across.
            let is_of_data = query.contains("width=0") || query.contains("wide=0");
            if form.is_empty() && is_of_data {
                continue;
            }
            let path = format!("/{view}{form}?{query}");
            let answer = served.get(&path);
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        }
    }
    // A view that is not asked anything yet asks.
    for view in ["search", "keywords"] {
        assert_eq!(served.get(&format!("/{view}")).status, 200, "{view}");
    }
}

#[test]
fn what_a_form_left_empty_is_not_asked() {
    let served = serve(&[]);
    for (asked, expected) in [
        ("/new?region=&year=", "/new"),
        ("/new?region=&year=2024&gone=1", "/new?year=2024&gone=1"),
        (
            "/keywords?region=140000&year=&against=%20",
            "/keywords?region=140000",
        ),
    ] {
        let answer = served.ask("GET", asked, "Accept: text/html\r\n");
        assert_eq!(answer.status, 303, "{asked}");
        let location = format!("location: {expected}\r\n");
        assert!(answer.head.contains(&location), "{asked}: {}", answer.head);
    }
    // What is filled in badly is asked for again, with what was written.
    let refused = served.ask("GET", "/new?region=AAA", "Accept: text/html\r\n");
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("name=\"region\" value=\"AAA\""));
    // What no field has is not carried on.
    let refused = served.ask("GET", "/new?limit=abc&year=2024", "Accept: text/html\r\n");
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("name=\"year\" value=\"2024\""));
    assert!(!refused.body.contains("abc\""), "{}", refused.body);
    // In data nothing is left out.
    assert_eq!(served.get("/new.json?region=").status, 400);
}

#[test]
fn the_search_box_of_every_page_leads_to_an_answer() {
    let served = serve(&[]);
    for page in [
        "/",
        "/reports",
        "/new",
        "/keywords",
        "/keywords?region=140000",
    ] {
        let answer = served.ask("GET", page, "Accept: text/html\r\n");
        let (_, form) = answer
            .body
            .split_once("<form class=\"search\"")
            .expect("a box");
        let (form, _) = form.split_once("</form>").expect("its end");
        assert!(form.contains("action=\"/search\""), "{page}: {form}");
    }
    // From what is held one goes to what is new without what was searched for, which is no part of that question.
    let held = served.ask(
        "GET",
        &format!("/reports?q={WORD}"),
        "Accept: text/html\r\n",
    );
    assert!(held.body.contains("href=\"/new\""), "{}", held.body);
}

/// Characters that a terminal obeys or that turn text round.
fn is_mark(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn no_answer_repeats_a_control_character_or_a_mark_of_direction() {
    let served = serve(&[]);
    let marks = "a%E2%80%AEb%1Bc%C2%9Bd%00e%E2%81%A6f";
    for query in [
        format!("q={marks}"),
        format!("q={WORD}&region={marks}"),
        format!("q={WORD}&year={marks}"),
        format!("q={WORD}&part={marks}"),
        format!("q={WORD}&report={marks}"),
        format!("q={WORD}&sort={marks}"),
        format!("q={WORD}&lang={marks}"),
        format!("q={WORD}&limit={marks}"),
        format!("q={WORD}&literal={marks}"),
        format!("q={WORD}&{marks}={marks}"),
        format!("q={marks}&id={marks}&from={marks}"),
    ] {
        for view in [
            "search",
            "kwic",
            "collocates",
            "count",
            "trend",
            "first",
            "new",
            "define",
            "reports",
            "show",
        ] {
            for form in ["", ".json", ".csv"] {
                let path = format!("/{view}{form}?{query}");
                let answer = served.ask("GET", &path, "Accept: text/html\r\n");
                let found = answer.body.chars().find(|c| is_mark(*c) && *c != '\r');
                assert_eq!(found, None, "{path}: {}", answer.body);
                for named in ["&#x202e;", "&#27;", "&#8238;"] {
                    assert!(!answer.body.contains(named), "{path}");
                }
            }
        }
    }
}

#[test]
fn people_are_told_in_their_language_and_programs_as_before() {
    let served = serve(&["--token"]);
    let ask = |path: &str, fields: &str| served.ask("GET", path, fields);
    let chinese = "Accept: text/html,*/*;q=0.8\r\nAccept-Language: zh-CN,zh;q=0.9\r\n";
    let page = ask("/", chinese);
    assert_eq!(page.status, 401);
    assert!(
        page.field("content-type")
            .is_some_and(|kind| kind.starts_with("text/html"))
    );
    assert!(page.body.contains("lang=\"zh-CN\"") && page.body.contains("请打开"));
    assert!(ask("/?lang=en", chinese).body.contains("open the address"));
    for (path, fields) in [
        ("/search.json?q=a", chinese),
        ("/health", chinese),
        ("/", "Accept: application/json\r\n"),
        ("/", ""),
    ] {
        let data = ask(path, fields);
        assert_eq!(data.status, 401, "{path}");
        assert!(data.body.starts_with("{\"error\":\"token\""), "{path}");
    }
    let posted = served.ask("POST", "/", "Accept: text/html\r\n");
    assert_eq!(posted.status, 405);
    assert!(posted.body.starts_with("<!DOCTYPE html>"));
    assert_eq!(posted.field("allow"), Some("get, head"));
}

const VISIT: &str =
    "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n";

#[test]
fn a_link_from_another_site_shows_a_page_and_answers_nothing() {
    for options in [&[][..], &["--token"]] {
        let served = serve(options);
        for (path, leads_to) in [
            (
                format!("/search?q={WORD}"),
                format!("href=\"/search?q={WORD}\""),
            ),
            (
                format!("/search.json?q={WORD}"),
                format!("href=\"/search.json?q={WORD}\""),
            ),
            (
                format!("/kwic?q={WORD}&token=0123"),
                format!("href=\"/kwic?q={WORD}\""),
            ),
            ("//evil.example/".to_owned(), "href=\"/\"".to_owned()),
            ("/nothing".to_owned(), "href=\"/\"".to_owned()),
        ] {
            for more in ["", "Referer: http://evil.example/\r\n", "Accept: */*\r\n"] {
                let answer = served.ask("GET", &path, &format!("{VISIT}{more}"));
                assert_eq!(answer.status, 403, "{path}");
                assert!(answer.body.starts_with("<!DOCTYPE html>"), "{path}");
                assert!(answer.body.contains(&leads_to), "{path}: {}", answer.body);
                assert!(!answer.body.contains("token"), "{path}");
                assert!(!answer.body.contains("白酒产业"), "{path}");
                assert!(!answer.head.contains("set-cookie"), "{path}");
            }
            // Anything but a person's visit is refused as before.
            for fields in [
                format!("{VISIT}Origin: http://evil.example\r\n"),
                format!("{VISIT}Origin: null\r\n"),
                VISIT.replace("navigate", "no-cors"),
                VISIT.replace("document", "iframe"),
            ] {
                let answer = served.ask("GET", &path, &fields);
                assert_eq!(answer.status, 403, "{path}");
                assert!(answer.body.starts_with("{\"error\":\"origin\""), "{path}");
            }
        }
    }
}

/// The token of a server.
fn token(served: &Served) -> String {
    let (_, token) = served.address.split_once("token=").expect("a token");
    token.to_owned()
}

#[test]
fn the_token_leads_nowhere_but_here() {
    let served = serve(&["--token"]);
    let token = token(&served);
    for path in [
        "//evil.example/",
        "//evil.example/search",
        "/%2fevil.example/",
        "/%2f%2fevil.example",
        "/%5cevil.example/",
        "/../evil",
        "/.//evil.example",
        "/search/..//evil.example/",
        "/search%0d%0aLocation:%20http://evil.example/",
        "/%e2%80%ae",
        "/nothing",
    ] {
        let answer = served.get(&format!("{path}?token={token}"));
        assert_eq!(answer.status, 303, "{path}");
        assert_eq!(answer.field("location"), Some("/"), "{path}");
    }
    let raw = format!(
        "GET /\\evil.example/?token={token} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n",
        served.port
    );
    let location = served.raw(&raw).field("location").map(str::to_owned);
    assert!(location.is_none_or(|to| to == "/"));
    // From a file, or any other page: what gives the cookie leads on by itself.
    let welcomed = served.ask("GET", &format!("/search?q=a&token={token}"), VISIT);
    assert_eq!(welcomed.status, 200);
    assert!(
        welcomed
            .body
            .contains("http-equiv=\"refresh\" content=\"0; url=/search?q=a\"")
    );
    assert!(!welcomed.body.contains(&token));
    assert!(
        welcomed
            .field("set-cookie")
            .is_some_and(|cookie| cookie.contains("samesite=strict"))
    );
}

#[cfg(unix)]
#[test]
fn the_browser_is_given_a_file_that_only_its_owner_can_read() {
    use std::os::unix::fs::PermissionsExt;
    use std::time::{Duration, Instant};
    let outside = tempfile::tempdir().expect("a folder");
    let programs = outside.path().join("bin");
    let session = outside.path().join("session");
    for folder in [&programs, &session] {
        std::fs::create_dir(folder).expect("a folder");
    }
    let private = std::fs::Permissions::from_mode(0o700);
    std::fs::set_permissions(&session, private).expect("ours");
    let told = outside.path().join("told");
    for name in ["xdg-open", "open"] {
        let script = format!(
            "#!/bin/sh\nprintf %s \"$1\" > {0}.new; mv {0}.new {0}\n",
            told.display()
        );
        let program = programs.join(name);
        std::fs::write(&program, script).expect("a file");
        let runs = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&program, runs).expect("ours");
    }
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", programs.display());
    let wait = |what: &dyn Fn() -> bool| {
        let end = Instant::now() + Duration::from_secs(10);
        while !what() {
            assert!(Instant::now() < end, "in vain");
            std::thread::sleep(Duration::from_millis(10));
        }
    };
    let start = |options: &[&str], session: &str| {
        let _ = std::fs::remove_file(&told);
        let served = Served::start_with(
            &[("a.txt", super::HOSTILE)],
            options,
            &[("PATH", &path), ("XDG_RUNTIME_DIR", session)],
        );
        wait(&|| told.is_file());
        let opened = std::fs::read_to_string(&told).expect("what was opened");
        (served, opened)
    };
    let own = session.to_str().expect("UTF-8").to_owned();
    for folder in [own.as_str(), "relative", "/nowhere", "/"] {
        let (mut served, opened) = start(&["--token", "--open"], folder);
        let token = token(&served);
        assert!(
            !opened.contains(&token) && !opened.contains("http"),
            "{opened}"
        );
        let file = std::path::PathBuf::from(&opened);
        assert_eq!(file.starts_with(&session), folder == own, "{opened}");
        let mode = |path: &std::path::Path| {
            let found = std::fs::symlink_metadata(path).expect("it is there");
            found.permissions().mode() & 0o777
        };
        let around = file.parent().expect("a folder").to_owned();
        assert_eq!((mode(&file), mode(&around)), (0o600, 0o700));
        let page = std::fs::read_to_string(&file).expect("ours");
        assert!(page.contains(&served.address), "{page}");
        if folder == own {
            // Used, it is gone.
            assert_eq!(served.get(&format!("/?token={token}")).status, 303);
        } else {
            // Never used, it goes with the server.
            let sent = std::process::Command::new("kill")
                .arg(served.child.id().to_string())
                .status();
            assert!(sent.expect("kill is there").success());
            assert!(served.child.wait().expect("a child").success());
        }
        wait(&|| !around.exists());
    }
    // Without a token there is no secret.
    let (served, opened) = start(&["--open"], &own);
    assert_eq!(opened, served.address);
}

#[test]
fn a_page_shows_how_evenly_a_phrase_is_spread_and_the_means_of_a_trend() {
    let served = Served::seeds(&[]);
    let data = served
        .get(&format!("/count.json?q={WORD}&dispersion=1"))
        .body;
    let data: serde_json::Value = serde_json::from_str(&data).expect("JSON");
    let page = served.get(&format!("/count?q={WORD}&dispersion=1&lang=en"));
    assert_eq!(page.status, 200, "{}", page.body);
    for name in ["dp_reports", "dp_regions", "dp_years"] {
        let dp = data["rows"][0][name].as_f64().expect("a number");
        let cell = format!("<td class=\"n\">{dp:.3}</td>");
        assert!(page.body.contains(&cell), "{name} {cell}: {}", page.body);
    }
    let matrix = served
        .get(&format!("/count?q={WORD}&by=province&lang=en"))
        .body;
    assert!(matrix.contains("dispersion=1"), "{matrix}");
    let data = served.get(&format!("/trend.json?q={WORD}&smooth=3")).body;
    let data: serde_json::Value = serde_json::from_str(&data).expect("JSON");
    let mean = data["rows"][0]["smoothed"].as_f64().expect("a mean");
    let page = served
        .get(&format!("/trend?q={WORD}&smooth=3&lang=en"))
        .body;
    let table = page.split("<table").nth(1).expect("a table");
    assert!(table.contains("Mean"), "{table}");
    assert!(
        // Years that are not whole: it is the least.
        table.contains(&format!("<td>≥{mean:.2}</td>")),
        "{mean}: {table}"
    );
    let plain = served.get(&format!("/trend?q={WORD}&lang=en")).body;
    assert!(!plain.contains(">Mean<"), "{plain}");
}
