//! Lines → clean text: one logical paragraph after another, repaired, never reworded.
//!
//! In: the lines of a file with their marks read. Out: `CleanText`, whose paragraphs hold the
//! text of the report alone, and what the page said beside it. [`RULES`] names every rule in the
//! order in which they work, with its reason and with examples that a test runs.
//! Look-alikes, half-width commas and traditional characters stay as they are: mapping is for `fold`.
//!
//! # Invariants
//!
//! - Nothing invented, nothing lost in silence: the Han characters of the paragraphs and of the
//!   notes, in order of their lines, are those of the file.
//! - No paragraph is empty, none holds a control character or a line break.
//! - Cleaning clean text changes nothing.

#[cfg(test)]
use super::extract::Mark;
use super::extract::{Line, is_invisible};
use super::furniture::{self, Surroundings};
use super::join::{self, Paragraph};
use super::line::is_wide;
use super::raised;
use regex::Regex;
use std::borrow::Cow;
use std::sync::LazyLock;

/// A rule of repair: what it is called in notes and reviews, and why it is there.
#[derive(Debug)]
pub struct Rule {
    /// The name, as notes give it.
    pub name: &'static str,
    /// What it does and why; the samples that forced it.
    pub reason: &'static str,
    /// A report outside the samples where it fires, and on what.
    pub fires: &'static str,
    /// A report where it must not fire, and on what.
    pub spares: &'static str,
    /// Text before, paragraphs after (one a line).
    pub examples: &'static [(&'static str, &'static str)],
    /// Whether it takes text away, so that a note holds what it took.
    pub removes: bool,
}

/// The rule by which what stands twice is counted once.
pub(super) const SECOND_COPY: &str = "second-copy";

