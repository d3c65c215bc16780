//! What an EQ field of Word shows: `eq \o\ac(○,合)` is 合 in a circle.
//!
//! In: the instruction of the field. Out: its text in one line, and the reading above it, if it is a phonetic guide.
//! Word writes such fields for enclosed characters, phonetic guides and fractions; LibreOffice and WPS do too.
//!
//! # Invariants
//!
//! - Every Han character of the arguments is in the text or in the guide.
//! - Time and memory grow with the instruction; nothing recurses.

/// What a field shows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Equation {
    /// The text.
    pub(super) text: String,
    /// How it is read.
    pub(super) guide: Option<String>,
}

/// A function that is open: its switches, and its arguments so far.
#[derive(Default)]
struct Function {
    name: String,
    arguments: Vec<String>,
    is_raised: bool,
}

/// Reads the instruction of a field, `EQ` at its beginning.
pub(super) fn read(instruction: &str) -> Equation {
    let instruction = instruction.trim_start();
    let body = instruction.get(2..).unwrap_or("");
    let mut open: Vec<Function> = Vec::new();
    let mut text = vec![String::new()];
    let mut guides: Vec<String> = Vec::new();
    let mut switches = String::new();
    let mut chars = body.chars().peekable();
    while let Some(c) = chars.next() {
        let Some(last) = text.last_mut() else { break };
        match c {
            '\\' => match chars.peek() {
                // A switch of the field as a whole, with its value: `\* "Font:宋体"`.
                Some('*') => skip_value(&mut chars),
                Some(next) if next.is_ascii_alphabetic() => {
                    while let Some(letter) = chars.next_if(char::is_ascii_alphabetic) {
                        switches.push(letter.to_ascii_lowercase());
                    }
                    // Points and the like: `\\up 9`.
                    while chars
                        .next_if(|c| c.is_ascii_digit() || c.is_ascii_whitespace())
                        .is_some()
                    {}
                    switches.push(' ');
                }
                // An escaped sign.
                Some(_) => last.extend(chars.next()),
                None => {}
            },
            '(' if !switches.is_empty() => {
                let name = std::mem::take(&mut switches);
                let is_raised = name.starts_with("s ") && name.contains("up ");
                open.push(Function {
                    name,
                    is_raised,
                    ..Function::default()
                });
                text.push(String::new());
            }
            ',' | ';' if !open.is_empty() => {
                let argument = std::mem::take(last);
                if let Some(function) = open.last_mut() {
                    function.arguments.push(argument);
                }
            }
            ')' if !open.is_empty() => {
                let argument = text.pop().unwrap_or_default();
                if let Some(mut function) = open.pop() {
                    function.arguments.push(argument);
                    let is_over_text = open
                        .last()
                        .is_some_and(|outer| outer.name.starts_with("o "));
                    let shown = function.shown();
                    // What is raised over characters tells how they are read.
                    if function.is_raised && is_over_text {
                        guides.push(shown);
                    } else if let Some(outer) = text.last_mut() {
                        outer.push_str(&shown);
                    }
                }
            }
            _ if c.is_whitespace() && open.is_empty() => {}
            _ => last.push(c),
        }
    }
    finish(open, text, guides)
}

/// What is left open at the end is said too.
fn finish(open: Vec<Function>, text: Vec<String>, guides: Vec<String>) -> Equation {
    let mut left: String = open
        .iter()
        .flat_map(|function| function.arguments.iter())
        .cloned()
        .collect();
    for part in &text {
        left.push_str(part);
    }
    let guide = guides.concat();
    Equation {
        text: left.trim().to_owned(),
        guide: (!guide.trim().is_empty()).then_some(guide),
    }
}

/// Passes over `* "value"` or `* value`.
fn skip_value(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    chars.next();
    while chars.next_if(char::is_ascii_whitespace).is_some() {}
    if chars.next_if_eq(&'"').is_some() {
        for c in chars.by_ref() {
            if c == '"' {
                return;
            }
        }
        return;
    }
    while chars
        .next_if(|c| !c.is_whitespace() && *c != '\\')
        .is_some()
    {}
}

impl Function {
    /// Its arguments in one line.
    fn shown(&self) -> String {
        let parts: Vec<&str> = self.arguments.iter().map(|text| text.trim()).collect();
        match self.name.split(' ').next().unwrap_or("") {
            "f" if parts.len() == 2 => parts.join("/"),
            "r" => format!("√{}", parts.concat()),
            // Characters set over each other: the frame around one is for the eye.
            "o" => parts
                .iter()
                .filter(|part| !is_frame(part))
                .copied()
                .collect(),
            _ => parts.concat(),
        }
    }
}

/// Whether a text is nothing but a circle, square, triangle or diamond around another.
fn is_frame(text: &str) -> bool {
    text.chars().count() == 1 && text.starts_with(['○', '〇', '□', '△', '◇', '◯'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(instruction: &str, text: &str, guide: Option<&str>) {
        let expected = Equation {
            text: text.to_owned(),
            guide: guide.map(str::to_owned),
        };
        assert_eq!(read(instruction), expected, "{instruction}");
    }

    #[test]
    fn fields_show_their_arguments() {
        check(r" eq \o\ac(○,合)", "合", None);
        check(r"EQ \o\ac(□,12)", "12", None);
        check(r"EQ \F(1,3) ", "1/3", None);
        check(r"EQ \f(1;3)", "1/3", None);
        check(
            r#"EQ \* jc2 \* "Font:宋体" \* hps10 \o\ad(\s\up 9(kùn),堃)"#,
            "堃",
            Some("kùn"),
        );
        check(r"EQ \s\do5(下)", "下", None);
        check(r"EQ \r(3,\f(1,2))", "√31/2", None);
        check(r"EQ \x(方框)", "方框", None);
        check(r"EQ \(甲\,乙\)", "(甲,乙)", None);
        for text in ["EQ", "EQ ", r"EQ \", r"EQ \o(甲", "EQ )))", r#"EQ \* "无"#] {
            assert!(read(text).guide.is_none(), "{text}");
        }
        assert_eq!(read(r"EQ \o(甲,乙").text, "甲乙");
    }
}
