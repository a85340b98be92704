//! `~SEQ` and `~LST`: a text is read once for each value of its variables.

use std::ops::Range;
use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Severity, Verdict};
use crate::source::{Expansion, FileSpan, Origin, Traced};
use crate::syntax::expand::bounds::VALUES;
use crate::syntax::expand::definitions::{Definition, name_length};
use crate::syntax::expand::{Expander, Pending};

/// keepalived keeps so many bytes of the numbers of `~SEQ`.
const LONGEST_NUMBERS: usize = 63;

/// A generator that has values left.
pub(super) struct Generator {
    /// What is read for each value.
    pub(super) template: Arc<Traced>,
    values: Values,
    place: Option<FileSpan>,
    /// The origin of what it computes.
    computed: Option<Origin>,
}

enum Values {
    Numbers { name: String, next: i64, step: i64, left: u64, hexadecimal: bool },
    Lists { names: Vec<String>, groups: std::vec::IntoIter<Vec<Traced>> },
}

impl Generator {
    /// The next values of its variables.
    pub(super) fn next(&mut self) -> Option<Vec<(String, Definition)>> {
        match &mut self.values {
            Values::Numbers { name, next, step, left, hexadecimal } => {
                *left = left.checked_sub(1)?;
                let text = match *hexadecimal {
                    true => format!("{next:x}"),
                    false => next.to_string(),
                };
                *next = next.saturating_add(*step);
                let line =
                    self.computed.map(|origin| Traced::new(&text, origin)).unwrap_or_default();
                Some(vec![(name.clone(), Definition::line(self.place, line))])
            }
            Values::Lists { names, groups } => {
                let mut values = groups.next()?.into_iter();
                let place = self.place;
                let value = |name: &String| {
                    (name.clone(), Definition::line(place, values.next().unwrap_or_default()))
                };
                Some(names.iter().map(value).collect())
            }
        }
    }

    /// Without a text only the last values are of any interest.
    fn skip_to_last(&mut self) {
        match &mut self.values {
            Values::Numbers { next, step, left, .. } => {
                let skipped = i64::try_from(left.saturating_sub(1)).unwrap_or(i64::MAX);
                *next = next.saturating_add(step.saturating_mul(skipped));
                *left = (*left).min(1);
            }
            Values::Lists { groups, .. } => {
                let last = groups.next_back();
                *groups = last.into_iter().collect::<Vec<_>>().into_iter();
            }
        }
    }
}

/// What is wrong with a generator, in keepalived's words before the line; a second message follows
/// each of them.
struct Fault {
    words: &'static str,
    message: String,
}

impl Fault {
    fn new(words: &'static str, message: impl Into<String>) -> Self {
        Self { words, message: message.into() }
    }
}

const DEFINITION: &str = "Invalid ~SEQ definition";

