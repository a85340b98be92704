//! Why a state was entered: the chain of causes as plain data, with one line of text, and the last
//! few of them for each instance.
//!
//! Whoever changes a state says what decided it ([`Trigger`]); what is tracked and had moved the
//! priority is added where priorities decide. Nothing depends on any of this.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::engine::effect::PlacedAddress;
use crate::engine::event::{CheckOutcome, Culprit};
use crate::engine::message::Cause;
use crate::engine::snapshot::State;
use crate::engine::theft::Property;
use crate::units::{IfName, Instant, Priority};

/// So many changes of state are remembered for each instance.
const REMEMBERED: usize = 16;

/// A change of state, with its reason.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// When.
    pub at: Instant,
    /// From.
    pub from: State,
    /// To.
    pub to: State,
    /// The priority in force then.
    pub priority: Priority,
    /// Why.
    pub why: Arc<Why>,
}

/// Why a state was entered. `Display` gives the chain, first cause first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Why {
    /// What had made the priority another one than configured, if priorities decided.
    pub weighed: Option<Weighed>,
    /// What decided.
    pub trigger: Trigger,
}

/// How the priority came to be what it was.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Weighed {
    /// Everything tracked that added to it or took from it.
    pub weights: Vec<Weight>,
    /// Configured.
    pub base: Priority,
    /// In force.
    pub now: Priority,
}

/// What one tracked thing did to the priority.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Weight {
    /// What it was found to be.
    pub finding: Finding,
    /// What that adds.
    pub adds: i32,
}

/// What a tracked thing was found to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Finding {
    /// An interface.
    Interface {
        /// Which.
        name: IfName,
        /// Up, or not there or down.
        up: bool,
    },
    /// A `vrrp_script`.
    Script {
        /// Which.
        name: Arc<str>,
        /// It counts as good.
        good: bool,
        /// How its last run ended.
        outcome: Option<CheckOutcome>,
    },
    /// A `track_file`.
    File {
        /// Which.
        name: Arc<str>,
        /// The number in it.
        value: i32,
    },
    /// A `vrrp_track_process`.
    Process {
        /// Which.
        name: Arc<str>,
        /// Its quorum is there.
        met: bool,
    },
    /// A BFD session.
    Bfd {
        /// Which.
        name: Arc<str>,
        /// It is up.
        up: bool,
    },
}

/// What keeps, or kept, an instance from working.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ground {
    /// Something tracked without weight.
    Tracked(Finding),
    /// Anything else.
    Other(Cause),
}

/// What decided a change of state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Trigger {
    /// The start, or the end of waiting for the first results of scripts.
    Started,
    /// Another process has been that, and this one goes on.
    TakenOver,
    /// The start of an address owner that wants to be master.
    OwnsAddresses,
    /// Nobody was heard in all this time.
    NobodyHeard(Duration),
    /// The master has fallen silent.
    Silence {
        /// Who.
        master: IpAddr,
        /// Since its last advert.
        silent: Duration,
    },
    /// The master has resigned with priority 0, and nobody followed it within the skew time.
    Resigned(IpAddr),
    /// There is a master, and it is a lesser one.
    Preempts {
        /// Who.
        master: IpAddr,
        /// Its priority.
        theirs: Priority,
        /// Ours.
        ours: Priority,
    },
    /// A better master was heard.
    Better {
        /// Who.
        from: IpAddr,
        /// Its priority.
        theirs: Priority,
        /// Ours.
        ours: Priority,
    },
    /// A master of the same priority with a higher address was heard.
    HigherAddress {
        /// Who.
        from: IpAddr,
        /// The priority of both.
        priority: Priority,
    },
    /// Another router claims to own the addresses and does not give way.
    TwoOwners(IpAddr),
    /// It cannot work.
    Fault(Vec<Ground>),
    /// Nothing keeps it from working any more; this had.
    Recovered(Vec<Ground>),
    /// Somebody took something away.
    Robbed {
        /// What.
        what: Property,
        /// Who, as far as that is known.
        by: Culprit,
    },
    /// It follows a member of its sync group.
    Follows {
        /// The group.
        group: Arc<str>,
        /// The member.
        member: Arc<str>,
        /// Why that one changed.
        why: Arc<Why>,
    },
    /// A reload has put its sync group together.
    Regrouped(Arc<str>),
    /// The process did not run for so long that somebody else may be master.
    Stalled {
        /// Since its last advert.
        silent: Duration,
        /// Who was heard after it; nobody with `timer_expired_backup`, which does not wait.
        heard: Option<IpAddr>,
    },
    /// An operator keeps it away.
    Drained {
        /// Who.
        by: Arc<str>,
        /// Why, as the operator said.
        reason: Option<Arc<str>>,
    },
    /// An operator has had it resign once.
    HandedOver {
        /// Who.
        by: Arc<str>,
        /// Why, as the operator said.
        reason: Option<Arc<str>>,
    },
    /// The daemon stops.
    Stop,
    /// A new configuration does not have the instance.
    Deleted,
}

impl From<Trigger> for Why {
    /// Where priorities had no part in it.
    fn from(trigger: Trigger) -> Self {
        Self { weighed: None, trigger }
    }
}

impl Trigger {
    /// Whether priorities had a part in it.
    pub(super) const fn weighs(&self) -> bool {
        matches!(self, Self::Preempts { .. } | Self::Better { .. } | Self::HigherAddress { .. })
    }
}

