//! baogao (报告): exact full-text search and concordance for Chinese government work reports.

pub mod fold;
pub mod ingest;
pub mod region;
pub mod report;
pub mod source;
