//! Files with the state of the daemon, written when somebody asks by a signal: SIGUSR1, SIGUSR2 and
//! three real-time signals (`keepalived --signum`), or over D-Bus.
//!
//! The loop takes a snapshot; a thread of its own looks at the host, makes the text and writes it,
//! so that no disk and no lock of the kernel holds an advert up. Of requests of one kind that nobody
//! has begun with only the last is carried out.

mod place;
mod queue;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use jiff::tz::TimeZone;

use crate::dump::{self, HostInterface, InterfaceSettings, Surroundings, View};
use crate::engine::effect::SocketId;
use crate::engine::snapshot::Snapshot;
use crate::ir::{Config, Global, Script, ScriptUser};
use crate::runtime::netlink;
use crate::runtime::replacing::replace;
use crate::runtime::scripts::Scripts;
use crate::runtime::sysctl::Changed;
use crate::sys::host_name;
use crate::units::IfName;
use place::{Place, Who};
use queue::Queue;

pub(super) use queue::Kind;

/// By what way a file was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Requester {
    /// A signal to the process.
    Signal,
    /// A client on D-Bus.
    #[cfg_attr(not(feature = "dbus"), expect(dead_code))]
    Bus,
}

/// What only the loop knows of the process.
#[derive(Clone, Debug)]
pub(super) struct KnownToProcess {
    /// Descriptors of the open pairs of sockets.
    pub(super) descriptors: BTreeMap<SocketId, (i32, i32)>,
    /// Who runs each script.
    pub(super) users: BTreeMap<Script, (u32, u32)>,
    /// Who owns the pipes that name a user.
    pub(super) owners: Vec<(ScriptUser, (u32, u32))>,
    /// Who runs scripts that name no user.
    pub(super) default_user: (u32, u32),
    /// Interfaces that were up at some time.
    pub(super) seen_up: BTreeSet<IfName>,
    /// Settings of the host that are changed.
    pub(super) changed: Changed,
}

/// One request, with everything that it needs.
#[derive(Debug)]
pub(super) struct Request {
    /// The engine at the moment of the request.
    pub(super) snapshot: Snapshot,
    /// What the loop knows.
    pub(super) known: KnownToProcess,
    /// Real-time priority of the process.
    pub(super) real_time: Option<u8>,
    /// The next planned reload, since 1970.
    pub(super) reload_at: Option<Duration>,
    /// Network namespace of the process, if it was put into one.
    pub(super) namespace: Option<String>,
    /// Bits withheld from files.
    pub(super) umask: u32,
}

/// Where a daemon with that `TMPDIR` and configuration writes what SIGUSR1 asks its VRRP part for.
pub fn data_file(temporary: Option<OsString>, global: &Global, namespace: Option<&str>) -> PathBuf {
    Place::of_another(temporary, global, namespace).data(Who::Vrrp)
}

/// The same for SIGUSR2: the counters.
pub fn statistics_file(
    temporary: Option<OsString>,
    global: &Global,
    namespace: Option<&str>,
) -> PathBuf {
    Place::of_another(temporary, global, namespace).statistics()
}

/// The thread that writes.
#[derive(Debug)]
pub(super) struct Dumps {
    queue: Arc<Queue<Request>>,
}

impl Dumps {
    /// Starts it, in the network namespace of the calling one.
    pub(super) fn start() -> io::Result<Self> {
        let queue = Arc::new(Queue::default());
        let requests = Arc::clone(&queue);
        let thread = thread::Builder::new().name("dumps".to_owned());
        thread.spawn(move || {
            while let Some((kind, request)) = requests.take() {
                carry_out(kind, request);
            }
        })?;
        Ok(Self { queue })
    }

    /// Asks for files of that kind.
    pub(super) fn ask(&self, kind: Kind, requester: Requester, request: Request) {
        let by = match requester {
            Requester::Signal => format!("for process({}) on signal", std::process::id()),
            Requester::Bus => "on DBus request".to_owned(),
        };
        match kind {
            Kind::Data => tracing::info!("Printing VRRP data {by}"),
            Kind::Statistics => tracing::info!("Printing VRRP stats {by}"),
            Kind::StatisticsAndClear => tracing::info!("Printing and clearing VRRP stats {by}"),
            // Only 2.2 says anything of the one, and the other is for the log itself.
            Kind::Json | Kind::Configuration => {}
        }
        self.queue.put(kind, request);
    }
}

