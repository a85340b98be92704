//! Each setting of `global_defs` is said by its keyword, with its value before and after.

use std::fmt::Write;

use super::{BEFORE, plan};
use stillalive::plan::{Difference, Kind};
use stillalive::schema::{self, Block};

/// A line for the old configuration and one for the new, by what they change.
const CHANGES: &[(&str, &str)] = &[
    ("router_id a", "router_id b"),
    ("", "vrrp_startup_delay 3"),
    ("", "vrrp_delay_after_boot 60"),
    ("vrrp_garp_interval 0.5", "vrrp_garp_interval 0.25"),
    ("", "vrrp_gna_interval 0.1"),
    ("script_user root", "script_user daemon bin"),
    ("", "use_symlink_paths"),
    ("startup_script /usr/bin/true", "startup_script /usr/bin/false"),
    ("", "startup_script /usr/bin/true\nstartup_script_timeout 5"),
    ("shutdown_script /usr/bin/true", ""),
    ("", "shutdown_script /usr/bin/true\nshutdown_script_timeout 7"),
    (
        "notification_email {\na@example.org\nb@example.org\n}",
        "notification_email {\nb@example.org\nc@example.org\n}",
    ),
    ("notification_email_from a@example.org", "notification_email_from b@example.org"),
    ("smtp_server 192.0.2.1", "smtp_server 192.0.2.1 587"),
    ("", "smtp_helo_name router"),
    ("smtp_connect_timeout 10", "smtp_connect_timeout 20"),
    ("", "smtp_alert"),
    ("smtp_alert_vrrp", "smtp_alert_vrrp off"),
    ("", "smtp_alert_checker"),
    ("", "no_email_faults"),
    ("", "no_checker_emails"),
    ("notify_fifo /run/a", "notify_fifo /run/a daemon"),
    ("notify_fifo /run/a", "notify_fifo /run/a\nnotify_fifo_script \"/usr/bin/cat -u\""),
    ("", "vrrp_notify_fifo /run/b"),
    ("", "lvs_notify_fifo /run/c"),
    ("", "vrrp_notify_priority_changes"),
    ("", "fifo_write_vrrp_states_on_reload"),
    ("", "net_namespace_ipvs blue"),
    ("", "process_name ka"),
    ("vrrp_process_name a", "vrrp_process_name b"),
    ("vrrp_priority -5", "vrrp_priority -7"),
    ("", "vrrp_no_swap"),
    ("", "vrrp_rt_priority 20"),
    ("vrrp_cpu_affinity 0", "vrrp_cpu_affinity 0 1"),
    ("", "vrrp_rlimit_rttime 5000"),
    ("", "checker_priority -3"),
    ("", "bfd_rt_priority 30"),
    ("max_auto_priority -1", "max_auto_priority 20"),
    ("", "min_auto_priority_delay 500000"),
    ("", "child_wait_time 9"),
    ("umask 0077", "umask 022"),
    ("", "state_dump_file /tmp/state"),
    ("json_version 1", "json_version 2"),
    ("", "data_use_instance"),
    ("", "config_save_dir /var/lib/a"),
    ("", "tmp_config_directory /var/tmp"),
    ("", "iproute_usr_dir /opt/iproute2"),
    ("", "iproute_etc_dir /opt/etc/iproute2"),
    ("", "reload_check_config"),
    ("reload_check_config", "reload_check_config /tmp/log"),
    ("", "reload_time_file /tmp/time"),
    ("", "reload_repeat"),
    ("", "reload_file"),
    ("default_interface eth0", "default_interface eth1"),
    ("", "dynamic_interfaces allow_if_changes"),
    ("", "log_unknown_vrids"),
    ("vmac_prefix v", "vmac_prefix w"),
    ("", "vmac_addr_prefix a"),
    ("vrrp_netlink_cmd_rcv_bufs 100000", "vrrp_netlink_cmd_rcv_bufs 200000"),
    ("", "vrrp_netlink_monitor_rcv_bufs 200000\nvrrp_netlink_monitor_rcv_bufs_force"),
    ("", "process_monitor_rcv_bufs 200000"),
    ("vrrp_rx_bufs_policy MTU", "vrrp_rx_bufs_policy 8192"),
    ("", "vrrp_rx_bufs_multiplier 5"),
    ("", "vrrp_iptables VIN VOUT"),
    ("vrrp_iptables VIN\nvrrp_ipsets", "vrrp_iptables VIN\nvrrp_ipsets a b"),
    ("", "nftables"),
    ("nftables", "nftables\nnftables_priority 5"),
    ("nftables", "nftables\nnftables_counters"),
    ("nftables", "nftables\nnftables_ifindex"),
    ("lvs_timeouts tcp 5", "lvs_timeouts tcp 5 udp 7"),
    ("", "lvs_flush"),
    ("lvs_flush_on_stop", "lvs_flush_on_stop VS"),
    ("", "lvs_sync_daemon eth0 VI_1 id 7"),
    ("", "checker_log_all_failures"),
    ("", "rs_init_notifies"),
    ("snmp_socket a", "snmp_socket b"),
    ("", "enable_snmp_vrrp"),
    ("", "enable_snmp_rfc"),
    ("", "enable_traps"),
    ("", "enable_dbus"),
    ("", "dbus_service_name org.example.Vrrp1"),
];

/// The line where it belongs: in `global_defs`, or above it.
fn with(line: &str) -> String {
    let word = line.split_whitespace().next().unwrap_or_default();
    match schema::keyword(Block::GlobalDefs, word) {
        None => format!("{line}\n{BEFORE}"),
        Some(_) => BEFORE.replacen("global_defs {\n", &format!("global_defs {{\n{line}\n"), 1),
    }
}

#[test]
fn each_setting_is_said_with_its_keyword_and_both_values() {
    let mut table = String::new();
    for (before, after) in CHANGES {
        let plan = plan(&with(before), &with(after));
        let step = plan.steps.iter().find(|step| step.kind == Kind::Global).unwrap();
        let settings = &step.settings;
        assert!(!settings.is_empty(), "{before} -> {after}: nothing is said");
        for setting in settings {
            let known = schema::keyword(Block::GlobalDefs, setting.keyword);
            let known = known.or_else(|| schema::keyword(Block::TopLevel, setting.keyword));
            assert!(known.is_some(), "{setting}");
            assert_ne!(setting.difference, Difference::Concealed, "{before} -> {after}");
        }
        let all: Vec<String> = settings.iter().map(ToString::to_string).collect();
        let notes: Vec<String> = step.notes.iter().map(|note| format!("  [{note}]")).collect();
        let _ = writeln!(table, "{}{}", all.join("; "), notes.concat());
    }
    insta::assert_snapshot!(table);
}
