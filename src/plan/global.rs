//! `global_defs` and the plain statements of the top level. Defaults of instances are not here:
//! they are settings of each instance.

use crate::ir::global::{Fifo, Global, LifeScript};
use crate::ir::{Config, ScriptUser};
use crate::plan::setting::{Differences, Setting};
use crate::plan::{Kind, Step, wording};
use crate::units::Spanned;

/// What the process reads at its start only.
const AT_START: &[&str] = &[
    "vrrp_startup_delay",
    "vrrp_delay_after_boot",
    "startup_script",
    "use_pid_dir",
    "netlink receive buffers",
    "vmac_prefix",
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
    found.value("script_user", (script_user, &new.script_user), user);
    let security = (script_security, &new.script_security);
    found.value("enable_script_security", security, wording::switch);
    found.value("use_symlink_paths", (symlink_paths, &new.symlink_paths), wording::switch);
    let groups = (supplementary_groups, &new.supplementary_groups);
    found.value("set_supplementary_groups", groups, wording::switch);
    let life = |life: &LifeScript| wording::optional_script(life.script.as_ref());
    found.value("startup_script", (startup, &new.startup), life);
    found.value("shutdown_script", (shutdown, &new.shutdown), life);
    found.concealed("notification_email", (mail, &new.mail));
    let path = |fifo: &Fifo| wording::optional(&fifo.path);
    found.value("notify_fifo", (&fifos.all, &new.fifos.all), path);
    found.value("vrrp_notify_fifo", (&fifos.vrrp, &new.fifos.vrrp), path);
    found.value("lvs_notify_fifo", (&fifos.lvs, &new.fifos.lvs), path);
    let told = (&fifos.priority_changes, &new.fifos.priority_changes);
    found.value("vrrp_notify_priority_changes", told, wording::switch);
    let states = (&fifos.states_on_reload, &new.fifos.states_on_reload);
    found.value("fifo_write_vrrp_states_on_reload", states, wording::switch);
    let folder = (&identity.pid_directory, &new.identity.pid_directory);
    found.value("use_pid_dir", folder, wording::switch);
    found.concealed("processes", (processes, &new.processes));
    found.concealed("files", (files, &new.files));
    found.concealed("reload settings", (reload, &new.reload));
    let (was, is) = (network, &new.network);
    found.value("default_interface", (&was.default_interface, &is.default_interface), |it| {
        wording::optional(it)
    });
    found.concealed("dynamic_interfaces", (&was.dynamic_interfaces, &is.dynamic_interfaces));
    let unknown = (&was.log_unknown_vrids, &is.log_unknown_vrids);
    found.value("log_unknown_vrids", unknown, wording::switch);
    let polling = (&was.linkbeat_use_polling, &is.linkbeat_use_polling);
    found.value("linkbeat_use_polling", polling, wording::switch);
    let polled = (&was.linkbeat_interfaces, &is.linkbeat_interfaces);
    found.entries("linkbeat_interfaces", (polled.0, polled.1), |it| it.interface.to_string());
    found.concealed("vmac_prefix", (&was.vmac, &is.vmac));
    found.concealed("netlink receive buffers", (&was.buffers, &is.buffers));
    found.concealed("packet filter", (firewall, &new.firewall));
    found.concealed("load balancing", (lvs, &new.lvs));
    found.concealed("SNMP", (snmp, &new.snmp));
    found.concealed("D-Bus", (dbus, &new.dbus));
}

fn user(user: &Option<Spanned<ScriptUser>>) -> Option<String> {
    user.as_ref().map(|user| user.user.clone())
}
