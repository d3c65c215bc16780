//! What kind of line is this? The recognisers that the steps of ingestion share.
//!
//! In: one line or paragraph, spaces already normalised. Out: small facts about it: how it is
//! numbered, whether its sentence is complete, whether it is a title, a dateline, a speaker.
//! They look at one line alone; what its neighbours mean for it is for the steps to decide.

/// Columns on a page or terminal: a Han character or full-width sign takes two.
pub(crate) fn columns_of(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

/// Whether a character takes two columns in Chinese type. Quotes and dashes are wide there.
pub(crate) fn is_wide(c: char) -> bool {
    matches!(c,
        '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}'
        | '\u{20000}'..='\u{3ffff}'
        | '\u{2014}' | '\u{2015}' | '\u{2018}'..='\u{201d}' | '\u{2026}' | '\u{2030}' | '\u{00b7}'
        | '\u{2160}'..='\u{217f}' | '\u{2460}'..='\u{24ff}')
}

/// Whether a character is a Han character.
pub(crate) fn is_han(c: char) -> bool {
    matches!(c,
        '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{3005}' | '\u{3007}'
        | '\u{2e80}'..='\u{2fdf}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether a character is a Chinese numeral as headings and years use them.
pub(crate) fn is_han_numeral(c: char) -> bool {
    matches!(
        c,
        '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十'
    )
}

/// The value of a digit in any of the three scripts that years are written in.
pub(crate) fn digit_value(c: char) -> Option<u32> {
    match c {
        '0'..='9' => c.to_digit(10),
        '\u{ff10}'..='\u{ff19}' => Some(u32::from(c) - 0xff10),
        // 二○二四 is written with circles and letters of all kinds, Greek and Cyrillic ones among them.
        '\u{3007}' | '零' | '\u{25cb}' | '\u{25ef}' | '\u{ff2f}' | '\u{ff4f}' | 'O' | 'o'
        | '\u{039f}' | '\u{03bf}' | '\u{041e}' | '\u{043e}' => Some(0),
        '一' => Some(1),
        '二' => Some(2),
        '三' => Some(3),
        '四' => Some(4),
        '五' => Some(5),
        '六' => Some(6),
        '七' => Some(7),
        '八' => Some(8),
        '九' => Some(9),
        _ => None,
    }
}

/// A closing mark after which a sentence is still ended: a quote or a bracket.
pub(crate) fn is_closer(c: char) -> bool {
    matches!(
        c,
        '\u{201d}' | '\u{2019}' | '"' | '）' | ')' | '》' | '】' | '」' | '』' | '〉' | ']' | '］'
    )
}

/// A mark that ends a sentence.
pub(crate) fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '!' | '?' | '｡')
}

/// A mark that cannot stand at the start of a line, so what starts with it belongs to the line before.
pub(crate) fn never_starts_line(c: char) -> bool {
    matches!(
        c,
        '。' | '，'
            | '、'
            | '；'
            | '：'
            | '！'
            | '？'
            | '）'
            | '》'
            | '】'
            | '\u{201d}'
            | '\u{2019}'
            | '％'
            | '‰'
            | ','
            | ';'
            | ':'
            | '!'
            | '?'
            | ')'
            | '%'
            | '｡'
            | '．'
    )
}

/// Characters with which hardly any heading ends, but many a line that is broken off does.
pub(crate) fn leaves_open(c: char) -> bool {
    matches!(
        c,
        '的' | '和'
            | '与'
            | '及'
            | '在'
            | '对'
            | '把'
            | '将'
            | '以'
            | '为'
            | '是'
            | '到'
            | '从'
            | '向'
            | '被'
            | '使'
            | '让'
            | '并'
            | '或'
            | '由'
            | '给'
            | '，'
            | '、'
            | ','
            | '（'
            | '('
            | '“'
            | '《'
            | '—'
    )
}

/// How the sentence of a line stands at the end of that line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum End {
    /// It is complete: 。！？ with or without a closing quote.
    Closed,
    /// It leads to what follows: ： or ；.
    Leading,
    /// It is broken off, or has no punctuation at all.
    Open,
}

