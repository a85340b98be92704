//! D-Bus: what clients see of ours is what they see of keepalived.

use std::time::Duration;

use nix::sys::signal::{Signal, kill};

use crate::bus::Bus;
use crate::lab::{Daemon, Lab, Running, ready};

const INSTANCE: &str = "org.keepalived.Vrrp1.Instance";
const VRRP: &str = "org.keepalived.Vrrp1.Vrrp";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
const V1: &str = "/org/keepalived/Vrrp1/Instance/eth0/51/IPv4";
const DAEMON: &str = "/org/keepalived/Vrrp1/Vrrp";

/// Longest time for a daemon to do something.
const SOON: Duration = Duration::from_secs(10);

fn instance(name: &str, interface: &str, vrid: u8, address: &str) -> String {
    format!(
        "vrrp_instance {name} {{\n interface {interface}\n virtual_router_id {vrid}\n \
         priority 100\n virtual_ipaddress {{\n {address}\n }}\n}}\n"
    )
}

fn configuration(global: &str, instances: &[String]) -> String {
    format!("global_defs {{\n router_id r1\n {global}\n}}\n{}", instances.concat())
}

/// A bus and a daemon on it.
struct Stage {
    daemon: Running,
    bus: Bus,
    lab: Lab,
}

impl Stage {
    fn start(which: Daemon, configuration: &str) -> Self {
        let lab = Lab::new(1);
        let host = lab.host(1);
        host.ip(&["link", "add", "eth0.10", "type", "veth", "peer", "name", "far10"]);
        host.ip(&["address", "add", "198.18.10.1/24", "dev", "eth0.10"]);
        host.ip(&["link", "set", "eth0.10", "up"]);
        host.ip(&["link", "set", "far10", "up"]);
        let mut bus = Bus::start(lab.directory(), None);
        bus.listen();
        let (address, temporary) = (bus.address(), lab.directory().join("dumps"));
        std::fs::create_dir_all(&temporary).unwrap();
        let environment =
            [("DBUS_SYSTEM_BUS_ADDRESS", address.as_path()), ("TMPDIR", temporary.as_path())];
        let daemon = lab.start_with(1, which, configuration, &environment);
        Self { daemon, bus, lab }
    }

    fn reload(&self, configuration: &str, times: usize) {
        self.daemon.write_configuration(configuration);
        self.daemon.signal(Signal::SIGHUP);
        self.daemon.wait_for_log("Reload complete", times, SOON);
    }
}

/// Everything that clients and the log say.
#[derive(PartialEq, Eq, Debug, Default)]
struct Story {
    calls: Vec<(String, String)>,
    /// The signals of each object, each object for itself: two routers that are due at once may
    /// report in either order.
    signals: Vec<String>,
    log: Vec<String>,
}

/// Lines of the log about D-Bus, without their times.
fn log(daemon: &Running) -> Vec<String> {
    let about = |line: &str| line.contains("DBus") || line.contains("session bus");
    daemon
        .log()
        .iter()
        .filter(|line| about(&line.text))
        .map(|line| line.text.split_once(": ").map_or("", |(_, text)| text).to_owned())
        .collect()
}

