//! The places that a text names, and what each name can mean.
//!
//! In: a line, a path or a paragraph. Out: mentions of places, left to right, or the regions that the most
//! particular of them can mean.

use crate::ingest::line::is_han;
use crate::region::{self, Name, NameKind, Region};
use std::collections::HashMap;
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

    /// Whether the name is read as the place's own although it is short: 宁夏 before words of government, or alone.
    fn stands_for_government(&self, text: &str) -> bool {
        const AFTER: [&str; 10] = [
            "政府",
            "人民政府",
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
}

/// What the most particular place in a line can mean, places above it taken into account.
pub(super) fn regions_in(text: &str, forms: Forms) -> Vec<Name> {
    if names_nation(text) {
        return vec![nation()];
    }
    let mentions: Vec<Mention> = mentions_in(text)
        .into_iter()
        .filter(|mention| {
            mention.is_full() && !mention.begins_zone(text)
                || forms == Forms::FullAndShort && mention.stands_for_government(text)
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
    narrow(last.meanings.clone(), |name| {
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
fn nation() -> Name {
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
        assert_eq!(names("在市十四届人大一次会议上"), [] as [&str; 0]);
        assert!(names("鼓楼区人民政府工作报告").len() > 1);
        assert_eq!(names("南京市鼓楼区人民政府工作报告").len(), 1);
    }
}
