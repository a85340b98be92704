//! Packet filters that keep virtual addresses and virtual MACs to their rules.

use crate::units::Spanned;

/// Which packet filter is used.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Firewall {
    /// `vrrp_iptables`.
    pub iptables: Option<Spanned<Chains>>,
    /// `vrrp_ipsets`.
    pub ipsets: IpSets,
    /// `nftables`: the table, 1 to 254 bytes, `keepalived` without a name. `None`: chosen where an
    /// instance needs it and iptables is not.
    pub nftables: Option<Spanned<String>>,
    /// `nftables_priority` of its base chains, written after `nftables`; `None` means -1.
    pub nftables_priority: Option<Spanned<i32>>,
    /// `nftables_ipvs`: each virtual server group is one IPVS service, its traffic marked in this
    /// table, 1 to 254 bytes, `keepalived_ipvs` without a name.
    pub ipvs: Option<Spanned<String>>,
    /// `nftables_ipvs_priority` of the marking chain, written after `nftables_ipvs`; `None`
    /// means -1.
    pub ipvs_priority: Option<Spanned<i32>>,
    /// `nftables_ipvs_start_fwmark`, written after `nftables_ipvs`; `None` means 1000.
    pub ipvs_first_mark: Option<Spanned<u32>>,
    /// `nftables_counters`.
    pub counters: bool,
    /// `nftables_ifindex`: link-local sets hold interface numbers.
    pub by_index: bool,
}

impl Firewall {
    /// The table where none is named.
    pub const TABLE: &str = "keepalived";

    /// The nftables table that is used, if one is.
    pub fn table(&self) -> &str {
        self.nftables.as_ref().map_or(Self::TABLE, |table| table.value.as_str())
    }
}

/// `vrrp_iptables`: chains, names of 1 to 27 bytes, not the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chains {
    /// For what comes in; `INPUT` unless said.
    pub input: String,
    /// For what goes out; `OUTPUT` where no chain is named at all.
    pub output: Option<String>,
}

/// `vrrp_ipsets`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum IpSets {
    /// Not said: sets with the usual names wherever iptables is used.
    #[default]
    Usual,
    /// Without a name: no sets.
    Off,
    /// These names, 1 to 30 bytes each; the ones left out are derived from them. At most six: IPv4,
    /// IPv6, IPv6 by interface, IGMP, MLD, neighbour discovery.
    Named(Vec<Spanned<String>>),
}
