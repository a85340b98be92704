//! What a process uses at one moment.

use std::fs;
use std::time::Duration;

/// How long an ended child may wait to be waited for.
const REAPED_WITHIN: Duration = Duration::from_millis(500);

/// Of one process; children are those that it has not waited for, and zombies those that it does not
/// wait for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) resident_kib: u64,
    pub(crate) files: u64,
    pub(crate) children: u64,
    pub(crate) zombies: u64,
    pub(crate) threads: u64,
}

impl Sample {
    pub(crate) fn of(pid: u32) -> Self {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        let field = |name: &str| -> u64 {
            status
                .lines()
                .find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok())
                .unwrap()
        };
        let ended: Vec<u32> = zombies(pid);
        if !ended.is_empty() {
            std::thread::sleep(REAPED_WITHIN);
        }
        let later = zombies(pid);
        let stay = ended.iter().filter(|zombie| later.contains(zombie)).count();
        Self {
            resident_kib: field("VmRSS:"),
            threads: field("Threads:"),
            files: fs::read_dir(format!("/proc/{pid}/fd")).unwrap().count() as u64,
            children: children(pid).len() as u64,
            zombies: stay as u64,
        }
    }
}

fn zombies(parent: u32) -> Vec<u32> {
    let all = children(parent).into_iter();
    all.filter(|(_, state)| *state == 'Z').map(|(pid, _)| pid).collect()
}

/// The children of a process with their states.
fn children(parent: u32) -> Vec<(u32, char)> {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    pids.filter_map(|pid| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // Behind the name: state, parent.
        let (_, rest) = stat.rsplit_once(") ")?;
        let mut words = rest.split(' ');
        let state = words.next()?.chars().next()?;
        (words.next()?.parse::<u32>().ok()? == parent).then_some((pid, state))
    })
    .collect()
}
