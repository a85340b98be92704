//! Numbers in files (`track_file`): their directories are watched with inotify, and a file is read
//! when something wrote, moved or removed it.
//!
//! A directory that is not there, or goes, is waited for: then the nearest one above it is watched.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use nix::errno::Errno;
use nix::libc;
use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify, WatchDescriptor};
use nix::sys::statfs::{self, FsType, statfs};

use crate::engine::event::Tracked;
use crate::ir::TrackFile;
use crate::sys::socket::AsyncSocket;

/// So much of a file is read: any number with its blanks.
const MOST_READ: u64 = 128;

/// File systems that report no change that this host has not made itself, or none at all.
const SILENT: [FsType; 7] = [
    statfs::PROC_SUPER_MAGIC,
    FsType(0x6265_6572), // sysfs
    statfs::NFS_SUPER_MAGIC,
    statfs::FUSE_SUPER_MAGIC,
    statfs::CGROUP_SUPER_MAGIC,
    statfs::CGROUP2_SUPER_MAGIC,
    FsType(0x6462_6720), // debugfs
];

/// The files of a configuration.
#[derive(Debug)]
pub(super) struct Files {
    inotify: Option<AsyncSocket<Inotify>>,
    files: Vec<Watched>,
}

#[derive(Debug)]
struct Watched {
    name: Arc<str>,
    path: PathBuf,
    file_name: OsString,
    place: Option<Place>,
    value: i32,
}

/// What is watched for a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    /// Its directory.
    Directory(WatchDescriptor),
    /// One above it, until it comes.
    Above(WatchDescriptor),
}

impl Files {
    /// Watches the files and reads them. Must be called inside the runtime.
    pub(super) fn watch(files: &[TrackFile]) -> Self {
        let mut watch = Self { inotify: None, files: Vec::new() };
        if files.is_empty() {
            return watch;
        }
        watch.inotify = Inotify::init(InitFlags::IN_CLOEXEC | InitFlags::IN_NONBLOCK)
            .map_err(io::Error::from)
            .and_then(AsyncSocket::new)
            .inspect_err(|error| tracing::error!("Unable to monitor track files: {error}"))
            .ok();
        for file in files {
            let path = PathBuf::from(&file.path.value);
            let Some(file_name) = path.file_name().map(OsStr::to_owned) else {
                tracing::error!("Track file {} has no file name: {}", *file.name, path.display());
                continue;
            };
            let name = Arc::from(file.name.as_str());
            watch.files.push(Watched { name, path, file_name, place: None, value: 0 });
        }
        let Self { inotify, files } = &mut watch;
        for file in files {
            if let Some(inotify) = inotify {
                file.find_place(inotify.owner());
                file.say_what_hinders();
            }
            file.read();
        }
        watch
    }

    /// Every number as last read.
    pub(super) fn present(&self) -> Vec<Tracked> {
        self.files.iter().map(Watched::tracked).collect()
    }

