//! One instance: what it is like (`data`) and what was counted (`stats`).

use crate::dump::data::addresses;
use crate::dump::json::object::Object;
use crate::dump::line::{command, route, rule};
use crate::dump::number::exact_seconds;
use crate::dump::{HIDDEN, View, interface, number_of};
use crate::engine::snapshot::{InstanceSnapshot, Statistics};
use crate::ir::{Authentication, Instance, Preemption};

/// The keys in keepalived's order.
pub(super) fn data(object: &mut Object, view: View<'_>, config: &Instance, now: &InstanceSnapshot) {
    object.string("iname", &config.name.value);
    object.bit("dont_track_primary", !config.track_primary);
    object.bit("skip_check_adv_addr", config.skip_check_adv_addr);
    object.bit("strict_mode", config.strict);
    object.string("vmac_ifname", now.own_link.as_ref().map_or("", |(own, _)| own.name.as_str()));
    if let Some(name) = interface(config, now) {
        object.string("ifp_ifname", name);
    }
    object.integer("master_priority", now.master_priority);
    object.raw("last_transition", &exact_seconds(view.engine.wall(now.since)));
    let garp = &config.garp;
    let refresh = garp.refresh;
    let refresh_rounds =
        refresh.map_or(view.config().global.defaults.refresh_repeat, |it| it.rounds);
    object.decimal("garp_delay", garp.master.delay.as_secs_f64());
    object.raw("garp_refresh", &refresh.map_or(0, |refresh| refresh.every.as_secs()));
    object.integer("garp_rep", garp.master.rounds);
    object.integer("garp_refresh_rep", refresh_rounds);
    object.raw("garp_lower_prio_delay", &garp.lower_priority.delay.as_secs());
    object.integer("garp_lower_prio_rep", garp.lower_priority.rounds);
    object.bit("lower_prio_no_advert", config.lower_prio_no_advert);
    object.bit("higher_prio_send_advert", config.higher_prio_send_advert);
    object.integer("vrid", config.vrid.get());
    object.integer("base_priority", config.priority.get());
    object.integer("effective_priority", now.priority.get());
    object.boolean("vipset", now.addresses_set);
    object.boolean("promote_secondaries", config.promote_secondaries);
    object.decimal("adver_int", config.advert_int.as_secs_f64());
    object.decimal("master_adver_int", now.master_interval.as_secs_f64());
    object.bit("accept", config.accept);
    object.boolean("nopreempt", config.preemption == Preemption::Never);
    let delay = match config.preemption {
        Preemption::Delayed(delay) => delay.as_secs(),
        Preemption::Immediate | Preemption::Never => 0,
    };
    object.raw("preempt_delay", &delay);
    object.integer("state", number_of(now.state));
    object.integer("wantstate", number_of(now.wanted));
    object.integer("version", config.version.number());
    object.boolean("smtp_alert", config.smtp_alert);
    object.boolean("notify_deleted", config.notify.reports_deletion);
    scripts(object, config);
    lists(object, view, config, now);
    object.integer(
        "auth_type",
        match config.authentication {
            Authentication::None | Authentication::Trailer(_) => 0,
            Authentication::Pass(_) => 1,
            Authentication::Header(_) => 2,
        },
    );
    if matches!(config.authentication, Authentication::Pass(_) | Authentication::Header(_)) {
        object.string("auth_data", HIDDEN);
    }
}

fn scripts(object: &mut Object, config: &Instance) {
    let notify = &config.notify;
    for (key, script) in [
        ("script_backup", &notify.backup),
        ("script_master", &notify.master),
        ("script_fault", &notify.fault),
        ("script_stop", &notify.stop),
        ("script_deleted", &notify.deleted),
        ("script", &notify.any),
        ("script_master_rx_lower_pri", &notify.master_rx_lower_pri),
    ] {
        if let Some(script) = script {
            object.string(key, &command(&script.value));
        }
    }
}

fn lists(object: &mut Object, view: View<'_>, config: &Instance, now: &InstanceSnapshot) {
    let (listed, excluded) = addresses(view, config, now);
    object.strings("vips", listed);
    object.strings("evips", excluded);
    object.strings("vroutes", config.routes.iter().map(|it| route(&it.value)));
    object.strings("vrules", config.rules.iter().map(|it| rule(&it.value)));
    let tracking = &config.tracking;
    object.strings("track_ifp", tracking.interfaces.iter().map(|track| track.name.as_str()));
    let commands = tracking.scripts.iter().filter_map(|track| {
        let all = &view.config().vrrp_scripts;
        let script = all.iter().find(|script| script.name.value == track.name)?;
        Some(command(&script.script.value))
    });
    object.strings("track_script", commands);
    object.strings("track_process", tracking.processes.iter().map(|track| &track.name));
}

/// The counters in keepalived's order.
pub(super) fn stats(object: &mut Object, counted: &Statistics) {
    let trailers = &counted.trailers;
    for (key, value) in [
        ("advert_rcvd", counted.adverts_received),
        ("advert_sent", counted.adverts_sent),
        ("become_master", counted.became_master),
        ("release_master", counted.released_master),
        ("packet_len_err", counted.length_errors),
        ("advert_interval_err", counted.interval_errors),
        ("ip_ttl_err", counted.ttl_errors),
        ("invalid_type_rcvd", counted.type_errors),
        ("addr_list_err", counted.address_list_errors),
        ("invalid_authtype", counted.auth_type_invalid),
        ("authtype_mismatch", counted.auth_type_mismatch),
        ("auth_failure", counted.auth_failures),
        ("auth_ext_missing", trailers.missing),
        ("auth_ext_malformed", trailers.malformed),
        ("auth_ext_unknown_key", trailers.unknown_key),
        ("auth_ext_invalid_hmac", trailers.invalid),
        ("auth_ext_stale", trailers.stale),
        ("auth_ext_replay", trailers.replayed),
        ("pri_zero_rcvd", counted.priority_zero_received),
        ("pri_zero_sent", counted.priority_zero_sent),
    ] {
        object.raw(key, &value);
    }
}
