//! What instances follow, against the real thing: check scripts and interfaces.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::lab::{Daemon, Lab, Running, now, ready};
use crate::protocol::{
    EARLY, ELECTION, LATE, Timing, addresses, assert_silent, assert_time, longest_silence,
};

const TIMING: Timing = Timing::V2(1);
/// `interval` of the checks here.
const INTERVAL: Duration = Duration::from_secs(1);

/// A check whose result the test decides, and which writes down that it ran.
struct Check {
    path: PathBuf,
}

impl Check {
    /// A script of that name in the lab's directory; it exits with 0.
    fn new(lab: &Lab, name: &str) -> Self {
        // The line comes after the status is read: who has seen it may change the next one.
        let body = "status=$(cat \"$0.status\")\nid -u >> \"$0.runs\"\nexit \"$status\"";
        let check = Self::with_body(lab, name, body);
        check.exits_with(0);
        check
    }

    fn with_body(lab: &Lab, name: &str, body: &str) -> Self {
        let directory = lab.directory();
        fs::set_permissions(directory, fs::Permissions::from_mode(0o777)).unwrap();
        let path = directory.join(name);
        fs::write(&path, format!("#!/bin/bash\n{body}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        Self { path }
    }

    /// From now on; never half.
    fn exits_with(&self, status: u8) {
        let new = self.path.with_extension("new");
        fs::write(&new, status.to_string()).unwrap();
        fs::rename(new, self.file("status")).unwrap();
    }

    fn file(&self, kind: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(".");
        name.push(kind);
        name.into()
    }

    /// A line for each run so far: the number of the user that it ran as.
    fn runs(&self) -> Vec<String> {
        lines(&self.file("runs"))
    }

    /// Waits for its next run.
    fn wait_for_run(&self) {
        self.wait_for_runs(self.runs().len() + 1);
    }

    /// Waits until it has run so often.
    fn wait_for_runs(&self, count: usize) {
        let end = Instant::now() + ELECTION;
        while self.runs().len() < count {
            assert!(
                Instant::now() < end,
                "{} ran {} times",
                self.path.display(),
                self.runs().len()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// `vrrp_script NAME` of it, with more lines.
    fn block(&self, name: &str, more: &str) -> String {
        format!(
            "vrrp_script {name} {{
                script \"{}\"
                interval 1
                {more}
            }}\n",
            self.path.display()
        )
    }
}

/// As [`assert_time`], but for the start of a script, which takes its time before the first moment
/// as before the last.
fn assert_rhythm(what: &str, seen: Duration, limit: Duration) {
    let jitter = Duration::from_millis(150);
    eprintln!("FIGURE {what}: {seen:.3?}, script's own {limit:.3?}");
    assert!(seen + jitter >= limit && seen <= limit + LATE, "{what}: {seen:?} for {limit:?}");
}

fn lines(path: &Path) -> Vec<String> {
    fs::read_to_string(path).unwrap_or_default().lines().map(str::to_owned).collect()
}

/// An instance with more lines, behind other blocks.
fn configuration(blocks: &str, priority: u8, more: &str) -> String {
    format!(
        "global_defs {{
            script_user root
        }}
        {blocks}
        vrrp_instance V1 {{
            state BACKUP
            interface eth0
            virtual_router_id 51
            priority {priority}
            advert_int 1
            virtual_ipaddress {{
                10.77.0.50
            }}
            {more}
        }}"
    )
}

/// The first with its own configuration, then a plain router of this priority; the first leads.
fn start(
    lab: &Lab,
    (first, text): (Daemon, &str),
    (second, priority): (Daemon, u8),
) -> [Running; 2] {
    let second = lab.start(2, second, &configuration("", priority, ""));
    second.wait_for_log("Entering BACKUP STATE", 1, ELECTION);
    let first = lab.start(1, first, text);
    lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[1], 2 * ELECTION);
    [first, second]
}

/// The time of the first of two adverts of priority 0 of host 1 after `since`.
fn resignation(lab: &Lab, since: Duration) -> Duration {
    lab.capture().wait_for_advert(1, since, ELECTION, |advert| advert.priority() == 0).0
}

