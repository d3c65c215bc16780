//! A set of characters, asked of every character of every text.
//!
//! In: characters. Out: whether one of them is there, by one bit of a table that stays in the nearest memory.

/// Characters of the basic plane; others are never in it.
pub(crate) struct CharSet(Box<[u64; 0x1_0000 / 64]>);

impl CharSet {
    /// The set of these; those beyond the basic plane are left out.
    pub(crate) fn of(chars: impl IntoIterator<Item = char>) -> CharSet {
        let mut bits = Box::new([0; 0x1_0000 / 64]);
        for at in chars.into_iter().map(|c| c as usize) {
            if let Some(word) = bits.get_mut(at / 64) {
                *word |= 1 << (at % 64);
            }
        }
        CharSet(bits)
    }

    /// Whether it is there.
    #[inline]
    pub(crate) fn has(&self, c: char) -> bool {
        let at = c as usize;
        self.0
            .get(at / 64)
            .is_some_and(|word| word >> (at % 64) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_is_there_and_nothing_else() {
        let put = ['a', '一', '鿿', '\u{ffff}', '\u{20000}'];
        let set = CharSet::of(put);
        let there: Vec<char> = ('\0'..=char::MAX).filter(|c| set.has(*c)).collect();
        assert_eq!(there, ['a', '一', '鿿', '\u{ffff}']);
    }
}
