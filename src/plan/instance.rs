//! What of an instance changes in place, and what that asks of a running one.

use std::net::IpAddr;

use crate::ir::{GarpTiming, Instance, Transport, VirtualAddress};
use crate::plan::setting::{Differences, Setting};
use crate::plan::wording;
use crate::units::{Spanned, Version};

/// What differs between two configurations of the same instance.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Changes {
    /// Every setting.
    pub settings: Vec<Setting>,
    /// The base priority: it is put in force, and a backup waits anew.
    pub priority: bool,
    /// Intervals or the version: a backup waits anew.
    pub timing: bool,
    /// What adverts say, how they are proved, or where they go: a master sends one at once.
    pub advert: bool,
    /// When addresses are announced again: the refresh is timed anew.
    pub refresh: bool,
}

/// Compares two configurations of the same instance.
pub fn changes(old: &Instance, new: &Instance) -> Changes {
    if old == new {
        return Changes::default();
    }
    // Every field is named, so that none is forgotten.
    let Instance {
        name,
        vrid: _,
        family: _,
        version,
        interface: _,
        initial_state,
        priority,
        advert_int,
        down_timer_adverts,
        transport,
        source,
        checksum,
        authentication,
        addresses,
        excluded,
        preemption,
        garp,
        lower_prio_no_advert,
        higher_prio_send_advert,
        skip_check_adv_addr,
        check_unicast_source,
        strict,
        accept,
        track_primary,
        promote_secondaries,
        smtp_alert,
        notify,
        tracking,
        routes,
        rules,
        link: _,
        vmac_for_addresses,
        vrf,
        track_source,
        polls_link,
        receive_buffer,
        extra_garp,
        sync_daemon,
        notify_priority_changes,
        owner_ignores_adverts,
        timer_expired_backup,
    } = old;
    let mut found = Differences::default();
    found.value("vrrp_instance", (name, &new.name), wording::spanned);
    found.value("state", (initial_state, &new.initial_state), wording::initial_state);
    let priority = found.value("priority", (priority, &new.priority), wording::spanned);
    let interval =
        found.value("advert_int", (advert_int, &new.advert_int), |it| wording::time(&it.value));
    let missed = (down_timer_adverts, &new.down_timer_adverts);
    let missed = found.value("down_timer_adverts", missed, wording::plain);
    let version = found.value("version", (version, &new.version), wording::plain);
    let way = way(&mut found, transport, &new.transport)
        | found.value("mcast_src_ip", (source, &new.source), wording::optional)
        | found.value("old_unicast_checksum", (checksum, &new.checksum), wording::checksum);
    let proof = (authentication, &new.authentication);
    let proof = found.value("authentication", proof, wording::authentication);
    found.entries("virtual_ipaddress", (addresses, &new.addresses), |it| {
        wording::address(&it.value)
    });
    let listed = |addresses: &[Spanned<VirtualAddress>]| -> Vec<IpAddr> {
        addresses.iter().map(|address| address.ip()).collect()
    };
    let listed = listed(addresses) != listed(&new.addresses);
    found.entries("virtual_ipaddress_excluded", (excluded, &new.excluded), |it| {
        wording::address(&it.value)
    });
    found.entries("virtual_routes", (routes, &new.routes), |it| wording::route(&it.value));
    found.entries("virtual_rules", (rules, &new.rules), |it| wording::rule(&it.value));
    found.value("preempt", (preemption, &new.preemption), wording::preemption);
    let refresh = garp_timing(&mut found, garp, &new.garp);
    for (keyword, old, new) in [
        ("lower_prio_no_advert", lower_prio_no_advert, &new.lower_prio_no_advert),
        ("higher_prio_send_advert", higher_prio_send_advert, &new.higher_prio_send_advert),
        ("skip_check_adv_addr", skip_check_adv_addr, &new.skip_check_adv_addr),
        ("check_unicast_src", check_unicast_source, &new.check_unicast_source),
        ("strict_mode", strict, &new.strict),
        ("accept", accept, &new.accept),
        ("promote_secondaries", promote_secondaries, &new.promote_secondaries),
        ("smtp_alert", smtp_alert, &new.smtp_alert),
        ("use_vmac_addr", vmac_for_addresses, &new.vmac_for_addresses),
        ("track_src_ip", track_source, &new.track_source),
        ("linkbeat_use_polling", polls_link, &new.polls_link),
        ("owner_ignore_adverts", owner_ignores_adverts, &new.owner_ignores_adverts),
    ] {
        found.value(keyword, (old, new), wording::switch);
    }
    found.value("dont_track_primary", (track_primary, &new.track_primary), wording::inverse);
    found.value("vrf", (vrf, &new.vrf), wording::optional);
    found.value("kernel_rx_buf_size", (receive_buffer, &new.receive_buffer), wording::optional);
    let extra = found.value("garp_extra_if", (extra_garp, &new.extra_garp), |it| {
        it.map(|extra| wording::seconds(extra.every))
    });
    found.value("lvs_sync_daemon_interface", (sync_daemon, &new.sync_daemon), wording::optional);
    let told = (notify_priority_changes, &new.notify_priority_changes);
    found.value("notify_priority_changes", told, wording::optional);
    let late = (timer_expired_backup, &new.timer_expired_backup);
    found.value("timer_expired_backup", late, wording::optional);
    wording::notify(&mut found, notify, &new.notify);
    wording::tracking(&mut found, tracking, &new.tracking);
    Changes {
        settings: found.into_settings(),
        priority,
        timing: interval | missed | version,
        advert: priority | interval | version | way | proof | listed,
        refresh: refresh | extra,
    }
}

