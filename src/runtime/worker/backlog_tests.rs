//! What comes next, as words: `+1` adds the addresses of effect 1, `-1` removes them, `+1+2` in one
//! datagram, `a` announces 10.0.0.(letter), `link` is any other change.

use std::fmt::Write;
use std::net::Ipv4Addr;

use super::*;
use crate::ir::VirtualAddress;
use crate::runtime::announce::Outlet;
use crate::units::{IfName, IpNet, Mac};

fn address(letter: u8) -> IpAddr {
    Ipv4Addr::new(10, 0, 0, letter).into()
}

fn addresses(change: Direction, id: u64, letters: &[u8]) -> Work {
    let request = |letter: &u8| Request {
        interface: Some(2),
        address: VirtualAddress::plain(IpNet::host(address(*letter))),
    };
    Work::Addresses { id: EffectId(id), change, requests: letters.iter().map(request).collect() }
}

fn add(id: u64, letters: &[u8]) -> Work {
    addresses(Direction::Add, id, letters)
}

fn remove(id: u64, letters: &[u8]) -> Work {
    addresses(Direction::Remove, id, letters)
}

fn announce(letter: u8) -> Work {
    let outlet = Outlet { name: IfName::new("eth0").unwrap(), index: 2, mac: Mac::BROADCAST };
    Work::Announce(Announcement { outlet, address: address(letter), spaced: None })
}

fn other() -> Work {
    Work::PromoteSecondaries { interface: IfName::new("eth0").unwrap(), on: true }
}

fn drain() -> Work {
    Work::Drain(tokio::sync::oneshot::channel().0)
}

fn word(step: &Step) -> String {
    match step {
        Step::Addresses(Batch { change, parts, .. }) => {
            let sign = if *change == Direction::Add { '+' } else { '-' };
            parts.iter().fold(String::new(), |mut word, (id, _)| {
                let _ = write!(word, "{sign}{}", id.0);
                word
            })
        }
        Step::Announce(Announcement { address: IpAddr::V4(address), .. }) => {
            char::from(address.octets()[3]).to_string()
        }
        Step::Announce(_) => "?".to_owned(),
        Step::Other(Work::Drain(_)) => "drained".to_owned(),
        Step::Other(_) => "link".to_owned(),
    }
}

/// What is done of all these, if they are there before the worker looks. Every piece of work is
/// counted once, as done or as dropped.
fn order(works: Vec<Work>) -> String {
    let mut backlog = Backlog::default();
    let total = works.len();
    let mut counted: usize = works.into_iter().map(|work| backlog.take(work)).sum();
    let mut words = Vec::new();
    while let Some(step) = backlog.next() {
        counted += step.works();
        words.push(word(&step));
    }
    assert!(backlog.is_empty());
    assert_eq!(counted, total, "{words:?}");
    words.join(" ")
}

#[test]
fn every_address_is_announced_once_before_any_is_announced_again() {
    let takeover = |id: u64, letter: u8| [add(id, &[letter]), announce(letter), announce(letter)];
    let works = [takeover(1, b'a'), takeover(2, b'b'), takeover(3, b'c')].into_iter().flatten();
    assert_eq!(order(works.collect()), "+1+2+3 a b c a b c");
}

#[test]
fn no_announcement_leaves_before_the_changes_that_it_stands_behind() {
    assert_eq!(
        order(vec![add(1, b"a"), other(), announce(b'a'), add(2, b"b"), announce(b'b')]),
        "+1 link a +2 b"
    );
}

#[test]
fn an_address_that_goes_is_announced_no_more() {
    assert_eq!(
        order(vec![
            add(1, b"ab"),
            announce(b'a'),
            announce(b'b'),
            announce(b'a'),
            remove(2, b"a"),
            add(3, b"a"),
            announce(b'a'),
        ]),
        "+1 b -2 +3 a"
    );
}

#[test]
fn some_changes_are_made_together_but_never_out_of_order() {
    let many = (0..40).map(|id| add(id, b"a"));
    let words = order(many.chain([remove(40, b"a"), remove(41, b"a"), add(42, b"a")]).collect());
    let sizes: Vec<usize> = words.split(' ').map(|word| word.matches(['+', '-']).count()).collect();
    assert_eq!(sizes, [16, 16, 8, 2, 1]);
}

#[test]
fn who_waits_for_everything_waits_for_the_announcements_too() {
    let works = vec![add(1, b"a"), announce(b'a'), announce(b'a'), drain()];
    assert_eq!(order(works), "+1 a a drained");
}
