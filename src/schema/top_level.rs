//! The top level, and the small blocks of it that hold plain data.

use super::Support::{Accepted, NotYet, Runs};
use super::{Block, Keyword, MANY, Value, seconds, table};

table! { TOP_LEVEL;
    "SSL" ("{ ... }", 0, 0, Value::None, NotYet) "Client certificate for all SSL_GET checks.",
        block Block::Ssl, default "none", since "0.6.6", build "absent with --disable-lvs";
    "bfd_instance" ("NAME { ... }", 1, 1, Value::Word, NotYet) "A BFD session with one neighbour.",
        block Block::BfdInstance, range "NAME 1-31 characters, unique", since "2.0.0",
        build "--enable-bfd (off by default; on in Debian)";
    "child_wait_time" ("SECS", 1, 1, seconds(0, 0, 4_294_967_295_000_000), Runs)
        "How long the daemon waits for its children when it stops.", range "0..4294967295 seconds",
        default "5", since "2.0.0";
    "garp_group" ("{ ... }", 0, 0, Value::None, Runs)
        "Paces gratuitous ARP and NA over several interfaces together.", block Block::GarpGroup,
        since "1.2.21";
    "global_defs" ("{ ... }", 0, 0, Value::None, Runs)
        "Settings of the whole daemon and defaults for its instances.", block Block::GlobalDefs,
        since "1.0.3 or earlier";
    "instance" ("NAME", 1, 1, Value::Word, Runs) "Name of this daemon among several on one host.",
        default "none", since "1.2.24",
        missing "instance name missing - ignoring",
        second "Duplicate instance definition {} - ignoring";
    "interface_up_down_delays" ("{ IFACE DOWN [UP] ... }", 0, 0, Value::None, Runs)
        "How long a link must stay up or down before it counts.", lines Block::InterfaceDelay,
        default "no delay", since "2.2.3";
    "linkbeat_interfaces" ("{ IFACE [MII|ETHTOOL|IOCTL] ... }", 0, 0, Value::None, Runs)
        "Interfaces whose drivers are asked for the link state.", lines Block::LinkbeatInterface,
        since "2.0.13", build "_WITH_LINKBEAT_";
    "linkbeat_use_polling" ("", 0, 0, Value::None, Runs)
        "Asks drivers for the link state of every instance's interface.",
        default "off (netlink link state is used)", since "1.1.18 or earlier",
        build "absent with --disable-linkbeat";
    "namespace_with_ipsets"
        ("", 0, 0, Value::None, Accepted("kernels before 3.13, where it matters, are not \
            supported")) "Uses the usual set names inside a network namespace on old kernels.",
        default "off", since "1.3.0";
    "net_namespace" ("NAME", 1, 1, Value::Word, Runs)
        "Network namespace that the daemon works in.", range "name of a network namespace",
        default "default namespace of the process", since "1.2.24",
        missing "net_namespace name missing - ignoring",
        second "Duplicate net_namespace definition {} - ignoring";
    "net_namespace_ipvs" ("[NAME]", 0, 1, Value::Word, NotYet)
        "Network namespace whose IPVS table is managed.",
        range "namespace name; no argument means the default (initial) namespace",
        default "IPVS is managed in the same namespace as everything else", since "2.1.0",
        second "Duplicate net_namespace_ipvs definition {} - ignoring";
    "static_ipaddress" ("{ ADDRESS-LINE ... }", 0, 0, Value::None, Runs)
        "Addresses that exist as long as the daemon runs.", lines Block::AddressLine, since "1.1.0";
    "static_routes" ("{ ROUTE-LINE ... }", 0, 0, Value::None, Runs)
        "Routes that exist as long as the daemon runs.", lines Block::RouteLine, since "<=1.0.3";
    "static_rules" ("{ RULE-LINE ... }", 0, 0, Value::None, Runs)
        "Policy rules that exist as long as the daemon runs.", lines Block::RuleLine,
        since "1.2.20";
    "track_file" ("NAME { ... }", 1, 1, Value::Word, Runs)
        "A file whose number instances and checks can follow.", block Block::TrackFile,
        since "2.1.0";
    "track_group" ("NAME { group { INSTANCE ... } }", 1, 1, Value::Word, Runs)
        "Names instances that depend on static addresses, routes and rules.",
        block Block::TrackGroup, since "2.0.3",
        missing "track_group must have a name - skipping";
    "use_pid_dir" ("", 0, 0, Value::None, Runs) "Puts pid files into a directory of their own.",
        default "off (but implied by net_namespace, instance and -s)", since "1.2.24";
    "virtual_server"
        ("IPADDR [PORT] | fwmark MARK | group NAME  { ... }", 1, 2, Value::Other, NotYet)
        "A load-balanced service and its real servers.", block Block::VirtualServer,
        range "IPv4/IPv6 literal; port 1-65535, 0 or absent = none; mark 0-4294967295",
        since "0.6.6 or earlier", build "absent with --disable-lvs";
    "virtual_server_group" ("NAME { ADDRESS LINES }", 1, MANY, Value::Word, NotYet)
        "Several addresses or marks that form one service.", lines Block::VirtualServerGroup,
        range "value block (no keywords inside except the word fwmark)", since "1.0.2",
        build "absent with --disable-lvs";
    "vrrp_instance" ("NAME { ... }", 1, 1, Value::Word, Runs)
        "One virtual router: its identity, its addresses, its behaviour.",
        block Block::VrrpInstance, since "<=1.0.3",
        missing "vrrp_instance must have a name";
    "vrrp_script" ("NAME { ... }", 1, 1, Value::Word, Runs)
        "A check that runs again and again for instances to follow.", block Block::VrrpScript,
        since "1.1.13";
    "vrrp_sync_group" ("NAME { ... }", 1, 1, Value::Word, Runs)
        "Instances that change state together.", block Block::SyncGroup, since "<=1.0.3",
        missing "vrrp_sync_group must have a name - skipping";
    "vrrp_track_file" ("NAME { ... }", 1, 1, Value::Word, Runs) "Earlier name of track_file.",
        block Block::TrackFile, deprecated "track_file", since "2.0.0";
    "vrrp_track_process" ("NAME { ... }", 1, 1, Value::Word, Runs)
        "Processes that must run, for instances to follow.", block Block::TrackProcess,
        since "2.0.11", build "_WITH_TRACK_PROCESS_";
}

