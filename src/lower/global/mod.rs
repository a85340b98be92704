//! `global_defs` and the plain statements of the top level: the process's own settings, and defaults
//! for the instances. One file for each part of [`Global`].

mod defaults;
mod files;
mod firewall;
mod identity;
mod lvs;
mod management;
mod network;
mod notification;
mod process;

use crate::diag::Code;
use crate::ir::Global;
use crate::lower::Lowering;
use crate::lower::statements::Seen;
use crate::schema::{Block, Keyword};
use crate::syntax::Statement;
use crate::units::{Spanned, Version};

pub(super) use defaults::Defaults;

impl Lowering<'_> {
    /// One `global_defs` block; several add up, so `seen` goes from one to the next.
    pub(super) fn global_defs(
        &mut self,
        statements: &[Statement],
        seen: &mut Seen,
        global: &mut Global,
        defaults: &mut Defaults,
    ) {
        for statement in statements {
            let Some(keyword) = self.keyword(Block::GlobalDefs, statement) else { continue };
            if self.once(seen, keyword, statement) {
                self.global_keyword(keyword, statement, global, defaults);
            }
        }
    }

    fn global_keyword(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        global: &mut Global,
        defaults: &mut Defaults,
    ) {
        match keyword.word {
            "router_id" => global.router_id = text(statement),
            "script_user" => global.script_user = self.script_user(statement.arguments()),
            "enable_script_security" => global.script_security = true,
            "use_symlink_paths" => self.switch(&mut global.symlink_paths, keyword, statement),
            "set_supplementary_groups" => {
                self.switch(&mut global.supplementary_groups, keyword, statement);
            }
            "random_seed" => {
                global.random_seed = self.count(keyword, statement).or(global.random_seed);
            }
            "vrrp_startup_delay" => {
                if let Some(delay) = self.time(keyword, statement) {
                    global.startup_delay = global.startup_delay.max(delay.value);
                }
            }
            "vrrp_delay_after_boot" => {
                if let Some(delay) = self.time(keyword, statement) {
                    global.delay_after_boot = global.delay_after_boot.max(delay.value);
                }
            }
            "vrrp_garp_interval" => {
                self.set(&mut global.garp_interval, keyword, statement, Self::time);
            }
            "vrrp_gna_interval" => {
                self.set(&mut global.gna_interval, keyword, statement, Self::time);
            }
            _ => {
                let _ = self.mail_keyword(keyword, statement, &mut global.mail)
                    || self.notification_keyword(keyword, statement, global)
                    || self.process_keyword(keyword, statement, &mut global.processes)
                    || self.files_keyword(keyword, statement, &mut global.files)
                    || self.reload_keyword(keyword, statement, &mut global.reload)
                    || self.network_keyword(keyword, statement, &mut global.network)
                    || self.firewall_keyword(keyword, statement, &mut global.firewall)
                    || self.lvs_keyword(keyword, statement, &mut global.lvs)
                    || self.management_keyword(keyword, statement, global)
                    || self.default_keyword(keyword, statement, defaults);
            }
        }
    }

    /// What follows from all of `global_defs` together.
    pub(super) fn finish_global(&mut self, global: &mut Global, defaults: &mut Defaults) {
        defaults.smtp_alert = global.mail.alert_vrrp.or(global.mail.alert).unwrap_or(false);
        global.defaults = defaults.clone();
        self.check_fifos(&mut global.fifos);
        self.check_firewall(&mut global.firewall);
    }

    /// A setting that is on or off.
    fn switch(&mut self, place: &mut bool, keyword: &Keyword, statement: &Statement) {
        *place = self.global_flag(keyword, statement).unwrap_or(*place);
    }

    /// `on|true|yes`, `off|false|no`, with what keepalived says of anything else here.
    fn global_flag(&mut self, keyword: &Keyword, statement: &Statement) -> Option<bool> {
        self.flag_or(keyword, statement, |value| match keyword.word {
            word @ ("checker_log_all_failures"
            | "vrrp_min_garp"
            | "vrrp_lower_prio_no_advert"
            | "vrrp_higher_prio_send_advert") => format!("Invalid value for {word} specified"),
            "data_use_instance" => {
                format!("Invalid value '{value}' for global date_use_instance specified")
            }
            word => format!("Invalid value '{value}' for global {word} specified"),
        })
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
        if word.text.trim_start_matches('0').is_empty() {
            // keepalived misspells this one.
            let name = keyword.word.replace("smtp_connect_timeout", "smtp_conect_timeout");
            self.error(
                Code::OUT_OF_RANGE,
                word.span,
                format!("`{}` must be at least 1", keyword.word),
            )
            .label("1 is used")
            .wording(format!("{name} must be greater than 0, setting to 1"));
            return Some(Spanned::new(1, word.span));
        }
        self.count(keyword, statement)
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

/// The first word after the keyword.
fn text(statement: &Statement) -> Option<Spanned<String>> {
    let word = statement.arguments().first()?;
    Some(Spanned::new(word.text.clone(), word.span))
}
