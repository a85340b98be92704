//! The messages: one transaction from `NFNL_MSG_BATCH_BEGIN` to `NFNL_MSG_BATCH_END`, and what
//! comes back.

use super::attribute::{ALIGNMENT, Attributes};
use super::expression::{Expression, LIST_ELEMENT};
use super::{DataType, TableFamily};

/// Length of `struct nlmsghdr`.
const HEADER: usize = 16;
/// Offset of the flags in it.
const FLAGS: usize = 6;

/// `NFNL_SUBSYS_NFTABLES`, the upper byte of every message type of nf_tables.
const SUBSYSTEM: u16 = 10 << 8;
const NEW_TABLE: u16 = SUBSYSTEM;
const GET_TABLE: u16 = SUBSYSTEM | 1;
const DELETE_TABLE: u16 = SUBSYSTEM | 2;
const NEW_CHAIN: u16 = SUBSYSTEM | 3;
const NEW_RULE: u16 = SUBSYSTEM | 6;
const NEW_SET: u16 = SUBSYSTEM | 9;
const NEW_ELEMENTS: u16 = SUBSYSTEM | 12;
const DELETE_ELEMENTS: u16 = SUBSYSTEM | 14;
const BATCH_BEGIN: u16 = 0x10;
const BATCH_END: u16 = 0x11;
/// `NLMSG_ERROR`: an error, or with errno 0 an acknowledgement.
const ERROR: u16 = 2;

/// `NLM_F_REQUEST`.
const REQUEST: u16 = 1;
/// `NLM_F_ACK`.
const ACKNOWLEDGE: u16 = 4;
/// `NLM_F_CREATE`.
const CREATE: u16 = 0x400;
/// `NLM_F_APPEND`.
const APPEND: u16 = 0x800;

/// Names a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Table<'a> {
    /// Its family.
    pub family: TableFamily,
    /// Its name.
    pub name: &'a str,
}

/// Where a base chain of type `filter` hangs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hook {
    /// `NF_INET_LOCAL_IN`: packets for this host.
    Input,
    /// `NF_INET_LOCAL_OUT`: packets of this host.
    Output,
}

/// A set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Set<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it holds.
    pub key: DataType,
    /// Its elements come with it, in the same batch, and never change.
    pub constant: bool,
}

/// A map.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Map<'a> {
    /// Its name.
    pub name: &'a str,
    /// From what.
    pub key: DataType,
    /// To what.
    pub data: DataType,
}

/// One transaction: the kernel carries all of it out, or nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Batch {
    bytes: Vec<u8>,
    first: u32,
    sequence: u32,
    /// Where the last message begins, and its flags.
    last: Option<(usize, u16)>,
    sets: u32,
}

impl Batch {
    /// An empty one. Its messages are numbered from `sequence` on.
    pub fn new(sequence: u32) -> Self {
        let mut batch = Self { bytes: Vec::new(), first: sequence, sequence, last: None, sets: 0 };
        batch.bracket(BATCH_BEGIN);
        batch
    }

    /// True while nothing would be done.
    pub fn is_empty(&self) -> bool {
        self.last.is_none()
    }

    /// Its bytes, the number of its first message, under which the kernel refuses it as a whole,
    /// and that of the last one, which is acknowledged.
    pub fn finish(mut self) -> (Vec<u8>, u32, u32) {
        let last = self.sequence.wrapping_sub(1);
        if let Some((start, flags)) = self.last {
            let at = start.saturating_add(FLAGS);
            if let Some(place) = self.bytes.get_mut(at..at.saturating_add(2)) {
                place.copy_from_slice(&(flags | ACKNOWLEDGE).to_ne_bytes());
            }
        }
        self.bracket(BATCH_END);
        (self.bytes, self.first, last)
    }

    /// A table; nothing happens if it is there.
    pub fn add_table(&mut self, table: Table<'_>) {
        let mut body = Attributes::default();
        body.text(1, table.name);
        self.message(NEW_TABLE, CREATE, table.family, &body);
    }

    /// Deletes a table with all that is in it.
    pub fn delete_table(&mut self, table: Table<'_>) {
        let mut body = Attributes::default();
        body.text(1, table.name);
        self.message(DELETE_TABLE, 0, table.family, &body);
    }

