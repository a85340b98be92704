//! Virtual servers beside an instance: what the processes that run say of them is what keepalived's
//! say. Both run their VRRP part only (`-P`): where the kernel has no IPVS keepalived ends otherwise.

use std::fs;
use std::time::Duration;

use super::{PATIENCE, Subject, comparable};
use crate::lab::{Daemon, Lab, ready};
use crate::protocol::ELECTION;

const CONFIGURATION: &str = "global_defs {
    router_id node1
    checker_log_all_failures true
    lvs_flush
}
virtual_server_group pair {
    10.77.0.50 81
    10.77.0.50 82
}
vrrp_instance V1 {
    interface eth0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        10.77.0.50/24
    }
}
virtual_server 10.77.0.50 80 {
    delay_loop 6
    lb_algo rr
    lb_kind NAT
    protocol TCP
    real_server 10.77.0.101 80 {
        weight 1
        TCP_CHECK {
            connect_timeout 3
        }
    }
    real_server 10.77.0.102 80 {
        weight 2
    }
}
virtual_server group pair {
    lb_algo wrr
    lb_kind DR
    real_server 10.77.0.101 0 {
        weight 1
    }
}
";

/// The dumps of the VRRP process and of its parent.
fn dumps(daemon: Daemon) -> [String; 2] {
    let lab = Lab::new(1);
    let mut subject = Subject::start_as(&lab, daemon, CONFIGURATION, &["-P"]);
    subject.data_when("MASTER", ELECTION);
    // The parent writes its own at the same signal.
    std::thread::sleep(Duration::from_millis(1_200));
    let parent = subject.directory.join("keepalived_parent.data");
    let _ = fs::remove_file(&parent);
    let data = subject.data_when("MASTER", PATIENCE);
    std::thread::sleep(Duration::from_millis(500));
    let parent = fs::read_to_string(&parent).unwrap();
    subject.daemon.assert_alive();
    [data, parent].map(|dump| comparable::lines(&dump, lab.directory()))
}

#[test]
fn virtual_servers_beside_an_instance_are_shown_as_keepalived_shows_them() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    let (ours, theirs) = std::thread::scope(|scope| {
        let theirs = scope.spawn(|| dumps(Daemon::Keepalived));
        (dumps(Daemon::Ours), theirs.join().unwrap())
    });
    for (name, (ours, theirs)) in ["VRRP", "parent"].iter().zip(ours.iter().zip(&theirs)) {
        let difference = similar::TextDiff::from_lines(theirs, ours);
        let difference = difference.unified_diff().header("keepalived", "ours").to_string();
        assert!(ours.contains(" Checkers log all failures = true\n"), "{ours}");
        assert!(difference.is_empty(), "{name}:\n{difference}");
    }
}
