//! Virtual addresses (.2.6): those of the adverts, then the excluded ones.

use std::net::{IpAddr, Ipv4Addr};

use super::{Mib, numbered};
use crate::ir::{Broadcast, Scope};
use crate::snmp::table::{address, gauge, integer, text, truth};
use crate::snmp::{Subject, family};
use crate::units::{Family, IpNet};

pub(super) fn rows(table: &mut Mib<'_>, subject: Subject<'_>) {
    for (instance, (config, now)) in numbered(subject.instances()) {
        let advertised = u32::try_from(config.addresses.len()).unwrap_or(u32::MAX);
        for (number, placed) in numbered(now.addresses.iter()) {
            let mut put = |column, value| table.put(&[2, 6, 1, column], &[instance, number], value);
            let (one, interface) = (&placed.address, &placed.interface);
            let of = Family::of(one.ip());
            put(2, integer(i32::try_from(family(of)).unwrap_or(0)));
            put(3, address(one.ip()));
            if let IpAddr::V4(ip) = one.ip() {
                put(4, address(broadcast(one.broadcast, ip, one.net).into()));
            }
            put(5, gauge(u32::from(one.net.prefix())));
            put(6, integer(scope(one.scope)));
            put(7, integer(i32::try_from(subject.index(interface)).unwrap_or(0)));
            put(8, text(interface.as_str()));
            if let Some(label) = &one.label {
                put(9, text(label));
            }
            put(10, truth(now.addresses_set));
            put(11, truth(number <= advertised));
            if let Some(peer) = one.peer {
                put(12, address(peer));
            }
        }
    }
}

/// The broadcast address that is set; none is 0.0.0.0.
fn broadcast(broadcast: Option<Broadcast>, address: Ipv4Addr, net: IpNet) -> Ipv4Addr {
    let host_bits = u32::MAX.checked_shr(u32::from(net.prefix())).unwrap_or(0);
    match broadcast {
        None => Ipv4Addr::UNSPECIFIED,
        Some(Broadcast::Address(address)) => address,
        Some(Broadcast::HostBitsOne) => Ipv4Addr::from(u32::from(address) | host_bits),
        Some(Broadcast::HostBitsZero) => Ipv4Addr::from(u32::from(address) & !host_bits),
    }
}

/// `InetScopeType`.
pub(super) const fn scope(scope: Scope) -> i32 {
    match scope {
        Scope::HOST => 1,
        Scope::LINK => 2,
        Scope::SITE => 5,
        _ => 14,
    }
}
