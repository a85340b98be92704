//! Commands of operators that come through the control socket: carried out by the loop between
//! events, told in the log, remembered for the status, and answered when what has to outlive the
//! process is written.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use crate::control::Commanded;
use crate::control::protocol::describe;
use crate::engine::Engine;
use crate::engine::drain::Command;
use crate::engine::event::Event;
use crate::runtime::daemon::carry_out;
use crate::runtime::shell::Shell;
use crate::runtime::views::Ordered;
use crate::sys::timer::now;

/// So many are remembered.
const REMEMBERED: usize = 16;

/// The last commands, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Commands(VecDeque<Commanded>);

impl Commands {
    /// All of them.
    pub(super) fn all(&self) -> Arc<[Commanded]> {
        self.0.iter().cloned().collect()
    }

    /// Carries one out; `unix` is the wall clock.
    pub(super) fn obey(
        &mut self,
        Ordered { command, answer }: Ordered,
        engine: &mut Engine,
        shell: &mut Shell,
        unix: Duration,
    ) {
        let before = engine.concerned(&command.target);
        let what = describe(&command);
        let Command { target, by, reason, .. } = command.clone();
        let said = reason.iter().map(|reason| format!(": {reason}")).collect::<String>();
        if before.is_empty() {
            tracing::warn!("Control: {what} asked for by {by} concerns nobody{said}");
            let _gone = answer.send(Vec::new());
            return;
        }
        tracing::info!("Control: {what} asked for by {by}{said}");
        engine.handle(now(), Event::Command(command));
        carry_out(engine, shell);
        if self.0.len() >= REMEMBERED {
            self.0.pop_front();
        }
        self.0.push_back(Commanded { at: unix, what: Arc::from(what), by, reason });
        let after = engine.concerned(&target).into_iter().map(|(_, state)| state);
        let concerned = before.into_iter().zip(after);
        let concerned = concerned.map(|((name, before), after)| (name, before, after)).collect();
        shell.drain_file.then(move || {
            let _gone = answer.send(concerned);
        });
    }
}
