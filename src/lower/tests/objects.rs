//! The objects of the top level: what each of their statements makes of them, and what is wrong
//! between them.

use std::fmt::{Debug, Write};

use super::{bare, understood_in};
use crate::ir::Config;
use crate::lower::{Mode, Settings};
use crate::units::Compat;

/// Two instances to refer to, on 12 lines.
const INSTANCES: &str = "vrrp_instance V {\ninterface eth0\nvirtual_router_id 1\n\
                         virtual_ipaddress {\n10.0.0.9\n}\n}\nvrrp_instance W {\n\
                         interface eth1\nvirtual_router_id 2\nvirtual_ipaddress {\n10.0.0.8\n}\n}\n";

/// Each row, whole blocks from line 1 on, with what `show` finds, the status of `-t` and the
/// findings.
fn rows<T: Debug>(rows: &[&str], show: impl Fn(&Config) -> T) -> String {
    let mut out = String::new();
    for row in rows {
        let text = format!("{}\n{INSTANCES}", row.replace("; ", "\n"));
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
fn sync_groups() {
    let table = rows(
        &[
            "vrrp_sync_group G {; group {; V; W; }; smtp_alert; notify_priority_changes off; }",
            "vrrp_sync_group G {; group {; V; W; }; notify_master /bin/a; notify_master /bin/b; }",
            "vrrp_sync_group G {; group {; V; W; }; sync_group_tracking_weight; }",
            "vrrp_sync_group G {; group {; V; W; }; global_tracking; }",
            "vrrp_sync_group G {; group {; V W nosuch; }; }",
            "vrrp_sync_group G {; group {; V; V; }; }",
            "vrrp_sync_group G {; group {; nosuch; }; }",
            "vrrp_sync_group G {; group {; }; }",
            "vrrp_sync_group G {; }",
            "vrrp_sync_group G {; group {; V; }; group {; W; }; }",
            "vrrp_sync_group {; group {; V; W; }; }",
        ],
        |config| config.sync_groups.clone(),
    );
    insta::assert_snapshot!(table, @r#"
    vrrp_sync_group G {; group {; V; W; }; smtp_alert; notify_priority_changes off; }  =>  [SyncGroup { name: "G", members: ["V", "W"], notify: Notify { master: None, backup: None, fault: None, stop: None, any: None, master_rx_lower_pri: None, reports_deletion: false, deleted: None }, smtp_alert: Some(true), notify_priority_changes: Some(false), tracking_weight: false, tracking: Tracking { interfaces: [], scripts: [], files: [], processes: [], bfds: [] } }]  [0]
    vrrp_sync_group G {; group {; V; W; }; notify_master /bin/a; notify_master /bin/b; }  =>  [SyncGroup { name: "G", members: ["V", "W"], notify: Notify { master: Some(Script { program: "/bin/a", arguments: [], user: None }), backup: None, fault: None, stop: None, any: None, master_rx_lower_pri: None, reports_deletion: false, deleted: None }, smtp_alert: None, notify_priority_changes: None, tracking_weight: false, tracking: Tracking { interfaces: [], scripts: [], files: [], processes: [], bfds: [] } }]  [5]
        7:15: error[SA402]: `notify_master` is given twice
    vrrp_sync_group G {; group {; V; W; }; sync_group_tracking_weight; }  =>  [SyncGroup { name: "G", members: ["V", "W"], notify: Notify { master: None, backup: None, fault: None, stop: None, any: None, master_rx_lower_pri: None, reports_deletion: false, deleted: None }, smtp_alert: None, notify_priority_changes: None, tracking_weight: true, tracking: Tracking { interfaces: [], scripts: [], files: [], processes: [], bfds: [] } }]  [0]
    vrrp_sync_group G {; group {; V; W; }; global_tracking; }  =>  [SyncGroup { name: "G", members: ["V", "W"], notify: Notify { master: None, backup: None, fault: None, stop: None, any: None, master_rx_lower_pri: None, reports_deletion: false, deleted: None }, smtp_alert: None, notify_priority_changes: None, tracking_weight: true, tracking: Tracking { interfaces: [], scripts: [], files: [], processes: [], bfds: [] } }]  [5]
        6:1: warning[SA118]: `global_tracking` is deprecated
    vrrp_sync_group G {; group {; V W nosuch; }; }  =>  [SyncGroup { name: "G", members: ["V", "W"], notify: Notify { master: None, backup: None, fault: None, stop: None, any: None, master_rx_lower_pri: None, reports_deletion: false, deleted: None }, smtp_alert: None, notify_priority_changes: None, tracking_weight: false, tracking: Tracking { interfaces: [], scripts: [], files: [], processes: [], bfds: [] } }]  [5]
        3:5: error[SA213]: there is no vrrp_instance `nosuch`
    vrrp_sync_group G {; group {; V; V; }; }  =>  [SyncGroup { name: "G", members: ["V"], notify: Notify { master: None, backup: None, fault: None, stop: None, any: None, master_rx_lower_pri: None, reports_deletion: false, deleted: None }, smtp_alert: None, notify_priority_changes: None, tracking_weight: false, tracking: Tracking { interfaces: [], scripts: [], files: [], processes: [], bfds: [] } }]  [5]
        1:17: warning[SA214]: sync group `G` has a single member
        4:1: error[SA213]: `V` is in a sync group already
    vrrp_sync_group G {; group {; nosuch; }; }  =>  []  [5]
        1:17: error[SA214]: sync group `G` has no member that exists
        3:1: error[SA213]: there is no vrrp_instance `nosuch`
    vrrp_sync_group G {; group {; }; }  =>  []  [5]
        1:17: error[SA214]: sync group `G` has no members
        3:1: warning[SA214]: the `group` of sync group `G` is empty
    vrrp_sync_group G {; }  =>  []  [5]
        1:17: error[SA214]: sync group `G` has no members
    vrrp_sync_group G {; group {; V; }; group {; W; }; }  =>  [SyncGroup { name: "G", members: ["V"], notify: Notify { master: None, backup: None, fault: None, stop: None, any: None, master_rx_lower_pri: None, reports_deletion: false, deleted: None }, smtp_alert: None, notify_priority_changes: None, tracking_weight: false, tracking: Tracking { interfaces: [], scripts: [], files: [], processes: [], bfds: [] } }]  [5]
        1:17: warning[SA214]: sync group `G` has a single member
        5:1: error[SA120]: a second `group` in sync group `G`
    vrrp_sync_group {; group {; V; W; }; }  =>  []  [5]
        1:1: error[SA207]: `vrrp_sync_group` lacks its name
    "#);
}

#[test]
fn an_instance_is_in_one_group_and_a_name_is_used_once() {
    let names = |config: &Config| {
        let groups = config.sync_groups.iter();
        let groups = groups.map(|group| (group.name.clone(), group.members.clone()));
        groups.collect::<Vec<_>>()
    };
    let table = rows(
        &[
            "vrrp_sync_group G {; group {; V; W; }; }; vrrp_sync_group H {; group {; W; V; }; }",
            "vrrp_sync_group G {; group {; V; }; }; vrrp_sync_group G {; group {; W; }; }",
        ],
        names,
    );
    insta::assert_snapshot!(table, @r#"
    vrrp_sync_group G {; group {; V; W; }; }; vrrp_sync_group H {; group {; W; V; }; }  =>  [("G", ["V", "W"])]  [5]
        7:17: error[SA214]: sync group `H` has no member that exists
        9:1: error[SA213]: `W` is in a sync group already
        10:1: error[SA213]: `V` is in a sync group already
    vrrp_sync_group G {; group {; V; }; }; vrrp_sync_group G {; group {; W; }; }  =>  [("G", ["V"])]  [5]
        1:17: warning[SA214]: sync group `G` has a single member
        6:17: error[SA206]: vrrp_sync_group `G` is defined twice
    "#);
    let table = rows(
        &[
            "track_group G {; group {; V; nosuch; }; }",
            "track_group G {; group {; V; }; }; track_group G {; group {; W; }; }",
            "track_group G {; }",
        ],
        |config| config.track_groups.clone(),
    );
    insta::assert_snapshot!(table, @r#"
    track_group G {; group {; V; nosuch; }; }  =>  [TrackGroup { name: "G", members: ["V"] }]  [0]
        4:1: warning[SA213]: there is no vrrp_instance `nosuch`
    track_group G {; group {; V; }; }; track_group G {; group {; W; }; }  =>  [TrackGroup { name: "G", members: ["V"] }]  [5]
        6:13: error[SA206]: track_group `G` is defined twice
    track_group G {; }  =>  []  [0]
        1:13: warning[SA214]: track group `G` has no members
    "#);
}

#[test]
fn garp_groups() {
    let table = rows(
        &[
            "garp_group {; garp_interval 0.01; gna_interval 0.02; interfaces {; eth0 eth1; eth2; }; }",
            "garp_group {; gna_interval 1; interface eth0; interface eth0; }",
            "garp_group {; interface eth0; }",
            "garp_group {; garp_interval 1; interface eth0; }; garp_group {; gna_interval 1; \
             interfaces {; eth0; }; }",
            "garp_group {; garp_interval 5s; interfaces {; }; }",
        ],
        |config| config.garp_groups.clone(),
    );
    insta::assert_snapshot!(table, @"
    garp_group {; garp_interval 0.01; gna_interval 0.02; interfaces {; eth0 eth1; eth2; }; }  =>  [GarpGroup { garp_interval: Some(10ms), gna_interval: Some(20ms), interfaces: [eth0, eth1, eth2] }]  [0]
    garp_group {; gna_interval 1; interface eth0; interface eth0; }  =>  [GarpGroup { garp_interval: None, gna_interval: Some(1s), interfaces: [eth0] }]  [5]
        4:11: error[SA217]: eth0 is in a `garp_group` already
    garp_group {; interface eth0; }  =>  []  [5]
        3:1: error[SA215]: this `garp_group` has no interval
    garp_group {; garp_interval 1; interface eth0; }; garp_group {; gna_interval 1; interfaces {; eth0; }; }  =>  [GarpGroup { garp_interval: Some(1s), gna_interval: None, interfaces: [eth0] }, GarpGroup { garp_interval: None, gna_interval: Some(1s), interfaces: [] }]  [5]
        8:1: error[SA217]: eth0 is in a `garp_group` already
    garp_group {; garp_interval 5s; interfaces {; }; }  =>  []  [5]
        2:15: error[SA201]: invalid number '5s' for `garp_interval`
        4:1: warning[SA214]: the `interfaces` block is empty
        5:1: error[SA215]: this `garp_group` has no interval
    ");
}

#[test]
fn scripts() {
    let table = rows(
        &[
            "vrrp_script S {; script \"/bin/check -x\"; interval 2; timeout 1; rise 2; fall 3; }",
            "vrrp_script S {; script /bin/check; weight -253 reverse; user nobody; init_fail; }",
            "vrrp_script S {; script /bin/check; interval 0.5; timeout 0; weight 300; }",
            "vrrp_script S {; script /bin/check; rise 3; rise 0; weight 2 revers; }",
            "vrrp_script S {; interval 2; }",
            "vrrp_script S {; script /bin/a; }; vrrp_script S {; script /bin/b; }",
        ],
        |config| config.vrrp_scripts.clone(),
    );
    insta::assert_snapshot!(table, @r#"
    vrrp_script S {; script "/bin/check -x"; interval 2; timeout 1; rise 2; fall 3; }  =>  [VrrpScript { name: "S", script: Script { program: "/bin/check", arguments: ["-x"], user: None }, interval: 2s, timeout: Some(1s), weight: 0, reverse: false, rise: 2, fall: 3, user: None, init_fail: false }]  [0]
    vrrp_script S {; script /bin/check; weight -253 reverse; user nobody; init_fail; }  =>  [VrrpScript { name: "S", script: Script { program: "/bin/check", arguments: [], user: None }, interval: 1s, timeout: None, weight: -253, reverse: true, rise: 1, fall: 1, user: Some(ScriptUser { user: "nobody", group: None }), init_fail: true }]  [0]
    vrrp_script S {; script /bin/check; interval 0.5; timeout 0; weight 300; }  =>  [VrrpScript { name: "S", script: Script { program: "/bin/check", arguments: [], user: None }, interval: 500ms, timeout: Some(1s), weight: 300, reverse: false, rise: 1, fall: 1, user: None, init_fail: false }]  [5]
        4:9: error[SA202]: `timeout` must be more than 0
        5:8: error[SA202]: number '300' for `weight` is outside range [-253, 253]
    vrrp_script S {; script /bin/check; rise 3; rise 0; weight 2 revers; }  =>  [VrrpScript { name: "S", script: Script { program: "/bin/check", arguments: [], user: None }, interval: 1s, timeout: None, weight: 2, reverse: false, rise: 1, fall: 1, user: None, init_fail: false }]  [5]
        4:1: warning[SA120]: `rise` is given twice
        4:6: error[SA202]: number '0' for `rise` is outside range [1, 2147483647]
        5:10: error[SA204]: `weight` knows no 'revers'
    vrrp_script S {; interval 2; }  =>  []  [5]
        3:1: error[SA215]: vrrp_script `S` names no program
    vrrp_script S {; script /bin/a; }; vrrp_script S {; script /bin/b; }  =>  [VrrpScript { name: "S", script: Script { program: "/bin/a", arguments: [], user: None }, interval: 1s, timeout: None, weight: 0, reverse: false, rise: 1, fall: 1, user: None, init_fail: false }]  [0]
        4:13: warning[SA206]: vrrp_script `S` is defined twice
    "#);
}

#[test]
fn files_with_numbers() {
    let table = rows(
        &[
            "track_file F {; file /run/f; }",
            "vrrp_track_file F {; file /run/f; weight -2 reverse; init_file 7 overwrite; }",
            "track_file F {; file /run/f; file /run/g; weight 3; weight 4; }",
            "track_file F {; file /run/f; weight 255; init_file; }",
            "track_file F {; file /run/f; init_file 300; }",
            "track_file F {; file /run/f; init_file force 5x; }",
            "track_file F {; weight 3; }",
            "track_file F {; file /a; }; vrrp_track_file F {; file /b; }",
        ],
        |config| config.track_files.clone(),
    );
    insta::assert_snapshot!(table, @r#"
    track_file F {; file /run/f; }  =>  [TrackFile { name: "F", path: "/run/f", weight: 1, reverse: false, initial: None }]  [0]
    vrrp_track_file F {; file /run/f; weight -2 reverse; init_file 7 overwrite; }  =>  [TrackFile { name: "F", path: "/run/f", weight: -2, reverse: true, initial: Some(InitFile { value: 7, overwrite: true }) }]  [0]
        1:1: warning[SA118]: `vrrp_track_file` is deprecated
    track_file F {; file /run/f; file /run/g; weight 3; weight 4; }  =>  [TrackFile { name: "F", path: "/run/f", weight: 3, reverse: false, initial: None }]  [5]
        3:6: error[SA120]: `file` is given twice
        5:8: error[SA120]: `weight` is given twice
    track_file F {; file /run/f; weight 255; init_file; }  =>  [TrackFile { name: "F", path: "/run/f", weight: 1, reverse: false, initial: Some(InitFile { value: 0, overwrite: false }) }]  [5]
        3:8: error[SA202]: number '255' for `weight` is outside range [-254, 254]
    track_file F {; file /run/f; init_file 300; }  =>  [TrackFile { name: "F", path: "/run/f", weight: 1, reverse: false, initial: Some(InitFile { value: 300, overwrite: false }) }]  [5]
        3:11: warning[SA219]: 300 is more than a priority can change by
    track_file F {; file /run/f; init_file force 5x; }  =>  [TrackFile { name: "F", path: "/run/f", weight: 1, reverse: false, initial: Some(InitFile { value: 0, overwrite: false }) }]  [5]
        3:11: error[SA204]: `init_file` knows no 'force'
        3:17: error[SA201]: invalid number '5x' for `init_file`
    track_file F {; weight 3; }  =>  []  [5]
        3:1: error[SA215]: track_file `F` names no file
    track_file F {; file /a; }; vrrp_track_file F {; file /b; }  =>  [TrackFile { name: "F", path: "/a", weight: 1, reverse: false, initial: None }]  [0]
        4:1: warning[SA118]: `vrrp_track_file` is deprecated
        4:17: warning[SA206]: track_file `F` is defined twice
    "#);
}

#[test]
fn processes() {
    let table = rows(
        &[
            "vrrp_track_process P {; process httpd; }",
            "vrrp_track_process P {; process /bin/a -x y; weight 5 reverse; full_command; }",
            "vrrp_track_process P {; process a b; param_match partial; quorum 2; quorum_max 4; }",
            "vrrp_track_process P {; process a; param_match; delay 1; fork_delay 0.5; }",
            "vrrp_track_process P {; process a; param_match exact; terminate_delay 3601; }",
            "vrrp_track_process P {; process a; quorum_max 0; }",
            "vrrp_track_process P {; process a; quorum 3; quorum_max 2; }",
            "vrrp_track_process P {; process a; quorum_max 2; quorum 3; }",
            "vrrp_track_process P {; process a; process b; weight 2; weight 3; }",
            "vrrp_track_process P {; quorum 2; }",
        ],
        |config| config.track_processes.clone(),
    );
    insta::assert_snapshot!(table, @r#"
    vrrp_track_process P {; process httpd; }  =>  [TrackProcess { name: "P", process: "httpd", parameters: [], matching: Ignored, full_command: false, weight: 0, reverse: false, quorum: 1, quorum_max: None, fork_delay: 0ns, terminate_delay: 0ns }]  [0]
    vrrp_track_process P {; process /bin/a -x y; weight 5 reverse; full_command; }  =>  [TrackProcess { name: "P", process: "/bin/a", parameters: ["-x", "y"], matching: Exact, full_command: true, weight: 5, reverse: true, quorum: 1, quorum_max: None, fork_delay: 0ns, terminate_delay: 0ns }]  [0]
    vrrp_track_process P {; process a b; param_match partial; quorum 2; quorum_max 4; }  =>  [TrackProcess { name: "P", process: "a", parameters: ["b"], matching: Partial, full_command: false, weight: 0, reverse: false, quorum: 2, quorum_max: Some(4), fork_delay: 0ns, terminate_delay: 0ns }]  [0]
    vrrp_track_process P {; process a; param_match; delay 1; fork_delay 0.5; }  =>  [TrackProcess { name: "P", process: "a", parameters: [], matching: Exact, full_command: false, weight: 0, reverse: false, quorum: 1, quorum_max: None, fork_delay: 500ms, terminate_delay: 1s }]  [0]
    vrrp_track_process P {; process a; param_match exact; terminate_delay 3601; }  =>  [TrackProcess { name: "P", process: "a", parameters: [], matching: Ignored, full_command: false, weight: 0, reverse: false, quorum: 1, quorum_max: None, fork_delay: 0ns, terminate_delay: 0ns }]  [5]
        3:13: error[SA204]: `param_match` knows no 'exact'
        4:17: error[SA202]: number '3601' for `terminate_delay` is outside range [0.000001, 3600.000000]
    vrrp_track_process P {; process a; quorum_max 0; }  =>  [TrackProcess { name: "P", process: "a", parameters: [], matching: Ignored, full_command: false, weight: 0, reverse: false, quorum: 0, quorum_max: Some(0), fork_delay: 0ns, terminate_delay: 0ns }]  [0]
    vrrp_track_process P {; process a; quorum 3; quorum_max 2; }  =>  [TrackProcess { name: "P", process: "a", parameters: [], matching: Ignored, full_command: false, weight: 0, reverse: false, quorum: 3, quorum_max: None, fork_delay: 0ns, terminate_delay: 0ns }]  [5]
        4:12: error[SA216]: `quorum_max` is less than `quorum`
    vrrp_track_process P {; process a; quorum_max 2; quorum 3; }  =>  [TrackProcess { name: "P", process: "a", parameters: [], matching: Ignored, full_command: false, weight: 0, reverse: false, quorum: 1, quorum_max: Some(2), fork_delay: 0ns, terminate_delay: 0ns }]  [5]
        4:8: error[SA216]: `quorum` is greater than `quorum_max`
    vrrp_track_process P {; process a; process b; weight 2; weight 3; }  =>  [TrackProcess { name: "P", process: "a", parameters: [], matching: Ignored, full_command: false, weight: 2, reverse: false, quorum: 1, quorum_max: None, fork_delay: 0ns, terminate_delay: 0ns }]  [5]
        3:9: error[SA120]: `process` is given twice
        5:8: error[SA120]: `weight` is given twice
    vrrp_track_process P {; quorum 2; }  =>  []  [5]
        3:1: error[SA215]: vrrp_track_process `P` names no program
    "#);
}

#[test]
fn bfd_sessions() {
    let table = rows(
        &[
            "bfd_instance B {; neighbor_ip 10.0.0.2; source_ip 10.0.0.1; passive; weight 3; }",
            "bfd_instance B {; neighbour_ip fe80::2; min_rx 50; min_tx 60.5; idle_tx 2000; \
             multiplier 3; }",
            "bfd_instance B {; neighbor_ip 10.0.0.2; ttl 5; max_hops 6; multihop; checker; }",
            "bfd_instance B {; neighbor_ip 10.0.0.2; hoplimit 0; max_hops -1; vrrp; }",
            "bfd_instance B {; neighbor_ip 10.0.0.2; min_rx 20000; idle_tx 999; weight 254; }",
            "bfd_instance B {; neighbor_ip 10.0.0.2; source_ip fe80::1; }",
            "bfd_instance B {; neighbor_ip host; }",
            "bfd_instance B {; passive; }",
            "bfd_instance B {; neighbor_ip 10.0.0.2; }; bfd_instance C {; neighbor_ip 10.0.0.2; }",
            "bfd_instance B {; neighbor_ip 10.0.0.2; }; bfd_instance B {; neighbor_ip 10.0.0.3; }",
            "bfd_instance abcdefghijklmnopqrstuvwxyz123456 {; neighbor_ip 10.0.0.2; }",
        ],
        |config| config.bfd_instances.clone(),
    );
    insta::assert_snapshot!(table, @r#"
    bfd_instance B {; neighbor_ip 10.0.0.2; source_ip 10.0.0.1; passive; weight 3; }  =>  [BfdInstance { name: "B", neighbour: 10.0.0.2, source: Some(10.0.0.1), min_rx: 10ms, min_tx: 10ms, idle_tx: 1s, multiplier: 5, passive: true, ttl: None, max_hops: Within(0), multihop: false, weight: 3, reverse: false, for_vrrp: true, for_checker: true }]  [0]
    bfd_instance B {; neighbour_ip fe80::2; min_rx 50; min_tx 60.5; idle_tx 2000; multiplier 3; }  =>  [BfdInstance { name: "B", neighbour: fe80::2, source: None, min_rx: 50ms, min_tx: 60.5ms, idle_tx: 2s, multiplier: 3, passive: false, ttl: None, max_hops: Within(0), multihop: false, weight: 0, reverse: false, for_vrrp: true, for_checker: true }]  [0]
    bfd_instance B {; neighbor_ip 10.0.0.2; ttl 5; max_hops 6; multihop; checker; }  =>  [BfdInstance { name: "B", neighbour: 10.0.0.2, source: None, min_rx: 10ms, min_tx: 10ms, idle_tx: 1s, multiplier: 5, passive: false, ttl: Some(5), max_hops: Within(5), multihop: true, weight: 0, reverse: false, for_vrrp: false, for_checker: true }]  [5]
        7:1: error[SA216]: `max_hops` is more than the TTL, 5
    bfd_instance B {; neighbor_ip 10.0.0.2; hoplimit 0; max_hops -1; vrrp; }  =>  [BfdInstance { name: "B", neighbour: 10.0.0.2, source: None, min_rx: 10ms, min_tx: 10ms, idle_tx: 1s, multiplier: 5, passive: false, ttl: None, max_hops: Unlimited, multihop: false, weight: 0, reverse: false, for_vrrp: true, for_checker: false }]  [5]
        3:10: error[SA202]: number '0' for `hoplimit` is outside range [1, 255]
    bfd_instance B {; neighbor_ip 10.0.0.2; min_rx 20000; idle_tx 999; weight 254; }  =>  [BfdInstance { name: "B", neighbour: 10.0.0.2, source: None, min_rx: 20s, min_tx: 10ms, idle_tx: 1s, multiplier: 5, passive: false, ttl: None, max_hops: Within(0), multihop: false, weight: 0, reverse: false, for_vrrp: true, for_checker: true }]  [5]
        3:8: warning[SA219]: `min_rx` is more than 10 seconds
        4:9: error[SA202]: number '999' for `idle_tx` is outside range [1000.000, 4294967.000]
        5:8: error[SA202]: number '254' for `weight` is outside range [-253, 253]
    bfd_instance B {; neighbor_ip 10.0.0.2; source_ip fe80::1; }  =>  []  [5]
        4:1: error[SA208]: `source_ip` of `B` is not of the neighbour's family
    bfd_instance B {; neighbor_ip host; }  =>  []  [5]
        2:13: error[SA203]: 'host' is no address
    bfd_instance B {; passive; }  =>  []  [5]
        3:1: error[SA215]: bfd_instance `B` has no neighbour
    bfd_instance B {; neighbor_ip 10.0.0.2; }; bfd_instance C {; neighbor_ip 10.0.0.2; }  =>  [BfdInstance { name: "B", neighbour: 10.0.0.2, source: None, min_rx: 10ms, min_tx: 10ms, idle_tx: 1s, multiplier: 5, passive: false, ttl: None, max_hops: Within(0), multihop: false, weight: 0, reverse: false, for_vrrp: true, for_checker: true }]  [5]
        6:1: error[SA218]: another BFD session has the neighbour 10.0.0.2
    bfd_instance B {; neighbor_ip 10.0.0.2; }; bfd_instance B {; neighbor_ip 10.0.0.3; }  =>  [BfdInstance { name: "B", neighbour: 10.0.0.2, source: None, min_rx: 10ms, min_tx: 10ms, idle_tx: 1s, multiplier: 5, passive: false, ttl: None, max_hops: Within(0), multihop: false, weight: 0, reverse: false, for_vrrp: true, for_checker: true }]  [5]
        4:14: error[SA206]: bfd_instance `B` is defined twice
    bfd_instance abcdefghijklmnopqrstuvwxyz123456 {; neighbor_ip 10.0.0.2; }  =>  []  [5]
        1:14: error[SA205]: the name of a BFD session has at most 31 bytes
    "#);
}
