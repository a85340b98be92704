//! What we write for configurations of our own, so that a change of a form is seen.

use std::time::Duration;

use stillalive::dump;
use stillalive::engine::event::Event;

use crate::stage::Stage;

const EVERYTHING: &str = include_str!("everything.conf");

const PASSWORD: &str = "
vrrp_instance V {
    interface eth0
    virtual_router_id 1
    authentication {
        auth_type KIND
        auth_pass hunter2
    }
    virtual_ipaddress {
        192.0.2.50
    }
}";

fn stage() -> Stage {
    let mut stage = Stage::new(&[EVERYTHING]);
    stage.run(Duration::from_secs(5));
    stage
}

#[test]
fn every_section_of_the_data() {
    insta::assert_snapshot!(stage().routers[0].shown(dump::data));
}

#[test]
fn both_versions_of_json() {
    let first = stage().routers[0].shown(|view| dump::json(view).unwrap());
    let text = EVERYTHING.replace("global_defs {", "global_defs { json_version 2\n");
    let mut second = Stage::new(&[&text]);
    second.run(Duration::from_secs(5));
    let second = second.routers[0].shown(|view| dump::json(view).unwrap());
    let broken = |text: &str| text.replace(',', ",\n");
    insta::assert_snapshot!(format!("{}\n{}", broken(&first), broken(&second)));
}

#[test]
fn cleared_counters_begin_at_0_and_nothing_else_changes() {
    let mut stage = stage();
    let before = stage.routers[0].look().0;
    assert!(before.instances.iter().any(|it| it.statistics.adverts_sent > 0));
    stage.tell(0, Event::ClearStatistics);
    let mut after = stage.routers[0].look().0;
    let zero = after.instances[0].statistics;
    assert_eq!((zero.adverts_sent, zero.became_master), (0, 0));
    for (after, before) in after.instances.iter_mut().zip(&before.instances) {
        after.statistics = before.statistics;
    }
    assert_eq!(after, before);
}

#[test]
fn no_password_is_in_any_dump() {
    for kind in ["PASS", "AH"] {
        let text = PASSWORD.replace("KIND", kind);
        let stage = Stage::new(&[&text]);
        let router = &stage.routers[0];
        let all = [
            router.shown(dump::data),
            router.shown(dump::parent),
            router.shown(dump::statistics),
            router.shown(|view| dump::json(view).unwrap()),
        ];
        assert!(all.iter().all(|text| !text.contains("hunter2")), "{all:?}");
    }
}

#[test]
fn without_instances_there_is_no_json() {
    let stage = Stage::new(&["global_defs { router_id a }"]);
    let (engine, host) = stage.routers[0].look();
    let view = dump::View { engine: &engine, host: &host, running: true };
    assert_eq!(dump::json(view), None);
    assert_eq!(dump::statistics(view), "");
}
