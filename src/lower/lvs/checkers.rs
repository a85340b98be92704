//! The blocks in `real_server`, except those of web checks.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::diag::{Code, Verdict};
use crate::ir::Script;
use crate::ir::lvs::{
    Check, CheckDefaults, Checker, Connection, DnsCheck, FileCheck, MaskedByte, MiscCheck,
    RecordType, Reply, SmtpCheck, UdpCheck,
};
use crate::lower::lvs::service::Destination;
use crate::lower::lvs::{Known, connection, defaults};
use crate::lower::statements::Seen;
use crate::lower::{Lowering, Mode};
use crate::schema::{Block as Place, Keyword};
use crate::syntax::{Block, Statement, Word};
use crate::units::{Compat, Span, Spanned};

/// The server that checks are about.
pub(super) struct Server<'a> {
    pub(super) destination: Destination,
    /// As messages call it.
    pub(super) name: String,
    /// What its checks do that say nothing else.
    pub(super) checks: &'a CheckDefaults,
    /// `delay_loop` of the virtual server, the time limit of programs.
    pub(super) service_delay_loop: Spanned<Duration>,
    pub(super) known: &'a Known,
    /// BFD sessions that a check of it follows.
    pub(super) sessions: BTreeSet<String>,
}

/// What the statements say that most checkers have.
#[derive(Clone, Debug, Default)]
pub(super) struct Common {
    pub(super) checks: defaults::Said,
    pub(super) connection: connection::Said,
    log_all_failures: Option<Spanned<bool>>,
}

/// The name that a mail server is greeted with.
const HELO_NAME: &str = "smtpchecker.keepalived.org";

const SECOND: Duration = Duration::from_secs(1);

