//! Whether a link counts as up: what netlink says, or the polled driver, once it has lasted long
//! enough (`interface_up_down_delays`, `linkbeat_interfaces`).
//!
//! An interface that has never been up is believed at once, and so is one that is gone.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::ir::Config;
use crate::units::{IfName, Instant};

/// The links of the host, as they count.
#[derive(Debug, Default)]
pub(super) struct LinkWatch {
    delays: BTreeMap<IfName, Delays>,
    /// Changes that have not lasted long enough.
    pending: BTreeMap<IfName, (Instant, bool)>,
    /// What the drivers of polled interfaces said last.
    polled: BTreeMap<IfName, bool>,
    seen_up: BTreeSet<IfName>,
}

#[derive(Clone, Copy, Debug)]
struct Delays {
    down: Duration,
    up: Duration,
}

impl LinkWatch {
    /// Takes over the delays of a configuration. A loss must count before a backup would have taken
    /// over: with an instance on the interface a longer delay is cut to that. True if a link is not
    /// polled any more: netlink has to say again what it is like.
    pub(super) fn configure(&mut self, config: &Config) -> bool {
        self.delays = config
            .link_delays
            .iter()
            .map(|delay| {
                let on_it = |name: &IfName| *name == delay.interface;
                let longest = config
                    .instances
                    .iter()
                    .filter(|instance| instance.interface.as_ref().is_some_and(|it| on_it(it)))
                    .map(|instance| {
                        let interval = *instance.advert_int;
                        let missed = instance.down_timer_adverts.saturating_sub(1);
                        (interval * missed).saturating_sub(interval / 256)
                    })
                    .min()
                    .unwrap_or(Duration::MAX);
                let same = delay.up == delay.down;
                let up = if same { delay.up.min(longest) } else { delay.up };
                (delay.interface.clone(), Delays { down: delay.down.min(longest), up })
            })
            .collect();
        let (before, polled) = (self.polled.len(), config.polled_links());
        self.polled.retain(|name, _| polled.contains_key(name));
        before != self.polled.len()
    }

    /// An interface is there, and `up` by netlink; `base` is what it stands on if it was made here.
    /// Says whether it counts as up; `before` is what it counted as, if it was there.
    pub(super) fn judge(
        &mut self,
        now: Instant,
        name: &IfName,
        base: Option<&IfName>,
        before: Option<bool>,
        up: bool,
    ) -> bool {
        let up = self.polled.get(name).copied().unwrap_or(up);
        let seen_up = self.seen_up.contains(name) || before == Some(true);
        if up || before == Some(true) {
            self.seen_up.insert(name.clone());
        }
        let delays = self.delays.get(name).or_else(|| self.delays.get(base?));
        let (Some(before), Some(delays), true) = (before, delays, seen_up) else {
            self.pending.remove(name);
            return up;
        };
        let delay = if up { delays.up } else { delays.down };
        if up == before || delay.is_zero() {
            self.pending.remove(name);
            return up;
        }
        let pending = self.pending.entry(name.clone()).or_insert((now + delay, up));
        pending.1 = up;
        before
    }

    /// The driver of an interface was asked.
    pub(super) fn polled(&mut self, name: &IfName, up: bool) {
        self.polled.insert(name.clone(), up);
    }

    /// An interface is gone.
    pub(super) fn removed(&mut self, name: &IfName) {
        self.pending.remove(name);
    }

    /// When the next change has lasted long enough.
    pub(super) fn next(&self) -> Option<Instant> {
        self.pending.values().map(|(at, _)| *at).min()
    }

    /// Takes the changes that have.
    pub(super) fn take_due(&mut self, now: Instant) -> Vec<(IfName, bool)> {
        let due = |(_, (at, _)): &(&IfName, &(Instant, bool))| *at <= now;
        let due: Vec<_> =
            self.pending.iter().filter(due).map(|(name, (_, up))| (name.clone(), *up)).collect();
        for (name, _) in &due {
            self.pending.remove(name);
        }
        due
    }
}
