//! VRRP: what the instances would do, and what they were hardly meant to do.

mod address_does_not_answer;
mod address_is_broadcast;
mod address_is_network;
mod address_of_the_host;
mod address_outside_subnets;
mod alert_without_recipient;
mod duplicate_vip;
mod master_without_priority;
mod no_such_interface;
mod own_address_as_peer;
mod owner_priority;
mod source_not_on_host;
mod unicast_without_source;

use crate::lint::Rule;

pub(super) static RULES: &[Rule] = &[
    duplicate_vip::RULE,
    address_is_network::RULE,
    address_is_broadcast::RULE,
    address_of_the_host::RULE,
    owner_priority::RULE,
    address_outside_subnets::RULE,
    no_such_interface::RULE,
    own_address_as_peer::RULE,
    source_not_on_host::RULE,
    unicast_without_source::RULE,
    address_does_not_answer::RULE,
    master_without_priority::RULE,
    alert_without_recipient::RULE,
];
