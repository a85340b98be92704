//! The Linux shell of the daemon: events come in from sockets, netlink, timer, signals and
//! children; effects go out to them.

#[cfg(feature = "snmp")]
mod agentx;
pub mod announce;
mod attendant;
mod checks;
mod claims;
mod commands;
pub mod control;
pub mod daemon;
#[cfg(feature = "dbus")]
mod dbus;
mod doze;
mod drain_file;
pub mod dumps;
mod ending;
mod files;
mod firewall;
mod host_side;
pub mod iproute2;
mod key_files;
mod link_settings;
mod linkbeat;
pub mod load;
#[cfg(any(feature = "dbus", feature = "snmp"))]
mod lossy;
pub mod metrics;
pub mod namespace;
pub mod netlink;
mod notify;
pub mod packets;
pub mod pid_files;
mod privileges;
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
mod unix_socket;
pub mod views;
mod waiting;
pub mod worker;
