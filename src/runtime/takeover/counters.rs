//! What a running daemon has counted, as it says when it is asked with SIGUSR2: `keepalived.stats`. Its
//! successor counts on, because monitors take a counter that falls for a daemon that has started.

use std::collections::BTreeMap;
use std::path::Path;

use nix::sys::signal::Signal;

use crate::engine::snapshot::Statistics;
use crate::runtime::takeover::process::Part;
use crate::runtime::takeover::report::{ReportError, asked};

/// The counters of each instance, by its name.
pub(super) type Counted = BTreeMap<String, Statistics>;

/// Asks a process for its counters, which it writes to `path`.
///
/// # Errors
/// It cannot be asked, or does not answer in a form that is understood.
pub(super) fn counters(part: Part, path: &Path) -> Result<Counted, ReportError> {
    asked(part, Signal::SIGUSR2, path, read)
}

/// Reads the text of the file. What it does not have is zero.
fn read(text: &str) -> Result<Counted, String> {
    let mut counted = Counted::new();
    let mut section = "";
    let mut instance = None;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("VRRP Instance: ") {
            instance = Some(counted.entry(name.to_owned()).or_default());
            continue;
        }
        let (key, value) = line.trim().split_once(':').ok_or(format!("{line:?} is no counter"))?;
        let Some(statistics) = &mut instance else {
            return Err(format!("{line:?} stands before every instance"));
        };
        if value.is_empty() {
            section = key;
            continue;
        }
        let is_own = !line.starts_with("    ");
        let Some(counter) = counter(statistics, if is_own { "" } else { section }, key) else {
            continue;
        };
        *counter = value.trim().parse().map_err(|_| format!("{line:?} has no number"))?;
    }
    Ok(counted)
}

/// What a line of a section counts; `None` for what this program does not count.
fn counter<'a>(counted: &'a mut Statistics, section: &str, key: &str) -> Option<&'a mut u64> {
    let trailers = &mut counted.trailers;
    Some(match (section, key) {
        ("", "Became master") => &mut counted.became_master,
        ("", "Released master") => &mut counted.released_master,
        ("Advertisements", "Received") => &mut counted.adverts_received,
        ("Advertisements", "Sent") => &mut counted.adverts_sent,
        ("Packet Errors", "Length") => &mut counted.length_errors,
        ("Packet Errors", "TTL") => &mut counted.ttl_errors,
        ("Packet Errors", "Invalid Type") => &mut counted.type_errors,
        ("Packet Errors", "Advertisement Interval") => &mut counted.interval_errors,
        ("Packet Errors", "Address List") => &mut counted.address_list_errors,
        ("Authentication Errors", "Invalid Type") => &mut counted.auth_type_invalid,
        ("Authentication Errors", "Type Mismatch") => &mut counted.auth_type_mismatch,
        ("Authentication Errors", "Failure") => &mut counted.auth_failures,
        ("Authentication Extension Errors", "Missing") => &mut trailers.missing,
        ("Authentication Extension Errors", "Malformed") => &mut trailers.malformed,
        ("Authentication Extension Errors", "Unknown Key") => &mut trailers.unknown_key,
        ("Authentication Extension Errors", "Invalid HMAC") => &mut trailers.invalid,
        ("Authentication Extension Errors", "Stale") => &mut trailers.stale,
        ("Authentication Extension Errors", "Replay") => &mut trailers.replayed,
        ("Priority Zero", "Received") => &mut counted.priority_zero_received,
        ("Priority Zero", "Sent") => &mut counted.priority_zero_sent,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// keepalived 2.2.7's, of a backup that was offered wrong passwords.
    const OLD: &str = "VRRP Instance: V 1
  Advertisements:
    Received: 120
    Sent: 7
  Became master: 2
  Released master: 1
  Packet Errors:
    Length: 0
    TTL: 3
    Invalid Type: 4
    Advertisement Interval: 0
    Address List: 0
  Authentication Errors:
    Invalid Type: 5
    Type Mismatch: 0
    Failure: 6
  Priority Zero:
    Received: 1
    Sent: 2
VRRP Instance: V2
  Advertisements:
    Received: 9
    Sent: 0
";

    #[test]
    fn each_counter_is_found_in_its_section() {
        let counted = read(OLD).unwrap();
        let expected = Statistics {
            adverts_received: 120,
            adverts_sent: 7,
            became_master: 2,
            released_master: 1,
            ttl_errors: 3,
            type_errors: 4,
            auth_type_invalid: 5,
            auth_failures: 6,
            priority_zero_received: 1,
            priority_zero_sent: 2,
            ..Statistics::default()
        };
        assert_eq!(counted["V 1"], expected);
        assert_eq!(counted["V2"].adverts_received, 9);
    }

    #[test]
    fn what_is_no_file_of_counters_is_refused() {
        for text in ["x", "Sent: 1", "VRRP Instance: V\n  Became master: many\n"] {
            assert!(read(text).is_err(), "{text:?}");
        }
        assert!(read("").unwrap().is_empty());
    }

    /// Every line that keepalived 2.4 and we write, with a number of its own.
    #[test]
    fn no_counter_of_a_later_release_is_lost() {
        let sections = [
            ("Packet Errors", &["Length", "TTL", "Invalid Type", "Address List"][..]),
            ("Authentication Errors", &["Invalid Type", "Type Mismatch", "Failure"]),
            (
                "Authentication Extension Errors",
                &["Missing", "Malformed", "Unknown Key", "Invalid HMAC", "Stale", "Replay"],
            ),
            ("Priority Zero", &["Received", "Sent"]),
        ];
        let mut statistics = Statistics::default();
        for (section, keys) in sections {
            for key in keys {
                let counter = counter(&mut statistics, section, key).unwrap();
                assert_eq!(*counter, 0, "{section}: {key} is counted with another one");
                *counter = 1;
            }
        }
    }
}
