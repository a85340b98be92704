//! Carries the engine's effects out: adverts and sockets at once, changes of the network through
//! the worker, scripts as children, lines into the log.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::engine::Engine;
use crate::engine::effect::{Direction, Effect, InstanceId, PlacedAddress, Transmission};
use crate::engine::event::{CheckOutcome, Event, NetworkChange, Tracked};
use crate::engine::message::{Fields, Level, Message};
use crate::engine::own_link::LinkPlan;
use crate::engine::snapshot::State;
use crate::facts::Network;
use crate::ir::{Config, Transport};
use crate::runtime::checks::Checks;
use crate::runtime::claims::Claims;
use crate::runtime::drain_file::DrainFile;
use crate::runtime::dumps::KnownToProcess;
use crate::runtime::iproute2::Names;
use crate::runtime::linkbeat::Linkbeat;
use crate::runtime::netlink::Commands;
use crate::runtime::netlink::report::{self, Report};
use crate::runtime::notify::Notifier;
use crate::runtime::packets::{Packets, SendFailure};
use crate::runtime::scripts::Scripts;
use crate::runtime::scripts::starter;
use crate::runtime::worker::NetworkWorker;
use crate::sys::readiness::Readiness;
use crate::units::IfName;

/// Lines that room is kept for.
const USUAL_MESSAGES: usize = 256;

/// What a shell works with.
pub(super) struct Given {
    /// For changes to the network.
    pub(super) commands: Commands,
    /// Who is told of transitions.
    pub(super) notifier: Notifier,
    /// Who waits for packets.
    pub(super) readiness: Rc<Readiness>,
}

/// Everything that effects act on.
pub(super) struct Shell {
    /// The VRRP sockets.
    pub(super) packets: Packets,
    /// The queue of changes to the network.
    pub(super) worker: NetworkWorker,
    /// The polling of links.
    linkbeat: Linkbeat,
    /// The check scripts that run.
    checks: Checks,
    /// Those who answer for our addresses.
    claims: Claims,
    /// What they are to be told: that must not stand between an advert and its announcements either.
    claimable: Vec<(Direction, Arc<[PlacedAddress]>)>,
    notifier: Notifier,
    scripts: Scripts,
    /// What starts them; after those who ask it for that.
    starter: starter::Thread,
    network: Network,
    config: Arc<Config>,
    answers: VecDeque<Event>,
    read_network: bool,
    /// What waits to be logged: that must not stand between an advert and its announcements.
    messages: Vec<Message>,
    masters: BTreeSet<InstanceId>,
    /// The interfaces that instances have made.
    own_links: BTreeSet<IfName>,
    plans: BTreeMap<IfName, Arc<LinkPlan>>,
    /// The interfaces that were up at some time.
    seen_up: BTreeSet<IfName>,
    /// Every address that comes or goes is logged (`-a`).
    log_addresses: bool,
    /// Where drains are kept for the next start.
    pub(super) drain_file: DrainFile,
}

impl Shell {
    /// Opens what every configuration needs. What was done on other threads is told to the other
    /// end.
    pub(super) fn new(
        config: &Arc<Config>,
        scripts: Scripts,
        names: Names,
        given: Given,
        network: &Network,
    ) -> io::Result<(Self, UnboundedReceiver<Event>)> {
        let Given { commands, notifier, readiness } = given;
        let (outcomes, inbox) = unbounded_channel();
        let starter = starter::Thread::start()?;
        let mut shell = Self {
            packets: Packets::new(readiness),
            worker: NetworkWorker::start(commands, outcomes.clone())?,
            linkbeat: Linkbeat::new(outcomes.clone()),
            claims: Claims::start(outcomes.clone()),
            claimable: Vec::new(),
            checks: Checks::new(starter.starter().clone(), outcomes),
            notifier,
            scripts: Scripts::default(),
            starter,
            network: network.clone(),
            config: Arc::clone(config),
            answers: VecDeque::new(),
            read_network: false,
            messages: Vec::new(),
            masters: BTreeSet::new(),
            own_links: BTreeSet::new(),
            plans: BTreeMap::new(),
            seen_up: names_of_up(network).collect(),
            log_addresses: false,
            drain_file: DrainFile::new(None),
        };
        shell.reconfigure(config, scripts, names);
        tracing::debug!("Registering gratuitous ARP shared channel");
        report::present(network, config).iter().for_each(log_report);
        Ok((shell, inbox))
    }

    /// The configuration that runs.
    pub(super) fn config(&self) -> &Arc<Config> {
        &self.config
    }

    /// The interfaces that instances have asked for.
    pub(super) fn plans(&self) -> impl Iterator<Item = &LinkPlan> {
        self.plans.values().map(Arc::as_ref)
    }

