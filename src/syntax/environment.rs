//! What the meaning of a text depends on besides itself: handed in, so that another host's
//! configuration can be read here.

use std::collections::BTreeMap;

use crate::units::Compat;

/// The surroundings in which a configuration is read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Environment {
    /// The config-id that `@id` lines are compared with, and `${_INSTANCE}`: the argument of `-i`,
    /// else the node's name up to its first dot.
    pub config_id: String,
    /// Environment variables, for `${_ENV NAME}`.
    pub variables: BTreeMap<String, String>,
    /// The directory of the process, for `${_PWD}` in a main file named without a folder.
    pub directory: String,
    /// Where `${_RANDOM}` begins.
    pub random_seed: u64,
    /// `-e`: every failure of an include is fatal.
    pub check_includes: bool,
    /// Whose rules count.
    pub compat: Compat,
}
