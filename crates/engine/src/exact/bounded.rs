//! Tests: all phrases of small texts, with so low a threshold that every kind of list is made, agree with a count in the
//! text of every passage, and read no more of it than they may.
//!
//! The texts hurt: numbers beside numbers, runs that overlap themselves, characters that fold to several or none, pairs of
//! UTF-16 units. Segments are many, lose passages and are merged.

use super::phrase::CountedBy;
use super::runs::Bounds;
use super::*;
use crate::exact::phrase::MatchOptions;
use baogao_reading::fold::fold_with_edits;
use baogao_reading::report::{Kind, Part, Passage};
use baogao_reading::script::Script;
use proptest::prelude::*;
use std::cell::Cell;
use std::collections::{BTreeSet, HashMap};
use tantivy::indexer::NoMergePolicy;
use tantivy::schema::{INDEXED, OwnedValue};
use tantivy::{IndexWriter, Term};

thread_local! {
    /// Passages whose text was read to count in it.
    static N_READS: Cell<u64> = const { Cell::new(0) };
}

/// Counts passages whose text is read, by whichever core.
pub(super) fn note_reads(n: usize) {
    N_READS.set(N_READS.get() + n as u64);
}

/// Memory of the writer of a small index.
const WRITER_BYTES: usize = 15_000_000;
/// Bounds under which nearly every run gets a list.
const LOW: Bounds = Bounds {
    max_reads: 2,
    max_chars: 5,
};

/// An index in memory whose passages are deleted by their number.
struct Small {
    index: tantivy::Index,
    writer: IndexWriter,
    passage: Field,
    number: Field,
}

impl Small {
    fn new(bounds_of: fn(u32) -> Bounds) -> Small {
        let mut schema = Schema::builder();
        let passage = schema.add_custom_field("passage", "passage", serde_json::Value::Null);
        let number = schema.add_i64_field("number", INDEXED);
        let plugin = ExactPlugin {
            bounds_of,
            first_bounds_of: bounds_of,
            ..ExactPlugin::new("passage", Arc::default())
        };
        let index = tantivy::Index::builder()
            .schema(schema.build())
            .register_plugin(Arc::new(plugin))
            .create_in_ram()
            .expect("an index in memory");
        let writer: IndexWriter = index
            .writer_with_num_threads(1, WRITER_BYTES)
            .expect("a writer");
        writer.set_merge_policy(Box::new(NoMergePolicy));
        Small {
            index,
            writer,
            passage,
            number,
        }
    }

    /// Adds a segment.
    fn add(&mut self, texts: &[String], first_number: i64) {
        for (text, number) in texts.iter().zip(first_number..) {
            let passage = Passage {
                part: Part::Plan,
                kind: Kind::Text,
                heading: None,
                about: None,
                text: text.clone(),
                lines: Vec::new(),
                ocr: false,
            };
            let mut edits = Vec::new();
            let folded = fold_with_edits(text, Script::of([text.as_str()]), &mut edits);
            let mut document = TantivyDocument::default();
            let encoded = encode(&passage, &folded, &edits);
            document.add_field_value(self.passage, &OwnedValue::Custom(encoded));
            document.add_i64(self.number, number);
            self.writer.add_document(document).expect("added");
        }
        self.writer.commit().expect("committed");
    }

    fn delete(&mut self, number: i64) {
        self.writer
            .delete_term(Term::from_field_i64(self.number, number));
        self.writer.commit().expect("committed");
    }

    fn merge(&mut self) {
        let segments = self.index.searchable_segment_ids().expect("segments");
        self.writer.merge(&segments).wait().expect("merged");
    }

    fn segments(&self) -> Vec<ExactSegment> {
        let searcher = self.index.reader().expect("a reader").searcher();
        let segments = searcher.segment_readers().iter();
        let open = |reader| ExactSegment::open(reader).expect("opened");
        segments.map(open).collect()
    }
}

