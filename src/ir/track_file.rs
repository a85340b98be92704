//! Numbers in files.

use crate::units::Spanned;

/// A `track_file` with a path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrackFile {
    /// Its name.
    pub name: Spanned<String>,
    /// `file`: begins with a whole number.
    pub path: Spanned<String>,
    /// `weight`: the number is multiplied by it, -254..=254, 1 by default; 0 means FAULT unless the
    /// number is 0.
    pub weight: Spanned<i16>,
    /// `weight N reverse`.
    pub reverse: bool,
    /// `init_file`: the file is made at the start.
    pub initial: Option<Spanned<InitFile>>,
}

/// `init_file`: what stands in the file at the start.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InitFile {
    /// The number; 0 unless said.
    pub value: i32,
    /// `overwrite`: even if the file is there.
    pub overwrite: bool,
}