impl Lowering<'_> {
    /// The checks of one block: one, or none if it cannot be made, or several by `host { }`.
    pub(super) fn checker(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        block: &Block,
        server: &mut Server<'_>,
    ) -> Vec<Checker> {
        let place = statement.keyword_span();
        match keyword.word {
            "TCP_CHECK" | "PING_CHECK" => {
                let tcp = keyword.word == "TCP_CHECK";
                let inside = if tcp { Place::TcpCheck } else { Place::PingCheck };
                let common = self.common(inside, block, server, |_, _, _, _| {});
                let check = self.connected(&common, server, place).map(|connection| {
                    if tcp { Check::Tcp(connection) } else { Check::Ping(connection) }
                });
                self.finished(check, common, server, place, 1, Some(SECOND))
            }
            "UDP_CHECK" => self.udp_check(block, server, place),
            "SMTP_CHECK" => self.smtp_check(block, server, place),
            "DNS_CHECK" => self.dns_check(block, server, place),
            "MISC_CHECK" => self.misc_check(block, server, place),
            "FILE_CHECK" => self.file_check(block, server, place),
            "BFD_CHECK" => self.bfd_check(block, server, place),
            "HTTP_GET" => self.http_check(false, block, server, place),
            "SSL_GET" => self.http_check(true, block, server, place),
            _ => Vec::new(),
        }
    }

    /// Reads the statements that most checkers have; `own` gets the others.
    pub(super) fn common<'b>(
        &mut self,
        inside: Place,
        block: &'b Block,
        server: &Server<'_>,
        mut own: impl FnMut(&mut Self, &mut Common, &Keyword, &'b Statement),
    ) -> Common {
        let mut common = Common::default();
        let mut seen = Seen::default();
        for (keyword, line) in self.statements(inside, block) {
            let known =
                self.check_default(keyword, line, &defaults::OF_CHECKER, &mut common.checks)
                    || self.connection_keyword(
                        keyword,
                        line,
                        &server.destination,
                        &mut common.connection,
                    );
            if known || keyword.word == "log_all_failures" {
                self.once(&mut seen, keyword, line);
            }
            match keyword.word {
                _ if known => {}
                "log_all_failures" => {
                    let words = "Invalid log_all_failures parameter {}";
                    let on = self.on_or_off(keyword, line, words);
                    common.log_all_failures = on.or(common.log_all_failures);
                }
                _ => own(self, &mut common, keyword, line),
            }
        }
        common
    }

    /// Its connection; `None` if it cannot be made, which has been said then.
    pub(super) fn connected(
        &mut self,
        common: &Common,
        server: &Server<'_>,
        place: Span,
    ) -> Option<Connection> {
        let settings = common.checks.clone().within(server.checks);
        self.connection(common.connection.clone(), &server.destination, &settings, place)
    }

    /// The checker, if there is a check; the last two are those of its kind.
    pub(super) fn finished(
        &mut self,
        check: Option<Check>,
        common: Common,
        server: &Server<'_>,
        place: Span,
        retry: u32,
        delay_before_retry: Option<Duration>,
    ) -> Vec<Checker> {
        let settings = common.checks.within(server.checks);
        let checker = check.map(|check| Checker {
            check: Spanned::new(check, place),
            pace: defaults::pace(&settings, place, retry, delay_before_retry),
            alpha: settings.alpha,
            log_all_failures: common.log_all_failures.unwrap_or(Spanned::new(false, place)),
        });
        checker.into_iter().collect()
    }

    fn udp_check(&mut self, block: &Block, server: &Server<'_>, place: Span) -> Vec<Checker> {
        let mut payload = None;
        let mut reply = None;
        let (mut min, mut max) = (Spanned::new(0, place), Spanned::new(255, place));
        let mut seen = Seen::default();
        let common = self.common(Place::UdpCheck, block, server, |this, _, keyword, line| {
            this.once(&mut seen, keyword, line);
            match keyword.word {
                "payload" => {
                    let bytes = this.hexadecimal(line, false, "payload");
                    let bytes = bytes
                        .map(|bytes| bytes.map(|b| b.into_iter().map(|byte| byte.value).collect()));
                    payload = bytes.or(payload.take());
                }
                "require_reply" if line.arguments().is_empty() => {
                    reply = Some(Spanned::new(Reply::Any, line.keyword_span()));
                }
                "require_reply" => {
                    let like = this.hexadecimal(line, true, "reply");
                    // What cannot be read does not take back that an answer is needed.
                    reply =
                        Some(like.map_or(Spanned::new(Reply::Any, line.keyword_span()), |like| {
                            like.map(Reply::Like)
                        }));
                }
                "min_reply_length" => {
                    let words = "UDP_CHECK min length {} not valid - must be between 0 & 65535";
                    let length = this.exact_number(keyword, line, words);
                    min = length.map_or(min, |n| n.map(|n| u16::try_from(n).unwrap_or(u16::MAX)));
                }
                "max_reply_length" => {
                    let words = "UDP_CHECK max length {} not valid - must be between 0 & 65535";
                    let length = this.exact_number(keyword, line, words);
                    max = length.map_or(max, |n| n.map(|n| u16::try_from(n).unwrap_or(u16::MAX)));
                }
                _ => {}
            }
        });
        if min.value > max.value {
            let (least, most) = (min.value, max.value);
            self.error(
                Code::CHECK_CONTENT,
                min.span,
                format!("no answer can have at least {least} and at most {most} bytes"),
            )
            .label("the check always fails")
            .related(max.span, "the longest answer that counts")
            .wording(format!(
                "UDP_CHECK min_reply length {least} > max_reply_length {most} - will always fail"
            ));
        }
        let check = self.connected(&common, server, place).map(|connection| {
            Check::Udp(UdpCheck {
                connection,
                payload,
                reply: reply.unwrap_or(Spanned::new(Reply::NotNeeded, place)),
                min_reply_length: min,
                max_reply_length: max,
            })
        });
        self.finished(check, common, server, place, 1, Some(SECOND))
    }

    /// All words of a line as bytes.
    fn hexadecimal(
        &mut self,
        line: &Statement,
        wildcards: bool,
        what: &str,
    ) -> Option<Spanned<Vec<MaskedByte>>> {
        let words = line.arguments();
        let span = words.first()?.span.to(words.last()?.span);
        let text: Vec<_> = words.iter().map(|word| word.text.as_str()).collect();
        let Some(bytes) = bytes(&text.join(" "), wildcards) else {
            let label =
                if wildcards { "pairs of 0-9, a-f; x for any" } else { "pairs of 0-9, a-f" };
            self.error(Code::CHECK_CONTENT, span, format!("the {what} is not in hexadecimal"))
                .label(label)
                .note("keepalived ignores it")
                .wording(format!("Invalid hex string for UDP_CHECK {what}"));
            return None;
        };
        Some(Spanned::new(bytes, span))
    }

    fn smtp_check(&mut self, block: &Block, server: &Server<'_>, place: Span) -> Vec<Checker> {
        let mut helo_name: Option<Spanned<String>> = None;
        let mut hosts = Vec::new();
        let common =
            self.common(Place::SmtpCheck, block, server, |this, _, keyword, line| {
                match (keyword.word, &line.block) {
                    ("helo_name", _) => {
                        let Some(new) = Self::text(line) else { return };
                        if let Some(old) = helo_name.replace(new.clone()) {
                            let counted = this.compat >= Compat::V2_4_3;
                            let finding = this
                                .warning(
                                    Code::REPEATED_KEYWORD,
                                    new.span,
                                    "`helo_name` is given twice",
                                )
                                .label("the last one counts")
                                .related(old.span, "first given here")
                                .wording("SMTP_CHECK helo name already specified");
                            if counted {
                                finding.verdict(Verdict::Counted);
                            }
                        }
                    }
                    ("host", Some(inside)) => hosts.push((line.keyword_span(), inside)),
                    _ => {}
                }
            });
        let helo_name = helo_name.unwrap_or(Spanned::new(HELO_NAME.to_owned(), place));
        // The old form: one check a host. In 2.4.3 its options apply to the block around it, and
        // each host is a check besides that always fails; nobody means that.
        let mut ways: Vec<(Span, Common)> = Vec::new();
        for (span, inside) in hosts {
            let own = self.common(Place::SmtpHost, inside, server, |_, _, _, _| {});
            ways.push((
                span,
                Common {
                    checks: own.checks.over(&common.checks),
                    connection: own.connection.within(&common.connection),
                    log_all_failures: own.log_all_failures.or(common.log_all_failures),
                },
            ));
        }
        if ways.is_empty() {
            ways.push((place, common));
        }
        let mut checkers = Vec::new();
        for (place, common) in ways {
            let check = self.connected(&common, server, place).map(|connection| {
                Check::Smtp(SmtpCheck { connection, helo_name: helo_name.clone() })
            });
            checkers.extend(self.finished(check, common, server, place, 1, Some(SECOND)));
        }
        checkers
    }

    fn dns_check(&mut self, block: &Block, server: &Server<'_>, place: Span) -> Vec<Checker> {
        let mut record = Spanned::new(RecordType::Soa, place);
        let mut name: Option<Spanned<String>> = None;
        let common = self.common(Place::DnsCheck, block, server, |this, _, keyword, line| {
            let Some(word) = line.arguments().first() else { return };
            match keyword.word {
                "type" => match RecordType::from_name(&word.text) {
                    Some(known) => record = Spanned::new(known, word.span),
                    None => {
                        let text = format!("'{}' is no record that is asked for", word.text);
                        this.error(Code::INVALID_CHOICE, word.span, text)
                            .label("A, NS, CNAME, SOA, MX, TXT, AAAA, RRSIG or DNSKEY")
                            .note("keepalived ignores the statement")
                            .wording(format!("Unknown DNS check type {} - ignoring", word.text));
                    }
                },
                "name" => match &name {
                    Some(first) => {
                        this.error(Code::REPEATED_KEYWORD, word.span, "`name` is given twice")
                            .label("ignored: the first one counts")
                            .related(first.span, "first given here")
                            .wording("DNS_CHECK name already specified - ignoring");
                    }
                    None => name = this.dns_name(word),
                },
                _ => {}
            }
        });
        let check = self.connected(&common, server, place).map(|connection| {
            let name = name.unwrap_or(Spanned::new(".".to_owned(), place));
            Check::Dns(DnsCheck { connection, record, name })
        });
        self.finished(check, common, server, place, 3, None)
    }

    fn dns_name(&mut self, word: &Word) -> Option<Spanned<String>> {
        let text = if word.text.is_empty() { "." } else { word.text.as_str() };
        let words = format!("DNS_CHECK name '{text}' has empty label - ignoring");
        let body = text.strip_suffix('.').unwrap_or(text);
        if text != "." && body.split('.').any(str::is_empty) {
            self.error(Code::CHECK_CONTENT, word.span, format!("'{text}' has an empty label"))
                .label("no name of a domain")
                .note("keepalived ignores it, and asks for the root")
                .wording(words);
            return None;
        }
        if text.as_bytes().get(1) == Some(&b'.') && text.len() > 2 {
            self.warning(
                Code::CHECK_CONTENT,
                word.span,
                format!("keepalived refuses '{text}': its first label is one letter"),
            )
            .label("keepalived asks for the root; here it is used")
            .verdict(Verdict::Counted)
            .wording(words);
        }
        Some(Spanned::new(text.to_owned(), word.span))
    }

    fn misc_check(&mut self, block: &Block, server: &Server<'_>, place: Span) -> Vec<Checker> {
        let mut script = None;
        let mut user = None;
        let mut timeout = None;
        let mut dynamic = Spanned::new(false, place);
        let mut seen = Seen::default();
        let common = self.common(Place::MiscCheck, block, server, |this, _, keyword, line| {
            this.once(&mut seen, keyword, line);
            match keyword.word {
                "misc_path" => script = this.script(line),
                "user" if line.arguments().is_empty() => {
                    this.nobody(line, script.as_ref().map(|script: &Spanned<_>| &script.value));
                }
                "user" => user = this.script_user(line.arguments()).or(user.take()),
                "misc_timeout" => {
                    let words = "Invalid misc_timeout value '{}'";
                    timeout = this.count_in_words(keyword, line, words).or(timeout);
                }
                "misc_dynamic" => dynamic = Self::present(line),
                _ => {}
            }
        });
        let Some(script) = script else {
            self.error(Code::CHECKER_INCOMPLETE, place, "`MISC_CHECK` names no program")
                .label("the checker is dropped: the server is always up")
                .help("add `misc_path \"PROGRAM ARGUMENTS\"`")
                .wording("No script path has been specified for MISC_CHECKER - skipping");
            return Vec::new();
        };
        let script = script.map(|mut script| {
            // Behind the program keepalived takes neither user nor group.
            script.user = user.map(|user: Spanned<_>| user.value);
            script
        });
        let given = timeout.filter(|seconds| seconds.value > 0);
        let timeout = given.map_or(server.service_delay_loop, |seconds| {
            seconds.map(|seconds| Duration::from_secs(u64::from(seconds)))
        });
        let check = Some(Check::Misc(MiscCheck { script, timeout, dynamic }));
        self.finished(check, common, server, place, 0, Some(SECOND))
    }

    /// `user` without a name.
    fn nobody(&mut self, line: &Statement, script: Option<&Script>) {
        let command = script.map_or(String::new(), |script| {
            let words = std::iter::once(&script.program).chain(&script.arguments);
            words.map(|word| format!(" '{word}'")).collect()
        });
        self.error(Code::MISSING_VALUE, line.keyword_span(), "`user` lacks its value")
            .help("write `user USER [GROUP]`")
            .note("keepalived ignores the statement")
            .wording(format!("No user specified for misc checker script{command}"));
    }

    fn file_check(&mut self, block: &Block, server: &Server<'_>, place: Span) -> Vec<Checker> {
        let mut file: Option<Spanned<String>> = None;
        let mut weight = None;
        let mut reverse = None;
        let mut seen = Seen::default();
        let mut common = self.common(Place::FileCheck, block, server, |this, _, keyword, line| {
            this.once(&mut seen, keyword, line);
            match keyword.word {
                "track_file" => {
                    let Some(name) = Self::text(line) else { return };
                    if server.known.files.contains(&name.value) {
                        file = Some(name);
                        return;
                    }
                    let text = format!("no `track_file {}` stands above", name.value);
                    this.error(Code::CHECKER_TRACKS_NOTHING, name.span, text)
                        .label("it must be defined further up in the file, with its `file`")
                        .note("keepalived ignores the statement")
                        .wording(format!("track_file {} not found", name.value));
                }
                "weight" => {
                    if let Some((number, turned)) = this.file_weight(line) {
                        weight = Some(number);
                        reverse = turned;
                    }
                }
                _ => {}
            }
        });
        let Some(file) = file else {
            self.error(Code::CHECKER_INCOMPLETE, place, "`FILE_CHECK` follows no file")
                .label("the checker is dropped: the server is always up")
                .help("add `track_file NAME`")
                .wording("FILE_CHECK has no track_file specified - ignoring");
            return Vec::new();
        };
        // The file is read at once, so there is nothing to wait for.
        common.checks.no_alpha(place);
        let check = Some(Check::File(FileCheck { file, weight, reverse }));
        self.finished(check, common, server, place, 0, Some(SECOND))
    }

    /// `weight N [reverse|noreverse]`.
    fn file_weight(&mut self, line: &Statement) -> Option<(Spanned<i32>, Option<Spanned<bool>>)> {
        let word = line.arguments().first()?;
        let words = || {
            "weight for track file must be in [-2147483647..2147483647] inclusive. Ignoring..."
                .to_owned()
        };
        let most = i64::from(i32::MAX);
        let mode = std::mem::replace(&mut self.mode, Mode::Test);
        let number =
            self.in_its_words(words, |this| this.integer_word("weight", word, -most, most));
        self.mode = mode;
        let number = number?.map(|number| i32::try_from(number).unwrap_or(0));
        let reverse = match line.arguments().get(1) {
            None => None,
            Some(word) if word.text == "reverse" => Some(Spanned::new(true, word.span)),
            Some(word) if word.text == "noreverse" => Some(Spanned::new(false, word.span)),
            Some(word) => {
                let text = format!("'{}' is no option of a weight", word.text);
                self.error(Code::INVALID_CHOICE, word.span, text)
                    .label("reverse or noreverse")
                    .note("keepalived ignores the statement")
                    .wording(format!("unknown track file weight option {} - ignoring", word.text));
                return None;
            }
        };
        Some((number, reverse))
    }

    fn bfd_check(&mut self, block: &Block, server: &mut Server<'_>, place: Span) -> Vec<Checker> {
        let mut name: Option<Spanned<String>> = None;
        let mut named = false;
        let whose = server.name.clone();
        let mut sessions = std::mem::take(&mut server.sessions);
        let common = self.common(Place::BfdCheck, block, server, |this, _, keyword, line| {
            if keyword.word != "name" {
                return;
            }
            named = true;
            let (Some(new), None) = (Self::text(line), line.arguments().get(1)) else {
                this.error(Code::CHECKER_INCOMPLETE, line.line, "`name` takes one word")
                    .label("keepalived ignores the statement")
                    .wording(format!(
                        "({whose}) BFD_CHECK - No or too many names specified - skipping checker"
                    ));
                return;
            };
            let (text, words) = if let Some(first) = &name {
                (
                    "`name` is given twice",
                    format!("BFD {} already specified as {}", new.value, first.value),
                )
            } else if !server.known.sessions.contains(&new.value) {
                (
                    "no such `bfd_instance` stands above, or it is for vrrp only",
                    format!("BFD {} not configured", new.value),
                )
            } else if sessions.contains(&new.value) {
                (
                    "this server follows that session already",
                    format!("RS already monitoring {}", new.value),
                )
            } else {
                name = Some(new);
                return;
            };
            this.error(Code::CHECKER_TRACKS_NOTHING, new.span, text)
                .label("ignored")
                .wording(format!("({whose}) BFD_CHECK - {words}"));
        });
        sessions.extend(name.as_ref().map(|name| name.value.clone()));
        server.sessions = sessions;
        if !named {
            self.error(Code::CHECKER_INCOMPLETE, place, "`BFD_CHECK` names no session")
                .label("the checker is dropped: the server is always up")
                .help("add `name INSTANCE`")
                .wording(format!(
                    "({whose}) No name has been specified for BFD_CHECKER - skipping"
                ));
        }
        self.finished(name.map(Check::Bfd), common, server, place, 0, Some(SECOND))
    }
}

