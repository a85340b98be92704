//! Files that go with a reload: the marker of `reload_file`, which whoever writes configurations can
//! watch, and the log of `reload_check_config`.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use nix::libc;

use crate::ir::global::Global;
use crate::runtime::namespace::RUN_DIRECTORY;

/// A file that is there while a configuration is read; removed when dropped.
#[derive(Debug)]
pub(super) struct Marker(PathBuf);

impl Marker {
    /// Makes the marker that the running configuration asks for; `None` if it asks for none. One
    /// that cannot be made is logged.
    pub(super) fn set(running: &Global) -> Option<Self> {
        let marker = Self(path(running)?);
        if let Err(error) = make(&marker.0) {
            tracing::warn!(
                target: "Keepalived",
                "Unable to create reload file {}: {error}",
                marker.0.display()
            );
        }
        Some(marker)
    }
}

impl Drop for Marker {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Where the marker is.
fn path(running: &Global) -> Option<PathBuf> {
    let named = &running.reload.marker.as_ref()?.value;
    if !named.is_empty() {
        return Some(PathBuf::from(named));
    }
    let identity = &running.identity;
    let folder = Path::new(if identity.pid_directory { RUN_DIRECTORY } else { "/run" });
    Some(folder.join(match &identity.instance {
        Some(instance) => format!("keepalived_{}.reload", instance.value),
        None => "keepalived.reload".to_owned(),
    }))
}

fn make(path: &Path) -> io::Result<()> {
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
        .open(path)?;
    // Whoever waits for it may be anybody.
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

/// Adds the findings about a new configuration to the log of `reload_check_config`, if there is one.
pub(super) fn log_check(running: &Global, findings: impl Iterator<Item = String>) {
    let Some(log) = running.reload.check.as_ref().filter(|log| !log.value.is_empty()) else {
        return;
    };
    let opened = OpenOptions::new()
        .append(true)
        .create(true)
        .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
        .open(&log.value);
    let written = opened.and_then(|mut file| {
        let mut findings = findings;
        findings.try_for_each(|line| writeln!(file, "{line}"))
    });
    if let Err(error) = written {
        tracing::warn!(
            target: "Keepalived",
            "Unable to write the log of reload_check_config, {}: {error}",
            log.value
        );
    }
}

/// Says where the findings are.
pub(super) fn refer_to_check(running: &Global) {
    if let Some(log) = &running.reload.check {
        let log = if log.value.is_empty() { "/dev/null" } else { &log.value };
        tracing::info!(
            target: "Keepalived",
            "New config failed validation, see {log} for details"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Span, Spanned};

    #[test]
    fn the_marker_is_where_keepalived_has_it() {
        let text = |text: &str| Some(Spanned::new(text.to_owned(), Span::default()));
        let mut global = Global::default();
        assert_eq!(path(&global), None);
        global.reload.marker = text("");
        assert_eq!(path(&global), Some("/run/keepalived.reload".into()));
        global.identity.pid_directory = true;
        assert_eq!(path(&global), Some("/run/keepalived/keepalived.reload".into()));
        global.identity.instance = text("x");
        assert_eq!(path(&global), Some("/run/keepalived/keepalived_x.reload".into()));
        global.reload.marker = text("/tmp/m");
        assert_eq!(path(&global), Some("/tmp/m".into()));
    }
}
