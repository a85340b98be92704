//! The loop: events in, effects out, one deadline.
//!
//! Everything happens on one thread, one event after the other; nothing here decides anything of the
//! protocol. Datagrams that have arrived come before whatever else woke the loop.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::mpsc::UnboundedReceiver;

use crate::engine::Engine;
use crate::engine::effect::Effect;
use crate::engine::event::{Event, NetworkChange, Tracked};
use crate::ir::Config;
use crate::runtime::doze::Doze;
use crate::runtime::dumps::{Dumps, Kind};
use crate::runtime::host_side::HostSide;
use crate::runtime::iproute2::Names;
use crate::runtime::load::{self, Loaded, Reading, Refusal, Replacement};
use crate::runtime::metrics;
use crate::runtime::namespace::Origin;
use crate::runtime::netlink::{self, Monitor};
use crate::runtime::notify::{Life, run_life_script};
use crate::runtime::reload::Reload;
use crate::runtime::reload_time::ReloadTime;
use crate::runtime::remains::Remains;
use crate::runtime::shell::Shell;
use crate::runtime::signals::{Asked, Signals};
use crate::runtime::standing::{self, Standing};
use crate::runtime::sysctl::NoLocalIgmp;
use crate::runtime::systemd;
use crate::runtime::trackers::Trackers;
use crate::runtime::views::{self, Viewers};
use crate::sys::memory;
use crate::sys::timer::{Timer, now, spin_until};

/// What the daemon is told by its command line.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The file that SIGHUP reads again.
    pub configuration: PathBuf,
    /// How it is read.
    pub reading: Reading,
    /// False with `-C`: nothing runs.
    pub vrrp: bool,
    /// SIGINT does not stop the daemon.
    pub ignore_sigint: bool,
    /// At the stop the host keeps what masters hold, and nobody resigns.
    pub keep_addresses: bool,
    /// Addresses that come and go are logged.
    pub log_addresses: bool,
    /// The process may leave a core file.
    pub core_dump: bool,
    /// File mode mask of the command line.
    pub umask: Option<u32>,
    /// Where what may be left of this process is noted (`runtime/remains.rs`).
    pub remains: Option<PathBuf>,
    /// Where the process was before it entered the namespace of its configuration.
    pub origin: Origin,
    /// The name of that namespace.
    pub namespace: Option<String>,
    /// Where metrics are served, if they are (`--metrics`).
    pub metrics: Option<metrics::Settings>,
}

/// How the daemon ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    /// By a signal, with everything given back.
    Stopped,
    /// The configuration does not fit the host.
    UnusableConfiguration,
}

/// What keeps the daemon from running.
#[derive(Debug, thiserror::Error)]
#[error("{what}: {source}")]
pub struct DaemonError {
    what: &'static str,
    source: io::Error,
}

impl DaemonError {
    fn new(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self { what, source }
    }

    /// True if a privilege is missing.
    pub fn is_permission(&self) -> bool {
        self.source.kind() == io::ErrorKind::PermissionDenied
    }
}

/// Runs until a signal ends it.
///
/// # Errors
/// The kernel refuses something that cannot be done without.
pub fn run(settings: Settings, loaded: Loaded) -> Result<Ended, DaemonError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        // Tasks start scripts, which takes its time: packets and timers are looked at in between.
        .event_interval(8)
        .build()
        .map_err(DaemonError::new("Unable to start the event loop"))?;
    if settings.core_dump {
        standing::allow_core_dumps();
    }
    let ended = runtime.block_on(async {
        let signals = Signals::new(settings.ignore_sigint)
            .map_err(DaemonError::new("Unable to catch signals"))?;
        if settings.vrrp {
            let remains = Remains::new(settings.remains.clone());
            remains.clear(&loaded.config, &Names::load(&loaded.config));
            remains.forget();
        }
        if !settings.vrrp || !loaded.config.runs_vrrp() {
            tracing::warn!(
                target: "Keepalived",
                "Warning - keepalived has no configuration to run"
            );
            return idle(settings, signals).await;
        }
        let mask = load::file_mask(settings.umask, &loaded.config.global);
        let replacement = Replacement::new(loaded, mask).gathered();
        memory::give_back();
        let startup = &replacement.config.global.startup;
        run_life_script(Life::Startup, startup, &replacement.scripts).await;
        serve(settings, replacement, signals).await
    });
    // A file that is still being read for a reload holds nobody up.
    runtime.shutdown_background();
    ended
}

