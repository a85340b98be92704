//! Does one router accept another one's adverts? The checks of `engine::vrrp::receive`, asked of
//! two configurations instead of a datagram.

use std::net::IpAddr;
use std::time::Duration;

use crate::cluster::Member;
use crate::ir::{self, Authentication, ChecksumPolicy, Instance, KeyValue, TrailerMode, Transport};
use crate::units::{Family, Version};

/// Why an advert of one router does not count for another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Obstacle {
    /// Another VRID.
    Vrid,
    /// Another multicast group.
    Group,
    /// One sends to a group, the other to peers.
    Kind,
    /// The sender does not send to the receiver's address.
    NotSent,
    /// The receiver checks the source, and the sender is none of its peers.
    NotAPeer,
    /// The receiver accepts other TTLs from this peer.
    Ttl,
    /// Another version of the protocol.
    Version,
    /// Another kind of authentication, or none.
    Authentication,
    /// Another password.
    Password,
    /// Version 2: another interval.
    Interval,
    /// Version 3 over IPv4: a form of checksum that the receiver does not take.
    Checksum,
}

/// TTL of an advert over IPv4 unless `unicast_ttl` says another.
const TTL: u8 = 255;

/// What keeps adverts of `from` from counting for `to`; empty: it hears them. `others` are the
/// remaining members of the router, whose addresses cannot be the receiver's.
pub fn obstacles(from: &Member<'_>, to: &Member<'_>, others: &[Member<'_>]) -> Vec<Obstacle> {
    let (sender, receiver) = (from.instance, to.instance);
    let mut found = Vec::new();
    if sender.vrid != receiver.vrid {
        found.push(Obstacle::Vrid);
    }
    way(sender, receiver, others, &mut found);
    if sender.version != receiver.version {
        // Interval, authentication and checksum mean something else in each version.
        found.push(Obstacle::Version);
        return found;
    }
    found.extend(authentication(&sender.authentication, &receiver.authentication));
    match receiver.version {
        Version::V2 => {
            if sender.advert_int != receiver.advert_int {
                found.push(Obstacle::Interval);
            }
        }
        Version::V3 => {
            if receiver.family == Family::V4 && !checksum_counts(sender, receiver) {
                found.push(Obstacle::Checksum);
            }
        }
    }
    found
}

/// How the advert travels.
fn way(sender: &Instance, receiver: &Instance, others: &[Member<'_>], found: &mut Vec<Obstacle>) {
    match (&sender.transport, &receiver.transport) {
        (Transport::Multicast { group: one }, Transport::Multicast { group: other }) => {
            if one != other {
                found.push(Obstacle::Group);
            }
        }
        (Transport::Unicast { ttl, .. }, Transport::Unicast { peers, .. }) => {
            if !sends_to(sender, receiver, others) {
                found.push(Obstacle::NotSent);
            }
            let Some(source) = source(sender).filter(|_| receiver.check_unicast_source) else {
                return;
            };
            match peers.iter().find(|peer| peer.value.address == source) {
                None => found.push(Obstacle::NotAPeer),
                Some(peer) => {
                    let ttl = ttl.or((sender.family == Family::V4).then_some(TTL));
                    let counts = |ttl| (peer.value.min_ttl..=peer.value.max_ttl).contains(&ttl);
                    if ttl.is_some_and(|ttl| !counts(ttl)) {
                        found.push(Obstacle::Ttl);
                    }
                }
            }
        }
        _ => found.push(Obstacle::Kind),
    }
}

/// The source that is written; `None` where it is the interface's address, which the files do not
/// tell.
pub fn source(instance: &Instance) -> Option<IpAddr> {
    instance.source.as_ref().map(|source| source.value)
}

/// The addresses in `unicast_peer`.
pub fn peers(instance: &Instance) -> impl Iterator<Item = IpAddr> + '_ {
    let peers = match &instance.transport {
        Transport::Unicast { peers, .. } => peers.as_slice(),
        Transport::Multicast { .. } => &[],
    };
    peers.iter().map(|peer| peer.value.address)
}

/// Peers of `sender` that are the address of none of these.
pub fn strangers<'a>(
    sender: &'a Instance,
    members: &'a [Member<'_>],
) -> impl Iterator<Item = IpAddr> + 'a {
    let known = move |address: &IpAddr| {
        let mut sources = members.iter().filter_map(|member| source(member.instance));
        sources.any(|source| source == *address)
    };
    peers(sender).filter(move |address| !known(address))
}

