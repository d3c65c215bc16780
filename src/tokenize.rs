//! Words (词) of folded text, for ranking and widening; whether a phrase stands somewhere is not decided here.
//!
//! In: folded text. Out: jieba's search-mode words without punctuation. The index side loads the
//! whole word list once ([`WordTokenizer`]); the query side loads nothing: it walks the list, an
//! fst inside the binary, from every character of the query and gives jieba the words it meets.
//!
//! # Invariants
//!
//! - [`query_words`] gives the words that [`WordTokenizer`] gives for the same text.
//! - The hidden Markov model for unknown words is off on both sides: on formal text it costs more
//!   than it gains (PKU F 0.836 without, 0.818 with).

use crate::fold::is_alphanumeric;
use fst::raw::Output;
use jieba_rs::Jieba;
use std::io::Write;
use std::sync::{Arc, LazyLock};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// What the build script knows of the word list.
mod list {
    include!(concat!(env!("OUT_DIR"), "/dict.rs"));
}

/// The word list: folded word → frequency.
static DICTIONARY: LazyLock<fst::Map<&'static [u8]>> = LazyLock::new(|| {
    fst::Map::new(&include_bytes!(concat!(env!("OUT_DIR"), "/dict.fst"))[..])
        .expect("the build script wrote a whole fst")
});

/// Fingerprint of all that decides how text is cut into words.
pub(crate) fn dictionary_fingerprint() -> String {
    format!("{:016x}", list::FINGERPRINT)
}

/// Never stands in folded text; takes the frequency of all words that a query does not have.
const ABSENT_WORD: &str = "\0\0";

/// The words of a folded query, in order, without loading the dictionary.
///
/// jieba weighs a word by its frequency over the sum of all; both are the same here as with the
/// whole list, and no word that does not stand in the text can take part in its segmentation.
pub fn query_words(folded: &str) -> Vec<String> {
    words(&with_words_of(folded), folded)
        .map(|(word, _)| word.to_owned())
        .collect()
}

/// The words that a phrase is cut into, and how often they stand one after another among the words of a text:
/// what an engine counts that cuts text into words, each character in one word.
pub fn words_in(phrase: &str, text: &str) -> (Vec<String>, usize) {
    let (of_phrase, of_text) = (with_words_of(phrase), with_words_of(text));
    let words: Vec<&str> = cut(&of_phrase, phrase);
    let text: Vec<&str> = cut(&of_text, text);
    let n = match words.len() {
        0 => 0,
        n_words => text
            .windows(n_words)
            .filter(|window| *window == words)
            .count(),
    };
    (words.into_iter().map(str::to_owned).collect(), n)
}

fn cut<'t>(jieba: &Jieba, text: &'t str) -> Vec<&'t str> {
    let words = jieba.cut(text, false).into_iter().map(|token| token.word);
    words
        .filter(|word| word.chars().any(is_alphanumeric))
        .collect()
}

/// jieba with the words of the list that stand in a text, and no other.
fn with_words_of(folded: &str) -> Jieba {
    let mut jieba = Jieba::empty();
    let mut known = 0u64;
    let mut added = std::collections::HashSet::new();
    for (start, _) in folded.char_indices() {
        let rest = folded.as_bytes().get(start..).unwrap_or_default();
        each_prefix_word(rest, |n_bytes, frequency| {
            let word = rest
                .get(..n_bytes)
                .and_then(|word| std::str::from_utf8(word).ok());
            if let Some(word) = word
                && added.insert(word)
            {
                jieba.add_word(word, Some(frequency as usize), None);
                known += frequency;
            }
        });
    }
    jieba.add_word(
        ABSENT_WORD,
        Some(list::TOTAL_FREQUENCY.saturating_sub(known) as usize),
        None,
    );
    jieba
}

