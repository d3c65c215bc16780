//! Administrative divisions → static data without relocations.
//!
//! In: `data/divisions.tsv` (today's units), `data/history_1980_2024.tsv` (names and codes by year),
//! `data/successors.tsv` (renamings that no rule can see). Out: `region.rs` with integer arrays and one
//! blob of names; a name is a packed reference `byte offset << 8 | byte length` into the blob. No array of
//! `&str`: those need a relocation each at every start of the process, whether or not a name is read.
//!
//! A former name leads to the unit of today that carries it on. Where history does not say which one
//! that is, the name is left out: a report is rather not placed than placed wrongly.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::{env, fs, path::Path};

const DIVISIONS: &str = "data/divisions.tsv";
const HISTORY: &str = "data/history_1980_2024.tsv";
const SUCCESSORS: &str = "data/successors.tsv";

/// Set to anything, it lists the former names that lead nowhere, as warnings.
const LIST_UNMAPPED: &str = "BAOGAO_LIST_UNMAPPED";

/// The year that stands for the table of today; the history ends the year before.
const TODAY: u16 = 2025;

/// A unit of today.
struct Unit {
    code: u32,
    name: String,
    short: String,
    abbreviation: String,
    level: Level,
    parent: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Level {
    Nation,
    Province,
    Prefecture,
    County,
}

impl Level {
    fn parse(name: &str) -> Level {
        match name {
            "province" => Level::Province,
            "prefecture" => Level::Prefecture,
            "county" => Level::County,
            _ => panic!("`{name}` is not a level"),
        }
    }
}

/// A name that a unit bore from one year to another, or bears today.
struct Row {
    level: Level,
    province: String,
    /// The name of the prefecture, or a placeholder (`市辖区`, `县`) that names none.
    city: String,
    name: String,
    short: String,
    code: u32,
    first_year: u16,
    last_year: u16,
    /// Index into the units of today, for the rows of today.
    today: Option<usize>,
}

/// A former name and what it leads to.
struct Former {
    name: String,
    short: String,
    unit: usize,
    first_year: u16,
    last_year: u16,
}

pub(crate) fn build() {
    for path in [DIVISIONS, HISTORY, SUCCESSORS] {
        println!("cargo::rerun-if-changed={path}");
    }
    let units = read_units();
    let paths = paths(&units);
    let unique = unique_names(&units);
    let (former, n_former_names, n_mapped) = former_names(&units);

    let mut blob = Blob::default();
    let path_refs: Vec<u32> = paths.iter().map(|path| blob.add(path)).collect();
    let name_refs: Vec<u32> = units.iter().map(|unit| blob.add(&unit.name)).collect();
    let short_refs: Vec<u32> = units.iter().map(|unit| blob.add(&unit.short)).collect();
    let abbreviation_refs: Vec<u32> = units
        .iter()
        .map(|unit| blob.add(&unit.abbreviation))
        .collect();
    let unique_refs: Vec<u32> = unique.iter().map(|name| blob.add(name)).collect();

    let mut former_refs = Vec::new();
    for entry in &former {
        former_refs.push((blob.add(&entry.name), entry, false));
        // A short name is kept where it can only mean this: 上海 never stands for 上海县, and a district
        // is called by its short name by nobody (公园, 半山).
        let is_taken = units.iter().enumerate().any(|(index, unit)| {
            (unit.short == entry.short || unit.name == entry.short)
                && upwards(&units, index).last() == upwards(&units, entry.unit).last()
        });
        if entry.short.chars().count() >= 2
            && entry.short != entry.name
            && (!entry.name.ends_with('区') || entry.name.ends_with("地区"))
            && !is_taken
        {
            former_refs.push((blob.add(&entry.short), entry, true));
        }
    }

    let mut out = String::from("// Written by build/region.rs.\n");
    let n = units.len();
    array(&mut out, "CODES", "u32", units.iter().map(|u| u.code));
    array(
        &mut out,
        "LEVELS",
        "u8",
        units.iter().map(|u| u.level as u32),
    );
    array(
        &mut out,
        "PARENTS",
        "u16",
        units.iter().map(|u| u.parent.unwrap_or(0) as u32),
    );
    array(&mut out, "NAMES", "u32", name_refs);
    array(&mut out, "SHORT_NAMES", "u32", short_refs);
    array(&mut out, "ABBREVIATIONS", "u32", abbreviation_refs);
    array(&mut out, "UNIQUE_NAMES", "u32", unique_refs);
    array(&mut out, "PATHS", "u32", path_refs);
    array(
        &mut out,
        "FORMER_NAMES",
        "u32",
        former_refs.iter().map(|(reference, _, _)| *reference),
    );
    array(
        &mut out,
        "FORMER_REGIONS",
        "u16",
        former_refs.iter().map(|(_, entry, _)| entry.unit as u32),
    );
    array(
        &mut out,
        "FORMER_FIRST_YEARS",
        "u16",
        former_refs
            .iter()
            .map(|(_, entry, _)| u32::from(entry.first_year)),
    );
    array(
        &mut out,
        "FORMER_LAST_YEARS",
        "u16",
        former_refs
            .iter()
            .map(|(_, entry, _)| u32::from(entry.last_year)),
    );
    array(
        &mut out,
        "FORMER_ARE_SHORT",
        "u8",
        former_refs.iter().map(|(_, _, short)| u32::from(*short)),
    );
    // Writing to a String cannot fail.
    let _ = writeln!(out, "pub(super) const N_REGIONS: usize = {n};");
    let _ = writeln!(
        out,
        "/// Names that no unit of the same province and level bears today, and how many of them lead to a unit.\n\
         #[cfg(test)]\npub(super) const FORMER_COVERAGE: (usize, usize) = ({n_former_names}, {n_mapped});"
    );
    let _ = writeln!(out, "pub(super) const BLOB: &str = {:?};", blob.text);
    let path = Path::new(&env::var("OUT_DIR").expect("cargo sets OUT_DIR")).join("region.rs");
    fs::write(path, out).expect("OUT_DIR is writable");
}

/// All names in one string, each once.
#[derive(Default)]
struct Blob {
    text: String,
    seen: HashMap<String, u32>,
}

impl Blob {
    fn add(&mut self, name: &str) -> u32 {
        if let Some(&reference) = self.seen.get(name) {
            return reference;
        }
        // The paths come first, so that most names are found inside one.
        let start = self.text.find(name).unwrap_or_else(|| {
            self.text.push_str(name);
            self.text.len() - name.len()
        });
        assert!(
            name.len() < 256 && start < 1 << 24,
            "a reference is 24 bits of offset and 8 of length"
        );
        let reference = (start as u32) << 8 | name.len() as u32;
        self.seen.insert(name.to_owned(), reference);
        reference
    }
}

fn array(out: &mut String, name: &str, of: &str, values: impl IntoIterator<Item = u32>) {
    let values: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
    let _ = writeln!(
        out,
        "pub(super) static {name}: [{of}; {}] = [{}];",
        values.len(),
        values.join(",")
    );
}

/// The rows of a table below its heading, cut at tabs.
fn read_table(path: &str, columns: &[&str]) -> Vec<Vec<String>> {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("`{path}`: {error}"));
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let heading: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    assert_eq!(heading, columns, "columns of `{path}`");
    lines
        .map(|line| {
            let row: Vec<String> = line.split('\t').map(str::to_owned).collect();
            assert_eq!(row.len(), columns.len(), "`{path}`: {line}");
            row
        })
        .collect()
}

