//! What is known of a host besides its network: users, groups, and the paths of scripts.
//!
//! What is not listed is unknown, which is not the same as absent: of the unknown nothing is said.

use std::collections::BTreeMap;

use crate::facts::Network;

/// A host as far as it is known.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Host {
    /// Its name.
    pub name: String,
    /// Interfaces and addresses; `None` if unknown.
    pub network: Option<Network>,
    /// Users by name; `None` for a user that does not exist.
    pub users: BTreeMap<String, Option<User>>,
    /// Groups by name; `None` for a group that does not exist.
    pub groups: BTreeMap<String, Option<u32>>,
    /// Absolute paths, with every folder on the way to each; and names that are searched for, as
    /// links to where they are found.
    pub paths: BTreeMap<String, Entry>,
}

/// A user.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct User {
    /// Its number.
    pub uid: u32,
    /// The number of its own group.
    pub gid: u32,
}

/// What stands at a path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// Permission bits, as in `0755`, with set-uid, set-gid and sticky.
    pub mode: u32,
    /// Number of its owner.
    pub uid: u32,
    /// Number of its group.
    pub gid: u32,
}

/// The kind of a path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EntryKind {
    /// Nothing is there.
    Missing,
    /// A regular file.
    File,
    /// A folder.
    Directory,
    /// A symbolic link.
    Link {
        /// The path that it leads to, links in it resolved; empty if it leads nowhere.
        target: String,
    },
    /// A device, a pipe, a socket.
    Other,
}

impl Entry {
    /// Nothing.
    pub const MISSING: Self = Self { kind: EntryKind::Missing, mode: 0, uid: 0, gid: 0 };
}

impl Host {
    /// The entry at the end of a path, links followed; `None` if unknown.
    pub fn entry(&self, path: &str) -> Option<(&str, &Entry)> {
        let (path, entry) = self.paths.get_key_value(path)?;
        match &entry.kind {
            EntryKind::Link { target } if target.is_empty() => Some((path, &NOTHING)),
            EntryKind::Link { target } => {
                let (target, entry) = self.paths.get_key_value(target)?;
                Some((target, entry))
            }
            _ => Some((path, entry)),
        }
    }

    /// Every element of a path, from `/` to its end, as far as it is known.
    pub fn elements<'a>(&'a self, path: &'a str) -> impl Iterator<Item = (&'a str, &'a Entry)> {
        let ends = path.match_indices('/').map(|(at, _)| at.max(1)).chain([path.len()]);
        ends.filter_map(|end| path.get(..end))
            .filter_map(|path| self.paths.get(path).map(|entry| (path, entry)))
    }
}

/// What a link that leads nowhere leads to.
static NOTHING: Entry = Entry::MISSING;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_elements_of_a_path_begin_at_the_root() {
        let folder = Entry { kind: EntryKind::Directory, mode: 0o755, uid: 0, gid: 0 };
        let paths = ["/", "/a", "/a/b"].map(|path| (path.to_owned(), folder.clone()));
        let host = Host { paths: paths.into(), ..Host::default() };
        let found: Vec<_> = host.elements("/a/b").map(|(path, _)| path).collect();
        assert_eq!(found, ["/", "/a", "/a/b"]);
        assert_eq!(host.entry("/nowhere"), None);
    }

    #[test]
    fn a_link_is_followed_to_what_it_leads_to() {
        let file = Entry { kind: EntryKind::File, mode: 0o755, uid: 0, gid: 0 };
        let link = |target: &str| Entry {
            kind: EntryKind::Link { target: target.to_owned() },
            ..file.clone()
        };
        let paths = BTreeMap::from([
            ("/x".to_owned(), file.clone()),
            ("/l".to_owned(), link("/x")),
            ("/dangling".to_owned(), link("")),
        ]);
        let host = Host { paths, ..Host::default() };
        assert_eq!(host.entry("/l"), Some(("/x", &file)));
        assert_eq!(
            host.entry("/dangling").map(|(_, entry)| &entry.kind),
            Some(&EntryKind::Missing)
        );
    }
}
