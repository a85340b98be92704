//! Whether a running daemon may be replaced while it leads: what speaks against it is named, all at
//! once.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;

use crate::diag::render::keepalived;
use crate::diag::{Code, Severity};
use crate::engine::adoption::Role;
use crate::facts::Network;
use crate::ir::{self, Authentication, Config, interval};
use crate::runtime::load::{self, Loaded};
use crate::runtime::takeover::process::Subject;
use crate::runtime::takeover::report::{Report, Reported};
use crate::units::IfName;

/// A backup must not become master while nobody advertises: from the stop of one daemon to the first
/// advert of the next. On a busy machine that has taken some tens of milliseconds.
const SAFE_SILENCE: Duration = Duration::from_millis(200);

/// What would be done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// Each instance with its state, in the order of the report.
    pub instances: Vec<(String, Role)>,
    /// What speaks against it.
    pub refusals: Vec<Refusal>,
}

impl Plan {
    /// What each instance goes on as, a line each.
    pub fn roles(&self) -> impl Iterator<Item = String> {
        self.instances.iter().map(|(name, role)| {
            let known = match role {
                Role::Backup { master: Some(master), .. } => format!(" of {master}"),
                _ => String::new(),
            };
            format!("({name}) goes on as {}{known}", role.state())
        })
    }
}

/// Why a running daemon cannot be replaced.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// Another program.
    #[error("process {0} is called '{1}': neither keepalived nor stillalive")]
    OtherProgram(i32, String),
    /// Its release has not been looked at.
    #[error("its release is '{0}': keepalived 2.2, 2.3 and 2.4 can be replaced")]
    OtherRelease(String),
    /// The first process of its world.
    #[error("it is process 1 there: its container would end with it")]
    First,
    /// It sees other files or processes.
    #[error(
        "it runs in another {0} namespace (a container, or net_namespace): run this command inside"
    )]
    Elsewhere(&'static str),
    /// Its configuration has errors, is not for this host, or has nothing to run.
    #[error("its configuration cannot be taken over: {0}")]
    Configuration(String),
    /// A statement of it does not run here yet.
    #[error("not yet run by stillalive: {0}")]
    NotYet(String),
    /// It balances load.
    #[error("it runs health checkers (virtual_server), which stillalive does not run yet")]
    Checkers,
    /// It speaks BFD.
    #[error("it runs BFD (bfd_instance), which stillalive does not run yet")]
    Bfd,
    /// An interface of its own.
    #[error("({0}) has an interface of its own (use_vmac, use_ipvlan, use_vmac_addr)")]
    OwnLink(String),
    /// The number of its last advert is not known, and peers refuse smaller ones.
    #[error("({0}) has auth_type AH: its peers would refuse adverts that begin to count anew")]
    Header(String),
    /// Whoever listens would not wait.
    #[error("({0}) advertises so often that a backup would not wait for the change of daemons")]
    TooOften(String),
    /// It has not begun.
    #[error("({0}) is in state {1}: try again when it is BACKUP, MASTER or FAULT")]
    NotBegun(String, String),
    /// It has an instance that its file does not have, or the other way round.
    #[error("({0}) {1}: reload the running daemon first")]
    Unknown(String, &'static str),
    /// The file has been changed since it was read.
    #[error(
        "({name}) runs with {what} {runs}, its file says {says}: reload the running daemon first"
    )]
    Changed {
        /// Which instance.
        name: String,
        /// What of it.
        what: &'static str,
        /// As it runs.
        runs: String,
        /// As it is written.
        says: String,
    },
    /// What it says of itself does not fit what is on the host.
    #[error("({name}) is {state}, and {address} is {found} {interface}")]
    Address {
        /// Which instance.
        name: String,
        /// Its state.
        state: String,
        /// An address of it.
        address: IpAddr,
        /// `on`, `not on`.
        found: &'static str,
        /// Where.
        interface: IfName,
    },
}

