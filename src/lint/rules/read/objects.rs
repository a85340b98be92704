//! Pages of the codes about `global_defs` and the objects of the top level, which are raised while
//! the file is read.

use crate::lint::Rule;
use crate::lint::rules::read::pages;

pages! {
    SAME_FIFO Warning {
        what "Two named pipes have the same path.",
        why "Everything that the second one would get comes through the first one \
             already; keepalived drops it, and its script.",
        instead "Give each pipe a path of its own, or keep `notify_fifo` alone.",
        bad r"global_defs {
    notify_fifo /run/vrrp.fifo
    vrrp_notify_fifo /run/vrrp.fifo
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
    notify_fifo /run/vrrp.fifo
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
        what "A setting has no effect beside another one, or without one that is \
             missing.",
        why "It reads as if something were done that is not.",
        instead "Remove it, or the setting that stands in its way.",
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
        what "A group names an instance that does not exist, or that is in another \
             group already.",
        why "keepalived leaves it out of the group: it changes state alone.",
        instead "Write the name as the `vrrp_instance` has it; an instance is in one \
             group only.",
        bad r"vrrp_sync_group G {
    group {
        VI_1
        VI_2
        VI_3
    }
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
vrrp_instance VI_2 {
    interface eth1
    virtual_router_id 52
    virtual_ipaddress {
        198.51.100.10/24
    }
}
",
        good r"vrrp_sync_group G {
    group {
        VI_1
        VI_2
    }
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
vrrp_instance VI_2 {
    interface eth1
    virtual_router_id 52
    virtual_ipaddress {
        198.51.100.10/24
    }
}
",
    }
    GROUP_SIZE Warning {
        what "A group has no member, or one that is alone.",
        why "There is nobody whose state a single member could share; a group \
             without members is removed.",
        instead "Name two instances or more, or leave the group out.",
        bad r"vrrp_sync_group G {
    group {
        VI_1
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
        good r"vrrp_sync_group G {
    group {
        VI_1
        VI_2
    }
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
vrrp_instance VI_2 {
    interface eth1
    virtual_router_id 52
    virtual_ipaddress {
        198.51.100.10/24
    }
}
",
    }
    INCOMPLETE_BLOCK Error {
        what "A block lacks what it is about: a script, a file, a process, an \
             interval, a neighbour.",
        why "keepalived removes the block, and whoever refers to it does without.",
        instead "Add the statement that the finding names.",
        bad r"bfd_instance B {
    min_rx 50
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"bfd_instance B {
    neighbor_ip 192.0.2.2
    min_rx 50
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
    CONTRADICTION Error {
        what "Two settings of one block contradict each other.",
        why "keepalived ignores one of them, or cuts it down to the other.",
        instead "Write values that go together.",
        bad r"vrrp_track_process P {
    process haproxy
    quorum 3
    quorum_max 2
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_track_process P {
    process haproxy
    quorum 2
    quorum_max 3
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
    INTERFACE_IN_TWO_GROUPS Error {
        what "An interface is in a `garp_group` already.",
        why "The first group counts; the second one does not pace what the \
             interface sends.",
        instead "Name each interface once.",
        bad r"garp_group {
    garp_interval 0.01
    interface eth0
}
garp_group {
    garp_interval 0.02
    interface eth0
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
    garp_interval 0.01
    interface eth0
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
        why "Packets of that neighbour could belong to either one; keepalived \
             removes the second one.",
        instead "Keep one session, or give each a source address of its own.",
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
bfd_instance B {
    neighbor_ip 192.0.2.3
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
        what "A value is accepted and hardly meant.",
        why "The unit may be another one than was thought: BFD counts milliseconds, \
             priorities end at 254.",
        instead "Check the unit and write a usual value.",
        bad r"bfd_instance A {
    neighbor_ip 192.0.2.2
    min_rx 50000
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
    min_rx 50
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
