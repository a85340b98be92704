//! From what an instance says to what runs: defaults, contradictions, limits, in keepalived's
//! order of checks.

use std::time::Duration;

use crate::diag::Code;
use crate::ir::{
    Authentication, Burst, ChecksumPolicy, GarpTiming, InitialState, Instance, Preemption, Refresh,
    Transport, VirtualAddress,
};
use crate::lower::global::Defaults;
use crate::lower::instance::{OldChecksum, Said};
use crate::lower::{Lowering, Unusable};
use crate::units::{Family, Priority, Spanned, Version};

/// MTU that the size of adverts is judged by; the interface's own is not known here.
const MTU: usize = 1500;
/// Ethernet and VRRP headers, and the authentication data of version 2.
const HEADERS: (usize, usize) = (14 + 8, 8);
/// The longest interval that version 3 can carry.
const LONGEST_V3: Duration = Duration::from_millis(40_950);

impl Lowering<'_> {
    pub(super) fn resolve(&mut self, mut said: Said, defaults: &Defaults) -> Option<Instance> {
        let place = said.name.span;
        let strict = said.strict.unwrap_or(defaults.strict);
        let vrid = said.vrid;
        if vrid.is_none() {
            self.cannot_be_used(Unusable::Instance);
            self.error(
                Code::MISSING_VRID,
                place,
                format!("`{}` has no valid virtual_router_id", said.name.value),
            )
            .label("this instance cannot run")
            .note("keepalived ends with its configuration status")
            .help("add `virtual_router_id N`, 1 to 255, the same on all its routers");
        }
        let family = self.family(&mut said);
        let version = self.protocol_version(&said, family, strict, defaults);
        let (initial_state, priority) = self.priority(&said, strict);
        let authentication = self.resolve_authentication(&said, version, strict);
        let transport = self.transport(&mut said, family, strict, defaults);
        let interface = said.interface.clone();
        let unicast = matches!(transport, Transport::Unicast { .. });
        if interface.is_none() && !(unicast && said.source.is_some()) {
            self.cannot_be_used(Unusable::Instance);
            self.error(
                Code::MISSING_INTERFACE,
                place,
                format!("`{}` has no interface", said.name.value),
            )
            .label("(unknown interface) this instance cannot run")
            .note("keepalived ends with its configuration status")
            .help("add `interface NAME`");
            return None;
        }
        let vrid = vrid?;
        self.resolve_addresses(&mut said, family, version, strict);
        let preemption = self.preemption(&said, initial_state, *priority, strict);
        let source = self.source(&said, family);
        let advert_int = self.interval(&said, version, place);
        let garp = self.garp(&said.garp(), place, strict, defaults);
        Some(Instance {
            vrid,
            family,
            version,
            interface,
            initial_state,
            priority,
            advert_int,
            down_timer_adverts: self.down_timer_adverts(&said, strict, defaults),
            check_unicast_source: unicast
                && (said.check_unicast_src || said.peer_ttl || defaults.check_unicast_src),
            checksum: checksum(&said, unicast, defaults),
            transport,
            source,
            authentication,
            addresses: said.addresses,
            excluded: said.excluded,
            preemption,
            garp,
            lower_prio_no_advert: strict
                || said
                    .lower_prio_no_advert
                    .map_or(defaults.lower_prio_no_advert, |flag| flag.value),
            higher_prio_send_advert: !strict
                && said
                    .higher_prio_send_advert
                    .map_or(defaults.higher_prio_send_advert, |flag| flag.value),
            skip_check_adv_addr: said.skip_check_adv_addr.unwrap_or(defaults.skip_check_adv_addr),
            strict,
            accept: said.accept.is_some() || !strict || priority.is_owner(),
            track_primary: !said.dont_track_primary,
            promote_secondaries: said.promote_secondaries,
            smtp_alert: said.smtp_alert.unwrap_or(defaults.smtp_alert),
            notify: said.notify,
            name: said.name,
        })
    }

    /// The first virtual address decides; without any, `native_ipv6` and the source do.
    fn family(&mut self, said: &mut Said) -> Family {
        let first = said.addresses.first().map(|address| Family::of(address.ip()));
        let native = said.native_ipv6.map(|_| Family::V6);
        let source = said.source.map(|source| Family::of(source.value));
        let family = first.or(native).or(source).unwrap_or(Family::V4);
        if let (Some(span), Family::V4) = (said.native_ipv6, family) {
            self.error(
                Code::FAMILY_MISMATCH,
                span,
                "`native_ipv6` on an instance with IPv4 addresses",
            )
            .label("ignored");
        }
        self.keep_family(family, &mut said.addresses, "a virtual address", |address| address.ip());
        self.keep_family(family, &mut said.peers, "a peer", |peer| peer.address);
        family
    }

    fn protocol_version(
        &mut self,
        said: &Said,
        family: Family,
        strict: bool,
        defaults: &Defaults,
    ) -> Version {
        match (said.version, family) {
            (Some(version), Family::V6) if version.value == Version::V2 => {
                self.error(Code::VERSION_MISMATCH, version.span, "version 2 with IPv6 addresses")
                    .label("VRRPv2 has no IPv6")
                    .note("keepalived sends a form of its own that nobody else understands")
                    .help("write `version 3`, or leave it out");
                if strict { Version::V3 } else { Version::V2 }
            }
            (Some(version), _) => version.value,
            (None, Family::V6) => Version::V3,
            (None, Family::V4) => defaults.version,
        }
    }

    fn priority(&mut self, said: &Said, strict: bool) -> (InitialState, Spanned<Priority>) {
        let wants_master = said.state.map(|state| state.value);
        let fallback = if wants_master == Some(true) { Priority::OWNER } else { Priority::DEFAULT };
        let priority = said.priority.unwrap_or(Spanned::new(fallback, said.name.span));
        let owner = priority.is_owner();
        if strict
            && let Some(state) = said.state
            && state.value != owner
        {
            self.error(
                Code::STRICT_MODE,
                state.span,
                "in strict mode `state MASTER` and priority 255 belong together",
            )
            .label(if owner { "taken for MASTER" } else { "taken for BACKUP" });
        }
        let master = match (strict, wants_master) {
            (true, _) | (false, None) => owner,
            (false, Some(master)) => master,
        };
        (if master { InitialState::Master } else { InitialState::Backup }, priority)
    }

    fn resolve_authentication(
        &mut self,
        said: &Said,
        version: Version,
        strict: bool,
    ) -> Authentication {
        let Some(block) = said.authentication else { return Authentication::None };
        if said.auth_type_waits {
            return Authentication::None;
        }
        let why = match (&said.auth_type, &said.auth_pass) {
            _ if version == Version::V3 => "VRRPv3 has no authentication",
            _ if strict => "strict mode has no authentication",
            (None, _) => "it has no `auth_type`",
            (Some(_), None) => "it has no `auth_pass`",
            (Some(_), Some((_, password))) => return Authentication::Pass(password.clone()),
        };
        self.error(Code::AUTHENTICATION_IGNORED, block, "authentication is ignored").label(why);
        Authentication::None
    }

    fn transport(
        &mut self,
        said: &mut Said,
        family: Family,
        strict: bool,
        defaults: &Defaults,
    ) -> Transport {
        let peers = std::mem::take(&mut said.peers);
        if peers.is_empty() {
            if let Some(ttl) = said.unicast_ttl.take() {
                self.error(Code::UNICAST, ttl.span, "`unicast_ttl` without `unicast_peer`")
                    .label("ignored");
            }
            if let Some(span) = said.unicast_keyword {
                if said.unicast_fault_no_peer {
                    self.warning(Code::UNICAST, span, "unicast without any peer")
                        .label("the instance stays in FAULT (`unicast_fault_no_peer`)");
                    return Transport::Unicast { peers, ttl: None };
                }
                self.warning(
                    Code::UNICAST,
                    span,
                    "a unicast keyword without any unicast peer: multicast is used",
                )
                .note("keepalived calls this deprecated")
                .help("add `unicast_peer { ADDRESS … }`, or leave the keyword out");
            }
        } else {
            if let Some(group) = said.group {
                self.error(Code::UNICAST, group.span, "`mcast_dst_ip` with unicast peers")
                    .label("ignored");
            }
            if let (true, Some(span)) = (strict, said.unicast_keyword) {
                self.cannot_be_used(Unusable::Instance);
                self.error(Code::STRICT_MODE, span, "strict mode does not allow unicast")
                    .note("keepalived ends with its configuration status");
            }
            return Transport::Unicast { peers, ttl: said.unicast_ttl.map(|ttl| ttl.value) };
        }
        let usual = match family {
            Family::V4 => defaults.mcast_group4,
            Family::V6 => defaults.mcast_group6,
        };
        let group = match said.group {
            Some(group) if Family::of(group.value) == family => group.value,
            Some(group) => {
                self.error(
                    Code::FAMILY_MISMATCH,
                    group.span,
                    "`mcast_dst_ip` of another family than the instance",
                )
                .label("ignored");
                usual
            }
            None => usual,
        };
        Transport::Multicast { group }
    }

    fn source(&mut self, said: &Said, family: Family) -> Option<Spanned<std::net::IpAddr>> {
        let source = said.source?;
        if Family::of(source.value) == family {
            return Some(source);
        }
        self.error(
            Code::FAMILY_MISMATCH,
            source.span,
            "a source address of another family than the instance",
        )
        .label("ignored");
        None
    }

    fn resolve_addresses(
        &mut self,
        said: &mut Said,
        family: Family,
        version: Version,
        strict: bool,
    ) {
        let mut known: Vec<Spanned<VirtualAddress>> = Vec::new();
        for list in [&mut said.addresses, &mut said.excluded] {
            list.retain(|address| {
                // keepalived 2.4.3 pays no heed to `dev` here; 2.2.7 takes doubles.
                let same = |other: &&Spanned<VirtualAddress>| other.net == address.net;
                if let Some(first) = known.iter().find(same) {
                    let first = first.span;
                    self.error(
                        Code::DUPLICATE_ADDRESS,
                        address.span,
                        format!("{} is listed twice", address.net),
                    )
                    .label("ignored")
                    .related(first, "first listed here");
                    return false;
                }
                known.push(address.clone());
                true
            });
        }
        let (size, ip_header) = match family {
            Family::V4 => (4, 20),
            Family::V6 => (16, 40),
        };
        let tail = if version == Version::V2 { HEADERS.1 } else { 0 };
        let most = ((MTU - HEADERS.0 - ip_header - tail) / size).min(255);
        if let Some(first) = said.addresses.get(most) {
            let count = said.addresses.len();
            self.error(
                Code::TOO_MANY_ADDRESSES,
                first.span,
                format!("{count} addresses are more than the {most} that an advert holds"),
            )
            .label("from here on they are set but not advertised");
            let mut moved = said.addresses.split_off(most);
            moved.append(&mut said.excluded);
            said.excluded = moved;
        }
        let unicast = said.unicast_keyword.is_some();
        match said.addresses.first() {
            Some(first) => {
                if let std::net::IpAddr::V6(address) = first.ip()
                    && !address.is_unicast_link_local()
                    && !unicast
                {
                    self.warning(
                        Code::FIRST_ADDRESS_NOT_LINK_LOCAL,
                        first.span,
                        "the first IPv6 address is not link-local",
                    )
                    .note("RFC 9568 section 5.2.9 asks for it; keepalived only says so");
                }
            }
            None if said.no_virtual_ipaddress && !strict => {}
            None => {
                let fatal = version == Version::V3 || strict;
                if fatal {
                    self.cannot_be_used(Unusable::Instance);
                }
                let name = &said.name;
                let (severity, need) = if fatal {
                    (crate::diag::Severity::Error, "required")
                } else {
                    (crate::diag::Severity::Warning, "sensible")
                };
                self.draft(
                    Code::NO_VIRTUAL_ADDRESS,
                    severity,
                    name.span,
                    format!("({}) No VIP specified; at least one is {need}", name.value),
                )
                .note(if fatal {
                    "VRRPv3 needs one: keepalived ends with its configuration status"
                } else {
                    "keepalived runs the instance without addresses"
                })
                .help("add `virtual_ipaddress { … }`, or say `no_virtual_ipaddress`");
            }
        }
    }

    fn preemption(
        &mut self,
        said: &Said,
        initial: InitialState,
        priority: Priority,
        strict: bool,
    ) -> Preemption {
        let nopreempt = said.nopreempt.filter(|span| {
            let why = if priority.is_owner() {
                "priority 255 always preempts"
            } else if initial == InitialState::Master {
                "nopreempt will not work with initial state MASTER - clearing"
            } else {
                return true;
            };
            self.error(Code::PREEMPTION_IGNORED, *span, "`nopreempt` is ignored")
                .label(why)
                .help("write `state BACKUP` on every router of the group");
            false
        });
        let delay = said.preempt_delay.filter(|delay| {
            let why = if delay.value.is_zero() {
                return false;
            } else if strict {
                "strict mode has no delay"
            } else if initial == InitialState::Master {
                "preempt_delay will not work with initial state MASTER - clearing"
            } else if nopreempt.is_some() {
                "nopreempt never preempts"
            } else {
                return true;
            };
            self.error(Code::PREEMPTION_IGNORED, delay.span, "`preempt_delay` is ignored")
                .label(why);
            false
        });
        match (nopreempt, delay) {
            (Some(_), _) => Preemption::Never,
            (None, Some(delay)) => Preemption::Delayed(delay.value),
            (None, None) => Preemption::Immediate,
        }
    }

    /// Version 2 counts whole seconds, version 3 hundredths up to 40.95 s.
    fn interval(
        &mut self,
        said: &Said,
        version: Version,
        place: crate::units::Span,
    ) -> Spanned<Duration> {
        let Some(asked) = said.advert_int else {
            return Spanned::new(Duration::from_secs(1), place);
        };
        let millis = u64::try_from(asked.as_millis()).unwrap_or(u64::MAX);
        let rounded = match version {
            Version::V2 => Duration::from_secs((millis.saturating_add(500) / 1_000).max(1)),
            Version::V3 => {
                let exact = u64::try_from(asked.as_micros()).unwrap_or(u64::MAX);
                let centiseconds = exact.saturating_add(5_000) / 10_000;
                Duration::from_millis(centiseconds.max(1).saturating_mul(10)).min(LONGEST_V3)
            }
        };
        if rounded != asked.value {
            let used = rounded.as_secs_f64();
            self.error(
                Code::INTERVAL_ROUNDED,
                asked.span,
                format!("VRRPv{version} cannot carry this interval; {used} s is used"),
            )
            .label(match version {
                Version::V2 => "whole seconds, 1 to 255",
                Version::V3 => "0.01 to 40.95, in steps of 0.01",
            });
        }
        Spanned::new(rounded, asked.span)
    }

    fn down_timer_adverts(&mut self, said: &Said, strict: bool, defaults: &Defaults) -> u32 {
        const USUAL: u32 = 3;
        match said.down_timer_adverts {
            Some(adverts) if strict && adverts.value != USUAL => {
                self.error(
                    Code::STRICT_MODE,
                    adverts.span,
                    "strict mode has `down_timer_adverts 3`",
                )
                .label("3 is used");
                USUAL
            }
            _ if strict => USUAL,
            Some(adverts) => adverts.value,
            None => defaults.down_timer_adverts,
        }
    }

    fn garp(
        &mut self,
        said: &SaidGarp,
        place: crate::units::Span,
        strict: bool,
        defaults: &Defaults,
    ) -> GarpTiming {
        let usual = defaults.garp();
        let master = Burst {
            rounds: said.master_repeat.unwrap_or(usual.master.rounds),
            delay: said.master_delay.unwrap_or(usual.master.delay),
        };
        let every = said.refresh.unwrap_or(defaults.refresh);
        let refresh = (!every.is_zero()).then_some(Refresh {
            every,
            rounds: said.refresh_repeat.unwrap_or(defaults.refresh_repeat).max(1),
        });
        let lower_priority = if strict {
            let asked = said.lower_repeat.is_some_and(|rounds| rounds > 0)
                || said.lower_delay.is_some_and(|delay| !delay.is_zero());
            if asked {
                self.error(
                    Code::STRICT_MODE,
                    place,
                    "strict mode announces nothing on adverts of lower priority",
                )
                .label("`garp_lower_prio_*` is ignored");
            }
            Burst { rounds: 0, delay: Duration::ZERO }
        } else {
            Burst {
                rounds: said.lower_repeat.or(defaults.lower_prio_repeat).unwrap_or(master.rounds),
                delay: said.lower_delay.or(defaults.lower_prio_delay).unwrap_or(master.delay),
            }
        };
        GarpTiming { master, refresh, lower_priority }
    }

    /// The same VRID twice on one LAN: both would answer to the other's adverts.
    pub(in crate::lower) fn check_duplicate_vrids(&mut self, instances: &[Instance]) {
        for (index, instance) in instances.iter().enumerate() {
            let clash = instances.iter().take(index).find(|other| {
                other.vrid == instance.vrid
                    && other.family == instance.family
                    && other.interface == instance.interface
                    && other.source == instance.source
                    && match (&other.transport, &instance.transport) {
                        (Transport::Multicast { group: a }, Transport::Multicast { group: b }) => {
                            a == b
                        }
                        (
                            Transport::Unicast { peers: a, .. },
                            Transport::Unicast { peers: b, .. },
                        ) => a.iter().any(|peer| b.iter().any(|p| p.address == peer.address)),
                        _ => false,
                    }
            });
            if let Some(other) = clash {
                self.cannot_be_used(Unusable::Instance);
                let interface =
                    instance.interface.as_ref().map_or("any", |interface| interface.as_str());
                self.error(
                    Code::DUPLICATE_VRID,
                    instance.vrid.span,
                    format!(
                        "{} and {} both use VRID {} with {} on interface {interface}",
                        other.name.value, instance.name.value, *instance.vrid, instance.family
                    ),
                )
                .label("given again here")
                .related(other.vrid.span, "first given here")
                .note("keepalived ends with its configuration status");
            }
        }
    }
}

