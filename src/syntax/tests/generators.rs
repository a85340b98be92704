//! `~SEQ` and `~LST`: values, nesting, faults.

use crate::diag::Verdict;
use crate::syntax::parse_text;
use crate::syntax::tests::{delivered, findings};

fn lines(text: &str) -> Vec<String> {
    delivered(&parse_text("k", text.as_bytes()))
}

#[test]
fn numbers_run_from_the_start_while_not_past_the_end() {
    for (text, expected) in [
        ("~SEQ(A,0) x$A", &["x1", "x0"][..]),
        ("~SEQ(A,,2) x$A", &["x0", "x1", "x2"]),
        ("~SEQ(A,5,4) x$A", &["x5", "x4"]),
        ("~SEQ(A,1,3,8) x$A", &["x1", "x4", "x7"]),
        ("~SEQ(A,7,7) x$A", &["x7"]),
        ("~SEQ (A, 1, 2 )x$A", &["x1", "x2"]),
        ("~SEQ ( A , 010, 011) x$A", &["x8", "x9"]),
        ("~SEQ(A,0x10,0x11) x$A", &["x16", "x17"]),
        ("~SEQx(A,9,11) x$A", &["x9", "xa", "xb"]),
        ("$N=2\n~SEQ(A,$N) x$A\n~SEQ(A,${N}1,22) y$A", &["x1", "x2", "y21", "y22"]),
        ("~SEQ(A,2) ~SEQ(B,7,8) x $A $B", &["x 1 7", "x 1 8", "x 2 7", "x 2 8"]),
        // Without a text the variable is set all the same.
        ("~SEQ(A,1,3)\nx $A", &["x 3"]),
        ("~SEQ(A,2) $B=$A\nx $B", &["x 2"]),
        ("~seq(A,1) b", &["~seq(A,1) b"]),
        ("$A=1\n~foo $A", &["~foo $A"]),
        ("x ~SEQ(A,2) $A", &["x ~SEQ(A,2) $A"]),
    ] {
        assert_eq!(lines(text), expected, "{text}");
    }
}

#[test]
fn a_list_gives_its_values_in_order() {
    for (text, expected) in [
        ("~LST( A , 1 , 2 ) x$A", &["x1", "x2"][..]),
        ("~LST(A,B,1) x$A", &["xB", "x1"]),
        ("~LST(A,1,,3) x$A", &["x1", "x", "x3"]),
        ("~LST(A,) x$A", &["x"]),
        ("~LST({ A , B } , {1 , 2} ,3) x${A}${B}", &["x12", "x3"]),
        ("~LST(A,{1},{2}) x$A", &["x1", "x2"]),
        ("$Q=7\n~LST(A,$Q,8) x$A", &["x7", "x8"]),
        ("$M=p \\\n q\n~SEQ(A,2) $M\nz", &["p", "q", "p", "q", "z"]),
    ] {
        assert_eq!(lines(text), expected, "{text}");
    }
}

#[test]
fn a_faulty_generator_is_reported_in_keepalived_s_words_and_left_out() {
    for (line, words) in [
        ("~SEQ(A,x) b", "Invalid ~SEQ definition"),
        ("~SEQ(A,1,2,3,4) b", "Invalid ~SEQ definition"),
        ("~SEQ A,1 b", "Invalid ~SEQ definition"),
        ("~SEQ(A,1,0,2) b", "Invalid ~SEQ values"),
        ("~SEQ(A,1,-1,2) b", "Invalid ~SEQ values"),
        ("~SEQ(A,1,2 b", "~SEQ missing terminating ')'"),
        ("~SEQx(A,-1,2) b", "~SEQx is only valid for positive numbers"),
        (
            "~SEQ(A,1,00000000000000000000000000000000000000000000000000000000000000002) b",
            "~SEQ parameter strings too long",
        ),
        ("~LST(A) b", "Invalid ~LST specification"),
        ("~LST(A,1 2) b", "Invalid ~LST specification"),
        ("~LST({A,B,1) b", "Invalid ~LST specification"),
        ("~LST({A,B},{1,2,3}) b", "~LST specification has too many values"),
    ] {
        let parsed = parse_text("k", line.as_bytes());
        assert_eq!(delivered(&parsed), [""; 0], "{line}");
        let found = &parsed.findings.all()[0];
        assert_eq!(found.code.id, "SA126", "{line}");
        assert_eq!(found.verdict, Verdict::Counted, "{line}");
        assert_eq!(found.in_its_words(), format!("{words} '{line}'"), "{line}");
    }
    let several = parse_text("k", b"$V=a \\\n b\n~SEQ(A,$V) x");
    assert!(findings(&several)[0].contains("SA126"), "{:?}", findings(&several));
}
