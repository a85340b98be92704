//! `global_defs`: the process's own settings, the defaults of instances, and bad values of both.

use std::fmt::Write;
use std::time::Duration;

use super::{file_with, understood};
use crate::ir::{Config, Instance};

/// Each row in `global_defs`, with what `show` finds in the configuration, and the findings.
fn globals(rows: &[&str], show: impl Fn(&Config) -> String) -> String {
    let mut out = String::new();
    for row in rows {
        let text = format!("global_defs {{\n{}\n}}\n{}", row.replace("; ", "\n"), file_with(""));
        let outcome = understood(&text);
        let end = outcome.unusable.map_or(String::new(), |why| format!("  [{why:?}]"));
        let _ = writeln!(out, "{row}  =>  {}{end}", show(&outcome.config));
        for finding in outcome.findings {
            let _ = writeln!(out, "    {finding}");
        }
    }
    out
}

fn first(config: &Config) -> &Instance {
    config.instances.first().unwrap()
}

#[test]
fn settings_of_the_process() {
    let rows = [
        "router_id a",
        "router_id \"a b\"",
        "router_id a b",
        "router_id",
        "router_id a; router_id b",
        "script_user nobody",
        "script_user nobody nogroup",
        "script_user",
        "enable_script_security",
        "enable_script_security off",
    ];
    let show = |config: &Config| {
        let id = config.global.router_id.as_ref().map(|id| id.value.as_str());
        let user = config.global.script_user.as_ref().map(|user| &user.value);
        let secure = config.global.script_security;
        format!("{id:?} {user:?} {secure}")
    };
    insta::assert_snapshot!(globals(&rows, show), @r#"
    router_id a  =>  Some("a") None false
    router_id "a b"  =>  Some("a b") None false
    router_id a b  =>  Some("a") None false
        2:13: warning[SA116]: extra words after `router_id`
    router_id  =>  None None false
        2:1: error[SA115]: `router_id` lacks its value
    router_id a; router_id b  =>  Some("b") None false
        3:1: warning[SA120]: `router_id` is given twice
    script_user nobody  =>  None Some(ScriptUser { user: "nobody", group: None }) false
    script_user nobody nogroup  =>  None Some(ScriptUser { user: "nobody", group: Some("nogroup") }) false
    script_user  =>  None None false
        2:1: error[SA115]: `script_user` lacks its value
    enable_script_security  =>  None None true
    enable_script_security off  =>  None None true
        2:24: warning[SA116]: extra words after `enable_script_security`
    "#);
    let rows = [
        "vrrp_startup_delay 0.001",
        "vrrp_startup_delay 90",
        "vrrp_startup_delay 0",
        "vrrp_startup_delay 5s",
        "vrrp_startup_delay 9; vrrp_startup_delay 4",
        "vrrp_garp_interval 0.000001",
        "vrrp_garp_interval 0",
        "vrrp_garp_interval 0.0000014",
        "vrrp_gna_interval 4294.967295",
        "vrrp_gna_interval 4295",
    ];
    let show = |config: &Config| {
        let global = &config.global;
        format!("{:?} {:?} {:?}", global.startup_delay, global.garp_interval, global.gna_interval)
    };
    insta::assert_snapshot!(globals(&rows, show), @"
    vrrp_startup_delay 0.001  =>  1ms 0ns 0ns
    vrrp_startup_delay 90  =>  90s 0ns 0ns
    vrrp_startup_delay 0  =>  0ns 0ns 0ns
        2:20: error[SA202]: number '0' for `vrrp_startup_delay` is outside range [0.001000, 4294.967295]
    vrrp_startup_delay 5s  =>  0ns 0ns 0ns
        2:20: error[SA201]: invalid number '5s' for `vrrp_startup_delay`
    vrrp_startup_delay 9; vrrp_startup_delay 4  =>  9s 0ns 0ns
        3:1: warning[SA120]: `vrrp_startup_delay` is given twice
    vrrp_garp_interval 0.000001  =>  0ns 1µs 0ns
    vrrp_garp_interval 0  =>  0ns 0ns 0ns
        2:20: error[SA202]: number '0' for `vrrp_garp_interval` is outside range [0.000001, 4294.967295]
    vrrp_garp_interval 0.0000014  =>  0ns 1µs 0ns
        2:20: error[SA210]: number '0.0000014' for `vrrp_garp_interval` has too many decimal places
    vrrp_gna_interval 4294.967295  =>  0ns 0ns 4294.967295s
    vrrp_gna_interval 4295  =>  0ns 0ns 0ns
        2:19: error[SA202]: number '4295' for `vrrp_gna_interval` is outside range [0.000001, 4294.967295]
    ");
}

#[test]
fn defaults_of_instances() {
    let rows = [
        "vrrp_version 3",
        "vrrp_version 4",
        "vrrp_version",
        "vrrp_mcast_group4 224.0.0.99",
        "vrrp_mcast_group4 224.0.0.99/foo",
        "vrrp_mcast_group4 10.0.0.1",
        "vrrp_mcast_group4 ff02::1",
        "vrrp_mcast_group6 ff02::99",
        "vrrp_mcast_group6 ff0e::99",
        "vrrp_mcast_group6 fe80::1",
        "vrrp_skip_check_adv_addr",
        "vrrp_skip_check_adv_addr off",
        "vrrp_lower_prio_no_advert",
        "vrrp_higher_prio_send_advert on",
        "vrrp_higher_prio_send_advert 1",
        "vrrp_strict",
        "vrrp_strict off",
        "vrrp_down_timer_adverts 5",
        "vrrp_down_timer_adverts 0",
        "vrrp_check_unicast_src",
        "smtp_alert",
        "smtp_alert maybe",
    ];
    let show = |config: &Config| {
        let instance = first(config);
        let flags = [
            ("skip", instance.skip_check_adv_addr),
            ("no lower", instance.lower_prio_no_advert),
            ("send higher", instance.higher_prio_send_advert),
            ("strict", instance.strict),
            ("mail", instance.smtp_alert),
        ];
        let on: Vec<_> = flags.iter().filter(|(_, on)| *on).map(|(name, _)| *name).collect();
        let (version, down) = (instance.version, instance.down_timer_adverts);
        format!("version {version} {:?} {down} {on:?}", instance.transport)
    };
    insta::assert_snapshot!(globals(&rows, show), @r#"
    vrrp_version 3  =>  version 3 Multicast { group: 224.0.0.18 } 3 []
    vrrp_version 4  =>  version 2 Multicast { group: 224.0.0.18 } 3 []
        2:14: error[SA202]: number '4' for `vrrp_version` is outside range [2, 3]
    vrrp_version  =>  version 2 Multicast { group: 224.0.0.18 } 3 []  [MissingValue]
        2:1: error[SA115]: `vrrp_version` lacks its value
    vrrp_mcast_group4 224.0.0.99  =>  version 2 Multicast { group: 224.0.0.99 } 3 []
    vrrp_mcast_group4 224.0.0.99/foo  =>  version 2 Multicast { group: 224.0.0.99 } 3 []
    vrrp_mcast_group4 10.0.0.1  =>  version 2 Multicast { group: 224.0.0.18 } 3 []
        2:19: error[SA203]: '10.0.0.1' is no IPv4 multicast address
    vrrp_mcast_group4 ff02::1  =>  version 2 Multicast { group: 224.0.0.18 } 3 []
        2:19: error[SA203]: 'ff02::1' is no IPv4 multicast address
    vrrp_mcast_group6 ff02::99  =>  version 2 Multicast { group: 224.0.0.18 } 3 []
    vrrp_mcast_group6 ff0e::99  =>  version 2 Multicast { group: 224.0.0.18 } 3 []
        2:19: warning[SA203]: 'ff0e::99' is not link-local multicast (ff02::…)
    vrrp_mcast_group6 fe80::1  =>  version 2 Multicast { group: 224.0.0.18 } 3 []
        2:19: error[SA203]: 'fe80::1' is no IPv6 multicast address
    vrrp_skip_check_adv_addr  =>  version 2 Multicast { group: 224.0.0.18 } 3 ["skip"]
    vrrp_skip_check_adv_addr off  =>  version 2 Multicast { group: 224.0.0.18 } 3 []
    vrrp_lower_prio_no_advert  =>  version 2 Multicast { group: 224.0.0.18 } 3 ["no lower"]
    vrrp_higher_prio_send_advert on  =>  version 2 Multicast { group: 224.0.0.18 } 3 ["send higher"]
    vrrp_higher_prio_send_advert 1  =>  version 2 Multicast { group: 224.0.0.18 } 3 []
        2:30: error[SA204]: '1' is no value of `vrrp_higher_prio_send_advert`
    vrrp_strict  =>  version 2 Multicast { group: 224.0.0.18 } 3 ["no lower", "strict"]
    vrrp_strict off  =>  version 2 Multicast { group: 224.0.0.18 } 3 []
    vrrp_down_timer_adverts 5  =>  version 2 Multicast { group: 224.0.0.18 } 5 []
    vrrp_down_timer_adverts 0  =>  version 2 Multicast { group: 224.0.0.18 } 3 []
        2:25: error[SA202]: number '0' for `vrrp_down_timer_adverts` is outside range [1, 100]
    vrrp_check_unicast_src  =>  version 2 Multicast { group: 224.0.0.18 } 3 []
    smtp_alert  =>  version 2 Multicast { group: 224.0.0.18 } 3 ["mail"]
    smtp_alert maybe  =>  version 2 Multicast { group: 224.0.0.18 } 3 []
        2:12: error[SA204]: 'maybe' is no value of `smtp_alert`
    "#);
}

#[test]
fn announcements_of_instances_that_say_nothing() {
    let rows = [
        "vrrp_garp_master_delay 0",
        "vrrp_garp_master_delay 10x",
        "vrrp_garp_master_delay x",
        "vrrp_garp_master_delay",
        "vrrp_garp_master_repeat 2",
        "vrrp_garp_master_repeat 0",
        "vrrp_garp_master_refresh 60",
        "vrrp_garp_master_refresh 60; vrrp_garp_master_refresh x",
        "vrrp_garp_master_refresh 60; vrrp_garp_master_refresh_repeat 3",
        "vrrp_garp_lower_prio_delay 7; vrrp_garp_lower_prio_repeat 8",
        "vrrp_garp_lower_prio_delay 7; vrrp_garp_lower_prio_delay 5000",
        "vrrp_garp_lower_prio_repeat 4294967295",
        "vrrp_min_garp",
        "vrrp_min_garp off",
        "vrrp_min_garp maybe",
        "vrrp_min_garp; vrrp_garp_master_repeat 5",
        "vrrp_garp_master_repeat 5; vrrp_min_garp",
        "vrrp_garp_master_repeat 4; vrrp_min_garp",
        "vrrp_garp_master_refresh 60; vrrp_min_garp",
    ];
    let show = |config: &Config| {
        let garp = first(config).garp;
        let burst = |burst: crate::ir::Burst| format!("{} after {:?}", burst.rounds, burst.delay);
        let refresh =
            garp.refresh.map(|refresh| format!("{} each {:?}", refresh.rounds, refresh.every));
        let (master, lower) = (burst(garp.master), burst(garp.lower_priority));
        format!("{master}; refresh {}; lower {lower}", refresh.unwrap_or("none".to_owned()))
    };
    insta::assert_snapshot!(globals(&rows, show), @"
    vrrp_garp_master_delay 0  =>  5 after 0ns; refresh none; lower 5 after 0ns
    vrrp_garp_master_delay 10x  =>  5 after 10s; refresh none; lower 5 after 10s
        2:24: error[SA201]: invalid number '10x' for `vrrp_garp_master_delay`
    vrrp_garp_master_delay x  =>  5 after 5s; refresh none; lower 5 after 5s
        2:24: error[SA201]: invalid number 'x' for `vrrp_garp_master_delay`
    vrrp_garp_master_delay  =>  5 after 5s; refresh none; lower 5 after 5s  [MissingValue]
        2:1: error[SA115]: `vrrp_garp_master_delay` lacks its value
    vrrp_garp_master_repeat 2  =>  2 after 5s; refresh none; lower 2 after 5s
    vrrp_garp_master_repeat 0  =>  1 after 5s; refresh none; lower 1 after 5s
        2:25: error[SA202]: `vrrp_garp_master_repeat` must be at least 1
    vrrp_garp_master_refresh 60  =>  5 after 5s; refresh 1 each 60s; lower 5 after 5s
    vrrp_garp_master_refresh 60; vrrp_garp_master_refresh x  =>  5 after 5s; refresh none; lower 5 after 5s
        3:1: warning[SA120]: `vrrp_garp_master_refresh` is given twice
        3:26: error[SA201]: invalid number 'x' for `vrrp_garp_master_refresh`
    vrrp_garp_master_refresh 60; vrrp_garp_master_refresh_repeat 3  =>  5 after 5s; refresh 3 each 60s; lower 5 after 5s
    vrrp_garp_lower_prio_delay 7; vrrp_garp_lower_prio_repeat 8  =>  5 after 5s; refresh none; lower 8 after 7s
    vrrp_garp_lower_prio_delay 7; vrrp_garp_lower_prio_delay 5000  =>  5 after 5s; refresh none; lower 5 after 7s
        3:1: warning[SA120]: `vrrp_garp_lower_prio_delay` is given twice
        3:28: error[SA202]: number '5000' for `vrrp_garp_lower_prio_delay` is outside range [0, 4294]
    vrrp_garp_lower_prio_repeat 4294967295  =>  5 after 5s; refresh none; lower 5 after 5s
        2:29: error[SA202]: number '4294967295' for `vrrp_garp_lower_prio_repeat` is outside range [0, 2147483647]
    vrrp_min_garp  =>  1 after 0ns; refresh none; lower 1 after 0ns
    vrrp_min_garp off  =>  5 after 5s; refresh none; lower 5 after 5s
    vrrp_min_garp maybe  =>  5 after 5s; refresh none; lower 5 after 5s
        2:15: error[SA204]: 'maybe' is no value of `vrrp_min_garp`
    vrrp_min_garp; vrrp_garp_master_repeat 5  =>  5 after 0ns; refresh none; lower 5 after 0ns
    vrrp_garp_master_repeat 5; vrrp_min_garp  =>  1 after 0ns; refresh none; lower 1 after 0ns
    vrrp_garp_master_repeat 4; vrrp_min_garp  =>  4 after 0ns; refresh none; lower 4 after 0ns
    vrrp_garp_master_refresh 60; vrrp_min_garp  =>  1 after 0ns; refresh none; lower 1 after 0ns
    ");
}

#[test]
fn what_is_said_of_mail_is_read() {
    let rows = [
        "notification_email {; a@example.org; b@example.org \"C <c@example.org>\"; }",
        "notification_email {; }",
        "notification_email_from ops@example.org",
        "smtp_server 192.0.2.1",
        "smtp_server mail.example.org 587",
        "smtp_server mail.example.org 99999",
        "smtp_server",
        "smtp_helo_name host",
        "smtp_helo_name",
        "smtp_connect_timeout 7",
        "smtp_connect_timeout 0",
    ];
    let show = |config: &Config| {
        let mail = &config.global.mail;
        let recipients: Vec<_> = mail.recipients.iter().map(|to| to.value.as_str()).collect();
        let from = mail.from.as_ref().map(|from| from.value.as_str());
        let server = mail.server.as_ref().map(|server| &server.value);
        let helo = mail.helo_name.as_ref().map(|name| name.value.as_str());
        let timeout = mail.connect_timeout.map(|timeout| timeout.value);
        format!("{recipients:?} {from:?} {server:?} {helo:?} {timeout:?}")
    };
    insta::assert_snapshot!(globals(&rows, show), @r#"
    notification_email {; a@example.org; b@example.org "C <c@example.org>"; }  =>  ["a@example.org", "b@example.org", "C <c@example.org>"] None None None None
    notification_email {; }  =>  [] None None None None
        3:1: warning[SA115]: the `notification_email` block is empty
    notification_email_from ops@example.org  =>  [] Some("ops@example.org") None None None
    smtp_server 192.0.2.1  =>  [] None Some(("192.0.2.1", 25)) None None
    smtp_server mail.example.org 587  =>  [] None Some(("mail.example.org", 587)) None None
    smtp_server mail.example.org 99999  =>  [] None None None None
        2:30: error[SA202]: number '99999' for `smtp_server` is outside range [1, 65535]
    smtp_server  =>  [] None None None None  [MissingValue]
        2:1: error[SA115]: `smtp_server` lacks its value
    smtp_helo_name host  =>  [] None None Some("host") None
    smtp_helo_name  =>  [] None None None None
        2:1: warning[SA115]: `smtp_helo_name` lacks its value
    smtp_connect_timeout 7  =>  [] None None None Some(7s)
    smtp_connect_timeout 0  =>  [] None None None Some(1s)
        2:22: error[SA202]: `smtp_connect_timeout` must be at least 1
    "#);
}

#[test]
fn globals_count_wherever_they_stand_and_blocks_add_up() {
    let text = format!(
        "{}global_defs {{\nvrrp_garp_master_repeat 3\nrouter_id a\n}}\n\
         global_defs {{\nvrrp_garp_master_delay 9\n}}\n",
        file_with("")
    );
    let outcome = understood(&text);
    assert_eq!(outcome.findings, [""; 0]);
    let master = first(&outcome.config).garp.master;
    assert_eq!((master.rounds, master.delay), (3, Duration::from_secs(9)));
    assert!(outcome.config.global.router_id.is_some());
}
