//! PDUs to bytes, in network byte order.

use super::{HEADER, Message, Oid, Pdu, SearchRange, Value, VarBind};

/// Flag of the header: a context is named.
pub(super) const NON_DEFAULT_CONTEXT: u8 = 1 << 3;
/// Flag of the header: numbers are in network byte order.
pub(super) const NETWORK_BYTE_ORDER: u8 = 1 << 4;
/// The prefix that short names leave out: 1.3.6.1, and a byte.
pub(super) const INTERNET: [u32; 4] = [1, 3, 6, 1];

/// The bytes of a message.
pub fn encode(message: &Message) -> Vec<u8> {
    let mut payload = Vec::new();
    if let Some(context) = &message.context {
        octets(&mut payload, context);
    }
    pdu(&mut payload, &message.pdu);
    let mut flags = NETWORK_BYTE_ORDER;
    if message.context.is_some() {
        flags |= NON_DEFAULT_CONTEXT;
    }
    let mut bytes = Vec::with_capacity(HEADER.saturating_add(payload.len()));
    bytes.extend_from_slice(&[1, message.pdu.number(), flags, 0]);
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    for number in [message.ids.session, message.ids.transaction, message.ids.packet, length] {
        bytes.extend_from_slice(&number.to_be_bytes());
    }
    bytes.extend_from_slice(&payload);
    bytes
}

fn pdu(out: &mut Vec<u8>, pdu: &Pdu) {
    match pdu {
        Pdu::Open { timeout, id, description } => {
            out.extend_from_slice(&[*timeout, 0, 0, 0]);
            name(out, id, false);
            octets(out, description);
        }
        Pdu::Close { reason } => out.extend_from_slice(&[*reason, 0, 0, 0]),
        Pdu::Register { timeout, priority, subtree } => {
            out.extend_from_slice(&[*timeout, *priority, 0, 0]);
            name(out, subtree, false);
        }
        Pdu::Unregister { priority, subtree } => {
            out.extend_from_slice(&[0, *priority, 0, 0]);
            name(out, subtree, false);
        }
        Pdu::Get(ranges) | Pdu::GetNext(ranges) => search(out, ranges),
        Pdu::GetBulk { non_repeaters, max_repetitions, ranges } => {
            out.extend_from_slice(&non_repeaters.to_be_bytes());
            out.extend_from_slice(&max_repetitions.to_be_bytes());
            search(out, ranges);
        }
        Pdu::TestSet(bindings) | Pdu::Notify(bindings) => bind(out, bindings),
        Pdu::CommitSet | Pdu::UndoSet | Pdu::CleanupSet | Pdu::Ping => {}
        Pdu::AddAgentCaps { id, description } => {
            name(out, id, false);
            octets(out, description);
        }
        Pdu::Response { uptime, error, index, bindings } => {
            out.extend_from_slice(&uptime.to_be_bytes());
            out.extend_from_slice(&error.to_be_bytes());
            out.extend_from_slice(&index.to_be_bytes());
            bind(out, bindings);
        }
    }
}

fn search(out: &mut Vec<u8>, ranges: &[SearchRange]) {
    for SearchRange { start, include, end } in ranges {
        name(out, start, *include);
        name(out, end, false);
    }
}

fn bind(out: &mut Vec<u8>, bindings: &[VarBind]) {
    for VarBind { name: which, value } in bindings {
        out.extend_from_slice(&kind(value).to_be_bytes());
        out.extend_from_slice(&[0, 0]);
        name(out, which, false);
        match value {
            Value::Integer(number) => out.extend_from_slice(&number.to_be_bytes()),
            Value::Octets(bytes) | Value::Opaque(bytes) => octets(out, bytes),
            Value::ObjectId(oid) => name(out, oid, false),
            Value::IpAddress(address) => octets(out, address),
            Value::Counter32(number) | Value::Gauge32(number) | Value::TimeTicks(number) => {
                out.extend_from_slice(&number.to_be_bytes());
            }
            Value::Counter64(number) => out.extend_from_slice(&number.to_be_bytes()),
            Value::Null | Value::NoSuchObject | Value::NoSuchInstance | Value::EndOfMibView => {}
        }
    }
}

const fn kind(value: &Value) -> u16 {
    match value {
        Value::Integer(_) => 2,
        Value::Octets(_) => 4,
        Value::Null => 5,
        Value::ObjectId(_) => 6,
        Value::IpAddress(_) => 64,
        Value::Counter32(_) => 65,
        Value::Gauge32(_) => 66,
        Value::TimeTicks(_) => 67,
        Value::Opaque(_) => 68,
        Value::Counter64(_) => 70,
        Value::NoSuchObject => 128,
        Value::NoSuchInstance => 129,
        Value::EndOfMibView => 130,
    }
}

/// A name; more than the most numbers are cut off.
fn name(out: &mut Vec<u8>, oid: &Oid, include: bool) {
    let parts = oid.parts();
    let (prefix, rest) = match parts.strip_prefix(&INTERNET) {
        Some([first, rest @ ..]) if (1..=255).contains(first) => {
            (u8::try_from(*first).unwrap_or(0), rest)
        }
        _ => (0, parts),
    };
    let rest = rest.get(..Oid::MOST).unwrap_or(rest);
    let count = u8::try_from(rest.len()).unwrap_or(u8::MAX);
    out.extend_from_slice(&[count, prefix, u8::from(include), 0]);
    for part in rest {
        out.extend_from_slice(&part.to_be_bytes());
    }
}

/// Bytes with their number before them, filled up to a multiple of four.
fn octets(out: &mut Vec<u8>, bytes: &[u8]) {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(bytes);
    let fill = bytes.len().next_multiple_of(4).saturating_sub(bytes.len());
    out.extend(std::iter::repeat_n(0, fill));
}