/// Pairs of digits, blanks between them as one likes; a lone digit before a blank or the end is a
/// byte. With wildcards `x` is any digit. `None` if anything else is there.
fn bytes(text: &str, wildcards: bool) -> Option<Vec<MaskedByte>> {
    let digit = |c: char| match c {
        'x' | 'X' if wildcards => Some((0, 0)),
        _ => Some((u8::try_from(c.to_digit(16)?).ok()?, 0xf)),
    };
    let mut bytes = Vec::new();
    for group in text.split_whitespace() {
        let digits: Vec<_> = group.chars().map(digit).collect::<Option<_>>()?;
        for pair in digits.chunks(2) {
            bytes.push(match *pair {
                [(high, high_mask), (low, low_mask)] => {
                    MaskedByte { value: high << 4 | low, mask: high_mask << 4 | low_mask }
                }
                [(low, mask), ..] => MaskedByte { value: low, mask: 0xf0 | mask },
                [] => continue,
            });
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn hexadecimal_is_read_in_groups() {
        let both = |text, wildcards| {
            let bytes = bytes(text, wildcards)?;
            Some(bytes.iter().map(|byte| (byte.value, byte.mask)).collect::<Vec<_>>())
        };
        assert_eq!(both("0102", false), Some(vec![(1, 0xff), (2, 0xff)]));
        assert_eq!(both("1 2", false), Some(vec![(1, 0xff), (2, 0xff)]));
        assert_eq!(both("012", false), Some(vec![(1, 0xff), (2, 0xff)]));
        assert_eq!(both("aBxX 3x", true), Some(vec![(0xab, 0xff), (0, 0), (0x30, 0xf0)]));
        assert_eq!(both("x", false), None);
        assert_eq!(both("0g", true), None);
    }
}
