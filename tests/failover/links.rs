//! Interfaces that the daemon makes: `use_vmac`, `use_vmac_addr`, `vmac_xmit_base`.

use std::net::IpAddr;
use std::time::Duration;

use crate::lab::{Advert, Daemon, Host, Lab, Running, Seen, address4, link_local, now, ready};
use crate::protocol::{ELECTION, LATE, Timing, addresses, assert_time};

const TIMING: Timing = Timing::V2(1);
const VIPS: [&str; 2] = ["10.77.0.50", "10.77.0.51"];
const MAC4: [u8; 6] = [0, 0, 0x5e, 0, 1, 51];
const MAC6: [u8; 6] = [0, 0, 0x5e, 0, 2, 51];

pub(crate) fn instance(priority: u8, more: &str) -> String {
    format!(
        "vrrp_instance V1 {{
            state BACKUP
            interface eth0
            virtual_router_id 51
            priority {priority}
            advert_int 1
            {more}
        }}"
    )
}

fn with_vmac(priority: u8) -> String {
    instance(
        priority,
        "use_vmac
         virtual_ipaddress {
            10.77.0.50/24
            10.77.0.51
         }",
    )
}

/// Waits for an advert from this address, whatever its MAC address.
fn wait_for_advert_from(
    lab: &Lab,
    source: IpAddr,
    since: Duration,
    accept: impl Fn(&Advert) -> bool,
) -> (Duration, [u8; 6]) {
    lab.capture().wait(&format!("an advert from {source}"), ELECTION, |observations| {
        observations.iter().filter(|o| o.time > since).find_map(|o| match &o.frame.seen {
            Seen::Advert(advert) if advert.source == source && accept(advert) => {
                Some((o.time, o.frame.source_mac))
            }
            _ => None,
        })
    })
}

/// Waits for so many announcements, and gives the MAC addresses and the addresses.
fn wait_for_announcements(lab: &Lab, since: Duration, count: usize) -> Vec<([u8; 6], IpAddr)> {
    lab.capture().wait(&format!("{count} announcements"), ELECTION, |observations| {
        let seen: Vec<_> = observations
            .iter()
            .filter(|o| o.time > since)
            .filter_map(|o| match o.frame.seen {
                Seen::GratuitousArp(address) => {
                    // The sender's hardware address in the ARP says the same as the frame.
                    assert_eq!(o.frame.bytes[22..28], o.frame.source_mac);
                    Some((o.frame.source_mac, IpAddr::from(address)))
                }
                Seen::UnsolicitedNa(address) => Some((o.frame.source_mac, address.into())),
                _ => None,
            })
            .collect();
        (seen.len() >= count).then_some(seen)
    })
}

/// The setting of an interface for IPv4 (`4`) or IPv6 (`6`).
fn setting(host: &Host, version: u8, interface: &str, key: &str) -> String {
    let path = format!("/proc/sys/net/ipv{version}/conf/{interface}/{key}");
    host.namespace().inside(|| std::fs::read_to_string(&path).unwrap_or(path).trim().to_owned())
}

/// What `ip` says of an interface, without its index.
pub(crate) fn details(host: &Host, interface: &str) -> String {
    let text = host.ip(&["-d", "-o", "link", "show", "dev", interface]);
    text.split_once(": ").unwrap().1.to_owned()
}

pub(crate) fn exists(host: &Host, interface: &str) -> bool {
    let name = |line: &str| line.split([':', '@']).nth(1).map(|name| name.trim().to_owned());
    host.ip(&["-o", "link", "show"]).lines().any(|line| name(line).as_deref() == Some(interface))
}

