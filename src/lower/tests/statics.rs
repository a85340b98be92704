//! Static addresses, routes and rules: `track_group`, and the order of preferences.

use super::{bare, file_with, lines_table, understood};
use crate::ir::Config;
use crate::units::Compat;

/// A group to refer to, and its member.
const GROUP: &str = "track_group G {\ngroup {\nV\n}\n}\nvrrp_instance V {\ninterface eth0\n\
                     virtual_router_id 1\nvirtual_ipaddress {\n10.77.0.99\n}\n}\n";

fn shown(config: &Config) -> Option<String> {
    let group = |group: &Option<crate::units::Spanned<String>>| bare(group);
    let address = config.static_addresses.first();
    let address = address.map(|of| format!("{} {}", of.address.net, group(&of.track_group)));
    let route = config.static_routes.first().map(|route| group(&route.track_group));
    let rule = config.static_rules.first().map(|rule| group(&rule.track_group));
    address.or(route).or(rule)
}

#[test]
fn addresses_name_a_group() {
    let rows = [
        "10.77.5.1",
        "10.77.5.1 dev eth1",
        "10.77.5.1/24 dev eth1 track_group G",
        "10.77.5.1/24 dev eth1 track_group H",
        "10.77.5.1/24 dev eth1 track_group G track_group G",
        "10.77.5.1/24 dev eth1 no_track track_group G",
        "10.77.5.1/24 track_group G",
        "10.77.5.1/24 dev eth1 use_vmac",
        "10.77.5.1/24 dev eth1 track_group",
        "fe80::5 dev eth1",
        "x",
    ];
    let table = lines_table((GROUP, "static_ipaddress"), Compat::V2_4_3, &rows, shown);
    insta::assert_snapshot!(table, @r#"
    10.77.5.1  =>  10.77.5.1/32 None  [0]
    10.77.5.1 dev eth1  =>  10.77.5.1/32 None  [0]
    10.77.5.1/24 dev eth1 track_group G  =>  10.77.5.1/24 Some("G")  [0]
    10.77.5.1/24 dev eth1 track_group H  =>  10.77.5.1/24 None  [5]
        14:35: error[SA237]: track_group H not found
    10.77.5.1/24 dev eth1 track_group G track_group G  =>  10.77.5.1/24 Some("G")  [5]
        14:49: error[SA237]: track_group G is a duplicate
    10.77.5.1/24 dev eth1 no_track track_group G  =>  10.77.5.1/24 Some("G")  [0]
        14:44: warning[SA237]: `track_group` together with `no_track`
    10.77.5.1/24 track_group G  =>  10.77.5.1/24 Some("G")  [0]
    10.77.5.1/24 dev eth1 use_vmac  =>  10.77.5.1/24 None  [5]
        14:23: error[SA209]: Unknown option 'use_vmac' of an address
    10.77.5.1/24 dev eth1 track_group  =>  -  [5]
        14:23: error[SA209]: `track_group` lacks its value
    fe80::5 dev eth1  =>  fe80::5/128 None  [0]
    x  =>  -  [5]
        14:1: error[SA203]: 'x' is no address
    "#);
}

#[test]
fn routes_name_a_group_and_an_interface() {
    let rows = [
        "10.5.0.0/16 dev eth1",
        "10.5.0.0/16 dev eth1 track_group G",
        "10.5.0.0/16 via 10.77.0.2 track_group G",
        "10.5.0.0/16 dev eth1 track_group H",
        "10.5.0.0/16 dev eth1 track_group G track_group G",
        "10.5.0.0/16 dev eth1 no_track track_group G",
        "10.5.0.0/16 via 10.77.0.2",
        "10.5.0.0/16 dev eth1 track_group",
    ];
    let table = lines_table((GROUP, "static_routes"), Compat::V2_4_3, &rows, shown);
    insta::assert_snapshot!(table, @r#"
    10.5.0.0/16 dev eth1  =>  None  [0]
    10.5.0.0/16 dev eth1 track_group G  =>  Some("G")  [0]
    10.5.0.0/16 via 10.77.0.2 track_group G  =>  None  [5]
        14:39: error[SA237]: Static route cannot have track group if no oif specified
    10.5.0.0/16 dev eth1 track_group H  =>  None  [5]
        14:34: error[SA237]: track_group H not found
    10.5.0.0/16 dev eth1 track_group G track_group G  =>  -  [5]
        14:48: error[SA230]: track_group G is a duplicate
    10.5.0.0/16 dev eth1 no_track track_group G  =>  Some("G")  [0]
        14:43: warning[SA237]: `track_group` together with `no_track`
    10.5.0.0/16 via 10.77.0.2  =>  None  [0]
    10.5.0.0/16 dev eth1 track_group  =>  -  [2]
        14:22: error[SA115]: `track_group` lacks its value
    "#);
}

#[test]
fn rules_name_a_group_and_an_interface() {
    let rows = [
        "from all table 100 preference 5",
        "from all table 100 preference 5 track_group G",
        "from all table 100 preference 5 iif eth1 track_group G",
        "from all table 100 preference 5 oif eth1 track_group G",
        "from all table 100 preference 5 iif eth1 track_group H",
        "from all table 100 preference 5 iif eth1 track_group G track_group G",
        "from all table 100 preference 5 iif eth1 no_track track_group G",
        "from all table 100 iif eth1",
        "from all table 100",
    ];
    let table = lines_table((GROUP, "static_rules"), Compat::V2_4_3, &rows, shown);
    insta::assert_snapshot!(table, @r#"
    from all table 100 preference 5  =>  None  [0]
    from all table 100 preference 5 track_group G  =>  None  [5]
        14:45: error[SA237]: Static rule cannot have track_group if dev/iif not specified
    from all table 100 preference 5 iif eth1 track_group G  =>  Some("G")  [0]
    from all table 100 preference 5 oif eth1 track_group G  =>  None  [5]
        14:54: error[SA237]: Static rule cannot have track_group if dev/iif not specified
    from all table 100 preference 5 iif eth1 track_group H  =>  None  [5]
        14:54: error[SA237]: track_group H not found
    from all table 100 preference 5 iif eth1 track_group G track_group G  =>  Some("G")  [5]
        14:68: error[SA237]: track_group G is a duplicate
    from all table 100 preference 5 iif eth1 no_track track_group G  =>  Some("G")  [0]
        14:63: warning[SA237]: `track_group` together with `no_track`
    from all table 100 iif eth1  =>  None  [5]
        14:1: warning[SA239]: Rule has no preference specified - setting to 16384. This is probably not what you want.
    from all table 100  =>  None  [5]
        14:1: warning[SA239]: Rule has no preference specified - setting to 16384. This is probably not what you want.
    "#);
}

#[test]
fn rules_without_a_preference_count_down_in_reading_order() {
    let rules = "virtual_rules {; from all table 1; from fe80::/64 table 2; from 10.0.0.0/8 nop; }";
    let text = format!(
        "static_rules {{\nto all table 3\n}}\n{}static_rules {{\nto all table 4\n}}\n",
        file_with(rules)
    );
    let config = understood(&text).config;
    let of_statics = config.static_rules.iter().map(|rule| *rule.preference);
    let of_the_instance = config.instances[0].rules.iter().map(|rule| *rule.preference);
    assert_eq!(of_statics.collect::<Vec<_>>(), [16_384, 16_381]);
    assert_eq!(of_the_instance.collect::<Vec<_>>(), [16_383, 16_384, 16_382]);
}
