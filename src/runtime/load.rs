//! From a file to a checked configuration, for the start, for `-t` and for a reload.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::thread::ScopedJoinHandle;

use crate::diag::render::keepalived;
use crate::diag::{Diagnostic, Severity};
use crate::engine::clash::clashes;
use crate::facts::Network;
use crate::ir::global::{DynamicInterfaces, Global};
use crate::ir::{self, Config, OwnLink, Script};
use crate::lower::{self, Mode, Settings, Unusable};
use crate::plan::{self, Plan};
use crate::runtime::files::Files;
use crate::runtime::iproute2::Names;
use crate::runtime::key_files;
use crate::runtime::reload_files;
use crate::runtime::scripts::Scripts;
use crate::source::{LoadError, Loader, Recorded, Recording, SourceMap, Texts};
use crate::syntax::{self, Environment, Parsed, Tree};
use crate::sys::memory;
use crate::units::{Family, IfName, Vrid};

/// keepalived's file mode mask: files are for root to read and to write.
pub const DEFAULT_FILE_MASK: u32 = 0o177;

/// A configuration that has been read, with everything that there is to say about it.
#[derive(Debug)]
pub struct Loaded {
    /// What can run.
    pub config: Config,
    /// What was found, by position.
    pub findings: Vec<Diagnostic>,
    /// What was written, as statements and blocks.
    pub tree: Tree,
    /// For turning positions into files and lines.
    pub sources: SourceMap,
    /// Why it cannot run, if it cannot: keepalived would end with its configuration status, or a key
    /// that signs cannot be read.
    pub unusable: Option<Unusable>,
    /// Something is an error.
    pub errors: bool,
}

impl Loaded {
    /// What is an error in it, in words without a place.
    fn error_messages(&self) -> BTreeSet<String> {
        let errors = self.findings.iter().filter(|found| found.severity == Severity::Error);
        errors.map(|error| error.message.clone()).collect()
    }
}

/// How a configuration is read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reading {
    /// What its conditions and variables mean.
    pub environment: Environment,
    /// How strict numbers are.
    pub mode: Mode,
}

impl Default for Reading {
    fn default() -> Self {
        Self { environment: Environment::default(), mode: Mode::Run }
    }
}

/// Reads the file and everything that it includes.
///
/// # Errors
/// The file itself cannot be read.
pub fn load(path: &Path, reading: &Reading) -> Result<Loaded, LoadError> {
    tracing::debug!(target: "Keepalived", "Opening file '{}'.", path.display());
    load_from(&Files, path, reading)
}

/// As [`load`], and gives the texts with it, for another process to read the same.
///
/// # Errors
/// The file itself cannot be read.
pub(super) fn load_recording(
    path: &Path,
    reading: &Reading,
) -> Result<(Loaded, Recorded), LoadError> {
    tracing::debug!(target: "Keepalived", "Opening file '{}'.", path.display());
    let recording = Recording::new(&Files);
    let loaded = load_from(&recording, path, reading)?;
    Ok((loaded, recording.finish()))
}

/// Reads texts that somebody else has found.
///
/// # Errors
/// The file itself could not be read.
pub fn load_from(loader: &dyn Loader, path: &Path, reading: &Reading) -> Result<Loaded, LoadError> {
    Ok(lowered(syntax::parse(loader, path, &reading.environment)?, reading))
}

/// As [`load`], with the texts, on a thread of its own that has ended when this returns: what is
/// allocated on the way, much more than what comes of it, is apart from everything that stays.
///
/// # Errors
/// The file itself cannot be read.
pub fn load_apart(path: &Path, reading: &Reading) -> Result<(Loaded, Texts), LoadError> {
    let load = || {
        let (loaded, recorded) = load_recording(path, reading)?;
        Ok((loaded, Texts::of(&recorded)))
    };
    memory::keep_little();
    std::thread::scope(|threads| {
        let reader = std::thread::Builder::new().spawn_scoped(threads, load);
        match reader.map(ScopedJoinHandle::join) {
            Ok(Ok(loaded)) => loaded,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => load(),
        }
    })
}

/// Reads a text that is at hand; `name` stands for its file.
pub fn load_text(name: &Path, text: &[u8], reading: &Reading) -> Loaded {
    lowered(syntax::parse_text_in(&name.to_string_lossy(), text, &reading.environment), reading)
}

