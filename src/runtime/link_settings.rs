//! Making the instances' own interfaces, with the settings below `/proc/sys/net` that they and
//! what they stand on need (`use_vmac`, `use_ipvlan`).
//!
//! Runs on the network worker's thread. What is changed on the base and for all interfaces is
//! given back with the last own interface; those of the own interface go with it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::engine::event::KernelError;
use crate::engine::own_link::{LinkChange, LinkPlan, Make};
use crate::runtime::netlink::Commands;
use crate::runtime::sysctl::{self, Sysctls};
use crate::units::{Family, IfName};

/// Where the settings of all interfaces stand.
const ALL: &str = "/proc/sys/net/ipv4/conf";

/// What was changed on the host for own interfaces.
#[derive(Debug, Default)]
pub(super) struct LinkSettings {
    /// What each own interface changed outside of itself.
    outside: BTreeMap<IfName, Vec<PathBuf>>,
    /// The reverse path filter of `all` was moved to each interface.
    reverse_path: Vec<PathBuf>,
    /// The interfaces that were made or adopted.
    present: BTreeSet<IfName>,
}

impl LinkSettings {
    /// Carries a change out.
    pub(super) fn apply(
        &mut self,
        commands: &mut Commands,
        sysctls: &mut Sysctls,
        change: &LinkChange,
    ) -> Result<(), KernelError> {
        match change {
            LinkChange::Ensure { plan, address } => {
                let found = commands.find_or_make_link(plan)?;
                self.prepare(sysctls, plan);
                commands.finish_link(plan, &found, *address)?;
                let LinkPlan { owner, name, .. } = &**plan;
                if found.made {
                    tracing::info!("({owner}): Success creating {} interface {name}", kind(plan));
                }
                self.present.insert(name.clone());
            }
            LinkChange::Remove(plan) => {
                let LinkPlan { owner, name, .. } = &**plan;
                if commands.remove_link(plan)? {
                    tracing::info!("({owner}) Success removing {} interface {name}", kind(plan));
                }
                self.present.remove(name);
                for path in self.outside.remove(name).unwrap_or_default() {
                    told(&path, sysctls.restore(&path));
                }
                if self.present.is_empty() {
                    for path in self.reverse_path.drain(..) {
                        told(&path, sysctls.restore(&path));
                    }
                }
            }
        }
        Ok(())
    }

    /// Writes the settings before the interface goes up.
    fn prepare(&mut self, sysctls: &mut Sysctls, plan: &LinkPlan) {
        let LinkPlan { name, base, family, .. } = plan;
        let mut own = Vec::new();
        let vmac = matches!(plan.make, Make::Vmac(_));
        if vmac {
            // No address that nobody asked for.
            own.push((sysctl::ipv6(name, "addr_gen_mode"), "1"));
        }
        match family {
            Family::V4 => {
                if vmac {
                    let off = if plan.dual { "0" } else { "1" };
                    own.push((sysctl::ipv6(name, "disable_ipv6"), off));
                    self.spread_reverse_path(sysctls);
                    // Answer for its own addresses only, and take what the base sends to it.
                    for (key, value) in [
                        ("arp_ignore", "1"),
                        ("accept_local", "1"),
                        ("rp_filter", "0"),
                        ("promote_secondaries", "1"),
                    ] {
                        own.push((sysctl::ipv4(name, key), value));
                    }
                    // The base does not answer for them with its own MAC address.
                    if !self.outside.contains_key(name) {
                        let mut changed = Vec::new();
                        for key in ["arp_ignore", "arp_filter"] {
                            let path = sysctl::ipv4(base, key);
                            told(&path, sysctls.set(&path, "1"));
                            changed.push(path);
                        }
                        self.outside.insert(name.clone(), changed);
                    }
                }
            }
            Family::V6 => {
                own.push((sysctl::ipv6(name, "disable_ipv6"), "0"));
                if vmac {
                    own.push((sysctl::ipv4(name, "arp_ignore"), "1"));
                }
            }
        }
        for (path, value) in own {
            told(&path, sysctl::write(&path, value.as_bytes()));
        }
    }

    /// The kernel takes the stricter of `all` and of the interface: a filter in `all` would hold
    /// for the own interfaces too. It is moved to each interface that has a weaker one.
    fn spread_reverse_path(&mut self, sysctls: &mut Sysctls) {
        let all = Path::new(ALL).join("all/rp_filter");
        let Some(value) = number(&all).filter(|value| *value > 0 && self.reverse_path.is_empty())
        else {
            return;
        };
        tracing::info!("Setting rp_filter of all interfaces from {value} to 0, and theirs to it");
        let Ok(folders) = fs::read_dir(ALL) else { return };
        for folder in folders.flatten() {
            let path = folder.path().join("rp_filter");
            let name = folder.file_name();
            let ours = self.present.iter().any(|present| name == present.as_str());
            if name == "all" || ours || number(&path).is_none_or(|own| own >= value) {
                continue;
            }
            told(&path, sysctls.set(&path, &value.to_string()));
            self.reverse_path.push(path);
        }
        told(&all, sysctls.set(&all, "0"));
        self.reverse_path.push(all);
    }
}

fn kind(plan: &LinkPlan) -> &'static str {
    match plan.make {
        Make::Vmac(_) => "VMAC",
        Make::Ipvlan(..) => "ipvlan",
    }
}

fn number(path: &Path) -> Option<u32> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

/// A setting that a kernel does not have, or does not let be changed, is no reason to give up.
fn told(path: &Path, result: io::Result<()>) {
    if let Err(error) = result {
        tracing::warn!("Unable to set {}: {error}", path.display());
    }
}
