//! Several nodes' files together: every difference that keeps them from being one cluster is found,
//! no healthy cluster is blamed, and what is foretold is what the engine does.

#![allow(clippy::unwrap_used)]

mod differences;
mod healthy;
mod pages;
mod prediction;

use std::fs;
use std::path::{Path, PathBuf};

use stillalive::cluster::{Node, Subject};
use stillalive::diag::render::human;
use stillalive::diag::{Code, Diagnostic, Severity};
use stillalive::lint;
use stillalive::lower::Mode;
use stillalive::runtime::load::{self, Loaded, Reading};
use stillalive::source::SourceMap;
use stillalive::units::Compat;

/// Some nodes and their texts.
pub(crate) struct Given {
    pub(crate) nodes: Vec<Node>,
    pub(crate) sources: SourceMap,
    /// What reading the files found.
    pub(crate) read: Vec<Diagnostic>,
}

impl Given {
    fn new(loaded: Vec<(String, Loaded)>) -> Self {
        let (mut nodes, mut sources, mut read) = (Vec::new(), SourceMap::default(), Vec::new());
        for (name, loaded) in loaded {
            let moved = sources.append(loaded.sources);
            read.extend(loaded.findings);
            nodes.push(Node { name, config: loaded.config, tree: loaded.tree, moved });
        }
        Self { nodes, sources, read }
    }

    /// Nodes whose texts are at hand.
    pub(crate) fn texts(texts: &[(&str, &str)]) -> Self {
        let reading = Reading { mode: Mode::Test, ..Reading::default() };
        let load = |(name, text): &(&str, &str)| {
            let loaded =
                load::load_text(format!("{name}.conf").as_ref(), text.as_bytes(), &reading);
            ((*name).to_owned(), loaded)
        };
        Self::new(texts.iter().map(load).collect())
    }

    /// The nodes of a folder, one file each.
    pub(crate) fn folder(folder: &Path) -> Self {
        let reading = Reading { mode: Mode::Test, ..Reading::default() };
        let mut files: Vec<PathBuf> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let load = |path: &PathBuf| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, load::load(path, &reading).unwrap())
        };
        Self::new(files.iter().map(load).collect())
    }

    pub(crate) fn subject(&self) -> Subject<'_> {
        Subject::new(&self.nodes, Compat::default())
    }

    /// What is wrong with the nodes together.
    pub(crate) fn findings(&self) -> Vec<Diagnostic> {
        lint::check_together(&self.subject())
    }

    /// The findings as people see them.
    pub(crate) fn told(&self) -> String {
        let texts: Vec<_> = self
            .findings()
            .iter()
            .map(|finding| human::text(finding, &self.sources, false))
            .collect();
        texts.join("\n\n")
    }

    /// Codes and severities of the findings, sorted.
    pub(crate) fn codes(&self) -> Vec<(Code, Severity)> {
        let found = self.findings();
        let mut codes: Vec<_> = found.iter().map(|each| (each.code, each.severity)).collect();
        codes.sort();
        codes
    }
}

/// The folders below `testdata/cluster`.
pub(crate) fn folders(name: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/cluster").join(name);
    let mut folders: Vec<PathBuf> =
        fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}