    /// What a dump says of the process.
    pub(super) fn known_to_dumps(&self) -> KnownToProcess {
        KnownToProcess {
            descriptors: self.packets.descriptors(),
            users: self.scripts.users(),
            owners: self.scripts.owners(),
            default_user: self.scripts.default_user(),
            seen_up: self.seen_up.clone(),
            changed: self.worker.changed_settings(),
        }
    }

    /// Takes over what a configuration says about sockets and scripts, and the names in it. The
    /// scripts of the former one stay until [`Self::reconfigured`].
    pub(super) fn reconfigure(&mut self, config: &Arc<Config>, scripts: Scripts, names: Names) {
        self.config = Arc::clone(config);
        self.worker.know_names(names);
        if let Err(error) = self.linkbeat.configure(config) {
            tracing::warn!("Unable to poll links: {error}");
        }
        if config.needs_some_packet_filter() {
            tracing::info!(
                "use_vmac or no_accept/strict specified, but no firewall configured - using \
                 nftables"
            );
        }
        self.worker.configure_firewall(&config.global.firewall);
        let mut vrids: Vec<_> = config.instances.iter().map(|instance| *instance.vrid).collect();
        vrids.sort_unstable();
        vrids.dedup();
        let heard = match config.global.network.log_unknown_vrids {
            true => self.packets.hear_everything(),
            false => self.packets.set_vrids(&vrids),
        };
        if let Err(error) = heard {
            tracing::warn!("VRRP socket filter: {error}");
        }
        let groups = config.instances.iter().filter_map(|instance| match instance.transport {
            Transport::Multicast { group: IpAddr::V4(group) } => Some(group),
            Transport::Multicast { .. } | Transport::Unicast { .. } => None,
        });
        self.packets.set_old_unicast_groups(groups);
        let former = std::mem::replace(&mut self.scripts, scripts);
        self.scripts.keep(former);
        if self.scripts.are_any() {
            self.starter.starter().be_ready();
        }
        self.notifier.reconfigure(config, &self.scripts, self.starter.starter());
    }

    /// All effects of the change of configuration have been carried out.
    pub(super) fn reconfigured(&mut self, engine: &Engine) {
        self.notifier.reconfigured(engine);
        self.scripts.keep_only(&self.config);
    }

    /// Whether every address that is there, comes or goes is logged from now on.
    pub(super) fn log_addresses(&mut self, on: bool, network: &Network) {
        self.log_addresses = on;
        if on {
            report::addresses(network).iter().for_each(log_report);
        }
    }

    /// Says what changed, and keeps its own picture of the network up to date.
    pub(super) fn network_changed(&mut self, changes: &[NetworkChange]) {
        for change in changes {
            let reports = report::of(change, &self.network, &self.config, &self.own_links);
            reports.iter().for_each(log_report);
            if self.log_addresses {
                report::address(change).iter().for_each(log_report);
            }
            self.note(change);
        }
    }

    /// There may be thousands of addresses, and each of them is reported: the whole is not copied.
    fn note(&mut self, change: &NetworkChange) {
        match change {
            NetworkChange::Interface(interface) => {
                if interface.up {
                    self.seen_up.insert(interface.name.clone());
                }
                match self.network.interface_mut(&interface.name) {
                    Some(known) => known.clone_from(interface),
                    None => self.network.interfaces.push(interface.clone()),
                }
            }
            NetworkChange::InterfaceRemoved(name) => {
                self.network.interfaces.retain(|interface| interface.name != *name);
            }
            NetworkChange::AddressAdded { interface, address, .. } => {
                if let Some(known) = self.network.interface_mut(interface) {
                    known.addresses.push(*address);
                }
            }
            NetworkChange::AddressRemoved { interface, address, .. } => {
                if let Some(known) = self.network.interface_mut(interface)
                    && let Some(at) = known.addresses.iter().position(|net| net == address)
                {
                    known.addresses.remove(at);
                }
            }
            NetworkChange::LinkPolled { .. }
            | NetworkChange::RouteRemoved { .. }
            | NetworkChange::RuleRemoved { .. } => {}
            NetworkChange::Resync(network) => {
                self.seen_up.extend(names_of_up(network));
                self.network.clone_from(network);
            }
        }
    }

    /// The engine has asked for the whole network.
    pub(super) fn wants_network_read(&self) -> bool {
        self.read_network
    }

    /// True once after the engine has asked for the whole network.
    pub(super) fn takes_read_network(&mut self) -> bool {
        std::mem::take(&mut self.read_network)
    }

    /// The outcome of an effect that was carried out at once.
    pub(super) fn answer(&mut self) -> Option<Event> {
        self.answers.pop_front().or_else(|| self.worker.settle())
    }

    /// No more than one instance of the process is master: nobody's adverts suffer when it takes its
    /// time for an address.
    pub(super) fn is_alone(&self) -> bool {
        self.masters.len() <= 1
    }

