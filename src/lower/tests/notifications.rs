//! Notify scripts: their quoting, their users, and that the first one counts.

use super::{instance, table};
use crate::ir::{Instance, Script, ScriptUser};

fn script(statement: &str) -> Script {
    instance(statement).notify.master.expect(statement).value
}

#[test]
fn every_event_has_its_script() {
    let notify = instance(
        "notify_master /m; notify_backup /b; notify_fault /f; notify_stop /s; notify /n; \
         notify_master_rx_lower_pri /l",
    )
    .notify;
    let program =
        |script: Option<Box<crate::units::Spanned<Script>>>| script.unwrap().value.program;
    assert_eq!(program(notify.master), "/m");
    assert_eq!(program(notify.backup), "/b");
    assert_eq!(program(notify.fault), "/f");
    assert_eq!(program(notify.stop), "/s");
    assert_eq!(program(notify.any), "/n");
    assert_eq!(program(notify.master_rx_lower_pri), "/l");
}

#[test]
fn words_arguments_and_users() {
    let user = |user: &str, group: Option<&str>| {
        Some(ScriptUser { user: user.to_owned(), group: group.map(str::to_owned) })
    };
    for (statement, program, arguments, who) in [
        ("notify_master /s", "/s", vec![], None),
        ("notify_master \"/s a b\"", "/s", vec!["a", "b"], None),
        ("notify_master \"/s a\" bob", "/s", vec!["a"], user("bob", None)),
        ("notify_master \"/s a\" bob staff", "/s", vec!["a"], user("bob", Some("staff"))),
        (
            "notify_master '/s one \"two three\"' bob",
            "/s",
            vec!["one", "two three"],
            user("bob", None),
        ),
        ("notify_master \"/s 'x{y}' # !\"", "/s", vec!["x{y}", "#", "!"], None),
        ("notify_master \"/s \\x41\\101\"", "/s", vec!["AA"], None),
    ] {
        let found = script(statement);
        assert_eq!(found.program, program, "{statement}");
        assert_eq!(found.arguments, arguments, "{statement}");
        assert_eq!(found.user, who, "{statement}");
    }
}

#[test]
fn what_is_wrong_with_a_script() {
    let rows = [
        "notify_master",
        "notify_master \"\"",
        "notify_master \"/s",
        "notify_master '/s",
        "notify_master '/s a\\",
        "notify_master /s # comment",
        "notify_master /a; notify_master /b",
        "notify /s user group more",
        "notify_master /s {; }",
        "notify_deleted /s",
    ];
    let show = |instance: &Instance| {
        let program = |script: &Option<Box<crate::units::Spanned<Script>>>| {
            script.as_ref().map(|script| script.program.clone())
        };
        format!("{:?} {:?}", program(&instance.notify.master), program(&instance.notify.any))
    };
    insta::assert_snapshot!(table(&rows, show), @r#"
    notify_master  =>  None None  [MissingValue]
        2:1: error[SA115]: `notify_master` lacks its value
    notify_master ""  =>  None None
        2:15: warning[SA401]: `notify_master` names no program
    notify_master "/s  =>  None None
        2:15: error[SA107]: a double quote is never closed
    notify_master '/s  =>  None None
        2:15: error[SA401]: the command of `notify_master` cannot be split into words
    notify_master '/s a\  =>  None None
        2:15: error[SA401]: the command of `notify_master` cannot be split into words
        2:20: warning[SA135]: a backslash at the end does not continue the line
    notify_master /s # comment  =>  Some("/s") None
    notify_master /a; notify_master /b  =>  Some("/a") None
        3:15: error[SA402]: `notify_master` is given twice
    notify /s user group more  =>  None Some("/s")
        2:1: warning[SA116]: extra words after the user and group of `notify`
    notify_master /s {; }  =>  Some("/s") None
        2:18: error[SA104]: `notify_master` takes no block
    notify_deleted /s  =>  None None
    "#);
}
