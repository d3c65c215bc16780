//! Signs of the fonts Symbol and Wingdings as Unicode.
//!
//! In: the name of a font and the number of a sign. Out: the character that shows the same, for those that stand in
//! texts. The numbers of Symbol are those that Adobe and the Unicode consortium list (`symbol.txt`, `SYMBOL.TXT`).

/// The character of a sign; nothing if it is not known.
pub(super) fn of_font(font: &str, code: u32) -> Option<char> {
    let table = match font.trim() {
        font if font.eq_ignore_ascii_case("Symbol") => SYMBOL,
        font if font.eq_ignore_ascii_case("Wingdings") => WINGDINGS,
        _ => return None,
    };
    let code = u8::try_from(code).ok()?;
    table
        .iter()
        .find(|(known, _)| *known == code)
        .map(|(_, sign)| *sign)
}

#[rustfmt::skip]
const SYMBOL: &[(u8, char)] = &[
    (0x20, ' '), (0x21, '!'), (0x23, '#'), (0x25, '%'), (0x26, '&'), (0x28, '('), (0x29, ')'), (0x2a, '∗'),
    (0x2b, '+'), (0x2c, ','), (0x2d, '−'), (0x2e, '.'), (0x2f, '/'), (0x30, '0'), (0x31, '1'), (0x32, '2'),
    (0x33, '3'), (0x34, '4'), (0x35, '5'), (0x36, '6'), (0x37, '7'), (0x38, '8'), (0x39, '9'), (0x3a, ':'),
    (0x3b, ';'), (0x3c, '<'), (0x3d, '='), (0x3e, '>'), (0x3f, '?'), (0x5b, '['), (0x5d, ']'), (0x7c, '|'),
    (0x41, 'Α'), (0x42, 'Β'), (0x44, 'Δ'), (0x46, 'Φ'), (0x47, 'Γ'), (0x51, 'Θ'), (0x57, 'Ω'), (0x53, 'Σ'),
    (0x61, 'α'), (0x62, 'β'), (0x63, 'χ'), (0x64, 'δ'), (0x65, 'ε'), (0x66, 'φ'), (0x67, 'γ'), (0x68, 'η'),
    (0x6b, 'κ'), (0x6c, 'λ'), (0x6d, 'μ'), (0x6e, 'ν'), (0x70, 'π'), (0x71, 'θ'), (0x72, 'ρ'), (0x73, 'σ'),
    (0x74, 'τ'), (0x77, 'ω'), (0x7e, '∼'), (0xa2, '′'), (0xa3, '≤'), (0xa4, '⁄'), (0xa5, '∞'), (0xab, '↔'),
    (0xac, '←'), (0xad, '↑'), (0xae, '→'), (0xaf, '↓'), (0xb0, '°'), (0xb1, '±'), (0xb2, '″'), (0xb3, '≥'),
    (0xb4, '×'), (0xb5, '∝'), (0xb7, '•'), (0xb8, '÷'), (0xb9, '≠'), (0xba, '≡'), (0xbb, '≈'), (0xbc, '…'),
    (0xc5, '⊕'), (0xd1, '∇'), (0xd2, '®'), (0xd3, '©'), (0xd4, '™'), (0xd6, '√'), (0xd7, '⋅'), (0xe2, '®'),
    (0xe3, '©'), (0xe4, '™'), (0xe5, '∑'),
];

#[rustfmt::skip]
const WINGDINGS: &[(u8, char)] = &[
    (0x6c, '●'), (0x6e, '■'), (0x6f, '□'), (0x71, '❑'), (0x72, '❒'), (0x75, '◆'), (0x76, '❖'), (0x9f, '•'),
    (0xa7, '▪'), (0xa8, '◻'), (0xab, '★'), (0xd8, '➢'), (0xe0, '→'), (0xf0, '⇨'), (0xfb, '✗'), (0xfc, '✓'),
    (0xfd, '☒'), (0xfe, '☑'), (0x81, '①'), (0x82, '②'), (0x83, '③'), (0x84, '④'), (0x85, '⑤'), (0x86, '⑥'),
    (0x87, '⑦'), (0x88, '⑧'), (0x89, '⑨'), (0x8a, '⑩'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_have_their_characters() {
        assert_eq!(of_font("Symbol", 0xb4), Some('×'));
        assert_eq!(of_font("symbol", 0xb3), Some('≥'));
        assert_eq!(of_font("Wingdings", 0xfc), Some('✓'));
        assert_eq!(of_font("Wingdings", 0x01), None);
        assert_eq!(of_font("宋体", 0xb4), None);
        assert_eq!(of_font("Symbol", 0x1b4), None);
    }
}
