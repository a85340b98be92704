//! Any bytes, over both families: every question is answered, and an advert that becomes a value
//! comes back from the bytes we would send for it.
//!
//! The first byte of the input chooses the addresses, the rest is the PDU.

#![no_main]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use libfuzzer_sys::fuzz_target;
use stillalive::net::vrrp::{self, Checksum, ChecksumStyle};

const GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 18);

fuzz_target!(|input: &[u8]| {
    let Some((choice, pdu)) = input.split_first() else { return };
    let four = IpAddr::V4(Ipv4Addr::new(10, 77, 0, 1));
    let six = IpAddr::V6(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1));
    let group_six = IpAddr::V6(Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0x12));
    let (source, destination) = match choice % 4 {
        0 => (four, IpAddr::V4(GROUP)),
        1 => (four, IpAddr::V4(Ipv4Addr::new(10, 77, 0, 2))),
        2 => (six, group_six),
        // No socket mixes the families; the decoder must not care.
        _ => (six, IpAddr::V4(GROUP)),
    };
    let Ok(received) = vrrp::parse(pdu, source, destination) else {
        assert!(pdu.len() < vrrp::HEADER_LENGTH);
        return;
    };
    let _ = format!("{received:?}");
    let _ = (received.checksum(), received.checksum_valid_to(GROUP), received.trailer());
    let _ = (received.packet_type(), received.version(), received.authentication());
    let _ = received.password_is(b"12345678");
    let _ = received.length_behind(usize::from(*choice));
    assert!(received.addresses().count() <= usize::from(received.address_count()));
    for address in received.addresses() {
        assert!(received.lists(address));
    }

    let Some(advert) = received.to_advert() else { return };
    for style in
        [ChecksumStyle::Rfc, ChecksumStyle::NoPseudoHeader, ChecksumStyle::PseudoHeaderTo(GROUP)]
    {
        let mut written = Vec::new();
        vrrp::emit(&advert, source, destination, style, &mut written);
        assert_eq!(written.len(), vrrp::encoded_length(&advert));
        let Ok(again) = vrrp::parse(&written, source, destination) else {
            panic!("our own advert does not read")
        };
        assert_eq!(again.length(), vrrp::LengthVerdict::Exact);
        assert_eq!(again.to_advert().as_ref(), Some(&advert));
        assert!(match style {
            ChecksumStyle::Rfc => again.checksum() == Checksum::Valid,
            ChecksumStyle::NoPseudoHeader => again.checksum() != Checksum::Invalid,
            ChecksumStyle::PseudoHeaderTo(group) => again.checksum_valid_to(group),
        });
    }
});
