//! `global_defs`: the process's own settings, and defaults for the instances.

use std::net::IpAddr;
use std::time::Duration;

use crate::diag::Code;
use crate::ir::{Burst, GarpTiming, Global, Refresh};
use crate::lower::Lowering;
use crate::lower::statements::Seen;
use crate::lower::values::{cut_address, parse_address};
use crate::schema::{Block, Keyword};
use crate::syntax::Statement;
use crate::units::{Spanned, Version};

/// What `global_defs` says for instances that do not say it themselves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Defaults {
    pub(super) version: Version,
    pub(super) mcast_group4: IpAddr,
    pub(super) mcast_group6: IpAddr,
    pub(super) master_repeat: u32,
    pub(super) master_delay: Duration,
    pub(super) refresh: Duration,
    pub(super) refresh_repeat: u32,
    /// `None`: as `master_repeat`.
    pub(super) lower_prio_repeat: Option<u32>,
    /// `None`: as `master_delay`.
    pub(super) lower_prio_delay: Option<Duration>,
    pub(super) down_timer_adverts: u32,
    pub(super) check_unicast_src: bool,
    pub(super) skip_check_adv_addr: bool,
    pub(super) strict: bool,
    pub(super) lower_prio_no_advert: bool,
    pub(super) higher_prio_send_advert: bool,
    pub(super) smtp_alert: bool,
}

impl Default for Defaults {
    fn default() -> Self {
        let GarpTiming { master: Burst { rounds, delay }, .. } = GarpTiming::default();
        Self {
            version: Version::V2,
            mcast_group4: IpAddr::from([224, 0, 0, 18]),
            mcast_group6: IpAddr::from([0xff02, 0, 0, 0, 0, 0, 0, 0x12]),
            master_repeat: rounds,
            master_delay: delay,
            refresh: Duration::ZERO,
            refresh_repeat: 1,
            lower_prio_repeat: None,
            lower_prio_delay: None,
            down_timer_adverts: 3,
            check_unicast_src: false,
            skip_check_adv_addr: false,
            strict: false,
            lower_prio_no_advert: false,
            higher_prio_send_advert: false,
            smtp_alert: false,
        }
    }
}

impl Defaults {
    /// `vrrp_min_garp`: what has its default where it stands becomes the least; a statement after it
    /// sets it again.
    fn minimize(&mut self) {
        let usual = Self::default();
        if self.master_repeat == usual.master_repeat {
            self.master_repeat = 1;
        }
        if self.master_delay == usual.master_delay {
            self.master_delay = Duration::ZERO;
        }
        if self.refresh_repeat == usual.refresh_repeat {
            self.refresh_repeat = 0;
        }
    }

    /// The refresh of a master; without an interval or without rounds there is none.
    pub(super) fn refresh(&self, every: Option<Duration>, rounds: Option<u32>) -> Option<Refresh> {
        let every = every.unwrap_or(self.refresh);
        let rounds = rounds.unwrap_or(self.refresh_repeat);
        (!every.is_zero() && rounds > 0).then_some(Refresh { every, rounds })
    }

    /// The announcements of an instance that says nothing.
    pub(super) fn garp(&self) -> GarpTiming {
        let master = Burst { rounds: self.master_repeat, delay: self.master_delay };
        GarpTiming {
            master,
            refresh: self.refresh(None, None),
            lower_priority: Burst {
                rounds: self.lower_prio_repeat.unwrap_or(master.rounds),
                delay: self.lower_prio_delay.unwrap_or(master.delay),
            },
        }
    }
}

