//! `$NAME=value`: what defines, what uses, and what is said about the rest.

use crate::diag::Verdict;
use crate::syntax::tests::{delivered, findings, outline};
use crate::syntax::{Environment, parse_text, parse_text_in};
use crate::units::Compat;

fn lines(text: &str) -> Vec<String> {
    delivered(&parse_text("k", text.as_bytes()))
}

#[test]
fn only_a_name_directly_before_the_equals_sign_defines() {
    for (text, code) in [
        ("$B = two", "SA124"),
        ("$C =three", "SA124"),
        ("$1D=x", "SA124"),
        ("$F-G=x", "SA124"),
        ("$ X=1", "SA124"),
    ] {
        let parsed = parse_text("k", text.as_bytes());
        assert_eq!(delivered(&parsed), [""; 0], "{text}");
        assert!(findings(&parsed)[0].contains(code), "{text}: {:?}", findings(&parsed));
        assert_eq!(parsed.findings.all()[0].verdict, Verdict::Counted, "{text}");
    }
    assert_eq!(lines("$A=  1 2  # c\nx $A"), ["x 1 2"]);
    assert_eq!(lines("$A=1\n$A=2\nx $A"), ["x 2"]);
    assert_eq!(lines("$_INSTANCE=x\ny $_INSTANCE"), ["y x"]);
    // A name that is defined makes way for its value before anything else is looked at.
    assert_eq!(lines("$A=x\n$A = 2"), ["x = 2"]);
}

#[test]
fn a_definition_goes_on_after_a_backslash_until_a_line_without_one() {
    for (text, expected) in [
        ("$X=a \\\n b \\\n c\n$X", &["a", "b", "c"][..]),
        ("$X= \\\n a \\\n\\\n b\n$X", &["a", "b"]),
        ("$X=a \\\n\nb\n$X", &["b", "a"]),
        ("$X=a \\\n  \nb\n$X", &["b", "a"]),
        ("$X=a \\\n # comment\n b\nc\n$X", &["c", "a", "b"]),
        ("$X=\\\n\nx [${X}]", &["x []"]),
        ("$X=a \\\\\n b\nx $X", &["x a\\", "b"]),
        // Only one line: something may follow.
        ("$X= \\\n b\nx $X y", &["x b y"]),
        ("$X=b \\\n\nx $X y", &["x $X y"]),
        ("$X=b \\\n c\nx ${X} y", &["x ${X} y"]),
        ("$X=p \\\n q\nx $X\ny", &["x p", "q", "y"]),
        // What stands in it is evaluated when it is used.
        ("$X=a \\\n $Y=1 \\\n x $Y\n$X\ny $Y", &["a", "x 1", "y 1"]),
        ("$X=a \\\n x { y \\\n }\n$X", &["a", "x", "{", "y", "}"]),
    ] {
        assert_eq!(lines(text), expected, "{text}");
    }
}

#[test]
fn a_comment_between_the_lines_of_a_definition_is_skipped_and_reported() {
    let parsed = parse_text("k", b"$X=a \\\n # comment\n b\n$X");
    assert_eq!(
        findings(&parsed),
        ["k:2:2: warning[SA134]: a comment stands between the lines of a definition"]
    );
}

#[test]
fn a_use_without_braces_needs_an_end() {
    for (used, expected) in [
        ("$A", "v"),
        ("$A b", "v b"),
        ("$A,b", "v,b"),
        ("($A)", "(v)"),
        ("$A/24", "$A/24"),
        ("$A.5", "$A.5"),
        ("[$A]", "[$A]"),
        ("\"$A\"", "\"$A\""),
        ("\"$A \"", "\"v \""),
        ("\"${A}\"", "\"v\""),
        ("\\$A", "\\v"),
        ("$$A", "$v"),
        ("${A}/24", "v/24"),
        ("$AB", "$AB"),
        ("${ A}", "${ A}"),
    ] {
        assert_eq!(lines(&format!("$A=v\nx {used}")), [format!("x {expected}")], "{used}");
    }
    let parsed = parse_text("k", b"$A=v\nx $A/24");
    assert_eq!(
        findings(&parsed),
        ["k:2:3: warning[SA122]: `$A` is defined, but not replaced here"]
    );
    assert_eq!(parsed.findings.all()[0].verdict, Verdict::Silent);
}

#[test]
fn values_are_resolved_when_they_are_used() {
    assert_eq!(
        lines("$BASE=10.2.${SUB}\n$SUB=0\n${BASE}.1\n$SUB=10\n${BASE}.1"),
        ["10.2.0.1", "10.2.10.1"]
    );
    assert_eq!(lines("$B=foo { x }\n$B\ny"), ["foo", "{", "x", "}", "y"]);
    assert_eq!(lines("$C=a # b\n$D=${_HASH} z\nx $C ${D} y"), ["x a"]);
}

