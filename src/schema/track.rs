//! What instances follow and how they stand together: groups, scripts, files, processes.

use super::Support::{Accepted, NotYet, Runs};
use super::{BFD, Block, Keyword, MANY, Value, integer, seconds, table};

table! { TRACK_GROUP;
    "group" ("{ INSTANCE ... }", 0, 0, Value::None, Runs) "The instances of the group.",
        lines Block::InstanceList, since "2.0.3";
}

table! { SYNC_GROUP;
    "global_tracking" ("", 0, 0, Value::None, Runs) "Earlier name of sync_group_tracking_weight.",
        deprecated "sync_group_tracking_weight", default "off", since "1.2.3",
        complaint "({name}) global_tracking is deprecated. Use track_interface/script/file on the sync group";
    "group" ("{ INSTANCE ... }", 0, 0, Value::None, Runs)
        "The instances that change state together.", lines Block::InstanceList, since "<=1.0.3";
    "notify" ("SCRIPT [USER [GROUP]]", 1, 3, Value::Script, Runs)
        "Runs on each change of state, with type, name, state and 0 added.", default "none",
        since "1.1.2";
    "notify_backup" ("SCRIPT [USER [GROUP]]  (quote script with args)", 1, 3, Value::Script, Runs)
        "Runs when the group becomes backup.", default "none", since "<=1.0.3";
    "notify_fault" ("SCRIPT [USER [GROUP]]  (quote script with args)", 1, 3, Value::Script, Runs)
        "Runs when the group goes to fault.", default "none", since "<=1.0.3";
    "notify_master" ("SCRIPT [USER [GROUP]]  (quote script with args)", 1, 3, Value::Script, Runs)
        "Runs when the group becomes master.", default "none", since "<=1.0.3";
    "notify_priority_changes" ("[BOOL]", 0, 1, Value::Flag, Runs)
        "notify_priority_changes for members that don't say.",
        default "global vrrp_notify_priority_changes", since "2.2.0";
    "notify_stop" ("SCRIPT [USER [GROUP]]  (quote script with args)", 1, 3, Value::Script, Runs)
        "Runs when the daemon stops.", default "none", since "2.0.0";
    "smtp_alert" ("[BOOL]", 0, 1, Value::Flag, Runs)
        "Sends mail when the group changes state.",
        default "global smtp_alert_vrrp, else smtp_alert, else off", since "<=1.0.3";
    "sync_group_tracking_weight" ("", 0, 0, Value::None, Runs)
        "Lets members change their priority by what they track.", default "off", since "2.0.0";
    "track_bfd" ("{ BFD [weight N [reverse|noreverse]] ... }", 0, 0, Value::None, NotYet)
        "BFD sessions that every member depends on.", lines Block::TrackEntry,
        range "weight -253..253", default "weight of the bfd_instance", since "2.0.0",
        build "_WITH_BFD_", waits_for BFD;
    "track_file" ("{ FILE [weight N [reverse|noreverse]] ... }", 0, 0, Value::None, Runs)
        "Files that every member depends on.", lines Block::TrackEntry, range "weight -254..254",
        default "weight of the file", since "2.0.0";
    "track_interface" ("{ IFACE [weight N [reverse]] ... }", 0, 0, Value::None, Runs)
        "Interfaces that every member depends on.", lines Block::TrackEntry,
        range "weight -253..253", default "weight 0", since "2.0.0";
    "track_process" ("{ PROC [weight N [reverse|noreverse]] ... }", 0, 0, Value::None, Runs)
        "Processes that every member depends on.", lines Block::TrackEntry,
        range "weight -254..254", default "weight of the process", since "2.0.11",
        build "_WITH_TRACK_PROCESS_";
    "track_script" ("{ SCRIPT [weight N [reverse|noreverse]] ... }", 0, 0, Value::None, Runs)
        "Scripts that every member depends on.", lines Block::TrackEntry, range "weight -253..253",
        default "weight of the script", since "2.0.0";
}

table! { GARP_GROUP;
    "garp_interval" ("SECONDS", 1, 1, seconds(6, 0, 4_294_967_295), Runs)
        "Smallest gap between two gratuitous ARP of the group.", range "0..4294.967295, 1 us steps",
        default "global vrrp_garp_interval", since "1.2.21",
        old_value seconds(6, 0, 2_147_483_647);
    "gna_interval" ("SECONDS", 1, 1, seconds(6, 0, 4_294_967_295), Runs)
        "Smallest gap between two unsolicited NA of the group.", range "0..4294.967295, 1 us steps",
        default "global vrrp_gna_interval", since "1.2.21",
        old_value seconds(6, 0, 2_147_483_647);
    "interface" ("IFACE", 1, 1, Value::Interface, Runs) "Takes one interface into the group.",
        since "1.2.21";
    "interfaces" ("{ IFACE ... }", 0, 0, Value::None, Runs)
        "Takes several interfaces into the group.", lines Block::InterfaceList, since "1.2.21";
}

