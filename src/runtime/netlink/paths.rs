//! What the monitor needs of routes and rules: a filter that keeps out those of others, and a dump
//! of our own for a comparison.

use std::collections::BTreeSet;
use std::io;
use std::os::fd::{AsFd, OwnedFd};

use nix::libc;

use super::held::{Identity, PROTOCOL};
use super::{BUFFER, Entry, Socket, wire};
use crate::sys::socket::{ask_strictly, keep_out};

/// Lets no report through of routes that are new, or that others have set and removed: a routing
/// daemon writes hundreds of thousands, and none of them matters here.
pub(super) fn keep_out_foreign_routes(socket: &OwnedFd) -> io::Result<()> {
    let program = keep_out(libc::RTM_NEWROUTE, libc::RTM_DELROUTE, PROTOCOL);
    socket2::SockRef::from(socket).attach_filter(&program)
}

/// Those of these requests whose route or rule is there, with the protocol of keepalived.
pub(crate) fn still_there(requests: Vec<Entry>) -> io::Result<Vec<Entry>> {
    let present = dump()?;
    let is_there = |entry: &Entry| {
        Identity::of(entry.kind, &entry.body).is_some_and(|identity| present.contains(&identity))
    };
    Ok(requests.into_iter().filter(is_there).collect())
}

/// The routes and rules with the protocol of keepalived, whoever has set them.
pub(super) fn dump() -> io::Result<BTreeSet<Identity>> {
    let socket = Socket::for_requests()?;
    // Kernels before 4.20 send everything, which is sorted out here.
    let _old = ask_strictly(socket.descriptor.as_fd());
    let mut buffer = vec![0; BUFFER];
    let mut present = BTreeSet::new();
    let asked = [
        (libc::RTM_GETROUTE, libc::AF_INET),
        (libc::RTM_GETROUTE, libc::AF_INET6),
        (libc::RTM_GETRULE, libc::AF_INET),
        (libc::RTM_GETRULE, libc::AF_INET6),
    ];
    for ((kind, family), sequence) in asked.into_iter().zip(1_u32..) {
        let mut request = Vec::with_capacity(28);
        request.extend(28_u32.to_ne_bytes());
        request.extend(kind.to_ne_bytes());
        request.extend(0x301_u16.to_ne_bytes()); // NLM_F_REQUEST | NLM_F_DUMP
        request.extend(sequence.to_ne_bytes());
        request.extend([0; 4]);
        let mut header = [0; 12];
        header[0] = u8::try_from(family).unwrap_or(0);
        if kind == libc::RTM_GETROUTE {
            header[5] = PROTOCOL;
        }
        request.extend(header);
        socket.send(&request)?;
        let mut done = false;
        while !done {
            let length = socket.receive(&mut buffer)?;
            let messages = wire::messages(buffer.get(..length).unwrap_or_default());
            for message in messages.filter(|message| message.sequence == sequence) {
                match i32::from(message.kind) {
                    libc::NLMSG_DONE => done = true,
                    // A family that the kernel does not have.
                    libc::NLMSG_ERROR => done = true,
                    _ => present.extend(Identity::of(message.kind, message.body)),
                }
            }
        }
    }
    Ok(present)
}
