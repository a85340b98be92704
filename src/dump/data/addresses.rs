//! The virtual addresses of an instance, as one line each.

use crate::dump::View;
use crate::dump::line::{Place, address};
use crate::engine::snapshot::InstanceSnapshot;
use crate::ir::{Instance, VirtualAddress};
use crate::units::Spanned;

/// The addresses of the advert, and the excluded ones, one line each.
pub(in crate::dump) fn addresses(
    view: View<'_>,
    config: &Instance,
    now: &InstanceSnapshot,
) -> (Vec<String>, Vec<String>) {
    let own = config.interface.as_ref().map(|interface| &interface.value);
    let set = now.addresses_set && view.running;
    let guarded_by =
        (set && !config.accept).then(|| match view.config().global.firewall.iptables.is_some() {
            true => "iptable_set",
            false => "nftable_set",
        });
    let line = |it: &Spanned<VirtualAddress>| {
        let placed = now.addresses.iter().find(|placed| placed.address == it.value);
        let interface = placed.map(|placed| &placed.interface);
        let interface = interface.or(it.interface.as_ref()).or(own);
        let link = now.links.iter().find(|link| Some(&link.name) == interface);
        let place = Place {
            interface: interface.map(|name| name.as_str()),
            base: link.map(|link| link.base.as_str()),
            track_group: None,
            set,
            guarded_by,
        };
        address(&it.value, place)
    };
    (config.addresses.iter().map(line).collect(), config.excluded.iter().map(line).collect())
}
