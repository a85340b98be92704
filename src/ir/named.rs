//! Values that iproute2 knows by name: routing tables, protocols, realms, interface groups.

/// A number, or a name that stands for one on the host (`/etc/iproute2`).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Named<N> {
    /// The number itself.
    Number(N),
    /// A name that only the host can resolve.
    Name(String),
}

/// Number of a routing table; 0 means none given.
pub type Table = Named<u32>;

impl Named<u32> {
    /// `main`, where a route without `table` goes.
    pub const MAIN: Self = Self::Number(254);
}

/// Who is said to have installed a route (`rt_protos`).
pub type Protocol = Named<u8>;

impl Named<u8> {
    /// `keepalived`: what is tracked is recognised by it.
    pub const KEEPALIVED: Self = Self::Number(18);
}

/// `[FROM/]TO`: IPv4 realms, for accounting and filters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Realms {
    /// Realm of the source.
    pub from: Option<Named<u8>>,
    /// Realm of the destination.
    pub to: Named<u8>,
}
