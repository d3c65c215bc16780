//! Rows → tables: CSV for spreadsheets, Markdown for papers, tab-separated lines for pipes, aligned text for people.
//!
//! In: the JSON rows of an answer and the columns to take from them. Out: the same values in another form, so that
//! every format says the same.
//!
//! # Invariants
//!
//! - No cell of a CSV begins, blanks aside, with `=`, `+`, `-`, `@` or a tab: a spreadsheet runs none of them.
//! - No control character but the ends of lines and the tabs between or in cells.
//! - A row is written when it comes and held no longer. What goes wrong on the way to a row ends the table there.
//! - A viewer of Markdown shows a cell as the text that it is.
//! - Blank is not 0: a value that is not there is an empty cell.

use super::markdown;
use super::terminal::{Look, escape};
use baogao_engine::ask::Column;
use comfy_table::{Attribute, Cell, CellAlignment, Color, ContentArrangement, Table, presets};
use serde_json::Value;
use std::borrow::Cow;
use std::io::{self, Write};

/// The value of a column as it stands in a cell: blank for none, a region as its path, headings with › between.
pub fn cell(column: &Column, row: &Value) -> String {
    match value_at(row, &column.pointer) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(values)) => {
            let texts: Vec<String> = values.iter().map(plain).collect();
            if is_region(column) && !texts.is_empty() {
                format!("/{}", texts.join("/"))
            } else if values.iter().all(Value::is_number) {
                texts.join("-")
            } else {
                texts.join(" › ")
            }
        }
        Some(value) => plain(value),
    }
}

/// As [`Value::pointer`], for names without `~`, which are looked up as they stand.
fn value_at<'v>(row: &'v Value, pointer: &str) -> Option<&'v Value> {
    let mut names = pointer.split('/').skip(1);
    names.try_fold(row, |value, name| match value {
        Value::Object(fields) => fields.get(name),
        Value::Array(values) => values.get(name.parse::<usize>().ok()?),
        _ => None,
    })
}

