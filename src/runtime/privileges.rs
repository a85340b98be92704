//! Gives up the capabilities that the VRRP process will not need, at its start and before it has
//! threads: threads have each their own. The supervisor keeps its, for the next process.
//!
//! The bounding set stays. It is what scripts of root get back when they are executed, and those
//! must not lose what they have under keepalived; the process itself gets nothing from it, because it
//! executes nothing but scripts. Ambient capabilities that are given up go with the others.

use std::collections::{BTreeSet, HashSet};

use caps::CapSet;
use caps::errors::CapsError;

use crate::ir::Config;
use crate::privileges::{self, Around, Capability, Need};
use crate::runtime::daemon::Settings;
use crate::runtime::metrics::Address;

/// Gives up what neither the configuration needs nor a process keeps besides, and logs what there is.
/// Nothing depends on it: what the kernel refuses is logged, too.
pub(super) fn reduce(settings: &Settings, config: &Config) {
    let port = match settings.metrics.as_ref().map(|metrics| &metrics.address) {
        Some(Address::Tcp(address)) => Some(address.port()),
        _ => None,
    };
    let namespace = settings.namespace.clone();
    let around = Around { port, namespace, core_dump: settings.core_dump };
    let (needs, kept) = (privileges::needs(config, &around), privileges::kept(config));
    match reduce_to(&needs, &kept) {
        Ok(held) => tell(&held, &needs),
        Err(error) => tracing::warn!("Unable to give up capabilities: {error}"),
    }
}

/// Keeps these, as far as there are, and returns what it keeps.
fn reduce_to(needs: &[Need], kept: &[Capability]) -> Result<BTreeSet<Capability>, CapsError> {
    let permitted = caps::read(None, CapSet::Permitted)?;
    let wanted = needs.iter().map(|need| need.capability).chain(kept.iter().copied());
    let held: BTreeSet<Capability> =
        wanted.filter(|it| permitted.contains(&kernels(*it))).collect();
    let all: HashSet<caps::Capability> = held.iter().map(|it| kernels(*it)).collect();
    let inheritable = caps::read(None, CapSet::Inheritable)?;
    // What is effective must be permitted, so it goes first.
    caps::set(None, CapSet::Effective, &all)?;
    caps::set(None, CapSet::Permitted, &all)?;
    caps::set(None, CapSet::Inheritable, &inheritable.intersection(&all).copied().collect())?;
    Ok(held)
}

fn tell(held: &BTreeSet<Capability>, needs: &[Need]) {
    let needed = |it: &&Capability| needs.iter().any(|need| need.capability == **it);
    let (now, besides): (Vec<_>, Vec<_>) = held.iter().partition(needed);
    tracing::debug!("Capabilities held: {}; besides: {}", listed(&now), listed(&besides));
    for need in needs.iter().filter(|need| !held.contains(&need.capability)) {
        let why = need.reasons.first().map_or("", String::as_str);
        tracing::warn!("Capability {} is missing, which is needed: {why}", need.capability);
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
