//! Statements made from the schema: of each keyword its least and its greatest value and what lies
//! beyond them, its words and a word that it does not take, no value at all. keepalived 2.2.7 and we
//! read each of them with `-t`, and must come to the same status and complain about the same lines.
//!
//! A keyword that 2.2.7 does not know must be unknown to us too when we follow 2.2.7; what is
//! written right must pass when we follow 2.4.3.
//!
//! A block is tested by a [`Place`]: the text around the statements, rows written by hand, and the
//! differences that are known, each with its reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use stillalive::diag::{self, Verdict};
use stillalive::lower::Mode;
use stillalive::runtime::load::{self, Reading};
use stillalive::schema::{self, Block, Keyword, Kind, Value};
use stillalive::syntax::Environment;
use stillalive::units::Compat;

use crate::lab::{Daemon, Lab};

/// Where the statements of one block are tried.
pub(crate) struct Place {
    /// The block whose keywords are tried.
    pub(crate) block: Block,
    /// A file in which nothing is wrong; the line `@` is where the statement goes.
    pub(crate) around: &'static str,
    /// Lines that follow the statement unless it begins with the same keyword: what the block needs.
    pub(crate) needs: &'static [&'static str],
    /// Statements besides those of the schema; `; ` ends a line.
    pub(crate) rows: &'static [&'static str],
    /// Keywords for which the schema's statements mean nothing here, and why.
    pub(crate) by_hand: &'static [(&'static str, &'static str)],
    /// Statements about which we differ, and why we may.
    pub(crate) known: &'static [(&'static str, &'static str)],
    /// Where keepalived complains about a line, one of our findings there has its words.
    pub(crate) same_words: bool,
}

/// One statement.
struct Row {
    text: String,
    /// It is written right, as the schema says.
    right: bool,
    /// keepalived 2.2.7 and 2.4.3 know its keyword.
    known: (bool, bool),
}

/// What became of one file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Heard {
    status: u8,
    /// Messages that count, by line.
    lines: BTreeMap<u32, Vec<String>>,
    /// Messages that name no line.
    loose: Vec<String>,
}

impl Place {
    fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        for keyword in schema::keywords(self.block) {
            if self.by_hand.iter().any(|(word, _)| *word == keyword.word) {
                continue;
            }
            let known = (keyword.known_in(Compat::V2_2_7), keyword.known_in(Compat::V2_4_3));
            let statements = statements(keyword).into_iter();
            rows.extend(statements.map(|(text, right)| Row { text, right, known }));
        }
        rows.extend(self.rows.iter().map(|row| {
            let word = row.split_whitespace().next().unwrap_or_default();
            let keyword = schema::keyword(self.block, word);
            let known = |compat| keyword.is_none_or(|keyword| keyword.known_in(compat));
            let known = (known(Compat::V2_2_7), known(Compat::V2_4_3));
            Row { text: (*row).to_owned(), right: false, known }
        }));
        rows
    }

    fn file(&self, row: &str) -> String {
        let mut statement = row.replace("; ", "\n");
        let first = |line: &str| line.split_whitespace().next().map(str::to_owned);
        for need in self.needs {
            if !row.split("; ").any(|line| first(line) == first(need)) {
                let _ = write!(statement, "\n{}", need.replace("; ", "\n"));
            }
        }
        self.around.replacen("\n@\n", &format!("\n{statement}\n"), 1)
    }

    /// What is wrong between keepalived and us, one entry a row.
    pub(crate) fn differences(&self, lab: &Lab) -> Vec<String> {
        let rows = self.rows();
        let files: Vec<_> = rows.iter().map(|row| self.file(&row.text)).collect();
        let theirs = keepalived(lab, &files);
        let mut wrong = Vec::new();
        for ((row, file), theirs) in rows.iter().zip(&files).zip(&theirs) {
            let ours = we(file, Compat::V2_2_7);
            let mut found: Vec<String> = Vec::new();
            found.extend(disagreement(theirs, &ours, self.same_words));
            // What 2.2.7 takes, and what it does not know yet, must pass as 2.4.3 reads it.
            let passes = if row.known.0 { theirs.status == 0 } else { row.known.1 };
            if row.right && passes {
                let newer = we(file, Compat::V2_4_3);
                if newer.status != 0 {
                    found.push(format!("following 2.4.3 we refuse it: {newer:?}"));
                }
            }
            let known = self.known.iter().any(|(text, _)| *text == row.text);
            if found.is_empty() == known {
                wrong.push(format!(
                    "{}: {}\n  keepalived: {theirs:?}\n  we:         {ours:?}\n  {}",
                    self.block.path(),
                    row.text,
                    if known { "they agree now; it is listed".into() } else { found.join("; ") }
                ));
            }
        }
        let texts: BTreeSet<_> = rows.iter().map(|row| row.text.as_str()).collect();
        for (text, reason) in self.known.iter().chain(self.by_hand) {
            assert!(reason.len() > 10, "{text}: why?");
        }
        let gone = self.known.iter().filter(|(text, _)| !texts.contains(text));
        wrong.extend(gone.map(|(text, _)| format!("{text}: is listed and not tried")));
        wrong
    }
}

