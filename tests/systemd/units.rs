//! Our two units, and the change of daemons below a unit.

use std::net::IpAddr;
use std::time::Duration;

use crate::lab::{Daemon, Lab, Running};
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
/// Debian's, of keepalived.
const UNIT: &str = "keepalived.service";
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
    // As the daemon sees it.
    let etc = format!("/proc/{main}/root/etc/x");
    assert!(!machine.run(&["touch", &etc]).status.success(), "/etc can be written");
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

/// What a line is about, for whoever asks journald.
#[test]
fn journald_knows_what_a_line_is_about() {
    if !possible(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let machine = Machine::start(&lab, 1, OURS, CONFIGURATION);
    machine.done(&["systemctl", "start", "keepalived"]);
    lab.wait_for_owners(&vip(), &[1], ELECTION);
    let asked = |field: &str| {
        let words = ["journalctl", "--no-pager", "-o", "json", "STILLALIVE_INSTANCE=V1", field];
        let text = machine.wait_for(&words, "STILLALIVE_STATE\":\"MASTER");
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        lines.collect::<Vec<serde_json::Value>>()
    };
    let states = asked("STILLALIVE_EVENT=state");
    let last = states.last().unwrap();
    let wanted = [
        ("MESSAGE", "(V1) Entering MASTER STATE"),
        ("STILLALIVE_STATE", "MASTER"),
        ("SYSLOG_IDENTIFIER", "Keepalived_vrrp"),
        ("SYSLOG_FACILITY", "3"),
        ("PRIORITY", "6"),
        ("_SYSTEMD_UNIT", "keepalived.service"),
        ("_TRANSPORT", "journal"),
    ];
    for (field, value) in wanted {
        assert_eq!(last[field], value, "{field} of {last}");
    }
    let others = states.iter().filter(|line| line["STILLALIVE_EVENT"] != "state");
    assert_eq!(others.count(), 0);
}

/// keepalived runs below Debian's unit and leads; another one beside it is backup.
fn led_below_a_unit(lab: &Lab) -> (Machine, Running) {
    let machine = Machine::start(lab, 1, (&["stillalive"], &[]), CONFIGURATION);
    machine.done(&["systemctl", "start", UNIT]);
    lab.wait_for_owners(&vip(), &[1], ELECTION);
    let second = CONFIGURATION.replace("150", "100");
    let second = lab.start(2, Daemon::Keepalived, &second);
    second.wait_for_log("(V1) Entering BACKUP STATE", 1, ELECTION);
    std::thread::sleep(Duration::from_secs(2));
    (machine, second)
}

/// The unit's main process is another one now, and of that program.
fn is_main(machine: &Machine, former: &str, program: &str) -> String {
    let main = machine.property(UNIT, "MainPID");
    assert_ne!(main, former);
    assert_eq!(machine.done(&["cat", "/run/keepalived.pid"]).trim(), main);
    let found = machine.done(&["readlink", &format!("/proc/{main}/exe")]);
    assert_eq!(found.trim(), program);
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(machine.property(UNIT, "ActiveState"), "active");
    assert_eq!(machine.property(UNIT, "NRestarts"), "0");
    assert_eq!(machine.property(UNIT, "MainPID"), main);
    main
}

/// keepalived runs as Debian's unit; it is replaced, and the unit goes on with the successor as its
/// main process.
#[test]
fn a_unit_goes_on_with_the_successor_as_its_main_process() {
    if !possible(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    let lab = Lab::new(2);
    let (machine, mut second) = led_below_a_unit(&lab);
    let former = machine.property(UNIT, "MainPID");
    let said = machine.done(&["stillalive", "takeover"]);
    assert!(said.contains("its service manager was told"), "{said}");
    let main = is_main(&machine, &former, "/usr/sbin/stillalive");
    assert_eq!(second.logged("Entering MASTER STATE"), 0);

    machine.done(&["systemctl", "reload", UNIT]);
    machine.wait_for(&["journalctl", "--no-pager"], "Reload complete");
    assert_eq!(machine.property(UNIT, "MainPID"), main);
    second.assert_alive();
    assert_eq!(second.logged("Entering MASTER STATE"), 0);

    machine.done(&["systemctl", "stop", UNIT]);
    assert_eq!(machine.property(UNIT, "ActiveState"), "inactive");
    lab.wait_for_owners(&vip(), &[2], ELECTION);
}

/// There and back: keepalived is the main process again, and what systemd asks for reaches it.
#[test]
fn a_unit_goes_back_to_keepalived_as_its_main_process() {
    if !possible(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    let lab = Lab::new(2);
    let (machine, mut second) = led_below_a_unit(&lab);
    let first = machine.property(UNIT, "MainPID");
    machine.done(&["stillalive", "takeover"]);
    let ours = is_main(&machine, &first, "/usr/sbin/stillalive");
    let said = machine.done(&["stillalive", "handback", "--program", "/usr/sbin/keepalived"]);
    assert!(said.contains("its service manager was told"), "{said}");
    let main = is_main(&machine, &ours, "/usr/sbin/keepalived");
    second.assert_alive();
    assert_eq!(second.logged("Entering MASTER STATE"), 0);
    let group = |pid: &str| machine.done(&["cat", &format!("/proc/{pid}/cgroup")]);
    assert!(group(&main).contains(UNIT), "{}", group(&main));

    machine.done(&["systemctl", "reload", UNIT]);
    assert_eq!(machine.property(UNIT, "MainPID"), main);
    machine.done(&["systemctl", "stop", UNIT]);
    assert_eq!(machine.property(UNIT, "ActiveState"), "inactive");
    assert_eq!(machine.property(UNIT, "Result"), "success");
    lab.wait_for_owners(&vip(), &[2], ELECTION);
}