fn lowered(mut parsed: Parsed, reading: &Reading) -> Loaded {
    let settings = Settings { mode: reading.mode, compat: reading.environment.compat };
    let mut lowered = lower::lower(&parsed.tree, parsed.sources.expanded(), settings);
    let mut sink = parsed.findings;
    sink.append(lowered.findings);
    let keyless = key_files::read(&mut lowered.config, &mut sink);
    for secret in lowered.secrets {
        parsed.sources.conceal(secret);
    }
    let errors = sink.has_errors();
    Loaded {
        config: lowered.config,
        findings: sink.into_sorted(&parsed.sources),
        tree: parsed.tree,
        sources: parsed.sources,
        unusable: lowered.unusable.max(keyless),
        errors,
    }
}

/// The findings as lines in keepalived's format.
pub fn findings(loaded: &Loaded) -> impl Iterator<Item = String> + '_ {
    loaded.findings.iter().map(|finding| keepalived::line(finding, &loaded.sources))
}

/// Writes the findings to the log.
pub fn log_findings(loaded: &Loaded) {
    for (finding, line) in loaded.findings.iter().zip(findings(loaded)) {
        match finding.severity {
            Severity::Error | Severity::Warning => tracing::info!("{line}"),
            Severity::Note => tracing::debug!("{line}"),
        }
    }
}

