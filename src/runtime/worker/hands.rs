//! What the work on the network is done with, by one thread at a time: the worker's, or the daemon's
//! own when nobody has to wait for it.

use std::collections::VecDeque;

use nix::libc;

use crate::engine::effect::{Direction, EffectId};
use crate::engine::event::Event;
use crate::facts::Interface;
use crate::runtime::announce::Announcer;
use crate::runtime::firewall::Firewall;
use crate::runtime::link_settings::LinkSettings;
use crate::runtime::netlink::{AddressFailure, Asking, Commands, EntryFailure};
use crate::runtime::sysctl::{self, Changed, Sysctls};
use crate::runtime::worker::backlog::{Batch, Step};
use crate::runtime::worker::{Announcement, Work};
use crate::units::{Family, IpNet};

/// Sockets, and what they were used for.
#[derive(Debug)]
pub(super) struct Hands {
    commands: Commands,
    announcer: Announcer,
    sysctls: Sysctls,
    links: LinkSettings,
    firewall: Firewall,
    /// Address changes whose answers nobody has looked at yet: announcements need not wait for them.
    asking: Option<Unanswered>,
    /// Outcomes, for the daemon.
    events: VecDeque<Event>,
}

/// Address changes on their way.
#[derive(Debug)]
struct Unanswered {
    change: Direction,
    /// Each effect with the number of its requests.
    parts: Vec<(EffectId, usize)>,
    asking: Asking,
}

impl Hands {
    pub(super) fn new(commands: Commands, announcer: Announcer) -> Self {
        Self {
            commands,
            announcer,
            sysctls: Sysctls::default(),
            links: LinkSettings::default(),
            firewall: Firewall::default(),
            asking: None,
            events: VecDeque::new(),
        }
    }

    /// The settings of the host that are changed, as they are at any time.
    pub(super) fn changed_settings(&self) -> Changed {
        self.sysctls.shown()
    }

    /// Goes the way of an addition or an announcement as far as nothing comes of it: the loopback
    /// interface has its address already, and drops what it is sent.
    pub(super) fn rehearse(&mut self, work: &Work, loopback: &Interface) {
        match work {
            Work::Addresses { requests, .. } if self.asking.is_none() => {
                let family = requests.first().map(|request| Family::of(request.address.ip()));
                let same = |net: &&IpNet| Some(Family::of(net.address())) == family;
                if let Some(present) = loopback.addresses.iter().find(same) {
                    self.commands.rehearse(loopback.index, *present);
                }
            }
            Work::Announce(Announcement { outlet, address, .. }) => {
                self.announcer.rehearse(outlet, *address, loopback.index);
            }
            _ => {}
        }
    }

    /// The next outcome of what was done.
    pub(super) fn settle(&mut self) -> Option<Event> {
        self.take_answers();
        self.events.pop_front()
    }

    /// The outcomes that are known already.
    pub(super) fn known(&mut self) -> VecDeque<Event> {
        std::mem::take(&mut self.events)
    }

    /// Does one step; its outcome, if one is due, comes from [`Self::settle`].
    pub(super) fn carry_out(&mut self, step: Step) {
        match step {
            Step::Addresses(Batch { change, parts, requests }) => {
                self.take_answers();
                let asking = self.commands.ask_all(change, &requests);
                self.asking = Some(Unanswered { change, parts, asking });
            }
            Step::Announce(announcement) => self.announce(announcement),
            Step::Other(work) => self.perform(work),
        }
    }

    fn take_answers(&mut self) {
        let Some(Unanswered { change, parts, asking }) = self.asking.take() else { return };
        let failures = self.commands.answers(asking);
        let mut first = 0_usize;
        for (id, number) in parts {
            let own = first..first.saturating_add(number);
            first = own.end;
            let own = failures.iter().filter(|failure| own.contains(&failure.place));
            self.events.push_back(done(id, change, own));
        }
    }

    fn perform(&mut self, work: Work) {
        match work {
            Work::Addresses { id, change, requests } => {
                let parts = vec![(id, requests.len())];
                self.carry_out(Step::Addresses(Batch { change, parts, requests }));
            }
            Work::Entries { id, entries } => {
                self.take_answers();
                let failures = self.commands.change_entries(&entries);
                self.events.push_back(entries_done(id, &failures));
            }
            Work::Announce(announcement) => self.announce(announcement),
            Work::PromoteSecondaries { interface, on } => {
                let path = sysctl::ipv4(&interface, "promote_secondaries");
                let result = match on {
                    true => self.sysctls.set(&path, "1"),
                    false => self.sysctls.restore(&path),
                };
                if let Err(error) = result {
                    tracing::warn!("promote_secondaries on {interface}: {error}");
                }
            }
            Work::Link { id, change } => {
                self.take_answers();
                let Self { commands, links, sysctls, .. } = self;
                let result = links.apply(commands, sysctls, &change);
                self.events.push_back(Event::Done { id, result });
            }
            Work::Firewall(task) => self.firewall.perform(task),
            Work::Drain(done) => {
                let _gone = done.send(());
            }
        }
    }

    fn announce(&mut self, announcement: Announcement) {
        let Announcement { outlet, address, spaced } = announcement;
        let (name, family) = (&outlet.name, Family::of(address));
        let sent = self.announcer.announce(&outlet, address);
        self.events.extend(spaced.map(|queue| Event::Announced { queue, family }));
        match (sent, family) {
            (Ok(()), Family::V4) => {
                tracing::debug!("Sending gratuitous ARP on {name} for {address}");
            }
            (Ok(()), Family::V6) => {
                tracing::debug!("Sending unsolicited Neighbour Advert on {name} for {address}");
            }
            (Err(error), Family::V4) => {
                tracing::warn!("Error sending gratuitous ARP on {name} for {address}: {error}");
            }
            (Err(error), Family::V6) => {
                tracing::warn!("Error sending gratuitous NDISC on {name} for {address}: {error}");
            }
        }
    }
}

/// Logs every failure and reports the first.
fn done<'a>(
    id: EffectId,
    change: Direction,
    failures: impl Iterator<Item = &'a AddressFailure>,
) -> Event {
    let (name, number) = match change {
        Direction::Add => ("RTM_NEWADDR", libc::RTM_NEWADDR),
        Direction::Remove => ("RTM_DELADDR", libc::RTM_DELADDR),
    };
    let mut result = Ok(());
    for AddressFailure { net, error, sequence, .. } in failures {
        tracing::warn!("Netlink: error: {error}, type={name}({number}), seq={sequence}, pid=0");
        tracing::debug!("the request was for {net}");
        result = result.and_then(|()| Err(error.clone()));
    }
    Event::Done { id, result }
}

/// The same for routes and rules.
fn entries_done(id: EffectId, failures: &[EntryFailure]) -> Event {
    for failure in failures {
        let EntryFailure { kind, error, sequence } = failure;
        let name = failure.name();
        tracing::warn!("Netlink: error: {error}, type={name}({kind}), seq={sequence}, pid=0");
    }
    let result = match failures.first() {
        None => Ok(()),
        Some(first) => Err(first.error.clone()),
    };
    Event::Done { id, result }
}
