//! The thread of the VRRP process that talks with what starts its scripts (`runner`), and the life of that
//! process.
//!
//! It never waits for it: what it does not take waits here. When it ends, or hangs, another one takes its
//! place, and what ran or was to run is `Lost`: nothing is known of it, which is no failure of a script.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use nix::errno::Errno;
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockType, socketpair};
use nix::unistd::Pid;
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::runtime::scripts::starter::{End, Order, RunId, Tell};
use crate::runtime::scripts::wire::{Answer, Call, Request, bytes, hear, say};
use crate::runtime::scripts::{Launch, runner};
use crate::runtime::supervisor::Delay;
use crate::sys::scheduling::Inherited;
use crate::sys::socket::AsyncSocket;

/// A process that answers nothing for so many seconds, although something is to be started, hangs. They
/// are counted, so that one in which this thread has not run either is only one.
const HANGS: u32 = 5;
/// One of them.
const SECOND: Duration = Duration::from_secs(1);
/// When a full socket is tried again, if nothing is heard before.
const AGAIN: Duration = Duration::from_millis(10);
/// When it is tried again to start the process, if there is no room for it.
const NO_ROOM: Duration = Duration::from_secs(1);
/// Room for an answer.
const ANSWER: usize = 256;
/// So long the process may take to end, once it is to.
const TO_END: Duration = Duration::from_millis(500);

/// How far a run is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    /// It was asked for.
    Asked,
    /// It was to be ended before it is known to run: what becomes of it says nothing.
    AskedInVain,
    /// It runs.
    Running,
}

struct Run {
    launch: Launch,
    stage: Stage,
    tell: Tell,
}

/// The process that starts scripts.
struct Helper {
    process: Child,
    socket: AsyncSocket<OwnedFd>,
    since: Instant,
    /// When it was last heard of, or that was last looked at.
    looked: Instant,
    /// Seconds in which it has said nothing.
    silent: u32,
    /// The processors that it may run on, as this thread.
    cpus: Option<CpuSet>,
}

/// The thread's work.
pub(super) struct Relay {
    inherited: Inherited,
    helper: Option<Helper>,
    delay: Delay,
    /// When the next one may be started.
    earliest: Instant,
    /// It has something to do, or soon will.
    wanted: bool,
    runs: BTreeMap<RunId, Run>,
    /// Those that wait to be started.
    asked: usize,
    /// What the socket has had no room for.
    unsent: VecDeque<Vec<u8>>,
    buffer: Vec<u8>,
}

/// What wakes the thread.
enum Woken {
    Ordered(Option<Order>),
    Heard(io::Result<()>),
    Time,
}

impl Relay {
    pub(super) fn new(inherited: Inherited) -> Self {
        Self {
            inherited,
            helper: None,
            delay: Delay::default(),
            earliest: Instant::now(),
            wanted: false,
            runs: BTreeMap::new(),
            asked: 0,
            unsent: VecDeque::new(),
            buffer: vec![0; ANSWER],
        }
    }

    /// Does what is asked for until that is to finish.
    pub(super) async fn serve(mut self, mut orders: mpsc::UnboundedReceiver<Order>) {
        loop {
            let due = self.due();
            let woken = tokio::select! {
                order = orders.recv() => Woken::Ordered(order),
                heard = readable(self.helper.as_ref()) => Woken::Heard(heard),
                () = until(due) => Woken::Time,
            };
            match woken {
                Woken::Ordered(None | Some(Order::Finish)) => return self.finish(),
                Woken::Ordered(Some(order)) => self.take(order),
                Woken::Heard(Ok(())) => self.listen(),
                Woken::Heard(Err(error)) => self.lose(&error.to_string()),
                Woken::Time => self.look(),
            }
            self.send();
        }
    }