/// The rules, in the order in which they work: marks of the file first, then spaces, then what the
/// page put around the report, then broken lines.
pub static RULES: &[Rule] = &[
    Rule {
        name: "markdown-mark",
        reason: "`#`, `**` and escapes are a converter's, not the report's; a heading mark decides the structure.",
        fires: "the laws in Markdown that come beside reports (`# 中华人民共和国…法`); no report outside the samples is Markdown",
        spares: "`# 公务员遴选` under 标签： in 保定市 2020 is a tag of the site and goes with its footer",
        examples: &[
            (
                "## 2024年工作安排\n\n**“压舱石”**作用凸显。",
                "2024年工作安排\n“压舱石”作用凸显。",
            ),
            (
                "加快升级。**加快完善配套。**与汾酒共建。",
                "加快升级。\n加快完善配套。与汾酒共建。",
            ),
        ],
        removes: false,
    },
    Rule {
        name: "image",
        reason: "An image in Markdown is not text; what its label says goes to the notes.",
        fires: "none outside the samples",
        spares: "［26］ and [40] in 保定市 2021 are footnote marks and stay",
        examples: &[(
            "各位代表：\n![会议现场](a/b.jpg)\n现在报告工作。",
            "各位代表：\n现在报告工作。",
        )],
        removes: true,
    },
    Rule {
        name: "link-target",
        reason: "Of a link in Markdown the label is text and the address is not.",
        fires: "none outside the samples",
        spares: "[1]“专精特新” in 保定市 2022 is no link and stays",
        examples: &[("见[公报](https://a.b/公报.html)。", "见公报。")],
        removes: true,
    },
    Rule {
        name: "one-line",
        reason: "A scrape that kept the report on one line left two ideographic spaces as its only paragraph \
                 marks; `\\r\\n` written out is a line end that was escaped once too often.",
        fires: "国家 2000, where paragraphs stand on one line with two ideographic spaces between",
        spares: "国家 1954, whose lines begin with two ideographic spaces and hold none inside",
        examples: &[(
            "各位代表：\\r\\n\\r\\n现在，我代表市人民政府报告工作。",
            "各位代表：\n现在，我代表市人民政府报告工作。",
        )],
        removes: false,
    },
    Rule {
        name: "head-gap",
        reason: "A head and its text on one line, parted by a space, are two (河北省 2005: 二、2005年主要任务 今年是…).",
        fires: "河北省 2005 (二、2005年主要任务 今年是…) and 国家 1987 (三、深入改革经济体制和扩大对外开放 国民经济的…)",
        spares: "国家 2010, whose heads stand alone",
        examples: &[(
            "二、2005年主要任务 今年是全面实现“十五”计划目标、衔接“十一五”发展的重要一年，也是实现“第一个翻番”的关键一年，做好今年的工作至关紧要。",
            "二、2005年主要任务\n今年是全面实现“十五”计划目标、衔接“十一五”发展的重要一年，也是实现“第一个翻番”的关键一年，做好今年的工作至关紧要。",
        )],
        removes: false,
    },
    Rule {
        name: "invisible",
        reason: "Zero-width characters, soft hyphens and controls are left by editors; they show nothing and hide words. \
                 A soft hyphen between two digits is a hyphen of the font of a PDF.",
        fires: "国家 2021 and 2017 as one JSON object a line: U+200B in running text",
        spares: "国家 1954, where nothing is taken",
        examples: &[
            (
                "国\u{200b}内生产\u{ad}总值\u{feff}增长。",
                "国内生产总值增长。",
            ),
            ("2014\u{ad}2020年规划。", "2014-2020年规划。"),
        ],
        removes: false,
    },
    Rule {
        name: "subscript",
        reason: "`PM_{2.5}`, `PM~2.5~`, `PM$_{2.5}$` are markup for a lowered figure and read PM2.5 (新绛县 2023). \
                 A real \u{2082} stays; the fold maps it.",
        fires: "保定市 2022: “5000个”行动^[4]^",
        spares: "国家 1954, which has no markup; `~` as a range dash (5~10) stays",
        examples: &[
            (
                "对PM_{2.5}、PM\u{2081}\u{2080}、CO_2管控。",
                "对PM2.5、PM\u{2081}\u{2080}、CO2管控。",
            ),
            ("浓度PM~2.5~和$PM_{10}$下降。", "浓度PM2.5和PM10下降。"),
            ("战略目标^[1]^和实施^[2]^。", "战略目标[1]和实施[2]。"),
            (
                "10<sup>4</sup>亩，50m^{2}，四上<sup>[3]</sup>企业<sup>4</sup>。",
                "10\u{2074}亩，50m\u{b2}，四上[3]企业[4]。",
            ),
        ],
        removes: false,
    },
    Rule {
        name: "inner-space",
        reason: "Justified columns are spaced out (战 略), typesetters part Latin from Han (乡村 e 镇, 80 %); between \
                 two Latin words one space stays, and around the bar between two cells. Digits set one by one (1 9 9 8 年) are one number.",
        fires: "河北省 2003 (各 位代表！五年来) and 国家 1998 (1 9 9 8 年)",
        spares: "江西省 2025 and 重庆市 2025, whose Latin words keep the space between them",
        examples: &[
            ("战 略 ，流 调 溯 源 。", "战略，流调溯源。"),
            (
                "打造“绛州乡村 e 镇”，\u{3000}提供 7×24 小时 服务 。",
                "打造“绛州乡村e镇”，提供7×24小时服务。",
            ),
            (
                "1 9 9 8 年3 月5 日，Big  Data 发展。",
                "1998年3月5日，Big Data发展。",
            ),
            ("指标 | 2023年 |\u{3000}增长 8 %", "指标 | 2023年 | 增长8%"),
        ],
        removes: false,
    },
    Rule {
        name: "site-menu",
        reason: "What stands above the report down to the last word of a menu is the site's. Three menu words make a menu; \
                 one alone goes by itself (侯马市 2024: 导航菜单).",
        fires: "河北省 2001 (中国政府网 … 当前位置：首页 >> 领导之窗)",
        spares: "国家 1978, whose opening has no menu",
        examples: &[(
            "首页\n政务公开\n走进河北\n当前位置：首页 >> 政府工作报告\n政府工作报告\n各位代表：\n现在，我代表省人民政府报告工作。",
            "政府工作报告\n各位代表：\n现在，我代表省人民政府报告工作。",
        )],
        removes: true,
    },
    Rule {
        name: "site-summary",
        reason: "内容摘要： above the head repeats the beginning of the report, and would count it twice.",
        fires: "reports of counties that a collector's site saved with a summary (米易县 2022)",
        spares: "国家 1954, which has no summary; 摘要 in a title says that the report is abridged",
        examples: &[(
            "某县2024年政府工作报告\n内容摘要：\n政府工作报告（2022年1月24日在某县会议上）各位代表：现在，我代表县人民政府，向大会……\n政府工作报告\n各位代表：\n现在，我代表县人民政府报告工作。",
            "某县2024年政府工作报告\n政府工作报告\n各位代表：\n现在，我代表县人民政府报告工作。",
        )],
        removes: true,
    },
    Rule {
        name: "fact-bar",
        reason: "`来源：河北日报`, `发布时间：…` above the report are facts of the page. They help to place the report and are \
                 no words of it; the same words in a sentence of the body are.",
        fires: "河北省 2000 (来源URL：…), 云南省 2025 (来源：…日报)",
        spares: "国家 1955: 来源 in a sentence of the body stays",
        examples: &[(
            "政府工作报告\n来源：河北日报\n各位代表：\n我们深挖潜力来源：一是改革，二是开放。",
            "政府工作报告\n各位代表：\n我们深挖潜力来源：一是改革，二是开放。",
        )],
        removes: true,
    },
    Rule {
        name: "site-footer",
        reason: "From the first line of a footer after which no report follows: licence numbers, editors, comment forms, links.",
        fires: "河北省 2011 (（责任编辑：韩茜）, 编辑推荐 …), 保定市 2026",
        spares: "云南省 2025: 主办单位：省交通运输厅，各州、市人民政府 closes a task and is the report's own",
        examples: &[(
            "各位代表：\n让我们团结奋斗，扎实工作，为建设现代化新侯马作出新的更大贡献！\n（责任编辑：某某）\n版权所有\n留言与评论(共有 条评论)",
            "各位代表：\n让我们团结奋斗，扎实工作，为建设现代化新侯马作出新的更大贡献！",
        )],
        removes: true,
    },
    Rule {
        name: SECOND_COPY,
        reason: "A page saved with its print version below holds the report twice (河北省 2001), and every count would be double.",
        fires: "河北省 2001 to 2010 and 国家 1991, which hold the report twice",
        spares: "国家 1988, where no long line comes again",
        examples: &[(
            "各位代表：\n现在，我代表河北省人民政府，向大会作河北省国民经济和社会发展第十个五年计划纲要的报告，请各位代表连同纲要草案一并审议，请委员提出意见，提出意见，提出意见。\n\
             一、工作回顾\n网站地图\n各位代表：\n现在，我代表河北省人民政府，向大会作河北省国民经济和社会发展第十个五年计划纲要的报告，请各位代表连同纲要草案一并审议，请委员提出意见，提出意见，提出意见。\n\
             一、工作回顾",
            "各位代表：\n现在，我代表河北省人民政府，向大会作河北省国民经济和社会发展第十个五年计划纲要的报告，请各位代表连同纲要草案一并审议，请委员提出意见，提出意见，提出意见。\n\
             一、工作回顾",
        )],
        removes: true,
    },
    Rule {
        name: "page-turn",
        reason: "（上接第一版） and (下转第三版) lead the reader of a newspaper on (吕梁市 2023, 代县 2024).",
        fires: "河北省 2010: （下转第二版）（上接第一版） within a line, where a scrape put two pages together",
        spares: "国家 2016: 版 in 出版 and 升级版 stands in sentences",
        examples: &[(
            "(上接第一版)人民群众的获得感增强。(下转第三版)",
            "人民群众的获得感增强。",
        )],
        removes: true,
    },
    Rule {
        name: "page-number",
        reason: "`- 12 -` and 第3页 between two halves of a sentence; a bare number only where several count up by one.",
        fires: "none at hand; PDF dumps have them",
        spares: "国家 2014: figures in the text are not alone on a line",
        examples: &[(
            "我们要加快推进新型城镇化建设，全面提升综合承\n— 12 —\n载力和辐射带动力。",
            "我们要加快推进新型城镇化建设，全面提升综合承载力和辐射带动力。",
        )],
        removes: true,
    },
    Rule {
        name: "share-bar",
        reason: "A line that consists of the words of a share-and-print bar and nothing else.",
        fires: "河北省 2004 (【 字体： 大 中 小 】, there within the menu)",
        spares: "国家 1988: 大中 in 大中型企业 stands in a sentence",
        examples: &[(
            "各位代表：\n【字体：大 中 小】 打印\n推广打印技术。",
            "各位代表：\n推广打印技术。",
        )],
        removes: true,
    },
    Rule {
        name: "photo-caption",
        reason: "A caption names its photographer (王正谱作政府工作报告。记者某某摄).",
        fires: "河北省 2018 (许勤作政府工作报告。记者孟宇光摄)",
        spares: "国家 1981, which has no photograph",
        examples: &[(
            "各位代表：\n图为会议现场。记者 某某 摄\n现在报告工作。",
            "各位代表：\n现在报告工作。",
        )],
        removes: true,
    },
    Rule {
        name: "running-head",
        reason: "The title again inside the report is the head of a printed page.",
        fires: "河北省 2006 (政府工作报告 between menu and report)",
        spares: "国家 1988: 政府工作报告 in 作政府工作报告，请予审议 is no line of its own",
        examples: &[(
            "政府工作报告\n各位代表：\n加快推进以县城为重要载体的城镇化建设，全力推进城镇组群和\n政府工作报告\n中心镇建设。",
            "政府工作报告\n各位代表：\n加快推进以县城为重要载体的城镇化建设，全力推进城镇组群和中心镇建设。",
        )],
        removes: true,
    },
    Rule {
        name: "broken-line",
        reason: "A line that breaks off inside a sentence goes on in the next, blank lines or a page end between them or not \
                 (汾阳市 2024: 增长 / 18.7%).",
        fires: "河北省 2018 (全国第一 / 。农村承包地)",
        spares: "国家 1964, whose long heads without a full stop stay apart from what follows",
        examples: &[(
            "一般公共预算收入完成32.4亿元，增长\n\n18.7%，总量全省第8。\n\n产业发展提质升级。",
            "一般公共预算收入完成32.4亿元，增长18.7%，总量全省第8。\n产业发展提质升级。",
        )],
        removes: false,
    },
    Rule {
        name: "dateline-two-lines",
        reason: "A dateline is broken before 第五次会议上, with or without a blank line (汾阳市 2024, 侯马市 2024).",
        fires: "every report wrapped at 17 or 22 characters in tests/wrapped.rs",
        spares: "河北省 2000: dateline, speaker and date follow each other line by line",
        examples: &[(
            "政府工作报告\n——2024年4月22日在汾阳市第七届人民代表大会\n第五次会议上\n汾阳市人民政府市长 贾永祥",
            "政府工作报告\n——2024年4月22日在汾阳市第七届人民代表大会第五次会议上\n汾阳市人民政府市长贾永祥",
        )],
        removes: false,
    },
    Rule {
        name: "column-text",
        reason: "In text wrapped at one width a paragraph ends where a line that closes a sentence has room left; where the \
                 indent is lost, the first line of the next is short by two characters (吕梁市 2023).",
        fires: "河北省 2024 and others as tests/wrapped.rs sets them at 17, 22, 35 and 40 characters",
        spares: "河北省 2024 as it is: one line a paragraph",
        examples: &[(
            "友，致以崇高的敬意和衷心的感谢！\n成绩属于过去，未来任重道远。当\n前，全市经济社会发展中仍存在不少问\n题和薄弱环节，主要表现在：新旧动能\n转换仍不够快，“一煤独大”的局面还未\n根本改变；经济下行压力仍然较大，国\n际国内能源与原材料市场还面临诸多\n不确定因素；城市功能仍不完善，辐射\n带动能力还有待增强；巩固拓展脱贫成\n果任务仍然繁重，民生领域还有不少短\n板 ；营 商 环 境 与 市 场 主 体 期 盼 仍 有 差\n距，干部作风和能力还需进一步提升。\n对于这些问题，我们将以更大力度、更\n实举措加快解决。\n二、2023年重点工作\n今年是全面贯彻落实党的二十大\n精神的开局之年，是实施“十四五”规划\n承上启下的关键之年。党的二十大擘",
            "友，致以崇高的敬意和衷心的感谢！\n成绩属于过去，未来任重道远。当前，全市经济社会发展中仍存在不少问题和薄弱环节，主要表现在：新旧动能转换仍不够快，“一煤独大”的局面还未根本改变；经济下行压力仍然较大，国际国内能源与原材料市场还面临诸多不确定因素；城市功能仍不完善，辐射带动能力还有待增强；巩固拓展脱贫成果任务仍然繁重，民生领域还有不少短板；营商环境与市场主体期盼仍有差距，干部作风和能力还需进一步提升。对于这些问题，我们将以更大力度、更实举措加快解决。\n二、2023年重点工作\n今年是全面贯彻落实党的二十大精神的开局之年，是实施“十四五”规划承上启下的关键之年。党的二十大擘",
        )],
        removes: false,
    },
    Rule {
        name: "heading-two-lines",
        reason: "A heading in larger type is broken short of the column (吕梁市 2023: 全面加强政府自 / 身建设).",
        fires: "the same wrapped reports",
        spares: "国家 2010, whose heads are whole",
        examples: &[(
            "积、一点点民生细节的改变，让发展的\n成果惠及千家万户，让群众的生活更加\n幸福美好！\n三、全面加强政府自\n身建设\n推动高质量发展，建设美丽幸福吕\n\
             梁，必须不断提升政府治理效能。我们\n将始终牢记“三个务必”，切实加强自身\n建设，让忠诚、法治、为民、务实、清廉成\n为全市政府系统的鲜明品格。\n\
             （一）坚持忠诚为魂。深入学习贯\n彻党的二十大精神，深刻领悟“两个确\n立”的决定性意义，增强“四个意识”，坚\n定“四个自信”，做到“两个维护”，不断\n提高政治判断力。",
            "积、一点点民生细节的改变，让发展的成果惠及千家万户，让群众的生活更加幸福美好！\n三、全面加强政府自身建设\n推动高质量发展，建设美丽幸福吕\
             梁，必须不断提升政府治理效能。我们将始终牢记“三个务必”，切实加强自身建设，让忠诚、法治、为民、务实、清廉成为全市政府系统的鲜明品格。\n\
             （一）坚持忠诚为魂。深入学习贯彻党的二十大精神，深刻领悟“两个确立”的决定性意义，增强“四个意识”，坚定“四个自信”，做到“两个维护”，不断提高政治判断力。",
        )],
        removes: false,
    },
    Rule {
        name: "link-word",
        reason: "A page with links inside its sentences leaves each on a line of its own (河北省 2001: 民主 / 法制 / 建设).",
        fires: "河北省 2001 (五、民主 / 法制 / 建设), 河北省 2021",
        spares: "国家 1988, whose short lines are heads",
        examples: &[(
            "一、工作回顾\n加强民主和法治的各项建设，推进依法治省的各项工作，适应加入世贸组织的新形势，搞好\n法制\n建设各项工作，支持\n人民政协\n\
             履行政治协商、民主监督和参政议政职能，认真听取各民主党派、工商联和无党派人士的意见，推行\n法制\n宣传。\n二、民主\n法制\n建设得到加强",
            "一、工作回顾\n加强民主和法治的各项建设，推进依法治省的各项工作，适应加入世贸组织的新形势，搞好法制建设各项工作，支持人民政协\
             履行政治协商、民主监督和参政议政职能，认真听取各民主党派、工商联和无党派人士的意见，推行法制宣传。\n二、民主法制建设得到加强",
        )],
        removes: false,
    },
];

