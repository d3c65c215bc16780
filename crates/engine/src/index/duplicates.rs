//! The same report in several scrapes: equal texts by their hash, others by the shingles that they share.
//!
//! In: the folded text of every report, and of which place and year it is. Out: for each report the one that stands for it,
//! if another copy is better. A sketch keeps the hashes of all runs of [`SHINGLE_CHARS`] characters that are divisible by
//! [`SAMPLING`] (Broder, On the resemblance and containment of documents, 1997), so that two sketches are compared without
//! their texts. Which pairs are worth comparing is told by the rarest shingles of each (prefix filtering: Bayardo, Ma and
//! Srikant, Scaling up all pairs similarity search, 2007), so that words which all reports share pair nothing, and no
//! number of copies is too large.
//!
//! # Invariants
//!
//! - The result depends on the reports alone, not on their order.
//! - A copy is never better than the one that stands for it, and that one stands for itself.
//! - A copy is like the one that stands for it, or an excerpt of it; it is not like another copy of it.
//! - Reports of two places, or of two years, are never copies of each other, but for those whose texts are equal, no stubs,
//!   and which no more than the names of their files tell apart.
//! - A short text that is not placed is no copy of a report by likeness: it would be given the place of that one.

use crate::quick_hash::QuickMap;
use baogao_reading::fold::is_alphanumeric;
use baogao_reading::region::Region;
use baogao_reading::report::Year;
use serde::{Deserialize, Serialize};
use std::cell::OnceCell;
use std::collections::HashMap;
use xxhash_rust::xxh3::{Xxh3Default, xxh3_64};

/// Characters of a shingle: longer than a common phrase.
const SHINGLE_CHARS: usize = 10;
/// One of so many shingles is kept.
const SAMPLING: u64 = 32;
/// Reports whose sketches share this part of all their shingles are copies of one report.
const RESEMBLANCE_MIN: f64 = 0.7;
/// A text of which this part stands in a report of the same place and year is an excerpt of it: a copy that was cut off.
const CONTAINMENT_MIN: f64 = 0.97;
/// Sketches with fewer shingles are no excerpts: a sentence that is quoted.
const N_SHINGLES_EXCERPT_MIN: usize = 8;
/// So many reports of one place and year, the best, may hold excerpts.
const N_HOLDERS_MAX: usize = 32;
/// What a product of [`RESEMBLANCE_MIN`] may be too large by.
const ROUNDING: f64 = 1e-6;
/// Sketches with fewer shingles say too little for likeness: a title, a placeholder. Equal they may be, but not copies of
/// what is said to be of another place or year, or of none.
const N_SHINGLES_MIN: usize = 4;
/// So many are needed where place and year do not say of both that they are one report: some hundred characters of one
/// pattern, in which no more than the names differ, are like each other in every place.
const N_SHINGLES_UNPLACED_MIN: usize = 16;

/// What is compared of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sketch {
    /// Hash of the letters, figures and Han characters; 0 for a text without any.
    pub(crate) text: u128,
    /// Sorted, distinct hashes of shingles.
    #[serde(with = "distances")]
    pub(crate) shingles: Vec<u32>,
}

/// Ascending numbers are written as the distances between them, which are smaller.
mod distances {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(numbers: &[u32], to: S) -> Result<S::Ok, S::Error> {
        let before = [0].iter().chain(numbers);
        let distances = numbers.iter().zip(before);
        to.collect_seq(distances.map(|(n, before)| n.wrapping_sub(*before)))
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Vec<u32>, D::Error> {
        let mut numbers = Vec::<u32>::deserialize(from)?;
        let mut last = 0u32;
        for n in &mut numbers {
            last = last.wrapping_add(*n);
            *n = last;
        }
        Ok(numbers)
    }
}

/// A report to compare.
#[derive(Clone, Copy, Debug)]
pub(super) struct Comparand<'s> {
    /// Its text.
    pub(super) sketch: &'s Sketch,
    /// Its place, if that is known, and whether the reader's own table or list says so.
    pub(super) region: Option<(Region, Said)>,
    /// Its year, in the same way.
    pub(super) year: Option<(Year, Said)>,
}

/// Who says of which place or year a report is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Said {
    /// A column of a table, or `reports.toml`.
    ByReader,
    /// The text, or the name of the file.
    ByFile,
}

