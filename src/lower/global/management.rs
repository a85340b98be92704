//! SNMP and D-Bus.

use crate::ir::Global;
use crate::lower::Lowering;
use crate::lower::global::text;
use crate::schema::Keyword;
use crate::syntax::Statement;

impl Lowering<'_> {
    /// A keyword about SNMP or D-Bus; false if it is none.
    pub(super) fn management_keyword(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        global: &mut Global,
    ) -> bool {
        let (snmp, dbus) = (&mut global.snmp, &mut global.dbus);
        match keyword.word {
            "snmp_socket" => snmp.socket = text(statement),
            "enable_snmp_vrrp" | "enable_snmp_keepalived" => snmp.vrrp = true,
            "enable_snmp_checker" => snmp.checker = true,
            "enable_snmp_rfcv2" => snmp.rfc_v2 = true,
            "enable_snmp_rfcv3" => snmp.rfc_v3 = true,
            "enable_snmp_rfc" => (snmp.rfc_v2, snmp.rfc_v3) = (true, true),
            "enable_traps" => snmp.traps = true,
            "snmp_vs_stats_update_interval" => {
                snmp.virtual_server_age = self.time(keyword, statement).or(snmp.virtual_server_age);
            }
            "snmp_rs_stats_update_interval" => {
                snmp.real_server_age = self.time(keyword, statement).or(snmp.real_server_age);
            }
            "enable_dbus" => dbus.enabled = true,
            "dbus_service_name" => dbus.service_name = text(statement),
            "dbus_no_interface_name" => dbus.no_interface_name = text(statement),
            _ => return false,
        }
        true
    }
}
