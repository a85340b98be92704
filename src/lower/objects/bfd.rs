//! `bfd_instance`.

use std::net::IpAddr;
use std::time::Duration;

use crate::diag::{Code, Verdict};
use crate::ir::{BfdInstance, HopLimit};
use crate::lower::Lowering;
use crate::lower::objects::end_of;
use crate::lower::statements::Seen;
use crate::lower::values::{cut_address, parse_address};
use crate::schema::{Block as Place, Keyword};
use crate::syntax::{Block, Statement, Word};
use crate::units::{Family, Span, Spanned};

/// Longest name, in bytes.
const NAME_BYTES: usize = 31;
/// Intervals above this are said to be very long.
const LONG: Duration = Duration::from_secs(10);

/// What the statements say.
struct Said {
    neighbour: Option<Spanned<IpAddr>>,
    /// A neighbour was given that is no address: the instance is gone.
    bad_neighbour: bool,
    hops: Option<Spanned<i64>>,
    /// `vrrp`, `checker`.
    only: (bool, bool),
}

impl Lowering<'_> {
    /// `None` if it has no neighbour, or another one has it.
    pub(super) fn bfd_instance(
        &mut self,
        name: &Word,
        block: &Block,
        others: &[BfdInstance],
    ) -> Option<BfdInstance> {
        let called = &name.text;
        if called.len() > NAME_BYTES {
            let text = format!("the name of a BFD session has at most {NAME_BYTES} bytes");
            self.error(Code::NAME_TOO_LONG, name.span, text).label("the block is ignored").wording(
                format!(
                    "Configuration error: BFD instance {called} name too long (maximum length is \
                     {NAME_BYTES} characters) - ignoring"
                ),
            );
            return None;
        }
        let nobody = Spanned::new(IpAddr::from([0, 0, 0, 0]), name.span);
        let mut instance = BfdInstance::plain(Spanned::new(called.clone(), name.span), nobody);
        let mut said =
            Said { neighbour: None, bad_neighbour: false, hops: None, only: (false, false) };
        let mut seen = Seen::default();
        for statement in &block.statements {
            let Some(keyword) = self.keyword(Place::BfdInstance, statement) else { continue };
            self.once(&mut seen, keyword, statement);
            self.bfd_keyword(name, keyword, statement, (&mut instance, &mut said));
        }
        if said.bad_neighbour {
            return None;
        }
        let end = end_of(Some(block), name.span);
        let Some(neighbour) = said.neighbour else {
            let text = format!("bfd_instance `{called}` has no neighbour");
            self.error(Code::INCOMPLETE_BLOCK, end, text)
                .label("removed")
                .help("write `neighbor_ip ADDRESS`")
                .wording(format!(
                    "Configuration error: BFD instance {called} has no neighbor address set, \
                     disabling instance"
                ));
            return None;
        };
        instance.neighbour = neighbour;
        if said.only != (false, false) {
            (instance.for_vrrp, instance.for_checker) = said.only;
        }
        self.max_hops(end, said.hops, &mut instance);
        self.fits_its_neighbour(end, &instance, others).then_some(instance)
    }

    fn bfd_keyword(
        &mut self,
        name: &Word,
        keyword: &Keyword,
        statement: &Statement,
        (instance, said): (&mut BfdInstance, &mut Said),
    ) {
        match keyword.word {
            "neighbor_ip" | "neighbour_ip" => {
                said.neighbour = self.bfd_address(name, "neighbor", statement);
                said.bad_neighbour |= said.neighbour.is_none();
            }
            "source_ip" => {
                instance.source = self.bfd_address(name, "source", statement).or(instance.source);
            }
            "min_rx" => self.bfd_interval(keyword, statement, &mut instance.min_rx),
            "min_tx" => self.bfd_interval(keyword, statement, &mut instance.min_tx),
            "idle_tx" => self.bfd_interval(keyword, statement, &mut instance.idle_tx),
            "multiplier" => {
                let times = self.integer(keyword, statement);
                let times = times.and_then(|times| u8::try_from(times.value).ok());
                instance.multiplier = times.unwrap_or(instance.multiplier);
            }
            "passive" => instance.passive = true,
            "ttl" | "hoplimit" => {
                let ttl = self.integer(keyword, statement);
                let ttl = ttl.map(|ttl| ttl.map(|ttl| u8::try_from(ttl).unwrap_or(u8::MAX)));
                instance.ttl = ttl.or(instance.ttl);
            }
            "max_hops" => said.hops = self.integer(keyword, statement).or(said.hops),
            "multihop" => {
                instance.multihop = self.flag(keyword, statement).unwrap_or(instance.multihop);
            }
            "weight" => {
                let kind = ("Configuration error: BFD instance", name);
                let weight = self.object_weight(keyword, statement, kind, false);
                (instance.weight, instance.reverse) =
                    weight.unwrap_or((instance.weight, instance.reverse));
            }
            "vrrp" => said.only.0 = true,
            "checker" => said.only.1 = true,
            _ => {}
        }
    }

    fn bfd_address(
        &mut self,
        name: &Word,
        what: &str,
        statement: &Statement,
    ) -> Option<Spanned<IpAddr>> {
        let word = statement.arguments().first()?;
        let (text, _) = cut_address(&word.text);
        if let Some(address) = parse_address(text) {
            return Some(Spanned::new(address, word.span));
        }
        let (called, written) = (&name.text, &word.text);
        let lost = if what == "source" { "ignoring" } else { "ignoring instance" };
        self.error(Code::INVALID_ADDRESS, word.span, format!("'{written}' is no address"))
            .label("an IPv4 or IPv6 address")
            .note(if what == "source" {
                "keepalived ignores it"
            } else {
                "keepalived ignores the whole block"
            })
            .wording(format!(
                "Configuration error: BFD instance {called} has malformed {what} address \
                 {written}, {lost}"
            ));
        None
    }

    fn bfd_interval(&mut self, keyword: &Keyword, statement: &Statement, place: &mut Duration) {
        let Some(interval) = self.time(keyword, statement) else { return };
        *place = interval.value;
        if interval.value > LONG {
            self.warning(
                Code::UNUSUAL_VALUE,
                interval.span,
                format!("`{}` is more than 10 seconds", keyword.word),
            )
            .label("milliseconds")
            .verdict(Verdict::Logged);
        }
    }

    /// `max_hops` is cut to the `ttl`; -1 and 255 turn the check off.
    fn max_hops(&mut self, end: Span, hops: Option<Spanned<i64>>, instance: &mut BfdInstance) {
        let Some(hops) = hops else { return };
        let usual = match Family::of(instance.neighbour.value) {
            Family::V4 => 255,
            Family::V6 => 64,
        };
        let ttl = instance.ttl.map_or(usual, |ttl| ttl.value);
        let mut hops = u8::try_from(hops.value).unwrap_or(u8::MAX);
        if hops > ttl {
            let name = &instance.name.value;
            self.error(Code::CONTRADICTION, end, format!("`max_hops` is more than the TTL, {ttl}"))
                .label(format!("{ttl} is used"))
                .wording(format!(
                    "BFD instance {name}: max_hops exceeds ttl/hoplimit - setting to ttl/hoplimit"
                ));
            hops = ttl;
        }
        instance.max_hops =
            if hops == u8::MAX { HopLimit::Unlimited } else { HopLimit::Within(hops) };
    }

    /// The source is of the neighbour's family, and nobody else has that neighbour.
    fn fits_its_neighbour(
        &mut self,
        end: Span,
        instance: &BfdInstance,
        others: &[BfdInstance],
    ) -> bool {
        let BfdInstance { name, neighbour, source, .. } = instance;
        let called = &name.value;
        if let Some(source) =
            source.filter(|source| Family::of(source.value) != Family::of(neighbour.value))
        {
            let address = source.value;
            let text = format!("`source_ip` of `{called}` is not of the neighbour's family");
            self.error(Code::FAMILY_MISMATCH, end, text)
                .label("the session is removed")
                .related(source.span, "this one")
                .related(neighbour.span, "and this one")
                .wording(format!(
                    // keepalived shows one address twice here.
                    "Configuration error: BFD instance {called} source address {address} and \
                     neighbor address {address} are not of the same family, disabling instance"
                ));
            return false;
        }
        let same = others.iter().find(|other| {
            other.neighbour == *neighbour
                && other.source == *source
                && other.multihop == instance.multihop
        });
        if let Some(other) = same {
            let address = neighbour.value;
            let text = format!("another BFD session has the neighbour {address}");
            self.error(Code::DUPLICATE_NEIGHBOUR, end, text)
                .label("this one is removed")
                .related(other.neighbour.span, "this one")
                .wording(format!(
                    "Configuration error: BFD instance {called} has duplicate neighbor address \
                     {address}, ignoring instance"
                ));
            return false;
        }
        true
    }
}