/// Peers and hop limit: all else of the transport makes another instance.
fn way(found: &mut Differences, old: &Transport, new: &Transport) -> bool {
    match (old, new) {
        (
            Transport::Unicast { peers: old, ttl: old_ttl },
            Transport::Unicast { peers: new, ttl: new_ttl },
        ) => {
            let peers = found.entries("unicast_peer", (old, new), |it| it.address.to_string());
            let ttl = |it: &Option<u8>| it.map(|ttl| ttl.to_string());
            found.value("unicast_ttl", (old_ttl, new_ttl), ttl) | peers
        }
        _ => false,
    }
}

/// True if the refresh changes.
fn garp_timing(found: &mut Differences, old: &GarpTiming, new: &GarpTiming) -> bool {
    let (was, is) = (&old.master, &new.master);
    found.value("garp_master_repeat", (&was.rounds, &is.rounds), wording::plain);
    let delay = found.value("garp_master_delay", (&was.delay, &is.delay), wording::time);
    let refresh = found.value("garp_master_refresh", (&old.refresh, &new.refresh), |refresh| {
        let every = |it: crate::ir::Refresh| {
            format!("every {}, {} round(s)", wording::seconds(it.every), it.rounds)
        };
        refresh.map(every)
    });
    let (was, is) = (&old.lower_priority, &new.lower_priority);
    found.value("garp_lower_prio_repeat", (&was.rounds, &is.rounds), wording::plain);
    found.value("garp_lower_prio_delay", (&was.delay, &is.delay), wording::time);
    refresh | (delay && new.refresh.is_some())
}

/// What follows from a change in place, and what the other routers have to do.
pub(super) fn notes(old: &Instance, new: &Instance) -> Vec<String> {
    let mut notes = Vec::new();
    let (was, is) = (*old.priority, *new.priority);
    if is < was {
        notes.push(format!(
            "if it is the master: a backup with a priority above {is} takes over within a few \
             advert intervals, unless that has nopreempt"
        ));
    } else if is > was {
        notes.push(format!(
            "if it is a backup: it takes over from a master with a priority below {is} after {}, \
             unless it has nopreempt",
            wording::about(new.own_master_down())
        ));
    }
    let strangers = old.version != new.version
        || old.authentication != new.authentication
        || old.checksum != new.checksum
        || (new.version == Version::V2 && old.advert_int != new.advert_int);
    if strangers {
        notes.push(
            "until the other routers change too, neither side counts the other's adverts: both \
             may lead"
                .to_owned(),
        );
    }
    if old.addresses != new.addresses {
        notes.push(
            "the other routers must list the same addresses, or a failover changes which are up"
                .to_owned(),
        );
    }
    notes
}

/// What the other routers see of a restart.
pub(super) fn notes_of_restart(old: &Instance, new: &Instance) -> Vec<String> {
    let mut notes = vec![
        "if it is the master it resigns, so a backup of the old router takes over at once; it \
         then begins as backup"
            .to_owned(),
    ];
    if old.vrid != new.vrid || old.transport != new.transport || old.family != new.family {
        notes.push(
            "the other routers must change too: until then each side elects a master of its own"
                .to_owned(),
        );
    }
    notes
}