/// All runs of characters of the passages, and some that stand nowhere.
fn phrases(segments: &[ExactSegment], max_chars: usize) -> BTreeSet<String> {
    let mut phrases = BTreeSet::new();
    let docs = segments
        .iter()
        .flat_map(|segment| segment.living().map(move |doc| (segment, doc)));
    for (segment, doc) in docs {
        let folded: Vec<char> = segment.folded(doc).chars().collect();
        for n_chars in 1..=max_chars {
            for run in folded.windows(n_chars) {
                phrases.insert(run.iter().collect());
                let turned = run.iter().rev();
                phrases.insert(turned.collect());
            }
        }
    }
    phrases
}

/// Compares what the lists say with a count in every passage; gives the number of passages that were read.
fn check(segments: &[ExactSegment], typed: &str, options: MatchOptions) -> u64 {
    let Some(phrase) = Phrase::new(typed, options) else {
        return 0;
    };
    let mut n_all_reads = 0;
    for segment in segments {
        let bounds = segment.runs.bounds();
        let mut found = Vec::new();
        let before = N_READS.get();
        segment.occurrences(&phrase, |doc, n| found.push((doc, n)));
        let n_reads = N_READS.get() - before;
        n_all_reads += n_reads;
        let expected: Vec<(DocId, u32)> = segment
            .living()
            .map(|doc| (doc, segment.count(&phrase, doc)))
            .filter(|(_, n)| *n > 0)
            .collect();
        assert_eq!(found, expected, "{typed:?} {options:?}");
        if phrase.counted_by() != CountedBy::Text
            && phrase.chars().len() <= bounds.max_chars as usize
        {
            let n_others: u64 = phrase
                .forms()
                .skip(1)
                .map(|form| n_allowed(segment, form))
                .sum();
            assert!(
                n_reads <= u64::from(bounds.max_reads) + n_others,
                "{typed:?} {options:?} reads {n_reads} passages"
            );
        }
    }
    n_all_reads
}

/// The passages that may be read for another form of a phrase: those where it stands, and as many as for any phrase.
fn n_allowed(segment: &ExactSegment, form: &[char]) -> u64 {
    let form: String = form.iter().collect();
    let n = (0..segment.max_doc).filter(|doc| segment.folded(*doc).contains(&form));
    n.count() as u64 + u64::from(segment.runs.bounds().max_reads)
}

fn check_all(segments: &[ExactSegment]) {
    for typed in phrases(segments, 7) {
        for (literal, inside) in [(false, false), (false, true), (true, false)] {
            check(segments, &typed, MatchOptions { literal, inside });
        }
        let typed_odd = typed.replace('x', "×");
        check(segments, &typed_odd, MatchOptions::default());
    }
}

#[test]
fn a_run_has_a_list_where_its_parts_stand_together_often() {
    let mut small = Small::new(|_| LOW);
    let texts = [
        "甲乙，丙",
        "甲乙丙",
        "乙丙甲乙",
        "丙甲乙丁乙丙",
        "5.5%5%",
        "戊甲乙，乙丙",
    ];
    small.add(&texts.map(str::to_owned), 0);
    let segments = small.segments();
    let [segment] = segments.as_slice() else {
        panic!("one segment");
    };
    let has_list = |run: &str| {
        segment
            .runs
            .find(&run.chars().collect::<Vec<_>>())
            .is_some()
    };
    // 甲乙 and 乙丙 stand together in four passages, and in a row in one.
    assert!(has_list("甲乙丙"));
    assert!(!has_list("甲乙丁"), "乙丁 is rare");
    assert!(!has_list("丙乙甲"));
    // Both are frequent, stand together often and never in a row: known without a look at any text.
    let before = N_READS.get();
    let turned = Phrase::new("乙丙乙", MatchOptions::default()).expect("a phrase");
    segment.occurrences(&turned, |_, _| panic!("it stands nowhere"));
    assert_eq!(N_READS.get(), before);
    check_all(&segments);
}

