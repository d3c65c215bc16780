//! What people are told, in English and Chinese: one table of sentences for every surface.
//!
//! In: notices, methods, states and errors, which are data. Out: sentences in the language of the moment: that of the
//! program, or of the thread that answers somebody. English texts are the keys; `locales/zh.yml` has the Chinese of each.
//! Machine output never changes.

use crate::Language;
use crate::t;
use crate::terminal::{self, at_least, number};
use baogao_engine::ask::{
    Asked, DefineAnswer, Filter, FirstAnswer, Mean, Method, Notice, Rule, Status, Unseen,
    WhyUnseen, range_of,
};
use baogao_engine::collocation::CollocateOptions;
use baogao_engine::concordance::First;
use baogao_engine::exact::WithinReach;
use baogao_engine::index::{Difference, ElsewhereFault, IndexError, ToFix, WhyKept};
use baogao_engine::query::{Filters, Problem, QueryError};
use baogao_engine::search::{Count, Tier};
use baogao_engine::stats::{Measure, Presence, Row, State, Sums};
use baogao_reading::report::Genre;

mod language;
mod reasons;

use language::CHINESE;
pub use language::{choose, has_chinese, language, said, said_with, speaking};
pub use reasons::{cause, reason, remark};

/// `1 report`, `2 reports`, `2 份报告`.
pub fn counted(n: u64, noun: &str) -> String {
    match language() {
        Language::English => terminal::counted(n, noun),
        Language::Chinese => {
            let key = format!("%{{n}} {noun}");
            t!(key.as_str(), n = number(n)).into_owned()
        }
    }
}

/// That no keyword reaches the least G².
pub fn nothing_reaches(min_g2: usize) -> String {
    t!(
        "nothing differs so much that its G² reaches %{n}: --min-g2 sets another bound",
        n = min_g2
    )
    .into_owned()
}

/// `a, b`, `a、b`.
pub fn listed<T: AsRef<str>>(items: &[T]) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    items.join(match language() {
        Language::English => ", ",
        Language::Chinese => "、",
    })
}

/// The Chinese name of a column of a table, or of a value in it that is a name of the program.
pub fn name_in_table(column: &str, value: Option<&str>) -> Option<String> {
    let key = match value {
        Some(value) => format!("| {column} | {value}"),
        None => format!("| {column}"),
    };
    let name = rust_i18n::t!(key.as_str(), locale = CHINESE);
    (name != key).then(|| name.into_owned())
}

/// The name of a rule by which something was removed or noticed.
pub fn rule_name(rule: &str) -> String {
    let chinese = match language() {
        Language::English => None,
        Language::Chinese => name_in_table("rule", Some(rule)),
    };
    chinese.unwrap_or_else(|| rule.to_owned())
}

/// What is searched, in the singular: other texts than reports are no reports.
pub fn searched_noun(filters: &Filters) -> &'static str {
    match filters.genre {
        Some(Genre::Report) => "report",
        _ => "text",
    }
}

/// `3 of 5 reports`, `5 份报告中的 3 份`.
pub fn some_of(n: u64, n_all: usize, noun: &str) -> String {
    t!(
        "%{n} of %{reports}",
        n = number(n),
        reports = counted(n_all as u64, noun)
    )
    .into_owned()
}

/// How many reports are there that are not whole, if any: what was found is the least that stands there.
pub fn not_whole(presence: Presence) -> Option<String> {
    let abridged = u64::from(presence.abridged);
    let said = || {
        t!(
            "%{reports} not whole",
            reports = counted(abridged, "report")
        )
    };
    (abridged > 0).then(|| said().into_owned())
}

/// What is wrong with a query, without its place.
pub fn query_error(error: &QueryError) -> String {
    if language() == Language::English {
        return error.to_string();
    }
    match error {
        QueryError::Empty => t!("nothing to search for").into_owned(),
        QueryError::OnlyFilters { filter } => t!(
            "`%{filter}` is a filter; write what to look for before it: 专业镇 %{filter}",
            filter = filter
        )
        .into_owned(),
        QueryError::TooLong { chars } => t!(
            "the query has %{chars} characters, at most %{max} are taken",
            chars = chars,
            max = baogao_engine::query::MAX_CHARS
        )
        .into_owned(),
        QueryError::TooManyTerms { terms } => t!(
            "the query has %{terms} terms, at most %{max} are taken",
            terms = terms,
            max = baogao_engine::query::MAX_TERMS
        )
        .into_owned(),
        QueryError::Syntax { problem, at, near } => {
            let problem = self::problem(problem);
            t!(
                "%{problem} (character %{at}: `%{near}`)",
                problem = problem,
                at = at,
                near = near
            )
            .into_owned()
        }
        QueryError::Years { given } => t!(
            "`%{given}` is not a year or a range of years; write 2024 or 2020..2024 (1949 to 2100)",
            given = given
        )
        .into_owned(),
    }
}