/// The text of a file, repaired; made by [`clean`] alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct CleanText {
    paragraphs: Vec<Paragraph>,
}

impl CleanText {
    /// The paragraphs in order.
    #[cfg(test)]
    pub(crate) fn paragraphs(&self) -> &[Paragraph] {
        &self.paragraphs
    }

    /// The paragraphs, to be taken apart.
    pub(crate) fn into_paragraphs(self) -> Vec<Paragraph> {
        self.paragraphs
    }

    /// The text as a file that would be cleaned to the same: an indented line for each paragraph.
    #[cfg(test)]
    pub(crate) fn to_file(&self) -> String {
        let mut file = String::new();
        for paragraph in &self.paragraphs {
            file.push_str("\u{3000}\u{3000}");
            match paragraph.mark {
                Mark::Heading(level) => {
                    file.push_str(&"#".repeat(usize::from(level)));
                    file.push(' ');
                    file.push_str(&paragraph.text);
                }
                Mark::Bold => file.push_str(&format!("**{}**", paragraph.text)),
                Mark::None | Mark::RunIn | Mark::Whole => file.push_str(&paragraph.text),
            }
            file.push('\n');
        }
        file
    }
}

/// Lines → clean text and what the page said beside it.
pub(crate) fn clean(mut lines: Vec<Line>) -> (CleanText, Surroundings) {
    lines.retain_mut(|line| {
        normalise(&mut line.text);
        !line.text.is_empty()
    });
    let around = furniture::strip(&mut lines);
    let paragraphs = join::join(lines);
    debug_assert!(
        paragraphs
            .iter()
            .all(|paragraph| !paragraph.text.is_empty())
    );
    (CleanText { paragraphs }, around)
}

