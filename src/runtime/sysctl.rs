//! `promote_secondaries`: when the primary address of a prefix goes, the kernel shall keep the
//! others (keyword `promote_secondaries`). And IGMP reports for link-local groups
//! (`disable_local_igmp`).

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::{fs, io};

use crate::units::IfName;

/// The interfaces on which it was set, and what stood there before.
#[derive(Debug, Default)]
pub struct PromoteSecondaries {
    former: BTreeMap<IfName, Vec<u8>>,
}

impl PromoteSecondaries {
    /// Sets it to 1, and remembers the value of the first time.
    pub fn set(&mut self, interface: &IfName) -> io::Result<()> {
        if self.former.contains_key(interface) {
            return Ok(());
        }
        let path = path(interface);
        let former = fs::read(&path)?;
        if former.trim_ascii() != b"1" {
            fs::write(&path, b"1")?;
        }
        self.former.insert(interface.clone(), former);
        Ok(())
    }

    /// Gives the interface back what it had. One that is gone has nothing to get back.
    pub fn restore(&mut self, interface: &IfName) -> io::Result<()> {
        let Some(former) = self.former.remove(interface) else { return Ok(()) };
        if former.trim_ascii() == b"1" {
            return Ok(());
        }
        match fs::write(path(interface), &former) {
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

fn path(interface: &IfName) -> PathBuf {
    PathBuf::from(format!("/proc/sys/net/ipv4/conf/{interface}/promote_secondaries"))
}
