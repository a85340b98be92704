//! One line of `virtual_rules` or `static_rules`.

use crate::ir::{Named, Realms, Table};
use crate::units::{Family, IfName, IpNet, Spanned};

/// A policy rule with every option of its line: selectors, and what becomes of what they select.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    /// Family of its addresses; IPv4 if none says.
    pub family: Family,
    /// `not`: the selectors are inverted.
    pub inverted: bool,
    /// `from`; `None` means all.
    pub from: Option<Spanned<IpNet>>,
    /// `to`; `None` means all.
    pub to: Option<Spanned<IpNet>>,
    /// `preference`, `order`, `priority`; without one a number from 16384 downwards, the next of its
    /// family.
    pub preference: Spanned<u32>,
    /// `tos`, `dsfield`.
    pub tos: Option<Spanned<Named<u8>>>,
    /// `fwmark MARK[/MASK]`.
    pub mark: Option<Spanned<(u32, Option<u32>)>>,
    /// `dev`, `iif`.
    pub input: Option<Spanned<IfName>>,
    /// `oif`.
    pub output: Option<Spanned<IfName>>,
    /// `tunnel-id`.
    pub tunnel: Option<Spanned<u64>>,
    /// `uidrange`: lowest and highest user number.
    pub users: Option<Spanned<(u32, u32)>>,
    /// `ipproto`: number of the protocol.
    pub ip_protocol: Option<Spanned<Named<u8>>>,
    /// `sport`: lowest and highest port.
    pub source_ports: Option<Spanned<(u16, u16)>>,
    /// `dport`: lowest and highest port.
    pub destination_ports: Option<Spanned<(u16, u16)>>,
    /// `protocol`: who is said to have installed it; 18 (keepalived) where the rule is tracked.
    pub protocol: Option<Spanned<u8>>,
    /// What becomes of the packets.
    pub action: Spanned<RuleAction>,
    /// `no_track`: its removal by others and its interfaces' link state go unheeded.
    pub no_track: bool,
    /// `track_group` (static rules): instances of this group depend on `input`.
    pub track_group: Option<Spanned<String>>,
}

/// What becomes of packets that a rule selects.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RuleAction {
    /// `table`, `lookup`.
    Lookup(TableLookup),
    /// `l3mdev`: look up the table of the packet's L3 master device.
    MasterDevice,
    /// `goto`: go on at the rule of this preference, which is greater than the own one.
    Goto(u32),
    /// `nop`: go on.
    Nothing,
    /// `blackhole`: dropped without a word.
    Blackhole,
    /// `unreachable`: dropped, and said so by ICMP.
    Unreachable,
    /// `prohibit`: dropped, and said so by ICMP.
    Prohibit,
}

/// A look-up in a table, and which results do not count.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TableLookup {
    /// The table.
    pub table: Table,
    /// `realms` (IPv4).
    pub realms: Option<Spanned<Realms>>,
    /// `suppress_prefixlength`, `sup_pl`: results with a prefix of so many bits or fewer.
    pub suppress_prefix: Option<Spanned<u32>>,
    /// `suppress_ifgroup`, `sup_group`: results through this interface group.
    pub suppress_group: Option<Spanned<Named<u32>>>,
}
