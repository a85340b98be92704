//! What concerns the process and what it looks at besides the network, in one place for the loop.

use std::time::Duration;

use crate::control::Process;
use crate::engine::Engine;
use crate::engine::event::Event;
use crate::ir::Config;
use crate::runtime::commands::Commands;
use crate::runtime::daemon::{Settings, carry_out};
use crate::runtime::dumps::{Dumps, Kind, Request, Requester};
use crate::runtime::load::{self, Running};
use crate::runtime::reload_time::ReloadTime;
use crate::runtime::remains::Remains;
use crate::runtime::shell::Shell;
use crate::runtime::standing::Standing;
use crate::runtime::trackers::Trackers;
use crate::runtime::views::View;
use crate::sys::timer::now;

/// What concerns the process and what it looks at besides the network.
pub(super) struct HostSide {
    /// What is tracked on the host.
    pub(super) trackers: Trackers,
    /// Its priority among processes.
    pub(super) standing: Standing,
    /// The reload at a time of day.
    pub(super) reload_time: ReloadTime,
    /// What may be left of it.
    pub(super) remains: Remains,
    /// The files of state.
    pub(super) dumps: Dumps,
    /// What a new configuration is held against, as it was written.
    pub(super) running: Running,
    /// The last commands of operators.
    pub(super) commands: Commands,
    /// When it began, since 1970.
    pub(super) started: Duration,
}

impl HostSide {
    /// What the thread that writes dumps has to know.
    pub(super) fn request(&self, settings: &Settings, engine: &Engine, shell: &Shell) -> Request {
        let snapshot = engine.snapshot();
        Request {
            umask: load::file_mask(settings.umask, &snapshot.config.global),
            snapshot,
            known: shell.known_to_dumps(),
            real_time: self.standing.real_time(),
            reload_at: self.reload_time.planned(),
            namespace: settings.namespace.clone(),
        }
    }

    /// Has the state written to a file.
    pub(super) fn dump(
        &self,
        kind: Kind,
        requester: Requester,
        settings: &Settings,
        engine: &mut Engine,
        shell: &mut Shell,
    ) {
        // Whatever is due is done before: it would be missing in the snapshot.
        engine.handle(now(), Event::Timer);
        carry_out(engine, shell);
        self.dumps.ask(kind, requester, self.request(settings, engine, shell));
        if kind == Kind::StatisticsAndClear {
            engine.handle(now(), Event::ClearStatistics);
        }
    }

    /// What other threads are shown.
    pub(super) fn view(&self, settings: &Settings, engine: &Engine, reloading: bool) -> View {
        let process = Process {
            pid: std::process::id(),
            started: self.started,
            configuration: settings.configuration.clone(),
            namespace: settings.namespace.clone(),
            real_time: self.standing.real_time(),
            reload_at: self.reload_time.planned(),
            reloading,
            commands: self.commands.all(),
        };
        View { engine: engine.snapshot(), process, texts: self.running.texts.clone() }
    }

    /// Takes over what another configuration says.
    pub(super) fn reconfigure(&mut self, settings: &Settings, config: &Config) {
        let mask = load::file_mask(settings.umask, &config.global);
        nix::sys::stat::umask(nix::sys::stat::Mode::from_bits_truncate(mask));
        self.standing.reconfigure(&config.global.processes);
        self.trackers.reconfigure(config);
        self.reload_time.reconfigure(&config.global.reload);
    }
}