fn number<T: std::str::FromStr>(text: &str) -> T {
    text.parse()
        .unwrap_or_else(|_| panic!("`{text}` is not a number in bounds"))
}

fn read_units() -> Vec<Unit> {
    let mut units = vec![Unit {
        code: 0,
        name: "国家".into(),
        short: "国家".into(),
        abbreviation: String::new(),
        level: Level::Nation,
        parent: None,
    }];
    let mut index: HashMap<u32, usize> = HashMap::new();
    for row in read_table(
        DIVISIONS,
        &["code", "name", "level", "parent", "short", "abbr"],
    ) {
        let code: u32 = number(&row[0]);
        let last = units.last().expect("the nation stands first").code;
        assert!(last < code, "codes of `{DIVISIONS}` ascend at {code}");
        let level = Level::parse(&row[2]);
        let parent = (!row[3].is_empty()).then(|| index[&number::<u32>(&row[3])]);
        match parent.map(|parent| units[parent].level) {
            None => assert!(level == Level::Province, "{code} has no parent"),
            Some(above) => assert!(above < level, "{code} lies below its parent"),
        }
        index.insert(code, units.len());
        units.push(Unit {
            code,
            short: short_name(&row[1], &row[4]),
            name: row[1].clone(),
            // Several are given (贵/黔); the first is the official one, but for 蒙/内蒙 and the like.
            abbreviation: row[5].split('/').next().unwrap_or_default().to_owned(),
            level,
            parent,
        });
    }
    units
}

