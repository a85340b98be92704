//! The end of the process that runs VRRP: everything is given back, or left, and said.

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;

use crate::engine::Engine;
use crate::engine::effect::Effect;
use crate::engine::event::Event;
use crate::runtime::shell::Shell;
use crate::sys::timer::now;

/// Gives everything back, or leaves it: priority 0, addresses, scripts, in the engine's order.
pub(super) async fn stop(mut engine: Engine, mut shell: Shell, end: Event, detail: bool) {
    shell.hurry();
    engine.handle(now(), end);
    while let Some(effect) = engine.poll_effect() {
        match effect {
            Effect::Notify(notification) => {
                // Scripts at the stop find the addresses gone, and are waited for.
                shell.worker.drain().await;
                shell.carry_out(Effect::Notify(notification));
            }
            Effect::Stopped => break,
            effect => shell.carry_out(effect),
        }
        shell.tell();
    }
    shell.worker.end_firewall();
    shell.worker.drain().await;
    shell.finish_scripts().await;
    match getrusage(UsageWho::RUSAGE_SELF).ok().filter(|_| detail) {
        Some(used) => tracing::info!(
            "Stopped - used {} user time, {} system time",
            seconds(used.user_time()),
            seconds(used.system_time())
        ),
        None => tracing::info!("Stopped"),
    }
}

/// A time of the processor as `0.010316`.
pub(super) fn seconds(time: TimeVal) -> String {
    format!("{}.{:06}", time.tv_sec(), time.tv_usec())
}
