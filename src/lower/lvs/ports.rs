//! Ports of servers in IPVS: only NAT can change the port of a packet.

use crate::diag::{Code, Verdict};
use crate::ir::lvs::{Group, GroupEntry, Method, Service, VirtualServer};
use crate::lower::Lowering;
use crate::lower::lvs::real_server::shown;
use crate::units::{Span, Spanned};

impl Lowering<'_> {
    /// Settles the port of every server. What checks connect to stays as it is written.
    pub(super) fn ports(&mut self, server: &mut VirtualServer, group: Option<&Group>) {
        match server.service.value {
            Service::Address { port, .. } => self.ports_by_address(server, port),
            Service::Mark(_) => self.ports_by_mark(server),
            Service::Group(_) => {
                if let Some(group) = group {
                    self.ports_by_group(server, group);
                }
            }
        }
    }

    fn ports_by_address(&mut self, server: &mut VirtualServer, port: u16) {
        let whole = server.name();
        for at in 0..server.real_servers.len() {
            let Some((written, name, nat)) = written(server, at) else { continue };
            if let Some(written) = written.filter(|written| !nat && written.value != port) {
                self.port_mismatch(written.span, server.span(), &format!("{port} is used"), format!(
                    "WARNING - virtual server {whole} and real server {name} ports don't match - \
                     resetting"
                ));
            }
            if let Some(real) = server.real_servers.get_mut(at)
                && (written.is_none() || !nat)
            {
                real.port = port;
            }
        }
        let place = server.span();
        let Some(sorry) = &mut server.sorry_server else { return };
        if sorry.method.value == Method::Nat {
            return; // without a port the kernel uses that of the service
        }
        if sorry.port != 0 && sorry.port != port {
            let span = sorry.address.span;
            self.port_mismatch(span, place, &format!("{port} is used"), format!(
                "WARNING - virtual server {whole} and sorry server ports don't match - resetting"
            ));
        }
        sorry.port = port;
    }

    fn ports_by_mark(&mut self, server: &mut VirtualServer) {
        let whole = server.name();
        for at in 0..server.real_servers.len() {
            let Some((written, name, nat)) = written(server, at) else { continue };
            let Some(written) = written.filter(|_| !nat) else { continue };
            self.port_of_a_mark(written.span, format!(
                "WARNING - fwmark virtual server {whole}, real server {name} has port specified - \
                 clearing"
            ));
            if let Some(real) = server.real_servers.get_mut(at) {
                real.port = 0;
            }
        }
        let Some(sorry) = &mut server.sorry_server else { return };
        if sorry.method.value != Method::Nat && sorry.port != 0 {
            self.port_of_a_mark(
                sorry.address.span,
                format!(
                    "WARNING - virtual server {whole}, sorry server has port specified - clearing"
                ),
            );
            sorry.port = 0;
        }
    }

    /// The port that is sent is that of each entry; here only what does not fit is said.
    fn ports_by_group(&mut self, server: &VirtualServer, group: &Group) {
        let whole = server.name();
        for at in 0..server.real_servers.len() {
            let Some((Some(written), name, false)) = written(server, at) else { continue };
            for entry in &group.entries {
                let GroupEntry::Addresses { first, last, port } = entry.value else { continue };
                if port == written.value {
                    continue;
                }
                let range =
                    if first == last { first.to_string() } else { format!("{first}-{last}") };
                self.port_mismatch(written.span, entry.span, "the port of the entry is used", format!(
                    "virtual server {whole}:[{range},{port}] and real server {name} ports don't match"
                ));
            }
            if group.has_marks() {
                self.port_of_a_mark(
                    written.span,
                    format!(
                        "WARNING - fwmark virtual server {whole}, real server {name} has port \
                     specified - port will be ignored"
                    ),
                );
            }
        }
        let Some(sorry) = &server.sorry_server else { return };
        let differs = group.entries.iter().any(|entry| match entry.value {
            GroupEntry::Addresses { port, .. } => port != sorry.port,
            GroupEntry::Mark { .. } => true,
        });
        if sorry.method.value != Method::Nat && sorry.port != 0 && differs {
            let words = format!(
                "WARNING - virtual server {whole}, sorry server has port specified - port will be \
                 ignored"
            );
            self.port_mismatch(
                sorry.address.span,
                group.name.span,
                "the port of each entry is used",
                words,
            );
        }
    }

    fn port_mismatch(&mut self, span: Span, service: Span, label: &str, words: String) {
        self.warning(
            Code::PORT_MISMATCH,
            span,
            "direct routing and tunnels leave the port as it is",
        )
        .label(label)
        .related(service, "the port that clients use")
        .note("checks without `connect_port` go to the port as written")
        .help("write the port of the service, or use `lvs_method NAT`")
        .verdict(Verdict::Counted)
        .wording(words);
    }

    fn port_of_a_mark(&mut self, span: Span, words: String) {
        self.warning(
            Code::PORT_MISMATCH,
            span,
            "a firewall mark takes packets to any port, and they keep it",
        )
        .label("not used, except by checks")
        .verdict(Verdict::Counted)
        .wording(words);
    }
}

/// The port as written, the name, and whether the method is NAT, of one server.
fn written(server: &VirtualServer, at: usize) -> Option<(Option<Spanned<u16>>, String, bool)> {
    let real = server.real_servers.get(at)?;
    let protocol = server.protocol.map_or("none", |protocol| protocol.value.name());
    let port = real.written_port.map_or(0, |port| port.value);
    let name = shown(real.address.value, protocol, port);
    Some((real.written_port, name, real.method.value == Method::Nat))
}
