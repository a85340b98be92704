//! Interfaces whose announcements are paced together.

use std::time::Duration;

use crate::units::{IfName, Spanned};

/// A `garp_group`. At least one of its intervals is given, and no interface is in two groups.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct GarpGroup {
    /// `garp_interval`: least time between two gratuitous ARPs; `None` means the global one.
    pub garp_interval: Option<Spanned<Duration>>,
    /// `gna_interval`: least time between two unsolicited neighbour advertisements.
    pub gna_interval: Option<Spanned<Duration>>,
    /// `interface`, `interfaces`.
    pub interfaces: Vec<Spanned<IfName>>,
}
