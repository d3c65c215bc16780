//! The closed table of regions (地区): the state, and its provinces, prefectures and counties of today.
//!
//! In: a code, a name, or what a reader types. Out: a [`Region`], two bytes that stand for one row of the
//! table. The table is made at build time from `data/divisions.tsv` and lies in the program as integers and
//! one string: nothing is read, parsed or allocated when the program starts.
//!
//! Names that a region bore before (清苑县, 吕梁地区) lead to the region of today that carries them on;
//! the names of ingestion's matcher come from [`names`]. Where a text speaks of which region is decided in
//! `ingest`; what a reader means by `--region` is decided here, by [`resolve`].
//!
//! # Invariants
//!
//! - A [`Region`] exists: it is made from the table alone.
//! - Regions are ordered by code; [`Region::NATION`] comes first.
//! - A path leads from a province down, each step lying in the one before; the nation stands by itself,
//!   neither parent nor child of any other.
//! - No two regions share a [`Region::unique_name`], a code or a path.
//! - A region is stored as its code, so that it outlives a new edition of the table.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, iter};

mod table {
    include!(concat!(env!("OUT_DIR"), "/region.rs"));
}

/// A region: one row of the table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(u16);

/// The four levels at which reports are given, the highest first.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Level {
    /// The state (国家): reports of the State Council.
    Nation,
    /// Province, autonomous region, municipality (省级).
    Province,
    /// Prefecture-level city, prefecture, league (地级).
    Prefecture,
    /// County, county-level city, district, banner (县级).
    County,
}

impl Level {
    /// All levels, the highest first.
    pub const ALL: [Level; 4] = [
        Level::Nation,
        Level::Province,
        Level::Prefecture,
        Level::County,
    ];

    /// The name in machine output.
    pub fn name(self) -> &'static str {
        match self {
            Level::Nation => "nation",
            Level::Province => "province",
            Level::Prefecture => "prefecture",
            Level::County => "county",
        }
    }

    /// The name in Chinese.
    pub fn chinese_name(self) -> &'static str {
        match self {
            Level::Nation => "国家",
            Level::Province => "省级",
            Level::Prefecture => "地级",
            Level::County => "县级",
        }
    }

    /// The level that an English or a Chinese name means, as far as it is known.
    ///
    /// 市 alone is the prefecture, as in 省市县: a county-level city is said to be 县级市.
    pub fn parse(name: &str) -> Option<Level> {
        let name = name.trim();
        if let Some(level) = (Level::ALL.into_iter()).find(|l| l.name().eq_ignore_ascii_case(name))
        {
            return Some(level);
        }
        match name {
            "国家" | "国家级" | "中央" | "全国" => Some(Level::Nation),
            "省" | "省级" | "自治区" | "直辖市" => Some(Level::Province),
            "市" | "市级" | "地级" | "地级市" | "地市级" | "地区" | "州" | "自治州" | "盟" => {
                Some(Level::Prefecture)
            }
            "县" | "县级" | "县级市" | "区" | "区级" | "区县" | "县区" | "旗" => {
                Some(Level::County)
            }
            _ => None,
        }
    }
}

impl Region {
    /// The state (国家), to which the reports of the State Council belong.
    pub const NATION: Region = Region(0);

    /// All regions in the order of their codes, the nation first.
    pub fn all() -> impl DoubleEndedIterator<Item = Region> + ExactSizeIterator + Clone {
        const _: () = assert!(table::N_REGIONS <= u16::MAX as usize);
        (0..table::N_REGIONS as u16).map(Region)
    }

    /// The region with a code of six digits; 0 is the nation.
    pub fn from_code(code: u32) -> Option<Region> {
        let index = table::CODES.binary_search(&code).ok()?;
        u16::try_from(index).ok().map(Region)
    }

    /// The code as a number, 141182.
    pub fn code(self) -> u32 {
        table::CODES[self.index()]
    }

    /// The code as six digits; `000000` is the nation.
    pub fn code_string(self) -> String {
        format!("{:06}", self.code())
    }

