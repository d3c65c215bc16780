//! Tables of all shapes, PDFs, and text whose lines were broken.

use super::{case, made};

/// A short report of a county.
fn body(n: usize) -> String {
    format!(
        "各位代表：\n现在，我代表县人民政府，向大会报告工作，请予审议。\n一、2023年工作回顾\n\
         2023年，全县专业镇建设取得明显成效，培育特色产业集群{n}个，带动就业一万二千人，城乡居民收入稳步增长。\n\
         二、2024年重点工作\n今年要抓好项目建设，推进乡村振兴，改善民生，实施{n}号工程。"
    )
}

fn placed(places: &[(&str, u64)]) -> Vec<(String, Option<u64>)> {
    let places = places.iter();
    places
        .map(|&(name, year)| (name.to_owned(), Some(year)))
        .collect()
}

#[test]
fn a_merged_cell_is_true_of_all_its_rows() {
    let Some(corpus) = case("f-30-xlsx-merged") else {
        return;
    };
    let expected = [
        ("安吉县", 2022),
        ("安吉县", 2023),
        ("安吉县", 2024),
        ("德清县", 2023),
        ("德清县", 2024),
    ];
    assert_eq!(corpus.places(), placed(&expected));
}

#[test]
fn years_are_read_in_all_forms_and_two_years_are_none() {
    let Some(corpus) = case("f-31-xlsx-years") else {
        return;
    };
    let places = corpus.places();
    for (name, year) in [("临安区", 2023), ("桐庐县", 2023), ("淳安县", 2024)] {
        assert!(places.contains(&(name.to_owned(), Some(year))), "{name}");
    }
    assert!(places.contains(&("富阳区".to_owned(), None)));
}

#[test]
fn quotation_marks_and_commas_of_a_text_cost_nothing() {
    if let Some(corpus) = case("f-41-csv-badquote") {
        assert_eq!(corpus.places().len(), 4);
        assert!(corpus.holds("未闭合的引号，专业镇") && corpus.holds("专业镇第四行"));
        assert_eq!(corpus.notes_of("quotes").len(), 1);
    }
    if let Some(corpus) = case("f-41-csv-ragged") {
        assert!(corpus.holds("推进专业镇建设,取得成效,带动就业"));
        assert_eq!(corpus.notes_of("row-ragged").len(), 1);
        assert_eq!(
            corpus.notes_of("row-without-text"),
            ["1 row without text: 3"]
        );
    }
}

#[test]
fn a_table_without_a_header_loses_no_row() {
    if let Some(corpus) = case("f-42-csv-nohead") {
        assert_eq!(
            corpus.places(),
            placed(&[("安吉县", 2024), ("德清县", 2024)])
        );
    }
    if let Some(corpus) = case("g-14-headerless-table-loses-first-row") {
        assert_eq!(corpus.reports().len(), 4);
    }
}

#[test]
fn names_of_objects_place_their_texts() {
    let expected = [("安吉县", 2024), ("德清县", 2024)];
    if let Some(corpus) = case("f-43-json-obj") {
        assert_eq!(corpus.places(), placed(&expected));
    }
    for json in [
        serde_json::json!({"安吉县": {"2024": body(1)}, "德清县": {"2024": body(2)}}),
        serde_json::json!({"2024": [{"地区": "安吉县", "正文": body(1)}, {"地区": "德清县", "正文": body(2)}]}),
        serde_json::json!([["安吉县", 2024, body(1)], ["德清县", 2024, body(2)]]),
    ] {
        assert_eq!(
            made("t.json", json.to_string()).places(),
            placed(&expected),
            "{json}"
        );
    }
}

#[test]
fn a_code_decides_what_a_name_leaves_open() {
    if let Some(corpus) = case("h-02-county-columns") {
        assert_eq!(corpus.places(), placed(&[("唐县", 2020)]));
    }
    let csv = format!(
        "名称,行政区划代码,年份,正文\n长沙,430121,2024,\"{}\"\n吉林,220200,2024,\"{}\"\n",
        body(1),
        body(2)
    );
    let expected = [("吉林市", 2024), ("长沙县", 2024)];
    assert_eq!(made("t.csv", csv).places(), placed(&expected));
}

#[test]
fn columns_that_are_years_are_reports() {
    let csv = format!(
        "地区,2023,2024\n安吉县,\"{}\",\"{}\"\n德清县,\"{}\",\n",
        body(1),
        body(2),
        body(3)
    );
    let expected = [("安吉县", 2023), ("安吉县", 2024), ("德清县", 2023)];
    assert_eq!(made("t.csv", csv).places(), placed(&expected));
}

