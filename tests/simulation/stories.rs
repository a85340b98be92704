//! Stories that are told line by line.
use super::play;
use std::time::Duration;
use stillalive::sim::{Scenario, Step};

#[test]
fn kill() {
    let mut s = Scenario::plain(3);
    s.story = vec![(Duration::from_millis(5500), Step::Crash(0))];
    let o = play(&s);
    println!("{}", o.timeline.everything());
}
