//! The way back to keepalived, without a failover.
//!
//! keepalived begins as a backup, removes what it takes for left over, and leads when it has heard
//! nobody for a whole master-down time. So this program goes on meanwhile, as a caretaker: what is
//! removed is put back at once, and for that moment each address stands on the loopback interface as
//! well, so that it never leaves the host. Both advertise the same until the caretaker is killed.
//! keepalived's notify scripts run as at any start.

use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use nix::unistd::Pid;

use crate::engine::effect::Direction;
use crate::ir::{Config, VirtualAddress, interval};
use crate::runtime::netlink::{self, Request};
use crate::runtime::takeover::process::{Part, ProcessError, Subject};
use crate::runtime::takeover::report::{self, Report, ReportError};
use crate::runtime::takeover::swap::{Aside, Frozen, Order, SwapError, end, swap};
use crate::runtime::takeover::{beginning, unit};
use crate::units::{IfName, IpNet};

/// How much longer than its timers say keepalived may need: scripts have to give their first result.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often it is asked when it is nearly due.
const LOOK: Duration = Duration::from_millis(50);
/// Where addresses stand meanwhile.
const LOOPBACK: &str = "lo";

/// What was done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Handed {
    /// The main process of keepalived.
    pub keepalived: Pid,
    /// How long both advertised, at most.
    pub overlap: Duration,
    /// A service manager was told.
    pub told_manager: bool,
}

