//! The kernel's view of the network over netlink: a socket for requests, a socket that listens,
//! and the dump that both start from.
//!
//! Reading is done by hand (`wire`), so that an attribute that some newer kernel adds can never
//! make a message unreadable; requests are built with rtnetlink's types. Requests are answered
//! inside `send`: the kernel carries them out before it returns. They belong on the network
//! worker's thread, because they wait for the kernel's lock on the network configuration.

mod addresses;
mod asked;
mod culprit;
mod entries;
mod held;
mod interfaces;
mod links;
mod monitor;
mod paths;
pub mod report;
pub mod routes;
pub mod rules;
mod wire;

use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use nix::libc;
use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, bind, getsockname,
    recvfrom, send, setsockopt, socket, sockopt,
};
use nix::sys::time::{TimeVal, TimeValLike};

pub use addresses::{AddressFailure, Asking, Commands, Request};
pub use entries::{Entry, EntryFailure};
pub use interfaces::interfaces;
pub use monitor::Monitor;
pub(crate) use paths::still_there;

use crate::engine::event::KernelError;
use crate::facts::Network;
use crate::ir::global::Buffers;
use asked::Asked;
use held::Held;

/// Room for any one message of the kernel; dumps come in pieces of at most this size.
const BUFFER: usize = 64 * 1024;

/// How long an answer may take. The kernel answers before `send` returns, so a missing answer was
/// lost, not late.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(1);

/// Opens the command socket and the monitor, which knows the present network when it comes back.
/// Must be called inside the runtime, in the network namespace that it shall serve.
pub fn connect() -> io::Result<(Commands, Monitor)> {
    connect_with(&Buffers::default())
}

/// As [`connect`], with receive buffers of these sizes (`vrrp_netlink_*_rcv_bufs`).
pub fn connect_with(buffers: &Buffers) -> io::Result<(Commands, Monitor)> {
    let asked = Arc::new(Asked::default());
    let held = Arc::new(Held::default());
    let commands = Commands::open(Arc::clone(&asked), Arc::clone(&held), buffers.vrrp_commands)?;
    let monitor = Monitor::open(commands.port(), asked, held, buffers.vrrp_monitor)?;
    Ok((commands, monitor))
}

/// Asks the kernel for all interfaces and addresses.
pub fn dump() -> io::Result<Network> {
    monitor::dump()
}

/// The network as [`dump`] reads it, without the virtual addresses that keepalived or this program
/// holds: what the host is without them.
///
/// # Errors
/// The kernel refuses, or changes its network all the time.
pub fn dump_of_others() -> io::Result<Network> {
    monitor::dump_of_others()
}

/// The network as [`dump`] reads it, with no other addresses than those that keepalived or this
/// program has set. (Before Linux 5.18 no address says so.)
///
/// # Errors
/// The kernel refuses, or changes its network all the time.
pub(crate) fn dump_of_ours() -> io::Result<Network> {
    monitor::dump_of_ours()
}

/// The kernel's answer as the engine wants it.
pub(crate) fn kernel_error(error: &io::Error) -> KernelError {
    let errno = error.raw_os_error().unwrap_or(libc::EIO);
    KernelError { errno, text: errno_text(errno) }
}

/// The C library's text of an `errno`.
pub(crate) fn errno_text(errno: i32) -> String {
    let text = io::Error::from_raw_os_error(errno).to_string();
    match text.rsplit_once(" (os error") {
        Some((text, _)) => text.to_owned(),
        None => text,
    }
}

/// A netlink socket of the routing family.
#[derive(Debug)]
struct Socket {
    descriptor: OwnedFd,
    port: u32,
}

impl Socket {
    /// Opens one that hears the groups of the mask (`RTMGRP_*`).
    fn open(groups: u32, flags: SockFlag) -> io::Result<Self> {
        let descriptor = socket(
            AddressFamily::Netlink,
            SockType::Raw,
            SockFlag::SOCK_CLOEXEC | flags,
            SockProtocol::NetlinkRoute,
        )?;
        bind(descriptor.as_raw_fd(), &NetlinkAddr::new(0, groups))?;
        let port = getsockname::<NetlinkAddr>(descriptor.as_raw_fd())?.pid();
        Ok(Self { descriptor, port })
    }

    /// Opens one for requests whose answers are waited for.
    fn for_requests() -> io::Result<Self> {
        let socket = Self::open(0, SockFlag::empty())?;
        let timeout = i64::try_from(ANSWER_TIMEOUT.as_millis()).unwrap_or(i64::MAX);
        setsockopt(&socket.descriptor, sockopt::ReceiveTimeout, &TimeVal::milliseconds(timeout))?;
        Ok(socket)
    }

    fn send(&self, bytes: &[u8]) -> io::Result<()> {
        loop {
            match send(self.descriptor.as_raw_fd(), bytes, MsgFlags::empty()) {
                Ok(_) => return Ok(()),
                Err(nix::errno::Errno::EINTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Receives one datagram from the kernel; whatever anybody else sends is thrown away.
    fn receive(&self, buffer: &mut [u8]) -> io::Result<usize> {
        receive(self.descriptor.as_fd(), buffer)
    }
}

fn receive(descriptor: std::os::fd::BorrowedFd<'_>, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match recvfrom::<NetlinkAddr>(descriptor.as_raw_fd(), buffer) {
            Ok((length, Some(sender))) if sender.pid() == 0 => return Ok(length),
            Ok(_) | Err(nix::errno::Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}