/// The last changes of an instance, the oldest first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct History(Arc<[Change]>);

impl History {
    /// Adds the latest; the oldest goes.
    pub(super) fn add(&mut self, change: Change) {
        let kept = self.0.len().saturating_add(1).saturating_sub(REMEMBERED);
        let kept = self.0.iter().skip(kept).cloned();
        self.0 = kept.chain(std::iter::once(change)).collect();
    }

    /// All of them; sharing costs nothing.
    pub(super) fn all(&self) -> Arc<[Change]> {
        Arc::clone(&self.0)
    }

    /// Why the latest happened.
    pub(super) fn latest(&self) -> Option<Arc<Why>> {
        self.0.last().map(|change| Arc::clone(&change.why))
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Weighed { weights, base, now }) = &self.weighed {
            for Weight { finding, adds } in weights {
                write!(f, "{finding} -> weight {adds} -> ")?;
            }
            write!(f, "priority {now} instead of {base} -> ")?;
        }
        self.trigger.fmt(f)
    }
}

impl fmt::Display for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Started => f.write_str("started"),
            Self::TakenOver => f.write_str("taken over from another process"),
            Self::OwnsAddresses => f.write_str("started as owner of the addresses"),
            Self::NobodyHeard(waited) => {
                write!(f, "no other router heard for {}", seconds(*waited))
            }
            Self::Silence { master, silent } => {
                write!(f, "adverts of {master} stopped, silent for {}", seconds(*silent))
            }
            Self::Resigned(master) => write!(f, "priority 0 from {master}"),
            Self::Preempts { master, theirs, ours } => {
                write!(f, "priority {ours} preempts {master} with priority {theirs}")
            }
            Self::Better { from, theirs, ours } => {
                write!(f, "advert of priority {theirs} from {from}, ours {ours}")
            }
            Self::HigherAddress { from, priority } => {
                write!(f, "advert of the same priority {priority} from the higher address {from}")
            }
            Self::TwoOwners(other) => write!(f, "{other} claims to own the addresses as well"),
            Self::Fault(grounds) => list(f, grounds),
            Self::Recovered(grounds) if grounds.is_empty() => f.write_str("fault gone"),
            Self::Recovered(grounds) => {
                f.write_str("fault gone: ")?;
                list(f, grounds)
            }
            Self::Robbed { what, by } => {
                match what {
                    Property::Address(PlacedAddress { interface, address }) => {
                        write!(f, "{} was removed from {interface}", address.net)?;
                    }
                    path => write!(f, "{path} was removed")?,
                }
                write!(f, " by {}", by.as_deref().unwrap_or("somebody else"))
            }
            Self::Follows { group, member, why } => {
                write!(f, "{why} -> sync group {group} follows {member}")
            }
            Self::Regrouped(group) => write!(f, "sync group {group} put together by a reload"),
            Self::Stalled { silent, heard } => {
                write!(f, "not run for too long, no advert for {}", seconds(*silent))?;
                heard.iter().try_for_each(|heard| write!(f, " -> {heard} has taken over"))
            }
            Self::Drained { by, reason } => asked(f, "drained", by, reason.as_deref()),
            Self::HandedOver { by, reason } => asked(f, "failover", by, reason.as_deref()),
            Self::Stop => f.write_str("stop"),
            Self::Deleted => f.write_str("removed by a reload"),
        }
    }
}

impl fmt::Display for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tracked(finding) => finding.fmt(f),
            Self::Other(cause) => cause.fmt(f),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = |good, yes, no| if good { yes } else { no };
        match self {
            Self::Interface { name, up } => {
                write!(f, "interface {name} {}", state(*up, "up", "down"))
            }
            Self::Script { name, outcome: Some(CheckOutcome::Signalled(signal)), .. } => {
                write!(f, "script {name} ended by signal {signal}")
            }
            // Within `rise` and `fall` the last run may have ended otherwise.
            Self::Script { name, good, outcome: Some(outcome) }
                if *good == (*outcome == CheckOutcome::Exited(0)) =>
            {
                write!(f, "script {name} {outcome}")
            }
            Self::Script { name, good, .. } => {
                write!(f, "script {name} {}", state(*good, "good", "bad"))
            }
            Self::File { name, value } => write!(f, "file {name} holds {value}"),
            Self::Process { name, met } => {
                write!(f, "process {name} {} its quorum", state(*met, "has", "lacks"))
            }
            Self::Bfd { name, up } => write!(f, "BFD session {name} {}", state(*up, "up", "down")),
        }
    }
}

/// What an operator has asked for, with the reason that was given.
pub(super) fn asked(
    f: &mut fmt::Formatter<'_>,
    what: &str,
    by: &str,
    reason: Option<&str>,
) -> fmt::Result {
    write!(f, "{what} by {by}")?;
    reason.iter().try_for_each(|reason| write!(f, ": {reason}"))
}

fn list(f: &mut fmt::Formatter<'_>, grounds: &[Ground]) -> fmt::Result {
    for (position, ground) in grounds.iter().enumerate() {
        let before = if position == 0 { "" } else { ", " };
        write!(f, "{before}{ground}")?;
    }
    Ok(())
}

/// Milliseconds are as exact as anybody reads.
fn seconds(duration: Duration) -> String {
    format!("{}.{:03} s", duration.as_secs(), duration.subsec_millis())
}
