//! Which routes and rules of the configuration the kernel holds at this daemon's request, so that
//! a report of a removal, which is attributes only, can be told as what stands in the file.
//!
//! The command socket writes, the monitor asks. Only what is tracked is kept here; that all
//! carries the protocol number of keepalived.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nix::libc;

use super::wire::attributes;
use crate::ir::{Route, Rule};

/// `RTPROT_KEEPALIVED`.
pub(super) const PROTOCOL: u8 = 18;
/// `RTM_F_CLONED`: no route of a table, but what one was used for.
const CLONED: u32 = 0x200;
/// `FIB_RULE_INVERT`, the only flag that is asked for.
const INVERT: u32 = 2;
/// The metric of an IPv6 route without one.
const METRIC_V6: u32 = 1024;
/// `RTA_TABLE` and `FRA_TABLE`.
const TABLE: u16 = 15;
/// `FRA_PROTOCOL`.
const RULE_PROTOCOL: u16 = 21;
/// What a rule selects by, its preference and where it jumps to: `FRA_DST`, `SRC`, `IIFNAME`,
/// `GOTO`, `PRIORITY`, `FWMARK`, `TUN_ID`, `OIFNAME`, `L3MDEV`, `UID_RANGE`, `IP_PROTO`,
/// `SPORT_RANGE`, `DPORT_RANGE`.
const SELECTORS: [u16; 13] = [1, 2, 3, 4, 6, 10, 12, 17, 19, 20, 22, 23, 24];

/// A route or a rule as the configuration says it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Path {
    /// A route.
    Route(Arc<Route>),
    /// A policy rule.
    Rule(Arc<Rule>),
}

/// What the kernel tells two routes, or two rules, apart by; the same in a request and a report.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Identity {
    rule: bool,
    header: [u8; 6],
    table: u32,
    attributes: BTreeMap<u16, Vec<u8>>,
}

impl Identity {
    /// Of the body of a message about a route or a rule with the protocol of keepalived; `None` of
    /// any other.
    pub(super) fn of(kind: u16, body: &[u8]) -> Option<Self> {
        match kind {
            libc::RTM_NEWROUTE | libc::RTM_DELROUTE => Self::of_route(body),
            libc::RTM_NEWRULE | libc::RTM_DELRULE => Self::of_rule(body),
            _ => None,
        }
    }

    /// `struct rtmsg`. By the way that packets go it is not told apart: who replaces that, as the
    /// kernel has it, has not removed the route.
    fn of_route(body: &[u8]) -> Option<Self> {
        let [family, to, from, tos, table, protocol, _scope, kind, flags @ ..] =
            *body.first_chunk::<12>()?;
        if protocol != PROTOCOL || u32::from_ne_bytes(flags) & CLONED != 0 {
            return None;
        }
        let is_v6 = i32::from(family) == libc::AF_INET6;
        let mut found = Self {
            rule: false,
            header: [family, to, from, if is_v6 { 0 } else { tos }, kind, 0],
            table: table.into(),
            attributes: BTreeMap::new(),
        };
        for (number, value) in attributes(body, 12) {
            match number {
                libc::RTA_DST => found.keep(number, masked(value, to)),
                libc::RTA_SRC => found.keep(number, masked(value, from)),
                libc::RTA_PRIORITY => found.keep(number, value.to_vec()),
                TABLE => found.table = word(value)?,
                _ => {}
            }
        }
        if is_v6 && !found.attributes.contains_key(&libc::RTA_PRIORITY) {
            found.keep(libc::RTA_PRIORITY, METRIC_V6.to_ne_bytes().to_vec());
        }
        Some(found)
    }

    /// `struct fib_rule_hdr`.
    fn of_rule(body: &[u8]) -> Option<Self> {
        let [family, to, from, tos, table, _, _, action, flags @ ..] = *body.first_chunk::<12>()?;
        let inverted = u32::from_ne_bytes(flags) & INVERT != 0;
        let mut found = Self {
            rule: true,
            header: [family, to, from, tos, action, inverted.into()],
            table: table.into(),
            attributes: BTreeMap::new(),
        };
        let mut protocol = 0;
        for (number, value) in attributes(body, 12) {
            match number {
                TABLE => found.table = word(value)?,
                RULE_PROTOCOL => protocol = *value.first()?,
                1 => found.keep(number, masked(value, to)),
                2 => found.keep(number, masked(value, from)),
                _ if SELECTORS.contains(&number) => found.keep(number, value.to_vec()),
                _ => {}
            }
        }
        (protocol == PROTOCOL).then_some(found)
    }

    /// What is zero may be left out of a report; names may be filled up with zeros.
    fn keep(&mut self, number: u16, mut value: Vec<u8>) {
        if let Some(last) = value.iter().rposition(|byte| *byte != 0) {
            value.truncate(last.saturating_add(1));
            self.attributes.insert(number, value);
        }
    }
}

/// The prefix of an address: the kernel leaves the rest out.
fn masked(address: &[u8], prefix: u8) -> Vec<u8> {
    let mut left = u32::from(prefix);
    let mut masked = address.to_vec();
    for byte in &mut masked {
        *byte &= u8::MAX.checked_shr(left.min(8)).map_or(u8::MAX, |rest| !rest);
        left = left.saturating_sub(8);
    }
    masked
}

