//! What instances follow besides interfaces and scripts: numbers in files (`track_file`) and running
//! processes (`vrrp_track_process`). Sources of events; what follows from them is the engine's.

mod connector;
mod files;
mod process_table;
mod processes;

use crate::engine::event::Tracked;
use crate::ir::Config;
use crate::runtime::namespace::Origin;

use files::Files;
use processes::Processes;

/// Everything of a configuration that is watched.
#[derive(Debug)]
pub(super) struct Trackers {
    files: Files,
    processes: Processes,
    origin: Origin,
}

impl Trackers {
    /// Makes the files of `init_file`, starts to watch, and reads everything once. Must be called
    /// inside the runtime. Processes are reported in the namespace `origin` only.
    pub(super) fn start(config: &Config, origin: Origin) -> Self {
        files::initialise(&config.track_files);
        let files = Files::watch(&config.track_files);
        let processes = Processes::watch(config, &origin);
        Self { files, processes, origin }
    }

    /// Watches what another configuration names. Everything is read anew, no file is made.
    pub(super) fn reconfigure(&mut self, config: &Config) {
        self.files = Files::watch(&config.track_files);
        if !self.processes.watches(config) {
            self.processes = Processes::watch(config, &self.origin);
        }
    }

    /// Everything as last seen.
    pub(super) fn present(&mut self) -> Vec<Tracked> {
        let mut all = self.files.present();
        all.extend(self.processes.present());
        all
    }

    /// Waits for something to happen and gives what changed by it; may be nothing. Safe to drop and
    /// call again.
    pub(super) async fn changes(&mut self) -> Vec<Tracked> {
        tokio::select! {
            changed = self.files.changes() => changed,
            changed = self.processes.changes() => changed,
        }
    }
}
