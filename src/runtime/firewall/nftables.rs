//! Tables of nftables, over netlink (`nftables`): made at the first need, filled and emptied, gone
//! at the stop.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::libc;
use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, bind, recvfrom, send,
    socket,
};

use super::tables::{Entry, Style, Tables};
use crate::net::nftables::{Answer, Batch, Table, TableFamily, answers, get_table};

/// Entries in one transaction.
const AT_ONCE: usize = 500;
/// Room for any datagram of answers.
const BUFFER: usize = 16 * 1024;

/// The tables.
#[derive(Debug)]
pub(super) struct Nftables {
    socket: Socket,
    style: Style,
    tables: Tables,
}

impl Nftables {
    /// Opens the socket and deletes tables of this name that a dead predecessor left.
    ///
    /// # Errors
    /// The kernel has no nf_tables, or refuses.
    pub(super) fn open(style: Style) -> io::Result<Self> {
        let mut socket = Socket::open()?;
        let leftovers: Vec<_> = [TableFamily::Ip, TableFamily::Ip6]
            .into_iter()
            .filter_map(|family| {
                let table = Table { family, name: &style.table };
                socket.has(table).map(|has| has.then_some(family)).transpose()
            })
            .collect::<io::Result<_>>()?;
        for family in &leftovers {
            tracing::info!("Deleting old {} {} table", family.name(), style.table);
        }
        socket.delete(&style.table, leftovers)?;
        Ok(Self { socket, style, tables: Tables::default() })
    }

    /// Enters, and makes what is missing for it.
    ///
    /// # Errors
    /// The kernel refuses.
    pub(super) fn enter(&mut self, entries: &[Entry]) -> io::Result<()> {
        for some in entries.chunks(AT_ONCE) {
            let mut tables = self.tables.clone();
            let mut batch = self.socket.batch();
            tables.add(&mut batch, &self.style, some);
            self.socket.commit(batch)?;
            self.tables = tables;
        }
        Ok(())
    }

    /// Takes out.
    ///
    /// # Errors
    /// The kernel refuses.
    pub(super) fn take_out(&mut self, entries: &[Entry]) -> io::Result<()> {
        for some in entries.chunks(AT_ONCE) {
            match self.take_out_at_once(some) {
                Err(error) if is_missing(&error) && !self.is_gone()? => {
                    // Somebody has taken some of them out: the others are to go as well.
                    for one in some {
                        let _gone = self.take_out_at_once(std::slice::from_ref(one));
                    }
                }
                result => result?,
            }
        }
        Ok(())
    }

    fn take_out_at_once(&mut self, entries: &[Entry]) -> io::Result<()> {
        let mut batch = self.socket.batch();
        Tables::remove(&mut batch, &self.style, entries);
        self.socket.commit(batch)
    }

    /// Somebody else has deleted a table.
    ///
    /// # Errors
    /// The kernel refuses.
    pub(super) fn is_gone(&mut self) -> io::Result<bool> {
        for family in self.tables.families() {
            if !self.socket.has(Table { family, name: &self.style.table })? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Deletes the tables with all that is in them.
    ///
    /// # Errors
    /// The kernel refuses.
    pub(super) fn delete(&mut self) -> io::Result<()> {
        let mut there = Vec::new();
        for family in self.tables.families() {
            // Somebody else may have been faster.
            if self.socket.has(Table { family, name: &self.style.table })? {
                there.push(family);
            }
        }
        self.socket.delete(&self.style.table, there)?;
        self.tables = Tables::default();
        Ok(())
    }
}

/// What was to be changed is not there.
pub(super) fn is_missing(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::ENOENT)
}

/// A netlink socket for nf_tables. The kernel answers before `send` returns.
#[derive(Debug)]
struct Socket {
    descriptor: OwnedFd,
    sequence: u32,
    buffer: Vec<u8>,
}

impl Socket {
    fn open() -> io::Result<Self> {
        let descriptor = socket(
            AddressFamily::Netlink,
            SockType::Raw,
            SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK,
            SockProtocol::NetlinkNetFilter,
        )?;
        bind(descriptor.as_raw_fd(), &NetlinkAddr::new(0, 0))?;
        Ok(Self { descriptor, sequence: 0, buffer: vec![0; BUFFER] })
    }

    fn batch(&self) -> Batch {
        Batch::new(self.sequence)
    }

    /// Whether there is such a table.
    fn has(&mut self, table: Table<'_>) -> io::Result<bool> {
        let sequence = self.sequence;
        self.sequence = sequence.wrapping_add(1);
        match self.ask(&get_table(table, sequence), sequence, sequence) {
            Ok(()) => Ok(true),
            Err(error) if is_missing(&error) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn delete(&mut self, name: &str, families: Vec<TableFamily>) -> io::Result<()> {
        let mut batch = self.batch();
        for family in families {
            batch.delete_table(Table { family, name });
        }
        self.commit(batch)
    }

    /// Has a transaction carried out.
    fn commit(&mut self, batch: Batch) -> io::Result<()> {
        if batch.is_empty() {
            return Ok(());
        }
        let (bytes, first, last) = batch.finish();
        self.sequence = last.wrapping_add(2);
        self.ask(&bytes, first, last)
    }

    /// Sends, and takes the answers: the first error, if there is one.
    fn ask(&mut self, bytes: &[u8], first: u32, last: u32) -> io::Result<()> {
        loop {
            match send(self.descriptor.as_raw_fd(), bytes, MsgFlags::empty()) {
                Ok(_) => break,
                Err(Errno::EINTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let ours = first..=last;
        let (mut failure, mut done) = (None, false);
        loop {
            let length =
                match recvfrom::<NetlinkAddr>(self.descriptor.as_raw_fd(), &mut self.buffer) {
                    Ok((length, Some(sender))) if sender.pid() == 0 => length,
                    Ok(_) | Err(Errno::EINTR) => continue,
                    Err(Errno::EAGAIN) => break,
                    Err(error) => return Err(error.into()),
                };
            for answer in answers(self.buffer.get(..length).unwrap_or_default()) {
                match answer {
                    Answer::Failed(sequence, errno) if ours.contains(&sequence) => {
                        failure.get_or_insert(errno);
                    }
                    Answer::Done(sequence) if sequence == last => done = true,
                    _ => {}
                }
            }
        }
        match failure {
            Some(errno) => Err(io::Error::from_raw_os_error(errno)),
            None if done => Ok(()),
            None => Err(io::Error::from_raw_os_error(libc::ETIMEDOUT)),
        }
    }
}
