//! The text that a page is about, told from its menus, bars and lists of links.
//!
//! In: a page taken apart. Out: for each run of text whether it belongs to the main text, and a note for what does not.
//! The search goes by weight, from the whole page down to the innermost element that still holds nearly all
//! sentences. A title, dateline or speaker above it, tables and explanations of terms below it, come along.

use super::soup::{Block, NONE, Soup};
use super::tags::{ASIDE, BODY, CAPTION, DT, FOOTER, NAV, P, PRE};
use crate::ingest::annex::is_back_head;
use crate::ingest::line::opening_of;
use crate::report::Note;

/// The rule that a note of a left-out block names.
pub(crate) const PAGE_BLOCK: &str = "page-block";

impl Soup {
    /// For each block, whether it belongs to the text that the page is about.
    pub(super) fn main_text(&self, title: Option<&str>) -> Vec<bool> {
        let main = self.main_node();
        let menus = self.menus(main);
        let in_main = self.below(main);
        let is_menu = |block: &Block| {
            menus.get(block.node as usize).copied().unwrap_or(false)
                || block.level == 0 && self.is_link_run(block)
        };
        let mut kept: Vec<bool> = self
            .blocks
            .iter()
            .map(|block| {
                in_main.get(block.node as usize).copied().unwrap_or(false) && !is_menu(block)
            })
            .collect();
        if !kept.contains(&true) {
            // Nothing but links: whoever saved the page wanted them.
            return self.blocks.iter().map(|_| true).collect();
        }
        self.keep_title_above(title, &is_menu, &mut kept);
        self.keep_tables_below(&is_menu, &mut kept);
        self.keep_glossary_below(&is_menu, &mut kept);
        kept
    }

    /// The innermost element that holds nearly all sentences of the page.
    fn main_node(&self) -> u32 {
        const LOST_CHARS_MAX: u32 = 150;
        let mut heaviest: Vec<u32> = vec![NONE; self.nodes.len()];
        for (id, node) in self.nodes.iter().enumerate().skip(1) {
            let id = u32::try_from(id).unwrap_or(NONE);
            if let Some(best) = heaviest.get_mut(node.parent as usize)
                && self.node(*best).is_none_or(|best| best.prose < node.prose)
            {
                *best = id;
            }
        }
        let mut main = 0;
        while let (Some(node), Some(&child_id)) = (self.node(main), heaviest.get(main as usize))
            && let Some(child) = self.node(child_id)
        {
            let patience = if child.text_name { 2 } else { 1 };
            let lost = node.prose - child.prose.min(node.prose);
            let lost_max = patience * LOST_CHARS_MAX.min(node.prose / 4).max(node.prose / 33);
            let is_leaf = matches!(child.tag, P | PRE | DT | CAPTION) || self.is_data(child.table);
            if child.prose == 0 || is_leaf || lost > lost_max || child.prose * 10 < node.prose * 6 {
                break;
            }
            main = child_id;
        }
        main
    }

    /// For each node, whether it is `main` or lies in it.
    fn below(&self, main: u32) -> Vec<bool> {
        let mut below = Vec::with_capacity(self.nodes.len());
        for (id, node) in self.nodes.iter().enumerate() {
            let inside =
                id == main as usize || below.get(node.parent as usize).copied().unwrap_or(false);
            below.push(inside);
        }
        below
    }

    /// For each node, whether it is a menu or lies in one. What holds the main text is none.
    fn menus(&self, main: u32) -> Vec<bool> {
        let mut around_main = main;
        let mut holds_main = vec![false; self.nodes.len()];
        while let Some(holds) = holds_main.get_mut(around_main as usize) {
            *holds = true;
            around_main = self.node(around_main).map_or(NONE, |node| node.parent);
        }
        let main_prose = self.node(main).map_or(0, |node| node.prose);
        let mut menus: Vec<bool> = Vec::with_capacity(self.nodes.len());
        for (node, holds) in self.nodes.iter().zip(holds_main) {
            let in_menu = menus.get(node.parent as usize).copied().unwrap_or(false);
            let made_of_links = node.n_links >= 2
                && node.link_chars * 2 >= node.chars
                && node.prose * 5 <= node.chars;
            let named_so = matches!(node.tag, NAV | FOOTER | ASIDE) && node.prose * 3 <= main_prose;
            menus.push(!holds && (in_menu || node.apart || made_of_links || named_so));
        }
        menus
    }

