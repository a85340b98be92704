//! `virtual_server` and everything in it, keyword by keyword, and whole files of load balancing.

use stillalive::schema::Block;

use crate::generated::Place;

/// Scripts that run as root and securely, what checkers can follow, and a virtual server about which
/// keepalived has nothing to say, in three parts.
macro_rules! with_service {
    ($($text:literal),*) => {
        concat!(
            "global_defs {\nscript_user root\nenable_script_security\n}\n",
            "track_file f {\nfile /tmp/f\n}\n",
            "bfd_instance b {\nneighbor_ip 10.77.0.9\n}\n",
            "bfd_instance v {\nneighbor_ip 10.77.0.8\nvrrp\n}\n",
            "virtual_server 10.77.0.1 80 {\n",
            $($text,)*
            "}\n"
        )
    };
}

/// The same with statements in a block of a real server.
macro_rules! with_server {
    ($($text:literal),*) => {
        with_service!(
            "lvs_sched rr\nlvs_method NAT\nprotocol TCP\nreal_server 10.77.0.2 80 {\n",
            $($text,)*
            "}\n"
        )
    };
}

const BRACE: &str = "keepalived names the line of the brace, we what stands before it";
const CRASH: &str = "2.2.7 crashes here";
const HOST: &str = "about the host, which this comparison leaves out";

/// Every place of this file.
pub(crate) const PLACES: &[Place] = &[
    WHOLE,
    GROUP,
    SSL,
    VIRTUAL_SERVER,
    REAL_SERVER,
    TCP,
    PING,
    UDP,
    SMTP,
    SMTP_HOST,
    DNS,
    MISC,
    FILE,
    BFD,
    HTTP,
    HTTP_URL,
    SSL_GET,
    SSL_URL,
];

/// Whole files: a place without keywords of its own.
const WHOLE: Place = Place {
    block: Block::InstanceList,
    around: "\n@\n",
    needs: &[],
    rows: &[
        "virtual_server {; }",
        "virtual_server x 80 {; nosuch; real_server y {; nosuch; }; }",
        "virtual_server 10.77.0.1:80 {; }",
        "virtual_server 10.77.0.1 80x {; }",
        "virtual_server 10.77.0.1 65536 {; }",
        "virtual_server 10.77.0.1 80 {; }",
        "virtual_server 10.77.0.1 80 {; real_server 10.77.0.2 80 {; }; }",
        "virtual_server 10.77.0.1 {; real_server 10.77.0.2 80 {; lvs_method DR; }; }",
        "virtual_server 10.77.0.1 80 dev eth0 {; protocol TCP; lvs_sched rr; lvs_method NAT; real_server 10.77.0.2 {; }; }",
        "virtual_server 10.77.0.1-5 80 {; protocol TCP; lvs_sched rr; lvs_method NAT; real_server 10.77.0.2 {; }; }",
        "virtual_server fwmark 5 {; lvs_sched rr; lvs_method NAT; real_server 10.77.0.2 80 {; }; }",
        "virtual_server fwmark 5 {; protocol TCP; lvs_sched rr; lvs_method NAT; real_server 10.77.0.2 {; }; }",
        "virtual_server fwmark 5 {; ops; ha_suspend; lvs_sched rr; lvs_method DR; real_server 10.77.0.2 80 {; }; }",
        "virtual_server fwmark 5 {; sorry_server 10.77.0.9 80; lvs_sched rr; lvs_method DR; real_server 10.77.0.2 {; }; }",
        "virtual_server fwmark x {; }",
        "virtual_server fwmark -1 {; }",
        "virtual_server fwmark 4294967296 {; }",
        "virtual_server group g {; lvs_sched rr; lvs_method NAT; real_server 10.77.0.2 80 {; }; }",
        "virtual_server group g {; }; virtual_server_group g {; 10.77.0.1 80; }",
        "virtual_server_group {; 10.77.0.1 80; }",
        "virtual_server_group a b {; 10.77.0.1 80; }",
        "virtual_server_group a {; }",
        "virtual_server_group a {; 10.77.0.1 80; }; virtual_server_group a {; 10.77.0.1 80; }",
        "virtual_server_group a {; 10.77.0.1 80; fe80::1 80; fwmark 4; }",
        "SSL {; }; SSL {; ca x; }",
        "SSL x {; }",
    ],
    by_hand: &[],
    known: &[
        ("virtual_server_group a {; }", BRACE),
        ("virtual_server_group a {; 10.77.0.1 80; fe80::1 80; fwmark 4; }", BRACE),
    ],
    same_words: true,
};

