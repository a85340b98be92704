//! What `global_defs` says for instances that do not say it themselves.

use std::net::IpAddr;
use std::time::Duration;

use crate::diag::{Code, Verdict};
use crate::ir::{Burst, ExtraGarp, GarpTiming, Refresh};
use crate::lower::Lowering;
use crate::lower::values::{cut_address, parse_address};
use crate::schema::Keyword;
use crate::syntax::Statement;

pub(in crate::lower) use crate::ir::global::InstanceDefaults as Defaults;

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
    pub(in crate::lower) fn refresh(
        &self,
        every: Option<Duration>,
        rounds: Option<u32>,
    ) -> Option<Refresh> {
        let every = every.unwrap_or(self.refresh);
        let rounds = rounds.unwrap_or(self.refresh_repeat);
        (!every.is_zero() && rounds > 0).then_some(Refresh { every, rounds })
    }

    /// The announcements of an instance that says nothing.
    pub(in crate::lower) fn garp(&self) -> GarpTiming {
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
    /// A keyword that instances inherit; false if it is none.
    pub(super) fn default_keyword(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        defaults: &mut Defaults,
    ) -> bool {
        match keyword.word {
            "vrrp_version" => {
                if let Some(version) = self.version(keyword, statement) {
                    defaults.version = version.value;
                }
            }
            "vrrp_mcast_group4" | "vrrp_mcast_group6" => {
                self.multicast_group(keyword, statement, defaults);
            }
            "vrrp_garp_extra_if" | "vrrp_vmac_garp_intvl" => {
                defaults.extra_garp = self.extra_garp(keyword, statement).or(defaults.extra_garp);
            }
            word if word.starts_with("vrrp_garp_") => {
                self.garp_default(keyword, statement, defaults);
            }
            "vrrp_down_timer_adverts" => {
                self.set(&mut defaults.down_timer_adverts, keyword, statement, Self::count);
            }
            "vrrp_check_unicast_src" => defaults.check_unicast_src = true,
            "v3_checksum_as_v2" => defaults.checksum_as_v2 = true,
            "vrrp_min_garp" => {
                if self.global_flag(keyword, statement) == Some(true) {
                    defaults.minimize();
                }
            }
            "vrrp_owner_ignore_adverts" => {
                let on = self.global_flag(keyword, statement);
                defaults.owner_ignores_adverts = on.or(defaults.owner_ignores_adverts);
            }
            word => {
                let slot = match word {
                    "vrrp_skip_check_adv_addr" => &mut defaults.skip_check_adv_addr,
                    "vrrp_strict" => &mut defaults.strict,
                    "vrrp_lower_prio_no_advert" => &mut defaults.lower_prio_no_advert,
                    "vrrp_higher_prio_send_advert" => &mut defaults.higher_prio_send_advert,
                    _ => return false,
                };
                self.switch(slot, keyword, statement);
            }
        }
        true
    }

    fn garp_default(&mut self, keyword: &Keyword, statement: &Statement, defaults: &mut Defaults) {
        match keyword.word {
            "vrrp_garp_master_delay" => {
                self.set(&mut defaults.master_delay, keyword, statement, Self::time);
            }
            "vrrp_garp_master_repeat" => {
                self.set(&mut defaults.master_repeat, keyword, statement, Self::at_least_one);
            }
            "vrrp_garp_master_refresh" => {
                // A bad value does not leave the one before: it is 0.
                let every = self.time(keyword, statement);
                defaults.refresh = every.map_or(Duration::ZERO, |every| every.value);
            }
            "vrrp_garp_master_refresh_repeat" => {
                self.set(&mut defaults.refresh_repeat, keyword, statement, Self::at_least_one);
            }
            "vrrp_garp_lower_prio_delay" => {
                let delay = self.time(keyword, statement);
                let delay = delay.map(|delay| delay.value);
                defaults.lower_prio_delay = delay.or(defaults.lower_prio_delay);
            }
            "vrrp_garp_lower_prio_repeat" => {
                let rounds = self.count(keyword, statement);
                let rounds = rounds.map(|rounds| rounds.value);
                defaults.lower_prio_repeat = rounds.or(defaults.lower_prio_repeat);
            }
            _ => {}
        }
    }

    /// `[all] SECS`, in any order, also of an instance; the last number counts.
    pub(in crate::lower) fn extra_garp(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
    ) -> Option<ExtraGarp> {
        const DAY: i64 = 86_400;
        let name = keyword.word;
        let (mut all, mut every) = (false, None);
        for word in statement.arguments() {
            if word.text == "all" {
                all = true;
                continue;
            }
            let seconds = self.integer_word(name, word, 1, DAY)?;
            every = Some(Duration::from_secs(u64::try_from(seconds.value).unwrap_or(1)));
        }
        let Some(every) = every else {
            self.error(
                Code::MISSING_VALUE,
                statement.keyword_span(),
                format!("`{name}` lacks its time"),
            )
            .help(format!("write `{name} all SECONDS`"))
            .wording(format!("{name} specified without time - ignoring"));
            return None;
        };
        Some(ExtraGarp { every, all })
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
                        .note("keepalived complains and uses it")
                        .verdict(Verdict::Counted)
                        .wording(format!(
                            "vrrp_mcast_group6 [{}] should be link-local multicast.",
                            word.text
                        ));
                }
                if four {
                    defaults.mcast_group4 = group;
                } else {
                    defaults.mcast_group6 = group;
                }
            }
            parsed => {
                let family = if four { "IPv4" } else { "IPv6" };
                let (name, written) = (keyword.word, &word.text);
                let wording = match parsed {
                    None => format!("Can't parse {name} [{written}]. Skipping"),
                    Some(group) if group.is_ipv4() != four => {
                        format!("{name} [{written}] is not {family}. Skipping")
                    }
                    Some(_) => format!("{name} [{written}] is not multicast. Skipping"),
                };
                self.error(
                    Code::INVALID_ADDRESS,
                    word.span,
                    format!("'{written}' is no {family} multicast address"),
                )
                .note("keepalived ignores the statement")
                .wording(wording);
            }
        }
    }
}
