//! Which Linux capabilities (capabilities(7)) a configuration needs, and why.
//!
//! Pure: from the configuration to a list. Giving up the others is `runtime/privileges.rs`.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::fmt;

use crate::ir::global::AutoPriority;
use crate::ir::{Config, ScriptUser};

/// A capability that something in the daemon may need.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Capability {
    /// Addresses, routes, rules, interfaces, packet filter, network settings.
    NetAdmin,
    /// Raw and packet sockets.
    NetRaw,
    /// Ports below 1024.
    NetBindService,
    /// Another user.
    SetUid,
    /// Another group, and supplementary groups.
    SetGid,
    /// Signals to processes of other users.
    Kill,
    /// Priority among processes.
    SysNice,
    /// Memory that is not swapped out.
    IpcLock,
    /// Limits above those that it was started with.
    SysResource,
    /// Network namespaces.
    SysAdmin,
    /// Files and folders of other users.
    DacOverride,
    /// Files that are given to others.
    Chown,
    /// Files of others in folders such as `/tmp`.
    FOwner,
    /// Processes of others where `/proc` is mounted with `hidepid`.
    SysPtrace,
}

impl Capability {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::NetAdmin,
        Self::NetRaw,
        Self::NetBindService,
        Self::SetUid,
        Self::SetGid,
        Self::Kill,
        Self::SysNice,
        Self::IpcLock,
        Self::SysResource,
        Self::SysAdmin,
        Self::DacOverride,
        Self::Chown,
        Self::FOwner,
        Self::SysPtrace,
    ];

    /// What only starting and ending the scripts of other users takes.
    pub const OF_SCRIPTS: [Self; 3] = [Self::SetUid, Self::SetGid, Self::Kill];

    /// What a reload may bring the need of: scripts, users, priorities, files.
    const FOR_RELOADS: [Self; 11] = [
        Self::NetAdmin,
        Self::NetRaw,
        Self::SetUid,
        Self::SetGid,
        Self::Kill,
        Self::SysNice,
        Self::IpcLock,
        Self::SysResource,
        Self::DacOverride,
        Self::Chown,
        Self::FOwner,
    ];

    /// As capabilities(7) and systemd write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NetAdmin => "CAP_NET_ADMIN",
            Self::NetRaw => "CAP_NET_RAW",
            Self::NetBindService => "CAP_NET_BIND_SERVICE",
            Self::SetUid => "CAP_SETUID",
            Self::SetGid => "CAP_SETGID",
            Self::Kill => "CAP_KILL",
            Self::SysNice => "CAP_SYS_NICE",
            Self::IpcLock => "CAP_IPC_LOCK",
            Self::SysResource => "CAP_SYS_RESOURCE",
            Self::SysAdmin => "CAP_SYS_ADMIN",
            Self::DacOverride => "CAP_DAC_OVERRIDE",
            Self::Chown => "CAP_CHOWN",
            Self::FOwner => "CAP_FOWNER",
            Self::SysPtrace => "CAP_SYS_PTRACE",
        }
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A capability that is needed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Need {
    /// Which.
    pub capability: Capability,
    /// Why, one reason each.
    pub reasons: Vec<String>,
}

/// What the command line adds to the configuration.
#[derive(Clone, Debug, Default)]
pub struct Around {
    /// A port that is listened on (`--metrics`).
    pub port: Option<u16>,
    /// The network namespace of the command line.
    pub namespace: Option<String>,
    /// Core files are asked for.
    pub core_dump: bool,
}

/// What a process that has it keeps besides what it needs: what has been given up does not come back
/// for a reload, and some hosts ask for more than others.
pub fn kept(config: &Config) -> Vec<Capability> {
    let mut kept = Capability::FOR_RELOADS.to_vec();
    if !config.track_processes.is_empty() {
        kept.push(Capability::SysPtrace);
    }
    kept
}

/// What this configuration needs, in the order of [`Capability::ALL`].
pub fn needs(config: &Config, around: &Around) -> Vec<Need> {
    let mut found = Found::default();
    network(config, around, &mut found);
    scripts(config, &mut found);
    process(config, around, &mut found);
    files(config, &mut found);
    Capability::ALL
        .into_iter()
        .filter_map(|capability| {
            let of_it = found.0.iter().filter(|(needed, _)| *needed == capability);
            let mut reasons: Vec<String> = Vec::new();
            for (_, reason) in of_it {
                if !reasons.contains(reason) {
                    reasons.push(reason.clone());
                }
            }
            (!reasons.is_empty()).then_some(Need { capability, reasons })
        })
        .collect()
}

