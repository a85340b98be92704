//! Pages of the codes about named objects and their groups.

use crate::lint::Rule;
use crate::lint::rules::read::pages;

pages! {
    SAME_FIFO Error {
        what "Two named pipes have one path.",
        why "Events of both kinds would arrive in one pipe; keepalived ignores the second \
             one.",
        instead "Give each its own path, or keep `notify_fifo` alone, which gets \
                 everything.",
        bad r"global_defs {
    notify_fifo /run/k.fifo
    vrrp_notify_fifo /run/k.fifo
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"global_defs {
    notify_fifo /run/k.fifo
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
    UNUSED_SETTING Warning {
        what "A setting that has no effect beside another one, or without it.",
        why "It looks as if something were configured that is not.",
        instead "Remove it, or what overrules it.",
        bad r"global_defs {
    vrrp_iptables
    nftables
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"global_defs {
    nftables
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
    GROUP_MEMBER Error {
        what "A group names an instance that does not exist, or that is in another group \
              already.",
        why "keepalived leaves the member out: it will not follow the others, and half of \
             a pair of addresses stays behind.",
        instead "Write the name of an instance; each may be in one sync group.",
        bad r"vrrp_instance VI_1 {
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
vrrp_sync_group VG {
    group {
        VI_1
        VI_2
        VI_3
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
vrrp_sync_group VG {
    group {
        VI_1
        VI_2
    }
}
",
    }
    GROUP_SIZE Warning {
        what "A group has no members, or one that is alone.",
        why "There is nobody to be in step with. Often the other name was misspelt, or \
             its instance was removed.",
        instead "List every instance that shall move together, or remove the group.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
vrrp_sync_group VG {
    group {
        VI_1
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
vrrp_sync_group VG {
    group {
        VI_1
        VI_2
    }
}
",
    }
    INCOMPLETE_BLOCK Error {
        what "A block lacks what it is about: a `vrrp_script` without `script`, a \
              `track_file` without `file`, a `bfd_instance` without `neighbor_ip`.",
        why "keepalived removes the block, and whatever tracks it tracks nothing.",
        instead "Write the missing statement.",
        bad r"vrrp_script chk {
    interval 2
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_script chk {
    script /usr/local/bin/check.sh
    interval 2
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
    CONTRADICTION Error {
        what "Two settings of one block contradict each other.",
        why "keepalived ignores one of them.",
        instead "Change the one that is wrong.",
        bad r"vrrp_track_process web {
    process nginx
    quorum 3
    quorum_max 2
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    track_process {
        web
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_track_process web {
    process nginx
    quorum 2
    quorum_max 3
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    track_process {
        web
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    INTERFACE_IN_TWO_GROUPS Error {
        what "An interface is in two `garp_group`s.",
        why "keepalived leaves it in the first one.",
        instead "List it once.",
        bad r"garp_group {
    garp_interval 1
    interfaces {
        eth0
    }
}
garp_group {
    garp_interval 2
    interfaces {
        eth0
    }
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"garp_group {
    garp_interval 1
    interfaces {
        eth0
    }
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
    DUPLICATE_NEIGHBOUR Error {
        what "Two BFD sessions have the same neighbour.",
        why "keepalived drops the second one.",
        instead "Keep one session for each neighbour.",
        bad r"bfd_instance A {
    neighbor_ip 192.0.2.2
}
bfd_instance B {
    neighbor_ip 192.0.2.2
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"bfd_instance A {
    neighbor_ip 192.0.2.2
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
    UNUSUAL_VALUE Warning {
        what "A value is accepted and unusual, as if the unit had been mistaken.",
        why "keepalived uses it, and mentions it in its log at most.",
        instead "Look at the unit that the finding names.",
        bad r"bfd_instance A {
    neighbor_ip 192.0.2.2
    min_rx 20000
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"bfd_instance A {
    neighbor_ip 192.0.2.2
    min_rx 200
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
}
