//! The test vectors of the language: a text, and the lines that keepalived hands to its blocks.

use crate::syntax::tests::{delivered, findings};
use crate::syntax::{Environment, parse_text_in};
use crate::units::Compat;

/// What both releases deliver.
const BOTH: &[(&str, &[&str])] = &[
    (
        "global_defs { router_id a } global_defs\n{\nrouter_id b\n}",
        &["global_defs", "{", "router_id a", "}", "global_defs", "{", "router_id b", "}"],
    ),
    ("a c{d}e f", &["a c", "{", "d", "}", "e f"]),
    ("a \"{\" b", &["a \"{\" b"]),
    ("a '{' b", &["a '", "{", "' b"]),
    (r"a foo\#bar \!x y\z \\ end", &[r"a foo#bar !x y\z \\ end"]),
    ("a \"p # q\" r # s", &["a \"p # q\" r"]),
    (
        "$A=one\nx $A/24 ${A}/24 y$A,z ($A) \"$A\" '${A}'",
        &["x $A/24 one/24 yone,z (one) \"$A\" 'one'"],
    ),
    ("$EMPTY=\nx [${EMPTY}] z", &["x [] z"]),
    ("$M= \\\n m1 ${N} \\\n m2 ${N}\n$N=1\n$M\n$N=2\nx $M", &["m1 1", "m2 1", "x m1 2", "m2 2"]),
    ("$A= \\\n a1 \\\n $B \\\n a2\n$B= \\\n b1 \\\n b2\n$A", &["a1", "b1", "b2", "a2"]),
    ("$T= \\\n t1 \\\n ~LST(I,a,b) y $I \\\n t3\n$T", &["t1", "y a", "y b", "t3"]),
    ("~SEQ(A,3) s $A", &["s 1", "s 2", "s 3"]),
    ("~SEQ(A,-2) s $A", &["s -1", "s -2"]),
    ("~SEQ(A,6,-2,1) s $A", &["s 6", "s 4", "s 2"]),
    ("~SEQx(A,0x8,0xc) fe80::${A}", &["fe80::8", "fe80::9", "fe80::a", "fe80::b", "fe80::c"]),
    ("~SEQ(A,1,2) { t $A }", &["{", "t 1", "}", "{", "t 2", "}"]),
    ("~LST({P,Q},{1,2},{3,4}) l $P $Q .", &["l 1 2 .", "l 3 4 ."]),
    ("~LST({P,Q},{1},{3,4}) l $P ${Q}. .", &["l 1 . .", "l 3 4. ."]),
    (
        "~LST({P,Q},{10,1},{20,4}) ~SEQ(R,168,2,172) 192.${R}.${P}.${Q}",
        &[
            "192.168.10.1",
            "192.170.10.1",
            "192.172.10.1",
            "192.168.20.4",
            "192.170.20.4",
            "192.172.20.4",
        ],
    ),
    ("@main a\n@back b\n@^main c\n@^back d\n@main\n@^ e", &["a", "d", "e"]),
    ("x { @nope y }\nz", &["x", "{", "z"]),
    ("x${_HASH}y z", &["x"]),
    ("\"x${_HASH}y\" z", &["\"x#y\" z"]),
    // Decided otherwise than keepalived, which reads `x $`, `{`, `UNDEF`, `}`, `y`.
    ("x ${UNDEF} y", &["x ${UNDEF} y"]),
    // 2.4.3 does not evaluate it, 2.2.7 and the manual do.
    ("$T= \\\n ~LST(I,a,b) y $I \\\n t3\n$T", &["y a", "y b", "t3"]),
];

fn environment(compat: Compat) -> Environment {
    Environment { config_id: "main".to_owned(), compat, ..Environment::default() }
}

#[test]
fn every_vector_is_delivered_as_keepalived_delivers_it() {
    for (text, expected) in BOTH {
        for compat in Compat::ALL {
            let parsed = parse_text_in("k", text.as_bytes(), &environment(*compat));
            assert_eq!(delivered(&parsed), *expected, "{compat}: {text}");
        }
    }
}

#[test]
fn random_numbers_have_the_bounds_that_are_written() {
    let text = "x ${_RANDOM 3 3} ${_RANDOM 7 5}.";
    let new = parse_text_in("k", text.as_bytes(), &environment(Compat::V2_4_3));
    assert_eq!(delivered(&new), ["x 3 7."]);
    assert_eq!(findings(&new), ["k:1:18: error[SA132]: ${_RANDOM}: min 7 exceeds max 5"]);
}

#[test]
fn an_environment_variable_is_known_since_2_4() {
    let mut environment = environment(Compat::V2_4_3);
    environment.variables.insert("NODE".to_owned(), "n1".to_owned());
    let text = b"x ${_ENV NODE} \"${_ENV NONE}\"";
    assert_eq!(delivered(&parse_text_in("k", text, &environment)), ["x n1 \"\""]);
    environment.compat = Compat::V2_2_7;
    let old = parse_text_in("k", text, &environment);
    assert_eq!(delivered(&old), ["x ${_ENV NODE} \"${_ENV NONE}\""]);
    assert_eq!(findings(&old), ["k:1:3: error[SA121]: this name is not defined"]);
}

#[test]
fn a_backslash_at_the_end_of_a_comment_counts_for_2_2_only() {
    let text = b"$D=first \\\nsecond  # note \\\nthird\n$D\nx";
    for (compat, expected) in [
        (Compat::V2_2_7, &["first", "second", "third", "x"][..]),
        (Compat::V2_4_3, &["third", "first", "second", "x"]),
    ] {
        let parsed = parse_text_in("k", text, &environment(compat));
        assert_eq!(delivered(&parsed), expected, "{compat}");
    }
}

#[test]
fn a_line_with_nul_bytes_is_cut_by_2_2_and_left_out_by_2_4() {
    for (compat, expected) in [(Compat::V2_2_7, &["a", "b"][..]), (Compat::V2_4_3, &["b"])] {
        let parsed = parse_text_in("k", b"a\0c\nb", &environment(compat));
        assert_eq!(delivered(&parsed), expected, "{compat}");
    }
}
