//! Who is at the other end of a unix socket, as the kernel noted it when they connected. `nix` does
//! not ask for supplementary groups.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

use nix::libc;
use nix::sys::socket::{getsockopt, sockopt};

/// Groups that room is made for at first.
const USUAL_GROUPS: usize = 32;
/// `NGROUPS_MAX` of Linux.
const MOST_GROUPS: usize = 65_536;

/// A process that has connected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Peer {
    /// Its effective user.
    pub uid: u32,
    /// Its number; it may have ended since.
    pub pid: i32,
    /// All its groups.
    pub groups: Vec<u32>,
}

impl Peer {
    /// Of a connected stream socket.
    ///
    /// # Errors
    /// It is no such socket.
    pub fn of(socket: BorrowedFd<'_>) -> io::Result<Self> {
        let credentials = getsockopt(&socket, sockopt::PeerCredentials)?;
        let mut groups = supplementary_groups(socket)?;
        groups.push(credentials.gid());
        Ok(Self { uid: credentials.uid(), pid: credentials.pid(), groups })
    }
}

fn supplementary_groups(socket: BorrowedFd<'_>) -> io::Result<Vec<u32>> {
    let mut room = USUAL_GROUPS;
    loop {
        let mut groups: Vec<libc::gid_t> = vec![0; room];
        let bytes = size_of::<libc::gid_t>().saturating_mul(room);
        let mut length = libc::socklen_t::try_from(bytes).unwrap_or(0);
        // SAFETY: the buffer holds as many bytes as `length` says, and both outlive the call.
        let status = unsafe {
            libc::getsockopt(
                socket.as_raw_fd(),
                libc::SOL_SOCKET,
                libc::SO_PEERGROUPS,
                groups.as_mut_ptr().cast(),
                &raw mut length,
            )
        };
        if status == 0 {
            let found = usize::try_from(length).unwrap_or(0).checked_div(size_of::<libc::gid_t>());
            groups.truncate(found.unwrap_or(0));
            return Ok(groups);
        }
        let error = io::Error::last_os_error();
        if error.raw_os_error() != Some(libc::ERANGE) || room >= MOST_GROUPS {
            return Err(error);
        }
        room = room.saturating_mul(16).min(MOST_GROUPS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::AsFd;
    use std::os::unix::net::UnixStream;

    #[test]
    fn this_process_is_at_the_other_end_of_its_own_socket() {
        let (one, _other) = UnixStream::pair().unwrap();
        let peer = Peer::of(one.as_fd()).unwrap();
        assert_eq!(peer.uid, nix::unistd::geteuid().as_raw());
        assert_eq!(peer.pid, nix::unistd::getpid().as_raw());
        assert!(peer.groups.contains(&nix::unistd::getegid().as_raw()));
        for group in nix::unistd::getgroups().unwrap() {
            assert!(peer.groups.contains(&group.as_raw()));
        }
    }
}