pub(crate) fn wait_until(what: &str, within: Duration, done: impl Fn() -> bool) {
    let end = std::time::Instant::now() + within;
    while !done() {
        assert!(std::time::Instant::now() < end, "not within {within:?}: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn terminate(lab: &Lab, number: u8, daemon: &mut Running) {
    daemon.terminate(Duration::from_secs(5));
    let host = lab.host(number);
    assert!(!host.ip(&["-o", "link", "show"]).contains("vrrp"), "an interface was left behind");
}

/// Both speak from the virtual MAC address; the second takes over and no neighbour learns anew.
fn vmac_pair(master: Daemon, backup: Daemon) {
    let lab = Lab::new(2);
    let mut first = lab.start(1, master, &with_vmac(150));
    let (elected, mac) = wait_for_advert_from(&lab, address4(1), Duration::ZERO, |_| true);
    assert_eq!(mac, MAC4, "the advert comes from the virtual MAC address");
    let announced = wait_for_announcements(&lab, elected, 10);
    let vips = addresses(&VIPS);
    let expected: Vec<_> =
        std::iter::repeat_n(&vips, 5).flatten().map(|vip| (MAC4, *vip)).collect();
    assert_eq!(announced[..10], expected);

    let host = lab.host(1);
    let link = details(host, "vrrp.51");
    for word in ["vrrp.51@eth0:", "00:00:5e:00:01:33", "macvlan mode private", ",UP,", "mtu 1500"] {
        assert!(link.contains(word), "{word} in {link}");
    }
    let held = host.ip(&["-o", "addr", "show", "dev", "vrrp.51"]);
    assert!(held.contains("10.77.0.50/24 ") && held.contains("10.77.0.51/32 "), "{held}");
    assert!(!held.contains("inet6"), "no IPv6 there: {held}");
    for (version, interface, key, value) in [
        (4, "vrrp.51", "arp_ignore", "1"),
        (4, "vrrp.51", "accept_local", "1"),
        (4, "vrrp.51", "rp_filter", "0"),
        (4, "vrrp.51", "promote_secondaries", "1"),
        (6, "vrrp.51", "disable_ipv6", "1"),
        (6, "vrrp.51", "addr_gen_mode", "1"),
        (4, "eth0", "arp_ignore", "1"),
        (4, "eth0", "arp_filter", "1"),
    ] {
        assert_eq!(setting(host, version, interface, key), value, "{interface} {key}");
    }

    let mut second = lab.start(2, backup, &with_vmac(100));
    second.wait_for_log("Entering BACKUP STATE", 1, ELECTION);
    // The backup's interface is there, empty, and hears the master.
    let other = details(lab.host(2), "vrrp.51");
    assert!(other.contains("00:00:5e:00:01:33"), "{other}");
    let (heard, _) = wait_for_advert_from(&lab, address4(1), now(), |_| true);
    wait_for_advert_from(&lab, address4(1), heard, |_| true);
    assert_eq!(second.logged("Entering FAULT STATE"), 0);

    let stopped = now();
    terminate(&lab, 1, &mut first);
    let (resigned, mac) =
        wait_for_advert_from(&lab, address4(1), stopped, |advert| advert.priority() == 0);
    assert_eq!(mac, MAC4);
    let (led, mac) = wait_for_advert_from(&lab, address4(2), resigned, |_| true);
    assert_eq!(mac, MAC4, "the same address speaks from elsewhere");
    assert_time("takeover after priority 0", led - resigned, TIMING.skew(100));
    let announced = wait_for_announcements(&lab, resigned, 10);
    assert_eq!(announced[..10], expected);
    lab.wait_for_owners(&vips, &[2], LATE);
    if master == Daemon::Ours {
        // keepalived leaves these behind.
        for key in ["arp_ignore", "arp_filter"] {
            assert_eq!(setting(lab.host(1), 4, "eth0", key), "0", "{key} is given back");
        }
    }
    second.assert_alive();
    terminate(&lab, 2, &mut second);
}

/// IPv6: a link-local address on the VMAC is the source.
fn vmac_ipv6(master: Daemon, backup: Daemon) {
    let configuration = |priority| {
        instance(
            priority,
            "use_vmac
             virtual_ipaddress {
                fe80::50/64
                2001:db8:77::50/64
             }",
        )
    };
    let lab = Lab::new(2);
    let mut first = lab.start(1, master, &configuration(150));
    let (elected, mac) = wait_for_advert_from(&lab, link_local(1), Duration::ZERO, |_| true);
    assert_eq!(mac, MAC6);
    let vips = addresses(&["fe80::50", "2001:db8:77::50"]);
    let announced = wait_for_announcements(&lab, elected, 10);
    let expected: Vec<_> =
        std::iter::repeat_n(&vips, 5).flatten().map(|vip| (MAC6, *vip)).collect();
    assert_eq!(announced[..10], expected);
    let host = lab.host(1);
    assert!(details(host, "vrrp.51").contains("00:00:5e:00:02:33"));
    let held = host.ip(&["-o", "addr", "show", "dev", "vrrp.51"]);
    let own = held.lines().find(|line| line.contains("fe80::1/64")).unwrap();
    assert!(own.contains("deprecated") && own.contains("nodad"), "{own}");
    assert_eq!(held.lines().count(), 3, "{held}");
    let mut second = lab.start(2, backup, &configuration(100));
    second.wait_for_log("Entering BACKUP STATE", 1, ELECTION);
    let (heard, _) = wait_for_advert_from(&lab, link_local(1), now(), |_| true);
    wait_for_advert_from(&lab, link_local(1), heard, |_| true);
    let stopped = now();
    terminate(&lab, 1, &mut first);
    let (led, mac) = wait_for_advert_from(&lab, link_local(2), stopped, |_| true);
    assert_eq!(mac, MAC6);
    wait_for_announcements(&lab, led, 10);
    lab.wait_for_owners(&vips, &[2], LATE);
    second.assert_alive();
    terminate(&lab, 2, &mut second);
}

/// Adverts from the base, announcements from the VMAC.
fn transmits_from_base(master: Daemon, backup: Daemon) {
    let configuration = |priority, host: u8, unicast: bool| {
        let peer = 3 - host;
        let transport = if unicast {
            format!("unicast_src_ip 10.77.0.{host}\n unicast_peer {{\n 10.77.0.{peer}\n }}")
        } else {
            "vmac_xmit_base".to_owned()
        };
        let more = format!("use_vmac\n {transport}\n virtual_ipaddress {{\n 10.77.0.50\n }}");
        instance(priority, &more)
    };
    for unicast in [false, true] {
        let lab = Lab::new(2);
        let mut first = lab.start(1, master, &configuration(150, 1, unicast));
        // In unicast the other host has to answer for its address: it is there.
        let (elected, mac) = wait_for_advert_from(&lab, address4(1), Duration::ZERO, |_| true);
        assert_eq!(mac, [2, 0, 0, 0, 0, 1], "unicast {unicast}");
        let announced = wait_for_announcements(&lab, elected, 5);
        assert_eq!(announced[0], (MAC4, "10.77.0.50".parse().unwrap()), "unicast {unicast}");
        assert!(lab.host(1).ip(&["addr", "show", "dev", "vrrp.51"]).contains("10.77.0.50"));
        let mut second = lab.start(2, backup, &configuration(100, 2, unicast));
        second.wait_for_log("Entering BACKUP STATE", 1, ELECTION);
        let (heard, _) = wait_for_advert_from(&lab, address4(1), now(), |_| true);
        wait_for_advert_from(&lab, address4(1), heard, |_| true);
        let stopped = now();
        terminate(&lab, 1, &mut first);
        let (resigned, _) =
            wait_for_advert_from(&lab, address4(1), stopped, |advert| advert.priority() == 0);
        let (led, mac) = wait_for_advert_from(&lab, address4(2), resigned, |_| true);
        assert_eq!(mac, [2, 0, 0, 0, 0, 2], "unicast {unicast}");
        assert_time("takeover after priority 0", led - resigned, TIMING.skew(100));
        terminate(&lab, 2, &mut second);
    }
}

/// Every interface with its base, MAC address and addresses, as `name@base mac addresses`.
fn map(host: &Host) -> Vec<String> {
    let mut map: Vec<String> = host
        .ip(&["-o", "link", "show"])
        .lines()
        .filter(|line| line.contains("eth"))
        .map(|line| {
            let name = line.split(": ").nth(1).unwrap();
            let plain = name.split('@').next().unwrap();
            let base = if plain.starts_with("eth") { plain } else { name };
            let mac = line.split("link/ether ").nth(1).and_then(|rest| rest.split(' ').next());
            let held = host.ip(&["-o", "addr", "show", "dev", plain]);
            let mut held: Vec<&str> =
                held.lines().filter_map(|line| line.split_whitespace().nth(3)).collect();
            held.sort_unstable();
            let mac = mac.filter(|_| plain.starts_with('v')).unwrap_or("own");
            format!("{base} {mac} {}", held.join(" "))
        })
        .collect();
    map.sort();
    map
}

/// Which address goes where: `use_vmac_addr`, `use_vmac` of an address, `dev`, the other family,
/// and the names of the interfaces.
fn places(daemon: Daemon, _: Daemon) {
    let lab = Lab::new(1);
    let host = lab.host(1);
    host.ip(&["link", "add", "eth1", "type", "veth", "peer", "name", "peer1"]);
    host.ip(&["link", "set", "eth1", "addrgenmode", "none"]);
    host.ip(&["link", "set", "peer1", "addrgenmode", "none"]);
    host.ip(&["link", "set", "eth1", "up"]);
    host.ip(&["link", "set", "peer1", "up"]);
    host.ip(&["addr", "add", "10.78.0.1/24", "dev", "eth1"]);
    let configuration = "
        vrrp_instance V1 {
            state BACKUP
            interface eth0
            virtual_router_id 51
            priority 255
            use_vmac
            virtual_ipaddress {
                10.77.0.50/24
            }
            virtual_ipaddress_excluded {
                10.77.0.51/24 dev eth0
                2001:db8:77::50/64
                10.78.0.50/24 dev eth1
                10.79.0.50/24 dev eth1 use_vmac
            }
        }
        vrrp_instance V2 {
            state BACKUP
            interface eth0
            virtual_router_id 52
            priority 255
            use_vmac vmac52
            use_vmac_addr
            virtual_ipaddress {
                10.77.0.60/24
                10.78.0.60/24 dev eth1
            }
            virtual_ipaddress_excluded {
                2001:db8:77::60/64
            }
        }
        vrrp_instance V3 {
            state BACKUP
            interface eth0
            virtual_router_id 53
            priority 255
            use_vmac_addr
            virtual_ipaddress {
                10.77.0.70/24
                10.78.0.70/24 dev eth1
            }
            virtual_ipaddress_excluded {
                2001:db8:77::70/64
            }
        }
        vrrp_instance V4 {
            state BACKUP
            interface eth0
            virtual_router_id 54
            priority 255
            use_vmac vmac54 02:aa:bb:cc:dd:ee
            virtual_ipaddress {
                10.77.0.80
            }
        }
        vrrp_instance V5 {
            state BACKUP
            interface eth0
            virtual_router_id 51
            priority 255
            use_vmac
            virtual_ipaddress {
                fe80::90/64
            }
        }
        vrrp_instance V6 {
            state BACKUP
            interface eth1
            virtual_router_id 54
            priority 255
            use_vmac
            vmac_xmit_base
            virtual_ipaddress {
                10.78.0.80
            }
        }";
    let configuration = format!("global_defs {{\n vmac_addr_prefix va\n }}\n{configuration}");
    let mut running = lab.start(1, daemon, &configuration);
    for name in ["V1", "V2", "V3", "V4", "V5", "V6"] {
        running.wait_for_log(&format!("({name}) Entering MASTER STATE"), 1, ELECTION);
    }
    wait_until("the last address", LATE, || map(host).join(" ").contains("10.77.0.70"));
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(
        map(host),
        [
            "eth0 own 10.77.0.1/24 10.77.0.70/24 2001:db8:77::1/64 2001:db8:77::50/64 fe80::1/64",
            "eth1 own 10.78.0.1/24 10.78.0.50/24",
            "peer1@eth1 own ",
            "va.51@eth1 00:00:5e:00:01:33 10.79.0.50/24",
            "va.52@eth1 00:00:5e:00:01:34 10.78.0.60/24",
            "va.53@eth1 00:00:5e:00:01:35 10.78.0.70/24",
            "va6.52@eth0 00:00:5e:00:02:34 2001:db8:77::60/64 fe80::1/64",
            "va6.53@eth0 00:00:5e:00:02:35 2001:db8:77::70/64 fe80::1/64",
            "vmac52@eth0 00:00:5e:00:01:34 10.77.0.60/24",
            "vmac54@eth0 02:aa:bb:cc:dd:ee 10.77.0.80/32",
            "vrrp.51@eth0 00:00:5e:00:01:33 10.77.0.50/24 10.77.0.51/24",
            "vrrp.54@eth1 00:00:5e:00:01:36 10.78.0.80/32",
            "vrrp6.51@eth0 00:00:5e:00:02:33 fe80::1/64 fe80::90/64",
        ],
    );
    running.assert_alive();
    terminate(&lab, 1, &mut running);
}

/// Both kinds of interfaces take the one prefix if there is no other.
fn prefix(daemon: Daemon, _: Daemon) {
    let lab = Lab::new(1);
    let host = lab.host(1);
    host.ip(&["link", "add", "eth1", "type", "veth", "peer", "name", "peer1"]);
    host.ip(&["link", "set", "eth1", "up"]);
    host.ip(&["link", "set", "peer1", "up"]);
    let text = instance(
        255,
        "use_vmac
         use_vmac_addr
         virtual_ipaddress {
            10.77.0.50/24
            10.78.0.50/24 dev eth1
         }",
    );
    let text = format!("global_defs {{\n vmac_prefix my\n }}\n{text}");
    let mut running = lab.start(1, daemon, &text);
    running.wait_for_log("Entering MASTER STATE", 1, ELECTION);
    wait_until("both addresses", LATE, || {
        host.has(addresses(&["10.77.0.50"])[0]) && host.has(addresses(&["10.78.0.50"])[0])
    });
    let own = host.ip(&["-o", "addr", "show", "dev", "my.51"]);
    assert!(own.contains("10.77.0.50/24"), "{own}");
    let names = host.ip(&["-o", "link", "show"]);
    assert!(names.contains("my1.51@eth1") || names.contains("my.51@eth1"), "{names}");
    running.assert_alive();
}

/// The VMAC is deleted by hand: FAULT, and it is made again at once.
fn vmac_deleted(daemon: Daemon, _: Daemon) {
    let lab = Lab::new(1);
    let mut running = lab.start(1, daemon, &with_vmac(200));
    let vips = addresses(&VIPS);
    lab.wait_for_owners(&vips, &[1], ELECTION);
    let deleted = now();
    lab.host(1).ip(&["link", "del", "vrrp.51"]);
    running.wait_for_log("(V1) Entering FAULT STATE", 1, LATE);
    running.wait_for_log("(V1) Entering BACKUP STATE", 2, LATE);
    assert!(exists(lab.host(1), "vrrp.51"));
    let (back, mac) = wait_for_advert_from(&lab, address4(1), deleted, |_| true);
    assert_eq!(mac, MAC4);
    assert_time("return after the deletion", back - deleted, TIMING.master_down(200));
    lab.wait_for_owners(&vips, &[1], LATE);
    // Set down and up by hand.
    lab.host(1).ip(&["link", "set", "vrrp.51", "down"]);
    running.wait_for_log("(V1) Entering FAULT STATE", 2, LATE);
    lab.host(1).ip(&["link", "set", "vrrp.51", "up"]);
    running.wait_for_log("(V1) Entering BACKUP STATE", 3, LATE);
    lab.wait_for_owners(&vips, &[1], ELECTION);
    running.assert_alive();
    terminate(&lab, 1, &mut running);
}

/// The daemon dies with its VMAC in place; the next one, of either kind, goes on with it.
fn vmac_left_behind(dead: Daemon, next: Daemon) {
    let lab = Lab::new(1);
    let vips = addresses(&VIPS);
    let mut first = lab.start(1, dead, &with_vmac(200));
    lab.wait_for_owners(&vips, &[1], ELECTION);
    first.crash();
    let left = details(lab.host(1), "vrrp.51");
    let started = now();
    let mut second = lab.start(1, next, &with_vmac(200));
    second.wait_for_log("(V1) Entering BACKUP STATE", 1, ELECTION);
    wait_until("the addresses are removed", LATE, || lab.owners(vips[0]).is_empty());
    assert_eq!(details(lab.host(1), "vrrp.51"), left, "it is the same one");
    let (_, mac) = wait_for_advert_from(&lab, address4(1), started, |_| true);
    assert_eq!(mac, MAC4);
    lab.wait_for_owners(&vips, &[1], LATE);
    second.assert_alive();
    terminate(&lab, 1, &mut second);
}

/// How often the kernel told of `vrrp.51` while it was made, and what it is then.
fn told_while_made(words: &str) -> (usize, String) {
    let lab = Lab::new(1);
    let host = lab.host(1);
    let path = lab.directory().join("told");
    let output = std::fs::File::create(&path).unwrap();
    let mut monitor = host.namespace().command("ip");
    let mut monitor = monitor.args(["-o", "monitor", "link"]).stdout(output).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(500));
    let text = with_vmac(200).replace("use_vmac", &format!("use_vmac {words}"));
    let mut running = lab.start(1, Daemon::Ours, &text);
    lab.wait_for_owners(&addresses(&VIPS), &[1], ELECTION);
    let link = details(host, "vrrp.51");
    running.assert_alive();
    monitor.kill().unwrap();
    monitor.wait().unwrap();
    let told = std::fs::read_to_string(path).unwrap();
    (told.lines().filter(|line| line.contains(" vrrp.51@")).count(), link)
}

/// `netlink_notify_msg` and `group` of `use_vmac`, which keepalived has since 2.3.
#[test]
fn listeners_are_told_once_more_of_a_vmac_and_it_joins_a_group() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let (once, plain) = told_while_made("");
    let (again, grouped) = told_while_made("netlink_notify_msg group 7");
    assert_eq!(again, once + 1);
    assert!(plain.contains(" group default ") && grouped.contains(" group 7 "), "{grouped}");
}

roles! {
    vmac_speaks_from_the_virtual_mac => vmac_pair;
    vmac_over_ipv6 => vmac_ipv6;
    vmac_with_adverts_from_the_base => transmits_from_base;
    vmac_left_behind_by_a_dead_daemon => vmac_left_behind;
}

alone! {
    names_of_interfaces_take_the_prefix => prefix;
    addresses_go_where_keepalived_puts_them => places;
    vmac_deleted_by_hand_is_made_again => vmac_deleted;
}
