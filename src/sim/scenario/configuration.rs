//! The hosts of a scenario: their networks and their configurations.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use crate::facts::{Interface, Network};
use crate::ir::{
    Authentication, BfdInstance, Burst, ChecksumPolicy, Config, GarpTiming, InitialState, Instance,
    Named, Notify, OwnLink, Peer, Placement, Route, RouteMetrics, RouteType, Rule, RuleAction,
    Script, StaticAddress, SyncGroup, TableLookup, Track, TrackFile, Tracking, Transport,
    VirtualAddress, Vmac, VrrpScript,
};
use crate::net::vrrp::GROUP_V4;
use crate::sim::host::Host;
use crate::sim::kernel::Kernel;
use crate::sim::scenario::{
    CHECK, FILE, FIRST_VRID, LANS, Plan, Router, SESSION, STRANGER, Scenario, Way,
};
use crate::units::{Family, IfName, IpNet, Mac, Priority, Secret, Spanned, Version, Vrid};

/// What is added to the number of a router whose VRID was changed.
const RENUMBERED: u8 = 20;

/// The VRID of a router, by its position.
pub(super) fn vrid(number: usize, router: &Router) -> Option<Vrid> {
    let number = u8::try_from(number).ok()?;
    let more = if router.renumbered { RENUMBERED } else { 0 };
    Vrid::new(FIRST_VRID.checked_add(number)?.checked_add(more)?)
}

impl Scenario {
    pub(super) fn host(&self, position: usize) -> Host {
        let letter = u8::try_from(position).map_or(b'?', |number| b'a'.saturating_add(number));
        let priorities = self.nodes.get(position).map_or(&[][..], |node| &node.priorities);
        let config = Arc::new(self.config(position, &self.plan, priorities));
        let mut kernel = Kernel::new(self.network(position), self.latency);
        for lan in 0..LANS {
            if let Some(name) = interface(lan) {
                kernel.attach(&name, lan);
            }
        }
        Host::new(char::from(letter).to_string(), config, kernel)
    }

    fn network(&self, position: usize) -> Network {
        let prefix = match self.family {
            Family::V4 => 24,
            Family::V6 => 64,
        };
        let interfaces = (0_u8..).zip(0..LANS).filter_map(|(number, lan)| {
            let last = u8::try_from(position).unwrap_or(u8::MAX);
            Some(Interface {
                name: interface(lan)?,
                index: u32::from(number).saturating_add(2),
                up: true,
                multicast: true,
                arp: true,
                mac: Some(Mac([2, 0, 0, 0, number, last])),
                mtu: 1500,
                addresses: IpNet::new(self.own(lan, position), prefix).into_iter().collect(),
                link: crate::facts::Link::default(),
            })
        });
        Network { interfaces: interfaces.collect() }
    }

    pub(super) fn config(&self, position: usize, plan: &Plan, priorities: &[u8]) -> Config {
        let mut config = Config::default();
        config.global.startup_delay = self.startup_delay;
        config.global.garp_interval = self.spacing;
        config.global.gna_interval = self.spacing;
        config.vrrp_scripts = self.tracks.script.map(|_| check()).into_iter().collect();
        config.track_files = self.tracks.file.map(|_| file()).into_iter().collect();
        config.bfd_instances = self.tracks.session.map(|_| session()).into_iter().collect();
        let all = plan.routers.iter().enumerate();
        config.instances = all
            .filter(|(_, router)| router.present)
            .filter_map(|(number, router)| {
                let each = number.checked_rem(priorities.len())?;
                self.instance(position, number, router, *priorities.get(each)?)
            })
            .map(Arc::new)
            .collect();
        let members = plan.routers.iter().enumerate().take(plan.grouped);
        let members: Vec<_> = members
            .filter(|(_, router)| router.present)
            .map(|(number, router)| at(name(number, router)))
            .collect();
        if !members.is_empty() {
            config.sync_groups.push(SyncGroup {
                name: at("G".to_owned()),
                members,
                notify: told(),
                smtp_alert: None,
                notify_priority_changes: None,
                tracking_weight: true,
                tracking: Tracking::default(),
            });
        }
        if plan.statics {
            let address = VirtualAddress {
                interface: interface(0),
                ..VirtualAddress::plain(IpNet::host(self.address(0, 90)))
            };
            config.static_addresses = vec![at(StaticAddress { address, track_group: None })];
            config.static_routes = vec![at(self.blackhole(91))];
            config.static_rules = vec![at(self.rule(92, 90))];
        }
        config
    }

