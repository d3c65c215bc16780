//! Changes of look (`Sprm`): what a list of them says of a paragraph or of characters.
//!
//! In: bytes. Out: the few of some three hundred kinds that say what is a heading, a cell, a number, bold, hidden,
//! deleted. The others are passed over by the length that their kind has.

use crate::ingest::compound::{u8_at, u16_at, u32_at};
use crate::ingest::word::Outline;

/// What is said of a paragraph; nothing where it is as its style says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct ParagraphLook {
    /// Number of its style.
    pub(super) style: u16,
    pub(super) outline: Option<Outline>,
    /// Number of its list; zero for none.
    pub(super) list: Option<u16>,
    pub(super) list_level: Option<u8>,
    /// Characters by which its first line is set in.
    pub(super) indent_chars: Option<u8>,
    /// In how many tables it stands.
    pub(super) depth: u8,
    /// Whether its mark ends a row, and no paragraph.
    pub(super) ends_row: bool,
    /// Whether its mark ends a cell of a table within a table.
    pub(super) ends_inner_cell: bool,
    /// Whether its mark ends a row of such a table.
    pub(super) ends_inner_row: bool,
}

/// On, off, or as the style says or does not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Toggle {
    Off,
    On,
    AsStyle,
    AgainstStyle,
}

impl Toggle {
    fn of(value: u8) -> Toggle {
        match value {
            0 => Toggle::Off,
            0x80 => Toggle::AsStyle,
            0x81 => Toggle::AgainstStyle,
            _ => Toggle::On,
        }
    }

    /// What comes of it over a style that says this.
    pub(super) fn over(this: Option<Toggle>, style: bool) -> bool {
        match this {
            Some(Toggle::Off) => false,
            Some(Toggle::On) => true,
            Some(Toggle::AgainstStyle) => !style,
            Some(Toggle::AsStyle) | None => style,
        }
    }
}

/// What is said of characters; nothing where they are as the style of their paragraph says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct CharacterLook {
    /// Number of a style of characters.
    pub(super) style: Option<u16>,
    pub(super) bold: Option<Toggle>,
    pub(super) hidden: Option<Toggle>,
    pub(super) deleted: bool,
    /// Whether a control character is one that means something.
    pub(super) is_special: bool,
    /// The sign of a symbol font that stands here.
    pub(super) symbol: Option<u16>,
}

/// One change: its number and its value.
struct Change<'c> {
    kind: u16,
    value: &'c [u8],
}

impl Change<'_> {
    fn byte(&self) -> u8 {
        u8_at(self.value, 0).unwrap_or(0)
    }

    fn word(&self) -> u16 {
        u16_at(self.value, 0).unwrap_or(0)
    }
}

/// The changes of a list, as far as it holds together.
fn changes(mut bytes: &[u8]) -> impl Iterator<Item = Change<'_>> {
    const TABLE: u16 = 0xd608;
    const TABS: u16 = 0xc615;
    std::iter::from_fn(move || {
        let kind = u16_at(bytes, 0)?;
        let rest = bytes.get(2..)?;
        let (skip, n) = match kind >> 13 {
            0 | 1 => (0, 1),
            2 | 4 | 5 => (0, 2),
            3 => (0, 4),
            7 => (0, 3),
            _ if kind == TABLE => (2, usize::from(u16_at(rest, 0)?).saturating_sub(1)),
            _ => match (kind, u8_at(rest, 0)?) {
                // Its length does not fit into a byte: two lists with lengths of their own.
                (TABS, 255) => {
                    let n_closed = usize::from(u8_at(rest, 1)?);
                    let n_open = usize::from(u8_at(rest, 2 + 4 * n_closed)?);
                    (1, 2 + 4 * n_closed + 3 * n_open)
                }
                (_, n) => (1, usize::from(n)),
            },
        };
        let value = rest.get(skip..skip + n)?;
        bytes = rest.get(skip + n..)?;
        Some(Change { kind, value })
    })
}

/// How many changes a list has.
pub(super) fn n_changes(bytes: &[u8]) -> usize {
    changes(bytes).count()
}

impl ParagraphLook {
    /// Applies a list of changes.
    pub(super) fn apply(&mut self, bytes: &[u8]) {
        for change in changes(bytes) {
            self.change(&change);
        }
    }

    fn change(&mut self, change: &Change<'_>) {
        let is_on = change.byte() != 0;
        match change.kind {
            0x4600 => self.style = change.word(),
            0x2640 => self.outline = Some(Outline::Level(change.byte())),
            0x260a => self.list_level = Some(change.byte()),
            0x460b => self.list = Some(change.word()),
            0x2416 => self.depth = self.depth.max(u8::from(is_on)),
            0x2417 => self.ends_row = is_on,
            0x6649 => {
                let depth = u32_at(change.value, 0).unwrap_or(0);
                self.depth = u8::try_from(depth).unwrap_or(u8::MAX);
            }
            0x244b => self.ends_inner_cell = is_on,
            0x244c => self.ends_inner_row = is_on,
            // Hundredths of a character, or twentieths of a point in type of 16 point.
            0x4457 => self.indent(change.word(), 100),
            0x8411 | 0x8460 if self.indent_chars.is_none_or(|chars| chars == 0) => {
                self.indent(change.word(), 300);
            }
            _ => {}
        }
    }

