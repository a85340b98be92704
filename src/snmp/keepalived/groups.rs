//! Sync groups (.2.1), their members (.2.2).

use super::{Mib, command, numbered, runs_something, state};
use crate::snmp::Subject;
use crate::snmp::table::{integer, text, truth};

pub(super) fn rows(table: &mut Mib<'_>, subject: Subject<'_>) {
    let mail = &subject.engine.config.global.mail;
    let usual_alert = mail.alert_vrrp.or(mail.alert).unwrap_or(false);
    let states = &subject.engine.groups;
    for (number, (group, now)) in numbered(subject.engine.config.sync_groups.iter().zip(states)) {
        let mut put = |column, value| table.put(&[2, 1, 1, column], &[number], value);
        put(2, text(&group.name.value));
        put(3, integer(state(now.state)));
        put(4, truth(group.smtp_alert.unwrap_or(usual_alert)));
        put(5, truth(runs_something(&group.notify)));
        let scripts = [
            (6, &group.notify.master),
            (7, &group.notify.backup),
            (8, &group.notify.fault),
            (9, &group.notify.any),
            (11, &group.notify.stop),
        ];
        for (column, script) in scripts {
            if let Some(script) = script {
                put(column, command(&script.value));
            }
        }
        put(10, truth(group.tracking_weight));
        for (member, name) in numbered(&group.members) {
            table.put(&[2, 2, 1, 2], &[number, member], text(&name.value));
        }
    }
}