/// The rules that work inside a line: invisible characters, subscripts, spaces.
pub(crate) fn normalise(text: &mut String) {
    if memchr::memchr3(b'_', b'^', b'~', text.as_bytes()).is_some()
        || memchr::memchr2(b'$', b'<', text.as_bytes()).is_some()
    {
        read_subscripts(text);
    }
    if text.contains(SOFT_HYPHEN) {
        *text = with_hyphens_shown(text);
    }
    let needs_work = text
        .chars()
        .any(|c| c.is_whitespace() || is_invisible(c) || c.is_control());
    if needs_work {
        *text = without_spaces(text);
    }
}

/// Shown at the end of a line alone; but fonts of PDFs call their hyphen so.
const SOFT_HYPHEN: char = '\u{ad}';

/// A text with hyphens for soft ones between two digits: no line is broken there, so that it shows (2014-2020).
fn with_hyphens_shown(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let is_digit = |at: Option<usize>| {
        let c = at.and_then(|at| chars.get(at));
        c.is_some_and(char::is_ascii_digit)
    };
    let shown = |(at, &c): (usize, &char)| {
        let is_between = is_digit(at.checked_sub(1)) && is_digit(at.checked_add(1));
        if c == SOFT_HYPHEN && is_between {
            '-'
        } else {
            c
        }
    };
    chars.iter().enumerate().map(shown).collect()
}

