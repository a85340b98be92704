//! Whole files, as `testdata/config` holds them: what was understood, and what is said about the
//! rest, as people see it. One snapshot a file.

#![allow(clippy::unwrap_used)]

#[path = "configurations/balancing.rs"]
mod balancing;

use std::fmt::{Debug, Write};
use std::path::Path;

use stillalive::diag::render::human;
use stillalive::ir::{Config, Global, Instance, Mail, Notify, Script, Tracking, VirtualAddress};
use stillalive::runtime::load::{self, Reading};
use stillalive::units::Spanned;

/// A configuration, one value a line. Every field is named, so that a new one is not forgotten.
fn described(config: &Config) -> String {
    let mut out = String::new();
    let Config {
        global,
        instances,
        sync_groups,
        vrrp_scripts,
        track_files,
        track_processes,
        track_groups,
        garp_groups,
        bfd_instances,
        link_delays,
        static_addresses,
        static_routes,
        static_rules,
        virtual_servers,
        virtual_server_groups,
        tls,
    } = config;
    let Global {
        // They are in the instances.
        defaults: _,
        router_id,
        startup_delay,
        garp_interval,
        gna_interval,
        script_user,
        script_security,
        mail,
        delay_after_boot,
        symlink_paths,
        supplementary_groups,
        random_seed,
        startup,
        shutdown,
        fifos,
        identity,
        processes,
        files,
        reload,
        network,
        firewall,
        lvs,
        snmp,
        dbus,
    } = global;
    let Mail {
        recipients,
        from,
        server,
        helo_name,
        connect_timeout,
        alert,
        alert_vrrp,
        alert_checker,
        no_faults,
        no_checkers,
    } = mail;
    let recipients: Vec<_> = recipients.iter().map(|to| &to.value).collect();
    let server = server.as_ref().map(|server| &server.value);
    let values = (value(from), server, value(helo_name), value(connect_timeout));
    let _ = writeln!(out, "global");
    let _ = writeln!(out, "  router_id {:?}", value(router_id));
    let _ = writeln!(out, "  delays {startup_delay:?} {garp_interval:?} {gna_interval:?}");
    let _ = writeln!(out, "  scripts {:?} security {script_security}", value(script_user));
    let _ = writeln!(out, "  mail {recipients:?} {values:?}");
    unless_usual("alerts", &(*alert, *alert_vrrp, *alert_checker), &mut out);
    unless_usual("alerts not", &(*no_faults, *no_checkers), &mut out);
    unless_usual("delay_after_boot", delay_after_boot, &mut out);
    unless_usual("symlink_paths", symlink_paths, &mut out);
    unless_usual("supplementary_groups", supplementary_groups, &mut out);
    unless_usual("random_seed", random_seed, &mut out);
    unless_usual("startup", startup, &mut out);
    unless_usual("shutdown", shutdown, &mut out);
    unless_usual("fifos", fifos, &mut out);
    unless_usual("identity", identity, &mut out);
    unless_usual("processes", processes, &mut out);
    unless_usual("files", files, &mut out);
    unless_usual("reload", reload, &mut out);
    unless_usual("network", network, &mut out);
    unless_usual("firewall", firewall, &mut out);
    unless_usual("lvs", lvs, &mut out);
    unless_usual("snmp", snmp, &mut out);
    unless_usual("dbus", dbus, &mut out);
    each("link delay", link_delays, &mut out);
    each("script", vrrp_scripts, &mut out);
    each("file", track_files, &mut out);
    each("process", track_processes, &mut out);
    each("bfd", bfd_instances, &mut out);
    each("track group", track_groups, &mut out);
    each("garp group", garp_groups, &mut out);
    each("sync group", sync_groups, &mut out);
    instances.iter().for_each(|instance| describe_instance(instance, &mut out));
    for address in static_addresses {
        let group = value(&address.track_group);
        let _ = writeln!(out, "static address {} {group:?}", options_of(&address.address));
    }
    for route in static_routes {
        let _ = writeln!(out, "static route {}", bare(&route.value));
    }
    for rule in static_rules {
        let _ = writeln!(out, "static rule {}", bare(&rule.value));
    }
    let _ = write!(out, "{}", balancing::described(virtual_servers, virtual_server_groups, tls));
    out
}

