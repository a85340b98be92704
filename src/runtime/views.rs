//! What other threads are shown of the daemon, and how they ask for something to be done: servers
//! ask for a [`View`], or pass a command on, and the loop answers between events.
//!
//! Nobody waits for anybody here: askers queue without a lock, and however many there are the loop
//! makes one view for all of them, seldom enough that making them never takes more than a few
//! hundredths of its time. A takeover that is near goes first. What is made of a view (text, JSON)
//! is the askers' work, on their own threads.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use crate::control::Process;
use crate::engine::Deadline;
use crate::engine::drain::Command;
use crate::engine::snapshot::{Snapshot, State};
use crate::source::Texts;
use crate::units;

/// Askers that may wait at a time.
const MOST_ASKERS: usize = 256;
/// The least time from one view to the next.
const SPACING: Duration = Duration::from_millis(100);
/// So many times as long as making a view took, the loop makes none.
const REST: u32 = 50;
/// A takeover that is so near goes before a view.
const NEAR: Duration = Duration::from_millis(10);
/// How long askers are put off for what is due, and how often at most.
const PUT_OFF: Duration = Duration::from_millis(20);
const MOST_PUT_OFF: u32 = 10;
/// Commands that may wait at a time, and the least time from one to the next.
const MOST_COMMANDS: usize = 16;
const COMMAND_SPACING: Duration = Duration::from_millis(20);
/// How long an asker waits.
const PATIENCE: Duration = Duration::from_secs(5);

/// The daemon at one moment.
#[derive(Debug)]
pub struct View {
    /// The engine.
    pub engine: Snapshot,
    /// What only the process knows.
    pub process: Process,
    /// The texts of the configuration.
    pub texts: Texts,
}

/// Why there is no view.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NoView {
    /// Too many ask.
    #[error("too many requests at a time")]
    Crowded,
    /// The daemon ends.
    #[error("the daemon is stopping")]
    Stopping,
    /// The loop has not answered in time.
    #[error("the daemon has not answered in time")]
    Late,
}

/// Where threads ask. Clones ask the same daemon.
#[derive(Clone, Debug)]
pub struct Views {
    askers: mpsc::Sender<Asker>,
    commands: mpsc::Sender<Ordered>,
}

/// Who waits for a view.
type Asker = oneshot::Sender<Arc<View>>;

/// Whom a command has concerned: names, states before and after. Empty: there is nobody.
pub type Concerned = Vec<(Arc<str>, State, State)>;

/// A command that waits to be carried out.
#[derive(Debug)]
pub(super) struct Ordered {
    /// What.
    pub(super) command: Command,
    /// Where to say what it has done.
    pub(super) answer: oneshot::Sender<Concerned>,
}

/// What a thread wants of the loop.
#[derive(Debug)]
pub(super) enum Wanted {
    /// To be shown what there is ([`Viewers::answer`]).
    View,
    /// To have something done.
    Command(Ordered),
}

/// The loop's end.
#[derive(Debug)]
pub(super) struct Viewers {
    askers: mpsc::Receiver<Asker>,
    waiting: Vec<Asker>,
    /// Views that somebody may look at still, and the last one. Each is freed here, where its memory
    /// comes from: a less urgent thread that loses the processor while it frees would keep the loop
    /// from allocating.
    views: Vec<Arc<View>>,
    /// When the next view may be made.
    next: Instant,
    commands: mpsc::Receiver<Ordered>,
    /// When the next command may be taken.
    next_command: Instant,
    put_off: u32,
}

/// The two ends.
pub(super) fn channel() -> (Views, Viewers) {
    let (sender, askers) = mpsc::channel(MOST_ASKERS);
    let (commander, commands) = mpsc::channel(MOST_COMMANDS);
    let now = Instant::now();
    let viewers = Viewers {
        askers,
        waiting: Vec::new(),
        views: Vec::new(),
        next: now,
        commands,
        next_command: now,
        put_off: 0,
    };
    (Views { askers: sender, commands: commander }, viewers)
}

impl Views {
    /// The daemon as it is now, or was less than a moment ago.
    ///
    /// # Errors
    /// There is no answer: too many ask, or the daemon ends or stands still.
    pub async fn view(&self) -> Result<Arc<View>, NoView> {
        patiently(self.ask()?).await
    }

    /// Has a command carried out, and what must outlive the process written.
    ///
    /// # Errors
    /// As [`Views::view`]. Where the answer is late the command may have been carried out.
    pub async fn command(&self, command: Command) -> Result<Concerned, NoView> {
        let (answer, done) = oneshot::channel();
        let ordered = Ordered { command, answer };
        self.commands.try_send(ordered).map_err(|refused| why_not(&refused))?;
        patiently(done).await
    }

    /// The same for a thread of its own without a runtime: it waits for as long as the loop takes.
    ///
    /// # Errors
    /// As [`Views::view`], but never [`NoView::Late`].
    pub fn wait_for_view(&self) -> Result<Arc<View>, NoView> {
        self.ask()?.blocking_recv().map_err(|_| NoView::Stopping)
    }

