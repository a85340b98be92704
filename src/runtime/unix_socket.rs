//! Unix sockets on which the daemon is asked something: how they get their names and lose them.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use nix::unistd::{Gid, chown};
use socket2::{Domain, SockAddr, Socket, Type};

/// Connections that may wait to be taken.
const BACKLOG: i32 = 128;

/// The name that a socket was given. Dropped, it goes, unless it has become another one's.
#[derive(Debug)]
pub(super) struct Name {
    path: PathBuf,
    /// Device and inode.
    socket: (u64, u64),
}

impl Name {
    fn of(path: &Path) -> io::Result<Self> {
        Ok(Self { path: path.to_owned(), socket: identity(path)? })
    }
}

impl Drop for Name {
    fn drop(&mut self) {
        if identity(&self.path).is_ok_and(|found| found == self.socket) {
            let _gone = fs::remove_file(&self.path);
        }
    }
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    let found = fs::symlink_metadata(path)?;
    Ok((found.dev(), found.ino()))
}

/// Opens a socket of that name. Whatever had the name before makes place for it, and is not followed;
/// nobody can connect before the permissions are what they shall be.
pub(super) fn open(path: &Path, mode: u32, group: Option<u32>) -> io::Result<(UnixListener, Name)> {
    let directory = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    // The name that it has until it is ready is not longer than its own: those have a limit.
    let made = tempfile::Builder::new().prefix(".").rand_bytes(8).make_in(directory, |path| {
        let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
        socket.bind(&SockAddr::unix(path)?)?;
        Ok(socket)
    })?;
    let (socket, made) = made.into_parts();
    fs::set_permissions(&made, Permissions::from_mode(mode))?;
    if let Some(group) = group {
        chown(&*made, None, Some(Gid::from_raw(group)))?;
    }
    made.persist(path).map_err(|failed| failed.error)?;
    let name = Name::of(path)?;
    socket.listen(BACKLOG)?;
    socket.set_nonblocking(true)?;
    Ok((UnixListener::from(std::os::fd::OwnedFd::from(socket)), name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{FileTypeExt, symlink};
    use std::os::unix::net::UnixStream;

    #[test]
    fn it_takes_the_place_of_what_was_there_and_others_stay_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("k.control");
        let precious = folder.path().join("precious");
        fs::write(&precious, "precious").unwrap();
        symlink(&precious, &path).unwrap();
        let open = || open(&path, 0o660, None).unwrap();
        let (first, name) = open();
        let found = fs::symlink_metadata(&path).unwrap();
        assert!(found.file_type().is_socket());
        assert_eq!(found.mode() & 0o7777, 0o660);
        assert_eq!(fs::read_to_string(&precious).unwrap(), "precious");
        // One that a dead daemon left is no obstacle.
        drop(first);
        let _second = open();
        // And when that one goes at last, the name is not its own any more.
        drop(name);
        UnixStream::connect(&path).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
