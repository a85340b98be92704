//! The legs of a multipath route: `nexthop via A weight 2 nexthop dev B`, at the end of the line.

use crate::diag::Code;
use crate::ir::NextHop;
use crate::lower::line::Words;
use crate::lower::route::declared_family;
use crate::lower::values::parse_address;
use crate::lower::{Lowering, named};
use crate::syntax::Word;
use crate::units::{Family, Spanned};

impl Lowering<'_> {
    /// All legs. What is wrong with one loses it, and all that follows it.
    pub(super) fn nexthops<'w>(
        &mut self,
        words: &mut Words<'w>,
        family: &mut Option<Spanned<Family>>,
        legs: &mut Vec<Spanned<NextHop>>,
    ) {
        while let Some(word) = words.next() {
            if word.text != "nexthop" {
                let text = format!("Route has trailing nonsense after nexthops - {}", word.text);
                self.error(Code::ROUTE_LINE, word.span, text)
                    .label("ignored, and all that follows it")
                    .help("put it before the first `nexthop`");
                return;
            }
            let mut leg = NextHop::default();
            let mut end = word.span;
            while let Some(option) = words.next() {
                end = option.span;
                match self.leg_option(option, words, family, &mut leg) {
                    Some(true) => {}
                    // Not an option of a leg: the next one begins, or the line is at its end.
                    Some(false) => {
                        words.back();
                        break;
                    }
                    None => return,
                }
            }
            legs.push(Spanned::new(leg, word.span.to(end)));
        }
    }

    /// One option of a leg: whether it is one; `None` if it is wrong.
    fn leg_option<'w>(
        &mut self,
        option: &'w Word,
        words: &mut Words<'w>,
        family: &mut Option<Spanned<Family>>,
        leg: &mut NextHop,
    ) -> Option<bool> {
        match option.text.as_str() {
            "via" => {
                let declared = declared_family(words);
                let value = self.value_of(words)?;
                let Some(address) = parse_address(&value.text) else {
                    return self.lost(value, &format!("invalid nexthop address {}", value.text));
                };
                let own = Family::of(address);
                let known = family.get_or_insert(Spanned::new(own, value.span)).value;
                if known != own || declared.is_some_and(|declared| declared != own) {
                    return self.lost(value, "Address family mismatch for next hop");
                }
                leg.gateway = Some(Spanned::new(address, value.span));
            }
            "dev" => {
                let value = self.value_of(words)?;
                leg.interface = Some(self.interface("dev", value)?);
            }
            "weight" => {
                let value = self.value_of(words)?;
                let weight = self.number(value, 256).filter(|weight| *weight > 0);
                let Some(weight) = weight.and_then(|weight| u16::try_from(weight).ok()) else {
                    let text = format!("Invalid weight {} specified for route", value.text);
                    return self.lost(value, &text);
                };
                leg.weight = Some(Spanned::new(weight, value.span));
            }
            "onlink" => leg.onlink = true,
            "encap" => leg.encapsulation = self.encapsulation(option, words)?,
            "realms" => {
                let value = self.value_of(words)?;
                if family.is_some_and(|family| family.value == Family::V6) {
                    return self.lost(option, "realms are only supported for IPv4");
                }
                let Some(realms) = named::realms(&value.text) else {
                    return self.lost(value, &format!("Invalid realms {} for route", value.text));
                };
                leg.realms = Some(Spanned::new(realms, value.span));
            }
            "as" => return self.lost(option, "'as [to]' (nat) not supported"),
            _ => return Some(false),
        }
        Some(true)
    }

    fn lost(&mut self, word: &Word, text: &str) -> Option<bool> {
        self.error(Code::ROUTE_LINE, word.span, text)
            .label("this nexthop is dropped, and all that follows it");
        None
    }
}
