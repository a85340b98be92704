//! SNMP: what managers see of ours is what they see of keepalived, behind the same agent.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};

use crate::agent::Agent;
use crate::lab::{Daemon, Host, Lab, Sender, internet_checksum, pseudo_header_checksum, ready};

const OWN: &str = ".1.3.6.1.4.1.9586.100.5";
const MIBS: [&str; 3] = [OWN, ".1.3.6.1.2.1.68", ".1.3.6.1.2.1.207"];
const STATES: &str = ".1.3.6.1.4.1.9586.100.5.2.3.1.4";
/// Descriptions of `sysORTable`.
const SERVED: &str = ".1.3.6.1.2.1.1.9.1.3";

/// Longest time for a daemon to do something.
const SOON: Duration = Duration::from_secs(12);

/// Adverts that were heard: how many depends on the moment.
const HEARD: [&str; 2] = [".1.3.6.1.2.1.68.2.4.1.2.", ".1.3.6.1.2.1.207.1.2.5.1.3."];

/// Columns that keepalived 2.2.7 does not have.
const LATER: [&str; 5] = [".1.12.", ".2.3.1.36.", ".2.9.1.10.", ".2.9.1.11.", ".2.9.1.12."];

const GLOBAL: &str = "global_defs {
 router_id r1
 enable_snmp_vrrp
 enable_snmp_rfc
 enable_traps
 snmp_socket SOCKET
 enable_script_security
 script_user root
 notification_email {
  a@example.org
  b@example.org
 }
 notification_email_from k@example.org
 smtp_server 127.0.0.1 2525
 smtp_connect_timeout 7
 smtp_alert_vrrp off
 dynamic_interfaces
}
vrrp_script good {
 script \"/usr/bin/true a 'b c'\"
 interval 2
 timeout 1
 weight -5 reverse
 rise 2
 fall 3
}
vrrp_script bad {
 script /usr/bin/false
 interval 1
 weight 7
}
track_file f1 {
 file FILE
 weight 2
 init_file 3 overwrite
}
vrrp_sync_group SG {
 group {
  V1
  V3
 }
 notify_master \"/usr/bin/true m\"
 notify \"/usr/bin/true any\"
 track_interface {
  eth1 weight 3
 }
 track_script {
  bad weight 2
 }
 sync_group_tracking_weight
}
vrrp_instance V1 {
 state MASTER
 interface eth0
 virtual_router_id 51
 priority 100
 advert_int 1
 authentication {
  auth_type PASS
  auth_pass abc
 }
 garp_master_delay 9
 smtp_alert
 notify_master \"/usr/bin/true m\"
 notify_backup /usr/bin/true
 notify_fault /usr/bin/true
 notify_stop /usr/bin/true
 notify \"/usr/bin/true any\"
 notify_master_rx_lower_pri /usr/bin/true
 notify_deleted /usr/bin/true
 virtual_ipaddress {
  10.77.0.51/24 label eth0:1
  198.19.0.51/24 dev eth1 brd + scope link
 }
 virtual_ipaddress_excluded {
  10.77.0.52/32
  2001:db8:77::52/64
 }
 virtual_routes {
  198.51.100.0/24 via 10.77.0.9 dev eth0 metric 7 src 10.77.0.51 mtu 1400 table 100
  blackhole 198.51.101.0/24
  198.51.102.0/24 nexthop via 10.77.0.8 weight 2 nexthop via 10.77.0.9
 }
 virtual_rules {
  from 10.77.0.51/32 to 10.0.0.0/8 table 100 priority 1001
  fwmark 5 lookup 200 iif eth1 priority 1002
 }
}
vrrp_instance V3 {
 version 3
 interface eth0
 virtual_router_id 52
 priority 100
 advert_int 0.5
 nopreempt
 virtual_ipaddress {
  10.77.0.53/24
 }
 promote_secondaries
}
vrrp_instance V6 {
 interface eth0
 virtual_router_id 53
 priority 100
 virtual_ipaddress {
  fe80::53
  2001:db8:77::53/64
 }
 track_script {
  good
  bad
 }
 track_interface {
  eth1 weight 10
 }
 track_file {
  f1
 }
}
";

/// Another router that is better than all of them.
const BETTER: &str = "vrrp_instance V1 {
 interface eth0
 virtual_router_id 51
 priority 200
 authentication {
  auth_type PASS
  auth_pass abc
 }
 virtual_ipaddress {
  10.77.0.51/24
  198.19.0.51/24
 }
}
vrrp_instance V3 {
 version 3
 interface eth0
 virtual_router_id 52
 priority 200
 advert_int 0.5
 virtual_ipaddress {
  10.77.0.53/24
 }
}
vrrp_instance V6 {
 interface eth0
 virtual_router_id 53
 priority 200
 virtual_ipaddress {
  fe80::53
  2001:db8:77::53/64
 }
}
";

