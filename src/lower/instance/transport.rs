//! How adverts travel: by multicast or to peers, with which checksum; and whether two instances
//! would meet on the way.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use crate::diag::{Code, Verdict};
use crate::ir::{ChecksumPolicy, Instance, Transport};
use crate::lower::global::Defaults;
use crate::lower::instance::{OldChecksum, Said};
use crate::lower::{Lowering, Unusable};
use crate::units::{Compat, Family, Vrid};

impl Lowering<'_> {
    /// Multicast, or one copy to each peer.
    pub(super) fn transport(
        &mut self,
        said: &mut Said,
        family: Family,
        strict: bool,
        defaults: &Defaults,
    ) -> Transport {
        let peers = std::mem::take(&mut said.peers);
        let name = &said.name.value;
        if peers.is_empty() {
            if let Some(ttl) = said.unicast_ttl.take() {
                self.error(Code::UNICAST, ttl.span, "`unicast_ttl` without `unicast_peer`")
                    .label("ignored")
                    .wording(format!(
                        "({name}): Cannot use unicast_ttl without unicast peers - resetting"
                    ));
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
                .help("add `unicast_peer { ADDRESS … }`, or leave the keyword out")
                .verdict(Verdict::Counted)
                .wording(format!(
                    "({name}) A unicast keyword has been specified without any unicast peers. \
                     Defaulting to multicast. This usage is deprecated - please update your \
                     configuration."
                ));
            }
        } else {
            if let Some(group) = said.group {
                self.error(Code::UNICAST, group.span, "`mcast_dst_ip` with unicast peers")
                    .label("ignored")
                    .wording(format!(
                        "({name}) multicast destination specified with unicast - ignoring"
                    ));
            }
            // 2.2.7 takes it without a word.
            let strict = strict && self.compat > Compat::V2_2_7;
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
        Transport::Multicast { group: said.group.map_or(usual, |group| group.value) }
    }

    /// The same VRID twice on one LAN: both would answer to the other's adverts.
    pub(in crate::lower) fn check_duplicate_vrids(&mut self, instances: &[Arc<Instance>]) {
        let mut known: BTreeMap<Listener<'_>, usize> = BTreeMap::new();
        for (index, instance) in instances.iter().enumerate() {
            let mut clash: Option<usize> = None;
            for listener in listeners(instance) {
                let first = *known.entry(listener).or_insert(index);
                if first < index {
                    clash = Some(clash.map_or(first, |clash| clash.min(first)));
                }
            }
            if let Some(other) = clash.and_then(|index| instances.get(index)) {
                self.cannot_be_used(Unusable::Instance);
                let interface =
                    instance.interface.as_ref().map_or("any", |interface| interface.as_str());
                let text = format!(
                    "{} and {} both use VRID {} with {} on interface {interface}",
                    other.name.value, instance.name.value, *instance.vrid, instance.family
                );
                let wording = match instance.transport {
                    Transport::Multicast { .. } => text.clone(),
                    Transport::Unicast { .. } => format!(
                        "({}) duplicate VRID conflict with {} VRID {}",
                        other.name.value, instance.name.value, *instance.vrid
                    ),
                };
                self.error(Code::DUPLICATE_VRID, instance.vrid.span, text)
                    .label("given again here")
                    .related(other.vrid.span, "first given here")
                    .note("keepalived ends with its configuration status")
                    .wording(wording);
            }
        }
    }
}

/// Whom an instance hears: two with the same would take each other's adverts for their own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Listener<'a> {
    vrid: Vrid,
    family: Family,
    interface: Option<&'a str>,
    source: Option<IpAddr>,
    /// By unicast from this peer, or by multicast to this group.
    unicast: bool,
    other: IpAddr,
}

fn listeners(instance: &Instance) -> Vec<Listener<'_>> {
    let listener = |unicast, other| Listener {
        vrid: instance.vrid.value,
        family: instance.family,
        interface: instance.interface.as_ref().map(|interface| interface.as_str()),
        source: instance.source.as_ref().map(|source| source.value),
        unicast,
        other,
    };
    match &instance.transport {
        Transport::Multicast { group } => vec![listener(false, *group)],
        Transport::Unicast { peers, .. } => {
            peers.iter().map(|peer| listener(true, peer.address)).collect()
        }
    }
}

/// Which checksum version 3 carries over IPv4.
pub(super) fn checksum(said: &Said, unicast: bool, defaults: &Defaults) -> ChecksumPolicy {
    if said.checksum_as_v2.unwrap_or(defaults.checksum_as_v2) {
        return ChecksumPolicy::AsVersion2;
    }
    match (said.old_checksum, defaults.mcast_group4) {
        (Some(OldChecksum::Never), _) => ChecksumPolicy::Standard,
        (Some(OldChecksum::Always), IpAddr::V4(group)) if unicast => {
            ChecksumPolicy::OldUnicast { group }
        }
        _ => ChecksumPolicy::Detect,
    }
}
