//! What happened, one line an event: the message of a failed test, to be read as a story.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

use crate::engine::effect::{Direction, Effect, FirewallChange, Transmission};
use crate::engine::message;
use crate::engine::own_link::LinkChange;
use crate::engine::snapshot::State;
use crate::sim::happening::Happening;
use crate::sim::invariants::Violation;
use crate::units::{IfName, Instant, IpNet, Priority, Vrid};

/// One event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// When.
    pub at: Instant,
    /// On which host; `None` on the LAN.
    pub host: Option<usize>,
    /// What.
    pub what: What,
}

/// What an event was.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// From outside.
    Happening(Happening),
    /// The engine wants this done.
    Effect(Effect),
    /// A frame was lost on the way to this host.
    Lost {
        /// From whom.
        from: IpAddr,
    },
    /// The kernel carried out a change of addresses.
    Changed {
        /// Added or removed.
        change: Direction,
        /// Those that were not there before, or were.
        addresses: Vec<(IfName, IpNet)>,
        /// Refused instead.
        refused: bool,
    },
    /// The daemon has ended.
    Ended,
    /// The daemon compares its knowledge with the kernel's.
    Resync,
    /// Something that must never be seen.
    Violation(Violation),
}

/// The events in their order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Timeline {
    names: Vec<String>,
    entries: Vec<Entry>,
}

impl Timeline {
    /// A timeline of hosts with these names.
    pub(super) fn new(names: Vec<String>) -> Self {
        Self { names, entries: Vec::new() }
    }

    pub(super) fn add(&mut self, at: Instant, host: Option<usize>, what: What) {
        self.entries.push(Entry { at, host, what });
    }

    /// Everything.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What an operator would tell of it: no log lines, no announcements, and of the adverts only
    /// those that say something new.
    pub fn story(&self) -> Telling<'_> {
        Telling { timeline: self, everything: false }
    }

    /// Every event.
    pub fn everything(&self) -> Telling<'_> {
        Telling { timeline: self, everything: true }
    }

    fn name(&self, host: Option<usize>) -> &str {
        let Some(host) = host else { return "lan" };
        self.names.get(host).map_or("?", String::as_str)
    }
}

/// A timeline as text.
#[derive(Clone, Copy, Debug)]
pub struct Telling<'a> {
    timeline: &'a Timeline,
    everything: bool,
}

impl fmt::Display for Telling<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What each host advertised last, by VRID.
        let mut last: BTreeMap<usize, BTreeMap<Vrid, _>> = BTreeMap::new();
        for Entry { at, host, what } in &self.timeline.entries {
            let said = last.entry(host.unwrap_or(usize::MAX)).or_default();
            let told = self.everything
                || match what {
                    What::Effect(Effect::SendAdvert(sent)) => {
                        let says = (sent.advert.priority, sent.advert.interval);
                        said.insert(sent.advert.vrid, says) != Some(says)
                    }
                    What::Effect(Effect::Transition { .. }) => {
                        said.clear();
                        true
                    }
                    What::Effect(Effect::Log(message)) => is_told(&message.what),
                    What::Effect(_) | What::Lost { .. } => false,
                    What::Changed { addresses, refused, .. } => !addresses.is_empty() || *refused,
                    _ => true,
                };
            if told {
                writeln!(f, "{at} {}: {what}", self.timeline.name(*host))?;
            }
        }
        Ok(())
    }
}

