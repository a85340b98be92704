//! Bytes to PDUs, in either byte order.

use super::encode::{INTERNET, NETWORK_BYTE_ORDER, NON_DEFAULT_CONTEXT};
use super::{HEADER, Ids, MOST_PAYLOAD, Message, Oid, Pdu, SearchRange, Value, VarBind};

/// Why bytes are no PDU.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Malformed {
    /// They end too early.
    #[error("{what} ends too early")]
    Truncated {
        /// In the middle of what.
        what: &'static str,
    },
    /// Something comes behind its end.
    #[error("{0} bytes behind the end")]
    Trailing(usize),
    /// Another version of the protocol.
    #[error("version {0} of AgentX")]
    Version(u8),
    /// A PDU that no master agent sends.
    #[error("PDU of type {0}")]
    Type(u8),
    /// A value of a type that there is not.
    #[error("value of type {0}")]
    ValueType(u16),
    /// It is too long, or not a multiple of four bytes.
    #[error("payload of {0} bytes")]
    Length(u32),
    /// A name has too many numbers.
    #[error("name of {0} numbers")]
    Name(u8),
    /// An IPv4 address is of another length.
    #[error("address of {0} bytes")]
    Address(usize),
}

/// How many bytes follow a header.
///
/// # Errors
/// It is no header of AgentX, or they are too many.
pub fn payload_length(header: &[u8; HEADER]) -> Result<usize, Malformed> {
    let [version, _, flags, _, .., a, b, c, d] = *header;
    if version != 1 {
        return Err(Malformed::Version(version));
    }
    let bytes = [a, b, c, d];
    let length = match flags & NETWORK_BYTE_ORDER {
        0 => u32::from_le_bytes(bytes),
        _ => u32::from_be_bytes(bytes),
    };
    usize::try_from(length)
        .ok()
        .filter(|length| *length <= MOST_PAYLOAD && length.is_multiple_of(4))
        .ok_or(Malformed::Length(length))
}

/// Reads one message, header included.
///
/// # Errors
/// The bytes are no message, or more than one.
pub fn decode(bytes: &[u8]) -> Result<Message, Malformed> {
    let mut reader = Reader { bytes, big_endian: true };
    let [version, kind, flags, _] = reader.array("header")?;
    if version != 1 {
        return Err(Malformed::Version(version));
    }
    reader.big_endian = flags & NETWORK_BYTE_ORDER != 0;
    let session = reader.u32("header")?;
    let transaction = reader.u32("header")?;
    let packet = reader.u32("header")?;
    let length = reader.u32("header")?;
    let payload = usize::try_from(length).map_err(|_| Malformed::Length(length))?;
    match reader.bytes.len().checked_sub(payload) {
        Some(0) => {}
        Some(more) => return Err(Malformed::Trailing(more)),
        None => return Err(Malformed::Truncated { what: "payload" }),
    }
    let context = match flags & NON_DEFAULT_CONTEXT {
        0 => None,
        _ => Some(reader.octets()?),
    };
    let pdu = reader.pdu(kind)?;
    match reader.bytes.len() {
        0 => Ok(Message { ids: Ids { session, transaction, packet }, context, pdu }),
        more => Err(Malformed::Trailing(more)),
    }
}

