//! Where keepalived and we differ about a file, line by line. A ratchet: the differences are listed
//! here with their reasons; a new one fails the test, and so does one that is gone and still listed.
//!
//! Each file is compared as the node `node1` reads it and, if it has conditions, with the config-id
//! that it uses most (`0012 -i high` in the table). Two rules hold. An error of ours needs a message of keepalived (2.2.7 or 2.4.3) about the same line or the same matter. A message
//! of keepalived 2.4.3 needs a finding of ours, unless it is about the machine of the run, about
//! keywords that do not run yet, or follows from a brace that we have reported already.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::path::Path;

use stillalive::diag::{Code, Severity};
use stillalive::lower::Unusable;
use stillalive::runtime::load::{self, Loaded, Reading};
use stillalive::schema::{self, Block, Support};
use stillalive::syntax::{Environment, Statement};
use stillalive::units::{Compat, Span};

use crate::verdicts::{self, Message, Verdict};
use crate::{corpus, files};

/// So many readings of files are compared. More may be, never fewer.
const COMPARED: usize = 448;

/// File, what differs, and why it may.
const KNOWN: &[(&str, &str, &str)] = &[
    ("0091", "theirs 0", "follows from a stray brace, after which keepalived misses the addresses"),
    ("0099", "theirs 0", "about servers in an unknown block, which we skip as a whole"),
    ("0119", "ours 77 SA514", "keepalived drops the server too, and `-t` does not show why"),
    (
        "0347 -i high",
        "ours 41 SA313",
        "another line: keepalived names none for unicast in strict mode",
    ),
    ("0347 -i high", "theirs 0", "another line: keepalived names none for unicast in strict mode"),
    ("0284", "theirs 0", GROUP_TRACKS),
    ("0284 -i high", "theirs 0", GROUP_TRACKS),
    ("0328 -i high", "theirs 0", "a weight in a sync group, which we say at the tracked file"),
    ("0328 -i high", "ours 85 SA232", "keepalived says it of the line of another definition"),
    ("0357", "ours 133 SA231", "keepalived reads the file with other blocks, and loses this line"),
    ("0368", "ours 92 SA232", SCRIPT_REMOVED),
    ("0368", "ours 93 SA232", SCRIPT_REMOVED),
    ("0348", "theirs 28", "about a combination with `use_vmac`, which does not run yet"),
    ("0357", "ours 116 SA305", EXCLUDED),
];

/// An interface that both the instance and its group track: nothing of ours says so yet.
const GROUP_TRACKS: &str =
    "an interface tracked by the instance and its group, which we do not tell";

const SCRIPT_REMOVED: &str = "keepalived removes the script for another reason, and says only that";

const EXCLUDED: &str = "an address twice, of which 2.2.7, whose words count here, says nothing";

/// Statuses of runs that took too long, or crashed.
const DID_NOT_END: u32 = 124;

/// Our codes for what keepalived says without naming a line, and the words that it uses.
const SAME_MATTER: &[(Code, &[&str])] = &[
    (
        Code::CHECKER_INCOMPLETE,
        &["has been specified for", "no urls specified", "has no path", "no track_file"],
    ),
    (Code::CHECKER_TRACKS_NOTHING, &["BFD_CHECK - "]),
    (Code::DUPLICATE_REAL_SERVER, &["is duplicated - removing second rs"]),
    (Code::EMPTY_SERVER_GROUP, &["has no entries - removing"]),
    (Code::FAMILY_MISMATCH, &["Address family of virtual server"]),
    (Code::HYSTERESIS_TOO_LARGE, &["; setting hysteresis to"]),
    (Code::LINK_LOCAL_CHECK, &["Checker link local address"]),
    (Code::MARK_OPTION_IGNORED, &["for fwmark", "with fwmarks"]),
    (Code::METHOD_DEFAULTED, &["no forwarding method set"]),
    (Code::NO_REAL_SERVER, &["has no real servers - ignoring"]),
    (Code::ONE_PACKET_NEEDS_UDP, &["one packet scheduling requires UDP"]),
    (Code::PORT_MISMATCH, &["ports don't match", "has port specified"]),
    (Code::PROTOCOL_DEFAULTED, &["no protocol set - defaulting to UDP"]),
    (Code::QUORUM_UNREACHABLE, &["exceeds total weight of real servers"]),
    (Code::SCHEDULER_DEFAULTED, &["no scheduler set"]),
    (Code::SERVER_GROUP_FAMILIES, &["cannot have IPv4, IPv6 and fwmark"]),
    (Code::SERVICE_WITHOUT_PORT, &["zero port only valid for persistent services"]),
    (Code::SORRY_SERVER_DIFFERS, &["matches sorry server, but inhibit setting differs"]),
    (Code::AUTHENTICATION_IGNORED, &["does not support authentication", "no password given"]),
    (Code::OWN_LINK, &["automatically set for vmacs"]),
    (Code::INTERFACE_IN_TWO_GROUPS, &["garp_group already specified"]),
    (Code::UNKNOWN_TRACKED, &["no neighbor address set, disabling instance"]),
    (Code::GROUP_MEMBER, &["specified in sync group", "in more than one sync group"]),
    (Code::GROUP_SIZE, &["virtual router(s)", "has no members", "no matching virtual router"]),
    (Code::DUPLICATE_VRID, &["both use VRID"]),
    (Code::MISSING_INTERFACE, &["must have unicast_src_ip or interface"]),
    (Code::MISSING_VRID, &["virtual router id must be set"]),
    (Code::NO_VIRTUAL_ADDRESS, &["No VIP specified"]),
    (Code::PREEMPTION_IGNORED, &["nopreempt", "preempt delay"]),
    (Code::STATE_MISMATCH, &["incompatible with AH authentication"]),
    (Code::STRICT_MODE, &["must match being address owner"]),
    (Code::TRACK_IGNORED, &["due to SYNC group", "due to address", "since own interface"]),
    (Code::UNCLOSED_BLOCK, &["missing '}'s"]),
    (Code::UNICAST, &["unicast keyword has been specified"]),
];

