//! VRRP: what the instances would do, and what they were hardly meant to do.

pub(super) mod duplicate_vip;