const GROUP: Place = Place {
    block: Block::VirtualServerGroup,
    around: "virtual_server_group g {\n10.77.0.1 80\n@\n}\n",
    needs: &[],
    rows: &[
        "10.77.0.2",
        "10.77.0.2 0",
        "10.77.0.2 x",
        "10.77.0.2 80x",
        "10.77.0.2 65536",
        "10.77.0.2 80 extra",
        "10.77.0.2-5 80",
        "10.77.0.2-10.77.0.5 80",
        "10.77.0.2-10.77.0.2 80",
        "10.77.0.0/30 80",
        "10.77.0.0/32 80",
        "10.77.0.1/30 80",
        "10.77.0.0/0 80",
        "10.77.0.0/33 80",
        "10.77.0.0/ 80",
        "10.77.0.0/x 80",
        "10.77.0.5-5 80",
        "10.77.0.5-3 80",
        "10.77.0.5-256 80",
        "10.77.0.5-x 80",
        "10.77.0.5-10x 80",
        "10.77.0.5-10-20 80",
        "10.77.0.5- 80",
        "10.77.0.5-10.77.0.1 80",
        "10.77.0.5-fe80::1 80",
        "x-10.77.0.1 80",
        "2001:db8::1-f 80",
        "2001:db8::1-fffff 80",
        "2001:db8::1-g 80",
        "2001:db8::5-3 80",
        "2001:db8::/120 80",
        "2001:db8::1/120 80",
        "2001:db8::/129 80",
        "x 80",
        "x",
        "fwmark 5 inet",
        "fwmark 5 inet6 x",
        "fwmark 5 x",
    ],
    by_hand: &[],
    known: &[],
    same_words: true,
};

const SSL: Place = Place {
    block: Block::Ssl,
    around: "SSL {\n@\n}\n",
    needs: &[],
    rows: &[
        "ca a; ca b",
        "certificate a; certificate b",
        "key a; key b",
        "password a; password b",
        "nosuch",
    ],
    by_hand: &[],
    known: &[],
    same_words: true,
};

const VIRTUAL_SERVER: Place = Place {
    block: Block::VirtualServer,
    around: with_service!("@\n"),
    needs: &["lvs_sched rr", "lvs_method NAT", "protocol TCP", "real_server 10.77.0.2 80 {; }"],
    rows: &[
        "lvs_sched RR",
        "lvs_sched rr wrr",
        "lvs_sched sh; sh-port; sh-fallback; hashed",
        "lvs_sched mh; mh-port; mh-fallback",
        "lvs_sched mh; sh-port",
        "lvs_method nat",
        "lvs_method DR; real_server 10.77.0.2 81 {; }",
        "lvs_method DR; real_server 10.77.0.2 {; }",
        "lvs_method DR x",
        "lvs_method NAT type ipip",
        "lvs_method TUN",
        "lvs_method TUN type gue",
        "lvs_method TUN type gue port 6635 remcsum",
        "lvs_method TUN type gue port 0",
        "lvs_method TUN type gre csum",
        "lvs_method TUN type gre port 5",
        "lvs_method TUN type gre remcsum",
        "lvs_method TUN csum",
        "lvs_method TUN type foo",
        "lvs_method TUN type",
        "lvs_method TUN port",
        "lvs_method TUN foo",
        "protocol udp; ops",
        "protocol SCTP; ops",
        "protocol ESP",
        "persistence_timeout 5 6",
        "persistence_granularity 255.255.255.0",
        "persistence_granularity 24",
        "persistence_granularity 255.0.255.0",
        "persistence_granularity 0xffffff00",
        "persistence_granularity ::",
        "persistence_granularity 256.0.0.0",
        "persistence_granularity x",
        "persistence_engine 1234567890123456",
        "persistence_engine 12345678901234567",
        "quorum 2",
        "quorum 2; weight 3; hysteresis 1",
        "hysteresis 1",
        "weight 0",
        "ip_family inet6",
        "sorry_server 10.77.0.9 81",
        "sorry_server 10.77.0.9 x",
        "sorry_server 10.77.0.9 65536",
        "sorry_server x 80",
        "sorry_server 10.77.0.9 80; sorry_server 10.77.0.8 80",
        "sorry_server 10.77.0.9 80; sorry_server_inhibit",
        "sorry_server 10.77.0.9 81; sorry_server_lvs_method DR",
        "sorry_server 10.77.0.9; sorry_server_lvs_method DR",
        "sorry_server 10.77.0.9 81; sorry_server_lvs_method x",
        "sorry_server fe80::1 80; sorry_server_lvs_method TUN",
        "sorry_server fe80::1 80",
        "sorry_server 10.77.0.2 80; sorry_server_inhibit",
        "sorry_server 10.77.0.2 80; inhibit_on_failure",
        "sorry_server_lvs_method DR",
        "real_server 10.77.0.3 x { }",
        "real_server 10.77.0.3 80x { }",
        "real_server 10.77.0.3 65536 { }",
        "real_server 10.77.0.3:80 { }",
        "real_server x { }",
        "real_server {; }",
        "real_server fe80::3 80 { }",
        "real_server 10.77.0.3-4 80 {; }",
        "real_server 10.77.0.3 80 90 {; }",
        "real_server 10.77.0.3 0 {; }; real_server 10.77.0.3 {; }",
        "quorum_up /bin/true; quorum_up /bin/false",
        "virtualhost a; virtualhost b",
        "snmp_name a b",
        "delay_loop 1; delay_loop 2",
        "nosuch",
    ],
    by_hand: &[],
    known: &[
        ("sorry_server fe80::1", BRACE),
        ("sorry_server fe80::1 80", BRACE),
        (
            "sorry_server_lvs_method",
            "keepalived says the other thing that is wrong: there is no sorry server",
        ),
    ],
    same_words: true,
};

