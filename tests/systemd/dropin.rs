//! The binary is replaced and nothing else: Debian's own unit, its options file, its paths. Whatever
//! can be seen of the daemon is held against the real one doing the same.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use crate::lab::{Daemon, Lab};
use crate::machine::{Machine, possible};

const UNIT: &str = "keepalived.service";
const CONFIGURATION: &str = "global_defs {
    router_id node1
    enable_script_security
    script_user root
    vrrp_notify_fifo /run/vrrp.fifo
}
vrrp_instance V1 {
    interface eth0
    virtual_router_id 51
    priority 150
    advert_int 1
    virtual_ipaddress {
        10.77.0.50/24
    }
    notify /etc/keepalived/tell
}
";
const PATIENCE: Duration = Duration::from_secs(20);

/// Lines of one of the two that the other does not have, and why.
const ALLOWED: &[(&str, &str)] = &[
    ("Starting Keepalived v", "the release"),
    ("Stopped Keepalived v", "the release"),
    ("Running on Linux ", "what it was built for"),
    ("NOTICE: setting config option max_auto_priority", "ours needs no such advice"),
    ("(V1) Reason: ", "ours says why"),
    ("Reload: ", "ours says what a reload does"),
    ("Capabilities held: ", "ours says what it keeps"),
    ("VRRP sockpool: ", "descriptors"),
    ("  Please log an issue", "whom to tell"),
    ("Stopped", "used times, and two children ending together"),
    ("CPU usage ", "used times"),
    ("Sending gratuitous ARP on eth0", "one line for each in keepalived 2.2"),
    ("Assigned address ", "what is on the host at that moment"),
    ("(V1) received an invalid", "nobody speaks here"),
    ("Reloading", "keepalived 2.2 and 2.4 say it at different moments"),
    ("Removed ", "what a dead predecessor left"),
    ("Printing VRRP as json", "only keepalived 2.2 says it"),
    ("read eventfd count", "how keepalived counts its reloads"),
    ("A thread timer expired ", "how the machine ran"),
];

/// What can be seen, by the step in which it was seen.
type Story = Vec<(String, Vec<String>)>;

struct Scene<'a> {
    lab: &'a Lab,
    machine: Machine,
    story: Story,
    /// Lines of the journal that have been told.
    told: usize,
}

impl<'a> Scene<'a> {
    fn new(lab: &'a Lab, daemon: Daemon) -> Self {
        let install: &[&str] = if daemon == Daemon::Ours { &["keepalived"] } else { &[] };
        let machine = Machine::start(lab, 1, (install, &[]), CONFIGURATION);
        // The words of this daemon alone come on the command line.
        let files = "printf 'DAEMON_ARGS=\"-D\"\\n' > /etc/default/keepalived; \
            printf '#!/bin/sh\\necho \"$@\" >> /run/told\\n' > /etc/keepalived/tell; \
            chmod 755 /etc/keepalived/tell; mkfifo -m 600 /run/vrrp.fifo; \
            setsid sh -c 'while :; do cat /run/vrrp.fifo >> /run/piped; done' >/dev/null 2>&1 </dev/null &";
        machine.done(&["bash", "-c", files]);
        Self { lab, machine, story: Vec::new(), told: 0 }
    }

    fn main(&self) -> String {
        self.machine.property(UNIT, "MainPID")
    }

    fn signal(&self, number: &str) {
        self.machine.done(&["kill", "-s", number, &self.main()]);
    }

    fn wait_for_vip(&self, there: bool) {
        let vip: IpAddr = "10.77.0.50".parse().unwrap();
        let expected: &[u8] = if there { &[1] } else { &[] };
        self.lab.wait_for_owners(&[vip], expected, PATIENCE);
    }

    /// Waits until a file is there, and complete.
    fn wait_for_file(&self, path: &str) {
        let end = Instant::now() + PATIENCE;
        while !self.machine.run(&["test", "-s", path]).status.success() {
            assert!(Instant::now() < end, "{path} is not written");
            std::thread::sleep(Duration::from_millis(50));
        }
        std::thread::sleep(Duration::from_millis(200));
    }

