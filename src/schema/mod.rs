//! The one table of every keyword of `keepalived.conf`, as of version 2.4.3.
//!
//! A keyword's place, shape, range, default and support status are written here and nowhere else;
//! lowering, "did you mean", `explain`, completion and the coverage report all read this table.
//! Pure data and lookups: it uses nothing but `core` and the name of a release.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use core::time::Duration;

mod address;
mod bfd;
mod block;
mod checker;
mod example;
mod global;
mod http;
mod lvs;
mod page;
mod route;
mod rule;
mod since;
mod suggest;
#[cfg(test)]
mod tests;
mod top_level;
mod track;
mod vrrp;

pub use block::Block;
pub use example::example;
pub use page::facts;
pub use suggest::{elsewhere, suggestions};

/// What follows a keyword: nothing in the file itself tells these apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Braces with keywords inside.
    Block(Block),
    /// Braces whose lines are data: an address, a route, a name with options.
    ValueBlock(Block),
    /// Words on its own line, no braces.
    Simple,
}

/// What the first word after a keyword is, where one word decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// No word: the keyword's presence is its meaning.
    None,
    /// `on|true|yes` or `off|false|no`; no word means on.
    Flag,
    /// A whole number, both ends included.
    Integer {
        /// The smallest accepted value.
        min: i64,
        /// The largest accepted value.
        max: i64,
    },
    /// Seconds, both ends included.
    Seconds {
        /// Digits that count after the point; 0 means whole seconds only.
        decimals: u8,
        /// The shortest accepted time.
        min: Duration,
        /// The longest accepted time.
        max: Duration,
    },
    /// Milliseconds (only `bfd_instance` uses them), both ends included.
    Milliseconds {
        /// Digits that count after the point.
        decimals: u8,
        /// The shortest accepted time.
        min: Duration,
        /// The longest accepted time.
        max: Duration,
    },
    /// An IPv4 or IPv6 literal; a prefix length only where the range says so.
    Address,
    /// The name of a network interface, 1 to 15 bytes.
    Interface,
    /// Any one word: a name, a path, a passphrase.
    Word,
    /// A program with its arguments, read by the rules for script words.
    Script,
    /// One of these words; letter case counts unless the range says that it does not.
    Choice(&'static [&'static str]),
    /// Anything with a grammar of its own; see [`Keyword::arguments`].
    Other,
}

/// What stillalive does with a keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// It acts as in keepalived.
    Runs,
    /// It is read without complaint and has no effect here, for this reason.
    Accepted(&'static str),
    /// It is known and not carried out yet: the configuration asks for more than is done.
    NotYet,
}

/// How many words may follow a keyword on its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arity {
    /// Fewer than these is "missing value".
    pub min: u8,
    /// More than these is "extra words"; `None` when there is no bound.
    pub max: Option<u8>,
}

/// One keyword in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keyword {
    /// The word itself, in its one valid spelling: case counts.
    pub word: &'static str,
    /// What follows it.
    pub kind: Kind,
    /// The words after it in the manual's notation: `[on|off]`, `IP[/LEN]`. Empty when none.
    pub arguments: &'static str,
    /// How many words after it are right.
    pub arity: Arity,
    /// What the first of them is.
    pub value: Value,
    /// What it is in 2.2.7, where that is something else; see [`value_in`](Self::value_in).
    pub old_value: Option<Value>,
    /// Limits and forms of the value, for people.
    pub range: Option<&'static str>,
    /// What applies without it, for people.
    pub default: Option<&'static str>,
    /// The keepalived version that brought it, which may be `1.0.3 or earlier`.
    pub since: Option<&'static str>,
    /// The build option of keepalived it depends on.
    pub build: Option<&'static str>,
    /// The keyword to write instead of this one.
    pub deprecated: Option<&'static str>,
    /// What keepalived says, and counts, wherever it meets the keyword: that it is deprecated.
    pub complaint: Option<&'static str>,
    /// What keepalived says of more words than it takes, for which it ignores the statement.
    /// `None`: it ignores the words.
    pub extra: Option<&'static str>,
    /// What keepalived says of a second one, which it ignores; `{}` stands for its first word,
    /// `{first}` for that of the first one. `None`: the last one counts.
    pub second: Option<&'static str>,
    /// What keepalived says where the value is missing, and goes on; nothing if that is empty.
    /// `None`: it reads the value without looking, and ends.
    pub missing: Option<&'static str>,
    /// The words that may follow it on its line, when they are a table of their own.
    pub options: Option<Block>,
    /// What stillalive does with it.
    pub support: Support,
    /// What is there of it, and what it waits for, where it is not carried out yet.
    pub waits_for: Option<&'static str>,
    /// What it does for the operator, in one short sentence.
    pub doc: &'static str,
}

