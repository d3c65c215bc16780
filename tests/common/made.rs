//! A made corpus, of which is known what each file is: reports of some counties and years out of sentences of the samples,
//! some of them abridged, some copied, some texts of another genre, some files that nobody can read. And random scopes to
//! ask of it.
#![allow(dead_code, reason = "each test program uses a part")]

use baogao_engine::ask::{GenreChoice, Scope};
use std::fs;
use std::path::Path;

/// splitmix64: small, and the same everywhere.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

pub(crate) fn seed() -> u64 {
    std::env::var("SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(20_240_422)
}

pub(crate) const COUNTIES: [(&str, &str); 4] = [
    ("汾阳市", "141182"),
    ("代县", "140923"),
    ("榆社县", "140721"),
    ("新绛县", "140825"),
];
pub(crate) const YEARS: [u16; 4] = [2020, 2021, 2022, 2023];
/// Terms of glossaries; none stands in another.
pub(crate) const TERMS: [&str; 4] = ["化石小镇", "粮食银行", "云端法庭", "清河行动"];

/// What a file was made as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Made {
    Whole,
    Abridged,
    Unread,
    Nothing,
}

/// What was made of each county and year: never the same twice in a row or a column.
pub(crate) fn made(county: usize, year: usize) -> Made {
    match (county + 2 * year) % 8 {
        3 => Made::Abridged,
        5 => Made::Unread,
        6 => Made::Nothing,
        _ => Made::Whole,
    }
}

/// Whether a report was made with a glossary.
pub(crate) fn has_glossary(county: usize, year: usize) -> bool {
    (county + year) % 3 != 1
}

/// The glossary of a report: two of the terms.
pub(crate) fn glossary(random: &mut Random) -> String {
    let first = random.below(TERMS.len());
    let second = (first + 1 + random.below(TERMS.len() - 1)) % TERMS.len();
    let entry = |n: usize, term: usize| {
        let term = TERMS[term];
        format!("{n}．{term}：指{term}之外另有所指的一项工作。\n\n")
    };
    format!("\n名词解释\n\n{}{}", entry(1, first), entry(2, second))
}

/// Sentences of the samples.
pub(crate) fn sentences() -> Vec<String> {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let samples = samples
        .read_dir()
        .expect("the corpus is part of the source");
    let first = samples.map(|entry| entry.expect("an entry").path()).min();
    let text = fs::read_to_string(first.expect("a sample")).expect("UTF-8");
    let sentences = text.split('。').map(|s| s.replace(['\n', '*', '#'], ""));
    sentences
        .filter(|s| (15..120).contains(&s.chars().count()))
        .collect()
}

pub(crate) fn report(
    county: &str,
    year: u16,
    random: &mut Random,
    sentences: &[String],
    title: &str,
) -> String {
    let mut paragraph = |n: usize| -> String {
        (0..n)
            .map(|_| random.pick(sentences).clone() + "。")
            .collect()
    };
    let paragraphs: Vec<String> = (0..6).map(|_| paragraph(3)).collect();
    let [a, b, c, d, e, f] = <[String; 6]>::try_from(paragraphs).expect("six");
    format!(
        "{county}人民政府工作报告{title}\n\n——{year}年3月6日在{county}第十七届人民代表大会第三次会议上\n\n\
         各位代表：\n\n现在，我代表{county}人民政府向大会报告工作，请予审议。\n\n\
         一、{}年工作回顾\n\n{a}\n\n{b}\n\n{c}\n\n二、{year}年工作安排\n\n{d}\n\n{e}\n\n{f}\n",
        year - 1
    )
}

/// Writes the corpus and gives the index.
pub(crate) fn corpus(home: &Path, random: &mut Random) {
    let corpus = home.join("corpus");
    fs::create_dir(&corpus).expect("a folder");
    let sentences = sentences();
    for (at, (county, _)) in COUNTIES.iter().enumerate() {
        for (of, year) in YEARS.iter().enumerate() {
            let name = format!("{year}年{county}政府工作报告");
            let (name, bytes) = match made(at, of) {
                Made::Whole => {
                    let mut text = report(county, *year, random, &sentences, "");
                    if has_glossary(at, of) {
                        text.push_str(&glossary(random));
                    }
                    if (at + of) % 3 == 0 {
                        let copy = format!(
                            "<html><body><p>{}</p></body></html>",
                            text.replace("\n\n", "</p><p>")
                        );
                        fs::write(corpus.join(format!("{name}-copy.html")), copy).expect("a file");
                    }
                    (name + ".txt", text.into_bytes())
                }
                Made::Abridged => {
                    let text = report(county, *year, random, &sentences, "（摘登）");
                    (name + ".txt", text.into_bytes())
                }
                Made::Unread => (
                    name + ".doc",
                    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 no text".to_vec(),
                ),
                Made::Nothing => continue,
            };
            fs::write(corpus.join(name), bytes).expect("a file");
        }
    }
    for n in 0..3 {
        let body: String = (0..4)
            .map(|_| random.pick(&sentences).clone() + "。")
            .collect();
        let notice = format!("关于印发实施方案的通知\n\n各有关单位：\n\n{body}\n\n办公室\n");
        fs::write(corpus.join(format!("notice-{n}.txt")), notice).expect("a file");
    }
}

/// A scope, and the same as typed filters: what the question is asked of.
pub(crate) fn random_scope(random: &mut Random) -> (Scope, String) {
    let mut scope = Scope::default();
    let mut typed = String::new();
    if random.below(3) == 0 {
        let (name, code) = *random.pick(&COUNTIES);
        match random.below(3) {
            0 => scope.region.push(code.to_owned()),
            1 => typed += &format!(" region:{name}"),
            _ => scope.region.push(name.to_owned()),
        }
    }
    if random.below(3) == 0 {
        let year = *random.pick(&YEARS);
        match random.below(2) {
            0 => scope.year.push(format!("{year}")),
            _ => typed += &format!(" year:{year}..2023"),
        }
    }
    if random.below(4) == 0 {
        let part = *random.pick(&["review", "plan", "glossary"]);
        match random.below(2) {
            0 => scope.part.push(part.to_owned()),
            _ => typed += &format!(" part:{part}"),
        }
    }
    if random.below(4) == 0 {
        // Of 1999 no passage speaks.
        let year = *random.pick(&[1999, 2019, 2020, 2021, 2022, 2023]);
        match random.below(2) {
            0 => scope.about.push(format!("{year}..{}", year + 1)),
            _ => typed += &format!(" about:{year}"),
        }
    }
    if random.below(6) == 0 {
        let level = *random.pick(&["county", "county", "province"]);
        match random.below(2) {
            0 => scope.level.push(level.to_owned()),
            _ => typed += &format!(" level:{level}"),
        }
    }
    scope.genre = *random.pick(&[
        None,
        None,
        Some(GenreChoice::Any),
        Some(GenreChoice::Report),
        Some(GenreChoice::Other),
    ]);
    scope.duplicates = random.below(6) == 0;
    (scope, typed)
}
