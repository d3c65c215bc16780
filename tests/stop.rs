//! Work that is stopped from another thread ends soon, with the whole right answer or with none.
//!
//! Every question of the library is asked of a corpus that is made here, with a flag that is set beforehand or at a
//! moment drawn at random.

use baogao_engine::ask::suggest;
use baogao_engine::collocation::{CollocateOptions, Collocates};
use baogao_engine::concordance::{Concordance, Order, Side, first_appearances};
use baogao_engine::exact::{MatchOptions, Phrase, Sides, WithinReach};
use baogao_engine::glossary::{Glossary, definitions};
use baogao_engine::index::{Index, IndexError, UpdateOptions, update};
use baogao_engine::query::{Filters, Query};
use baogao_engine::search::{SearchOptions, Sort, Tier};
use baogao_engine::stats::{CountOptions, Dimension, Group, count, crosstab};
use baogao_engine::stop::Stop;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// What the reports are made of: few characters, so that everything stands beside everything.
const CHARS: &str = "的一是了在中国经济发展建设工业农村改革开放民生教育增长百分点酒，。";
const N_REPORTS: usize = 40;
const N_PASSAGES: usize = 60;

struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// Reports of one place over many years, each with a glossary.
fn indexed() -> (tempfile::TempDir, Index) {
    let folder = tempfile::tempdir().expect("a folder");
    let corpus = folder.path().join("corpus");
    std::fs::create_dir(&corpus).expect("a folder");
    let chars: Vec<char> = CHARS.chars().collect();
    let mut chance = Chance(7);
    for n in 0..N_REPORTS {
        let year = 1980 + n;
        let mut text = format!(
            "汾阳市人民政府工作报告\n\n——{year}年4月22日在汾阳市第七届人民代表大会第五次会议上\n\n\
             各位代表：\n\n现在，我代表市人民政府向大会报告工作，请予审议。\n\n一、{}年工作回顾\n\n",
            year - 1
        );
        for _ in 0..N_PASSAGES {
            for _ in 0..40 + chance.below(120) {
                text.push(chars[chance.below(chars.len() as u64) as usize]);
            }
            text.push_str("。\n\n");
        }
        text.push_str(
            "名词解释\n\n1.专业镇：以县为单元发展的镇。\n\n2.两个转型：产业转型和数字转型。\n",
        );
        std::fs::write(corpus.join(format!("{year}.txt")), text).expect("a file");
    }
    let index = folder.path().join("index");
    let options = UpdateOptions {
        roots: vec![corpus],
        ..UpdateOptions::default()
    };
    update(&index, &options, &|_| {}).expect("it is indexed");
    let index = Index::open(&index).expect("it opens");
    (folder, index)
}

