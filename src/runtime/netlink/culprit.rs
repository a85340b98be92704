//! Who has probably removed something: the process that asked the kernel, if it is still there,
//! else the program that manages the interface.
//!
//! A hint for the log, no more: the kernel names the asking socket, which usually has the number
//! of its process, and nobody at all for IPv6 addresses. Reads `/proc` and `/run`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::engine::event::Culprit;
use crate::facts::Network;

/// Files of each interface in these directories, by index, say whether it is managed.
const MANAGERS: [(&str, &str, &str); 2] = [
    ("/run/systemd/netif/links", "ADMIN_STATE=configured", "systemd-networkd"),
    ("/run/NetworkManager/devices", "managed=true", "NetworkManager"),
];

/// Who did what is reported in one go; each is looked up once.
#[derive(Debug, Default)]
pub(super) struct Culprits(BTreeMap<(u32, u32), Culprit>);

impl Culprits {
    /// Who has asked under that port id for a removal from that interface; 0 if there is none.
    pub(super) fn of(&mut self, port: u32, index: u32, network: &Network) -> Culprit {
        let name =
            |index| network.interfaces.iter().find(|it| it.index == index).map(|it| &it.name);
        let found = self.0.entry((port, index)).or_insert_with(|| {
            let text = process(Path::new("/proc"), port).or_else(|| {
                let (_, _, manager) = MANAGERS.iter().find(|(directory, sign, _)| {
                    let file = Path::new(directory).join(index.to_string());
                    let text = fs::read_to_string(file).unwrap_or_default();
                    text.lines().any(|line| line == *sign)
                })?;
                Some(format!("{manager}, perhaps, which manages {}", name(index)?))
            });
            text.map(Arc::from)
        });
        found.clone()
    }
}

/// The process with that number.
fn process(proc: &Path, port: u32) -> Option<String> {
    let pid = (port != 0).then_some(port)?;
    let name = fs::read_to_string(proc.join(pid.to_string()).join("comm")).ok()?;
    Some(format!("{} (pid {pid})", name.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_named_while_it_is_there() {
        let own = std::process::id();
        let told = process(Path::new("/proc"), own).unwrap();
        assert!(told.ends_with(&format!("(pid {own})")), "{told}");
        assert_eq!(process(Path::new("/nowhere"), own), None);
        assert_eq!(process(Path::new("/proc"), 0), None);
    }
}
