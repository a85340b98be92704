//! The kernel's process connector: what happens to the processes of the host, as netlink messages
//! (`linux/connector.h`, `linux/cn_proc.h`).
//!
//! It exists in the initial network namespace only, and speaks to processes of the initial user and
//! process namespaces with `CAP_NET_ADMIN`.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};

use nix::libc;
use nix::sys::socket::{MsgFlags, NetlinkAddr, bind, recvfrom, send};
use socket2::{Domain, Protocol, SockFilter, Socket, Type};

/// `NETLINK_CONNECTOR`.
const NETLINK_CONNECTOR: i32 = 11;
/// `CN_IDX_PROC` and `CN_VAL_PROC`: the group of process events.
const GROUP: u32 = 1;
/// `PROC_CN_MCAST_LISTEN`.
const LISTEN: u32 = 1;
/// Length of `struct nlmsghdr` with `struct cn_msg`.
const HEADERS: u32 = 36;
/// Where the kind of an event stands.
const KIND: u32 = HEADERS;
/// Where what it says begins: behind kind, processor and time.
const BODY: u32 = HEADERS + 16;

/// `PROC_EVENT_NONE`: the answer to [`subscribe`].
const ANSWER: u32 = 0;
/// `PROC_EVENT_FORK`.
const FORK: u32 = 1;
/// `PROC_EVENT_EXEC`.
const EXEC: u32 = 2;
/// `PROC_EVENT_COMM`.
const COMM: u32 = 0x200;
/// `PROC_EVENT_EXIT`.
const EXIT: u32 = 0x8000_0000;

/// What happened to a process (not to one of its threads).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum ProcessEvent {
    /// It has a child.
    Forked {
        /// Which.
        parent: u32,
        /// The new one.
        child: u32,
    },
    /// It runs another program.
    Executed {
        /// Which.
        pid: u32,
    },
    /// It gave itself another name.
    Renamed {
        /// Which.
        pid: u32,
        /// At most 15 bytes.
        name: Vec<u8>,
    },
    /// It ended.
    Exited {
        /// Which.
        pid: u32,
    },
}

/// One message of the connector.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Message {
    /// The kernel has heard that somebody listens; the number is an `errno`, 0 for success.
    Listening(u32),
    /// Something happened.
    Event(ProcessEvent),
}

/// Opens a socket that hears of processes, in the network namespace of the calling thread.
///
/// # Errors
/// There is no connector here, or a privilege is missing.
pub(super) fn open() -> io::Result<Socket> {
    let socket = Socket::new(
        Domain::from(libc::AF_NETLINK),
        Type::DGRAM.cloexec().nonblocking(),
        Some(Protocol::from(NETLINK_CONNECTOR)),
    )?;
    // Threads come and go all the time: what happens to them wakes nobody.
    socket.attach_filter(&processes_only())?;
    bind(socket.as_raw_fd(), &NetlinkAddr::new(0, GROUP))?;
    subscribe(socket.as_fd())?;
    Ok(socket)
}

fn subscribe(socket: BorrowedFd<'_>) -> io::Result<()> {
    let mut message = Vec::with_capacity(40);
    message.extend(40_u32.to_ne_bytes());
    message.extend(3_u16.to_ne_bytes()); // NLMSG_DONE
    message.extend([0; 10]); // flags, sequence, port
    message.extend(GROUP.to_ne_bytes());
    message.extend(1_u32.to_ne_bytes()); // CN_VAL_PROC
    message.extend([0; 8]); // sequence, acknowledgement
    message.extend(4_u16.to_ne_bytes());
    message.extend([0; 2]);
    message.extend(LISTEN.to_ne_bytes());
    send(socket.as_raw_fd(), &message, MsgFlags::MSG_DONTWAIT)?;
    Ok(())
}

