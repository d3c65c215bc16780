//! What word processors of all kinds share: paragraphs, titles, numbers, rows of tables, and what is left out.
//!
//! In: what the reader of a format (.docx, .doc, .rtf) finds, character by character or paragraph by paragraph. Out:
//! lines and notes. A text written in one of these formats gives the same lines in each.
//!
//! `paragraph` is what they have in common, `numbers` counts lists, `lines` makes lines of paragraphs, `typist` puts
//! paragraphs together from characters.

mod lines;
#[cfg(feature = "docx")]
mod numbers;
mod paragraph;
mod removed;
mod typist;

#[cfg(feature = "docx")]
pub(crate) use lines::rows_of;
pub(crate) use lines::{lines_of, note_lines};
#[cfg(feature = "docx")]
pub(crate) use numbers::{LEVELS, Levels, List, Lists, NumberLevel};
#[cfg(feature = "docx")]
pub(crate) use paragraph::Removed;
pub(crate) use paragraph::{Outline, REMOVALS, WordParagraph};
pub(crate) use removed::{pictures_note, remove_contents_title, removed, take_note};
pub(crate) use typist::{Look, Shape, Typist};