/// How the sentence stands at the end of a line.
pub(crate) fn end_of(text: &str) -> End {
    let mut end = End::Open;
    let mut after_closer = false;
    for c in text.chars().rev() {
        if c == '…' || ends_sentence(c) {
            end = End::Closed;
        } else if matches!(c, '：' | '；' | ':' | ';') && !after_closer {
            end = End::Leading;
        } else if is_closer(c) || c.is_whitespace() {
            after_closer = after_closer || is_closer(c);
            continue;
        } else if c == '.' && !after_closer {
            // A full stop after a Han character is a lazy 。; after a digit it may be broken off.
            let before = text.chars().rev().find(|&c| c != '.' && !is_closer(c));
            if before.is_some_and(is_han) {
                end = End::Closed;
            }
        }
        break;
    }
    end
}

/// How deep a heading stands, by its number: a smaller rank encloses a larger one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Rank {
    /// `#` in Markdown, where it is not the title.
    Hash1,
    /// `##` without a number, 第一部分.
    Hash2,
    /// 一、
    Han,
    /// （一）
    HanBracket,
    /// `###` without a number.
    Hash3,
    /// 1.
    Arabic,
    /// `####` and deeper, without a number.
    Hash4,
    /// （1）
    ArabicBracket,
    /// No number: a bold line, or a short line of its own.
    Plain,
}

/// A number at the start of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Number {
    /// What level it stands for.
    pub(crate) rank: Rank,
    /// The bytes that it takes, its point or bracket included.
    pub(crate) bytes: usize,
}

/// The number with which a line begins, if it is one that headings carry.
pub(crate) fn number_of(text: &str) -> Option<Number> {
    let mut chars = text.char_indices().peekable();
    let (_, first) = chars.next()?;
    if is_han_numeral(first) {
        let mut numerals = 1;
        for (at, c) in chars {
            if is_han_numeral(c) && numerals < 3 {
                numerals += 1;
            } else if matches!(c, '、' | '．' | '.' | '\u{ff64}') {
                let bytes = at + c.len_utf8();
                let rest = text.get(bytes..)?;
                return (!continues_enumeration(rest)).then_some(Number {
                    rank: Rank::Han,
                    bytes,
                });
            } else {
                return None;
            }
        }
        return None;
    }
    if matches!(first, '（' | '(') {
        let mut rank = None;
        let mut signs = 0;
        for (at, c) in chars {
            if is_han_numeral(c) && rank != Some(Rank::ArabicBracket) && signs < 3 {
                rank = Some(Rank::HanBracket);
                signs += 1;
            } else if (c.is_ascii_digit() || ('\u{ff10}'..='\u{ff19}').contains(&c))
                && rank != Some(Rank::HanBracket)
                && signs < 2
            {
                rank = Some(Rank::ArabicBracket);
                signs += 1;
            } else if matches!(c, '）' | ')') && signs > 0 {
                let mut bytes = at + c.len_utf8();
                // （一）、 is written now and then.
                if text.get(bytes..).is_some_and(|rest| rest.starts_with('、')) {
                    bytes += '、'.len_utf8();
                }
                return rank.map(|rank| Number { rank, bytes });
            } else {
                return None;
            }
        }
        return None;
    }
    if first.is_ascii_digit() || ('\u{ff10}'..='\u{ff19}').contains(&first) {
        let mut digits = 1;
        while let Some((at, c)) = chars.next() {
            if (c.is_ascii_digit() || ('\u{ff10}'..='\u{ff19}').contains(&c)) && digits < 3 {
                digits += 1;
            } else if matches!(c, '.' | '．' | '、') {
                let next = chars.peek().map(|&(_, next)| next)?;
                // 2.5 is a figure, 2.三农 an item.
                let is_digit = next.is_ascii_digit() || ('\u{ff10}'..='\u{ff19}').contains(&next);
                if is_digit && c != '、' {
                    return None;
                }
                let bytes = at + c.len_utf8();
                return Some(Number {
                    rank: Rank::Arabic,
                    bytes,
                });
            } else {
                return None;
            }
        }
        return None;
    }
    if first == '第' {
        let mut numerals = 0;
        for (at, c) in chars {
            if is_han_numeral(c) && numerals < 3 {
                numerals += 1;
            } else if numerals > 0
                && c == '部'
                && text.get(at..).is_some_and(|t| t.starts_with("部分"))
            {
                return Some(Number {
                    rank: Rank::Hash2,
                    bytes: at + "部分".len(),
                });
            } else {
                return None;
            }
        }
    }
    None
}

