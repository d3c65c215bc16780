//! From what was typed to a tree: the grammar of the query language. `docs/query.md` describes it for readers.
//!
//! ```text
//! query  = either                                  filters stand beside it, outside brackets
//! either = all  { ("OR" | "|") all }
//! all    = not  { ["AND"] not }
//! not    = { "NOT" | "-" } word
//! word   = text with `?` and `*` | "a b"~30 | "(" either ")"
//! ```
//!
//! Two steps: the text is cut into tokens in one pass, then a recursive descent makes the tree. Length, depth and number of
//! terms are bounded before the second begins, so that its stack is bounded too.
//!
//! Whatever is no operator where it stands is text: `县(市、区)`, `2020 - 2024`, `body：国内`. In a literal query only
//! half-width operators are operators, and only `"` is a quotation mark.

use super::{
    Expression, FilterName, InlineFilter, MAX_CHARS, MAX_DEPTH, MAX_DISTANCE, MAX_TERMS,
    MAX_WILDCARDS, Problem, Query, QueryError,
};
use crate::exact::{Keyword, MatchOptions, Near, Pattern, PatternPart, Phrase};
use baogao_reading::fold::fold;

/// Longest name before the colon of a filter, in characters.
const MAX_NAME_CHARS: usize = 8;

impl Query {
    /// Parses what was typed: see `docs/query.md` for the language.
    ///
    /// A trailing ？ or ！ is dropped. Quoted and unquoted parts that touch are one phrase, so that
    /// `“四上”企业` is what it looks like. A quote that is never closed is text, and folds away.
    ///
    /// # Errors
    /// When nothing is left to search for, when the query is too long, or when an operator is used wrongly.
    pub fn parse(typed: &str, options: MatchOptions) -> Result<Query, QueryError> {
        parse(typed, options)
    }
}

/// Parses a query.
fn parse(typed: &str, options: MatchOptions) -> Result<Query, QueryError> {
    let n_chars = typed.chars().count();
    if n_chars > MAX_CHARS {
        return Err(QueryError::TooLong { chars: n_chars });
    }
    let mut lexer = Lexer::new(typed, options);
    lexer.check_depth()?;
    lexer.run()?;
    let n_terms = lexer.tokens.iter().filter(|token| token.is_word()).count() + lexer.filters.len();
    if n_terms > MAX_TERMS {
        return Err(QueryError::TooManyTerms { terms: n_terms });
    }
    if lexer.tokens.is_empty() {
        return Err(match lexer.filters.first() {
            Some(filter) => QueryError::OnlyFilters {
                filter: lexer
                    .chars
                    .get(filter.chars.clone())
                    .map_or_else(String::new, |chars| chars.iter().collect()),
            },
            None => QueryError::Empty,
        });
    }
    let mut parser = Parser {
        tokens: &lexer.tokens,
        at: 0,
        lexer: &lexer,
        keywords: Vec::new(),
    };
    let expression = parser.either()?;
    if let Some(token) = parser.peek() {
        // Brackets are matched by the lexer: only an operator with nothing before it is left.
        return Err(lexer.error(token.at, Problem::NothingBefore));
    }
    Ok(Query {
        typed: typed.to_owned(),
        keywords: parser.keywords,
        expression,
        filters: lexer.filters,
    })
}

struct Token {
    /// Where it begins, in characters of what was typed.
    at: usize,
    kind: TokenKind,
}

impl Token {
    fn is_word(&self) -> bool {
        matches!(self.kind, TokenKind::Word(_))
    }
}

enum TokenKind {
    Word(Box<Keyword>),
    Open,
    Close,
    Or,
    And,
    Not,
}

impl TokenKind {
    fn word(keyword: Keyword) -> TokenKind {
        TokenKind::Word(Box::new(keyword))
    }
}

struct Lexer {
    chars: Vec<char>,
    /// Behind the last character that counts.
    end: usize,
    options: MatchOptions,
    tokens: Vec<Token>,
    filters: Vec<InlineFilter>,
    /// Brackets that are open.
    depth: usize,
    /// Whether the last thing read was a filter.
    after_filter: bool,
}