fn failing_script_is_a_fault(first: Daemon, second: Daemon) {
    let lab = Lab::new(2);
    let check = Check::new(&lab, "check");
    let text = configuration(&check.block("s", ""), 150, "track_script { s }");
    let [mut one, mut two] = start(&lab, (first, &text), (second, 100));

    let broken = now();
    check.exits_with(3);
    let resigned = resignation(&lab, broken);
    assert!(resigned - broken <= INTERVAL + LATE, "found out {:?} later", resigned - broken);
    let (taken, _) = lab.capture().wait_for_advert(2, resigned, ELECTION, |_| true);
    assert_time("takeover after the resignation", taken - resigned, TIMING.skew(100));
    one.wait_for_log("VRRP_Script(s) failed (exited with status 3)", 1, ELECTION);
    one.wait_for_log("Script `s` now returning 3", 1, ELECTION);
    one.wait_for_log("(V1) Entering FAULT STATE", 1, ELECTION);
    let zeros = lab.capture().adverts(1).into_iter().filter(|(_, advert)| advert.priority() == 0);
    assert_eq!(zeros.count(), 2, "one may be lost");
    lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[2], ELECTION);

    let repaired = now();
    check.exits_with(0);
    let (back, _) = lab.capture().wait_for_advert(1, repaired, ELECTION, |_| true);
    let down = TIMING.master_down(150);
    let took = back - repaired;
    eprintln!("FIGURE back after the repair: {took:.3?}, protocol {down:.3?} and an interval");
    assert!(took + EARLY >= down && took <= down + INTERVAL + LATE, "{took:?}");
    one.wait_for_log("VRRP_Script(s) succeeded", 2, ELECTION);
    lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[1], ELECTION);
    one.assert_alive();
    two.assert_alive();
}

/// 100 and 20 more lead over 110; without the 20 they do not.
fn weight_moves_the_mastership(first: Daemon, second: Daemon) {
    let lab = Lab::new(2);
    let check = Check::new(&lab, "check");
    let text = configuration(&check.block("s", "weight 20"), 100, "track_script { s }");
    let [mut one, mut two] = start(&lab, (first, &text), (second, 110));
    one.wait_for_log("(V1) Changing effective priority from 100 to 120", 1, ELECTION);

    let broken = now();
    check.exits_with(1);
    let (lower, _) =
        lab.capture().wait_for_advert(1, broken, ELECTION, |advert| advert.priority() == 100);
    let last = lab.capture().adverts(1).into_iter().filter(|(time, _)| *time < lower);
    let gap = lower - last.map(|(time, _)| time).max().unwrap();
    assert_time("the lower priority comes with the next advert", gap, TIMING.interval());
    one.wait_for_log("(V1) Changing effective priority from 120 to 100", 1, ELECTION);
    // It ignores lesser adverts: its timer runs from the last one of 120.
    let (taken, _) = lab.capture().wait_for_advert(2, lower, ELECTION, |_| true);
    assert_time("takeover", taken - (lower - gap), TIMING.master_down(110));
    assert!(lab.capture().adverts(1).iter().all(|(_, advert)| advert.priority() != 0));
    lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[2], ELECTION);

    check.exits_with(0);
    lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[1], ELECTION);
    let (_, last) = lab.capture().adverts(1).pop().unwrap();
    assert_eq!(last.priority(), 120);
    one.assert_alive();
    two.assert_alive();
}

/// The third failure in a row counts, and the second success.
fn rise_and_fall(first: Daemon, second: Daemon) {
    let lab = Lab::new(2);
    let check = Check::new(&lab, "check");
    let block = check.block("s", "rise 2\n fall 3");
    let text = configuration(&block, 150, "track_script { s }");
    let [mut one, mut two] = start(&lab, (first, &text), (second, 100));

    // One failure is forgotten with the next success.
    check.wait_for_run();
    check.exits_with(1);
    check.wait_for_run();
    check.wait_for_run();
    check.exits_with(0);
    check.wait_for_run();
    let broken = now();
    check.exits_with(1);
    let resigned = resignation(&lab, broken);
    assert_rhythm("third failure in a row", resigned - broken, 3 * INTERVAL);
    one.wait_for_log("VRRP_Script(s) failed", 1, ELECTION);

    check.wait_for_run();
    let repaired = now();
    check.exits_with(0);
    one.wait_for_log("(V1) Entering BACKUP STATE", 2, ELECTION);
    let took = now() - repaired;
    assert_rhythm("second success in a row", took, 2 * INTERVAL);
    assert_eq!(one.logged("VRRP_Script(s) failed"), 1);
    one.assert_alive();
    two.assert_alive();
}

