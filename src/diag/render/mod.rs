//! Findings as text: one renderer a file.

pub mod human;
pub mod keepalived;
pub mod short;

#[cfg(test)]
mod tests;
