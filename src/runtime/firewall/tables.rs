//! What the tables of nftables look like, and the messages that bring the kernel there. Pure.
//!
//! There is a table for each family, made when something of it is needed first. Addresses stand in
//! sets that are filled while an instance is master; the chains stay (`no_accept`, strict mode).
//! Virtual MACs stand in a map to the interfaces below them: a report of group membership that
//! would leave by a macvlan leaves by that interface instead, so that switches learn where the
//! members are, not where the virtual MAC is.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::net::nftables::{
    Base, Batch, DataType, Expression, Hook, Map, Meta, Register, Set, Table, TableFamily, Verdict,
};
use crate::units::IfName;

/// What the rules are made with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Style {
    /// Name of both tables.
    pub(super) table: String,
    /// Of the base chains.
    pub(super) priority: i32,
    /// Every rule counts.
    pub(super) counters: bool,
}

/// Something in a set or in a map.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Entry {
    /// Packets to and from this address are dropped.
    V4(Ipv4Addr),
    /// Packets to and from this address are dropped, but for neighbour discovery.
    V6(Ipv6Addr),
    /// The same for a link-local address on the interface of this index.
    OnIndex(Ipv6Addr, u32),
    /// The same for a link-local address on the interface of this name.
    OnName(Ipv6Addr, IfName),
    /// Reports of group membership leave by another interface.
    Report {
        /// In which family.
        family: TableFamily,
        /// The macvlan.
        vmac: IfName,
        /// Its index.
        from: u32,
        /// Index of the interface below it.
        to: u32,
    },
    /// No router is solicited by the macvlan of this index.
    NoSolicitation(u32),
    /// Advertisements of this address of the interface below do not leave by the macvlan of this
    /// name: it would take the address with it.
    OfParent(Ipv6Addr, IfName),
}

impl Entry {
    /// In which table it stands.
    pub(super) const fn family(&self) -> TableFamily {
        match self {
            Self::V4(_) => TableFamily::Ip,
            Self::V6(_)
            | Self::OnIndex(..)
            | Self::OnName(..)
            | Self::NoSolicitation(_)
            | Self::OfParent(..) => TableFamily::Ip6,
            Self::Report { family, .. } => *family,
        }
    }

    /// In which set or map it stands.
    const fn set(&self) -> &'static str {
        match self {
            Self::V4(_) | Self::V6(_) => ADDRESSES,
            Self::OnIndex(..) => LINK_LOCAL,
            Self::OnName(..) => LINK_LOCAL_BY_NAME,
            Self::Report { .. } => MACVLAN_MAP,
            Self::NoSolicitation(_) => MACVLAN_SET,
            Self::OfParent(..) => PARENT_LINK_LOCAL,
        }
    }

    fn key(&self) -> Vec<u8> {
        match self {
            Self::V4(address) => address.octets().to_vec(),
            Self::V6(address) => address.octets().to_vec(),
            Self::OnIndex(address, index) => [&address.octets()[..], &index.to_ne_bytes()].concat(),
            Self::OnName(address, name) | Self::OfParent(address, name) => {
                [&address.octets()[..], &padded(name.as_str())].concat()
            }
            Self::Report { from, .. } => from.to_ne_bytes().to_vec(),
            Self::NoSolicitation(index) => index.to_ne_bytes().to_vec(),
        }
    }

    fn data(&self) -> Option<Vec<u8>> {
        match self {
            Self::Report { to, .. } => Some(to.to_ne_bytes().to_vec()),
            _ => None,
        }
    }
}

/// An address that is to be kept from the host. A link-local one stands there with the index of its
/// interface, or without that with its name.
pub(super) fn entry_of(address: IpAddr, interface: &IfName, index: Option<u32>) -> Entry {
    match (address, index) {
        (IpAddr::V4(address), _) => Entry::V4(address),
        (IpAddr::V6(address), _) if !address.is_unicast_link_local() => Entry::V6(address),
        (IpAddr::V6(address), Some(index)) => Entry::OnIndex(address, index),
        (IpAddr::V6(address), None) => Entry::OnName(address, interface.clone()),
    }
}

// Names as keepalived has them: people look for them.
const ADDRESSES: &str = "vips";
const LINK_LOCAL: &str = "vips_link_local";
const LINK_LOCAL_BY_NAME: &str = "vips_link_local_name";
const DISCOVERY: &str = "neighbor-discovery";
const MACVLAN_MAP: &str = "vmac_map";
const MACVLAN_SET: &str = "vmac_set";
const PARENT_LINK_LOCAL: &str = "parent_link_local";
const MEMBERSHIP: &str = "mld-report";
const IN: &str = "in";
const OUT: &str = "out";
const IN_LINK_LOCAL: &str = "in_link_local";
const OUT_LINK_LOCAL: &str = "out_link_local";

