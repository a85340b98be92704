//! The change itself, in an order that can be undone up to its last steps:
//!
//! 1. The pid files are put aside, so that the successor has those that it claims to itself, and the
//!    lock of the present daemon (keepalived 2.4) stays on what was put aside.
//! 2. The successor is started, and has everything ready.
//! 3. The present daemon says what it has counted and what it is doing, and is stopped where it is: the parent first, for it
//!    would start a child anew. What it said is held against the host.
//! 4. The successor begins: its adverts are out a few milliseconds later.
//! 5. The unit, if there is one, gets its new main process; the present daemon is killed, the child
//!    first, so that nobody has a chance to resign or to remove an address.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use nix::unistd::Pid;

use crate::ir::Config;
use crate::runtime::daemon::unix;
use crate::runtime::netlink;
use crate::runtime::takeover::beginning::Beginning;
use crate::runtime::takeover::counters::{Counted, counters};
use crate::runtime::takeover::exchange::Told;
use crate::runtime::takeover::judgement::{self, Refusal};
use crate::runtime::takeover::process::{Part, ProcessError, Subject};
use crate::runtime::takeover::report::{self, ReportError};
use crate::runtime::takeover::unit;

/// How often a state is asked for that has changed before the daemon was stopped.
const ATTEMPTS: u32 = 5;
/// What is added to the name of a pid file that is put aside.
const ASIDE: &str = "before-takeover";

/// What is to be done.
#[derive(Debug)]
pub struct Order<'a> {
    /// The daemon that runs.
    pub subject: &'a Subject,
    /// Its process that speaks VRRP; the main one if there is no other.
    pub vrrp: Part,
    /// What it runs with.
    pub config: &'a Config,
    /// Where it writes its state.
    pub data: PathBuf,
    /// Where it writes what it has counted.
    pub statistics: PathBuf,
    /// Its pid files, that of the main process first, as this process sees them.
    pub pid_files: Vec<PathBuf>,
    /// The program that takes its place.
    pub program: PathBuf,
    /// Only until another one is started (`handback`).
    pub caretaker: bool,
}

