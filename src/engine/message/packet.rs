//! What is wrong with a received datagram, in keepalived's wording.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What is wrong with the authentication of an advert, in the numbers of RFC 2787
/// (`vrrpTrapAuthErrorType`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AuthenticationError {
    /// There is no such type.
    InvalidType = 1,
    /// It is another type than ours.
    TypeMismatch = 2,
    /// The password, or the header, is not right.
    Failure = 3,
}

/// What is wrong with the form of an advert, in the numbers of RFC 6527
/// (`vrrpv3StatisticsProtoErrReason`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ProtocolError {
    /// TTL or hop limit.
    Ttl = 1,
    /// The version.
    Version = 2,
    /// The checksum.
    Checksum = 3,
}

/// What is wrong with a datagram. The order is that of the checks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PacketProblem {
    /// It is shorter or longer than its header says.
    Length {
        /// From whom.
        from: IpAddr,
        /// Bytes received.
        received: usize,
        /// Bytes asked for.
        expected: usize,
    },
    /// TTL or hop limit is not 255.
    Ttl {
        /// From whom.
        from: IpAddr,
        /// Received.
        ttl: u8,
    },
    /// Another version.
    Version {
        /// From whom.
        from: IpAddr,
        /// Received.
        received: u8,
        /// Ours.
        expected: u8,
    },
    /// An unknown authentication type.
    AuthTypeInvalid {
        /// From whom.
        from: IpAddr,
        /// Received.
        received: u8,
    },
    /// Another authentication type.
    AuthTypeMismatch {
        /// From whom.
        from: IpAddr,
        /// Received.
        received: u8,
        /// Ours.
        expected: u8,
    },
    /// A wrong password.
    Password(IpAddr),
    /// Another interval.
    Interval {
        /// From whom.
        from: IpAddr,
        /// Ours.
        ours: Duration,
        /// Received.
        received: Duration,
        /// Version 3 goes on with it.
        accepted: bool,
    },
    /// No advertisement.
    Type {
        /// From whom.
        from: IpAddr,
        /// Received.
        received: u8,
    },
    /// A wrong checksum.
    Checksum {
        /// From whom.
        from: IpAddr,
        /// Of which version.
        version: u8,
    },
    /// Multicast where unicast is configured, or the reverse.
    Kind {
        /// From whom.
        from: IpAddr,
        /// It was multicast.
        multicast: bool,
    },
    /// Another number of addresses (accepted).
    Count {
        /// Ours.
        expected: usize,
        /// Received.
        received: u8,
    },
    /// One of our addresses is not listed (accepted).
    MissingAddress {
        /// From whom.
        from: IpAddr,
        /// Virtual router identifier.
        vrid: u8,
        /// Ours.
        address: IpAddr,
    },
    /// The source is no configured peer.
    NotAPeer(IpAddr),
    /// TTL outside the peer's range.
    PeerTtl {
        /// From whom.
        from: IpAddr,
        /// Received.
        ttl: u8,
        /// `min_ttl`.
        least: u8,
        /// `max_ttl`.
        most: u8,
    },
    /// An authentication header that does not count.
    Header {
        /// From whom.
        from: IpAddr,
        /// Why.
        why: HeaderProblem,
    },
    /// A trailer that does not count, or none.
    Trailer {
        /// From whom.
        from: IpAddr,
        /// Why.
        why: TrailerProblem,
    },
    /// The clock of a signed advert is far from ours (accepted).
    ClockDifference {
        /// From whom.
        from: IpAddr,
        /// How far.
        seconds: u64,
    },
}

/// What is wrong with an authentication header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HeaderProblem {
    /// Its value was not made with our password, or there is no header.
    Value,
    /// Its index is not the source address.
    Index(std::net::Ipv4Addr),
    /// Its number was there before.
    Replayed {
        /// Received.
        received: u32,
        /// The last one.
        ours: u32,
    },
}

/// What is wrong with a signed trailer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TrailerProblem {
    /// There is none.
    Missing,
    /// Another type, or reserved bits are set.
    Malformed,
    /// Its time is too far from ours.
    Stale {
        /// How far.
        seconds: u64,
    },
    /// We do not have this key.
    UnknownKey(u8),
    /// The code was not made with that key.
    Invalid,
    /// Its number was there before.
    Replayed,
}

