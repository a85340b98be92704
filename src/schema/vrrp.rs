//! `vrrp_instance NAME { }` and the blocks and option words inside it.

use super::Support::{Accepted, NotYet, Runs};
use super::{BFD, Block, Keyword, Value, integer, seconds, table};

table! { VRRP_INSTANCE;
    "accept" ("", 0, 0, Value::None, Runs)
        "The master takes traffic for the virtual addresses without owning them.",
        default "on unless strict_mode; always on for priority 255", since "1.2.17";
    "advert_int" ("SECONDS", 1, 1, seconds(6, 10_000, 255_000_000), Runs)
        "Time between adverts of the master.", range "0.01..255 (v3: <=40.95)", default "1",
        since "<=1.0.3";
    "auth_hmac" ("{ key ...; active_key ... }", 0, 0, Value::None, Runs)
        "Signs adverts with a keyed hash.", block Block::AuthHmac, default "none", since "2.4.0",
        build "_WITH_VRRP_AUTH_";
    "authentication" ("{ auth_type T; auth_pass P }", 0, 0, Value::None, Runs)
        "VRRPv2 authentication; version 3 knows none.", block Block::Authentication, default "none",
        since "<=1.0.3", build "_WITH_VRRP_AUTH_";
    "check_unicast_src" ("", 0, 0, Value::None, Runs)
        "Drops unicast adverts from hosts that are not a listed peer.",
        default "off (or global vrrp_check_unicast_src)", since "2.1.0";
    "debug"
        ("LEVEL", 1, 1, integer(0, 4), Accepted("keepalived stores the level and does nothing \
            with it either")) "Debug level of the instance.", range "0..4", default "0",
        since "<=1.0.3";
    "dont_track_primary" ("", 0, 0, Value::None, Runs)
        "Stays up when the instance's own interface goes down.", default "off", since "1.1.8";
    "down_timer_adverts" ("N", 1, 1, integer(1, 100), Runs)
        "Adverts that must go missing before a backup takes over.", range "1..100",
        default "global vrrp_down_timer_adverts (3)", since "2.2.3";
    "garp_extra_if" ("[all] SECONDS", 1, 2, Value::Other, Runs)
        "Repeats gratuitous ARP or NA on other interfaces that hold virtual addresses.",
        options Block::GarpExtraIfOption, range "0..86400 integer",
        missing "({name}): garp_extra_if specified without time - ignoring",
        default "global vrrp_garp_extra_if", since "2.2.3", build "_HAVE_VRRP_VMAC_";
    "garp_lower_prio_delay" ("SECONDS", 1, 1, seconds(0, 0, 4_294_000_000), Runs)
        "Time to the second burst after a lower-priority master was heard.",
        range "0..4294 integer",
        default "global vrrp_garp_lower_prio_delay, else vrrp_garp_master_delay; strict: 0",
        since "1.2.20";
    "garp_lower_prio_repeat" ("N", 1, 1, integer(0, 2_147_483_647), Runs)
        "Messages an address in a burst after a lower-priority master was heard.",
        range "0..2^31-1",
        default "global vrrp_garp_lower_prio_repeat, else vrrp_garp_master_repeat; strict: 0",
        since "1.2.20";
    "garp_master_delay" ("SECONDS", 1, 1, seconds(0, 0, 4_294_000_000), Runs)
        "How long a new master waits before it repeats its gratuitous ARP or NA.",
        range "0..4294 integer", default "global vrrp_garp_master_delay (5)", since "<=1.0.3";
    "garp_master_refresh" ("SECONDS", 1, 1, seconds(0, 0, 4_294_967_295_000_000), Runs)
        "How often a master repeats its gratuitous ARP or NA; 0 is never.",
        range "0..2^32-1 integer", default "global vrrp_garp_master_refresh (0 = off)",
        since "1.2.10";
    "garp_master_refresh_repeat" ("N", 1, 1, integer(1, 4_294_967_295), Runs)
        "Messages an address in each refresh.", range "1..2^32-1",
        default "global vrrp_garp_master_refresh_repeat (1)", since "1.2.14";
    "garp_master_repeat" ("N", 1, 1, integer(1, 4_294_967_295), Runs)
        "Messages an address in each burst after becoming master.", range "1..2^32-1",
        default "global vrrp_garp_master_repeat (5)", since "1.2.14";
    "higher_prio_send_advert" ("[BOOL]", 0, 1, Value::Flag, Runs)
        "A master that meets a better one sends one advert more before it yields.",
        default "global (off); strict: off", since "1.3.5";
    "interface" ("IFACE", 1, 1, Value::Interface, Runs)
        "The interface that adverts are sent and heard on.", range "<=15 chars",
        default "none: mandatory unless unicast_src_ip + unicast_peer", since "<=1.0.3";
    "kernel_rx_buf_size" ("BYTES", 1, 1, integer(0, 4_294_967_295), Runs)
        "Size of the kernel's receive buffer for adverts.", range "0..2^32-1",
        default "0: see vrrp_rx_bufs_policy", since "2.0.3",
        missing "({name}) invalid kernel_rx_buf_size specified",
        extra "({name}) invalid kernel_rx_buf_size specified";
    "linkbeat_use_polling" ("", 0, 0, Value::None, Runs)
        "Asks the driver for the link state over and over instead of waiting to be told.",
        deprecated "linkbeat_interfaces", default "off", since "2.0.0", build "_WITH_LINKBEAT_",
        complaint "({name}) 'linkbeat_use_polling' in vrrp instance deprecated - use \
            linkbeat_interfaces block";
    "lower_prio_no_advert" ("[BOOL]", 0, 1, Value::Flag, Runs)
        "A master stays silent when it hears a worse one, until its next advert is due.",
        default "global (off); strict: on", since "1.2.20";
    "lvs_sync_daemon_interface" ("IFACE", 1, 1, Value::Interface, NotYet)
        "Interface for the IPVS connection sync of this instance.", deprecated "lvs_sync_daemon",
        default "none", since "<=1.0.3", build "_WITH_LVS_",
        complaint "({name}) Specifying lvs_sync_daemon_interface against a vrrp is deprecated.",
        second "({name}) lvs_sync_daemon_interface has already been specified as {first} - \
            ignoring";
    "mcast_dst_ip" ("IP", 1, 1, Value::Address, Runs) "Multicast group of this instance's adverts.",
        range "IPv4 multicast, IPv6 link-local multicast", default "global vrrp_mcast_group4 / 6",
        since "2.2.5";
    "mcast_src_ip" ("IP", 1, 1, Value::Address, Runs) "Source address of multicast adverts.",
        default "primary address of the (base) interface; IPv6: its link-local", since "<=1.0.3";
    "native_ipv6" ("", 0, 0, Value::None, Runs)
        "Old way to say that the instance is IPv6 and version 3.", since "1.2.1";
    "no_accept" ("", 0, 0, Value::None, Runs)
        "A master that isn't the owner drops traffic for the virtual addresses.", since "1.3.0",
        build "_WITH_FIREWALL_";
    "no_virtual_ipaddress" ("", 0, 0, Value::None, Runs)
        "Allows an instance that has no virtual address.", default "off", since "2.2.8";
    "nopreempt" ("", 0, 0, Value::None, Runs)
        "A router of higher priority leaves a working master in office.", default "off",
        since "1.1.8";
    "notify" ("SCRIPT [USER [GROUP]]", 1, 3, Value::Script, Runs)
        "Runs on each change of state, with type, name, state and priority added.", default "none",
        since "1.1.2";
    "notify_backup" ("SCRIPT [USER [GROUP]]", 1, 3, Value::Script, Runs) "Runs on becoming backup.",
        default "none", since "<=1.0.3";
    "notify_deleted" ("[SCRIPT [USER [GROUP]]]", 0, 3, Value::Script, Runs)
        "Runs when a reload removes the instance.",
        default "off: FIFO/generic script say FAULT when deleted", since "2.1.0";
    "notify_fault" ("SCRIPT [USER [GROUP]]", 1, 3, Value::Script, Runs) "Runs on going to fault.",
        default "none", since "<=1.0.3";
    "notify_master" ("SCRIPT [USER [GROUP]]", 1, 3, Value::Script, Runs) "Runs on becoming master.",
        default "none", since "<=1.0.3";
    "notify_master_rx_lower_pri" ("SCRIPT [USER [GROUP]]", 1, 3, Value::Script, Runs)
        "Runs when a master hears another one of lower priority.", default "none", since "2.0.6";
    "notify_priority_changes" ("[BOOL]", 0, 1, Value::Flag, Runs)
        "Also writes changes of priority to the notify FIFOs.",
        default "sync group value, else global", since "2.0.16";
    "notify_stop" ("SCRIPT [USER [GROUP]]", 1, 3, Value::Script, Runs)
        "Runs when the daemon stops.", default "none", since "1.1.13";
    "old_unicast_checksum" ("[never]", 0, 1, Value::Choice(&["never"]), Runs)
        "Unicast checksum of releases before 1.3.7, or never to fall back to it.",
        default "detect automatically", since "1.3.7", build "_WITH_UNICAST_CHKSUM_COMPAT_";
    "owner_ignore_adverts" ("[BOOL]", 0, 1, Value::Flag, Runs)
        "The address owner pays no heed to the adverts of others.",
        default "priority 255: strict -> on, else global; otherwise off", since "2.3.3";
    "preempt" ("", 0, 0, Value::None, Runs)
        "A router of higher priority takes over; undoes nopreempt.", default "on", since "<=1.0.3";
    "preempt_delay" ("SECONDS", 1, 1, seconds(6, 0, 1_000_000_000), Runs)
        "How long a better router waits before it takes over.", range "0..1000 (1 us steps)",
        default "0", since "1.1.8";
    "priority" ("N", 1, 1, integer(1, 255), Runs)
        "Weight in the election: the highest becomes master; 255 is the address owner.",
        range "1..255", default "100; 255 if `state MASTER` and no priority", since "<=1.0.3";
    "promote_secondaries" ("", 0, 0, Value::None, Runs)
        "Lets the kernel promote secondary addresses when the first one goes.", default "off",
        since "1.3.0";
    "skip_check_adv_addr" ("[BOOL]", 0, 1, Value::Flag, Runs)
        "Compares the address list only when the sending master changes.",
        default "global vrrp_skip_check_adv_addr", since "1.2.20";
    "smtp_alert" ("[BOOL]", 0, 1, Value::Flag, Runs) "Sends mail when the state changes.",
        default "global smtp_alert_vrrp, else smtp_alert, else off", since "<=1.0.3";
    "state" ("MASTER|BACKUP", 1, 1, Value::Choice(&["MASTER", "BACKUP"]), Runs)
        "The state to begin in; the election decides soon after.", range "MASTER, BACKUP",
        default "MASTER if priority 255, else BACKUP", since "<=1.0.3";
    "strict_mode" ("[BOOL]", 0, 1, Value::Flag, Runs) "Keeps to the letter of the VRRP standard.",
        default "global vrrp_strict", since "1.2.20";
    "thread_timer_expired" ("[HIGHEST_OTHER_PRIORITY]", 0, 1, integer(1, 254), Runs)
        "Earlier name of timer_expired_backup.", deprecated "timer_expired_backup", range "1..254",
        since "2.3.2";
    "timer_expired_backup" ("[HIGHEST_OTHER_PRIORITY]", 0, 1, integer(1, 254), Runs)
        "Returns to backup when a late timer shows that the process was starved.", range "1..254",
        default "off; without number 254", since "2.2.8";
    "track_bfd" ("{ BFD [weight N [reverse|noreverse]] ... }", 0, 0, Value::None, NotYet)
        "BFD sessions whose loss means fault or a change of priority.", lines Block::TrackEntry,
        range "weight -253..253", default "weight of the bfd_instance (0)", since "2.0.0",
        build "_WITH_BFD_", waits_for BFD;
    "track_file" ("{ FILE [weight N [reverse|noreverse]] ... }", 0, 0, Value::None, Runs)
        "Files whose number changes the priority or means fault.", lines Block::TrackEntry,
        range "weight -254..254", default "weight of the track_file (1)", since "2.0.0";
    "track_interface" ("{ IFACE [weight N [reverse]] ... }", 0, 0, Value::None, Runs)
        "Interfaces whose loss means fault or a change of priority.", lines Block::TrackEntry,
        range "weight -253..253", default "weight 0 = FAULT when down", since "<=1.0.3";
    "track_process" ("{ PROC [weight N [reverse|noreverse]] ... }", 0, 0, Value::None, Runs)
        "Processes whose absence means fault or a change of priority.", lines Block::TrackEntry,
        range "weight -254..254", default "weight of the process (0)", since "2.0.11",
        build "_WITH_TRACK_PROCESS_";
    "track_script" ("{ SCRIPT [weight N [reverse|noreverse]] ... }", 0, 0, Value::None, Runs)
        "Scripts whose result means fault or a change of priority.", lines Block::TrackEntry,
        range "weight -253..253", default "weight of the vrrp_script", since "1.1.13";
    "track_src_ip" ("", 0, 0, Value::None, Runs)
        "Goes to fault while the source address is missing from the interface.", default "off",
        since "2.0.0";
    "unicast_fault_no_peer" ("", 0, 0, Value::None, Runs)
        "Goes to fault when unicast is meant but no peer is left.", default "off", since "2.2.5";
    "unicast_peer" ("{ IP [min_ttl N] [max_ttl N] ... }", 0, 0, Value::None, Runs)
        "Sends adverts to these routers one by one instead of by multicast.",
        lines Block::UnicastPeerOption, default "multicast", since "1.2.8";
    "unicast_src_ip" ("IP", 1, 1, Value::Address, Runs)
        "Source address of adverts when they go to listed peers.", default "as mcast_src_ip",
        since "1.2.10";
    "unicast_ttl" ("N", 1, 1, integer(0, 255), Runs) "TTL or hop limit of unicast adverts.",
        range "0..255", default "255 for IPv4; kernel default (64) for IPv6", since "2.1.0";
    "use_ipvlan"
        ("[[name] IFNAME] [ADDRESS] [bridge|private|vepa] [group GROUP]", 0, 7, Value::Other,
            Runs) "Puts the virtual addresses on an ipvlan interface.",
        second "({name}) use_ipvlan already specified",
        options Block::UseIpvlanOption, range "see sub rows", default "off", since "2.0.17",
        build "_HAVE_VRRP_IPVLAN_";
    "use_vmac"
        ("[[name] IFNAME] [MAC] [netlink_notify_msg] [group GROUP]", 0, 8, Value::Other, Runs)
        "Gives the virtual addresses the virtual MAC address of the standard.",
        options Block::UseVmacOption, range "see sub rows", default "off", since "1.2.3",
        build "_HAVE_VRRP_VMAC_";
    "use_vmac_addr" ("", 0, 0, Value::None, Runs)
        "Puts addresses on other interfaces behind virtual MACs of their own.", default "off",
        since "2.2.0", build "_HAVE_VRRP_VMAC_";
    "v3_checksum_as_v2" ("[BOOL]", 0, 1, Value::Flag, Runs)
        "Leaves the pseudo header out of VRRPv3 checksums over IPv4.",
        default "global v3_checksum_as_v2 (off)", since "2.2.8";
    "version" ("2|3", 1, 1, integer(2, 3), Runs) "VRRP version spoken by this instance.",
        range "2, 3", default "IPv6: 3; IPv4: global vrrp_version (2)", since "1.2.17";
    "virtual_ipaddress" ("{ ADDRESS-LINE ... }", 0, 0, Value::None, Runs)
        "Addresses that the master holds and names in its adverts.", lines Block::AddressLine,
        range "max min(255,(mtu-headers)/addr size)", since "<=1.0.3";
    "virtual_ipaddress_excluded" ("{ ADDRESS-LINE ... }", 0, 0, Value::None, Runs)
        "Addresses that the master holds without naming them in adverts.", lines Block::AddressLine,
        since "<=1.0.3";
    "virtual_router_id" ("N", 1, 1, integer(1, 255), Runs)
        "Number of the virtual router; the same on all its routers, alone on the link.",
        range "1..255", default "none, mandatory", since "<=1.0.3";
    "virtual_routes" ("{ ROUTE-LINE ... }", 0, 0, Value::None, Runs)
        "Routes that exist while this router is master.", lines Block::RouteLine, since "<=1.0.3";
    "virtual_rules" ("{ RULE-LINE ... }", 0, 0, Value::None, Runs)
        "Policy rules that exist while this router is master.", lines Block::RuleLine,
        since "1.2.20";
    "vmac_garp_intvl" ("[all] SECONDS", 1, 2, Value::Other, Runs)
        "Earlier name of garp_extra_if.", options Block::GarpExtraIfOption,
        missing "({name}): vmac_garp_intvl specified without time - ignoring",
        complaint "Keyword \"vmac_garp_intvl\" is deprecated - please use \"garp_extra_if\"",
        deprecated "garp_extra_if", range "0..86400", since "2.2.0", build "_HAVE_VRRP_VMAC_";
    "vmac_xmit_base" ("", 0, 0, Value::None, Runs)
        "Sends adverts from the base interface, not the one with the virtual MAC.",
        default "off; forced on by unicast+VMAC", since "1.2.10", build "_HAVE_VRRP_VMAC_";
    "vrf" ("IFACE", 1, 1, Value::Interface, Runs) "The VRF that the instance belongs to.",
        range "<=15 chars", default "none", since "2.2.5", build "_HAVE_VRF_";
}

