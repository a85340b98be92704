//! Options of the command line that change what the VRRP part does (`-V`, `-X`, `-a`, `-m`), and
//! copies of the configuration (`config_save_dir`).

use std::time::Duration;

use crate::lab::{Daemon, Lab, now};
use crate::links::exists;
use crate::protocol::{ELECTION, LATE, Timing, addresses, assert_time};

const STOP: Duration = Duration::from_secs(5);

fn configuration(priority: u8, more: &str) -> String {
    format!(
        "static_ipaddress {{
            10.77.0.9/24 dev eth0
        }}
        vrrp_instance V1 {{
            state BACKUP
            interface eth0
            virtual_router_id 51
            priority {priority}
            virtual_ipaddress {{
                10.77.0.50
            }}
            virtual_routes {{
                10.99.0.0/24 via 10.77.0.3
            }}
            {more}
        }}"
    )
}

/// `-V`: nobody is told, everything that a master holds stays, static entries go; the peer waits a
/// whole master-down time. The next start removes what was left.
fn leaves_without_a_word(first: Daemon, second: Daemon) {
    let lab = Lab::new(2);
    let vip = addresses(&["10.77.0.50"]);
    let mut leaving = lab.start_as(1, first, &configuration(150, ""), &["-V"]);
    lab.wait_for_owners(&vip, &[1], ELECTION);
    let mut other = lab.start(2, second, &configuration(100, ""));
    other.wait_for_log("Entering BACKUP STATE", 1, ELECTION);
    let (heard, _) = lab.capture().wait_for_advert(1, now(), ELECTION, |_| true);
    lab.capture().wait_for_advert(1, heard, ELECTION, |_| true);

    assert!(leaving.terminate(STOP).success());
    let last = lab.capture().last_advert(1);
    assert!(lab.capture().adverts(1).iter().all(|(_, advert)| advert.priority() != 0));
    let host = lab.host(1);
    assert!(host.has(vip[0]), "the address stays");
    assert!(host.ip(&["route"]).contains("10.99.0.0/24"), "the route stays");
    assert!(!host.has("10.77.0.9".parse().unwrap()), "static entries go");
    let (led, _) = lab.capture().wait_for_advert(2, last, ELECTION, |_| true);
    assert_time("takeover", led - last, Timing::V2(1).master_down(100));

    let mut again = lab.start(1, first, &configuration(50, ""));
    again.wait_for_log("Entering BACKUP STATE", 1, ELECTION);
    lab.wait_for_owners(&vip, &[2], LATE);
    if first == Daemon::Ours {
        // keepalived 2.2.7 leaves it.
        assert!(!host.ip(&["route"]).contains("10.99.0.0/24"));
    }
    again.assert_alive();
    other.assert_alive();
}

/// `-V` with a virtual MAC: the interface stays with the address on it.
fn leaves_its_interface(daemon: Daemon, _: Daemon) {
    let lab = Lab::new(1);
    let vip = addresses(&["10.77.0.50"]);
    let mut leaving = lab.start_as(1, daemon, &configuration(150, "use_vmac"), &["-V"]);
    lab.wait_for_owners(&vip, &[1], ELECTION);
    leaving.terminate(STOP);
    let held = lab.host(1).ip(&["addr", "show", "dev", "vrrp.51"]);
    assert!(held.contains("10.77.0.50/32"), "{held}");
    // Without the option the next one takes it away.
    let mut next = lab.start(1, daemon, &configuration(150, "use_vmac"));
    next.wait_for_log("Entering MASTER STATE", 1, ELECTION);
    next.terminate(STOP);
    assert!(!exists(lab.host(1), "vrrp.51"));
}

