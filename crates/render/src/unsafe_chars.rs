//! Characters that no stream must get from a file: they would move the cursor, turn the direction of writing, or hide.

/// Whether a terminal would obey a character, or a reader not see it.
pub(super) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
            | '\u{61c}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}
