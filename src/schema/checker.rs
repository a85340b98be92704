//! Health checks of real servers, except those by HTTP.

use super::Support::NotYet;
use super::{Block, Keyword, MANY, Value, integer, seconds, table};

table! { MISC_CHECK;
    "alpha" ("[BOOL]", 0, 1, Value::Flag, NotYet) "Down until the first success.",
        default "from the real server", since "1.3.7", build "absent with --disable-lvs";
    "delay_before_retry" ("SECONDS", 1, 1, seconds(6, 0, 18_446_744_073_709_551_614), NotYet)
        "Time from a failure to the next try.", range "0 upwards",
        default "from the real server, else 1 s", since "1.3.7", build "absent with --disable-lvs";
    "delay_loop" ("SECONDS", 1, 1, seconds(6, 1, 18_446_744_073_709_551_614), NotYet)
        "Time from one check to the next.", range "0.000001 upwards",
        default "from the real server (60 s)", since "1.3.7", build "absent with --disable-lvs";
    "log_all_failures" ("[BOOL]", 0, 1, Value::Flag, NotYet)
        "Logs each failure, not only the deciding one.",
        default "off (global checker_log_all_failures also turns it on)", since "2.0.11",
        build "absent with --disable-lvs";
    "misc_dynamic" ("", 0, 0, Value::None, NotYet) "The exit status sets the server's weight.",
        default "off", since "1.1.8", build "absent with --disable-lvs";
    "misc_path" ("PROGRAM|\"PROGRAM ARGS\"", 1, 1, Value::Script, NotYet)
        "The program, with its arguments.", missing "", range "quoted string with escapes",
        since "0.6.6 or earlier", build "absent with --disable-lvs";
    "misc_timeout" ("SECONDS", 1, 1, seconds(0, 0, 4_294_000_000), NotYet)
        "A run that takes longer is killed.", range "0-4294 whole seconds; 0 = default",
        default "delay_loop of the virtual server", since "1.1.0",
        build "absent with --disable-lvs";
    "retry" ("N", 1, 1, integer(0, 4_294_967_295), NotYet)
        "Failures in a row that a working server is forgiven.", range "0-4294967295",
        default "from the real server, else 0", since "1.3.7", build "absent with --disable-lvs";
    "user" ("USER [GROUP]", 0, 2, Value::Word, NotYet) "User and group that the program runs as.",
        default "script_user, else keepalived_script, else root", since "1.3.0",
        build "absent with --disable-lvs";
    "warmup" ("SECONDS", 1, 1, seconds(6, 0, 18_446_744_073_709_551_614), NotYet)
        "The first check comes at a random time within this.", range "0 upwards",
        default "from the real server, else the delay_loop of the checker", since "1.2.13",
        build "absent with --disable-lvs";
}

