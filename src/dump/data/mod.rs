//! `keepalived.data`: the configuration as understood, and what has become of it.
//!
//! Each section has a file. Sections without content are left out.

mod addresses;
mod follow;
mod global;
mod group;
mod instance;
mod interface;
mod notify;
mod socket;
mod statics;
mod tracked;

use crate::dump::View;
use crate::dump::text::Text;
use crate::engine::snapshot::{TrackerKind, TrackerSnapshot};

pub(super) use addresses::addresses;
pub(super) use tracked::{looks_at_all, matching};

/// The file of the VRRP part.
pub fn data(view: View<'_>) -> String {
    let mut text = Text::default();
    global::settings(&mut text, view, true);
    statics::sections(&mut text, view);
    instance::section(&mut text, view);
    socket::section(&mut text, view);
    group::section(&mut text, view);
    tracked::sections(&mut text, view);
    interface::section(&mut text, view);
    text.finish()
}

/// The file of the parent, `keepalived_parent.data`: the settings of the process.
pub fn parent(view: View<'_>) -> String {
    let mut text = Text::default();
    global::settings(&mut text, view, false);
    text.finish()
}

/// What is known of a thing that is tracked.
pub(super) fn tracker<'a>(
    view: View<'a>,
    kind: TrackerKind,
    name: &str,
) -> Option<&'a TrackerSnapshot> {
    view.engine.trackers.iter().find(|tracker| tracker.kind == kind && tracker.name == name)
}
