//! Where adverts come from and go to: sources, groups, peers and their checksums.

use std::net::IpAddr;

use crate::diag::Code;
use crate::ir::Peer;
use crate::lower::Lowering;
use crate::lower::instance::{OldChecksum, Said};
use crate::schema::Keyword;
use crate::syntax::Statement;
use crate::units::Spanned;

impl Lowering<'_> {
    /// The keywords of this file.
    pub(super) fn unicast_keyword(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        said: &mut Said,
    ) {
        let span = statement.keyword_span();
        let word = statement.arguments().first();
        match keyword.word {
            "mcast_src_ip" | "unicast_src_ip" => {
                if keyword.word == "unicast_src_ip" {
                    said.unicast_keyword = Some(span);
                }
                let Some(source) = word.and_then(|word| self.address(keyword.word, word)) else {
                    return;
                };
                if self.is_of_the_family(said, source, "a source") {
                    said.source = Some(source);
                }
            }
            "mcast_dst_ip" => {
                let Some(group) = word.and_then(|word| self.address(keyword.word, word)) else {
                    return;
                };
                // What it is not makes the family all the same.
                let of_the_family = self.is_of_the_family(said, group, "a group");
                if !is_group(group.value) {
                    let text = format!("'{}' is no multicast address", group.value);
                    self.error(Code::INVALID_ADDRESS, group.span, text)
                        .label("IPv4 multicast, or link-local IPv6 multicast")
                        .note("keepalived ignores the statement");
                } else if of_the_family {
                    said.group = Some(group);
                }
            }
            "unicast_peer" => {
                said.unicast_keyword = Some(span);
                let lines = statement.block.iter().flat_map(|block| &block.statements);
                for line in lines {
                    self.peer_line(line, said);
                }
            }
            "unicast_ttl" => {
                let ttl = self.integer(keyword, statement);
                let ttl =
                    ttl.and_then(|ttl| Some(Spanned::new(u8::try_from(ttl.value).ok()?, ttl.span)));
                said.unicast_ttl = ttl.or(said.unicast_ttl);
            }
            "unicast_fault_no_peer" => said.unicast_fault_no_peer = true,
            "check_unicast_src" => {
                said.unicast_keyword = Some(span);
                said.check_unicast_src = true;
            }
            "old_unicast_checksum" => {
                said.unicast_keyword = Some(span);
                match word.map(|word| word.text.as_str()) {
                    None => said.old_checksum = Some(OldChecksum::Always),
                    Some("never") => said.old_checksum = Some(OldChecksum::Never),
                    Some(other) => {
                        let text = format!("'{other}' is no value of `old_unicast_checksum`");
                        let place = word.map_or(span, |word| word.span);
                        self.error(Code::INVALID_CHOICE, place, text).label("`never`, or nothing");
                    }
                }
            }
            _ => {}
        }
    }

    /// `IP [min_ttl N] [max_ttl N]`.
    fn peer_line(&mut self, line: &Statement, said: &mut Said) {
        let Some(first) = line.words.first() else { return };
        let owner = said.name.value.clone();
        let before = self.findings.all().len();
        let Some(address) = self.address("unicast_peer", first) else {
            for finding in self.findings.since(before) {
                finding.wording = Some(format!(
                    "Configuration error: VRRP instance[{owner}] malformed unicast peer \
                     address[{}]. Skipping...",
                    first.text
                ));
            }
            return;
        };
        if !self.is_of_the_family(said, address, "a peer") {
            return;
        }
        if let Some(known) = said.peers.iter().find(|peer| peer.address == address.value) {
            let known = known.span;
            self.error(Code::DUPLICATE_ADDRESS, first.span, "this peer is given twice")
                .label("ignored")
                .related(known, "first given here");
            return;
        }
        let mut peer = Peer { address: address.value, min_ttl: 0, max_ttl: u8::MAX };
        let mut words = line.words.iter().skip(1);
        while let Some(word) = words.next() {
            let place = match word.text.as_str() {
                "min_ttl" => &mut peer.min_ttl,
                "max_ttl" => &mut peer.max_ttl,
                other => {
                    let text = format!("Unknown option '{other}' of a peer");
                    let wording = match words.next() {
                        None => format!("({owner}) {other} is missing a value"),
                        Some(_) => format!("({owner}) unknown unicast_peer option {other}"),
                    };
                    self.error(Code::INVALID_CHOICE, word.span, text)
                        .label("min_ttl or max_ttl; the rest of the line is ignored")
                        .wording(wording);
                    break;
                }
            };
            let Some(value) = words.next() else {
                self.error(
                    Code::MISSING_VALUE,
                    word.span,
                    format!("`{}` lacks its value", word.text),
                )
                .wording(format!("({owner}) {} is missing a value", word.text));
                break;
            };
            let ttl = self.integer_word(&word.text, value, 0, 255);
            if let Some(ttl) = ttl.and_then(|ttl| u8::try_from(ttl.value).ok()) {
                *place = ttl;
                said.peer_ttl = true;
            }
        }
        if peer.min_ttl > peer.max_ttl {
            self.error(Code::OUT_OF_RANGE, line.line, "`min_ttl` is greater than `max_ttl`")
                .label("no advert of this peer will be accepted")
                .wording(format!(
                    "({owner}) min_ttl {} > max_ttl {} - all packets will be discarded",
                    peer.min_ttl, peer.max_ttl
                ));
        }
        said.peers.push(Spanned::new(peer, line.line));
    }
}

fn is_group(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_multicast(),
        IpAddr::V6(address) => {
            let [first, second, ..] = address.octets();
            first == 0xff && second & 0x0f == 2
        }
    }
}
