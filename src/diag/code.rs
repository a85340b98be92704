//! The registry of codes. A code, once published, keeps its meaning for ever.
//!
//! `SA1xx` language, `SA2xx` values and references, `SA3xx` VRRP semantics, `SA4xx` scripts and
//! security, `SA5xx` load balancing.

use std::fmt;

/// A stable code with its rule name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Code {
    /// `SA101`.
    pub id: &'static str,
    /// `unknown-keyword`: reads well after "allow".
    pub name: &'static str,
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $constant:ident = $id:literal $name:literal;)*) => {
        impl Code {
            $($(#[$doc])* pub const $constant: Self = Self { id: $id, name: $name };)*

            /// Every code, in order.
            pub const ALL: &'static [Self] = &[$(Self::$constant),*];
        }
    };
}

codes! {
    /// A word where a keyword is expected is none.
    UNKNOWN_KEYWORD = "SA101" "unknown-keyword";
    /// A block keyword is none; the whole block is skipped.
    UNKNOWN_BLOCK = "SA102" "unknown-block";
    /// A `}` without a `{`.
    STRAY_CLOSING_BRACE = "SA103" "stray-closing-brace";
    /// A `{` where no block can begin.
    STRAY_OPENING_BRACE = "SA104" "stray-opening-brace";
    /// A block is never closed.
    UNCLOSED_BLOCK = "SA105" "unclosed-block";
    /// A block keyword without its `{`.
    MISSING_OPENING_BRACE = "SA106" "missing-opening-brace";
    /// A double quote is never closed.
    UNCLOSED_QUOTE = "SA107" "unclosed-quote";
    /// A line holds bytes that are not UTF-8.
    NOT_UTF8 = "SA108" "not-utf8";
    /// A line holds NUL bytes.
    NUL_BYTE = "SA109" "nul-byte";
    /// A line is longer than keepalived reads.
    LINE_TOO_LONG = "SA110" "line-too-long";
    /// The file begins with a byte order mark.
    BYTE_ORDER_MARK = "SA111" "byte-order-mark";
    /// `include` names nothing that can be read.
    INCLUDE_NOT_FOUND = "SA112" "include-not-found";
    /// A file includes itself.
    INCLUDE_CYCLE = "SA113" "include-cycle";
    /// A keyword of keepalived that this version does not run yet.
    NOT_YET_SUPPORTED = "SA114" "not-yet-supported";
    /// A keyword lacks a value.
    MISSING_VALUE = "SA115" "missing-value";
    /// Words after the last value.
    EXTRA_WORDS = "SA116" "extra-words";
    /// A construct of the preprocessor that this version does not evaluate yet.
    PREPROCESSOR_NOT_YET = "SA117" "preprocessor-not-yet";
    /// A deprecated spelling.
    DEPRECATED = "SA118" "deprecated-keyword";
    /// The configuration has nothing to run.
    EMPTY_CONFIGURATION = "SA119" "empty-configuration";
    /// A single-value keyword is given twice.
    REPEATED_KEYWORD = "SA120" "repeated-keyword";

    /// A word is not a number.
    INVALID_NUMBER = "SA201" "invalid-number";
    /// A number is outside its range.
    OUT_OF_RANGE = "SA202" "out-of-range";
    /// A word is not an address.
    INVALID_ADDRESS = "SA203" "invalid-address";
    /// A word is not one of those that the keyword takes.
    INVALID_CHOICE = "SA204" "invalid-choice";
    /// A name is too long.
    NAME_TOO_LONG = "SA205" "name-too-long";
    /// A name is defined twice.
    DUPLICATE_NAME = "SA206" "duplicate-name";
    /// A block that needs a name has none.
    MISSING_NAME = "SA207" "missing-name";
    /// An address of the other family.
    FAMILY_MISMATCH = "SA208" "family-mismatch";
    /// An option of an address line is unknown or cannot be used here.
    ADDRESS_OPTION = "SA209" "address-option";
    /// A number has more decimals than are kept.
    TOO_PRECISE = "SA210" "too-precise";
    /// Two named pipes have one path.
    SAME_FIFO = "SA211" "same-fifo";
    /// A setting that has no effect beside, or without, another one.
    UNUSED_SETTING = "SA212" "unused-setting";
    /// A group names an instance that does not exist, or is in another group.
    GROUP_MEMBER = "SA213" "group-member";
    /// A group has no members, or one that is alone.
    GROUP_SIZE = "SA214" "group-size";
    /// A block lacks what it is about.
    INCOMPLETE_BLOCK = "SA215" "incomplete-block";
    /// Two settings of one block contradict each other.
    CONTRADICTION = "SA216" "contradiction";
    /// An interface is in two groups.
    INTERFACE_IN_TWO_GROUPS = "SA217" "interface-in-two-groups";
    /// Two BFD sessions with one neighbour.
    DUPLICATE_NEIGHBOUR = "SA218" "duplicate-neighbour";
    /// A value that is accepted and unusual.
    UNUSUAL_VALUE = "SA219" "unusual-value";

    /// An instance lacks `virtual_router_id`.
    MISSING_VRID = "SA301" "missing-vrid";
    /// An instance lacks `interface`.
    MISSING_INTERFACE = "SA302" "missing-interface";
    /// An instance has no virtual address.
    NO_VIRTUAL_ADDRESS = "SA303" "no-virtual-address";
    /// Two instances answer to the same VRID on the same interface.
    DUPLICATE_VRID = "SA304" "duplicate-vrid";
    /// An address is listed twice.
    DUPLICATE_ADDRESS = "SA305" "duplicate-address";
    /// More addresses than an advert holds.
    TOO_MANY_ADDRESSES = "SA306" "too-many-addresses";
    /// `auth_pass` is longer than the 8 bytes of the packet.
    PASSWORD_TRUNCATED = "SA307" "password-truncated";
    /// Authentication that the protocol version does not have.
    AUTHENTICATION_IGNORED = "SA308" "authentication-ignored";
    /// `nopreempt` or `preempt_delay` that cannot act.
    PREEMPTION_IGNORED = "SA309" "preemption-ignored";
    /// Unicast keywords without peers, or peers that cannot be used.
    UNICAST = "SA310" "unicast";
    /// The interval is changed to one that the protocol version can carry.
    INTERVAL_ROUNDED = "SA311" "interval-rounded";
    /// `state` disagrees with `priority`.
    STATE_MISMATCH = "SA312" "state-mismatch";
    /// A setting that strict mode overrules.
    STRICT_MODE = "SA313" "strict-mode";
    /// A protocol version that does not fit the family.
    VERSION_MISMATCH = "SA314" "version-mismatch";
    /// The first IPv6 address is not link-local.
    FIRST_ADDRESS_NOT_LINK_LOCAL = "SA315" "first-address-not-link-local";

    /// A script line cannot be split into words.
    SCRIPT_SYNTAX = "SA401" "script-syntax";
    /// A script is given twice for one event.
    DUPLICATE_SCRIPT = "SA402" "duplicate-script";
    /// A script user or group cannot be used.
    SCRIPT_USER = "SA403" "script-user";

    /// A virtual server has no real server.
    NO_REAL_SERVER = "SA501" "no-real-server";
    /// A virtual server lists one real server twice.
    DUPLICATE_REAL_SERVER = "SA502" "duplicate-real-server";
    /// The quorum is more than all servers weigh together.
    QUORUM_UNREACHABLE = "SA503" "quorum-unreachable";
    /// The hysteresis is as large as the quorum.
    HYSTERESIS_TOO_LARGE = "SA504" "hysteresis-too-large";
    /// A virtual server names no protocol.
    PROTOCOL_DEFAULTED = "SA505" "protocol-defaulted";
    /// A virtual server names no scheduler.
    SCHEDULER_DEFAULTED = "SA506" "scheduler-defaulted";
    /// A virtual server names no forwarding method.
    METHOD_DEFAULTED = "SA507" "method-defaulted";
    /// Direct routing and tunnels cannot change the port.
    PORT_MISMATCH = "SA508" "port-mismatch";
    /// A service without port is persistent.
    SERVICE_WITHOUT_PORT = "SA509" "service-without-port";
    /// Scheduling packet by packet is for UDP.
    ONE_PACKET_NEEDS_UDP = "SA510" "one-packet-needs-udp";
    /// A flag of another scheduler.
    SCHEDULER_FLAG_IGNORED = "SA511" "scheduler-flag-ignored";
    /// What a service by firewall mark cannot have.
    MARK_OPTION_IGNORED = "SA512" "mark-option-ignored";
    /// A virtual server names a group that is not defined.
    UNKNOWN_SERVER_GROUP = "SA513" "unknown-server-group";
    /// The addresses of a group and its users do not go together.
    SERVER_GROUP_FAMILIES = "SA514" "server-group-families";
    /// A group has no entry that can be used.
    EMPTY_SERVER_GROUP = "SA515" "empty-server-group";
    /// A range of addresses that is none.
    INVALID_ADDRESS_RANGE = "SA516" "invalid-address-range";
    /// A forwarding method or an option of a tunnel that does not exist or does not fit.
    INVALID_METHOD = "SA517" "invalid-forwarding-method";
    /// An option of a sorry server without or before it.
    NO_SORRY_SERVER = "SA518" "no-sorry-server";
    /// A checker lacks what it checks.
    CHECKER_INCOMPLETE = "SA519" "checker-incomplete";
    /// A check of a link-local address needs an interface.
    LINK_LOCAL_CHECK = "SA520" "link-local-check";
    /// A checker follows what is not defined above it.
    CHECKER_TRACKS_NOTHING = "SA521" "checker-tracks-nothing";
    /// What a check sends or expects is not written as it must be.
    CHECK_CONTENT = "SA522" "check-content";
    /// A pattern, or an option of one, that cannot act.
    REGEX_IGNORED = "SA523" "regex-ignored";
    /// A server and the sorry server are one, and they are said to differ.
    SORRY_SERVER_DIFFERS = "SA524" "sorry-server-differs";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_are_unique_and_in_order() {
        let ids: Vec<_> = Code::ALL.iter().map(|code| code.id).collect();
        assert!(ids.is_sorted() && ids.windows(2).all(|pair| pair[0] != pair[1]), "{ids:?}");
        let mut names: Vec<_> = Code::ALL.iter().map(|code| code.name).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
    }
}
