//! Comments that allow a finding: `# stillalive: allow(SA301) the reason`, with `#` or `!`.
//!
//! A comment beside a statement is about its own line, a comment alone is about the next line that
//! is no comment. Several codes are separated by commas; names serve as well as numbers.

use std::collections::BTreeMap;

use crate::diag::{Code, Diagnostic, Severity, Verdict};
use crate::lint::rule;
use crate::lint::selection::codes;
use crate::source::{FileId, FileSpan, Origin, SourceMap, Traced};

/// What begins the inside of such a comment.
const MARK: &str = "stillalive:";

/// One code that a comment allows on one line.
struct Allowance {
    /// Where it is written.
    place: FileSpan,
    /// As written.
    word: String,
    /// What it allows; none if it names no code.
    codes: Vec<Code>,
    used: bool,
}

/// The allowances of all files by the line that they are about, from 1.
type Allowances = BTreeMap<(FileId, u32), Vec<Allowance>>;

/// Removes the findings that comments allow, and complains of comments that allow nothing.
pub fn suppress(findings: &mut Vec<Diagnostic>, sources: &mut SourceMap) {
    let mut allowances = Allowances::new();
    for (id, file) in sources.files_by_id() {
        collect(id, file.text(), &mut allowances);
    }
    if allowances.is_empty() {
        return;
    }
    findings.retain(|finding| {
        let Some(at) = finding.span.and_then(|span| sources.resolve(span)) else { return true };
        let Some(here) = allowances.get_mut(&(at.span.file, at.line)) else { return true };
        let mut allowed = false;
        for allowance in here.iter_mut().filter(|here| here.codes.contains(&finding.code)) {
            allowance.used = true;
            allowed = true;
        }
        !allowed
    });
    // A file that is checked alone has none of the findings that take several.
    let together = |code: &Code| rule(code.id).is_some_and(|rule| rule.is_about_several());
    let idle = allowances.into_values().flatten().filter(|allowance| {
        let Allowance { codes, used, .. } = allowance;
        !used && (codes.is_empty() || !codes.iter().all(together))
    });
    findings.extend(idle.map(|allowance| complaint(&allowance, sources)));
}

fn complaint(allowance: &Allowance, sources: &mut SourceMap) -> Diagnostic {
    let Allowance { place, word, codes, .. } = allowance;
    let span = sources
        .set_aside(&Traced::new(word, Origin::File { file: place.file, offset: place.start }));
    let finding = |code, text| {
        Diagnostic::new(code, Severity::Warning, span, text).with_verdict(Verdict::Silent)
    };
    if codes.is_empty() {
        finding(Code::UNKNOWN_SUPPRESSION, format!("'{word}' names no code"))
            .with_label("this comment allows nothing")
            .with_help("write a code such as SA301, or its name")
    } else {
        finding(Code::UNUSED_SUPPRESSION, format!("nothing on the line has {word}"))
            .with_label("this comment allows nothing")
            .with_help("remove it")
    }
}

fn collect(file: FileId, text: &str, allowances: &mut Allowances) {
    if !text.contains(MARK) {
        return;
    }
    let mut waiting: Vec<Allowance> = Vec::new();
    let mut start = 0;
    for (number, line) in (1_u32..).zip(text.split('\n')) {
        let comment = comment_start(line);
        let alone = line.get(..comment.unwrap_or(line.len())).unwrap_or(line).trim().is_empty();
        let here = comment.map(|at| allowed(file, line, at, start)).unwrap_or_default();
        if alone {
            waiting.extend(here);
        } else if !waiting.is_empty() || !here.is_empty() {
            let all = waiting.drain(..).chain(here).collect();
            allowances.insert((file, number), all);
        }
        start += line.len() + 1;
    }
    if !waiting.is_empty() {
        allowances.insert((file, u32::MAX), waiting);
    }
}

/// Where the comment of a line begins: at `#` or `!` outside double quotes, not after a backslash.
fn comment_start(line: &str) -> Option<usize> {
    let mut quoted = false;
    let mut bytes = line.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'"' => quoted = !quoted,
            b'#' | b'!' if !quoted => return Some(at),
            _ => {}
        }
    }
    None
}

/// What the comment at `at` allows.
fn allowed(file: FileId, line: &str, at: usize, start: usize) -> Vec<Allowance> {
    let comment = line.get(at..).unwrap_or_default();
    let inside = comment.trim_start_matches(['#', '!', ' ', '\t']);
    let Some(rest) = inside.strip_prefix(MARK).map(str::trim_start) else { return Vec::new() };
    let Some(list) = rest.strip_prefix("allow(").and_then(|rest| rest.split(')').next()) else {
        return Vec::new();
    };
    let list_start = line.len() - rest.len() + "allow(".len();
    let mut from = 0;
    let mut allowances = Vec::new();
    for part in list.split(',') {
        let word = part.trim();
        let blanks = part.len() - part.trim_start().len();
        let begin = start + list_start + from + blanks;
        from += part.len() + 1;
        let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        allowances.push(Allowance {
            place: FileSpan { file, start: at(begin), end: at(begin + word.len()) },
            word: word.to_owned(),
            codes: codes(word),
            used: false,
        });
    }
    allowances
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Span;

    /// What is left of findings of SA301 at every `X`, and the complaints.
    fn left(text: &str) -> Vec<(u32, &'static str)> {
        let mut sources = SourceMap::default();
        let file = sources.add_file("k.conf".as_ref(), text.to_owned(), None);
        sources.push(text, Origin::File { file, offset: 0 });
        let at = |offset: usize| u32::try_from(offset).unwrap();
        let mut findings: Vec<_> = text
            .match_indices('X')
            .map(|(place, _)| Span::new(at(place), at(place + 1)))
            .map(|span| Diagnostic::new(Code::MISSING_VRID, Severity::Error, span, "x"))
            .collect();
        suppress(&mut findings, &mut sources);
        let line = |finding: &Diagnostic| sources.resolve(finding.span.unwrap()).unwrap().line;
        findings.iter().map(|finding| (line(finding), finding.code.id)).collect()
    }

    #[test]
    fn a_comment_allows_its_own_line_or_the_next_one() {
        assert_eq!(left("X # stillalive: allow(SA301) known\nX\n"), [(2, "SA301")]);
        assert_eq!(left("! stillalive: allow(missing-vrid)\n\n# more\nX\nX\n"), [(5, "SA301")]);
        assert_eq!(left("X # stillalive: allow(SA101, SA301)\n"), [(1, "SA150")]);
        assert_eq!(left("X # stillalive: allow(SA3)\n"), []);
        assert_eq!(left("X \"# stillalive: allow(SA301)\"\n"), [(1, "SA301")]);
    }

    #[test]
    fn a_comment_that_allows_nothing_is_a_finding() {
        assert_eq!(left("a # stillalive: allow(SA301)\n"), [(1, "SA150")]);
        assert_eq!(left("a # stillalive: allow(SA999)\n"), [(1, "SA151")]);
        assert_eq!(left("a\n# stillalive: allow(SA301)\n"), [(2, "SA150")]);
    }
}
