//! `--fix` and `--diff`: changes the files where a fix is safe, or shows what would be changed.

use std::fs;

use crate::cli::check::inputs::Input;
use crate::cli::difference;
use crate::diag::patch::{self, Patch};

/// The safe changes to the files of one input.
fn patch(input: &Input) -> Patch {
    let sources = &input.loaded.sources;
    let mut patch = Patch::default();
    let safe = input.findings.iter().filter_map(|finding| finding.fix.as_ref());
    for fix in safe.filter(|fix| fix.safe) {
        if let Some(edits) = patch::edits(fix, sources) {
            patch.add(edits);
        }
    }
    patch
}

/// The changes as unified diffs; passwords are asterisks.
pub(super) fn differences(input: &Input) -> Vec<String> {
    let sources = &input.loaded.sources;
    let patch = patch(input);
    let difference = |id| {
        let name = sources.file(id)?.path().to_string_lossy().into_owned();
        let before = sources.shown(id);
        let after = patch.apply(id, &before);
        Some(difference::unified(&name, before.as_bytes(), after.as_bytes()))
    };
    patch.files().into_iter().filter_map(difference).collect()
}

/// Writes the changes and returns how many files changed.
///
/// # Errors
/// A file that cannot be written.
pub(super) fn write(input: &Input) -> Result<usize, String> {
    let sources = &input.loaded.sources;
    let patch = patch(input);
    let mut written = 0;
    for id in patch.files() {
        let Some(file) = sources.file(id) else { continue };
        // Bytes that are no text were replaced while reading; such a file is left alone.
        if fs::read(file.path()).is_ok_and(|bytes| bytes == file.text().as_bytes()) {
            fs::write(file.path(), patch.apply(id, file.text()))
                .map_err(|error| format!("{}: {error}", file.path().display()))?;
            written += 1;
        }
    }
    Ok(written)
}
