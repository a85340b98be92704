//! What a configuration sets, as one line each.

mod address;
mod command;
mod route;
mod rule;

use std::fmt::Display;

pub(super) use address::{Place, address};
pub(super) use command::{command, with_user};
pub(super) use route::route;
pub(super) use rule::rule;

use crate::ir::Named;
use crate::units::IpNet;

/// A number, or the name that stands for one.
fn named<N: Display>(value: &Named<N>) -> String {
    match value {
        Named::Number(number) => number.to_string(),
        Named::Name(name) => name.clone(),
    }
}

/// An address, with the length of its prefix unless that is the address of a host.
fn prefix(net: IpNet) -> String {
    match net == IpNet::host(net.address()) {
        true => net.address().to_string(),
        false => net.to_string(),
    }
}