/// Everything that speaks against replacing it.
pub fn judge(
    subject: &Subject,
    release: &str,
    loaded: &Loaded,
    report: &Report,
    network: &Network,
) -> Plan {
    let mut refusals = Vec::new();
    of_process(subject, release, &mut refusals);
    of_configuration(loaded, network, &mut refusals);
    compare(&loaded.config, report, &mut refusals);
    refusals.extend(misplaced(&loaded.config, report, network));
    let roles = report.instances.iter().filter_map(|it| Some((it.name.clone(), it.role()?)));
    Plan { instances: roles.collect(), refusals }
}

fn of_process(subject: &Subject, release: &str, refusals: &mut Vec<Refusal>) {
    let pid = subject.main.pid().as_raw();
    let called = subject.called();
    if called != "keepalived" && called != "stillalive" {
        refusals.push(Refusal::OtherProgram(pid, called));
    } else if !is_known(release) {
        refusals.push(Refusal::OtherRelease(release.to_owned()));
    }
    if pid == 1 {
        refusals.push(Refusal::First);
    }
    if !subject.shares("pid") {
        refusals.push(Refusal::Elsewhere("pid"));
    }
    if !subject.shares("mnt") {
        refusals.push(Refusal::Elsewhere("mount"));
    }
}

/// The first line of `keepalived -v` names a release whose dumps are understood.
fn is_known(release: &str) -> bool {
    let number = release.strip_prefix("Keepalived v").unwrap_or_default();
    ["2.2.", "2.3.", "2.4."].iter().any(|known| number.starts_with(known))
}

fn of_configuration(loaded: &Loaded, network: &Network, refusals: &mut Vec<Refusal>) {
    let config = &loaded.config;
    if let Some(objection) = load::objection(loaded, Some(network), None) {
        refusals.push(Refusal::Configuration(objection.to_string()));
    }
    let waiting = loaded.findings.iter().filter(|found| {
        found.code == Code::NOT_YET_SUPPORTED && found.severity == Severity::Warning
    });
    let lines: BTreeSet<String> =
        waiting.map(|found| keepalived::line(found, &loaded.sources)).collect();
    refusals.extend(lines.into_iter().map(Refusal::NotYet));
    if !config.virtual_servers.is_empty() {
        refusals.push(Refusal::Checkers);
    }
    if !config.bfd_instances.is_empty() {
        refusals.push(Refusal::Bfd);
    }
    for instance in &config.instances {
        let name = || instance.name.value.clone();
        let mut addresses = instance.addresses.iter().chain(&instance.excluded);
        if instance.link.is_some()
            || instance.vmac_for_addresses
            || addresses.any(|address| address.use_vmac)
        {
            refusals.push(Refusal::OwnLink(name()));
        }
        if matches!(instance.authentication, Authentication::Header(_)) {
            refusals.push(Refusal::Header(name()));
        }
        if patience(instance) < SAFE_SILENCE {
            refusals.push(Refusal::TooOften(name()));
        }
    }
}

/// How long a backup still waits when the next advert is due.
fn patience(instance: &ir::Instance) -> Duration {
    let (version, interval) = (instance.version, *instance.advert_int);
    let down =
        interval::master_down(version, *instance.priority, interval, instance.down_timer_adverts);
    down.saturating_sub(interval)
}

/// What runs, against what is written.
fn compare(config: &Config, report: &Report, refusals: &mut Vec<Refusal>) {
    for instance in &config.instances {
        let name = &instance.name.value;
        match report.instances.iter().find(|it| it.name == *name) {
            None => {
                refusals.push(Refusal::Unknown(name.clone(), "is in its file and does not run"))
            }
            Some(reported) => compare_one(instance, reported, refusals),
        }
    }
    for reported in &report.instances {
        if !config.instances.iter().any(|it| it.name.value == reported.name) {
            let name = reported.name.clone();
            refusals.push(Refusal::Unknown(name, "runs and is not in its file"));
        }
    }
}

