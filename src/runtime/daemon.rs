//! The VRRP process. Its loop: events in, effects out, one deadline.
//!
//! Everything happens on one thread, one event after the other; nothing here decides anything of the
//! protocol. The loop waits for its timer and for packets itself (`waiting`); for all the rest tokio
//! does, on another thread (`attendant`). Datagrams that have arrived come before whatever else woke
//! the loop.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::mpsc::{Receiver, UnboundedReceiver};

use crate::engine::event::{Event, Tracked};
use crate::engine::{Engine, Known};
use crate::ir::Config;
use crate::runtime::attendant::{Attendant, Idle};
use crate::runtime::commands::Commands;
use crate::runtime::control::Server;
use crate::runtime::control::place::ControlSocket;
use crate::runtime::doze::Doze;
use crate::runtime::drain_file::DrainFile;
use crate::runtime::dumps::{Dumps, Kind, Requester};
use crate::runtime::ending::stop;
use crate::runtime::host_side::HostSide;
use crate::runtime::iproute2::Names;
use crate::runtime::load::{self, Reading, Refusal, Replacement};
use crate::runtime::metrics;
use crate::runtime::namespace::Origin;
use crate::runtime::netlink::{self, Monitor};
use crate::runtime::notify::{Notifier, Watchers};
use crate::runtime::reload::Reload;
use crate::runtime::reload_time::ReloadTime;
use crate::runtime::remains::Remains;
use crate::runtime::shell::{Given, Shell};
use crate::runtime::signals::{Asked, Signals};
use crate::runtime::standing::Standing;
use crate::runtime::supervisor::{ChildsEnd, Superior, ToChild, ToSupervisor};
use crate::runtime::sysctl::NoLocalIgmp;
use crate::runtime::takeover::Successor;
use crate::runtime::trackers::Trackers;
use crate::runtime::views::{self, Viewers, Wanted};
use crate::runtime::waiting::Waiting;
use crate::sys::memory;
use crate::sys::signals::let_all_come;
use crate::sys::timer::{now, spin_until};

/// What the daemon is told by its command line.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The file that SIGHUP reads again.
    pub configuration: PathBuf,
    /// How it is read.
    pub reading: Reading,
    /// False with `-C`: nothing runs.
    pub vrrp: bool,
    /// The pid file of the VRRP process.
    pub vrrp_pid_file: PathBuf,
    /// The name that the program was started by, in lists of processes.
    pub name: String,
    /// The configuration is logged as it was understood (`-d`).
    pub log_configuration: bool,
    /// Lines of detail are logged (`-D`).
    pub detail: bool,
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
    /// Where drains are kept for the next start (`runtime/drain_file.rs`).
    pub drains: Option<PathBuf>,
    /// Where operators ask (`runtime/control`).
    pub control: Option<ControlSocket>,
    /// Where the process was before it entered the namespace of its configuration.
    pub origin: Origin,
    /// The name of that namespace.
    pub namespace: Option<String>,
    /// Where metrics are served, if they are (`--metrics`).
    pub metrics: Option<metrics::Settings>,
    /// It takes the place of a daemon that runs.
    pub successor: Option<Successor>,
    /// What the command line says of SNMP.
    pub snmp: SnmpSwitches,
}

/// What the command line says of SNMP.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SnmpSwitches {
    /// `-x`: every MIB is served.
    pub all: bool,
    /// `-A`: where the agent listens; goes before `snmp_socket`.
    pub socket: Option<String>,
}

/// How the process ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    /// By a signal, with everything given back.
    Stopped,
    /// The configuration does not fit the host.
    UnusableConfiguration,
    /// The daemon whose place it should take goes on.
    NotBegun,
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

