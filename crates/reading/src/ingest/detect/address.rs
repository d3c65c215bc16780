//! For whom a report is given, in the speaker's own words: 我代表长沙市人民政府, 我代表县人民政府, 我代表国务院.
//!
//! In: the paragraphs. Out: the level for which the speaker speaks, and the words that name the region, if they do.
//! The sentence with which a report begins is asked first; where it names no region, the thanks at the end of the
//! review may (在此，我代表泰州市人民政府，向…). No vote of the body lifts a report above this level.

use super::mentions::lesser_place_in;
use super::speech::Speech;
use crate::ingest::join::Paragraph;
use crate::ingest::line::is_han;

/// In how many paragraphs the sentence with which a report begins is looked for.
const BEGINNING_PARAGRAPHS: usize = 60;

/// How many characters a name with its kind and term has at most: 第十三届黔东南苗族侗族自治州.
const NAME_CHARS_MAX: usize = 26;

/// What the speaker says of whom he speaks for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Address<'a> {
    /// The level.
    pub(super) speech: Speech,
    /// The words before 人民政府; no more than 市 or 自治州 where they name no region.
    pub(super) of: &'a str,
    /// The sentence, from 我 on.
    pub(super) words: &'a str,
    /// Its line in the raw file.
    pub(super) line: Option<u32>,
    /// Whether it is the sentence that presents the report.
    reports: bool,
}

impl Address<'_> {
    /// Whether the words can name a region, and not only a kind of region.
    pub(super) fn can_name(&self) -> bool {
        const KINDS: [&str; 19] = [
            "地区",
            "新区",
            "林区",
            "特区",
            "全市",
            "全县",
            "本市",
            "我市",
            "我县",
            "城区",
            "郊区",
            "矿区",
            "市区",
            "全区",
            "本区",
            "我区",
            "园区",
            "高新区",
            "开发区",
        ];
        let n_chars = self.of.chars().count();
        self.speech == Speech::Nation
            || n_chars > 3
            || n_chars > 1 && !self.of.starts_with("自治") && !KINDS.contains(&self.of)
    }
}

/// For whom the speaker speaks, if he says so.
pub(super) fn address_of(paragraphs: &[Paragraph]) -> Option<Address<'_>> {
    let all = || paragraphs.iter().flat_map(addresses_in);
    let beginning = paragraphs.iter().take(BEGINNING_PARAGRAPHS);
    let first = (beginning
        .flat_map(addresses_in)
        .find(|address| address.reports))
    .or_else(|| all().next())?;
    if first.can_name() {
        return Some(first);
    }
    let named = all().find(|other| other.speech == first.speech && other.can_name());
    Some(named.unwrap_or(first))
}

/// All such sentences of a paragraph.
fn addresses_in(paragraph: &Paragraph) -> impl Iterator<Item = Address<'_>> {
    let text = paragraph.text.as_str();
    let line = paragraph.lines.first().map(|start| start.line);
    let represented = text
        .match_indices("代表")
        .filter_map(move |(at, word)| Some((self_before(text, at)?, at + word.len())));
    // 受市人民政府委托，向大会报告工作.
    let entrusted = text.match_indices('受').filter_map(move |(at, word)| {
        let rest = text.get(at..)?;
        let end = rest.find("委托").filter(|end| *end <= 60)?;
        rest.get(end..)?
            .contains("报告")
            .then_some((at, at + word.len()))
    });
    represented
        .chain(entrusted)
        .filter_map(move |(from, name_from)| address_at(text, from, name_from, line))
}

/// Where 我 stands right before 代表 (我谨代表, 我受委托代表), if it does; 受市长委托，代表市政府 is as much.
fn self_before(text: &str, at: usize) -> Option<usize> {
    const CHARS_MAX: usize = 5;
    let before = text.get(..at)?;
    if before.ends_with("委托，") || before.ends_with("委托") {
        return Some(at);
    }
    let near = before.char_indices().rev().take(CHARS_MAX);
    near.take_while(|(_, c)| is_han(*c))
        .find(|(_, c)| *c == '我')
        .map(|(at, _)| at)
}

fn address_at(text: &str, from: usize, name_from: usize, line: Option<u32>) -> Option<Address<'_>> {
    let rest = text.get(name_from..)?;
    let words = text.get(from..)?;
    let reports_after = |after: &str| {
        let near: String = after.chars().take(40).collect();
        let sentence = near.split('。').next().unwrap_or("");
        ["报告", "汇报"].iter().any(|word| sentence.contains(word))
    };
    for council in ["国务院", "中央人民政府", "政务院"] {
        if let Some(after) = rest.strip_prefix(council) {
            let (speech, of) = (Speech::Nation, council);
            let reports = reports_after(after);
            return Some(Address {
                speech,
                of,
                words,
                line,
                reports,
            });
        }
    }
    let (end, office) = first_office(rest)?;
    let named = rest.get(..end)?;
    if named.chars().count() > NAME_CHARS_MAX || named.contains(['，', '。', '；', '！', ',']) {
        return None;
    }
    // 我代表市委、市人民政府 and 我代表第十三届县人民政府.
    let of = named.rsplit(['、', '届']).next().unwrap_or(named);
    let of = if of.is_empty() {
        named.split('第').next()?
    } else {
        of
    };
    let speech = speech_of(of, office)?;
    let reports = reports_after(rest.get(end..)?);
    Some(Address {
        speech,
        of,
        words,
        line,
        reports,
    })
}

