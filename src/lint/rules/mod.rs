//! Every rule, one file each; codes that are raised while the file is read have their pages in
//! `read`.

mod vrrp;

use crate::lint::Rule;

/// Every rule, sorted by code.
pub const RULES: &[&Rule] = &[&vrrp::duplicate_vip::RULE];
