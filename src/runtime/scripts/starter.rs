//! The VRRP process's end of what starts its scripts (`runner`): what is asked for, what is told of each
//! run.
//!
//! A thread of its own (`relay`) talks with it.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};

use nix::sys::signal::Signal;
use tokio::sync::{mpsc, oneshot};

use crate::runtime::scripts::Launch;
use crate::runtime::scripts::relay::Relay;
use crate::sys::scheduling;

pub(in crate::runtime) use crate::runtime::scripts::wire::RunId;

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::runtime) enum End {
    /// By itself, with this status.
    Exited(i32),
    /// By this signal.
    Signalled(i32),
    /// It could not be started, which has been logged.
    NotStarted,
    /// Nobody knows: what should have started it, or waited for it, has ended.
    Lost,
}

/// Whom to tell of the end of a run.
pub(super) type Tell = Box<dyn FnOnce(End) + Send>;

/// What is asked of the thread.
pub(in crate::runtime) enum Order {
    /// There is something to run now.
    BeReady,
    /// Start one.
    Start(RunId, Launch, Tell),
    /// Send a signal to its process group, if it goes on.
    Signal(RunId, Signal),
    /// Everything has been asked for.
    Finish,
}

/// Has scripts started; each clone does the same.
#[derive(Clone, Debug)]
pub(in crate::runtime) struct Starter {
    orders: mpsc::UnboundedSender<Order>,
    others: Arc<AtomicU64>,
}

/// A run that was asked for.
#[derive(Debug)]
pub(in crate::runtime) struct Running {
    run: RunId,
    end: oneshot::Receiver<End>,
}

impl Running {
    /// What it is known by.
    pub(in crate::runtime) const fn run(&self) -> RunId {
        self.run
    }

    /// Waits for its end.
    pub(in crate::runtime) async fn end(self) -> End {
        self.end.await.unwrap_or(End::Lost)
    }
}

impl Starter {
    pub(in crate::runtime) fn new() -> (Self, mpsc::UnboundedReceiver<Order>) {
        let (orders, queue) = mpsc::unbounded_channel();
        (Self { orders, others: Arc::default() }, queue)
    }

    /// There is something to run now: what it takes is made ready.
    pub(in crate::runtime) fn be_ready(&self) {
        self.order(Order::BeReady);
    }

    /// Has a script run.
    pub(in crate::runtime) fn start(&self, launch: Launch) -> Running {
        let run = RunId::Other(self.others.fetch_add(1, Ordering::Relaxed));
        let (tell, end) = oneshot::channel();
        let tell = move |end| {
            let _nobody_waits = tell.send(end);
        };
        self.start_as(run, launch, tell);
        Running { run, end }
    }

    /// Has a script run under a name that no other run has had; `tell` is called on another thread.
    pub(in crate::runtime) fn start_as(
        &self,
        run: RunId,
        launch: Launch,
        tell: impl FnOnce(End) + Send + 'static,
    ) {
        self.order(Order::Start(run, launch, Box::new(tell)));
    }

    /// Sends a signal to the process group of a run, if it goes on.
    pub(in crate::runtime) fn signal(&self, run: RunId, signal: Signal) {
        self.order(Order::Signal(run, signal));
    }

    fn order(&self, order: Order) {
        // The thread goes with the daemon.
        let _at_the_end = self.orders.send(order);
    }
}

/// The thread; dropped, it does what has been asked for, and the other process ends.
#[derive(Debug)]
pub(in crate::runtime) struct Thread {
    starter: Starter,
    thread: Option<JoinHandle<()>>,
}

impl Thread {
    /// Starts it, in the network namespace of the calling one.
    pub(in crate::runtime) fn start() -> io::Result<Self> {
        let (starter, orders) = Starter::new();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let relay = Relay::new(scheduling::remember());
        let thread = thread::Builder::new()
            .name("scripts".to_owned())
            .spawn(move || runtime.block_on(relay.serve(orders)))?;
        Ok(Self { starter, thread: Some(thread) })
    }

    pub(in crate::runtime) fn starter(&self) -> &Starter {
        &self.starter
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        self.starter.order(Order::Finish);
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}
