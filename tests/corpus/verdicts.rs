//! What keepalived said about each file of the corpus: the recorded runs of `keepalived -t`.

use std::collections::BTreeMap;
use std::path::Path;

/// What one version of keepalived said about one file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verdict {
    /// Its exit status.
    pub(crate) status: u32,
    /// The config-id that it was given, if any.
    pub(crate) id: Option<String>,
    /// Its messages, in order.
    pub(crate) messages: Vec<Message>,
}

/// One message.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// The line that it names, if it names one.
    pub(crate) line: Option<u32>,
    /// Its text without that.
    pub(crate) text: String,
}

/// Words of messages that say something about the machine of the run, not about the file.
const OF_THE_MACHINE: &[&str] = &[
    "not found/accessible",
    "due to insecure",
    "Error setting global script uid/gid",
    "Unable to set default user",
    "Unable to set uid/gid",
    "Failed to set uid/gid",
    "realpath() error",
    "doesn't exist",
    "Non-existent interface",
    "Config files missing",
    "Invalid smtp server",
    "SECURITY VIOLATION",
    "iptables not supported",
    "unknown interface",
    "Invalid cpu_id",
];

/// How keywords begin that the newer of the two builds does not have.
const NOT_BUILT: &[&str] = &["enable_snmp", "enable_traps", "enable_dbus", "snmp_", "dbus_"];
/// Words about users of scripts that the machine does not have.
const SCRIPT_USERS: &[&str] =
    &["Unable to set default user", "Unable to set uid/gid", "Failed to set uid/gid"];

impl Message {
    fn new(text: &str) -> Self {
        let text = text.trim();
        let named = text.strip_prefix('(').and_then(|rest| rest.split_once(") ")).and_then(
            |(place, rest)| {
                let number = place.rsplit_once("Line ").map(|(_, number)| number)?;
                Some((number.parse().ok()?, rest))
            },
        );
        match named {
            Some((line, rest)) => Self { line: Some(line), text: rest.to_owned() },
            None => Self { line: None, text: text.to_owned() },
        }
    }

    /// It says something about the machine of the run, or about its build of keepalived, which had
    /// neither SNMP nor D-Bus; not about the file.
    pub(crate) fn is_of_the_machine(&self) -> bool {
        let of_a_group = self.text.contains("specified in sync group");
        let unknown = self.text.strip_prefix("Unknown keyword '").unwrap_or_default();
        let not_built = NOT_BUILT.iter().any(|start| unknown.starts_with(start));
        not_built || !of_a_group && OF_THE_MACHINE.iter().any(|words| self.text.contains(words))
    }
}

impl Verdict {
    /// The messages about the file itself.
    pub(crate) fn about_the_file(&self) -> impl Iterator<Item = &Message> {
        // A script whose user does not exist there is removed, and then missed where it is tracked.
        let removed = self
            .messages
            .iter()
            .any(|message| SCRIPT_USERS.iter().any(|words| message.text.contains(words)));
        self.messages.iter().filter(move |message| {
            let missed = message.text.contains(") track script ");
            !(message.text.is_empty() || message.is_of_the_machine() || removed && missed)
        })
    }
}

/// The recorded verdicts by the number of the file.
pub(crate) fn read(path: &Path) -> BTreeMap<String, Verdict> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    let mut verdicts = BTreeMap::new();
    let with_id = text.lines().next().is_some_and(|names| names.contains("config_id"));
    for row in text.lines().skip(1) {
        let mut columns = row.split('\t');
        let mut next = || columns.next().unwrap_or_default();
        let number = next();
        let id = with_id.then(|| next().to_owned());
        let (status, _count, messages) = (next(), next(), next());
        let messages = messages.split(" | ").map(Message::new).collect();
        let status = status.parse().unwrap_or_else(|_| panic!("{path:?}: {row}"));
        verdicts.insert(number.to_owned(), Verdict { status, id, messages });
    }
    verdicts
}
