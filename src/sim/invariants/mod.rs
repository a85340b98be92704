//! What must never be seen, whatever happens: checked after every event.
//!
//! The watch sees effects, the engine's public view and the world; it knows nothing of how the
//! engine decides, so that a broken decision does not hide itself.

mod election;
mod groups;
mod hearing;
mod holdings;
mod notifications;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::engine::drain::Order;
use crate::engine::effect::{Direction, Effect, FirewallChange, InstanceId, PlacedAddress};
use crate::engine::event::Packet;
use crate::engine::notification::Report;
use crate::engine::snapshot::State;
use crate::engine::standing::{GroupStanding, Standing};
use crate::engine::{Deadline, Engine};
use crate::ir::{Config, Instance};
use crate::sim::host::Host;
use crate::sim::invariants::hearing::{Wait, Word};
use crate::sim::invariants::notifications::Teller;
use crate::units::{Family, IfName, Instant, IpNet};

/// Events of one engine within a second, above which it is going round in circles, alone or with
/// others.
const MOST_IN_A_SECOND: u32 = 2_000;

/// What was broken.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Rule {
    /// On a calm LAN there is one master among those that take part, and the others know it.
    OneMaster,
    /// No better router that preempts waits behind the master.
    RightMaster,
    /// On a calm LAN every instance has the priority that the things it tracks make, and is in
    /// FAULT if they say so.
    RightPriority,
    /// A master holds all its addresses, routes and rules; whoever runs has its own interfaces and
    /// its static entries.
    MasterHolds,
    /// Who is not master holds none of them, on whatever interface.
    OthersHoldNothing,
    /// Who leaves MASTER, or ends, gives back everything that it has asked for: addresses, routes,
    /// rules, interfaces, entries of the packet filter.
    NothingLeftBehind,
    /// Packets of an address that is not accepted are dropped from before it is there until after
    /// it is gone.
    Guarded,
    /// Of the members of a sync group all are master, or none is.
    GroupsTogether,
    /// No state is reported twice in a row, and the last one reported is the true one.
    NotifiedTruly,
    /// A backup and a master have a deadline, and it lies ahead. A drained backup may have none.
    DeadlineAhead,
    /// A backup hears a master or becomes one; soon, if the master resigns.
    BackupsEnd,
    /// Who does not preempt, or not yet, does not become master beside one that it hears.
    LeavesAlone,
    /// Whom an operator asks to hand over is not master after it; nobody is kept away for longer
    /// than the operator said.
    Obeys,
    /// Only a master advertises; priority 0 is its last word. Nobody is master before the end of
    /// the startup delay.
    MastersAdvertise,
    /// A master never stays silent for longer than its interval.
    NeverSilent,
    /// A master that was stalled for so long that any backup has taken over listens for an interval
    /// before it advertises. A backup that has slept through the end of its patience does not become
    /// master when it wakes up.
    ListensFirst,
    /// Announcements follow the addition of the address, and are a master's.
    AnnouncesHeld,
    /// On a calm LAN a master has announced each of its addresses since it has asked for it.
    Announces,
    /// Effects and timers come to an end.
    NoCircles,
}

/// A rule that was broken, and how.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// Which.
    pub rule: Rule,
    /// How.
    pub how: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.rule, self.how)
    }
}

/// Looks on.
#[derive(Debug)]
pub struct Watch {
    /// The longest that any backup may wait for a word.
    patience: Duration,
    hosts: Vec<Run>,
    found: Vec<(Instant, Option<usize>, Violation)>,
}

/// One run of a host's daemon.
#[derive(Debug, Default)]
struct Run {
    started: Instant,
    instances: BTreeMap<InstanceId, Record>,
    waits: Vec<Wait>,
    /// The advert that is handled now.
    word: Option<Word>,
    /// It goes on with what another process has done.
    adopts: bool,
    /// The state that was last reported of each instance and group.
    told: BTreeMap<Teller, Report>,
    /// What was last found to agree.
    good: Option<Compared>,
    /// When the second began in which events are counted.
    second: Instant,
    events: u32,
}

