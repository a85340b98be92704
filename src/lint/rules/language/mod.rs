//! The language: comments that speak to `check` itself.

mod unknown_suppression;
mod unused_suppression;

use crate::lint::Rule;

pub(super) static RULES: &[Rule] = &[unused_suppression::RULE, unknown_suppression::RULE];