/// A part of the settings, if it says anything.
fn unless_usual<T: Default + PartialEq + Debug>(name: &str, part: &T, out: &mut String) {
    if *part != T::default() {
        let _ = writeln!(out, "  {name} {}", without_places(part));
    }
}

fn each<T: Debug>(name: &str, all: &[T], out: &mut String) {
    for one in all {
        let _ = writeln!(out, "{name} {}", without_places(one));
    }
}

/// The value as a program shows it, without where it stands in the file.
fn without_places(value: &impl Debug) -> String {
    let mut text = format!("{value:?}").replace("Spanned { value: ", "");
    while let Some(start) = text.find(", span: Span {") {
        let rest = text.split_off(start);
        text.push_str(rest.split_once(" } }").map_or("", |(_, rest)| rest));
    }
    text
}

fn value<T>(spanned: &Option<Spanned<T>>) -> Option<&T> {
    spanned.as_ref().map(|spanned| &spanned.value)
}

fn describe_instance(instance: &Instance, out: &mut String) {
    let Instance {
        name,
        vrid,
        family,
        version,
        interface,
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
        link,
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
    } = instance;
    let _ = writeln!(out, "instance {} ({family}, version {version})", name.value);
    let _ = writeln!(out, "  vrid {} on {:?}", vrid.value, value(interface));
    let _ = writeln!(out, "  {initial_state:?} priority {} {preemption:?}", priority.value);
    let _ = writeln!(out, "  each {:?}, {down_timer_adverts} may be missed", advert_int.value);
    let _ = writeln!(out, "  {} from {:?}, {checksum:?}", transport_of(transport), value(source));
    let _ = writeln!(out, "  authentication {}", bare(authentication));
    for (name, list) in [("address", addresses), ("excluded", excluded)] {
        for address in list {
            let _ = writeln!(out, "  {name} {}", options_of(&address.value));
        }
    }
    let _ = writeln!(out, "  master {:?}", garp.master);
    let _ = writeln!(out, "  refresh {:?}", garp.refresh);
    let _ = writeln!(out, "  lower {:?}", garp.lower_priority);
    let flags = [
        ("lower_prio_no_advert", lower_prio_no_advert),
        ("higher_prio_send_advert", higher_prio_send_advert),
        ("skip_check_adv_addr", skip_check_adv_addr),
        ("check_unicast_source", check_unicast_source),
        ("strict", strict),
        ("accept", accept),
        ("track_primary", track_primary),
        ("promote_secondaries", promote_secondaries),
        ("smtp_alert", smtp_alert),
        ("vmac_for_addresses", vmac_for_addresses),
        ("track_source", track_source),
        ("polls_link", polls_link),
        ("owner_ignores_adverts", owner_ignores_adverts),
        ("reports_deletion", &notify.reports_deletion),
    ];
    let on: Vec<_> = flags.iter().filter(|(_, on)| **on).map(|(name, _)| *name).collect();
    let _ = writeln!(out, "  flags {}", on.join(" "));
    describe_tracking(tracking, out);
    for route in routes {
        let _ = writeln!(out, "  route {}", bare(&route.value));
    }
    for rule in rules {
        let _ = writeln!(out, "  rule {}", bare(&rule.value));
    }
    if let Some(link) = link {
        let _ = writeln!(out, "  link {}", bare(&link.value));
    }
    let seldom = [
        ("vrf", vrf.as_ref().map(|vrf| vrf.value.to_string())),
        ("receive buffer", receive_buffer.map(|size| size.value.to_string())),
        ("extra announcements", extra_garp.map(|extra| format!("{extra:?}"))),
        ("sync daemon", sync_daemon.as_ref().map(|name| name.value.to_string())),
        ("priority changes", notify_priority_changes.map(|on| on.value.to_string())),
        ("backup when starved", timer_expired_backup.map(|most| most.value.to_string())),
    ];
    for (name, value) in seldom {
        if let Some(value) = value {
            let _ = writeln!(out, "  {name} {value}");
        }
    }
    let Notify { master, backup, fault, stop, any, master_rx_lower_pri, deleted, .. } = notify;
    let scripts = [
        ("master", master),
        ("backup", backup),
        ("fault", fault),
        ("stop", stop),
        ("any", any),
        ("lower", master_rx_lower_pri),
        ("deleted", deleted),
    ];
    for (event, script) in scripts {
        if let Some(script) = script {
            let Script { program, arguments, user } = &script.value;
            let _ = writeln!(out, "  notify {event} {program:?} {arguments:?} {user:?}");
        }
    }
}

