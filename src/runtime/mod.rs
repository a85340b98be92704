//! The Linux shell of the daemon: events come in from sockets, netlink, timer, signals and
//! children; effects go out to them.

pub mod announce;
mod decode;
pub mod netlink;
pub mod packets;
pub mod scripts;
pub mod sysctl;
pub mod worker;
