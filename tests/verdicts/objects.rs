//! The objects of the top level and its plain statements, keyword by keyword.

use stillalive::schema::Block;

use crate::generated::Place;

/// Two instances, and scripts that run as root and securely, so that keepalived has nothing to say.
macro_rules! with_instances {
    ($text:literal) => {
        concat!(
            "global_defs {\nscript_user root\nenable_script_security\n}\n",
            $text,
            "vrrp_instance V {\ninterface eth0\nvirtual_router_id 51\n",
            "virtual_ipaddress {\n10.77.0.99\n}\n}\n",
            "vrrp_instance W {\ninterface eth1\nvirtual_router_id 52\n",
            "virtual_ipaddress {\n10.77.0.98\n}\n}\n"
        )
    };
}

/// Why keepalived may refuse what we take.
const HOST: &str = "about the host, which this comparison leaves out";

/// Every place of this file.
pub(crate) const PLACES: &[Place] = &[
    TOP_LEVEL,
    SYNC_GROUP,
    GARP_GROUP,
    TRACK_GROUP,
    VRRP_SCRIPT,
    TRACK_FILE,
    TRACK_PROCESS,
    BFD_INSTANCE,
];

const TOP_LEVEL: Place = Place {
    block: Block::TopLevel,
    around: with_instances!("@\n"),
    needs: &[],
    rows: &[
        "instance a; instance b",
        "instance a b",
        "net_namespace_ipvs a; net_namespace_ipvs b",
        "net_namespace_ipvs a; net_namespace_ipvs",
        "net_namespace_ipvs",
        "use_pid_dir off",
        "linkbeat_interfaces {; eth0; eth1 MII; }",
        "linkbeat_interfaces {; eth0 ETHTOOL; eth1 IOCTL; }",
        "linkbeat_interfaces {; eth0 FOO; }",
        "linkbeat_interfaces {; eth0 MII x; }",
        "linkbeat_interfaces {; nosuch; }",
        "linkbeat_interfaces x {; eth0; }",
        "interface_up_down_delays {; eth0 1 2; }",
        "interface_up_down_delays {; eth0; }",
        "interface_up_down_delays {; eth0 256; }",
        "interface_up_down_delays {; eth0 255; }",
        "interface_up_down_delays {; eth0 1 x; }",
        "interface_up_down_delays {; eth0 1 256; }",
        "interface_up_down_delays {; eth0 1 2 3; }",
        "interface_up_down_delays {; eth0 1; eth0 2; }",
        "interface_up_down_delays {; eth0 0.0000001; }",
        "interface_up_down_delays {; nosuch 1 2; }",
        "interface_up_down_delays x {; eth0 1; }",
        "track_group {; group {; V; }; }",
        "track_group G H {; group {; V; }; }",
        "track_group G {; group {; V; }; }; track_group G {; group {; V; }; }",
        "vrrp_sync_group {; group {; V; W; }; }",
        "vrrp_sync_group G H {; group {; V; W; }; }",
        "vrrp_sync_group G {; group {; V; W; }; }; vrrp_sync_group G {; group {; V; W; }; }",
        "vrrp_sync_group G {; group {; V; W; }; }; vrrp_sync_group H {; group {; V; }; }",
        "garp_group {; garp_interval 0.1; interface eth0; }; garp_group {; gna_interval 0.1; interface eth0; }",
        "garp_group x {; garp_interval 0.1; interface eth0; }",
        "vrrp_script {; script /bin/true; }",
        "vrrp_script S T {; script /bin/true; }",
        "vrrp_script S {; script /bin/true; }; vrrp_script S {; script /bin/true; }",
        "track_file {; file /tmp/x; }",
        "track_file F G {; file /tmp/x; }",
        "vrrp_track_file F {; file /tmp/x; }",
        "track_file F {; file /tmp/x; }; track_file F {; file /tmp/x; }",
        "vrrp_track_process {; process x; }",
        "vrrp_track_process P Q {; process x; }",
        "vrrp_track_process P {; process x; }; vrrp_track_process P {; process x; }",
        "bfd_instance B {; neighbor_ip 10.77.0.7; }; bfd_instance B {; neighbor_ip 10.77.0.8; }",
        "bfd_instance B {; neighbor_ip 10.77.0.7; }; bfd_instance C {; neighbor_ip 10.77.0.7; }",
        "bfd_instance B {; neighbor_ip 10.77.0.7; source_ip 10.77.0.1; }; bfd_instance C {; neighbor_ip 10.77.0.7; source_ip 10.77.0.2; }",
        "bfd_instance abcdefghijabcdefghijabcdefghij12 {; neighbor_ip 10.77.0.7; }",
        "bfd_instance abcdefghijabcdefghijabcdefghij1 {; neighbor_ip 10.77.0.7; }",
        "bfd_instance B C {; neighbor_ip 10.77.0.7; }",
    ],
    by_hand: &[
        ("net_namespace", "a namespace that is not there ends keepalived with 0"),
        ("virtual_server", "has places of its own"),
        ("virtual_server_group", "has places of its own"),
    ],
    known: &[
        ("linkbeat_interfaces {; nosuch; }", HOST),
        ("interface_up_down_delays {; nosuch 1 2; }", HOST),
    ],
    same_words: true,
};

