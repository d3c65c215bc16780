//! baogao (报告): exact full-text search and concordance for Chinese government work reports.

pub mod exact;
pub mod fold;
pub mod highlight;
pub mod index;
pub mod ingest;
pub mod query;
pub mod region;
pub mod render;
pub mod report;
pub mod search;
pub mod source;
pub mod tokenize;
