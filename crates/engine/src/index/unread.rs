//! Files of the corpus that gave no report, and of which region and year one may be.
//!
//! In: an open index. Out: every file that was refused, with its [`Place`] and the reason. An answer
//! about a region and a year of which nothing is held asks here first: “there is none” and “it lies
//! there and was not read” are different answers, and the first in the place of the second is the
//! worst that a search can say. Reports that were read in part are known by their rank:
//! [`super::ReportTable::is_partial`].

use super::error::IndexError;
use super::files::{FileEntry, FileTable, Outcome, RefusedMember, UnreadFile};
use super::open::Index;
use baogao_reading::ingest::place::Place;

impl Index {
    /// The files that were refused, by corpus folder and path. Costs next to nothing where there are none.
    ///
    /// # Errors
    /// When the file table is damaged.
    pub fn unread(&self) -> Result<Vec<UnreadFile>, IndexError> {
        if self.n_refused() == Some(0) {
            return Ok(Vec::new());
        }
        if let Some(unread) = self.unread.get() {
            return Ok(unread.clone());
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
        let members = table.files.iter().flat_map(|file| {
            let archive = |member: &RefusedMember| {
                let archive = self.name_of(&table, file, &root_names);
                UnreadFile {
                    file: format!("{archive}{}", member.name),
                    region: member.place.region,
                    year: member.place.year,
                    reason: member.reason.clone(),
                }
            };
            file.members.iter().map(archive).collect::<Vec<_>>()
        });
        let unread = refused.chain(members).collect();
        // Two answers may read them at once; both read the same.
        Ok(self.unread.get_or_init(|| unread).clone())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::{UpdateOptions, update};
    use baogao_reading::region::Region;
    use baogao_reading::report::Year;
    use std::fs;
    use std::path::Path;

    fn indexed(home: &Path) -> Index {
        let options = UpdateOptions {
            roots: vec![home.join("corpus")],
            ..UpdateOptions::default()
        };
        let dir = home.join("index");
        update(&dir, &options, &|_| {}).expect("the index is made");
        Index::open(&dir).expect("it is one")
    }

    #[test]
    fn what_was_refused_is_given_with_its_place() {
        let home = tempfile::tempdir().expect("a folder");
        let corpus = home.path().join("corpus");
        fs::create_dir_all(corpus.join("青海/2024")).expect("folders");
        let report = "汾阳市2024年政府工作报告\n\n推进专业镇建设。\n";
        fs::write(corpus.join("a.txt"), report).expect("written");
        let index = indexed(home.path());
        assert_eq!(index.n_refused(), Some(0));
        assert_eq!(index.unread().expect("the table is whole"), []);
        // One by its ending, one by what is in it.
        fs::write(corpus.join("青海/2024/报告.doc"), "x").expect("written");
        fs::write(corpus.join("甘肃省2025.txt"), [0; 9]).expect("written");
        let index = indexed(home.path());
        assert_eq!(index.n_refused(), Some(2));
        let unread = index.unread().expect("the table is whole");
        let said: Vec<_> = unread
            .iter()
            .map(|unread| {
                let region = unread.region.map_or("", Region::name);
                (&*unread.file, region, unread.year.map(Year::get))
            })
            .collect();
        assert_eq!(
            said,
            [
                ("甘肃省2025.txt", "甘肃省", Some(2025)),
                ("青海/2024/报告.doc", "青海省", Some(2024)),
            ]
        );
        assert!(unread.iter().all(|unread| !unread.reason.is_empty()));
    }

    #[test]
    fn a_table_that_counts_otherwise_than_it_lists_is_none() {
        let table = FileTable::default();
        let mut bytes = table.write();
        assert_eq!(FileTable::read(&bytes), Some(table));
        bytes[8] = 1;
        assert_eq!(FileTable::read(&bytes), None);
        assert_eq!(FileTable::read(&bytes[..11]), None);
        assert_eq!(FileTable::read_n_refused(&bytes[..11]), None);
    }
}
