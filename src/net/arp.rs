//! Gratuitous ARP: telling a LAN where an IPv4 address lives (RFC 826, RFC 5944 section 4.6).
//!
//! ```text
//!  0     Ethernet destination (6)    Ethernet source (6)    ethertype 0x0806 (2)
//! 14     hardware type 1 (2)   protocol type 0x0800 (2)   lengths 6 and 4   operation (2)
//! 22     sender hardware address (6)    sender protocol address (4)
//! 32     target hardware address (6)    target protocol address (4)
//! ```
//!
//! Ours is a *request* whose target hardware address is broadcast, not zero.

use std::net::Ipv4Addr;

use super::{WireError, array_at};
use crate::units::Mac;

/// Ethertype of ARP.
pub const ETHERTYPE: u16 = 0x0806;

/// Where the sender's protocol address stands in a frame.
pub const SENDER_ADDRESS: u32 = 28;

/// Length of a frame; it is not padded, the driver does that.
pub const FRAME_LENGTH: usize = 42;

/// What an ARP frame on Ethernet says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ArpFrame {
    /// Destination of the Ethernet frame.
    pub ethernet_destination: Mac,
    /// Source of the Ethernet frame.
    pub ethernet_source: Mac,
    /// 1 is a request, 2 a reply.
    pub operation: u16,
    /// Hardware address the sender claims.
    pub sender_mac: Mac,
    /// Protocol address the sender claims.
    pub sender_address: Ipv4Addr,
    /// Hardware address asked for or answered to; of no meaning in requests.
    pub target_mac: Mac,
    /// Protocol address asked for or answered to.
    pub target_address: Ipv4Addr,
}

/// Operation of a request.
pub const REQUEST: u16 = 1;

/// Hardware type Ethernet, protocol type IPv4, their address lengths.
const ETHERNET_IPV4: [u8; 6] = [0, 1, 8, 0, 6, 4];

impl ArpFrame {
    /// The frame that announces `address` at `mac` to everyone.
    pub const fn gratuitous(mac: Mac, address: Ipv4Addr) -> Self {
        Self {
            ethernet_destination: Mac::BROADCAST,
            ethernet_source: mac,
            operation: REQUEST,
            sender_mac: mac,
            sender_address: address,
            target_mac: Mac::BROADCAST,
            target_address: address,
        }
    }

    /// True if the sender announces its own address: sender and target are the same.
    pub fn is_gratuitous(&self) -> bool {
        self.sender_address == self.target_address
    }

    /// The bytes of the frame.
    pub fn emit(&self) -> [u8; FRAME_LENGTH] {
        let mut frame = [0; FRAME_LENGTH];
        let parts: [&[u8]; 9] = [
            &self.ethernet_destination.0,
            &self.ethernet_source.0,
            &ETHERTYPE.to_be_bytes(),
            &ETHERNET_IPV4,
            &self.operation.to_be_bytes(),
            &self.sender_mac.0,
            &self.sender_address.octets(),
            &self.target_mac.0,
            &self.target_address.octets(),
        ];
        for (to, &from) in frame.iter_mut().zip(parts.into_iter().flatten()) {
            *to = from;
        }
        frame
    }
}

/// The frame of a gratuitous ARP for `address` at `mac`, ready for a packet socket.
pub fn gratuitous(mac: Mac, address: Ipv4Addr) -> [u8; FRAME_LENGTH] {
    ArpFrame::gratuitous(mac, address).emit()
}

