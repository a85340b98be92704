//! Pages of the codes about conditions, definitions, generators, includes, and what else keepalived
//! does to lines before it looks for keywords.

use crate::lint::Rule;
use crate::lint::rules::read::pages;

pages! {
    UNDEFINED_NAME Error {
        what "`${NAME}` stands where nothing of that name is defined, or it is no use of a \
             definition at all (`${NAME:-default}` is a shell's).",
        why "keepalived leaves the text as it is, and then takes its braces for those of \
             a block: the `}` closes the enclosing block, and every line after it lands \
             in the wrong place. Here the text is kept.",
        instead "Define the name above its first use; definitions of another config-id do not \
             count. In double quotes such a text is left alone.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority ${PRIORITY}
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"$PRIORITY=100
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority ${PRIORITY}
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    NOT_EXPANDED Warning {
        what "A definition exists, but is not replaced where it seems to be used.",
        why "`$NAME` counts only before a blank, `,`, `)` or the end of the line, so \
             `$NET/24` and `\"$NAME\"` stay as they are. A definition of several lines \
             counts only as the last thing on its line.",
        instead "Write `${NAME}`, which may stand anywhere; put a definition of several lines \
             at the end of its line.",
        bad r"$VIP=192.0.2.10
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        $VIP/24
    }
}
",
        good r"$VIP=192.0.2.10
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        ${VIP}/24
    }
}
",
    }
    UNUSED_DEFINITION Note {
        what "A definition that nothing uses, not even a line for another config-id.",
        why "Often its use is misspelt, or was removed and the definition forgotten.",
        instead "Remove it, or use it.",
        bad r"$PRIORTY=150
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"$PRIORITY=150
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority $PRIORITY
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    MALFORMED_DEFINITION Error {
        what "A line looks like a definition and is none.",
        why "keepalived takes it for an unknown keyword and defines nothing; every use of \
             the name then stays as it is.",
        instead "Write `$NAME=value`: a letter or `_` first, then letters, digits and `_`, \
             and the `=` directly after the name.",
        bad r"$PRIORITY = 150
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"$PRIORITY=150
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority $PRIORITY
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    SELF_REFERENCE Error {
        what "A definition uses itself, directly or through others, or definitions use \
             each other more than 64 deep.",
        why "keepalived expands it until the line has 1,023 bytes, or for ever: a \
             definition that is exactly its own name never ends.",
        instead "Break the circle.",
        bad r"$A=$B
$B=$A
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority $A
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"$A=$B
$B=100
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
        what "`~SEQ` or `~LST` is not written as it must be, or gives more than a million \
             values.",
        why "keepalived logs two messages and drops the line with everything that it \
             would have generated.",
        instead "Write `~SEQ(NAME, [START, [STEP,]] END) text` with a step that leads from \
             the start to the end, or `~LST(NAME, value, ...) text` with values without \
             blanks.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        ~SEQ(N, 1, -1, 3) 192.0.2.${N}/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        ~SEQ(N, 1, 3) 192.0.2.${N}/24
    }
}
",
    }
    NOT_A_NEGATION Error {
        what "`@!id` looks like a negated condition.",
        why "`!` begins a comment, so the line is left out whatever the config-id is, and \
             nobody says so.",
        instead "Write `@^id` for a line that counts for every other config-id.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    @!backup priority 150
    @backup priority 100
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    @^backup priority 150
    @backup priority 100
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    CONDITION_REMOVES_BRACE Warning {
        what "A condition removes a line together with the brace on it, and the blocks do \
             not balance any more.",
        why "A condition is about the rest of its line only. With the `{` gone the lines \
             of the block are read outside of it, and its `}` closes another block.",
        instead "Repeat the condition on every line of the block, or put the block into a \
             definition and the condition before its use.",
        bad r"@other vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
}
",
        good r"@other vrrp_instance VI_1 {
@other     interface eth0
@other     virtual_router_id 51
@other }
vrrp_instance VI_2 {
    interface eth0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    INCLUDED_TWICE Warning {
        what "An `include` stands behind a condition or a brace, or has a definition in \
             it.",
        why "keepalived's parent process copies the file into what its children read, and \
             leaves the `include` there too: they read the file twice, and everything in \
             it is defined twice. Here it is read once.",
        instead "Put the `include` on a line of its own and the condition on the lines of the \
             included file.",
        bad r"$PART=part.conf
include $PART
### part.conf
global_defs {
    router_id a
}
",
        good r"include part.conf
### part.conf
global_defs {
    router_id a
}
",
    }
    DIRECTIVE_FROM_DEFINITION Warning {
        what "A definition turns a line into a condition, a definition or a generator.",
        why "The manual documents it and keepalived 2.2 evaluates it. 2.4 does not: it \
             calls the line an unknown keyword. Here it is evaluated.",
        instead "Write the condition or the generator itself at the start of the line.",
        bad r"$BACKUP=@backup
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    $BACKUP priority 100
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    @backup priority 100
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    BOUND_REACHED Error {
        what "The configuration grows beyond a bound while it is read: 64 MiB of text, a \
             million lines or uses out of definitions and generators, 10,000 files, or \
             generators and definitions nested a thousand deep.",
        why "Few lines can describe more text than any machine holds. Reading stops at \
             the bound; keepalived has none and goes on until its memory ends.",
        instead "Generate fewer lines.",
        bad r"~SEQ(A, 1, 1000) ~SEQ(B, 1, 1001) @none x
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        ~SEQ(N, 1, 3) 192.0.2.${N}/24
    }
}
",
    }
    DEFINITION_PARAMETERS Error {
        what "A definition has parameters that it does not take: `${_RANDOM [MIN [MAX]]}` \
             takes up to two numbers, `${_ENV NAME}` one name, all others none.",
        why "The text stays as it is, and its braces are taken for those of a block. \
             `${_ENV}` without a name makes keepalived abort.",
        instead "Give the parameters that it takes.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority ${_RANDOM low high}
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority ${_RANDOM 100 150}
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    SEVERAL_MAIN_FILES Warning {
        what "Several files match the name that `-f` gives.",
        why "keepalived reads all of them one after the other and counts an error.",
        instead "Name one file, and include the others in it.",
        bad r"# keepalived -f '/etc/keepalived/*.conf'
",
        good r"# keepalived -f /etc/keepalived/keepalived.conf
",
    }
    COMMENT_IN_DEFINITION Warning {
        what "A comment stands between the lines of a definition.",
        why "keepalived's parent process skips it, and the definition goes on. For the \
             processes that run VRRP and the checkers the definition ends there, and its \
             other lines are configuration, in the wrong place. Here the definition goes \
             on.",
        instead "Put the comment before the definition.",
        bad r"$VIPS= \
    192.0.2.10/24 \
    # the second one \
    192.0.2.11/24
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        $VIPS
    }
}
",
        good r"# the second one is 192.0.2.11
