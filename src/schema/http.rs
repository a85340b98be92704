//! Health checks by HTTP and HTTPS.

use super::Support::NotYet;
use super::{Block, Keyword, MANY, Value, integer, seconds, table};

table! { HTTP_GET;
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
        default "from the real server, else 3 s", since "0.6.6 or earlier",
        build "absent with --disable-lvs";
    "delay_loop" ("SECONDS", 1, 1, seconds(6, 1, 18_446_744_073_709_551_614), NotYet)
        "Time from one check to the next.", range "0.000001 upwards",
        default "from the real server (60 s)", since "1.3.7", build "absent with --disable-lvs";
    "enable_sni" ("[BOOL]", 0, 1, Value::Flag, NotYet) "Names the host in the TLS greeting.",
        default "off", since "1.4.3", build "OpenSSL with SNI";
    "fast_recovery" ("[BOOL]", 0, 1, Value::Flag, NotYet)
        "Checks all pages at once while the server is not yet up.", default "off", since "2.0.17",
        build "absent with --disable-lvs";
    "fwmark" ("MARK", 1, 1, integer(0, 4_294_967_295), NotYet)
        "Firewall mark of the check's packets.", range "0-4294967295; 0 = none", default "0",
        since "1.2.13", build "SO_MARK support in headers (on)";
    "http_protocol"
        ("1.0|1.0C|1.0c|1.1", 1, 1, Value::Choice(&["1.0", "1.0C", "1.0c", "1.1"]), NotYet)
        "HTTP version to speak.", missing "Missing http_protocol version", default "1.0", since "2.0.17", build "absent with --disable-lvs";
    "log_all_failures" ("[BOOL]", 0, 1, Value::Flag, NotYet)
        "Logs each failure, not only the deciding one.",
        default "off (global checker_log_all_failures also turns it on)", since "2.0.11",
        build "absent with --disable-lvs";
    "nb_get_retry" ("N", 1, 1, integer(0, 4_294_967_295), NotYet) "Earlier name of retry.",
        deprecated "retry",
        complaint "nb_get_retry is deprecated - please use 'retry'", range "0-4294967295", since "0.6.6 or earlier",
        build "absent with --disable-lvs";
    "retry" ("N", 1, 1, integer(0, 4_294_967_295), NotYet)
        "Failures in a row that a working server is forgiven.", range "0-4294967295",
        default "from the real server, else 1", since "1.3.7", build "absent with --disable-lvs";
    "sni_name" ("[NAME]", 0, 1, Value::Word, NotYet) "Host name for the TLS greeting.",
        since "after 2.4.3 (git)", build "OpenSSL with SNI";
    "url" ("{ ... }", 0, 0, Value::None, NotYet) "A page that must be right.", block Block::HttpUrl,
        range "at least one; checked in turn, one per delay_loop", since "0.6.6 or earlier",
        build "absent with --disable-lvs";
    "virtualhost" ("NAME", 1, 1, Value::Word, NotYet) "Host name to ask for.",
        missing "HTTP_GET virtualhost name missing",
        default "from url, else this, else real server, else virtual server, else address:port",
        since "1.3.6", build "absent with --disable-lvs";
    "warmup" ("SECONDS", 1, 1, seconds(6, 0, 18_446_744_073_709_551_614), NotYet)
        "The first check comes at a random time within this.", range "0 upwards",
        default "from the real server, else the delay_loop of the checker", since "1.2.13",
        build "absent with --disable-lvs";
}

