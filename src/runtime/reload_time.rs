//! `reload_time_file`, `reload_repeat`: a file that holds the time of the next reload, read whenever
//! somebody writes or removes it. What is due is a request like a SIGHUP.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};
use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};

use crate::ir::global::Reload;
use crate::sys::socket::AsyncSocket;

/// The clock may be set meanwhile: it is looked at so often.
const LOOK: Duration = Duration::from_secs(10);

/// The file and what it says.
#[derive(Debug)]
pub(super) struct ReloadTime {
    settings: Reload,
    watch: Option<(PathBuf, AsyncSocket<Inotify>)>,
    planned: Option<Planned>,
}

/// A reload to come.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Planned {
    at: ZonedDateTime,
    /// It was said with its day, so it comes once.
    dated: bool,
}

impl ReloadTime {
    /// Watches the file, if there is one. Must be called inside the runtime.
    pub(super) fn new(settings: &Reload) -> Self {
        let mut new = Self { settings: settings.clone(), watch: None, planned: None };
        if let Some(path) = &settings.time_file {
            let path = PathBuf::from(&path.value);
            match watch(&path) {
                Ok(inotify) => new.watch = Some((path, inotify)),
                Err(error) => tracing::warn!(
                    target: "Keepalived",
                    "Unable to monitor reload_time_file {}: {error}",
                    path.display()
                ),
            }
            new.read();
        }
        new
    }

    /// When the next reload is planned: the time since 1970.
    pub(super) fn planned(&self) -> Option<Duration> {
        let at = self.planned.as_ref()?.at.timestamp();
        Duration::try_from(at.duration_since(Timestamp::UNIX_EPOCH)).ok()
    }

    /// Takes over another configuration. After a reload the file is read anew too.
    pub(super) fn reconfigure(&mut self, settings: &Reload) {
        if self.settings != *settings {
            *self = Self::new(settings);
        }
    }