    /// The full name, 汾阳市.
    pub fn name(self) -> &'static str {
        text(table::NAMES[self.index()])
    }

    /// The name without its kind, 汾阳; a county of one character keeps it, 代县.
    pub fn short_name(self) -> &'static str {
        text(table::SHORT_NAMES[self.index()])
    }

    /// The one character that stands for a province, 晋.
    pub fn abbreviation(self) -> Option<&'static str> {
        Some(text(table::ABBREVIATIONS[self.index()])).filter(|name| !name.is_empty())
    }

    /// The name, or, where others bear it too, with those above in front: 南京市鼓楼区.
    pub fn unique_name(self) -> &'static str {
        text(table::UNIQUE_NAMES[self.index()])
    }

    /// The level.
    pub fn level(self) -> Level {
        // The table holds the discriminants.
        Level::ALL[usize::from(table::LEVELS[self.index()])]
    }

    /// The region right above; none for the nation and the provinces.
    pub fn parent(self) -> Option<Region> {
        Some(Region(table::PARENTS[self.index()])).filter(|&parent| parent != Region::NATION)
    }

    /// The region, then those above, up to the province.
    pub fn upwards(self) -> impl Iterator<Item = Region> {
        iter::successors(Some(self), |region| region.parent())
    }

    /// The regions from the province down to this one, itself last; of the nation, itself.
    pub fn path(self) -> impl DoubleEndedIterator<Item = Region> {
        let mut path = [None; 3];
        for (place, region) in path.iter_mut().rev().zip(self.upwards()) {
            *place = Some(region);
        }
        path.into_iter().flatten()
    }

    /// The full names from the province down: `/山西省/吕梁市/汾阳市`; `/国家`.
    pub fn path_string(self) -> &'static str {
        text(table::PATHS[self.index()])
    }

    /// The province in which the region lies, or which it is; none for the nation.
    pub fn province(self) -> Option<Region> {
        self.at(Level::Province)
    }

    /// The prefecture in which the region lies, or which it is; none where there is none.
    pub fn prefecture(self) -> Option<Region> {
        self.at(Level::Prefecture)
    }

    /// Whether the other region is this one or lies in it. The nation holds itself alone.
    pub fn contains(self, other: Region) -> bool {
        other.upwards().any(|region| region == self)
    }

    /// The regions right below, in the order of their codes; none below the nation.
    pub fn children(self) -> impl Iterator<Item = Region> {
        // What lies in a region follows it in the table, up to the next that does not.
        (self.0 + 1..table::N_REGIONS as u16)
            .map(Region)
            .take_while(move |region| self.contains(*region))
            .filter(move |region| region.parent() == Some(self))
    }

    fn at(self, level: Level) -> Option<Region> {
        self.upwards().find(|region| region.level() == level)
    }

    fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// Follows a reference of the table: byte offset and byte length of a name in the blob.
fn text(reference: u32) -> &'static str {
    let (start, n_bytes) = ((reference >> 8) as usize, (reference & 0xff) as usize);
    table::BLOB
        .get(start..start + n_bytes)
        .expect("the build step cuts names out of the blob as it puts them in")
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({:06})", self.name(), self.code())
    }
}

impl fmt::Display for Region {
    /// The full name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for Region {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.code())
    }
}

impl<'de> Deserialize<'de> for Region {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Region, D::Error> {
        let code = u32::deserialize(deserializer)?;
        Region::from_code(code)
            .ok_or_else(|| de::Error::custom(format_args!("no region has the code {code:06}")))
    }
}

/// What kind of name a [`Name`] is, the surest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum NameKind {
    /// The full name of today, 汾阳市.
    Full,
    /// The short name of today, 汾阳; left out where it is the full name (代县).
    Short,
    /// A full name of former years, 汾阳县.
    Former,
    /// A short name of former years that today's name does not show, 襄樊.
    FormerShort,
}

/// A name by which a text may call a region.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Name {
    /// The name.
    pub name: &'static str,
    /// The region of today that bears it or carries it on.
    pub region: Region,
    /// What kind of name it is.
    pub kind: NameKind,
    /// First and last year of a former name, as far as the table goes back (1980).
    pub years: Option<(u16, u16)>,
}