/// Nothing to run yet: a later SIGHUP may bring something.
async fn idle(settings: Settings, mut signals: Signals) -> Result<Ended, DaemonError> {
    loop {
        match signals.next().await {
            Asked::Stop => return Ok(Ended::Stopped),
            Asked::Reload if !settings.vrrp => {}
            Asked::OutOfTime | Asked::Dump(_) => {}
            Asked::Reload => {
                let network = netlink::dump().map_err(DaemonError::new("Unable to read links"))?;
                let Settings { configuration, reading, umask, .. } = &settings;
                match load::load_replacement(configuration, reading, &network, *umask, None) {
                    Ok(replacement) => return serve(settings, replacement, signals).await,
                    Err(refusal) => log_refusal(&refusal),
                }
            }
        }
    }
}

async fn serve(
    settings: Settings,
    replacement: Replacement,
    signals: Signals,
) -> Result<Ended, DaemonError> {
    let running = replacement.as_running();
    let Replacement { mut config, scripts, names, .. } = replacement;
    delay_after_boot(&mut config);
    tracing::info!("Registering Kernel netlink reflector");
    tracing::info!("Registering Kernel netlink command channel");
    let (commands, mut monitor) = netlink::connect_with(&config.global.network.buffers)
        .map_err(DaemonError::new("Unable to open netlink"))?;
    if let Some(name) = load::missing_interface(&config, monitor.network()) {
        tracing::error!("WARNING - interface {name} doesn't exist");
        tracing::error!("Non-existent interface specified in configuration");
        return Ok(Ended::UnusableConfiguration);
    }
    if let Some(clash) = load::clash(&config, monitor.network()) {
        tracing::error!("{clash}");
        return Ok(Ended::UnusableConfiguration);
    }
    load::keep_to_mtus(Arc::make_mut(&mut config), monitor.network());
    follow_paths(&mut monitor, &config);
    let _igmp = config.global.network.disable_local_igmp.then(|| {
        let set = NoLocalIgmp::set();
        set.inspect_err(|error| tracing::warn!("Unable to set disable_local_igmp: {error}"))
    });
    for name in load::awaited_interfaces(&config, monitor.network()) {
        tracing::info!(
            "Configuration specifies interface {name} which doesn't currently exist - will use if \
             created"
        );
    }
    let remains = Remains::new(settings.remains.clone());
    remains.note(None, &config, &names, monitor.network(), &[]);
    let (mut shell, inbox) =
        Shell::new(&config, scripts, names.clone(), commands, monitor.network())
            .map_err(DaemonError::new("Unable to open sockets"))?;
    shell.log_addresses(settings.log_addresses, monitor.network());
    let timer = Timer::new().map_err(DaemonError::new("Unable to create a timer"))?;
    let mut host = HostSide {
        trackers: Trackers::start(&config, settings.origin.clone()),
        standing: Standing::new(&config.global.processes),
        reload_time: ReloadTime::new(&config.global.reload),
        remains: remains.clone(),
        dumps: Dumps::start().map_err(DaemonError::new("Unable to start a thread"))?,
        running,
        started: unix(),
    };
    let (network, observed) = (monitor.network().clone(), host.trackers.present());
    let mut engine = Engine::with_observed(Arc::clone(&config), network, observed, now(), unix());
    carry_out(&mut engine, &mut shell);
    note_links(&remains, None, &shell, &names, &monitor);
    systemd::ready();
    tracing::info!(target: "Keepalived", "Startup complete");
    memory::give_back();
    let (views, viewers) = views::channel();
    let _metrics = settings.metrics.clone().map(|it| metrics::Server::start(it, views.clone()));
    let sources = Sources { inbox, monitor, signals, viewers };
    let asked = turn(&settings, &mut engine, &mut shell, &mut host, timer, sources).await;
    // Also if it cannot go on: nobody is left to answer for the addresses.
    let end = if settings.keep_addresses { Event::Leave } else { Event::Stop };
    stop(engine, shell, end).await;
    if !settings.keep_addresses {
        remains.forget();
    }
    asked.map(|()| Ended::Stopped)
}

