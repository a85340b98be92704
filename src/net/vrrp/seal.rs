//! What proves an advert: nothing (or the password in it), a header before it, a trailer behind it.

use std::net::IpAddr;
use std::sync::Arc;

use super::trailer::{self, Sequence};
use crate::net::ah;
use crate::net::ipv4::{PROTOCOL_AUTHENTICATION_HEADER, PROTOCOL_VRRP};
use crate::units::Secret;

/// The proof that goes with one advert. Its key is never shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Seal {
    /// Nothing besides the advert.
    None,
    /// `auth_type AH`, over IPv4.
    Header {
        /// The password; its first 8 bytes count, and a shorter one is padded with zeros.
        key: Arc<Secret>,
        /// Number of this advert.
        sequence: u32,
    },
    /// `auth_hmac`.
    Trailer {
        /// Number of the key, 1..=255.
        id: u8,
        /// The key.
        key: Arc<Secret>,
        /// Number of this advert.
        sequence: Sequence,
    },
}

impl Seal {
    /// Number of the protocol in the IPv4 header.
    pub const fn protocol(&self) -> u8 {
        match self {
            Self::Header { .. } => PROTOCOL_AUTHENTICATION_HEADER,
            Self::None | Self::Trailer { .. } => PROTOCOL_VRRP,
        }
    }

    /// Bytes that it adds to the advert.
    pub const fn length(&self) -> usize {
        match self {
            Self::None => 0,
            Self::Header { .. } => ah::LENGTH,
            Self::Trailer { .. } => trailer::LENGTH,
        }
    }

    /// Appends what stands before the advert.
    pub fn begin(&self, source: IpAddr, out: &mut Vec<u8>) {
        if let (Self::Header { sequence, .. }, IpAddr::V4(source)) = (self, source) {
            ah::emit(source, *sequence, out);
        }
    }

    /// Completes a packet whose advert begins at `advert` and ends the buffer. Over IPv4 the buffer
    /// begins with the IP header.
    pub fn finish(&self, ends: (IpAddr, IpAddr), advert: usize, out: &mut Vec<u8>) {
        match self {
            Self::None => {}
            Self::Header { key, .. } => ah::seal(&header_key(key), out),
            Self::Trailer { id, key, sequence } => {
                trailer::sign(out, advert, ends, (*id, key.expose()), *sequence);
            }
        }
    }
}

/// The key of an authentication header: the password cut or padded with zeros to 8 bytes.
pub fn header_key(password: &Secret) -> [u8; ah::KEY_LENGTH] {
    let mut bytes = [0; ah::KEY_LENGTH];
    for (to, from) in bytes.iter_mut().zip(password.expose()) {
        *to = *from;
    }
    bytes
}