/// Reads an ARP frame of Ethernet and IPv4; padding may follow.
pub fn parse(frame: &[u8]) -> Result<ArpFrame, WireError> {
    let bytes = frame.first_chunk::<FRAME_LENGTH>().ok_or(WireError::Truncated {
        what: "ARP frame",
        needed: FRAME_LENGTH,
        present: frame.len(),
    })?;
    let ethertype = u16::from_be_bytes([bytes[12], bytes[13]]);
    if ethertype != ETHERTYPE {
        return Err(WireError::EtherType { expected: ETHERTYPE, found: ethertype });
    }
    let unsupported = |field, high, low| WireError::Unsupported {
        field,
        found: u32::from(u16::from_be_bytes([high, low])),
    };
    match [bytes[14], bytes[15], bytes[16], bytes[17], bytes[18], bytes[19]] {
        ETHERNET_IPV4 => {}
        [0, 1, 8, 0, hardware, protocol] => {
            return Err(unsupported("ARP address lengths", hardware, protocol));
        }
        [0, 1, high, low, ..] => return Err(unsupported("ARP protocol type", high, low)),
        [high, low, ..] => return Err(unsupported("ARP hardware type", high, low)),
    }
    Ok(ArpFrame {
        ethernet_destination: Mac(array_at::<0, 6, _>(bytes)),
        ethernet_source: Mac(array_at::<6, 6, _>(bytes)),
        operation: u16::from_be_bytes([bytes[20], bytes[21]]),
        sender_mac: Mac(array_at::<22, 6, _>(bytes)),
        sender_address: Ipv4Addr::from(array_at::<28, 4, _>(bytes)),
        target_mac: Mac(array_at::<32, 6, _>(bytes)),
        target_address: Ipv4Addr::from(array_at::<38, 4, _>(bytes)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::hex;
    use proptest::prelude::*;

    const MAC: Mac = Mac([2, 0, 0, 0, 0, 1]);
    const ADDRESS: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 50);

    #[test]
    fn gratuitous_arp_is_a_request_for_the_own_address_with_a_broadcast_target() {
        assert_eq!(
            hex::text(&gratuitous(MAC, ADDRESS)),
            hex::text(&hex::bytes(
                "ffffffffffff 020000000001 0806 0001 0800 06 04 0001
                 020000000001 0a4d0032 ffffffffffff 0a4d0032"
            ))
        );
    }

    #[test]
    fn a_padded_gratuitous_frame_is_recognised() {
        let mut frame = gratuitous(MAC, ADDRESS).to_vec();
        frame.resize(60, 0);
        let read = parse(&frame).unwrap();
        assert_eq!(read, ArpFrame::gratuitous(MAC, ADDRESS));
        assert!(read.is_gratuitous());
    }

    #[test]
    fn an_ordinary_request_is_not_gratuitous() {
        let question = ArpFrame {
            target_address: Ipv4Addr::new(10, 77, 0, 1),
            target_mac: Mac::default(),
            ..ArpFrame::gratuitous(MAC, ADDRESS)
        };
        assert!(!parse(&question.emit()).unwrap().is_gratuitous());
    }

    #[test]
    fn other_formats_are_refused_with_the_field() {
        let with = |at: usize, byte: u8| {
            let mut frame = gratuitous(MAC, ADDRESS);
            frame[at] = byte;
            parse(&frame)
        };
        let unsupported = |field, found| Err(WireError::Unsupported { field, found });
        assert_eq!(with(13, 0), Err(WireError::EtherType { expected: 0x0806, found: 0x0800 }));
        assert_eq!(with(15, 32), unsupported("ARP hardware type", 32));
        assert_eq!(with(16, 0x86), unsupported("ARP protocol type", 0x8600));
        assert_eq!(with(18, 20), unsupported("ARP address lengths", 0x1404));
        assert_eq!(
            parse(&gratuitous(MAC, ADDRESS)[..41]),
            Err(WireError::Truncated { what: "ARP frame", needed: 42, present: 41 })
        );
    }

    proptest! {
        #[test]
        fn every_frame_reads_back(
            macs: [[u8; 6]; 4], operation: u16, sender: u32, target: u32,
        ) {
            let frame = ArpFrame {
                ethernet_destination: Mac(macs[0]),
                ethernet_source: Mac(macs[1]),
                operation,
                sender_mac: Mac(macs[2]),
                sender_address: sender.into(),
                target_mac: Mac(macs[3]),
                target_address: target.into(),
            };
            let bytes = frame.emit();
            prop_assert_eq!(parse(&bytes), Ok(frame));
            for end in 0..bytes.len() {
                prop_assert!(parse(&bytes[..end]).is_err());
            }
        }

        #[test]
        fn bytes_that_read_write_the_same(
            mut bytes in proptest::collection::vec(any::<u8>(), 0..80),
            valid_start: bool,
        ) {
            if valid_start && bytes.len() >= 20 {
                bytes[12..20].copy_from_slice(&gratuitous(MAC, ADDRESS)[12..20]);
            }
            if let Ok(frame) = parse(&bytes) {
                prop_assert_eq!(&frame.emit()[..], &bytes[..FRAME_LENGTH]);
            }
        }
    }
}