fn compare_one(instance: &ir::Instance, reported: &Reported, refusals: &mut Vec<Refusal>) {
    let name = &instance.name.value;
    if reported.role().is_none() {
        refusals.push(Refusal::NotBegun(name.clone(), reported.state.clone()));
    }
    let shown = |value: Option<u8>| value.map_or("?".to_owned(), |value| value.to_string());
    let list = |addresses: &mut dyn Iterator<Item = IpAddr>| {
        addresses.map(|address| address.to_string()).collect::<Vec<_>>().join(" ")
    };
    let own = instance.interface.as_ref().map_or("?".to_owned(), |own| own.value.to_string());
    let rows = [
        ("interface", reported.interface.clone().unwrap_or("?".to_owned()), own),
        ("virtual_router_id", shown(reported.vrid), instance.vrid.get().to_string()),
        ("version", shown(reported.version), instance.version.to_string()),
        ("priority", shown(reported.priority), instance.priority.get().to_string()),
        (
            "advert_int",
            reported.interval.map_or("?".to_owned(), |found| format!("{found:?}")),
            format!("{:?}", *instance.advert_int),
        ),
        (
            "virtual_ipaddress",
            list(&mut reported.addresses.iter().copied()),
            list(&mut instance.addresses.iter().map(|address| address.ip())),
        ),
    ];
    for (what, runs, says) in rows {
        if runs != says {
            refusals.push(Refusal::Changed { name: name.clone(), what, runs, says });
        }
    }
}