table! { SMTP_CHECK;
    "alpha" ("[BOOL]", 0, 1, Value::Flag, NotYet) "Down until the first success.",
        default "from the real server", since "1.3.7", build "absent with --disable-lvs";
    "bind_if" ("IFNAME", 1, 1, Value::Interface, NotYet) "Interface that the check goes out by.",
        range "up to 15 characters", default "none", since "1.3.7",
        build "absent with --disable-lvs";
    "bind_port" ("PORT", 1, 1, integer(1, 65_535), NotYet)
        "Source port of the check; needs bindto.", range "1-65535", default "none", since "1.2.17",
        build "absent with --disable-lvs";
    "bindto" ("IPADDR", 1, 1, Value::Address, NotYet) "Source address of the check.",
        range "literal of the same family as the destination", default "none", since "1.2.17",
        build "absent with --disable-lvs";
    "connect_ip" ("IPADDR", 1, 1, Value::Address, NotYet)
        "Where to connect if not to the server's own address.", range "IPv4/IPv6 literal",
        default "real server address", since "1.2.17", build "absent with --disable-lvs";
    "connect_port" ("PORT", 1, 1, integer(1, 65_535), NotYet)
        "Where to connect if not to the server's own port.", range "1-65535",
        default "port written on the real_server line; 0 (not the virtual server port) when that \
            line has none", since "1.2.17", build "absent with --disable-lvs";
    "connect_timeout" ("SECONDS", 1, 1, seconds(6, 1, 4_294_967_295), NotYet)
        "How long the check waits.", range "0.000001-4294.967295",
        default "from the real server (5 s)", since "1.1.8", build "absent with --disable-lvs";
    "delay_before_retry" ("SECONDS", 1, 1, seconds(6, 0, 18_446_744_073_709_551_614), NotYet)
        "Time from a failure to the next try.", range "0 upwards",
        default "from the real server, else 1 s", since "1.1.8", build "absent with --disable-lvs";
    "delay_loop" ("SECONDS", 1, 1, seconds(6, 1, 18_446_744_073_709_551_614), NotYet)
        "Time from one check to the next.", range "0.000001 upwards",
        default "from the real server (60 s)", since "1.3.7", build "absent with --disable-lvs";
    "fwmark" ("MARK", 1, 1, integer(0, 4_294_967_295), NotYet)
        "Firewall mark of the check's packets.", range "0-4294967295; 0 = none", default "0",
        since "1.2.17", build "SO_MARK support in headers (on)";
    "helo_name" ("NAME", 1, 1, Value::Word, NotYet) "Name to greet the mail server with.",
        missing "SMTP_CHECK helo name missing",
        default "smtpchecker.keepalived.org", since "1.1.8", build "absent with --disable-lvs";
    "host" ("{ connection options }", 0, 0, Value::None, NotYet)
        "Old form of one more host to check.", block Block::SmtpHost,
        deprecated "one SMTP_CHECK for each host", range "deprecated", since "1.1.8",
        build "absent with --disable-lvs";
    "log_all_failures" ("[BOOL]", 0, 1, Value::Flag, NotYet)
        "Logs each failure, not only the deciding one.",
        default "off (global checker_log_all_failures also turns it on)", since "2.0.11",
        build "absent with --disable-lvs";
    "retry" ("N", 1, 1, integer(0, 4_294_967_295), NotYet)
        "Failures in a row that a working server is forgiven.", range "0-4294967295",
        default "from the real server, else 1", since "1.1.8", build "absent with --disable-lvs";
    "warmup" ("SECONDS", 1, 1, seconds(6, 0, 18_446_744_073_709_551_614), NotYet)
        "The first check comes at a random time within this.", range "0 upwards",
        default "from the real server, else the delay_loop of the checker", since "1.2.13",
        build "absent with --disable-lvs";
}

table! { SMTP_HOST;
    "alpha" ("[BOOL]", 0, 1, Value::Flag, NotYet) "Down until the first success.",
        default "from the real server", since "1.3.7", build "absent with --disable-lvs";
    "bind_if" ("IFNAME", 1, 1, Value::Interface, NotYet) "Interface that the check goes out by.",
        range "up to 15 characters", default "none", since "1.3.7",
        build "absent with --disable-lvs";
    "bind_port" ("PORT", 1, 1, integer(1, 65_535), NotYet)
        "Source port of the check; needs bindto.", range "1-65535", default "none", since "1.2.13",
        build "absent with --disable-lvs";
    "bindto" ("IPADDR", 1, 1, Value::Address, NotYet) "Source address of the check.",
        range "literal of the same family as the destination", default "none", since "1.1.8",
        build "absent with --disable-lvs";
    "connect_ip" ("IPADDR", 1, 1, Value::Address, NotYet)
        "Where to connect if not to the server's own address.", range "IPv4/IPv6 literal",
        default "real server address", since "1.1.8", build "absent with --disable-lvs";
    "connect_port" ("PORT", 1, 1, integer(1, 65_535), NotYet)
        "Where to connect if not to the server's own port.", range "1-65535",
        default "port written on the real_server line; 0 (not the virtual server port) when that \
            line has none", since "1.1.8", build "absent with --disable-lvs";
    "connect_timeout" ("SECONDS", 1, 1, seconds(6, 1, 4_294_967_295), NotYet)
        "How long the check waits.", range "0.000001-4294.967295",
        default "from the real server (5 s)", since "1.2.13", build "absent with --disable-lvs";
    "delay_before_retry" ("SECONDS", 1, 1, seconds(6, 0, 18_446_744_073_709_551_614), NotYet)
        "Time from a failure to the next try.", range "0 upwards",
        default "from the real server, else 1 s", since "1.3.7", build "absent with --disable-lvs";
    "delay_loop" ("SECONDS", 1, 1, seconds(6, 1, 18_446_744_073_709_551_614), NotYet)
        "Time from one check to the next.", range "0.000001 upwards",
        default "from the real server (60 s)", since "1.3.7", build "absent with --disable-lvs";
    "fwmark" ("MARK", 1, 1, integer(0, 4_294_967_295), NotYet)
        "Firewall mark of the check's packets.", range "0-4294967295; 0 = none", default "0",
        since "1.2.13", build "SO_MARK support in headers (on)";
    "log_all_failures" ("[BOOL]", 0, 1, Value::Flag, NotYet)
        "Logs each failure, not only the deciding one.",
        default "off (global checker_log_all_failures also turns it on)", since "2.0.11",
        build "absent with --disable-lvs";
    "retry" ("N", 1, 1, integer(0, 4_294_967_295), NotYet)
        "Failures in a row that a working server is forgiven.", range "0-4294967295",
        default "from the real server, else 1", since "1.3.7", build "absent with --disable-lvs";
    "warmup" ("SECONDS", 1, 1, seconds(6, 0, 18_446_744_073_709_551_614), NotYet)
        "The first check comes at a random time within this.", range "0 upwards",
        default "from the real server, else the delay_loop of the checker", since "1.3.7",
        build "absent with --disable-lvs";
}

