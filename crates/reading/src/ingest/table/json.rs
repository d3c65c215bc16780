//! JSON → rows: a list of objects, a list under a name, or an object a line.
//!
//! In: decoded text. Out: a row for each object, its names as columns. Objects are read one after the other, so that a
//! file is never in memory as a tree. Objects within an object whose names say nothing (`{"安吉县": {"2024": …}}`) are
//! rows, and the names above them say where they belong. A list in a list is a row without names.

use super::names::{Role, role_of};
use super::sheet::{CellBudget, Sheet, SheetCell, SheetRow, note};
use super::values::report_named;
use crate::ingest::IngestError;
use crate::ingest::extract::LineIndex;
use crate::ingest::limits::{self, COLUMNS_MAX, VALUES_MAX};
use crate::ingest::line::is_han;
use regex::Regex;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

/// A file with more lines that are no JSON than ones that are, and so many, is given up.
const ROWS_BROKEN_MAX: usize = 100;

/// So many beginnings of rows are tried behind broken ones.
const TRIES_MAX: usize = 200;

/// Why a row is not read that is no JSON.
const ROW_BROKEN: &str = "the row cannot be read";

/// Why nothing is known of what stood behind the last row.
const END_UNKNOWN: &str = "the file breaks off, and what followed is not known";

/// The rows of a file, and what is needed to add one.
struct Rows<'t> {
    /// Where the text ends.
    end: usize,
    /// Beginnings of rows that were tried.
    n_tries: usize,
    sheet: Sheet,
    columns: HashMap<String, usize>,
    index: LineIndex<'t>,
    budget: CellBudget,
    /// Rows that are lists: their first may be the header.
    lists: Vec<SheetRow>,
}

/// The one table of a text.
pub(super) fn read(text: &str) -> Result<Sheet, IngestError> {
    // So that “is anything left” is not asked of a long end that is blank.
    let text = text.trim_end();
    let body = text.trim_start();
    let at = text.len() - body.len();
    let mut rows = Rows {
        end: text.len(),
        n_tries: 0,
        sheet: Sheet::default(),
        columns: HashMap::new(),
        index: LineIndex::of(text),
        budget: CellBudget::default(),
        lists: Vec::new(),
    };
    // An object over many lines holds the rows under one of its names; one object a line is a row each.
    let array_at = if body.starts_with('[') {
        Some(at + 1)
    } else {
        name_of_rows(body).and_then(|name| array_after(text, at, &name))
    };
    match array_at {
        Some(array_at) => rows.read_array(text, array_at)?,
        None => rows.read_objects(text, at)?,
    }
    rows.take_lists();
    Ok(rows.sheet)
}

