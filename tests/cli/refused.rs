//! What cannot be asked, or would have no effect, is refused before an index is opened or built.

use crate::harness::Sandbox;

/// Runs a command line in a folder without an index: it is refused, with a sentence, and nothing is built.
fn refused(line: &[&str], says: &str) {
    let sandbox = Sandbox::with_seeds();
    let ran = sandbox.run(line).expect(2).says(says);
    assert!(ran.stdout.is_empty(), "{line:?}: {ran}");
    assert!(!sandbox.index().exists(), "{line:?} built an index: {ran}");
}

#[test]
fn what_cannot_be_asked_builds_no_index() {
    for command in ["search", "kwic", "collocates", "count", "first", "define"] {
        refused(
            &[command, "专业镇", "--region", "火星"],
            "no region is called `火星`",
        );
        refused(
            &[command, "专业镇 region:火星"],
            "no region is called `火星`",
        );
        refused(&[command, "专业镇 year:二月"], "`二月` is not a year");
    }
    refused(&["reports", "--region", "火星"], "no region is called");
    refused(&["reports", "--with", "专业镇 level:村"], "is not a level");
    refused(&["count"], "required arguments were not provided");
    refused(&["count", "-f", "/dev/null"], "the list has no phrase");
    refused(&["show", ""], "no report is called ``");
    for id in ["汾阳市-2024", "汾阳市-2024:x", "19"] {
        refused(
            &["first", "专业镇", "--reject", id],
            "is not the id of a passage",
        );
    }
    refused(
        &["reports", "--coverage", "--format", "toml"],
        "a grid cannot be written as reports.toml",
    );
    let sandbox = Sandbox::with_seeds();
    std::fs::write(sandbox.home().join("list"), "专业镇\n(白酒\n").expect("a list");
    sandbox
        .run(["count", "-f", "list"])
        .expect(2)
        .says("line 2 of the list, `(白酒`");
    std::fs::write(sandbox.home().join("list"), "专业镇\n白酒 region:火星\n").expect("a list");
    sandbox
        .run(["count", "-f", "list"])
        .expect(2)
        .says("line 2 of the list, `白酒 region:火星`");
    assert!(!sandbox.index().exists());
}

#[test]
fn an_option_without_effect_is_refused_by_its_name() {
    let together = |line: &[&str], option: &str, other: &str| {
        let line: Vec<&str> = line.iter().copied().chain([option]).collect();
        let name = option.split('=').next().expect("a name");
        refused(&line, &format!("`{name}` cannot be used with `{other}`"));
    };
    for option in ["--cite", "--limit=3", "--offset=2", "--context=1"] {
        let line = ["search", "专业镇", "--count", option];
        let name = option.split('=').next().expect("a name");
        refused(&line, &format!("`--count` cannot be used with `{name}`"));
    }
    refused(
        &["kwic", "专业镇", "--neighbours", "--cite"],
        "`--neighbours` cannot be used with `--cite`",
    );
    together(&["count", "专业镇", "--by", "year"], "--dispersion", "--by");
    together(
        &["count", "专业镇", "--dispersion"],
        "--chart",
        "--dispersion",
    );
    refused(
        &["collocates", "专业镇", "--window", "1001"],
        "`--window` is at most 1000",
    );
    refused(
        &["collocates", "专业镇", "--min-reports", "0"],
        "`--min-reports` is at least 1",
    );
    for format in ["json", "jsonl", "csv", "md"] {
        let other = format!("--format {format}");
        let of = |command| ["--format", format, command, "专业镇"];
        let line = |command| -> Vec<&str> {
            let [flag, format, command, phrase] = of(command);
            vec![command, phrase, flag, format]
        };
        together(&line("count"), "--chart", &other);
        together(&line("search"), "--width=20", &other);
        if matches!(format, "csv" | "md") {
            together(&line("search"), "--context=1", &other);
            together(&["reports", "--format", format], "--notes", &other);
        } else {
            together(
                &["count", "专业镇", "--wide", "--format", format],
                "--measure=reports",
                &other,
            );
        }
    }
    together(&["reports", "--format", "toml"], "--notes", "--format toml");
    let needs = |line: &[&str], says: &str| refused(line, says);
    needs(
        &["count", "专业镇", "--measure", "per_10k"],
        "`--measure` needs `--wide`",
    );
    needs(
        &["count", "专业镇", "--all-matches"],
        "`--all-matches` needs `--file`",
    );
    needs(&["reports", "--literal"], "`--literal` needs `--with`");
    needs(&["reports", "--inside"], "`--inside` needs `--with`");
    needs(
        &["reports", "--coverage", "--literal"],
        "`--coverage` cannot be used with `--literal`",
    );
    needs(
        &["define", "--list", "--inside"],
        "`--list` cannot be used with `--inside`",
    );
    needs(
        &["count", "专业镇", "--bom"],
        "`--bom` needs `--format csv`",
    );
    needs(
        &["show", "汾阳市-2024", "-C", "1"],
        "`--context` needs the id of a passage, not `汾阳市-2024`",
    );
    // What has an effect is taken.
    let sandbox = Sandbox::indexed();
    for line in [
        &["count", "专业镇", "--wide", "--measure", "per_10k"][..],
        &[
            "count",
            "专业镇",
            "--by",
            "year",
            "--chart",
            "--measure",
            "reports",
        ],
        &["search", "专业镇", "--quiet", "-n", "1"],
        &["search", "专业镇", "--count", "--facets"],
        &["reports", "--notes", "--format", "json"],
        &["reports", "--with", "专业镇", "--literal"],
        &["show", "汾阳市-2024:19", "-C", "1"],
    ] {
        sandbox.run(line).expect(0);
    }
}