/// keepalived ends at the first of these; we go on and report the others too.
const ENDS_THERE: &[Code] =
    &[Code::MISSING_VRID, Code::MISSING_INTERFACE, Code::NO_VIRTUAL_ADDRESS];

/// Words of messages, without a line, about keywords that do not run yet.
const NOT_YET: &[&str] = &["automatically set for vmacs"];

/// The text of keepalived's message about a keyword without its value, with which it ends.
const MISSING_VALUE: &str = "is missing a parameter";

/// One side's findings about a line that the other side says nothing about.
type Differences = BTreeSet<String>;

fn differences(loaded: &Loaded, old: &Verdict, new: &Verdict) -> Differences {
    let mut found = Differences::new();
    let (old_says, new_says): (Vec<_>, Vec<_>) =
        (old.about_the_file().collect(), new.about_the_file().collect());
    let both = || old_says.iter().chain(&new_says);
    let end = new_says.iter().find(|message| message.text.contains(MISSING_VALUE));
    let end = end.and_then(|message| message.line).unwrap_or(u32::MAX);
    let our_end = loaded.unusable == Some(Unusable::MissingValue);
    if our_end != (new.status == 2) {
        found.insert(format!("status {}", new.status));
    }
    let ends = |message: &&Message| message.is_about(ENDS_THERE, SAME_MATTER);
    let line = |span| loaded.sources.read_at(span).map(|(_, line)| line);
    for finding in loaded.findings.iter().filter(|found| found.severity == Severity::Error) {
        let line = finding.span.and_then(line);
        let said = both().any(|message| {
            let same_line = message.line.is_some() && message.line == line;
            same_line || message.is_about(&[finding.code], SAME_MATTER)
        });
        let not_reached = line.is_some_and(|line| line > end)
            || end != u32::MAX && SAME_MATTER.iter().any(|(code, _)| *code == finding.code)
            || ENDS_THERE.contains(&finding.code) && (new_says.iter().any(ends) || end != u32::MAX);
        if !said && !not_reached {
            found.insert(format!("ours {} {}", line.unwrap_or(0), finding.code));
        }
    }
    let explained = explained(loaded);
    for message in new_says {
        let answered = match message.line {
            Some(line) if explained.iter().any(|range| range.contains(&line)) => true,
            // At the end of a block keepalived names the line of the brace.
            _ => {
                NOT_YET.iter().any(|words| message.text.contains(words))
                    || loaded
                        .findings
                        .iter()
                        .any(|found| message.is_about(&[found.code], SAME_MATTER))
            }
        };
        if !answered {
            found.insert(format!("theirs {}", message.line.unwrap_or(0)));
        }
    }
    found
}

impl Message {
    /// The message is about the matter of one of the codes.
    fn is_about(&self, codes: &[Code], table: &[(Code, &[&str])]) -> bool {
        table
            .iter()
            .filter(|(code, _)| codes.contains(code))
            .any(|(_, words)| words.iter().any(|words| self.text.contains(words)))
    }
}