table! { TCP_CHECK;
    "alpha" ("[BOOL]", 0, 1, Value::Flag, NotYet) "Down until the first success.",
        default "from the real server", since "1.3.7", build "absent with --disable-lvs";
    "bind_if" ("IFNAME", 1, 1, Value::Interface, NotYet) "Interface that the check goes out by.",
        range "up to 15 characters", default "none", since "1.3.7",
        build "absent with --disable-lvs";
    "bind_port" ("PORT", 1, 1, integer(1, 65_535), NotYet)
        "Source port of the check; needs bindto.", range "1-65535", default "none", since "1.2.13",
        build "absent with --disable-lvs";
    "bindto" ("IPADDR", 1, 1, Value::Address, NotYet) "Source address of the check.",
        range "literal of the same family as the destination", default "none", since "1.1.2",
        build "absent with --disable-lvs";
    "connect_ip" ("IPADDR", 1, 1, Value::Address, NotYet)
        "Where to connect if not to the server's own address.", range "IPv4/IPv6 literal",
        default "real server address", since "1.2.13", build "absent with --disable-lvs";
    "connect_port" ("PORT", 1, 1, integer(1, 65_535), NotYet)
        "Where to connect if not to the server's own port.", range "1-65535",
        default "port written on the real_server line; 0 (not the virtual server port) when that \
            line has none", since "0.6.6 or earlier", build "absent with --disable-lvs";
    "connect_timeout" ("SECONDS", 1, 1, seconds(6, 1, 4_294_967_295), NotYet)
        "How long the check waits.", range "0.000001-4294.967295",
        default "from the real server (5 s)", since "0.6.6 or earlier",
        build "absent with --disable-lvs";
    "delay_before_retry" ("SECONDS", 1, 1, seconds(6, 0, 18_446_744_073_709_551_614), NotYet)
        "Time from a failure to the next try.", range "0 upwards",
        default "from the real server, else 1 s", since "1.2.20", build "absent with --disable-lvs";
    "delay_loop" ("SECONDS", 1, 1, seconds(6, 1, 18_446_744_073_709_551_614), NotYet)
        "Time from one check to the next.", range "0.000001 upwards",
        default "from the real server (60 s)", since "1.3.7", build "absent with --disable-lvs";
    "fwmark" ("MARK", 1, 1, integer(0, 4_294_967_295), NotYet)
        "Firewall mark of the check's packets.", range "0-4294967295; 0 = none", default "0",
        since "1.2.13", build "SO_MARK support in headers (on)";
    "log_all_failures" ("[BOOL]", 0, 1, Value::Flag, NotYet)
        "Logs each failure, not only the deciding one.",
        default "off (global checker_log_all_failures also turns it on)", since "2.0.11",
        build "absent with --disable-lvs";
    "retry" ("N", 1, 1, integer(0, 4_294_967_295), NotYet)
        "Failures in a row that a working server is forgiven.", range "0-4294967295",
        default "from the real server, else 1", since "1.2.20", build "absent with --disable-lvs";
    "warmup" ("SECONDS", 1, 1, seconds(6, 0, 18_446_744_073_709_551_614), NotYet)
        "The first check comes at a random time within this.", range "0 upwards",
        default "from the real server, else the delay_loop of the checker", since "1.2.13",
        build "absent with --disable-lvs";
}