const SYNC_GROUP: Place = Place {
    block: Block::SyncGroup,
    around: with_instances!("vrrp_sync_group G {\n@\n}\n"),
    needs: &["group {; V; W; }"],
    rows: &[
        "group {; V; W; nosuch; }",
        "group {; V; }",
        "group {; nosuch; }",
        "group {; V W; }",
        "group {; V V; }",
        "group {; V; W; V; }",
        "group x {; V; W; }",
        "notify_master /bin/true; notify_master /bin/false",
        "notify /bin/true; notify /bin/false",
        "smtp_alert; smtp_alert off",
    ],
    by_hand: &[],
    known: &[],
    same_words: true,
};

const GARP_GROUP: Place = Place {
    block: Block::GarpGroup,
    around: with_instances!("garp_group {\n@\n}\n"),
    needs: &["interfaces {; eth0; }", "garp_interval 0.5"],
    rows: &[
        "interface eth1",
        "interface eth1; interface eth1",
        "interface eth0",
        "interfaces {; eth0; eth1; }",
        "interfaces {; eth0 eth1; }",
        "interfaces {; eth0; }; interfaces {; eth1; }",
        "garp_interval 0",
        "interface nosuch",
        "garp_interval 1; garp_interval 2",
    ],
    by_hand: &[],
    known: &[
        ("garp_interval 10x", "keepalived takes the digits for microseconds, we ignore the value"),
        ("garp_interval 5s", "keepalived takes the digits for microseconds, we ignore the value"),
        ("garp_interval x", "keepalived takes the digits for microseconds, we ignore the value"),
        ("interface nosuch", HOST),
        ("interface eth0", "keepalived then takes the lines of `interfaces` for statements"),
    ],
    same_words: true,
};

const TRACK_GROUP: Place = Place {
    block: Block::TrackGroup,
    around: with_instances!("track_group G {\n@\n}\n"),
    needs: &["group {; V; W; }"],
    rows: &["group {; V; nosuch; }", "group {; nosuch; }", "group {; V V; }", "group x {; V; }"],
    by_hand: &[],
    known: &[],
    same_words: true,
};

const VRRP_SCRIPT: Place = Place {
    block: Block::VrrpScript,
    around: with_instances!("vrrp_script S {\n@\n}\n"),
    needs: &["script /bin/true"],
    rows: &[
        "weight 5 reverse",
        "weight 5 foo",
        "weight 254 reverse",
        "interval 5; timeout 3",
        "user root root root",
        "script /bin/true; script /bin/false",
        "init_fail; init_fail",
    ],
    by_hand: &[],
    known: &[
        ("user \"\"", HOST),
        ("user \"two words\"", HOST),
        ("user word", HOST),
        ("user word extra", HOST),
    ],
    same_words: true,
};

const TRACK_FILE: Place = Place {
    block: Block::TrackFile,
    around: with_instances!("track_file F {\n@\n}\n"),
    needs: &["file /tmp/stillalive-verdicts"],
    rows: &[
        "file /tmp/x; file /tmp/y",
        "file relative",
        "file /tmp/x y",
        "weight 5; weight 6",
        "weight 1; weight 6",
        "weight 1 foo",
        "weight 1 reverse",
        "init_file",
        "init_file 5",
        "init_file -5",
        "init_file 5 overwrite",
        "init_file overwrite 5",
        "init_file foo",
        "init_file 300",
        "init_file -300",
        "init_file 254",
        "init_file 5 6",
        "init_file \"\"",
        "init_file 5x",
        "init_file 2147483648",
    ],
    by_hand: &[],
    known: &[],
    same_words: true,
};

const TRACK_PROCESS: Place = Place {
    block: Block::TrackProcess,
    around: with_instances!("vrrp_track_process P {\n@\n}\n"),
    needs: &["process httpd"],
    rows: &[
        "process x; process y",
        "weight 5; weight 6",
        "weight 5 reverse",
        "weight 5 foo",
        "weight 0; weight 6",
        "quorum 5; quorum_max 3",
        "quorum_max 3; quorum 5",
        "quorum_max 0",
        "quorum_max 0; quorum 1",
        "quorum 5; quorum_max 0",
        "quorum 1; quorum_max 0",
        "param_match",
        "param_match initial x",
        "delay 5; fork_delay 6",
        "process a b c; param_match partial",
    ],
    by_hand: &[],
    known: &[],
    same_words: true,
};

const BFD_INSTANCE: Place = Place {
    block: Block::BfdInstance,
    around: with_instances!("bfd_instance B {\n@\n}\n"),
    needs: &["neighbor_ip 10.77.0.7"],
    rows: &[
        "source_ip fe80::1",
        "source_ip x",
        "source_ip 10.77.0.1",
        "neighbor_ip x",
        "neighbor_ip 10.77.0.7/24",
        "neighbor_ip 10.77.0.7; neighbor_ip 10.77.0.8",
        "neighbor_ip x; neighbor_ip 10.77.0.8",
        "weight 5 foo",
        "weight 5 reverse",
        "weight 5; weight 6",
        "max_hops 5; ttl 3",
        "ttl 3; max_hops 5",
        "max_hops 255; ttl 1",
        "max_hops 255",
        "max_hops -1; ttl 1",
        "neighbor_ip fe80::7; max_hops 64",
        "neighbor_ip fe80::7; max_hops 65",
        "min_rx 20000",
        "idle_tx 20000",
        "vrrp; checker",
        "vrrp x",
    ],
    by_hand: &[
        ("neighbor_ip", "without a value keepalived crashes; the values stand below"),
        ("neighbour_ip", "without a value keepalived crashes; the values stand below"),
    ],
    known: &[],
    same_words: true,
};
