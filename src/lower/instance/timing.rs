//! Times and counts of an instance: the advert interval, the master-down count, the bursts of
//! announcements.

use std::time::Duration;

use crate::diag::Code;
use crate::ir::{Burst, GarpTiming};
use crate::lower::Lowering;
use crate::lower::global::Defaults;
use crate::lower::instance::Said;
use crate::units::{Span, Spanned, Version};

/// The longest interval that version 3 can carry.
const LONGEST_V3: Duration = Duration::from_millis(40_950);

impl Lowering<'_> {
    /// Version 2 counts whole seconds, version 3 hundredths up to 40.95 s.
    pub(super) fn interval(
        &mut self,
        said: &Said,
        version: Version,
        place: Span,
    ) -> Spanned<Duration> {
        let Some(asked) = said.advert_int else {
            return Spanned::new(Duration::from_secs(1), place);
        };
        let millis = u64::try_from(asked.as_millis()).unwrap_or(u64::MAX);
        let rounded = match version {
            Version::V2 => Duration::from_secs((millis.saturating_add(500) / 1_000).max(1)),
            Version::V3 => {
                let exact = u64::try_from(asked.as_micros()).unwrap_or(u64::MAX);
                let centiseconds = exact.saturating_add(5_000) / 10_000;
                Duration::from_millis(centiseconds.max(1).saturating_mul(10)).min(LONGEST_V3)
            }
        };
        if rounded != asked.value {
            let used = rounded.as_secs_f64();
            self.error(
                Code::INTERVAL_ROUNDED,
                asked.span,
                format!("VRRPv{version} cannot carry this interval; {used} s is used"),
            )
            .label(match version {
                Version::V2 => "whole seconds, 1 to 255",
                Version::V3 => "0.01 to 40.95, in steps of 0.01",
            });
        }
        Spanned::new(rounded, asked.span)
    }

    /// Adverts that may be missed; strict mode knows three.
    pub(super) fn down_timer_adverts(
        &mut self,
        said: &Said,
        strict: bool,
        defaults: &Defaults,
    ) -> u32 {
        const USUAL: u32 = 3;
        match said.down_timer_adverts {
            Some(adverts) if strict && adverts.value != USUAL => {
                self.error(
                    Code::STRICT_MODE,
                    adverts.span,
                    "strict mode has `down_timer_adverts 3`",
                )
                .label("3 is used");
                USUAL
            }
            _ if strict => USUAL,
            Some(adverts) => adverts.value,
            None => defaults.down_timer_adverts,
        }
    }

    /// The announcements: what the instance says, else the globals; strict mode answers no advert of
    /// lower priority.
    pub(super) fn garp(&mut self, said: &Said, strict: bool, defaults: &Defaults) -> GarpTiming {
        let usual = defaults.garp();
        let master = Burst {
            rounds: said.garp_master_repeat.unwrap_or(usual.master.rounds),
            delay: said.garp_master_delay.unwrap_or(usual.master.delay),
        };
        let refresh = defaults.refresh(said.garp_refresh, said.garp_refresh_repeat);
        let (repeat, delay) = (said.garp_lower_repeat, said.garp_lower_delay);
        let lower_priority = if strict {
            let asked = repeat.filter(|rounds| rounds.value > 0).map(|rounds| rounds.span);
            let asked = asked.or(delay.filter(|delay| !delay.is_zero()).map(|delay| delay.span));
            if let Some(span) = asked {
                let text = "strict mode announces nothing on adverts of lower priority";
                self.error(Code::STRICT_MODE, span, text).label("ignored");
            }
            Burst { rounds: 0, delay: Duration::ZERO }
        } else {
            // The globals, not what the instance says for the burst of a new master.
            Burst {
                rounds: repeat.map_or(usual.lower_priority.rounds, |rounds| rounds.value),
                delay: delay.map_or(usual.lower_priority.delay, |delay| delay.value),
            }
        };
        GarpTiming { master, refresh, lower_priority }
    }
}