table! { VRRP_SCRIPT;
    "fall" ("N", 1, 1, integer(1, 2_147_483_647), Runs)
        "Failures in a row that make a good check fail.", range "1..2^31-1", default "1",
        since "1.1.18";
    "init_fail"
        ("", 0, 0, Value::None, Accepted("keepalived overwrites it when the script is tracked, so \
            it changes nothing there either")) "Takes the check as failed until its first result.",
        default "off", since "1.3.2";
    "interval" ("SECONDS", 1, 1, seconds(3, 1000, 4_294_967_000_000), Runs)
        "Time from one run to the next.",
        range "0.001..4294967 (1 ms steps; whole seconds before 2.3.2)", default "1",
        since "1.1.13",
        old_value seconds(0, 0, 4_294_000_000);
    "rise" ("N", 1, 1, integer(1, 2_147_483_647), Runs)
        "Successes in a row that make a failed check good again.", range "1..2^31-1", default "1",
        since "1.1.18";
    "script" ("COMMAND ARGS...  (quotes and escapes allowed)", 1, 1, Value::Script, Runs)
        "The command, with its arguments.", default "none, mandatory", since "1.1.13",
        missing "";
    "timeout" ("SECONDS", 1, 1, seconds(3, 1000, 4_294_967_000_000), Runs)
        "A run that takes longer is killed and has failed.", range "0.001..4294967",
        default "0 = same as interval", since "1.2.6",
        old_value seconds(0, 0, 4_294_000_000);
    "user" ("USER [GROUP]", 1, 2, Value::Word, Runs) "User and group that the check runs as.",
        default "global script_user, else keepalived_script, else root", since "1.3.0";
    "weight" ("N [reverse]", 1, 2, integer(-253, 253), Runs)
        "What the result does to the priority; 0 means fault on failure.", range "-253..253",
        default "0", since "1.1.13";
}

table! { TRACK_FILE;
    "file" ("PATH", 1, 1, Value::Word, Runs) "The file; it holds one whole number.",
        default "none, mandatory", since "2.1.0",
        missing "track file file name missing";
    "init_file" ("[VALUE] [overwrite]", 0, 2, Value::Other, Runs)
        "Makes the file at the start if there is none.", options Block::InitFileOption,
        range "VALUE integer, sensible -254..254", default "no init; VALUE 0", since "2.1.0";
    "weight" ("N [reverse]", 1, 2, integer(-254, 254), Runs)
        "Multiplies the number; 0 means fault unless the number is 0.", range "-254..254",
        default "1", since "2.1.0",
        missing "No weight specified for track file {name} - ignoring";
}

table! { INIT_FILE_OPTION;
    "overwrite" ("", 0, 0, Value::None, Runs) "Writes the number even if the file is there.",
        default "off", since "2.1.0";
}

table! { INIT_FILE_OPTION_DATA;
    "VALUE" ("", 0, 0, Value::Other, Runs) "The number to begin with.", range "INT_MIN..INT_MAX",
        default "0", since "2.1.0";
}

table! { TRACK_PROCESS;
    "delay" ("SECONDS", 1, 1, seconds(6, 1, 3_600_000_000), Runs)
        "Both fork_delay and terminate_delay.", range "0.000001..3600", default "0", since "2.0.11",
        build "_WITH_TRACK_PROCESS_";
    "fork_delay" ("SECONDS", 1, 1, seconds(6, 1, 3_600_000_000), Runs)
        "How long the quorum must be there before it counts.", range "0.000001..3600", default "0",
        since "2.0.16", build "_WITH_TRACK_PROCESS_";
    "full_command" ("", 0, 0, Value::None, Runs)
        "Compares the whole command line, not the program's short name.", default "off",
        since "2.0.11", build "_WITH_TRACK_PROCESS_";
    "param_match" ("[initial|partial]", 0, 1, Value::Choice(&["initial", "partial"]), Runs)
        "How the arguments are compared: all, the first ones, or the start of the last.",
        range "none = exact", default "exact when params given", since "2.0.16",
        build "_WITH_TRACK_PROCESS_";
    "process" ("NAME|PATH [PARAM ...]", 1, MANY, Value::Word, Runs)
        "Name of the program, and arguments to look for.", default "none, mandatory",
        since "2.0.11", build "_WITH_TRACK_PROCESS_";
    "quorum" ("N", 1, 1, integer(1, 65_535), Runs) "How many such processes must run.",
        range "1..65535", default "1", since "2.0.11", build "_WITH_TRACK_PROCESS_";
    "quorum_max" ("N", 1, 1, integer(0, 65_535), Runs) "How many such processes may run.",
        range "0..65535", default "unlimited", since "2.0.16", build "_WITH_TRACK_PROCESS_";
    "terminate_delay" ("SECONDS", 1, 1, seconds(6, 1, 3_600_000_000), Runs)
        "How long the quorum must be lost before it counts.", range "0.000001..3600", default "0",
        since "2.0.16", build "_WITH_TRACK_PROCESS_";
    "weight" ("N [reverse]", 1, 2, integer(-254, 254), Runs)
        "What a lost quorum does to the priority; 0 means fault.", range "-254..254", default "0",
        since "2.0.11", build "_WITH_TRACK_PROCESS_",
        missing "No weight specified for track process {name} - ignoring";
}

table! { TRACK_ENTRY;
    "noreverse" ("", 0, 0, Value::None, Runs) "Takes back the reverse of the tracked object.",
        range "after weight N; not for track_interface", since "2.0.18";
    "reverse" ("", 0, 0, Value::None, Runs) "Swaps up and down.", range "after weight N",
        default "that of the tracked object", since "2.0.18";
    "weight" ("N", 1, 1, integer(-254, 254), Runs)
        "What this object does to the priority; 0 means fault when it is down.",
        range "interface/script: +-254 becomes +-253; file/process -254..254; bfd -253..253",
        default "that of the tracked object; interface 0", since "1.2.6";
}
