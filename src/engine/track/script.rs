//! The machine of one `vrrp_script`: when its program runs, how long it may, what its end says.
//!
//! Runs begin on a fixed grid. A program that takes too long is asked to end (`SIGTERM` to its
//! process group) and then killed; what it says meanwhile does not count.

use std::sync::Arc;
use std::time::Duration;

use crate::engine::effect::{CheckId, CheckSignal, Effect};
use crate::engine::event::CheckOutcome;
use crate::engine::message::What;
use crate::engine::outbox::Outbox;
use crate::engine::snapshot::{RunStage, TrackerKind, TrackerSnapshot};
use crate::engine::track::{Change, News};
use crate::ir;
use crate::plan::{self, Fate};
use crate::units::Instant;

/// From `SIGTERM` to the first `SIGKILL`, and from that to the second.
pub(super) const KILL_AFTER: Duration = Duration::from_secs(2);
/// From one further `SIGKILL` to the next.
pub(super) const KILL_AGAIN: Duration = Duration::from_secs(10);

/// A `vrrp_script` that somebody tracks.
#[derive(Debug)]
pub(super) struct Script {
    name: Arc<str>,
    config: ir::VrrpScript,
    /// What is run, with the user of the block.
    program: Arc<ir::Script>,
    run: Run,
    /// The next point of the grid.
    next: Instant,
    /// 0..rise+fall-1; from `rise` on the check is good.
    counter: u32,
    /// `None` before the first result.
    result: Option<bool>,
    /// Instances wait for the first result: not for one that a reload brought.
    expected: bool,
    last: Option<CheckOutcome>,
    /// The last exit status.
    status: i32,
    took: Option<Duration>,
}

/// What the program does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Run {
    /// It does not run.
    Idle,
    /// It runs.
    Running { check: CheckId, since: Instant, timeout: Instant },
    /// It was asked to end.
    Ending { check: CheckId, since: Instant, kill: Instant, killed: bool },
}

impl Run {
    const fn check(self) -> Option<(CheckId, Instant)> {
        match self {
            Self::Idle => None,
            Self::Running { check, since, .. } | Self::Ending { check, since, .. } => {
                Some((check, since))
            }
        }
    }
}

impl Run {
    const fn stage(self) -> RunStage {
        match self {
            Self::Idle => RunStage::Idle,
            Self::Running { .. } => RunStage::Running,
            Self::Ending { killed: false, .. } => RunStage::Terminating,
            Self::Ending { killed: true, .. } => RunStage::Killing,
        }
    }
}

impl Script {
    /// It runs for the first time at `now`.
    pub(super) fn new(config: &ir::VrrpScript, now: Instant, awaited: bool) -> Self {
        Self {
            name: Arc::from(config.name.value.as_str()),
            program: Arc::new(config.program()),
            run: Run::Idle,
            next: now,
            counter: config.rise.saturating_sub(1),
            result: None,
            expected: awaited,
            last: None,
            status: 0,
            took: None,
            config: config.clone(),
        }
    }

    /// Goes on with what another process has found.
    pub(super) fn inherit(&mut self, good: bool, counter: u32) {
        self.result = Some(good);
        self.counter = match good {
            true => counter.clamp(self.config.rise, self.most().max(self.config.rise)),
            false => counter.min(self.config.rise.saturating_sub(1)),
        };
    }

    /// Whether it is good; `None` before the first result.
    pub(super) const fn result(&self) -> Option<bool> {
        self.result
    }

    /// How its last run ended.
    pub(super) const fn outcome(&self) -> Option<CheckOutcome> {
        self.last
    }

    /// True while unweighted followers have to wait for the first result.
    pub(super) const fn is_awaited(&self) -> bool {
        self.expected && self.result.is_none()
    }

    /// `weight` and `reverse` for lines that say nothing.
    pub(super) const fn usual(&self) -> (i16, bool) {
        (self.config.weight.value, self.config.reverse)
    }

    /// When it wants to be woken.
    pub(super) fn next(&self) -> Instant {
        match self.run {
            Run::Idle => self.next,
            Run::Running { timeout: at, .. } | Run::Ending { kill: at, .. } => self.next.min(at),
        }
    }

