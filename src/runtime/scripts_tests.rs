//! Scripts as other users; those tests need root.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use nix::unistd::{Group, User};

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
    let user = match &script.user {
        Some(user) => Users { further_groups: false }.look_up(user),
        None => Some(Credentials::alone(Uid::effective(), Gid::effective())),
    };
    let how = prepare(&script, user, security, &mut false);
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
        "cd \"${0%/*}\"; { id -un; id -Gn; sed -n 's/^Groups:\t*//p' /proc/self/status; umask; printf '%s\\n' \"$#\" \"$1\" \"$2\"; \
         ls -l /proc/self/fd | grep -c /dev/null; awk '/SigIgn/ {print $2}' /proc/self/status > ignored; \
         [ $(ps -o pgid= -p $$) -eq $$ ] && echo leader; } > out",
    );
    let (scripts, script) = scripts(&path, Some("nobody"), false);
    let launch = scripts.launch_with(&script, &["MASTER".to_owned()]).unwrap();
    block_on(async { launch.spawn().unwrap().wait().await }).unwrap();
    let out = fs::read_to_string(directory.path().join("out")).unwrap();
    let group = Group::from_gid(User::from_name("nobody").unwrap().unwrap().gid).unwrap().unwrap();
    let (name, number) = (&group.name, group.gid);
    // One group, as keepalived leaves it, and none of the daemon's.
    let expected = format!("nobody\n{name}\n{number} \n0177\n2\ntwo words\nMASTER\n2\nleader\n");
    assert_eq!(out, expected);
    // Whoever started the test may ignore the two signals that the C library keeps to itself.
    let ignored = fs::read_to_string(directory.path().join("ignored")).unwrap();
    let ignored = u64::from_str_radix(ignored.trim(), 16).unwrap();
    assert_eq!(ignored & !(0b11 << 31), 0, "{ignored:x}");
    let mode = fs::metadata(directory.path().join("out")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_script_has_the_groups_that_it_is_given_and_no_others() {
    if !Uid::effective().is_root() {
        let _ = writeln!(std::io::stderr(), "SKIPPED: changing the groups needs root");
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "CI must run as root");
        return;
    }
    let (directory, path) = script("sed -n 's/^Groups:\t*//p' /proc/self/status > ${0%/*}/out");
    let (mut scripts, script) = scripts(&path, Some("nobody"), false);
    let how = scripts.prepared.get_mut(&script).unwrap().as_mut().unwrap();
    how.credentials.groups = vec![Gid::from_raw(12_345), Gid::from_raw(23_456)];
    let launch = scripts.launch(&script).unwrap();
    block_on(async { launch.spawn().unwrap().wait().await }).unwrap();
    assert_eq!(fs::read_to_string(directory.path().join("out")).unwrap(), "12345 23456 \n");
    // Who has further groups depends on the machine; one's own is always among them.
    let nobody = ScriptUser { user: "nobody".to_owned(), group: Some("bin".to_owned()) };
    let bin = Group::from_name("bin").unwrap().unwrap().gid;
    let groups = |further_groups| Users { further_groups }.look_up(&nobody).unwrap().groups;
    assert_eq!(groups(false), [bin]);
    assert!(groups(true).contains(&bin));
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
    assert_eq!(permission::replaceable(Path::new("/usr/bin/env")), None);
    let (_directory, path) = script("true");
    assert!(permission::replaceable(&path).is_some(), "its directory is writable by everybody");
    if Uid::effective().is_root() {
        assert!(is_disabled(scripts(&path, None, true)));
        assert!(is_enabled(scripts(&path, Some("nobody"), true)));
    }
}

/// Each obstacle names the element of the path, the bit and the owner.
#[test]
fn a_refusal_names_the_element_of_the_path_the_bit_and_the_user() {
    if !Uid::effective().is_root() {
        let _ = writeln!(std::io::stderr(), "SKIPPED: giving files away needs root");
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "CI must run as root");
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("folder");
    fs::create_dir(&folder).unwrap();
    let path = folder.join("script.sh");
    fs::write(&path, "#!/bin/sh\n").unwrap();
    let nobody = User::from_name("nobody").unwrap().unwrap();
    let group = Group::from_gid(nobody.gid).unwrap().unwrap().name;
    let set = |what: &Path, mode: u32, uid: Uid, gid: Gid| {
        nix::unistd::chown(what, Some(uid), Some(gid)).unwrap();
        fs::set_permissions(what, fs::Permissions::from_mode(mode)).unwrap();
    };
    let (zero, wheel) = (Uid::from_raw(0), Gid::from_raw(0));
    let reset = || {
        set(root.path(), 0o755, zero, wheel);
        set(&folder, 0o755, zero, wheel);
        set(&path, 0o755, zero, wheel);
    };
    let replaceable = || permission::replaceable(&path).map(|it| it.to_string());
    let blocked = |user: &Credentials| {
        let metadata = fs::metadata(&path).unwrap();
        let folder = permission::closed_folder(&path, user);
        let obstacle = folder.or_else(|| permission::not_executable(&path, &metadata, user));
        obstacle.map(|it| it.to_string())
    };
    let (shown, inside) = (folder.display(), path.display());
    let somebody = Credentials::alone(nobody.uid, nobody.gid);

    reset();
    assert_eq!(replaceable(), None);
    assert_eq!(blocked(&somebody), None);
    set(&folder, 0o777, zero, wheel);
    let expected = format!(
        "{shown} is writable by everybody (bit 0002); its mode is 0777, its owner root:root"
    );
    assert_eq!(replaceable(), Some(expected));
    set(&folder, 0o1777, zero, wheel);
    assert_eq!(replaceable(), None, "sticky");
    set(&folder, 0o775, zero, nobody.gid);
    let expected = format!(
        "{shown} is writable by group {group} (bit 0020); its mode is 0775, its owner root:{group}"
    );
    assert_eq!(replaceable(), Some(expected));
    reset();
    set(&path, 0o755, nobody.uid, wheel);
    let expected = format!(
        "{inside} belongs to nobody, who can replace it; its mode is 0755, its owner nobody:root"
    );
    assert_eq!(replaceable(), Some(expected));

    reset();
    set(&path, 0o744, zero, wheel);
    let expected = format!(
        "{inside} is not executable for user nobody (bit 0001 is missing); its mode is 0744, its owner \
         root:root"
    );
    assert_eq!(blocked(&somebody), Some(expected));
    assert_eq!(blocked(&Credentials::alone(zero, wheel)), None, "anybody's bit is enough for root");
    reset();
    set(&folder, 0o700, zero, wheel);
    let expected = format!(
        "{shown} is not executable for user nobody (bit 0001 is missing); its mode is 0700, its owner \
         root:root"
    );
    assert_eq!(blocked(&somebody), Some(expected), "a folder on the way");
    set(&folder, 0o750, zero, Gid::from_raw(12_345));
    let further = Credentials { groups: vec![nobody.gid, Gid::from_raw(12_345)], ..somebody };
    assert_eq!(blocked(&further), None, "by a supplementary group");
}

#[test]
fn a_bare_name_is_found_along_the_path() {
    let (scripts, _) = scripts(Path::new("env"), None, false);
    let how = scripts.prepared.values().next().unwrap().as_ref().unwrap();
    assert!(how.path.is_absolute() && how.path.ends_with("env"));
    assert_eq!(Path::new(&how.name), how.path);
}
