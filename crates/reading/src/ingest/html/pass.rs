//! Tags and text → a page taken apart, in one pass over a stack of open elements.
//!
//! In: decoded HTML. Out: [`Soup`]. No tree is built as a browser would; nothing recurses.

use super::soup::{Block, Element, NONE, Soup};
use super::tags::{
    A, Attributes, BODY, BUTTON, CAPTION, DD, DL, DT, HTML, LI, NOSCRIPT, OL, OPTION, P, PRE,
    SELECT, TABLE, TD, TEXTAREA, TH, TITLE, TR, UL, attribute, has_margin, has_text_name, hash_of,
    heading_level, is_block, is_bold, is_hidden, is_raised, is_unseen, is_void,
};
use crate::ingest::IngestError;
use crate::ingest::extract::{self, LineIndex};
use crate::ingest::limits::TAGS_MAX;
use crate::ingest::line::is_han;
use crate::ingest::raised;
use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

/// Elements open at once; deeper ones are read as if they were not there, their text stays.
const DEPTH_MAX: usize = 512;

/// An open element.
#[derive(Clone, Copy, Debug)]
struct OpenElement {
    tag: u64,
    /// The nearest node, itself included.
    node: u32,
    bold: bool,
    /// The number of the link in which it lies; 0 for none.
    link: u32,
    pre: bool,
    level: u8,
    /// Where it begins, if it stands raised: the number of lines before it, and the byte of its line.
    raised_from: Option<(usize, usize)>,
}

impl OpenElement {
    fn root(node: u32) -> OpenElement {
        OpenElement {
            tag: HTML,
            node,
            bold: false,
            link: 0,
            pre: false,
            level: 0,
            raised_from: None,
        }
    }
}

/// The pass over the tags.
struct Pass<'a> {
    text: &'a str,
    index: LineIndex<'a>,
    soup: Soup,
    stack: Vec<OpenElement>,
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
    /// How characters are read that have just come, being read, and its line.
    reading: Option<(u32, String)>,
    n_links: u32,
    /// The link that is being counted, and its characters so far.
    link_counted: (u32, u32),
}

/// The page, taken apart and weighed.
pub(super) fn take_apart(text: &str) -> Result<Soup, IngestError> {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let mut pass = Pass::of(text);
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
    pass.end_reading();
    pass.flush();
    let mut soup = pass.soup;
    soup.weigh_all();
    Ok(soup)
}

