//! What the index is measured against: two other ways to build it on tantivy alone.

use crate::input::{is_han, threads};
use baogao::fold::fold;
use baogao::region::Region;
use baogao::report::Report;
use baogao::tokenize::WordTokenizer;
use jieba_rs::{Jieba, TokenizeMode};
use std::error::Error;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;
use tantivy::collector::Count;
use tantivy::indexer::NoMergePolicy;
use tantivy::query::{EmptyQuery, PhraseQuery, Query, TermQuery};
use tantivy::schema::{
    FAST, Facet, FacetOptions, Field, IndexRecordOption, STORED, Schema, TextFieldIndexing,
    TextOptions,
};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};
use tantivy::{Index, IndexWriter, Searcher, TantivyDocument, Term};

/// Memory of each indexing thread, as in the library.
const BYTES_PER_THREAD: usize = 200 << 20;
/// The field that is searched, under the same name in both variants.
const TEXT: &str = "text";

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
struct Words {
    jieba: Arc<Jieba>,
    hmm: bool,
}

impl Words {
    fn load(hmm: bool) -> Result<Words, Box<dyn Error>> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/dict.txt");
        let jieba = Arc::new(Jieba::with_dict(&mut BufReader::new(File::open(path)?))?);
        Ok(Words { jieba, hmm })
    }
}

/// A letter or digit; Han characters need no table.
fn is_letter(c: char) -> bool {
    is_han(c) || c.is_alphanumeric()
}

struct TokenList {
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

fn with_positions(tokenizer: &str, fieldnorms: bool) -> TextOptions {
    TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions)
            .set_fieldnorms(fieldnorms),
    )
}

/// Creates an empty index in `dir` and opens it with `tokenizers`.
fn create(
    dir: &Path,
    schema: Schema,
    tokenizers: Vec<(&str, TextAnalyzer)>,
) -> Result<Index, Box<dyn Error>> {
    fs::create_dir_all(dir)?;
    let index = Index::create_in_dir(dir, schema)?;
    for (name, tokenizer) in tokenizers {
        index.tokenizers().register(name, tokenizer);
    }
    Ok(index)
}

