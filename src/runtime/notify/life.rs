//! `startup_script` and `shutdown_script`: each runs once in the life of the daemon, alone.

use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::ir::global::LifeScript;
use crate::runtime::scripts::Scripts;

/// How long it may take if nothing is said.
const USUAL_LIMIT: Duration = Duration::from_secs(10);
/// From being asked to end to being ended.
const GRACE: Duration = Duration::from_secs(2);

/// Which of the two.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::runtime) enum Life {
    /// Before anything else.
    Startup,
    /// After everything else.
    Shutdown,
}

impl Life {
    const fn word(self) -> &'static str {
        match self {
            Self::Startup => "startup",
            Self::Shutdown => "shutdown",
        }
    }
}

/// Runs it and waits for its end. What comes of it is logged and changes nothing.
pub(in crate::runtime) async fn run(life: Life, what: &LifeScript, scripts: &Scripts) {
    let word = life.word();
    let Some(script) = &what.script else { return };
    let Some(launch) = scripts.launch_with(&script.value, &[]) else { return };
    tracing::debug!(target: "Keepalived", "Running {word} script {}", script.program);
    let Some(mut child) = launch.spawn() else { return };
    let limit = what.timeout.as_ref().map_or(USUAL_LIMIT, |limit| limit.value);
    let group = child.id().and_then(|pid| i32::try_from(pid).ok()).map(Pid::from_raw);
    let ended = match tokio::time::timeout(limit, child.wait()).await {
        Ok(ended) => ended,
        Err(_) => {
            tracing::info!(target: "Keepalived", "{word} script timed out");
            for signal in [Signal::SIGTERM, Signal::SIGKILL] {
                // It may just have ended.
                let _gone = group.map(|group| killpg(group, signal));
                if tokio::time::timeout(GRACE, child.wait()).await.is_ok() {
                    break;
                }
            }
            return;
        }
    };
    match ended {
        Ok(status) if status.success() => {
            tracing::info!(target: "Keepalived", "{word} script script succeeded");
        }
        Ok(status) => match status.code() {
            Some(code) => {
                tracing::info!(target: "Keepalived", "{word} script script failed, status {code}");
            }
            None => tracing::info!(target: "Keepalived", "{word} script script failed, {status}"),
        },
        Err(error) => tracing::info!(target: "Keepalived", "{word} script: {error}"),
    }
}
