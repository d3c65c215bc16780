//! Web pages → the lines of the text that the page is about.
//!
//! In: decoded HTML, whole pages or the snippets that table cells hold. Out: lines as `extract` gives
//! them for Markdown – headings, bold, table rows included – the title of the page, and a note for
//! each block that was left out, with its words.
//!
//! The page is read as tags and text in one pass over a stack of open elements; no tree is built as a
//! browser would (html5ever takes minutes for a page nested 50,000 deep). Then the main text is
//! looked for by weight: from the whole page down to the innermost element that still holds nearly all
//! sentences. Blocks of links inside it go; a title, dateline or speaker above it, and explanations of
//! terms below it, come along. Names of classes say nothing certain and only make the search more patient.
//!
//! # Invariants
//!
//! - Time and memory grow with the length of the page, whatever its nesting; nothing recurses.
//! - Every Han character that a browser shows is in a line or a note, in order; scripts, styles and
//!   comments are not shown.
//! - A line has the number of the raw line on which its text begins. Where the source of one
//!   paragraph runs over several raw lines, all of it counts as on the first.

use super::IngestError;
use super::extract::{self, Line, LineIndex};
use super::limits::TAGS_MAX;
use super::line::{self, is_han, opening_of};
use crate::report::Note;
use crate::source::Format;
use html5gum::{DefaultEmitter, HtmlString, Spanned, StartTag, Token, Tokenizer};
use std::collections::BTreeMap;

/// What a page holds.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// The lines of the main text.
    pub(crate) lines: Vec<Line>,
    /// The title, without the name of the site, and its line.
    pub(crate) title: Option<(String, u32)>,
    /// What was left out.
    pub(crate) notes: Vec<Note>,
}

/// The rule that a note of a left-out block names.
pub(crate) const PAGE_BLOCK: &str = "page-block";

/// Elements open at once; deeper ones are read as if they were not there, their text stays.
const DEPTH_MAX: usize = 512;

/// No element.
const NONE: u32 = u32::MAX;

/// The main text of a whole page.
pub(crate) fn read_page(text: &str) -> Result<Page, IngestError> {
    let soup = Soup::of(text)?;
    let mut page = Page {
        title: soup.title(),
        ..Page::default()
    };
    let kept = soup.main_text(page.title.as_ref().map(|(title, _)| title.as_str()));
    soup.note_dropped(&kept, &mut page.notes);
    page.lines = soup.lines(&kept, &mut page.notes);
    Ok(page)
}

/// All text of a snippet, as a table cell holds it.
pub(crate) fn read_snippet(text: &str) -> Result<Page, IngestError> {
    let soup = Soup::of(text)?;
    let kept: Vec<bool> = soup.blocks.iter().map(|_| true).collect();
    let mut page = Page::default();
    page.lines = soup.lines(&kept, &mut page.notes);
    Ok(page)
}

/// Whether a text is a snippet of HTML: it has paragraphs or line breaks as tags.
pub(crate) fn is_snippet(text: &str) -> bool {
    let mut n_tags = 0;
    for (at, _) in text.match_indices('<').take(2000) {
        let tag = text.as_bytes().get(at + 1..at + 6).unwrap_or(&[]);
        let tag = tag.to_ascii_lowercase();
        n_tags += usize::from(
            [
                &b"p>"[..],
                b"p ",
                b"/p>",
                b"br>",
                b"br/",
                b"br ",
                b"div",
                b"/div",
            ]
            .iter()
            .any(|known| tag.starts_with(known)),
        );
    }
    n_tags >= 2
}

/// The label of `<meta charset>` in the first kilobytes, as the bytes give it.
pub(crate) fn charset_label(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..4096).unwrap_or(bytes).to_ascii_lowercase();
    let at = memchr::memmem::find_iter(&head, b"charset").find(|&at| {
        let before = head.get(..at).unwrap_or(&[]);
        // Inside a tag that is open, and that tag is a meta or xml one.
        before.iter().rposition(|&b| b == b'<').is_some_and(|open| {
            let tag = before.get(open..).unwrap_or(&[]);
            tag.starts_with(b"<meta") && !tag.contains(&b'>')
        })
    })?;
    let rest = head.get(at + b"charset".len()..)?;
    let label: Vec<u8> = rest
        .iter()
        .copied()
        .skip_while(|b| matches!(b, b' ' | b'=' | b'"' | b'\''))
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':'))
        .collect();
    String::from_utf8(label)
        .ok()
        .filter(|label| !label.is_empty())
}