impl Comparand<'_> {
    /// Whether two texts are long enough to be copies by likeness, and nothing says that they are of different places or
    /// years.
    fn may_be_like(&self, other: &Comparand) -> bool {
        fn agree<T: PartialEq>(a: Option<(T, Said)>, b: Option<(T, Said)>) -> bool {
            a.zip(b).is_none_or(|((a, _), (b, _))| a == b)
        }
        let is_placed = self.place().is_some() && other.place().is_some();
        let n_min = if is_placed {
            N_SHINGLES_MIN
        } else {
            N_SHINGLES_UNPLACED_MIN
        };
        let n_shingles = |report: &Comparand| report.sketch.shingles.len();
        n_shingles(self).min(n_shingles(other)) >= n_min
            && agree(self.region, other.region)
            && agree(self.year, other.year)
    }

    /// Whether a text says too little to know it again: 政府工作报告, 内容见附件.
    fn is_stub(&self) -> bool {
        self.sketch.shingles.len() < N_SHINGLES_MIN
    }

    /// Its place and year, if both are known.
    fn place(&self) -> Option<(Region, Year)> {
        let ((region, _), (year, _)) = self.region.zip(self.year)?;
        Some((region, year))
    }
}

/// The sketch of a text.
pub(super) fn sketch<'t>(folded_passages: impl Iterator<Item = &'t str>) -> Sketch {
    let mut window = Window::default();
    let mut hashes: Vec<u32> = Vec::new();
    for passage in folded_passages {
        let chars = passage.chars().filter(|c| is_alphanumeric(*c));
        chars.for_each(|c| hashes.extend(window.push(c)));
    }
    hashes.extend(window.hash());
    hashes.sort_unstable();
    hashes.dedup();
    Sketch {
        text: window.hash_of_all(),
        shingles: hashes,
    }
}

/// The last characters of a text: a report of 60 MB is not held once more to be sketched.
#[derive(Default)]
struct Window {
    text: String,
    /// Where the last [`SHINGLE_CHARS`] characters begin in it, each at its number modulo as many.
    starts: [usize; SHINGLE_CHARS],
    n_chars: usize,
    /// Of what stood before them.
    before: Xxh3Default,
}

impl Window {
    /// Goes on by a character; gives the hash of the shingle that was full before, if it is one of those that are kept.
    fn push(&mut self, c: char) -> Option<u32> {
        const BYTES_MAX: usize = 1 << 16;
        let mut hash = None;
        if self.n_chars >= SHINGLE_CHARS {
            hash = self.hash();
        }
        if self.text.len() > BYTES_MAX {
            self.let_go();
        }
        if let Some(start) = self.starts.get_mut(self.n_chars % SHINGLE_CHARS) {
            *start = self.text.len();
        }
        self.n_chars += 1;
        self.text.push(c);
        hash
    }

    /// Where the oldest of the last characters begins.
    fn first(&self) -> usize {
        let oldest = match self.n_chars < SHINGLE_CHARS {
            true => 0,
            false => self.n_chars % SHINGLE_CHARS,
        };
        self.starts.get(oldest).copied().unwrap_or(0)
    }

    /// Lets go of what stands before the last characters.
    fn let_go(&mut self) {
        let done = self.first();
        let before = self.text.as_bytes().get(..done).unwrap_or_default();
        self.before.update(before);
        self.text.drain(..done);
        for start in &mut self.starts {
            *start -= done;
        }
    }

    fn hash(&self) -> Option<u32> {
        let shingle = self.text.as_bytes().get(self.first()..)?;
        if shingle.is_empty() {
            return None;
        }
        let hash = xxh3_64(shingle);
        hash.is_multiple_of(SAMPLING).then_some((hash >> 32) as u32)
    }

    /// The hash of the whole text; 0 for none.
    fn hash_of_all(mut self) -> u128 {
        if self.n_chars == 0 {
            return 0;
        }
        self.before.update(self.text.as_bytes());
        self.before.digest128()
    }
}

/// For each report the index of the one that stands for it, if that is another.
/// `better(a, b)` says whether report `a` is the better copy; it must order all reports.
pub(super) fn representatives(
    reports: &[Comparand],
    better: impl Fn(usize, usize) -> bool,
) -> Vec<Option<usize>> {
    let mut order: Vec<usize> = (0..reports.len()).collect();
    order.sort_by(|a, b| better(*b, *a).cmp(&better(*a, *b)));
    let mut stands_for = vec![None; reports.len()];
    let mut equal = EqualTexts::default();
    let mut like = LikeTexts::new(reports);
    let mut holders = Holders::default();
    // From the best down: whoever is like nobody before stands for itself, and later ones are compared with it.
    for at in order {
        let Some(report) = reports.get(at) else {
            continue;
        };
        let mut prefix = Vec::new();
        let found = equal.find(report).or_else(|| {
            prefix = like.prefix(report);
            like.find(at, report, &prefix)
        });
        let found = found.or_else(|| holders.find(reports, report));
        match found {
            Some(original) => {
                if let Some(slot) = stands_for.get_mut(at) {
                    *slot = Some(original);
                }
            }
            None => {
                equal.add(at, report);
                like.add(at, report, &prefix);
                holders.add(at, report);
            }
        }
    }
    stands_for
}

