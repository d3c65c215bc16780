//! The drawing of a page → its glyphs, each with its place.
//!
//! In: a page, whose content is a program that shows strings in fonts at places. Out: the characters
//! that it shows, in the order in which they are drawn, with place, width, size and direction, and
//! whether there is something on it that may be text and is not read: a picture, outlines of
//! letters. Forms (content used again) are followed to a depth.

use super::font::Font;
use hayro_syntax::content::TypedIter;
use hayro_syntax::content::ops::TypedInstruction;
use hayro_syntax::object::{
    Array, Dict, Name, Object, ObjectIdentifier, Stream, String as PdfString,
};
use hayro_syntax::page::{Page, Resources};
use std::collections::HashMap;
use std::rc::Rc;

/// Forms within forms.
const FORM_DEPTH_MAX: usize = 12;

/// States saved within states.
const STATES_MAX: usize = 512;

/// Pictures that cover a smaller share of a page are ornaments: a scan covers its page.
const PICTURE_SHARE_MIN: f64 = 0.1;

/// Letters that were turned into outlines have dozens of curves each; a frame or a rule has none.
const OUTLINE_CURVES_MIN: usize = 400;

/// Which way a line of text runs on the page.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(in crate::ingest) enum Direction {
    /// To the right, as text does.
    Right,
    /// Upwards: a page turned left.
    Up,
    /// To the left: a page upside down.
    Left,
    /// Downwards: a page turned right, and columns of vertical text.
    Down,
    /// Aslant, as watermarks do.
    Slanted,
}

/// A character on a page.
#[derive(Clone, Debug)]
pub(in crate::ingest) struct Glyph {
    /// What it stands for; empty where that is not known.
    pub(in crate::ingest) text: String,
    /// Where it begins, in points, from the left and from below.
    pub(in crate::ingest) x: f64,
    /// The line that it stands on.
    pub(in crate::ingest) y: f64,
    /// How far the next one stands.
    pub(in crate::ingest) advance: f64,
    /// The size of its type.
    pub(in crate::ingest) size: f64,
    /// Which way its line runs.
    pub(in crate::ingest) direction: Direction,
}

/// What a document may cost.
pub(super) struct PageBudget {
    /// Instructions left.
    pub(super) instructions: u64,
    /// Glyphs left.
    pub(super) glyphs: u64,
}

/// Fonts that have been read.
#[derive(Default)]
pub(super) struct Fonts(HashMap<ObjectIdentifier, Rc<Font>>);

impl Fonts {
    fn get(&mut self, resources: &Resources<'_>, name: &Name<'_>) -> Option<Rc<Font>> {
        let dict: Dict<'_> = resources.get_font(name)?;
        let Some(id) = dict.obj_id() else {
            return Some(Rc::new(Font::read(&dict)));
        };
        let font = self
            .0
            .entry(id)
            .or_insert_with(|| Rc::new(Font::read(&dict)));
        Some(Rc::clone(font))
    }
}

/// `[a b c d e f]`: x' = ax + cy + e, y' = bx + dy + f.
#[derive(Clone, Copy, Debug)]
struct Matrix([f64; 6]);

