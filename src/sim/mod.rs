//! A cluster that exists only in memory: the daemon's engine on a virtual LAN in virtual time.
//!
//! Each host runs the real [`Engine`](crate::engine::Engine) over the real configuration; adverts
//! travel as bytes through the real codecs. What is simulated is the world around: the LAN
//! ([`lan`]), the kernel of each host ([`kernel`]), the crashes and stalls of its process
//! ([`host`]). The loop ([`Cluster`]) hands out time in steps from one happening to the next, and
//! everything that could be chance comes from one seed: the same scenario gives the same
//! [`Timeline`], line by line.
//!
//! A [`Watch`](invariants::Watch) looks on and reports whatever must never be seen ([`Rule`]).
//!
//! Limits: `notify` scripts take no time; the kernel knows no primary and secondary addresses, and
//! refuses neither routes nor interfaces.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod cluster;
pub mod forgery;
pub mod frame;
pub mod happening;
pub mod host;
pub mod invariants;
pub mod kernel;
pub mod lan;
mod queue;
pub mod scenario;
pub mod timeline;
pub mod world;

pub use cluster::Cluster;
pub use forgery::Spoil;
pub use happening::Happening;
pub use invariants::{Rule, Violation};
pub use lan::{Fate, Lan, Quality};
pub use scenario::{Change, Node, Outcome, Plan, Router, Scenario, Step, Tracks, Way};
pub use timeline::Timeline;
pub use world::{Health, World};