/// The short name of the table, or the name without its kind where the table has none.
///
/// A county of one character keeps its kind (代县), as people say it.
fn short_name(name: &str, given: &str) -> String {
    const KINDS: [&str; 7] = ["族自治县", "族自治旗", "自治县", "自治旗", "区", "县", "市"];
    if !given.is_empty() && given != name {
        return given.to_owned();
    }
    KINDS
        .iter()
        .filter_map(|kind| name.strip_suffix(kind))
        .find(|stem| stem.chars().count() >= 2)
        .unwrap_or(name)
        .to_owned()
}

/// The unit and those above it, itself first.
fn upwards(units: &[Unit], unit: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(unit), |&unit| units[unit].parent)
}

fn paths(units: &[Unit]) -> Vec<String> {
    (0..units.len())
        .map(|unit| {
            let mut above: Vec<usize> = upwards(units, unit).collect();
            above.reverse();
            above.iter().fold(String::new(), |mut path, &unit| {
                path.push('/');
                path.push_str(&units[unit].name);
                path
            })
        })
        .collect()
}

/// The name with as many parents in front as make it unlike every other unit's.
fn unique_names(units: &[Unit]) -> Vec<String> {
    let mut unique: Vec<String> = units.iter().map(|unit| unit.name.clone()).collect();
    let mut reached: Vec<usize> = (0..units.len()).collect();
    loop {
        let mut count: HashMap<&str, usize> = HashMap::new();
        for name in &unique {
            *count.entry(name).or_default() += 1;
        }
        let shared: Vec<usize> = (0..units.len())
            .filter(|&unit| count[unique[unit].as_str()] > 1)
            .collect();
        if shared.is_empty() {
            return unique;
        }
        for unit in shared {
            let above = units[reached[unit]]
                .parent
                .expect("a path to the top names one unit");
            reached[unit] = above;
            unique[unit] = format!("{}{}", units[above].name, unique[unit]);
        }
    }
}

/// Every name that units bore and do not bear today, with the unit that carries it on; and how many such
/// names there are in all, and how many lead somewhere.
fn former_names(units: &[Unit]) -> (Vec<Former>, usize, usize) {
    let rows = read_rows(units);
    let successors = Successors::new(units, &rows);
    let mut found: BTreeMap<(&str, usize), Former> = BTreeMap::new();
    let (mut all, mut mapped) = (HashSet::new(), HashSet::new());
    // A name that a unit of the province bears today is no former one, though it may have stood for
    // another: 忻州市 was a county-level city until 1999.
    let alive: HashSet<(&str, &str)> = rows
        .iter()
        .filter(|row| row.today.is_some())
        .map(|row| (row.province.as_str(), row.name.as_str()))
        .collect();
    let resolved = successors.resolve();
    // For whoever adds to the table of successors: where the chains of names end.
    println!("cargo::rerun-if-env-changed={LIST_UNMAPPED}");
    let list_unmapped = env::var_os(LIST_UNMAPPED).is_some();
    for (index, (row, today)) in rows.iter().zip(resolved.iter().copied()).enumerate() {
        let is_borne = alive.contains(&(row.province.as_str(), row.name.as_str()));
        if row.level == Level::Province || is_borne {
            continue;
        }
        // 巫山县 lies in another province than it did, and is called the same.
        if today.is_some_and(|unit| [&units[unit].name, &units[unit].short].contains(&&row.name)) {
            continue;
        }
        let key = (row.level, row.province.as_str(), row.name.as_str());
        all.insert(key);
        if today.is_some() {
            mapped.insert(key);
        } else if list_unmapped && successors.next(index, &resolved).is_none() {
            println!(
                "cargo::warning={}\t{}\t{}\t{}\t{}\t{}",
                row.province, row.city, row.name, row.code, row.first_year, row.last_year
            );
        }
        let Some(unit) = today else { continue };
        let entry = found.entry((&row.name, unit)).or_insert_with(|| Former {
            name: row.name.clone(),
            short: row.short.clone(),
            unit,
            first_year: row.first_year,
            last_year: row.last_year,
        });
        entry.first_year = entry.first_year.min(row.first_year);
        entry.last_year = entry.last_year.max(row.last_year);
    }
    (found.into_values().collect(), all.len(), mapped.len())
}

