//! `$NAME` and `${NAME}` make way for their values, which may use others in turn.

use std::ops::Range;
use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Severity, Verdict};
use crate::source::{Expansion, ExpansionId, Origin, Traced};
use crate::syntax::expand::bounds::{DEPTH, USES_A_LINE};
use crate::syntax::expand::definitions::{Definition, name_length};
use crate::syntax::expand::{Expander, Pending};
use crate::units::{Compat, Span};

/// A line that would become this long is not expanded further.
const TOO_LONG: usize = 1024;

/// The greatest number of `${_RANDOM}`.
const RANDOM_MAX: u64 = 32_767;

/// The lines of a definition after the first, while it is expanded.
pub(super) struct Rest {
    lines: Arc<[Traced]>,
    next: usize,
    id: ExpansionId,
}

impl Rest {
    pub(super) fn next(&mut self) -> Option<Traced> {
        let line = self.lines.get(self.next)?;
        self.next += 1;
        Some(line.through(self.id))
    }
}

/// A `$NAME` or `${NAME ...}` in a line.
struct Reference {
    /// From the `$` to the last byte.
    range: Range<usize>,
    name: String,
    braced: bool,
    /// Words after the name, in braces.
    parameters: Vec<String>,
    /// What keeps it from being replaced.
    blocked: Option<Blocked>,
}

/// Why a name that is defined is not replaced.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Blocked {
    /// `$NAME/24`: what follows is none of the characters that may.
    Follows,
    /// `${NAME }`: keepalived leaves the closing brace behind.
    BlankBeforeBrace,
}

/// What a reference stands for.
enum Value {
    Known(Definition),
    /// A built-in with this value, or with text that points nowhere.
    Computed(String),
    /// The reference stays as it is; perhaps there is a reason worth telling.
    Unknown,
    Stays(Box<Diagnostic>),
}

