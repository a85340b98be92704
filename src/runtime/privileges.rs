//! Gives up the capabilities that the daemon will not need, at its start and before it has threads:
//! threads have each their own.
//!
//! The bounding set stays. It is what scripts of root get back when they are executed, and those
//! must not lose what they have under keepalived; the daemon itself gets nothing from it, because it
//! executes nothing but scripts. Ambient capabilities that are given up go with the others.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use caps::CapSet;

use crate::privileges::{Capability, Need};

/// What capabilities the process has after [`reduce`].
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Held {
    /// It has them.
    pub held: BTreeSet<Capability>,
    /// It needs them, and does not have them.
    pub missing: BTreeSet<Capability>,
}

/// Why capabilities could not be given up.
#[derive(Debug, thiserror::Error)]
#[error("Unable to give up capabilities: {0}")]
pub struct PrivilegeError(#[from] caps::errors::CapsError);

/// Gives up what is neither needed nor `kept`, and logs what there is.
///
/// # Errors
/// The kernel refuses, which it does to nobody who asks for less.
pub fn reduce(needs: &[Need], kept: &[Capability]) -> Result<Held, PrivilegeError> {
    let permitted = caps::read(None, CapSet::Permitted)?;
    let needed: BTreeSet<Capability> = needs.iter().map(|need| need.capability).collect();
    let wanted: BTreeSet<Capability> = needed.iter().chain(kept).copied().collect();
    let known: BTreeMap<Capability, caps::Capability> =
        wanted.iter().map(|capability| (*capability, kernels(*capability))).collect();
    let held: BTreeSet<Capability> =
        known.iter().filter(|(_, it)| permitted.contains(it)).map(|(it, _)| *it).collect();
    let kept: HashSet<caps::Capability> = held.iter().map(|it| kernels(*it)).collect();
    let inheritable = caps::read(None, CapSet::Inheritable)?;
    // What is effective must be permitted, so it goes first.
    caps::set(None, CapSet::Effective, &kept)?;
    caps::set(None, CapSet::Permitted, &kept)?;
    caps::set(None, CapSet::Inheritable, &inheritable.intersection(&kept).copied().collect())?;
    let missing = needed.difference(&held).copied().collect();
    let held = Held { held, missing };
    held.tell(needs);
    Ok(held)
}

impl Held {
    fn tell(&self, needs: &[Need]) {
        let needed = |it: &&Capability| needs.iter().any(|need| need.capability == **it);
        let (now, later): (Vec<_>, Vec<_>) = self.held.iter().partition(needed);
        tracing::debug!("Capabilities held: {}; besides: {}", listed(&now), listed(&later));
        for need in needs.iter().filter(|need| self.missing.contains(&need.capability)) {
            let why = need.reasons.first().map_or("", String::as_str);
            tracing::warn!("Capability {} is missing, which is needed: {why}", need.capability);
        }
    }
}

fn listed(capabilities: &[&Capability]) -> String {
    match capabilities {
        [] => "none".to_owned(),
        some => some.iter().map(|it| it.name()).collect::<Vec<_>>().join(" "),
    }
}

const fn kernels(capability: Capability) -> caps::Capability {
    match capability {
        Capability::NetAdmin => caps::Capability::CAP_NET_ADMIN,
        Capability::NetRaw => caps::Capability::CAP_NET_RAW,
        Capability::NetBindService => caps::Capability::CAP_NET_BIND_SERVICE,
        Capability::SetUid => caps::Capability::CAP_SETUID,
        Capability::SetGid => caps::Capability::CAP_SETGID,
        Capability::Kill => caps::Capability::CAP_KILL,
        Capability::SysNice => caps::Capability::CAP_SYS_NICE,
        Capability::IpcLock => caps::Capability::CAP_IPC_LOCK,
        Capability::SysResource => caps::Capability::CAP_SYS_RESOURCE,
        Capability::SysAdmin => caps::Capability::CAP_SYS_ADMIN,
        Capability::DacOverride => caps::Capability::CAP_DAC_OVERRIDE,
        Capability::Chown => caps::Capability::CAP_CHOWN,
        Capability::FOwner => caps::Capability::CAP_FOWNER,
        Capability::SysPtrace => caps::Capability::CAP_SYS_PTRACE,
    }
}