/// What the effects of an instance have said so far.
#[derive(Debug)]
struct Record {
    state: State,
    /// When its next advert is due at the latest.
    due: Option<Instant>,
    /// When its last advert left, and its interval.
    spoke: Option<(Instant, Duration)>,
    /// It must have listened until then.
    listens: Option<Instant>,
    /// It is a backup that does not run until then, which is longer than it would have waited.
    sleeps: Option<Instant>,
    /// Addresses that it has asked for and not given back.
    held: Vec<(IfName, IpNet)>,
    /// Those of them that it has not announced since; one that goes on where another process was
    /// need not.
    unannounced: BTreeSet<IpAddr>,
    /// Addresses whose packets it has had dropped.
    guarded: BTreeSet<(IfName, IpAddr)>,
}

impl Default for Record {
    fn default() -> Self {
        Self {
            state: State::Init,
            due: None,
            spoke: None,
            listens: None,
            sleeps: None,
            held: Vec::new(),
            unannounced: BTreeSet::new(),
            guarded: BTreeSet::new(),
        }
    }
}

/// What a comparison of the kernel with the engine depends on.
#[derive(Debug)]
struct Compared {
    kernel: u64,
    config: Arc<Config>,
    states: Vec<(InstanceId, State)>,
}

impl Compared {
    fn now(host: &Host, all: &[Standing<'_>]) -> Self {
        let states = all.iter().map(|instance| (instance.id, instance.state));
        let config = Arc::clone(&host.config);
        Self { kernel: host.kernel.changes(), config, states: states.collect() }
    }

    fn is_still(&self, host: &Host, all: &[Standing<'_>]) -> bool {
        self.kernel == host.kernel.changes()
            && Arc::ptr_eq(&self.config, &host.config)
            && all.iter().map(|it| (it.id, it.state)).eq(self.states.iter().copied())
    }
}

/// Where all instances and groups of an engine stand.
pub(super) struct Standings<'a> {
    instances: Vec<Standing<'a>>,
    groups: Vec<GroupStanding<'a>>,
}

impl<'a> Standings<'a> {
    /// Those of an engine.
    pub(super) fn of(engine: &'a Engine) -> Self {
        Self { instances: engine.standings().collect(), groups: engine.group_standings().collect() }
    }

    fn members(&self, group: &GroupStanding<'a>) -> impl Iterator<Item = &Standing<'a>> {
        group.members.iter().filter_map(|place| self.instances.get(*place))
    }
}

impl Watch {
    /// Looks at so many hosts.
    pub fn new(hosts: usize, patience: Duration) -> Self {
        let hosts = (0..hosts).map(|_| Run::default()).collect();
        Self { patience, hosts, found: Vec::new() }
    }

    /// What was found since the last call.
    pub(super) fn take(&mut self) -> Vec<(Instant, Option<usize>, Violation)> {
        std::mem::take(&mut self.found)
    }

    fn broken(&mut self, now: Instant, host: usize, rule: Rule, how: impl Into<String>) {
        self.found.push((now, Some(host), Violation { rule, how: how.into() }));
    }

    /// The daemon of a host was started, or is gone.
    pub(super) fn renewed(&mut self, now: Instant, host: usize) {
        if let Some(run) = self.hosts.get_mut(host) {
            *run = Run { started: now, ..Run::default() };
        }
    }

    /// Another process takes the place of a host's daemon.
    pub(super) fn replaced(&mut self, now: Instant, host: usize) {
        self.renewed(now, host);
        if let Some(run) = self.hosts.get_mut(host) {
            run.adopts = true;
        }
    }

    /// The daemon of a host is about to handle an advert.
    pub(super) fn hears(&mut self, host: usize, packet: &Packet) {
        if let Some(run) = self.hosts.get_mut(host) {
            run.word = Some(Word::of(packet));
        }
    }

    /// The daemon of a host has heard what an operator asks for.
    pub(super) fn commanded(&mut self, now: Instant, position: usize, host: &Host, order: Order) {
        let Some(engine) = host.running().filter(|_| order != Order::Resume) else { return };
        if let Some(master) = engine.standings().find(|it| it.state == State::Master) {
            let how = format!("{} is master after {order:?}", master.name);
            self.broken(now, position, Rule::Obeys, how);
        }
    }