impl Expander<'_> {
    /// Replaces every use of a definition; true if there was any.
    pub(super) fn substitute(&mut self, line: &Traced) -> (Traced, bool) {
        if !line.text().contains('$') {
            return (line.clone(), false);
        }
        let (mut line, mut changed, mut at) = (line.clone(), false, 0);
        let mut left = USES_A_LINE;
        while let Some(found) = line.text().get(at..).and_then(|rest| rest.find('$')) {
            let start = at + found;
            at = start + 1;
            let Some(reference) = reference(line.text(), start) else { continue };
            match self.value(&line, &reference) {
                // Said when it is delivered, if it still is in the line then.
                Value::Unknown => {}
                Value::Stays(diagnostic) => self.report(*diagnostic),
                Value::Known(definition) => {
                    if !self.may_be_used(&line, &reference, &definition) {
                        continue;
                    }
                    let last = reference.range.end == line.text().len();
                    if definition.several && !last {
                        self.something_follows(&line, &reference);
                        continue;
                    }
                    let first = definition.lines.first().map_or(0, |line| line.text().len());
                    left = left.saturating_sub(1);
                    if !self.fits(&line, &reference, first, left) {
                        break;
                    }
                    let Some(id) = self.expand_use(&line, &reference, definition.place) else {
                        break;
                    };
                    if let Some(first) = definition.lines.first() {
                        line = line.replaced(reference.range.clone(), &first.through(id));
                    }
                    if definition.lines.len() > 1 && self.bounds.nested(self.pending.len()) {
                        let lines = definition.lines;
                        self.pending.push(Pending::Rest(Rest { lines, next: 1, id }));
                    }
                    (changed, at) = (true, start);
                }
                Value::Computed(text) => {
                    left = left.saturating_sub(1);
                    if !self.fits(&line, &reference, text.len(), left) {
                        break;
                    }
                    let Some(id) = self.expand_use(&line, &reference, None) else { break };
                    let value = Traced::new(&text, Origin::Computed { id });
                    line = line.replaced(reference.range.clone(), &value);
                    (changed, at) = (true, start);
                }
            }
        }
        (line, changed)
    }

    /// Notes the use of a definition.
    fn expand_use(
        &mut self,
        line: &Traced,
        reference: &Reference,
        definition: Option<crate::source::FileSpan>,
    ) -> Option<ExpansionId> {
        if !self.bounds.take_use() {
            return None;
        }
        let use_site = self.site(line, reference.range.clone())?;
        let parent = self.parent(line, reference);
        let depth = parent.map_or(0, |parent| self.sources.depth(parent) + 1);
        let name = reference.name.as_str().into();
        Some(self.sources.add_expansion(Expansion { name, definition, use_site, parent, depth }))
    }

    /// The expansion in whose value the use stands.
    fn parent(&self, line: &Traced, reference: &Reference) -> Option<ExpansionId> {
        line.pieces(reference.range.clone())
            .filter_map(|(_, origin)| origin.expansion())
            .max_by_key(|id| self.sources.depth(*id))
    }

    /// A definition must not use itself, nor be buried too deep.
    fn may_be_used(
        &mut self,
        line: &Traced,
        reference: &Reference,
        definition: &Definition,
    ) -> bool {
        let Some(parent) = self.parent(line, reference) else { return true };
        let itself = self.sources.outwards(parent).any(|(_, outer)| {
            *outer.name == *reference.name && outer.definition == definition.place
        });
        if !itself && self.sources.depth(parent) < DEPTH {
            return true;
        }
        let span = self.aside(&line.slice(reference.range.clone()));
        let name = &reference.name;
        let (text, label) = match itself {
            true => (format!("`${name}` uses itself"), "not replaced here".to_owned()),
            false => (
                format!("definitions use each other more than {DEPTH} deep"),
                format!("`${name}` is not replaced"),
            ),
        };
        self.report(
            Diagnostic::new(Code::SELF_REFERENCE, Severity::Error, span, text)
                .with_label(label)
                .with_verdict(Verdict::Logged)
                .with_note("keepalived expands it until the line is too long, or for ever"),
        );
        false
    }

    /// The line with the value in it is not too long, and has not had too many values.
    fn fits(&mut self, line: &Traced, reference: &Reference, value: usize, left: u32) -> bool {
        let length = line.text().len() - reference.range.len() + value;
        if length < TOO_LONG && left > 0 {
            return true;
        }
        let span = self.aside(&line.slice(reference.range.clone()));
        let text = match left {
            0 => format!("more than {USES_A_LINE} definitions are used in one line"),
            _ => format!(
                "with the value of this definition the line has more than {} bytes",
                TOO_LONG - 1
            ),
        };
        self.report(
            Diagnostic::new(Code::EXPANSION_TOO_LONG, Severity::Error, span, text)
                .with_label("not replaced, nor what follows it")
                .with_verdict(Verdict::Logged),
        );
        false
    }

    /// What a reference stands for here.
    fn value(&mut self, line: &Traced, reference: &Reference) -> Value {
        let name = reference.name.as_str();
        self.definitions.used(name);
        let known = self.definitions.get(name).cloned();
        if let Some(blocked) = reference.blocked
            && (known.is_some() || BUILT_IN.contains(&name))
        {
            return Value::Stays(Box::new(self.blocked(line, reference, blocked)));
        }
        if reference.blocked.is_some() {
            return Value::Unknown;
        }
        if let Some(definition) = known {
            return match reference.parameters.is_empty() {
                true => Value::Known(definition),
                false => Value::Stays(Box::new(self.parameters(
                    line,
                    reference,
                    format!("`${name}` takes no parameters"),
                    Verdict::Silent,
                ))),
            };
        }
        let none = reference.parameters.is_empty();
        match name {
            "_PWD" if none => Value::Computed(self.working_directory()),
            "_INSTANCE" if none => Value::Computed(self.environment.config_id.clone()),
            "_HASH" if none => Value::Computed("#".to_owned()),
            "_BANG" if none => Value::Computed("!".to_owned()),
            "_PWD" | "_INSTANCE" | "_HASH" | "_BANG" => {
                let text = format!("`${name}` takes no parameters");
                Value::Stays(Box::new(self.parameters(line, reference, text, Verdict::Silent)))
            }
            "_RANDOM" => self.random(line, reference),
            "_ENV" if self.environment.compat >= Compat::V2_4_3 => self.variable(line, reference),
            _ => Value::Unknown,
        }
    }

    /// `${_RANDOM}`, `${_RANDOM MIN}`, `${_RANDOM MIN MAX}`.
    fn random(&mut self, line: &Traced, reference: &Reference) -> Value {
        let verdict = match self.environment.compat {
            Compat::V2_2_7 => Verdict::Silent,
            Compat::V2_4_3 => Verdict::Counted,
        };
        let count = reference.parameters.len();
        if count > 2 {
            let text = format!(
                "Definition _RANDOM requires between 0 and 2 parameters, {count} specified."
            );
            return Value::Stays(Box::new(self.parameters(line, reference, text, verdict)));
        }
        let mut bounds = [0, RANDOM_MAX];
        for (bound, word) in bounds.iter_mut().zip(&reference.parameters) {
            let digits = word.bytes().all(|byte| byte.is_ascii_digit());
            match word.parse::<u32>().ok().filter(|_| digits) {
                Some(number) => *bound = number.into(),
                None => {
                    let text = "Definition _RANDOM requires numeric parameters only.".to_owned();
                    return Value::Stays(Box::new(self.parameters(line, reference, text, verdict)));
                }
            }
        }
        let [least, greatest] = bounds;
        if least > greatest {
            let text = format!("${{_RANDOM}}: min {least} exceeds max {greatest}");
            let finding = self.parameters(line, reference, text, verdict);
            self.report(finding.with_label(format!("{least} is used")));
            return Value::Computed(least.to_string());
        }
        Value::Computed(self.definitions.random(least, greatest).to_string())
    }

    /// `${_ENV NAME}`.
    fn variable(&mut self, line: &Traced, reference: &Reference) -> Value {
        let [name] = reference.parameters.as_slice() else {
            let count = reference.parameters.len();
            let text = format!("Definition _ENV requires 1 parameter, {count} specified.");
            let finding = self.parameters(line, reference, text, Verdict::Counted);
            let finding = match count {
                0 => finding.with_note("keepalived aborts here"),
                _ => finding,
            };
            return Value::Stays(Box::new(finding));
        };
        let value = self.environment.variables.get(name).cloned().unwrap_or_default();
        // A value with line ends would be several lines.
        Value::Computed(value.replace(['\n', '\0'], " "))
    }

    /// The directory of the file that is being read.
    fn working_directory(&self) -> String {
        let own = std::path::Path::new(&self.environment.directory);
        let named = self.files.iter().rev().filter_map(|reading| reading.path.parent());
        let folder = named.into_iter().find(|folder| !folder.as_os_str().is_empty());
        folder.map_or(own.to_owned(), |folder| own.join(folder)).to_string_lossy().into_owned()
    }

    fn parameters(
        &mut self,
        line: &Traced,
        reference: &Reference,
        text: String,
        verdict: Verdict,
    ) -> Diagnostic {
        let span = self.aside(&line.slice(reference.range.clone()));
        Diagnostic::new(Code::DEFINITION_PARAMETERS, Severity::Error, span, text)
            .with_label("not replaced")
            .with_verdict(verdict)
    }

    /// A name that is defined and not replaced all the same.
    fn blocked(&mut self, line: &Traced, reference: &Reference, blocked: Blocked) -> Diagnostic {
        let span = self.aside(&line.slice(reference.range.clone()));
        let name = &reference.name;
        let found =
            |severity, text: String| Diagnostic::new(Code::NOT_EXPANDED, severity, span, text);
        match blocked {
            Blocked::Follows => {
                found(Severity::Warning, format!("`${name}` is defined, but not replaced here"))
                    .with_label("only a blank, `,`, `)` or the end of the line may follow")
                    .with_help(format!("write `${{{name}}}`"))
            }
            Blocked::BlankBeforeBrace => {
                found(Severity::Error, format!("a blank before the `}}` of `${{{name}}}`"))
                    .with_label("not replaced")
                    .with_wording("Extra '}' found")
                    .with_note("keepalived replaces it and takes the `}` for the end of a block")
                    .with_help(format!("write `${{{name}}}`"))
            }
        }
    }

    /// A definition of several lines stands in the middle of a line.
    fn something_follows(&mut self, line: &Traced, reference: &Reference) {
        let span = self.aside(&line.slice(reference.range.clone()));
        let name = &reference.name;
        let quoted = is_quoted(line.text(), reference.range.start);
        let verdict = match reference.braced && !quoted {
            true => Verdict::Counted,
            false => Verdict::Silent,
        };
        self.report(
            Diagnostic::new(
                Code::NOT_EXPANDED,
                Severity::Error,
                span,
                format!(
                    "`${name}` has several lines and is not replaced, because something follows"
                ),
            )
            .with_label("it must stand last on its line")
            .with_wording("Unexpected '{' - ignoring")
            .with_verdict(verdict),
        );
    }

    /// The braces of a `${...}` that is not replaced are text here. Where the name is defined, the
    /// reason has been told.
    pub(super) fn undefined(&mut self, text: &str, span: Span) {
        let inside = text.get(2..text.len().saturating_sub(1)).unwrap_or_default();
        let name = inside.get(..name_length(inside)).unwrap_or_default();
        let built_in = BUILT_IN.contains(&name)
            && (name != "_ENV" || self.environment.compat >= Compat::V2_4_3);
        if self.definitions.get(name).is_some() || built_in {
            return;
        }
        let (message, help) = match inside.len() == name.len() || inside.contains([' ', '\t']) {
            true => (
                "this name is not defined",
                "define it above, or put it into double quotes if it is meant as text",
            ),
            false => (
                "this is no use of a definition",
                "`$NAME` and `${NAME}` are all that there is: no defaults, no other words of a shell",
            ),
        };
        self.report(
            Diagnostic::new(Code::UNDEFINED_NAME, Severity::Error, span, message)
                .with_label("kept as it is")
                .with_wording("Unexpected '{' - ignoring")
                .with_note(
                    "keepalived takes its braces for those of a block, and the `}` closes the one \
                     around it",
                )
                .with_help(help),
        );
    }
}

