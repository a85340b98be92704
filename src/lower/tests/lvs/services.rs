//! `virtual_server`: its line, its own statements, and what contradicts itself.

use super::{service, services, table};
use crate::ir::lvs::VirtualServer;

#[test]
fn the_three_forms_of_a_service() {
    let rows = [
        "10.0.0.1 80",
        "2001:db8::1 80",
        "10.0.0.1",
        "10.0.0.1 00",
        "10.0.0.1 80 dev eth0.53",
        "10.0.0.1 x",
        "10.0.0.1 80x",
        "10.0.0.1 65536",
        "10.0.0.1 -1",
        "10.0.0.1:80",
        "10.0.0.1-5 80",
        "10.0.0.1/24 80",
        "10.0.0.01 80",
        "x 80",
        "",
        "fwmark 5",
        "fwmark 5 6",
        "fwmark",
        "fwmark 0",
        "fwmark x",
        "fwmark 4294967296",
        "group g",
        "group",
    ];
    let text = |row: &str| {
        let server =
            if row.contains(':') && !row.contains('.') { "2001:db8::2" } else { "10.0.0.2" };
        service(row, &format!("real_server {server} 80 {{\n}}"))
    };
    let show = |server: &VirtualServer| {
        let persistent = server.persistence.as_ref().map(|persistence| persistence.timeout.value);
        format!(
            "{} {:?} {:?} {persistent:?}",
            server.name(),
            server.family,
            server.protocol.map(|p| p.value)
        )
    };
    insta::assert_snapshot!(table(&rows, text, |config| config.virtual_servers.first().map(show)), @"
    10.0.0.1 80  =>  [10.0.0.1]:tcp:80 Some(V4) Some(Tcp) None
    2001:db8::1 80  =>  [2001:db8::1]:tcp:80 Some(V6) Some(Tcp) None
    10.0.0.1  =>  [10.0.0.1]:tcp:0 Some(V4) Some(Tcp) Some(360s)
        1:16: warning[SA509]: a service for every port must be persistent
          Counted Virtual server [10.0.0.1]:tcp:0: zero port only valid for persistent services - setting
    10.0.0.1 00  =>  [10.0.0.1]:tcp:0 Some(V4) Some(Tcp) Some(360s)
        1:16: warning[SA509]: a service for every port must be persistent
          Counted Virtual server [10.0.0.1]:tcp:0: zero port only valid for persistent services - setting
    10.0.0.1 80 dev eth0.53  =>  [10.0.0.1]:tcp:80 Some(V4) Some(Tcp) None
        1:28: warning[SA116]: extra words after `virtual_server`
    10.0.0.1 x  =>  -
        1:25: error[SA201]: invalid number 'x' for `virtual_server`
          Counted Invalid virtual server IP address/port 10.0.0.1/x - skipping
    10.0.0.1 80x  =>  -
        1:25: error[SA201]: invalid number '80x' for `virtual_server`
          Counted Invalid virtual server IP address/port 10.0.0.1/80x - skipping
    10.0.0.1 65536  =>  -
        1:25: error[SA202]: number '65536' for `virtual_server` is outside range [1, 65535]
          Counted Invalid virtual server IP address/port 10.0.0.1/65536 - skipping
    10.0.0.1 -1  =>  -
        1:25: error[SA202]: negative number '-1' for `virtual_server`
          Counted Invalid virtual server IP address/port 10.0.0.1/-1 - skipping
    10.0.0.1:80  =>  -
        1:16: error[SA203]: '10.0.0.1:80' is no address for `virtual_server`
          Counted Invalid virtual server IP address 10.0.0.1:80 - skipping
    10.0.0.1-5 80  =>  [10.0.0.1]:tcp:80 Some(V4) Some(Tcp) None
        1:24: warning[SA116]: `virtual_server` takes one address
    10.0.0.1/24 80  =>  [10.0.0.1]:tcp:80 Some(V4) Some(Tcp) None
        1:24: warning[SA116]: `virtual_server` takes one address
    10.0.0.01 80  =>  -
        1:16: error[SA203]: '10.0.0.01' is no address for `virtual_server`
          Counted Invalid virtual server IP address/port 10.0.0.01/80 - skipping
    x 80  =>  -
        1:16: error[SA203]: 'x' is no address for `virtual_server`
          Counted Invalid virtual server IP address/port x/80 - skipping
      =>  -
        1:1: error[SA115]: `virtual_server` lacks its value
          Ends *** Configuration line starting `virtual_server` is missing a parameter after keyword `virtual_server` at word position 2
    fwmark 5  =>  FWM 5 Some(V4) None None
        6:10: warning[SA512]: a service by firewall mark has no protocol
          Counted Warning: Virtual server FWM 5: protocol specified for fwmark - protocol will be ignored
    fwmark 5 6  =>  FWM 5 Some(V4) None None
        1:25: warning[SA116]: extra words after `virtual_server`
        6:10: warning[SA512]: a service by firewall mark has no protocol
          Counted Warning: Virtual server FWM 5: protocol specified for fwmark - protocol will be ignored
    fwmark  =>  -
        1:16: error[SA115]: `virtual_server fwmark` lacks its value
          Ends 
    fwmark 0  =>  -
        1:23: error[SA202]: no packet can be told by mark 0
          Counted 
    fwmark x  =>  -
        1:23: error[SA201]: invalid number 'x' for `fwmark`
          Counted virtual server fwmark 'x' must be in [0, 4294967295] - ignoring
    fwmark 4294967296  =>  -
        1:23: error[SA202]: number '4294967296' for `fwmark` is outside range [0, 4294967295]
          Counted virtual server fwmark '4294967296' must be in [0, 4294967295] - ignoring
    group g  =>  -
        1:16: error[SA513]: no `virtual_server_group g` with an entry
          Logged Virtual server group g specified but not configured - ignoring virtual server [g]:0
    group  =>  -
        1:16: error[SA115]: `virtual_server group` lacks its value
          Ends
    ");
}

#[test]
fn schedulers_methods_and_protocols() {
    let rows = [
        "",
        "lb_algo wrr; lb_kind DR",
        "lvs_sched RR",
        "lvs_sched foo; lvs_sched mh; mh-port; mh-fallback",
        "lvs_sched sh; sh-port; hashed; flag-3",
        "lvs_sched sh; mh-port",
        "sh-port",
        "sh-fallback; lvs_sched sh",
        "hashed",
        "flag-1 x",
        "ops",
        "protocol udp; ops",
        "protocol ESP",
        "lvs_method nat",
        "lvs_method FNAT",
        "lvs_method DR x",
        "lvs_method NAT type ipip",
        "lvs_method TUN",
        "lvs_method TUN type gue port 6635 remcsum",
        "lvs_method TUN type gue",
        "lvs_method TUN type gue port 0",
        "lvs_method TUN type gre csum",
        "lvs_method TUN type gre port 5",
        "lvs_method TUN type gre remcsum",
        "lvs_method TUN csum",
        "lvs_method TUN type foo",
        "lvs_method TUN type",
        "lvs_method TUN port",
    ];
    let show = |server: &VirtualServer| {
        let flags = &server.flags;
        let flags: String = [flags.one_packet, flags.first, flags.second, flags.third]
            .iter()
            .map(|flag| if flag.value { '1' } else { '0' })
            .collect();
        let protocol = server.protocol.map(|protocol| protocol.value);
        format!("{} {:?} {flags} {protocol:?}", server.scheduler.value, server.method.value)
    };
    insta::assert_snapshot!(services(&rows, show), @"
      =>  rr Nat 0000 Some(Tcp)
    lb_algo wrr; lb_kind DR  =>  wrr Direct 0000 Some(Tcp)
        2:1: warning[SA118]: `lb_algo` is deprecated
        3:1: warning[SA118]: `lb_kind` is deprecated
    lvs_sched RR  =>  wlc Nat 0000 Some(Tcp)
        1:16: warning[SA506]: the virtual server names no scheduler
          Counted Virtual server [10.0.0.1]:tcp:80: no scheduler set, setting default 'wlc'
        2:11: error[SA204]: the kernel has no scheduler 'RR'
          Counted Invalid lvs_scheduler 'RR' - ignoring
    lvs_sched foo; lvs_sched mh; mh-port; mh-fallback  =>  mh Nat 0110 Some(Tcp)
        2:11: error[SA204]: the kernel has no scheduler 'foo'
          Counted Invalid lvs_scheduler 'foo' - ignoring
        3:1: warning[SA120]: `lvs_sched` is given twice
    lvs_sched sh; sh-port; hashed; flag-3  =>  sh Nat 0011 Some(Tcp)
    lvs_sched sh; mh-port  =>  sh Nat 0000 Some(Tcp)
        3:1: warning[SA511]: `mh-port` belongs to the scheduler mh
    sh-port  =>  rr Nat 0000 Some(Tcp)
        2:1: error[SA511]: `sh-port` belongs to the scheduler sh
          Counted sh-port only applies to sh scheduler - ignoring
    sh-fallback; lvs_sched sh  =>  sh Nat 0000 Some(Tcp)
        2:1: error[SA511]: `sh-fallback` belongs to the scheduler sh
          Counted sh-fallback only applies to sh scheduler - ignoring
    hashed  =>  rr Nat 0000 Some(Tcp)
        2:1: error[SA511]: `hashed` belongs to the scheduler sh
          Counted hashed only applies to sh scheduler - ignoring
    flag-1 x  =>  rr Nat 0100 Some(Tcp)
        2:8: warning[SA116]: extra words after `flag-1`
    ops  =>  rr Nat 0000 Some(Tcp)
        2:1: error[SA510]: `ops` is for UDP alone
          Counted Virtual server [10.0.0.1]:tcp:80: one packet scheduling requires UDP - resetting
    protocol udp; ops  =>  rr Nat 1000 Some(Udp)
    protocol ESP  =>  rr Nat 0000 Some(Udp)
        1:16: warning[SA505]: the virtual server names no protocol
          Counted Virtual server [10.0.0.1]:none:80: no protocol set - defaulting to UDP
        2:10: error[SA204]: 'ESP' is no protocol that can be balanced
          Counted Unknown protocol ESP - ignoring
    lvs_method nat  =>  rr Nat 0000 Some(Tcp)
        1:16: warning[SA507]: the virtual server names no forwarding method
          Counted Virtual server [10.0.0.1]:tcp:80: no forwarding method set, setting default NAT
        2:12: error[SA517]: unknown forwarding method 'nat'
          Counted PARSER : unknown [nat] routing method for virtual server.
    lvs_method FNAT  =>  rr Nat 0000 Some(Tcp)
        1:16: warning[SA507]: the virtual server names no forwarding method
          Counted Virtual server [10.0.0.1]:tcp:80: no forwarding method set, setting default NAT
        2:12: error[SA517]: unknown forwarding method 'FNAT'
          Counted PARSER : unknown [FNAT] routing method for virtual server.
    lvs_method DR x  =>  rr Direct 0000 Some(Tcp)
        2:15: error[SA517]: 'x': no option of a forwarding method
          Counted Invalid tunnel option x for virtual server.
    lvs_method NAT type ipip  =>  rr Nat 0000 Some(Tcp)
    lvs_method TUN  =>  rr Tunnel(Tunnel { encapsulation: Ipip, checksum: None }) 0000 Some(Tcp)
    lvs_method TUN type gue port 6635 remcsum  =>  rr Tunnel(Tunnel { encapsulation: Gue(6635), checksum: Remote }) 0000 Some(Tcp)
    lvs_method TUN type gue  =>  rr Tunnel(Tunnel { encapsulation: Ipip, checksum: None }) 0000 Some(Tcp)
        2:21: error[SA517]: 'gue': a tunnel has a port if it is of type gue
          Counted gue tunnels require port, otherwise cannot have port.
    lvs_method TUN type gue port 0  =>  rr Tunnel(Tunnel { encapsulation: Ipip, checksum: None }) 0000 Some(Tcp)
        2:30: error[SA202]: number '0' for `port` is outside range [1, 65535]
          Counted Invalid gue tunnel port 0 for virtual server.
    lvs_method TUN type gre csum  =>  rr Tunnel(Tunnel { encapsulation: Gre, checksum: Full }) 0000 Some(Tcp)
    lvs_method TUN type gre port 5  =>  rr Tunnel(Tunnel { encapsulation: Ipip, checksum: None }) 0000 Some(Tcp)
        2:30: error[SA517]: '5': a tunnel has a port if it is of type gue
          Counted gue tunnels require port, otherwise cannot have port.
    lvs_method TUN type gre remcsum  =>  rr Tunnel(Tunnel { encapsulation: Ipip, checksum: None }) 0000 Some(Tcp)
        2:25: error[SA517]: 'remcsum': a tunnel of type gre has no remote checksum
          Counted gre tunnels do not support remote checksum option.
    lvs_method TUN csum  =>  rr Tunnel(Tunnel { encapsulation: Ipip, checksum: None }) 0000 Some(Tcp)
        2:16: error[SA517]: 'csum': a tunnel of type ipip has no checksum
          Counted ipip tunnels do not support checksum option.
    lvs_method TUN type foo  =>  rr Tunnel(Tunnel { encapsulation: Ipip, checksum: None }) 0000 Some(Tcp)
        2:21: error[SA517]: 'foo': no type of tunnel: ipip, gue or gre
          Counted Unknown tunnel type foo for virtual server.
    lvs_method TUN type  =>  rr Tunnel(Tunnel { encapsulation: Ipip, checksum: None }) 0000 Some(Tcp)
        2:16: error[SA517]: 'type': `type` lacks its value
          Counted Missing tunnel type for virtual server.
    lvs_method TUN port  =>  rr Tunnel(Tunnel { encapsulation: Ipip, checksum: None }) 0000 Some(Tcp)
        2:16: error[SA517]: 'port': `port` lacks its value
          Counted Missing port for virtual server gue tunnel.
    ");
}

#[test]
fn persistence() {
    let rows = [
        "",
        "persistence_timeout",
        "persistence_timeout 50",
        "persistence_timeout 0",
        "persistence_timeout 2678401",
        "persistence_timeout 5x",
        "persistence_granularity 255.255.255.0",
        "persistence_granularity 24; persistence_timeout 9",
        "persistence_granularity ::",
        "persistence_engine sip; persistence_timeout",
        "persistence_engine 12345678901234567",
    ];
    let show = |server: &VirtualServer| {
        let persistence = server.persistence.as_ref().map(|persistence| {
            (persistence.timeout.value, persistence.granularity.map(|mask| mask.value))
        });
        let engine = server.persistence_engine.as_ref().map(|engine| engine.value.as_str());
        format!("{persistence:?} {engine:?}")
    };
    insta::assert_snapshot!(services(&rows, show), @r#"
      =>  None None
    persistence_timeout  =>  Some((360s, None)) None
    persistence_timeout 50  =>  Some((50s, None)) None
    persistence_timeout 0  =>  None None
        2:21: error[SA202]: number '0' for `persistence_timeout` is outside range [1, 2678400]
          Counted persistence_timeout invalid
    persistence_timeout 2678401  =>  None None
        2:21: error[SA202]: number '2678401' for `persistence_timeout` is outside range [1, 2678400]
          Counted persistence_timeout invalid
    persistence_timeout 5x  =>  None None
        2:21: error[SA201]: invalid number '5x' for `persistence_timeout`
          Counted persistence_timeout invalid
    persistence_granularity 255.255.255.0  =>  Some((360s, Some(Netmask(255.255.255.0)))) None
    persistence_granularity 24; persistence_timeout 9  =>  Some((9s, Some(Netmask(0.0.0.24)))) None
    persistence_granularity ::  =>  None None
        2:25: error[SA203]: '::' is no netmask
          Counted Invalid IPv4 persistence_granularity specified - ::
    persistence_engine sip; persistence_timeout  =>  Some((360s, None)) Some("sip")
    persistence_engine 12345678901234567  =>  None Some("1234567890123456")
        2:20: error[SA205]: the name of an engine has at most 16 bytes
          Counted persistence_name too long, truncating - 12345678901234567
    "#);
    let six =
        |row: &str| service("2001:db8::1 80", &format!("{row}\nreal_server 2001:db8::2 80 {{\n}}"));
    let rows = [
        "persistence_granularity 64",
        "persistence_granularity 0",
        "persistence_granularity 129",
        "persistence_granularity 255.255.255.0",
    ];
    insta::assert_snapshot!(table(&rows, six, |config| config.virtual_servers.first().map(show)), @"
    persistence_granularity 64  =>  Some((360s, Some(Prefix(64)))) None
    persistence_granularity 0  =>  None None
        2:25: error[SA202]: number '0' for `persistence_granularity` is outside range [1, 128]
          Counted Invalid IPv6 persistence_granularity specified - 0
    persistence_granularity 129  =>  None None
        2:25: error[SA202]: number '129' for `persistence_granularity` is outside range [1, 128]
          Counted Invalid IPv6 persistence_granularity specified - 129
    persistence_granularity 255.255.255.0  =>  None None
        2:25: error[SA201]: invalid number '255.255.255.0' for `persistence_granularity`
          Counted Invalid IPv6 persistence_granularity specified - 255.255.255.0
    ");
}

#[test]
fn flags_and_names() {
    let rows = [
        "inhibit_on_failure no; omega no; ha_suspend no; alpha no",
        "smtp_alert; virtualhost a; snmp_name n",
        "smtp_alert off",
        "smtp_alert 1",
        "virtualhost",
        "snmp_name",
        "snmp_name a b",
        "ip_family inet",
        "ip_family inet6",
        "ip_family x",
        "nosuch",
    ];
    let show = |server: &VirtualServer| {
        let flags = [
            ("inhibit", server.inhibit_on_failure),
            ("omega", server.omega),
            ("suspend", server.ha_suspend),
            ("alpha", server.checks.alpha),
        ];
        let on: Vec<_> = flags.iter().filter(|(_, on)| on.value).map(|(name, _)| *name).collect();
        let text = |text: &Option<crate::units::Spanned<String>>| {
            text.as_ref().map(|text| text.value.clone())
        };
        let mail = server.smtp_alert.map(|on| on.value);
        format!("{on:?} {mail:?} {:?} {:?}", text(&server.virtualhost), text(&server.snmp_name))
    };
    insta::assert_snapshot!(services(&rows, show), @r#"
    inhibit_on_failure no; omega no; ha_suspend no; alpha no  =>  ["inhibit", "omega", "suspend", "alpha"] None None None
        2:20: warning[SA116]: extra words after `inhibit_on_failure`
        3:7: warning[SA116]: extra words after `omega`
        4:12: warning[SA116]: extra words after `ha_suspend`
        5:7: warning[SA116]: extra words after `alpha`
    smtp_alert; virtualhost a; snmp_name n  =>  [] Some(true) Some("a") Some("n")
    smtp_alert off  =>  [] Some(false) None None
    smtp_alert 1  =>  [] None None None
        2:12: error[SA204]: '1' is no value of `smtp_alert`
          Counted Invalid virtual_server smtp_alert parameter 1
    virtualhost  =>  [] None None None
        2:1: error[SA115]: `virtualhost` lacks its value
          Counted virtual server virtualhost missing
    snmp_name  =>  [] None None None
        2:1: error[SA115]: `snmp_name` lacks its value
          Counted virtual server snmp_name missing or extra parameters
    snmp_name a b  =>  [] None None None
        2:13: error[SA116]: too many words after `snmp_name`
          Counted virtual server snmp_name missing or extra parameters
    ip_family inet  =>  [] None None None
    ip_family inet6  =>  [] None None None
        2:11: error[SA208]: the virtual server is IPv4 already
          Counted Virtual server specified family inet6 conflicts with server family
    ip_family x  =>  [] None None None
        2:11: error[SA204]: 'x' is no family
          Counted unknown address family x
    nosuch  =>  [] None None None
        2:1: error[SA101]: Unknown keyword 'nosuch'
          Counted
    "#);
}

#[test]
fn services_by_firewall_mark() {
    let rows = [
        "",
        "protocol TCP",
        "lvs_method DR",
        "lvs_method DR; real_server 10.0.0.2 {; }",
        "ha_suspend",
        "ops",
        "ip_family inet6",
        "lvs_method TUN; ip_family inet6",
        "persistence_granularity 64",
        "sorry_server fe80::9",
        "lvs_method TUN; sorry_server fe80::9 80",
        "real_server fe80::3 80 {; }; real_server 10.0.0.2 80 {; }",
    ];
    let text = |row: &str| {
        let mut text = service("fwmark 5", row);
        if !row.contains("protocol") {
            text = text.replace("protocol TCP\n", "");
        }
        text
    };
    let show = |server: &VirtualServer| {
        let ports: Vec<_> = server.real_servers.iter().map(|real| real.port).collect();
        let sorry = server.sorry_server.as_ref().map(|sorry| sorry.port);
        let protocol = server.protocol.map(|protocol| protocol.value);
        format!(
            "{:?} {protocol:?} ports {ports:?} sorry {sorry:?} ops {} suspend {}",
            server.family, server.flags.one_packet.value, server.ha_suspend.value
        )
    };
    insta::assert_snapshot!(table(&rows, text, |config| config.virtual_servers.first().map(show)), @"
      =>  Some(V4) None ports [80] sorry None ops false suspend false
    protocol TCP  =>  Some(V4) None ports [80] sorry None ops false suspend false
        2:10: warning[SA512]: a service by firewall mark has no protocol
          Counted Warning: Virtual server FWM 5: protocol specified for fwmark - protocol will be ignored
    lvs_method DR  =>  Some(V4) None ports [0] sorry None ops false suspend false
        4:22: warning[SA508]: a firewall mark takes packets to any port, and they keep it
          Counted WARNING - fwmark virtual server FWM 5, real server [10.0.0.2]:none:80 has port specified - clearing
    lvs_method DR; real_server 10.0.0.2 {; }  =>  Some(V4) None ports [0] sorry None ops false suspend false
    ha_suspend  =>  Some(V4) None ports [80] sorry None ops false suspend false
        2:1: error[SA512]: `ha_suspend` looks for an address, and a firewall mark has none
          Counted Virtual server FWM 5: cannot use ha_suspend with fwmarks - clearing ha_suspend
    ops  =>  Some(V4) None ports [80] sorry None ops true suspend false
    ip_family inet6  =>  -
        1:16: error[SA501]: the virtual server has no real server
          Counted Virtual server FWM 5 has no real servers - ignoring
        5:13: error[SA208]: IPv4 address in a virtual server of IPv6
          Counted Address family of virtual server and real server 10.0.0.2 don't match - skipping real server.
    lvs_method TUN; ip_family inet6  =>  Some(V6) None ports [0] sorry None ops false suspend false
        5:22: warning[SA508]: a firewall mark takes packets to any port, and they keep it
          Counted WARNING - fwmark virtual server FWM 5, real server [10.0.0.2]:none:80 has port specified - clearing
    persistence_granularity 64  =>  -
        1:16: error[SA501]: the virtual server has no real server
          Counted Virtual server FWM 5 has no real servers - ignoring
        5:13: error[SA208]: IPv4 address in a virtual server of IPv6
          Counted Address family of virtual server and real server 10.0.0.2 don't match - skipping real server.
    sorry_server fe80::9  =>  Some(V4) None ports [80] sorry None ops false suspend false
        2:14: error[SA208]: IPv6 address in a virtual server of IPv4
          Counted Address family of virtual server and sorry server fe80::9 don't match - skipping sorry server.
    lvs_method TUN; sorry_server fe80::9 80  =>  Some(V4) None ports [0] sorry Some(0) ops false suspend false
        3:14: warning[SA508]: a firewall mark takes packets to any port, and they keep it
          Counted WARNING - virtual server FWM 5, sorry server has port specified - clearing
        5:22: warning[SA508]: a firewall mark takes packets to any port, and they keep it
          Counted WARNING - fwmark virtual server FWM 5, real server [10.0.0.2]:none:80 has port specified - clearing
    real_server fe80::3 80 {; }; real_server 10.0.0.2 80 {; }  =>  Some(V6) None ports [80] sorry None ops false suspend false
        4:13: error[SA208]: IPv4 address in a virtual server of IPv6
          Counted Address family of virtual server and real server 10.0.0.2 don't match - skipping real server.
    ");
}

#[test]
fn what_is_not_said_is_settled_with_a_message() {
    let text = |row: &str| format!("virtual_server 10.0.0.1 80 {{\n{row}\n}}\n");
    let rows = [
        "",
        "real_server 10.0.0.2 80 {; }",
        "real_server 10.0.0.2 80 {; lvs_method DR; }",
        "real_server x 80 {; nosuch; }",
    ];
    let show = |server: &VirtualServer| {
        format!("{} {} {}", server.name(), server.scheduler.value, server.method.name())
    };
    insta::assert_snapshot!(table(&rows, text, |config| config.virtual_servers.first().map(show)), @"
      =>  -
        1:16: error[SA501]: the virtual server has no real server
          Counted Virtual server [10.0.0.1]:none:80 has no real servers - ignoring
    real_server 10.0.0.2 80 {; }  =>  [10.0.0.1]:udp:80 wlc NAT
        1:16: warning[SA505]: the virtual server names no protocol
          Counted Virtual server [10.0.0.1]:none:80: no protocol set - defaulting to UDP
        1:16: warning[SA506]: the virtual server names no scheduler
          Counted Virtual server [10.0.0.1]:udp:80: no scheduler set, setting default 'wlc'
        1:16: warning[SA507]: the virtual server names no forwarding method
          Counted Virtual server [10.0.0.1]:udp:80: no forwarding method set, setting default NAT
    real_server 10.0.0.2 80 {; lvs_method DR; }  =>  [10.0.0.1]:udp:80 wlc NAT
        1:16: warning[SA505]: the virtual server names no protocol
          Counted Virtual server [10.0.0.1]:none:80: no protocol set - defaulting to UDP
        1:16: warning[SA506]: the virtual server names no scheduler
          Counted Virtual server [10.0.0.1]:udp:80: no scheduler set, setting default 'wlc'
    real_server x 80 {; nosuch; }  =>  -
        1:16: error[SA501]: the virtual server has no real server
          Counted Virtual server [10.0.0.1]:none:80 has no real servers - ignoring
        2:13: error[SA203]: 'x' is no address for `real_server`
          Counted Invalid real server ip address/port x/80 - skipping
    ");
}
