//! How long questions take, the three in turn, in a process that has them open.

use crate::Held;
use crate::contenders::Result;
use crate::contenders::measure::{Samples, seconds};
use crate::contenders::table::Table;
use crate::phrases::Phrases;
use crate::today::Today;
use baogao_engine::ask::{Holdings, Question, answer};
use baogao_engine::stop::Stop;
use serde_json::{Value, json};

/// How often one question is asked, and before times are taken.
const REPEATS: usize = 30;
const REPEATS_BEFORE: usize = 5;

/// A question of a phrase in all texts; a number counts inside a longer one too, as in a plain scan.
fn question(ask: &str, phrase: &str, more: &Value) -> Result<Question> {
    let mut question = json!({
        "ask": ask,
        "query": [format!("\"{phrase}\"")],
        "genre": "any",
        "duplicates": true,
        "inside": true,
    });
    if let (Some(fields), Value::Object(more)) = (question.as_object_mut(), more) {
        fields.extend(more.clone());
    }
    Ok(serde_json::from_value(question)?)
}

/// The rows of an answer, a line each.
fn rows(holdings: &dyn Holdings, question: &Question) -> Result<String> {
    let answer = answer(holdings, question)?;
    let mut lines = String::new();
    for row in answer.common().rows()? {
        lines += &serde_json::to_string(&*row?)?;
        lines.push('\n');
    }
    Ok(lines)
}

impl Held<'_> {
    /// The rows that the local index gives and those of the published one, which are the same; seconds of both.
    fn both(&self, question: &Question) -> Result<([f64; 2], String)> {
        let (local_time, local) = seconds(|| rows(&self.local, question));
        // Each question has a handle of its own, as each request of the page.
        let (time, published) = seconds(|| {
            let handle = self.published.with_stop(Stop::new());
            rows(&handle, question)
        });
        let (local, published) = (local?, published?);
        if local != published {
            return Err(format!("{question:?}:\nlocal\n{local}published\n{published}").into());
        }
        Ok(([local_time, time], local))
    }

    /// How many passages have a phrase, and at how many places it stands, by the local and by the published index.
    pub(crate) fn counts(&self, phrase: &str) -> Result<(u64, u64)> {
        let (_, rows) = self.both(&question("count", phrase, &Value::Null)?)?;
        let row: Value = serde_json::from_str(&rows)?;
        let number = |name: &str| row[name].as_u64();
        let counts = number("passages").zip(number("occurrences"));
        counts.ok_or_else(|| format!("{phrase} has no number: {rows}").into())
    }
}

/// Milliseconds of the local index, the published one, and OpenSearch as it is asked today.
#[derive(Default)]
struct Times([Samples; 3]);

impl Times {
    fn push(&mut self, times: [f64; 3]) {
        for (samples, time) in self.0.iter_mut().zip(times) {
            samples.push(time * 1e3);
        }
    }

    fn cells(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|samples| {
            let [p50, p99] = [0.5, 0.99].map(|share| samples.quantile(share));
            format!("{p50:.1} / {p99:.1}")
        })
    }
}

/// One kind of question.
struct Round<'n> {
    name: &'static str,
    /// Its phrase; nothing for all that were drawn.
    phrase: Option<&'static str>,
    ask: &'static str,
    /// What else our question says.
    more: Value,
    /// The same of OpenSearch as it is asked today.
    today: fn(&Today<'n>, &str) -> Result<u64>,
}

fn rounds<'n>() -> [Round<'n>; 5] {
    let twenty = || json!({"limit": 20});
    [
        Round {
            name: "count, 2 to 8 characters",
            phrase: None,
            ask: "count",
            more: Value::Null,
            today: Today::count,
        },
        Round {
            name: "best 20 with highlights, 2 to 8 characters",
            phrase: None,
            ask: "search",
            more: twenty(),
            today: Today::best,
        },
        Round {
            name: "count of 专业镇",
            phrase: Some("专业镇"),
            ask: "count",
            more: Value::Null,
            today: Today::count,
        },
        Round {
            name: "count of 发展 by region and year",
            phrase: Some("发展"),
            ask: "count",
            more: json!({"by": ["region", "year"]}),
            today: Today::by_region_and_year,
        },
        Round {
            name: "best 20 of 发展 with highlights",
            phrase: Some("发展"),
            ask: "search",
            more: twenty(),
            today: Today::best,
        },
    ]
}

/// Asks everything and prints how long it took.
pub(crate) fn measure(held: &Held, phrases: &Phrases) -> Result<()> {
    let mut table = Table::new(
        "Asking: one process, warm, one question at a time, ms, p50 / p99",
        &[
            "question",
            "asked",
            "index in a folder",
            "published index",
            "OpenSearch as today",
        ],
    );
    for round in rounds() {
        eprintln!("asking: {}", round.name);
        let (before, asked) = match round.phrase {
            Some(phrase) => (vec![phrase; REPEATS_BEFORE], vec![phrase; REPEATS]),
            None => (phrases.warming(), phrases.timed()),
        };
        let mut times = Times::default();
        for (at, phrase) in before.iter().chain(&asked).enumerate() {
            let question = question(round.ask, phrase, &round.more)?;
            let ([local, published], _) = held.both(&question)?;
            let (today, found) = seconds(|| (round.today)(&held.today, phrase));
            found?;
            if at >= before.len() {
                times.push([local, published, today]);
            }
        }
        let mut row = vec![round.name.to_owned(), asked.len().to_string()];
        row.extend(times.cells());
        table.push(row);
    }
    println!("{table}");
    Ok(())
}