    /// A chain that others go to.
    pub fn add_chain(&mut self, table: Table<'_>, name: &str) {
        let mut body = Attributes::default();
        body.text(1, table.name);
        body.text(3, name);
        self.message(NEW_CHAIN, CREATE, table.family, &body);
    }

    /// A chain of type `filter` with the policy `accept`.
    pub fn add_base_chain(&mut self, table: Table<'_>, name: &str, hook: Hook, priority: i32) {
        const ACCEPT: u32 = 1;
        let mut body = Attributes::default();
        body.text(1, table.name);
        body.text(3, name);
        body.nested(4, |inner| {
            inner.number(
                1,
                match hook {
                    Hook::Input => 1,
                    Hook::Output => 3,
                },
            );
            inner.number(2, priority.cast_unsigned());
        });
        body.number(5, ACCEPT);
        body.text(7, "filter");
        self.message(NEW_CHAIN, CREATE, table.family, &body);
    }

    /// A set.
    pub fn add_set(&mut self, table: Table<'_>, set: Set<'_>) {
        const CONSTANT: u32 = 2;
        let flags = if set.constant { Some(CONSTANT) } else { None };
        self.collection(table, set.name, flags, set.key, None);
    }

    /// A map.
    pub fn add_map(&mut self, table: Table<'_>, map: Map<'_>) {
        const MAP: u32 = 8;
        self.collection(table, map.name, Some(MAP), map.key, Some(map.data));
    }

    fn collection(
        &mut self,
        table: Table<'_>,
        name: &str,
        flags: Option<u32>,
        key: DataType,
        data: Option<DataType>,
    ) {
        self.sets = self.sets.wrapping_add(1);
        let mut body = Attributes::default();
        body.text(1, table.name);
        body.text(2, name);
        if let Some(flags) = flags {
            body.number(3, flags);
        }
        body.number(4, key.number);
        body.number(5, key.length);
        if let Some(data) = data {
            body.number(6, data.number);
            body.number(7, data.length);
        }
        body.number(10, self.sets);
        // Notes for `nft`: the byte orders of key and data.
        let order = |data: DataType| if data.host_order { 1_u32 } else { 2 };
        let mut notes = Vec::new();
        for (kind, data) in [(0_u8, Some(key)), (1, data)] {
            if let Some(data) = data {
                notes.extend_from_slice(&[kind, 4]);
                notes.extend_from_slice(&order(data).to_ne_bytes());
            }
        }
        body.bytes_of(13, &notes);
        self.message(NEW_SET, CREATE, table.family, &body);
    }

    /// Elements of a set, or of a map with what each is mapped to; those that are there already
    /// are no failure. At most some hundreds at once.
    pub fn add_elements<'a>(
        &mut self,
        table: Table<'_>,
        set: &str,
        elements: impl IntoIterator<Item = (&'a [u8], Option<&'a [u8]>)>,
    ) {
        self.elements(NEW_ELEMENTS, CREATE, table, set, elements);
    }

    /// Deletes elements, by their keys. One that is not there makes the batch fail.
    pub fn delete_elements<'a>(
        &mut self,
        table: Table<'_>,
        set: &str,
        keys: impl IntoIterator<Item = &'a [u8]>,
    ) {
        let keys = keys.into_iter().map(|key| (key, None));
        self.elements(DELETE_ELEMENTS, 0, table, set, keys);
    }

    fn elements<'a>(
        &mut self,
        kind: u16,
        flags: u16,
        table: Table<'_>,
        set: &str,
        elements: impl IntoIterator<Item = (&'a [u8], Option<&'a [u8]>)>,
    ) {
        let mut body = Attributes::default();
        body.text(1, table.name);
        body.text(2, set);
        body.nested(3, |list| {
            for (key, data) in elements {
                list.nested(LIST_ELEMENT, |element| {
                    element.value(1, key);
                    if let Some(data) = data {
                        element.value(2, data);
                    }
                });
            }
        });
        self.message(kind, flags, table.family, &body);
    }

    /// A rule at the end of a chain.
    pub fn append_rule(&mut self, table: Table<'_>, chain: &str, rule: &[Expression<'_>]) {
        self.rule(APPEND, table, chain, rule);
    }

    /// A rule at the beginning of a chain.
    pub fn insert_rule(&mut self, table: Table<'_>, chain: &str, rule: &[Expression<'_>]) {
        self.rule(0, table, chain, rule);
    }

    fn rule(&mut self, flags: u16, table: Table<'_>, chain: &str, rule: &[Expression<'_>]) {
        let mut body = Attributes::default();
        body.text(1, table.name);
        body.text(2, chain);
        body.nested(4, |list| rule.iter().for_each(|expression| expression.write(list)));
        self.message(NEW_RULE, CREATE | flags, table.family, &body);
    }

    fn message(&mut self, kind: u16, flags: u16, family: TableFamily, body: &Attributes) {
        let flags = flags | REQUEST;
        self.last = Some((self.bytes.len(), flags));
        push(&mut self.bytes, kind, flags, self.sequence, (family.number(), 0), body);
        self.sequence = self.sequence.wrapping_add(1);
    }

    /// The messages around a transaction name the subsystem that it is for.
    fn bracket(&mut self, kind: u16) {
        let body = Attributes::default();
        let subsystem = SUBSYSTEM >> 8;
        push(&mut self.bytes, kind, REQUEST, self.sequence, (0, subsystem), &body);
        self.sequence = self.sequence.wrapping_add(1);
    }
}

