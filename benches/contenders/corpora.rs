//! What is measured: the samples, text made of them, collections beside the tree, folders.
//!
//! `BAOGAO_BENCH_CORPORA` names it, separated by commas: `samples` (`corpus/`), a number (a corpus of so many passages
//! made of the samples), `reports` and `laws` (collections that lie beside the tree or below `BAOGAO_SHARED`; left out where
//! they are not), or the path of a folder.

use super::Result;
use super::made::{self, Until};
use std::path::{Path, PathBuf};

/// Of the Chinese characters of a made paragraph one in so many is another one of the samples.
const REPLACED_ONE_IN: usize = 60;

/// Folders of text, and a folder for what is built of them.
pub(crate) struct Corpus {
    pub(crate) name: String,
    pub(crate) folders: Vec<PathBuf>,
    pub(crate) dir: PathBuf,
}

/// The names of what is to be measured: those given, else the usual ones.
pub(crate) fn corpora(usual: &str) -> Vec<String> {
    let given = std::env::var("BAOGAO_BENCH_CORPORA");
    let given = given.as_deref().unwrap_or(usual);
    let names = given.split(',').filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

impl Corpus {
    /// Finds or makes the text; none if it is not at hand.
    pub(crate) fn of(name: &str, dir: &Path) -> Result<Option<Corpus>> {
        let mut title = name.to_owned();
        let folder = match name {
            "samples" => samples(),
            "reports" => shared("data/reports"),
            "laws" => shared("data/scale/laws"),
            _ => match name.parse() {
                Ok(n_passages) => {
                    title = format!("made, {n_passages}");
                    let folder = dir.join("corpus");
                    let until = Until::Passages(n_passages);
                    made::make(&folder, &[samples()], until, REPLACED_ONE_IN)?;
                    folder
                }
                Err(_) => PathBuf::from(name),
            },
        };
        Ok(folder.is_dir().then(|| Corpus {
            name: title,
            folders: vec![folder],
            dir: dir.join("built"),
        }))
    }

    /// A made corpus that an earlier run has left in `dir`, with its index.
    pub(crate) fn kept(name: &str, dir: &Path) -> Option<Corpus> {
        let (folder, built) = (dir.join("corpus"), dir.join("built"));
        (folder.is_dir() && built.join("current").is_file()).then(|| Corpus {
            name: format!("made, {name}"),
            folders: vec![folder],
            dir: built,
        })
    }
}

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// A folder of the collections that are kept beside the tree, where they are.
fn shared(path: &str) -> PathBuf {
    let named = std::env::var_os("BAOGAO_SHARED").map(PathBuf::from);
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().skip(1);
    named
        .into_iter()
        .chain(above.map(|folder| folder.join("shared")))
        .map(|shared| shared.join(path))
        .find(|folder| folder.is_dir())
        .unwrap_or_default()
}
