//! `lvs_method` and its kin: `NAT`, `DR` or `TUN`, and what kind of tunnel.

use crate::diag::Code;
use crate::ir::lvs::{Checksum, Encapsulation, Method, Tunnel};
use crate::lower::Lowering;
use crate::syntax::{Statement, Word};
use crate::units::Spanned;

impl Lowering<'_> {
    /// The method of a statement; `whose` is `virtual`, `real` or `sorry`. Where only the tunnel is
    /// wrong the method counts all the same, with a plain tunnel.
    pub(super) fn method(&mut self, statement: &Statement, whose: &str) -> Option<Spanned<Method>> {
        let words = statement.arguments();
        let word = words.first()?;
        let method = match word.text.as_str() {
            "NAT" => Method::Nat,
            "DR" => Method::Direct,
            "TUN" => Method::Tunnel(Tunnel::default()),
            other => {
                self.error(
                    Code::INVALID_METHOD,
                    word.span,
                    format!("unknown forwarding method '{other}'"),
                )
                .label("NAT, DR or TUN, in capitals")
                .note("keepalived ignores the statement")
                .wording(format!("PARSER : unknown [{other}] routing method for {whose} server."));
                return None;
            }
        };
        let tunnel = self.tunnel(words.get(1..).unwrap_or(&[]), whose);
        let method = match (method, tunnel) {
            (Method::Tunnel(_), Some(tunnel)) => Method::Tunnel(tunnel),
            _ => method,
        };
        let last = words.last().map_or(word.span, |last| last.span);
        Some(Spanned::new(method, word.span.to(last)))
    }

    /// `[type ipip|gue|gre] [port N] [nocsum|csum|remcsum]`. keepalived reads them after `NAT` and
    /// `DR` too, where they mean nothing.
    fn tunnel(&mut self, words: &[Word], whose: &str) -> Option<Tunnel> {
        #[derive(Clone, Copy, PartialEq)]
        enum Kind {
            Ipip,
            Gue,
            Gre,
        }
        let (mut kind, mut port, mut checksum) = (Kind::Ipip, None, Checksum::None);
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            match word.text.as_str() {
                "type" => {
                    let Some(name) = rest.next() else {
                        let words = format!("Missing tunnel type for {whose} server.");
                        return self.bad_tunnel(word, "`type` lacks its value", words);
                    };
                    kind = match name.text.as_str() {
                        "ipip" => Kind::Ipip,
                        "gue" => Kind::Gue,
                        "gre" => Kind::Gre,
                        other => {
                            let words = format!("Unknown tunnel type {other} for {whose} server.");
                            return self.bad_tunnel(
                                name,
                                "no type of tunnel: ipip, gue or gre",
                                words,
                            );
                        }
                    };
                }
                "port" => {
                    let Some(number) = rest.next() else {
                        let words = format!("Missing port for {whose} server gue tunnel.");
                        return self.bad_tunnel(word, "`port` lacks its value", words);
                    };
                    let words =
                        || format!("Invalid gue tunnel port {} for {whose} server.", number.text);
                    let read = self
                        .in_its_words(words, |this| this.integer_word("port", number, 1, 65_535))?;
                    port = Some((u16::try_from(read.value).unwrap_or(u16::MAX), number));
                }
                "nocsum" => checksum = Checksum::None,
                "csum" => checksum = Checksum::Full,
                "remcsum" => checksum = Checksum::Remote,
                other => {
                    let words = format!("Invalid tunnel option {other} for {whose} server.");
                    return self.bad_tunnel(word, "no option of a forwarding method", words);
                }
            }
        }
        let last = words.last()?;
        let encapsulation = match (kind, port) {
            (Kind::Gue, Some((port, _))) => Encapsulation::Gue(port),
            (Kind::Gue, None) | (Kind::Ipip | Kind::Gre, Some(_)) => {
                let words = "gue tunnels require port, otherwise cannot have port.".to_owned();
                let place = port.map_or(last, |(_, word)| word);
                return self.bad_tunnel(place, "a tunnel has a port if it is of type gue", words);
            }
            (Kind::Ipip, None) => Encapsulation::Ipip,
            (Kind::Gre, None) => Encapsulation::Gre,
        };
        if encapsulation == Encapsulation::Ipip && checksum != Checksum::None {
            let words = "ipip tunnels do not support checksum option.".to_owned();
            return self.bad_tunnel(last, "a tunnel of type ipip has no checksum", words);
        }
        if encapsulation == Encapsulation::Gre && checksum == Checksum::Remote {
            let words = "gre tunnels do not support remote checksum option.".to_owned();
            return self.bad_tunnel(last, "a tunnel of type gre has no remote checksum", words);
        }
        Some(Tunnel { encapsulation, checksum })
    }

    fn bad_tunnel(&mut self, word: &Word, why: &str, words: String) -> Option<Tunnel> {
        self.error(Code::INVALID_METHOD, word.span, format!("'{}': {why}", word.text))
            .note("keepalived takes the method without the tunnel's options")
            .wording(words);
        None
    }
}
