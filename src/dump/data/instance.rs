//! The section `VRRP Topology`: a block for each instance.

use std::net::IpAddr;

use crate::dump::data::{addresses, follow, notify};
use crate::dump::line::{route, rule};
use crate::dump::moment::moment;
use crate::dump::number::seconds;
use crate::dump::text::{Text, enabled, or_none, yes};
use crate::dump::{HIDDEN, View};
use crate::engine::message::Cause;
use crate::engine::own_link::Make;
use crate::engine::snapshot::{InstanceSnapshot, State};
use crate::ir::{
    Authentication, ChecksumPolicy, Instance, IpvlanMode, OwnLink, Preemption, ReplayProtection,
    SyncGroup, TrailerMode, Transport,
};
use crate::units::{Family, Version};

/// All instances.
pub(super) fn section(text: &mut Text, view: View<'_>) {
    if view.engine.instances.is_empty() {
        return;
    }
    text.section("VRRP Topology");
    for (config, now) in view.instances() {
        text.head(format_args!("VRRP Instance = {}", now.name));
        let block = Block { view, config, now };
        block.state(text);
        block.link(text);
        block.announcements(text);
        block.election(text);
        block.authentication(text);
        block.addresses(text);
        block.unicast(text);
        block.socket(text);
        text.list("Virtual Routes", config.routes.iter().map(|it| route(&it.value)));
        text.list("Virtual Rules", config.rules.iter().map(|it| rule(&it.value)));
        block.tracked(text);
        notify::notifications(text, view, &config.notify, config.smtp_alert);
        let group = group_of(view, &config.name.value);
        let usual = group.and_then(|group| group.notify_priority_changes);
        let usual = usual.unwrap_or(view.config().global.fifos.priority_changes);
        let told = config.notify_priority_changes.map_or(usual, |told| told.value);
        text.property(format_args!("Notify priority changes = {told}"));
    }
}

/// The group that the instance is in.
fn group_of<'a>(view: View<'a>, name: &str) -> Option<&'a SyncGroup> {
    let mut groups = view.config().sync_groups.iter();
    groups.find(|group| group.members.iter().any(|member| member.value == name))
}

/// One instance.
#[derive(Clone, Copy)]
struct Block<'a> {
    view: View<'a>,
    config: &'a Instance,
    now: &'a InstanceSnapshot,
}

