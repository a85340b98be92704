//! `run`: from the options to a running daemon, and its exit status.

use std::ffi::{CString, OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::cli::logging::{self, Log, Sinks};
use crate::cli::options::Options;
use crate::cli::output::err;
use crate::cli::version;
use crate::ir::global::Identity;
use crate::lower::Mode;
use crate::runtime::control::place::{self, ControlSocket};
use crate::runtime::daemon::Settings;
use crate::runtime::load::{self, Loaded, Replacement};
use crate::runtime::namespace::{self, Entered, Origin, RUN_DIRECTORY};
use crate::runtime::pid_files::{self, PidFile, PidFileError, RunDirectory};
use crate::runtime::saved_configurations;
use crate::runtime::standing;
use crate::runtime::supervisor::{self, Journal, Start, status};
use crate::runtime::systemd;
use crate::runtime::takeover::Successor;
use crate::source::Texts;
use crate::sys::daemonize::{Side, daemonize};
use crate::sys::memory;

/// Runs the daemon until it is told to stop.
pub(crate) fn run(options: &Options, arguments: &[OsString]) -> ExitCode {
    if let Err(error) = supervisor::hold_signals() {
        err!("Unable to hold signals back: {error}");
        return ExitCode::from(status::FATAL);
    }
    let successor = match Successor::on_standard_input() {
        Ok(successor) => {
            let called = arguments.first().map(Path::new).and_then(Path::file_name);
            // Whoever has started it may know the program by another name.
            if let (Some(_), Some(called)) = (&successor, called) {
                go_by(called);
            }
            successor
        }
        Err(error) => {
            err!("Unable to take the place of another daemon: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut log = logging::install(Sinks {
        console: options.log_console,
        syslog: (!options.no_syslog).then_some(options.log_facility),
        detail: options.log_detail,
        format: options.log_format,
    });
    let command_line: String =
        arguments.iter().map(|word| format!(" '{}'", word.to_string_lossy())).collect();
    tracing::info!(
        target: "Keepalived",
        "Starting Keepalived v{} (stillalive {})",
        version::KEEPALIVED,
        env!("CARGO_PKG_VERSION")
    );
    if let Ok(host) = nix::sys::utsname::uname() {
        let (release, version) =
            (host.release().to_string_lossy(), host.version().to_string_lossy());
        tracing::info!(target: "Keepalived", "Running on Linux {release} {version}");
    }
    tracing::info!(target: "Keepalived", "Command line:{command_line}");

    let reading = options.reading(Mode::Run);
    let (loaded, texts) = match load::load_apart(&options.configuration, &reading) {
        Ok(loaded) => loaded,
        Err(error) => {
            tracing::error!(target: "Keepalived", "{error}");
            return ExitCode::from(status::NO_FILE);
        }
    };
    tracing::info!(
        target: "Keepalived",
        "Configuration file {}",
        options.configuration.display()
    );
    load::log_findings(&loaded);

    let place = match Place::take(options, &loaded.config.global.identity, &log) {
        Ok(place) => place,
        Err(status) => return status,
    };
    let vrrp_pid_file =
        pid_file(options, &loaded.config.global.identity, &options.vrrp_pid_file, "vrrp");
    let mut pid_files = match claim(options, &loaded.config.global.identity, &vrrp_pid_file) {
        Ok(pid_files) => pid_files,
        Err(error @ PidFileError::Locked(_)) => {
            tracing::info!(target: "Keepalived", "{error}");
            tracing::info!(target: "Keepalived", "daemon is already running");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            tracing::error!(target: "Keepalived", "{error}");
            return ExitCode::FAILURE;
        }
    };
    if !options.foreground {
        match daemonize() {
            Ok(Side::Launcher) => {
                std::mem::forget((pid_files, place)); // they are the daemon's now
                return ExitCode::SUCCESS;
            }
            Ok(Side::Daemon) => {}
            Err(errno) => {
                err!("Unable to become a daemon: {errno}");
                return ExitCode::FAILURE;
            }
        }
    }
    log.never_wait();
    saved_configurations::save(&options.configuration, &loaded, std::process::id());
    if let Err(error) = pid_files.0.write() {
        tracing::error!(target: "Keepalived", "{error}");
        return ExitCode::FAILURE;
    }
    let settings = Settings {
        configuration: options.configuration.clone(),
        reading,
        vrrp: options.vrrp,
        vrrp_pid_file,
        name: standing::own_name(),
        log_configuration: options.log_configuration,
        detail: options.log_detail,
        ignore_sigint: options.ignore_sigint,
        keep_addresses: options.keep_addresses,
        log_addresses: options.log_addresses,
        core_dump: options.core_dump,
        umask: options.umask,
        remains: beside(options, &loaded.config.global.identity, "held"),
        drains: beside(options, &loaded.config.global.identity, "drains"),
        control: control(options, &loaded.config.global.identity),
        namespace: options.namespace.clone().or_else(|| {
            let configured = loaded.config.global.identity.net_namespace.as_ref();
            configured.map(|name| name.value.clone())
        }),
        origin: place.origin(),
        metrics: options.metrics.clone(),
        successor,
        snmp: options.snmp.clone(),
    };
    supervise(options, settings, (loaded, texts), pid_files.1.take(), &mut log)
}

/// Has the process found by that name (`pidof`).
fn go_by(name: &OsStr) {
    if let Ok(name) = CString::new(name.as_bytes()) {
        let _refused = nix::sys::prctl::set_name(&name);
    }
}

/// What the daemon has entered and made before it serves; given back when dropped.
struct Place {
    entered: Option<Entered>,
    _directory: Option<RunDirectory>,
}

impl Place {
    /// Takes the names, the network namespace and the run directory that the daemon shall have.
    fn take(options: &Options, identity: &Identity, log: &Log) -> Result<Self, ExitCode> {
        let configured = identity.net_namespace.as_ref().map(|name| &name.value);
        if let (Some(given), Some(configured)) = (&options.namespace, configured) {
            tracing::info!(
                target: "Keepalived",
                "Overriding config net_namespace '{configured}' with command line namespace '{given}'"
            );
        }
        let namespace = options.namespace.as_ref().or(configured);
        let instance = identity.instance.as_ref().map(|name| &name.value);
        let suffix: String =
            namespace.iter().chain(&instance).map(|name| format!("_{name}")).collect();
        if !suffix.is_empty() {
            tracing::info!(target: "Keepalived", "Changing syslog ident to Keepalived{suffix}");
            log.add_to_identities(suffix);
        }
        let entered = match namespace {
            None => None,
            Some(name) => match namespace::enter(name) {
                Ok(entered) => Some(entered),
                Err(error) => {
                    tracing::error!(target: "Keepalived", "{error}");
                    tracing::error!(
                        target: "Keepalived",
                        "Unable to set network namespace {name} - exiting"
                    );
                    return Err(ExitCode::SUCCESS);
                }
            },
        };
        let directory = match entered.is_none() && identity.pid_directory {
            true => RunDirectory::make().map(Some),
            false => Ok(None),
        };
        match directory {
            Ok(_directory) => Ok(Self { entered, _directory }),
            Err(error) => {
                tracing::error!(target: "Keepalived", "Unable to make {RUN_DIRECTORY}: {error}");
                Err(ExitCode::FAILURE)
            }
        }
    }

    fn origin(&self) -> Origin {
        self.entered.as_ref().map(|entered| entered.origin.clone()).unwrap_or_default()
    }
}

/// Runs the daemon as the main process; its exit status.
fn supervise(
    options: &Options,
    settings: Settings,
    (loaded, texts): (Loaded, Texts),
    pid_file: Option<PidFile>,
    journal: &mut Log,
) -> ExitCode {
    if loaded.unusable.is_some() {
        systemd::failed(nix::errno::Errno::EINVAL);
        tracing::error!(target: "Keepalived", "The configuration cannot be used: stopping");
        return ExitCode::from(status::CONFIG);
    }
    let mask = load::file_mask(options.umask, &loaded.config.global);
    let accepted = Replacement::new((loaded, texts), mask).gathered();
    // What stays is what every process has in common.
    memory::give_back();
    let respawn = options.respawn;
    let status = supervisor::run(Start { settings, accepted, respawn, pid_file, journal });
    tracing::info!(
        target: "Keepalived",
        "Stopped Keepalived v{} (stillalive {})",
        version::KEEPALIVED,
        env!("CARGO_PKG_VERSION")
    );
    ExitCode::from(status)
}

impl Journal for Log {
    fn start_thread(&mut self) {
        Self::start_thread(self);
    }

    fn finish(&mut self) {
        Self::finish(self);
    }
}

/// Where operators ask: as the command line says, else beside the pid file.
fn control(options: &Options, identity: &Identity) -> Option<ControlSocket> {
    let path = match &options.control_socket {
        Some(nowhere) if nowhere.as_os_str().is_empty() => return None,
        Some(path) => path.clone(),
        None => place::beside(&pid_file(options, identity, &options.pid_file, "keepalived")),
    };
    let path = std::path::absolute(path).ok()?;
    Some(ControlSocket { path, group: options.control_group })
}

/// Beside the pid file, which no other daemon has.
fn beside(options: &Options, identity: &Identity, extension: &str) -> Option<PathBuf> {
    std::path::absolute(pid_file(options, identity, &options.vrrp_pid_file, "vrrp"))
        .ok()
        .map(|path| path.with_extension(extension))
}

/// The pid file of a part of the daemon: as the command line says, else the usual one.
pub(crate) fn pid_file(
    options: &Options,
    identity: &Identity,
    given: &Option<PathBuf>,
    part: &str,
) -> PathBuf {
    let directory = identity.pid_directory || options.namespace.is_some();
    let instance = identity.instance.as_ref().map(|name| name.value.as_str());
    given.clone().unwrap_or_else(|| pid_files::usual_path(part, directory, instance))
}

/// Claims the pid files of the supervisor and, if it may run, of the VRRP process before anything else
/// is touched: a second daemon must not get further.
fn claim(
    options: &Options,
    identity: &Identity,
    vrrp: &Path,
) -> Result<(PidFile, Option<PidFile>), PidFileError> {
    let own = PidFile::claim(&pid_file(options, identity, &options.pid_file, "keepalived"))?;
    let vrrp = options.vrrp.then(|| PidFile::claim(vrrp)).transpose()?;
    Ok((own, vrrp))
}
