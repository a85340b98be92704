//! Virtual servers and their real servers.

use super::Support::{Accepted, NotYet};
use super::{Block, Keyword, Value, integer, seconds, table};

table! { VIRTUAL_SERVER_GROUP;
    "fwmark" ("fwmark MARK [inet|inet6]", 1, 2, integer(0, 4_294_967_295), NotYet)
        "Takes the traffic with this firewall mark.", range "0-4294967295",
        default "family of the virtual server, else IPv4", since "1.1.0 or earlier (family: 2.1.0)",
        build "absent with --disable-lvs";
}

table! { VIRTUAL_SERVER_GROUP_DATA;
    "IPADDR" ("IPADDR [PORT]", 0, 1, Value::Address, NotYet)
        "One address of the service, with its port.",
        range "IPv4/IPv6 literal; port 1-65535, 0 or absent = none", since "1.0.2",
        build "absent with --disable-lvs";
    "RANGE" ("A.B.C.D-E [PORT] | FIRST-LAST [PORT] | NET/LEN [PORT]", 0, 1, Value::Other, NotYet)
        "Several addresses in a row, with their port.",
        range "IPv4 -E: last octet, decimal <= 255; IPv6 -E: last group, hex <= ffff; FIRST-LAST: \
            two full addresses of one family; NET/LEN: host bits must be zero",
        since "1.0.2 (A.B.C.D-E); 2.2.2 (other forms)", build "absent with --disable-lvs";
}

