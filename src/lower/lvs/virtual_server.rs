//! `virtual_server`: what its own statements say (this file), line by line; `resolve` makes of it
//! what runs.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::diag::Code;
use crate::ir::Script;
use crate::ir::lvs::{
    Granularity, Group, Method, Protocol, Scheduler, SchedulerFlags, Service, VirtualServer,
};
use crate::lower::Lowering;
use crate::lower::lvs::real_server::{Head, Outer, shown};
use crate::lower::lvs::service::Destination;
use crate::lower::lvs::{Known, defaults, real_server};
use crate::lower::statements::Seen;
use crate::schema::{Block as Place, Keyword};
use crate::syntax::{Block, Statement};
use crate::units::{Family, Span, Spanned};

/// What the statements of one virtual server say; `None` where they say nothing.
pub(super) struct Said {
    pub(super) service: Spanned<Service>,
    pub(super) index: u32,
    /// The keyword.
    pub(super) place: Span,
    pub(super) family: Option<Family>,
    pub(super) protocol: Option<Spanned<Protocol>>,
    pub(super) scheduler: Option<Spanned<Scheduler>>,
    pub(super) flags: SchedulerFlags,
    pub(super) method: Option<Spanned<Method>>,
    pub(super) persistence_timeout: Option<Spanned<Duration>>,
    pub(super) granularity: Option<Spanned<Granularity>>,
    pub(super) persistence_engine: Option<Spanned<String>>,
    pub(super) quorum: Option<Spanned<u32>>,
    pub(super) hysteresis: Option<Spanned<u32>>,
    pub(super) quorum_up: Option<Spanned<Script>>,
    pub(super) quorum_down: Option<Spanned<Script>>,
    pub(super) weight: Option<Spanned<u32>>,
    pub(super) checks: defaults::Said,
    pub(super) inhibit_on_failure: Spanned<bool>,
    pub(super) ha_suspend: Spanned<bool>,
    pub(super) omega: Spanned<bool>,
    pub(super) smtp_alert: Option<Spanned<bool>>,
    pub(super) virtualhost: Option<Spanned<String>>,
    pub(super) snmp_name: Option<Spanned<String>>,
    pub(super) sorry_server: Option<SaidSorry>,
    pub(super) real_servers: Vec<real_server::Said>,
}

/// What is said of the sorry server.
pub(super) struct SaidSorry {
    pub(super) destination: Destination,
    pub(super) method: Option<Spanned<Method>>,
    pub(super) inhibit: Spanned<bool>,
}

impl Said {
    fn new(service: Spanned<Service>, place: Span) -> Self {
        let off = Spanned::new(false, place);
        let family = match service.value {
            Service::Address { ip, .. } => Some(Family::of(ip)),
            Service::Mark(_) | Service::Group(_) => None,
        };
        Self {
            service,
            index: 0,
            place,
            family,
            protocol: None,
            scheduler: None,
            flags: SchedulerFlags { one_packet: off, first: off, second: off, third: off },
            method: None,
            persistence_timeout: None,
            granularity: None,
            persistence_engine: None,
            quorum: None,
            hysteresis: None,
            quorum_up: None,
            quorum_down: None,
            weight: None,
            checks: defaults::Said::default(),
            inhibit_on_failure: off,
            ha_suspend: off,
            omega: off,
            smtp_alert: None,
            virtualhost: None,
            snmp_name: None,
            sorry_server: None,
            real_servers: Vec::new(),
        }
    }

    /// Its name in messages.
    pub(super) fn name(&self) -> String {
        self.service.name(self.protocol.map(|protocol| protocol.value), self.index)
    }

    /// The protocol in the names of its servers.
    pub(super) fn protocol_name(&self) -> &'static str {
        self.protocol.map_or("none", |protocol| protocol.value.name())
    }
}

