//! Our two units, and the change of daemons below a unit.

use std::net::IpAddr;
use std::time::Duration;

use crate::lab::{Daemon, Lab};
use crate::machine::{Machine, possible};

pub(crate) const CONFIGURATION: &str = "vrrp_instance V1 {
    interface eth0
    virtual_router_id 51
    priority 150
    advert_int 1
    virtual_ipaddress {
        10.77.0.50/24
    }
}
";
/// Our program under both of its names, and both of our units.
const OURS: (&[&str], &[&str]) =
    (&["stillalive", "keepalived"], &["stillalive.service", "keepalived.service"]);
const ELECTION: Duration = Duration::from_secs(15);

fn vip() -> [IpAddr; 1] {
    ["10.77.0.50".parse().unwrap()]
}

#[test]
fn systemd_finds_nothing_wrong_with_the_units() {
    if !possible(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let machine = Machine::start(&lab, 1, OURS, CONFIGURATION);
    for unit in ["keepalived.service", "stillalive.service"] {
        let path = format!("/lib/systemd/system/{unit}");
        let said = machine.done(&["systemd-analyze", "verify", "--man=no", &path]);
        let about: Vec<&str> = said.lines().filter(|line| line.contains(unit)).collect();
        assert!(about.is_empty(), "{said}");
    }
}

fn starts_reloads_and_stops(unit: &str) {
    if !possible(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let machine = Machine::start(&lab, 1, OURS, CONFIGURATION);
    // It returns when the daemon has said that it is ready.
    machine.done(&["systemctl", "start", unit]);
    assert_eq!(machine.property(unit, "ActiveState"), "active");
    let main = machine.property(unit, "MainPID");
    let file = machine.done(&["cat", "/run/keepalived.pid"]);
    assert_eq!(file.trim(), main);
    lab.wait_for_owners(&vip(), &[1], ELECTION);
    machine.done(&["systemctl", "reload", unit]);
    machine.wait_for(&["journalctl", "--no-pager"], "Reload complete");
    assert_eq!(machine.property(unit, "MainPID"), main);
    lab.wait_for_owners(&vip(), &[1], ELECTION);
    machine.done(&["systemctl", "stop", unit]);
    assert_eq!(machine.property(unit, "Result"), "success");
    assert_eq!(machine.property(unit, "ExecMainStatus"), "0");
    lab.wait_for_owners(&vip(), &[], ELECTION);
}

#[test]
fn the_unit_of_keepalived_starts_reloads_and_stops() {
    starts_reloads_and_stops("keepalived.service");
}

#[test]
fn the_hardened_unit_starts_reloads_and_stops() {
    starts_reloads_and_stops("stillalive.service");
}

#[test]
fn the_hardened_unit_is_as_narrow_as_it_says() {
    if !possible(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let machine = Machine::start(&lab, 1, OURS, CONFIGURATION);
    machine.done(&["systemctl", "start", "stillalive"]);
    let main = machine.property("stillalive", "MainPID");
    let status = machine.done(&["cat", &format!("/proc/{main}/status")]);
    let line = status.lines().find(|line| line.starts_with("CapBnd:")).unwrap();
    // SYS_ADMIN, SYS_MODULE and SYS_BOOT are not in it.
    let set = u64::from_str_radix(line.split_whitespace().nth(1).unwrap(), 16).unwrap();
    assert_eq!(set & (1 << 21 | 1 << 16 | 1 << 22), 0, "{line}");
    let inside = ["nsenter", "-t", &main, "-m", "--", "touch", "/etc/x"];
    assert!(!machine.run(&inside).status.success(), "/etc can be written");
    // The watchdog is fed: it lives longer than systemd's patience.
    machine.done(&["systemctl", "stop", "stillalive"]);
    let dropin = "/run/systemd/system/stillalive.service.d";
    machine.done(&["mkdir", "-p", dropin]);
    let short = format!("printf '[Service]\\nWatchdogSec=2\\n' > {dropin}/short.conf");
    machine.done(&["sh", "-c", &short]);
    machine.done(&["systemctl", "daemon-reload"]);
    machine.done(&["systemctl", "start", "stillalive"]);
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(machine.property("stillalive", "NRestarts"), "0");
    assert_eq!(machine.property("stillalive", "ActiveState"), "active");
}

/// keepalived runs as Debian's unit; it is replaced, and the unit goes on with the successor as its
/// main process.
#[test]
fn a_unit_goes_on_with_the_successor_as_its_main_process() {
    if !possible(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    let lab = Lab::new(2);
    let machine = Machine::start(&lab, 1, (&["stillalive"], &[]), CONFIGURATION);
    let unit = "keepalived.service";
    machine.done(&["systemctl", "start", unit]);
    lab.wait_for_owners(&vip(), &[1], ELECTION);
    let second = CONFIGURATION.replace("150", "100");
    let mut second = lab.start(2, Daemon::Keepalived, &second);
    second.wait_for_log("(V1) Entering BACKUP STATE", 1, ELECTION);
    std::thread::sleep(Duration::from_secs(2));
    let former = machine.property(unit, "MainPID");

    let said = machine.done(&["stillalive", "takeover"]);
    assert!(said.contains("its service manager was told"), "{said}");
    let main = machine.property(unit, "MainPID");
    assert_ne!(main, former);
    assert_eq!(machine.done(&["cat", "/run/keepalived.pid"]).trim(), main);
    let program = machine.done(&["readlink", &format!("/proc/{main}/exe")]);
    assert_eq!(program.trim(), "/usr/sbin/stillalive");
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(machine.property(unit, "ActiveState"), "active");
    assert_eq!(machine.property(unit, "NRestarts"), "0");
    assert_eq!(second.logged("Entering MASTER STATE"), 0);

    machine.done(&["systemctl", "reload", unit]);
    machine.wait_for(&["journalctl", "--no-pager"], "Reload complete");
    assert_eq!(machine.property(unit, "MainPID"), main);
    second.assert_alive();
    assert_eq!(second.logged("Entering MASTER STATE"), 0);

    machine.done(&["systemctl", "stop", unit]);
    assert_eq!(machine.property(unit, "ActiveState"), "inactive");
    lab.wait_for_owners(&vip(), &[2], ELECTION);
}
