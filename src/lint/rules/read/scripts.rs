//! Pages of the codes about scripts, which are raised while the file is read.

use crate::lint::Rule;
use crate::lint::rules::read::pages;

pages! {
    SCRIPT_SYNTAX Error {
        what "The command of a script cannot be split into words, or names no program.",
        why "keepalived drops the script: nobody is told of the transition.",
        instead "Close the quotes, and end no command with a backslash.",
        bad r#"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    notify_master "/usr/local/bin/up.sh 'eth0"
    virtual_ipaddress {
        192.0.2.10/24
    }
}
"#,
        good r#"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    notify_master "/usr/local/bin/up.sh 'eth0'"
    virtual_ipaddress {
        192.0.2.10/24
    }
}
"#,
    }
    DUPLICATE_SCRIPT Error {
        what "Two scripts for the same event.",
        why "The first one counts, the second one is never run.",
        instead "Keep one, and let it start the other.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    notify_master /usr/local/bin/a.sh
    notify_master /usr/local/bin/b.sh
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    notify_master /usr/local/bin/a.sh
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
}
