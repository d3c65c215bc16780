//! The same text as other formats and encodings write it.
#![allow(dead_code, reason = "each test program uses a part")]

/// A text as a saved page writes it, menus and scripts around it; what is marked in Markdown becomes tags.
pub(crate) fn as_page(text: &str, charset: &str) -> String {
    let mut body = String::new();
    let mut paragraph: Vec<String> = Vec::new();
    let mut bold = false;
    let mut in_table = false;
    let close = |paragraph: &mut Vec<String>, body: &mut String| {
        if !paragraph.is_empty() {
            body.push_str(&format!("<p>{}</p>\n", paragraph.join("<br>\n")));
            paragraph.clear();
        }
    };
    for line in text.lines() {
        let escaped = line
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace("  ", "&nbsp;&nbsp;");
        let is_row =
            line.trim().len() > 2 && line.trim().starts_with('|') && line.trim().ends_with('|');
        if in_table && !is_row {
            body.push_str("</table>\n");
            in_table = false;
        }
        if line.trim().is_empty() {
            close(&mut paragraph, &mut body);
            continue;
        }
        let hashes = line.bytes().take_while(|&b| b == b'#').count();
        let (_, after) = escaped.split_at(hashes);
        if (1..=6).contains(&hashes) && after.starts_with(' ') {
            close(&mut paragraph, &mut body);
            body.push_str(&format!("<h{hashes}>{}</h{hashes}>\n", after.trim_start()));
        } else if is_row {
            close(&mut paragraph, &mut body);
            if !in_table {
                body.push_str("<table border=1>");
                in_table = true;
            }
            let cells: Vec<&str> = escaped
                .trim()
                .trim_matches('|')
                .split('|')
                .map(str::trim)
                .collect();
            if !cells
                .iter()
                .all(|cell| cell.bytes().all(|b| matches!(b, b'-' | b':')))
            {
                body.push_str(&format!("<tr><td>{}</td></tr>\n", cells.join("</td><td>")));
            }
        } else {
            let mut html = String::new();
            for (at, part) in escaped.split("**").enumerate() {
                if at > 0 {
                    html.push_str(if bold { "</strong>" } else { "<strong>" });
                    bold = !bold;
                }
                // Escapes of Markdown are no part of the text.
                html.push_str(&part.replace("\\.", ".").replace("\\-", "-"));
            }
            paragraph.push(html);
        }
    }
    close(&mut paragraph, &mut body);
    if in_table {
        body.push_str("</table>\n");
    }
    format!(
        "<!DOCTYPE html>\n<html><head><meta charset=\"{charset}\"><title>某某网</title>\n<style>p {{ color: 红 }}</style>\n\
         <script>var 菜单 = '<p>脚本，不是正文。</p>';</script></head>\n<body>\n<!-- 注释 -->\n\
         <div class=nav><ul><li><a href=/>首页</a></li><li><a href=/zw>政务公开</a></li><li><a href=/fw>办事服务</a></ul></div>\n\
         <div class=content>\n{body}</div>\n\
         <div class=foot><a href=/m>网站地图</a> | <a href=/c>联系我们</a></div>\n</body></html>\n"
    )
}

pub(crate) fn as_csv(text: &str) -> String {
    format!("编号,正文\n1,\"{}\"\n", text.replace('"', "\"\""))
}

pub(crate) fn as_json_line(text: &str) -> String {
    let mut line = serde_json::json!({"id": 1, "content": text}).to_string();
    line.push('\n');
    line
}

pub(crate) fn encodings(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let utf16 = |big: bool| -> Vec<u8> {
        format!("\u{feff}{text}")
            .encode_utf16()
            .flat_map(|unit| {
                if big {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            })
            .collect()
    };
    let (gb18030, _, _) = encoding_rs::GB18030.encode(text);
    vec![
        ("utf-8", text.as_bytes().to_vec()),
        ("utf-8 with mark", format!("\u{feff}{text}").into_bytes()),
        ("gb18030", gb18030.into_owned()),
        ("utf-16le", utf16(false)),
        ("utf-16be", utf16(true)),
    ]
}

/// A text as rich text: each line a paragraph, what is not ASCII as bytes of GBK or, as the second says, as numbers of
/// Unicode.
pub(crate) fn as_rtf(text: &str, is_unicode: bool) -> String {
    let mut rtf =
        "{\\rtf1\\ansi\\ansicpg936\\deff0{\\fonttbl{\\f0\\fnil\\fcharset134 SimSun;}}\\uc1 "
            .to_owned();
    for line in text.lines() {
        rtf.push_str("\\pard ");
        for c in line.chars() {
            let one = c.to_string();
            let (bytes, _, is_lost) = encoding_rs::GBK.encode(&one);
            if c.is_ascii() {
                if matches!(c, '{' | '}' | '\\') {
                    rtf.push('\\');
                }
                rtf.push(c);
            } else if is_unicode || is_lost {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    rtf.push_str(&format!("\\u{}?", unit.cast_signed()));
                }
            } else {
                bytes
                    .iter()
                    .for_each(|byte| rtf.push_str(&format!("\\'{byte:02x}")));
            }
        }
        rtf.push_str("\\par\r\n");
    }
    rtf.push('}');
    rtf
}
