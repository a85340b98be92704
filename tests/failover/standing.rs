//! How the daemon stands among the processes of its host: name, priority, processors, memory, file
//! mode mask; and that its scripts stand as usual. What the kernel says of ours is compared with what
//! it says of keepalived.

use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::lab::{Daemon, Lab, Running, ready};
use crate::protocol::ELECTION;

/// An instance that becomes master, with these global settings and these statements of its own.
fn configuration(global: &str, own: &str) -> String {
    format!(
        "global_defs {{\n{global}\n}}
vrrp_instance V1 {{
    interface eth0
    virtual_router_id 51
    priority 200
    virtual_ipaddress {{
        10.77.0.50
    }}
    {own}
}}
"
    )
}

/// What the kernel says of a process.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Standing {
    name: String,
    nice: i32,
    policy: i32,
    real_time: i32,
    processors: String,
    locked: bool,
    time_limit: String,
    mask: String,
}

/// The value of a line `NAME:\tVALUE` of `/proc/PID/status`.
fn status(text: &str, name: &str) -> String {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    line.unwrap_or_default().trim().to_owned()
}

fn standing(pid: Pid) -> Standing {
    let read = |name: &str| std::fs::read_to_string(format!("/proc/{pid}/{name}")).unwrap();
    let (text, stat, limits) = (read("status"), read("stat"), read("limits"));
    // Behind the name: state is field 3.
    let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
    let field = |number: usize| fields[number - 3].parse().unwrap();
    let limit = limits.lines().find(|line| line.starts_with("Max realtime timeout")).unwrap();
    Standing {
        name: status(&text, "Name"),
        nice: field(19),
        policy: field(41),
        real_time: field(40),
        processors: status(&text, "Cpus_allowed_list"),
        locked: status(&text, "VmLck") != "0 kB",
        time_limit: limit.split_whitespace().skip(3).take(2).collect::<Vec<_>>().join(" "),
        mask: status(&text, "Umask"),
    }
}

/// How each daemon stands with these settings, when it is master.
fn each(global: &str, check: impl Fn(Daemon, Standing)) {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    for daemon in [Daemon::Ours, Daemon::Keepalived] {
        let lab = Lab::new(1);
        let router = lab.start(1, daemon, &configuration(global, ""));
        router.wait_for_log("Entering MASTER STATE", 1, ELECTION);
        check(daemon, standing(router.vrrp_pid()));
    }
}

#[test]
fn without_settings_it_stands_as_usual() {
    each("", |daemon, standing| {
        let usual = (standing.nice, standing.policy, standing.real_time, standing.locked);
        assert_eq!(usual, (0, 0, 0, false), "{daemon:?}");
        assert_eq!(standing.name, "keepalived", "{daemon:?}");
        assert_eq!(standing.mask, "0177", "{daemon:?}");
    });
}

#[test]
fn vrrp_priority_is_its_nice_value() {
    each("vrrp_priority -7", |daemon, standing| {
        assert_eq!((standing.nice, standing.policy), (-7, 0), "{daemon:?}");
    });
}

#[test]
fn vrrp_rt_priority_and_rlimit_rttime_make_it_run_in_real_time() {
    // The second one is its earlier spelling.
    for word in ["vrrp_rlimit_rttime", "vrrp_rlimit_rtime"] {
        each(&format!("vrrp_rt_priority 20\n{word} 500000"), |daemon, standing| {
            // 2: SCHED_RR.
            assert_eq!((standing.policy, standing.real_time), (2, 20), "{daemon:?}");
            assert_eq!(standing.time_limit, "250000 500000", "{daemon:?}");
        });
    }
}

#[test]
fn vrrp_cpu_affinity_and_no_swap_keep_it_where_it_shall_be() {
    each("vrrp_cpu_affinity 0\nvrrp_no_swap", |daemon, standing| {
        assert_eq!((standing.processors.as_str(), standing.locked), ("0", true), "{daemon:?}");
    });
}

#[test]
fn the_names_of_processes_and_the_mask_are_those_of_the_file() {
    each("process_names\numask 027", |daemon, standing| {
        assert_eq!(standing.name, "keepalived_vrrp", "{daemon:?}");
        assert_eq!(standing.mask, "0027", "{daemon:?}");
    });
    each("vrrp_process_name router", |daemon, standing| {
        assert_eq!(standing.name, "router", "{daemon:?}");
    });
}

/// And the VRRP process, if that has no name of its own.
#[test]
fn process_name_names_the_daemon() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    for daemon in [Daemon::Ours, Daemon::Keepalived] {
        let lab = Lab::new(1);
        let router = lab.start(1, daemon, &configuration("process_name boss", ""));
        router.wait_for_log("Entering MASTER STATE", 1, ELECTION);
        let names = [router.pid(), router.vrrp_pid()].map(|pid| standing(pid).name);
        assert_eq!(names, ["boss", "boss"], "{daemon:?}");
    }
}