impl Rows<'_> {
    /// Objects one after the other, from a byte on.
    fn read_objects(&mut self, text: &str, at: usize) -> Result<(), IngestError> {
        let mut from = at;
        let mut n_broken = 0;
        while let Some(rest) = text.get(from..).filter(|rest| !rest.is_empty()) {
            let blank = rest.len() - rest.trim_start().len();
            let line = self.index.line_at(from + blank);
            let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Bounded>();
            let mut raw_bytes = 0;
            match values.next() {
                Some(Ok(Bounded(Value::Object(object)))) => {
                    from += values.byte_offset();
                    self.push(&object, line)?;
                }
                Some(Ok(Bounded(value))) => {
                    raw_bytes = values.byte_offset();
                    self.note_broken(line, &format!("no object but {}", kind_of(&value)));
                    n_broken += 1;
                }
                Some(Err(error)) => {
                    raw_bytes = next_line_of_object(rest, blank).unwrap_or(rest.len());
                    self.note_broken(line, &reason_of(&error)?);
                    n_broken += 1;
                    if error.is_eof() && raw_bytes == rest.len() {
                        self.push_end();
                    }
                }
                None => break,
            }
            self.push_unread(rest.get(..raw_bytes).unwrap_or_default(), line)?;
            from += raw_bytes;
            if n_broken > ROWS_BROKEN_MAX && n_broken > self.sheet.rows.len() {
                self.push_end();
                break;
            }
        }
        if self.sheet.rows.is_empty()
            && let Some(first) = self.sheet.notes.first()
        {
            return Err(IngestError::NotJson {
                line: first.line.unwrap_or(1),
                why: first.text.clone(),
            });
        }
        Ok(())
    }

    /// The objects of an array, from after its `[`.
    fn read_array(&mut self, text: &str, from: usize) -> Result<(), IngestError> {
        let mut from = from;
        while let Some(rest) = text.get(from..) {
            let row = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
            from += rest.len() - row.len();
            if row.is_empty() {
                self.push_end();
            }
            if row.is_empty() || row.starts_with(']') {
                break;
            }
            let line = self.index.line_at(from);
            let mut values = serde_json::Deserializer::from_str(row).into_iter::<Bounded>();
            match values.next() {
                Some(Ok(Bounded(Value::Object(object)))) => self.push(&object, line)?,
                Some(Ok(Bounded(Value::Array(values)))) => self.push_list(&values, line)?,
                Some(Ok(Bounded(Value::String(text)))) => {
                    self.push_object(&Map::from_iter([("text".to_owned(), text.into())]), line)?;
                }
                Some(Ok(Bounded(value))) => {
                    self.note_broken(line, &format!("no object but {}", kind_of(&value)));
                    limits::check_notes(self.sheet.notes.len())?;
                }
                Some(Err(error)) => {
                    let Next { at, is_end } = self.next_row(row);
                    let why = reason_of(&error)?;
                    match at {
                        Some(_) => self.note_broken(line, &why),
                        None => self.note_broken(line, &format!("{why}; nothing after it is read")),
                    }
                    limits::check_notes(self.sheet.notes.len())?;
                    let raw_bytes = at.unwrap_or(row.len());
                    self.push_unread(row.get(..raw_bytes).unwrap_or_default(), line)?;
                    if at.is_none() {
                        if error.is_eof() || !is_end {
                            self.push_end();
                        }
                        break;
                    }
                    from += raw_bytes;
                    continue;
                }
                None => break,
            }
            from += values.byte_offset();
        }
        Ok(())
    }

    /// Where the row behind a broken one begins: an object stands there with a name that rows of the table have.
    fn next_row(&mut self, broken: &str) -> Next {
        let mut is_end = broken.ends_with([']', '}']);
        for at in memchr::memchr_iter(b'{', broken.as_bytes()).skip(1) {
            let before = broken.get(..at).unwrap_or_default().trim_end();
            let before = before.strip_suffix(',').map(str::trim_end);
            if !before.is_some_and(|before| before.ends_with('}')) {
                continue;
            }
            self.n_tries += 1;
            if self.n_tries > TRIES_MAX {
                is_end = false;
                break;
            }
            let rest = broken.get(at..).unwrap_or_default();
            let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Bounded>();
            if let Some(Ok(Bounded(Value::Object(object)))) = values.next()
                && (self.columns.is_empty()
                    || object.keys().any(|name| self.columns.contains_key(name)))
            {
                return Next {
                    at: Some(at),
                    is_end,
                };
            }
        }
        Next { at: None, is_end }
    }

    /// Keeps a row that cannot be read with what its beginning says of place and year. Signs between rows are none.
    fn push_unread(&mut self, raw: &str, line: u32) -> Result<(), IngestError> {
        if raw.contains('{') || raw.contains(is_han) {
            for (at, piece) in objects_in(raw) {
                let fields = fields_of(piece);
                // What follows is a row of its own where it says so.
                if at > 0 && fields.is_empty() {
                    continue;
                }
                let before = raw.get(..at).unwrap_or_default();
                let n_lines = memchr::memchr_iter(b'\n', before.as_bytes()).count() as u32;
                let row = self.row_of(&fields, line.saturating_add(n_lines))?;
                self.sheet.unread.push((row, ROW_BROKEN));
                limits::check_notes(self.sheet.unread.len())?;
            }
        }
        Ok(())
    }

    /// Keeps in mind that the file has an end that nobody knows.
    fn push_end(&mut self) {
        if self
            .sheet
            .unread
            .last()
            .is_some_and(|(_, why)| *why == END_UNKNOWN)
        {
            return;
        }
        let line = self.index.line_at(self.end).saturating_add(1);
        let row = SheetRow {
            line,
            cells: Vec::new(),
        };
        self.sheet.unread.push((row, END_UNKNOWN));
    }

    fn note_broken(&mut self, line: u32, words: &str) {
        self.sheet.notes.push(note("row-broken", Some(line), words));
    }

    /// Adds an object: a row, or the objects in it.
    fn push(&mut self, object: &Map<String, Value>, line: u32) -> Result<(), IngestError> {
        if holds_rows(object) {
            self.push_nested(object, &mut Vec::new(), line)
        } else {
            self.push_object(object, line)
        }
    }

    /// Adds what an object holds under names that are no columns, one row for each.
    fn push_nested(
        &mut self,
        object: &Map<String, Value>,
        above: &mut Vec<String>,
        line: u32,
    ) -> Result<(), IngestError> {
        for (name, value) in object {
            above.push(name.clone());
            match value {
                Value::Object(inner) if is_nameless(inner) => {
                    self.push_nested(inner, above, line)?
                }
                Value::Object(inner) => {
                    self.push_object(&with_names(inner.clone(), above), line)?
                }
                Value::Array(values) if values.iter().any(Value::is_object) => {
                    for value in values {
                        let inner = match value {
                            Value::Object(inner) => inner.clone(),
                            text => Map::from_iter([("正文".to_owned(), text.clone())]),
                        };
                        self.push_object(&with_names(inner, above), line)?;
                    }
                }
                text => {
                    let inner = Map::from_iter([("正文".to_owned(), text.clone())]);
                    self.push_object(&with_names(inner, above), line)?;
                }
            }
            above.pop();
        }
        Ok(())
    }

    /// Adds a list as a row without names.
    fn push_list(&mut self, values: &[Value], line: u32) -> Result<(), IngestError> {
        if values.len() > COLUMNS_MAX {
            return Err(limits::too_much("columns", COLUMNS_MAX));
        }
        let cell = |value: &Value| {
            let mut text = String::new();
            put_text(value, &mut text);
            SheetCell {
                text,
                line,
                ..SheetCell::default()
            }
        };
        let cells: Vec<SheetCell> = values.iter().map(cell).collect();
        self.budget
            .take(cells.len(), cells.iter().map(|cell| cell.text.len()).sum())?;
        self.lists.push(SheetRow { line, cells });
        Ok(())
    }

    /// Lists are the table where there are no objects; beside objects they are no rows.
    fn take_lists(&mut self) {
        if self.sheet.rows.is_empty() {
            self.sheet.rows = std::mem::take(&mut self.lists);
            self.sheet.find_header();
        }
        for row in std::mem::take(&mut self.lists) {
            self.note_broken(row.line, "no object but a list");
            self.sheet.unread.push((row, ROW_BROKEN));
        }
    }

    /// Adds a row.
    fn push_object(&mut self, object: &Map<String, Value>, line: u32) -> Result<(), IngestError> {
        let row = self.row_of(object, line)?;
        self.sheet.rows.push(row);
        Ok(())
    }

    /// An object as a row; names that have not been seen become columns.
    fn row_of(&mut self, object: &Map<String, Value>, line: u32) -> Result<SheetRow, IngestError> {
        let mut cells: Vec<SheetCell> = Vec::new();
        for (name, value) in object {
            let column = match self.columns.get(name) {
                Some(&column) => column,
                None => {
                    let column = self.sheet.header.len();
                    if column == COLUMNS_MAX {
                        return Err(limits::too_much("columns", COLUMNS_MAX));
                    }
                    self.columns.insert(name.clone(), column);
                    self.sheet.header.push(name.clone());
                    column
                }
            };
            if cells.len() <= column {
                cells.resize_with(column + 1, SheetCell::default);
            }
            let mut text = String::new();
            put_text(value, &mut text);
            if let Some(cell) = cells.get_mut(column) {
                *cell = SheetCell {
                    text,
                    line,
                    runs_on: false,
                    filled: false,
                };
            }
        }
        self.budget
            .take(cells.len(), cells.iter().map(|cell| cell.text.len()).sum())?;
        Ok(SheetRow { line, cells })
    }
}

