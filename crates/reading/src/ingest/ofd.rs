//! Pages of the Chinese standard for fixed layout (GB/T 33190, .ofd) → lines.
//!
//! In: the bytes of the file. Out: a document for each that the file holds, its lines in reading order, as of a PDF: the
//! characters of each text object stand where the page puts them, and what brings those of a PDF into lines brings these.
//! **The line of a passage is a line of this text**, counted from 1 through all pages. A page without text that shows a
//! picture was not read, and a note says so. Templates of pages hold forms and seals, no text of a report.

use super::IngestError;
use super::archive::Archive;
use super::document::Document;
use super::limits::{GLYPHS_MAX, PAGES_MAX, too_much};
use super::notes::PAGE_NOT_READ;
use super::pdf::{Direction, Glyph, lines_of_glyphs};
use super::xml::{Node, walk};
use crate::report::Note;

/// Points in a millimetre, in which the standard measures.
const POINTS: f64 = 72.0 / 25.4;

/// Reads all documents of the file.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Document>, IngestError> {
    let mut archive = Archive::open(bytes)?;
    let entry = part(&mut archive, "OFD.xml")?;
    let mut roots: Vec<String> = Vec::new();
    let mut is_root = false;
    walk::<IngestError>("OFD.xml", &entry, |node| {
        match node {
            Node::Open(name, _) => {
                is_root = name == "DocRoot";
                if is_root {
                    roots.push(String::new());
                }
            }
            Node::Text(text) if is_root => {
                if let Some(root) = roots.last_mut() {
                    root.push_str(text.trim());
                }
            }
            Node::Text(_) => {}
            Node::Close => is_root = false,
        }
        Ok(())
    })?;
    let mut documents = Vec::new();
    let mut n_glyphs = 0;
    for root in roots {
        let document = document(&mut archive, &root, &mut n_glyphs)?;
        documents.extend(document);
    }
    if documents.is_empty() {
        return Err(IngestError::NoCharacters);
    }
    Ok(documents)
}

/// A document; nothing if no page of it has text.
fn document(
    archive: &mut Archive<'_>,
    root: &str,
    n_glyphs: &mut u64,
) -> Result<Option<Document>, IngestError> {
    let text = part(archive, root)?;
    let mut pages = Vec::new();
    walk::<IngestError>(root, &text, |node| {
        if let Node::Open("Page", attributes) = node {
            pages.extend(attributes.get("BaseLoc"));
        }
        Ok(())
    })?;
    if pages.len() > PAGES_MAX {
        return Err(too_much("pages", PAGES_MAX));
    }
    let n_pages = pages.len();
    let mut glyphs = Vec::with_capacity(n_pages);
    let mut unread = Vec::new();
    for (at, location) in pages.iter().enumerate() {
        let name = resolved(root, location);
        let content = part(archive, &name)?;
        let page = page(&name, &content)?;
        *n_glyphs += page.glyphs.len() as u64;
        if *n_glyphs > GLYPHS_MAX {
            return Err(too_much("characters", GLYPHS_MAX as usize));
        }
        if page.glyphs.is_empty() && page.is_drawn {
            unread.push((at + 1).to_string());
        }
        glyphs.push(page.glyphs);
    }
    if glyphs.iter().all(Vec::is_empty) {
        return Ok(None);
    }
    let mut document = Document::default();
    if !unread.is_empty() {
        document.notes.push(Note {
            rule: PAGE_NOT_READ.to_owned(),
            line: None,
            text: format!("pages {} of {n_pages}", unread.join(", ")),
        });
    }
    document.lines = lines_of_glyphs(glyphs, &mut document.notes);
    Ok(Some(document))
}

fn part(archive: &mut Archive<'_>, name: &str) -> Result<String, IngestError> {
    let text = archive.text(name.trim_start_matches('/'))?;
    text.ok_or_else(|| IngestError::BrokenArchive {
        why: format!("`{name}` is not there"),
    })
}

/// A location beside a part: `Pages/Page_0/Content.xml` in `Doc_0/Document.xml`; one that begins with `/` is of the file.
fn resolved(part: &str, location: &str) -> String {
    if location.starts_with('/') {
        return location.to_owned();
    }
    let folder = part.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut names: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    for name in location.split('/') {
        match name {
            "." | "" => {}
            ".." => {
                names.pop();
            }
            name => names.push(name),
        }
    }
    names.join("/")
}

