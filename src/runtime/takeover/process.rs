//! A running daemon as `/proc` shows it: its command line, environment and place, its processes, and
//! how they are signalled.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sched::{CloneFlags, setns};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// How long a process may take to stop, or to be gone: the kernel does either at once.
const PROMPTLY: Duration = Duration::from_secs(1);
/// How often it is looked at meanwhile.
const LOOK: Duration = Duration::from_micros(200);

/// What cannot be found out about a process, or done to it.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// No pid file, or nothing in it.
    #[error("no daemon runs: {} {why}", path.display())]
    NoPid {
        /// The pid file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// There is no process of that number.
    #[error("no daemon runs: there is no process {0}")]
    Gone(Pid),
    /// `/proc` does not tell.
    #[error("process {pid}: {what} cannot be read: {source}")]
    Hidden {
        /// Which.
        pid: Pid,
        /// What.
        what: &'static str,
        /// Why.
        source: io::Error,
    },
    /// It may not be signalled, or is gone meanwhile.
    #[error("process {pid} cannot be signalled: {errno}")]
    Signal {
        /// Which.
        pid: Pid,
        /// Why.
        errno: Errno,
    },
    /// It was signalled, and nothing came of it.
    #[error("process {0} does not {1}")]
    Stubborn(Pid, &'static str),
}

/// One process of a daemon.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Part(Pid);

impl Part {
    /// The process of that number.
    pub fn new(pid: Pid) -> Self {
        Self(pid)
    }

    /// Its number.
    pub fn pid(self) -> Pid {
        self.0
    }

    /// Sends a signal.
    ///
    /// # Errors
    /// It may not, or the process is gone.
    pub fn signal(self, signal: Signal) -> Result<(), ProcessError> {
        kill(self.0, signal).map_err(|errno| ProcessError::Signal { pid: self.0, errno })
    }

    /// Stops it where it is, and waits until it has stopped.
    ///
    /// # Errors
    /// It cannot be signalled, or does not stop.
    pub fn freeze(self) -> Result<(), ProcessError> {
        self.signal(Signal::SIGSTOP)?;
        match self.await_state(|state| matches!(state, Some('T' | 'Z') | None)) {
            true => Ok(()),
            false => Err(ProcessError::Stubborn(self.0, "stop")),
        }
    }

    /// Ends it at once, and waits until it has ended. One that is gone already is no failure.
    ///
    /// # Errors
    /// It cannot be signalled, or does not end.
    pub fn kill(self) -> Result<(), ProcessError> {
        match self.signal(Signal::SIGKILL) {
            Err(ProcessError::Signal { errno: Errno::ESRCH, .. }) => return Ok(()),
            signalled => signalled?,
        }
        match self.await_state(|state| matches!(state, Some('Z' | 'X') | None)) {
            true => Ok(()),
            false => Err(ProcessError::Stubborn(self.0, "end")),
        }
    }

    /// It is there, and has not ended.
    pub fn is_alive(self) -> bool {
        !matches!(self.state(), Some('Z' | 'X') | None)
    }

    /// The processes that it has started and that run.
    pub fn children(self) -> Vec<Part> {
        let Ok(tasks) = fs::read_dir(self.path("task")) else { return Vec::new() };
        let lists = tasks
            .flatten()
            .filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
        let pids = lists.flat_map(|list| {
            list.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<i32>>()
        });
        pids.map(|pid| Self(Pid::from_raw(pid))).collect()
    }

    /// The words that it was called with.
    pub fn arguments(self) -> io::Result<Vec<OsString>> {
        Ok(words(&fs::read(self.path("cmdline"))?))
    }

    /// The file below `/proc` that tells something of it.
    pub fn path(self, name: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}", self.0)).join(name)
    }

    /// The letter that stands for what it is doing; `None` if it is not there.
    fn state(self) -> Option<char> {
        // "pid (name) state ...": the name may hold anything.
        let stat = fs::read_to_string(self.path("stat")).ok()?;
        stat.rsplit_once(") ")?.1.chars().next()
    }

    fn await_state(self, reached: impl Fn(Option<char>) -> bool) -> bool {
        let end = Instant::now() + PROMPTLY;
        while !reached(self.state()) {
            if Instant::now() > end {
                return false;
            }
            std::thread::sleep(LOOK);
        }
        true
    }
}

/// A running daemon.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Its main process.
    pub main: Part,
    /// `argv`.
    pub arguments: Vec<OsString>,
    /// Its environment, as it was started.
    pub environment: Vec<(OsString, OsString)>,
    /// Where it works.
    pub directory: PathBuf,
    /// Its program.
    pub program: PathBuf,
}

impl Subject {
    /// The daemon that a pid file names.
    ///
    /// # Errors
    /// There is none, or it cannot be looked at.
    pub fn of_file(path: &Path) -> Result<Self, ProcessError> {
        let fail = |why: String| ProcessError::NoPid { path: path.to_owned(), why };
        let text = fs::read_to_string(path).map_err(|error| fail(format!("({error})")))?;
        let pid = text.trim().parse().ok().filter(|pid| *pid > 0);
        Self::of(Pid::from_raw(pid.ok_or_else(|| fail("holds no number".to_owned()))?))
    }

