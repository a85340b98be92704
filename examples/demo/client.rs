//! The third host: pings the virtual IP ten times a second and counts.

use std::io::{BufRead, BufReader};
use std::net::IpAddr;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::lab::Host;

/// Pings a second.
const RATE: f64 = 10.0;

#[derive(Default)]
struct Counts {
    answered: AtomicU32,
    lost: AtomicU32,
}

/// A running ping.
pub(crate) struct Client {
    ping: Option<Child>,
    counts: Arc<Counts>,
    marked: (u32, u32),
}

impl Client {
    /// Starts pinging. Without a `ping` program it counts nothing.
    pub(crate) fn start(host: &Host, vip: IpAddr) -> Self {
        let counts = Arc::new(Counts::default());
        let ping = host
            .namespace()
            .command("ping")
            .args(["-n", "-O", "-i", &format!("{}", 1.0 / RATE), "-W", "1"])
            .arg(vip.to_string())
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let ping = ping.ok().map(|mut ping| {
            if let Some(stream) = ping.stdout.take() {
                let counts = Arc::clone(&counts);
                std::thread::spawn(move || {
                    for line in BufReader::new(stream).lines().map_while(Result::ok) {
                        if line.contains(" bytes from ") {
                            counts.answered.fetch_add(1, Ordering::Relaxed);
                        } else if line.contains("no answer") {
                            counts.lost.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                });
            }
            ping
        });
        Self { ping, counts, marked: (0, 0) }
    }

    /// Pings answered and lost so far.
    pub(crate) fn counts(&self) -> (u32, u32) {
        (self.counts.answered.load(Ordering::Relaxed), self.counts.lost.load(Ordering::Relaxed))
    }

    /// Counts from here for [`Client::since_mark`].
    pub(crate) fn mark(&mut self) {
        self.marked = self.counts();
    }

    /// What the client noticed since the mark.
    pub(crate) fn since_mark(&self) -> String {
        let lost = self.counts().1 - self.marked.1;
        format!(
            "The client lost {lost} pings of {RATE} a second: about {:.1} s without the address.",
            f64::from(lost) / RATE
        )
    }

    /// What the client noticed in all.
    pub(crate) fn total(&self) -> String {
        let (answered, lost) = self.counts();
        format!(
            "Pings in all: {answered} answered, {lost} lost (those before the first master too)."
        )
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if let Some(ping) = &mut self.ping {
            let _ = ping.kill();
            let _ = ping.wait();
        }
    }
}
