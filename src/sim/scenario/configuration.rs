//! The hosts of a scenario: their networks and their configurations.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use crate::facts::{Interface, Network};
use crate::ir::{
    Authentication, BfdInstance, Burst, ChecksumPolicy, Config, GarpTiming, InitialState, Instance,
    Notify, Peer, Script, Track, TrackFile, Tracking, Transport, VirtualAddress, VrrpScript,
};
use crate::net::vrrp::GROUP_V4;
use crate::sim::host::Host;
use crate::sim::kernel::Kernel;
use crate::sim::scenario::{CHECK, FILE, FIRST_VRID, SESSION, STRANGER, Scenario, Way};
use crate::units::{Family, IfName, IpNet, Mac, Priority, Secret, Spanned, Version, Vrid};

impl Scenario {
    pub(super) fn host(&self, position: usize) -> Host {
        let letter = u8::try_from(position).map_or(b'?', |number| b'a'.saturating_add(number));
        let config = Arc::new(self.config(position));
        let kernel = Kernel::new(self.network(position), self.latency);
        Host::new(char::from(letter).to_string(), config, kernel)
    }

    fn network(&self, position: usize) -> Network {
        let prefix = match self.family {
            Family::V4 => 24,
            Family::V6 => 64,
        };
        let interfaces = interface(0).into_iter().map(|name| Interface {
            name,
            index: 2,
            up: true,
            multicast: true,
            arp: true,
            mac: Some(Mac([2, 0, 0, 0, 0, u8::try_from(position).unwrap_or(u8::MAX)])),
            mtu: 1500,
            addresses: IpNet::new(self.own(position), prefix).into_iter().collect(),
            link: crate::facts::Link::default(),
        });
        Network { interfaces: interfaces.collect() }
    }

    pub(super) fn config(&self, position: usize) -> Config {
        let routers = self.nodes.get(position).map_or(0, |node| node.priorities.len());
        let mut config = Config::default();
        config.global.startup_delay = self.startup_delay;
        config.global.garp_interval = self.spacing;
        config.global.gna_interval = self.spacing;
        config.vrrp_scripts = self.tracks.script.map(|_| check()).into_iter().collect();
        config.track_files = self.tracks.file.map(|_| file()).into_iter().collect();
        config.bfd_instances = self.tracks.session.map(|_| session()).into_iter().collect();
        config.instances = (0..routers)
            .filter_map(|router| self.instance(position, router).map(Arc::new))
            .collect();
        config
    }

    pub(super) fn instance(&self, position: usize, router: usize) -> Option<Instance> {
        let node = self.nodes.get(position)?;
        let number = u8::try_from(router).ok()?;
        let priority = Priority::new(*node.priorities.get(router)?)?;
        let first = vip_number(number);
        let vips = [first, first.saturating_add(1)];
        let peers = (0..self.nodes.len()).filter(|other| *other != position);
        let unicast = self.way == Way::Unicast;
        let burst = Burst { rounds: 2, delay: Duration::from_millis(500) };
        let version = match self.family {
            Family::V4 => self.version,
            Family::V6 => Version::V3,
        };
        Some(Instance {
            name: at(format!("V{}", number.saturating_add(1))),
            vrid: at(Vrid::new(FIRST_VRID.saturating_add(number))?),
            family: self.family,
            version,
            interface: Some(at(interface(0)?)),
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
                            at(Peer { address: self.own(other), min_ttl: 0, max_ttl: 255 })
                        })
                        .collect(),
                    ttl: None,
                },
            },
            source: unicast.then(|| at(self.own(position))),
            checksum: ChecksumPolicy::Detect,
            authentication: match self.password && version == Version::V2 {
                true => Authentication::Pass(Secret::new(*b"sesame")),
                false => Authentication::None,
            },
            addresses: vips
                .iter()
                .map(|vip| at(VirtualAddress::plain(IpNet::host(self.address(*vip)))))
                .collect(),
            excluded: Vec::new(),
            preemption: node.preemption,
            garp: GarpTiming { master: burst, refresh: None, lower_priority: burst },
            lower_prio_no_advert: self.lower_prio_no_advert,
            higher_prio_send_advert: self.higher_prio_send_advert,
            skip_check_adv_addr: false,
            check_unicast_source: false,
            strict: false,
            accept: true,
            track_primary: true,
            promote_secondaries: false,
            smtp_alert: false,
            notify: Notify::default(),
            tracking: self.tracking(),
            routes: Vec::new(),
            rules: Vec::new(),
            link: None,
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

    fn tracking(&self) -> Tracking {
        let line = |name: &str, weight: Option<i16>| {
            weight.map(|weight| {
                at(Track { name: name.to_owned(), weight: Some(at(weight)), reverse: None })
            })
        };
        Tracking {
            scripts: line(CHECK, self.tracks.script).into_iter().collect(),
            files: line(FILE, self.tracks.file).into_iter().collect(),
            bfds: line(SESSION, self.tracks.session).into_iter().collect(),
            ..Tracking::default()
        }
    }

    /// The address of a node.
    pub(super) fn own(&self, position: usize) -> IpAddr {
        self.address(u8::try_from(position).map_or(u8::MAX, |number| number.saturating_add(1)))
    }

    pub(super) fn address(&self, number: u8) -> IpAddr {
        match self.family {
            Family::V4 => Ipv4Addr::new(10, 77, 0, number).into(),
            Family::V6 => Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, u16::from(number)).into(),
        }
    }
}

pub(in crate::sim) fn check() -> VrrpScript {
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

pub(in crate::sim) fn at<T>(value: T) -> Spanned<T> {
    Spanned::new(value, crate::units::Span::default())
}

/// The interface of a host on that LAN.
pub(in crate::sim) fn interface(lan: usize) -> Option<IfName> {
    IfName::new(&format!("eth{lan}")).ok()
}

pub(in crate::sim) fn group(family: Family) -> IpAddr {
    match family {
        Family::V4 => GROUP_V4.into(),
        Family::V6 => Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0x12).into(),
    }
}

/// The number in the first address of a virtual router.
pub(super) fn vip_number(router: u8) -> u8 {
    router.saturating_mul(10).saturating_add(100)
}
