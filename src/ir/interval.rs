//! The formulas of time, in whole microseconds as keepalived computes them (RFC 3768 section 6.1,
//! RFC 9568 section 6.1).

use std::time::Duration;

use crate::ir::Instance;
use crate::units::{Priority, Version};

/// `skew_time`: how much longer a router of less priority waits. In version 2 it does not depend
/// on the interval.
pub fn skew_time(version: Version, priority: Priority, advert_int: Duration) -> Duration {
    let slack = 256 - u64::from(priority.get());
    let micros = match version {
        Version::V2 => slack * 1_000_000 / 256,
        Version::V3 => {
            let centiseconds = micros(advert_int) / 10_000;
            slack.saturating_mul(centiseconds).saturating_mul(625) / 16
        }
    };
    Duration::from_micros(micros)
}

/// `master_down_timer`: after this long without an advert the master is dead. `advert_int` is the
/// master's.
pub fn master_down(
    version: Version,
    priority: Priority,
    advert_int: Duration,
    down_timer_adverts: u32,
) -> Duration {
    let silence = micros(advert_int).saturating_mul(u64::from(down_timer_adverts));
    Duration::from_micros(silence).saturating_add(skew_time(version, priority, advert_int))
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

impl Instance {
    /// How long it waits for a master that says nothing, by its own settings alone: with its base
    /// priority and its own interval.
    pub fn own_master_down(&self) -> Duration {
        master_down(self.version, *self.priority, *self.advert_int, self.down_timer_adverts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_formulas_give_the_values_seen_on_the_wire() {
        let second = Duration::from_secs(1);
        for (version, priority, interval, skew, down) in [
            (Version::V2, 100, second, 609_375, 3_609_375),
            (Version::V2, 150, second, 414_062, 3_414_062),
            (Version::V2, 255, second, 3_906, 3_003_906),
            (Version::V2, 100, 5 * second, 609_375, 15_609_375),
            (Version::V3, 100, second, 609_375, 3_609_375),
            (Version::V3, 100, second / 2, 304_687, 1_804_687),
            (Version::V3, 100, second / 100, 6_093, 36_093),
            (Version::V3, 255, second / 100, 39, 30_039),
        ] {
            let priority = Priority::new(priority).unwrap();
            assert_eq!(
                skew_time(version, priority, interval).as_micros(),
                skew,
                "skew_time of {version} {priority} {interval:?}"
            );
            assert_eq!(
                master_down(version, priority, interval, 3).as_micros(),
                down,
                "master_down_timer of {version} {priority} {interval:?}"
            );
        }
    }
}
