//! The files of state, beside those of the real keepalived: the same configuration, the same moment,
//! the same signal.

mod balancing;
mod comparable;
mod configuration;
mod counters;
mod files;
mod moments;

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::lab::{Daemon, Lab, Running};
use crate::protocol::ELECTION;

/// Longer than any file takes, on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is asked for, and the file that it goes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Data,
    Statistics,
    StatisticsAndClear,
    Json,
}

impl Kind {
    const fn file(self) -> &'static str {
        match self {
            Self::Data => "keepalived.data",
            Self::Statistics | Self::StatisticsAndClear => "keepalived.stats",
            Self::Json => "keepalived.json",
        }
    }
}

/// A daemon on host 1 that writes its files into a directory of its own.
struct Subject {
    daemon: Running,
    directory: PathBuf,
}

impl Subject {
    fn start(lab: &Lab, which: Daemon, configuration: &str) -> Self {
        Self::start_as(lab, which, configuration, &[])
    }

    fn start_as(lab: &Lab, which: Daemon, configuration: &str, options: &[&str]) -> Self {
        let directory = lab.directory().join("dumps");
        std::fs::create_dir_all(&directory).unwrap();
        let daemon = lab.start_as_with(1, which, configuration, options, &[("TMPDIR", &directory)]);
        daemon.wait_for_log("Startup complete", 1, ELECTION);
        Self { daemon, directory }
    }

    fn signal(&self, kind: Kind) {
        // The numbers that monitors have written down.
        let number = match kind {
            Kind::Data => "10",
            Kind::Statistics => "12",
            Kind::StatisticsAndClear => "63",
            Kind::Json => "36",
        };
        let pid = self.daemon.pid().to_string();
        let status = Command::new("kill").args(["-s", number, &pid]).status().unwrap();
        assert!(status.success());
    }

    /// Asks for a file and waits for it. keepalived fills it after it has its name.
    fn dump(&self, kind: Kind) -> String {
        let path = self.directory.join(kind.file());
        let _ = std::fs::remove_file(&path);
        self.signal(kind);
        let end = Instant::now() + PATIENCE;
        let mut before = String::new();
        loop {
            std::thread::sleep(Duration::from_millis(50));
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            if !text.is_empty() && text == before {
                return text;
            }
            assert!(Instant::now() < end, "{} is not written", path.display());
            before = text;
        }
    }

    /// Waits until every instance is in that state, and gives the data of then.
    fn data_when(&self, state: &str, within: Duration) -> String {
        let end = Instant::now() + within;
        loop {
            let data = self.dump(Kind::Data);
            let states: Vec<_> =
                data.lines().filter_map(|it| it.strip_prefix("   State = ")).collect();
            let of_instances = data.matches(" VRRP Instance = ").count();
            if of_instances > 0 && states.iter().take(of_instances).all(|found| *found == state) {
                return data;
            }
            assert!(Instant::now() < end, "never {state}: {data}");
        }
    }
}