/// Receives one datagram of the kernel; from anybody else there is nothing to decode.
pub(super) fn receive(socket: BorrowedFd<'_>, buffer: &mut [u8]) -> io::Result<Option<Message>> {
    match recvfrom::<NetlinkAddr>(socket.as_raw_fd(), buffer) {
        Ok((length, Some(sender))) if sender.pid() == 0 => {
            Ok(decode(buffer.get(..length).unwrap_or_default()))
        }
        Ok(_) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// `None` for what says nothing about a process.
fn decode(bytes: &[u8]) -> Option<Message> {
    let number = |offset: u32| {
        let bytes = bytes.get(usize::try_from(offset).ok()?..)?;
        bytes.first_chunk().copied().map(u32::from_ne_bytes)
    };
    let whole_process = |at: u32| Some((number(at)?, number(at + 4)?)).filter(|(p, t)| p == t);
    let event = match number(KIND)? {
        ANSWER => return Some(Message::Listening(number(BODY)?)),
        FORK => {
            let (child, _) = whole_process(BODY + 8)?;
            ProcessEvent::Forked { parent: number(BODY + 4)?, child }
        }
        EXEC => ProcessEvent::Executed { pid: number(BODY + 4)? },
        COMM => {
            let (pid, _) = whole_process(BODY)?;
            let name = bytes.get(usize::try_from(BODY + 8).ok()?..)?;
            let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
            ProcessEvent::Renamed { pid, name: name.to_vec() }
        }
        EXIT => ProcessEvent::Exited { pid: whole_process(BODY)?.0 },
        _ => return None,
    };
    Some(Message::Event(event))
}

/// A classic BPF program that keeps the events of whole processes: thread and process have one
/// number.
fn processes_only() -> Vec<SockFilter> {
    /// `BPF_LD | BPF_W | BPF_ABS`.
    const LOAD: u16 = 0x20;
    /// `BPF_JMP | BPF_JEQ | BPF_K`.
    const IF_EQUAL: u16 = 0x15;
    /// `BPF_JMP | BPF_JEQ | BPF_X`.
    const IF_SAME: u16 = 0x1d;
    /// `BPF_MISC | BPF_TAX`: the index becomes the accumulator.
    const KEEP: u16 = 0x07;
    /// `BPF_RET | BPF_K`.
    const RETURN: u16 = 0x06;
    // Loads take the bytes for a number in network order.
    let is = |kind: u32| u32::from_be_bytes(kind.to_ne_bytes());
    vec![
        SockFilter::new(LOAD, 0, 0, KIND),
        SockFilter::new(IF_EQUAL, 9, 0, is(ANSWER)),
        SockFilter::new(IF_EQUAL, 8, 0, is(EXEC)),
        SockFilter::new(IF_EQUAL, 9, 0, is(FORK)),
        SockFilter::new(IF_EQUAL, 1, 0, is(COMM)),
        SockFilter::new(IF_EQUAL, 0, 4, is(EXIT)),
        SockFilter::new(LOAD, 0, 0, BODY),
        SockFilter::new(KEEP, 0, 0, 0),
        SockFilter::new(LOAD, 0, 0, BODY + 4),
        SockFilter::new(IF_SAME, 1, 0, 0),
        SockFilter::new(RETURN, 0, 0, 0),
        SockFilter::new(RETURN, 0, 0, u32::MAX),
        SockFilter::new(RETURN, 0, 0, 0),
        SockFilter::new(LOAD, 0, 0, BODY + 8),
        SockFilter::new(KEEP, 0, 0, 0),
        SockFilter::new(LOAD, 0, 0, BODY + 12),
        SockFilter::new(IF_SAME, 0, 1, 0),
        SockFilter::new(RETURN, 0, 0, u32::MAX),
        SockFilter::new(RETURN, 0, 0, 0),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u32, body: &[u32]) -> Vec<u8> {
        let mut bytes = vec![0; 36];
        bytes.extend(kind.to_ne_bytes());
        bytes.extend([0; 12]);
        bytes.extend(body.iter().flat_map(|number| number.to_ne_bytes()));
        bytes
    }

    #[test]
    fn events_of_processes_are_read_and_those_of_threads_are_not() {
        let event = |event| Some(Message::Event(event));
        let name = [u32::from_ne_bytes(*b"name"), 0, 0, 0];
        let table = [
            (message(ANSWER, &[0]), Some(Message::Listening(0))),
            (
                message(FORK, &[11, 10, 20, 20]),
                event(ProcessEvent::Forked { parent: 10, child: 20 }),
            ),
            (message(FORK, &[10, 10, 21, 20]), None),
            (message(EXEC, &[21, 20]), event(ProcessEvent::Executed { pid: 20 })),
            (
                message(COMM, &[&[20, 20], &name[..]].concat()),
                event(ProcessEvent::Renamed { pid: 20, name: b"name".to_vec() }),
            ),
            (message(COMM, &[&[21, 20], &name[..]].concat()), None),
            (message(EXIT, &[20, 20, 0, 17]), event(ProcessEvent::Exited { pid: 20 })),
            (message(EXIT, &[21, 20, 0, 17]), None),
            (message(4, &[20, 20, 0, 0]), None),
            (message(EXEC, &[]), None),
            (Vec::new(), None),
        ];
        for (bytes, expected) in table {
            assert_eq!(decode(&bytes), expected);
        }
    }
}