#[test]
fn small_segments_and_the_real_bounds_hold_too() {
    let mut small = Small::new(bounds_of);
    let n = 256;
    let texts = (0..3 * n).map(|i| match i % 3 {
        0 => format!("第{i}号：推进高质量发展，发展发展"),
        1 => format!("20{i}年，高质量推进发展"),
        _ => "质量发展高".to_owned(),
    });
    small.add(&texts.collect::<Vec<_>>(), 0);
    small.add(&["高质量发展".to_owned()], 4 * n);
    let segments = small.segments();
    for typed in [
        "高质量发展",
        "质量发展高",
        "发展",
        "发展发展",
        "20",
        "0",
        "推进高质量发展",
        "量发展高",
    ] {
        check(&segments, typed, MatchOptions::default());
    }
    let has_list = |segment: &ExactSegment| segment.runs.find(&['高', '质', '量']).is_some();
    let have_lists: Vec<bool> = segments.iter().map(has_list).collect();
    assert_eq!(have_lists, [false, false]);
    assert_eq!(bounds_of(MIN_PASSAGES - 1).max_reads, MIN_PASSAGES - 1);
    assert_eq!(bounds_of(MIN_PASSAGES).max_reads, MIN_PASSAGES / 100);
}

/// Numbers that look drawn by chance, the same in every run.
struct Drawn(u64);

impl Drawn {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) as usize % n
    }

    /// One of some things, the first ones far more often.
    fn of<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        let n = 1 + self.below(things.len());
        &things[self.below(n)]
    }
}

/// Texts of a language in which some words are far commoner than others.
fn sentences(n: usize, drawn: &mut Drawn) -> Vec<String> {
    let words = [
        "发展",
        "的",
        "，",
        "高质量",
        "推进",
        "2024",
        "年",
        "建设",
        "人",
        "5.5%",
        "00",
        "经济",
        "。",
        "新",
        "人人",
        "干部",
        "增长",
        "1",
        "a",
        "xx",
        "乡村",
        "振兴",
        "乾",
        "城市",
        "“四上”",
        "企业",
        "改革",
        "×",
        "Ⅲ",
        "体系",
        "\u{20bb7}",
    ];
    let text = |drawn: &mut Drawn| {
        (0..4 + drawn.below(24))
            .map(|_| *drawn.of(&words))
            .collect()
    };
    (0..n).map(|_| text(drawn)).collect()
}

/// Phrases that are hard to count: the commonest of each length, the same turned and put together otherwise, some of one
/// character only, and some at random.
fn hard_phrases(
    segments: &[ExactSegment],
    max_chars: usize,
    drawn: &mut Drawn,
) -> BTreeSet<String> {
    let mut hard = BTreeSet::new();
    for n_chars in 1..=max_chars {
        let mut places: HashMap<Vec<char>, u32> = HashMap::new();
        for segment in segments {
            for doc in segment.living() {
                let folded: Vec<char> = segment.folded(doc).chars().collect();
                for run in folded.windows(n_chars) {
                    *places.entry(run.to_vec()).or_default() += 1;
                }
            }
        }
        let mut runs: Vec<_> = places.into_iter().collect();
        runs.sort_unstable_by(|(a, n), (b, m)| m.cmp(n).then_with(|| a.cmp(b)));
        let commonest = &runs[..runs.len().min(40)];
        for (run, _) in commonest {
            let (other, _) = &commonest[drawn.below(commonest.len())];
            let at = drawn.below(n_chars + 1);
            hard.insert(run.iter().collect());
            hard.insert(run.iter().rev().collect());
            hard.insert(run[..at].iter().chain(&other[at..]).collect());
            hard.insert(runs[drawn.below(runs.len())].0.iter().collect());
        }
        hard.extend(["0", "1", "人", "x", "展", "，"].map(|c| c.repeat(n_chars)));
    }
    hard
}