    fn indent(&mut self, value: u16, unit: i16) {
        let chars = value.cast_signed() / unit;
        self.indent_chars = u8::try_from(chars.clamp(0, 4)).ok();
    }
}

impl CharacterLook {
    /// Applies a list of changes.
    pub(super) fn apply(&mut self, bytes: &[u8]) {
        for change in changes(bytes) {
            self.change(&change);
        }
    }

    fn change(&mut self, change: &Change<'_>) {
        let is_on = change.byte() != 0;
        match change.kind {
            0x4a30 => self.style = Some(change.word()),
            0x0835 => self.bold = Some(Toggle::of(change.byte())),
            0x083c => self.hidden = Some(Toggle::of(change.byte())),
            0x0800 => self.deleted = is_on,
            0x0855 => self.is_special = is_on,
            0x6a09 => {
                self.symbol = u16_at(change.value, 2);
                self.is_special = true;
            }
            // Back to the look of the style.
            0x2a33 => {
                *self = CharacterLook {
                    deleted: self.deleted,
                    is_special: self.is_special,
                    ..CharacterLook::default()
                }
            }
            _ => {}
        }
    }
}

/// The change that a fast save has written into the table of pieces itself, if it is one of ours.
fn short_change(change: u16) -> Option<(u16, [u8; 1])> {
    let kind = match (change >> 1) & 0x7f {
        0x18 => 0x2416,
        0x19 => 0x2417,
        0x41 => 0x0800,
        0x55 => 0x0835,
        0x5c => 0x083c,
        _ => return None,
    };
    let [_, value] = change.to_le_bytes();
    Some((kind, [value]))
}

/// What a fast save says of a piece: one short change, or a list by its number.
#[derive(Clone, Copy)]
pub(super) enum PieceChange<'t> {
    None,
    Short(u16, [u8; 1]),
    List(&'t [u8]),
}

impl<'t> PieceChange<'t> {
    /// Of a piece.
    pub(super) fn of(change: u16, lists: &[&'t [u8]]) -> PieceChange<'t> {
        if change & 1 != 0 {
            let list = lists.get(usize::from(change >> 1));
            return list.map_or(PieceChange::None, |list| PieceChange::List(list));
        }
        short_change(change).map_or(PieceChange::None, |(kind, value)| {
            PieceChange::Short(kind, value)
        })
    }

    /// Laid over the look of a paragraph.
    pub(super) fn over_paragraph(&self, look: &mut ParagraphLook) {
        match self {
            PieceChange::None => {}
            PieceChange::Short(kind, value) => look.change(&Change { kind: *kind, value }),
            PieceChange::List(list) => look.apply(list),
        }
    }

    /// Laid over the look of characters.
    pub(super) fn over_characters(&self, look: &mut CharacterLook) {
        match self {
            PieceChange::None => {}
            PieceChange::Short(kind, value) => look.change(&Change { kind: *kind, value }),
            PieceChange::List(list) => look.apply(list),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_told_apart_by_their_lengths() {
        let mut list = Vec::new();
        list.extend(0x6412_u16.to_le_bytes());
        list.extend([1, 2, 3, 4]);
        // A definition of a table: its length takes two bytes and counts one too many.
        list.extend(0xd608_u16.to_le_bytes());
        list.extend([3, 0, 9, 9]);
        list.extend(0xc615_u16.to_le_bytes());
        list.extend([255, 1, 9, 9, 9, 9, 1, 9, 9, 9]);
        list.extend(0x2640_u16.to_le_bytes());
        list.push(2);
        let mut look = ParagraphLook::default();
        look.apply(&list);
        assert_eq!(look.outline, Some(Outline::Level(2)));
        for cut in 0..list.len() {
            ParagraphLook::default().apply(&list[..cut]);
        }
    }

    #[test]
    fn what_a_style_says_can_be_turned_over() {
        for (toggle, over_plain, over_bold) in [
            (None, false, true),
            (Some(Toggle::of(0)), false, false),
            (Some(Toggle::of(1)), true, true),
            (Some(Toggle::of(0x80)), false, true),
            (Some(Toggle::of(0x81)), true, false),
        ] {
            assert_eq!(Toggle::over(toggle, false), over_plain);
            assert_eq!(Toggle::over(toggle, true), over_bold);
        }
    }
}
