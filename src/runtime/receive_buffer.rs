//! Sizes of receive buffers, as the `*_rcv_bufs` keywords ask for them.

use std::io;
use std::os::fd::AsFd;

use nix::sys::socket::{getsockopt, setsockopt, sockopt};

use crate::ir::global::Buffer;

/// Gives a socket the buffer that was asked for, else `default` bytes, past the system's limit;
/// without either it keeps what the system gives.
///
/// # Errors
/// The kernel refuses. It does not refuse sizes beyond its limit, but cuts them.
pub(super) fn set(socket: &impl AsFd, asked: Buffer, default: Option<usize>) -> io::Result<()> {
    let size = asked.size.map(|size| size.value).filter(|size| *size > 0);
    match (size.and_then(|size| usize::try_from(size).ok()), default) {
        (Some(size), _) => set_size(socket, size, asked.force),
        (None, Some(size)) => set_size(socket, size, true),
        (None, None) => Ok(()),
    }
}

/// Doubles the buffer; its new size, as the kernel counts it.
///
/// # Errors
/// The kernel refuses.
pub(super) fn double(socket: &impl AsFd, force: bool) -> io::Result<usize> {
    // The kernel gives twice what it is asked for, and tells of that.
    let size = getsockopt(socket, sockopt::RcvBuf)?;
    set_size(socket, size, force)?;
    Ok(size)
}

fn set_size(socket: &impl AsFd, size: usize, force: bool) -> io::Result<()> {
    // Without CAP_NET_ADMIN over the user namespace the limit of the system has to do.
    if force && setsockopt(socket, sockopt::RcvBufForce, &size).is_ok() {
        return Ok(());
    }
    Ok(setsockopt(socket, sockopt::RcvBuf, &size)?)
}
