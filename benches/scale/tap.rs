//! What crosses the cables, seen at one end: adverts and gratuitous ARP, with the kernel's times.

use std::io::IoSliceMut;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use nix::sys::socket::{
    AddressFamily, ControlMessageOwned, LinkAddr, MsgFlags, SockFlag, SockProtocol, SockType,
    recvmsg, setsockopt, socket, sockopt,
};
use nix::sys::time::{TimeSpec, TimeVal, TimeValLike};

use crate::lab::Namespace;

/// An advert or a gratuitous ARP.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    /// Since 1970.
    pub(crate) time: Duration,
    /// Who sent it.
    pub(crate) host: u8,
    /// An advert, or else a gratuitous ARP.
    pub(crate) advert: bool,
    /// Which cable.
    pub(crate) cable: usize,
    /// VRID, or the last byte of the announced address, which is the same.
    pub(crate) number: u8,
}

/// A capture that goes on until it is dropped.
pub(crate) struct Tap {
    seen: Arc<Mutex<Vec<Seen>>>,
    ended: Arc<AtomicBool>,
    reader: Option<JoinHandle<()>>,
}

impl Tap {
    pub(crate) fn open(namespace: &Namespace) -> Self {
        let socket = namespace.inside(open_socket);
        let (seen, ended) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let reader = std::thread::spawn({
            let (seen, ended) = (Arc::clone(&seen), Arc::clone(&ended));
            move || {
                while !ended.load(Ordering::Relaxed) {
                    if let Some(one) = receive(&socket) {
                        seen.lock().unwrap().push(one);
                    }
                }
            }
        });
        Self { seen, ended, reader: Some(reader) }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}

fn open_socket() -> OwnedFd {
    let flags = SockFlag::SOCK_CLOEXEC;
    let socket = socket(AddressFamily::Packet, SockType::Raw, flags, SockProtocol::EthAll).unwrap();
    setsockopt(&socket, sockopt::ReceiveTimestampns, &true).unwrap();
    setsockopt(&socket, sockopt::RcvBufForce, &(512 << 20)).unwrap();
    setsockopt(&socket, sockopt::ReceiveTimeout, &TimeVal::milliseconds(50)).unwrap();
    socket
}

fn receive(socket: &OwnedFd) -> Option<Seen> {
    let mut bytes = [0; 128];
    let mut control = nix::cmsg_space!(TimeSpec);
    let mut parts = [IoSliceMut::new(&mut bytes)];
    let message =
        recvmsg::<LinkAddr>(socket.as_raw_fd(), &mut parts, Some(&mut control), MsgFlags::empty())
            .ok()?;
    let time = message.cmsgs().ok()?.find_map(|control| match control {
        ControlMessageOwned::ScmTimestampns(time) => Some(Duration::from(time)),
        _ => None,
    })?;
    let [2, 0, 0, 1, cable, host] = bytes[6..12] else { return None };
    let (advert, number) = match ([bytes[12], bytes[13]], bytes[23]) {
        ([8, 0], 112) => (true, bytes[35]),
        // Sender and target are the same.
        ([8, 6], _) if bytes[28..32] == bytes[38..42] => (false, bytes[31]),
        _ => return None,
    };
    let is_virtual = advert || bytes[29] == 78;
    is_virtual.then_some(Seen { time, host, advert, cable: usize::from(cable), number })
}
