//! Instances that depend on static addresses, routes and rules.

use crate::units::Spanned;

/// A `track_group`: whoever names it ties these instances to the interface of his static entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrackGroup {
    /// Its name.
    pub name: Spanned<String>,
    /// `group`: names of instances that exist.
    pub members: Vec<Spanned<String>>,
}
