//! `use_vmac` and `use_ipvlan`: names, MAC addresses, modes, and what goes with them.

use super::{bare, both, file_with, understood_in};
use crate::ir::{Instance, OwnLink};
use crate::lower::{Mode, Settings};
use crate::units::Compat;

fn shown(instance: &Instance) -> String {
    let vips = instance.addresses.iter().filter(|address| address.use_vmac).count();
    let link = instance.link.as_ref().map_or("-".to_owned(), |link| bare(&link.value));
    let everywhere = if instance.vmac_for_addresses { " for addresses" } else { "" };
    let vips = if vips > 0 { format!(" {vips} VIP") } else { String::new() };
    let link = link.replace("name: None, ", "").replace(", group: None", "");
    format!("{}{everywhere}{vips}", link.replace(", netlink_notify: false", ""))
}

fn table_for(compat: Compat, rows: &[&str]) -> String {
    let mut out = String::new();
    for row in rows {
        let outcome = understood_in(&file_with(row), Settings { mode: Mode::Test, compat });
        let shown = outcome.config.instances.first().map_or("-".to_owned(), |it| shown(it));
        out.push_str(&format!("{row}  =>  {shown}  [{}]\n", outcome.status));
        for finding in outcome.findings.iter().filter(|finding| !finding.contains("SA114")) {
            out.push_str(&format!("    {finding}\n"));
        }
    }
    out
}

fn table(rows: &[&str]) -> String {
    table_for(Compat::V2_4_3, rows)
}

