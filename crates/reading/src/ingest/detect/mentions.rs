//! The places that a text names, and what each name can mean.
//!
//! In: a line, a path or a paragraph. Out: mentions of places, left to right, or the regions that the most
//! particular of them can mean.

use crate::ingest::line::is_han;
use crate::region::{self, Name, NameKind, Region};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// All names by their first two characters, longer names first.
static NAMES: LazyLock<HashMap<(char, char), Vec<Name>>> = LazyLock::new(|| {
    let mut by_start: HashMap<(char, char), Vec<Name>> = HashMap::new();
    for name in region::names() {
        let mut chars = name.name.chars();
        if let (Some(first), Some(second)) = (chars.next(), chars.next()) {
            by_start.entry((first, second)).or_default().push(name);
        }
    }
    for names in by_start.values_mut() {
        names.sort_by_key(|name| std::cmp::Reverse(name.name.len()));
    }
    by_start
});

/// Short names that are ordinary words too (合作, 和平, 新建): they stand in the reports of many other regions.
static ORDINARY: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let list = include_str!("../../../data/ordinary_names.txt");
    list.lines().collect()
});

/// Whether a name is an ordinary word too, so that only its full form names a place.
pub(super) fn is_ordinary_word(name: &str) -> bool {
    ORDINARY.contains(name)
}

/// The last characters of the names of regions, which a short name may take: 黔东南州, 大通县.
const KINDS: [char; 7] = ['省', '市', '县', '区', '州', '盟', '旗'];

/// A place that a text names.
#[derive(Clone, Debug)]
pub(super) struct Mention {
    /// Where its name starts, in bytes.
    pub(super) from: usize,
    /// The name as it stands there.
    pub(super) name: &'static str,
    /// What the name can mean.
    pub(super) meanings: Vec<Name>,
}

impl Mention {
    pub(super) fn to(&self) -> usize {
        self.from + self.name.len()
    }

    /// Whether the name is written in full, 汾阳市, not 汾阳.
    fn is_full(&self) -> bool {
        self.meanings
            .iter()
            .any(|name| matches!(name.kind, NameKind::Full | NameKind::Former))
    }

    /// The kind with which a short name goes on, 黔东南州; where none of its meanings is of that kind, it goes on otherwise.
    fn kind_after(&self, text: &str) -> Option<char> {
        let kind = text.get(self.to()..)?.chars().next()?;
        let is_of_kind = |name: &Name| name.region.name().ends_with(kind);
        (KINDS.contains(&kind) && self.meanings.iter().any(is_of_kind)).then_some(kind)
    }

    /// Whether the place is named with its kind: 汾阳市, 黔东南州; 合作市场 names none.
    pub(super) fn has_kind(&self, text: &str) -> bool {
        self.is_full() && !self.begins_word(text) || self.kind_after(text).is_some()
    }

    /// Whether the last character of the name and what follows are a word: 合作市场, 和平区域.
    fn begins_word(&self, text: &str) -> bool {
        const WORDS: [&str; 5] = ["市场", "区域", "区位", "区块", "区间"];
        let last = self.name.chars().next_back().map_or(0, char::len_utf8);
        let tail = text.get(self.to() - last..).unwrap_or("");
        WORDS.iter().any(|word| tail.starts_with(word))
    }

    /// Whether the name stands by itself in the name of a file: 2024_汾阳, 山西汾阳.
    fn stands_alone(&self, text: &str) -> bool {
        let after = text.get(self.to()..).unwrap_or("").chars().next();
        let before = text.get(..self.from).unwrap_or("").chars().next_back();
        after.is_none_or(|c| !is_han(c)) && before.is_none_or(|c| !is_han(c) || c == '年')
    }

    /// Whether the name is read as the place's own although it is short: 宁夏 before words of government, or alone.
    fn stands_for_government(&self, text: &str) -> bool {
        const AFTER: [&str; 11] = [
            "政府",
            "人民政府",
            "工作报告",
            "省",
            "市",
            "县",
            "区",
            "州",
            "年",
            "20",
            "19",
        ];
        let after = text.get(self.to()..).unwrap_or("");
        AFTER.iter().any(|word| after.starts_with(word)) || after.is_empty() && text == self.name
    }

    /// Whether the name is the beginning of that of a development zone (汾阳市开发区), which is no region.
    fn begins_zone(&self, text: &str) -> bool {
        let after = text.get(self.to()..).unwrap_or("");
        after.starts_with("开发区")
    }
}

