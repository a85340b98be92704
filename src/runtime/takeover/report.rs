//! What a running daemon says of itself when it is asked with SIGUSR1: `keepalived.data`, whose form
//! keepalived 2.2 to 2.4 and this program share.

use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fs, thread};

use nix::sys::signal::Signal;

use crate::engine::adoption::{Adopted, AdoptedScript, Adoption, Role};
use crate::runtime::takeover::counters::Counted;
use crate::runtime::takeover::process::{Part, ProcessError};

/// How long the file may take. A loaded machine may be slow.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it is looked for.
const LOOK: Duration = Duration::from_millis(2);
/// The heading of the part that is read.
const INSTANCES: &str = "------< VRRP Topology >------";
/// The heading of the part about scripts.
const SCRIPTS: &str = "------< VRRP Scripts >------";

/// Why there is nothing to read.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The process cannot be asked.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// It has not answered.
    #[error("the daemon was asked for its state, and has not written {}", .0.display())]
    Silent(PathBuf),
    /// What it wrote is of another form.
    #[error("the state in {} cannot be understood: {what}", path.display())]
    Strange {
        /// The file.
        path: PathBuf,
        /// What is missing.
        what: String,
    },
}

/// The state of a daemon.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// Its instances, in their order.
    pub instances: Vec<Reported>,
    /// Its scripts that have a result.
    pub scripts: Vec<AdoptedScript>,
}

/// An instance of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reported {
    /// Name.
    pub name: String,
    /// The word that stands for its state.
    pub state: String,
    /// Interface.
    pub interface: Option<String>,
    /// VRID.
    pub vrid: Option<u8>,
    /// 2 or 3.
    pub version: Option<u8>,
    /// The priority of the configuration.
    pub priority: Option<u8>,
    /// The interval of its own adverts.
    pub interval: Option<Duration>,
    /// The addresses of its adverts.
    pub addresses: Vec<IpAddr>,
    /// The master that it hears.
    pub master: Option<IpAddr>,
    /// Its priority.
    pub master_priority: u8,
    /// Its interval.
    pub master_interval: Option<Duration>,
    /// When the state was entered, since 1970.
    pub since: Option<Duration>,
}

impl Reported {
    /// What it is; `None` while it has not begun.
    pub fn role(&self) -> Option<Role> {
        match self.state.as_str() {
            "MASTER" => Some(Role::Master),
            "BACKUP" => Some(Role::Backup {
                master: self.master.filter(|master| !master.is_unspecified()),
                priority: self.master_priority,
                interval: self.master_interval,
            }),
            "FAULT" => Some(Role::Fault),
            _ => None,
        }
    }
}

impl Report {
    /// As a successor goes on with it; `unix` is the wall clock. Instances that have not begun are
    /// left out.
    pub fn adoption(&self, unix: Duration, caretaker: bool, counted: &Counted) -> Adoption {
        let adopted = self.instances.iter().filter_map(|instance| {
            let age = instance.since.map_or(Duration::ZERO, |since| unix.saturating_sub(since));
            let (name, role) = (instance.name.clone(), instance.role()?);
            let statistics = counted.get(&name).copied().unwrap_or_default();
            Some(Adopted { name, role, age, statistics })
        });
        Adoption { instances: adopted.collect(), scripts: self.scripts.clone(), caretaker }
    }