    /// Takes down what can be seen now.
    fn look(&mut self, step: &str) {
        let mut seen = Vec::new();
        for property in ["ActiveState", "SubState", "Result", "ExecMainStatus", "NRestarts"] {
            seen.push(format!("{property}={}", self.machine.property(UNIT, property)));
        }
        let list = "for f in /run/*.pid /run/keepalived /tmp/keepalived* /run/vrrp.fifo; do \
            [ -e $f ] && stat -c '%n %A %U' $f; done; \
            for f in keepalived vrrp checkers bfd; do [ -e /run/$f.pid ] && \
            p=$(cat /run/$f.pid) && echo $f: $(cat /proc/$p/comm) $(tr '\\0' ' ' < /proc/$p/cmdline) \
            parent $(awk '/^PPid/{print ($2==1)?\"init\":\"other\"}' /proc/$p/status); done; \
            pgrep -x keepalived | wc -l; cat /run/told /run/piped 2>/dev/null; true";
        let said = self.machine.done(&["bash", "-c", list]);
        seen.extend(said.lines().map(str::to_owned));
        let journal = self.machine.journal("Keepalived");
        let new = journal.get(self.told..).unwrap_or_default();
        seen.extend(new.iter().filter_map(|line| in_one_form(line)));
        // Ours leaves at a reload what is there, and says nothing of it.
        if step == "reload" {
            seen.retain(|line| line != "Keepalived_vrrp: (VN) setting VIPs.");
        }
        // Two processes write at the same time: the order is that of each.
        seen.sort_by_key(|line| {
            line.strip_prefix("Keepalived")
                .and_then(|rest| Some(rest.split_once(": ")?.0.to_owned()))
        });
        self.told = journal.len();
        self.story.push((step.to_owned(), seen));
    }
}

/// A line of the journal without what differs from run to run; `None` for one that may differ.
fn in_one_form(line: &str) -> Option<String> {
    let (identifier, message) = line.split_once(": ")?;
    if ALLOWED.iter().any(|(start, _)| message.starts_with(start)) {
        return None;
    }
    let mut text = String::new();
    let mut digits = false;
    for character in message.chars() {
        match character.is_ascii_digit() {
            true if digits => {}
            true => text.push('N'),
            false => text.push(character),
        }
        digits = character.is_ascii_digit();
    }
    Some(format!("{identifier}: {text}"))
}

/// What the host has sent: runs of adverts of one priority, and whether addresses were announced.
fn packets(lab: &Lab) -> Vec<String> {
    let mut runs: Vec<String> = Vec::new();
    for (_, advert) in lab.capture().adverts(1) {
        let text = format!("adverts {} {:?}", advert.priority(), advert.addresses());
        if runs.last() != Some(&text) {
            runs.push(text);
        }
    }
    runs
}

fn story(daemon: Daemon) -> Story {
    let lab = Lab::new(1);
    let mut scene = Scene::new(&lab, daemon);
    scene.machine.done(&["systemctl", "start", UNIT]);
    scene.wait_for_vip(true);
    std::thread::sleep(Duration::from_millis(5_500));
    scene.look("start");

    scene.machine.done(&["systemctl", "reload", UNIT]);
    scene.machine.wait_for(&["journalctl", "--no-pager"], "Reload complete");
    std::thread::sleep(Duration::from_millis(500));
    scene.look("reload");

    for (signal, file) in
        [("USR1", "keepalived.data"), ("USR2", "keepalived.stats"), ("36", "keepalived.json")]
    {
        scene.signal(signal);
        scene.wait_for_file(&format!("/tmp/{file}"));
        scene.look(file);
    }

    let vrrp = scene.machine.done(&["cat", "/run/vrrp.pid"]);
    let main = scene.main();
    scene.machine.done(&["kill", "-9", vrrp.trim()]);
    let respawned = "p=$(cat /run/vrrp.pid); test -n \"$p\" -a \"$p\" != \"$0\" -a -e /proc/$p";
    let end = Instant::now() + PATIENCE;
    while !scene.machine.run(&["sh", "-c", respawned, vrrp.trim()]).status.success() {
        assert!(Instant::now() < end, "the child is not started again");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(scene.main(), main, "{daemon:?}: the main process stays");
    // A master-down time.
    std::thread::sleep(Duration::from_millis(1_000));
    scene.wait_for_vip(true);
    std::thread::sleep(Duration::from_millis(8_000));
    scene.look("kill of the child");

    scene.machine.done(&["systemctl", "restart", UNIT]);
    assert_ne!(scene.main(), main);
    scene.wait_for_vip(true);
    std::thread::sleep(Duration::from_millis(5_500));
    scene.look("restart");

    scene.machine.done(&["systemctl", "stop", UNIT]);
    scene.wait_for_vip(false);
    scene.look("stop");
    let mut story = scene.story;
    story.push(("packets".to_owned(), packets(&lab)));
    story
}

#[test]
fn below_debians_unit_nothing_can_be_told_from_the_real_one() {
    if !possible(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    let (ours, theirs) = std::thread::scope(|scope| {
        let theirs = scope.spawn(|| story(Daemon::Keepalived));
        (story(Daemon::Ours), theirs.join().unwrap())
    });
    let theirs: BTreeMap<String, Vec<String>> = theirs.into_iter().collect();
    let mut differences = String::new();
    for (step, ours) in &ours {
        let (theirs, ours) = (theirs[step].join("\n") + "\n", ours.join("\n") + "\n");
        if theirs != ours {
            let difference = similar::TextDiff::from_lines(&theirs, &ours);
            let difference = difference.unified_diff().header("keepalived", "ours").to_string();
            differences.push_str(&format!("at {step}:\n{difference}"));
        }
    }
    assert!(differences.is_empty(), "{differences}");
}