/// Log lines that tell why something happens, and not only that it does.
fn is_told(what: &message::What) -> bool {
    use message::What::{
        Doubting, DoubtsNoMore, Fault, Gone, GoneAgain, HigherPriority, IntervalLearned,
        LowerPriority, Packet, PreemptDelayStarted, PreemptDelayStopped, SamePriorityHigherAddress,
        TwoOwners,
    };
    matches!(
        what,
        Gone(_)
            | GoneAgain { .. }
            | Doubting { .. }
            | DoubtsNoMore
            | Fault(_)
            | HigherPriority { .. }
            | IntervalLearned { .. }
            | LowerPriority { .. }
            | Packet(_)
            | PreemptDelayStarted(_)
            | PreemptDelayStopped
            | SamePriorityHigherAddress { .. }
            | TwoOwners(_)
    )
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Happening(happening) => happening.fmt(f),
            Self::Effect(effect) => write_effect(f, effect),
            Self::Lost { from } => write!(f, "a frame from {from} is lost"),
            Self::Changed { change, refused: true, .. } => {
                write!(f, "kernel refuses to {} addresses", word(*change))
            }
            Self::Changed { change, addresses, refused: false } => {
                let list: Vec<_> = addresses.iter().map(|(_, net)| net.to_string()).collect();
                write!(f, "kernel: {} {}", word(*change), list.join(" "))
            }
            Self::Ended => f.write_str("has ended"),
            Self::Resync => f.write_str("compares with the kernel"),
            Self::Violation(violation) => write!(f, "!!! {violation}"),
        }
    }
}

fn word(change: Direction) -> &'static str {
    match change {
        Direction::Add => "add",
        Direction::Remove => "remove",
    }
}

fn write_effect(f: &mut fmt::Formatter<'_>, effect: &Effect) -> fmt::Result {
    match effect {
        Effect::OpenSocket { socket, .. } => write!(f, "open socket {}", socket.0),
        Effect::CloseSocket { socket } => write!(f, "close socket {}", socket.0),
        Effect::SendAdvert(Transmission { advert, .. }) => {
            let priority = advert.priority.map_or(0, Priority::get);
            write!(f, "[{}] advertises {priority} every {:?}", advert.vrid, advert.interval)
        }
        Effect::Addresses { instance, change, addresses, .. } => {
            write!(f, "[#{}] asks to {}", instance.0, word(*change))?;
            addresses.iter().try_for_each(|placed| write!(f, " {}", placed.address.net))
        }
        Effect::Routes { instance, change, routes, .. } => {
            write!(f, "[#{}] asks to {} {} routes", instance.0, word(*change), routes.len())
        }
        Effect::Rules { instance, change, rules, .. } => {
            write!(f, "[#{}] asks to {} {} rules", instance.0, word(*change), rules.len())
        }
        Effect::Statics { change, .. } => write!(f, "asks to {} static entries", word(*change)),
        Effect::Announce { address, .. } => write!(f, "announce {address}"),
        Effect::StartCheck { check, name, .. } => write!(f, "starts check {name} ({})", check.0),
        Effect::EndCheck { check, signal } => write!(f, "{signal:?}s check {}", check.0),
        Effect::Notify(notification) => {
            write!(f, "tells {notification}")?;
            let mut scripts = notification.scripts.iter();
            scripts.try_for_each(|call| write!(f, ", runs {}", call.script.program))
        }
        Effect::PromoteSecondaries { interface, on } => {
            write!(f, "promote_secondaries {interface} {on}")
        }
        Effect::ReceiveBuffer { bytes, .. } => write!(f, "receive buffer of {bytes} bytes"),
        Effect::Firewall { change, .. } => match change {
            FirewallChange::Guard(addresses) => write!(f, "guard {} address(es)", addresses.len()),
            FirewallChange::Unguard(addresses) => {
                write!(f, "unguard {} address(es)", addresses.len())
            }
            FirewallChange::Divert { vmac, .. } => write!(f, "divert reports of {vmac}"),
            FirewallChange::Undivert { vmac } => write!(f, "reports of {vmac} as they are"),
        },
        Effect::Transition { instance, from, to, .. } => {
            let mark = if *to == State::Master { " ***" } else { "" };
            write!(f, "[#{}] {from} -> {to}{mark}", instance.0)
        }
        Effect::KeepDrains(kept) => write!(f, "keeps {} drains", kept.len()),
        Effect::Log(message) => write!(f, "log {message}"),
        Effect::Link { change: LinkChange::Ensure { plan, .. }, .. } => {
            write!(f, "asks for interface {}", plan.name)
        }
        Effect::Link { change: LinkChange::Remove(plan), .. } => {
            write!(f, "removes interface {}", plan.name)
        }
        Effect::ReadNetwork => f.write_str("asks for the whole network"),
        Effect::Stopped => f.write_str("engine has stopped"),
    }
}
