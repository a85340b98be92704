//! Any frame reads without a panic; announcing what was read gives a frame with a right checksum.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stillalive::net::ndisc;

fuzz_target!(|frame: &[u8]| {
    let Ok(read) = ndisc::parse(frame) else { return };
    let mac = read.target_mac.unwrap_or(read.ethernet_source);
    let written = ndisc::unsolicited(mac, read.target, read.router);
    let Ok(again) = ndisc::parse(&written) else { panic!("our own frame does not read") };
    assert!(again.checksum_valid && again.is_unsolicited() && again.overrides);
    assert_eq!((again.target, again.target_mac), (read.target, Some(mac)));
});
