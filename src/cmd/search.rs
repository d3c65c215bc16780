//! `baogao search`: every passage for which a query holds.

use super::lang::{self, counted, some_of};
use super::output::{Export, OutputArguments};
use super::{
    Common, Failure, FilePaths, FilterArguments, Format, MatchArguments, N_ECHOED, basis,
    open_or_build, say, say_notices, stdout,
};
use crate::cmd::lang::t;
use baogao::ask::{
    Expressed, Notice, Resolved, express, of_other_genre, parse, plain_phrase, suggestions,
};
use baogao::concordance::Side;
use baogao::exact::MatchOptions;
use baogao::index::{Index, IndexError};
use baogao::passage::PassageView;
use baogao::query::Query;
use baogao::render::table::{Column, place_columns, source_columns};
use baogao::render::terminal::{Look, escape, hit_block, hit_line, number, write_facets};
use baogao::render::{cite, json};
use baogao::search::{Answer, Found, Hit, SearchOptions, Sort, Tier};
use baogao::stats::{Presence, State, facets};
use baogao::suggest::Suggestion;
use clap::{Args, ValueEnum};
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Instant;

/// Passages shown on a terminal, and of a wider answer, without `-n`.
const N_SHOWN: usize = 10;
/// Lines of text shown of a passage on a terminal, without `--width`.
const N_TEXT_LINES: usize = 4;

/// Arguments of `search`.
#[derive(Args)]
pub(crate) struct SearchArguments {
    /// Phrases that must all stand in a passage: 专业镇 白酒, "加快 发展", a OR b, -a, ( ), 乡村?镇, 乡村*镇,
    /// "a b"~30, region:吕梁 year:2023..2024 part:plan level:county
    #[arg(required = true)]
    query: Vec<String>,
    #[command(flatten)]
    matching: MatchArguments,
    /// How to match [default: exact, then wider if nothing is found]
    #[arg(long)]
    mode: Option<Mode>,
    /// Passages to show, 0 for all [default: 10 on a terminal, else all]
    #[arg(short = 'n', long)]
    limit: Option<usize>,
    /// Passages to pass over
    #[arg(long, default_value_t = 0)]
    offset: usize,
    /// Order of the passages
    #[arg(long, default_value = "relevance")]
    sort: SortChoice,
    /// Only the counts
    #[arg(long)]
    count: bool,
    /// Counts by region, year, part and level
    #[arg(long)]
    facets: bool,
    /// Neighbouring passages to show on each side
    #[arg(short = 'C', long, default_value_t = 0, value_name = "N")]
    context: usize,
    /// Characters of text to show of a passage; every hit is shown
    #[arg(long, value_name = "CHARS")]
    width: Option<usize>,
    /// Show the query as it is understood, and the score of each passage laid out
    #[arg(long)]
    explain: bool,
    /// Print nothing: the exit code is the answer
    #[arg(short, long)]
    quiet: bool,
    /// Give each passage its reference
    #[arg(long)]
    cite: bool,
    #[command(flatten)]
    output: OutputArguments,
    // Last, because its heading holds for all that follows.
    #[command(flatten)]
    filters: FilterArguments,
}

#[derive(Clone, Copy, ValueEnum)]
enum Mode {
    /// The query holds as it is written
    Exact,
    /// Every word of the query stands in the passage
    Words,
    /// At least one word stands in it
    Any,
}

#[derive(Clone, Copy, ValueEnum)]
enum SortChoice {
    /// Best first
    Relevance,
    /// Newest report first
    Newest,
    /// Oldest report first
    Oldest,
    /// By region code, then year
    Region,
}

impl From<Mode> for Tier {
    fn from(mode: Mode) -> Tier {
        match mode {
            Mode::Exact => Tier::Exact,
            Mode::Words => Tier::Words,
            Mode::Any => Tier::Any,
        }
    }
}

impl From<SortChoice> for Sort {
    fn from(choice: SortChoice) -> Sort {
        match choice {
            SortChoice::Relevance => Sort::Relevance,
            SortChoice::Newest => Sort::Newest,
            SortChoice::Oldest => Sort::Oldest,
            SortChoice::Region => Sort::Region,
        }
    }
}

