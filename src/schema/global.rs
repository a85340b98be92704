//! `global_defs { }`.

use super::Support::{Accepted, NotYet, Runs};
use super::{Block, Keyword, MANY, Value, integer, seconds, table};

table! { GLOBAL_DEFS;
    "bfd_cpu_affinity" ("CPU [CPU ...]", 1, MANY, integer(0, 65_535), NotYet)
        "CPUs that the BFD process may use.", range "each 0..(online CPUs - 1)",
        default "no restriction", since "2.0.17", build "needs --enable-bfd",
        missing "No bfd cpu_id set specified";
    "bfd_no_swap" ("", 0, 0, Value::None, NotYet) "Keeps the BFD process out of swap.",
        default "off", since "2.0.0", build "needs --enable-bfd";
    "bfd_priority" ("NICE", 1, 1, integer(-20, 19), NotYet) "Nice value of the BFD process.",
        range "-20..19", default "0 (unchanged)", since "2.0.0", build "needs --enable-bfd",
        missing "No bfd process priority specified";
    "bfd_process_name" ("NAME", 1, 1, Value::Word, NotYet)
        "Name of the BFD process in process lists.", range "string, at most 15 bytes",
        default "executable name", since "2.0.16", build "needs --enable-bfd";
    "bfd_rlimit_rtime" ("USECS", 1, 1, integer(1, 4_294_967_295), NotYet)
        "Earlier spelling of bfd_rlimit_rttime.", deprecated "bfd_rlimit_rttime",
        range "as bfd_rlimit_rttime", default "10000", since "2.0.0", build "needs --enable-bfd";
    "bfd_rlimit_rttime" ("USECS", 1, 1, integer(1, 4_294_967_295), NotYet)
        "Microseconds the real-time BFD process may run without pause.",
        range "1..4294967295 microseconds (1 becomes 2)",
        default "10000 (only initialised in builds that also have LVS)", since "2.1.0",
        build "needs --enable-bfd";
    "bfd_rt_priority" ("N", 1, 1, integer(1, 99), NotYet) "Real-time priority of the BFD process.",
        range "1..99", default "0 (normal scheduling)", since "2.0.0", build "needs --enable-bfd",
        missing "No bfd process real-time priority specified";
    "checker_cpu_affinity" ("CPU [CPU ...]", 1, MANY, integer(0, 65_535), NotYet)
        "CPUs that the checker process may use.", range "each 0..(online CPUs - 1)",
        default "no restriction", since "2.0.17", build "absent with --disable-lvs",
        missing "No checker cpu_id set specified";
    "checker_log_all_failures" ("[BOOL]", 0, 1, Value::Flag, NotYet)
        "Logs each failed health check, not only the deciding one.", default "off", since "2.0.11",
        build "absent with --disable-lvs";
    "checker_no_swap" ("", 0, 0, Value::None, NotYet) "Keeps the checker process out of swap.",
        default "off", since "1.2.20", build "absent with --disable-lvs";
    "checker_priority" ("NICE", 1, 1, integer(-20, 19), NotYet)
        "Nice value of the checker process.", range "-20..19", default "0 (unchanged)",
        since "1.2.20", build "absent with --disable-lvs",
        missing "No checker process priority specified";
    "checker_process_name" ("NAME", 1, 1, Value::Word, NotYet)
        "Name of the checker process in process lists.", range "string, at most 15 bytes",
        default "executable name", since "2.2.0", build "absent with --disable-lvs";
    "checker_rlimit_rtime" ("USECS", 1, 1, integer(1, 4_294_967_295), NotYet)
        "Earlier spelling of checker_rlimit_rttime.", deprecated "checker_rlimit_rttime",
        range "as checker_rlimit_rttime", default "10000", since "2.0.0",
        build "absent with --disable-lvs";
    "checker_rlimit_rttime" ("USECS", 1, 1, integer(1, 4_294_967_295), NotYet)
        "Microseconds the real-time checker process may run without pause.",
        range "1..4294967295 microseconds (1 becomes 2)", default "10000", since "2.1.0",
        build "absent with --disable-lvs";
    "checker_rt_priority" ("N", 1, 1, integer(1, 99), NotYet)
        "Real-time priority of the checker process.", range "1..99",
        default "0 (normal scheduling)", since "2.0.0", build "absent with --disable-lvs",
        missing "No checker process real-time priority specified";
    "config_save_dir" ("DIR", 1, 1, Value::Word, Runs)
        "Keeps a copy of each configuration that was read, for debugging.",
        range "path; one trailing / removed; created with mode 0700 less the umask (parent must \
            exist)", default "none", since "2.2.3", build "absent with --enable-one-process-debug";
    "data_use_instance" ("[BOOL]", 0, 1, Value::Flag, Runs)
        "Puts namespace and instance into the names of dump files.", default "off", since "2.2.3";
    "dbus_no_interface_name" ("NAME", 1, 1, Value::Word, Runs)
        "Stands in the object path where an instance has no interface.", default "none",
        since "2.3.0", build "--enable-dbus (needs VRRP)",
        missing "dbus_no_interface_name missing - ignoring";
    "dbus_service_name" ("NAME", 1, 1, Value::Word, Runs)
        "Name on the bus, for more than one daemon on a host.", range "bus name",
        default "org.keepalived.Vrrp1", since "1.3.7", build "--enable-dbus (needs VRRP)",
        missing "dbus_service_name missing - ignoring";
    "default_interface" ("IFNAME", 1, 1, Value::Interface, Runs)
        "Interface for every address, route or rule written without one.", range "interface name",
        default "eth0", since "1.2.24", build "absent with --disable-vrrp",
        missing "default_interface requires interface name";
    "disable_local_igmp" ("", 0, 0, Value::None, Runs)
        "Stops the kernel's IGMP reports for link-local groups.",
        range "flag; needs a kernel that has the igmp_link_local_mcast_reports control",
        default "off", since "2.2.0", build "absent with --disable-vrrp";
    "dynamic_interfaces" ("[allow_if_changes]", 0, 1, Value::Choice(&["allow_if_changes"]), Runs)
        "Accepts interfaces that appear only after the start.",
        range "flag plus optional literal word", default "off", since "2.0.0",
        build "absent with --disable-vrrp";
    "enable_dbus" ("", 0, 0, Value::None, Runs) "Offers state and control over D-Bus.",
        default "off", since "1.3.0", build "--enable-dbus (needs VRRP)";
    "enable_script_security" ("", 0, 0, Value::None, Runs)
        "Won't run scripts as root that somebody else can write to.", default "off", since "1.3.0";
    "enable_snmp_checker" ("", 0, 0, Value::None, NotYet)
        "Answers SNMP for virtual and real servers.", default "off (on with -x)", since "1.2.20",
        build "--enable-snmp or --enable-snmp-checker";
    "enable_snmp_keepalived" ("", 0, 0, Value::None, Runs) "Earlier name of enable_snmp_vrrp.",
        deprecated "enable_snmp_vrrp", default "off", since "1.2.20",
        build "--enable-snmp or --enable-snmp-vrrp";
    "enable_snmp_rfc" ("", 0, 0, Value::None, Runs) "Answers SNMP by both standard VRRP MIBs.",
        default "off", since "1.2.20", build "--enable-snmp-rfc, -rfcv2 or -rfcv3";
    "enable_snmp_rfcv2" ("", 0, 0, Value::None, Runs)
        "Answers SNMP by the VRRPv2 MIB of RFC 2787.", default "off (on with -x)", since "1.2.20",
        build "--enable-snmp-rfc or --enable-snmp-rfcv2";
    "enable_snmp_rfcv3" ("", 0, 0, Value::None, Runs)
        "Answers SNMP by the VRRPv3 MIB of RFC 6527.", default "off (on with -x)", since "1.2.20",
        build "--enable-snmp-rfc or --enable-snmp-rfcv3";
    "enable_snmp_vrrp" ("", 0, 0, Value::None, Runs)
        "Answers SNMP for VRRP by keepalived's own MIB.", default "off (on with -x)", since "2.0.0",
        build "--enable-snmp or --enable-snmp-vrrp";
    "enable_traps" ("", 0, 0, Value::None, Runs) "Sends SNMP traps.", default "off",
        since "1.2.5", build "needs an SNMP option";
    "fifo_write_vrrp_states_on_reload" ("", 0, 0, Value::None, Runs)
        "Repeats the present states on the pipes after a reload.", default "off", since "2.2.5",
        build "absent with --disable-vrrp";
    "include_check"
        ("[[+|-]read|match|wildcard_match|brace_match ...]", 0, MANY, Value::Other, Runs)
        "Which troubles with include stop the reading.",
        range "no argument = all four; a word without sign (first position only) replaces the set \
            with read plus itself; +word adds, -word removes", default "none (with -e: all)",
        since "2.2.0", build "absent with --enable-one-process-debug";
    "iproute_etc_dir" ("PATH", 1, 1, Value::Word, Runs) "Directory whose names take precedence.",
        range "path", default "found when built (normally /etc/iproute2)", since "2.3.2",
        build "absent with --disable-vrrp",
        missing "iproute_etc_dir missing - ignoring",
        extra "iproute_etc_dir invalid";
    "iproute_usr_dir" ("PATH", 1, 1, Value::Word, Runs)
        "First directory with names of tables, protocols and scopes.", range "path",
        default "found when built (e.g. /usr/share/iproute2), may be none", since "2.3.2",
        build "absent with --disable-vrrp",
        missing "iproute_usr_dir missing - ignoring",
        extra "iproute_usr_dir invalid";
    "json_dump_file"
        ("PATH", 1, 1, Value::Word, Accepted("keepalived stores the path and writes to the \
            default one")) "File for the JSON dump.", range "non-empty path",
        default "keepalived.json in the temporary directory", since "2.3.3",
        missing "json_dump_file missing - ignoring",
        extra "json_dump_file invalid";
    "json_version" ("1|2", 1, 1, integer(1, 2), Runs) "Layout of the JSON dump.", range "1 or 2",
        default "1", since "2.2.8", build "--enable-json",
        missing "json_version missing - ignoring";
    "log_unknown_vrids" ("", 0, 0, Value::None, Runs)
        "Logs adverts of virtual routers that aren't configured.", default "off", since "2.0.16",
        build "absent with --disable-vrrp";
    "lvs_flush" ("", 0, 0, Value::None, NotYet) "Empties the IPVS table at the start.",
        default "off", since "1.2.23", build "absent with --disable-lvs";
    "lvs_flush_on_stop" ("[VS]", 0, 1, Value::Choice(&["VS"]), NotYet)
        "Empties the IPVS table, or only our services, at the stop.",
        range "nothing = flush everything; VS = delete only the managed virtual servers without \
            deleting real servers one by one", default "off (entries are deleted one by one)",
        since "2.2.0", build "absent with --disable-lvs";
    "lvs_flush_onstop" ("[VS]", 0, 1, Value::Choice(&["VS"]), NotYet)
        "Earlier name of lvs_flush_on_stop.", deprecated "lvs_flush_on_stop",
        range "as lvs_flush_on_stop", default "off", since "2.0.15",
        build "absent with --disable-lvs";
    "lvs_netlink_cmd_rcv_bufs" ("BYTES", 1, 1, integer(0, 4_294_967_295), NotYet)
        "Receive buffer for netlink answers in the checker process.",
        range "0..4294967295 (0 = default)", default "65536", since "2.0.0",
        build "absent with --disable-lvs",
        missing "lvs_netlink_cmd_rcv_bufs size missing";
    "lvs_netlink_cmd_rcv_bufs_force" ("[BOOL]", 0, 1, Value::Flag, NotYet)
        "Lets that buffer go past the system's limit.", default "off", since "2.0.0",
        build "absent with --disable-lvs";
    "lvs_netlink_monitor_rcv_bufs" ("BYTES", 1, 1, integer(0, 4_294_967_295), NotYet)
        "Receive buffer for netlink news in the checker process.",
        range "0..4294967295 (0 = default)", default "65536", since "2.0.0",
        build "absent with --disable-lvs",
        missing "lvs_netlink_monitor_rcv_bufs size missing";
    "lvs_netlink_monitor_rcv_bufs_force" ("[BOOL]", 0, 1, Value::Flag, NotYet)
        "Lets that buffer go past the system's limit.", default "off", since "2.0.0",
        build "absent with --disable-lvs";
    "lvs_notify_fifo" ("PATH [USER [GROUP]]", 1, 3, Value::Word, NotYet)
        "Named pipe that gets changes of virtual and real servers.", range "as notify_fifo",
        default "none", since "1.3.6", build "absent with --disable-lvs",
        missing "No lvs_notify_fifo name specified",
        second "lvs_notify_fifo already specified - ignoring {}";
    "lvs_notify_fifo_script" ("SCRIPT [USER [GROUP]]", 1, 3, Value::Script, NotYet)
        "Program that reads lvs_notify_fifo.", range "as notify_fifo_script", default "none",
        since "1.3.6", build "absent with --disable-lvs",
        missing "No lvs_notify_fifo_script specified",
        second "lvs_notify_fifo_script already specified - ignoring {}";
    "lvs_process_name" ("NAME", 1, 1, Value::Word, NotYet) "Earlier name of checker_process_name.",
        deprecated "checker_process_name", range "string, at most 15 bytes",
        default "executable name", since "2.0.16", build "absent with --disable-lvs";
    "lvs_sync_daemon"
        ("IFNAME [[inst] VRRP_INSTANCE] [id N] [maxlen N] [port N] [ttl N] [group ADDR]", 1, 13,
            Value::Interface, NotYet) "Shares IPVS connections with the other directors.",
        range "IFNAME at most 15 bytes; id 0..255; maxlen 1..65507; port 1..65535; ttl 1..255; \
            group a multicast IPv4/IPv6 address",
        default "off; id = VRID of the instance, or 0 without an instance; others left to the \
            kernel", since "1.2.20",
        build "needs both VRRP and LVS; maxlen/port/ttl/group need IPVS sync attributes at build \
            time",
        missing "lvs_sync_daemon requires interface",
        second "lvs_sync_daemon has already been specified as {first}  - ignoring";
    "lvs_timeouts" ("[tcp SECS] [tcpfin SECS] [udp SECS]", 2, 6, Value::Other, NotYet)
        "How long IPVS keeps idle TCP, closing TCP and UDP connections.",
        range "0..2678400 (31 days) each; 0 means leave alone",
        default "kernel's values left alone", since "1.2.24", build "absent with --disable-lvs",
        missing "lvs_timeouts requires at least one option";
    "max_auto_priority" ("[N]", 0, 1, integer(-1, 99), Runs)
        "Highest real-time priority a late process may give itself.",
        range "-1..99; no argument means 99 (the SCHED_RR maximum)",
        default "0 (no automatic increase; a notice is logged at start); -1 means the same \
            without the notice", since "2.1.0";
    "min_auto_priority_delay" ("USECS", 1, 1, integer(1, 10_000_000), Runs)
        "Lateness in microseconds from which a process raises its own priority.",
        range "1..10000000 microseconds", default "1000000", since "2.1.0",
        missing "min_auto_priority_delay requires delay time";
    "nftables" ("[TABLE]", 0, 1, Value::Word, Runs)
        "Filters with nftables, in this table, where instances need it.",
        range "table name of 1..254 bytes",
        default "not set; keepalived when no argument, and also chosen automatically when a VMAC \
            or no-accept instance exists and no firewall was configured", since "2.0.11",
        build "absent with --disable-nftables or --disable-vrrp",
        second "nftables already specified - ignoring";
    "nftables_counters" ("", 0, 0, Value::None, Runs)
        "Adds packet counters to the nftables rules.", default "off", since "2.0.11",
        build "absent with --disable-nftables";
    "nftables_ifindex" ("", 0, 0, Value::None, Runs)
        "Link-local sets hold interface numbers instead of names.", default "off", since "2.0.11",
        build "absent with --disable-nftables or --disable-vrrp";
    "nftables_ipvs" ("[TABLE]", 0, 1, Value::Word, NotYet)
        "Marks each virtual server group's traffic by nftables, one IPVS service a group.",
        range "table name of 1..254 bytes", default "not set; keepalived_ipvs when no argument",
        since "2.2.0", build "absent with --disable-nftables or --disable-lvs",
        second "ipvs nftables already specified - ignoring";
    "nftables_ipvs_priority" ("N", 1, 1, integer(-2_147_483_648, 2_147_483_647), NotYet)
        "Hook priority of the marking chain; write it after nftables_ipvs.",
        range "-2147483648..2147483647", default "-1", since "2.2.0",
        build "absent with --disable-nftables or --disable-lvs";
    "nftables_ipvs_start_fwmark" ("N", 1, 1, integer(1, 4_294_967_295), NotYet)
        "First firewall mark to use; write it after nftables_ipvs.", range "1..4294967295",
        default "1000", since "2.2.0", build "absent with --disable-nftables or --disable-lvs";
    "nftables_priority" ("N", 1, 1, integer(-2_147_483_648, 2_147_483_647), Runs)
        "Hook priority of the filter chains; write it after nftables.",
        range "-2147483648..2147483647", default "-1", since "2.0.11",
        build "absent with --disable-nftables or --disable-vrrp";
    "no_checker_emails" ("[BOOL]", 0, 1, Value::Flag, NotYet)
        "Mails a server's change of service only, not each checker's.", default "off",
        since "2.0.0", build "absent with --disable-lvs";
    "no_email_faults" ("", 0, 0, Value::None, Runs)
        "Leaves changes to fault out of the mails.", default "off (faults are mailed)",
        since "2.0.0", build "absent with --disable-vrrp";
    "notification_email" ("{ ADDRESS ... }", 0, 0, Value::None, Runs)
        "Who gets alert mails.", lines Block::EmailList,
        range "value block: every word on every line is one recipient",
        default "empty list (no mail is sent)", since "1.0.3 or earlier";
    "notification_email_from" ("ADDRESS", 1, MANY, Value::Word, Runs)
        "Sender of alert mails.", range "one word; a \"Name <addr>\" form must be in double quotes",
        default "USER@HOST of the running process, set only if smtp_server is set and the local \
            name is known", since "1.0.3 or earlier",
        missing "emailfrom missing - ignoring";
    "notify_fifo" ("PATH [USER [GROUP]]", 1, 3, Value::Word, Runs)
        "Named pipe that gets every change of state.", range "path; user and group names",
        default "none; owner is the default script user", since "1.3.6",
        missing "No notify_fifo name specified",
        second "notify_fifo already specified - ignoring {}";
    "notify_fifo_script" ("SCRIPT [USER [GROUP]]", 1, 3, Value::Script, Runs)
        "Program that reads notify_fifo.", range "script word: see script quoting rules",
        default "none", since "1.3.6",
        missing "No notify_fifo_script specified",
        second "notify_fifo_script already specified - ignoring {}";
    "process_monitor_rcv_bufs" ("BYTES", 1, 1, integer(0, 4_294_967_295), Runs)
        "Receive buffer for news about processes.", range "0..4294967295 (0 = leave alone)",
        default "system default", since "2.0.11",
        build "absent with --disable-vrrp or --disable-track-process",
        missing "process_monitor_rcv_bufs size missing";
    "process_monitor_rcv_bufs_force" ("[BOOL]", 0, 1, Value::Flag, Runs)
        "Lets that buffer go past the system's limit.", default "off", since "2.0.11",
        build "absent with --disable-vrrp or --disable-track-process";
    "process_name" ("NAME", 1, 1, Value::Word, Runs)
        "Name of the parent process in process lists.", range "string, at most 15 bytes",
        default "executable name", since "2.0.16";
    "process_names" ("", 0, 0, Value::None, Runs)
        "Gives each child process the usual name of its role.",
        default "processes keep the executable name", since "2.0.16";
    "random_seed"
        ("N", 1, 1, integer(0, 4_294_967_295), Accepted("keepalived forgets the seed before it is \
            used, so it changes nothing there either")) "Seed for random numbers.",
        range "0..4294967295", default "time based", since "2.0.15";
    "reload_check_config" ("[LOGFILE]", 0, 1, Value::Word, Runs)
        "Tests a configuration before a reload takes it.", range "path of a log file",
        default "off; /dev/null when no argument", since "2.2.0",
        build "absent with --enable-one-process-debug";
    "reload_file" ("[PATH]", 0, 1, Value::Word, Runs)
        "Marker that goes away when the configuration has been read.", range "path",
        default "off; without argument keepalived.reload in the run directory (in its keepalived \
            sub-directory with use_pid_dir, keepalived_INSTANCE.reload with instance)",
        since "2.2.0", build "absent with --enable-one-process-debug";
    "reload_repeat" ("", 0, 0, Value::None, Runs)
        "Keeps that file, so that the reload comes each day.", default "off", since "2.1.0",
        build "absent with --enable-one-process-debug";
    "reload_time_file" ("PATH", 1, 1, Value::Word, Runs)
        "File with the time of the next planned reload.", range "path (absolute expected)",
        default "none", since "2.1.0", build "absent with --enable-one-process-debug",
        missing "reload_time_file invalid",
        extra "reload_time_file invalid";
    "router_id" ("STRING", 1, 1, Value::Word, Runs) "Name of this machine in mails and SNMP.",
        range "one word (quote it to include blanks)",
        default "canonical local host name from the resolver, or [unknown]", since "1.1.8",
        missing "routerid name missing - ignoring";
    "rs_init_notifies" ("[BOOL]", 0, 1, Value::Flag, NotYet)
        "Runs notify_up also for servers that are up from the start.", default "off", since "2.0.0",
        build "absent with --disable-lvs";
    "script_user" ("USER [GROUP]", 1, 2, Value::Word, Runs)
        "User and group that scripts run as where they name none.",
        range "user and group names (numbers are not accepted)",
        default "keepalived_script if that user exists, else the user running the daemon",
        since "1.3.0",
        missing "No script username specified";
    "set_supplementary_groups" ("[BOOL]", 0, 1, Value::Flag, Runs)
        "Scripts also get their user's further groups.", default "off",
        since "after 2.4.3 (not in the 2.4.3 release)";
    "shutdown_script" ("SCRIPT [USER [GROUP]]", 1, 3, Value::Script, Runs)
        "Runs once after everything else has ended.", range "as startup_script", default "none",
        since "2.1.0",
        missing "shutdown script missing",
        second "shutdown script already specified";
    "shutdown_script_timeout" ("SECS", 1, 1, seconds(0, 1_000_000, 1_000_000_000), Runs)
        "Time that shutdown_script gets before it is killed.", range "1..1000", default "10",
        since "2.1.0",
        missing "shutdown_script_timeout requires value";
    "smtp_alert" ("[BOOL]", 0, 1, Value::Flag, Runs)
        "Whether changes of state are mailed where nothing nearer says so.", default "unset",
        since "2.0.0";
    "smtp_alert_checker" ("[BOOL]", 0, 1, Value::Flag, NotYet)
        "Whether changes of servers are mailed; goes before smtp_alert.",
        default "unset (falls back to smtp_alert, then off)", since "2.0.0",
        build "absent with --disable-lvs";
    "smtp_alert_vrrp" ("[BOOL]", 0, 1, Value::Flag, Runs)
        "Whether VRRP changes of state are mailed; goes before smtp_alert.",
        default "unset (falls back to smtp_alert, then off)", since "2.0.0",
        build "absent with --disable-vrrp";
    "smtp_connect_timeout" ("SECS", 1, 1, seconds(0, 0, 4_294_000_000), Runs)
        "Patience with each step of a mail delivery.", range "0..4294 seconds; 0 becomes 1",
        default "30, applied only if smtp_server is set", since "1.0.3 or earlier";
    "smtp_helo_name" ("STRING", 1, 1, Value::Word, Runs)
        "Name this host greets the mail relay with.",
        default "canonical local host name, when smtp_server is set", since "1.2.20",
        missing "";
    "smtp_server" ("HOST|ADDRESS [PORT]", 1, 2, Value::Other, Runs)
        "Mail relay for alerts.", range "IPv4, IPv6 or resolvable host name; port 1..65535",
        default "none (no mail is sent); port 25", since "1.0.3 or earlier";
    "snmp_rs_stats_update_interval" ("SECS", 1, 1, seconds(6, 1000, 30_000_000), NotYet)
        "Greatest age of real server statistics in SNMP answers.",
        range "decimal seconds 0.001..30", default "snmp_vs_stats_update_interval", since "2.3.0",
        build "--enable-snmp or --enable-snmp-checker";
    "snmp_socket" ("ADDRESS", 1, 1, Value::Word, Runs) "Where the AgentX master agent listens.",
        range "net-snmp transport address, e.g. udp:HOST:705",
        default "library default (unix:/var/agentx/master)", since "1.2.20",
        build "needs an SNMP option (--enable-snmp, -vrrp, -checker, -rfc, -rfcv2 or -rfcv3)",
        missing "SNMP error : snmp socket name missing",
        second "SNMP socket already set to {first} - ignoring",
        extra "Too many parameters specified for snmp_socket - ignoring";
    "snmp_vs_stats_update_interval" ("SECS", 1, 1, seconds(6, 1000, 30_000_000), NotYet)
        "Greatest age of virtual server statistics in SNMP answers.",
        range "decimal seconds 0.001..30", default "5", since "2.3.0",
        build "--enable-snmp or --enable-snmp-checker";
    "startup_script" ("SCRIPT [USER [GROUP]]", 1, 3, Value::Script, Runs)
        "Runs once before anything else starts.",
        range "script word: see the script quoting rules; user and group names (not numbers)",
        default "none", since "2.1.0",
        missing "startup script missing",
        second "startup script already specified";
    "startup_script_timeout" ("SECS", 1, 1, seconds(0, 1_000_000, 1_000_000_000), Runs)
        "Time that startup_script gets before it is killed.", range "1..1000", default "10",
        since "2.1.0",
        missing "startup_script_timeout requires value";
    "state_dump_file" ("PATH", 1, 1, Value::Word, Runs)
        "File for the state that SIGUSR1 asks for.",
        range "non-empty path; trailing / = directory only; no leading / = name inside the \
            temporary directory", default "keepalived.data in the temporary directory",
        since "2.3.3",
        missing "state_dump_file missing - ignoring",
        extra "state_dump_file invalid";
    "stats_dump_file"
        ("PATH", 1, 1, Value::Word, Accepted("keepalived stores the path and writes to the \
            default one")) "File for statistics.", range "non-empty path",
        default "keepalived.stats in the temporary directory", since "2.3.3",
        missing "stats_dump_file missing - ignoring",
        extra "stats_dump_file invalid";
    "tmp_config_directory"
        ("DIR", 1, 1, Value::Word, Accepted("configuration is read straight from its files, no \
            copy is made")) "Where the working copy of the configuration lives.",
        range "path of an existing writable directory", default "anonymous memory file",
        since "2.2.0",
        missing "tmp_config_directory missing directory name",
        second "tmp_config_directory already specified - ignoring";
    "umask" ("NUMBER or BIT[|BIT...]", 1, MANY, Value::Other, Runs)
        "Permissions withheld from files that the daemon makes.",
        range "0..0777 in decimal, 0octal or 0xhex; or IRUSR IWUSR IXUSR IRWXU and the same for \
            GRP/G and OTH/O, joined by | with or without blanks",
        default "0177 (that is IXUSR|IRWXG|IRWXO)", since "2.0.9";
    "use_symlink_paths"
        ("[BOOL]", 0, 1, Value::Flag, Accepted("scripts are always run by their path as written"))
        "Runs scripts by the path as written, symbolic links included.", default "off",
        since "2.3.0";
    "v3_checksum_as_v2" ("", 0, 0, Value::None, Runs)
        "v3_checksum_as_v2 for instances that don't say.", default "off", since "2.2.8",
        build "absent with --disable-vrrp";
    "vmac_addr_prefix" ("STRING", 1, 1, Value::Word, Runs)
        "Start of those names for addresses on another interface.", default "vmac_prefix",
        since "2.2.0", build "absent with --disable-vrrp or --disable-vmac",
        second "vmac_addr prefix has already been specified - ignoring {}";
    "vmac_prefix" ("STRING", 1, 1, Value::Word, Runs)
        "Start of the names of virtual MAC interfaces.", default "vrrp", since "2.2.0",
        build "absent with --disable-vrrp or --disable-vmac",
        second "vmac prefix has already been specified - ignoring {}";
    "vrrp_check_unicast_src" ("", 0, 0, Value::None, Runs) "check_unicast_src for all instances.",
        default "off", since "1.2.20", build "absent with --disable-vrrp";
    "vrrp_cpu_affinity" ("CPU [CPU ...]", 1, MANY, integer(0, 65_535), Runs)
        "CPUs that the VRRP process may use.", range "each 0..(online CPUs - 1)",
        default "no restriction", since "2.0.17", build "absent with --disable-vrrp",
        missing "No vrrp cpu_id set specified";
    "vrrp_delay_after_boot" ("SECS", 1, 1, seconds(6, 1000, 4_294_967_295), Runs)
        "Instances begin no sooner than this after the machine's boot.",
        range "decimal seconds 0.001..4294.967295", default "0", since "2.4.0",
        build "absent with --disable-vrrp";
    "vrrp_down_timer_adverts" ("N", 1, 1, integer(1, 100), Runs)
        "down_timer_adverts for instances that don't say.", range "1..100", default "3",
        since "2.2.3", build "absent with --disable-vrrp";
    "vrrp_garp_extra_if" ("[all] SECS", 1, MANY, Value::Other, Runs)
        "garp_extra_if for instances that don't say.", options Block::GarpExtraIfOption,
        range "1..86400 whole seconds; words in any order",
        default "off; without all only VMAC interfaces are served", since "2.2.3",
        build "absent with --disable-vrrp or --disable-vmac",
        missing "vrrp_garp_extra_if specified without time - ignoring";
    "vrrp_garp_interval" ("SECS", 1, 1, seconds(6, 1, 4_294_967_295), Runs)
        "Smallest gap between two gratuitous ARP on an interface.",
        range "decimal seconds 0.000001..4294.967295; 1 s or more is accepted with a log note",
        default "0 (no spacing); 0 itself cannot be written", since "1.2.21",
        build "absent with --disable-vrrp";
    "vrrp_garp_lower_prio_delay" ("SECS", 1, 1, seconds(0, 0, 4_294_000_000), Runs)
        "garp_lower_prio_delay for instances that don't say.", range "0..4294 whole seconds",
        default "vrrp_garp_master_delay (0 for strict instances)", since "1.2.20",
        build "absent with --disable-vrrp";
    "vrrp_garp_lower_prio_repeat" ("N", 1, 1, integer(0, 2_147_483_647), Runs)
        "garp_lower_prio_repeat for instances that don't say.", range "0..2147483647",
        default "vrrp_garp_master_repeat (0 for strict instances)", since "1.2.20",
        build "absent with --disable-vrrp";
    "vrrp_garp_master_delay" ("SECS", 1, 1, seconds(0, 0, 4_294_000_000), Runs)
        "garp_master_delay for instances that don't say.",
        range "0..4294 whole seconds; 0 = no second burst", default "5", since "1.2.20",
        build "absent with --disable-vrrp";
    "vrrp_garp_master_refresh" ("SECS", 1, 1, seconds(0, 0, 4_294_967_295_000_000), Runs)
        "garp_master_refresh for instances that don't say.",
        range "0..4294967295 whole seconds; 0 = never", default "0", since "1.2.20",
        build "absent with --disable-vrrp";
    "vrrp_garp_master_refresh_repeat" ("N", 1, 1, integer(0, 4_294_967_295), Runs)
        "garp_master_refresh_repeat for instances that don't say.",
        range "0..4294967295; 0 becomes 1", default "1", since "1.2.20",
        build "absent with --disable-vrrp";
    "vrrp_garp_master_repeat" ("N", 1, 1, integer(0, 4_294_967_295), Runs)
        "garp_master_repeat for instances that don't say.", range "0..4294967295; 0 becomes 1",
        default "5", since "1.2.20", build "absent with --disable-vrrp";
    "vrrp_gna_interval" ("SECS", 1, 1, seconds(6, 1, 4_294_967_295), Runs)
        "Smallest gap between two unsolicited NA on an interface.",
        range "decimal seconds 0.000001..4294.967295", default "0 (no spacing)", since "1.2.21",
        build "absent with --disable-vrrp";
    "vrrp_higher_prio_send_advert" ("[BOOL]", 0, 1, Value::Flag, Runs)
        "higher_prio_send_advert for instances that don't say.", default "off", since "1.3.5",
        build "absent with --disable-vrrp";
    "vrrp_ipsets"
        ("[SET4 [SET6 [SET_IF6 [SET_IGMP [SET_MLD [SET_ND]]]]]]", 0, 6, Value::Word, Runs)
        "Names of the address sets behind the iptables rules; none turns sets off.",
        range "set names of 1..30 bytes, all different; omitted ones are derived (SET4+6, SET6 \
            less a final 6 +_if6, SET4+_igmp, +_mld, +_nd); no argument switches ipsets off",
        default "on with names keepalived, keepalived6, keepalived_if6, keepalived_igmp, \
            keepalived_mld, keepalived_nd when vrrp_iptables is set; otherwise off", since "1.2.20",
        build "absent with --disable-libipset, --disable-iptables or --disable-vrrp; SET_ND only \
            with VMAC support";
    "vrrp_iptables" ("[INCHAIN [OUTCHAIN]]", 0, 2, Value::Word, Runs)
        "Filters with iptables, in these chains, where instances need it.",
        range "chain names of 1..27 bytes, different from each other",
        default "not set; with no argument INPUT and OUTPUT", since "1.2.20",
        build "absent with --disable-vrrp; with --disable-iptables but nftables present the line \
            only switches nftables on and reports an error",
        second "vrrp_iptables already specified - ignoring";
    "vrrp_lower_prio_no_advert" ("[BOOL]", 0, 1, Value::Flag, Runs)
        "lower_prio_no_advert for instances that don't say.",
        default "off (on for strict instances)", since "1.2.20", build "absent with --disable-vrrp";
    "vrrp_mcast_group4" ("ADDR", 1, 1, Value::Address, Runs)
        "IPv4 multicast group of adverts where the instance names none.",
        range "IPv4 multicast address; anything after - or / is dropped unchecked",
        default "224.0.0.18", since "1.2.10", build "absent with --disable-vrrp";
    "vrrp_mcast_group6" ("ADDR", 1, 1, Value::Address, Runs)
        "IPv6 multicast group of adverts where the instance names none.",
        range "IPv6 multicast address; anything after - or / is dropped unchecked",
        default "ff02::12", since "1.2.10", build "absent with --disable-vrrp";
    "vrrp_min_garp" ("[BOOL]", 0, 1, Value::Flag, Runs)
        "Cuts gratuitous ARP and NA down to a single message, with no second burst.", default "off",
        since "2.0.12", build "absent with --disable-vrrp";
    "vrrp_netlink_cmd_rcv_bufs" ("BYTES", 1, 1, integer(0, 4_294_967_295), Runs)
        "Receive buffer for netlink answers in the VRRP process.",
        range "0..4294967295 (0 = default)", default "65536", since "2.0.0",
        build "absent with --disable-vrrp",
        missing "vrrp_netlink_cmd_rcv_bufs size missing";
    "vrrp_netlink_cmd_rcv_bufs_force" ("[BOOL]", 0, 1, Value::Flag, Runs)
        "Lets that buffer go past the system's limit.", default "off", since "2.0.0",
        build "absent with --disable-vrrp";
    "vrrp_netlink_monitor_rcv_bufs" ("BYTES", 1, 1, integer(0, 4_294_967_295), Runs)
        "Receive buffer for netlink news in the VRRP process.", range "0..4294967295 (0 = default)",
        default "65536", since "2.0.0", build "absent with --disable-vrrp",
        missing "vrrp_netlink_monitor_rcv_bufs size missing";
    "vrrp_netlink_monitor_rcv_bufs_force" ("[BOOL]", 0, 1, Value::Flag, Runs)
        "Lets that buffer go past the system's limit.", default "off", since "2.0.0",
        build "absent with --disable-vrrp";
    "vrrp_no_swap" ("", 0, 0, Value::None, Runs) "Keeps the VRRP process out of swap.",
        default "off", since "1.2.20", build "absent with --disable-vrrp";
    "vrrp_notify_fifo" ("PATH [USER [GROUP]]", 1, 3, Value::Word, Runs)
        "Named pipe that gets changes of VRRP state.", range "as notify_fifo", default "none",
        since "1.3.6", build "absent with --disable-vrrp",
        missing "No vrrp_notify_fifo name specified",
        second "vrrp_notify_fifo already specified - ignoring {}";
    "vrrp_notify_fifo_script" ("SCRIPT [USER [GROUP]]", 1, 3, Value::Script, Runs)
        "Program that reads vrrp_notify_fifo.", range "as notify_fifo_script", default "none",
        since "1.3.6", build "absent with --disable-vrrp",
        missing "No vrrp_notify_fifo_script specified",
        second "vrrp_notify_fifo_script already specified - ignoring {}";
    "vrrp_notify_priority_changes" ("[BOOL]", 0, 1, Value::Flag, Runs)
        "notify_priority_changes for instances that don't say.", default "off", since "2.0.16",
        build "absent with --disable-vrrp";
    "vrrp_owner_ignore_adverts" ("[BOOL]", 0, 1, Value::Flag, Runs)
        "owner_ignore_adverts for instances that don't say.",
        default "off (on for strict instances)", since "2.3.3", build "absent with --disable-vrrp";
    "vrrp_priority" ("NICE", 1, 1, integer(-20, 19), Runs) "Nice value of the VRRP process.",
        range "-20..19", default "0 (unchanged)", since "1.2.20",
        build "absent with --disable-vrrp",
        missing "No vrrp process priority specified";
    "vrrp_process_name" ("NAME", 1, 1, Value::Word, Runs)
        "Name of the VRRP process in process lists.", range "string, at most 15 bytes",
        default "executable name", since "2.0.16", build "absent with --disable-vrrp";
    "vrrp_rlimit_rtime" ("USECS", 1, 1, integer(1, 4_294_967_295), Runs)
        "Earlier spelling of vrrp_rlimit_rttime.", deprecated "vrrp_rlimit_rttime",
        range "as vrrp_rlimit_rttime", default "10000", since "2.0.0",
        build "absent with --disable-vrrp";
    "vrrp_rlimit_rttime" ("USECS", 1, 1, integer(1, 4_294_967_295), Runs)
        "Microseconds the real-time VRRP process may run without pause.",
        range "1..4294967295 microseconds (1 becomes 2)", default "10000", since "2.1.0",
        build "absent with --disable-vrrp";
    "vrrp_rt_priority" ("N", 1, 1, integer(1, 99), Runs)
        "Real-time priority of the VRRP process.", range "1..99", default "0 (normal scheduling)",
        since "2.0.0", build "absent with --disable-vrrp",
        missing "No vrrp process real-time priority specified";
    "vrrp_rx_bufs_multiplier" ("N", 1, 1, integer(1, 4_294_967_295), Runs)
        "How many MTUs or adverts a receive buffer holds.", range "1..4294967295", default "3",
        since "2.0.3", build "absent with --disable-vrrp",
        missing "Invalid vrrp_rx_bufs_multiplier",
        extra "Invalid vrrp_rx_bufs_multiplier";
    "vrrp_rx_bufs_policy" ("MTU|ADVERT|BYTES", 1, MANY, Value::Other, Runs)
        "How receive buffers of VRRP sockets are sized.",
        range "MTU and ADVERT in any case; BYTES 0..4294967295", default "kernel default",
        since "2.0.3", build "absent with --disable-vrrp",
        missing "vrrp_rx_bufs_policy missing";
    "vrrp_skip_check_adv_addr" ("[BOOL]", 0, 1, Value::Flag, Runs)
        "skip_check_adv_addr for instances that don't say.", default "off", since "1.2.20",
        build "absent with --disable-vrrp",
        old_value Value::None;
    "vrrp_startup_delay" ("SECS", 1, 1, seconds(6, 1000, 4_294_967_295), Runs)
        "Waits this long after the start before instances begin.",
        range "decimal seconds 0.001..4294.967295; 60 s or more is accepted with a log note",
        default "0", since "2.0.14", build "absent with --disable-vrrp";
    "vrrp_strict" ("[BOOL]", 0, 1, Value::Flag, Runs) "strict_mode for instances that don't say.",
        default "off", since "1.2.20", build "absent with --disable-vrrp",
        old_value Value::None;
    "vrrp_version" ("2|3", 1, 1, integer(2, 3), Runs)
        "VRRP version of IPv4 instances that don't say; IPv6 is always version 3.", range "2 or 3",
        default "2 (IPv6 instances use 3 regardless)", since "1.2.20",
        build "absent with --disable-vrrp";
    "vrrp_vmac_garp_intvl" ("[all] SECS", 1, MANY, Value::Other, Runs)
        "Earlier name of vrrp_garp_extra_if.", options Block::GarpExtraIfOption,
        deprecated "vrrp_garp_extra_if", range "as vrrp_garp_extra_if", default "off",
        since "2.2.0", build "absent with --disable-vrrp or --disable-vmac",
        missing "vrrp_vmac_garp_intvl specified without time - ignoring",
        complaint "Keyword \"vrrp_vmac_garp_intvl\" is deprecated - please use \"vrrp_garp_extra_if\"";
}