fn word(value: &[u8]) -> Option<u32> {
    value.first_chunk().copied().map(u32::from_ne_bytes)
}

/// Shared by the command socket, which writes, and the monitor, which asks.
#[derive(Debug, Default)]
pub(super) struct Held(Mutex<BTreeMap<Identity, Holding>>);

#[derive(Debug)]
struct Holding {
    path: Path,
    /// The kernel has said that it is there.
    confirmed: bool,
}

impl Held {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Identity, Holding>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Before it is asked for: it may be removed before the kernel's answer is read.
    pub(super) fn ask(&self, identity: Identity, path: Path) {
        self.lock().insert(identity, Holding { path, confirmed: false });
    }

    /// The kernel has it.
    pub(super) fn confirm(&self, identity: &Identity) {
        if let Some(holding) = self.lock().get_mut(identity) {
            holding.confirmed = true;
        }
    }

    /// It is gone, or about to go: gives what it was, once.
    pub(super) fn take(&self, identity: &Identity) -> Option<Path> {
        self.lock().remove(identity).map(|holding| holding.path)
    }

    /// What the kernel has confirmed.
    pub(super) fn confirmed(&self) -> BTreeSet<Identity> {
        let held = self.lock();
        let confirmed = held.iter().filter(|(_, holding)| holding.confirmed);
        confirmed.map(|(identity, _)| identity.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::entries::Attributes;
    use super::*;

    fn route(
        protocol: u8,
        changes: impl FnOnce(&mut Vec<u8>, &mut Attributes),
    ) -> Option<Identity> {
        let mut body = vec![2, 24, 0, 0, 254, protocol, 0, 1, 0, 0, 0, 0];
        let mut attributes = Attributes::default();
        attributes.bytes(libc::RTA_DST, &[10, 1, 2, 0]);
        changes(&mut body, &mut attributes);
        body.extend(attributes.0);
        Identity::of(libc::RTM_DELROUTE, &body)
    }

    #[test]
    fn a_route_is_known_by_where_it_leads_and_not_by_how_it_gets_there() {
        let plain = route(18, |_, _| {}).unwrap();
        let same = [
            route(18, |_, all| all.bytes(libc::RTA_GATEWAY, &[10, 0, 0, 1])),
            route(18, |_, all| all.number(libc::RTA_OIF, 7)),
            route(18, |_, all| all.number(TABLE, 254)),
            route(18, |_, all| all.number(libc::RTA_PRIORITY, 0)),
        ];
        assert!(same.into_iter().all(|other| other.as_ref() == Some(&plain)));
        let others = [
            route(18, |_, all| all.number(TABLE, 1000)),
            route(18, |_, all| all.number(libc::RTA_PRIORITY, 5)),
            route(18, |body, _| body[3] = 16),
            route(18, |body, _| body[7] = 6),
            route(18, |body, _| body[1] = 23),
        ];
        assert!(others.into_iter().all(|other| other.unwrap() != plain));
        let of_v6 = |metric: u32| {
            route(18, |body, all| {
                body[0] = 10;
                all.number(libc::RTA_PRIORITY, metric);
            })
        };
        assert_eq!(of_v6(0), of_v6(1024), "what the kernel takes for no metric");
        assert_ne!(of_v6(0), of_v6(5));
        assert_eq!(route(4, |_, _| {}), None, "another's route");
        assert_eq!(route(18, |body, _| body[8..].copy_from_slice(&CLONED.to_ne_bytes())), None);
    }

    #[test]
    fn what_a_rule_selects_by_tells_it_apart_and_padding_does_not() {
        let rule = |selectors: &[(u16, &[u8])]| {
            let mut body = vec![2, 0, 0, 0, 5, 0, 0, 1, 0, 0, 0, 0];
            let mut attributes = Attributes::default();
            attributes.byte(RULE_PROTOCOL, 18);
            for (number, value) in selectors {
                attributes.bytes(*number, value);
            }
            body.extend(attributes.0);
            Identity::of(libc::RTM_NEWRULE, &body).unwrap()
        };
        assert_eq!(rule(&[(3, b"eth0\0")]), rule(&[(3, b"eth0\0\0\0\0"), (12, &[0; 8])]));
        assert_ne!(rule(&[(3, b"eth0\0")]), rule(&[]));
        assert_eq!(rule(&[(TABLE, &5_u32.to_ne_bytes())]), rule(&[]));
    }

    #[test]
    fn bits_beyond_the_prefix_do_not_count() {
        assert_eq!(masked(&[255; 4], 0), [0; 4]);
        assert_eq!(masked(&[255; 4], 12), [255, 240, 0, 0]);
        assert_eq!(masked(&[255; 4], 32), [255; 4]);
    }

    #[test]
    fn no_bytes_make_it_panic() {
        for length in 0..40 {
            for kind in [libc::RTM_NEWROUTE, libc::RTM_NEWRULE, libc::RTM_NEWLINK] {
                let _ = Identity::of(kind, &vec![18; length]);
            }
        }
    }
}
