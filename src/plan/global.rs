//! `global_defs` and the plain statements of the top level. Defaults of instances are not here:
//! they are settings of each instance.

use crate::ir::Config;
use crate::ir::global::Global;
use crate::plan::setting::{Differences, Setting};
use crate::plan::{Kind, Step, daemon, wording};

/// What the process reads at its start only.
const AT_START: &[&str] = &[
    "vrrp_startup_delay",
    "vrrp_delay_after_boot",
    "startup_script",
    "use_pid_dir",
    "vrrp_netlink_cmd_rcv_bufs",
    "vrrp_netlink_monitor_rcv_bufs",
    "process_monitor_rcv_bufs",
    "vmac_prefix",
    "vmac_addr_prefix",
];

/// What the running process cannot take over; a reload is refused for it.
pub fn impossible(old: &Global, new: &Global) -> Vec<Setting> {
    let (was, is) = (&old.identity, &new.identity);
    let mut found = Differences::default();
    found.value("net_namespace", (&was.net_namespace, &is.net_namespace), wording::optional);
    found.value("instance", (&was.instance, &is.instance), wording::optional);
    // Rules in a table of the old name would stay, and nobody would know of them.
    let tables = (&old.firewall.table(), &new.firewall.table());
    found.value("nftables", tables, wording::plain);
    let igmp = (&old.network.disable_local_igmp, &new.network.disable_local_igmp);
    found.value("disable_local_igmp", igmp, wording::switch);
    found.into_settings()
}

/// What becomes of the settings of the process.
pub(super) fn step(old: &Config, new: &Config) -> Step {
    let mut found = Differences::default();
    global(&mut found, &old.global, &new.global);
    found.entries("interface_up_down_delays", (&old.link_delays, &new.link_delays), |delay| {
        let (down, up) = (wording::seconds(delay.down), wording::seconds(delay.up));
        format!("{} down {down} up {up}", delay.interface)
    });
    let mut step = Step::compared(Kind::Global, "", found.into_settings());
    let late: Vec<&str> = step
        .settings
        .iter()
        .map(|setting| setting.keyword)
        .filter(|keyword| AT_START.contains(keyword))
        .collect();
    if !late.is_empty() {
        step.notes.push(format!("only at the next start: {}", late.join(", ")));
    }
    step
}

fn global(found: &mut Differences, old: &Global, new: &Global) {
    let Global {
        // They are in the instances.
        defaults: _,
        router_id,
        startup_delay,
        delay_after_boot,
        garp_interval,
        gna_interval,
        script_user,
        script_security,
        symlink_paths,
        supplementary_groups,
        random_seed: _,
        startup,
        shutdown,
        mail,
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
    } = old;
    found.value("router_id", (router_id, &new.router_id), wording::optional);
    found.value("vrrp_startup_delay", (startup_delay, &new.startup_delay), wording::time);
    let boot = (delay_after_boot, &new.delay_after_boot);
    found.value("vrrp_delay_after_boot", boot, wording::time);
    found.value("vrrp_garp_interval", (garp_interval, &new.garp_interval), wording::time);
    found.value("vrrp_gna_interval", (gna_interval, &new.gna_interval), wording::time);
    found.value("script_user", (script_user, &new.script_user), daemon::user);
    let security = (script_security, &new.script_security);
    found.value("enable_script_security", security, wording::switch);
    found.value("use_symlink_paths", (symlink_paths, &new.symlink_paths), wording::switch);
    let groups = (supplementary_groups, &new.supplementary_groups);
    found.value("set_supplementary_groups", groups, wording::switch);
    let words = ["startup_script", "startup_script_timeout"];
    daemon::life(found, words, (startup, &new.startup));
    let words = ["shutdown_script", "shutdown_script_timeout"];
    daemon::life(found, words, (shutdown, &new.shutdown));
    daemon::mail(found, mail, &new.mail);
    daemon::fifos(found, fifos, &new.fifos);
    daemon::identity(found, identity, &new.identity);
    daemon::processes(found, processes, &new.processes);
    daemon::files(found, files, &new.files);
    daemon::reload(found, reload, &new.reload);
    daemon::network(found, network, &new.network);
    daemon::firewall(found, firewall, &new.firewall);
    daemon::lvs(found, lvs, &new.lvs);
    daemon::snmp(found, snmp, &new.snmp);
    daemon::dbus(found, dbus, &new.dbus);
}
