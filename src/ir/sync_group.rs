//! Instances that change state together.

use crate::ir::{Notify, Tracking};
use crate::units::Spanned;

/// A `vrrp_sync_group` with at least one member.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyncGroup {
    /// Its name.
    pub name: Spanned<String>,
    /// `group`: names of instances, each in this group only, in the order in which changes spread.
    pub members: Vec<Spanned<String>>,
    /// The `notify*` scripts.
    pub notify: Notify,
    /// `smtp_alert`; `None` means as `smtp_alert_vrrp`, `smtp_alert` say, else off.
    pub smtp_alert: Option<bool>,
    /// `notify_priority_changes`, for members that say nothing; `None` means as the global one.
    pub notify_priority_changes: Option<bool>,
    /// `sync_group_tracking_weight`: members may change their priority by what they track.
    pub tracking_weight: bool,
    /// The `track_*` lists: every member follows these.
    pub tracking: Tracking,
}
