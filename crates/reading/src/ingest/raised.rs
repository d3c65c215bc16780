//! Raised figures: exponents, and the marks of notes.
//!
//! In: what stands raised in a page or a document, and the text before it. Out: the text that shows the same in one line:
//! 10⁴ and m³ with raised figures of their own, the mark of a note as `[4]`, which `fold` takes out of phrases.
//! Anything else that is raised is text like any other.

/// What is raised, as text behind `before`.
pub(super) fn shown(before: &str, raised: &str) -> String {
    let bare = raised.trim();
    let Some(figure) = figure_of(bare) else {
        return raised.to_owned();
    };
    let is_bare = figure.len() == bare.len();
    if is_bare && takes_exponent(before, figure) {
        return figure.chars().map(superscript).collect();
    }
    let digits = figure.trim_start_matches(['-', '\u{2212}']);
    if digits.len() == figure.len() {
        format!("[{figure}]")
    } else {
        raised.to_owned()
    }
}

/// The figure that a raised text consists of, its brackets taken off; none of four digits or more.
fn figure_of(bare: &str) -> Option<&str> {
    let brackets = |c: char| {
        matches!(
            c,
            '[' | ']'
                | '\u{ff3b}'
                | '\u{ff3d}'
                | '〔'
                | '〕'
                | '【'
                | '】'
                | '('
                | ')'
                | '\u{ff08}'
                | '\u{ff09}'
        )
    };
    let inner = bare.trim_matches(brackets);
    let inner = inner.strip_prefix('注').unwrap_or(inner);
    let digits = inner.strip_prefix(['-', '\u{2212}']).unwrap_or(inner);
    let is_figure =
        (1..=3).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_figure.then_some(inner)
}

/// Whether a raised figure counts how often something is multiplied: after a ten, a unit of length, a letter of a formula.
fn takes_exponent(before: &str, figure: &str) -> bool {
    let before = before.trim_end();
    let is_digit = |c: char| c.is_ascii_digit();
    let number = before.rsplit(|c: char| !is_digit(c)).next().unwrap_or("");
    if !number.is_empty() {
        return number == "10" || number == "2" && figure != "1";
    }
    let word = before
        .rsplit(|c: char| !(c.is_ascii_alphabetic() || c == 'μ'))
        .next()
        .unwrap_or("");
    let is_unit = matches!(
        word,
        "m" | "km" | "dm" | "cm" | "mm" | "hm" | "nm" | "μm" | "s" | "kg"
    );
    let digits = figure.trim_start_matches(['-', '\u{2212}']);
    is_unit && matches!(digits, "1" | "2" | "3") || word.len() == 1 && !digits.starts_with('0')
}

/// A digit or sign in its raised form.
fn superscript(c: char) -> char {
    match c {
        '1' => '\u{b9}',
        '2' => '\u{b2}',
        '3' => '\u{b3}',
        '0' => '\u{2070}',
        '4'..='9' => char::from_u32(u32::from(c) - u32::from('0') + 0x2070).unwrap_or(c),
        '-' | '\u{2212}' => '\u{207b}',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_and_marks_of_notes_are_told_apart() {
        for (before, raised, expected) in [
            ("新增10", "4", "\u{2074}"),
            ("7.5×10", "-3", "\u{207b}\u{b3}"),
            ("50m", "2", "\u{b2}"),
            ("3 km", "2", "\u{b2}"),
            ("n", "12", "\u{b9}\u{b2}"),
            ("四上”企业", "12", "[12]"),
            ("四上”企业", "[12]", "[12]"),
            ("四上”企业", "［12］", "[12]"),
            ("四上”企业", "（3）", "[3]"),
            ("四上”企业", "注3", "[3]"),
            ("增长5.6%", "1", "[1]"),
            ("完成2023", "1", "[1]"),
            ("发展GDP", "1", "[1]"),
            ("发展", "①", "①"),
            ("发展", "2023", "2023"),
            ("企业", "®", "®"),
            ("", "th", "th"),
        ] {
            assert_eq!(shown(before, raised), expected, "{before}^{raised}");
        }
    }
}
