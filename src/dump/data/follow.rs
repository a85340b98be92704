//! The lists of what an instance or a group follows.

use crate::dump::View;
use crate::dump::text::Text;
use crate::engine::snapshot::TrackerKind;
use crate::ir::{Track, Tracking};

/// Every list that has an entry; the weights of interfaces are 0 unless they are said to weigh. What
/// stands between a name and its weight is keepalived's.
pub(super) fn lists(text: &mut Text, view: View<'_>, tracking: &Tracking, weighs: bool) {
    let interfaces = tracking.interfaces.iter().map(|track| {
        let weight = track.weight.filter(|_| weighs).map_or(0, |weight| weight.value);
        weighted(track.name.as_str(), weight, track.reverse)
    });
    text.list("Tracked interfaces", interfaces);
    for (title, kind, tracks, between) in [
        ("Tracked scripts", TrackerKind::Script, &tracking.scripts, ""),
        ("Tracked files", TrackerKind::File, &tracking.files, ","),
        ("Tracked processes", TrackerKind::Process, &tracking.processes, ","),
        ("Tracked BFDs", TrackerKind::Bfd, &tracking.bfds, ":"),
    ] {
        text.list(title, tracks.iter().map(|it| track(view, kind, it, between)));
    }
}

/// `NAME weight N[ reverse]`.
fn weighted(name: &str, weight: i16, reverse: Option<bool>) -> String {
    let reverse = if reverse == Some(true) { " reverse" } else { "" };
    format!("{name} weight {weight}{reverse}")
}

/// One line of a list of tracked things, `between` its name and its weight.
fn track(view: View<'_>, kind: TrackerKind, track: &Track, between: &str) -> String {
    let config = view.config();
    let usual = match kind {
        TrackerKind::Script => config
            .vrrp_scripts
            .iter()
            .find(|it| it.name.value == track.name)
            .map(|it| (it.weight.value, it.reverse)),
        TrackerKind::File => config
            .track_files
            .iter()
            .find(|it| it.name.value == track.name)
            .map(|it| (it.weight.value, it.reverse)),
        TrackerKind::Process => config
            .track_processes
            .iter()
            .find(|it| it.name.value == track.name)
            .map(|it| (it.weight.value, it.reverse)),
        TrackerKind::Bfd => config
            .bfd_instances
            .iter()
            .find(|it| it.name.value == track.name)
            .map(|it| (it.weight.value, it.reverse)),
    };
    let (weight, reverse) = usual.unwrap_or_default();
    let weight = track.weight.map_or(weight, |weight| weight.value);
    weighted(&format!("{}{between}", track.name), weight, track.reverse.or(Some(reverse)))
}