/// Runs the configuration until a signal ends it. Signals that have been held back come from now on.
///
/// # Errors
/// The kernel refuses something that cannot be done without.
pub(super) fn run(
    settings: Settings,
    accepted: Replacement,
    superior: ChildsEnd,
) -> Result<Ended, DaemonError> {
    let no_loop = DaemonError::new("Unable to start the event loop");
    let idle = Idle::new().map_err(no_loop)?;
    let signals = {
        let _entered = idle.enter();
        let signals = Signals::new(settings.ignore_sigint);
        signals.map_err(DaemonError::new("Unable to catch signals"))?
    };
    let_all_come().map_err(DaemonError::new("Unable to catch signals"))?;
    let attendant = idle.start().map_err(DaemonError::new("Unable to start a thread"))?;
    let _entered = attendant.enter();
    let superior = superior.listen().map_err(DaemonError::new("Unable to be supervised"))?;
    // What another daemon holds as long as it runs is not left over.
    if settings.successor.is_none() {
        let remains = Remains::new(settings.remains.clone());
        remains.clear(&accepted.config, &accepted.names);
        remains.forget();
    }
    serve(settings, accepted, Asking { signals, superior }, &attendant)
}

fn serve(
    settings: Settings,
    replacement: Replacement,
    asking: Asking,
    attendant: &Attendant,
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
    let (clients, wishes) = tokio::sync::mpsc::channel(WISHES);
    let (views, viewers) = views::channel();
    let watchers = Watchers {
        namespace: settings.namespace.clone(),
        clients,
        views: views.clone(),
        snmp: settings.snmp.clone(),
    };
    let notifier = Notifier::new(watchers);
    let waiting = Waiting::new(&monitor).map_err(DaemonError::new("Unable to wait"))?;
    let given = Given { commands, notifier, readiness: waiting.readiness() };
    let (mut shell, inbox) = Shell::new(&config, scripts, names.clone(), given, monitor.network())
        .map_err(DaemonError::new("Unable to open sockets"))?;
    shell.log_addresses(settings.log_addresses, monitor.network());
    let mut host = HostSide {
        trackers: Trackers::start(&config, settings.origin.clone()),
        standing: Standing::new(&config.global.processes, &settings.name),
        reload_time: ReloadTime::new(&config.global.reload),
        remains: remains.clone(),
        dumps: Dumps::start().map_err(DaemonError::new("Unable to start a thread"))?,
        running,
        started: unix(),
        commands: Commands::default(),
    };
    shell.drain_file = DrainFile::new(settings.drains.clone());
    let (network, observed) = (monitor.network().clone(), host.trackers.present());
    let known = Known { observed, unix: unix(), drains: shell.drain_file.read() };
    let mut engine = match &settings.successor {
        None => Engine::knowing(Arc::clone(&config), network, known, now()),
        Some(successor) => match successor.begin(&config, network, known, unix) {
            Ok(engine) => engine,
            Err(why) => {
                tracing::error!(target: "Keepalived", "{why}");
                return Ok(Ended::NotBegun);
            }
        },
    };
    carry_out(&mut engine, &mut shell);
    settings.successor.iter().for_each(Successor::leads);
    note_links(&remains, None, &shell, &names, &monitor);
    if settings.log_configuration {
        let (kind, requester) = (Kind::Configuration, Requester::Signal);
        host.dump(kind, requester, &settings, &mut engine, &mut shell);
    }
    asking.superior.say(&ToSupervisor::Ready);
    memory::give_back();
    let _metrics = settings.metrics.clone().map(|it| metrics::Server::start(it, views.clone()));
    let control =
        settings.control.as_ref().map(|socket| Server::start(socket, views, &settings.reading));
    if let Some(Err(error)) = &control {
        tracing::error!("The control socket cannot be opened: {error}");
    }
    let sources = Sources { inbox, wishes, monitor, asking, viewers };
    let asked = turn(&settings, &mut engine, &mut shell, &mut host, waiting, sources);
    drop(control);
    // Also if it cannot go on: nobody is left to answer for the addresses.
    let end = if settings.keep_addresses { Event::Leave } else { Event::Stop };
    attendant.wait_for(stop(engine, shell, end, settings.detail));
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
    /// What clients ask for.
    wishes: Receiver<Asked>,
    monitor: Monitor,
    asking: Asking,
    /// Threads that want to see what there is.
    viewers: Viewers,
}

/// Who asks for something.
struct Asking {
    signals: Signals,
    superior: Superior,
}

