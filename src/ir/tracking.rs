//! What an instance or a sync group follows: the `track_*` lists, as references by name.

use crate::units::{IfName, Spanned};

/// The `track_*` lists of one instance or group. What does not exist is left out already.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tracking {
    /// `track_interface`, the own interface left out.
    pub interfaces: Vec<Spanned<Track<IfName>>>,
    /// `track_script`: names of `vrrp_script` blocks.
    pub scripts: Vec<Spanned<Track>>,
    /// `track_file`: names of `track_file` blocks.
    pub files: Vec<Spanned<Track>>,
    /// `track_process`: names of `vrrp_track_process` blocks.
    pub processes: Vec<Spanned<Track>>,
    /// `track_bfd`: names of `bfd_instance` blocks.
    pub bfds: Vec<Spanned<Track>>,
}

/// One line of a `track_*` list: what is tracked, and what it does to the priority.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Track<N = String> {
    /// Name of the tracked object.
    pub name: N,
    /// `weight`, -254..=254 (interfaces, scripts and BFD: -253..=253); 0 means FAULT while the
    /// object is down. `None`: that of the tracked object; an interface has none, which is 0.
    pub weight: Option<Spanned<i16>>,
    /// `reverse` (`Some(true)`) or `noreverse`: whether up and down are swapped. `None`: as the
    /// tracked object says; an interface says no.
    pub reverse: Option<bool>,
}
