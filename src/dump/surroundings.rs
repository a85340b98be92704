//! What the dumps say of the process and its host, which the engine does not know.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::tz::TimeZone;

use crate::engine::effect::SocketId;
use crate::facts::Interface;
use crate::ir::{Script, ScriptUser};
use crate::units::Mac;

/// The process and its host at the moment of a dump.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// Where times of day are local.
    pub zone: TimeZone,
    /// The host's name, for a `router_id` that nobody set.
    pub host_name: String,
    /// The network namespace that the process was put into.
    pub namespace: Option<String>,
    /// Descriptors of the open pairs of sockets: receive, send.
    pub descriptors: BTreeMap<SocketId, (i32, i32)>,
    /// User and group numbers by script; what is disabled is not here.
    pub users: BTreeMap<Script, (u32, u32)>,
    /// User and group numbers of the owners of pipes.
    pub owners: Vec<(ScriptUser, (u32, u32))>,
    /// User and group numbers of scripts and pipes that name none.
    pub default_user: (u32, u32),
    /// Bits withheld from files.
    pub umask: u32,
    /// Real-time priority that the process has now.
    pub real_time: Option<u8>,
    /// The next planned reload.
    pub reload_at: Option<Duration>,
    /// Every interface, in the kernel's order.
    pub interfaces: Vec<HostInterface>,
}

/// An interface as the kernel tells of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HostInterface {
    /// What the engine knows too; without the virtual addresses that this process holds.
    pub known: Interface,
    /// It was up at some time since the start.
    pub seen_up: bool,
    /// What the kernel says of its link.
    pub flags: LinkFlags,
    /// Hardware type (`ARPHRD_*`).
    pub hardware: u16,
    /// Hardware broadcast address, if it has an Ethernet one.
    pub broadcast: Option<Mac>,
    /// Link group.
    pub group: u32,
    /// What was changed below `/proc/sys/net`.
    pub settings: InterfaceSettings,
}

/// What the kernel says of a link (`IFF_*`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LinkFlags {
    /// Administratively up.
    pub up: bool,
    /// Has a carrier.
    pub running: bool,
    /// Can broadcast.
    pub broadcast: bool,
    /// Is the loopback.
    pub loopback: bool,
    /// Has one other end.
    pub point_to_point: bool,
    /// Does not speak ARP.
    pub no_arp: bool,
    /// Can multicast.
    pub multicast: bool,
}

/// Settings of an interface below `/proc/sys/net/ipv4/conf` that were changed, with what stood there
/// before; `None` was not touched.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct InterfaceSettings {
    /// `arp_ignore`, and how many want the change.
    pub arp_ignore: Option<(u32, u32)>,
    /// `arp_filter`, likewise.
    pub arp_filter: Option<(u32, u32)>,
    /// `promote_secondaries`, likewise.
    pub promote_secondaries: Option<(u32, u32)>,
}

impl Surroundings {
    /// Who runs a script: user and group number.
    pub(super) fn user_of(&self, script: &Script) -> (u32, u32) {
        self.users.get(script).copied().unwrap_or(self.default_user)
    }

    /// Who owns a pipe: user and group number.
    pub(super) fn owner_of(&self, user: Option<&ScriptUser>) -> (u32, u32) {
        let own = user.and_then(|user| self.owners.iter().find(|(known, _)| known == user));
        own.map_or(self.default_user, |(_, numbers)| *numbers)
    }
}