impl Keyword {
    /// A simple keyword with everything that every keyword has.
    const fn new(
        word: &'static str,
        (arguments, min, max, value, support): (&'static str, u8, u8, Value, Support),
        doc: &'static str,
    ) -> Self {
        Self {
            word,
            kind: Kind::Simple,
            arguments,
            arity: Arity { min, max: if max == MANY { None } else { Some(max) } },
            value,
            old_value: None,
            range: None,
            default: None,
            since: None,
            build: None,
            deprecated: None,
            complaint: None,
            extra: None,
            second: None,
            missing: None,
            options: None,
            support,
            waits_for: None,
            doc,
        }
    }

    const fn block(self, inside: Block) -> Self {
        Self { kind: Kind::Block(inside), ..self }
    }

    const fn lines(self, inside: Block) -> Self {
        Self { kind: Kind::ValueBlock(inside), ..self }
    }

    const fn options(self, words: Block) -> Self {
        Self { options: Some(words), ..self }
    }

    const fn range(self, text: &'static str) -> Self {
        Self { range: Some(text), ..self }
    }

    const fn default(self, text: &'static str) -> Self {
        Self { default: Some(text), ..self }
    }

    const fn since(self, text: &'static str) -> Self {
        Self { since: Some(text), ..self }
    }

    const fn build(self, text: &'static str) -> Self {
        Self { build: Some(text), ..self }
    }

    const fn deprecated(self, instead: &'static str) -> Self {
        Self { deprecated: Some(instead), ..self }
    }

    const fn old_value(self, value: Value) -> Self {
        Self { old_value: Some(value), ..self }
    }

    const fn complaint(self, text: &'static str) -> Self {
        Self { complaint: Some(text), ..self }
    }

    const fn extra(self, text: &'static str) -> Self {
        Self { extra: Some(text), ..self }
    }

    const fn second(self, text: &'static str) -> Self {
        Self { second: Some(text), ..self }
    }

    const fn missing(self, text: &'static str) -> Self {
        Self { missing: Some(text), ..self }
    }

    const fn waits_for(self, text: &'static str) -> Self {
        Self { waits_for: Some(text), ..self }
    }

    /// The place its braces are read as; `None` for a simple keyword.
    #[must_use]
    pub const fn opens(&self) -> Option<Block> {
        match self.kind {
            Kind::Block(inside) | Kind::ValueBlock(inside) => Some(inside),
            Kind::Simple => None,
        }
    }
}

/// No upper bound of words.
const MANY: u8 = u8::MAX;

/// A whole number from `min` to `max`.
const fn integer(min: i64, max: i64) -> Value {
    Value::Integer { min, max }
}

/// Seconds with `decimals` digits; the ends are in microseconds.
const fn seconds(decimals: u8, min: u64, max: u64) -> Value {
    Value::Seconds { decimals, min: Duration::from_micros(min), max: Duration::from_micros(max) }
}

/// Milliseconds with `decimals` digits; the ends are in microseconds.
const fn milliseconds(decimals: u8, min: u64, max: u64) -> Value {
    let (min, max) = (Duration::from_micros(min), Duration::from_micros(max));
    Value::Milliseconds { decimals, min, max }
}

/// Writes one row a keyword: `"word" (arguments, min, max, value, support) "doc", field "text";`
macro_rules! table {
    ($name:ident;
     $($word:literal ($($shape:tt)*) $doc:literal $(, $field:ident $text:expr)*;)*) => {
        pub(super) static $name: &[Keyword] =
            &[$(Keyword::new($word, ($($shape)*), $doc)$(.$field($text))*,)*];
    };
}
use table;

/// What the keywords that follow BFD sessions wait for.
const BFD: &str = "whoever follows a session obeys what is told of it, but nothing speaks BFD yet";

/// Every keyword of a place, sorted by word (byte order).
#[must_use]
pub const fn keywords(block: Block) -> &'static [Keyword] {
    match block {
        Block::TopLevel => top_level::TOP_LEVEL,
        Block::GlobalDefs => global::GLOBAL_DEFS,
        Block::EmailList => top_level::EMAIL_LIST,
        Block::LinkbeatInterface => top_level::LINKBEAT_INTERFACE,
        Block::InterfaceDelay => top_level::INTERFACE_DELAY,
        Block::TrackGroup => track::TRACK_GROUP,
        Block::SyncGroup => track::SYNC_GROUP,
        Block::InstanceList => top_level::INSTANCE_LIST,
        Block::GarpGroup => track::GARP_GROUP,
        Block::InterfaceList => top_level::INTERFACE_LIST,
        Block::VrrpInstance => vrrp::VRRP_INSTANCE,
        Block::UseVmacOption => vrrp::USE_VMAC_OPTION,
        Block::UseIpvlanOption => vrrp::USE_IPVLAN_OPTION,
        Block::UnicastPeerOption => vrrp::UNICAST_PEER_OPTION,
        Block::GarpExtraIfOption => vrrp::GARP_EXTRA_IF_OPTION,
        Block::Authentication => vrrp::AUTHENTICATION,
        Block::AuthHmac => vrrp::AUTH_HMAC,
        Block::VrrpScript => track::VRRP_SCRIPT,
        Block::TrackFile => track::TRACK_FILE,
        Block::InitFileOption => track::INIT_FILE_OPTION,
        Block::TrackProcess => track::TRACK_PROCESS,
        Block::TrackEntry => track::TRACK_ENTRY,
        Block::AddressLine => address::ADDRESS_LINE,
        Block::RouteLine => route::ROUTE_LINE,
        Block::RouteEncap => route::ROUTE_ENCAP,
        Block::RouteEncapIp => route::ROUTE_ENCAP_IP,
        Block::RouteNexthop => route::ROUTE_NEXTHOP,
        Block::RuleLine => rule::RULE_LINE,
        Block::Ssl => top_level::SSL,
        Block::VirtualServerGroup => lvs::VIRTUAL_SERVER_GROUP,
        Block::VirtualServer => lvs::VIRTUAL_SERVER,
        Block::RealServer => lvs::REAL_SERVER,
        Block::MiscCheck => checker::MISC_CHECK,
        Block::SmtpCheck => checker::SMTP_CHECK,
        Block::SmtpHost => checker::SMTP_HOST,
        Block::TcpCheck => checker::TCP_CHECK,
        Block::UdpCheck => checker::UDP_CHECK,
        Block::PingCheck => checker::PING_CHECK,
        Block::HttpGet => http::HTTP_GET,
        Block::HttpUrl => http::HTTP_URL,
        Block::SslGet => http::SSL_GET,
        Block::SslUrl => http::SSL_URL,
        Block::DnsCheck => checker::DNS_CHECK,
        Block::FileCheck => checker::FILE_CHECK,
        Block::BfdCheck => checker::BFD_CHECK,
        Block::BfdInstance => bfd::BFD_INSTANCE,
    }
}

