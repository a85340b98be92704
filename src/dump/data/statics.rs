//! The sections of static addresses, routes and rules, and of the track groups.

use crate::dump::View;
use crate::dump::line::{Place, address, route, rule};
use crate::dump::text::Text;

/// All four.
pub(super) fn sections(text: &mut Text, view: View<'_>) {
    let config = view.config();
    let usual = config.global.network.usual_interface();
    list(text, "Static Addresses", &config.static_addresses, |it| {
        let interface = it.address.interface.as_ref().map_or(usual, |name| name.as_str());
        let link = view.engine.instances.iter().flat_map(|instance| &instance.links);
        let mut link = link.filter(|link| link.name.as_str() == interface);
        let place = Place {
            interface: Some(interface),
            base: link.next().map(|link| link.base.as_str()),
            track_group: it.track_group.as_ref().map(|group| group.value.as_str()),
            set: true,
            guarded_by: None,
        };
        address(&it.address, place)
    });
    list(text, "Static Routes", &config.static_routes, |it| route(&it.value));
    list(text, "Static Rules", &config.static_rules, |it| rule(&it.value));
    if !config.track_groups.is_empty() {
        text.section("Static Track groups");
        for group in &config.track_groups {
            text.head(format_args!("Static Track Group = {}", group.name.value));
            text.list("VRRP member instances", group.members.iter().map(|member| &member.value));
        }
    }
}

fn list<T>(text: &mut Text, title: &str, all: &[T], line: impl Fn(&T) -> String) {
    if !all.is_empty() {
        text.section(title);
        all.iter().for_each(|one| text.entry(line(one)));
    }
}
