//! From what an instance says to what runs: defaults, contradictions, limits, in keepalived's
//! order of checks.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::time::Duration;

use crate::diag::{Code, Severity, Verdict};
use crate::ir::{Authentication, InitialState, Instance, Preemption, Tracking, Transport};
use crate::lower::global::Defaults;
use crate::lower::instance::Said;
use crate::lower::instance::transport::checksum;
use crate::lower::tracking::Unweighted;
use crate::lower::{Lowering, Unusable};
use crate::units::{Compat, Family, IfName, Priority, Spanned, Version};

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
            .help("add `virtual_router_id N`, 1 to 255, the same on all its routers")
            .wording(format!("({}) the virtual router id must be set", said.name.value));
        }
        let family = said.family.map_or(Family::V4, |family| family.value);
        let version = self.protocol_version(&said, family, strict, defaults);
        let (initial_state, priority) = self.priority(&said, strict);
        let advert_int = self.interval(&said, version, place);
        let authentication = self.authentication_of(&said, (version, family), advert_int, strict);
        let initial_state = self.header_begins_as_backup(
            &said,
            &authentication,
            initial_state,
            priority.is_owner(),
        );
        let transport = self.transport(&mut said, family, strict, defaults);
        let interface = said.interface.clone();
        let unicast = matches!(transport, Transport::Unicast { .. });
        let without = unicast && said.source.is_some() && self.compat > Compat::V2_2_7;
        if interface.is_none() && !without {
            self.cannot_be_used(Unusable::Instance);
            self.error(
                Code::MISSING_INTERFACE,
                place,
                format!("`{}` has no interface", said.name.value),
            )
            .label("(unknown interface) this instance cannot run")
            .note("keepalived ends with its configuration status")
            .help("add `interface NAME`")
            .wording(format!("({}) Unknown interface!", said.name.value));
            return None;
        }
        let vrid = vrid?;
        self.resolve_addresses(&mut said, version, strict);
        let preemption = self.preemption(&said, initial_state, *priority, strict);
        let link = self.own_link(&mut said, *vrid, family, (unicast, strict));
        let vrf = self.resolve_vrf(&mut said, unicast);
        let tracking = self.resolve_tracking(&mut said, interface.as_deref(), *priority);
        let owner_ignores_adverts =
            self.resolve_owner_ignores(&said, *priority, strict, defaults.owner_ignores_adverts);
        let timer_expired_backup = self.resolve_timer_expired(&said);
        let garp = self.garp(&said, strict, defaults);
        let accept = self.accept(&said, version, *priority, strict);
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
            source: said.source,
            authentication,
            addresses: said.addresses,
            excluded: said.excluded,
            preemption,
            garp,
            lower_prio_no_advert: self.strict_flag(
                said.lower_prio_no_advert,
                strict.then_some(true),
                defaults.lower_prio_no_advert,
                (
                    "`lower_prio_no_advert`",
                    format!(
                        "({}) Strict mode requires no lower priority advert. resetting",
                        said.name.value
                    ),
                ),
            ),
            higher_prio_send_advert: self.strict_flag(
                said.higher_prio_send_advert,
                strict.then_some(false),
                defaults.higher_prio_send_advert,
                (
                    "`higher_prio_send_advert`",
                    format!(
                        "({}) strict mode requires higher_prio_send_advert to be clear. resetting",
                        said.name.value
                    ),
                ),
            ),
            skip_check_adv_addr: said.skip_check_adv_addr.unwrap_or(defaults.skip_check_adv_addr),
            strict,
            accept,
            track_primary: !said.dont_track_primary,
            smtp_alert: said.smtp_alert.unwrap_or(defaults.smtp_alert),
            notify: said.notify,
            tracking,
            routes: said.routes,
            rules: said.rules,
            promote_secondaries: said.promote_secondaries,
            link,
            vmac_for_addresses: said.link.for_addresses.is_some(),
            vrf,
            // Without a configured source there is nothing to track.
            track_source: said.options.track_source.is_some() && said.source.is_some(),
            polls_link: said.options.polls_link,
            receive_buffer: said.options.receive_buffer,
            extra_garp: said.options.extra_garp.unwrap_or(defaults.extra_garp),
            sync_daemon: said.options.sync_daemon,
            notify_priority_changes: said.options.priority_changes,
            owner_ignores_adverts,
            timer_expired_backup,
            name: said.name,
        })
    }

    /// What is authenticated: a trailer takes the place of everything else.
    fn authentication_of(
        &mut self,
        said: &Said,
        (version, family): (Version, Family),
        advert_int: Spanned<Duration>,
        strict: bool,
    ) -> Authentication {
        let Some(trailer) = self.trailer(&said.trailer, advert_int.value, strict) else {
            return self.resolve_authentication(said, (version, family), strict);
        };
        if let Some(block) = said.authentication {
            self.error(Code::AUTHENTICATION_IGNORED, block, "authentication is ignored")
                .label("`auth_hmac` takes its place");
        }
        Authentication::Trailer(Box::new(trailer))
    }

    /// What is tracked, without what an owner or a sync group leaves no effect.
    fn resolve_tracking(
        &mut self,
        said: &mut Said,
        interface: Option<&IfName>,
        priority: Priority,
    ) -> Tracking {
        let mut tracking = std::mem::take(&mut said.tracking);
        let owner = said.name.value.clone();
        self.own_interface_untracked(&owner, interface, &mut tracking);
        let group = self.known.membership(&owner).filter(|group| !group.weights);
        let why = match group.map(|group| group.span) {
            Some(span) => Some(Unweighted::SyncGroup(span)),
            None if priority.is_owner() => {
                Some(Unweighted::Owner(said.priority.map_or(said.name.span, |said| said.span)))
            }
            None => None,
        };
        if let Some(why) = why {
            self.unweighted(&owner, &mut tracking, why);
        }
        tracking
    }

    /// A flag that strict mode sets (`forced`) whatever the instance says.
    fn strict_flag(
        &mut self,
        said: Option<Spanned<bool>>,
        forced: Option<bool>,
        usual: bool,
        (name, wording): (&str, String),
    ) -> bool {
        let Some(forced) = forced else { return said.map_or(usual, |flag| flag.value) };
        if let Some(flag) = said.filter(|flag| flag.value != forced) {
            let state = if forced { "on" } else { "off" };
            self.error(Code::STRICT_MODE, flag.span, format!("strict mode has {name} {state}"))
                .label("ignored")
                .wording(wording);
        }
        forced
    }

    /// Whether the host answers on the virtual addresses of a master that does not own them.
    fn accept(&mut self, said: &Said, version: Version, priority: Priority, strict: bool) -> bool {
        let asked = said.accept.map(|accept| accept.value);
        if priority.is_owner() {
            return true;
        }
        if !strict {
            return asked.unwrap_or(true);
        }
        let asked = said.accept.filter(|accept| accept.value);
        if let (Some(accept), Version::V2) = (asked, version) {
            self.warning(Code::STRICT_MODE, accept.span, "`accept` in strict mode with version 2")
                .label("ignored: RFC 3768 has no accept mode")
                .help("write `version 3`, or leave strict mode")
                .verdict(Verdict::Counted)
                .wording(format!(
                    "({}) warning - accept mode for VRRP version 2 does not comply with RFC3768 - \
                     resetting",
                    said.name.value
                ));
            return false;
        }
        asked.is_some()
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
            .label(if owner { "taken for MASTER" } else { "taken for BACKUP" })
            .wording(format!("({}) State MASTER must match being address owner", said.name.value));
        }
        let initial = match (strict, wants_master) {
            (_, None) if owner => InitialState::Owner,
            (true, Some(_)) if owner => InitialState::Master,
            (false, Some(true)) => InitialState::Master,
            _ => InitialState::Backup,
        };
        (initial, priority)
    }

    fn resolve_addresses(&mut self, said: &mut Said, version: Version, strict: bool) {
        // keepalived 2.4.3 pays no heed to `dev` here; 2.2.7 takes doubles.
        let doubles = self.compat == Compat::V2_2_7;
        let mut known = BTreeMap::new();
        for list in [&mut said.addresses, &mut said.excluded] {
            list.retain(|address| match known.entry(address.net) {
                Entry::Occupied(first) => {
                    let text = format!("{} is listed twice", address.net);
                    let (severity, label) = match doubles {
                        true => (Severity::Warning, "set and advertised twice"),
                        false => (Severity::Error, "ignored"),
                    };
                    self.draft(Code::DUPLICATE_ADDRESS, severity, address.span, text)
                        .label(label)
                        .related(*first.get(), "first listed here");
                    doubles
                }
                Entry::Vacant(place) => {
                    place.insert(address.span);
                    true
                }
            });
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
                    .note("RFC 9568 section 5.2.9 asks for it; keepalived only says so")
                    .verdict(Verdict::Logged);
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
                    (Severity::Error, "required")
                } else {
                    (Severity::Warning, "sensible")
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
                .help("add `virtual_ipaddress { … }`, or say `no_virtual_ipaddress`")
                .verdict(Verdict::Counted);
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
        let name = &said.name.value;
        let nopreempt = said.nopreempt.filter(|span| {
            let (why, wording) = if priority.is_owner() {
                (
                    "priority 255 always preempts",
                    "nopreempt is incompatible with priority 255. resetting nopreempt",
                )
            } else if initial.is_master() {
                (
                    "nopreempt will not work with initial state MASTER - clearing",
                    "Warning - nopreempt will not work with initial state MASTER - clearing",
                )
            } else {
                return true;
            };
            self.error(Code::PREEMPTION_IGNORED, *span, "`nopreempt` is ignored")
                .label(why)
                .help("write `state BACKUP` on every router of the group")
                .wording(format!("({name}) {wording}"));
            false
        });
        let delay = said.preempt_delay.filter(|delay| {
            let (why, wording) = if delay.value.is_zero() {
                return false;
            } else if strict {
                (
                    "strict mode has no delay",
                    "preempt_delay is incompatible with strict mode - resetting",
                )
            } else if initial.is_master() {
                (
                    "preempt_delay will not work with initial state MASTER - clearing",
                    "Warning - preempt delay will not work with initial state MASTER - clearing",
                )
            } else if nopreempt.is_some() {
                (
                    "nopreempt never preempts",
                    "preempt_delay is incompatible with nopreempt mode - resetting",
                )
            } else {
                return true;
            };
            self.error(Code::PREEMPTION_IGNORED, delay.span, "`preempt_delay` is ignored")
                .label(why)
                .wording(format!("({name}) {wording}"));
            false
        });
        match (nopreempt, delay) {
            (Some(_), _) => Preemption::Never,
            (None, Some(delay)) => Preemption::Delayed(delay.value),
            (None, None) => Preemption::Immediate,
        }
    }
}
