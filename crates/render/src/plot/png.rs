//! SVG → PNG, with a font of this machine that has Chinese.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{self, fontdb};
use std::sync::Arc;

/// Dots for each unit of the drawing: 300 to the inch in print.
const SCALE: f32 = 3.125;
/// Fonts that have Chinese, the best first; others are looked for by a character.
const FAMILIES: [&str; 12] = [
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "SimHei",
    "Noto Serif CJK SC",
    "SimSun",
    "AR PL UMing CN",
];

/// Why there is no picture of dots.
#[derive(Debug, thiserror::Error)]
pub enum PngError {
    /// No font on this machine has Chinese.
    #[error("no font on this machine has Chinese")]
    NoFont,
    /// The picture could not be drawn.
    #[error("the picture could not be drawn: {0}")]
    NotDrawn(String),
}

/// Draws an SVG with dots.
///
/// # Errors
/// When the text is Chinese and no font on this machine has Chinese, or the picture cannot be drawn.
pub fn png(svg: &str) -> Result<Vec<u8>, PngError> {
    let mut fonts = fontdb::Database::new();
    fonts.load_system_fonts();
    let family = family(&fonts);
    let has_hanzi = svg.chars().any(is_hanzi);
    if family.is_none() && (has_hanzi || fonts.is_empty()) {
        return Err(PngError::NoFont);
    }
    if let Some(family) = family {
        fonts.set_sans_serif_family(family);
    }
    let options = usvg::Options {
        fontdb: Arc::new(fonts),
        ..usvg::Options::default()
    };
    let not_drawn = |what: &dyn std::fmt::Display| PngError::NotDrawn(what.to_string());
    let tree = usvg::Tree::from_str(svg, &options).map_err(|error| not_drawn(&error))?;
    let size = tree.size();
    let (width, height) = (size.width() * SCALE, size.height() * SCALE);
    let pixmap = Pixmap::new(width.ceil() as u32, height.ceil() as u32);
    let mut pixmap = pixmap.ok_or_else(|| not_drawn(&"it has no size"))?;
    let scaled = Transform::from_scale(SCALE, SCALE);
    resvg::render(&tree, scaled, &mut pixmap.as_mut());
    let png = pixmap.encode_png().map_err(|error| not_drawn(&error))?;
    Ok(signed(png))
}

/// Bytes before the first chunk that may be any: the signature and the header.
const N_HEADER: usize = 33;

/// A PNG that says which program made it.
fn signed(mut png: Vec<u8>) -> Vec<u8> {
    let mut chunk = super::PNG_MARK.to_vec();
    let length = (chunk.len() - "tEXt".len()) as u32;
    let sum = crc32(&chunk);
    chunk.splice(0..0, length.to_be_bytes());
    chunk.extend(sum.to_be_bytes());
    let at = N_HEADER.min(png.len());
    png.splice(at..at, chunk);
    png
}

/// The checksum of a chunk (ISO 3309).
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| match crc & 1 {
        1 => (crc >> 1) ^ 0xedb8_8320,
        _ => crc >> 1,
    };
    let of_byte = |crc: u32, byte: &u8| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc));
    !bytes.iter().fold(!0, of_byte)
}

fn is_hanzi(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// A family with Chinese: one of those that are known, else any whose name is Chinese.
fn family(fonts: &fontdb::Database) -> Option<String> {
    let has = |wanted: &str| {
        let mut faces = fonts.faces();
        faces.any(|face| face.families.iter().any(|(name, _)| name == wanted))
    };
    if let Some(known) = FAMILIES.into_iter().find(|family| has(family)) {
        return Some(known.to_owned());
    }
    let names = fonts.faces().flat_map(|face| &face.families);
    let mut chinese = names.filter(|(name, _)| name.chars().any(is_hanzi));
    chinese.next().map(|(name, _)| name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_picture_is_whole_and_known() {
        // The checksum that every PNG ends with.
        assert_eq!(crc32(b"IEND"), 0xae42_6082);
        let pixmap = Pixmap::new(2, 2).expect("a size");
        let plain = pixmap.encode_png().expect("a picture");
        assert!(!super::super::is_ours(&plain));
        let signed = signed(plain);
        assert!(super::super::is_ours(&signed));
        assert_eq!(Pixmap::decode_png(&signed).expect("whole"), pixmap);
    }
}