    /// Waits for something to happen to a file and gives what changed by it; for ever without a
    /// file. Safe to drop and call again.
    pub(super) async fn changes(&mut self) -> Vec<Tracked> {
        let Some(inotify) = &self.inotify else { return std::future::pending().await };
        if let Err(error) = inotify.readable().await {
            tracing::error!("Track files are not monitored any more: {error}");
            self.inotify = None;
            return Vec::new();
        }
        // What happened many times is looked at once.
        let (mut written, mut replaced) = (BTreeSet::new(), BTreeSet::new());
        loop {
            match inotify.try_read(|inotify| inotify.read_events().map_err(Into::into)) {
                Ok(events) => {
                    for event in events {
                        let gone = AddWatchFlags::IN_DELETE_SELF
                            | AddWatchFlags::IN_MOVE_SELF
                            | AddWatchFlags::IN_UNMOUNT
                            | AddWatchFlags::IN_IGNORED;
                        for (position, file) in self.files.iter().enumerate() {
                            let named = event.name.as_deref() == Some(file.file_name.as_os_str());
                            match file.place {
                                _ if event.mask.contains(AddWatchFlags::IN_Q_OVERFLOW) => {
                                    replaced.insert(position);
                                }
                                None => {}
                                Some(Place::Above(watch)) if watch == event.wd => {
                                    replaced.insert(position);
                                }
                                Some(Place::Directory(watch)) if watch == event.wd => {
                                    if event.mask.intersects(gone) {
                                        replaced.insert(position);
                                    } else if named {
                                        written.insert(position);
                                    }
                                }
                                Some(_) => {}
                            }
                        }
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => {
                    tracing::warn!("Error reading the changes of track files: {error}");
                    break;
                }
            }
        }
        let mut changed = Vec::new();
        for (position, file) in self.files.iter_mut().enumerate() {
            if replaced.contains(&position) {
                file.find_place(inotify.owner());
            } else if !written.contains(&position) {
                continue;
            }
            if file.read() {
                changed.push(file.tracked());
            }
        }
        changed
    }
}

impl Watched {
    fn tracked(&self) -> Tracked {
        Tracked::File { name: Arc::clone(&self.name), value: self.value }
    }

    fn directory(&self) -> &Path {
        match self.path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        }
    }

    /// Watches its directory, or the nearest one above that is there.
    fn find_place(&mut self, inotify: &Inotify) {
        let before = self.place.take();
        let mut place = None;
        let mut above = Some(self.directory());
        while let Some(directory) = above {
            let own = directory == self.directory();
            match add_watch(inotify, directory, own) {
                Ok(watch) if own => {
                    place = Some(Place::Directory(watch));
                    break;
                }
                Ok(watch) => {
                    place = Some(Place::Above(watch));
                    // It may have come before it was waited for.
                    if !self.directory().is_dir() {
                        break;
                    }
                    above = Some(self.directory());
                }
                Err(Errno::ENOENT | Errno::ENOTDIR) => above = directory.parent(),
                Err(error) => {
                    tracing::error!(
                        "Track file {}: unable to monitor {}: {error}",
                        self.name,
                        directory.display()
                    );
                    break;
                }
            }
        }
        self.place = place;
        // A directory that was moved away goes on to report otherwise. It may be gone already, or
        // another file's place: that one hears that it is ignored, and looks again.
        if let (Some(Place::Directory(old)), true) = (before, before != place) {
            let _ = inotify.rm_watch(old);
        }
    }

    fn say_what_hinders(&self) {
        let name = &self.name;
        if let Some(Place::Above(_)) = self.place {
            tracing::warn!("Track file directory for {name} does not exist - waiting for it");
        } else if let Ok(host) = statfs(self.directory())
            && SILENT.contains(&host.filesystem_type())
        {
            let path = self.path.display();
            tracing::warn!("Track file {name}: the file system of {path} reports no changes");
        }
    }

    /// Reads the number; true if it is another one. What is no number of 32 bits leaves the last.
    fn read(&mut self) -> bool {
        let text = match read_start(&self.path) {
            Ok(text) => text,
            Err(error) => {
                if error.kind() != io::ErrorKind::NotFound {
                    tracing::warn!("Unable to read track file {}: {error}", self.path.display());
                }
                Vec::new()
            }
        };
        let Some(value) = number(&text) else {
            let text = text.trim_ascii();
            let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
            tracing::info!(
                "Invalid number {} read from {} - ignoring",
                String::from_utf8_lossy(line),
                self.path.display()
            );
            return false;
        };
        std::mem::replace(&mut self.value, value) != value
    }
}

/// The descriptor is the same for everything that watches the same directory: what it reports is
/// added to, never taken from.
fn add_watch(inotify: &Inotify, directory: &Path, own: bool) -> Result<WatchDescriptor, Errno> {
    let what = if own {
        AddWatchFlags::IN_CLOSE_WRITE | AddWatchFlags::IN_DELETE | AddWatchFlags::IN_MOVE
    } else {
        AddWatchFlags::IN_CREATE | AddWatchFlags::IN_MOVED_TO
    };
    let always = AddWatchFlags::IN_DELETE_SELF
        | AddWatchFlags::IN_MOVE_SELF
        | AddWatchFlags::IN_ONLYDIR
        | AddWatchFlags::from_bits_retain(libc::IN_MASK_ADD);
    inotify.add_watch(directory, what | always)
}

/// The beginning of a file. What is no file, such as a pipe, must not make anybody wait.
fn read_start(path: &Path) -> io::Result<Vec<u8>> {
    let file = OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open(path)?;
    if !file.metadata()?.is_file() {
        return Ok(Vec::new());
    }
    let mut text = Vec::new();
    file.take(MOST_READ).read_to_end(&mut text)?;
    Ok(text)
}

/// The whole number that a text begins with, as C reads it: blanks, a sign, `0x` before hexadecimal,
/// `0` before octal digits. Without one it is 0; `None` if it does not fit into 32 bits.
fn number(text: &[u8]) -> Option<i32> {
    let text = text.trim_ascii_start();
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        text => (false, text),
    };
    let (base, digits) = match text {
        [b'0', b'x' | b'X', rest @ ..] if rest.first().is_some_and(u8::is_ascii_hexdigit) => {
            (16, rest)
        }
        [b'0', rest @ ..] => (8, rest),
        text => (10, text),
    };
    let mut value: i64 = 0;
    for digit in digits.iter().map_while(|byte| char::from(*byte).to_digit(base)) {
        value = value.saturating_mul(i64::from(base)).saturating_add(i64::from(digit));
    }
    i32::try_from(if negative { value.saturating_neg() } else { value }).ok()
}

/// Makes the files of `init_file`: those that are not there, with `overwrite` all. What cannot be
/// made is logged.
pub(super) fn initialise(files: &[TrackFile]) {
    for file in files {
        let Some(initial) = file.initial.map(|initial| initial.value) else { continue };
        let path = Path::new(&file.path.value);
        let made = match path.symlink_metadata() {
            Ok(_) if !initial.overwrite => Ok(()),
            // Nothing but a file is written to, and no link is followed to somebody else's.
            Ok(found) if !found.is_file() => Err(io::Error::from(io::ErrorKind::AlreadyExists)),
            _ => write(path, initial.value),
        };
        if let Err(error) = made {
            tracing::error!("Unable to initialise track file {}: {error}", *file.name);
        }
    }
}