// ---------------------------------------------------------------------------------------------
// Tags
// ---------------------------------------------------------------------------------------------

/// The name of a tag as a number, so that names are compared at once and cost no memory.
const fn tag(name: &[u8]) -> u64 {
    // FNV-1a.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut at = 0;
    while at < name.len() {
        hash = (hash ^ name[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}

const A: u64 = tag(b"a");
const ASIDE: u64 = tag(b"aside");
const BODY: u64 = tag(b"body");
const BUTTON: u64 = tag(b"button");
const CAPTION: u64 = tag(b"caption");
const DD: u64 = tag(b"dd");
const DT: u64 = tag(b"dt");
const FOOTER: u64 = tag(b"footer");
const HTML: u64 = tag(b"html");
const LI: u64 = tag(b"li");
const NAV: u64 = tag(b"nav");
const NOSCRIPT: u64 = tag(b"noscript");
const OL: u64 = tag(b"ol");
const OPTION: u64 = tag(b"option");
const P: u64 = tag(b"p");
const PRE: u64 = tag(b"pre");
const SELECT: u64 = tag(b"select");
const TABLE: u64 = tag(b"table");
const TD: u64 = tag(b"td");
const TEXTAREA: u64 = tag(b"textarea");
const TH: u64 = tag(b"th");
const TITLE: u64 = tag(b"title");
const TR: u64 = tag(b"tr");
const UL: u64 = tag(b"ul");

/// How deep a heading element stands.
fn heading_level(name: &[u8]) -> u8 {
    match name {
        [b'h', level @ b'1'..=b'6'] => level - b'0',
        _ => 0,
    }
}

/// What a browser does not show.
fn is_unseen(name: &[u8]) -> bool {
    matches!(
        name,
        b"script"
            | b"style"
            | b"template"
            | b"svg"
            | b"math"
            | b"iframe"
            | b"object"
            | b"noembed"
            | b"noframes"
            | b"canvas"
            | b"audio"
            | b"video"
    )
}

fn is_void(name: &[u8]) -> bool {
    matches!(
        name,
        b"area"
            | b"base"
            | b"br"
            | b"col"
            | b"embed"
            | b"hr"
            | b"img"
            | b"input"
            | b"link"
            | b"meta"
            | b"param"
            | b"source"
            | b"track"
            | b"wbr"
            | b"basefont"
            | b"bgsound"
            | b"frame"
    )
}

/// Elements that begin and end a line.
fn is_block(name: &[u8]) -> bool {
    heading_level(name) > 0
        || has_margin(name)
        || matches!(
            name,
            b"html"
                | b"body"
                | b"div"
                | b"section"
                | b"article"
                | b"main"
                | b"header"
                | b"footer"
                | b"nav"
                | b"aside"
                | b"form"
                | b"center"
                | b"li"
                | b"dt"
                | b"dd"
                | b"tr"
                | b"td"
                | b"th"
                | b"tbody"
                | b"thead"
                | b"tfoot"
                | b"caption"
                | b"address"
                | b"figcaption"
                | b"option"
                | b"select"
                | b"button"
                | b"textarea"
                | b"noscript"
                | b"head"
                | b"title"
                | b"legend"
                | b"summary"
                | b"details"
                | b"frameset"
                | b"marquee"
        )
}

/// Elements that a blank line parts from their neighbours.
fn has_margin(name: &[u8]) -> bool {
    heading_level(name) > 0
        || matches!(
            name,
            b"p" | b"ul"
                | b"ol"
                | b"dl"
                | b"table"
                | b"blockquote"
                | b"pre"
                | b"figure"
                | b"fieldset"
                | b"dir"
                | b"menu"
                | b"hr"
        )
}

type Attributes = BTreeMap<HtmlString, Spanned<HtmlString, usize>>;

fn attribute<'a>(attributes: &'a Attributes, name: &[u8]) -> Option<&'a [u8]> {
    attributes.get(name).map(|value| value.value.as_slice())
}

/// The beginning of a value that is looked through: what is sought stands there, and a value may be a picture.
fn short_attribute<'a>(attributes: &'a Attributes, name: &[u8]) -> &'a [u8] {
    const BYTES_MAX: usize = 4_096;
    let value = attribute(attributes, name).unwrap_or(&[]);
    value.get(..BYTES_MAX).unwrap_or(value)
}

