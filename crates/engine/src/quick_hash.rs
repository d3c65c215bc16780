//! Hashing of numbers by one multiplication, for tables that are looked up at each character of a text and whose keys nobody
//! chooses to collide.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A table by numbers.
pub(crate) type QuickMap<K, V> = HashMap<K, V, BuildHasherDefault<QuickHasher>>;

/// Hashes a number.
#[derive(Default)]
pub(crate) struct QuickHasher(u64);

impl Hasher for QuickHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(self.0 ^ u64::from(*byte));
        }
    }

    fn write_u32(&mut self, n: u32) {
        self.write_u64(self.0 ^ u64::from(n));
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = spread(n);
    }
}

/// Spreads the bits of a number.
#[inline]
pub(crate) fn spread(n: u64) -> u64 {
    // The upper half of the product depends on all bits; it comes down, as tables take the lower bits.
    let product = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    product ^ product >> 32
}