    /// The daemon does nothing until then: what falls due meanwhile may come that late, and later if
    /// it has to listen first.
    pub(super) fn stalled(&mut self, host: usize, now: Instant, until: Instant) {
        let Some(run) = self.hosts.get_mut(host) else { return };
        let sleeps = until.since(now) > self.patience + self.patience / 3;
        for record in run.instances.values_mut() {
            if sleeps && record.state == State::Backup {
                record.sleeps = Some(until);
            }
            let Some(due) = record.due.filter(|due| *due >= now) else { continue };
            let (mut due, spoke) = (due.max(until), record.spoke);
            if let Some((spoke, interval)) = spoke.filter(|(at, every)| until >= *at + *every * 3) {
                // No skew time is longer.
                let longest_skew = interval.max(Duration::from_secs(1));
                due = until + interval + longest_skew;
                // One that is stalled again while it listens, or may do so, need not know.
                let at_once = now < spoke + interval * 3;
                if at_once && until >= spoke + interval * 3 + longest_skew {
                    record.listens.get_or_insert(until + interval);
                }
            }
            record.due = Some(due);
        }
        self.patient(host, until);
    }

    /// Backups may wait anew from then.
    pub(super) fn patient(&mut self, host: usize, from: Instant) {
        let Some(run) = self.hosts.get_mut(host) else { return };
        for wait in &mut run.waits {
            wait.since = wait.since.max(from);
            wait.resigned = None;
        }
    }

    /// The engine of a host wants this done.
    pub(super) fn effect(&mut self, now: Instant, host: usize, config: &Config, effect: &Effect) {
        let Some(run) = self.hosts.get_mut(host) else { return };
        let mut broken = Vec::new();
        match effect {
            Effect::Transition { instance, to, .. } => {
                let record = run.instances.entry(*instance).or_default();
                if record.due.is_some_and(|due| due < now) {
                    broken.push((Rule::NeverSilent, "was silent before it left".to_owned()));
                }
                if *to != State::Master && !record.held.is_empty() {
                    let how = format!("{} with {:?} not given back", to.name(), record.held);
                    broken.push((Rule::NothingLeftBehind, how));
                }
                if *to == State::Master && record.sleeps == Some(now) {
                    let how = "master at the moment at which it wakes up".to_owned();
                    broken.push((Rule::ListensFirst, how));
                }
                let begins = run.started + config.global.startup_delay;
                if *to == State::Master && now < begins && !run.adopts {
                    let how = format!("master, although nothing begins before {begins}");
                    broken.push((Rule::MastersAdvertise, how));
                }
                (record.state, record.due) = (*to, None);
                (record.spoke, record.listens, record.sleeps) = (None, None, None);
            }
            Effect::SendAdvert(sent) => {
                let record = run.instances.entry(sent.instance).or_default();
                if record.state != State::Master {
                    let how =
                        format!("an advert of {:?} in {}", sent.advert.priority, record.state);
                    broken.push((Rule::MastersAdvertise, how));
                }
                if let Some(due) = record.due.filter(|due| *due < now) {
                    let how = format!("an advert that was due at {due}");
                    broken.push((Rule::NeverSilent, how));
                }
                if sent.advert.priority.is_some() {
                    if let Some(until) = record.listens.take().filter(|until| now < *until) {
                        let how = format!("an advert before {until}");
                        broken.push((Rule::ListensFirst, how));
                    }
                    record.due = Some(now + sent.advert.interval);
                    record.spoke = Some((now, sent.advert.interval));
                }
            }
            Effect::Addresses { instance, change, addresses, .. } => {
                let record = run.instances.entry(*instance).or_default();
                for PlacedAddress { interface, address } in addresses.iter() {
                    let place = (interface.clone(), address.net);
                    let guarded = record.guarded.contains(&(interface.clone(), address.ip()));
                    if *change == Direction::Add && !guarded && !accepts(config, address.ip()) {
                        broken.push((Rule::Guarded, format!("{} is not", address.net)));
                    }
                    if *change == Direction::Add && !run.adopts {
                        record.unannounced.insert(address.ip());
                    } else {
                        record.unannounced.remove(&address.ip());
                    }
                    match change {
                        Direction::Remove => record.held.retain(|held| *held != place),
                        Direction::Add if record.held.contains(&place) => {}
                        Direction::Add => record.held.push(place),
                    }
                }
            }
            Effect::Announce { instance, address, .. } => {
                let record = run.instances.entry(*instance).or_default();
                record.unannounced.remove(address);
                let held = record.held.iter().any(|(_, net)| net.address() == *address);
                let is_virtual = config.instances.iter().any(|each| {
                    let mut all = each.addresses.iter().chain(&each.excluded);
                    all.any(|listed| listed.ip() == *address)
                });
                if is_virtual && !(held && record.state == State::Master) {
                    let how = format!("{address} in {}, asked for: {held}", record.state);
                    broken.push((Rule::AnnouncesHeld, how));
                }
            }
            Effect::Firewall { instance, change: FirewallChange::Guard(all) } => {
                let record = run.instances.entry(*instance).or_default();
                let all = all.iter().map(|one| (one.interface.clone(), one.address));
                record.guarded.extend(all);
            }
            Effect::Firewall { instance, change: FirewallChange::Unguard(all) } => {
                let record = run.instances.entry(*instance).or_default();
                for one in all.iter() {
                    record.guarded.remove(&(one.interface.clone(), one.address));
                    let held = record.held.iter().any(|(interface, net)| {
                        *interface == one.interface && net.address() == one.address
                    });
                    if held && !accepts(config, one.address) {
                        let how = format!("{} is there, and not any more", one.address);
                        broken.push((Rule::Guarded, how));
                    }
                }
            }
            Effect::Notify(notification) => broken.extend(run.notified(notification)),
            Effect::Stopped => {
                let left = run.instances.values().flat_map(|record| &record.held);
                let left: Vec<_> = left.collect();
                if !left.is_empty() {
                    let how = format!("stopped with {left:?} not given back");
                    broken.push((Rule::NothingLeftBehind, how));
                }
            }
            _ => {}
        }
        for (rule, how) in broken {
            self.broken(now, host, rule, how);
        }
    }

