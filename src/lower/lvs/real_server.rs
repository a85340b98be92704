//! `real_server`: what its own statements say, then its checkers.

use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::diag::Code;
use crate::ir::Script;
use crate::ir::lvs::{CheckDefaults, Method, RealServer};
use crate::lower::Lowering;
use crate::lower::lvs::checkers::Server;
use crate::lower::lvs::service::Destination;
use crate::lower::lvs::{Known, defaults};
use crate::lower::statements::Seen;
use crate::schema::{Block as Place, Kind};
use crate::syntax::{Block, Statement};
use crate::units::Spanned;

/// A block whose address has been read.
pub(super) struct Head<'a> {
    pub(super) statement: &'a Statement,
    pub(super) block: &'a Block,
    pub(super) destination: Destination,
}

/// What the virtual server says for its servers.
pub(super) struct Outer<'a> {
    pub(super) checks: &'a CheckDefaults,
    pub(super) weight: Spanned<u32>,
    pub(super) inhibit_on_failure: Spanned<bool>,
    pub(super) known: &'a Known,
}

/// A server, complete but for its method and its port in IPVS, which `resolve` settles.
pub(super) struct Said {
    pub(super) server: RealServer,
    pub(super) method: Option<Spanned<Method>>,
}

impl Lowering<'_> {
    /// Reads the address; `None` if the block is skipped.
    pub(super) fn real_server_head<'a>(
        &mut self,
        statement: &'a Statement,
        block: &'a Block,
    ) -> Option<Head<'a>> {
        let words = statement.arguments();
        let address = words.first().map_or("", |word| word.text.as_str());
        let port = words.get(1).map_or("(null)", |word| word.text.as_str());
        let skipped = format!("Invalid real server ip address/port {address}/{port} - skipping");
        let destination = self.server_place(words, "real_server", &skipped)?;
        Some(Head { statement, block, destination })
    }

    /// Reads what stands in the braces; `name` is the server's in messages.
    pub(super) fn real_server(&mut self, head: &Head<'_>, name: String, outer: &Outer<'_>) -> Said {
        let place = head.statement.keyword_span();
        let Destination { address, port } = head.destination;
        let mut checks = defaults::Said::default();
        let mut method = None;
        let mut checkers = Vec::new();
        let nothing = Spanned::new(0, place);
        let mut server = RealServer {
            address,
            written_port: port,
            port: port.map_or(0, |port| port.value),
            weight: outer.weight,
            method: Spanned::new(Method::default(), place),
            upper_threshold: nothing,
            lower_threshold: nothing,
            inhibit_on_failure: outer.inhibit_on_failure,
            notify_up: None,
            notify_down: None,
            smtp_alert: None,
            virtualhost: None,
            snmp_name: None,
            checks: outer.checks.clone(),
            checkers: Vec::new(),
        };
        let mut seen = Seen::default();
        for (keyword, line) in self.statements(Place::RealServer, head.block) {
            if let (Kind::Block(_), Some(block)) = (keyword.kind, &line.block) {
                checkers.push((keyword, line, block));
                continue;
            }
            self.once(&mut seen, keyword, line);
            if self.check_default(keyword, line, &defaults::OF_REAL_SERVER, &mut checks) {
                continue;
            }
            match keyword.word {
                "weight" => {
                    let words = "Real server weight {} is outside range 0-2147483647";
                    server.weight =
                        self.count_in_words(keyword, line, words).unwrap_or(server.weight);
                }
                "lvs_method" => method = self.method(line, "real").or(method),
                "uthreshold" => {
                    let words = "Invalid real_server uthreshold '{}' - ignoring";
                    let most = self.count_in_words(keyword, line, words);
                    server.upper_threshold = most.unwrap_or(server.upper_threshold);
                }
                "lthreshold" => {
                    let words = "Invalid real_server lthreshold '{}' - ignoring";
                    let least = self.count_in_words(keyword, line, words);
                    server.lower_threshold = least.unwrap_or(server.lower_threshold);
                }
                "inhibit_on_failure" => {
                    let words = "Invalid inhibit_on_failure parameter {}";
                    let on = self.on_or_off(keyword, line, words);
                    server.inhibit_on_failure = on.unwrap_or(server.inhibit_on_failure);
                }
                "notify_up" => self.first_script(line, &mut server.notify_up),
                "notify_down" => self.first_script(line, &mut server.notify_down),
                "smtp_alert" => {
                    let words = "Invalid real_server smtp_alert parameter {}";
                    let on = self.on_or_off(keyword, line, words);
                    server.smtp_alert = on.or(server.smtp_alert);
                }
                "virtualhost" => server.virtualhost = Self::text(line),
                "snmp_name" => server.snmp_name = Self::text(line),
                _ => {}
            }
        }
        server.checks = checks.within(outer.checks);
        let mut about = Server {
            destination: head.destination,
            name,
            checks: &server.checks,
            service_delay_loop: outer.checks.delay_loop,
            known: outer.known,
            sessions: BTreeSet::new(),
        };
        let mut made = Vec::new();
        for (keyword, line, block) in checkers {
            made.extend(self.checker(keyword, line, block, &mut about));
        }
        server.checkers = made;
        Said { server, method }
    }

    /// A script of which the first one given counts.
    pub(super) fn first_script(
        &mut self,
        statement: &Statement,
        place: &mut Option<Spanned<Script>>,
    ) {
        let Some(script) = self.script(statement) else { return };
        let Some(first) = place else {
            *place = Some(script);
            return;
        };
        let (span, word) = (first.span, statement.keyword());
        let program = &script.program;
        self.error(Code::DUPLICATE_SCRIPT, script.span, format!("`{word}` is given twice"))
            .label("ignored: the first one counts")
            .related(span, "first given here")
            .wording(format!("((null)) {word} script already specified - ignoring {program}"));
    }
}

/// An address as messages show it, with a port.
pub(super) fn shown(address: IpAddr, protocol: &str, port: u16) -> String {
    format!("[{address}]:{protocol}:{port}")
}
