//! What is a request of the control socket, and what is not.

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;

use crate::control::protocol::{Ask, Problem, ProblemCode, Wish, describe};
use crate::control::{Answer, Request, VERSION};
use crate::engine::drain::{Order, Target};
use crate::engine::snapshot::State;

fn read(line: &str) -> Result<Wish, Problem> {
    Request::read(line.as_bytes(), &Arc::from("uid 0, pid 7"))
}

fn described(line: &str) -> String {
    match read(line) {
        Ok(Wish::Command(command)) => format!("{} by {}", describe(&command), command.by),
        Ok(Wish::Status(name)) => format!("status {name:?}"),
        Ok(Wish::Configuration) => "configuration".to_owned(),
        Err(problem) => format!("{:?}: {}", problem.code, problem.text),
    }
}

#[test]
fn requests_are_read() {
    insta::assert_snapshot!(
        [
            r#"{"version":1,"ask":"status"}"#,
            r#"{"version":1,"ask":"status","instance":"V1"}"#,
            r#"{"version":1,"ask":"configuration"}"#,
            r#"{"version":1,"ask":"drain","instance":"V1","seconds":1800,"reason":"new memory"}"#,
            r#"{"version":1,"ask":"drain","all":true}"#,
            r#"{"version":1,"ask":"resume","all":true}"#,
            r#"{"version":1,"ask":"failover","instance":"V1"}"#,
        ]
        .map(described)
        .join("\n"),
        @r#"
    status None
    status Some("V1")
    configuration
    drain of V1 for 30m 0s by uid 0, pid 7
    drain of all instances until resumed by uid 0, pid 7
    resume of all instances by uid 0, pid 7
    failover of V1 by uid 0, pid 7
    "#
    );
}

#[test]
fn what_makes_no_sense_is_refused_and_says_why() {
    insta::assert_snapshot!(
        [
            "",
            "{",
            "[]",
            r#"{"version":2,"ask":"status"}"#,
            r#"{"ask":"status"}"#,
            r#"{"version":1,"ask":"reboot"}"#,
            r#"{"version":1,"ask":"status","sudo":true}"#,
            r#"{"version":1,"ask":"status","reason":"x"}"#,
            r#"{"version":1,"ask":"configuration","all":true}"#,
            r#"{"version":1,"ask":"drain"}"#,
            r#"{"version":1,"ask":"drain","instance":"V1","all":true}"#,
            r#"{"version":1,"ask":"drain","all":true,"seconds":0}"#,
            r#"{"version":1,"ask":"drain","all":true,"seconds":-1}"#,
            r#"{"version":1,"ask":"resume","all":true,"seconds":5}"#,
            r#"{"version":1,"ask":"drain","all":true,"reason":"a\nforged log line"}"#,
            r#"{"version":1,"ask":"drain","instance":"a\nforged log line"}"#,
        ]
        .map(described)
        .join("\n"),
        @"
    Malformed: no request: EOF while parsing a value at line 1 column 0
    Malformed: no request: EOF while parsing an object at line 1 column 1
    Malformed: no request: invalid length 0, expected struct Request with 6 elements at line 1 column 2
    Version: version 2 of the protocol is not known, 1 is
    Malformed: no request: missing field `version` at line 1 column 16
    Malformed: no request: unknown variant `reboot`, expected one of `status`, `configuration`, `drain`, `resume`, `failover` at line 1 column 27
    Malformed: no request: unknown field `sudo`, expected one of `version`, `ask`, `instance`, `all`, `seconds`, `reason` at line 1 column 34
    Malformed: a status has no terms
    Malformed: a configuration has no terms
    Malformed: a command names an instance, or says that it is for all
    Malformed: a command names an instance, or says that it is for all
    Malformed: a duration is at least one second and at most ten years
    Malformed: no request: invalid value: integer `-1`, expected u64 at line 1 column 50
    Malformed: only a drain lasts
    Malformed: a reason is one line of at most 200 letters
    Malformed: the name of an instance is one line
    "
    );
    let long =
        format!(r#"{{"version":1,"ask":"drain","all":true,"reason":"{}"}}"#, "x".repeat(201));
    assert_eq!(read(&long).unwrap_err().code, ProblemCode::Malformed);
    let deep = "[".repeat(60_000);
    assert_eq!(read(&deep).unwrap_err().code, ProblemCode::Malformed);
}

#[test]
fn what_a_client_writes_is_what_the_daemon_reads() {
    let request = Request {
        version: VERSION,
        ask: Ask::Drain,
        instance: Some("V 1".to_owned()),
        all: false,
        seconds: Some(90),
        reason: Some("\"quoted\"".to_owned()),
    };
    let line = serde_json::to_string(&request).unwrap();
    let Wish::Command(command) = read(&line).unwrap() else { panic!("no command: {line}") };
    assert_eq!(command.target, Target::Instance(Arc::from("V 1")));
    assert_eq!(command.order, Order::Drain { lasts: Some(Duration::from_secs(90)) });
    assert_eq!(command.reason.as_deref(), Some("\"quoted\""));
}

#[test]
fn answers_survive_the_wire() {
    let answers = [
        Answer::unknown("V\n9"),
        Answer::done([(Arc::from("V1"), State::Master, State::Backup)]),
        Answer::problem(Problem::new(ProblemCode::TooLong, "too long")),
    ];
    for answer in answers {
        let line = serde_json::to_string(&answer).unwrap();
        assert!(!line.contains('\n'));
        assert_eq!(serde_json::from_str::<Answer>(&line).unwrap(), answer);
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Request::read(&bytes, &Arc::from("x"));
    }

    #[test]
    fn no_json_makes_it_panic(
        version in any::<i64>(), ask in "status|configuration|drain|resume|failover|x", name in ".{0,20}",
        all in any::<bool>(), seconds in any::<i64>(), reason in ".{0,20}",
    ) {
        let line = serde_json::json!({
            "version": version.rem_euclid(3), "ask": ask, "instance": name, "all": all,
            "seconds": seconds, "reason": reason,
        });
        let _ = Request::read(line.to_string().as_bytes(), &Arc::from("x"));
    }
}
