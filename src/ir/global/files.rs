//! Files that the daemon writes and watches.

use crate::units::Spanned;

/// What the daemon writes besides its log.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Files {
    /// Dumps of state on request.
    pub dumps: Dumps,
    /// `config_save_dir`: keeps a copy of each configuration that was read.
    pub config_save_directory: Option<Spanned<String>>,
    /// `tmp_config_directory`: where the working copy of the configuration lives.
    pub tmp_config_directory: Option<Spanned<String>>,
    /// `iproute_usr_dir`: first directory with names of tables, protocols and scopes.
    pub iproute_usr_directory: Option<Spanned<String>>,
    /// `iproute_etc_dir`: directory whose names take precedence.
    pub iproute_etc_directory: Option<Spanned<String>>,
}

/// Dumps of state.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Dumps {
    /// `state_dump_file`; `None` means `keepalived.data` in the temporary directory.
    pub state: Option<Spanned<String>>,
    /// `stats_dump_file`: of no effect, in keepalived neither.
    pub statistics: Option<Spanned<String>>,
    /// `json_dump_file`: of no effect, in keepalived neither.
    pub json: Option<Spanned<String>>,
    /// `json_version`, 1 or 2; `None` means 1.
    pub json_version: Option<Spanned<u8>>,
    /// `data_use_instance`: namespace and instance stand in the names of dump files.
    pub use_instance: bool,
}

/// How the daemon reloads.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Reload {
    /// `reload_check_config`: a new configuration is tested first, and this file gets the result;
    /// an empty name means that nobody does.
    pub check: Option<Spanned<String>>,
    /// `reload_time_file`: holds the time of the next planned reload.
    pub time_file: Option<Spanned<String>>,
    /// `reload_repeat`: that file stays, so that the reload comes each day.
    pub repeat: bool,
    /// `reload_file`: marker that goes away when the configuration has been read; an empty name
    /// means `keepalived.reload` in the run directory.
    pub marker: Option<Spanned<String>>,
    /// `include_check`: which failures of an include are fatal, as it stands at the end.
    pub include_checks: IncludeChecks,
}

/// Failures of an include.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct IncludeChecks {
    /// `read`: a file cannot be read.
    pub read: bool,
    /// `match`: a name without wildcard matches nothing.
    pub matches: bool,
    /// `wildcard_match`: a pattern matches nothing.
    pub wildcard: bool,
    /// `brace_match`: one of several names in braces matches nothing.
    pub brace: bool,
}

impl IncludeChecks {
    /// Each of them.
    pub const ALL: Self = Self { read: true, matches: true, wildcard: true, brace: true };
}
