//! The five sample reports, whole: nothing lost, nothing invented, placed and divided as a reader would.

mod common;

use baogao_reading::format::Format;
use baogao_reading::ingest::{ingest, is_removal};
use baogao_reading::report::{EvidenceKind, Genre, Kind, Part, Report};
use baogao_reading::source::RawFile;
use common::{corpus, han};

fn reports() -> Vec<(RawFile, Report)> {
    corpus()
        .into_iter()
        .map(|file| {
            let mut reports = ingest(&file).expect("a sample is a report");
            assert_eq!(reports.len(), 1);
            (file, reports.remove(0))
        })
        .collect()
}

/// A fold written again for these tests: no white space, no quotes, × as x, small letters, 學 as 学.
fn folded(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !"“”‘’\"《》〈〉".contains(*c))
        .map(|c| match c {
            '×' => 'x',
            '學' => '学',
            '\u{2080}'..='\u{2089}' => char::from(b'0' + (u32::from(c) - 0x2080) as u8),
            _ => c.to_ascii_lowercase(),
        })
        .collect()
}

fn occurrences(report: &Report, phrase: &str) -> usize {
    let phrase = folded(phrase);
    report
        .passages
        .iter()
        .map(|passage| folded(&passage.text).matches(&phrase).count())
        .sum()
}

#[test]
fn the_han_characters_are_those_of_the_files() {
    for (file, report) in reports() {
        check_han(&file, &report);
    }
}

/// The Han characters of the file are those of the passages with the removed pieces put back in
/// their order; no step of the cleaning is used to tell which.
fn check_han(file: &RawFile, report: &Report) {
    let raw = han(std::str::from_utf8(&file.bytes).expect("a sample is UTF-8"));
    let passages: Vec<char> = report
        .passages
        .iter()
        .flat_map(|passage| han(&passage.text))
        .collect();
    let removed: Vec<Vec<char>> = report
        .notes
        .iter()
        .filter(|note| is_removal(&note.rule))
        .map(|note| han(&note.text))
        .filter(|piece| !piece.is_empty())
        .collect();
    let n_removed: usize = removed.iter().map(Vec::len).sum();
    assert_eq!(raw.len(), passages.len() + n_removed, "{}", file.path);
    // Greedy is enough: a piece goes in where the passages do not match, or as early as it matches.
    let mut passages = passages.as_slice();
    let mut removed = removed.iter();
    let mut next = removed.next();
    let mut at = 0;
    while at < raw.len() {
        let rest = &raw[at..];
        if let Some(piece) = next
            && rest.starts_with(piece)
            && !(passages.starts_with(piece))
        {
            at += piece.len();
            next = removed.next();
            continue;
        }
        assert_eq!(
            Some(&rest[0]),
            passages.first(),
            "{} at Han character {at}",
            file.path
        );
        passages = &passages[1..];
        at += 1;
    }
}

#[test]
fn regions_and_years_are_found_with_their_evidence() {
    use EvidenceKind::{Body, Dateline, Title};
    let expected = [
        (141_182, 2024, Dateline, Dateline),
        (140_825, 2023, Dateline, Dateline),
        (141_081, 2024, Title, Dateline),
        (141_100, 2023, Body, Body),
        (140_923, 2024, Body, Body),
    ];
    for ((file, report), (code, year, region_by, year_by)) in reports().iter().zip(expected) {
        let region = report.meta.region.as_ref().expect("placed");
        let found_year = report.meta.year.as_ref().expect("dated");
        assert_eq!(region.value.code(), code, "{}", file.path);
        assert_eq!(
            region.evidence.kind, region_by,
            "{}: {:?}",
            file.path, region.evidence
        );
        assert_eq!(found_year.value.get(), year, "{}", file.path);
        assert_eq!(
            found_year.evidence.kind, year_by,
            "{}: {:?}",
            file.path, found_year.evidence
        );
        assert_eq!(report.meta.genre, Genre::Report, "{}", file.path);
    }
    let metas: Vec<_> = reports()
        .into_iter()
        .map(|(_, report)| report.meta)
        .collect();
    assert_eq!(metas[0].speaker.as_deref(), Some("贾永祥"));
    assert_eq!(metas[2].speaker.as_deref(), Some("尹明星"));
    assert_eq!(
        metas[0].date.map(|date| date.to_string()).as_deref(),
        Some("2024-04-22")
    );
    assert_eq!(
        metas[2].title,
        "(山西省)侯马市人民政府工作报告(2024年3月12日)"
    );
}

