//! What the VRRP process and the one that starts its scripts say to each other: a pair of connected
//! sockets, a message a datagram. Both are the same program, the second executed by the first, so the
//! form has no version.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

use nix::errno::Errno;
use nix::sys::socket::{MsgFlags, recv, send};
use nix::unistd::{Gid, Uid};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::runtime::scripts::{How, Launch};
use crate::sys::child::Credentials;
use crate::sys::scheduling::Inherited;

/// Longest message. The kernel takes none that is longer than its usual buffer.
pub(super) const LONGEST: usize = 192 * 1024;

/// One run of a script, known by that for as long as the VRRP process lives.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub(in crate::runtime) enum RunId {
    /// Of a check, by the engine's number.
    Check(u64),
    /// Any other.
    Other(u64),
}

/// What is asked for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) enum Request {
    /// First of all: how scripts are to be scheduled.
    Begin(Inherited),
    /// Start one.
    Start(RunId, Call),
    /// Send a signal to its process group, if it goes on.
    Signal(RunId, i32),
}

/// What is answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    /// It runs.
    Began(RunId),
    /// It cannot be started, for this reason.
    Failed(RunId, i32),
    /// It has ended with that status.
    Exited(RunId, i32),
    /// It was ended by that signal.
    Signalled(RunId, i32),
}

impl Answer {
    pub(super) const fn run(&self) -> RunId {
        match *self {
            Self::Began(run)
            | Self::Failed(run, _)
            | Self::Exited(run, _)
            | Self::Signalled(run, _) => run,
        }
    }
}

/// Everything that starting a script takes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Call {
    pub(super) path: std::path::PathBuf,
    pub(super) name: String,
    pub(super) arguments: Vec<String>,
    pub(super) umask: u32,
    user: u32,
    group: u32,
    groups: Vec<u32>,
}

impl Call {
    pub(super) fn credentials(&self) -> Credentials {
        Credentials {
            user: Uid::from_raw(self.user),
            group: Gid::from_raw(self.group),
            groups: self.groups.iter().copied().map(Gid::from_raw).collect(),
        }
    }
}

impl From<&Launch> for Call {
    fn from(launch: &Launch) -> Self {
        let Launch { how: How { path, name, credentials }, arguments, umask } = launch;
        Self {
            path: path.clone(),
            name: name.clone(),
            arguments: arguments.clone(),
            umask: *umask,
            user: credentials.user.as_raw(),
            group: credentials.group.as_raw(),
            groups: credentials.groups.iter().map(|group| group.as_raw()).collect(),
        }
    }
}

/// The bytes of a message. What cannot be sent fails as executing it would.
pub(super) fn bytes(message: &impl Serialize) -> Result<Vec<u8>, Errno> {
    let bytes = serde_json::to_vec(message).map_err(|_| Errno::EINVAL)?;
    if bytes.len() > LONGEST { Err(Errno::E2BIG) } else { Ok(bytes) }
}

/// Sends one message.
pub(super) fn say(socket: BorrowedFd<'_>, bytes: &[u8], flags: MsgFlags) -> Result<(), Errno> {
    loop {
        match send(socket.as_raw_fd(), bytes, flags | MsgFlags::MSG_NOSIGNAL) {
            Err(Errno::EINTR) => {}
            sent => return sent.map(drop),
        }
    }
}

/// The next message; `None` when nobody is there any more.
pub(super) fn hear<T: DeserializeOwned>(
    socket: BorrowedFd<'_>,
    buffer: &mut [u8],
) -> io::Result<Option<T>> {
    loop {
        match recv(socket.as_raw_fd(), buffer, MsgFlags::MSG_DONTWAIT) {
            Ok(0) | Err(Errno::ECONNRESET) => return Ok(None),
            Ok(length) => {
                let bytes = buffer.get(..length).unwrap_or_default();
                return serde_json::from_slice(bytes).map(Some).map_err(io::Error::other);
            }
            Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd;

    use nix::sys::socket::{AddressFamily, SockFlag, SockType, socketpair};

    use super::*;

    fn call(argument: String) -> Request {
        let call = Call {
            path: "/bin/echo".into(),
            name: "echo".to_owned(),
            arguments: vec![argument],
            umask: 0o22,
            user: 1,
            group: 2,
            groups: vec![2, 3],
        };
        Request::Start(RunId::Other(u64::MAX), call)
    }

    #[test]
    fn the_longest_message_goes_through_and_a_longer_one_fails_as_its_execution_would() {
        let flags = SockFlag::SOCK_CLOEXEC;
        let (here, there) =
            socketpair(AddressFamily::Unix, SockType::SeqPacket, None, flags).unwrap();
        let mut buffer = vec![0; LONGEST];
        let around = bytes(&call(String::new())).unwrap().len();
        let longest = call("é".repeat((LONGEST - around) / 2));
        say(here.as_fd(), &bytes(&longest).unwrap(), MsgFlags::MSG_DONTWAIT).unwrap();
        assert_eq!(hear(there.as_fd(), &mut buffer).unwrap(), Some(longest));
        assert_eq!(bytes(&call("x".repeat(LONGEST))), Err(Errno::E2BIG));
        assert!(hear::<Request>(there.as_fd(), &mut buffer).is_err());
        drop(here);
        assert_eq!(hear::<Request>(there.as_fd(), &mut buffer).unwrap(), None);
    }
}
