//! A new configuration: a helper reads the files once and puts their texts where the VRRP process takes
//! them; that one judges them beside what runs, and applies or refuses them. What it has accepted is
//! what the next VRRP process begins with.

use std::io;

use nix::unistd::Pid;
use tracing::subscriber::NoSubscriber;

use crate::runtime::daemon::Settings;
use crate::runtime::load::{self, Refusal, Replacement};
use crate::runtime::netlink;
use crate::runtime::reload_files::Marker;
use crate::runtime::saved_configurations;
use crate::runtime::supervisor::channel::Exchange;
use crate::runtime::supervisor::death::Death;
use crate::runtime::supervisor::stop::Phase;
use crate::runtime::supervisor::{Supervisor, ToChild, help, status};
use crate::runtime::systemd;
use crate::source::Texts;
use crate::sys::memory;

/// A reload on its way.
#[derive(Debug)]
pub(super) struct Reload {
    stage: Stage,
    /// Where the texts are.
    exchange: Exchange,
    /// `reload_file`.
    _marker: Option<Marker>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    /// That process reads. It has judged too, if there was nobody else to do it.
    Reading { helper: Pid, judges: bool },
    /// The VRRP process has it.
    Applying,
    /// It brings the first VRRP process, which has begun.
    Starting,
}

impl Reload {
    /// Whether that process reads the files.
    pub(super) fn is_read_by(&self, pid: Pid) -> bool {
        matches!(self.stage, Stage::Reading { helper, .. } if helper == pid)
    }

    /// Whether it ends when the VRRP process serves.
    pub(super) const fn is_start(&self) -> bool {
        matches!(self.stage, Stage::Starting)
    }
}

