//! Watches the addresses of a host: what the kernel says was added or removed.

use std::io::{BufRead, BufReader};
use std::net::IpAddr;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{Host, now};

/// A running `ip monitor address`.
pub(crate) struct AddressEvents {
    monitor: Child,
    lines: Arc<Mutex<Vec<(Duration, String)>>>,
}

impl AddressEvents {
    /// Watches `host`; returns when a change is certain to be seen.
    pub(crate) fn watch(host: &Host) -> Self {
        let mut monitor = host
            .namespace()
            .command("ip")
            .args(["-o", "monitor", "address"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("start ip monitor");
        let stream = BufReader::new(monitor.stdout.take().unwrap());
        let lines = Arc::new(Mutex::new(Vec::new()));
        let writer = Arc::clone(&lines);
        std::thread::spawn(move || {
            for line in stream.lines().map_while(Result::ok) {
                writer.lock().unwrap().push((now(), line));
            }
        });
        let events = Self { monitor, lines };
        // The monitor says nothing when it is ready: knock until it answers.
        for _ in 0..200 {
            host.ip(&["addr", "add", "127.9.9.9/32", "dev", "lo"]);
            host.ip(&["addr", "del", "127.9.9.9/32", "dev", "lo"]);
            if !events.lines.lock().unwrap().is_empty() {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        events
    }

    /// The events on `eth0` so far, as `ip` prints them.
    pub(crate) fn seen(&self) -> Vec<String> {
        let lines = self.lines.lock().unwrap();
        let lines = lines.iter().map(|(_, line)| line);
        lines.filter(|line| line.contains("eth0")).cloned().collect()
    }

    /// When `address` came (true) and went (false), on any interface.
    pub(crate) fn of(&self, address: IpAddr) -> Vec<(Duration, bool)> {
        let text = format!(" {address}/");
        let lines = self.lines.lock().unwrap();
        let about = lines.iter().filter(|(_, line)| line.contains(&text));
        about.map(|(time, line)| (*time, !line.starts_with("Deleted"))).collect()
    }
}

impl Drop for AddressEvents {
    fn drop(&mut self) {
        let _ = self.monitor.kill();
        let _ = self.monitor.wait();
    }
}
