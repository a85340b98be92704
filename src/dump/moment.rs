//! Moments as keepalived prints them: seconds since 1970, and the local time of day.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::dump::number::exact_seconds;

/// `1795337390.136703 (Sun Nov 22 08:49:50.136703 2026)`.
pub(super) fn moment(since_1970: Duration, zone: &TimeZone) -> String {
    let micros = i64::try_from(since_1970.as_micros()).unwrap_or(i64::MAX);
    let stamp = Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX);
    let local = stamp.to_zoned_datetime(zone.clone());
    let (day, year) = (local.strftime("%a %b %e %H:%M:%S"), local.strftime("%Y"));
    format!("{} ({day}.{:06} {year})", exact_seconds(since_1970), since_1970.subsec_micros())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_twice() {
        let time = Duration::from_micros(1_795_337_390_136_703);
        assert_eq!(
            moment(time, &TimeZone::UTC),
            "1795337390.136703 (Sun Nov 22 08:49:50.136703 2026)"
        );
        let early = Duration::from_secs(86_400);
        assert_eq!(moment(early, &TimeZone::UTC), "86400.000000 (Fri Jan  2 00:00:00.000000 1970)");
    }
}