/// Feeds one writer with as many threads as the library uses, commits and waits for merges.
fn write(
    index: &Index,
    documents: impl Iterator<Item = TantivyDocument>,
) -> Result<(), Box<dyn Error>> {
    let mut writer: IndexWriter =
        index.writer_with_num_threads(threads(), threads() * BYTES_PER_THREAD)?;
    for document in documents {
        writer.add_document(document)?;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok(())
}

/// The fallback of the exact channel: one-character tokens with positions and stored text, beside the
/// same word field, numbers and facets as the index of the library.
pub(crate) fn build_characters(dir: &Path, reports: &[Report]) -> Result<(), Box<dyn Error>> {
    let mut builder = Schema::builder();
    let text = builder.add_text_field(TEXT, with_positions("characters", false));
    let stored = builder.add_text_field("stored", STORED);
    let words = TextFieldIndexing::default()
        .set_tokenizer("words")
        .set_index_option(IndexRecordOption::WithFreqs)
        .set_fieldnorms(false);
    let words = builder.add_text_field("words", TextOptions::default().set_indexing_options(words));
    let numbers: Vec<Field> = ["report", "number", "heading", "part", "about"]
        .iter()
        .map(|name| builder.add_u64_field(name, FAST))
        .collect();
    let region = builder.add_facet_field("region", FacetOptions::default());
    let year = builder.add_facet_field("year", FacetOptions::default());
    let tokenizers = vec![
        ("characters", TextAnalyzer::from(Characters)),
        ("words", TextAnalyzer::from(WordTokenizer::load())),
    ];
    let index = create(dir, builder.build(), tokenizers)?;
    let documents = reports.iter().enumerate().flat_map(|(at, report)| {
        let meta = &report.meta;
        let region_path = match &meta.region {
            Some(found) => Facet::from_path(found.value.path().map(Region::name)),
            None => Facet::from_path(["-"]),
        };
        let year_path = meta
            .year
            .as_ref()
            .map_or("-".to_owned(), |found| found.value.to_string());
        let numbers = &numbers;
        report.passages.iter().enumerate().map(move |(n, passage)| {
            let folded = fold(&passage.text);
            let mut document = TantivyDocument::default();
            document.add_text(stored, &passage.text);
            document.add_text(words, &folded);
            document.add_text(text, folded);
            let about = passage.about.map_or(0, |(from, _)| usize::from(from.get()));
            let values = [
                at,
                n,
                passage.heading.unwrap_or(0),
                passage.part as usize,
                about,
            ];
            for (field, value) in numbers.iter().zip(values) {
                document.add_u64(*field, value as u64);
            }
            document.add_facet(region, region_path.clone());
            document.add_facet(year, Facet::from_path([&year_path]));
            document
        })
    });
    write(&index, documents)
}

/// What would be written first: jieba's words with positions and stored text in one field.
pub(crate) fn build_words(dir: &Path, reports: &[Report], hmm: bool) -> Result<(), Box<dyn Error>> {
    let mut builder = Schema::builder();
    let text = builder.add_text_field(TEXT, with_positions("jieba", true).set_stored());
    let tokenizers = vec![("jieba", TextAnalyzer::from(Words::load(hmm)?))];
    let index = create(dir, builder.build(), tokenizers)?;
    let passages = reports.iter().flat_map(|report| &report.passages);
    write(
        &index,
        passages.map(|passage| {
            let mut document = TantivyDocument::default();
            document.add_text(text, &passage.text);
            document
        }),
    )
}

/// Merges all segments of either variant into one.
pub(crate) fn merge(dir: &Path) -> Result<(), Box<dyn Error>> {
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

/// An index over one-character tokens, open.
pub(crate) struct CharacterIndex {
    searcher: Searcher,
    text: Field,
}

impl CharacterIndex {
    pub(crate) fn open(dir: &Path) -> Result<CharacterIndex, Box<dyn Error>> {
        let index = Index::open_in_dir(dir)?;
        Ok(CharacterIndex {
            text: index.schema().get_field(TEXT)?,
            searcher: index.reader()?.searcher(),
        })
    }

    /// Passages in which a folded phrase stands.
    pub(crate) fn count(&self, folded: &str) -> tantivy::Result<u64> {
        let terms = folded
            .chars()
            .map(|c| Term::from_field_text(self.text, c.encode_utf8(&mut [0; 4])));
        let query = phrase_query(terms.enumerate().collect());
        Ok(self.searcher.search(&query, &Count)? as u64)
    }
}

/// An index over words, open, with its dictionary.
pub(crate) struct WordIndex {
    searcher: Searcher,
    text: Field,
    words: Words,
}

impl WordIndex {
    pub(crate) fn open(dir: &Path) -> Result<WordIndex, Box<dyn Error>> {
        let index = Index::open_in_dir(dir)?;
        Ok(WordIndex {
            text: index.schema().get_field(TEXT)?,
            searcher: index.reader()?.searcher(),
            words: Words::load(true)?,
        })
    }

    /// Passages in which the words of a phrase stand in their places.
    pub(crate) fn count(&self, phrase: &str) -> tantivy::Result<u64> {
        let mut words = self.words.clone();
        let mut stream = words.token_stream(phrase);
        let mut terms = Vec::new();
        while let Some(token) = stream.next() {
            terms.push((
                token.position,
                Term::from_field_text(self.text, &token.text),
            ));
        }
        Ok(self.searcher.search(&phrase_query(terms), &Count)? as u64)
    }
}

/// tantivy's phrase query panics on a single term.
fn phrase_query(mut terms: Vec<(usize, Term)>) -> Box<dyn Query> {
    if terms.len() > 1 {
        return Box::new(PhraseQuery::new_with_offset(terms));
    }
    match terms.pop() {
        Some((_, term)) => Box::new(TermQuery::new(term, IndexRecordOption::Basic)),
        None => Box::new(EmptyQuery),
    }
}
