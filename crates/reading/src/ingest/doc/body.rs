//! The texts of a Word file, character by character → paragraphs.
//!
//! In: the pieces of the text, the looks of runs, styles and lists. Out: the paragraphs of one text (the body, the
//! notes, a text box), what was taken out of them, and where pictures and text boxes hang.

use super::changes::{CharacterLook, ParagraphLook, PieceChange};
use super::layout::{Piece, Pieces};
use super::looks::{Run, Runs, Styles};
use crate::ingest::IngestError;
use crate::ingest::compound::{u8_at, u16_at};
use crate::ingest::word::{Lists, Look, Outline, Removed, Shape, Typist, WordParagraph};
use encoding_rs::WINDOWS_1252;
use std::collections::BTreeMap;

/// All that is known of the looks of a file.
pub(super) struct Looks<'t> {
    pub(super) document: &'t [u8],
    pub(super) pieces: Pieces<'t>,
    pub(super) characters: Runs<CharacterLook>,
    pub(super) paragraphs: Runs<ParagraphLook>,
    pub(super) styles: Styles,
    pub(super) lists: Lists,
}

/// What a range of the text gave.
#[derive(Debug, Default)]
pub(super) struct Text {
    pub(super) paragraphs: Vec<WordParagraph>,
    pub(super) removed: Vec<Removed>,
    /// Pictures and objects in it.
    pub(super) n_pictures: usize,
    /// The number of the last paragraph.
    pub(super) last_number: u32,
}

/// The look of the characters of a run, styles and all.
#[derive(Clone, Copy, Default)]
struct Shown {
    look: Look,
    is_special: bool,
    symbol: Option<u16>,
}

/// Reads a range of characters; its paragraphs are numbered after `number`. What hangs on a character by its place is
/// put behind the paragraph in which the place lies.
pub(super) fn read(
    looks: &mut Looks<'_>,
    (from, to): (usize, usize),
    number: u32,
    mut hanging: BTreeMap<usize, Vec<WordParagraph>>,
) -> Result<Text, IngestError> {
    let mut reader = TextReader {
        styles: &looks.styles,
        lists: &mut looks.lists,
        paragraphs: &looks.paragraphs,
        typist: Typist::after(number),
        n_pictures: 0,
        high: None,
        shown: Shown::default(),
        shown_in: (0, 0, 0),
        style_in: (0, 0, 0),
    };
    let pieces = &looks.pieces.pieces;
    let first = pieces.partition_point(|piece| piece.to <= from);
    for piece in pieces
        .iter()
        .skip(first)
        .take_while(|piece| piece.from < to)
    {
        let change = PieceChange::of(piece.change, &looks.pieces.changes);
        let begin = from.max(piece.from);
        for place in begin..to.min(piece.to) {
            let byte = piece.byte + (place - piece.from) * piece.width;
            let Some(code) = code_at(looks.document, byte, piece) else {
                break;
            };
            reader.look_at(byte, &change, &looks.characters);
            let n_before = reader.typist.number;
            let is_box = hanging.contains_key(&place);
            reader.take(code, (byte, piece.width), is_box, &change)?;
            if reader.typist.number != n_before && !hanging.is_empty() {
                // All that hung on this paragraph; what is left hangs on later ones.
                let later = hanging.split_off(&(place + 1));
                let here = std::mem::replace(&mut hanging, later);
                for paragraph in numbered(here, reader.typist.number) {
                    reader.typist.place(paragraph);
                }
            }
        }
    }
    let n_pictures = reader.n_pictures;
    let last_number = reader.typist.number;
    let (mut paragraphs, removed) = reader.typist.finish()?;
    paragraphs.extend(numbered(hanging, last_number));
    Ok(Text {
        last_number,
        paragraphs,
        removed,
        n_pictures,
    })
}

/// What hangs on a paragraph has its number.
fn numbered(
    hanging: BTreeMap<usize, Vec<WordParagraph>>,
    number: u32,
) -> impl Iterator<Item = WordParagraph> {
    hanging.into_values().flatten().map(move |mut paragraph| {
        paragraph.number = number.max(1);
        paragraph
    })
}

/// The code of a character: a unit of UTF-16.
fn code_at(document: &[u8], byte: usize, piece: &Piece) -> Option<u16> {
    if piece.width == 2 {
        return u16_at(document, byte);
    }
    let narrow = u8_at(document, byte)?;
    if narrow < 0x80 {
        return Some(u16::from(narrow));
    }
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(std::slice::from_ref(&narrow));
    let c = text.chars().next()?;
    u16::try_from(u32::from(c)).ok()
}

struct TextReader<'a> {
    styles: &'a Styles,
    lists: &'a mut Lists,
    paragraphs: &'a Runs<ParagraphLook>,
    typist: Typist,
    n_pictures: usize,
    /// The first half of a character of two units.
    high: Option<u16>,
    shown: Shown,
    /// The bytes for which `shown` holds, and the change of the piece in which they lie.
    shown_in: (usize, usize, usize),
    /// The bytes of the paragraph whose style is known.
    style_in: (usize, usize, u16),
}

