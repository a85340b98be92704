//! AgentX, the protocol between an SNMP agent and its sub-agents (RFC 2741): object identifiers,
//! values and protocol data units, to and from bytes.
//!
//! A sub-agent sends and receives these over a stream: [`payload_length`] says from a header how much
//! follows it. Lists grow with the bytes that are there, so what a message claims costs nothing.

mod decode;
mod encode;
mod oid;

#[cfg(test)]
mod tests;

pub use decode::{Malformed, decode, payload_length};
pub use encode::encode;
pub use oid::Oid;

/// Bytes of the header that every PDU begins with.
pub const HEADER: usize = 20;

/// A longer PDU is not read.
pub const MOST_PAYLOAD: usize = 1 << 20;

/// A value with its type (section 5.4).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// A number with a sign.
    Integer(i32),
    /// Bytes.
    Octets(Vec<u8>),
    /// Nothing.
    Null,
    /// An object identifier.
    ObjectId(Oid),
    /// An IPv4 address.
    IpAddress([u8; 4]),
    /// A counter that wraps.
    Counter32(u32),
    /// A number that does not.
    Gauge32(u32),
    /// Hundredths of a second.
    TimeTicks(u32),
    /// Bytes with an encoding of their own.
    Opaque(Vec<u8>),
    /// A counter that wraps late.
    Counter64(u64),
    /// There is no such object.
    NoSuchObject,
    /// The object has no such instance.
    NoSuchInstance,
    /// Nothing comes behind.
    EndOfMibView,
}

/// A name and its value (section 5.4).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VarBind {
    /// Which.
    pub name: Oid,
    /// What.
    pub value: Value,
}

/// What is asked for (section 5.2): `start` itself, or the first name behind it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SearchRange {
    /// Where to begin.
    pub start: Oid,
    /// `start` itself counts too.
    pub include: bool,
    /// Where to end: this name and those behind it do not count; an empty one is no end.
    pub end: Oid,
}

/// Numbers that every PDU carries.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Ids {
    /// The session, given by the master agent.
    pub session: u32,
    /// The transaction.
    pub transaction: u32,
    /// The packet; an answer has the one of its question.
    pub packet: u32,
}

/// A PDU with its numbers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// Its numbers.
    pub ids: Ids,
    /// Another context than the default one.
    pub context: Option<Vec<u8>>,
    /// What it says.
    pub pdu: Pdu,
}

/// What is said (section 6.2).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Pdu {
    /// Opens a session.
    Open {
        /// Seconds that an answer may take; 0 leaves it to the master agent.
        timeout: u8,
        /// Who opens it.
        id: Oid,
        /// The same for people.
        description: Vec<u8>,
    },
    /// Ends a session.
    Close {
        /// Why; 5 is a shutdown.
        reason: u8,
    },
    /// Takes over a subtree.
    Register {
        /// Seconds that an answer may take.
        timeout: u8,
        /// Of several registrations the lowest counts.
        priority: u8,
        /// Which.
        subtree: Oid,
    },
    /// Gives a subtree back.
    Unregister {
        /// As registered.
        priority: u8,
        /// Which.
        subtree: Oid,
    },
    /// Asks for names themselves.
    Get(Vec<SearchRange>),
    /// Asks for the first name of each range.
    GetNext(Vec<SearchRange>),
    /// Asks for several names of each range.
    GetBulk {
        /// Ranges of which one name is wanted.
        non_repeaters: u16,
        /// Names wanted of each of the others.
        max_repetitions: u16,
        /// The ranges.
        ranges: Vec<SearchRange>,
    },
    /// Asks whether values may be set.
    TestSet(Vec<VarBind>),
    /// Sets them.
    CommitSet,
    /// Sets them back.
    UndoSet,
    /// Nothing more comes of it.
    CleanupSet,
    /// Something has happened: a trap.
    Notify(Vec<VarBind>),
    /// Asks whether the master agent is there.
    Ping,
    /// Tells what the sub-agent serves (`sysORTable`).
    AddAgentCaps {
        /// Which.
        id: Oid,
        /// The same for people.
        description: Vec<u8>,
    },
    /// Answers.
    Response {
        /// The master agent's time since its start, in hundredths of a second.
        uptime: u32,
        /// What went wrong; 0 is nothing.
        error: u16,
        /// With which value, from 1.
        index: u16,
        /// The values.
        bindings: Vec<VarBind>,
    },
}

impl Pdu {
    /// The number of its type.
    const fn number(&self) -> u8 {
        match self {
            Self::Open { .. } => 1,
            Self::Close { .. } => 2,
            Self::Register { .. } => 3,
            Self::Unregister { .. } => 4,
            Self::Get(_) => 5,
            Self::GetNext(_) => 6,
            Self::GetBulk { .. } => 7,
            Self::TestSet(_) => 8,
            Self::CommitSet => 9,
            Self::UndoSet => 10,
            Self::CleanupSet => 11,
            Self::Notify(_) => 12,
            Self::Ping => 13,
            Self::AddAgentCaps { .. } => 16,
            Self::Response { .. } => 18,
        }
    }
}
