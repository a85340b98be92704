//! The example of RFC 2741, every PDU there and back, and bytes that are none.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

fn oid() -> impl Strategy<Value = Oid> {
    let internet = vec(any::<u32>(), 0..6).prop_map(|rest| Oid::new(&[1, 3, 6, 1]).with(&rest));
    prop_oneof![internet, vec(any::<u32>(), 0..10).prop_map(Oid::from)]
}

fn value() -> impl Strategy<Value = Value> {
    let bytes = || vec(any::<u8>(), 0..9);
    prop_oneof![
        any::<i32>().prop_map(Value::Integer),
        bytes().prop_map(Value::Octets),
        Just(Value::Null),
        oid().prop_map(Value::ObjectId),
        any::<[u8; 4]>().prop_map(Value::IpAddress),
        any::<u32>().prop_map(Value::Counter32),
        any::<u32>().prop_map(Value::Gauge32),
        any::<u32>().prop_map(Value::TimeTicks),
        bytes().prop_map(Value::Opaque),
        any::<u64>().prop_map(Value::Counter64),
        Just(Value::NoSuchObject),
        Just(Value::NoSuchInstance),
        Just(Value::EndOfMibView),
    ]
}

fn ranges() -> impl Strategy<Value = Vec<SearchRange>> {
    let range = (oid(), any::<bool>(), oid());
    vec(range.prop_map(|(start, include, end)| SearchRange { start, include, end }), 0..4)
}

fn bindings() -> impl Strategy<Value = Vec<VarBind>> {
    vec((oid(), value()).prop_map(|(name, value)| VarBind { name, value }), 0..4)
}

fn pdu() -> impl Strategy<Value = Pdu> {
    let text = || vec(any::<u8>(), 0..9);
    prop_oneof![
        (any::<u8>(), oid(), text()).prop_map(|(timeout, id, description)| Pdu::Open {
            timeout,
            id,
            description
        }),
        any::<u8>().prop_map(|reason| Pdu::Close { reason }),
        (any::<u8>(), any::<u8>(), oid()).prop_map(|(timeout, priority, subtree)| Pdu::Register {
            timeout,
            priority,
            subtree
        }),
        (any::<u8>(), oid()).prop_map(|(priority, subtree)| Pdu::Unregister { priority, subtree }),
        ranges().prop_map(Pdu::Get),
        ranges().prop_map(Pdu::GetNext),
        (any::<u16>(), any::<u16>(), ranges()).prop_map(
            |(non_repeaters, max_repetitions, ranges)| Pdu::GetBulk {
                non_repeaters,
                max_repetitions,
                ranges
            }
        ),
        bindings().prop_map(Pdu::TestSet),
        Just(Pdu::CommitSet),
        Just(Pdu::UndoSet),
        Just(Pdu::CleanupSet),
        bindings().prop_map(Pdu::Notify),
        Just(Pdu::Ping),
        (oid(), text()).prop_map(|(id, description)| Pdu::AddAgentCaps { id, description }),
        (any::<u32>(), any::<u16>(), any::<u16>(), bindings()).prop_map(
            |(uptime, error, index, bindings)| Pdu::Response { uptime, error, index, bindings }
        ),
    ]
}

fn message() -> impl Strategy<Value = Message> {
    let ids = (any::<u32>(), any::<u32>(), any::<u32>());
    (ids, proptest::option::of(vec(any::<u8>(), 0..5)), pdu()).prop_map(
        |((session, transaction, packet), context, pdu)| Message {
            ids: Ids { session, transaction, packet },
            context,
            pdu,
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(message in message()) {
        let bytes = encode(&message);
        let header = bytes.first_chunk().unwrap();
        prop_assert_eq!(payload_length(header).unwrap(), bytes.len() - HEADER);
        prop_assert_eq!(decode(&bytes), Ok(message));
    }

    #[test]
    fn no_bytes_make_it_panic(mut bytes in vec(any::<u8>(), 0..200), kind in 0_u8..20) {
        let _ = decode(&bytes);
        // Past the header.
        if let Some([version, of, _, _]) = bytes.first_chunk_mut::<4>() {
            (*version, *of) = (1, kind);
        }
        let length = u32::try_from(bytes.len().saturating_sub(HEADER)).unwrap();
        if let Some(field) = bytes.get_mut(16..20) {
            field.copy_from_slice(&length.to_le_bytes());
        }
        let _ = decode(&bytes);
    }

    #[test]
    fn a_message_that_is_cut_short_is_refused(message in message(), cut in any::<usize>()) {
        let bytes = encode(&message);
        prop_assert!(decode(&bytes[..cut % bytes.len()]).is_err());
    }
}

#[test]
fn a_name_below_internet_is_short() {
    // RFC 2741 section 5.1: 1.3.6.1.2.1.1.1 is a prefix of 2 and three numbers.
    let message = Message {
        ids: Ids::default(),
        context: None,
        pdu: Pdu::Unregister { priority: 127, subtree: Oid::new(&[1, 3, 6, 1, 2, 1, 1, 1]) },
    };
    let bytes = encode(&message);
    let expected = [3, 2, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1];
    assert_eq!(bytes[HEADER..], [[0, 127, 0, 0].as_slice(), &expected].concat());
}

#[test]
fn either_byte_order_is_read() {
    let mut bytes = vec![1, 13, 0, 0];
    for number in [7_u32, 8, 9, 0] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    let ids = Ids { session: 7, transaction: 8, packet: 9 };
    assert_eq!(decode(&bytes), Ok(Message { ids, context: None, pdu: Pdu::Ping }));
}

#[test]
fn a_claim_of_too_much_is_refused() {
    let mut header = [0; HEADER];
    header[0] = 1;
    header[16..].copy_from_slice(&u32::MAX.to_be_bytes());
    assert_eq!(payload_length(&header), Err(Malformed::Length(u32::MAX)));
}