fn problem(problem: &Problem) -> String {
    // Each is a fixed text but for its limit, a number.
    let english = problem.to_string();
    let (key, limit) = match english
        .split_whitespace()
        .find(|word| word.parse::<u32>().is_ok())
    {
        Some(limit) if !english.contains("~30") => {
            (english.replacen(limit, "%{limit}", 1), limit.to_owned())
        }
        _ => (english.clone(), String::new()),
    };
    t!(key.as_str(), limit = limit).into_owned()
}

/// What is wrong with an index.
pub fn index_error(error: &IndexError) -> String {
    if language() == Language::English {
        return error.to_string();
    }
    match error {
        IndexError::Missing { dir } => t!("there is no index in `%{dir}`", dir = dir.display()),
        IndexError::Foreign { dir, holds: None } => t!("`%{dir}` is not an index but a file", dir = dir.display()),
        IndexError::Foreign { dir, holds: Some(name) } => {
            t!("`%{dir}` is not an index but a folder that holds `%{name}`", dir = dir.display(), name = name)
        }
        IndexError::Stranger { path, n_more: 0, .. } => {
            t!("the folder of the index holds `%{path}`, which this program did not make", path = path.display())
        }
        IndexError::Stranger { path, n_more, .. } => {
            t!("the folder of the index holds `%{path}` and %{n} more, which this program did not make", path = path.display(), n = n_more)
        }
        IndexError::WouldForget { path, why } => match why {
            WhyKept::Gone => t!("an index built anew would forget `%{path}`, which is not there", path = path.display()),
            WhyKept::Empty => t!("an index built anew would forget `%{path}`, which is there and holds nothing", path = path.display()),
            WhyKept::Unreadable(cause) => {
                t!("an index built anew would forget `%{path}`, which cannot be read: %{cause}", path = path.display(), cause = self::cause(cause))
            }
        },
        IndexError::RootInIndex { root, dir } => t!("`%{root}` lies in the folder of the index, `%{dir}`", root = root.display(), dir = dir.display()),
        IndexError::Damaged { dir, what } => t!("index `%{dir}` is damaged: %{what}", dir = dir.display(), what = self::cause(what)),
        IndexError::OtherVersions { dir, what, built, wanted } => {
            t!("index `%{dir}` was built with another %{what} (%{built}, this program has %{wanted})", dir = dir.display(), what = reason(what), built = reason(built), wanted = wanted)
        }
        IndexError::Busy { dir } => t!("index `%{dir}` is being written by another process", dir = dir.display()),
        IndexError::NoSource { path } => t!("`%{path}` does not exist", path = path.display()),
        IndexError::UnseenSource { path, cause } => t!("`%{path}` cannot be read: %{cause}", path = path.display(), cause = self::cause(cause)),
        IndexError::Elsewhere { place, fault } => return format!("{place}：{}", elsewhere(fault)),
        IndexError::Cancelled => t!("stopped; the index is as it was before"),
        IndexError::Stopped => t!("stopped before the answer was complete"),
        IndexError::Unwritten { what } => t!("the index could not be written: %{what}; it is as it was before", what = self::cause(what)),
        IndexError::Io { path, cause } => t!("`%{path}` could not be written or read: %{cause}", path = path.display(), cause = self::cause(cause)),
    }
    .into_owned()
}

/// What is wrong with an index that is held elsewhere.
fn elsewhere(fault: &ElsewhereFault) -> String {
    match fault {
        ElsewhereFault::Unreachable { cause } => {
            t!("no answer: %{cause}", cause = self::cause(cause))
        }
        ElsewhereFault::Refused { status, reason } => t!(
            "refused with status %{status}: %{reason}",
            status = status,
            reason = reason
        ),
        ElsewhereFault::Rejected { document, reason } => t!(
            "the document `%{document}` was rejected: %{reason}",
            document = document,
            reason = reason
        ),
        ElsewhereFault::Partial { answered, total } => t!(
            "only %{answered} of %{total} shards answered",
            answered = answered,
            total = total
        ),
        ElsewhereFault::TimedOut => t!("it took too long"),
        ElsewhereFault::OverLimit { limit } => t!(
            "the question was not answered within %{seconds} seconds",
            seconds = limit.as_secs_f64()
        ),
        ElsewhereFault::Blocked { index, reason } => t!(
            "nothing can be written to `%{index}`: %{reason}",
            index = index,
            reason = reason
        ),
        ElsewhereFault::Unplaced { index } => {
            t!("no node has taken the shards of `%{index}`", index = index)
        }
        ElsewhereFault::Claimed { who } => t!(
            "another run is publishing under this name: %{who}",
            who = who
        ),
        ElsewhereFault::Overtaken => {
            t!("another run has taken the place of this one, or the name was led elsewhere meanwhile")
        }
        ElsewhereFault::Garbled { what } => std::borrow::Cow::Owned(self::cause(what)),
        ElsewhereFault::TooLong { bytes } => {
            t!("an answer has more than %{bytes} bytes", bytes = bytes)
        }
        ElsewhereFault::Missing => t!("nothing is published under this name"),
        ElsewhereFault::Several { names } => t!(
            "the name leads to several indexes: %{names}",
            names = names.join("、")
        ),
        ElsewhereFault::Foreign { index } => {
            t!("`%{index}` was not made by this program", index = index)
        }
        ElsewhereFault::OtherVersions {
            what,
            built,
            wanted,
        } => {
            t!(
                "it was published with another %{what} (%{built}, this program has %{wanted})",
                what = reason(what),
                built = reason(built),
                wanted = wanted
            )
        }
        ElsewhereFault::Changed { there, published } => t!(
            "%{there} passages are there, %{published} were published",
            there = there,
            published = published
        ),
        ElsewhereFault::ChangedByOthers { index } => t!(
            "`%{index}` is not what was published: somebody changed it",
            index = index
        ),
    }
    .into_owned()
}