fn read_rows(units: &[Unit]) -> Vec<Row> {
    let columns = [
        "level",
        "province",
        "city",
        "county",
        "code",
        "short",
        "first_year",
        "last_year",
    ];
    let mut rows: Vec<Row> = read_table(HISTORY, &columns)
        .into_iter()
        .map(|row| {
            let level = Level::parse(&row[0]);
            let [_, province, city, county, code, short, first, last] =
                <[String; 8]>::try_from(row)
                    .expect("the table has been checked to have eight columns");
            let name = match level {
                Level::County => county,
                Level::Prefecture => city.clone(),
                Level::Province | Level::Nation => province.clone(),
            };
            Row {
                level,
                province,
                city,
                short: short_name(&name, &short),
                name,
                code: number(&code),
                first_year: number(&first),
                last_year: number(&last),
                today: None,
            }
        })
        .collect();
    for (index, unit) in units.iter().enumerate().skip(1) {
        let above = |level| {
            upwards(units, index)
                .find(|&unit| units[unit].level == level)
                .map_or(String::new(), |unit| units[unit].name.clone())
        };
        rows.push(Row {
            level: unit.level,
            province: above(Level::Province),
            city: above(Level::Prefecture),
            name: unit.name.clone(),
            short: unit.short.clone(),
            code: unit.code,
            first_year: TODAY,
            last_year: u16::MAX,
            today: Some(index),
        });
    }
    rows
}

/// Looks for what a name was carried on by.
struct Successors<'a> {
    rows: &'a [Row],
    by_name: HashMap<(Level, &'a str), Vec<usize>>,
    by_short: HashMap<(Level, &'a str, &'a str), Vec<usize>>,
    by_code: HashMap<u32, Vec<usize>>,
    /// Level, province, city (or nothing), name → unit of today, or none where the rules would be wrong.
    curated: HashMap<(String, String, String, String), Option<usize>>,
}

impl<'a> Successors<'a> {
    fn new(units: &'a [Unit], rows: &'a [Row]) -> Self {
        let mut by_name: HashMap<_, Vec<usize>> = HashMap::new();
        let mut by_short: HashMap<_, Vec<usize>> = HashMap::new();
        let mut by_code: HashMap<_, Vec<usize>> = HashMap::new();
        for (index, row) in rows.iter().enumerate() {
            let (level, name, short) = (row.level, row.name.as_str(), row.short.as_str());
            by_name.entry((level, name)).or_default().push(index);
            by_short
                .entry((level, row.province.as_str(), short))
                .or_default()
                .push(index);
            by_code.entry(row.code).or_default().push(index);
        }
        let columns = [
            "level", "province", "city", "name", "to_code", "to_name", "year", "source",
        ];
        let curated = read_table(SUCCESSORS, &columns)
            .into_iter()
            .map(|row| {
                let [level, province, city, name, code, to, _, _] = <[String; 8]>::try_from(row)
                    .expect("the table has been checked to have eight columns");
                let unit = (code != "-").then(|| {
                    units
                        .iter()
                        .position(|unit| unit.code == number(&code) && unit.name == to)
                        .unwrap_or_else(|| panic!("`{SUCCESSORS}`: {code} is not {to}"))
                });
                ((level, province, city, name), unit)
            })
            .collect();
        Successors {
            rows,
            by_name,
            by_short,
            by_code,
            curated,
        }
    }

    /// For each row the unit of today that it leads to.
    fn resolve(&self) -> Vec<Option<usize>> {
        let mut today: Vec<Option<usize>> = self.rows.iter().map(|row| row.today).collect();
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        // From the latest back, prefectures before counties: a step leads to a later row, whose own
        // end is then known, and districts are told apart by what their prefecture became.
        order.sort_by_key(|&row| {
            let row = &self.rows[row];
            (row.level, std::cmp::Reverse(row.last_year))
        });
        for row in order {
            if today[row].is_none() {
                today[row] = match self.curated(&self.rows[row]) {
                    Some(unit) => unit,
                    None => self.next(row, &today).and_then(|next| today[next]),
                };
            }
        }
        today
    }

    /// What the table of successors says of a row, if anything.
    fn curated(&self, row: &Row) -> Option<Option<usize>> {
        let level = match row.level {
            Level::Prefecture => "prefecture",
            Level::County => "county",
            Level::Nation | Level::Province => return None,
        };
        [row.city.as_str(), ""].into_iter().find_map(|city| {
            let key = (level, row.province.as_str(), city, row.name.as_str());
            self.curated
                .get(&(key.0.into(), key.1.into(), key.2.into(), key.3.into()))
                .copied()
        })
    }

