//! Any bytes: the header stays inside the datagram, and what we would send reads back.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stillalive::net::ipv4;

fuzz_target!(|datagram: &[u8]| {
    let Ok(read) = ipv4::parse(datagram) else { return };
    assert!((20..=60).contains(&read.header_length));
    assert_eq!(read.header_length + read.payload(datagram).len(), datagram.len());
    let _ = read.total_length_agrees(datagram.len());

    let Some(payload_length) = read.total_length.checked_sub(20) else { return };
    let packet = ipv4::Outgoing {
        source: read.source,
        destination: read.destination,
        ttl: read.ttl,
        protocol: read.protocol,
        id: read.id,
        payload_length,
    };
    let mut written = Vec::new();
    ipv4::emit(&packet, &mut written);
    let again = ipv4::parse(&written);
    let expected = ipv4::Ipv4Header {
        header_length: 20,
        tos: ipv4::TYPE_OF_SERVICE,
        fragment: 0,
        checksum: 0,
        ..read
    };
    assert_eq!(again, Ok(expected));
});
