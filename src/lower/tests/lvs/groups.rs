//! `virtual_server_group`, and virtual servers that use one.

use super::table;
use crate::ir::Config;
use crate::ir::lvs::GroupEntry;

fn entries(config: &Config) -> Option<String> {
    let group = config.virtual_server_groups.first()?;
    let show = |entry: &GroupEntry| match entry {
        GroupEntry::Addresses { first, last, port } if first == last => format!("{first} {port}"),
        GroupEntry::Addresses { first, last, port } => format!("{first}-{last} {port}"),
        GroupEntry::Mark { mark, family } => format!("mark {mark} {family:?}"),
    };
    let entries: Vec<_> = group.entries.iter().map(|entry| show(entry)).collect();
    Some(entries.join(", "))
}

#[test]
fn lines_of_a_group() {
    let rows = [
        "10.0.0.1 80",
        "10.0.0.1",
        "10.0.0.1 0",
        "10.0.0.1 80 extra",
        "10.0.0.1-20 80",
        "10.0.0.1-10.0.1.5 80",
        "10.0.0.0/30 80",
        "10.0.0.0/32 80",
        "2001:db8::1-f 80",
        "2001:db8::/120 80",
        "fwmark 5; fwmark 6 inet; fwmark 7 inet6 x",
        "10.0.0.1 x",
        "10.0.0.1 65536",
        "10.0.0.1/30 80",
        "10.0.0.0/0 80",
        "10.0.0.0/33 80",
        "10.0.0.0/ 80",
        "10.0.0.5-5 80",
        "10.0.0.5-3 80",
        "10.0.0.5-256 80",
        "10.0.0.5-10x 80",
        "10.0.0.5- 80",
        "10.0.0.5-10.0.0.1 80",
        "10.0.0.5-fe80::1 80",
        "2001:db8::1-fffff 80",
        "x 80; 10.0.0.1 80",
        "fwmark",
        "fwmark x; 10.0.0.1 80",
        "fwmark 5 x; 10.0.0.1 80",
        "fwmark 4294967296",
        "10.0.0.1 80; fe80::1 80; fwmark 5",
        "10.0.0.1 80; fe80::1 80; fwmark 5 inet",
        "",
    ];
    let text = |row: &str| format!("virtual_server_group g {{\n{row}\n}}\n");
    insta::assert_snapshot!(table(&rows, text, entries), @"
    10.0.0.1 80  =>  10.0.0.1 80
    10.0.0.1  =>  10.0.0.1 0
    10.0.0.1 0  =>  10.0.0.1 0
    10.0.0.1 80 extra  =>  10.0.0.1 80
    10.0.0.1-20 80  =>  10.0.0.1-10.0.0.20 80
    10.0.0.1-10.0.1.5 80  =>  10.0.0.1-10.0.1.5 80
    10.0.0.0/30 80  =>  10.0.0.0-10.0.0.3 80
    10.0.0.0/32 80  =>  10.0.0.0 80
    2001:db8::1-f 80  =>  2001:db8::1-2001:db8::f 80
    2001:db8::/120 80  =>  2001:db8::-2001:db8::ff 80
    fwmark 5; fwmark 6 inet; fwmark 7 inet6 x  =>  mark 5 None, mark 6 Some(V4), mark 7 Some(V6)
    10.0.0.1 x  =>  -
        1:22: error[SA515]: virtual server group `g` has no entry
          Counted virtual server group g has no entries - removing
        2:10: error[SA201]: invalid number 'x' for `virtual_server_group`
          Counted Invalid virtual server group IP address 10.0.0.1 /port/x - skipping
    10.0.0.1 65536  =>  -
        1:22: error[SA515]: virtual server group `g` has no entry
          Counted virtual server group g has no entries - removing
        2:10: error[SA202]: number '65536' for `virtual_server_group` is outside range [1, 65535]
          Counted Invalid virtual server group IP address 10.0.0.1 /port/65536 - skipping
    10.0.0.1/30 80  =>  -
        1:22: error[SA515]: virtual server group `g` has no entry
          Counted virtual server group g has no entries - removing
        2:1: error[SA516]: '10.0.0.1/30' is no network: there are bits behind its length
          Counted Address mask bits not empty - 10.0.0.1/30 - skipping
    10.0.0.0/0 80  =>  -
        1:22: error[SA515]: virtual server group `g` has no entry
          Counted virtual server group g has no entries - removing
        2:1: error[SA516]: '10.0.0.0/0' has no length of a network
          Counted Invalid netmask - 10.0.0.0/0 - skipping
    10.0.0.0/33 80  =>  -
        1:22: error[SA515]: virtual server group `g` has no entry
          Counted virtual server group g has no entries - removing
        2:1: error[SA516]: '10.0.0.0/33' has no length of a network
          Counted Invalid netmask - 10.0.0.0/33 - skipping
    10.0.0.0/ 80  =>  -
        1:22: error[SA515]: virtual server group `g` has no entry
          Counted virtual server group g has no entries - removing
        2:1: error[SA516]: '10.0.0.0/' has no length of a network
          Counted Invalid netmask - 10.0.0.0/ - skipping
    10.0.0.5-5 80  =>  -
        1:22: error[SA515]: virtual server group `g` has no entry
          Counted virtual server group g has no entries - removing
        2:1: error[SA516]: '10.0.0.5-5' ends before it begins
          Counted Address range end is not greater than address range start - 10.0.0.5-5 - skipping
    10.0.0.5-3 80  =>  -
        1:22: error[SA515]: virtual server group `g` has no entry
          Counted virtual server group g has no entries - removing
        2:1: error[SA516]: '10.0.0.5-3' ends before it begins
          Counted Address range end is not greater than address range start - 10.0.0.5-3 - skipping
    10.0.0.5-256 80  =>  -
        1:22: error[SA515]: virtual server group `g` has no entry
          Counted virtual server group g has no entries - removing
        2:1: error[SA516]: '10.0.0.5-256' ends too far
          Counted Virtual server group range '10.0.0.5-256' end '256' too large
    10.0.0.5-10x 80  =>  -
        1:22: error[SA515]: virtual server group `g` has no entry
          Counted virtual server group g has no entries - removing
        2:1: error[SA516]: '10.0.0.5-10x' has characters behind the range
          Counted Virtual server group range '10.0.0.5-10x' has extra characters at end 'x'
    10.0.0.5- 80  =>  -
        1:22: error[SA515]: virtual server group `g` has no entry
          Counted virtual server group g has no entries - removing
        2:1: error[SA516]: '10.0.0.5-' ends before it begins
          Counted Address range end is not greater than address range start - 10.0.0.5- - skipping
    10.0.0.5-10.0.0.1 80  =>  -
        1:22: error[SA515]: virtual server group `g` has no entry
          Counted virtual server group g has no entries - removing
        2:1: error[SA516]: '10.0.0.5-10.0.0.1' ends before it begins
          Counted Address range end is less than address range start - 10.0.0.5-10.0.0.1 - skipping
    10.0.0.5-fe80::1 80  =>  -
        1:22: error[SA515]: virtual server group `g` has no entry
          Counted virtual server group g has no entries - removing
        2:1: error[SA516]: '10.0.0.5-fe80::1' ends in no address of its family
          Counted Invalid virtual server group IP address 10.0.0.5-fe80::1 /port/80 - skipping
    2001:db8::1-fffff 80  =>  -
        1:22: error[SA515]: virtual server group `g` has no entry
          Counted virtual server group g has no entries - removing
        2:1: error[SA516]: '2001:db8::1-fffff' ends too far
          Counted Virtual server group range '2001:db8::1-fffff' end 'fffff' too large
    x 80; 10.0.0.1 80  =>  10.0.0.1 80
        2:1: error[SA203]: 'x' is no address
          Counted Invalid virtual server group IP address x /port/80 - skipping
    fwmark  =>  -
        1:22: error[SA515]: virtual server group `g` has no entry
          Counted virtual server group g has no entries - removing
        2:1: error[SA115]: `fwmark` lacks its value
          Ends *** Configuration line starting `fwmark` is missing a parameter after keyword `fwmark` at word position 2
    fwmark x; 10.0.0.1 80  =>  10.0.0.1 80
        2:8: error[SA201]: invalid number 'x' for `fwmark`
          Counted (g): fwmark 'x' must be in [0, 4294967295] - ignoring
    fwmark 5 x; 10.0.0.1 80  =>  10.0.0.1 80
        2:10: error[SA204]: 'x' is no family
          Counted (g): fwmark '5' family x unknown - ignoring
    fwmark 4294967296  =>  -
        1:22: error[SA515]: virtual server group `g` has no entry
          Counted virtual server group g has no entries - removing
        2:8: error[SA202]: number '4294967296' for `fwmark` is outside range [0, 4294967295]
          Counted (g): fwmark '4294967296' must be in [0, 4294967295] - ignoring
    10.0.0.1 80; fe80::1 80; fwmark 5  =>  -
        4:1: error[SA514]: a mark without family in a group with addresses of both
          Counted virtual server group g cannot have IPv4, IPv6 and fwmark without family - removing
    10.0.0.1 80; fe80::1 80; fwmark 5 inet  =>  10.0.0.1 80, fe80::1 80, mark 5 Some(V4)
      =>  -
        1:22: error[SA515]: virtual server group `g` has no entry
          Counted virtual server group g has no entries - removing
    ");
}

#[test]
fn names_of_groups() {
    let rows = [
        "virtual_server_group {; 10.0.0.1 80; }",
        "virtual_server_group a b {; 10.0.0.1 80; }",
        "virtual_server_group a {; 10.0.0.1 80; }; virtual_server_group a {; 10.0.0.2 80; }",
        "virtual_server_group a {; nosuch {; 10.0.0.2 80; }; 10.0.0.1 80; }",
    ];
    insta::assert_snapshot!(table(&rows, |row| format!("{row}\n"), entries), @"
    virtual_server_group {; 10.0.0.1 80; }  =>  -
        1:1: error[SA115]: `virtual_server_group` lacks its value
          Ends *** Configuration line starting `virtual_server_group` is missing a parameter after keyword `virtual_server_group` at word position 2
    virtual_server_group a b {; 10.0.0.1 80; }  =>  10.0.0.1 80
        1:24: error[SA116]: `virtual_server_group` takes one name
          Counted Block virtual_server_group has extra parameters b ...
    virtual_server_group a {; 10.0.0.1 80; }; virtual_server_group a {; 10.0.0.2 80; }  =>  10.0.0.1 80
        4:22: error[SA206]: virtual server group `a` already defined
    virtual_server_group a {; nosuch {; 10.0.0.2 80; }; 10.0.0.1 80; }  =>  10.0.0.1 80
        2:1: error[SA203]: 'nosuch' is no address
          Counted Invalid virtual server group IP address nosuch  - skipping
        2:8: error[SA104]: a group has no blocks inside
          Counted Invalid virtual server group IP address {  - skipping
    ");
}

#[test]
fn users_of_a_group() {
    let rows = [
        "10.0.0.1 80 // protocol TCP",
        "10.0.0.1 80 // ",
        "10.0.0.1 // protocol TCP",
        "10.0.0.1 80 // protocol TCP; ops",
        "10.0.0.1 80 // protocol TCP; lvs_method DR",
        "10.0.0.1 81; 10.0.0.3-5 82 // protocol TCP; lvs_method DR; sorry_server 10.0.0.9 90",
        "10.0.0.1 80 // protocol TCP; lvs_method DR; sorry_server 10.0.0.9 80",
        "fwmark 5 // protocol TCP",
        "fwmark 5; 10.0.0.1 80 // protocol TCP; lvs_method DR",
        "fwmark 5 // ha_suspend",
        "fwmark 5 inet6 // ",
        "fe80::1 80 // protocol TCP",
        "fe80::1 80; 10.0.0.1 80 // protocol TCP",
        "fe80::1 80; 10.0.0.1 80 // protocol TCP; lvs_method TUN",
    ];
    let text = |row: &str| {
        let (lines, statements) = row.split_once(" // ").unwrap();
        let method = if statements.contains("lvs_method") { "" } else { "lvs_method NAT\n" };
        format!(
            "virtual_server group g {{\n{statements}\nlvs_sched rr\n{method}\
             real_server 10.0.0.2 80 {{\n}}\n}}\nvirtual_server_group g {{\n{lines}\n}}\n"
        )
    };
    let show = |config: &Config| {
        let server = config.virtual_servers.first()?;
        let protocol = server.protocol.map(|protocol| protocol.value);
        Some(format!("{} {:?} {protocol:?}", server.name(), server.family))
    };
    insta::assert_snapshot!(table(&rows, text, show), @"
    10.0.0.1 80 // protocol TCP  =>  [g]:0 Some(V4) Some(Tcp)
    10.0.0.1 80 //   =>  [g]:0 Some(V4) Some(Udp)
        1:16: warning[SA505]: the virtual server names no protocol
          Counted Virtual server [g]:0: no protocol set - defaulting to UDP
    10.0.0.1 // protocol TCP  =>  [g]:0 Some(V4) Some(Tcp)
        9:1: warning[SA509]: a service for every port must be persistent
          Counted Virtual server [g]:0: zero port only valid for persistent services - setting
    10.0.0.1 80 // protocol TCP; ops  =>  [g]:0 Some(V4) Some(Tcp)
        3:1: error[SA510]: `ops` is for UDP alone
          Counted Virtual server [g]:0: one packet scheduling requires UDP - resetting
    10.0.0.1 80 // protocol TCP; lvs_method DR  =>  [g]:0 Some(V4) Some(Tcp)
    10.0.0.1 81; 10.0.0.3-5 82 // protocol TCP; lvs_method DR; sorry_server 10.0.0.9 90  =>  [g]:0 Some(V4) Some(Tcp)
        4:14: warning[SA508]: direct routing and tunnels leave the port as it is
          Counted WARNING - virtual server [g]:0, sorry server has port specified - port will be ignored
        6:22: warning[SA508]: direct routing and tunnels leave the port as it is
          Counted virtual server [g]:0:[10.0.0.1,81] and real server [10.0.0.2]:tcp:80 ports don't match
        6:22: warning[SA508]: direct routing and tunnels leave the port as it is
          Counted virtual server [g]:0:[10.0.0.3-10.0.0.5,82] and real server [10.0.0.2]:tcp:80 ports don't match
    10.0.0.1 80 // protocol TCP; lvs_method DR; sorry_server 10.0.0.9 80  =>  [g]:0 Some(V4) Some(Tcp)
    fwmark 5 // protocol TCP  =>  [g]:0 Some(V4) None
        2:10: warning[SA512]: a service by firewall mark has no protocol
          Counted Warning: Virtual server [g]:0: protocol specified for fwmark - protocol will be ignored
    fwmark 5; 10.0.0.1 80 // protocol TCP; lvs_method DR  =>  [g]:0 Some(V4) Some(Tcp)
        5:22: warning[SA508]: a firewall mark takes packets to any port, and they keep it
          Counted WARNING - fwmark virtual server [g]:0, real server [10.0.0.2]:tcp:80 has port specified - port will be ignored
    fwmark 5 // ha_suspend  =>  [g]:0 Some(V4) None
        2:1: error[SA512]: `ha_suspend` looks for an address, and a firewall mark has none
          Counted Virtual server [g]:0: cannot use ha_suspend with fwmarks - clearing ha_suspend
    fwmark 5 inet6 //   =>  -
        1:16: error[SA514]: the group and the servers are of different families
          Logged 
    fe80::1 80 // protocol TCP  =>  -
        1:16: error[SA514]: the group and the servers are of different families
          Logged 
    fe80::1 80; 10.0.0.1 80 // protocol TCP  =>  -
        1:16: error[SA514]: the group and the servers are of different families
          Logged 
    fe80::1 80; 10.0.0.1 80 // protocol TCP; lvs_method TUN  =>  [g]:0 None Some(Tcp)
    ");
}

#[test]
fn a_group_may_have_several_users() {
    let text = |row: &str| {
        let user = "virtual_server group g {\nlvs_sched rr\nlvs_method NAT\nprotocol TCP\n\
                    real_server 10.0.0.2 80 {\n}\n}\n";
        format!("{user}{}virtual_server_group g {{\n{row}\n}}\n", user.replace("TCP", "UDP"))
    };
    let show = |config: &Config| {
        let names: Vec<_> = config.virtual_servers.iter().map(|server| server.name()).collect();
        Some(names.join(", "))
    };
    insta::assert_snapshot!(table(&["10.0.0.1 80"], text, show), @"10.0.0.1 80  =>  [g]:0, [g]:1");
}
