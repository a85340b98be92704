//! `vrrp_script`.

use std::time::Duration;

use crate::diag::Code;
use crate::ir::VrrpScript;
use crate::lower::Lowering;
use crate::lower::objects::end_of;
use crate::lower::statements::Seen;
use crate::schema::{Block as Place, Keyword};
use crate::syntax::{Block, Statement, Word};
use crate::units::Spanned;

impl Lowering<'_> {
    /// `None` if it names no program.
    pub(super) fn vrrp_script(&mut self, name: &Word, block: &Block) -> Option<VrrpScript> {
        let mut script = None;
        let mut interval = Duration::from_secs(1);
        let (mut timeout, mut user, mut init_fail) = (None, None, false);
        let (mut weight, mut reverse) = (Spanned::new(0, name.span), false);
        let (mut rise, mut fall) = (1, 1);
        let mut seen = Seen::default();
        let called = &name.text;
        for statement in &block.statements {
            let Some(keyword) = self.keyword(Place::VrrpScript, statement) else { continue };
            self.once(&mut seen, keyword, statement);
            match keyword.word {
                "script" => script = self.script(statement).or(script),
                "interval" => {
                    let wording = format!(
                        "({called}): vrrp script interval must be greater than 0, setting to 1"
                    );
                    let every = self.time_but_zero(keyword, statement, &wording);
                    interval = every.map_or(interval, |every| every.value);
                }
                "timeout" => {
                    let wording = format!(
                        "({called}): vrrp script timeout must be greater than 0, setting to 1"
                    );
                    timeout = self.time_but_zero(keyword, statement, &wording).or(timeout);
                }
                "weight" => {
                    let said = self.object_weight(keyword, statement, ("vrrp_script", name), true);
                    (weight, reverse) = said.unwrap_or((weight, reverse));
                }
                "rise" => rise = self.in_a_row(keyword, statement),
                "fall" => fall = self.in_a_row(keyword, statement),
                "user" => user = self.script_user(statement.arguments()).or(user),
                "init_fail" => init_fail = true,
                _ => {}
            }
        }
        let Some(script) = script else {
            let text = format!("vrrp_script `{called}` names no program");
            self.error(Code::INCOMPLETE_BLOCK, end_of(Some(block), name.span), text)
                .label("removed")
                .help("write `script \"/path/to/program arguments\"`")
                .wording(format!("No script set for vrrp_script {called} - removing"));
            return None;
        };
        let name = Spanned::new(called.clone(), name.span);
        Some(VrrpScript {
            name,
            script,
            interval,
            timeout,
            weight,
            reverse,
            rise,
            fall,
            user,
            init_fail,
        })
    }

    /// `rise`, `fall`: a bad value is 1, whatever was there.
    fn in_a_row(&mut self, keyword: &Keyword, statement: &Statement) -> u32 {
        self.count(keyword, statement).map_or(1, |count| count.value)
    }
}
