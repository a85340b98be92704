//! Rule lines: every selector and action, what it becomes, and what goes wrong with it.

use super::{bare, lines_table};
use crate::ir::Config;
use crate::units::Compat;

/// The first rule, with what differs from the simplest one.
fn shown(config: &Config) -> Option<String> {
    let rule = config.static_rules.first()?;
    let text = bare(&rule.value);
    let usual = ["None", "false", "V4", "None }", "None })", "false }"];
    let parts: Vec<_> = text
        .trim_start_matches("Rule { ")
        .split(", ")
        .filter(|part| part.split_once(": ").is_none_or(|(_, value)| !usual.contains(&value)))
        .collect();
    Some(parts.join(", "))
}

fn table(lines: &[&str]) -> String {
    lines_table(("", "static_rules"), Compat::V2_4_3, lines, shown)
}

#[test]
fn a_rule_has_one_action() {
    let rows = [
        "to 10.0.0.0/8 lookup main preference 1",
        "to 10.0.0.0/8 lookup 0 preference 1",
        "to 10.0.0.0/8 lookup foo preference 1",
        "from all table 100 lookup 101 preference 1",
        "from all table 100 blackhole preference 1",
        "from all blackhole preference 1 realms 5",
        "from all blackhole preference 1 sup_pl 5",
        "from all blackhole preference 1 sup_group 5",
        "from all l3mdev preference 1",
        "from all l3mdev table 100 preference 1",
        "from all table 100 l3mdev preference 1",
        "from all blackhole l3mdev preference 1",
        "from all l3mdev blackhole preference 1",
        "type blackhole from all preference 1",
        "type from all preference 1",
        "type 6 from all preference 1",
        "from all type unicast preference 1",
        "from all type 6 preference 1",
        "from all type foo preference 1",
        "from all goto 5 preference 1",
        "from all preference 1 goto 5",
        "from all goto 5",
        "from all preference 5 goto 5",
        "from all preference 5 goto x",
        "from all preference 5 goto 0x10",
        "from all nop preference 1",
        "from all nop blackhole preference 1",
        "from all unreachable preference 1",
        "from all prohibit preference 1",
        "from all unicast preference 1",
        "from all throw preference 1",
        "nat 10.0.0.1 preference 1",
    ];
    insta::assert_snapshot!(table(&rows), @r#"
    to 10.0.0.0/8 lookup main preference 1  =>  to: Some(10.0.0.0/8), preference: 1, action: Lookup(TableLookup { table: Number(254)  [0]
    to 10.0.0.0/8 lookup 0 preference 1  =>  -  [5]
        2:22: error[SA231]: Table 0 is not valid
    to 10.0.0.0/8 lookup foo preference 1  =>  to: Some(10.0.0.0/8), preference: 1, action: Lookup(TableLookup { table: Name("foo")  [0]
    from all table 100 lookup 101 preference 1  =>  -  [5]
        2:20: error[SA231]: Cannot specify more than one of table/nop/goto/blackhole/prohibit/unreachable for rule
    from all table 100 blackhole preference 1  =>  -  [5]
        2:20: error[SA231]: Cannot specify more than one of table/nop/goto/blackhole/prohibit/unreachable/l3mdev for rule
    from all blackhole preference 1 realms 5  =>  -  [5]
        2:33: error[SA231]: suppressor/realm specified for non table action - skipping
    from all blackhole preference 1 sup_pl 5  =>  -  [5]
        2:33: error[SA231]: suppressor/realm specified for non table action - skipping
    from all blackhole preference 1 sup_group 5  =>  -  [5]
        2:33: error[SA231]: suppressor/realm specified for non table action - skipping
    from all l3mdev preference 1  =>  preference: 1, action: MasterDevice  [0]
    from all l3mdev table 100 preference 1  =>  -  [5]
        2:17: error[SA231]: Cannot specify more than one of table/nop/goto/blackhole/prohibit/unreachable for rule
    from all table 100 l3mdev preference 1  =>  -  [5]
        2:20: error[SA231]: Cannot specify l3mdev with other action
    from all blackhole l3mdev preference 1  =>  -  [5]
        2:20: error[SA231]: Cannot specify l3mdev with other action
    from all l3mdev blackhole preference 1  =>  -  [5]
        2:17: error[SA231]: Cannot specify more than one of table/nop/goto/blackhole/prohibit/unreachable/l3mdev for rule
    type blackhole from all preference 1  =>  preference: 1, action: Blackhole  [0]
    type from all preference 1  =>  -  [5]
        2:6: error[SA231]: Unknown rule option from
    type 6 from all preference 1  =>  preference: 1, action: Blackhole  [0]
    from all type unicast preference 1  =>  -  [5]
        2:15: error[SA231]: Invalid rule action unicast
    from all type 6 preference 1  =>  preference: 1, action: Blackhole  [0]
    from all type foo preference 1  =>  -  [5]
        2:15: error[SA231]: Unknown rule option foo
    from all goto 5 preference 1  =>  preference: 1, action: Goto(5)  [0]
    from all preference 1 goto 5  =>  preference: 1, action: Goto(5)  [0]
    from all goto 5  =>  -  [5]
        2:10: error[SA231]: Invalid rule - goto target 5 specified without preference
    from all preference 5 goto 5  =>  -  [5]
        2:23: error[SA231]: Invalid rule - preference 5 >= goto target 5
    from all preference 5 goto x  =>  -  [5]
        2:28: error[SA231]: Invalid target goto specified
    from all preference 5 goto 0x10  =>  -  [5]
        2:28: error[SA231]: Invalid target goto specified
    from all nop preference 1  =>  preference: 1, action: Nothing  [0]
    from all nop blackhole preference 1  =>  -  [5]
        2:14: error[SA231]: Cannot specify more than one of table/nop/goto/blackhole/prohibit/unreachable/l3mdev for rule
    from all unreachable preference 1  =>  preference: 1, action: Unreachable  [0]
    from all prohibit preference 1  =>  preference: 1, action: Prohibit  [0]
    from all unicast preference 1  =>  -  [5]
        2:10: error[SA231]: Invalid rule action unicast
    from all throw preference 1  =>  -  [5]
        2:10: error[SA231]: Invalid rule action throw
    nat 10.0.0.1 preference 1  =>  -  [5]
        2:1: error[SA231]: Invalid rule action nat
    "#);
}

#[test]
fn selectors_have_values() {
    let rows = [
        "from all table 100 preference 1 tos 0x10",
        "from all table 100 preference 1 tos AF11",
        "from all table 100 preference 1 tos 300",
        "from all table 100 preference 1 dsfield 4",
        "from all table 100 preference 1 fwmark 1",
        "from all table 100 preference 1 fwmark 0x1/0xff",
        "from all table 100 preference 1 fwmark 1/x",
        "from all table 100 preference 1 fwmark x",
        "from all table 100 preference 1 fwmark 4294967296",
        "from all table 100 preference 1 dev eth0",
        "from all table 100 preference 1 iif eth0 oif eth1",
        "from all table 100 preference 1 iif lo",
        "from all table 100 preference 1 dev eth0 iif eth1",
        "from all table 100 preference 1 tunnel-id 5",
        "from all table 100 preference 1 tunnel-id 0x5",
        "from all table 100 preference 1 tunnel-id x",
        "from all table 100 preference 1 tunnel-id 18446744073709551615",
        "from all table 100 preference 1 uidrange 0-100",
        "from all table 100 preference 1 uidrange 5",
        "from all table 100 preference 1 uidrange 5-x",
        "from all table 100 preference 1 uidrange 100-5",
        "from all table 100 preference 1 protocol 18",
        "from all table 100 preference 1 protocol 4",
        "from all table 100 preference 1 protocol static",
        "from all table 100 preference 1 protocol 300",
        "from all table 100 preference 1 protocol 4 no_track",
        "from all table 100 preference 1 ipproto tcp",
        "from all table 100 preference 1 ipproto 6",
        "from all table 100 preference 1 ipproto foo",
        "from all table 100 preference 1 ipproto 300",
        "from all table 100 preference 1 ipproto TCP",
        "from all table 100 preference 1 sport 10",
        "from all table 100 preference 1 sport 10-20",
        "from all table 100 preference 1 sport 20-10",
        "from all table 100 preference 1 sport 10-x",
        "from all table 100 preference 1 sport 10-70000",
        "from all table 100 preference 1 sport 0-5",
        "from all table 100 preference 1 dport 80-80",
        "from all table 100 preference 1 dport http",
        "dev eth0 table 100",
    ];
    insta::assert_snapshot!(table(&rows), @r#"
    from all table 100 preference 1 tos 0x10  =>  preference: 1, tos: Some(Number(16)), action: Lookup(TableLookup { table: Number(100)  [0]
    from all table 100 preference 1 tos AF11  =>  preference: 1, tos: Some(Number(40)), action: Lookup(TableLookup { table: Number(100)  [0]
    from all table 100 preference 1 tos 300  =>  -  [5]
        2:37: error[SA231]: TOS value 300 is invalid
    from all table 100 preference 1 dsfield 4  =>  preference: 1, tos: Some(Number(4)), action: Lookup(TableLookup { table: Number(100)  [0]
    from all table 100 preference 1 fwmark 1  =>  preference: 1, mark: Some((1, None)), action: Lookup(TableLookup { table: Number(100)  [0]
    from all table 100 preference 1 fwmark 0x1/0xff  =>  preference: 1, mark: Some((1, Some(255))), action: Lookup(TableLookup { table: Number(100)  [0]
    from all table 100 preference 1 fwmark 1/x  =>  -  [5]
        2:40: error[SA231]: Invalid rule fwmark 1/x specified
    from all table 100 preference 1 fwmark x  =>  -  [5]
        2:40: error[SA231]: Invalid rule fwmark x specified
    from all table 100 preference 1 fwmark 4294967296  =>  -  [5]
        2:40: error[SA231]: Invalid rule fwmark 4294967296 specified
    from all table 100 preference 1 dev eth0  =>  preference: 1, input: Some(eth0), action: Lookup(TableLookup { table: Number(100)  [0]
    from all table 100 preference 1 iif eth0 oif eth1  =>  preference: 1, input: Some(eth0), output: Some(eth1), action: Lookup(TableLookup { table: Number(100)  [0]
    from all table 100 preference 1 iif lo  =>  preference: 1, input: Some(lo), action: Lookup(TableLookup { table: Number(100)  [0]
    from all table 100 preference 1 dev eth0 iif eth1  =>  preference: 1, input: Some(eth1), action: Lookup(TableLookup { table: Number(100)  [0]
    from all table 100 preference 1 tunnel-id 5  =>  preference: 1, tunnel: Some(5), action: Lookup(TableLookup { table: Number(100)  [0]
    from all table 100 preference 1 tunnel-id 0x5  =>  -  [5]
        2:43: error[SA231]: Invalid tunnel-id tunnel-id specified
    from all table 100 preference 1 tunnel-id x  =>  -  [5]
        2:43: error[SA231]: Invalid tunnel-id tunnel-id specified
    from all table 100 preference 1 tunnel-id 18446744073709551615  =>  preference: 1, tunnel: Some(18446744073709551615), action: Lookup(TableLookup { table: Number(100)  [0]
    from all table 100 preference 1 uidrange 0-100  =>  preference: 1, users: Some((0, 100)), action: Lookup(TableLookup { table: Number(100)  [0]
    from all table 100 preference 1 uidrange 5  =>  -  [5]
        2:42: error[SA231]: Invalid uidrange uidrange specified
    from all table 100 preference 1 uidrange 5-x  =>  -  [5]
        2:42: error[SA231]: Invalid uidrange uidrange specified
    from all table 100 preference 1 uidrange 100-5  =>  preference: 1, users: Some((100, 5)), action: Lookup(TableLookup { table: Number(100)  [0]
    from all table 100 preference 1 protocol 18  =>  preference: 1, protocol: Some(18), action: Lookup(TableLookup { table: Number(100)  [0]
    from all table 100 preference 1 protocol 4  =>  preference: 1, protocol: Some(18), action: Lookup(TableLookup { table: Number(100)  [5]
        2:42: error[SA238]: Rule cannot be tracked if protocol is not RTPROT_KEEPALIVED(18), resetting protocol
    from all table 100 preference 1 protocol static  =>  preference: 1, action: Lookup(TableLookup { table: Number(100)  [5]
        2:42: error[SA231]: Invalid protocol static
    from all table 100 preference 1 protocol 300  =>  preference: 1, action: Lookup(TableLookup { table: Number(100)  [5]
        2:42: error[SA231]: Invalid protocol 300
    from all table 100 preference 1 protocol 4 no_track  =>  preference: 1, protocol: Some(4), action: Lookup(TableLookup { table: Number(100), no_track: true  [0]
    from all table 100 preference 1 ipproto tcp  =>  preference: 1, ip_protocol: Some(Number(6)), action: Lookup(TableLookup { table: Number(100)  [0]
    from all table 100 preference 1 ipproto 6  =>  preference: 1, ip_protocol: Some(Number(6)), action: Lookup(TableLookup { table: Number(100)  [0]
    from all table 100 preference 1 ipproto foo  =>  preference: 1, ip_protocol: Some(Name("foo")), action: Lookup(TableLookup { table: Number(100)  [0]
    from all table 100 preference 1 ipproto 300  =>  preference: 1, action: Lookup(TableLookup { table: Number(100)  [5]
        2:41: error[SA231]: Invalid ipproto 300
    from all table 100 preference 1 ipproto TCP  =>  preference: 1, ip_protocol: Some(Number(6)), action: Lookup(TableLookup { table: Number(100)  [0]
    from all table 100 preference 1 sport 10  =>  preference: 1, action: Lookup(TableLookup { table: Number(100)  [5]
        2:39: error[SA231]: invalid sport range 10
    from all table 100 preference 1 sport 10-20  =>  preference: 1, source_ports: Some((10, 20)), action: Lookup(TableLookup { table: Number(100)  [0]
    from all table 100 preference 1 sport 20-10  =>  preference: 1, source_ports: Some((20, 10)), action: Lookup(TableLookup { table: Number(100)  [0]
    from all table 100 preference 1 sport 10-x  =>  preference: 1, action: Lookup(TableLookup { table: Number(100)  [5]
        2:39: error[SA231]: invalid sport range 10-x
    from all table 100 preference 1 sport 10-70000  =>  preference: 1, source_ports: Some((10, 4464)), action: Lookup(TableLookup { table: Number(100)  [0]
    from all table 100 preference 1 sport 0-5  =>  preference: 1, source_ports: Some((0, 5)), action: Lookup(TableLookup { table: Number(100)  [0]
    from all table 100 preference 1 dport 80-80  =>  preference: 1, destination_ports: Some((80, 80)), action: Lookup(TableLookup { table: Number(100)  [0]
    from all table 100 preference 1 dport http  =>  preference: 1, action: Lookup(TableLookup { table: Number(100)  [5]
        2:39: error[SA231]: invalid dport range http
    dev eth0 table 100  =>  preference: 16384, input: Some(eth0), action: Lookup(TableLookup { table: Number(100)  [5]
        2:1: warning[SA239]: Rule has no preference specified - setting to 16384. This is probably not what you want.
    "#);
}

#[test]
fn what_restricts_a_look_up_needs_a_table() {
    let rows = [
        "from all table 100 preference 1 realms 5",
        "from all table 100 preference 1 realms 5/6",
        "from all table 100 preference 1 realms foo",
        "from all table 100 preference 1 realms 300",
        "from fe80::/64 table 100 preference 1 realms 5",
        "from all table 100 preference 1 suppress_prefixlength 5",
        "from all table 100 preference 1 suppress_prefixlength x",
        "from all table 100 preference 1 suppress_prefixlength -1",
        "from all table 100 preference 1 sup_pl 33",
        "from all table 100 preference 1 suppress_ifgroup 5",
        "from all table 100 preference 1 sup_group default",
        "from all table 100 preference 1 sup_group foo",
        "from all table 100 preference 1 sup_group -1",
    ];
    insta::assert_snapshot!(table(&rows), @r#"
    from all table 100 preference 1 realms 5  =>  preference: 1, action: Lookup(TableLookup { table: Number(100), realms: Some(Realms { from: None, to: Number(5) })  [0]
    from all table 100 preference 1 realms 5/6  =>  preference: 1, action: Lookup(TableLookup { table: Number(100), realms: Some(Realms { from: Some(Number(5)), to: Number(6) })  [0]
    from all table 100 preference 1 realms foo  =>  preference: 1, action: Lookup(TableLookup { table: Number(100), realms: Some(Realms { from: None, to: Name("foo") })  [0]
    from all table 100 preference 1 realms 300  =>  -  [5]
        2:40: error[SA231]: invalid realms 300 for rule
    from fe80::/64 table 100 preference 1 realms 5  =>  -  [5]
        2:39: error[SA231]: realms is only valid for IPv4
    from all table 100 preference 1 suppress_prefixlength 5  =>  preference: 1, action: Lookup(TableLookup { table: Number(100), suppress_prefix: Some(5)  [0]
    from all table 100 preference 1 suppress_prefixlength x  =>  -  [5]
        2:55: error[SA231]: Invalid suppress_prefixlength suppress_prefixlength specified
    from all table 100 preference 1 suppress_prefixlength -1  =>  -  [5]
        2:55: error[SA231]: Invalid suppress_prefixlength suppress_prefixlength specified
    from all table 100 preference 1 sup_pl 33  =>  preference: 1, action: Lookup(TableLookup { table: Number(100), suppress_prefix: Some(33)  [0]
    from all table 100 preference 1 suppress_ifgroup 5  =>  preference: 1, action: Lookup(TableLookup { table: Number(100), suppress_group: Some(Number(5)) })  [0]
    from all table 100 preference 1 sup_group default  =>  preference: 1, action: Lookup(TableLookup { table: Number(100), suppress_group: Some(Number(0)) })  [0]
    from all table 100 preference 1 sup_group foo  =>  preference: 1, action: Lookup(TableLookup { table: Number(100), suppress_group: Some(Name("foo")) })  [0]
    from all table 100 preference 1 sup_group -1  =>  -  [5]
        2:43: error[SA231]: suppress_group -1 is invalid
    "#);
}

#[test]
fn families_preferences_and_unknown_words() {
    let rows = [
        "from 10.0.0.0/8 table 100",
        "from 10.0.0.0/8 table 100 preference 100",
        "from 10.0.0.0/8",
        "from x table 100 preference 1",
        "from all table 100 preference 1",
        "from any table 100 preference 1",
        "from default table 100 preference 1",
        "from 10.0.0.0/33 table 100 preference 1",
        "from 10.0.0.0/8 to fe80::1 table 100 preference 1",
        "inet from 10.0.0.0/8 table 100 preference 1",
        "inet6 from 10.0.0.0/8 table 100 preference 1",
        "from 10.0.0.0/8 table 100 preference 1 inet6",
        "from 10.0.0.0/8 table 100 preference 1 inet",
        "from fe80::/64 table 100 preference 1 inet",
        "not from all table 100 preference 1",
        "from all table 100 preference 0x10",
        "from all table 100 preference x",
        "from all table 100 preference 4294967296",
        "from all table 100 preference -1",
        "from all table 100 order 5 priority 6",
        "from all table 100 preference 1 no_track",
        "table 100",
        "table 100 preference 1",
        "preference 1",
        "from",
        "from all table",
        "foo",
        "from all table 100 preference 1 foo",
        "10.0.0.0/8 table 100",
        "from all table 100 preference 1 map-to 10.0.0.1",
        "from fe80::/64 table 100",
    ];
    insta::assert_snapshot!(table(&rows), @"
    from 10.0.0.0/8 table 100  =>  from: Some(10.0.0.0/8), preference: 16384, action: Lookup(TableLookup { table: Number(100)  [5]
        2:1: warning[SA239]: Rule has no preference specified - setting to 16384. This is probably not what you want.
    from 10.0.0.0/8 table 100 preference 100  =>  from: Some(10.0.0.0/8), preference: 100, action: Lookup(TableLookup { table: Number(100)  [0]
    from 10.0.0.0/8  =>  -  [5]
        2:1: error[SA231]: No action specified for rule - ignoring
    from x table 100 preference 1  =>  -  [5]
        2:6: error[SA231]: Invalid rule from address x
    from all table 100 preference 1  =>  preference: 1, action: Lookup(TableLookup { table: Number(100)  [0]
    from any table 100 preference 1  =>  preference: 1, action: Lookup(TableLookup { table: Number(100)  [0]
    from default table 100 preference 1  =>  preference: 1, action: Lookup(TableLookup { table: Number(100)  [0]
    from 10.0.0.0/33 table 100 preference 1  =>  from: Some(10.0.0.0/32), preference: 1, action: Lookup(TableLookup { table: Number(100)  [5]
        2:6: error[SA202]: Invalid address prefix len 33 for address 10.0.0.0/33 - using 32
    from 10.0.0.0/8 to fe80::1 table 100 preference 1  =>  -  [5]
        2:20: error[SA231]: rule specification has mixed IPv4 and IPv6
    inet from 10.0.0.0/8 table 100 preference 1  =>  -  [5]
        2:6: warning[SA241]: `inet` makes keepalived skip the next word, `from`
        2:11: error[SA231]: Unknown rule option 10.0.0.0/8
    inet6 from 10.0.0.0/8 table 100 preference 1  =>  -  [5]
        2:7: warning[SA241]: `inet6` makes keepalived skip the next word, `from`
        2:12: error[SA231]: Unknown rule option 10.0.0.0/8
    from 10.0.0.0/8 table 100 preference 1 inet6  =>  -  [5]
        2:40: error[SA231]: inet6 specified for IPv4 rule
    from 10.0.0.0/8 table 100 preference 1 inet  =>  from: Some(10.0.0.0/8), preference: 1, action: Lookup(TableLookup { table: Number(100)  [0]
    from fe80::/64 table 100 preference 1 inet  =>  -  [5]
        2:39: error[SA231]: inet specified for IPv6 rule
    not from all table 100 preference 1  =>  inverted: true, preference: 1, action: Lookup(TableLookup { table: Number(100)  [0]
    from all table 100 preference 0x10  =>  preference: 16, action: Lookup(TableLookup { table: Number(100)  [0]
    from all table 100 preference x  =>  -  [5]
        2:31: error[SA231]: Invalid rule preference preference specified
    from all table 100 preference 4294967296  =>  -  [5]
        2:31: error[SA231]: Invalid rule preference preference specified
    from all table 100 preference -1  =>  -  [5]
        2:31: error[SA231]: Invalid rule preference preference specified
    from all table 100 order 5 priority 6  =>  preference: 6, action: Lookup(TableLookup { table: Number(100)  [0]
    from all table 100 preference 1 no_track  =>  preference: 1, action: Lookup(TableLookup { table: Number(100), no_track: true  [0]
    table 100  =>  preference: 16384, action: Lookup(TableLookup { table: Number(100)  [5]
        2:1: warning[SA239]: Rule has no preference specified - setting to 16384. This is probably not what you want.
    table 100 preference 1  =>  preference: 1, action: Lookup(TableLookup { table: Number(100)  [0]
    preference 1  =>  -  [5]
        2:1: error[SA231]: No action specified for rule - ignoring
    from  =>  -  [2]
        2:1: error[SA115]: `from` lacks its value
    from all table  =>  -  [2]
        2:10: error[SA115]: `table` lacks its value
    foo  =>  -  [5]
        2:1: error[SA231]: Unknown rule option foo
    from all table 100 preference 1 foo  =>  -  [5]
        2:33: error[SA231]: Unknown rule option foo
    10.0.0.0/8 table 100  =>  -  [5]
        2:1: error[SA231]: Unknown rule option 10.0.0.0/8
    from all table 100 preference 1 map-to 10.0.0.1  =>  -  [5]
        2:33: error[SA231]: Unknown rule option map-to
    from fe80::/64 table 100  =>  family: V6, from: Some(fe80::/64), preference: 16384, action: Lookup(TableLookup { table: Number(100)  [5]
        2:1: warning[SA239]: Rule has no preference specified - setting to 16384. This is probably not what you want.
    ");
}