impl Supervisor<'_> {
    /// Somebody wants a reload: now, or when another one is done.
    pub(super) fn ask_for_reload(&mut self) -> io::Result<()> {
        if !self.settings.vrrp || self.is_stopping() {
            return Ok(());
        }
        if self.reload.is_some() {
            tracing::info!(target: "Keepalived", "Reload already in progress, request queued");
        }
        self.reload_asked = true;
        match self.reload.is_none() && self.phase == Phase::Serving {
            true => self.reload_if_asked(),
            false => Ok(()),
        }
    }

    pub(super) fn reload_if_asked(&mut self) -> io::Result<()> {
        if !std::mem::take(&mut self.reload_asked) {
            return Ok(());
        }
        tracing::info!(target: "Keepalived", "Reloading ...");
        systemd::reloading();
        let marker = Marker::set(&self.accepted.config.global);
        let exchange = match self.vrrp.exchange() {
            Some(exchange) => exchange,
            None => Exchange::new()?,
        };
        let judges = self.vrrp.pid().is_none();
        let (settings, texts) = (&self.settings, &exchange);
        let supervisor = std::process::id();
        let helper =
            help("read the configuration", || match read(settings, texts, judges, supervisor) {
                Ok(()) => status::STOPPED,
                Err(refusal) => {
                    log_refusal(&refusal.to_string());
                    status::CONFIG
                }
            });
        let Some(helper) = helper else { return self.finish_reload() };
        let stage = Stage::Reading { helper, judges };
        self.reload = Some(Reload { stage, exchange, _marker: marker });
        Ok(())
    }

    /// The helper has ended.
    pub(super) fn on_read(&mut self, death: Death) -> io::Result<()> {
        let Some(reload) = &mut self.reload else { return Ok(()) };
        let Stage::Reading { judges, .. } = reload.stage else { return Ok(()) };
        match death {
            Death::Status(0) => {}
            // It has said why.
            Death::Status(2) => return self.finish_reload(),
            Death::Status(_) | Death::Signal(_) => {
                return self.on_refused(&Refusal::Failed.to_string());
            }
        }
        reload.stage = Stage::Applying;
        if self.vrrp.pid().is_some() {
            let length = reload.exchange.length()?;
            // Another process may be there than the one whose file it is.
            let is_its_file = self.vrrp.exchange().is_some_and(|file| file.is(&reload.exchange));
            if is_its_file && self.vrrp.say(&ToChild::Reload(length)) {
                return Ok(());
            }
            return self.on_refused("the VRRP process has ended meanwhile");
        }
        if !judges {
            return self.on_refused("the VRRP process has ended meanwhile");
        }
        self.adopt()?;
        if self.vrrp.waits() {
            // It comes back with that, when its time is there.
            return self.complete_reload();
        }
        if let Some(reload) = &mut self.reload {
            reload.stage = Stage::Starting;
        }
        self.start_vrrp()
    }

    /// The VRRP process runs it.
    pub(super) fn on_reloaded(&mut self) -> io::Result<()> {
        if self.reload.is_none() {
            return Ok(());
        }
        self.adopt()?;
        self.complete_reload()
    }

    fn complete_reload(&mut self) -> io::Result<()> {
        tracing::info!(target: "Keepalived", "Reload complete");
        self.finish_reload()
    }

    /// It is not to be run.
    pub(super) fn on_refused(&mut self, reason: &str) -> io::Result<()> {
        log_refusal(reason);
        self.finish_reload()
    }

    /// The VRRP process has died. If that was of a new configuration, the next one begins with the old.
    pub(super) fn on_death_while_applying(&mut self) -> io::Result<()> {
        match self.reload.as_ref().map(|reload| reload.stage) {
            Some(Stage::Applying) => self.on_refused("the VRRP process died of it"),
            Some(Stage::Reading { .. } | Stage::Starting) | None => Ok(()),
        }
    }

    /// Whatever came of it: systemd must not wait for ever.
    pub(super) fn finish_reload(&mut self) -> io::Result<()> {
        if let Some(reload) = self.reload.take() {
            reload.exchange.clear();
        }
        systemd::ready();
        if self.reload_asked {
            tracing::debug!(target: "Keepalived", "Processing queued reload");
        }
        self.reload_if_asked()
    }

    /// The stop has begun: nobody reads any more.
    pub(super) fn cancel_reload(&mut self) {
        if let Some(Reload { stage: Stage::Reading { helper, .. }, .. }) = self.reload.take() {
            let _gone = nix::sys::signal::kill(helper, nix::sys::signal::Signal::SIGKILL);
        }
    }

    /// Makes what was accepted the configuration of this process, and of the next VRRP process. What is
    /// to be said of it has been said.
    fn adopt(&mut self) -> io::Result<()> {
        let Some(reload) = &self.reload else { return Ok(()) };
        let recorded = reload.exchange.take(reload.exchange.length()?)?;
        let settings = &self.settings;
        memory::keep_little();
        // On a thread that has ended when it forks again: what is allocated on the way is apart from
        // what stays.
        let adopted = std::thread::scope(|threads| {
            let understand = || {
                tracing::subscriber::with_default(NoSubscriber::default(), || {
                    let Settings { configuration, reading, umask, .. } = settings;
                    let loaded = load::load_from(&recorded, configuration, reading).ok()?;
                    let mask = load::file_mask(*umask, &loaded.config.global);
                    Some(Replacement::new((loaded, Texts::of(&recorded)), mask))
                })
            };
            let thread = std::thread::Builder::new().spawn_scoped(threads, understand)?;
            thread.join().map_err(|_| io::Error::other("a configuration is not understood"))
        })?;
        drop(recorded);
        match adopted {
            Some(adopted) => self.accepted = adopted.gathered(),
            // It was understood elsewhere, from the same texts.
            None => tracing::error!(target: "Keepalived", "The configuration is not kept"),
        }
        memory::give_back();
        self.take_settings();
        Ok(())
    }
}

/// Reads the files, keeps a copy if one is asked for, and puts the texts where the other process finds
/// them. Judges too, if no other process does.
fn read(
    settings: &Settings,
    exchange: &Exchange,
    judges: bool,
    supervisor: u32,
) -> Result<(), Refusal> {
    let path = &settings.configuration;
    let (loaded, recorded) = load::load_recording(path, &settings.reading)?;
    tracing::info!(target: "Keepalived", "Configuration file {}", path.display());
    saved_configurations::save(path, &loaded, supervisor);
    if judges {
        load::log_findings(&loaded);
        let network = netlink::dump().map_err(|_| Refusal::Failed)?;
        if let Some(refusal) = load::objection(&loaded, Some(&network), None) {
            return Err(refusal);
        }
    }
    exchange.put(&recorded).map_err(|error| {
        tracing::error!(target: "Keepalived", "Unable to keep the configuration: {error}");
        Refusal::Failed
    })
}

fn log_refusal(reason: &str) {
    tracing::error!(
        target: "Keepalived",
        "New configuration refused: {reason}; the running configuration goes on"
    );
}