/// Whether the element is not shown, by its own word.
fn is_hidden(attributes: &Attributes) -> bool {
    if attributes.is_empty() {
        return false;
    }
    let style: Vec<u8> = short_attribute(attributes, b"style")
        .iter()
        .filter(|b| !b.is_ascii_whitespace())
        .map(u8::to_ascii_lowercase)
        .collect();
    attributes.contains_key(&b"hidden"[..])
        || memchr::memmem::find(&style, b"display:none").is_some()
        || attribute(attributes, b"class")
            .is_some_and(|class| memchr::memmem::find(class, b"mw-editsection").is_some())
}

fn is_bold(name: &[u8], attributes: &Attributes) -> bool {
    matches!(name, b"b" | b"strong")
        || attribute(attributes, b"style").is_some_and(|style| {
            memchr::memmem::find(style, b"font-weight").is_some_and(|at| {
                let value = style.get(at + b"font-weight".len()..).unwrap_or(&[]);
                let value: Vec<u8> = value
                    .iter()
                    .skip_while(|b| matches!(b, b':' | b' '))
                    .take(4)
                    .map(u8::to_ascii_lowercase)
                    .collect();
                [&b"bold"[..], b"600", b"700", b"800", b"900"]
                    .iter()
                    .any(|bold| value.starts_with(bold))
            })
        })
}

/// Names of classes that often hold the text of a page.
fn has_text_name(attributes: &Attributes) -> bool {
    [&b"class"[..], b"id"].into_iter().any(|name| {
        let value = short_attribute(attributes, name).to_ascii_lowercase();
        [
            &b"content"[..],
            b"article",
            b"zoom",
            b"trs_editor",
            b"ucap",
            b"detail",
            b"artibody",
        ]
        .iter()
        .any(|known| memchr::memmem::find(&value, known).is_some())
    })
}

// ---------------------------------------------------------------------------------------------
// Tags and text in one pass
// ---------------------------------------------------------------------------------------------

/// An element that begins and ends a line, with what lies in it, whatever lies deeper included.
#[derive(Debug)]
struct Node {
    tag: u64,
    parent: u32,
    /// The nearest table, row and cell, itself included.
    table: u32,
    row: u32,
    cell: u32,
    /// Not shown, or a list of choices.
    apart: bool,
    /// Its class or id is one that texts often have.
    text_name: bool,
    /// A table that holds another one, so that it arranges the page.
    holds_table: bool,
    /// Cells of a row; rows with two cells and more of a table.
    n_parts: u32,
    /// The longest cell of a table, in characters.
    longest_cell: u32,
    chars: u32,
    link_chars: u32,
    n_links: u32,
    /// Characters of sentences that are not links.
    prose: u32,
}

/// A run of text between two line ends.
#[derive(Debug, Default)]
struct Block {
    node: u32,
    line: u32,
    text: String,
    /// Where it is bold, in bytes of the text.
    bold: Vec<(usize, usize)>,
    bold_from: Option<usize>,
    /// Level of the heading that it is.
    level: u8,
    /// Whether a blank line stands above it.
    gap: bool,
    link_chars: u32,
    n_links: u32,
    /// The link in which its last character stands.
    last_link: u32,
}

impl Block {
    fn n_chars(&self) -> u32 {
        let n = self.text.chars().filter(|c| !c.is_whitespace()).count();
        u32::try_from(n).unwrap_or(u32::MAX)
    }

