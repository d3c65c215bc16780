//! `baogao search`: every passage for which an expression holds.

use super::lang::{self, counted, searched_noun, some_of};
use super::output::{OutputArguments, ask, export, refuse_together, say_beside, unexpected};
use super::{Common, Failure, FilePaths, Format, N_ECHOED, say, stdout};
use crate::cmd::lang::t;
use baogao_engine::ask::{
    Answer, Answered, Basis, Holdings, Paging, Question, SearchAnswer, SearchQuestion, Suggestion,
    Wider, plain_phrase, reference,
};
use baogao_engine::concordance::Side;
use baogao_engine::passage::PassageView;
use baogao_engine::search::{Hit, Tier};
use baogao_render::terminal::{Look, escape, hit_block, hit_line, number, write_facets};
use clap::Args;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Passages shown on a terminal, and of a wider answer, without `-n`.
const N_SHOWN: usize = 10;
/// Lines of text shown of a passage on a terminal, without `--width`.
const N_TEXT_LINES: usize = 4;

/// Arguments of `search`.
#[derive(Args)]
pub(crate) struct SearchArguments {
    #[command(flatten)]
    question: SearchQuestion,
    /// Characters of text to show of a passage; every hit is shown
    #[arg(long, value_name = "CHARS")]
    width: Option<usize>,
    /// Show the query as it is understood, and the score of each passage laid out
    #[arg(long)]
    explain: bool,
    /// Print nothing: the exit code is the answer
    #[arg(short, long)]
    quiet: bool,
    #[command(flatten)]
    output: OutputArguments,
}

pub(crate) fn run(common: &Common, arguments: &SearchArguments) -> Result<ExitCode, Failure> {
    let mut question = arguments.question.clone();
    let is_text = arguments.output.format == Format::Text;
    let is_table = matches!(arguments.output.format, Format::Csv | Format::Md);
    arguments.check()?;
    if question.facets && is_table {
        say(&t!(
            "facets do not fit into one table: --format jsonl or json has them"
        ));
    }
    if arguments.quiet {
        // Nothing is printed: nothing but the counts is needed.
        question = SearchQuestion {
            cite: false,
            context: 0,
            paging: Paging::default(),
            count: true,
            ..question
        };
    } else if is_text && common.is_page() && !question.count {
        question.paging.limit.get_or_insert(N_SHOWN);
    }
    let asked = Question::Search(question);
    ask(common, &asked, arguments.quiet, |index, answer| {
        let Answer::Search(answer) = answer else {
            return Err(unexpected());
        };
        if arguments.quiet {
            return Ok(());
        }
        if arguments.explain {
            explain(answer)?;
        }
        let basis = Basis::of(index)?;
        if !is_text {
            return export(&**answer, &basis, arguments.output, |_| true);
        }
        let mut page = Page {
            index,
            answer,
            arguments,
            look: common.look(),
            is_terminal: common.is_page(),
            out: stdout(),
        };
        page.text(&basis, Instant::now())
    })
}

impl SearchArguments {
    /// Refuses what would have no effect.
    fn check(&self) -> Result<(), Failure> {
        self.output.check(&[("width", self.width.is_some())])?;
        // No column of a table shows neighbours.
        let is_table = matches!(self.output.format, Format::Csv | Format::Md);
        let context = ("context", is_table && self.question.context > 0);
        refuse_together(self.output.format.as_typed(), &[context])
    }
}

/// What `--explain` says before the answer.
fn explain(answer: &SearchAnswer<'_>) -> Result<(), Failure> {
    let options = answer.options();
    let understood = answer.query.understood();
    say(&t!("query as understood: %{a}", a = understood));
    for part in answer.keywords()? {
        let keyword = match part.is_wanted {
            true => part.keyword,
            false => format!("NOT {}", part.keyword),
        };
        say(&t!(
            "  %{keyword}: %{occurrences} in %{passages}; words: %{words}",
            keyword = keyword,
            occurrences = counted(part.found.occurrences, "occurrence"),
            passages = counted(part.found.passages, "passage"),
            words = part.words.join(" ")
        ));
    }
    say(&t!("mode: %{a}", a = lang::mode(options.tier)));
    let filters = lang::filters(answer.method());
    if !filters.is_empty() {
        say(&t!("filters: %{a}", a = filters));
    }
    Ok(())
}

