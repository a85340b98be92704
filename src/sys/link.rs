//! Asking the driver of an interface for the state of its link: MII registers, ethtool, flags.

use std::ffi::{c_char, c_int, c_ulong, c_void};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

use nix::libc;
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socket};

/// `SIOCGMIIPHY`: the number of the interface's transceiver.
const SIOCGMIIPHY: c_ulong = 0x8947;
/// `SIOCGMIIREG`: one register of it.
const SIOCGMIIREG: c_ulong = 0x8948;
/// `SIOCETHTOOL`.
const SIOCETHTOOL: c_ulong = 0x8946;
/// `ETHTOOL_GLINK`.
const ETHTOOL_GLINK: u32 = 0x0a;
/// The basic mode status register (IEEE 802.3 clause 22.2.4.2).
const MII_BMSR: u16 = 1;
/// The link is up.
const BMSR_LINK: u16 = 0x4;

/// `struct ifreq` with the union as bytes: 16 of the name, 24 of the union.
#[repr(C, align(8))]
struct Request {
    name: [c_char; libc::IFNAMSIZ],
    data: [u8; 24],
}

/// `struct ethtool_value`.
#[repr(C)]
struct EthtoolValue {
    command: u32,
    data: u32,
}

/// A socket to ask through. It belongs to the network namespace that it was opened in.
#[derive(Debug)]
pub struct LinkQuery(OwnedFd);

impl LinkQuery {
    /// Opens it.
    ///
    /// # Errors
    /// The kernel refuses.
    pub fn new() -> io::Result<Self> {
        let flags = SockFlag::SOCK_CLOEXEC;
        Ok(Self(socket(AddressFamily::Inet, SockType::Datagram, flags, None)?))
    }

    /// The link by the MII registers.
    ///
    /// # Errors
    /// There is no such interface, or its driver knows no MII.
    pub fn by_mii(&self, name: &str) -> io::Result<bool> {
        let mut request = request(name)?;
        self.ask(SIOCGMIIPHY, &mut request)?;
        // `struct mii_ioctl_data`: phy, register, value in, value out.
        let [low, high] = MII_BMSR.to_ne_bytes();
        let [_, _, to_low, to_high, ..] = &mut request.data;
        (*to_low, *to_high) = (low, high);
        self.ask(SIOCGMIIREG, &mut request)?;
        // A loss is latched until it has been read once.
        self.ask(SIOCGMIIREG, &mut request)?;
        let [_, _, _, _, _, _, low, high, ..] = request.data;
        Ok(u16::from_ne_bytes([low, high]) & BMSR_LINK != 0)
    }

    /// The link by ethtool.
    ///
    /// # Errors
    /// There is no such interface, or its driver does not answer.
    pub fn by_ethtool(&self, name: &str) -> io::Result<bool> {
        let mut value = EthtoolValue { command: ETHTOOL_GLINK, data: 0 };
        let mut request = request(name)?;
        let pointer: *mut EthtoolValue = &raw mut value;
        let address = pointer.expose_provenance().to_ne_bytes();
        for (to, from) in request.data.iter_mut().zip(address) {
            *to = from;
        }
        // The kernel reads and writes `value` through the pointer while this call lasts.
        self.ask(SIOCETHTOOL, &mut request)?;
        // SAFETY: `value` lives; it is read again after the kernel may have written to it.
        Ok(unsafe { pointer.read_volatile() }.data != 0)
    }

    /// The link by the flags of the interface.
    ///
    /// # Errors
    /// There is no such interface.
    pub fn by_flags(&self, name: &str) -> io::Result<bool> {
        Ok(self.flags(name)? & libc::IFF_RUNNING != 0)
    }

    /// The interface is set up, whatever its link.
    ///
    /// # Errors
    /// There is no such interface.
    pub fn is_set_up(&self, name: &str) -> io::Result<bool> {
        Ok(self.flags(name)? & libc::IFF_UP != 0)
    }

    fn flags(&self, name: &str) -> io::Result<c_int> {
        let mut request = request(name)?;
        self.ask(libc::SIOCGIFFLAGS, &mut request)?;
        let [low, high, ..] = request.data;
        Ok(c_int::from(u16::from_ne_bytes([low, high])))
    }

    fn ask(&self, what: c_ulong, request: &mut Request) -> io::Result<()> {
        let pointer: *mut c_void = std::ptr::from_mut(request).cast();
        // SAFETY: these requests read and write no more than a `struct ifreq`, of which `Request`
        // has the size and the alignment; a pointer in it leads to a value that is alive.
        let result = unsafe { libc::ioctl(self.0.as_raw_fd(), what as _, pointer) };
        if result < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
    }
}

fn request(name: &str) -> io::Result<Request> {
    let mut request = Request { name: [0; libc::IFNAMSIZ], data: [0; 24] };
    if name.len() >= libc::IFNAMSIZ {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    for (to, from) in request.name.iter_mut().zip(name.bytes()) {
        *to = from.cast_signed();
    }
    Ok(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loopback_is_asked_by_its_flags_and_has_no_mii() {
        let query = LinkQuery::new().unwrap();
        assert!(query.by_flags("lo").is_ok());
        assert!(query.by_mii("lo").is_err());
        assert!(query.by_ethtool("lo").unwrap());
        assert!(query.by_flags("nowhere0").is_err());
    }
}
