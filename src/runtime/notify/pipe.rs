//! Named pipes that hear of changes of state, and the programs that read them.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::sys::signal::Signal;
use nix::sys::stat::Mode;
use nix::unistd::{fchown, mkfifo};
use tokio::runtime::Handle;

use crate::ir::global::Fifo;
use crate::runtime::scripts::starter::{End, RunId, Starter};
use crate::runtime::scripts::{Launch, Scripts};

/// Mode of a new pipe, less the umask.
const MODE: Mode = Mode::from_bits_truncate(0o644);

/// How long a pipe outlives the order to its reader to end.
const BEFORE_THE_END: Duration = Duration::from_millis(100);

/// A pipe that is open for writing.
#[derive(Debug)]
pub(super) struct Pipe {
    /// `notify` or `vrrp_notify`.
    kind: &'static str,
    path: PathBuf,
    file: File,
    /// It was not there before, so it goes with the daemon.
    ours: bool,
    /// Lines that found it full, since the last one that did not.
    lost: u64,
    reader: Option<Reader>,
}

impl Pipe {
    /// The pipe of a new configuration. One that stays, and that no program of ours reads, is kept
    /// open: its readers lose nothing. Others are made anew, as their programs are.
    pub(super) fn renew(
        former: Option<Self>,
        kind: &'static str,
        fifo: &Fifo,
        scripts: &Scripts,
        starter: &Starter,
    ) -> Option<Self> {
        let path = PathBuf::from(&fifo.path.as_ref()?.value);
        let former = former.filter(|pipe| {
            fifo.script.is_none() && pipe.reader.is_none() && pipe.path == path && pipe.is_there()
        });
        // A former one that does not stay has gone here, before its name is used again.
        former.or_else(|| Self::open(kind, path, fifo, scripts, starter))
    }

    fn open(
        kind: &'static str,
        path: PathBuf,
        fifo: &Fifo,
        scripts: &Scripts,
        starter: &Starter,
    ) -> Option<Self> {
        let owner = scripts.owner(fifo.user.as_ref());
        if fifo.user.is_some() && owner.is_none() {
            // As root's it would not be what was asked for.
            tracing::warn!("Invalid user/group for {kind} fifo {} - ignoring", path.display());
            return None;
        }
        let ours = match mkfifo(&path, MODE) {
            Ok(()) => true,
            Err(Errno::EEXIST) => false,
            Err(errno) => {
                tracing::warn!("Unable to create {kind} fifo {}", path.display());
                tracing::warn!("{}: {}", path.display(), errno.desc());
                return None;
            }
        };
        let flags = OFlag::O_NONBLOCK | OFlag::O_NOFOLLOW;
        // For reading as well: then it needs no reader, and none that goes breaks it.
        let opened =
            OpenOptions::new().read(true).write(true).custom_flags(flags.bits()).open(&path);
        let file = match opened {
            Ok(file) => file,
            Err(error) => {
                tracing::warn!(
                    "Unable to open {kind} fifo {} for writing: {error}",
                    path.display()
                );
                return None;
            }
        };
        let metadata = file.metadata().ok()?;
        let own = nix::unistd::Uid::effective().as_raw();
        let known =
            metadata.uid() == own || owner.is_some_and(|(uid, _)| uid.as_raw() == metadata.uid());
        if !metadata.file_type().is_fifo() || !known {
            tracing::warn!("{kind} fifo {} is not a fifo we own - not using", path.display());
            return None;
        }
        if let (true, Some((uid, gid))) = (ours, owner)
            && let Err(errno) = fchown(&file, Some(uid), Some(gid))
        {
            tracing::warn!("{kind} fifo {}: owner: {}", path.display(), errno.desc());
        }
        let reader = fifo.script.as_ref().and_then(|script| {
            let launch =
                scripts.launch_with(&script.value, &[path.to_string_lossy().into_owned()])?;
            Some(Reader::start(launch, starter.clone()))
        });
        Some(Self { kind, path, file, ours, lost: 0, reader })
    }

    /// Whether its name still stands for it.
    fn is_there(&self) -> bool {
        let named = std::fs::symlink_metadata(&self.path);
        match (named, self.file.metadata()) {
            (Ok(named), Ok(open)) => (named.dev(), named.ino()) == (open.dev(), open.ino()),
            _ => false,
        }
    }

    /// Writes a line whole or not at all. A full pipe loses it, as with keepalived, and says so once.
    pub(super) fn write(&mut self, line: &str) {
        let path = self.path.display();
        match self.file.write(line.as_bytes()) {
            Ok(_) if self.lost > 0 => {
                tracing::warn!(
                    "{} fifo {path} is read again, {} lines were lost",
                    self.kind,
                    self.lost
                );
                self.lost = 0;
            }
            Ok(_) => {}
            Err(error) => {
                if self.lost == 0 {
                    tracing::warn!(
                        "{} fifo {path} write error: {error}: lines are lost",
                        self.kind
                    );
                }
                self.lost = self.lost.saturating_add(1);
            }
        }
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        if self.ours && self.is_there() {
            remove(&self.path);
        }
        if let Some(reader) = self.reader.take() {
            reader.end(self.file.try_clone().ok());
        }
    }
}

fn remove(path: &Path) {
    if let Err(error) = std::fs::remove_file(path) {
        tracing::warn!("{}: {error}", path.display());
    }
}

/// A program that reads a pipe. It is not started again when it ends, unless what has started it ends.
#[derive(Debug)]
struct Reader {
    starter: Starter,
    /// What it is known by; `None` when it has ended.
    run: Arc<Mutex<Option<RunId>>>,
}

impl Reader {
    fn start(launch: Launch, starter: Starter) -> Self {
        let mut running = starter.start(launch.clone());
        let run = Arc::new(Mutex::new(Some(running.run())));
        let (again, present) = (starter.clone(), Arc::clone(&run));
        tokio::spawn(async move {
            let mut end = running.end().await;
            while end == End::Lost {
                running = {
                    let mut present = present.lock().unwrap_or_else(PoisonError::into_inner);
                    // It was to end.
                    if present.is_none() {
                        return;
                    }
                    let running = again.start(launch.clone());
                    *present = Some(running.run());
                    running
                };
                end = running.end().await;
            }
            let ended = present.lock().unwrap_or_else(PoisonError::into_inner).take();
            if ended.is_some() && end != End::NotStarted {
                tracing::info!("vrrp notify fifo script terminated");
            }
        });
        Self { starter, run }
    }

    /// Asks it to end. The signal takes its way through another process: it is to come before the end
    /// of the pipe does.
    fn end(self, pipe: Option<File>) {
        let run = self.run.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(run) = run {
            self.starter.signal(run, Signal::SIGTERM);
            if let Ok(runtime) = Handle::try_current() {
                runtime.spawn(async move {
                    tokio::time::sleep(BEFORE_THE_END).await;
                    drop(pipe);
                });
            }
        }
    }
}
