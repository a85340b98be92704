//! Every interface with all that the kernel tells of it, for dumps.

use std::io;

use nix::libc;

use super::{monitor, wire};
use crate::dump::{HostInterface, InterfaceSettings, LinkFlags};

/// The interfaces in the kernel's order, without the virtual addresses that keepalived, or this
/// program, holds.
///
/// # Errors
/// The kernel refuses, or changes its network all the time.
pub fn interfaces() -> io::Result<Vec<HostInterface>> {
    Ok(monitor::dump_links_of_others()?.into_iter().map(interface).collect())
}

fn interface(link: wire::Link) -> HostInterface {
    let is = |flag: i32| link.flags & flag != 0;
    HostInterface {
        flags: LinkFlags {
            up: is(libc::IFF_UP),
            running: is(libc::IFF_RUNNING),
            broadcast: is(libc::IFF_BROADCAST),
            loopback: is(libc::IFF_LOOPBACK),
            point_to_point: is(libc::IFF_POINTOPOINT),
            no_arp: is(libc::IFF_NOARP),
            multicast: is(libc::IFF_MULTICAST),
        },
        hardware: link.hardware,
        broadcast: link.broadcast,
        group: link.group,
        settings: InterfaceSettings::default(),
        seen_up: link.interface.up,
        known: link.interface,
    }
}