$VIPS= \
    192.0.2.10/24 \
    192.0.2.11/24
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        $VIPS
    }
}
",
    }
    NO_CONTINUATION Warning {
        what "A line that is no definition ends in a backslash.",
        why "Only definitions may have several lines. Elsewhere the backslash becomes a \
             part of the last word, and the next line is a line of its own.",
        instead "Write it on one line.",
        bad r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 100
    notify_master /etc/up.sh \
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
        good r"vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 100
    notify_master /etc/up.sh
    virtual_ipaddress {
        192.0.2.10/24
    }
}
",
    }
    EXPANSION_TOO_LONG Error {
        what "With the values of its definitions a line would have more than 1,023 bytes, \
             or more than a thousand definitions are used in it.",
        why "keepalived leaves the rest of the line as it is, and says so in the log \
             only.",
        instead "Split the line, or use a definition of several lines.",
        bad r"$A=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
$B=${A}${A}${A}${A}
$C=${B}${B}${B}${B}
global_defs {
    router_id $C
}
",
        good r"$A=x
global_defs {
    router_id ${A}${A}
}
",
    }
    COMMENT_IN_WORD Warning {
        what "A `#` or `!` directly after a letter or digit begins a comment.",
        why "No blank is needed before a comment: of `auth_pass ab#cd` only `ab` is left, \
             and the other router has another password.",
        instead "Put the word into double quotes, or a backslash before the character; put a \
             blank before a comment.",
        bad r#"global_defs {
    router_id node#1
}
"#,
        good r#"global_defs {
    router_id "node#1"
}
"#,
    }
}
