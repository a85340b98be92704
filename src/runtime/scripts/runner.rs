//! The process that starts the scripts of the VRRP process and waits for them.
//!
//! Forking takes the longer the more memory a process has, and executing may wait for a disk: neither
//! is to happen where adverts are sent. This process is the same program, executed anew, so it holds
//! neither the configuration nor a password, and has one thread and no runtime. It knows nothing of
//! what scripts are for. It may change users; its parent need not.
//!
//! It ends with its parent, or when that wants no more of it; what it has started is then told to end
//! by the kernel (SIGTERM), as keepalived's scripts are. No other signal makes it end: a terminal or
//! systemd sends them to all processes of the daemon, and the scripts of the stop are still to run.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::prctl::{set_name, set_pdeathsig};
use nix::sys::signal::{Signal, killpg};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::socket::sockopt::SockType as TypeOfSocket;
use nix::sys::socket::{MsgFlags, SockType, getsockopt};
use nix::unistd::Pid;

use crate::runtime::scripts::wire::{Answer, Call, LONGEST, Request, RunId, bytes, hear, say};
use crate::sys::child::command;
use crate::sys::process::next_ended;
use crate::sys::scheduling;
use crate::sys::signals::hold_all_back;

/// What the process is called, in `argv[0]` and in lists of processes. It is not `keepalived`: who
/// counts those, or sends them signals, does not mean this one.
pub const NAME: &str = "stillalive-exec";

/// Requests that are taken before ends are looked for.
const AT_ONCE: usize = 16;

/// The life of the process; its orders come on its standard input.
///
/// # Errors
/// That is not such a socket, or the parent cannot be told anything.
pub fn run() -> io::Result<()> {
    let socket = io::stdin().as_fd().try_clone_to_owned()?;
    if getsockopt(&socket, TypeOfSocket) != Ok(SockType::SeqPacket) {
        return Err(io::Error::other("it is started by the daemon only"));
    }
    if let Ok(name) = std::ffi::CString::new(NAME) {
        set_name(&name)?;
    }
    // Also if it hangs. Whether the parent has ended already says the socket.
    set_pdeathsig(Signal::SIGKILL)?;
    let flags = SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK;
    let signals = SignalFd::with_flags(&hold_all_back()?, flags)?;
    Runner { socket, signals, running: BTreeMap::new(), groups: BTreeMap::new() }.serve()
}

struct Runner {
    socket: OwnedFd,
    signals: SignalFd,
    /// By the number of the process.
    running: BTreeMap<Pid, RunId>,
    /// The process group of each run.
    groups: BTreeMap<RunId, Pid>,
}

impl Runner {
    fn serve(mut self) -> io::Result<()> {
        let mut buffer = vec![0; LONGEST];
        loop {
            let wanted = PollFlags::POLLIN;
            let mut sources = [
                PollFd::new(self.socket.as_fd(), wanted),
                PollFd::new(self.signals.as_fd(), wanted),
            ];
            match poll(&mut sources, PollTimeout::NONE) {
                Ok(_) | Err(Errno::EINTR) => {}
                Err(errno) => return Err(errno.into()),
            }
            for _ in 0..AT_ONCE {
                match hear(self.socket(), &mut buffer) {
                    Ok(Some(request)) => self.obey(request)?,
                    Ok(None) => return Ok(()),
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                    Err(error) => return Err(error),
                }
            }
            // Which signal it was does not matter: only the end of a child does.
            while self.signals.read_signal()?.is_some() {}
            self.reap()?;
        }
    }

    fn socket(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }

    fn obey(&mut self, request: Request) -> io::Result<()> {
        match request {
            Request::Begin(inherited) => scheduling::adopt(inherited),
            Request::Start(run, call) => {
                let answer = match start(&call) {
                    Ok(pid) => {
                        self.running.insert(pid, run);
                        self.groups.insert(run, pid);
                        Answer::Began(run)
                    }
                    Err(error) => Answer::Failed(run, error.raw_os_error().unwrap_or_default()),
                };
                self.answer(answer)?;
            }
            Request::Signal(run, number) => {
                if let (Some(group), Ok(signal)) = (self.groups.get(&run), Signal::try_from(number))
                {
                    // It has not been waited for, so the number is still its own.
                    let _gone = killpg(*group, signal);
                }
            }
        }
        Ok(())
    }

    /// Tells of every run that has ended.
    fn reap(&mut self) -> io::Result<()> {
        while let Some((pid, status)) = next_ended()? {
            let Some(run) = self.running.remove(&pid) else { continue };
            self.groups.remove(&run);
            self.answer(match (status.code(), status.signal()) {
                (Some(code), _) => Answer::Exited(run, code),
                (None, signal) => Answer::Signalled(run, signal.unwrap_or_default()),
            })?;
        }
        Ok(())
    }

    /// Waits if the parent does not listen: nobody needs this process meanwhile.
    fn answer(&self, answer: Answer) -> io::Result<()> {
        Ok(say(self.socket(), &bytes(&answer)?, MsgFlags::empty())?)
    }
}

fn start(call: &Call) -> io::Result<Pid> {
    let Call { path, name, arguments, umask, .. } = call;
    let child = command(path, name, arguments, &call.credentials(), *umask).spawn()?;
    i32::try_from(child.id()).map(Pid::from_raw).map_err(io::Error::other)
}
