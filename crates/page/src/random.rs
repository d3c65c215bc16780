//! What nobody can guess: the token of an address, and the name of the file that leads there.

use baogao_render::failure::Failure;
use baogao_render::t;
use baogao_render::words::cause;

/// 128 bits, in hex digits.
pub(crate) fn random_digits() -> Result<String, Failure> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| {
        let message = t!("no token could be made: %{error}", error = cause(&error));
        Failure::usage(message, None)
    })?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
