//! A web page with all that belongs to it (.mht), or a message (.eml) → the page.
//!
//! In: the bytes of the file. Out: the bytes of its page as they were before they were packed, and the name of their
//! encoding where the packer gives it. The page is the largest part that is HTML; how many others there are, as frames have,
//! is noted.

use super::IngestError;
use super::limits::{MESSAGE_PARTS_MAX, too_much};
use super::notes::{CUT_FILE, OTHER_PAGE};
use crate::report::Note;
use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Encoding, MessageParser, MessagePart, MimeHeaders, PartType};
use memchr::memmem;

/// The page, and the label of its encoding.
pub(super) fn page(
    bytes: &[u8],
    notes: &mut Vec<Note>,
) -> Result<(Vec<u8>, Option<String>), IngestError> {
    // Each part begins with such a line; those of style sheets are few.
    if memmem::find_iter(bytes, b"\n--")
        .nth(MESSAGE_PARTS_MAX)
        .is_some()
    {
        return Err(too_much("parts", MESSAGE_PARTS_MAX));
    }
    let message = MessageParser::default().parse(bytes);
    let message = message.ok_or(IngestError::NoText)?;
    let is_page = |part: &&MessagePart<'_>| matches!(part.body, PartType::Html(_));
    let is_text = |part: &&MessagePart<'_>| matches!(part.body, PartType::Text(_));
    let parts = || message.parts.iter();
    let size = |part: &&MessagePart<'_>| part.offset_end.saturating_sub(part.offset_body);
    let part = parts().filter(is_page).max_by_key(size);
    let part = part.or_else(|| parts().filter(is_text).max_by_key(size));
    let part = part.ok_or(IngestError::NoText)?;
    let n_others = parts().filter(is_page).count().saturating_sub(1);
    if n_others > 0 {
        notes.push(Note {
            rule: OTHER_PAGE.to_owned(),
            line: None,
            text: format!("{n_others} other pages of the archive, as of frames, were not read"),
        });
    }
    let (from, to) = (part.offset_body as usize, part.offset_end as usize);
    let boundary = message.parts.first().and_then(|whole| whole.content_type());
    let is_of_parts = boundary.is_some_and(|kind| kind.has_attribute("boundary"));
    if is_of_parts && to >= message.raw_message.len() {
        // Behind a part that is whole the next one begins, or the last line stands.
        notes.push(Note {
            rule: CUT_FILE.to_owned(),
            line: None,
            text: "the file breaks off inside the page".to_owned(),
        });
    }
    let raw = message.raw_message.get(from..to).unwrap_or_default();
    let decoded = match part.encoding {
        Encoding::Base64 => base64_decode(raw),
        Encoding::QuotedPrintable => quoted_printable_decode(raw),
        Encoding::None => Some(raw.to_vec()),
    };
    let label = part
        .content_type()
        .and_then(|kind| kind.attribute("charset"));
    Ok((
        decoded.ok_or(IngestError::NoText)?,
        label.map(str::to_owned),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_as_it_was_before_it_was_packed() {
        let packed = "From: <Saved by Blink>\r\nMIME-Version: 1.0\r\n\
            Content-Type: multipart/related; type=\"text/html\"; boundary=\"----b\"\r\n\r\n\
            ------b\r\nContent-Type: text/html; charset=gb2312\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
            <p>=D7=A8=D2=B5=D5=F2=\r\n</p>\r\n\
            ------b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n------b--\r\n";
        let (page, label) = page(packed.as_bytes(), &mut Vec::new()).expect("a page");
        let (text, _, _) = encoding_rs::GBK.decode(&page);
        assert_eq!(text.trim(), "<p>专业镇</p>");
        assert_eq!(label.as_deref(), Some("gb2312"));
        assert!(super::page(b"", &mut Vec::new()).is_err());
    }
}
