//! baogao (报告): exact full-text search and concordance for Chinese government work reports.

pub mod region;
pub mod report;
pub mod source;
pub mod fold;
pub mod ingest;
pub mod tokenize;
pub mod exact;
pub mod index;
pub mod query;
pub mod highlight;
pub mod search;
pub mod render;