fn describe_tracking(tracking: &Tracking, out: &mut String) {
    let Tracking { interfaces, scripts, files, processes, bfds } = tracking;
    for track in interfaces {
        let _ = writeln!(out, "  tracks interface {}", bare(&track.value));
    }
    for (what, list) in
        [("script", scripts), ("file", files), ("process", processes), ("BFD", bfds)]
    {
        for track in list {
            let _ = writeln!(out, "  tracks {what} {}", bare(&track.value));
        }
    }
}

/// What a value has, without positions and without what is not said.
fn bare(value: &impl std::fmt::Debug) -> String {
    let mut text = format!("{value:?}").replace("Spanned { value: ", "");
    while let Some(start) = text.find(", span: Span {") {
        let length = text[start..].find("} }").unwrap();
        text.replace_range(start..start + length + "} }".len(), "");
    }
    let unsaid = [": None", ": false"];
    let mut out = String::new();
    for part in text.split(", ") {
        // The last field of a value brings the braces that close it along.
        let closing = part.len() - part.trim_end_matches([' ', '}', ')', ']']).len();
        let (field, closing) = part.split_at(part.len() - closing);
        if !unsaid.iter().any(|end| field.ends_with(end)) {
            let comma = if out.is_empty() || out.ends_with("{ ") { "" } else { ", " };
            out.push_str(&format!("{comma}{field}{closing}"));
        } else {
            let opening = field.rfind("{ ").map_or(0, |at| at + 2);
            let comma =
                if opening == 0 || out.is_empty() || out.ends_with("{ ") { "" } else { ", " };
            out.push_str(&format!("{comma}{}{closing}", &field[..opening]));
        }
    }
    out
}

fn transport_of(transport: &stillalive::ir::Transport) -> String {
    match transport {
        stillalive::ir::Transport::Multicast { group } => format!("to {group}"),
        stillalive::ir::Transport::Unicast { peers, ttl } => {
            let peers: Vec<_> = peers.iter().map(|peer| peer.value).collect();
            format!("to {peers:?} ttl {ttl:?}")
        }
    }
}

/// An address with what differs from a plain one.
fn options_of(address: &VirtualAddress) -> String {
    let plain = format!("{:?}", VirtualAddress::plain(address.net));
    let shown = format!("{address:?}");
    let body = |text: &str| {
        let text = text.trim_start_matches("VirtualAddress { ").trim_end_matches(" }");
        text.split(", ").map(str::to_owned).collect::<Vec<_>>()
    };
    let usual = body(&plain);
    let options: Vec<_> = body(&shown).into_iter().filter(|part| !usual.contains(part)).collect();
    format!("{} {}", address.net, options.join(", ")).trim_end().to_owned()
}

#[test]
fn what_is_understood_of_whole_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    insta::glob!("../testdata/config", "*.conf", |path| {
        let path = path.canonicalize().unwrap();
        let path = path.strip_prefix(root.canonicalize().unwrap()).unwrap();
        let loaded = load::load(path, &Reading::default()).unwrap();
        let mut text = described(&loaded.config);
        let _ = writeln!(text, "\nunusable: {:?}\n", loaded.unusable);
        for finding in &loaded.findings {
            let _ = writeln!(text, "{}\n", human::text(finding, &loaded.sources, false));
        }
        insta::assert_snapshot!(text.trim_end());
    });
}
