//! `@id`: lines that count for one config-id.

use crate::syntax::tests::{delivered, findings, outline};
use crate::syntax::{Environment, Parsed, parse_text_in};

fn parse(text: &str) -> Parsed {
    let environment = Environment { config_id: "main".to_owned(), ..Environment::default() };
    parse_text_in("k", text.as_bytes(), &environment)
}

#[test]
fn a_condition_keeps_or_drops_the_rest_of_its_line() {
    for (text, expected) in [
        ("@main a b", &["a b"][..]),
        ("@Main a", &[]),
        ("@mai a\n@maine a", &[]),
        ("@^main a\n@^x b", &["b"]),
        ("@ x\n@^ y", &["y"]),
        ("@main\n@^x", &[]),
        ("  @main\ta", &["a"]),
        ("@main $P=200\n@^main $P=100\nx $P", &["x 200"]),
        ("@main ~SEQ(A,2) x $A", &["x 1", "x 2"]),
        ("a @main b", &["a @main b"]),
        ("a { @main b }", &["a", "{", "b", "}"]),
        ("a { @^main 1.2.3.4\n5.6.7.8 }", &["a", "{", "5.6.7.8", "}"]),
        // One condition a line.
        ("@main @^back foo", &["@^back foo"]),
    ] {
        assert_eq!(delivered(&parse(text)), expected, "{text}");
    }
}

#[test]
fn a_condition_that_removes_a_brace_is_named_where_the_blocks_do_not_balance() {
    let opening = parse("@nope a X {\nb\n}\n");
    assert_eq!(
        findings(&opening),
        [
            "k:3:1: error[SA103]: `}` closes a block that is not open",
            "k:1:1: warning[SA128]: the condition removes the `{` together with the line",
        ]
    );
    let closing = parse("x { @nope y }\nz");
    assert_eq!(
        findings(&closing),
        [
            "k:1:3: error[SA105]: the block of `x` is never closed",
            "k:1:5: warning[SA128]: the condition removes the `}` together with the line",
        ]
    );
    for text in
        ["@nope a {\n@nope b\n@nope }\nz", "@main a {\n@nope b {\n c\n}", "a {\n@nope b { c }\n}"]
    {
        assert_eq!(findings(&parse(text)), [""; 0], "{text}");
    }
    assert_eq!(outline(&parse("@main a {\n@nope b {\n c\n}")), "a { c | }");
}