    /// Does what is due.
    pub(super) fn on_time(&mut self, now: Instant, checks: &mut u64, out: &mut Outbox) {
        match self.run {
            Run::Running { check, since, timeout } if timeout <= now => {
                out.push(Effect::EndCheck { check, signal: CheckSignal::Terminate });
                self.run = Run::Ending { check, since, kill: now + KILL_AFTER, killed: false };
            }
            Run::Ending { check, since, kill, killed } if kill <= now => {
                out.push(Effect::EndCheck { check, signal: CheckSignal::Kill });
                let kill = now + if killed { KILL_AGAIN } else { KILL_AFTER };
                self.run = Run::Ending { check, since, kill, killed: true };
            }
            _ => {}
        }
        if self.next <= now {
            self.next = after(self.next, self.config.interval, now);
            match self.run {
                Run::Idle => {
                    *checks = checks.wrapping_add(1);
                    let check = CheckId(*checks);
                    let script = Arc::clone(&self.program);
                    out.push(Effect::StartCheck { check, name: Arc::clone(&self.name), script });
                    let limit = self.config.timeout.as_ref().map(|timeout| timeout.value);
                    let timeout = now + limit.unwrap_or(self.config.interval);
                    self.run = Run::Running { check, since: now, timeout };
                }
                Run::Running { .. } => self.log(out, News::StillRunning),
                Run::Ending { .. } => self.log(out, News::StillEnding),
            }
        }
    }

    /// A run has ended; says what changed. That of another run than the present one is nothing.
    pub(super) fn on_end(
        &mut self,
        now: Instant,
        check: CheckId,
        outcome: CheckOutcome,
        out: &mut Outbox,
    ) -> Change {
        let Some((_, since)) = self.run.check().filter(|(running, _)| *running == check) else {
            return Change::None;
        };
        let ours = matches!(self.run, Run::Ending { .. });
        self.run = Run::Idle;
        if outcome == CheckOutcome::Lost {
            return Change::None;
        }
        self.took = Some(now.since(since));
        let outcome = match outcome {
            CheckOutcome::Signalled(_) if ours => CheckOutcome::TimedOut,
            outcome => outcome,
        };
        if let CheckOutcome::Exited(status) = outcome
            && status != std::mem::replace(&mut self.status, status)
        {
            self.log(out, News::NowReturning(status));
        }
        self.last = Some(outcome);
        let before = self.result;
        self.count(outcome == CheckOutcome::Exited(0));
        if before == self.result {
            return Change::None;
        }
        let good = self.result == Some(true);
        self.log(out, if good { News::Succeeded } else { News::Failed(outcome) });
        Change::Seen
    }

    /// Counts one result. The first one decides at once, whatever `rise` and `fall` are.
    fn count(&mut self, success: bool) {
        let (rise, most) = (self.config.rise, self.most());
        self.counter = match success {
            true if self.counter >= rise.saturating_sub(1) => most,
            true => self.counter.saturating_add(1),
            false if self.counter > rise => self.counter.saturating_sub(1),
            false => 0,
        };
        self.result = Some(self.counter >= rise);
    }

    const fn most(&self) -> u32 {
        self.config.rise.saturating_add(self.config.fall).saturating_sub(1)
    }

    /// Takes over a new configuration. The result is kept if the same program is run by the same
    /// user; else the run of the former one is asked to end, and given.
    pub(super) fn reconfigure(
        &mut self,
        config: &ir::VrrpScript,
        now: Instant,
        out: &mut Outbox,
    ) -> Option<CheckId> {
        let fate = plan::script(&self.config, config);
        if fate == Fate::Restart {
            let run = self.end(out);
            *self = Self::new(config, now, false);
            return run;
        }
        if let Some(good) = self.result {
            self.log(out, News::KeptOnReload(good));
        }
        if let Fate::Change { in_rhythm } = fate {
            if !in_rhythm {
                self.next = now;
            }
            self.config = config.clone();
            self.counter = match self.result {
                Some(true) => self.counter.clamp(self.config.rise, self.most()),
                Some(false) => self.counter.min(self.config.rise.saturating_sub(1)),
                None => self.config.rise.saturating_sub(1),
            };
        }
        None
    }

    /// Nobody waits for its result any more: what runs is asked to end, and given.
    pub(super) fn end(&self, out: &mut Outbox) -> Option<CheckId> {
        let (check, _) = self.run.check()?;
        out.push(Effect::EndCheck { check, signal: CheckSignal::Terminate });
        Some(check)
    }

    pub(super) fn snapshot(&self) -> TrackerSnapshot {
        TrackerSnapshot {
            name: self.name.to_string(),
            kind: TrackerKind::Script,
            up: self.result,
            value: self.counter.into(),
            last: self.last,
            took: self.took,
            run: self.run.stage(),
            turning: false,
        }
    }

    fn log(&self, out: &mut Outbox, news: News) {
        out.log(&self.name, What::Tracker(news));
    }
}

/// The first point of the grid after `now`: `due` is one that is not.
fn after(due: Instant, interval: Duration, now: Instant) -> Instant {
    let step = u64::try_from(interval.as_micros()).unwrap_or(u64::MAX).max(1);
    let late = now.as_micros().saturating_sub(due.as_micros());
    let steps = late.checked_div(step).unwrap_or(0).saturating_add(1);
    Instant::from_micros(due.as_micros().saturating_add(steps.saturating_mul(step)))
}
