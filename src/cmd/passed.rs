//! How people are told of what was passed over: one line, and each by name where they ask.

use super::lang::{self, counted, t};
use baogao_reading::ingest::passed::WhyPassed;
use baogao_reading::walk::PassedOver;
use std::collections::BTreeMap;

/// How many files and folders of which kind were passed over; nothing if there were none.
pub(crate) fn line(passed: &[PassedOver]) -> Option<String> {
    let mut numbers: BTreeMap<WhyPassed, u64> = BTreeMap::new();
    for over in passed {
        *numbers.entry(over.why).or_default() += 1;
    }
    let parts: Vec<String> = numbers.into_iter().map(|(why, n)| part(why, n)).collect();
    (!parts.is_empty())
        .then(|| t!("passed over: %{what}", what = lang::listed(&parts)).into_owned())
}

/// Each of them, on a line of its own.
pub(crate) fn lines(passed: &[PassedOver]) -> impl Iterator<Item = String> {
    passed.iter().map(|over| {
        let why = part(over.why, 1);
        t!("  `%{path}` (%{why})", path = over.path, why = why).into_owned()
    })
}

fn part(why: WhyPassed, n: u64) -> String {
    match why {
        WhyPassed::Picture => counted(n, "picture"),
        WhyPassed::Program => counted(n, "file of programs"),
        WhyPassed::LockFile => counted(n, "lock file"),
        WhyPassed::Hidden => counted(n, "hidden file"),
        WhyPassed::PageFolder => counted(n, "folder of a saved page"),
        WhyPassed::Listed => t!("%{n} by .baogaoignore", n = n).into_owned(),
        WhyPassed::Excluded => t!("%{n} by --exclude", n = n).into_owned(),
    }
}
