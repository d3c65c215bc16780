//! What kind of word a word is, as far as it tells where a phrase begins and ends.
//!
//! In: a folded word. Out: its [`Class`], from the tags of the program's word list; none for nouns and for words that the
//! list does not have.

use std::sync::LazyLock;

/// Folded word → the first letter of its class.
static CLASSES: LazyLock<fst::Map<&'static [u8]>> = LazyLock::new(|| {
    fst::Map::new(&include_bytes!(concat!(env!("OUT_DIR"), "/classes.fst"))[..])
        .expect("the build script wrote a whole fst")
});

/// Words that end no phrase and begin none, though the list calls them verbs, nouns, or measures.
const BESIDE_PHRASES: [&str; 31] = [
    "是", "有", "要", "使", "让", "给", "到", "得", "没", "过", "个", "项", "次", "年", "月", "日",
    "元", "亿元", "万元", "亿", "万", "以上", "以下", "以内", "左右", "一批", "一个", "之", "等",
    "地", "中",
];

/// A kind of word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A verb: 推动, 发展.
    Verb,
    /// A word of grammar: 的, 和, 不断; also a measure or a limit of numbers: 亿元, 以上.
    Function,
    /// The name of a place or a person.
    Name,
}

impl Class {
    /// The class of a folded word.
    pub fn of(word: &str) -> Option<Class> {
        if BESIDE_PHRASES.contains(&word) {
            return Some(Class::Function);
        }
        match CLASSES.get(word).and_then(|class| u8::try_from(class).ok()) {
            Some(b'v') => Some(Class::Verb),
            Some(b'f') => Some(Class::Function),
            Some(b'n') => Some(Class::Name),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_the_class_of_their_tag() {
        assert_eq!(Class::of("推动"), Some(Class::Verb));
        assert_eq!(Class::of("的"), Some(Class::Function));
        assert_eq!(Class::of("亿元"), Some(Class::Function));
        assert_eq!(Class::of("山西"), Some(Class::Name));
        assert_eq!(Class::of("产业"), None);
        assert_eq!(Class::of("没有这个词"), None);
    }
}