impl Lexer {
    fn new(typed: &str, options: MatchOptions) -> Lexer {
        let chars: Vec<char> = typed.chars().collect();
        let is_ending =
            |c: &char| c.is_whitespace() || matches!(c, '?' | '!' | '\u{ff1f}' | '\u{ff01}');
        let end = chars
            .iter()
            .rposition(|c| !is_ending(c))
            .map_or(0, |last| last + 1);
        Lexer {
            chars,
            end,
            options,
            tokens: Vec::new(),
            filters: Vec::new(),
            depth: 0,
            after_filter: false,
        }
    }

    fn error(&self, at: usize, problem: Problem) -> QueryError {
        let near = self.chars.iter().skip(at).take(12).collect();
        QueryError::Syntax {
            at: at + 1,
            problem,
            near,
        }
    }

    /// The character at a place, operators in their half-width form.
    fn operator(&self, at: usize) -> Option<char> {
        let c = self.chars.get(at).copied().filter(|_| at < self.end)?;
        if self.options.literal {
            return Some(c);
        }
        Some(match c {
            '\u{ff08}' => '(',
            '\u{ff09}' => ')',
            '\u{ff5c}' => '|',
            '\u{ff0a}' => '*',
            '\u{ff0d}' => '-',
            '\u{ff1a}' => ':',
            '\u{ff5e}' => '~',
            '\u{ff1f}' => '?',
            _ => c,
        })
    }

    /// Where the quotation that opens at a place closes.
    fn closing_quote(&self, at: usize) -> Option<usize> {
        let is_closing = |c: &char| match self.chars.get(at) {
            Some('"') => *c == '"',
            Some('\u{201c}' | '\u{201d}' | '\u{ff02}') => {
                !self.options.literal && matches!(c, '\u{201d}' | '\u{201c}' | '\u{ff02}')
            }
            _ => false,
        };
        let behind = self.chars.get(at + 1..self.chars.len())?;
        behind.iter().position(is_closing).map(|n| at + 1 + n)
    }

    /// Calls `visit` for each operator outside quotes from a place on, until it gives something.
    fn each_outside<T>(
        &self,
        from: usize,
        mut visit: impl FnMut(usize, char) -> Option<T>,
    ) -> Option<T> {
        let mut at = from;
        while let Some(c) = self.operator(at) {
            if let Some(closed) = self.closing_quote(at) {
                at = closed + 1;
                continue;
            }
            if let Some(found) = visit(at, c) {
                return Some(found);
            }
            at += 1;
        }
        None
    }