/// The lines of our findings; of statements that do not run yet; and of whole top-level statements
/// that hold a brace that keepalived did not expect, after which it reads on in the wrong block.
pub(crate) fn explained(loaded: &Loaded) -> Vec<RangeInclusive<u32>> {
    let line = |span| loaded.sources.read_at(span).map_or(0, |(_, line)| line);
    let lines = |span: Span| {
        let last = span.end.max(span.start.saturating_add(1)) - 1;
        line(span)..=line(Span::new(last, last))
    };
    let mut explained: Vec<_> =
        loaded.findings.iter().filter_map(|found| found.span).map(lines).collect();
    let unexpected = [
        Code::UNKNOWN_BLOCK,
        Code::STRAY_OPENING_BRACE,
        Code::MISSING_OPENING_BRACE,
        Code::UNDEFINED_NAME,
    ];
    let unexpected: Vec<_> = loaded
        .findings
        .iter()
        .filter(|found| unexpected.contains(&found.code))
        .filter_map(|found| found.span)
        .map(line)
        .collect();
    let mut waiting: Vec<(Block, &Statement)> = Vec::new();
    for statement in &loaded.tree.statements {
        let whole = statement.span();
        let whole = lines(whole);
        if unexpected.iter().any(|line| whole.contains(line)) {
            explained.push(whole);
        }
        waiting.push((Block::TopLevel, statement));
    }
    while let Some((place, statement)) = waiting.pop() {
        let Some(keyword) = schema::keyword(place, statement.keyword()) else { continue };
        // Blocks of load balancing do not run yet, and yet everything in them is understood.
        if matches!(
            keyword.opens(),
            Some(Block::VirtualServer | Block::VirtualServerGroup | Block::Ssl)
        ) {
            continue;
        }
        if keyword.support == Support::NotYet {
            explained.push(lines(statement.span()));
        } else if let (Some(inside), Some(block)) = (keyword.opens(), &statement.block) {
            waiting.extend(block.statements.iter().map(|statement| (inside, statement)));
        }
    }
    explained
}

/// keepalived cannot enter a namespace of this name, and ends without having looked at anything.
fn nothing_was_checked(loaded: &Loaded) -> bool {
    loaded.tree.statements.iter().any(|statement| {
        let first = statement.arguments().first();
        statement.keyword() == "net_namespace" && first.is_some_and(|name| name.text.contains('$'))
    })
}

#[test]
fn where_keepalived_and_we_differ_is_known_with_its_reason() {
    let Some(corpus) = corpus() else { return };
    let mut found: BTreeMap<String, Differences> = BTreeMap::new();
    let mut compared = 0;
    for set in ["", "-id"] {
        let old = verdicts::read(&corpus.join(format!("verdicts-2.2.7{set}.tsv")));
        let new = verdicts::read(&corpus.join(format!("verdicts-2.4.3{set}.tsv")));
        for (number, path) in files(&corpus) {
            let (Some(old), Some(new)) = (old.get(&number), new.get(&number)) else {
                assert!(!set.is_empty(), "{number} has no verdict");
                continue;
            };
            let text = std::fs::read(&path).unwrap();
            let config_id = new.id.clone().unwrap_or_else(|| "node1".to_owned());
            if new.status >= DID_NOT_END {
                continue;
            }
            let read = |compat| {
                let config_id = config_id.clone();
                let environment = Environment { config_id, compat, ..Environment::default() };
                let reading = Reading { environment, ..Reading::default() };
                load::load_text(Path::new("k"), &text, &reading)
            };
            let (mut loaded, mut new) = (read(Compat::V2_4_3), new);
            if nothing_was_checked(&loaded) {
                continue;
            }
            // After a comment in a definition 2.4 reads on in another place; 2.2 does not.
            let comment = Code::COMMENT_IN_DEFINITION;
            if loaded.findings.iter().any(|found| found.code == comment) {
                (loaded, new) = (read(Compat::V2_2_7), old);
            }
            compared += 1;
            let id = new.id.iter().map(|id| format!(" -i {id}"));
            let name = id.fold(number, |name, id| name + &id);
            found.insert(name, differences(&loaded, old, new));
        }
    }
    assert!(compared >= COMPARED, "only {compared} are compared");
    let mut known: BTreeMap<String, Differences> = BTreeMap::new();
    for (number, difference, reason) in KNOWN {
        assert!(reason.len() > 20, "{number} {difference}: why?");
        known.entry((*number).to_owned()).or_default().insert((*difference).to_owned());
    }
    let none = Differences::new();
    let mut wrong = Vec::new();
    for (number, found) in &found {
        let known = known.get(number).unwrap_or(&none);
        wrong.extend(found.difference(known).map(|new| format!("{number}: new: {new}")));
        wrong.extend(known.difference(found).map(|gone| format!("{number}: gone: {gone}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