table! { USE_VMAC_OPTION;
    "group" ("NAME|NUMBER", 1, 1, Value::Word, Runs) "Interface group of the new interface.",
        range "0..2^31-1 or name in iproute2 group file", default "copied from base interface",
        since "2.3.0", build "_HAVE_VRRP_VMAC_ + FRA_SUPPRESS_IFGROUP headers";
    "name" ("IFNAME", 1, 1, Value::Word, Runs) "Marks the next word as the interface name.",
        range "<=15 chars, no / : or space", default "vrrp.VRID (see text)", since "2.3.0",
        build "_HAVE_VRRP_VMAC_";
    "netlink_notify_msg" ("", 0, 0, Value::None, Runs)
        "Announces the new interface to netlink listeners once more.", default "off", since "2.3.0",
        build "_HAVE_VRRP_VMAC_";
}

table! { USE_VMAC_OPTION_DATA;
    "MAC" ("aa:bb:cc:dd:ee[:ff]", 0, 0, Value::Other, Runs)
        "Address to use instead of the standard's virtual one.", range "5 or 6 octets",
        default "00:00:5e:00:01:VRID (v4), 00:00:5e:00:02:VRID (v6)", since "2.2.5",
        build "_HAVE_VRRP_VMAC_";
}

table! { USE_IPVLAN_OPTION;
    "bridge" ("", 0, 0, Value::None, Runs)
        "ipvlan interfaces on one base reach one another directly.", default "bridge",
        since "2.0.17", build "_HAVE_VRRP_IPVLAN_";
    "group" ("NAME|NUMBER", 1, 1, Value::Word, Runs) "Interface group of the new interface.",
        range "0..2^31-1 or name", default "copied from base", since "2.3.0",
        build "_HAVE_VRRP_IPVLAN_ + FRA_SUPPRESS_IFGROUP headers";
    "name" ("IFNAME", 1, 1, Value::Word, Runs) "Marks the next word as the interface name.",
        range "<=15 chars", default "vrrp.VRID", since "2.3.0", build "_HAVE_VRRP_IPVLAN_";
    "private" ("", 0, 0, Value::None, Runs)
        "ipvlan interfaces on one base can't reach one another.", default "bridge", since "2.0.17",
        build "_HAVE_VRRP_IPVLAN_ + IPVLAN_F_PRIVATE";
    "vepa" ("", 0, 0, Value::None, Runs)
        "Traffic between ipvlan interfaces goes out through the switch.", default "bridge",
        since "2.0.17", build "_HAVE_VRRP_IPVLAN_ + IPVLAN_F_VEPA";
}

