//! What proves adverts: the authentication header (`auth_type AH`) and the signed trailer
//! (`auth_hmac`). What is sent is numbered here, and what is received must have a number that was
//! not there before.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::engine::event::Datagram;
use crate::engine::message::{HeaderProblem, PacketProblem, TrailerProblem};
use crate::engine::vrrp::{Context, Instance};
use crate::ir::{Authentication, KeyValue, ReplayProtection, Trailer, TrailerMode, Transport};
use crate::net::vrrp::trailer::{Sequence, Signed, TYPE_HMAC_SHA256};
use crate::net::vrrp::{Seal, header_key};
use crate::units::{Instant, Secret};

/// Multicast senders whose last number is kept.
const SENDERS: usize = 4;
/// From here on an authentication header has no numbers left: any may follow.
const LAST_NUMBERS: u32 = 0xffff_fffd;

/// The numbers of one instance.
#[derive(Clone, Debug, Default)]
pub(super) struct Proof {
    /// Authentication header: the last number, of whoever sent it.
    number: u32,
    /// Trailer: the last number that was sent.
    sent: Sequence,
    /// Trailer: who was heard, the last heard at the end.
    senders: Vec<Sender>,
    key: Option<(u8, Arc<Secret>)>,
}

/// The last valid trailer of a sender.
#[derive(Clone, Debug)]
struct Sender {
    address: IpAddr,
    sequence: Sequence,
    heard: Instant,
}

impl Proof {
    /// Takes over the key that signs.
    pub(super) fn configure(&mut self, authentication: &Authentication) {
        self.key = match authentication {
            Authentication::None | Authentication::Pass(_) => None,
            Authentication::Header(password) => Some((0, Arc::new(password.clone()))),
            Authentication::Trailer(trailer) => {
                let id = trailer.active.value;
                let key = key(trailer, id).filter(|_| trailer.mode != TrailerMode::ReceiveOnly);
                key.map(|key| (id, Arc::new(key.clone())))
            }
        };
    }

    /// With other keys nothing of what was heard counts.
    pub(super) fn forget_senders(&mut self) {
        self.senders.clear();
    }

    /// A master that defends itself goes on behind the number of the other one.
    pub(super) fn skip(&mut self) {
        self.number = self.number.wrapping_add(1);
    }

    /// The number of the next trailer: the clock, or the one behind the last.
    fn next(&mut self, trailer: &Trailer, unix: Duration) -> Sequence {
        let clock = Sequence::at(unix);
        let ahead = self.sent.seconds().saturating_sub(clock.seconds());
        // The clock was put back by much: with the old numbers nobody would hear us.
        let reset = trailer.replay == ReplayProtection::Time && ahead > trailer.window.as_secs();
        self.sent = if reset { clock } else { clock.max(self.sent.next()) };
        self.sent
    }

    /// True if the number is new for this sender; it is then its last one.
    fn is_new(
        &mut self,
        trailer: &Trailer,
        from: IpAddr,
        sequence: Sequence,
        now: Instant,
        most: usize,
    ) -> bool {
        let window = trailer.window;
        if trailer.replay == ReplayProtection::Time {
            self.senders.retain(|sender| now.since(sender.heard) <= window);
        }
        if let Some(at) = self.senders.iter().position(|sender| sender.address == from) {
            if self.senders.get(at).is_some_and(|sender| sequence <= sender.sequence) {
                return false;
            }
            self.senders.remove(at);
        } else if self.senders.len() >= most.max(1) {
            self.senders.remove(0);
        }
        self.senders.push(Sender { address: from, sequence, heard: now });
        true
    }
}

/// The bytes of a key.
fn key(trailer: &Trailer, id: u8) -> Option<&Secret> {
    trailer.keys.iter().find(|key| key.value.id == id).and_then(|key| match &key.value.value {
        KeyValue::Bytes(bytes) => Some(bytes),
        // Files are read before the configuration comes here.
        KeyValue::File(_) => None,
    })
}

