//! Is this datagram an advert that counts? The checks, in keepalived 2.4's order.
//!
//! A datagram that fails is counted, said once, and changes nothing: above all it never touches a
//! timer. (keepalived lets every datagram re-arm a master's advert timer, so that a stream of
//! invalid ones silences it.)

use std::net::IpAddr;

use crate::engine::event::{ChecksumVerdict, Datagram, LengthVerdict, Packet};
use crate::engine::message::{HeaderProblem, PacketProblem, TrailerProblem, What};
use crate::engine::snapshot::{State, Statistics};
use crate::engine::vrrp::{Context, Instance, advert};
use crate::ir::{Authentication, ChecksumPolicy, Transport};
use crate::net::vrrp::TYPE_ADVERTISEMENT;
use crate::units::{Family, Version};

/// TTL of an advert that nobody has forwarded (RFC 9568 section 5.1.1.3).
const TTL: u8 = 255;
/// Authentication type PASS.
const AUTH_PASS: u8 = 1;
/// Authentication type AH, the last one that there is.
const AUTH_HEADER: u8 = 2;

/// Which problems were said already; each kind is said once until the state or the master changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Logged(u32);

impl Logged {
    /// Everything may be said again.
    pub(super) fn clear(&mut self) {
        self.0 = 0;
    }

    /// True the first time.
    fn first(&mut self, problem: &PacketProblem) -> bool {
        let bit = 1 << kind(problem);
        let first = self.0 & bit == 0;
        self.0 |= bit;
        first
    }
}

fn kind(problem: &PacketProblem) -> u32 {
    match problem {
        PacketProblem::Length { .. } => 0,
        PacketProblem::Ttl { .. } => 1,
        PacketProblem::Version { .. } => 2,
        PacketProblem::AuthTypeInvalid { .. } => 3,
        PacketProblem::AuthTypeMismatch { .. } => 4,
        PacketProblem::Password(_) => 5,
        PacketProblem::Interval { .. } => 6,
        PacketProblem::Type { .. } => 7,
        PacketProblem::Checksum { .. } => 8,
        PacketProblem::Kind { .. } => 9,
        PacketProblem::Count { .. } => 10,
        PacketProblem::MissingAddress { .. } => 11,
        PacketProblem::NotAPeer(_) => 12,
        PacketProblem::PeerTtl { .. } => 13,
        PacketProblem::Header { why: HeaderProblem::Value, .. } => 14,
        PacketProblem::Header { why: HeaderProblem::Index(_), .. } => 15,
        PacketProblem::Header { why: HeaderProblem::Replayed { .. }, .. } => 16,
        PacketProblem::Trailer { why: TrailerProblem::Missing, .. } => 17,
        PacketProblem::Trailer { why: TrailerProblem::Malformed, .. } => 18,
        PacketProblem::Trailer { why: TrailerProblem::Stale { .. }, .. } => 19,
        PacketProblem::Trailer { why: TrailerProblem::UnknownKey(_), .. } => 20,
        PacketProblem::Trailer { why: TrailerProblem::Invalid, .. } => 21,
        PacketProblem::Trailer { why: TrailerProblem::Replayed, .. } => 22,
        PacketProblem::ClockDifference { .. } => 23,
    }
}

impl Instance {
    /// Takes a datagram with our VRID from our sockets.
    pub(in crate::engine) fn on_datagram(
        &mut self,
        context: &mut Context<'_>,
        datagram: &Datagram,
    ) {
        if !matches!(self.state(), State::Backup | State::Master) {
            return;
        }
        if self.config.owner_ignores_adverts && self.config.priority.is_owner() {
            return;
        }
        match self.refuse(context, datagram) {
            Some(problem) => {
                let refused = self.statistics.refused();
                *counter(refused, &problem) += 1;
                refused.protocol_error = problem.protocol_error().or(refused.protocol_error);
                self.suspect_refused(context, datagram, &problem);
                self.say_once(context, problem);
            }
            None => self.accept(context, datagram),
        }
    }