table! { USE_IPVLAN_OPTION_DATA;
    "ADDRESS" ("IP[/LEN]", 0, 0, Value::Address, Runs)
        "Address that the ipvlan interface speaks from.", default "none (mandatory for IPv4)",
        since "2.0.17", build "_HAVE_VRRP_IPVLAN_";
}

table! { UNICAST_PEER_OPTION;
    "max_ttl" ("N", 1, 1, integer(0, 255), Runs)
        "Drops this peer's adverts when they arrive with a higher TTL.", range "0..255",
        default "255", since "2.1.0";
    "min_ttl" ("N", 1, 1, integer(0, 255), Runs)
        "Drops this peer's adverts when they arrive with a lower TTL.", range "0..255", default "0",
        since "2.1.0";
}

table! { UNICAST_PEER_OPTION_DATA;
    "PEER" ("IP", 0, 4, Value::Address, Runs) "Address of one other router.",
        range "IPv4 or IPv6 of the instance family", since "1.2.8";
}

table! { GARP_EXTRA_IF_OPTION;
    "all" ("", 0, 0, Value::None, Runs)
        "Serves every interface with virtual addresses, not only virtual MAC ones.", default "off",
        since "2.2.0", build "_HAVE_VRRP_VMAC_";
}

table! { AUTHENTICATION;
    "auth_pass" ("WORD", 1, 1, Value::Word, Runs)
        "The shared password; only the first eight bytes count.", range "1..8 bytes",
        default "none", since "<=1.0.3", build "_WITH_VRRP_AUTH_";
    "auth_type" ("PASS|AH", 1, 1, Value::Choice(&["PASS", "AH"]), Runs)
        "How adverts are authenticated: by a clear text password or by IPsec AH.",
        range "PASS, AH", default "none", since "<=1.0.3", build "_WITH_VRRP_AUTH_";
}

