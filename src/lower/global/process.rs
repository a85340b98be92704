//! Names, scheduling and limits of the processes, and the umask.

use std::time::Duration;

use crate::diag::Code;
use crate::ir::global::{AutoPriority, Process, Processes};
use crate::lower::Lowering;
use crate::schema::Keyword;
use crate::syntax::Statement;
use crate::units::{Span, Spanned};

/// The kernel's limit for the name of a process.
const NAME_BYTES: usize = 15;
/// Greatest priority of `SCHED_RR`.
const MOST_REAL_TIME: u8 = 99;

/// Which process a prefix of keywords means.
fn process<'p>(processes: &'p mut Processes, prefix: &str) -> Option<&'p mut Process> {
    match prefix {
        "vrrp" => Some(&mut processes.vrrp),
        "checker" | "lvs" => Some(&mut processes.checker),
        "bfd" => Some(&mut processes.bfd),
        _ => None,
    }
}

impl Lowering<'_> {
    /// A keyword about processes; false if it is none.
    pub(super) fn process_keyword(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        processes: &mut Processes,
    ) -> bool {
        match keyword.word {
            "process_name" => {
                processes.parent_name =
                    self.process_name(statement).or(processes.parent_name.take());
            }
            "process_names" => {
                let name = |name: &str| Some(Spanned::new(name.to_owned(), statement.line));
                processes.vrrp.name = name("keepalived_vrrp");
                processes.checker.name = name("keepalived_lvs");
                processes.bfd.name = name("keepalived_bfd");
            }
            "max_auto_priority" => {
                if statement.arguments().is_empty() {
                    processes.max_auto_priority = AutoPriority::UpTo(MOST_REAL_TIME);
                } else if let Some(number) = self.integer(keyword, statement) {
                    processes.max_auto_priority =
                        u8::try_from(number.value).map_or(AutoPriority::Never, AutoPriority::UpTo);
                }
            }
            "min_auto_priority_delay" => {
                let delay = self.microseconds(keyword, statement);
                processes.min_auto_priority_delay = delay.or(processes.min_auto_priority_delay);
            }
            "umask" => processes.umask = self.umask(statement).or(processes.umask),
            word => {
                let Some((prefix, rest)) = word.split_once('_') else { return false };
                let Some(process) = process(processes, prefix) else { return false };
                return self.of_one_process(keyword, rest, statement, process);
            }
        }
        true
    }

    fn of_one_process(
        &mut self,
        keyword: &Keyword,
        rest: &str,
        statement: &Statement,
        process: &mut Process,
    ) -> bool {
        match rest {
            "process_name" => {
                process.name = self.process_name(statement).or(process.name.take());
            }
            "priority" => {
                // A bad value does not leave the one before.
                let nice = self.integer(keyword, statement);
                process.nice = nice.map(|nice| nice.map(|nice| i8::try_from(nice).unwrap_or(0)));
            }
            "no_swap" => process.no_swap = true,
            "rt_priority" => {
                process.rt_priority = self.real_time(keyword, statement).or(process.rt_priority);
            }
            "cpu_affinity" => process.cpus = self.processors(keyword, statement),
            "rlimit_rttime" | "rlimit_rtime" => {
                // A bad value means no limit; the least one is two microseconds.
                let limit = self.microseconds(keyword, statement);
                let span = statement.arguments().first().map_or(statement.line, |word| word.span);
                let limit =
                    limit.map_or(Duration::ZERO, |limit| limit.value.max(Duration::from_micros(2)));
                process.rlimit_rttime = Some(Spanned::new(limit, span));
            }
            _ => return false,
        }
        true
    }

    fn process_name(&mut self, statement: &Statement) -> Option<Spanned<String>> {
        let word = statement.arguments().first()?;
        let mut name = word.text.clone();
        if name.len() > NAME_BYTES {
            let end = (0..=NAME_BYTES).rev().find(|end| name.is_char_boundary(*end));
            name.truncate(end.unwrap_or(0));
            self.error(
                Code::NAME_TOO_LONG,
                word.span,
                format!("a process name has at most {NAME_BYTES} bytes"),
            )
            .label(format!("`{name}` is used"))
            .wording(format!(
                "Process name {} more than {NAME_BYTES} characters, truncating",
                word.text
            ));
        }
        Some(Spanned::new(name, word.span))
    }

    /// A priority of `SCHED_RR`; one beyond the ends becomes the end.
    fn real_time(&mut self, keyword: &Keyword, statement: &Statement) -> Option<Spanned<u8>> {
        let word = statement.arguments().first()?;
        let (least, most) = (i64::from(i32::MIN), i64::from(i32::MAX));
        let number = self.integer_word(keyword.word, word, least, most)?;
        let used = number.value.clamp(1, i64::from(MOST_REAL_TIME));
        if used != number.value {
            let prefix = keyword.word.split('_').next().unwrap_or_default();
            let (than, end) = if used > number.value {
                ("less than minimum 1", "minimum")
            } else {
                ("greater than maximum 99", "maximum")
            };
            self.error(
                Code::OUT_OF_RANGE,
                word.span,
                format!("`{}` is 1 to {MOST_REAL_TIME}", keyword.word),
            )
            .label(format!("{used} is used"))
            .wording(format!(
                "{prefix} process real-time priority {} {than} - setting to {end}",
                number.value
            ));
        }
        Some(number.map(|_| u8::try_from(used).unwrap_or(MOST_REAL_TIME)))
    }

    /// Processors; one that cannot be used clears the whole list.
    fn processors(&mut self, keyword: &Keyword, statement: &Statement) -> Vec<Spanned<u16>> {
        let words = statement.arguments().iter();
        let cpus: Option<Vec<_>> = words
            .map(|word| {
                let cpu = self.integer_word(keyword.word, word, 0, i64::from(u16::MAX))?;
                Some(cpu.map(|cpu| u16::try_from(cpu).unwrap_or(u16::MAX)))
            })
            .collect();
        cpus.unwrap_or_default()
    }

    /// A whole number of microseconds.
    fn microseconds(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
    ) -> Option<Spanned<Duration>> {
        let number = self.integer(keyword, statement)?;
        Some(number.map(|number| Duration::from_micros(u64::try_from(number).unwrap_or(0))))
    }

    /// `NUMBER` in any base, or `BIT|BIT...` with or without blanks.
    fn umask(&mut self, statement: &Statement) -> Option<Spanned<u16>> {
        let words = statement.arguments();
        let first = words.first()?;
        let span = words.last().map_or(first.span, |last| first.span.to(last.span));
        if first.text.starts_with(|c: char| c.is_ascii_digit()) {
            if words.len() > 1 {
                self.bad_umask(span, "Extra parameter(s) to umask option".to_owned());
                return None;
            }
            let Some(bits) = number(&first.text).filter(|bits| *bits <= 0o777) else {
                self.bad_umask(span, format!("invalid umask value {}", first.text));
                return None;
            };
            return Some(Spanned::new(bits, span));
        }
        let mut bits = 0;
        // A bar stands between two bits; what it touches may be one word or several.
        let mut expects_bit = true;
        for word in words {
            let mut rest = word.text.as_str();
            loop {
                if expects_bit {
                    let end = rest.get(1..).and_then(|tail| tail.find('|')).map(|end| end + 1);
                    let (name, tail) =
                        end.and_then(|end| rest.split_at_checked(end)).unwrap_or((rest, ""));
                    let Some(bit) = self.bit(name) else {
                        self.bad_umask(span, format!("Unknown umask bit {name}"));
                        return None;
                    };
                    bits |= bit;
                    (rest, expects_bit) = (tail, false);
                } else if let Some(tail) = rest.strip_prefix('|') {
                    (rest, expects_bit) = (tail, true);
                } else {
                    self.bad_umask(span, format!("Invalid umask syntax {rest}"));
                    return None;
                }
                if rest.is_empty() {
                    break;
                }
            }
        }
        if expects_bit {
            self.bad_umask(span, "umask missing bit value".to_owned());
            return None;
        }
        Some(Spanned::new(bits, span))
    }

    fn bad_umask(&mut self, span: Span, wording: String) {
        self.error(Code::INVALID_NUMBER, span, "this is no umask")
            .label("0 to 0777, or bits such as IWGRP|IRWXO")
            .note("keepalived ignores the statement")
            .wording(wording);
    }

    /// A bit by its name; those of whole classes came later than 2.2.7.
    fn bit(&self, name: &str) -> Option<u16> {
        let name = name.strip_prefix('I')?;
        let (right, class) = match name.strip_prefix("RWX") {
            Some(_) if self.compat < crate::units::Compat::V2_4_3 => return None,
            Some(class) => (0o7, class),
            None => match name.split_at_checked(1)? {
                ("R", class) => (0o4, class),
                ("W", class) => (0o2, class),
                ("X", class) => (0o1, class),
                _ => return None,
            },
        };
        let shift = match (class, right) {
            ("USR", 1..=4) | ("U", 7) => 6,
            ("GRP", 1..=4) | ("G", 7) => 3,
            ("OTH", 1..=4) | ("O", 7) => 0,
            _ => return None,
        };
        Some(right << shift)
    }
}

/// A number as C reads it: `0x` before hexadecimal, `0` before octal digits.
fn number(text: &str) -> Option<u16> {
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return u16::from_str_radix(digits, 16).ok();
    }
    match text.strip_prefix('0') {
        Some("") => Some(0),
        Some(digits) => u16::from_str_radix(digits, 8).ok(),
        None => text.parse().ok(),
    }
}
