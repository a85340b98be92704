//! `auth_hmac`: keys, and how signed adverts are treated. Keys are never shown.

use std::time::Duration;

use crate::diag::Code;
use crate::ir::{KeyValue, ReplayProtection, Trailer, TrailerKey, TrailerMode};
use crate::lower::Lowering;
use crate::lower::statements::Seen;
use crate::schema::{Block as Place, Keyword};
use crate::syntax::Statement;
use crate::units::{Secret, Span, Spanned};

/// Bytes of a key.
const KEY: std::ops::RangeInclusive<usize> = 32..=64;

/// What the `auth_hmac` blocks of an instance say; a second one adds to the first.
#[derive(Clone, Debug, Default)]
pub(super) struct SaidTrailer {
    /// Where the first block begins.
    pub(super) place: Option<Span>,
    keys: Vec<Spanned<TrailerKey>>,
    active: Option<Spanned<u8>>,
    window: Option<Spanned<Duration>>,
    replay: Option<ReplayProtection>,
    mode: Option<Spanned<TrailerMode>>,
}

impl Lowering<'_> {
    /// One block.
    pub(super) fn auth_hmac(&mut self, statement: &Statement, said: &mut SaidTrailer) {
        said.place.get_or_insert(statement.keyword_span());
        let mut seen = Seen::default();
        for line in statement.block.iter().flat_map(|block| &block.statements) {
            if !matches!(line.keyword(), "active_key" | "time_window" | "anti_replay" | "mode") {
                self.conceal(line); // a misspelt `key` holds a key too
            }
            let Some(keyword) = self.keyword(Place::AuthHmac, line) else { continue };
            if keyword.word != "key" {
                self.once(&mut seen, keyword, line);
            }
            self.trailer_keyword(keyword, line, said);
        }
    }

    fn trailer_keyword(&mut self, keyword: &Keyword, line: &Statement, said: &mut SaidTrailer) {
        let word = line.arguments().first();
        match keyword.word {
            "key" => self.trailer_key(line, said),
            "active_key" => {
                let id = self.integer(keyword, line);
                let id =
                    id.and_then(|id| Some(Spanned::new(u8::try_from(id.value).ok()?, id.span)));
                said.active = id.or(said.active);
            }
            "time_window" => said.window = self.time(keyword, line).or(said.window),
            "anti_replay" => match word.map(|word| word.text.as_str()) {
                Some("time") => said.replay = Some(ReplayProtection::Time),
                Some("monotonic") => said.replay = Some(ReplayProtection::Monotonic),
                _ => self.no_such_choice(keyword, line, "`time` or `monotonic`"),
            },
            "mode" => {
                let mode = match word.map(|word| word.text.as_str()) {
                    Some("enforce") => TrailerMode::Enforce,
                    Some("permissive") => TrailerMode::Permissive,
                    Some("receive-only") => TrailerMode::ReceiveOnly,
                    _ => {
                        self.no_such_choice(
                            keyword,
                            line,
                            "`enforce`, `permissive`, `receive-only`",
                        );
                        return;
                    }
                };
                said.mode = Some(Spanned::new(mode, line.line));
            }
            _ => {}
        }
    }

    fn no_such_choice(&mut self, keyword: &Keyword, line: &Statement, choices: &str) {
        let Some(word) = line.arguments().first() else { return };
        let text = format!("'{}' is no value of `{}`", word.text, keyword.word);
        self.error(Code::INVALID_CHOICE, word.span, text)
            .label(choices)
            .note("keepalived ignores it");
    }

    /// `key ID VALUE`. Markers stand on the keyword and the number only.
    fn trailer_key(&mut self, line: &Statement, said: &mut SaidTrailer) {
        let place = line.keyword_span();
        let [id, value, ..] = line.arguments() else {
            self.error(Code::TRAILER_KEY, place, "`key` needs a number and a value")
                .label("ignored")
                .help("write `key ID VALUE`");
            return;
        };
        let Some(number) = id.text.parse().ok().filter(|number: &u8| *number > 0) else {
            // Not shown: who swaps the two words has written the key here.
            self.error(Code::TRAILER_KEY, place, "the number of a key is 1 to 255")
                .label("ignored")
                .help("write `key ID VALUE`");
            return;
        };
        if let Some(first) = said.keys.iter().find(|key| key.id == number).map(|key| key.span) {
            self.error(Code::TRAILER_KEY, id.span, format!("key {number} is given twice"))
                .label("ignored")
                .related(first, "first given here");
            return;
        }
        let value = match (value.text.strip_prefix("file:"), value.text.strip_prefix("hex:")) {
            (Some(path), _) => KeyValue::File(path.to_owned()),
            (None, hex) => {
                let bytes = match hex {
                    Some(digits) => hexadecimal(digits),
                    None => Some(value.text.as_bytes().to_vec()),
                };
                let length = bytes.as_ref().map_or(0, Vec::len);
                let Some(bytes) = bytes.filter(|bytes| KEY.contains(&bytes.len())) else {
                    let text = match (hex, length) {
                        (Some(_), 0) => format!("key {number} is not made of pairs of hex digits"),
                        _ => format!("key {number} has {length} bytes"),
                    };
                    self.error(Code::TRAILER_KEY, place.to(id.span), text)
                        .label("32 to 64 bytes; the key is ignored");
                    return;
                };
                KeyValue::Bytes(Secret::new(bytes))
            }
        };
        said.keys.push(Spanned::new(TrailerKey { id: number, value }, place.to(id.span)));
    }

    /// The trailer, if it can be used.
    pub(super) fn trailer(
        &mut self,
        said: &SaidTrailer,
        interval: Duration,
        strict: bool,
    ) -> Option<Trailer> {
        let place = said.place?;
        let Some(active) = said.active else {
            self.warning(Code::TRAILER_KEY, place, "`auth_hmac` without `active_key`")
                .label("adverts are not signed, and not verified")
                .help("add `active_key ID`");
            return None;
        };
        if !said.keys.iter().any(|key| key.id == active.value) {
            let text = format!("there is no key {}", active.value);
            self.error(Code::TRAILER_KEY, active.span, text)
                .label("`auth_hmac` is off: adverts are not signed, and not verified");
            return None;
        }
        let usual = (interval * 3).clamp(Duration::from_secs(5), Duration::from_secs(300));
        let mode = said.mode.map_or(TrailerMode::default(), |mode| mode.value);
        if let Some(asked) = said.mode.filter(|mode| strict && mode.value != TrailerMode::Enforce) {
            self.error(Code::STRICT_MODE, asked.span, "strict mode has `mode enforce`")
                .label("`enforce` is used");
        }
        Some(Trailer {
            keys: said.keys.clone(),
            active,
            window: said.window.map_or(usual, |window| window.value),
            replay: said.replay.unwrap_or_default(),
            mode: if strict { TrailerMode::Enforce } else { mode },
        })
    }
}

/// Pairs of hex digits.
fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let (pairs, rest) = digits.as_deref()?.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

#[cfg(test)]
mod tests {
    use super::hexadecimal;

    #[test]
    fn hex_digits_come_in_pairs() {
        assert_eq!(hexadecimal("00fF10"), Some(vec![0, 255, 16]));
        assert_eq!(hexadecimal("0"), None);
        assert_eq!(hexadecimal("0g"), None);
    }
}
