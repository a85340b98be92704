//! `global_defs`, keyword by keyword.

use stillalive::schema::Block;

use crate::generated::Place;

/// Why keepalived may refuse what we take.
const HOST: &str = "about the host, which this comparison leaves out";

/// An instance that says nothing; scripts run as root and securely.
pub(crate) const GLOBAL_DEFS: Place = Place {
    block: Block::GlobalDefs,
    around: "global_defs {
script_user root
enable_script_security
}
global_defs {
@
}
vrrp_instance V {
interface eth0
virtual_router_id 51
virtual_ipaddress {
10.77.0.99
}
}
",
    needs: &[],
    rows: &[
        "startup_script /bin/true; startup_script /bin/false",
        "shutdown_script /bin/true; shutdown_script /bin/false",
        "notify_fifo /tmp/a; notify_fifo /tmp/b",
        "notify_fifo_script /bin/true; notify_fifo_script /bin/false",
        "lvs_notify_fifo /tmp/a; lvs_notify_fifo /tmp/b",
        "vrrp_notify_fifo_script /bin/true; vrrp_notify_fifo_script /bin/false",
        "notify_fifo /tmp/x; vrrp_notify_fifo /tmp/x",
        "notify_fifo /tmp/x root root root",
        "nftables; nftables_priority 5",
        "nftables_priority 5; nftables",
        "nftables a; nftables b",
        "nftables_ipvs a; nftables_ipvs b",
        "vmac_prefix a; vmac_prefix b",
        "vmac_addr_prefix a; vmac_addr_prefix b",
        "snmp_socket a; snmp_socket b",
        "lvs_sync_daemon eth0; lvs_sync_daemon eth1",
        "tmp_config_directory /tmp; tmp_config_directory /tmp",
        "dbus_service_name a; dbus_service_name b",
        "default_interface eth0; default_interface eth1",
        "process_name a; process_name b",
        "process_name aaaaaaaaaaaaaaaa",
        "lvs_process_name aaaaaaaaaaaaaaaaaaaaaaa",
        "umask 022; umask 077",
        "umask 0",
        "umask 08",
        "umask 511",
        "umask 0x1ff",
        "umask 01000",
        "umask 022 x",
        "umask IRUSR",
        "umask IRUSR|IWUSR",
        "umask IRUSR |IWUSR | IXUSR",
        "umask IRUSR|",
        "umask FOO",
        "umask IRWXU",
        "umask IRUSR IWUSR",
        "umask |IRUSR",
        "umask -1",
        "umask IRGRP|IWOTH",
        "include_check",
        "include_check read",
        "include_check +match -read",
        "include_check foo",
        "include_check +foo",
        "include_check read match",
        "lvs_timeouts tcp",
        "lvs_timeouts tcp 5",
        "lvs_timeouts tcp 5 udp",
        "lvs_timeouts tcp x udp 5",
        "lvs_timeouts tcp 99999999 udp 5",
        "lvs_timeouts foo 5 udp 5",
        "lvs_timeouts tcp 1 tcpfin 2 udp 3",
        "lvs_sync_daemon eth0 V",
        "lvs_sync_daemon eth0 V 5",
        "lvs_sync_daemon eth0 inst V",
        "lvs_sync_daemon eth0 inst V id 255",
        "lvs_sync_daemon eth0 inst V id 256",
        "lvs_sync_daemon eth0 inst",
        "lvs_sync_daemon eth0 id",
        "lvs_sync_daemon eth0 maxlen 0",
        "lvs_sync_daemon eth0 maxlen 65507 port 1 ttl 255 group 224.0.0.81",
        "lvs_sync_daemon eth0 port 0",
        "lvs_sync_daemon eth0 ttl 0",
        "lvs_sync_daemon eth0 group 10.0.0.1",
        "lvs_sync_daemon eth0 group x",
        "lvs_sync_daemon eth0 foo bar",
        "lvs_sync_daemon eth0 V foo bar",
        "lvs_sync_daemon eth0123456789012345",
        "vrrp_rx_bufs_policy MTU",
        "vrrp_rx_bufs_policy mtu ADVERT",
        "vrrp_rx_bufs_policy 1000",
        "vrrp_rx_bufs_policy ADVERT 1000",
        "vrrp_rx_bufs_policy 1000 MTU",
        "vrrp_rx_bufs_policy foo",
        "vrrp_rx_bufs_policy MTU ADVERT x",
        "vrrp_rx_bufs_policy -1",
        "vrrp_rx_bufs_multiplier 3 4",
        "vrrp_garp_extra_if all",
        "vrrp_garp_extra_if all 5",
        "vrrp_garp_extra_if 5 all",
        "vrrp_garp_extra_if 0",
        "vrrp_garp_extra_if x",
        "vrrp_garp_extra_if 86401 all",
        "vrrp_garp_extra_if 5 6",
        "vrrp_vmac_garp_intvl 5",
        "vrrp_garp_extra_if foo 5",
        "vrrp_mcast_group6 ff0e::1",
        "notification_email_from a b",
        "notification_email x {; a; }",
        "smtp_server 127.0.0.1",
        "smtp_server 127.0.0.1 25x",
        "smtp_server 127.0.0.1 0",
        "smtp_server 127.0.0.1 25 x",
        "reload_check_config /a b",
        "reload_time_file a; reload_time_file b",
        "vrrp_cpu_affinity 0 1",
        "dynamic_interfaces allow_if_changes x",
        "script_user root root x",
        "max_auto_priority",
        "vrrp_startup_delay 99",
    ],
    by_hand: &[
        ("script_user", HOST),
        ("vrrp_iptables", "Debian builds keepalived without iptables"),
        ("vrrp_ipsets", "Debian builds keepalived without iptables"),
    ],
    known: &[
        ("bfd_cpu_affinity 65535", HOST),
        ("bfd_cpu_affinity +5", HOST),
        ("checker_cpu_affinity 65535", HOST),
        ("checker_cpu_affinity +5", HOST),
        ("vrrp_cpu_affinity 65535", HOST),
        ("vrrp_cpu_affinity +5", HOST),
    ],
    same_words: true,
};