impl Expander<'_> {
    /// Takes a line that begins with `~SEQ` or `~LST`.
    pub(super) fn generate(&mut self, line: &Traced) {
        let list = line.text().starts_with("~LST");
        let made = if list { self.list(line) } else { self.sequence(line) };
        let mut generator = match made {
            Ok(generator) => generator,
            Err(fault) => return self.bad_generator(line, &fault),
        };
        if generator.template.text().is_empty() {
            generator.skip_to_last();
            while let Some(values) = generator.next() {
                self.definitions.set_all(values);
            }
            return;
        }
        self.definitions.mention(generator.template.text());
        if self.bounds.nested(self.pending.len()) {
            self.pending.push(Pending::Generator(generator));
        }
    }

    /// `~SEQ(VAR, [START, [STEP,]] END) text`.
    fn sequence(&mut self, line: &Traced) -> Result<Generator, Fault> {
        let mut cursor = Cursor { text: line.text(), at: "~SEQ".len() };
        let hexadecimal = cursor.take('x');
        let name = match cursor.blanks().take('(') {
            true => cursor.blanks().name(),
            false => None,
        };
        let Some(name) = name else {
            return Err(Fault::new(DEFINITION, "this is no `~SEQ(NAME, ...) text`"));
        };
        if !cursor.blanks().take(',') {
            let text = "a `,` belongs after the name";
            return Err(Fault::new(DEFINITION, text));
        }
        let from = cursor.at;
        let Some(length) = cursor.rest().find(')') else {
            let text = "the `)` is missing";
            return Err(Fault::new("~SEQ missing terminating ')'", text));
        };
        if length >= LONGEST_NUMBERS {
            let text = format!("the numbers have more than {} bytes", LONGEST_NUMBERS - 1);
            return Err(Fault::new("~SEQ parameter strings too long", text));
        }
        let numbers = self.numbers(line, from..from + length)?;
        let (start, step, end) = match numbers.as_slice() {
            [end] => (if *end < 0 { -1 } else { 1 }, if *end < 1 { -1 } else { 1 }, *end),
            [start, end] => (*start, if end < start { -1 } else { 1 }, *end),
            [start, step, end] => (*start, *step, *end),
            _ => return Err(Fault::new(DEFINITION, "`~SEQ` takes at most three numbers")),
        };
        if step == 0 || (step > 0) != (end >= start) && end != start {
            let text = format!("with steps of {step} one does not come from {start} to {end}");
            return Err(Fault::new("Invalid ~SEQ values", text));
        }
        if hexadecimal && (start < 0 || end < 0) {
            let text = "`~SEQx` takes no negative numbers";
            return Err(Fault::new("~SEQx is only valid for positive numbers", text));
        }
        let left = (end.abs_diff(start) / step.unsigned_abs()).saturating_add(1);
        if left > VALUES {
            let text = format!("a generator gives at most {VALUES} values, and this one {left}");
            return Err(Fault::new("", text));
        }
        let values =
            Values::Numbers { name: name.to_owned(), next: start, step, left, hexadecimal };
        let end = from + length + 1;
        let use_site = self.site(line, 0..end);
        let parent = self.origin(line, 0).and_then(Origin::expansion);
        let computed = use_site.filter(|_| self.bounds.take_use()).map(|use_site| {
            let depth = parent.map_or(0, |parent| self.sources.depth(parent) + 1);
            let name = name.into();
            let expansion = Expansion { name, definition: None, use_site, parent, depth };
            Origin::Computed { id: self.sources.add_expansion(expansion) }
        });
        Ok(Generator { template: template(line, end), values, place: use_site, computed })
    }

    /// The numbers of a `~SEQ`, in which definitions are replaced.
    fn numbers(&mut self, line: &Traced, range: Range<usize>) -> Result<Vec<i64>, Fault> {
        let pending = self.pending.len();
        let (text, _) = self.substitute(&line.slice(range));
        if self.pending.len() > pending {
            self.pending.truncate(pending);
            let text = "a definition of several lines is no number";
            return Err(Fault::new(DEFINITION, text));
        }
        let numbers = text.text().split(',').map(|word| number(word.trim_matches([' ', '\t'])));
        numbers.collect::<Option<_>>().ok_or_else(|| {
            Fault::new(DEFINITION, "numbers are decimal, `0x` hexadecimal or, after a `0`, octal")
        })
    }

    /// `~LST(VAR, values) text` or `~LST({VAR, ...}, {values}, ...) text`.
    fn list(&mut self, line: &Traced) -> Result<Generator, Fault> {
        let syntax = |text: &str| Fault::new("", text);
        let mut cursor = Cursor { text: line.text(), at: "~LST".len() };
        if !cursor.blanks().take('(') {
            return Err(syntax("this is no `~LST(NAME, ...) text`"));
        }
        let mut names = Vec::new();
        if cursor.blanks().take('{') {
            loop {
                let Some(name) = cursor.blanks().name() else {
                    return Err(syntax("a name is missing"));
                };
                names.push(name.to_owned());
                if !cursor.blanks().take(',') {
                    break;
                }
            }
            if !cursor.take('}') {
                return Err(syntax("the `}` after the names is missing"));
            }
        } else {
            let Some(name) = cursor.name() else { return Err(syntax("a name is missing")) };
            names.push(name.to_owned());
        }
        let mut groups = Vec::new();
        while cursor.blanks().take(',') {
            let mut group = Vec::new();
            if cursor.blanks().take('{') {
                loop {
                    group.push(line.slice(cursor.blanks().value()));
                    if !cursor.blanks().take(',') {
                        break;
                    }
                }
                if !cursor.take('}') {
                    return Err(syntax("the `}` after the values is missing"));
                }
            } else {
                group.push(line.slice(cursor.value()));
            }
            if group.len() > names.len() {
                let text = format!("{} values for {} names", group.len(), names.len());
                return Err(Fault::new("~LST specification has too many values", text));
            }
            groups.push(group);
        }
        if groups.is_empty() {
            return Err(syntax("at least one value is needed"));
        }
        if !cursor.take(')') {
            return Err(syntax("values have no blanks, and a `)` ends them"));
        }
        let place = self.site(line, 0..cursor.at);
        let values = Values::Lists { names, groups: groups.into_iter() };
        Ok(Generator { template: template(line, cursor.at), values, place, computed: None })
    }

    fn bad_generator(&mut self, line: &Traced, fault: &Fault) {
        let text = line.text();
        let kind = text.get(..4).unwrap_or_default();
        let wording = match fault.words {
            "" => format!("Invalid {kind} specification '{text}'"),
            words => format!("{words} '{text}'"),
        };
        let end = text.find(')').map_or(text.len(), |at| at + 1);
        let span = self.aside(&line.slice(0..end));
        let counted = fault.words.is_empty() && kind == "~SEQ";
        let verdict = if counted { Verdict::Silent } else { Verdict::Counted };
        self.report(
            Diagnostic::new(Code::BAD_GENERATOR, Severity::Error, span, fault.message.clone())
                .with_label("this line is left out")
                .with_verdict(verdict)
                .with_wording(wording),
        );
    }
}

