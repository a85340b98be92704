//! The Linux shell of the daemon: events come in from sockets, netlink, timer, signals and
//! children; effects go out to them.

pub mod announce;
pub mod checks;
mod claims;
pub mod daemon;
mod doze;
pub mod dumps;
mod files;
mod firewall;
pub mod iproute2;
mod key_files;
mod link_settings;
mod linkbeat;
pub mod load;
pub mod namespace;
pub mod netlink;
mod notify;
pub mod packets;
pub mod pid_files;
mod receive_buffer;
mod reload;
mod reload_files;
mod reload_time;
mod remains;
mod replacing;
pub mod saved_configurations;
pub mod scripts;
mod shell;
pub mod signals;
pub mod standing;
pub mod supervisor;
pub mod survey;
pub mod sysctl;
pub mod systemd;
pub mod takeover;
mod trackers;
pub mod worker;
