//! The keywords of an instance: good values, both ends of the range, bad values, defaults.

use std::time::Duration;

use super::{instance, table};
use crate::ir::{
    Authentication, ChecksumPolicy, GarpTiming, InitialState, Notify, Preemption, Transport,
};
use crate::units::{Family, Priority, Version};

#[test]
fn an_instance_that_says_nothing_has_keepaliveds_defaults() {
    let instance = instance("");
    assert_eq!(instance.name.value, "V");
    assert_eq!((instance.family, instance.version), (Family::V4, Version::V2));
    assert_eq!(instance.initial_state, InitialState::Backup);
    assert_eq!(instance.priority.value, Priority::DEFAULT);
    assert_eq!(instance.advert_int.value, Duration::from_secs(1));
    assert_eq!(instance.down_timer_adverts, 3);
    assert_eq!(instance.transport, Transport::Multicast { group: [224, 0, 0, 18].into() });
    assert_eq!((instance.source, instance.checksum), (None, ChecksumPolicy::Detect));
    assert_eq!(instance.authentication, Authentication::None);
    assert_eq!(instance.preemption, Preemption::Immediate);
    assert_eq!(instance.garp, GarpTiming::default());
    assert!(!instance.lower_prio_no_advert && !instance.higher_prio_send_advert);
    assert!(!instance.skip_check_adv_addr && !instance.check_unicast_source);
    assert!(!instance.strict && instance.accept && instance.track_primary);
    assert!(!instance.promote_secondaries && !instance.smtp_alert);
    assert_eq!(instance.notify, Notify::default());
    assert!(instance.excluded.is_empty());
}

