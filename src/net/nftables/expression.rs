//! The expressions of a rule. They work on registers; a rule goes on while they match, and its
//! last one says what happens to the packet.

use super::attribute::Attributes;

/// A register of 16 bytes. The second one follows the first: a key of two parts is loaded into
/// both.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Register {
    /// `NFT_REG_1`.
    First,
    /// `NFT_REG_2`.
    Second,
}

impl Register {
    const fn number(self) -> u32 {
        match self {
            Self::First => 1,
            Self::Second => 2,
        }
    }
}

/// Where offsets count from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Base {
    /// The IP header.
    Network,
    /// The header behind it.
    Transport,
}

/// What is known of a packet beside its bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Meta {
    /// Index of the interface that it came by, in the byte order of the host.
    InputIndex,
    /// Index of the interface that it leaves by.
    OutputIndex,
    /// Name of the interface that it came by, 16 bytes.
    InputName,
    /// Name of the interface that it leaves by, 16 bytes.
    OutputName,
    /// Protocol of the header behind the IP header and its extensions, one byte.
    Protocol,
    /// Kind of the interface that it leaves by (`macvlan`), 16 bytes.
    OutputKind,
}

impl Meta {
    /// `NFT_META_*`.
    const fn number(self) -> u32 {
        match self {
            Self::InputIndex => 4,
            Self::OutputIndex => 5,
            Self::InputName => 6,
            Self::OutputName => 7,
            Self::Protocol => 16,
            Self::OutputKind => 27,
        }
    }
}

/// What happens to a packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict<'a> {
    /// This hook's other chains go on with it.
    Accept,
    /// It is gone.
    Drop,
    /// This chain goes on with it, and does not come back.
    Goto(&'a str),
}

/// A part of a rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expression<'a> {
    /// Loads bytes of the packet.
    Payload {
        /// Where the offset counts from.
        base: Base,
        /// Of the first byte.
        offset: u32,
        /// How many, at most 16.
        length: u32,
        /// Where they go.
        to: Register,
    },
    /// Loads what is known of the packet.
    Meta {
        /// What.
        what: Meta,
        /// Where it goes.
        to: Register,
    },
    /// Goes on if the register begins with these bytes.
    Equals {
        /// Which register.
        register: Register,
        /// The bytes.
        value: &'a [u8],
    },
    /// Keeps the bits of a register that are set in the mask.
    And {
        /// Which register.
        register: Register,
        /// The mask, at most 16 bytes.
        mask: &'a [u8],
    },
    /// Goes on if the set has the key.
    IsIn {
        /// Where the key begins.
        register: Register,
        /// The set.
        set: &'a str,
    },
    /// Goes on if the map has the key, with what it is mapped to.
    Mapped {
        /// Where the key begins.
        register: Register,
        /// The map.
        map: &'a str,
        /// Where the value goes.
        to: Register,
    },
    /// Counts packets and bytes.
    Counter,
    /// Sends a copy to an address by an interface.
    Duplicate {
        /// The register with the address.
        address: Register,
        /// The register with the index of the interface.
        device: Register,
    },
    /// Ends the rule.
    Verdict(Verdict<'a>),
}

/// `NFTA_LIST_ELEM`.
pub(super) const LIST_ELEMENT: u16 = 1;

impl Expression<'_> {
    /// Appends it to the expressions of a rule.
    pub(super) fn write(&self, list: &mut Attributes) {
        list.nested(LIST_ELEMENT, |element| {
            element.text(1, self.name());
            element.nested(2, |data| self.write_data(data));
        });
    }

    /// The kernel's name of its kind.
    const fn name(&self) -> &'static str {
        match self {
            Self::Payload { .. } => "payload",
            Self::Meta { .. } => "meta",
            Self::Equals { .. } => "cmp",
            Self::And { .. } => "bitwise",
            Self::IsIn { .. } | Self::Mapped { .. } => "lookup",
            Self::Counter => "counter",
            Self::Duplicate { .. } => "dup",
            Self::Verdict(_) => "immediate",
        }
    }

    /// Attributes as `enum nft_*_attributes` of each kind number them.
    fn write_data(&self, data: &mut Attributes) {
        match *self {
            Self::Payload { base, offset, length, to } => {
                data.number(1, to.number());
                data.number(
                    2,
                    match base {
                        Base::Network => 1,
                        Base::Transport => 2,
                    },
                );
                data.number(3, offset);
                data.number(4, length);
            }
            Self::Meta { what, to } => {
                data.number(2, what.number());
                data.number(1, to.number());
            }
            Self::Equals { register, value } => {
                data.number(1, register.number());
                // NFT_CMP_EQ
                data.number(2, 0);
                data.value(3, value);
            }
            Self::And { register, mask } => {
                data.number(1, register.number());
                data.number(2, register.number());
                data.number(3, u32::try_from(mask.len()).unwrap_or(u32::MAX));
                data.value(4, mask);
                data.value(5, &vec![0; mask.len()]);
            }
            Self::IsIn { register, set } => {
                data.number(2, register.number());
                data.text(1, set);
            }
            Self::Mapped { register, map, to } => {
                data.number(2, register.number());
                data.number(3, to.number());
                data.text(1, map);
            }
            Self::Counter => {
                data.bytes_of(1, &[0; 8]);
                data.bytes_of(2, &[0; 8]);
            }
            Self::Duplicate { address, device } => {
                data.number(1, address.number());
                data.number(2, device.number());
            }
            Self::Verdict(verdict) => write_verdict(data, verdict),
        }
    }
}

/// A verdict is loaded into its own register.
fn write_verdict(data: &mut Attributes, verdict: Verdict<'_>) {
    const VERDICT_REGISTER: u32 = 0;
    const GOTO: i32 = -4;
    data.number(1, VERDICT_REGISTER);
    data.nested(2, |immediate| {
        // NFTA_DATA_VERDICT
        immediate.nested(2, |inner| match verdict {
            Verdict::Drop => inner.number(1, 0),
            Verdict::Accept => inner.number(1, 1),
            Verdict::Goto(chain) => {
                inner.number(1, GOTO.cast_unsigned());
                inner.text(2, chain);
            }
        });
    });
}