/// Notes the interfaces that instances have asked for, if there are any, with all the rest.
fn note_links(
    remains: &Remains,
    former: Option<&Config>,
    shell: &Shell,
    names: &Names,
    monitor: &Monitor,
) {
    let links: Vec<_> = shell.plans().collect();
    if !links.is_empty() {
        remains.note(former, shell.config(), names, monitor.network(), &links);
    }
}

/// Routes and rules are listened to only where one of the configuration is tracked.
fn follow_paths(monitor: &mut Monitor, config: &Config) {
    if let Err(error) = monitor.follow_paths(config.tracks_paths()) {
        tracing::warn!("Netlink: routes and rules are not watched: {error}");
    }
}

/// `vrrp_delay_after_boot`: what is left of it, if that is more than `vrrp_startup_delay`.
fn delay_after_boot(config: &mut Arc<Config>) {
    let global = &config.global;
    if global.delay_after_boot <= global.startup_delay {
        return;
    }
    // The time since the boot, sleep included.
    let Ok(up) = nix::time::clock_gettime(nix::time::ClockId::CLOCK_BOOTTIME) else { return };
    let left = global.delay_after_boot.saturating_sub(up.into());
    if left > global.startup_delay {
        Arc::make_mut(config).global.startup_delay = left;
    }
}

/// What something comes from now and then, besides packets and the timer.
struct Sources {
    /// Outcomes of what was done on other threads.
    inbox: UnboundedReceiver<Event>,
    monitor: Monitor,
    signals: Signals,
    /// Threads that want to see what there is.
    viewers: Viewers,
}