/// All names of all regions but the nation: those of today by code, then the former ones.
///
/// Names are not unique: 鼓楼区 stands here once for each, and 河北 for the province and for a district.
/// The nation is left out, for 国家 stands in every text and names no region there.
pub fn names() -> impl Iterator<Item = Name> {
    let today = Region::all().skip(1).flat_map(|region| {
        let entry = move |kind, name| Name {
            name,
            region,
            kind,
            years: None,
        };
        // Equal names are one in the blob, so that their references tell.
        let index = region.index();
        let has_short = table::SHORT_NAMES[index] != table::NAMES[index];
        iter::once(entry(NameKind::Full, region.name()))
            .chain(has_short.then(|| entry(NameKind::Short, region.short_name())))
    });
    let former = (0..table::FORMER_NAMES.len()).map(|index| Name {
        name: text(table::FORMER_NAMES[index]),
        region: Region(table::FORMER_REGIONS[index]),
        kind: match table::FORMER_ARE_SHORT[index] {
            0 => NameKind::Former,
            _ => NameKind::FormerShort,
        },
        years: Some((
            table::FORMER_FIRST_YEARS[index],
            table::FORMER_LAST_YEARS[index],
        )),
    });
    today.chain(former)
}

/// A region that a reader's words lead to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Resolved {
    /// The region.
    pub region: Region,
    /// How it was chosen, where the words alone do not say it; to be told to the reader.
    pub choice: Option<Choice>,
}

/// That a choice was made, and between what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    /// What decided.
    pub basis: Basis,
    /// The regions that the words could mean as well, by level and code.
    pub others: Vec<Region>,
}

/// What decided between regions of one name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Basis {
    /// The words are a name of former years.
    Former {
        /// The former name.
        name: &'static str,
        /// Its first and last year, as far as the table goes back.
        years: (u16, u16),
    },
    /// Reports are held of this one, and of none of the others.
    Held,
    /// It stands at a higher level than the others.
    Level,
}

/// Words that lead to no region, or to several.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RegionError {
    /// No region is called so.
    #[error("no region is called `{text}`")]
    Unknown {
        /// The words.
        text: String,
        /// Regions with a name like it, the likeliest first; at most [`N_SUGGESTIONS_MAX`].
        suggestions: Vec<Region>,
    },
    /// Several regions are called so, and nothing decides between them.
    #[error("`{text}` is the name of {} regions", candidates.len())]
    Ambiguous {
        /// The words.
        text: String,
        /// The regions, by code.
        candidates: Vec<Region>,
    },
}

/// How many regions an unknown name is answered with at most.
pub const N_SUGGESTIONS_MAX: usize = 5;

/// The region that a reader means by a full or short name, a code, a path, or a former name.
///
/// A code may be cut at its level (`14`, `1411`); a path may be `/山西省/吕梁市`, `山西/吕梁` or
/// `山西省吕梁市汾阳市`, and may leave out steps. Full-width digits and signs count as half-width ones.
///
/// Full names come before short ones, and names of today before former ones. Where several regions bear the
/// name, those of which reports are held come first, then those of the highest level; `held` answers whether
/// a report of a region *or of one below it* is held.
///
/// # Errors
///
/// [`RegionError::Unknown`] if no region is called so, [`RegionError::Ambiguous`] if several remain.
pub fn resolve(words: &str, held: &dyn Fn(Region) -> bool) -> Result<Resolved, RegionError> {
    let words = narrow(words);
    find(&words, held).unwrap_or_else(|| {
        Err(RegionError::Unknown {
            suggestions: suggest(&words, held),
            text: words,
        })
    })
}

/// The same for the cells of a table, where most that is unknown is no misspelling: nothing is suggested.
pub fn resolve_cell(words: &str) -> Option<Resolved> {
    /// A path of four long names; a longer cell is a sentence.
    const WORDS_BYTES_MAX: usize = 240;
    if words.len() > WORDS_BYTES_MAX {
        return None;
    }
    find(&narrow(words), &|_| false)?.ok()
}

/// What words without white space mean; nothing if no region is called so.
fn find(words: &str, held: &dyn Fn(Region) -> bool) -> Option<Result<Resolved, RegionError>> {
    if is_nation(words) {
        return Some(Ok(certain(Region::NATION)));
    }
    if !words.is_empty() && words.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(resolve_code(words.to_owned()));
    }

    let mut best = (NameMatch::None, Vec::<Name>::new());
    for name in names() {
        let tier = match_path(words, &name);
        if tier < best.0 {
            best = (tier, vec![name]);
        } else if tier == best.0 && tier != NameMatch::None {
            best.1.push(name);
        }
    }
    if best.1.is_empty() {
        // 晋 and 蒙: a single character is no name of its own.
        let province = Region::all().find(|r| r.abbreviation() == Some(words));
        return province.map(certain).map(Ok);
    }
    Some(choose(words.to_owned(), best.1, held))
}

