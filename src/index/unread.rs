//! Files of the corpus that gave no report, and of which region and year one may be.
//!
//! In: an open index. Out: every file that was refused, with its [`Place`] and the reason. An answer
//! about a region and a year of which nothing is held asks here first: “there is none” and “it lies
//! there and was not read” are different answers, and the first in the place of the second is the
//! worst that a search can say. Reports that were read in part are known by their rank:
//! [`super::ReportTable::is_partial`].

use super::error::IndexError;
use super::files::{FileEntry, FileTable, Outcome};
use super::open::Index;
use crate::ingest::place::Place;
use crate::region::Region;
use crate::report::Year;

/// A file that gave no report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadFile {
    /// As answers name it: with the name of its corpus folder in front where there are several.
    pub file: String,
    /// The region that its report would be of, as far as its name tells.
    pub region: Option<Region>,
    /// The year that its report would be of.
    pub year: Option<Year>,
    /// Why it was not read, in words.
    pub reason: String,
}

impl Index {
    /// The files that were refused, by corpus folder and path. Costs next to nothing where there are none.
    ///
    /// # Errors
    /// When the file table is damaged.
    pub fn unread(&self) -> Result<Vec<UnreadFile>, IndexError> {
        if self.n_refused() == Some(0) {
            return Ok(Vec::new());
        }
        let table = self.files()?;
        let root_names = table.root_names(self.dir());
        let refused = table.files.iter().filter_map(|file| {
            let Outcome::Refused(reason) = &file.outcome else {
                return None;
            };
            let Place { region, year } = file.place;
            Some(UnreadFile {
                file: self.name_of(&table, file, &root_names),
                region,
                year,
                reason: reason.clone(),
            })
        });
        Ok(refused.collect())
    }

    /// How answers name a file; a corpus folder that was refused itself by where it is.
    fn name_of(&self, table: &FileTable, file: &FileEntry, root_names: &[String]) -> String {
        if file.path.is_empty() {
            let root = table.root_path(self.dir(), file.root).unwrap_or_default();
            return root.display().to_string();
        }
        let name = root_names.get(file.root as usize);
        format!("{}{}", name.map_or("", String::as_str), file.path)
    }
}
