//! `lvs_method`: how packets get from the director to a server.

/// How packets get to a server.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Method {
    /// `NAT`: with another destination; answers come back through the director.
    #[default]
    Nat,
    /// `DR`: in a frame to the server's own address on the same link.
    Direct,
    /// `TUN`: inside another packet.
    Tunnel(Tunnel),
}

impl Method {
    /// True for a tunnel: then the server may be of another family than the service.
    pub const fn is_tunnel(self) -> bool {
        matches!(self, Self::Tunnel(_))
    }

    /// The word of the configuration: `NAT`, `DR`, `TUN`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nat => "NAT",
            Self::Direct => "DR",
            Self::Tunnel(_) => "TUN",
        }
    }
}

/// What a tunnel looks like.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tunnel {
    /// `type`.
    pub encapsulation: Encapsulation,
    /// `nocsum`, `csum`, `remcsum`.
    pub checksum: Checksum,
}

/// What the packet is put into.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Encapsulation {
    /// IP in IP; no checksum.
    #[default]
    Ipip,
    /// Generic UDP encapsulation to this port, 1 to 65535.
    Gue(u16),
    /// Generic routing encapsulation; no remote checksum.
    Gre,
}

/// Checksum of the outer packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Checksum {
    /// `nocsum`.
    #[default]
    None,
    /// `csum`.
    Full,
    /// `remcsum`: the receiver computes it.
    Remote,
}