impl Lowering<'_> {
    /// One `virtual_server`; `None` if it cannot run. `users` counts the users of each group.
    pub(super) fn virtual_server(
        &mut self,
        statement: &Statement,
        block: &Block,
        groups: &[Group],
        known: &Known,
        users: &mut BTreeMap<String, u32>,
    ) -> Option<VirtualServer> {
        let service = self.service(statement)?;
        let mut said = Said::new(service, statement.keyword_span());
        if let Service::Group(name) = &said.service.value {
            let count = users.entry(name.clone()).or_default();
            said.index = *count;
            *count += 1;
        }
        let mut heads = Vec::new();
        let mut seen = Seen::default();
        for (keyword, line) in self.statements(Place::VirtualServer, block) {
            if keyword.word == "real_server" {
                let head = line.block.as_ref().and_then(|block| self.real_server_head(line, block));
                heads.extend(head.filter(|head| self.server_fits(head, &mut said)));
                continue;
            }
            self.once(&mut seen, keyword, line);
            let words = &defaults::OF_VIRTUAL_SERVER;
            if !self.check_default(keyword, line, words, &mut said.checks) {
                self.virtual_server_keyword(keyword, line, &mut said);
            }
        }
        self.sorry_server_family(&mut said);
        let checks = said.checks.clone().of_virtual_server(said.place);
        let outer = Outer {
            checks: &checks,
            weight: said.weight.unwrap_or(Spanned::new(1, said.place)),
            inhibit_on_failure: said.inhibit_on_failure,
            known,
        };
        for head in heads {
            let Destination { address, port } = head.destination;
            let port = port.map_or(0, |port| port.value);
            let name = shown(address.value, said.protocol_name(), port);
            said.real_servers.push(self.real_server(&head, name, &outer));
        }
        self.resolve_virtual_server(said, checks, groups)
    }

    fn virtual_server_keyword(&mut self, keyword: &Keyword, line: &Statement, said: &mut Said) {
        match keyword.word {
            "ip_family" => self.ip_family(line, said),
            "lb_algo" | "lvs_sched" => self.scheduler(line, said),
            "lb_kind" | "lvs_method" => said.method = self.method(line, "virtual").or(said.method),
            "ops" => said.flags.one_packet = Self::present(line),
            "flag-1" => said.flags.first = Self::present(line),
            "flag-2" => said.flags.second = Self::present(line),
            "flag-3" => said.flags.third = Self::present(line),
            "hashed" | "sh-port" | "sh-fallback" | "mh-port" | "mh-fallback" => {
                self.flag_of_a_scheduler(keyword.word, line, said);
            }
            "persistence_timeout" => {
                let timeout = self.persistence_timeout(keyword, line);
                said.persistence_timeout = timeout.or(said.persistence_timeout);
            }
            "persistence_granularity" => {
                let granularity = self.granularity(line, &mut said.family);
                said.granularity = granularity.or(said.granularity);
            }
            "persistence_engine" => self.persistence_engine(line, said),
            "protocol" => self.protocol(line, said),
            "quorum" => {
                let words = "Quorum {} must be in [1, 4294967295]. Setting to 1.";
                let quorum = self.count_in_words(keyword, line, words);
                said.quorum = Some(quorum.unwrap_or(Spanned::new(1, line.line)));
            }
            "hysteresis" => {
                let words = "Hysteresis {} must be in [0, 4294967295] - ignoring";
                said.hysteresis = self.count_in_words(keyword, line, words).or(said.hysteresis);
            }
            "weight" => {
                let words = "Virtual server weight {} is outside range 1-2147483647";
                said.weight = self.count_in_words(keyword, line, words).or(said.weight);
            }
            "quorum_up" => self.first_script(line, &mut said.quorum_up),
            "quorum_down" => self.first_script(line, &mut said.quorum_down),
            "inhibit_on_failure" => said.inhibit_on_failure = Self::present(line),
            "ha_suspend" => said.ha_suspend = Self::present(line),
            "omega" => said.omega = Self::present(line),
            "smtp_alert" => {
                let words = "Invalid virtual_server smtp_alert parameter {}";
                said.smtp_alert = self.on_or_off(keyword, line, words).or(said.smtp_alert);
            }
            "virtualhost" => said.virtualhost = Self::text(line),
            "snmp_name" => said.snmp_name = Self::text(line),
            word if word.starts_with("sorry_server") => self.sorry_server(word, line, said),
            _ => {}
        }
    }

    fn ip_family(&mut self, line: &Statement, said: &mut Said) {
        let Some(word) = line.arguments().first() else { return };
        let family = match word.text.as_str() {
            "inet" => Family::V4,
            "inet6" => Family::V6,
            other => {
                self.error(Code::INVALID_CHOICE, word.span, format!("'{other}' is no family"))
                    .label("inet or inet6")
                    .note("keepalived ignores the statement")
                    .wording(format!("unknown address family {other}"));
                return;
            }
        };
        if let Some(known) = said.family.filter(|known| *known != family) {
            self.error(
                Code::FAMILY_MISMATCH,
                word.span,
                format!("the virtual server is {known} already"),
            )
            .label("ignored")
            .note("its address, or what stands above, has settled that")
            .wording(format!(
                "Virtual server specified family {} conflicts with server family",
                word.text
            ));
            return;
        }
        said.family = Some(family);
    }

    fn scheduler(&mut self, line: &Statement, said: &mut Said) {
        let Some(word) = line.arguments().first() else { return };
        match Scheduler::from_name(&word.text) {
            Some(scheduler) => said.scheduler = Some(Spanned::new(scheduler, word.span)),
            None => {
                let text = format!("the kernel has no scheduler '{}'", word.text);
                self.error(Code::INVALID_CHOICE, word.span, text)
                    .label("rr, wrr, lc, wlc, lblc, lblcr, sh, mh, dh, fo, ovf, sed, nq or twos")
                    .note("keepalived ignores the statement")
                    .wording(format!("Invalid lvs_scheduler '{}' - ignoring", word.text));
            }
        }
    }

    /// The flag must stand behind the scheduler that it belongs to. keepalived says nothing where
    /// `sh` and `mh` are mixed up.
    fn flag_of_a_scheduler(&mut self, word: &str, line: &Statement, said: &mut Said) {
        let scheduler = said.scheduler.map(|scheduler| scheduler.value);
        let hashes = matches!(scheduler, Some(Scheduler::SourceHash | Scheduler::MaglevHash));
        let of_mh = word.starts_with("mh-");
        let own = if of_mh { Scheduler::MaglevHash } else { Scheduler::SourceHash };
        let span = line.keyword_span();
        if scheduler == Some(own) {
            match word {
                "sh-port" | "mh-port" => said.flags.second = Self::present(line),
                "sh-fallback" | "mh-fallback" => said.flags.first = Self::present(line),
                _ => {}
            }
            return;
        }
        if word == "hashed" && hashes {
            return;
        }
        let text = format!("`{word}` belongs to the scheduler {own}");
        let finding = if hashes {
            self.warning(Code::SCHEDULER_FLAG_IGNORED, span, text)
                .note("keepalived ignores it without a word")
        } else {
            self.error(Code::SCHEDULER_FLAG_IGNORED, span, text)
                .note("keepalived ignores it")
                .wording(format!("{word} only applies to sh scheduler - ignoring")) // of mh too
        };
        finding
            .label("ignored")
            .help(format!("write it behind `lvs_sched {own}`, or leave it out"));
    }

    fn persistence_engine(&mut self, line: &Statement, said: &mut Said) {
        const LONGEST: usize = 16;
        let Some(mut name) = Self::text(line) else { return };
        if name.value.len() > LONGEST {
            let words = format!("persistence_name too long, truncating - {}", name.value);
            self.error(
                Code::NAME_TOO_LONG,
                name.span,
                "the name of an engine has at most 16 bytes",
            )
            .label("cut off")
            .note("the kernel knows one engine, sip")
            .wording(words);
            let cut = (0..=LONGEST).rev().find(|at| name.value.is_char_boundary(*at)).unwrap_or(0);
            name.value.truncate(cut);
        }
        said.persistence_engine = Some(name);
    }

    fn protocol(&mut self, line: &Statement, said: &mut Said) {
        let Some(word) = line.arguments().first() else { return };
        match Protocol::from_name(&word.text) {
            Some(protocol) => said.protocol = Some(Spanned::new(protocol, word.span)),
            None => {
                let text = format!("'{}' is no protocol that can be balanced", word.text);
                self.error(Code::INVALID_CHOICE, word.span, text)
                    .label("TCP, UDP or SCTP")
                    .note("keepalived ignores the statement")
                    .wording(format!("Unknown protocol {} - ignoring", word.text));
            }
        }
    }

    fn sorry_server(&mut self, keyword: &str, line: &Statement, said: &mut Said) {
        let span = line.keyword_span();
        if keyword == "sorry_server" {
            let address = line.arguments().first().map_or("", |word| word.text.as_str());
            let skipped = format!("Invalid sorry server IP address {address} - skipping");
            let destination = self.server_place(line.arguments(), keyword, &skipped);
            said.sorry_server = destination.map(|destination| SaidSorry {
                destination,
                method: None,
                inhibit: Spanned::new(false, span),
            });
            return;
        }
        let Some(sorry) = &mut said.sorry_server else {
            let words = if keyword == "sorry_server_inhibit" {
                "Ignoring sorry_server inhibit used before or without sorry_server"
            } else {
                "sorry_server forwarding used without sorry_server"
            };
            self.error(
                Code::NO_SORRY_SERVER,
                span,
                format!("`{keyword}` without a `sorry_server` above it"),
            )
            .label("ignored")
            .help("write it behind `sorry_server`")
            .wording(words);
            return;
        };
        match keyword {
            "sorry_server_inhibit" => sorry.inhibit = Self::present(line),
            _ => sorry.method = self.method(line, "sorry").or(sorry.method),
        }
    }

    /// A server, unless a tunnel leads to it, is of the family of the service, and settles it if
    /// nothing else has.
    fn server_fits(&mut self, head: &Head<'_>, said: &mut Said) -> bool {
        let own = head.block.statements.iter().rev().find(|line| line.keyword() == "lvs_method");
        let own = own.and_then(|line| line.arguments().first()).map(|word| word.text == "TUN");
        let tunnelled = own.unwrap_or_else(|| said.method.is_some_and(|method| method.is_tunnel()));
        if tunnelled {
            return true;
        }
        let address = head.destination.address;
        let family = Family::of(address.value);
        let known = *said.family.get_or_insert(family);
        if family == known {
            return true;
        }
        let written = head.statement.arguments().first().map_or("", |word| word.text.as_str());
        self.other_family(address.span, "real", written, family, known);
        false
    }

    fn sorry_server_family(&mut self, said: &mut Said) {
        let Some(sorry) = &said.sorry_server else { return };
        let method = sorry.method.or(said.method);
        if method.is_some_and(|method| method.is_tunnel()) {
            return;
        }
        let address = sorry.destination.address;
        let family = Family::of(address.value);
        let known = *said.family.get_or_insert(family);
        if family != known {
            said.sorry_server = None;
            let written = address.value.to_string();
            self.other_family(address.span, "sorry", &written, family, known);
        }
    }

    fn other_family(
        &mut self,
        span: Span,
        whose: &str,
        written: &str,
        family: Family,
        known: Family,
    ) {
        self.error(
            Code::FAMILY_MISMATCH,
            span,
            format!("{family} address in a virtual server of {known}"),
        )
        .label(format!("the {whose} server is dropped"))
        .help("with `lvs_method TUN` above it a server may be of the other family")
        .wording(format!(
            "Address family of virtual server and {whose} server {written} don't match - skipping \
             {whose} server."
        ));
    }
}
