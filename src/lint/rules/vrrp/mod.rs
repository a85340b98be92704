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
mod script_timeout;
mod source_not_on_host;
mod too_many_addresses;
mod unicast_without_source;
mod unreachable_gateway;
mod unused_tracked_object;
mod weight_with_nopreempt;
mod weight_without_effect;
mod weights;

use crate::lint::Rule;

pub(super) static RULES: &[Rule] = &[
    duplicate_vip::RULE,
    too_many_addresses::RULE,
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
    script_timeout::RULE,
    weight_without_effect::RULE,
    unused_tracked_object::RULE,
    weight_with_nopreempt::RULE,
    unreachable_gateway::RULE,
];
