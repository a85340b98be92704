//! The section `Global definitions`: the settings of the process.

mod machinery;
mod people;
mod protocol;

use crate::dump::View;
use crate::dump::text::{Text, enabled, yes};
use crate::ir::global::{DynamicInterfaces, FlushOnStop};

/// All settings; the default interface is shown where the VRRP part shows them.
pub(super) fn settings(text: &mut Text, view: View<'_>, vrrp: bool) {
    text.section("Global definitions");
    if let Some(folder) = &view.config().global.files.config_save_directory {
        text.head(format_args!("Config save dir = {}", folder.value));
    }
    identity(text, view);
    people::mail(text, view);
    people::reloads(text, view);
    if !vrrp {
        people::life(text, view);
    }
    interfaces(text, view, vrrp);
    balancing(text, view);
    people::fifos(text, view);
    protocol::defaults(text, view, vrrp);
    protocol::firewall(text, view, vrrp);
    protocol::checks(text, view);
    machinery::processes(text, view);
    machinery::management(text, view);
    machinery::scripts(text, view);
    machinery::buffers(text, view);
    rest(text, view);
}

fn identity(text: &mut Text, view: View<'_>) {
    let global = &view.config().global;
    let identity = &global.identity;
    let namespace = view.host.namespace.as_deref().unwrap_or("(default)");
    text.head(format_args!("Network namespace = {namespace}"));
    let ipvs = identity.net_namespace_ipvs.as_ref().map(|name| name.value.as_str());
    let ipvs = match ipvs {
        None => "(main namespace)",
        Some("") => "(default)",
        Some(name) => name,
    };
    text.head(format_args!("Network namespace ipvs = {ipvs}"));
    let links = if global.symlink_paths { "Keep" } else { "Replace" };
    text.head(format_args!("{links} symlinks in script paths"));
    if let Some(instance) = &identity.instance {
        text.head(format_args!("Instance name = {}", instance.value));
    }
    machinery::names(text, view);
    let router = global.router_id.as_ref().map_or(&view.host.host_name, |router| &router.value);
    text.head(format_args!("Router ID = {router}"));
}

fn interfaces(text: &mut Text, view: View<'_>, vrrp: bool) {
    let network = &view.config().global.network;
    let dynamic = network.dynamic_interfaces != DynamicInterfaces::Never;
    text.head(format_args!("Dynamic interfaces = {dynamic}"));
    if dynamic {
        let may_change = network.dynamic_interfaces == DynamicInterfaces::MayChange;
        text.head(format_args!("Allow interface changes = {may_change}"));
    }
    if view.config().global.mail.no_faults {
        text.head(format_args!("Send emails for fault transitions = off"));
    }
    timeouts(text, view);
    if vrrp {
        text.head(format_args!("Default interface = {}", network.usual_interface()));
    }
    text.head(format_args!("Disable local IGMP = {}", yes(network.disable_local_igmp)));
    let as_v2 = view.config().global.defaults.checksum_as_v2;
    text.head(format_args!("Use VRRPv2 checksum for VRRPv3 IPv4 = {}", yes(as_v2)));
}

fn timeouts(text: &mut Text, view: View<'_>) {
    let lvs = &view.config().global.lvs;
    for (name, time) in [
        ("TCP", lvs.timeouts.tcp),
        ("TCP FIN", lvs.timeouts.tcp_closing),
        ("UDP", lvs.timeouts.udp),
    ] {
        if let Some(time) = time {
            text.head(format_args!("LVS {name} timeout = {}", time.value.as_secs()));
        }
    }
}

fn balancing(text: &mut Text, view: View<'_>) {
    let lvs = &view.config().global.lvs;
    text.head(format_args!("LVS flush = {}", lvs.flush));
    let at_stop = match lvs.flush_on_stop.as_deref() {
        None => enabled(false),
        Some(FlushOnStop::Everything) => enabled(true),
        Some(FlushOnStop::VirtualServers) => "VS",
    };
    text.head(format_args!("LVS flush on stop = {at_stop}"));
}

fn rest(text: &mut Text, view: View<'_>) {
    let global = &view.config().global;
    text.head(format_args!("rs_init_notifies = {}", u8::from(global.lvs.initial_notifies)));
    text.head(format_args!("no_checker_emails = {}", u8::from(global.mail.no_checkers)));
    machinery::advert_buffers(text, view);
    let multiples = global.network.buffers.multiplier.map_or(3, |times| times.value);
    text.head(format_args!("rx_bufs_multiples = {multiples}"));
    text.head(format_args!("umask = 0{:o}", view.host.umask));
    if !global.startup_delay.is_zero() {
        let delay = crate::dump::number::seconds(global.startup_delay);
        text.head(format_args!("vrrp_startup_delay = {delay}"));
    }
    if global.network.log_unknown_vrids {
        text.head(format_args!("log_unknown_vrids"));
    }
    let names = &global.network.vmac;
    if let Some(prefix) = &names.prefix {
        text.head(format_args!("VMAC prefix = {}", prefix.value));
    }
    if let Some(prefix) = &names.address_prefix {
        text.head(format_args!("VMAC address prefix = {}", prefix.value));
    }
    if let Some(priority) = view.host.real_time {
        text.head(format_args!("current realtime priority = {priority}"));
    }
    let files = &global.files;
    let version = files.dumps.json_version.map_or(1, |version| version.value);
    text.head(format_args!("json_version {version}"));
    for (which, said) in
        [("usr", &files.iproute_usr_directory), ("etc", &files.iproute_etc_directory)]
    {
        let folder = said.as_ref().map_or("/etc/iproute2", |folder| folder.value.as_str());
        text.head(format_args!("iproute {which} directory {folder}"));
    }
    if let Some(file) = &files.dumps.state {
        text.head(format_args!("state dump file {}", file.value));
    }
}