/// Reasons in the order in which they were found.
#[derive(Default)]
struct Found(Vec<(Capability, String)>);

impl Found {
    fn add(&mut self, capability: Capability, reason: impl Into<String>) {
        self.0.push((capability, reason.into()));
    }
}

fn network(config: &Config, around: &Around, found: &mut Found) {
    if config.runs_vrrp() {
        let names = config.instances.iter().map(|instance| instance.name.value.as_str());
        let names: Vec<_> = names.collect();
        let whose = match names.as_slice() {
            [] => String::from("static entries"),
            [one] => format!("vrrp_instance {one}"),
            [first, rest @ ..] => format!("vrrp_instance {first} and {} more", rest.len()),
        };
        found.add(Capability::NetAdmin, format!("addresses are set on interfaces: {whose}"));
        if !names.is_empty() {
            found.add(Capability::NetRaw, format!("adverts on raw sockets: {whose}"));
            found.add(Capability::NetRaw, "gratuitous ARP and neighbour advertisements");
        }
    }
    for instance in &config.instances {
        let name = &instance.name.value;
        if instance.link.is_some() || instance.vmac_for_addresses {
            found.add(Capability::NetAdmin, format!("{name} makes an interface of its own"));
        }
        if !instance.accept {
            found.add(Capability::NetAdmin, format!("{name} has a packet filter (no_accept)"));
        }
    }
    for process in &config.track_processes {
        let name = &process.name.value;
        found.add(
            Capability::NetAdmin,
            format!("vrrp_track_process {name} listens to the kernel's process events"),
        );
    }
    if let Some(port) = around.port.filter(|port| (1..1024).contains(port)) {
        found.add(Capability::NetBindService, format!("--metrics on port {port}"));
    }
}

fn scripts(config: &Config, found: &mut Found) {
    let default = config.global.script_user.as_ref().map(|user| &user.value);
    for named in config.script_uses() {
        let what = format!("{} {}", named.keyword, named.script.value.program);
        found.add(Capability::SetGid, format!("{what} runs with its own groups"));
        match named.user.or(default) {
            Some(user) if is_root(user) => {}
            Some(user) => {
                let reason = format!("{what} runs as {}", user.user);
                found.add(Capability::SetUid, reason.clone());
                found.add(Capability::Kill, format!("{reason} and may have to be ended"));
            }
            None => {
                let reason = format!("{what} runs as keepalived_script, if there is that user");
                found.add(Capability::SetUid, reason.clone());
                found.add(Capability::Kill, format!("{reason}, and may have to be ended"));
            }
        }
    }
}

fn is_root(user: &ScriptUser) -> bool {
    matches!(user.user.as_str(), "root" | "0")
}

fn process(config: &Config, around: &Around, found: &mut Found) {
    let processes = &config.global.processes;
    let vrrp = &processes.vrrp;
    if let Some(nice) = &vrrp.nice {
        found.add(Capability::SysNice, format!("vrrp_priority {}", nice.value));
    }
    if let Some(priority) = &vrrp.rt_priority {
        found.add(Capability::SysNice, format!("vrrp_rt_priority {}", priority.value));
    }
    if let AutoPriority::UpTo(most) = processes.max_auto_priority {
        found.add(Capability::SysNice, format!("max_auto_priority {most}"));
    }
    if vrrp.no_swap {
        found.add(Capability::IpcLock, "vrrp_no_swap");
    }
    if vrrp.rlimit_rttime.is_some() {
        found.add(Capability::SysResource, "vrrp_rlimit_rttime");
    }
    if around.core_dump {
        found.add(Capability::SysResource, "-m: core files without a limit");
    }
    let configured = config.global.identity.net_namespace.as_ref().map(|name| &name.value);
    if let Some(name) = around.namespace.as_ref().or(configured) {
        found.add(Capability::SysAdmin, format!("network namespace {name}"));
    }
}

fn files(config: &Config, found: &mut Found) {
    let fifos = &config.global.fifos;
    for (keyword, fifo) in [("notify_fifo", &fifos.all), ("vrrp_notify_fifo", &fifos.vrrp)] {
        if let Some(path) = &fifo.path {
            let reason = format!("{keyword} {} belongs to its user", path.value);
            found.add(Capability::Chown, reason);
        }
    }
    for file in &config.track_files {
        if file.initial.is_some() {
            let reason = format!("track_file {} is written at the start", file.path.value);
            found.add(Capability::DacOverride, reason);
        }
    }
}
