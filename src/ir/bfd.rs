//! BFD sessions (RFC 5880) with neighbours.

use std::net::IpAddr;
use std::time::Duration;

use crate::units::Spanned;

/// A `bfd_instance` with a neighbour.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BfdInstance {
    /// Its name, 1 to 31 bytes.
    pub name: Spanned<String>,
    /// `neighbor_ip`.
    pub neighbour: Spanned<IpAddr>,
    /// `source_ip`, of the same family; `None` means whatever the system takes.
    pub source: Option<Spanned<IpAddr>>,
    /// `min_rx`: how often a packet can be taken, 1 ms to 4,294,967 ms; 10 ms by default.
    pub min_rx: Duration,
    /// `min_tx`: how often one is sent while the session is up; 10 ms by default.
    pub min_tx: Duration,
    /// `idle_tx`: how often while it is not, at least a second, which is the default.
    pub idle_tx: Duration,
    /// `multiplier`: so many missing packets take it down, 1..=255, 5 by default.
    pub multiplier: u8,
    /// `passive`: the neighbour begins.
    pub passive: bool,
    /// `ttl`, `hoplimit`, 1..=255; `None` means 255 over IPv4, 64 over IPv6.
    pub ttl: Option<Spanned<u8>>,
    /// `max_hops`: how much lower the received one may be.
    pub max_hops: HopLimit,
    /// `multihop`: port 4784 instead of 3784.
    pub multihop: bool,
    /// `weight`: what the session does to the priority of who tracks it, -253..=253; 0 means FAULT.
    pub weight: Spanned<i16>,
    /// `weight N reverse`.
    pub reverse: bool,
    /// `vrrp`, or neither of both: instances may follow it.
    pub for_vrrp: bool,
    /// `checker`, or neither of both: checks may follow it.
    pub for_checker: bool,
}

impl BfdInstance {
    /// A session of which nothing else is said.
    pub fn plain(name: Spanned<String>, neighbour: Spanned<IpAddr>) -> Self {
        Self {
            weight: Spanned::new(0, name.span),
            name,
            neighbour,
            source: None,
            min_rx: Duration::from_millis(10),
            min_tx: Duration::from_millis(10),
            idle_tx: Duration::from_secs(1),
            multiplier: 5,
            passive: false,
            ttl: None,
            max_hops: HopLimit::default(),
            multihop: false,
            reverse: false,
            for_vrrp: true,
            for_checker: true,
        }
    }
}

/// `max_hops`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HopLimit {
    /// -1 or 255: not checked.
    Unlimited,
    /// So many less than was sent, at most the `ttl`.
    Within(u8),
}

impl Default for HopLimit {
    fn default() -> Self {
        Self::Within(0)
    }
}
