//! Files that go with a reload (`reload_file`, `reload_check_config`, `reload_time_file`).

use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};
use nix::sys::signal::Signal;

use crate::lab::{Daemon, Lab, ready};
use crate::protocol::ELECTION;

fn configuration(folder: &Path, more: &str) -> String {
    format!(
        "global_defs {{
    reload_check_config {0}/check.log
    reload_file {0}/marker/reading
}}
vrrp_instance V1 {{
    interface eth0
    virtual_router_id 51
    {more}
    virtual_ipaddress {{
        10.77.0.50
    }}
}}
",
        folder.display()
    )
}

#[test]
fn the_marker_comes_and_goes_and_the_check_is_written_down() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    for daemon in [Daemon::Ours, Daemon::Keepalived] {
        let lab = Lab::new(1);
        let folder = lab.directory();
        std::fs::create_dir(folder.join("marker")).unwrap();
        let router = lab.start(1, daemon, &configuration(folder, ""));
        router.wait_for_log("Entering MASTER STATE", 1, ELECTION);

        let inotify = Inotify::init(InitFlags::IN_NONBLOCK).unwrap();
        let come_and_go = AddWatchFlags::IN_CREATE | AddWatchFlags::IN_DELETE;
        inotify.add_watch(&folder.join("marker"), come_and_go).unwrap();
        router.signal(Signal::SIGHUP);
        router.wait_for_log("Reload complete", 1, ELECTION);
        let mut seen = Vec::new();
        let end = Instant::now() + ELECTION;
        while seen.len() < 2 {
            assert!(Instant::now() < end, "{daemon:?}: {seen:?}");
            seen.extend(inotify.read_events().unwrap_or_default().into_iter().map(|e| e.mask));
            std::thread::sleep(Duration::from_millis(10));
        }
        assert_eq!(seen, [AddWatchFlags::IN_CREATE, AddWatchFlags::IN_DELETE], "{daemon:?}");
        let log = folder.join("check.log");
        assert_eq!(std::fs::read_to_string(&log).unwrap_or_default(), "", "{daemon:?}");

        router.write_configuration(&configuration(folder, "nonsense"));
        router.signal(Signal::SIGHUP);
        let line = format!("New config failed validation, see {} for details", log.display());
        router.wait_for_log(&line, 1, ELECTION);
        let said = std::fs::read_to_string(&log).unwrap();
        assert!(said.contains("Unknown keyword 'nonsense'"), "{daemon:?}: {said}");
    }
}

/// The local time so many seconds from now.
fn date(format: &str, seconds: i64) -> String {
    let time = jiff::ZonedDateTime::now() + jiff::SignedDuration::from_secs(seconds);
    time.strftime(format).to_string()
}

#[test]
fn a_reload_comes_at_the_time_that_its_file_says() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    for daemon in [Daemon::Ours, Daemon::Keepalived] {
        let lab = Lab::new(1);
        let folder = lab.directory().join("time");
        std::fs::create_dir(&folder).unwrap();
        let file = folder.join("of-reload");
        let text = |more: &str| {
            let options = format!("reload_time_file {}\n{more}", file.display());
            configuration(lab.directory(), "").replacen("reload_file", &options, 1)
        };
        let text = |more: &str| text(&format!("{more}\nreload_file"));
        let router = lab.start(1, daemon, &text(""));
        router.wait_for_log("Startup complete", 1, ELECTION);
        let wait = |line: &str| router.wait_for_log(line, 1, ELECTION);
        let day = "%Y-%m-%d %H:%M:%S";
        std::fs::write(&file, "nonsense\n").unwrap();
        wait("Invalid reload time 'nonsense' specified - ignoring");
        let later = date(day, 3_600);
        std::fs::write(&file, &later).unwrap();
        wait(&format!("Scheduling reload for {later}"));
        std::fs::remove_file(&file).unwrap();
        wait(&format!("Cancelling reload scheduled for {later}"));
        std::fs::write(&file, date("%H:%M:%S", 2)).unwrap();
        router.wait_for_log("Reload complete", 1, ELECTION);
        assert!(!file.exists(), "{daemon:?}: once");
        drop(router);

        let router = lab.start(1, daemon, &text("reload_repeat"));
        router.wait_for_log("Startup complete", 1, ELECTION);
        std::fs::write(&file, date("%H:%M:%S", 2)).unwrap();
        router.wait_for_log("Reload complete", 1, ELECTION);
        std::thread::sleep(Duration::from_millis(100));
        assert!(file.exists(), "{daemon:?}: each day");
        std::fs::write(&file, date(day, 2)).unwrap();
        router.wait_for_log("Reload complete", 2, ELECTION);
        assert!(!file.exists(), "{daemon:?}: a day comes once");
    }
}
