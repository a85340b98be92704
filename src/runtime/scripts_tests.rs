//! Scripts as other users; those tests need root.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;

use super::*;

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// A directory for everybody, and in it an executable script with that body.
fn script(body: &str) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let path = directory.path().join("script.sh");
    fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    (directory, path)
}

fn scripts(program: &Path, user: Option<&str>, security: bool) -> (Scripts, Script) {
    let script = Script {
        program: program.to_str().unwrap().to_owned(),
        arguments: vec!["two words".to_owned()],
        user: user.map(|user| ScriptUser { user: user.to_owned(), group: None }),
    };
    let own = Credentials { user: Uid::effective(), group: Gid::effective() };
    let how = prepare(&script, Some(own), security, &mut false);
    let prepared = BTreeMap::from([(script.clone(), how)]);
    (Scripts { prepared, umask: 0o177, ..Scripts::default() }, script)
}

fn is_enabled((scripts, script): (Scripts, Script)) -> bool {
    scripts.launch(&script).is_some()
}

fn is_disabled(prepared: (Scripts, Script)) -> bool {
    !is_enabled(prepared)
}

#[test]
fn a_script_runs_as_its_user_with_its_arguments_umask_and_group() {
    if !Uid::effective().is_root() {
        // Not `eprintln!`: the test runner would keep it to itself.
        let _ = writeln!(std::io::stderr(), "SKIPPED: changing the user needs root");
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "CI must run as root");
        return;
    }
    let (directory, path) = script(
        "cd \"${0%/*}\"; { id -un; id -Gn; umask; printf '%s\\n' \"$#\" \"$1\" \"$2\"; \
         ls -l /proc/self/fd | grep -c /dev/null; awk '/SigIgn/ {print $2}' /proc/self/status > ignored; \
         [ $(ps -o pgid= -p $$) -eq $$ ] && echo leader; } > out",
    );
    let (scripts, script) = scripts(&path, Some("nobody"), false);
    let launch = scripts.launch_with(&script, &["MASTER".to_owned()]).unwrap();
    block_on(async { launch.spawn().unwrap().wait().await }).unwrap();
    let out = fs::read_to_string(directory.path().join("out")).unwrap();
    let group = Group::from_gid(User::from_name("nobody").unwrap().unwrap().gid).unwrap().unwrap();
    let expected = format!("nobody\n{}\n0177\n2\ntwo words\nMASTER\n2\nleader\n", group.name);
    assert_eq!(out, expected);
    // Whoever started the test may ignore the two signals that the C library keeps to itself.
    let ignored = fs::read_to_string(directory.path().join("ignored")).unwrap();
    let ignored = u64::from_str_radix(ignored.trim(), 16).unwrap();
    assert_eq!(ignored & !(0b11 << 31), 0, "{ignored:x}");
    let mode = fs::metadata(directory.path().join("out")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn what_cannot_run_is_disabled() {
    let (_directory, path) = script("true");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(is_disabled(scripts(&path, None, false)));
    assert!(is_disabled(scripts(Path::new("/nowhere/script"), None, false)));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    assert!(is_disabled(scripts(&path, Some("no such user"), false)));
    assert!(is_enabled(scripts(&path, None, false)));
}

#[test]
fn with_script_security_root_runs_only_what_nobody_else_can_replace() {
    assert!(secure(Path::new("/usr/bin/env")));
    let (_directory, path) = script("true");
    assert!(!secure(&path), "its directory is writable by everybody");
    if Uid::effective().is_root() {
        assert!(is_disabled(scripts(&path, None, true)));
        assert!(is_enabled(scripts(&path, Some("nobody"), true)));
    }
}

#[test]
fn a_bare_name_is_found_along_the_path() {
    let (scripts, _) = scripts(Path::new("env"), None, false);
    let how = scripts.prepared.values().next().unwrap().as_ref().unwrap();
    assert!(how.path.is_absolute() && how.path.ends_with("env"));
    assert_eq!(Path::new(&how.name), how.path);
}
