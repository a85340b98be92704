//! Starting a successor beside a running daemon: the same command line, environment, directory,
//! standard streams and control group.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::runtime::takeover::exchange::{self, Said, Told};
use crate::runtime::takeover::process::Subject;
use crate::runtime::takeover::{VARIABLE, unit};

/// How long a successor may need until it could begin.
const TO_BE_READY: Duration = Duration::from_secs(15);
/// How long it may need from the word to its first adverts.
const TO_BEGIN: Duration = Duration::from_secs(1);

/// A successor that waits for the word.
#[derive(Debug)]
pub(super) struct Beginning {
    stream: UnixStream,
    child: Child,
}

impl Beginning {
    /// Starts `program` in the place of the daemon.
    ///
    /// # Errors
    /// It cannot be started.
    pub(super) fn start(subject: &Subject, program: &Path) -> io::Result<Self> {
        let (stream, other) = UnixStream::pair()?;
        let mut command = like(subject, program);
        command.env(VARIABLE, "1").stdin(Stdio::from(OwnedFd::from(other)));
        let child = unit::among(subject, || command.spawn())?;
        Ok(Self { stream, child })
    }

    /// Waits until it could begin.
    ///
    /// # Errors
    /// It ends before, or takes too long.
    pub(super) fn await_ready(&self) -> io::Result<()> {
        self.stream.set_read_timeout(Some(TO_BE_READY))?;
        match exchange::receive(&self.stream)? {
            Said::Ready => Ok(()),
            Said::Leads | Said::Refuses(_) => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    /// Gives the word, and waits until its adverts are on the wire.
    ///
    /// # Errors
    /// It refuses, ends or takes too long.
    pub(super) fn begin(&self, with: Told) -> io::Result<()> {
        self.stream.set_read_timeout(Some(TO_BEGIN))?;
        exchange::send(&self.stream, &with)?;
        match exchange::receive(&self.stream)? {
            Said::Leads => Ok(()),
            Said::Refuses(why) => Err(io::Error::other(why)),
            Said::Ready => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    /// It is of no use: what was started is ended, unless it has left for the background, where it
    /// ends by itself when nobody gives the word.
    pub(super) fn abandon(mut self) {
        let _ended_already = self.child.kill();
        let _status = self.child.wait();
    }
}

/// `program` with all that the daemon was started with, and with its standard streams but for the
/// first, which is empty.
pub(super) fn like(subject: &Subject, program: &Path) -> Command {
    let no_name = OsString::from("keepalived");
    let name = subject.arguments.first().unwrap_or(&no_name);
    // That of the watchdog would name another process than the one that is watched.
    let others = [VARIABLE, "WATCHDOG_PID"];
    let variables = subject.environment.iter();
    let variables = variables.filter(|(name, _)| !others.iter().any(|other| name == other));
    let mut command = Command::new(program);
    command
        .arg0(name)
        .args(subject.arguments.iter().skip(1))
        .env_clear()
        .envs(variables.map(|(name, value)| (name, value)))
        .current_dir(&subject.directory)
        .stdin(Stdio::null())
        .stdout(same_stream(subject, 1))
        .stderr(same_stream(subject, 2));
    command
}

/// What the daemon writes to on a standard stream, opened once more; nothing if that cannot be.
fn same_stream(subject: &Subject, number: u8) -> Stdio {
    let path: PathBuf = subject.main.path("fd").join(number.to_string());
    let opened = OpenOptions::new().append(true).open(path);
    opened.map_or_else(|_| Stdio::null(), Stdio::from)
}
