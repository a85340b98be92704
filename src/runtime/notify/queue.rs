//! The scripts of one instance or group: a report's scripts begin when those of the report before
//! have ended, so a later state never overtakes an earlier one.
//!
//! keepalived starts every script at once; scripts of quick changes then run side by side and end
//! in any order. A script that hangs holds its own queue up for a bounded time only.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

use crate::engine::notification::Report;
use crate::runtime::scripts::Launch;
use crate::runtime::scripts::starter::{End, Running, Starter};

/// So long the next report waits for the scripts of the one before; they run on after it.
const PATIENCE: Duration = Duration::from_secs(30);
/// So long the generic script waits for the one of the state.
const BETWEEN: Duration = Duration::from_secs(1);
/// So long a script is waited for when the daemon stops.
const AT_THE_STOP: Duration = Duration::from_secs(1);
/// As many reports may wait; when one more comes, those between are left out.
const MOST_WAITING: usize = 32;

/// A script that is to be run for a report.
#[derive(Debug)]
pub(super) struct Run {
    /// Its name, for the log.
    pub(super) program: String,
    /// How.
    pub(super) launch: Launch,
}

/// The scripts of a report, in order.
#[derive(Debug)]
pub(super) struct Job {
    /// Name of the instance or group.
    pub(super) name: Arc<str>,
    /// What is reported.
    pub(super) report: Report,
    /// The scripts.
    pub(super) runs: Vec<Run>,
}

/// The queue of one instance or group.
#[derive(Debug)]
pub(super) struct Queue {
    line: Arc<Mutex<Line>>,
    starter: Starter,
    stopping: watch::Receiver<bool>,
    task: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Line {
    waiting: VecDeque<Job>,
    busy: bool,
    /// Scripts that failed, since the queue was made.
    failures: u64,
}

impl Queue {
    pub(super) fn new(starter: &Starter, stopping: &watch::Sender<bool>) -> Self {
        let (starter, stopping) = (starter.clone(), stopping.subscribe());
        Self { line: Arc::default(), starter, stopping, task: None }
    }

    /// Something runs or waits.
    pub(super) fn is_busy(&self) -> bool {
        lock(&self.line).busy
    }

    /// Puts a report at the end. Needs a tokio runtime.
    pub(super) fn push(&mut self, job: Job) {
        let mut line = lock(&self.line);
        let stops = *self.stopping.borrow();
        if line.waiting.len() >= if stops { 1 } else { MOST_WAITING } {
            let before = line.waiting.len();
            let (name, report) = (&job.name, job.report);
            match report.is_state() {
                true => line.waiting.clear(),
                // An event must not push the last state out.
                false => {
                    tracing::warn!("({name}) notify scripts are too slow: {report} is left out");
                    return;
                }
            }
            tracing::warn!(
                "({name}) notify scripts are too slow: {before} reports left out, going on with {report}"
            );
        }
        line.waiting.push_back(job);
        if !line.busy {
            line.busy = true;
            let (line, starter) = (Arc::clone(&self.line), self.starter.clone());
            let worker = Worker { line, starter, stopping: self.stopping.clone() };
            self.task = Some(tokio::spawn(worker.work()));
        }
    }

    /// Waits until nothing is left.
    pub(super) async fn drained(&mut self) {
        if let Some(task) = self.task.take() {
            let _ended = task.await;
        }
    }
}

fn lock(line: &Mutex<Line>) -> MutexGuard<'_, Line> {
    line.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Works a queue off; ends when it is empty.
struct Worker {
    line: Arc<Mutex<Line>>,
    starter: Starter,
    stopping: watch::Receiver<bool>,
}

impl Worker {
    async fn work(mut self) {
        while let Some(job) = self.next() {
            self.perform(job).await;
        }
    }

    fn next(&self) -> Option<Job> {
        let mut line = lock(&self.line);
        let job = line.waiting.pop_front();
        line.busy = job.is_some();
        job
    }

    async fn perform(&mut self, job: Job) {
        let Job { name, report, runs } = job;
        let last = runs.len().saturating_sub(1);
        let mut running = Vec::new();
        for (position, Run { program, launch }) in runs.into_iter().enumerate() {
            let run = self.starter.start(launch);
            let started = Instant::now();
            let watched = watch(run, Arc::clone(&self.line), Arc::clone(&name), report, program);
            let mut task = tokio::spawn(watched);
            if position < last {
                self.wait(&mut task, started + BETWEEN).await;
            }
            running.push((task, started));
        }
        for (mut task, started) in running {
            if !task.is_finished() && !self.wait(&mut task, started + PATIENCE).await {
                tracing::warn!(
                    "({name}) notify script for {report} still runs after {:.0} s: it is not waited for \
                     any longer",
                    started.elapsed().as_secs_f64()
                );
            }
        }
    }

    /// Waits for the end of a script, until then or a last second from the stop on; says whether it
    /// has ended.
    async fn wait(&mut self, task: &mut JoinHandle<()>, until: Instant) -> bool {
        tokio::select! {
            _ = &mut *task => return true,
            () = sleep_until(until) => return false,
            _ = self.stopping.wait_for(|stops| *stops) => {}
        }
        tokio::time::timeout(AT_THE_STOP, task).await.is_ok()
    }
}

/// Says what went wrong.
async fn watch(
    run: Running,
    line: Arc<Mutex<Line>>,
    name: Arc<str>,
    report: Report,
    program: String,
) {
    let how = match run.end().await {
        // What could not be started has been told.
        End::Exited(0) | End::NotStarted => return,
        End::Exited(code) => format!("exited with status {code}"),
        End::Signalled(number) => {
            let signal = Signal::try_from(number).map_or("unknown", Signal::as_str);
            format!("was ended by signal {number} ({signal})")
        }
        // It may have done half of its work: it is not begun again.
        End::Lost => "was lost".to_owned(),
    };
    let failures = {
        let mut line = lock(&line);
        line.failures = line.failures.saturating_add(1);
        line.failures
    };
    tracing::warn!("({name}) notify script {program} for {report} {how}, failure {failures}");
}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;
