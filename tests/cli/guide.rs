//! The guide shows what the program prints.

use crate::harness::Sandbox;

/// Times differ from run to run.
fn without_times(text: &str) -> String {
    let words = text.lines().map(|line| {
        line.rsplit_once(" · ")
            .filter(|(_, last)| last.ends_with(" ms"))
            .map_or(line, |(line, _)| line)
    });
    words.collect::<Vec<_>>().join("\n")
}

/// The words of a command line as the guide writes it: no quotes, no escapes.
fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

#[test]
fn every_block_of_the_guide_is_what_the_program_prints() {
    let sandbox = Sandbox::indexed();
    let guide = include_str!("../../docs/guide.md");
    let blocks: Vec<&str> = guide
        .split("```console\n$ baogao ")
        .skip(1)
        .map(|rest| rest.split("\n```").next().expect("a block ends"))
        .collect();
    assert!(blocks.len() > 10, "{} blocks", blocks.len());
    for block in blocks {
        let (line, expected) = block.split_once('\n').expect("a command and its output");
        let arguments = words(line).into_iter().chain(["--layout", "page"]);
        let mut command = sandbox.command(arguments);
        let output = command.env("COLUMNS", "100").output().expect("it runs");
        let printed = [output.stdout, output.stderr].concat();
        let printed = String::from_utf8(printed).expect("it is UTF-8");
        assert_eq!(
            without_times(printed.trim_end()),
            without_times(expected.trim_end()),
            "baogao {line}"
        );
    }
}
