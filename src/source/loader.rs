//! How files are found: a trait, so that another host's files, or a test's, serve as well.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What an `include` names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pattern<'a> {
    /// A path or glob, as written.
    pub text: &'a str,
    /// The file in which it stands; relative names start in its folder. `None` for the main file.
    pub from: Option<&'a Path>,
}

/// A file that was found and read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoadedFile {
    /// Its name as it was matched.
    pub path: PathBuf,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Why a file was not read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// Nothing of that name.
    #[error("Config files missing '{}'.", .0.display())]
    Missing(PathBuf),
    /// A pattern that matches nothing.
    #[error("No config files matched '{}'.", .0.display())]
    NoMatch(PathBuf),
    /// A directory.
    #[error("Configuration file '{}' is a directory - skipping", .0.display())]
    Directory(PathBuf),
    /// No regular file, or one that somebody may execute.
    #[error("Configuration file '{}' is not a regular non-executable file - skipping", .0.display())]
    NotRegular(PathBuf),
    /// The kernel refuses.
    #[error("Configuration file '{}' open problem ({reason}) - skipping", path.display())]
    Open {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// Finds and reads files.
pub trait Loader {
    /// The files of a pattern, sorted, each read or with the reason why not. A pattern that
    /// matches nothing gives one reason.
    fn load(&self, pattern: Pattern<'_>) -> Vec<Result<LoadedFile, LoadError>>;
}

/// Files that exist in memory only; patterns are plain names.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Memory {
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Memory {
    /// Adds a file.
    #[must_use]
    pub fn with(mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.insert(path.into(), bytes.into());
        self
    }
}

impl Loader for Memory {
    fn load(&self, pattern: Pattern<'_>) -> Vec<Result<LoadedFile, LoadError>> {
        let folder = pattern.from.and_then(Path::parent);
        let path = folder.map_or_else(|| pattern.text.into(), |folder| folder.join(pattern.text));
        vec![match self.files.get(&path) {
            Some(bytes) => Ok(LoadedFile { path, bytes: bytes.clone() }),
            None => Err(LoadError::Missing(path)),
        }]
    }
}
