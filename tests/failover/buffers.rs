//! Receive buffers: what `getsockopt` says of each socket of ours and of keepalived's.

use std::os::fd::{FromRawFd, OwnedFd};
use std::time::Duration;

use nix::libc;
use nix::unistd::Pid;
use socket2::Socket;

use crate::lab::{Daemon, Lab, ready};
use crate::protocol::ELECTION;

/// The open sockets of a process, as our own.
#[allow(unsafe_code)]
fn sockets(pid: Pid) -> Vec<Socket> {
    // SAFETY: no pointers; a number that is not negative is a descriptor of our own.
    let call = |number, first: i32, second: i32| unsafe {
        let descriptor = libc::syscall(number, first, second, 0);
        let descriptor = i32::try_from(descriptor).unwrap();
        assert!(descriptor >= 0, "{}", std::io::Error::last_os_error());
        OwnedFd::from_raw_fd(descriptor)
    };
    let process = call(libc::SYS_pidfd_open, pid.as_raw(), 0);
    let process = std::os::fd::AsRawFd::as_raw_fd(&process);
    let folder = format!("/proc/{pid}/fd");
    std::fs::read_dir(folder)
        .unwrap()
        .flatten()
        .filter(|entry| {
            let link = std::fs::read_link(entry.path()).unwrap_or_default();
            link.to_string_lossy().starts_with("socket:")
        })
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .map(|descriptor| Socket::from(call(libc::SYS_pidfd_getfd, process, descriptor)))
        .collect()
}

/// Sizes of the buffers of sockets of that family and protocol, sorted.
pub(crate) fn sizes(pid: Pid, family: i32, protocol: i32) -> Vec<usize> {
    let sockets = sockets(pid);
    let wanted = sockets.iter().filter(|socket| {
        i32::from(socket.domain().unwrap()) == family
            && socket.protocol().unwrap().map_or(0, i32::from) == protocol
    });
    let mut sizes: Vec<usize> = wanted.map(|s| s.recv_buffer_size().unwrap()).collect();
    sizes.sort_unstable();
    sizes
}

/// Two IPv4 instances that share a socket, one with a share of its own, and an IPv6 one.
fn configuration(global: &str) -> String {
    format!(
        "global_defs {{\n{global}\n}}
vrrp_instance V1 {{
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {{
        10.77.0.50
        10.77.0.51
        10.77.0.52
    }}
}}
vrrp_instance V2 {{
    interface eth0
    virtual_router_id 52
    kernel_rx_buf_size 7000
    virtual_ipaddress {{
        10.77.0.53
    }}
}}
vrrp_instance V3 {{
    interface eth0
    virtual_router_id 51
    version 3
    virtual_ipaddress {{
        fe80::50
        2001:db8:77::50
    }}
}}
"
    )
}

#[test]
fn sockets_of_adverts_have_the_buffers_that_the_policy_asks_for() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    for policy in [
        "",
        "vrrp_rx_bufs_policy 5000",
        "vrrp_rx_bufs_policy MTU",
        "vrrp_rx_bufs_policy MTU\nvrrp_rx_bufs_multiplier 7",
        "vrrp_rx_bufs_policy ADVERT\nvrrp_rx_bufs_multiplier 1000",
    ] {
        let sizes = [Daemon::Keepalived, Daemon::Ours].map(|daemon| {
            let lab = Lab::new(1);
            let router = lab.start(1, daemon, &configuration(policy));
            router.wait_for_log("Entering MASTER STATE", 3, ELECTION);
            let pid = router.vrrp_pid();
            [libc::AF_INET, libc::AF_INET6].map(|family| sizes(pid, family, 112))
        });
        let [keepalived, ours] = sizes;
        assert_eq!(ours, keepalived, "{policy}");
    }
}

#[test]
fn a_reload_resizes_them() {
    if !ready(&[Daemon::Ours]) {
        return;
    }
    let lab = Lab::new(1);
    let router = lab.start(1, Daemon::Ours, &configuration(""));
    router.wait_for_log("Entering MASTER STATE", 3, ELECTION);
    router.write_configuration(&configuration("vrrp_rx_bufs_policy 9000"));
    router.signal(nix::sys::signal::Signal::SIGHUP);
    router.wait_for_log("Reload complete", 1, ELECTION);
    std::thread::sleep(Duration::from_millis(100));
    assert!(sizes(router.vrrp_pid(), libc::AF_INET, 112).contains(&32_000));
}

#[test]
fn netlink_sockets_have_the_buffers_that_were_asked_for() {
    if !ready(&[Daemon::Ours, Daemon::Keepalived]) {
        return;
    }
    // The kernel gives twice as much; these are past its limit.
    let global = "vrrp_netlink_cmd_rcv_bufs 8000000
        vrrp_netlink_cmd_rcv_bufs_force
        vrrp_netlink_monitor_rcv_bufs 9000000
        vrrp_netlink_monitor_rcv_bufs_force";
    for daemon in [Daemon::Keepalived, Daemon::Ours] {
        let lab = Lab::new(1);
        let router = lab.start(1, daemon, &configuration(global));
        router.wait_for_log("Entering MASTER STATE", 3, ELECTION);
        let sizes = sizes(router.vrrp_pid(), libc::AF_NETLINK, libc::NETLINK_ROUTE);
        for asked in [16_000_000, 18_000_000] {
            assert!(sizes.contains(&asked), "{daemon:?}: {sizes:?}");
        }
    }
}