/// Why a new configuration does not replace the running one.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The file cannot be read.
    #[error(transparent)]
    Unreadable(#[from] LoadError),
    /// Reading it failed in a way that it should not.
    #[error("it could not be read to the end")]
    Failed,
    /// It has errors; the log names the others.
    #[error("{first}{}", others(*.more))]
    Errors {
        /// The first one, with its place.
        first: String,
        /// So many besides.
        more: usize,
    },
    /// It needs a process that was started otherwise.
    #[error("Cannot change {0} at a reload - please restart keepalived")]
    NotAtReload(&'static str),
    /// Everything would be removed.
    #[error("it has no vrrp_instance that can run, and no static entry")]
    NothingToRun,
    /// Two instances would take each other's adverts for their own.
    #[error("{0}")]
    SameVrid(Clash),
    /// An interface is not there.
    #[error("interface {0} does not exist")]
    NoInterface(IfName),
    /// A script is not there, or its user cannot run it; those that could not be run before either
    /// are no reason.
    #[error("script {0} cannot be run")]
    NoScript(String),
}

fn others(more: usize) -> String {
    match more {
        0 => String::new(),
        1 => " (and 1 more error)".to_owned(),
        more => format!(" (and {more} more errors)"),
    }
}

/// What runs, for a new configuration to be held against.
#[derive(Clone, Debug)]
pub struct Running {
    /// Its configuration.
    pub config: Arc<Config>,
    /// Its scripts that could not be run already when it was loaded.
    pub disabled: BTreeSet<Script>,
    /// What was wrong with it already: it runs in spite of that.
    pub errors: BTreeSet<String>,
    /// Its texts, for whoever asks what runs.
    pub texts: Texts,
}

impl Running {
    /// As if what was read ran.
    pub fn of(loaded: &Loaded) -> Self {
        Self {
            config: Arc::new(loaded.config.clone()),
            disabled: BTreeSet::new(),
            errors: loaded.error_messages(),
            texts: Texts::default(),
        }
    }
}

/// A configuration that may replace the running one.
#[derive(Debug, Default)]
pub struct Replacement {
    /// What shall run.
    pub config: Arc<Config>,
    /// Its scripts, looked up.
    pub scripts: Scripts,
    /// What names in its routes and rules mean.
    pub names: Names,
    /// What it changes, if something runs.
    pub plan: Option<Plan>,
    /// What is wrong with it.
    errors: BTreeSet<String>,
    /// Its texts.
    texts: Texts,
}

impl Replacement {
    /// Looks scripts and names up, and leaves out the checks that cannot be run.
    pub fn new((loaded, texts): (Loaded, Texts), umask: u32) -> Self {
        let scripts = Scripts::load(&loaded.config, umask);
        let names = Names::load(&loaded.config);
        let errors = loaded.error_messages();
        let config = Arc::new(scripts.usable(loaded.config));
        Self { config, scripts, names, plan: None, errors, texts }
    }

    /// The same with its configuration apart from all that was read with it, so that that memory can
    /// be given back.
    #[must_use]
    pub fn gathered(self) -> Self {
        let (config, texts) = (Arc::new(self.config.gathered()), self.texts.gathered());
        Self { config, texts, ..self }
    }

    /// What runs when it does.
    pub fn as_running(&self) -> Running {
        Running {
            config: Arc::clone(&self.config),
            disabled: self.scripts.disabled(),
            errors: self.errors.clone(),
            texts: self.texts.clone(),
        }
    }

    /// As [`Self::new`], for a configuration that replaces a running one. A script that cannot be run
    /// is a reason to stay with that, unless it could not be run there either.
    fn of(
        (loaded, texts): (Loaded, Texts),
        umask: u32,
        running: &Running,
    ) -> Result<Self, Refusal> {
        let scripts = Scripts::load(&loaded.config, umask);
        // It will not be run any more.
        let startup = loaded.config.global.startup.script.as_ref().map(|script| &script.value);
        let disabled = scripts.disabled();
        let mut lost = disabled.difference(&running.disabled);
        if let Some(script) = lost.find(|script| Some(*script) != startup) {
            return Err(Refusal::NoScript(script.program.clone()));
        }
        let names = Names::load(&loaded.config);
        let errors = loaded.error_messages();
        let config = Arc::new(scripts.usable(loaded.config));
        let plan = Some(Plan::between(&running.config, &config));
        Ok(Self { config, scripts, names, plan, errors, texts })
    }
}

/// Reads a new configuration and decides whether it may replace the running one. May take its time:
/// files of keys are read and users are looked up.
///
/// # Errors
/// Why it may not; what is wrong in it has been logged then.
pub(super) fn load_replacement(
    recorded: &Recorded,
    path: &Path,
    reading: &Reading,
    network: &Network,
    umask: Option<u32>,
    running: &Running,
) -> Result<Replacement, Refusal> {
    let global = &running.config.global;
    let mut loaded = load_from(recorded, path, reading)?;
    log_findings(&loaded);
    let errors = loaded.findings.iter().filter(|found| found.severity == Severity::Error);
    let lines = errors.map(|error| keepalived::line(error, &loaded.sources));
    reload_files::log_check(global, lines);
    let judged = match objection(&loaded, Some(network), Some(running)) {
        Some(refusal) => Err(refusal),
        None => {
            keep_to_mtus(&mut loaded.config, network);
            let mask = file_mask(umask, &loaded.config.global);
            Replacement::of((loaded, Texts::of(recorded)), mask, running)
        }
    };
    if judged.is_err() {
        reload_files::refer_to_check(global);
    }
    judged
}

/// Why what was read may not replace what runs, as far as the files and the host's network say. An
/// error that the running configuration has as well is none: keeping that would gain nothing.
pub fn objection(
    loaded: &Loaded,
    network: Option<&Network>,
    running: Option<&Running>,
) -> Option<Refusal> {
    let unusable = loaded.unusable.is_some();
    let known = |message: &String| running.is_some_and(|running| running.errors.contains(message));
    let mut errors = loaded
        .findings
        .iter()
        .filter(|found| found.severity == Severity::Error)
        .filter(|error| unusable || !known(&error.message))
        .map(|error| keepalived::line(error, &loaded.sources));
    match errors.next() {
        Some(first) => return Some(Refusal::Errors { first, more: errors.count() }),
        None if unusable => {
            let first = "it cannot be used".to_owned();
            return Some(Refusal::Errors { first, more: 0 });
        }
        None => {}
    }
    let config = &loaded.config;
    let global = running.map(|running| &running.config.global);
    if let Some(what) = global.and_then(|global| unchangeable(global, &config.global)) {
        return Some(Refusal::NotAtReload(what));
    }
    if !config.runs_vrrp() {
        return Some(Refusal::NothingToRun);
    }
    let network = network?;
    if let Some(name) = missing_interface(config, network) {
        return Some(Refusal::NoInterface(name));
    }
    clash(config, network).map(Refusal::SameVrid)
}

/// What the process was started with and cannot take on later, in keepalived's words.
fn unchangeable(running: &Global, new: &Global) -> Option<&'static str> {
    let first = plan::impossible(running, new).into_iter().next()?;
    Some(match first.keyword {
        "net_namespace" => "network namespace",
        "instance" => "instance name",
        "nftables" => "nftables table name",
        other => other,
    })
}