/// Why keepalived does not lead.
#[derive(Debug, thiserror::Error)]
pub enum HandbackError {
    /// Not even a caretaker leads; everything is as before.
    #[error("no caretaker could take over: {0}")]
    NoCaretaker(#[from] SwapError),
    /// It cannot be started.
    #[error("{} cannot be started: {source}", program.display())]
    NotStarted {
        /// The program.
        program: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Its processes are not to be found, or cannot be handled.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// It does not say what it is doing.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// It did not become what this program is.
    #[error("({name}) is {state} with keepalived, and {wanted} here")]
    Otherwise {
        /// An instance.
        name: String,
        /// Its state.
        state: String,
        /// As it should be.
        wanted: String,
    },
}

/// Hands the place of the daemon of `order` to `keepalived`.
///
/// # Errors
/// Why that could not be. This program goes on then: as before, or as the caretaker.
pub fn hand_back(order: &Order<'_>, keepalived: &Path) -> Result<Handed, HandbackError> {
    let before = report::data(order.vrrp, &order.data)?;
    let swapped = swap(&Order {
        caretaker: true,
        pid_files: order.pid_files.clone(),
        program: order.program.clone(),
        data: order.data.clone(),
        statistics: order.statistics.clone(),
        ..*order
    })?;
    let caretaker = Subject::of(swapped.successor)?;
    let vrrp = order.pid_files.get(1).map(|file| Subject::of_file(file));
    let vrrp = vrrp.transpose()?.map_or(caretaker.main, |found| found.main);
    // keepalived does not start while a pid file names somebody who lives.
    let aside = Aside::put(&order.pid_files)?;
    let mut double = Double::of(order.config, &before);
    let outcome = start(order, &caretaker, keepalived, &before);
    let started = match outcome {
        Ok(started) => started,
        Err(error) => {
            double.remove();
            drop(aside);
            return Err(error);
        }
    };
    let told_manager = unit::hand_on_main_process(&caretaker, started.main).is_ok_and(|told| told);
    let begun = Instant::now();
    let frozen = Frozen::all([caretaker.main, vrrp])?;
    for part in [vrrp, caretaker.main] {
        part.kill()?;
    }
    frozen.keep();
    double.remove();
    aside.forget();
    // The note of what it might leave (`runtime/remains.rs`): it is keepalived's now.
    if let Some(file) = order.pid_files.get(1) {
        let _none = std::fs::remove_file(file.with_extension("held"));
    }
    let overlap = LOOK.saturating_add(started.asked).saturating_add(begun.elapsed());
    Ok(Handed { keepalived: started.main.pid(), overlap, told_manager })
}

/// keepalived, when it leads.
struct Started {
    main: Part,
    /// How long its last answer took.
    asked: Duration,
}

/// Starts it, and waits until it is what `before` says; ends it without a word if it does not become
/// that.
fn start(
    order: &Order<'_>,
    caretaker: &Subject,
    keepalived: &Path,
    before: &Report,
) -> Result<Started, HandbackError> {
    let fail = |source| HandbackError::NotStarted { program: keepalived.to_owned(), source };
    let mut command = beginning::like(caretaker, keepalived);
    let mut child = unit::among(caretaker, || command.spawn()).map_err(fail)?;
    let since = Instant::now();
    let (soonest, latest) = due(order.config);
    let mut outcome = Err(fail(io::ErrorKind::TimedOut.into()));
    thread::sleep(soonest.mul_f64(0.9));
    while since.elapsed() < latest {
        let main = order.pid_files.first().map(|file| Subject::of_file(file));
        let vrrp = order.pid_files.get(1).map(|file| Subject::of_file(file));
        let (Some(Ok(main)), Some(Ok(vrrp))) = (main, vrrp) else {
            // One in the foreground that has ended is not waited for.
            if let Ok(Some(status)) = child.try_wait()
                && !status.success()
            {
                return Err(fail(io::Error::other(status.to_string())));
            }
            thread::sleep(LOOK);
            continue;
        };
        let asked = Instant::now();
        outcome = report::data(vrrp.main, &order.data)
            .map_err(HandbackError::from)
            .and_then(|now| same(before, &now))
            .map(|()| Started { main: main.main, asked: asked.elapsed() });
        match outcome {
            Err(HandbackError::Otherwise { .. }) => thread::sleep(LOOK),
            Ok(_) => return outcome,
            Err(_) => break,
        }
    }
    end(&order.pid_files);
    let _ended = child.kill();
    let _status = child.wait();
    outcome
}

/// When the first instance may lead after a start, and when the last one must.
fn due(config: &Config) -> (Duration, Duration) {
    let delay = config.global.startup_delay;
    let downs = config.instances.iter().map(|instance| {
        interval::master_down(
            instance.version,
            *instance.priority,
            *instance.advert_int,
            instance.down_timer_adverts,
        )
    });
    let downs: Vec<Duration> = downs.collect();
    let soonest = downs.iter().min().copied().unwrap_or_default();
    let latest = downs.iter().max().copied().unwrap_or_default();
    (soonest, delay.saturating_add(latest).saturating_add(PATIENCE))
}

/// Masters are masters. What else there is finds its way by itself.
fn same(before: &Report, now: &Report) -> Result<(), HandbackError> {
    for instance in before.instances.iter().filter(|it| it.state == "MASTER") {
        let found = now.instances.iter().find(|it| it.name == instance.name);
        let state = found.map_or("missing", |found| found.state.as_str());
        if state != instance.state {
            let (state, wanted) = (state.to_owned(), instance.state.clone());
            return Err(HandbackError::Otherwise { name: instance.name.clone(), state, wanted });
        }
    }
    Ok(())
}

/// The addresses of masters, on the loopback interface as well.
struct Double {
    commands: Option<netlink::Commands>,
    requests: Vec<Request>,
}

impl Double {
    /// Adds them. Without them an address would be gone for as long as the caretaker needs to put it
    /// back: that is no reason to stop.
    fn of(config: &Config, report: &Report) -> Self {
        let nothing = Self { commands: None, requests: Vec::new() };
        let Ok((mut commands, monitor)) = netlink::connect() else { return nothing };
        let loopback = IfName::new(LOOPBACK).ok();
        let index = loopback.and_then(|name| Some(monitor.network().interface(&name)?.index));
        let led = config.instances.iter().filter(|instance| {
            let name = &instance.name.value;
            report.instances.iter().any(|it| it.name == *name && it.state == "MASTER")
        });
        let addresses = led.flat_map(|it| it.addresses.iter().chain(&it.excluded));
        let requests: Vec<Request> = addresses
            .filter(|address| !is_link_local(address.ip()))
            .filter_map(|address| {
                let whole = if address.ip().is_ipv4() { 32 } else { 128 };
                let net = IpNet::new(address.ip(), whole)?;
                Some(Request { interface: index, address: VirtualAddress::plain(net) })
            })
            .collect();
        let failures = commands.change_addresses(Direction::Add, &requests);
        for failure in failures {
            tracing::debug!("{} is not doubled: {:?}", failure.net, failure.error);
        }
        Self { commands: Some(commands), requests }
    }

    fn remove(&mut self) {
        if let Some(commands) = &mut self.commands {
            commands.change_addresses(Direction::Remove, &self.requests);
        }
        self.requests.clear();
    }
}

impl Drop for Double {
    fn drop(&mut self) {
        self.remove();
    }
}

/// It means something only on its own interface.
fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(states: [&str; 2]) -> Report {
        let text = states
            .iter()
            .enumerate()
            .map(|(number, state)| format!(" VRRP Instance = V{number}\n   State = {state}\n"));
        let text = text.collect::<String>();
        Report::read(&format!("------< VRRP Topology >------\n{text}")).unwrap()
    }

    #[test]
    fn it_waits_for_every_master_and_for_nobody_else() {
        let before = report(["MASTER", "BACKUP"]);
        assert!(same(&before, &report(["MASTER", "FAULT"])).is_ok());
        let error = same(&before, &report(["BACKUP", "BACKUP"])).unwrap_err();
        assert_eq!(error.to_string(), "(V0) is BACKUP with keepalived, and MASTER here");
        assert!(same(&before, &Report::default()).is_err());
    }
}
