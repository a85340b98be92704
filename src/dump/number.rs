//! Numbers as C prints them.

use std::time::Duration;

/// Digits that `%g` keeps.
const DIGITS: i32 = 6;

/// `%g`: six significant digits without zeros at the end, so that whole numbers have no point.
pub(super) fn general(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    // Rounded to the digits that are kept, with the exponent that it has then.
    let scientific = format!("{value:.5e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..DIGITS).contains(&exponent) {
        let decimals = usize::try_from(DIGITS - 1 - exponent).unwrap_or(0);
        return trimmed(&format!("{value:.decimals$}")).to_owned();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}e{sign}{:02}", trimmed(mantissa), exponent.unsigned_abs())
}

/// Without zeros behind the point, and without the point if nothing is left behind it.
fn trimmed(number: &str) -> &str {
    match number.contains('.') {
        true => number.trim_end_matches('0').trim_end_matches('.'),
        false => number,
    }
}

/// `%g` of a time in seconds.
pub(super) fn seconds(time: Duration) -> String {
    general(time.as_secs_f64())
}

/// `%f` of a time in seconds.
pub(super) fn exact_seconds(time: Duration) -> String {
    format!("{}.{:06}", time.as_secs(), time.subsec_micros())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_look_as_c_prints_them() {
        let table = [
            (0.0, "0"),
            (5.0, "5"),
            (0.5, "0.5"),
            (0.25, "0.25"),
            (1.5, "1.5"),
            (40.95, "40.95"),
            (100.0, "100"),
            (86_400.0, "86400"),
            (999_999.5, "1e+06"),
            (1_234_567.0, "1.23457e+06"),
            (0.000_01, "1e-05"),
            (0.000_123_456_7, "0.000123457"),
            (3.414_062, "3.41406"),
        ];
        for (value, expected) in table {
            assert_eq!(general(value), expected);
        }
    }

    #[test]
    fn times_have_six_decimals() {
        let time = Duration::from_micros(1_795_337_390_000_703);
        assert_eq!(exact_seconds(time), "1795337390.000703");
        assert_eq!(seconds(Duration::from_millis(250)), "0.25");
    }
}