fn sessions(which: Daemon) -> Story {
    let mut story = Story::default();
    let v1 = instance("V1", "eth0", 51, "10.77.0.50/24");
    let v2 = instance("V2", "eth0", 52, "10.77.0.52/24");
    let v6 = instance("V6", "eth0", 53, "fe80::53");
    let dotted = instance("DOT", "eth0.10", 54, "198.18.10.54");
    let own =
        instance("OWN", "eth0", 55, "10.77.0.55/24").replace(" priority", " use_vmac\n priority");
    let all = [v1.clone(), v2, v6, dotted, own];
    let mut stage = Stage::start(which, &configuration("enable_dbus", &all));
    let bus = &stage.bus;
    bus.wait_for("51/IPv4", "VrrpStatusChange 1", 1);
    // A backup has nothing to announce.
    let garp = format!("{INSTANCE}.SendGarp");
    bus.call(V1, &garp, &[]);
    for path in ["51/IPv4", "52/IPv4", "53/IPv6", "54/IPv4", "55/IPv4"] {
        bus.wait_for(path, "VrrpStatusChange 2", 1);
    }
    let (get, get_all, set) =
        (format!("{PROPERTIES}.Get"), format!("{PROPERTIES}.GetAll"), format!("{PROPERTIES}.Set"));
    let peer = "org.freedesktop.DBus.Peer";
    let calls: [(&str, &str, &[&str]); 22] = [
        (V1, &get, &[INSTANCE, "Name"]),
        (V1, &get, &[INSTANCE, "State"]),
        (V1, &get_all, &[INSTANCE]),
        ("/org/keepalived/Vrrp1/Instance/eth0/53/IPv6", &get_all, &[INSTANCE]),
        ("/org/keepalived/Vrrp1/Instance/eth0_10/54/IPv4", &get_all, &[INSTANCE]),
        (DAEMON, &get_all, &[VRRP]),
        (DAEMON, &get, &[VRRP, "Name"]),
        (V1, &get, &[INSTANCE, "Foo"]),
        (V1, &get, &["org.foo", "Name"]),
        (V1, &get, &["a"]),
        (V1, &get_all, &["org.foo"]),
        (V1, &set, &[INSTANCE, "Name", "<'x'>"]),
        (V1, &format!("{INSTANCE}.Nix"), &[]),
        (V1, "org.foo.Nix", &[]),
        (V1, &garp, &["5"]),
        ("/org/keepalived/Vrrp1/Instance/eth9/51/IPv4", &garp, &[]),
        ("/org/keepalived/Vrrp1/Instance/eth0/51", &garp, &[]),
        ("/org/keepalived/Vrrp1", &get_all, &["a"]),
        ("/foo", &format!("{peer}.Ping"), &[]),
        ("/foo", &format!("{peer}.GetMachineId"), &[]),
        (DAEMON, &format!("{VRRP}.CreateInstance"), &[]),
        (V1, &garp, &[]),
    ];
    for (path, method, arguments) in calls {
        let answer = bus.call(path, method, arguments);
        story.calls.push((format!("{path} {method} {arguments:?}"), answer));
    }
    for path in [V1, DAEMON] {
        story.calls.push((format!("introspect {path}"), bus.introspect(path)));
    }
    let mut tree: Vec<_> = bus.tree().lines().map(str::to_owned).collect();
    tree.sort();
    story.calls.push(("tree".to_owned(), tree.join("\n")));
    for (method, file) in
        [("PrintData", "data"), ("PrintStats", "stats"), ("PrintStatsClear", "stats")]
    {
        let path = stage.lab.directory().join(format!("dumps/keepalived.{file}"));
        let _ = std::fs::remove_file(&path);
        let answer = bus.call(DAEMON, &format!("{VRRP}.{method}"), &[]);
        story.calls.push((method.to_owned(), answer));
        let end = std::time::Instant::now() + SOON;
        while !path.exists() {
            assert!(std::time::Instant::now() < end, "{method} writes no file");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
    // The same file again: nothing has changed.
    let answer = bus.call(DAEMON, &format!("{VRRP}.ReloadConfig"), &[]);
    story.calls.push(("ReloadConfig".to_owned(), answer));
    stage.daemon.wait_for_log("Reload complete", 1, SOON);
    bus.wait_for("Vrrp", "VrrpReloaded", 1);

    // V2 becomes another router of that name, and another one gets a name that nobody had.
    let moved = instance("V2", "eth0", 60, "10.77.0.60/24");
    let renamed = instance("NEW", "eth0.10", 54, "198.18.10.54");
    stage.reload(&configuration("enable_dbus", &[v1.clone(), moved, renamed]), 2);
    let bus = &stage.bus;
    bus.wait_for("60/IPv4", "VrrpStatusChange 2", 1);
    let place = "/org/keepalived/Vrrp1/Instance/eth0_10/54/IPv4";
    story.calls.push(("renamed".to_owned(), bus.call(place, &get_all, &[INSTANCE])));
    let gone = "/org/keepalived/Vrrp1/Instance/eth0/52/IPv4";
    story.calls.push(("gone".to_owned(), bus.call(gone, &get_all, &[INSTANCE])));

    stage.lab.host(1).ip(&["link", "set", "eth0", "down"]);
    stage.bus.wait_for("51/IPv4", "VrrpStatusChange 3", 1);
    story.calls.push(("fault".to_owned(), stage.bus.call(V1, &get_all, &[INSTANCE])));
    stage.daemon.terminate(SOON);
    stage.bus.wait_for("Vrrp", "VrrpStopped", 1);
    story.signals = stage.bus.signals();
    story.signals.sort_by(|one, other| path_of(one).cmp(path_of(other)));
    story.log = log(&stage.daemon);
    story
}

fn path_of(signal: &str) -> &str {
    signal.split(' ').next().unwrap_or_default()
}

#[test]
fn clients_see_the_same_of_ours_and_of_keepalived() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    let (theirs, ours) = std::thread::scope(|threads| {
        let theirs = threads.spawn(|| sessions(Daemon::Keepalived));
        let ours = threads.spawn(|| sessions(Daemon::Ours));
        (theirs.join().unwrap(), ours.join().unwrap())
    });
    for (theirs, ours) in theirs.calls.iter().zip(&ours.calls) {
        assert_eq!(ours, theirs);
    }
    assert_eq!(ours.calls.len(), theirs.calls.len());
    let lines = |lines: &[String]| lines.join("\n");
    assert_eq!(lines(&ours.signals), lines(&theirs.signals));
    assert_eq!(lines(&ours.log), lines(&theirs.log));
}

/// keepalived 2.2.7 fails to begin again if that comes soon.
#[test]
fn a_reload_switches_it_off_and_on() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let v1 = instance("V1", "eth0", 51, "10.77.0.50/24");
    let v1 = std::slice::from_ref(&v1);
    let stage = Stage::start(Daemon::Ours, &configuration("enable_dbus", v1));
    stage.bus.wait_for("51/IPv4", "VrrpStatusChange 2", 1);
    stage.reload(&configuration("", v1), 1);
    stage.bus.wait_for("Vrrp", "VrrpStopped", 1);
    assert_eq!(stage.daemon.logged("Released DBus"), 1);
    stage.reload(&configuration("enable_dbus", v1), 2);
    // It is master all the time.
    stage.bus.wait_for("51/IPv4", "VrrpStatusChange 2", 2);
    let signals = stage.bus.signals();
    let again = &signals[signals.len() - 2..];
    assert_eq!(again, [format!("{DAEMON} VrrpStarted"), format!("{V1} VrrpStatusChange 2")]);
}

