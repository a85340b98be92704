//! Every kind of configuration as master, as backup and in FAULT: the data of both programs are the
//! same lines.

use std::time::Duration;

use super::{Kind, Subject, comparable};
use crate::lab::{Daemon, Lab, ready};
use crate::protocol::ELECTION;

/// What each daemon writes of a configuration at each moment.
struct Seen {
    moments: Vec<(&'static str, String)>,
    json: String,
}

/// `PRIORITY` in the text is 100 here and 200 on the other host. `prepare` readies a host.
fn watch(daemon: Daemon, text: &str, moments: &[&'static str], prepare: fn(&Lab)) -> Seen {
    let lab = Lab::new(2);
    prepare(&lab);
    let directory = lab.directory().display().to_string();
    let text = text.replace("DIRECTORY", &directory);
    let of_host = |text: &str, host: &str, priority: &str| {
        text.replace("HOST", host).replace("PRIORITY", priority)
    };
    let mut subject = Subject::start(&lab, daemon, &of_host(&text, "1", "100"));
    let mut seen = Seen { moments: Vec::new(), json: String::new() };
    let mut other = None;
    for moment in moments {
        match *moment {
            "BACKUP" => {
                let text = of_host(&text, "2", "200");
                other = Some(lab.start(2, Daemon::Keepalived, &text));
            }
            "FAULT" => lab.carrier(1, false),
            _ => {}
        }
        subject.data_when(moment, ELECTION * 2);
        // What follows the change of state has time to be done.
        std::thread::sleep(Duration::from_millis(1_200));
        let data = subject.data_when(moment, ELECTION);
        seen.moments.push((moment, comparable::lines(&data, lab.directory())));
        if seen.json.is_empty() {
            let escaped = directory.replace('/', "\\/");
            seen.json = subject.dump(Kind::Json).replace(&escaped, "DIRECTORY");
        }
    }
    subject.daemon.assert_alive();
    drop((subject, other));
    seen
}

const ALL: &[&str] = &["MASTER", "BACKUP", "FAULT"];

fn same(text: &str, moments: &[&'static str], prepare: fn(&Lab)) {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    let (ours, theirs) = std::thread::scope(|scope| {
        let theirs = scope.spawn(|| watch(Daemon::Keepalived, text, moments, prepare));
        let ours = watch(Daemon::Ours, text, moments, prepare);
        (ours, theirs.join().unwrap())
    });
    let mut differences = String::new();
    for ((moment, ours), (_, theirs)) in ours.moments.iter().zip(&theirs.moments) {
        if ours != theirs {
            let difference = similar::TextDiff::from_lines(theirs, ours);
            let difference = difference.unified_diff().header("keepalived", "ours").to_string();
            differences.push_str(&format!("as {moment}:\n{difference}"));
        }
    }
    let (ours, theirs) = (without_the_moment(&ours.json), without_the_moment(&theirs.json));
    if ours != theirs {
        differences.push_str(&format!("JSON\nkeepalived {theirs}\nours       {ours}\n"));
    }
    assert!(differences.is_empty(), "{differences}");
}

/// JSON without times, counters and passwords, and without what 2.2.7 does not have.
fn without_the_moment(json: &str) -> String {
    let mut list: Vec<serde_json::Value> = serde_json::from_str(json).unwrap();
    let without_place = |route: &mut serde_json::Value| {
        let line = route.as_str().unwrap();
        let line = line.split_once(" [installed ifindex ").map_or(line, |(line, _)| line);
        *route = line.into();
    };
    for entry in &mut list {
        let routes = entry["data"]["vroutes"].as_array_mut();
        routes.into_iter().flatten().for_each(without_place);
        entry["stats"] = serde_json::Value::Null;
        let data = entry["data"].as_object_mut().unwrap();
        data.remove("last_transition");
        data.remove("track_process");
        if let Some(password) = data.get_mut("auth_data") {
            *password = serde_json::Value::Null;
        }
    }
    serde_json::to_string(&list).unwrap()
}

/// A test for each configuration.
macro_rules! configurations {
    ($($name:ident, $moments:expr, $prepare:expr, $text:expr;)+) => {$(
        #[test]
        fn $name() {
            same($text, $moments, $prepare);
        }
    )+};
}

fn nothing(_: &Lab) {}

/// A second interface with a carrier, `eth1`.
fn second_interface(lab: &Lab) {
    for host in lab.hosts() {
        host.ip(&["link", "add", "eth1", "type", "veth", "peer", "name", "peer1"]);
        for (name, mac) in [("eth1", "02:00:00:00:01:01"), ("peer1", "02:00:00:00:01:02")] {
            host.ip(&["link", "set", name, "addrgenmode", "none"]);
            host.ip(&["link", "set", name, "address", mac, "up"]);
        }
        host.ip(&["addr", "add", &format!("198.18.0.{}/24", host.number()), "dev", "eth1"]);
    }
}

/// Scripts that succeed, and a file with a number.
fn things_to_track(lab: &Lab) {
    use std::os::unix::fs::PermissionsExt;
    second_interface(lab);
    let folder = lab.directory();
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    for name in ["good", "tell"] {
        let path = folder.join(name);
        std::fs::write(&path, "#!/bin/sh\nexit 0\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    std::fs::write(folder.join("number"), "7\n").unwrap();
}

configurations! {
    version_2_with_a_password, ALL, nothing, "
        global_defs { router_id node1 }
        vrrp_instance V1 {
            interface eth0
            virtual_router_id 51
            priority PRIORITY
            advert_int 1
            garp_master_delay 1.5
            garp_master_refresh 60
            garp_master_refresh_repeat 2
            garp_lower_prio_repeat 3
            lower_prio_no_advert
            authentication { 
                auth_type PASS
                auth_pass abc
            }
            virtual_ipaddress {
                10.77.0.50/24 brd + label eth0:one
                10.77.0.51
                10.77.0.52/24 brd 10.77.0.200
            }
            virtual_ipaddress_excluded {
                10.77.0.53/24
                2001:db8:77::53/64 preferred_lft 100
            }
        }";
    version_2_with_an_authentication_header, ALL, nothing, "
        global_defs { router_id node1 }
        vrrp_instance V1 {
            interface eth0
            virtual_router_id 51
            priority PRIORITY
            authentication { 
                auth_type AH
                auth_pass abc
            }
            virtual_ipaddress {
                10.77.0.50/24
            }
        }";
    version_3_over_ipv4, ALL, nothing, "
        global_defs { 
            router_id node1
            vrrp_version 3
        }
        vrrp_instance V1 {
            interface eth0
            virtual_router_id 51
            priority PRIORITY
            advert_int 0.25
            down_timer_adverts 4
            higher_prio_send_advert
            virtual_ipaddress {
                10.77.0.50/24
            }
        }";
    version_3_over_ipv6, ALL, nothing, "
        global_defs { router_id node1 }
        vrrp_instance V1 {
            interface eth0
            virtual_router_id 51
            priority PRIORITY
            advert_int 0.5
            virtual_ipaddress {
                fe80::50/64
                2001:db8:77::50/64
                2001:db8:77::51
            }
        }";
    unicast_of_both_versions, ALL, nothing, "
        global_defs { 
            router_id node1
            vrrp_check_unicast_src
        }
        vrrp_instance V1 {
            interface eth0
            virtual_router_id 51
            priority PRIORITY
            unicast_src_ip 10.77.0.HOST
            unicast_peer {
                10.77.0.1
                10.77.0.2 min_ttl 5 max_ttl 255
            }
            virtual_ipaddress {
                10.77.0.50/24
            }
        }
        vrrp_instance V2 {
            version 3
            interface eth0
            virtual_router_id 52
            priority PRIORITY
            unicast_ttl 64
            unicast_src_ip 10.77.0.HOST
            unicast_peer {
                10.77.0.1
                10.77.0.2
            }
            virtual_ipaddress {
                10.77.0.60/24
            }
        }";
    a_sync_group_that_tells_scripts, ALL, things_to_track, "
        global_defs { 
            router_id node1
            enable_script_security
            script_user root
            vrrp_notify_priority_changes on
        }
        vrrp_sync_group G {
            group {
                V1
                V2
            }
            notify \"DIRECTORY/tell group\"
            notify_fault DIRECTORY/tell
        }
        vrrp_instance V1 {
            interface eth0
            virtual_router_id 51
            priority PRIORITY
            virtual_ipaddress {
                10.77.0.50/24
            }
            notify_master \"DIRECTORY/tell master 'two words'\"
            notify_backup DIRECTORY/tell
            notify_fault DIRECTORY/tell
            notify_stop DIRECTORY/tell
            notify DIRECTORY/tell
            notify_master_rx_lower_pri DIRECTORY/tell
        }
        vrrp_instance V2 {
            interface eth0
            virtual_router_id 52
            priority PRIORITY
            notify_deleted
            virtual_ipaddress {
                10.77.0.60/24
            }
        }";
    tracked_scripts_files_and_interfaces, ALL, things_to_track, "
        global_defs { 
            router_id node1
            enable_script_security
            script_user root
        }
        vrrp_script plain {
            script \"DIRECTORY/good a 'b c'\"
            interval 1
            timeout 3
            rise 2
            fall 3
        }
        vrrp_script heavy {
            script DIRECTORY/good
            interval 2
            weight 5
        }
        track_file number {
            file DIRECTORY/number
            weight 2
        }
        vrrp_instance V1 {
            interface eth0
            virtual_router_id 51
            priority PRIORITY
            track_interface {
                eth1 weight 10
            }
            track_script {
                plain
                heavy weight -20 reverse
            }
            track_file {
                number weight 1 reverse
            }
            virtual_ipaddress {
                10.77.0.50/24
            }
        }";
    tracked_processes, ALL, nothing, "
        global_defs { router_id node1 }
        vrrp_track_process nobody {
            process no-such-program
            weight 10
            quorum 2
            fork_delay 1
            terminate_delay 0.5
        }
        vrrp_instance V1 {
            interface eth0
            virtual_router_id 51
            priority PRIORITY
            track_process {
                nobody
            }
            virtual_ipaddress {
                10.77.0.50/24
            }
        }";
    tracked_bfd_sessions, ALL, nothing, "
        global_defs { router_id node1 }
        bfd_instance session {
            neighbor_ip 10.77.0.9
            source_ip 10.77.0.HOST
        }
        vrrp_instance V1 {
            interface eth0
            virtual_router_id 51
            priority PRIORITY
            track_bfd {
                session weight -10
            }
            virtual_ipaddress {
                10.77.0.50/24
            }
        }";
    a_virtual_mac, ALL, nothing, "
        global_defs { router_id node1 }
        vrrp_instance V1 {
            interface eth0
            use_vmac
            virtual_router_id 51
            priority PRIORITY
            virtual_ipaddress {
                10.77.0.50/24
            }
        }";
    a_virtual_mac_that_sends_from_below, ALL, nothing, "
        global_defs { router_id node1 }
        vrrp_instance V1 {
            interface eth0
            use_vmac vip.6
            vmac_xmit_base
            virtual_router_id 51
            priority PRIORITY
            virtual_ipaddress {
                fe80::50/64
            }
        }";
    virtual_routes, ALL, second_interface, "
        global_defs { router_id node1 }
        vrrp_instance V1 {
            interface eth0
            virtual_router_id 51
            priority PRIORITY
            virtual_ipaddress {
                10.77.0.50/24
            }
            virtual_routes {
                203.0.113.0/25 via 10.77.0.9 dev eth0 metric 5 tos 8 src 10.77.0.50
                203.0.113.128/25 dev eth1 table 100 scope link mtu 1400 initcwnd 4
                unreachable 198.51.100.0/25
                198.51.100.128/25 nexthop via 10.77.0.9 dev eth0 weight 3 nexthop via 10.77.0.8 dev eth0
                2001:db8:5::/48 dev eth0 mtu lock 1300 hoplimit 5
                default via 10.77.0.9 dev eth0 table 200
                192.0.2.9 dev eth0 no_track
            }
        }";
    virtual_rules, ALL, second_interface, "
        global_defs { router_id node1 }
        vrrp_instance V1 {
            interface eth0
            virtual_router_id 51
            priority PRIORITY
            virtual_ipaddress {
                10.77.0.50/24
            }
            virtual_rules {
                from 10.77.0.50 table 100 priority 1001
                to 203.0.113.0/24 blackhole priority 1002
                not from 10.1.0.0/16 iif eth0 oif eth1 fwmark 16/255 tos 16 table main priority 1003 suppress_prefixlength 3
                from 10.2.0.0/16 unreachable priority 1004
                from 10.3.0.0/16 table 5 priority 1005 uidrange 5-6 ipproto tcp sport 5-6
                from 2001:db8::/32 table 9 priority 1006 no_track
            }
        }";
    static_entries_and_their_group, &["MASTER", "BACKUP"], second_interface, "
        global_defs { router_id node1 }
        track_group T {
            group {
                V1
            }
        }
        static_ipaddress {
            198.18.1.HOST/24 dev eth1 track_group T
        }
        static_routes {
            203.0.113.0/24 dev eth1
        }
        static_rules {
            from 203.0.113.0/24 table 7 priority 77
        }
        vrrp_instance V1 {
            interface eth0
            virtual_router_id 51
            priority PRIORITY
            virtual_ipaddress {
                10.77.0.50/24 dev eth1
            }
        }";
    settings_of_the_process, &["MASTER"], nothing, "
        global_defs {
            router_id node1
            notification_email {
                root@example.org
                more@example.org
            }
            notification_email_from node1@example.org
            smtp_server 127.0.0.1 2525
            smtp_connect_timeout 12
            smtp_alert_checker off
            vrrp_mcast_group4 224.0.0.99
            vrrp_garp_master_delay 3
            vrrp_higher_prio_send_advert on
            vrrp_skip_check_adv_addr
            vrrp_rx_bufs_policy MTU
            vrrp_rx_bufs_multiplier 4
            vrrp_netlink_cmd_rcv_bufs 65536
            vrrp_priority -3
            vrrp_no_swap
            max_auto_priority 20
            min_auto_priority_delay 9999999
            vmac_prefix vx
            vmac_addr_prefix va
            no_email_faults
            fifo_write_vrrp_states_on_reload
            log_unknown_vrids
            snmp_socket unix:/run/x
            dbus_service_name a.b.c
            umask 027
        }
        vrrp_instance V1 {
            interface eth0
            virtual_router_id 51
            priority PRIORITY
            virtual_ipaddress {
                10.77.0.50/24
            }
        }";
    flags_of_instances, &["MASTER"], nothing, "
        global_defs { router_id node1 }
        vrrp_instance STRICT {
            interface eth0
            virtual_router_id 51
            priority PRIORITY
            strict_mode on
            virtual_ipaddress {
                10.77.0.50/24
            }
        }
        vrrp_instance LATE {
            interface eth0
            virtual_router_id 52
            priority PRIORITY
            preempt_delay 1.5
            no_accept
            promote_secondaries
            virtual_ipaddress {
                10.77.0.51/24
            }
        }
        vrrp_instance NEVER {
            interface eth0
            virtual_router_id 53
            priority PRIORITY
            nopreempt
            dont_track_primary
            kernel_rx_buf_size 20000
            virtual_ipaddress {
                10.77.0.52/24
            }
        }
        vrrp_instance OWNER {
            interface eth0
            state MASTER
            virtual_router_id 54
            priority 255
            virtual_ipaddress {
                10.77.0.54/24
            }
        }";
    balancing_beside_it, ALL, nothing, "
        global_defs {
            router_id node1
            lvs_flush
            rs_init_notifies
        }
        vrrp_instance V1 {
            interface eth0
            virtual_router_id 51
            priority PRIORITY
            virtual_ipaddress {
                10.77.0.50/24
            }
        }
        virtual_server_group unused {
            10.77.0.50 80
        }";
}