/// The places that a text names, left to right, the longest name at each place.
pub(super) fn mentions_in(text: &str) -> Vec<Mention> {
    let mut mentions: Vec<Mention> = Vec::new();
    let mut chars = text.char_indices().peekable();
    let mut skip_to = 0;
    while let Some((at, first)) = chars.next() {
        let Some(&(_, second)) = chars.peek() else {
            break;
        };
        if at < skip_to || !is_han(first) {
            continue;
        }
        let Some(names) = NAMES.get(&(first, second)) else {
            continue;
        };
        let rest = text.get(at..).unwrap_or("");
        let Some(longest) = names.iter().find(|name| rest.starts_with(name.name)) else {
            continue;
        };
        skip_to = at + longest.name.len();
        mentions.push(Mention {
            from: at,
            name: longest.name,
            meanings: names
                .iter()
                .filter(|name| name.name == longest.name)
                .copied()
                .collect(),
        });
    }
    mentions
}

/// Which forms of names are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Forms {
    /// Full ones only.
    Full,
    /// Short ones too (宁夏政府工作报告), before words of government.
    FullAndShort,
    /// Short ones too where they stand alone, as in the name of a file.
    Names,
}

/// What the most particular place in a line can mean, places above it taken into account.
pub(super) fn regions_in(text: &str, forms: Forms) -> Vec<Name> {
    if names_nation(text) {
        return vec![nation()];
    }
    let mentions: Vec<Mention> = mentions_in(text)
        .into_iter()
        .filter(|mention| {
            mention.has_kind(text) && !mention.begins_zone(text)
                || forms != Forms::Full && mention.stands_for_government(text)
                || forms == Forms::Names && mention.stands_alone(text)
        })
        .collect();
    let Some(last) = mentions.iter().max_by_key(|mention| {
        mention
            .meanings
            .iter()
            .map(|name| name.region.level())
            .max()
    }) else {
        return Vec::new();
    };
    let lies_in = |name: &Name, above: &Mention| {
        above
            .meanings
            .iter()
            .any(|above| above.region.contains(name.region))
    };
    let kind = last.kind_after(text).filter(|_| !last.is_full());
    let meanings = narrow(last.meanings.clone(), |name| {
        kind.is_none_or(|kind| name.region.name().ends_with(kind))
    });
    narrow(meanings, |name| {
        mentions
            .iter()
            .filter(|mention| mention.from != last.from)
            .all(|above| lies_in(name, above))
    })
}

/// The names that pass a test, or all when none does.
pub(super) fn narrow(names: Vec<Name>, test: impl Fn(&Name) -> bool) -> Vec<Name> {
    let passing: Vec<Name> = names.iter().filter(|name| test(name)).copied().collect();
    if passing.is_empty() { names } else { passing }
}

/// The State Council's own words.
fn names_nation(text: &str) -> bool {
    text.contains("全国人民代表大会") || text.contains("国务院") || text.contains("中央人民政府")
}

/// The nation as a name: the table of names leaves it out.
pub(super) fn nation() -> Name {
    Name {
        name: "国务院",
        region: Region::NATION,
        kind: NameKind::Full,
        years: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&'static str> {
        regions_in(text, Forms::FullAndShort)
            .iter()
            .map(|name| name.region.unique_name())
            .collect()
    }

    #[test]
    fn regions_in_lines() {
        assert_eq!(
            names("(山西省)侯马市人民政府工作报告(2024年3月12日)"),
            ["侯马市"]
        );
        assert_eq!(
            names("——2024年4月22日在汾阳市第七届人民代表大会第五次会议上"),
            ["汾阳市"]
        );
        assert_eq!(names("在第五届全国人民代表大会第二次会议上"), ["国家"]);
        assert_eq!(names("2025年宁夏政府工作报告"), ["宁夏回族自治区"]);
        assert_eq!(
            names("在黔东南州第十五届人民代表大会第四次会议上"),
            ["黔东南苗族侗族自治州"]
        );
        assert_eq!(names("大通县政府工作报告"), ["大通回族土族自治县"]);
        assert_eq!(names("在市十四届人大一次会议上"), [] as [&str; 0]);
        assert!(names("鼓楼区人民政府工作报告").len() > 1);
        assert_eq!(names("南京市鼓楼区人民政府工作报告").len(), 1);
    }
}
