//! Seals: JSON objects whose last field is the hash of all before it, so that one can tell what this program has
//! written, to the last bit, from what it has not.

use xxhash_rust::xxh3::xxh3_128;

/// What a sealed text ends in, before and after the 32 digits.
const SEAL: (&str, &str) = (",\"seal\":\"", "\"}");
/// Digits of xxh3-128.
const SEAL_DIGITS: usize = 32;

/// Adds a last field to a JSON object: the hash of the object without it. tantivy passes over fields that it does not know.
pub(super) fn seal(object: &[u8]) -> Vec<u8> {
    let object = object.trim_ascii_end();
    let Some(open) = object.strip_suffix(b"}") else {
        return object.to_owned();
    };
    let (before, after) = SEAL;
    let field = format!("{before}{:032x}{after}", xxh3_128(open));
    [open, field.as_bytes()].concat()
}

/// Whether a text is as [`seal`] left it, every byte.
pub(super) fn is_sealed(text: &[u8]) -> bool {
    let (before, after) = SEAL;
    let n_field = before.len() + SEAL_DIGITS + after.len();
    let Some((open, _)) = text.split_at_checked(text.len().saturating_sub(n_field)) else {
        return false;
    };
    seal(&[open, b"}"].concat()) == text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_covers_every_bit() {
        let sealed = seal(b"{\"segments\":[],\"payload\":\"{}\"}\n");
        assert!(is_sealed(&sealed));
        let value: serde_json::Value = serde_json::from_slice(&sealed).expect("still JSON");
        assert_eq!(value["payload"], "{}");
        for bit in 0..sealed.len() * 8 {
            let mut flipped = sealed.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(!is_sealed(&flipped), "bit {bit}");
        }
        for n in 0..sealed.len() {
            assert!(!is_sealed(&sealed[..n]), "cut after {n}");
        }
        assert!(!is_sealed(&[sealed.as_slice(), b"\n"].concat()));
    }
}