    fn ask(&self) -> Result<oneshot::Receiver<Arc<View>>, NoView> {
        let (asker, answer) = oneshot::channel();
        self.askers.try_send(asker).map_err(|refused| why_not(&refused))?;
        Ok(answer)
    }
}

fn why_not<T>(refused: &mpsc::error::TrySendError<T>) -> NoView {
    match refused {
        mpsc::error::TrySendError::Full(_) => NoView::Crowded,
        mpsc::error::TrySendError::Closed(_) => NoView::Stopping,
    }
}

async fn patiently<T>(answer: oneshot::Receiver<T>) -> Result<T, NoView> {
    match tokio::time::timeout(PATIENCE, answer).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(_)) => Err(NoView::Stopping),
        Err(_) => Err(NoView::Late),
    }
}

impl Viewers {
    /// Waits until something is wanted that may be had. Safe to drop and call again.
    pub(super) async fn wanted(&mut self) -> Wanted {
        let Self { askers, waiting, next, commands, next_command, .. } = self;
        let view = async {
            if waiting.is_empty() {
                match askers.recv().await {
                    Some(asker) => waiting.push(asker),
                    None => std::future::pending().await,
                }
            }
            tokio::time::sleep_until(*next).await;
        };
        let command = async {
            tokio::time::sleep_until(*next_command).await;
            match commands.recv().await {
                Some(ordered) => ordered,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            ordered = command => {
                self.next_command = Instant::now() + COMMAND_SPACING;
                Wanted::Command(ordered)
            }
            () = view => Wanted::View,
        }
    }

    /// Answers all who wait, unless something due is nearer than that may take.
    pub(super) fn answer(
        &mut self,
        now: units::Instant,
        deadline: Option<Deadline>,
        view: impl FnOnce() -> View,
    ) {
        let near = deadline.is_some_and(|next| next.is_takeover() && next.at <= now + NEAR);
        if near && self.put_off < MOST_PUT_OFF {
            self.put_off = self.put_off.saturating_add(1);
            self.next = Instant::now() + PUT_OFF;
            return;
        }
        self.put_off = 0;
        while let Ok(asker) = self.askers.try_recv() {
            self.waiting.push(asker);
        }
        let began = Instant::now();
        self.views.retain(|former| Arc::strong_count(former) > 1);
        let view = Arc::new(view());
        for asker in self.waiting.drain(..) {
            let _gone = asker.send(Arc::clone(&view));
        }
        self.views.push(view);
        self.next = began + SPACING.max(began.elapsed() * REST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Engine;
    use crate::engine::effect::InstanceId;
    use crate::engine::{Due, Reason};
    use crate::facts::Network;
    use crate::ir::Config;

    const NOW: units::Instant = units::Instant::from_micros(1_000_000);

    fn view() -> View {
        let engine = Engine::new(Arc::new(Config::default()), Network::default(), NOW);
        View { engine: engine.snapshot(), process: Process::default(), texts: Texts::default() }
    }

    #[tokio::test]
    async fn many_who_ask_get_the_same_view_and_the_next_one_waits() {
        let (views, mut viewers) = channel();
        let mut asked: Vec<_> = (0..5).map(|_| views.ask().unwrap()).collect();
        viewers.wanted().await;
        viewers.answer(NOW, None, view);
        let first = asked.pop().unwrap().await.unwrap();
        for other in asked {
            assert!(Arc::ptr_eq(&first, &other.await.unwrap()));
        }
        // It is the loop that frees it.
        assert_eq!(Arc::strong_count(&first), 2);
        drop(first);
        let before = Instant::now();
        let _next = views.ask().unwrap();
        viewers.wanted().await;
        assert!(before.elapsed() >= SPACING);
    }

    #[tokio::test]
    async fn a_takeover_that_is_near_goes_first_but_not_for_ever() {
        let (views, mut viewers) = channel();
        let mut asked = views.ask().unwrap();
        let why = Reason::Instance(InstanceId(0), Due::MasterDown);
        let near = Some(Deadline { at: NOW + Duration::from_millis(2), why });
        for _ in 0..MOST_PUT_OFF {
            assert!(matches!(viewers.wanted().await, Wanted::View));
            viewers.answer(NOW, near, || unreachable!("a takeover is near"));
            assert!(asked.try_recv().is_err());
        }
        viewers.wanted().await;
        viewers.answer(NOW, near, view);
        assert!(asked.try_recv().is_ok());
    }

    #[tokio::test]
    async fn too_many_who_ask_are_refused_and_so_is_everybody_at_the_end() {
        let (views, viewers) = channel();
        let asked: Vec<_> = (0..MOST_ASKERS).map(|_| views.ask().unwrap()).collect();
        assert_eq!(views.view().await.unwrap_err(), NoView::Crowded);
        drop(viewers);
        drop(asked);
        assert_eq!(views.view().await.unwrap_err(), NoView::Stopping);
    }
}
