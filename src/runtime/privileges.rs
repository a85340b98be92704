//! Gives up the capabilities that the VRRP process will not need, at its start and before it has
//! threads: threads have each their own. The supervisor keeps its, for the next process.
//!
//! The bounding set stays. It is what scripts of root get back when they are executed, and those
//! must not lose what they have under keepalived; the process itself gets nothing from it, because it
//! executes nothing but what starts them (`scripts/runner`) and `iptables`. Ambient capabilities that are
//! given up go with the others.
//!
//! Becoming another user and ending what runs as one is left to what starts scripts: it gets the
//! capabilities for it back when it is executed, as a script of root does. Where that is not so (another
//! user than root, `NoNewPrivileges=`), they are kept, to be handed on.

use std::collections::{BTreeSet, HashSet};

use caps::CapSet;
use caps::errors::CapsError;

use crate::ir::Config;
use crate::privileges::{self, Around, Capability, Need};
use crate::runtime::daemon::Settings;
use crate::runtime::metrics::Address;
use crate::sys::process::executing_gives_capabilities_back;

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
    let left: &[Capability] = match executing_gives_capabilities_back() {
        true => &Capability::OF_SCRIPTS,
        false => &[],
    };
    match reduce_to(&needs, &kept, left) {
        Ok(held) => tell(&held, &needs, left),
        Err(error) => tracing::warn!("Unable to give up capabilities: {error}"),
    }
}

/// What there was of what is needed, and what of that is kept.
struct Held {
    had: BTreeSet<Capability>,
    kept: BTreeSet<Capability>,
}

/// Keeps these, as far as there are, but for those that are left to others.
fn reduce_to(needs: &[Need], kept: &[Capability], left: &[Capability]) -> Result<Held, CapsError> {
    let permitted = caps::read(None, CapSet::Permitted)?;
    let wanted = needs.iter().map(|need| need.capability).chain(kept.iter().copied());
    let had: BTreeSet<Capability> = wanted.filter(|it| permitted.contains(&kernels(*it))).collect();
    let kept: BTreeSet<Capability> = had.iter().copied().filter(|it| !left.contains(it)).collect();
    let all: HashSet<caps::Capability> = kept.iter().map(|it| kernels(*it)).collect();
    let inheritable = caps::read(None, CapSet::Inheritable)?;
    // What is effective must be permitted, so it goes first.
    caps::set(None, CapSet::Effective, &all)?;
    caps::set(None, CapSet::Permitted, &all)?;
    caps::set(None, CapSet::Inheritable, &inheritable.intersection(&all).copied().collect())?;
    Ok(Held { had, kept })
}

fn tell(Held { had, kept }: &Held, needs: &[Need], left: &[Capability]) {
    let needed = |it: &&Capability| needs.iter().any(|need| need.capability == **it);
    let (now, besides): (Vec<_>, Vec<_>) = kept.iter().partition(needed);
    let left: Vec<_> = left.iter().filter(|it| had.contains(it)).collect();
    let scripts = match left.as_slice() {
        [] => String::new(),
        some => format!("; to start scripts only: {}", listed(some)),
    };
    tracing::debug!("Capabilities held: {}; besides: {}{scripts}", listed(&now), listed(&besides));
    for need in needs.iter().filter(|need| !had.contains(&need.capability)) {
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
