//! A list of expressions: text → lines.

use super::error::AskError;
use super::question::ListLine;

/// Reads a list: an expression a line; `#` begins a remark, at the beginning of a line or behind a blank, but not between
/// quotes; `[name]` begins a group, in brackets of either width or in `【】`.
///
/// # Errors
/// [`AskError::Line`] with the number of the line where a group begins that has no name, no bracket at its end, or no
/// expression: its words would be missing from the counts without a word about it.
pub fn read_list(text: &str) -> Result<Vec<ListLine>, AskError> {
    let mut head: Option<Head<'_>> = None;
    let mut lines = Vec::new();
    for (line, number) in text.trim_start_matches('\u{feff}').lines().zip(1..) {
        let typed = without_remark(line).trim();
        if typed.is_empty() {
            continue;
        }
        if let Some(next) = Head::read(number, typed)? {
            head.map_or(Ok(()), Head::end)?;
            head = Some(next);
            continue;
        }
        if let Some(head) = &mut head {
            head.has_lines = true;
        }
        lines.push(ListLine {
            number,
            group: head.as_ref().map(|head| head.name.to_owned()),
            typed: typed.to_owned(),
        });
    }
    head.map_or(Ok(()), Head::end)?;
    Ok(lines)
}

/// The line that begins a group.
struct Head<'t> {
    number: usize,
    typed: &'t str,
    name: &'t str,
    has_lines: bool,
}

impl<'t> Head<'t> {
    const BRACKETS: [(char, char); 3] = [('[', ']'), ('［', '］'), ('【', '】')];

    fn read(number: usize, typed: &'t str) -> Result<Option<Head<'t>>, AskError> {
        let mut brackets = Head::BRACKETS.into_iter();
        let Some((inside, close)) =
            brackets.find_map(|(open, close)| Some((typed.strip_prefix(open)?, close)))
        else {
            return Ok(None);
        };
        let name = inside.strip_suffix(close).map(str::trim);
        match name {
            Some(name) if !name.is_empty() && !name.contains(['[', ']']) => Ok(Some(Head {
                number,
                typed,
                name,
                has_lines: false,
            })),
            _ => Err(AskError::GroupHead.in_line(number, typed)),
        }
    }

    fn end(self) -> Result<(), AskError> {
        match self.has_lines {
            true => Ok(()),
            false => Err(AskError::EmptyGroup.in_line(self.number, self.typed)),
        }
    }
}

fn without_remark(line: &str) -> &str {
    let mut is_quoted = false;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        match c {
            '"' => is_quoted = !is_quoted,
            '“' => is_quoted = true,
            '”' => is_quoted = false,
            '#' | '＃' if !is_quoted && before.is_whitespace() => {
                return line.get(..at).unwrap_or(line);
            }
            _ => {}
        }
        before = c;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_remarks_groups_and_numbered_lines() {
        let text = "\u{feff}# 提法\n\n专业镇 # 产业\n[ 乡村 ] # 第二组\n白酒 OR 文旅\t#\n\"一 # 二\"\nC#\n";
        let lines: Vec<(usize, Option<String>, String)> = read_list(text)
            .unwrap_or_default()
            .into_iter()
            .map(|line| (line.number, line.group, line.typed))
            .collect();
        let group = Some("乡村".to_owned());
        assert_eq!(
            lines,
            [
                (3, None, "专业镇".to_owned()),
                (5, group.clone(), "白酒 OR 文旅".to_owned()),
                (6, group.clone(), "\"一 # 二\"".to_owned()),
                (7, group, "C#".to_owned()),
            ]
        );
    }

    #[test]
    fn a_head_of_a_group_in_full_width_brackets_begins_one_too() {
        let groups = read_list("［数字］\n数据\n【乡村】\n白酒\n").unwrap_or_default();
        let groups: Vec<Option<&str>> = groups.iter().map(|line| line.group.as_deref()).collect();
        assert_eq!(groups, [Some("数字"), Some("乡村")]);
    }

    #[test]
    fn a_broken_head_and_a_group_without_a_line_are_told_by_number() {
        let wrong = |text: &str| match read_list(text) {
            Err(AskError::Line { line, error, .. }) => Some((line, format!("{error:?}"))),
            _ => None,
        };
        let head = || "GroupHead".to_owned();
        assert_eq!(wrong("一\n[数字\n二\n"), Some((2, head())));
        assert_eq!(wrong("[]\n二\n"), Some((1, head())));
        assert_eq!(wrong("[数字]x\n二\n"), Some((1, head())));
        assert_eq!(wrong("[数字】\n二\n"), Some((1, head())));
        assert_eq!(wrong("[[数字]]\n二\n"), Some((1, head())));
        let empty = || "EmptyGroup".to_owned();
        assert_eq!(wrong("[数字]\n# 无\n[乡村]\n二\n"), Some((1, empty())));
        assert_eq!(wrong("[数字]\n一\n[乡村]\n"), Some((3, empty())));
    }
}