impl Matrix {
    const IDENTITY: Matrix = Matrix([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// This one first, then the other.
    fn then(self, other: Matrix) -> Matrix {
        let ([a, b, c, d, e, f], [g, h, i, j, k, l]) = (self.0, other.0);
        Matrix([
            a * g + b * i,
            a * h + b * j,
            c * g + d * i,
            c * h + d * j,
            e * g + f * i + k,
            e * h + f * j + l,
        ])
    }

    fn moved(self, x: f64, y: f64) -> Matrix {
        Matrix([1.0, 0.0, 0.0, 1.0, x, y]).then(self)
    }
}

#[derive(Clone)]
struct GraphicsState {
    page: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    character_spacing: f64,
    word_spacing: f64,
    scale: f64,
    leading: f64,
    rise: f64,
}

/// What a page shows.
#[derive(Default)]
pub(super) struct PageContent {
    /// Its characters.
    pub(super) glyphs: Vec<Glyph>,
    /// Whether it shows something else that may be text: without glyphs it is a page not read.
    pub(super) is_drawn: bool,
}

/// Reads what a page shows.
pub(super) fn content(page: &Page<'_>, fonts: &mut Fonts, budget: &mut PageBudget) -> PageContent {
    let mut reader = PageReader {
        glyphs: Vec::new(),
        pictured: 0.0,
        n_curves: 0,
        fonts,
        budget,
        state: GraphicsState {
            page: Matrix::IDENTITY,
            font: None,
            size: 1.0,
            character_spacing: 0.0,
            word_spacing: 0.0,
            scale: 1.0,
            leading: 0.0,
            rise: 0.0,
        },
        saved: Vec::new(),
        text: Matrix::IDENTITY,
        line: Matrix::IDENTITY,
        marks: Vec::new(),
    };
    let content = page.page_stream();
    // PageContent that cannot be unpacked may have been text.
    let is_lost = content.is_none() && page.raw().contains_key(b"Contents");
    if let Some(content) = content {
        reader.run(content, page.resources(), 0);
    }
    let area = page.intersected_crop_box();
    let share = reader.pictured / (area.width() * area.height()).max(1.0);
    let is_drawn = is_lost || share >= PICTURE_SHARE_MIN || reader.n_curves >= OUTLINE_CURVES_MIN;
    let mut glyphs = reader.glyphs;
    // What lies outside the page is not shown: printer's marks, leftovers of a montage.
    if area.width() > 1.0 && area.height() > 1.0 {
        glyphs.retain(|glyph| {
            (area.x0 - glyph.size..=area.x1 + glyph.size).contains(&glyph.x)
                && (area.y0 - glyph.size..=area.y1 + glyph.size).contains(&glyph.y)
        });
    }
    PageContent { glyphs, is_drawn }
}

/// A stretch of content that says what it reads as.
struct MarkedContent {
    /// The words, until the first glyph has taken them.
    words: Option<String>,
    /// Whether the glyphs in it are replaced.
    replaces: bool,
}

struct PageReader<'r> {
    glyphs: Vec<Glyph>,
    /// Square points that pictures cover, those that lie on each other counted twice.
    pictured: f64,
    /// Curves of drawings.
    n_curves: usize,
    fonts: &'r mut Fonts,
    budget: &'r mut PageBudget,
    state: GraphicsState,
    saved: Vec<GraphicsState>,
    text: Matrix,
    line: Matrix,
    marks: Vec<MarkedContent>,
}

impl PageReader<'_> {
    fn run(&mut self, content: &[u8], resources: &Resources<'_>, depth: usize) {
        let n_saved = self.saved.len();
        let mut instructions = TypedIter::new(content);
        while let Some(instruction) = instructions.next() {
            let Some(left) = self.budget.instructions.checked_sub(1) else {
                return;
            };
            self.budget.instructions = left;
            self.step(&instruction, resources, depth);
        }
        // A form leaves the state as it found it.
        if self.saved.len() > n_saved {
            self.saved.truncate(n_saved + 1);
            if let Some(state) = self.saved.pop() {
                self.state = state;
            }
        }
    }

