//! What keepalived makes of a finding, and the exit status of its `-t` that follows.

use crate::diag::{Diagnostic, Severity};

/// How keepalived takes what a finding is about (config-language.md 13.2 of the reference).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Verdict {
    /// It says nothing: the finding is ours alone.
    Silent,
    /// It logs a message in a normal run, which does not count and is not shown with `-t`.
    Logged,
    /// It counts an error of a fatal class: `-t` ends with 4, unless another error hides it.
    Fatal,
    /// It counts an ordinary error, a warning or a deprecation: `-t` ends with 5.
    Counted,
    /// Scripts would run without `enable_script_security`: `-t` ends with 6, whatever else there is.
    Security,
    /// An include fails that must not: `-t` ends with 6 after the global pass.
    Include,
    /// A word is missing that keepalived reads without looking: it ends with 2 at once.
    Ends,
}

impl Verdict {
    /// What holds for a finding that says nothing else: keepalived counts its errors.
    pub(super) const fn of(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Counted,
            Severity::Warning | Severity::Note => Self::Silent,
        }
    }

    /// The status of `-t` if this were the only finding.
    pub const fn status(self) -> u8 {
        match self {
            Self::Silent | Self::Logged => 0,
            Self::Ends => 2,
            Self::Fatal => 4,
            Self::Counted => 5,
            Self::Security | Self::Include => 6,
        }
    }
}

/// The status of keepalived's `-t` for a configuration with these findings, in reading order: a
/// missing word ends it at once, else the gravest class decides.
pub fn status<'a>(findings: impl IntoIterator<Item = &'a Diagnostic>) -> u8 {
    let gravest = findings.into_iter().map(|finding| finding.verdict).max();
    gravest.map_or(0, Verdict::status)
}
