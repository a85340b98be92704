//! `real_server`: its line, its own statements, ports and duplicates.

use super::{servers, services};
use crate::ir::lvs::{RealServer, VirtualServer};

#[test]
fn addresses_ports_and_duplicates() {
    let rows = [
        "real_server 10.0.0.3 81 {; }",
        "real_server 10.0.0.3 {; }",
        "real_server 10.0.0.3 0 {; }",
        "real_server 10.0.0.3 80 90 {; }",
        "real_server 10.0.0.3-4 80 {; }",
        "lvs_method DR; real_server 10.0.0.3 {; }",
        "lvs_method DR; real_server 10.0.0.3 81 {; }",
        "real_server 10.0.0.3 81 {; lvs_method TUN; }",
        "real_server 10.0.0.3 {; }; real_server 10.0.0.3 81 {; }; real_server 10.0.0.3 0 {; }",
        "real_server 10.0.0.3 x {; nosuch; }",
        "real_server 10.0.0.3:80 {; }",
        "real_server fe80::3 80 {; }",
        "lvs_method TUN; real_server fe80::3 80 {; }",
        "real_server fe80::3 80 {; }; lvs_method TUN",
        "real_server fe80::3 80 {; lvs_method TUN; }",
        "real_server {; }",
        "real_server 10.0.0.3 80",
    ];
    let show = |server: &VirtualServer| {
        let show = |real: &RealServer| format!("{} -> {}", server.server_name(real), real.port);
        server.real_servers.iter().map(show).collect::<Vec<_>>().join(", ")
    };
    insta::assert_snapshot!(services(&rows, show), @"
    real_server 10.0.0.3 81 {; }  =>  [10.0.0.3]:tcp:81 -> 81
    real_server 10.0.0.3 {; }  =>  [10.0.0.3]:tcp:0 -> 80
    real_server 10.0.0.3 0 {; }  =>  [10.0.0.3]:tcp:0 -> 80
    real_server 10.0.0.3 80 90 {; }  =>  [10.0.0.3]:tcp:80 -> 80
        2:25: warning[SA116]: extra words after `real_server`
    real_server 10.0.0.3-4 80 {; }  =>  [10.0.0.3]:tcp:80 -> 80
        2:21: warning[SA116]: `real_server` takes one address
    lvs_method DR; real_server 10.0.0.3 {; }  =>  [10.0.0.3]:tcp:0 -> 80
    lvs_method DR; real_server 10.0.0.3 81 {; }  =>  [10.0.0.3]:tcp:81 -> 80
        3:22: warning[SA508]: direct routing and tunnels leave the port as it is
          Counted WARNING - virtual server [10.0.0.1]:tcp:80 and real server [10.0.0.3]:tcp:81 ports don't match - resetting
    real_server 10.0.0.3 81 {; lvs_method TUN; }  =>  [10.0.0.3]:tcp:81 -> 80
        2:22: warning[SA508]: direct routing and tunnels leave the port as it is
          Counted WARNING - virtual server [10.0.0.1]:tcp:80 and real server [10.0.0.3]:tcp:81 ports don't match - resetting
    real_server 10.0.0.3 {; }; real_server 10.0.0.3 81 {; }; real_server 10.0.0.3 0 {; }  =>  [10.0.0.3]:tcp:0 -> 80, [10.0.0.3]:tcp:81 -> 81
        6:13: error[SA502]: this server is listed twice
          Counted VS [10.0.0.1]:tcp:80: real server [10.0.0.3]:tcp:0 is duplicated - removing second rs
    real_server 10.0.0.3 x {; nosuch; }  =>  -
        1:16: error[SA501]: the virtual server has no real server
          Counted Virtual server [10.0.0.1]:tcp:80 has no real servers - ignoring
        2:22: error[SA201]: invalid number 'x' for `real_server`
          Counted Invalid real server ip address/port 10.0.0.3/x - skipping
    real_server 10.0.0.3:80 {; }  =>  -
        1:16: error[SA501]: the virtual server has no real server
          Counted Virtual server [10.0.0.1]:tcp:80 has no real servers - ignoring
        2:13: error[SA203]: '10.0.0.3:80' is no address for `real_server`
          Counted Invalid real server ip address/port 10.0.0.3:80/(null) - skipping
    real_server fe80::3 80 {; }  =>  -
        1:16: error[SA501]: the virtual server has no real server
          Counted Virtual server [10.0.0.1]:tcp:80 has no real servers - ignoring
        2:13: error[SA208]: IPv6 address in a virtual server of IPv4
          Counted Address family of virtual server and real server fe80::3 don't match - skipping real server.
    lvs_method TUN; real_server fe80::3 80 {; }  =>  [fe80::3]:tcp:80 -> 80
    real_server fe80::3 80 {; }; lvs_method TUN  =>  -
        1:16: error[SA501]: the virtual server has no real server
          Counted Virtual server [10.0.0.1]:tcp:80 has no real servers - ignoring
        2:13: error[SA208]: IPv6 address in a virtual server of IPv4
          Counted Address family of virtual server and real server fe80::3 don't match - skipping real server.
    real_server fe80::3 80 {; lvs_method TUN; }  =>  [fe80::3]:tcp:80 -> 80
    real_server {; }  =>  -
        1:16: error[SA501]: the virtual server has no real server
          Counted Virtual server [10.0.0.1]:tcp:80 has no real servers - ignoring
        2:1: error[SA115]: `real_server` lacks its value
          Ends *** Configuration line starting `real_server` is missing a parameter after keyword `real_server` at word position 2
    real_server 10.0.0.3 80  =>  -
        1:16: error[SA501]: the virtual server has no real server
          Counted Virtual server [10.0.0.1]:tcp:80 has no real servers - ignoring
        2:1: error[SA106]: `real_server` lacks its `{`
          Counted
    ");
}

#[test]
fn statements() {
    let rows = [
        "",
        "weight 0",
        "weight 2147483647",
        "weight -1",
        "weight 2147483648",
        "weight 5x",
        "weight 2; weight 3",
        "uthreshold 9; lthreshold 5",
        "uthreshold x",
        "lthreshold 4294967296",
        "inhibit_on_failure",
        "inhibit_on_failure no",
        "inhibit_on_failure 1",
        "notify_up /a; notify_up /b; notify_down \"/c d\" u",
        "notify_down",
        "smtp_alert no; virtualhost h; snmp_name n",
        "snmp_name a b",
        "lvs_method x",
        "lvs_method TUN type gue port 66",
        "alpha maybe",
        "protocol TCP",
    ];
    let show = |real: &RealServer| {
        let up = real.notify_up.as_ref().map(|script| script.program.clone());
        let down = real.notify_down.as_ref().map(|script| script.arguments.clone());
        let text = |text: &Option<crate::units::Spanned<String>>| {
            text.as_ref().map(|text| text.value.clone())
        };
        let names = (text(&real.virtualhost), text(&real.snmp_name));
        format!(
            "weight {} limits {}-{} inhibit {} {:?} {up:?} {down:?} {:?} {names:?}",
            real.weight.value,
            real.lower_threshold.value,
            real.upper_threshold.value,
            real.inhibit_on_failure.value,
            real.method.value,
            real.smtp_alert.map(|on| on.value)
        )
    };
    insta::assert_snapshot!(servers(&rows, show), @r#"
      =>  weight 1 limits 0-0 inhibit false Nat None None None (None, None)
    weight 0  =>  weight 0 limits 0-0 inhibit false Nat None None None (None, None)
        1:16: warning[SA503]: a quorum of 1, and all servers together weigh 0
          Counted Warning - quorum 1 for [10.0.0.1]:tcp:80 exceeds total weight of real servers 0, reducing quorum to 0
        1:16: warning[SA504]: a hysteresis of 0 does not fit into a quorum of 0
          Counted Virtual server [10.0.0.1]:tcp:80: hysteresis 0 >= quorum 0; setting hysteresis to 4294967295
    weight 2147483647  =>  weight 2147483647 limits 0-0 inhibit false Nat None None None (None, None)
    weight -1  =>  weight 1 limits 0-0 inhibit false Nat None None None (None, None)
        3:8: error[SA202]: negative number '-1' for `weight`
          Counted Real server weight -1 is outside range 0-2147483647
    weight 2147483648  =>  weight 1 limits 0-0 inhibit false Nat None None None (None, None)
        3:8: error[SA202]: number '2147483648' for `weight` is outside range [0, 2147483647]
          Counted Real server weight 2147483648 is outside range 0-2147483647
    weight 5x  =>  weight 1 limits 0-0 inhibit false Nat None None None (None, None)
        3:8: error[SA201]: invalid number '5x' for `weight`
          Counted Real server weight 5x is outside range 0-2147483647
    weight 2; weight 3  =>  weight 3 limits 0-0 inhibit false Nat None None None (None, None)
        4:1: warning[SA120]: `weight` is given twice
    uthreshold 9; lthreshold 5  =>  weight 1 limits 5-9 inhibit false Nat None None None (None, None)
    uthreshold x  =>  weight 1 limits 0-0 inhibit false Nat None None None (None, None)
        3:12: error[SA201]: invalid number 'x' for `uthreshold`
          Counted Invalid real_server uthreshold 'x' - ignoring
    lthreshold 4294967296  =>  weight 1 limits 0-0 inhibit false Nat None None None (None, None)
        3:12: error[SA202]: number '4294967296' for `lthreshold` is outside range [0, 4294967295]
          Counted Invalid real_server lthreshold '4294967296' - ignoring
    inhibit_on_failure  =>  weight 1 limits 0-0 inhibit true Nat None None None (None, None)
    inhibit_on_failure no  =>  weight 1 limits 0-0 inhibit false Nat None None None (None, None)
    inhibit_on_failure 1  =>  weight 1 limits 0-0 inhibit false Nat None None None (None, None)
        3:20: error[SA204]: '1' is no value of `inhibit_on_failure`
          Counted Invalid inhibit_on_failure parameter 1
    notify_up /a; notify_up /b; notify_down "/c d" u  =>  weight 1 limits 0-0 inhibit false Nat Some("/a") Some(["d"]) None (None, None)
        4:11: error[SA402]: `notify_up` is given twice
          Counted ((null)) notify_up script already specified - ignoring /b
    notify_down  =>  weight 1 limits 0-0 inhibit false Nat None None None (None, None)
        3:1: error[SA115]: `notify_down` lacks its value
          Ends *** Configuration line starting `notify_down` is missing a parameter after keyword `notify_down` at word position 2
    smtp_alert no; virtualhost h; snmp_name n  =>  weight 1 limits 0-0 inhibit false Nat None None Some(false) (Some("h"), Some("n"))
    snmp_name a b  =>  weight 1 limits 0-0 inhibit false Nat None None None (None, None)
        3:13: error[SA116]: too many words after `snmp_name`
          Counted real server snmp_name missing or extra parameters
    lvs_method x  =>  weight 1 limits 0-0 inhibit false Nat None None None (None, None)
        1:16: warning[SA507]: the virtual server names no forwarding method
          Counted Virtual server [10.0.0.1]:tcp:80: no forwarding method set, setting default NAT
        3:12: error[SA517]: unknown forwarding method 'x'
          Counted PARSER : unknown [x] routing method for real server.
    lvs_method TUN type gue port 66  =>  weight 1 limits 0-0 inhibit false Tunnel(Tunnel { encapsulation: Gue(66), checksum: None }) None None None (None, None)
    alpha maybe  =>  weight 1 limits 0-0 inhibit false Nat None None None (None, None)
        3:7: error[SA204]: 'maybe' is no value of `alpha`
          Counted Invalid alpha parameter maybe
    protocol TCP  =>  weight 1 limits 0-0 inhibit false Nat None None None (None, None)
        1:16: warning[SA505]: the virtual server names no protocol
          Counted Virtual server [10.0.0.1]:none:80: no protocol set - defaulting to UDP
        3:1: error[SA101]: Unknown keyword 'protocol'
          Counted
    "#);
}