/// What is left to be read.
struct Reader<'a> {
    bytes: &'a [u8],
    big_endian: bool,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize, what: &'static str) -> Result<&'a [u8], Malformed> {
        let (taken, rest) =
            self.bytes.split_at_checked(length).ok_or(Malformed::Truncated { what })?;
        self.bytes = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], Malformed> {
        let (taken, rest) = self.bytes.split_first_chunk().ok_or(Malformed::Truncated { what })?;
        self.bytes = rest;
        Ok(*taken)
    }

    fn u16(&mut self, what: &'static str) -> Result<u16, Malformed> {
        let bytes = self.array(what)?;
        Ok(if self.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    fn u32(&mut self, what: &'static str) -> Result<u32, Malformed> {
        let bytes = self.array(what)?;
        Ok(if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    fn u64(&mut self, what: &'static str) -> Result<u64, Malformed> {
        let bytes = self.array(what)?;
        Ok(if self.big_endian { u64::from_be_bytes(bytes) } else { u64::from_le_bytes(bytes) })
    }

    fn octets(&mut self) -> Result<Vec<u8>, Malformed> {
        const WHAT: &str = "octet string";
        let length = self.u32(WHAT)?;
        let length = usize::try_from(length).map_err(|_| Malformed::Length(length))?;
        let bytes = self.take(length, WHAT)?;
        let fill = length.checked_next_multiple_of(4).unwrap_or(length).saturating_sub(length);
        self.take(fill, WHAT)?;
        Ok(bytes.to_vec())
    }

    /// A name, and whether it is included in its range.
    fn name(&mut self) -> Result<(Oid, bool), Malformed> {
        const WHAT: &str = "name";
        let [count, prefix, include, _] = self.array(WHAT)?;
        if usize::from(count) > Oid::MOST {
            return Err(Malformed::Name(count));
        }
        let mut parts = Vec::new();
        if prefix != 0 {
            parts.extend_from_slice(&INTERNET);
            parts.push(u32::from(prefix));
        }
        for _ in 0..count {
            parts.push(self.u32(WHAT)?);
        }
        Ok((Oid::from(parts), include != 0))
    }

    fn oid(&mut self) -> Result<Oid, Malformed> {
        self.name().map(|(oid, _)| oid)
    }

    fn ranges(&mut self) -> Result<Vec<SearchRange>, Malformed> {
        let mut ranges = Vec::new();
        while !self.bytes.is_empty() {
            let (start, include) = self.name()?;
            let end = self.oid()?;
            ranges.push(SearchRange { start, include, end });
        }
        Ok(ranges)
    }

    fn bindings(&mut self) -> Result<Vec<VarBind>, Malformed> {
        let mut bindings = Vec::new();
        while !self.bytes.is_empty() {
            let kind = self.u16("value")?;
            self.u16("value")?;
            let name = self.oid()?;
            let value = self.value(kind)?;
            bindings.push(VarBind { name, value });
        }
        Ok(bindings)
    }

    fn value(&mut self, kind: u16) -> Result<Value, Malformed> {
        const WHAT: &str = "value";
        Ok(match kind {
            2 => Value::Integer(self.u32(WHAT)?.cast_signed()),
            4 => Value::Octets(self.octets()?),
            5 => Value::Null,
            6 => Value::ObjectId(self.oid()?),
            64 => {
                let bytes = self.octets()?;
                let length = bytes.len();
                Value::IpAddress(bytes.try_into().map_err(|_| Malformed::Address(length))?)
            }
            65 => Value::Counter32(self.u32(WHAT)?),
            66 => Value::Gauge32(self.u32(WHAT)?),
            67 => Value::TimeTicks(self.u32(WHAT)?),
            68 => Value::Opaque(self.octets()?),
            70 => Value::Counter64(self.u64(WHAT)?),
            128 => Value::NoSuchObject,
            129 => Value::NoSuchInstance,
            130 => Value::EndOfMibView,
            other => return Err(Malformed::ValueType(other)),
        })
    }

    fn pdu(&mut self, kind: u8) -> Result<Pdu, Malformed> {
        const WHAT: &str = "PDU";
        Ok(match kind {
            1 => {
                let [timeout, _, _, _] = self.array(WHAT)?;
                Pdu::Open { timeout, id: self.oid()?, description: self.octets()? }
            }
            2 => {
                let [reason, _, _, _] = self.array(WHAT)?;
                Pdu::Close { reason }
            }
            3 => {
                let [timeout, priority, range, _] = self.array(WHAT)?;
                let subtree = self.oid()?;
                if range != 0 {
                    self.u32(WHAT)?;
                }
                Pdu::Register { timeout, priority, subtree }
            }
            4 => {
                let [_, priority, range, _] = self.array(WHAT)?;
                let subtree = self.oid()?;
                if range != 0 {
                    self.u32(WHAT)?;
                }
                Pdu::Unregister { priority, subtree }
            }
            5 => Pdu::Get(self.ranges()?),
            6 => Pdu::GetNext(self.ranges()?),
            7 => Pdu::GetBulk {
                non_repeaters: self.u16(WHAT)?,
                max_repetitions: self.u16(WHAT)?,
                ranges: self.ranges()?,
            },
            8 => Pdu::TestSet(self.bindings()?),
            9 => Pdu::CommitSet,
            10 => Pdu::UndoSet,
            11 => Pdu::CleanupSet,
            12 => Pdu::Notify(self.bindings()?),
            13 => Pdu::Ping,
            16 => Pdu::AddAgentCaps { id: self.oid()?, description: self.octets()? },
            18 => Pdu::Response {
                uptime: self.u32(WHAT)?,
                error: self.u16(WHAT)?,
                index: self.u16(WHAT)?,
                bindings: self.bindings()?,
            },
            other => return Err(Malformed::Type(other)),
        })
    }
}