/// What to do about it; nothing where the fault says it.
pub fn elsewhere_hint(fault: &ElsewhereFault) -> Option<&'static str> {
    match fault {
        ElsewhereFault::Unreachable { .. } | ElsewhereFault::TimedOut => Some(
            "look whether the cluster is up and the address is right; there is no answer, nor a part of one",
        ),
        ElsewhereFault::OverLimit { .. } => Some(
            "allow more with --time-limit; there is no answer, nor a part of one: a smaller number would be wrong",
        ),
        ElsewhereFault::Blocked { .. } => Some(
            "free space on the disks of the cluster, or add a node: OpenSearch then takes the block away; publish again, it goes on where it was; readers are led where they were",
        ),
        ElsewhereFault::Unplaced { .. } => Some(
            "its disks may be full, or nodes missing: `GET _cluster/allocation/explain` says why; publish again, it goes on where it was; readers are led where they were",
        ),
        ElsewhereFault::Claimed { .. } => {
            Some("wait until it has ended, then publish again; nothing was sent")
        }
        ElsewhereFault::Overtaken => Some("publish again: what is there already is not sent again"),
        ElsewhereFault::Refused {
            status: 401 | 403, ..
        } => Some(
            "give user and password with BAOGAO_CLUSTER_USER and BAOGAO_CLUSTER_PASSWORD, --password-file, or a ~/.netrc; docs/cluster.md names the rights that are needed",
        ),
        ElsewhereFault::Partial { .. } => Some(
            "a part of the cluster is down: its administrator must bring it back; a smaller number would be wrong",
        ),
        ElsewhereFault::Missing => Some("publish an index first: `baogao publish ADDRESS`"),
        ElsewhereFault::OtherVersions { .. } => Some(
            "publish it anew with this program: `baogao publish ADDRESS`, after `baogao index`",
        ),
        ElsewhereFault::Changed { .. } | ElsewhereFault::ChangedByOthers { .. } => Some(
            "`baogao check` names what differs; remove the index of passages on the cluster and publish anew",
        ),
        ElsewhereFault::Several { .. } => {
            Some("let the alias lead to one of them, or publish under another name")
        }
        ElsewhereFault::Refused { .. }
        | ElsewhereFault::Rejected { .. }
        | ElsewhereFault::Garbled { .. }
        | ElsewhereFault::TooLong { .. }
        | ElsewhereFault::Foreign { .. } => None,
    }
}

