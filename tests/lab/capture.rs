//! The capture on the bridge: a packet socket, read on a thread into a timeline.

use std::io::IoSliceMut;
use std::net::IpAddr;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use nix::net::if_::if_nametoindex;
use nix::sys::socket::{
    AddressFamily, ControlMessageOwned, LinkAddr, MsgFlags, SockFlag, SockProtocol, SockType,
    recvmsg, setsockopt, socket, sockopt,
};
use nix::sys::time::{TimeSpec, TimeVal, TimeValLike};

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
    timeline: Arc<Timeline>,
    ended: Arc<AtomicBool>,
    reader: Option<JoinHandle<()>>,
}

impl Capture {
    /// Starts to capture on the bridge of `namespace`; from now on frames are seen.
    pub(super) fn start(namespace: &Namespace) -> Self {
        // Without it the bridge keeps to itself what it forwards from one host to another.
        namespace.ip(&["link", "set", "br0", "promisc", "on"]);
        let (socket, bridge) = namespace.inside(|| {
            let bridge = if_nametoindex("br0").unwrap() as usize;
            (open_socket(), bridge)
        });
        let timeline = Arc::new(Timeline::default());
        let ended = Arc::new(AtomicBool::new(false));
        let reader = std::thread::spawn({
            let (timeline, ended) = (Arc::clone(&timeline), Arc::clone(&ended));
            move || {
                while !ended.load(Ordering::Relaxed) {
                    if let Some(observation) = receive(&socket, bridge) {
                        timeline.lock().push(observation);
                        timeline.grown.notify_all();
                    }
                }
            }
        });
        Self { timeline, ended, reader: Some(reader) }
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
        self.ended.store(true, Ordering::Relaxed);
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}

/// A packet socket for all frames of the namespace, with the kernel's time of each.
fn open_socket() -> OwnedFd {
    let flags = SockFlag::SOCK_CLOEXEC;
    let socket = socket(AddressFamily::Packet, SockType::Raw, flags, SockProtocol::EthAll).unwrap();
    setsockopt(&socket, sockopt::ReceiveTimestampns, &true).unwrap();
    // So much that nothing is lost while the reader does not run.
    setsockopt(&socket, sockopt::RcvBufForce, &(16 << 20))
        .or_else(|_| setsockopt(&socket, sockopt::RcvBuf, &(16 << 20)))
        .unwrap();
    // The reader looks up now and then whether the capture has ended.
    setsockopt(&socket, sockopt::ReceiveTimeout, &TimeVal::milliseconds(50)).unwrap();
    socket
}

/// The next frame of interest on the interface `bridge`; `None` for another, or when none came.
///
/// A frame passes the ports as well as the bridge: it counts once, at the bridge.
fn receive(socket: &OwnedFd, bridge: usize) -> Option<Observation> {
    let mut bytes = [0; 2048];
    let mut control = nix::cmsg_space!(TimeSpec);
    let mut parts = [IoSliceMut::new(&mut bytes)];
    let message =
        recvmsg::<LinkAddr>(socket.as_raw_fd(), &mut parts, Some(&mut control), MsgFlags::empty())
            .ok()?;
    if message.address?.ifindex() != bridge {
        return None;
    }
    let time = message.cmsgs().ok()?.find_map(|control| match control {
        ControlMessageOwned::ScmTimestampns(time) => Some(Duration::from(time)),
        _ => None,
    })?;
    let length = message.bytes;
    let frame = bytes.get(..length)?;
    is_of_interest(frame).then(|| Observation { time, frame: Frame::read(frame.to_vec()) })
}

/// ARP, VRRP and ICMPv6.
fn is_of_interest(frame: &[u8]) -> bool {
    match (frame.get(12..14), frame.get(20), frame.get(23)) {
        (Some([0x08, 0x06]), ..) | (Some([0x08, 0x00]), _, Some(51 | 112)) => true,
        (Some([0x86, 0xdd]), Some(next_header), _) => matches!(next_header, 58 | 112),
        _ => false,
    }
}