#[test]
fn the_hardest_phrases_read_no_more_than_they_may() {
    let bounds = |_| Bounds {
        max_reads: 12,
        max_chars: 8,
    };
    let mut drawn = Drawn(20_261_129);
    let mut small = Small::new(bounds);
    for (i, n) in [700, 500, 10].into_iter().enumerate() {
        small.add(&sentences(n, &mut drawn), 1_000 * i as i64);
    }
    let check_hard = |segments: &[ExactSegment], drawn: &mut Drawn| {
        let hard = hard_phrases(segments, 10, drawn);
        assert!(hard.len() > 800, "{}", hard.len());
        let check_one = |typed: &String| {
            let options = |inside| MatchOptions {
                literal: false,
                inside,
            };
            check(segments, typed, options(false)) + check(segments, typed, options(true))
        };
        let n_that_read = hard
            .iter()
            .map(check_one)
            .filter(|n_reads| *n_reads > 0)
            .count();
        assert!(
            (100..hard.len() - 100).contains(&n_that_read),
            "{n_that_read} of {}",
            hard.len()
        );
    };
    check_hard(&small.segments(), &mut drawn);
    (0..40).for_each(|i| small.delete(17 * i));
    check_hard(&small.segments(), &mut drawn);
    small.merge();
    check_hard(&small.segments(), &mut drawn);
}

#[test]
fn the_bounds_that_the_program_has_hold_in_a_segment_with_lists() {
    let mut drawn = Drawn(20_261_130);
    let mut small = Small::new(bounds_of);
    let texts = sentences(MIN_PASSAGES as usize + 500, &mut drawn);
    let mut sample = Small::new(bounds_of);
    sample.add(&texts[..400], 0);
    let hard = hard_phrases(&sample.segments(), 8, &mut drawn);
    small.add(&texts, 0);
    small.merge();
    let segments = small.segments();
    let [segment] = segments.as_slice() else {
        panic!("one segment");
    };
    let has_list = |run: &str| {
        segment
            .runs
            .find(&run.chars().collect::<Vec<_>>())
            .is_some()
    };
    assert!(has_list("高质量") && has_list("。发展，"));
    let check_one = |typed: &String| check(&segments, typed, MatchOptions::default());
    let n_that_read = hard
        .iter()
        .step_by(4)
        .map(check_one)
        .filter(|n| *n > 0)
        .count();
    assert!(n_that_read > 20, "{n_that_read} of {}", hard.len() / 4);
}

/// Texts of pieces that stand beside each other in all orders.
fn texts() -> impl Strategy<Value = Vec<String>> {
    let pieces = vec![
        "甲",
        "乙",
        "甲乙",
        "丙",
        "甲甲",
        "5",
        "5.5",
        "５",
        "a",
        "Ⅲ",
        "x",
        "×",
        "”",
        "“",
        "，",
        ",",
        ".",
        "類",
        "\u{20bb7}",
        "\u{a732}",
        " ",
        "乾",
        "幹",
        "干",
    ];
    let text = proptest::collection::vec(proptest::sample::select(pieces), 0..12);
    proptest::collection::vec(text.prop_map(|pieces| pieces.concat()), 3..14)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn lists_agree_with_the_text(
        parts in proptest::collection::vec(texts(), 1..4),
        deleted in proptest::collection::vec(0i64..20, 0..4),
    ) {
        let mut small = Small::new(|_| LOW);
        let mut next = 0;
        for texts in &parts {
            small.add(texts, next);
            next += texts.len() as i64;
        }
        check_all(&small.segments());
        for number in deleted {
            small.delete(number);
        }
        check_all(&small.segments());
        if parts.len() > 1 {
            small.merge();
            let merged = small.segments();
            prop_assert_eq!(merged.len(), 1);
            check_all(&merged);
        }
    }
}
