//! What all parts of a page look at: the index, what is asked, the filters that hold.

use crate::asked::{Asked, View};
use crate::shelf::Held;
use crate::words::Lang;
use baogao_engine::ask::{Answer, Holdings, Notice, parse, range_of};
use baogao_engine::query::Filters;

/// Rows of a page, and at most.
pub(super) const N_SHOWN: usize = 20;
pub(super) const MAX_SHOWN: usize = 100;

/// What all parts of a page look at.
pub(crate) struct Page<'a> {
    pub(super) held: &'a Held,
    pub(super) index: &'a dyn Holdings,
    /// What is asked; its filters are written as the program writes them, those that were typed in an expression as well.
    pub(super) asked: Asked,
    pub(super) lang: Lang,
    pub(super) filters: Filters,
    /// What must be said beside the answer.
    pub(super) notices: Vec<Notice>,
}

impl<'a> Page<'a> {
    /// A page without an answer.
    pub(super) fn bare(held: &'a Held, index: &'a dyn Holdings, asked: &Asked) -> Page<'a> {
        Page {
            held,
            index,
            lang: asked.lang,
            asked: asked.clone(),
            filters: Filters::default(),
            notices: Vec::new(),
        }
    }

    pub(super) fn new(
        held: &'a Held,
        index: &'a dyn Holdings,
        asked: &Asked,
        answer: &Answer<'_>,
    ) -> Page<'a> {
        let mut page = Page::bare(held, index, asked);
        let filters = match answer {
            Answer::Search(answer) => answer.filters(),
            Answer::Kwic(answer) => answer.filters(),
            Answer::Collocates(answer) => answer.filters(),
            Answer::Count(answer) => answer.filters(),
            Answer::Trend(answer) => answer.filters(),
            Answer::First(answer) => answer.filters(),
            Answer::New(answer) => answer.filters(),
            Answer::Keywords(answer) => answer.filters(),
            Answer::Define(answer) => answer.filters(),
            Answer::Reports(answer) => answer.filters(),
            Answer::Coverage(answer) => answer.filters(),
            // What the filters of a question leave of one report is not what is read.
            Answer::Show(_) => return page,
        };
        let mut written = filters.clone();
        if matches!(answer, Answer::New(_)) && !asked.has("year") {
            // The year that is meant where none is asked for is not asked for.
            written.years.clear();
        }
        // Where several are compared, each has its own filters.
        if asked.compared().is_empty() {
            write_plainly(&mut page.asked, index, &written);
        }
        page.filters = filters.clone();
        page.notices = answer.common().notices().to_vec();
        page
    }

    /// What is searched for, for a reader: without filters, which stand apart.
    pub(super) fn phrase(&self) -> String {
        match parse(&self.typed(), self.asked.matching()) {
            Ok(query) => query.asked(),
            Err(_) => self.typed(),
        }
    }

    /// What is typed, without the blanks around it.
    pub(super) fn typed(&self) -> String {
        self.asked.typed().trim().to_owned()
    }

    pub(super) fn t(&self, chinese: &'static str, english: &'static str) -> &'static str {
        self.lang.pick(chinese, english)
    }

    /// The address of the start page, in this language if it was chosen.
    pub(super) fn start(&self) -> String {
        match self.asked.first("lang") {
            Some(lang) => format!("/?lang={lang}"),
            None => "/".to_owned(),
        }
    }
}

/// Writes filters as links write them, so that what is chosen can be told from what is not: those that stand in an
/// expression too, else a link that takes one off would leave it there.
pub(super) fn write_plainly(asked: &mut Asked, index: &dyn Holdings, filters: &Filters) {
    let typed = asked.typed();
    match parse(&typed, asked.matching()) {
        // A list of reports keeps what is asked elsewhere, and has no filters of it.
        _ if asked.view == View::Reports => {}
        Ok(query) if !query.inline_filters().is_empty() => asked.put("q", query.asked()),
        _ if asked.all("q").nth(1).is_some() => asked.put("q", typed),
        _ => {}
    }
    let link = &mut asked.parameters;
    let of_report = ["region", "year", "about", "part", "level", "report"];
    link.retain(|(name, _)| !of_report.contains(&name.as_str()));
    let mut add = |name: &str, value: String| link.push((name.to_owned(), value));
    for region in &filters.regions {
        add("region", region.code_string());
    }
    for years in &filters.years {
        add("year", range_of(years));
    }
    for years in &filters.about {
        add("about", range_of(years));
    }
    for part in &filters.parts {
        add("part", part.name().to_owned());
    }
    for level in &filters.levels {
        add("level", level.name().to_owned());
    }
    let reports = filters.reports.iter();
    for entry in reports.filter_map(|rank| index.reports().entry(*rank).ok()) {
        add("report", entry.id);
    }
}