fn certain(region: Region) -> Resolved {
    Resolved {
        region,
        choice: None,
    }
}

/// Full-width signs and digits become half-width ones, white space goes.
fn narrow(words: &str) -> String {
    words
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            _ => c,
        })
        .collect()
}

fn is_nation(words: &str) -> bool {
    matches!(
        words.trim_matches('/'),
        "国家" | "全国" | "国务院" | "中央" | "0" | "000000"
    )
}

/// A code of two, four or six digits, or of nine or twelve as statistics write it for what lies below a county.
fn resolve_code(words: String) -> Result<Resolved, RegionError> {
    let code = match words.len() {
        2 | 4 | 6 => format!("{words:0<6}").parse().ok(),
        9 | 12 => words
            .get(..6)
            .filter(|code| words.trim_end_matches('0').len() <= code.len())
            .and_then(|code| code.parse().ok()),
        _ => None,
    };
    if let Some(region) = code.and_then(Region::from_code) {
        return Ok(certain(region));
    }
    // 141199 lies in 1411, at least by its digits.
    let above = (code
        .into_iter()
        .flat_map(|code| [code / 100 * 100, code / 10_000 * 10_000]))
    .filter_map(Region::from_code)
    .filter(|&region| region != Region::NATION);
    let mut suggestions: Vec<Region> = above.collect();
    suggestions.dedup();
    Err(RegionError::Unknown {
        text: words,
        suggestions,
    })
}

/// How well words agree with a name, the best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum NameMatch {
    /// The full name of today, alone or after full names of regions above.
    Full,
    /// A short name among them.
    Short,
    /// A former name among them.
    Former,
    /// A former short name.
    FormerShort,
    /// It is another name.
    None,
}

/// Whether the words are the name, or a path that ends in it.
fn match_path(words: &str, name: &Name) -> NameMatch {
    let Some(rest) = words.trim_end_matches('/').strip_suffix(name.name) else {
        return NameMatch::None;
    };
    let tier = match name.kind {
        NameKind::Full => NameMatch::Full,
        NameKind::Short => NameMatch::Short,
        NameKind::Former => NameMatch::Former,
        NameKind::FormerShort => NameMatch::FormerShort,
    };
    match rest {
        "" | "/" => tier,
        _ => match name.region.parent() {
            Some(parent) => tier.max(match_above(rest, parent)),
            None => NameMatch::None,
        },
    }
}

/// Whether the words before a name are a path to the region, steps left out or not.
fn match_above(words: &str, region: Region) -> NameMatch {
    let words = words.trim_end_matches('/');
    if words.is_empty() {
        return NameMatch::Full;
    }
    let step = |name: &str, tier: NameMatch| match words.strip_suffix(name) {
        Some("" | "/") => tier,
        Some(rest) => match region.parent() {
            Some(parent) => tier.max(match_above(rest, parent)),
            None => NameMatch::None,
        },
        None => NameMatch::None,
    };
    let mut tier = step(region.name(), NameMatch::Full);
    if tier == NameMatch::None {
        tier = step(region.short_name(), NameMatch::Short);
    }
    if tier == NameMatch::None {
        tier = (names().filter(|name| name.region == region && name.years.is_some()))
            .map(|name| step(name.name, NameMatch::Former))
            .min()
            .unwrap_or(NameMatch::None);
    }
    match region.parent() {
        Some(parent) if tier == NameMatch::None => match_above(words, parent),
        _ => tier,
    }
}

