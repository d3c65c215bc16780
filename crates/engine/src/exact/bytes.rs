//! Little-endian numbers and variable-length integers in the files of the exact channel.
//!
//! Reading never panics: past the end every number is 0, so that a damaged file gives a wrong
//! answer that the checksum of its segment reveals, never a crash.

/// Appends `value` in groups of seven bits, lowest first, the high bit set on all but the last.
pub(super) fn put_varint(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push((value as u8) | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Reads one variable-length integer at `*at` and moves `*at` behind it. Most have one byte or two.
#[inline]
pub(super) fn get_varint(bytes: &[u8], at: &mut usize) -> u32 {
    match bytes.get(*at..) {
        Some([a, ..]) if *a < 0x80 => {
            *at += 1;
            u32::from(*a)
        }
        Some([a, b, ..]) if *b < 0x80 => {
            *at += 2;
            u32::from(*a & 0x7f) | u32::from(*b) << 7
        }
        _ => get_long_varint(bytes, at),
    }
}

/// The same of any.
fn get_long_varint(bytes: &[u8], at: &mut usize) -> u32 {
    let mut value = 0u32;
    let mut shift = 0u32;
    while let Some(&byte) = bytes.get(*at) {
        *at += 1;
        value |= u32::from(byte & 0x7f).wrapping_shl(shift);
        if byte < 0x80 {
            break;
        }
        shift += 7;
        if shift > 28 {
            break;
        }
    }
    value
}

/// The little-endian `u32` at byte `at`.
#[inline]
pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    match bytes.get(at..at + 4) {
        Some(&[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]),
        _ => 0,
    }
}

/// The little-endian three-byte number at byte `at`.
#[inline]
pub(super) fn u24_at(bytes: &[u8], at: usize) -> u32 {
    match bytes.get(at..at + 3) {
        Some(&[a, b, c]) => u32::from_le_bytes([a, b, c, 0]),
        _ => 0,
    }
}

/// The little-endian `u16` at index `unit` of a UTF-16LE text.
#[inline]
pub(super) fn unit_at(units: &[u8], unit: usize) -> Option<u16> {
    match units.get(2 * unit..2 * unit + 2) {
        Some(&[a, b]) => Some(u16::from_le_bytes([a, b])),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_come_back_and_take_the_bytes_they_should() {
        for (value, n_bytes) in [
            (0, 1),
            (127, 1),
            (128, 2),
            (16_383, 2),
            (16_384, 3),
            (u32::MAX, 5),
        ] {
            let mut out = Vec::new();
            put_varint(&mut out, value);
            assert_eq!(out.len(), n_bytes, "{value}");
            let mut at = 0;
            assert_eq!(get_varint(&out, &mut at), value);
            assert_eq!(at, n_bytes);
        }
    }

    #[test]
    fn reading_past_the_end_gives_zero() {
        let mut at = 3;
        assert_eq!(get_varint(&[0x80], &mut at), 0);
        assert_eq!(u32_at(&[1, 2, 3], 0), 0);
        assert_eq!(u24_at(&[1, 2], 0), 0);
        assert_eq!(unit_at(&[1], 0), None);
    }
}
