//! `track_file`, of old `vrrp_track_file`.

use crate::diag::{Code, Verdict};
use crate::ir::{InitFile, TrackFile};
use crate::lower::Lowering;
use crate::lower::objects::end_of;
use crate::schema::Block as Place;
use crate::syntax::{Block, Statement, Word};
use crate::units::Spanned;

/// Weights end here, and so should the numbers that they multiply.
const SENSIBLE: i64 = 254;

impl Lowering<'_> {
    /// `None` if it names no file.
    pub(super) fn track_file(&mut self, name: &Word, block: &Block) -> Option<TrackFile> {
        let mut path: Option<Spanned<String>> = None;
        let (mut weight, mut reverse) = (Spanned::new(1_i16, name.span), false);
        let mut initial = None;
        let called = &name.text;
        for statement in &block.statements {
            let Some(keyword) = self.keyword(Place::TrackFile, statement) else { continue };
            match (keyword.word, statement.arguments().first()) {
                ("file", Some(word)) => match &path {
                    Some(first) => {
                        let (first, ignored) = (first.span, &word.text);
                        self.already(
                            word,
                            first,
                            "file",
                            format!(
                                "File already set for track file {called} - ignoring {ignored}"
                            ),
                        );
                    }
                    None => path = Some(Spanned::new(word.text.clone(), word.span)),
                },
                // A weight of 1 is as good as none.
                ("weight", Some(word)) if weight.value != 1 => {
                    let (first, ignored) = (weight.span, &word.text);
                    self.already(
                        word,
                        first,
                        "weight",
                        format!("Weight already set for track file {called} - ignoring {ignored}"),
                    );
                }
                ("weight", Some(_)) => {
                    let said = self.object_weight(keyword, statement, ("track_file", name), false);
                    (weight, reverse) = said.unwrap_or((weight, reverse));
                }
                ("init_file", _) => initial = Some(self.init_file(name, statement)),
                _ => {}
            }
        }
        let Some(path) = path else {
            let text = format!("track_file `{called}` names no file");
            self.error(Code::INCOMPLETE_BLOCK, end_of(Some(block), name.span), text)
                .label("removed")
                .help("write `file /path/to/file`")
                .wording(format!("No file set for track_file {called} - ignoring"));
            return None;
        };
        let name = Spanned::new(called.clone(), name.span);
        Some(TrackFile { name, path, weight, reverse, initial })
    }

    /// `init_file [VALUE] [overwrite]`, in any order.
    fn init_file(&mut self, name: &Word, statement: &Statement) -> Spanned<InitFile> {
        let mut initial = InitFile { value: 0, overwrite: false };
        let called = &name.text;
        for word in statement.arguments() {
            let is_number = |text: &str| {
                text.trim_start_matches(['-', '+']).starts_with(|c: char| c.is_ascii_digit())
            };
            if word.text == "overwrite" {
                initial.overwrite = true;
            } else if is_number(&word.text) {
                let (least, most) = (i64::from(i32::MIN), i64::from(i32::MAX));
                let value = self.integer_word("init_file", word, least, most);
                let Some(value) = value.map(|value| value.value) else { continue };
                initial.value = i32::try_from(value).unwrap_or(0);
                if value.abs() > SENSIBLE {
                    let text = format!("{value} is more than a priority can change by");
                    self.warning(Code::UNUSUAL_VALUE, word.span, text)
                        .label(format!("sensible are -{SENSIBLE} to {SENSIBLE}"))
                        .verdict(Verdict::Counted)
                        .wording(format!(
                            "Track file {called} init value {value} is outside sensible range \
                             [-{SENSIBLE}, {SENSIBLE}]"
                        ));
                }
            } else {
                let text = format!("`init_file` knows no '{}'", word.text);
                self.error(Code::INVALID_CHOICE, word.span, text)
                    .label("a number, or overwrite")
                    .note("keepalived ignores the word")
                    .wording(format!("Unknown track file init option {}", word.text));
            }
        }
        Spanned::new(initial, statement.line)
    }
}
