//! One virtual router.

use std::net::IpAddr;
use std::time::Duration;

use crate::ir::{
    ExtraGarp, GarpTiming, Notify, OwnLink, Route, Rule, Tracking, Trailer, VirtualAddress,
};
use crate::units::{Family, IfName, Priority, Secret, Spanned, Version, Vrid};

/// A `vrrp_instance` that can run: everything mandatory is there, every default is filled in,
/// contradictions are resolved as keepalived resolves them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Instance {
    /// Its name.
    pub name: Spanned<String>,
    /// `virtual_router_id`.
    pub vrid: Spanned<Vrid>,
    /// Family of the first address that is written in it, whatever for; IPv4 without any.
    pub family: Family,
    /// `version`, `vrrp_version`: 3 for IPv6, else 2 by default.
    pub version: Version,
    /// `interface`; `None` only for unicast with a configured source.
    pub interface: Option<Spanned<IfName>>,
    /// `state`.
    pub initial_state: InitialState,
    /// `priority`.
    pub priority: Spanned<Priority>,
    /// `advert_int`: whole seconds 1..=255 in version 2, 10 ms steps up to 40.95 s in version 3.
    pub advert_int: Spanned<Duration>,
    /// `down_timer_adverts`, 1..=100: adverts that may be missed.
    pub down_timer_adverts: u32,
    /// How adverts travel.
    pub transport: Transport,
    /// `mcast_src_ip` / `unicast_src_ip`; `None` means an address of the interface.
    pub source: Option<Spanned<IpAddr>>,
    /// Which checksum a version 3 advert over IPv4 carries.
    pub checksum: ChecksumPolicy,
    /// `authentication`.
    pub authentication: Authentication,
    /// `virtual_ipaddress`: held by the master and listed in its adverts, all of `family`.
    pub addresses: Vec<Spanned<VirtualAddress>>,
    /// `virtual_ipaddress_excluded`: held by the master, not listed; either family.
    pub excluded: Vec<Spanned<VirtualAddress>>,
    /// `preempt`, `nopreempt`, `preempt_delay`.
    pub preemption: Preemption,
    /// `garp_*`.
    pub garp: GarpTiming,
    /// `lower_prio_no_advert`: a master does not answer an advert of lower priority at once.
    pub lower_prio_no_advert: bool,
    /// `higher_prio_send_advert`: a master sends one more advert before it yields.
    pub higher_prio_send_advert: bool,
    /// `skip_check_adv_addr`: as backup, do not compare the address list of the same master again.
    pub skip_check_adv_addr: bool,
    /// `check_unicast_src`, or implied by `min_ttl` / `max_ttl`: the source must be a peer.
    pub check_unicast_source: bool,
    /// `strict_mode`; its consequences are already applied to the other fields.
    pub strict: bool,
    /// `accept`: the host answers on the virtual addresses.
    pub accept: bool,
    /// False with `dont_track_primary`: the link state of the own interface is ignored.
    pub track_primary: bool,
    /// `promote_secondaries`.
    pub promote_secondaries: bool,
    /// `smtp_alert`.
    pub smtp_alert: bool,
    /// The `notify*` scripts.
    pub notify: Notify,
    /// The `track_*` lists.
    pub tracking: Tracking,
    /// `virtual_routes`: there while the instance is master.
    pub routes: Vec<Spanned<Route>>,
    /// `virtual_rules`: there while the instance is master.
    pub rules: Vec<Spanned<Rule>>,
    /// `use_vmac`, `use_ipvlan`.
    pub link: Option<Spanned<OwnLink>>,
    /// `use_vmac_addr`: addresses on other interfaces, or of the other family, get macvlans too.
    pub vmac_for_addresses: bool,
    /// `vrf`: the VRF of an instance without an interface.
    pub vrf: Option<Spanned<IfName>>,
    /// `track_src_ip`: FAULT while the configured source is not on the interface.
    pub track_source: bool,
    /// `linkbeat_use_polling`: the link state of the own interface is polled.
    pub polls_link: bool,
    /// `kernel_rx_buf_size`: bytes that this instance adds to the receive buffer of its socket;
    /// `None` leaves it to `vrrp_rx_bufs_policy`.
    pub receive_buffer: Option<Spanned<u32>>,
    /// `garp_extra_if`.
    pub extra_garp: Option<ExtraGarp>,
    /// `lvs_sync_daemon_interface`: where the IPVS connection sync of this instance runs.
    pub sync_daemon: Option<Spanned<IfName>>,
    /// `notify_priority_changes`; `None` means as the sync group says, else as `global_defs` does.
    pub notify_priority_changes: Option<Spanned<bool>>,
    /// `owner_ignore_adverts`: an address owner drops every advert that it receives.
    pub owner_ignores_adverts: bool,
    /// `timer_expired_backup`: a master whose process was not run for so long that another one of up
    /// to this priority may have taken over goes to BACKUP.
    pub timer_expired_backup: Option<Spanned<Priority>>,
}

/// The state that an instance wants at the start.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InitialState {
    /// `state MASTER`.
    Master,
    /// No `state`, and priority 255: as MASTER, but for a member of a sync group.
    Owner,
    /// `state BACKUP`, or nothing.
    Backup,
}

impl InitialState {
    /// Whether it wants to be master from the start.
    pub const fn is_master(self) -> bool {
        matches!(self, Self::Master | Self::Owner)
    }
}

/// How adverts travel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Transport {
    /// To a multicast group.
    Multicast {
        /// `mcast_dst_ip`, `vrrp_mcast_group4`, `vrrp_mcast_group6`.
        group: IpAddr,
    },
    /// One copy to each peer, in order.
    Unicast {
        /// `unicast_peer`; may be empty with `unicast_fault_no_peer`, which holds it in FAULT.
        peers: Vec<Spanned<Peer>>,
        /// `unicast_ttl`; `None` means 255 over IPv4 and the kernel's default over IPv6.
        ttl: Option<u8>,
    },
}

/// A line of `unicast_peer`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Peer {
    /// Where a copy of each advert goes.
    pub address: IpAddr,
    /// `min_ttl`: lowest accepted TTL or hop limit.
    pub min_ttl: u8,
    /// `max_ttl`: highest accepted TTL or hop limit.
    pub max_ttl: u8,
}

/// Checksum of version 3 adverts over IPv4. Other adverts know one form only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChecksumPolicy {
    /// With the pseudo-header; a unicast peer that uses the form of before 1.3.7 is recognised and
    /// answered in its form.
    Detect,
    /// With the pseudo-header, nothing else (`old_unicast_checksum never`).
    Standard,
    /// Unicast, pseudo-header with the multicast group as destination (`old_unicast_checksum`).
    OldUnicast {
        /// The group that stands in for the peer's address.
        group: std::net::Ipv4Addr,
    },
    /// Without pseudo-header (`v3_checksum_as_v2`); both forms are accepted.
    AsVersion2,
}

/// How adverts are authenticated.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Authentication {
    /// None.
    None,
    /// `auth_type PASS`: at most 8 bytes, zero-padded on the wire, readable by everyone there.
    Pass(Secret),
    /// `auth_type AH`: an IPsec authentication header, with the password as its key.
    Header(Secret),
    /// `auth_hmac`: a signed trailer.
    Trailer(Box<Trailer>),
}

/// Whether a better backup takes over from a running master.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Preemption {
    /// At once, that is after its master-down time.
    Immediate,
    /// Not before this time has passed since it first heard the lesser master.
    Delayed(Duration),
    /// Never (`nopreempt`).
    Never,
}
