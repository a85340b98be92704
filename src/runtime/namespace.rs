//! The network namespace that the daemon works in (`net_namespace`, `-s`), and the one that it came
//! from.
//!
//! As keepalived does it, the run directory of the daemon is one of its own then: what it calls
//! `/run/keepalived` is `/run/keepalived/NAME` of the host.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sched::{CloneFlags, setns, unshare};

/// Where pid files are with `use_pid_dir`.
pub const RUN_DIRECTORY: &str = "/run/keepalived";
/// Where `ip netns` keeps the names of namespaces.
const NAMES: &str = "/run/netns";

/// The network namespace that the process was started in.
#[derive(Clone, Debug, Default)]
pub struct Origin(Option<Arc<File>>);

impl Origin {
    /// Does something there, for the sockets that it opens: what exists there only does so once.
    pub(super) fn inside<T: Send>(
        &self,
        work: impl FnOnce() -> io::Result<T> + Send,
    ) -> io::Result<T> {
        let Some(origin) = self.0.clone() else { return work() };
        // A thread of its own: this one stays where it is.
        let thread = std::thread::scope(|scope| {
            let task = scope.spawn(|| {
                setns(&*origin, CloneFlags::CLONE_NEWNET)?;
                work()
            });
            task.join()
        });
        thread.unwrap_or_else(|_| Err(io::Error::other("a thread has ended")))
    }
}

/// A namespace that was entered. Dropped, it leaves nothing behind.
#[derive(Debug)]
pub struct Entered {
    /// Where the process came from.
    pub origin: Origin,
    directory: PathBuf,
}

/// What keeps the daemon out of a namespace.
#[derive(Debug, thiserror::Error)]
pub enum NamespaceError {
    /// There is none of that name.
    #[error("Failed to open {}: {source}", path.display())]
    Unknown {
        /// The file that would stand for it.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It cannot be entered.
    #[error("Unable to enter it: {0}")]
    Forbidden(#[source] io::Error),
    /// The daemon cannot have a run directory of its own.
    #[error("Unable to have {RUN_DIRECTORY} for itself: {0}")]
    Directory(#[source] io::Error),
}

/// Enters the namespace `name` with the whole process, which must have one thread. The run directory
/// is made private.
///
/// # Errors
/// It cannot be entered. The process is of no use then.
pub fn enter(name: &str) -> Result<Entered, NamespaceError> {
    let forbidden = |error: nix::Error| NamespaceError::Forbidden(error.into());
    let directory = |error: io::Error| NamespaceError::Directory(error);
    let origin = File::open("/proc/self/ns/net").map_err(NamespaceError::Forbidden)?;
    go_to(name)?;
    let own = Path::new(RUN_DIRECTORY).join(name);
    unshare(CloneFlags::CLONE_NEWNS).map_err(forbidden)?;
    let nothing = None::<&str>;
    // What others mount goes on to be seen, what is mounted here is not.
    mount(nothing, "/", nothing, MsFlags::MS_REC | MsFlags::MS_SLAVE, nothing)
        .map_err(|error| directory(error.into()))?;
    make_directory(&own).map_err(directory)?;
    mount(Some(&own), RUN_DIRECTORY, nothing, MsFlags::MS_BIND, nothing)
        .map_err(|error| directory(error.into()))?;
    Ok(Entered { origin: Origin(Some(Arc::new(origin))), directory: own })
}

/// Enters the network namespace `name` and no more: to look at its interfaces.
///
/// # Errors
/// It cannot be entered.
pub fn go_to(name: &str) -> Result<(), NamespaceError> {
    let path = Path::new(NAMES).join(name);
    let file = File::open(&path).map_err(|source| NamespaceError::Unknown { path, source })?;
    setns(&file, CloneFlags::CLONE_NEWNET).map_err(|error| NamespaceError::Forbidden(error.into()))
}

/// Makes the run directory; others may read it.
///
/// # Errors
/// It cannot be made.
pub fn make_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o755).create(path)
}

impl Drop for Entered {
    fn drop(&mut self) {
        let _ = umount2(RUN_DIRECTORY, MntFlags::MNT_DETACH);
        // Both only if nothing is in them.
        let _ = fs::remove_dir(&self.directory);
        let _ = fs::remove_dir(RUN_DIRECTORY);
    }
}
