//! What the supervisor and the VRRP process say to each other: a pair of connected sockets, a message
//! a datagram, and a file without a name that carries the texts of a new configuration.
//!
//! Neither waits for the other. What does not fit in the socket is not said: a supervisor that reads
//! nothing any more must not hold up an advert.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockType, recv, send, socketpair};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::runtime::dumps::Kind;
use crate::source::{Damaged, Recorded};
use crate::sys::socket::AsyncSocket;

/// Room for a message.
const MESSAGE: usize = 16 * 1024;
/// A reason is cut to this length.
const REASON: usize = 2 * 1024;

/// What a child says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(in crate::runtime) enum ToSupervisor {
    /// It has begun to serve.
    Ready,
    /// Somebody has asked it for a new configuration.
    WantsReload,
    /// It runs the new configuration.
    Reloaded,
    /// It goes on with what it has, for this reason.
    Refused(String),
    /// It has been asked for data; the next planned reload, since 1970.
    Planned(Option<Duration>),
    /// Its loop still turns.
    Alive,
}

/// What a child is told.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(in crate::runtime) enum ToChild {
    /// Run the configuration whose texts lie in the file, so many bytes.
    Reload(usize),
    /// Write files with the state.
    Dump(Kind),
    /// Say that the loop turns.
    Ping,
}

/// The file without a name that both have.
#[derive(Clone, Debug)]
pub(in crate::runtime) struct Exchange(Arc<File>);

impl Exchange {
    pub(super) fn new() -> io::Result<Self> {
        // keepalived's name of it, by which it is known in `/proc/PID/fd`.
        let name = c"/keepalived/consolidated_configuration";
        Ok(Self(Arc::new(File::from(memfd_create(name, MFdFlags::MFD_CLOEXEC)?))))
    }

    /// Puts the texts there, in place of those before.
    pub(super) fn put(&self, recorded: &Recorded) -> io::Result<()> {
        let bytes = recorded.to_bytes();
        self.0.set_len(0)?;
        self.0.write_all_at(&bytes, 0)
    }

    /// How many bytes are there.
    pub(super) fn length(&self) -> io::Result<usize> {
        Ok(usize::try_from(self.0.metadata()?.len()).unwrap_or(usize::MAX))
    }

    /// The texts, so many bytes.
    pub(in crate::runtime) fn take(&self, length: usize) -> io::Result<Recorded> {
        let mut bytes = vec![0; length];
        self.0.read_exact_at(&mut bytes, 0)?;
        Recorded::from_bytes(&bytes).map_err(|damaged: Damaged| io::Error::other(damaged))
    }

    /// Whether both are one file.
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Gives the memory of the texts back.
    pub(super) fn clear(&self) {
        // It is of no use any more; if it stays, it is overwritten the next time.
        let _stays = self.0.set_len(0);
    }
}

/// Both ends of a new channel.
pub(super) fn pair() -> io::Result<(SupervisorsEnd, ChildsEnd)> {
    let flags = SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK;
    let (here, there) = socketpair(AddressFamily::Unix, SockType::SeqPacket, None, flags)?;
    let exchange = Exchange::new()?;
    let child = ChildsEnd { socket: there, exchange: exchange.clone() };
    Ok((SupervisorsEnd { socket: here, exchange }, child))
}

/// What the supervisor has of a channel.
#[derive(Debug)]
pub(super) struct SupervisorsEnd {
    socket: OwnedFd,
    /// The file for texts.
    pub(super) exchange: Exchange,
}

impl SupervisorsEnd {
    /// Says it.
    pub(super) fn say(&self, message: &ToChild) {
        say(self.socket.as_fd(), message);
    }

    /// The next thing that the child has said; `None` if nobody is there any more.
    ///
    /// # Errors
    /// It has said nothing yet.
    pub(super) fn hear(&self) -> io::Result<Option<ToSupervisor>> {
        hear(self.socket.as_fd())
    }
}

