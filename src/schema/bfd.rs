//! `bfd_instance NAME { }`.

use super::Support::NotYet;
use super::{Keyword, Value, integer, milliseconds, table};

table! { BFD_INSTANCE;
    "checker" ("", 0, 0, Value::None, NotYet)
        "Only checks follow this session, unless vrrp is there too.", default "neither given: both",
        since "2.0.0", build "--enable-bfd and LVS";
    "hoplimit" ("N", 1, 1, integer(1, 255), NotYet) "Other name of ttl.", range "1-255",
        default "as ttl", since "2.0.0", build "--enable-bfd";
    "idle_tx" ("MS", 1, 1, milliseconds(3, 1_000_000, 4_294_967_000), NotYet)
        "How often we send while the session is down.", range "1000-4294967, 3 decimals",
        default "1000", since "2.0.0", build "--enable-bfd";
    "max_hops" ("N", 1, 1, integer(-1, 255), NotYet) "How many hops away the neighbour may be.",
        range "-1 to 255", default "0", since "2.0.0", build "--enable-bfd";
    "min_rx" ("MS", 1, 1, milliseconds(3, 1000, 4_294_967_000), NotYet)
        "How often we can take a packet.", range "1-4294967, 3 decimals", default "10",
        since "2.0.0", build "--enable-bfd";
    "min_tx" ("MS", 1, 1, milliseconds(3, 1000, 4_294_967_000), NotYet)
        "How often we wish to send while the session is up.", range "1-4294967, 3 decimals",
        default "10", since "2.0.0", build "--enable-bfd";
    "multihop" ("[BOOL]", 0, 1, Value::Flag, NotYet)
        "Uses the port for neighbours several hops away.", default "off", since "2.2.8",
        build "--enable-bfd";
    "multiplier" ("N", 1, 1, integer(1, 255), NotYet)
        "Packets that must go missing before the session is down.", range "1-255", default "5",
        since "2.0.0", build "--enable-bfd";
    "neighbor_ip" ("IPADDR", 1, 1, Value::Address, NotYet) "The neighbour's address.",
        range "IPv4/IPv6 literal, mandatory", since "2.0.0", build "--enable-bfd";
    "neighbour_ip" ("IPADDR", 1, 1, Value::Address, NotYet) "Other spelling of neighbor_ip.",
        range "IPv4/IPv6 literal, mandatory", since "2.0.0", build "--enable-bfd";
    "passive" ("", 0, 0, Value::None, NotYet) "Waits for the neighbour to begin.", default "off",
        since "2.0.0", build "--enable-bfd";
    "source_ip" ("IPADDR", 1, 1, Value::Address, NotYet) "Our address in the session.",
        range "literal of the family of the neighbour",
        default "none: system chosen, and the source port may be outside 49152-65535",
        since "2.0.0", build "--enable-bfd";
    "ttl" ("N", 1, 1, integer(1, 255), NotYet) "TTL or hop limit of packets sent.", range "1-255",
        default "255 (IPv4), 64 (IPv6)", since "2.0.0", build "--enable-bfd";
    "vrrp" ("", 0, 0, Value::None, NotYet)
        "Only instances follow this session, unless checker is there too.",
        default "neither vrrp nor checker given: both", since "2.0.0",
        build "--enable-bfd and VRRP";
    "weight" ("N [reverse]", 1, 2, integer(-253, 253), NotYet)
        "What the session does to the priority of instances that follow it.", range "-253..253",
        default "0", since "2.0.0", build "--enable-bfd and VRRP";
}