/// Waits until the file says something whole.
fn told(path: &Path) -> String {
    let end = Instant::now() + ELECTION;
    loop {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        if text.ends_with("end\n") {
            return text;
        }
        assert!(Instant::now() < end, "the script has said {text:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn scripts_get_the_usual_scheduling_back_and_the_mask() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    for daemon in [Daemon::Ours, Daemon::Keepalived] {
        for global in ["vrrp_rt_priority 20", "vrrp_priority -7", "vrrp_priority 7"] {
            let lab = Lab::new(1);
            let (script, said) = (lab.directory().join("s"), lab.directory().join("said"));
            let text = format!(
                "#!/bin/sh\n{{ cut -d' ' -f 19,40,41 /proc/self/stat; umask; echo end; }} >{}\n",
                said.display()
            );
            std::fs::write(&script, text).unwrap();
            let mut mode = std::fs::metadata(&script).unwrap().permissions();
            std::os::unix::fs::PermissionsExt::set_mode(&mut mode, 0o755);
            std::fs::set_permissions(&script, mode).unwrap();
            let global = format!("{global}\nscript_user root\numask 026");
            let own = format!("notify_master {}", script.display());
            let _router = lab.start(1, daemon, &configuration(&global, &own));
            assert_eq!(told(&said), "0 0 0\n0026\nend\n", "{daemon:?} {global}");
        }
    }
}

/// Stops the daemon for a while, so that its timer is late; what it gives itself then.
fn after_a_pause(router: &Running) -> (i32, i32) {
    router.wait_for_log("Entering MASTER STATE", 1, ELECTION);
    let pid = router.vrrp_pid();
    // It sets its next timer after it has said so.
    std::thread::sleep(Duration::from_millis(200));
    kill(pid, Signal::SIGSTOP).unwrap();
    std::thread::sleep(Duration::from_millis(2_000));
    kill(pid, Signal::SIGCONT).unwrap();
    std::thread::sleep(Duration::from_millis(500));
    let standing = standing(pid);
    (standing.policy, standing.real_time)
}

#[test]
fn max_auto_priority_raises_it_when_it_was_late_and_no_higher() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    let start = |lab: &Lab, daemon, global: &str| lab.start(1, daemon, &configuration(global, ""));
    for daemon in [Daemon::Ours, Daemon::Keepalived] {
        let lab = Lab::new(1);
        let router = start(&lab, daemon, "max_auto_priority 1\nmin_auto_priority_delay 200000");
        assert_eq!(after_a_pause(&router), (2, 1), "{daemon:?}");
        router.wait_for_log("Set realtime priority 1", 1, ELECTION);
        assert!(router.logged("A thread timer expired") >= 1, "{daemon:?}");
        assert_eq!(after_a_pause(&router), (2, 1), "{daemon:?}: that is the most");
        drop(router);
        for never in ["max_auto_priority -1\nmin_auto_priority_delay 200000", ""] {
            let router = start(&lab, daemon, never);
            assert_eq!(after_a_pause(&router), (0, 0), "{daemon:?} {never}");
        }
    }
}

#[test]
fn a_reload_changes_each_of_them_and_takes_them_back() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let mut router = lab.start(1, Daemon::Ours, &configuration("", ""));
    router.wait_for_log("Entering MASTER STATE", 1, ELECTION);
    let usual = standing(router.vrrp_pid());
    let settings = "vrrp_priority -5\nvrrp_rt_priority 30\nvrrp_cpu_affinity 0\nvrrp_no_swap
        process_names\numask 022";
    router.write_configuration(&configuration(settings, ""));
    router.signal(Signal::SIGHUP);
    router.wait_for_log("Reload complete", 1, ELECTION);
    let changed = standing(router.vrrp_pid());
    assert_eq!((changed.nice, changed.policy, changed.real_time), (-5, 2, 30));
    assert_eq!((changed.processors.as_str(), changed.locked), ("0", true));
    assert_eq!((changed.name.as_str(), changed.mask.as_str()), ("keepalived_vrrp", "0022"));
    router.write_configuration(&configuration("", ""));
    router.signal(Signal::SIGHUP);
    router.wait_for_log("Reload complete", 2, ELECTION);
    let after = standing(router.vrrp_pid());
    assert_eq!(Standing { time_limit: usual.time_limit.clone(), ..after }, usual);
    router.assert_alive();
}

/// keepalived ends then, and its addresses stay or go with luck. Ours goes on as a usual process.
#[test]
fn too_long_a_run_in_real_time_costs_the_priority_and_not_the_daemon() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let mut router = lab.start(1, Daemon::Ours, &configuration("vrrp_rt_priority 20", ""));
    router.wait_for_log("Entering MASTER STATE", 1, ELECTION);
    kill(router.vrrp_pid(), Signal::SIGXCPU).unwrap();
    router.wait_for_log("has used too much CPU time", 1, ELECTION);
    std::thread::sleep(Duration::from_millis(100));
    let after = standing(router.vrrp_pid());
    assert_eq!((after.policy, after.real_time), (0, 0));
    router.assert_alive();
}