/// `-X`: an address that somebody else has set goes as well when the master leaves.
fn releases_what_others_set(daemon: Daemon, _: Daemon) {
    let lab = Lab::new(1);
    let vip = addresses(&["10.77.0.50"]);
    let mut running = lab.start_as(1, daemon, &configuration(150, ""), &["-X"]);
    running.wait_for_log("Entering BACKUP STATE", 1, ELECTION);
    lab.host(1).ip(&["addr", "add", "10.77.0.50/32", "dev", "eth0"]);
    running.wait_for_log("Entering MASTER STATE", 1, ELECTION);
    running.terminate(STOP);
    assert!(!lab.host(1).has(vip[0]));
}

/// `-a`: addresses that others set and remove are logged, on any interface.
fn tells_of_addresses(daemon: Daemon, _: Daemon) {
    let lab = Lab::new(1);
    let host = lab.host(1);
    let mut running = lab.start_as(1, daemon, &configuration(150, ""), &["-a"]);
    running.wait_for_log("Entering MASTER STATE", 1, ELECTION);
    assert_eq!(running.logged("Netlink reflector reports IP 10.77.0.1 added to eth0"), 1);
    assert_eq!(running.logged("Netlink reflector reports IP 10.77.0.50"), 0, "its own doing");
    host.ip(&["link", "add", "other", "type", "veth", "peer", "name", "peer1"]);
    host.ip(&["addr", "add", "192.0.2.1/24", "dev", "other"]);
    running.wait_for_log("Netlink reflector reports IP 192.0.2.1 added to other", 1, LATE);
    host.ip(&["addr", "del", "192.0.2.1/24", "dev", "other"]);
    running.wait_for_log("Netlink reflector reports IP 192.0.2.1 removed from other", 1, LATE);
    running.assert_alive();
}

/// `-m`: the process may leave a core file, whatever the shell allowed.
fn may_dump_core(daemon: Daemon, _: Daemon) {
    let lab = Lab::new(1);
    let running = lab.start_as(1, daemon, &configuration(150, ""), &["-m"]);
    running.wait_for_log("Entering BACKUP STATE", 1, ELECTION);
    let pid = running.vrrp_pid();
    let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.matches("unlimited").count(), 2, "{core}");
}

/// `config_save_dir`: a copy of what was read, at the start and at each reload, for root only.
fn keeps_a_copy(daemon: Daemon, _: Daemon) {
    let lab = Lab::new(1);
    let kept = lab.directory().join("kept");
    let text = format!(
        "global_defs {{\n config_save_dir {}\n }}\n$PRIORITY=150\n{}",
        kept.display(),
        configuration(150, "").replace("priority 150", "priority $PRIORITY")
    );
    let running = lab.start(1, daemon, &text);
    running.wait_for_log("Entering BACKUP STATE", 1, ELECTION);
    let copies = || {
        let files = std::fs::read_dir(&kept).unwrap().map(|file| file.unwrap().path());
        let name = |path: &std::path::PathBuf| path.display().to_string();
        let mut files: Vec<_> = files.filter(|it| name(it).contains("/keepalived.conf.")).collect();
        files.sort();
        files
    };
    assert_eq!(copies().len(), 1);
    running.signal(nix::sys::signal::Signal::SIGHUP);
    running.wait_for_log("Reload complete", 1, ELECTION);
    assert_eq!(copies().len(), 2);
    for copy in copies() {
        let copied = std::fs::read_to_string(&copy).unwrap();
        assert!(copied.contains("virtual_router_id 51"), "{copied}");
        let mode = std::fs::metadata(&copy).unwrap().permissions();
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode) & 0o077, 0);
    }
}

roles! {
    a_daemon_may_leave_without_a_word => leaves_without_a_word;
}

alone! {
    a_daemon_may_leave_its_interface => leaves_its_interface;
    a_daemon_may_release_what_others_set => releases_what_others_set;
    a_daemon_may_tell_of_every_address => tells_of_addresses;
    a_daemon_may_dump_core => may_dump_core;
    a_daemon_may_keep_a_copy_of_what_it_reads => keeps_a_copy;
}