/// Markup for lowered and raised figures, and the dollars around it.
static SUBSCRIPT: LazyLock<Regex> = LazyLock::new(|| {
    let figure = r"[0-9A-Za-z.+\-\u{2080}-\u{2089}]{1,6}";
    let pattern = format!(
        r"(?x)
          \$\\?(?:mathrm|text)?\{{?(?P<base>[A-Za-z]{{0,6}})\}}?[_^]\{{?(?P<dollar>{figure})\}}?\$
        | (?P<sub_base>[A-Za-z\)\]0-9])_\{{(?P<sub>{figure})\}}
        | (?P<plain_base>\b(?:PM|CO|SO|NO|NH|CH|O|H|N))_(?P<plain>[0-9.]{{1,4}})
        | (?P<tilde_base>[A-Za-z])~(?P<tilde>[0-9.]{{1,4}})~
        | \^(?P<note>\[[0-9]{{1,3}}\])\^
        | \^\{{(?P<raised>[0-9A-Za-z+\-]{{1,4}})\}}
        | <sub>(?P<tag>[0-9A-Za-z.+\-]{{1,6}})</sub>
        | <sup>(?P<sup>[^<>]{{1,12}})</sup>
        "
    );
    #[expect(
        clippy::unwrap_used,
        reason = "the pattern is constant and a test compiles it"
    )]
    Regex::new(&pattern).unwrap()
});