/// The value of the Chinese number with which a heading begins: 3 for 三、 and （三）.
pub(crate) fn han_number(text: &str) -> Option<u32> {
    let bare = text.trim_start_matches(['（', '(']);
    let mut value = 0;
    for c in bare.chars().take_while(|c| is_han_numeral(*c)) {
        value = match c {
            // 十, 十一, 二十, 二十一
            '十' => value.max(1) * 10,
            _ => value + digit_value(c)?,
        };
    }
    (value > 0).then_some(value)
}

/// The number with which a heading begins, in any digits: 3 for 三、, （三）, 3. and 第三部分.
pub fn heading_number(text: &str) -> Option<u32> {
    let signs = text.get(..number_of(text)?.bytes)?;
    han_number(signs.trim_start_matches('第')).or_else(|| {
        let digits = signs.chars().filter_map(digit_value);
        digits.reduce(|value, digit| value * 10 + digit)
    })
}

/// 一、二、三产业 and 二、三线城市 are no headings: the number goes on counting.
fn continues_enumeration(rest: &str) -> bool {
    let mut chars = rest.chars();
    chars.next().is_some_and(is_han_numeral)
        && chars.next().is_some_and(|c| {
            matches!(
                c,
                '、' | '次' | '产' | '线' | '级' | '类' | '等' | '层' | '季' | '环'
            )
        })
}

/// The years that a text names, in any digits, within reason and in order.
pub(crate) fn years_in(text: &str) -> Vec<u16> {
    let mut years = Vec::new();
    let mut value = 0_u32;
    let mut n_digits = 0;
    for c in text.chars() {
        if let Some(digit) = digit_value(c) {
            n_digits += 1;
            value = if n_digits <= 4 { value * 10 + digit } else { 0 };
            continue;
        }
        // 2016—2020年 names both.
        if n_digits == 4
            && (c == '年' || is_dash(c) || c == '～' || c == '至')
            && (1949..=2100).contains(&value)
        {
            years.extend(u16::try_from(value));
        }
        value = 0;
        n_digits = 0;
    }
    years
}

/// Names of glossaries, or the ends of them: what is explained, and that it is.
#[rustfmt::skip]
pub(crate) const GLOSSARY_NAMES: &[&str] = &[
    "名词解释", "名词释义", "名词解读", "名词注释", "名词注解", "名词浅释", "名词解析", "名词简释", "名词说明", "名词术语",
    "短语说明", "短语解释", "短语释义", "短语注释", "词语说明", "词语释义", "词语解释", "词语注释", "词汇解释", "词汇释义",
    "词汇说明", "词汇注释", "词条解释", "词条释义", "新词解释", "新词释义", "关键词解释", "关键词释义", "用语注释", "用语释义",
    "用语说明", "用语解释", "术语说明", "术语注释", "术语解释", "术语释义", "术语解读", "概念说明", "概念解释", "专业术语",
    "专有名词", "相关名词", "有关名词", "新名词", "缩略语", "缩略词", "相关注释", "有关注释", "报告注释", "报告》注释", "报告注解",
    "报告》注解",
];

/// The head of a glossary: 名词解释, 附注：, 有关用语说明.
pub(crate) fn is_glossary_head(text: &str) -> bool {
    const NOTES: [&str; 6] = ["附注", "注释", "注解", "备注", "附：注释", "附:注释"];
    // Paragraphs that grow are asked again and again, and no head is longer.
    if text.len() > 400 {
        return false;
    }
    let bare = text.trim_matches(['：', ':', ' ', '※', '【', '】', '“', '”']);
    let n_chars = bare.chars().count();
    if !(2..=40).contains(&n_chars) || bare.contains(['。', '，']) {
        return false;
    }
    let names_glossary = || GLOSSARY_NAMES.iter().any(|name| bare.contains(name));
    NOTES.contains(&bare) || (n_chars <= 24 || bare.contains("报告")) && names_glossary()
}