/// The announcement keywords of one instance.
struct SaidGarp {
    master_delay: Option<Duration>,
    master_repeat: Option<u32>,
    refresh: Option<Duration>,
    refresh_repeat: Option<u32>,
    lower_delay: Option<Duration>,
    lower_repeat: Option<u32>,
}

impl Said {
    fn garp(&self) -> SaidGarp {
        SaidGarp {
            master_delay: self.garp_master_delay,
            master_repeat: self.garp_master_repeat,
            refresh: self.garp_refresh,
            refresh_repeat: self.garp_refresh_repeat,
            lower_delay: self.garp_lower_delay.map(|delay| delay.value),
            lower_repeat: self.garp_lower_repeat.map(|rounds| rounds.value),
        }
    }
}

/// Which checksum version 3 carries over IPv4.
fn checksum(said: &Said, unicast: bool, defaults: &Defaults) -> ChecksumPolicy {
    if said.checksum_as_v2 {
        return ChecksumPolicy::AsVersion2;
    }
    match (said.old_checksum, defaults.mcast_group4) {
        (Some(OldChecksum::Never), _) => ChecksumPolicy::Standard,
        (Some(OldChecksum::Always), std::net::IpAddr::V4(group)) if unicast => {
            ChecksumPolicy::OldUnicast { group }
        }
        _ => ChecksumPolicy::Detect,
    }
}