/// Decides between the regions that bear a name.
fn choose(
    text: String,
    names: Vec<Name>,
    held: &dyn Fn(Region) -> bool,
) -> Result<Resolved, RegionError> {
    let mut all: Vec<Region> = names.iter().map(|name| name.region).collect();
    all.sort_by_key(|&region| (region.level(), region));
    all.dedup();
    let mut left = all.clone();
    let mut basis = None;
    if left.len() > 1 {
        let with_reports: Vec<Region> = left.iter().copied().filter(|&r| held(r)).collect();
        if !with_reports.is_empty() && with_reports.len() < left.len() {
            left = with_reports;
            basis = Some(Basis::Held);
        }
    }
    let n_before = left.len();
    if let Some(highest) = left.first().map(|region| region.level()) {
        left.retain(|region| region.level() == highest);
    }
    if left.len() < n_before {
        basis = Some(Basis::Level);
    }
    let &[region] = left.as_slice() else {
        left.sort();
        return Err(RegionError::Ambiguous {
            text,
            candidates: left,
        });
    };
    if basis.is_none() {
        basis = (names.iter()).find_map(|name| {
            name.years.map(|years| Basis::Former {
                name: name.name,
                years,
            })
        });
    }
    all.retain(|&other| other != region);
    Ok(Resolved {
        region,
        choice: basis.map(|basis| Choice { basis, others: all }),
    })
}

/// Regions with a name that is one character off, or two in a name of five and more.
///
/// Those of which reports are held come first, then the nearer, then those that share more, then the higher,
/// then cities.
fn suggest(words: &str, held: &dyn Fn(Region) -> bool) -> Vec<Region> {
    // Of a path that leads nowhere, the last step is the one to mend.
    let last = last_step(words);
    let n_chars = last.chars().count();
    if n_chars < 2 {
        return Vec::new();
    }
    let distance_max = if n_chars < 5 { 1 } else { 2 };
    let mut found = Vec::new();
    for name in names() {
        if name.name.chars().count().abs_diff(n_chars) > distance_max {
            continue;
        }
        // 汾县 and 代县 share their kind alone, which makes them no more alike than any two.
        let n_shared = (last.chars())
            .filter(|&c| !"省市州盟区县旗".contains(c) && name.name.contains(c))
            .count();
        let distance = strsim::osa_distance(last, name.name);
        if n_shared > 0 && distance <= distance_max {
            let region = name.region;
            let order = (!held(region), distance, usize::MAX - n_shared);
            // Of two counties, the city is the better known.
            let is_no_city = !region.name().ends_with('市');
            found.push((order, region.level(), is_no_city, region));
        }
    }
    found.sort();
    let mut suggestions: Vec<Region> = Vec::new();
    for (_, _, _, region) in found {
        if !suggestions.contains(&region) && suggestions.len() < N_SUGGESTIONS_MAX {
            suggestions.push(region);
        }
    }
    suggestions
}

