//! `keepalived.stats`: a block of counters for each instance.

use std::fmt::Write as _;

use crate::dump::View;
use crate::engine::snapshot::Statistics;

/// The file; empty without instances.
pub fn statistics(view: View<'_>) -> String {
    let mut text = String::new();
    for instance in &view.engine.instances {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "VRRP Instance: {}", instance.name);
        for line in lines(&instance.statistics) {
            let _ = match line {
                Line::Section(title) => writeln!(text, "  {title}:"),
                Line::Own(name, value) => writeln!(text, "  {name}: {value}"),
                Line::Counter(name, value) => writeln!(text, "    {name}: {value}"),
            };
        }
    }
    text
}

/// A line of a block.
enum Line {
    Section(&'static str),
    /// A counter outside of the sections.
    Own(&'static str, u64),
    Counter(&'static str, u64),
}

fn lines(counted: &Statistics) -> [Line; 25] {
    use Line::{Counter, Own, Section};
    let trailers = &counted.trailers;
    [
        Section("Advertisements"),
        Counter("Received", counted.adverts_received),
        Counter("Sent", counted.adverts_sent),
        Own("Became master", counted.became_master),
        Own("Released master", counted.released_master),
        Section("Packet Errors"),
        Counter("Length", counted.length_errors),
        Counter("TTL", counted.ttl_errors),
        Counter("Invalid Type", counted.type_errors),
        Counter("Advertisement Interval", counted.interval_errors),
        Counter("Address List", counted.address_list_errors),
        Section("Authentication Errors"),
        Counter("Invalid Type", counted.auth_type_invalid),
        Counter("Type Mismatch", counted.auth_type_mismatch),
        Counter("Failure", counted.auth_failures),
        Section("Authentication Extension Errors"),
        Counter("Missing", trailers.missing),
        Counter("Malformed", trailers.malformed),
        Counter("Unknown Key", trailers.unknown_key),
        Counter("Invalid HMAC", trailers.invalid),
        Counter("Stale", trailers.stale),
        Counter("Replay", trailers.replayed),
        Section("Priority Zero"),
        Counter("Received", counted.priority_zero_received),
        Counter("Sent", counted.priority_zero_sent),
    ]
}
