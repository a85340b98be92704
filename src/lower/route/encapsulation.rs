//! `encap ip|ip6|mpls|ila …`: the tunnel that a route, or a leg of one, wraps packets in.

use std::net::IpAddr;

use crate::diag::Code;
use crate::ir::{Encapsulation, IpTunnel};
use crate::lower::line::Words;
use crate::lower::values::parse_address;
use crate::lower::{Lowering, named};
use crate::syntax::Word;
use crate::units::{Family, Spanned};

/// Bits of an MPLS label, and how many labels a stack may have.
const LABEL: (u32, usize) = (20, 16);

impl Lowering<'_> {
    /// What follows `encap`. `Some(None)`: it cannot be used, and the route goes without; `None`:
    /// keepalived takes the words that are left for words of the route, and drops it.
    pub(super) fn encapsulation<'w>(
        &mut self,
        word: &Word,
        words: &mut Words<'w>,
    ) -> Option<Option<Spanned<Encapsulation>>> {
        let Some(kind) = words.next() else {
            self.without_tunnel(word, "Missing encap type");
            return Some(None);
        };
        let family = match kind.text.as_str() {
            "ip" => Family::V4,
            "ip6" => Family::V6,
            "mpls" => {
                let Some(value) = words.next() else {
                    self.without_tunnel(kind, "missing address for MPLS encapsulation");
                    return Some(None);
                };
                let Some(labels) = labels(&value.text) else {
                    let text = format!("invalid mpls address {} for encapsulation", value.text);
                    self.without_tunnel(value, &text);
                    return Some(None);
                };
                return Some(Some(Spanned::new(
                    Encapsulation::Mpls(labels),
                    word.span.to(value.span),
                )));
            }
            "ila" => {
                let Some(value) = words.next() else {
                    self.without_tunnel(kind, "missing locator for ILA encapsulation");
                    return Some(None);
                };
                let Some(locator) = locator(&value.text) else {
                    let text = format!("invalid locator {} for ila encapsulation", value.text);
                    self.without_tunnel(value, &text);
                    return Some(None);
                };
                return Some(Some(Spanned::new(
                    Encapsulation::Ila(locator),
                    word.span.to(value.span),
                )));
            }
            other => {
                self.without_tunnel(kind, &format!("Unknown encap type - {other}"));
                // What belongs to it is no word of the route.
                words.next();
                return Some(None);
            }
        };
        let mut tunnel = IpTunnel {
            family,
            id: None,
            destination: None,
            source: None,
            traffic_class: None,
            hop_limit: None,
            flags: None,
        };
        let mut end = kind.span;
        while let Some(option) = words.next() {
            let (class, limit) = match family {
                Family::V4 => ("tos", "ttl"),
                Family::V6 => ("tc", "hoplimit"),
            };
            let known = ["id", "dst", "src", "flags", class, limit];
            if !known.contains(&option.text.as_str()) {
                words.back();
                break;
            }
            let value = self.value_of(words)?;
            self.tunnel_option(option, value, kind, &mut tunnel)?;
            end = value.span;
        }
        if tunnel.id.is_none() && tunnel.destination.is_none() {
            let text = format!("address or id missing for {} encapsulation", kind.text);
            self.without_tunnel(kind, &text);
            return Some(None);
        }
        Some(Some(Spanned::new(Encapsulation::Ip(tunnel), word.span.to(end))))
    }

    fn tunnel_option(
        &mut self,
        option: &Word,
        value: &Word,
        kind: &Word,
        tunnel: &mut IpTunnel,
    ) -> Option<()> {
        let (text, kind) = (&value.text, &kind.text);
        match option.text.as_str() {
            "id" => match self.number(value, u64::MAX) {
                Some(id) => tunnel.id = Some(id),
                None => return self.dropped(value, &format!("encap id {text} value is invalid")),
            },
            "dst" => tunnel.destination = Some(self.tunnel_end(value, kind, tunnel.family)?),
            "src" => tunnel.source = Some(self.tunnel_end(value, kind, tunnel.family)?),
            "tos" | "tc" => match named::tos(text) {
                Some(class) => tunnel.traffic_class = Some(class),
                None => {
                    let said = format!("dsfield {text} not valid for {kind} encapsulation");
                    return self.dropped(value, &said);
                }
            },
            "flags" => match self.number(value, u16::MAX.into()) {
                Some(flags) => tunnel.flags = u16::try_from(flags).ok(),
                None => {
                    let said = format!("flags {text} is not valid for {kind} encapsulation");
                    return self.dropped(value, &said);
                }
            },
            limit => match self.number(value, u8::MAX.into()) {
                Some(hops) => tunnel.hop_limit = u8::try_from(hops).ok(),
                None => {
                    let said = format!("{limit} {text} is not valid for {kind} encapsulation");
                    return self.dropped(value, &said);
                }
            },
        }
        Some(())
    }

    fn tunnel_end(&mut self, value: &Word, kind: &str, family: Family) -> Option<IpAddr> {
        match parse_address(&value.text) {
            Some(address) if Family::of(address) == family => Some(address),
            Some(address) => {
                let text = format!(
                    "{} address {address} not valid for {kind} encapsulation",
                    Family::of(address)
                );
                self.dropped(value, &text)?;
                None
            }
            None => {
                let text = format!("{} not valid for {kind} encapsulation", value.text);
                self.dropped(value, &text)?;
                None
            }
        }
    }

    fn without_tunnel(&mut self, word: &Word, text: &str) {
        self.error(Code::ROUTE_LINE, word.span, text)
            .label("the route goes without the encapsulation");
    }
}

/// `LABEL[/LABEL…]`.
fn labels(text: &str) -> Option<Vec<u32>> {
    let label = |label: &str| label.parse().ok().filter(|label: &u32| *label < 1 << LABEL.0);
    let labels: Option<Vec<u32>> = text.split('/').map(label).collect();
    labels.filter(|labels| labels.len() <= LABEL.1)
}

/// Four groups of 16 bits: `1:2:3:4`.
fn locator(text: &str) -> Option<u64> {
    let mut locator = 0;
    let mut groups = 0;
    for group in text.split(':') {
        let plain = (1..=4).contains(&group.len()) && !group.starts_with('+');
        locator = locator << 16 | u64::from_str_radix(group, 16).ok().filter(|_| plain)?;
        groups += 1;
    }
    (groups == 4).then_some(locator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn label_stacks_and_locators_have_limits() {
        assert_eq!(labels("100/1048575"), Some(vec![100, 1_048_575]));
        assert_eq!(labels("1048576"), None);
        assert_eq!(labels("x"), None);
        assert_eq!(labels(&["1"; 16].join("/")).map(|labels| labels.len()), Some(16));
        assert_eq!(labels(&["1"; 17].join("/")), None);
        assert_eq!(locator("1:2:3:4"), Some(0x0001_0002_0003_0004));
        assert_eq!(locator("1:2:3"), None);
        assert_eq!(locator("1:2:3:4:5"), None);
        assert_eq!(locator("1:2:3:12345"), None);
    }
}
