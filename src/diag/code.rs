//! The registry of codes. A code, once published, keeps its meaning for ever.
//!
//! `SA1xx` language, `SA2xx` values and references, `SA3xx` VRRP semantics, `SA4xx` scripts and
//! security, `SA6xx` several nodes together.

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
    // SA117 is retired: it said that definitions, conditions and generators are not evaluated yet.
    /// A deprecated spelling.
    DEPRECATED = "SA118" "deprecated-keyword";
    /// The configuration has nothing to run.
    EMPTY_CONFIGURATION = "SA119" "empty-configuration";
    /// A single-value keyword is given twice.
    REPEATED_KEYWORD = "SA120" "repeated-keyword";

    /// `${NAME}` where nothing of that name is defined.
    UNDEFINED_NAME = "SA121" "undefined-name";
    /// A definition that exists is not replaced where it seems to be used.
    NOT_EXPANDED = "SA122" "not-expanded";
    /// A definition that nothing uses.
    UNUSED_DEFINITION = "SA123" "unused-definition";
    /// What looks like a definition and is none.
    MALFORMED_DEFINITION = "SA124" "malformed-definition";
    /// A definition uses itself, or definitions use each other too deeply.
    SELF_REFERENCE = "SA125" "self-reference";
    /// `~SEQ` or `~LST` that cannot be used.
    BAD_GENERATOR = "SA126" "bad-generator";
    /// `@!id`, which is no condition.
    NOT_A_NEGATION = "SA127" "not-a-negation";
    /// A condition removes one brace of a block.
    CONDITION_REMOVES_BRACE = "SA128" "condition-removes-brace";
    /// An `include` that keepalived reads twice.
    INCLUDED_TWICE = "SA129" "included-twice";
    /// A definition turns a line into a condition, a definition or a generator.
    DIRECTIVE_FROM_DEFINITION = "SA130" "directive-from-definition";
    /// A bound of reading is reached.
    BOUND_REACHED = "SA131" "bound-reached";
    /// A built-in definition has the wrong parameters.
    DEFINITION_PARAMETERS = "SA132" "definition-parameters";
    /// Several files match the name of the main file.
    SEVERAL_MAIN_FILES = "SA133" "several-main-files";
    /// A comment between the lines of a definition.
    COMMENT_IN_DEFINITION = "SA134" "comment-in-definition";
    /// A backslash at the end of a line that is no definition.
    NO_CONTINUATION = "SA135" "no-continuation";
    /// A line would be too long with the values of its definitions.
    EXPANSION_TOO_LONG = "SA136" "expansion-too-long";
    /// `#` or `!` directly after a word begins a comment.
    COMMENT_IN_WORD = "SA137" "comment-in-word";
    /// A comment allows a finding that is not there.
    UNUSED_SUPPRESSION = "SA150" "unused-suppression";
    /// A comment allows a code that does not exist.
    UNKNOWN_SUPPRESSION = "SA151" "unknown-suppression";

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
    /// A route line, or a word of it, cannot be used.
    ROUTE_LINE = "SA230" "route-line";
    /// A rule line, or a word of it, cannot be used.
    RULE_LINE = "SA231" "rule-line";
    /// A `track_*` line names nothing that is defined above it.
    UNKNOWN_TRACKED = "SA232" "unknown-tracked-object";
    /// Words of a `track_*` line that cannot be used.
    TRACK_ENTRY = "SA233" "track-entry";
    /// An object is tracked twice by one instance.
    DUPLICATE_TRACK = "SA234" "duplicate-track";
    /// A tracked object, or its weight, that cannot have an effect.
    TRACK_IGNORED = "SA235" "track-ignored";
    /// Words of `use_vmac` or `use_ipvlan` that cannot be used.
    OWN_LINK = "SA236" "own-link";
    /// `track_group` names no group that is defined above it, or cannot have an effect.
    TRACK_GROUP = "SA237" "track-group-reference";
    /// A route or rule that keepalived will not put back when others remove it.
    NOT_TRACKED = "SA238" "not-tracked";
    /// A rule without a preference gets one by counting.
    RULE_WITHOUT_PREFERENCE = "SA239" "rule-without-preference";
    /// A key of `auth_hmac` that cannot be used.
    TRAILER_KEY = "SA240" "hmac-key";
    /// A word that swallows the one after it.
    SWALLOWED_WORD = "SA241" "swallowed-word";
    /// `vrf` where it cannot be.
    VRF = "SA242" "vrf";

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

    /// One virtual address in two instances.
    ADDRESS_OF_TWO_INSTANCES = "SA316" "address-of-two-instances";
    /// A virtual address is the address of its network.
    ADDRESS_IS_NETWORK = "SA317" "address-is-network";
    /// A virtual address is the broadcast address of its network.
    ADDRESS_IS_BROADCAST = "SA318" "address-is-broadcast";
    /// A virtual address is an own address of the host.
    ADDRESS_OF_THE_HOST = "SA319" "address-of-the-host";
    /// Priority 255 without owning the addresses.
    OWNER_PRIORITY = "SA320" "owner-priority";
    /// A virtual address is in no subnet of its interface.
    ADDRESS_OUTSIDE_SUBNETS = "SA321" "address-outside-subnets";
    /// The host has no such interface.
    NO_SUCH_INTERFACE = "SA322" "no-such-interface";
    /// An instance is its own peer.
    OWN_ADDRESS_AS_PEER = "SA323" "own-address-as-peer";
    /// The host does not have the source address.
    SOURCE_NOT_ON_HOST = "SA324" "source-not-on-host";
    /// Unicast peers without a source address.
    UNICAST_WITHOUT_SOURCE = "SA325" "unicast-without-source";
    /// Strict mode keeps the host from answering on its virtual addresses.
    ADDRESS_DOES_NOT_ANSWER = "SA326" "address-does-not-answer";
    /// `state MASTER` without `priority`, which makes it 255.
    MASTER_WITHOUT_PRIORITY = "SA327" "master-without-priority";
    /// Mail alerts that nobody would get.
    ALERT_WITHOUT_RECIPIENT = "SA328" "alert-without-recipient";

    /// A script line cannot be split into words.
    SCRIPT_SYNTAX = "SA401" "script-syntax";
    /// A script is given twice for one event.
    DUPLICATE_SCRIPT = "SA402" "duplicate-script";
    /// A script user or group cannot be used.
    SCRIPT_USER = "SA403" "script-user";
    /// A script is not there.
    SCRIPT_MISSING = "SA410" "script-missing";
    /// Shell syntax in a script line that no shell sees.
    SHELL_SYNTAX = "SA411" "shell-syntax";
    /// A script is named without its path.
    SCRIPT_WITHOUT_PATH = "SA412" "script-without-path";
    /// A script cannot be executed by its user.
    SCRIPT_NOT_EXECUTABLE = "SA413" "script-not-executable";
    /// Somebody else than root can change a script, or a folder on its path.
    SCRIPT_UNSAFE = "SA414" "script-unsafe";
    /// A password that everybody on the LAN can read.
    CLEAR_TEXT_PASSWORD = "SA415" "clear-text-password";
    /// Scripts run without `enable_script_security`.
    SCRIPT_SECURITY_OFF = "SA416" "script-security-off";

    /// A virtual router has different VRIDs on different nodes.
    CLUSTER_VRID = "SA601" "cluster-vrid";
    /// Nodes of a virtual router use different multicast groups.
    CLUSTER_GROUP = "SA602" "cluster-group";
    /// One node of a virtual router uses unicast, another multicast.
    CLUSTER_UNICAST = "SA603" "cluster-unicast";
    /// A node does not list another one among its peers.
    CLUSTER_PEERS = "SA604" "cluster-peers";
    /// A node advertises from another address than its peers list.
    CLUSTER_SOURCE = "SA605" "cluster-source";
    /// Nodes of a virtual router authenticate in different ways.
    CLUSTER_AUTHENTICATION = "SA606" "cluster-authentication";
    /// Nodes of a virtual router have different passwords.
    CLUSTER_PASSWORD = "SA607" "cluster-password";
    /// Nodes of a VRRPv2 router have different intervals.
    CLUSTER_INTERVAL = "SA608" "cluster-interval";
    /// Nodes of a virtual router speak different versions.
    CLUSTER_VERSION = "SA609" "cluster-version";
    /// Nodes of a virtual router hold different addresses.
    CLUSTER_ADDRESSES = "SA610" "cluster-addresses";
    /// Nodes list the same addresses in different orders.
    CLUSTER_ADDRESS_ORDER = "SA611" "cluster-address-order";
    /// Nodes give an address different prefixes.
    CLUSTER_PREFIX = "SA612" "cluster-prefix";
    /// Nodes of a VRRPv3 router have different intervals.
    CLUSTER_HASTY_BACKUP = "SA613" "cluster-hasty-backup";
    /// Passwords differ after the 8 bytes that count.
    CLUSTER_PASSWORD_TAIL = "SA614" "cluster-password-tail";
    /// The highest priority belongs to several nodes.
    CLUSTER_EQUAL_PRIORITY = "SA615" "cluster-equal-priority";
    /// `nopreempt` on one node only.
    CLUSTER_PREEMPTION = "SA616" "cluster-preemption";
    /// Nodes compute checksums in different ways.
    CLUSTER_CHECKSUM = "SA617" "cluster-checksum";
    /// Strict mode on one node only.
    CLUSTER_STRICT = "SA618" "cluster-strict";
    /// A node lacks a virtual router that others have.
    CLUSTER_MISSING_INSTANCE = "SA619" "cluster-missing-instance";
    /// A node shares no virtual router with any other.
    CLUSTER_LONE_NODE = "SA620" "cluster-lone-node";
    /// Two virtual routers of different nodes use one VRID.
    CLUSTER_VRID_CLASH = "SA621" "cluster-vrid-clash";
    /// Two virtual routers of different nodes hold one address.
    CLUSTER_SHARED_ADDRESS = "SA622" "cluster-shared-address";
    /// Two nodes have priority 255.
    CLUSTER_TWO_OWNERS = "SA623" "cluster-two-owners";
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
