//! The Linux shell of the daemon: events come in from sockets, netlink, timer, signals and
//! children; effects go out to them.

pub mod netlink;