/// Protocol number of IGMP.
const IGMP: u8 = 2;
/// Protocol number of ICMPv6.
const ICMPV6: u8 = 58;
/// ICMPv6 types: listener reports of MLD versions 1 and 2 (RFC 2710, RFC 3810).
const LISTENER_REPORTS: [u8; 2] = [131, 143];
/// ICMPv6 type: router solicitation (RFC 4861).
const ROUTER_SOLICITATION: u8 = 133;
/// ICMPv6 types: neighbour solicitation and advertisement (RFC 4861).
const NEIGHBOUR_DISCOVERY: [u8; 2] = [135, 136];

/// What there is of the table of one family.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Parts {
    table: bool,
    output: bool,
    /// The chain, sets and rules about virtual addresses.
    addresses: bool,
    by_index: bool,
    by_name: bool,
    /// The map, sets and rules about virtual MACs.
    macvlans: bool,
}

/// The tables as they are in the kernel, without the elements.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Tables {
    ip: Parts,
    ip6: Parts,
}

impl Tables {
    /// The families that have a table.
    pub(super) fn families(&self) -> impl Iterator<Item = TableFamily> {
        let there = [(TableFamily::Ip, self.ip), (TableFamily::Ip6, self.ip6)];
        there.into_iter().filter(|(_, parts)| parts.table).map(|(family, _)| family)
    }

    /// Writes what is missing for these entries, and the entries themselves.
    pub(super) fn add(&mut self, batch: &mut Batch, style: &Style, entries: &[Entry]) {
        for entry in entries {
            self.make_room(batch, style, entry);
        }
        for (family, set, members) in grouped(entries) {
            let pairs: Vec<_> = members.iter().map(|entry| (entry.key(), entry.data())).collect();
            let table = Table { family, name: &style.table };
            let pairs = pairs.iter().map(|(key, data)| (key.as_slice(), data.as_deref()));
            batch.add_elements(table, set, pairs);
        }
    }

    /// Writes that these entries go.
    pub(super) fn remove(batch: &mut Batch, style: &Style, entries: &[Entry]) {
        for (family, set, members) in grouped(entries) {
            let keys: Vec<_> = members.iter().map(|entry| entry.key()).collect();
            let table = Table { family, name: &style.table };
            batch.delete_elements(table, set, keys.iter().map(Vec::as_slice));
        }
    }

    fn make_room(&mut self, batch: &mut Batch, style: &Style, entry: &Entry) {
        let family = entry.family();
        let parts = match family {
            TableFamily::Ip => &mut self.ip,
            TableFamily::Ip6 => &mut self.ip6,
        };
        let mut writing =
            Writing { batch, table: Table { family, name: &style.table }, style, parts };
        match (entry, family) {
            (Entry::V4(_), _) => writing.addresses_v4(),
            (Entry::V6(_), _) => writing.addresses_v6(),
            (Entry::OnIndex(..), _) => writing.link_local_by_index(),
            (Entry::OnName(..), _) => writing.link_local_by_name(),
            (Entry::Report { .. }, TableFamily::Ip) => writing.macvlans_v4(),
            (
                Entry::Report { .. } | Entry::NoSolicitation(_) | Entry::OfParent(..),
                TableFamily::Ip6 | TableFamily::Ip,
            ) => writing.macvlans_v6(),
        }
    }
}

/// Entries by set, both in order of their first appearance.
fn grouped(entries: &[Entry]) -> Vec<(TableFamily, &'static str, Vec<&Entry>)> {
    let mut groups: Vec<(TableFamily, &'static str, Vec<&Entry>)> = Vec::new();
    for entry in entries {
        let (family, set) = (entry.family(), entry.set());
        match groups.iter_mut().find(|(of, named, _)| (*of, *named) == (family, set)) {
            Some((.., members)) => members.push(entry),
            None => groups.push((family, set, vec![entry])),
        }
    }
    groups
}

/// A name as the kernel compares it.
fn padded(name: &str) -> [u8; 16] {
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(name.bytes()) {
        *to = from;
    }
    bytes
}

/// One table while what is missing of it is written.
struct Writing<'a> {
    batch: &'a mut Batch,
    table: Table<'a>,
    style: &'a Style,
    parts: &'a mut Parts,
}

