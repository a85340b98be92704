//! Keywords that a virtual server, a real server and a checker have in common, and what the inner
//! ones have from the outer.

use std::time::Duration;

use crate::ir::lvs::{CheckDefaults, Pace};
use crate::lower::Lowering;
use crate::schema::{Keyword, Value};
use crate::syntax::Statement;
use crate::units::{Span, Spanned};

/// What one block says about checks.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    connect_timeout: Option<Spanned<Duration>>,
    delay_loop: Option<Spanned<Duration>>,
    warmup: Option<Spanned<Duration>>,
    retry: Option<Spanned<u32>>,
    delay_before_retry: Option<Spanned<Duration>>,
    alpha: Option<Spanned<bool>>,
}

/// keepalived's words where it refuses a value, which differ by the block.
pub(super) struct Words {
    connect_timeout: &'static str,
    delay_loop: &'static str,
    warmup: &'static str,
    retry: &'static str,
    delay_before_retry: &'static str,
}

pub(super) const OF_VIRTUAL_SERVER: Words = Words {
    connect_timeout: "virtual server connect_timeout {} invalid - ignoring",
    delay_loop: "virtual server delay loop '{}' invalid - ignoring",
    warmup: "virtual server warmup '{}' invalid - ignoring",
    retry: "retry value invalid - {}",
    delay_before_retry: "virtual server delay before retry '{}' invalid - ignoring",
};

pub(super) const OF_REAL_SERVER: Words = Words {
    connect_timeout: "real server connect_timeout {} invalid - ignoring",
    delay_loop: "real server delay_loop '{}' invalid - ignoring",
    warmup: "real server warmup '{}' invalid - ignoring",
    retry: "retry value invalid - {}",
    delay_before_retry: "real server delay_before_retry '{}' invalid - ignoring",
};

pub(super) const OF_CHECKER: Words = Words {
    connect_timeout: "connect_timeout {} invalid - ignoring",
    delay_loop: "delay_loop '{}' is invalid - ignoring",
    warmup: "Invalid warmup connection value '{}'",
    retry: "Invalid retry connection value '{}'",
    delay_before_retry: "Invalid delay_before_retry connection value '{}'",
};

impl Lowering<'_> {
    /// Reads one of the common keywords; false if it is none.
    pub(super) fn check_default(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        words: &Words,
        said: &mut Said,
    ) -> bool {
        match keyword.word {
            "connect_timeout" => {
                let timeout = self.seconds(keyword, statement, words.connect_timeout);
                said.connect_timeout = timeout.or(said.connect_timeout);
            }
            "delay_loop" => {
                let every = self.seconds(keyword, statement, words.delay_loop);
                said.delay_loop = every.or(said.delay_loop);
            }
            "warmup" => {
                said.warmup = self.seconds(keyword, statement, words.warmup).or(said.warmup);
            }
            "retry" => {
                // At least 1 outside of checkers, where junk is never forgiven either.
                let outside = matches!(keyword.value, Value::Integer { min: 1, .. });
                let retry = if outside {
                    self.exact_number(keyword, statement, words.retry)
                } else {
                    self.count_in_words(keyword, statement, words.retry)
                };
                said.retry = retry.or(said.retry);
            }
            "delay_before_retry" => {
                let delay = self.seconds(keyword, statement, words.delay_before_retry);
                said.delay_before_retry = delay.or(said.delay_before_retry);
            }
            "alpha" if keyword.value == Value::None => said.alpha = Some(Self::present(statement)),
            "alpha" => {
                let alpha = self.on_or_off(keyword, statement, "Invalid alpha parameter {}");
                said.alpha = alpha.or(said.alpha);
            }
            _ => return false,
        }
        true
    }
}

impl Said {
    /// `nb_get_retry`, the earlier name of `retry`.
    pub(super) fn set_retry(&mut self, retry: Option<Spanned<u32>>) {
        self.retry = retry.or(self.retry);
    }

    /// What is said before what the block around it says (`host { }` in `SMTP_CHECK`).
    pub(super) fn over(self, outer: &Self) -> Self {
        Self {
            connect_timeout: self.connect_timeout.or(outer.connect_timeout),
            delay_loop: self.delay_loop.or(outer.delay_loop),
            warmup: self.warmup.or(outer.warmup),
            retry: self.retry.or(outer.retry),
            delay_before_retry: self.delay_before_retry.or(outer.delay_before_retry),
            alpha: self.alpha.or(outer.alpha),
        }
    }

    /// The check never starts as down, whatever the server says.
    pub(super) fn no_alpha(&mut self, place: Span) {
        self.alpha = Some(Spanned::new(false, place));
    }

    /// Of a virtual server, which has nothing to inherit from.
    pub(super) fn of_virtual_server(self, place: Span) -> CheckDefaults {
        let usual = |seconds| Spanned::new(Duration::from_secs(seconds), place);
        self.within(&CheckDefaults {
            connect_timeout: usual(5),
            delay_loop: usual(60),
            warmup: None,
            retry: None,
            delay_before_retry: None,
            alpha: Spanned::new(false, place),
        })
    }

    /// With what the block around it says.
    pub(super) fn within(self, outer: &CheckDefaults) -> CheckDefaults {
        CheckDefaults {
            connect_timeout: self.connect_timeout.unwrap_or(outer.connect_timeout),
            delay_loop: self.delay_loop.unwrap_or(outer.delay_loop),
            warmup: self.warmup.or(outer.warmup),
            retry: self.retry.or(outer.retry),
            delay_before_retry: self.delay_before_retry.or(outer.delay_before_retry),
            alpha: self.alpha.unwrap_or(outer.alpha),
        }
    }
}

/// When a check runs that has these settings; the last two are those of its kind. Without a delay
/// of the kind's own it is the `delay_loop`.
pub(super) fn pace(
    settings: &CheckDefaults,
    place: Span,
    retry: u32,
    delay_before_retry: Option<Duration>,
) -> Pace {
    let delay = delay_before_retry.map(|delay| Spanned::new(delay, place));
    Pace {
        delay_loop: settings.delay_loop,
        warmup: settings.warmup.unwrap_or(settings.delay_loop),
        retry: settings.retry.unwrap_or(Spanned::new(retry, place)),
        delay_before_retry: settings.delay_before_retry.or(delay).unwrap_or(settings.delay_loop),
    }
}
