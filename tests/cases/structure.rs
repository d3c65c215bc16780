//! Parts, glossaries, ends and copies of reports.

use super::{Case, case, made};

const OPENING: &str = "政府工作报告\n——2026年1月10日在安吉县第十八届人民代表大会第五次会议上\n安吉县人民政府县长 王一\n\
     各位代表：\n现在，我代表县人民政府，向大会报告工作，请予审议。\n";
const CALL: &str = "各位代表！让我们团结起来，为建设美丽家园而努力奋斗！\n";
const DONE: &str =
    "全县生产总值增长6.5%，获评全国文明县城，建成了一批重大项目，群众收入连续五年位居全市前列。";
const TO_DO: &str =
    "要大力培育新兴产业，力争新增企业一百家以上，进一步健全体制机制，确保完成各项目标。";

fn report(body: &str) -> Case {
    made("安吉县2026.txt", format!("{OPENING}{body}"))
}

/// The part in which words stand first.
fn part_of(corpus: &Case, words: &str) -> Option<String> {
    let parts = corpus.parts().into_iter();
    let mut found = parts.filter(|(_, text)| text.contains(words));
    found.next().map(|(part, _)| part)
}

#[test]
fn headings_glued_to_their_text_and_slogans_are_divided_rightly() {
    if let Some(corpus) = case("h-01-glued-heading") {
        assert_eq!(
            part_of(&corpus, "三、2026年重点工作安排").as_deref(),
            Some("plan")
        );
    }
    let body = format!(
        "一、“十四五”规划目标任务胜利完成\n{}\n二、“十五五”时期工作的主要考虑\n{}\n三、在绿色发展中勇立潮头\n{}\n{CALL}",
        DONE.repeat(8),
        TO_DO.repeat(8),
        TO_DO.repeat(8)
    );
    let corpus = report(&body);
    for (words, part) in [
        ("获评", "review"),
        ("主要考虑", "plan"),
        ("勇立潮头", "plan"),
        ("让我们", "closing"),
    ] {
        assert_eq!(part_of(&corpus, words).as_deref(), Some(part), "{words}");
    }
}

#[test]
fn a_page_of_a_newspaper_shows_no_absence() {
    let body = format!(
        "一、2025年工作回顾\n{}\n二、2026年工作安排\n{}(下转第三版)\n",
        DONE.repeat(8),
        TO_DO.repeat(8)
    );
    let corpus = report(&body);
    assert_eq!(corpus.notes_of("abridged"), ["it goes on on another page"]);
    assert_eq!(corpus.states("专业镇"), ["abridged"]);
    let whole = report(&format!("{}{CALL}", body.replace("(下转第三版)", "")));
    assert_eq!(whole.states("专业镇"), ["not_said"]);
}

#[test]
fn a_report_that_ends_after_the_review_is_abridged() {
    let Some(corpus) = case("h-12-truncated-not-abridged") else {
        return;
    };
    assert_eq!(corpus.notes_of("abridged").len(), 1);
}

#[test]
fn each_entry_of_a_glossary_is_a_passage() {
    if let Some(corpus) = case("h-10-glossary-one-paragraph") {
        let glossary = corpus
            .parts()
            .into_iter()
            .filter(|(part, _)| part == "glossary");
        assert_eq!(glossary.count(), 8, "a head and seven entries");
    }
    let entries = [
        "“双碳”：碳达峰、碳中和的简称。",
        "三品一标：无公害农产品、绿色食品、有机农产品。",
        "放管服：简政放权的简称。",
    ];
    for head in [
        "短语说明",
        "注释",
        "附：《政府工作报告》名词注解",
        "词条解释：",
        "※名词解释※",
    ] {
        let body = |number: &dyn Fn(usize) -> String, end: &str| -> String {
            let numbered = entries
                .iter()
                .enumerate()
                .map(|(at, entry)| number(at + 1) + entry + end);
            let entries: String = numbered.collect();
            format!(
                "一、2025年工作回顾\n{DONE}\n二、2026年工作安排\n{TO_DO}\n{CALL}{head}\n{entries}"
            )
        };
        for text in [
            body(&|n| format!("{n}."), "\n"),
            body(&|n| format!("[{n}]"), ""),
            body(&|n| format!("（{n}）"), ""),
        ] {
            let corpus = report(&text);
            let glossary = corpus
                .parts()
                .into_iter()
                .filter(|(part, _)| part == "glossary");
            assert_eq!(glossary.count(), 4, "{text}");
        }
    }
}

#[test]
fn a_copy_of_the_text_counts_once() {
    let Some(corpus) = case("h-07-copy-kept") else {
        return;
    };
    let mut texts = corpus.passages();
    texts.retain(|text| text.chars().count() > 60);
    let n_texts = texts.len();
    texts.sort();
    texts.dedup();
    assert_eq!(texts.len(), n_texts);
    assert!(!corpus.notes_of("second-copy").is_empty());
}