/// Calls `visit(bytes, frequency)` for every word of the list with which `text` begins.
fn each_prefix_word(text: &[u8], mut visit: impl FnMut(usize, u64)) {
    let fst = DICTIONARY.as_fst();
    let mut node = fst.root();
    let mut output = Output::zero();
    for (i, byte) in text.iter().enumerate() {
        let Some(found) = node.find_input(*byte) else {
            return;
        };
        let transition = node.transition(found);
        output = output.cat(transition.out);
        node = fst.node(transition.addr);
        if node.is_final() {
            visit(i + 1, output.cat(node.final_output()).value());
        }
    }
}

/// The words of a text with their byte offsets, punctuation dropped.
fn words<'t>(jieba: &Jieba, text: &'t str) -> impl Iterator<Item = (&'t str, usize)> + use<'t> {
    jieba
        .cut_for_search(text, false)
        .into_iter()
        .filter(|token| token.word.chars().any(is_alphanumeric))
        .map(|token| (token.word, token.byte_start))
}

/// jieba with the whole word list, as a tokenizer for the index.
#[derive(Clone)]
pub struct WordTokenizer(Arc<Jieba>);

impl WordTokenizer {
    /// Loads the word list; about a tenth of a second.
    pub fn load() -> WordTokenizer {
        let mut jieba = Jieba::empty();
        let mut list = Vec::with_capacity(6_000_000);
        let mut stream = DICTIONARY.stream();
        while let Some((word, frequency)) = fst::Streamer::next(&mut stream) {
            list.extend_from_slice(word);
            writeln!(list, " {frequency}").expect("memory can be written to");
        }
        jieba
            .load_dict(&mut &list[..])
            .expect("every line is a word and a number");
        WordTokenizer(Arc::new(jieba))
    }

    /// The words of a folded text, in order.
    pub fn words(&self, folded: &str) -> Vec<String> {
        words(&self.0, folded)
            .map(|(word, _)| word.to_owned())
            .collect()
    }
}

/// Words on their way into the index.
pub struct WordStream<'t> {
    words: Box<dyn Iterator<Item = (&'t str, usize)> + 't>,
    token: Token,
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'t> = WordStream<'t>;

    fn token_stream<'t>(&'t mut self, text: &'t str) -> WordStream<'t> {
        WordStream {
            words: Box::new(words(&self.0, text)),
            token: Token::default(),
        }
    }
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        let Some((word, start)) = self.words.next() else {
            return false;
        };
        self.token.text.clear();
        self.token.text.push_str(word);
        self.token.offset_from = start;
        self.token.offset_to = start + word.len();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::fold;
    use proptest::prelude::*;

    static LOADED: LazyLock<WordTokenizer> = LazyLock::new(WordTokenizer::load);

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(query_words(&fold(text)), expected, "{text}");
        assert_eq!(LOADED.words(&fold(text)), expected, "{text}");
    }

    #[test]
    fn words_are_those_of_search_mode_without_punctuation() {
        check(
            "推动白酒产业转型升级。",
            &["推动", "白酒", "产业", "转型", "升级"],
        );
        check("增长6.5%，", &["增长", "6", "5"]);
        check("4S店", &["4s店"]);
        check("，。！", &[]);
        check("", &[]);
    }

    #[test]
    fn the_list_is_whole() {
        assert!(DICTIONARY.len() > 347_000);
        let mut total = 0;
        let mut stream = DICTIONARY.stream();
        while let Some((_, frequency)) = fst::Streamer::next(&mut stream) {
            total += frequency;
        }
        assert_eq!(total, list::TOTAL_FREQUENCY);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]
        #[test]
        fn a_query_is_cut_as_the_index_is(text in "[中华人民共和国务院总理发展高质量专业镇乡村振兴e4S店5.%，的一二十年]{0,40}") {
            let folded = fold(&text);
            prop_assert_eq!(query_words(&folded), LOADED.words(&folded));
        }

        #[test]
        fn any_text_is_cut_alike(text in "\\PC{0,40}") {
            let folded = fold(&text);
            prop_assert_eq!(query_words(&folded), LOADED.words(&folded));
        }
    }
}
