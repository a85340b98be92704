//! Carries reports out: scripts in order, a line into each pipe, a signal on D-Bus, an SNMP
//! notification, a mail.
//!
//! Nothing here holds up the loop: scripts are started elsewhere and watched by tasks, pipes are written
//! without waiting, D-Bus, SNMP and mails are served by threads.

mod life;
mod mail;
mod pipe;
mod queue;

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::{mpsc, watch};

pub(super) use life::{Life, run as run_life_script};

use crate::engine::Engine;
use crate::engine::effect::InstanceId;
use crate::engine::message::Message;
#[cfg(feature = "snmp")]
use crate::engine::message::What;
use crate::engine::notification::{Notification, Subject};
use crate::ir::Config;
#[cfg(feature = "snmp")]
use crate::runtime::agentx::Agent;
use crate::runtime::daemon::SnmpSwitches;
#[cfg(feature = "dbus")]
use crate::runtime::dbus::Bus;
use crate::runtime::notify::mail::Mailer;
use crate::runtime::notify::pipe::Pipe;
use crate::runtime::notify::queue::{Job, Queue, Run};
use crate::runtime::scripts::Scripts;
use crate::runtime::scripts::starter::Starter;
use crate::runtime::signals::Asked;
use crate::runtime::views::Views;

/// Whose queue it is. An instance keeps its queue over a reload that gives it another name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Owner {
    Instance(InstanceId),
    Group(Arc<str>),
}

/// What those who hear of every state are given.
#[derive(Debug)]
pub(super) struct Watchers {
    /// Network namespace of the process.
    pub(super) namespace: Option<String>,
    /// Where they ask for something.
    pub(super) clients: mpsc::Sender<Asked>,
    /// Where they ask for a view.
    pub(super) views: Views,
    /// What the command line says of SNMP.
    pub(super) snmp: SnmpSwitches,
}

/// Everybody who hears of reports.
#[derive(Debug)]
pub(super) struct Notifier {
    queues: BTreeMap<Owner, Queue>,
    /// `notify_fifo`.
    all: Option<Pipe>,
    /// `vrrp_notify_fifo`.
    vrrp: Option<Pipe>,
    #[cfg(feature = "dbus")]
    bus: Bus,
    #[cfg(feature = "snmp")]
    agent: Agent,
    mailer: Mailer,
    /// True from the stop on: nobody waits long any more.
    stopping: watch::Sender<bool>,
}

impl Notifier {
    /// Nobody hears yet.
    pub(super) fn new(watchers: Watchers) -> Self {
        let Watchers { namespace, clients, views, snmp } = watchers;
        #[cfg(not(feature = "dbus"))]
        drop((namespace, clients));
        #[cfg(not(feature = "snmp"))]
        drop((views, snmp));
        let (stopping, _) = watch::channel(false);
        Self {
            queues: BTreeMap::new(),
            all: None,
            vrrp: None,
            #[cfg(feature = "dbus")]
            bus: Bus::new(namespace, clients),
            #[cfg(feature = "snmp")]
            agent: Agent::new(snmp, views),
            mailer: Mailer::default(),
            stopping,
        }
    }

    /// Opens the pipes of a configuration in place of the former ones, and starts their readers. From
    /// now on mails go where it says.
    pub(super) fn reconfigure(&mut self, config: &Config, scripts: &Scripts, starter: &Starter) {
        let fifos = &config.global.fifos;
        self.all = Pipe::renew(self.all.take(), "notify", &fifos.all, scripts, starter);
        self.vrrp = Pipe::renew(self.vrrp.take(), "vrrp_notify", &fifos.vrrp, scripts, starter);
        #[cfg(feature = "dbus")]
        self.bus.reconfigure(config);
        #[cfg(not(feature = "dbus"))]
        if config.global.dbus.enabled {
            tracing::warn!("enable_dbus: this program was built without D-Bus");
        }
        #[cfg(feature = "snmp")]
        self.agent.reconfigure(config);
        #[cfg(not(feature = "snmp"))]
        if !crate::snmp::Mibs::of(&config.global.snmp).is_empty() {
            tracing::warn!("enable_snmp_...: this program was built without SNMP");
        }
        self.mailer.configure(&config.global);
        self.queues.retain(|_, queue| queue.is_busy());
    }

    /// The change of configuration has been carried out.
    pub(super) fn reconfigured(&mut self, engine: &Engine) {
        #[cfg(feature = "dbus")]
        self.bus.reconfigured(|| engine.snapshot());
        #[cfg(not(feature = "dbus"))]
        let _ = engine;
    }

    /// Carries one report out, in keepalived's order.
    pub(super) fn take(
        &mut self,
        notification: &Notification,
        scripts: &Scripts,
        starter: &Starter,
    ) {
        let runs: Vec<Run> = notification
            .scripts
            .iter()
            .filter_map(|call| {
                let launch = scripts.launch_with(&call.script, &call.arguments)?;
                Some(Run { program: call.script.program.clone(), launch })
            })
            .collect();
        if !runs.is_empty() {
            let owner = match notification.subject {
                Subject::Instance(id) => Owner::Instance(id),
                Subject::Group => Owner::Group(Arc::clone(&notification.name)),
            };
            let queue =
                self.queues.entry(owner).or_insert_with(|| Queue::new(starter, &self.stopping));
            let (name, report) = (Arc::clone(&notification.name), notification.report);
            queue.push(Job { name, report, runs });
        }
        let line = format!("{notification}\n");
        for pipe in [&mut self.all, &mut self.vrrp].into_iter().flatten() {
            pipe.write(&line);
        }
        #[cfg(feature = "dbus")]
        self.bus.take(notification);
        #[cfg(feature = "snmp")]
        self.agent.take(notification);
        if notification.mail {
            self.mailer.send(notification);
        }
    }

    /// What is logged: of some of it SNMP managers hear as well.
    pub(super) fn hear(&mut self, message: &Message) {
        #[cfg(feature = "snmp")]
        if let What::Packet(problem) = &message.what {
            self.agent.refused(&message.instance, problem);
        }
        #[cfg(not(feature = "snmp"))]
        let _ = message;
    }

    /// The daemon stops: scripts that run get a last second, what waits is left out, and the reports
    /// that still come are carried out as quickly.
    pub(super) fn hurry(&self) {
        self.stopping.send_replace(true);
    }

    /// Waits for the scripts and a moment for the mails, then ends the readers of the pipes.
    pub(super) async fn finish(&mut self) {
        self.hurry();
        let scripts = async {
            for queue in self.queues.values_mut() {
                queue.drained().await;
            }
        };
        tokio::join!(scripts, self.mailer.finish());
        #[cfg(feature = "dbus")]
        self.bus.finish().await;
        #[cfg(feature = "snmp")]
        self.agent.finish().await;
        (self.all, self.vrrp) = (None, None);
    }
}
