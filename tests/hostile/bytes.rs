//! No panic on any bytes, and no text that takes for ever.

use baogao_reading::format::Format;
use baogao_reading::ingest::{IngestError, ingest};
use baogao_reading::report::Kind;
use baogao_reading::source::RawFile;
use proptest::prelude::*;

fn file(bytes: Vec<u8>, format: Format) -> RawFile {
    RawFile {
        path: "河北省/2003/某县.txt".to_owned(),
        format,
        bytes,
    }
}

fn check(bytes: Vec<u8>) {
    for format in [Format::Text, Format::Markdown] {
        let Ok(reports) = ingest(&file(bytes.clone(), format)) else {
            continue;
        };
        for report in reports {
            for (index, passage) in report.passages.iter().enumerate() {
                assert!(!passage.text.is_empty());
                assert_eq!(passage.lines.first().map(|start| start.byte), Some(0));
                for start in &passage.lines {
                    assert!(passage.text.is_char_boundary(start.byte) && start.line > 0);
                }
                if let Some(heading) = passage.heading {
                    assert!(heading < index && report.passages[heading].kind == Kind::Heading);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check(bytes);
    }

    #[test]
    fn any_text(text in "\\PC{0,200}") {
        check(text.into_bytes());
    }

    #[test]
    fn what_hurts(text in "[一二三十（）()、。，：“”的发展年月日在市县区省０-９0-9 \u{3000}\t\r\n\u{2028}\\*#_~$<>/a-c\\[\\]|\\\\!\\-—]{0,400}") {
        check(text.into_bytes());
    }
}

#[test]
fn cut_samples_do_not_panic() {
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for entry in std::fs::read_dir(corpus).expect("the samples are here") {
        let bytes = std::fs::read(entry.expect("readable").path()).expect("readable");
        for at in (0..bytes.len()).step_by(997) {
            check(bytes[..at].to_vec());
            check(bytes[at..].to_vec());
        }
    }
}

#[test]
fn refusals_say_what_is_wrong() {
    let refused = |bytes: &[u8]| ingest(&file(bytes.to_vec(), Format::Text)).expect_err("refused");
    assert_eq!(refused(b""), IngestError::Empty);
    assert_eq!(
        refused("\u{feff} \r\n\u{3000}\n".as_bytes()),
        IngestError::Empty
    );
    assert_eq!(
        refused(b"\x89PNG\r\n\x1a\n\0"),
        IngestError::Binary { byte: 8 }
    );
    assert!(matches!(
        refused(b"a\xff\xff"),
        IngestError::Undecodable {
            byte: 1,
            n_bad: 2,
            ..
        }
    ));
    let one = ingest(&file("好".into(), Format::Text)).expect("one character is text");
    assert_eq!(one[0].passages.len(), 1);
}

#[test]
fn a_giant_line_takes_linear_time() {
    for text in [
        "加快发展，".repeat(400_000),
        "[".repeat(1_000_000),
        "**发展。".repeat(300_000),
        "一、\n".repeat(300_000),
        "发\n".repeat(500_000),
    ] {
        let start = std::time::Instant::now();
        check(text.into_bytes());
        assert!(start.elapsed().as_secs() < 20);
    }
}