    fn step(
        &mut self,
        instruction: &TypedInstruction<'_, '_>,
        resources: &Resources<'_>,
        depth: usize,
    ) {
        use TypedInstruction as I;
        match instruction {
            I::SaveState(_) if self.saved.len() < STATES_MAX => {
                self.saved.push(self.state.clone());
            }
            I::RestoreState(_) => {
                if let Some(state) = self.saved.pop() {
                    self.state = state;
                }
            }
            I::Transform(m) => {
                let m = [m.0, m.1, m.2, m.3, m.4, m.5].map(|n| n.as_f64());
                self.state.page = Matrix(m).then(self.state.page);
            }
            I::BeginText(_) => {
                self.text = Matrix::IDENTITY;
                self.line = Matrix::IDENTITY;
            }
            I::TextFont(font) => {
                self.state.font = self.fonts.get(resources, font.0);
                self.state.size = font.1.as_f64();
            }
            I::CharacterSpacing(n) => self.state.character_spacing = n.0.as_f64(),
            I::WordSpacing(n) => self.state.word_spacing = n.0.as_f64(),
            I::HorizontalScaling(n) => self.state.scale = n.0.as_f64() / 100.0,
            I::TextLeading(n) => self.state.leading = n.0.as_f64(),
            I::TextRise(n) => self.state.rise = n.0.as_f64(),
            I::NextLine(n) => self.next_line(n.0.as_f64(), n.1.as_f64()),
            I::NextLineAndSetLeading(n) => {
                self.state.leading = -n.1.as_f64();
                self.next_line(n.0.as_f64(), n.1.as_f64());
            }
            I::NextLineUsingLeading(_) => self.next_line(0.0, -self.state.leading),
            I::SetTextMatrix(m) => {
                let m = [m.0, m.1, m.2, m.3, m.4, m.5].map(|n| n.as_f64());
                self.text = Matrix(m);
                self.line = self.text;
            }
            I::ShowText(text) => self.show(text.0.as_bytes()),
            I::NextLineAndShowText(text) => {
                self.next_line(0.0, -self.state.leading);
                self.show(text.0.as_bytes());
            }
            I::ShowTextWithParameters(text) => {
                self.state.word_spacing = text.0.as_f64();
                self.state.character_spacing = text.1.as_f64();
                self.next_line(0.0, -self.state.leading);
                self.show(text.2.as_bytes());
            }
            I::ShowTexts(texts) => {
                for object in texts.0.iter::<Object<'_>>() {
                    match object {
                        Object::String(text) => self.show(text.as_bytes()),
                        Object::Number(shift) => {
                            let shift = -shift.as_f64() / 1000.0 * self.state.size;
                            self.advance(shift);
                        }
                        _ => {}
                    }
                }
            }
            I::InlineImage(_) => self.picture(),
            I::CubicTo(_) | I::CubicStartTo(_) | I::CubicEndTo(_) => self.n_curves += 1,
            I::XObject(name) if depth < FORM_DEPTH_MAX => {
                if let Some(form) = resources.get_x_object(name.0) {
                    self.form(&form, resources, depth);
                }
            }
            I::BeginMarkedContent(_) => self.mark(None),
            I::BeginMarkedContentWithProperties(mark) => {
                let named = match mark.1 {
                    Object::Name(name) => resources.properties.get::<Dict<'_>>(name),
                    Object::Dict(dict) => Some(dict.clone()),
                    _ => None,
                };
                let words = named.and_then(|dict| dict.get::<PdfString<'_>>("ActualText"));
                self.mark(words.map(|words| words_of(words.as_bytes())));
            }
            I::EndMarkedContent(_) => {
                self.marks.pop();
            }
            _ => {}
        }
    }

    fn mark(&mut self, words: Option<String>) {
        if self.marks.len() < STATES_MAX {
            let replaces = words.is_some();
            self.marks.push(MarkedContent { words, replaces });
        }
    }

    /// A picture fills the square of one unit, as the state turns and stretches it.
    fn picture(&mut self) {
        let [a, b, c, d, ..] = self.state.page.0;
        let area = (a * d - b * c).abs();
        if area.is_finite() {
            self.pictured += area;
        }
    }

