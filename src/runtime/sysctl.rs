//! `promote_secondaries`: when the primary address of a prefix goes, the kernel shall keep the
//! others (keyword `promote_secondaries`).

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

fn path(interface: &IfName) -> PathBuf {
    PathBuf::from(format!("/proc/sys/net/ipv4/conf/{interface}/promote_secondaries"))
}
