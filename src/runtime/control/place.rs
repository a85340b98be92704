//! Where the control socket is, and who may connect: root and, if there is one, a group.

use std::io;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use nix::unistd::Group;

use crate::runtime::namespace::RUN_DIRECTORY;
use crate::runtime::unix_socket::{self, Name};

/// Extension of its name, which otherwise is that of the pid file.
const EXTENSION: &str = "control";
/// Only the owner and the group.
const MODE: u32 = 0o660;

/// A control socket that is to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ControlSocket {
    /// Its name.
    pub path: PathBuf,
    /// The group that may use it besides root.
    pub group: Option<u32>,
}

/// The group of a name or a number.
///
/// # Errors
/// There is none of that name.
pub fn group(name: &str) -> Result<u32, String> {
    if let Ok(number) = name.parse() {
        return Ok(number);
    }
    match Group::from_name(name) {
        Ok(Some(group)) => Ok(group.gid.as_raw()),
        Ok(None) => Err(format!("there is no group {name:?}")),
        Err(error) => Err(format!("group {name:?}: {error}")),
    }
}

/// Beside that pid file.
pub fn beside(pid_file: &Path) -> PathBuf {
    pid_file.with_extension(EXTENSION)
}

/// Where the socket of a daemon on this host may be, the likely place first: of the one in that
/// network namespace, of that instance of keepalived.
pub fn usual_places(namespace: Option<&str>, instance: Option<&str>) -> Vec<PathBuf> {
    let name = match instance {
        Some(instance) => format!("keepalived_{instance}.{EXTENSION}"),
        None => format!("keepalived.{EXTENSION}"),
    };
    let run = Path::new(RUN_DIRECTORY);
    match namespace {
        // Seen from outside.
        Some(namespace) => vec![run.join(namespace).join(name)],
        None => vec![Path::new("/run").join(&name), run.join(&name)],
    }
}

impl ControlSocket {
    /// Opens it.
    pub(super) fn open(&self) -> io::Result<(UnixListener, Name)> {
        unix_socket::open(&self.path, MODE, self.group)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_pid_file_the_namespace_and_the_instance() {
        assert_eq!(beside(Path::new("/run/keepalived.pid")), Path::new("/run/keepalived.control"));
        let places = |namespace, instance| {
            let all = usual_places(namespace, instance).into_iter();
            all.map(|path| path.display().to_string()).collect::<Vec<_>>()
        };
        let usual = ["/run/keepalived.control", "/run/keepalived/keepalived.control"];
        assert_eq!(places(None, None), usual);
        assert_eq!(places(Some("blue"), None), ["/run/keepalived/blue/keepalived.control"]);
        let both = ["/run/keepalived/blue/keepalived_a.control"];
        assert_eq!(places(Some("blue"), Some("a")), both);
    }

    #[test]
    fn a_group_is_a_name_or_a_number() {
        assert_eq!(group("root"), Ok(0));
        assert_eq!(group("4711"), Ok(4_711));
        assert!(group("no such group").is_err());
    }
}
