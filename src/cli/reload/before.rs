//! What a new configuration is held against: a file, or what a running daemon says that it runs.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use nix::unistd::Pid;

use crate::cli::control::client;
use crate::cli::surroundings;
use crate::control::protocol::{Ask, Problem};
use crate::control::{Answer, Configuration, Request, VERSION};
use crate::lower::Mode;
use crate::runtime::load::{self, Loaded, Reading};
use crate::runtime::takeover::Subject;
use crate::source::Texts;
use crate::syntax::Environment;

/// The name under which standard input is shown.
const STDIN: &str = "<stdin>";
/// Where keepalived's configuration is.
const USUAL: &str = "/etc/keepalived/keepalived.conf";

/// What runs.
pub(super) struct Before {
    /// What it is called.
    pub(super) name: String,
    /// Its configuration.
    pub(super) loaded: Loaded,
    /// What would be loaded, unless another file is named.
    pub(super) file: PathBuf,
    /// How that would be read.
    pub(super) reading: Reading,
    /// What the daemon is doing, if there is one.
    pub(super) now: Option<Now>,
}

/// What a daemon is doing.
pub(super) struct Now {
    /// Its VRRP process.
    pid: Pid,
    /// The state of each instance, by the name that it has now.
    pub(super) states: BTreeMap<String, String>,
}

impl Now {
    /// Whether that instance leads.
    pub(super) fn leads(&self, instance: &str) -> bool {
        self.states.get(instance).is_some_and(|state| state == "MASTER")
    }

    /// Goes where the daemon sees its interfaces, with the calling thread.
    pub(super) fn enter_network(&self) -> Result<(), String> {
        let subject = Subject::of(self.pid).map_err(|error| error.to_string())?;
        subject.enter_network().map_err(|error| format!("the network of the daemon: {error}"))
    }
}

impl Before {
    /// The file of `--against`, or the running daemon.
    pub(super) fn of(matches: &ArgMatches) -> Result<Self, String> {
        match matches.get_one::<OsString>("against") {
            Some(file) => Self::of_file(file, matches),
            None => Self::of_daemon(matches),
        }
    }

    fn of_file(file: &OsString, matches: &ArgMatches) -> Result<Self, String> {
        let environment = surroundings::environment(matches)?;
        let reading = Reading { environment, mode: Mode::Run };
        Ok(Self {
            name: file.to_string_lossy().into_owned(),
            loaded: load(file, &reading)?,
            file: USUAL.into(),
            reading,
            now: None,
        })
    }

    fn of_daemon(matches: &ArgMatches) -> Result<Self, String> {
        let Configuration {
            pid,
            file,
            directory,
            config_id,
            variables,
            random_seed,
            check_includes,
            texts,
        } = ask(matches, Ask::Configuration, |answer| answer.configuration)?;
        let status = ask(matches, Ask::Status, |answer| answer.status)?;
        let environment = Environment {
            config_id,
            variables,
            random_seed,
            check_includes,
            directory: directory.clone(),
            ..Environment::default()
        };
        let reading = Reading { environment, mode: Mode::Run };
        let recorded = Texts::from_characters(&texts).map_err(|error| error.to_string())?;
        let loaded = load::load_from(&recorded, Path::new(&file), &reading)
            .map_err(|error| format!("what the daemon says that it runs: {error}"))?;
        let states = status.instances.into_iter().map(|it| (it.name, it.state)).collect();
        let pid = i32::try_from(pid).map_err(|_| format!("there is no process {pid}"))?;
        Ok(Self {
            name: format!("process {pid}"),
            loaded,
            file: Path::new(&directory).join(file),
            reading,
            now: Some(Now { pid: Pid::from_raw(pid), states }),
        })
    }
}

/// Asks the daemon for that.
fn ask<T>(
    matches: &ArgMatches,
    ask: Ask,
    part: impl FnOnce(Answer) -> Option<T>,
) -> Result<T, String> {
    let request =
        Request { version: VERSION, ask, instance: None, all: false, seconds: None, reason: None };
    let answer = client::ask(matches, &request).map_err(|error| error.to_string())?;
    if let Some(Problem { text, .. }) = &answer.error {
        return Err(text.clone());
    }
    part(answer).ok_or_else(|| "the daemon has answered something else".to_owned())
}

/// Reads a file, or standard input.
pub(super) fn load(file: &OsString, reading: &Reading) -> Result<Loaded, String> {
    if file != "-" {
        return load::load(Path::new(file), reading).map_err(|error| error.to_string());
    }
    let mut text = Vec::new();
    std::io::stdin().read_to_end(&mut text).map_err(|error| format!("standard input: {error}"))?;
    Ok(load::load_text(Path::new(STDIN), &text, reading))
}