    /// A line that is a link and nothing else, in a cell or item with a neighbour like it, is caught by
    /// [`Soup::menus`]; left are the words of bars such as `>>`, alone in their element.
    fn is_link_run(&self, block: &Block) -> bool {
        block.is_mostly_links() && block.n_links >= 2
    }

    /// Takes in a title, dateline and speaker that stand above the main text.
    fn keep_title_above(
        &self,
        title: Option<&str>,
        is_menu: &dyn Fn(&Block) -> bool,
        kept: &mut [bool],
    ) {
        const BLOCKS_MAX: usize = 30;
        let Some(first) = kept.iter().position(|&keep| keep) else {
            return;
        };
        let is_title = |block: &Block| {
            let text = without_spaces(&block.text);
            let n_chars = text.chars().count();
            // 统计公报 above 宜春市2022年…统计公报 is the name of the list from which the page was opened.
            opening_of(&text).is_some()
                || (1..=3).contains(&block.level) && n_chars >= 6
                || title.is_some_and(|title| {
                    let title = without_spaces(title);
                    title.contains(&text) && n_chars * 2 >= title.chars().count()
                })
        };
        let is_open = |block: &Block| !is_menu(block) && !block.is_mostly_links();
        let mut above = self
            .blocks
            .iter()
            .enumerate()
            .take(first)
            .skip(first.saturating_sub(BLOCKS_MAX));
        let Some((from, _)) = above.find(|(_, block)| is_open(block) && is_title(block)) else {
            return;
        };
        for (slot, block) in kept.iter_mut().zip(&self.blocks).take(first).skip(from) {
            // Bars between title and text are the page's, but for what tells of the report: its date, its source.
            let tells = || {
                ["时间", "日期", "来源", "报告人"]
                    .iter()
                    .any(|label| block.text.contains(label))
            };
            *slot =
                is_open(block) && (is_title(block) || tells() || block.prose(block.n_chars()) > 0);
        }
    }

    /// Takes in tables of data that stand right below the main text.
    fn keep_tables_below(&self, is_menu: &dyn Fn(&Block) -> bool, kept: &mut [bool]) {
        let Some(last) = kept.iter().rposition(|&keep| keep) else {
            return;
        };
        for (slot, block) in kept.iter_mut().zip(&self.blocks).skip(last + 1) {
            let table = self.node(block.node).map_or(NONE, |node| node.table);
            if is_menu(block) || !self.is_data(table) {
                break;
            }
            *slot = true;
        }
    }

    /// Takes in explanations of terms and annexes that stand below the main text.
    fn keep_glossary_below(&self, is_menu: &dyn Fn(&Block) -> bool, kept: &mut [bool]) {
        const BLOCKS_MAX: usize = 8;
        let Some(last) = kept.iter().rposition(|&keep| keep) else {
            return;
        };
        let below = self.blocks.iter().enumerate().skip(last + 1);
        let head = below
            .take(BLOCKS_MAX)
            .find(|(_, block)| !is_menu(block) && is_back_head(&without_spaces(&block.text)))
            .map(|(at, _)| at);
        let Some(head) = head else {
            return;
        };
        for (slot, block) in kept.iter_mut().zip(&self.blocks).skip(head) {
            if is_menu(block)
                || block.prose(block.n_chars()) == 0 && !is_back_head(&without_spaces(&block.text))
            {
                break;
            }
            *slot = true;
        }
    }

    /// A note for each run of blocks left out, a menu at a time.
    pub(super) fn note_dropped(&self, kept: &[bool], notes: &mut Vec<Note>) {
        let mut last: Option<(usize, u32)> = None;
        for (at, (block, &keep)) in self.blocks.iter().zip(kept).enumerate() {
            if keep {
                continue;
            }
            let owner = self.outermost_in_body(block.node);
            match (last, notes.last_mut()) {
                (Some((before, same)), Some(note)) if before + 1 == at && same == owner => {
                    note.text.push(' ');
                    note.text.push_str(&block.text);
                }
                _ => notes.push(Note {
                    rule: PAGE_BLOCK.to_owned(),
                    line: Some(block.line),
                    text: block.text.clone(),
                }),
            }
            last = Some((at, owner));
        }
    }

    /// The menu or part of the page in which a node lies: the outermost element of few words.
    fn outermost_in_body(&self, id: u32) -> u32 {
        const CHARS_MAX: u32 = 1500;
        let mut owner = id;
        while let Some(node) = self.node(owner)
            && let Some(parent) = self.node(node.parent)
            && parent.chars <= CHARS_MAX
            && parent.tag != BODY
        {
            owner = node.parent;
        }
        owner
    }
}

fn without_spaces(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