impl fmt::Display for HeaderProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value => f.write_str(
                "IPSEC-AH : invalid IPSEC HMAC-MD5 value. Due to fields mutation or bad password !",
            ),
            Self::Index(index) => write!(f, "IPSEC AH : invalid IPSEC SPI value. {index}"),
            Self::Replayed { received, ours } => write!(
                f,
                "IPSEC-AH : sequence number {received} already processed. Packet dropped. \
                 Local({ours})"
            ),
        }
    }
}

impl fmt::Display for TrailerProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("it is not signed"),
            Self::Malformed => f.write_str("its trailer has another form"),
            Self::Stale { seconds } => write!(f, "its time is {seconds} s away from ours"),
            Self::UnknownKey(key) => write!(f, "there is no key {key}"),
            Self::Invalid => f.write_str("its signature is wrong"),
            Self::Replayed => f.write_str("its number was there before"),
        }
    }
}

impl PacketProblem {
    /// From whom it came and what of its authentication is wrong, if that is.
    pub const fn authentication_error(&self) -> Option<(IpAddr, AuthenticationError)> {
        Some(match self {
            Self::AuthTypeInvalid { from, .. } => (*from, AuthenticationError::InvalidType),
            Self::AuthTypeMismatch { from, .. } => (*from, AuthenticationError::TypeMismatch),
            Self::Password(from) | Self::Header { from, .. } => {
                (*from, AuthenticationError::Failure)
            }
            _ => return None,
        })
    }

    /// What of its form is wrong, as far as RFC 6527 has a number for it.
    pub const fn protocol_error(&self) -> Option<ProtocolError> {
        Some(match self {
            Self::Ttl { .. } => ProtocolError::Ttl,
            Self::Version { .. } => ProtocolError::Version,
            Self::Checksum { .. } => ProtocolError::Checksum,
            _ => return None,
        })
    }
}

impl fmt::Display for PacketProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { from, received, expected } => {
                let word = if received < expected { "short" } else { "long" };
                write!(
                    f,
                    "vrrp packet from {from} too {word}, length {received} and expect {expected}"
                )
            }
            Self::Ttl { from, ttl } => {
                write!(f, "invalid TTL/HL from {from}. Received {ttl} and expect 255")
            }
            Self::Version { from, received, expected } => write!(
                f,
                "wrong VRRP version from {from}. Received {received} and expect {expected}"
            ),
            Self::AuthTypeInvalid { from, received } => {
                write!(f, "Invalid auth type from {from}: {received}")
            }
            Self::AuthTypeMismatch { from, received, expected } => {
                write!(f, "received a {received} auth from {from}, expecting {expected}!")
            }
            Self::Password(from) => write!(f, "received an invalid passwd from {from}!"),
            Self::Interval { from, ours, received, .. } => {
                write!(f, "advertisement interval mismatch with {from} ")?;
                if ours.subsec_millis() == 0 && received.subsec_millis() == 0 {
                    write!(f, "mine={} sec rcv'd={} sec", ours.as_secs(), received.as_secs())
                } else {
                    let (ours, received) = (ours.as_millis(), received.as_millis());
                    write!(f, "mine={ours} msec rcv'd={received} msec")
                }
            }
            Self::Type { from, received } => {
                write!(f, "Invalid packet type from {from}. {received} and expect 1")
            }
            Self::Checksum { from, version } => {
                write!(f, "Invalid VRRPv{version} checksum from {from}")
            }
            Self::Kind { from, multicast } => {
                let (ours, theirs) = if *multicast { ("un", "mult") } else { ("mult", "un") };
                write!(
                    f,
                    "Expected {ours}icast packet but received {theirs}icast packet from {from}"
                )
            }
            Self::Count { expected, received } => {
                write!(f, "expected {expected} VIPs but received {received}")
            }
            Self::MissingAddress { from, vrid, address } => write!(
                f,
                "ip address associated with VRID {vrid} not present in advert from {from}: \
                 {address}"
            ),
            Self::Header { why, .. } => why.fmt(f),
            Self::Trailer { from, why } => {
                write!(f, "auth_hmac: advert from {from} refused: {why}")
            }
            Self::ClockDifference { from, seconds } => {
                write!(f, "auth_hmac: the clock of {from} is {seconds} s away from ours")
            }
            Self::NotAPeer(from) => write!(f, "unicast source address {from} not a unicast peer"),
            Self::PeerTtl { from, ttl, least, most } => {
                write!(f, "TTL/HL {ttl} from {from} not in range [{least}, {most}]")
            }
        }
    }
}
