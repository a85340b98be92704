//! `global_defs` and the plain statements of the top level: what concerns the process as a whole.
//! Defaults for instances are already merged into each [`Instance`](super::Instance); here they are
//! only kept to be shown.

mod defaults;
mod files;
mod firewall;
mod lvs;
mod management;
mod network;
mod notification;
mod process;

use std::time::Duration;

pub use defaults::InstanceDefaults;
pub use files::{Dumps, Files, IncludeChecks, Reload};
pub use firewall::{Chains, Firewall, IpSets};
pub use lvs::{FlushOnStop, Lvs, LvsTimeouts, SyncDaemon};
pub use management::{Dbus, Snmp};
pub use network::{Buffer, Buffers, DynamicInterfaces, Network, RxPolicy, VmacNames};
pub use notification::{Fifo, Fifos, LifeScript, Mail};
pub use process::{AutoPriority, Identity, Process, Processes};

use crate::ir::ScriptUser;
use crate::units::Spanned;

/// The process-wide settings.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Global {
    /// What instances inherited.
    pub defaults: InstanceDefaults,
    /// `router_id`; `None` means the host's name.
    pub router_id: Option<Spanned<String>>,
    /// `vrrp_startup_delay`: adverts are ignored and nothing is sent for this long.
    pub startup_delay: Duration,
    /// `vrrp_delay_after_boot`: the same, measured from the boot of the machine.
    pub delay_after_boot: Duration,
    /// `vrrp_garp_interval`: least time between two gratuitous ARPs on one interface.
    pub garp_interval: Duration,
    /// `vrrp_gna_interval`: least time between two unsolicited neighbour advertisements on one
    /// interface.
    pub gna_interval: Duration,
    /// `script_user`: who runs scripts that name no user.
    pub script_user: Option<Spanned<ScriptUser>>,
    /// `enable_script_security`.
    pub script_security: bool,
    /// `use_symlink_paths`: scripts run by the path as written.
    pub symlink_paths: bool,
    /// `set_supplementary_groups`: scripts get their user's further groups too.
    pub supplementary_groups: bool,
    /// `random_seed`: of no effect, in keepalived neither.
    pub random_seed: Option<Spanned<u32>>,
    /// `startup_script`: run once before anything else starts.
    pub startup: LifeScript,
    /// `shutdown_script`: run once after everything else has ended.
    pub shutdown: LifeScript,
    /// Where alert mails would go.
    pub mail: Mail,
    /// Named pipes that hear of changes of state.
    pub fifos: Fifos,
    /// Which of several daemons this one is, and where it works.
    pub identity: Identity,
    /// How its processes are named and scheduled.
    pub processes: Processes,
    /// What it writes.
    pub files: Files,
    /// How it reloads.
    pub reload: Reload,
    /// Interfaces, sockets and what VRRP logs of them.
    pub network: Network,
    /// Packet filters for no-accept mode and virtual MACs.
    pub firewall: Firewall,
    /// IPVS and the checkers.
    pub lvs: Lvs,
    /// SNMP.
    pub snmp: Snmp,
    /// D-Bus.
    pub dbus: Dbus,
}