table! { AUTH_HMAC;
    "active_key" ("ID", 1, 1, integer(1, 255), Runs) "The key that this router signs with.",
        range "1..255", default "0 (none): extension disabled", since "2.4.0",
        build "_WITH_VRRP_AUTH_";
    "anti_replay" ("time|monotonic", 1, 1, Value::Choice(&["time", "monotonic"]), Runs)
        "What protects against adverts that are played back.", default "time", since "2.4.0",
        build "_WITH_VRRP_AUTH_";
    "key" ("ID VALUE", 0, 2, Value::Other, Runs) "One of the keys that peers may sign with.",
        range "ID 1..255; key 32..64 bytes", since "2.4.0", build "_WITH_VRRP_AUTH_";
    "mode"
        ("enforce|permissive|receive-only", 1, 1, Value::Choice(&["enforce", "permissive",
            "receive-only"]), Runs) "What happens to adverts without a valid signature.",
        default "enforce", since "2.4.0", build "_WITH_VRRP_AUTH_";
    "time_window" ("SECONDS", 1, 1, seconds(0, 1_000_000, 300_000_000), Runs)
        "How far a signature's time stamp may be off.", range "1..300",
        default "max(3*advert_int,5), at most 300", since "2.4.0", build "_WITH_VRRP_AUTH_";
}