/// Where the two readings differ.
pub(crate) fn disagreement(theirs: &Heard, ours: &Heard, same_words: bool) -> Option<String> {
    if theirs.status != ours.status {
        return Some(format!("status {} and {}", theirs.status, ours.status));
    }
    if theirs.status == 2 {
        return None; // it has read no further
    }
    let (their_lines, our_lines): (BTreeSet<_>, BTreeSet<_>) =
        (theirs.lines.keys().collect(), ours.lines.keys().collect());
    if let Some(line) = their_lines.difference(&our_lines).next() {
        return Some(format!("we say nothing about line {line}"));
    }
    let differ = |(line, said): (&u32, &Vec<String>)| {
        let ours = ours.lines.get(line)?;
        let same = said.iter().any(|text| ours.iter().any(|ours| alike(text, ours)));
        (!same).then(|| format!("other words: {ours:?}"))
    };
    if same_words && let Some(differ) = theirs.lines.iter().find_map(differ) {
        return Some(differ);
    }
    match our_lines.difference(&their_lines).next() {
        Some(line) if theirs.loose.is_empty() => {
            Some(format!("keepalived says nothing about line {line}"))
        }
        _ => None,
    }
}

/// The same words. About a number out of range keepalived's depend on the C type that it is read
/// into, ours on the range alone.
fn alike(theirs: &str, ours: &str) -> bool {
    let number = |text: &str| {
        let about = ["negative number '", "number '"].iter().find_map(|x| text.strip_prefix(x));
        about.and_then(|rest| rest.split_once('\'')).map(|(number, _)| number.to_owned())
    };
    theirs == ours || number(theirs).is_some() && number(theirs) == number(ours)
}

/// The statements of one keyword, and whether they are written right.
fn statements(keyword: &Keyword) -> Vec<(String, bool)> {
    let word = keyword.word;
    let mut made = Vec::new();
    if keyword.kind != Kind::Simple {
        let name = if keyword.arity.min > 0 { " name" } else { "" };
        made.push((format!("{word}{name} {{; }}"), false));
        return made;
    }
    if keyword.arity.min > 0 {
        made.push((word.to_owned(), false));
    }
    let mut add =
        |value: &dyn std::fmt::Display, right| made.push((format!("{word} {value}"), right));
    match keyword.value {
        Value::None => {
            made.push((word.to_owned(), true));
            made.push((format!("{word} off"), true));
        }
        Value::Flag => {
            for value in ["on", "true", "yes", "off", "false", "no"] {
                add(&value, true);
            }
            for value in ["On", "1", "maybe", "\"\""] {
                add(&value, false);
            }
            made.push((word.to_owned(), true));
        }
        Value::Integer { min, max } => {
            for value in [min, max, min - 1, max.saturating_add(1)] {
                add(&value, (min..=max).contains(&value));
            }
            for value in ["x", "10x", "1.5", "0x1", "+5", "-1", "4294967296", "\"\""] {
                add(&value, false);
            }
        }
        Value::Seconds { decimals, min, max } => {
            times(decimals, 1_000_000, min, max, &mut add);
        }
        Value::Milliseconds { decimals, min, max } => {
            times(decimals, 1_000, min, max, &mut add);
        }
        Value::Address => {
            add(&"192.0.2.1", false);
            add(&"fe80::1", false);
            add(&"224.0.0.300", false);
            add(&"host", false);
        }
        Value::Interface => {
            add(&"eth1", true);
            add(&"eth1 extra", false);
        }
        Value::Word => {
            add(&"word", false);
            add(&"\"two words\"", false);
            add(&"word extra", false);
            add(&"\"\"", false);
        }
        Value::Script => {
            add(&"/bin/true", false);
            add(&"\"/bin/true a b\" root root", false);
            add(&"\"\"", false);
        }
        Value::Choice(words) => {
            for value in words {
                add(value, true);
            }
            add(&"nonsense", false);
        }
        Value::Other => {}
    }
    made.sort();
    made.dedup();
    made
}

