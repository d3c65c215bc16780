//! How a body speaks of its own region: 我县, 全市, 汾阳人民, 驻吕部队.
//!
//! In: a paragraph, or what stands around the name of a place. Out: votes for the level from which the body speaks, the
//! weight of words that a report says of its own region alone, and the characters that stand for garrisons.

use super::mentions::Mention;
use crate::ingest::join::Paragraph;
use crate::ingest::line::is_han;
use crate::region::{self, Level, Name, NameKind, Region};
use memchr::memmem::Finder;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

/// Words after a name with which a report speaks of its own region.
#[rustfmt::skip]
const SELF_AFTER: &[(&str, u32)] = &[
    ("高质量发展", 3), ("人民", 2), ("儿女", 3), ("经济社会", 3), ("篇章", 3), ("新篇章", 3),
    ("崭新篇章", 3), ("实践", 2), ("路径", 2), ("建设", 1), ("发展", 2), ("振兴", 2), ("速度", 2),
    ("“加速度”", 3), ("大地", 2), ("新局面", 3), ("迈出", 2), ("力量", 2), ("答卷", 3), ("转型", 1),
    ("现代化建设", 3), ("开放", 1), ("品牌", 1), ("事业", 2), ("广大干部", 3), ("行动", 1),
    ("各项", 1), ("这片热土", 3), ("实现", 1), ("历史", 1), ("形象", 2), ("的历史", 2),
    ("的发展", 2), ("的未来", 3),
];

/// Words before a name with which a report speaks of its own region.
#[rustfmt::skip]
const SELF_BEFORE: &[(&str, u32)] = &[
    ("建设美丽", 2), ("美丽幸福", 3), ("幸福", 1), ("美丽", 1), ("平安", 2), ("健康", 2),
    ("数字", 2), ("法治", 2), ("文明", 1), ("大美", 2), ("富裕", 1), ("英雄的", 2), ("现代化", 2),
    ("中国式现代化", 3), ("新时代", 2), ("谱写", 2), ("关心支持", 3), ("支持", 1), ("我们", 1),
    ("清廉", 2), ("诚信", 2), ("书香", 2), ("活力", 1), ("魅力", 1), ("实力", 1), ("绿色", 1),
    ("智慧", 1), ("品质", 1), ("创新", 1), ("开放", 1), ("和谐", 1), ("让", 1), ("成为", 0),
];

/// What each level calls itself, and what a place of it weighs. Every paragraph is searched for all of them, which was a tenth
/// of the time of an index when each search was prepared anew.
static LEVEL_WORDS: LazyLock<[Vec<(Finder<'static>, u32)>; 5]> = LazyLock::new(|| {
    const WORDS: [&[(&str, u32)]; 5] = [
        &[
            ("我县", 3),
            ("全县", 2),
            ("县委", 1),
            ("我旗", 3),
            ("全旗", 2),
            ("旗委", 1),
            ("县人民政府", 3),
            ("县政府", 1),
        ],
        &[
            ("我区", 3),
            ("全区", 2),
            ("区委", 1),
            ("区人民政府", 3),
            ("区政府", 1),
        ],
        &[
            ("我市", 3),
            ("全市", 2),
            ("市委", 1),
            ("代表市人民政府", 6),
            ("市政府", 1),
        ],
        &[
            ("我州", 3),
            ("全州", 2),
            ("州委", 1),
            ("州政府", 1),
            ("州人民政府", 3),
            ("我盟", 3),
            ("全盟", 2),
            ("盟委", 1),
            ("行署", 2),
            ("地委", 1),
            ("全地区", 2),
        ],
        &[
            ("我省", 3),
            ("全省", 2),
            ("省委", 1),
            ("代表省人民政府", 6),
            ("省政府", 1),
        ],
    ];
    let finder = |(word, weight): &(&'static str, u32)| (Finder::new(*word), *weight);
    WORDS.map(|words| words.iter().map(finder).collect())
});

/// Which level a body speaks from.
#[derive(Default)]
pub(super) struct LevelVotes {
    votes: [u32; 5],
    /// How often 自治区 is said, and how often 区委, which is a district's.
    n_autonomous: usize,
    n_district_committees: usize,
}

/// In a text that says this so often, 全区 is the autonomous region.
const N_AUTONOMOUS_MIN: usize = 4;

/// A level of speech: 我镇, 我县, 我区, 我市, 我州, 我省; and that of the State Council.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Speech {
    /// A township, a street or a zone: none of them is in the table of regions.
    Township,
    County,
    District,
    City,
    Prefecture,
    Province,
    Nation,
}

/// All names, of today and of former years, by region: a report of 徐水县 is one of today's 徐水区.
static FORMER: LazyLock<HashMap<Region, Vec<&'static str>>> = LazyLock::new(|| {
    let mut names: HashMap<Region, Vec<&'static str>> = HashMap::new();
    for name in region::names().filter(|name| name.kind == NameKind::Former) {
        names.entry(name.region).or_default().push(name.name);
    }
    names
});

impl Speech {
    /// Whether a region can speak so under the name that it bears today.
    pub(super) fn admits(self, region: Region) -> bool {
        self.admits_name(region, region.name())
    }

    /// Whether a region can speak so under the name that was read, or, where that was a short one, under any that it bore.
    pub(super) fn admits_as(self, name: &Name) -> bool {
        let former = || FORMER.get(&name.region).into_iter().flatten();
        match name.kind {
            NameKind::Full | NameKind::Former if name.region != Region::NATION => {
                self.admits_name(name.region, name.name)
            }
            _ => {
                self.admits_name(name.region, name.region.name())
                    || former().any(|name_then| self.admits_name(name.region, name_then))
            }
        }
    }

