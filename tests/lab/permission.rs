//! What a lab needs of the machine: privileges, programs, and a place among the running labs.
//!
//! A test that cannot run says so on stderr (`SKIPPED: why`); under `CI=true` it fails instead.

use std::io::Write as _;
use std::path::Path;
use std::sync::{Condvar, Mutex};

use super::Daemon;

/// Says whether a lab with these daemons can run here; prints the reason when not.
///
/// # Panics
/// Under `CI=true`, when it cannot.
pub(crate) fn ready(daemons: &[Daemon]) -> bool {
    let Some(reason) = obstacle(daemons) else { return true };
    assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "cannot run: {reason}");
    // Not `eprintln!`: the test runner would keep it to itself.
    let test = std::thread::current().name().unwrap_or_default().to_owned();
    let _ = writeln!(std::io::stderr(), "SKIPPED: {test}: {reason}");
    false
}

/// Says why a lab with these daemons cannot run here; for programs that are not tests.
///
/// # Errors
/// The reason, in a sentence.
pub(crate) fn available(daemons: &[Daemon]) -> Result<(), String> {
    obstacle(daemons).map_or(Ok(()), Err)
}

fn obstacle(daemons: &[Daemon]) -> Option<String> {
    if !nix::unistd::geteuid().is_root() {
        return Some(
            "network namespaces need root: sudo, or a user namespace with a /run of its own"
                .to_owned(),
        );
    }
    for program in ["ip", "nsenter", "setpriv"] {
        if !on_path(program) {
            return Some(format!("`{program}` is not installed"));
        }
    }
    daemons
        .iter()
        .map(|daemon| daemon.program())
        .find(|program| !program.exists())
        .map(|program| format!("{} is not installed", program.display()))
}

fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/sbin"].map(Into::into))
        .any(|directory| Path::new(&directory).join(program).is_file())
}

static RUNNING: Mutex<usize> = Mutex::new(0);
static FREED: Condvar = Condvar::new();

/// One place among the labs that may run at the same time.
pub(super) struct Permit(());

impl Permit {
    /// Waits for a place. `LAB_JOBS` (default 6) is the number of places in this process.
    pub(super) fn acquire() -> Self {
        let places =
            std::env::var("LAB_JOBS").ok().and_then(|jobs| jobs.parse().ok()).unwrap_or(6).max(1);
        let mut running = FREED.wait_while(RUNNING.lock().unwrap(), |n| *n >= places).unwrap();
        *running += 1;
        Self(())
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut running = RUNNING.lock().unwrap();
        *running -= 1;
        // Nobody is disturbed now, and nobody can start before the lock is given back.
        if *running == 0 {
            super::network::bury();
        }
        FREED.notify_one();
    }
}
