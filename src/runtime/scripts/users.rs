//! Who runs scripts: names from the configuration, looked up in the system's databases.

use std::ffi::CString;

use nix::unistd::{Gid, Group, Uid, User, getgrouplist};

use crate::ir::ScriptUser;
use crate::ir::global::Global;
use crate::sys::child::Credentials;

/// User of scripts that name none, if `script_user` is missing and this user exists.
const DEFAULT_USER: &str = "keepalived_script";

/// What a configuration says of the users of scripts as a whole.
#[derive(Clone, Copy, Debug)]
pub(super) struct Users {
    /// `set_supplementary_groups`: a user's further groups too, not its one group only.
    pub(super) further_groups: bool,
}

impl Users {
    pub(super) fn of(global: &Global) -> Self {
        Self { further_groups: global.supplementary_groups }
    }

    /// `script_user`, else the user `keepalived_script`, else the daemon's own. `None` if the
    /// configured one does not exist, or with `enable_script_security` if it would be the daemon's
    /// own.
    pub(super) fn default(self, global: &Global) -> Option<Credentials> {
        if let Some(configured) = global.script_user.as_deref() {
            return self.look_up(configured);
        }
        match User::from_name(DEFAULT_USER) {
            Ok(Some(user)) => Some(self.with_groups(&user, user.gid)),
            _ => {
                tracing::debug!("Script user '{DEFAULT_USER}' does not exist");
                let own = Credentials::alone(Uid::effective(), Gid::effective());
                (!global.script_security).then_some(own)
            }
        }
    }

    /// `None`, and a line in the log, if there is no such user or group.
    pub(super) fn look_up(self, named: &ScriptUser) -> Option<Credentials> {
        let Ok(Some(user)) = User::from_name(&named.user) else {
            tracing::warn!("Script user '{}' does not exist", named.user);
            return None;
        };
        let group = match &named.group {
            None => user.gid,
            Some(name) => match Group::from_name(name) {
                Ok(Some(group)) => group.gid,
                _ => {
                    tracing::warn!("Script group '{name}' does not exist");
                    return None;
                }
            },
        };
        Some(self.with_groups(&user, group))
    }

    fn with_groups(self, user: &User, group: Gid) -> Credentials {
        let alone = Credentials::alone(user.uid, group);
        if !self.further_groups {
            return alone;
        }
        let listed = CString::new(user.name.as_str()).ok();
        match listed.map(|name| getgrouplist(&name, group)) {
            Some(Ok(groups)) => Credentials { groups, ..alone },
            Some(Err(errno)) => {
                tracing::warn!("Groups of script user '{}': {}", user.name, errno.desc());
                alone
            }
            None => alone,
        }
    }
}
