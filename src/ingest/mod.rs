//! stub
use crate::report::Report;
use crate::source::RawFile;

/// Why a file gives no report.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum IngestError {
    /// Nothing but white space.
    #[error("the file is empty")]
    Empty,
    /// NUL bytes.
    #[error("the file is binary, not text")]
    Binary,
    /// Not decodable.
    #[error("the file is not UTF-8: first bad byte at {byte}")]
    Undecodable {
        /// offset
        byte: usize,
    },
}

/// One raw file → its reports.
pub fn ingest(file: &RawFile) -> Result<Vec<Report>, IngestError> {
    use crate::report::*;
    let t = std::str::from_utf8(&file.bytes).map_err(|e| IngestError::Undecodable {
        byte: e.valid_up_to(),
    })?;
    if file.bytes.is_empty() {
        return Err(IngestError::Empty);
    }
    let ps = t
        .lines()
        .enumerate()
        .filter(|(_, l)| !l.trim().is_empty())
        .map(|(i, l)| Passage {
            part: Part::Other,
            kind: Kind::Text,
            heading: None,
            about: None,
            text: l.trim().to_string(),
            lines: vec![LineStart {
                byte: 0,
                line: i as u32 + 1,
            }],
        })
        .collect();
    Ok(vec![Report {
        meta: ReportMeta {
            title: "t".into(),
            region: None,
            year: None,
            date: None,
            speaker: None,
            named: None,
            genre: Genre::Report,
        },
        passages: ps,
        notes: vec![],
    }])
}
/// stub
pub const RULES_VERSION: u32 = 1;
