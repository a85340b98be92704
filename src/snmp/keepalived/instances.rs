//! Instances (.2.3).

use super::{Mib, command, numbered, runs_something, state};
use crate::engine::snapshot::InstanceSnapshot;
use crate::ir::{Authentication, ChecksumPolicy, Instance, Preemption};
use crate::net::agentx::Value;
use crate::snmp::table::{address, gauge, integer, text, truth};
use crate::snmp::{Subject, centiseconds, family, group, interface};
use crate::units::{Family, Version};

pub(super) fn rows(table: &mut Mib<'_>, subject: Subject<'_>) {
    for (number, (config, now)) in numbered(subject.instances()) {
        let mut put = |column, value| table.put(&[2, 3, 1, column], &[number], value);
        of_state(&mut put, config, now);
        of_configuration(&mut put, config);
        let groups = &subject.engine.config.sync_groups;
        let of = groups
            .iter()
            .find(|group| group.members.iter().any(|member| member.value == config.name.value));
        if let Some(group) = of {
            put(18, text(&group.name.value));
        }
        of_scripts(&mut put, config);
    }
}

fn of_state(put: &mut impl FnMut(u32, Value), config: &Instance, now: &InstanceSnapshot) {
    put(2, text(&config.name.value));
    put(3, gauge(u32::from(config.vrid.get())));
    put(4, integer(state(now.state)));
    put(5, integer(if config.initial_state.is_master() { 2 } else { 1 }));
    put(6, integer(state(now.wanted)));
    put(7, integer(i32::from(config.priority.get())));
    put(8, integer(i32::from(now.priority.get())));
    put(9, truth(now.addresses_set));
    if let Some(interface) = interface(config, now) {
        put(10, text(interface.as_str()));
    }
}

fn of_configuration(put: &mut impl FnMut(u32, Value), config: &Instance) {
    // keepalived says so of every interface that is tracked by name.
    put(11, truth(!config.tracking.interfaces.is_empty()));
    let interval = match config.version {
        Version::V2 => u32::try_from(config.advert_int.as_secs()).unwrap_or(u32::MAX),
        Version::V3 => centiseconds(config.advert_int.value),
    };
    put(12, gauge(interval));
    let (preempts, delay) = match config.preemption {
        Preemption::Immediate => (true, 0),
        Preemption::Delayed(delay) => (true, delay.as_secs()),
        Preemption::Never => (false, 0),
    };
    put(13, truth(preempts));
    put(14, gauge(u32::try_from(delay).unwrap_or(u32::MAX)));
    put(
        15,
        integer(match config.authentication {
            Authentication::None | Authentication::Trailer(_) => 0,
            Authentication::Pass(_) => 1,
            Authentication::Header(_) => 2,
        }),
    );
    put(16, truth(config.sync_daemon.is_some()));
    if let Some(daemon) = &config.sync_daemon {
        put(17, text(daemon.value.as_str()));
    }
    put(19, gauge(u32::try_from(config.garp.master.delay.as_secs()).unwrap_or(u32::MAX)));
    put(20, truth(config.smtp_alert));
    // Version 2 has no such mode.
    put(
        27,
        match config.version {
            Version::V2 => integer(0),
            Version::V3 => truth(config.accept),
        },
    );
    put(28, truth(config.promote_secondaries));
    put(29, truth(config.polls_link));
    put(30, integer(i32::from(config.version.number())));
    if let Some(group) = group(config) {
        put(34, integer(i32::try_from(family(Family::of(group))).unwrap_or(0)));
        put(35, address(group));
    }
    put(36, truth(config.checksum == ChecksumPolicy::AsVersion2));
}

fn of_scripts(put: &mut impl FnMut(u32, Value), config: &Instance) {
    let notify = &config.notify;
    put(21, truth(runs_something(notify)));
    let scripts = [
        (22, &notify.master),
        (23, &notify.backup),
        (24, &notify.fault),
        (25, &notify.stop),
        (26, &notify.any),
        (31, &notify.master_rx_lower_pri),
        (32, &notify.deleted),
    ];
    for (column, script) in scripts {
        if let Some(script) = script {
            put(column, command(&script.value));
        }
    }
    put(33, truth(notify.reports_deletion));
}
