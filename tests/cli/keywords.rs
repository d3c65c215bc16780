//! What is characteristic: its counts are those of `count`, its measures those of the formula.

use crate::harness::Sandbox;
use serde_json::Value;

fn document(sandbox: &Sandbox, line: &[&str]) -> Value {
    let ran = sandbox.run(line.iter().copied().chain(["--format", "json"]));
    serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran}"))
}

/// Occurrences and characters of a phrase by report.
fn by_report(sandbox: &Sandbox, phrase: &str) -> Vec<(String, f64, f64)> {
    let counted = document(sandbox, &["count", phrase, "--by", "report"]);
    let rows = counted["rows"].as_array().expect("rows").iter();
    rows.map(|row| {
        let number = |name: &str| row[name].as_f64().unwrap_or(0.0);
        let id = row["report"].as_str().expect("an id").to_owned();
        (id, number("occurrences"), number("chars"))
    })
    .collect()
}

/// 2 Σ O ln(O ÷ E) of the four cells.
fn g2(here: f64, size: f64, there: f64, other: f64) -> f64 {
    let all = size + other;
    let cells = [
        (here, (here + there) * size / all),
        (there, (here + there) * other / all),
        (size - here, (all - here - there) * size / all),
        (other - there, (all - here - there) * other / all),
    ];
    let terms = cells.into_iter().filter(|(observed, _)| *observed > 0.0);
    2.0 * terms
        .map(|(observed, expected)| observed * (observed / expected).ln())
        .sum::<f64>()
}

/// Σ O² ÷ E − Σ O of both sides, by their degrees of freedom, at least 1.
fn overdispersion(reports: Vec<(String, f64, f64)>, is_asked: &str) -> f64 {
    let (here, there): (Vec<_>, Vec<_>) = reports
        .into_iter()
        .partition(|(id, ..)| id.contains(is_asked));
    let (mut chi2, mut freedom) = (0.0, 0.0);
    for side in [here, there] {
        let n: f64 = side.iter().map(|(_, n, _)| n).sum();
        let size: f64 = side.iter().map(|(.., size)| size).sum();
        freedom += side.len() as f64 - 1.0;
        if n > 0.0 {
            let terms = side.iter().map(|(_, o, chars)| o * o * size / (n * chars));
            chi2 += terms.sum::<f64>() - n;
        }
    }
    // With fewer reports it is not told from chance.
    if freedom < 10.0 {
        return 1.0;
    }
    f64::max(chi2 / freedom, 1.0)
}

#[test]
fn one_report_alone_makes_no_keyword_of_several() {
    let sandbox = Sandbox::indexed();
    // Three reports are of 2024.
    let several = document(&sandbox, &["keywords", "--year", "2024"]);
    let rows = several["rows"].as_array().expect("rows");
    assert!(!rows.is_empty() && rows.iter().all(|row| row["reports"].as_u64() >= Some(2)));
    let method = several["summary"]["method"].to_string();
    assert!(method.contains("in 2 reports or more"), "{method}");
    let asked = ["keywords", "--year", "2024", "--min-reports", "1"];
    let alone = document(&sandbox, &asked);
    let mut rows = alone["rows"].as_array().expect("rows").iter();
    assert!(rows.any(|row| row["reports"] == 1), "{alone}");
}

#[test]
fn a_keyword_is_counted_and_measured() {
    let sandbox = Sandbox::indexed();
    for (line, is_asked) in [
        (&["keywords", "--report", "汾阳市-2024"][..], "汾阳市-2024"),
        (
            &["keywords", "--year", "2024", "--min-reports", "2"],
            "-2024",
        ),
    ] {
        let found = document(&sandbox, line);
        let rows = found["rows"].as_array().expect("rows");
        assert!(rows.len() >= 3, "{found}");
        let mut before = f64::INFINITY;
        for row in rows.iter().take(8) {
            let phrase = row["phrase"].as_str().expect("a phrase");
            let (mut here, mut size, mut there, mut other, mut reports) = (0.0, 0.0, 0.0, 0.0, 0);
            let phi = overdispersion(by_report(&sandbox, phrase), is_asked);
            for (id, n, chars) in by_report(&sandbox, phrase) {
                match id.contains(is_asked) {
                    true => {
                        (here, size, reports) =
                            (here + n, size + chars, reports + u64::from(n > 0.0))
                    }
                    false => (there, other) = (there + n, other + chars),
                }
            }
            assert_eq!(row["occurrences"].as_f64(), Some(here), "{row}");
            assert_eq!(row["against_occurrences"].as_f64(), Some(there), "{row}");
            assert_eq!(row["reports"].as_u64(), Some(reports), "{row}");
            let (said, expected) = (
                row["g2"].as_f64().expect("G²"),
                g2(here, size, there, other),
            );
            assert!((said - expected).abs() < 1e-3, "{row}: {expected}");
            assert!(said >= 11.0, "{row}");
            let adjusted = row["g2_adjusted"].as_f64().expect("G² ÷ φ");
            assert!((adjusted - expected / phi).abs() < 1e-3, "{row}: {phi}");
            assert!(adjusted <= before, "{row}");
            before = adjusted;
            let ratio = (here / size) / (there.max(0.5) / other);
            let said = row["log_ratio"].as_f64().expect("a log ratio");
            assert!((said - ratio.log2()).abs() < 1e-3, "{row}");
        }
        assert_eq!(found["summary"]["state"], "said");
    }
}