/// A check that ignores SIGTERM is killed, and its child with it; then it has failed.
fn timeout_ends_the_process_group(first: Daemon, second: Daemon) {
    let lab = Lab::new(2);
    let check = Check::with_body(
        &lab,
        "check",
        "test -e \"$0.hang\" || exit 0
         date +%s.%N >> \"$0.begun\"
         trap 'date +%s.%N >> \"$0.asked\"' TERM
         bash -c 'trap \"\" TERM; echo $$ >> \"$1.child\"; while :; do sleep 0.1; done' x \"$0\" &
         while :; do sleep 0.1; done",
    );
    let block = check.block("s", "timeout 1").replace("interval 1", "interval 4");
    let text = configuration(&block, 150, "track_script { s }");
    let [mut one, mut two] = start(&lab, (first, &text), (second, 100));

    let broken = now();
    fs::write(check.file("hang"), "").unwrap();
    let resigned =
        lab.capture().wait_for_advert(1, broken, 2 * ELECTION, |advert| advert.priority() == 0).0;
    let time = |kind| {
        let line = lines(&check.file(kind)).remove(0);
        Duration::from_secs_f64(line.parse().unwrap())
    };
    let begun = time("begun");
    assert_rhythm("SIGTERM after the start", time("asked") - begun, Duration::from_secs(1));
    assert_rhythm("SIGKILL after the start", resigned - begun, Duration::from_secs(3));
    one.wait_for_log("VRRP_Script(s) timed_out", 1, ELECTION);
    let child = lines(&check.file("child")).remove(0);
    let end = Instant::now() + ELECTION;
    while crate::lab::runs(child.parse().unwrap()) {
        assert!(Instant::now() < end, "its child lives on");
        std::thread::sleep(Duration::from_millis(10));
    }
    one.assert_alive();
    two.assert_alive();
}

/// `user nobody`, and `reverse`: what succeeds is bad.
fn user_and_reverse(first: Daemon, second: Daemon) {
    let lab = Lab::new(2);
    let check = Check::new(&lab, "check");
    check.exits_with(1);
    fs::write(check.file("runs"), "").unwrap();
    fs::set_permissions(check.file("runs"), fs::Permissions::from_mode(0o666)).unwrap();
    let block = check.block("s", "weight 0 reverse\n user nobody");
    let text = configuration(&block, 150, "track_script { s }");
    let [mut one, mut two] = start(&lab, (first, &text), (second, 100));
    let broken = now();
    check.exits_with(0);
    resignation(&lab, broken);
    lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[2], ELECTION);
    check.exits_with(1);
    lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[1], ELECTION);
    assert!(check.runs().iter().all(|user| user == "65534"), "{:?}", check.runs());
    one.assert_alive();
    two.assert_alive();
}

/// A failed check stays failed over a reload, and nothing is said of it on the wire.
fn reload_keeps_the_result(first: Daemon, second: Daemon) {
    let lab = Lab::new(2);
    let check = Check::new(&lab, "check");
    let text = configuration(&check.block("s", "rise 3"), 150, "track_script { s }");
    let [mut one, mut two] = start(&lab, (first, &text), (second, 100));
    let broken = now();
    check.exits_with(1);
    let resigned = resignation(&lab, broken);
    lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[2], ELECTION);

    one.signal(Signal::SIGHUP);
    one.wait_for_log("Reload complete", 1, ELECTION);
    one.wait_for_log("VRRP_Script(s) considered unsuccessful on reload", 1, ELECTION);
    std::thread::sleep(TIMING.master_down(150) + LATE);
    assert_silent(&lab, 1, resigned + LATE);
    assert_eq!(one.logged("Entering BACKUP STATE"), 1);

    // It needs three successes.
    check.wait_for_run();
    let repaired = now();
    check.exits_with(0);
    one.wait_for_log("(V1) Entering BACKUP STATE", 2, ELECTION);
    assert_rhythm("third success in a row", now() - repaired, 3 * INTERVAL);
    one.assert_alive();
    two.assert_alive();
}

