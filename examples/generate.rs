//! Makes reports out of real ones, no two of them copies: `cargo run --release --example generate -- OUT N FOLDER…`.
//!
//! For measuring how long a large folder takes; the same text on every machine. `cargo bench --bench scale` makes its own.

#[path = "../benches/contenders/made.rs"]
#[allow(dead_code, reason = "the benches use the rest")]
mod made;
#[path = "../benches/contenders/random.rs"]
mod random;

use made::Until;
use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [out, n, folders @ ..] = arguments.as_slice() else {
        return Err("OUT, the number of reports and the folders of real ones are needed".into());
    };
    made::make(Path::new(out), folders, Until::Reports(n.parse()?), 0)
}