const REAL_SERVER: Place = Place {
    block: Block::RealServer,
    around: with_server!("@\n"),
    needs: &[],
    rows: &[
        "lvs_method DR",
        "lvs_method x",
        "lvs_method TUN type gue",
        "lvs_method TUN type gue port 66 nocsum csum",
        "uthreshold 5; lthreshold 9",
        "notify_up /bin/true; notify_up /bin/false",
        "notify_down /nosuch",
        "snmp_name a b",
        "TCP_CHECK x {; }",
        "protocol TCP",
        "nosuch",
    ],
    by_hand: &[],
    known: &[
        ("BFD_CHECK {; }", BRACE),
        ("FILE_CHECK {; }", BRACE),
        ("MISC_CHECK {; }", BRACE),
        ("HTTP_GET {; }", CRASH),
        ("SSL_GET {; }", CRASH),
    ],
    same_words: true,
};

/// What every checker with a connection is asked besides the schema's statements.
const CONNECTION: &[&str] = &[
    "connect_ip 10.77.0.5 80",
    "connect_ip fe80::1; bind_if eth0",
    "connect_ip 2001:db8::5; bindto 2001:db8::9",
    "bindto 10.77.0.9; connect_ip 2001:db8::5",
    "bindto 2001:db8::9",
    "bind_if eth0123456789012",
    "nb_get_retry 3",
    "nosuch",
];

const TCP: Place = Place {
    block: Block::TcpCheck,
    around: with_server!("TCP_CHECK {\n@\n}\n"),
    needs: &[],
    rows: CONNECTION,
    by_hand: &[],
    known: &[("connect_ip fe80::1", BRACE)],
    same_words: true,
};

const PING: Place =
    Place { block: Block::PingCheck, around: with_server!("PING_CHECK {\n@\n}\n"), ..TCP };

const UDP: Place = Place {
    block: Block::UdpCheck,
    around: with_server!("UDP_CHECK {\n@\n}\n"),
    rows: &[
        "payload 0102",
        "payload 1 2",
        "payload 012",
        "payload xx",
        "payload 1X",
        "payload 01; payload 02",
        "require_reply",
        "require_reply 01xx",
        "require_reply zz",
        "require_reply 0",
        "min_reply_length 9; max_reply_length 5",
        "min_reply_length 300",
    ],
    known: &[
        ("connect_ip fe80::1", BRACE),
        ("min_reply_length 65535", BRACE),
        ("min_reply_length 9; max_reply_length 5", BRACE),
        ("min_reply_length 300", BRACE),
    ],
    ..TCP
};

const SMTP: Place = Place {
    block: Block::SmtpCheck,
    around: with_server!("SMTP_CHECK {\n@\n}\n"),
    rows: &[
        "helo_name a b",
        "helo_name a; helo_name b",
        "host {; connect_ip 10.77.0.5; }",
        "host {; nosuch; }",
        "host {; connect_port x; }",
    ],
    known: &[
        ("connect_ip fe80::1", BRACE),
        ("bindto fe80::1", "2.4.3 compares the families here too, 2.2.7 does not"),
    ],
    ..TCP
};

