//! Other ways to build the index on tantivy alone: characters (b), words (c), pairs of characters (e).

use super::made::is_han;
use super::passages::script_of;
use super::{Contender, PAGE, Result, threads};
use baogao_engine::tokenize::WordList;
use baogao_reading::fold::{fold, fold_in};
use baogao_reading::region::Region;
use baogao_reading::report::{Passage, Report};
use baogao_reading::script::Script;
use jieba_rs::{Jieba, TokenizeMode};
use std::fs::{self, File};
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use tantivy::collector::{Count, DocSetCollector, TopDocs};
use tantivy::indexer::NoMergePolicy;
use tantivy::query::{EmptyQuery, PhraseQuery, Query, TermQuery};
use tantivy::schema::{
    FAST, Facet, FacetOptions, Field, IndexRecordOption, STORED, Schema, SchemaBuilder,
    TextFieldIndexing, TextOptions, Value,
};
use tantivy::snippet::SnippetGenerator;
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};
use tantivy::{Index, IndexWriter, Searcher, TantivyDocument, Term};

/// Memory of each indexing thread, as in the library.
const BYTES_PER_THREAD: usize = 200 << 20;
/// The field that is searched, and its analyser.
const TEXT: &str = "text";
/// The field that holds the original text.
const STORED_TEXT: &str = "stored";
/// The number of the passage.
const ID: &str = "id";
/// The field of words beside characters, and its analyser.
const WORDS: &str = "words";

/// One token a character.
#[derive(Clone)]
struct Characters;

struct CharacterStream<'t> {
    chars: std::str::CharIndices<'t>,
    token: Token,
}

impl Tokenizer for Characters {
    type TokenStream<'t> = CharacterStream<'t>;

    fn token_stream<'t>(&'t mut self, text: &'t str) -> CharacterStream<'t> {
        CharacterStream {
            chars: text.char_indices(),
            token: Token::default(),
        }
    }
}

impl TokenStream for CharacterStream<'_> {
    fn advance(&mut self) -> bool {
        let Some((start, c)) = self.chars.next() else {
            return false;
        };
        self.token.text.clear();
        self.token.text.push(c);
        self.token.offset_from = start;
        self.token.offset_to = start + c.len_utf8();
        self.token.position = self.token.position.wrapping_add(1);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

/// jieba as the usual adapter has it: search mode, positions in characters. Punctuation is left out,
/// which the adapter keeps: that makes this variant smaller and faster.
#[derive(Clone)]
pub(crate) struct Words {
    jieba: Arc<Jieba>,
    hmm: bool,
}

impl Words {
    pub(crate) fn load(hmm: bool) -> Result<Words> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/engine/data/dict.txt");
        let jieba = Arc::new(Jieba::with_dict(&mut BufReader::new(File::open(path)?))?);
        Ok(Words { jieba, hmm })
    }

    /// The bytes at which a word of `text` begins, and the end.
    pub(crate) fn borders(&self, text: &str) -> Vec<usize> {
        let words = self.jieba.tokenize(text, TokenizeMode::Default, self.hmm);
        let starts = words.iter().map(|word| word.byte_start);
        starts.chain([text.len()]).collect()
    }
}

/// A letter or digit; Han characters need no table.
fn is_letter(c: char) -> bool {
    is_han(c) || c.is_alphanumeric()
}

/// Tokens made before the first is asked for.
pub(crate) struct TokenList {
    tokens: std::vec::IntoIter<Token>,
    token: Token,
}

impl Tokenizer for Words {
    type TokenStream<'t> = TokenList;

    fn token_stream<'t>(&'t mut self, text: &'t str) -> TokenList {
        let tokens = self.jieba.tokenize(text, TokenizeMode::Search, self.hmm);
        let tokens: Vec<Token> = tokens
            .into_iter()
            .filter(|token| token.word.chars().any(is_letter))
            .map(|token| Token {
                offset_from: token.byte_start,
                offset_to: token.byte_end,
                position: token.start,
                text: token.word.to_owned(),
                position_length: token.end - token.start,
            })
            .collect();
        TokenList {
            tokens: tokens.into_iter(),
            token: Token::default(),
        }
    }
}

