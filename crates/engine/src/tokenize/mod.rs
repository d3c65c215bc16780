//! Words (词) of folded text, for ranking and widening; whether a phrase stands somewhere is not decided here.
//!
//! In: folded text. Out: jieba's search-mode words without punctuation. The index side loads the
//! whole word list once ([`WordTokenizer`]); the query side loads nothing: it walks the list from every
//! character of the query and gives jieba the words it meets.
//!
//! # Invariants
//!
//! - [`WordList::query_words`] gives the words that the [`WordTokenizer`] of the same list gives for the same text.
//! - The hidden Markov model for unknown words is off on both sides: on formal text it costs more
//!   than it gains (PKU F 0.836 without, 0.818 with).

mod built_in;
mod classes;
mod cut;
mod list;

pub use classes::Class;
pub use cut::Cutter;
pub use list::{DictionaryError, WordList};

use baogao_reading::fold::is_alphanumeric;
use jieba_rs::Jieba;
use std::collections::HashSet;
use std::io::Write;
use std::ops::Range;
use std::sync::Arc;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Fingerprint of the word list of the program.
pub(crate) fn dictionary_fingerprint() -> String {
    format!("{:016x}", built_in::FINGERPRINT)
}

/// Never stands in folded text; takes the frequency of all words that a query does not have.
const ABSENT_WORD: &str = "\0\0";

/// A word of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryWord {
    /// The word, folded.
    pub text: String,
    /// The word of jieba's plain mode that it is, or stands inside of: 专业 inside 专业镇.
    pub whole: String,
    /// Where that begins in the query, in bytes.
    pub whole_start: usize,
}

impl QueryWord {
    /// Where the word of plain mode stands in the query, in bytes.
    pub fn whole_range(&self) -> Range<usize> {
        self.whole_start..self.whole_start + self.whole.len()
    }
}

impl WordList {
    /// The words of a folded query, in order, without loading the dictionary.
    ///
    /// jieba weighs a word by its frequency over the sum of all; both are the same here as with the
    /// whole list, and no word that does not stand in the text can take part in its segmentation.
    pub fn query_words(&self, folded: &str) -> Vec<QueryWord> {
        let jieba = self.with_words_of(folded);
        let mut wholes = jieba.cut(folded, false).into_iter().peekable();
        let words = words(&jieba, folded).map(|(text, byte_start)| {
            while wholes
                .next_if(|whole| whole.byte_end <= byte_start)
                .is_some()
            {}
            let whole = wholes.peek();
            QueryWord {
                text: text.to_owned(),
                whole: whole.map_or(text, |whole| whole.word).to_owned(),
                whole_start: whole.map_or(byte_start, |whole| whole.byte_start),
            }
        });
        words.collect()
    }

    /// The words that a phrase is cut into, and how often they stand one after another among the words of a text:
    /// what an engine counts that cuts text into words, each character in one word.
    pub fn words_in(&self, phrase: &str, text: &str) -> (Vec<String>, usize) {
        let (words, text) = (self.cut(phrase), self.cut(text));
        let n = match words.len() {
            0 => 0,
            n_words => text
                .windows(n_words)
                .filter(|window| *window == words)
                .count(),
        };
        (words.into_iter().map(str::to_owned).collect(), n)
    }

    /// The words that a folded text is cut into, each character in one word, punctuation left out.
    pub fn cut<'t>(&self, folded: &'t str) -> Vec<&'t str> {
        let mut words = self.cutter().cut(folded);
        words.retain(|word| word.chars().any(is_alphanumeric));
        words
    }

    /// What cuts folded texts into these words.
    pub fn cutter(&self) -> Cutter<'_> {
        Cutter::new(self)
    }

    /// jieba with the words of the list that stand in a text, and no other.
    fn with_words_of(&self, folded: &str) -> Jieba {
        let mut jieba = Jieba::empty();
        let mut known = 0u64;
        let mut met = HashSet::new();
        for (start, _) in folded.char_indices() {
            let rest = folded.as_bytes().get(start..).unwrap_or_default();
            self.each_prefix(rest, |n_bytes, frequency| {
                let word = rest
                    .get(..n_bytes)
                    .and_then(|word| std::str::from_utf8(word).ok());
                if let Some(word) = word
                    && met.insert(word)
                    && frequency > 0
                {
                    jieba.add_word(word, Some(frequency as usize), None);
                    known += frequency;
                }
            });
        }
        let others = self.total().saturating_sub(known);
        jieba.add_word(ABSENT_WORD, Some(others as usize), None);
        jieba
    }

    /// The least frequency with which a folded word that stands alone is not cut.
    fn frequency_to_stand_whole(&self, word: &str) -> u64 {
        self.with_words_of(word).suggest_freq(word) as u64
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

/// jieba with the whole word list.
#[derive(Clone)]
pub struct WordTokenizer(Arc<Jieba>);

impl WordTokenizer {
    /// Loads a word list; about a tenth of a second.
    pub fn load(list: &WordList) -> WordTokenizer {
        let mut jieba = Jieba::empty();
        let mut lines = Vec::with_capacity(6_000_000);
        list.each(|word, frequency| {
            lines.extend_from_slice(word);
            writeln!(lines, " {frequency}").expect("memory can be written to");
        });
        jieba
            .load_dict(&mut &lines[..])
            .expect("every line is a word and a number");
        WordTokenizer(Arc::new(jieba))
    }

    /// The words of a folded text, in order.
    pub fn words<'t>(&self, folded: &'t str) -> impl Iterator<Item = &'t str> + use<'t> {
        words(&self.0, folded).map(|(word, _)| word)
    }
}

