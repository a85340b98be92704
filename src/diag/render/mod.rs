//! Findings as text: one renderer a file. `human`, `keepalived` and `short` write one finding; the
//! others write a document about all of them.

pub mod github;
pub mod gitlab;
pub mod human;
pub mod json;
pub mod junit;
pub mod keepalived;
mod report;
pub mod sarif;
pub mod short;

pub use report::{Part, Report, RuleText, Summary, line_text, place};

#[cfg(test)]
mod tests;
