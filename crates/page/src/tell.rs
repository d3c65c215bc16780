//! What happens while the page is served, told to whoever started it.

use std::sync::OnceLock;

/// Decides who is told, once.
pub(crate) fn tell_to(say: fn(&str)) {
    // A program serves once.
    let _ = SAY.set(say);
}

/// What is told to whoever started the server.
static SAY: OnceLock<fn(&str)> = OnceLock::new();

/// Tells whoever started the server.
pub(crate) fn say(line: &str) {
    if let Some(say) = SAY.get() {
        say(line);
    }
}
