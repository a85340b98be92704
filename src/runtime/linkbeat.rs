//! Polling the drivers of interfaces for the state of their links (`linkbeat_interfaces`,
//! `linkbeat_use_polling`), each second, on a thread of its own: a driver may take its time.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;
use std::{io, thread};

use tokio::sync::mpsc::UnboundedSender;

use crate::engine::event::{Event, NetworkChange};
use crate::ir::{Config, LinkbeatMethod};
use crate::sys::link::LinkQuery;
use crate::units::IfName;

/// Time between two questions.
const EVERY: Duration = Duration::from_secs(1);

/// How each polled interface is asked; `None` is whatever works first.
type Polled = BTreeMap<IfName, Option<LinkbeatMethod>>;

/// The daemon's end of the polling.
#[derive(Debug)]
pub(super) struct Linkbeat {
    polled: Polled,
    tasks: Option<Sender<Polled>>,
    answers: UnboundedSender<Event>,
}

impl Linkbeat {
    /// Polls nothing yet; what changes will be told to `answers`.
    pub(super) fn new(answers: UnboundedSender<Event>) -> Self {
        Self { polled: Polled::new(), tasks: None, answers }
    }

    /// Polls what a configuration asks for. The thread begins with the first interface, in the
    /// network namespace of the calling one.
    pub(super) fn configure(&mut self, config: &Config) -> io::Result<()> {
        let polled = config.polled_links();
        if polled == self.polled {
            return Ok(());
        }
        self.polled.clone_from(&polled);
        if self.tasks.is_none() {
            let (tasks, queue) = channel();
            let query = LinkQuery::new()?;
            let answers = self.answers.clone();
            thread::Builder::new()
                .name("linkbeat".to_owned())
                .spawn(move || run(&query, &queue, &answers))?;
            self.tasks = Some(tasks);
        }
        if let Some(tasks) = &self.tasks {
            // The thread ends with this end only.
            let _ended = tasks.send(polled);
        }
        Ok(())
    }
}

fn run(query: &LinkQuery, tasks: &Receiver<Polled>, answers: &UnboundedSender<Event>) {
    let mut polled = Polled::new();
    let mut known: BTreeMap<IfName, bool> = BTreeMap::new();
    loop {
        match tasks.recv_timeout(if polled.is_empty() { Duration::MAX } else { EVERY }) {
            Ok(task) => {
                polled = task;
                known.clear();
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        for (name, method) in &polled {
            // An interface that is not there is netlink's to report.
            let Some(up) = ask(query, name, *method) else { continue };
            if known.insert(name.clone(), up) != Some(up) {
                let change = NetworkChange::LinkPolled { interface: name.clone(), up };
                if answers.send(Event::Network(change)).is_err() {
                    return;
                }
            }
        }
    }
}

/// By the given method, else by the first of MII, ethtool and flags that works.
fn ask(query: &LinkQuery, name: &IfName, method: Option<LinkbeatMethod>) -> Option<bool> {
    let name = name.as_str();
    let link = match method {
        Some(LinkbeatMethod::Mii) => query.by_mii(name).ok(),
        Some(LinkbeatMethod::Ethtool) => query.by_ethtool(name).ok(),
        Some(LinkbeatMethod::Ioctl) => query.by_flags(name).ok(),
        None => {
            let first = query.by_mii(name).or_else(|_| query.by_ethtool(name));
            first.or_else(|_| query.by_flags(name)).ok()
        }
    };
    // A driver may see the link of an interface that is set down.
    Some(link? && query.is_set_up(name).unwrap_or(false))
}
