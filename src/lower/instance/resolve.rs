//! From what an instance says to what runs: defaults, contradictions, limits, in keepalived's
//! order of checks.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::diag::{Code, Severity};
use crate::ir::{Authentication, InitialState, Instance, Preemption, Transport};
use crate::lower::global::Defaults;
use crate::lower::instance::Said;
use crate::lower::instance::transport::checksum;
use crate::lower::{Lowering, Unusable};
use crate::units::{Family, Priority, Spanned, Version};

/// MTU that the size of adverts is judged by; the interface's own is not known here.
const MTU: usize = 1500;
/// Ethernet and VRRP headers, and the authentication data of version 2.
const HEADERS: (usize, usize) = (14 + 8, 8);

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
        let family = said.family.map_or(Family::V4, |family| family.value);
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
        let advert_int = self.interval(&said, version, place);
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
                "`lower_prio_no_advert`",
            ),
            higher_prio_send_advert: self.strict_flag(
                said.higher_prio_send_advert,
                strict.then_some(false),
                defaults.higher_prio_send_advert,
                "`higher_prio_send_advert`",
            ),
            skip_check_adv_addr: said.skip_check_adv_addr.unwrap_or(defaults.skip_check_adv_addr),
            strict,
            accept,
            track_primary: !said.dont_track_primary,
            promote_secondaries: said.promote_secondaries,
            smtp_alert: said.smtp_alert.unwrap_or(defaults.smtp_alert),
            notify: said.notify,
            name: said.name,
        })
    }

    /// A flag that strict mode sets (`forced`) whatever the instance says.
    fn strict_flag(
        &mut self,
        said: Option<Spanned<bool>>,
        forced: Option<bool>,
        usual: bool,
        name: &str,
    ) -> bool {
        let Some(forced) = forced else { return said.map_or(usual, |flag| flag.value) };
        if let Some(flag) = said.filter(|flag| flag.value != forced) {
            let state = if forced { "on" } else { "off" };
            self.error(Code::STRICT_MODE, flag.span, format!("strict mode has {name} {state}"))
                .label("ignored");
        }
        forced
    }

    /// Whether the host answers on the virtual addresses of a master that does not own them.
    fn accept(&mut self, said: &Said, version: Version, priority: Priority, strict: bool) -> bool {
        if !strict || priority.is_owner() {
            return true;
        }
        if let (Some(span), Version::V2) = (said.accept, version) {
            self.warning(Code::STRICT_MODE, span, "`accept` in strict mode with version 2")
                .label("ignored: RFC 3768 has no accept mode")
                .help("write `version 3`, or leave strict mode");
            return false;
        }
        said.accept.is_some()
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
        if said.auth_trailer {
            return Authentication::Trailer;
        }
        let Some(block) = said.authentication else { return Authentication::None };
        if said.auth_header && version == Version::V2 && !strict {
            return Authentication::Header;
        }
        let known = said.auth_type.is_some() && said.auth_pass.is_some();
        if said.auth_reported && !known {
            return Authentication::None;
        }
        let why = match (&said.auth_type, &said.auth_pass) {
            _ if version == Version::V3 => "VRRPv3 has no authentication",
            _ if strict => "strict mode has no authentication",
            (None, _) => {
                self.warning(Code::AUTHENTICATION_IGNORED, block, "there is no authentication")
                    .label("it has no `auth_type`")
                    .note("keepalived does not mention it");
                return Authentication::None;
            }
            (Some(_), None) => "it has no `auth_pass`",
            (Some(_), Some((_, password))) => return Authentication::Pass(password.clone()),
        };
        self.error(Code::AUTHENTICATION_IGNORED, block, "authentication is ignored").label(why);
        Authentication::None
    }

    fn resolve_addresses(
        &mut self,
        said: &mut Said,
        family: Family,
        version: Version,
        strict: bool,
    ) {
        // keepalived 2.4.3 pays no heed to `dev` here; 2.2.7 takes doubles.
        let mut known = BTreeMap::new();
        for list in [&mut said.addresses, &mut said.excluded] {
            list.retain(|address| match known.entry(address.net) {
                Entry::Occupied(first) => {
                    self.error(
                        Code::DUPLICATE_ADDRESS,
                        address.span,
                        format!("{} is listed twice", address.net),
                    )
                    .label("ignored")
                    .related(*first.get(), "first listed here");
                    false
                }
                Entry::Vacant(place) => {
                    place.insert(address.span);
                    true
                }
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
}