#[test]
fn numbers_that_name_the_router() {
    let rows = [
        "virtual_router_id 1",
        "virtual_router_id 255",
        "virtual_router_id 0",
        "virtual_router_id 256",
        "virtual_router_id 1x",
        "virtual_router_id",
        "virtual_router_id 7; virtual_router_id 0",
        "virtual_router_id \"7\"",
    ];
    insta::assert_snapshot!(table(&rows, |instance| instance.vrid.value.to_string()), @r#"
    virtual_router_id 1  =>  1
    virtual_router_id 255  =>  255
    virtual_router_id 0  =>  -  [Instance]
        1:15: error[SA301]: `V` has no valid virtual_router_id
        2:19: error[SA202]: number '0' for `virtual_router_id` is outside range [1, 255]
    virtual_router_id 256  =>  -  [Instance]
        1:15: error[SA301]: `V` has no valid virtual_router_id
        2:19: error[SA202]: number '256' for `virtual_router_id` is outside range [1, 255]
    virtual_router_id 1x  =>  -  [Instance]
        1:15: error[SA301]: `V` has no valid virtual_router_id
        2:19: error[SA201]: invalid number '1x' for `virtual_router_id`
    virtual_router_id  =>  -  [MissingValue]
        1:15: error[SA301]: `V` has no valid virtual_router_id
        2:1: error[SA115]: `virtual_router_id` lacks its value
    virtual_router_id 7; virtual_router_id 0  =>  7
        3:1: warning[SA120]: `virtual_router_id` is given twice
        3:19: error[SA202]: number '0' for `virtual_router_id` is outside range [1, 255]
    virtual_router_id "7"  =>  7
    "#);
    let rows = [
        "priority 1",
        "priority 254",
        "priority 255",
        "priority 0",
        "priority 256",
        "priority -1",
        "priority 10x",
        "priority \"\"",
        "priority +5",
        "priority 007",
        "priority 200; priority x",
        "state MASTER",
        "state MASTER; priority 100",
    ];
    insta::assert_snapshot!(table(&rows, |instance| instance.priority.value.to_string()), @r#"
    priority 1  =>  1
    priority 254  =>  254
    priority 255  =>  255
    priority 0  =>  100
        2:10: error[SA202]: number '0' for `priority` is outside range [1, 255]
    priority 256  =>  100
        2:10: error[SA202]: number '256' for `priority` is outside range [1, 255]
    priority -1  =>  100
        2:10: error[SA202]: negative number '-1' for `priority`
    priority 10x  =>  100
        2:10: error[SA201]: invalid number '10x' for `priority`
    priority ""  =>  100
        2:10: error[SA202]: number '' for `priority` is outside range [1, 255]
    priority +5  =>  5
    priority 007  =>  7
    priority 200; priority x  =>  100
        3:1: warning[SA120]: `priority` is given twice
        3:10: error[SA201]: invalid number 'x' for `priority`
    state MASTER  =>  255
    state MASTER; priority 100  =>  100
    "#);
}

#[test]
fn the_state_to_begin_in() {
    let rows = [
        "state MASTER",
        "state BACKUP",
        "state FAULT",
        "state master",
        "state",
        "state BACKUP; state MASTER",
        "state MASTER; state BACKUP",
        "priority 255",
        "priority 255; state BACKUP",
    ];
    insta::assert_snapshot!(table(&rows, |instance| format!("{:?}", instance.initial_state)), @"
    state MASTER  =>  Master
    state BACKUP  =>  Backup
    state FAULT  =>  Backup
        2:7: error[SA204]: unknown state 'FAULT', defaulting to BACKUP
    state master  =>  Backup
        2:7: error[SA204]: unknown state 'master', defaulting to BACKUP
    state  =>  Backup  [MissingValue]
        2:1: error[SA115]: `state` lacks its value
    state BACKUP; state MASTER  =>  Master
    state MASTER; state BACKUP  =>  Master
        3:7: error[SA312]: `state BACKUP` after `state MASTER` is ignored
    priority 255  =>  Owner
    priority 255; state BACKUP  =>  Backup
    ");
}

#[test]
fn the_interface() {
    let rows = [
        "interface eth0.100",
        "interface abcdefghijklmno",
        "interface abcdefghijklmnop",
        "interface lo",
        "interface",
        "interface eth0; interface eth1",
    ];
    let show = |instance: &crate::ir::Instance| {
        instance.interface.as_ref().map_or("none".to_owned(), |name| name.value.to_string())
    };
    insta::assert_snapshot!(table(&rows, show), @"
    interface eth0.100  =>  eth0.100
    interface abcdefghijklmno  =>  abcdefghijklmno
    interface abcdefghijklmnop  =>  -  [Instance]
        1:15: error[SA302]: `V` has no interface
        2:11: error[SA205]: 'abcdefghijklmnop' is no interface for `interface`
    interface lo  =>  -  [Instance]
        1:15: error[SA302]: `V` has no interface
        2:11: error[SA204]: cannot use a loopback interface (lo) for vrrp
    interface  =>  -  [MissingValue]
        1:15: error[SA302]: `V` has no interface
        2:1: error[SA115]: `interface` lacks its value
    interface eth0; interface eth1  =>  eth1
        3:1: warning[SA120]: `interface` is given twice
    ");
}

#[test]
fn the_interval_and_the_version_that_carries_it() {
    let rows = [
        "advert_int 1",
        "advert_int 255",
        "advert_int 256",
        "advert_int 0.4",
        "advert_int 2.5",
        "advert_int 2.499999",
        "advert_int .5",
        "advert_int 5.",
        "advert_int +3",
        "advert_int -1",
        "advert_int 5s",
        "advert_int 1,5",
        "advert_int 1e3",
        "advert_int 2.0000004",
        "advert_int 0.001",
        "advert_int",
        "version 3; advert_int 0.01",
        "version 3; advert_int 0.333",
        "version 3; advert_int 40.95",
        "version 3; advert_int 41",
    ];
    let show = |instance: &crate::ir::Instance| format!("{:?}", instance.advert_int.value);
    insta::assert_snapshot!(table(&rows, show), @"
    advert_int 1  =>  1s
    advert_int 255  =>  255s
    advert_int 256  =>  1s
        2:12: error[SA202]: number '256' for `advert_int` is outside range [0.010000, 255.000000]
    advert_int 0.4  =>  1s
        2:12: error[SA311]: VRRPv2 cannot carry this interval; 1 s is used
    advert_int 2.5  =>  3s
        2:12: error[SA311]: VRRPv2 cannot carry this interval; 3 s is used
    advert_int 2.499999  =>  2s
        2:12: error[SA311]: VRRPv2 cannot carry this interval; 2 s is used
    advert_int .5  =>  1s
        2:12: error[SA311]: VRRPv2 cannot carry this interval; 1 s is used
    advert_int 5.  =>  5s
    advert_int +3  =>  3s
    advert_int -1  =>  1s
        2:12: error[SA201]: negative number '-1' for `advert_int`
    advert_int 5s  =>  1s
        2:12: error[SA201]: invalid number '5s' for `advert_int`
    advert_int 1,5  =>  1s
        2:12: error[SA201]: invalid number '1,5' for `advert_int`
    advert_int 1e3  =>  1s
        2:12: error[SA201]: invalid number '1e3' for `advert_int`
    advert_int 2.0000004  =>  2s
        2:12: error[SA210]: number '2.0000004' for `advert_int` has too many decimal places
    advert_int 0.001  =>  1s
        2:12: error[SA202]: number '0.001' for `advert_int` is outside range [0.010000, 255.000000]
    advert_int  =>  1s  [MissingValue]
        2:1: error[SA115]: `advert_int` lacks its value
    version 3; advert_int 0.01  =>  10ms
    version 3; advert_int 0.333  =>  330ms
        3:12: error[SA311]: VRRPv3 cannot carry this interval; 0.33 s is used
    version 3; advert_int 40.95  =>  40.95s
    version 3; advert_int 41  =>  40.95s
        3:12: error[SA311]: VRRPv3 cannot carry this interval; 40.95 s is used
    ");
    let rows =
        ["version 2", "version 3", "version 4", "version 2x", "version", "version 2; version 3"];
    insta::assert_snapshot!(table(&rows, |instance| instance.version.to_string()), @"
    version 2  =>  2
    version 3  =>  3
    version 4  =>  2
        2:9: error[SA202]: number '4' for `version` is outside range [2, 3]
    version 2x  =>  2
        2:9: error[SA201]: invalid number '2x' for `version`
    version  =>  2  [MissingValue]
        2:1: error[SA115]: `version` lacks its value
    version 2; version 3  =>  2
        3:9: error[SA314]: version 3 conflicts with version 2
    ");
}

#[test]
fn preemption() {
    let rows = [
        "preempt",
        "nopreempt",
        "nopreempt off",
        "nopreempt; preempt",
        "preempt; nopreempt",
        "preempt_delay 0",
        "preempt_delay 2.5",
        "preempt_delay 1000",
        "preempt_delay 1001",
        "preempt_delay -1",
        "preempt_delay x",
        "preempt_delay",
    ];
    insta::assert_snapshot!(table(&rows, |instance| format!("{:?}", instance.preemption)), @"
    preempt  =>  Immediate
    nopreempt  =>  Never
    nopreempt off  =>  Never
        2:11: warning[SA116]: extra words after `nopreempt`
    nopreempt; preempt  =>  Immediate
    preempt; nopreempt  =>  Never
    preempt_delay 0  =>  Immediate
    preempt_delay 2.5  =>  Delayed(2.5s)
    preempt_delay 1000  =>  Delayed(1000s)
    preempt_delay 1001  =>  Immediate
        2:15: error[SA202]: number '1001' for `preempt_delay` is outside range [0.000000, 1000.000000]
    preempt_delay -1  =>  Immediate
        2:15: error[SA201]: negative number '-1' for `preempt_delay`
    preempt_delay x  =>  Immediate
        2:15: error[SA201]: invalid number 'x' for `preempt_delay`
    preempt_delay  =>  Immediate  [MissingValue]
        2:1: error[SA115]: `preempt_delay` lacks its value
    ");
}

#[test]
fn announcements() {
    let rows = [
        "garp_master_delay 0",
        "garp_master_delay 4294",
        "garp_master_delay 4295",
        "garp_master_delay 1.5",
        "garp_master_repeat 1",
        "garp_master_repeat 0",
        "garp_master_repeat x",
        "garp_master_refresh 60",
        "garp_master_refresh 60; garp_master_refresh_repeat 2",
        "garp_master_refresh 60; garp_master_refresh_repeat 0",
        "garp_master_refresh 60; garp_master_refresh x",
        "garp_lower_prio_delay 7; garp_lower_prio_repeat 0",
        "garp_lower_prio_repeat 2147483648",
        "garp_lower_prio_delay 10x",
        "garp_master_delay 9; garp_master_repeat 9",
    ];
    let show = |instance: &crate::ir::Instance| {
        let garp = instance.garp;
        let burst = |burst: crate::ir::Burst| format!("{} after {:?}", burst.rounds, burst.delay);
        let refresh =
            garp.refresh.map(|refresh| format!("{} each {:?}", refresh.rounds, refresh.every));
        let (master, lower) = (burst(garp.master), burst(garp.lower_priority));
        format!("{master}; refresh {}; lower {lower}", refresh.unwrap_or("none".to_owned()))
    };
    insta::assert_snapshot!(table(&rows, show), @"
    garp_master_delay 0  =>  5 after 0ns; refresh none; lower 5 after 5s
    garp_master_delay 4294  =>  5 after 4294s; refresh none; lower 5 after 5s
    garp_master_delay 4295  =>  5 after 5s; refresh none; lower 5 after 5s
        2:19: error[SA202]: number '4295' for `garp_master_delay` is outside range [0, 4294]
    garp_master_delay 1.5  =>  5 after 1s; refresh none; lower 5 after 5s
        2:19: error[SA201]: invalid number '1.5' for `garp_master_delay`
    garp_master_repeat 1  =>  1 after 5s; refresh none; lower 5 after 5s
    garp_master_repeat 0  =>  1 after 5s; refresh none; lower 5 after 5s
        2:20: error[SA202]: `garp_master_repeat` must be at least 1
    garp_master_repeat x  =>  5 after 5s; refresh none; lower 5 after 5s
        2:20: error[SA201]: invalid number 'x' for `garp_master_repeat`
    garp_master_refresh 60  =>  5 after 5s; refresh 1 each 60s; lower 5 after 5s
    garp_master_refresh 60; garp_master_refresh_repeat 2  =>  5 after 5s; refresh 2 each 60s; lower 5 after 5s
    garp_master_refresh 60; garp_master_refresh_repeat 0  =>  5 after 5s; refresh 1 each 60s; lower 5 after 5s
        3:28: error[SA202]: `garp_master_refresh_repeat` must be at least 1
    garp_master_refresh 60; garp_master_refresh x  =>  5 after 5s; refresh none; lower 5 after 5s
        3:1: warning[SA120]: `garp_master_refresh` is given twice
        3:21: error[SA201]: invalid number 'x' for `garp_master_refresh`
    garp_lower_prio_delay 7; garp_lower_prio_repeat 0  =>  5 after 5s; refresh none; lower 0 after 7s
    garp_lower_prio_repeat 2147483648  =>  5 after 5s; refresh none; lower 5 after 5s
        2:24: error[SA202]: number '2147483648' for `garp_lower_prio_repeat` is outside range [0, 2147483647]
    garp_lower_prio_delay 10x  =>  5 after 5s; refresh none; lower 5 after 10s
        2:23: error[SA201]: invalid number '10x' for `garp_lower_prio_delay`
    garp_master_delay 9; garp_master_repeat 9  =>  9 after 9s; refresh none; lower 5 after 5s
    ");
}

#[test]
fn flags_take_a_word_or_none() {
    let rows = [
        "skip_check_adv_addr",
        "skip_check_adv_addr on",
        "skip_check_adv_addr false",
        "skip_check_adv_addr 1",
        "skip_check_adv_addr Yes",
        "lower_prio_no_advert yes",
        "higher_prio_send_advert true",
        "smtp_alert",
        "dont_track_primary",
        "promote_secondaries",
        "promote_secondaries off",
        "accept",
        "v3_checksum_as_v2",
        "down_timer_adverts 1",
        "down_timer_adverts 100",
        "down_timer_adverts 101",
        "debug 4",
        "debug 5",
    ];
    let show = |instance: &crate::ir::Instance| {
        let flags = [
            ("skip", instance.skip_check_adv_addr),
            ("no lower", instance.lower_prio_no_advert),
            ("send higher", instance.higher_prio_send_advert),
            ("mail", instance.smtp_alert),
            ("untracked", !instance.track_primary),
            ("promote", instance.promote_secondaries),
            ("as version 2", instance.checksum == ChecksumPolicy::AsVersion2),
        ];
        let on: Vec<_> = flags.iter().filter(|(_, on)| *on).map(|(name, _)| *name).collect();
        format!("{on:?} {}", instance.down_timer_adverts)
    };
    insta::assert_snapshot!(table(&rows, show), @r#"
    skip_check_adv_addr  =>  ["skip"] 3
    skip_check_adv_addr on  =>  ["skip"] 3
    skip_check_adv_addr false  =>  [] 3
    skip_check_adv_addr 1  =>  [] 3
        2:21: error[SA204]: '1' is no value of `skip_check_adv_addr`
    skip_check_adv_addr Yes  =>  [] 3
        2:21: error[SA204]: 'Yes' is no value of `skip_check_adv_addr`
    lower_prio_no_advert yes  =>  ["no lower"] 3
    higher_prio_send_advert true  =>  ["send higher"] 3
    smtp_alert  =>  ["mail"] 3
    dont_track_primary  =>  ["untracked"] 3
    promote_secondaries  =>  ["promote"] 3
    promote_secondaries off  =>  ["promote"] 3
        2:21: warning[SA116]: extra words after `promote_secondaries`
    accept  =>  [] 3
    v3_checksum_as_v2  =>  ["as version 2"] 3
    down_timer_adverts 1  =>  [] 1
    down_timer_adverts 100  =>  [] 100
    down_timer_adverts 101  =>  [] 3
        2:20: error[SA202]: number '101' for `down_timer_adverts` is outside range [1, 100]
    debug 4  =>  [] 3
        2:1: note[SA114]: `debug` is accepted and has no effect here
    debug 5  =>  [] 3
        2:1: note[SA114]: `debug` is accepted and has no effect here
        2:7: error[SA202]: number '5' for `debug` is outside range [0, 4]
    "#);
}
