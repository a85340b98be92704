//! Which processes a `vrrp_track_process` means, and how many of them run.
//!
//! Reads `/proc`; what happens to processes it is told.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::ir::{ParamMatch, TrackProcess};
use crate::runtime::trackers::connector::ProcessEvent;

/// For each process that any rule counts, which rules do.
type Matches = BTreeMap<u32, Box<[bool]>>;

/// The processes that are counted.
#[derive(Clone, Debug)]
pub(super) struct ProcessTable {
    rules: Arc<[TrackProcess]>,
    matches: Matches,
}

impl ProcessTable {
    /// Nothing counted yet.
    pub(super) fn new(rules: Arc<[TrackProcess]>) -> Self {
        Self { rules, matches: Matches::new() }
    }

    /// What is counted, and how.
    pub(super) fn rules(&self) -> &[TrackProcess] {
        &self.rules
    }

    /// Looks at every process of the host. Takes some microseconds for each.
    pub(super) fn scan(&mut self) {
        self.matches.clear();
        let Ok(entries) = std::fs::read_dir("/proc") else { return };
        for entry in entries.flatten() {
            if let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) {
                self.look_at(pid);
            }
        }
    }

    /// How many processes each rule counts, in the order of the rules.
    pub(super) fn counts(&self) -> Vec<u32> {
        let mut counts = vec![0_u32; self.rules.len()];
        for counted in self.matches.values() {
            for (count, matches) in counts.iter_mut().zip(counted) {
                *count = count.saturating_add(u32::from(*matches));
            }
        }
        counts
    }

    /// Takes in what happened to a process.
    pub(super) fn apply(&mut self, event: &ProcessEvent) {
        match event {
            // A child has the name and the arguments of its parent until it takes others.
            ProcessEvent::Forked { parent, child } => {
                if let Some(counted) = self.matches.get(parent).cloned() {
                    self.matches.insert(*child, counted);
                }
            }
            ProcessEvent::Executed { pid } => self.look_at(*pid),
            ProcessEvent::Renamed { pid, name } => self.rename(*pid, name),
            ProcessEvent::Exited { pid } => {
                self.matches.remove(pid);
            }
        }
    }

    fn look_at(&mut self, pid: u32) {
        let stat = std::fs::read(format!("/proc/{pid}/stat")).unwrap_or_default();
        let name = running_name(&stat);
        let of_name = |rule: &TrackProcess| name.is_some_and(|name| rule_matches_name(rule, name));
        let arguments = match self.rules.iter().any(by_command_line) {
            true => std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default(),
            false => Vec::new(),
        };
        let words = words(&arguments);
        let counted = self.rules.iter().map(|rule| match by_command_line(rule) {
            true => rule_matches_words(rule, &words),
            false => of_name(rule),
        });
        let counted = counted.collect();
        self.set(pid, counted);
    }

    fn rename(&mut self, pid: u32, name: &[u8]) {
        let before = self.matches.get(&pid);
        let counted = self.rules.iter().enumerate().map(|(position, rule)| {
            match by_command_line(rule) {
                // A name says nothing of arguments.
                true => before.and_then(|b| b.get(position)).copied().unwrap_or(false),
                false => rule_matches_name(rule, name),
            }
        });
        let counted = counted.collect();
        self.set(pid, counted);
    }

    fn set(&mut self, pid: u32, counted: Box<[bool]>) {
        if counted.contains(&true) {
            self.matches.insert(pid, counted);
        } else {
            self.matches.remove(&pid);
        }
    }
}

/// The command line is compared, not the name that the kernel keeps.
fn by_command_line(rule: &TrackProcess) -> bool {
    rule.full_command || !rule.parameters.is_empty() || rule.matching != ParamMatch::Ignored
}

fn rule_matches_name(rule: &TrackProcess, name: &[u8]) -> bool {
    rule.process.as_bytes() == name
}

fn rule_matches_words(rule: &TrackProcess, words: &[&[u8]]) -> bool {
    let Some((program, given)) = words.split_first() else { return false };
    if rule.process.as_bytes() != *program {
        return false;
    }
    let wanted = &rule.parameters;
    let same = |count: usize| {
        let pairs = wanted.iter().zip(given).take(count);
        given.len() >= count && pairs.fold(true, |all, (w, g)| all && w.as_bytes() == *g)
    };
    match rule.matching {
        ParamMatch::Ignored => true,
        ParamMatch::Exact => given.len() == wanted.len() && same(wanted.len()),
        ParamMatch::Partial => same(wanted.len()),
        ParamMatch::Initial => match wanted.split_last() {
            None => true,
            Some((last, before)) => {
                same(before.len())
                    && given.get(before.len()).is_some_and(|g| g.starts_with(last.as_bytes()))
            }
        },
    }
}

/// The name in `/proc/PID/stat`, `PID (NAME) STATE ...`; `None` for what has ended and waits for its
/// parent to notice.
fn running_name(stat: &[u8]) -> Option<&[u8]> {
    let start = stat.iter().position(|byte| *byte == b'(')?.checked_add(1)?;
    // The name may hold anything.
    let end = stat.iter().rposition(|byte| *byte == b')')?;
    let ended = matches!(stat.get(end..)?, [b')', b' ', b'Z' | b'X', ..]);
    if ended { None } else { stat.get(start..end) }
}

