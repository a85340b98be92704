//! Processes that must run.

use std::time::Duration;

use crate::units::Spanned;

/// A `vrrp_track_process` with the name of a program.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrackProcess {
    /// Its name.
    pub name: Spanned<String>,
    /// `process`: name or path of the program.
    pub process: Spanned<String>,
    /// Its arguments, as far as they are compared.
    pub parameters: Vec<Spanned<String>>,
    /// How they are.
    pub matching: ParamMatch,
    /// `full_command`: the whole command line is compared, not the program's short name.
    pub full_command: bool,
    /// `weight`: what a lost quorum does to the priority, -254..=254; 0 means FAULT.
    pub weight: Spanned<i16>,
    /// `weight N reverse`.
    pub reverse: bool,
    /// `quorum`: so many must run, 1..=65,535; 0 only by `quorum_max 0`: none may.
    pub quorum: u16,
    /// `quorum_max`: more must not, not less than `quorum`.
    pub quorum_max: Option<Spanned<u16>>,
    /// `fork_delay`, `delay`: the quorum must be there for so long, at most an hour.
    pub fork_delay: Duration,
    /// `terminate_delay`, `delay`: it must be lost for so long, at most an hour.
    pub terminate_delay: Duration,
}

/// `param_match`: how arguments are compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ParamMatch {
    /// Not at all: none were given, and nothing was said.
    #[default]
    Ignored,
    /// All of them, and no others.
    Exact,
    /// `partial`: a process may have more.
    Partial,
    /// `initial`: a process may have more, and the last one given is the start of its own.
    Initial,
}
