//! What a column of a table holds, by its name.
//!
//! In: the name in the header. Out: a role, or none. The names are data: `data/columns.tsv`.

use crate::script::simplified;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The usual names of columns, by what the column holds.
const TABLE: &str = include_str!("../../../data/columns.tsv");

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Role {
    Id,
    Region,
    Code,
    Province,
    City,
    County,
    Year,
    Title,
    Date,
    Url,
    Text,
    Paragraph,
    ParagraphNumber,
    Label,
}

impl Role {
    /// Every role with the word that stands for it in the table.
    const ALL: [(&'static str, Role); 14] = [
        ("id", Role::Id),
        ("region", Role::Region),
        ("code", Role::Code),
        ("province", Role::Province),
        ("city", Role::City),
        ("county", Role::County),
        ("year", Role::Year),
        ("title", Role::Title),
        ("date", Role::Date),
        ("url", Role::Url),
        ("text", Role::Text),
        ("paragraph", Role::Paragraph),
        ("paragraph_number", Role::ParagraphNumber),
        ("label", Role::Label),
    ];
}

static NAMES: LazyLock<HashMap<&str, Role>> = LazyLock::new(|| entries().collect());

/// The names of the table and their roles. A line that names no role is left out; a test finds it.
fn entries() -> impl Iterator<Item = (&'static str, Role)> {
    lines().flat_map(|(word, names)| {
        let role = Role::ALL.iter().find(|(known, _)| *known == word);
        let names = role.map(|&(_, role)| names.split(' ').map(move |name| (name, role)));
        names.into_iter().flatten()
    })
}

/// The lines of the table without its comments: what a column holds, and its names.
fn lines() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
}

/// What a column of this name holds: the name as a whole, without its number (正文2), or the part outside
/// or inside brackets (`年份（year）`).
pub(super) fn role_of(name: &str) -> Option<Role> {
    let bare = bare_name(&simplified(name));
    let known = |name: &str| NAMES.get(name).copied();
    let parts = bare.split(['（', '）', '(', ')', '/', '[', ']', '【', '】']);
    known(&bare)
        .or_else(|| known(stem_of(&bare)))
        .or_else(|| parts.filter(|part| !part.is_empty()).find_map(known))
}

/// A name as the table has it: lower case, without spaces, underscores, hyphens and invisible characters.
fn bare_name(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '\u{feff}' | '\u{200b}'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// A name without the number at its end.
pub(super) fn stem_of(name: &str) -> &str {
    name.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '_' | '-' | ' '))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_line_of_the_table_names_a_role_once_and_every_role_has_one() {
        let words: Vec<&str> = lines().map(|(word, _)| word).collect();
        let roles: Vec<&str> = Role::ALL.iter().map(|&(word, _)| word).collect();
        assert_eq!(words, roles);
        let n_lines = TABLE.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(n_lines, words.len(), "a line without a tab");
    }

    #[test]
    fn names_stand_once_and_as_they_are_compared() {
        let mut seen = HashSet::new();
        for (name, _) in entries() {
            assert_eq!(name, bare_name(name));
            assert!(!name.is_empty());
            assert!(seen.insert(name), "{name} stands twice");
        }
    }

    #[test]
    fn names_are_known_in_the_forms_that_headers_give_them() {
        let check = |name: &str, role: Option<Role>| assert_eq!(role_of(name), role, "{name}");
        check("正文", Some(Role::Text));
        check("正文2", Some(Role::Text));
        check("Report ID", Some(Role::Id));
        check("paragraph_no", Some(Role::ParagraphNumber));
        check("年份（year）", Some(Role::Year));
        check("省份/province", Some(Role::Province));
        check("备注", None);
    }
}
