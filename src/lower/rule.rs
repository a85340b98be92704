//! One line of `virtual_rules` or `static_rules`: selectors and one action, in any order.
//!
//! As in keepalived most of what is wrong drops the whole rule: one that lacks a selector would
//! catch what it was not meant for.

use crate::diag::{Code, Verdict};
use crate::ir::{Named, Rule, RuleAction, TableLookup};
use crate::lower::line::{Kind, Words, any_base};
use crate::lower::route::route_type;
use crate::lower::{Lowering, named};
use crate::schema::{self, Block};
use crate::syntax::{Statement, Word};
use crate::units::{Family, IpNet, Span, Spanned};

/// What keepalived gives the first rule without a preference; the next one of its family gets one
/// less.
const FIRST_PREFERENCE: u32 = 16_384;

/// The protocol by which keepalived knows its own rules.
const KEEPALIVED: u8 = 18;

/// Only one action may be given.
const TWO_ACTIONS: &str =
    "Cannot specify more than one of table/nop/goto/blackhole/prohibit/unreachable/l3mdev for rule";

/// Preferences that are left for rules without one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Preferences {
    v4: u32,
    v6: u32,
}

impl Default for Preferences {
    fn default() -> Self {
        Self { v4: FIRST_PREFERENCE, v6: FIRST_PREFERENCE }
    }
}

impl Preferences {
    fn take(&mut self, family: Family) -> u32 {
        let next = match family {
            Family::V4 => &mut self.v4,
            Family::V6 => &mut self.v6,
        };
        let taken = *next;
        *next = next.saturating_sub(1);
        taken
    }
}

/// What a rule line says besides what the rule has a field for.
#[derive(Default)]
struct Said {
    family: Option<Spanned<Family>>,
    preference: Option<Spanned<u32>>,
    action: Option<Spanned<RuleAction>>,
    /// What restricts the look-up, wherever the table stands.
    restrictions: Option<TableLookup>,
    /// The first option that only a table rule has.
    table_only: Option<Span>,
}

