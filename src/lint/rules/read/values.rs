//! Pages of the codes about values, which are raised while the file is read.

use crate::lint::Rule;
use crate::lint::rules::read::pages;

pages! {
    INVALID_NUMBER Error {
        what "A word is not a number.",
        why "keepalived uses the digits at its beginning, or the default, depending on \
             the keyword.",
        instead "Write a plain decimal number.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority high
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 200
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    OUT_OF_RANGE Error {
        what "A number is outside the range of its keyword.",
        why "keepalived ignores the statement and uses the default, so that for instance \
             two nodes have the same priority.",
        instead "Write a number of the range that the finding names.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 300
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 200
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    INVALID_ADDRESS Error {
        what "A word is not an address of the kind that is needed here.",
        why "keepalived drops the line: the address is on no node.",
        instead "Write an IPv4 or IPv6 address, with `/LENGTH` only where one is taken.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.300/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.30/24
    }
}
",
    }
    INVALID_CHOICE Error {
        what "A word is none of those that the keyword takes.",
        why "keepalived ignores the statement or uses the default.",
        instead "Write one of the words that the finding names. Letter case counts.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    state master
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    state MASTER
    priority 150
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    NAME_TOO_LONG Error {
        what "A name is too long.",
        why "The kernel's names of interfaces have at most 15 bytes; there can be no \
             interface of this name.",
        instead "Write the name that `ip link` shows.",
        bad r"vrrp_instance VI_1 {
    interface a-very-long-interface
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    DUPLICATE_NAME Error {
        what "Two blocks have the same name.",
        why "keepalived ignores the second one: its addresses are on no node.",
        instead "Give each a name of its own.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 52
    virtual_ipaddress {
        192.0.2.11/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
vrrp_instance VI_2 {
    interface eth0
    virtual_router_id 52
    virtual_ipaddress {
        192.0.2.11/24
    }
}
",
    }
    MISSING_NAME Error {
        what "A block that needs a name has none, or has several.",
        why "keepalived skips the block.",
        instead "Write one name before the `{`; put a name with blanks into double \
                 quotes.",
        bad r"vrrp_instance {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    FAMILY_MISMATCH Error {
        what "An address is of another family than its instance.",
        why "An instance has one family, that of the first address written in it; \
             keepalived ignores addresses of the other one.",
        instead "Move the address into an instance of its own family, or list it under \
                 `virtual_ipaddress_excluded`.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
        2001:db8::10/64
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress_excluded {
        2001:db8::10/64
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    ADDRESS_OPTION Error {
        what "An option of an address line is unknown, lacks its value, or cannot be used \
              with this address.",
        why "keepalived ignores the option or drops the whole line, depending on the \
             option.",
        instead "Write the option as the manual has it.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24 device eth1
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24 dev eth1
    }
}
",
    }
    TOO_PRECISE Warning {
        what "A number has more decimals than are kept.",
        why "What is not kept is rounded away, so that the time is another one than the \
             file says.",
        instead "Write as many decimals as count.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    version 3
    advert_int 1.234567891234
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    version 3
    advert_int 1.23
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
}