#[test]
fn what_stands_once_beside_a_copy_is_kept() {
    let body = |more: &str| {
        format!(
            "一、2025年工作回顾\n{}\n{}\n二、2026年工作安排\n{}\n{}\n{more}{CALL}",
            DONE.repeat(4),
            DONE.repeat(5),
            TO_DO.repeat(4),
            TO_DO.repeat(5)
        )
    };
    let copy = format!("{OPENING}{}", body("专业镇是今年的重点，务必抓紧抓实。\n"));
    let glossary =
        "名词解释\n1.双碳：碳达峰、碳中和的简称。\n2.三品一标：无公害农产品、绿色食品。\n";
    let corpus = report(&format!("{}{copy}{glossary}", body("")));
    corpus.says(&[("专业镇", 1), ("碳达峰、碳中和", 1), ("无公害农产品", 1)]);
    assert!(!corpus.notes_of("second-copy").is_empty());
    corpus.says(&[("二、2026年工作安排", 1)]);
}

#[test]
fn a_licence_of_a_wiki_is_no_text_of_the_report() {
    let licence = "本作品是中华人民共和国的\n法律\n、\n法规\n，国家机关的决议、决定、命令。根据《\n中华人民共和国著作权法\n》，属于\n公有领域\n。\nPublic domain\nfalse\n";
    let body = format!(
        "一、2025年工作回顾\n{}\n二、2026年工作安排\n{}\n{CALL}{licence}",
        DONE.repeat(4),
        TO_DO.repeat(4)
    );
    let corpus = report(&body);
    assert!(!corpus.holds("著作权法") && !corpus.holds("Public domain"));
    assert!(
        corpus
            .notes_of("site-footer")
            .iter()
            .any(|note| note.contains("著作权法"))
    );
    assert_eq!(
        corpus.parts().last().map(|(part, _)| part.as_str()),
        Some("closing")
    );
}

#[test]
fn a_regulation_is_no_report() {
    let Some(corpus) = case("h-13-regulation-as-report") else {
        return;
    };
    assert!(corpus.reports().iter().all(|row| row["genre"] == "other"));
}

/// The part of a report with this behind the call: that of each text, by its words.
fn parts_behind(tail: &str, expected: &[(&str, &str)]) {
    let body = format!(
        "一、2025年工作回顾\n{}\n二、2026年工作安排\n{}\n{CALL}{tail}\n",
        DONE.repeat(8),
        TO_DO.repeat(8)
    );
    let corpus = report(&body);
    for (words, part) in expected {
        assert_eq!(
            part_of(&corpus, words).as_deref(),
            Some(*part),
            "{words}: {tail}"
        );
    }
    assert_eq!(corpus.states("专业镇"), ["not_said"], "{tail}");
}

#[test]
fn annexes_are_no_glossary_and_the_glossary_is_no_annex() {
    const PROJECTS: &str =
        "1.新建幼儿园5所：县教育局。\n2.改造农村公路30公里。\n3.新增停车位500个。";
    const TERMS: &str = "1.双碳：是指碳达峰、碳中和。\n2.放管服：即简政放权、放管结合。";
    for head in [
        "附件1\n2026年民生实事项目",
        "附件1：2026年民生实事项目",
        "附：2026年民生实事项目",
        "附表一\n主要指标",
        "2026年度十大民生实事",
    ] {
        let glossary = format!("附件2：名词解释\n{TERMS}");
        parts_behind(
            &format!("{head}\n{PROJECTS}\n{glossary}"),
            &[
                ("幼儿园", "other"),
                ("农村公路", "other"),
                ("碳达峰", "glossary"),
            ],
        );
        parts_behind(
            &format!("名词解释\n{TERMS}\n附件2：民生实事\n{PROJECTS}"),
            &[("碳达峰", "glossary"), ("幼儿园", "other")],
        );
    }
    // 附件 alone says neither: what follows does.
    parts_behind(&format!("附件\n{TERMS}"), &[("碳达峰", "glossary")]);
    parts_behind(&format!("附件\n{PROJECTS}"), &[("农村公路", "other")]);
}

#[test]
fn a_table_in_the_midst_of_a_report_and_a_notice_above_it_end_nothing() {
    let review = DONE.repeat(8);
    let plan = TO_DO.repeat(8);
    let inside = report(&format!(
        "一、2025年工作回顾\n{review}\n附表\n单位：亿元。\n二、2026年工作安排\n{plan}\n{CALL}"
    ));
    assert_eq!(part_of(&inside, "大力培育").as_deref(), Some("plan"));
    let notice = made(
        "安吉县2026.txt",
        format!(
            "现将《政府工作报告》印发给你们，请结合实际，认真贯彻执行，各部门要把任务分解到人，按月检查，确保全年目标任务完成。\n\
             附件：政府工作报告\n{OPENING}一、2025年工作回顾\n{review}\n二、2026年工作安排\n{plan}\n{CALL}"
        ),
    );
    assert_eq!(part_of(&notice, "大力培育").as_deref(), Some("plan"));
}
