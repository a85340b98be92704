//! `global_defs` and the plain statements of the top level: each keyword has its field.

use std::fmt::{Debug, Write};

use super::{bare, file_with, understood_in};
use crate::ir::Config;
use crate::lower::{Mode, Settings};
use crate::units::Compat;

/// Each row with what `show` finds in the configuration, the status of `-t` and the findings; in
/// `global_defs` unless `outside`.
fn rows<T: Debug>(outside: bool, rows: &[&str], show: impl Fn(&Config) -> T) -> String {
    let mut out = String::new();
    for row in rows {
        let statements = row.replace("; ", "\n");
        let text = if outside {
            format!("\n{statements}\n{}", file_with(""))
        } else {
            format!("global_defs {{\n{statements}\n}}\n{}", file_with(""))
        };
        let outcome = understood_in(&text, Settings { mode: Mode::Test, compat: Compat::V2_4_3 });
        let shown = bare(&show(&outcome.config));
        let _ = writeln!(out, "{row}  =>  {shown}  [{}]", outcome.status);
        for finding in outcome.findings.iter().filter(|finding| !finding.contains("SA114")) {
            let _ = writeln!(out, "    {finding}");
        }
    }
    out
}

#[test]
fn a_process_has_a_name_a_schedule_and_limits() {
    let table = rows(
        false,
        &[
            "vrrp_process_name short",
            "vrrp_process_name sixteen_bytes_ab",
            "vrrp_process_name a; process_names",
            "process_names; vrrp_process_name a",
            "vrrp_priority -20",
            "vrrp_priority 5; vrrp_priority 20",
            "vrrp_no_swap",
            "vrrp_rt_priority 50",
            "vrrp_rt_priority 0",
            "vrrp_rt_priority 100",
            "vrrp_rt_priority x",
            "vrrp_cpu_affinity 0 2",
            "vrrp_cpu_affinity 0 x",
            "vrrp_rlimit_rttime 1",
            "vrrp_rlimit_rttime 10000",
            "vrrp_rlimit_rttime 0",
            "vrrp_rlimit_rtime 7",
        ],
        |config| config.global.processes.vrrp.clone(),
    );
    insta::assert_snapshot!(table, @r#"
    vrrp_process_name short  =>  Process { name: Some("short"), nice: None, no_swap: false, rt_priority: None, cpus: [], rlimit_rttime: None }  [0]
    vrrp_process_name sixteen_bytes_ab  =>  Process { name: Some("sixteen_bytes_a"), nice: None, no_swap: false, rt_priority: None, cpus: [], rlimit_rttime: None }  [5]
        2:19: error[SA205]: a process name has at most 15 bytes
    vrrp_process_name a; process_names  =>  Process { name: Some("keepalived_vrrp"), nice: None, no_swap: false, rt_priority: None, cpus: [], rlimit_rttime: None }  [0]
    process_names; vrrp_process_name a  =>  Process { name: Some("a"), nice: None, no_swap: false, rt_priority: None, cpus: [], rlimit_rttime: None }  [0]
    vrrp_priority -20  =>  Process { name: None, nice: Some(-20), no_swap: false, rt_priority: None, cpus: [], rlimit_rttime: None }  [0]
    vrrp_priority 5; vrrp_priority 20  =>  Process { name: None, nice: None, no_swap: false, rt_priority: None, cpus: [], rlimit_rttime: None }  [5]
        3:1: warning[SA120]: `vrrp_priority` is given twice
        3:15: error[SA202]: number '20' for `vrrp_priority` is outside range [-20, 19]
    vrrp_no_swap  =>  Process { name: None, nice: None, no_swap: true, rt_priority: None, cpus: [], rlimit_rttime: None }  [0]
    vrrp_rt_priority 50  =>  Process { name: None, nice: None, no_swap: false, rt_priority: Some(50), cpus: [], rlimit_rttime: None }  [0]
    vrrp_rt_priority 0  =>  Process { name: None, nice: None, no_swap: false, rt_priority: Some(1), cpus: [], rlimit_rttime: None }  [5]
        2:18: error[SA202]: `vrrp_rt_priority` is 1 to 99
    vrrp_rt_priority 100  =>  Process { name: None, nice: None, no_swap: false, rt_priority: Some(99), cpus: [], rlimit_rttime: None }  [5]
        2:18: error[SA202]: `vrrp_rt_priority` is 1 to 99
    vrrp_rt_priority x  =>  Process { name: None, nice: None, no_swap: false, rt_priority: None, cpus: [], rlimit_rttime: None }  [5]
        2:18: error[SA201]: invalid number 'x' for `vrrp_rt_priority`
    vrrp_cpu_affinity 0 2  =>  Process { name: None, nice: None, no_swap: false, rt_priority: None, cpus: [0, 2], rlimit_rttime: None }  [0]
    vrrp_cpu_affinity 0 x  =>  Process { name: None, nice: None, no_swap: false, rt_priority: None, cpus: [], rlimit_rttime: None }  [5]
        2:21: error[SA201]: invalid number 'x' for `vrrp_cpu_affinity`
    vrrp_rlimit_rttime 1  =>  Process { name: None, nice: None, no_swap: false, rt_priority: None, cpus: [], rlimit_rttime: Some(2µs) }  [0]
    vrrp_rlimit_rttime 10000  =>  Process { name: None, nice: None, no_swap: false, rt_priority: None, cpus: [], rlimit_rttime: Some(10ms) }  [0]
    vrrp_rlimit_rttime 0  =>  Process { name: None, nice: None, no_swap: false, rt_priority: None, cpus: [], rlimit_rttime: Some(0ns) }  [5]
        2:20: error[SA202]: number '0' for `vrrp_rlimit_rttime` is outside range [1, 4294967295]
    vrrp_rlimit_rtime 7  =>  Process { name: None, nice: None, no_swap: false, rt_priority: None, cpus: [], rlimit_rttime: Some(7µs) }  [0]
        2:1: warning[SA118]: `vrrp_rlimit_rtime` is deprecated
    "#);
    let table = rows(
        false,
        &["checker_priority 1; bfd_priority 2", "lvs_process_name a; bfd_no_swap"],
        |config| {
            let processes = &config.global.processes;
            (processes.checker.clone(), processes.bfd.clone())
        },
    );
    insta::assert_snapshot!(table, @r#"
    checker_priority 1; bfd_priority 2  =>  (Process { name: None, nice: Some(1), no_swap: false, rt_priority: None, cpus: [], rlimit_rttime: None }, Process { name: None, nice: Some(2), no_swap: false, rt_priority: None, cpus: [], rlimit_rttime: None })  [0]
    lvs_process_name a; bfd_no_swap  =>  (Process { name: Some("a"), nice: None, no_swap: false, rt_priority: None, cpus: [], rlimit_rttime: None }, Process { name: None, nice: None, no_swap: true, rt_priority: None, cpus: [], rlimit_rttime: None })  [0]
        2:1: warning[SA118]: `lvs_process_name` is deprecated
    "#);
}

#[test]
fn processes_raise_their_priority_only_where_it_is_said() {
    let table = rows(
        false,
        &[
            "",
            "max_auto_priority",
            "max_auto_priority 40",
            "max_auto_priority -1",
            "max_auto_priority 100",
            "min_auto_priority_delay 500",
            "min_auto_priority_delay 0",
        ],
        |config| {
            let processes = &config.global.processes;
            (processes.max_auto_priority, processes.min_auto_priority_delay)
        },
    );
    insta::assert_snapshot!(table, @"
      =>  (Unset, None)  [0]
    max_auto_priority  =>  (UpTo(99), None)  [0]
    max_auto_priority 40  =>  (UpTo(40), None)  [0]
    max_auto_priority -1  =>  (Never, None)  [0]
    max_auto_priority 100  =>  (Unset, None)  [5]
        2:19: error[SA202]: number '100' for `max_auto_priority` is outside range [-1, 99]
    min_auto_priority_delay 500  =>  (Unset, Some(500µs))  [0]
    min_auto_priority_delay 0  =>  (Unset, None)  [5]
        2:25: error[SA202]: number '0' for `min_auto_priority_delay` is outside range [1, 10000000]
    ");
}

#[test]
fn a_umask_is_a_number_of_any_base_or_names_of_bits() {
    let masks = [
        "umask 0",
        "umask 022",
        "umask 18",
        "umask 0x12",
        "umask 0777",
        "umask 01000",
        "umask IWGRP|IWOTH",
        "umask IWGRP | IWOTH",
        "umask IRWXG|IRWXO|IXUSR",
        "umask IRWXA",
        "umask IWGRP IWOTH",
        "umask IWGRP|",
        "umask 022 x",
    ];
    let table = rows(false, &masks, |config| {
        config.global.processes.umask.map(|mask| format!("0{:o}", mask.value))
    });
    insta::assert_snapshot!(table, @r#"
    umask 0  =>  Some("00")  [0]
    umask 022  =>  Some("022")  [0]
    umask 18  =>  Some("022")  [0]
    umask 0x12  =>  Some("022")  [0]
    umask 0777  =>  Some("0777")  [0]
    umask 01000  =>  None  [5]
        2:7: error[SA201]: this is no umask
    umask IWGRP|IWOTH  =>  Some("022")  [0]
    umask IWGRP | IWOTH  =>  Some("022")  [0]
    umask IRWXG|IRWXO|IXUSR  =>  Some("0177")  [0]
    umask IRWXA  =>  None  [5]
        2:7: error[SA201]: this is no umask
    umask IWGRP IWOTH  =>  None  [5]
        2:7: error[SA201]: this is no umask
    umask IWGRP|  =>  None  [5]
        2:7: error[SA201]: this is no umask
    umask 022 x  =>  None  [5]
        2:7: error[SA201]: this is no umask
    "#);
}

#[test]
fn files_and_reloads() {
    let table = rows(
        false,
        &[
            "state_dump_file /run/k.data",
            "state_dump_file a b",
            "state_dump_file \"\"",
            "stats_dump_file /run/k.stats; json_dump_file /run/k.json; json_version 2",
            "json_version 3",
            "data_use_instance; config_save_dir /var/k/",
            "tmp_config_directory /var/tmp; tmp_config_directory /tmp",
            "iproute_usr_dir /usr/share/iproute2; iproute_etc_dir /etc/iproute2",
        ],
        |config| config.global.files.clone(),
    );
    insta::assert_snapshot!(table, @r#"
    state_dump_file /run/k.data  =>  Files { dumps: Dumps { state: Some("/run/k.data"), statistics: None, json: None, json_version: None, use_instance: false }, config_save_directory: None, tmp_config_directory: None, iproute_usr_directory: None, iproute_etc_directory: None }  [0]
    state_dump_file a b  =>  Files { dumps: Dumps { state: None, statistics: None, json: None, json_version: None, use_instance: false }, config_save_directory: None, tmp_config_directory: None, iproute_usr_directory: None, iproute_etc_directory: None }  [5]
        2:19: error[SA116]: too many words after `state_dump_file`
    state_dump_file ""  =>  Files { dumps: Dumps { state: None, statistics: None, json: None, json_version: None, use_instance: false }, config_save_directory: None, tmp_config_directory: None, iproute_usr_directory: None, iproute_etc_directory: None }  [5]
        2:17: error[SA115]: the path of `state_dump_file` is empty
    stats_dump_file /run/k.stats; json_dump_file /run/k.json; json_version 2  =>  Files { dumps: Dumps { state: None, statistics: Some("/run/k.stats"), json: Some("/run/k.json"), json_version: Some(2), use_instance: false }, config_save_directory: None, tmp_config_directory: None, iproute_usr_directory: None, iproute_etc_directory: None }  [0]
    json_version 3  =>  Files { dumps: Dumps { state: None, statistics: None, json: None, json_version: None, use_instance: false }, config_save_directory: None, tmp_config_directory: None, iproute_usr_directory: None, iproute_etc_directory: None }  [5]
        2:14: error[SA202]: number '3' for `json_version` is outside range [1, 2]
    data_use_instance; config_save_dir /var/k/  =>  Files { dumps: Dumps { state: None, statistics: None, json: None, json_version: None, use_instance: true }, config_save_directory: Some("/var/k"), tmp_config_directory: None, iproute_usr_directory: None, iproute_etc_directory: None }  [0]
    tmp_config_directory /var/tmp; tmp_config_directory /tmp  =>  Files { dumps: Dumps { state: None, statistics: None, json: None, json_version: None, use_instance: false }, config_save_directory: None, tmp_config_directory: Some("/var/tmp"), iproute_usr_directory: None, iproute_etc_directory: None }  [5]
        3:1: error[SA120]: `tmp_config_directory` is given twice
    iproute_usr_dir /usr/share/iproute2; iproute_etc_dir /etc/iproute2  =>  Files { dumps: Dumps { state: None, statistics: None, json: None, json_version: None, use_instance: false }, config_save_directory: None, tmp_config_directory: None, iproute_usr_directory: Some("/usr/share/iproute2"), iproute_etc_directory: Some("/etc/iproute2") }  [0]
    "#);
    let table = rows(
        false,
        &[
            "reload_check_config",
            "reload_check_config /var/log/k; reload_repeat",
            "reload_time_file /etc/k.time",
            "reload_time_file a b",
            "reload_file; reload_file /run/k.reload",
            "include_check",
            "include_check match",
            "include_check match +brace_match -read",
            "include_check match read",
            "include_check readable",
        ],
        |config| config.global.reload.clone(),
    );
    insta::assert_snapshot!(table, @r#"
    reload_check_config  =>  Reload { check: Some(""), time_file: None, repeat: false, marker: None, include_checks: IncludeChecks { read: false, matches: false, wildcard: false, brace: false } }  [0]
    reload_check_config /var/log/k; reload_repeat  =>  Reload { check: Some("/var/log/k"), time_file: None, repeat: true, marker: None, include_checks: IncludeChecks { read: false, matches: false, wildcard: false, brace: false } }  [0]
    reload_time_file /etc/k.time  =>  Reload { check: None, time_file: Some("/etc/k.time"), repeat: false, marker: None, include_checks: IncludeChecks { read: false, matches: false, wildcard: false, brace: false } }  [0]
    reload_time_file a b  =>  Reload { check: None, time_file: None, repeat: false, marker: None, include_checks: IncludeChecks { read: false, matches: false, wildcard: false, brace: false } }  [5]
        2:20: error[SA116]: too many words after `reload_time_file`
    reload_file; reload_file /run/k.reload  =>  Reload { check: None, time_file: None, repeat: false, marker: Some("/run/k.reload"), include_checks: IncludeChecks { read: false, matches: false, wildcard: false, brace: false } }  [0]
        3:1: warning[SA120]: `reload_file` is given twice
    include_check  =>  Reload { check: None, time_file: None, repeat: false, marker: None, include_checks: IncludeChecks { read: true, matches: true, wildcard: true, brace: true } }  [0]
    include_check match  =>  Reload { check: None, time_file: None, repeat: false, marker: None, include_checks: IncludeChecks { read: true, matches: true, wildcard: false, brace: false } }  [0]
    include_check match +brace_match -read  =>  Reload { check: None, time_file: None, repeat: false, marker: None, include_checks: IncludeChecks { read: false, matches: true, wildcard: false, brace: true } }  [0]
    include_check match read  =>  Reload { check: None, time_file: None, repeat: false, marker: None, include_checks: IncludeChecks { read: true, matches: true, wildcard: false, brace: false } }  [5]
        2:21: error[SA204]: only the first word of `include_check` goes without a sign: 'read'
    include_check readable  =>  Reload { check: None, time_file: None, repeat: false, marker: None, include_checks: IncludeChecks { read: true, matches: false, wildcard: false, brace: false } }  [5]
        2:15: error[SA204]: `include_check` knows no 'readable'
    "#);
}

#[test]
fn pipes_and_scripts_of_the_daemon_itself() {
    let table = rows(
        false,
        &[
            "notify_fifo /run/a; notify_fifo_script \"/bin/read x\" nobody",
            "vrrp_notify_fifo /run/a nobody nogroup",
            "notify_fifo /run/a; vrrp_notify_fifo /run/a; lvs_notify_fifo /run/b",
            "notify_fifo /run/a; notify_fifo /run/b",
            "fifo_write_vrrp_states_on_reload",
            "vrrp_notify_priority_changes",
        ],
        |config| config.global.fifos.clone(),
    );
    insta::assert_snapshot!(table, @r#"
    notify_fifo /run/a; notify_fifo_script "/bin/read x" nobody  =>  Fifos { all: Fifo { path: Some("/run/a"), user: None, script: Some(Script { program: "/bin/read", arguments: ["x"], user: Some(ScriptUser { user: "nobody", group: None }) }) }, vrrp: Fifo { path: None, user: None, script: None }, lvs: Fifo { path: None, user: None, script: None }, priority_changes: false, states_on_reload: false }  [0]
    vrrp_notify_fifo /run/a nobody nogroup  =>  Fifos { all: Fifo { path: None, user: None, script: None }, vrrp: Fifo { path: Some("/run/a"), user: Some(ScriptUser { user: "nobody", group: Some("nogroup") }), script: None }, lvs: Fifo { path: None, user: None, script: None }, priority_changes: false, states_on_reload: false }  [0]
    notify_fifo /run/a; vrrp_notify_fifo /run/a; lvs_notify_fifo /run/b  =>  Fifos { all: Fifo { path: Some("/run/a"), user: None, script: None }, vrrp: Fifo { path: None, user: None, script: None }, lvs: Fifo { path: Some("/run/b"), user: None, script: None }, priority_changes: false, states_on_reload: false }  [0]
        3:18: warning[SA211]: `/run/a` is the path of `notify_fifo` too
    notify_fifo /run/a; notify_fifo /run/b  =>  Fifos { all: Fifo { path: Some("/run/a"), user: None, script: None }, vrrp: Fifo { path: None, user: None, script: None }, lvs: Fifo { path: None, user: None, script: None }, priority_changes: false, states_on_reload: false }  [5]
        3:1: error[SA120]: `notify_fifo` is given twice
    fifo_write_vrrp_states_on_reload  =>  Fifos { all: Fifo { path: None, user: None, script: None }, vrrp: Fifo { path: None, user: None, script: None }, lvs: Fifo { path: None, user: None, script: None }, priority_changes: false, states_on_reload: true }  [0]
    vrrp_notify_priority_changes  =>  Fifos { all: Fifo { path: None, user: None, script: None }, vrrp: Fifo { path: None, user: None, script: None }, lvs: Fifo { path: None, user: None, script: None }, priority_changes: true, states_on_reload: false }  [0]
    "#);
    let table = rows(
        false,
        &[
            "startup_script /bin/up; startup_script_timeout 20",
            "startup_script /bin/up; startup_script /bin/other",
            "startup_script_timeout 0",
            "shutdown_script \"/bin/down now\" nobody; shutdown_script_timeout 1001",
        ],
        |config| (config.global.startup.clone(), config.global.shutdown.clone()),
    );
    insta::assert_snapshot!(table, @r#"
    startup_script /bin/up; startup_script_timeout 20  =>  (LifeScript { script: Some(Script { program: "/bin/up", arguments: [], user: None }), timeout: Some(20s) }, LifeScript { script: None, timeout: None })  [0]
    startup_script /bin/up; startup_script /bin/other  =>  (LifeScript { script: Some(Script { program: "/bin/up", arguments: [], user: None }), timeout: None }, LifeScript { script: None, timeout: None })  [5]
        3:1: error[SA120]: `startup_script` is given twice
    startup_script_timeout 0  =>  (LifeScript { script: None, timeout: None }, LifeScript { script: None, timeout: None })  [5]
        2:24: error[SA202]: number '0' for `startup_script_timeout` is outside range [1, 1000]
    shutdown_script "/bin/down now" nobody; shutdown_script_timeout 1001  =>  (LifeScript { script: None, timeout: None }, LifeScript { script: Some(Script { program: "/bin/down", arguments: ["now"], user: Some(ScriptUser { user: "nobody", group: None }) }), timeout: None })  [5]
        3:25: error[SA202]: number '1001' for `shutdown_script_timeout` is outside range [1, 1000]
    "#);
}

#[test]
fn interfaces() {
    let table = rows(
        false,
        &[
            "default_interface eth1; dynamic_interfaces",
            "dynamic_interfaces allow_if_changes",
            "dynamic_interfaces maybe",
            "disable_local_igmp",
            "log_unknown_vrids",
            "vmac_prefix v; vmac_prefix w; vmac_addr_prefix a",
        ],
        |config| {
            let network = &config.global.network;
            let flags = (network.disable_local_igmp, network.log_unknown_vrids);
            let interface = network.default_interface.clone();
            (interface, network.dynamic_interfaces, flags, network.vmac.clone())
        },
    );
    insta::assert_snapshot!(table, @r#"
    default_interface eth1; dynamic_interfaces  =>  (Some(eth1), MayAppear, (false, false), VmacNames { prefix: None, address_prefix: None })  [0]
    dynamic_interfaces allow_if_changes  =>  (None, MayChange, (false, false), VmacNames { prefix: None, address_prefix: None })  [0]
    dynamic_interfaces maybe  =>  (None, MayAppear, (false, false), VmacNames { prefix: None, address_prefix: None })  [5]
        2:20: error[SA204]: `dynamic_interfaces` knows no 'maybe'
    disable_local_igmp  =>  (None, Never, (true, false), VmacNames { prefix: None, address_prefix: None })  [0]
    log_unknown_vrids  =>  (None, Never, (false, true), VmacNames { prefix: None, address_prefix: None })  [0]
    vmac_prefix v; vmac_prefix w; vmac_addr_prefix a  =>  (None, Never, (false, false), VmacNames { prefix: Some("v"), address_prefix: Some("a") })  [5]
        3:1: error[SA120]: `vmac_prefix` is given twice
    "#);
}

#[test]
fn receive_buffers() {
    let table = rows(
        false,
        &[
            "vrrp_netlink_cmd_rcv_bufs 1000; vrrp_netlink_cmd_rcv_bufs_force",
            "vrrp_netlink_monitor_rcv_bufs 2000",
            "lvs_netlink_cmd_rcv_bufs 3000",
            "lvs_netlink_monitor_rcv_bufs -1",
            "process_monitor_rcv_bufs 0; process_monitor_rcv_bufs_force no",
        ],
        |config| {
            let buffers = &config.global.network.buffers;
            [
                buffers.vrrp_commands,
                buffers.vrrp_monitor,
                buffers.lvs_commands,
                buffers.lvs_monitor,
                buffers.process_monitor,
            ]
            .map(|buffer| (buffer.size, buffer.force))
        },
    );
    insta::assert_snapshot!(table, @"
    vrrp_netlink_cmd_rcv_bufs 1000; vrrp_netlink_cmd_rcv_bufs_force  =>  [(Some(1000), true), (None, false), (None, false), (None, false), (None, false)]  [0]
    vrrp_netlink_monitor_rcv_bufs 2000  =>  [(None, false), (Some(2000), false), (None, false), (None, false), (None, false)]  [0]
    lvs_netlink_cmd_rcv_bufs 3000  =>  [(None, false), (None, false), (Some(3000), false), (None, false), (None, false)]  [0]
    lvs_netlink_monitor_rcv_bufs -1  =>  [(None, false), (None, false), (None, false), (None, false), (None, false)]  [5]
        2:30: error[SA202]: negative number '-1' for `lvs_netlink_monitor_rcv_bufs`
    process_monitor_rcv_bufs 0; process_monitor_rcv_bufs_force no  =>  [(None, false), (None, false), (None, false), (None, false), (Some(0), false)]  [0]
    ");
    let table = rows(
        false,
        &[
            "vrrp_rx_bufs_policy mtu; vrrp_rx_bufs_multiplier 4",
            "vrrp_rx_bufs_policy ADVERT MTU",
            "vrrp_rx_bufs_policy 4096",
            "vrrp_rx_bufs_policy 4096 MTU",
            "vrrp_rx_bufs_policy MTU 4096",
            "vrrp_rx_bufs_multiplier 0",
        ],
        |config| {
            let buffers = &config.global.network.buffers;
            (buffers.adverts, buffers.multiplier)
        },
    );
    insta::assert_snapshot!(table, @"
    vrrp_rx_bufs_policy mtu; vrrp_rx_bufs_multiplier 4  =>  (Some(Mtu), Some(4))  [0]
    vrrp_rx_bufs_policy ADVERT MTU  =>  (Some(Mtu), None)  [5]
        2:28: error[SA204]: `vrrp_rx_bufs_policy` is MTU, ADVERT or a number of bytes
    vrrp_rx_bufs_policy 4096  =>  (Some(Bytes(4096)), None)  [0]
    vrrp_rx_bufs_policy 4096 MTU  =>  (Some(Bytes(4096)), None)  [5]
        2:26: error[SA204]: `vrrp_rx_bufs_policy` is MTU, ADVERT or a number of bytes
    vrrp_rx_bufs_policy MTU 4096  =>  (Some(Mtu), None)  [5]
        2:21: error[SA201]: invalid number 'MTU' for `vrrp_rx_bufs_policy`
    vrrp_rx_bufs_multiplier 0  =>  (None, None)  [5]
        2:25: error[SA202]: number '0' for `vrrp_rx_bufs_multiplier` is outside range [1, 4294967295]
    ");
}

#[test]
fn packet_filters() {
    let long = format!("nftables {}", "t".repeat(255));
    let table = rows(
        false,
        &[
            "vrrp_iptables",
            "vrrp_iptables in",
            "vrrp_iptables in out",
            "vrrp_iptables same same",
            "vrrp_iptables in; nftables",
            "vrrp_iptables; vrrp_ipsets a b",
            "vrrp_ipsets a",
            "vrrp_iptables; vrrp_ipsets",
            "vrrp_iptables; vrrp_ipsets a a",
            "nftables; nftables_priority 3",
            "nftables_priority 3; nftables t",
            "nftables a; nftables b",
            "nftables \"\"",
            &long,
            "nftables_counters; nftables_ifindex",
            "nftables_ipvs; nftables_ipvs_priority -7; nftables_ipvs_start_fwmark 5",
            "nftables_ipvs_start_fwmark 0",
        ],
        |config| config.global.firewall.clone(),
    );
    insta::assert_snapshot!(table, @r#"
    vrrp_iptables  =>  Firewall { iptables: Some(Chains { input: "INPUT", output: Some("OUTPUT") }), ipsets: Usual, nftables: None, nftables_priority: None, ipvs: None, ipvs_priority: None, ipvs_first_mark: None, counters: false, by_index: false }  [0]
    vrrp_iptables in  =>  Firewall { iptables: Some(Chains { input: "in", output: None }), ipsets: Usual, nftables: None, nftables_priority: None, ipvs: None, ipvs_priority: None, ipvs_first_mark: None, counters: false, by_index: false }  [0]
    vrrp_iptables in out  =>  Firewall { iptables: Some(Chains { input: "in", output: Some("out") }), ipsets: Usual, nftables: None, nftables_priority: None, ipvs: None, ipvs_priority: None, ipvs_first_mark: None, counters: false, by_index: false }  [0]
    vrrp_iptables same same  =>  Firewall { iptables: None, ipsets: Usual, nftables: None, nftables_priority: None, ipvs: None, ipvs_priority: None, ipvs_first_mark: None, counters: false, by_index: false }  [0]
        2:1: warning[SA206]: both chains of `vrrp_iptables` are one
    vrrp_iptables in; nftables  =>  Firewall { iptables: None, ipsets: Usual, nftables: Some("keepalived"), nftables_priority: None, ipvs: None, ipvs_priority: None, ipvs_first_mark: None, counters: false, by_index: false }  [0]
        2:1: warning[SA212]: `vrrp_iptables` has no effect beside `nftables`
    vrrp_iptables; vrrp_ipsets a b  =>  Firewall { iptables: Some(Chains { input: "INPUT", output: Some("OUTPUT") }), ipsets: Named(["a", "b"]), nftables: None, nftables_priority: None, ipvs: None, ipvs_priority: None, ipvs_first_mark: None, counters: false, by_index: false }  [0]
    vrrp_ipsets a  =>  Firewall { iptables: None, ipsets: Named(["a"]), nftables: None, nftables_priority: None, ipvs: None, ipvs_priority: None, ipvs_first_mark: None, counters: false, by_index: false }  [0]
        2:13: warning[SA212]: `vrrp_ipsets` has no effect without `vrrp_iptables`
    vrrp_iptables; vrrp_ipsets  =>  Firewall { iptables: Some(Chains { input: "INPUT", output: Some("OUTPUT") }), ipsets: Off, nftables: None, nftables_priority: None, ipvs: None, ipvs_priority: None, ipvs_first_mark: None, counters: false, by_index: false }  [0]
    vrrp_iptables; vrrp_ipsets a a  =>  Firewall { iptables: Some(Chains { input: "INPUT", output: Some("OUTPUT") }), ipsets: Usual, nftables: None, nftables_priority: None, ipvs: None, ipvs_priority: None, ipvs_first_mark: None, counters: false, by_index: false }  [5]
        3:15: error[SA206]: the set `a` is named twice
    nftables; nftables_priority 3  =>  Firewall { iptables: None, ipsets: Usual, nftables: Some("keepalived"), nftables_priority: Some(3), ipvs: None, ipvs_priority: None, ipvs_first_mark: None, counters: false, by_index: false }  [0]
    nftables_priority 3; nftables t  =>  Firewall { iptables: None, ipsets: Usual, nftables: Some("t"), nftables_priority: None, ipvs: None, ipvs_priority: None, ipvs_first_mark: None, counters: false, by_index: false }  [0]
    nftables a; nftables b  =>  Firewall { iptables: None, ipsets: Usual, nftables: Some("a"), nftables_priority: None, ipvs: None, ipvs_priority: None, ipvs_first_mark: None, counters: false, by_index: false }  [5]
        3:1: error[SA120]: `nftables` is given twice
    nftables ""  =>  Firewall { iptables: None, ipsets: Usual, nftables: None, nftables_priority: None, ipvs: None, ipvs_priority: None, ipvs_first_mark: None, counters: false, by_index: false }  [5]
        2:10: error[SA205]: '' is no name of a table
    nftables ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt  =>  Firewall { iptables: None, ipsets: Usual, nftables: None, nftables_priority: None, ipvs: None, ipvs_priority: None, ipvs_first_mark: None, counters: false, by_index: false }  [5]
        2:10: error[SA205]: 'ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt' is no name of a table
    nftables_counters; nftables_ifindex  =>  Firewall { iptables: None, ipsets: Usual, nftables: None, nftables_priority: None, ipvs: None, ipvs_priority: None, ipvs_first_mark: None, counters: true, by_index: true }  [0]
    nftables_ipvs; nftables_ipvs_priority -7; nftables_ipvs_start_fwmark 5  =>  Firewall { iptables: None, ipsets: Usual, nftables: None, nftables_priority: None, ipvs: Some("keepalived_ipvs"), ipvs_priority: Some(-7), ipvs_first_mark: Some(5), counters: false, by_index: false }  [0]
    nftables_ipvs_start_fwmark 0  =>  Firewall { iptables: None, ipsets: Usual, nftables: None, nftables_priority: None, ipvs: None, ipvs_priority: None, ipvs_first_mark: None, counters: false, by_index: false }  [5]
        2:28: error[SA202]: number '0' for `nftables_ipvs_start_fwmark` is outside range [1, 4294967295]
    "#);
}

#[test]
fn ipvs_as_a_whole() {
    let table = rows(
        false,
        &[
            "lvs_timeouts tcp 10 udp 20",
            "lvs_timeouts tcpfin 0 tcp x",
            "lvs_timeouts tcp 2678401 udp",
            "lvs_flush; lvs_flush_on_stop",
            "lvs_flush_onstop VS",
            "lvs_flush_on_stop vs",
            "lvs_sync_daemon eth0",
            "lvs_sync_daemon eth0 inst V id 7 maxlen 1400 port 8849 ttl 3 group 224.0.0.82",
            "lvs_sync_daemon eth0 V 7",
            "lvs_sync_daemon eth0 id 256 group 10.0.0.1 foo",
            "lvs_sync_daemon eth0 inst",
            "lvs_sync_daemon eth0 ttl",
            "checker_log_all_failures; rs_init_notifies yes",
        ],
        |config| config.global.lvs.clone(),
    );
    insta::assert_snapshot!(table, @r#"
    lvs_timeouts tcp 10 udp 20  =>  Lvs { timeouts: LvsTimeouts { tcp: Some(10s), tcp_closing: None, udp: Some(20s) }, flush: false, flush_on_stop: None, sync_daemon: None, log_all_failures: false, initial_notifies: false }  [0]
    lvs_timeouts tcpfin 0 tcp x  =>  Lvs { timeouts: LvsTimeouts { tcp: None, tcp_closing: Some(0ns), udp: None }, flush: false, flush_on_stop: None, sync_daemon: None, log_all_failures: false, initial_notifies: false }  [5]
        2:27: error[SA201]: invalid number 'x' for `tcp`
    lvs_timeouts tcp 2678401 udp  =>  Lvs { timeouts: LvsTimeouts { tcp: None, tcp_closing: None, udp: None }, flush: false, flush_on_stop: None, sync_daemon: None, log_all_failures: false, initial_notifies: false }  [5]
        2:18: error[SA202]: number '2678401' for `tcp` is outside range [0, 2678400]
        2:26: error[SA115]: `udp` of `lvs_timeouts` lacks its seconds
    lvs_flush; lvs_flush_on_stop  =>  Lvs { timeouts: LvsTimeouts { tcp: None, tcp_closing: None, udp: None }, flush: true, flush_on_stop: Some(Everything), sync_daemon: None, log_all_failures: false, initial_notifies: false }  [0]
    lvs_flush_onstop VS  =>  Lvs { timeouts: LvsTimeouts { tcp: None, tcp_closing: None, udp: None }, flush: false, flush_on_stop: Some(VirtualServers), sync_daemon: None, log_all_failures: false, initial_notifies: false }  [0]
        2:1: warning[SA118]: `lvs_flush_onstop` is deprecated
    lvs_flush_on_stop vs  =>  Lvs { timeouts: LvsTimeouts { tcp: None, tcp_closing: None, udp: None }, flush: false, flush_on_stop: None, sync_daemon: None, log_all_failures: false, initial_notifies: false }  [5]
        2:19: error[SA204]: 'vs' is no value of `lvs_flush_on_stop`
    lvs_sync_daemon eth0  =>  Lvs { timeouts: LvsTimeouts { tcp: None, tcp_closing: None, udp: None }, flush: false, flush_on_stop: None, sync_daemon: Some(SyncDaemon { interface: eth0, instance: None, id: None, max_length: None, port: None, ttl: None, group: None }), log_all_failures: false, initial_notifies: false }  [0]
    lvs_sync_daemon eth0 inst V id 7 maxlen 1400 port 8849 ttl 3 group 224.0.0.82  =>  Lvs { timeouts: LvsTimeouts { tcp: None, tcp_closing: None, udp: None }, flush: false, flush_on_stop: None, sync_daemon: Some(SyncDaemon { interface: eth0, instance: Some("V"), id: Some(7), max_length: Some(1400), port: Some(8849), ttl: Some(3), group: Some(224.0.0.82) }), log_all_failures: false, initial_notifies: false }  [0]
    lvs_sync_daemon eth0 V 7  =>  Lvs { timeouts: LvsTimeouts { tcp: None, tcp_closing: None, udp: None }, flush: false, flush_on_stop: None, sync_daemon: Some(SyncDaemon { interface: eth0, instance: Some("V"), id: Some(7), max_length: None, port: None, ttl: None, group: None }), log_all_failures: false, initial_notifies: false }  [5]
        2:24: warning[SA118]: the number of `lvs_sync_daemon` lacks its name
    lvs_sync_daemon eth0 id 256 group 10.0.0.1 foo  =>  Lvs { timeouts: LvsTimeouts { tcp: None, tcp_closing: None, udp: None }, flush: false, flush_on_stop: None, sync_daemon: Some(SyncDaemon { interface: eth0, instance: None, id: None, max_length: None, port: None, ttl: None, group: None }), log_all_failures: false, initial_notifies: false }  [5]
        2:25: error[SA202]: number '256' for `lvs_sync_daemon id` is outside range [0, 255]
        2:35: error[SA203]: '10.0.0.1' is no multicast address
        2:44: error[SA204]: `lvs_sync_daemon` knows no 'foo'
    lvs_sync_daemon eth0 inst  =>  Lvs { timeouts: LvsTimeouts { tcp: None, tcp_closing: None, udp: None }, flush: false, flush_on_stop: None, sync_daemon: Some(SyncDaemon { interface: eth0, instance: None, id: None, max_length: None, port: None, ttl: None, group: None }), log_all_failures: false, initial_notifies: false }  [2]
        2:22: error[SA115]: `inst` of `lvs_sync_daemon` lacks its value
    lvs_sync_daemon eth0 ttl  =>  Lvs { timeouts: LvsTimeouts { tcp: None, tcp_closing: None, udp: None }, flush: false, flush_on_stop: None, sync_daemon: Some(SyncDaemon { interface: eth0, instance: None, id: None, max_length: None, port: None, ttl: None, group: None }), log_all_failures: false, initial_notifies: false }  [5]
        2:22: error[SA115]: `ttl` of `lvs_sync_daemon` lacks its value
    checker_log_all_failures; rs_init_notifies yes  =>  Lvs { timeouts: LvsTimeouts { tcp: None, tcp_closing: None, udp: None }, flush: false, flush_on_stop: None, sync_daemon: None, log_all_failures: true, initial_notifies: true }  [0]
    "#);
}

#[test]
fn management_and_mail() {
    let table = rows(
        false,
        &[
            "snmp_socket udp:localhost:705; enable_traps",
            "snmp_socket a; snmp_socket b",
            "snmp_socket a b",
            "enable_snmp_rfc; enable_snmp_checker; enable_snmp_keepalived",
            "snmp_vs_stats_update_interval 0.5; snmp_rs_stats_update_interval 30.1",
            "enable_dbus; dbus_service_name org.example; dbus_no_interface_name none",
        ],
        |config| (config.global.snmp.clone(), config.global.dbus.clone()),
    );
    insta::assert_snapshot!(table, @r#"
    snmp_socket udp:localhost:705; enable_traps  =>  (Snmp { socket: Some("udp:localhost:705"), vrrp: false, checker: false, rfc_v2: false, rfc_v3: false, traps: true, virtual_server_age: None, real_server_age: None }, Dbus { enabled: false, service_name: None, no_interface_name: None })  [0]
    snmp_socket a; snmp_socket b  =>  (Snmp { socket: Some("a"), vrrp: false, checker: false, rfc_v2: false, rfc_v3: false, traps: false, virtual_server_age: None, real_server_age: None }, Dbus { enabled: false, service_name: None, no_interface_name: None })  [5]
        3:1: error[SA120]: `snmp_socket` is given twice
    snmp_socket a b  =>  (Snmp { socket: None, vrrp: false, checker: false, rfc_v2: false, rfc_v3: false, traps: false, virtual_server_age: None, real_server_age: None }, Dbus { enabled: false, service_name: None, no_interface_name: None })  [5]
        2:15: error[SA116]: too many words after `snmp_socket`
    enable_snmp_rfc; enable_snmp_checker; enable_snmp_keepalived  =>  (Snmp { socket: None, vrrp: true, checker: true, rfc_v2: true, rfc_v3: true, traps: false, virtual_server_age: None, real_server_age: None }, Dbus { enabled: false, service_name: None, no_interface_name: None })  [0]
        4:1: warning[SA118]: `enable_snmp_keepalived` is deprecated
    snmp_vs_stats_update_interval 0.5; snmp_rs_stats_update_interval 30.1  =>  (Snmp { socket: None, vrrp: false, checker: false, rfc_v2: false, rfc_v3: false, traps: false, virtual_server_age: Some(500ms), real_server_age: None }, Dbus { enabled: false, service_name: None, no_interface_name: None })  [5]
        3:31: error[SA202]: number '30.1' for `snmp_rs_stats_update_interval` is outside range [0.001000, 30.000000]
    enable_dbus; dbus_service_name org.example; dbus_no_interface_name none  =>  (Snmp { socket: None, vrrp: false, checker: false, rfc_v2: false, rfc_v3: false, traps: false, virtual_server_age: None, real_server_age: None }, Dbus { enabled: true, service_name: Some("org.example"), no_interface_name: Some("none") })  [0]
    "#);
    let table = rows(
        false,
        &[
            "smtp_alert; smtp_alert_vrrp off",
            "smtp_alert_checker on; no_email_faults; no_checker_emails",
            "smtp_alert_vrrp on",
        ],
        |config| {
            let mail = &config.global.mail;
            let said = (mail.alert, mail.alert_vrrp, mail.alert_checker);
            let instance = config.instances.first().map(|instance| instance.smtp_alert);
            (said, mail.no_faults, mail.no_checkers, instance)
        },
    );
    insta::assert_snapshot!(table, @"
    smtp_alert; smtp_alert_vrrp off  =>  ((Some(true), Some(false), None), false, false, Some(false))  [0]
    smtp_alert_checker on; no_email_faults; no_checker_emails  =>  ((None, None, Some(true)), true, true, Some(false))  [0]
    smtp_alert_vrrp on  =>  ((None, Some(true), None), false, false, Some(true))  [0]
    ");
    let table = rows(
        false,
        &["vrrp_delay_after_boot 9; vrrp_delay_after_boot 3", "use_symlink_paths; random_seed 7"],
        |config| {
            let global = &config.global;
            (global.delay_after_boot, global.symlink_paths, global.random_seed)
        },
    );
    insta::assert_snapshot!(table, @"
    vrrp_delay_after_boot 9; vrrp_delay_after_boot 3  =>  (9s, false, None)  [0]
        3:1: warning[SA120]: `vrrp_delay_after_boot` is given twice
    use_symlink_paths; random_seed 7  =>  (0ns, true, Some(7))  [0]
    ");
}

#[test]
fn the_daemon_has_an_identity_and_watches_links() {
    let table = rows(
        true,
        &[
            "instance a; instance b",
            "net_namespace blue",
            "net_namespace_ipvs; namespace_with_ipsets",
            "net_namespace_ipvs red; net_namespace_ipvs",
            "use_pid_dir",
        ],
        |config| config.global.identity.clone(),
    );
    insta::assert_snapshot!(table, @r#"
    instance a; instance b  =>  Identity { instance: Some("a"), net_namespace: None, net_namespace_ipvs: None, namespace_with_ipsets: false, pid_directory: true }  [5]
        3:1: error[SA120]: `instance` is given twice
    net_namespace blue  =>  Identity { instance: None, net_namespace: Some("blue"), net_namespace_ipvs: None, namespace_with_ipsets: false, pid_directory: true }  [0]
    net_namespace_ipvs; namespace_with_ipsets  =>  Identity { instance: None, net_namespace: None, net_namespace_ipvs: Some(""), namespace_with_ipsets: true, pid_directory: false }  [0]
    net_namespace_ipvs red; net_namespace_ipvs  =>  Identity { instance: None, net_namespace: None, net_namespace_ipvs: Some("red"), namespace_with_ipsets: false, pid_directory: false }  [2]
        3:1: error[SA120]: `net_namespace_ipvs` is given twice
        3:1: error[SA115]: a second `net_namespace_ipvs` lacks its value
    use_pid_dir  =>  Identity { instance: None, net_namespace: None, net_namespace_ipvs: None, namespace_with_ipsets: false, pid_directory: true }  [0]
    "#);
    let table = rows(
        true,
        &[
            "child_wait_time 9",
            "linkbeat_use_polling",
            "linkbeat_interfaces {; eth0; eth1 MII; eth2 mii; eth3 IOCTL x; }",
            "interface_up_down_delays {; eth0 1.5 2; eth1 3; eth2; eth3 256; eth4 1 2 3; }",
        ],
        |config| {
            let network = &config.global.network;
            let wait = config.global.processes.child_wait_time;
            let links = network.linkbeat_interfaces.clone();
            (wait, network.linkbeat_use_polling, links, config.link_delays.clone())
        },
    );
    insta::assert_snapshot!(table, @"
    child_wait_time 9  =>  (Some(9s), false, [], [])  [0]
    linkbeat_use_polling  =>  (None, true, [], [])  [0]
    linkbeat_interfaces {; eth0; eth1 MII; eth2 mii; eth3 IOCTL x; }  =>  (None, false, [Linkbeat { interface: eth0, method: None }, Linkbeat { interface: eth1, method: Some(Mii) }, Linkbeat { interface: eth2, method: None }, Linkbeat { interface: eth3, method: Some(Ioctl) }], [])  [5]
        5:6: error[SA204]: 'mii' is no way to ask for a link
        6:12: error[SA116]: 'x' is no way to ask for a link
    interface_up_down_delays {; eth0 1.5 2; eth1 3; eth2; eth3 256; eth4 1 2 3; }  =>  (None, false, [], [LinkDelay { interface: eth0, down: 1.5s, up: 2s }, LinkDelay { interface: eth1, down: 3s, up: 0ns }, LinkDelay { interface: eth4, down: 1s, up: 2s }])  [5]
        5:1: warning[SA115]: `eth2` has no delay in `interface_up_down_delays`
        6:6: error[SA202]: number '256' for `interface_up_down_delays` is outside range [0.000000, 255.000000]
        7:10: warning[SA116]: extra words after the delays
    ");
}

#[test]
fn an_older_release_knows_fewer_keywords_and_fewer_values() {
    let mut out = String::new();
    for row in ["vrrp_delay_after_boot 4", "use_symlink_paths", "vrrp_strict off", "umask IRWXG"] {
        for compat in Compat::ALL {
            let text = format!("global_defs {{\n{row}\n}}\n{}", file_with(""));
            let outcome = understood_in(&text, Settings { mode: Mode::Test, compat: *compat });
            let strict = outcome.config.instances.first().unwrap().strict;
            let _ = writeln!(out, "{row}  =>  {compat}: strict {strict} [{}]", outcome.status);
            for finding in outcome.findings.iter().filter(|finding| !finding.contains("SA114")) {
                let _ = writeln!(out, "    {finding}");
            }
        }
    }
    insta::assert_snapshot!(out, @"
    vrrp_delay_after_boot 4  =>  2.2.7: strict false [5]
        2:1: error[SA101]: Unknown keyword 'vrrp_delay_after_boot'
    vrrp_delay_after_boot 4  =>  2.4.3: strict false [0]
    use_symlink_paths  =>  2.2.7: strict false [5]
        2:1: error[SA101]: Unknown keyword 'use_symlink_paths'
    use_symlink_paths  =>  2.4.3: strict false [0]
    vrrp_strict off  =>  2.2.7: strict true [0]
        2:13: warning[SA116]: `vrrp_strict` is on in keepalived 2.2.7
    vrrp_strict off  =>  2.4.3: strict false [0]
    umask IRWXG  =>  2.2.7: strict false [5]
        2:7: error[SA201]: this is no umask
    umask IRWXG  =>  2.4.3: strict false [0]
    ");
}