/// The reports that stand for themselves, by their text. Two of the same text are one, unless the reader says that they
/// are two: names of files deceive.
#[derive(Default)]
struct EqualTexts {
    /// By text and by what the reader says of place and year, the best report; each is there under what it says and under
    /// [`PlacedBy::Any`], so that no number of equal texts is gone through.
    best: HashMap<TextAsked, (usize, usize)>,
    n_added: usize,
}

/// A text, and what is said of its place and year.
type TextAsked = (u128, PlacedBy<Region>, PlacedBy<Year>);

/// What is said of the place or the year of a report, and what is looked for. For equal texts that is what the reader says;
/// for texts that are like each other whatever is known.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum PlacedBy<T> {
    /// Whatever is said.
    Any,
    /// Nothing is said.
    Nothing,
    /// This is said.
    Said(T),
}

impl<T: Copy> PlacedBy<T> {
    /// What is said of a report. A stub is one text in a hundred places: the name of its file is all that it is known by.
    fn of(found: Option<(T, Said)>, is_stub: bool) -> PlacedBy<T> {
        match found {
            Some((value, by)) if is_stub || by == Said::ByReader => PlacedBy::Said(value),
            _ => PlacedBy::Nothing,
        }
    }

    /// Under what other reports stand that may be the same as one of which this is said.
    fn agreeing(self) -> impl Iterator<Item = PlacedBy<T>> + Clone {
        let (first, second) = match self {
            PlacedBy::Said(_) => (self, Some(PlacedBy::Nothing)),
            _ => (PlacedBy::Any, None),
        };
        std::iter::once(first).chain(second)
    }
}

impl EqualTexts {
    fn find(&self, report: &Comparand) -> Option<usize> {
        let text = report.sketch.text;
        let (region, year) = EqualTexts::said(report);
        if report.is_stub() {
            return self.best.get(&(text, region, year)).map(|(_, at)| *at);
        }
        let (regions, years) = (region.agreeing(), year.agreeing());
        let keys = regions.flat_map(|region| years.clone().map(move |year| (text, region, year)));
        let found = keys.filter_map(|key| self.best.get(&key));
        found.min().map(|(_, at)| *at)
    }

    fn said(report: &Comparand) -> (PlacedBy<Region>, PlacedBy<Year>) {
        let is_stub = report.is_stub();
        (
            PlacedBy::of(report.region, is_stub),
            PlacedBy::of(report.year, is_stub),
        )
    }

    /// Reports are added from the best down.
    fn add(&mut self, at: usize, report: &Comparand) {
        if report.sketch.text == 0 {
            return;
        }
        let added = (self.n_added, at);
        self.n_added += 1;
        let (region, year) = EqualTexts::said(report);
        for region in [region, PlacedBy::Any] {
            for year in [year, PlacedBy::Any] {
                let key = (report.sketch.text, region, year);
                self.best.entry(key).or_insert(added);
            }
        }
    }
}

/// The reports that stand for themselves, by the rarest of their shingles and by what is known of place and year: a report of
/// another place or year is not even met, so that thousands that follow one pattern cost what they are.
struct LikeTexts<'r> {
    reports: &'r [Comparand<'r>],
    /// How many reports have each shingle; counted when it is first asked for.
    n_reports: OnceCell<QuickMap<u32, u32>>,
    /// What is asked for of place and year: the number of each such question, and how many reports ask it.
    asked: HashMap<PlaceAsked, (u32, u32)>,
    /// By shingle and the number of a question, those that answer it; only where another report asks.
    met: QuickMap<(u32, u32), Vec<Met>>,
    /// By report the one for which it was compared last.
    compared_for: Vec<usize>,
}

/// What is known of place and year, or asked for.
type PlaceAsked = (PlacedBy<Region>, PlacedBy<Year>);

/// A report that has a shingle, at which place among its own, the rarest first, and how many it has.
#[derive(Clone, Copy)]
struct Met {
    at: usize,
    position: u32,
    n_shingles: u32,
}