/// What a page holds.
#[derive(Default)]
struct OfdPage {
    glyphs: Vec<Glyph>,
    /// Whether it shows pictures or drawings.
    is_drawn: bool,
}

/// A text object on its way.
#[derive(Clone, Debug, Default)]
struct TextObject {
    /// Left and upper edge, millimetres.
    left: f64,
    top: f64,
    size: f64,
    /// How its own coordinates are turned and stretched.
    matrix: Option<[f64; 6]>,
    direction: f64,
    /// Where the next text code begins, and how far its characters stand.
    x: f64,
    y: f64,
    steps: Vec<f64>,
    falls: Vec<f64>,
}

fn page(part: &str, content: &str) -> Result<OfdPage, IngestError> {
    let mut page = OfdPage::default();
    let mut object = TextObject::default();
    let mut code: Option<String> = None;
    let mut runs: Vec<(TextObject, String)> = Vec::new();
    let mut n_chars = 0;
    walk::<IngestError>(part, content, |node| {
        match node {
            Node::Open("TextObject", attributes) => {
                // Its characters may be drawn by numbers alone.
                page.is_drawn = true;
                let listed = |name: &str| numbers(&attributes.get(name).unwrap_or_default());
                let edges = listed("Boundary");
                object = TextObject {
                    left: edges.first().copied().unwrap_or(0.0),
                    top: edges.get(1).copied().unwrap_or(0.0),
                    size: attributes
                        .number("Size")
                        .or_else(|| attributes.number("size"))
                        .unwrap_or(4.0),
                    matrix: listed("CTM").try_into().ok(),
                    direction: attributes.number("ReadDirection").unwrap_or(0.0),
                    ..TextObject::default()
                };
            }
            Node::Open("TextCode", attributes) => {
                // One that has no place begins where the one before did.
                object.x = attributes.number("X").unwrap_or(object.x);
                object.y = attributes.number("Y").unwrap_or(object.y);
                object.steps = deltas(&attributes.get("DeltaX").unwrap_or_default());
                object.falls = deltas(&attributes.get("DeltaY").unwrap_or_default());
                code = Some(String::new());
            }
            Node::Open("ImageObject" | "PathObject" | "CompositeObject", _) => page.is_drawn = true,
            Node::Open(..) => {}
            Node::Text(text) => {
                if let Some(code) = &mut code {
                    code.push_str(text);
                }
            }
            Node::Close => {
                if let Some(code) = code.take() {
                    n_chars += code.chars().count() as u64;
                    runs.push((object.clone(), code));
                }
            }
        }
        match n_chars > GLYPHS_MAX {
            true => Err(too_much("characters", GLYPHS_MAX as usize)),
            false => Ok(()),
        }
    })?;
    for line in runs.chunk_by_mut(|(a, _), (b, _)| a.begins_as(b)) {
        write(line, &mut page.glyphs);
    }
    Ok(page)
}

/// The runs that begin at one place. Some programs give all runs of a line the place of the line: these stand one after
/// another, as wide as their characters are.
fn write(line: &mut [(TextObject, String)], glyphs: &mut Vec<Glyph>) {
    let are_many = line.len() > 1;
    let mut x = None;
    for (object, code) in line {
        if are_many {
            object.steps.clear();
            object.x = x.unwrap_or(object.x);
        }
        x = Some(object.write(code, glyphs));
    }
}

impl TextObject {
    /// Whether both begin at the same place.
    fn begins_as(&self, other: &TextObject) -> bool {
        let place = |object: &TextObject| (object.left, object.top, object.x, object.y);
        place(self) == place(other) && self.matrix == other.matrix
    }