fn read_subscripts(text: &mut String) {
    // Each round shortens the text, so this ends; nested markup takes more than one.
    loop {
        let read = SUBSCRIPT.replace_all(text, |captures: &regex::Captures<'_>| {
            let raised = captures.name("sup").or_else(|| captures.name("raised"));
            if let (Some(raised), Some(whole)) = (raised, captures.get(0)) {
                let before = text.get(..whole.start()).unwrap_or_default();
                let before =
                    before.get(before.floor_char_boundary(before.len().saturating_sub(16))..);
                return raised::shown(before.unwrap_or_default(), raised.as_str());
            }
            captures
                .iter()
                .skip(1)
                .flatten()
                .map(|group| group.as_str())
                .collect::<String>()
        });
        match read {
            Cow::Borrowed(_) => return,
            Cow::Owned(read) => *text = read,
        }
    }
}

/// Soft hyphens between figures as hyphens: programs write them for the dash of 2014-2020, and nobody parts a number
/// into syllables.
fn hyphens_of(text: &str) -> Cow<'_, str> {
    const SOFT_HYPHEN: char = '\u{ad}';
    if !text.contains(SOFT_HYPHEN) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let after_figure = out.ends_with(|before: char| before.is_ascii_digit());
        let before_figure = chars.peek().is_none_or(char::is_ascii_digit);
        out.push(match c {
            SOFT_HYPHEN if after_figure && before_figure => '-',
            c => c,
        });
    }
    Cow::Owned(out)
}

