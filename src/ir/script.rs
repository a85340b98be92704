//! Checks that run again and again.

use std::time::Duration;

use crate::ir::{Script, ScriptUser};
use crate::units::Spanned;

/// A `vrrp_script` with a program to run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VrrpScript {
    /// Its name.
    pub name: Spanned<String>,
    /// `script`: success is exit status 0.
    pub script: Spanned<Script>,
    /// `interval` from one run to the next, 1 ms steps; a second by default.
    pub interval: Duration,
    /// `timeout`: a run that takes longer is killed and has failed; `None` means `interval`.
    pub timeout: Option<Spanned<Duration>>,
    /// `weight`: what a result does to the priority where a `track_script` line says nothing,
    /// -253..=253; 0 means FAULT after failure.
    pub weight: Spanned<i16>,
    /// `weight N reverse`: success and failure are swapped.
    pub reverse: bool,
    /// `rise`: successes in a row that make a failed check good, at least 1.
    pub rise: u32,
    /// `fall`: failures in a row that make a good check fail, at least 1.
    pub fall: u32,
    /// `user`; `None` means the default script user.
    pub user: Option<Spanned<ScriptUser>>,
    /// `init_fail`: of no effect, in keepalived neither.
    pub init_fail: bool,
}

impl VrrpScript {
    /// What is run, and by whom: the user of the block counts before that of the program.
    pub fn program(&self) -> Script {
        let user = self.user.as_ref().map(|user| user.value.clone());
        Script { user: user.or_else(|| self.script.user.clone()), ..self.script.value.clone() }
    }
}
