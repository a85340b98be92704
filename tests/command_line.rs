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

/// What `caps` prints about a configuration, with these options before the file.
fn capabilities(text: &str, options: &[&str]) -> String {
    let place = Place::new();
    let file = place.file("k.conf", text);
    let mut arguments = vec!["caps"];
    arguments.extend_from_slice(options);
    let file = file.to_string_lossy().into_owned();
    arguments.extend(["-f", &file]);
    let output = run(Path::new(OURS), &arguments);
    assert_eq!((status(&output), stderr(&output)), (0, String::new()));
    stdout(&output)
}

const INSTANCE: &str = "vrrp_instance V1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.50
    }
}
";

/// The capabilities of the line for a unit file.
fn needed(printed: &str) -> Vec<&str> {
    let line = printed.lines().find_map(|line| line.split_once("CapabilityBoundingSet="));
    line.map_or(Vec::new(), |(_, names)| names.split(' ').collect())
}

#[test]
fn capabilities_are_those_that_the_configuration_needs_and_each_has_its_reason() {
    let plain = capabilities(INSTANCE, &[]);
    assert_eq!(needed(&plain), ["CAP_NET_ADMIN", "CAP_NET_RAW"]);
    assert!(plain.contains("CAP_NET_RAW\n    adverts on raw sockets: vrrp_instance V1\n"));
    assert!(plain.contains("for a reload: CAP_SETUID "));

    let more = format!(
        "net_namespace blue
        global_defs {{
            script_user watcher
            vrrp_rt_priority 10
            vrrp_no_swap
        }}
        vrrp_script chk {{
            script /bin/true
        }}
        {INSTANCE}"
    );
    let more = capabilities(&more, &["--metrics", "0.0.0.0:80"]);
    let all = "CAP_NET_ADMIN CAP_NET_RAW CAP_NET_BIND_SERVICE CAP_SETUID CAP_SETGID CAP_KILL \
               CAP_SYS_NICE CAP_IPC_LOCK CAP_SYS_ADMIN";
    assert_eq!(needed(&more), all.split(' ').collect::<Vec<_>>());
    for reason in [
        "CAP_NET_BIND_SERVICE\n    --metrics on port 80\n",
        "CAP_SETUID\n    vrrp_script /bin/true runs as watcher\n",
        "CAP_SYS_NICE\n    vrrp_rt_priority 10\n",
        "CAP_SYS_ADMIN\n    network namespace blue\n",
    ] {
        assert!(more.contains(reason), "{reason}\n{more}");
    }
}

#[test]
fn scripts_of_root_need_no_other_user() {
    let text = format!("vrrp_script chk {{\nscript /bin/true\nuser root\n}}\n{INSTANCE}");
    assert_eq!(needed(&capabilities(&text, &[])), ["CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_SETGID"]);
}

#[test]
fn a_configuration_that_runs_nothing_needs_no_capability() {
    let printed = capabilities("global_defs {\nrouter_id a\n}\n", &[]);
    assert!(printed.starts_with("This configuration needs no capability.\n"), "{printed}");
}

#[test]
fn a_wrong_place_for_metrics_and_a_wrong_log_format_are_named() {
    let place = Place::new();
    for (arguments, wanted) in [
        (["--metrics", "nowhere"], "'nowhere' is neither [ADDRESS:]PORT nor unix:PATH"),
        (["--metrics-names", "mine"], "'mine' is not one of stillalive, mehdy, gen2brain"),
        (["--log-format", "xml"], "Invalid log format 'xml'"),
    ] {
        let output = place.keepalived(&arguments);
        assert_eq!(status(&output), 1);
        assert!(stderr(&output).contains(wanted), "{}", stderr(&output));
    }
}

#[test]
fn lines_on_the_console_are_json_objects_where_they_are_asked_for() {
    let place = Place::new();
    let missing = place.folder.path().join("missing.conf").to_string_lossy().into_owned();
    let arguments = ["-n", "-l", "-G", "-e", "--log-format", "json", "-f", &missing];
    let output = place.keepalived(&arguments);
    assert_ne!(status(&output), 0);
    let lines = stderr(&output);
    let lines: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let last = lines.last().unwrap();
    assert_eq!(last["ident"], "Keepalived");
    assert!(lines.iter().any(|line| line["level"] == "error"), "{lines:?}");
    assert!(lines.iter().all(|line| line["time"].as_str().unwrap().ends_with('Z')));
}