/// The file mode mask: that of the command line (`-u`), else that of `umask`, else keepalived's.
pub fn file_mask(option: Option<u32>, global: &Global) -> u32 {
    let configured = global.processes.umask.map(|mask| u32::from(mask.value));
    option.or(configured).unwrap_or(DEFAULT_FILE_MASK)
}

/// The first interface of the configuration that the host does not have, and has to have now
/// (`dynamic_interfaces`).
pub fn missing_interface(config: &Config, network: &Network) -> Option<IfName> {
    match config.global.network.dynamic_interfaces {
        DynamicInterfaces::Never => missing_interfaces(config, network).next().cloned(),
        DynamicInterfaces::MayAppear | DynamicInterfaces::MayChange => None,
    }
}

/// Takes out of adverts what they cannot hold on the interfaces of this host, and says so.
pub fn keep_to_mtus(config: &mut Config, network: &Network) {
    for instance in &mut config.instances {
        let own = instance.interface.as_deref().and_then(|name| network.interface(name));
        let mtu = own.map_or(ir::USUAL_MTU, |interface| interface.mtu);
        // Others may share it: no copy without need.
        if instance.most_addresses(mtu) < instance.addresses.len() {
            let instance = Arc::make_mut(instance);
            let moved = instance.keep_to_mtu(mtu);
            let most = instance.addresses.len();
            tracing::error!(
                "({}) Number of VIPs ({}) exceeds maximum/space available in packet (max {most} \
                 addresses) - excess moved to eVIPs",
                instance.name.value,
                most + moved
            );
        }
    }
}

/// Two instances with one VRID on one LAN. `Display` says so in keepalived's words.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{first} and {second} both use VRID {vrid} with {family} on interface {interface}")]
pub struct Clash {
    first: String,
    second: String,
    vrid: Vrid,
    family: Family,
    /// That of the first.
    interface: String,
}

/// The first clash, if interfaces must be what they are (`dynamic_interfaces allow_if_changes` lets
/// the second instance wait for a change).
pub fn clash(config: &Config, network: &Network) -> Option<Clash> {
    if config.global.network.dynamic_interfaces == DynamicInterfaces::MayChange {
        return None;
    }
    let (second, first) =
        clashes(config.instances.iter().map(AsRef::as_ref), network).into_iter().next()?;
    let (first, second) = (config.instances.get(first)?, config.instances.get(second)?);
    Some(Clash {
        first: first.name.value.clone(),
        second: second.name.value.clone(),
        vrid: *first.vrid,
        family: first.family,
        interface: first.interface.as_deref().map(ToString::to_string).unwrap_or_default(),
    })
}

/// The interfaces that the host does not have, and may get later (`dynamic_interfaces`).
pub fn awaited_interfaces(config: &Config, network: &Network) -> Vec<IfName> {
    let mut names: Vec<IfName> = missing_interfaces(config, network).cloned().collect();
    names.sort();
    names.dedup();
    names
}

/// Those that instances make for themselves need not be there.
fn missing_interfaces<'a>(
    config: &'a Config,
    network: &'a Network,
) -> impl Iterator<Item = &'a IfName> {
    let made = config.instances.iter().filter_map(|instance| {
        let name = match &instance.link.as_ref()?.value {
            OwnLink::Vmac(vmac) => &vmac.name,
            OwnLink::Ipvlan(ipvlan) => &ipvlan.name,
        };
        name.as_ref().map(|name| &name.value)
    });
    let made: Vec<&IfName> = made.collect();
    let of_groups = config.sync_groups.iter().flat_map(|group| &group.tracking.interfaces);
    let of_groups = of_groups.map(|track| &track.name);
    let of_instances = config.instances.iter().flat_map(|instance| {
        let own = instance.interface.as_ref().map(|interface| &interface.value);
        let of_addresses = instance.addresses.iter().chain(&instance.excluded);
        let tracked = instance.tracking.interfaces.iter().map(|track| &track.name);
        own.into_iter()
            .chain(of_addresses.filter_map(|address| address.interface.as_ref()))
            .chain(tracked)
    });
    of_groups
        .chain(of_instances)
        .filter(move |name| network.interface(name).is_none() && !made.contains(name))
}
