//! What a walk of a small configuration shows, and what is looked for in it.

use std::sync::Arc;

use super::*;
use crate::engine::Engine;
use crate::engine::notification::Report;
use crate::facts::Network;
use crate::ir::Config;
use crate::net::agentx::{SearchRange, Value, VarBind};

fn range(start: &[u32], end: &[u32]) -> SearchRange {
    SearchRange { start: Oid::new(start), include: false, end: Oid::new(end) }
}

const ALL: Mibs = Mibs { keepalived: true, rfc2787: true, rfc6527: true };

fn with_table<R>(work: impl FnOnce(&Table, Subject<'_>) -> R) -> R {
    let now = Instant::from_micros(5_000_000);
    let snapshot = Engine::new(Arc::new(Config::default()), Network::default(), now).snapshot();
    let subject =
        Subject { engine: &snapshot, namespace: None, router: "r1", started: Duration::ZERO };
    work(&subject.table(ALL), subject)
}

#[test]
fn a_walk_by_next_visits_every_row_once_and_ends() {
    with_table(|table, _| {
        let mut at = range(&[1], &[]);
        let mut seen = Vec::new();
        loop {
            let found = table.next(&at);
            if found.value == Value::EndOfMibView {
                break;
            }
            at.start = found.name.clone();
            seen.push(found);
        }
        assert_eq!(seen, table.rows());
        assert!(seen.windows(2).all(|pair| pair[0].name < pair[1].name), "{seen:#?}");
        // In bulk it is the same.
        let bulk = table.bulk(&[range(&[1], &[])], 0, 1000, 1000);
        assert_eq!(bulk[..seen.len()], seen);
        assert!(bulk[seen.len()..].iter().all(|row| row.value == Value::EndOfMibView));
        assert_eq!(table.bulk(&[range(&[1], &[])], 0, usize::MAX, 7).len(), 7);
    });
}

#[test]
fn what_is_not_there_is_told_apart() {
    with_table(|table, _| {
        let router = Oid::new(&KEEPALIVED).with(&[1, 2, 0]);
        let found = VarBind { name: router.clone(), value: Value::Octets(b"r1".to_vec()) };
        assert_eq!(table.get(&router), found);
        let instance = Oid::new(&KEEPALIVED).with(&[1, 2, 1]);
        assert_eq!(table.get(&instance).value, Value::NoSuchInstance);
        let object = Oid::new(&KEEPALIVED).with(&[9, 2, 0]);
        assert_eq!(table.get(&object).value, Value::NoSuchObject);
        let end = [KEEPALIVED.as_slice(), &[1, 2, 0]].concat();
        let before = range(&[KEEPALIVED.as_slice(), &[1, 1, 0]].concat(), &end);
        assert_eq!(table.next(&before).value, Value::EndOfMibView);
        let with_itself = SearchRange { start: router, include: true, end: Oid::default() };
        assert_eq!(table.next(&with_itself), found);
    });
}

#[test]
fn only_what_is_asked_for_is_served() {
    let now = Instant::from_micros(0);
    let snapshot = Engine::new(Arc::new(Config::default()), Network::default(), now).snapshot();
    let subject =
        Subject { engine: &snapshot, namespace: None, router: "r1", started: Duration::ZERO };
    for mibs in [
        Mibs { keepalived: true, ..Mibs::default() },
        Mibs { rfc2787: true, ..Mibs::default() },
        Mibs { rfc6527: true, ..Mibs::default() },
    ] {
        let subtrees = mibs.subtrees();
        let rows = subject.table(mibs);
        assert!(!rows.rows().is_empty());
        for row in rows.rows() {
            let within = |(subtree, _): &(Oid, &str)| row.name.parts().starts_with(subtree.parts());
            assert!(subtrees.iter().any(within), "{}", row.name);
        }
    }
    assert!(subject.table(Mibs::default()).rows().is_empty());
}

#[test]
fn a_trap_names_no_row() {
    let occurrence = Occurrence::new(false, "VI_1", Report::Stop, None).unwrap();
    let bindings = occurrence.own(1, "r1");
    let lines: Vec<String> =
        bindings.iter().map(|it| format!("{} {:?}", it.name, it.value)).collect();
    let own = Oid::new(&KEEPALIVED);
    assert_eq!(
        lines,
        [
            format!(".1.3.6.1.6.3.1.1.4.1.0 {:?}", Value::ObjectId(own.with(&[2, 10, 0, 2]))),
            format!("{own}.2.3.1.2 {:?}", Value::Octets(b"VI_1".to_vec())),
            format!("{own}.2.3.1.4 Integer(5)"),
            format!("{own}.2.3.1.5 Integer(1)"),
            format!("{own}.1.2.0 {:?}", Value::Octets(b"r1".to_vec())),
        ]
    );
    assert_eq!(Occurrence::new(false, "VI_1", Report::MasterPriority, None), None);
}