/// What follows the `)`.
fn template(line: &Traced, end: usize) -> Arc<Traced> {
    let rest = line.text().get(end..).unwrap_or_default();
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    Arc::new(line.slice(end + blanks..line.text().len()))
}

/// A number as C reads it with base detection; nothing is 0.
fn number(word: &str) -> Option<i64> {
    let (digits, negative) = match word.as_bytes().first() {
        Some(b'-') => (word.get(1..)?, true),
        Some(b'+') => (word.get(1..)?, false),
        _ => (word, false),
    };
    if word.is_empty() {
        return Some(0);
    }
    let hexadecimal = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"));
    let (digits, radix) = match (hexadecimal, digits.strip_prefix('0')) {
        (Some(digits), _) => (digits, 16),
        (None, Some(rest)) if !rest.is_empty() => (rest, 8),
        _ => (digits, 10),
    };
    if !digits.bytes().all(|byte| char::from(byte).is_digit(radix)) {
        return None;
    }
    let value = i64::from_str_radix(digits, radix).ok()?;
    Some(if negative { -value } else { value })
}

/// Reads a line from the left.
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn blanks(&mut self) -> &mut Self {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
        self
    }

    fn take(&mut self, character: char) -> bool {
        let found = self.rest().starts_with(character);
        self.at += if found { character.len_utf8() } else { 0 };
        found
    }

    fn name(&mut self) -> Option<&'a str> {
        let name = self.rest().get(..name_length(self.rest())).filter(|name| !name.is_empty())?;
        self.at += name.len();
        Some(name)
    }

    /// Bytes up to a blank, `,`, `)` or `}`; perhaps none.
    fn value(&mut self) -> Range<usize> {
        let rest = self.rest();
        let length = rest.find([' ', '\t', ',', ')', '}']).unwrap_or(rest.len());
        self.at += length;
        self.at - length..self.at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_c_reads_them() {
        for (word, expected) in [
            ("", Some(0)),
            ("7", Some(7)),
            ("-7", Some(-7)),
            ("+7", Some(7)),
            ("0", Some(0)),
            ("010", Some(8)),
            ("0x1f", Some(31)),
            ("-0x10", Some(-16)),
            ("09", None),
            ("x", None),
            ("1 2", None),
            ("0x", None),
            ("-", None),
            ("9223372036854775808", None),
        ] {
            assert_eq!(number(word), expected, "{word}");
        }
    }
}