table! { VIRTUAL_SERVER;
    "alpha" ("", 0, 0, Value::None, NotYet) "Servers start as down until a check succeeds.",
        default "off", since "1.1.16", build "absent with --disable-lvs";
    "connect_timeout" ("SECONDS", 1, 1, seconds(6, 1, 4_294_967_295), NotYet)
        "connect_timeout for checks that don't say.", range "0.000001-4294.967295", default "5",
        since "2.0.13", build "absent with --disable-lvs";
    "delay_before_retry" ("SECONDS", 1, 1, seconds(6, 0, 18_446_744_073_709_551_614), NotYet)
        "delay_before_retry for checks that don't say.",
        range "0-18446744073709.551614, up to 6 decimals",
        default "unset: checker default (1 s; HTTP_GET and SSL_GET 3 s; DNS_CHECK its delay_loop)",
        since "1.3.7", build "absent with --disable-lvs";
    "delay_loop" ("SECONDS", 1, 1, seconds(6, 1, 18_446_744_073_709_551_614), NotYet)
        "delay_loop for checks that don't say.", range "0.000001 upwards", default "60",
        since "0.6.6 or earlier", build "absent with --disable-lvs";
    "flag-1" ("", 0, 0, Value::None, NotYet) "First flag of the scheduler, by number.",
        default "off", since "1.3.0", build "kernel headers 3.11 or later";
    "flag-2" ("", 0, 0, Value::None, NotYet) "Second flag of the scheduler, by number.",
        default "off", since "1.3.0", build "kernel headers 3.11 or later";
    "flag-3" ("", 0, 0, Value::None, NotYet) "Third flag of the scheduler, by number.",
        default "off", since "1.3.0", build "kernel headers 3.11 or later";
    "ha_suspend" ("", 0, 0, Value::None, NotYet)
        "Checks rest while this host doesn't hold the service's address.", default "off",
        since "1.0.0", build "absent with --disable-lvs";
    "hashed"
        ("", 0, 0, Value::None, Accepted("keepalived reads it for old files' sake and does \
            nothing with it either")) "Left over from old releases.", since "1.3.0",
        build "absent with --disable-lvs";
    "hysteresis" ("WEIGHT", 1, 1, integer(0, 4_294_967_295), NotYet)
        "Margin around the quorum that keeps it from flapping.", range "0-4294967295", default "0",
        since "1.1.16", build "absent with --disable-lvs";
    "inhibit_on_failure" ("", 0, 0, Value::None, NotYet)
        "Failed servers stay in the table with weight 0.", default "off", since "1.3.7",
        build "absent with --disable-lvs";
    "ip_family" ("inet|inet6", 1, 1, Value::Choice(&["inet", "inet6"]), NotYet)
        "Address family of a firewall mark's service.",
        default "from the address, else from the first non-tunnelled real/sorry server, else from \
            tunnelled servers if all alike, else inet", since "1.2.20",
        build "absent with --disable-lvs";
    "lb_algo"
        ("SCHEDULER", 1, 1, Value::Choice(&["rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sh",
            "mh", "dh", "fo", "ovf", "sed", "nq", "twos"]), NotYet) "Earlier name of lvs_sched.",
        deprecated "lvs_sched",
        range "rr wrr lc wlc lblc lblcr sh mh dh fo ovf sed nq twos (exact, lower case)",
        default "wlc (with a message)", since "0.6.6 or earlier", build "absent with --disable-lvs";
    "lb_kind"
        ("NAT | DR | TUN [type ipip|gue|gre] [port N] [nocsum|csum|remcsum]", 1, 6, Value::Other,
            NotYet) "Earlier name of lvs_method.", deprecated "lvs_method",
        range "upper case words; gue needs port 1-65535, others must not have one; ipip: no \
            csum/remcsum; gre: no remcsum", default "NAT (with a message)",
        since "0.6.6 or earlier",
        build "tunnel types need kernel headers 5.2 (gue) / 5.3 (gre, checksums)";
    "lvs_method"
        ("NAT | DR | TUN [type ipip|gue|gre] [port N] [nocsum|csum|remcsum]", 1, 6, Value::Other,
            NotYet) "How packets get to the servers: NAT, direct routing or a tunnel.",
        range "upper case words; gue needs port 1-65535, others must not have one; ipip: no \
            csum/remcsum; gre: no remcsum", default "NAT (with a message)", since "1.1.5",
        build "tunnel types need kernel headers 5.2 (gue) / 5.3 (gre, checksums)";
    "lvs_sched"
        ("SCHEDULER", 1, 1, Value::Choice(&["rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sh",
            "mh", "dh", "fo", "ovf", "sed", "nq", "twos"]), NotYet)
        "How IPVS spreads connections over the servers.",
        range "rr wrr lc wlc lblc lblcr sh mh dh fo ovf sed nq twos (exact, lower case)",
        default "wlc (with a message)", since "1.1.5", build "absent with --disable-lvs";
    "mh-fallback" ("", 0, 0, Value::None, NotYet)
        "The mh scheduler passes over servers of weight 0.", default "off", since "2.0.20",
        build "kernel headers 3.11 or later";
    "mh-port" ("", 0, 0, Value::None, NotYet) "The mh scheduler also hashes the source port.",
        default "off", since "2.0.20", build "kernel headers 3.11 or later";
    "omega" ("", 0, 0, Value::None, NotYet)
        "A stop of the daemon counts as a failure: down scripts run, mail goes out.", default "off",
        since "1.1.16", build "absent with --disable-lvs";
    "ops" ("", 0, 0, Value::None, NotYet) "Schedules each UDP packet alone.", default "off",
        since "1.2.8", build "absent with --disable-lvs";
    "persistence_engine" ("NAME", 1, 1, Value::Word, NotYet)
        "What tells the clients of a persistent service apart.",
        range "up to 16 characters; only sip exists", default "none", since "1.2.20",
        build "absent with --disable-lvs";
    "persistence_granularity" ("NETMASK | PREFIXLEN", 1, 1, Value::Other, NotYet)
        "Clients in one network of this size stay together.",
        range "IPv4: dotted mask (contiguity not checked; a bare 24 is taken as 0.0.0.24); IPv6: \
            1-128", default "255.255.255.255 / 128", since "0.6.6 or earlier",
        build "absent with --disable-lvs";
    "persistence_timeout" ("[SECONDS]", 0, 1, seconds(0, 1_000_000, 2_678_400_000_000), NotYet)
        "How long a client stays with its server.", range "1-2678400 (strict)",
        default "off; 360 when given without a value, when a granularity is given, or when the \
            service has no port", since "0.6.6 or earlier", build "absent with --disable-lvs";
    "protocol" ("TCP|UDP|SCTP", 1, 1, Value::Choice(&["TCP", "UDP", "SCTP"]), NotYet)
        "Transport protocol of the service.", range "case-insensitive",
        default "UDP with a message when addressed by IP; none for fwmark",
        since "0.6.6 or earlier", build "absent with --disable-lvs";
    "quorum" ("WEIGHT", 1, 1, integer(1, 4_294_967_295), NotYet)
        "Weight of live servers that the service needs.", range "1-4294967295", default "1",
        since "1.1.16", build "absent with --disable-lvs";
    "quorum_down" ("SCRIPT|\"SCRIPT ARGS\" [USER [GROUP]]", 1, 3, Value::Script, NotYet)
        "Runs when the quorum is lost.", default "none", since "1.1.16",
        build "absent with --disable-lvs";
    "quorum_up" ("SCRIPT|\"SCRIPT ARGS\" [USER [GROUP]]", 1, 3, Value::Script, NotYet)
        "Runs when the quorum is reached.", default "none", since "1.1.16",
        build "absent with --disable-lvs";
    "real_server" ("IPADDR [PORT] { ... }", 1, 2, Value::Other, NotYet)
        "One server that does the work, and its checks.", block Block::RealServer,
        range "port 1-65535; 0 or absent = port of the virtual server", since "0.6.6 or earlier",
        build "absent with --disable-lvs";
    "retry" ("N", 1, 1, integer(1, 4_294_967_295), NotYet) "retry for checks that don't say.",
        range "1-4294967295 (strict)",
        default "unset: checker default (1; DNS_CHECK 3; MISC_CHECK 0)", since "1.3.7",
        build "absent with --disable-lvs";
    "sh-fallback" ("", 0, 0, Value::None, NotYet)
        "The sh scheduler passes over servers of weight 0.", default "off", since "1.3.0",
        build "kernel headers 3.11 or later";
    "sh-port" ("", 0, 0, Value::None, NotYet) "The sh scheduler also hashes the source port.",
        default "off", since "1.3.0", build "kernel headers 3.11 or later";
    "smtp_alert" ("[BOOL]", 0, 1, Value::Flag, NotYet)
        "Sends mail when the quorum comes or goes.", range "true/on/yes/false/off/no; none = true",
        default "global smtp_alert_checker, else global smtp_alert, else off", since "2.0.0",
        build "absent with --disable-lvs";
    "snmp_name" ("NAME", 1, 1, Value::Word, NotYet) "Name of the service in SNMP answers.",
        missing "virtual server snmp_name missing or extra parameters",
        extra "virtual server snmp_name missing or extra parameters",
        range "exactly one word", default "none", since "2.2.3",
        build "--enable-snmp-checker (or --enable-snmp)";
    "sorry_server" ("IPADDR [PORT]", 1, 2, Value::Address, NotYet)
        "Server of last resort, while the quorum is lost.", range "weight always 1", default "none",
        since "0.6.6 or earlier", build "absent with --disable-lvs";
    "sorry_server_inhibit" ("", 0, 0, Value::None, NotYet)
        "The unused sorry server stays in the table with weight 0.", default "off", since "1.2.13",
        build "absent with --disable-lvs";
    "sorry_server_lvs_method"
        ("NAT | DR | TUN [type ipip|gue|gre] [port N] [nocsum|csum|remcsum]", 1, 6, Value::Other,
            NotYet) "How packets get to the sorry server.",
        range "upper case words; gue needs port 1-65535, others must not have one; ipip: no \
            csum/remcsum; gre: no remcsum", default "method of the virtual server", since "1.3.6",
        build "tunnel types need kernel headers 5.2 (gue) / 5.3 (gre, checksums)";
    "virtualhost" ("NAME", 1, 1, Value::Word, NotYet) "Host name for web checks that name none.",
        missing "virtual server virtualhost missing",
        default "none", since "0.6.6 or earlier", build "absent with --disable-lvs";
    "warmup" ("SECONDS", 1, 1, seconds(6, 0, 18_446_744_073_709_551_614), NotYet)
        "warmup for checks that don't say.", range "0 upwards, 6 decimals",
        default "unset: the checker delay_loop", since "1.3.7", build "absent with --disable-lvs";
    "weight" ("N", 1, 1, integer(1, 2_147_483_647), NotYet) "Weight of servers that don't say.",
        range "1-2147483647", default "1", since "1.3.7", build "absent with --disable-lvs";
}

