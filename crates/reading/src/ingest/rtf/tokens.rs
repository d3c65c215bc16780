//! Bytes of rich text → groups, control words and characters.
//!
//! In: the bytes of a file. Out: one [`Token`] after the other, linear in the bytes. Line ends mean nothing, and what
//! makes no sense is a character.

/// What stands next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Token<'b> {
    /// `{`.
    Open,
    /// `}`.
    Close,
    /// `\word` or `\word-7`.
    Word(&'b [u8], Option<i32>),
    /// `\~` and the like, other than those that stand for a byte.
    Sign(u8),
    /// A byte of text; `\'b1` gives one too.
    Byte(u8),
}

/// The tokens of a file.
pub(super) struct Tokens<'b> {
    rest: &'b [u8],
    /// Whether a byte above ASCII takes the one behind it along: in GBK a backslash or a brace may be half a character.
    pub(super) takes_pairs: bool,
    /// The second byte of a character.
    trail: Option<u8>,
}

impl<'b> Tokens<'b> {
    pub(super) fn of(bytes: &'b [u8]) -> Tokens<'b> {
        Tokens {
            rest: bytes,
            takes_pairs: false,
            trail: None,
        }
    }

    /// Whether what stands next is a byte above ASCII as it is.
    pub(super) fn is_at_high_byte(&self) -> bool {
        self.trail.is_none() && self.rest.first().is_some_and(|byte| *byte >= 0x80)
    }

    /// Passes over bytes that are no text (`\bin`).
    pub(super) fn pass_over(&mut self, n: usize) {
        self.rest = self.rest.get(n..).unwrap_or(&[]);
    }

    fn cut(&mut self, n: usize) -> &'b [u8] {
        let (taken, rest) = self.rest.split_at(n.min(self.rest.len()));
        self.rest = rest;
        taken
    }

    /// How many bytes from a place on are such.
    fn run(&self, from: usize, most: usize, is: fn(&u8) -> bool) -> usize {
        let rest = self.rest.get(from..).unwrap_or(&[]);
        rest.iter().take(most).take_while(|byte| is(byte)).count()
    }

    /// What stands behind a backslash.
    fn escaped(&mut self) -> Option<Token<'b>> {
        /// Word allows 32 letters and ten digits.
        const LETTERS_MAX: usize = 64;
        const DIGITS_MAX: usize = 12;
        let first = *self.rest.first()?;
        if first == b'\'' {
            let digits = self
                .rest
                .get(1..3)
                .and_then(|two| std::str::from_utf8(two).ok());
            let byte = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
            self.cut(if byte.is_some() { 3 } else { 1 });
            return Some(byte.map_or(Token::Sign(b'\''), Token::Byte));
        }
        if !first.is_ascii_alphabetic() {
            self.cut(1);
            return Some(match first {
                b'\\' | b'{' | b'}' => Token::Byte(first),
                b'\r' | b'\n' => Token::Word(b"par", None),
                b'\t' => Token::Word(b"tab", None),
                other => Token::Sign(other),
            });
        }
        let n = self.run(0, LETTERS_MAX, u8::is_ascii_alphabetic);
        let word = self.cut(n);
        let is_negative =
            self.rest.first() == Some(&b'-') && self.rest.get(1).is_some_and(u8::is_ascii_digit);
        let n = usize::from(is_negative);
        let n = n + self.run(n, DIGITS_MAX, u8::is_ascii_digit);
        let number = std::str::from_utf8(self.cut(n)).ok();
        let number = number.and_then(|number| number.parse::<i64>().ok());
        let clamped = |n: i64| n.clamp(i64::from(i32::MIN), i64::from(i32::MAX));
        let number = number.and_then(|number| i32::try_from(clamped(number)).ok());
        // One space ends the word and is no text.
        if self.rest.first() == Some(&b' ') {
            self.cut(1);
        }
        Some(Token::Word(word, number))
    }
}

impl<'b> Iterator for Tokens<'b> {
    type Item = Token<'b>;

    fn next(&mut self) -> Option<Token<'b>> {
        if let Some(trail) = self.trail.take() {
            return Some(Token::Byte(trail));
        }
        loop {
            let first = *self.cut(1).first()?;
            return Some(match first {
                b'{' => Token::Open,
                b'}' => Token::Close,
                b'\\' => self.escaped()?,
                b'\r' | b'\n' | 0 => continue,
                byte => {
                    if self.takes_pairs && (0x81..=0xfe).contains(&byte) {
                        let trail = self.rest.first().copied();
                        self.trail = trail.filter(|byte| matches!(byte, 0x40..=0x7e | 0x80..=0xfe));
                        self.cut(usize::from(self.trail.is_some()));
                    }
                    Token::Byte(byte)
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_signs_and_bytes_are_told_apart() {
        let found: Vec<Token<'_>> =
            Tokens::of(b"{\\b0 a\\u-10179?\\'b1\\~\\{\\par\r\n\\'zz\\").collect();
        assert_eq!(
            found,
            [
                Token::Open,
                Token::Word(b"b", Some(0)),
                Token::Byte(b'a'),
                Token::Word(b"u", Some(-10179)),
                Token::Byte(b'?'),
                Token::Byte(0xb1),
                Token::Sign(b'~'),
                Token::Byte(b'{'),
                Token::Word(b"par", None),
                Token::Sign(b'\''),
                Token::Byte(b'z'),
                Token::Byte(b'z'),
            ]
        );
    }
}
