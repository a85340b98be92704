//! What an instance tracks with a weight.

use std::collections::BTreeMap;

use crate::ir::{Instance, Track};
use crate::lint::Subject;
use crate::units::{Span, Spanned};

/// A tracked object that changes the priority.
pub(super) struct Weighted<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// The line that tracks it.
    pub(super) span: Span,
    /// What it adds when it is well (if positive) or takes away when it fails; never 0.
    pub(super) weight: i16,
}

/// Scripts, processes, BFD sessions and interfaces of an instance that have a weight. Files are left
/// out: what they do depends on the number in them.
pub(super) fn weights<'a>(subject: &Subject<'a>, instance: &'a Instance) -> Vec<Weighted<'a>> {
    let config = subject.config;
    let tracking = &instance.tracking;
    let by_script: BTreeMap<&str, i16> =
        config.vrrp_scripts.iter().map(|object| (object.name.as_str(), *object.weight)).collect();
    let by_process: BTreeMap<&str, i16> = config
        .track_processes
        .iter()
        .map(|object| (object.name.as_str(), *object.weight))
        .collect();
    let by_bfd: BTreeMap<&str, i16> =
        config.bfd_instances.iter().map(|object| (object.name.as_str(), *object.weight)).collect();
    let mut all = Vec::new();
    for (list, usual) in [
        (&tracking.scripts, by_script),
        (&tracking.processes, by_process),
        (&tracking.bfds, by_bfd),
    ] {
        all.extend(list.iter().map(|track| {
            let usual = usual.get(track.name.as_str()).copied().unwrap_or(0);
            weighted(track.name.as_str(), track, usual)
        }));
    }
    all.extend(tracking.interfaces.iter().map(|track| weighted(track.name.as_str(), track, 0)));
    all.retain(|tracked| tracked.weight != 0);
    all
}

fn weighted<'a, N>(name: &'a str, track: &'a Spanned<Track<N>>, usual: i16) -> Weighted<'a> {
    let weight = track.weight.as_ref().map_or(usual, |weight| weight.value);
    Weighted { name, span: track.span, weight }
}
