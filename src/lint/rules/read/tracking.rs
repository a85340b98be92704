//! Pages of the codes about what instances track and set: trackers, routes, rules, links.

use crate::lint::Rule;
use crate::lint::rules::read::pages;

pages! {
    ROUTE_LINE Error {
        what "A route line, or a word of it, cannot be used.",
        why "keepalived drops the route, or the part of it that it does not understand: \
             traffic takes another way when this node leads.",
        instead "Write it as `ip route` does; the finding names the word.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_routes {
        198.51.100.0/24 bogus 1 via 192.0.2.1 dev eth0
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_routes {
        198.51.100.0/24 via 192.0.2.1 dev eth0
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    RULE_LINE Error {
        what "A rule line, or a word of it, cannot be used.",
        why "keepalived drops the rule, or the part of it that it does not understand.",
        instead "Write it as `ip rule` does; the finding names the word.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_rules {
        from 192.0.2.0/24 bogus 1 table 100 preference 100
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_rules {
        from 192.0.2.0/24 table 100 preference 100
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    UNKNOWN_TRACKED Error {
        what "A line of `track_script`, `track_file`, `track_process` or `track_bfd` \
              names nothing that is defined above it.",
        why "keepalived ignores the line: the instance does not react to the failure that \
             the line was written for. A block that stands further down does not count, \
             either.",
        instead "Write the name of a block, and put the block above the instance.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    track_script {
        chk
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_script chk {
    script /usr/local/bin/check.sh
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    track_script {
        chk
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    TRACK_ENTRY Error {
        what "Words of a `track_*` line that cannot be used.",
        why "keepalived ignores them, or the line, and the weight is another one than is \
             written.",
        instead "Write `NAME`, or `NAME weight N`.",
        bad r"vrrp_script chk {
    script /usr/local/bin/check.sh
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    track_script {
        chk wieght -20
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_script chk {
    script /usr/local/bin/check.sh
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    track_script {
        chk weight -20
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    DUPLICATE_TRACK Error {
        what "One instance tracks the same object twice.",
        why "The first line counts, with its weight; the second one is ignored.",
        instead "Keep one of the lines.",
        bad r"vrrp_script chk {
    script /usr/local/bin/check.sh
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    track_script {
        chk weight -20
        chk weight -30
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_script chk {
    script /usr/local/bin/check.sh
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    track_script {
        chk weight -20
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    TRACK_IGNORED Error {
        what "A tracked object, or its weight, that cannot have an effect.",
        why "The owner of the addresses (priority 255) cannot be lowered, nor a member of \
             a sync group without `sync_group_tracking_weight`; keepalived leaves the \
             tracker out, and the failure that it was written for changes nothing. Only the \
             weight of a member's `track_interface` counts, although keepalived says that it \
             is ignored.",
        instead "Write weight 0, so that a failure means FAULT; or a priority below 255.",
        bad r"vrrp_script chk {
    script /usr/local/bin/check.sh
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 255
    track_script {
        chk weight -20
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_script chk {
    script /usr/local/bin/check.sh
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 150
    track_script {
        chk weight -60
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    OWN_LINK Error {
        what "Words of `use_vmac` or `use_ipvlan` that cannot be used.",
        why "keepalived ignores them, and the interface gets another name or address than \
             is written.",
        instead "Write a name of at most 15 bytes, and leave the hardware address out.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    use_vmac vrrp.51 vrrp.52
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    use_vmac vrrp.51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    TRACK_GROUP Error {
        what "`track_group` names no group that is defined above it, or cannot have an \
              effect.",
        why "keepalived ignores it: the instances do not react when the interface of the \
             static entry goes down.",
        instead "Define the group above, and name an interface in the entry.",
        bad r"static_routes {
    198.51.100.0/24 via 192.0.2.1 dev eth0 track_group nope
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"static_routes {
    198.51.100.0/24 via 192.0.2.1 dev eth0
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    NOT_TRACKED Error {
        what "A route or rule that keepalived will not put back when others remove it.",
        why "A restart of the network manager takes it away, and nobody notices.",
        instead "Leave the protocol out, name the interface with `dev`, or say `no_track` \
                 if that is meant.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_routes {
        198.51.100.0/24 via 192.0.2.1 dev eth0 protocol static
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_routes {
        198.51.100.0/24 via 192.0.2.1 dev eth0
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    RULE_WITHOUT_PREFERENCE Warning {
        what "A rule has no `preference`.",
        why "keepalived numbers such rules in the order of the file: a rule that is added \
             above changes the place of those below.",
        instead "Write `preference N`; lower numbers come first.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_rules {
        from 192.0.2.0/24 table 100
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_rules {
        from 192.0.2.0/24 table 100 preference 100
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    TRAILER_KEY Error {
        what "A key of `auth_hmac` cannot be used.",
        why "keepalived ignores it. Without a valid key the instance cannot sign its \
             adverts, and no other router hears it.",
        instead "Write `key ID VALUE` with an id from 1 to 255 and 32 to 64 bytes: `key 1 \
                 hex:…` or `key 1 file:/etc/keepalived/key`.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    version 3
    auth_hmac {
        key 1 short
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    version 3
    auth_hmac {
        key 1 0123456789abcdef0123456789abcdef
        active_key 1
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    SWALLOWED_WORD Warning {
        what "A word swallows the one after it.",
        why "keepalived takes `inet` and `inet6` in a route as the beginning of an \
             address and drops the next word.",
        instead "Leave the family out: the addresses say it.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_routes {
        198.51.100.0/24 via 192.0.2.1 inet dev eth0
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_routes {
        198.51.100.0/24 via 192.0.2.1 dev eth0
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    VRF Error {
        what "`vrf` where it cannot be: without a virtual MAC, or twice.",
        why "keepalived ignores it: the instance is in the VRF of its interface.",
        instead "Remove the line, or write `use_vmac`.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    vrf blue
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
}
