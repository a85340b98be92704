//! What instances inherit, and what keeps packets from the host.

use std::time::Duration;

use crate::dump::View;
use crate::dump::number::exact_seconds;
use crate::dump::text::Text;
use crate::ir::global::IpSets;

/// What instances inherit. The parent has not derived what follows from something else: it shows
/// the greatest number for that.
pub(super) fn defaults(text: &mut Text, view: View<'_>, derived: bool) {
    let global = &view.config().global;
    let usual = &global.defaults;
    text.head(format_args!("VRRP IPv4 mcast group = {}", usual.mcast_group4));
    text.head(format_args!("VRRP IPv6 mcast group = {}", usual.mcast_group6));
    let mut line = |name: &str, value: u64| {
        text.head(format_args!("Gratuitous ARP {name} = {value}"));
    };
    line("delay", usual.master_delay.as_secs());
    line("repeat", usual.master_repeat.into());
    line("refresh timer", usual.refresh.as_secs());
    line("refresh repeat", usual.refresh_repeat.into());
    let unset = u64::from(u32::MAX);
    let or =
        |said: Option<u64>, follows: u64| said.unwrap_or(if derived { follows } else { unset });
    let delay = usual.lower_prio_delay.map(|delay| delay.as_secs());
    line("lower priority delay", or(delay, usual.master_delay.as_secs()));
    let repeat = usual.lower_prio_repeat.map(u64::from);
    line("lower priority repeat", or(repeat, usual.master_repeat.into()));
    text.head(format_args!("Num adverts before down = {}", usual.down_timer_adverts));
    let extra = usual.extra_garp;
    let which = if extra.is_some_and(|extra| extra.all) { "i/f" } else { "VMAC" };
    let every = extra.map_or(Duration::ZERO, |extra| extra.every).as_secs();
    text.head(format_args!("Gratuitous ARP for each secondary {which} = {every}s"));
    let lower = !usual.lower_prio_no_advert;
    text.head(format_args!("Send advert after receive lower priority advert = {lower}"));
    let higher = usual.higher_prio_send_advert;
    text.head(format_args!("Send advert after receive higher priority advert = {higher}"));
    let (arp, na) = (exact_seconds(global.garp_interval), exact_seconds(global.gna_interval));
    text.head(format_args!("Gratuitous ARP interval = {arp}"));
    text.head(format_args!("Gratuitous NA interval = {na}"));
    text.head(format_args!("VRRP default protocol version = {}", usual.version));
}

/// The packet filter. One that nobody has configured is chosen by the VRRP part, where an instance
/// needs it.
pub(super) fn firewall(text: &mut Text, view: View<'_>, vrrp: bool) {
    let firewall = &view.config().global.firewall;
    if let Some(chains) = &firewall.iptables {
        text.head(format_args!("Iptables input chain = {}", chains.input));
        if let Some(output) = &chains.output {
            text.head(format_args!("Iptables output chain = {output}"));
        }
        let sets = firewall.ipsets != IpSets::Off;
        text.head(format_args!("Using ipsets = {sets}"));
    }
    let chosen = (vrrp && view.config().needs_some_packet_filter()).then_some("keepalived");
    if let Some(table) = firewall.nftables.as_ref().map(|table| table.value.as_str()).or(chosen) {
        let priority = firewall.nftables_priority.map_or(-1, |priority| priority.value);
        text.head(format_args!("nftables table name = {table}"));
        text.head(format_args!("nftables base chain priority = {priority}"));
        let not = if firewall.by_index { "" } else { "don't " };
        text.head(format_args!("nftables {not}force use ifindex for link local IPv6"));
    }
    let with = if firewall.counters { "with" } else { "without" };
    text.head(format_args!("nftables {with} counters"));
}

/// How adverts are looked at.
pub(super) fn checks(text: &mut Text, view: View<'_>) {
    let usual = &view.config().global.defaults;
    text.head(format_args!("VRRP check unicast_src = {}", usual.check_unicast_src));
    text.head(format_args!("VRRP skip check advert addresses = {}", usual.skip_check_adv_addr));
    text.head(format_args!("VRRP strict mode = {}", usual.strict));
}
