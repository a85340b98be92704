//! Mail, named pipes, and the scripts at the start and the end.

use std::time::Duration;

use crate::diag::{Code, Verdict};
use crate::ir::Global;
use crate::ir::ScriptUser;
use crate::ir::global::{Fifo, Fifos, LifeScript, Mail};
use crate::lower::Lowering;
use crate::lower::global::text;
use crate::schema::Keyword;
use crate::syntax::Statement;
use crate::units::{Compat, Spanned};

impl Lowering<'_> {
    /// A keyword about mail; false if it is none.
    pub(super) fn mail_keyword(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        mail: &mut Mail,
    ) -> bool {
        match keyword.word {
            "notification_email_from" => {
                mail.from = text(statement);
                if self.compat >= Compat::V2_4_3
                    && let Some(extra) = statement.arguments().get(1)
                {
                    self.error(Code::EXTRA_WORDS, extra.span, "the sender is one word")
                        .label("ignored")
                        .help("put a name with blanks into double quotes")
                        .wording("emailfrom has extra parameters");
                }
            }
            "smtp_helo_name" => mail.helo_name = text(statement),
            "smtp_connect_timeout" => {
                let seconds = self.at_least_one(keyword, statement);
                let seconds = seconds.map(|seconds| seconds.map(|s| Duration::from_secs(s.into())));
                mail.connect_timeout = seconds.or(mail.connect_timeout);
            }
            "smtp_server" => self.smtp_server(statement, mail),
            "notification_email" => self.recipients(statement, mail),
            "no_email_faults" => mail.no_faults = true,
            "no_checker_emails" => self.switch(&mut mail.no_checkers, keyword, statement),
            word => {
                let slot = match word {
                    "smtp_alert" => &mut mail.alert,
                    "smtp_alert_vrrp" => &mut mail.alert_vrrp,
                    "smtp_alert_checker" => &mut mail.alert_checker,
                    _ => return false,
                };
                *slot = self.global_flag(keyword, statement).or(*slot);
            }
        }
        true
    }

    fn recipients(&mut self, statement: &Statement, mail: &mut Mail) {
        let lines = statement.block.iter().flat_map(|block| &block.statements);
        let words = lines.flat_map(|line| &line.words);
        let recipients = words.map(|word| Spanned::new(word.text.clone(), word.span));
        let before = mail.recipients.len();
        mail.recipients.extend(recipients);
        if mail.recipients.len() == before {
            let end = statement.block.as_ref().and_then(|block| block.close);
            self.warning(
                Code::MISSING_VALUE,
                end.unwrap_or(statement.keyword_span()),
                "the `notification_email` block is empty",
            )
            .help("write one mail address a line, or leave the block out")
            .verdict(Verdict::Counted)
            .wording("Warning - empty notification_email block");
        }
    }

    fn smtp_server(&mut self, statement: &Statement, mail: &mut Mail) {
        const SMTP: u16 = 25;
        let Some(host) = statement.arguments().first() else { return };
        let port = match statement.arguments().get(1) {
            None => SMTP,
            Some(word) => {
                let port = self.integer_word("smtp_server", word, 1, 65_535);
                // A bad port leaves no server.
                let Some(port) = port.and_then(|port| u16::try_from(port.value).ok()) else {
                    mail.server = None;
                    return;
                };
                port
            }
        };
        mail.server = Some(Spanned::new((host.text.clone(), port), host.span));
    }

    /// A keyword about pipes or the scripts of the daemon's own life; false if it is none.
    pub(super) fn notification_keyword(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        global: &mut Global,
    ) -> bool {
        let fifos = &mut global.fifos;
        match keyword.word {
            "notify_fifo" => fifo_path(statement, &mut fifos.all),
            "vrrp_notify_fifo" => fifo_path(statement, &mut fifos.vrrp),
            "lvs_notify_fifo" => fifo_path(statement, &mut fifos.lvs),
            "notify_fifo_script" => fifos.all.script = self.script(statement),
            "vrrp_notify_fifo_script" => fifos.vrrp.script = self.script(statement),
            "lvs_notify_fifo_script" => fifos.lvs.script = self.script(statement),
            "fifo_write_vrrp_states_on_reload" => fifos.states_on_reload = true,
            "startup_script" => global.startup.script = self.script(statement),
            "startup_script_timeout" => self.life_timeout(keyword, statement, &mut global.startup),
            "shutdown_script" => global.shutdown.script = self.script(statement),
            "shutdown_script_timeout" => {
                self.life_timeout(keyword, statement, &mut global.shutdown);
            }
            _ => return false,
        }
        true
    }

    fn life_timeout(&mut self, keyword: &Keyword, statement: &Statement, script: &mut LifeScript) {
        script.timeout = self.time(keyword, statement).or(script.timeout);
    }

    /// Two pipes of one path are one: the nearer one is dropped, except that of LVS and VRRP both
    /// go and only the script of VRRP reads.
    pub(super) fn check_fifos(&mut self, fifos: &mut Fifos) {
        let Fifos { all, vrrp, lvs, .. } = fifos;
        for (fifo, others) in [(vrrp, vec![&*all]), (lvs, vec![&*all])] {
            let same = others.iter().filter_map(|other| other.path.as_ref());
            let Some(path) = fifo.path.clone() else { continue };
            if let Some(other) = same.into_iter().find(|other| other.value == path.value) {
                self.warning(
                    Code::SAME_FIFO,
                    path.span,
                    format!("`{}` is the path of `notify_fifo` too", path.value),
                )
                .label("ignored")
                .related(other.span, "this one gets everything")
                .verdict(Verdict::Logged);
                *fifo = Fifo::default();
            }
        }
    }
}

fn fifo_path(statement: &Statement, fifo: &mut Fifo) {
    fifo.path = text(statement);
    let mut words = statement.arguments().iter().skip(1).map(|word| word.text.clone());
    fifo.user = words.next().map(|user| ScriptUser { user, group: words.next() });
}
