//! A small network of hosts in network namespaces, to run VRRP daemons against each other.
//!
//! A [`Lab`] is a bridge in a namespace of its own, hosts joined to it by `eth0`
//! (10.77.0.N/24, fe80::N/64, 2001:db8:77::N/64, MAC 02:00:00:00:00:0N) and a capture of all that
//! crosses the bridge. Daemons are started on hosts with keepalived's command line. What happened
//! is read from the capture (kernel timestamps), the kernel's addresses and the daemons' logs.
//!
//! Touches: `ip`, `nsenter`, `setpriv` as child processes, a packet socket, `/run/netns`, a
//! temporary directory.
//! Nothing in the root namespace is changed. Needs root.

// Each user of this module (tests, bench, demo) uses a part of it.
#![allow(dead_code, unused_imports)]
// A lab that cannot do its work has nothing to return to: it stops the test with the reason.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

mod address_events;
mod capture;
mod daemon;
mod frame;
mod network;
mod permission;
mod sender;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

pub(crate) use address_events::AddressEvents;
pub(crate) use capture::{Capture, Observation};
pub(crate) use daemon::{Daemon, Running, now};
pub(crate) use frame::{Advert, Frame, Seen, internet_checksum, pseudo_header_checksum};
pub(crate) use network::{Host, Namespace, runs};
pub(crate) use permission::{available, ready};
pub(crate) use sender::{Sender, Sender6};

use tempfile::TempDir;

/// Numbers the labs of this process, so that their namespaces have different names.
static LABS: AtomicU32 = AtomicU32::new(0);

/// A network under test. Dropping it ends the capture; the namespaces are deleted when no lab is
/// alive any more, because their deletion delays what daemons elsewhere ask of the kernel.
///
/// Who measures many takeovers should therefore make them all in one lab.
/// Daemons started on it must be dropped first: declare them after the lab.
pub(crate) struct Lab {
    capture: Capture,
    hosts: Vec<Host>,
    bridge: Namespace,
    directory: TempDir,
    // Last, so that the place is given to the next lab when all above is gone.
    _permit: permission::Permit,
}

impl Lab {
    /// Builds a network of `hosts` hosts, numbered from 1 (at most 9), and starts the capture.
    ///
    /// Waits while `LAB_JOBS` (default 6) labs of this process are alive.
    pub(crate) fn new(hosts: u8) -> Self {
        let permit = permission::Permit::acquire();
        network::sweep_leftovers();
        let number = LABS.fetch_add(1, Ordering::Relaxed);
        let prefix = format!("sa-{}-{number}", std::process::id());
        let bridge = network::build_bridge(&prefix);
        let hosts = (1..=hosts).map(|n| network::build_host(&prefix, &bridge, n)).collect();
        let capture = Capture::start(&bridge);
        let directory = tempfile::Builder::new().prefix(&format!("{prefix}-")).tempdir().unwrap();
        Self { capture, hosts, bridge, directory, _permit: permit }
    }

    /// The host with this number (from 1).
    pub(crate) fn host(&self, number: u8) -> &Host {
        &self.hosts[usize::from(number) - 1]
    }

    /// All hosts, by number.
    pub(crate) fn hosts(&self) -> &[Host] {
        &self.hosts
    }

    /// What crossed the bridge so far.
    pub(crate) fn capture(&self) -> &Capture {
        &self.capture
    }

    /// The temporary directory of this lab.
    pub(crate) fn directory(&self) -> &std::path::Path {
        self.directory.path()
    }

    /// Writes `configuration` to a file and starts `daemon` on host `number` with it.
    pub(crate) fn start(&self, number: u8, daemon: Daemon, configuration: &str) -> Running {
        self.start_with(number, daemon, configuration, &[])
    }

    /// As [`Lab::start`], with variables in the daemon's environment.
    pub(crate) fn start_with(
        &self,
        number: u8,
        daemon: Daemon,
        configuration: &str,
        environment: &[(&str, &std::path::Path)],
    ) -> Running {
        let directory = self.directory.path();
        let host = self.host(number);
        Running::start(daemon, host, directory, configuration, (&[], environment))
    }

    /// As [`Lab::start`], with more options of the command line.
    pub(crate) fn start_as(
        &self,
        number: u8,
        daemon: Daemon,
        configuration: &str,
        options: &[&str],
    ) -> Running {
        let directory = self.directory.path();
        Running::start(daemon, self.host(number), directory, configuration, (options, &[]))
    }

    /// As [`Lab::start_with`], with more options of the command line as well.
    pub(crate) fn start_as_with(
        &self,
        number: u8,
        daemon: Daemon,
        configuration: &str,
        options: &[&str],
        environment: &[(&str, &std::path::Path)],
    ) -> Running {
        let directory = self.directory.path();
        Running::start(daemon, self.host(number), directory, configuration, (options, environment))
    }

    /// Joins host `number` to the bridge by `eth1` as well (10.78.0.N/24, fe80::1:N/64, MAC
    /// 02:00:00:00:01:0N).
    pub(crate) fn join_again(&self, number: u8) {
        network::join_again(&self.bridge, self.host(number));
    }

    /// Takes the bridge's port of host `number` down or up: the host loses or regains carrier.
    pub(crate) fn carrier(&self, number: u8, up: bool) {
        let state = if up { "up" } else { "down" };
        self.bridge.ip(&["link", "set", &format!("h{number}"), state]);
    }

    /// Cuts host `number` off from the other isolated hosts, or joins it again; the carrier stays.
    ///
    /// The capture goes on to see what an isolated host sends.
    pub(crate) fn isolate(&self, number: u8, isolated: bool) {
        let state = if isolated { "on" } else { "off" };
        let port = format!("h{number}");
        self.bridge.ip(&["link", "set", &port, "type", "bridge_slave", "isolated", state]);
    }

    /// Keeps all multicast from host `number`, or lets it through again; what it sends arrives.
    pub(crate) fn deafen(&self, number: u8, deaf: bool) {
        let state = if deaf { "off" } else { "on" };
        let port = format!("h{number}");
        self.bridge.ip(&["link", "set", &port, "type", "bridge_slave", "mcast_flood", state]);
    }

    /// The numbers of the hosts which have `address` on an interface now.
    pub(crate) fn owners(&self, address: IpAddr) -> Vec<u8> {
        self.hosts.iter().filter(|host| host.has(address)).map(Host::number).collect()
    }

    /// Waits until exactly the hosts `numbers` have each of `addresses`; panics after `within`.
    pub(crate) fn wait_for_owners(&self, addresses: &[IpAddr], numbers: &[u8], within: Duration) {
        let end = std::time::Instant::now() + within;
        loop {
            let owners: Vec<_> = addresses.iter().map(|&a| (a, self.owners(a))).collect();
            if owners.iter().all(|(_, found)| found == numbers) {
                return;
            }
            assert!(
                std::time::Instant::now() < end,
                "hosts {numbers:?} should own the addresses, found {owners:?}"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// The IPv4 address of host `number`.
pub(crate) fn address4(number: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(10, 77, 0, number))
}

/// The IPv6 link-local address of host `number`.
pub(crate) fn link_local(number: u8) -> IpAddr {
    IpAddr::V6(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, u16::from(number)))
}

impl Drop for Lab {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- what crossed the bridge\n{}", self.capture.describe());
        }
        self.capture.stop();
    }
}
