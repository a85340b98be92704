//! The capture on the bridge: tcpdump's stream, read on a thread into a timeline.

use std::io::{BufReader, Read};
use std::net::IpAddr;
use std::process::{Child, ChildStdout, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{Advert, Frame, Namespace, Seen};

/// A frame and the kernel's time of it.
#[derive(Clone)]
pub(crate) struct Observation {
    /// Since 1970, by the kernel's clock at the bridge.
    pub(crate) time: Duration,
    /// The frame.
    pub(crate) frame: Frame,
}

impl Observation {
    /// The advert, when host `number` sent one.
    pub(crate) fn advert_of(&self, number: u8) -> Option<&Advert> {
        match &self.frame.seen {
            Seen::Advert(advert) if self.frame.host() == number => Some(advert),
            _ => None,
        }
    }

    /// The address that host `number` announces by gratuitous ARP or unsolicited NA.
    pub(crate) fn announced_by(&self, number: u8) -> Option<IpAddr> {
        if self.frame.host() != number {
            return None;
        }
        match self.frame.seen {
            Seen::GratuitousArp(address) => Some(address.into()),
            Seen::UnsolicitedNa(address) => Some(address.into()),
            Seen::Advert(_) | Seen::Other => None,
        }
    }
}

#[derive(Default)]
struct Timeline {
    observations: Mutex<Vec<Observation>>,
    grown: Condvar,
}

impl Timeline {
    /// The observations, also after a panic of somebody who looked at them: they are only added to.
    fn lock(&self) -> MutexGuard<'_, Vec<Observation>> {
        self.observations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running capture.
pub(crate) struct Capture {
    tcpdump: Child,
    timeline: Arc<Timeline>,
}

impl Capture {
    /// Starts to capture on the bridge of `namespace`; returns when frames are being seen.
    pub(super) fn start(namespace: &Namespace) -> Self {
        let mut tcpdump = namespace
            .command("tcpdump")
            // The kernel's ring has a place of the snapshot's length for each frame: a short
            // one makes thousands of them, so that none is lost while tcpdump does not run.
            .args(["-i", "br0", "-U", "-w", "-", "-s", "2048", "-Z", "root", "-B", "8192"])
            .args(["--immediate-mode", "--time-stamp-precision=nano"])
            .arg("arp or ip proto 112 or ip6 proto 112 or icmp6")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("start tcpdump");
        let mut stream = BufReader::new(tcpdump.stdout.take().unwrap());
        read_file_header(&mut stream);
        let timeline = Arc::new(Timeline::default());
        let writer = Arc::clone(&timeline);
        std::thread::spawn(move || {
            while let Some(observation) = read_record(&mut stream) {
                writer.lock().push(observation);
                writer.grown.notify_all();
            }
        });
        Self { tcpdump, timeline }
    }

    /// Everything seen so far, by time.
    pub(crate) fn observations(&self) -> Vec<Observation> {
        self.timeline.lock().clone()
    }

    /// The times and adverts of host `number` so far.
    pub(crate) fn adverts(&self, number: u8) -> Vec<(Duration, Advert)> {
        let observations = self.timeline.lock();
        observations.iter().filter_map(|o| Some((o.time, o.advert_of(number)?.clone()))).collect()
    }

    /// The times and addresses that host `number` announced by ARP or NA after `since`.
    pub(crate) fn announced(&self, number: u8, since: Duration) -> Vec<(Duration, IpAddr)> {
        let observations = self.timeline.lock();
        observations
            .iter()
            .filter(|o| o.time > since)
            .filter_map(|o| Some((o.time, o.announced_by(number)?)))
            .collect()
    }

    /// Waits until `find` has an answer; it is asked again whenever something was seen.
    ///
    /// # Panics
    /// After `within`, saying that `what` was not seen.
    pub(crate) fn wait<T>(
        &self,
        what: &str,
        within: Duration,
        mut find: impl FnMut(&[Observation]) -> Option<T>,
    ) -> T {
        let end = Instant::now() + within;
        let mut observations = self.timeline.lock();
        loop {
            if let Some(found) = find(&observations) {
                return found;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                drop(observations);
                panic!("not seen within {within:?}: {what}");
            }
            observations = self.timeline.grown.wait_timeout(observations, left).unwrap().0;
        }
    }

    /// Waits for an advert of host `number`, later than `since`, for which `accept` holds.
    pub(crate) fn wait_for_advert(
        &self,
        number: u8,
        since: Duration,
        within: Duration,
        accept: impl Fn(&Advert) -> bool,
    ) -> (Duration, Advert) {
        self.wait(&format!("an advert of h{number}"), within, |observations| {
            observations.iter().filter(|o| o.time > since).find_map(|o| {
                o.advert_of(number).filter(|a| accept(a)).map(|a| (o.time, a.clone()))
            })
        })
    }

    /// Waits until host `number` has announced `count` addresses after `since`; returns them.
    pub(crate) fn wait_for_announcements(
        &self,
        number: u8,
        since: Duration,
        count: usize,
        within: Duration,
    ) -> Vec<(Duration, IpAddr)> {
        self.wait(&format!("{count} announcements of h{number}"), within, |observations| {
            let found: Vec<_> = observations
                .iter()
                .filter(|o| o.time > since)
                .filter_map(|o| Some((o.time, o.announced_by(number)?)))
                .collect();
            (found.len() >= count).then_some(found)
        })
    }

    /// The time of the last advert of host `number`; zero when there is none.
    pub(crate) fn last_advert(&self, number: u8) -> Duration {
        self.adverts(number).last().map_or(Duration::ZERO, |(time, _)| *time)
    }

    /// The timeline as text, one line a frame, times relative to the first.
    pub(crate) fn describe(&self) -> String {
        let observations = self.observations();
        let Some(start) = observations.first().map(|o| o.time) else {
            return "nothing".to_owned();
        };
        observations
            .iter()
            .map(|o| format!("{:10.4}  {}\n", (o.time - start).as_secs_f64(), o.frame))
            .collect()
    }

    pub(super) fn stop(&mut self) {
        // The stream ends with tcpdump, and the reading thread with the stream.
        let _ = self.tcpdump.kill();
        let _ = self.tcpdump.wait();
    }
}

/// The 24 bytes of a capture file's header; little-endian with nanosecond timestamps.
fn read_file_header(stream: &mut BufReader<ChildStdout>) {
    let mut header = [0; 24];
    stream.read_exact(&mut header).expect("tcpdump writes its header");
    assert_eq!(header[..4], 0xa1b2_3c4d_u32.to_ne_bytes(), "nanosecond capture in host order");
}

fn read_record(stream: &mut BufReader<ChildStdout>) -> Option<Observation> {
    let mut header = [0; 16];
    stream.read_exact(&mut header).ok()?;
    let word = |at: usize| u32::from_ne_bytes(header[at..at + 4].try_into().unwrap());
    let mut bytes = vec![0; word(8) as usize];
    stream.read_exact(&mut bytes).ok()?;
    let time = Duration::new(u64::from(word(0)), word(4));
    Some(Observation { time, frame: Frame::read(bytes) })
}