/// The number of an entry of a glossary with which a text begins, and its bytes: `[2]`, `【2】`, `②`, `注2：`.
pub(crate) fn entry_number(text: &str) -> Option<(u32, usize)> {
    let first = text.chars().next()?;
    if let c @ '\u{2460}'..='\u{2473}' = first {
        return Some((u32::from(c) - 0x245f, c.len_utf8()));
    }
    let closers: &[char] = match first {
        '[' | '［' => &[']', '］'],
        '【' => &['】'],
        '〔' => &['〕'],
        '注' => &['：', ':', '、', '.', '．'],
        _ => return None,
    };
    let inner = text.get(first.len_utf8()..)?;
    let mut number = 0;
    for (n_digits, (at, c)) in inner.char_indices().enumerate() {
        if let Some(digit) = digit_value(c).filter(|_| n_digits < 3) {
            number = number * 10 + digit;
        } else if n_digits > 0 && closers.contains(&c) {
            return Some((number, first.len_utf8() + at + c.len_utf8()));
        } else {
            return None;
        }
    }
    None
}

/// What a line of the opening is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Opening {
    /// 政府工作报告, with or without a region, a year, a subtitle.
    Title,
    /// When and before whom it was given, or the date alone.
    Dateline,
    /// Who gives it.
    Speaker,
    /// 各位代表：
    Salutation,
}

/// What a line of the opening is, if it is one.
pub(crate) fn opening_of(text: &str) -> Option<Opening> {
    // No line of an opening is longer, and paragraphs that grow are asked again and again.
    if text.len() > 400 {
        None
    } else if is_salutation(text) {
        Some(Opening::Salutation)
    } else if is_dateline(text) {
        Some(Opening::Dateline)
    } else if speaker_of(text).is_some() {
        Some(Opening::Speaker)
    } else if is_title(text) {
        Some(Opening::Title)
    } else {
        None
    }
}

/// 各位代表： and its like, alone on the line.
pub(crate) fn is_salutation(text: &str) -> bool {
    let bare = text.trim_end_matches(|c: char| {
        matches!(c, '：' | ':' | '！' | '!' | '，' | ',' | '。') || c.is_whitespace()
    });
    matches!(
        bare,
        "各位代表"
            | "名位代表"
            | "各位代表、同志们"
            | "同志们"
            | "各位代表、各位同志"
            | "各位代表，同志们"
            | "主席、各位代表"
            | "代表同志们"
            | "各位委员"
    )
}

/// A paragraph that begins with an address: a new strand of a speech.
pub(crate) fn begins_address(text: &str) -> bool {
    text.starts_with("各位代表") || text.starts_with("同志们")
}

/// Whether a text stands in the place of another: 见附件, （略）, 404 Not Found, 您访问的页面不存在.
pub(crate) fn is_placeholder(text: &str) -> bool {
    const CHARS_MAX: usize = 120;
    const REMARKS: [&str; 14] = [
        "略",
        "全文略",
        "附件",
        "见附件",
        "详见附件",
        "见原文",
        "无",
        "暂无",
        "暂缺",
        "缺",
        "待补",
        "待补充",
        "空",
        "null",
    ];
    const STARTS: [&str; 5] = ["见附件", "详见附件", "全文见", "请见附件", "请下载"];
    const ERRORS: [&str; 18] = [
        "404",
        "403",
        "502",
        "503",
        "Not Found",
        "not found",
        "Forbidden",
        "Bad Gateway",
        "Internal Server Error",
        "页面不存在",
        "访问的页面",
        "页面找不到",
        "找不到页面",
        "无法访问",
        "拒绝访问",
        "已被删除",
        "请稍候",
        "正在加载",
    ];
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
    let n_chars = bare.chars().count();
    // 新建保障房404套 is none.
    let is_number = |error: &str| error.bytes().all(|byte| byte.is_ascii_digit());
    let is_error = |error: &str| bare.contains(error) && (n_chars <= 16 || !is_number(error));
    n_chars <= CHARS_MAX
        && (bare.is_empty()
            || REMARKS.contains(&bare)
            || n_chars <= 20 && STARTS.iter().any(|start| bare.starts_with(start))
            || !bare.contains("工作报告") && ERRORS.iter().any(|error| is_error(error)))
}

/// A title: 政府工作报告 or another report, with no sentence in it.
pub(crate) fn is_title(text: &str) -> bool {
    let chars = text.chars().count();
    (4..=70).contains(&chars)
        && (text.contains("工作报告") || text.ends_with("报告") || text.ends_with("的报告（摘要）"))
        && !text.chars().any(|c| matches!(c, '。' | '；' | '！' | '？'))
        && !text.contains("点击")
        && end_of(text) == End::Open
}

