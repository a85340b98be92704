//! `stillalive fmt` as its callers see it: what it writes where, and its exit status.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const LOOSE: &str = "a\n{\n  b   c # d\n}\n";
const TIDY: &str = "a {\n    b c # d\n}\n";
const UNMATCHED: &str = "a {\n  b\n";

fn run(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_stillalive"))
        .arg("fmt")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may end without reading.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// Exit status, standard output, standard error.
fn told(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn files_are_laid_out_in_place_and_folders_are_searched() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("sub")).unwrap();
    for name in ["one.conf", "sub/two.conf", "sub/other.txt"] {
        fs::write(path(name), LOOSE).unwrap();
    }
    assert_eq!(told(&run(folder.path(), &["."], "")), (0, String::new(), String::new()));
    assert_eq!(fs::read_to_string(path("one.conf")).unwrap(), TIDY);
    assert_eq!(fs::read_to_string(path("sub/two.conf")).unwrap(), TIDY);
    assert_eq!(fs::read_to_string(path("sub/other.txt")).unwrap(), LOOSE);
}

#[test]
fn check_changes_nothing_names_the_files_and_fails() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("loose.conf"), LOOSE).unwrap();
    fs::write(folder.path().join("tidy.conf"), TIDY).unwrap();
    let output = run(folder.path(), &["--check", "loose.conf", "tidy.conf"], "");
    assert_eq!(told(&output), (1, "loose.conf\n".to_owned(), String::new()));
    assert_eq!(fs::read_to_string(folder.path().join("loose.conf")).unwrap(), LOOSE);
    assert_eq!(told(&run(folder.path(), &["--check", "tidy.conf"], "")).0, 0);
}

#[test]
fn diff_shows_what_would_change() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("loose.conf"), LOOSE).unwrap();
    let (status, shown, _) = told(&run(folder.path(), &["--diff", "loose.conf"], ""));
    assert_eq!(status, 0);
    insta::assert_snapshot!(shown, @r"
    --- a/loose.conf
    +++ b/loose.conf
    @@ -1,4 +1,3 @@
    -a
    -{
    -  b   c # d
    +a {
    +    b c # d
     }
    ");
    assert_eq!(told(&run(folder.path(), &["--diff", "--check", "loose.conf"], "")).0, 1);
}

#[test]
fn standard_input_goes_to_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &["-"], LOOSE);
    assert_eq!(told(&output), (0, TIDY.to_owned(), String::new()));
    let output = run(folder.path(), &["--check", "-"], LOOSE);
    assert_eq!(told(&output), (1, "<stdin>\n".to_owned(), String::new()));
}

#[test]
fn what_cannot_be_laid_out_stays_and_is_status_2() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("broken.conf"), UNMATCHED).unwrap();
    fs::write(folder.path().join("loose.conf"), LOOSE).unwrap();
    let message = "stillalive fmt: broken.conf: line 1: the block that begins here is never closed";
    let output = run(folder.path(), &["broken.conf", "loose.conf"], "");
    assert_eq!(told(&output), (2, String::new(), format!("{message}\n")));
    assert_eq!(fs::read_to_string(folder.path().join("broken.conf")).unwrap(), UNMATCHED);
    // The others are laid out all the same.
    assert_eq!(fs::read_to_string(folder.path().join("loose.conf")).unwrap(), TIDY);

    let (status, text, _) = told(&run(folder.path(), &["-"], UNMATCHED));
    assert_eq!((status, text.as_str()), (2, UNMATCHED), "a filter keeps what it cannot lay out");
    let (status, _, problem) = told(&run(folder.path(), &["--check", "missing.conf"], ""));
    assert_eq!(status, 2);
    assert!(problem.contains("missing.conf"), "{problem}");
    assert_eq!(told(&run(folder.path(), &[], "")).0, 2);
}