table! { PING_CHECK;
    "alpha" ("[BOOL]", 0, 1, Value::Flag, NotYet) "Down until the first success.",
        default "from the real server", since "2.1.0", build "absent with --disable-lvs";
    "bind_if" ("IFNAME", 1, 1, Value::Interface, NotYet) "Interface that the check goes out by.",
        range "up to 15 characters", default "none", since "2.1.0",
        build "absent with --disable-lvs";
    "bind_port" ("PORT", 1, 1, integer(1, 65_535), NotYet)
        "Source port of the check; needs bindto.", range "1-65535", default "none", since "2.1.0",
        build "absent with --disable-lvs";
    "bindto" ("IPADDR", 1, 1, Value::Address, NotYet) "Source address of the check.",
        range "literal of the same family as the destination", default "none", since "2.1.0",
        build "absent with --disable-lvs";
    "connect_ip" ("IPADDR", 1, 1, Value::Address, NotYet)
        "Where to connect if not to the server's own address.", range "IPv4/IPv6 literal",
        default "real server address", since "2.1.0", build "absent with --disable-lvs";
    "connect_port" ("PORT", 1, 1, integer(1, 65_535), NotYet)
        "Where to connect if not to the server's own port.", range "1-65535",
        default "port written on the real_server line; 0 (not the virtual server port) when that \
            line has none", since "2.1.0", build "absent with --disable-lvs";
    "connect_timeout" ("SECONDS", 1, 1, seconds(6, 1, 4_294_967_295), NotYet)
        "How long the check waits.", range "0.000001-4294.967295",
        default "from the real server (5 s)", since "2.1.0", build "absent with --disable-lvs";
    "delay_before_retry" ("SECONDS", 1, 1, seconds(6, 0, 18_446_744_073_709_551_614), NotYet)
        "Time from a failure to the next try.", range "0 upwards",
        default "from the real server, else 1 s", since "2.1.0", build "absent with --disable-lvs";
    "delay_loop" ("SECONDS", 1, 1, seconds(6, 1, 18_446_744_073_709_551_614), NotYet)
        "Time from one check to the next.", range "0.000001 upwards",
        default "from the real server (60 s)", since "2.1.0", build "absent with --disable-lvs";
    "fwmark" ("MARK", 1, 1, integer(0, 4_294_967_295), NotYet)
        "Firewall mark of the check's packets.", range "0-4294967295; 0 = none", default "0",
        since "2.1.0", build "SO_MARK support in headers (on)";
    "log_all_failures" ("[BOOL]", 0, 1, Value::Flag, NotYet)
        "Logs each failure, not only the deciding one.",
        default "off (global checker_log_all_failures also turns it on)", since "2.1.0",
        build "absent with --disable-lvs";
    "retry" ("N", 1, 1, integer(0, 4_294_967_295), NotYet)
        "Failures in a row that a working server is forgiven.", range "0-4294967295",
        default "from the real server, else 1", since "2.1.0", build "absent with --disable-lvs";
    "warmup" ("SECONDS", 1, 1, seconds(6, 0, 18_446_744_073_709_551_614), NotYet)
        "The first check comes at a random time within this.", range "0 upwards",
        default "from the real server, else the delay_loop of the checker", since "2.1.0",
        build "absent with --disable-lvs";
}

