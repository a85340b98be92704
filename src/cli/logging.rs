//! Where log lines go: syslog, and standard error with `-l`, in keepalived's format.
//!
//! Lines of the daemon as a whole name the target `Keepalived`; all others of this program are of its
//! VRRP part (`Keepalived_vrrp`). The target is the syslog identity. Events of level `DEBUG` are the lines that keepalived shows with `-D` only. A log sink that is slow or gone never
//! holds up the caller: datagrams are sent without waiting and dropped when they cannot be.

use std::fmt::{self, Write as _};
use std::io::Write as _;
use std::os::unix::net::UnixDatagram;
use std::sync::Mutex;

use jiff::ZonedDateTime;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// What is logged where.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Sinks {
    /// `-l`.
    pub(crate) console: bool,
    /// Facility number; `None` with `-G`.
    pub(crate) syslog: Option<u8>,
    /// `-D`.
    pub(crate) detail: bool,
}

/// Makes the sinks the process's log. A second call changes nothing.
pub(crate) fn install(sinks: Sinks) {
    let layer = LogLayer { sinks, syslog: Mutex::new(None) };
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer));
}

struct LogLayer {
    sinks: Sinks,
    /// Connected on the first line, and again after a failure.
    syslog: Mutex<Option<UnixDatagram>>,
}

impl<S: Subscriber> Layer<S> for LogLayer {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let metadata = event.metadata();
        let ident = match metadata.target() {
            "Keepalived" => "Keepalived",
            target if target.starts_with(env!("CARGO_CRATE_NAME")) => "Keepalived_vrrp",
            _ => return, // libraries have their own interests
        };
        if *metadata.level() > Level::INFO && !self.sinks.detail {
            return;
        }
        let mut text = Text(String::new());
        event.record(&mut text);
        if self.sinks.console {
            let now = ZonedDateTime::now().strftime("%a %b %e %H:%M:%S %Y");
            let _ = writeln!(std::io::stderr().lock(), "{now}: {}", text.0);
        }
        if let Some(facility) = self.sinks.syslog {
            let severity = match *metadata.level() {
                Level::ERROR => 3,
                Level::WARN => 4,
                _ => 6,
            };
            self.to_syslog(facility * 8 + severity, ident, &text.0);
        }
    }
}

impl LogLayer {
    fn to_syslog(&self, priority: u8, ident: &str, text: &str) {
        let now = ZonedDateTime::now().strftime("%b %e %H:%M:%S");
        let line = format!("<{priority}>{now} {ident}[{}]: {text}", std::process::id());
        let Ok(mut socket) = self.syslog.lock() else { return };
        for _ in 0..2 {
            if socket.is_none() {
                *socket = connect_syslog().ok();
            }
            match socket.as_ref().map(|socket| socket.send(line.as_bytes())) {
                Some(Ok(_)) | None => return,
                Some(Err(error)) if error.kind() == std::io::ErrorKind::WouldBlock => return,
                Some(Err(_)) => *socket = None, // syslogd was restarted: once more
            }
        }
    }
}

fn connect_syslog() -> std::io::Result<UnixDatagram> {
    let socket = UnixDatagram::unbound()?;
    socket.set_nonblocking(true)?;
    socket.connect("/dev/log")?;
    Ok(socket)
}

/// The message of an event; other fields follow as `name=value`.
struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            let _ = write!(self.0, "{value:?}");
        } else {
            let _ = write!(self.0, " {}={value:?}", field.name());
        }
    }
}
