//! One line of `virtual_rules { }` and `static_rules { }`.

use super::Support::Runs;
use super::{Keyword, MANY, Value, integer, table};

table! { RULE_LINE;
    "blackhole" ("", 0, 0, Value::None, Runs) "Drops packets without a word.", default "none",
        since "1.2.24";
    "dev" ("IFACE", 1, 1, Value::Interface, Runs) "Other name of iif.", default "none",
        since "1.2.24";
    "dport" ("LOW-HIGH", 1, 1, Value::Other, Runs) "Matches these destination ports.",
        default "none", since "2.0.1", build "FRA_DPORT_RANGE headers";
    "dsfield" ("N|NAME", 1, 1, Value::Other, Runs) "Other name of tos.", range "0..255",
        default "0", since "1.2.24";
    "from" ("IP[/LEN]|all|any|default", 1, 1, Value::Other, Runs)
        "Matches packets from this network.", default "all", since "1.2.20";
    "fwmark" ("MARK[/MASK]", 1, 1, Value::Other, Runs) "Matches this firewall mark.",
        range "32 bit, any base", default "none", since "1.2.24";
    "goto" ("PRIORITY", 1, 1, integer(0, 4_294_967_295), Runs)
        "Goes on at the rule of this preference.", range "greater than own priority",
        default "none", since "1.2.24";
    "iif" ("IFACE", 1, 1, Value::Interface, Runs) "Matches what comes in by this interface.",
        default "none", since "1.2.24";
    "inet" ("", 0, 0, Value::None, Runs) "Says that the rule is IPv4.",
        default "family of the addresses", since "2.0.1";
    "inet6" ("", 0, 0, Value::None, Runs) "Says that the rule is IPv6.", since "2.0.1";
    "ipproto" ("N|NAME", 1, 1, Value::Other, Runs) "Matches this IP protocol.", range "0..255",
        default "none", since "2.0.1", build "FRA_IP_PROTO headers";
    "l3mdev" ("", 0, 0, Value::None, Runs) "Looks the route up in the table of the packet's VRF.",
        default "off", since "1.4.3", build "FRA_L3MDEV headers";
    "lookup" ("N|NAME", 1, 1, Value::Other, Runs) "Other name of table.", range "not 0",
        default "none", since "1.2.24";
    "no_track" ("", 0, 0, Value::None, Runs)
        "Loss of the rule or of its interface goes unheeded.", default "tracked", since "2.0.3";
    "nop" ("", 0, 0, Value::None, Runs) "Does nothing.", default "none", since "1.2.24";
    "not" ("", 0, 0, Value::None, Runs) "Matches what the selectors don't.", default "off",
        since "1.2.24";
    "oif" ("IFACE", 1, 1, Value::Interface, Runs)
        "Matches what local sockets bound to this interface send.", default "none", since "1.2.24";
    "order" ("N", 1, 1, integer(0, 4_294_967_295), Runs) "Other name of preference.",
        range "0..2^32-1, 0x.. allowed", default "16384 and counting down, per family",
        since "1.2.24";
    "preference" ("N", 1, 1, integer(0, 4_294_967_295), Runs)
        "Place among the rules: lower ones come first.", range "0..2^32-1, 0x.. allowed",
        default "16384 and counting down, per family", since "1.2.24";
    "priority" ("N", 1, 1, integer(0, 4_294_967_295), Runs) "Other name of preference.",
        range "0..2^32-1, 0x.. allowed", default "16384 and counting down, per family",
        since "1.2.24";
    "prohibit" ("", 0, 0, Value::None, Runs) "Refuses packets as forbidden.", default "none",
        since "1.2.24";
    "protocol" ("N", 1, 1, integer(0, 255), Runs) "Who is said to have installed the rule.",
        range "0..255", default "18 when tracked", since "2.0.1", build "FRA_PROTOCOL headers";
    "realms" ("[FROM/]TO", 1, 1, Value::Other, Runs) "IPv4 realms for accounting and filters.",
        range "IPv4 only; table rules only", default "none", since "1.2.24";
    "sport" ("LOW-HIGH", 1, 1, Value::Other, Runs) "Matches these source ports.", default "none",
        since "2.0.1", build "FRA_SPORT_RANGE headers";
    "sup_group" ("GROUP", 1, 1, Value::Word, Runs) "Short for suppress_ifgroup.",
        range "table rules only", default "none", since "1.2.24",
        build "FRA_SUPPRESS_IFGROUP headers";
    "sup_pl" ("N", 1, 1, integer(0, 2_147_483_647), Runs) "Short for suppress_prefixlength.",
        range "0..2^31-1; table rules only", default "none", since "1.2.24",
        build "FRA_SUPPRESS_PREFIXLEN headers";
    "suppress_ifgroup" ("GROUP", 1, 1, Value::Word, Runs)
        "Passes over routes through this interface group.", range "table rules only",
        default "none", since "1.2.24", build "FRA_SUPPRESS_IFGROUP headers";
    "suppress_prefixlength" ("N", 1, 1, integer(0, 2_147_483_647), Runs)
        "Passes over routes with a prefix this short or shorter.",
        range "0..2^31-1; table rules only", default "none", since "1.2.24",
        build "FRA_SUPPRESS_PREFIXLEN headers";
    "table" ("N|NAME", 1, 1, Value::Other, Runs) "Looks the route up in this table.",
        range "not 0", default "none", since "1.2.20";
    "to" ("IP[/LEN]|all|any|default", 1, 1, Value::Other, Runs)
        "Matches packets to this network.", default "all", since "1.2.20";
    "tos" ("N|NAME", 1, 1, Value::Other, Runs) "Matches this type of service.", range "0..255",
        default "0", since "1.2.24";
    "track_group" ("NAME", 1, 1, Value::Word, Runs)
        "Instances of this group depend on the rule's interface.",
        range "static_rules only; needs dev/iif", default "none", since "2.0.3";
    "tunnel-id" ("N", 1, 1, Value::Other, Runs) "Matches this tunnel number.", range "64 bit",
        default "none", since "1.2.24", build "FRA_TUN_ID headers";
    "type" ("(before an action word)", 0, 0, Value::None, Runs) "May stand before the action.",
        since "1.2.24";
    "uidrange" ("LOW-HIGH", 1, 1, Value::Other, Runs)
        "Matches senders with a user number in this range.", default "none", since "1.3.5",
        build "FRA_UID_RANGE headers";
    "unreachable" ("", 0, 0, Value::None, Runs) "Refuses packets as unreachable.", default "none",
        since "1.2.24";
}

table! { RULE_LINE_DATA;
    "ACTION" ("", 0, MANY, Value::Other, Runs)
        "Each rule needs a table, l3mdev, goto, nop, blackhole, unreachable or prohibit.";
}
