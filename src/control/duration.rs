//! Durations as people write them (`90`, `30m`, `1h30m`) and read them (`3d 4h`).

use std::time::Duration;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
/// Nobody means more seconds than these: ten years.
pub(super) const MOST: u64 = 3_650 * DAY;

/// What is not a duration.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotADuration {
    /// It has another form.
    #[error("a duration is a number of seconds, or numbers with d, h, m or s: 90, 30m, 1h30m")]
    Form,
    /// It is nothing, or more than ten years.
    #[error("a duration is at least one second and at most ten years")]
    Range,
}

/// Reads a duration: seconds, or numbers with units, each of which may stand once or not at all.
///
/// # Errors
/// It is none, or out of range.
pub fn parse(text: &str) -> Result<Duration, NotADuration> {
    let mut total = 0_u64;
    let mut number: Option<u64> = None;
    let mut largest = u64::MAX;
    for letter in text.chars() {
        if let Some(digit) = letter.to_digit(10) {
            let before = number.unwrap_or(0).saturating_mul(10);
            number = Some(before.saturating_add(digit.into()));
            continue;
        }
        let unit = match letter {
            'd' => DAY,
            'h' => HOUR,
            'm' => MINUTE,
            's' => 1,
            _ => return Err(NotADuration::Form),
        };
        let Some(number) = number.take().filter(|_| unit < largest) else {
            return Err(NotADuration::Form);
        };
        largest = unit;
        total = total.saturating_add(number.saturating_mul(unit));
    }
    match (number, largest) {
        (Some(seconds), u64::MAX) => total = seconds,
        (Some(_), _) => return Err(NotADuration::Form),
        (None, u64::MAX) => return Err(NotADuration::Form),
        (None, _) => {}
    }
    match total {
        1..=MOST => Ok(Duration::from_secs(total)),
        _ => Err(NotADuration::Range),
    }
}

/// A duration for people: the two largest units, milliseconds below ten seconds.
pub fn spell(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let two = |large: u64, name: char, small: u64, other: char| {
        let rest = seconds.checked_rem(large).and_then(|rest| rest.checked_div(small));
        let whole = seconds.checked_div(large).unwrap_or(0);
        format!("{whole}{name} {}{other}", rest.unwrap_or(0))
    };
    match seconds {
        0..10 => format!("{:.1}s", duration.as_secs_f64()),
        10..MINUTE => format!("{seconds}s"),
        MINUTE..HOUR => two(MINUTE, 'm', 1, 's'),
        HOUR..DAY => two(HOUR, 'h', MINUTE, 'm'),
        _ => two(DAY, 'd', HOUR, 'h'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        let rows = [("90", 90), ("30m", 1_800), ("1h30m", 5_400), ("1d", 86_400), ("2m5s", 125)];
        for (text, seconds) in rows {
            assert_eq!(parse(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "m", "30x", "-5", "5m3", "5m5m", "5s3m", "1.5h", " 5", "٣"] {
            assert_eq!(parse(text), Err(NotADuration::Form), "{text:?}");
        }
        for text in ["0", "0m", "99999d", "99999999999999999999999", "99999999999999999999999d"] {
            assert_eq!(parse(text), Err(NotADuration::Range), "{text:?}");
        }
    }

    #[test]
    fn durations_are_told_in_two_units() {
        let spelled = |millis| spell(Duration::from_millis(millis));
        let rows = [
            (0, "0.0s"),
            (1_250, "1.2s"),
            (59_999, "59s"),
            (61_000, "1m 1s"),
            (3_600_000, "1h 0m"),
            (273_600_000, "3d 4h"),
        ];
        for (millis, text) in rows {
            assert_eq!(spelled(millis), text);
        }
    }
}
