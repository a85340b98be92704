//! The section `VRRP Sockpool`: the pairs of sockets, and who speaks through them.

use crate::dump::View;
use crate::dump::text::Text;
use crate::engine::effect::Endpoint;
use crate::net::ipv4::PROTOCOL_AUTHENTICATION_HEADER;

/// All pairs.
pub(super) fn section(text: &mut Text, view: View<'_>) {
    if view.engine.sockets.is_empty() || !view.running {
        return;
    }
    text.section("VRRP Sockpool");
    for socket in &view.engine.sockets {
        let (receive, send) = view.host.descriptors.get(&socket.id).copied().unwrap_or((-1, -1));
        text.head(format_args!("fd_in {receive} fd_out = {send}"));
        if let Some(interface) = &socket.key.interface {
            text.property(format_args!("Interface = {interface}"));
        }
        text.property(format_args!("Family = {}", socket.key.family));
        let protocol = match socket.key.protocol {
            PROTOCOL_AUTHENTICATION_HEADER => "AH",
            _ => "VRRP",
        };
        text.property(format_args!("Protocol = {protocol}"));
        match socket.key.endpoint {
            Endpoint::Multicast(_) => text.property(format_args!("Type = Multicast")),
            Endpoint::Unicast(address) => {
                text.property(format_args!("Type = Unicast"));
                if let Some(address) = address {
                    text.property(format_args!("Address = {address}"));
                }
            }
        }
        text.property(format_args!("Rx buf size = {}", socket.buffer));
        text.property(format_args!("VRRP instances"));
        for instance in view.engine.instances.iter().filter(|it| it.socket == socket.id) {
            text.entry(format_args!("{} vrid {}", instance.name, instance.vrid));
        }
    }
}
