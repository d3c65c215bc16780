//! Chance that can be repeated, the alphabet of what hurts, and ways to alter bytes.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// How long a target runs if nothing else is said.
const SECONDS: f64 = 4.0;

/// A generator (splitmix64) that remembers where it began.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    /// Text of up to `n` pieces that hurt.
    pub(crate) fn text(&mut self, n: usize) -> String {
        let n = self.below(n + 1);
        (0..n)
            .map(|_| match self.below(12) {
                // Any character at all.
                0 => char::from_u32(self.next() as u32 % 0x11_0000)
                    .unwrap_or('\u{fffd}')
                    .to_string(),
                1 => char::from(self.below(128) as u8).to_string(),
                2..5 => char::from_u32(0x4e00 + self.below(0x51a6) as u32)
                    .unwrap_or('一')
                    .to_string(),
                _ => self.pick(PIECES).to_owned(),
            })
            .collect()
    }

    /// Alters bytes in a few places, as a disk, a network or an enemy would.
    pub(crate) fn alter(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..1 + self.below(4) {
            let n = bytes.len();
            if n == 0 {
                bytes.push(self.next() as u8);
                continue;
            }
            let at = self.below(n);
            let few = 1 + self.below(16.min(n - at));
            match self.below(9) {
                0 => bytes[at] ^= 1 << self.below(8),
                1 => bytes[at] = self.next() as u8,
                2 => bytes[at..at + few].fill([0, 0xff, 0x7f, 0x80][self.below(4)]),
                3 => bytes.truncate(at),
                4 => {
                    bytes.drain(at..at + few);
                }
                5 => {
                    let part = bytes[at..at + few].to_vec();
                    let to = self.below(n);
                    bytes.splice(to..to, part);
                }
                6 => {
                    let part = self.text(4).into_bytes();
                    bytes.splice(at..at, part);
                }
                7 => {
                    // A number that says another length.
                    let number =
                        [0, 1, u32::MAX, i32::MAX as u32, self.next() as u32][self.below(5)];
                    for (byte, new) in bytes[at..].iter_mut().zip(number.to_le_bytes()) {
                        *byte = new;
                    }
                }
                _ => {
                    let other = self.below(n);
                    bytes.swap(at, other);
                }
            }
        }
    }
}

/// What has hurt before, here or elsewhere.
const PIECES: &[&str] = &[
    "\n",
    "\r\n",
    "\r",
    "\t",
    " ",
    "\u{3000}",
    "\u{a0}",
    "\u{2028}",
    "\u{85}",
    "\0",
    "\u{b}",
    "\u{c}",
    "\u{feff}",
    "\u{200b}",
    "\u{200d}",
    "\u{ad}",
    "\u{202e}",
    "\u{2066}",
    "\u{1b}[31m",
    "\u{1b}]0;x\u{7}",
    "“",
    "”",
    "‘",
    "’",
    "\"",
    "'",
    "《",
    "》",
    "「",
    "」",
    "（",
    "）",
    "(",
    ")",
    "，",
    "。",
    "、",
    "：",
    "；",
    "？",
    "！",
    "·",
    "…",
    "—",
    "-",
    "－",
    "~",
    "～",
    "*",
    "**",
    "#",
    "|",
    "\\",
    "/",
    "<",
    ">",
    "&",
    "&amp;",
    "&#x4e2d;",
    "<br>",
    "<p>",
    "</p>",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "<td>",
    "</table>",
    "]]>",
    "一、",
    "（一）",
    "1.",
    "1、",
    "第一，",
    "①",
    "⼯作",
    "⻓",
    "６．５％",
    "㎡",
    "㈠",
    "Ⅳ",
    "ﬁ",
    "İ",
    "ß",
    "e\u{301}",
    "𠮷",
    "㐀",
    "👨‍👩‍👧",
    "\u{e000}",
    "\u{fffd}",
    "\u{10ffff}",
    "企業",
    "发展",
    "發展",
    "政府工作报告",
    "各位代表：",
    "2024年4月22日",
    "汾阳市",
    "名词解释",
    "OR",
    "AND",
    "NOT",
    "-",
    "region:",
    "year:",
    "\"a b\"~30",
    "?",
    "=1+1",
    "+1",
    "@x",
    ",",
    "\"\"",
    "{",
    "}",
    "[",
    "]",
    "null",
    "1e400",
    "5.5%",
];

/// The seed of a run.
pub(crate) fn seed() -> u64 {
    std::env::var("SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(20_240_422)
}

/// Runs `body` with one seed after another until the time is over; a failure says with which.
pub(crate) fn run(name: &str, mut body: impl FnMut(&mut Random)) {
    struct Said<'a>(&'a str, Cell<u64>);
    impl Drop for Said<'_> {
        #[expect(
            clippy::print_stderr,
            reason = "without the seed a failure cannot be repeated"
        )]
        fn drop(&mut self) {
            if std::thread::panicking() {
                eprintln!(
                    "repeat it with SEED={} cargo test --test fuzz {}",
                    self.1.get(),
                    self.0
                );
            }
        }
    }
    let seconds = std::env::var("BAOGAO_FUZZ_SECONDS")
        .ok()
        .and_then(|seconds| seconds.parse().ok())
        .unwrap_or(SECONDS);
    let first = seed();
    let said = Said(name, Cell::new(first));
    let started = Instant::now();
    for n in 0.. {
        let seed = first.wrapping_add(n);
        said.1.set(seed);
        body(&mut Random(seed.wrapping_mul(0x2545_f491_4f6c_dd1d)));
        if started.elapsed() > Duration::from_secs_f64(seconds) {
            break;
        }
    }
}