table! { HTTP_URL;
    "digest" ("MD5HEX", 1, 1, Value::Word, NotYet) "MD5 sum that the page must have.",
        range "32 hex digits", default "none", since "0.6.6 or earlier",
        build "absent with --disable-lvs";
    "path" ("PATH", 1, 1, Value::Word, NotYet) "Path of the page.", range "sent as is; one word",
        since "0.6.6 or earlier", build "absent with --disable-lvs";
    "regex" ("PATTERN", 1, MANY, Value::Other, NotYet) "Pattern that the answer must match.", missing "",
        range "PCRE2, quoted string with escapes", default "none", since "2.0.7",
        build "--enable-regex (PCRE2; off by default, on in Debian)";
    "regex_max_offset" ("N", 1, 1, integer(0, 9_223_372_036_854_775_807), NotYet)
        "Where in the answer a match may begin at the latest.", missing "", range "octets", default "none",
        since "2.0.7", build "--enable-regex (PCRE2; off by default, on in Debian)";
    "regex_min_offset" ("N", 1, 1, integer(0, 9_223_372_036_854_775_807), NotYet)
        "Where in the answer a match may begin at the earliest.", missing "", range "octets", default "0",
        since "2.0.7", build "--enable-regex (PCRE2; off by default, on in Debian)";
    "regex_no_match" ("", 0, 0, Value::None, NotYet) "The answer must not match the pattern.",
        default "off", since "2.0.7", build "--enable-regex (PCRE2; off by default, on in Debian)";
    "regex_options" ("WORD ...", 1, MANY, Value::Other, NotYet) "How the pattern is read.", missing "",
        range "allow_empty_class alt_bsux auto_callout caseless dollar_endonly dotall dupnames \
            extended firstline match_unset_backref multiline never_ucp never_utf no_auto_capture \
            no_auto_possess no_dotstar_anchor no_start_optimize ucp ungreedy utf \
            never_backslash_c alt_circumflex alt_verbnames use_offset_limit", default "none",
        since "2.0.7", build "--enable-regex (PCRE2; off by default, on in Debian)";
    "regex_stack" ("START MAX", 2, 2, Value::Other, NotYet)
        "First and greatest size of the matcher's stack.", missing "", range "octets, START <= MAX",
        default "PCRE2 default", since "2.0.7",
        build "--enable-regex (PCRE2; off by default, on in Debian) with JIT";
    "status_code" ("CODE|A-B ...", 1, MANY, Value::Other, NotYet)
        "HTTP status codes that count as success.", missing "", range "100-599", default "200-299",
        since "0.7.6", build "absent with --disable-lvs";
    "virtualhost" ("NAME", 1, 1, Value::Word, NotYet) "Host name to ask for.",
        missing "Missing HTTP_GET virtualhost name",
        default "from the checker", since "1.3.6", build "absent with --disable-lvs";
}

table! { SSL_GET;
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
        default "from the real server, else 3 s", since "0.6.6 or earlier",
        build "absent with --disable-lvs";
    "delay_loop" ("SECONDS", 1, 1, seconds(6, 1, 18_446_744_073_709_551_614), NotYet)
        "Time from one check to the next.", range "0.000001 upwards",
        default "from the real server (60 s)", since "1.3.7", build "absent with --disable-lvs";
    "enable_sni" ("[BOOL]", 0, 1, Value::Flag, NotYet) "Names the host in the TLS greeting.",
        default "off", since "1.4.3", build "OpenSSL with SNI";
    "fast_recovery" ("[BOOL]", 0, 1, Value::Flag, NotYet)
        "Checks all pages at once while the server is not yet up.", default "off", since "2.0.17",
        build "absent with --disable-lvs";
    "fwmark" ("MARK", 1, 1, integer(0, 4_294_967_295), NotYet)
        "Firewall mark of the check's packets.", range "0-4294967295; 0 = none", default "0",
        since "1.2.13", build "SO_MARK support in headers (on)";
    "http_protocol"
        ("1.0|1.0C|1.0c|1.1", 1, 1, Value::Choice(&["1.0", "1.0C", "1.0c", "1.1"]), NotYet)
        "HTTP version to speak.", missing "Missing http_protocol version", default "1.0", since "2.0.17", build "absent with --disable-lvs";
    "log_all_failures" ("[BOOL]", 0, 1, Value::Flag, NotYet)
        "Logs each failure, not only the deciding one.",
        default "off (global checker_log_all_failures also turns it on)", since "2.0.11",
        build "absent with --disable-lvs";
    "nb_get_retry" ("N", 1, 1, integer(0, 4_294_967_295), NotYet) "Earlier name of retry.",
        deprecated "retry",
        complaint "nb_get_retry is deprecated - please use 'retry'", range "0-4294967295", since "0.6.6 or earlier",
        build "absent with --disable-lvs";
    "retry" ("N", 1, 1, integer(0, 4_294_967_295), NotYet)
        "Failures in a row that a working server is forgiven.", range "0-4294967295",
        default "from the real server, else 1", since "1.3.7", build "absent with --disable-lvs";
    "sni_name" ("[NAME]", 0, 1, Value::Word, NotYet) "Host name for the TLS greeting.",
        since "after 2.4.3 (git)", build "OpenSSL with SNI";
    "tls_compliant" ("[BOOL]", 0, 1, Value::Flag, NotYet)
        "Says goodbye properly when it closes the connection.", default "off", since "2.2.8",
        build "OpenSSL";
    "url" ("{ ... }", 0, 0, Value::None, NotYet) "A page that must be right.", block Block::SslUrl,
        range "at least one; checked in turn, one per delay_loop", since "0.6.6 or earlier",
        build "absent with --disable-lvs";
    "virtualhost" ("NAME", 1, 1, Value::Word, NotYet) "Host name to ask for.",
        missing "HTTP_GET virtualhost name missing",
        default "from url, else this, else real server, else virtual server, else address:port",
        since "1.3.6", build "absent with --disable-lvs";
    "warmup" ("SECONDS", 1, 1, seconds(6, 0, 18_446_744_073_709_551_614), NotYet)
        "The first check comes at a random time within this.", range "0 upwards",
        default "from the real server, else the delay_loop of the checker", since "1.2.13",
        build "absent with --disable-lvs";
}

