//! `HTTP_GET` and `SSL_GET`, their pages, and the patterns of these.

use std::time::Duration;

use crate::diag::{Code, Verdict};
use crate::ir::lvs::{
    Check, Checker, HttpCheck, HttpVersion, Regex, RegexOption, StatusRange, Url,
};
use crate::lower::Lowering;
use crate::lower::lvs::checkers::Server;
use crate::lower::scripts::split_command;
use crate::lower::statements::Seen;
use crate::schema::{Block as Place, Keyword};
use crate::syntax::{Block, Statement, Word};
use crate::units::{Compat, Span, Spanned};

/// What the statements about the pattern of a page say.
#[derive(Default)]
struct Pattern {
    regex: Option<Spanned<String>>,
    no_match: Option<Spanned<bool>>,
    options: Vec<Spanned<RegexOption>>,
    min_offset: Option<Spanned<u64>>,
    max_offset: Option<Spanned<u64>>,
    stack: Option<Spanned<(u64, u64)>>,
    /// The first statement besides `regex` itself.
    first: Option<Span>,
}

impl Lowering<'_> {
    pub(super) fn http_check(
        &mut self,
        tls: bool,
        block: &Block,
        server: &Server<'_>,
        place: Span,
    ) -> Vec<Checker> {
        let off = Spanned::new(false, place);
        let mut virtualhost = None;
        let mut version = Spanned::new(HttpVersion::default(), place);
        let (mut sni, mut fast_recovery, mut tls_compliant) = (off, off, off);
        let mut sni_name = None;
        let mut urls = Vec::new();
        let mut seen = Seen::default();
        let inside = if tls { Place::SslGet } else { Place::HttpGet };
        let common = self.common(inside, block, server, |this, common, keyword, line| {
            this.once(&mut seen, keyword, line);
            match (keyword.word, &line.block) {
                ("nb_get_retry", _) => {
                    let retry =
                        this.count_in_words(keyword, line, "Invalid nb_get_retry value '{}'");
                    common.checks.set_retry(retry);
                }
                ("virtualhost", _) => virtualhost = Self::text(line),
                ("http_protocol", _) => version = this.http_version(line).unwrap_or(version),
                ("enable_sni", _) => {
                    let on = this.on_or_off(keyword, line, "Invalid enable_sni parameter {}");
                    sni = on.unwrap_or(sni);
                }
                ("sni_name", _) => {
                    sni = Self::present(line);
                    sni_name = Self::text(line).or(sni_name.take());
                }
                ("fast_recovery", _) => {
                    let on = this.on_or_off(keyword, line, "Invalid fast_recovery parameter {}");
                    fast_recovery = on.unwrap_or(fast_recovery);
                }
                ("tls_compliant", _) => {
                    let on = this.on_or_off(keyword, line, "Invalid tls_compliant parameter {}");
                    tls_compliant = on.unwrap_or(tls_compliant);
                }
                ("url", Some(inside)) => urls.extend(this.url(tls, line.keyword_span(), inside)),
                _ => {}
            }
        });
        if urls.is_empty() {
            self.error(Code::CHECKER_INCOMPLETE, place, "the web check has no page to fetch")
                .label("the checker is dropped: the server is always up")
                .help("add `url { path / }`")
                .note("keepalived 2.2.7 crashes here")
                .wording("HTTP/SSL_GET checker has no urls specified - ignoring");
            return Vec::new();
        }
        let check = self.connected(&common, server, place).map(|connection| {
            Check::Http(Box::new(HttpCheck {
                tls,
                connection,
                virtualhost,
                version,
                sni,
                sni_name,
                fast_recovery,
                tls_compliant,
                urls,
            }))
        });
        self.finished(check, common, server, place, 1, Some(Duration::from_secs(3)))
    }

    fn http_version(&mut self, line: &Statement) -> Option<Spanned<HttpVersion>> {
        let word = line.arguments().first()?;
        let version = match word.text.as_str() {
            "1.0" => HttpVersion::V1_0,
            "1.0C" | "1.0c" => HttpVersion::V1_0Close,
            "1.1" => HttpVersion::V1_1,
            other => {
                self.error(Code::INVALID_CHOICE, word.span, format!("no HTTP version '{other}'"))
                    .label("1.0, 1.0C or 1.1")
                    .note("keepalived ignores the statement")
                    .wording(format!("Invalid http_protocol version {other}"));
                return None;
            }
        };
        Some(Spanned::new(version, word.span))
    }

    fn url(&mut self, tls: bool, place: Span, block: &Block) -> Option<Url> {
        let mut path = None;
        let mut virtualhost = None;
        let mut digest: Option<Spanned<[u8; 16]>> = None;
        let mut status = Vec::new();
        let mut tls_compliant = Spanned::new(false, place);
        let mut pattern = Pattern::default();
        let inside = if tls { Place::SslUrl } else { Place::HttpUrl };
        for (keyword, line) in self.statements(inside, block) {
            let words = line.arguments();
            match keyword.word {
                "path" => self.overwrite(&mut path, Self::text(line), "path", "path"),
                "virtualhost" => {
                    let what = "url virtualhost";
                    self.overwrite(&mut virtualhost, Self::text(line), "virtualhost", what);
                }
                "digest" => {
                    let Some(word) = words.first() else { continue };
                    if let Some(first) = digest {
                        self.error(Code::REPEATED_KEYWORD, word.span, "`digest` is given twice")
                            .label("ignored: the first one counts")
                            .related(first.span, "first given here")
                            .wording(format!("Digest '{}' is a duplicate", word.text));
                        continue;
                    }
                    digest = self.digest(word);
                }
                "status_code" => {
                    for word in words {
                        status.extend(self.status_range(word));
                    }
                }
                "tls_compliant" => {
                    let on = self.on_or_off(keyword, line, "Invalid tls_compliant parameter {}");
                    tls_compliant = on.unwrap_or(tls_compliant);
                }
                _ => self.pattern_keyword(keyword, line, &mut pattern),
            }
        }
        let regex = self.pattern(pattern);
        let Some(path) = path else {
            self.error(Code::CHECKER_INCOMPLETE, place, "the page has no `path`")
                .label("it is not fetched")
                .help("add `path /`")
                .wording("HTTP/SSL_GET checker url has no path - ignoring");
            return None;
        };
        if status.is_empty() {
            status.push(Spanned::new(StatusRange::SUCCESS, place));
        }
        Some(Url { path, virtualhost, status, digest, regex, tls_compliant })
    }

    fn digest(&mut self, word: &Word) -> Option<Spanned<[u8; 16]>> {
        const LENGTH: usize = 32;
        let text = word.text.as_str();
        let mut bytes = [0u8; LENGTH / 2];
        let bad = if text.len() == LENGTH {
            let digits = text.as_bytes().chunks(2).zip(bytes.iter_mut()).enumerate();
            let mut bad = None;
            for (index, (pair, byte)) in digits {
                let pair = std::str::from_utf8(pair).ok();
                match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
                    Some(value) => *byte = value,
                    None => bad = bad.or(Some(2 * index)),
                }
            }
            bad.map(|at| {
                format!("Unable to interpret hex digit in '{text}' at offset {at}/{}", at + 1)
            })
        } else {
            let length = text.len();
            Some(format!(
                "digest '{text}' character length should be {LENGTH} rather than {length}"
            ))
        };
        if let Some(words) = bad {
            self.error(Code::CHECK_CONTENT, word.span, "the digest is no MD5 sum")
                .label("32 digits 0-9, a-f; `genhash` or `md5sum` print it")
                .note("keepalived ignores the statement")
                .wording(words);
            return None;
        }
        Some(Spanned::new(bytes, word.span))
    }

    /// `CODE` or `CODE-CODE`.
    fn status_range(&mut self, word: &Word) -> Option<Spanned<StatusRange>> {
        let (first, last) = word.text.split_once('-').unwrap_or((&word.text, &word.text));
        let code = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|code| digits && (100..=599).contains(code))
        };
        match (code(first), code(last)) {
            (Some(first), Some(last)) if first <= last => {
                Some(Spanned::new(StatusRange { first, last }, word.span))
            }
            _ => {
                let text = format!("'{}' is no status code and no range of them", word.text);
                self.error(Code::OUT_OF_RANGE, word.span, text)
                    .label("100 to 599, or two of them such as 200-299")
                    .note("keepalived ignores the word")
                    .wording(format!("Invalid HTTP_GET status code '{}'", word.text));
                None
            }
        }
    }

    fn pattern_keyword(&mut self, keyword: &Keyword, line: &Statement, pattern: &mut Pattern) {
        let span = line.keyword_span();
        if keyword.word == "regex" {
            let regex = self.regex(line);
            if let (Some(old), Some(new)) = (&pattern.regex, &regex) {
                let counted = self.compat >= Compat::V2_4_3;
                let finding = self
                    .warning(Code::REPEATED_KEYWORD, new.span, "`regex` is given twice")
                    .label("the last one counts")
                    .related(old.span, "first given here")
                    .wording(format!(
                        "Duplicate regex specified - replacing {} with {}",
                        old.value, new.value
                    ));
                if counted {
                    finding.verdict(Verdict::Counted);
                }
            }
            pattern.regex = regex.or(pattern.regex.take());
            return;
        }
        pattern.first.get_or_insert(span);
        match keyword.word {
            "regex_no_match" => pattern.no_match = Some(Self::present(line)),
            "regex_options" => {
                for word in line.arguments() {
                    match RegexOption::from_name(&word.text) {
                        Some(option) => pattern.options.push(Spanned::new(option, word.span)),
                        None => {
                            let text = format!("PCRE2 has no option '{}'", word.text);
                            self.warning(Code::REGEX_IGNORED, word.span, text)
                                .label("ignored")
                                .note("keepalived ignores it without a word");
                        }
                    }
                }
            }
            "regex_min_offset" => pattern.min_offset = Some(self.offset(keyword.word, line)),
            "regex_max_offset" => pattern.max_offset = Some(self.offset(keyword.word, line)),
            "regex_stack" => pattern.stack = self.stack(line).or(pattern.stack),
            _ => {}
        }
    }

    /// The pattern, its quotes and escapes undone.
    fn regex(&mut self, line: &Statement) -> Option<Spanned<String>> {
        let span = line.arguments().first().map_or(line.line, |word| word.span);
        let words = split_command(self.raw(line), self.compat).unwrap_or_default();
        let mut words = words.into_iter().skip(1);
        if let (Some(pattern), None) = (words.next(), words.next()) {
            return Some(Spanned::new(pattern, span));
        }
        let counted = self.compat >= Compat::V2_4_3;
        self.error(Code::REGEX_IGNORED, span, "`regex` takes one word")
            .label("put a pattern with blanks into quotes")
            .note("keepalived ignores the statement")
            .verdict(if counted { Verdict::Counted } else { Verdict::Logged })
            .wording("regex missing or too many fields");
        None
    }

    /// An offset; a bad one is 0.
    fn offset(&mut self, keyword: &str, line: &Statement) -> Spanned<u64> {
        let word = line.arguments().first();
        let number = word.filter(|_| line.arguments().len() == 1);
        let number = number.and_then(|word| word.text.parse().ok());
        let span = word.map_or(line.keyword_span(), |word| word.span);
        if number.is_none() {
            let given = word.map_or("", |word| word.text.as_str());
            self.error(Code::REGEX_IGNORED, span, format!("`{keyword}` takes one number"))
                .label("0 is used")
                .verdict(Verdict::Logged)
                .wording(format!("Invalid {keyword} {given} specified"));
        }
        Spanned::new(number.unwrap_or(0), span)
    }

    /// `regex_stack START MAX`.
    fn stack(&mut self, line: &Statement) -> Option<Spanned<(u64, u64)>> {
        let numbers: Vec<Option<u64>> =
            line.arguments().iter().map(|word| word.text.parse().ok()).collect();
        let (text, words) = match *numbers.as_slice() {
            [Some(start), Some(most)] if start <= most => {
                return Some(Spanned::new((start, most), line.line));
            }
            [Some(_), Some(_)] => (
                "the stack begins larger than it may become",
                Some("regex stack start cannot exceed max value"),
            ),
            [_, _] => ("`regex_stack` takes two numbers of bytes", None),
            _ => (
                "`regex_stack` takes two numbers of bytes",
                Some("regex_stack requires start and max values"),
            ),
        };
        let finding = self
            .error(Code::REGEX_IGNORED, line.line, text)
            .label("ignored")
            .verdict(Verdict::Logged);
        if let Some(words) = words {
            finding.wording(words);
        }
        None
    }

    /// The pattern as a whole.
    fn pattern(&mut self, said: Pattern) -> Option<Regex> {
        let Pattern { regex, no_match, options, min_offset, mut max_offset, stack, first } = said;
        let Some(pattern) = regex else {
            if let Some(span) = first {
                self.error(Code::REGEX_IGNORED, span, "the page has no `regex` for this")
                    .label("ignored")
                    .verdict(Verdict::Logged)
                    .wording("regex parameters specified without regex");
            }
            return None;
        };
        let mut min_offset = min_offset.unwrap_or(Spanned::new(0, pattern.span));
        if let Some(max) = max_offset.filter(|max| max.value <= min_offset.value && max.value > 0) {
            self.error(
                Code::REGEX_IGNORED,
                max.span,
                "`regex_max_offset` is not above `regex_min_offset`",
            )
            .label("both are ignored")
            .related(min_offset.span, "the least offset")
            .verdict(Verdict::Logged);
            max_offset = None;
            min_offset = Spanned::new(0, min_offset.span);
        }
        let no_match = no_match.unwrap_or(Spanned::new(false, pattern.span));
        Some(Regex { pattern, no_match, options, min_offset, max_offset, stack })
    }
}
