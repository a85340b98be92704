//! SNMP: the daemon as a sub-agent of the host's SNMP agent (AgentX, RFC 2741), `enable_snmp_*`,
//! `enable_traps`, `snmp_socket`, `-x`, `-A`.
//!
//! A thread of its own speaks to the agent and asks the loop for views ([`crate::runtime::views`]); the
//! loop puts changes of state and refused adverts into a queue and never waits. Without a MIB to serve there is no thread.
//! Everything is read-only.

mod session;
mod stream;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::{oneshot, watch};

use crate::engine::message::PacketProblem;
use crate::engine::notification::{Notification, Subject};
use crate::ir::Config;
use crate::runtime::daemon::SnmpSwitches;
use crate::runtime::lossy::{Lossy, lossy};
use crate::runtime::views::Views;
use crate::snmp::{Mibs, Occurrence, Refusal};
use crate::sys::host_name;
use session::Session;

/// Where the agent listens if nothing is said.
const SOCKET: &str = "unix:/var/agentx/master";

/// News that wait for a slow agent: each instance of a large daemon may report a few times.
const MOST_WAITING: usize = 16_384;

/// How long the end of the daemon waits for the last notifications.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Where SNMP begins for the loop.
#[derive(Debug)]
pub(super) struct Agent {
    switches: SnmpSwitches,
    views: Views,
    /// Notifications are sent (`enable_traps`).
    traps: bool,
    /// While there is something to serve.
    speaker: Option<Speaker>,
}

/// What the loop keeps of a thread that runs.
#[derive(Debug)]
struct Speaker {
    mibs: Mibs,
    names: watch::Sender<Arc<Names>>,
    news: Lossy<News>,
    done: oneshot::Receiver<()>,
}

/// What managers are told of.
#[derive(Clone, PartialEq, Eq, Debug)]
enum News {
    /// A change of state.
    Change(Occurrence),
    /// An advert was refused.
    Refused(Refusal),
}

/// What notifications say of a configuration.
#[derive(Debug, Default)]
struct Names {
    /// `router_id`, or the name of the host.
    router: String,
    /// With which state instances begin: those that are MASTER.
    masters: BTreeSet<String>,
}

impl Names {
    fn of(config: &Config) -> Self {
        let begins = config.instances.iter().filter(|it| it.initial_state.is_master());
        let router = config.global.router_id.as_ref().map(|router| router.value.clone());
        Self {
            router: router.unwrap_or_else(host_name::own),
            masters: begins.map(|instance| instance.name.value.clone()).collect(),
        }
    }

    /// The number of the state that an instance begins with.
    fn initial(&self, name: &str) -> i32 {
        if self.masters.contains(name) { 2 } else { 1 }
    }
}

impl Agent {
    /// Nothing is served yet.
    pub(super) fn new(switches: SnmpSwitches, views: Views) -> Self {
        Self { switches, views, traps: false, speaker: None }
    }

    /// A configuration is about to be carried out.
    pub(super) fn reconfigure(&mut self, config: &Config) {
        let snmp = &config.global.snmp;
        self.traps = snmp.traps;
        let mibs = match self.switches.all {
            true => Mibs { keepalived: true, rfc2787: true, rfc6527: true },
            false => Mibs::of(snmp),
        };
        // Another set of MIBs is another session: the thread says what it has to say, and ends.
        if self.speaker.as_ref().is_some_and(|speaker| speaker.mibs != mibs) {
            self.speaker = None;
        }
        let names = Arc::new(Names::of(config));
        match &self.speaker {
            Some(speaker) => {
                speaker.names.send_replace(names);
            }
            None if mibs.is_empty() => {}
            None => {
                let socket = snmp.socket.as_ref().map(|socket| socket.value.clone());
                let socket = self.switches.socket.clone().or(socket);
                let socket = socket.unwrap_or_else(|| SOCKET.to_owned());
                match Speaker::start(mibs, names, socket, self.views.clone()) {
                    Ok(speaker) => self.speaker = Some(speaker),
                    Err(error) => tracing::warn!("SNMP: no thread: {error}"),
                }
            }
        }
    }

    /// A report.
    pub(super) fn take(&mut self, notification: &Notification) {
        let (true, Some(speaker)) = (self.traps, &mut self.speaker) else { return };
        let group = notification.subject == Subject::Group;
        let (name, why) = (&notification.name, notification.why.as_deref());
        if let Some(occurrence) = Occurrence::new(group, name, notification.report, why) {
            speaker.news.send(News::Change(occurrence));
        }
    }

    /// An instance has refused an advert; of those that follow for the same reason nothing is said.
    pub(super) fn refused(&mut self, instance: &str, problem: &PacketProblem) {
        let (true, Some(speaker)) = (self.traps, &mut self.speaker) else { return };
        let refusal = Refusal::new(instance, problem);
        if let Some(refusal) = refusal.filter(|refusal| refusal.is_told(speaker.mibs)) {
            speaker.news.send(News::Refused(refusal));
        }
    }

    /// The daemon ends: waits a moment for the last notifications.
    pub(super) async fn finish(&mut self) {
        let Some(Speaker { news, done, .. }) = self.speaker.take() else { return };
        drop(news);
        // Its other end is dropped, or the agent does not read.
        let _ended = tokio::time::timeout(LAST_WORDS, done).await;
    }
}

impl Speaker {
    fn start(mibs: Mibs, names: Arc<Names>, socket: String, views: Views) -> std::io::Result<Self> {
        tracing::info!("Starting SNMP subagent");
        let (names, known) = watch::channel(names);
        let (news, queue) = lossy(MOST_WAITING, "SNMP notifications");
        let (ending, done) = oneshot::channel();
        let session = Session::new(mibs, socket, known, queue, views, ending);
        thread::Builder::new().name("snmp".to_owned()).spawn(move || session.run())?;
        Ok(Self { mibs, names, news, done })
    }
}
