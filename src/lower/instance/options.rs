//! Keywords of an instance that stand alone: extra announcements, receive buffers, timers of a
//! starved process, the VRF, the IPVS sync daemon.

use std::time::Duration;

use crate::diag::Code;
use crate::ir::ExtraGarp;
use crate::lower::Lowering;
use crate::lower::instance::Said;
use crate::lower::line::Words;
use crate::schema::Keyword;
use crate::syntax::Statement;
use crate::units::{IfName, Priority, Span, Spanned};

/// The longest time between two announcements on other interfaces: a day.
const DAY: u64 = 86_400;

/// What the keywords of this file say.
#[derive(Clone, Debug, Default)]
pub(super) struct SaidOptions {
    /// `Some(None)`: never.
    pub(super) extra_garp: Option<Option<ExtraGarp>>,
    extra_garp_all: bool,
    pub(super) receive_buffer: Option<Spanned<u32>>,
    pub(super) timer_expired: Option<Spanned<Priority>>,
    pub(super) vrf: Option<Spanned<IfName>>,
    pub(super) sync_daemon: Option<Spanned<IfName>>,
    pub(super) priority_changes: Option<Spanned<bool>>,
    pub(super) owner_ignores: Option<Spanned<bool>>,
    pub(super) track_source: Option<Span>,
    pub(super) polls_link: bool,
}

impl Lowering<'_> {
    /// One keyword of this file; false if it is none.
    pub(super) fn option_keyword(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        said: &mut Said,
    ) -> bool {
        let span = statement.keyword_span();
        match keyword.word {
            "garp_extra_if" | "vmac_garp_intvl" => self.instance_extra_garp(statement, said),
            "kernel_rx_buf_size" => self.receive_buffer(statement, said),
            "timer_expired_backup" | "thread_timer_expired" => {
                let highest = Spanned::new(Priority::HIGHEST_BACKUP, span);
                let given = match statement.arguments() {
                    [] => Some(highest),
                    _ => self.strict_number(keyword, statement).and_then(|number| {
                        Some(Spanned::new(Priority::new(number.value)?, number.span))
                    }),
                };
                said.options.timer_expired = given.or(said.options.timer_expired);
            }
            "vrf" => self.vrf(statement, said),
            "lvs_sync_daemon_interface" => {
                let name = statement.arguments().first();
                let name = name.and_then(|name| self.interface(keyword.word, name));
                said.options.sync_daemon = name.or(said.options.sync_daemon.take());
            }
            "notify_priority_changes" => {
                let on = self.flag(keyword, statement).map(|on| Spanned::new(on, span));
                said.options.priority_changes = on.or(said.options.priority_changes);
            }
            "owner_ignore_adverts" => {
                let on = self.flag(keyword, statement).map(|on| Spanned::new(on, span));
                said.options.owner_ignores = on.or(said.options.owner_ignores);
            }
            "track_src_ip" => said.options.track_source = Some(span),
            "linkbeat_use_polling" => said.options.polls_link = true,
            _ => return false,
        }
        true
    }

    /// `garp_extra_if [all] SECONDS`.
    fn instance_extra_garp(&mut self, statement: &Statement, said: &mut Said) {
        let owner = &said.name.value;
        let keyword = statement.keyword();
        let mut words = Words::after_the_keyword(statement);
        said.options.extra_garp_all |= words.next_is("all");
        let all = said.options.extra_garp_all;
        let Some(word) = words.next() else {
            let text = format!("({owner}): {keyword} specified without time - ignoring");
            self.error(Code::MISSING_VALUE, statement.line, text)
                .help(format!("write `{keyword} SECONDS`, or `{keyword} all SECONDS`"));
            return;
        };
        match self.number(word, DAY) {
            // Zero is never.
            Some(0) => said.options.extra_garp = Some(None),
            Some(seconds) => {
                let every = Duration::from_secs(seconds);
                said.options.extra_garp = Some(Some(ExtraGarp { every, all }));
            }
            None => {
                let text = format!("({owner}): {keyword} '{}' invalid - ignoring", word.text);
                self.error(Code::OUT_OF_RANGE, word.span, text).label("whole seconds, 0 to 86400");
            }
        }
    }

    fn receive_buffer(&mut self, statement: &Statement, said: &mut Said) {
        let Some(word) = statement.arguments().first() else { return };
        let size = self.number(word, u32::MAX.into()).and_then(|size| u32::try_from(size).ok());
        let size = size.map(|size| Spanned::new(size, word.span));
        if size.is_none() {
            let text = format!("({}) invalid kernel_rx_buf_size specified", said.name.value);
            self.error(Code::INVALID_NUMBER, statement.line, text)
                .label("a whole number of bytes; ignored");
        }
        said.options.receive_buffer = size.or(said.options.receive_buffer);
    }

    fn vrf(&mut self, statement: &Statement, said: &mut Said) {
        let Some(word) = statement.arguments().first() else { return };
        let owner = &said.name.value;
        if let Some(first) = &said.options.vrf {
            let first = first.span;
            self.error(Code::VRF, word.span, format!("({owner}) vrf has already been specified"))
                .label("ignored")
                .related(first, "first given here");
            return;
        }
        match IfName::new(&word.text) {
            Ok(name) => said.options.vrf = Some(Spanned::new(name, word.span)),
            Err(_) => {
                let text =
                    format!("({owner}) VRF interface name '{}' too long - ignoring", word.text);
                self.error(Code::NAME_TOO_LONG, word.span, text);
            }
        }
    }

    /// A VRF is for unicast without an interface only.
    pub(super) fn resolve_vrf(
        &mut self,
        said: &mut Said,
        unicast: bool,
    ) -> Option<Spanned<IfName>> {
        let vrf = said.options.vrf.take()?;
        if said.interface.is_none() && unicast {
            return Some(vrf);
        }
        let owner = &said.name.value;
        let text = format!("({owner}) vrf can only be specified without interface - clearing");
        self.error(Code::VRF, vrf.span, text)
            .label("ignored: the instance is in the VRF of its interface")
            .help("remove the line");
        None
    }

    /// `timer_expired_backup` is for masters that nobody would preempt.
    pub(super) fn resolve_timer_expired(&mut self, said: &Said) -> Option<Spanned<Priority>> {
        let highest = said.options.timer_expired?;
        if said.nopreempt.is_none() {
            self.error(Code::PREEMPTION_IGNORED, highest.span, "`timer_expired_backup` is ignored")
                .label("it needs `nopreempt`");
            return None;
        }
        Some(highest)
    }

    /// `owner_ignore_adverts` is for address owners; strict mode has it on.
    pub(super) fn resolve_owner_ignores(
        &mut self,
        said: &Said,
        priority: Priority,
        strict: bool,
        usual: Option<bool>,
    ) -> bool {
        let asked = said.options.owner_ignores;
        match (asked, priority.is_owner()) {
            (Some(on), false) if on.value => {
                self.error(Code::STATE_MISMATCH, on.span, "`owner_ignore_adverts` is ignored")
                    .label("only priority 255 owns its addresses");
                false
            }
            (_, false) => false,
            (Some(off), true) if !off.value => {
                self.error(
                    Code::STRICT_MODE,
                    off.span,
                    "`owner_ignore_adverts false` turns it on for an address owner",
                )
                .label("on all the same")
                .note("keepalived speaks of strict mode here, strict or not");
                true
            }
            (Some(_), true) => true,
            (None, true) => strict || usual.unwrap_or(false),
        }
    }
}