/// The loop itself, until a signal ends it.
async fn turn(
    settings: &Settings,
    engine: &mut Engine,
    shell: &mut Shell,
    host: &mut HostSide,
    mut timer: Timer,
    mut sources: Sources,
) -> Result<(), DaemonError> {
    let mut reload: Option<Reload> = None;
    let mut monitor_rests = None;

    loop {
        if shell.takes_read_network() {
            sources.monitor.read_anew();
        }
        let HostSide { trackers, standing, reload_time, .. } = host;
        let rare = Doze::new(rare(&mut sources, trackers, reload_time, &mut reload, monitor_rests));
        let Some(happened) = advertise(engine, shell, standing, &mut timer, rare).await? else {
            continue;
        };
        let monitor = &mut sources.monitor;
        match happened {
            Happened::Done(event) => {
                // Thousands may have been done, and each turn of the loop costs as much as one.
                let mut next = Some(event);
                for _ in 0..AT_ONCE {
                    let Some(event) = next.or_else(|| sources.inbox.try_recv().ok()) else { break };
                    next = None;
                    if let Event::Network(change) = &event {
                        shell.network_changed(std::slice::from_ref(change));
                    }
                    engine.handle(now(), event);
                    carry_out(engine, shell);
                }
            }
            Happened::Tracked(changes) => {
                for tracked in changes {
                    engine.handle(now(), Event::Tracked(tracked));
                    carry_out(engine, shell);
                }
            }
            Happened::Network(Ok(changes)) => {
                shell.network_changed(&changes);
                for change in changes {
                    engine.handle(now(), Event::Network(change));
                    carry_out(engine, shell);
                }
            }
            Happened::Network(Err(error)) => {
                tracing::error!("Netlink: {error}");
                // If it fails at once again it must not eat the processor, nor hold up an advert.
                monitor_rests = Some(tokio::time::Instant::now() + RETRY);
            }
            Happened::MonitorRested => monitor_rests = None,
            Happened::ViewWanted => {
                let (deadline, reloading) = (engine.poll_timeout(), reload.is_some());
                let view = || host.view(settings, engine, reloading);
                sources.viewers.answer(now(), deadline, view);
            }
            Happened::Asked(Asked::Stop) => return Ok(()),
            Happened::Asked(Asked::OutOfTime) => host.standing.out_of_time(),
            Happened::Asked(Asked::Dump(kind)) => {
                // Whatever is due is done before: it would be missing in the snapshot.
                engine.handle(now(), Event::Timer);
                carry_out(engine, shell);
                host.dumps.ask(kind, host.request(settings, engine, shell));
                if kind == Kind::StatisticsAndClear {
                    engine.handle(now(), Event::ClearStatistics);
                }
            }
            Happened::Asked(Asked::Reload) => match &mut reload {
                Some(running) => {
                    tracing::info!(
                        target: "Keepalived",
                        "Reload already in progress, request queued"
                    );
                    running.again = true;
                }
                None => reload = Some(Reload::start(settings, monitor, host.running.clone())),
            },
            Happened::Reloaded(outcome) => {
                let again = reload.take().is_some_and(|reload| reload.again);
                match outcome {
                    Ok(replacement) => {
                        let replacement = replacement.gathered();
                        host.running = replacement.as_running();
                        let Replacement { config, scripts, names, plan, .. } = replacement;
                        if let Some(plan) = plan {
                            tracing::info!(target: "Keepalived", "Reload: {plan}");
                        }
                        let former = Arc::clone(shell.config());
                        let links: Vec<_> = shell.plans().collect();
                        let network = monitor.network();
                        host.remains.note(Some(&former), &config, &names, network, &links);
                        shell.reconfigure(&config, scripts, names.clone());
                        host.reconfigure(settings, &config);
                        follow_paths(monitor, &config);
                        for tracked in host.trackers.present() {
                            engine.handle(now(), Event::Foreseen(tracked));
                        }
                        engine.handle(now(), Event::Reload(config));
                        carry_out(engine, shell);
                        note_links(&host.remains, Some(&former), shell, &names, monitor);
                        shell.reconfigured();
                        memory::give_back();
                        tracing::info!(target: "Keepalived", "Reload complete");
                    }
                    Err(refusal) => {
                        engine.handle(now(), Event::ReloadRefused);
                        log_refusal(&refusal);
                    }
                }
                systemd::ready();
                if again {
                    tracing::debug!(target: "Keepalived", "Processing queued reload");
                    reload = Some(Reload::start(settings, monitor, host.running.clone()));
                }
            }
        }
        carry_out(engine, shell);
    }
}

/// What happens nearly always: packets come, the timer ends. Returns for anything else; `None` if
/// the network is to be read anew.
async fn advertise(
    engine: &mut Engine,
    shell: &mut Shell,
    standing: &mut Standing,
    timer: &mut Timer,
    mut rare: Doze<impl Future<Output = Happened>>,
) -> Result<Option<Happened>, DaemonError> {
    loop {
        let deadline = engine.poll_timeout();
        // Waking takes its time, most of all when nothing has happened for long. Where something
        // is master already it has just been awake, and others must not wait for a rehearsal.
        let takeover = deadline.filter(|next| next.is_takeover() && shell.is_backup());
        let takeover = takeover.map(|next| next.at);
        let wake = takeover.map(|at| at - WAKE_UP).or(deadline.map(|next| next.at));
        timer.arm(wake).map_err(DaemonError::new("Unable to arm the timer"))?;
        // In no fixed order, so that a flood of one kind starves no other.
        let woken = tokio::select! {
            expired = timer.expired() => Woken::Timer(expired),
            ready = shell.packets.readable() => Woken::Packets(ready),
            happened = &mut rare => Woken::Rarely(Box::new(happened)),
        };
        if let (Woken::Timer(_), Some(at)) = (&woken, takeover) {
            shell.rehearse(&engine.rehearse());
            spin_until(at);
        }
        if let Some(deadline) = deadline {
            standing.late(now().since(deadline.at));
        }
        engine.handle(now(), Event::Clock(unix()));
        // Whatever happened: an advert that has arrived is never judged late.
        take_packets(engine, shell);
        match woken {
            Woken::Packets(ready) => {
                ready.map_err(DaemonError::new("Unable to wait for packets"))?;
            }
            Woken::Timer(expired) => {
                expired.map_err(DaemonError::new("The timer failed"))?;
                engine.handle(now(), Event::Timer);
            }
            Woken::Rarely(happened) => return Ok(Some(*happened)),
        }
        carry_out(engine, shell);
        if shell.wants_network_read() {
            return Ok(None);
        }
    }
}

