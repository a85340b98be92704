//! Processes, SNMP and D-Bus, scripts, buffers.

use std::time::Duration;

use crate::dump::View;
use crate::dump::number::exact_seconds;
use crate::dump::text::{Text, enabled};
use crate::ir::global::{AutoPriority, Buffer, RxPolicy};

/// From this lateness on a process raises its priority, unless said.
const LATE: Duration = Duration::from_secs(1);
/// Longest run under real-time scheduling, unless said.
const LONGEST_RUN: Duration = Duration::from_millis(10);
/// How old statistics may be, unless said.
const AGE: Duration = Duration::from_secs(5);

/// Names of the processes, as far as they have any.
pub(super) fn names(text: &mut Text, view: View<'_>) {
    let processes = &view.config().global.processes;
    for (which, name) in [
        ("Parent", &processes.parent_name),
        ("VRRP", &processes.vrrp.name),
        ("LVS", &processes.checker.name),
        ("BFD", &processes.bfd.name),
    ] {
        if let Some(name) = name {
            text.head(format_args!("{which} process name = {}", name.value));
        }
    }
}

/// How they are scheduled.
pub(super) fn processes(text: &mut Text, view: View<'_>) {
    let processes = &view.config().global.processes;
    let most = match processes.max_auto_priority {
        AutoPriority::Unset => 0,
        AutoPriority::Never => -1,
        AutoPriority::UpTo(most) => i16::from(most),
    };
    text.head(format_args!("Max auto priority = {most}"));
    let late = processes.min_auto_priority_delay.map_or(LATE, |delay| delay.value);
    text.head(format_args!("Min auto priority delay = {} usecs", late.as_micros()));
    for (which, process) in
        [("VRRP", &processes.vrrp), ("Checker", &processes.checker), ("BFD", &processes.bfd)]
    {
        let nice = process.nice.map_or(0, |nice| nice.value);
        text.head(format_args!("{which} process priority = {nice}"));
        text.head(format_args!("{which} don't swap = {}", process.no_swap));
        let real_time = process.rt_priority.map_or(0, |priority| priority.value);
        text.head(format_args!("{which} realtime priority = {real_time}"));
        if !process.cpus.is_empty() {
            let cpus: Vec<String> = process.cpus.iter().map(|cpu| cpu.value.to_string()).collect();
            text.head(format_args!("{which} CPU Affinity = {}", cpus.join(" ")));
        }
        let limit = process.rlimit_rttime.map_or(LONGEST_RUN, |limit| limit.value);
        text.head(format_args!("{which} realtime limit = {}", limit.as_micros()));
    }
}

/// SNMP and D-Bus.
pub(super) fn management(text: &mut Text, view: View<'_>) {
    let (snmp, dbus) = (&view.config().global.snmp, &view.config().global.dbus);
    for (which, on) in [
        ("vrrp", snmp.vrrp),
        ("checker", snmp.checker),
        ("RFCv2", snmp.rfc_v2),
        ("RFCv3", snmp.rfc_v3),
        ("traps", snmp.traps),
    ] {
        text.head(format_args!("SNMP {which} {}", enabled(on)));
    }
    let socket = snmp.socket.as_ref().map_or("default (unix:/var/agentx/master)", |it| &it.value);
    text.head(format_args!("SNMP socket = {socket}"));
    let age = snmp.virtual_server_age.map_or(AGE, |age| age.value);
    text.head(format_args!("SNMP VS stats update interval = {}", exact_seconds(age)));
    let age = snmp.real_server_age.map_or(age, |age| age.value);
    text.head(format_args!("SNMP RS stats update interval = {}", exact_seconds(age)));
    text.head(format_args!("DBus {}", enabled(dbus.enabled)));
    let name = dbus.service_name.as_ref().map_or("", |name| &name.value);
    text.head(format_args!("DBus service name = {name}"));
    let none = dbus.no_interface_name.as_ref().map_or("none", |name| &name.value);
    text.head(format_args!("DBus no interface name = {none}"));
}

/// Who runs scripts.
pub(super) fn scripts(text: &mut Text, view: View<'_>) {
    text.head(format_args!("Script security {}", enabled(view.config().global.script_security)));
    let (user, group) = view.host.default_user;
    text.head(format_args!("Default script uid:gid {user}:{group}"));
}

/// Sizes of receive buffers.
pub(super) fn buffers(text: &mut Text, view: View<'_>) {
    let buffers = &view.config().global.network.buffers;
    let mut buffer = |name: &str, buffer: Buffer| {
        let size = buffer.size.map_or(0, |size| size.value);
        text.head(format_args!("{name}_rcv_bufs = {size}"));
        text.head(format_args!("{name}_rcv_bufs_force = {}", u8::from(buffer.force)));
    };
    buffer("vrrp_netlink_cmd", buffers.vrrp_commands);
    buffer("vrrp_netlink_monitor", buffers.vrrp_monitor);
    buffer("process_monitor", buffers.process_monitor);
    buffer("lvs_netlink_cmd", buffers.lvs_commands);
    buffer("lvs_netlink_monitor", buffers.lvs_monitor);
}

/// How the buffers of the sockets that receive adverts are sized.
pub(super) fn advert_buffers(text: &mut Text, view: View<'_>) {
    let buffers = &view.config().global.network.buffers;
    match buffers.adverts.map(|adverts| adverts.value) {
        None => {}
        Some(RxPolicy::Mtu) => text.head(format_args!("rx_bufs_policy = MTU")),
        Some(RxPolicy::Advert) => text.head(format_args!("rx_bufs_policy = ADVERT")),
        Some(RxPolicy::Bytes(bytes)) => text.head(format_args!("rx_bufs_size = {bytes}")),
    }
}