fn available() -> bool {
    ready(&[Daemon::Ours, Daemon::Keepalived])
}

/// Waits until every instance is in that state.
fn wait_for(agent: &Agent, host: &Host, state: &str) {
    let end = Instant::now() + SOON;
    loop {
        let states = agent.walk(host, STATES);
        let all = states.iter().all(|line| line.ends_with(&format!("INTEGER: {state}")));
        if all && states.len() > 1 {
            return;
        }
        assert!(Instant::now() < end, "not all in state {state}: {states:#?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// A walk of everything, without what differs from run to run or from release to release.
fn walk(agent: &Agent, host: &Host) -> Vec<String> {
    let lines = MIBS.iter().flat_map(|mib| agent.walk(host, mib));
    lines
        .filter(|line| !LATER.iter().any(|column| line.starts_with(&format!("{OWN}{column}"))))
        // keepalived says of the first instance alone that its addresses are advertised.
        .filter(|line| !line.starts_with(&format!("{OWN}.2.6.1.11.")))
        .map(|line| match line.split_once(" = ") {
            Some((name, _)) if name == format!("{OWN}.1.1.0") => format!("{name} = version"),
            Some((name, value)) if HEARD.iter().any(|column| name.starts_with(column)) => {
                format!("{name} = {}", if value.ends_with(": 0") { "none" } else { "some" })
            }
            Some((name, _)) if name == format!("{OWN}.2.13.1.3.1") => format!("{name} = a path"),
            Some((name, value)) if value.starts_with("Timeticks") => {
                // A start within a hundredth of a second is no other one.
                let uptime = name.starts_with(".1.3.6.1.2.1.207.1.1.1.1.12.");
                let some = if uptime && value.contains("(0)") { "none" } else { "some" };
                format!("{name} = {some} time")
            }
            _ => line.clone(),
        })
        .collect()
}

/// What a manager has seen: at each moment, and by traps.
struct Story {
    moments: Vec<(&'static str, Vec<String>)>,
    traps: Vec<String>,
    served: Vec<String>,
}

fn story(which: Daemon) -> Story {
    let lab = Lab::new(2);
    let host = lab.host(1);
    for arguments in [
        "link add eth1 type veth peer name far1",
        "link set eth1 address 02:00:00:00:01:01",
        "address add 198.18.0.1/24 dev eth1",
        "link set eth1 up",
        "link set far1 up",
    ] {
        host.ip(&arguments.split(' ').collect::<Vec<_>>());
    }
    let agent = Agent::start(host, lab.directory());
    let file = lab.directory().join("f1").display().to_string();
    let text = GLOBAL.replace("SOCKET", &agent.socket()).replace("FILE", &file);
    let mut daemon = lab.start(1, which, &text);
    daemon.wait_for_log("subagent connected", 1, SOON);
    let mut moments = Vec::new();
    wait_for(&agent, host, "2");
    // The scripts have had their say, and the excluded addresses are there.
    std::thread::sleep(Duration::from_secs(3));
    moments.push(("master", walk(&agent, host)));
    let served = agent.walk(host, SERVED);
    let better = lab.start(2, Daemon::Keepalived, BETTER);
    wait_for(&agent, host, "1");
    std::thread::sleep(Duration::from_secs(1));
    moments.push(("backup", walk(&agent, host)));
    drop(better);
    host.ip(&["link", "set", "eth0", "down"]);
    wait_for(&agent, host, "3");
    std::thread::sleep(Duration::from_secs(1));
    moments.push(("fault", walk(&agent, host)));
    daemon.terminate(SOON);
    std::thread::sleep(Duration::from_millis(500));
    let traps = agent.traps();
    Story { moments, traps, served }
}

#[test]
fn managers_see_the_same_of_ours_and_of_keepalived() {
    if !available() {
        return;
    }
    let theirs = story(Daemon::Keepalived);
    let ours = story(Daemon::Ours);
    let mut differences = Vec::new();
    for ((moment, ours), (_, theirs)) in ours.moments.iter().zip(&theirs.moments) {
        assert!(theirs.len() > 200, "{moment}: {theirs:#?}");
        let only = |these: &[String], those: &[String], sign: &str| -> Vec<String> {
            let missing = these.iter().filter(|line| !those.contains(line));
            missing.map(|line| format!("{moment} {sign} {line}")).collect()
        };
        differences.extend(only(theirs, ours, "-"));
        differences.extend(only(ours, theirs, "+"));
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    let described = |story: &Story| -> Vec<String> {
        let of_keepalived = |line: &&String| line.contains("KEEPALIVED") || line.contains("VRRP");
        let served = story.served.iter().filter(of_keepalived);
        served.filter_map(|line| Some(line.split_once(" = ")?.1.to_owned())).collect()
    };
    assert_eq!(described(&ours), described(&theirs));
    // Two routers that are due at once may report in either order.
    let sorted = |traps: &[String]| {
        let mut traps = traps.to_vec();
        traps.sort();
        traps.join("\n")
    };
    assert_eq!(sorted(&ours.traps), sorted(&theirs.traps));
}

#[test]
fn a_new_master_is_told_of_by_every_mib_in_order() {
    if !available() {
        return;
    }
    let lab = Lab::new(1);
    let host = lab.host(1);
    let agent = Agent::start(host, lab.directory());
    let text = "global_defs {\n router_id r1\n enable_traps\n}\nvrrp_instance V1 {\n \
                interface eth0\n virtual_router_id 51\n virtual_ipaddress {\n 10.77.0.51\n }\n}\n";
    let socket = agent.socket();
    let daemon = lab.start_as(1, Daemon::Ours, text, &["-x", "-A", &socket]);
    daemon.wait_for_log("Entering MASTER STATE", 1, SOON);
    let end = Instant::now() + SOON;
    let which = |traps: &[String]| -> Vec<String> {
        traps
            .iter()
            .filter_map(|it| it.split(" | ").next()?.split(" = ").nth(1).map(str::to_owned))
            .collect()
    };
    let expected = [
        format!("{OWN}.2.10.0.2"),
        format!("{OWN}.2.10.0.2"),
        ".1.3.6.1.2.1.68.0.1".to_owned(),
        ".1.3.6.1.2.1.207.0.1".to_owned(),
    ];
    while which(&agent.traps()).len() < expected.len() && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(which(&agent.traps()), expected);
    // In bulk it is the same, and nothing can be set.
    assert_eq!(agent.bulk_walk(host, MIBS[1]), agent.walk(host, MIBS[1]));
    let refused = agent.set(host, &format!("{OWN}.2.3.1.7.1"), "90");
    assert!(refused.contains("notWritable"), "{refused}");
}

/// An advert of version 2 with this password, or of version 3.
fn advert(version: u8, vrid: u8, address: u8, authentication: (u8, &[u8; 8])) -> Vec<u8> {
    let interval = if version == 2 { [authentication.0, 1] } else { [0, 100] };
    let mut pdu = vec![version << 4 | 1, vrid, 50, 1, interval[0], interval[1], 0, 0];
    pdu.extend([10, 77, 0, address]);
    if version == 2 {
        pdu.extend(authentication.1);
    }
    let checksum = match version {
        2 => internet_checksum(&pdu),
        _ => pseudo_header_checksum([10, 77, 0, 2].into(), GROUP.into(), &pdu),
    };
    pdu[6..8].copy_from_slice(&checksum.to_be_bytes());
    pdu
}

const GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 18);

/// The traps of adverts that are wrong, each sent once, and the rows that tell of the last error.
fn traps_of_wrong_adverts(which: Daemon) -> (Vec<String>, Vec<String>) {
    let lab = Lab::new(2);
    let host = lab.host(1);
    let agent = Agent::start(host, lab.directory());
    let instance = |name: &str, more: &str, vrid: u8| {
        format!(
            "vrrp_instance {name} {{\n interface eth0\n virtual_router_id {vrid}\n {more}\n \
             virtual_ipaddress {{\n 10.77.0.{vrid}/24\n }}\n}}\n"
        )
    };
    let password = "authentication {\n auth_type PASS\n auth_pass abc\n }";
    let text = format!(
        "global_defs {{\n router_id r1\n enable_snmp_rfc\n enable_traps\n snmp_socket {}\n}}\n{}{}",
        agent.socket(),
        instance("V1", password, 51),
        instance("V3", "version 3", 52),
    );
    let daemon = lab.start(1, which, &text);
    daemon.wait_for_log("Entering MASTER STATE", 2, SOON);
    std::thread::sleep(Duration::from_secs(1));
    let masters = agent.traps().len();
    let sender = Sender::new(lab.host(2));
    let right = (1, b"abc\0\0\0\0\0");
    let broken = |mut pdu: Vec<u8>| {
        pdu[6] ^= 0x55;
        pdu
    };
    for (ttl, pdu) in [
        (255, advert(2, 51, 51, (1, b"wrong\0\0\0"))),
        (255, advert(2, 51, 51, (0, b"\0\0\0\0\0\0\0\0"))),
        (255, advert(2, 51, 51, (7, b"\0\0\0\0\0\0\0\0"))),
        (64, advert(2, 51, 51, right)),
        (255, broken(advert(2, 51, 51, right))),
        (255, advert(3, 51, 51, right)),
        (255, broken(advert(3, 52, 52, right))),
        (255, advert(2, 52, 52, (0, b"\0\0\0\0\0\0\0\0"))),
        (64, advert(3, 52, 52, right)),
        // Of an address or an interval that is not ours, nothing is told.
        (255, advert(2, 51, 99, right)),
    ] {
        sender.send(GROUP, ttl, &pdu);
        std::thread::sleep(Duration::from_millis(200));
    }
    std::thread::sleep(Duration::from_millis(800));
    let traps = agent.traps().split_off(masters);
    (traps, agent.walk(host, ".1.3.6.1.2.1.207.1.2.5.1.6"))
}

#[test]
fn managers_are_told_of_wrong_adverts_as_keepalived_tells_them() {
    if !available() {
        return;
    }
    let theirs = traps_of_wrong_adverts(Daemon::Keepalived);
    assert_eq!(theirs.0.len(), 9, "{theirs:#?}");
    assert_eq!(traps_of_wrong_adverts(Daemon::Ours), theirs);
}

#[test]
fn an_agent_that_stands_still_or_starts_anew_delays_nothing() {
    if !available() {
        return;
    }
    let lab = Lab::new(1);
    let host = lab.host(1);
    let agent = Agent::start(host, lab.directory());
    let text = format!(
        "global_defs {{\n enable_snmp_vrrp\n enable_traps\n snmp_socket {}\n}}\n\
         vrrp_instance V1 {{\n interface eth0\n virtual_router_id 51\n \
         virtual_ipaddress {{\n 10.77.0.51\n }}\n}}\n",
        agent.socket()
    );
    let mut daemon = lab.start(1, Daemon::Ours, &text);
    daemon.wait_for_log("AgentX subagent connected", 1, SOON);
    kill(agent.pid(), Signal::SIGSTOP).unwrap();
    daemon.wait_for_log("Entering MASTER STATE", 1, SOON);
    drop(agent);
    daemon.wait_for_log("Failed to connect to the agentx master agent", 1, SOON);
    let agent = Agent::start(host, lab.directory());
    daemon.wait_for_log("AgentX subagent connected", 2, SOON);
    assert_eq!(agent.walk(host, STATES), [format!("{STATES}.1 = INTEGER: 2")]);
    kill(agent.pid(), Signal::SIGSTOP).unwrap();
    let status = daemon.terminate(Duration::from_secs(4));
    assert!(status.success());
}

#[test]
fn each_keyword_serves_its_mib() {
    if !available() {
        return;
    }
    let lab = Lab::new(1);
    let host = lab.host(1);
    let agent = Agent::start(host, lab.directory());
    let text = |keyword: &str| {
        format!(
            "global_defs {{\n {keyword}\n snmp_socket {}\n}}\nvrrp_instance V1 {{\n \
             interface eth0\n virtual_router_id 51\n virtual_ipaddress {{\n 10.77.0.51\n }}\n}}\n",
            agent.socket()
        )
    };
    let mut daemon = None;
    let keywords = ["enable_snmp_keepalived", "enable_snmp_rfcv2", "enable_snmp_rfcv3"];
    for (turn, keyword) in keywords.into_iter().enumerate() {
        let daemon = daemon.get_or_insert_with(|| lab.start(1, Daemon::Ours, &text(keyword)));
        if turn > 0 {
            daemon.write_configuration(&text(keyword));
            daemon.signal(Signal::SIGHUP);
        }
        daemon.wait_for_log("AgentX subagent connected", turn + 1, SOON);
        // The session before may just be ending.
        let end = Instant::now() + SOON;
        let served = || -> Vec<bool> {
            let rows = MIBS.iter().map(|mib| agent.walk(host, mib));
            rows.map(|rows| rows.iter().any(|row| !row.contains("No Such"))).collect()
        };
        let wanted: Vec<bool> = (0..MIBS.len()).map(|mib| mib == turn).collect();
        while served() != wanted && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(100));
        }
        assert_eq!(served(), wanted, "{keyword}");
    }
}