/// What stands behind a broken row.
struct Next {
    /// The byte of the row where the next begins.
    at: Option<usize>,
    /// Whether it is the last, and the array is closed.
    is_end: bool,
}

/// The byte of the next line that begins an object, behind the line on which a row begins.
fn next_line_of_object(text: &str, row: usize) -> Option<usize> {
    let (_, behind) = text.get(row..)?.split_once('\n')?;
    let mut at = text.len() - behind.len();
    for line in behind.split_inclusive('\n') {
        if line.trim_start().starts_with('{') {
            return Some(at);
        }
        at += line.len();
    }
    None
}

/// What cannot be read, cut where one object seems to end and another to begin; each piece with its byte.
fn objects_in(raw: &str) -> Vec<(usize, &str)> {
    let mut cuts = vec![0];
    for at in memchr::memchr_iter(b'{', raw.as_bytes()).skip(1) {
        let before = raw.get(..at).unwrap_or_default().trim_end();
        let before = before.strip_suffix(',').map(str::trim_end);
        if before.is_some_and(|before| before.ends_with('}')) {
            cuts.push(at);
        }
    }
    let ends = cuts.iter().skip(1).copied().chain([raw.len()]);
    let pieces = cuts.iter().zip(ends);
    pieces
        .map(|(from, to)| (*from, raw.get(*from..to).unwrap_or_default()))
        .collect()
}