/// An owner begins when its check has succeeded: at once, and says nothing before.
fn owner_waits_for_its_check(first: Daemon, second: Daemon) {
    let lab = Lab::new(2);
    let check = Check::with_body(&lab, "check", "date +%s.%N >> \"$0.begun\"\nsleep 2");
    let block = check.block("s", "timeout 4").replace("interval 1", "interval 60");
    let owner = configuration(&block, 255, "track_script { s }").replace("BACKUP", "MASTER");
    let mut one = lab.start(1, first, &owner);
    let (led, advert) = lab.capture().wait_for_advert(1, Duration::ZERO, ELECTION, |_| true);
    assert_eq!(advert.priority(), 255);
    let begun: f64 = lines(&check.file("begun")).remove(0).parse().unwrap();
    let took = led - Duration::from_secs_f64(begun);
    assert_rhythm("first advert after the check began", took, Duration::from_secs(2));
    assert_eq!(one.logged("Entering BACKUP STATE"), 0);
    let mut two = lab.start(2, second, &configuration("", 100, ""));
    two.wait_for_log("Entering BACKUP STATE", 1, ELECTION);
    one.assert_alive();
    two.assert_alive();
}

/// `eth1` of host 1, whose carrier comes and goes with its other end.
fn second_interface(lab: &Lab) {
    let host = lab.host(1);
    host.ip(&["link", "add", "eth1", "type", "veth", "peer", "name", "other"]);
    host.ip(&["link", "set", "other", "up"]);
    host.ip(&["link", "set", "eth1", "up"]);
}

fn interface_without_weight(first: Daemon, second: Daemon) {
    let lab = Lab::new(2);
    second_interface(&lab);
    let text = configuration("", 150, "track_interface {\n eth1\n }");
    let [mut one, mut two] = start(&lab, (first, &text), (second, 100));
    let broken = now();
    lab.host(1).ip(&["link", "set", "other", "down"]);
    let resigned = resignation(&lab, broken);
    let (taken, _) = lab.capture().wait_for_advert(2, resigned, ELECTION, |_| true);
    assert_time("takeover after the resignation", taken - resigned, TIMING.skew(100));
    one.wait_for_log("(V1) Entering FAULT STATE", 1, ELECTION);
    let repaired = now();
    lab.host(1).ip(&["link", "set", "other", "up"]);
    let (back, _) = lab.capture().wait_for_advert(1, repaired, ELECTION, |_| true);
    assert_time("back", back - repaired, TIMING.master_down(150));
    one.assert_alive();
    two.assert_alive();
}

/// A member follows what its group tracks: a script with its weight, an interface without.
fn group_tracks(first: Daemon, second: Daemon) {
    let lab = Lab::new(2);
    second_interface(&lab);
    let check = Check::new(&lab, "check");
    let group = "vrrp_sync_group G1 {
        group {
            V1
        }
        track_script {
            s weight 20
        }
        track_interface {
            eth1
        }
    }";
    let blocks = format!("{}{group}", check.block("s", ""));
    let [mut one, mut two] = start(&lab, (first, &configuration(&blocks, 100, "")), (second, 110));
    check.exits_with(1);
    one.wait_for_log("(V1) Changing effective priority from 120 to 100", 1, ELECTION);
    lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[2], ELECTION);
    check.exits_with(0);
    lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[1], ELECTION);
    let broken = now();
    lab.host(1).ip(&["link", "set", "other", "down"]);
    resignation(&lab, broken);
    lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[2], ELECTION);
    lab.host(1).ip(&["link", "set", "other", "up"]);
    lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[1], ELECTION);
    one.assert_alive();
    two.assert_alive();
}

/// The interface of a route is needed.
fn interface_of_a_route(first: Daemon, second: Daemon) {
    let lab = Lab::new(2);
    second_interface(&lab);
    let routes = "virtual_routes {\n 10.99.0.0/24 dev eth1\n }";
    let [mut one, mut two] = start(&lab, (first, &configuration("", 150, routes)), (second, 100));
    let broken = now();
    lab.host(1).ip(&["link", "set", "other", "down"]);
    resignation(&lab, broken);
    lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[2], ELECTION);
    lab.host(1).ip(&["link", "set", "other", "up"]);
    lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[1], ELECTION);
    one.assert_alive();
    two.assert_alive();
}

/// 120 with the link, 90 without, against 100; `reverse` is the other way round.
fn interface_with_weight(first: Daemon, second: Daemon) {
    let lab = Lab::new(2);
    second_interface(&lab);
    let text = configuration("", 120, "track_interface {\n eth1 weight -30\n }");
    let [mut one, mut two] = start(&lab, (first, &text), (second, 100));
    lab.host(1).ip(&["link", "set", "other", "down"]);
    one.wait_for_log("(V1) Changing effective priority from 120 to 90", 1, ELECTION);
    lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[2], ELECTION);
    lab.host(1).ip(&["link", "set", "other", "up"]);
    one.wait_for_log("(V1) Changing effective priority from 90 to 120", 1, ELECTION);
    lab.wait_for_owners(&addresses(&["10.77.0.50"]), &[1], ELECTION);
    one.assert_alive();
    two.assert_alive();
}

