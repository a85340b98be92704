//! The names and labels of the two known exporters of keepalived, as their documentation and the
//! dashboards made for them have them, so that neither dashboards nor alerts change. Labels of
//! gen2brain's are documented nowhere: they are taken to be mehdy's.
//!
//! Left out is what those measure themselves (`keepalived_exporter_build_info`, VIP pings and
//! `keepalived_check_script_status`), and what is of LVS, which does not run.

use std::net::IpAddr;

use super::family::{Family, Kind, Value};
use super::{instances, interface};
use crate::engine::snapshot::{RunStage, Snapshot, State, Statistics, TrackerKind};
use crate::ir::VirtualAddress;

/// One counter: its names at mehdy's and at gen2brain's, what it says, where it is.
type Counter = (&'static str, &'static str, &'static str, fn(&Statistics) -> u64);

const COUNTERS: &[Counter] = &[
    (
        "keepalived_advertisements_received_total",
        "keepalived_vrrp_advert_rcvd",
        "Advertisements received",
        |counted| counted.adverts_received,
    ),
    (
        "keepalived_advertisements_sent_total",
        "keepalived_vrrp_advert_sent",
        "Advertisements sent",
        |counted| counted.adverts_sent,
    ),
    (
        "keepalived_become_master_total",
        "keepalived_vrrp_become_master",
        "Became master",
        |counted| counted.became_master,
    ),
    (
        "keepalived_release_master_total",
        "keepalived_vrrp_release_master",
        "Released master",
        |counted| counted.released_master,
    ),
    (
        "keepalived_packet_length_errors_total",
        "keepalived_vrrp_packet_len_err",
        "Packet length errors",
        |counted| counted.length_errors,
    ),
    (
        "keepalived_advertisements_interval_errors_total",
        "keepalived_vrrp_advert_interval_err",
        "Advertisement interval errors",
        |counted| counted.interval_errors,
    ),
    ("keepalived_ip_ttl_errors_total", "keepalived_vrrp_ip_ttl_err", "TTL errors", |counted| {
        counted.ttl_errors
    }),
    (
        "keepalived_invalid_type_received_total",
        "keepalived_vrrp_invalid_type_rcvd",
        "Invalid type errors",
        |counted| counted.type_errors,
    ),
    (
        "keepalived_address_list_errors_total",
        "keepalived_vrrp_addr_list_err",
        "Address list errors",
        |counted| counted.address_list_errors,
    ),
    (
        "keepalived_authentication_invalid_total",
        "keepalived_vrrp_invalid_authtype",
        "Authentication invalid",
        |counted| counted.auth_type_invalid,
    ),
    (
        "keepalived_authentication_mismatch_total",
        "keepalived_vrrp_authtype_mismatch",
        "Authentication mismatch",
        |counted| counted.auth_type_mismatch,
    ),
    (
        "keepalived_authentication_failure_total",
        "keepalived_vrrp_auth_failure",
        "Authentication failure",
        |counted| counted.auth_failures,
    ),
    (
        "keepalived_priority_zero_received_total",
        "keepalived_vrrp_pri_zero_rcvd",
        "Priority zero received",
        |counted| counted.priority_zero_received,
    ),
    (
        "keepalived_priority_zero_sent_total",
        "keepalived_vrrp_pri_zero_sent",
        "Priority zero sent",
        |counted| counted.priority_zero_sent,
    ),
];

const OF_INSTANCE: &[&str] = &["iname", "intf", "vrid"];
const OF_ADDRESS: &[&str] = &["iname", "intf", "vrid", "ip_address"];
const OF_SCRIPT: &[&str] = &["name"];

/// mehdy/keepalived-exporter.
pub(super) fn mehdy(engine: &Snapshot) -> Vec<Family> {
    let mut up = Family::new(Kind::Gauge, "keepalived_up", &[], "Status of Keepalived service");
    up.add([], Value::Whole(1));
    let mut state = Family::new(Kind::Gauge, "keepalived_vrrp_state", OF_ADDRESS, "State of vrrp");
    let mut excluded = Family::new(
        Kind::Gauge,
        "keepalived_vrrp_excluded_state",
        OF_ADDRESS,
        "State of vrrp with excluded VIP",
    );
    let mut delay = Family::new(
        Kind::Counter,
        "keepalived_gratuitous_arp_delay_total",
        OF_INSTANCE,
        "Gratuitous ARP delay",
    );
    for (config, now) in instances(engine) {
        let own = interface(config, now);
        let vrid = now.vrid.to_string();
        for (family, addresses) in
            [(&mut state, &config.addresses), (&mut excluded, &config.excluded)]
        {
            for address in addresses.iter().map(|address| &address.value) {
                let place = address.interface.as_ref().map_or(own, |name| name.as_str());
                family.add([&now.name, place, &vrid, &shown(address)], number(now.state));
            }
        }
        delay.add([&now.name, own, &vrid], config.garp.master.delay);
    }
    let mut families = vec![up, state, excluded, delay];
    let counters = COUNTERS.iter().map(|(name, _, help, value)| {
        counted(engine, Family::new(Kind::Counter, name, OF_INSTANCE, help), *value)
    });
    families.extend(counters);
    families.extend(scripts(engine));
    families
}

/// gen2brain/keepalived_exporter.
pub(super) fn gen2brain(engine: &Snapshot) -> Vec<Family> {
    let of = |(_, name, help, value): &Counter| {
        counted(engine, Family::new(Kind::Untyped, name, OF_INSTANCE, help), *value)
    };
    COUNTERS.iter().map(of).collect()
}

fn counted(engine: &Snapshot, mut family: Family, value: fn(&Statistics) -> u64) -> Family {
    for (config, now) in instances(engine) {
        let value = Value::Whole(value(&now.statistics));
        family.add([&now.name, interface(config, now), &now.vrid.to_string()], value);
    }
    family
}

fn scripts(engine: &Snapshot) -> [Family; 2] {
    let mut status =
        Family::new(Kind::Gauge, "keepalived_script_status", OF_SCRIPT, "Tracker Script Status");
    let mut state =
        Family::new(Kind::Gauge, "keepalived_script_state", OF_SCRIPT, "Tracker Script State");
    for script in engine.trackers.iter().filter(|it| it.kind == TrackerKind::Script) {
        status.add([&script.name], script.up == Some(true));
        let stage = match script.run {
            RunStage::Idle => 0,
            RunStage::Running => 1,
            RunStage::Terminating => 2,
            RunStage::Killing => 3,
        };
        state.add([&script.name], Value::Whole(stage));
    }
    [status, state]
}

/// As keepalived's files and JSON number the states.
fn number(state: State) -> Value {
    Value::Whole(match state {
        State::Init => 0,
        State::Backup => 1,
        State::Master => 2,
        State::Fault => 3,
    })
}

/// As the first word of an address in `keepalived.data`: the whole host has no prefix.
fn shown(address: &VirtualAddress) -> String {
    let net = address.net;
    let whole = match net.address() {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    };
    match net.prefix() == whole {
        true => net.address().to_string(),
        false => net.to_string(),
    }
}
