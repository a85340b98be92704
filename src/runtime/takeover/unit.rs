//! The service manager's view of a daemon: its control groups, and which process is the main one of
//! its unit.

use std::fs;
use std::io::{self, IoSlice};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use nix::libc;
use nix::sys::socket::{
    AddressFamily, ControlMessage, MsgFlags, SockFlag, SockType, UnixAddr, UnixCredentials,
    sendmsg, socket,
};
use nix::unistd::{Gid, Pid, Uid};

use crate::runtime::takeover::process::{Part, Subject};

/// Runs something in the control groups of the daemon, so that what it starts belongs there: a unit
/// kills or limits what is in them.
///
/// # Errors
/// That of the work. A group that cannot be entered is no error: without a service manager nobody
/// minds.
pub(super) fn among<T>(subject: &Subject, work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let own = groups(Path::new("/proc/self/cgroup"));
    let its = groups(&subject.main.path("cgroup"));
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let enter = |all: &[Group]| {
        for group in all {
            let folder = folder(group, &mounts);
            let entered = folder.map(|folder| fs::write(folder.join("cgroup.procs"), "0"));
            if let Some(Err(error)) = entered {
                tracing::debug!("control group {}: {error}", group.path);
            }
        }
    };
    let other: Vec<Group> = its.into_iter().filter(|group| !own.contains(group)).collect();
    enter(&other);
    let result = work();
    let left: Vec<Group> =
        own.into_iter().filter(|group| other.iter().any(|it| it.of == group.of)).collect();
    enter(&left);
    result
}

/// A control group that a process is in.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Group {
    /// Its controllers, or `name=…`; empty in the one hierarchy of version 2.
    of: String,
    /// Its path there.
    path: String,
}

/// The groups in a file like `/proc/PID/cgroup`: `1:name=systemd:/path` a line.
fn groups(file: &Path) -> Vec<Group> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let lines = text.lines().filter_map(|line| {
        let (_, rest) = line.split_once(':')?;
        let (of, path) = rest.split_once(':')?;
        Some(Group { of: of.to_owned(), path: path.to_owned() })
    });
    lines.collect()
}

/// Where a group is mounted.
fn folder(group: &Group, mounts: &str) -> Option<PathBuf> {
    mounts.lines().find_map(|line| {
        // "36 35 98:0 /root /mount/point options - type source superoptions"
        let (front, back) = line.split_once(" - ")?;
        let mut front = front.split(' ').skip(3);
        let (root, place) = (front.next()?, front.next()?);
        let mut back = back.split(' ');
        let (kind, options) = (back.next()?, back.nth(1)?);
        let is_it = match group.of.as_str() {
            "" => kind == "cgroup2",
            of => {
                let mut options = options.split(',');
                kind == "cgroup" && of.split(',').all(|one| options.any(|known| known == one))
            }
        };
        let below = group.path.strip_prefix(root).unwrap_or(&group.path);
        is_it.then(|| Path::new(place).join(below.trim_start_matches('/')))
    })
}

/// Tells the service manager that `successor` is the main process of the unit from now on. It is told
/// in the name of the present one, from which alone it takes that; root may do so (`sd_pid_notify`).
/// True if there was anybody to tell.
///
/// # Errors
/// The message does not leave.
pub(super) fn hand_on_main_process(subject: &Subject, successor: Part) -> io::Result<bool> {
    let Some(address) = subject.variable("NOTIFY_SOCKET") else { return Ok(false) };
    let bytes = address.as_encoded_bytes();
    let address = match bytes.strip_prefix(b"@") {
        Some(name) => UnixAddr::new_abstract(name)?,
        None => UnixAddr::new(bytes)?,
    };
    let flags = SockFlag::SOCK_CLOEXEC;
    let sender = socket(AddressFamily::Unix, SockType::Datagram, flags, None)?;
    let text = format!("MAINPID={}", successor.pid());
    let credentials = credentials(subject.main.pid());
    let control = [ControlMessage::ScmCredentials(&credentials)];
    let parts = [IoSlice::new(text.as_bytes())];
    sendmsg(sender.as_raw_fd(), &parts, &control, MsgFlags::MSG_NOSIGNAL, Some(&address))?;
    Ok(true)
}

/// Those of another process, with this one's user.
fn credentials(pid: Pid) -> UnixCredentials {
    UnixCredentials::from(libc::ucred {
        pid: pid.as_raw(),
        uid: Uid::effective().as_raw(),
        gid: Gid::effective().as_raw(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "30 24 0:26 / /sys/fs/cgroup/unified rw,relatime - cgroup2 none rw
31 24 0:27 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
32 24 0:28 /docker/x /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
";

    #[test]
    fn a_group_is_found_where_its_hierarchy_is_mounted() {
        let found = |of: &str, path: &str| {
            folder(&Group { of: of.to_owned(), path: path.to_owned() }, MOUNTS)
        };
        let path = |text: &str| Some(PathBuf::from(text));
        assert_eq!(found("", "/a.slice/b"), path("/sys/fs/cgroup/unified/a.slice/b"));
        assert_eq!(found("name=systemd", "/"), path("/sys/fs/cgroup/systemd/"));
        assert_eq!(found("cpu,cpuacct", "/docker/x/y"), path("/sys/fs/cgroup/cpu,cpuacct/y"));
        assert_eq!(found("memory", "/a"), None);
    }

    #[test]
    fn the_groups_of_this_process_are_read() {
        let own = groups(Path::new("/proc/self/cgroup"));
        assert!(own.iter().all(|group| group.path.starts_with('/')), "{own:?}");
    }
}