impl TokenStream for TokenList {
    fn advance(&mut self) -> bool {
        match self.tokens.next() {
            Some(token) => self.token = token,
            None => return false,
        }
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

/// The words by which this program ranks; nobody asks where in the text they stand.
#[derive(Clone)]
struct OurWords(Arc<WordList>);

impl Tokenizer for OurWords {
    type TokenStream<'t> = TokenList;

    fn token_stream<'t>(&'t mut self, text: &'t str) -> TokenList {
        let words = self.0.cutter().search_words(text).into_iter();
        let tokens: Vec<Token> = words
            .enumerate()
            .map(|(position, word)| Token {
                position,
                text: word.to_owned(),
                ..Token::default()
            })
            .collect();
        TokenList {
            tokens: tokens.into_iter(),
            token: Token::default(),
        }
    }
}

/// Single Chinese characters and pairs of neighbours at the place of the first, other letters and digits as words in
/// lower case and half width, as the CJK analysers of Lucene (Elasticsearch, OpenSearch, Solr) make them with single characters kept.
/// Punctuation is dropped without a gap, as there.
#[derive(Clone)]
struct Bigrams;

impl Tokenizer for Bigrams {
    type TokenStream<'t> = TokenList;

    fn token_stream<'t>(&'t mut self, text: &'t str) -> TokenList {
        let mut tokens = Vec::new();
        let mut position = 0;
        let mut chars = text.char_indices().peekable();
        while let Some((start, c)) = chars.next() {
            let mut end = start + c.len_utf8();
            let mut token = |end: usize, text: String, position_length| {
                tokens.push(Token {
                    offset_from: start,
                    offset_to: end,
                    position,
                    text,
                    position_length,
                });
            };
            if is_han(c) {
                token(end, c.to_string(), 1);
                if let Some((_, next)) = chars.peek().filter(|(_, next)| is_han(*next)) {
                    token(end + next.len_utf8(), String::from_iter([c, *next]), 2);
                }
            } else if c.is_alphanumeric() {
                let mut word = plain(c).to_string();
                let is_of_word = |next: &(usize, char)| next.1.is_alphanumeric() && !is_han(next.1);
                while let Some((at, next)) = chars.next_if(is_of_word) {
                    word.push(plain(next));
                    end = at + next.len_utf8();
                }
                token(end, word.to_lowercase(), 1);
            } else {
                continue;
            }
            position += 1;
        }
        TokenList {
            tokens: tokens.into_iter(),
            token: Token::default(),
        }
    }
}

/// A letter, digit or mark of full width in half width.
fn plain(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// A character (b). Folded text, and beside it what the index of the library has too: words, numbers, region and
    /// year; so that building can be compared.
    Characters,
    /// A word (c), with or without jieba's model for unknown words.
    Words { hmm: bool },
    /// A character or a pair (e).
    Pairs,
}

impl Cut {
    fn analyser(self) -> Result<TextAnalyzer> {
        Ok(match self {
            Cut::Characters => Characters.into(),
            Cut::Words { hmm } => Words::load(hmm)?.into(),
            Cut::Pairs => Bigrams.into(),
        })
    }
}

/// Indexes all passages: text with positions, stored, and the number of the passage.
pub(crate) fn build(dir: &Path, cut: Cut, reports: &[Report]) -> Result<()> {
    let mut builder = Schema::builder();
    // Only words are ranked by length; characters of one passage are as many as its length.
    let of_text = with_positions(TEXT, cut != Cut::Characters);
    let text = builder.add_text_field(TEXT, of_text);
    let stored = builder.add_text_field(STORED_TEXT, STORED);
    let id = builder.add_u64_field(ID, FAST);
    let beside = (cut == Cut::Characters).then(|| Beside::new(&mut builder, reports));
    let index = create(dir, builder.build())?;
    index.tokenizers().register(TEXT, cut.analyser()?);
    if beside.is_some() {
        let words = OurWords(Arc::default());
        let words = TextAnalyzer::from(words);
        index.tokenizers().register(WORDS, words);
    }
    let scripts: Vec<Script> = reports.iter().map(script_of).collect();
    let in_report = |(at, report): (usize, &'_ Report)| -> Vec<(usize, usize)> {
        (0..report.passages.len()).map(|n| (at, n)).collect()
    };
    let places = reports.iter().enumerate().flat_map(in_report).enumerate();
    let documents = places.map(|(number, (at, n))| {
        let passage = &reports[at].passages[n];
        let mut document = TantivyDocument::default();
        document.add_u64(id, number as u64);
        document.add_text(stored, &passage.text);
        match &beside {
            Some(beside) => {
                let folded = fold_in(&passage.text, scripts[at]);
                beside.add(&mut document, &folded, (at, n), passage);
                document.add_text(text, folded);
            }
            None => document.add_text(text, &passage.text),
        }
        document
    });
    write(&index, documents)
}

