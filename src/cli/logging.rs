//! Where log lines go: syslog, and standard error with `-l`, in keepalived's format.
//!
//! Lines of the daemon as a whole name the target `Keepalived`; all others of this program are of its
//! VRRP part (`Keepalived_vrrp`). The target is the syslog identity. Events of level `DEBUG` are the
//! lines that keepalived shows with `-D` only.
//!
//! In the VRRP process a thread of its own writes them: a pipe that nobody reads, or a terminal
//! that was stopped, may hold that thread up but never an advert. What does not fit into its queue
//! is counted, and the count is told when there is room again. The supervisor has no threads, because
//! it forks: it waits a moment for room, and no longer.
//!
//! What a line is about (its instance, the state, why) comes with it as fields of the event. They are
//! no part of the text; `--log-format json` and journald get them.

mod journal;
mod json;

use std::fmt::{self, Write as _};
use std::io::Write as _;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixDatagram;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use nix::poll::{PollFd, PollFlags, poll};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use crate::cli::logging::journal::Journal;

/// Lines that may wait for the thread.
const QUEUE: usize = 4_096;
/// How long the end of the program waits for lines that have not been written.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// How long the supervisor waits for room, in milliseconds.
const ROOM: u8 = 100;

/// What is logged where.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Sinks {
    /// `-l`.
    pub(crate) console: bool,
    /// Facility number; `None` with `-G`.
    pub(crate) syslog: Option<u8>,
    /// `-D`.
    pub(crate) detail: bool,
    /// Of the console.
    pub(crate) format: LogFormat,
}

/// How lines on the console look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum LogFormat {
    /// As keepalived's.
    Text,
    /// One JSON object a line.
    Json,
}

/// The process's log. Dropping it waits a moment for what has not been written.
pub(crate) struct Log {
    shared: Arc<Shared>,
    finished: Option<Receiver<()>>,
}

/// Makes the sinks the process's log: lines are written at once, by whoever says them.
pub(crate) fn install(sinks: Sinks) -> Log {
    let shared = Arc::new(Shared {
        detail: sinks.detail,
        writer: Mutex::new(Writer {
            sinks,
            zone: TimeZone::system(),
            suffix: String::new(),
            syslog: None,
            journal: Journal::of_this_process(),
            waits: true,
        }),
        queue: OnceLock::new(),
        waiting: AtomicUsize::new(0),
        lost: AtomicU64::new(0),
    });
    let layer = LogLayer(Arc::clone(&shared));
    // Only a second call could fail.
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer));
    Log { shared, finished: None }
}

impl Log {
    /// What syslog calls the daemon ends so from now on (`net_namespace`, `instance`).
    pub(crate) fn add_to_identities(&self, suffix: String) {
        if let Ok(mut writer) = self.shared.writer.lock() {
            writer.suffix = suffix;
        }
    }

    /// From now on a thread writes. Not before the process has forked: the thread would stay behind.
    pub(crate) fn start_thread(&mut self) {
        // Not bounded by itself, because it would take the room for all lines from the start.
        let (queue, lines) = channel();
        let (done, finished) = sync_channel(1);
        let shared = Arc::clone(&self.shared);
        let thread = std::thread::Builder::new().name("log".to_owned()).spawn(move || {
            shared.write_lines(&lines);
            let _ = done.send(());
        });
        if thread.is_ok() && self.shared.queue.set(queue).is_ok() {
            self.finished = Some(finished);
            // The thread may be held up as long as it likes.
            if let Ok(mut writer) = self.shared.writer.lock() {
                writer.waits = true;
            }
        }
    }
}

impl Log {
    /// From now on a console that takes nothing is not waited for.
    pub(crate) fn never_wait(&self) {
        if let Ok(mut writer) = self.shared.writer.lock() {
            writer.waits = false;
        }
    }

    /// Waits a moment for what has not been written.
    pub(crate) fn finish(&mut self) {
        let (Some(queue), Some(finished)) = (self.shared.queue.get(), self.finished.take()) else {
            return;
        };
        // A sink that takes nothing any more has had its time.
        if queue.send(Entry::Finish).is_ok() {
            let _ = finished.recv_timeout(LAST_WORDS);
        }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.finish();
    }
}

