//! Keywords of an instance that stand alone.

use super::{bare, file_with, understood_in};
use crate::ir::Instance;
use crate::lower::Mode;

fn shown(instance: &Instance) -> String {
    let mut parts = Vec::new();
    let mut add = |name: &str, shown: String| {
        if shown != "None" && shown != "false" {
            parts.push(format!("{name} {shown}"));
        }
    };
    add("extra garp", bare(&instance.extra_garp));
    add("buffer", bare(&instance.receive_buffer));
    add("starved", bare(&instance.timer_expired_backup));
    add("vrf", bare(&instance.vrf));
    add("sync daemon", bare(&instance.sync_daemon));
    add("priority changes", bare(&instance.notify_priority_changes));
    add("owner ignores", instance.owner_ignores_adverts.to_string());
    add("tracks source", instance.track_source.to_string());
    add("polls link", instance.polls_link.to_string());
    add("closed", (!instance.accept).to_string());
    add("reports deletion", instance.notify.reports_deletion.to_string());
    add("deleted", bare(&instance.notify.deleted.as_ref().map(|script| &script.program)));
    parts.join(", ")
}

fn table(rows: &[&str]) -> String {
    let mut out = String::new();
    for row in rows {
        let outcome = understood_in(&file_with(row), Mode::Test);
        let shown = outcome.config.instances.first().map_or("-".to_owned(), |it| shown(it));
        out.push_str(&format!("{row}  =>  {shown}  [{}]\n", outcome.status));
        for finding in outcome.findings.iter().filter(|finding| !finding.contains("SA114")) {
            out.push_str(&format!("    {finding}\n"));
        }
    }
    out
}

