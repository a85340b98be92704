//! Numbers in files (`track_file`): what ours and keepalived make of them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::sys::signal::Signal;

use crate::lab::{Daemon, Lab, Running, ready};
use crate::protocol::ELECTION;

/// A file, its options, and an instance of priority 120 that follows it.
fn configuration(path: &Path, options: &str) -> String {
    format!(
        "track_file number {{
    file {}
    {options}
}}
vrrp_instance V1 {{
    interface eth0
    virtual_router_id 51
    priority 120
    track_file {{
        number
    }}
    virtual_ipaddress {{
        10.77.0.50
    }}
}}
",
        path.display()
    )
}

/// Runs a scenario with each daemon alone on host 1.
fn each(scenario: impl Fn(&Lab, Daemon, PathBuf)) {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    for daemon in [Daemon::Ours, Daemon::Keepalived] {
        let lab = Lab::new(1);
        let path = lab.directory().join("number");
        scenario(&lab, daemon, path);
    }
}

/// The priority of the last change that was logged, or `FAULT`.
fn wait_for(router: &Running, text: &str) {
    router.wait_for_log(text, 1, ELECTION);
}

#[test]
fn the_number_is_added_to_the_priority_and_minus_254_is_a_fault() {
    each(|lab, daemon, path| {
        std::fs::write(&path, "15\n").unwrap();
        let mut router = lab.start(1, daemon, &configuration(&path, "weight 1"));
        wait_for(&router, "(V1) Changing effective priority from 120 to 135");
        router.wait_for_log("Entering MASTER STATE", 1, ELECTION);
        let advertised = |since, priority| {
            let what = |advert: &crate::lab::Advert| advert.priority() == priority;
            lab.capture().wait_for_advert(1, since, ELECTION, what).0
        };
        let mut seen = advertised(Duration::ZERO, 135);
        for (text, priority) in [("-50", 70), ("300", 254), ("junk", 120), ("0x10", 136)] {
            std::fs::write(&path, text).unwrap();
            seen = advertised(seen, priority);
        }
        // A number that fits nowhere leaves the last one.
        std::fs::write(&path, "99999999999\n").unwrap();
        wait_for(&router, &format!("Invalid number 99999999999 read from {}", path.display()));
        seen = advertised(seen, 136);
        std::fs::write(&path, "-254").unwrap();
        wait_for(&router, "(V1) Entering FAULT STATE");
        std::fs::remove_file(&path).unwrap();
        router.wait_for_log("Entering MASTER STATE", 2, ELECTION);
        advertised(seen, 120);
        router.assert_alive();
    });
}

#[test]
fn a_file_that_is_a_fault_at_the_start_lets_no_backup_be_told() {
    each(|lab, daemon, path| {
        std::fs::write(&path, "-254").unwrap();
        let router = lab.start(1, daemon, &configuration(&path, ""));
        wait_for(&router, "FAULT state");
        std::thread::sleep(Duration::from_millis(500));
        assert_eq!(router.logged("Entering BACKUP STATE"), 0, "{daemon:?}");
        // Moved in, as careful writers do it.
        let other = lab.directory().join("other");
        std::fs::write(&other, "1").unwrap();
        std::fs::rename(&other, &path).unwrap();
        router.wait_for_log("Entering MASTER STATE", 1, ELECTION);
        lab.capture().wait_for_advert(1, Duration::ZERO, ELECTION, |a| a.priority() == 121);
    });
}

#[test]
fn init_file_makes_the_file_once() {
    each(|lab, daemon, path| {
        let router = lab.start(1, daemon, &configuration(&path, "init_file 7"));
        wait_for(&router, "(V1) Changing effective priority from 120 to 127");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "7\n", "{daemon:?}");
        let mode = std::os::unix::fs::PermissionsExt::mode(
            &std::fs::metadata(&path).unwrap().permissions(),
        );
        assert_eq!(mode & 0o777, 0o600, "{daemon:?}");
        std::fs::remove_file(&path).unwrap();
        wait_for(&router, "(V1) Changing effective priority from 127 to 120");
        router.signal(Signal::SIGHUP);
        router.wait_for_log("Reload complete", 1, ELECTION);
        std::thread::sleep(Duration::from_millis(200));
        // 2.2.7 makes it at a reload too, 2.4.3 and ours do not.
        assert_eq!(path.exists(), daemon == Daemon::Keepalived);
        drop(router);
        std::fs::write(&path, "5").unwrap();
        let router = lab.start(1, daemon, &configuration(&path, "init_file 7"));
        wait_for(&router, "(V1) Changing effective priority from 120 to 125");
        drop(router);
        let router = lab.start(1, daemon, &configuration(&path, "init_file 7 overwrite"));
        wait_for(&router, "(V1) Changing effective priority from 120 to 127");
    });
}

#[test]
fn a_reload_reads_anew_and_watches_another_file() {
    each(|lab, daemon, path| {
        let second = lab.directory().join("second");
        std::fs::write(&path, "1").unwrap();
        std::fs::write(&second, "2").unwrap();
        let router = lab.start(1, daemon, &configuration(&path, ""));
        router.wait_for_log("Entering MASTER STATE", 1, ELECTION);
        router.write_configuration(&configuration(&second, ""));
        router.signal(Signal::SIGHUP);
        router.wait_for_log("Reload complete", 1, ELECTION);
        let since = crate::lab::now();
        let priority = |since, priority| {
            lab.capture().wait_for_advert(1, since, ELECTION, |a| a.priority() == priority).0
        };
        let seen = priority(since, 122);
        std::fs::write(&second, "3").unwrap();
        priority(seen, 123);
        assert_eq!(router.logged("Entering BACKUP STATE"), 1, "{daemon:?}: it stays master");
    });
}

/// What an instance says of a file goes before what the file says of itself; the older name of the
/// block means the same.
#[test]
fn signs_of_an_instance_go_before_those_of_the_file() {
    each(|lab, daemon, path| {
        std::fs::write(&path, "10").unwrap();
        let of_instance = |words: &str| {
            configuration(&path, "weight 1 reverse")
                .replace("track_file number", "vrrp_track_file number")
                .replace("        number\n", &format!("        number {words}\n"))
        };
        for (words, priority) in
            [("", 110), ("weight 2", 100), ("weight 2 reverse", 100), ("weight 2 noreverse", 140)]
        {
            let router = lab.start(1, daemon, &of_instance(words));
            wait_for(&router, &format!("(V1) Changing effective priority from 120 to {priority}"));
        }
    });
}

/// keepalived drops the file then, for good.
#[test]
fn a_directory_may_come_after_the_daemon() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let directory = lab.directory().join("later");
    let path = directory.join("number");
    let router = lab.start(1, Daemon::Ours, &configuration(&path, ""));
    wait_for(&router, "Track file directory for number does not exist");
    router.wait_for_log("Entering MASTER STATE", 1, ELECTION);
    std::fs::create_dir(&directory).unwrap();
    std::fs::write(&path, "9").unwrap();
    wait_for(&router, "(V1) Changing effective priority from 120 to 129");
}