    /// Waits for the time; the file is gone then, unless it is to come each day. Safe to drop and
    /// call again.
    pub(super) async fn due(&mut self) {
        loop {
            if let Some(planned) = &self.planned
                && planned.at.timestamp() <= Timestamp::now()
            {
                self.fire();
                return;
            }
            let left = self.planned.as_ref().map(|planned| {
                let left = planned.at.timestamp().duration_since(Timestamp::now());
                Duration::try_from(left).unwrap_or_default().min(LOOK)
            });
            let time = async {
                match left {
                    Some(left) => tokio::time::sleep(left).await,
                    None => std::future::pending().await,
                }
            };
            let changed = async {
                match &self.watch {
                    Some((path, inotify)) => changed(path, inotify).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = time => {}
                changed = changed => match changed {
                    Ok(true) => self.read(),
                    Ok(false) => {}
                    Err(_) => self.watch = None,
                },
            }
        }
    }

    fn fire(&mut self) {
        let dated = self.planned.take().is_some_and(|planned| planned.dated);
        if self.settings.repeat && !dated {
            self.read();
        } else if let Some(path) = &self.settings.time_file {
            let _ = fs::remove_file(&path.value);
        }
    }

    /// Plans what the file says.
    fn read(&mut self) {
        let Some(path) = &self.settings.time_file else { return };
        let text = fs::read_to_string(&path.value).unwrap_or_default();
        let line = text.lines().next().unwrap_or_default().trim();
        let now = ZonedDateTime::now();
        let planned = match parse(line, &now) {
            _ if line.is_empty() => None,
            None => {
                say(&format!("Reload date/time {line} invalid - ignoring"));
                say(&format!("Invalid reload time '{line}' specified - ignoring"));
                None
            }
            Some(planned) if planned.at <= now => {
                say(&format!("Reload time {} is in the past - ignoring", shown(&planned)));
                say("Reload date/time is in the past - ignoring");
                None
            }
            planned => planned,
        };
        match (&self.planned, &planned) {
            (before, after) if before == after => {}
            (Some(before), Some(after)) => {
                say(&format!("Reload time updated from {} to {}", shown(before), shown(after)));
            }
            (None, Some(after)) => say(&format!("Scheduling reload for {}", shown(after))),
            (Some(before), None) => {
                say(&format!("Cancelling reload scheduled for {}", shown(before)));
            }
            (None, None) => {}
        }
        self.planned = planned;
    }
}

fn say(line: &str) {
    tracing::info!(target: "Keepalived", "{line}");
}

fn shown(planned: &Planned) -> String {
    let local = planned.at.with_time_zone(TimeZone::system());
    local.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// `HH:MM:SS`, `YY-MM-DD HH:MM:SS` or `YYYY-MM-DD HH:MM:SS`, each with `Z` behind it for UTC. A time
/// of day is the next one.
fn parse(text: &str, now: &ZonedDateTime) -> Option<Planned> {
    let (text, zone) = match text.strip_suffix('Z') {
        Some(text) => (text.trim_end(), TimeZone::UTC),
        None => (text, now.time_zone().clone()),
    };
    if let Ok(time) = Time::strptime("%H:%M:%S", text) {
        let today = now.with_time_zone(zone.clone()).date();
        let at = today.to_datetime(time).to_zoned_datetime(zone.clone()).ok()?;
        let at = match at > *now {
            true => at,
            false => today.tomorrow().ok()?.to_datetime(time).to_zoned_datetime(zone).ok()?,
        };
        return Some(Planned { at, dated: false });
    }
    let short = text.find('-') == Some(2);
    let format = if short { "%y-%m-%d %H:%M:%S" } else { "%Y-%m-%d %H:%M:%S" };
    let at = DateTime::strptime(format, text).ok()?.to_zoned_datetime(zone).ok()?;
    Some(Planned { at, dated: true })
}

fn watch(path: &Path) -> io::Result<AsyncSocket<Inotify>> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let inotify = Inotify::init(InitFlags::IN_CLOEXEC | InitFlags::IN_NONBLOCK)?;
    let what = AddWatchFlags::IN_CLOSE_WRITE | AddWatchFlags::IN_DELETE | AddWatchFlags::IN_MOVE;
    inotify.add_watch(folder, what)?;
    AsyncSocket::new(inotify)
}

/// Waits for something to happen in the directory; whether it happened to the file.
async fn changed(path: &Path, inotify: &AsyncSocket<Inotify>) -> io::Result<bool> {
    inotify.readable().await?;
    let mut concerned = false;
    loop {
        match inotify.try_read(|inotify| inotify.read_events().map_err(Into::into)) {
            Ok(events) => {
                let named = |name: Option<&OsStr>| name == path.file_name();
                concerned |= events.iter().any(|event| named(event.name.as_deref()));
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(concerned),
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_each_form() {
        let now: ZonedDateTime = "2026-11-26T12:00:00+01:00[+01:00]".parse().unwrap();
        let table = [
            ("12:00:01", Some(("2026-11-26T11:00:01Z", false))),
            ("12:00:00", Some(("2026-11-27T11:00:00Z", false))),
            ("11:30:00Z", Some(("2026-11-26T11:30:00Z", false))),
            ("10:30:00Z", Some(("2026-11-27T10:30:00Z", false))),
            ("26-11-27 10:00:00", Some(("2026-11-27T09:00:00Z", true))),
            ("2026-11-27 10:00:00", Some(("2026-11-27T09:00:00Z", true))),
            ("2026-11-27 10:00:00Z", Some(("2026-11-27T10:00:00Z", true))),
            ("2020-01-01 00:00:00", Some(("2019-12-31T23:00:00Z", true))),
            ("25:00:00", None),
            ("nonsense", None),
            ("", None),
        ];
        for (text, expected) in table {
            let found = parse(text, &now).map(|planned| (planned.at.timestamp(), planned.dated));
            let expected =
                expected.map(|(time, dated)| (time.parse::<Timestamp>().unwrap(), dated));
            assert_eq!(found, expected, "{text}");
        }
    }
}
