//! What is on the bus: the paths of the daemon and of its instances, and what each instance is.
//!
//! The loop makes a table for each configuration; states are shared with the thread that answers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::engine::notification::Report;
use crate::engine::snapshot::State;
use crate::ir::{Config, Instance};
use crate::units::Family;

/// Where everything stands if nothing is said.
const ROOT: &str = "/org/keepalived/Vrrp1";

/// A state by its number on the bus.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Status(u32);

impl Status {
    /// Of an instance that has not reported yet.
    pub(super) const INIT: Self = Self(0);

    /// What a report makes of the state; `None` if it leaves it as it is.
    pub(super) const fn of_report(report: Report) -> Option<Self> {
        match report {
            Report::Backup => Some(Self(1)),
            Report::Master => Some(Self(2)),
            Report::Fault => Some(Self(3)),
            Report::Deleted => Some(Self(97)),
            Report::Stop => Some(Self(98)),
            Report::MasterRxLowerPri | Report::MasterPriority | Report::BackupPriority => None,
        }
    }

    /// The state of an instance that runs.
    pub(super) const fn of_state(state: State) -> Self {
        match state {
            State::Init => Self::INIT,
            State::Backup => Self(1),
            State::Master => Self(2),
            State::Fault => Self(3),
        }
    }

    /// The number.
    pub(super) const fn number(self) -> u32 {
        self.0
    }

    /// The word of the property `State`.
    pub(super) const fn word(self) -> &'static str {
        match self.0 {
            1 => "Backup",
            2 => "Master",
            3 => "Fault",
            97 => "Deleted",
            98 => "Stop",
            _ => "Init",
        }
    }
}

/// The state of one instance, as last reported.
#[derive(Debug, Default)]
pub(super) struct Shown(AtomicU32);

impl Shown {
    /// The state.
    pub(super) fn get(&self) -> Status {
        Status(self.0.load(Ordering::Relaxed))
    }

    /// Takes over a state; false if it is the same.
    pub(super) fn set(&self, status: Status) -> bool {
        self.0.swap(status.0, Ordering::Relaxed) != status.0
    }
}

/// One instance.
#[derive(Clone, Debug)]
pub(super) struct Object {
    /// Its name in the configuration.
    pub(super) name: Arc<str>,
    /// Its state.
    pub(super) shown: Arc<Shown>,
}

/// Where the objects of a daemon stand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Root {
    path: String,
    no_interface: String,
}

impl Root {
    /// Below the namespace of the process and the name of the daemon, if it has any.
    pub(super) fn new(config: &Config, namespace: Option<&str>) -> Self {
        let instance = config.global.identity.instance.as_ref().map(|name| name.value.as_str());
        let mut path = ROOT.to_owned();
        for part in namespace.into_iter().chain(instance) {
            path.push('/');
            path.push_str(&element(part));
        }
        let no_interface = config.global.dbus.no_interface_name.as_ref();
        let no_interface = no_interface.map_or("none", |name| &name.value);
        Self { path, no_interface: element(no_interface) }
    }

    /// The daemon as a whole.
    pub(super) fn vrrp(&self) -> String {
        format!("{}/Vrrp", self.path)
    }

    fn instance(&self, instance: &Instance) -> String {
        let interface = instance.interface.as_ref().map(|name| element(name.value.as_str()));
        let interface = interface.as_deref().unwrap_or(&self.no_interface);
        let family = match instance.family {
            Family::V4 => "IPv4",
            Family::V6 => "IPv6",
        };
        format!("{}/Instance/{interface}/{}/{family}", self.path, *instance.vrid)
    }
}

/// A part of a path: whatever may not stand in it becomes `_`.
fn element(name: &str) -> String {
    name.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '_' }).collect()
}

/// Everything that is on the bus.
#[derive(Clone, Debug)]
pub(super) struct Objects {
    vrrp: String,
    instances: BTreeMap<Arc<str>, Object>,
    /// Where the instance of each name stands.
    paths: BTreeMap<Arc<str>, Arc<str>>,
}

impl Objects {
    /// The objects of a configuration. An instance that stands where one stood before goes on from its
    /// state. Of several that would stand in one place the first does.
    pub(super) fn new(root: &Root, config: &Config, former: Option<&Self>) -> Self {
        let mut instances: BTreeMap<Arc<str>, Object> = BTreeMap::new();
        let mut paths = BTreeMap::new();
        for instance in &config.instances {
            let path: Arc<str> = Arc::from(root.instance(instance));
            let name = instance.name.value.as_str();
            if instances.contains_key(&path) {
                tracing::info!("An object for instance {name} already exists");
                continue;
            }
            let shown = former.and_then(|former| Some(Arc::clone(&former.at(&path)?.shown)));
            let object = Object { name: Arc::from(name), shown: shown.unwrap_or_default() };
            paths.insert(Arc::clone(&object.name), Arc::clone(&path));
            instances.insert(path, object);
        }
        Self { vrrp: root.vrrp(), instances, paths }
    }

    /// The path of the daemon as a whole.
    pub(super) fn vrrp(&self) -> &str {
        &self.vrrp
    }

    /// The instance at a path.
    pub(super) fn at(&self, path: &str) -> Option<&Object> {
        self.instances.get(path)
    }

    /// The instance of that name, and where it stands.
    pub(super) fn named(&self, name: &str) -> Option<(&Arc<str>, &Object)> {
        self.instances.get_key_value(self.paths.get(name)?)
    }

    /// Instances of `former` that are not here any more.
    pub(super) fn gone<'a>(&'a self, former: &'a Self) -> impl Iterator<Item = &'a Object> {
        former
            .instances
            .iter()
            .filter(|(path, _)| !self.instances.contains_key(*path))
            .map(|(_, object)| object)
    }

    /// The next parts of the paths that go on below one, each once.
    pub(super) fn below(&self, path: &str) -> BTreeSet<&str> {
        let base = path.trim_end_matches('/');
        let paths = self.instances.keys().map(AsRef::as_ref).chain([self.vrrp.as_str()]);
        paths
            .filter_map(|path| path.strip_prefix(base)?.strip_prefix('/')?.split('/').next())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_made_of_letters_and_digits() {
        assert_eq!(element("eth0.10"), "eth0_10");
        assert_eq!(element("br-lan:ä"), "br_lan__");
    }

    #[test]
    fn every_state_has_keepaliveds_number_and_word() {
        let reports = [
            (Report::Backup, 1, "Backup"),
            (Report::Master, 2, "Master"),
            (Report::Fault, 3, "Fault"),
            (Report::Deleted, 97, "Deleted"),
            (Report::Stop, 98, "Stop"),
        ];
        for (report, number, word) in reports {
            let status = Status::of_report(report).unwrap();
            assert_eq!((status.number(), status.word()), (number, word));
        }
        assert_eq!((Status::INIT.number(), Status::INIT.word()), (0, "Init"));
        assert_eq!(Status::of_report(Report::MasterPriority), None);
    }
}
