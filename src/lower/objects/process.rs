//! `vrrp_track_process`.

use std::time::Duration;

use crate::diag::Code;
use crate::ir::{ParamMatch, TrackProcess};
use crate::lower::Lowering;
use crate::lower::objects::end_of;
use crate::schema::{Block as Place, Keyword};
use crate::syntax::{Block, Statement, Word};
use crate::units::Spanned;

impl Lowering<'_> {
    /// `None` if it names no program.
    pub(super) fn track_process(&mut self, name: &Word, block: &Block) -> Option<TrackProcess> {
        let mut process = TrackProcess {
            name: Spanned::new(name.text.clone(), name.span),
            process: Spanned::default(),
            parameters: Vec::new(),
            matching: ParamMatch::Ignored,
            full_command: false,
            weight: Spanned::new(0, name.span),
            reverse: false,
            quorum: 1,
            quorum_max: None,
            fork_delay: Duration::ZERO,
            terminate_delay: Duration::ZERO,
        };
        let mut program = None;
        for statement in &block.statements {
            let Some(keyword) = self.keyword(Place::TrackProcess, statement) else { continue };
            if keyword.word == "process" {
                self.program(name, statement, &mut program, &mut process);
            } else {
                self.process_setting(name, keyword, statement, &mut process);
            }
        }
        let Some(program) = program else {
            let text = format!("vrrp_track_process `{}` names no program", name.text);
            self.error(Code::INCOMPLETE_BLOCK, end_of(Some(block), name.span), text)
                .label("removed")
                .help("write `process NAME`")
                .wording(format!("track process '{}' process name not specified", name.text));
            return None;
        };
        process.process = program;
        if process.matching == ParamMatch::Ignored && !process.parameters.is_empty() {
            process.matching = ParamMatch::Exact;
        }
        Some(process)
    }

    fn program(
        &mut self,
        name: &Word,
        statement: &Statement,
        program: &mut Option<Spanned<String>>,
        process: &mut TrackProcess,
    ) {
        let Some(word) = statement.arguments().first() else { return };
        if let Some(first) = program {
            let (first, called, ignored) = (first.span, &name.text, &word.text);
            let wording =
                format!("Process already set for track process {called} - ignoring {ignored}");
            self.already(word, first, "process", wording);
            return;
        }
        *program = Some(Spanned::new(word.text.clone(), word.span));
        let parameters = statement.arguments().iter().skip(1);
        let parameters = parameters.map(|word| Spanned::new(word.text.clone(), word.span));
        process.parameters = parameters.collect();
    }

    fn process_setting(
        &mut self,
        name: &Word,
        keyword: &Keyword,
        statement: &Statement,
        process: &mut TrackProcess,
    ) {
        let first = statement.arguments().first();
        match keyword.word {
            "param_match" => {
                process.matching = match first.map(|word| word.text.as_str()) {
                    None => ParamMatch::Exact,
                    Some("initial") => ParamMatch::Initial,
                    Some("partial") => ParamMatch::Partial,
                    Some(_) => {
                        self.bad_match(statement);
                        return;
                    }
                };
            }
            "full_command" => process.full_command = true,
            "weight" => {
                // A weight of 0 is as good as none.
                if let Some(word) = first.filter(|_| process.weight.value != 0) {
                    let (called, ignored) = (&name.text, &word.text);
                    let wording = format!(
                        "Weight already set for track process {called} - ignoring {ignored}"
                    );
                    self.already(word, process.weight.span, "weight", wording);
                    return;
                }
                let said =
                    self.object_weight(keyword, statement, ("vrrp_track_process", name), false);
                if let Some(said) = said {
                    (process.weight, process.reverse) = said;
                }
            }
            "quorum" => self.quorum(keyword, statement, process),
            "quorum_max" => self.quorum_max(keyword, statement, process),
            _ => {
                let Some(delay) = self.time(keyword, statement) else { return };
                if matches!(keyword.word, "delay" | "fork_delay") {
                    process.fork_delay = delay.value;
                }
                if matches!(keyword.word, "delay" | "terminate_delay") {
                    process.terminate_delay = delay.value;
                }
            }
        }
    }

    fn bad_match(&mut self, statement: &Statement) {
        let Some(word) = statement.arguments().first() else { return };
        let text = format!("`param_match` knows no '{}'", word.text);
        self.error(Code::INVALID_CHOICE, word.span, text)
            .label("initial, partial, or nothing")
            .note("keepalived ignores the statement")
            .wording(format!("Invalid param_match type {} - ignoring", word.text));
    }

    fn quorum(&mut self, keyword: &Keyword, statement: &Statement, process: &mut TrackProcess) {
        let Some(quorum) = self.integer(keyword, statement) else { return };
        let quorum = quorum.map(|quorum| u16::try_from(quorum).unwrap_or(u16::MAX));
        match process.quorum_max {
            Some(most) if quorum.value > most.value => {
                self.error(
                    Code::CONTRADICTION,
                    quorum.span,
                    "`quorum` is greater than `quorum_max`",
                )
                .label("ignored")
                .related(most.span, "the most that may run")
                .wording("Quorum is greater than quorum_max - ignoring");
            }
            _ => process.quorum = quorum.value,
        }
    }

    fn quorum_max(&mut self, keyword: &Keyword, statement: &Statement, process: &mut TrackProcess) {
        let Some(most) = self.integer(keyword, statement) else { return };
        let most = most.map(|most| u16::try_from(most).unwrap_or(u16::MAX));
        // None may run: that is a quorum of none.
        if most.value == 0 && process.quorum == 1 {
            process.quorum = 0;
        }
        if most.value < process.quorum {
            self.error(Code::CONTRADICTION, most.span, "`quorum_max` is less than `quorum`")
                .label("ignored")
                .wording("quorum_max is less than quorum - ignoring");
            return;
        }
        process.quorum_max = Some(most);
    }
}