    /// Reads the text of the file.
    ///
    /// # Errors
    /// What is missing in it.
    pub fn read(text: &str) -> Result<Self, String> {
        let blocks = |heading: &'static str, title: &'static str| {
            let lines = text.lines().skip_while(move |line| *line != heading).skip(1);
            let lines = lines.take_while(|line| !line.starts_with("------<"));
            blocks(lines, title)
        };
        if !text.lines().any(|line| line == INSTANCES) {
            return Err(format!("there is no line '{INSTANCES}'"));
        }
        let instances = blocks(INSTANCES, " VRRP Instance = ").into_iter().map(|block| {
            let state = block.get("State").ok_or(format!("({}) has no state", block.name))?;
            let number = |key: &str| block.get(key).and_then(|text| text.parse().ok());
            let address = |key: &str| block.get(key).and_then(|text| text.parse().ok());
            let master_interval =
                block.get("Master advert int").or(block.get("Master advert interval"));
            Ok(Reported {
                state: state.to_owned(),
                interface: block.get("Interface").map(str::to_owned),
                vrid: number("Virtual Router ID"),
                version: number("VRRP Version"),
                priority: number("Priority"),
                interval: block.get("Advert interval").and_then(interval),
                addresses: block
                    .list("Virtual IP (")
                    .iter()
                    .filter_map(|it| address_of(it))
                    .collect(),
                master: address("Master router"),
                master_priority: number("Master priority").unwrap_or(0),
                master_interval: master_interval.and_then(interval),
                since: block.get("Last transition").and_then(moment),
                name: block.name,
            })
        });
        let scripts = blocks(SCRIPTS, " VRRP Script = ").into_iter().filter_map(|block| {
            // There is no result yet.
            if block.get("Init state") == Some("INIT") {
                return None;
            }
            let good = match block.get("Status")? {
                "GOOD" => true,
                "BAD" => false,
                _ => return None,
            };
            let counter = block.get("Result").and_then(|text| text.parse().ok()).unwrap_or(0);
            Some(AdoptedScript { name: block.name, good, counter })
        });
        Ok(Self {
            scripts: scripts.collect(),
            instances: instances.collect::<Result<_, String>>()?,
        })
    }
}

/// The lines below one name.
#[derive(Debug)]
struct Block<'a> {
    name: String,
    properties: BTreeMap<&'a str, &'a str>,
    /// Lists by their titles.
    lists: Vec<(&'a str, Vec<&'a str>)>,
}

impl Block<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.properties.get(key).copied()
    }

    fn list(&self, title: &str) -> &[&str] {
        let found = self.lists.iter().find(|(known, _)| known.starts_with(title));
        found.map_or(&[], |(_, lines)| lines)
    }
}

/// The blocks that begin with `title`, of lines that belong together.
fn blocks<'a>(lines: impl Iterator<Item = &'a str>, title: &str) -> Vec<Block<'a>> {
    let mut all: Vec<Block<'a>> = Vec::new();
    for line in lines {
        if let Some(name) = line.strip_prefix(title) {
            let (properties, lists) = (BTreeMap::new(), Vec::new());
            all.push(Block { name: name.to_owned(), properties, lists });
            continue;
        }
        let Some(block) = all.last_mut() else { continue };
        if let Some(entry) = line.strip_prefix("     ") {
            if let Some((_, entries)) = block.lists.last_mut() {
                entries.push(entry);
            }
        } else if let Some(property) = line.strip_prefix("   ") {
            match property.split_once(" = ") {
                // The first counts: what follows may be of a list.
                Some((key, value)) => {
                    block.properties.entry(key).or_insert(value);
                }
                None => block.lists.push((property, Vec::new())),
            }
        }
    }
    all
}

/// `1 sec`, `0.50 sec`, `250 milli-sec`.
fn interval(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_once(' ')?;
    let number: f64 = number.parse().ok()?;
    let seconds = match unit {
        "sec" => number,
        "milli-sec" => number / 1_000.0,
        _ => return None,
    };
    Duration::try_from_secs_f64(seconds).ok()
}

/// `1795337390.365829 (Sun Nov 22 …)`.
fn moment(text: &str) -> Option<Duration> {
    let (number, _) = text.split_once(' ')?;
    let (seconds, micros) = number.split_once('.')?;
    Some(Duration::from_secs(seconds.parse().ok()?) + Duration::from_micros(micros.parse().ok()?))
}

/// `192.0.2.120/24 dev eth0 …`.
fn address_of(line: &str) -> Option<IpAddr> {
    let word = line.split(' ').next()?;
    word.split('/').next()?.parse().ok()
}

/// Asks a process for its state, which it writes to `path`.
///
/// # Errors
/// It cannot be asked, or does not answer in a form that is understood.
pub fn data(part: Part, path: &Path) -> Result<Report, ReportError> {
    asked(part, Signal::SIGUSR1, path, Report::read)
}

/// Asks a process for what that signal has it write to `path`.
pub(super) fn asked<T>(
    part: Part,
    signal: Signal,
    path: &Path,
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<T, ReportError> {
    let before = fs::metadata(path).ok().map(|it| it.ino());
    part.signal(signal)?;
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(text) = finished(part, path, before) {
            let strange = |what| ReportError::Strange { path: path.to_owned(), what };
            return read(&text).map_err(strange);
        }
        if Instant::now() > end {
            return Err(ReportError::Silent(path.to_owned()));
        }
        thread::sleep(LOOK);
    }
}

