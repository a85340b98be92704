//! Adverts as bytes: what a host's sockets put on the LAN, and what they make of it.
//!
//! The same codecs in the same order as in the daemon's sockets; frames over IPv4 are padded as
//! Ethernet pads them, because a receiver has to cope with it.

use std::net::IpAddr;
use std::sync::Arc;

use crate::engine::effect::{SocketId, Transmission};
use crate::engine::event::{Datagram, Packet};
use crate::net::ah::Sealed;
use crate::net::vrrp::trailer::Signed;
use crate::net::vrrp::{Advert, ChecksumStyle, Seal};
use crate::net::{ah, ipv4, vrrp};

/// TTL of IPv4 adverts that say nothing else.
const DEFAULT_TTL: u8 = 255;
/// Hop limit that the kernel gives to IPv6 unicast.
const DEFAULT_HOP_LIMIT: u8 = 64;
/// An Ethernet frame carries at least this many bytes.
const ETHERNET_MINIMUM: usize = 46;
/// The group that old unicast checksums were made with.
const OLD_GROUP: std::net::Ipv4Addr = std::net::Ipv4Addr::new(224, 0, 0, 18);

/// One packet on the LAN.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Frame {
    /// The LAN that it travels on.
    pub lan: usize,
    /// Source of the IP packet.
    pub source: IpAddr,
    /// Destination of the IP packet.
    pub destination: IpAddr,
    /// TTL or hop limit.
    pub hop_limit: u8,
    /// IPv4: from the IP header on. IPv6: from the VRRP header on, as sockets give it.
    pub bytes: Arc<[u8]>,
}

/// The copy of a transmission for one destination; `None` if the families do not agree.
pub fn emit(sent: &Transmission, lan: usize, destination: IpAddr) -> Option<Frame> {
    let hop_limit = sent.ttl.unwrap_or(match destination {
        IpAddr::V4(_) => DEFAULT_TTL,
        IpAddr::V6(_) => DEFAULT_HOP_LIMIT,
    });
    let id = sent.identification;
    let form = (sent.checksum, &sent.seal);
    let mut bytes = write(&sent.advert, sent.source, destination, hop_limit, id, form)?;
    if destination.is_ipv4() && bytes.len() < ETHERNET_MINIMUM {
        bytes.resize(ETHERNET_MINIMUM, 0);
    }
    Some(Frame { lan, source: sent.source, destination, hop_limit, bytes: bytes.into() })
}

/// The bytes of a packet, not padded.
pub fn write(
    advert: &Advert,
    source: IpAddr,
    destination: IpAddr,
    ttl: u8,
    id: u16,
    (checksum, seal): (ChecksumStyle, &Seal),
) -> Option<Vec<u8>> {
    let length = vrrp::encoded_length(advert).saturating_add(seal.length());
    let mut bytes = Vec::with_capacity(ipv4::HEADER_LENGTH.saturating_add(length));
    match (source, destination) {
        (IpAddr::V4(from), IpAddr::V4(to)) => ipv4::emit(
            &ipv4::Outgoing {
                source: from,
                destination: to,
                ttl,
                protocol: seal.protocol(),
                id,
                payload_length: u16::try_from(length).ok()?,
            },
            &mut bytes,
        ),
        (IpAddr::V6(_), IpAddr::V6(_)) => {}
        _ => return None,
    }
    seal.begin(source, &mut bytes);
    let start = bytes.len();
    vrrp::emit(advert, source, destination, checksum, &mut bytes);
    seal.finish((source, destination), start, &mut bytes);
    Some(bytes)
}

/// What the engine is told of a frame; `None` if its headers are not all there.
pub fn decode(socket: SocketId, frame: &Frame) -> Option<Datagram> {
    let bytes = &frame.bytes;
    let (source, destination, ttl, packet) = match (frame.source, frame.destination) {
        (IpAddr::V4(_), _) => {
            let header = ipv4::parse(bytes).ok()?;
            let (source, destination) = (header.source.into(), header.destination.into());
            let sealed = match header.protocol {
                ipv4::PROTOCOL_AUTHENTICATION_HEADER => Some(Sealed::read(bytes, &header).ok()?),
                _ => None,
            };
            if sealed.as_ref().is_some_and(|sealed| sealed.next_header != ipv4::PROTOCOL_VRRP) {
                return None;
            }
            let before = if sealed.is_some() { ah::LENGTH } else { 0 };
            let pdu = header.payload(bytes).get(before..)?;
            let advert = vrrp::parse(pdu, source, destination).ok()?;
            let length_agrees = header.total_length_agrees(bytes.len());
            let headers = header.header_length.saturating_add(before);
            let signed = Signed::read(&advert, pdu);
            let packet = Packet::decode(&advert, headers, length_agrees, &[OLD_GROUP], signed);
            (source, destination, header.ttl, Packet { header: sealed, ..packet })
        }
        (source @ IpAddr::V6(_), destination) => {
            let advert = vrrp::parse(bytes, source, destination).ok()?;
            (
                source,
                destination,
                frame.hop_limit,
                Packet::decode(&advert, 0, true, &[], Signed::read(&advert, bytes)),
            )
        }
    };
    Some(Datagram { socket, source, multicast: destination.is_multicast(), ttl, packet })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::engine::effect::InstanceId;
    use crate::engine::event::LengthVerdict;
    use crate::net::vrrp::{Addresses, WireAuthentication};
    use crate::units::{Family, Priority, Version, Vrid};

    fn sent(source: &str, destination: &str, vip: &str, version: Version) -> Transmission {
        let vip: IpAddr = vip.parse().unwrap();
        Transmission {
            instance: InstanceId(0),
            socket: SocketId(0),
            source: source.parse().unwrap(),
            destinations: Arc::from([destination.parse().unwrap()]),
            advert: Arc::new(Advert {
                version,
                vrid: Vrid::new(51).unwrap(),
                priority: Priority::new(100),
                interval: Duration::from_secs(1),
                authentication: WireAuthentication::None,
                addresses: Addresses::new(Family::of(vip), [vip]).unwrap(),
            }),
            identification: 1,
            ttl: Some(255),
            checksum: ChecksumStyle::Rfc,
            seal: Seal::None,
        }
    }

    #[test]
    fn what_is_sent_arrives_valid_although_it_was_padded() {
        for (source, group, vip, version) in [
            ("10.0.0.1", "224.0.0.18", "10.0.0.50", Version::V2),
            ("10.0.0.1", "224.0.0.18", "10.0.0.50", Version::V3),
            ("10.0.0.1", "10.0.0.2", "10.0.0.50", Version::V3),
            ("fe80::1", "ff02::12", "fe80::50", Version::V3),
        ] {
            let sent = sent(source, group, vip, version);
            let frame = emit(&sent, 0, sent.destinations[0]).unwrap();
            let datagram = decode(SocketId(4), &frame).unwrap();
            assert_eq!((datagram.source, datagram.ttl), (sent.source, 255));
            assert_eq!(datagram.packet.length, LengthVerdict::Exact);
            assert!(datagram.packet.checksum.standard);
            assert_eq!(datagram.packet.addresses, sent.advert.addresses);
        }
    }
}
