//! Whether a script may be run: by its user, and, as root, at all. Each refusal names the element
//! of the path that is to blame, and which of its permission bits.

use std::fmt;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

use nix::unistd::{Gid, Group, Uid, User};

use crate::sys::child::Credentials;

const SET_UID: u32 = 0o4000;
const SET_GID: u32 = 0o2000;
const STICKY: u32 = 0o1000;

/// An element of a path, and why it stands in the way of a script.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Obstacle {
    element: PathBuf,
    mode: u32,
    owner: Uid,
    group: Gid,
    why: Why,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Why {
    /// It does not belong to root.
    Owner,
    /// The group, which is not root's, may write.
    GroupMayWrite,
    /// Everybody may write.
    OthersMayWrite,
    /// The bit is missing that lets this user execute it, or go through it.
    MayNotExecute { who: Credentials, bit: u32 },
    /// It is no file.
    NoFile,
}

impl Obstacle {
    fn new(element: &Path, metadata: &Metadata, why: Why) -> Self {
        Self {
            element: element.to_owned(),
            mode: metadata.mode() & 0o7777,
            owner: Uid::from_raw(metadata.uid()),
            group: Gid::from_raw(metadata.gid()),
            why,
        }
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { element, mode, owner, group, why } = self;
        let element = element.display();
        match why {
            Why::Owner => {
                write!(f, "{element} belongs to {}, who can replace it", user_name(*owner))?;
            }
            Why::GroupMayWrite => {
                write!(f, "{element} is writable by group {} (bit 0020)", group_name(*group))?;
            }
            Why::OthersMayWrite => write!(f, "{element} is writable by everybody (bit 0002)")?,
            Why::MayNotExecute { who, bit } => {
                let user = user_name(who.user);
                write!(
                    f,
                    "{element} is not executable for user {user} (bit {bit:04o} is missing)"
                )?;
            }
            Why::NoFile => write!(f, "{element} is no file")?,
        }
        write!(
            f,
            "; its mode is {mode:04o}, its owner {}:{}",
            user_name(*owner),
            group_name(*group)
        )
    }
}

fn user_name(uid: Uid) -> String {
    match User::from_uid(uid) {
        Ok(Some(user)) => user.name,
        _ => uid.to_string(),
    }
}

fn group_name(gid: Gid) -> String {
    match Group::from_gid(gid) {
        Ok(Some(group)) => group.name,
        _ => gid.to_string(),
    }
}

/// The first folder on the way to the program that the user may not go through.
pub(super) fn closed_folder(program: &Path, who: &Credentials) -> Option<Obstacle> {
    if who.user.is_root() {
        return None;
    }
    let real = program.canonicalize().ok()?;
    let mut folders: Vec<&Path> = real.ancestors().skip(1).collect();
    folders.reverse();
    folders.into_iter().find_map(|folder| {
        let metadata = std::fs::metadata(folder).ok()?;
        let bit = missing_bit(&metadata, who)?;
        let who = who.clone();
        Some(Obstacle::new(folder, &metadata, Why::MayNotExecute { who, bit }))
    })
}

/// What keeps a user from executing the program itself, whose metadata this is.
pub(super) fn not_executable(
    program: &Path,
    metadata: &Metadata,
    who: &Credentials,
) -> Option<Obstacle> {
    let why = match metadata.is_file() {
        false => Why::NoFile,
        true => Why::MayNotExecute { who: who.clone(), bit: missing_bit(metadata, who)? },
    };
    Some(Obstacle::new(program, metadata, why))
}

/// The bit of the mode that decides for this user, if it is not set.
fn missing_bit(metadata: &Metadata, who: &Credentials) -> Option<u32> {
    let mode = metadata.mode();
    if who.user.is_root() {
        // Anybody's bit is enough.
        return (mode & 0o111 == 0).then_some(0o100);
    }
    let in_group = |gid: u32| who.group.as_raw() == gid || who.groups.contains(&Gid::from_raw(gid));
    let bit = if metadata.uid() == who.user.as_raw() {
        0o100
    } else if in_group(metadata.gid()) {
        0o010
    } else {
        0o001
    };
    (mode & bit == 0).then_some(bit)
}

/// Whether running it means running it as root.
pub(super) fn runs_as_root(metadata: &Metadata, who: &Credentials) -> bool {
    who.user.is_root()
        || (metadata.mode() & SET_UID != 0 && metadata.uid() == 0)
        || (metadata.mode() & SET_GID != 0 && metadata.gid() == 0)
}

/// The first element that lets somebody else than root replace the file. Every component of its
/// path and of its real path has to be owned by root and writable by root (or group root) only;
/// sticky directories are fine. `None` also where the path cannot be followed: that is said
/// elsewhere.
pub(super) fn replaceable(path: &Path) -> Option<Obstacle> {
    let real = path.canonicalize().ok()?;
    first_replaceable(path).or_else(|| first_replaceable(&real))
}

fn first_replaceable(path: &Path) -> Option<Obstacle> {
    let mut so_far = PathBuf::new();
    path.components().find_map(|component| {
        so_far.push(component);
        if component == Component::CurDir {
            return None;
        }
        let metadata = std::fs::symlink_metadata(&so_far).ok()?;
        let why = weakness(&metadata)?;
        Some(Obstacle::new(&so_far, &metadata, why))
    })
}

fn weakness(metadata: &Metadata) -> Option<Why> {
    let mode = metadata.mode();
    if metadata.uid() != 0 {
        return Some(Why::Owner);
    }
    // The mode of a link means nothing; in a sticky directory nobody takes away what is another's.
    if metadata.is_symlink() || (metadata.is_dir() && mode & STICKY != 0) {
        return None;
    }
    if mode & 0o002 != 0 {
        Some(Why::OthersMayWrite)
    } else if mode & 0o020 != 0 && metadata.gid() != 0 {
        Some(Why::GroupMayWrite)
    } else {
        None
    }
}
