//! `$NAME=value`: what is defined, and the names that keepalived defines itself.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Severity, Verdict};
use crate::source::{FileSpan, Traced};
use crate::syntax::Environment;
use crate::syntax::expand::Expander;
use crate::units::Span;

/// Findings about definitions that are never used; more of them say nothing new.
const MOST_UNUSED: usize = 50;

/// What a name stands for.
#[derive(Clone)]
pub(super) struct Definition {
    /// Where it was defined.
    pub(super) place: Option<FileSpan>,
    /// Its lines, at least one.
    pub(super) lines: Arc<[Traced]>,
    /// It goes on after its first line: then nothing may follow where it is used.
    pub(super) several: bool,
}

impl Definition {
    /// One line.
    pub(super) fn line(place: Option<FileSpan>, line: Traced) -> Self {
        Self { place, lines: [line].into(), several: false }
    }
}

/// A definition whose lines are being collected.
pub(super) struct Unfinished {
    name: String,
    place: Option<FileSpan>,
    /// The name as it stands in the first line.
    span: Option<Span>,
    lines: Vec<Traced>,
    several: bool,
}

/// Everything that is defined at this point of reading.
pub(super) struct Definitions {
    known: BTreeMap<String, Definition>,
    /// Names that are used somewhere, also in lines that do not count here.
    mentioned: BTreeSet<String>,
    /// Names given by the configuration, each with its first place.
    given: BTreeMap<String, Span>,
    /// The state of `${_RANDOM}`.
    random: u64,
}

impl Definitions {
    pub(super) fn new(environment: &Environment) -> Self {
        Self {
            known: BTreeMap::new(),
            mentioned: BTreeSet::new(),
            given: BTreeMap::new(),
            random: environment.random_seed,
        }
    }

    /// What a name stands for, if the configuration defines it.
    pub(super) fn get(&self, name: &str) -> Option<&Definition> {
        self.known.get(name)
    }

    /// Stores a definition whose last line has been read.
    pub(super) fn store(&mut self, unfinished: Unfinished) {
        let Unfinished { name, place, span, mut lines, several } = unfinished;
        for line in &lines {
            self.mention(line.text());
        }
        if lines.is_empty() {
            lines.push(Traced::default());
        }
        if let Some(span) = span {
            self.given.entry(name.clone()).or_insert(span);
        }
        self.known.insert(name, Definition { place, lines: lines.into(), several });
    }

    /// Sets the variables of a generator.
    pub(super) fn set_all(&mut self, values: Vec<(String, Definition)>) {
        for (name, definition) in values {
            for line in definition.lines.iter().filter(|line| line.text().contains('$')) {
                self.mention(line.text());
            }
            self.known.insert(name, definition);
        }
    }

    /// Notes the names that a text seems to use.
    pub(super) fn mention(&mut self, text: &str) {
        for (at, _) in text.match_indices('$') {
            let rest = text.get(at + 1..).unwrap_or_default();
            let name = rest.strip_prefix('{').unwrap_or(rest);
            let name = name.get(..name_length(name)).unwrap_or_default();
            self.used(name);
        }
    }

    /// Notes that a name is used.
    pub(super) fn used(&mut self, name: &str) {
        if !name.is_empty() && !self.mentioned.contains(name) {
            self.mentioned.insert(name.to_owned());
        }
    }

    /// The next number of `${_RANDOM}`, of these and all between them.
    pub(super) fn random(&mut self, least: u64, greatest: u64) -> u64 {
        // splitmix64
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        match (greatest - least).checked_add(1) {
            Some(count) => least + mixed % count,
            None => mixed,
        }
    }
}

/// So many bytes at the start of a text are a name.
pub(super) fn name_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    match bytes.first() {
        Some(first) if first.is_ascii_alphabetic() || *first == b'_' => {
            let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
            bytes.iter().take_while(is_name).count()
        }
        _ => 0,
    }
}

impl Expander<'_> {
    /// Takes the first line of a definition.
    pub(super) fn define(&mut self, line: &Traced, name: Range<usize>, value: Range<usize>) {
        let place = self.site(line, 0..value.start);
        let written = line.text().get(name.clone()).unwrap_or_default().to_owned();
        let span = if self.definitions.given.contains_key(&written) {
            None
        } else {
            Some(self.aside(&line.slice(0..name.end)))
        };
        let unfinished =
            Unfinished { name: written, place, span, lines: Vec::new(), several: false };
        self.unfinished = Some(unfinished);
        let value = line.slice(value);
        if value.text().ends_with('\\') {
            self.append_to_definition(&value);
        } else if let Some(mut unfinished) = self.unfinished.take() {
            unfinished.lines.push(value);
            self.definitions.store(unfinished);
        }
    }

    /// Takes a further line of the definition that is being collected: it goes on after a
    /// backslash, and ends without one.
    pub(super) fn append_to_definition(&mut self, line: &Traced) {
        let Some(mut unfinished) = self.unfinished.take() else { return };
        let text = line.text();
        let goes_on = text.ends_with('\\');
        let end = if goes_on { text.len() - 1 } else { text.len() };
        let kept = text.get(..end).unwrap_or_default().trim_end_matches([' ', '\t']).len();
        if kept > 0 {
            unfinished.several |= goes_on;
            unfinished.lines.push(line.slice(0..kept));
        }
        if goes_on {
            self.unfinished = Some(unfinished);
        } else {
            self.definitions.store(unfinished);
        }
    }

    /// `$NAME = value` and its like. True if it is to be read on, because the name is defined: then
    /// its value takes its place.
    pub(super) fn malformed(&mut self, line: &Traced, name: Range<usize>) -> bool {
        let text = line.text();
        let written = text.get(name.clone()).unwrap_or_default();
        let blank_first = name.start > 1;
        let defined = !blank_first && self.definitions.get(written).is_some();
        let word = text.split([' ', '\t', '"']).next().unwrap_or_default();
        let wording = format!("Unknown keyword '{word}'");
        let end = text.find('=').map_or(text.len(), |at| at + 1);
        let span = self.aside(&line.slice(0..end));
        let named = name_length(written) == written.len();
        let help = match named {
            true => "write `$NAME=value`, without blanks before the `=`",
            false => "a name begins with a letter or `_`, and has letters, digits and `_` only",
        };
        let verdict = if defined { Verdict::Silent } else { Verdict::Counted };
        self.report(
            Diagnostic::new(
                Code::MALFORMED_DEFINITION,
                Severity::Error,
                span,
                "this looks like a definition and is none",
            )
            .with_label(if defined {
                "the value takes the place of the name"
            } else {
                "nothing is defined"
            })
            .with_verdict(verdict)
            .with_wording(wording)
            .with_help(help),
        );
        defined
    }

    /// Definitions that nothing uses.
    pub(super) fn tell_unused(&mut self) {
        let given = std::mem::take(&mut self.definitions.given);
        let unused = given.iter().filter(|(name, _)| !self.definitions.mentioned.contains(*name));
        let unused: Vec<_> = unused.map(|(name, span)| (name.clone(), *span)).collect();
        let more = unused.len().saturating_sub(MOST_UNUSED);
        for (at, (name, span)) in unused.into_iter().take(MOST_UNUSED).enumerate() {
            let text = format!("`${name}` is defined and never used");
            let mut diagnostic =
                Diagnostic::new(Code::UNUSED_DEFINITION, Severity::Note, span, text);
            if at == 0 && more > 0 {
                diagnostic =
                    diagnostic.with_note(format!("and so are more than {MOST_UNUSED} others"));
            }
            self.report(diagnostic);
        }
    }
}