/// Hundreds of checks that all start at once hold no advert up: with an interval of 100 ms a backup
/// would lead after 361 ms of silence. (keepalived is silent for up to 395 ms here.)
#[test]
fn hundreds_of_scripts_hold_no_advert_up() {
    const MANY: usize = 300;
    let (first, second) = (Daemon::Ours, Daemon::Keepalived);
    if !ready(&[first, second]) {
        return;
    }
    let lab = Lab::new(2);
    let blocks: String = (0..MANY)
        .map(|n| format!("vrrp_script s{n} {{\n script /bin/true\n interval 1\n weight 1\n}}\n"))
        .collect();
    let names: String = (0..MANY).map(|n| format!("s{n}\n")).collect();
    let fast = |text: String| text.replace("advert_int 1\n", "advert_int 0.1\n version 3\n");
    let text = fast(configuration(&blocks, 150, &format!("track_script {{\n{names} }}")));
    let mut two = lab.start(2, second, &fast(configuration("", 100, "")));
    two.wait_for_log("Entering BACKUP STATE", 1, ELECTION);
    let mut one = lab.start(1, first, &text);
    let (led, _) = lab
        .capture()
        .wait_for_advert(1, Duration::ZERO, ELECTION, |advert| advert.priority() == 254);
    let interval = Timing::V3(10).interval();
    let settled = led + Duration::from_secs(1);
    let (end, _) =
        lab.capture().wait_for_advert(1, settled + Duration::from_secs(5), ELECTION, |_| true);
    let silence = longest_silence(&lab, 1, settled, end);
    eprintln!("FIGURE longest silence beside {MANY} scripts a second: {silence:.3?}");
    assert!(silence < interval * 3, "silent for {silence:?}");
    assert_silent(&lab, 2, settled);
    one.assert_alive();
    two.assert_alive();
}

roles! {
    a_failing_script_is_a_fault_and_a_succeeding_one_its_end => failing_script_is_a_fault;
    the_weight_of_a_script_moves_the_mastership => weight_moves_the_mastership;
    rise_and_fall_count_results_in_a_row => rise_and_fall;
    a_timeout_ends_the_script_and_its_children => timeout_ends_the_process_group;
    a_script_runs_as_its_user_and_reverse_swaps_its_results => user_and_reverse;
    a_reload_keeps_the_result_of_a_script => reload_keeps_the_result;
    an_owner_waits_for_its_script => owner_waits_for_its_check;
    a_tracked_interface_without_weight_is_a_fault => interface_without_weight;
    the_interface_of_a_route_is_needed => interface_of_a_route;
    a_member_follows_what_its_group_tracks => group_tracks;
    the_weight_of_an_interface_moves_the_mastership => interface_with_weight;
}

/// Ours only: what runs at the stop is ended; what cannot be run is tracked by nobody.
#[test]
fn the_stop_ends_scripts_and_what_cannot_run_is_left_out() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let check =
        Check::with_body(&lab, "check", "echo $$ > \"$0.pid\"\nexec sleep 1000").block("s", "");
    let missing = "vrrp_script gone {\n script \"/nowhere/check\"\n}\n";
    let more = "track_script {\n s weight 5\n gone\n }";
    let text = configuration(&format!("{check}{missing}"), 150, more);
    let mut one = lab.start(1, Daemon::Ours, &text.replace("interval 1\n", "interval 100\n"));
    lab.capture().wait_for_advert(1, Duration::ZERO, ELECTION, |advert| advert.priority() == 150);
    one.wait_for_log("Disabling track script gone since not found/accessible", 1, ELECTION);
    let pid = lines(&lab.directory().join("check.pid")).remove(0).parse().unwrap();
    assert!(crate::lab::runs(pid));
    assert!(one.terminate(ELECTION).success());
    let end = Instant::now() + ELECTION;
    while crate::lab::runs(pid) {
        assert!(Instant::now() < end, "the script outlives the daemon");
        std::thread::sleep(Duration::from_millis(10));
    }
}
