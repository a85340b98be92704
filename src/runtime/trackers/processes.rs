//! Running processes (`vrrp_track_process`): `/proc` is read once, then the kernel's process connector
//! tells of changes.
//!
//! Where the connector says nothing (in a container, in a network namespace that the daemon was
//! started in), `/proc` is read every second. Reading it is left to another thread once the daemon
//! runs: it may have thousands of processes.

use std::io;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::Duration;

use socket2::Socket;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::engine::event::Tracked;
use crate::ir::Config;
use crate::ir::global::Buffer;
use crate::runtime::namespace::Origin;
use crate::runtime::receive_buffer;
use crate::runtime::trackers::connector::{self, Message};
use crate::runtime::trackers::process_table::ProcessTable;
use crate::sys::socket::AsyncSocket;

/// How long the connector has to say that it has understood, how long after a loss of events
/// `/proc` is read, and how often without a connector.
const PATIENCE: Duration = Duration::from_secs(1);
/// Longest message of the connector, with room to spare.
const LONGEST: usize = 1024;
/// So many messages are taken before the daemon looks after its timer again.
const AT_ONCE: usize = 256;

/// The processes of a configuration.
#[derive(Debug)]
pub(super) struct Processes {
    table: ProcessTable,
    names: Vec<Arc<str>>,
    /// What was said last.
    told: Vec<u32>,
    connector: Option<AsyncSocket<Socket>>,
    confirmed: bool,
    buffer: Buffer,
    /// When to look whether the connector works, or to read `/proc`.
    due: Option<(Instant, Due)>,
    scan: Option<JoinHandle<ProcessTable>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Due {
    Confirmation,
    Scan,
}

impl Processes {
    /// Listens first and reads `/proc` then, so that nothing falls in between. Must be called inside
    /// the runtime.
    pub(super) fn watch(config: &Config, origin: &Origin) -> Self {
        let rules: Arc<[_]> = config.track_processes.clone().into();
        let names = rules.iter().map(|rule| Arc::from(rule.name.as_str())).collect();
        let mut watch = Self {
            told: vec![0; rules.len()],
            table: ProcessTable::new(rules),
            names,
            connector: None,
            confirmed: false,
            buffer: config.global.network.buffers.process_monitor,
            due: None,
            scan: None,
        };
        if watch.names.is_empty() {
            return watch;
        }
        match watch.listen(origin) {
            Ok(connector) => {
                watch.connector = Some(connector);
                watch.due = Some((Instant::now() + PATIENCE, Due::Confirmation));
            }
            Err(error) => {
                tracing::debug!("Process events: {error}");
                watch.poll_from_now_on();
            }
        }
        watch.table.scan();
        watch.told = watch.table.counts();
        watch
    }

    fn listen(&self, origin: &Origin) -> io::Result<AsyncSocket<Socket>> {
        let socket = origin.inside(connector::open)?;
        receive_buffer::set(&socket, self.buffer, None)?;
        AsyncSocket::new(socket)
    }

    /// Whether it watches just what this configuration names.
    pub(super) fn watches(&self, config: &Config) -> bool {
        self.table.rules() == config.track_processes.as_slice()
    }

    /// Every count as last told.
    pub(super) fn present(&self) -> Vec<Tracked> {
        let pairs = self.names.iter().zip(&self.told);
        pairs.map(|(name, count)| tracked(name, *count)).collect()
    }

