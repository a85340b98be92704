//! `auth_hmac`: a signed trailer behind each advert.

use std::time::Duration;

use crate::units::{Secret, Spanned};

/// Settings of the trailer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trailer {
    /// Keys by their number, 1..=255; any of them verifies.
    pub keys: Vec<Spanned<TrailerKey>>,
    /// `active_key`: number of the key that signs; it is one of `keys`.
    pub active: Spanned<u8>,
    /// `time_window`: how far a time stamp may be off, 1 to 300 s.
    pub window: Duration,
    /// `anti_replay`.
    pub replay: ReplayProtection,
    /// `mode`.
    pub mode: TrailerMode,
}

/// One key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrailerKey {
    /// Its number.
    pub id: u8,
    /// Its bytes, or where they are.
    pub value: KeyValue,
}

/// The bytes of a key, or where they are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeyValue {
    /// 32 to 64 bytes, written as text or as `hex:DIGITS`.
    Bytes(Secret),
    /// `file:PATH`: in a file.
    File(String),
}

/// What protects against adverts that are played back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ReplayProtection {
    /// `time`: the sequence is the clock and must lie in the window.
    #[default]
    Time,
    /// `monotonic`: the sequence only grows.
    Monotonic,
}

/// What happens to adverts without a valid trailer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TrailerMode {
    /// `enforce`: they are dropped.
    #[default]
    Enforce,
    /// `permissive`: one without a trailer is accepted.
    Permissive,
    /// `receive-only`: as permissive, and nothing is signed.
    ReceiveOnly,
}
