//! How long a part that has ended waits before it is started again, as keepalived has it: one that
//! lived for a minute not at all, others 0, 1, 2, 4 … 60 seconds.

use std::time::Duration;

/// Who lived so long begins without delay.
const LONG: Duration = Duration::from_secs(60);
/// Nobody waits longer.
const LONGEST: Duration = Duration::from_secs(60);

/// The delay of one part.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(in crate::runtime) struct Delay(Option<Duration>);

impl Delay {
    /// The part has ended after so long; how long to wait now. `None`: it is not delayed.
    pub(in crate::runtime) fn after(&mut self, lived: Duration) -> Option<Duration> {
        self.0 = match self.0 {
            _ if lived >= LONG => None,
            None => Some(Duration::ZERO),
            Some(Duration::ZERO) => Some(Duration::from_secs(1)),
            Some(before) => Some((before * 2).min(LONGEST)),
        };
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_doubles_until_a_part_has_lived_for_a_minute() {
        let mut delay = Delay::default();
        let mut after =
            |lived| delay.after(Duration::from_secs(lived)).map(|delay| delay.as_secs());
        let lives = [1, 2, 3, 4, 5, 59, 1, 1, 1, 1];
        let delays = [0, 1, 2, 4, 8, 16, 32, 60, 60, 60];
        assert_eq!(lives.map(&mut after), delays.map(Some));
        assert_eq!(after(60), None);
        assert_eq!(after(61), None);
        assert_eq!(after(59), Some(0));
    }
}
