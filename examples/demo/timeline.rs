//! What is shown while it happens: a line for each event, and a line of state each second.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use crate::lab::{AddressEvents, Lab, Observation, Seen, now};
use crate::pair::Pair;

/// `A` or `B`.
pub(crate) fn name(host: u8) -> &'static str {
    match host {
        1 => "A",
        2 => "B",
        _ => "?",
    }
}

/// Events are told this much later than they happened, so that those of the wire and those of the
/// kernels can be told in their order.
const HINDSIGHT: Duration = Duration::from_millis(30);

/// What was seen of one host.
struct Seat {
    addresses: AddressEvents,
    /// Events of `addresses` that have been told.
    told: usize,
    adverts: Vec<(Duration, u8)>,
    announcements: Vec<Duration>,
    holds_vip: bool,
}

/// The story so far.
pub(crate) struct Timeline {
    vip: IpAddr,
    start: Duration,
    read: usize,
    seats: [Seat; 2],
    master: Option<u8>,
    status: Instant,
}

/// Something to tell.
enum Event {
    Wire(Observation),
    /// The host has the address from now on, or has it no more.
    Address {
        host: u8,
        holds: bool,
    },
}

impl Timeline {
    /// An empty story that begins now.
    pub(crate) fn new(lab: &Lab, pair: &Pair) -> Self {
        let seat = |host| Seat {
            addresses: AddressEvents::watch(lab.host(host)),
            told: 0,
            adverts: Vec::new(),
            announcements: Vec::new(),
            holds_vip: false,
        };
        Self {
            vip: pair.vip,
            start: now(),
            read: 0,
            seats: [seat(1), seat(2)],
            master: None,
            status: Instant::now(),
        }
    }

    /// Tells something that is not on the wire.
    pub(crate) fn say(&self, host: u8, what: &str) {
        self.line(now(), host, what);
    }

    fn line(&self, time: Duration, host: u8, what: &str) {
        println!("{:8.3} s  {}  {what}", time.saturating_sub(self.start).as_secs_f64(), name(host));
    }

    /// Takes in what happened since the last call and shows it.
    pub(crate) fn update(&mut self, lab: &Lab, pings: (u32, u32)) {
        let until = now().saturating_sub(HINDSIGHT);
        let mut events = Vec::new();
        for observation in lab.capture().observations().into_iter().skip(self.read) {
            if observation.time > until {
                break;
            }
            self.read += 1;
            events.push((observation.time, Event::Wire(observation)));
        }
        for (host, seat) in (1..).zip(&mut self.seats) {
            for (time, holds) in seat.addresses.of(self.vip).into_iter().skip(seat.told) {
                if time > until {
                    break;
                }
                seat.told += 1;
                events.push((time, Event::Address { host, holds }));
            }
        }
        events.sort_by_key(|(time, _)| *time);
        for (time, event) in events {
            match event {
                Event::Wire(observation) => self.observe(&observation),
                Event::Address { host, holds } => {
                    self.seats[usize::from(host) - 1].holds_vip = holds;
                    let what = if holds { "has" } else { "gave up" };
                    self.line(time, host, &format!("{what} {}", self.vip));
                }
            }
        }
        if self.status.elapsed() >= Duration::from_secs(1) {
            self.status = Instant::now();
            self.show_status(pings);
        }
    }

    fn observe(&mut self, observation: &Observation) {
        let host = observation.frame.host();
        let Some(index) = usize::from(host).checked_sub(1).filter(|index| *index < 2) else {
            return;
        };
        if let Seen::Advert(advert) = &observation.frame.seen {
            let priority = advert.priority();
            let before = self.seats[index].adverts.last().copied();
            self.seats[index].adverts.push((observation.time, priority));
            if priority == 0 {
                self.line(observation.time, host, "resigns (advert of priority 0)");
                self.master = self.master.filter(|master| *master != host);
            } else if self.master != Some(host) {
                self.master = Some(host);
                let silent = before.is_none_or(|(_, priority)| priority == 0);
                let word = if silent { "first advert" } else { "advert" };
                self.line(
                    observation.time,
                    host,
                    &format!("is MASTER: {word}, priority {priority}"),
                );
            }
        } else if observation.announced_by(host).is_some() {
            let seat = &mut self.seats[index];
            let fresh = seat
                .announcements
                .last()
                .is_none_or(|last| observation.time.saturating_sub(*last) > Duration::from_secs(1));
            seat.announcements.push(observation.time);
            if fresh {
                self.line(observation.time, host, "gratuitous ARP: the LAN learns the new place");
            }
        }
    }

    fn show_status(&self, (answered, lost): (u32, u32)) {
        let owners: Vec<_> =
            [1, 2].into_iter().filter(|host| self.holds_vip(*host)).map(name).collect();
        let owners = if owners.is_empty() { "nobody".to_owned() } else { owners.join(" and ") };
        let count = |host: u8| &self.seats[usize::from(host) - 1];
        println!(
            "            .  master {}   {} on {owners}   adverts A {} B {}   ARPs A {} B {}   \
             pings {answered} ok {lost} lost",
            self.master.map_or("none", name),
            self.vip,
            count(1).adverts.len(),
            count(2).adverts.len(),
            count(1).announcements.len(),
            count(2).announcements.len(),
        );
    }

    /// The host that advertises.
    pub(crate) fn master(&self) -> Option<u8> {
        self.master
    }

    /// True if the host has the virtual address.
    pub(crate) fn holds_vip(&self, host: u8) -> bool {
        self.seats[usize::from(host) - 1].holds_vip
    }

    /// When the host last advertised.
    pub(crate) fn last_advert(&self, host: u8) -> Duration {
        self.seats[usize::from(host) - 1].adverts.last().map_or(Duration::ZERO, |(time, _)| *time)
    }

    /// When the host first advertised after that time.
    pub(crate) fn first_advert_after(&self, host: u8, time: Duration) -> Option<Duration> {
        let adverts = &self.seats[usize::from(host) - 1].adverts;
        adverts.iter().map(|(at, _)| *at).find(|at| *at > time)
    }

    /// When the host first announced an address after that time.
    pub(crate) fn first_announcement_after(&self, host: u8, time: Duration) -> Option<Duration> {
        self.seats[usize::from(host) - 1].announcements.iter().copied().find(|at| *at > time)
    }
}