/// A line without its invisible characters, and with spaces only between two Latin words.
fn without_spaces(text: &str) -> String {
    let text = hyphens_of(text);
    let mut out = String::with_capacity(text.len());
    let mut previous: Option<char> = None;
    let mut gap = false;
    // Digits in a row of the source that end at `previous`.
    let mut n_digits = 0_usize;
    let mut chars = text
        .chars()
        .filter(|&c| c.is_whitespace() || !(is_invisible(c) || c.is_control()))
        .peekable();
    while let Some(c) = chars.next() {
        if c.is_whitespace() {
            gap = true;
            continue;
        }
        if gap {
            if let Some(before) = previous {
                let next_ends = chars
                    .peek()
                    .is_none_or(|&next| !next.is_ascii_alphanumeric() && next != '.');
                let spaced_digits = n_digits == 1 && c.is_ascii_digit() && next_ends;
                let cell_bar = before == '|' || c == '|';
                if cell_bar
                    || is_narrow(before) && is_narrow(c) && !spaced_digits && !hugs(before, c)
                {
                    out.push(' ');
                }
            }
            gap = false;
            n_digits = 0;
        }
        n_digits = if c.is_ascii_digit() { n_digits + 1 } else { 0 };
        out.push(c);
        previous = Some(c);
    }
    out
}

/// Whether a space beside this character means something.
fn is_narrow(c: char) -> bool {
    !is_wide(c)
}