    /// Waits for something to happen and gives the counts that changed; for ever without a process
    /// to watch. Safe to drop and call again.
    pub(super) async fn changes(&mut self) -> Vec<Tracked> {
        if let Some(scan) = &mut self.scan {
            let scanned = scan.await;
            self.scan = None;
            // What happened meanwhile waits in the connector, and is taken in after it.
            if let Ok(table) = scanned {
                self.table = table;
            }
            if self.connector.is_none() {
                self.due = Some((Instant::now() + PATIENCE, Due::Scan));
            }
            return self.news();
        }
        let (due, connector) = (self.due, &self.connector);
        let time = async {
            match due {
                Some((at, _)) => tokio::time::sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        let ready = async {
            match connector {
                Some(connector) => connector.readable().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = time => self.on_time(),
            ready = ready => match ready {
                Ok(()) => self.take_events(),
                Err(error) => self.lose_connector(&error),
            },
        }
        self.news()
    }

    fn on_time(&mut self) {
        match self.due.take() {
            Some((_, Due::Confirmation)) if !self.confirmed => self.poll_from_now_on(),
            Some((_, Due::Confirmation)) | None => {}
            Some((_, Due::Scan)) => {
                let mut table = self.table.clone();
                self.scan = Some(tokio::task::spawn_blocking(move || {
                    table.scan();
                    table
                }));
            }
        }
    }

    fn take_events(&mut self) {
        let Some(connector) = &self.connector else { return };
        let mut bytes = [0; LONGEST];
        for _ in 0..AT_ONCE {
            match connector.try_read(|socket| connector::receive(socket.as_fd(), &mut bytes)) {
                Ok(Some(Message::Event(event))) => self.table.apply(&event),
                Ok(Some(Message::Listening(0))) => {
                    // Whoever else begins to listen is answered so that we hear it too.
                    if !self.confirmed {
                        tracing::debug!("proc_events has confirmed it is configured");
                    }
                    self.confirmed = true;
                }
                Ok(Some(Message::Listening(errno))) => {
                    tracing::debug!("proc_events: error {errno}");
                }
                Ok(None) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.raw_os_error() == Some(nix::libc::ENOBUFS) => {
                    self.on_overrun();
                    break;
                }
                Err(error) => {
                    self.lose_connector(&error);
                    break;
                }
            }
        }
    }

    /// Events were lost: there shall be more room for them, and `/proc` knows how things are.
    fn on_overrun(&mut self) {
        if let Some((_, Due::Scan)) = self.due {
            return;
        }
        self.due = Some((Instant::now() + PATIENCE, Due::Scan));
        let Some(connector) = &self.connector else { return };
        match receive_buffer::double(connector.owner(), self.buffer.force) {
            Ok(size) => tracing::info!(
                "Setting global_def process_monitor_rcv_bufs to {size} - recommend updating \
                 configuration file"
            ),
            Err(error) => tracing::warn!("Process events were lost: {error}"),
        }
    }

    fn lose_connector(&mut self, error: &io::Error) {
        tracing::warn!("Process events: {error}");
        self.poll_from_now_on();
    }

    fn poll_from_now_on(&mut self) {
        tracing::warn!(
            "The kernel does not tell of processes here: vrrp_track_process looks every {} s",
            PATIENCE.as_secs()
        );
        self.connector = None;
        self.due = Some((Instant::now() + PATIENCE, Due::Scan));
    }

    /// The counts that are others than those that were told.
    fn news(&mut self) -> Vec<Tracked> {
        let counts = self.table.counts();
        let triples = self.names.iter().zip(&counts).zip(&self.told);
        let changed = triples
            .filter(|((_, count), told)| count != told)
            .map(|((name, count), _)| tracked(name, *count))
            .collect();
        self.told = counts;
        changed
    }
}

fn tracked(name: &Arc<str>, count: u32) -> Tracked {
    Tracked::Processes { name: Arc::clone(name), count }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::process::{Child, Command};

    use super::*;
    use crate::ir::{ParamMatch, TrackProcess};
    use crate::units::{Span, Spanned};

    fn config(process: &str) -> Config {
        let text = |text: &str| Spanned::new(text.to_owned(), Span::default());
        let mut config = Config::default();
        config.track_processes.push(TrackProcess {
            name: text("p"),
            process: text(process),
            parameters: Vec::new(),
            matching: ParamMatch::Ignored,
            full_command: false,
            weight: Spanned::default(),
            reverse: false,
            quorum: 1,
            quorum_max: None,
            fork_delay: Duration::ZERO,
            terminate_delay: Duration::ZERO,
        });
        config
    }

    /// A program of that name that does nothing for long.
    fn program(folder: &Path, name: &str) -> PathBuf {
        let path = folder.join(name);
        std::fs::copy("/bin/sleep", &path).unwrap();
        path
    }

    fn start(program: &Path) -> Child {
        Command::new(program).arg("100").spawn().unwrap()
    }

    fn end(mut child: Child) {
        child.kill().unwrap();
        child.wait().unwrap();
    }

    async fn expect(processes: &mut Processes, count: u32) {
        let wait = async {
            while processes.told != [count] {
                processes.changes().await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(10), wait).await;
        assert!(waited.is_ok(), "{:?} in place of {count}", processes.told);
    }

    /// By the connector where there is one, else by looking.
    #[tokio::test]
    async fn processes_that_start_and_end_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        let name = format!("sa{}", std::process::id());
        let program = program(folder.path(), &name);
        let before = start(&program);
        let mut processes = Processes::watch(&config(&name), &Origin::default());
        // It takes its name a moment after it was started.
        expect(&mut processes, 1).await;
        let another = start(&program);
        expect(&mut processes, 2).await;
        end(before);
        expect(&mut processes, 1).await;
        end(another);
        expect(&mut processes, 0).await;
    }

    #[tokio::test]
    async fn without_a_connector_it_looks_itself() {
        let folder = tempfile::tempdir().unwrap();
        let name = format!("sb{}", std::process::id());
        let program = program(folder.path(), &name);
        let mut processes = Processes::watch(&config(&name), &Origin::default());
        processes.poll_from_now_on();
        let child = start(&program);
        expect(&mut processes, 1).await;
        end(child);
        expect(&mut processes, 0).await;
    }

    #[tokio::test]
    async fn after_a_loss_of_events_it_looks_anew_and_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let name = format!("sc{}", std::process::id());
        let program = program(folder.path(), &name);
        let mut processes = Processes::watch(&config(&name), &Origin::default());
        let child = start(&program);
        std::thread::sleep(Duration::from_millis(200));
        // What the connector has to say is thrown away, as by an overrun.
        if let Some(connector) = &processes.connector {
            let mut bytes = [0; LONGEST];
            while connector::receive(connector.owner().as_fd(), &mut bytes).is_ok() {}
        }
        processes.on_overrun();
        expect(&mut processes, 1).await;
        end(child);
        expect(&mut processes, 0).await;
    }
}
