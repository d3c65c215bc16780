//! How characters and paragraphs look: pages of formatted runs (FKP) and styles (STSH).
//!
//! In: the stream `WordDocument`, its tables of pages, the part of styles. Out: for a byte of the stream the look of
//! the paragraph that ends there, or of the character; for a style what it and those it is based on say.

use super::DocError;
use super::changes::{CharacterLook, ParagraphLook, Toggle};
use super::layout::Places;
use crate::ingest::compound::{place_at, u8_at, u16_at};
use crate::ingest::word::Outline;

/// Bytes of a page of runs.
const PAGE_BYTES: usize = 512;

/// Bytes of lists that have been moved out, with which no file is too much.
const MOVED_BYTES_MIN: usize = 1 << 20;

/// A run of bytes that look alike.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run<T> {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) look: T,
}

/// Runs in the order of their bytes.
#[derive(Debug)]
pub(super) struct Runs<T> {
    runs: Vec<Run<T>>,
}

impl<T: Copy> Runs<T> {
    fn read(
        document: &[u8],
        table: &[u8],
        mut look: impl FnMut(&[u8], usize, usize) -> Option<T>,
    ) -> Result<Runs<T>, DocError> {
        let pages = Places::of(table, 4);
        if pages.n > document.len() / PAGE_BYTES + 1 {
            return Err(DocError::damaged(
                "PlcBte",
                "it has more pages than the file",
            ));
        }
        let mut runs: Vec<Run<T>> = Vec::new();
        for at in 0..pages.n {
            let number = pages.data(at).and_then(|data| place_at(data, 0));
            let from = number.map_or(0, |number| (number & 0x003f_ffff) * PAGE_BYTES);
            let Some(page) = document.get(from..from + PAGE_BYTES) else {
                return Err(DocError::damaged("PlcBte", "a page lies outside the file"));
            };
            let n = usize::from(u8_at(page, PAGE_BYTES - 1).unwrap_or(0));
            for run in 0..n {
                let (Some(from), Some(to)) = (place_at(page, 4 * run), place_at(page, 4 * run + 4))
                else {
                    break;
                };
                if from < to
                    && let Some(look) = look(page, n, run)
                {
                    runs.push(Run { from, to, look });
                }
            }
        }
        runs.sort_by_key(|run| run.from);
        Ok(Runs { runs })
    }

    /// The run in which a byte lies.
    pub(super) fn at(&self, byte: usize) -> Option<&Run<T>> {
        let after = self.runs.partition_point(|run| run.from <= byte);
        let run = self.runs.get(after.checked_sub(1)?)?;
        (byte < run.to).then_some(run)
    }

    /// Where the next run after a byte begins.
    pub(super) fn next_begin(&self, byte: usize) -> usize {
        let after = self.runs.partition_point(|run| run.from <= byte);
        self.runs.get(after).map_or(usize::MAX, |run| run.from)
    }
}

/// The looks of characters; those that are as their style says have none.
pub(super) fn character_runs(
    document: &[u8],
    table: &[u8],
) -> Result<Runs<CharacterLook>, DocError> {
    Runs::read(document, table, |page, n, run| {
        let at = 2 * usize::from(u8_at(page, 4 * (n + 1) + run)?);
        if at == 0 {
            return None;
        }
        let n_bytes = usize::from(u8_at(page, at)?);
        let mut look = CharacterLook::default();
        look.apply(page.get(at + 1..at + 1 + n_bytes)?);
        (look != CharacterLook::default()).then_some(look)
    })
}

/// The looks of paragraphs. `more` is the stream of data to which long lists of changes are moved out.
pub(super) fn paragraph_runs(
    document: &[u8],
    table: &[u8],
    more: &[u8],
) -> Result<Runs<ParagraphLook>, DocError> {
    // Each list is of one paragraph, or of a few: more than this would cost more than the file.
    let most = 4 * more.len() + MOVED_BYTES_MIN;
    let mut n_moved = 0;
    let runs = Runs::read(document, table, |page, n, run| {
        let mut look = ParagraphLook::default();
        let at = 2 * usize::from(u8_at(page, 4 * (n + 1) + 13 * run)?);
        if at == 0 {
            return Some(look);
        }
        let (at, n_bytes) = match usize::from(u8_at(page, at)?) {
            0 => (at + 2, 2 * usize::from(u8_at(page, at + 1)?)),
            n => (at + 1, 2 * n - 1),
        };
        let list = page.get(at..(at + n_bytes).min(PAGE_BYTES))?;
        look.style = u16_at(list, 0)?;
        let list = list.get(2..)?;
        look.apply(list);
        if let Some(moved) = moved_out(list, more) {
            n_moved += moved.len();
            if n_moved <= most {
                look.apply(moved);
            }
        }
        Some(look)
    });
    match n_moved > most {
        true => Err(DocError::damaged("Data", "its lists lie over each other")),
        false => runs,
    }
}