#[test]
fn each_has_its_field_and_its_limits() {
    let rows = [
        "no_accept",
        "accept; no_accept",
        "priority 255; no_accept",
        "track_src_ip",
        "track_src_ip; mcast_src_ip 10.77.0.1",
        "linkbeat_use_polling",
        "lvs_sync_daemon_interface eth0",
        "lvs_sync_daemon_interface eth0; lvs_sync_daemon_interface eth1",
        "lvs_sync_daemon_interface",
        "lvs_sync_daemon_interface nosuch",
        "garp_extra_if 5",
        "garp_extra_if all 5",
        "garp_extra_if all",
        "garp_extra_if",
        "garp_extra_if x",
        "garp_extra_if 86401",
        "garp_extra_if 5 6",
        "vmac_garp_intvl 5",
        "vmac_garp_intvl all 5",
        "kernel_rx_buf_size 5000",
        "kernel_rx_buf_size x",
        "kernel_rx_buf_size 5 6",
        "kernel_rx_buf_size",
        "kernel_rx_buf_size -1",
        "kernel_rx_buf_size 4294967296",
        "notify_priority_changes",
        "notify_priority_changes maybe",
        "notify_deleted",
        "notify_deleted /bin/true",
        "notify_deleted; notify_deleted",
        "notify_deleted /bin/true; notify_deleted /bin/false",
        "owner_ignore_adverts",
        "timer_expired_backup",
        "timer_expired_backup 5; nopreempt",
        "thread_timer_expired",
        "vrf eth0",
        "vrf nosuch",
        "vrf eth0123456789012345",
        "priority 255; owner_ignore_adverts",
        "priority 255; owner_ignore_adverts false",
        "priority 255; strict_mode",
        "kernel_rx_buf_size 5x",
    ];
    insta::assert_snapshot!(table(&rows), @r#"
    no_accept  =>  closed true  [0]
    accept; no_accept  =>  closed true  [0]
    priority 255; no_accept  =>    [0]
    track_src_ip  =>    [0]
    track_src_ip; mcast_src_ip 10.77.0.1  =>  tracks source true  [0]
    linkbeat_use_polling  =>  polls link true  [5]
        2:1: warning[SA118]: `linkbeat_use_polling` is deprecated
    lvs_sync_daemon_interface eth0  =>  sync daemon Some(eth0)  [5]
        2:1: warning[SA118]: `lvs_sync_daemon_interface` is deprecated
    lvs_sync_daemon_interface eth0; lvs_sync_daemon_interface eth1  =>  sync daemon Some(eth0)  [5]
        2:1: warning[SA118]: `lvs_sync_daemon_interface` is deprecated
        3:1: warning[SA118]: `lvs_sync_daemon_interface` is deprecated
        3:1: error[SA120]: `lvs_sync_daemon_interface` is given twice
    lvs_sync_daemon_interface  =>    [2]
        2:1: warning[SA118]: `lvs_sync_daemon_interface` is deprecated
        2:1: error[SA115]: `lvs_sync_daemon_interface` lacks its value
    lvs_sync_daemon_interface nosuch  =>  sync daemon Some(nosuch)  [5]
        2:1: warning[SA118]: `lvs_sync_daemon_interface` is deprecated
    garp_extra_if 5  =>  extra garp Some(ExtraGarp { every: 5s, all: false })  [0]
    garp_extra_if all 5  =>  extra garp Some(ExtraGarp { every: 5s, all: true })  [0]
    garp_extra_if all  =>    [5]
        2:1: error[SA115]: (V): garp_extra_if specified without time - ignoring
    garp_extra_if  =>    [5]
        2:1: error[SA115]: `garp_extra_if` lacks its value
    garp_extra_if x  =>    [5]
        2:15: error[SA202]: (V): garp_extra_if 'x' invalid - ignoring
    garp_extra_if 86401  =>    [5]
        2:15: error[SA202]: (V): garp_extra_if '86401' invalid - ignoring
    garp_extra_if 5 6  =>  extra garp Some(ExtraGarp { every: 5s, all: false })  [0]
    vmac_garp_intvl 5  =>  extra garp Some(ExtraGarp { every: 5s, all: false })  [5]
        2:1: warning[SA118]: `vmac_garp_intvl` is deprecated
    vmac_garp_intvl all 5  =>  extra garp Some(ExtraGarp { every: 5s, all: true })  [5]
        2:1: warning[SA118]: `vmac_garp_intvl` is deprecated
    kernel_rx_buf_size 5000  =>  buffer Some(5000)  [0]
    kernel_rx_buf_size x  =>    [5]
        2:1: error[SA201]: (V) invalid kernel_rx_buf_size specified
    kernel_rx_buf_size 5 6  =>    [5]
        2:22: error[SA116]: too many words after `kernel_rx_buf_size`
    kernel_rx_buf_size  =>    [5]
        2:1: error[SA115]: `kernel_rx_buf_size` lacks its value
    kernel_rx_buf_size -1  =>    [5]
        2:1: error[SA201]: (V) invalid kernel_rx_buf_size specified
    kernel_rx_buf_size 4294967296  =>    [5]
        2:1: error[SA201]: (V) invalid kernel_rx_buf_size specified
    notify_priority_changes  =>  priority changes Some(true)  [0]
    notify_priority_changes maybe  =>    [5]
        2:25: error[SA204]: 'maybe' is no value of `notify_priority_changes`
    notify_deleted  =>  reports deletion true  [0]
    notify_deleted /bin/true  =>  reports deletion true, deleted Some("/bin/true")  [0]
    notify_deleted; notify_deleted  =>  reports deletion true  [5]
        3:1: error[SA402]: (V) notify_deleted already specified - ignoring 
    notify_deleted /bin/true; notify_deleted /bin/false  =>  reports deletion true, deleted Some("/bin/true")  [5]
        3:16: error[SA402]: `notify_deleted` is given twice
    owner_ignore_adverts  =>    [5]
        2:1: error[SA312]: `owner_ignore_adverts` is ignored
    timer_expired_backup  =>    [5]
        2:1: error[SA309]: `timer_expired_backup` is ignored
    timer_expired_backup 5; nopreempt  =>  starved Some(Priority(5))  [0]
    thread_timer_expired  =>    [5]
        2:1: warning[SA118]: `thread_timer_expired` is deprecated
        2:1: error[SA309]: `timer_expired_backup` is ignored
    vrf eth0  =>    [5]
        2:5: error[SA242]: (V) vrf can only be specified without interface - clearing
    vrf nosuch  =>    [5]
        2:5: error[SA242]: (V) vrf can only be specified without interface - clearing
    vrf eth0123456789012345  =>    [5]
        2:5: error[SA205]: (V) VRF interface name 'eth0123456789012345' too long - ignoring
    priority 255; owner_ignore_adverts  =>  owner ignores true  [0]
    priority 255; owner_ignore_adverts false  =>  owner ignores true  [5]
        3:1: error[SA313]: `owner_ignore_adverts false` turns it on for an address owner
    priority 255; strict_mode  =>  owner ignores true  [0]
    kernel_rx_buf_size 5x  =>    [5]
        2:1: error[SA201]: (V) invalid kernel_rx_buf_size specified
    "#);
}
