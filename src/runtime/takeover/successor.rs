//! The daemon's side: a daemon that was started to take another one's place makes itself ready,
//! waits for the word, and begins as what the other one was.

use std::io;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Duration;

use nix::unistd::{dup2_stdin, setsid};

use crate::engine::{Engine, Known};
use crate::facts::Network;
use crate::ir::Config;
use crate::runtime::takeover::exchange::{self, Said, Told};
use crate::sys::timer::now;

/// The variable that says that standard input is the other end.
pub(crate) const VARIABLE: &str = "STILLALIVE_SUCCEEDS";
/// How long the word is waited for. The other daemon stands still for less.
const PATIENCE: Duration = Duration::from_secs(20);

/// The daemon's end of the exchange.
#[derive(Clone, Debug)]
pub struct Successor(Arc<UnixStream>);

/// Why a successor does not begin.
#[derive(Debug, thiserror::Error)]
pub(in crate::runtime) enum NotBegun {
    /// The one that had started it does not say that it shall.
    #[error("The running daemon is not taken over: {0}")]
    NoWord(#[from] io::Error),
    /// It would be something else than the daemon before it.
    #[error("The running daemon is not taken over: {0}")]
    Deviation(#[from] crate::engine::adoption::Deviation),
}

impl Successor {
    /// The other end on standard input, if this process was started to take a place; standard input
    /// is empty then.
    ///
    /// # Errors
    /// Standard input is something else.
    pub fn on_standard_input() -> io::Result<Option<Self>> {
        if std::env::var_os(VARIABLE).is_none() {
            return Ok(None);
        }
        let stream = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
        // That of something else would have no such address.
        stream.peer_addr()?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let nothing = std::fs::File::open("/dev/null")?;
        dup2_stdin(nothing.as_fd())?;
        // Whoever started it may leave its terminal.
        let _leads_already = setsid();
        Ok(Some(Self(Arc::new(stream))))
    }

    /// Says that everything is ready, waits for the word, and begins.
    ///
    /// # Errors
    /// It shall not, or it would not be what the other daemon was. Nothing has happened then.
    pub(in crate::runtime) fn begin(
        &self,
        config: &Arc<Config>,
        network: Network,
        known: Known,
        unix: impl FnOnce() -> Duration,
    ) -> Result<Engine, NotBegun> {
        exchange::send(&self.0, &Said::Ready)?;
        let Told::Go(adoption) = exchange::receive(&self.0)?;
        // It may have taken long to come to this.
        let known = Known { unix: unix(), ..known };
        let engine = Engine::adopting(Arc::clone(config), network, known, &adoption, now());
        match engine.deviation(&adoption) {
            None => Ok(engine),
            Some(deviation) => {
                exchange::send(&self.0, &Said::Refuses(deviation.to_string()))?;
                Err(deviation.into())
            }
        }
    }

    /// Says that the adverts have left. Nobody may be there to hear it any more.
    pub(in crate::runtime) fn leads(&self) {
        if let Err(error) = exchange::send(&self.0, &Said::Leads) {
            tracing::warn!(target: "Keepalived", "Nobody hears that this daemon leads: {error}");
        }
    }
}
