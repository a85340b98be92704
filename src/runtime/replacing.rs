//! Writing a file that others wait for, or that must be whole whenever it is read: a new one takes
//! the place of the old one.
//!
//! The order is new file, text, rename, close. Nobody ever reads a part of it, and whoever watches
//! the directory sees the close of the file by its final name. (keepalived renames before it writes.)
//! Links of the final name are replaced, never followed.

use std::fs::{OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use nix::libc;
use nix::unistd::Uid;

/// Letters that make the name of a new file one that nobody has: monitors remove what matches
/// `keepalived.json??????`.
const RANDOM: usize = 6;

/// Puts a new file with these bytes there, with all permissions of a plain file that the mask leaves.
pub(super) fn replace(path: &Path, bytes: &[u8], umask: u32) -> io::Result<()> {
    let missing = || io::Error::from(io::ErrorKind::InvalidInput);
    let (directory, name) = (path.parent().ok_or_else(missing)?, path.file_name());
    let mut file = tempfile::Builder::new()
        .prefix(name.ok_or_else(missing)?)
        .rand_bytes(RANDOM)
        .tempfile_in(directory)?;
    file.write_all(bytes)?;
    file.as_file().set_permissions(Permissions::from_mode(0o666 & !umask))?;
    let open = file.persist(path).map_err(|failed| failed.error)?;
    drop(open);
    Ok(())
}

/// What a file of ours says, if nobody else can have written it: the next start acts on it.
pub(super) fn read_own(path: &Path) -> io::Result<Vec<u8>> {
    let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
    let mut file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    let found = file.metadata()?;
    let is_own = found.uid() == Uid::effective().as_raw() && found.mode() & 0o022 == 0;
    if !(found.is_file() && is_own) {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let mut text = Vec::new();
    file.read_to_end(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn links_in_the_way_are_replaced_and_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (path, precious) = (folder.path().join("k.data"), folder.path().join("precious"));
        fs::write(&precious, "precious").unwrap();

        symlink(&precious, &path).unwrap();
        replace(&path, b"one", 0o177).unwrap();
        assert!(!fs::symlink_metadata(&path).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap(), "one");

        fs::remove_file(&path).unwrap();
        fs::hard_link(&precious, &path).unwrap();
        replace(&path, b"two", 0o177).unwrap();
        assert_eq!(fs::read_to_string(&precious).unwrap(), "precious");
        assert_eq!(fs::metadata(&precious).unwrap().nlink(), 1);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn permissions_are_what_the_mask_leaves() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("k.data");
        for (umask, mode) in [(0o177, 0o600), (0o022, 0o644), (0, 0o666)] {
            replace(&path, b"", umask).unwrap();
            assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, mode);
        }
    }

    #[test]
    fn what_others_may_have_written_is_not_believed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vrrp.held");
        replace(&path, b"{}", 0o177).unwrap();
        assert_eq!(read_own(&path).unwrap(), b"{}");
        for mode in [0o620, 0o602] {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            assert!(read_own(&path).is_err(), "{mode:o}");
        }
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        let link = folder.path().join("link.held");
        symlink(&path, &link).unwrap();
        assert!(read_own(&link).is_err());
    }

    #[test]
    fn a_failure_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("directory");
        fs::create_dir(&path).unwrap();
        assert!(replace(&path, b"text", 0o177).is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(replace(&folder.path().join("no/where"), b"text", 0o177).is_err());
    }
}