/// What the index of the library holds besides the text.
struct Beside {
    words: Field,
    numbers: Vec<Field>,
    region: Field,
    year: Field,
    /// Region and year of each report.
    places: Vec<(Facet, Facet)>,
}

impl Beside {
    fn new(builder: &mut SchemaBuilder, reports: &[Report]) -> Beside {
        let words = TextFieldIndexing::default()
            .set_tokenizer(WORDS)
            .set_index_option(IndexRecordOption::WithFreqs)
            .set_fieldnorms(false);
        let words = TextOptions::default().set_indexing_options(words);
        let numbers = ["report", "number", "heading", "part", "about"];
        let place = |report: &Report| {
            let region = report.meta.region.as_ref();
            let path = region.map(|found| found.value.path().map(Region::name));
            let year = report.meta.year.as_ref();
            let year = year.map_or("-".to_owned(), |found| found.value.to_string());
            (
                path.map_or(Facet::from_path(["-"]), Facet::from_path),
                Facet::from_path([year]),
            )
        };
        Beside {
            words: builder.add_text_field(WORDS, words),
            numbers: numbers.map(|name| builder.add_u64_field(name, FAST)).into(),
            region: builder.add_facet_field("region", FacetOptions::default()),
            year: builder.add_facet_field("year", FacetOptions::default()),
            places: reports.iter().map(place).collect(),
        }
    }

    fn add(
        &self,
        document: &mut TantivyDocument,
        folded: &str,
        (at, n): (usize, usize),
        passage: &Passage,
    ) {
        document.add_text(self.words, folded);
        let about = passage.about.map_or(0, |(from, _)| usize::from(from.get()));
        let heading = passage.heading.unwrap_or(0);
        let values = [at, n, heading, passage.part as usize, about];
        for (field, value) in self.numbers.iter().zip(values) {
            document.add_u64(*field, value as u64);
        }
        let (region, year) = &self.places[at];
        document.add_facet(self.region, region.clone());
        document.add_facet(self.year, year.clone());
    }
}

fn with_positions(tokenizer: &str, fieldnorms: bool) -> TextOptions {
    TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions)
            .set_fieldnorms(fieldnorms),
    )
}

/// Creates an empty index in `dir`.
fn create(dir: &Path, schema: Schema) -> Result<Index> {
    fs::create_dir_all(dir)?;
    Ok(Index::create_in_dir(dir, schema)?)
}