/// One answer on its way to people.
struct Page<'a, W: Write> {
    index: &'a dyn Holdings,
    answer: &'a SearchAnswer<'a>,
    arguments: &'a SearchArguments,
    look: Look,
    is_terminal: bool,
    out: W,
}

impl<W: Write> Page<'_, W> {
    fn text(&mut self, basis: &Basis, started: Instant) -> Result<(), Failure> {
        let (answer, question) = (&self.answer.answer, &self.arguments.question);
        self.hits(self.answer.hits())?;
        if question.facets {
            write_facets(&mut self.out, self.look, &self.answer.facets(None)?)?;
        }
        let elapsed = started.elapsed();
        let noun = if answer.tier == Tier::Exact {
            "occurrence"
        } else {
            "word"
        };
        let places = answer.total.places();
        let mut closing: Vec<String> = places.map(|n| counted(n, noun)).into_iter().collect();
        closing.push(counted(answer.total.passages, "passage"));
        closing.push(some_of(
            answer.total.reports,
            answer.reports_searched,
            searched_noun(self.answer.filters()),
        ));
        closing.extend(lang::not_whole(self.answer.presence));
        let closing = closing.join(" · ");
        let state = self.answer.state;
        if question.count && state.has_number() {
            writeln!(self.out, "{closing}")?;
        } else if question.count {
            // A zero would be a false one.
            writeln!(self.out, "{}", lang::state(state))?;
        }
        self.out.flush()?;
        say_beside(self.answer, basis);
        if answer.total.passages == 0 {
            self.say_nothing_found();
        } else {
            if !question.count {
                say(&format!("{closing} · {}", duration(elapsed)));
            }
            self.say_more()?;
        }
        if !question.count {
            self.widen()?;
        }
        Ok(())
    }

    /// Prints the passages of one page.
    fn hits(
        &mut self,
        hits: impl Iterator<Item = Result<Hit, baogao_engine::index::IndexError>>,
    ) -> Result<(), Failure> {
        let files = FilePaths::new(self.index)?;
        let columns = self.look.columns.clamp(40, 120);
        let max_chars = self.arguments.width.unwrap_or(columns / 2 * N_TEXT_LINES);
        for hit in hits {
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
        for passage in self.answer.beside(hit, side) {
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
        if self.arguments.question.cite {
            write!(self.out, "\t{}", escape(&reference(&hit.passage)))?;
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
        let line = hit_line(self.look, &hit, file, self.arguments.width);
        writeln!(self.out, "{line}")
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
        if self.arguments.question.cite {
            writeln!(self.out, "  {}", escape(&reference(&hit.passage)))?;
        }
        if self.arguments.explain {
            let score = t!("score %{a}", a = format!("{:.4}", hit.score));
            writeln!(self.out, "  {}", self.look.dim(&score))?;
        }
        Ok(())
    }

    /// What to say when nothing is found: what was searched, and what lies outside the filters.
    fn say_nothing_found(&self) {
        let answer = &self.answer.answer;
        let (what, is_phrase) = match plain_phrase(&self.answer.query) {
            Some(phrase) => (phrase.typed(), true),
            None => (self.answer.query.typed(), false),
        };
        let quotes = ['"', '\u{201c}', '\u{201d}', '\u{ff02}'];
        let what = shortened(what.trim().trim_matches(quotes));
        let noun = searched_noun(self.answer.filters());
        let searched = counted(answer.reports_searched as u64, noun);
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
        if self.index.reports().is_empty() {
            line = t!("the index holds no report").into_owned();
        } else if let Some(absence) = lang::absence(self.answer.state, &what) {
            line = absence;
        }
        let outside = answer.outside;
        if outside.passages > 0 {
            // Parts and years that a passage speaks of leave out passages of reports that were searched.
            let filters = self.answer.filters();
            let noun = if filters.parts.is_empty() && filters.about.is_empty() {
                "other report"
            } else {
                "report"
            };
            let found = match outside.places() {
                Some(n) => counted(n, "occurrence"),
                None => counted(outside.passages, "passage"),
            };
            line.push_str(&t!(
                "; outside the filters: %{occurrences} in %{reports}",
                occurrences = found,
                reports = counted(outside.reports, noun)
            ));
        }
        say(&line);
        self.say_suggestions();
    }

    /// Says what stands somewhere in place of each phrase that does not.
    fn say_suggestions(&self) {
        let of_one = |a: &Suggestion, b: &Suggestion| a.phrase == b.phrase;
        for near in self.answer.suggestions.chunk_by(of_one) {
            let texts: Vec<String> = near
                .iter()
                .map(|near| {
                    t!(
                        "“%{text}” (%{n})",
                        text = near.text,
                        n = number(near.count.occurrences)
                    )
                    .into_owned()
                })
                .collect();
            let phrase = near.first().map_or("", |near| &near.phrase);
            say(&t!(
                "nearest to “%{a}” that stands: %{b}",
                a = shortened(phrase),
                b = lang::listed(&texts)
            ));
        }
    }

    /// Points on: to the rest of the page, and to the wider answer when there is little.
    fn say_more(&self) -> Result<(), Failure> {
        let (answer, count) = (&self.answer.answer, self.arguments.question.count);
        let shown = self.answer.n_hits() as u64;
        if shown == 0 && !count {
            let all = counted(answer.total.passages, "passage");
            say(&t!(
                "--offset %{a} passes over all of %{all}",
                a = self.answer.options().offset,
                all = all
            ));
        } else if !count && shown < answer.total.passages && self.answer.options().limit.is_some() {
            say(&t!(
                "%{a} of %{b} shown, -n 0 for all",
                a = number(shown),
                b = number(answer.total.passages)
            ));
        }
        if let Some(more) = self.answer.more_with_words()? {
            say(&t!(
                "%{a} more with all words: --mode words",
                a = number(more)
            ));
        }
        Ok(())
    }

    /// Shows the wider answer, under its own heading, after nothing exact was found.
    fn widen(&mut self) -> Result<(), Failure> {
        let limit = match self.arguments.question.paging.limit {
            None => Some(N_SHOWN),
            Some(0) => None,
            limit => limit,
        };
        let Some(wider) = self.answer.wider(limit)? else {
            return Ok(());
        };
        let noun = searched_noun(self.answer.filters());
        let heading = wider_heading(&wider, noun);
        if self.is_terminal {
            writeln!(self.out, "{}\n", self.look.name(&heading))?;
        } else {
            say(&heading);
        }
        self.hits(self.answer.wider_hits(&wider))?;
        self.out.flush()?;
        Ok(())
    }
}

fn wider_heading(wider: &Wider, noun: &str) -> String {
    let answer = &wider.answer;
    let name = match answer.tier {
        Tier::Words => t!("all words"),
        _ => t!("any word"),
    };
    let mut words = answer.words.join(" ");
    if !answer.absent_words.is_empty() {
        let absent = answer.absent_words.join(" ");
        words.push_str(&t!("; nowhere: %{a}", a = absent));
    }
    t!(
        "not exact, %{name} (%{words}): %{shown} of %{passages} · %{reports}",
        name = name,
        words = words,
        shown = number(wider.n_hits() as u64),
        passages = counted(answer.total.passages, "passage"),
        reports = some_of(answer.total.reports, answer.reports_searched, noun)
    )
    .into_owned()
}

/// As much of a query as a message repeats.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(N_ECHOED) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn duration(elapsed: Duration) -> String {
    let ms = elapsed.as_secs_f64() * 1000.0;
    let ms = if ms < 10.0 {
        format!("{ms:.1}")
    } else {
        format!("{ms:.0}")
    };
    t!("%{n} ms", n = ms).into_owned()
}