type Answer = Result<String, IndexError>;
type Question = (&'static str, Box<dyn Fn(&Index) -> Answer>);

fn query(typed: &str) -> Query {
    Query::parse(typed, MatchOptions::default()).expect("a query")
}

fn search(typed: &'static str, tier: Tier, sort: Sort) -> Box<dyn Fn(&Index) -> Answer> {
    let query = query(typed);
    let options = SearchOptions {
        tier,
        sort,
        ..SearchOptions::default()
    };
    Box::new(move |index| {
        let answer = index.search(&query, &options)?;
        let mut text = format!("{:?} {:?} {:?}", answer.total, answer.outside, answer.cells);
        for hit in &answer.hits {
            let _ = write!(text, "{} {} {:?}", hit.passage.id(), hit.score, hit.spans);
        }
        Ok(text)
    })
}

fn lines(order: Order, sample: Option<usize>) -> Box<dyn Fn(&Index) -> Answer> {
    let query =
        baogao_engine::query::Query::parse("的", MatchOptions::default()).expect("a phrase");
    Box::new(move |index| {
        let mut concordance = Concordance::new(index, &query, &Filters::default(), order)?;
        if let Some(n) = sample {
            concordance.sample(n, 1)?;
        }
        let mut text = String::new();
        let page = concordance.page(0, usize::MAX)?;
        for line in concordance.lines(&page, 20) {
            let line = line?;
            text.push_str(&line.left);
            text.push_str(&line.right);
        }
        Ok(text)
    })
}

fn collocates(strings: bool) -> Box<dyn Fn(&Index) -> Answer> {
    let options = CollocateOptions {
        reach: WithinReach::Chars(10),
        sides: Sides {
            left: true,
            right: true,
        },
        strings,
        content_words: false,
        matching: MatchOptions::default(),
        min_occurrences: 3,
        min_reports: 1,
    };
    Box::new(move |index| {
        let filters = Filters::default();
        let found = Collocates::new(index, &query("的"), &filters, &options)?;
        let rows = found.found.iter();
        let rows = rows.map(|row| (row.phrase.folded(), row.occurrences));
        Ok(format!("{:?}", rows.collect::<Vec<_>>()))
    })
}

/// Every question that takes a loop over the corpus.
fn questions() -> Vec<Question> {
    let group = |text: &str| Group {
        name: text.to_owned(),
        phrases: vec![Phrase::new(text, MatchOptions::default()).expect("a phrase")],
    };
    let groups: Vec<Group> = ["的", "的一", "一是", "经济", "济发"].map(group).into();
    let phrase = |typed| {
        baogao_engine::query::Query::parse(typed, MatchOptions::default()).expect("a phrase")
    };
    let (neighboured, first, absent) = (phrase("的"), phrase("经济"), query("发展是在建工"));
    let patterns = "的*的 一*一 是*是 了*了 在*在 中*中 国*国 发*发";
    vec![
        ("one character", search("的", Tier::Exact, Sort::Relevance)),
        ("oldest first", search("的", Tier::Exact, Sort::Oldest)),
        (
            "all of several",
            search("的 一 是", Tier::Exact, Sort::Relevance),
        ),
        ("patterns", search(patterns, Tier::Exact, Sort::Relevance)),
        (
            "a tree",
            search("(的 OR 一) -是 -\"经济 发展\"~3", Tier::Exact, Sort::Region),
        ),
        (
            "nearness",
            search("\"的 一\"~30", Tier::Exact, Sort::Relevance),
        ),
        (
            "words",
            search("经济发展建设", Tier::Words, Sort::Relevance),
        ),
        (
            "any word",
            search("经济发展建设", Tier::Any, Sort::Relevance),
        ),
        ("lines by year", lines(Order::Year, None)),
        ("lines by what follows", lines(Order::Right, None)),
        ("a sample of lines", lines(Order::Left, Some(50))),
        (
            "neighbours",
            Box::new(move |index| {
                let concordance =
                    Concordance::new(index, &neighboured, &Filters::default(), Order::Year)?;
                Ok(format!("{:?}", concordance.neighbours(Side::Left)?))
            }),
        ),
        ("words beside", collocates(false)),
        ("strings beside", collocates(true)),
        (
            "places along the text",
            Box::new(|index| {
                let filters = Filters::default();
                let order = index.reading_order(&filters)?;
                let places = index.places_along(&query("的"), &filters, &order)?;
                Ok(format!("{:?} {}", places, order.size()))
            }),
        ),
        (
            "counts",
            Box::new(move |index| {
                let options = CountOptions {
                    by_passage: true,
                    ..CountOptions::default()
                };
                let mut text = String::new();
                for counted in count(index, &groups, &Filters::default(), options)? {
                    let by = [Dimension::Section, Dimension::Year];
                    let table = crosstab(index, &counted, &Filters::default(), &by)?;
                    let _ = write!(text, "{:?}", table.total);
                }
                Ok(text)
            }),
        ),
        (
            "first appearances",
            Box::new(move |index| {
                let rejected = ["汾阳市-1980:9".to_owned()];
                let firsts =
                    first_appearances(index, &first, &Filters::default(), None, &rejected)?;
                let first = firsts.first().and_then(|first| first.hit.as_ref());
                Ok(format!("{:?}", first.map(|hit| hit.passage.id())))
            }),
        ),
        (
            "suggestions",
            Box::new(move |index| {
                Ok(format!(
                    "{:?}",
                    suggest(index, &absent, MatchOptions::default(), None)?
                ))
            }),
        ),
        (
            "a wider answer",
            Box::new(|index| {
                let wider = index.widen(&query("经济发展建工"), &SearchOptions::default())?;
                Ok(format!("{:?}", wider.map(|answer| answer.total)))
            }),
        ),
        (
            "definitions",
            Box::new(|index| {
                let glossary = Glossary::of(index, 0..index.reports.len())?;
                let entries = glossary.entries.iter().map(|entry| &**entry);
                let texts = definitions(index, entries);
                texts.map(|definition| Ok(definition?.text)).collect()
            }),
        ),
        (
            "passages",
            Box::new(|index| {
                let mut text = String::new();
                for rank in 0..index.reports.len() {
                    text.extend(
                        index
                            .passages(rank)?
                            .into_iter()
                            .map(|passage| passage.text),
                    );
                }
                Ok(text)
            }),
        ),
    ]
}

#[test]
fn stopped_work_gives_the_whole_answer_or_none() {
    let (_folder, index) = indexed();
    let mut chance = Chance(1);
    let mut n_stopped = 0;
    for (name, ask) in questions() {
        let started = Instant::now();
        let expected = ask(&index).expect(name);
        let whole = started.elapsed();
        assert!(!expected.is_empty(), "{name}");
        for _ in 0..12 {
            let stop = Stop::new();
            let stoppable = index.with_stop(stop.clone());
            let wait = whole.as_micros() as u64 + 1;
            let wait = Duration::from_micros(chance.below(wait));
            let answer = std::thread::scope(|scope| {
                scope.spawn(move || {
                    std::thread::sleep(wait);
                    stop.set();
                });
                ask(&stoppable)
            });
            match answer {
                Ok(answer) => assert!(answer == expected, "{name}: an answer that is not whole"),
                Err(IndexError::Stopped) => n_stopped += 1,
                Err(error) => panic!("{name}: {error}"),
            }
        }
        // The flag of one handle stops no other.
        assert!(ask(&index).is_ok_and(|answer| answer == expected), "{name}");
    }
    assert!(n_stopped > 20, "only {n_stopped} were stopped");
}

#[test]
fn work_whose_flag_is_set_does_not_begin() {
    let (_folder, index) = indexed();
    let stop = Stop::new();
    let stopped = index.with_stop(stop.clone());
    stop.set();
    for (name, ask) in questions() {
        let answer = ask(&stopped);
        assert!(
            matches!(answer, Err(IndexError::Stopped)),
            "{name}: {answer:?}"
        );
    }
}
