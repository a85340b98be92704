//! When a service counts as up, and the server that stands in while it does not.

use super::services;
use crate::ir::lvs::VirtualServer;

#[test]
fn quorum_and_hysteresis() {
    let rows = [
        "",
        "quorum 1; hysteresis 0",
        "quorum 0",
        "quorum x",
        "quorum 2",
        "weight 3; quorum 3; hysteresis 2",
        "weight 3; quorum 4; hysteresis 3",
        "hysteresis 5",
        "hysteresis -1",
        "weight 0",
        "weight 2147483648",
        "real_server 10.0.0.2 80 {; weight 0; }",
        "quorum_up \"/up a\" u g; quorum_down /down",
        "quorum_up /a; quorum_up /b",
    ];
    let show = |server: &VirtualServer| {
        let quorum = &server.quorum;
        let script = |script: &Option<crate::units::Spanned<crate::ir::Script>>| {
            script.as_ref().map(|script| {
                let user = script.user.as_ref().map(|user| (user.user.clone(), user.group.clone()));
                (script.program.clone(), script.arguments.clone(), user)
            })
        };
        let scripts = (script(&quorum.up), script(&quorum.down));
        let weights: Vec<_> = server.real_servers.iter().map(|real| real.weight.value).collect();
        format!("{} +- {} of {weights:?} {scripts:?}", quorum.weight.value, quorum.hysteresis.value)
    };
    insta::assert_snapshot!(services(&rows, show), @r#"
      =>  1 +- 0 of [1] (None, None)
    quorum 1; hysteresis 0  =>  1 +- 0 of [1] (None, None)
    quorum 0  =>  1 +- 0 of [1] (None, None)
        2:8: error[SA202]: number '0' for `quorum` is outside range [1, 4294967295]
          Counted Quorum 0 must be in [1, 4294967295]. Setting to 1.
    quorum x  =>  1 +- 0 of [1] (None, None)
        2:8: error[SA201]: invalid number 'x' for `quorum`
          Counted Quorum x must be in [1, 4294967295]. Setting to 1.
    quorum 2  =>  1 +- 0 of [1] (None, None)
        2:8: warning[SA503]: a quorum of 2, and all servers together weigh 1
          Counted Warning - quorum 2 for [10.0.0.1]:tcp:80 exceeds total weight of real servers 1, reducing quorum to 1
    weight 3; quorum 3; hysteresis 2  =>  3 +- 2 of [3] (None, None)
    weight 3; quorum 4; hysteresis 3  =>  3 +- 2 of [3] (None, None)
        3:8: warning[SA503]: a quorum of 4, and all servers together weigh 3
          Counted Warning - quorum 4 for [10.0.0.1]:tcp:80 exceeds total weight of real servers 3, reducing quorum to 3
        4:12: warning[SA504]: a hysteresis of 3 does not fit into a quorum of 3
          Counted Virtual server [10.0.0.1]:tcp:80: hysteresis 3 >= quorum 3; setting hysteresis to 2
    hysteresis 5  =>  1 +- 0 of [1] (None, None)
        2:12: warning[SA504]: a hysteresis of 5 does not fit into a quorum of 1
          Counted Virtual server [10.0.0.1]:tcp:80: hysteresis 5 >= quorum 1; setting hysteresis to 0
    hysteresis -1  =>  1 +- 0 of [1] (None, None)
        2:12: error[SA202]: negative number '-1' for `hysteresis`
          Counted Hysteresis -1 must be in [0, 4294967295] - ignoring
    weight 0  =>  1 +- 0 of [1] (None, None)
        2:8: error[SA202]: number '0' for `weight` is outside range [1, 2147483647]
          Counted Virtual server weight 0 is outside range 1-2147483647
    weight 2147483648  =>  1 +- 0 of [1] (None, None)
        2:8: error[SA202]: number '2147483648' for `weight` is outside range [1, 2147483647]
          Counted Virtual server weight 2147483648 is outside range 1-2147483647
    real_server 10.0.0.2 80 {; weight 0; }  =>  0 +- 0 of [0] (None, None)
        1:16: warning[SA503]: a quorum of 1, and all servers together weigh 0
          Counted Warning - quorum 1 for [10.0.0.1]:tcp:80 exceeds total weight of real servers 0, reducing quorum to 0
        1:16: warning[SA504]: a hysteresis of 0 does not fit into a quorum of 0
          Counted Virtual server [10.0.0.1]:tcp:80: hysteresis 0 >= quorum 0; setting hysteresis to 4294967295
    quorum_up "/up a" u g; quorum_down /down  =>  1 +- 0 of [1] (Some(("/up", ["a"], Some(("u", Some("g"))))), Some(("/down", [], None)))
    quorum_up /a; quorum_up /b  =>  1 +- 0 of [1] (Some(("/a", [], None)), None)
        3:11: error[SA402]: `quorum_up` is given twice
          Counted ((null)) quorum_up script already specified - ignoring /b
    "#);
}

#[test]
fn sorry_servers() {
    let rows = [
        "sorry_server 10.0.0.9",
        "sorry_server 10.0.0.9 81",
        "sorry_server 10.0.0.9 0",
        "sorry_server 10.0.0.9 81; sorry_server_lvs_method DR",
        "sorry_server 10.0.0.9; sorry_server_lvs_method DR",
        "sorry_server 10.0.0.9 81; sorry_server_lvs_method x",
        "sorry_server 10.0.0.9 80; sorry_server_inhibit",
        "sorry_server_inhibit; sorry_server 10.0.0.9",
        "sorry_server_lvs_method DR",
        "sorry_server 10.0.0.9 80; sorry_server 10.0.0.8 80",
        "sorry_server x 80",
        "sorry_server 10.0.0.9 x",
        "sorry_server fe80::1 80",
        "sorry_server fe80::1 80; sorry_server_lvs_method TUN",
        "sorry_server 10.0.0.2 80",
        "sorry_server 10.0.0.2 80; sorry_server_inhibit",
        "sorry_server 10.0.0.2 80; inhibit_on_failure",
    ];
    let show = |server: &VirtualServer| match &server.sorry_server {
        Some(sorry) => format!(
            "{} {} {} {}",
            sorry.address.value,
            sorry.port,
            sorry.method.name(),
            sorry.inhibit.value
        ),
        None => "none".to_owned(),
    };
    insta::assert_snapshot!(services(&rows, show), @"
    sorry_server 10.0.0.9  =>  10.0.0.9 0 NAT false
    sorry_server 10.0.0.9 81  =>  10.0.0.9 81 NAT false
    sorry_server 10.0.0.9 0  =>  10.0.0.9 0 NAT false
    sorry_server 10.0.0.9 81; sorry_server_lvs_method DR  =>  10.0.0.9 80 DR false
        2:14: warning[SA508]: direct routing and tunnels leave the port as it is
          Counted WARNING - virtual server [10.0.0.1]:tcp:80 and sorry server ports don't match - resetting
    sorry_server 10.0.0.9; sorry_server_lvs_method DR  =>  10.0.0.9 80 DR false
    sorry_server 10.0.0.9 81; sorry_server_lvs_method x  =>  10.0.0.9 81 NAT false
        3:25: error[SA517]: unknown forwarding method 'x'
          Counted PARSER : unknown [x] routing method for sorry server.
    sorry_server 10.0.0.9 80; sorry_server_inhibit  =>  10.0.0.9 80 NAT true
    sorry_server_inhibit; sorry_server 10.0.0.9  =>  10.0.0.9 0 NAT false
        2:1: error[SA518]: `sorry_server_inhibit` without a `sorry_server` above it
          Counted Ignoring sorry_server inhibit used before or without sorry_server
    sorry_server_lvs_method DR  =>  none
        2:1: error[SA518]: `sorry_server_lvs_method` without a `sorry_server` above it
          Counted sorry_server forwarding used without sorry_server
    sorry_server 10.0.0.9 80; sorry_server 10.0.0.8 80  =>  10.0.0.8 80 NAT false
        3:1: warning[SA120]: `sorry_server` is given twice
    sorry_server x 80  =>  none
        2:14: error[SA203]: 'x' is no address for `sorry_server`
          Counted Invalid sorry server IP address x - skipping
    sorry_server 10.0.0.9 x  =>  none
        2:23: error[SA201]: invalid number 'x' for `sorry_server`
          Counted Invalid sorry server IP address 10.0.0.9 - skipping
    sorry_server fe80::1 80  =>  none
        2:14: error[SA208]: IPv6 address in a virtual server of IPv4
          Counted Address family of virtual server and sorry server fe80::1 don't match - skipping sorry server.
    sorry_server fe80::1 80; sorry_server_lvs_method TUN  =>  fe80::1 80 TUN false
    sorry_server 10.0.0.2 80  =>  10.0.0.2 80 NAT false
    sorry_server 10.0.0.2 80; sorry_server_inhibit  =>  10.0.0.2 80 NAT false
        2:14: warning[SA524]: the sorry server is a real server, and only one of them stays when it fails
          Counted Virtual server [10.0.0.1]:tcp:80: real server [10.0.0.2]:tcp:80 matches sorry server, but inhibit setting differs, clearing on sorry server
    sorry_server 10.0.0.2 80; inhibit_on_failure  =>  10.0.0.2 80 NAT true
        2:14: warning[SA524]: the sorry server is a real server, and only one of them stays when it fails
          Counted Virtual server [10.0.0.1]:tcp:80: real server [10.0.0.2]:tcp:80 matches sorry server, but inhibit setting differs, setting on sorry server
    ");
}
