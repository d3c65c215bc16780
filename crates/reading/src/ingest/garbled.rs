//! Whether a text is garbled: decoded with the wrong table somewhere before it came here.
//!
//! In: the clean paragraphs. Out: the words that show it, or nothing. What is looked for: UTF-8 read as Latin-1 (å®‰å),
//! UTF-8 read as GBK (鏀垮簻), 锟斤拷, UTF-7 (+MAAwAFuJ), and runs of `?` or U+FFFD where text was.

use super::join::Paragraph;
use super::line::is_han;
use crate::char_set::CharSet;
use std::sync::LazyLock;

/// Characters that make up a good part of any Chinese text of some length, in both scripts.
const COMMON: &str = "的一是在了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严國發會經濟業產務為個實現進這與開設農們對動時來過發點";

static IS_COMMON: LazyLock<CharSet> = LazyLock::new(|| CharSet::of(COMMON.chars()));

/// So much of a text is looked at: damage of this kind runs through the whole.
const BYTES_MAX: usize = 60_000;

/// The words that show that a text is garbled.
pub(super) fn garbled(paragraphs: &[Paragraph]) -> Option<&str> {
    let (mut n_han, mut n_latin, mut n_lost, mut n_common, mut n_all) = (0, 0, 0, 0, 0_usize);
    let mut n_kun = 0;
    let common = &*IS_COMMON;
    let mut n_bytes = 0;
    for paragraph in paragraphs {
        n_bytes += paragraph.text.len();
        if n_bytes > BYTES_MAX && n_all > 0 {
            break;
        }
        n_kun += paragraph.text.matches("锟斤").count();
        for c in paragraph.text.chars() {
            n_all += 1;
            match c {
                '\u{80}'..='\u{ff}' if !matches!(c, '·' | '×' | '°' | '±' | '²' | '³') => {
                    n_latin += 1
                }
                '\u{fffd}' | '?' => n_lost += 1,
                c if is_han(c) => {
                    n_han += 1;
                    n_common += usize::from(common.has(c));
                }
                _ => {}
            }
        }
    }
    /// A shorter text says too little of how its characters are spread.
    const HAN_MIN: usize = 200;
    let is_latin = n_latin >= 30 && n_latin * 4 >= n_all;
    let is_lost = n_lost >= 30 && n_lost * 3 >= n_han + n_lost;
    let is_uncommon = n_han >= HAN_MIN && n_common * 4 < n_han;
    let is_garbled = is_latin || is_lost || is_uncommon || n_kun >= 3 || is_utf7(paragraphs, n_han);
    is_garbled.then(|| {
        paragraphs
            .first()
            .map_or("", |paragraph| paragraph.text.as_str())
    })
}

/// How many characters of a text stand for ones that were lost: U+FFFD, the 〓 of printers and of pages of PDF, runs of `?`
/// where a converter had no sign, □ inside a word. One `?` may ask, and boxes to tick stand beside a word.
pub(super) fn n_lost(text: &str) -> usize {
    let mut n_lost = 0;
    let chars: Vec<char> = text.chars().collect();
    let runs = chars.chunk_by(|a, b| a == b || is_foreign(*a) && is_foreign(*b));
    let mut at = 0_usize;
    for run in runs {
        let before = at.checked_sub(1).and_then(|before| chars.get(before));
        at += run.len();
        let is_inside = || {
            [before, chars.get(at)]
                .iter()
                .all(|c| c.is_some_and(|&c| is_han(c)))
        };
        n_lost += match run.first() {
            Some('\u{fffd}' | '〓') => run.len(),
            Some('?') if run.len() > 2 || run.len() == 2 && is_inside() => run.len(),
            Some('□') if is_inside() && !is_form(text) => run.len(),
            Some(c) if is_foreign(*c) && is_inside() => run.len(),
            _ => 0,
        };
    }
    n_lost
}

/// Signs that no font but one has, and those of machines: between Han characters they stand for one.
fn is_foreign(c: char) -> bool {
    let is_space = matches!(c, '\t' | '\n' | '\r');
    matches!(c, '\u{e000}'..='\u{f8ff}' | '■' | '▯') || c.is_control() && !is_space
}

/// Whether the boxes of a text are there to be ticked.
fn is_form(text: &str) -> bool {
    const CHOICES: [&str; 8] = ["□是", "□否", "是□", "否□", "□有", "有□", "□男", "男□"];
    CHOICES.iter().any(|choice| text.contains(choice))
}

/// Runs of Base64 behind a `+`, and no Han character.
fn is_utf7(paragraphs: &[Paragraph], n_han: usize) -> bool {
    const RUN_MIN: usize = 8;
    const RUNS_MIN: usize = 3;
    let runs = |paragraph: &Paragraph| {
        let parts = paragraph.text.split('+').skip(1);
        let run = |part: &&str| {
            let n = part
                .bytes()
                .take_while(|b| b.is_ascii_alphanumeric() || *b == b'/')
                .count();
            n >= RUN_MIN
        };
        parts.filter(run).count()
    };
    n_han == 0 && paragraphs.iter().map(runs).sum::<usize>() >= RUNS_MIN
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_question_and_a_box_to_tick_are_no_lost_characters() {
        for (text, n) in [
            ("推进专业镇建设。", 0),
            ("推进\u{fffd}业镇建设。", 1),
            ("推进???建设。", 3),
            ("推进??镇建设。", 2),
            ("推进□□镇建设。", 2),
            ("推进〓镇建设。", 1),
            ("推进\u{e123}\u{e124}镇建设。", 2),
            ("推进■■镇建设。", 2),
            ("■ 推进专业镇建设。", 0),
            ("推进\u{1a}业镇建设。", 1),
            ("怎么办?我们要干。真的吗??", 0),
            ("□ 已完成 □ 未完成", 0),
            ("是□否□有关单位", 0),
            ("□推进专业镇建设", 0),
        ] {
            assert_eq!(super::n_lost(text), n, "{text}");
        }
    }

    use super::*;
    use crate::ingest::extract::Mark;
    use crate::report::LineStart;

    fn is_garbled(text: &str) -> bool {
        garbled(&[Paragraph {
            text: text.to_owned(),
            lines: vec![LineStart { byte: 0, line: 1 }],
            mark: Mark::None,
        }])
        .is_some()
    }

    #[test]
    fn text_read_with_another_table_is_garbled() {
        let whole = "各位代表：现在，我代表县人民政府，向大会报告工作，请予审议，全县经济社会发展取得新的成绩。";
        assert!(!is_garbled(&whole.repeat(8)));
        let latin: String = whole.bytes().map(char::from).collect();
        assert!(is_garbled(&latin.repeat(3)));
        assert!(is_garbled(
            &"鏀垮簻宸ヤ綔鎶ュ憡鍚勪綅浠ｈ〃鐜板湪鎴戜唬琛ㄥ幙浜烘皯鏀垮簻".repeat(12)
        ));
        assert!(is_garbled("锟斤拷锟斤拷锟斤拷锟斤拷工作"));
        assert!(is_garbled(
            "+MAAwAFuJVAlTv2U/ +Xpxd5U9cYqVUSg +U7jiGhZJ08aeyxOCWshT"
        ));
        assert!(is_garbled(&"????工作????????".repeat(10)));
        assert!(!is_garbled(
            "会议????现在，我代表县人民政府报告工作，经济发展。"
        ));
        assert!(!is_garbled("C++ and +Java"));
    }
}
