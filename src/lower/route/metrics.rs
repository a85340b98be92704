//! Metrics of a route: `mtu lock 1400`, `rtt 300ms`, `features ecn` and their kin.

use crate::diag::Code;
use crate::ir::{Metric, RouteMetrics};
use crate::lower::Lowering;
use crate::lower::line::Words;
use crate::syntax::Word;
use crate::units::Compat;

/// The shortest and the longest time, in milliseconds.
const TIMES: (u64, u64) = (200, 120_000);

impl Lowering<'_> {
    /// One metric; `None` drops the route.
    pub(super) fn metric<'w>(
        &mut self,
        word: &Word,
        words: &mut Words<'w>,
        metrics: &mut RouteMetrics,
    ) -> Option<()> {
        match word.text.as_str() {
            "mtu" => metrics.mtu = Some(self.lockable(word, words)?),
            "advmss" => metrics.advertised_mss = Some(self.lockable(word, words)?),
            "reordering" => metrics.reordering = Some(self.lockable(word, words)?),
            "cwnd" => metrics.congestion_window = Some(self.lockable(word, words)?),
            "ssthresh" => metrics.slow_start_threshold = Some(self.lockable(word, words)?),
            "rtt" => metrics.rtt = Some(self.metric_time(word, words, 8)?),
            "rttvar" => metrics.rtt_variance = Some(self.metric_time(word, words, 4)?),
            "rto_min" => {
                metrics.least_retransmission_timeout = Some(self.metric_time(word, words, 1)?);
            }
            "window" => metrics.window = Some(self.plain_metric(word, words, u32::MAX)?),
            "initcwnd" => {
                metrics.initial_congestion_window =
                    Some(self.plain_metric(word, words, u32::MAX)?);
            }
            "initrwnd" => {
                metrics.initial_receive_window = Some(self.plain_metric(word, words, u32::MAX)?);
            }
            "hoplimit" => {
                let limit = self.plain_metric(word, words, u8::MAX.into())?;
                metrics.hop_limit = u8::try_from(limit).ok();
            }
            "quickack" => metrics.quick_ack = Some(self.plain_metric(word, words, 1)? == 1),
            "fastopen_no_cookie" => {
                metrics.fast_open_no_cookie = Some(self.plain_metric(word, words, 1)? == 1);
            }
            "congctl" => {
                let locked = words.next_is("lock");
                let value = self.value_of(words)?.text.clone();
                metrics.congestion_control = Some(Metric { value, locked });
            }
            _ => {
                let value = self.value_of(words)?;
                if value.text == "ecn" {
                    metrics.ecn = true;
                } else {
                    self.ignored(value, &format!("feature {} not supported", value.text));
                }
            }
        }
        Some(())
    }

    fn plain_metric<'w>(&mut self, word: &Word, words: &mut Words<'w>, max: u32) -> Option<u32> {
        let value = self.value_of(words)?;
        let number = self.number(value, max.into()).and_then(|number| u32::try_from(number).ok());
        if number.is_none() {
            let text = match word.text.as_str() {
                "mtu" => format!("Invalid MTU {} specified for route", value.text),
                "hoplimit" => format!("Invalid hoplimit {} specified for route", value.text),
                other => format!("Invalid {other} value {} specified for route", value.text),
            };
            self.dropped(value, &text)?;
        }
        number
    }

    fn lockable<'w>(&mut self, word: &Word, words: &mut Words<'w>) -> Option<Metric<u32>> {
        let locked = words.next_is("lock");
        Some(Metric { value: self.plain_metric(word, words, u32::MAX)?, locked })
    }

    /// A time with or without a unit; without one it counts in `parts` of a millisecond.
    fn metric_time<'w>(
        &mut self,
        word: &Word,
        words: &mut Words<'w>,
        parts: u64,
    ) -> Option<Metric<u32>> {
        let locked = words.next_is("lock");
        let value = self.value_of(words)?;
        let (least, most) = (TIMES.0 * parts, TIMES.1 * parts);
        let has_unit = value.text.ends_with(|c: char| c.is_ascii_alphabetic());
        let time = time(&value.text, parts)
            .filter(|time| *time <= if has_unit { most * parts } else { most });
        let Some(time) = time else {
            let text = match word.text.as_str() {
                "rto_min" => format!("Invalid rto_min value {} specified for route", value.text),
                other => format!("Invalid {other} {} for route", value.text),
            };
            self.dropped(value, &text)?;
            return None;
        };
        let places = value
            .text
            .split_once('.')
            .map_or(0, |(_, rest)| rest.bytes().take_while(u8::is_ascii_digit).count());
        let most_places = if value.text.contains('m') || !has_unit { 0 } else { 3 };
        if places > most_places {
            let number = value.text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            let text = format!("number '{number}' has too many decimal places");
            self.error(Code::TOO_PRECISE, value.span, text).label("it is rounded");
        }
        // 2.2.7 does not mention it.
        if !(least..=most).contains(&time) && self.compat > Compat::V2_2_7 {
            // keepalived says "rtt" of both round-trip times.
            let name = word.text.trim_end_matches("var").trim_end_matches("_min");
            let (wrong, limit) = match time < least {
                true => ("below minimum", TIMES.0),
                false => ("above maximum", TIMES.1),
            };
            let text = format!("{name} value {} {wrong} {limit}ms, resetting", value.text);
            self.error(Code::OUT_OF_RANGE, value.span, text).label(format!("{limit} ms is used"));
        }
        let time = time.clamp(least, most);
        Some(Metric { value: u32::try_from(time).ok()?, locked })
    }
}

/// A time in `parts` of a millisecond: `300ms`, `1.5s`, or a bare number of such parts.
fn time(text: &str, parts: u64) -> Option<u64> {
    let end = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end)?;
    let micros = match unit {
        "s" | "sec" | "secs" => 1_000_000,
        "ms" | "msec" | "msecs" => 1_000,
        // A bare number counts in thousandths of its part, for the sake of decimals.
        "" => return decimal(number).map(|thousandths| thousandths.saturating_add(500) / 1_000),
        _ => return None,
    };
    let millionths = decimal(number)?.checked_mul(micros)? / 1_000;
    Some(millionths.checked_mul(parts)?.checked_add(500)? / 1_000)
}

/// Thousandths of a decimal number; more decimals do not count.
fn decimal(text: &str) -> Option<u64> {
    let text = text.strip_prefix('+').unwrap_or(text);
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && decimals.is_empty()) || !digits(whole) || !digits(decimals) {
        return None;
    }
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let digit = |place: usize| decimals.as_bytes().get(place).map_or(0, |b| u64::from(b - b'0'));
    let thousandths = (0..3).fold(0, |sum, place| sum * 10 + digit(place));
    whole.checked_mul(1_000)?.checked_add(thousandths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_in_parts_of_a_millisecond() {
        for (text, parts, expected) in [
            ("300ms", 8, Some(2_400)),
            ("1s", 8, Some(8_000)),
            ("1.5sec", 4, Some(6_000)),
            ("1secs", 1, Some(1_000)),
            ("0.5ms", 8, Some(4)),
            ("2000", 8, Some(2_000)),
            ("250msec", 1, Some(250)),
            ("1x", 8, None),
            ("x", 8, None),
            ("-5", 8, None),
            ("1e3", 8, None),
            ("", 8, None),
            ("99999999999999999999", 8, None),
        ] {
            assert_eq!(time(text, parts), expected, "{text}");
        }
    }
}
