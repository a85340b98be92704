//! Pages of the codes about VRRP, which are raised while the file is read.

use crate::lint::Rule;
use crate::lint::rules::read::pages;

pages! {
    MISSING_VRID Error {
        what "An instance has no valid `virtual_router_id`.",
        why "Without it no router knows that it belongs to the others. keepalived ends \
             with its configuration status.",
        instead "Write `virtual_router_id N`, 1 to 255, the same on every router of the \
                 group and on no other one of the LAN.",
        bad r"vrrp_instance VI_1 {
    interface eth0
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
    MISSING_INTERFACE Error {
        what "An instance has no `interface`.",
        why "Adverts go nowhere. keepalived ends with its configuration status. Only \
             unicast with a source address can do without.",
        instead "Write `interface NAME`.",
        bad r"vrrp_instance VI_1 {
    virtual_router_id 51
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
    NO_VIRTUAL_ADDRESS Warning {
        what "An instance has no virtual address.",
        why "It elects a master that holds nothing. keepalived runs such an instance with \
             version 2 and refuses to start with version 3.",
        instead "List the addresses, or say with `no_virtual_ipaddress` that there are \
                 none, for instance because a script moves an address of a cloud.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    no_virtual_ipaddress
}
",
    }
    DUPLICATE_VRID Error {
        what "Two instances use the same virtual router id on the same interface.",
        why "Each would take the other's adverts for those of a peer. keepalived ends \
             with its configuration status.",
        instead "Give each a number of its own.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
vrrp_instance VI_2 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.11/24
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
vrrp_instance VI_2 {
    interface eth0
    virtual_router_id 52
    virtual_ipaddress {
        192.0.2.11/24
    }
}
",
    }
    DUPLICATE_ADDRESS Error {
        what "An address is listed twice in one instance.",
        why "The second line is ignored, with the options that stand on it.",
        instead "Keep one of the lines.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
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
    PASSWORD_TRUNCATED Warning {
        what "`auth_pass` is longer than 8 bytes.",
        why "The packet has room for 8 bytes; the rest is never compared. Two passwords \
             that begin alike are the same.",
        instead "Write at most 8 characters. The password can be read by everybody on the \
                 LAN anyway; keepalived 2.4 knows `auth_hmac`.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    authentication {
        auth_type PASS
        auth_pass correct-horse
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    authentication {
        auth_type PASS
        auth_pass correct
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    AUTHENTICATION_IGNORED Error {
        what "Authentication that is not used: the protocol version has none, strict mode \
              forbids it, or a part of it is missing.",
        why "The instance runs without it, and without anybody noticing that adverts can \
             be forged.",
        instead "With version 3 leave the block out (keepalived 2.4 knows `auth_hmac` \
                 there); with version 2 write both `auth_type` and `auth_pass`.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    version 3
    authentication {
        auth_type PASS
        auth_pass secret
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    authentication {
        auth_type PASS
        auth_pass secret
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    PREEMPTION_IGNORED Error {
        what "`nopreempt` or `preempt_delay` cannot act.",
        why "With `state MASTER` or priority 255 keepalived clears `nopreempt`, and a \
             router that comes back takes the addresses away from a master that works. \
             `preempt_delay` cannot act together with `nopreempt`, with `state MASTER` or \
             in strict mode.",
        instead "Write `state BACKUP` on every router of the group; the priority decides \
                 who leads first.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    state MASTER
    nopreempt
    priority 150
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    state BACKUP
    nopreempt
    priority 150
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    UNICAST Warning {
        what "Unicast keywords without peers, or keywords of multicast beside peers.",
        why "Without a peer keepalived falls back to multicast, which the other router, \
             if it speaks unicast, does not hear: two masters.",
        instead "List every other router of the group in `unicast_peer`.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    unicast_src_ip 192.0.2.1
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    unicast_src_ip 192.0.2.1
    unicast_peer {
        192.0.2.2
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    INTERVAL_ROUNDED Error {
        what "`advert_int` cannot be carried by the protocol version.",
        why "Version 2 counts whole seconds, version 3 hundredths of a second up to \
             40.95. Another interval is used than is written; with version 2 routers \
             whose intervals differ reject each other's adverts.",
        instead "Write `version 3` on every router of the group, or an interval that the \
                 version can carry.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    advert_int 0.5
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    version 3
    advert_int 0.5
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    STATE_MISMATCH Error {
        what "`state BACKUP` stands after `state MASTER`.",
        why "keepalived keeps MASTER.",
        instead "Keep one of them.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    state MASTER
    state BACKUP
    priority 150
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    state BACKUP
    priority 150
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    STRICT_MODE Error {
        what "A setting that strict mode overrules.",
        why "`vrrp_strict` and `strict_mode` put the RFC above what the file says: no \
             unicast, no authentication, MASTER only with priority 255.",
        instead "Leave strict mode, or the setting.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    strict_mode
    state MASTER
    priority 150
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    state MASTER
    priority 150
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    VERSION_MISMATCH Warning {
        what "A protocol version that does not fit the address family or another \
              `version` statement.",
        why "VRRPv2 has no IPv6: keepalived sends a form of its own that no other router \
             understands.",
        instead "Write `version 3`, or leave the statement out.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    version 2
    virtual_ipaddress {
        fe80::10/64
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    version 3
    virtual_ipaddress {
        fe80::10/64
    }
}
",
    }
    FIRST_ADDRESS_NOT_LINK_LOCAL Warning {
        what "The first virtual IPv6 address is not link-local.",
        why "RFC 9568 section 5.2.9 wants the link-local address of the virtual router \
             first, and hosts use it as their gateway. keepalived only mentions it.",
        instead "List a link-local address first.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        2001:db8::10/64
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        fe80::10/64
        2001:db8::10/64
    }
}
",
    }
}