/// Addresses of masters that are not there, and of others that are.
pub(super) fn misplaced(config: &Config, report: &Report, network: &Network) -> Vec<Refusal> {
    let mut wrong = Vec::new();
    for instance in &config.instances {
        let Some(reported) = report.instances.iter().find(|it| it.name == instance.name.value)
        else {
            continue;
        };
        let own = instance.interface.as_ref().map(|own| &own.value);
        for address in instance.addresses.iter().chain(&instance.excluded) {
            let Some(interface) = address.interface.as_ref().or(own) else { continue };
            let found = network.interface(interface);
            let is_there = found
                .is_some_and(|it| it.addresses.iter().any(|net| net.address() == address.ip()));
            if is_there != (reported.state == "MASTER") && !address.no_track {
                wrong.push(Refusal::Address {
                    name: instance.name.value.clone(),
                    state: reported.state.clone(),
                    address: address.ip(),
                    found: if is_there { "on" } else { "not on" },
                    interface: interface.clone(),
                });
            }
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::facts::{Interface, Link};
    use crate::runtime::load::{Reading, load_text};
    use crate::units::IpNet;

    const FILE: &str = "vrrp_instance V1 {
        interface eth0
        virtual_router_id 51
        priority 150
        virtual_ipaddress {
            10.77.0.50/24
        }
    }
    ";
    const STATE: &str = "------< VRRP Topology >------
 VRRP Instance = V1
   VRRP Version = 2
   State = MASTER
   Interface = eth0
   Virtual Router ID = 51
   Priority = 150
   Advert interval = 1 sec
   Virtual IP (1):
     10.77.0.50/24 dev eth0 scope global set
";

    fn network(addresses: &[&str]) -> Network {
        let nets = addresses.iter().map(|text| IpNet::new(text.parse().unwrap(), 24).unwrap());
        Network {
            interfaces: vec![Interface {
                name: IfName::new("eth0").unwrap(),
                index: 2,
                up: true,
                multicast: true,
                arp: true,
                mac: None,
                mtu: 1500,
                addresses: nets.collect(),
                link: Link::default(),
            }]
            .into(),
        }
    }

    fn found(file: &str, state: &str, addresses: &[&str]) -> Vec<String> {
        let loaded = load_text(Path::new("k.conf"), file.as_bytes(), &Reading::default());
        let report = Report::read(state).unwrap();
        let mut refusals = Vec::new();
        let network = network(addresses);
        of_configuration(&loaded, &network, &mut refusals);
        compare(&loaded.config, &report, &mut refusals);
        refusals.extend(misplaced(&loaded.config, &report, &network));
        refusals.iter().map(ToString::to_string).collect()
    }

    const HOST: &[&str] = &["10.77.0.1", "10.77.0.50"];

    #[test]
    fn nothing_speaks_against_what_runs_as_it_is_written() {
        assert_eq!(found(FILE, STATE, HOST), [""; 0]);
    }

    #[test]
    fn what_has_been_changed_since_it_was_loaded_is_named() {
        for (from, to, what) in [
            ("priority 150", "priority 120", "priority 150, its file says 120"),
            ("virtual_router_id 51", "virtual_router_id 52", "virtual_router_id 51"),
            ("10.77.0.50/24", "10.77.0.51/24", "virtual_ipaddress 10.77.0.50"),
            ("priority 150", "priority 150\n advert_int 2", "advert_int 1s, its file says 2s"),
            ("vrrp_instance V1", "vrrp_instance V2", "(V1) runs and is not in its file"),
        ] {
            let refusals = found(&FILE.replace(from, to), STATE, HOST).join("\n");
            assert!(refusals.contains(what), "{to}: {refusals}");
        }
    }

    #[test]
    fn what_cannot_be_taken_over_yet_is_named() {
        let with = |line: &str| FILE.replace("priority 150", &format!("priority 150\n{line}"));
        let hasty = STATE.replace("1 sec", "50 milli-sec").replace("Version = 2", "Version = 3");
        for (file, state, what) in [
            (with("use_vmac"), STATE, "interface of its own"),
            (with("authentication {\nauth_type AH\nauth_pass a\n}"), STATE, "auth_type AH"),
            (with("version 3\nadvert_int 0.05"), hasty.as_str(), "so often"),
            (format!("{FILE}bfd_instance B {{\nneighbor_ip 10.77.0.2\n}}"), STATE, "BFD"),
            (
                format!(
                    "{FILE}virtual_server 10.77.0.50 80 {{\nlvs_sched rr\nlvs_method NAT\n\
                     protocol TCP\nreal_server 10.77.0.9 80 {{\nweight 1\n}}\n}}"
                ),
                STATE,
                "health checkers",
            ),
            (FILE.replace("eth0", "eth9"), STATE, "interface eth9 does not exist"),
            (FILE.replace("interface", "interfaze"), STATE, "(and 1 more error)"),
        ] {
            let refusals = found(&file, state, HOST).join("\n");
            assert!(refusals.contains(what), "{what}: {refusals}");
        }
    }

    #[test]
    fn a_state_that_the_host_does_not_show_is_not_believed() {
        let refusals = found(FILE, STATE, &["10.77.0.1"]);
        assert_eq!(refusals, ["(V1) is MASTER, and 10.77.0.50 is not on eth0"]);
        let backup = STATE.replace("MASTER", "BACKUP");
        assert_eq!(found(FILE, &backup, HOST), ["(V1) is BACKUP, and 10.77.0.50 is on eth0"]);
        assert_eq!(found(FILE, &backup, &["10.77.0.1"]), [""; 0]);
        let waits = STATE.replace("MASTER", "INIT");
        assert!(found(FILE, &waits, &["10.77.0.1"])[0].contains("try again"));
    }

    #[test]
    fn releases_whose_dumps_are_known_pass() {
        for known in ["Keepalived v2.2.7 (01/16,2022)", "Keepalived v2.4.3 (07/20,2026)"] {
            assert!(is_known(known));
        }
        for other in ["Keepalived v2.0.20 (01/22,2020)", "Keepalived v3.0.0 (x)", ""] {
            assert!(!is_known(other));
        }
    }
}