    /// The daemon whose main process has that number.
    ///
    /// # Errors
    /// There is none, or it cannot be looked at.
    pub fn of(pid: Pid) -> Result<Self, ProcessError> {
        let main = Part::new(pid);
        if !main.is_alive() {
            return Err(ProcessError::Gone(pid));
        }
        let hidden = |what| move |source| ProcessError::Hidden { pid, what, source };
        let environment = fs::read(main.path("environ")).map_err(hidden("its environment"))?;
        let variables = words(&environment).into_iter().filter_map(|word| {
            let bytes = word.as_bytes();
            let at = bytes.iter().position(|byte| *byte == b'=')?;
            let (name, value) = (bytes.get(..at)?, bytes.get(at + 1..)?);
            Some((OsStr::from_bytes(name).to_owned(), OsStr::from_bytes(value).to_owned()))
        });
        Ok(Self {
            main,
            arguments: main.arguments().map_err(hidden("its command line"))?,
            environment: variables.collect(),
            directory: fs::read_link(main.path("cwd")).map_err(hidden("its directory"))?,
            program: fs::read_link(main.path("exe")).map_err(hidden("its program"))?,
        })
    }

    /// A variable of its environment.
    pub fn variable(&self, name: &str) -> Option<&OsStr> {
        let found = self.environment.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_os_str())
    }

    /// The last part of the name that it was called by.
    pub fn called(&self) -> String {
        let name = self.arguments.first().map(Path::new).and_then(Path::file_name);
        name.unwrap_or_default().to_string_lossy().into_owned()
    }

    /// A path of its command line, from wherever this process works.
    pub fn names(&self, path: &Path) -> PathBuf {
        self.directory.join(path)
    }

    /// Enters its network namespace with the calling thread.
    ///
    /// # Errors
    /// It may not.
    pub fn enter_network(&self) -> io::Result<()> {
        if self.shares("net") {
            return Ok(());
        }
        Ok(setns(fs::File::open(self.main.path("ns/net"))?, CloneFlags::CLONE_NEWNET)?)
    }

    /// Whether it is in the same namespace of a kind (`net`, `mnt`, `pid`) as this process.
    pub fn shares(&self, kind: &str) -> bool {
        let own = fs::read_link(Path::new("/proc/self/ns").join(kind));
        let its = fs::read_link(self.main.path("ns").join(kind));
        matches!((own, its), (Ok(own), Ok(its)) if own == its)
    }
}

/// The words of a file of `/proc`, each ended by a zero.
fn words(bytes: &[u8]) -> Vec<OsString> {
    let bytes = bytes.strip_suffix(b"\0").unwrap_or(bytes);
    if bytes.is_empty() {
        return Vec::new();
    }
    bytes.split(|byte| *byte == 0).map(|word| OsString::from_vec(word.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_seen_as_it_is() {
        let subject = Subject::of(nix::unistd::getpid()).unwrap();
        let own: Vec<OsString> = std::env::args_os().collect();
        assert_eq!(subject.arguments, own);
        assert_eq!(subject.directory, std::env::current_dir().unwrap());
        assert_eq!(subject.variable("PATH").map(OsStr::to_owned), std::env::var_os("PATH"));
        assert!(subject.shares("net") && subject.shares("mnt") && subject.shares("pid"));
        assert_eq!(subject.names(Path::new("/a")), Path::new("/a"));
        assert_eq!(subject.names(Path::new("a")), std::env::current_dir().unwrap().join("a"));
    }

    #[test]
    fn a_pid_file_without_a_process_names_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.pid");
        for (text, word) in [("", "no number"), ("-1\n", "no number"), ("4194304\n", "no process")]
        {
            fs::write(&path, text).unwrap();
            let error = Subject::of_file(&path).unwrap_err().to_string();
            assert!(error.contains(word), "{text:?}: {error}");
        }
        let error = Subject::of_file(&folder.path().join("none")).unwrap_err().to_string();
        assert!(error.contains("no daemon runs"), "{error}");
    }

    #[test]
    fn empty_words_are_kept() {
        assert_eq!(words(b"a\0\0b\0"), ["a", "", "b"]);
        assert_eq!(words(b""), [""; 0]);
    }

    #[test]
    fn a_process_is_stopped_and_ended() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let part = Part::new(Pid::from_raw(child.id().try_into().unwrap()));
        assert!(Part::new(nix::unistd::getpid()).children().contains(&part));
        part.freeze().unwrap();
        assert_eq!(part.state(), Some('T'));
        part.kill().unwrap();
        assert!(!part.is_alive());
        child.wait().unwrap();
        part.kill().unwrap();
        assert!(matches!(part.freeze(), Err(ProcessError::Signal { .. })));
    }
}
