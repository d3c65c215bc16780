//! Decoding, folding, queries: text in, and what must hold of what comes out.

use crate::random::{Random, run};
use baogao_engine::exact::MatchOptions;
use baogao_engine::query::{Query, parse_years};
use baogao_reading::fold::{fold, fold_with_edits};
use baogao_reading::ingest::{IngestError, read_text};
use baogao_reading::script::Script;
use encoding_rs::{BIG5, GB18030, GBK, UTF_8, UTF_16LE};
use std::time::{Duration, Instant};

/// Text as a file has it: with Han characters enough to tell what it is.
fn prose(random: &mut Random) -> String {
    let mut text = String::from("各位代表：现在，我代表市人民政府向大会报告工作，请予审议。\n");
    for _ in 0..random.below(20) {
        let c = char::from_u32(0x4e00 + random.below(0x51a6) as u32).unwrap_or('一');
        text.push(c);
        if random.below(8) == 0 {
            text.push_str(random.pick(&["，", "。\n", "5.5%", " ", "“", "”"]));
        }
    }
    text
}

#[test]
fn bytes_become_text_or_a_reason() {
    run("bytes_become_text_or_a_reason", |random| {
        let text = prose(random);
        // What is written in an encoding is read back as it was.
        let (gb18030, _, _) = GB18030.encode(&text);
        let utf16: Vec<u8> = [0xfeff]
            .into_iter()
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        let mut bytes = [text.clone().into_bytes(), gb18030.into_owned(), utf16];
        for bytes in &bytes {
            assert_eq!(
                read_text(bytes).as_deref(),
                Ok(text.as_str()),
                "{bytes:02x?}"
            );
        }
        let [utf8, _, _] = &mut bytes;
        let other = [UTF_8, GBK, BIG5, UTF_16LE][random.below(4)];
        let (mixed, _, _) = other.encode(&text);
        if random.below(3) == 0 {
            utf8.extend_from_slice(&mixed);
        }
        for mut bytes in bytes {
            random.alter(&mut bytes);
            match read_text(&bytes) {
                Ok(text) => {
                    let n_lost = text.matches('\u{fffd}').count();
                    assert!(
                        n_lost <= 20 + bytes.len() / 500,
                        "{n_lost} lost of {}",
                        bytes.len()
                    );
                    assert!(
                        text.len() <= 3 * bytes.len(),
                        "{} bytes of {}",
                        text.len(),
                        bytes.len()
                    );
                }
                Err(IngestError::Binary { byte } | IngestError::Undecodable { byte, .. }) => {
                    assert!(byte < bytes.len());
                }
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
    });
}

#[test]
fn folding_keeps_the_way_back() {
    run("folding_keeps_the_way_back", |random| {
        let text = random.text(60);
        let mut edits = Vec::new();
        let folded = fold_with_edits(&text, Script::Simplified, &mut edits);
        assert_eq!(fold(&text), folded);
        assert_eq!(fold(&folded), folded, "{text:?}");
        assert!(
            !folded.chars().any(|c| c.is_control() || c.is_whitespace()),
            "{folded:?}"
        );
        // Each edit undone gives the original.
        let units: Vec<u16> = folded.encode_utf16().collect();
        let (mut back, mut at, mut from) = (String::new(), 0usize, 0usize);
        for edit in &edits {
            let start = edit.at as usize;
            assert!(
                start >= at && edit.original.start as usize >= from,
                "{text:?} {edit:?}"
            );
            back += &String::from_utf16(&units[at..start]).expect("whole characters");
            let original = edit.original.start as usize..edit.original.end as usize;
            back += text.get(original).expect("whole characters");
            at = start + usize::from(edit.len);
            from = edit.original.end as usize;
        }
        back += &String::from_utf16(&units[at..]).expect("whole characters");
        assert_eq!(back, text);
    });
}

/// A question as somebody types it who knows the language, or half of it.
fn question(random: &mut Random) -> String {
    let parts = [
        "专业镇",
        "发展",
        "“四上”企业",
        "(",
        ")",
        "（",
        "）",
        " OR ",
        " AND ",
        " ",
        "-",
        "NOT ",
        "\"",
        "”",
        "*",
        "?",
        "？",
        "~30",
        "~",
        "|",
        "region:吕梁",
        "year:2024",
        "year:2020..2024",
        "part:plan",
        "level:市",
        "report:汾阳市-2024",
        "：",
        ":",
        "region:",
        "\u{3000}",
    ];
    (0..random.below(24))
        .map(|_| match random.below(6) {
            0 => random.text(3),
            _ => random.pick(&parts).to_owned(),
        })
        .collect()
}

#[test]
fn queries_are_understood_or_refused_and_nothing_else() {
    // Little stack: what is nested must not use it up.
    let body = || {
        run(
            "queries_are_understood_or_refused_and_nothing_else",
            |random| {
                let typed = match random.below(4) {
                    0 => random.text(200),
                    1 => random
                        .pick(&["(", "（", "\"", "-", "NOT ", "a OR ", "?", "*", "\\", "国 "])
                        .repeat(random.below(1_200)),
                    _ => question(random),
                };
                for literal in [false, true] {
                    let options = MatchOptions {
                        literal,
                        inside: random.below(2) == 0,
                    };
                    let started = Instant::now();
                    let parsed = Query::parse(&typed, options);
                    // Alone it takes far less; other work on the machine may come between.
                    assert!(started.elapsed() < Duration::from_millis(500), "{typed:?}");
                    match parsed {
                        Ok(query) => {
                            assert!(!query.keywords().is_empty(), "{typed:?}");
                            assert!(typed.chars().count() <= 1_000, "{typed:?}");
                            // As it is understood it means the same.
                            let understood = query.understood();
                            if !literal && understood.chars().count() <= 1_000 {
                                let again =
                                    Query::parse(&understood, options).unwrap_or_else(|error| {
                                        panic!("{typed:?} {understood:?}: {error}")
                                    });
                                assert_eq!(again.understood(), understood, "{typed:?}");
                            }
                        }
                        Err(error) => {
                            let message = error.to_string();
                            assert!(message.chars().count() < 300, "{message}");
                        }
                    }
                }
                let _ = parse_years(&typed);
            },
        );
    };
    let small = std::thread::Builder::new().stack_size(1 << 20);
    let thread = small.spawn(body).expect("a thread");
    assert!(thread.join().is_ok(), "see above");
}
