//! The Linux shell of the daemon: events come in from sockets, netlink, timer, signals and
//! children; effects go out to them.

pub mod announce;
pub mod checks;
pub mod daemon;
mod files;
mod key_files;
pub mod load;
pub mod netlink;
pub mod packets;
pub mod pid_files;
pub mod scripts;
mod shell;
pub mod survey;
pub mod sysctl;
pub mod systemd;
pub mod worker;
