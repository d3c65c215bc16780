//! Which runs of characters are worth a list: the lists of a built index made anew with other bounds, in memory, and asked.

use crate::Tables;
use crate::contenders::Result;
use crate::contenders::corpora::Corpus;
use crate::contenders::measure::{Samples, measure, run_child, seconds, sizes};
use crate::contenders::ours::phrase_of;
use crate::contenders::passages::Passages;
use crate::contenders::random::Random;
use crate::hard::hard_phrases;
use baogao_engine::exact::{ExactSegment, Phrase};
use baogao_engine::index::Index;

/// Lists for runs that stand in more than one passage in so many, and the longest run that has one, in characters; none for
/// no lists at all.
const BOUNDS: [Option<(u32, u32)>; 9] = [
    None,
    Some((25, 8)),
    Some((50, 8)),
    Some((100, 4)),
    Some((100, 6)),
    Some((100, 8)),
    Some((100, 12)),
    Some((200, 8)),
    Some((400, 8)),
];
/// Random phrases.
const PHRASES: usize = 1000;

/// Sizes, costs and times for each of the bounds, over one corpus merged to one segment.
pub(crate) fn bounds(
    corpus: &Corpus,
    passages: &Passages,
    rounds: usize,
    tables: &mut Tables,
) -> Result<()> {
    let dir = corpus.dir.join("bounds");
    run_child("index", &dir, &corpus.folders)?;
    run_child("merge", &dir, &[])?;
    let index = Index::open(&dir)?;
    let sizes = sizes(&dir);
    let of_runs = sizes.get("runs").copied().unwrap_or_default();
    let n_others = (sizes.values().sum::<u64>() - of_runs) as f64;
    let mut random = Random::new(11);
    let mut random = || {
        let n_chars = 2 + random.below(7);
        passages.random_folded(&mut random, n_chars)
    };
    let random: Vec<String> = (0..PHRASES).map(|_| random()).collect();
    let hard = hard_phrases(passages).into_iter();
    let hard: Vec<String> = hard.flat_map(|(_, phrases)| phrases).collect();
    let [random, hard] = [random, hard].map(|phrases| {
        let phrases = phrases.iter().map(|phrase| phrase_of(phrase));
        phrases.collect::<Result<Vec<Phrase>>>()
    });
    let (random, hard) = (random?, hard?);
    for bounds in BOUNDS {
        eprintln!("{}: lists of runs, {bounds:?}", corpus.name);
        let (mut segments, mut n_bytes) = (Vec::new(), 0);
        let cost = measure(|| {
            for segment in index.exact_segments() {
                let n_passages = segment.living().count() as u32;
                let (max_reads, max_chars) = match bounds {
                    Some((one_in, max_chars)) => (n_passages / one_in, max_chars),
                    None => (n_passages, 0),
                };
                let (segment, bytes) = segment.with_runs_of(max_reads, max_chars)?;
                segments.push(segment);
                n_bytes += bytes;
            }
            Ok(())
        })?;
        let (one_in, max_chars) = match bounds {
            Some((one_in, max_chars)) => (one_in.to_string(), max_chars.to_string()),
            None => ("no lists".to_owned(), "–".to_owned()),
        };
        tables.bounds.push(vec![
            corpus.name.clone(),
            one_in,
            max_chars,
            format!("{:.1}", n_bytes as f64 / 1e6),
            format!("{:.3}", n_bytes as f64 / passages.text_bytes() as f64),
            format!("{:.3}", n_bytes as f64 / (n_others + n_bytes as f64)),
            format!("{:.2}", cost.cpu),
            format!("{:.0}", cost.memory),
            times(&segments, &random, rounds),
            times(&segments, &hard, rounds),
        ]);
    }
    Ok(())
}

/// Microseconds of counting each phrase, the least of the rounds: `p50 / p99 / most`.
fn times(segments: &[ExactSegment], phrases: &[Phrase], rounds: usize) -> String {
    let count = |phrase: &Phrase| {
        let mut n = 0u64;
        for segment in segments {
            segment.occurrences(phrase, |_, places| n += u64::from(places));
        }
        n
    };
    let mut each = Samples::default();
    for phrase in phrases {
        count(phrase);
        let mut of_phrase = Samples::default();
        (0..rounds).for_each(|_| of_phrase.push(seconds(|| count(phrase)).0 * 1e6));
        each.push(of_phrase.quantile(0.0));
    }
    let shares = [0.5, 0.99, 1.0].map(|share| match each.quantile(share) {
        micros @ ..10.0 => format!("{micros:.1}"),
        micros => format!("{micros:.0}"),
    });
    shares.join(" / ")
}
