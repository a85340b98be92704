//! Running the programs of `vrrp_script` blocks: starting them, telling how they ended, ending them.
//!
//! A thread of its own starts them and waits for them, because starting a process takes long, and
//! with many scripts it is done all the time: no advert waits for that.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::thread::JoinHandle;
use std::{io, thread};

use nix::errno::Errno;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::engine::effect::{CheckId, CheckSignal};
use crate::engine::event::{CheckOutcome, Event, Tracked};
use crate::runtime::scripts::Launch;

/// The daemon's end.
#[derive(Debug)]
pub struct Checks {
    orders: Option<mpsc::UnboundedSender<Order>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
enum Order {
    Start(CheckId, Launch),
    End(CheckId, CheckSignal),
}

impl Checks {
    /// Starts the thread, in the network namespace of the calling one. It ends when this end is
    /// dropped; what runs then gets `SIGTERM`. How runs end is told to `ends`.
    pub fn start(ends: mpsc::UnboundedSender<Event>) -> io::Result<Self> {
        let (orders, queue) = mpsc::unbounded_channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        let runner = Runner { running: BTreeMap::new(), waiting: JoinSet::new(), ends };
        let thread = thread::Builder::new()
            .name("checks".to_owned())
            .spawn(move || runtime.block_on(runner.run(queue)))?;
        Ok(Self { orders: Some(orders), thread: Some(thread) })
    }

    /// Starts a run.
    pub fn launch(&self, check: CheckId, launch: Launch) {
        self.order(Order::Start(check, launch));
    }

    /// Sends a signal to the process group of a run, if it goes on.
    pub fn end(&self, check: CheckId, signal: CheckSignal) {
        self.order(Order::End(check, signal));
    }

    fn order(&self, order: Order) {
        // The thread ends only after this end is gone.
        if self.orders.as_ref().is_none_or(|orders| orders.send(order).is_err()) {
            tracing::error!("the thread of the check scripts has ended");
        }
    }
}

impl Drop for Checks {
    /// Lets the thread do what was ordered: those that run are told to end.
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}

/// The thread's end.
struct Runner {
    /// The process group of each run.
    running: BTreeMap<CheckId, Pid>,
    waiting: JoinSet<(CheckId, io::Result<ExitStatus>)>,
    ends: mpsc::UnboundedSender<Event>,
}

impl Runner {
    async fn run(mut self, mut queue: mpsc::UnboundedReceiver<Order>) {
        loop {
            tokio::select! {
                order = queue.recv() => match order {
                    Some(order) => self.take(order),
                    None => return,
                },
                Some(ended) = self.waiting.join_next(), if !self.waiting.is_empty() => {
                    if let Ok((check, status)) = ended {
                        self.running.remove(&check);
                        self.tell(check, outcome(status.ok()));
                    }
                }
            }
        }
    }

    fn take(&mut self, order: Order) {
        match order {
            Order::Start(check, launch) => match launch.spawn() {
                Some(mut child) => {
                    if let Some(pid) = child.id().and_then(|pid| i32::try_from(pid).ok()) {
                        self.running.insert(check, Pid::from_raw(pid));
                    }
                    self.waiting.spawn(async move { (check, child.wait().await) });
                }
                None => self.tell(check, CheckOutcome::NotStarted),
            },
            Order::End(check, signal) => {
                let Some(group) = self.running.get(&check) else { return };
                let signal = match signal {
                    CheckSignal::Terminate => Signal::SIGTERM,
                    CheckSignal::Kill => Signal::SIGKILL,
                };
                // It may have ended meanwhile.
                if let Err(error) = killpg(*group, signal)
                    && error != Errno::ESRCH
                {
                    tracing::warn!("Cannot signal process group {group}: {error}");
                }
            }
        }
    }

    fn tell(&self, check: CheckId, outcome: CheckOutcome) {
        // The daemon may have stopped listening at the end.
        let _unheard = self.ends.send(Event::Tracked(Tracked::ScriptEnded { check, outcome }));
    }
}

fn outcome(status: Option<ExitStatus>) -> CheckOutcome {
    let Some(status) = status else { return CheckOutcome::NotStarted };
    match (status.code(), status.signal()) {
        (Some(code), _) => CheckOutcome::Exited(code),
        (None, Some(signal)) => CheckOutcome::Signalled(signal),
        (None, None) => CheckOutcome::NotStarted,
    }
}
