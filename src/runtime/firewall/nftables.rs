//! Tables of nftables, over netlink (`nftables`): made at the first need, filled and emptied, gone
//! at the stop.
//!
//! If somebody else flushes the ruleset (a reload of another firewall does), the next change finds
//! the tables gone and makes them anew, with everything that they held.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::libc;
use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, bind, recvfrom, send,
    socket,
};

use super::Holder;
use super::tables::{Entry, Style, Tables};
use crate::net::nftables::{Answer, Batch, Table, TableFamily, answers, get_table};

/// Entries in one transaction.
const AT_ONCE: usize = 500;
/// Room for any datagram of answers.
const BUFFER: usize = 16 * 1024;

/// The tables and what they hold.
#[derive(Debug)]
pub(super) struct Nftables {
    socket: Socket,
    style: Style,
    tables: Tables,
    /// Who has asked for what, and as what it was entered.
    held: BTreeMap<Holder, Vec<Entry>>,
    /// How many have asked for an entry.
    uses: BTreeMap<Entry, u32>,
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
        let (tables, held, uses) = (Tables::default(), BTreeMap::new(), BTreeMap::new());
        Ok(Self { socket, style, tables, held, uses })
    }

    /// Enters something on behalf of its holders.
    ///
    /// # Errors
    /// The kernel refuses: then they hold nothing.
    pub(super) fn hold(&mut self, wanted: Vec<(Holder, Vec<Entry>)>) -> io::Result<()> {
        // Under another number than before, perhaps.
        let again: Vec<_> = wanted
            .iter()
            .filter(|(holder, entries)| {
                self.held.get(holder).is_some_and(|before| before != entries)
            })
            .map(|(holder, _)| holder.clone())
            .collect();
        self.release(&again)?;
        let mut missing = Vec::new();
        let mut holders = Vec::new();
        for (holder, entries) in wanted {
            if self.held.contains_key(&holder) {
                continue;
            }
            for entry in &entries {
                let uses = self.uses.entry(entry.clone()).or_default();
                if *uses == 0 {
                    missing.push(entry.clone());
                }
                *uses = uses.saturating_add(1);
            }
            holders.push(holder.clone());
            self.held.insert(holder, entries);
        }
        let entered = self.enter(&missing).or_else(|error| self.anew_if_gone(error));
        if entered.is_err() {
            self.forget(&holders);
        }
        entered
    }

    /// Takes out what was entered on behalf of these holders, unless another one still holds it.
    ///
    /// # Errors
    /// The kernel refuses.
    pub(super) fn release(&mut self, holders: &[Holder]) -> io::Result<()> {
        let unused = self.forget(holders);
        for some in unused.chunks(AT_ONCE) {
            match self.take_out(some) {
                Err(error) if error.raw_os_error() == Some(libc::ENOENT) => {
                    if !self.is_gone()? {
                        // Somebody has taken some of them out: the others are to go as well.
                        for one in some {
                            let _gone = self.take_out(std::slice::from_ref(one));
                        }
                    } else {
                        return self.anew();
                    }
                }
                result => result?,
            }
        }
        Ok(())
    }

    fn take_out(&mut self, entries: &[Entry]) -> io::Result<()> {
        let mut batch = self.socket.batch();
        Tables::remove(&mut batch, &self.style, entries);
        self.socket.commit(batch)
    }

    /// Strikes holders off; what nobody holds any more.
    fn forget(&mut self, holders: &[Holder]) -> Vec<Entry> {
        let mut unused = Vec::new();
        for entry in holders.iter().filter_map(|holder| self.held.remove(holder)).flatten() {
            let Some(uses) = self.uses.get_mut(&entry) else { continue };
            *uses = uses.saturating_sub(1);
            if *uses == 0 {
                self.uses.remove(&entry);
                unused.push(entry);
            }
        }
        unused
    }

    fn enter(&mut self, entries: &[Entry]) -> io::Result<()> {
        for some in entries.chunks(AT_ONCE) {
            let mut tables = self.tables.clone();
            let mut batch = self.socket.batch();
            tables.add(&mut batch, &self.style, some);
            self.socket.commit(batch)?;
            self.tables = tables;
        }
        Ok(())
    }

    /// Makes everything anew if that the tables are gone is why something failed.
    fn anew_if_gone(&mut self, error: io::Error) -> io::Result<()> {
        if error.raw_os_error() != Some(libc::ENOENT) || !self.is_gone()? {
            return Err(error);
        }
        self.anew()
    }

    /// Somebody else has deleted a table.
    fn is_gone(&mut self) -> io::Result<bool> {
        for family in self.tables.families() {
            if !self.socket.has(Table { family, name: &self.style.table })? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn anew(&mut self) -> io::Result<()> {
        tracing::warn!("nftables table {} was deleted by others, made anew", self.style.table);
        self.delete()?;
        let all: Vec<_> = self.uses.keys().cloned().collect();
        self.enter(&all)
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
            Err(error) if error.raw_os_error() == Some(libc::ENOENT) => Ok(false),
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