impl<'r> LikeTexts<'r> {
    fn new(reports: &'r [Comparand<'r>]) -> LikeTexts<'r> {
        let mut asked: HashMap<PlaceAsked, (u32, u32)> = HashMap::new();
        for question in reports.iter().flat_map(LikeTexts::asked_by) {
            let number = asked.len() as u32;
            asked.entry(question).or_insert((number, 0)).1 += 1;
        }
        LikeTexts {
            reports,
            n_reports: OnceCell::new(),
            asked,
            met: QuickMap::default(),
            compared_for: vec![usize::MAX; reports.len()],
        }
    }

    /// What is known of place and year, whoever says it.
    fn known(report: &Comparand) -> PlaceAsked {
        fn known<T>(found: Option<(T, Said)>) -> PlacedBy<T> {
            found.map_or(PlacedBy::Nothing, |(value, _)| PlacedBy::Said(value))
        }
        (known(report.region), known(report.year))
    }

    /// Under which places and years the reports stand that may be like one; the first is the only one under which it stands
    /// itself.
    fn asked_by(report: &Comparand) -> impl Iterator<Item = PlaceAsked> {
        let (region, year) = LikeTexts::known(report);
        let years = year.agreeing();
        let regions = region.agreeing();
        regions.flat_map(move |region| years.clone().map(move |year| (region, year)))
    }

    /// The numbers of what others ask for and a report answers.
    fn answered_by(&self, report: &Comparand) -> impl Iterator<Item = u32> {
        let (region, year) = LikeTexts::known(report);
        let own = LikeTexts::asked_by(report).next();
        let answered = [region, PlacedBy::Any]
            .into_iter()
            .flat_map(move |region| [year, PlacedBy::Any].map(|year| (region, year)));
        answered.filter_map(move |question| {
            let (number, n_asking) = *self.asked.get(&question)?;
            (n_asking > u32::from(own == Some(question))).then_some(number)
        })
    }

    /// How many reports have each shingle.
    fn n_reports(&self) -> &QuickMap<u32, u32> {
        self.n_reports.get_or_init(|| {
            let mut n_reports = QuickMap::default();
            let sketches = self.reports.iter().map(|report| report.sketch);
            for shingle in sketches.flat_map(|sketch| &sketch.shingles) {
                *n_reports.entry(*shingle).or_default() += 1;
            }
            n_reports
        })
    }

    /// The rarest shingles of a report, so many that another one which shares the wanted part of all has one of them; none
    /// where no other may be like it.
    fn prefix(&self, report: &Comparand) -> Vec<u32> {
        let sketch = report.sketch;
        let n = sketch.shingles.len();
        if n < N_SHINGLES_MIN || self.answered_by(report).next().is_none() {
            return Vec::new();
        }
        let n_reports = self.n_reports();
        let rarity = |shingle: &u32| (n_reports.get(shingle).copied(), *shingle);
        let mut rarities: Vec<(Option<u32>, u32)> = sketch.shingles.iter().map(rarity).collect();
        rarities.sort_unstable();
        let n_shared_min = (RESEMBLANCE_MIN * n as f64 - ROUNDING).ceil() as usize;
        rarities.truncate(n - n_shared_min + 1);
        rarities.into_iter().map(|(_, shingle)| shingle).collect()
    }

    /// The one that is most like a report with this prefix; of equally alike ones the first of all reports.
    fn find(&mut self, at: usize, report: &Comparand, prefix: &[u32]) -> Option<usize> {
        let mut best: Option<(f64, usize)> = None;
        let n = report.sketch.shingles.len();
        let asked = LikeTexts::asked_by(report).filter_map(|question| self.asked.get(&question));
        let numbers: Vec<u32> = asked.map(|(number, _)| *number).collect();
        for (position, &shingle) in prefix.iter().enumerate() {
            let lists = numbers
                .iter()
                .filter_map(|number| self.met.get(&(shingle, *number)));
            for met in lists.flatten() {
                // They share this one and no more than what comes behind it in both (positional filtering: Xiao, Wang,
                // Lin and Yu, Efficient similarity joins for near duplicate detection, 2008).
                let n_other = met.n_shingles as usize;
                let n_shared_max = (n - position).min(n_other - met.position as usize);
                if !is_enough(n_shared_max, n + n_other) {
                    continue;
                }
                let compared = self.compared_for.get_mut(met.at);
                if compared.is_none_or(|last| std::mem::replace(last, at) == at) {
                    continue;
                }
                let other = self.reports.get(met.at);
                let Some(other) = other.filter(|other| report.may_be_like(other)) else {
                    continue;
                };
                let resemblance = resemblance(&report.sketch.shingles, &other.sketch.shingles);
                let is_better = |(most, first): (f64, usize)| {
                    resemblance > most || resemblance == most && met.at < first
                };
                if resemblance >= RESEMBLANCE_MIN && best.is_none_or(is_better) {
                    best = Some((resemblance, met.at));
                }
            }
        }
        best.map(|(_, at)| at)
    }

    fn add(&mut self, at: usize, report: &Comparand, prefix: &[u32]) {
        let answered: Vec<u32> = self.answered_by(report).collect();
        for (position, &shingle) in (0..).zip(prefix) {
            let met = Met {
                at,
                position,
                n_shingles: report.sketch.shingles.len() as u32,
            };
            for number in &answered {
                self.met.entry((shingle, *number)).or_default().push(met);
            }
        }
    }
}

/// The best reports of each place and year that stand for themselves: these may hold excerpts.
#[derive(Default)]
struct Holders {
    by_place: HashMap<(Region, Year), Vec<usize>>,
}