    /// The characters of a text code, each at its place; where the next one would stand.
    fn write(&self, text: &str, glyphs: &mut Vec<Glyph>) -> f64 {
        let (mut x, mut y) = (self.x, self.y);
        let [a, b, c, d, e, f] = self.matrix.unwrap_or([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
        let size = self.size * b.hypot(a).max(0.01);
        for (at, character) in text.chars().enumerate() {
            let width = if character.is_ascii() { 0.5 } else { 1.0 };
            let fall = self.falls.get(at).copied().unwrap_or(0.0);
            let own = if self.falls.is_empty() {
                width * self.size
            } else {
                0.0
            };
            let step = self.steps.get(at).copied().unwrap_or(own);
            // Within a run no room of less than a character is a blank: some programs give all of them one step.
            let advance = (width * self.size).max(step.min(self.size)) / self.size.max(0.01);
            if !character.is_control() {
                let (left, down) = (x * a + y * c + e, x * b + y * d + f);
                glyphs.push(Glyph {
                    text: character.to_string(),
                    x: (self.left + left) * POINTS,
                    // Points from below, as a PDF has them: pages are laid out one by one.
                    y: -(self.top + down) * POINTS,
                    advance: (advance * size) * POINTS,
                    size: size * POINTS,
                    direction: self.direction(fall, b, a),
                });
            }
            x += step;
            y += fall;
        }
        x
    }

    fn direction(&self, fall: f64, b: f64, a: f64) -> Direction {
        let degrees = b.atan2(a).to_degrees().round();
        match (degrees as i64).rem_euclid(360) {
            0 if fall > 0.0 && self.steps.iter().all(|step| *step == 0.0) => Direction::Down,
            0 if self.direction == 90.0 => Direction::Down,
            0 => Direction::Right,
            90 => Direction::Down,
            180 => Direction::Left,
            270 => Direction::Up,
            _ => Direction::Slanted,
        }
    }
}

fn numbers(text: &str) -> Vec<f64> {
    text.split_whitespace()
        .filter_map(|number| number.parse().ok())
        .collect()
}

/// Steps from character to character; `g 3 5` is three times five.
fn deltas(text: &str) -> Vec<f64> {
    const MAX: usize = 100_000;
    let mut all = Vec::new();
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        if word == "g" {
            let n: usize = words.next().and_then(|n| n.parse().ok()).unwrap_or(0);
            let step: f64 = words.next().and_then(|n| n.parse().ok()).unwrap_or(0.0);
            let room = MAX.saturating_sub(all.len());
            all.extend(std::iter::repeat_n(step, n.min(room)));
        } else if let Ok(step) = word.parse() {
            all.push(step);
        }
        if all.len() >= MAX {
            break;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_stand_where_the_page_puts_them() {
        let content = "<ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:Content><ofd:Layer>\
            <ofd:TextObject Boundary=\"20 40 100 5\" Size=\"5\"><ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"g 2 5\">建设。</ofd:TextCode></ofd:TextObject>\
            <ofd:TextObject Boundary=\"20 30 100 5\" Size=\"5\"><ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"5 5\">专业镇</ofd:TextCode></ofd:TextObject>\
            </ofd:Layer></ofd:Content></ofd:Page>";
        let page = page("p", content).expect("a page");
        assert_eq!(page.glyphs.len(), 6);
        let lines = lines_of_glyphs(vec![page.glyphs], &mut Vec::new());
        let text: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(text, ["专业镇", "建设。"]);
    }

    #[test]
    fn runs_that_all_have_the_place_of_their_line_follow_one_another() {
        let run = |text: &str| {
            format!(
                "<TextObject Boundary=\"20 40 100 5\" Size=\"5\"><TextCode X=\"0\" Y=\"4\" DeltaX=\"g 9 9\">{text}</TextCode></TextObject>"
            )
        };
        let content = format!("<Page>{}{}{}</Page>", run("——2024"), run("年"), run("2"));
        let page = page("p", &content).expect("a page");
        let lines = lines_of_glyphs(vec![page.glyphs], &mut Vec::new());
        let text: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(text, ["——2024年2"]);
    }

    #[test]
    fn narrow_characters_with_the_step_of_wide_ones_are_one_word() {
        let content = "<Page><TextObject Boundary=\"20 40 100 5\" Size=\"5\"><TextCode X=\"0\" Y=\"4\" DeltaX=\"g 9 5\">增长11.4%，共建</TextCode></TextObject></Page>";
        let page = page("p", content).expect("a page");
        let lines = lines_of_glyphs(vec![page.glyphs], &mut Vec::new());
        let text: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(text, ["增长11.4%，共建"]);
    }

    #[test]
    fn steps_and_locations_are_read_as_the_standard_has_them() {
        assert_eq!(deltas("1 g 3 2.5 4"), [1.0, 2.5, 2.5, 2.5, 4.0]);
        assert_eq!(deltas("g 99999999999 1").len(), 100_000);
        assert_eq!(
            resolved("Doc_0/Document.xml", "Pages/Page_0/Content.xml"),
            "Doc_0/Pages/Page_0/Content.xml"
        );
        assert_eq!(
            resolved("Doc_0/Document.xml", "/Doc_1/a.xml"),
            "/Doc_1/a.xml"
        );
        assert_eq!(resolved("Doc_0/Document.xml", "../a.xml"), "a.xml");
    }
}