/// Feeds one writer with as many threads as the library uses, commits and waits for merges.
fn write(index: &Index, documents: impl Iterator<Item = TantivyDocument>) -> Result<()> {
    let mut writer: IndexWriter =
        index.writer_with_num_threads(threads(), threads() * BYTES_PER_THREAD)?;
    for document in documents {
        writer.add_document(document)?;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok(())
}

/// Merges all segments into one.
pub(crate) fn merge(dir: &Path) -> Result<()> {
    let index = Index::open_in_dir(dir)?;
    let mut writer: IndexWriter = index.writer_with_num_threads(1, 15 << 20)?;
    writer.set_merge_policy(Box::new(NoMergePolicy));
    let segments = index.searchable_segment_ids()?;
    if segments.len() > 1 {
        writer.merge(&segments).wait()?;
    }
    writer.garbage_collect_files().wait()?;
    writer.wait_merging_threads()?;
    Ok(())
}

/// An index of [`build`], open.
pub(crate) struct FieldIndex {
    searcher: Searcher,
    text: Field,
    stored: Field,
    cut: Cut,
    analyser: TextAnalyzer,
}

impl FieldIndex {
    pub(crate) fn open(dir: &Path, cut: Cut) -> Result<FieldIndex> {
        let index = Index::open_in_dir(dir)?;
        let analyser = cut.analyser()?;
        index.tokenizers().register(TEXT, analyser.clone());
        Ok(FieldIndex {
            text: index.schema().get_field(TEXT)?,
            stored: index.schema().get_field(STORED_TEXT)?,
            searcher: index.reader()?.searcher(),
            cut,
            analyser,
        })
    }

    /// The tokens of a phrase in their places; with pairs (e) all of them, and single characters only where there is
    /// no pair.
    fn query(&self, phrase: &str) -> Box<dyn Query> {
        let mut terms: Vec<(usize, Term)> = Vec::new();
        let mut covered = 0;
        let folded = (self.cut == Cut::Characters).then(|| fold(phrase));
        let mut analyser = self.analyser.clone();
        let mut tokens = analyser.token_stream(folded.as_deref().unwrap_or(phrase));
        while let Some(token) = tokens.next() {
            if self.cut == Cut::Pairs {
                let is_pair = token.position_length == 2;
                if is_pair && terms.last().is_some_and(|(at, _)| *at == token.position) {
                    terms.pop();
                }
                if !is_pair && token.position < covered {
                    continue;
                }
                covered = token.position + token.position_length;
            }
            let term = Term::from_field_text(self.text, &token.text);
            terms.push((token.position, term));
        }
        // tantivy's phrase query panics on a single term.
        if terms.len() > 1 {
            return Box::new(PhraseQuery::new_with_offset(terms));
        }
        match terms.pop() {
            Some((_, term)) => Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)),
            None => Box::new(EmptyQuery),
        }
    }

    /// As [`SnippetGenerator`] marks it. It panics on words within words, which jieba's search mode makes; the
    /// passage is then shown without marks.
    fn snippet_marks(&self, query: &dyn Query, document: &TantivyDocument) -> Result<usize> {
        let text = stored_text(document, self.stored);
        let generator = SnippetGenerator::create(&self.searcher, query, self.text)?;
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        let marks = catch_unwind(AssertUnwindSafe(|| {
            generator.snippet(text).highlighted().len()
        }));
        std::panic::set_hook(hook);
        Ok(marks.unwrap_or(0))
    }
}

fn stored_text(document: &TantivyDocument, field: Field) -> &str {
    let value = document.get_first(field);
    value.and_then(|value| value.as_str()).unwrap_or_default()
}

impl Contender for FieldIndex {
    fn count(&self, phrase: &str) -> Result<u64> {
        Ok(self.searcher.search(&*self.query(phrase), &Count)? as u64)
    }

    fn find(&self, phrase: &str) -> Result<Vec<u32>> {
        let found = self
            .searcher
            .search(&*self.query(phrase), &DocSetCollector)?;
        let mut numbers = Vec::with_capacity(found.len());
        let segments = self.searcher.segment_readers().iter();
        let columns = segments.map(|segment| segment.fast_fields().u64(ID));
        let columns = columns.collect::<tantivy::Result<Vec<_>>>()?;
        for address in found {
            let column = &columns[address.segment_ord as usize];
            numbers.extend(column.first(address.doc_id).map(|number| number as u32));
        }
        Ok(numbers)
    }

    fn page(&self, phrase: &str) -> Result<usize> {
        let query = self.query(phrase);
        let best = TopDocs::with_limit(PAGE).order_by_score();
        let mut n_marks = 0;
        for (_, address) in self.searcher.search(&*query, &best)? {
            let document: TantivyDocument = self.searcher.doc(address)?;
            n_marks += match self.cut {
                Cut::Words { .. } => self.snippet_marks(&*query, &document)?,
                Cut::Characters | Cut::Pairs => stored_text(&document, self.stored)
                    .match_indices(phrase)
                    .count(),
            };
        }
        Ok(n_marks)
    }
}