impl Lowering<'_> {
    /// The rule of a line; `None` if it is dropped, which has been said then.
    pub(super) fn rule_line(&mut self, line: &Statement, kind: Kind) -> Option<Spanned<Rule>> {
        if let Some(block) = &line.block {
            self.error(Code::STRAY_OPENING_BRACE, block.open, "a rule takes no block");
        }
        let mut words = Words::of(line);
        let mut said = Said::default();
        let mut rule = Rule {
            family: Family::V4,
            inverted: false,
            from: None,
            to: None,
            preference: Spanned::new(0, line.line),
            tos: None,
            mark: None,
            input: None,
            output: None,
            tunnel: None,
            users: None,
            ip_protocol: None,
            source_ports: None,
            destination_ports: None,
            protocol: None,
            action: Spanned::new(RuleAction::Nothing, line.line),
            no_track: false,
            track_group: None,
        };
        while let Some(word) = words.next() {
            if word.text == "track_group" && kind == Kind::Static {
                let value = self.value_of(&mut words)?;
                if rule.track_group.is_some() {
                    let text = format!("track_group {} is a duplicate", value.text);
                    self.error(Code::TRACK_GROUP, value.span, text)
                        .label("ignored, and the rest of the line");
                    break;
                }
                rule.track_group = self.track_group_of(value);
                continue;
            }
            self.rule_option(word, &mut words, &mut said, &mut rule)?;
        }
        self.action_of_a_rule(line.line, &mut said, &mut rule)?;
        rule.family = said.family.map_or(Family::V4, |family| family.value);
        self.preference_of_a_rule(line.line, &said, &mut rule)?;
        self.tracking_of_a_rule(&mut rule);
        Some(Spanned::new(rule, line.line))
    }

    /// One selector or action; `None` drops the rule.
    fn rule_option<'w>(
        &mut self,
        word: &'w Word,
        words: &mut Words<'w>,
        said: &mut Said,
        rule: &mut Rule,
    ) -> Option<()> {
        match word.text.as_str() {
            "inet" | "inet6" => {
                let family = if word.text == "inet" { Family::V4 } else { Family::V6 };
                let known = said.family.get_or_insert(Spanned::new(family, word.span)).value;
                if known != family {
                    return self
                        .no_rule(word, &format!("{} specified for {known} rule", word.text));
                }
                if let Some(lost) = words.next() {
                    self.swallowed(word, lost);
                }
            }
            "not" => rule.inverted = true,
            "no_track" => rule.no_track = true,
            "nop" => self.action(word, RuleAction::Nothing, said)?,
            "l3mdev" => {
                if said.action.is_some() {
                    return self.no_rule(word, "Cannot specify l3mdev with other action");
                }
                said.action = Some(Spanned::new(RuleAction::MasterDevice, word.span));
            }
            "type" => {
                let value = self.value_of(words)?;
                return self.drop_action(value, said);
            }
            "from"
            | "to"
            | "table"
            | "lookup"
            | "preference"
            | "order"
            | "priority"
            | "goto"
            | "realms"
            | "suppress_prefixlength"
            | "sup_pl"
            | "suppress_ifgroup"
            | "sup_group" => {
                return self.rule_value(word, words, said, rule);
            }
            "tos" | "dsfield" | "fwmark" | "dev" | "iif" | "oif" | "tunnel-id" | "uidrange"
            | "protocol" | "ipproto" | "sport" | "dport" => {
                return self.selector(word, words, rule);
            }
            _ => return self.drop_action(word, said),
        }
        Some(())
    }

    /// Options on which the action or the family hang.
    fn rule_value<'w>(
        &mut self,
        word: &'w Word,
        words: &mut Words<'w>,
        said: &mut Said,
        rule: &mut Rule,
    ) -> Option<()> {
        let value = self.value_of(words)?;
        let (span, text, option) = (value.span, value.text.as_str(), word.text.as_str());
        match option {
            "from" | "to" => {
                let net = self.rule_network(option, value, said)?;
                let net = net.map(|net| Spanned::new(net, span));
                if option == "from" {
                    rule.from = net;
                } else {
                    rule.to = net;
                }
            }
            "table" | "lookup" => {
                let Some(table) = named::table(text) else {
                    return self
                        .no_rule(value, &format!("Routing table {text} not found for rule"));
                };
                if table == Named::Number(0) {
                    return self.no_rule(value, &format!("Table {text} is not valid"));
                }
                if said.action.is_some() {
                    return self.no_rule(word, &TWO_ACTIONS.replace("/l3mdev", ""));
                }
                let plain = TableLookup {
                    table: table.clone(),
                    realms: None,
                    suppress_prefix: None,
                    suppress_group: None,
                };
                said.action = Some(Spanned::new(RuleAction::Lookup(plain), word.span.to(span)));
            }
            "goto" => {
                let Some(target) = self.rule_number(value, u32::MAX) else {
                    return self.no_rule(value, &format!("Invalid target {option} specified"));
                };
                return self.action(word, RuleAction::Goto(target), said);
            }
            "realms" => {
                if said.family.is_some_and(|family| family.value == Family::V6) {
                    return self.no_rule(word, "realms is only valid for IPv4");
                }
                said.family.get_or_insert(Spanned::new(Family::V4, word.span));
                let Some(realms) = named::realms(text) else {
                    return self.no_rule(value, &format!("invalid realms {text} for rule"));
                };
                said.restriction(word).realms = Some(Spanned::new(realms, span));
            }
            "suppress_prefixlength" | "sup_pl" => {
                let Some(length) = self.rule_number(value, i32::MAX.unsigned_abs()) else {
                    return self.no_rule(value, &format!("Invalid {option} {option} specified"));
                };
                said.restriction(word).suppress_prefix = Some(Spanned::new(length, span));
            }
            "suppress_ifgroup" | "sup_group" => {
                let Some(group) = named::group(text) else {
                    return self.no_rule(value, &format!("suppress_group {text} is invalid"));
                };
                said.restriction(word).suppress_group = Some(Spanned::new(group, span));
            }
            _ => {
                let number = any_base(text, u32::MAX.into()).and_then(|n| u32::try_from(n).ok());
                let Some(preference) = number else {
                    return self
                        .no_rule(value, &format!("Invalid rule preference {option} specified"));
                };
                said.preference = Some(Spanned::new(preference, span));
            }
        }
        Some(())
    }

    /// A selector with its value.
    fn selector<'w>(&mut self, word: &Word, words: &mut Words<'w>, rule: &mut Rule) -> Option<()> {
        let value = self.value_of(words)?;
        let (span, text, option) = (value.span, value.text.as_str(), word.text.as_str());
        match option {
            "tos" | "dsfield" => match named::tos(text) {
                Some(tos) => rule.tos = Some(Spanned::new(tos, span)),
                None => return self.no_rule(value, &format!("TOS value {text} is invalid")),
            },
            "fwmark" => match mark(text) {
                Some(mark) => rule.mark = Some(Spanned::new(mark, span)),
                None => {
                    return self.no_rule(value, &format!("Invalid rule fwmark {text} specified"));
                }
            },
            "dev" | "iif" => rule.input = Some(self.interface(option, value)?),
            "oif" => rule.output = Some(self.interface(option, value)?),
            "tunnel-id" => match self.number(value, u64::MAX) {
                Some(id) => rule.tunnel = Some(Spanned::new(id, span)),
                None => return self.no_rule(value, "Invalid tunnel-id tunnel-id specified"),
            },
            "uidrange" => match range(text) {
                Some(users) => rule.users = Some(Spanned::new(users, span)),
                None => return self.no_rule(value, "Invalid uidrange uidrange specified"),
            },
            "protocol" => match self.number(value, u8::MAX.into()) {
                Some(protocol) => {
                    rule.protocol = u8::try_from(protocol).ok().map(|p| Spanned::new(p, span));
                }
                None => self.unused(value, &format!("Invalid protocol {text}")),
            },
            "ipproto" => match named::ip_protocol(text) {
                Some(protocol) => rule.ip_protocol = Some(Spanned::new(protocol, span)),
                None => self.unused(value, &format!("Invalid ipproto {text}")),
            },
            _ => {
                let ports = range(text).map(|(low, high)| {
                    // keepalived keeps the low 16 bits.
                    let [_, _, a, b] = low.to_be_bytes();
                    let [_, _, c, d] = high.to_be_bytes();
                    Spanned::new((u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])), span)
                });
                match (ports, option) {
                    (None, _) => {
                        self.error(Code::RULE_LINE, span, format!("invalid {option} range {text}"))
                            .label("ignored: the rule takes every port")
                            .help(format!("write `{option} {text}-{text}` for a single port"));
                    }
                    (ports, "sport") => rule.source_ports = ports,
                    (ports, _) => rule.destination_ports = ports,
                }
            }
        }
        Some(())
    }

    /// `IP[/LEN]`, or `all`, `any`, `default`.
    fn rule_network(
        &mut self,
        option: &str,
        value: &Word,
        said: &mut Said,
    ) -> Option<Option<IpNet>> {
        let Some(net) = self.route_network(value) else {
            self.no_rule(value, &format!("Invalid rule {option} address {}", value.text))?;
            return None;
        };
        let own = net.map(|net| Family::of(net.address()));
        if let Some(known) = said.family {
            // `all` is of no family, which keepalived takes for another one.
            if own != Some(known.value) {
                self.error(
                    Code::RULE_LINE,
                    value.span,
                    "rule specification has mixed IPv4 and IPv6",
                )
                .label("the whole rule is dropped")
                .related(known.span, format!("this makes it {}", known.value));
                return None;
            }
        }
        said.family = said.family.or(own.map(|own| Spanned::new(own, value.span)));
        Some(net)
    }

    fn action(&mut self, word: &Word, action: RuleAction, said: &mut Said) -> Option<()> {
        if said.action.is_some() {
            return self.no_rule(word, TWO_ACTIONS);
        }
        said.action = Some(Spanned::new(action, word.span));
        Some(())
    }

    /// `blackhole`, `unreachable`, `prohibit`; any other word is unknown.
    fn drop_action(&mut self, word: &Word, said: &mut Said) -> Option<()> {
        let action = match route_type(&word.text).map(|kind| kind.0) {
            Some(6) => RuleAction::Blackhole,
            Some(7) => RuleAction::Unreachable,
            Some(8) => RuleAction::Prohibit,
            Some(_) => return self.no_rule(word, &format!("Invalid rule action {}", word.text)),
            None => {
                let near = schema::suggestions(Block::RuleLine, &word.text);
                let finding = self
                    .error(Code::RULE_LINE, word.span, format!("Unknown rule option {}", word.text))
                    .label("the whole rule is dropped");
                if let Some(near) = near.first().filter(|near| **near != word.text) {
                    finding.help(format!("did you mean `{near}`?"));
                }
                return None;
            }
        };
        self.action(word, action, said)
    }

    /// Every rule has one action; what restricts a look-up needs one.
    fn action_of_a_rule(&mut self, line: Span, said: &mut Said, rule: &mut Rule) -> Option<()> {
        let Some(action) = said.action.take() else {
            self.error(Code::RULE_LINE, line, "No action specified for rule - ignoring")
                .label("the whole rule is dropped")
                .help("add `table TABLE`, or another action");
            return None;
        };
        rule.action = match (action.value, said.restrictions.take(), said.table_only) {
            (RuleAction::Lookup(of), restrictions, _) => {
                let lookup = match restrictions {
                    Some(with) => TableLookup { table: of.table, ..with },
                    None => of,
                };
                Spanned::new(RuleAction::Lookup(lookup), action.span)
            }
            (_, _, Some(span)) => {
                self.error(
                    Code::RULE_LINE,
                    span,
                    "suppressor/realm specified for non table action - skipping",
                )
                .label("the whole rule is dropped");
                return None;
            }
            (other, ..) => Spanned::new(other, action.span),
        };
        Some(())
    }

    fn preference_of_a_rule(&mut self, line: Span, said: &Said, rule: &mut Rule) -> Option<()> {
        if let RuleAction::Goto(target) = rule.action.value {
            let text = match said.preference {
                None => format!("Invalid rule - goto target {target} specified without preference"),
                Some(own) if own.value >= target => {
                    let own = own.value;
                    format!("Invalid rule - preference {own} >= goto target {target}")
                }
                Some(_) => String::new(),
            };
            if !text.is_empty() {
                self.error(Code::RULE_LINE, rule.action.span, text)
                    .label("the whole rule is dropped");
                return None;
            }
        }
        rule.preference = match said.preference {
            Some(preference) => preference,
            None => {
                let preference = self.preferences.take(rule.family);
                let text = format!(
                    "Rule has no preference specified - setting to {preference}. This is probably \
                     not what you want."
                );
                self.warning(Code::RULE_WITHOUT_PREFERENCE, line, text)
                    .label("its place depends on the rules above it in the file")
                    .verdict(Verdict::Counted)
                    .help("add `preference N`; lower ones come first");
                Spanned::new(preference, line)
            }
        };
        Some(())
    }

    fn tracking_of_a_rule(&mut self, rule: &mut Rule) {
        if rule.input.is_none()
            && let Some(group) = rule.track_group.take()
        {
            let text = "Static rule cannot have track_group if dev/iif not specified";
            self.error(Code::TRACK_GROUP, group.span, text).label("ignored");
        }
        if rule.no_track {
            if let Some(group) = &rule.track_group {
                let span = group.span;
                self.not_tracked_group(span);
            }
            return;
        }
        if let Some(protocol) = &mut rule.protocol
            && protocol.value != KEEPALIVED
        {
            let span = protocol.span;
            protocol.value = KEEPALIVED;
            let text = "Rule cannot be tracked if protocol is not RTPROT_KEEPALIVED(18), \
                        resetting protocol";
            self.error(Code::NOT_TRACKED, span, text)
                .label("18 is used")
                .help("add `no_track` to keep the protocol");
        }
    }

    fn rule_number(&mut self, word: &Word, max: u32) -> Option<u32> {
        self.number(word, max.into()).and_then(|number| u32::try_from(number).ok())
    }

    fn no_rule(&mut self, word: &Word, text: &str) -> Option<()> {
        self.error(Code::RULE_LINE, word.span, text).label("the whole rule is dropped");
        None
    }

    fn unused(&mut self, word: &Word, text: &str) {
        self.error(Code::RULE_LINE, word.span, text).label("ignored");
    }
}

