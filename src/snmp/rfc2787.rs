//! VRRP-MIB (RFC 2787), 1.3.6.1.2.1.68: version 2 over IPv4. Rows are named by interface and VRID.

use std::net::IpAddr;

use crate::engine::snapshot::{InstanceSnapshot, State};
use crate::facts::Interface;
use crate::ir::{Authentication, Instance, Preemption};
use crate::net::agentx::Value;
use crate::snmp::table::{Table, integer, truth};
use crate::snmp::{Subject, VRRP, interface, oper_state, row_index, working_since};
use crate::units::{Family, Version};

/// Every row.
pub(super) fn rows(table: &mut Table, subject: Subject<'_>) {
    let mut scalar = |column: &[u32], value| table.put(&VRRP, column, &[0], value);
    scalar(&[1, 1], integer(2));
    scalar(&[1, 2], truth(subject.engine.config.global.snmp.traps));
    let all = || subject.instances().filter(|(config, _)| is_shown(config));
    let sum = |count: fn(&InstanceSnapshot) -> u64| {
        let sum = subject.instances().map(|(_, now)| count(now)).fold(0, u64::wrapping_add);
        counter(sum)
    };
    scalar(&[2, 1], sum(|now| now.statistics.checksum_errors));
    scalar(&[2, 2], sum(|now| now.statistics.version_errors));
    // A datagram of another VRID is nobody's, and not counted.
    scalar(&[2, 3], counter(0));
    for (config, now) in all() {
        let Some(on) = row_index(subject, config, now) else { continue };
        let own = interface(config, now);
        let known = own.and_then(|own| subject.engine.network.interface(own));
        let index = [on, u32::from(config.vrid.get())];
        let mut put = |column, value| table.put(&VRRP, &[1, 3, 1, column], &index, value);
        oper(&mut put, subject, (config, now), known);
        for address in &config.addresses {
            let IpAddr::V4(ip) = address.ip() else { continue };
            let row = [index.as_slice(), &ip.octets().map(u32::from)].concat();
            table.put(&VRRP, &[1, 4, 1, 2], &row, integer(1));
        }
        let counts = &now.statistics;
        let columns = [
            counts.became_master,
            counts.adverts_received,
            counts.interval_errors,
            counts.auth_failures,
            counts.ttl_errors,
            counts.priority_zero_received,
            counts.priority_zero_sent,
            counts.type_errors,
            counts.address_list_errors,
            counts.auth_type_invalid,
            counts.auth_type_mismatch,
            counts.length_errors,
        ];
        for (column, count) in (1_u32..).zip(columns) {
            table.put(&VRRP, &[2, 4, 1, column], &index, counter(count));
        }
    }
}

/// It is of the version that this MIB knows.
pub(super) fn is_shown(config: &Instance) -> bool {
    config.version == Version::V2 && config.family == Family::V4
}

fn oper(
    put: &mut impl FnMut(u32, Value),
    subject: Subject<'_>,
    (config, now): (&Instance, &InstanceSnapshot),
    known: Option<&Interface>,
) {
    let mac = known.and_then(|known| known.mac).map_or([0; 6], |mac| mac.0);
    put(2, Value::Octets(mac.to_vec()));
    put(3, oper_state(now.state));
    put(4, truth(known.is_some()));
    put(5, integer(i32::from(config.priority.get())));
    put(6, integer(i32::try_from(config.addresses.len()).unwrap_or(i32::MAX)));
    put(7, ip(if now.state == State::Master { None } else { now.master }));
    put(8, ip(now.source));
    put(
        9,
        integer(match config.authentication {
            Authentication::None | Authentication::Trailer(_) => 1,
            Authentication::Pass(_) => 2,
            Authentication::Header(_) => 3,
        }),
    );
    put(11, integer(i32::try_from(config.advert_int.as_secs()).unwrap_or(i32::MAX)));
    put(12, truth(config.preemption != Preemption::Never));
    put(13, Value::TimeTicks(working_since(now).map_or(0, |since| subject.ticks(since))));
    put(14, integer(1));
    put(15, integer(1));
}

fn ip(address: Option<IpAddr>) -> Value {
    match address {
        Some(IpAddr::V4(address)) => Value::IpAddress(address.octets()),
        _ => Value::IpAddress([0; 4]),
    }
}

/// The low half of a counter.
fn counter(count: u64) -> Value {
    Value::Counter32(u32::try_from(count & u64::from(u32::MAX)).unwrap_or(0))
}
