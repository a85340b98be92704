//! `auth_hmac`: keys and modes; no finding shows a key.

use super::{bare, both, file_with, understood};
use crate::diag::render::{human, keepalived, short};
use crate::ir::{Authentication, Instance, KeyValue};
use crate::lower::Mode;

/// 36 bytes that stand nowhere else.
const KEY: &str = "Hx7qZr2abcdefghijklmnopqrstuvwxyz012";

fn shown(instance: &Instance) -> String {
    bare(&instance.authentication)
}

fn table(rows: &[&str]) -> String {
    let mut out = String::new();
    for row in rows {
        let outcome = understood(&file_with(&row.replace("KEY", KEY)));
        let shown = outcome.config.instances.first().map_or("-".to_owned(), |it| shown(it));
        out.push_str(&format!("{row}  =>  {shown}\n"));
        for finding in outcome.findings.iter().filter(|finding| !finding.contains("SA114")) {
            out.push_str(&format!("    {finding}\n"));
        }
    }
    out
}

#[test]
fn keys_modes_and_windows() {
    let rows = [
        "auth_hmac {; key 1 KEY; active_key 1; }",
        "auth_hmac {; key 1 KEY; active_key 2; }",
        "auth_hmac {; key 1 KEY; }",
        "auth_hmac {; key 1 short; active_key 1; }",
        "auth_hmac {; key 1; active_key 1; }",
        "auth_hmac {; key KEY 1; active_key 1; }",
        "auth_hmac {; key 0 KEY; active_key 1; }",
        "auth_hmac {; key 256 KEY; active_key 1; }",
        "auth_hmac {; key 1 KEY; key 1 KEY; active_key 1; }",
        "auth_hmac {; key 1 KEY; key 2 file:/etc/key; active_key 2; mode permissive; anti_replay monotonic; time_window 9; }",
        "auth_hmac {; key 1 hex:0g; active_key 1; }",
        "auth_hmac {; key 1 KEY; active_key x; }",
        "auth_hmac {; key 1 KEY; active_key 1; mode receive-only; }",
        "auth_hmac {; key 1 KEY; active_key 1; mode lax; }",
        "auth_hmac {; key 1 KEY; active_key 1; anti_replay x; }",
        "auth_hmac {; key 1 KEY; active_key 1; time_window 301; }",
        "strict_mode; auth_hmac {; key 1 KEY; active_key 1; mode permissive; }",
        "advert_int 7; auth_hmac {; key 1 KEY; active_key 1; }",
        "advert_int 200; auth_hmac {; key 1 KEY; active_key 1; }",
        "auth_hmac {; key 1 KEY; }; auth_hmac {; active_key 1; }",
        "auth_hmac {; key 1 KEY; active_key 1; }; authentication {; auth_type PASS; auth_pass x; }",
    ];
    insta::assert_snapshot!(table(&rows), @r#"
    auth_hmac {; key 1 KEY; active_key 1; }  =>  Trailer(Trailer { keys: [TrailerKey { id: 1, value: Bytes(Secret(36 bytes)) }], active: 1, window: 5s, replay: Time, mode: Enforce })
    auth_hmac {; key 1 KEY; active_key 2; }  =>  None
        4:12: error[SA240]: there is no key 2
    auth_hmac {; key 1 KEY; }  =>  None
        2:1: warning[SA240]: `auth_hmac` without `active_key`
    auth_hmac {; key 1 short; active_key 1; }  =>  None
        3:1: error[SA240]: key 1 has 5 bytes
        4:12: error[SA240]: there is no key 1
    auth_hmac {; key 1; active_key 1; }  =>  None
        3:1: error[SA240]: `key` needs a number and a value
        4:12: error[SA240]: there is no key 1
    auth_hmac {; key KEY 1; active_key 1; }  =>  None
        3:1: error[SA240]: the number of a key is 1 to 255
        4:12: error[SA240]: there is no key 1
    auth_hmac {; key 0 KEY; active_key 1; }  =>  None
        3:1: error[SA240]: the number of a key is 1 to 255
        4:12: error[SA240]: there is no key 1
    auth_hmac {; key 256 KEY; active_key 1; }  =>  None
        3:1: error[SA240]: the number of a key is 1 to 255
        4:12: error[SA240]: there is no key 1
    auth_hmac {; key 1 KEY; key 1 KEY; active_key 1; }  =>  Trailer(Trailer { keys: [TrailerKey { id: 1, value: Bytes(Secret(36 bytes)) }], active: 1, window: 5s, replay: Time, mode: Enforce })
        4:5: error[SA240]: key 1 is given twice
    auth_hmac {; key 1 KEY; key 2 file:/etc/key; active_key 2; mode permissive; anti_replay monotonic; time_window 9; }  =>  Trailer(Trailer { keys: [TrailerKey { id: 1, value: Bytes(Secret(36 bytes)) }, TrailerKey { id: 2, value: File("/etc/key") }], active: 2, window: 9s, replay: Monotonic, mode: Permissive })
    auth_hmac {; key 1 hex:0g; active_key 1; }  =>  None
        3:1: error[SA240]: key 1 is not made of pairs of hex digits
        4:12: error[SA240]: there is no key 1
    auth_hmac {; key 1 KEY; active_key x; }  =>  None
        2:1: warning[SA240]: `auth_hmac` without `active_key`
        4:12: error[SA201]: invalid number 'x' for `active_key`
    auth_hmac {; key 1 KEY; active_key 1; mode receive-only; }  =>  Trailer(Trailer { keys: [TrailerKey { id: 1, value: Bytes(Secret(36 bytes)) }], active: 1, window: 5s, replay: Time, mode: ReceiveOnly })
    auth_hmac {; key 1 KEY; active_key 1; mode lax; }  =>  Trailer(Trailer { keys: [TrailerKey { id: 1, value: Bytes(Secret(36 bytes)) }], active: 1, window: 5s, replay: Time, mode: Enforce })
        5:6: error[SA204]: 'lax' is no value of `mode`
    auth_hmac {; key 1 KEY; active_key 1; anti_replay x; }  =>  Trailer(Trailer { keys: [TrailerKey { id: 1, value: Bytes(Secret(36 bytes)) }], active: 1, window: 5s, replay: Time, mode: Enforce })
        5:13: error[SA204]: 'x' is no value of `anti_replay`
    auth_hmac {; key 1 KEY; active_key 1; time_window 301; }  =>  Trailer(Trailer { keys: [TrailerKey { id: 1, value: Bytes(Secret(36 bytes)) }], active: 1, window: 5s, replay: Time, mode: Enforce })
        5:13: error[SA202]: number '301' for `time_window` is outside range [1, 300]
    strict_mode; auth_hmac {; key 1 KEY; active_key 1; mode permissive; }  =>  Trailer(Trailer { keys: [TrailerKey { id: 1, value: Bytes(Secret(36 bytes)) }], active: 1, window: 5s, replay: Time, mode: Enforce })
        6:1: error[SA313]: strict mode has `mode enforce`
    advert_int 7; auth_hmac {; key 1 KEY; active_key 1; }  =>  Trailer(Trailer { keys: [TrailerKey { id: 1, value: Bytes(Secret(36 bytes)) }], active: 1, window: 21s, replay: Time, mode: Enforce })
    advert_int 200; auth_hmac {; key 1 KEY; active_key 1; }  =>  Trailer(Trailer { keys: [TrailerKey { id: 1, value: Bytes(Secret(36 bytes)) }], active: 1, window: 300s, replay: Time, mode: Enforce })
    auth_hmac {; key 1 KEY; }; auth_hmac {; active_key 1; }  =>  Trailer(Trailer { keys: [TrailerKey { id: 1, value: Bytes(Secret(36 bytes)) }], active: 1, window: 5s, replay: Time, mode: Enforce })
    auth_hmac {; key 1 KEY; active_key 1; }; authentication {; auth_type PASS; auth_pass x; }  =>  Trailer(Trailer { keys: [TrailerKey { id: 1, value: Bytes(Secret(36 bytes)) }], active: 1, window: 5s, replay: Time, mode: Enforce })
        6:1: error[SA308]: authentication is ignored
    "#);
}

#[test]
fn hexadecimal_keys_are_bytes() {
    let hex = "00ff".repeat(16);
    let text = file_with(&format!("auth_hmac {{; key 1 hex:{hex}; active_key 1; }}"));
    let config = understood(&text).config;
    let Authentication::Trailer(trailer) = &config.instances[0].authentication else { panic!() };
    let KeyValue::Bytes(bytes) = &trailer.keys[0].value.value else { panic!() };
    assert_eq!(bytes.expose(), [0, 255].repeat(16));
}

#[test]
fn no_finding_and_no_debug_output_shows_a_key() {
    for block in [
        format!("key 1 {KEY}\nactive_key 1"),
        format!("key {KEY} 1\nactive_key 1"),
        format!("key {KEY}"),
        format!("key 1 \"{KEY}\" {KEY}\nactive_key 1"),
        format!("key 1 \"{KEY}"),
        format!("kez 1 {KEY}"),
        format!("key 1 hex:{KEY}"),
        format!("key 1 {KEY}\nkey 1 {KEY}"),
        "key 1 Hx7q".to_owned(),
    ] {
        let text = file_with(&format!("auth_hmac {{\n{block}\n}}"));
        let (mut parsed, lowered) = both(text.as_bytes(), Mode::Run);
        lowered.secrets.iter().for_each(|secret| parsed.sources.conceal(*secret));
        let shown = format!("{lowered:?}");
        assert!(!shown.contains("Hx7q"), "{shown}");
        for finding in parsed.findings.all().iter().chain(lowered.findings.all()) {
            let lines = [
                short::line(finding, &parsed.sources),
                keepalived::line(finding, &parsed.sources),
                human::text(finding, &parsed.sources, false),
            ];
            for line in lines {
                assert!(!line.contains("Hx7q"), "{line}");
            }
        }
    }
}