impl Block<'_> {
    fn state(self, text: &mut Text) {
        let Self { view, config, now } = self;
        text.property(format_args!("VRRP Version = {}", config.version));
        if let Some(group) = group_of(view, &now.name) {
            text.property(format_args!("Sync group = {}", group.name.value));
        }
        if config.family == Family::V6 {
            text.property(format_args!("Using Native IPv6"));
        }
        if view.running {
            self.present_state(text);
        }
        self.flags(text);
        // What it wants at its start, which a fault has nothing to do with.
        let wanted = match now.wanted {
            State::Fault if !view.running => self.first_wanted(),
            wanted => wanted,
        };
        text.property(format_args!("Wantstate = {wanted}"));
        text.property(format_args!("Number of config faults = 0"));
        if !view.running {
            return;
        }
        self.faults(text);
        if now.causes.iter().any(|cause| matches!(cause, Cause::SameVrid { .. })) {
            text.property(format_args!("Duplicate VRID"));
        }
        text.property(format_args!("Number of track scripts init = {}", now.scripts_awaited));
        let zone = &view.host.zone;
        let since = moment(view.engine.wall(now.since), zone);
        text.property(format_args!("Last transition = {since}"));
        let next = now.next.map(|next| moment(view.engine.wall(next), zone));
        text.property(format_args!("Read timeout = {}", next.unwrap_or("DISABLED".to_owned())));
        let wait = now.master_down.as_micros();
        text.property(format_args!("Master down timer = {wait} usecs"));
    }

    /// The state that it is configured to want.
    fn first_wanted(self) -> State {
        if self.config.initial_state.is_master() { State::Master } else { State::Backup }
    }

    /// The state, and what there is to be said of a backup and of an owner.
    fn present_state(self, text: &mut Text) {
        let Self { config, now, .. } = self;
        text.property(format_args!("State = {}", now.state));
        if now.state == State::Backup {
            let nobody: IpAddr = match config.family {
                Family::V4 => IpAddr::from([0; 4]),
                Family::V6 => IpAddr::from([0; 16]),
            };
            text.property(format_args!("Master router = {}", now.master.unwrap_or(nobody)));
            text.property(format_args!("Master priority = {}", now.master_priority));
            if config.version == Version::V3 {
                let interval = now.master_interval.as_millis();
                text.property(format_args!("Master advert interval = {interval} milli-sec"));
            }
        }
        if now.state == State::Master && config.priority.is_owner() {
            let (adverts, interval) = now.other_owner.unwrap_or_default();
            text.property(format_args!("Rogue master counter = {adverts}"));
            text.property(format_args!("Roger timer thread = (nil)"));
            text.property(format_args!("Roger adver interval = {} ms", interval.as_millis()));
        }
    }

    fn flags(self, text: &mut Text) {
        let config = self.config;
        let unicast = matches!(config.transport, Transport::Unicast { .. });
        // These have no line of their own here.
        let silent = config.link.is_some()
            || config.vmac_for_addresses
            || config.preemption == Preemption::Never
            || !config.track_primary
            || config.promote_secondaries
            || config.skip_check_adv_addr
            || config.track_source
            || config.polls_link;
        if !unicast && !silent {
            text.property(format_args!("Flags: none"));
            return;
        }
        text.property(format_args!("Flags:"));
        if unicast {
            let same = |other: &&Instance| {
                other.vrid == config.vrid
                    && other.family == config.family
                    && other.interface == config.interface
            };
            let duplicated =
                self.view.config().instances.iter().map(AsRef::as_ref).filter(same).count() > 1;
            let more = if duplicated { " with VRID duplication" } else { "" };
            text.entry(format_args!("Using unicast{more}"));
        }
        if matches!(&config.transport, Transport::Unicast { peers, .. } if peers.is_empty()) {
            text.entry("If unicast go to fault state if no peers");
        }
    }

    /// What keeps it from working. Members that follow their group into FAULT have no cause.
    fn faults(self, text: &mut Text) {
        let bases = self.now.links.iter().map(|link| &link.base);
        let bases: Vec<_> = bases.collect();
        let (mut trackers, mut flags) = (0_u32, Vec::new());
        for cause in &self.now.causes {
            let flag = match cause {
                Cause::InterfaceDown(name) if bases.contains(&name) => "base i/f down",
                Cause::InterfaceDown(_) | Cause::InterfaceUp(_) => "i/f down",
                Cause::SameVrid { .. } => "duplicate VRID",
                Cause::NoSource(_) => "no source IP address",
                Cause::NoSocket | Cause::NoPeers => "config error",
                Cause::Script { .. }
                | Cause::File(_)
                | Cause::Process { .. }
                | Cause::Bfd { .. } => {
                    trackers = trackers.saturating_add(1);
                    "unspecified"
                }
            };
            if !flags.contains(&flag) {
                flags.push(flag);
            }
        }
        text.property(format_args!("Number of tracker faults = {trackers}"));
        if flags.is_empty() {
            text.property(format_args!("Flags of interface faults - (none)"));
            return;
        }
        text.property(format_args!("Flags of interface faults:"));
        let order = [
            "unspecified",
            "i/f down",
            "base i/f down",
            "duplicate VRID",
            "no source IP address",
            "config error",
        ];
        order.iter().filter(|flag| flags.contains(flag)).for_each(|flag| text.entry(flag));
    }

    fn link(self, text: &mut Text) {
        let Self { view, config, now } = self;
        if config.vmac_for_addresses && now.own_link.is_none() {
            text.property(format_args!("Use VMAC for VIPs on other interfaces"));
        }
        let base = config.interface.as_ref().map(|interface| interface.value.as_str());
        if let Some((own, from_base)) = &now.own_link {
            let up = view.engine.network.interface(&own.name).is_some();
            let name = &own.name;
            let kind = match own.make {
                Make::Vmac(mac) => {
                    text.property(format_args!(
                        "Use VMAC, i/f name {name}, is_up = {up}, xmit_base = {from_base}"
                    ));
                    let usual =
                        matches!(mac.0, [0, 0, 0x5e, 0, 1 | 2, vrid] if vrid == now.vrid.get());
                    if !usual {
                        text.entry(format_args!("MAC = {mac}"));
                    }
                    "vmac"
                }
                Make::Ipvlan(mode, address) => {
                    let address = address
                        .map_or_else(String::new, |address| format!(", i/f address = {address}"));
                    let mode = match mode {
                        IpvlanMode::Bridge => "bridge",
                        IpvlanMode::Private => "private",
                        IpvlanMode::Vepa => "vepa",
                    };
                    text.property(format_args!(
                        "Use IPVLAN, i/f {name}, is_up = {up}{address}, type {mode}"
                    ));
                    "ipvlan"
                }
            };
            if matches!(config.link.as_deref(), Some(OwnLink::Vmac(vmac)) if vmac.netlink_notify) {
                text.entry("  Force netlink update for base interface");
            }
            if config.vmac_for_addresses {
                text.entry("  Use VMAC for VIPs on other interfaces");
            }
            let over = if *from_base { ", xmit base i/f" } else { "" };
            text.property(format_args!("Interface = {name}, {kind} on {}{over}", own.base));
            if base.is_some_and(|base| base != own.base.as_str()) {
                text.property(format_args!("Configured interface = {}", base.unwrap_or_default()));
            }
        } else {
            text.property(format_args!("Interface = {}", base.unwrap_or("not configured")));
        }
        if let Some(vrf) = &config.vrf {
            text.property(format_args!("VRF = {}", vrf.value));
        }
        let said = [
            (!config.track_primary, "VRRP interface tracking disabled"),
            (config.skip_check_adv_addr, "Skip checking advert IP addresses"),
            (config.strict, "Enforcing strict VRRP compliance"),
        ];
        for (_, line) in said.iter().filter(|(said, _)| *said) {
            text.property(format_args!("{line}"));
        }
        let from = if config.source.is_some() { " (from configuration)" } else { "" };
        let source = config.source.as_ref().map(|source| source.value).or(now.source);
        text.property(format_args!("Using src_ip = {}{from}", or_none(source)));
        if let Transport::Multicast { group } = config.transport {
            let mut sockets = view.engine.sockets.iter();
            let bound = sockets.find(|socket| socket.id == now.socket);
            let index = bound
                .and_then(|socket| view.engine.network.interface(socket.key.interface.as_ref()?))
                .filter(|_| config.family == Family::V6)
                .map_or_else(String::new, |it| format!(", ifindex {}", it.index));
            text.property(format_args!("Multicast address {group}{index}"));
        }
    }

    fn announcements(self, text: &mut Text) {
        let Self { view, config, .. } = self;
        let garp = &config.garp;
        let usual = view.config().global.defaults.refresh_repeat;
        let refresh = garp.refresh;
        let mut line = |name: &str, value: u64| {
            text.property(format_args!("Gratuitous ARP {name} = {value}"));
        };
        line("delay", garp.master.delay.as_secs());
        line("repeat", garp.master.rounds.into());
        line("refresh", refresh.map_or(0, |refresh| refresh.every.as_secs()));
        line("refresh repeat", refresh.map_or(usual, |refresh| refresh.rounds).into());
        line("lower priority delay", garp.lower_priority.delay.as_secs());
        line("lower priority repeat", garp.lower_priority.rounds.into());
        text.property(format_args!("Down timer adverts = {}", config.down_timer_adverts));
        if let Some(extra) = config.extra_garp {
            let which = if extra.all { "i/f" } else { "VMAC" };
            let every = extra.every.as_secs();
            text.property(format_args!("Gratuitous ARP for each secondary {which} = {every}"));
        }
    }

    fn election(self, text: &mut Text) {
        let Self { view, config, now } = self;
        let lower = !config.lower_prio_no_advert;
        text.property(format_args!("Send advert after receive lower priority advert = {lower}"));
        let higher = config.higher_prio_send_advert;
        text.property(format_args!("Send advert after receive higher priority advert = {higher}"));
        if config.priority.is_owner() {
            let ignores = config.owner_ignores_adverts;
            text.property(format_args!("Address owner ignores received adverts = {ignores}"));
        }
        text.property(format_args!("Virtual Router ID = {}", config.vrid.value));
        text.property(format_args!("Priority = {}", config.priority.value));
        if view.running {
            text.property(format_args!("Effective priority = {}", now.priority));
            text.property(format_args!("Total priority = {}", now.total_priority));
        }
        let preempts = config.preemption != Preemption::Never;
        if !preempts {
            let others = config.timer_expired_backup.map_or(0, |highest| highest.get());
            text.property(format_args!("Highest other priority = {others}"));
        }
        match config.version {
            Version::V2 => {
                let interval = config.advert_int.as_secs();
                text.property(format_args!("Advert interval = {interval} sec"));
            }
            Version::V3 => {
                let interval = config.advert_int.as_millis();
                text.property(format_args!("Advert interval = {interval} milli-sec"));
            }
        }
        if view.running {
            let last = now.last_advert.map(|last| view.engine.wall(last)).unwrap_or_default();
            let last = crate::dump::number::exact_seconds(last);
            text.property(format_args!("Last advert sent = {last}"));
        }
        text.property(format_args!("Accept = {}", enabled(config.accept)));
        text.property(format_args!("Preempt = {}", enabled(preempts)));
        if let Preemption::Delayed(delay) = config.preemption {
            text.property(format_args!("Preempt delay = {} secs", seconds(delay)));
        }
        let promotes = enabled(config.promote_secondaries);
        text.property(format_args!("Promote_secondaries = {promotes}"));
    }

    fn authentication(self, text: &mut Text) {
        let config = self.config;
        let kind = match &config.authentication {
            Authentication::None if config.version == Version::V3 => None,
            Authentication::None => Some("none"),
            Authentication::Pass(_) => Some("SIMPLE_PASSWORD"),
            Authentication::Header(_) => Some("IPSEC_AH"),
            Authentication::Trailer(_) => None,
        };
        if let Some(kind) = kind {
            text.property(format_args!("Authentication type = {kind}"));
        }
        match &config.authentication {
            Authentication::Pass(_) => text.property(format_args!("Password = {HIDDEN}")),
            Authentication::Trailer(trailer) => {
                text.property(format_args!("Authentication extension = HMAC-SHA256-128"));
                let keys = trailer.keys.len();
                let active = trailer.active.value;
                text.entry(format_args!("Keys = {keys}, active key id = {active}"));
                let mode = match trailer.mode {
                    TrailerMode::Enforce => "enforce",
                    TrailerMode::Permissive => "permissive",
                    TrailerMode::ReceiveOnly => "receive-only",
                };
                text.entry(format_args!("Mode = {mode}"));
                let replay = match trailer.replay {
                    ReplayProtection::Time => "time",
                    ReplayProtection::Monotonic => "monotonic",
                };
                text.entry(format_args!("Anti replay = {replay}"));
            }
            Authentication::None | Authentication::Header(_) => {}
        }
        if config.version == Version::V3 && config.family == Family::V4 {
            let as_v2 = config.checksum == ChecksumPolicy::AsVersion2;
            text.property(format_args!("VRRPv3 uses VRRPv2 checksum = {}", enabled(as_v2)));
        }
        if let Some(bytes) = config.receive_buffer {
            text.property(format_args!("Kernel rx buffer size = {}", bytes.value));
        }
    }

    fn addresses(self, text: &mut Text) {
        let (listed, excluded) = addresses(self.view, self.config, self.now);
        if !listed.is_empty() {
            text.property(format_args!("Virtual IP ({}):", listed.len()));
            listed.iter().for_each(|line| text.entry(line));
        }
        text.list("Virtual IP Excluded", excluded);
    }

    fn unicast(self, text: &mut Text) {
        let Self { config, now, .. } = self;
        let Transport::Unicast { peers, ttl } = &config.transport else { return };
        // Over IPv6 the kernel chooses unless somebody says something.
        if let Some(ttl) = ttl.or((config.family == Family::V4).then_some(u8::MAX)) {
            text.property(format_args!("Unicast TTL = {ttl}"));
        }
        // Of an instance that has it from `vrrp_check_unicast_src` keepalived says no.
        let bounded = peers.iter().any(|peer| (peer.min_ttl, peer.max_ttl) != (0, u8::MAX));
        let inherited = self.view.config().global.defaults.check_unicast_src && !bounded;
        let checked = yes(config.check_unicast_source && !inherited);
        text.property(format_args!("Check unicast src : {checked}"));
        text.list(
            "Unicast Peer",
            peers.iter().map(|peer| {
                let (least, most) = (peer.min_ttl, peer.max_ttl);
                format!("{} min_ttl {least} max_ttl {most}", peer.address)
            }),
        );
        let old = match config.checksum {
            ChecksumPolicy::OldUnicast { .. } => "config",
            ChecksumPolicy::Standard => "never",
            ChecksumPolicy::Detect if now.old_checksum => "auto",
            ChecksumPolicy::Detect | ChecksumPolicy::AsVersion2 => "no",
        };
        text.property(format_args!("Unicast checksum compatibility = {old}"));
    }

    fn socket(self, text: &mut Text) {
        let open = self.view.host.descriptors.get(&self.now.socket);
        match open.filter(|_| self.view.running) {
            Some((receive, send)) => {
                text.property(format_args!("fd_in {receive}, fd_out {send}"));
            }
            None => text.property(format_args!("No sockets allocated")),
        }
    }

    fn tracked(self, text: &mut Text) {
        // keepalived says that it ignores the weight of the interface of a group's member, shows 0 here,
        // and counts it all the same.
        let group = group_of(self.view, &self.config.name.value);
        let weighs = group.is_none_or(|group| group.tracking_weight);
        follow::lists(text, self.view, &self.config.tracking, weighs);
    }
}
