//! Reading a new configuration beside the running one.

use tokio::task::JoinHandle;

use crate::runtime::daemon::Settings;
use crate::runtime::load::{self, Refusal, Replacement, Running};
use crate::runtime::netlink::Monitor;
use crate::runtime::systemd;

/// A new configuration that is being read beside the running one.
#[derive(Debug)]
pub(super) struct Reload {
    task: JoinHandle<Result<Replacement, Refusal>>,
    /// Another was asked for meanwhile.
    pub(super) again: bool,
}

impl Reload {
    /// Begins to read.
    pub(super) fn start(settings: &Settings, monitor: &Monitor, running: Running) -> Self {
        tracing::info!(target: "Keepalived", "Reloading ...");
        systemd::reloading();
        let path = settings.configuration.clone();
        let network = monitor.network().clone();
        let umask = settings.umask;
        let reading = settings.reading.clone();
        // Reading files may take its time; adverts do not wait for it.
        let task = tokio::task::spawn_blocking(move || {
            load::load_replacement(&path, &reading, &network, umask, Some(&running))
        });
        Self { task, again: false }
    }

    /// The outcome of the reload in progress; never without one.
    pub(super) async fn outcome(reload: &mut Option<Self>) -> Result<Replacement, Refusal> {
        match reload {
            None => std::future::pending().await,
            Some(reload) => match (&mut reload.task).await {
                Ok(outcome) => outcome,
                Err(_) => Err(Refusal::Failed),
            },
        }
    }
}