table! { REAL_SERVER;
    "BFD_CHECK" ("{ ... }", 0, 0, Value::None, NotYet) "Follows a BFD session.",
        block Block::BfdCheck, range "any number of checkers of any type per real server",
        default "none", since "2.0.0", build "--enable-bfd";
    "DNS_CHECK" ("{ ... }", 0, 0, Value::None, NotYet) "Checks by asking a name server.",
        block Block::DnsCheck, range "any number of checkers of any type per real server",
        default "none", since "1.3.0", build "absent with --disable-lvs";
    "FILE_CHECK" ("{ ... }", 0, 0, Value::None, NotYet) "Follows the number in a tracked file.",
        block Block::FileCheck, range "any number of checkers of any type per real server",
        default "none", since "2.1.0", build "absent with --disable-lvs";
    "HTTP_GET" ("{ ... }", 0, 0, Value::None, NotYet) "Checks by fetching web pages.",
        block Block::HttpGet, range "any number of checkers of any type per real server",
        default "none", since "0.6.6 or earlier", build "absent with --disable-lvs";
    "MISC_CHECK" ("{ ... }", 0, 0, Value::None, NotYet) "Checks by running a program.",
        block Block::MiscCheck, range "any number of checkers of any type per real server",
        default "none", since "0.6.6 or earlier", build "absent with --disable-lvs";
    "PING_CHECK" ("{ ... }", 0, 0, Value::None, NotYet) "Checks by an ICMP echo.",
        block Block::PingCheck, range "any number of checkers of any type per real server",
        default "none", since "2.1.0", build "absent with --disable-lvs";
    "SMTP_CHECK" ("{ ... }", 0, 0, Value::None, NotYet) "Checks by greeting a mail server.",
        block Block::SmtpCheck, range "any number of checkers of any type per real server",
        default "none", since "1.1.8", build "absent with --disable-lvs";
    "SSL_GET" ("{ ... }", 0, 0, Value::None, NotYet) "Checks by fetching web pages over TLS.",
        block Block::SslGet, range "any number of checkers of any type per real server",
        default "none", since "0.6.6 or earlier", build "absent with --disable-lvs";
    "TCP_CHECK" ("{ ... }", 0, 0, Value::None, NotYet) "Checks by opening a TCP connection.",
        block Block::TcpCheck, range "any number of checkers of any type per real server",
        default "none", since "0.6.6 or earlier", build "absent with --disable-lvs";
    "UDP_CHECK" ("{ ... }", 0, 0, Value::None, NotYet) "Checks by sending a datagram.",
        block Block::UdpCheck, range "any number of checkers of any type per real server",
        default "none", since "2.1.0", build "absent with --disable-lvs";
    "alpha" ("[BOOL]", 0, 1, Value::Flag, NotYet)
        "The server starts as down until a check succeeds.", default "from the virtual server",
        since "1.3.7", build "absent with --disable-lvs";
    "connect_timeout" ("SECONDS", 1, 1, seconds(6, 1, 4_294_967_295), NotYet)
        "connect_timeout for this server's checks.", range "0.000001-4294.967295",
        default "from the virtual server (5)", since "2.0.13", build "absent with --disable-lvs";
    "delay_before_retry" ("SECONDS", 1, 1, seconds(6, 0, 18_446_744_073_709_551_614), NotYet)
        "delay_before_retry for this server's checks.", range "0 upwards",
        default "from the virtual server", since "1.3.7", build "absent with --disable-lvs";
    "delay_loop" ("SECONDS", 1, 1, seconds(6, 1, 18_446_744_073_709_551_614), NotYet)
        "delay_loop for this server's checks.", range "0.000001 upwards",
        default "from the virtual server (60)", since "1.3.7", build "absent with --disable-lvs";
    "inhibit_on_failure" ("[BOOL]", 0, 1, Value::Flag, NotYet)
        "The failed server stays in the table with weight 0.", default "from the virtual server",
        since "0.6.8", build "absent with --disable-lvs";
    "lthreshold" ("N", 1, 1, integer(0, 4_294_967_295), NotYet)
        "New connections again below this many.", range "0-4294967295", default "0", since "1.1.13",
        build "absent with --disable-lvs";
    "lvs_method"
        ("NAT | DR | TUN [type ipip|gue|gre] [port N] [nocsum|csum|remcsum]", 1, 6, Value::Other,
            NotYet) "How packets get to this server.",
        range "upper case words; gue needs port 1-65535, others must not have one; ipip: no \
            csum/remcsum; gre: no remcsum", default "from the virtual server", since "1.3.6",
        build "tunnel types need kernel headers 5.2 (gue) / 5.3 (gre, checksums)";
    "notify_down" ("SCRIPT|\"SCRIPT ARGS\" [USER [GROUP]]", 1, 3, Value::Script, NotYet)
        "Runs when the server leaves service.", default "none", since "1.0.0",
        build "absent with --disable-lvs";
    "notify_up" ("SCRIPT|\"SCRIPT ARGS\" [USER [GROUP]]", 1, 3, Value::Script, NotYet)
        "Runs when the server goes into service.", default "none", since "1.0.0",
        build "absent with --disable-lvs";
    "retry" ("N", 1, 1, integer(1, 4_294_967_295), NotYet) "retry for this server's checks.",
        range "1-4294967295 (strict)", default "from the virtual server", since "1.3.7",
        build "absent with --disable-lvs";
    "smtp_alert" ("[BOOL]", 0, 1, Value::Flag, NotYet)
        "Sends mail when a check of this server changes its mind.",
        default "global smtp_alert_checker, else global smtp_alert, else ON (unlike every other \
            smtp_alert)", since "2.0.0", build "absent with --disable-lvs";
    "snmp_name" ("NAME", 1, 1, Value::Word, NotYet) "Name of the server in SNMP answers.",
        missing "real server snmp_name missing or extra parameters",
        extra "real server snmp_name missing or extra parameters",
        range "exactly one word", default "none", since "2.2.3",
        build "--enable-snmp-checker (or --enable-snmp)";
    "uthreshold" ("N", 1, 1, integer(0, 4_294_967_295), NotYet)
        "No new connections beyond this many.", range "0-4294967295", default "0 (off)",
        since "1.1.13", build "absent with --disable-lvs";
    "virtualhost" ("NAME", 1, 1, Value::Word, NotYet) "Host name for this server's web checks.",
        missing "real server virtualhost missing",
        default "none (virtual server value used)", since "1.3.6",
        build "absent with --disable-lvs";
    "warmup" ("SECONDS", 1, 1, seconds(6, 0, 18_446_744_073_709_551_614), NotYet)
        "warmup for this server's checks.", range "0 upwards", default "from the virtual server",
        since "1.3.7", build "absent with --disable-lvs";
    "weight" ("N", 1, 1, integer(0, 2_147_483_647), NotYet)
        "Share of connections, and part of the quorum.", range "0-2147483647",
        default "weight of the virtual server (1)", since "0.6.6 or earlier",
        build "absent with --disable-lvs";
}