impl Drop for Dumps {
    fn drop(&mut self) {
        self.queue.close();
    }
}

/// Makes the text and writes it.
fn carry_out(kind: Kind, request: Request) {
    let Request { snapshot, known, real_time, reload_at, namespace, umask } = request;
    let interfaces = match kind {
        Kind::Data | Kind::Configuration => interfaces(&known),
        Kind::Statistics | Kind::StatisticsAndClear | Kind::Json => Vec::new(),
    };
    let config = Arc::clone(&snapshot.config);
    let place = Place::new(&config.global, namespace.as_deref());
    let host = Surroundings {
        zone: TimeZone::system(),
        host_name: host_name::own(),
        namespace,
        descriptors: known.descriptors,
        users: known.users,
        owners: known.owners,
        default_user: known.default_user,
        umask,
        real_time,
        reload_at,
        interfaces,
    };
    let running = kind != Kind::Configuration;
    let view = View { engine: &snapshot, host: &host, running };
    let write = |path: &Path, text: &str| write(path, text, umask);
    match kind {
        Kind::Configuration => {
            for line in dump::data(view).lines() {
                tracing::info!("{line}");
            }
        }
        Kind::Data => {
            write(&place.data(Who::Vrrp), &dump::data(view));
        }
        Kind::Statistics | Kind::StatisticsAndClear => {
            write(&place.statistics(), &dump::statistics(view));
        }
        Kind::Json => {
            if let Some(text) = dump::json(view) {
                write(&place.json(), &text);
            }
        }
    }
}

fn write(path: &Path, text: &str, umask: u32) {
    if let Err(error) = replace(path, text.as_bytes(), umask) {
        tracing::error!("Can't open {} ({error})", path.display());
    }
}

/// What the supervisor knows.
#[derive(Debug)]
pub(super) struct Parent<'a> {
    /// The configuration that runs, or would.
    pub(super) config: &'a Arc<Config>,
    /// Its scripts.
    pub(super) scripts: &'a Scripts,
    /// The next planned reload, since 1970.
    pub(super) reload_at: Option<Duration>,
    /// Network namespace of the process, if it was put into one.
    pub(super) namespace: Option<String>,
    /// Bits withheld from files.
    pub(super) umask: u32,
}

/// Writes `keepalived_parent.data`.
pub(super) fn write_parent(parent: Parent<'_>) {
    let Parent { config, scripts, reload_at, namespace, umask } = parent;
    let place = Place::new(&config.global, namespace.as_deref());
    let host = Surroundings {
        zone: TimeZone::system(),
        host_name: host_name::own(),
        namespace,
        descriptors: BTreeMap::new(),
        users: scripts.users(),
        owners: scripts.owners(),
        default_user: scripts.default_user(),
        umask,
        real_time: None,
        reload_at,
        interfaces: Vec::new(),
    };
    // No engine runs here.
    let snapshot = Snapshot::of_nothing(Arc::clone(config));
    let view = View { engine: &snapshot, host: &host, running: true };
    write(&place.data(Who::Parent), &dump::parent(view), umask);
}

/// Every interface, with the settings of it that are changed; none where the kernel does not tell.
fn interfaces(known: &KnownToProcess) -> Vec<HostInterface> {
    let mut all = netlink::interfaces().unwrap_or_else(|error| {
        tracing::warn!("Unable to read links: {error}");
        Vec::new()
    });
    for interface in &mut all {
        let former = |setting: &str| known.changed.ipv4(&interface.known.name, setting);
        interface.seen_up |= known.seen_up.contains(&interface.known.name);
        interface.settings = InterfaceSettings {
            arp_ignore: former("arp_ignore"),
            arp_filter: former("arp_filter"),
            promote_secondaries: former("promote_secondaries"),
        };
    }
    all
}
