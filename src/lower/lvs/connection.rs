//! Where a check connects to: the keywords that all checkers with a connection have.

use std::net::IpAddr;

use crate::diag::Code;
use crate::ir::lvs::{CheckDefaults, Connection};
use crate::lower::Lowering;
use crate::lower::lvs::service::Destination;
use crate::schema::Keyword;
use crate::syntax::{Statement, Word};
use crate::units::{Family, IfName, Span, Spanned};

/// What one checker says.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    address: Option<Spanned<IpAddr>>,
    port: Option<Spanned<u16>>,
    source: Option<Spanned<IpAddr>>,
    source_port: Option<Spanned<u16>>,
    interface: Option<Spanned<IfName>>,
    mark: Option<Spanned<u32>>,
}

impl Said {
    /// With what the checker around it says (`host { }` in `SMTP_CHECK`).
    pub(super) fn within(self, outer: &Self) -> Self {
        Self {
            address: self.address.or(outer.address),
            port: self.port.or(outer.port),
            source: self.source.or(outer.source),
            source_port: self.source_port.or(outer.source_port),
            interface: self.interface.or_else(|| outer.interface.clone()),
            mark: self.mark.or(outer.mark),
        }
    }
}

impl Lowering<'_> {
    /// Reads one of the keywords of a connection; false if it is none.
    pub(super) fn connection_keyword(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        server: &Destination,
        said: &mut Said,
    ) -> bool {
        let Some(word) = statement.arguments().first() else { return false };
        match keyword.word {
            "connect_ip" => {
                let other = said.source.map(|source| Family::of(source.value));
                let address = self.end(keyword, word, other, "bindto");
                said.address = address.or(said.address);
            }
            "bindto" => {
                let address = said.address.unwrap_or(server.address);
                let other = Some(Family::of(address.value));
                said.source = self.end(keyword, word, other, "connect_ip").or(said.source);
            }
            "connect_port" => {
                let port = self.port(keyword, statement, "Invalid checker connect_port '{}'");
                said.port = port.or(said.port);
            }
            "bind_port" => {
                let port = self.port(keyword, statement, "Invalid checker bind_port '{}'");
                said.source_port = port.or(said.source_port);
            }
            "bind_if" => {
                let words = || format!("Interface name {} is too long - ignoring", word.text);
                let name = self.in_its_words(words, |this| this.interface("bind_if", word));
                said.interface = name.or(said.interface.take());
            }
            "fwmark" => {
                let mark =
                    self.count_in_words(keyword, statement, "Invalid fwmark connection value '{}'");
                said.mark = mark.or(said.mark);
            }
            _ => return false,
        }
        true
    }

    /// One end of the connection, which must be of the family of the other.
    fn end(
        &mut self,
        keyword: &Keyword,
        word: &Word,
        other: Option<Family>,
        others_name: &str,
    ) -> Option<Spanned<IpAddr>> {
        let name = keyword.word;
        let words = || format!("Invalid {name} address {} - ignoring", word.text);
        let address = self.in_its_words(words, |this| this.address(name, word))?;
        let family = Family::of(address.value);
        if let Some(other) = other.filter(|other| *other != family) {
            let text = format!("`{name}` is {family}, and the other end is {other}");
            self.error(Code::FAMILY_MISMATCH, word.span, text)
                .label(format!("an {other} address"))
                .note("keepalived ignores the statement")
                .wording(format!(
                    "{name} address {} does not match address family of {others_name} - skipping",
                    word.text
                ));
            return None;
        }
        Some(address)
    }

    fn port(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        words: &str,
    ) -> Option<Spanned<u16>> {
        let number = self.count_in_words(keyword, statement, words)?;
        Some(number.map(|port| u16::try_from(port).unwrap_or(u16::MAX)))
    }

    /// The connection of a checker at `place`; `None` if it cannot be made, and the checker goes.
    pub(super) fn connection(
        &mut self,
        said: Said,
        server: &Destination,
        settings: &CheckDefaults,
        place: Span,
    ) -> Option<Connection> {
        let Destination { address, port } = *server;
        let address = said.address.unwrap_or(address);
        let link_local = matches!(address.value, IpAddr::V6(ip) if ip.is_unicast_link_local());
        if link_local && said.interface.is_none() {
            self.error(
                Code::LINK_LOCAL_CHECK,
                place,
                "a check of a link-local address needs `bind_if`",
            )
            .label("keepalived drops the checker: the server would always be up")
            .related(address.span, "the address")
            .help("add `bind_if INTERFACE`")
            .wording(format!("Checker link local address {} requires a bind_if", address.value));
            return None;
        }
        Some(Connection {
            port: said.port.or(port).unwrap_or(Spanned::new(0, address.span)),
            address,
            source: said.source,
            source_port: said.source_port,
            interface: said.interface,
            timeout: settings.connect_timeout,
            mark: said.mark.unwrap_or(Spanned::new(0, place)),
        })
    }
}