/// The words of `/proc/PID/cmdline`.
fn words(arguments: &[u8]) -> Vec<&[u8]> {
    let mut words: Vec<&[u8]> = arguments.split(|byte| *byte == 0).collect();
    // Each word ends with a zero: the last part is empty.
    if words.last().is_some_and(|word| word.is_empty()) {
        words.pop();
    }
    words
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::units::{Span, Spanned};

    fn text(text: &str) -> Spanned<String> {
        Spanned::new(text.to_owned(), Span::default())
    }

    fn rule(words: &[&str], matching: ParamMatch, full_command: bool) -> TrackProcess {
        TrackProcess {
            name: text("p"),
            process: text(words[0]),
            parameters: words[1..].iter().map(|word| text(word)).collect(),
            matching,
            full_command,
            weight: Spanned::default(),
            reverse: false,
            quorum: 1,
            quorum_max: None,
            fork_delay: Duration::ZERO,
            terminate_delay: Duration::ZERO,
        }
    }

    #[test]
    fn processes_match_as_in_keepalived() {
        use ParamMatch::{Exact, Ignored, Initial, Partial};
        // Each was asked of keepalived 2.2.7: rule, name of the kernel, command line, counted.
        type Row<'a> = (&'a [&'a str], ParamMatch, bool, &'a str, &'a [&'a str], bool);
        let table: [Row<'_>; 18] = [
            (&["a b"], Ignored, false, "a b", &["d/a b", "1"], true),
            (&["averyveryverylongname"], Ignored, false, "averyveryverylo", &["x"], false),
            (&["averyveryverylo"], Ignored, false, "averyveryverylo", &["x"], true),
            (&["/bin/sleep"], Ignored, false, "sleep", &["/bin/sleep", "1"], false),
            (&["/bin/sleep"], Ignored, true, "sleep", &["/bin/sleep", "1"], true),
            (&["/bin/sleep", "1002"], Exact, false, "sleep", &["/bin/sleep", "1002"], true),
            (&["/bin/sleep"], Exact, false, "sleep", &["/bin/sleep", "1002"], false),
            (&["/bin/sleep"], Exact, false, "sleep", &["/bin/sleep"], true),
            (&["/bin/sleep"], Partial, false, "sleep", &["/bin/sleep", "1002"], true),
            (&["/bin/sleep", "10"], Initial, false, "sleep", &["/bin/sleep", "1002"], true),
            (&["/bin/sleep"], Initial, false, "sleep", &["/bin/sleep", "1002"], true),
            (&["odd"], Ignored, false, "sleep", &["odd", "1003"], false),
            (&["odd"], Ignored, true, "sleep", &["odd", "1003"], true),
            (&["sleep"], Ignored, false, "sleep", &["odd", "1003"], true),
            (&["odd", "1004"], Partial, false, "sleep", &["odd", "1004", "5"], true),
            (&["odd", "100"], Partial, false, "sleep", &["odd", "1004", "5"], false),
            (&["odd", "1004"], Exact, false, "sleep", &["odd", "1004", "5"], false),
            (&["odd", "1004", "5"], Initial, false, "sleep", &["odd", "1004", "5"], true),
        ];
        for (words, matching, full, name, line, counted) in table {
            let rule = rule(words, matching, full);
            let line: Vec<&[u8]> = line.iter().map(|word| word.as_bytes()).collect();
            let found = match by_command_line(&rule) {
                true => rule_matches_words(&rule, &line),
                false => rule_matches_name(&rule, name.as_bytes()),
            };
            assert_eq!(found, counted, "{words:?} {matching:?} {full} {name} {line:?}");
        }
    }

    #[test]
    fn names_may_hold_anything_and_zombies_do_not_count() {
        assert_eq!(running_name(b"1 (a) S 0 (x"), Some(&b"a"[..]));
        assert_eq!(running_name(b"1 (a) b) R 0"), Some(&b"a) b"[..]));
        assert_eq!(running_name(b"1 (a) Z 0"), None);
        assert_eq!(running_name(b""), None);
        assert_eq!(words(b"a\0\0b\0"), [&b"a"[..], b"", b"b"]);
        assert!(words(b"").is_empty());
    }

    #[test]
    fn counts_follow_forks_names_and_ends() {
        let rules = [rule(&["here is"], ParamMatch::Ignored, false)];
        let mut table = ProcessTable::new(rules.into());
        // Beyond the greatest number of a process.
        let (one, two) = (4_200_001, 4_200_002);
        table.apply(&ProcessEvent::Renamed { pid: one, name: b"here is".to_vec() });
        assert_eq!(table.counts(), [1]);
        table.apply(&ProcessEvent::Forked { parent: one, child: two });
        assert_eq!(table.counts(), [2]);
        table.apply(&ProcessEvent::Renamed { pid: two, name: b"other".to_vec() });
        assert_eq!(table.counts(), [1]);
        table.apply(&ProcessEvent::Exited { pid: two });
        table.apply(&ProcessEvent::Executed { pid: one });
        assert_eq!(table.counts(), [0], "it is not there to be looked at");
    }
}