/// How an answer was computed, for people.
pub fn method(method: &Method) -> String {
    if language() == Language::English {
        return method.to_string();
    }
    let parts = [
        format!("baogao {}", env!("CARGO_PKG_VERSION")),
        asked(method),
        filters(method),
        format!(
            "检索 {} 份文本中的 {} 份，共 {} 字",
            number(method.n_texts),
            number(method.n_reports),
            number(method.n_chars)
        ),
        format!("语料 {}", method.corpus),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}

/// What was asked, in Chinese: the kind of question in front, rules in brackets behind. What was typed stays as it is.
fn asked(method: &Method) -> String {
    let kind = match method.asked {
        Asked::Matches => "",
        Asked::Trend => "历年",
        Asked::Collocates => "搭配词",
        Asked::First => "首次出现",
        Asked::Keywords => "特征词",
        Asked::New => "新提法",
        Asked::Gone => "不再出现的提法",
        Asked::Definitions | Asked::Terms => "名词解释",
        Asked::Reports => "报告",
        Asked::Coverage => "收录情况",
        Asked::Text => "原文",
    };
    let mut said = method.expressions.clone();
    said.extend(method.with.iter().map(|typed| format!("含“{typed}”")));
    said.extend(method.without.iter().map(|typed| format!("不含“{typed}”")));
    if method.n_more > 0 {
        said.push(format!("等另 {} 项", number(method.n_more as u64)));
    }
    let rules: Vec<String> = method.rules.iter().map(rule).collect();
    let rules = match rules.is_empty() {
        true => String::new(),
        false => format!("（{}）", rules.join("，")),
    };
    let colon = if kind.is_empty() || said.is_empty() {
        ""
    } else {
        "："
    };
    format!("{kind}{colon}{}{rules}", said.join(" "))
}

/// The filters that hold: as they are written in a query; in Chinese in words.
pub fn filters(method: &Method) -> String {
    let english = language() == Language::English;
    let filters: Vec<String> = method
        .filters
        .iter()
        .map(|filter| match english {
            true => filter.to_string(),
            false => filter_in_chinese(filter),
        })
        .collect();
    filters.join(if english { " " } else { "，" })
}

fn filter_in_chinese(filter: &Filter) -> String {
    match filter {
        Filter::Region(region) => format!("地区 {}", region.path_string().trim_start_matches('/')),
        Filter::Year(years) => format!("年份 {}", range_of(years)),
        Filter::About(years) => format!("所述年份 {}", range_of(years)),
        Filter::Part(part) => format!("部分 {}", part.chinese_name()),
        Filter::Level(level) => format!("级别 {}", level.chinese_name()),
        Filter::Report(id) => format!("报告 {id}"),
        Filter::Copies => "含副本".to_owned(),
        Filter::OtherGenre => "其他文体".to_owned(),
        Filter::AnyGenre => "各种文体".to_owned(),
    }
}

/// How passages match, in a word.
pub fn mode(tier: Tier) -> String {
    match language() {
        Language::English => tier.name(),
        Language::Chinese => match tier {
            Tier::Exact => "精确",
            Tier::Words => "全部词",
            Tier::Any => "任一词",
        },
    }
    .to_owned()
}

/// By what rows are sorted, in Chinese.
fn sorted_by(measure: &str) -> String {
    let name = name_in_table(measure, None);
    let name = name.unwrap_or_else(|| measure.to_owned());
    match name.starts_with(|c: char| c.is_ascii()) {
        true => format!("按 {name} 排序"),
        false => format!("按{name}排序"),
    }
}

fn rule(rule: &Rule) -> String {
    match rule {
        Rule::Mode(tier) => mode(*tier),
        Rule::Groups(n) => format!("词组，共 {n} 个检索式"),
        Rule::AllMatches => "重叠处都计".to_owned(),
        Rule::LongestFirst => "重叠处归较长者".to_owned(),
        Rule::Literal => "逐字".to_owned(),
        Rule::Inside => "含词内".to_owned(),
        Rule::Without(ids) => format!("不计 {}", ids.join("、")),
        Rule::Sample(n, seed) => format!("随机抽取 {n} 行，种子 {seed}"),
        Rule::Smoothed(years) => format!("{years} 年平均"),
        Rule::Beside(options) => beside(options),
        Rule::SortedBy(measure) => sorted_by(measure.name()),
        Rule::Against(filters) => {
            let filters: Vec<String> = filters.iter().map(filter_in_chinese).collect();
            match filters.is_empty() {
                true => "对照：其余全部".to_owned(),
                false => format!("对照：{}", filters.join("、")),
            }
        }
        Rule::MinOccurrences(n) => format!("至少 {n} 次"),
        Rule::MinG2(n) => format!("G² 至少 {n}"),
        Rule::MaxDp(n) => format!("分布偏差至多 {n}%"),
        Rule::KeywordsBy(order) => sorted_by(order.name()),
        Rule::Lengths(from, to) => format!("{from}—{to} 字"),
        Rule::MinReports(n) => format!("至少 {n} 篇报告"),
        Rule::MinPlaces(n) => format!("至少 {n} 个地区"),
        Rule::Numbers => "含数字".to_owned(),
        Rule::Names => "含专名".to_owned(),
        Rule::AsThen => "排序不看后来的报告".to_owned(),
        Rule::Anywhere => "与所有地区比较".to_owned(),
    }
}

/// What is looked for beside an expression, in Chinese.
fn beside(options: &CollocateOptions) -> String {
    let what = match (options.strings, options.content_words) {
        (false, false) => "词",
        (false, true) => "实词",
        (true, false) => "字串",
        (true, true) => "字串（不含虚词）",
    };
    let side = match (options.sides.left, options.sides.right) {
        (true, false) => "前",
        (false, true) => "后",
        _ => "前后",
    };
    let reach = match options.reach {
        WithinReach::Chars(n) => format!("{side} {n} 字以内"),
        WithinReach::Sentence if side == "前后" => "同句".to_owned(),
        WithinReach::Sentence => format!("同句{side}文"),
    };
    let (times, reports) = (options.min_occurrences, options.min_reports);
    format!("{reach}的{what}，至少 {times} 次、{reports} 份")
}

/// What is known, for people.
pub fn state(state: State) -> String {
    t!(state.name()).into_owned()
}

/// What is said of a phrase that was not found where absence is not shown; nothing where it is.
pub fn absence(state: State, phrase: &str) -> Option<String> {
    let said = match state {
        State::Said | State::NotSaid => return None,
        State::Abridged => t!(
            "“%{phrase}” was not found in what is held, which is not whole",
            phrase = phrase
        ),
        State::Unread => t!(
            "“%{phrase}” was not found; what there is could not be read, or only in part",
            phrase = phrase
        ),
        State::None => t!(
            "no report that is held fits the filters; “%{what}” was not searched",
            what = phrase
        ),
    };
    Some(said.into_owned())
}

/// Why somebody should look at a text.
pub fn to_fix(reason: ToFix) -> String {
    match reason {
        ToFix::OtherGenre => t!("taken for another genre"),
        ToFix::NoRegion => t!("region unknown"),
        ToFix::NoYear => t!("year unknown"),
        ToFix::Contradicted => t!("what is said of region or year is at odds"),
        ToFix::ReadInPart => t!("read only in part"),
        ToFix::VainCorrection => t!("what reports.toml says of it does not count"),
    }
    .into_owned()
}

/// What is said of a term of which no definition was found.
pub fn no_definition(answer: &DefineAnswer<'_>, term: &str) -> String {
    match absence(answer.state, term) {
        Some(_) if answer.lacks_glossary => t!(
            "no report that fits the filters has a glossary; “%{term}” was not looked up",
            term = term
        )
        .into_owned(),
        Some(absence) => absence,
        None => t!("no glossary that was searched defines “%{a}”", a = term).into_owned(),
    }
}

/// How many rows have an expression; what is not known of others.
pub fn have_it(answer: &FirstAnswer<'_>) -> String {
    let n_known = answer.n_known;
    let mut said = t!(
        "%{a} of %{b} have it",
        a = number(answer.n_said as u64),
        b = number(n_known as u64)
    )
    .into_owned();
    let n_unknown = answer.firsts.len() - n_known;
    if n_unknown > 0 {
        let n = number(n_unknown as u64);
        said.push_str(&t!("; of %{n} more it is not known", n = n));
    }
    said
}

/// What is said beside a first appearance that need not be the first: before it nothing is held, or not all.
pub fn may_be_older(first: &First) -> Option<String> {
    let year = first.year?.get();
    if first.left_censored {
        let said = t!(
            "no whole report of before %{year} was read: the phrase may be older",
            year = year
        );
        return Some(said.into_owned());
    }
    let held = first.years_held.range(..year).copied();
    let next = held.clone().skip(1).chain([year]);
    let gaps = held.zip(next).filter(|(before, next)| before + 1 < *next);
    let gaps: Vec<String> = gaps
        .map(|(before, next)| match (before + 1, next - 1) {
            (from, to) if from == to => from.to_string(),
            (from, to) => format!("{from}–{to}"),
        })
        .collect();
    let said = t!(
        "no whole report of %{years} was read: the phrase may be older",
        years = listed(&gaps)
    );
    (!gaps.is_empty()).then(|| said.into_owned())
}

/// The other reports of the year of a first appearance that have it: the order within a year says little.
pub fn also_first(first: &First) -> Option<String> {
    /// Those that are named.
    const N_NAMED: usize = 3;
    let n = first.also.len();
    let named: Vec<&str> = first
        .also
        .iter()
        .take(N_NAMED)
        .map(String::as_str)
        .collect();
    let said = match n - named.len() {
        _ if n == 0 => return None,
        0 => t!(
            "in the same year also in %{reports}",
            reports = listed(&named)
        ),
        more => t!(
            "in the same year also in %{reports} and %{more}",
            reports = listed(&named),
            more = counted(more as u64, "other report")
        ),
    };
    Some(said.into_owned())
}

/// The parameter that searches what a notice says was not searched, and its value; none where it is a flag.
pub fn widening(notice: &Notice) -> Option<(&'static str, Option<&'static str>)> {
    match notice {
        Notice::OtherGenre { .. }
        | Notice::OnlyOtherGenre { .. }
        | Notice::DefinedElsewhere { .. } => Some(("genre", Some("any"))),
        Notice::CopiesLeftOut { .. } => Some(("duplicates", None)),
        _ => None,
    }
}

/// Files that could not be read, where nothing is looked for that they may say; empty for another notice.
pub fn unread(notice: &Notice) -> String {
    let Notice::Unread { files, named, .. } = notice else {
        return String::new();
    };
    let said = t!("%{a} could not be read", a = counted(*files, "file"));
    let named = shortened(named, *files);
    t!("%{said}: %{named}", said = said, named = named).into_owned()
}

/// A notice as a command line says it: with the option that searches what was not searched.
pub fn notice_with_option(notice: &Notice) -> String {
    let said = self::notice(notice);
    let option = match widening(notice) {
        None => return said,
        Some((name, Some(value))) => format!("--{name} {value}"),
        Some((name, None)) => format!("--{name}"),
    };
    t!("%{said}: %{option}", said = said, option = option).into_owned()
}

/// A notice as a sentence.
pub fn notice(notice: &Notice) -> String {
    match notice {
        Notice::RegionTaken {
            given,
            region,
            years,
            others,
        } => {
            let mut said = t!(
                "%{given} is taken as %{a} (%{b})",
                given = given,
                a = region.path_string(),
                b = region.code_string()
            )
            .into_owned();
            if let Some((from, to)) = years {
                said.push_str(&t!(
                    ", as it was called %{from}–%{to}",
                    from = from,
                    to = to
                ));
            }
            if !others.is_empty() {
                let others: Vec<&str> = others.iter().map(|other| other.path_string()).collect();
                said.push_str(&t!("; others: %{a}", a = listed(&others)));
            }
            said
        }
        Notice::NothingToCompare { gone: false } => {
            t!("no whole report of an earlier year is held: nothing can be called new").into_owned()
        }
        Notice::NothingToCompare { gone: true } => {
            t!("no whole report of these years or later ones is held: nothing can be called gone")
                .into_owned()
        }
        Notice::NothingEarlier => {
            t!("no report of an earlier year is held: nothing can have gone").into_owned()
        }
        Notice::NothingElse => t!(
            "no report is held that could be compared with: nothing can be called characteristic"
        )
        .into_owned(),
        Notice::InBoth { reports } => t!(
            "asked about and not compared with: %{n}",
            n = counted(*reports, "report")
        )
        .into_owned(),
        Notice::GapBefore { from, to } => t!(
            "no whole report of %{years} is held: what is new may be as old",
            years = range_of(&(*from..=*to))
        )
        .into_owned(),
        Notice::NotLookedAt {
            year,
            regions,
            named,
        } => t!(
            "of %{regions} no report of %{year} is held, so none was looked at: %{named}",
            regions = counted(*regions, "region"),
            year = year,
            named = shortened(named, *regions)
        )
        .into_owned(),
        Notice::NotCompared { regions, named } => t!(
            "of %{regions} no whole report is held to compare with: %{named}",
            regions = counted(*regions, "region"),
            named = shortened(named, *regions)
        )
        .into_owned(),
        Notice::NotHeld { phrase, region } => {
            let said = t!("no report of %{region} is held", region = region.name());
            of_phrase(phrase.as_deref(), &said)
        }
        Notice::OnlyOtherGenre {
            phrase,
            texts,
            named,
        } => {
            let said = t!(
                "only %{texts} of another genre held: %{named}",
                texts = counted(*texts, "text"),
                named = shortened(named, *texts)
            );
            of_phrase(phrase.as_deref(), &said)
        }
        Notice::CopiesLeftOut {
            phrase,
            reports,
            holds,
        } => {
            let copies = counted(*reports, "copy of a report");
            let said = match holds.filter(|count| count.passages > 0) {
                None => t!("%{copies} left out", copies = copies),
                Some(count) => t!(
                    "%{copies} left out, with %{n} more",
                    copies = copies,
                    n = places_or_passages(count)
                ),
            };
            of_phrase(phrase.as_deref(), &said)
        }
        Notice::OtherGenre { phrase, count } => {
            let more = t!(
                "%{n} more in %{texts} of another genre",
                n = places_or_passages(*count),
                texts = counted(count.reports, "text")
            );
            of_phrase(phrase.as_deref(), &more)
        }
        Notice::DefinedElsewhere { definitions, texts } => t!(
            "%{n} more in %{texts} of another genre",
            n = counted(*definitions, "definition"),
            texts = counted(*texts, "text")
        )
        .into_owned(),
        Notice::NoReport => t!("no report is held: all texts are searched").into_owned(),
        Notice::Unread {
            phrase,
            files,
            named,
        } => {
            let said = t!(
                "%{files} could not be read and may say it: %{named}",
                files = counted(*files, "file"),
                named = shortened(named, *files)
            );
            of_phrase(phrase.as_deref(), &said)
        }
        Notice::PartlyRead {
            phrase,
            reports,
            named,
        } => {
            let said = t!(
                "%{reports} could be read in part only: %{named}",
                reports = counted(*reports, "report"),
                named = shortened(named, *reports)
            );
            of_phrase(phrase.as_deref(), &said)
        }
        Notice::NotShown { reports } => t!(
            "%{reports} not whole, or read in part: what was not found in them may stand there",
            reports = counted(*reports, "report")
        )
        .into_owned(),
        Notice::NoSuchPart { phrase, reports } => {
            let said = t!(
                "%{reports} without such a part left out",
                reports = counted(*reports, "report")
            );
            of_phrase(phrase.as_deref(), &said)
        }
        Notice::NoSuchYear { phrase, reports } => {
            let said = t!(
                "%{reports} in which no passage speaks of such a year left out",
                reports = counted(*reports, "report")
            );
            of_phrase(phrase.as_deref(), &said)
        }
        Notice::Unplaced { reports, named } => t!(
            "%{reports} without region or year, not placed: %{named}",
            reports = counted(*reports, "report"),
            named = shortened(named, *reports)
        )
        .into_owned(),
        Notice::More { notices } => {
            t!("… and %{n} more like this", n = number(*notices)).into_owned()
        }
        Notice::Undated { reports } => t!(
            "%{a} without a year left out",
            a = counted(*reports, "report")
        )
        .into_owned(),
        Notice::Stale {
            changed: 0,
            added: 0,
            removed: 0,
            unreadable: 0,
            ..
        } => {
            // An update would change nothing: what cannot be seen is kept.
            differences(notice)
        }
        Notice::Stale { .. } => {
            t!("%{a}, run `baogao index`", a = differences(notice)).into_owned()
        }
        Notice::PartlyCompared { files, of } => t!(
            "the first %{a} of %{b} files were checked for changes: `baogao check` compares all",
            a = number(*files),
            b = number(*of)
        )
        .into_owned(),
        Notice::GivenTwice { phrase } => {
            t!("`%{a}` is given twice and counted once", a = phrase).into_owned()
        }
    }
}

/// `2 files changed`, or the kinds where there are several; then what cannot be seen. Empty for another notice.
pub fn differences(notice: &Notice) -> String {
    let Notice::Stale {
        changed,
        added,
        removed,
        unreadable,
        unseen,
    } = notice
    else {
        return String::new();
    };
    let files = |n: u64| counted(n, "file");
    let mut said: Vec<String> = Vec::new();
    match [*changed, *added, *removed, *unreadable] {
        [0, 0, 0, 0] => {}
        [n, 0, 0, 0] => said.push(t!("%{files} changed", files = files(n)).into_owned()),
        [0, n, 0, 0] => said.push(t!("%{files} added", files = files(n)).into_owned()),
        [0, 0, n, 0] => said.push(t!("%{files} removed", files = files(n)).into_owned()),
        [0, 0, 0, n] => said.push(t!("%{files} cannot be read", files = files(n)).into_owned()),
        [changed, added, removed, unreadable] => {
            said.push(
                t!(
                    "%{files} changed since the index was built (%{changed} changed, %{added} added, %{removed} removed)",
                    files = files(changed + added + removed),
                    changed = changed,
                    added = added,
                    removed = removed
                )
                .into_owned(),
            );
            if unreadable > 0 {
                said.push(t!("%{files} cannot be read", files = files(unreadable)).into_owned());
            }
        }
    }
    for Unseen { path, why } in unseen {
        let line = match why {
            WhyUnseen::Gone => t!("`%{path}` is not there", path = path),
            WhyUnseen::Empty => t!("`%{path}` is there and holds nothing", path = path),
            WhyUnseen::Unreadable => t!("`%{path}` cannot be read", path = path),
        };
        said.push(line.into_owned());
    }
    said.join(&t!("; "))
}

/// How much holds; what only excludes has passages and no places.
fn places_or_passages(count: Count) -> String {
    match count.places() {
        Some(places) => counted(places, "occurrence"),
        None => counted(count.passages, "passage"),
    }
}

/// How a file differs from what was indexed.
pub fn difference(path: &str, difference: Difference) -> String {
    match difference {
        Difference::Changed => t!("`%{path}` changed", path = path),
        Difference::Added => t!("`%{path}` added", path = path),
        Difference::Removed => t!("`%{path}` removed", path = path),
        Difference::Unreadable => t!("`%{path}` cannot be read", path = path),
    }
    .into_owned()
}

fn of_phrase(phrase: Option<&str>, said: &str) -> String {
    match phrase {
        Some(phrase) => t!("“%{phrase}”: %{said}", phrase = phrase, said = said).into_owned(),
        None => said.to_owned(),
    }
}

/// Names, and a mark where there are more.
fn shortened(named: &[String], n_all: u64) -> String {
    let names: Vec<String> = named.iter().map(|name| format!("`{name}`")).collect();
    let more = if (named.len() as u64) < n_all {
        " …"
    } else {
        ""
    };
    format!("{}{more}", listed(&names))
}

/// What stands in place of a number where none may be given.
pub fn state_mark(state: State) -> String {
    match state {
        State::Abridged => t!("abridged").into_owned(),
        State::Unread => t!("unread").into_owned(),
        State::Said | State::NotSaid | State::None => String::new(),
    }
}

/// What stands in a grid of what is held: how many texts, or what they are where none is a whole report.
pub fn coverage_mark(status: Status, n: usize) -> String {
    match status {
        Status::None => ".".to_owned(),
        Status::Unread => "u".to_owned(),
        Status::Abridged => "a".to_owned(),
        Status::Present | Status::Versions => number(n as u64),
    }
}

/// What the marks of a grid mean.
pub fn coverage_legend() -> String {
    t!(
        "“1” = a report, “2” = versions or copies, “a” = abridged or no report, “u” = unread, “.” = nothing"
    )
    .into_owned()
}

/// A cell of a matrix for people.
pub fn cell(measure: Measure, row: &Row) -> String {
    match row.numbers() {
        // Said, without a place that could be counted.
        Some(sums) if measure.of(&sums).is_none() && sums.passages > 0 => state(row.state()),
        Some(sums) => measured(measure, &sums, row.presence),
        None => state_mark(row.state()),
    }
}

/// A number for people; blank where there is none.
pub fn measured(measure: Measure, sums: &Sums, presence: Presence) -> String {
    let sign = if presence.is_incomplete() { "≥" } else { "" };
    match (measure, measure.of(sums)) {
        (_, None) => String::new(),
        (Measure::Per10k, Some(rate)) => format!("{sign}{rate:.2}"),
        (Measure::Share, Some(share)) => format!("{sign}{:.0}%", share * 100.0),
        (_, Some(n)) => at_least(n as u64, presence),
    }
}

/// The mean of the years around one, for people; blank where there is none.
pub fn mean(measure: Measure, mean: Option<Mean>) -> String {
    let Some(Mean { value, is_least }) = mean else {
        return String::new();
    };
    let sign = if is_least { "≥" } else { "" };
    match measure {
        Measure::Share => format!("{sign}{:.0}%", value * 100.0),
        _ => format!("{sign}{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// English words side by side, but for what stands between marks.
    pub(super) fn english_in(text: &str) -> Vec<String> {
        let said: String = text.split('`').step_by(2).collect::<Vec<_>>().join("`");
        let is_word = |word: &&str| word.len() > 1 && word.chars().all(|c| c.is_ascii_lowercase());
        let words: Vec<&str> = said.split(' ').collect();
        let beside = words.windows(2).filter(|pair| pair.iter().all(is_word));
        beside.map(|pair| pair.join(" ")).collect()
    }

    /// The Chinese of every text, with the line where it stands.
    fn chinese() -> impl Iterator<Item = (usize, &'static str)> {
        let lines = include_str!("../../locales/zh.yml").lines().enumerate();
        lines.filter_map(|(at, line)| Some((at + 1, line.split_once("\": \"")?.1)))
    }

    #[test]
    fn chinese_stands_apart_from_digits_and_latin() {
        /// Values that are Chinese, or begin with their blank.
        const CHINESE_VALUES: [&str; 9] = [
            "named", "kind", "what", "promised", "found", "got", "wanted", "region", "more",
        ];
        let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        let mut glued = Vec::new();
        for (line, text) in chinese().filter(|(_, text)| !text.contains("\\n")) {
            // What stands between marks or quotes is what is typed or stood there.
            let is_mark = |c: char| matches!(c, '`' | '“' | '”');
            let said: String = text.split(is_mark).step_by(2).collect::<Vec<_>>().join("…");
            let chars: Vec<char> = said.chars().collect();
            let is_glued = |pair: &[char]| match pair {
                [a, b] => {
                    is_han(*a) && b.is_ascii_alphanumeric()
                        || a.is_ascii_alphanumeric() && is_han(*b)
                }
                _ => false,
            };
            let after_han = said.split("%{").collect::<Vec<_>>();
            let is_bare = after_han.windows(2).any(|pair| match pair {
                [before, value] => {
                    let name = value.split('}').next().unwrap_or_default();
                    before.ends_with(is_han) && !CHINESE_VALUES.contains(&name)
                }
                _ => false,
            });
            if is_bare || chars.windows(2).any(is_glued) {
                glued.push((line, text));
            }
        }
        assert!(glued.is_empty(), "{glued:#?}");
    }

    #[test]
    fn one_thing_has_one_word() {
        for (other, word) in [
            ("略过", "跳过"),
            ("通配符表达式", "通配式"),
            ("个段\"", "个索引分段"),
        ] {
            let lines: Vec<_> = chinese().filter(|(_, text)| text.contains(other)).collect();
            assert!(lines.is_empty(), "{word} is the word in {lines:?}");
        }
    }

    #[test]
    fn what_comes_from_outside_is_not_read_as_a_place_for_a_value() {
        let said = t!("`%{given}` is not a level", given = "%{given} %{x}");
        assert_eq!(said, "`%{given} %{x}` is not a level");
    }
}
