//! The machine format on its way out: one object a line, or one document.
//!
//! In: the rows of an answer and what closes it. Out: JSON. Rows are written as they come: none is held longer than it
//! takes to write it. Names of fields are those of the types (`docs/output.md`).

use super::unsafe_chars::is_unsafe;
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};
use std::io::{self, Write};

/// A formatter that writes characters which a terminal would obey, or a reader would not see, as `\u202e`; a parser
/// reads them as they were. serde_json does so for those below U+0020 alone.
struct Harmless<'f, F>(&'f mut F);

macro_rules! forward {
    ($($name:ident($($argument:ident: $kind:ty),*);)*) => {
        $(fn $name<W: ?Sized + Write>(&mut self, out: &mut W, $($argument: $kind),*) -> io::Result<()> {
            self.0.$name(out, $($argument),*)
        })*
    };
}

impl<F: Formatter> Formatter for Harmless<'_, F> {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| is_unsafe(*c)) {
            let (plain, unsafe_on) = rest.split_at(at);
            out.write_all(plain.as_bytes())?;
            // All of them are in the first plane.
            write!(out, "\\u{:04x}", u32::from(c))?;
            rest = unsafe_on.get(c.len_utf8()..).unwrap_or_default();
        }
        out.write_all(rest.as_bytes())
    }

    forward! {
        begin_array();
        end_array();
        begin_array_value(first: bool);
        end_array_value();
        begin_object();
        end_object();
        begin_object_key(first: bool);
        begin_object_value();
        end_object_value();
    }
}

fn write_harmless(
    out: &mut impl Write,
    value: &impl Serialize,
    formatter: &mut impl Formatter,
) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(out, Harmless(formatter));
    Ok(value.serialize(&mut serializer)?)
}

/// Writes objects one a line, each when it comes.
///
/// # Errors
/// When `out` cannot be written to, or an object could not be made: then those before it are written.
pub fn write_lines<E: From<io::Error>>(
    out: &mut impl Write,
    objects: impl IntoIterator<Item = Result<impl Serialize, E>>,
) -> Result<(), E> {
    for object in objects {
        write_line(out, &object?)?;
    }
    Ok(())
}

/// Writes one object on a line.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write_line(out: &mut impl Write, object: &impl Serialize) -> io::Result<()> {
    write_harmless(out, object, &mut CompactFormatter)?;
    out.write_all(b"\n")
}

/// Members of an object.
pub type Members = serde_json::Map<String, serde_json::Value>;

/// Writes one object over several lines. The rows stand in the place of the member that is called `name`, each written when
/// it comes.
///
/// # Errors
/// When `out` cannot be written to, or a row could not be made: then the document ends there, and is none.
pub fn write_document<E: From<io::Error>>(
    out: &mut impl Write,
    members: impl IntoIterator<Item = (impl AsRef<str>, impl Serialize)>,
    name: &str,
    rows: impl IntoIterator<Item = Result<impl Serialize, E>>,
) -> Result<(), E> {
    let formatter = &mut PrettyFormatter::new();
    let mut rows = Some(rows);
    formatter.begin_object(out)?;
    let mut is_first = true;
    for (key, value) in members {
        formatter.begin_object_key(out, std::mem::take(&mut is_first))?;
        write_harmless(out, &key.as_ref(), formatter)?;
        formatter.end_object_key(out)?;
        formatter.begin_object_value(out)?;
        match rows.take_if(|_| key.as_ref() == name) {
            Some(rows) => write_array(out, formatter, rows)?,
            None => write_harmless(out, &value, formatter)?,
        }
        formatter.end_object_value(out)?;
    }
    formatter.end_object(out)?;
    Ok(out.write_all(b"\n")?)
}

/// Writes an array, each value when it comes.
fn write_array<E: From<io::Error>>(
    out: &mut impl Write,
    formatter: &mut impl Formatter,
    values: impl IntoIterator<Item = Result<impl Serialize, E>>,
) -> Result<(), E> {
    formatter.begin_array(out)?;
    let mut is_first = true;
    for value in values {
        let value = value?;
        formatter.begin_array_value(out, std::mem::take(&mut is_first))?;
        write_harmless(out, &value, formatter)?;
        formatter.end_array_value(out)?;
    }
    Ok(formatter.end_array(out)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_document_written_row_by_row_is_the_one_written_at_once() {
        let nested = json!({"type": "hit", "text": "专业\u{202e}镇", "spans": [], "a": [1, {}]});
        let members = json!({"id": "a", "rows": 7, "summary": null, "more": nested});
        for n_rows in 0..3 {
            let rows = vec![nested.clone(); n_rows];
            let mut document = members.clone();
            document["rows"] = rows.clone().into();
            let mut at_once = Vec::new();
            let formatter = &mut PrettyFormatter::new();
            write_harmless(&mut at_once, &document, formatter).expect("memory");
            at_once.push(b'\n');
            let mut by_row = Vec::new();
            let rows = rows.into_iter().map(Ok::<_, io::Error>);
            let members = members.as_object().expect("an object");
            write_document(&mut by_row, members, "rows", rows).expect("memory");
            assert_eq!(String::from_utf8(by_row), String::from_utf8(at_once));
        }
    }
}
