//! What `global_defs` says for instances that do not say it themselves. It is merged into each
//! [`Instance`](crate::ir::Instance) already; here it is kept for those who show it.

use std::net::IpAddr;
use std::time::Duration;

use crate::ir::{Burst, ExtraGarp, GarpTiming};
use crate::units::Version;

/// What `global_defs` says for instances that do not say it themselves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InstanceDefaults {
    /// `vrrp_version`.
    pub version: Version,
    /// `vrrp_mcast_group4`.
    pub mcast_group4: IpAddr,
    /// `vrrp_mcast_group6`.
    pub mcast_group6: IpAddr,
    /// `vrrp_garp_master_repeat`.
    pub master_repeat: u32,
    /// `vrrp_garp_master_delay`.
    pub master_delay: Duration,
    /// `vrrp_garp_master_refresh`; zero means none.
    pub refresh: Duration,
    /// `vrrp_garp_master_refresh_repeat`.
    pub refresh_repeat: u32,
    /// `vrrp_garp_lower_prio_repeat`; `None`: as `master_repeat`.
    pub lower_prio_repeat: Option<u32>,
    /// `vrrp_garp_lower_prio_delay`; `None`: as `master_delay`.
    pub lower_prio_delay: Option<Duration>,
    /// `vrrp_down_timer_adverts`.
    pub down_timer_adverts: u32,
    /// `vrrp_check_unicast_src`.
    pub check_unicast_src: bool,
    /// `vrrp_skip_check_adv_addr`.
    pub skip_check_adv_addr: bool,
    /// `vrrp_strict`.
    pub strict: bool,
    /// `vrrp_lower_prio_no_advert`.
    pub lower_prio_no_advert: bool,
    /// `vrrp_higher_prio_send_advert`.
    pub higher_prio_send_advert: bool,
    /// `smtp_alert_vrrp`, else `smtp_alert`.
    pub smtp_alert: bool,
    /// `v3_checksum_as_v2`.
    pub checksum_as_v2: bool,
    /// `vrrp_owner_ignore_adverts`; `None`: on for strict instances.
    pub owner_ignores_adverts: Option<bool>,
    /// `vrrp_garp_extra_if`.
    pub extra_garp: Option<ExtraGarp>,
}

impl Default for InstanceDefaults {
    fn default() -> Self {
        let GarpTiming { master: Burst { rounds, delay }, .. } = GarpTiming::default();
        Self {
            version: Version::V2,
            mcast_group4: IpAddr::from([224, 0, 0, 18]),
            mcast_group6: IpAddr::from([0xff02, 0, 0, 0, 0, 0, 0, 0x12]),
            master_repeat: rounds,
            master_delay: delay,
            refresh: Duration::ZERO,
            refresh_repeat: 1,
            lower_prio_repeat: None,
            lower_prio_delay: None,
            down_timer_adverts: 3,
            check_unicast_src: false,
            skip_check_adv_addr: false,
            strict: false,
            lower_prio_no_advert: false,
            higher_prio_send_advert: false,
            smtp_alert: false,
            checksum_as_v2: false,
            owner_ignores_adverts: None,
            extra_garp: None,
        }
    }
}
