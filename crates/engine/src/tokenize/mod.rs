//! Words (词) of folded text, for ranking and widening; whether a phrase stands somewhere is not decided here.
//!
//! In: folded text. Out: jieba's search-mode words without punctuation. Nothing is loaded: the list is walked where it
//! lies, from every character of a text.
//!
//! # Invariants
//!
//! - [`WordList::query_words`] gives the words that the index has of the same text, cut with the same list.
//! - The hidden Markov model for unknown words is off on both sides: on formal text it costs more
//!   than it gains (PKU F 0.836 without, 0.818 with).

mod built_in;
mod classes;
mod cut;
mod list;
mod trie;

pub use classes::Class;
pub use cut::Cutter;
pub use list::{DictionaryError, WordList};

use baogao_reading::fold::is_alphanumeric;
use cut::Ways;
use std::ops::Range;
use std::sync::Arc;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Fingerprint of the word list of the program.
pub(crate) fn dictionary_fingerprint() -> String {
    format!("{:016x}", built_in::FINGERPRINT)
}

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
    /// The words of a folded query, in order.
    pub fn query_words(&self, folded: &str) -> Vec<QueryWord> {
        let text = |bytes: Range<usize>| folded.get(bytes).unwrap_or_default().to_owned();
        let mut words = Vec::new();
        Ways::default().each_in_search(self, folded, |word, whole| {
            words.push(QueryWord {
                text: text(word),
                whole: text(whole.clone()),
                whole_start: whole.start,
            });
        });
        words
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

    /// The least frequency with which a folded word that stands alone is not cut: one more than that at which it is as
    /// likely as the likeliest way to cut it (jieba's `suggest_freq`), or the one that it has.
    fn frequency_to_stand_whole(&self, word: &str) -> u64 {
        let log_total = (self.total() as f64).ln();
        let frequency = |word| self.frequency(word).max(1);
        let parts = self.cutter().cut(word).into_iter();
        let log_likelihood = parts.fold(0.0, |sum, part| {
            sum + (frequency(part) as f64).ln() - log_total
        });
        ((log_likelihood + log_total).exp() as u64 + 1).max(frequency(word))
    }
}

/// Cuts passages for the index; no public type names tantivy.
#[derive(Clone)]
pub(crate) struct IndexWords {
    list: Arc<WordList>,
    ways: Ways,
    words: Vec<Range<usize>>,
}

impl IndexWords {
    pub(crate) fn new(list: WordList) -> IndexWords {
        IndexWords {
            list: Arc::new(list),
            ways: Ways::default(),
            words: Vec::new(),
        }
    }
}

/// Words on their way into the index.
pub(crate) struct WordStream<'t> {
    text: &'t str,
    words: std::slice::Iter<'t, Range<usize>>,
    token: Token,
}

impl Tokenizer for IndexWords {
    type TokenStream<'t> = WordStream<'t>;

    fn token_stream<'t>(&'t mut self, text: &'t str) -> WordStream<'t> {
        let IndexWords { list, ways, words } = self;
        words.clear();
        ways.each_in_search(list, text, |word, _| words.push(word));
        WordStream {
            text,
            words: words.iter(),
            token: Token::default(),
        }
    }
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(word) = self.words.next() else {
            return false;
        };
        self.token.text.clear();
        let text = self.text.get(word.clone()).unwrap_or_default();
        self.token.text.push_str(text);
        self.token.offset_from = word.start;
        self.token.offset_to = word.end;
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
    use jieba_rs::Jieba;
    use proptest::prelude::*;
    use std::fmt::Write;
    use std::sync::LazyLock;

    /// A list, and jieba with the same list.
    static PROGRAM: LazyLock<(WordList, Jieba)> = LazyLock::new(|| loaded(WordList::default()));

    /// With words of a reader's: new, known, longer than known ones, no words, rare and frequent ones.
    static OWN: LazyLock<(WordList, Jieba)> = LazyLock::new(|| {
        let dictionary = "专业镇发展\ne4-5s.店_ab 7\nab-c4\n国高质 900000\n人民共和 5\n总理 0\n发展 0\ne4s店5\n展高\n一二十年的\n";
        loaded(WordList::with_dictionary(dictionary).expect("a dictionary"))
    });

    fn loaded(list: WordList) -> (WordList, Jieba) {
        let mut lines = String::new();
        list.each(|word, frequency| {
            writeln!(lines, "{word} {frequency}").expect("memory can be written to");
        });
        let mut jieba = Jieba::empty();
        jieba
            .load_dict(&mut lines.as_bytes())
            .expect("every line is a word and a number");
        (list, jieba)
    }

    /// The words of the index, and what jieba cuts a text into for a search, punctuation left out.
    fn searched_both_ways((list, jieba): &(WordList, Jieba), text: &str) -> [Vec<String>; 2] {
        let mut words = IndexWords::new(list.clone());
        let mut stream = words.token_stream(text);
        let mut ours = Vec::new();
        while stream.advance() {
            let token = stream.token();
            assert_eq!(
                text.get(token.offset_from..token.offset_to),
                Some(&*token.text)
            );
            ours.push(token.text.clone());
        }
        let of_jieba = jieba.cut_for_search(text, false).into_iter();
        let of_jieba = of_jieba.map(|token| token.word.to_owned());
        let is_word = |word: &String| word.chars().any(is_alphanumeric);
        [ours, of_jieba.filter(is_word).collect()]
    }

    fn texts(list: &WordList, folded: &str) -> Vec<String> {
        let words = list.query_words(folded).into_iter();
        words.map(|word| word.text).collect()
    }

    fn check(loaded: &(WordList, Jieba), text: &str, expected: &[&str]) {
        let folded = fold(text);
        assert_eq!(texts(&loaded.0, &folded), expected, "{text}");
        assert_eq!(loaded.0.cutter().search_words(&folded), expected, "{text}");
        for words in searched_both_ways(loaded, &folded) {
            assert_eq!(words, expected, "{text}");
        }
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
    fn cut_both_ways((list, jieba): &(WordList, Jieba), text: &str) -> [Vec<String>; 2] {
        let of_jieba = jieba.cut(text, false).into_iter();
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
        fn a_text_is_searched_by_the_words_that_jieba_finds(
            text in "[中华人民共和国务院总理发展高质量专业镇乡村振兴e4S店5.%，的一二十年\\r\\n+._-]{0,40}|\\PC{0,40}",
        ) {
            for text in [fold(&text), text] {
                for loaded in [&*PROGRAM, &*OWN] {
                    let [ours, of_jieba] = searched_both_ways(loaded, &text);
                    prop_assert_eq!(&ours, &of_jieba);
                    prop_assert_eq!(texts(&loaded.0, &text), ours);
                }
            }
        }

        #[test]
        fn a_word_stands_whole_by_the_frequency_that_jieba_gives(
            word in "[中华人民共和国务院总理发展高质量专业镇乡村振兴e4店的一二十年]{1,8}",
        ) {
            let word = fold(&word);
            for (list, jieba) in [&*PROGRAM, &*OWN] {
                prop_assert_eq!(list.frequency_to_stand_whole(&word), jieba.suggest_freq(&word) as u64);
            }
        }
    }
}