/// What is left of a path after the regions that it goes through: 汾洋 of 山西省吕梁市汾洋.
fn last_step(words: &str) -> &str {
    let mut last = words.trim_matches('/');
    if let Some((_, step)) = last.rsplit_once('/') {
        last = step;
    }
    while let Some(rest) = Region::all()
        .filter(|region| region.level() < Level::County)
        .flat_map(|region| [region.name(), region.short_name()])
        .filter_map(|name| last.strip_prefix(name))
        .filter(|rest| rest.chars().count() >= 2)
        .min_by_key(|rest| rest.len())
    {
        last = rest;
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn region(code: u32) -> Region {
        Region::from_code(code).expect("the test names codes of the table")
    }

    fn nothing(_: Region) -> bool {
        false
    }

    fn holding(codes: &[u32]) -> impl Fn(Region) -> bool {
        let held: Vec<Region> = codes.iter().map(|&code| region(code)).collect();
        move |above| held.iter().any(|&held| above.contains(held))
    }

    #[test]
    fn table_keeps_its_promises() {
        let all: Vec<Region> = Region::all().collect();
        assert_eq!(all.len(), 1 + 34 + 333 + 2847);
        assert!(all.is_sorted_by(|a, b| a < b && a.code() < b.code()));
        let (mut names, mut paths) = (HashSet::new(), HashSet::new());
        for region in all {
            assert!(!region.name().is_empty() && !region.short_name().is_empty());
            assert!(names.insert(region.unique_name()), "{region:?}");
            assert!(paths.insert(region.path_string()), "{region:?}");
            assert!(region.unique_name().ends_with(region.name()));
            assert!(region.contains(region));
            assert_eq!(region.path().last(), Some(region));
            assert_eq!(
                region.abbreviation().is_some(),
                region.level() == Level::Province
            );
            match region.parent() {
                Some(parent) => {
                    assert!(parent < region && parent.level() < region.level());
                    assert!(parent.contains(region) && !region.contains(parent));
                    assert!(parent.children().any(|child| child == region));
                }
                None => assert!(region.level() <= Level::Province),
            }
            let path: String = region.path().map(|step| format!("/{step}")).collect();
            assert_eq!(path, region.path_string());
            assert_eq!(region.path().count(), region.upwards().count());
        }
    }

    #[test]
    fn every_region_resolves_from_code_path_and_unique_name() {
        for region in Region::all() {
            let unheard = Ok(certain(region));
            assert_eq!(resolve(&region.code_string(), &nothing), unheard);
            assert_eq!(resolve(region.path_string(), &nothing), unheard);
            assert_eq!(
                resolve(&region.path_string().replace('/', ""), &nothing),
                unheard
            );
            assert_eq!(
                resolve(region.unique_name(), &nothing).map(|resolved| resolved.region),
                Ok(region)
            );
        }
    }

    #[test]
    fn region_is_stored_as_its_code() {
        for region in Region::all() {
            let json = serde_json::to_string(&region).expect("a number is written");
            assert_eq!(json, region.code().to_string());
            assert_eq!(serde_json::from_str::<Region>(&json).ok(), Some(region));
        }
        assert!(serde_json::from_str::<Region>("141199").is_err());
    }

    #[test]
    fn levels_have_english_and_chinese_names() {
        for level in Level::ALL {
            assert_eq!(Level::parse(level.name()), Some(level));
        }
        for (name, level) in [
            ("国家", Level::Nation),
            ("省", Level::Province),
            ("省级", Level::Province),
            ("地级", Level::Prefecture),
            ("市级", Level::Prefecture),
            ("县", Level::County),
            (" 县级 ", Level::County),
            ("County", Level::County),
        ] {
            assert_eq!(Level::parse(name), Some(level), "{name}");
        }
        assert_eq!(Level::parse("乡"), None);
    }

    #[test]
    fn fenyang_stands_where_it_should() {
        let fenyang = region(141182);
        assert_eq!(fenyang.path_string(), "/山西省/吕梁市/汾阳市");
        assert_eq!(fenyang.short_name(), "汾阳");
        assert_eq!(fenyang.unique_name(), "汾阳市");
        assert_eq!(
            fenyang.province().and_then(Region::abbreviation),
            Some("晋")
        );
        assert_eq!(fenyang.prefecture().map(Region::name), Some("吕梁市"));
        assert_eq!(region(140923).short_name(), "代县");
        assert_eq!(region(320106).unique_name(), "南京市鼓楼区");
        assert_eq!(region(110105).unique_name(), "北京市朝阳区");
        assert_eq!(region(419001).path_string(), "/河南省/济源市");
        assert_eq!(region(419001).prefecture(), None);
    }

    #[test]
    fn nation_stands_alone() {
        let nation = Region::NATION;
        assert_eq!((nation.name(), nation.level()), ("国家", Level::Nation));
        assert_eq!(nation.code_string(), "000000");
        assert_eq!(nation.path().collect::<Vec<_>>(), [nation]);
        assert_eq!(nation.children().count(), 0);
        assert!(
            Region::all()
                .skip(1)
                .all(|r| !nation.contains(r) && !r.contains(nation))
        );
    }

    #[test]
    fn children_of_a_region_make_the_whole_table() {
        let n_below: usize = Region::all().map(|region| region.children().count()).sum();
        assert_eq!(n_below, 333 + 2847);
    }

    #[test]
    fn former_names_lead_to_the_region_of_today() {
        for (name, code) in [
            ("清苑县", 130608),
            ("吕梁地区", 141100),
            ("汾阳县", 141182),
            ("离石县", 141102),
            ("离石市", 141102),
            ("襄樊市", 420600),
            ("襄樊", 420600),
            ("思茅地区", 530800),
            ("淮阴市", 320800),
            ("徽州地区", 341000),
            ("荆沙市", 421000),
            ("万县市", 500101),
        ] {
            let found: Vec<Name> = names()
                .filter(|n| n.name == name && n.years.is_some())
                .collect();
            assert!(
                found.iter().any(|n| n.region == region(code)),
                "{name}: {found:?}"
            );
        }
    }

    #[test]
    fn words_lead_to_the_region_that_is_meant() {
        for (words, held, code) in [
            ("吕梁", &[][..], 141100),
            ("吕梁市", &[], 141100),
            ("14", &[], 140000),
            ("1411", &[], 141100),
            ("１４１１８２", &[], 141182),
            ("141182000000", &[], 141182),
            ("山西/吕梁", &[], 141100),
            ("/山西省/吕梁市/", &[], 141100),
            ("山西省吕梁市汾阳市", &[], 141182),
            ("山西汾阳", &[], 141182),
            ("吕梁地区汾阳县", &[], 141182),
            ("晋", &[], 140000),
            ("国家", &[], 0),
            ("河北", &[], 130000),
            ("河北", &[130608], 130000),
            ("河北", &[120105], 120105),
            ("天津河北", &[], 120105),
            ("吉林", &[], 220000),
            ("吉林市", &[], 220200),
            ("朝阳", &[], 211300),
            ("朝阳", &[110105], 110105),
            ("鼓楼区", &[320106], 320106),
            ("南京鼓楼", &[], 320106),
            ("清苑县", &[], 130608),
            ("襄樊", &[], 420600),
        ] {
            let resolved = resolve(words, &holding(held)).map(|resolved| resolved.region);
            assert_eq!(resolved, Ok(region(code)), "{words}");
        }
    }

    #[test]
    fn choice_is_told() {
        let choice = |words, held: &[u32]| {
            let resolved = resolve(words, &holding(held)).expect("a region is found");
            resolved.choice.map(|choice| (choice.basis, choice.others))
        };
        assert_eq!(choice("吕梁", &[]), None);
        assert_eq!(
            choice("河北", &[]),
            Some((Basis::Level, vec![region(120105)]))
        );
        assert_eq!(
            choice("河北", &[120105]),
            Some((Basis::Held, vec![region(130000)]))
        );
        let former = Basis::Former {
            name: "清苑县",
            years: (1980, 2014),
        };
        assert_eq!(choice("清苑县", &[]), Some((former, vec![])));
    }

    #[test]
    fn name_of_several_is_an_error_with_candidates() {
        let Err(RegionError::Ambiguous { candidates, .. }) = resolve("鼓楼区", &nothing) else {
            panic!("鼓楼区 is in four cities");
        };
        assert!(candidates.len() > 2 && candidates.iter().all(|r| r.name() == "鼓楼区"));
        assert!(candidates.is_sorted());
    }

    #[test]
    fn unknown_name_has_suggestions() {
        let suggestions = |words, held: &[u32]| match resolve(words, &holding(held)) {
            Err(RegionError::Unknown { suggestions, .. }) => suggestions,
            other => panic!("{words}: {other:?}"),
        };
        assert_eq!(
            suggestions("汾洋", &[141182]).first(),
            Some(&region(141182))
        );
        assert_eq!(
            suggestions("山西省吕梁市汾洋市", &[]).first(),
            Some(&region(141182))
        );
        assert_eq!(suggestions("吕粱市", &[]).first(), Some(&region(141100)));
        assert_eq!(suggestions("141199", &[]), [region(141100), region(140000)]);
        assert_eq!(suggestions("ab", &[]), []);
        assert_eq!(suggestions("", &[]), []);
    }

    #[test]
    fn former_names_that_lead_somewhere_are_93_percent() {
        // Of the names that no unit of the same province bears today. The rest were dissolved into
        // several (太原市北城区), or are suburbs of the eighties (郊区).
        assert_eq!(table::FORMER_COVERAGE, (1372, 1275));
    }

    #[test]
    fn former_names_keep_their_promises() {
        for name in names() {
            assert!(name.kind != NameKind::Short || name.name != name.region.name());
            assert_ne!(name.region, Region::NATION);
            assert_eq!(name.years.is_some(), name.kind >= NameKind::Former);
            if let Some((first, last)) = name.years {
                assert!((1980..=2024).contains(&first) && first <= last && last <= 2024);
                assert_ne!(name.name, name.region.name());
                assert_ne!(name.name, name.region.short_name());
                assert!(name.name.chars().count() >= 2);
            }
        }
    }
}
