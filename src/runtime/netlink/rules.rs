//! Policy rules as requests: every option of a line of `virtual_rules` and `static_rules`
//! (`linux/fib_rules.h`).

use std::sync::Arc;

use nix::libc;

use super::entries::{Attributes, Entry};
use super::held::Path;
use super::routes::{Resolver, Unresolved, family};
use crate::engine::effect::Direction;
use crate::facts::Network;
use crate::ir::{Rule, RuleAction};
use crate::runtime::iproute2::{List, Names};

/// `NLM_F_CREATE`, `NLM_F_EXCL`: of two equal rules only one would ever be removed.
const CREATE: u16 = 0x400 | 0x200;
/// `FIB_RULE_INVERT`.
const INVERT: u32 = 2;

/// The request that adds or removes the rule.
///
/// # Errors
/// A name of its line means nothing on this host.
pub fn request(
    change: Direction,
    rule: &Rule,
    network: &Network,
    names: &Names,
) -> Result<Entry, Unresolved> {
    let (kind, flags) = match change {
        Direction::Add => (libc::RTM_NEWRULE, CREATE),
        Direction::Remove => (libc::RTM_DELRULE, 0),
    };
    let resolver = Resolver { network, names };
    let tracked =
        (change == Direction::Add && !rule.no_track).then(|| Path::Rule(Arc::new(rule.clone())));
    Ok(Entry { kind, flags, body: resolver.rule(rule)?, tracked })
}

impl Resolver<'_> {
    /// `struct fib_rule_hdr` and its attributes.
    fn rule(&self, rule: &Rule) -> Result<Vec<u8>, Unresolved> {
        let table = match &rule.action.value {
            RuleAction::Lookup(lookup) => self.named(List::Tables, &lookup.table)?,
            _ => 0,
        };
        let action = match &rule.action.value {
            RuleAction::Lookup(_) | RuleAction::MasterDevice => 1,
            RuleAction::Goto(_) => 2,
            RuleAction::Nothing => 3,
            RuleAction::Blackhole => 6,
            RuleAction::Unreachable => 7,
            RuleAction::Prohibit => 8,
        };
        let tos = rule.tos.as_ref().map_or(Ok(0), |tos| self.named(List::Classes, tos))?;
        let mut all = Attributes::default();
        all.0.extend([
            family(rule.family),
            rule.to.as_ref().map_or(0, |net| net.prefix()),
            rule.from.as_ref().map_or(0, |net| net.prefix()),
            tos,
            u8::try_from(table).unwrap_or(0),
            0,
            0,
            action,
        ]);
        all.0.extend(if rule.inverted { INVERT } else { 0 }.to_ne_bytes());
        all.number(6, rule.preference.value);
        self.selectors(rule, &mut all)?;
        match &rule.action.value {
            RuleAction::Lookup(lookup) => {
                all.number(15, table);
                if let Some(realms) = &lookup.realms {
                    all.number(11, self.realms(realms)?);
                }
                if let Some(prefix) = &lookup.suppress_prefix {
                    all.number(14, prefix.value);
                }
                if let Some(group) = &lookup.suppress_group {
                    all.number(13, self.named(List::Groups, &group.value)?);
                }
            }
            RuleAction::MasterDevice => all.byte(19, 1),
            RuleAction::Goto(target) => all.number(4, *target),
            _ => {}
        }
        all.byte(21, rule.protocol.as_ref().map_or(18, |protocol| protocol.value));
        Ok(all.0)
    }

    fn selectors(&self, rule: &Rule, all: &mut Attributes) -> Result<(), Unresolved> {
        if let Some(net) = &rule.to {
            all.address(1, net.address());
        }
        if let Some(net) = &rule.from {
            all.address(2, net.address());
        }
        if let Some(mark) = &rule.mark {
            let (mark, mask) = mark.value;
            all.number(10, mark);
            if let Some(mask) = mask {
                all.number(16, mask);
            }
        }
        if let Some(name) = &rule.input {
            all.name(3, name.as_str());
        }
        if let Some(name) = &rule.output {
            all.name(17, name.as_str());
        }
        if let Some(tunnel) = &rule.tunnel {
            all.bytes(12, &tunnel.value.to_be_bytes());
        }
        if let Some(users) = &rule.users {
            let (low, high) = users.value;
            all.bytes(20, &[low.to_ne_bytes(), high.to_ne_bytes()].concat());
        }
        if let Some(protocol) = &rule.ip_protocol {
            all.byte(22, self.named(List::IpProtocols, &protocol.value)?);
        }
        for (kind, ports) in [(23, &rule.source_ports), (24, &rule.destination_ports)] {
            if let Some(ports) = ports {
                let (low, high) = ports.value;
                all.bytes(kind, &[low.to_ne_bytes(), high.to_ne_bytes()].concat());
            }
        }
        Ok(())
    }
}