impl Holders {
    /// The best report of the same place and year of which this is an excerpt.
    fn find(&self, reports: &[Comparand], report: &Comparand) -> Option<usize> {
        let holders = self.by_place.get(&report.place()?)?.iter().copied();
        let holds = |at: &usize| {
            let holder = reports.get(*at);
            holder.is_some_and(|holder| is_excerpt(report.sketch, holder.sketch))
        };
        holders.take(N_HOLDERS_MAX).find(holds)
    }

    /// Reports are added from the best down.
    fn add(&mut self, at: usize, report: &Comparand) {
        if let Some(place) = report.place() {
            self.by_place.entry(place).or_default().push(at);
        }
    }
}

/// Whether nearly all shingles of a sketch are among those of another (containment, as Broder 1997 has it).
fn is_excerpt(short: &Sketch, long: &Sketch) -> bool {
    let n = short.shingles.len();
    let n_needed = (CONTAINMENT_MIN * n as f64 - ROUNDING).ceil() as usize;
    n >= N_SHINGLES_EXCERPT_MIN
        && n <= long.shingles.len()
        && n_shared(&short.shingles, &long.shingles, n_needed).is_some()
}

/// Whether so many shared shingles may be the wanted part of two sketches that have `n_both` together.
fn is_enough(n_shared: usize, n_both: usize) -> bool {
    n_shared as f64 >= RESEMBLANCE_MIN * (n_both - n_shared) as f64 - ROUNDING
}

/// The part of all shingles of two sketches that both have (Jaccard's coefficient); 0 where it is less than the least that
/// is wanted.
fn resemblance(a: &[u32], b: &[u32]) -> f64 {
    let n_both = a.len() + b.len();
    // So many of the shorter one may be missing in the other.
    let n_needed = (RESEMBLANCE_MIN * n_both as f64 / (1.0 + RESEMBLANCE_MIN) - ROUNDING).ceil();
    let n_shared = n_shared(a, b, n_needed as usize);
    n_shared.map_or(0.0, |n| n as f64 / (n_both - n) as f64)
}

/// How many hashes two sorted lists have in common, if so many are that are needed.
fn n_shared(a: &[u32], b: &[u32], n_needed: usize) -> Option<usize> {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let mut n_spare = short.len().checked_sub(n_needed)?;
    let mut rest = long.iter().peekable();
    for shingle in short {
        while rest.next_if(|other| *other < shingle).is_some() {}
        if rest.next_if(|other| *other == shingle).is_none() {
            n_spare = n_spare.checked_sub(1)?;
        }
    }
    Some(n_needed + n_spare)
}

#[cfg(test)]
mod tests {
    use super::*;
    use baogao_reading::region::resolve;
    use proptest::prelude::*;
    use std::time::{Duration, Instant};

    fn text(seed: u32, n: usize) -> String {
        (0..n as u32)
            .filter_map(|i| {
                char::from_u32(
                    0x4e00 + (i.wrapping_mul(2_654_435_761) ^ seed.wrapping_mul(40_503)) % 20_000,
                )
            })
            .collect()
    }

    fn region(name: &str) -> Option<Region> {
        (!name.is_empty()).then(|| resolve(name, &|_| false).expect("a region").region)
    }

    fn said(place: &str) -> Said {
        if place.starts_with('!') {
            Said::ByReader
        } else {
            Said::ByFile
        }
    }

    /// Texts with their places (`汾阳市 2024`, `!汾阳市 2024` if the reader says so, or nothing) and, of each, what stands for it.
    fn check(texts: &[(String, &str)], expected: &[Option<usize>]) {
        let sketches: Vec<Sketch> = texts
            .iter()
            .map(|(text, _)| sketch(std::iter::once(text.as_str())))
            .collect();
        let candidates: Vec<Comparand> = sketches
            .iter()
            .zip(texts)
            .map(|(sketch, (_, place))| {
                let (name, year) = place.split_once(' ').unwrap_or((place, ""));
                Comparand {
                    sketch,
                    region: region(name.trim_start_matches('!')).map(|region| (region, said(name))),
                    year: year
                        .parse()
                        .ok()
                        .and_then(Year::new)
                        .map(|year| (year, said(name))),
                }
            })
            .collect();
        // The longest is the best, of equal ones the first.
        let better = |a: usize, b: usize| {
            let key = |at: usize| (texts[at].0.len(), std::cmp::Reverse(at));
            key(a) > key(b)
        };
        assert_eq!(representatives(&candidates, better), expected);
    }

    #[test]
    fn copies_with_other_furniture_are_one_and_different_reports_are_not() {
        let report = text(1, 6_000);
        let scrape = format!("当前位置首页{report}分享打印关闭窗口");
        let other = text(2, 6_000);
        let unplaced = |text: String| (text, "");
        check(
            &[report, other, scrape].map(unplaced),
            &[Some(2), None, None],
        );
    }

