//! `global_defs` and the plain statements of the top level: whom the daemon tells and who may ask it,
//! which daemon it is, and what an older release makes of all that.

use std::fmt::Write;

use super::settings::rows;
use super::{file_with, understood_in};
use crate::lower::{Mode, Settings};
use crate::units::Compat;

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
