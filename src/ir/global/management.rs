//! Who may watch and steer the daemon from outside: SNMP and D-Bus.

use std::time::Duration;

use crate::units::Spanned;

/// SNMP.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Snmp {
    /// `snmp_socket`: where the AgentX master listens.
    pub socket: Option<Spanned<String>>,
    /// `enable_snmp_vrrp`: keepalived's own MIB, VRRP.
    pub vrrp: bool,
    /// `enable_snmp_checker`: keepalived's own MIB, LVS.
    pub checker: bool,
    /// `enable_snmp_rfcv2`, `enable_snmp_rfc`: RFC 2787.
    pub rfc_v2: bool,
    /// `enable_snmp_rfcv3`, `enable_snmp_rfc`: RFC 6527.
    pub rfc_v3: bool,
    /// `enable_traps`.
    pub traps: bool,
    /// `snmp_vs_stats_update_interval`: greatest age of statistics; `None` means 5 seconds.
    pub virtual_server_age: Option<Spanned<Duration>>,
    /// `snmp_rs_stats_update_interval`; `None` means as for virtual servers.
    pub real_server_age: Option<Spanned<Duration>>,
}

/// D-Bus.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Dbus {
    /// `enable_dbus`.
    pub enabled: bool,
    /// `dbus_service_name`; `None` means `org.keepalived.Vrrp1`.
    pub service_name: Option<Spanned<String>>,
    /// `dbus_no_interface_name`: in the path of an instance without interface.
    pub no_interface_name: Option<Spanned<String>>,
}
