//! Pages of the codes about virtual servers and groups, which are raised while the file is read.

use crate::lint::Rule;
use crate::lint::rules::read::pages;

pages! {
    NO_REAL_SERVER Error {
        what "A virtual server has no real server that can be used.",
        why "keepalived drops it: the address answers nothing, and only a line in the log says \
             so.",
        instead "Add a `real_server`, or remove the virtual server.",
        bad r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP

}
",
        good r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
    }
    DUPLICATE_REAL_SERVER Error {
        what "A virtual server lists a real server with the same address and port twice.",
        why "keepalived drops the second one with its weight and its checks. Often one of the two \
             was meant to be another server, which now gets no traffic.",
        instead "Remove one of them, or correct its address.",
        bad r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
        good r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
    real_server 10.0.0.2 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
    }
    QUORUM_UNREACHABLE Warning {
        what "The quorum is more than all real servers weigh together.",
        why "It could never be reached. keepalived reduces it to the sum of the weights, so that \
             the loss of any server is the loss of the quorum.",
        instead "Write a quorum that is less than the sum of the weights, by as much as may fail.",
        bad r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    quorum 3
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
    real_server 10.0.0.2 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
        good r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    quorum 1
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
    real_server 10.0.0.2 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
    }
    HYSTERESIS_TOO_LARGE Warning {
        what "The hysteresis is as large as the quorum, or larger.",
        why "The quorum would be lost below zero, that is never. keepalived reduces the \
             hysteresis to one less than the quorum. With a quorum of 0 it computes 4294967295, \
             and the quorum is never gained again.",
        instead "Write a hysteresis below the quorum.",
        bad r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    quorum 2
    hysteresis 2
    weight 2
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
    real_server 10.0.0.2 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
        good r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    quorum 2
    hysteresis 1
    weight 2
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
    real_server 10.0.0.2 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
    }
    PROTOCOL_DEFAULTED Warning {
        what "A virtual server that is addressed by IP names no protocol.",
        why "keepalived takes UDP. A web server behind it is never reached.",
        instead "Write `protocol TCP`, `UDP` or `SCTP`.",
        bad r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
        good r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
    }
    SCHEDULER_DEFAULTED Warning {
        what "A virtual server names no scheduler that exists.",
        why "keepalived says so and takes `wlc`.",
        instead "Write `lvs_sched` with the one that is meant.",
        bad r"virtual_server 192.0.2.80 80 {
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
        good r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
    }
    METHOD_DEFAULTED Warning {
        what "A virtual server names no forwarding method, and some of its servers do not either.",
        why "keepalived says so and takes `NAT`. With servers that are set up for direct routing \
             nothing works then.",
        instead "Write `lvs_method NAT`, `DR` or `TUN`.",
        bad r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    protocol TCP
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
        good r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
    }
    PORT_MISMATCH Warning {
        what "A server behind direct routing or a tunnel has another port than the service.",
        why "Only NAT can change the port of a packet. keepalived uses the port of the service \
             for the traffic, and the port as written for the checks: it checks one thing and \
             serves another.",
        instead "Write the port of the service, or use `lvs_method NAT`.",
        bad r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method DR
    protocol TCP
    real_server 10.0.0.1 8080 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
        good r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method DR
    protocol TCP
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
    }
    SERVICE_WITHOUT_PORT Warning {
        what "A service without port is not persistent.",
        why "IPVS takes a service for every port only if clients stay with their server. \
             keepalived makes it persistent for six minutes.",
        instead "Write the port, or a `persistence_timeout`.",
        bad r"virtual_server 192.0.2.80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
        good r"virtual_server 192.0.2.80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    persistence_timeout 360
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
    }
    ONE_PACKET_NEEDS_UDP Error {
        what "`ops` is set for a service that is not UDP.",
        why "Scheduling each packet alone would tear connections apart. keepalived ignores the \
             flag.",
        instead "Remove `ops`, or write `protocol UDP`.",
        bad r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    ops
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
        good r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol UDP
    ops
    real_server 10.0.0.1 80 {
    }
}
",
    }
    SCHEDULER_FLAG_IGNORED Error {
        what "A flag of the schedulers `sh` and `mh` stands before the scheduler, or with another \
              one.",
        why "keepalived reads the file once, from above: the flag is ignored.",
        instead "Write the flag behind `lvs_sched sh` or `lvs_sched mh`.",
        bad r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    sh-port
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
        good r"virtual_server 192.0.2.80 80 {
    lvs_sched sh
    lvs_method NAT
    protocol TCP
    sh-port
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
    }
    MARK_OPTION_IGNORED Warning {
        what "A virtual server by firewall mark has what only an address can have: a protocol, or \
              `ha_suspend`.",
        why "keepalived ignores it.",
        instead "Remove it.",
        bad r"virtual_server fwmark 5 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
        good r"virtual_server fwmark 5 {
    lvs_sched wrr
    lvs_method NAT
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
    }
    UNKNOWN_SERVER_GROUP Error {
        what "A virtual server names a `virtual_server_group` that is not defined, or that has no \
              entry.",
        why "keepalived drops the virtual server; with `-t` it does not even say so.",
        instead "Define the group, or correct the name.",
        bad r"virtual_server group web {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
        good r"virtual_server_group web {
    192.0.2.80 80
}

