//! Where every instance and sync group stands, borrowed: for whoever looks after each event, where a
//! [`Snapshot`](crate::engine::snapshot::Snapshot) would copy far more than is looked at.

use std::net::IpAddr;

use crate::engine::Engine;
use crate::engine::effect::InstanceId;
use crate::engine::snapshot::State;
use crate::units::{Instant, Priority, Vrid};

/// Where an instance stands; the fields are those of an
/// [`InstanceSnapshot`](crate::engine::snapshot::InstanceSnapshot).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing<'a> {
    /// What effects call it.
    pub id: InstanceId,
    /// Name.
    pub name: &'a str,
    /// Virtual router identifier.
    pub vrid: Vrid,
    /// State.
    pub state: State,
    /// Priority in force.
    pub priority: Priority,
    /// Source of the adverts, if there is one.
    pub source: Option<IpAddr>,
    /// The master last heard, if it is not this one.
    pub master: Option<IpAddr>,
    /// When the state last changed.
    pub since: Instant,
    /// An operator keeps it from being master.
    pub drained: bool,
    /// It is a member of a sync group.
    pub grouped: bool,
    /// Valid adverts received.
    pub adverts_received: u64,
}

/// Where a sync group stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GroupStanding<'a> {
    /// Name.
    pub name: &'a str,
    /// The state of its members; INIT while they wait for scripts.
    pub state: State,
    /// The places of its members among the instances.
    pub members: &'a [usize],
}

impl Engine {
    /// Every instance, in the order of the configuration.
    pub fn standings(&self) -> impl Iterator<Item = Standing<'_>> {
        let all = self.instances.iter().enumerate();
        all.map(|(place, instance)| instance.standing(self.groups.has(place)))
    }

    /// Every sync group, in the order of the configuration.
    pub fn group_standings(&self) -> impl Iterator<Item = GroupStanding<'_>> {
        self.groups.standings()
    }
}
