//! The only unsafe code: descriptors under tokio, options that no crate offers, link-layer
//! addresses, and what happens between fork and exec.
//!
//! Knows Linux and tokio; nothing of VRRP. Each `unsafe` block says why it is sound.

#![allow(unsafe_code)]

pub mod bell;
pub mod child;
pub mod daemonize;
pub mod host_name;
pub mod link;
pub mod memory;
pub mod packet;
pub mod peer;
pub mod process;
pub mod readiness;
pub mod scheduling;
pub mod signals;
pub mod socket;
pub mod timer;