    fn form(&mut self, form: &Stream<'_>, resources: &Resources<'_>, depth: usize) {
        let dict = form.dict();
        let kind = dict.get::<Name<'_>>("Subtype");
        match kind.as_ref().map(|kind| kind.as_ref()) {
            Some(b"Form") => {}
            Some(b"Image") => return self.picture(),
            _ => return,
        }
        let Ok(content) = form.decoded_data() else {
            return;
        };
        let before = self.state.clone();
        let (text, line) = (self.text, self.line);
        if let Some(matrix) = dict.get::<Array<'_>>("Matrix") {
            let mut m = Matrix::IDENTITY.0;
            for (slot, n) in m.iter_mut().zip(matrix.iter::<f32>()) {
                *slot = f64::from(n);
            }
            self.state.page = Matrix(m).then(self.state.page);
        }
        match dict.get::<Dict<'_>>("Resources") {
            Some(own) => self.run(&content, &Resources::new(own), depth + 1),
            None => self.run(&content, resources, depth + 1),
        }
        self.state = before;
        (self.text, self.line) = (text, line);
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.line = self.line.moved(x, y);
        self.text = self.line;
    }

    /// Moves the place of the next glyph on along the line.
    fn advance(&mut self, by: f64) {
        let vertical = self
            .state
            .font
            .as_ref()
            .is_some_and(|font| font.is_vertical());
        self.text = if vertical {
            self.text.moved(0.0, by)
        } else {
            self.text.moved(by * self.state.scale, 0.0)
        };
    }

    fn show(&mut self, bytes: &[u8]) {
        let Some(font) = self.state.font.clone() else {
            return;
        };
        let mut rest = bytes;
        while let Some(code) = font.next(rest) {
            let Some(left) = self.budget.glyphs.checked_sub(1) else {
                return;
            };
            self.budget.glyphs = left;
            rest = rest.get(code.n_bytes..).unwrap_or(&[]);
            let size = self.state.size;
            let spacing = self.state.character_spacing
                + if code.is_space {
                    self.state.word_spacing
                } else {
                    0.0
                };
            // Vertical text goes down by its size.
            let (width, step) = if font.is_vertical() {
                (size, -size - spacing)
            } else {
                (code.width * size, code.width * size + spacing)
            };
            self.put(code.text.unwrap_or_default(), width, font.is_vertical());
            self.advance(step);
        }
    }

    fn put(&mut self, text: String, width: f64, vertical: bool) {
        let text = match self.marks.iter_mut().rfind(|mark| mark.replaces) {
            None => text,
            Some(mark) => match mark.words.take() {
                Some(words) if !words.trim().is_empty() => words,
                _ => return,
            },
        };
        let state = &self.state;
        let matrix = self.text.moved(0.0, state.rise).then(state.page);
        let [a, b, c, d, x, y] = matrix.0;
        let size = (state.size * c.hypot(d)).abs();
        let (dx, dy) = if vertical {
            (-c, -d)
        } else {
            (a * state.scale, b * state.scale)
        };
        // A negative size mirrors the text, and the line runs the other way.
        let sign = if !vertical && state.size < 0.0 {
            -1.0
        } else {
            1.0
        };
        let length = dx.hypot(dy);
        if !(x.is_finite() && y.is_finite() && size.is_finite() && length.is_finite())
            || size <= 0.0
            || length <= 0.0
        {
            return;
        }
        let (ux, uy) = (sign * dx / length, sign * dy / length);
        let direction = if ux > 0.99 {
            Direction::Right
        } else if uy > 0.99 {
            Direction::Up
        } else if ux < -0.99 {
            Direction::Left
        } else if uy < -0.99 {
            Direction::Down
        } else {
            Direction::Slanted
        };
        self.glyphs.push(Glyph {
            text,
            x,
            y,
            advance: width.abs() * length,
            size,
            direction,
        });
    }
}

/// A text string of PDF: UTF-16 or UTF-8 with a mark, Latin-1 without.
fn words_of(bytes: &[u8]) -> String {
    let text = match bytes {
        [0xfe, 0xff, rest @ ..] => {
            let units = rest
                .chunks_exact(2)
                .filter_map(|pair| Some(u16::from_be_bytes(pair.try_into().ok()?)));
            char::decode_utf16(units).filter_map(Result::ok).collect()
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes
            .iter()
            .map(|&byte| char::from(byte))
            .collect::<String>(),
    };
    text.chars()
        .filter(|&c| !super::super::extract::is_invisible(c) && c != '\u{fffd}')
        .collect()
}
