//! What pages say, in Chinese and English; and the names of what reports consist of.

use baogao_engine::stats::Presence;
use baogao_reading::region::Level;
use baogao_reading::report::{EvidenceKind, Part};
use baogao_render::Language;
use baogao_render::words as lang;

/// The language of a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Lang {
    Zh,
    En,
}

impl Lang {
    /// By its name in an address.
    pub(super) fn named(name: &str) -> Option<Lang> {
        match name {
            "zh" => Some(Lang::Zh),
            "en" => Some(Lang::En),
            _ => None,
        }
    }

    /// The one that a browser likes best; where it names neither, that of the program.
    pub(super) fn accepted(accept_language: Option<&str>) -> Lang {
        Lang::accepted_else(accept_language, Lang::of_program())
    }

    fn accepted_else(accept_language: Option<&str>, otherwise: Lang) -> Lang {
        let mut best = (0.0, otherwise);
        for range in accept_language.unwrap_or_default().split(',') {
            let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
            let weight = weight.trim().strip_prefix("q=");
            let weight: f32 = weight.and_then(|weight| weight.parse().ok()).unwrap_or(0.0);
            let tag = tag.trim().to_ascii_lowercase();
            let lang = match tag.split('-').next() {
                Some("zh") => Lang::Zh,
                Some("en") => Lang::En,
                _ => continue,
            };
            if weight > best.0 {
                best = (weight, lang);
            }
        }
        best.1
    }

    /// The language that `--lang` or the locale chose for what is said on the terminal.
    fn of_program() -> Lang {
        match lang::language() {
            Language::Chinese => Lang::Zh,
            Language::English => Lang::En,
        }
    }

    /// The same for what the command line says.
    pub(super) fn language(self) -> Language {
        self.pick(Language::Chinese, Language::English)
    }

    pub(super) fn other(self) -> Lang {
        match self {
            Lang::Zh => Lang::En,
            Lang::En => Lang::Zh,
        }
    }

    /// The name in an address.
    pub(super) fn name(self) -> &'static str {
        self.pick("zh", "en")
    }

    /// The tag of a document.
    pub(super) fn tag(self) -> &'static str {
        self.pick("zh-CN", "en")
    }

    pub(super) fn pick<T>(self, chinese: T, english: T) -> T {
        match self {
            Lang::Zh => chinese,
            Lang::En => english,
        }
    }

    /// `1 passage`, `3 passages`; Chinese has a measure word in place of a plural.
    pub(super) fn counted(self, n: u64, chinese: &str, english: &str) -> String {
        let n_said = baogao_render::terminal::number(n);
        match self {
            Lang::Zh => format!("{n_said} {chinese}"),
            Lang::En if n == 1 => format!("{n_said} {english}"),
            Lang::En => format!("{n_said} {english}s"),
        }
    }

    /// `once`, `3 times`; `3 次`.
    pub(super) fn times(self, n: u64) -> String {
        match (self, n) {
            (Lang::En, 1) => "once".to_owned(),
            _ => self.counted(n, "次", "time"),
        }
    }

    /// `at least 3 times`, where not all was whole or read.
    pub(super) fn times_at_least(self, n: u64, presence: Presence) -> String {
        let said = self.times(n);
        match (presence.is_incomplete(), self) {
            (false, _) => said,
            (true, Lang::Zh) => format!("至少 {said}"),
            (true, Lang::En) => format!("at least {said}"),
        }
    }

    pub(super) fn part(self, part: Part) -> &'static str {
        self.pick(part.chinese_name(), part.name())
    }

    pub(super) fn level(self, level: Level) -> &'static str {
        self.pick(level.chinese_name(), level.name())
    }

    pub(super) fn evidence(self, kind: EvidenceKind) -> &'static str {
        match kind {
            EvidenceKind::Sidecar => "reports.toml",
            EvidenceKind::Column => self.pick("表格列", "column"),
            EvidenceKind::Title => self.pick("标题", "title"),
            EvidenceKind::Dateline => self.pick("日期行", "dateline"),
            EvidenceKind::Speaker => self.pick("报告人", "speaker"),
            EvidenceKind::Path => self.pick("文件名", "path"),
            EvidenceKind::Body => self.pick("正文", "body"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_that_is_liked_best_is_taken() {
        for (accepted, expected) in [
            ("zh-CN,zh;q=0.9,en;q=0.8", Lang::Zh),
            ("en-US,en;q=0.9,zh;q=0.8", Lang::En),
            ("fr, zh-TW;q=0.5", Lang::Zh),
            ("de, en;q=0.3, zh;q=0.7", Lang::Zh),
        ] {
            for otherwise in [Lang::Zh, Lang::En] {
                let found = Lang::accepted_else(Some(accepted), otherwise);
                assert_eq!(found, expected, "{accepted}");
            }
        }
        for silent in [None, Some("fr"), Some("zh;q=0"), Some("")] {
            for otherwise in [Lang::Zh, Lang::En] {
                assert_eq!(Lang::accepted_else(silent, otherwise), otherwise);
            }
        }
    }
}
