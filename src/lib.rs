//! baogao (报告): exact full-text search and concordance for Chinese government work reports.

// In reading order: a module uses only those above it.

pub mod region;

pub mod report;

pub mod source;

pub mod ingest;

pub mod fold;

pub mod tokenize;

pub mod exact;

pub mod index;

pub mod query;

pub mod highlight;

pub mod search;

pub mod stats;

pub mod render;
