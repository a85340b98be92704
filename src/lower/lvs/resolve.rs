//! What the statements of a virtual server say becomes what runs: contradictions are settled as
//! keepalived settles them once the file is read, in its order.

use crate::diag::{Code, Verdict};
use crate::ir::lvs::{
    CheckDefaults, Group, GroupEntry, Method, Persistence, Protocol, Quorum, Scheduler, Service,
    SorryServer, VirtualServer,
};
use crate::lower::Lowering;
use crate::lower::lvs::persistence::IMPLIED;
use crate::lower::lvs::real_server::{self, shown};
use crate::lower::lvs::virtual_server::Said;
use crate::units::{Family, Span, Spanned};

impl Lowering<'_> {
    pub(super) fn resolve_virtual_server(
        &mut self,
        mut said: Said,
        checks: CheckDefaults,
        groups: &[Group],
    ) -> Option<VirtualServer> {
        let group = match &said.service.value {
            Service::Group(name) => Some(self.group_of(name, &said, groups)?),
            _ => None,
        };
        let family = match group {
            Some(group) => self.family_with_group(&said, group)?,
            None => Some(said.family.unwrap_or(Family::V4)),
        };
        if said.real_servers.is_empty() {
            let name = said.name();
            self.error(
                Code::NO_REAL_SERVER,
                said.service.span,
                "the virtual server has no real server",
            )
            .label("it is ignored")
            .wording(format!("Virtual server {name} has no real servers - ignoring"));
            return None;
        }
        self.addressed(&mut said, group);
        let place = said.service.span;
        let scheduler = said.scheduler.unwrap_or_else(|| {
            let name = said.name();
            self.warning(Code::SCHEDULER_DEFAULTED, place, "the virtual server names no scheduler")
                .label("`lvs_sched wlc` is used")
                .verdict(Verdict::Counted)
                .wording(format!("Virtual server {name}: no scheduler set, setting default 'wlc'"));
            Spanned::new(Scheduler::WeightedLeastConnection, place)
        });
        self.drop_duplicates(&mut said);
        let method = self.methods(&mut said);
        self.same_as_sorry_server(&mut said);
        let quorum = self.quorum(&mut said);
        let sorry_server = said.sorry_server.take().map(|sorry| SorryServer {
            address: sorry.destination.address,
            port: sorry.destination.port.map_or(0, |port| port.value),
            method: sorry.method.unwrap_or(method),
            inhibit: sorry.inhibit,
        });
        let granularity = said.granularity;
        let implied = granularity.map(|granularity| Spanned::new(IMPLIED, granularity.span));
        let timeout = said.persistence_timeout.or(implied);
        let mut server = VirtualServer {
            index: said.index,
            family,
            protocol: said.protocol,
            scheduler,
            flags: said.flags,
            method,
            persistence: timeout.map(|timeout| Persistence { timeout, granularity }),
            persistence_engine: said.persistence_engine,
            quorum,
            weight: said.weight.unwrap_or(Spanned::new(1, said.place)),
            checks,
            inhibit_on_failure: said.inhibit_on_failure,
            ha_suspend: said.ha_suspend,
            omega: said.omega,
            smtp_alert: said.smtp_alert,
            virtualhost: said.virtualhost,
            snmp_name: said.snmp_name,
            sorry_server,
            real_servers: said.real_servers.into_iter().map(|said| said.server).collect(),
            service: said.service,
        };
        self.ports(&mut server, group);
        Some(server)
    }

    fn group_of<'g>(&mut self, name: &str, said: &Said, groups: &'g [Group]) -> Option<&'g Group> {
        let group = groups.iter().find(|group| group.name.value == name);
        if group.is_none() {
            let text = format!("no `virtual_server_group {name}` with an entry");
            let whole = said.name();
            self.error(Code::UNKNOWN_SERVER_GROUP, said.service.span, text)
                .label("the virtual server is dropped")
                .verdict(Verdict::Logged)
                .wording(format!(
                    "Virtual server group {name} specified but not configured - ignoring virtual \
                     server {whole}"
                ));
        }
        group
    }

    /// The family of a service by a group: `Some(None)` for both, `None` if it cannot be.
    #[expect(clippy::option_option, reason = "the inner one is the family in the configuration")]
    fn family_with_group(&mut self, said: &Said, group: &Group) -> Option<Option<Family>> {
        let marks_of = |family| {
            group.entries.iter().any(|entry| {
                matches!(entry.value, GroupEntry::Mark { family: Some(of), .. } if of == family)
            })
        };
        let has = |family| group.has_addresses_of(family) || marks_of(family);
        let group_family = match (has(Family::V4), has(Family::V6)) {
            (true, true) => None,
            (true, false) => Some(Family::V4),
            (false, true) => Some(Family::V6),
            (false, false) => return Some(Some(said.family.unwrap_or(Family::V4))),
        };
        if said.family.is_none() || said.family == group_family {
            return Some(group_family);
        }
        self.error(
            Code::SERVER_GROUP_FAMILIES,
            said.service.span,
            "the group and the servers are of different families",
        )
        .label("the virtual server is dropped")
        .related(group.name.span, "the group")
        .note("with both families in a group every server needs `lvs_method TUN`")
        .verdict(Verdict::Logged);
        None
    }

    /// What holds for services by address, and what for those by mark.
    fn addressed(&mut self, said: &mut Said, group: Option<&Group>) {
        let place = said.service.span;
        let by_mark =
            matches!(said.service.value, Service::Mark(_)) || group.is_some_and(Group::has_marks);
        let by_address = matches!(said.service.value, Service::Address { .. })
            || group.is_some_and(Group::has_addresses);
        let name = said.name();
        if said.ha_suspend.value && by_mark {
            self.error(
                Code::MARK_OPTION_IGNORED,
                said.ha_suspend.span,
                "`ha_suspend` looks for an address, and a firewall mark has none",
            )
            .label("ignored")
            .wording(format!(
                "Virtual server {name}: cannot use ha_suspend with fwmarks - clearing ha_suspend"
            ));
            said.ha_suspend.value = false;
        }
        if by_address {
            self.by_address(said, group, place);
        } else if let Some(protocol) = said.protocol.take() {
            self.warning(
                Code::MARK_OPTION_IGNORED,
                protocol.span,
                "a service by firewall mark has no protocol",
            )
            .label("ignored")
            .verdict(Verdict::Counted)
            .wording(format!(
                "Warning: Virtual server {name}: protocol specified for fwmark - protocol will be \
                 ignored"
            ));
        }
    }

    fn by_address(&mut self, said: &mut Said, group: Option<&Group>, place: Span) {
        let name = said.name();
        let protocol = said.protocol.unwrap_or_else(|| {
            self.warning(Code::PROTOCOL_DEFAULTED, place, "the virtual server names no protocol")
                .label("UDP is used")
                .help("write `protocol TCP` if that is meant")
                .verdict(Verdict::Counted)
                .wording(format!("Virtual server {name}: no protocol set - defaulting to UDP"));
            Spanned::new(Protocol::Udp, place)
        });
        said.protocol = Some(protocol);
        let name = said.name();
        let one_packet = &mut said.flags.one_packet;
        if one_packet.value && protocol.value != Protocol::Udp {
            self.error(Code::ONE_PACKET_NEEDS_UDP, one_packet.span, "`ops` is for UDP alone")
                .label("ignored")
                .related(protocol.span, "the protocol")
                .wording(format!(
                    "Virtual server {name}: one packet scheduling requires UDP - resetting"
                ));
            one_packet.value = false;
        }
        let without_port = match &said.service.value {
            Service::Address { port: 0, .. } => Some(place),
            Service::Group(_) => {
                group.into_iter().flat_map(|group| &group.entries).find_map(|entry| {
                    match entry.value {
                        GroupEntry::Addresses { port: 0, .. } => Some(entry.span),
                        _ => None,
                    }
                })
            }
            _ => None,
        };
        let persistent = said.persistence_timeout.is_some() || said.granularity.is_some();
        if let Some(span) = without_port.filter(|_| !persistent) {
            self.warning(
                Code::SERVICE_WITHOUT_PORT,
                span,
                "a service for every port must be persistent",
            )
            .label("`persistence_timeout 360` is used")
            .help("write the port, or a `persistence_timeout`")
            .verdict(Verdict::Counted)
            .wording(format!(
                "Virtual server {name}: zero port only valid for persistent services - setting"
            ));
            said.persistence_timeout = Some(Spanned::new(IMPLIED, span));
        }
    }

    /// Of servers with the same address and port only the first one counts.
    fn drop_duplicates(&mut self, said: &mut Said) {
        let whole = said.name();
        let protocol = said.protocol_name();
        let mut kept: Vec<real_server::Said> = Vec::new();
        for server in std::mem::take(&mut said.real_servers) {
            let address = server.server.address;
            let written =
                |said: &real_server::Said| said.server.written_port.map_or(0, |p| p.value);
            let port = written(&server);
            let first =
                kept.iter().find(|first| first.server.address == address && written(first) == port);
            let Some(first) = first else {
                kept.push(server);
                continue;
            };
            let name = shown(address.value, protocol, port);
            self.error(Code::DUPLICATE_REAL_SERVER, address.span, "this server is listed twice")
                .label("ignored: the first one counts")
                .related(first.server.address.span, "first listed here")
                .wording(format!(
                    "VS {whole}: real server {name} is duplicated - removing second rs"
                ));
        }
        said.real_servers = kept;
    }

    /// Servers that say nothing have the method of the service.
    fn methods(&mut self, said: &mut Said) -> Spanned<Method> {
        let place = said.service.span;
        let wanting = said.real_servers.iter().any(|server| server.method.is_none());
        if said.method.is_none() && wanting {
            let name = said.name();
            self.warning(
                Code::METHOD_DEFAULTED,
                place,
                "the virtual server names no forwarding method",
            )
            .label("`lvs_method NAT` is used")
            .verdict(Verdict::Counted)
            .wording(format!(
                "Virtual server {name}: no forwarding method set, setting default NAT"
            ));
        }
        let method = said.method.unwrap_or(Spanned::new(Method::Nat, place));
        for server in &mut said.real_servers {
            server.server.method = server.method.unwrap_or(method);
        }
        method
    }

    /// A server that is the sorry server too stays, or goes, for both.
    fn same_as_sorry_server(&mut self, said: &mut Said) {
        let whole = said.name();
        let protocol = said.protocol_name();
        let Some(sorry) = &mut said.sorry_server else { return };
        let destination = sorry.destination;
        let port = destination.port.map_or(0, |port| port.value);
        let same = said.real_servers.iter().find(|server| {
            let written = server.server.written_port.map_or(0, |port| port.value);
            server.server.address == destination.address && written == port
        });
        let Some(server) = same else { return };
        let inhibit = server.server.inhibit_on_failure;
        if inhibit.value == sorry.inhibit.value {
            return;
        }
        let what = if inhibit.value { "setting" } else { "clearing" };
        let name = shown(destination.address.value, protocol, port);
        self.warning(
            Code::SORRY_SERVER_DIFFERS,
            destination.address.span,
            "the sorry server is a real server, and only one of them stays when it fails",
        )
        .label("the real server's setting counts for both")
        .related(server.server.address.span, "the real server")
        .verdict(Verdict::Counted)
        .wording(format!(
            "Virtual server {whole}: real server {name} matches sorry server, but inhibit setting \
             differs, {what} on sorry server"
        ));
        sorry.inhibit.value = inhibit.value;
    }

    fn quorum(&mut self, said: &mut Said) -> Quorum {
        let name = said.name();
        let usual = |value| Spanned::new(value, said.service.span);
        let mut weight = said.quorum.unwrap_or(usual(1));
        let mut hysteresis = said.hysteresis.unwrap_or(usual(0));
        let sum: u64 = said.real_servers.iter().map(|s| u64::from(s.server.weight.value)).sum();
        if u64::from(weight.value) > sum {
            let asked = weight.value;
            self.warning(
                Code::QUORUM_UNREACHABLE,
                weight.span,
                format!("a quorum of {asked}, and all servers together weigh {sum}"),
            )
            .label(format!("{sum} is used"))
            .verdict(Verdict::Counted)
            .wording(format!(
                "Warning - quorum {asked} for {name} exceeds total weight of real servers {sum}, \
                 reducing quorum to {sum}"
            ));
            weight.value = u32::try_from(sum).unwrap_or(u32::MAX);
        }
        if hysteresis.value >= weight.value {
            let (asked, quorum) = (hysteresis.value, weight.value);
            // In unsigned arithmetic: a quorum of 0 would never be gained. Nobody means that.
            let theirs = quorum.wrapping_sub(1);
            let ours = quorum.saturating_sub(1);
            let finding = self
                .warning(
                    Code::HYSTERESIS_TOO_LARGE,
                    hysteresis.span,
                    format!("a hysteresis of {asked} does not fit into a quorum of {quorum}"),
                )
                .label(format!("{ours} is used"))
                .verdict(Verdict::Counted)
                .wording(format!(
                    "Virtual server {name}: hysteresis {asked} >= quorum {quorum}; setting \
                     hysteresis to {theirs}"
                ));
            if quorum == 0 {
                finding.note("keepalived takes 4294967295, and the quorum is never gained");
            }
            hysteresis.value = ours;
        }
        Quorum { weight, hysteresis, up: said.quorum_up.take(), down: said.quorum_down.take() }
    }
}
