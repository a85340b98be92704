//! Pipes and scripts that hear of changes of state, byte by byte beside keepalived.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::{Duration, Instant};

use nix::fcntl::OFlag;
use nix::sys::signal::Signal;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;

use crate::lab::{Daemon, Lab, ready};
use crate::protocol::ELECTION;

/// Writes a script that appends its arguments to `log`.
fn write_script(path: &Path, log: &Path) {
    let text = format!("#!/bin/sh\necho \"$@\" >> {}\n", log.display());
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// A pipe that the test has made, with everything that was read from it.
pub(crate) struct Pipe {
    file: File,
    text: String,
}

impl Pipe {
    pub(crate) fn new(path: &Path) -> Self {
        mkfifo(path, Mode::from_bits_truncate(0o600)).unwrap();
        Self::open(path)
    }

    fn open(path: &Path) -> Self {
        let flags = OFlag::O_NONBLOCK.bits();
        let file = OpenOptions::new().read(true).write(true).custom_flags(flags).open(path);
        Self { file: file.unwrap(), text: String::new() }
    }

    pub(crate) fn read(&mut self) -> &str {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = self.file.read(&mut buffer) {
            self.text.push_str(std::str::from_utf8(&buffer[..length]).unwrap());
        }
        &self.text
    }

    /// Waits until there are so many lines.
    pub(crate) fn wait_for(&mut self, lines: usize) {
        let end = Instant::now() + 2 * ELECTION;
        while self.read().lines().count() < lines {
            assert!(Instant::now() < end, "{lines} lines should come: {}", self.text);
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn wait_for_lines(path: &Path, lines: usize) -> String {
    let end = Instant::now() + 2 * ELECTION;
    loop {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        if text.lines().count() >= lines {
            return text;
        }
        assert!(Instant::now() < end, "{lines} lines should come: {text}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// One router: start, takeover, a priority that a script changes, fault, recovery, a reload
/// that removes two other instances, stop. Gives what came through both pipes and into the script.
fn story(daemon: Daemon) -> [String; 4] {
    let lab = Lab::new(2);
    let path = |name: &str| lab.directory().join(name);
    write_script(&path("notify.sh"), &path("notify.log"));
    write_script(&path("life.sh"), &path("life.log"));
    let (mut all, mut vrrp) = (Pipe::new(&path("all")), Pipe::new(&path("vrrp")));
    let instance = |name: &str, vrid: u8, priority: u8, lines: &str| {
        format!(
            "vrrp_instance {name} {{
                interface eth0
                virtual_router_id {vrid}
                priority {priority}
                virtual_ipaddress {{
                    10.77.0.{vrid}
                }}
                {lines}
            }}
"
        )
    };
    let directory = lab.directory().display();
    let global = format!(
        "global_defs {{
            script_user root
            notify_fifo {directory}/all
            vrrp_notify_fifo {directory}/vrrp
            startup_script \"{directory}/life.sh startup\"
            shutdown_script \"{directory}/life.sh shutdown\"
        }}
        vrrp_script weight {{
            script \"/usr/bin/test -f {directory}/weight\"
            interval 1
            weight 7
        }}
"
    );
    let stays = instance(
        "V1",
        51,
        150,
        &format!(
            "notify {directory}/notify.sh
             notify_priority_changes on
             track_script {{
                 weight
             }}"
        ),
    );
    // A rival that never speaks again would win: these two stay what they are.
    let deleted = instance(
        "V2",
        52,
        255,
        &format!("notify {directory}/notify.sh\n notify_deleted \"{directory}/notify.sh gone\""),
    );
    let mut running = lab.start(1, daemon, &format!("{global}{stays}"));
    vrrp.wait_for(2);
    std::fs::write(path("weight"), "").unwrap();
    vrrp.wait_for(3);
    lab.carrier(1, false);
    vrrp.wait_for(4);
    lab.carrier(1, true);
    vrrp.wait_for(6);
    running.write_configuration(&format!("{global}{stays}{deleted}"));
    running.signal(Signal::SIGHUP);
    vrrp.wait_for(7);
    running.write_configuration(&format!("{global}{stays}"));
    running.signal(Signal::SIGHUP);
    vrrp.wait_for(8);
    running.wait_for_log("Reload complete", 2, ELECTION);
    wait_for_lines(&path("notify.log"), 8);
    running.assert_alive();
    assert!(running.terminate(ELECTION).success());
    vrrp.wait_for(9);
    let scripts = wait_for_lines(&path("notify.log"), 9);
    let life = std::fs::read_to_string(path("life.log")).unwrap_or_default();
    [all.read().to_owned(), vrrp.read().to_owned(), scripts, life]
}

const LINES: &str = "\
INSTANCE \"V1\" BACKUP 150
INSTANCE \"V1\" MASTER 150
INSTANCE \"V1\" MASTER_PRIORITY 157
INSTANCE \"V1\" FAULT 157
INSTANCE \"V1\" BACKUP 157
INSTANCE \"V1\" MASTER 157
INSTANCE \"V2\" MASTER 255
INSTANCE \"V2\" DELETED 255
INSTANCE \"V1\" STOP 157
";

fn tells_the_story(daemon: Daemon) {
    let [all, vrrp, scripts, life] = story(daemon);
    // At each reload keepalived 2.2.7 reckons the priority of a master anew, and tells of it as if
    // it were a backup. Ours has nothing to tell.
    let told = |text: &str| match daemon {
        Daemon::Ours => text.to_owned(),
        Daemon::Keepalived => text.replace("INSTANCE \"V1\" BACKUP_PRIORITY 157\n", ""),
    };
    assert_eq!(told(&vrrp), LINES);
    assert_eq!(told(&all), LINES);
    let expected: String = LINES
        .replace('"', "")
        .lines()
        .filter(|line| !line.contains("_PRIORITY"))
        .map(|line| match line.contains("DELETED") {
            true => format!("gone\n{line}\n"),
            false => format!("{line}\n"),
        })
        .collect();
    assert_eq!(scripts, expected);
    assert_eq!(life, "startup\nshutdown\n");
}

#[test]
fn pipes_and_scripts_hear_the_whole_story_from_ours() {
    if ready(&[Daemon::Ours]) {
        tells_the_story(Daemon::Ours);
    }
}

#[test]
#[ignore = "oracle: proves the scenario, not our daemon"]
fn pipes_and_scripts_hear_the_whole_story_from_keepalived() {
    if ready(&[Daemon::Keepalived]) {
        tells_the_story(Daemon::Keepalived);
    }
}

/// The daemon makes the pipe, starts the program that reads it, and takes both away again.
fn makes_a_pipe_with_its_reader(daemon: Daemon) {
    let lab = Lab::new(1);
    let path = |name: &str| lab.directory().join(name);
    let directory = lab.directory().display();
    let text = format!(
        "#!/bin/sh\ntrap 'echo ended >> {directory}/log; exit' TERM\necho \"$@\" >> {directory}/log\n\
         while read line; do echo \"$line\" >> {directory}/log; done < \"$2\"\n"
    );
    std::fs::write(path("reader.sh"), text).unwrap();
    std::fs::set_permissions(path("reader.sh"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let configuration = format!(
        "global_defs {{
            script_user root
            vrrp_notify_fifo {directory}/pipe
            vrrp_notify_fifo_script \"{directory}/reader.sh one\"
            vrrp_notify_priority_changes on
        }}
        vrrp_instance V1 {{
            interface eth0
            virtual_router_id 51
            priority 255
            virtual_ipaddress {{
                10.77.0.51
            }}
        }}"
    );
    let mut running = lab.start(1, daemon, &configuration);
    let log = wait_for_lines(&path("log"), 2);
    assert_eq!(log, format!("one {directory}/pipe\nINSTANCE \"V1\" MASTER 255\n"));
    let metadata = std::fs::metadata(path("pipe")).unwrap();
    assert!(metadata.file_type().is_fifo());
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    assert!(running.terminate(ELECTION).success());
    assert!(!path("pipe").exists());
    wait_for_lines(&path("log"), 3);
    let end = Instant::now() + ELECTION;
    while !std::fs::read_to_string(path("log")).unwrap().contains("ended\n") {
        assert!(Instant::now() < end, "the reader is asked to end");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn ours_makes_a_pipe_with_its_reader() {
    if ready(&[Daemon::Ours]) {
        makes_a_pipe_with_its_reader(Daemon::Ours);
    }
}

#[test]
#[ignore = "oracle: proves the scenario, not our daemon"]
fn keepalived_makes_a_pipe_with_its_reader() {
    if ready(&[Daemon::Keepalived]) {
        makes_a_pipe_with_its_reader(Daemon::Keepalived);
    }
}

#[test]
fn a_file_in_the_place_of_a_pipe_is_left_alone_and_scripts_at_the_ends_have_their_time() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let path = |name: &str| lab.directory().join(name);
    std::fs::write(path("plain"), "untouched").unwrap();
    let directory = lab.directory().display();
    let configuration = format!(
        "global_defs {{
            script_user root
            notify_fifo {directory}/plain
            vrrp_notify_fifo {directory}/repeated
            fifo_write_vrrp_states_on_reload
            startup_script \"/usr/bin/sleep 20\"
            startup_script_timeout 1
            shutdown_script /usr/bin/false
        }}
        vrrp_instance V1 {{
            interface eth0
            virtual_router_id 51
            priority 255
            virtual_ipaddress {{
                10.77.0.51
            }}
        }}"
    );
    let mut repeated = Pipe::new(&path("repeated"));
    let mut running = lab.start(1, Daemon::Ours, &configuration);
    running.wait_for_log("startup script timed out", 1, ELECTION);
    running.wait_for_log("is not a fifo we own - not using", 1, ELECTION);
    repeated.wait_for(1);
    running.signal(Signal::SIGHUP);
    repeated.wait_for(2);
    assert_eq!(repeated.read(), "INSTANCE \"V1\" MASTER 255\n".repeat(2));
    assert!(running.terminate(ELECTION).success());
    running.wait_for_log("shutdown script script failed, status 1", 1, ELECTION);
    assert_eq!(std::fs::read_to_string(path("plain")).unwrap(), "untouched");
}

/// Whom a pipe belongs to: the named user, else that of scripts; a user that is not there gets none.
fn pipes_belong_to_their_users(daemon: Daemon) {
    let lab = Lab::new(1);
    // The pipes are made as root's and given away: everybody may look.
    let directory = lab.directory().display();
    let run = |global: &str| {
        let configuration = format!(
            "global_defs {{
                {global}
            }}
            vrrp_instance V1 {{
                interface eth0
                virtual_router_id 51
                priority 255
                virtual_ipaddress {{
                    10.77.0.51
                }}
            }}"
        );
        let mut running = lab.start(1, daemon, &configuration);
        running.wait_for_log("Entering MASTER STATE", 1, ELECTION);
        let about = |name: &str| {
            let metadata = std::fs::metadata(lab.directory().join(name)).ok()?;
            let mode = metadata.permissions().mode() & 0o777;
            Some((metadata.uid(), metadata.gid(), mode, metadata.file_type().is_fifo()))
        };
        let found = (about("all"), about("vrrp"));
        assert!(running.terminate(ELECTION).success());
        for name in ["all", "vrrp"] {
            let _ = std::fs::remove_file(lab.directory().join(name));
        }
        found
    };
    let id = |name: &str| {
        let user = nix::unistd::User::from_name(name).unwrap().unwrap();
        (user.uid.as_raw(), user.gid.as_raw())
    };
    let of = |(uid, gid)| Some((uid, gid, 0o600, true));
    let bin = nix::unistd::Group::from_name("bin").unwrap().unwrap().gid.as_raw();
    let found = run(&format!(
        "script_user nobody
         notify_fifo {directory}/all
         vrrp_notify_fifo {directory}/vrrp daemon bin"
    ));
    assert_eq!(found, (of(id("nobody")), of((id("daemon").0, bin))));
    let found =
        run(&format!("notify_fifo {directory}/all\n vrrp_notify_fifo {directory}/vrrp nosuch"));
    assert_eq!(found, (of((0, 0)), None));
}

#[test]
fn pipes_of_ours_belong_to_their_users() {
    if ready(&[Daemon::Ours]) {
        pipes_belong_to_their_users(Daemon::Ours);
    }
}

#[test]
#[ignore = "oracle: proves the scenario, not our daemon"]
fn pipes_of_keepalived_belong_to_their_users() {
    if ready(&[Daemon::Keepalived]) {
        pipes_belong_to_their_users(Daemon::Keepalived);
    }
}

#[test]
fn a_shutdown_script_has_its_time_and_no_more() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    for daemon in [Daemon::Ours, Daemon::Keepalived] {
        let lab = Lab::new(1);
        let configuration = "global_defs {
                script_user root
                shutdown_script \"/usr/bin/sleep 20\"
                shutdown_script_timeout 1
            }
            vrrp_instance V1 {
                interface eth0
                virtual_router_id 51
                priority 255
                virtual_ipaddress {
                    10.77.0.51
                }
            }";
        let mut running = lab.start(1, daemon, configuration);
        running.wait_for_log("Entering MASTER STATE", 1, ELECTION);
        running.terminate(ELECTION);
        running.wait_for_log("shutdown script timed out", 1, ELECTION);
    }
}
