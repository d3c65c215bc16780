//! A page taken apart: its elements and the runs of text between line ends, with what each holds.
//!
//! In: nothing; `pass` fills it. Out: weights, by which `main_text` tells the text of a page from its menus.

use super::tags::{TABLE, TD, TH, TR};
use crate::ingest::line::is_han;
use std::collections::HashSet;

/// No element.
pub(super) const NONE: u32 = u32::MAX;

/// An element that begins and ends a line, with what lies in it, whatever lies deeper included.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) tag: u64,
    pub(super) parent: u32,
    /// The nearest table, row and cell, itself included.
    pub(super) table: u32,
    pub(super) row: u32,
    pub(super) cell: u32,
    /// Not shown, or a list of choices.
    pub(super) apart: bool,
    /// Its class or id is one that texts often have.
    pub(super) text_name: bool,
    /// A table that holds another one, so that it arranges the page.
    pub(super) holds_table: bool,
    /// Cells of a row; rows with two cells and more of a table.
    pub(super) n_parts: u32,
    /// The longest cell of a table, in characters.
    pub(super) longest_cell: u32,
    pub(super) chars: u32,
    pub(super) link_chars: u32,
    pub(super) n_links: u32,
    /// Characters of sentences that are not links.
    pub(super) prose: u32,
}

/// A run of text between two line ends.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) node: u32,
    pub(super) line: u32,
    pub(super) text: String,
    /// Where it is bold, in bytes of the text.
    pub(super) bold: Vec<(usize, usize)>,
    pub(super) bold_from: Option<usize>,
    /// Level of the heading that it is.
    pub(super) level: u8,
    /// Whether a blank line stands above it.
    pub(super) gap: bool,
    pub(super) link_chars: u32,
    pub(super) n_links: u32,
    /// The link in which its last character stands.
    pub(super) last_link: u32,
}

impl Block {
    pub(super) fn n_chars(&self) -> u32 {
        let n = self.text.chars().filter(|c| !c.is_whitespace()).count();
        u32::try_from(n).unwrap_or(u32::MAX)
    }

    /// Characters of sentences: a menu has neither commas nor length.
    pub(super) fn prose(&self, n_chars: u32) -> u32 {
        let is_prose = n_chars >= 20
            && self.link_chars * 2 < n_chars
            && self.text.contains(['，', '。', '；', '：', ',', '！']);
        if is_prose { n_chars } else { 0 }
    }

    pub(super) fn is_mostly_links(&self) -> bool {
        self.n_links > 0 && self.link_chars * 2 > self.n_chars()
    }
}

/// A page taken apart.
#[derive(Debug, Default)]
pub(super) struct Soup {
    pub(super) nodes: Vec<Element>,
    pub(super) blocks: Vec<Block>,
    /// `<title>` and what `<meta name=ArticleTitle>` says, with their lines.
    pub(super) titles: Vec<(String, u32)>,
    /// `alt` texts of pictures, with the node in which they stand.
    pub(super) pictures: Vec<(u32, u32, String)>,
    /// How characters are read (`<rt>`), with the line.
    pub(super) readings: Vec<(u32, String)>,
}

impl Soup {
    pub(super) fn node(&self, id: u32) -> Option<&Element> {
        self.nodes.get(id as usize)
    }

    /// Weighs what was read: what is hidden until a script shows it, sentences, tables of data.
    pub(super) fn weigh_all(&mut self) {
        self.show_hidden_text();
        self.weigh();
        self.weigh_tables();
    }

    /// A page whose text is shown by a script has it hidden until then: if more sentences are hidden than
    /// shown, they are what the page is about, unless they only say once more what is shown.
    fn show_hidden_text(&mut self) {
        let (mut shown, mut hidden) = (0, 0);
        for block in &self.blocks {
            let prose = u64::from(block.prose(block.n_chars()));
            if self.node(block.node).is_some_and(|node| node.apart) {
                hidden += prose;
            } else {
                shown += prose;
            }
        }
        if hidden > shown && !self.hides_what_it_shows() {
            for node in &mut self.nodes {
                node.apart = false;
            }
        }
    }

    /// Whether most of what is hidden is shown too: scripts that read pages aloud keep the text once more.
    fn hides_what_it_shows(&self) -> bool {
        let is_apart = |block: &&Block| self.node(block.node).is_some_and(|node| node.apart);
        let shown: HashSet<u64> =
            shingles(self.blocks.iter().filter(|block| !is_apart(block))).collect();
        let (mut n_hidden, mut n_same) = (0_usize, 0);
        for shingle in shingles(self.blocks.iter().filter(is_apart)) {
            n_hidden += 1;
            n_same += usize::from(shown.contains(&shingle));
        }
        n_same * 10 > n_hidden * 6
    }