    #[test]
    fn an_abridged_report_is_a_report_of_its_own() {
        let report = text(3, 6_000);
        let abridged: String = report.chars().take(2_000).collect();
        let texts = [(report.clone(), ""), (abridged.clone(), "")];
        check(&texts, &[None, None]);
        let places = ["汾阳市 2024", "汾阳市 2023"];
        check(
            &[(report.clone(), places[0]), (abridged.clone(), places[1])],
            &[None, None],
        );
        // Of the same place and year it is an excerpt, and its places are counted already.
        let [first, second] = [places[0]; 2];
        check(&[(report, first), (abridged, second)], &[None, Some(0)]);
        // A sentence that is quoted is none.
        let quoted: String = text(3, 6_000).chars().take(100).collect();
        check(&[(text(3, 6_000), first), (quoted, second)], &[None, None]);
    }

    #[test]
    fn equal_texts_are_copies_however_short_and_however_many() {
        let stub = || ("政府工作报告".to_owned(), "");
        check(
            &[stub(), stub(), ("工作报告".to_owned(), "")],
            &[None, Some(0), None],
        );
        check(
            &[("。".to_owned(), ""), ("。".to_owned(), "")],
            &[None, None],
        );
        for n in [40, 41, 3_000] {
            let report = text(4, 2_000);
            let all: Vec<_> = (0..n).map(|_| (report.clone(), "汾阳市 2024")).collect();
            let mut expected = vec![Some(0); n];
            expected[0] = None;
            check(&all, &expected);
        }
    }

    #[test]
    fn a_stub_is_of_no_place_but_its_own() {
        let stub = |place| ("政府工作报告，内容见附件".to_owned(), place);
        check(
            &[
                stub("汾阳市 2024"),
                stub("孝义市 2024"),
                stub("汾阳市 2023"),
                stub(""),
                stub("汾阳市 2024"),
            ],
            &[None, None, None, None, Some(0)],
        );
    }

    #[test]
    fn a_short_text_without_a_place_is_no_copy_of_the_report_of_one() {
        // Some hundred characters that every place has, and a name.
        let speech = |own: u32| format!("{}{}", text(9, 300), text(90 + own, 12));
        check(
            &[
                (speech(0), "汾阳市 2024"),
                (speech(1), ""),
                (speech(2), "汾阳市"),
                (speech(3), "汾阳市 2024"),
            ],
            &[None, None, None, Some(0)],
        );
        let report = |own: u32| format!("{}{}", text(9, 4_000), text(90 + own, 12));
        check(
            &[(report(0), "汾阳市 2024"), (report(1), "")],
            &[None, Some(0)],
        );
    }

    #[test]
    fn many_copies_that_are_not_quite_equal_are_found_whatever_they_share() {
        let report = text(5, 6_000);
        let scrape = |n: u32| (format!("{report}{}", text(100 + n, 20)), "汾阳市 2024");
        let all: Vec<_> = (0..200).map(scrape).collect();
        let mut expected = vec![Some(0); 200];
        expected[0] = None;
        check(&all, &expected);
    }

    #[test]
    fn another_place_or_year_is_another_report() {
        let scrape = |n: u32| format!("{}{}", text(6, 3_000), text(60 + n, 30));
        check(
            &[
                (scrape(0), "汾阳市 2024"),
                (scrape(1), "孝义市 2024"),
                (scrape(2), "汾阳市 2023"),
                (scrape(3), "汾阳市 2024"),
                (scrape(4), "孝义市"),
            ],
            &[None, None, None, Some(0), Some(1)],
        );
    }

    #[test]
    fn equal_texts_are_two_reports_only_if_the_reader_says_so() {
        let report = || text(8, 3_000);
        check(
            &[
                (report(), "汾阳市 2024"),
                (report(), "汾阳市 2023"),
                (report(), ""),
            ],
            &[None, Some(0), Some(0)],
        );
        check(
            &[
                (report(), "!汾阳市 2024"),
                (report(), "!孝义市 2024"),
                (report(), "!汾阳市 2024"),
                (report(), "汾阳市 2020"),
            ],
            &[None, None, Some(0), Some(0)],
        );
    }