impl Lowering<'_> {
    /// One `global_defs` block; several add up.
    pub(super) fn global_defs(
        &mut self,
        statements: &[Statement],
        global: &mut Global,
        defaults: &mut Defaults,
    ) {
        let mut seen = Seen::default();
        for statement in statements {
            let Some(keyword) = self.keyword(Block::GlobalDefs, statement) else { continue };
            self.once(&mut seen, keyword, statement.keyword_span());
            self.global_keyword(keyword, statement, global, defaults);
        }
    }

    fn global_keyword(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        global: &mut Global,
        defaults: &mut Defaults,
    ) {
        let word = statement.arguments().first();
        let text = || word.map(|word| Spanned::new(word.text.clone(), word.span));
        match keyword.word {
            "router_id" => global.router_id = text(),
            "script_user" => global.script_user = self.script_user(statement.arguments()),
            "enable_script_security" => global.script_security = true,
            "vrrp_startup_delay" => {
                if let Some(delay) = self.time(keyword, statement) {
                    global.startup_delay = global.startup_delay.max(delay.value);
                }
            }
            "vrrp_garp_interval" => {
                self.set(&mut global.garp_interval, keyword, statement, Self::time);
            }
            "vrrp_gna_interval" => {
                self.set(&mut global.gna_interval, keyword, statement, Self::time);
            }
            "notification_email_from" => global.mail.from = text(),
            "smtp_helo_name" => global.mail.helo_name = text(),
            "smtp_connect_timeout" => {
                let seconds = self.at_least_one(keyword, statement);
                let seconds = seconds.map(|seconds| seconds.map(|s| Duration::from_secs(s.into())));
                global.mail.connect_timeout = seconds.or(global.mail.connect_timeout);
            }
            "smtp_server" => self.smtp_server(statement, global),
            "notification_email" => {
                let lines = statement.block.iter().flat_map(|block| &block.statements);
                let words = lines.flat_map(|line| &line.words);
                let recipients = words.map(|word| Spanned::new(word.text.clone(), word.span));
                let before = global.mail.recipients.len();
                global.mail.recipients.extend(recipients);
                if global.mail.recipients.len() == before {
                    let text = "the `notification_email` block is empty";
                    self.warning(Code::MISSING_VALUE, statement.keyword_span(), text)
                        .help("write one mail address a line, or leave the block out");
                }
            }
            "smtp_alert" | "smtp_alert_vrrp" => {
                defaults.smtp_alert = self.flag(keyword, statement).unwrap_or(defaults.smtp_alert);
            }
            _ => self.default_keyword(keyword, statement, defaults),
        }
    }

    fn default_keyword(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        defaults: &mut Defaults,
    ) {
        match keyword.word {
            "vrrp_version" => {
                if let Some(version) = self.version(keyword, statement) {
                    defaults.version = version.value;
                }
            }
            "vrrp_mcast_group4" | "vrrp_mcast_group6" => {
                self.multicast_group(keyword, statement, defaults);
            }
            "vrrp_garp_master_delay" => {
                self.set(&mut defaults.master_delay, keyword, statement, Self::whole_seconds);
            }
            "vrrp_garp_master_repeat" => {
                self.set(&mut defaults.master_repeat, keyword, statement, Self::at_least_one);
            }
            "vrrp_garp_master_refresh" => {
                // A bad value does not leave the one before: it is 0.
                let every = self.whole_seconds(keyword, statement);
                defaults.refresh = every.map_or(Duration::ZERO, |every| every.value);
            }
            "vrrp_garp_master_refresh_repeat" => {
                self.set(&mut defaults.refresh_repeat, keyword, statement, Self::at_least_one);
            }
            "vrrp_garp_lower_prio_delay" => {
                let delay = self.whole_seconds(keyword, statement);
                let delay = delay.map(|delay| delay.value);
                defaults.lower_prio_delay = delay.or(defaults.lower_prio_delay);
            }
            "vrrp_garp_lower_prio_repeat" => {
                let rounds = self.count(keyword, statement);
                let rounds = rounds.map(|rounds| rounds.value);
                defaults.lower_prio_repeat = rounds.or(defaults.lower_prio_repeat);
            }
            "vrrp_down_timer_adverts" => {
                self.set(&mut defaults.down_timer_adverts, keyword, statement, Self::count);
            }
            "vrrp_check_unicast_src" => defaults.check_unicast_src = true,
            "vrrp_min_garp" => {
                if self.flag(keyword, statement) == Some(true) {
                    defaults.minimize();
                }
            }
            word => {
                let slot = match word {
                    "vrrp_skip_check_adv_addr" => &mut defaults.skip_check_adv_addr,
                    "vrrp_strict" => &mut defaults.strict,
                    "vrrp_lower_prio_no_advert" => &mut defaults.lower_prio_no_advert,
                    "vrrp_higher_prio_send_advert" => &mut defaults.higher_prio_send_advert,
                    _ => return,
                };
                if let Some(on) = self.flag(keyword, statement) {
                    *slot = on;
                }
            }
        }
    }

    fn multicast_group(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        defaults: &mut Defaults,
    ) {
        let Some(word) = statement.arguments().first() else { return };
        let four = keyword.word == "vrrp_mcast_group4";
        // keepalived drops what stands behind a dash or a slash.
        let (text, _) = cut_address(&word.text);
        match parse_address(text) {
            Some(group) if group.is_multicast() && group.is_ipv4() == four => {
                if matches!(group, IpAddr::V6(group) if (group.segments()[0] & 0x0f) != 2) {
                    let text = format!("'{text}' is not link-local multicast (ff02::…)");
                    self.warning(Code::INVALID_ADDRESS, word.span, text)
                        .label("routers may carry these adverts to other links")
                        .note("keepalived complains and uses it");
                }
                if four {
                    defaults.mcast_group4 = group;
                } else {
                    defaults.mcast_group6 = group;
                }
            }
            _ => {
                let family = if four { "IPv4" } else { "IPv6" };
                self.error(
                    Code::INVALID_ADDRESS,
                    word.span,
                    format!("'{}' is no {family} multicast address", word.text),
                )
                .note("keepalived ignores the statement");
            }
        }
    }

    fn smtp_server(&mut self, statement: &Statement, global: &mut Global) {
        const SMTP: u16 = 25;
        let Some(host) = statement.arguments().first() else { return };
        let port = match statement.arguments().get(1) {
            None => SMTP,
            Some(word) => {
                let port = self.integer_word("smtp_server", word, 1, 65_535);
                port.and_then(|port| u16::try_from(port.value).ok()).unwrap_or(SMTP)
            }
        };
        global.mail.server = Some(Spanned::new((host.text.clone(), port), host.span));
    }

    /// Reads a value into its place; a bad one leaves what is there.
    pub(super) fn set<T>(
        &mut self,
        place: &mut T,
        keyword: &Keyword,
        statement: &Statement,
        read: impl FnOnce(&mut Self, &Keyword, &Statement) -> Option<Spanned<T>>,
    ) {
        if let Some(value) = read(self, keyword, statement) {
            *place = value.value;
        }
    }

    /// A whole number that counts something.
    pub(super) fn count(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
    ) -> Option<Spanned<u32>> {
        let number = self.integer(keyword, statement)?;
        Some(number.map(|number| u32::try_from(number).unwrap_or(u32::MAX)))
    }

    /// A count of which 0 becomes 1.
    pub(super) fn at_least_one(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
    ) -> Option<Spanned<u32>> {
        let word = statement.arguments().first()?;
        if word.text.trim_start_matches('0').is_empty() && !word.text.is_empty() {
            self.error(
                Code::OUT_OF_RANGE,
                word.span,
                format!("`{}` must be at least 1", keyword.word),
            )
            .label("1 is used");
            return Some(Spanned::new(1, word.span));
        }
        self.count(keyword, statement)
    }

    /// Seconds without decimals.
    pub(super) fn whole_seconds(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
    ) -> Option<Spanned<Duration>> {
        let number = self.integer(keyword, statement)?;
        Some(number.map(|number| Duration::from_secs(u64::try_from(number).unwrap_or(0))))
    }

    /// 2 or 3.
    pub(super) fn version(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
    ) -> Option<Spanned<Version>> {
        let number = self.integer(keyword, statement)?;
        Some(number.map(|number| if number == 3 { Version::V3 } else { Version::V2 }))
    }
}
