//! What a backup makes of what it hears: it follows a master that is silent or resigns, and leaves
//! one alone that it may not preempt.

use std::time::Duration;

use crate::engine::effect::InstanceId;
use crate::engine::event::Packet;
use crate::engine::snapshot::State;
use crate::engine::standing::Standing;
use crate::ir::{Config, Instance, Preemption};
use crate::sim::invariants::{Rule, Run};
use crate::units::Instant;

/// The advert that a daemon handles: it resigns, or what its interval is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Word {
    Resigns,
    Leads { interval: Duration },
}

impl Word {
    pub(super) const fn of(packet: &Packet) -> Self {
        match packet.priority {
            None => Self::Resigns,
            Some(_) => Self::Leads { interval: packet.interval },
        }
    }
}

/// What an instance, by its position in the configuration, has heard.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wait {
    id: Option<InstanceId>,
    state: Option<State>,
    /// How many valid adverts.
    heard: u64,
    /// It has heard nothing since.
    pub(super) since: Instant,
    /// An operator kept it away.
    away: bool,
    /// In which state it has been since when.
    entered: Instant,
    /// When the last advert of a master came in that state, and its interval.
    led: Option<(Instant, Duration)>,
    /// A master has resigned then, and nobody has been heard since.
    pub(super) resigned: Option<Instant>,
}

impl Run {
    /// Looks at every instance after an event, which was perhaps an advert; `patience` is the longest
    /// that a backup may wait.
    pub(super) fn listen(
        &mut self,
        now: Instant,
        config: &Config,
        all: &[Standing<'_>],
        patience: Duration,
    ) -> Vec<(Rule, String)> {
        let word = self.word.take();
        let mut broken = Vec::new();
        self.waits.resize(all.len(), Wait::default());
        for ((instance, wait), config) in all.iter().zip(&mut self.waits).zip(&config.instances) {
            if wait.id != Some(instance.id) {
                let id = Some(instance.id);
                let (state, entered) = (Some(instance.state), instance.since);
                *wait = Wait { id, state, since: now, entered, ..Wait::default() };
            }
            let away = instance.drained;
            // A member of a group may wait for others, however long.
            let is_alone = !away && !instance.grouped;
            if is_alone && !wait.away {
                broken.extend(wait.late(now, patience));
                broken.extend(wait.hasty(now, config, instance.state));
            }
            let is_news = instance.adverts_received != wait.heard;
            if !is_alone || instance.state != State::Backup || is_news || wait.away {
                (wait.heard, wait.since, wait.away) = (instance.adverts_received, now, away);
            } else if now.since(wait.since.max(instance.since)) > patience {
                broken.push((Rule::BackupsEnd, format!("waits since {}", wait.since)));
            }
            let moves = wait.state != Some(instance.state);
            if moves {
                (wait.state, wait.entered) = (Some(instance.state), now);
            }
            if moves || !is_alone {
                (wait.led, wait.resigned) = (None, None);
            }
            match word.filter(|_| is_news && is_alone && instance.state == State::Backup) {
                Some(Word::Resigns) => (wait.led, wait.resigned) = (None, Some(now)),
                Some(Word::Leads { interval }) => {
                    (wait.led, wait.resigned) = (Some((now, interval)), None);
                }
                None => {}
            }
        }
        broken
    }
}

impl Wait {
    /// It should have followed a master that has resigned: no skew time is longer than a second, or
    /// than any interval.
    fn late(&mut self, now: Instant, patience: Duration) -> Option<(Rule, String)> {
        let most = Duration::from_secs(1).max(patience / 3);
        let resigned = self.resigned.filter(|at| now.since(*at) > most)?;
        self.resigned = None;
        Some((Rule::BackupsEnd, format!("does not follow one that resigned at {resigned}")))
    }

    /// It has become master beside one that it hears, and may not preempt, or not yet.
    fn hasty(&self, now: Instant, config: &Instance, state: State) -> Option<(Rule, String)> {
        let waits = match config.preemption {
            Preemption::Immediate => return None,
            Preemption::Delayed(delay) => delay,
            Preemption::Never => Duration::MAX,
        };
        let (at, interval) = self.led?;
        let became = self.state == Some(State::Backup) && state == State::Master;
        let silent = interval * config.down_timer_adverts;
        let too_early = now.since(self.entered) < waits && now.since(at) < silent;
        (became && too_early && !config.priority.is_owner())
            .then(|| (Rule::LeavesAlone, format!("master, and another was heard at {at}")))
    }
}