table! { EMAIL_LIST;

}

table! { EMAIL_LIST_DATA;
    "ADDRESS" ("", 0, MANY, Value::Word, Runs)
        "One recipient; a name with blanks goes in quotes.";
}

table! { LINKBEAT_INTERFACE;
    "ETHTOOL" ("", 0, 0, Value::None, Runs) "Asks by ethtool.", since "2.0.13",
        build "_WITH_LINKBEAT_";
    "IOCTL" ("", 0, 0, Value::None, Runs) "Asks by the interface flags.", since "2.0.13",
        build "_WITH_LINKBEAT_";
    "MII" ("", 0, 0, Value::None, Runs) "Asks by the MII registers.", since "2.0.13",
        build "_WITH_LINKBEAT_";
}

table! { LINKBEAT_INTERFACE_DATA;
    "IFACE" ("[TYPE]", 0, 1, Value::Interface, Runs) "The interface to ask about.",
        default "try MII, then ETHTOOL, then IOCTL", since "2.0.13", build "_WITH_LINKBEAT_";
}

table! { INTERFACE_DELAY;

}

table! { INTERFACE_DELAY_DATA;
    "IFACE" ("DOWN [UP]", 1, 2, Value::Interface, Runs)
        "The interface, then its delay for going down and for coming up.",
        range "0..255 s, fractions to 1 us",
        default "UP omitted = 0 (the manual claims same as DOWN; code and test: 0)", since "2.2.3";
}

table! { INSTANCE_LIST;

}

table! { INSTANCE_LIST_DATA;
    "INSTANCE" ("", 0, MANY, Value::Word, Runs) "Names of instances.";
}

table! { INTERFACE_LIST;

}

table! { INTERFACE_LIST_DATA;
    "IFACE" ("", 0, MANY, Value::Interface, Runs) "Names of interfaces.";
}

table! { SSL;
    "ca" ("FILE", 1, 1, Value::Word, NotYet) "File with certificates of authorities.", range "path",
        missing "SSL cafile missing", default "none", since "0.6.6", build "absent with --disable-lvs";
    "certificate" ("FILE", 1, 1, Value::Word, NotYet)
        "File with the client certificate and its chain.", range "path", missing "SSL certfile missing", default "none",
        since "0.6.6", build "absent with --disable-lvs";
    "key" ("FILE", 1, 1, Value::Word, NotYet) "File with the private key.", range "path",
        missing "SSL keyfile missing", default "none", since "0.6.6", build "absent with --disable-lvs";
    "password" ("STRING", 1, 1, Value::Word, NotYet) "Passphrase of the private key.",
        missing "SSL password missing", default "none", since "0.6.6", build "absent with --disable-lvs";
}
