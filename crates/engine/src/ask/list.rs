//! A list of expressions: text → lines.

use super::question::ListLine;

/// Reads a list: an expression a line; `#` begins a remark, at the beginning of a line or behind a blank, but not between
/// quotes; `[name]` begins a group.
pub fn read_list(text: &str) -> Vec<ListLine> {
    let mut group: Option<String> = None;
    let mut lines = Vec::new();
    for (line, number) in text.trim_start_matches('\u{feff}').lines().zip(1..) {
        let typed = without_remark(line).trim();
        let head = typed
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'));
        if let Some(name) = head {
            group = Some(name.trim().to_owned());
        } else if !typed.is_empty() {
            lines.push(ListLine {
                number,
                group: group.clone(),
                typed: typed.to_owned(),
            });
        }
    }
    lines
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
}