    /// The kernel was asked to announce an address.
    pub(super) fn announced(&mut self, now: Instant, host: usize, address: IpAddr, held: bool) {
        if !held {
            self.broken(now, host, Rule::AnnouncesHeld, format!("{address} is not there"));
        }
    }

    /// The engine of a host has handled an event, and all its effects are known. Unless `timely`
    /// it may have something left to do at this instant.
    pub(super) fn handled(
        &mut self,
        now: Instant,
        host: usize,
        config: &Config,
        standings: &Standings<'_>,
        (deadline, timely): (Option<Deadline>, bool),
    ) {
        let Some(run) = self.hosts.get_mut(host) else { return };
        let mut broken = Vec::new();
        if now.since(run.second) > Duration::from_secs(1) {
            (run.second, run.events) = (now, 0);
        }
        run.events = run.events.saturating_add(1);
        if run.events == MOST_IN_A_SECOND {
            let how = format!("{MOST_IN_A_SECOND} events since {}", run.second);
            broken.push((Rule::NoCircles, how));
        }
        if let Some(deadline) = deadline.filter(|deadline| timely && deadline.at <= now) {
            broken.push((Rule::DeadlineAhead, format!("{deadline:?} after handling")));
        }
        for record in run.instances.values().filter(|record| record.state == State::Master) {
            match record.due {
                None => broken.push((Rule::NeverSilent, "master without an advert".to_owned())),
                Some(due) if due < now => {
                    broken.push((Rule::NeverSilent, format!("an advert was due at {due}")));
                }
                Some(_) => {}
            }
        }
        broken.extend(groups::divided(standings));
        run.forget_groups_but(standings);
        for instance in &standings.instances {
            // One that an operator keeps away waits for nothing.
            let acts = matches!(instance.state, State::Backup | State::Master);
            if acts && !instance.drained && deadline.is_none() {
                broken.push((Rule::DeadlineAhead, format!("{} without one", instance.state)));
            }
        }
        broken.extend(run.listen(now, config, &standings.instances, self.patience));
        for (rule, how) in broken {
            self.broken(now, host, rule, how);
        }
    }