virtual_server group web {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
    }
    SERVER_GROUP_FAMILIES Error {
        what "The addresses of a group, or of its servers, are of families that do not go \
              together.",
        why "keepalived drops the group, or the virtual server, with a line in the log at most.",
        instead "Use one group for IPv4 and one for IPv6. Only tunnels lead from one family to \
                 the other.",
        bad r"virtual_server_group web {
    2001:db8::80 80
}

virtual_server group web {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
        good r"virtual_server_group web {
    192.0.2.80 80
}

virtual_server group web {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
    }
    EMPTY_SERVER_GROUP Error {
        what "A `virtual_server_group` has no entry that can be used.",
        why "keepalived drops the group, and with it every virtual server that uses it.",
        instead "Write one address with its port, or one `fwmark`, a line.",
        bad r"virtual_server_group web {
}
",
        good r"virtual_server_group web {
    192.0.2.80 80
}
",
    }
    INVALID_ADDRESS_RANGE Error {
        what "A range of addresses in a group ends before it begins, or a network has host bits.",
        why "keepalived ignores the line: none of the addresses is served.",
        instead "Write `FIRST-LAST`, only the last part after the dash, or a network without host \
                 bits.",
        bad r"virtual_server_group web {
    192.0.2.80-20 80
}
",
        good r"virtual_server_group web {
    192.0.2.20-80 80
}
",
    }
    INVALID_METHOD Error {
        what "A forwarding method, or an option of a tunnel, does not exist or does not fit.",
        why "keepalived ignores a method that it does not know, and uses NAT; it drops the \
             options of a tunnel that does not fit. Letter case counts.",
        instead "Write `NAT`, `DR`, or `TUN` with `type gue port N`, `type gre` or `type ipip`.",
        bad r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method dr
    protocol TCP
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
        good r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method DR
    protocol TCP
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
    }
    NO_SORRY_SERVER Error {
        what "An option of the sorry server stands without a sorry server, or above it.",
        why "keepalived reads the file once, from above: the option is ignored.",
        instead "Write it behind `sorry_server`.",
        bad r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    sorry_server_inhibit
    sorry_server 10.0.0.9 80
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
        good r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    sorry_server 10.0.0.9 80
    sorry_server_inhibit
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
    }
    SORRY_SERVER_DIFFERS Warning {
        what "The sorry server is one of the real servers, and only one of the two is to stay in \
              the table when it fails.",
        why "keepalived takes what the real server says for both.",
        instead "Say the same of both: `inhibit_on_failure` and `sorry_server_inhibit`, or \
                 neither.",
        bad r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    sorry_server 10.0.0.1 80
    sorry_server_inhibit
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
        good r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    sorry_server 10.0.0.9 80
    sorry_server_inhibit
    real_server 10.0.0.1 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
",
    }
}