/// The next of what happens rarely. Safe to drop and call again.
async fn rare(
    Sources { inbox, monitor, signals, viewers }: &mut Sources,
    trackers: &mut Trackers,
    reload_time: &mut ReloadTime,
    reload: &mut Option<Reload>,
    monitor_rests: Option<tokio::time::Instant>,
) -> Happened {
    // In no fixed order either.
    tokio::select! {
        Some(event) = inbox.recv() => Happened::Done(event),
        tracked = trackers.changes() => Happened::Tracked(tracked),
        changes = monitor.changes(), if monitor_rests.is_none() => Happened::Network(changes),
        () = until(monitor_rests) => Happened::MonitorRested,
        asked = signals.next() => Happened::Asked(asked),
        () = viewers.wanted() => Happened::ViewWanted,
        () = reload_time.due() => Happened::Asked(Asked::Reload),
        outcome = Reload::outcome(reload) => Happened::Reloaded(outcome),
    }
}

/// Outcomes that are taken before packets are looked for again.
const AT_ONCE: usize = 64;

/// How long before a takeover the daemon wakes for it, to be wide awake then. Only a master that
/// has been silent for nearly `master_down_timer` makes it wake so.
const WAKE_UP: std::time::Duration = std::time::Duration::from_micros(1_000);

/// The wall clock.
pub(super) fn unix() -> std::time::Duration {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default()
}

/// What woke the loop.
enum Woken {
    Packets(io::Result<()>),
    Timer(io::Result<()>),
    Rarely(Box<Happened>),
}

/// What happens rarely.
enum Happened {
    Done(Event),
    Tracked(Vec<Tracked>),
    Network(io::Result<Vec<NetworkChange>>),
    MonitorRested,
    ViewWanted,
    Asked(Asked),
    Reloaded(Result<Replacement, Refusal>),
}

/// Gives the engine the datagrams that have arrived, some of each socket.
fn take_packets(engine: &mut Engine, shell: &mut Shell) {
    let mut received = Vec::new();
    shell.packets.receive(|datagram| received.push(datagram));
    for datagram in received {
        engine.handle(now(), Event::Datagram(datagram));
        carry_out(engine, shell);
    }
}

/// Waits until then; for ever without a time.
async fn until(time: Option<tokio::time::Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time).await,
        None => std::future::pending().await,
    }
}

/// How long to wait before what failed is asked again.
const RETRY: std::time::Duration = std::time::Duration::from_millis(100);

/// Gives everything back, or leaves it: priority 0, addresses, scripts, in the engine's order.
async fn stop(mut engine: Engine, mut shell: Shell, end: Event) {
    tracing::info!(target: "Keepalived", "Stopping");
    systemd::stopping();
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
    tracing::info!("Stopped");
    shell.run_shutdown_script().await;
}

fn carry_out(engine: &mut Engine, shell: &mut Shell) {
    loop {
        while let Some(effect) = engine.poll_effect() {
            shell.carry_out(effect);
        }
        // Sockets answer at once.
        match shell.answer() {
            Some(event) => engine.handle(now(), event),
            None => break,
        }
    }
    shell.tell();
}

fn log_refusal(refusal: &Refusal) {
    tracing::error!(
        target: "Keepalived",
        "New configuration refused: {refusal}; the running configuration goes on"
    );
}
