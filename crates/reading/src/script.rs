//! Simplified and traditional characters: which of them a text is written in, and the one as the other.
//!
//! In: text. Out: its [`Script`], and characters as simplified text has them. The tables come from `data/fold.tsv`: the
//! class `trad` has characters that no simplified text has (鄉, 發), the class `either` those that both have, each for
//! something else: 於, 徵, 著 and 乾 stand for 于, 征, 着 and 干 in traditional text, but for themselves in simplified text
//! (著名, 乾安县).
//!
//! # Invariants
//!
//! - One character stands for one: texts keep their number of characters.
//! - A text without a character of either table is simplified, and stays as it is.

use std::borrow::Cow;

/// The characters that a text is written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Script {
    /// Those of the mainland, and every text that has no character of the other kind.
    #[default]
    Simplified,
    /// Those of Hong Kong, Macao and Taiwan, and of old prints.
    Traditional,
}

mod table {
    use crate::char_set::CharSet;
    use std::sync::LazyLock;

    include!(concat!(env!("OUT_DIR"), "/script_table.rs"));

    /// Nearly every character that is asked for is none of these.
    static IS_TRADITIONAL: LazyLock<CharSet> =
        LazyLock::new(|| CharSet::of(TRADITIONAL.iter().map(|pair| pair.0)));

    /// Whether only traditional text has a character.
    pub(super) fn is_traditional(c: char) -> bool {
        IS_TRADITIONAL.has(c) || c > '\u{ffff}' && traditional(c).is_some()
    }

    /// The simplified form of a character that only traditional text has.
    pub(super) fn traditional(c: char) -> Option<char> {
        find(&TRADITIONAL, c)
    }

    /// What a character that both scripts have stands for in traditional text.
    pub(super) fn either(c: char) -> Option<char> {
        find(&EITHER, c)
    }

    fn find(pairs: &[(char, char)], c: char) -> Option<char> {
        if c < '\u{3400}' {
            return None;
        }
        let at = pairs.binary_search_by_key(&c, |pair| pair.0).ok()?;
        pairs.get(at).map(|pair| pair.1)
    }
}

/// So many Han characters of a text tell its script.
const SAMPLE_CHARS: usize = 4_000;

/// In traditional text one character in three is none of simplified text; in simplified text that quotes a name or a
/// sign, one in a thousand. More than one in so many makes a text traditional.
const CHARS_PER_TRADITIONAL: usize = 20;

impl Script {
    /// The script of a text that comes in pieces.
    pub fn of<'t>(pieces: impl IntoIterator<Item = &'t str>) -> Script {
        let han = pieces
            .into_iter()
            .flat_map(str::chars)
            .filter(|c| is_han(*c));
        let (mut n_han, mut n_traditional) = (0, 0);
        for c in han.take(SAMPLE_CHARS) {
            n_han += 1;
            n_traditional += usize::from(table::is_traditional(c));
        }
        if n_traditional * CHARS_PER_TRADITIONAL > n_han {
            Script::Traditional
        } else {
            Script::Simplified
        }
    }
}

fn is_han(c: char) -> bool {
    ('\u{3400}'..='\u{9fff}').contains(&c) || c >= '\u{20000}'
}

/// Whether a text has a character that simplified text does not have.
pub fn has_traditional(text: &str) -> bool {
    text.chars().any(table::is_traditional)
}

/// What a character that both scripts have stands for in traditional text; nothing for any other.
pub fn either(c: char) -> Option<char> {
    table::either(c)
}

/// Whether a phrase that somebody typed is meant as traditional text.
///
/// It is if it has a character of traditional text alone, or one of both scripts in a word that simplified text does not
/// write so: 著力, 徵收, 於是, but neither 著名 nor 乾安县. One of these alone says nothing.
pub fn is_typed_as_traditional(phrase: &str) -> bool {
    let chars: Vec<char> = phrase.chars().filter(|c| is_han(*c)).collect();
    let neighbour = |at: Option<usize>| at.and_then(|at| chars.get(at)).copied().unwrap_or(' ');
    chars.iter().enumerate().any(|(i, &c)| {
        let before = neighbour(i.checked_sub(1));
        let after = neighbour(i.checked_add(1));
        table::traditional(c).is_some()
            || table::either(c).is_some() && !is_simplified(before, c, after)
    })
}