    /// Refuses brackets that stand deeper in each other than is taken, whether they group or not.
    fn check_depth(&self) -> Result<(), QueryError> {
        let mut depth = 0usize;
        let too_deep = self.each_outside(0, |at, c| {
            match c {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            (depth > MAX_DEPTH).then_some(at)
        });
        match too_deep {
            Some(at) => Err(self.error(at, Problem::TooDeep)),
            None => Ok(()),
        }
    }

    /// Whether nothing stands at a place, or something that ends a word.
    fn is_border(&self, at: usize) -> bool {
        self.operator(at)
            .is_none_or(|c| c.is_whitespace() || matches!(c, ')' | '|'))
    }

    fn push(&mut self, at: usize, kind: TokenKind) {
        self.tokens.push(Token { at, kind });
        self.after_filter = false;
    }

    fn run(&mut self) -> Result<(), QueryError> {
        let mut at = 0;
        let mut open_at = 0;
        while let Some(c) = self.operator(at) {
            if c.is_whitespace() {
                at += 1;
                continue;
            }
            match c {
                '|' => {
                    self.push_or(at)?;
                    at += 1;
                }
                '(' if self.groups(at)? => {
                    if self.depth == 0 {
                        open_at = at;
                    }
                    self.depth += 1;
                    self.push(at, TokenKind::Open);
                    at += 1;
                }
                ')' if self.depth > 0 => {
                    self.depth -= 1;
                    self.push(at, TokenKind::Close);
                    at += 1;
                }
                ')' => return Err(self.error(at, Problem::NeverOpened)),
                '-' if !self.is_border(at + 1) && self.operator(at + 1) != Some('-') => {
                    self.push(at, TokenKind::Not);
                    at += 1;
                }
                _ => at = self.word(at)?,
            }
        }
        if self.depth > 0 {
            return Err(self.error(open_at, Problem::NeverClosed));
        }
        Ok(())
    }

    fn push_or(&mut self, at: usize) -> Result<(), QueryError> {
        if self.after_filter {
            return Err(self.error(at, Problem::FilterPlace));
        }
        self.push(at, TokenKind::Or);
        Ok(())
    }

    /// Whether the bracket at the beginning of a word groups: not if text without a space stands in it and goes
    /// on behind it, as in the heading （一）抓好….
    fn groups(&self, open: usize) -> Result<bool, QueryError> {
        let mut depth = 0usize;
        let close = self.each_outside(open, |at, c| {
            match c {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            (depth == 0).then_some(at)
        });
        let Some(close) = close else {
            return Err(self.error(open, Problem::NeverClosed));
        };
        let has_parts = self
            .each_outside(open, |at, c| {
                (at < close)
                    .then_some(c.is_whitespace() || c == '|')
                    .filter(|is| *is)
            })
            .is_some();
        Ok(has_parts || self.is_border(close + 1))
    }

    /// Reads one word and gives the place behind it.
    fn word(&mut self, start: usize) -> Result<usize, QueryError> {
        if let Some(behind) = self.filter(start)? {
            return Ok(behind);
        }
        if let Some(behind) = self.near(start)? {
            return Ok(behind);
        }
        let mut parts: Vec<PatternPart> = Vec::new();
        let mut text = String::new();
        let mut has_quotes = false;
        let mut n_inner = 0;
        let mut at = start;
        while let Some(c) = self.operator(at) {
            let typed = self.chars.get(at).copied().unwrap_or(c);
            if let Some(closed) = self.closing_quote(at) {
                // The quotes stay: the fold drops them, or makes 、 of a closing and an opening one.
                let kept = match self.options.literal {
                    true => at + 1..closed,
                    false => at..closed + 1,
                };
                text.extend(self.chars.get(kept).unwrap_or_default());
                has_quotes = true;
                at = closed + 1;
                continue;
            }
            match c {
                '"' if self.options.literal => {
                    return Err(self.error(at, Problem::QuoteNeverClosed));
                }
                '|' => break,
                '(' if !has_quotes
                    && parts.is_empty()
                    && operator_word(&text, self.options.literal).is_some() =>
                {
                    break;
                }
                '(' => n_inner += 1,
                ')' if n_inner > 0 => n_inner -= 1,
                ')' if self.depth > 0 => break,
                c if c.is_whitespace() => break,
                '?' | '*' => {
                    // What ends a sentence is no wildcard: 什么是专业镇？
                    if typed == '\u{ff1f}' && self.is_border(at + 1) {
                        at += 1;
                        continue;
                    }
                    parts.push(PatternPart::Text(std::mem::take(&mut text)));
                    parts.push(match c {
                        '?' => PatternPart::One,
                        _ => PatternPart::Many,
                    });
                    at += 1;
                    continue;
                }
                _ => {}
            }
            text.push(typed);
            at += 1;
        }
        if parts.is_empty() {
            let operator = operator_word(&text, self.options.literal).filter(|_| !has_quotes);
            match operator {
                Some(TokenKind::Or) => self.push_or(start)?,
                Some(TokenKind::And) if self.after_filter => self.after_filter = false,
                Some(operator) => self.push(start, operator),
                None => {
                    if let Some(phrase) = Phrase::new(&text, self.options) {
                        self.push(start, TokenKind::word(Keyword::Phrase(phrase)));
                    }
                }
            }
            return Ok(at);
        }
        parts.push(PatternPart::Text(text));
        let n_wildcards = parts
            .iter()
            .filter(|part| !matches!(part, PatternPart::Text(_)))
            .count();
        if n_wildcards > MAX_WILDCARDS {
            return Err(self.error(start, Problem::TooManyWildcards));
        }
        match Pattern::new(&parts, self.options) {
            Some(pattern) => self.push(start, TokenKind::word(Keyword::Pattern(pattern))),
            None => return Err(self.error(start, Problem::WildcardAlone)),
        }
        Ok(at)
    }

    /// Reads `"a b"~30` if it stands here, and gives the place behind it.
    fn near(&mut self, start: usize) -> Result<Option<usize>, QueryError> {
        let Some(closed) = self.closing_quote(start) else {
            return Ok(None);
        };
        let tilde = closed + 1;
        if self.operator(tilde) != Some('~') {
            return Ok(None);
        }
        let mut behind = tilde + 1;
        let mut distance = 0u32;
        while let Some(digit) = self.digit(behind) {
            distance = distance.saturating_mul(10).saturating_add(digit);
            behind += 1;
        }
        if !self.is_border(behind) {
            // “十四五”～2025年 is text.
            return Ok(None);
        }
        if behind == tilde + 1 {
            return Err(self.error(tilde, Problem::NoDistance));
        }
        if distance > MAX_DISTANCE {
            return Err(self.error(tilde, Problem::TooFar));
        }
        let inside: String = self
            .chars
            .get(start + 1..closed)
            .unwrap_or_default()
            .iter()
            .collect();
        let mut phrases: Vec<Phrase> = inside
            .split_whitespace()
            .filter_map(|word| Phrase::new(word, self.options))
            .collect();
        match (phrases.pop(), phrases.pop(), phrases.is_empty()) {
            (Some(second), Some(first), true) => {
                let near = Near::new(first, second, distance);
                self.push(start, TokenKind::word(Keyword::Near(near)));
                Ok(Some(behind))
            }
            _ => Err(self.error(start, Problem::NotTwoWords)),
        }
    }

    fn digit(&self, at: usize) -> Option<u32> {
        match self.operator(at)? {
            c @ '\u{ff10}'..='\u{ff19}' if !self.options.literal => Some(u32::from(c) - 0xff10),
            c => c.to_digit(10),
        }
    }

    /// Reads a filter if a known name and a colon stand here, and gives the place behind it.
    fn filter(&mut self, start: usize) -> Result<Option<usize>, QueryError> {
        let colon = (start..=start + MAX_NAME_CHARS).find(|at| self.operator(*at) == Some(':'));
        let Some(colon) = colon else {
            return Ok(None);
        };
        let name: String = self
            .chars
            .get(start..colon)
            .unwrap_or_default()
            .iter()
            .collect();
        let Some(name) = FilterName::parse(&name) else {
            return Ok(None);
        };
        let begin = colon + 1;
        let (value, behind) = match self.closing_quote(begin) {
            Some(closed) => (begin + 1..closed, closed + 1),
            None => {
                let mut end = begin;
                while !self.is_border(end) {
                    end += 1;
                }
                (begin..end, end)
            }
        };
        let value: String = self.chars.get(value).unwrap_or_default().iter().collect();
        if value.trim().is_empty() {
            return Err(self.error(start, Problem::FilterWithoutValue));
        }
        let is_operand = matches!(
            self.tokens.last(),
            Some(Token {
                kind: TokenKind::Or | TokenKind::Not,
                ..
            })
        );
        if self.depth > 0 || is_operand {
            return Err(self.error(start, Problem::FilterPlace));
        }
        // A filter holds beside whatever else is asked: an AND says nothing more.
        if let Some(Token {
            kind: TokenKind::And,
            ..
        }) = self.tokens.last()
        {
            self.tokens.pop();
        }
        // A file may be named in full width; names of parts and levels, and ids that begin with a region, are not.
        let value = match name {
            FilterName::Report if value.starts_with(UNPLACED) => value,
            _ => value.chars().map(half_width).collect(),
        };
        self.filters.push(InlineFilter {
            name,
            value,
            chars: start..behind,
        });
        self.after_filter = true;
        Ok(Some(behind))
    }
}

/// What the ids of reports without a region begin with; the name of a file follows.
const UNPLACED: &str = "未知-";

/// A full-width letter, digit or mark as the half-width one.
fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// The operator that a whole word stands for.
fn operator_word(text: &str, literal: bool) -> Option<TokenKind> {
    if text.chars().nth(3).is_some() {
        return None;
    }
    let half = |c: char| match c {
        '\u{ff21}'..='\u{ff3a}' if !literal => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    };
    match text.chars().map(half).collect::<String>().as_str() {
        "OR" => Some(TokenKind::Or),
        "AND" => Some(TokenKind::And),
        "NOT" => Some(TokenKind::Not),
        _ => None,
    }
}

struct Parser<'t> {
    tokens: &'t [Token],
    at: usize,
    lexer: &'t Lexer,
    keywords: Vec<Keyword>,
}

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<&'t Token> {
        self.tokens.get(self.at)
    }

    fn either(&mut self) -> Result<Expression, QueryError> {
        let mut parts = vec![self.all()?];
        while let Some(Token {
            at,
            kind: TokenKind::Or,
        }) = self.peek()
        {
            self.at += 1;
            self.needs_operand(*at)?;
            parts.push(self.all()?);
        }
        Ok(Expression::either(parts))
    }

    fn all(&mut self) -> Result<Expression, QueryError> {
        let mut parts = vec![self.not()?];
        loop {
            match self.peek() {
                Some(Token {
                    at,
                    kind: TokenKind::And,
                }) => {
                    self.at += 1;
                    self.needs_operand(*at)?;
                }
                None
                | Some(Token {
                    kind: TokenKind::Or | TokenKind::Close,
                    ..
                }) => break,
                Some(_) => {}
            }
            parts.push(self.not()?);
        }
        Ok(Expression::all(parts))
    }

    fn not(&mut self) -> Result<Expression, QueryError> {
        let mut is_negated = false;
        while let Some(Token {
            at,
            kind: TokenKind::Not,
        }) = self.peek()
        {
            self.at += 1;
            self.needs_operand(*at)?;
            is_negated = !is_negated;
        }
        let inner = self.word()?;
        Ok(match inner {
            Expression::Not(inner) if is_negated => *inner,
            inner if is_negated => Expression::Not(Box::new(inner)),
            inner => inner,
        })
    }

    fn word(&mut self) -> Result<Expression, QueryError> {
        let Some(token) = self.peek() else {
            return Err(QueryError::Empty);
        };
        self.at += 1;
        match &token.kind {
            TokenKind::Word(keyword) => {
                let known = self.keywords.iter().position(|known| known == &**keyword);
                let number = known.unwrap_or_else(|| {
                    self.keywords.push(Keyword::clone(keyword));
                    self.keywords.len() - 1
                });
                Ok(Expression::Keyword(number))
            }
            TokenKind::Open => {
                if let Some(Token {
                    kind: TokenKind::Close,
                    ..
                }) = self.peek()
                {
                    return Err(self.lexer.error(token.at, Problem::EmptyBrackets));
                }
                let inner = self.either()?;
                // The lexer has seen to it that every bracket is closed.
                self.at += 1;
                Ok(inner)
            }
            _ => Err(self.lexer.error(token.at, Problem::NothingBefore)),
        }
    }

    /// Fails if nothing that could be asked for stands behind an operator.
    fn needs_operand(&self, operator_at: usize) -> Result<(), QueryError> {
        match self.peek().map(|token| &token.kind) {
            Some(TokenKind::Word(_) | TokenKind::Open | TokenKind::Not) => Ok(()),
            _ => Err(self.lexer.error(operator_at, Problem::NothingBehind)),
        }
    }
}

impl FilterName {
    /// The filter of a name, as it is typed before a colon.
    fn parse(typed: &str) -> Option<FilterName> {
        // The fold would drop a quotation mark: "部分：" in quotes is text.
        if !typed.chars().all(char::is_alphabetic) {
            return None;
        }
        Some(match fold(typed).as_str() {
            "region" | "地区" | "区域" => FilterName::Region,
            "year" | "年份" => FilterName::Year,
            "about" | "所述年份" => FilterName::About,
            "part" | "部分" => FilterName::Part,
            "level" | "级别" | "层级" => FilterName::Level,
            "report" => FilterName::Report,
            _ => return None,
        })
    }
}
