//! Whatever happens in whatever order: no panic, no timer without end, no address without MASTER.

use std::net::Ipv4Addr;
use std::time::Duration;

use proptest::prelude::*;

use super::{OWN, VIP, config, datagram, eth0, instance, net, network, packet};
use crate::engine::Engine;
use crate::engine::drain::{Command, Order, Target};
use crate::engine::effect::{Direction, Effect};
use crate::engine::event::{Event, LengthVerdict, NetworkChange, Origin};
use crate::engine::snapshot::State;
use crate::ir::{Burst, InitialState, Instance, Preemption, Refresh};
use crate::units::Instant;

/// Events that are made of few numbers, so that a failure shrinks to something readable.
fn event() -> impl Strategy<Value = Event> {
    let source = (0_u8..4).prop_map(|last| Ipv4Addr::new(10, 77, 0, last));
    let priority = prop_oneof![Just(0), Just(100), Just(150), Just(254), Just(255)];
    let advert = (source, priority, 0_u8..8).prop_map(|(source, priority, spoil)| {
        let mut datagram = datagram(source, packet(priority));
        match spoil {
            0 => datagram.ttl = 1,
            1 => datagram.packet.auth_type = 1,
            2 => datagram.packet.length = LengthVerdict::Wrong { received: 8, expected: 20 },
            _ => {}
        }
        Event::Datagram(datagram)
    });
    let link = any::<bool>().prop_map(|up| {
        let mut interface = network().interfaces.remove(0);
        interface.up = up;
        Event::Network(NetworkChange::Interface(interface))
    });
    let address = (any::<bool>(), any::<bool>()).prop_map(|(vip, added)| {
        let (interface, address) = (eth0(), net(if vip { VIP } else { OWN }));
        let origin = Origin::Foreign;
        Event::Network(if added {
            NetworkChange::AddressAdded { interface, address, origin }
        } else {
            NetworkChange::AddressRemoved { interface, address, origin, by: None }
        })
    });
    let reload = instances().prop_map(|instance| Event::Reload(config([instance])));
    let lasts = prop_oneof![Just(None), Just(Some(Duration::from_secs(3)))];
    let order = prop_oneof![
        2 => lasts.prop_map(|lasts| Order::Drain { lasts }),
        2 => Just(Order::Resume),
        1 => Just(Order::Failover),
    ];
    let command = order.prop_map(|order| {
        let by = std::sync::Arc::from("root");
        Event::Command(Command { target: Target::All, order, by, reason: None })
    });
    let resync = Just(Event::Network(NetworkChange::Resync(network())));
    let timer = Just(Event::Timer);
    prop_oneof![
        6 => advert, 2 => link, 2 => address, 1 => reload, 1 => resync, 2 => command, 4 => timer
    ]
}

fn instances() -> impl Strategy<Value = Instance> {
    let preemption = prop_oneof![
        Just(Preemption::Immediate),
        Just(Preemption::Never),
        Just(Preemption::Delayed(Duration::from_secs(2))),
    ];
    (prop_oneof![Just(100_u8), Just(150), Just(255)], preemption, any::<bool>(), any::<bool>())
        .prop_map(|(priority, preemption, wants_master, busy)| {
            let mut instance = instance(priority);
            instance.preemption = preemption;
            if wants_master {
                instance.initial_state = InitialState::Master;
            }
            if busy {
                instance.garp.master = Burst { rounds: 2, delay: Duration::from_secs(1) };
                instance.garp.lower_priority = instance.garp.master;
                instance.garp.refresh = Some(Refresh { every: Duration::from_secs(1), rounds: 1 });
            }
            instance
        })
}

/// Takes all effects; says whether the last word on the addresses was "add".
fn drain(engine: &mut Engine, mut held: bool) -> bool {
    let mut effects = 0;
    while let Some(effect) = engine.poll_effect() {
        effects += 1;
        assert!(effects < 200, "effects without end");
        if let Effect::Addresses { change, .. } = effect {
            held = change == Direction::Add;
        }
    }
    held
}

proptest! {
    #[test]
    fn addresses_are_held_by_masters_only_and_every_timer_ends(
        first in instances(),
        events in proptest::collection::vec((event(), 0_u64..1_500), 0..60),
        spacing in prop_oneof![Just(0_u64), Just(50)],
    ) {
        let mut configuration = config([first]);
        std::sync::Arc::get_mut(&mut configuration).unwrap().global.garp_interval =
            Duration::from_millis(spacing);
        let mut now = Instant::ORIGIN;
        let mut engine = Engine::new(configuration, network(), now);
        let mut held = drain(&mut engine, false);
        for (event, pause) in events {
            let until = now + Duration::from_millis(pause);
            let mut wakes = 0;
            while let Some(deadline) = engine.poll_timeout().filter(|next| next.at <= until) {
                wakes += 1;
                prop_assert!(wakes < 200, "timers without end: {deadline:?}");
                prop_assert!(deadline.at >= now, "a deadline in the past: {deadline:?}");
                now = deadline.at;
                engine.handle(now, Event::Timer);
                held = drain(&mut engine, held);
            }
            now = until;
            engine.handle(now, event);
            held = drain(&mut engine, held);
            let snapshot = engine.snapshot();
            let (state, away) = (snapshot.instances[0].state, snapshot.instances[0].drained.is_some());
            prop_assert!(!(away && state == State::Master), "drained, and master");
            prop_assert_eq!(held, state == State::Master, "addresses in {}", state);
            prop_assert_eq!(engine.snapshot().instances[0].addresses_set, held);
            let waits = engine.poll_timeout().is_some();
            prop_assert!(waits || away || state == State::Fault, "{} without a deadline", state);
            if let Some(deadline) = engine.poll_timeout() {
                prop_assert!(deadline.at > now, "due already: {deadline:?}");
            }
        }
        engine.handle(now, Event::Stop);
        prop_assert!(!drain(&mut engine, held), "addresses are left behind");
        prop_assert!(engine.poll_timeout().is_none_or(|next| next.at > now));
    }
}