    fn admits_name(self, region: Region, name: &str) -> bool {
        let level = region.level();
        match self {
            Speech::Township => false,
            Speech::County => level == Level::County && name.ends_with(['县', '旗']),
            Speech::District => level == Level::County && name.ends_with('区'),
            Speech::City => name.ends_with('市'),
            Speech::Prefecture => {
                level == Level::Prefecture
                    && (name.ends_with(['州', '盟']) || name.ends_with("地区"))
            }
            Speech::Province => level == Level::Province && !name.ends_with('市'),
            Speech::Nation => region == Region::NATION,
        }
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Speech::Township => "全镇",
            Speech::County => "全县",
            Speech::District => "全区",
            Speech::City => "全市",
            Speech::Prefecture => "全州",
            Speech::Province => "全省",
            Speech::Nation => "全国",
        }
    }
}

impl LevelVotes {
    pub(super) fn of(paragraphs: &[Paragraph]) -> LevelVotes {
        let mut votes = LevelVotes::default();
        for paragraph in paragraphs {
            votes.count(&paragraph.text);
        }
        votes
    }

    pub(super) fn count(&mut self, text: &str) {
        for (slot, words) in self.votes.iter_mut().zip(LEVEL_WORDS.iter()) {
            for (word, weight) in words {
                let n = word.find_iter(text.as_bytes()).count();
                *slot += weight * u32::try_from(n).unwrap_or(0);
            }
        }
        self.n_autonomous += text.matches("自治区").count();
        self.n_district_committees +=
            text.matches("区委").count() - text.matches("自治区委").count();
    }

    /// The lowest level that speaks enough: a report compares itself with what lies above it (居全省第一), and
    /// hardly ever speaks for what lies below.
    pub(super) fn winner(&self) -> Option<Speech> {
        /// Fewer votes than this are said in passing.
        const VOTES_MIN: u32 = 6;
        /// How many times more a level above may speak.
        const ABOVE_MAX: u32 = 5;
        let [county, mut district, city, prefecture, mut province] = self.votes;
        // 全区 is said by a district and by an autonomous region, and in every city of one.
        if self.n_autonomous >= N_AUTONOMOUS_MIN && self.n_autonomous > self.n_district_committees {
            province += std::mem::take(&mut district);
        }
        let above_county = city.max(prefecture).max(province);
        if county >= VOTES_MIN && county * 2 >= above_county && county >= district {
            return Some(Speech::County);
        }
        if district >= VOTES_MIN && district * 2 >= above_county {
            return Some(Speech::District);
        }
        let above_city = province.max(district);
        if city.max(prefecture) >= VOTES_MIN && city.max(prefecture) * ABOVE_MAX >= above_city {
            return Some(if city >= prefecture {
                Speech::City
            } else {
                Speech::Prefecture
            });
        }
        if province >= VOTES_MIN {
            return Some(Speech::Province);
        }
        (district >= VOTES_MIN).then_some(Speech::District)
    }
}

/// How much the words around a place tell that it is the region of the report, and the words.
pub(super) fn own_words(text: &str, mention: &Mention) -> (u32, Option<String>) {
    let before = text.get(..mention.from).unwrap_or("");
    let after = text.get(mention.to()..).unwrap_or("");
    let mut weight = 0;
    let mut words = None;
    let heaviest = |words: &[(&'static str, u32)], fits: &dyn Fn(&str) -> bool| {
        words
            .iter()
            .filter(|(word, _)| fits(word))
            .max_by_key(|(_, weight)| *weight)
            .copied()
    };
    if let Some((word, more)) = heaviest(SELF_AFTER, &|word| after.starts_with(word)) {
        weight += more;
        words = Some(format!("{}{word}", mention.name));
    }
    if let Some((word, more)) = heaviest(SELF_BEFORE, &|word| before.ends_with(word)) {
        weight += more;
        words.get_or_insert_with(|| format!("{word}{}", mention.name));
    }
    (weight, words)
}

/// How often troops and offices are named by one character of the region where they stand.
#[derive(Default)]
pub(super) struct Garrisons(BTreeMap<char, u32>);

impl Garrisons {
    /// 驻吕部队 and 驻吕单位 name the region by one character.
    pub(super) fn count(&mut self, text: &str) {
        const WHO: [&str; 7] = ["部队", "单位", "官兵", "解放军", "武警", "中央", "军"];
        for (at, _) in text.match_indices('驻') {
            let rest = text.get(at + '驻'.len_utf8()..).unwrap_or("");
            let mut chars = rest.chars();
            if let Some(c) = chars.next()
                && is_han(c)
                && WHO.iter().any(|word| chars.as_str().starts_with(word))
            {
                *self.0.entry(c).or_insert(0) += 1;
            }
        }
    }

    /// How often a character of the region's name stands for it.
    pub(super) fn of(&self, region: Region) -> u32 {
        let counts = region.short_name().chars().filter_map(|c| self.0.get(&c));
        counts.max().copied().unwrap_or(0)
    }

    /// The first character of the region's name that stands for it.
    pub(super) fn character(&self, region: Region) -> Option<char> {
        let mut chars = region.short_name().chars();
        chars.find(|c| self.0.contains_key(c))
    }
}