table! { UDP_CHECK;
    "alpha" ("[BOOL]", 0, 1, Value::Flag, NotYet) "Down until the first success.",
        default "from the real server", since "2.1.0", build "absent with --disable-lvs";
    "bind_if" ("IFNAME", 1, 1, Value::Interface, NotYet) "Interface that the check goes out by.",
        range "up to 15 characters", default "none", since "2.1.0",
        build "absent with --disable-lvs";
    "bind_port" ("PORT", 1, 1, integer(1, 65_535), NotYet)
        "Source port of the check; needs bindto.", range "1-65535", default "none", since "2.1.0",
        build "absent with --disable-lvs";
    "bindto" ("IPADDR", 1, 1, Value::Address, NotYet) "Source address of the check.",
        range "literal of the same family as the destination", default "none", since "2.1.0",
        build "absent with --disable-lvs";
    "connect_ip" ("IPADDR", 1, 1, Value::Address, NotYet)
        "Where to connect if not to the server's own address.", range "IPv4/IPv6 literal",
        default "real server address", since "2.1.0", build "absent with --disable-lvs";
    "connect_port" ("PORT", 1, 1, integer(1, 65_535), NotYet)
        "Where to connect if not to the server's own port.", range "1-65535",
        default "port written on the real_server line; 0 (not the virtual server port) when that \
            line has none", since "2.1.0", build "absent with --disable-lvs";
    "connect_timeout" ("SECONDS", 1, 1, seconds(6, 1, 4_294_967_295), NotYet)
        "How long the check waits.", range "0.000001-4294.967295",
        default "from the real server (5 s)", since "2.1.0", build "absent with --disable-lvs";
    "delay_before_retry" ("SECONDS", 1, 1, seconds(6, 0, 18_446_744_073_709_551_614), NotYet)
        "Time from a failure to the next try.", range "0 upwards",
        default "from the real server, else 1 s", since "2.1.0", build "absent with --disable-lvs";
    "delay_loop" ("SECONDS", 1, 1, seconds(6, 1, 18_446_744_073_709_551_614), NotYet)
        "Time from one check to the next.", range "0.000001 upwards",
        default "from the real server (60 s)", since "2.1.0", build "absent with --disable-lvs";
    "fwmark" ("MARK", 1, 1, integer(0, 4_294_967_295), NotYet)
        "Firewall mark of the check's packets.", range "0-4294967295; 0 = none", default "0",
        since "2.1.0", build "SO_MARK support in headers (on)";
    "log_all_failures" ("[BOOL]", 0, 1, Value::Flag, NotYet)
        "Logs each failure, not only the deciding one.",
        default "off (global checker_log_all_failures also turns it on)", since "2.1.0",
        build "absent with --disable-lvs";
    "max_reply_length" ("N", 1, 1, integer(0, 65_535), NotYet) "Longest answer that counts.",
        range "0-65535 (strict)", default "255", since "2.2.0", build "absent with --disable-lvs";
    "min_reply_length" ("N", 1, 1, integer(0, 65_535), NotYet) "Shortest answer that counts.",
        range "0-65535 (strict)", default "0", since "2.2.0", build "absent with --disable-lvs";
    "payload" ("HEX...", 1, MANY, Value::Other, NotYet) "What the datagram holds, in hexadecimal.",
        missing "UDP_CHECK payload requires a payload",
        range "hex digits in groups, a lone digit is one octet",
        default "32 octets of a repeated fixed text", since "2.2.0",
        build "absent with --disable-lvs";
    "require_reply" ("[HEX...]", 0, MANY, Value::Other, NotYet)
        "Waits for an answer, and for this content if it is given.",
        range "as payload, x or X = any nibble", default "off", since "2.1.0",
        build "absent with --disable-lvs";
    "retry" ("N", 1, 1, integer(0, 4_294_967_295), NotYet)
        "Failures in a row that a working server is forgiven.", range "0-4294967295",
        default "from the real server, else 1", since "2.1.0", build "absent with --disable-lvs";
    "warmup" ("SECONDS", 1, 1, seconds(6, 0, 18_446_744_073_709_551_614), NotYet)
        "The first check comes at a random time within this.", range "0 upwards",
        default "from the real server, else the delay_loop of the checker", since "2.1.0",
        build "absent with --disable-lvs";
}

