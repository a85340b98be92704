//! The pair of configurations that is shown: the embedded one, or two files of the reader's own.

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use stillalive::ir::{Instance, Preemption, Transport};
use stillalive::runtime::load;
use stillalive::units::Version;

use crate::lab::{Daemon, Host, Lab};
use crate::timeline::name;

/// The embedded pair.
const EMBEDDED: [&str; 2] =
    [include_str!("../../testdata/demo/a.conf"), include_str!("../../testdata/demo/b.conf")];

/// What runs on A and B.
pub(crate) struct Pair {
    /// The configuration texts.
    pub(crate) texts: [String; 2],
    /// The programs.
    pub(crate) daemons: [Daemon; 2],
    /// The address that the client pings: the first one of the first instance.
    pub(crate) vip: IpAddr,
    instances: [Instance; 2],
}

impl Pair {
    /// Reads `[--peer keepalived] [A.conf B.conf]`.
    ///
    /// # Errors
    /// What is wrong with them, in a sentence.
    pub(crate) fn from_arguments(arguments: &[String]) -> Result<Self, String> {
        let mut daemons = [Daemon::Ours, Daemon::Ours];
        let mut files = Vec::new();
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--peer" => match words.next().map(String::as_str) {
                    Some("keepalived") => daemons[1] = Daemon::Keepalived,
                    Some("stillalive") => {}
                    _ => return Err("--peer takes keepalived or stillalive".to_owned()),
                },
                option if option.starts_with('-') => {
                    return Err(format!("unknown option {option}"));
                }
                file => files.push(file.to_owned()),
            }
        }
        let texts = match files.as_slice() {
            [] => EMBEDDED.map(str::to_owned),
            [a, b] => {
                let read = |file: &String| {
                    std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))
                };
                [read(a)?, read(b)?]
            }
            _ => return Err("give two configuration files, or none".to_owned()),
        };
        let [a, b] = &texts;
        let instances = [first_instance(a, "A")?, first_instance(b, "B")?];
        let vip = match instances[0].addresses.first() {
            Some(address) => address.ip(),
            None => return Err("the first instance of A has no virtual_ipaddress".to_owned()),
        };
        Ok(Self { texts, daemons, vip, instances })
    }

    fn instance(&self, host: u8) -> &Instance {
        &self.instances[usize::from(host) - 1]
    }

    /// What the reader is about to see.
    pub(crate) fn introduction(&self) -> String {
        let mut text =
            format!("Two hosts and a client on one LAN; the virtual IP is {}.", self.vip);
        for host in [1, 2] {
            let instance = self.instance(host);
            let program = match self.daemons[usize::from(host) - 1] {
                Daemon::Ours => "stillalive",
                Daemon::Keepalived => "keepalived",
            };
            text.push_str(&format!(
                "\n  {}  {program}, VRRPv{}, virtual_router_id {}, priority {}, advert_int {:?}",
                name(host),
                instance.version,
                *instance.vrid,
                *instance.priority,
                *instance.advert_int,
            ));
        }
        text
    }

    /// Gives the hosts the interfaces and the routes that the configurations take for granted.
    pub(crate) fn prepare(&self, lab: &Lab) {
        for host in [1, 2] {
            let instance = self.instance(host);
            let lan = instance.interface.as_ref().map_or("eth0", |interface| interface.as_str());
            let on = lab.host(host);
            if lan != "eth0" {
                on.ip(&["link", "set", "eth0", "down"]);
                on.ip(&["link", "set", "eth0", "name", lan]);
                on.ip(&["link", "set", lan, "up"]);
            }
            if let Some(source) = &instance.source {
                let prefix = if source.is_ipv4() { 24 } else { 64 };
                add_address(on, &format!("{}/{prefix}", source.value), lan);
            }
        }
        let route = format!("{}/{}", self.vip, if self.vip.is_ipv4() { 32 } else { 128 });
        lab.host(3).ip(&["route", "replace", &route, "dev", "eth0"]);
    }

    /// Removes the virtual addresses from a dead host, as its reboot would.
    pub(crate) fn forget_vips(&self, lab: &Lab, host: u8) {
        let instance = self.instance(host);
        let lan = instance.interface.as_ref().map_or("eth0", |interface| interface.as_str());
        for address in instance.addresses.iter().chain(&instance.excluded) {
            if lab.host(host).has(address.ip()) {
                let device = address.interface.as_ref().map_or(lan, |interface| interface.as_str());
                lab.host(host).ip(&["addr", "del", &address.net.to_string(), "dev", device]);
            }
        }
    }

    /// The time that the protocol itself needs until `host` takes over: the master-down time
    /// (RFC 9568 section 6.1), the interval being that of the dead master in version 3.
    pub(crate) fn master_down(&self, host: u8) -> Duration {
        let instance = self.instance(host);
        let interval = match instance.version {
            Version::V2 => *instance.advert_int,
            Version::V3 => *self.instance(3 - host).advert_int,
        };
        let slack = 256 - u32::from(instance.priority.get());
        let skew = match instance.version {
            Version::V2 => Duration::from_secs(1) * slack / 256,
            Version::V3 => interval * slack / 256,
        };
        interval * instance.down_timer_adverts + skew
    }

    /// How long a takeover by `host` may take.
    pub(crate) fn takeover_limit(&self, host: u8) -> Duration {
        self.master_down(host)
    }

    /// How long it may take until the LAN has settled on a master.
    pub(crate) fn election_limit(&self) -> Duration {
        let delay = |host: u8| match self.instance(host).preemption {
            Preemption::Delayed(delay) => delay,
            Preemption::Immediate | Preemption::Never => Duration::ZERO,
        };
        self.master_down(1).max(self.master_down(2)) + delay(1).max(delay(2))
    }

    /// True if `host` takes its place back from `other`.
    pub(crate) fn preempts(&self, host: u8, other: u8) -> bool {
        let (own, theirs) = (self.instance(host), self.instance(other));
        own.preemption != Preemption::Never && *own.priority > *theirs.priority
    }

    /// The takeover against the protocol's own time.
    pub(crate) fn verdict(&self, host: u8, took: Duration) -> String {
        let limit = self.master_down(host);
        format!(
            "TAKEOVER: {} advertised {:.3} s after the last advert of {}.\n\
             The protocol's own time is {:.3} s ({} x advert_int + skew_time); {:+.1} ms on top.{}",
            name(host),
            took.as_secs_f64(),
            name(3 - host),
            limit.as_secs_f64(),
            self.instance(host).down_timer_adverts,
            (took.as_secs_f64() - limit.as_secs_f64()) * 1000.0,
            match self.instance(host).transport {
                Transport::Multicast { .. } => "",
                Transport::Unicast { .. } => " (unicast)",
            }
        )
    }
}

fn add_address(host: &Host, address: &str, interface: &str) {
    let plain = address.split('/').next().and_then(|text| text.parse().ok());
    if plain.is_some_and(|address| !host.has(address)) {
        host.ip(&["addr", "add", address, "dev", interface]);
    }
}

fn first_instance(text: &str, which: &str) -> Result<Instance, String> {
    let loaded = load::load_text(Path::new(which), text.as_bytes(), &load::Reading::default());
    for finding in load::findings(&loaded) {
        eprintln!("{which}: {finding}");
    }
    let instance = loaded.config.instances.into_iter().next();
    let instance = instance.map(std::sync::Arc::unwrap_or_clone);
    instance.ok_or_else(|| format!("{which} has no vrrp_instance that can run"))
}
