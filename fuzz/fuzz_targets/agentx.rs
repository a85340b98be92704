//! An AgentX message that reads also writes: the same value comes back.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stillalive::net::agentx;

fuzz_target!(|bytes: &[u8]| {
    let Ok(read) = agentx::decode(bytes) else { return };
    let written = agentx::encode(&read);
    assert_eq!(agentx::decode(&written), Ok(read));
});