#[test]
fn what_is_compared_with_is_what_is_named() {
    let sandbox = Sandbox::indexed();
    let sizes = |line: &[&str]| {
        let found = document(&sandbox, line);
        let summary = &found["summary"];
        [
            summary["reports"].as_u64(),
            summary["against_reports"].as_u64(),
        ]
        .map(|n| n.expect("a number"))
    };
    for (line, expected) in [
        (&["keywords", "--region", "汾阳"][..], [1, 4]),
        (&["keywords", "--region", "汾阳", "--year", "2024"], [1, 2]),
        (
            &["keywords", "--region", "汾阳", "--against", "侯马"],
            [1, 1],
        ),
        (
            &["keywords", "--region", "汾阳", "--against", "吕梁"],
            [1, 1],
        ),
        (
            &["keywords", "--year", "2024", "--against", "..2023"],
            [3, 2],
        ),
        (
            &[
                "keywords",
                "--report",
                "汾阳市-2024",
                "--against",
                "侯马市-2024",
            ],
            [1, 1],
        ),
        (
            &[
                "keywords",
                "--level",
                "county",
                "--against",
                "level:prefecture",
            ],
            [4, 1],
        ),
        (
            &["keywords", "--part", "plan", "--against", "part:review"],
            [5, 5],
        ),
        // All else are the other parts, of the same reports too.
        (&["keywords", "--part", "plan"], [5, 5]),
    ] {
        assert_eq!(sizes(line), expected, "{line:?}");
    }
    sandbox
        .run(["keywords"])
        .expect(2)
        .says("all texts are asked about");
    let of_none = sandbox.run(["keywords", "--region", "汾阳", "--year", "2003"]);
    of_none.says("no report that is held fits the filters: nothing was compared");
    let none = sandbox.run(["keywords", "--region", "汾阳", "--against", "太原"]);
    none.expect(1)
        .says("no report is held that could be compared with");
    let both = sandbox.run(["keywords", "--region", "汾阳", "--against", "吕梁"]);
    both.says("asked about and not compared with: 1 report");
    let nobody = sandbox.run(["keywords", "--region", "汾阳", "--against", "河南省吕梁市"]);
    nobody.expect(2).says("no region is called");
}

#[test]
fn what_speaks_of_other_years_is_compared_with_also_in_the_same_reports() {
    let sandbox = Sandbox::indexed();
    for [about, others] in [["..2023", "2024.."], ["2024..", "..2023"]] {
        let asked = document(&sandbox, &["keywords", "--about", about]);
        let others = format!("about:{others}");
        let line = ["keywords", "--about", about, "--against", &others];
        let named = document(&sandbox, &line);
        assert!(asked["summary"]["against_chars"].as_u64() > Some(0));
        for name in ["chars", "against_chars", "against_reports"] {
            assert_eq!(asked["summary"][name], named["summary"][name], "{about}");
        }
        assert_eq!(asked["rows"], named["rows"], "{about}");
    }
}

#[test]
fn a_level_names_other_places_than_a_region() {
    let sandbox = Sandbox::indexed();
    let line = ["keywords", "--region", "汾阳", "--against", "level:county"];
    let asked = document(&sandbox, &line);
    assert_eq!(asked["summary"]["against_reports"], 3);
}

#[test]
fn why_there_are_no_rows_is_said() {
    let sandbox = Sandbox::indexed();
    let line = ["keywords", "--region", "汾阳", "--min-g2", "100000"];
    let ran = sandbox.run(line);
    assert!(ran.stderr.contains("G² reaches 100000"), "{ran}");
    for command in ["keywords", "new"] {
        let ran = sandbox.run([command, "--region", "新绛", "--year", "2024"]);
        assert!(ran.stderr.contains("nothing was compared"), "{ran}");
        assert!(ran.stdout.is_empty(), "{ran}");
    }
}