    /// Carries one effect out, or queues it where order matters and the kernel may be slow.
    pub(super) fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::SendAdvert(transmission) => self.transmit(&transmission),
            Effect::OpenSocket { id, socket, key } => {
                let result = self.packets.open(socket, &key);
                if let Some(description) = self.packets.describe(socket, &key) {
                    tracing::debug!("VRRP sockpool: [{description}]");
                }
                self.answers.push_back(Event::Done { id, result });
            }
            Effect::CloseSocket { socket } => self.packets.close(socket),
            Effect::Notify(notification) => {
                self.notifier.take(&notification, &self.scripts, self.starter.starter());
            }
            Effect::ReceiveBuffer { socket, bytes } => {
                if let Err(error) = self.packets.set_receive_buffer(socket, bytes) {
                    tracing::warn!("VRRP receive buffer of {bytes} bytes: {error}");
                }
            }
            Effect::StartCheck { check, script, .. } => match self.scripts.launch(&script) {
                Some(launch) => self.checks.launch(check, launch),
                None => {
                    let outcome = CheckOutcome::NotStarted;
                    let ended = Tracked::ScriptEnded { check, outcome };
                    self.answers.push_back(Event::Tracked(ended));
                }
            },
            Effect::EndCheck { check, signal } => self.checks.end(check, signal),
            Effect::Log(message) => {
                self.notifier.hear(&message);
                self.messages.push(message);
            }
            Effect::ReadNetwork => self.read_network = true,
            Effect::Transition { instance, to, .. } => {
                if to == State::Master {
                    self.masters.insert(instance);
                } else {
                    self.masters.remove(&instance);
                }
            }
            Effect::KeepDrains(kept) => self.drain_file.keep(kept),
            Effect::Stopped => {}
            network @ (Effect::Addresses { .. }
            | Effect::Routes { .. }
            | Effect::Rules { .. }
            | Effect::Statics { .. }
            | Effect::Announce { .. }
            | Effect::Link { .. }
            | Effect::PromoteSecondaries { .. }
            | Effect::Firewall { .. }) => {
                // A kernel that makes us wait then holds up no other router's adverts.
                // Interfaces take milliseconds.
                let alone = self.is_alone() && !matches!(network, Effect::Link { .. });
                if let Effect::Addresses { change, addresses, .. } = &network {
                    // Waking its listener takes its time.
                    self.claimable.push((*change, Arc::clone(addresses)));
                }
                if let Effect::Link { change, .. } = &network {
                    self.own_links.insert(change.plan().name.clone());
                    self.plans.insert(change.plan().name.clone(), Arc::clone(change.plan()));
                }
                self.worker.submit(&network, &self.network, alone);
            }
        }
    }

    /// Makes ready for effects that are about to come: does all of their way but its last step.
    pub(super) fn rehearse(&mut self, effects: &[Effect]) {
        for effect in effects {
            match effect {
                Effect::SendAdvert(transmission) => self.packets.rehearse(transmission),
                effect => self.worker.rehearse(effect, &self.network),
            }
        }
    }

    /// No instance of this process is master.
    pub(super) fn is_backup(&self) -> bool {
        self.masters.is_empty()
    }

    /// Logs what has been said since the last call.
    pub(super) fn tell(&mut self) {
        for (change, addresses) in self.claimable.drain(..) {
            self.claims.note(change, &addresses);
        }
        if self.messages.is_empty() {
            return;
        }
        self.messages.drain(..).for_each(|message| log(&message));
        self.messages.shrink_to(USUAL_MESSAGES);
    }

    fn transmit(&mut self, transmission: &Transmission) {
        for SendFailure { destination, error } in self.packets.transmit(transmission) {
            self.answers.push_back(Event::NotSent {
                instance: transmission.instance,
                destination,
                resigning: transmission.advert.priority.is_none(),
                error,
            });
        }
    }

    /// From now on no script is waited for as long as before.
    pub(super) fn hurry(&self) {
        self.notifier.hurry();
    }

    /// Waits for the scripts of the stop, and ends the readers of the pipes.
    pub(super) async fn finish_scripts(&mut self) {
        self.notifier.finish().await;
    }
}

/// The names of what is up.
fn names_of_up(network: &Network) -> impl Iterator<Item = IfName> + '_ {
    network.interfaces.iter().filter(|it| it.up).map(|it| it.name.clone())
}

fn log_report(report: &Report) {
    match report.detail {
        true => tracing::debug!("{}", report.text),
        false => tracing::info!("{}", report.text),
    }
}

fn log(message: &Message) {
    let Fields { event, instance, state, from, to, peer, priority, interface, why } =
        message.fields();
    // The fields are for programs; the text is keepalived's.
    macro_rules! say {
        ($level:ident) => {
            tracing::$level!(
                event,
                instance,
                state,
                from,
                to,
                peer,
                priority,
                interface,
                why,
                "{message}"
            )
        };
    }
    if message.detail() {
        say!(debug);
        return;
    }
    match message.level() {
        Level::Info => say!(info),
        Level::Warning => say!(warn),
        Level::Error => say!(error),
    }
}
