//! `run`: from the options to a running daemon, and its exit status.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::cli::logging::{self, Log, Sinks};
use crate::cli::options::Options;
use crate::cli::output::err;
use crate::cli::version;
use crate::ir::global::Identity;
use crate::lower::Mode;
use crate::privileges::{Around, kept, needs};
use crate::runtime::daemon::{self, Ended, Settings};
use crate::runtime::load::{self, Loaded};
use crate::runtime::metrics::Address;
use crate::runtime::namespace::{self, Entered, Origin, RUN_DIRECTORY};
use crate::runtime::pid_files::{self, PidFile, PidFileError, RunDirectory};
use crate::runtime::privileges;
use crate::runtime::saved_configurations;
use crate::runtime::signals;
use crate::runtime::systemd;
use crate::sys::daemonize::{Side, daemonize};

/// keepalived's exit status for a configuration that cannot be used.
const STATUS_CONFIG: u8 = 2;
/// keepalived's exit status for a missing privilege.
const STATUS_PERMISSION: u8 = 4;
/// keepalived's exit status for a file that cannot be read.
const STATUS_NO_FILE: u8 = 6;

/// Runs the daemon until it is told to stop.
pub(crate) fn run(options: &Options, arguments: &[OsString]) -> ExitCode {
    signals::ignore_requests_for_files();
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
    for option in &options.without_effect {
        tracing::warn!(target: "Keepalived", "Option {option} is not supported yet and has no effect");
    }

    let loaded = match load::load_apart(&options.configuration, &options.reading(Mode::Run)) {
        Ok(loaded) => loaded,
        Err(error) => {
            tracing::error!(target: "Keepalived", "{error}");
            return ExitCode::from(STATUS_NO_FILE);
        }
    };
    tracing::info!(
        target: "Keepalived",
        "Configuration file {}",
        options.configuration.display()
    );
    load::log_findings(&loaded);
    saved_configurations::save(&options.configuration, &loaded);

    let place = match Place::take(options, &loaded.config.global.identity, &log) {
        Ok(place) => place,
        Err(status) => return status,
    };
    let mut pid_files = match claim(options, &loaded.config.global.identity) {
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
    give_up_privileges(options, &loaded);
    log.start_thread();
    let mask = load::file_mask(options.umask, &loaded.config.global);
    nix::sys::stat::umask(nix::sys::stat::Mode::from_bits_truncate(mask));
    for pid_file in &mut pid_files {
        if let Err(error) = pid_file.write() {
            tracing::error!(target: "Keepalived", "{error}");
            return ExitCode::FAILURE;
        }
    }
    serve(options, loaded, place.origin())
}

/// Gives up the capabilities that this configuration does not need, and no reload will.
fn give_up_privileges(options: &Options, loaded: &Loaded) {
    let port = match options.metrics.as_ref().map(|metrics| &metrics.address) {
        Some(Address::Tcp(address)) => Some(address.port()),
        _ => None,
    };
    let around =
        Around { port, namespace: options.namespace.clone(), core_dump: options.core_dump };
    // Nothing depends on it: what cannot be given up is told.
    if let Err(error) = privileges::reduce(&needs(&loaded.config, &around), &kept(&loaded.config)) {
        tracing::warn!("{error}");
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

fn serve(options: &Options, loaded: Loaded, origin: Origin) -> ExitCode {
    if loaded.unusable.is_some() {
        systemd::unusable();
        tracing::error!(target: "Keepalived", "The configuration cannot be used: stopping");
        return ExitCode::from(STATUS_CONFIG);
    }
    let settings = Settings {
        configuration: options.configuration.clone(),
        reading: options.reading(Mode::Run),
        vrrp: options.vrrp,
        ignore_sigint: options.ignore_sigint,
        keep_addresses: options.keep_addresses,
        log_addresses: options.log_addresses,
        core_dump: options.core_dump,
        umask: options.umask,
        remains: remains(options, &loaded.config.global.identity),
        namespace: options.namespace.clone().or_else(|| {
            let configured = loaded.config.global.identity.net_namespace.as_ref();
            configured.map(|name| name.value.clone())
        }),
        origin,
        metrics: options.metrics.clone(),
    };
    match daemon::run(settings, loaded) {
        Ok(Ended::Stopped) => {
            tracing::info!(
                target: "Keepalived",
                "Stopped Keepalived v{} (stillalive {})",
                version::KEEPALIVED,
                env!("CARGO_PKG_VERSION")
            );
            ExitCode::SUCCESS
        }
        Ok(Ended::UnusableConfiguration) => {
            systemd::unusable();
            ExitCode::from(STATUS_CONFIG)
        }
        Err(error) => {
            tracing::error!(target: "Keepalived", "{error}");
            ExitCode::from(if error.is_permission() { STATUS_PERMISSION } else { 1 })
        }
    }
}

/// Beside the pid file, which no other daemon has.
fn remains(options: &Options, identity: &Identity) -> Option<PathBuf> {
    std::path::absolute(pid_file(options, identity, &options.vrrp_pid_file, "vrrp"))
        .ok()
        .map(|path| path.with_extension("held"))
}

/// The pid file of a part of the daemon: as the command line says, else the usual one.
fn pid_file(
    options: &Options,
    identity: &Identity,
    given: &Option<PathBuf>,
    part: &str,
) -> PathBuf {
    let directory = identity.pid_directory || options.namespace.is_some();
    let instance = identity.instance.as_ref().map(|name| name.value.as_str());
    given.clone().unwrap_or_else(|| pid_files::usual_path(part, directory, instance))
}

/// Claims the pid files before anything else is touched: a second daemon must not get further.
fn claim(options: &Options, identity: &Identity) -> Result<Vec<PidFile>, PidFileError> {
    let path = |given, part| pid_file(options, identity, given, part);
    let mut claimed = vec![PidFile::claim(&path(&options.pid_file, "keepalived"))?];
    if options.vrrp {
        claimed.push(PidFile::claim(&path(&options.vrrp_pid_file, "vrrp"))?);
    }
    Ok(claimed)
}
