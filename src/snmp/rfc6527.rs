//! VRRPv3-MIB (RFC 6527), 1.3.6.1.2.1.207: instances of both versions, as keepalived shows them. Rows
//! are named by interface, VRID and family.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::engine::snapshot::{InstanceSnapshot, State};
use crate::facts::Interface;
use crate::ir::{Instance, Preemption};
use crate::net::agentx::Value;
use crate::snmp::table::{Table, address, gauge, integer, truth};
use crate::snmp::{
    Subject, VRRP_V3, centiseconds, family, interface, mastery, oper_state, row_index,
    working_since,
};
use crate::units::{Family, Version};

/// Every row.
pub(super) fn rows(table: &mut Table, subject: Subject<'_>) {
    let mut scalar = |column: &[u32], value| table.put(&VRRP_V3, column, &[0], value);
    let sum = |count: fn(&InstanceSnapshot) -> u64| {
        Value::Counter64(subject.instances().map(|(_, now)| count(now)).fold(0, u64::wrapping_add))
    };
    scalar(&[1, 2, 1], sum(|now| now.statistics.checksum_errors));
    scalar(&[1, 2, 2], sum(|now| now.statistics.version_errors));
    // A datagram of another VRID is nobody's, and not counted.
    scalar(&[1, 2, 3], Value::Counter64(0));
    scalar(&[1, 2, 4], Value::TimeTicks(0));
    for (config, now) in subject.instances() {
        let Some(on) = row_index(subject, config, now) else { continue };
        let own = interface(config, now);
        let known = own.and_then(|own| subject.engine.network.interface(own));
        let index = [on, u32::from(config.vrid.get()), family(config.family)];
        let mut put = |column, value| table.put(&VRRP_V3, &[1, 1, 1, 1, column], &index, value);
        operations(&mut put, subject, (config, now), known);
        for one in config.addresses.iter().map(|one| one.ip()) {
            let parts: Vec<u32> = match one {
                IpAddr::V4(ip) => ip.octets().map(u32::from).to_vec(),
                IpAddr::V6(ip) => ip.octets().map(u32::from).to_vec(),
            };
            let row = [index.as_slice(), &parts].concat();
            table.put(&VRRP_V3, &[1, 1, 2, 1, 2], &row, integer(1));
        }
        let mut put = |column, value| table.put(&VRRP_V3, &[1, 2, 5, 1, column], &index, value);
        statistics(&mut put, config, now);
    }
}

fn operations(
    put: &mut impl FnMut(u32, Value),
    subject: Subject<'_>,
    (config, now): (&Instance, &InstanceSnapshot),
    known: Option<&Interface>,
) {
    let nowhere = match config.family {
        Family::V4 => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        Family::V6 => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    let own = now.source.unwrap_or(nowhere);
    put(
        3,
        address(match now.state {
            State::Master => own,
            // In FAULT the last one that was heard.
            State::Backup | State::Init | State::Fault => now.master.unwrap_or(nowhere),
        }),
    );
    put(4, address(own));
    let mac = known.and_then(|known| known.mac).map_or([0; 6], |mac| mac.0);
    put(5, Value::Octets(mac.to_vec()));
    put(6, oper_state(now.state));
    put(7, gauge(u32::from(config.priority.get())));
    put(8, integer(i32::try_from(config.addresses.len()).unwrap_or(i32::MAX)));
    put(9, integer(i32::try_from(centiseconds(config.advert_int.value)).unwrap_or(i32::MAX)));
    put(10, truth(config.preemption != Preemption::Never));
    put(11, truth(config.accept || config.version == Version::V2));
    let works = working_since(now).map(|since| subject.engine.at.since(since));
    put(12, Value::TimeTicks(works.map_or(0, centiseconds)));
    put(13, integer(1));
}

fn statistics(put: &mut impl FnMut(u32, Value), config: &Instance, now: &InstanceSnapshot) {
    let counts = &now.statistics;
    let became = u32::try_from(counts.became_master & u64::from(u32::MAX)).unwrap_or(0);
    put(1, Value::Counter32(became));
    put(2, integer(mastery(now)));
    put(3, Value::Counter64(counts.adverts_received));
    put(4, Value::Counter64(counts.interval_errors));
    put(5, Value::Counter64(counts.ttl_errors));
    put(6, integer(counts.protocol_error.map_or(0, |error| error as i32)));
    put(7, Value::Counter64(counts.priority_zero_received));
    put(8, Value::Counter64(counts.priority_zero_sent));
    put(9, Value::Counter64(counts.type_errors));
    put(10, Value::Counter64(counts.address_list_errors));
    put(11, Value::Counter64(counts.length_errors));
    put(12, Value::TimeTicks(0));
    let interval = config.advert_int.as_millis();
    put(13, gauge(u32::try_from(interval).unwrap_or(u32::MAX)));
}