/// The list of changes that stands in the stream of data, where it is too long for its page (`sprmPHugePapx`).
fn moved_out<'m>(list: &[u8], more: &'m [u8]) -> Option<&'m [u8]> {
    if !matches!(u16_at(list, 0)?, 0x6645 | 0x6646) {
        return None;
    }
    let at = place_at(list, 2)?;
    let n = usize::from(u16_at(more, at)?);
    more.get(at + 2..at + 2 + n)
}

/// What one style says.
#[derive(Clone, Debug, Default)]
struct Style {
    based_on: u16,
    is_title: bool,
    is_contents: bool,
    paragraph: ParagraphLook,
    characters: CharacterLook,
}

/// All styles, each with what those say that it is based on.
#[derive(Debug, Default)]
pub(super) struct Styles {
    styles: Vec<Style>,
}

/// No style.
const NO_STYLE: u16 = 0xfff;

/// A chain of styles is not followed further; Word allows ten.
const CHAIN_MAX: usize = 16;

/// Numbers of styles that are Word's own.
mod own {
    pub(super) const HEADINGS: std::ops::RangeInclusive<u16> = 1..=9;
    pub(super) const CONTENTS: std::ops::RangeInclusive<u16> = 19..=27;
    pub(super) const TITLE: u16 = 62;
}

impl Styles {
    /// Reads the part of styles; what is damaged in it is a style that says nothing.
    pub(super) fn read(part: &[u8]) -> Styles {
        let mut styles = Styles::default();
        let Some(n_head) = u16_at(part, 0) else {
            return styles;
        };
        // What every style begins with has had two lengths.
        let n_base = usize::from(u16_at(part, 4).unwrap_or(10));
        let mut at = 2 + usize::from(n_head);
        while let Some(n) = u16_at(part, at) {
            let n = usize::from(n);
            let Some(bytes) = part.get(at + 2..at + 2 + n) else {
                break;
            };
            styles.styles.push(style(bytes, n_base).unwrap_or_default());
            at += 2 + n;
        }
        styles
    }

    /// A style and those it is based on, nearest first.
    fn chain(&self, number: u16) -> impl Iterator<Item = &Style> {
        let mut next = number;
        std::iter::from_fn(move || {
            let style = self.styles.get(usize::from(next))?;
            next = style.based_on;
            Some(style)
        })
        .take(CHAIN_MAX)
    }

    /// Title or heading by its style.
    pub(super) fn outline(&self, number: u16) -> Option<Outline> {
        self.chain(number).find_map(|style| match style.is_title {
            true => Some(Outline::Title),
            false => style.paragraph.outline,
        })
    }

    /// Whether a style is one of the entries of a table of contents.
    pub(super) fn is_contents(&self, number: u16) -> bool {
        let style = self.styles.get(usize::from(number));
        style.is_some_and(|style| style.is_contents)
    }

    /// The list of a style, and the level in it.
    pub(super) fn list(&self, number: u16) -> (Option<u16>, Option<u8>) {
        let list = self.chain(number).find_map(|style| style.paragraph.list);
        let level = self
            .chain(number)
            .find_map(|style| style.paragraph.list_level);
        (list, level)
    }

    /// Characters by which the first line of a style is set in.
    pub(super) fn indent_chars(&self, number: u16) -> Option<u8> {
        self.chain(number)
            .find_map(|style| style.paragraph.indent_chars)
    }

