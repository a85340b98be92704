//! Load balancing: virtual servers, their real servers, and the checks that decide which of them
//! get traffic. Complete after inheritance: what a checker does not say it has from its real
//! server, which has it from its virtual server.
//!
//! A flag or a value that no statement sets has the span of the block that it belongs to.

mod check;
mod group;
mod http;
mod method;
mod real;
mod tls;
mod virtual_server;

pub use check::{
    Check, Checker, Connection, DnsCheck, FileCheck, MaskedByte, MiscCheck, Pace, RecordType,
    Reply, SmtpCheck, UdpCheck,
};
pub use group::{Group, GroupEntry};
pub use http::{HttpCheck, HttpVersion, Regex, RegexOption, StatusRange, Url};
pub use method::{Checksum, Encapsulation, Method, Tunnel};
pub use real::{CheckDefaults, RealServer};
pub use tls::TlsContext;
pub use virtual_server::{
    Granularity, Persistence, Protocol, Quorum, Scheduler, SchedulerFlags, Service, SorryServer,
    VirtualServer,
};
