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

/// Names of districts that are no more than kinds of them.
const KINDS_ALONE: [&str; 7] = ["新区", "城区", "郊区", "矿区", "市区", "东区", "西区"];

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

    /// The kind with which a short name goes on, 黔东南州 and 湘西自治州; where none of its meanings is of that kind, it goes on otherwise.
    fn kind_after(&self, text: &str) -> Option<char> {
        let after = text.get(self.to()..)?;
        let kind = after.strip_prefix("自治").unwrap_or(after).chars().next()?;
        let is_of_kind = |name: &Name| name.region.name().ends_with(kind);
        (KINDS.contains(&kind) && self.meanings.iter().any(is_of_kind)).then_some(kind)
    }

    /// Whether the place is named with its kind: 汾阳市, 黔东南州; 合作市场 names none.
    pub(super) fn has_kind(&self, text: &str) -> bool {
        let is_full = self.is_full() && !self.begins_word(text) && !self.ends_word(text);
        is_full || self.kind_after(text).is_some()
    }

    /// Whether the name is no more than a kind of district (新区, 城区) that stands behind no city which has one: 天府新区,
    /// 老城区.
    pub(super) fn is_kind_alone(&self, text: &str) -> bool {
        let before = text.get(..self.from).unwrap_or("");
        let stands_behind =
            |above: Region| before.ends_with(above.name()) || before.ends_with(above.short_name());
        let mut above = self
            .meanings
            .iter()
            .flat_map(|name| name.region.upwards().skip(1));
        KINDS_ALONE.contains(&self.name) && !above.any(stands_behind)
    }

    /// Whether the name is only the end of another: 天府新区.
    fn ends_word(&self, text: &str) -> bool {
        let before = text.get(..self.from).unwrap_or("");
        before.ends_with(is_han) && !before.ends_with(['年', '在']) && self.is_kind_alone(text)
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
        let is_followed = AFTER.iter().any(|word| after.starts_with(word));
        is_followed && !self.ends_word(text) || after.is_empty() && text == self.name
    }

    /// Whether the name is the beginning of that of a zone (汾阳市开发区), a township or a street (汾阳市杏花村镇人民政府), which
    /// are no regions of the table.
    fn begins_lesser(&self, text: &str) -> bool {
        let after = text.get(self.to()..).unwrap_or("");
        lesser_place_in(after).is_some()
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
            mention.has_kind(text) && !mention.begins_lesser(text)
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

/// The kind of district that a text names instead of one, where that is all that it says (矿区政府工作报告).
pub(super) fn kind_alone_in(text: &str, meanings: &[Name]) -> Option<&'static str> {
    let kind = meanings.first()?.name;
    let mut mentions = mentions_in(text).into_iter();
    let is_alone = |mention: Mention| mention.name != kind || mention.is_kind_alone(text);
    (KINDS_ALONE.contains(&kind) && mentions.all(is_alone)).then_some(kind)
}

/// The name of a zone, a township or a street with which a text begins, where its government or assembly follows:
/// 杏花村镇人民政府, 经济技术开发区管委会, 猎德街道办事处.
pub(super) fn lesser_place_in(text: &str) -> Option<&str> {
    const NAME_CHARS_MAX: usize = 12;
    const KINDS: [&str; 15] = [
        "建设兵团",
        "开发区",
        "园区",
        "高新区",
        "保税区",
        "示范区",
        "度假区",
        "管理区",
        "新区",
        "镇",
        "乡",
        "街道办事处",
        "街道",
        "苏木",
        "农场",
    ];
    const AFTER: [&str; 11] = [
        "人民政府",
        "政府",
        "管委会",
        "管理委员会",
        "办事处",
        "工作报告",
        "工作会议",
        "党工委",
        "第",
        "人民代表大会",
        "20",
    ];
    let end = text
        .char_indices()
        .take(NAME_CHARS_MAX + 1)
        .find(|(_, c)| !is_han(*c))
        .map_or(text.len(), |(at, _)| at);
    let run = text.get(..end)?;
    let ends_name = |at: usize| {
        let kind = KINDS
            .iter()
            .find(|kind| text.get(at..).is_some_and(|rest| rest.starts_with(**kind)))?;
        let to = at + kind.len();
        let after = text.get(to..)?;
        let is_named = after.is_empty() || AFTER.iter().any(|word| after.starts_with(word));
        is_named.then_some(to)
    };
    let to = run
        .char_indices()
        .take(NAME_CHARS_MAX)
        .find_map(|(at, _)| ends_name(at))?;
    let name = text.get(..to)?;
    // The name of a region ends there as well: 上海市浦东新区.
    let is_region = mentions_in(name)
        .iter()
        .any(|mention| mention.to() == to && !mention.ends_word(name));
    (!is_region).then_some(name)
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
        assert_eq!(names("湘西自治州政府工作报告"), ["湘西土家族苗族自治州"]);
        assert_eq!(names("唐山市新区人民政府工作报告"), ["丰润区"]);
        for none in [
            "天府新区管委会工作报告",
            "汾阳市开发区工作报告",
            "芜湖市经济技术开发区管委会2024年工作报告",
            "汾阳市杏花村镇人民政府工作报告",
            "——2024年1月16日在昆山市周市镇第十九届人民代表大会第五次会议上",
            "天河区猎德街道办事处工作报告",
        ] {
            assert_eq!(names(none), [] as [&str; 0], "{none}");
        }
        assert_eq!(names("上海市浦东新区人民政府工作报告"), ["浦东新区"]);
        assert!(names("鼓楼区人民政府工作报告").len() > 1);
        assert_eq!(names("南京市鼓楼区人民政府工作报告").len(), 1);
    }
}