/// The loop itself, until a signal ends it.
fn turn(
    settings: &Settings,
    engine: &mut Engine,
    shell: &mut Shell,
    host: &mut HostSide,
    mut waiting: Waiting,
    mut sources: Sources,
) -> Result<(), DaemonError> {
    let mut reload: Option<Reload> = None;
    let mut monitor_rests = None;

    loop {
        if shell.takes_read_network() {
            sources.monitor.read_anew();
            waiting.want_report();
        }
        let HostSide { trackers, standing, reload_time, .. } = host;
        let rare = rare(&mut sources, trackers, reload_time, &mut reload, monitor_rests);
        let rare = Doze::new(rare, waiting.bell());
        let reports = monitor_rests.is_none();
        let Some(happened) = advertise(engine, shell, standing, &mut waiting, reports, rare)?
        else {
            continue;
        };
        let Sources { monitor, asking: Asking { superior, .. }, .. } = &mut sources;
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
            Happened::Reported => match monitor.changes() {
                Ok(changes) => {
                    // Reading them may have taken its time.
                    listen(engine, shell, &mut waiting)?;
                    shell.network_changed(&changes);
                    for change in changes {
                        engine.handle(now(), Event::Network(change));
                        carry_out(engine, shell);
                    }
                }
                Err(error) => {
                    tracing::error!("Netlink: {error}");
                    // If it fails at once again it must not eat the processor, nor hold up an advert.
                    monitor_rests = Some(tokio::time::Instant::now() + RETRY);
                }
            },
            Happened::MonitorRested => {
                monitor_rests = None;
                waiting.want_report();
            }
            Happened::Wanted(Wanted::Command(ordered)) => {
                host.commands.obey(ordered, engine, shell, unix());
            }
            Happened::Wanted(Wanted::View) => {
                let (deadline, reloading) = (engine.poll_timeout(), reload.is_some());
                let view = || host.view(settings, engine, reloading);
                sources.viewers.answer(now(), deadline, view);
            }
            Happened::Asked(Asked::Stop) => return Ok(()),
            Happened::Asked(Asked::OutOfTime) => host.standing.out_of_time(),
            Happened::Asked(Asked::Dump(kind, requester)) => {
                host.dump(kind, requester, settings, engine, shell);
            }
            // The supervisor reads the files, and comes with them.
            Happened::Asked(Asked::Reload) => superior.say(&ToSupervisor::WantsReload),
            Happened::Told(None) => return Ok(()),
            Happened::Told(Some(ToChild::Ping)) => superior.say(&ToSupervisor::Alive),
            Happened::Told(Some(ToChild::Dump(kind))) => {
                if kind == Kind::Data {
                    superior.say(&ToSupervisor::Planned(host.reload_time.planned()));
                }
                host.dump(kind, Requester::Signal, settings, engine, shell);
            }
            Happened::Told(Some(ToChild::Reload(length))) => {
                let (running, exchange) = (host.running.clone(), superior.exchange.clone());
                reload = Some(Reload::start(settings, monitor, running, exchange, length));
            }
            Happened::Asked(Asked::Announce(name)) => {
                tracing::info!("Sending garps on {name} on DBus request");
                engine.handle(now(), Event::Announce(name));
            }
            Happened::Reloaded(outcome) => {
                reload = None;
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
                        shell.reconfigured(engine);
                        superior.say(&ToSupervisor::Reloaded);
                        memory::give_back();
                    }
                    Err(refusal) => {
                        engine.handle(now(), Event::ReloadRefused);
                        superior.refuse(&refusal.to_string());
                    }
                }
            }
        }
        carry_out(engine, shell);
    }
}

