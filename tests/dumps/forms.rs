//! What we write for configurations of our own, so that a change of a form is seen.

use std::time::Duration;

use stillalive::dump;
use stillalive::engine::event::Event;

use crate::stage::Stage;

const EVERYTHING: &str = "
global_defs {
    router_id node1
    notification_email { root@example.org }
    smtp_server 192.0.2.25 587
    vrrp_notify_fifo /run/changes
    vrrp_strict off
    nftables
    max_auto_priority 20
    vrrp_garp_interval 0.1
    reload_time_file /run/when
    umask 022
}
static_ipaddress { 192.0.2.200/24 dev eth1 track_group T }
static_routes { 203.0.113.0/24 via 198.18.0.9 dev eth1 }
static_rules { from 203.0.113.0/24 table 7 priority 77 }
track_group T { group { OWNER } }
vrrp_script check { script \"/bin/check a 'b c'\" interval 2 timeout 1 weight -10 reverse rise 2 }
track_file number { file /run/number weight 2 }
vrrp_track_process daemon { process sleep 100 quorum 2 fork_delay 1 }
bfd_instance session { neighbor_ip 192.0.2.9 source_ip 192.0.2.1 }
vrrp_instance OWNER {
    interface eth0
    state MASTER
    virtual_router_id 1
    priority 255
    owner_ignore_adverts
    virtual_ipaddress { 192.0.2.1/24 }
}
vrrp_instance MIXED {
    version 3
    interface eth0
    virtual_router_id 2
    priority 100
    advert_int 0.25
    preempt_delay 1.5
    dont_track_primary
    no_accept
    garp_master_refresh 60
    track_interface { eth1 weight 5 reverse }
    track_script { check }
    track_file { number }
    track_process { daemon }
    track_bfd { session weight 3 }
    virtual_ipaddress { 192.0.2.101/24 brd + label eth0:a }
    virtual_ipaddress_excluded {
        192.0.2.102 peer 192.0.2.103 dev eth1 scope link no_track
        2001:db8::1/64 preferred_lft 30 home -nodad
    }
    virtual_routes {
        blackhole 198.51.100.0/24
        default via 192.0.2.9 dev eth0 table 9 metric 4 mtu lock 1400 rtt 200ms quickack 1
        203.0.113.0/25 nexthop via 192.0.2.9 dev eth0 weight 2 nexthop via 192.0.2.8 dev eth0 onlink
    }
    virtual_rules {
        not from 192.0.2.0/24 to 198.51.100.0/24 priority 5 fwmark 1/3 iif eth0 prohibit
        from all ipproto tcp sport 5-6 priority 6 table main suppress_prefixlength 3
    }
    notify_master \"/bin/tell master\"
    notify /bin/tell
}
";

fn stage() -> Stage {
    let mut stage = Stage::new(&[EVERYTHING]);
    stage.run(Duration::from_secs(5));
    stage
}

#[test]
fn every_section_of_the_data() {
    insta::assert_snapshot!(stage().routers[0].shown(dump::data));
}

#[test]
fn both_versions_of_json() {
    let first = stage().routers[0].shown(|view| dump::json(view).unwrap());
    let text = EVERYTHING.replace("global_defs {", "global_defs { json_version 2\n");
    let mut second = Stage::new(&[&text]);
    second.run(Duration::from_secs(5));
    let second = second.routers[0].shown(|view| dump::json(view).unwrap());
    let broken = |text: &str| text.replace(',', ",\n");
    insta::assert_snapshot!(format!("{}\n{}", broken(&first), broken(&second)));
}

#[test]
fn cleared_counters_begin_at_0_and_nothing_else_changes() {
    let mut stage = stage();
    let before = stage.routers[0].look().0;
    assert!(before.instances.iter().any(|it| it.statistics.adverts_sent > 0));
    stage.tell(0, Event::ClearStatistics);
    let mut after = stage.routers[0].look().0;
    let zero = after.instances[0].statistics;
    assert_eq!((zero.adverts_sent, zero.became_master), (0, 0));
    for (after, before) in after.instances.iter_mut().zip(&before.instances) {
        after.statistics = before.statistics;
    }
    assert_eq!(after, before);
}

#[test]
fn no_password_is_in_any_dump() {
    for kind in ["PASS", "AH"] {
        let text = format!(
            "vrrp_instance V {{ interface eth0\n virtual_router_id 1\n
             authentication {{ auth_type {kind}\n auth_pass hunter2 }}\n
             virtual_ipaddress {{ 192.0.2.50 }} }}"
        );
        let stage = Stage::new(&[&text]);
        let router = &stage.routers[0];
        let all = [
            router.shown(dump::data),
            router.shown(dump::parent),
            router.shown(dump::statistics),
            router.shown(|view| dump::json(view).unwrap()),
        ];
        assert!(all.iter().all(|text| !text.contains("hunter2")), "{all:?}");
    }
}

#[test]
fn without_instances_there_is_no_json() {
    let stage = Stage::new(&["global_defs { router_id a }"]);
    let (engine, host) = stage.routers[0].look();
    let view = dump::View { engine: &engine, host: &host };
    assert_eq!(dump::json(view), None);
    assert_eq!(dump::statistics(view), "");
}