/// The first word for a government, and where it begins.
fn first_office(rest: &str) -> Option<(usize, &'static str)> {
    [
        "人民政府",
        "政府",
        "行政公署",
        "行署",
        "管委会",
        "管理委员会",
        "办事处",
    ]
    .into_iter()
    .filter_map(|office| Some((rest.find(office)?, office)))
    .min_by_key(|(at, _)| *at)
}

/// The level of what stands before 人民政府.
fn speech_of(of: &str, office: &str) -> Option<Speech> {
    match office {
        "行政公署" | "行署" => return Some(Speech::Prefecture),
        "管委会" | "管理委员会" | "办事处" => return Some(Speech::Township),
        _ => {}
    }
    if of.ends_with("自治区") {
        return Some(Speech::Province);
    }
    if lesser_place_in(of).is_some() {
        return Some(Speech::Township);
    }
    if of.ends_with("地区") {
        return Some(Speech::Prefecture);
    }
    Some(match of.chars().next_back()? {
        '县' | '旗' => Speech::County,
        '区' => Speech::District,
        '市' => Speech::City,
        '州' | '盟' => Speech::Prefecture,
        '省' => Speech::Province,
        '镇' | '乡' => Speech::Township,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::extract::Mark;
    use crate::report::LineStart;

    fn address(texts: &[&str]) -> Option<(Speech, String)> {
        let paragraph = |text: &&str| Paragraph {
            text: (*text).to_owned(),
            lines: vec![LineStart { byte: 0, line: 1 }],
            mark: Mark::None,
        };
        let paragraphs: Vec<Paragraph> = texts.iter().map(paragraph).collect();
        address_of(&paragraphs).map(|address| (address.speech, address.of.to_owned()))
    }

    #[test]
    fn the_speaker_says_for_whom_he_speaks() {
        for (text, speech, of) in [
            (
                "现在，我代表无锡市人民政府，向大会报告工作，请予审议。",
                Speech::City,
                "无锡市",
            ),
            (
                "现在，我代表徐水县人民政府向大会报告工作",
                Speech::County,
                "徐水县",
            ),
            (
                "现在，我代表国务院，向大会报告政府工作",
                Speech::Nation,
                "国务院",
            ),
            (
                "各位代表：现在，我代表市人民政府，向大会报告工作",
                Speech::City,
                "市",
            ),
            (
                "我代表自治区人民政府，向大会报告工作",
                Speech::Province,
                "自治区",
            ),
            (
                "我代表黔东南州人民政府向大会报告工作",
                Speech::Prefecture,
                "黔东南州",
            ),
            ("下面，我代表行署作工作报告", Speech::Prefecture, ""),
            (
                "我代表县第十五届人民政府向大会报告工作",
                Speech::County,
                "县",
            ),
            ("受区人民政府委托，现将工作报告如下", Speech::District, "区"),
            ("我受市长委托，代表市政府报告工作", Speech::City, "市"),
            ("我代表中共某市委、市人民政府向大会报告", Speech::City, "市"),
            ("我代表镇人民政府，向大会报告工作", Speech::Township, "镇"),
            ("我代表街道办事处，向大会报告工作", Speech::Township, "街道"),
            (
                "我代表芜湖经济技术开发区人民政府，向大会报告工作",
                Speech::Township,
                "芜湖经济技术开发区",
            ),
            (
                "我代表浦东新区人民政府，向大会报告工作",
                Speech::District,
                "浦东新区",
            ),
        ] {
            assert_eq!(address(&[text]), Some((speech, of.to_owned())), "{text}");
        }
        for text in [
            "常态化邀请人大代表和政协委员列席市政府常务会",
            "市长某某代表市人民政府向大会报告工作",
            "我代表政府报告工作",
            "我代表全体委员，对政府工作表示满意",
        ] {
            assert_eq!(address(&[text]), None, "{text}");
        }
    }

    #[test]
    fn the_thanks_name_the_region_where_the_beginning_does_not() {
        let texts = [
            "现在，我代表市人民政府向大会报告工作。",
            "在此，我代表泰州市人民政府，向全市人民表示衷心的感谢！",
        ];
        assert_eq!(address(&texts), Some((Speech::City, "泰州市".to_owned())));
    }
}
