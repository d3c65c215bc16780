//! baogao (报告): exact full-text search and concordance for Chinese government work reports (政府工作报告).
//!
//! The library answers one question: *which regions said this, in which years, and where exactly?* A report
//! comes as a file, mostly a damaged one; it is repaired, placed in space and time, divided into passages and
//! indexed. A phrase is then found at every place where it stands, decided on characters and not on words.
//!
//! The program `baogao` (the root of the workspace) stands outside: what prints, reads arguments or looks at the
//! clock is there. The library does none of these.
//!
//! What goes in: the reports that [`baogao_reading`] makes of files, and questions. What comes out: an index on disk,
//! and answers as plain values ([`ask`]); `baogao-render` turns them into text and data.
//!
//! # Promises
//!
//! - A phrase is found exactly where it stands after folding: nothing more, nothing less.
//! - Nothing is printed; neither arguments, environment, clock nor current directory is read.
//! - An index is changed by its own calls alone; files that are not its own are left as they are.
//! - No type of tantivy stands in a public signature: what searches can be changed beneath its users.
//!
//! # The way of the data
//!
//! ```text
//! corpus/ ─source→ RawFile ─ingest→ clean text ─ingest→ Report ─index→ index/ ─answer→ Answer ─render→ terminal, JSON, page
//!           decode, extract, clean        detect, split             │       ↑
//!                                                                   │    Question
//!                                     exact: folded text and pairs of characters: where a phrase stands
//!                                     words: what ranks, and what widens an empty answer
//!                                     tables: what is true of whole reports, and of the files
//! ```
//!
//! # Glossary
//!
//! | word | original | meaning |
//! |---|---|---|
//! | [`Report`](baogao_reading::report::Report) | 政府工作报告 | one report of one government: what is true of the whole, and its passages |
//! | [`Region`](baogao_reading::region::Region) | 地区 | one of the administrative divisions, at one of four [`Level`](baogao_reading::region::Level)s: 国家, 省级, 地级, 县级 |
//! | [`Year`](baogao_reading::report::Year) | 年份 | the year in which a report was given: 2024 for the one that reviews 2023 |
//! | [`Evidence`](baogao_reading::report::Evidence) | 依据 | the words from which a region or a year was read |
//! | [`Passage`](baogao_reading::report::Passage) | 段落 | a paragraph, a heading, an entry of a glossary, a row of a table; what is found and counted |
//! | section path | 章节 | the headings above a passage, outermost first |
//! | [`Part`](baogao_reading::report::Part) | 部分 | opening, review (工作回顾), plan (工作安排), governance (政府自身建设), closing, glossary (名词解释), other |
//! | about | 所述年份 | the years that a passage speaks of: the year before for a review, the year itself for a plan |
//! | glossary | 名词解释 | the explanations of terms at the end of many reports; a part of its own |
//! | [`Phrase`](exact::Phrase) | 提法 | what is searched: a run of characters, compared after folding |
//! | [fold](baogao_reading::fold::fold) | 归一 | what text and query pass through before they are compared: width, case, traditional forms, quotes, spaces |
//! | occurrence | 出现 | one place of a phrase; the places of one phrase do not overlap |
//! | [`Hit`](search::Hit) | 命中 | a passage that matches, with its places |
//! | tier | 层级 | how a hit matches: exactly, by all words, by any word ([`Tier`](search::Tier)) |
//! | [`Note`](baogao_reading::report::Note) | 处理记录 | what ingestion removed or noticed |
//!
//! # A folder, a question, an answer
//!
//! ```
//! use baogao_engine::{
//!     Answer, Basis, CountQuestion, Index, Question, Scope, SearchQuestion, UpdateOptions, answer, update,
//! };
//! use std::fs;
//!
//! let folder = tempfile::tempdir()?;
//! let corpus = folder.path().join("corpus");
//! fs::create_dir(&corpus)?;
//! fs::write(
//!     corpus.join("a.txt"),
//!     "汾阳市人民政府工作报告\n\n——2024年4月22日在汾阳市第七届人民代表大会第五次会议上\n\n\
//!      各位代表：\n\n现在，我代表市人民政府向大会报告工作，请予审议。\n\n\
//!      一、2023年工作回顾\n\n白酒产业提质升级。“四上”企業达到60家，\n增长5.5%。\n\n\
//!      二、2024年重点工作\n\n打造汾酒专业镇，专业镇产值再上台阶。\n",
//! )?;
//! fs::write(
//!     corpus.join("b.txt"),
//!     "代县人民政府工作报告\n\n——2023年3月6日在代县第十七届人民代表大会第三次会议上\n\n\
//!      各位代表：\n\n现在，我代表县人民政府向大会报告工作，请予审议。\n\n\
//!      一、2022年工作回顾\n\n黄酒生产稳步增长。\n\n\
//!      二、2023年工作安排\n\n推进代州黄酒专业镇提质增效，带动全县农民增收致富。\n",
//! )?;
//!
//! let index_folder = folder.path().join("index");
//! let options = UpdateOptions { roots: vec![corpus], ..UpdateOptions::default() };
//! let summary = update(&index_folder, &options, &|_| {})?;
//! assert_eq!((summary.reports, summary.to_fix), (2, 0));
//!
//! // Whatever can be asked is a value: an expression, where to look, how much of it to give.
//! let index = Index::open(&index_folder)?;
//! let question = Question::Search(SearchQuestion {
//!     query: vec!["专业镇".to_owned()],
//!     scope: Scope { year: vec!["2024".to_owned()], ..Scope::default() },
//!     ..SearchQuestion::default()
//! });
//! let Answer::Search(found) = answer(&index, &question)? else { unreachable!() };
//! assert_eq!((found.answer.total.occurrences, found.answer.total.reports), (2, 1));
//! let best = found.hits().next().expect("something was found")?;
//! assert_eq!(best.passage.report.id, "汾阳市-2024");
//! assert_eq!(best.passage.section, ["二、2024年重点工作"]);
//! assert_eq!(&best.passage.text[best.spans[0].clone()], "专业镇");
//!
//! // Every answer has rows and a summary that serialize to the documented format, and says how it was computed.
//! let question = Question::Count(CountQuestion {
//!     query: vec!["四上企业达到60家，增长".to_owned(), "5.5%".to_owned(), "5%".to_owned()],
//!     ..CountQuestion::default()
//! });
//! let counted = answer(&index, &question)?;
//! let counted = counted.common();
//! let rows = counted.rows()?.map(|row| Ok(serde_json::to_value(&row?)?));
//! let rows: Vec<serde_json::Value> = rows.collect::<Result<_, Box<dyn std::error::Error>>>()?;
//! // Quotes, traditional forms and broken lines do not hide a phrase; a longer number does.
//! assert_eq!(rows.iter().map(|row| &row["occurrences"]).collect::<Vec<_>>(), [1, 1, 0]);
//! assert_eq!(rows[2]["state"], "not_said");
//! let basis = Basis::of(&index)?;
//! let summary = counted.summary(&basis)?;
//! assert!(serde_json::to_value(&summary)?["method"].as_str().unwrap().contains("2 of 2 texts"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where things are
//!
//! | module | what it is for |
//! |---|---|
//! | [`ask`] | questions and answers as values: the way in for every surface |
//! | [`index`] | building an index, opening it, keeping it whole |
//! | [`query`], [`exact`], [`search`] | the query language, exact places, ranked passages |
//! | [`stats`], [`concordance`], [`collocation`] | counts and states, lines, what stands beside an expression |
//! | [`strings`] | repeats in all texts, without a dictionary |
//! | [`keyness`] | strings that are characteristic of some texts beside others |
//! | [`novelty`] | phrases that stand in some texts and never in others |
//! | [`glossary`] | definitions |
//! | [`record`] | passages and tables that leave an index, and an index of some of them |
//! | [`catalogue`] | what is known without reading a text |

// In reading order: a module uses only those above it.

mod cores;

mod quick_hash;

pub mod tokenize;

pub mod highlight;

pub mod stop;

pub mod exact;

pub mod index;

pub mod passage;

pub mod query;

pub mod catalogue;

pub mod rank;

pub mod search;

pub mod stats;

pub mod strings;

pub mod novelty;

pub mod keyness;

pub mod concordance;

pub mod collocation;

pub mod glossary;

pub mod record;

pub mod ask;

pub use ask::{
    Answer, Answered, AskError, Basis, CollocatesQuestion, Column, CountQuestion, DefineQuestion,
    FirstQuestion, Holdings, KeywordsQuestion, KwicQuestion, Method, NewQuestion, Notice, Paging,
    Question, ReportsQuestion, Scope, SearchQuestion, ShowQuestion, answer,
};
pub use cores::start_cores;
pub use index::{Index, UpdateOptions, update};
