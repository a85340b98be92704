//! Stories of sync groups: what their members do to each other, and to those of other nodes.

use stillalive::engine::drain::Order;
use stillalive::sim::{Change, Router, Scenario, Step};
use stillalive::units::{Family, Version};

use super::play;
use super::stories::{at, takeovers};

/// Nobody was told that it gave way, because it should have been back at once; the operator's word
/// keeps it away.
#[test]
fn a_group_that_was_robbed_and_is_drained_says_that_it_is_backup() {
    let mut scenario = Scenario::plain(2);
    scenario.plan.grouped = 1;
    scenario.story = vec![
        at(0.0, Step::Stop(0)),
        at(6.063, Step::Rob(1, 0)),
        at(6.064, Step::Command(1, Order::Drain { lasts: None })),
    ];
    play(&scenario);
}

/// On the first LAN c has the highest address, on the second one the lowest, because its interface
/// there came back before its address did. They lead at the same moment, and each of them has to give
/// way to another one; so they have to come back one after the other.
#[test]
fn groups_of_equals_do_not_give_way_to_each_other_for_ever() {
    let mut scenario = Scenario::plain(3);
    (scenario.version, scenario.family) = (Version::V3, Family::V6);
    scenario.nodes.iter_mut().for_each(|node| node.priorities = vec![100]);
    scenario.plan.routers = vec![Router::plain(0), Router { vmac: true, ..Router::plain(1) }];
    scenario.plan.grouped = 2;
    scenario.story = vec![
        at(0.0, Step::Delete(2, 1)),
        at(0.5, Step::Create(2, 1)),
        at(6.073, Step::Reload(None, Change::Vrid(0))),
    ];
    let outcome = play(&scenario);
    for (node, again) in [(0, 0), (1, 0), (2, 2)] {
        let all = takeovers(&outcome, node);
        let tie = all.iter().position(|time| time == "9.682375").unwrap();
        assert_eq!(all.len() - tie, 2 + again, "{all:?}");
    }
}
