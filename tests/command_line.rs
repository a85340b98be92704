//! The command line as its callers see it: what is printed where, and with which exit status.

#![allow(clippy::unwrap_used)]

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const OURS: &str = env!("CARGO_BIN_EXE_stillalive");

/// A folder with the binary under the name `keepalived`.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        symlink(OURS, folder.path().join("keepalived")).unwrap();
        Self { folder }
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn keepalived(&self, arguments: &[&str]) -> Output {
        run(&self.folder.path().join("keepalived"), arguments)
    }
}

fn run(program: &Path, arguments: &[&str]) -> Output {
    // A daemon that runs although it must not would run for ever.
    Command::new("timeout").args(["-k", "1", "20"]).arg(program).args(arguments).output().unwrap()
}

fn status(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn version_goes_to_standard_error_in_the_form_that_tools_parse() {
    let output = Place::new().keepalived(&["-v"]);
    assert_eq!(status(&output), 0);
    let text = stderr(&output);
    let mut words = text.split_whitespace();
    assert_eq!(words.next(), Some("Keepalived"));
    let version = words.next().and_then(|word| word.strip_prefix('v')).unwrap();
    assert_eq!(version.split('.').filter(|part| part.parse::<u32>().is_ok()).count(), 3);
    assert!(words.next().is_some_and(|word| word.starts_with('(')));
    assert_eq!(stdout(&output), "");
}

#[test]
fn help_names_the_options_and_succeeds() {
    let output = Place::new().keepalived(&["--help"]);
    assert_eq!(status(&output), 0);
    let text = stderr(&output);
    assert!(text.starts_with("Usage: keepalived [OPTION...]"), "{text}");
    for option in ["--use-file", "--dont-fork", "--log-console", "--config-test", "--signum"] {
        assert!(text.contains(option), "{option} is missing");
    }
}

#[test]
fn signal_numbers_go_to_standard_output() {
    let place = Place::new();
    for (name, number) in [("STOP", "15"), ("RELOAD", "1"), ("DATA", "10"), ("STATS", "12")] {
        let output = place.keepalived(&[&format!("--signum={name}")]);
        assert_eq!((status(&output), stdout(&output).trim()), (0, number));
    }
    let unknown = place.keepalived(&["--signum=NOPE"]);
    assert_eq!((status(&unknown), stderr(&unknown).trim()), (1, "Unknown sigfunc NOPE"));
}

#[test]
fn bad_options_end_with_status_1_and_keepaliveds_words() {
    let place = Place::new();
    for (arguments, text) in [
        (vec!["-Z"], "Unknown option -Z"),
        (vec!["--bogus"], "Unknown option --bogus"),
        (vec!["-f"], "Missing parameter for option -f"),
    ] {
        let output = place.keepalived(&arguments);
        assert_eq!((status(&output), stderr(&output).trim()), (1, text));
    }
}

#[test]
fn a_missing_file_ends_the_daemon_with_status_6() {
    let output = Place::new().keepalived(&["-n", "-l", "-G", "-f", "/nonexistent/keepalived.conf"]);
    assert_eq!(status(&output), 6, "{}", stderr(&output));
    assert!(stderr(&output).contains("/nonexistent/keepalived.conf"), "{}", stderr(&output));
}

#[test]
fn a_configuration_test_names_the_line_and_returns_keepaliveds_status() {
    let place = Place::new();
    let good = place.file(
        "good.conf",
        "vrrp_instance V1 {\n  interface eth0\n  virtual_router_id 51\n  \
         virtual_ipaddress {\n    10.0.0.1/24\n  }\n}\n",
    );
    let output = place.keepalived(&["-t", "-f", good.to_str().unwrap()]);
    assert_eq!((status(&output), stderr(&output).as_str()), (0, ""));

    let odd = place.file("odd.conf", "vrrp_instance V1 {\n  intreface eth0\n}\n");
    let output = place.keepalived(&["-t", "-f", odd.to_str().unwrap()]);
    assert_eq!(status(&output), 5, "{}", stderr(&output));
    assert!(stderr(&output).contains("odd.conf: Line 2"), "{}", stderr(&output));
    assert!(stderr(&output).contains("intreface"), "{}", stderr(&output));

    let short = place.file("short.conf", "vrrp_instance V1 {\n  priority\n}\n");
    let output = place.keepalived(&["-t", "-f", short.to_str().unwrap()]);
    assert_eq!(status(&output), 2, "{}", stderr(&output));
}

#[test]
fn a_missing_interface_decides_the_status_before_scripts_do() {
    let place = Place::new();
    let text = "vrrp_instance V1 {\n  interface nosuch0\n  virtual_router_id 5\n  \
                notify /bin/true\n  virtual_ipaddress {\n    10.0.0.1\n  }\n}\n";
    let file = place.file("k.conf", text);
    let output = place.keepalived(&["-t", "-f", file.to_str().unwrap()]);
    assert_eq!(status(&output), 5, "{}", stderr(&output));
    assert!(stderr(&output).contains("interface nosuch0"), "{}", stderr(&output));
    assert!(!stderr(&output).contains("SECURITY VIOLATION"), "{}", stderr(&output));
}

#[test]
fn a_configuration_test_can_write_to_a_file() {
    let place = Place::new();
    let odd = place.file("odd.conf", "bogus\n");
    let log = place.folder.path().join("log");
    let output = place.keepalived(&[
        "--config-test",
        "-f",
        odd.to_str().unwrap(),
        &format!("-t{}", log.display()),
    ]);
    assert_eq!(status(&output), 5);
    assert_eq!(stderr(&output), "");
    assert!(std::fs::read_to_string(log).unwrap().contains("bogus"));
}

#[test]
fn our_own_name_has_our_own_help() {
    let output = run(Path::new(OURS), &["--help"]);
    assert_eq!(status(&output), 0);
    assert!(stdout(&output).contains("run"), "{}", stdout(&output));
    let version = run(Path::new(OURS), &["--version"]);
    assert_eq!(status(&version), 0);
    assert!(stdout(&version).starts_with(&format!("stillalive {}", env!("CARGO_PKG_VERSION"))));
    assert_eq!(status(&run(Path::new(OURS), &["bogus"])), 2);
}
