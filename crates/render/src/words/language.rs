//! The language of the moment, and the text for a key in it.
//!
//! English texts are the keys; `locales/zh.yml` has the Chinese of each. The language is that of the program, or of the
//! thread that answers somebody.

use crate::Language;
use std::borrow::Cow;
use std::cell::Cell;
use std::sync::OnceLock;

/// The name of the locale with the Chinese texts.
pub(super) const CHINESE: &str = "zh";

/// The language of the program; English until it is chosen.
static OF_PROGRAM: OnceLock<Language> = OnceLock::new();

/// Chooses the language of the program, once.
pub fn choose(language: Language) {
    // The first choice stays.
    let _ = OF_PROGRAM.set(language);
}

thread_local! {
    /// The language of this thread, where it is not that of the program: a page is in that of its reader.
    static OF_THREAD: Cell<Option<Language>> = const { Cell::new(None) };
}

/// Does something whose messages are in another language than those of the program.
pub fn speaking<T>(language: Language, does: impl FnOnce() -> T) -> T {
    let before = OF_THREAD.replace(Some(language));
    let done = does();
    OF_THREAD.set(before);
    done
}

/// The name of the locale in which to speak.
fn locale() -> &'static str {
    match language() {
        Language::Chinese => CHINESE,
        Language::English => "en",
    }
}

/// The text for an English key in the language of the moment, with its values: `t!("%{n} of %{reports}", n = 1, reports = 2)`.
#[macro_export]
macro_rules! t {
    ($key:expr $(,)?) => {
        $crate::words::said($key)
    };
    ($key:expr, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::words::said_with(
            $key,
            &[$(stringify!($name)),+],
            &[$(::std::string::ToString::to_string(&$value)),+],
        )
    };
}
/// The text for an English key.
pub fn said(key: &str) -> Cow<'static, str> {
    Cow::Owned(rust_i18n::t!(key, locale = locale()).into_owned())
}

/// The text for an English key with values in the places of their names.
pub fn said_with(key: &str, names: &[&str], values: &[String]) -> Cow<'static, str> {
    let text = rust_i18n::t!(key, locale = locale());
    Cow::Owned(rust_i18n::replace_patterns(&text, names, values))
}

/// Whether an English key has a Chinese text.
pub fn has_chinese(key: &str) -> bool {
    rust_i18n::t!(key, locale = CHINESE) != key
}

/// The language that was chosen.
pub fn language() -> Language {
    if let Some(language) = OF_THREAD.get() {
        return language;
    }
    *OF_PROGRAM.get().unwrap_or(&Language::English)
}