#[test]
fn braces_of_an_undefined_name_are_text_and_said_to_be_none() {
    let parsed = parse_text("k", b"global_defs {\nrouter_id x${UNDEF}y\nz\n}\n");
    assert_eq!(outline(&parsed), "global_defs { router_id x${UNDEF}y | z | }");
    assert_eq!(findings(&parsed), ["k:2:12: error[SA121]: this name is not defined"]);
    let shell = parse_text("k", b"a {\nstate ${STATE:-MASTER}\nb\n}");
    assert_eq!(outline(&shell), "a { state ${STATE:-MASTER} | b | }");
    assert_eq!(findings(&shell), ["k:2:7: error[SA121]: this is no use of a definition"]);
    // In double quotes it is text for keepalived too.
    let quoted = parse_text("k", b"a \"x${UNDEF}\"");
    assert_eq!(findings(&quoted), [""; 0]);
    // A `$` in a password is nobody's business.
    assert_eq!(findings(&parse_text("k", b"auth_pass a$ecret")), [""; 0]);
}

#[test]
fn wrong_parameters_leave_a_built_in_as_it_is() {
    for (text, expected) in [
        (
            "x ${_RANDOM 1 2 3}",
            "Definition _RANDOM requires between 0 and 2 parameters, 3 specified.",
        ),
        ("x ${_RANDOM a}", "Definition _RANDOM requires numeric parameters only."),
        ("x ${_ENV}", "Definition _ENV requires 1 parameter, 0 specified."),
        ("x ${_HASH 1}", "`$_HASH` takes no parameters"),
        ("$A=1\nx ${A 1}", "`$A` takes no parameters"),
    ] {
        let parsed = parse_text("k", text.as_bytes());
        assert_eq!(delivered(&parsed), [text.lines().last().unwrap()], "{text}");
        assert!(findings(&parsed)[0].ends_with(expected), "{:?}", findings(&parsed));
    }
    let old = Environment { compat: Compat::V2_2_7, ..Environment::default() };
    let parsed = parse_text_in("k", b"x ${_RANDOM 1 2 3}", &old);
    assert_eq!(parsed.findings.all()[0].verdict, Verdict::Silent);
}

#[test]
fn a_blank_before_the_closing_brace_is_an_error() {
    let parsed = parse_text("k", b"$A=one\na {\nx ${A }\ny\n}");
    assert_eq!(outline(&parsed), "a { x ${A } | y | }");
    assert_eq!(findings(&parsed), ["k:3:3: error[SA122]: a blank before the `}` of `${A}`"]);
}

#[test]
fn built_in_names_tell_where_and_who() {
    let environment = Environment {
        config_id: "n1".to_owned(),
        directory: "/root".to_owned(),
        ..Environment::default()
    };
    let at = |name: &str| delivered(&parse_text_in(name, b"x ${_PWD} $_INSTANCE", &environment));
    assert_eq!(at("k.conf"), ["x /root n1"]);
    assert_eq!(at("/etc/k/k.conf"), ["x /etc/k n1"]);
    assert_eq!(at("sub/k.conf"), ["x /root/sub n1"]);
}

#[test]
fn a_definition_that_uses_itself_is_not_replaced() {
    for text in ["$R=$R\nx $R", "$A=$B\n$B=$A\nx $A", "$M= \\\n a \\\n $M\nx $M"] {
        let parsed = parse_text("k", text.as_bytes());
        assert!(findings(&parsed)[0].contains("SA125"), "{:?}", findings(&parsed));
    }
}

#[test]
fn what_is_defined_and_never_used_is_a_note() {
    let parsed = parse_text("k", b"$A=1\n$B=2\n@other x $C\n$C=3\n$D=${B}\nx $D");
    assert_eq!(findings(&parsed), ["k:1:1: note[SA123]: `$A` is defined and never used"]);
}

#[test]
fn a_definition_that_becomes_a_directive_is_evaluated_and_reported() {
    let environment =
        |compat| Environment { config_id: "main".to_owned(), compat, ..Environment::default() };
    let text = b"$IF_MAIN=@main\n$IF_BACK=@back\n$IF_MAIN priority 240\n$IF_BACK priority 100";
    for (compat, verdict) in [(Compat::V2_2_7, Verdict::Silent), (Compat::V2_4_3, Verdict::Counted)]
    {
        let parsed = parse_text_in("k", text, &environment(compat));
        assert_eq!(delivered(&parsed), ["priority 240"]);
        let verdicts: Vec<_> = parsed.findings.all().iter().map(|found| found.verdict).collect();
        assert_eq!(verdicts, [verdict, verdict]);
        assert_eq!(parsed.findings.all()[0].in_its_words(), "Unknown keyword '@main'");
    }
}