    /// Adds up what lies in each node.
    fn weigh(&mut self) {
        for block in &self.blocks {
            let n_chars = block.n_chars();
            if let Some(node) = self.nodes.get_mut(block.node as usize) {
                node.chars = node.chars.saturating_add(n_chars);
                node.link_chars = node.link_chars.saturating_add(block.link_chars);
                node.n_links = node.n_links.saturating_add(block.n_links);
                if !node.apart {
                    node.prose = node.prose.saturating_add(block.prose(n_chars));
                }
            }
        }
        // A parent has a smaller number than its children.
        for id in (1..self.nodes.len()).rev() {
            let Some((before, rest)) = self.nodes.split_at_mut_checked(id) else {
                continue;
            };
            let Some(node) = rest.first() else { continue };
            if let Some(parent) = before.get_mut(node.parent as usize) {
                parent.chars = parent.chars.saturating_add(node.chars);
                parent.link_chars = parent.link_chars.saturating_add(node.link_chars);
                parent.n_links = parent.n_links.saturating_add(node.n_links);
                parent.prose = parent.prose.saturating_add(node.prose);
            }
            let table = node.table as usize;
            if matches!(node.tag, TD | TH) {
                let chars = node.chars;
                if let Some(table) = before.get_mut(table) {
                    table.longest_cell = table.longest_cell.max(chars);
                }
            } else if node.tag == TR
                && node.n_parts >= 2
                && let Some(table) = before.get_mut(table)
            {
                table.n_parts += 1;
            }
        }
    }

    /// What stands in a table of data is text as sentences are.
    fn weigh_tables(&mut self) {
        let tables: Vec<(u32, u32)> = (0..)
            .zip(&self.nodes)
            .filter(|(id, node)| {
                node.tag == TABLE
                    && !node.apart
                    && node.link_chars * 2 < node.chars
                    && self.is_data(*id)
            })
            .map(|(id, node)| (id, node.chars - node.prose.min(node.chars)))
            .collect();
        for (id, more) in tables {
            let mut id = id;
            while let Some(node) = self.nodes.get_mut(id as usize) {
                node.prose = node.prose.saturating_add(more);
                id = node.parent;
            }
        }
    }

    /// Whether a table holds data, and does not arrange the page: two rows of cells, all of them short.
    pub(super) fn is_data(&self, table: u32) -> bool {
        const CELL_CHARS_MAX: u32 = 200;
        self.node(table).is_some_and(|table| {
            !table.holds_table && table.n_parts >= 2 && table.longest_cell <= CELL_CHARS_MAX
        })
    }

    /// The title of the page: the first that names a report or the like, without the name of the site.
    pub(super) fn title(&self) -> Option<(String, u32)> {
        self.titles.iter().find_map(|(title, line)| {
            let title = without_site(title);
            let tells = ["报告", "公报", "决议", "通知", "公告", "规划", "计划"]
                .iter()
                .any(|word| title.contains(word));
            (tells && title.chars().count() <= 80).then(|| (title.to_owned(), *line))
        })
    }
}

/// A title without the name of the site that follows it: `… _ 中国宜春`.
fn without_site(title: &str) -> &str {
    let parts = || {
        title
            .split(['_', '|', '\u{ff5c}'])
            .flat_map(|part| part.split(" - "))
            .map(|part| part.trim_matches(|c: char| c.is_whitespace() || c == '-' || c == '_'))
    };
    parts()
        .find(|part| part.contains("报告") || part.contains("公报"))
        .or_else(|| parts().find(|part| !part.is_empty()))
        .unwrap_or(title)
}

/// A number for each run of some Han characters of a text, so that it is known when it comes again.
fn shingles<'b>(blocks: impl Iterator<Item = &'b Block>) -> impl Iterator<Item = u64> {
    // As many characters of 16 bits as fill a word.
    const CHARS: u32 = 4;
    let mut last: u64 = 0;
    let mut n_chars = 0_u32;
    let chars = blocks.flat_map(|block| block.text.chars());
    chars.filter(|c| is_han(*c)).filter_map(move |c| {
        last = last << 16 | u64::from(u32::from(c) & 0xffff);
        n_chars += 1;
        (n_chars >= CHARS).then_some(last)
    })
}