/// Times at the ends of the range and beyond, in units of so many microseconds.
fn times(
    decimals: u8,
    unit: u128,
    min: Duration,
    max: Duration,
    add: &mut dyn FnMut(&dyn std::fmt::Display, bool),
) {
    let step = unit / 10_u128.pow(u32::from(decimals));
    let write = |micros: u128| {
        let whole = format!("{}", micros / unit);
        match (micros % unit, unit) {
            (0, _) => whole,
            (rest, 1_000) => format!("{whole}.{rest:03}"),
            (rest, _) => format!("{whole}.{rest:06}"),
        }
    };
    let (min, max) = (min.as_micros(), max.as_micros());
    for micros in [min, max] {
        add(&write(micros), true);
    }
    if let Some(below) = min.checked_sub(step) {
        add(&write(below), false);
    }
    add(&write(max + step), false);
    for value in ["x", "10x", "5s", "1.2345678", ".5", "5.", "+5", "-1", "\"\""] {
        add(&value, false);
    }
}

/// How keepalived reads the files, in the first host of the lab.
pub(crate) fn keepalived(lab: &Lab, files: &[String]) -> Vec<Heard> {
    let folder = tempfile::tempdir_in(lab.directory()).unwrap();
    for (index, text) in files.iter().enumerate() {
        std::fs::write(folder.path().join(format!("{index}.conf")), text).unwrap();
    }
    // One process enters the namespace for all of them, and four of them run at a time.
    let each = "timeout 10 \"$0\" -t -f \"$1.conf\" 2>\"$1.said\"; echo $? >\"$1.status\"";
    let all = format!(
        "cd \"$1\" && seq 0 {} | xargs -P 4 -I % sh -c '{each}' \"$0\" %",
        files.len().saturating_sub(1)
    );
    let namespace = lab.host(1).namespace();
    let mut command: Command = namespace.command("sh");
    let program = Daemon::Keepalived.program();
    command.args(["-c", &all]).arg(program).arg(folder.path());
    assert!(command.status().unwrap().success());
    let read = |index: usize, what: &str| {
        let path = folder.path().join(format!("{index}.{what}"));
        String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned()
    };
    (0..files.len()).map(|index| heard(&read(index, "status"), &read(index, "said"))).collect()
}

/// keepalived's messages: `(Line N) text`, `(FILE: Line N) text` or `text`.
fn heard(status: &str, said: &str) -> Heard {
    let mut reading = Heard { status: status.trim().parse().unwrap(), ..Heard::default() };
    for line in said.lines() {
        let named = line.strip_prefix('(').and_then(|rest| rest.split_once(") "));
        let named = named.and_then(|(place, text)| {
            let number =
                place.strip_prefix("Line ").or_else(|| Some(place.rsplit_once(": Line ")?.1));
            Some((number?.parse().ok()?, text.to_owned()))
        });
        match named {
            Some((number, text)) => reading.lines.entry(number).or_default().push(text),
            None => reading.loose.push(line.to_owned()),
        }
    }
    reading
}

/// How we read a file.
pub(crate) fn we(text: &str, compat: Compat) -> Heard {
    let environment = Environment { compat, ..Environment::default() };
    let reading = Reading { environment, mode: Mode::Test };
    let loaded = load::load_text(Path::new("k"), text.as_bytes(), &reading);
    let status = diag::status(&loaded.findings);
    let mut reading = Heard { status, ..Heard::default() };
    for finding in loaded.findings.iter().filter(|finding| finding.verdict > Verdict::Logged) {
        let text = finding.in_its_words().to_owned();
        match finding.span.and_then(|span| loaded.sources.resolve(span)) {
            Some(at) => reading.lines.entry(at.line).or_default().push(text),
            None => reading.loose.push(text),
        }
    }
    reading
}
