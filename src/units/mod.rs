//! Values with rules: what exists here is valid, so nothing later checks again.
//!
//! Identifiers of the protocol ([`Vrid`], [`Priority`], [`Version`], [`Family`]), of the host
//! ([`IfName`], [`Mac`], [`IpNet`]), points in time ([`Instant`]), secrets that cannot be printed
//! ([`Secret`]) and positions in the configuration ([`Span`], [`Spanned`]),
//! and the release of keepalived that is followed ([`Compat`]). Pure: no clock, no I/O.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod addr;
mod compat;
mod ids;
mod secret;
mod span;
mod time;

pub use addr::{Family, IfName, IpNet, Mac, NameTooLong};
pub use compat::Compat;
pub use ids::{Priority, Version, Vrid};
pub use secret::Secret;
pub use span::{Span, Spanned};
pub use time::Instant;
