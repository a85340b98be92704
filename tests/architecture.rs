//! The shape of the code, held by a test: which module may use which, how long a file may be, what
//! every file begins with.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Each module with the modules of this crate that it may name. The order is that of `lib.rs`.
const MAY_USE: &[(&str, &[&str])] = &[
    ("units", &[]),
    ("source", &["units"]),
    ("diag", &["units", "source"]),
    ("syntax", &["units", "source", "diag"]),
    ("net", &["units"]),
    ("schema", &["units"]),
    ("fmt", &["source", "syntax", "schema"]),
    ("ir", &["units"]),
    ("lower", &["units", "source", "diag", "syntax", "schema", "ir"]),
    ("render", &["units", "source", "syntax", "schema", "lower"]),
    ("facts", &["units"]),
    ("cluster", &["units", "source", "syntax", "ir"]),
    ("lint", &["units", "source", "diag", "syntax", "schema", "ir", "lower", "facts", "cluster"]),
    ("plan", &["units", "ir"]),
    ("privileges", &["ir"]),
    ("engine", &["units", "net", "ir", "facts", "plan"]),
    ("dump", &["units", "net", "ir", "facts", "engine"]),
    ("control", &["units", "net", "ir", "facts", "engine"]),
    ("snmp", &["units", "net", "ir", "facts", "engine"]),
    ("sim", &["units", "net", "ir", "facts", "engine"]),
    ("sys", &["units"]),
    (
        "runtime",
        &[
            "units",
            "source",
            "diag",
            "syntax",
            "net",
            "ir",
            "lower",
            "facts",
            "plan",
            "privileges",
            "engine",
            "dump",
            "control",
            "snmp",
            "sys",
        ],
    ),
    (
        "cli",
        &[
            "units",
            "source",
            "diag",
            "syntax",
            "schema",
            "fmt",
            "render",
            "ir",
            "lower",
            "facts",
            "cluster",
            "lint",
            "plan",
            "privileges",
            "control",
            "runtime",
            "sys",
        ],
    ),
];

/// Layers without clock, file, socket, process, environment or `async`.
const PURE: &[&str] = &[
    "units",
    "source",
    "diag",
    "syntax",
    "net",
    "schema",
    "fmt",
    "ir",
    "lower",
    "render",
    "facts",
    "cluster",
    "lint",
    "plan",
    "privileges",
    "engine",
    "dump",
    "snmp",
    "control",
    "sim",
];

/// A file longer than this has two subjects.
const MOST_LINES: usize = 600;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Files of `src` by the module that they belong to.
fn modules() -> BTreeMap<String, Vec<(PathBuf, String)>> {
    let src = root().join("src");
    let mut modules: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for path in rust_files(&src) {
        let first = path.strip_prefix(&src).unwrap().components().next().unwrap();
        let name = first.as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned();
        let text = fs::read_to_string(&path).unwrap();
        modules.entry(name).or_default().push((path, text));
    }
    modules
}

/// Names after `crate::` outside comments, with the line they stand on.
fn uses(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("//") {
            continue;
        }
        for (at, _) in line.match_indices("crate::") {
            let rest = &line[at + "crate::".len()..];
            let name: String =
                rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            found.push((index + 1, name));
        }
    }
    found
}

#[test]
fn dependencies_point_one_way() {
    let allowed: BTreeMap<_, _> = MAY_USE.iter().copied().collect();
    let mut wrong = Vec::new();
    for (module, files) in modules() {
        if module == "lib" || module == "main" {
            continue;
        }
        let may = allowed
            .get(module.as_str())
            .unwrap_or_else(|| panic!("src/{module} is not in the table of layers"));
        for (path, text) in files {
            for (line, name) in uses(&text) {
                // `use crate::{a, b}` would hide names from this test.
                let braces = name.is_empty();
                if braces || (name != module && !may.contains(&name.as_str())) {
                    wrong.push(format!("{}:{line}: {module} uses {name:?}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_layer_of_the_table_exists() {
    let modules = modules();
    for (name, _) in MAY_USE {
        assert!(modules.contains_key(*name), "src/{name} is gone");
    }
}

#[test]
fn pure_layers_deny_the_clock_and_the_world() {
    for layer in PURE {
        let text = fs::read_to_string(root().join(format!("src/{layer}/mod.rs"))).unwrap();
        assert!(
            text.contains("#![deny(clippy::disallowed_methods, clippy::disallowed_types)]"),
            "src/{layer}/mod.rs does not deny clippy's disallowed lists"
        );
    }
    let mut wrong = Vec::new();
    for (module, files) in modules() {
        if !PURE.contains(&module.as_str()) {
            continue;
        }
        for (path, text) in files {
            for (index, line) in text.lines().enumerate() {
                let code = line.split("//").next().unwrap_or_default();
                for word in ["async fn", ".await", "println!", "tokio::", "nix::", "socket2::"] {
                    if code.contains(word) {
                        wrong.push(format!("{}:{}: {word}", path.display(), index + 1));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_have_one_subject_and_say_which() {
    let mut wrong = Vec::new();
    for folder in ["src", "tests", "benches", "examples"] {
        let folder = root().join(folder);
        if !folder.is_dir() {
            continue;
        }
        for path in rust_files(&folder) {
            let text = fs::read_to_string(&path).unwrap();
            let lines = text.lines().count();
            if lines > MOST_LINES {
                wrong.push(format!("{}: {lines} lines", path.display()));
            }
            if !text.starts_with("//! ") {
                wrong.push(format!("{}: does not begin with what it is for", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn unsafe_stands_in_sys_only_and_with_its_reason() {
    let mut wrong = Vec::new();
    for (module, files) in modules() {
        for (path, text) in files {
            let lines: Vec<_> = text.lines().collect();
            for (index, line) in lines.iter().enumerate() {
                let code = line.split("//").next().unwrap_or_default();
                if !(code.contains("unsafe {") || code.contains("unsafe impl")) {
                    continue;
                }
                let reason =
                    lines[index.saturating_sub(8)..index].iter().any(|l| l.contains("SAFETY:"));
                if module != "sys" || !reason {
                    wrong.push(format!("{}:{}: {line}", path.display(), index + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_module_is_a_drawer() {
    for path in rust_files(&root().join("src")) {
        for part in path.strip_prefix(root()).unwrap().components() {
            let name = part.as_os_str().to_string_lossy();
            let name = name.trim_end_matches(".rs");
            assert!(
                !["utils", "util", "helpers", "helper", "common", "misc"].contains(&name),
                "{} says nothing",
                path.display()
            );
        }
    }
}