impl Instance {
    /// The proof of the next advert.
    pub(super) fn next_seal(&mut self, context: &Context<'_>) -> Seal {
        let Some((id, key)) = self.proof.key.clone() else { return Seal::None };
        match &self.config.authentication {
            Authentication::Header(_) => {
                self.proof.number = self.proof.number.checked_add(1).unwrap_or(1);
                Seal::Header { key, sequence: self.proof.number }
            }
            Authentication::Trailer(trailer) => {
                Seal::Trailer { id, key, sequence: self.proof.next(trailer, context.unix) }
            }
            Authentication::None | Authentication::Pass(_) => Seal::None,
        }
    }

    /// Judges the authentication header; a good number is the last one from then on.
    pub(super) fn refuse_header(&mut self, datagram: &Datagram) -> Option<PacketProblem> {
        let Authentication::Header(password) = &self.config.authentication else { return None };
        let from = datagram.source;
        let problem = |why| Some(PacketProblem::Header { from, why });
        let Some(sealed) = &datagram.packet.header else {
            return problem(HeaderProblem::Value);
        };
        if IpAddr::V4(sealed.spi) != from {
            return problem(HeaderProblem::Index(sealed.spi));
        }
        if !sealed.is_sealed_with(&header_key(password)) {
            return problem(HeaderProblem::Value);
        }
        let ours = self.proof.number;
        if sealed.sequence <= ours && ours < LAST_NUMBERS {
            return problem(HeaderProblem::Replayed { received: sealed.sequence, ours });
        }
        self.proof.number = sealed.sequence;
        None
    }

    /// True if a datagram may have a trailer, and this one has.
    pub(super) fn takes_trailer(&self, datagram: &Datagram) -> bool {
        matches!(self.config.authentication, Authentication::Trailer(_))
            && datagram.packet.trailer.is_some()
    }

    /// Judges the trailer, or that there is none.
    pub(super) fn refuse_trailer(
        &mut self,
        context: &Context<'_>,
        datagram: &Datagram,
    ) -> Option<PacketProblem> {
        let Authentication::Trailer(trailer) = &self.config.authentication else { return None };
        let from = datagram.source;
        let Some(signed) = &datagram.packet.trailer else {
            let why = TrailerProblem::Missing;
            let enforced = trailer.mode == TrailerMode::Enforce;
            return enforced.then_some(PacketProblem::Trailer { from, why });
        };
        if let Some(why) = refuse_signature(trailer, signed, context.unix) {
            return Some(PacketProblem::Trailer { from, why });
        }
        let most = match &self.config.transport {
            Transport::Multicast { .. } => SENDERS,
            Transport::Unicast { peers, .. } => {
                if !peers.iter().any(|peer| peer.address == from) {
                    return Some(PacketProblem::NotAPeer(from));
                }
                peers.len()
            }
        };
        let new = self.proof.is_new(trailer, from, signed.sequence, context.now, most);
        (!new).then_some(PacketProblem::Trailer { from, why: TrailerProblem::Replayed })
    }

    /// Seconds between our clock and that of a valid trailer, if that is more than half of what is
    /// allowed.
    pub(super) fn clock_difference(
        &self,
        context: &Context<'_>,
        datagram: &Datagram,
    ) -> Option<u64> {
        let Authentication::Trailer(trailer) = &self.config.authentication else { return None };
        let signed = datagram.packet.trailer.as_ref()?;
        let difference = apart(signed, context.unix);
        let timed = trailer.replay == ReplayProtection::Time;
        (timed && difference > trailer.window.as_secs() / 2).then_some(difference)
    }
}

/// Whole seconds between the clock and the trailer.
fn apart(signed: &Signed, unix: Duration) -> u64 {
    unix.as_secs().abs_diff(signed.sequence.seconds())
}

/// Form, time, key and code, in keepalived's order.
fn refuse_signature(trailer: &Trailer, signed: &Signed, unix: Duration) -> Option<TrailerProblem> {
    if signed.extension != TYPE_HMAC_SHA256 || signed.reserved != 0 {
        return Some(TrailerProblem::Malformed);
    }
    let seconds = apart(signed, unix);
    if trailer.replay == ReplayProtection::Time && seconds > trailer.window.as_secs() {
        return Some(TrailerProblem::Stale { seconds });
    }
    let Some(key) = key(trailer, signed.key) else {
        return Some(TrailerProblem::UnknownKey(signed.key));
    };
    (!signed.is_signed_with(key.expose())).then_some(TrailerProblem::Invalid)
}
