//! Notifications (traps): what has happened, as the names and values that are sent.

use crate::engine::message::{AuthenticationError, PacketProblem, ProtocolError};
use crate::engine::notification::Report;
use crate::engine::why::Why;
use crate::ir::Instance;
use crate::net::agentx::{Oid, Value, VarBind};
use crate::snmp::table::{address, integer, text};
use crate::snmp::{
    KEEPALIVED, Mibs, Subject, VRRP, VRRP_V3, family, mastery_by, rfc2787, row_index,
};
use std::net::{IpAddr, Ipv4Addr};

/// `snmpTrapOID.0`: which notification it is.
const TRAP: [u32; 11] = [1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0];

/// A change of state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Occurrence {
    /// Of a sync group, not of an instance.
    pub group: bool,
    /// Its name.
    pub name: String,
    /// The number of the state.
    pub state: i32,
    /// Why it became master, as RFC 6527 numbers it.
    pub mastery: i32,
}

impl Occurrence {
    /// What a report tells managers; `None` if it is of no state.
    pub fn new(group: bool, name: &str, report: Report, why: Option<&Why>) -> Option<Self> {
        let state = match report {
            Report::Backup => 1,
            Report::Master => MASTER,
            Report::Fault => 3,
            Report::Stop => 5,
            Report::Deleted => 6,
            Report::MasterRxLowerPri | Report::MasterPriority | Report::BackupPriority => {
                return None;
            }
        };
        let mastery = why.map_or(3, |why| mastery_by(&why.trigger));
        Some(Self { group, name: name.to_owned(), state, mastery })
    }

    /// An instance is master.
    pub const fn is_mastery(&self) -> bool {
        !self.group && self.state == MASTER
    }

    /// The one of keepalived's MIB. It names no row, which managers have come to rely on. `initial` is
    /// the state that an instance was configured to begin with.
    pub fn own(&self, initial: i32, router: &str) -> Vec<VarBind> {
        let own = |column: &[u32], value| bind(&KEEPALIVED, column, value);
        let router = own(&[1, 2, 0], text(router));
        let mut bindings = Vec::new();
        match self.group {
            true => bindings.extend([
                trap(&KEEPALIVED, &[2, 10, 0, 1]),
                own(&[2, 1, 1, 2], text(&self.name)),
                own(&[2, 1, 1, 3], integer(self.state)),
            ]),
            false => bindings.extend([
                trap(&KEEPALIVED, &[2, 10, 0, 2]),
                own(&[2, 3, 1, 2], text(&self.name)),
                own(&[2, 3, 1, 4], integer(self.state)),
                own(&[2, 3, 1, 5], integer(initial)),
            ]),
        }
        bindings.push(router);
        bindings
    }
}

const MASTER: i32 = 2;

/// An advert was refused for something of which the MIBs of the RFCs tell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// The name of the instance.
    pub name: String,
    fault: Fault,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fault {
    Authentication(Ipv4Addr, AuthenticationError),
    Protocol(ProtocolError),
}

impl Refusal {
    /// What managers are told of it; `None` if nothing.
    pub fn new(name: &str, problem: &PacketProblem) -> Option<Self> {
        let fault = match (problem.authentication_error(), problem.protocol_error()) {
            (Some((IpAddr::V4(from), error)), _) => Fault::Authentication(from, error),
            (_, Some(error)) => Fault::Protocol(error),
            _ => return None,
        };
        Some(Self { name: name.to_owned(), fault })
    }

    /// keepalived's name of the notification.
    pub const fn title(&self) -> &'static str {
        match self.fault {
            Fault::Authentication(..) => "vrrpTrapAuthFailure",
            Fault::Protocol(_) => "vrrpTrapProtoError",
        }
    }

    /// Whether a MIB that is served tells of it.
    pub const fn is_told(&self, mibs: Mibs) -> bool {
        match self.fault {
            Fault::Authentication(..) => mibs.rfc2787,
            Fault::Protocol(_) => mibs.rfc6527,
        }
    }

    /// What is sent; `None` if the instance is in no row.
    pub fn notification(&self, subject: Subject<'_>) -> Option<Vec<VarBind>> {
        let mut instances = subject.instances();
        let (config, now) = instances.find(|(config, _)| config.name.value == self.name)?;
        let index = row_index(subject, config, now)?;
        match self.fault {
            Fault::Authentication(from, error) => rfc2787::is_shown(config).then(|| {
                let row = [index, u32::from(config.vrid.get())];
                let column = |column| [&[1, column], row.as_slice()].concat();
                vec![
                    trap(&VRRP, &[0, 2]),
                    bind(&VRRP, &column(5), Value::IpAddress(from.octets())),
                    bind(&VRRP, &column(6), integer(error as i32)),
                ]
            }),
            Fault::Protocol(error) => {
                let column = [&[1, 2, 5, 1, 6], row(index, config).as_slice()].concat();
                Some(vec![trap(&VRRP_V3, &[0, 2]), bind(&VRRP_V3, &column, integer(error as i32))])
            }
        }
    }
}

/// What the MIBs of the RFCs say of a new master, in the order in which it is sent.
pub fn notifications(
    occurrence: &Occurrence,
    mibs: Mibs,
    subject: Subject<'_>,
) -> Vec<Vec<VarBind>> {
    let mut all = Vec::new();
    let mut instances = subject.instances();
    let found = instances.find(|(config, _)| config.name.value == occurrence.name);
    let Some((config, now)) = found.filter(|_| occurrence.is_mastery()) else { return all };
    let Some(index) = row_index(subject, config, now) else { return all };
    if mibs.rfc2787
        && rfc2787::is_shown(config)
        && let Some(IpAddr::V4(source)) = now.source
    {
        let row = [1, 3, 1, 7, index, u32::from(config.vrid.get())];
        let master = bind(&VRRP, &row, Value::IpAddress(source.octets()));
        all.push(vec![trap(&VRRP, &[0, 1]), master]);
    }
    if mibs.rfc6527
        && let Some(source) = now.source
    {
        let row = row(index, config);
        all.push(vec![
            trap(&VRRP_V3, &[0, 1]),
            bind(&VRRP_V3, &[&[1, 1, 1, 1, 3], row.as_slice()].concat(), address(source)),
            bind(
                &VRRP_V3,
                &[&[1, 2, 5, 1, 2], row.as_slice()].concat(),
                integer(occurrence.mastery),
            ),
        ]);
    }
    all
}

fn row(index: u32, config: &Instance) -> [u32; 3] {
    [index, u32::from(config.vrid.get()), family(config.family)]
}

fn trap(mib: &[u32], which: &[u32]) -> VarBind {
    VarBind { name: Oid::new(&TRAP), value: Value::ObjectId(Oid::new(mib).with(which)) }
}

fn bind(mib: &[u32], column: &[u32], value: Value) -> VarBind {
    VarBind { name: Oid::new(mib).with(column), value }
}