/// What was done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Swapped {
    /// The main process now.
    pub successor: Pid,
    /// From the stop of the former daemon to the first adverts of the new one.
    pub silence: Duration,
    /// A service manager was told.
    pub told_manager: bool,
    /// What went wrong afterwards: the change is done nevertheless.
    pub regrets: Vec<String>,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum SwapError {
    /// The processes cannot be handled.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// Its state is not to be had.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A pid file cannot be put aside.
    #[error("pid file {} cannot be put aside: {source}", path.display())]
    PidFile {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The successor does not become ready.
    #[error("the successor does not become ready (its log says why): {0}")]
    NotReady(#[source] io::Error),
    /// The host's network is not to be had.
    #[error("the interfaces cannot be listed: {0}")]
    Network(#[source] io::Error),
    /// The state changed again and again.
    #[error("its state does not hold still: {0}")]
    Restless(Refusal),
    /// The successor was told to begin, and has not.
    #[error("the successor has not begun: {0}")]
    NotBegun(#[source] io::Error),
}

/// Puts a successor in the place of a daemon.
///
/// # Errors
/// Why that could not be; the daemon runs as before then.
pub fn swap(order: &Order<'_>) -> Result<Swapped, SwapError> {
    let aside = Aside::put(&order.pid_files)?;
    let start = Beginning::start(order.subject, &order.program);
    let successor = start.map_err(SwapError::NotReady)?;
    let outcome = successor.await_ready().map_err(SwapError::NotReady);
    match outcome.and_then(|()| change(order, &successor)) {
        Ok((silence, regret)) => Ok(finish(order, aside, silence, regret)),
        Err(error) => {
            end(&order.pid_files);
            successor.abandon();
            drop(aside);
            Err(error)
        }
    }
}

/// Steps 3 and 4; the daemon goes on if they fail.
fn change(
    order: &Order<'_>,
    successor: &Beginning,
) -> Result<(Duration, Option<String>), SwapError> {
    // No reason to stop: who reads them sees a start.
    let (counted, regret) = match counters(order.vrrp, &order.statistics) {
        Ok(counted) => (counted, None),
        Err(error) => (Counted::new(), Some(format!("counters begin at zero: {error}"))),
    };
    let mut attempts = 0;
    loop {
        attempts += 1;
        let report = report::data(order.vrrp, &order.data)?;
        let frozen = Frozen::all([order.subject.main, order.vrrp])?;
        let network = netlink::dump().map_err(SwapError::Network)?;
        let wrong = judgement::misplaced(order.config, &report, &network).into_iter().next();
        match wrong {
            None => {
                let go = Told::Go(report.adoption(unix(), order.caretaker, &counted));
                successor.begin(go).map_err(SwapError::NotBegun)?;
                return Ok((frozen.keep(), regret));
            }
            Some(wrong) if attempts >= ATTEMPTS => return Err(SwapError::Restless(wrong)),
            Some(_) => drop(frozen),
        }
    }
}

/// Step 5. From here on there is no way back, and nothing that needs one.
fn finish(order: &Order<'_>, aside: Aside, silence: Duration, regret: Option<String>) -> Swapped {
    let mut regrets = Vec::from_iter(regret);
    let mut note = |what: &str, result: Result<(), String>| {
        if let Err(why) = result {
            regrets.push(format!("{what}: {why}"));
        }
    };
    let main = order.subject.main;
    let found = Subject::of_file(main_file(order)).map(|it| it.main);
    let mut told_manager = false;
    if let Ok(successor) = found {
        match unit::hand_on_main_process(order.subject, successor) {
            Ok(told) => told_manager = told,
            Err(error) => note("the service manager was not told", Err(error.to_string())),
        }
    }
    let children = [main, order.vrrp].map(Part::children).concat().into_iter();
    let orphans: Vec<Part> =
        children.filter(|part| works_for_nobody(*part, order.config)).collect();
    for part in [order.vrrp, main] {
        note("the former daemon", part.kill().map_err(|error| error.to_string()));
    }
    for part in orphans {
        let _ended_already = part.signal(Signal::SIGTERM);
    }
    aside.forget();
    let successor = found.map_or_else(
        |error| {
            note("the pid file", Err(error.to_string()));
            Pid::from_raw(0)
        },
        Part::pid,
    );
    Swapped { successor, silence, told_manager, regrets }
}

/// Checks, and readers of the pipes: the successor has its own. Notify scripts finish their work.
fn works_for_nobody(part: Part, config: &Config) -> bool {
    let fifos = &config.global.fifos;
    let pipes = [&fifos.all, &fifos.vrrp, &fifos.lvs].into_iter();
    let pipes = pipes.filter_map(|fifo| Some(fifo.path.as_ref()?.value.as_str()));
    let checks = config.vrrp_scripts.iter().map(|it| it.script.program.as_str());
    let known: Vec<&str> = pipes.chain(checks).collect();
    let words = part.arguments().unwrap_or_default();
    words.iter().any(|word| word.to_str().is_some_and(|word| known.contains(&word)))
}

/// Ends the daemon whose pid files these are, so that it removes nothing and says nothing.
pub(super) fn end(pid_files: &[PathBuf]) {
    let named = |place: usize| Some(Subject::of_file(pid_files.get(place)?).ok()?.main);
    let Some(main) = named(0) else { return };
    let vrrp = named(1).unwrap_or(main);
    if let Ok(frozen) = Frozen::all([main, vrrp]) {
        for part in [vrrp, main] {
            let _ended_already = part.kill();
        }
        frozen.keep();
    }
}

fn main_file<'a>(order: &'a Order<'_>) -> &'a Path {
    order.pid_files.first().map_or(Path::new(""), PathBuf::as_path)
}

/// Processes that stand still; dropped, they go on.
#[derive(Debug)]
pub(super) struct Frozen {
    parts: Vec<Part>,
    since: Instant,
}

impl Frozen {
    /// The parent has to be the first: it would start a child anew.
    pub(super) fn all(parts: [Part; 2]) -> Result<Self, ProcessError> {
        let mut frozen = Self { parts: Vec::new(), since: Instant::now() };
        for part in parts {
            if !frozen.parts.contains(&part) {
                // Before it has stopped: what stops late has to go on as well.
                frozen.parts.push(part);
                part.freeze()?;
            }
        }
        Ok(frozen)
    }

    /// They do not go on. Gives how long they have stood still.
    pub(super) fn keep(mut self) -> Duration {
        self.parts.clear();
        self.since.elapsed()
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        // The child first: a parent that finds it standing would do nothing about it, but who knows.
        for part in self.parts.iter().rev() {
            let _gone = part.signal(Signal::SIGCONT);
        }
    }
}

/// Pid files under other names; dropped, they get their own names back.
#[derive(Debug)]
pub(super) struct Aside(Vec<PathBuf>);

impl Aside {
    pub(super) fn put(files: &[PathBuf]) -> Result<Self, SwapError> {
        let mut aside = Self(Vec::new());
        for path in files {
            match std::fs::rename(path, named_aside(path)) {
                Ok(()) => aside.0.push(path.clone()),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(source) => return Err(SwapError::PidFile { path: path.clone(), source }),
            }
        }
        Ok(aside)
    }

    /// Nobody needs them any more.
    pub(super) fn forget(mut self) {
        for path in self.0.drain(..) {
            let _gone = std::fs::remove_file(named_aside(&path));
        }
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        for path in &self.0 {
            if let Err(error) = std::fs::rename(named_aside(path), path) {
                tracing::error!("{} does not get its name back: {error}", path.display());
            }
        }
    }
}

fn named_aside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(ASIDE);
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn pid_files_get_their_names_back_unless_they_are_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let paths = ["a.pid", "b.pid"].map(|name| folder.path().join(name));
        fs::write(&paths[0], "1\n").unwrap();
        let names = || {
            let entries = fs::read_dir(folder.path()).unwrap();
            entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>()
        };
        let aside = Aside::put(&paths).unwrap();
        assert_eq!(names(), ["a.pid.before-takeover"]);
        drop(aside);
        assert_eq!(names(), ["a.pid"]);
        Aside::put(&paths).unwrap().forget();
        assert_eq!(names(), [""; 0]);
    }
}