impl<'a> Pass<'a> {
    fn of(text: &'a str) -> Pass<'a> {
        let mut pass = Pass {
            text,
            index: LineIndex::of(text),
            soup: Soup::default(),
            stack: Vec::new(),
            n_deeper: 0,
            unseen: None,
            block: Block::default(),
            gap: false,
            after_break: false,
            space: false,
            in_title: false,
            reading: None,
            n_links: 0,
            link_counted: (0, 0),
        };
        let root = pass.add_node(HTML, NONE, &Attributes::new());
        pass.block.node = root;
        pass.stack.push(OpenElement::root(root));
        pass
    }

    fn add_node(&mut self, tag: u64, parent: u32, attributes: &Attributes) -> u32 {
        let id = u32::try_from(self.soup.nodes.len()).unwrap_or(NONE);
        let (table, row, cell, apart) = self
            .soup
            .node(parent)
            .map_or((NONE, NONE, NONE, false), |node| {
                (node.table, node.row, node.cell, node.apart)
            });
        let mut node = Element {
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

    fn top(&self) -> OpenElement {
        // The root is never popped.
        self.stack.last().copied().unwrap_or(OpenElement::root(0))
    }

    /// Cuts the stack so that the element at `at` is closed; the root stays.
    fn close_to(&mut self, at: usize) {
        self.stack.truncate(at.max(1));
        self.n_deeper = 0;
    }

    /// Closes what an element of this name closes by beginning, as `<li>` closes the one before it.
    fn close_implied(&mut self, tag: u64, name: &[u8]) {
        let (closes, stops): (&[u64], &[u64]) = match tag {
            LI => (&[LI], &[UL, OL, TABLE, TD]),
            DT | DD => (&[DT, DD], &[DL, TABLE, TD]),
            TR => (&[TR], &[TABLE]),
            TD | TH => (&[TD, TH], &[TR, TABLE]),
            OPTION => (&[OPTION], &[SELECT]),
            A => (&[A], &[TD, TH, TABLE, CAPTION, BUTTON]),
            _ if is_block(name) => (&[P], &[TD, TH, TABLE, CAPTION, BUTTON]),
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
        let id = hash_of(name);
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
            b"rt" | b"rp" | b"rtc" => {
                self.end_reading();
                let line = self.index.line_at(start.span.start);
                self.reading = Some((line, String::new()));
                return;
            }
            b"rb" => return self.end_reading(),
            b"br" => return self.line_break(),
            b"wbr" => return,
            b"meta" => return self.meta(start),
            b"img" => return self.picture(start),
            _ => {}
        }
        self.begin_block(name);
        if is_void(name) {
            return;
        }
        self.open(id, start);
    }

    /// A block begins and ends a line.
    fn begin_block(&mut self, name: &[u8]) {
        if is_block(name) {
            self.flush();
            self.gap = self.gap || has_margin(name);
            self.after_break = false;
        }
    }

    /// Opens an element that has an end.
    fn open(&mut self, id: u64, start: &StartTag<usize>) {
        let name = start.name.as_slice();
        if matches!(id, HTML | BODY) && self.stack.iter().any(|open| open.tag == BODY) {
            return;
        }
        if self.stack.len() >= DEPTH_MAX {
            self.n_deeper += 1;
            return;
        }
        self.close_implied(id, name);
        let above = self.top();
        let node = if is_block(name) {
            self.add_node(id, above.node, &start.attributes)
        } else if is_hidden(&start.attributes) {
            // A hidden word in a line is cut from it.
            self.flush();
            self.add_node(id, above.node, &start.attributes)
        } else {
            above.node
        };
        let level = heading_level(name);
        self.stack.push(OpenElement {
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
            raised_from: is_raised(name, &start.attributes)
                .then_some((self.soup.blocks.len(), self.block.text.len())),
        });
        if id == TITLE {
            self.in_title = true;
        }
    }

    fn end(&mut self, name: &[u8]) {
        let id = hash_of(name);
        if let Some((unseen, n_open)) = &mut self.unseen {
            if *unseen == id {
                *n_open -= 1;
                if *n_open == 0 {
                    self.unseen = None;
                }
            }
            return;
        }
        if matches!(name, b"rt" | b"rp" | b"rtc" | b"ruby") || is_block(name) {
            self.end_reading();
        }
        if name == b"br" {
            return self.line_break();
        }
        if id == TITLE {
            self.in_title = false;
        }
        self.begin_block(name);
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
            if let Some(from) = open.raised_from {
                self.show_raised(from);
            }
            if cuts_node {
                self.flush();
            }
            self.close_to(at);
        }
    }

    /// Shows what stands raised from a place of the line on: an exponent, the mark of a note, or text.
    fn show_raised(&mut self, (n_blocks, from): (usize, usize)) {
        if n_blocks != self.soup.blocks.len() {
            return;
        }
        let Some(raised) = self.block.text.get(from..).map(str::to_owned) else {
            return;
        };
        self.block.text.truncate(from);
        let shown = raised::shown(&self.block.text, &raised);
        self.block.text.push_str(&shown);
        let end = self.block.text.len();
        for (start, stop) in &mut self.block.bold {
            (*start, *stop) = ((*start).min(end), (*stop).min(end));
        }
        self.block.bold_from = self.block.bold_from.map(|at| at.min(end));
    }

    /// Ends the reading that stands beside characters (`<rt>`), or the brackets around it (`<rp>`).
    fn end_reading(&mut self) {
        if let Some((line, words)) = self.reading.take()
            && words.chars().any(char::is_alphanumeric)
        {
            self.soup.readings.push((line, words.trim().to_owned()));
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
        self.end_line();
    }

    /// Ends a line at a break; a second one leaves a line blank.
    fn end_line(&mut self) {
        if self.block.text.is_empty() {
            self.gap = self.gap || self.after_break;
        } else {
            self.flush();
        }
        self.after_break = true;
    }

    /// Where the raw line after this byte begins, or the byte itself in the last line.
    fn next_raw_line(&self, byte: usize) -> usize {
        let rest = self.text.get(byte..).unwrap_or("");
        let Some(end) = rest.find(['\n', '\r']) else {
            return byte;
        };
        let is_crlf = rest.get(end..).is_some_and(|rest| rest.starts_with("\r\n"));
        byte + end + 1 + usize::from(is_crlf)
    }

    fn string(&mut self, value: &[u8], from_byte: usize) {
        if self.unseen.is_some() {
            return;
        }
        let value = String::from_utf8_lossy(value);
        if let Some((_, words)) = &mut self.reading {
            words.push_str(&value);
            return;
        }
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
                self.end_line();
                byte = self.next_raw_line(byte);
                continue;
            }
            if is_space(c) && !(open.pre && matches!(c, ' ' | '\t')) {
                self.space = true;
                continue;
            }
            self.push(c, open, byte);
        }
    }

    /// Adds a character to the line.
    fn push(&mut self, c: char, open: OpenElement, byte: usize) {
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
            self.count_link(open.link);
        }
        self.block.text.push(c);
    }

    /// Counts a character of a link.
    fn count_link(&mut self, link: u32) {
        // What is longer is no label but a link that was never closed.
        const LABEL_CHARS_MAX: u32 = 80;
        if self.link_counted.0 != link {
            self.link_counted = (link, 0);
        }
        self.link_counted.1 += 1;
        self.block.link_chars += u32::from(self.link_counted.1 <= LABEL_CHARS_MAX);
        self.block.n_links += u32::from(self.block.last_link != link);
        self.block.last_link = link;
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

/// White space, with the line ends that only entities can bring in.
fn is_space(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}