/// What a row that is no JSON says of itself where it can be made out: place, year and title.
fn fields_of(raw: &str) -> Map<String, Value> {
    /// Columns of places and years are short and mostly stand first.
    const RAW_BYTES_MAX: usize = 64 << 10;
    let raw = raw
        .get(..raw.floor_char_boundary(RAW_BYTES_MAX))
        .unwrap_or(raw);
    let is_text = |name: &str| matches!(role_of(name), None | Some(Role::Text | Role::Paragraph));
    let mut fields = Map::new();
    for found in FIELD.captures_iter(raw) {
        let name = found.name("name").map_or("", |name| name.as_str());
        let value = found.name("text").or(found.name("number"));
        if let Some(value) = value.filter(|_| !is_text(name) && !fields.contains_key(name)) {
            fields.insert(name.to_owned(), value.as_str().into());
        }
    }
    fields
}

/// A name with a short value.
static FIELD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#""(?<name>[^"\n]{1,40})"\s*:\s*(?:"(?<text>[^"\n]{1,80})"|(?<number>[0-9]{1,12}))\s*[,}]"#)
        .expect("the pattern is constant and a test compiles it")
});

/// Whether no name of an object is one of a column.
fn is_nameless(object: &Map<String, Value>) -> bool {
    !object.is_empty() && object.keys().all(|name| role_of(name).is_none())
}

/// Whether an object holds rows under names that are no columns.
fn holds_rows(object: &Map<String, Value>) -> bool {
    let is_row = |value: &Value| match value {
        Value::Object(_) => true,
        Value::Array(values) => values.iter().any(Value::is_object),
        _ => false,
    };
    is_nameless(object) && object.values().any(is_row)
}

/// A row with what the names above it say of its title, place and year, unless it says so itself.
fn with_names(mut row: Map<String, Value>, above: &[String]) -> Map<String, Value> {
    let has = |row: &Map<String, Value>, wanted: &[Role]| {
        row.keys()
            .any(|name| role_of(name).is_some_and(|role| wanted.contains(&role)))
    };
    let named = || above.iter().rev().filter_map(|name| report_named(name));
    if let Some(year) = named().find_map(|named| named.year)
        && !has(&row, &[Role::Year])
    {
        row.insert("年份".to_owned(), year.get().into());
    }
    let places: Vec<String> = above
        .iter()
        .filter_map(|name| report_named(name)?.place)
        .collect();
    if !places.is_empty()
        && !has(
            &row,
            &[
                Role::Region,
                Role::Code,
                Role::Province,
                Role::City,
                Role::County,
            ],
        )
    {
        row.insert("地区".to_owned(), places.concat().into());
    }
    if !has(&row, &[Role::Title]) {
        row.insert("标题".to_owned(), above.join(" ").into());
    }
    row
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The reason of the parser, without its own line and column: they count from where it began. An object that is too
/// large is no broken row but the end.
fn reason_of(error: &serde_json::Error) -> Result<String, IngestError> {
    if error.is_data() {
        return Err(limits::too_much("values in one object", VALUES_MAX));
    }
    let text = error.to_string();
    Ok(text.split(" at line ").next().unwrap_or("").to_owned())
}

/// The byte after the `[` that follows a name.
fn array_after(text: &str, from: usize, name: &str) -> Option<usize> {
    let name = serde_json::to_string(name).ok()?;
    let at = from + text.get(from..)?.find(&name)? + name.len();
    let rest = text.get(at..)?;
    let rest = rest
        .trim_start()
        .strip_prefix(':')?
        .trim_start()
        .strip_prefix('[')?;
    Some(text.len() - rest.len())
}

/// A value of at most [`VALUES_MAX`] values.
struct Bounded(Value);

impl<'de> Deserialize<'de> for Bounded {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Bounded, D::Error> {
        let mut n_left = VALUES_MAX;
        Tree(&mut n_left).deserialize(deserializer).map(Bounded)
    }
}

/// Reads a value and counts all that it holds.
struct Tree<'a>(&'a mut usize);

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        *self.0 = self
            .0
            .checked_sub(1)
            .ok_or_else(|| de::Error::custom("too many values"))?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(Tree(self.0))? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut values = Map::new();
        while let Some(name) = object.next_key::<String>()? {
            values.insert(name, object.next_value_seed(Tree(self.0))?);
        }
        Ok(Value::Object(values))
    }
}

