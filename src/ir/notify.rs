//! Scripts that hear of state changes.

use crate::units::Spanned;

/// The scripts of one instance. Most instances have none, and there may be thousands of those.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Notify {
    /// `notify_master`.
    pub master: Option<Box<Spanned<Script>>>,
    /// `notify_backup`.
    pub backup: Option<Box<Spanned<Script>>>,
    /// `notify_fault`.
    pub fault: Option<Box<Spanned<Script>>>,
    /// `notify_stop`: waited for, at most one second.
    pub stop: Option<Box<Spanned<Script>>>,
    /// `notify`: gets `INSTANCE NAME STATE PRIORITY` after its own arguments.
    pub any: Option<Box<Spanned<Script>>>,
    /// `notify_master_rx_lower_pri`.
    pub master_rx_lower_pri: Option<Box<Spanned<Script>>>,
    /// `notify_deleted`: an instance that a reload removes is reported as DELETED, not as FAULT.
    pub reports_deletion: bool,
    /// The script of `notify_deleted`, if it names one.
    pub deleted: Option<Box<Spanned<Script>>>,
}

impl Notify {
    /// Every script, with the keyword that names it.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, &Spanned<Script>)> {
        [
            ("notify_master", &self.master),
            ("notify_backup", &self.backup),
            ("notify_fault", &self.fault),
            ("notify_stop", &self.stop),
            ("notify", &self.any),
            ("notify_master_rx_lower_pri", &self.master_rx_lower_pri),
        ]
        .into_iter()
        .filter_map(|(keyword, script)| Some((keyword, script.as_deref()?)))
    }
}

/// A program, its arguments, and who runs it. No shell is involved.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Script {
    /// Path of the program (or a bare name, to be found along `PATH`).
    pub program: String,
    /// The configured arguments.
    pub arguments: Vec<String>,
    /// User and group given with the script; `None` means the default script user.
    pub user: Option<ScriptUser>,
}

/// Names (never numbers) from the system's databases.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ScriptUser {
    /// User name.
    pub user: String,
    /// Group name; `None` means the user's own group.
    pub group: Option<String>,
}