#[test]
fn a_bus_that_stands_still_delays_no_takeover_and_no_stop() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let v1 = instance("V1", "eth0", 51, "10.77.0.50/24");
    let mut stage = Stage::start(Daemon::Ours, &configuration("enable_dbus", &[v1]));
    stage.bus.wait_for("51/IPv4", "VrrpStatusChange 1", 1);
    kill(stage.bus.pid(), Signal::SIGSTOP).unwrap();
    stage.daemon.wait_for_log("Entering MASTER STATE", 1, SOON);
    let status = stage.daemon.terminate(Duration::from_secs(4));
    assert!(status.success());
    kill(stage.bus.pid(), Signal::SIGCONT).unwrap();
}

#[test]
fn a_bus_that_comes_later_is_found() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let v1 = instance("V1", "eth0", 51, "10.77.0.50/24");
    let address = format!("unix:path={}", lab.directory().join("bus").display());
    let environment = [("DBUS_SYSTEM_BUS_ADDRESS", std::path::Path::new(&address))];
    let name = "enable_dbus\n dbus_service_name org.keepalived.Vrrp1.Second\n \
                dbus_no_interface_name nowhere";
    let daemon = lab.start_with(1, Daemon::Ours, &configuration(name, &[v1]), &environment);
    daemon.wait_for_log("Lost the name org.keepalived.Vrrp1.Second", 1, SOON);
    let bus = Bus::start(lab.directory(), None);
    daemon.wait_for_log("Acquired the name org.keepalived.Vrrp1.Second", 1, SOON);
    drop(bus);
    daemon.wait_for_log("Lost the name org.keepalived.Vrrp1.Second", 2, SOON);
}
