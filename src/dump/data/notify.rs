//! Whom an instance or a group tells.

use crate::dump::View;
use crate::dump::line::with_user;
use crate::dump::text::{Text, yes};
use crate::ir::Notify;

/// Mail and scripts. A group has nothing to say of its deletion.
pub(super) fn notifications(text: &mut Text, view: View<'_>, notify: &Notify, mail: bool) {
    text.property(format_args!("Using smtp notification = {}", yes(mail)));
    let deleted = if notify.reports_deletion { "Deleted" } else { "Fault" };
    text.property(format_args!("Notify deleted = {deleted}"));
    scripts(text, view, notify);
}

/// The scripts in keepalived's order.
pub(super) fn scripts(text: &mut Text, view: View<'_>, notify: &Notify) {
    for (event, script) in [
        ("Backup", &notify.backup),
        ("Master", &notify.master),
        ("Fault", &notify.fault),
        ("Stop", &notify.stop),
        ("Deleted", &notify.deleted),
        ("Generic", &notify.any),
        ("Master rx lower pri", &notify.master_rx_lower_pri),
    ] {
        if let Some(script) = script {
            let line = with_user(&script.value, view.host);
            text.property(format_args!("{event} state transition script = {line}"));
        }
    }
}
