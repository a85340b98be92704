//! Pages of the codes about definitions, conditions, generators and includes.

use crate::lint::Rule;
use crate::lint::rules::read::pages;

pages! {
    UNDEFINED_NAME Error {
        what "`${NAME}` stands where nothing of that name is defined.",
        why "keepalived leaves the text as it is, and its braces open and close a block: \
             what follows lands in the wrong place. Usually the definition is misspelt, \
             or stands further down.",
        instead "Define the name above its first use: `$NAME=value`.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority ${PRIO}
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"$PRIO=150
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority ${PRIO}
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    NOT_EXPANDED Warning {
        what "A definition of that name exists, and this use of it is not replaced, \
              because of the character that follows it.",
        why "keepalived replaces `$NAME` only before a blank, a comma, a closing \
             parenthesis or the end of the line. The value would have been used in every \
             other language; here the word stays as it is written.",
        instead "Write `${NAME}`, which ends at its brace.",
        bad r"$NET=192.0.2
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        $NET.10/24
    }
}
",
        good r"$NET=192.0.2
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        ${NET}.10/24
    }
}
",
    }
    UNUSED_DEFINITION Note {
        what "A definition that nothing uses.",
        why "It may be a left-over, or its uses are misspelt.",
        instead "Remove it, or use it.",
        bad r"$PRIO=150
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 150
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"$PRIO=150
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority $PRIO
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    MALFORMED_DEFINITION Error {
        what "A line that looks like a definition and is none.",
        why "keepalived reads it as a statement, and knows no keyword that begins with \
             `$`; the name stays undefined.",
        instead "Write `$NAME=value`, without blanks before the `=`.",
        bad r"$PRIO = 150
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"$PRIO=150
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority $PRIO
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    SELF_REFERENCE Error {
        what "A definition uses itself, directly or through others.",
        why "Its value has no end. keepalived goes on for ever or runs out of memory.",
        instead "Give the two values different names.",
        bad r"$A=$A
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority $A
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"$A=150
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority $A
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    BAD_GENERATOR Error {
        what "`~SEQ` or `~LST` that cannot be used.",
        why "keepalived reads the line as it stands, without generating anything.",
        instead "Write `~SEQ(VAR, first, step, last)` or `~LST(VAR, a, b, c)` before the \
                 text that is to be repeated.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        ~SEQ(N, 1, 0, 3) 192.0.2.${N}/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        ~SEQ(N, 1, 3) 192.0.2.${N}/24
    }
}
",
    }
    NOT_A_NEGATION Warning {
        what "`@!id` looks like a negated condition and is none.",
        why "The `!` begins a comment: the line is lost whatever the id is.",
        instead "Write `@^id` for lines that all but this id shall take.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    @!backup priority 150
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    @^backup priority 150
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    CONDITION_REMOVES_BRACE Warning {
        what "A condition removes one brace of a block, and leaves the other.",
        why "For some ids the blocks do not balance, and everything after that line is \
             read in the wrong place.",
        instead "Put the whole block under the condition, line by line, or neither brace.",
        bad r"@main vrrp_instance VI_1 {
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
    @main priority 150
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    INCLUDED_TWICE Warning {
        what "An `include` behind a brace, behind a condition or with a definition in it.",
        why "keepalived reads such a line twice, and the file with it: instances clash \
             with themselves, lists grow. Here it is read once.",
        instead "Give the `include` a line of its own, without a condition, and name the \
                 file in full.",
        bad r"$PART=part.conf
include $PART
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
    DIRECTIVE_FROM_DEFINITION Warning {
        what "The value of a definition makes a condition, a definition or a generator of \
              the line.",
        why "It works, and whoever reads the line does not see it.",
        instead "Write the line out.",
        bad r"$WHEN=@main
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    $WHEN priority 150
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"$PRIO=150
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    @main priority $PRIO
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    BOUND_REACHED Error {
        what "A bound of reading is reached: of the length of the text, of its nesting, \
              of the number of definitions or files.",
        why "The bound keeps a hostile or broken file from eating the memory of the \
             machine. No configuration that is meant comes near it.",
        instead "Look for a definition or a generator that produces far more than it \
                 should.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        ~SEQ(A, 1, 2000) ~SEQ(B, 1, 2000) 10.0.${A}.${B}
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        ~SEQ(A, 1, 2) ~SEQ(B, 1, 4) 10.0.${A}.${B}
    }
}
",
    }
    DEFINITION_PARAMETERS Warning {
        what "A built-in definition has the wrong parameters.",
        why "keepalived uses what it can of them, or nothing.",
        instead "Write the parameters as the manual has them: `${_ENV NAME}`, `${_RANDOM \
                 1 10}`.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority ${_RANDOM 10 1}
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
    SEVERAL_MAIN_FILES Warning {
        what "The name of the main file is a pattern, and several files match it.",
        why "All of them are read, one after the other, as if they were one.",
        instead "Name one file, which includes the others.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24
    }
}
### keepalived-2.conf
vrrp_instance VI_2 {
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
",
    }
    COMMENT_IN_DEFINITION Warning {
        what "A comment stands between the lines of a definition.",
        why "The definition goes on behind it, which one does not see.",
        instead "Put the comment above the definition.",
        bad r"$VIPS= \
# the web
 192.0.2.10/24
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        $VIPS
    }
}
",
        good r"# the web
$VIPS=192.0.2.10/24
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        $VIPS
    }
}
",
    }
    NO_CONTINUATION Warning {
        what "A backslash ends a line that is no definition.",
        why "Only definitions go on in the next line. Elsewhere the backslash is a word \
             of its own.",
        instead "Write the statement on one line.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    notify_master \
        /usr/local/bin/up.sh
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    notify_master /usr/local/bin/up.sh
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    EXPANSION_TOO_LONG Error {
        what "A line would be longer than keepalived reads, once the values of its \
              definitions are in it.",
        why "keepalived cuts it or drops it.",
        instead "Break the value into several lines.",
        bad r"$A=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    debug ${A}${A}
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
    COMMENT_IN_WORD Warning {
        what "`#` or `!` directly after a word begins a comment.",
        why "The rest of the line is lost, whether it was meant as a comment or as a part \
             of the word, such as a `#` in a password.",
        instead "Put a blank before a comment; write `\\#` for the character, or put the \
                 word into double quotes.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    authentication {
        auth_type PASS
        auth_pass pass#1
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r#"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    authentication {
        auth_type PASS
        auth_pass "pass#1"
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
"#,
    }
}