/// The name under which the object that a text begins with holds a list of objects. Nothing of it is kept.
fn name_of_rows(body: &str) -> Option<String> {
    let mut objects = serde_json::Deserializer::from_str(body).into_iter::<NameOfRows>();
    match objects.next()? {
        Ok(name) => name.0,
        Err(_) => name_of_broken_rows(body),
    }
}

/// The same where a row is broken: the first list of objects, if nothing before it says that the whole is a row itself.
fn name_of_broken_rows(body: &str) -> Option<String> {
    const HEAD_BYTES: usize = 4 << 10;
    let head = body.get(..body.floor_char_boundary(HEAD_BYTES))?;
    let found = LIST.captures(head)?;
    let before = head.get(..found.get(0)?.start())?;
    let name = found.name("name")?.as_str();
    let is_name = role_of(name).is_none() && report_named(name).is_none();
    (is_name && before.matches('{').count() == 1 && fields_of(before).is_empty())
        .then(|| name.to_owned())
}

/// A name with a list of objects.
static LIST: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#""(?<name>[^"\n]{1,40})"\s*:\s*\[\s*\{"#)
        .expect("the pattern is constant and a test compiles it")
});

struct NameOfRows(Option<String>);

impl<'de> Deserialize<'de> for NameOfRows {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<NameOfRows, D::Error> {
        deserializer.deserialize_map(NameOfRows(None))
    }
}

impl<'de> Visitor<'de> for NameOfRows {
    type Value = NameOfRows;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut object: A) -> Result<NameOfRows, A::Error> {
        while let Some(name) = object.next_key::<String>()? {
            let JsonShape { rows, .. } = object.next_value()?;
            if rows
                && self.0.is_none()
                && !matches!(role_of(&name), Some(Role::Text | Role::Paragraph))
                // 安吉县 holds rows of its own, and so may the names after it.
                && report_named(&name).is_none()
            {
                self.0 = Some(name);
            }
        }
        Ok(self)
    }
}

/// What a value is: an object, or a list that begins with one.
#[derive(Default)]
struct JsonShape {
    object: bool,
    rows: bool,
}

impl<'de> Deserialize<'de> for JsonShape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<JsonShape, D::Error> {
        deserializer.deserialize_any(JsonShape::default())
    }
}

impl<'de> Visitor<'de> for JsonShape {
    type Value = JsonShape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<JsonShape, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<JsonShape, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<JsonShape, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<JsonShape, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<JsonShape, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<JsonShape, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<JsonShape, A::Error> {
        let first: Option<JsonShape> = list.next_element()?;
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(JsonShape {
            object: false,
            rows: first.is_some_and(|first| first.object),
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<JsonShape, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(JsonShape {
            object: true,
            rows: false,
        })
    }
}

/// The text of a value: a list is its texts, one a line; of an object the text column counts.
fn put_text(value: &Value, out: &mut String) {
    match value {
        Value::Null => {}
        Value::Bool(value) => out.push_str(&value.to_string()),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::String(text) => out.push_str(text),
        Value::Array(values) => put_lines(values.iter(), out),
        Value::Object(object) => {
            let is_text = |name: &str| {
                matches!(
                    role_of(name),
                    Some(Role::Text | Role::Paragraph | Role::Title)
                )
            };
            let texts = object.iter().filter(|(name, _)| is_text(name));
            put_lines(texts.map(|(_, value)| value), out);
        }
    }
}

fn put_lines<'v>(values: impl Iterator<Item = &'v Value>, out: &mut String) {
    for (at, value) in values.enumerate() {
        if at > 0 {
            out.push('\n');
        }
        put_text(value, out);
    }
}