table! { DNS_CHECK;
    "alpha" ("[BOOL]", 0, 1, Value::Flag, NotYet) "Down until the first success.",
        default "from the real server", since "1.3.7", build "absent with --disable-lvs";
    "bind_if" ("IFNAME", 1, 1, Value::Interface, NotYet) "Interface that the check goes out by.",
        range "up to 15 characters", default "none", since "1.3.7",
        build "absent with --disable-lvs";
    "bind_port" ("PORT", 1, 1, integer(1, 65_535), NotYet)
        "Source port of the check; needs bindto.", range "1-65535", default "none", since "1.3.0",
        build "absent with --disable-lvs";
    "bindto" ("IPADDR", 1, 1, Value::Address, NotYet) "Source address of the check.",
        range "literal of the same family as the destination", default "none", since "1.3.0",
        build "absent with --disable-lvs";
    "connect_ip" ("IPADDR", 1, 1, Value::Address, NotYet)
        "Where to connect if not to the server's own address.", range "IPv4/IPv6 literal",
        default "real server address", since "1.3.0", build "absent with --disable-lvs";
    "connect_port" ("PORT", 1, 1, integer(1, 65_535), NotYet)
        "Where to connect if not to the server's own port.", range "1-65535",
        default "port written on the real_server line; 0 (not the virtual server port) when that \
            line has none", since "1.3.0", build "absent with --disable-lvs";
    "connect_timeout" ("SECONDS", 1, 1, seconds(6, 1, 4_294_967_295), NotYet)
        "How long the check waits.", range "0.000001-4294.967295",
        default "from the real server (5 s)", since "1.3.0", build "absent with --disable-lvs";
    "delay_before_retry" ("SECONDS", 1, 1, seconds(6, 0, 18_446_744_073_709_551_614), NotYet)
        "Time from a failure to the next try.", range "0 upwards",
        default "from the real server, else the delay_loop", since "1.3.7",
        build "absent with --disable-lvs";
    "delay_loop" ("SECONDS", 1, 1, seconds(6, 1, 18_446_744_073_709_551_614), NotYet)
        "Time from one check to the next.", range "0.000001 upwards",
        default "from the real server (60 s)", since "1.3.7", build "absent with --disable-lvs";
    "fwmark" ("MARK", 1, 1, integer(0, 4_294_967_295), NotYet)
        "Firewall mark of the check's packets.", range "0-4294967295; 0 = none", default "0",
        since "1.3.0", build "SO_MARK support in headers (on)";
    "log_all_failures" ("[BOOL]", 0, 1, Value::Flag, NotYet)
        "Logs each failure, not only the deciding one.",
        default "off (global checker_log_all_failures also turns it on)", since "2.0.11",
        build "absent with --disable-lvs";
    "name" ("NAME", 1, 1, Value::Word, NotYet) "Name to ask for.", range "dotted name",
        default "root (.)", since "1.3.0", build "absent with --disable-lvs";
    "retry" ("N", 1, 1, integer(0, 4_294_967_295), NotYet)
        "Failures in a row that a working server is forgiven.", range "0-4294967295",
        default "from the real server, else 3", since "1.3.0", build "absent with --disable-lvs";
    "type"
        ("TYPE", 1, 1, Value::Choice(&["A", "NS", "CNAME", "SOA", "MX", "TXT", "AAAA", "RRSIG",
            "DNSKEY"]), NotYet) "Kind of record to ask for.",
        range "A NS CNAME SOA MX TXT AAAA RRSIG DNSKEY (any case)", default "SOA", since "1.3.0",
        build "absent with --disable-lvs";
    "warmup" ("SECONDS", 1, 1, seconds(6, 0, 18_446_744_073_709_551_614), NotYet)
        "The first check comes at a random time within this.", range "0 upwards",
        default "from the real server, else the delay_loop of the checker", since "1.3.7",
        build "absent with --disable-lvs";
}

table! { FILE_CHECK;
    "track_file" ("NAME", 1, 1, Value::Word, NotYet)
        "The tracked file, which must be defined further up.",
        range "a track_file block defined EARLIER in the file", since "2.1.0",
        build "absent with --disable-lvs";
    "weight" ("N [reverse|noreverse]", 1, 2, integer(-2_147_483_647, 2_147_483_647), NotYet)
        "Multiplies the number in the file; 0 means down unless it is 0.",
        missing "track file weight missing",
        range "-2147483647..2147483647", default "weight of the track_file (1)", since "2.1.0",
        build "absent with --disable-lvs";
}

table! { BFD_CHECK;
    "alpha" ("[BOOL]", 0, 1, Value::Flag, NotYet) "Down until the session is up.",
        default "from the real server", since "2.0.0", build "--enable-bfd";
    "name" ("NAME", 0, MANY, Value::Word, NotYet) "The session, which must be defined further up.",
        range "a bfd_instance defined EARLIER and not restricted to vrrp", since "2.0.0",
        build "--enable-bfd";
}
