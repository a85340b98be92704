//! Bytes against those that keepalived 2.2.7 was seen to send for the same objects.

use super::attribute::Attributes;
use super::*;
use crate::net::hex;

const TABLE: Table<'static> = Table { family: TableFamily::Ip, name: "keepalived" };

/// Asserts that the messages in a finished batch are these: type, flags, body.
fn assert_messages(batch: Batch, expected: &[(u16, u16, &str)]) {
    let (bytes, first, last) = batch.finish();
    assert_eq!((first, usize::try_from(last).unwrap()), (7, 7 + expected.len()));
    let mut rest = bytes.as_slice();
    let mut seen = Vec::new();
    while !rest.is_empty() {
        let word = |at: usize| u16::from_ne_bytes([rest[at], rest[at + 1]]);
        let length = usize::from(word(0));
        assert_eq!(usize::from(word(8)), 7 + seen.len(), "sequence numbers");
        seen.push((word(4), word(6), hex::text(&rest[16..length])));
        rest = &rest[length.next_multiple_of(4)..];
    }
    let bracket = |kind| (kind, 1, "0000000a".to_owned());
    let text = |text: &str| hex::text(&hex::bytes(text));
    let inside = expected.iter().map(|(kind, flags, body)| (*kind, *flags, text(body)));
    let all: Vec<_> = [bracket(0x10)].into_iter().chain(inside).chain([bracket(0x11)]).collect();
    assert_eq!(seen, all);
}

#[cfg(target_endian = "little")]
#[test]
fn tables_chains_and_sets_are_those_seen_on_the_wire() {
    let mut batch = Batch::new(7);
    batch.add_table(TABLE);
    batch.add_base_chain(TABLE, "out", Hook::Output, -1);
    batch.add_chain(TABLE, "in_link_local");
    let index = DataType::INTERFACE_INDEX;
    batch.add_map(TABLE, Map { name: "vmac_map", key: index, data: index });
    let key = DataType::IPV6_ADDRESS.then(index);
    batch.add_set(TABLE, Set { name: "vips_link_local", key, constant: false });
    let key = DataType::ICMPV6_TYPE;
    batch.add_set(TABLE, Set { name: "neighbor-discovery", key, constant: true });
    let name = "0f0001006b656570616c6976656400 00";
    assert_messages(
        batch,
        &[
            (0xa00, 0x401, &format!("02000000 {name}")),
            (
                0xa03,
                0x401,
                &format!(
                    "02000000 {name} 080003006f757400 14000480 0800010000000003 08000200ffffffff
                     0800050000000001 0b00070066696c74657200 00"
                ),
            ),
            (0xa03, 0x401, &format!("02000000 {name} 12000300696e5f6c696e6b5f6c6f63616c00 0000")),
            (
                0xa09,
                0x401,
                &format!(
                    "02000000 {name} 0d000200766d61635f6d617000 000000 0800030000000008
                     0800040000000014 0800050000000004 0800060000000014 0800070000000004
                     08000a0000000001 10000d00 000401000000 010401000000"
                ),
            ),
            (
                0xa09,
                0x401,
                &format!(
                    "02000000 {name} 14000200766970735f6c696e6b5f6c6f63616c00
                     0800040000000214 0800050000000014 08000a0000000002 0a000d00 000401000000
                     0000"
                ),
            ),
            (
                0xa09,
                0x405,
                &format!(
                    "02000000 {name} 170002006e65696768626f722d646973636f766572790000
                     0800030000000002 080004000000001d 0800050000000001 08000a0000000003
                     0a000d00 000401000000 0000"
                ),
            ),
        ],
    );
}

#[cfg(target_endian = "little")]
#[test]
fn elements_are_entered_and_taken_out_by_their_key() {
    let mut batch = Batch::new(7);
    let (from, to) = (4_u32.to_ne_bytes(), 3_u32.to_ne_bytes());
    batch.add_elements(TABLE, "vmac_map", [(&from[..], Some(&to[..]))]);
    batch.delete_elements(TABLE, "vips", [&[10, 77, 0, 50][..]]);
    batch.delete_table(TABLE);
    let name = "0f0001006b656570616c6976656400 00";
    assert_messages(
        batch,
        &[
            (
                0xa0c,
                0x401,
                &format!(
                    "02000000 {name} 0d000200766d61635f6d617000 000000
                     20000380 1c000180 0c000180 0800010004000000 0c000280 0800010003000000"
                ),
            ),
            (
                0xa0e,
                1,
                &format!(
                    "02000000 {name} 090002007669707300 000000
                     14000380 10000180 0c000180 080001000a4d0032"
                ),
            ),
            (0xa02, 5, &format!("02000000 {name}")),
        ],
    );
}