    /// Whether characters of this look are bold and hidden in a paragraph of this style.
    pub(super) fn bold_and_hidden(&self, number: u16, look: &CharacterLook) -> (bool, bool) {
        let over = |of: fn(&CharacterLook) -> Option<Toggle>| {
            let said = |number| self.chain(number).find_map(|style| of(&style.characters));
            let paragraph = Toggle::over(said(number), false);
            // A style of characters turns over what the paragraph says.
            let characters = match look.style.and_then(said) {
                Some(Toggle::On) => !paragraph,
                _ => paragraph,
            };
            Toggle::over(of(look), characters)
        };
        (over(|look| look.bold), over(|look| look.hidden))
    }
}

/// One style: its numbers, its name, what it says of paragraphs and of characters.
fn style(bytes: &[u8], n_base: usize) -> Option<Style> {
    const PARAGRAPHS: u16 = 1;
    const CHARACTERS: u16 = 2;
    let own_number = u16_at(bytes, 0)? & 0x0fff;
    let kind_and_base = u16_at(bytes, 2)?;
    let kind = kind_and_base & 0xf;
    let n_lists = u16_at(bytes, 4)? & 0xf;
    let n_name = usize::from(u16_at(bytes, n_base)?);
    let name = bytes.get(n_base + 2..n_base + 2 + 2 * n_name)?;
    let name: Vec<u16> = name
        .as_chunks::<2>()
        .0
        .iter()
        .map(|two| u16::from_le_bytes(*two))
        .collect();
    let name = String::from_utf16_lossy(&name).trim().to_lowercase();
    // Other names of it stand behind commas.
    let name = name.split(',').next().unwrap_or("");
    let mut style = Style {
        based_on: match kind_and_base >> 4 {
            NO_STYLE => u16::MAX,
            base => base,
        },
        is_title: own_number == own::TITLE || matches!(name, "title" | "标题"),
        is_contents: own::CONTENTS.contains(&own_number)
            || is_numbered(name, &["toc", "目录"]).is_some(),
        ..Style::default()
    };
    let heading = if own::HEADINGS.contains(&own_number) {
        u8::try_from(own_number).ok()
    } else {
        is_numbered(name, &["heading", "标题"])
    };
    style.paragraph.outline = heading.map(|level| Outline::Level(level - 1));
    let mut at = n_base + 2 + 2 * n_name + 2;
    for list in 0..n_lists {
        at += at % 2;
        let n = usize::from(u16_at(bytes, at)?);
        let changes = bytes.get(at + 2..at + 2 + n)?;
        match (kind, list) {
            (PARAGRAPHS, 0) => style.paragraph.apply(changes.get(2..).unwrap_or(&[])),
            (PARAGRAPHS, 1) | (CHARACTERS, 0) => style.characters.apply(changes),
            _ => {}
        }
        at += 2 + n;
    }
    Some(style)
}

/// The number behind one of these words: `heading 2`, `标题 2`.
fn is_numbered(name: &str, words: &[&str]) -> Option<u8> {
    words
        .iter()
        .filter_map(|word| name.strip_prefix(word)?.trim().parse::<u8>().ok())
        .find(|number| (1..=9).contains(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of paragraphs of which all refer to the list at the begin of the stream of data.
    fn page(n: usize) -> Vec<u8> {
        const LIST_AT: u8 = 245;
        let mut page = vec![0; PAGE_BYTES];
        for run in 0..=n {
            page[4 * run..4 * run + 4].copy_from_slice(&(run as u32 + 1).to_le_bytes());
        }
        for run in 0..n {
            page[4 * (n + 1) + 13 * run] = LIST_AT;
        }
        let at = 2 * usize::from(LIST_AT);
        page[at + 1] = 4;
        page[at + 4..at + 6].copy_from_slice(&0x6646_u16.to_le_bytes());
        page[PAGE_BYTES - 1] = n as u8;
        page
    }

    #[test]
    fn lists_that_are_moved_out_cost_no_more_than_the_file() {
        let read = |n_bytes: u16| {
            let mut more = vec![0; 2 + usize::from(n_bytes)];
            more[..2].copy_from_slice(&n_bytes.to_le_bytes());
            let table = [0, 1, 0].map(u32::to_le_bytes).concat();
            paragraph_runs(&page(28), &table, &more).map(|runs| runs.runs.len())
        };
        assert_eq!(read(2_000), Ok(28));
        assert!(matches!(read(60_000), Err(DocError::Damaged { .. })));
    }
}