/// Whether a column has names of regions, top first.
fn is_region(column: &Column) -> bool {
    let names = ["/region", "/province", "/prefecture"];
    names.iter().any(|name| column.pointer.ends_with(name))
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(object) => object.values().map(plain).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

/// What a cell says in a spreadsheet: a formula is shown, never run, and nothing acts on a terminal. Lines and tabs
/// may stand in a cell.
fn neutral(text: &str) -> String {
    let kept = |c: char| matches!(c, '\n' | '\t');
    let text: String = text
        .split_inclusive(kept)
        .flat_map(|part| {
            let end = part.chars().next_back().filter(|c| kept(*c));
            let body = part.strip_suffix(kept).unwrap_or(part);
            [
                escape(body),
                Cow::from(end.map(String::from).unwrap_or_default()),
            ]
        })
        .collect();
    let first = text
        .chars()
        .find(|c| *c == '\t' || *c == '\r' || !c.is_whitespace());
    if matches!(
        first,
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠')
    ) {
        format!("'{text}")
    } else {
        text
    }
}

/// Writes rows as CSV (RFC 4180, UTF-8); the last rows have a remark each in their first cell.
///
/// # Errors
/// When `out` cannot be written to, or a row could not be made: then the rows before it are written.
pub fn write_csv<E: From<io::Error>>(
    out: &mut impl Write,
    columns: &[Column],
    rows: impl IntoIterator<Item = Result<Value, E>>,
    remarks: &[String],
    bom: bool,
) -> Result<(), E> {
    if bom {
        out.write_all("\u{feff}".as_bytes())?;
    }
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(out);
    let names = columns.iter().map(|column| neutral(&column.name));
    writer.write_record(names).map_err(io::Error::from)?;
    for row in rows {
        let row = row?;
        let cells = columns.iter().map(|column| neutral(&cell(column, &row)));
        writer.write_record(cells).map_err(io::Error::from)?;
    }
    for remark in remarks {
        let remark = neutral(&format!("# {remark}"));
        let blanks = std::iter::repeat_n("", columns.len().saturating_sub(1));
        let last = std::iter::once(remark.as_str()).chain(blanks);
        writer.write_record(last).map_err(io::Error::from)?;
    }
    Ok(writer.flush()?)
}

/// Writes rows as a table of Markdown, the method under it.
///
/// # Errors
/// As for [`write_csv`].
pub fn write_markdown<E: From<io::Error>>(
    out: &mut impl Write,
    columns: &[Column],
    rows: impl IntoIterator<Item = Result<Value, E>>,
    method: &str,
) -> Result<(), E> {
    let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let names = columns
        .iter()
        .map(|column| markdown::cell(&column.name))
        .collect();
    writeln!(out, "{}", line(names))?;
    let rules = columns.iter().map(|column| {
        let rule = if column.is_number { "---:" } else { "---" };
        rule.to_owned()
    });
    writeln!(out, "{}", line(rules.collect()))?;
    for row in rows {
        let row = row?;
        let cells = columns
            .iter()
            .map(|column| markdown::cell(&cell(column, &row)));
        writeln!(out, "{}", line(cells.collect()))?;
    }
    writeln!(out, "\n{}", markdown::line(method))?;
    Ok(())
}

/// Writes rows as lines, tabs between the cells, without a header: for other programs of the command line.
///
/// # Errors
/// As for [`write_csv`].
pub fn write_tabs<E: From<io::Error>>(
    out: &mut impl Write,
    columns: &[Column],
    rows: impl IntoIterator<Item = Result<Value, E>>,
) -> Result<(), E> {
    for row in rows {
        let row = row?;
        let cells: Vec<String> = columns
            .iter()
            .map(|column| escape(&cell(column, &row)).into_owned())
            .collect();
        writeln!(out, "{}", cells.join("\t"))?;
    }
    Ok(())
}

/// A cell of a table for people.
#[derive(Clone, Debug, Default)]
pub struct TextCell {
    /// What it says.
    pub text: String,
    /// How strong it is in a heat map, 0.0 to 1.0.
    pub heat: Option<f64>,
}

impl From<String> for TextCell {
    fn from(text: String) -> TextCell {
        TextCell { text, heat: None }
    }
}

/// A heat map without colour, lightest first.
const BLOCKS: [&str; 5] = ["·", "░", "▒", "▓", "█"];
/// A heat map in colour: backgrounds of the 256-colour palette, lightest first, with dark text on them.
const HEAT: [u8; 5] = [230, 223, 216, 209, 203];

/// Writes an aligned table: names over the columns, numbers at the right, no lines.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write_text(
    out: &mut impl Write,
    look: Look,
    columns: &[(String, bool)],
    rows: Vec<Vec<TextCell>>,
) -> io::Result<()> {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled);
    if look.colour {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    let aligned = |cell: Cell, at: usize| {
        let is_number = columns.get(at).is_some_and(|(_, is_number)| *is_number);
        cell.set_alignment(if is_number {
            CellAlignment::Right
        } else {
            CellAlignment::Left
        })
    };
    let header = columns
        .iter()
        .enumerate()
        .map(|(at, (name, _))| aligned(Cell::new(escape(name)).add_attribute(Attribute::Bold), at));
    table.set_header(header.collect::<Vec<_>>());
    for row in rows {
        let cells = row.into_iter().enumerate().map(|(at, cell)| {
            let text = escape(&cell.text);
            let step = cell
                .heat
                .map(|heat| (heat.clamp(0.0, 1.0) * 4.0).round() as usize);
            let cell = match step {
                Some(step) if look.colour => Cell::new(text).fg(Color::Black).bg(Color::AnsiValue(
                    HEAT.get(step).copied().unwrap_or_default(),
                )),
                Some(step) => Cell::new(format!("{} {text}", BLOCKS.get(step).unwrap_or(&""))),
                None => Cell::new(text),
            };
            aligned(cell, at)
        });
        table.add_row(cells.collect::<Vec<_>>());
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    for line in table.lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// A bar of up to `columns` columns, in eighths of one.
pub fn bar(share: f64, columns: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (share.clamp(0.0, 1.0) * columns as f64 * 8.0).round() as usize;
    let eighths = if share > 0.0 { eighths.max(1) } else { 0 };
    let rest = EIGHTHS.get(eighths % 8).copied().unwrap_or_default();
    format!("{}{rest}", "█".repeat(eighths / 8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn columns() -> Vec<Column> {
        vec![Column::text("text", "/text"), Column::number("n", "/n")]
    }

    #[test]
    fn blank_is_not_zero() {
        let n = Column::number("n", "/n");
        assert_eq!(cell(&n, &json!({"n": null})), "");
        assert_eq!(cell(&n, &json!({})), "");
        assert_eq!(cell(&n, &json!({"n": 0})), "0");
    }

    #[test]
    fn a_region_is_its_path() {
        let region = Column::text("region", "/region");
        assert_eq!(
            cell(&region, &json!({"region": ["山西省", "吕梁市"]})),
            "/山西省/吕梁市"
        );
        assert_eq!(cell(&region, &json!({"region": []})), "");
    }

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        assert_eq!(bar(0.0, 4), "");
        assert_eq!(bar(1.0, 4), "████");
        assert_eq!(bar(0.5, 3), "█▌");
        assert_eq!(bar(0.001, 4), "▏");
    }

    proptest! {
        #[test]
        fn csv_comes_back_and_runs_nothing(text in "[ =+@\\-\t\r\n,\"'专业镇a1]{0,12}", n in any::<u32>()) {
            let mut out = Vec::new();
            let rows = [json!({"text": text, "n": n})];
            let rows = rows.into_iter().map(Ok::<_, io::Error>);
            write_csv(&mut out, &columns(), rows, &["method".to_owned()], false).expect("memory can be written to");
            let mut reader = csv::Reader::from_reader(&out[..]);
            let records: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("it reads back");
            prop_assert_eq!(records.len(), 2);
            let cell = &records[0][0];
            let written = text.replace('\r', "\\u{d}");
            prop_assert_eq!(cell.strip_prefix('\'').filter(|_| cell != written).unwrap_or(cell), written);
            let first = cell.chars().find(|c| *c == '\t' || !c.is_whitespace());
            prop_assert!(!matches!(first, Some('=' | '+' | '-' | '@' | '\t' | '\r')));
            let n = n.to_string();
            prop_assert_eq!(&records[0][1], n.as_str());
        }
    }
}
