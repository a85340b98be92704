//! Reads the keys of `auth_hmac` that stand in files (`key ID file:PATH`).

use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Severity, Sink};
use crate::ir::{Authentication, Config, KeyValue};
use crate::lower::Unusable;
use crate::units::{Secret, Span};

/// Bytes of a key.
const KEY: std::ops::RangeInclusive<usize> = 32..=64;
/// Longest file: `hex:`, two digits a byte, the end of the line.
const LONGEST_FILE: u64 = 4 + 2 * 64 + 2;

/// Puts the bytes in place of the paths. What cannot be read stays a path, which signs and verifies
/// nothing.
///
/// Where that is the active key the configuration cannot run: keepalived would take `auth_hmac` away
/// and believe everybody, and an attacker's advert after a restart with a lost file is what it is for.
pub(super) fn read(config: &mut Config, sink: &mut Sink) -> Option<Unusable> {
    let mut unusable = None;
    for instance in &mut config.instances {
        if !matches!(instance.authentication, Authentication::Trailer(_)) {
            continue;
        }
        let instance = Arc::make_mut(instance);
        let Authentication::Trailer(trailer) = &mut instance.authentication else { continue };
        for key in &mut trailer.keys {
            let KeyValue::File(path) = &key.value.value else { continue };
            let id = key.value.id;
            let reason = match read_key(path, key.span, id, sink) {
                Ok(secret) => {
                    key.value.value = KeyValue::Bytes(secret);
                    continue;
                }
                Err(reason) => reason,
            };
            let name = &instance.name.value;
            let text = format!("({name}) key {id} cannot be read from '{path}': {reason}");
            let error = Diagnostic::new(Code::TRAILER_KEY, Severity::Error, key.span, text);
            sink.push(match id == trailer.active.value {
                true => {
                    unusable = Some(Unusable::Instance);
                    error
                        .with_label("the active key: without it nothing is signed, or verified")
                        .with_note(
                            "keepalived runs the instance without authentication; here it does not \
                             run, and a reload is refused",
                        )
                }
                false => error.with_label("adverts that are signed with it are refused"),
            });
        }
    }
    unusable
}

/// The key, or why there is none.
fn read_key(path: &str, span: Span, id: u8, sink: &mut Sink) -> Result<Secret, String> {
    let file = std::fs::File::open(path).map_err(|error| error.to_string())?;
    let about = file.metadata().map_err(|error| error.to_string())?;
    if !about.is_file() {
        return Err("it is no file".to_owned());
    }
    if about.permissions().mode() & 0o077 != 0 {
        let text = format!("the file of key {id} can be used by others than its owner");
        sink.push(
            Diagnostic::new(Code::TRAILER_KEY, Severity::Warning, span, text)
                .with_help(format!("chmod 600 {path}")),
        );
    }
    let mut bytes = Vec::new();
    file.take(LONGEST_FILE + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LONGEST_FILE) {
        return Err("it is too long".to_owned());
    }
    while bytes.last().is_some_and(|last| matches!(last, b'\n' | b'\r')) {
        bytes.pop();
    }
    let key = match bytes.strip_prefix(b"hex:") {
        Some(digits) => hexadecimal(digits).ok_or("it is not made of pairs of hex digits")?,
        None => bytes,
    };
    match KEY.contains(&key.len()) {
        true => Ok(Secret::new(key)),
        false => Err(format!("it has {} bytes, not 32 to 64", key.len())),
    }
}

fn hexadecimal(digits: &[u8]) -> Option<Vec<u8>> {
    let value =
        |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let (pairs, rest) = digits.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(value(*high)? << 4 | value(*low)?)).collect()
}
