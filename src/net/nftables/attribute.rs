//! Netlink attributes: a length, a number, a value, filled up to a multiple of four.

/// Set in the number of an attribute whose value are attributes.
const NESTED: u16 = 0x8000;
/// Length of the head of an attribute.
const HEAD: usize = 4;
/// Attributes and messages begin at multiples of this.
pub(super) const ALIGNMENT: usize = 4;

/// Attributes in the making.
#[derive(Debug, Default)]
pub(super) struct Attributes(Vec<u8>);

impl Attributes {
    /// Their bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// An attribute with these bytes, at most 65531.
    pub(super) fn bytes_of(&mut self, number: u16, value: &[u8]) {
        let length = u16::try_from(value.len().saturating_add(HEAD)).unwrap_or(u16::MAX);
        self.0.extend_from_slice(&length.to_ne_bytes());
        self.0.extend_from_slice(&number.to_ne_bytes());
        self.0.extend_from_slice(value);
        self.0.resize(self.0.len().next_multiple_of(ALIGNMENT), 0);
    }

    /// A number, which nf_tables takes in the byte order of the network.
    pub(super) fn number(&mut self, number: u16, value: u32) {
        self.bytes_of(number, &value.to_be_bytes());
    }

    /// A text, ended by a zero.
    pub(super) fn text(&mut self, number: u16, value: &str) {
        let mut bytes = Vec::with_capacity(value.len().saturating_add(1));
        bytes.extend_from_slice(value.as_bytes());
        bytes.push(0);
        self.bytes_of(number, &bytes);
    }

    /// Attributes inside of one.
    pub(super) fn nested(&mut self, number: u16, fill: impl FnOnce(&mut Self)) {
        let mut inner = Self::default();
        fill(&mut inner);
        self.bytes_of(number | NESTED, &inner.0);
    }

    /// `NFTA_DATA_VALUE` inside of an attribute: what is compared, looked up or kept in a set.
    pub(super) fn value(&mut self, number: u16, value: &[u8]) {
        const DATA_VALUE: u16 = 1;
        self.nested(number, |data| data.bytes_of(DATA_VALUE, value));
    }
}
