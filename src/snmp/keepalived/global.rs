//! The scalars of the process (.1): version, mail, switches.

use std::net::IpAddr;

use super::{Mib, numbered};
use crate::ir::ChecksumPolicy;
use crate::ir::global::{DynamicInterfaces, FlushOnStop};
use crate::snmp::Subject;
use crate::snmp::table::{address, gauge, integer, text, truth};
use crate::units::Compat;

pub(super) fn rows(table: &mut Mib<'_>, subject: Subject<'_>) {
    let config = &subject.engine.config;
    let (global, mail) = (&config.global, &config.global.mail);
    let version = env!("CARGO_PKG_VERSION");
    let version = format!("Keepalived v{} (stillalive {version})", Compat::default());
    let mut scalar = |column: &[u32], value| table.put(&[&[1], column].concat(), &[0], value);
    scalar(&[1], text(&version));
    scalar(&[2], text(subject.router));

    let server = mail.server.as_ref().map(|server| &server.value);
    let relay = server.and_then(|(host, _)| host.parse::<IpAddr>().ok());
    // Without one keepalived says this.
    let kind = if relay.is_some_and(|relay| relay.is_ipv4()) { 1 } else { 2 };
    scalar(&[3, 1], integer(kind));
    scalar(&[3, 2], address(relay.unwrap_or(IpAddr::from([0; 4]))));
    let timeout = mail.connect_timeout.as_ref().map_or(30, |timeout| timeout.value.as_secs());
    let timeout = if server.is_some() { timeout } else { 0 };
    scalar(&[3, 3], gauge(u32::try_from(timeout).unwrap_or(u32::MAX)));
    if let Some(from) = &mail.from {
        scalar(&[3, 4], text(&from.value));
    }
    scalar(&[3, 6], gauge(server.map_or(0, |(_, port)| u32::from(*port))));
    scalar(&[3, 7], truth(!mail.no_faults));
    let choice = |says: Option<bool>| match says {
        Some(true) => integer(1),
        Some(false) => integer(2),
        None => integer(3),
    };
    scalar(&[3, 8], choice(mail.alert));
    scalar(&[3, 9], choice(mail.alert_vrrp));
    scalar(&[3, 10], choice(mail.alert_checker));

    scalar(&[4], truth(global.snmp.traps));
    let polls = config.instances.iter().any(|instance| instance.polls_link);
    scalar(&[5], integer(if polls { 2 } else { 1 }));
    scalar(&[6], truth(global.lvs.flush));
    // Counters of 64 bits: whatever IPVS has.
    scalar(&[7], truth(true));
    scalar(&[8], text(subject.namespace.unwrap_or("")));
    scalar(&[9], truth(global.dbus.enabled));
    scalar(&[10], truth(global.network.dynamic_interfaces != DynamicInterfaces::Never));
    scalar(
        &[11],
        integer(match global.lvs.flush_on_stop.as_ref().map(|flush| &flush.value) {
            Some(FlushOnStop::Everything) => 1,
            None => 2,
            Some(FlushOnStop::VirtualServers) => 3,
        }),
    );
    let as_v2 = |checksum: ChecksumPolicy| checksum == ChecksumPolicy::AsVersion2;
    let all = !config.instances.is_empty();
    let all = all && config.instances.iter().all(|instance| as_v2(instance.checksum));
    scalar(&[12], truth(all));
    for (number, recipient) in numbered(&mail.recipients) {
        table.put(&[1, 3, 5, 1, 2], &[number], text(&recipient.value));
    }
}
