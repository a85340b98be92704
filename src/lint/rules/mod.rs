//! Every rule, one file each; codes that are raised while the file is read have their pages in
//! `read`.

mod cluster;
mod vrrp;

use crate::lint::Rule;

/// Every rule, sorted by code.
pub const RULES: &[&Rule] = &[
    &vrrp::duplicate_vip::RULE,
    &cluster::vrid::RULE,
    &cluster::group::RULE,
    &cluster::unicast::RULE,
    &cluster::peers::RULE,
    &cluster::source::RULE,
    &cluster::authentication::RULE,
    &cluster::password::RULE,
    &cluster::interval::RULE,
    &cluster::version::RULE,
    &cluster::addresses::RULE,
    &cluster::address_order::RULE,
    &cluster::prefix::RULE,
    &cluster::hasty_backup::RULE,
    &cluster::password_tail::RULE,
    &cluster::equal_priority::RULE,
    &cluster::preemption::RULE,
    &cluster::checksum::RULE,
    &cluster::strict::RULE,
    &cluster::missing_instance::RULE,
    &cluster::lone_node::RULE,
    &cluster::vrid_clash::RULE,
    &cluster::shared_address::RULE,
    &cluster::two_owners::RULE,
];