/// One line on its way.
struct Line {
    at: Timestamp,
    severity: u8,
    ident: &'static str,
    text: String,
    fields: Vec<(&'static str, String)>,
}

/// What the thread is given.
enum Entry {
    Line(Line),
    Finish,
}

struct Shared {
    detail: bool,
    writer: Mutex<Writer>,
    queue: OnceLock<Sender<Entry>>,
    /// Lines in the queue.
    waiting: AtomicUsize,
    lost: AtomicU64,
}

impl Shared {
    fn log(&self, line: Line) {
        match self.queue.get() {
            None if self.write(&line) => self.tell_lost(),
            None => {
                self.lost.fetch_add(1, Ordering::Relaxed);
            }
            Some(queue) => {
                let room = self.waiting.fetch_add(1, Ordering::Relaxed) < QUEUE;
                if !room || queue.send(Entry::Line(line)).is_err() {
                    self.waiting.fetch_sub(1, Ordering::Relaxed);
                    self.lost.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
    }

    /// False if the line was lost.
    fn write(&self, line: &Line) -> bool {
        self.writer.lock().is_ok_and(|mut writer| writer.write(line))
    }

    fn tell_lost(&self) {
        let lost = self.lost.swap(0, Ordering::Relaxed);
        if lost > 0 {
            self.write(&Line {
                at: Timestamp::now(),
                severity: WARNING,
                ident: "Keepalived",
                text: format!("{lost} log lines lost: the log was not read fast enough"),
                fields: Vec::new(),
            });
        }
    }

    fn write_lines(&self, entries: &Receiver<Entry>) {
        for entry in entries {
            let Entry::Line(line) = entry else { return };
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            self.write(&line);
            self.tell_lost();
        }
    }
}

struct LogLayer(Arc<Shared>);

impl<S: Subscriber> Layer<S> for LogLayer {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let metadata = event.metadata();
        let ident = match metadata.target() {
            "Keepalived" => "Keepalived",
            target if target.starts_with(env!("CARGO_CRATE_NAME")) => "Keepalived_vrrp",
            _ => return, // libraries have their own interests
        };
        if *metadata.level() > Level::INFO && !self.0.detail {
            return;
        }
        let severity = match *metadata.level() {
            Level::ERROR => ERROR,
            Level::WARN => WARNING,
            _ => INFORMATION,
        };
        let mut said = Said::default();
        event.record(&mut said);
        let Said { text, fields } = said;
        self.0.log(Line { at: Timestamp::now(), severity, ident, text, fields });
    }
}

/// syslog's severities.
const ERROR: u8 = 3;
const WARNING: u8 = 4;
const INFORMATION: u8 = 6;

/// The sinks.
struct Writer {
    sinks: Sinks,
    zone: TimeZone,
    /// Of every identity.
    suffix: String,
    /// Connected on the first line, and again after a failure.
    syslog: Option<UnixDatagram>,
    /// Where syslog is journald: it takes fields, too.
    journal: Option<Journal>,
    /// A console that takes nothing is waited for.
    waits: bool,
}

impl Writer {
    /// False if the console has not taken the line.
    fn write(&mut self, line: &Line) -> bool {
        let time = line.at.to_zoned_datetime(self.zone.clone());
        let mut taken = true;
        if self.sinks.console {
            let text = match self.sinks.format {
                LogFormat::Text => {
                    format!("{}: {}\n", time.strftime("%a %b %e %H:%M:%S %Y"), line.text)
                }
                LogFormat::Json => json::object(line, &self.suffix),
            };
            let mut console = std::io::stderr().lock();
            taken = self.waits || has_room(console.as_fd());
            if taken {
                let _ = console.write_all(text.as_bytes());
            }
        }
        let Some(facility) = self.sinks.syslog else { return taken };
        let journal = self.journal.as_ref();
        if !journal.is_some_and(|journal| journal.send(line, &self.suffix, facility)) {
            let priority = facility * 8 + line.severity;
            let (time, pid) = (time.strftime("%b %e %H:%M:%S"), std::process::id());
            let text =
                format!("<{priority}>{time} {}{}[{pid}]: {}", line.ident, self.suffix, line.text);
            self.write_syslog(&text);
        }
        taken
    }

    fn write_syslog(&mut self, text: &str) {
        for _ in 0..2 {
            if self.syslog.is_none() {
                self.syslog = connect_syslog().ok();
            }
            match self.syslog.as_ref().map(|socket| socket.send(text.as_bytes())) {
                Some(Ok(_)) | None => return,
                Some(Err(error)) if error.kind() == std::io::ErrorKind::WouldBlock => return,
                Some(Err(_)) => self.syslog = None, // syslogd was restarted: once more
            }
        }
    }
}

/// Whether a line can be written at once, or soon: a pipe has room for one then.
fn has_room(console: BorrowedFd<'_>) -> bool {
    let mut console = [PollFd::new(console, PollFlags::POLLOUT)];
    poll(&mut console, ROOM).is_ok_and(|ready| ready > 0)
}

fn connect_syslog() -> std::io::Result<UnixDatagram> {
    let socket = UnixDatagram::unbound()?;
    socket.set_nonblocking(true)?;
    socket.connect("/dev/log")?;
    Ok(socket)
}

/// The message of an event, and its other fields.
#[derive(Default)]
struct Said {
    text: String,
    fields: Vec<(&'static str, String)>,
}

impl Visit for Said {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            let _ = write!(self.text, "{value:?}");
        } else {
            self.fields.push((field.name(), format!("{value:?}")));
        }
    }
}
