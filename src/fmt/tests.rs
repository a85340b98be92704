//! The layout, case by case; whole files and random ones are in `tests/fmt.rs`.

use super::{Refusal, format};

fn formatted(text: &str) -> String {
    let once = format(text.as_bytes()).unwrap();
    assert_eq!(format(&once).unwrap(), once, "not stable");
    String::from_utf8(once).unwrap()
}

#[test]
fn blocks_are_indented_by_four_and_their_brace_ends_the_statement() {
    insta::assert_snapshot!(formatted("
vrrp_instance   VI_1
{
\tstate MASTER
  interface\teth0


      virtual_ipaddress {

  10.0.0.1/24   dev  eth0
 }
}
# end
"), @r"
    vrrp_instance VI_1 {
        state MASTER
        interface eth0

        virtual_ipaddress {
            10.0.0.1/24 dev eth0
        }
    }
    # end
    ");
}

#[test]
fn one_line_holds_one_statement() {
    insta::assert_snapshot!(
        formatted("global_defs{router_id a} vrrp_instance x { authentication { auth_type PASS } } # e"),
        @r"
    global_defs {
        router_id a
    }
    vrrp_instance x {
        authentication {
            auth_type PASS
        }
    } # e
    "
    );
}

#[test]
fn comments_of_neighbours_stand_in_one_column() {
    insta::assert_snapshot!(formatted("
a {
   # alone
 state MASTER # one
   priority 100     # two
 weight 3
 x#glued
 y z  ! three
}
"), @r"
    a {
        # alone
        state MASTER # one
        priority 100 # two
        weight 3
        x#glued
        y z ! three
    }
    ");
}

#[test]
fn scripts_and_quotes_keep_their_blanks() {
    insta::assert_snapshot!(formatted("
vrrp_script  s {
  script  '/bin/x  a'   # c
    script   /bin/y   u
  user \"a  b\"   c
}
"), @r#"
    vrrp_script s {
        script  '/bin/x  a'   # c
        script   /bin/y   u
        user "a  b" c
    }
    "#);
}

#[test]
fn conditions_definitions_and_generators_are_only_indented() {
    insta::assert_snapshot!(formatted("
$P=100
 $M= \\
a  1 { \\
b   2 \\
}

@main   vrrp_instance A {
 @back vrrp_instance B   {
@main  priority  200
x   { @main  y
 }
z   ${P}   q
~SEQ(A,1,2)   { t  $A }
 include  {a,b}  c.conf
@main }
@back }
"), @r"
    $P=100
    $M= \
        a  1 { \
            b   2 \
        }

    @main   vrrp_instance A {
    @back vrrp_instance B   {
        @main  priority  200
        x   { @main  y
        }
        z ${P}   q
        ~SEQ(A,1,2)   { t  $A }
        include  {a,b}  c.conf
    @main }
    @back }
    ");
}

#[test]
fn a_brace_stays_where_joining_could_change_something() {
    for text in [
        "vrrp_instance $X\n{\n    a\n}\n",
        "@main vrrp_instance x\n{\n    a\n}\n",
        "include a.conf\n{\n    a\n}\n",
        "a # one\n{ # two\n    b\n}\n",
        "a # one\n# two\n{\n    b\n}\n",
        "a\\\n{\n    b\n}\n",
    ] {
        assert_eq!(formatted(text), text);
    }
}

#[test]
fn a_brace_joins_over_empty_lines_and_takes_a_comment_along() {
    assert_eq!(formatted("a # one\n\n{\nb\n}"), "a { # one\n    b\n}\n");
    assert_eq!(formatted("a\n{ # one\nb }"), "a { # one\n    b\n}\n");
}

#[test]
fn carriage_returns_go_and_a_last_line_ends() {
    assert_eq!(formatted("a {\r\n  b\r\n}"), "a {\n    b\n}\n");
    assert_eq!(formatted(""), "");
    assert_eq!(formatted("\n \n\t\n"), "");
}

#[test]
fn an_empty_line_that_ends_a_definition_stays() {
    assert_eq!(formatted("a {\n$A= \\\nb \\\n\n\n}\n"), "a {\n    $A= \\\n        b \\\n\n}\n");
    // Whether these end it depends on who reads.
    let text = "$A= \\\n  \n    # c\n    b\n";
    assert_eq!(formatted(text), text);
}

#[test]
fn what_is_unclear_is_left_byte_for_byte() {
    let long = format!("   # {}\n", "x".repeat(1100));
    for text in [
        "\n\u{feff}a {}\n",
        "a {\n  b\x0c c\n}\n",
        "  \u{feff}a  b\n",
        "a\rb\n",
        " a\0  b\n",
        &long,
    ] {
        assert_eq!(formatted(text), text, "{text:?}");
    }
}

#[test]
fn a_line_is_not_made_too_long_nor_short_enough_to_be_read() {
    let full = format!("a {{\nb {}\n}}\n", "x".repeat(1019));
    assert_eq!(formatted(&full), full);
    let over = format!("b {}  \n", "x".repeat(1020));
    assert_eq!(formatted(&over), over);
}

#[test]
fn braces_that_do_not_match_are_refused() {
    assert_eq!(format(b"a {\n b\n"), Err(Refusal::MissingBrace { line: 1 }));
    assert_eq!(format(b"a {\n}\n}\n"), Err(Refusal::ExtraBrace { line: 3 }));
    // With this id they match, and only so.
    assert!(format(b"@main a {\n}\n").is_ok());
}

#[test]
fn bytes_of_other_encodings_pass() {
    let text = b"a {\n  b \xe9\xff # \xc3\x28\n}\n";
    assert_eq!(format(text).unwrap(), b"a {\n    b \xe9\xff # \xc3\x28\n}\n");
}

#[test]
fn nesting_without_end_needs_no_memory_without_end() {
    let text = format!("{}{}", "a {\n".repeat(20_000), "}\n".repeat(20_000));
    let length = format(text.as_bytes()).unwrap().len();
    assert!(length < text.len() * 50, "{length}");
}
