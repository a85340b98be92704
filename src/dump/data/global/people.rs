//! Whom the daemon tells, and what tells it: mail, pipes, reloads, the scripts of its life.

use std::time::Duration;

use crate::dump::View;
use crate::dump::line::{command, with_user};
use crate::dump::moment::moment;
use crate::dump::text::Text;

/// Time that a mail server has, unless said.
const PATIENCE: Duration = Duration::from_secs(30);
/// Time that the scripts of the start and of the end have, unless said.
const LIFE: Duration = Duration::from_secs(10);

/// Mail.
pub(super) fn mail(text: &mut Text, view: View<'_>) {
    let mail = &view.config().global.mail;
    if let Some(server) = &mail.server {
        let (host, port) = &server.value;
        text.head(format_args!("Smtp server = {host}"));
        text.head(format_args!("Smtp server port = {port}"));
    }
    let own_name = mail.server.as_ref().map(|_| &view.host.host_name);
    if let Some(name) = mail.helo_name.as_ref().map(|name| &name.value).or(own_name) {
        text.head(format_args!("Smtp HELO name = {name}"));
    }
    let configured = mail.server.is_some() || mail.from.is_some() || !mail.recipients.is_empty();
    if configured || mail.connect_timeout.is_some() {
        let timeout = mail.connect_timeout.map_or(PATIENCE, |timeout| timeout.value);
        text.head(format_args!("Smtp server connection timeout = {}", timeout.as_secs()));
    }
    if let Some(from) = &mail.from {
        text.head(format_args!("Email notification from = {}", from.value));
    }
    if !mail.recipients.is_empty() {
        text.head(format_args!("Email notification to:"));
        mail.recipients.iter().for_each(|to| text.property(format_args!("{}", to.value)));
    }
    for (which, said) in
        [("", mail.alert), ("_vrrp", mail.alert_vrrp), ("_checker", mail.alert_checker)]
    {
        let said = match said {
            None => "unset",
            Some(true) => "on",
            Some(false) => "off",
        };
        text.head(format_args!("Default smtp_alert{which} = {said}"));
    }
}

/// Reloads.
pub(super) fn reloads(text: &mut Text, view: View<'_>) {
    let global = &view.config().global;
    text.head(format_args!("Checkers log all failures = {}", global.lvs.log_all_failures));
    match &global.reload.check {
        Some(log) => text.head(format_args!("Test config before reload, log to {}", log.value)),
        None => text.head(format_args!("No test config before reload")),
    }
    if let Some(file) = &global.reload.time_file {
        let again = if global.reload.repeat { " (repeat)" } else { "" };
        text.head(format_args!("Reload time file = {}{again}", file.value));
        match view.host.reload_at {
            Some(at) => {
                let at = moment(at, &view.host.zone);
                text.head(format_args!("Reload scheduled for {at}"));
            }
            None => text.head(format_args!("No reload scheduled")),
        }
    }
    if let Some(marker) = &global.reload.marker {
        text.head(format_args!("Reload_file = {}", marker.value));
    }
    text.head(format_args!("keep script symlinks = {}", global.symlink_paths));
    if global.files.dumps.use_instance {
        text.head(format_args!("Use instance name in data dumps"));
    }
}

/// What runs once at the start and once at the end.
pub(super) fn life(text: &mut Text, view: View<'_>) {
    let global = &view.config().global;
    for (which, life, comma) in
        [("Startup", &global.startup, ","), ("Shutdown", &global.shutdown, "")]
    {
        if let Some(script) = &life.script {
            let line = with_user(&script.value, view.host);
            let timeout = life.timeout.map_or(LIFE, |timeout| timeout.value).as_secs();
            text.head(format_args!("{which} script = {line}{comma} timeout {timeout}"));
        }
    }
}

/// Named pipes.
pub(super) fn fifos(text: &mut Text, view: View<'_>) {
    let fifos = &view.config().global.fifos;
    for (which, fifo) in [("Global", &fifos.all), ("VRRP", &fifos.vrrp), ("LVS", &fifos.lvs)] {
        let Some(path) = &fifo.path else { continue };
        let (user, group) = view.host.owner_of(fifo.user.as_ref());
        text.head(format_args!("{which} notify fifo = {}, uid:gid {user}:{group}", path.value));
        if let Some(script) = &fifo.script {
            // It gets the path as its last argument.
            let mut script = script.value.clone();
            let (user, group) = view.host.user_of(&script);
            script.arguments.push(path.value.clone());
            let line = command(&script);
            text.head(format_args!("{which} notify fifo script = {line}, uid:gid {user}:{group}"));
        }
    }
    text.head(format_args!("FIFO write vrrp states on reload = {}", fifos.states_on_reload));
    text.head(format_args!("VRRP notify priority changes = {}", fifos.priority_changes));
}
