//! `config_save_dir`: a copy of each configuration that the daemon reads, as it was understood after
//! includes and definitions, for whoever looks for a mistake. It holds passwords.
//!
//! keepalived also writes what it made of them before and after a reload, and a copy under `-t`;
//! this daemon does neither.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use nix::libc;

use crate::runtime::load::Loaded;

/// Copies of one process; more than anybody reads.
const MOST: u32 = 1_000_000;

/// Keeps a copy if the configuration asks for it, in the name of that process. What fails is logged.
pub fn save(path: &Path, loaded: &Loaded, pid: u32) {
    let Some(directory) = &loaded.config.global.files.config_save_directory else { return };
    let directory = Path::new(&directory.value);
    if let Err(error) = write(directory, path, loaded.sources.expanded(), pid) {
        tracing::warn!(
            target: "Keepalived",
            "Unable to save the configuration in {}: {error}",
            directory.display()
        );
    }
}

/// Writes `keepalived.conf.PID.N` with the next free N; only its owner may read it.
fn write(directory: &Path, path: &Path, text: &str, pid: u32) -> io::Result<()> {
    if !directory.is_dir() {
        DirBuilder::new().mode(0o700).create(directory)?;
    }
    for number in 0..MOST {
        let opened = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .custom_flags(libc::O_NOFOLLOW)
            .open(directory.join(format!("keepalived.conf.{pid}.{number}")));
        match opened {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
            Ok(mut file) => return write!(file, "# {}\n\n{text}", path.display()),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn each_copy_has_a_number_of_its_own_and_is_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let directory = folder.path().join("saved");
        for text in ["first\n", "second\n"] {
            write(&directory, Path::new("/etc/k.conf"), text, 7).unwrap();
        }
        for (number, text) in ["first", "second"].iter().enumerate() {
            let copy = directory.join(format!("keepalived.conf.7.{number}"));
            let mode = std::fs::metadata(&copy).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0);
            let copied = std::fs::read_to_string(&copy).unwrap();
            assert_eq!(copied, format!("# /etc/k.conf\n\n{text}\n"));
        }
    }
}
