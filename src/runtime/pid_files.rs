//! Pid files: they say which process runs, and their lock says that it still does.
//!
//! As keepalived 2.4 does it: content `PID\n`, mode 0644, an open-file-description write lock for
//! as long as the process lives, which a child has from its parent. What a dead process left in the file does not matter.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, fcntl};
use nix::libc;

use crate::runtime::namespace::{self, RUN_DIRECTORY};

/// Where a part of the daemon (`keepalived`, `vrrp`) has its pid file unless somebody says otherwise:
/// in `/run`, with `directory` (`use_pid_dir` and what implies it) in the daemon's own directory, with
/// `instance` in its name.
pub fn usual_path(part: &str, directory: bool, instance: Option<&str>) -> PathBuf {
    let folder = Path::new(if directory { RUN_DIRECTORY } else { "/run" });
    folder.join(match instance {
        Some(instance) => format!("{part}_{instance}.pid"),
        None => format!("{part}.pid"),
    })
}

/// The daemon's own directory for pid files; removed when dropped, if nothing is in it.
#[derive(Debug)]
pub struct RunDirectory(());

impl RunDirectory {
    /// Makes it, or finds it.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn make() -> io::Result<Self> {
        namespace::make_directory(Path::new(RUN_DIRECTORY)).map(Self)
    }
}

impl Drop for RunDirectory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir(RUN_DIRECTORY);
    }
}

/// A pid file that this process holds; removed when dropped.
#[derive(Debug)]
pub struct PidFile {
    path: PathBuf,
    file: File,
}

/// Why there is no pid file.
#[derive(Debug, thiserror::Error)]
pub enum PidFileError {
    /// A living process holds it.
    #[error("Another process has pid file {} locked", .0.display())]
    Locked(PathBuf),
    /// It cannot be written.
    #[error("Unable to write pid file {}: {source}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl PidFile {
    /// Creates and locks the file; the pid is written by [`PidFile::write`].
    ///
    /// # Errors
    /// Another process holds the lock, or the file cannot be created.
    pub fn claim(path: &Path) -> Result<Self, PidFileError> {
        let fail = |source| PidFileError::Io { path: path.to_owned(), source };
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o644)
            .custom_flags(libc::O_NOFOLLOW | libc::O_CLOEXEC)
            .open(path)
            .map_err(fail)?;
        let lock = libc::flock {
            l_type: libc::F_WRLCK as libc::c_short,
            l_whence: libc::SEEK_SET as libc::c_short,
            l_start: 0,
            l_len: 0,
            l_pid: 0,
        };
        match fcntl(&file, FcntlArg::F_OFD_SETLK(&lock)) {
            Ok(_) => Ok(Self { path: path.to_owned(), file }),
            Err(Errno::EAGAIN | Errno::EACCES) => Err(PidFileError::Locked(path.to_owned())),
            Err(errno) => Err(fail(errno.into())),
        }
    }

    /// Writes the number of the calling process.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&mut self) -> Result<(), PidFileError> {
        let path = self.path.clone();
        self.write_pid().map_err(|source| PidFileError::Io { path, source })
    }

    /// The file is still there: the process that it named, which has a copy of this, did not remove it.
    pub(super) fn is_there(&self) -> bool {
        let own = self.file.metadata().map(|own| (own.dev(), own.ino()));
        let there = std::fs::symlink_metadata(&self.path).map(|there| (there.dev(), there.ino()));
        matches!((own, there), (Ok(own), Ok(there)) if own == there)
    }

    fn write_pid(&mut self) -> io::Result<()> {
        // The umask of the daemon must not hide the pid from monitors.
        self.file.set_permissions(std::fs::Permissions::from_mode(0o644))?;
        self.file.set_len(0)?;
        self.file.rewind()?;
        writeln!(self.file, "{}", std::process::id())
    }
}

impl Drop for PidFile {
    fn drop(&mut self) {
        // Not what another process has put there meanwhile.
        if self.is_there() {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stale_file_is_taken_over_and_removed_at_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.pid");
        std::fs::write(&path, "999999999999\n").unwrap();
        let mut pid_file = PidFile::claim(&path).unwrap();
        pid_file.write().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), format!("{}\n", std::process::id()));
        drop(pid_file);
        assert!(!path.exists());
    }

    #[test]
    fn pid_files_are_where_keepalived_has_them() {
        let path = |directory, instance| usual_path("vrrp", directory, instance);
        assert_eq!(path(false, None), Path::new("/run/vrrp.pid"));
        assert_eq!(path(true, None), Path::new("/run/keepalived/vrrp.pid"));
        assert_eq!(path(true, Some("x")), Path::new("/run/keepalived/vrrp_x.pid"));
    }

    #[test]
    fn a_held_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.pid");
        let _held = PidFile::claim(&path).unwrap();
        assert!(matches!(PidFile::claim(&path), Err(PidFileError::Locked(_))));
    }

    #[test]
    fn a_link_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("target"), folder.path().join("x.pid"));
        std::fs::write(&target, "precious").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        assert!(matches!(PidFile::claim(&link), Err(PidFileError::Io { .. })));
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "precious");
    }
}
