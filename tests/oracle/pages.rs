//! Pages of hits, of which no more is scored than can come on them, against all hits in their order.

use super::made::{Random, seed};
use baogao_engine::exact::MatchOptions;
use baogao_engine::index::Index;
use baogao_engine::query::Query;
use baogao_engine::search::{SearchOptions, Tier};

/// A page is a stretch of all hits in their order, to the last bit of their scores, though only what can come on it is
/// scored; the counts are those of all.
pub(crate) fn compare(index: &Index, name: &str) {
    let mut random = Random(seed() ^ 31);
    let common = [
        "发展",
        "建设",
        "的",
        "一",
        "，",
        "和 发展",
        "发展 OR 推进",
        "全面推进乡村振兴",
        "1",
    ];
    for (typed, tier) in common
        .iter()
        .flat_map(|typed| [Tier::Exact, Tier::Words, Tier::Any].map(|tier| (typed, tier)))
    {
        let query = Query::parse(typed, MatchOptions::default()).expect(typed);
        let all = SearchOptions {
            tier,
            ..SearchOptions::default()
        };
        let whole = index.search(&query, &all).expect("an answer");
        for limit in [1, 7, 20, 150] {
            let offset = [0, random.below(whole.hits.len() + 2)][random.below(2)];
            let context = format!(
                "{typed} {tier:?} {limit} after {offset} ({name}, SEED={})",
                seed()
            );
            let page = SearchOptions {
                limit: Some(limit),
                offset,
                ..all.clone()
            };
            let page = index.search(&query, &page).expect("an answer");
            let wanted: Vec<_> = whole.hits.iter().skip(offset).take(limit).collect();
            assert_eq!(page.hits.len(), wanted.len(), "{context}");
            for (hit, wanted) in page.hits.iter().zip(wanted) {
                assert_eq!(hit.passage.id(), wanted.passage.id(), "{context}");
                assert_eq!(hit.score.to_bits(), wanted.score.to_bits(), "{context}");
                assert_eq!(hit.spans, wanted.spans, "{context}");
                assert_eq!(hit.lines, wanted.lines, "{context}");
            }
            assert_eq!(page.total, whole.total, "{context}");
            assert_eq!(page.cells, whole.cells, "{context}");
        }
    }
}
