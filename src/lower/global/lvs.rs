//! IPVS and the checkers, as a whole.

use std::net::IpAddr;
use std::time::Duration;

use crate::diag::{Code, Verdict};
use crate::ir::global::{FlushOnStop, Lvs, LvsTimeouts, SyncDaemon};
use crate::lower::Lowering;
use crate::lower::values::{cut_address, parse_address};
use crate::schema::Keyword;
use crate::syntax::{Statement, Word};
use crate::units::{IfName, Spanned};

/// 31 days, in seconds.
const LONGEST_TIMEOUT: i64 = 2_678_400;
/// The greatest payload of a UDP packet over IPv4.
const LONGEST_MESSAGE: i64 = 65_507;

impl Lowering<'_> {
    /// A keyword about IPVS; false if it is none.
    pub(super) fn lvs_keyword(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        lvs: &mut Lvs,
    ) -> bool {
        match keyword.word {
            "lvs_timeouts" => self.lvs_timeouts(statement, &mut lvs.timeouts),
            "lvs_flush" => lvs.flush = true,
            "lvs_flush_on_stop" | "lvs_flush_onstop" => {
                lvs.flush_on_stop = self.flush_on_stop(statement).or(lvs.flush_on_stop);
            }
            "lvs_sync_daemon" => lvs.sync_daemon = self.sync_daemon(statement),
            "checker_log_all_failures" => {
                self.switch(&mut lvs.log_all_failures, keyword, statement)
            }
            "rs_init_notifies" => self.switch(&mut lvs.initial_notifies, keyword, statement),
            _ => return false,
        }
        true
    }

    fn flush_on_stop(&mut self, statement: &Statement) -> Option<Spanned<FlushOnStop>> {
        let span = statement.line;
        match statement.arguments().first() {
            None => Some(Spanned::new(FlushOnStop::Everything, span)),
            Some(word) if word.text == "VS" => {
                Some(Spanned::new(FlushOnStop::VirtualServers, span))
            }
            Some(word) => {
                self.error(
                    Code::INVALID_CHOICE,
                    word.span,
                    format!("'{}' is no value of `lvs_flush_on_stop`", word.text),
                )
                .label("VS, or nothing")
                .note("keepalived ignores the statement")
                .wording(format!("Unknown lvs_flush_on_stop type {}", word.text));
                None
            }
        }
    }

    fn lvs_timeouts(&mut self, statement: &Statement, timeouts: &mut LvsTimeouts) {
        let mut words = statement.arguments().iter();
        while let Some(name) = words.next() {
            let slot = match name.text.as_str() {
                "tcp" => &mut timeouts.tcp,
                "tcpfin" => &mut timeouts.tcp_closing,
                "udp" => &mut timeouts.udp,
                other => {
                    self.error(
                        Code::INVALID_CHOICE,
                        name.span,
                        format!("`lvs_timeouts` knows no '{other}'"),
                    )
                    .label("tcp, tcpfin or udp, each with seconds")
                    .note("keepalived skips the word")
                    .wording(format!("Unknown option {other} specified for lvs_timeouts"));
                    continue;
                }
            };
            let Some(value) = words.next() else {
                self.error(
                    Code::MISSING_VALUE,
                    name.span,
                    format!("`{}` of `lvs_timeouts` lacks its seconds", name.text),
                )
                .wording(format!("No value specified for lvs_timeout {} - ignoring", name.text));
                return;
            };
            let seconds = self.integer_word(&name.text, value, 0, LONGEST_TIMEOUT);
            let seconds = seconds.map(|seconds| {
                seconds.map(|seconds| Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
            });
            *slot = seconds.or(*slot);
        }
    }

    /// `IFNAME [[inst] INSTANCE] [id N] [maxlen N] [port N] [ttl N] [group ADDR]`.
    fn sync_daemon(&mut self, statement: &Statement) -> Option<Spanned<SyncDaemon>> {
        let words = statement.arguments();
        let name = words.first()?;
        let Ok(interface) = IfName::new(&name.text) else {
            self.error(
                Code::NAME_TOO_LONG,
                name.span,
                format!("'{}' is no interface for `lvs_sync_daemon`", name.text),
            )
            .note("keepalived ignores the statement")
            .wording(format!("lvs_sync_daemon interface name '{}' too long - ignoring", name.text));
            return None;
        };
        let mut daemon = SyncDaemon {
            interface,
            instance: None,
            id: None,
            max_length: None,
            port: None,
            ttl: None,
            group: None,
        };
        let options = ["inst", "id", "maxlen", "port", "ttl", "group"];
        let is_option = |word: &Word| options.contains(&word.text.as_str());
        let mut rest = words.iter().skip(1).peekable();
        // The old form: the instance, then the number, without their names.
        if let Some(instance) = rest.next_if(|word| !is_option(word)) {
            daemon.instance = Some(Spanned::new(instance.text.clone(), instance.span));
            if let Some(id) = rest.next_if(|word| !is_option(word)) {
                daemon.id = self.old_sync_id(id);
            }
        }
        while let Some(option) = rest.next() {
            if !is_option(option) {
                self.error(
                    Code::INVALID_CHOICE,
                    option.span,
                    format!("`lvs_sync_daemon` knows no '{}'", option.text),
                )
                .label("inst, id, maxlen, port, ttl or group")
                .note("keepalived skips the word")
                .wording(format!("Unknown option {} specified for lvs_sync_daemon", option.text));
                continue;
            }
            let Some(value) = rest.next() else {
                self.sync_option_without_value(option, words.len());
                break;
            };
            self.sync_option(option, value, &mut daemon);
        }
        Some(Spanned::new(daemon, statement.line))
    }

    fn old_sync_id(&mut self, word: &Word) -> Option<Spanned<u8>> {
        let id = self.integer_word("lvs_sync_daemon id", word, 0, 255)?;
        self.warning(Code::DEPRECATED, word.span, "the number of `lvs_sync_daemon` lacks its name")
            .help(format!("write `id {}`", word.text))
            .verdict(Verdict::Counted)
            .wording("Please use keyword \"id\" before lvs_sync_daemon SYNCID");
        Some(id.map(|id| u8::try_from(id).unwrap_or(0)))
    }

    fn sync_option_without_value(&mut self, option: &Word, words: usize) {
        let text = format!("`{}` of `lvs_sync_daemon` lacks its value", option.text);
        let finding = self.error(Code::MISSING_VALUE, option.span, text);
        match option.text.as_str() {
            "inst" => {
                finding
                    .note("keepalived ends with status 2 here, at a reload too")
                    .verdict(Verdict::Ends)
                    .wording(format!(
                        "*** Configuration line starting `lvs_sync_daemon` is missing a parameter \
                         after keyword `inst` at word position {}",
                        words + 2
                    ));
            }
            "id" => {
                finding.wording("No value specified for lvs_sync_daemon id, defaulting to vrid");
            }
            other => {
                finding
                    .wording(format!("No value specified for lvs_sync_daemon {other}, ignoring"));
            }
        }
    }

    fn sync_option(&mut self, option: &Word, value: &Word, daemon: &mut SyncDaemon) {
        let name = format!("lvs_sync_daemon {}", option.text);
        let narrow = |number: Spanned<i64>| number.map(|number| u16::try_from(number).unwrap_or(0));
        let byte = |number: Spanned<i64>| number.map(|number| u8::try_from(number).unwrap_or(0));
        match option.text.as_str() {
            "inst" => daemon.instance = Some(Spanned::new(value.text.clone(), value.span)),
            "id" => daemon.id = self.integer_word(&name, value, 0, 255).map(byte).or(daemon.id),
            "maxlen" => {
                let length = self.integer_word(&name, value, 1, LONGEST_MESSAGE).map(narrow);
                daemon.max_length = length.or(daemon.max_length);
            }
            "port" => {
                let port = self.integer_word(&name, value, 1, 65_535).map(narrow);
                daemon.port = port.or(daemon.port);
            }
            "ttl" => daemon.ttl = self.integer_word(&name, value, 1, 255).map(byte).or(daemon.ttl),
            _ => daemon.group = self.sync_group_address(value).or(daemon.group),
        }
    }

    fn sync_group_address(&mut self, word: &Word) -> Option<Spanned<IpAddr>> {
        let (text, _) = cut_address(&word.text);
        let address = parse_address(text);
        if let Some(address) = address.filter(IpAddr::is_multicast) {
            return Some(Spanned::new(address, word.span));
        }
        let wording = match address {
            Some(_) => {
                format!("lvs_sync_daemon group address {} is not multicast - ignoring", word.text)
            }
            None => format!("Invalid lvs_sync_daemon group ({}) - ignoring", word.text),
        };
        let text = format!("'{}' is no multicast address", word.text);
        self.error(Code::INVALID_ADDRESS, word.span, text)
            .note("keepalived ignores it")
            .wording(wording);
        None
    }
}
