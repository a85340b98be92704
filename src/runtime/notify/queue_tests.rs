//! Order, patience and the stop, with real scripts.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::*;
use crate::ir::Script;
use crate::runtime::load::{Reading, load_text};
use crate::runtime::scripts::Scripts;
use crate::runtime::scripts::starter::Order;

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// In place of the process that starts scripts: this one does.
fn starter() -> Starter {
    let (starter, mut orders) = Starter::new();
    tokio::spawn(async move {
        while let Some(order) = orders.recv().await {
            let Order::Start(_, launch, tell) = order else { continue };
            let mut child = launch.spawn().unwrap();
            tokio::spawn(async move {
                let status = child.wait().await.unwrap();
                tell(status.code().map_or(End::Lost, End::Exited));
            });
        }
    });
    starter
}

/// A script that is told how long to sleep and what to write when it ends.
struct Lab {
    directory: tempfile::TempDir,
    scripts: Scripts,
    script: Script,
}

impl Lab {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("script.sh");
        let body = "#!/bin/sh\necho \"begin $2\" >> \"${0%/*}/out\"\nsleep $1\n\
                    echo \"end $2\" >> \"${0%/*}/out\"\n";
        fs::write(&path, body).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        let text =
            format!("global_defs {{\n script_user root\n startup_script {}\n}}\n", path.display());
        let config = load_text(Path::new("k.conf"), text.as_bytes(), &Reading::default()).config;
        let script = config.global.startup.script.as_ref().unwrap().value.clone();
        Self { directory, scripts: Scripts::load(&config, 0o022), script }
    }

    fn job(&self, report: Report, sleeps: &[&str]) -> Job {
        let runs = sleeps.iter().map(|sleep| {
            let added = [(*sleep).to_owned(), report.word().to_owned()];
            let launch = self.scripts.launch_with(&self.script, &added).unwrap();
            Run { program: self.script.program.clone(), launch }
        });
        Job { name: Arc::from("V1"), report, runs: runs.collect() }
    }

    fn out(&self) -> Vec<String> {
        let text = fs::read_to_string(Path::new(self.directory.path()).join("out"));
        text.unwrap_or_default().lines().map(str::to_owned).collect()
    }
}

#[test]
fn a_later_state_never_overtakes_an_earlier_one() {
    let lab = Lab::new();
    block_on(async {
        let (stopping, _) = watch::channel(false);
        let mut queue = Queue::new(&starter(), &stopping);
        queue.push(lab.job(Report::Master, &["0.4"]));
        queue.push(lab.job(Report::Backup, &["0"]));
        queue.push(lab.job(Report::Fault, &["0"]));
        queue.drained().await;
        assert!(!queue.is_busy());
    });
    let expected =
        ["begin MASTER", "end MASTER", "begin BACKUP", "end BACKUP", "begin FAULT", "end FAULT"];
    assert_eq!(lab.out(), expected);
}

#[test]
fn a_slow_script_delays_only_its_own_queue() {
    let lab = Lab::new();
    block_on(async {
        let (stopping, _) = watch::channel(false);
        let (mut slow, mut quick) =
            (Queue::new(&starter(), &stopping), Queue::new(&starter(), &stopping));
        slow.push(lab.job(Report::Master, &["0.6"]));
        quick.push(lab.job(Report::Backup, &["0"]));
        quick.drained().await;
        assert_eq!(lab.out().last().map(String::as_str), Some("end BACKUP"));
        slow.drained().await;
    });
    assert_eq!(lab.out().last().map(String::as_str), Some("end MASTER"));
}

#[test]
fn when_too_many_wait_the_last_state_is_what_counts() {
    let lab = Lab::new();
    block_on(async {
        let (stopping, _) = watch::channel(false);
        let mut queue = Queue::new(&starter(), &stopping);
        for _ in 0..MOST_WAITING {
            queue.push(lab.job(Report::Backup, &["0"]));
        }
        queue.push(lab.job(Report::Master, &["0"]));
        queue.drained().await;
    });
    assert_eq!(lab.out(), ["begin MASTER", "end MASTER"]);
}

#[test]
fn the_stop_waits_a_second_for_what_runs_and_leaves_out_what_waits() {
    let lab = Lab::new();
    let began = std::time::Instant::now();
    block_on(async {
        let (stopping, _) = watch::channel(false);
        let mut queue = Queue::new(&starter(), &stopping);
        queue.push(lab.job(Report::Master, &["20"]));
        tokio::time::sleep(Duration::from_millis(300)).await;
        queue.push(lab.job(Report::Backup, &["0"]));
        stopping.send_replace(true);
        queue.push(lab.job(Report::Stop, &["0"]));
        queue.drained().await;
    });
    assert_eq!(lab.out(), ["begin MASTER", "begin STOP", "end STOP"]);
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
}