    /// The first check that fails.
    fn refuse(&mut self, context: &Context<'_>, datagram: &Datagram) -> Option<PacketProblem> {
        let packet = &datagram.packet;
        let from = datagram.source;
        let version = self.config.version;
        if Family::of(from) == Family::V6 && datagram.multicast == self.is_unicast() {
            return Some(PacketProblem::Kind { from, multicast: datagram.multicast });
        }
        if let LengthVerdict::Wrong { received, expected } = packet.length
            && !self.takes_trailer(datagram)
        {
            return Some(PacketProblem::Length { from, received, expected });
        }
        if !self.is_unicast() && datagram.ttl != TTL {
            return Some(PacketProblem::Ttl { from, ttl: datagram.ttl });
        }
        if packet.version != version.number() {
            let (received, expected) = (packet.version, version.number());
            return Some(PacketProblem::Version { from, received, expected });
        }
        if let Some(problem) = self.refuse_trailer(context, datagram) {
            return Some(problem);
        }
        if version == Version::V2 {
            let refused = self.refuse_authentication(datagram);
            if let Some(problem) = refused.or_else(|| self.refuse_header(datagram)) {
                return Some(problem);
            }
            if packet.interval != *self.config.advert_int {
                let (ours, received) = (*self.config.advert_int, packet.interval);
                return Some(PacketProblem::Interval { from, ours, received, accepted: false });
            }
        }
        if packet.packet_type != TYPE_ADVERTISEMENT {
            return Some(PacketProblem::Type { from, received: packet.packet_type });
        }
        if !self.checksum_is_right(packet.checksum) {
            return Some(PacketProblem::Checksum { from, version: version.number() });
        }
        if datagram.multicast == self.is_unicast() {
            return Some(PacketProblem::Kind { from, multicast: datagram.multicast });
        }
        self.refuse_source(datagram)
    }

    fn refuse_authentication(&self, datagram: &Datagram) -> Option<PacketProblem> {
        let (from, received) = (datagram.source, datagram.packet.auth_type);
        let expected = match self.config.authentication {
            Authentication::None | Authentication::Trailer(_) => 0,
            Authentication::Pass(_) => AUTH_PASS,
            Authentication::Header(_) => AUTH_HEADER,
        };
        if received > AUTH_HEADER {
            return Some(PacketProblem::AuthTypeInvalid { from, received });
        }
        if received != expected {
            return Some(PacketProblem::AuthTypeMismatch { from, received, expected });
        }
        let Authentication::Pass(password) = &self.config.authentication else { return None };
        let pairs = advert::padded(password.expose()).into_iter().zip(datagram.packet.auth_data);
        // Every byte is looked at, so that the time tells nothing.
        let difference = pairs.fold(0, |seen, (ours, theirs)| seen | (ours ^ theirs));
        (std::hint::black_box(difference) != 0).then_some(PacketProblem::Password(from))
    }

    /// Version 3 over IPv4 knows several forms; which ones count is configured.
    fn checksum_is_right(&mut self, seen: ChecksumVerdict) -> bool {
        if self.config.version == Version::V2 || self.config.family == Family::V6 {
            return seen.standard;
        }
        match self.config.checksum {
            ChecksumPolicy::Standard => seen.standard,
            ChecksumPolicy::OldUnicast { .. } => seen.old_unicast,
            ChecksumPolicy::AsVersion2 => seen.standard || seen.as_version_2,
            ChecksumPolicy::Detect => seen.standard || (self.is_unicast() && seen.old_unicast),
        }
    }

    /// The source must be a peer, and near or far enough, if that is asked for.
    fn refuse_source(&self, datagram: &Datagram) -> Option<PacketProblem> {
        let Transport::Unicast { peers, .. } = &self.config.transport else { return None };
        if !self.config.check_unicast_source {
            return None;
        }
        let (from, ttl) = (datagram.source, datagram.ttl);
        let Some(peer) = peers.iter().find(|peer| peer.address == from) else {
            return Some(PacketProblem::NotAPeer(from));
        };
        let (least, most) = (peer.min_ttl, peer.max_ttl);
        let near = (least..=most).contains(&ttl);
        (!near).then_some(PacketProblem::PeerTtl { from, ttl, least, most })
    }