/// Whether a copy goes to the receiver. A receiver whose address is not written may be any peer
/// that nobody else is.
fn sends_to(sender: &Instance, receiver: &Instance, others: &[Member<'_>]) -> bool {
    match source(receiver) {
        Some(source) => peers(sender).any(|peer| peer == source),
        None => strangers(sender, others).any(|peer| Some(peer) != source(sender)),
    }
}

fn authentication(sender: &Authentication, receiver: &Authentication) -> Option<Obstacle> {
    use Authentication::{Header, None as Without, Pass, Trailer};
    match (sender, receiver) {
        (Pass(one), Pass(other)) | (Header(one), Header(other)) => {
            (padded(one.expose()) != padded(other.expose())).then_some(Obstacle::Password)
        }
        (Without, Without) => None,
        (Trailer(sender), Trailer(receiver)) => trailer(sender, receiver),
        // Unsigned adverts count for routers that do not insist.
        (Without, Trailer(receiver)) => {
            (receiver.mode == TrailerMode::Enforce).then_some(Obstacle::Authentication)
        }
        (Trailer(sender), Without) => {
            (sender.mode != TrailerMode::ReceiveOnly).then_some(Obstacle::Authentication)
        }
        _ => Some(Obstacle::Authentication),
    }
}

fn trailer(sender: &ir::Trailer, receiver: &ir::Trailer) -> Option<Obstacle> {
    if sender.mode == TrailerMode::ReceiveOnly {
        return (receiver.mode == TrailerMode::Enforce).then_some(Obstacle::Authentication);
    }
    let key = |trailer: &ir::Trailer| {
        let key = trailer.keys.iter().find(|key| key.value.id == sender.active.value);
        key.map(|key| key.value.value.clone())
    };
    match (key(sender), key(receiver)) {
        (Some(one), Some(other)) => {
            // What stands in a file on each node is not known here.
            let known = [&one, &other].iter().all(|key| matches!(key, KeyValue::Bytes(_)));
            (known && one != other).then_some(Obstacle::Password)
        }
        _ => Some(Obstacle::Password),
    }
}

/// The eight bytes of the packet.
fn padded(password: &[u8]) -> [u8; 8] {
    let mut bytes = [0; 8];
    bytes.iter_mut().zip(password).for_each(|(place, byte)| *place = *byte);
    bytes
}

/// Whether the receiver takes the form of checksum that the sender writes.
fn checksum_counts(sender: &Instance, receiver: &Instance) -> bool {
    use ChecksumPolicy::{AsVersion2, Detect, OldUnicast, Standard};
    match (sender.checksum, receiver.checksum) {
        (AsVersion2, taken) => taken == AsVersion2,
        (OldUnicast { group: one }, OldUnicast { group: other }) => one == other,
        (OldUnicast { .. }, Detect) => true,
        (OldUnicast { .. }, Standard | AsVersion2) => false,
        // keepalived, which recognises the old form, goes on sending the new one.
        (Standard | Detect, OldUnicast { .. }) => false,
        (Standard | Detect, Standard | Detect | AsVersion2) => true,
    }
}

/// Whether a backup that goes by the interval of `master` gives it up between two adverts: its
/// master-down time, in its own interval, is shorter than the other one's interval.
pub fn is_hasty(backup: &Instance, master: &Instance) -> bool {
    let (own, other): (Duration, Duration) = (*backup.advert_int, *master.advert_int);
    backup.version == Version::V3 && own.saturating_mul(backup.down_timer_adverts) < other
}