/// A dateline: a dash or a date, and an assembly; or a date alone, in brackets or not.
pub(crate) fn is_dateline(text: &str) -> bool {
    let chars = text.chars().count();
    if !(4..=90).contains(&chars) || text.contains('。') || text.contains('；') {
        return false;
    }
    let assembly = text.contains("代表大会") || text.contains("人大") || text.contains("会议");
    let dashed = undashed(text).len() < text.len();
    if assembly && (dashed || text.ends_with("会议上") || text.ends_with("大会上")) {
        return end_of(text) == End::Open;
    }
    if assembly && text.ends_with("会议上的政府工作报告") && dashed {
        return true;
    }
    let bare = text.trim_matches(|c: char| matches!(c, '（' | '）' | '(' | ')'));
    let bracketed = bare.len() < text.len();
    match date_at_start(bare) {
        Some("") => true,
        Some(rest) => {
            bracketed && chars <= 50 && !rest.contains('，')
                || rest.chars().count() <= 4
                    && rest.chars().all(is_han)
                    && !rest.ends_with(['起', '前', '后'])
                || assembly && text.ends_with('上')
                || assembly && rest.starts_with('在') && end_of(text) == End::Open
        }
        None => bracketed && assembly && chars <= 60,
    }
}

/// Whether a dateline is a date alone, in brackets or not, which pages and their tables have too: 2024年4月22日.
pub(crate) fn is_bare_date(text: &str) -> bool {
    let names_assembly = || {
        ["大会", "人大", "会议"]
            .iter()
            .any(|word| text.contains(word))
    };
    undashed(text).len() == text.len() && !names_assembly()
}

/// The first half of a dateline: ——2024年4月22日在汾阳市第七届人民代, without its 会议上 yet.
pub(crate) fn begins_dateline(text: &str) -> bool {
    if text.len() > 240 || text.ends_with('上') || text.ends_with(['）', ')']) {
        return false;
    }
    let bare = undashed(text);
    let dashed = bare.len() < text.len();
    let after_date = date_at_start(bare);
    match after_date {
        Some(rest) => rest.starts_with('在') || rest.is_empty() && dashed,
        None => dashed && bare.starts_with('在'),
    }
}

/// A dash as datelines begin with.
pub(crate) fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2500}' | '\u{2501}' | '\u{fe63}' | '\u{ff0d}'
    )
}

/// A dateline without its dash, which an engine that recognises text may read as 一一: no number of a year has more than four
/// digits.
pub(crate) fn undashed(text: &str) -> &str {
    let bare = text.trim_start_matches(is_dash);
    let misread = ["一一", "一"].into_iter().find_map(|dash| {
        let rest = bare.strip_prefix(dash)?.trim_start();
        date_at_start(rest).map(|_| rest)
    });
    misread.unwrap_or(bare)
}

/// What follows a date 2024年4月22日 (any digits, the day optional) at the start of a text.
fn date_at_start(text: &str) -> Option<&str> {
    let (year_digits, rest) = split_digits(text);
    if year_digits != 4 {
        return None;
    }
    let rest = rest.strip_prefix('年')?;
    let (month_digits, rest) = split_digits(rest);
    if !(1..=3).contains(&month_digits) {
        return None;
    }
    let rest = rest.strip_prefix('月')?;
    let (day_digits, day_rest) = split_digits(rest);
    if (1..=3).contains(&day_digits) {
        return day_rest.strip_prefix('日').or(Some(rest));
    }
    Some(rest)
}

/// How many digits (of any script, 十 included) a text begins with, and what follows.
fn split_digits(text: &str) -> (usize, &str) {
    let mut count = 0;
    for (at, c) in text.char_indices() {
        if digit_value(c).is_none() && c != '十' {
            return (count, text.get(at..).unwrap_or(""));
        }
        count += 1;
    }
    (count, "")
}

/// The offices of those who give reports.
const OFFICES: [&str; 11] = [
    "市长", "县长", "区长", "省长", "总理", "主席", "州长", "盟长", "旗长", "专员", "主任",
];

