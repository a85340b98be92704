//! From the words of the command line to the configurations that they name.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::diag::Diagnostic;
use crate::runtime::load::{self, Loaded, Reading};

/// The name under which standard input is shown.
const STDIN: &str = "<stdin>";

/// One configuration.
pub(super) struct Input {
    /// What was read.
    pub(super) loaded: Loaded,
    /// What is to be said about it.
    pub(super) findings: Vec<Diagnostic>,
}

/// Reads every configuration. In a folder, a file that another one of it includes is no
/// configuration of its own.
///
/// # Errors
/// What cannot be read.
pub(super) fn read_all(words: &[OsString], reading: &Reading) -> Result<Vec<Input>, String> {
    let mut inputs = Vec::new();
    for word in words {
        let path = Path::new(word);
        if word == OsStr::new("-") {
            let mut text = Vec::new();
            std::io::stdin()
                .read_to_end(&mut text)
                .map_err(|error| format!("standard input: {error}"))?;
            inputs.push(load::load_text(Path::new(STDIN), &text, reading));
        } else if path.is_dir() {
            inputs.extend(of_folder(path, reading)?);
        } else {
            inputs.push(load::load(path, reading).map_err(|error| error.to_string())?);
        }
    }
    Ok(inputs.into_iter().map(|loaded| Input { loaded, findings: Vec::new() }).collect())
}

fn of_folder(folder: &Path, reading: &Reading) -> Result<Vec<Loaded>, String> {
    let mut files = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        let entries =
            fs::read_dir(&next).map_err(|error| format!("{}: {error}", next.display()))?;
        for entry in entries {
            let entry = entry.map_err(|error| format!("{}: {error}", next.display()))?;
            let path = entry.path();
            let path = path.strip_prefix(".").unwrap_or(&path).to_owned();
            // A link to a folder may lead back here; one to a file is a file.
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                waiting.push(path);
            } else if path.extension() == Some(OsStr::new("conf")) && path.is_file() {
                files.push(path);
            }
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(format!("{}: no *.conf in this folder", folder.display()));
    }
    let mut loaded = Vec::new();
    for file in &files {
        loaded.push((file, load::load(file, reading).map_err(|error| error.to_string())?));
    }
    let included: BTreeSet<PathBuf> = loaded
        .iter()
        .flat_map(|(_, loaded)| loaded.sources.files().iter().skip(1))
        .map(|file| real(file.path()))
        .collect();
    let main =
        |(file, loaded): (&PathBuf, Loaded)| (!included.contains(&real(file))).then_some(loaded);
    Ok(loaded.into_iter().filter_map(main).collect())
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}
