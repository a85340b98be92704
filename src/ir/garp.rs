//! When an instance announces its addresses by gratuitous ARP or unsolicited neighbour
//! advertisement.

use std::time::Duration;

/// All announcement settings of one instance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GarpTiming {
    /// On becoming master (`garp_master_repeat`, `garp_master_delay`).
    pub master: Burst,
    /// Periodically while master (`garp_master_refresh`, `garp_master_refresh_repeat`).
    pub refresh: Option<Refresh>,
    /// On an advert of lower priority while master (`garp_lower_prio_repeat`,
    /// `garp_lower_prio_delay`; by default the *global* values for becoming master).
    pub lower_priority: Burst,
}

/// Some rounds at once, and the same rounds again after a delay.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Burst {
    /// Rounds over all addresses; 0 sends nothing.
    pub rounds: u32,
    /// Time until the second burst; zero means none.
    pub delay: Duration,
}

/// Rounds repeated for as long as the instance is master.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Refresh {
    /// Time between two refreshes, at least a second; the first one comes `master.delay` later.
    pub every: Duration,
    /// Rounds over all addresses, at least 1.
    pub rounds: u32,
}

/// `garp_extra_if`: one announcement of each address that is on another interface, again and again
/// while the instance is master.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ExtraGarp {
    /// Time between two of them, 1 s to a day.
    pub every: Duration,
    /// `all`: on any interface other than that of the instance, not only on macvlans of our own.
    pub all: bool,
}

impl Default for GarpTiming {
    fn default() -> Self {
        let burst = Burst { rounds: 5, delay: Duration::from_secs(5) };
        Self { master: burst, refresh: None, lower_priority: burst }
    }
}