    #[test]
    fn likeness_is_to_the_one_that_stands_for_it_and_goes_no_further() {
        // Each shares nine tenths with the next: the first and the last share nothing.
        let chain: Vec<_> = (0..20)
            .map(|n| {
                let text: String = text(7, 30_000).chars().skip(n * 600).take(6_000).collect();
                (text, "汾阳市 2024")
            })
            .collect();
        let sketches: Vec<Sketch> = chain
            .iter()
            .map(|(text, _)| sketch(std::iter::once(text.as_str())))
            .collect();
        let candidates: Vec<Comparand> = sketches
            .iter()
            .map(|sketch| Comparand {
                sketch,
                region: region("汾阳市").map(|region| (region, Said::ByFile)),
                year: Year::new(2024).map(|year| (year, Said::ByFile)),
            })
            .collect();
        let found = representatives(&candidates, |a, b| a < b);
        assert!(found.iter().flatten().count() > 5, "{found:?}");
        for (at, original) in found.iter().enumerate() {
            let Some(original) = original else { continue };
            assert_eq!(found[*original], None, "{at}");
            let likeness = resemblance(&sketches[at].shingles, &sketches[*original].shingles);
            assert!(likeness >= RESEMBLANCE_MIN, "{at} {original} {likeness}");
        }
    }