/// The same as tantivy wants it for the index; no public type names tantivy.
#[derive(Clone)]
pub(crate) struct IndexWords(pub(crate) WordTokenizer);

/// Words on their way into the index.
pub(crate) struct WordStream<'t> {
    words: Box<dyn Iterator<Item = (&'t str, usize)> + 't>,
    token: Token,
}

impl Tokenizer for IndexWords {
    type TokenStream<'t> = WordStream<'t>;

    fn token_stream<'t>(&'t mut self, text: &'t str) -> WordStream<'t> {
        WordStream {
            words: Box::new(words(&self.0.0, text)),
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
    use baogao_reading::fold::fold;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static PROGRAM: LazyLock<(WordList, WordTokenizer)> =
        LazyLock::new(|| loaded(WordList::default()));

    /// With words of a reader's: new, known, longer than known ones, no words, rare and frequent ones.
    static OWN: LazyLock<(WordList, WordTokenizer)> = LazyLock::new(|| {
        let dictionary =
            "专业镇发展\n国高质 900000\n人民共和 5\n总理 0\n发展 0\ne4s店5\n展高\n一二十年的\n";
        loaded(WordList::with_dictionary(dictionary).expect("a dictionary"))
    });

    fn loaded(list: WordList) -> (WordList, WordTokenizer) {
        let tokenizer = WordTokenizer::load(&list);
        (list, tokenizer)
    }

    fn texts(list: &WordList, folded: &str) -> Vec<String> {
        let words = list.query_words(folded).into_iter();
        words.map(|word| word.text).collect()
    }

    fn check((list, tokenizer): &(WordList, WordTokenizer), text: &str, expected: &[&str]) {
        assert_eq!(texts(list, &fold(text)), expected, "{text}");
        let folded = fold(text);
        let words: Vec<&str> = tokenizer.words(&folded).collect();
        assert_eq!(words, expected, "{text}");
    }

    #[test]
    fn words_are_those_of_search_mode_without_punctuation() {
        check(
            &PROGRAM,
            "推动白酒产业转型升级。",
            &["推动", "白酒", "产业", "转型", "升级"],
        );
        check(&PROGRAM, "增长6.5%，", &["增长", "6", "5"]);
        check(&PROGRAM, "4S店", &["4s店"]);
        check(&PROGRAM, "，。！", &[]);
        check(&PROGRAM, "", &[]);
    }

    #[test]
    fn a_word_of_the_reader_stays_whole_and_one_that_is_none_is_cut() {
        check(&OWN, "专业镇发展", &["专业", "专业镇", "专业镇发展"]);
        check(&OWN, "总理", &["总", "理"]);
    }

    #[test]
    fn words_inside_a_word_name_it() {
        let words = PROGRAM.0.query_words(&fold("推进专业镇建设，专业"));
        let wholes: Vec<(&str, &str)> = words
            .iter()
            .map(|word| (word.text.as_str(), word.whole.as_str()))
            .collect();
        let expected = [
            ("推进", "推进"),
            ("专业", "专业镇"),
            ("专业镇", "专业镇"),
            ("建设", "建设"),
            ("专业", "专业"),
        ];
        assert_eq!(wholes, expected);
    }

    /// What a cutter makes of a text, and what jieba does.
    fn cut_both_ways(
        (list, tokenizer): &(WordList, WordTokenizer),
        text: &str,
    ) -> [Vec<String>; 2] {
        let of_jieba = tokenizer.0.cut(text, false).into_iter();
        [
            list.cutter()
                .cut(text)
                .into_iter()
                .map(str::to_owned)
                .collect(),
            of_jieba.map(|token| token.word.to_owned()).collect(),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]
        #[test]
        fn a_text_is_cut_as_jieba_cuts_it(
            text in "[中华人民共和国务院总理发展高质量专业镇乡村振兴e4S店5.%，的一二十年\\r\\n+]{0,40}|\\PC{0,40}",
        ) {
            for text in [fold(&text), text] {
                for loaded in [&*PROGRAM, &*OWN] {
                    let [ours, of_jieba] = cut_both_ways(loaded, &text);
                    prop_assert_eq!(ours, of_jieba);
                }
            }
        }

        #[test]
        fn a_query_is_cut_as_the_index_is(text in "[中华人民共和国务院总理发展高质量专业镇乡村振兴e4S店5.%，的一二十年]{0,40}") {
            let folded = fold(&text);
            for (list, tokenizer) in [&*PROGRAM, &*OWN] {
                let words: Vec<&str> = tokenizer.words(&folded).collect();
                prop_assert_eq!(texts(list, &folded), words);
            }
        }

        #[test]
        fn any_text_is_cut_alike(text in "\\PC{0,40}") {
            let folded = fold(&text);
            let words: Vec<&str> = PROGRAM.1.words(&folded).collect();
            prop_assert_eq!(texts(&PROGRAM.0, &folded), words);
        }
    }
}