    /// When there is something to do, whatever happens.
    fn due(&self) -> Option<Instant> {
        match &self.helper {
            None => self.wanted.then_some(self.earliest),
            Some(_) if !self.unsent.is_empty() => Some(Instant::now() + AGAIN),
            Some(helper) => (self.asked > 0).then(|| helper.looked + SECOND),
        }
    }

    fn take(&mut self, order: Order) {
        match order {
            Order::BeReady => self.wanted = true,
            Order::Start(run, launch, tell) => {
                self.wanted = true;
                match bytes(&Request::Start(run, Call::from(&launch))) {
                    Ok(request) => self.ask(request),
                    Err(errno) => {
                        launch.complain(errno as i32);
                        return tell(End::NotStarted);
                    }
                }
                if self.asked == 0
                    && let Some(helper) = &mut self.helper
                {
                    // Its time begins now.
                    helper.is_heard();
                }
                self.asked += 1;
                self.runs.insert(run, Run { launch, stage: Stage::Asked, tell });
            }
            Order::Signal(run, signal) => {
                let Some(known) = self.runs.get_mut(&run) else { return };
                if known.stage == Stage::Asked {
                    known.stage = Stage::AskedInVain;
                }
                if let Ok(request) = bytes(&Request::Signal(run, signal as i32)) {
                    self.ask(request);
                }
            }
            Order::Finish => {}
        }
        self.look();
    }

    fn ask(&mut self, request: Vec<u8>) {
        self.unsent.push_back(request);
    }

    /// Starts the process if there is none, and ends it if it hangs.
    fn look(&mut self) {
        let now = Instant::now();
        match &mut self.helper {
            None if self.wanted && self.earliest <= now => self.begin(now),
            Some(helper) if self.asked > 0 && helper.looked + SECOND <= now => {
                helper.looked = now;
                helper.silent += 1;
                // What it has said may not have been heard yet.
                self.listen();
                if self.helper.as_ref().is_some_and(|helper| helper.silent >= HANGS) {
                    self.lose("it does not answer");
                }
            }
            _ => {}
        }
    }

    fn begin(&mut self, now: Instant) {
        match Helper::start(now) {
            Ok(helper) => {
                self.helper = Some(helper);
                if let Ok(request) = bytes(&Request::Begin(self.inherited)) {
                    self.unsent.push_front(request);
                }
            }
            Err(error) => {
                tracing::error!("Unable to start the process that runs scripts: {error}");
                self.earliest = now + NO_ROOM;
                self.give_all_up();
            }
        }
    }

    /// Sends what there is room for.
    fn send(&mut self) {
        let Some(helper) = &mut self.helper else { return };
        if !self.unsent.is_empty() {
            helper.keep_to_processors();
        }
        while let Some(request) = self.unsent.front() {
            match say(helper.socket.owner().as_fd(), request, MsgFlags::MSG_DONTWAIT) {
                Ok(()) => drop(self.unsent.pop_front()),
                Err(Errno::EAGAIN | Errno::ENOBUFS | Errno::ENOMEM) => return,
                // Its end is heard as well, with what it has said before.
                Err(_) => return,
            }
        }
    }

