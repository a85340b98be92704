//! Judging a new configuration beside the running one. The supervisor has read the files.

use tokio::task::JoinHandle;

use crate::runtime::daemon::Settings;
use crate::runtime::load::{self, Refusal, Replacement, Running};
use crate::runtime::netlink::Monitor;
use crate::runtime::supervisor::Exchange;

/// A new configuration that is being looked at beside the running one.
#[derive(Debug)]
pub(super) struct Reload(JoinHandle<Result<Replacement, Refusal>>);

impl Reload {
    /// Begins with the texts that lie in the file, so many bytes.
    pub(super) fn start(
        settings: &Settings,
        monitor: &Monitor,
        running: Running,
        exchange: Exchange,
        length: usize,
    ) -> Self {
        tracing::info!("Reloading");
        let path = settings.configuration.clone();
        let network = monitor.network().clone();
        let umask = settings.umask;
        let reading = settings.reading.clone();
        // Understanding it takes its time; adverts do not wait for it.
        Self(tokio::task::spawn_blocking(move || {
            let recorded = exchange.take(length).map_err(|_| Refusal::Failed)?;
            load::load_replacement(&recorded, &path, &reading, &network, umask, &running)
        }))
    }

    /// The outcome of the reload in progress; never without one.
    pub(super) async fn outcome(reload: &mut Option<Self>) -> Result<Replacement, Refusal> {
        match reload {
            None => std::future::pending().await,
            Some(reload) => match (&mut reload.0).await {
                Ok(outcome) => outcome,
                Err(_) => Err(Refusal::Failed),
            },
        }
    }
}
