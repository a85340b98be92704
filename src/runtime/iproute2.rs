//! The names that iproute2 has for tables, protocols, scopes, realms, interface groups and types of
//! service, and `/etc/protocols`: read from the host's files, because configurations use them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::ir::{Config, Named};

/// Where distributions put their own files (`iproute_usr_dir`).
const USR: &str = "/usr/share/iproute2";
/// Where administrators put theirs, which come first (`iproute_etc_dir`).
const ETC: &str = "/etc/iproute2";

/// Which file a name stands in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum List {
    /// `rt_tables`.
    Tables,
    /// `rt_protos`.
    Protocols,
    /// `rt_scopes`.
    Scopes,
    /// `rt_realms`.
    Realms,
    /// `rt_dsfield`.
    Classes,
    /// `group`.
    Groups,
    /// `/etc/protocols`: protocols above IP.
    IpProtocols,
}

impl List {
    const FILES: [(Self, &'static str); 6] = [
        (Self::Tables, "rt_tables"),
        (Self::Protocols, "rt_protos"),
        (Self::Scopes, "rt_scopes"),
        (Self::Realms, "rt_realms"),
        (Self::Classes, "rt_dsfield"),
        (Self::Groups, "group"),
    ];
    /// What is known without a file.
    const BUILT_IN: [(Self, &'static str, u32); 13] = [
        (Self::Tables, "default", 253),
        (Self::Tables, "main", 254),
        (Self::Tables, "local", 255),
        (Self::Protocols, "redirect", 1),
        (Self::Protocols, "kernel", 2),
        (Self::Protocols, "boot", 3),
        (Self::Protocols, "static", 4),
        (Self::Protocols, "keepalived", 18),
        (Self::Scopes, "global", 0),
        (Self::Scopes, "nowhere", 255),
        (Self::Scopes, "host", 254),
        (Self::Scopes, "link", 253),
        (Self::Scopes, "site", 200),
    ];
}

/// The names of a host.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Names(BTreeMap<List, BTreeMap<String, u32>>);

impl Names {
    /// Reads the files, from the directories of the configuration if it names any. A file that is
    /// not there has no names.
    pub fn load(config: &Config) -> Self {
        let files = &config.global.files;
        let directory = |named: &Option<crate::units::Spanned<String>>, default: &str| {
            PathBuf::from(named.as_ref().map_or(default, |path| path.value.as_str()))
        };
        let mut names = Self::default();
        for (list, name, number) in List::BUILT_IN {
            names.add(list, name, number);
        }
        names.read_directory(&directory(&files.iproute_usr_directory, USR));
        names.read_directory(&directory(&files.iproute_etc_directory, ETC));
        for line in lines(Path::new("/etc/protocols")) {
            let mut words = line.split_whitespace();
            let (Some(name), Some(number)) = (words.next(), words.next().and_then(number)) else {
                continue;
            };
            for name in std::iter::once(name).chain(words) {
                names.add(List::IpProtocols, name, number);
            }
        }
        names
    }

    fn read_directory(&mut self, directory: &Path) {
        for (list, file) in List::FILES {
            let main = directory.join(file);
            let mut files = vec![main];
            if let Ok(entries) = std::fs::read_dir(directory.join(format!("{file}.d"))) {
                let more = entries.flatten().map(|entry| entry.path());
                files.extend(more.filter(|path| path.extension().is_some_and(|end| end == "conf")));
            }
            files.sort();
            for line in files.iter().flat_map(|file| lines(file)) {
                let mut words = line.split_whitespace();
                if let (Some(number), Some(name)) = (words.next().and_then(number), words.next()) {
                    self.add(list, name, number);
                }
            }
        }
    }

    fn add(&mut self, list: List, name: &str, number: u32) {
        self.0.entry(list).or_default().insert(name.to_owned(), number);
    }

    /// The number of a name, or the number that was written; `None` if the host does not know the
    /// name, or its number is too large.
    pub fn number<N: Copy + TryFrom<u32>>(&self, list: List, value: &Named<N>) -> Option<N> {
        match value {
            Named::Number(number) => Some(*number),
            Named::Name(name) => N::try_from(*self.0.get(&list)?.get(name)?).ok(),
        }
    }
}

/// The lines of a file without comments.
fn lines(file: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.lines().map(|line| line.split('#').next().unwrap_or_default().to_owned()).collect()
}

/// A decimal or hexadecimal number.
fn number(word: &str) -> Option<u32> {
    match word.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => word.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Span, Spanned};

    #[test]
    fn files_of_the_administrator_come_first_and_built_in_names_need_none() {
        let directory = tempfile::tempdir().unwrap();
        let (usr, etc) = (directory.path().join("usr"), directory.path().join("etc"));
        std::fs::create_dir_all(usr.join("rt_tables.d")).unwrap();
        std::fs::create_dir_all(&etc).unwrap();
        std::fs::write(usr.join("rt_tables"), "# comment\n300 blue\n301 red # why\n").unwrap();
        std::fs::write(usr.join("rt_tables.d/more.conf"), "302 green\n").unwrap();
        std::fs::write(etc.join("rt_tables"), "400 blue\n").unwrap();
        std::fs::write(etc.join("rt_dsfield"), "0x10 lowdelay\n").unwrap();
        let mut config = Config::default();
        let at =
            |path: &Path| Some(Spanned::new(path.to_string_lossy().into_owned(), Span::default()));
        config.global.files.iproute_usr_directory = at(&usr);
        config.global.files.iproute_etc_directory = at(&etc);
        let names = Names::load(&config);
        let table = |name: &str| names.number::<u32>(List::Tables, &Named::Name(name.to_owned()));
        assert_eq!(table("blue"), Some(400));
        assert_eq!(table("red"), Some(301));
        assert_eq!(table("green"), Some(302));
        assert_eq!(table("main"), Some(254));
        assert_eq!(table("nowhere"), None);
        let class = Named::<u8>::Name("lowdelay".to_owned());
        assert_eq!(names.number(List::Classes, &class), Some(0x10));
    }
}