#[test]
fn macvlans_have_names_and_addresses() {
    let rows = [
        "use_vmac",
        "use_vmac vrrp.7",
        "use_vmac name vrrp.7",
        "use_vmac vrrp.7 vrrp.8",
        "use_vmac vrrp.7012345678901234",
        "use_vmac a/b",
        "use_vmac name",
        "use_vmac vrrp.7 00:11:22:33:44:55",
        "use_vmac 00:11:22:33:44",
        "use_vmac 01:11:22:33:44:55",
        "use_vmac 00:00:5e:00:01:07",
        "use_vmac 00:11:22:33:44:zz",
        "use_vmac 00:11:22:33",
        "use_vmac eth1",
        "use_vmac eth0",
        "use_vmac netlink_notify_msg",
        "use_vmac group default",
        "use_vmac group 5",
        "use_vmac group foo",
        "use_vmac group -1",
        "use_vmac group",
        "use_vmac; use_vmac vrrp.8",
        "use_vmac vrrp.7 foo bar",
        "use_vmac_addr",
        "vmac_xmit_base",
        "use_vmac; vmac_xmit_base",
        "strict_mode; use_vmac; vmac_xmit_base",
        "use_vmac; promote_secondaries",
        "use_vmac; unicast_peer {; 10.77.0.2; }",
        "virtual_ipaddress {; 10.77.0.9 use_vmac; }",
        "use_vmac; virtual_ipaddress {; 10.77.0.9 use_vmac; }",
        "use_vmac_addr; virtual_ipaddress {; 10.77.0.9 dev eth1 use_vmac; }",
        "use_vmac; virtual_ipaddress {; 10.77.0.9 dev eth1 use_vmac; }",
    ];
    insta::assert_snapshot!(table(&rows), @r#"
    use_vmac  =>  Vmac(Vmac { mac: 00:00:5e:00:01:33, transmit_from_base: false })  [0]
    use_vmac vrrp.7  =>  Vmac(Vmac { name: Some(vrrp.7), mac: 00:00:5e:00:01:33, transmit_from_base: false })  [0]
    use_vmac name vrrp.7  =>  Vmac(Vmac { name: Some(vrrp.7), mac: 00:00:5e:00:01:33, transmit_from_base: false })  [0]
    use_vmac vrrp.7 vrrp.8  =>  Vmac(Vmac { name: Some(vrrp.7), mac: 00:00:5e:00:01:33, transmit_from_base: false })  [5]
        2:17: error[SA236]: VMAC interface name already specified
    use_vmac vrrp.7012345678901234  =>  Vmac(Vmac { mac: 00:00:5e:00:01:33, transmit_from_base: false })  [5]
        2:10: error[SA236]: VMAC interface name 'vrrp.7012345678901234' too long or invalid characters - ignoring
    use_vmac a/b  =>  Vmac(Vmac { mac: 00:00:5e:00:01:33, transmit_from_base: false })  [5]
        2:10: error[SA236]: VMAC interface name 'a/b' too long or invalid characters - ignoring
    use_vmac name  =>  Vmac(Vmac { mac: 00:00:5e:00:01:33, transmit_from_base: false })  [2]
        2:10: error[SA115]: `name` lacks its value
    use_vmac vrrp.7 00:11:22:33:44:55  =>  Vmac(Vmac { name: Some(vrrp.7), mac: 00:11:22:33:44:55, transmit_from_base: false })  [0]
    use_vmac 00:11:22:33:44  =>  Vmac(Vmac { mac: 00:11:22:33:44:33, transmit_from_base: false })  [0]
    use_vmac 01:11:22:33:44:55  =>  Vmac(Vmac { mac: 00:00:5e:00:01:33, transmit_from_base: false })  [5]
        2:10: error[SA236]: VMAC MAC address is multicast 01:11:22:33:44:55 - ignoring
    use_vmac 00:00:5e:00:01:07  =>  Vmac(Vmac { mac: 00:00:5e:00:01:33, transmit_from_base: false })  [5]
        2:10: error[SA236]: VMAC MAC address not allowed to be RFC5798 address (00:00:5e:00:01:07) - ignoring
    use_vmac 00:11:22:33:44:zz  =>  Vmac(Vmac { mac: 00:00:5e:00:01:33, transmit_from_base: false })  [5]
        2:10: error[SA236]: VMAC invalid MAC address 00:11:22:33:44:zz
    use_vmac 00:11:22:33  =>  Vmac(Vmac { mac: 00:00:5e:00:01:33, transmit_from_base: false })  [5]
        2:10: error[SA236]: VMAC invalid MAC address 00:11:22:33 - ignored
    use_vmac eth1  =>  Vmac(Vmac { name: Some(eth1), mac: 00:00:5e:00:01:33, transmit_from_base: false })  [0]
    use_vmac eth0  =>  Vmac(Vmac { name: Some(eth0), mac: 00:00:5e:00:01:33, transmit_from_base: false })  [0]
    use_vmac netlink_notify_msg  =>  Vmac(Vmac { mac: 00:00:5e:00:01:33, netlink_notify: true, transmit_from_base: false })  [0]
    use_vmac group default  =>  Vmac(Vmac { mac: 00:00:5e:00:01:33, group: Some(Number(0)), transmit_from_base: false })  [0]
    use_vmac group 5  =>  Vmac(Vmac { mac: 00:00:5e:00:01:33, group: Some(Number(5)), transmit_from_base: false })  [0]
    use_vmac group foo  =>  Vmac(Vmac { mac: 00:00:5e:00:01:33, group: Some(Name("foo")), transmit_from_base: false })  [0]
    use_vmac group -1  =>  Vmac(Vmac { mac: 00:00:5e:00:01:33, transmit_from_base: false })  [5]
        2:16: error[SA236]: '-1' is no interface group
    use_vmac group  =>  Vmac(Vmac { mac: 00:00:5e:00:01:33, transmit_from_base: false })  [5]
        2:10: error[SA236]: `group` lacks its value
    use_vmac; use_vmac vrrp.8  =>  Vmac(Vmac { name: Some(vrrp.8), mac: 00:00:5e:00:01:33, transmit_from_base: false })  [0]
        3:1: warning[SA120]: `use_vmac` is given twice
    use_vmac vrrp.7 foo bar  =>  Vmac(Vmac { name: Some(vrrp.7), mac: 00:00:5e:00:01:33, transmit_from_base: false })  [5]
        2:17: error[SA236]: VMAC interface name already specified
        2:21: error[SA236]: VMAC interface name already specified
    use_vmac_addr  =>  - for addresses  [0]
    vmac_xmit_base  =>  -  [5]
        2:1: error[SA236]: (V) vmac_xmit_base is only valid with a vmac
    use_vmac; vmac_xmit_base  =>  Vmac(Vmac { mac: 00:00:5e:00:01:33, transmit_from_base: true })  [0]
    strict_mode; use_vmac; vmac_xmit_base  =>  Vmac(Vmac { mac: 00:00:5e:00:01:33, transmit_from_base: false })  [5]
        4:1: error[SA313]: (V) xmit_base is incompatible with strict mode - resetting
    use_vmac; promote_secondaries  =>  Vmac(Vmac { mac: 00:00:5e:00:01:33, transmit_from_base: false })  [5]
        2:1: error[SA236]: (V) promote_secondaries is automatically set for vmacs - ignoring
    use_vmac; unicast_peer {; 10.77.0.2; }  =>  Vmac(Vmac { mac: 00:00:5e:00:01:33, transmit_from_base: true })  [5]
        2:1: warning[SA236]: (V) unicast with use_vmac requires vmac_xmit_base - setting
    virtual_ipaddress {; 10.77.0.9 use_vmac; }  =>  - 1 VIP  [0]
    use_vmac; virtual_ipaddress {; 10.77.0.9 use_vmac; }  =>  Vmac(Vmac { mac: 00:00:5e:00:01:33, transmit_from_base: false })  [5]
        4:1: warning[SA236]: (V) use_vmac specified for VIP/eVIP 10.77.0.9 and vrrp instance
    use_vmac_addr; virtual_ipaddress {; 10.77.0.9 dev eth1 use_vmac; }  =>  - for addresses  [5]
        4:1: warning[SA236]: (V) use_vmac_addr specified and use_vmac specified for VIP/eVIP 10.77.0.9
    use_vmac; virtual_ipaddress {; 10.77.0.9 dev eth1 use_vmac; }  =>  Vmac(Vmac { mac: 00:00:5e:00:01:33, transmit_from_base: false }) 1 VIP  [0]
    "#);
}

#[test]
fn ipvlans_have_names_addresses_and_modes() {
    let rows = [
        "use_ipvlan",
        "use_ipvlan 10.77.0.50",
        "use_ipvlan 10.77.0.50/24",
        "use_ipvlan ipv.7 10.77.0.50/24",
        "use_ipvlan name ipv.7 10.77.0.50/24",
        "use_ipvlan ipv.7 10.77.0.50/24 bridge",
        "use_ipvlan ipv.7 10.77.0.50/24 private",
        "use_ipvlan ipv.7 10.77.0.50/24 vepa",
        "use_ipvlan ipv.7 10.77.0.50/24 vepa private",
        "use_ipvlan ipv.7 10.77.0.50/24 10.77.0.51",
        "use_ipvlan ipv.7 ipv.8 10.77.0.50",
        "use_ipvlan fe80::5",
        "use_ipvlan 10.77.0.300",
        "use_ipvlan 10.77.0.50/33",
        "use_ipvlan 10.77.0.50 group 5",
        "use_ipvlan 10.77.0.50 group foo",
        "use_ipvlan 10.77.0.50; use_ipvlan 10.77.0.51",
        "use_ipvlan ipv.7012345678901234 10.77.0.50",
        "use_vmac; use_ipvlan 10.77.0.50",
        "use_ipvlan 10.77.0.50; use_vmac",
        "native_ipv6; virtual_ipaddress {; fe80::9; }; use_ipvlan",
    ];
    insta::assert_snapshot!(table(&rows), @r#"
    use_ipvlan  =>  Ipvlan(Ipvlan { address: None, mode: Bridge })  [5]
        2:1: error[SA236]: (V) IPv4 ipvlan requires a source ip address to be configured. setting instance to fault state
    use_ipvlan 10.77.0.50  =>  Ipvlan(Ipvlan { address: Some(10.77.0.50/32), mode: Bridge })  [0]
    use_ipvlan 10.77.0.50/24  =>  Ipvlan(Ipvlan { address: Some(10.77.0.50/24), mode: Bridge })  [0]
    use_ipvlan ipv.7 10.77.0.50/24  =>  Ipvlan(Ipvlan { name: Some(ipv.7), address: Some(10.77.0.50/24), mode: Bridge })  [0]
    use_ipvlan name ipv.7 10.77.0.50/24  =>  Ipvlan(Ipvlan { name: Some(ipv.7), address: Some(10.77.0.50/24), mode: Bridge })  [0]
    use_ipvlan ipv.7 10.77.0.50/24 bridge  =>  Ipvlan(Ipvlan { name: Some(ipv.7), address: Some(10.77.0.50/24), mode: Bridge })  [0]
    use_ipvlan ipv.7 10.77.0.50/24 private  =>  Ipvlan(Ipvlan { name: Some(ipv.7), address: Some(10.77.0.50/24), mode: Private })  [0]
    use_ipvlan ipv.7 10.77.0.50/24 vepa  =>  Ipvlan(Ipvlan { name: Some(ipv.7), address: Some(10.77.0.50/24), mode: Vepa })  [0]
    use_ipvlan ipv.7 10.77.0.50/24 vepa private  =>  Ipvlan(Ipvlan { name: Some(ipv.7), address: Some(10.77.0.50/24), mode: Vepa })  [5]
        2:37: error[SA236]: (V) ipvlan type already specified - ignoring 'private'
    use_ipvlan ipv.7 10.77.0.50/24 10.77.0.51  =>  Ipvlan(Ipvlan { name: Some(ipv.7), address: Some(10.77.0.50/24), mode: Bridge })  [5]
        2:32: error[SA236]: (V) ipvlan address already specified - ignoring '10.77.0.51'
    use_ipvlan ipv.7 ipv.8 10.77.0.50  =>  Ipvlan(Ipvlan { name: Some(ipv.7), address: Some(10.77.0.50/32), mode: Bridge })  [5]
        2:18: error[SA236]: (V) IPVLAN interface already specified - ignoring 'ipv.8'
    use_ipvlan fe80::5  =>  Ipvlan(Ipvlan { address: Some(fe80::5/128), mode: Bridge })  [5]
        1:15: error[SA303]: (V) No VIP specified; at least one is required
        6:1: error[SA208]: a virtual address of another family than the instance
    use_ipvlan 10.77.0.300  =>  Ipvlan(Ipvlan { name: Some(10.77.0.300), address: None, mode: Bridge })  [5]
        2:1: error[SA236]: (V) IPv4 ipvlan requires a source ip address to be configured. setting instance to fault state
    use_ipvlan 10.77.0.50/33  =>  Ipvlan(Ipvlan { name: Some(10.77.0.50/33), address: None, mode: Bridge })  [5]
        2:1: error[SA236]: (V) IPv4 ipvlan requires a source ip address to be configured. setting instance to fault state
    use_ipvlan 10.77.0.50 group 5  =>  Ipvlan(Ipvlan { address: Some(10.77.0.50/32), mode: Bridge, group: Some(Number(5)) })  [0]
    use_ipvlan 10.77.0.50 group foo  =>  Ipvlan(Ipvlan { address: Some(10.77.0.50/32), mode: Bridge, group: Some(Name("foo")) })  [0]
    use_ipvlan 10.77.0.50; use_ipvlan 10.77.0.51  =>  Ipvlan(Ipvlan { address: Some(10.77.0.50/32), mode: Bridge })  [5]
        3:1: error[SA120]: `use_ipvlan` is given twice
    use_ipvlan ipv.7012345678901234 10.77.0.50  =>  Ipvlan(Ipvlan { address: Some(10.77.0.50/32), mode: Bridge })  [5]
        2:12: error[SA236]: (V) IPVLAN interface name 'ipv.7012345678901234' too long - ignoring
    use_vmac; use_ipvlan 10.77.0.50  =>  Ipvlan(Ipvlan { address: Some(10.77.0.50/32), mode: Bridge })  [0]
    use_ipvlan 10.77.0.50; use_vmac  =>  Ipvlan(Ipvlan { address: Some(10.77.0.50/32), mode: Bridge })  [0]
    native_ipv6; virtual_ipaddress {; fe80::9; }; use_ipvlan  =>  Ipvlan(Ipvlan { address: None, mode: Bridge })  [0]
    "#);
}

#[test]
fn the_older_release_takes_every_word_for_a_name() {
    let rows = ["use_vmac name vrrp.7", "use_vmac group 5", "use_ipvlan name ipv.7 10.0.0.50/24"];
    insta::assert_snapshot!(table_for(Compat::V2_2_7, &rows), @"
    use_vmac name vrrp.7  =>  Vmac(Vmac { name: Some(name), mac: 00:00:5e:00:01:33, transmit_from_base: false })  [5]
        2:15: error[SA236]: VMAC interface name already specified
    use_vmac group 5  =>  Vmac(Vmac { name: Some(group), mac: 00:00:5e:00:01:33, transmit_from_base: false })  [5]
        2:16: error[SA236]: VMAC interface name already specified
    use_ipvlan name ipv.7 10.0.0.50/24  =>  Ipvlan(Ipvlan { name: Some(name), address: Some(10.0.0.50/24), mode: Bridge })  [5]
        2:17: error[SA236]: (V) IPVLAN interface already specified - ignoring 'ipv.7'
    ");
}

#[test]
fn the_mac_address_of_the_standard_follows_from_family_and_vrid() {
    for (statements, expected) in [
        ("use_vmac", "00:00:5e:00:01:33"),
        ("use_vmac; virtual_ipaddress {; fe80::9; }", "00:00:5e:00:02:33"),
        ("use_vmac 02:11:22:33:44", "02:11:22:33:44:33"),
        ("use_vmac 02:11:22:33:44:55", "02:11:22:33:44:55"),
    ] {
        let (_, lowered) = both(file_with(statements).as_bytes(), Mode::Run);
        let link = lowered.config.instances[0].link.clone().unwrap();
        let OwnLink::Vmac(vmac) = link.value else { panic!("{link:?}") };
        assert_eq!(vmac.mac.to_string(), expected, "{statements}");
    }
}

#[test]
fn a_name_belongs_to_the_first_instance_that_asks_for_it() {
    let one = file_with("use_vmac vrrp.1");
    let two = one.replace("vrrp_instance V", "vrrp_instance W").replace("_id 51", "_id 52");
    let outcome = understood_in(&format!("{one}{two}"), Mode::Run);
    let names: Vec<_> = outcome
        .config
        .instances
        .iter()
        .map(|instance| bare(&instance.link.as_ref().unwrap().value).contains("vrrp.1"))
        .collect();
    assert_eq!(names, [true, false], "{:?}", outcome.findings);
    let said = "(W) VRRP instance V is already using vrrp.1 - ignoring name";
    assert!(outcome.findings.iter().any(|finding| finding.ends_with(said)));
}