    pub(super) fn instance(
        &self,
        position: usize,
        number: usize,
        router: &Router,
        priority: u8,
    ) -> Option<Instance> {
        let node = self.nodes.get(position)?;
        let priority = Priority::new(priority)?;
        let own = interface(router.lan)?;
        let vrid = vrid(number, router)?;
        let peers = (0..self.nodes.len()).filter(|other| *other != position);
        let unicast = self.way == Way::Unicast;
        let version = match self.family {
            Family::V4 => self.version,
            Family::V6 => Version::V3,
        };
        let burst = Burst { rounds: 2, delay: Duration::from_millis(500) };
        let mut addresses: Vec<_> = (0..router.addresses.max(1))
            .map(|each| at(VirtualAddress::plain(IpNet::host(self.virtual_address(number, each)))))
            .collect();
        let excluded = match addresses.len() {
            0 | 1 => Vec::new(),
            _ => addresses.pop().into_iter().collect(),
        };
        let kind = match self.family {
            Family::V4 => 1,
            Family::V6 => 2,
        };
        let through = Route {
            kind: at(RouteType::UNICAST),
            interface: Some(at(own.clone())),
            ..self.blackhole(93_u8.saturating_add(u8::try_from(number).ok()?))
        };
        let first = 100_u8.saturating_add(u8::try_from(number).ok()?);
        Some(Instance {
            name: at(name(number, router)),
            vrid: at(vrid),
            family: self.family,
            version,
            interface: Some(at(own)),
            initial_state: match priority.is_owner() {
                true => InitialState::Master,
                false => InitialState::Backup,
            },
            priority: at(priority),
            advert_int: at(node.advert_int),
            down_timer_adverts: 3,
            transport: match self.way {
                Way::Multicast => Transport::Multicast { group: group(self.family) },
                Way::Unicast => Transport::Unicast {
                    peers: peers
                        .map(|other| {
                            let address = self.own(router.lan, other);
                            at(Peer { address, min_ttl: 0, max_ttl: 255 })
                        })
                        .collect(),
                    ttl: None,
                },
            },
            source: unicast.then(|| at(self.own(router.lan, position))),
            checksum: ChecksumPolicy::Detect,
            authentication: match self.password && version == Version::V2 {
                true => Authentication::Pass(Secret::new(*b"sesame")),
                false => Authentication::None,
            },
            addresses,
            excluded,
            preemption: node.preemption,
            garp: GarpTiming { master: burst, refresh: None, lower_priority: burst },
            lower_prio_no_advert: self.lower_prio_no_advert,
            higher_prio_send_advert: self.higher_prio_send_advert,
            skip_check_adv_addr: false,
            check_unicast_source: false,
            strict: false,
            accept: router.accept,
            track_primary: true,
            promote_secondaries: false,
            smtp_alert: false,
            notify: told(),
            tracking: self.tracking(router),
            routes: if router.paths { vec![at(through)] } else { Vec::new() },
            rules: if router.paths { vec![at(self.rule(first, first))] } else { Vec::new() },
            link: router.vmac.then(|| {
                at(OwnLink::Vmac(Box::new(Vmac {
                    name: None,
                    mac: Mac([0, 0, 0x5e, 0, kind, vrid.get()]),
                    netlink_notify: false,
                    group: None,
                    transmit_from_base: unicast,
                })))
            }),
            vmac_for_addresses: false,
            vrf: None,
            track_source: false,
            polls_link: false,
            receive_buffer: None,
            extra_garp: None,
            sync_daemon: None,
            notify_priority_changes: None,
            owner_ignores_adverts: false,
            timer_expired_backup: None,
        })
    }

    fn tracking(&self, router: &Router) -> Tracking {
        let other = interface((router.lan + 1) % LANS).filter(|_| router.tracks_other);
        let line = |name: &str, weight: Option<i16>| {
            weight.map(|weight| {
                at(Track { name: name.to_owned(), weight: Some(at(weight)), reverse: None })
            })
        };
        let other = other.map(|name| at(Track { name, weight: None, reverse: None }));
        Tracking {
            scripts: line(CHECK, self.tracks.script).into_iter().collect(),
            files: line(FILE, self.tracks.file).into_iter().collect(),
            bfds: line(SESSION, self.tracks.session).into_iter().collect(),
            interfaces: other.into_iter().collect(),
            ..Tracking::default()
        }
    }