/// Asks for a table. The answer is the table and an acknowledgement, or `ENOENT`.
pub fn get_table(table: Table<'_>, sequence: u32) -> Vec<u8> {
    let mut body = Attributes::default();
    body.text(1, table.name);
    let mut bytes = Vec::new();
    let flags = REQUEST | ACKNOWLEDGE;
    push(&mut bytes, GET_TABLE, flags, sequence, (table.family.number(), 0), &body);
    bytes
}

/// A message: `struct nlmsghdr`, `struct nfgenmsg`, attributes.
fn push(
    bytes: &mut Vec<u8>,
    kind: u16,
    flags: u16,
    sequence: u32,
    (family, resource): (u8, u16),
    body: &Attributes,
) {
    const GENERIC: usize = 4;
    let length = HEADER.saturating_add(GENERIC).saturating_add(body.bytes().len());
    bytes.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_ne_bytes());
    bytes.extend_from_slice(&kind.to_ne_bytes());
    bytes.extend_from_slice(&flags.to_ne_bytes());
    bytes.extend_from_slice(&sequence.to_ne_bytes());
    // The kernel's own port.
    bytes.extend_from_slice(&[0; 4]);
    // NFNETLINK_V0
    bytes.extend_from_slice(&[family, 0]);
    bytes.extend_from_slice(&resource.to_be_bytes());
    bytes.extend_from_slice(body.bytes());
}

/// A message that came back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// The message of that number was carried out.
    Done(u32),
    /// It was not; the positive `errno`.
    Failed(u32, i32),
    /// Something that was asked for.
    Object(u32),
}

/// The answers in a datagram, up to the first that is cut off.
pub fn answers(datagram: &[u8]) -> impl Iterator<Item = Answer> {
    let mut rest = datagram;
    std::iter::from_fn(move || {
        let length = usize::try_from(u32::from_ne_bytes(field(rest, 0)?)).ok()?;
        let message = rest.get(..length).filter(|message| message.len() >= HEADER)?;
        let kind = u16::from_ne_bytes(field(message, 4)?);
        let sequence = u32::from_ne_bytes(field(message, 8)?);
        rest = rest.get(length.next_multiple_of(ALIGNMENT)..).unwrap_or_default();
        if kind != ERROR {
            return Some(Answer::Object(sequence));
        }
        Some(match i32::from_ne_bytes(field(message, HEADER)?).saturating_neg() {
            0 => Answer::Done(sequence),
            errno => Answer::Failed(sequence, errno),
        })
    })
}

fn field<const LENGTH: usize>(bytes: &[u8], at: usize) -> Option<[u8; LENGTH]> {
    bytes.get(at..at.checked_add(LENGTH)?)?.try_into().ok()
}
