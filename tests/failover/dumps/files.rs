//! The files themselves: their names and permissions, that nobody reads half of one, and that no
//! link in the way is followed.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};

use super::{Kind, PATIENCE, Subject};
use crate::lab::{Daemon, Lab, ready};
use crate::protocol::ELECTION;

fn configuration(settings: &str) -> String {
    format!(
        "global_defs {{
            router_id node1
            {settings}
        }}
        vrrp_instance V1 {{
            interface eth0
            virtual_router_id 51
            priority 100
            virtual_ipaddress {{
                10.77.0.50/24
            }}
        }}"
    )
}

fn names(subject: &Subject) -> Vec<String> {
    let entries = fs::read_dir(&subject.directory).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Names, permissions and owner, for each of `settings` and the mode of the files with it.
fn names_and_permissions(daemon: Daemon, _: Daemon) {
    for (settings, mode) in [("", 0o600), ("umask 022", 0o644)] {
        let lab = Lab::new(1);
        let subject = Subject::start(&lab, daemon, &configuration(settings));
        subject.data_when("BACKUP", ELECTION);
        subject.dump(Kind::Statistics);
        subject.dump(Kind::Json);
        let expected =
            ["keepalived.data", "keepalived.json", "keepalived.stats", "keepalived_parent.data"];
        assert_eq!(names(&subject), expected);
        for name in expected {
            let metadata = fs::metadata(subject.directory.join(name)).unwrap();
            assert_eq!((metadata.mode() & 0o7777, metadata.uid()), (mode, 0), "{name}");
        }
    }
}

/// A new file each time: monitors look at the time and wait for the close of the final name.
fn each_request_makes_a_new_file(daemon: Daemon, _: Daemon) {
    let lab = Lab::new(1);
    let subject = Subject::start(&lab, daemon, &configuration(""));
    subject.data_when("BACKUP", ELECTION);
    for kind in [Kind::Data, Kind::Statistics, Kind::Json] {
        subject.dump(kind);
        let path = subject.directory.join(kind.file());
        let first = fs::metadata(&path).unwrap().ino();
        let inotify = Inotify::init(InitFlags::IN_NONBLOCK).unwrap();
        let events = AddWatchFlags::IN_CLOSE_WRITE | AddWatchFlags::IN_MOVED_TO;
        inotify.add_watch(&subject.directory, events).unwrap();
        subject.signal(kind);
        let (end, mut seen) = (Instant::now() + PATIENCE, Vec::new());
        while !seen.contains(&AddWatchFlags::IN_CLOSE_WRITE) {
            assert!(Instant::now() < end, "{kind:?}: no close by the final name, but {seen:?}");
            std::thread::sleep(Duration::from_millis(10));
            let name = OsStr::new(kind.file());
            let events = inotify.read_events().unwrap_or_default();
            let named = events.iter().filter(|event| event.name.as_deref() == Some(name));
            seen.extend(named.map(|event| event.mask));
        }
        assert_eq!(seen, [AddWatchFlags::IN_MOVED_TO, AddWatchFlags::IN_CLOSE_WRITE]);
        assert_ne!(fs::metadata(&path).unwrap().ino(), first);
    }
}

/// Who puts a link there does not make the daemon write elsewhere.
fn links_in_the_way_are_not_followed(daemon: Daemon, _: Daemon) {
    let lab = Lab::new(1);
    let subject = Subject::start(&lab, daemon, &configuration(""));
    subject.data_when("BACKUP", ELECTION);
    let precious = lab.directory().join("precious");
    for kind in [Kind::Data, Kind::Statistics, Kind::Json] {
        fs::write(&precious, "precious").unwrap();
        let path = subject.directory.join(kind.file());
        let makers: [fn(&Path, &Path) -> io::Result<()>; 2] =
            [|from, to| symlink(from, to), |from, to| fs::hard_link(from, to)];
        for make in makers {
            let _ = fs::remove_file(&path);
            make(&precious, &path).unwrap();
            subject.signal(kind);
            let end = Instant::now() + PATIENCE;
            while fs::symlink_metadata(&path).unwrap().is_symlink()
                || fs::read_to_string(&path).unwrap_or_default().len() < 100
            {
                assert!(Instant::now() < end, "{kind:?} is not written");
                std::thread::sleep(Duration::from_millis(20));
            }
            assert_eq!(fs::read_to_string(&precious).unwrap(), "precious");
        }
    }
}

alone! {
    names_are_keepaliveds => names_and_permissions;
    new_files => each_request_makes_a_new_file;
    links => links_in_the_way_are_not_followed;
}

/// Nothing that is read is ever half a file, however fast they are asked for.
#[test]
fn nobody_reads_half_a_file() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let subject = Subject::start(&lab, Daemon::Ours, &configuration(""));
    let whole = subject.data_when("MASTER", ELECTION).lines().count();
    subject.dump(Kind::Json);
    let end = Instant::now() + Duration::from_secs(2);
    let mut read = 0;
    while Instant::now() < end {
        subject.signal(Kind::Data);
        subject.signal(Kind::Json);
        let data = fs::read_to_string(subject.directory.join("keepalived.data")).unwrap();
        assert_eq!(data.lines().count(), whole);
        let json = fs::read_to_string(subject.directory.join("keepalived.json")).unwrap();
        serde_json::from_str::<serde_json::Value>(&json).unwrap();
        read += 1;
    }
    assert!(read > 20, "only {read} files were read");
    let leftovers: Vec<_> = names(&subject).into_iter().filter(|it| it.len() > 22).collect();
    assert!(leftovers.len() <= 1, "{leftovers:?}");
}

/// Asks for the data and waits until files with both of these names are there.
fn wait_for_data(subject: &Subject, wanted: [&str; 2]) {
    subject.signal(Kind::Data);
    let end = Instant::now() + PATIENCE;
    while !wanted.iter().all(|name| names(subject).iter().any(|found| found == name)) {
        assert!(Instant::now() < end, "{wanted:?}: {:?}", names(subject));
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// `state_dump_file` and `data_use_instance`; the usual name is not used as well.
#[test]
fn the_data_go_where_the_configuration_says() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let usual = Kind::Data.file().to_owned();
    let lab = Lab::new(1);
    let subject = Subject::start(&lab, Daemon::Ours, &configuration("state_dump_file mine.txt"));
    wait_for_data(&subject, ["mine.txt", "mine_parent.txt"]);
    assert!(!names(&subject).contains(&usual), "{:?}", names(&subject));
    drop(subject);
    let lab = Lab::new(1);
    let named = format!("instance blue\n{}", configuration("data_use_instance"));
    let subject = Subject::start(&lab, Daemon::Ours, &named);
    wait_for_data(&subject, ["keepalived.blue.data", "keepalived_parent.blue.data"]);
    assert!(!names(&subject).contains(&usual), "{:?}", names(&subject));
}

/// A list in version 1, an object that says its version in version 2.
#[test]
fn json_version_chooses_the_form_of_the_file() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    for (setting, begin) in [("json_version 1", "["), ("json_version 2", "{")] {
        let lab = Lab::new(1);
        let subject = Subject::start(&lab, Daemon::Ours, &configuration(setting));
        let text = subject.dump(Kind::Json);
        assert!(text.trim_start().starts_with(begin), "{setting}: {text}");
    }
}
