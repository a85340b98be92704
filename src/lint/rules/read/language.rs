//! Pages of the codes about the language, which are raised while the file is read.

use crate::lint::Rule;
use crate::lint::rules::read::pages;

pages! {
    UNKNOWN_KEYWORD Error {
        what "A word stands where a keyword is expected, and it is none of this place.",
        why "keepalived logs one line and runs without the setting: a misspelt `priority` \
             leaves 100, a misspelt `auth_pass` leaves the cluster without \
             authentication.",
        instead "Write the keyword that is meant; the help names the nearest one, or the \
                 block that the word belongs to.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    pritority 150
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 150
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    UNKNOWN_BLOCK Error {
        what "The keyword of a block is unknown. The whole block is skipped.",
        why "keepalived reads the lines of an unknown block as if they stood outside of \
             it, and the block's `}` closes the enclosing one: everything after it lands \
             in the wrong place, and one slip becomes ten messages.",
        instead "Write the keyword that is meant, or move the block to where it belongs.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipadress_excluded {
        192.0.2.20/24
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress_excluded {
        192.0.2.20/24
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    STRAY_CLOSING_BRACE Error {
        what "A `}` closes a block that is not open.",
        why "Usually a block was closed too early some lines above, and the statements \
             between the two braces are read as if they stood outside.",
        instead "Remove the brace, or the one too many above it.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
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
    STRAY_OPENING_BRACE Error {
        what "A `{` stands where no block can begin.",
        why "keepalived ignores the brace, but not the `}` that belongs to it, which then \
             closes the enclosing block.",
        instead "Remove the pair of braces, or write the block's keyword before it.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 100 {
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    UNCLOSED_BLOCK Error {
        what "A block is never closed.",
        why "Everything to the end of the file is read as a part of that block. \
             keepalived says four times that a brace is missing, and not where.",
        instead "Add the missing `}`. The finding points at the `{` that has none; in a \
                 file that is indented the true place is often further down.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
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
    MISSING_OPENING_BRACE Error {
        what "A keyword that begins a block stands without its `{`.",
        why "keepalived ignores the statement, and the lines that should have been in the \
             block are read in the enclosing one.",
        instead "Write `{` at the end of the line or alone on the next one.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress_excluded
    priority 100
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress_excluded {
        192.0.2.20/24
    }
    priority 100
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    UNCLOSED_QUOTE Error {
        what "A double quote is opened and not closed on its line.",
        why "Values cannot span lines. What stands after the quote is lost, and \
             keepalived repeats its message up to six times.",
        instead "Close the quote on the same line.",
        bad r#"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    notify_master "/usr/local/bin/up.sh
    virtual_ipaddress {
        192.0.2.10/24
    }
}
"#,
        good r#"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    notify_master "/usr/local/bin/up.sh"
    virtual_ipaddress {
        192.0.2.10/24
    }
}
"#,
    }
    NOT_UTF8 Warning {
        what "A line holds bytes that are not UTF-8.",
        why "Names with such bytes look different in logs, in mails and in `status`. \
             Comments are not complained about.",
        instead "Save the file as UTF-8.",
        bad "global_defs {\n    router_id caf\u{fffd}\n}\n",
        good r"global_defs {
    router_id café
}
",
    }
    NUL_BYTE Error {
        what "A line holds NUL bytes and is left out.",
        why "A file with NUL bytes was damaged on its way, or is no text file. keepalived \
             leaves the line out, too.",
        instead "Save the file as plain text.",
        bad "global_defs {\n    router_id a\0b\n}\n",
        good r"global_defs {
    router_id ab
}
",
    }
    LINE_TOO_LONG Error {
        what "A line is longer than keepalived reads.",
        why "keepalived drops the first part of the line and takes the rest for a line of \
             its own, which means something else or nothing.",
        instead "Break the line: one address, one peer, one statement a line.",
        bad "virtual_server 192.0.2.1 80 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n",
        good r"! one statement a line
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    BYTE_ORDER_MARK Warning {
        what "The file begins with a byte order mark.",
        why "keepalived takes the mark for a part of the first word, and does not know \
             the keyword any more.",
        instead "Save the file as UTF-8 without it.",
        bad "\u{feff}global_defs {\n    router_id a\n}\n",
        good r"global_defs {
    router_id a
}
",
    }
    INCLUDE_NOT_FOUND Warning {
        what "An `include` names nothing that can be read: no such file, a pattern that \
              matches nothing, a folder, or a file that somebody may execute.",
        why "keepalived goes on without the file and ends its test with status 0: what \
             should have been configured is simply not there. With `includem`, \
             `includew`, `includea` or `-e` it refuses to start.",
        instead "Name the file that is meant. A pattern for fragments that may be absent \
                 is no error; without a wildcard it is.",
        bad r"include missing.conf
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"include part.conf
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
### part.conf
global_defs {
    router_id a
}
",
    }
    INCLUDE_CYCLE Error {
        what "A file includes itself, directly or through others.",
        why "It has no end; the chain is cut at 32 files.",
        instead "Remove one of the includes.",
        bad r"include keepalived.conf
vrrp_instance VI_1 {
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
    NOT_YET_SUPPORTED Note {
        what "A keyword of keepalived that stillalive's daemon does not act on.",
        why "This is about the daemon, not about the file: keepalived runs it. `check` \
             says so only when asked (`--select SA114`).",
        instead "Nothing needs to change for keepalived. Before running the file here, \
                 look whether the keyword matters.",
        bad r"global_defs {
    enable_snmp_checker
}
vrrp_instance VI_1 {
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
    MISSING_VALUE Error {
        what "A keyword lacks its value.",
        why "keepalived ends at most of these at once, with status 2, at a reload too: \
             the addresses are gone from this node.",
        instead "Write the value, or remove the line.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    EXTRA_WORDS Warning {
        what "Words follow the last value of a statement.",
        why "keepalived ignores them without a word. Often a `#` is missing before a \
             remark, or two statements stand on one line.",
        instead "Remove the words, write `#` before them, or give the second statement a \
                 line of its own.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 150 backup
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 150 # backup
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    DEPRECATED Warning {
        what "A spelling that keepalived calls deprecated.",
        why "It works today. Newer versions log a warning at each start and may drop it.",
        instead "Write the keyword that the help names.",
        bad r"global_defs {
    enable_snmp_keepalived
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    EMPTY_CONFIGURATION Warning {
        what "The configuration has no statement at all.",
        why "keepalived accepts an empty or missing file, ends its test with status 0, \
             and at a reload removes every address. Usually a template was rendered empty \
             or the wrong file was named.",
        instead "Name the right file.",
        bad r"# rendered from a template
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
    REPEATED_KEYWORD Warning {
        what "A keyword that takes one value is given twice in a block.",
        why "The last one counts, and nobody is told. Whoever edits the first one changes \
             nothing.",
        instead "Keep one of them.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 100
    priority 150
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 150
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
}