    /// Hears what there is.
    fn listen(&mut self) {
        loop {
            let Some(helper) = &mut self.helper else { return };
            let buffer = &mut self.buffer;
            match helper.socket.try_read(|socket| hear(socket.as_fd(), buffer)) {
                Ok(Some(answer)) => {
                    helper.is_heard();
                    self.on_answer(answer);
                }
                Ok(None) => return self.lose("it has ended"),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) => return self.lose(&error.to_string()),
            }
        }
    }

    fn on_answer(&mut self, answer: Answer) {
        let id = answer.run();
        if let (Answer::Began(_), Some(run)) = (answer, self.runs.get_mut(&id)) {
            self.asked = self.asked.saturating_sub(1);
            if run.stage == Stage::Asked {
                run.stage = Stage::Running;
            }
            return;
        }
        let Some(Run { launch, stage, tell }) = self.runs.remove(&id) else { return };
        let end = match answer {
            Answer::Began(_) => return,
            Answer::Failed(_, errno) => {
                self.asked = self.asked.saturating_sub(1);
                launch.complain(errno);
                End::NotStarted
            }
            // That it had not begun in time was not its fault.
            Answer::Signalled(..) if stage == Stage::AskedInVain => End::Lost,
            Answer::Exited(_, status) => End::Exited(status),
            Answer::Signalled(_, signal) => End::Signalled(signal),
        };
        tell(end);
    }

    /// The process is of no use any more.
    fn lose(&mut self, why: &str) {
        let Some(helper) = self.helper.take() else { return };
        let now = Instant::now();
        let pid = helper.process.id();
        let lived = now - helper.since;
        let how = helper.end_now();
        let delay = self.delay.after(lived).unwrap_or_default();
        self.earliest = now + delay;
        tracing::error!(
            "The process that runs scripts ({pid}) is lost: {why}{how}; the next one starts in {} seconds",
            delay.as_secs()
        );
        self.give_all_up();
    }

    /// Nothing is known of what was asked for and has not ended.
    fn give_all_up(&mut self) {
        self.unsent.clear();
        self.asked = 0;
        for run in std::mem::take(&mut self.runs).into_values() {
            (run.tell)(End::Lost);
        }
    }

    /// The daemon stops: what goes on is told to end by the end of the process.
    fn finish(mut self) {
        self.send();
        if let Some(helper) = self.helper.take() {
            helper.end();
        }
    }
}

impl Helper {
    fn start(now: Instant) -> io::Result<Self> {
        let flags = SockFlag::SOCK_CLOEXEC;
        let (here, there) = socketpair(AddressFamily::Unix, SockType::SeqPacket, None, flags)?;
        // This program, also if its file has been replaced meanwhile.
        let process =
            Command::new("/proc/self/exe").arg0(runner::NAME).stdin(Stdio::from(there)).spawn()?;
        Ok(Self {
            process,
            socket: AsyncSocket::new(here)?,
            since: now,
            looked: now,
            silent: 0,
            cpus: None,
        })
    }

    fn is_heard(&mut self) {
        (self.looked, self.silent) = (Instant::now(), 0);
    }

    /// Scripts run on the processors of the daemon, which a reload may change.
    fn keep_to_processors(&mut self) {
        let Ok(own) = sched_getaffinity(Pid::from_raw(0)) else { return };
        if self.cpus != Some(own)
            && let Ok(pid) = i32::try_from(self.process.id())
            && sched_setaffinity(Pid::from_raw(pid), &own).is_ok()
        {
            self.cpus = Some(own);
        }
    }

    /// Lets it take what was asked for, and end.
    fn end(self) {
        let Self { mut process, socket, .. } = self;
        drop(socket);
        let until = std::time::Instant::now() + TO_END;
        while std::time::Instant::now() < until {
            if !matches!(process.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(1));
        }
        kill(&mut process);
    }

    /// Ends it, whatever it does; how it ended, for the log, if it had already.
    fn end_now(self) -> String {
        let Self { mut process, socket, .. } = self;
        drop(socket);
        // A moment, for whoever has closed the socket because he is ending.
        thread::sleep(Duration::from_millis(1));
        let ended = process.try_wait().ok().flatten();
        kill(&mut process);
        ended.map(|status| format!(" ({status})")).unwrap_or_default()
    }
}

/// What is killed has ended soon, if no disk holds it.
fn kill(process: &mut Child) {
    let _gone = process.kill();
    let _status = process.wait();
}

/// Waits until it has said something; for ever if nobody is there.
async fn readable(helper: Option<&Helper>) -> io::Result<()> {
    match helper {
        Some(helper) => helper.socket.readable().await,
        None => std::future::pending().await,
    }
}

/// Waits until then; for ever without a time.
async fn until(time: Option<Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time).await,
        None => std::future::pending().await,
    }
}
