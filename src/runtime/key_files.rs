//! Reads the keys of `auth_hmac` that stand in files (`key ID file:PATH`).

use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Severity, Sink};
use crate::ir::{Authentication, Config, KeyValue};
use crate::units::{Secret, Span};

/// Bytes of a key.
const KEY: std::ops::RangeInclusive<usize> = 32..=64;
/// Longest file: `hex:`, two digits a byte, the end of the line.
const LONGEST_FILE: u64 = 4 + 2 * 64 + 2;

/// Puts the bytes in place of the paths. A key that cannot be read is left out, and an instance whose
/// active key is gone has no `auth_hmac`, as with one that is not written down.
pub(super) fn read(config: &mut Config, sink: &mut Sink) {
    for instance in &mut config.instances {
        if !matches!(instance.authentication, Authentication::Trailer(_)) {
            continue;
        }
        let instance = Arc::make_mut(instance);
        let Authentication::Trailer(trailer) = &mut instance.authentication else { continue };
        trailer.keys.retain_mut(|key| {
            let KeyValue::File(path) = &key.value.value else { return true };
            let id = key.value.id;
            match read_key(path, key.span, id, sink) {
                Ok(secret) => {
                    key.value.value = KeyValue::Bytes(secret);
                    true
                }
                Err(reason) => {
                    let text = format!("key {id} cannot be read from '{path}': {reason}");
                    sink.push(
                        Diagnostic::new(Code::TRAILER_KEY, Severity::Error, key.span, text)
                            .with_label("the key is ignored"),
                    );
                    false
                }
            }
        });
        let active = trailer.active;
        if !trailer.keys.iter().any(|key| key.value.id == active.value) {
            let text = format!("there is no key {}", active.value);
            sink.push(
                Diagnostic::new(Code::TRAILER_KEY, Severity::Error, active.span, text)
                    .with_label("`auth_hmac` is off: adverts are not signed, and not verified"),
            );
            instance.authentication = Authentication::None;
        }
    }
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