pub(crate) fn run(common: &Common, arguments: &SearchArguments) -> Result<ExitCode, Failure> {
    let typed = arguments.query.join(" ");
    let matching = MatchOptions::from(arguments.matching);
    // What cannot be understood is said before an index is built.
    parse(&typed, matching)?;
    if arguments.facets && matches!(arguments.output.format, Format::Csv | Format::Md) {
        say(&t!(
            "facets do not fit into one table: --format jsonl or json has them"
        ));
    }
    let index = open_or_build(common, arguments.quiet)?;
    let started = Instant::now();
    let Expressed { query, scope, .. } =
        express(&index, &typed, matching, &arguments.filters.scope())?;
    let Resolved {
        filters,
        not_held,
        mut notices,
    } = scope;
    let is_terminal = common.is_page();
    let default_limit = (is_terminal && arguments.output.format == Format::Text).then_some(N_SHOWN);
    let options = SearchOptions {
        tier: arguments.mode.map_or(Tier::Exact, Tier::from),
        limit: match arguments.limit {
            // Only the counts are shown: no passage needs to be read.
            _ if arguments.count => Some(0),
            Some(0) => None,
            Some(limit) => Some(limit),
            None => default_limit,
        },
        offset: arguments.offset,
        sort: arguments.sort.into(),
        filters,
        ..SearchOptions::default()
    };
    if arguments.quiet {
        let options = SearchOptions {
            limit: Some(0),
            ..options
        };
        let answer = index.search(&query, &options)?;
        return Ok(exit_code(&answer));
    }
    if arguments.explain {
        explain(&index, &query, &options)?;
    }
    let (answer, found) = index.find(&query, &options)?;
    notices.extend(of_other_genre(&answer));
    let suggestions = suggestions(&index, &query, matching, &answer)?;
    let mut page = Page {
        index: &index,
        query: &query,
        suggestions,
        notices,
        arguments,
        options: &options,
        look: common.look(),
        is_terminal,
        out: stdout(),
        not_held: !not_held.is_empty() && not_held.len() == options.filters.regions.len(),
    };
    match arguments.output.format {
        Format::Text => page.text(&answer, &found, started)?,
        _ => page.export(&answer, &found)?,
    }
    page.out.flush()?;
    Ok(exit_code(&answer))
}

fn exit_code(answer: &Answer) -> ExitCode {
    ExitCode::from(u8::from(answer.total.passages == 0))
}

/// What `--explain` says before the answer.
fn explain(index: &Index, query: &Query, options: &SearchOptions) -> Result<(), Failure> {
    say(&t!("query as understood: %{a}", a = query.understood()));
    let wanted = query.wanted();
    let list = index.word_list()?;
    for keyword in query.keywords() {
        let texts = keyword.texts().into_iter();
        let words = texts.flat_map(|text| list.query_words(text));
        let words: Vec<String> = words.map(|word| word.text).collect();
        let options = SearchOptions {
            tier: Tier::Exact,
            limit: Some(0),
            offset: 0,
            ..options.clone()
        };
        let found = index.search(&Query::of(keyword.clone()), &options)?.total;
        let keyword = if wanted.contains(&keyword) {
            keyword.to_string()
        } else {
            format!("NOT {keyword}")
        };
        say(&t!(
            "  %{keyword}: %{occurrences} in %{passages}; words: %{words}",
            keyword = keyword,
            occurrences = counted(found.occurrences, "occurrence"),
            passages = counted(found.passages, "passage"),
            words = words.join(" ")
        ));
    }
    say(&t!("mode: %{a}", a = options.tier.name()));
    let filters = &options.filters;
    let regions: Vec<&str> = filters
        .regions
        .iter()
        .map(|region| region.path_string())
        .collect();
    let levels: Vec<&str> = filters.levels.iter().map(|level| level.name()).collect();
    let parts: Vec<&str> = filters.parts.iter().map(|part| part.name()).collect();
    for (name, values) in [("region", regions), ("level", levels), ("part", parts)] {
        if !values.is_empty() {
            say(&format!("{}: {}", t!(name), values.join(" | ")));
        }
    }
    for (name, ranges) in [("year", &filters.years), ("about", &filters.about)] {
        if !ranges.is_empty() {
            let ranges: Vec<String> = ranges
                .iter()
                .map(|years| format!("{}..{}", years.start(), years.end()))
                .collect();
            say(&format!("{}: {}", t!(name), ranges.join(" | ")));
        }
    }
    Ok(())
}