    /// What is odd but no reason to refuse; then the advert counts.
    fn accept(&mut self, context: &mut Context<'_>, datagram: &Datagram) {
        let packet = &datagram.packet;
        let from = datagram.source;
        if self.config.version == Version::V3 && packet.interval != *self.config.advert_int {
            let (ours, received) = (*self.config.advert_int, packet.interval);
            self.say_once(
                context,
                PacketProblem::Interval { from, ours, received, accepted: true },
            );
        }
        self.follow_checksum(context, from, packet.checksum);
        if let Some(seconds) = self.clock_difference(context, datagram) {
            self.statistics.refused().trailers.clock_differences += 1;
            self.say_once(context, PacketProblem::ClockDifference { from, seconds });
        }
        self.statistics.adverts_received += 1;
        self.peers.note(from, packet.priority, context.now);
        self.compare_addresses(context, datagram);
        if packet.priority.is_none() {
            self.statistics.priority_zero_received += 1;
        }
        self.on_advert(context, from, packet);
    }

    /// A peer that sends the older form understands no other, so it gets the older form too; one
    /// that was renewed gets the standard form again.
    fn follow_checksum(&mut self, context: &mut Context<'_>, from: IpAddr, seen: ChecksumVerdict) {
        if self.config.checksum != ChecksumPolicy::Detect
            || !self.is_unicast()
            || self.config.version != Version::V3
            || self.config.family != Family::V4
        {
            return;
        }
        let old = !seen.standard && seen.old_unicast;
        if old && !self.old_checksum {
            self.log(context, What::OldChecksum(from));
        }
        self.old_checksum = old;
    }

    /// The address lists should be the same. keepalived 2.2 refuses an advert whose list differs;
    /// later ones, and we, only say so.
    fn compare_addresses(&mut self, context: &mut Context<'_>, datagram: &Datagram) {
        let from = datagram.source;
        let known = self.config.skip_check_adv_addr && self.master == Some(from);
        if known && self.state() == State::Backup {
            return;
        }
        if let Some(problem) = self.address_problem(from, &datagram.packet) {
            self.statistics.refused().address_list_errors += 1;
            self.say_once(context, problem);
        }
    }

    /// The first difference between its list of addresses and ours.
    pub(super) fn address_problem(&self, from: IpAddr, packet: &Packet) -> Option<PacketProblem> {
        let listed = &packet.addresses;
        let expected = self.config.addresses.len();
        if listed.len() != expected {
            return Some(PacketProblem::Count { expected, received: packet.count });
        }
        let mut own = self.config.addresses.iter().map(|address| address.ip());
        let address = own.find(|address| !listed.contains(*address))?;
        Some(PacketProblem::MissingAddress { from, vrid: self.config.vrid.get(), address })
    }

    fn say_once(&mut self, context: &mut Context<'_>, problem: PacketProblem) {
        if self.logged.first(&problem) {
            self.log(context, What::Packet(problem));
        }
    }
}

/// What counts a refusal.
fn counter<'a>(statistics: &'a mut Statistics, problem: &PacketProblem) -> &'a mut u64 {
    match problem {
        PacketProblem::Length { .. } => &mut statistics.length_errors,
        PacketProblem::Ttl { .. } | PacketProblem::PeerTtl { .. } => &mut statistics.ttl_errors,
        PacketProblem::Version { .. } => &mut statistics.version_errors,
        PacketProblem::AuthTypeInvalid { .. } => &mut statistics.auth_type_invalid,
        PacketProblem::AuthTypeMismatch { .. } => &mut statistics.auth_type_mismatch,
        PacketProblem::Password(_) | PacketProblem::Header { .. } => &mut statistics.auth_failures,
        PacketProblem::Trailer { why, .. } => match why {
            TrailerProblem::Missing => &mut statistics.trailers.missing,
            TrailerProblem::Malformed => &mut statistics.trailers.malformed,
            TrailerProblem::Stale { .. } => &mut statistics.trailers.stale,
            TrailerProblem::UnknownKey(_) => &mut statistics.trailers.unknown_key,
            TrailerProblem::Invalid => &mut statistics.trailers.invalid,
            TrailerProblem::Replayed => &mut statistics.trailers.replayed,
        },
        PacketProblem::ClockDifference { .. } => &mut statistics.trailers.clock_differences,
        PacketProblem::Interval { .. } => &mut statistics.interval_errors,
        PacketProblem::Type { .. } => &mut statistics.type_errors,
        PacketProblem::Checksum { .. } => &mut statistics.checksum_errors,
        PacketProblem::Kind { .. }
        | PacketProblem::Count { .. }
        | PacketProblem::MissingAddress { .. }
        | PacketProblem::NotAPeer(_) => &mut statistics.address_list_errors,
    }
}