/// What the lines or words of a place hold besides keywords, such as the address of a peer.
///
/// The names are placeholders (`PEER`), never matched against the file: `value` tells what stands
/// in that position, and `arity` counts the words that may come after it.
#[must_use]
pub const fn data(block: Block) -> &'static [Keyword] {
    match block {
        Block::EmailList => top_level::EMAIL_LIST_DATA,
        Block::LinkbeatInterface => top_level::LINKBEAT_INTERFACE_DATA,
        Block::InterfaceDelay => top_level::INTERFACE_DELAY_DATA,
        Block::InstanceList => top_level::INSTANCE_LIST_DATA,
        Block::InterfaceList => top_level::INTERFACE_LIST_DATA,
        Block::UseVmacOption => vrrp::USE_VMAC_OPTION_DATA,
        Block::UseIpvlanOption => vrrp::USE_IPVLAN_OPTION_DATA,
        Block::UnicastPeerOption => vrrp::UNICAST_PEER_OPTION_DATA,
        Block::InitFileOption => track::INIT_FILE_OPTION_DATA,
        Block::AddressLine => address::ADDRESS_LINE_DATA,
        Block::RouteLine => route::ROUTE_LINE_DATA,
        Block::RuleLine => rule::RULE_LINE_DATA,
        Block::VirtualServerGroup => lvs::VIRTUAL_SERVER_GROUP_DATA,
        _ => &[],
    }
}

/// The keyword `word` where it stands in `block`; `None` when that place does not know it.
#[must_use]
pub fn keyword(block: Block, word: &str) -> Option<&'static Keyword> {
    let table = keywords(block);
    let index = table.binary_search_by(|keyword| keyword.word.cmp(word)).ok()?;
    table.get(index)
}