fn expressions(rule: &[Expression<'_>]) -> String {
    let mut list = Attributes::default();
    rule.iter().for_each(|expression| expression.write(&mut list));
    hex::text(list.bytes())
}

fn assert_expressions(rule: &[Expression<'_>], expected: &str) {
    assert_eq!(expressions(rule), hex::text(&hex::bytes(expected)));
}

const FIRST: Register = Register::First;

fn source(length: u32) -> Expression<'static> {
    let offset = if length == 4 { 12 } else { 8 };
    Expression::Payload { base: Base::Network, offset, length, to: FIRST }
}

#[cfg(target_endian = "little")]
#[test]
fn a_lookup_and_a_drop_are_those_seen_on_the_wire() {
    assert_expressions(
        &[
            source(16),
            Expression::IsIn { register: FIRST, set: "vips" },
            Expression::Verdict(Verdict::Drop),
        ],
        "340001800c0001007061796c6f616400240002800800010000000001080002000000000108000300000000080800
         040000000010280001800b0001006c6f6f6b75700000180002800800020000000001090001007669707300000000
         300001800e000100696d6d6564696174650000001c0002800800010000000000100002800c000280080001000000
         0000",
    );
}

#[cfg(target_endian = "little")]
#[test]
fn a_masked_prefix_and_a_goto_are_those_seen_on_the_wire() {
    let mut prefix = [0; 16];
    prefix[..2].copy_from_slice(&[0xfe, 0x80]);
    let mut mask = [0; 16];
    mask[..2].copy_from_slice(&[0xff, 0xc0]);
    assert_expressions(
        &[
            source(16),
            Expression::And { register: FIRST, mask: &mask },
            Expression::Equals { register: FIRST, value: &prefix },
            Expression::Verdict(Verdict::Goto("out_link_local")),
        ],
        "340001800c0001007061796c6f616400240002800800010000000001080002000000000108000300000000080800
         0400000000105c0001800c00010062697477697365004c0002800800010000000001080002000000000108000300
         000000101800048014000100ffc00000000000000000000000000000180005801400010000000000000000000000
         0000000000003800018008000100636d70002c000280080001000000000108000200000000001800038014000100
         fe800000000000000000000000000000440001800e000100696d6d65646961746500000030000280080001000000
         0000240002802000028008000100fffffffc130002006f75745f6c696e6b5f6c6f63616c0000",
    );
}

/// keepalived also says which set of its batch it means; the name is enough.
#[cfg(target_endian = "little")]
#[test]
fn a_copy_to_another_interface_is_that_seen_on_the_wire() {
    let second = Register::Second;
    let kind = *b"macvlan\0\0\0\0\0\0\0\0\0";
    let network =
        |offset, length| Expression::Payload { base: Base::Network, offset, length, to: FIRST };
    assert_expressions(
        &[
            network(9, 1),
            Expression::Equals { register: FIRST, value: &[2] },
            network(16, 4),
            Expression::Meta { what: Meta::OutputKind, to: second },
            Expression::Equals { register: second, value: &kind },
            Expression::Meta { what: Meta::OutputIndex, to: second },
            Expression::Mapped { register: second, map: "vmac_map", to: second },
            Expression::Duplicate { address: FIRST, device: second },
            Expression::Verdict(Verdict::Drop),
        ],
        "340001800c0001007061796c6f616400240002800800010000000001080002000000000108000300000000090800
         0400000000012c00018008000100636d700020000280080001000000000108000200000000000c00038005000100
         02000000340001800c0001007061796c6f6164002400028008000100000000010800020000000001080003000000
         0010080004000000000424000180090001006d6574610000000014000280080002000000001b0800010000000002
         3800018008000100636d70002c0002800800010000000002080002000000000018000380140001006d6163766c61
         6e00000000000000000024000180090001006d657461000000001400028008000200000000050800010000000002
         340001800b0001006c6f6f6b7570000024000280080002000000000208000300000000020d000100766d61635f6d
         6170000000002000018008000100647570001400028008000100000000010800020000000002300001800e000100
         696d6d6564696174650000001c0002800800010000000000100002800c0002800800010000000000",
    );
}

#[test]
fn answers_are_told_apart_and_no_bytes_panic() {
    let message = |kind: u16, sequence: u32, errno: i32| {
        let mut bytes = 36_u32.to_ne_bytes().to_vec();
        bytes.extend(kind.to_ne_bytes());
        bytes.extend([0, 0]);
        bytes.extend(sequence.to_ne_bytes());
        bytes.extend([0; 4]);
        bytes.extend((-errno).to_ne_bytes());
        bytes.resize(36, 0);
        bytes
    };
    let datagram = [message(2, 5, 0), message(2, 6, 17), message(0xa00, 7, 0)].concat();
    let all = [Answer::Done(5), Answer::Failed(6, 17), Answer::Object(7)];
    for end in 0..=datagram.len() {
        let seen: Vec<_> = answers(&datagram[..end]).collect();
        assert_eq!(seen, all[..end / 36], "cut at {end}");
    }
    assert_eq!(answers(&[0; 64]).count(), 0);
}