/// One answer on its way out.
struct Page<'a, W: Write> {
    index: &'a Index,
    query: &'a Query,
    /// Strings that stand somewhere, where the query does not.
    suggestions: Vec<Suggestion>,
    /// What must be said beside the answer.
    notices: Vec<Notice>,
    arguments: &'a SearchArguments,
    options: &'a SearchOptions,
    look: Look,
    is_terminal: bool,
    out: W,
    /// Whether all regions that were asked for are known and none is held.
    not_held: bool,
}

impl<W: Write> Page<'_, W> {
    fn export(&mut self, answer: &Answer, found: &Found) -> Result<(), Failure> {
        let basis = basis(self.index)?;
        let facets = match self.arguments.facets {
            true => Some(facets(self.index, &answer.cells, &self.options.filters)?),
            false => None,
        };
        let facets = facets.as_ref().map(json::facets);
        let understood = self.query.understood();
        let asked = format!("{understood}{}", self.arguments.matching.note());
        let method = cite::method(self.index, &asked, &self.options.filters);
        let summary = json::summary(
            self.query,
            answer,
            &self.suggestions,
            facets,
            (self.state(answer)?, &self.notices),
            &method,
            &basis,
        );
        let mut columns = place_columns();
        columns.extend([
            Column::text("kind", "/kind"),
            Column::text("match", "/match"),
            Column::number("score", "/score"),
            Column::text("text", "/text"),
            Column::text("text_hash", "/text_hash"),
        ]);
        columns.extend(source_columns());
        if self.arguments.cite {
            columns.push(Column::text("cite", "/cite"));
        }
        let is_table = matches!(self.arguments.output.format, Format::Csv | Format::Md);
        if self.arguments.count && is_table {
            // A table has no summary beside its rows.
            columns = ["occurrences", "passages", "reports", "reports_searched"]
                .map(|name| Column::number(name, format!("/{name}")))
                .into();
            columns.push(Column::text("state", "/state"));
            let export = Export {
                name: "hits",
                columns: &columns,
                rows: std::iter::once(Ok(&summary)),
                summary: serde_json::Value::Null,
                method: &method,
            };
            return export.write(&mut self.out, self.arguments.output);
        }
        let (index, arguments) = (self.index, self.arguments);
        let hits = (!arguments.count).then(|| index.hits(found));
        let export = Export {
            name: "hits",
            columns: &columns,
            rows: hits
                .into_iter()
                .flatten()
                .map(|hit| row(index, hit?, arguments)),
            summary,
            method: &method,
        };
        export.write(&mut self.out, self.arguments.output)
    }

    /// What is known of the query within the filters.
    fn state(&self, answer: &Answer) -> Result<State, IndexError> {
        let presence = Presence::within(self.index, &self.options.filters)?;
        Ok(presence.state(answer.total.passages))
    }

    fn text(&mut self, answer: &Answer, found: &Found, started: Instant) -> Result<(), Failure> {
        basis(self.index)?;
        self.hits(found)?;
        if self.arguments.facets {
            self.facets(answer)?;
        }
        let elapsed = started.elapsed();
        let places = if answer.tier == Tier::Exact {
            counted(answer.total.occurrences, "occurrence")
        } else {
            counted(answer.total.occurrences, "word")
        };
        let closing = format!(
            "{places} · {} · {}",
            counted(answer.total.passages, "passage"),
            some_of(answer.total.reports, answer.reports_searched)
        );
        let state = self.state(answer)?;
        if self.arguments.count && state.has_number() {
            writeln!(self.out, "{closing}")?;
        } else if self.arguments.count {
            // A zero would be a false one.
            writeln!(self.out, "{}", state.name())?;
        }
        self.out.flush()?;
        say_notices(&self.notices);
        if answer.total.passages == 0 {
            self.say_nothing_found(answer, state);
        } else {
            if !self.arguments.count {
                say(&format!("{closing} · {}", duration(elapsed)));
            }
            self.say_more(answer, found)?;
        }
        if answer.total.passages == 0 && self.arguments.mode.is_none() && !self.arguments.count {
            self.widen()?;
        }
        Ok(())
    }

    /// Prints the passages of one page.
    fn hits(&mut self, found: &Found) -> Result<(), Failure> {
        if self.arguments.count {
            return Ok(());
        }
        let files = FilePaths::new(self.index)?;
        let columns = self.look.columns.clamp(40, 120);
        let max_chars = self.arguments.width.unwrap_or(columns / 2 * N_TEXT_LINES);
        for hit in self.index.hits(found) {
            let hit = hit?;
            let file = files.path(hit.passage.report.root, &hit.passage.report.path);
            self.neighbours(&hit, &file, Side::Left)?;
            if self.is_terminal {
                self.block(&hit, &file, max_chars)?;
            } else {
                self.line(&hit, &file)?;
            }
            self.neighbours(&hit, &file, Side::Right)?;
            if self.is_terminal {
                writeln!(self.out)?;
            }
        }
        Ok(())
    }

    /// The passages on one side of a hit, each written when it is read.
    fn neighbours(&mut self, hit: &Hit, file: &str, side: Side) -> Result<(), Failure> {
        let n = self.arguments.context;
        for passage in self.index.passages_beside(&hit.passage, side, n) {
            match self.is_terminal {
                true => self.neighbour(&passage?)?,
                false => self.neighbour_line(passage?, file)?,
            }
        }
        Ok(())
    }

    /// A hit among piped lines.
    fn line(&mut self, hit: &Hit, file: &str) -> io::Result<()> {
        let line = hit_line(self.look, hit, file, self.arguments.width);
        write!(self.out, "{line}")?;
        if self.arguments.cite {
            write!(self.out, "\t{}", escape(&cite::reference(&hit.passage)))?;
        }
        writeln!(self.out)
    }

    /// A neighbour among piped lines: the same columns, without marks.
    fn neighbour_line(&mut self, passage: PassageView, file: &str) -> io::Result<()> {
        let hit = Hit {
            passage,
            tier: Tier::Exact,
            score: 0.0,
            spans: Vec::new(),
            lines: Vec::new(),
        };
        writeln!(
            self.out,
            "{}",
            hit_line(self.look, &hit, file, self.arguments.width)
        )
    }

    /// A neighbour on a terminal, in less weight.
    fn neighbour(&mut self, passage: &PassageView) -> io::Result<()> {
        let text = self.look.wrap(&escape(&passage.text), "  ");
        for line in text.lines() {
            writeln!(self.out, "{}", self.look.dim(line))?;
        }
        Ok(())
    }

    /// A hit on a terminal.
    fn block(&mut self, hit: &Hit, file: &str, max_chars: usize) -> io::Result<()> {
        write!(self.out, "{}", hit_block(self.look, hit, file, max_chars))?;
        if self.arguments.cite {
            writeln!(self.out, "  {}", escape(&cite::reference(&hit.passage)))?;
        }
        if self.arguments.explain {
            writeln!(
                self.out,
                "  {}",
                self.look
                    .dim(&t!("score %{a}", a = format!("{:.4}", hit.score)))
            )?;
        }
        Ok(())
    }

    /// What to say when nothing is found: what was searched, and what lies outside the filters.
    fn say_nothing_found(&self, answer: &Answer, state: State) {
        let (what, is_phrase) = match plain_phrase(self.query) {
            Some(phrase) => (phrase.typed(), true),
            None => (self.query.typed(), false),
        };
        let quotes = ['"', '\u{201c}', '\u{201d}', '\u{ff02}'];
        let what = shortened(what.trim().trim_matches(quotes));
        if self.not_held {
            return;
        }
        let searched = counted(answer.reports_searched as u64, "report");
        let mut line = match answer.tier {
            Tier::Exact if is_phrase => t!(
                "“%{what}” does not stand in the %{searched} searched",
                what = what,
                searched = searched
            )
            .into_owned(),
            Tier::Exact => t!(
                "no passage of the %{searched} searched fits “%{what}”",
                searched = searched,
                what = what
            )
            .into_owned(),
            Tier::Words => t!(
                "no passage of the %{searched} searched has all words of “%{what}”",
                searched = searched,
                what = what
            )
            .into_owned(),
            Tier::Any => t!(
                "no passage of the %{searched} searched has a word of “%{what}”",
                searched = searched,
                what = what
            )
            .into_owned(),
        };
        if self.index.reports.is_empty() {
            line = t!("the index holds no report").into_owned();
        } else if let Some(absence) = lang::absence(state, &what) {
            line = absence;
        }
        let outside = answer.outside;
        if outside.occurrences > 0 {
            // Parts and years that a passage speaks of leave out passages of reports that were searched.
            let filters = &self.options.filters;
            let noun = if filters.parts.is_empty() && filters.about.is_empty() {
                "other report"
            } else {
                "report"
            };
            line.push_str(&t!(
                "; outside the filters: %{occurrences} in %{reports}",
                occurrences = counted(outside.occurrences, "occurrence"),
                reports = counted(outside.reports, noun)
            ));
        }
        say(&line);
        self.say_suggestions();
    }

    /// Says what stands somewhere in place of each phrase that does not.
    fn say_suggestions(&self) {
        let of_one = |a: &Suggestion, b: &Suggestion| a.phrase == b.phrase;
        for near in self.suggestions.chunk_by(of_one) {
            let texts: Vec<String> = near
                .iter()
                .map(|near| format!("“{}” ({})", near.text, number(near.count.occurrences)))
                .collect();
            let phrase = near.first().map_or("", |near| &near.phrase);
            say(&t!(
                "nearest to “%{a}” that stands: %{b}",
                a = shortened(phrase),
                b = texts.join(", ")
            ));
        }
    }

    /// Points on: to the rest of the page, and to the wider answer when there is little.
    fn say_more(&self, answer: &Answer, found: &Found) -> Result<(), Failure> {
        let shown = found.n_hits() as u64;
        if shown == 0 && !self.arguments.count {
            let all = counted(answer.total.passages, "passage");
            say(&t!(
                "--offset %{a} passes over all of %{all}",
                a = self.options.offset,
                all = all
            ));
        } else if !self.arguments.count
            && shown < answer.total.passages
            && self.options.limit.is_some()
        {
            say(&t!(
                "%{a} of %{b} shown, -n 0 for all",
                a = number(shown),
                b = number(answer.total.passages)
            ));
        }
        if self.arguments.mode.is_none()
            && let Some(more) = self
                .index
                .more_with_words(self.query, self.options, answer)?
        {
            say(&t!(
                "%{a} more with all words: --mode words",
                a = number(more)
            ));
        }
        Ok(())
    }

    /// Shows the wider answer, under its own heading, after nothing exact was found.
    fn widen(&mut self) -> Result<(), Failure> {
        let limit = match self.arguments.limit {
            None => Some(N_SHOWN),
            Some(0) => None,
            limit => limit,
        };
        let options = SearchOptions {
            limit,
            ..self.options.clone()
        };
        let Some((answer, found)) = self.index.find_wider(self.query, &options)? else {
            return Ok(());
        };
        let name = match answer.tier {
            Tier::Words => t!("all words"),
            _ => t!("any word"),
        };
        let mut words = answer.words.join(" ");
        if !answer.absent_words.is_empty() {
            let absent = answer.absent_words.join(" ");
            words.push_str(&t!("; nowhere: %{a}", a = absent));
        }
        let heading = t!(
            "not exact, %{name} (%{words}): %{shown} of %{passages} · %{reports}",
            name = name,
            words = words,
            shown = number(found.n_hits() as u64),
            passages = counted(answer.total.passages, "passage"),
            reports = some_of(answer.total.reports, answer.reports_searched)
        )
        .into_owned();
        if self.is_terminal {
            writeln!(self.out, "{}\n", self.look.name(&heading))?;
        } else {
            say(&heading);
        }
        self.hits(&found)?;
        self.out.flush()?;
        Ok(())
    }

    fn facets(&mut self, answer: &Answer) -> Result<(), Failure> {
        let facets = facets(self.index, &answer.cells, &self.options.filters)?;
        write_facets(&mut self.out, self.look, &facets)?;
        Ok(())
    }
}

/// As much of a query as a message repeats.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(N_ECHOED) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn duration(elapsed: std::time::Duration) -> String {
    let ms = elapsed.as_secs_f64() * 1000.0;
    if ms < 10.0 {
        format!("{ms:.1} ms")
    } else {
        format!("{ms:.0} ms")
    }
}

/// A hit as a row, with its neighbours and its reference if they are asked for.
fn row(index: &Index, hit: Hit, arguments: &SearchArguments) -> Result<json::HitRow, Failure> {
    let texts = |side| -> Result<Vec<String>, IndexError> {
        let passages = index.passages_beside(&hit.passage, side, arguments.context);
        passages.map(|passage| Ok(passage?.text)).collect()
    };
    let is_table = matches!(arguments.output.format, Format::Csv | Format::Md);
    let context = if arguments.context > 0 && !is_table {
        Some(json::Context {
            before: texts(Side::Left)?,
            after: texts(Side::Right)?,
        })
    } else {
        None
    };
    let cite = arguments.cite.then(|| cite::reference(&hit.passage));
    Ok(json::HitRow { hit, context, cite })
}