    /// The row of the following year that carries this one on.
    fn next(&self, from: usize, today: &[Option<usize>]) -> Option<usize> {
        let row = &self.rows[from];
        let year = row.last_year + 1;
        let active = |rows: Option<&Vec<usize>>| -> Vec<usize> {
            rows.into_iter()
                .flatten()
                .copied()
                .filter(|&row| {
                    self.rows[row].first_year <= year && year <= self.rows[row].last_year
                })
                .collect()
        };
        let place = self.place(row, today);
        let same_place = |&other: &usize| place == self.place(&self.rows[other], today);
        // A district (东风区, 郊区) is known by its city alone; a county by its province.
        let is_district = row.level == Level::County && row.name.ends_with('区');
        let only = |candidates: Vec<usize>| -> Option<usize> {
            let near: Vec<usize> = candidates.iter().copied().filter(same_place).collect();
            match (near.as_slice(), candidates.as_slice()) {
                ([one], _) => Some(*one),
                ([], [one]) if !is_district => Some(*one),
                _ => None,
            }
        };
        let in_province = |&other: &usize| self.rows[other].province == row.province;
        let begins = |&other: &usize| self.rows[other].first_year == year;
        // Such a name was new in that year, or gone in it: the two ends of a renaming.
        let existed = |of: &Row, year: u16| {
            self.by_name[&(of.level, of.name.as_str())]
                .iter()
                .map(|&other| &self.rows[other])
                .any(|other| {
                    other.province == of.province
                        && other.first_year <= year
                        && year <= other.last_year
                        && (!of.name.ends_with('区')
                            || self.place(of, today) == self.place(other, today))
                })
        };

        // The name goes on, in the province or, as 巫山县 in 1997, in another.
        let same_name = active(self.by_name.get(&(row.level, &row.name)));
        let at_home: Vec<usize> = same_name.iter().copied().filter(in_province).collect();
        let same_code = |&other: &usize| self.rows[other].code == row.code;
        if let Some(one) = at_home
            .iter()
            .copied()
            .find(|other| same_code(other) && same_place(other))
            .or_else(|| only(at_home))
        {
            return Some(one);
        }
        let moved = same_name.into_iter().filter(begins).collect();
        if let Some(one) = only(moved) {
            return Some(one);
        }
        // The code goes on under another name.
        let renamed: Vec<usize> = active(self.by_code.get(&row.code))
            .into_iter()
            .filter(begins)
            .filter(|&other| self.rows[other].level == row.level)
            .filter(|&other| !existed(&self.rows[other], year - 1))
            .collect();
        if let ([one], false) = (renamed.as_slice(), existed(row, year)) {
            return Some(*one);
        }
        // The short name goes on with another kind (县 → 市 → 区), as a new unit or inside an old one.
        let same_short = active(self.by_short.get(&(
            row.level,
            row.province.as_str(),
            row.short.as_str(),
        )));
        only(same_short.iter().copied().filter(begins).collect())
            .or_else(|| only(same_short))
            .or_else(|| {
                // The city gave its name to the prefecture and became its one district
                // (忻州市 in 2000: 忻府区).
                let prefecture = self.by_name.get(&(Level::Prefecture, row.name.as_str()));
                active(prefecture)
                    .into_iter()
                    .filter(in_province)
                    .find(begins)?;
                let districts: Vec<usize> = (0..self.rows.len())
                    .filter(begins)
                    .filter(in_province)
                    .filter(|&other| {
                        let other = &self.rows[other];
                        other.level == Level::County
                            && other.city == row.name
                            && other.name.ends_with('区')
                            && !existed(other, year - 1)
                    })
                    .collect();
                match districts.as_slice() {
                    [one] if row.level == Level::County => Some(*one),
                    _ => None,
                }
            })
    }

    /// What the prefecture of a row is today; the province where it has none.
    fn place(&self, row: &Row, today: &[Option<usize>]) -> Option<usize> {
        let named = |level: Level, name: &str| {
            self.by_name
                .get(&(level, name))?
                .iter()
                .rev()
                .copied()
                .filter(|&other| self.rows[other].province == row.province)
                .find_map(|other| today[other])
        };
        if row.level == Level::County {
            named(Level::Prefecture, &row.city).or_else(|| named(Level::Province, &row.province))
        } else {
            named(Level::Province, &row.province)
        }
    }
}