    /// Compares the kernel with the engine, if nothing is under way between them. What was compared
    /// and found good is not compared again before something of it has changed.
    pub(super) fn compare(
        &mut self,
        now: Instant,
        position: usize,
        host: &Host,
        standings: &Standings<'_>,
    ) {
        let Some(run) = self.hosts.get_mut(position).filter(|_| host.is_settled()) else { return };
        let all = &standings.instances;
        if run.good.as_ref().is_some_and(|good| good.is_still(host, all)) {
            return;
        }
        run.good = None;
        let mut broken = holdings::differences(host, all);
        broken.extend(run.guards_of_others(host));
        let mut any_disputed = false;
        for (config, instance) in host.config.instances.iter().zip(all) {
            for (interface, net) in placed(config) {
                let above = is_above(config, interface, net);
                let holds = host.kernel.holds(interface, above, net);
                let master = instance.state == State::Master;
                let disputed = !holds && host.kernel.is_disputed(now, interface, net);
                any_disputed |= disputed;
                if holds != master && !disputed && !host.kernel.is_excused(interface, net) {
                    let rule = if master { Rule::MasterHolds } else { Rule::OthersHoldNothing };
                    let verb = if holds { "holds" } else { "lacks" };
                    broken.push((rule, format!("{} {verb} {net}", instance.state)));
                }
            }
        }
        // A dispute ends by itself.
        if broken.is_empty() && !any_disputed {
            run.good = Some(Compared::now(host, all));
        }
        for (rule, how) in broken {
            self.broken(now, position, rule, how);
        }
    }

    /// The daemon of a host has ended as it was asked to.
    pub(super) fn ended(&mut self, now: Instant, position: usize, host: &Host) {
        let mut left = Vec::new();
        for config in &host.config.instances {
            let there = placed(config).filter(|(interface, net)| {
                let above = is_above(config, interface, *net);
                host.kernel.holds(interface, above, *net)
                    && !host.kernel.is_excused(interface, *net)
            });
            left.extend(there.map(|(_, net)| net.to_string()));
        }
        left.extend(holdings::left(host));
        if !left.is_empty() {
            let how = format!("ended, and left {}", left.join(", "));
            self.broken(now, position, Rule::NothingLeftBehind, how);
        }
    }

    /// Everybody was asked to end, and has had the time for it.
    pub(super) fn over(&mut self, now: Instant, hosts: &[Host]) {
        for (position, host) in hosts.iter().enumerate() {
            if host.process.is_some() {
                self.broken(now, position, Rule::NothingLeftBehind, "does not end");
            }
        }
    }

    /// The end of the run: nothing may be overdue.
    pub(super) fn finish(&mut self, now: Instant, hosts: &[Host]) {
        for (position, host) in hosts.iter().enumerate() {
            if let Some(process) = host.process.as_ref().filter(|process| !process.stopping)
                && process.stalled_until <= now
            {
                let standings = Standings::of(&process.engine);
                let deadline = process.engine.poll_timeout();
                self.handled(now, position, &host.config, &standings, (deadline, false));
                self.compare(now, position, host, &standings);
            }
        }
    }
}

/// The addresses of an instance with their interfaces.
fn placed(config: &Instance) -> impl Iterator<Item = (&IfName, IpNet)> {
    let own = config.interface.as_ref().map(|interface| &interface.value);
    config.addresses.iter().chain(&config.excluded).filter_map(move |address| {
        Some((address.value.interface.as_ref().or(own)?, address.value.net))
    })
}

/// Whether an address belongs on an interface that the instance makes, so that what a dead
/// predecessor has left below is none of its own.
fn is_above(config: &Instance, interface: &IfName, net: IpNet) -> bool {
    config.link.is_some()
        && config.interface.as_deref() == Some(interface)
        && Family::of(net.address()) == config.family
}

/// Whether the packets of a virtual address are for the host itself.
fn accepts(config: &Config, address: IpAddr) -> bool {
    let lists = |instance: &&Instance| {
        let mut all = instance.addresses.iter().chain(&instance.excluded);
        all.any(|listed| listed.ip() == address)
    };
    config.instances.iter().map(AsRef::as_ref).find(lists).is_none_or(|instance| instance.accept)
}
