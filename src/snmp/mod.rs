//! What SNMP managers are shown: keepalived's own MIB (global and VRRP parts), VRRP-MIB (RFC 2787),
//! VRRPv3-MIB (RFC 6527), and their notifications.
//!
//! Pure: from a snapshot of the engine to names with values, in the order of a walk. Numbers are
//! keepalived's, measured with 2.2.7; columns that came later are those of 2.4.3. Everything is
//! read-only. How it is asked for is `runtime/agentx`.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod keepalived;
mod notification;
mod rfc2787;
mod rfc6527;
mod table;

#[cfg(test)]
mod tests;

use std::net::IpAddr;
use std::time::Duration;

pub use notification::{Occurrence, Refusal, notifications};
pub use table::Table;

use crate::engine::snapshot::{InstanceSnapshot, Snapshot, State};
use crate::engine::why::Trigger;
use crate::ir::global::Snmp;
use crate::ir::{Instance, Transport};
use crate::net::agentx::{Oid, Value};
use crate::snmp::table::integer;
use crate::units::{Family, IfName, Instant};

/// keepalived's MIB.
pub(in crate::snmp) const KEEPALIVED: [u32; 9] = [1, 3, 6, 1, 4, 1, 9586, 100, 5];
/// VRRP-MIB.
pub(in crate::snmp) const VRRP: [u32; 7] = [1, 3, 6, 1, 2, 1, 68];
/// VRRPv3-MIB.
pub(in crate::snmp) const VRRP_V3: [u32; 7] = [1, 3, 6, 1, 2, 1, 207];

/// Which MIBs are served.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Mibs {
    /// `enable_snmp_vrrp`: keepalived's own.
    pub keepalived: bool,
    /// `enable_snmp_rfcv2`: RFC 2787.
    pub rfc2787: bool,
    /// `enable_snmp_rfcv3`: RFC 6527.
    pub rfc6527: bool,
}

impl Mibs {
    /// Those that a configuration asks for.
    pub const fn of(snmp: &Snmp) -> Self {
        Self { keepalived: snmp.vrrp, rfc2787: snmp.rfc_v2, rfc6527: snmp.rfc_v3 }
    }

    /// None at all.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// The subtrees to register, each with what `sysORTable` says of it.
    pub fn subtrees(self) -> Vec<(Oid, &'static str)> {
        let own = Oid::new(&KEEPALIVED);
        let mut all = Vec::new();
        if self.keepalived {
            all.push((own.with(&[1]), "The MIB module for Keepalived"));
            all.push((own.with(&[2]), "The MIB module for KEEPALIVED-VRRP"));
        }
        if self.rfc2787 {
            all.push((Oid::new(&VRRP), "The MIB module for VRRP"));
        }
        if self.rfc6527 {
            all.push((Oid::new(&VRRP_V3), "The MIB module for VRRPV3"));
        }
        all
    }
}

/// What is shown.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The engine.
    pub engine: &'a Snapshot,
    /// `router_id`, or the name of the host.
    pub router: &'a str,
    /// Network namespace that the process was put into.
    pub namespace: Option<&'a str>,
    /// When it began to serve: so much time since 1970.
    pub started: Duration,
}

impl<'a> Subject<'a> {
    /// Every name with its value.
    pub fn table(self, mibs: Mibs) -> Table {
        let mut table = Table::default();
        if mibs.keepalived {
            keepalived::rows(&mut table, self);
        }
        if mibs.rfc2787 {
            rfc2787::rows(&mut table, self);
        }
        if mibs.rfc6527 {
            rfc6527::rows(&mut table, self);
        }
        table.sorted()
    }

    /// The instances as configured, each with what has become of it.
    fn instances(self) -> impl Iterator<Item = (&'a Instance, &'a InstanceSnapshot)> {
        let configured = self.engine.config.instances.iter().map(AsRef::as_ref);
        configured.zip(&self.engine.instances)
    }

    /// The number of an interface; 0 if there is none.
    fn index(self, name: &IfName) -> u32 {
        self.engine.network.interface(name).map_or(0, |interface| interface.index)
    }

    /// A moment in hundredths of a second since the start of the process.
    fn ticks(self, moment: Instant) -> u32 {
        let since = self.engine.wall(moment).saturating_sub(self.started);
        u32::try_from(since.as_millis() / 10).unwrap_or(u32::MAX)
    }
}

/// The interface of an instance: its own one if it makes one.
fn interface<'a>(config: &'a Instance, now: &'a InstanceSnapshot) -> Option<&'a IfName> {
    let own = now.own_link.as_ref().map(|(own, _)| &own.name);
    own.or(config.interface.as_deref())
}

/// The number by which the MIBs of the RFCs name an instance: that of the interface that it is
/// configured on, also where it makes one of its own.
fn row_index(subject: Subject<'_>, config: &Instance, now: &InstanceSnapshot) -> Option<u32> {
    let on = config.interface.as_deref().or_else(|| interface(config, now))?;
    Some(subject.index(on))
}

/// Its state as both MIBs of the IETF number it (`vrrpOperState`, `vrrpv3OperationsStatus`).
const fn oper_state(state: State) -> Value {
    integer(match state {
        State::Init | State::Fault => 1,
        State::Backup => 2,
        State::Master => 3,
    })
}

/// Since when it works: since it was last neither INIT nor FAULT; `None` while it does not.
fn working_since(now: &InstanceSnapshot) -> Option<Instant> {
    let works = |state: State| matches!(state, State::Backup | State::Master);
    if !works(now.state) {
        return None;
    }
    let began = now.changes.iter().rev().find(|change| !works(change.from));
    Some(began.or(now.changes.first()).map_or(now.since, |change| change.at))
}

/// Why it became master last, as RFC 6527 numbers it: 0 it is not, 1 by priority, 2 it preempted, 3
/// the former one did not answer.
fn mastery(now: &InstanceSnapshot) -> i32 {
    let last = now.changes.iter().rev().find(|change| change.to == State::Master);
    match last.map(|change| &change.why.trigger) {
        None => 0,
        Some(trigger) => mastery_by(trigger),
    }
}

const fn mastery_by(trigger: &Trigger) -> i32 {
    match trigger {
        Trigger::OwnsAddresses | Trigger::Resigned(_) => 1,
        Trigger::Preempts { .. } => 2,
        _ => 3,
    }
}

/// Where adverts go, if that is one group.
const fn group(config: &Instance) -> Option<IpAddr> {
    match config.transport {
        Transport::Multicast { group } => Some(group),
        Transport::Unicast { .. } => None,
    }
}

/// The number of a family (`InetAddressType`).
const fn family(family: Family) -> u32 {
    match family {
        Family::V4 => 1,
        Family::V6 => 2,
    }
}

/// A length of time in hundredths of a second.
fn centiseconds(time: Duration) -> u32 {
    u32::try_from(time.as_millis() / 10).unwrap_or(u32::MAX)
}