impl TextReader<'_> {
    /// Finds the look of a character, unless it is in the run of the last one.
    fn look_at(&mut self, byte: usize, change: &PieceChange<'_>, runs: &Runs<CharacterLook>) {
        let of_change = match change {
            PieceChange::None => 0,
            PieceChange::Short(..) => 1,
            PieceChange::List(list) => list.as_ptr() as usize,
        };
        let (from, to, last_change) = self.shown_in;
        if (from..to).contains(&byte) && last_change == of_change {
            return;
        }
        let run = runs.at(byte);
        let style = self.style_at(byte);
        let (from, to, mut look) = match run {
            Some(&Run { from, to, look }) => (from, to, look),
            None => (byte, runs.next_begin(byte), CharacterLook::default()),
        };
        change.over_characters(&mut look);
        let (bold, hidden) = self.styles.bold_and_hidden(style, &look);
        self.shown = Shown {
            look: Look {
                bold,
                hidden,
                deleted: look.deleted,
            },
            is_special: look.is_special,
            symbol: look.symbol,
        };
        let (style_from, style_to, _) = self.style_in;
        self.shown_in = (from.max(style_from), to.min(style_to), of_change);
    }

    /// The style of the paragraph in which a byte lies.
    fn style_at(&mut self, byte: usize) -> u16 {
        let (from, to, style) = self.style_in;
        if (from..to).contains(&byte) {
            return style;
        }
        self.style_in = match self.paragraphs.at(byte) {
            Some(run) => (run.from, run.to, run.look.style),
            None => (byte, self.paragraphs.next_begin(byte), 0),
        };
        self.style_in.2
    }

    fn take(
        &mut self,
        code: u16,
        (byte, width): (usize, usize),
        is_box: bool,
        change: &PieceChange<'_>,
    ) -> Result<(), IngestError> {
        let shown = self.shown;
        match code {
            0x07 => return self.end_of_cell(byte, change),
            0x0d => return self.end_of_paragraph(byte, change),
            // The end of a section ends a paragraph, the end of a page does not.
            0x0c => {
                if self
                    .paragraphs
                    .at(byte)
                    .is_some_and(|run| run.to == byte + width)
                {
                    return self.end_of_paragraph(byte, change);
                }
                self.say('\n');
            }
            0x0b | 0x0e => self.say('\n'),
            0x09 => self.say('\t'),
            0x13 => self.typist.begin_field(),
            0x14 => self.typist.begin_result(),
            0x15 => self.typist.end_field(),
            0x1e => self.say('-'),
            // Codes of links have one that is no picture, text boxes hang on one.
            0x01 | 0x08 if shown.is_special && !self.typist.is_in_code() && !is_box => {
                self.n_pictures += 1;
            }
            0x28 if shown.is_special && shown.symbol.is_some() => {
                // Signs of symbol fonts have private numbers and no meaning outside their font.
                let sign = shown
                    .symbol
                    .and_then(|code| char::from_u32(u32::from(code)));
                if let Some(sign) = sign.filter(|sign| !('\u{e000}'..='\u{f8ff}').contains(sign)) {
                    self.say(sign);
                }
            }
            0..=0x1f => {}
            code => self.say_unit(code),
        }
        Ok(())
    }

    fn say(&mut self, c: char) {
        self.typist.say(c.encode_utf8(&mut [0; 4]), self.shown.look);
    }

    /// Says a unit of UTF-16, or keeps it for the next.
    fn say_unit(&mut self, code: u16) {
        let pair = self.high.take().map(|high| [high, code]);
        if let Some([high, low]) = pair {
            if let Some(Ok(c)) = char::decode_utf16([high, low]).next() {
                return self.say(c);
            }
            self.say('\u{fffd}');
        }
        match char::from_u32(u32::from(code)) {
            Some(c) => self.say(c),
            None if code < 0xdc00 => self.high = Some(code),
            None => self.say('\u{fffd}'),
        }
    }

    /// What is said of the paragraph whose mark stands at a byte.
    fn paragraph_at(&self, byte: usize, change: &PieceChange<'_>) -> ParagraphLook {
        let run = self.paragraphs.at(byte);
        let mut look = run.map(|run| run.look).unwrap_or_default();
        change.over_paragraph(&mut look);
        look
    }

    fn shape_of(&mut self, look: &ParagraphLook) -> Shape {
        let (list, level) = self.styles.list(look.style);
        let list = look.list.or(list).filter(|list| (1..0x7ff).contains(list));
        let level = look.list_level.or(level).unwrap_or(0);
        let number = list.and_then(|list| {
            self.lists
                .next(&list.to_string(), Some(usize::from(level)), None)
        });
        let indent = look
            .indent_chars
            .or_else(|| self.styles.indent_chars(look.style));
        Shape {
            outline: match look.outline {
                // Body text, whatever the style says.
                Some(Outline::Level(9)) => None,
                own => own.or_else(|| self.styles.outline(look.style)),
            },
            indent_chars: usize::from(indent.unwrap_or(0)),
            number,
            in_contents: self.styles.is_contents(look.style),
            depth: usize::from(look.depth),
        }
    }

    fn end_of_paragraph(
        &mut self,
        byte: usize,
        change: &PieceChange<'_>,
    ) -> Result<(), IngestError> {
        let look = self.paragraph_at(byte, change);
        if look.ends_inner_row {
            self.typist.end_row_at(usize::from(look.depth));
            return Ok(());
        }
        // With its end deleted, the next one goes on with it.
        if self.shown.look.deleted && look.depth == 0 {
            return Ok(());
        }
        let shape = self.shape_of(&look);
        self.typist.end_paragraph(shape)?;
        if look.ends_inner_cell {
            self.typist.end_cell();
        }
        Ok(())
    }

    fn end_of_cell(&mut self, byte: usize, change: &PieceChange<'_>) -> Result<(), IngestError> {
        let look = self.paragraph_at(byte, change);
        if look.ends_row {
            self.typist.end_row_at(usize::from(look.depth.max(1)));
            return Ok(());
        }
        let mut shape = self.shape_of(&look);
        shape.depth = shape.depth.max(1);
        self.typist.end_paragraph(shape)?;
        self.typist.end_cell();
        Ok(())
    }
}