fn write(path: &Path, value: i32) -> io::Result<()> {
    let mut file: File = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o666)
        .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
        .open(path)?;
    writeln!(file, "{value}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::ir::InitFile;
    use crate::units::Spanned;

    #[test]
    fn numbers_are_read_as_c_reads_them() {
        // Each was given to keepalived 2.2.7.
        let table: [(&str, Option<i32>); 21] = [
            ("15", Some(15)),
            (" 15\n", Some(15)),
            ("\n9", Some(9)),
            ("0x10", Some(16)),
            ("010", Some(8)),
            ("-50", Some(-50)),
            ("+7", Some(7)),
            ("5 6", Some(5)),
            ("5abc", Some(5)),
            ("7\n8", Some(7)),
            ("1e3", Some(1)),
            ("abc", Some(0)),
            ("", Some(0)),
            ("0x", Some(0)),
            ("--5", Some(0)),
            ("- 5", Some(0)),
            ("300", Some(300)),
            ("2147483647", Some(i32::MAX)),
            ("-2147483648", Some(i32::MIN)),
            ("-2147483649", None),
            ("99999999999", None),
        ];
        for (text, value) in table {
            assert_eq!(number(text.as_bytes()), value, "{text:?}");
        }
    }

    fn track(path: &Path, initial: Option<InitFile>) -> TrackFile {
        TrackFile {
            name: Spanned::default_of("f"),
            path: Spanned::default_of(path.to_str().unwrap()),
            weight: Spanned::default(),
            reverse: false,
            initial: initial.map(|initial| Spanned::new(initial, Default::default())),
        }
    }

    trait Unplaced {
        fn default_of(text: &str) -> Self;
    }

    impl Unplaced for Spanned<String> {
        fn default_of(text: &str) -> Self {
            Spanned::new(text.to_owned(), Default::default())
        }
    }

    /// Waits until the number is `value`.
    async fn expect(files: &mut Files, value: i32) {
        let wait = async {
            while files.files[0].value != value {
                files.changes().await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(5), wait).await;
        assert!(waited.is_ok(), "{} in place of {value}", files.files[0].value);
    }

    #[tokio::test]
    async fn every_way_to_change_a_file_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("n"), folder.path().join("other"));
        let mut files = Files::watch(&[track(&path, None)]);
        assert_eq!(files.present(), [Tracked::File { name: "f".into(), value: 0 }]);
        std::fs::write(&path, "5\n").unwrap();
        expect(&mut files, 5).await;
        std::fs::write(&path, "99999999999").unwrap();
        std::fs::write(&path, "6").unwrap();
        expect(&mut files, 6).await;
        std::fs::write(&other, "7").unwrap();
        std::fs::rename(&other, &path).unwrap();
        expect(&mut files, 7).await;
        std::fs::rename(&path, &other).unwrap();
        expect(&mut files, 0).await;
        std::fs::rename(&other, &path).unwrap();
        expect(&mut files, 7).await;
        std::fs::remove_file(&path).unwrap();
        expect(&mut files, 0).await;
    }

    #[tokio::test]
    async fn a_directory_may_come_later_and_be_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("a/b");
        let mut files = Files::watch(&[track(&deep.join("n"), None)]);
        std::fs::create_dir_all(&deep).unwrap();
        std::fs::write(deep.join("n"), "5").unwrap();
        expect(&mut files, 5).await;

        let new = folder.path().join("a/new");
        std::fs::create_dir(&new).unwrap();
        std::fs::write(new.join("n"), "6").unwrap();
        std::fs::rename(&deep, folder.path().join("a/old")).unwrap();
        std::fs::rename(&new, &deep).unwrap();
        expect(&mut files, 6).await;
        std::fs::write(deep.join("n"), "7").unwrap();
        expect(&mut files, 7).await;
        std::fs::remove_dir_all(&deep).unwrap();
        expect(&mut files, 0).await;
    }

    #[tokio::test]
    async fn files_of_one_directory_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let names = ["one", "two"];
        let tracks = names.map(|name| track(&folder.path().join(name), None));
        let mut files = Files::watch(&tracks);
        std::fs::write(folder.path().join("two"), "2").unwrap();
        std::fs::write(folder.path().join("none of them"), "3").unwrap();
        assert_eq!(files.changes().await.len(), 1);
        assert_eq!((files.files[0].value, files.files[1].value), (0, 2));
    }

    #[test]
    fn init_file_makes_what_is_missing_and_overwrites_when_told_to() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("n"), folder.path().join("link"));
        let read = || std::fs::read_to_string(&path).unwrap();
        let init = |value, overwrite| Some(InitFile { value, overwrite });
        initialise(&[track(&path, init(5, false))]);
        assert_eq!(read(), "5\n");
        initialise(&[track(&path, init(6, false))]);
        assert_eq!(read(), "5\n");
        initialise(&[track(&path, init(6, true))]);
        assert_eq!(read(), "6\n");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        initialise(&[track(&link, init(7, true))]);
        assert_eq!(read(), "6\n", "a link is not followed");
    }
}