    /// Characters of sentences: a menu has neither commas nor length.
    fn prose(&self, n_chars: u32) -> u32 {
        let is_prose = n_chars >= 20
            && self.link_chars * 2 < n_chars
            && self.text.contains(['，', '。', '；', '：', ',', '！']);
        if is_prose { n_chars } else { 0 }
    }

    fn is_mostly_links(&self) -> bool {
        self.n_links > 0 && self.link_chars * 2 > self.n_chars()
    }
}

/// An open element.
#[derive(Clone, Copy, Debug)]
struct Open {
    tag: u64,
    /// The nearest node, itself included.
    node: u32,
    bold: bool,
    /// The number of the link in which it lies; 0 for none.
    link: u32,
    pre: bool,
    level: u8,
}

/// A page taken apart.
#[derive(Debug)]
struct Soup {
    nodes: Vec<Node>,
    blocks: Vec<Block>,
    /// `<title>` and what `<meta name=ArticleTitle>` says, with their lines.
    titles: Vec<(String, u32)>,
    /// `alt` texts of pictures, with the node in which they stand.
    pictures: Vec<(u32, u32, String)>,
}

/// The pass over the tags.
struct Pass<'a> {
    text: &'a str,
    index: LineIndex<'a>,
    soup: Soup,
    stack: Vec<Open>,
    /// Elements open beyond the stack.
    n_deeper: usize,
    /// Element that is not shown, and how many of its name are open.
    unseen: Option<(u64, usize)>,
    block: Block,
    gap: bool,
    /// Whether the last thing was a line break, so that another one leaves a line blank.
    after_break: bool,
    /// Whether a space is due before the next character.
    space: bool,
    in_title: bool,
    n_links: u32,
    /// The link that is being counted, and its characters so far.
    link_counted: (u32, u32),
}

impl Soup {
    fn of(text: &str) -> Result<Soup, IngestError> {
        let mut emitter = DefaultEmitter::<usize>::new_with_span();
        emitter.naively_switch_states(true);
        let mut pass = Pass {
            text,
            index: LineIndex::of(text),
            soup: Soup {
                nodes: Vec::new(),
                blocks: Vec::new(),
                titles: Vec::new(),
                pictures: Vec::new(),
            },
            stack: Vec::new(),
            n_deeper: 0,
            unseen: None,
            block: Block::default(),
            gap: false,
            after_break: false,
            space: false,
            in_title: false,
            n_links: 0,
            link_counted: (0, 0),
        };
        let root = pass.add_node(HTML, NONE, &Attributes::new());
        pass.block.node = root;
        pass.stack.push(Open {
            tag: HTML,
            node: root,
            bold: false,
            link: 0,
            pre: false,
            level: 0,
        });
        let mut n_tags = 0;
        for token in Tokenizer::new_with_emitter(text, emitter) {
            let Ok(token) = token;
            match token {
                Token::StartTag(start) => {
                    n_tags += 1;
                    if n_tags > TAGS_MAX {
                        return Err(IngestError::TooManyTags { tags_max: TAGS_MAX });
                    }
                    pass.start(&start);
                }
                Token::EndTag(end) => pass.end(end.name.as_slice()),
                Token::String(string) => pass.string(&string.value, string.span.start),
                Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
            }
        }
        pass.flush();
        let mut soup = pass.soup;
        soup.show_hidden_text();
        soup.weigh();
        soup.weigh_tables();
        Ok(soup)
    }

    fn node(&self, id: u32) -> Option<&Node> {
        self.nodes.get(id as usize)
    }

    /// A page whose text is shown by a script has it hidden until then: if more sentences are hidden than
    /// shown, they are what the page is about.
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
        if hidden > shown {
            for node in &mut self.nodes {
                node.apart = false;
            }
        }
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
    fn is_data(&self, table: u32) -> bool {
        const CELL_CHARS_MAX: u32 = 200;
        self.node(table).is_some_and(|table| {
            !table.holds_table && table.n_parts >= 2 && table.longest_cell <= CELL_CHARS_MAX
        })
    }

    /// The title of the page: the first that names a report or the like, without the name of the site.
    fn title(&self) -> Option<(String, u32)> {
        self.titles.iter().find_map(|(title, line)| {
            let title = without_site(title);
            let tells = ["报告", "公报", "决议", "通知", "公告", "规划", "计划"]
                .iter()
                .any(|word| title.contains(word));
            (tells && title.chars().count() <= 80).then(|| (title.to_owned(), *line))
        })
    }

