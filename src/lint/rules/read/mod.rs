//! Codes that are raised while a file is read, by `syntax` and `lower`: here are their pages only.

pub(super) mod language;
pub(super) mod objects;
pub(super) mod preprocessor;
pub(super) mod scripts;
pub(super) mod tracking;
pub(super) mod values;
pub(super) mod vrrp;

/// Writes one page a code: `CODE Severity { what …, why …, instead …, bad …, good …, }`.
macro_rules! pages {
    ($($code:ident $severity:ident {
        what $what:literal, why $why:literal, instead $instead:literal,
        bad $bad:literal, good $good:literal,
    })*) => {
        pub(in crate::lint) static RULES: &[Rule] = &[$(Rule {
            code: crate::diag::Code::$code,
            severity: crate::diag::Severity::$severity,
            page: crate::lint::Page {
                what: $what, why: $why, instead: $instead, bad: $bad, good: $good,
            },
            raised: crate::lint::Raised::Reading,
        }),*];
    };
}
use pages;