/// Whether simplified text too has a character of both scripts between these neighbours; spaces stand for none.
fn is_simplified(before: char, c: char, after: char) -> bool {
    let is_alone = before == ' ' && after == ' ';
    match c {
        '著' | '瞭' | '覆' if is_alone => true,
        '著' => {
            "显卓昭名专论原土编巨合译遗拙".contains(before) || "名作称述书录者文".contains(after)
        }
        '瞭' => after == '望',
        '覆' => !"答回反批".contains(before),
        '於' => "潜陵".contains(after),
        // Names of places and persons, and 慰藉.
        '乾' | '昇' | '藉' | '澂' | '龢' | '谿' => true,
        _ => false,
    }
}

/// A text as simplified text has it. 乾 and 覆 stay: 乾安县 and 覆盖 have them in both scripts.
pub(crate) fn simplified(text: &str) -> Cow<'_, str> {
    let simple = |c: char| {
        let either = || table::either(c).filter(|_| !matches!(c, '乾' | '覆'));
        table::traditional(c).or_else(either)
    };
    if text.chars().all(|c| simple(c).is_none()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| simple(c).unwrap_or(c)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_script() {
        for (text, script) in [
            ("過去一年，全縣經濟運行總體平穩。", Script::Traditional),
            ("一、著力推進鄉村振興", Script::Traditional),
            ("过去一年，全县经济运行总体平稳。", Script::Simplified),
            ("乾安县著名特产，於潜镇", Script::Simplified),
            ("", Script::Simplified),
            // A name in a long text says nothing of the text.
            (
                "过去一年，全县经济运行总体平稳，各项事业取得新的成绩，群众生活持续改善，龍泉青瓷走向世界。",
                Script::Simplified,
            ),
        ] {
            assert_eq!(Script::of([text]), script, "{text}");
        }
    }

    #[test]
    fn what_is_typed_is_taken_for_what_it_is_meant() {
        for phrase in [
            "著力", "徵收", "於是", "瞭解", "答覆", "祕書", "於", "鄉村", "關於",
        ] {
            assert!(is_typed_as_traditional(phrase), "{phrase}");
        }
        for phrase in [
            "著名",
            "显著",
            "乾安县",
            "瞭望",
            "覆盖",
            "於潜镇",
            "著",
            "乾",
            "着力",
            "于",
            "5%",
        ] {
            assert!(!is_typed_as_traditional(phrase), "{phrase}");
        }
    }

    #[test]
    fn simplified_text_stays_and_places_keep_their_names() {
        assert_eq!(simplified("乾安縣關於徵收的報告"), "乾安县关于征收的报告");
        let text = "著名".to_owned() + "商标";
        assert_eq!(simplified("显着"), "显着");
        // Alone it is read as traditional text: only who knows that it is asks.
        assert_eq!(simplified(&text), "着名商标");
        assert!(matches!(simplified("全县经济"), Cow::Borrowed(_)));
    }

    #[test]
    fn tables_are_in_order_and_apart() {
        let (mut n_traditional, mut n_either) = (0, 0);
        for c in '\u{3400}'..=char::MAX {
            let (traditional, either) = (table::traditional(c), table::either(c));
            assert!(traditional.is_none() || either.is_none(), "{c}");
            assert_eq!(table::is_traditional(c), traditional.is_some(), "{c}");
            n_traditional += usize::from(traditional.is_some());
            n_either += usize::from(either.is_some());
            for to in [traditional, either].into_iter().flatten() {
                assert_eq!(table::traditional(to), None, "{c} → {to}");
            }
        }
        assert!(
            n_traditional > 3_000 && n_either > 20,
            "{n_traditional} {n_either}"
        );
    }
}
