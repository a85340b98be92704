//! Gathers the facts about this host that a configuration is checked against: the network from
//! netlink, users from the system's databases, the paths of scripts from the file system.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::facts::{Entry, EntryKind, Host, User};
use crate::ir::{Config, Script, ScriptUser};
use crate::runtime::netlink;
use crate::sys::host_name;

/// Where programs are searched for without a `PATH`.
const USUAL_SEARCH: &str = "/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin";
/// Users that matter whatever the configuration says: scripts run as one of them by default.
const USUAL_USERS: &[&str] = &["root", "keepalived_script"];

/// What is known of this host; with a configuration, of what it names, too.
///
/// # Errors
/// The kernel does not list its interfaces.
pub fn host(config: Option<&Config>) -> io::Result<Host> {
    let mut host = Host {
        name: host_name::own(),
        network: Some(netlink::dump_of_others()?),
        ..Host::default()
    };
    for user in USUAL_USERS {
        look_up_user(&mut host, user);
    }
    if let Some(config) = config {
        for user in config.script_users() {
            look_up(&mut host, user);
        }
        for named in config.script_uses() {
            survey_program(&mut host.paths, named.script);
        }
    }
    Ok(host)
}

fn look_up(host: &mut Host, user: &ScriptUser) {
    look_up_user(host, &user.user);
    if let Some(name) = &user.group {
        let group = nix::unistd::Group::from_name(name).ok().flatten();
        host.groups.insert(name.clone(), group.map(|group| group.gid.as_raw()));
    }
}

fn look_up_user(host: &mut Host, name: &str) {
    let user = nix::unistd::User::from_name(name).ok().flatten();
    let user = user.map(|user| User { uid: user.uid.as_raw(), gid: user.gid.as_raw() });
    host.users.insert(name.to_owned(), user);
}

fn survey_program(paths: &mut BTreeMap<String, Entry>, script: &Script) {
    let name = &script.program;
    if name.starts_with('/') {
        survey_path(paths, name);
    } else if !name.contains('/') {
        // keepalived searches for it as a shell does.
        let search = std::env::var("PATH").unwrap_or_else(|_| USUAL_SEARCH.to_owned());
        let places = search.split(':').map(|folder| format!("{folder}/{name}"));
        let found = places.into_iter().find(|place| Path::new(place).is_file());
        let found = found.and_then(|place| fs::canonicalize(place).ok());
        let target = found.map(|path| path.to_string_lossy().into_owned()).unwrap_or_default();
        let entry = Entry { kind: EntryKind::Link { target: target.clone() }, ..Entry::MISSING };
        paths.insert(name.clone(), entry);
        if !target.is_empty() {
            survey_path(paths, &target);
        }
    }
}

/// The elements of a path, and of the path that it really is when links are followed.
fn survey_path(paths: &mut BTreeMap<String, Entry>, path: &str) {
    let ends = path.match_indices('/').map(|(at, _)| at.max(1)).chain([path.len()]);
    for end in ends {
        let Some(element) = path.get(..end) else { continue };
        if paths.contains_key(element) {
            continue;
        }
        let (entry, target) = entry(Path::new(element));
        paths.insert(element.to_owned(), entry);
        if let Some(target) = target {
            // Resolved: there are no links on its way, so this goes one level deep.
            survey_path(paths, &target);
        }
    }
}

fn entry(path: &Path) -> (Entry, Option<String>) {
    let Ok(metadata) = fs::symlink_metadata(path) else { return (Entry::MISSING, None) };
    let file_type = metadata.file_type();
    let mut target = None;
    let kind = if file_type.is_symlink() {
        let real = fs::canonicalize(path).map(|real| real.to_string_lossy().into_owned());
        target = real.ok();
        EntryKind::Link { target: target.clone().unwrap_or_default() }
    } else if file_type.is_dir() {
        EntryKind::Directory
    } else if file_type.is_file() {
        EntryKind::File
    } else {
        EntryKind::Other
    };
    let mode = metadata.mode() & 0o7777;
    (Entry { kind, mode, uid: metadata.uid(), gid: metadata.gid() }, target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn every_element_of_a_path_is_known_and_so_is_what_a_link_leads_to() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::write(root.join("real"), "").unwrap();
        symlink(root.join("real"), root.join("link")).unwrap();
        let mut paths = BTreeMap::new();
        let link = root.join("link").to_string_lossy().into_owned();
        survey_path(&mut paths, &link);
        let real = root.join("real").to_string_lossy().into_owned();
        assert_eq!(paths[&link].kind, EntryKind::Link { target: real.clone() });
        assert_eq!(paths[&real].kind, EntryKind::File);
        assert_eq!(paths["/"].kind, EntryKind::Directory);
        survey_path(&mut paths, "/nonexistent/x");
        assert_eq!(paths["/nonexistent"].kind, EntryKind::Missing);
        assert_eq!(paths["/nonexistent/x"].kind, EntryKind::Missing);
    }
}