/// What keepalived defines itself.
const BUILT_IN: &[&str] = &["_BANG", "_ENV", "_HASH", "_INSTANCE", "_PWD", "_RANDOM"];

/// An odd number of double quotes precedes.
fn is_quoted(line: &str, at: usize) -> bool {
    line.bytes().take(at).filter(|byte| *byte == b'"').count() % 2 == 1
}

/// The reference that begins with the `$` at `start`, if it is one.
fn reference(line: &str, start: usize) -> Option<Reference> {
    let after = line.get(start + 1..)?;
    let (inside, braced) = match after.strip_prefix('{') {
        Some(inside) => (inside, true),
        None => (after, false),
    };
    let length = name_length(inside);
    if length == 0 {
        return None;
    }
    let name = inside.get(..length)?.to_owned();
    let rest = inside.get(length..)?;
    if !braced {
        let blocked = match rest.bytes().next() {
            None | Some(b' ' | b'\t' | b',' | b')') => None,
            Some(_) => Some(Blocked::Follows),
        };
        let range = start..start + 1 + length;
        return Some(Reference { range, name, braced, parameters: Vec::new(), blocked });
    }
    let close =
        rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | ' ' | '\t')))?;
    let (words, brace) = (rest.get(..close)?, rest.as_bytes().get(close)?);
    if *brace != b'}' || words.starts_with(|c: char| !matches!(c, ' ' | '\t')) {
        return None;
    }
    let blocked = words.ends_with([' ', '\t']).then_some(Blocked::BlankBeforeBrace);
    let parameters = words.split_ascii_whitespace().map(str::to_owned).collect();
    let range = start..start + 2 + length + close + 1;
    Some(Reference { range, name, braced, parameters, blocked })
}