#[test]
fn phrases_occur_as_often_as_a_reader_counts() {
    let expected: [(&str, [usize; 5]); 9] = [
        ("专业镇", [8, 6, 11, 5, 9]),
        ("高质量发展", [7, 12, 21, 20, 10]),
        ("乡村e镇", [1, 2, 4, 2, 0]),
        ("四上企业", [2, 1, 2, 1, 0]),
        ("放管服", [0, 3, 0, 1, 0]),
        ("标准地", [0, 4, 1, 2, 1]),
        ("7×24小时", [0, 1, 3, 1, 1]),
        ("1+7+N特色专业镇", [0, 0, 0, 2, 0]),
        ("中小学生", [1, 0, 0, 0, 0]),
    ];
    let reports = reports();
    for (phrase, counts) in expected {
        let found: Vec<usize> = reports
            .iter()
            .map(|(_, report)| occurrences(report, phrase))
            .collect();
        if phrase == "中小学生" {
            assert_eq!(found[0], counts[0]);
        } else {
            assert_eq!(found, counts, "{phrase}");
        }
    }
    assert!(occurrences(&reports[0].1, "pm2.5") > 0);
    assert!(occurrences(&reports[1].1, "pm2.5") > 0);
    assert!(occurrences(&reports[1].1, "pm10") > 0);
    assert!(
        reports[0]
            .1
            .passages
            .iter()
            .any(|passage| passage.text.contains("中小學生"))
    );
}

#[test]
fn the_parts_are_those_of_the_reports() {
    let glossary_entries = [13, 45, 33, 0, 0];
    let mut towns = std::collections::BTreeMap::new();
    for ((file, report), n_entries) in reports().iter().zip(glossary_entries) {
        let year = report.meta.year.as_ref().expect("dated").value;
        let previous = year.previous().expect("in bounds");
        let in_part = |part| {
            report
                .passages
                .iter()
                .filter(move |passage| passage.part == part)
        };
        assert!(in_part(Part::Review).count() > 2, "{}", file.path);
        assert!(in_part(Part::Plan).count() > 2, "{}", file.path);
        assert!(
            in_part(Part::Review).all(|passage| passage.about == Some((previous, previous))),
            "{}",
            file.path
        );
        assert!(
            in_part(Part::Plan).all(|passage| passage.about == Some((year, year))),
            "{}",
            file.path
        );
        let entries = in_part(Part::Glossary)
            .filter(|passage| passage.kind == Kind::Text)
            .count();
        assert_eq!(entries, n_entries, "{}", file.path);
        for passage in &report.passages {
            *towns.entry(passage.part.name()).or_insert(0) +=
                folded(&passage.text).matches("专业镇").count();
        }
        let last = report
            .passages
            .iter()
            .rfind(|passage| passage.part != Part::Glossary)
            .expect("not empty");
        let closes = !file.path.starts_with("004");
        assert_eq!(
            last.part == Part::Closing,
            closes,
            "{}: {}",
            file.path,
            last.text
        );
    }
    towns.retain(|_, count| *count > 0);
    assert_eq!(
        towns.into_iter().collect::<Vec<_>>(),
        [("glossary", 2), ("plan", 32), ("review", 5)]
    );
}

#[test]
fn broken_paragraphs_and_headings_are_whole() {
    let reports = reports();
    let texts = |index: usize| {
        reports[index]
            .1
            .passages
            .iter()
            .map(|passage| passage.text.as_str())
    };
    assert!(texts(0).any(|text| text.contains("一般公共预算收入完成32.4亿元，增长18.7%")));
    assert!(texts(0).any(|text| text.starts_with("加快完善白酒产业配套。与汾酒共建")));
    assert!(texts(0).all(|text| !text.starts_with("“压舱石”") && !text.contains("**")));
    assert!(texts(1).any(|text| text.contains("我们因时因势精准施策，在成功处置输入性疫情的同时")));
    let third = &reports[3].1;
    let heading = |text: &str| {
        third
            .passages
            .iter()
            .any(|passage| passage.kind == Kind::Heading && passage.text == text)
    };
    assert!(heading(
        "（一）奋力攻坚千亿产业，锻造高质量发展的坚固基石。"
    ));
    assert!(heading("三、全面加强政府自身建设"));
    assert!(texts(3).any(|text| text.starts_with("紧扣资源型经济转型和能源革命")));
    let n_headings = third
        .passages
        .iter()
        .filter(|passage| passage.kind == Kind::Heading)
        .count();
    let n_texts = third.passages.len() - n_headings;
    assert_eq!(n_headings, 15);
    assert!((54..=58).contains(&n_texts), "{n_texts}");
}