table! { SSL_URL;
    "digest" ("MD5HEX", 1, 1, Value::Word, NotYet) "MD5 sum that the page must have.",
        range "32 hex digits", default "none", since "0.6.6 or earlier",
        build "absent with --disable-lvs";
    "path" ("PATH", 1, 1, Value::Word, NotYet) "Path of the page.", range "sent as is; one word",
        since "0.6.6 or earlier", build "absent with --disable-lvs";
    "regex" ("PATTERN", 1, MANY, Value::Other, NotYet) "Pattern that the answer must match.", missing "",
        range "PCRE2, quoted string with escapes", default "none", since "2.0.7",
        build "--enable-regex (PCRE2; off by default, on in Debian)";
    "regex_max_offset" ("N", 1, 1, integer(0, 9_223_372_036_854_775_807), NotYet)
        "Where in the answer a match may begin at the latest.", missing "", range "octets", default "none",
        since "2.0.7", build "--enable-regex (PCRE2; off by default, on in Debian)";
    "regex_min_offset" ("N", 1, 1, integer(0, 9_223_372_036_854_775_807), NotYet)
        "Where in the answer a match may begin at the earliest.", missing "", range "octets", default "0",
        since "2.0.7", build "--enable-regex (PCRE2; off by default, on in Debian)";
    "regex_no_match" ("", 0, 0, Value::None, NotYet) "The answer must not match the pattern.",
        default "off", since "2.0.7", build "--enable-regex (PCRE2; off by default, on in Debian)";
    "regex_options" ("WORD ...", 1, MANY, Value::Other, NotYet) "How the pattern is read.", missing "",
        range "allow_empty_class alt_bsux auto_callout caseless dollar_endonly dotall dupnames \
            extended firstline match_unset_backref multiline never_ucp never_utf no_auto_capture \
            no_auto_possess no_dotstar_anchor no_start_optimize ucp ungreedy utf \
            never_backslash_c alt_circumflex alt_verbnames use_offset_limit", default "none",
        since "2.0.7", build "--enable-regex (PCRE2; off by default, on in Debian)";
    "regex_stack" ("START MAX", 2, 2, Value::Other, NotYet)
        "First and greatest size of the matcher's stack.", missing "", range "octets, START <= MAX",
        default "PCRE2 default", since "2.0.7",
        build "--enable-regex (PCRE2; off by default, on in Debian) with JIT";
    "status_code" ("CODE|A-B ...", 1, MANY, Value::Other, NotYet)
        "HTTP status codes that count as success.", missing "", range "100-599", default "200-299",
        since "0.7.6", build "absent with --disable-lvs";
    "tls_compliant" ("[BOOL]", 0, 1, Value::Flag, NotYet)
        "Says goodbye properly when it closes this page's connection.", default "off",
        since "2.2.8", build "OpenSSL";
    "virtualhost" ("NAME", 1, 1, Value::Word, NotYet) "Host name to ask for.",
        missing "Missing HTTP_GET virtualhost name",
        default "from the checker", since "1.3.6", build "absent with --disable-lvs";
}
