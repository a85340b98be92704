//! What a sync group follows, and what a reload changes of it.

use std::sync::Arc;

use super::{Run, config, counts, exited, group, instance, line, reads, weighted};
use crate::engine::event::Event;
use crate::engine::snapshot::State;
use crate::ir::{Config, Instance, SyncGroup};
use crate::units::Vrid;

fn second(priority: u8) -> Instance {
    let mut other = instance(priority);
    other.name.value = "V2".to_owned();
    other.vrid.value = Vrid::new(52).unwrap();
    other
}

fn with(group: SyncGroup, instances: [Instance; 2]) -> Arc<Config> {
    Arc::new(Config { sync_groups: vec![group], ..config(instances) })
}

fn priorities(run: &Run) -> Vec<u8> {
    run.engine.snapshot().instances.iter().map(|instance| instance.priority.get()).collect()
}

fn states(run: &Run) -> Vec<State> {
    run.engine.snapshot().instances.iter().map(|instance| instance.state).collect()
}

#[test]
fn every_member_follows_what_the_group_tracks() {
    let mut group = group(&["V1", "V2"]);
    group.tracking.files = vec![weighted("f".to_owned(), 2, false)];
    group.tracking.processes = vec![weighted("p".to_owned(), 7, false)];
    let mut run = Run::new(with(group, [instance(100), second(90)]));
    run.event(reads(10));
    assert_eq!(priorities(&run), [120, 110]);
    run.event(counts(1));
    assert_eq!(priorities(&run), [127, 117]);
}

#[test]
fn in_a_group_with_an_owner_nothing_has_a_weight() {
    let mut group = group(&["V1", "V2"]);
    group.tracking.scripts = vec![weighted("s".to_owned(), 20, false)];
    let mut run = Run::new(with(group, [instance(255), second(90)]));
    run.event(exited(1, 1));
    assert_eq!(states(&run), [State::Fault, State::Fault]);
}

#[test]
fn the_groups_weight_counts_unless_the_instance_has_none() {
    let mut group = group(&["V1", "V2"]);
    group.tracking.scripts = vec![weighted("s".to_owned(), 20, false)];
    let mut own = instance(100);
    own.tracking.scripts = vec![weighted("s".to_owned(), 5, false)];
    let mut strict = second(90);
    strict.tracking.scripts = vec![line("s".to_owned())];
    let mut run = Run::new(with(group, [own, strict]));
    run.event(exited(1, 0));
    assert_eq!(priorities(&run), [120, 90]);
    run.until(1.0);
    run.event(exited(2, 1));
    assert_eq!(priorities(&run), [100, 90]);
    assert_eq!(states(&run)[1], State::Fault);
}

#[test]
fn a_reload_changes_what_is_followed() {
    let mut follower = instance(100);
    follower.tracking.files = vec![line("f".to_owned())];
    let mut run = Run::new(Arc::new(config([follower.clone()])));
    run.event(reads(10));
    assert_eq!(priorities(&run), [110]);
    let mut heavier = follower.clone();
    heavier.tracking.files = vec![weighted("f".to_owned(), 3, false)];
    run.event(Event::Reload(Arc::new(config([heavier]))));
    assert_eq!(priorities(&run), [130]);
    // The weight of the file itself.
    let mut other = config([follower]);
    other.track_files[0].weight.value = 2;
    run.event(Event::Reload(Arc::new(other)));
    assert_eq!(priorities(&run), [120]);
    run.event(Event::Reload(Arc::new(config([instance(100)]))));
    assert_eq!(priorities(&run), [100]);
}

#[test]
fn members_that_say_nothing_tell_of_their_priority_as_the_group_says() {
    for (says, reports) in [(None, 0), (Some(false), 0), (Some(true), 2)] {
        let mut group = group(&["V1", "V2"]);
        group.notify_priority_changes = says;
        group.tracking.files = vec![line("f".to_owned())];
        let mut config = Config { sync_groups: vec![group], ..config([instance(100), second(90)]) };
        config.global.fifos.vrrp.path = Some(super::at("/pipe".to_owned()));
        let mut run = Run::new(Arc::new(config));
        run.take();
        run.event(reads(10));
        assert_eq!(run.take().matches("BACKUP_PRIORITY").count(), reports, "{says:?}");
    }
}