impl Writing<'_> {
    /// The table and the chain that every use has.
    fn output(&mut self) {
        if !self.parts.table {
            self.batch.add_table(self.table);
            self.parts.table = true;
        }
        if !self.parts.output {
            self.batch.add_base_chain(self.table, OUT, Hook::Output, self.style.priority);
            self.parts.output = true;
        }
    }

    fn addresses_v4(&mut self) {
        self.output();
        if std::mem::replace(&mut self.parts.addresses, true) {
            return;
        }
        self.batch.add_base_chain(self.table, IN, Hook::Input, self.style.priority);
        let set = Set { name: ADDRESSES, key: DataType::IPV4_ADDRESS, constant: false };
        self.batch.add_set(self.table, set);
        for (chain, address) in [(IN, DESTINATION_V4), (OUT, SOURCE_V4)] {
            self.append(chain, &[address, is_in(ADDRESSES)], Verdict::Drop);
        }
    }

    fn addresses_v6(&mut self) {
        self.output();
        if std::mem::replace(&mut self.parts.addresses, true) {
            return;
        }
        self.batch.add_base_chain(self.table, IN, Hook::Input, self.style.priority);
        self.batch.add_chain(self.table, IN_LINK_LOCAL);
        self.batch.add_chain(self.table, OUT_LINK_LOCAL);
        let set = Set { name: ADDRESSES, key: DataType::IPV6_ADDRESS, constant: false };
        self.batch.add_set(self.table, set);
        self.types(DISCOVERY, &NEIGHBOUR_DISCOVERY);
        let directions = [(IN, DESTINATION_V6, IN_LINK_LOCAL), (OUT, SOURCE_V6, OUT_LINK_LOCAL)];
        // A neighbour has to find the address, and whoever takes it over must be heard.
        for (chain, address, link_local) in directions {
            let [protocol, is_icmpv6, kind] = ICMPV6_TYPE;
            let rule = [protocol, is_icmpv6, kind, is_in(DISCOVERY)];
            self.append(chain, &rule, Verdict::Accept);
            let mask = Expression::And { register: Register::First, mask: &LINK_LOCAL_MASK };
            let begins =
                Expression::Equals { register: Register::First, value: &LINK_LOCAL_PREFIX };
            self.append(chain, &[address, mask, begins], Verdict::Goto(link_local));
        }
        for (chain, address, _) in directions {
            self.append(chain, &[address, is_in(ADDRESSES)], Verdict::Drop);
        }
    }

    fn link_local_by_index(&mut self) {
        self.addresses_v6();
        if std::mem::replace(&mut self.parts.by_index, true) {
            return;
        }
        let key = DataType::IPV6_ADDRESS.then(DataType::INTERFACE_INDEX);
        self.link_local(LINK_LOCAL, key, Meta::InputIndex, Meta::OutputIndex);
    }

    fn link_local_by_name(&mut self) {
        self.addresses_v6();
        if std::mem::replace(&mut self.parts.by_name, true) {
            return;
        }
        let key = DataType::IPV6_ADDRESS.then(DataType::INTERFACE_NAME);
        self.link_local(LINK_LOCAL_BY_NAME, key, Meta::InputName, Meta::OutputName);
    }

    fn link_local(&mut self, name: &str, key: DataType, input: Meta, output: Meta) {
        self.batch.add_set(self.table, Set { name, key, constant: false });
        for (chain, address, what) in
            [(IN_LINK_LOCAL, DESTINATION_V6, input), (OUT_LINK_LOCAL, SOURCE_V6, output)]
        {
            let interface = Expression::Meta { what, to: Register::Second };
            self.append(chain, &[address, interface, is_in(name)], Verdict::Drop);
        }
    }

    fn macvlans_v4(&mut self) {
        self.output();
        if std::mem::replace(&mut self.parts.macvlans, true) {
            return;
        }
        self.macvlan_map();
        let protocol =
            Expression::Payload { base: Base::Network, offset: 9, length: 1, to: Register::First };
        let is_igmp = Expression::Equals { register: Register::First, value: &[IGMP] };
        let rule = [&[protocol, is_igmp, DESTINATION_V4], &BY_MACVLAN[..], &TO_PARENT].concat();
        self.insert(&rule);
    }

    fn macvlans_v6(&mut self) {
        self.output();
        if std::mem::replace(&mut self.parts.macvlans, true) {
            return;
        }
        let key = DataType::IPV6_ADDRESS.then(DataType::INTERFACE_NAME);
        self.batch.add_set(self.table, Set { name: PARENT_LINK_LOCAL, key, constant: false });
        self.macvlan_map();
        let key = DataType::INTERFACE_INDEX;
        self.batch.add_set(self.table, Set { name: MACVLAN_SET, key, constant: false });
        self.types(MEMBERSHIP, &LISTENER_REPORTS);
        let [protocol, is_icmpv6, kind] = ICMPV6_TYPE;
        let icmpv6 = [protocol, is_icmpv6, kind];
        let is_kind = |value| [Expression::Equals { register: Register::First, value }];
        // Before what lets neighbour discovery pass; so the last one comes first.
        let index = Expression::Meta { what: Meta::OutputIndex, to: Register::Second };
        let named = Expression::IsIn { register: Register::Second, set: MACVLAN_SET };
        self.insert(
            &[&icmpv6, &is_kind(&[ROUTER_SOLICITATION])[..], &BY_MACVLAN, &[index, named]].concat(),
        );
        let reports = [is_in(MEMBERSHIP), DESTINATION_V6];
        self.insert(&[&icmpv6, &reports[..], &BY_MACVLAN, &TO_PARENT].concat());
        let name = Expression::Meta { what: Meta::OutputName, to: Register::Second };
        let advertisement = [NEIGHBOUR_DISCOVERY[1]];
        let rule = [&icmpv6, &is_kind(&advertisement)[..], &BY_MACVLAN]
            .concat()
            .into_iter()
            .chain([SOURCE_V6, name, is_in(PARENT_LINK_LOCAL)])
            .collect::<Vec<_>>();
        self.insert(&rule);
    }

    fn macvlan_map(&mut self) {
        let (key, data) = (DataType::INTERFACE_INDEX, DataType::INTERFACE_INDEX);
        self.batch.add_map(self.table, Map { name: MACVLAN_MAP, key, data });
    }

    /// A set of ICMPv6 types that stays as it is.
    fn types(&mut self, name: &str, types: &[u8; 2]) {
        let set = Set { name, key: DataType::ICMPV6_TYPE, constant: true };
        self.batch.add_set(self.table, set);
        let [one, two] = types;
        let types = [std::slice::from_ref(one), std::slice::from_ref(two)];
        self.batch.add_elements(self.table, name, types.map(|kind| (kind, None)));
    }

    fn append(&mut self, chain: &str, matching: &[Expression<'_>], verdict: Verdict<'_>) {
        let rule = self.counted(matching, verdict);
        self.batch.append_rule(self.table, chain, &rule);
    }

    /// At the beginning of the chain for what leaves: dropped if it matches.
    fn insert(&mut self, matching: &[Expression<'_>]) {
        let rule = self.counted(matching, Verdict::Drop);
        self.batch.insert_rule(self.table, OUT, &rule);
    }

    fn counted<'b>(
        &self,
        matching: &[Expression<'b>],
        verdict: Verdict<'b>,
    ) -> Vec<Expression<'b>> {
        let counter = self.style.counters.then_some(Expression::Counter);
        let end = counter.into_iter().chain([Expression::Verdict(verdict)]);
        matching.iter().copied().chain(end).collect()
    }
}