/// Who gives the report: office and name, when the line is such a line.
pub(crate) fn speaker_of(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_suffix("作政府工作报告").unwrap_or(text);
    let chars = text.chars().count();
    if !(4..=45).contains(&chars)
        || text
            .chars()
            .any(|c| matches!(c, '，' | '。' | '；' | '：' | '！' | ',' | ':' | '“'))
        || text.starts_with(is_dash)
        || text.contains("报告")
        || text.contains("会议")
    {
        return None;
    }
    let (at, office) = OFFICES
        .iter()
        .filter_map(|office| text.rfind(office).map(|at| (at + office.len(), *office)))
        .max_by_key(|&(end, _)| end)?;
    let (before, name) = text.split_at_checked(at)?;
    let name = name
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, '（' | '）' | '(' | ')' | '?'));
    let name_chars = name.chars().filter(|c| !c.is_whitespace()).count();
    let plausible = (2..=4).contains(&name_chars) || name.contains('·') && name_chars <= 14;
    let all_han = name
        .chars()
        .all(|c| is_han(c) || c == '·' || c.is_whitespace());
    let official = before.contains("政府")
        || before.contains("国务院")
        || before.contains("国家")
        || office != "主任" && before.chars().count() <= 16;
    (plausible && all_han && official && !name.ends_with("作")).then_some((before, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_ranked() {
        let rank = |text| number_of(text).map(|number| number.rank);
        assert_eq!(rank("一、2023年工作回顾"), Some(Rank::Han));
        assert_eq!(rank("十一、其他"), Some(Rank::Han));
        assert_eq!(rank("（一）奋力攻坚"), Some(Rank::HanBracket));
        assert_eq!(rank("(十二)聚力"), Some(Rank::HanBracket));
        assert_eq!(rank("1.“两个转型”"), Some(Rank::Arabic));
        assert_eq!(rank("１、国民经济"), Some(Rank::Arabic));
        assert_eq!(rank("（1）项目"), Some(Rank::ArabicBracket));
        assert_eq!(rank("第一部分 回顾"), Some(Rank::Hash2));
        for text in [
            "二、三产业协调发展",
            "18.7%，总量",
            "2023年是",
            "一是加快",
            "（上接1版）",
            "（草案）",
            "一",
            "第一，进一步",
        ] {
            assert_eq!(rank(text), None, "{text}");
        }
    }

    #[test]
    fn ends_are_told_apart() {
        assert_eq!(end_of("更加担当！"), End::Closed);
        assert_eq!(end_of("他说：“好。”"), End::Closed);
        assert_eq!(end_of("以下工作："), End::Leading);
        assert_eq!(end_of("增长"), End::Open);
        assert_eq!(end_of("“三品”战略"), End::Open);
        assert_eq!(end_of("（草案）"), End::Open);
        assert_eq!(end_of(""), End::Open);
        assert_eq!(end_of("工作."), End::Closed);
    }

    #[test]
    fn openings_are_told_apart() {
        let check = |text, expected| assert_eq!(opening_of(text), expected, "{text}");
        check("政府工作报告", Some(Opening::Title));
        check(
            "(山西省)侯马市人民政府工作报告(2024年3月12日)",
            Some(Opening::Title),
        );
        check(
            "——2024年4月22日在汾阳市第七届人民代表大会",
            Some(Opening::Dateline),
        );
        check(
            "2015年4月28日在高阳县第十六届人民代表大会第四次会议上",
            Some(Opening::Dateline),
        );
        check(
            "在河北省第十届人民代表大会第一次会议上",
            Some(Opening::Dateline),
        );
        check("（二〇〇三年一月十日）", Some(Opening::Dateline));
        check("（2011年1月12日陈全国）", Some(Opening::Dateline));
        check("2006年2月16日季允石", Some(Opening::Dateline));
        check("汾阳市人民政府市长贾永祥", Some(Opening::Speaker));
        check("国务院总理温家宝", Some(Opening::Speaker));
        check(
            "国务院副总理兼国家计划委员会主任李富春",
            Some(Opening::Speaker),
        );
        check("保定市人民政府市长于群", Some(Opening::Speaker));
        check("各位代表：", Some(Opening::Salutation));
        check("一、2023年工作回顾", None);
        check("全面建设小康社会", None);
        check("2023年是全面贯彻党的二十大精神开局之年", None);
    }
}