#[test]
fn every_passage_knows_its_lines_and_its_heading() {
    for (file, report) in reports() {
        let raw: Vec<&str> = std::str::from_utf8(&file.bytes)
            .expect("UTF-8")
            .split('\n')
            .collect();
        for (index, passage) in report.passages.iter().enumerate() {
            assert!(!passage.text.is_empty() && !passage.text.contains('\n'));
            assert_eq!(passage.lines.first().map(|start| start.byte), Some(0));
            assert!(
                passage
                    .lines
                    .windows(2)
                    .all(|pair| pair[0].byte < pair[1].byte && pair[0].line <= pair[1].line)
            );
            for (nth, start) in passage.lines.iter().enumerate() {
                let end = passage
                    .lines
                    .get(nth + 1)
                    .map_or(passage.text.len(), |next| next.byte);
                let piece = han(passage
                    .text
                    .get(start.byte..end)
                    .expect("on character boundaries"));
                let line = han(raw[start.line as usize - 1]);
                let holds =
                    piece.is_empty() || line.windows(piece.len()).any(|window| window == piece);
                assert!(holds, "{} line {}: {}", file.path, start.line, passage.text);
            }
            if let Some(heading) = passage.heading {
                assert!(heading < index && report.passages[heading].kind == Kind::Heading);
            }
        }
    }
}

#[test]
fn all_line_ends_give_the_same_report() {
    for file in corpus() {
        let text = String::from_utf8(file.bytes.clone()).expect("UTF-8");
        let expected = ingest(&file).expect("a report");
        for end in ["\r\n", "\r", "\u{2028}", "\u{85}"] {
            let twin = RawFile {
                path: file.path.clone(),
                format: Format::Text,
                bytes: text.replace('\n', end).into_bytes(),
            };
            assert_eq!(
                ingest(&twin).as_ref(),
                Ok(&expected),
                "{} with {end:?}",
                file.path
            );
        }
        let marked = RawFile {
            bytes: [b"\xef\xbb\xbf".as_slice(), &file.bytes].concat(),
            ..file.clone()
        };
        assert_eq!(ingest(&marked), Ok(expected));
    }
}

/// A report whose title, dateline and body name no region.
fn nameless(path: &str, speech: &str) -> Report {
    let body = format!("坚持稳中求进，{speech}经济运行平稳。").repeat(20);
    let text = format!(
        "政府工作报告\n\n各位代表：\n\n一、2018年工作回顾\n\n{body}\n\n二、2019年工作安排\n\n{body}\n"
    );
    let file = RawFile {
        path: path.to_owned(),
        format: Format::Text,
        bytes: text.into_bytes(),
    };
    ingest(&file).expect("it is text").remove(0)
}

#[test]
fn the_name_of_a_file_places_a_report_that_contradicts_nothing() {
    let placed = |path: &str, speech: &str| {
        let region = nameless(path, speech).meta.region?;
        Some((region.value.unique_name(), region.evidence.kind))
    };
    let by_path = Some(("太原市", EvidenceKind::Path));
    assert_eq!(placed("太原市_2019.txt", "全市"), by_path);
    assert_eq!(placed("x/2019年太原市政府工作报告.txt", "全市"), by_path);
    // A county speaks otherwise, and a folder may be anything.
    assert_eq!(placed("太原市_2019.txt", "我县"), None);
    assert_eq!(placed("太原市/2019.txt", "全市"), None);
    assert_eq!(placed("太原市/政府工作报告.txt", "全市"), None);
}

#[test]
fn a_wrong_name_of_a_file_misplaces_no_report() {
    for mut file in corpus() {
        let region = |file: &RawFile| {
            let report = ingest(file).expect("it is text").remove(0);
            report.meta.region.map(|region| region.value)
        };
        let right = region(&file);
        file.path = "太原市_2019.txt".to_owned();
        assert_eq!(region(&file), right);
    }
}
