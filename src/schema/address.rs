//! One line of `virtual_ipaddress { }` and its kin.

use super::Support::Runs;
use super::{Keyword, MANY, Value, table};

table! { ADDRESS_LINE;
    "+" ("(after brd/broadcast)", 0, 0, Value::None, Runs) "After brd: the host bits all one.",
        since "1.3.7";
    "-" ("(after brd/broadcast)", 0, 0, Value::None, Runs) "After brd: the host bits all zero.",
        since "1.3.7";
    "-nodad" ("", 0, 0, Value::None, Runs)
        "Has the kernel look for duplicates of an IPv6 address first.", default "off: nodad is set",
        since "1.3.6";
    "autojoin" ("", 0, 0, Value::None, Runs) "The kernel joins this multicast address.",
        default "off", since "1.3.6", build "IFA_F_MCAUTOJOIN headers";
    "brd" ("ADDR|+|-", 1, 1, Value::Other, Runs) "Short for broadcast.", default "none",
        since "1.1.3";
    "broadcast" ("ADDR|+|-", 1, 1, Value::Other, Runs) "Broadcast address, or + or - to derive it.",
        default "none", since "1.1.3";
    "dev" ("IFACE", 1, 1, Value::Interface, Runs) "Interface that gets the address.",
        default "interface (VMAC) of the instance; static: default_interface (eth0)",
        since "<=1.0.3";
    "forever" ("(after preferred_lft)", 0, 0, Value::None, Runs)
        "After preferred_lft: for all time.", since "2.0.20";
    "home" ("", 0, 0, Value::None, Runs) "Marks a Mobile IPv6 home address.", default "off",
        since "1.3.6";
    "label" ("LABEL", 1, 1, Value::Word, Runs) "Label of an IPv4 address, as old tools show it.",
        range "<=15 chars", default "none", since "1.1.14";
    "mngtmpaddr" ("", 0, 0, Value::None, Runs)
        "The kernel derives temporary IPv6 addresses from this one.", default "off", since "1.3.6",
        build "IFA_F_MANAGETEMPADDR headers";
    "no_track" ("", 0, 0, Value::None, Runs)
        "Loss of the address or of its interface goes unheeded.", default "tracked", since "2.0.3";
    "noprefixroute" ("", 0, 0, Value::None, Runs) "No route to the subnet comes with the address.",
        default "off", since "1.3.6", build "IFA_F_NOPREFIXROUTE headers";
    "peer" ("IP", 1, 1, Value::Address, Runs) "The other end of a point-to-point link.",
        range "no /LEN allowed", default "none", since "2.0.0";
    "preferred_lft" ("forever|SECONDS", 1, 1, Value::Other, Runs)
        "How long an IPv6 address is chosen as a source.", range "0..2^32-1",
        default "IPv6 /128: 0 (deprecated); other: forever", since "2.0.20";
    "scope" ("global|site|link|host|nowhere|N", 1, 1, Value::Word, Runs)
        "How far an IPv4 address is valid.", range "0..255 or iproute2 name", default "global",
        since "<=1.0.3";
    "track_group" ("NAME", 1, 1, Value::Word, Runs)
        "Instances of this group depend on the address's interface.", range "static_ipaddress only",
        default "none", since "2.0.3";
    "use_vmac" ("", 0, 0, Value::None, Runs) "Puts the address behind a virtual MAC of its own.",
        range "not in static_ipaddress", default "off", since "2.2.0", build "_HAVE_VRRP_VMAC_";
}

table! { ADDRESS_LINE_DATA;
    "ADDRESS" ("IP[/LEN]", 0, MANY, Value::Address, Runs)
        "The address; without a length it stands alone in its subnet.", range "LEN 0..32 / 0..128",
        default "/32 or /128", since "<=1.0.3";
}
