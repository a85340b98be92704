//! The blocks of `global_defs` that concern the daemon as a whole, setting by setting: mail, pipes,
//! processes, files, interfaces and buffers, packet filter, load balancing, SNMP, D-Bus.

use std::time::Duration;

use crate::ir::global::{
    AutoPriority, Buffer, Buffers, Chains, Dbus, Dumps, DynamicInterfaces, Fifo, Fifos, Files,
    Firewall, FlushOnStop, Identity, IncludeChecks, IpSets, LifeScript, Lvs, LvsTimeouts, Mail,
    Network, Process, Processes, Reload, RxPolicy, Snmp, SyncDaemon, VmacNames,
};
use crate::ir::{Linkbeat, LinkbeatMethod, ScriptUser};
use crate::plan::setting::Differences;
use crate::plan::wording;
use crate::units::Spanned;

pub(super) fn life(
    found: &mut Differences,
    [script, timeout]: [&'static str; 2],
    (old, new): (&LifeScript, &LifeScript),
) {
    let LifeScript { script: program, timeout: limit } = old;
    found.value(script, (program, &new.script), |it| wording::optional_script(it.as_ref()));
    found.value(timeout, (limit, &new.timeout), wording::optional_time);
}

pub(super) fn mail(found: &mut Differences, old: &Mail, new: &Mail) {
    let Mail {
        recipients,
        from,
        server,
        helo_name,
        connect_timeout,
        alert,
        alert_vrrp,
        alert_checker,
        no_faults,
        no_checkers,
    } = old;
    found.entries("notification_email", (recipients, &new.recipients), |it| it.value.clone());
    found.value("notification_email_from", (from, &new.from), wording::optional);
    found.value("smtp_server", (server, &new.server), |it| {
        it.as_ref().map(|it| format!("{} {}", it.value.0, it.value.1))
    });
    found.value("smtp_helo_name", (helo_name, &new.helo_name), wording::optional);
    let patience = (connect_timeout, &new.connect_timeout);
    found.value("smtp_connect_timeout", patience, wording::optional_time);
    found.value("smtp_alert", (alert, &new.alert), wording::optional_switch);
    found.value("smtp_alert_vrrp", (alert_vrrp, &new.alert_vrrp), wording::optional_switch);
    let checker = (alert_checker, &new.alert_checker);
    found.value("smtp_alert_checker", checker, wording::optional_switch);
    found.value("no_email_faults", (no_faults, &new.no_faults), wording::switch);
    found.value("no_checker_emails", (no_checkers, &new.no_checkers), wording::switch);
}

pub(super) fn fifos(found: &mut Differences, old: &Fifos, new: &Fifos) {
    let Fifos { all, vrrp, lvs, priority_changes, states_on_reload } = old;
    fifo(found, ["notify_fifo", "notify_fifo_script"], (all, &new.all));
    fifo(found, ["vrrp_notify_fifo", "vrrp_notify_fifo_script"], (vrrp, &new.vrrp));
    fifo(found, ["lvs_notify_fifo", "lvs_notify_fifo_script"], (lvs, &new.lvs));
    let told = (priority_changes, &new.priority_changes);
    found.value("vrrp_notify_priority_changes", told, wording::switch);
    let states = (states_on_reload, &new.states_on_reload);
    found.value("fifo_write_vrrp_states_on_reload", states, wording::switch);
}

fn fifo(found: &mut Differences, [pipe, script]: [&'static str; 2], (old, new): (&Fifo, &Fifo)) {
    let Fifo { path, user, script: reader } = old;
    found.value(pipe, (&(path, user), &(&new.path, &new.user)), |(path, user)| {
        let path = path.as_ref()?;
        Some(match user {
            Some(user) => format!("{} {}", path.value, owner(user)),
            None => path.value.clone(),
        })
    });
    found.value(script, (reader, &new.script), |it| wording::optional_script(it.as_ref()));
}

pub(super) fn user(user: &Option<Spanned<ScriptUser>>) -> Option<String> {
    user.as_ref().map(|user| owner(&user.value))
}

fn owner(user: &ScriptUser) -> String {
    match &user.group {
        Some(group) => format!("{} {group}", user.user),
        None => user.user.clone(),
    }
}

pub(super) fn identity(found: &mut Differences, old: &Identity, new: &Identity) {
    // The first two are refused: see `impossible`.
    let Identity {
        instance: _,
        net_namespace: _,
        net_namespace_ipvs,
        namespace_with_ipsets,
        pid_directory,
    } = old;
    let ipvs = (net_namespace_ipvs, &new.net_namespace_ipvs);
    found.value("net_namespace_ipvs", ipvs, wording::optional);
    let sets = (namespace_with_ipsets, &new.namespace_with_ipsets);
    found.value("namespace_with_ipsets", sets, wording::switch);
    found.value("use_pid_dir", (pid_directory, &new.pid_directory), wording::switch);
}

/// The keywords of one process: name, nice value, memory, real time, processors, limit.
const VRRP: [&str; 6] = [
    "vrrp_process_name",
    "vrrp_priority",
    "vrrp_no_swap",
    "vrrp_rt_priority",
    "vrrp_cpu_affinity",
    "vrrp_rlimit_rttime",
];
const CHECKER: [&str; 6] = [
    "checker_process_name",
    "checker_priority",
    "checker_no_swap",
    "checker_rt_priority",
    "checker_cpu_affinity",
    "checker_rlimit_rttime",
];
const BFD: [&str; 6] = [
    "bfd_process_name",
    "bfd_priority",
    "bfd_no_swap",
    "bfd_rt_priority",
    "bfd_cpu_affinity",
    "bfd_rlimit_rttime",
];

pub(super) fn processes(found: &mut Differences, old: &Processes, new: &Processes) {
    let Processes {
        parent_name,
        vrrp,
        checker,
        bfd,
        max_auto_priority,
        min_auto_priority_delay,
        child_wait_time,
        umask,
    } = old;
    found.value("process_name", (parent_name, &new.parent_name), wording::optional);
    process(found, VRRP, (vrrp, &new.vrrp));
    process(found, CHECKER, (checker, &new.checker));
    process(found, BFD, (bfd, &new.bfd));
    let automatic = (max_auto_priority, &new.max_auto_priority);
    found.value("max_auto_priority", automatic, |it| match it {
        AutoPriority::Unset => None,
        AutoPriority::Never => Some("-1".to_owned()),
        AutoPriority::UpTo(priority) => Some(priority.to_string()),
    });
    let late = (min_auto_priority_delay, &new.min_auto_priority_delay);
    found.value("min_auto_priority_delay", late, wording::optional_time);
    let patience = (child_wait_time, &new.child_wait_time);
    found.value("child_wait_time", patience, wording::optional_time);
    found
        .value("umask", (umask, &new.umask), |it| it.as_ref().map(|it| format!("0{:o}", it.value)));
}

fn process(
    found: &mut Differences,
    [called, niceness, locked, real_time, processors, limit]: [&'static str; 6],
    (old, new): (&Process, &Process),
) {
    let Process { name, nice, no_swap, rt_priority, cpus, rlimit_rttime } = old;
    found.value(called, (name, &new.name), wording::optional);
    found.value(niceness, (nice, &new.nice), wording::optional);
    found.value(locked, (no_swap, &new.no_swap), wording::switch);
    found.value(real_time, (rt_priority, &new.rt_priority), wording::optional);
    found.value(processors, (cpus, &new.cpus), |cpus| {
        let all: Vec<String> = cpus.iter().map(|cpu| cpu.value.to_string()).collect();
        (!all.is_empty()).then(|| all.join(" "))
    });
    found.value(limit, (rlimit_rttime, &new.rlimit_rttime), wording::optional_time);
}

pub(super) fn files(found: &mut Differences, old: &Files, new: &Files) {
    let Files {
        dumps,
        config_save_directory,
        tmp_config_directory,
        iproute_usr_directory,
        iproute_etc_directory,
    } = old;
    let Dumps { state, statistics, json, json_version, use_instance } = dumps;
    let now = &new.dumps;
    found.value("state_dump_file", (state, &now.state), wording::optional);
    found.value("stats_dump_file", (statistics, &now.statistics), wording::optional);
    found.value("json_dump_file", (json, &now.json), wording::optional);
    found.value("json_version", (json_version, &now.json_version), wording::optional);
    found.value("data_use_instance", (use_instance, &now.use_instance), wording::switch);
    let saved = (config_save_directory, &new.config_save_directory);
    found.value("config_save_dir", saved, wording::optional);
    let working = (tmp_config_directory, &new.tmp_config_directory);
    found.value("tmp_config_directory", working, wording::optional);
    let names = (iproute_usr_directory, &new.iproute_usr_directory);
    found.value("iproute_usr_dir", names, wording::optional);
    let names = (iproute_etc_directory, &new.iproute_etc_directory);
    found.value("iproute_etc_dir", names, wording::optional);
}

pub(super) fn reload(found: &mut Differences, old: &Reload, new: &Reload) {
    let Reload { check, time_file, repeat, marker, include_checks } = old;
    // Without a file they stand alone.
    let named = |it: &Option<Spanned<String>>| {
        it.as_ref().map(|it| if it.value.is_empty() { "on".to_owned() } else { it.value.clone() })
    };
    found.value("reload_check_config", (check, &new.check), named);
    found.value("reload_time_file", (time_file, &new.time_file), wording::optional);
    found.value("reload_repeat", (repeat, &new.repeat), wording::switch);
    found.value("reload_file", (marker, &new.marker), named);
    found.value("include_check", (include_checks, &new.include_checks), |it| {
        let IncludeChecks { read, matches, wildcard, brace } = *it;
        let all = [
            (read, "read"),
            (matches, "match"),
            (wildcard, "wildcard_match"),
            (brace, "brace_match"),
        ];
        let said: Vec<&str> = all.iter().filter(|(said, _)| *said).map(|(_, word)| *word).collect();
        (!said.is_empty()).then(|| said.join(" "))
    });
}

pub(super) fn network(found: &mut Differences, old: &Network, new: &Network) {
    let Network {
        default_interface,
        dynamic_interfaces,
        // It is refused: see `impossible`.
        disable_local_igmp: _,
        log_unknown_vrids,
        linkbeat_use_polling,
        linkbeat_interfaces,
        vmac,
        buffers,
    } = old;
    let usual = (default_interface, &new.default_interface);
    found.value("default_interface", usual, wording::optional);
    let dynamic = (dynamic_interfaces, &new.dynamic_interfaces);
    found.value("dynamic_interfaces", dynamic, |it| {
        let word = match it {
            DynamicInterfaces::Never => "off",
            DynamicInterfaces::MayAppear => "on",
            DynamicInterfaces::MayChange => "allow_if_changes",
        };
        Some(word.to_owned())
    });
    let unknown = (log_unknown_vrids, &new.log_unknown_vrids);
    found.value("log_unknown_vrids", unknown, wording::switch);
    let polling = (linkbeat_use_polling, &new.linkbeat_use_polling);
    found.value("linkbeat_use_polling", polling, wording::switch);
    let polled = (&linkbeat_interfaces[..], &new.linkbeat_interfaces[..]);
    found.entries("linkbeat_interfaces", polled, |it| linkbeat(&it.value));
    let VmacNames { prefix, address_prefix } = vmac;
    found.value("vmac_prefix", (prefix, &new.vmac.prefix), wording::optional);
    let address = (address_prefix, &new.vmac.address_prefix);
    found.value("vmac_addr_prefix", address, wording::optional);
    sizes(found, buffers, &new.buffers);
}

fn linkbeat(line: &Linkbeat) -> String {
    let method = match line.method {
        None => "",
        Some(LinkbeatMethod::Mii) => " MII",
        Some(LinkbeatMethod::Ethtool) => " ETHTOOL",
        Some(LinkbeatMethod::Ioctl) => " IOCTL",
    };
    format!("{}{method}", line.interface)
}

fn sizes(found: &mut Differences, old: &Buffers, new: &Buffers) {
    let Buffers {
        vrrp_commands,
        vrrp_monitor,
        lvs_commands,
        lvs_monitor,
        process_monitor,
        adverts,
        multiplier,
    } = old;
    let written = |buffer: &Buffer| {
        let size = buffer.size.map(|size| size.value.to_string());
        match (size, buffer.force) {
            (size, false) => size,
            (Some(size), true) => Some(format!("{size} forced")),
            (None, true) => Some("forced".to_owned()),
        }
    };
    let pair = (vrrp_commands, &new.vrrp_commands);
    found.value("vrrp_netlink_cmd_rcv_bufs", pair, written);
    let pair = (vrrp_monitor, &new.vrrp_monitor);
    found.value("vrrp_netlink_monitor_rcv_bufs", pair, written);
    found.value("lvs_netlink_cmd_rcv_bufs", (lvs_commands, &new.lvs_commands), written);
    found.value("lvs_netlink_monitor_rcv_bufs", (lvs_monitor, &new.lvs_monitor), written);
    found.value("process_monitor_rcv_bufs", (process_monitor, &new.process_monitor), written);
    found.value("vrrp_rx_bufs_policy", (adverts, &new.adverts), |it| {
        it.as_ref().map(|policy| match policy.value {
            RxPolicy::Mtu => "MTU".to_owned(),
            RxPolicy::Advert => "ADVERT".to_owned(),
            RxPolicy::Bytes(bytes) => bytes.to_string(),
        })
    });
    found.value("vrrp_rx_bufs_multiplier", (multiplier, &new.multiplier), wording::optional);
}

pub(super) fn firewall(found: &mut Differences, old: &Firewall, new: &Firewall) {
    let Firewall {
        iptables,
        ipsets,
        nftables,
        nftables_priority,
        ipvs,
        ipvs_priority,
        ipvs_first_mark,
        counters,
        by_index,
    } = old;
    found.value("vrrp_iptables", (iptables, &new.iptables), |it| {
        it.as_ref().map(|chains| {
            let Chains { input, output } = &chains.value;
            output.as_ref().map_or_else(|| input.clone(), |output| format!("{input} {output}"))
        })
    });
    found.value("vrrp_ipsets", (ipsets, &new.ipsets), |it| match it {
        IpSets::Usual => None,
        IpSets::Off => Some("off".to_owned()),
        IpSets::Named(names) => {
            let names: Vec<&str> = names.iter().map(|name| name.value.as_str()).collect();
            Some(names.join(" "))
        }
    });
    found.value("nftables", (nftables, &new.nftables), wording::optional);
    let order = (nftables_priority, &new.nftables_priority);
    found.value("nftables_priority", order, wording::optional);
    found.value("nftables_ipvs", (ipvs, &new.ipvs), wording::optional);
    let order = (ipvs_priority, &new.ipvs_priority);
    found.value("nftables_ipvs_priority", order, wording::optional);
    let mark = (ipvs_first_mark, &new.ipvs_first_mark);
    found.value("nftables_ipvs_start_fwmark", mark, wording::optional);
    found.value("nftables_counters", (counters, &new.counters), wording::switch);
    found.value("nftables_ifindex", (by_index, &new.by_index), wording::switch);
}

pub(super) fn lvs(found: &mut Differences, old: &Lvs, new: &Lvs) {
    let Lvs { timeouts, flush, flush_on_stop, sync_daemon, log_all_failures, initial_notifies } =
        old;
    found.value("lvs_timeouts", (timeouts, &new.timeouts), |it| {
        let LvsTimeouts { tcp, tcp_closing, udp } = it;
        let word = |word, time: &Option<Spanned<Duration>>| {
            time.as_ref().map(|time| format!("{word} {}", wording::seconds(time.value)))
        };
        let all = [word("tcp", tcp), word("tcpfin", tcp_closing), word("udp", udp)];
        let said: Vec<String> = all.into_iter().flatten().collect();
        (!said.is_empty()).then(|| said.join(" "))
    });
    found.value("lvs_flush", (flush, &new.flush), wording::switch);
    found.value("lvs_flush_on_stop", (flush_on_stop, &new.flush_on_stop), |it| {
        it.as_ref().map(|flush| match flush.value {
            FlushOnStop::Everything => "on".to_owned(),
            FlushOnStop::VirtualServers => "VS".to_owned(),
        })
    });
    found.value("lvs_sync_daemon", (sync_daemon, &new.sync_daemon), |it| {
        it.as_ref().map(|daemon| synchronised(&daemon.value))
    });
    let failures = (log_all_failures, &new.log_all_failures);
    found.value("checker_log_all_failures", failures, wording::switch);
    let initial = (initial_notifies, &new.initial_notifies);
    found.value("rs_init_notifies", initial, wording::switch);
}

fn synchronised(daemon: &SyncDaemon) -> String {
    let SyncDaemon { interface, instance, id, max_length, port, ttl, group } = daemon;
    let mut text = interface.to_string();
    let mut say = |word: &str, value: Option<String>| {
        if let Some(value) = value {
            text.push_str(&format!(" {word} {value}"));
        }
    };
    say("inst", wording::optional(instance));
    say("id", wording::optional(id));
    say("maxlen", wording::optional(max_length));
    say("port", wording::optional(port));
    say("ttl", wording::optional(ttl));
    say("group", wording::optional(group));
    text
}

pub(super) fn snmp(found: &mut Differences, old: &Snmp, new: &Snmp) {
    let Snmp { socket, vrrp, checker, rfc_v2, rfc_v3, traps, virtual_server_age, real_server_age } =
        old;
    found.value("snmp_socket", (socket, &new.socket), wording::optional);
    found.value("enable_snmp_vrrp", (vrrp, &new.vrrp), wording::switch);
    found.value("enable_snmp_checker", (checker, &new.checker), wording::switch);
    found.value("enable_snmp_rfcv2", (rfc_v2, &new.rfc_v2), wording::switch);
    found.value("enable_snmp_rfcv3", (rfc_v3, &new.rfc_v3), wording::switch);
    found.value("enable_traps", (traps, &new.traps), wording::switch);
    let age = (virtual_server_age, &new.virtual_server_age);
    found.value("snmp_vs_stats_update_interval", age, wording::optional_time);
    let age = (real_server_age, &new.real_server_age);
    found.value("snmp_rs_stats_update_interval", age, wording::optional_time);
}

pub(super) fn dbus(found: &mut Differences, old: &Dbus, new: &Dbus) {
    let Dbus { enabled, service_name, no_interface_name } = old;
    found.value("enable_dbus", (enabled, &new.enabled), wording::switch);
    found.value("dbus_service_name", (service_name, &new.service_name), wording::optional);
    let nameless = (no_interface_name, &new.no_interface_name);
    found.value("dbus_no_interface_name", nameless, wording::optional);
}