/// `fe80::/10`.
const LINK_LOCAL_PREFIX: [u8; 16] = [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const LINK_LOCAL_MASK: [u8; 16] = [0xff, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
/// What the kernel calls a macvlan.
const MACVLAN: [u8; 16] = *b"macvlan\0\0\0\0\0\0\0\0\0";

const SOURCE_V4: Expression<'static> = address(12, 4);
const DESTINATION_V4: Expression<'static> = address(16, 4);
const SOURCE_V6: Expression<'static> = address(8, 16);
const DESTINATION_V6: Expression<'static> = address(24, 16);

/// An address of the IP header, into the first register.
const fn address(offset: u32, length: u32) -> Expression<'static> {
    Expression::Payload { base: Base::Network, offset, length, to: Register::First }
}

const fn is_in(set: &str) -> Expression<'_> {
    Expression::IsIn { register: Register::First, set }
}

/// ICMPv6, whatever extension headers stand before it; its type into the first register.
const ICMPV6_TYPE: [Expression<'static>; 3] = [
    Expression::Meta { what: Meta::Protocol, to: Register::First },
    Expression::Equals { register: Register::First, value: &[ICMPV6] },
    Expression::Payload { base: Base::Transport, offset: 0, length: 1, to: Register::First },
];

/// It leaves by a macvlan.
const BY_MACVLAN: [Expression<'static>; 2] = [
    Expression::Meta { what: Meta::OutputKind, to: Register::Second },
    Expression::Equals { register: Register::Second, value: &MACVLAN },
];

/// A copy leaves by the interface below, to the address in the first register.
const TO_PARENT: [Expression<'static>; 3] = [
    Expression::Meta { what: Meta::OutputIndex, to: Register::Second },
    Expression::Mapped { register: Register::Second, map: MACVLAN_MAP, to: Register::Second },
    Expression::Duplicate { address: Register::First, device: Register::Second },
];