const SMTP_HOST: Place = Place {
    block: Block::SmtpHost,
    around: with_server!("SMTP_CHECK {\nhost {\n@\n}\n}\n"),
    rows: &["nosuch"],
    ..TCP
};

const DNS: Place = Place {
    block: Block::DnsCheck,
    around: with_server!("DNS_CHECK {\n@\n}\n"),
    rows: &[
        "type a",
        "type MX 5",
        "name .",
        "name .a",
        "name a",
        "name a..b",
        "name a.b",
        "name ab.",
        "name ab.cd; name ef.gh",
    ],
    known: &[("connect_ip fe80::1", BRACE)],
    ..TCP
};

const MISC: Place = Place {
    block: Block::MiscCheck,
    around: with_server!("MISC_CHECK {\n@\n}\n"),
    needs: &["misc_path /bin/true"],
    rows: &[
        "misc_path /bin/true; misc_path /bin/false",
        "misc_path /nosuch",
        "misc_path /bin/true; user",
        "misc_path /bin/true nobody",
        "user root root",
        "connect_port 80",
    ],
    by_hand: &[("user", HOST)],
    known: &[("misc_path", BRACE), ("misc_path \"\"", BRACE)],
    same_words: true,
};

const FILE: Place = Place {
    block: Block::FileCheck,
    around: with_server!("FILE_CHECK {\n@\n}\n"),
    needs: &["track_file f"],
    rows: &[
        "weight 5 reverse",
        "weight 5 noreverse",
        "weight 5 x",
        "weight 5 reverse x",
        "track_file f f",
        "track_file f; track_file f",
        "alpha",
    ],
    by_hand: &[],
    known: &[
        ("track_file \"\"", BRACE),
        ("track_file \"two words\"", BRACE),
        ("track_file word", BRACE),
        ("track_file word extra", BRACE),
    ],
    same_words: true,
};

const BFD: Place = Place {
    block: Block::BfdCheck,
    around: with_server!("BFD_CHECK {\n@\n}\n"),
    needs: &["name b"],
    rows: &["name b", "name v", "name", "name b; name b", "name b; }; BFD_CHECK {; name b"],
    by_hand: &[],
    known: &[],
    same_words: true,
};

const HTTP: Place = Place {
    block: Block::HttpGet,
    around: with_server!("HTTP_GET {\n@\n}\n"),
    needs: &["url {; path /; }"],
    rows: &["http_protocol 1.1C", "virtualhost a; virtualhost b", "tls_compliant", "nosuch"],
    by_hand: &[("url", "a page without `path` crashes 2.2.7")],
    known: &[("connect_ip fe80::1", BRACE)],
    same_words: true,
};

const SSL_GET: Place =
    Place { block: Block::SslGet, around: with_server!("SSL_GET {\n@\n}\n"), ..HTTP };

const HTTP_URL: Place = Place {
    block: Block::HttpUrl,
    around: with_server!("HTTP_GET {\nurl {\n@\n}\n}\n"),
    needs: &["path /"],
    rows: &[
        "path / b",
        "path /; path /b",
        "digest 9b3a0c85a887a256d6939da88aabd8cd",
        "digest 9B3A0C85A887A256D6939DA88AABD8CD",
        "digest 9b3a",
        "digest 9b3a0c85a887a256d6939da88aabd8cg",
        "digest 9b3a0c85a887a256d6939da88aabd8cd; digest 9b3a0c85a887a256d6939da88aabd8ce",
        "status_code 200 301-302 404",
        "status_code 99",
        "status_code 600",
        "status_code 300-200",
        "status_code 200-",
        "status_code 200x",
        "status_code 200; status_code 300",
        "virtualhost a; virtualhost b",
        "regex a",
        "regex \"a b\"",
        "regex a b",
        "regex a; regex b",
        "regex a; regex_no_match",
        "regex a; regex_options caseless multiline",
        "regex a; regex_options nosuch",
        "regex a; regex_min_offset x",
        "regex a; regex_min_offset 5; regex_max_offset 4",
        "regex a; regex_stack 1 2",
        "regex a; regex_stack 2 1",
        "regex a; regex_stack x y",
        "regex_no_match",
    ],
    by_hand: &[],
    known: &[],
    same_words: true,
};

const SSL_URL: Place =
    Place { block: Block::SslUrl, around: with_server!("SSL_GET {\nurl {\n@\n}\n}\n"), ..HTTP_URL };
