//! D-Bus (`enable_dbus`): each instance is an object with its state, every change of it a signal, and
//! the daemon can be asked for its files, a reload, or announcements of its addresses.
//!
//! Names, paths, numbers and errors are keepalived's. The bus is spoken to by a thread of its own; the
//! loop puts signals into a queue and never waits. Without `enable_dbus` there is no thread.

mod answer;
mod objects;
mod service;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};

use crate::engine::effect::InstanceId;
use crate::engine::notification::{Notification, Subject};
use crate::engine::snapshot::Snapshot;
use crate::ir::Config;
use crate::runtime::lossy::{Lossy, lossy};
use crate::runtime::signals::Asked;
use objects::{Objects, Root, Shown, Status};
use service::{Service, Signal};

/// The name on the bus if nothing is said.
const NAME: &str = "org.keepalived.Vrrp1";

/// Signals that wait for a slow bus: each instance of a large daemon may report a few times.
const MOST_WAITING: usize = 16_384;

/// How long the end of the daemon waits for the last signals.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Where D-Bus begins for the loop.
#[derive(Debug)]
pub(super) struct Bus {
    namespace: Option<String>,
    asked: mpsc::Sender<Asked>,
    /// While it is switched on.
    speaker: Option<Speaker>,
}

/// What the loop keeps of a thread that runs.
#[derive(Debug)]
struct Speaker {
    objects: watch::Sender<Arc<Objects>>,
    /// Those of a reload that is being carried out, until `VrrpReloaded` is sent.
    next: Option<Arc<Objects>>,
    /// Where instances that have reported stand.
    places: BTreeMap<InstanceId, Place>,
    signals: Lossy<Signal>,
    done: oneshot::Receiver<()>,
    /// It may have been started beside instances that had reported already.
    fresh: bool,
}

#[derive(Clone, Debug)]
struct Place {
    path: Arc<str>,
    shown: Arc<Shown>,
}

impl Bus {
    /// Not switched on. What clients ask for goes to `asked`.
    pub(super) fn new(namespace: Option<String>, asked: mpsc::Sender<Asked>) -> Self {
        Self { namespace, asked, speaker: None }
    }

    /// A configuration is about to be carried out.
    pub(super) fn reconfigure(&mut self, config: &Config) {
        if !config.global.dbus.enabled {
            // Without waiting: the thread says what it has to say, and ends.
            if self.speaker.take().is_some() {
                tracing::info!("Released DBus");
            }
            return;
        }
        let root = Root::new(config, self.namespace.as_deref());
        match &mut self.speaker {
            Some(speaker) => {
                let former = Arc::clone(&speaker.objects.borrow());
                speaker.next = Some(Arc::new(Objects::new(&root, config, Some(&former))));
            }
            None => match Speaker::start(&root, config, self.asked.clone()) {
                Ok(speaker) => self.speaker = Some(speaker),
                Err(error) => tracing::warn!("D-Bus: no thread: {error}"),
            },
        }
    }

    /// A configuration has been carried out. `snapshot` is asked for only where D-Bus was switched on
    /// by it.
    pub(super) fn reconfigured(&mut self, snapshot: impl FnOnce() -> Snapshot) {
        let Some(speaker) = &mut self.speaker else { return };
        speaker.show_next();
        if std::mem::take(&mut speaker.fresh) {
            for instance in &snapshot().instances {
                speaker.note(instance.id, &instance.name, Status::of_state(instance.state));
            }
        }
    }

    /// A report.
    pub(super) fn take(&mut self, notification: &Notification) {
        let Some(speaker) = &mut self.speaker else { return };
        let Subject::Instance(id) = notification.subject else { return };
        if let Some(status) = Status::of_report(notification.report) {
            speaker.note(id, &notification.name, status);
        }
    }

    /// The daemon ends: waits a moment for the last signals.
    pub(super) async fn finish(&mut self) {
        let Some(Speaker { signals, done, .. }) = self.speaker.take() else { return };
        drop(signals);
        // Its other end is dropped, or the bus does not read.
        let _ended = tokio::time::timeout(LAST_WORDS, done).await;
        tracing::info!("Released DBus");
    }
}

impl Speaker {
    fn start(root: &Root, config: &Config, asked: mpsc::Sender<Asked>) -> std::io::Result<Self> {
        let name = config.global.dbus.service_name.as_ref();
        let name = name.map_or_else(|| NAME.to_owned(), |name| name.value.clone());
        let (objects, shown) = watch::channel(Arc::new(Objects::new(root, config, None)));
        let (signals, queue) = lossy(MOST_WAITING, "D-Bus signals");
        let (ending, done) = oneshot::channel();
        let service = Service { name, objects: shown, signals: queue, asked, _done: ending };
        thread::Builder::new().name("dbus".to_owned()).spawn(move || service.run())?;
        let mut speaker =
            Self { objects, next: None, places: BTreeMap::new(), signals, done, fresh: true };
        speaker.signals.send(Signal::Started);
        Ok(speaker)
    }

    /// An instance has a state.
    fn note(&mut self, id: InstanceId, name: &str, status: Status) {
        if !self.places.contains_key(&id) {
            // Whoever ends in a reload is known, and reports before all others: this one is new.
            self.show_next();
            let objects = Arc::clone(&self.objects.borrow());
            let Some((path, object)) = objects.named(name) else { return };
            let place = Place { path: Arc::clone(path), shown: Arc::clone(&object.shown) };
            self.places.insert(id, place);
        }
        let Some(Place { path, shown }) = self.places.get(&id) else { return };
        // A state may be reported again, or be that which it had before a reload.
        if shown.set(status) {
            let path = Arc::clone(path);
            self.signals.send(Signal::Status(path, status));
        }
    }

    /// Shows the objects of a new configuration, if there is one.
    fn show_next(&mut self) {
        let Some(next) = self.next.take() else { return };
        let former = self.objects.send_replace(Arc::clone(&next));
        for object in next.gone(&former) {
            tracing::info!("Deleted DBus object for instance {}", object.name);
        }
        self.places.retain(|_, place| next.at(&place.path).is_some());
        self.signals.send(Signal::Reloaded);
    }
}
