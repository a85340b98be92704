//! `check --cluster`: the configurations of several nodes, each by itself and all together, and the
//! table of who is master when.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::cli::check::Judged;
use crate::cli::check::inputs::{Input, read_all};
use crate::cli::check::options::Request;
use crate::cluster::{Node, Subject};
use crate::diag::Diagnostic;
use crate::lint;
use crate::runtime::load;
use crate::source::SourceMap;
use crate::units::Span;

/// The main file in the folder of a node.
const MAIN_FILE: &str = "keepalived.conf";

/// Reads and judges the nodes that the command line names, as one input with the texts of all.
///
/// # Errors
/// What cannot be read, or that it is no cluster.
pub(super) fn judged(request: &Request) -> Result<Judged, String> {
    if request.inputs.len() < 2 {
        return Err("--cluster compares nodes: name a file or a folder for each".to_owned());
    }
    let compat = request.reading.environment.compat;
    let files: Vec<OsString> = request.inputs.iter().map(|word| main_file(word)).collect();
    let inputs = read_all(&files, &request.reading)?;
    let mut all = load::load_text(Path::new(""), b"", &request.reading);
    let mut sources = SourceMap::default();
    let mut findings = Vec::new();
    let mut nodes = Vec::new();
    for (Input { loaded, .. }, name) in inputs.into_iter().zip(names(&request.inputs)) {
        let alone = lint::Subject::new(&loaded.config, &loaded.tree, &loaded.sources, None, compat);
        let found = lint::judge(&alone, &loaded.findings);
        let moved = sources.append(loaded.sources);
        findings.extend(found.into_iter().map(|finding| {
            // A finding about a file as a whole stands at the beginning of that file.
            let span = finding.span.unwrap_or_default();
            Diagnostic { span: Some(span), ..finding }.moved(|span: Span| moved.span(span))
        }));
        nodes.push(Node { name, config: loaded.config, tree: loaded.tree, moved });
    }
    findings.extend(lint::check_together(&Subject::new(&nodes, compat)));
    lint::suppress(&mut findings, &mut sources);
    findings.retain(|finding| request.selection.wants(finding.code));
    findings.sort_by_key(|finding| finding.span.map(|span| sources.reading_order(span)));
    all.sources = sources;
    Ok(Judged { inputs: vec![Input { loaded: all, findings }], nodes })
}

/// The main file of a node, of which the file or the folder is given.
fn main_file(word: &OsStr) -> OsString {
    let path = Path::new(word);
    if path.is_dir() { path.join(MAIN_FILE).into() } else { word.to_owned() }
}

/// What the nodes are called: by file, or by folder where all files have one name; where that does
/// not tell them apart, by the whole path.
fn names(words: &[OsString]) -> Vec<String> {
    let short: Vec<String> = words.iter().map(|word| name(Path::new(word))).collect();
    let unique = |name: &String| short.iter().filter(|other| *other == name).count() == 1;
    let all = short.iter().zip(words);
    all.map(|(name, word)| match unique(name) {
        true => name.clone(),
        false => word.to_string_lossy().into_owned(),
    })
    .collect()
}

fn name(path: &Path) -> String {
    let named_by: PathBuf = match path.file_name() {
        Some(file) if file == MAIN_FILE => path.parent().map(Path::to_owned).unwrap_or_default(),
        _ if path.extension() == Some(OsStr::new("conf")) => path.with_extension(""),
        _ => path.to_owned(),
    };
    let last = named_by.file_name().unwrap_or(path.as_os_str());
    last.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_named_by_what_tells_them_apart() {
        let named = |words: &[&str]| names(&words.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(named(&["x/a.conf", "x/b.conf"]), ["a", "b"]);
        assert_eq!(named(&["lb1/keepalived.conf", "lb2/"]), ["lb1", "lb2"]);
        assert_eq!(named(&["one/k.conf", "two/k.conf"]), ["one/k.conf", "two/k.conf"]);
        assert_eq!(named(&["web.example.org", "-"]), ["web.example.org", "-"]);
    }
}
