//! The command line: exit status, inputs, selection, suppression, baselines.

use std::fs;
use std::path::Path;

use crate::{check_in, check_text, codes, instance};

/// One error, one warning, one note.
fn three() -> String {
    instance("    pritority 1\n    priority 100 x\n    unicast_peer {\n        192.0.2.2\n    }")
}

#[test]
fn the_exit_status_says_whether_something_counts() {
    let warning = instance("    priority 100 x");
    let note = instance("    unicast_peer {\n        192.0.2.2\n    }");
    let clean = instance("");
    for (text, fail_on, status) in [
        (three(), "error", 1),
        (warning.clone(), "error", 0),
        (warning, "warning", 1),
        (note.clone(), "warning", 0),
        (note, "note", 1),
        (clean, "note", 0),
    ] {
        let run = check_text(&text, &["--fail-on", fail_on]);
        assert_eq!(run.status, status, "--fail-on {fail_on}\n{}", run.out);
    }
}

#[test]
fn what_cannot_be_read_is_2_never_0() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("good.conf"), instance("")).unwrap();
    for arguments in [
        vec!["missing.conf"],
        vec!["good.conf", "missing.conf"],
        vec!["."; 0],
        vec!["--format", "bogus", "good.conf"],
        vec!["--select", "SA999", "good.conf"],
        vec!["--facts", "missing.json", "good.conf"],
        vec!["--baseline", "missing.json", "good.conf"],
        vec!["--define", "novalue", "good.conf"],
        vec!["--fix", "-"],
    ] {
        let run = check_in(folder.path(), &arguments, "");
        assert_eq!(run.status, 2, "{arguments:?}\n{}", run.out);
        assert!(!run.err.is_empty(), "{arguments:?}");
    }
    fs::create_dir(folder.path().join("empty")).unwrap();
    assert_eq!(check_in(folder.path(), &["empty"], "").status, 2);
}

#[test]
fn a_folder_means_its_configurations_without_those_that_others_include() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir(path.join("parts")).unwrap();
    fs::write(path.join("keepalived.conf"), "include parts/*.conf\n").unwrap();
    fs::write(path.join("parts/a.conf"), instance("    bogus")).unwrap();
    fs::write(path.join("other.conf"), instance("    wrong")).unwrap();
    fs::write(path.join("notes.txt"), "no configuration\n").unwrap();
    let run = check_in(path, &["--format", "short", "."], "");
    assert_eq!(run.status, 1);
    let files: Vec<_> = run.out.lines().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(files, ["parts/a.conf", "other.conf"], "{}", run.out);
}

#[test]
fn codes_are_selected_and_ignored() {
    let chosen = |arguments: &[&str]| {
        let arguments = [&["--format", "short"], arguments].concat();
        let run = check_text(&three(), &arguments);
        codes(&run).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(chosen(&[]), ["SA101", "SA116", "SA325"]);
    assert_eq!(chosen(&["--select", "SA1"]), ["SA101", "SA116"]);
    assert_eq!(chosen(&["--ignore", "SA116,unknown-keyword"]), ["SA325"]);
    assert_eq!(chosen(&["--select", "SA1", "--ignore", "SA101"]), ["SA116"]);
}

#[test]
fn what_this_daemon_cannot_do_yet_is_said_when_asked() {
    let text = format!("global_defs {{\n    enable_snmp_checker\n}}\n{}", instance(""));
    assert_eq!(codes(&check_text(&text, &["--format", "short"])), [""; 0]);
    let run = check_text(&text, &["--format", "short", "--select", "SA114"]);
    assert_eq!(codes(&run), ["SA114"]);
}

#[test]
fn a_comment_allows_a_finding() {
    let text = instance("    priority 100 x # stillalive: allow(SA116) an old habit");
    assert_eq!(codes(&check_text(&text, &["--format", "short"])), [""; 0]);
    let text = instance("    priority 100 # stillalive: allow(SA116)");
    assert_eq!(codes(&check_text(&text, &["--format", "short"])), ["SA150"]);
}

#[test]
fn a_baseline_hides_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let write = |text: &str| fs::write(folder.path().join("k.conf"), text).unwrap();
    let check = |arguments: &[&str]| {
        let all = [arguments, &["--format", "short", "k.conf"]].concat();
        check_in(folder.path(), &all, "")
    };
    write(&instance("    pritority 1"));
    let run = check(&["--write-baseline", "known.json"]);
    assert_eq!((run.status, run.out.as_str()), (0, ""));
    let run = check(&["--baseline", "known.json"]);
    assert_eq!((run.status, run.out.as_str()), (0, ""));
    write(&instance("\n\n    pritority 1\n    bogus"));
    let run = check(&["--baseline", "known.json"]);
    assert_eq!(run.status, 1);
    assert_eq!(run.out.lines().count(), 1, "{}", run.out);
    assert!(run.out.contains("bogus"), "{}", run.out);
}

#[test]
fn passwords_are_shown_nowhere() {
    let secret = "battery-staple";
    let text = instance(&format!(
        "    priority 100 x\n    authentication {{\n        auth_type PASS\n        \
         auth_pass {secret} y\n    }}"
    ));
    for format in ["human", "short", "json", "sarif", "github", "gitlab", "junit"] {
        let run = check_text(&text, &["--format", format]);
        assert!(!run.out.contains(secret), "{format}: {}", run.out);
    }
    assert!(!check_text(&text, &["--diff"]).out.contains(secret));
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("k.conf"), &text).unwrap();
    check_in(folder.path(), &["--write-baseline", "b.json", "k.conf"], "");
    let baseline = fs::read_to_string(folder.path().join("b.json")).unwrap();
    assert!(baseline.contains("SA307") && !baseline.contains(secret), "{baseline}");
}

#[test]
fn several_files_are_one_report() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.conf", "b.conf"] {
        fs::write(folder.path().join(name), instance("    priority 100 x")).unwrap();
    }
    let run = check_in(folder.path(), &["a.conf", "b.conf"], "");
    assert!(run.out.ends_with("2 warnings in 2 files\n"), "{}", run.out);
    assert!(Path::new(&folder.path().join("a.conf")).exists());
}
