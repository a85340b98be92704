//! Load balancing: services that would not work as they were meant to.

mod check_port_zero;
mod check_slower_than_interval;
mod duplicate_service;
mod inhibit_without_check;
mod persistence;
mod range_never_ends;
mod regex_escape_lost;
mod server_name_missing;
mod service_address_not_held;
mod sorry_server_is_real;
mod source_port_without_address;
mod suspended_for_good;
mod thresholds;
mod tls_files_unused;
mod unchecked_server;
mod unused_group;
mod weight_zero;

use crate::ir::lvs::{Checker, RealServer, VirtualServer};
use crate::lint::{Rule, Subject};

pub(super) static RULES: &[Rule] = &[
    duplicate_service::RULE,
    check_port_zero::RULE,
    check_slower_than_interval::RULE,
    persistence::RULE,
    unchecked_server::RULE,
    weight_zero::RULE,
    unused_group::RULE,
    sorry_server_is_real::RULE,
    service_address_not_held::RULE,
    range_never_ends::RULE,
    inhibit_without_check::RULE,
    source_port_without_address::RULE,
    suspended_for_good::RULE,
    thresholds::RULE,
    regex_escape_lost::RULE,
    server_name_missing::RULE,
    tls_files_unused::RULE,
];

/// Every real server with its service.
fn servers<'a>(
    subject: &Subject<'a>,
) -> impl Iterator<Item = (&'a VirtualServer, &'a RealServer)> + use<'a> {
    let services = subject.config.virtual_servers.iter();
    services.flat_map(|service| service.real_servers.iter().map(move |real| (service, real)))
}

/// Every checker with its server and its service.
fn checkers<'a>(
    subject: &Subject<'a>,
) -> impl Iterator<Item = (&'a VirtualServer, &'a RealServer, &'a Checker)> + use<'a> {
    servers(subject).flat_map(|(service, real)| {
        real.checkers.iter().map(move |checker| (service, real, checker))
    })
}