/// Whether no space belongs between the two: 80 %, `( a`, and the noughts of 二 ○ ○ 四.
fn hugs(before: char, after: char) -> bool {
    let is_circle = |c| matches!(c, '\u{25cb}' | '\u{25ef}' | '\u{3007}');
    is_circle(before) && is_circle(after)
        || matches!(after, ',' | '.' | ';' | ':' | '!' | '?' | ')' | ']' | '%')
        || matches!(before, '(' | '[')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Format;
    use crate::ingest::extract;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    fn cleaned(text: &str) -> CleanText {
        clean(extract::extract(text, Format::Text, &mut Vec::new())).0
    }

    fn paragraphs(text: &str) -> String {
        let clean = cleaned(text);
        let texts: Vec<&str> = clean.paragraphs().iter().map(|p| p.text.as_str()).collect();
        texts.join("\n")
    }

    #[test]
    fn a_soft_hyphen_between_figures_is_a_dash() {
        assert_eq!(
            paragraphs("纲要（2014\u{ad}2020年）的通\u{ad}知。"),
            "纲要（2014-2020年）的通知。"
        );
    }

    #[test]
    fn every_rule_does_what_its_examples_say() {
        for rule in RULES {
            for (before, after) in rule.examples {
                assert_eq!(paragraphs(before), *after, "rule {}", rule.name);
                let again = cleaned(before).to_file();
                assert_eq!(
                    paragraphs(&again),
                    *after,
                    "rule {}, cleaned twice",
                    rule.name
                );
            }
        }
    }

    #[test]
    fn rules_have_names_and_reasons() {
        let mut names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), RULES.len());
        assert!(RULES.iter().all(|rule| !rule.reason.is_empty()
            && !rule.fires.is_empty()
            && !rule.spares.is_empty()));
    }

    /// Pieces that hurt: Han, numbers of headings, marks, spaces and line ends of all kinds.
    fn hurtful() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            6 => prop::sample::select(vec![
                "发展", "工作", "的", "一", "二、", "三、", "（一）", "(二)", "1.", "12、", "第一，", "各位代表：", "各位代表！", "政府工作报告",
                "——2024年4月22日在汾阳市第七届人民代表大会", "第五次会议上", "附件", "名词解释", "今年", "增长", "18.7%", "２００１年", "3", "e", "Big",
                "（上接第一版）", "(下转第三版)", "- 12 -", "来源：", "首页", "打印", "责任编辑",
            ]).prop_map(str::to_owned),
            4 => prop::sample::select(vec![
                "。", "，", "、", "：", "；", "！", "“", "”", "（", "）", "《", "》", ",", ".", "%", "—", "…", "①", "×",
            ]).prop_map(str::to_owned),
            5 => prop::sample::select(vec![
                "\n", "\n\n", "\r\n", "\r", "\u{2028}", "\u{85}", "\u{c}", " ", "  ", "\u{3000}\u{3000}", "\t", "\u{a0}", "\u{200b}", "\u{feff}", "\u{ad}",
            ]).prop_map(str::to_owned),
            2 => prop::sample::select(vec![
                "**", "#", "# ", "## ", "_{2.5}", "PM", "~2~", "$", "<sub>2</sub>", "<p>", "[", "](", ")", "![", "\\", "|", "---", "\\r\\n",
            ]).prop_map(str::to_owned),
            1 => "[\\PC&&[^*#=\\-]]{1,4}",
            1 => "[\u{4e00}-\u{9fff}]{1,60}",
        ];
        prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
    }

    fn han(text: &str) -> impl Iterator<Item = char> + '_ {
        text.chars()
            .filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c))
    }

    /// The samples, and the real reports beside the tree where they are at hand.
    fn real_files() -> Vec<std::path::PathBuf> {
        let package = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let tree = package.ancestors().nth(2).expect("it stands in crates/");
        let beside = tree
            .ancestors()
            .skip(1)
            .map(|folder| folder.join("shared/data/reports"));
        let mut files = Vec::new();
        let folders = ["state-council-txt", "hebei-scrape-txt"]
            .iter()
            .flat_map(|name| {
                beside
                    .clone()
                    .map(|reports| reports.join(name))
                    .find(|folder| folder.is_dir())
            });
        for folder in std::iter::once(tree.join("corpus")).chain(folders) {
            for entry in std::fs::read_dir(folder).expect("the folder is readable") {
                files.push(entry.expect("the entry is readable").path());
            }
        }
        files.sort();
        files
    }

    #[test]
    fn cleaning_a_real_report_twice_is_cleaning_it_once() {
        for path in real_files() {
            let Ok(text) = std::fs::read_to_string(&path) else {
                continue;
            };
            let once = cleaned(&text);
            let twice = cleaned(&once.to_file());
            let texts = |clean: &CleanText| {
                clean
                    .paragraphs()
                    .iter()
                    .map(|p| p.text.clone())
                    .collect::<Vec<_>>()
            };
            for (first, second) in texts(&once).iter().zip(texts(&twice)) {
                assert_eq!(*first, second, "{}", path.display());
            }
            assert_eq!(
                once.paragraphs().len(),
                twice.paragraphs().len(),
                "{}",
                path.display()
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, rng_seed: RngSeed::Fixed(1949), failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_han_character_is_lost_or_made(text in hurtful()) {
            let mut notes = Vec::new();
            let lines = extract::extract(&text, Format::Text, &mut notes);
            let (clean, around) = clean(lines);
            let mut kept: Vec<char> = clean.paragraphs().iter().flat_map(|p| han(&p.text)).collect();
            kept.extend(notes.iter().chain(&around.notes).flat_map(|note| han(&note.text)));
            let mut raw: Vec<char> = han(&text).collect();
            kept.sort_unstable();
            raw.sort_unstable();
            prop_assert_eq!(kept, raw);
        }

        #[test]
        fn paragraphs_are_whole_lines(text in hurtful()) {
            for paragraph in cleaned(&text).paragraphs() {
                prop_assert!(!paragraph.text.is_empty());
                prop_assert!(!paragraph.text.chars().any(char::is_control), "{:?}", paragraph.text);
                prop_assert_eq!(paragraph.text.trim(), &paragraph.text);
                prop_assert_eq!(paragraph.lines.first().map(|start| start.byte), Some(0));
            }
        }

        #[test]
        fn cleaning_twice_is_cleaning_once(text in hurtful()) {
            // Markup that two lines make where they meet (a backslash, then a bracket) is read by
            // the second reading alone: that is extraction, not cleaning. Furniture is told by its
            // place in the file, which is another once the furniture is gone; real files below.
            let mut text = text;
            for word in ["责任编辑", "来源：", "首页", "打印", "（上接第一版）", "(下转第三版)", "- 12 -"] {
                text = text.replace(word, "");
            }
            let text = text.replace(['\\', '[', ']', '|', '!', '_', '~', '$', '<', '#'], "");
            let once = cleaned(&text);
            let twice = cleaned(&once.to_file());
            let texts = |clean: &CleanText| clean.paragraphs().iter().map(|p| p.text.clone()).collect::<Vec<_>>();
            prop_assert_eq!(texts(&once), texts(&twice));
        }
    }
}