    // -----------------------------------------------------------------------------------------
    // The main text
    // -----------------------------------------------------------------------------------------

    /// For each block, whether it belongs to the text that the page is about.
    fn main_text(&self, title: Option<&str>) -> Vec<bool> {
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

    /// Takes in explanations of terms that stand below the main text.
    fn keep_glossary_below(&self, is_menu: &dyn Fn(&Block) -> bool, kept: &mut [bool]) {
        const BLOCKS_MAX: usize = 8;
        let Some(last) = kept.iter().rposition(|&keep| keep) else {
            return;
        };
        let below = self.blocks.iter().enumerate().skip(last + 1);
        let head = below
            .take(BLOCKS_MAX)
            .find(|(_, block)| {
                !is_menu(block) && line::is_glossary_head(&without_spaces(&block.text))
            })
            .map(|(at, _)| at);
        let Some(head) = head else {
            return;
        };
        for (slot, block) in kept.iter_mut().zip(&self.blocks).skip(head) {
            if is_menu(block)
                || block.prose(block.n_chars()) == 0
                    && !line::is_glossary_head(&without_spaces(&block.text))
            {
                break;
            }
            *slot = true;
        }
    }

    /// A note for each run of blocks left out, a menu at a time.
    fn note_dropped(&self, kept: &[bool], notes: &mut Vec<Note>) {
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

    // -----------------------------------------------------------------------------------------
    // Lines
    // -----------------------------------------------------------------------------------------

    /// The blocks that are kept as lines. They are written as Markdown, which is then read as any other
    /// Markdown is, so that gaps, bold heads and tables follow the same rules; what looks like a mark and is
    /// text is escaped.
    fn lines(&self, kept: &[bool], notes: &mut Vec<Note>) -> Vec<Line> {
        let mut markdown = String::new();
        // The raw line of each line of `markdown`.
        let mut numbers: Vec<u32> = Vec::new();
        let mut row: Option<(u32, u32)> = None;
        for (block, _) in self.blocks.iter().zip(kept).filter(|(_, keep)| **keep) {
            let node = self.node(block.node);
            let in_row = node
                .filter(|node| node.row != NONE && node.cell != NONE && self.is_data(node.table))
                .map(|node| (node.row, node.cell));
            match (row, in_row) {
                (Some((row_id, cell_id)), Some((same_row, cell))) if row_id == same_row => {
                    markdown.push_str(if cell == cell_id { " " } else { " | " });
                    block.write_markdown(false, &mut markdown);
                    row = in_row;
                    continue;
                }
                (Some(_), _) => end_line(&mut markdown, " |"),
                (None, _) => {}
            }
            if block.gap && !numbers.is_empty() {
                numbers.push(block.line);
                markdown.push('\n');
            }
            numbers.push(block.line);
            row = in_row;
            if in_row.is_some() {
                markdown.push_str("| ");
                block.write_markdown(false, &mut markdown);
            } else {
                block.write_markdown(true, &mut markdown);
                markdown.push('\n');
            }
        }
        if row.is_some() {
            end_line(&mut markdown, " |");
        }
        let first_note = notes.len();
        let mut lines = extract::extract(&markdown, Format::Markdown, notes);
        let raw = |number: u32| {
            let at = (number as usize).saturating_sub(1);
            numbers.get(at).or(numbers.last()).copied().unwrap_or(1)
        };
        for line in &mut lines {
            line.number = raw(line.number);
        }
        for note in notes.iter_mut().skip(first_note) {
            note.line = note.line.map(raw);
        }
        for (node, line, alt) in &self.pictures {
            if !self.node(*node).is_none_or(|node| node.apart) {
                notes.push(Note {
                    rule: "image".to_owned(),
                    line: Some(*line),
                    text: alt.clone(),
                });
            }
        }
        lines
    }
}

fn end_line(markdown: &mut String, end: &str) {
    markdown.push_str(end);
    markdown.push('\n');
}

impl Block {
    /// The block as Markdown; `with_marks` for a line of its own, not for a cell.
    fn write_markdown(&self, with_marks: bool, out: &mut String) {
        let is_heading =
            with_marks && (1..=6).contains(&self.level) && self.text.chars().count() <= 80;
        if is_heading {
            out.extend(std::iter::repeat_n('#', usize::from(self.level)));
            out.push(' ');
        }
        let mut marks: Vec<usize> = Vec::new();
        if with_marks && !is_heading {
            marks.extend(self.bold.iter().flat_map(|&(from, to)| [from, to]));
        }
        let mut marks = marks.into_iter().peekable();
        let has_link_marks = self.text.contains("](");
        let mut at_start = true;
        for (at, c) in self.text.char_indices() {
            while marks.next_if(|&mark| mark <= at).is_some() {
                out.push_str("**");
            }
            let next = self.text.as_bytes().get(at + 1).copied().unwrap_or(b' ');
            let is_mark = match c {
                '*' => true,
                '[' | '!' => has_link_marks,
                '\\' => next.is_ascii_punctuation(),
                '#' | '-' | '>' | '+' | '|' | '=' | '_' => at_start,
                _ => false,
            };
            if is_mark {
                out.push('\\');
            }
            out.push(c);
            at_start = at_start && c.is_whitespace();
        }
        for _ in marks {
            out.push_str("**");
        }
    }
}

impl Pass<'_> {
    fn add_node(&mut self, tag: u64, parent: u32, attributes: &Attributes) -> u32 {
        let id = u32::try_from(self.soup.nodes.len()).unwrap_or(NONE);
        let (table, row, cell, apart) = self
            .soup
            .node(parent)
            .map_or((NONE, NONE, NONE, false), |node| {
                (node.table, node.row, node.cell, node.apart)
            });
        let mut node = Node {
            tag,
            parent,
            table,
            row,
            cell,
            apart: apart
                || matches!(tag, SELECT | BUTTON | TEXTAREA | NOSCRIPT)
                || is_hidden(attributes),
            text_name: has_text_name(attributes),
            holds_table: false,
            n_parts: 0,
            longest_cell: 0,
            chars: 0,
            link_chars: 0,
            n_links: 0,
            prose: 0,
        };
        match tag {
            TABLE => {
                // All tables around this one arrange the page.
                let mut outer = table;
                while let Some(around) = self.soup.nodes.get_mut(outer as usize)
                    && !around.holds_table
                {
                    around.holds_table = true;
                    let above = around.parent;
                    outer = self.soup.node(above).map_or(NONE, |node| node.table);
                }
                (node.table, node.row, node.cell) = (id, NONE, NONE);
            }
            TR => (node.row, node.cell) = (id, NONE),
            TD | TH => {
                node.cell = id;
                if let Some(row) = self.soup.nodes.get_mut(row as usize) {
                    row.n_parts += 1;
                }
            }
            _ => {}
        }
        self.soup.nodes.push(node);
        id
    }

    fn top(&self) -> Open {
        // The root is never popped.
        self.stack.last().copied().unwrap_or(Open {
            tag: HTML,
            node: 0,
            bold: false,
            link: 0,
            pre: false,
            level: 0,
        })
    }

    /// Cuts the stack so that the element at `at` is closed; the root stays.
    fn close_to(&mut self, at: usize) {
        self.stack.truncate(at.max(1));
        self.n_deeper = 0;
    }

    /// Closes what an element of this name closes by beginning, as `<li>` closes the one before it.
    fn close_implied(&mut self, tag: u64, is_block: bool) {
        let (closes, stops): (&[u64], &[u64]) = match tag {
            LI => (&[LI], &[UL, OL, TABLE, TD]),
            DT | DD => (&[DT, DD], &[tag_of_dl(), TABLE, TD]),
            TR => (&[TR], &[TABLE]),
            TD | TH => (&[TD, TH], &[TR, TABLE]),
            OPTION => (&[OPTION], &[SELECT]),
            A => (&[A], &[TD, TH, TABLE, CAPTION, BUTTON]),
            _ if is_block => (&[P], &[TD, TH, TABLE, CAPTION, BUTTON]),
            _ => return,
        };
        let at = self
            .stack
            .iter()
            .rposition(|open| closes.contains(&open.tag) || stops.contains(&open.tag));
        if let Some(at) = at
            && self
                .stack
                .get(at)
                .is_some_and(|open| closes.contains(&open.tag))
        {
            self.close_to(at);
        }
    }

    fn start(&mut self, start: &StartTag<usize>) {
        let name = start.name.as_slice();
        let id = tag(name);
        if let Some((unseen, n_open)) = &mut self.unseen {
            *n_open += usize::from(*unseen == id && !start.self_closing);
            return;
        }
        if is_unseen(name) {
            // `<svg/>` closes itself; `<script/>` does not, in HTML.
            if !(start.self_closing && matches!(name, b"svg" | b"math")) {
                self.unseen = Some((id, 1));
            }
            return;
        }
        match name {
            b"br" => return self.line_break(),
            b"wbr" => return,
            b"meta" => return self.meta(start),
            b"img" => return self.picture(start),
            _ => {}
        }
        let is_block = is_block(name);
        if is_block {
            self.flush();
            self.gap = self.gap || has_margin(name);
            self.after_break = false;
        }
        if is_void(name) {
            return;
        }
        if matches!(id, HTML | BODY) && self.stack.iter().any(|open| open.tag == BODY) {
            return;
        }
        if self.stack.len() >= DEPTH_MAX {
            self.n_deeper += 1;
            return;
        }
        self.close_implied(id, is_block);
        let above = self.top();
        let node = if is_block {
            self.add_node(id, above.node, &start.attributes)
        } else if is_hidden(&start.attributes) {
            // A hidden word in a line is cut from it.
            self.flush();
            self.add_node(id, above.node, &start.attributes)
        } else {
            above.node
        };
        let level = heading_level(name);
        self.stack.push(Open {
            tag: id,
            node,
            bold: above.bold || is_bold(name, &start.attributes),
            link: if id == A && attribute(&start.attributes, b"href").is_some() {
                self.n_links += 1;
                self.n_links
            } else {
                above.link
            },
            pre: above.pre || id == PRE,
            level: above.level.max(level),
        });
        if id == TITLE {
            self.in_title = true;
        }
    }

    fn end(&mut self, name: &[u8]) {
        let id = tag(name);
        if let Some((unseen, n_open)) = &mut self.unseen {
            if *unseen == id {
                *n_open -= 1;
                if *n_open == 0 {
                    self.unseen = None;
                }
            }
            return;
        }
        if name == b"br" {
            return self.line_break();
        }
        if id == TITLE {
            self.in_title = false;
        }
        if is_block(name) {
            self.flush();
            self.gap = self.gap || has_margin(name);
            self.after_break = false;
        }
        if self.n_deeper > 0 {
            self.n_deeper -= 1;
            return;
        }
        // A stray end tag closes nothing beyond its cell.
        let stops: &[u64] = match id {
            TABLE => &[],
            TR | TD | TH => &[TABLE],
            _ => &[TD, TH, TABLE],
        };
        let at = self
            .stack
            .iter()
            .rposition(|open| open.tag == id || stops.contains(&open.tag));
        if let Some(at) = at
            && at > 0
            && let Some(open) = self.stack.get(at).copied()
            && open.tag == id
        {
            let cuts_node = self
                .stack
                .get(at - 1)
                .is_some_and(|above| above.node != open.node);
            if cuts_node {
                self.flush();
            }
            self.close_to(at);
        }
    }

    fn meta(&mut self, start: &StartTag<usize>) {
        let is_title = attribute(&start.attributes, b"name")
            .is_some_and(|name| name.eq_ignore_ascii_case(b"ArticleTitle"));
        if is_title && let Some(content) = attribute(&start.attributes, b"content") {
            let title = String::from_utf8_lossy(content).trim().to_owned();
            let line = self.index.line_at(start.span.start);
            self.soup.titles.insert(0, (title, line));
        }
    }

    fn picture(&mut self, start: &StartTag<usize>) {
        if let Some(alt) = attribute(&start.attributes, b"alt") {
            let alt = String::from_utf8_lossy(alt);
            if alt.chars().any(is_han) {
                let line = self.index.line_at(start.span.start);
                self.soup
                    .pictures
                    .push((self.top().node, line, alt.trim().to_owned()));
            }
        }
    }

    fn line_break(&mut self) {
        // In a heading it is for the eye only.
        if self.top().level > 0 {
            self.space = true;
            return;
        }
        if self.block.text.is_empty() {
            self.gap = self.gap || self.after_break;
        } else {
            self.flush();
        }
        self.after_break = true;
    }

    fn string(&mut self, value: &[u8], from_byte: usize) {
        if self.unseen.is_some() {
            return;
        }
        let value = String::from_utf8_lossy(value);
        if self.in_title {
            let title = value.trim();
            if !title.is_empty() {
                let line = self.index.line_at(from_byte);
                self.soup.titles.push((title.to_owned(), line));
            }
            return;
        }
        let open = self.top();
        // Where the text begins in truth, and at which line.
        let raw = self.text.get(from_byte..).unwrap_or("");
        let n_blank_bytes = raw.len() - raw.trim_ascii_start().len();
        let mut byte = from_byte;
        if !open.pre {
            byte += n_blank_bytes;
        }
        for c in value.chars() {
            if open.pre && c == '\n' {
                if self.block.text.is_empty() {
                    self.gap = self.gap || self.after_break;
                } else {
                    self.flush();
                }
                self.after_break = true;
                let rest = self.text.get(byte..).unwrap_or("");
                if let Some(end) = rest.find(['\n', '\r']) {
                    let is_crlf = rest.get(end..).is_some_and(|rest| rest.starts_with("\r\n"));
                    byte += end + 1 + usize::from(is_crlf);
                }
                continue;
            }
            // Line ends that only entities can bring in are spaces too.
            let is_space = matches!(
                c,
                ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c' | '\u{85}' | '\u{2028}' | '\u{2029}'
            );
            if is_space && !(open.pre && matches!(c, ' ' | '\t')) {
                self.space = true;
                continue;
            }
            self.push(c, open, byte);
        }
    }

    /// Adds a character to the line.
    fn push(&mut self, c: char, open: Open, byte: usize) {
        if self.block.text.is_empty() {
            self.block.node = open.node;
            self.block.line = self.index.line_at(byte);
            self.block.level = open.level;
            self.block.gap = std::mem::take(&mut self.gap);
            self.space = false;
            self.after_break = false;
        }
        if std::mem::take(&mut self.space) {
            self.block.text.push(' ');
        }
        let at = self.block.text.len();
        match (open.bold, self.block.bold_from) {
            (true, None) => self.block.bold_from = Some(at),
            (false, Some(from)) => {
                self.block.bold.push((from, at));
                self.block.bold_from = None;
            }
            _ => {}
        }
        if open.link > 0 && !c.is_whitespace() {
            // What is longer is no label but a link that was never closed.
            const LABEL_CHARS_MAX: u32 = 80;
            if self.link_counted.0 != open.link {
                self.link_counted = (open.link, 0);
            }
            self.link_counted.1 += 1;
            self.block.link_chars += u32::from(self.link_counted.1 <= LABEL_CHARS_MAX);
            self.block.n_links += u32::from(self.block.last_link != open.link);
            self.block.last_link = open.link;
        }
        self.block.text.push(c);
    }

    /// Ends the line.
    fn flush(&mut self) {
        let mut block = std::mem::take(&mut self.block);
        self.space = false;
        let is_blank = block
            .text
            .chars()
            .all(|c| c.is_whitespace() || extract::is_invisible(c));
        if is_blank {
            // `<p>&nbsp;</p>` leaves a line blank.
            self.gap = self.gap || block.gap || !block.text.is_empty();
            return;
        }
        if let Some(from) = block.bold_from.take() {
            block.bold.push((from, block.text.len()));
        }
        self.soup.blocks.push(block);
    }
}

fn tag_of_dl() -> u64 {
    const DL: u64 = tag(b"dl");
    DL
}

fn without_spaces(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
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
