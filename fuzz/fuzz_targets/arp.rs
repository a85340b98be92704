//! An ARP frame that reads also writes: the same value comes back, then the same bytes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stillalive::net::arp;

fuzz_target!(|frame: &[u8]| {
    let Ok(read) = arp::parse(frame) else { return };
    let written = read.emit();
    assert_eq!(written, frame[..arp::FRAME_LENGTH]);
    assert_eq!(arp::parse(&written), Ok(read));
});