/// What happens nearly always: packets come, the timer ends. Returns for anything else; `None` if
/// the network is to be read anew.
fn advertise(
    engine: &mut Engine,
    shell: &mut Shell,
    standing: &mut Standing,
    waiting: &mut Waiting,
    reports: bool,
    mut rare: Doze<impl Future<Output = Happened>>,
) -> Result<Option<Happened>, DaemonError> {
    let no_wait = || DaemonError::new("Unable to wait");
    loop {
        if let Some(happened) = rare.look() {
            listen(engine, shell, waiting)?;
            return Ok(Some(happened));
        }
        if reports && waiting.takes_report() {
            return Ok(Some(Happened::Reported));
        }
        let deadline = engine.poll_timeout();
        // Waking takes its time, most of all when nothing has happened for long. Where something
        // is master already it has just been awake, and others must not wait for a rehearsal.
        let takeover = deadline.filter(|next| next.is_takeover() && shell.is_backup());
        let takeover = takeover.map(|next| next.at);
        let wake = takeover.map(|at| at - WAKE_UP).or(deadline.map(|next| next.at));
        let due = waiting.until(wake).map_err(no_wait())?;
        if let (true, Some(at)) = (due, takeover) {
            shell.rehearse(&engine.rehearse());
            spin_until(at);
            waiting.look().map_err(no_wait())?;
        }
        if let Some(deadline) = deadline {
            standing.late(now().since(deadline.at));
        }
        engine.handle(now(), Event::Clock(unix()));
        take_packets(engine, shell, waiting);
        if due {
            engine.handle(now(), Event::Timer);
        }
        carry_out(engine, shell);
        if shell.wants_network_read() {
            return Ok(None);
        }
    }
}

/// The next of what happens rarely. Safe to drop and call again.
async fn rare(
    Sources { inbox, wishes, asking: Asking { signals, superior }, viewers, .. }: &mut Sources,
    trackers: &mut Trackers,
    reload_time: &mut ReloadTime,
    reload: &mut Option<Reload>,
    monitor_rests: Option<tokio::time::Instant>,
) -> Happened {
    // In no fixed order either.
    tokio::select! {
        Some(event) = inbox.recv() => Happened::Done(event),
        tracked = trackers.changes() => Happened::Tracked(tracked),
        () = until(monitor_rests) => Happened::MonitorRested,
        asked = signals.next() => Happened::Asked(asked),
        Some(asked) = wishes.recv() => Happened::Asked(asked),
        told = superior.next() => Happened::Told(told),
        wanted = viewers.wanted() => Happened::Wanted(wanted),
        () = reload_time.due() => Happened::Asked(Asked::Reload),
        outcome = Reload::outcome(reload) => Happened::Reloaded(outcome),
    }
}

/// Outcomes that are taken before packets are looked for again.
const AT_ONCE: usize = 64;

/// What clients may have asked for before any of it is done.
const WISHES: usize = 8;

/// How long before a takeover the daemon wakes for it, to be wide awake then. Only a master that
/// has been silent for nearly `master_down_timer` makes it wake so.
const WAKE_UP: std::time::Duration = std::time::Duration::from_micros(1_000);

/// The wall clock.
pub(super) fn unix() -> std::time::Duration {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default()
}

/// What happens rarely.
enum Happened {
    Done(Event),
    Tracked(Vec<Tracked>),
    /// The kernel has told something of the network.
    Reported,
    MonitorRested,
    Wanted(Wanted),
    Asked(Asked),
    /// `None`: the supervisor has ended.
    Told(Option<ToChild>),
    Reloaded(Result<Replacement, Refusal>),
}

/// Hears what has arrived by now, before something else is judged: no advert that is there is late.
fn listen(
    engine: &mut Engine,
    shell: &mut Shell,
    waiting: &mut Waiting,
) -> Result<(), DaemonError> {
    waiting.look().map_err(DaemonError::new("Unable to wait"))?;
    engine.handle(now(), Event::Clock(unix()));
    take_packets(engine, shell, waiting);
    Ok(())
}

/// Gives the engine the datagrams that have arrived, some of each socket.
fn take_packets(engine: &mut Engine, shell: &mut Shell, waiting: &Waiting) {
    let mut received = Vec::new();
    shell.packets.receive(waiting.ready(), |datagram| received.push(datagram));
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

/// Has everything done that the engine asks for.
pub(super) fn carry_out(engine: &mut Engine, shell: &mut Shell) {
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