impl AsFd for SupervisorsEnd {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// What the child has of a channel, on its way to the child.
#[derive(Debug)]
pub(in crate::runtime) struct ChildsEnd {
    socket: OwnedFd,
    exchange: Exchange,
}

impl ChildsEnd {
    /// For the loop of the child. Must be called inside the runtime.
    pub(in crate::runtime) fn listen(self) -> io::Result<Superior> {
        Ok(Superior { socket: AsyncSocket::new(self.socket)?, exchange: self.exchange })
    }
}

/// The supervisor, as its child sees it.
#[derive(Debug)]
pub(in crate::runtime) struct Superior {
    socket: AsyncSocket<OwnedFd>,
    /// The file for texts.
    pub(in crate::runtime) exchange: Exchange,
}

impl Superior {
    /// Says it.
    pub(in crate::runtime) fn say(&self, message: &ToSupervisor) {
        say(self.socket.owner().as_fd(), message);
    }

    /// Says why a configuration is refused.
    pub(in crate::runtime) fn refuse(&self, reason: &str) {
        let end = reason.floor_char_boundary(REASON);
        self.say(&ToSupervisor::Refused(reason.get(..end).unwrap_or_default().to_owned()));
    }

    /// The next thing that it says; `None` when it is no more. Safe to drop and call again.
    pub(in crate::runtime) async fn next(&self) -> Option<ToChild> {
        loop {
            self.socket.readable().await.ok()?;
            match self.socket.try_read(|socket| hear(socket.as_fd())) {
                Ok(message) => return message,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => return None,
            }
        }
    }
}

fn say(socket: BorrowedFd<'_>, message: &impl Serialize) {
    let bytes = serde_json::to_vec(message).unwrap_or_default();
    let flags = MsgFlags::MSG_NOSIGNAL | MsgFlags::MSG_DONTWAIT;
    if let Err(errno) = send(socket.as_raw_fd(), &bytes, flags) {
        tracing::debug!("The other process is not told: {errno}");
    }
}

/// `None` at the end. A message that is none is skipped: the other process is the same program.
fn hear<T: DeserializeOwned>(socket: BorrowedFd<'_>) -> io::Result<Option<T>> {
    let mut buffer = [0; MESSAGE];
    loop {
        match recv(socket.as_raw_fd(), &mut buffer, MsgFlags::MSG_DONTWAIT) {
            Ok(0) => return Ok(None),
            Ok(length) => {
                let bytes = buffer.get(..length).unwrap_or_default();
                if let Ok(message) = serde_json::from_slice(bytes) {
                    return Ok(Some(message));
                }
            }
            Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Loader, Memory, Pattern, Recording};

    #[test]
    fn each_hears_what_the_other_says_in_order_and_its_end() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (supervisor, child) = pair().unwrap();
            let child = child.listen().unwrap();
            assert!(supervisor.hear().is_err());
            child.say(&ToSupervisor::Ready);
            child.refuse(&"é".repeat(REASON));
            assert_eq!(supervisor.hear().unwrap(), Some(ToSupervisor::Ready));
            let reason = "é".repeat(REASON / 2);
            assert_eq!(supervisor.hear().unwrap(), Some(ToSupervisor::Refused(reason)));
            supervisor.say(&ToChild::Ping);
            supervisor.say(&ToChild::Dump(Kind::Json));
            drop(supervisor);
            assert_eq!(child.next().await, Some(ToChild::Ping));
            assert_eq!(child.next().await, Some(ToChild::Dump(Kind::Json)));
            assert_eq!(child.next().await, None);
            let (supervisor, child) = pair().unwrap();
            drop(child);
            assert_eq!(supervisor.hear().unwrap(), None);
        });
    }

    #[test]
    fn texts_go_through_the_file_and_shorter_ones_leave_nothing_behind() {
        let exchange = Exchange::new().unwrap();
        for text in ["a long text", "short"] {
            let memory = Memory::default().with("/k", text);
            let recording = Recording::new(&memory);
            let asked = Pattern { text: "/k", from: None };
            let read = recording.load(asked);
            exchange.put(&recording.finish()).unwrap();
            let taken = exchange.take(exchange.length().unwrap()).unwrap();
            assert_eq!(taken.load(asked), read);
        }
        exchange.clear();
        assert!(exchange.take(exchange.length().unwrap()).is_err());
    }
}
