//! `-d`: the configuration as understood, in the log, without what only a running daemon has. Ours beside
//! keepalived.

use super::comparable;
use crate::lab::{Daemon, Lab, Running, ready};
use crate::protocol::ELECTION;

/// Instances of several kinds, and what is tracked.
const CONFIGURATION: &str = "global_defs {
    router_id node1
    script_user root
}
static_ipaddress {
    10.99.0.1/24 dev eth0
}
vrrp_script chk {
    script \"/bin/true\"
    interval 2
    weight 3
}
vrrp_track_process tp {
    process nobody_runs_this
    weight 2
}
vrrp_sync_group G {
    group {
        V1
        V2
    }
}
vrrp_instance V1 {
    state MASTER
    interface eth0
    virtual_router_id 51
    priority 200
    virtual_ipaddress {
        10.77.0.50/24
    }
    virtual_routes {
        10.97.0.0/24 via 10.77.0.9 dev eth0
    }
}
vrrp_instance V2 {
    interface eth0
    version 3
    virtual_router_id 52
    unicast_src_ip 10.77.0.1
    unicast_peer {
        10.77.0.7
    }
    virtual_ipaddress {
        10.77.0.51/24
    }
}
vrrp_instance V3 {
    interface eth0
    virtual_router_id 53
    priority 255
    track_script {
        chk
    }
    track_process {
        tp
    }
    virtual_ipaddress {
        10.77.0.53/24
    }
}
";

/// The lines of the log that are lines of a dump.
fn logged(router: &Running) -> String {
    let log = router.log();
    let text = log.iter().filter_map(|line| line.text.split_once(" 20")?.1.split_once(": "));
    let lines = text.map(|(_, text)| text);
    // Behind the command line stands more of it.
    let of_dump = lines.filter(|line| {
        (line.starts_with("------<") || line.starts_with(' ')) && !line.trim().starts_with('\'')
    });
    of_dump.map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_log_has_the_configuration_and_nothing_of_run_time() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    let [ours, theirs] = [Daemon::Ours, Daemon::Keepalived].map(|daemon| {
        let lab = Lab::new(1);
        let router = lab.start_as(1, daemon, CONFIGURATION, &["-d"]);
        router.wait_for_log("Startup complete", 1, ELECTION);
        router.wait_for_log("   Original promote_secondaries", 2, ELECTION);
        std::thread::sleep(std::time::Duration::from_millis(200));
        comparable::lines(&logged(&router), lab.directory())
    });
    let difference = similar::TextDiff::from_lines(&theirs, &ours);
    let difference = difference.unified_diff().header("keepalived", "ours").to_string();
    assert!(ours.contains(" VRRP Instance = V3\n"), "{ours}");
    assert!(difference.is_empty(), "{difference}");
}