    /// A route to a network of that number that leads nowhere.
    fn blackhole(&self, number: u8) -> Route {
        Route {
            family: self.family,
            kind: at(RouteType(6)),
            destination: at(Some(IpNet::host(match self.family {
                Family::V4 => Ipv4Addr::new(198, 18, 0, number).into(),
                Family::V6 => Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, number.into()).into(),
            }))),
            from: None,
            source: None,
            gateway: None,
            interface: None,
            tos: None,
            table: None,
            protocol: None,
            scope: None,
            metric: None,
            onlink: false,
            encapsulation: None,
            expires: None,
            metrics: RouteMetrics::default(),
            realms: None,
            preference: None,
            ttl_propagate: None,
            placement: Placement::default(),
            nexthops: Vec::new(),
            no_track: false,
            track_group: None,
            vrf: None,
        }
    }

    fn rule(&self, preference: u8, number: u8) -> Rule {
        let lookup = TableLookup {
            table: Named::Number(u32::from(number)),
            realms: None,
            suppress_prefix: None,
            suppress_group: None,
        };
        Rule {
            family: self.family,
            inverted: false,
            from: Some(at(IpNet::host(self.address(0, number)))),
            to: None,
            preference: at(u32::from(preference)),
            tos: None,
            mark: None,
            input: None,
            output: None,
            tunnel: None,
            users: None,
            ip_protocol: None,
            source_ports: None,
            destination_ports: None,
            protocol: None,
            action: at(RuleAction::Lookup(lookup)),
            no_track: false,
            track_group: None,
        }
    }

    /// A virtual address of a router.
    pub(super) fn virtual_address(&self, router: usize, number: u8) -> IpAddr {
        let router = u8::try_from(router).unwrap_or(u8::MAX);
        let first = router.saturating_mul(10).saturating_add(100);
        self.address(0, first.saturating_add(number))
    }

    /// The address of a node on a LAN.
    pub(super) fn own(&self, lan: usize, position: usize) -> IpAddr {
        let number = u8::try_from(position).map_or(u8::MAX, |number| number.saturating_add(1));
        self.address(lan, number)
    }

    pub(super) fn address(&self, lan: usize, number: u8) -> IpAddr {
        let lan = u8::try_from(lan).unwrap_or(u8::MAX);
        match self.family {
            Family::V4 => Ipv4Addr::new(10, 77, lan, number).into(),
            Family::V6 => {
                Ipv6Addr::new(0xfe80, 0, 0, 0, lan.into(), 0, 0, u16::from(number)).into()
            }
        }
    }
}

fn name(number: usize, router: &Router) -> String {
    format!("{}{}", if router.renamed { 'W' } else { 'V' }, number.saturating_add(1))
}

/// Somebody wants to hear of every state.
fn told() -> Notify {
    let script = Script { program: "/notify".to_owned(), arguments: Vec::new(), user: None };
    Notify { any: Some(Box::new(at(script))), ..Notify::default() }
}

fn check() -> VrrpScript {
    VrrpScript {
        name: at(CHECK.to_owned()),
        script: at(Script { program: "/check".to_owned(), arguments: Vec::new(), user: None }),
        interval: Duration::from_secs(1),
        timeout: None,
        weight: at(0),
        reverse: false,
        rise: 1,
        fall: 1,
        user: None,
        init_fail: false,
    }
}

fn file() -> TrackFile {
    TrackFile {
        name: at(FILE.to_owned()),
        path: at("/file".to_owned()),
        weight: at(1),
        reverse: false,
        initial: None,
    }
}

fn session() -> BfdInstance {
    BfdInstance::plain(at(SESSION.to_owned()), at(Ipv4Addr::new(10, 77, 0, STRANGER).into()))
}

fn at<T>(value: T) -> Spanned<T> {
    Spanned::new(value, crate::units::Span::default())
}

/// The interface of a host on that LAN.
pub(super) fn interface(lan: usize) -> Option<IfName> {
    IfName::new(&format!("eth{lan}")).ok()
}

fn group(family: Family) -> IpAddr {
    match family {
        Family::V4 => GROUP_V4.into(),
        Family::V6 => Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0x12).into(),
    }
}
