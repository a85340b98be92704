//! Every program that a configuration makes the daemon run, wherever it is named.

use crate::ir::{Config, Script, ScriptUser};
use crate::units::Spanned;

/// One program with what is said around it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ScriptUse<'a> {
    /// The keyword that names it.
    pub keyword: &'static str,
    /// The program and its arguments.
    pub script: &'a Spanned<Script>,
    /// Who runs it; `None` means the default script user.
    pub user: Option<&'a ScriptUser>,
}

impl<'a> ScriptUse<'a> {
    fn new(keyword: &'static str, script: &'a Spanned<Script>) -> Self {
        Self { keyword, script, user: script.user.as_ref() }
    }
}

impl Config {
    /// Every script that may be run.
    pub fn script_uses(&self) -> impl Iterator<Item = ScriptUse<'_>> {
        let of_instances = self.instances.iter().map(|instance| &instance.notify);
        let of_groups = self.sync_groups.iter().map(|group| &group.notify);
        let notify = of_instances.chain(of_groups).flat_map(|notify| notify.all());
        let checks = self.vrrp_scripts.iter().map(|check| {
            let own = ScriptUse::new("vrrp_script", &check.script);
            ScriptUse { user: check.user.as_ref().map(|user| &user.value).or(own.user), ..own }
        });
        let global = &self.global;
        let once = [
            ("startup_script", &global.startup.script),
            ("shutdown_script", &global.shutdown.script),
            ("notify_fifo_script", &global.fifos.all.script),
            ("vrrp_notify_fifo_script", &global.fifos.vrrp.script),
            ("lvs_notify_fifo_script", &global.fifos.lvs.script),
        ];
        let once =
            once.into_iter().filter_map(|(keyword, script)| Some((keyword, script.as_ref()?)));
        let named = notify.chain(once).map(|(keyword, script)| ScriptUse::new(keyword, script));
        named.chain(checks)
    }

    /// Every user, with a group if one is named, that scripts are run as.
    pub fn script_users(&self) -> impl Iterator<Item = &ScriptUser> {
        let own = self.script_uses().filter_map(|named| named.user);
        self.global.script_user.iter().map(|user| &user.value).chain(own)
    }
}
