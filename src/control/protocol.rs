//! Requests and answers of the control socket: JSON, one request a line, one line an answer.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::control::configuration::Configuration;
use crate::control::duration::{MOST, NotADuration, spell};
use crate::control::status::Status;
use crate::engine::drain::{Command, Order, Target};
use crate::engine::snapshot::State;

/// Version of the protocol. Fields may be added to answers without another one.
pub const VERSION: u32 = 1;
/// Bytes of a request at most, with the end of its line.
pub const LONGEST_REQUEST: usize = 64 * 1024;
/// Letters of a reason at most.
const LONGEST_REASON: usize = 200;

/// A request.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// [`VERSION`].
    pub version: u32,
    /// What is asked for.
    pub ask: Ask,
    /// Of which instance; needed by commands, unless `all` says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// Of all of them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub all: bool,
    /// How long a drain lasts, in seconds; without it until somebody resumes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
    /// Why, for the log and the status of everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What can be asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ask {
    /// The status; of one instance if one is named.
    Status,
    /// The configuration that runs, with its passwords.
    Configuration,
    /// Resign, and keep away.
    Drain,
    /// Take part again.
    Resume,
    /// Resign once.
    Failover,
}

/// An answer.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Answer {
    /// [`VERSION`].
    pub version: u32,
    /// What was asked for is there, or done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// What runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration: Option<Configuration>,
    /// Whom a command has concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Vec<Concerned>>,
    /// Why there is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Problem>,
}

/// One instance that a command has concerned.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Concerned {
    /// Its name.
    pub instance: String,
    /// Its state before.
    pub before: String,
    /// Its state after.
    pub after: String,
}

/// What went wrong, for programs and for people.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Problem {
    /// A word that keeps its meaning.
    pub code: ProblemCode,
    /// One line.
    pub text: String,
}

/// Kinds of problems.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemCode {
    /// It is not a request.
    Malformed,
    /// It is too long.
    TooLong,
    /// It did not come in time.
    TooSlow,
    /// Another version of the protocol.
    Version,
    /// There is no such instance.
    UnknownInstance,
    /// The caller may not command, or see passwords.
    Forbidden,
    /// Too many ask at the same time.
    Busy,
    /// The daemon ends, or does not answer.
    Unavailable,
}

impl Problem {
    /// One with that text.
    pub fn new(code: ProblemCode, text: impl ToString) -> Self {
        Self { code, text: text.to_string() }
    }
}

impl Answer {
    /// Nothing but a problem.
    pub fn problem(problem: Problem) -> Self {
        Self { error: Some(problem), ..Self::empty() }
    }

    /// A status.
    pub fn status(status: Status) -> Self {
        Self { status: Some(status), ..Self::empty() }
    }

    /// The configuration that runs.
    pub fn configuration(configuration: Configuration) -> Self {
        Self { configuration: Some(configuration), ..Self::empty() }
    }

    /// A command was carried out: the names of those whom it has concerned, with their states before
    /// and after.
    pub fn done(concerned: impl IntoIterator<Item = (Arc<str>, State, State)>) -> Self {
        let done = concerned.into_iter().map(|(name, before, after)| Concerned {
            instance: name.to_string(),
            before: before.name().to_owned(),
            after: after.name().to_owned(),
        });
        Self { done: Some(done.collect()), ..Self::empty() }
    }

    /// There is no instance of that name.
    pub fn unknown(instance: &str) -> Self {
        let text = format!("there is no instance {instance:?}");
        Self::problem(Problem::new(ProblemCode::UnknownInstance, text))
    }

    const fn empty() -> Self {
        Self { version: VERSION, status: None, configuration: None, done: None, error: None }
    }
}

/// What a request comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wish {
    /// To be shown the status, or that of one instance.
    Status(Option<String>),
    /// To be given the configuration that runs.
    Configuration,
    /// To have something done.
    Command(Command),
}

impl Request {
    /// Reads a line. `by` is who asks, in words.
    ///
    /// # Errors
    /// It is no request, or one that makes no sense; the problem says which part of it.
    pub fn read(line: &[u8], by: &Arc<str>) -> Result<Wish, Problem> {
        let malformed = |text: &dyn std::fmt::Display| Problem::new(ProblemCode::Malformed, text);
        let request: Self = serde_json::from_slice(line)
            .map_err(|error| malformed(&format!("no request: {error}")))?;
        let Self { version, ask, instance, all, seconds, reason } = request;
        if version != VERSION {
            let text = format!("version {version} of the protocol is not known, {VERSION} is");
            return Err(Problem::new(ProblemCode::Version, text));
        }
        // It would go into the log as it is.
        if instance.as_ref().is_some_and(|name| name.chars().any(char::is_control)) {
            return Err(malformed(&"the name of an instance is one line"));
        }
        let order = match ask {
            Ask::Status if seconds.is_some() || reason.is_some() || all => {
                return Err(malformed(&"a status has no terms"));
            }
            Ask::Status => return Ok(Wish::Status(instance)),
            Ask::Configuration
                if instance.is_some() || seconds.is_some() || reason.is_some() || all =>
            {
                return Err(malformed(&"a configuration has no terms"));
            }
            Ask::Configuration => return Ok(Wish::Configuration),
            Ask::Drain => {
                if seconds.is_some_and(|seconds| !(1..=MOST).contains(&seconds)) {
                    return Err(malformed(&NotADuration::Range));
                }
                Order::Drain { lasts: seconds.map(Duration::from_secs) }
            }
            Ask::Resume | Ask::Failover if seconds.is_some() => {
                return Err(malformed(&"only a drain lasts"));
            }
            Ask::Resume => Order::Resume,
            Ask::Failover => Order::Failover,
        };
        let target = match (instance, all) {
            (Some(name), false) => Target::Instance(Arc::from(name)),
            (None, true) => Target::All,
            _ => return Err(malformed(&"a command names an instance, or says that it is for all")),
        };
        if let Some(reason) = &reason
            && (reason.chars().any(char::is_control) || reason.chars().count() > LONGEST_REASON)
        {
            let text = format!("a reason is one line of at most {LONGEST_REASON} letters");
            return Err(malformed(&text));
        }
        let reason = reason.filter(|reason| !reason.trim().is_empty()).map(Arc::from);
        Ok(Wish::Command(Command { target, order, by: Arc::clone(by), reason }))
    }
}

/// A command in words: `drain of V1 for 30m 0s`.
pub fn describe(command: &Command) -> String {
    let target = match &command.target {
        Target::All => "all instances",
        Target::Instance(name) => name,
    };
    match command.order {
        Order::Drain { lasts: None } => format!("drain of {target} until resumed"),
        Order::Drain { lasts: Some(lasts) } => format!("drain of {target} for {}", spell(lasts)),
        Order::Resume => format!("resume of {target}"),
        Order::Failover => format!("failover of {target}"),
    }
}
