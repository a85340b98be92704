//! Statements that contradict each other, resolved as keepalived resolves them; strict mode.

use super::{instance, table, understood};
use crate::ir::{Authentication, Burst, InitialState, Instance, Preemption};
use crate::lower::Unusable;
use crate::units::{Family, Version};

#[test]
fn preemption_against_state_and_priority() {
    let rows = [
        "nopreempt; priority 255",
        "nopreempt; state MASTER; priority 100",
        "nopreempt; state BACKUP; priority 100",
        "nopreempt; state MASTER",
        "preempt_delay 5; state MASTER; priority 100",
        "preempt_delay 5; nopreempt",
        "preempt_delay 5; nopreempt; state MASTER; priority 100",
        "preempt_delay 0; nopreempt",
    ];
    let show = |instance: &Instance| {
        format!(
            "{:?} {} {:?}",
            instance.initial_state, instance.priority.value, instance.preemption
        )
    };
    insta::assert_snapshot!(table(&rows, show), @"
    nopreempt; priority 255  =>  Owner 255 Immediate
        2:1: error[SA309]: `nopreempt` is ignored
    nopreempt; state MASTER; priority 100  =>  Master 100 Immediate
        2:1: error[SA309]: `nopreempt` is ignored
    nopreempt; state BACKUP; priority 100  =>  Backup 100 Never
    nopreempt; state MASTER  =>  Master 255 Immediate
        2:1: error[SA309]: `nopreempt` is ignored
    preempt_delay 5; state MASTER; priority 100  =>  Master 100 Immediate
        2:15: error[SA309]: `preempt_delay` is ignored
    preempt_delay 5; nopreempt  =>  Backup 100 Never
        2:15: error[SA309]: `preempt_delay` is ignored
    preempt_delay 5; nopreempt; state MASTER; priority 100  =>  Master 100 Immediate
        2:15: error[SA309]: `preempt_delay` is ignored
        3:1: error[SA309]: `nopreempt` is ignored
    preempt_delay 0; nopreempt  =>  Backup 100 Never
    ");
}

#[test]
fn the_first_address_decides_the_family_and_the_family_the_version() {
    let rows = [
        "virtual_ipaddress {; fe80::9; }",
        "mcast_src_ip fe80::1; virtual_ipaddress {; 10.0.0.9; fe80::9; }",
        "virtual_ipaddress {; fe80::9; }; mcast_src_ip 10.0.0.1",
        "unicast_peer {; fe80::2; }; virtual_ipaddress {; 10.0.0.9; }",
        "mcast_dst_ip ff02::13; virtual_ipaddress {; fe80::9; }",
        "mcast_dst_ip 224.0.0.19; virtual_ipaddress {; fe80::9; }",
        "native_ipv6; virtual_ipaddress {; fe80::9; }",
        "native_ipv6; virtual_ipaddress {; 10.0.0.9; }",
        "virtual_ipaddress {; 10.0.0.9; }; native_ipv6",
        "virtual_ipaddress_excluded {; fe80::7; }; virtual_ipaddress {; 10.0.0.9; }",
        "version 2; virtual_ipaddress {; fe80::9; }",
        "virtual_ipaddress {; fe80::9; }; version 2",
        "version 2; native_ipv6; virtual_ipaddress {; fe80::9; }",
        "native_ipv6; version 2; virtual_ipaddress {; fe80::9; }",
        "version 2; strict_mode; virtual_ipaddress {; fe80::9; }",
        "virtual_ipaddress {; 2001:db8::1; }",
        "virtual_ipaddress {; 2001:db8::1; }; unicast_peer {; fe80::2; }",
    ];
    let show = |instance: &Instance| {
        let addresses: Vec<_> = instance.addresses.iter().map(|a| a.net.to_string()).collect();
        format!("{} version {} {addresses:?}", instance.family, instance.version)
    };
    insta::assert_snapshot!(table(&rows, show), @r#"
    virtual_ipaddress {; fe80::9; }  =>  IPv6 version 3 ["fe80::9/128"]
    mcast_src_ip fe80::1; virtual_ipaddress {; 10.0.0.9; fe80::9; }  =>  IPv6 version 3 ["fe80::9/128"]
        4:1: error[SA208]: a virtual address of another family than the instance
    virtual_ipaddress {; fe80::9; }; mcast_src_ip 10.0.0.1  =>  IPv6 version 3 ["fe80::9/128"]
        5:14: error[SA208]: a source of another family than the instance
    unicast_peer {; fe80::2; }; virtual_ipaddress {; 10.0.0.9; }  =>  IPv6 version 3 []  [Instance]
        1:15: error[SA303]: (V) No VIP specified; at least one is required
        6:1: error[SA208]: a virtual address of another family than the instance
    mcast_dst_ip ff02::13; virtual_ipaddress {; fe80::9; }  =>  IPv6 version 3 ["fe80::9/128"]
    mcast_dst_ip 224.0.0.19; virtual_ipaddress {; fe80::9; }  =>  IPv4 version 2 []
        1:15: warning[SA303]: (V) No VIP specified; at least one is sensible
        4:1: error[SA208]: a virtual address of another family than the instance
    native_ipv6; virtual_ipaddress {; fe80::9; }  =>  IPv6 version 3 ["fe80::9/128"]
    native_ipv6; virtual_ipaddress {; 10.0.0.9; }  =>  IPv6 version 3 []  [Instance]
        1:15: error[SA303]: (V) No VIP specified; at least one is required
        4:1: error[SA208]: a virtual address of another family than the instance
    virtual_ipaddress {; 10.0.0.9; }; native_ipv6  =>  IPv4 version 2 ["10.0.0.9/32"]
        5:1: error[SA208]: Cannot specify native_ipv6 with IPv4 addresses
    virtual_ipaddress_excluded {; fe80::7; }; virtual_ipaddress {; 10.0.0.9; }  =>  IPv4 version 2 ["10.0.0.9/32"]
    version 2; virtual_ipaddress {; fe80::9; }  =>  IPv6 version 2 ["fe80::9/128"]
        2:9: warning[SA314]: version 2 with IPv6 addresses
    virtual_ipaddress {; fe80::9; }; version 2  =>  IPv6 version 3 ["fe80::9/128"]
        5:9: error[SA314]: version 2 conflicts with version 3
    version 2; native_ipv6; virtual_ipaddress {; fe80::9; }  =>  IPv6 version 3 ["fe80::9/128"]
        2:9: warning[SA314]: `native_ipv6` makes this instance version 3
    native_ipv6; version 2; virtual_ipaddress {; fe80::9; }  =>  IPv6 version 3 ["fe80::9/128"]
        3:9: error[SA314]: version 2 conflicts with version 3
    version 2; strict_mode; virtual_ipaddress {; fe80::9; }  =>  IPv6 version 3 ["fe80::9/128"]
        2:9: error[SA314]: version 2 with IPv6 addresses
    virtual_ipaddress {; 2001:db8::1; }  =>  IPv6 version 3 ["2001:db8::1/128"]
        3:1: warning[SA315]: the first IPv6 address is not link-local
    virtual_ipaddress {; 2001:db8::1; }; unicast_peer {; fe80::2; }  =>  IPv6 version 3 ["2001:db8::1/128"]
    "#);
}

#[test]
fn strict_mode_sets_what_the_standard_fixes() {
    let strict = instance("strict_mode; version 3; priority 255");
    assert_eq!(strict.initial_state, InitialState::Owner);
    assert!(strict.strict && strict.lower_prio_no_advert && !strict.higher_prio_send_advert);
    assert_eq!(strict.garp.lower_priority, Burst { rounds: 0, delay: std::time::Duration::ZERO });
    assert_eq!(strict.down_timer_adverts, 3);
    assert!(strict.accept, "the owner answers");
    assert!(!instance("strict_mode").accept);

    let rows = [
        "strict_mode",
        "strict_mode off",
        "strict_mode maybe",
        "strict_mode; state MASTER; priority 100",
        "strict_mode; state BACKUP; priority 255",
        "strict_mode; authentication {; auth_type PASS; auth_pass x; }",
        "strict_mode; preempt_delay 4",
        "strict_mode; nopreempt",
        "strict_mode; down_timer_adverts 5",
        "strict_mode; down_timer_adverts 3",
        "strict_mode; garp_lower_prio_repeat 3",
        "strict_mode; garp_lower_prio_delay 3",
        "strict_mode; garp_lower_prio_repeat 0",
        "strict_mode; lower_prio_no_advert off",
        "strict_mode; lower_prio_no_advert",
        "strict_mode; higher_prio_send_advert",
        "strict_mode; accept",
        "strict_mode; accept; version 3",
        "strict_mode; unicast_peer {; 10.0.0.2; }",
        "strict_mode; virtual_ipaddress {; }; no_virtual_ipaddress",
    ];
    let show = |instance: &Instance| {
        let authentication = match instance.authentication {
            Authentication::Header(_) | Authentication::Trailer(_) => "signed",
            Authentication::None => "open",
            Authentication::Pass(_) => "PASS",
        };
        let accept = if instance.accept { "accept" } else { "no accept" };
        format!("{:?} {:?} {authentication} {accept}", instance.initial_state, instance.preemption)
    };
    insta::assert_snapshot!(table(&rows, show), @"
    strict_mode  =>  Backup Immediate open no accept
    strict_mode off  =>  Backup Immediate open accept
    strict_mode maybe  =>  Backup Immediate open accept
        2:13: error[SA204]: 'maybe' is no value of `strict_mode`
    strict_mode; state MASTER; priority 100  =>  Backup Immediate open no accept
        3:7: error[SA313]: in strict mode `state MASTER` and priority 255 belong together
    strict_mode; state BACKUP; priority 255  =>  Master Immediate open accept
        3:7: error[SA313]: in strict mode `state MASTER` and priority 255 belong together
    strict_mode; authentication {; auth_type PASS; auth_pass x; }  =>  Backup Immediate open no accept
        3:1: error[SA308]: authentication is ignored
    strict_mode; preempt_delay 4  =>  Backup Immediate open no accept
        3:15: error[SA309]: `preempt_delay` is ignored
    strict_mode; nopreempt  =>  Backup Never open no accept
    strict_mode; down_timer_adverts 5  =>  Backup Immediate open no accept
        3:20: error[SA313]: strict mode has `down_timer_adverts 3`
    strict_mode; down_timer_adverts 3  =>  Backup Immediate open no accept
    strict_mode; garp_lower_prio_repeat 3  =>  Backup Immediate open no accept
        3:24: error[SA313]: strict mode announces nothing on adverts of lower priority
    strict_mode; garp_lower_prio_delay 3  =>  Backup Immediate open no accept
        3:23: error[SA313]: strict mode announces nothing on adverts of lower priority
    strict_mode; garp_lower_prio_repeat 0  =>  Backup Immediate open no accept
    strict_mode; lower_prio_no_advert off  =>  Backup Immediate open no accept
        3:1: error[SA313]: strict mode has `lower_prio_no_advert` on
    strict_mode; lower_prio_no_advert  =>  Backup Immediate open no accept
    strict_mode; higher_prio_send_advert  =>  Backup Immediate open no accept
        3:1: error[SA313]: strict mode has `higher_prio_send_advert` off
    strict_mode; accept  =>  Backup Immediate open no accept
        3:1: warning[SA313]: `accept` in strict mode with version 2
    strict_mode; accept; version 3  =>  Backup Immediate open accept
    strict_mode; unicast_peer {; 10.0.0.2; }  =>  Backup Immediate open no accept  [Instance]
        3:1: error[SA313]: strict mode does not allow unicast
    strict_mode; virtual_ipaddress {; }; no_virtual_ipaddress  =>  Backup Immediate open no accept  [Instance]
        1:15: error[SA303]: (V) No VIP specified; at least one is required
    ");
}

#[test]
fn what_an_instance_needs() {
    let text = "vrrp_instance A {\n}\nvrrp_instance B {\n virtual_router_id 1\n}\n\
                vrrp_instance C {\n interface eth0\n}\nvrrp_instance {\n interface eth0\n}\n\
                vrrp_instance D E {\n interface eth0\n}\nvrrp_instance\n";
    let outcome = understood(text);
    assert_eq!(outcome.config.instances, []);
    assert_eq!(outcome.unusable, Some(Unusable::Instance));
    insta::assert_snapshot!(outcome.findings.join("\n"), @"
    1:15: error[SA301]: `A` has no valid virtual_router_id
    1:15: error[SA302]: `A` has no interface
    3:15: error[SA302]: `B` has no interface
    6:15: error[SA301]: `C` has no valid virtual_router_id
    9:1: error[SA207]: `vrrp_instance` lacks its name
    12:17: error[SA207]: `vrrp_instance` takes one name
    15:1: error[SA106]: `vrrp_instance` lacks its `{`
    ");
}

#[test]
fn a_name_is_used_once_and_the_second_block_is_not_read() {
    let text = "vrrp_instance A {\n interface eth0\n virtual_router_id 1\n \
                virtual_ipaddress { 10.0.0.1 }\n}\nvrrp_instance A {\n bogus\n}\n";
    let outcome = understood(text);
    assert_eq!(outcome.config.instances.len(), 1);
    assert_eq!(outcome.findings, ["6:15: error[SA206]: vrrp instance `A` already defined"]);
}

#[test]
fn two_instances_must_not_meet_on_the_wire() {
    let pair = |a: &str, b: &str| {
        let text = format!(
            "vrrp_instance A {{\ninterface eth0\nvirtual_router_id 9\n{a}\n}}\n\
             vrrp_instance B {{\ninterface eth0\nvirtual_router_id 9\n{b}\n}}\n"
        );
        let outcome = understood(&text);
        assert_eq!(outcome.config.instances.len(), 2, "{:?}", outcome.findings);
        let clash = outcome.findings.iter().any(|finding| finding.contains("SA304"));
        assert_eq!(clash, outcome.unusable == Some(Unusable::Instance));
        clash
    };
    let four = |n| format!("virtual_ipaddress {{\n10.0.0.{n}\n}}");
    let six = "virtual_ipaddress {\nfe80::1\n}".to_owned();
    let peer = |n, own| format!("unicast_peer {{\n10.0.0.{n}\n}}\n{}", four(own));
    let group = |n, own| format!("mcast_dst_ip 224.0.0.{n}\n{}", four(own));
    assert!(pair(&four(1), &four(2)), "same group");
    assert!(!pair(&four(1), &six), "other family");
    assert!(!pair(&group(19, 1), &four(2)), "other group");
    assert!(!pair(&peer(3, 1), &peer(4, 2)), "other peers");
    assert!(pair(&peer(3, 1), &peer(3, 2)), "same peer");
    assert!(!pair(&peer(3, 1), &four(2)), "unicast and multicast");
}

#[test]
fn families_and_versions_of_a_plain_ipv6_instance() {
    let six = instance("virtual_ipaddress {; fe80::9/64; }");
    assert_eq!((six.family, six.version), (Family::V6, Version::V3));
    assert_eq!(six.preemption, Preemption::Immediate);
}
