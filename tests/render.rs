//! What `render` prints is the same configuration, read again.

#![allow(clippy::unwrap_used)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::prelude::*;
use stillalive::lower::Mode;
use stillalive::render::{self, View};
use stillalive::runtime::load::{Loaded, Reading, load_text};
use stillalive::syntax::{Environment, Statement};

fn reading(id: &str) -> Reading {
    let environment = Environment { config_id: id.to_owned(), ..Environment::default() };
    Reading { environment, mode: Mode::Run }
}

/// Statements as words in braces.
fn words(statements: &[Statement]) -> Vec<String> {
    let mut all = Vec::new();
    for statement in statements {
        all.extend(statement.words.iter().map(|word| word.text.clone()));
        if let Some(block) = &statement.block {
            all.push("{".to_owned());
            all.extend(words(&block.statements));
            all.push("}".to_owned());
        }
        all.push("\n".to_owned());
    }
    all
}

/// What is wrong with the rendering of a configuration, read under this config-id.
fn wrong(loaded: &Loaded, id: &str) -> Option<String> {
    let view = View { tree: &loaded.tree, sources: &loaded.sources, secrets: true, defaults: true };
    let text = render::configuration(&view);
    // Another name: the text of the file differs, and nothing else may.
    let again = load_text(Path::new("rendered"), text.as_bytes(), &reading(id));
    if words(&again.tree.statements) != words(&loaded.tree.statements) {
        return Some(format!("other statements:\n{text}"));
    }
    (again.config != loaded.config).then(|| format!("another configuration:\n{text}"))
}

fn corpus() -> Option<Vec<PathBuf>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = ["../shared/corpus/configs", "../../shared/corpus/configs"];
    let found = places.into_iter().map(|place| root.join(place)).find(|folder| folder.is_dir());
    let Some(folder) = found else {
        let in_ci = std::env::var_os("CI").is_some_and(|value| value == "true");
        assert!(!in_ci, "../shared/corpus is not there, and CI=true wants it");
        let _ = writeln!(std::io::stderr(), "SKIPPED: ../shared/corpus is not there");
        return None;
    };
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    Some(files)
}

/// A generator of one file makes 300,000 lines; a few say as much, and sooner.
const FEWER: &[(&str, &str)] =
    &[("~SEQ(VS2, 0, 255)", "~SEQ(VS2, 0, 2)"), ("(RS2,1,100)", "(RS2,1,3)")];

/// A config-id that the file names, if it names one.
fn an_id(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let named = text.lines().find_map(|line| line.trim_start().strip_prefix('@'));
    let word = named.and_then(|rest| rest.split([' ', '\t']).next()).unwrap_or_default();
    word.trim_start_matches('^').to_owned()
}

#[test]
fn every_real_file_is_the_same_configuration_after_rendering() {
    let Some(files) = corpus() else { return };
    let mut faults = Vec::new();
    for path in &files {
        let text = std::fs::read(path).unwrap();
        let text = match String::from_utf8(text) {
            Ok(text) => FEWER.iter().fold(text, |text, (many, few)| text.replace(many, few)).into(),
            Err(other) => other.into_bytes(),
        };
        let id = an_id(&text);
        let loaded = load_text(path, &text, &reading(&id));
        faults.extend(wrong(&loaded, &id).map(|what| format!("{}: {what}", path.display())));
    }
    assert!(faults.is_empty(), "{} files, such as {}", faults.len(), faults.join("\n\n"));
}

/// Pieces of which configurations, right and wrong ones, are made.
const PIECES: &[&str] = &[
    "vrrp_instance VI_1 ",
    "interface eth0\n",
    "virtual_router_id 51\n",
    "priority ${P}\n",
    "notify \"/bin/y \\\"c\\\" # d\" root\n",
    "script '/x  y'\n",
    "router_id a\\#b\n",
    "x!y\n",
    "auth_pass \"a # b\"\n",
    "{",
    "}",
    "\n",
    " ",
    "\\",
    "\\\n",
    "\"",
    "'",
    "@main ",
    "$P=100\n",
    "$M= \\\n a \\\n b\n",
    "$M\n",
    "~SEQ(A, 1, 2) x $A\n",
    "$I=@main\n",
    "$I y\n",
    "$I=include\n",
    "$I f\n",
    "x ${_HASH} y\n",
    "\"x${_HASH}y\" z\n",
    "x ${UNDEF} y\n",
    "é \u{fffd}\n",
    "\"@main\" z\n",
    "\"$P=1\" z\n",
    "\"include\" z\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_the_same_configuration_after_rendering(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..30)
    ) {
        let text = pieces.concat();
        let loaded = load_text(Path::new("a"), text.as_bytes(), &reading("main"));
        prop_assert_eq!(wrong(&loaded, "main"), None);
    }
}

#[test]
fn braces_beyond_the_deepest_block_are_the_same_configuration_after_rendering() {
    // The braces stand alone, follow a word, and are closed again or not.
    for (before, after) in
        [("", ""), ("global_defs {\n notificat", "\n}\nvrrp_script a {\n}"), ("a ", "b }\n{ c")]
    {
        let text = format!("{before}{}{after}", "{".repeat(80));
        let loaded = load_text(Path::new("a"), text.as_bytes(), &reading("main"));
        assert_eq!(wrong(&loaded, "main"), None, "{text}");
    }
}

/// Exit status, standard output, standard error.
fn command(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_stillalive"))
        .arg("render")
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_command_prints_text_or_json_and_conceals_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let text = "vrrp_instance a {\n interface eth0\n virtual_router_id 1\n authentication {\n \
                auth_type PASS\n auth_pass hunter2\n }\n virtual_ipaddress {\n 10.0.0.1\n }\n}\n";
    std::fs::write(folder.path().join("k.conf"), text).unwrap();
    let (status, shown, problem) = command(folder.path(), &["k.conf", "--no-defaults"]);
    assert_eq!((status, problem.as_str()), (0, ""));
    insta::assert_snapshot!(shown, @"
    vrrp_instance a {                               # k.conf:1
        interface eth0                              # k.conf:2
        virtual_router_id 1                         # k.conf:3
        authentication {                            # k.conf:4
            auth_type PASS                          # k.conf:5
            auth_pass ********                      # k.conf:6
        }
        virtual_ipaddress {                         # k.conf:8
            10.0.0.1                                # k.conf:9
        }
    }
    ");
    let (status, shown, _) = command(folder.path(), &["k.conf", "--format", "json"]);
    assert_eq!(status, 0);
    assert!(shown.starts_with('{') && !shown.contains("hunter2"), "{shown}");
    let (_, shown, _) = command(folder.path(), &["k.conf", "--secrets"]);
    assert!(shown.contains("auth_pass hunter2"), "{shown}");
    let (status, shown, problem) = command(folder.path(), &["missing.conf"]);
    assert_eq!((status, shown.as_str()), (2, ""));
    assert!(problem.contains("missing.conf"), "{problem}");
}