/// The text, if it is a new file that its writer has closed: keepalived fills it after it has its
/// name.
fn finished(part: Part, path: &Path, before: Option<u64>) -> Option<String> {
    let found = fs::metadata(path).ok()?;
    let is_new = Some(found.ino()) != before && found.len() > 0;
    if !is_new || holds(part, &found).unwrap_or(false) {
        return None;
    }
    let text = fs::read(path).ok()?;
    Some(String::from_utf8_lossy(&text).into_owned())
}

/// Whether the process has the file open.
fn holds(part: Part, file: &fs::Metadata) -> io::Result<bool> {
    for descriptor in fs::read_dir(part.path("fd"))? {
        let Ok(open) = fs::metadata(descriptor?.path()) else { continue };
        if (open.dev(), open.ino()) == (file.dev(), file.ino()) {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::snapshot::Statistics;

    const MASTER: &str = "------< Global definitions >------
 Router ID = r1
------< VRRP Topology >------
 VRRP Instance = VI_A
   VRRP Version = 2
   State = MASTER
   Flags: none
   Last transition = 1795337390.365829 (Sun Nov 22 08:49:50.365829 2026)
   Interface = eth0
   Virtual Router ID = 81
   Priority = 150
   Effective priority = 160
   Advert interval = 1 sec
   Virtual IP (2):
     192.0.2.120/24 dev eth0 scope global set
     192.0.2.121 dev eth0 scope global set
   Virtual Routes :
     prepend 198.51.100.0/24 via inet 192.0.2.3 dev eth0 proto 18
 VRRP Instance = VI_B
   VRRP Version = 3
   State = BACKUP
   Master router = fe80::ff:fe00:1
   Master priority = 150
   Master advert int = 0.50 sec
   Interface = eth1
   Virtual Router ID = 82
   Priority = 100
   Advert interval = 1000 milli-sec
   Virtual IP (1):
     fe80::120 dev eth0 scope global deprecated
------< VRRP Sockpool >------
 fd_in 16 fd_out = 17
   Interface = eth0
------< VRRP Scripts >------
 VRRP Script = chk_hard
   Result = 3
   Status = GOOD
 VRRP Script = chk_soft
   Result = 0
   Status = BAD
 VRRP Script = chk_new
   Result = 0
   Init state = INIT
   Status = BAD
------< Interfaces >------
   Status = GOOD
";

    #[test]
    fn a_dump_tells_what_there_is_to_go_on_with() {
        let report = Report::read(MASTER).unwrap();
        let [first, second] = report.instances.as_slice() else { panic!("{report:?}") };
        assert_eq!(first.role(), Some(Role::Master));
        assert_eq!((first.vrid, first.priority, first.version), (Some(81), Some(150), Some(2)));
        assert_eq!(first.interface.as_deref(), Some("eth0"));
        assert_eq!(first.interval, Some(Duration::from_secs(1)));
        let addresses: Vec<IpAddr> =
            vec!["192.0.2.120".parse().unwrap(), "192.0.2.121".parse().unwrap()];
        assert_eq!(first.addresses, addresses);
        assert_eq!(
            second.role(),
            Some(Role::Backup {
                master: Some("fe80::ff:fe00:1".parse().unwrap()),
                priority: 150,
                interval: Some(Duration::from_millis(500)),
            })
        );
        let scripts: Vec<_> =
            report.scripts.iter().map(|it| (it.name.as_str(), it.good, it.counter)).collect();
        assert_eq!(scripts, [("chk_hard", true, 3), ("chk_soft", false, 0)]);
        let nine = Statistics { adverts_sent: 9, ..Statistics::default() };
        let counted = Counted::from([("VI_A".to_owned(), nine)]);
        let adoption =
            report.adoption(Duration::from_micros(1_795_337_400_365_829), false, &counted);
        assert_eq!(adoption.instances[0].statistics.adverts_sent, 9);
        assert_eq!(adoption.instances[0].age, Duration::from_secs(10));
        assert_eq!(adoption.instances[1].age, Duration::ZERO);
    }

    #[test]
    fn what_is_no_dump_is_not_taken_for_one() {
        assert!(Report::read("").is_err());
        assert!(Report::read("------< VRRP Topology >------\n VRRP Instance = V\n").is_err());
        let waits = "------< VRRP Topology >------\n VRRP Instance = V\n   State = INIT\n";
        assert_eq!(Report::read(waits).unwrap().instances[0].role(), None);
    }
}