    /// What [`representatives`] finds, by comparing each with each. The first of all is the best.
    fn by_each_with_each(reports: &[Comparand]) -> Vec<Option<usize>> {
        fn is_one<T: PartialEq>(a: Option<(T, Said)>, b: Option<(T, Said)>, is_stub: bool) -> bool {
            if is_stub {
                return a.map(|a| a.0) == b.map(|b| b.0);
            }
            a.zip(b).is_none_or(|((a, by_a), (b, by_b))| {
                a == b || by_a == Said::ByFile || by_b == Said::ByFile
            })
        }
        let mut found: Vec<Option<usize>> = Vec::new();
        for report in reports {
            let originals = || (0..found.len()).filter(|at| found[*at].is_none());
            let is_equal = |at: &usize| {
                let other = &reports[*at];
                report.sketch.text != 0
                    && report.sketch.text == other.sketch.text
                    && is_one(report.region, other.region, report.is_stub())
                    && is_one(report.year, other.year, report.is_stub())
            };
            let likeness = |at: usize| {
                let (a, b) = (&report.sketch.shingles, &reports[at].sketch.shingles);
                let n_shared = a.iter().filter(|shingle| b.contains(shingle)).count();
                let likeness = n_shared as f64 / (a.len() + b.len() - n_shared) as f64;
                let is_like = likeness >= RESEMBLANCE_MIN;
                (is_like && report.may_be_like(&reports[at])).then_some((likeness, at))
            };
            let most = |a: &(f64, usize), b: &(f64, usize)| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1));
            let like = || originals().filter_map(likeness).max_by(most);
            let is_of_place =
                |at: &usize| report.place().is_some() && reports[*at].place() == report.place();
            let holders = || originals().filter(is_of_place).take(N_HOLDERS_MAX);
            let excerpt_of = || {
                let mut holders = holders();
                holders.find(|at| {
                    let (short, long) = (&report.sketch.shingles, &reports[*at].sketch.shingles);
                    let n_shared = short
                        .iter()
                        .filter(|shingle| long.contains(shingle))
                        .count();
                    let n = short.len();
                    let is_held = n_shared as f64 >= CONTAINMENT_MIN * n as f64 - ROUNDING;
                    n >= N_SHINGLES_EXCERPT_MIN && n <= long.len() && is_held
                })
            };
            let found_now = originals().find(is_equal);
            let found_now = found_now.or_else(|| like().map(|like| like.1));
            found.push(found_now.or_else(excerpt_of));
        }
        found
    }

    /// Families of sketches: a few texts, each with some of its shingles left out and some of its own.
    fn families() -> impl Strategy<Value = Vec<(Sketch, usize, usize)>> {
        let shingles = |family: u32, left_out: Vec<u32>, own: Vec<u32>| {
            let mut all: Vec<u32> = (0..40).filter(|n| !left_out.contains(n)).collect();
            all.iter_mut().for_each(|n| *n += family * 26);
            all.extend(own);
            all.sort_unstable();
            all.dedup();
            all
        };
        let some = |range: std::ops::Range<u32>| prop::collection::vec(range, 0..6);
        let sketch = (0..3u32, some(0..40), some(200..230)).prop_map(move |(family, out, own)| {
            let shingles = shingles(family, out, own);
            let text = if shingles.len() % 7 == 0 {
                0
            } else {
                shingles.iter().sum::<u32>() % 90
            };
            Sketch {
                text: u128::from(text),
                shingles,
            }
        });
        prop::collection::vec((sketch, 0..5usize, 0..5usize), 0..40)
    }

    #[test]
    fn a_sketch_comes_back_and_takes_the_bytes_of_its_distances() {
        let sketch = Sketch {
            text: 5,
            shingles: vec![0, 1, 4_000_000_000, u32::MAX],
        };
        let bytes = postcard::to_allocvec(&sketch).expect("memory can be written to");
        assert_eq!(bytes.len(), 1 + 1 + 1 + 1 + 5 + 5);
        assert_eq!(
            postcard::from_bytes::<Sketch>(&bytes).expect("it was written"),
            sketch
        );
    }

    proptest! {
        #[test]
        fn the_copies_are_those_that_comparing_each_with_each_finds(
            made in families(),
            turned in any::<prop::sample::Index>(),
        ) {
            let places = [region("汾阳市"), region("孝义市"), region("吕梁市")];
            let by = |n: usize| if n.is_multiple_of(2) { Said::ByReader } else { Said::ByFile };
            let candidates: Vec<Comparand> = made
                .iter()
                .map(|(sketch, place, year)| Comparand {
                    sketch,
                    region: places.get(place / 2).copied().flatten().filter(|_| *place < 4).map(|region| (region, by(*place))),
                    year: Year::new(2020 + *year as u16 / 2).filter(|_| *year < 4).map(|given| (given, by(*year))),
                })
                .collect();
            let expected = by_each_with_each(&candidates);
            prop_assert_eq!(&representatives(&candidates, |a, b| a < b), &expected);
            for original in expected.iter().flatten() {
                prop_assert_eq!(expected[*original], None);
            }
            // Which of them stand for others does not hang on the order in which they come.
            let n = candidates.len();
            let first = if n == 0 { 0 } else { turned.index(n) };
            let was = |at: usize| (at + first) % n.max(1);
            let turned: Vec<Comparand> = (0..n).map(|at| candidates[was(at)]).collect();
            let found = representatives(&turned, |a, b| was(a) < was(b));
            for (at, original) in found.iter().enumerate() {
                prop_assert_eq!(original.is_some(), expected[was(at)].is_some(), "{}", at);
            }
        }
    }

    #[test]
    fn a_report_is_listed_only_where_another_one_asks() {
        let sketch = Sketch {
            text: 1,
            shingles: (0..30).collect(),
        };
        let of = |region: &str, year: u16| Comparand {
            sketch: &sketch,
            region: self::region(region).map(|region| (region, Said::ByFile)),
            year: Year::new(year).map(|year| (year, Said::ByFile)),
        };
        // By report how many questions of others it answers.
        let n_answered = |reports: &[Comparand]| -> Vec<usize> {
            let like = LikeTexts::new(reports);
            let n = |report| like.answered_by(report).count();
            reports.iter().map(n).collect()
        };
        let alone = [of("汾阳市", 2024), of("汾阳市", 2023), of("高平市", 2024)];
        assert_eq!(n_answered(&alone), [0, 0, 0]);
        let two = [of("汾阳市", 2024), of("汾阳市", 2024), of("汾阳市", 2023)];
        assert_eq!(n_answered(&two), [1, 1, 0]);
        // Of one nothing but the year is known, or the place: those of other years, or places, do not meet it.
        let dated = [of("汾阳市", 2024), of("", 2024), of("汾阳市", 2023)];
        assert_eq!(n_answered(&dated), [1, 1, 0]);
        let placed = [of("汾阳市", 2024), of("汾阳市", 0), of("高平市", 2024)];
        assert_eq!(n_answered(&placed), [1, 1, 0]);
        // All meet one of which nothing is known, and it meets all.
        let unknown = [of("汾阳市", 2024), of("", 0), of("高平市", 2023)];
        assert_eq!(n_answered(&unknown), [1, 1, 1]);
    }

    #[test]
    fn thousands_that_share_much_and_are_no_copies_take_no_time() {
        const N: u32 = 5_000;
        let started = Instant::now();
        // Of 300 shingles so many are the same in all; the last are each one's own.
        for (n_shared, is_placed) in [(290, true), (240, true), (240, false), (200, false)] {
            let sketches: Vec<Sketch> = (0..N)
                .map(|n| Sketch {
                    text: u128::from(n + 1),
                    shingles: (0..n_shared)
                        .chain((n_shared..300).map(|s| 1_000 + n * 300 + s))
                        .collect(),
                })
                .collect();
            let regions: Vec<Region> = Region::all().collect();
            let candidates: Vec<Comparand> = sketches
                .iter()
                .enumerate()
                .map(|(n, sketch)| Comparand {
                    sketch,
                    region: regions.get(n % 2_000).map(|region| (*region, Said::ByFile)),
                    year: Year::new(2000 + (n / 2_000) as u16)
                        .filter(|_| is_placed)
                        .map(|year| (year, Said::ByFile)),
                })
                .map(|candidate| Comparand {
                    region: candidate.region.filter(|_| is_placed),
                    ..candidate
                })
                .collect();
            let found = representatives(&candidates, |a, b| a < b);
            assert_eq!(found.iter().flatten().count(), 0, "{n_shared}");
        }
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "{:?}",
            started.elapsed()
        );
    }
}
