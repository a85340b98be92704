//! Settings below `/proc/sys/net` that are changed for a while: what stood there before is
//! remembered and given back (`promote_secondaries`, `disable_local_igmp`, and what own interfaces
//! need).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::{fs, io};

use crate::units::IfName;

/// What was changed, what stood there before, and how many want the change.
#[derive(Debug, Default)]
pub struct Sysctls {
    former: BTreeMap<PathBuf, Former>,
    shown: Changed,
}

/// The same for whoever wants to look, on any thread.
#[derive(Clone, Debug, Default)]
pub struct Changed(Arc<Mutex<BTreeMap<PathBuf, Former>>>);

impl Changed {
    /// What stood in an IPv4 setting of an interface before, and how many want the change; `None` if
    /// it is unchanged.
    pub fn ipv4(&self, interface: &IfName, name: &str) -> Option<(u32, u32)> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Former { value, users } = all.get(&ipv4(interface, name))?;
        let value = std::str::from_utf8(value).ok()?.trim().parse().ok()?;
        Some((value, *users))
    }
}

#[derive(Clone, Debug)]
struct Former {
    value: Vec<u8>,
    users: u32,
}

impl Sysctls {
    /// Sets a value, and remembers that of the first time.
    ///
    /// # Errors
    /// It cannot be read or written.
    pub fn set(&mut self, path: &Path, value: &str) -> io::Result<()> {
        let result = self.change(path, value);
        self.show(path);
        result
    }

    fn change(&mut self, path: &Path, value: &str) -> io::Result<()> {
        if let Some(former) = self.former.get_mut(path) {
            former.users = former.users.saturating_add(1);
            return write(path, value.as_bytes());
        }
        let former = fs::read(path)?;
        write(path, value.as_bytes())?;
        self.former.insert(path.to_owned(), Former { value: former, users: 1 });
        Ok(())
    }

    /// Gives back what stood there, when the last that wanted the change has said so. An interface
    /// that is gone has nothing to get back.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn restore(&mut self, path: &Path) -> io::Result<()> {
        let result = self.give_back(path);
        self.show(path);
        result
    }

    /// Where others may look at what is changed.
    pub fn shown(&self) -> Changed {
        self.shown.clone()
    }

    fn show(&self, path: &Path) {
        let mut all = self.shown.0.lock().unwrap_or_else(PoisonError::into_inner);
        match self.former.get(path) {
            Some(former) => all.insert(path.to_owned(), former.clone()),
            None => all.remove(path),
        };
    }

    fn give_back(&mut self, path: &Path) -> io::Result<()> {
        let Some(former) = self.former.get_mut(path) else { return Ok(()) };
        former.users = former.users.saturating_sub(1);
        if former.users > 0 {
            return Ok(());
        }
        let Some(former) = self.former.remove(path) else { return Ok(()) };
        match write(path, &former.value) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            result => result,
        }
    }
}

/// `disable_local_igmp`: the kernel reports no membership of link-local groups for as long as this
/// lives. Like each setting of a network namespace it is for all of it.
#[derive(Debug)]
pub struct NoLocalIgmp {
    former: Vec<u8>,
}

impl NoLocalIgmp {
    const PATH: &str = "/proc/sys/net/ipv4/igmp_link_local_mcast_reports";

    /// Sets it.
    pub fn set() -> io::Result<Self> {
        let former = fs::read(Self::PATH)?;
        fs::write(Self::PATH, b"0")?;
        Ok(Self { former })
    }
}

impl Drop for NoLocalIgmp {
    fn drop(&mut self) {
        if let Err(error) = fs::write(Self::PATH, &self.former) {
            tracing::warn!("{}: {error}", Self::PATH);
        }
    }
}

/// Writes what is not there already.
pub fn write(path: &Path, value: &[u8]) -> io::Result<()> {
    match fs::read(path)?.trim_ascii() == value.trim_ascii() {
        true => Ok(()),
        false => fs::write(path, value),
    }
}

/// A setting of an interface for IPv4.
pub fn ipv4(interface: &IfName, name: &str) -> PathBuf {
    PathBuf::from(format!("/proc/sys/net/ipv4/conf/{interface}/{name}"))
}

/// A setting of an interface for IPv6.
pub fn ipv6(interface: &IfName, name: &str) -> PathBuf {
    PathBuf::from(format!("/proc/sys/net/ipv6/conf/{interface}/{name}"))
}