#[test]
fn blanks_below_a_place_repeat_it() {
    let csv = format!(
        "地区,年份,正文\n安吉县,2023,\"{}\"\n,2024,\"{}\"\n德清县,2024,\"{}\"\n",
        body(1),
        body(2),
        body(3)
    );
    let expected = [("安吉县", 2023), ("安吉县", 2024), ("德清县", 2024)];
    assert_eq!(made("t.csv", csv).places(), placed(&expected));
}

#[test]
fn rows_that_are_paragraphs_stand_in_the_order_of_their_numbers() {
    let text = body(1);
    let rows: Vec<String> = text
        .lines()
        .enumerate()
        .map(|(at, line)| format!("安吉县,2024,{at},{line}\n"))
        .collect();
    let turned: String = rows.iter().rev().map(String::as_str).collect();
    let corpus = made("t.csv", format!("地区,年份,段落序号,段落\n{turned}"));
    assert_eq!(corpus.places(), placed(&[("安吉县", 2024)]));
    assert_eq!(corpus.passages().concat(), text.replace('\n', ""));
}

#[test]
fn sentences_with_labels_are_one_text_and_no_report() {
    let rows: String = (0..500)
        .map(|at| format!("{at},经济,我们坚持稳中求进，汾阳市建成项目{at}个。\n"))
        .collect();
    let corpus = made("t.csv", format!("id,label,text\n{rows}"));
    let reports = corpus.reports();
    assert_eq!(reports.len(), 1);
    assert_eq!(reports[0]["genre"], "other");
    assert_eq!(reports[0]["passages"], 500);
    assert!(
        corpus
            .notes_of("not-a-report")
            .contains(&"sentences with labels".to_owned())
    );
}

#[test]
fn a_pdf_of_pictures_is_partly_read() {
    let Some(corpus) = case("g-06-half-scanned-pdf-silent") else {
        return;
    };
    assert_eq!(corpus.reports()[0]["partial"], true);
    let counted = corpus
        .sandbox
        .run(["count", "不存在的词", "--by", "report", "--format", "jsonl"])
        .rows();
    assert!(
        counted.iter().any(|row| row["state"] == "unread"),
        "{counted:?}"
    );
}

#[test]
fn numbers_of_lines_are_gone_and_noted() {
    let Some(corpus) = case("f-69-pdf-lineno") else {
        return;
    };
    assert!(corpus.holds("全县经济运行总体平稳"));
    assert!(corpus.holds("农村人居环境整治提升三年行动圆满收官"));
    assert_eq!(corpus.notes_of("line-number"), ["5 10 15 20"]);
}

#[test]
fn lines_cut_by_characters_are_joined() {
    for name in ["f-70-pdf-2col", "f-82-cwrap-15", "f-82-cwrap-36"] {
        let Some(corpus) = case(name) else {
            return;
        };
        for words in [
            "全面贯彻党的二十大精神开局之年",
            "县乡村公路46.7公里",
            "100MW林光储能",
        ] {
            assert!(corpus.holds(words), "{name}: {words}");
        }
    }
}

#[test]
fn glyphs_of_a_second_font_stand_in_their_place() {
    if let Some(corpus) = case("f-73-lo-sym") {
        for words in [
            "营造“安商、富商”环境，开展“双百”“双千”行动",
            "全年新登记经营主体一万户",
        ] {
            assert!(corpus.holds(words), "{words}");
        }
    }
    if let Some(corpus) = case("f-77-pdf-halfgap") {
        assert!(corpus.holds("增长5%，建成3个专业镇，培育7家企业，税收占比达到9成"));
    }
}

#[test]
fn raised_marks_of_notes_are_read_as_marks() {
    let Some(corpus) = case("f-65-pdf-sup") else {
        return;
    };
    assert!(corpus.holds("企业[1]培育，落实链长制[2]改革"));
}

#[test]
fn a_notice_as_pdf_is_joined_and_no_report() {
    let Some(corpus) = case("g-07-red-header-genre") else {
        return;
    };
    assert_eq!(corpus.reports()[0]["genre"], "other");
    for words in ["实施条例、《国务院", "（2014-2020年）"] {
        assert!(corpus.holds(words), "{words}");
    }
}
