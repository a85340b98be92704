//! Pages of the codes about checkers, which are raised while the file is read.

use crate::lint::Rule;
use crate::lint::rules::read::pages;

pages! {
    CHECKER_INCOMPLETE Error {
        what "A checker does not say what it checks: a page to fetch, a program to run, a file or \
              a session to follow.",
        why "keepalived drops the checker. Without another one the server is always up, dead or \
             not. Version 2.2.7 crashes on a web check without a page.",
        instead "Say what is to be checked.",
        bad r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        HTTP_GET {
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
        HTTP_GET {
            url {
                path /health
            }
            connect_timeout 3
        }
    }
}
",
    }
    LINK_LOCAL_CHECK Error {
        what "A check goes to a link-local address and names no interface.",
        why "Such an address exists on every link. keepalived drops the checker, and the server \
             is always up.",
        instead "Add `bind_if INTERFACE`.",
        bad r"virtual_server 2001:db8::80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server fe80::1 80 {
        TCP_CHECK {
        }
    }
}
",
        good r"virtual_server 2001:db8::80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server fe80::1 80 {
        TCP_CHECK {
            bind_if eth1
        }
    }
}
",
    }
    CHECKER_TRACKS_NOTHING Error {
        what "A checker follows a `track_file` or a `bfd_instance` that is not defined above it.",
        why "keepalived reads the file once, from above: what comes later is unknown. It drops \
             the checker, and the server is always up.",
        instead "Move the definition above the virtual server, or correct the name.",
        bad r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        FILE_CHECK {
            track_file drained
        }
    }
}
",
        good r"track_file drained {
    file /run/drained
}

virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        FILE_CHECK {
            track_file drained
        }
    }
}
",
    }
    CHECK_CONTENT Error {
        what "What a check sends or expects is not written as it must be: hexadecimal bytes, an \
              MD5 sum, the name of a domain, the length of an answer.",
        why "keepalived ignores the statement and checks something else, or a check that fails \
             for ever.",
        instead "Write it as the manual has it.",
        bad r"virtual_server 192.0.2.53 53 {
    lvs_sched wrr
    lvs_method NAT
    protocol UDP
    real_server 10.0.0.1 53 {
        DNS_CHECK {
            name example..com
        }
    }
}
",
        good r"virtual_server 192.0.2.53 53 {
    lvs_sched wrr
    lvs_method NAT
    protocol UDP
    real_server 10.0.0.1 53 {
        DNS_CHECK {
            name example.com
        }
    }
}
",
    }
    REGEX_IGNORED Error {
        what "A pattern, or an option of one, that cannot act: without `regex`, with bad offsets, \
              or of several words.",
        why "keepalived ignores it and says so in the log only. The page passes whatever it \
             holds.",
        instead "Write one pattern, in quotes if it has blanks, and its options beside it.",
        bad r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        HTTP_GET {
            url {
                path /
                regex_no_match
            }
        }
    }
}
",
        good r"virtual_server 192.0.2.80 80 {
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
    real_server 10.0.0.1 80 {
        HTTP_GET {
            url {
                path /
                regex error
                regex_no_match
            }
        }
    }
}
",
    }
}