impl Said {
    /// What restricts a look-up, whether the table has been named yet or not.
    fn restriction(&mut self, word: &Word) -> &mut TableLookup {
        self.table_only.get_or_insert(word.span);
        self.restrictions.get_or_insert(TableLookup {
            table: Named::Number(0),
            realms: None,
            suppress_prefix: None,
            suppress_group: None,
        })
    }
}

/// `MARK[/MASK]`, each in any base.
fn mark(text: &str) -> Option<(u32, Option<u32>)> {
    let number = |text| any_base(text, u32::MAX.into()).and_then(|n| u32::try_from(n).ok());
    match text.split_once('/') {
        Some((mark, mask)) => Some((number(mark)?, Some(number(mask)?))),
        None => Some((number(text)?, None)),
    }
}

/// `LOW-HIGH`. keepalived does not ask which is the lower one.
fn range(text: &str) -> Option<(u32, u32)> {
    let number = |text: &str| text.parse().ok().filter(|_| !text.starts_with('+'));
    let (low, high) = text.split_once('-')?;
    Some((number(low)?, number(high)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_ranges_are_one_or_two_numbers() {
        assert_eq!(mark("0x1/0xff"), Some((1, Some(255))));
        assert_eq!(mark("4294967295"), Some((u32::MAX, None)));
        for wrong in ["4294967296", "1/x", "x", "1/", ""] {
            assert_eq!(mark(wrong), None, "{wrong}");
        }
        assert_eq!(range("10-20"), Some((10, 20)));
        for wrong in ["10", "10-x", "-", "10-", "-5"] {
            assert_eq!(range(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn preferences_count_down_by_family() {
        let mut left = Preferences::default();
        let taken = [Family::V4, Family::V4, Family::V6, Family::V4].map(|of| left.take(of));
        assert_eq!(taken, [16_384, 16_383, 16_384, 16_382]);
    }
}
