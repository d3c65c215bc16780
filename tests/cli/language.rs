//! Messages, help and names of parts in two languages; data in one.

use crate::harness::{Ran, Sandbox};

/// A run under a locale.
fn run_under(sandbox: &Sandbox, locale: &str, arguments: &[&str]) -> Ran {
    Ran::of(sandbox.command(arguments).env("LANG", locale))
}

#[test]
fn a_chinese_locale_gives_chinese_messages_and_help() {
    let sandbox = Sandbox::indexed();
    let nothing = run_under(
        &sandbox,
        "zh_CN.UTF-8",
        &["search", "汾酒", "--region", "侯马"],
    );
    nothing.expect(1).says("另外 2 份报告中有 15 处");
    let page = run_under(
        &sandbox,
        "zh_CN.UTF-8",
        &["search", "专业镇", "--layout", "page"],
    );
    assert!(page.stdout.contains("· 工作安排 · 标题"), "{page}");
    run_under(&sandbox, "zh_CN.UTF-8", &["search", "（"])
        .expect(2)
        .says("错误：括号没有闭合");
    run_under(
        &sandbox,
        "zh_CN.UTF-8",
        &["search", "专业镇", "--region", "汾洋"],
    )
    .expect(2)
    .says("提示：是否指");
    run_under(&sandbox, "zh_CN.UTF-8", &["count", "--nonsense", "x"])
        .expect(2)
        .says("没有 --nonsense 选项");
    let help = run_under(&sandbox, "zh_CN.UTF-8", &["count", "--help"]).expect(0);
    assert!(help.stdout.contains("用法："), "{help}");
}

#[test]
fn the_option_is_stronger_than_the_locale() {
    let sandbox = Sandbox::indexed();
    let english = run_under(
        &sandbox,
        "zh_CN.UTF-8",
        &["--lang", "en", "search", "没有这个词"],
    );
    english.expect(1).says("does not stand");
    let chinese = run_under(&sandbox, "C", &["search", "没有这个词", "--lang=zh"]);
    chinese.expect(1).says("没有“没有这个词”");
    run_under(&sandbox, "C", &["search", "没有这个词"])
        .expect(1)
        .says("does not stand");
}

#[test]
fn machine_output_is_the_same_in_all_languages() {
    let sandbox = Sandbox::indexed();
    for arguments in [
        &["search", "专业镇", "--facets", "--format", "json"][..],
        &["search", "专业镇"],
        &["count", "专业镇", "--by", "part,level", "--format", "csv"],
        &["count", "专业镇", "--by", "part"],
        &["first", "专业镇", "--by", "level", "--format", "md"],
        &["kwic", "专业镇", "--format", "jsonl"],
        &["define", "清四乱", "--format", "jsonl"],
        &["reports", "--format", "jsonl"],
        &["show", "汾阳市-2024:19", "--cite", "--format", "json"],
    ] {
        let english = run_under(&sandbox, "C", arguments).expect(0);
        let chinese = run_under(&sandbox, "zh_CN.UTF-8", arguments).expect(0);
        assert_eq!(english.stdout, chinese.stdout, "{arguments:?}");
    }
}
