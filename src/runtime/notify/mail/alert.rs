//! What an alert mail says, in keepalived's words: mail filters sort by its subject.

use std::fmt::Write as _;

use lettre::message::header::{HeaderName, HeaderValue, Headers};

use crate::engine::notification::{Notification, Report, Subject};

/// The subject behind the name of the router, and the one line of the body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Alert {
    pub(super) subject: String,
    pub(super) body: String,
}

impl Alert {
    /// Of a report; events are told to pipes only.
    pub(super) fn of(notification: &Notification) -> Option<Self> {
        let group = notification.subject == Subject::Group;
        let what = match notification.report {
            report @ (Report::Master | Report::Backup | Report::Fault) => {
                format!("Entering {report} state")
            }
            Report::Stop => "Stopping".to_owned(),
            Report::Deleted => "Deleted".to_owned(),
            Report::MasterRxLowerPri | Report::MasterPriority | Report::BackupPriority => {
                return None;
            }
        };
        let body = match (notification.report, group) {
            (Report::Master, false) => "VRRP Instance is now owning VRRP VIPs".to_owned(),
            (Report::Stop, false) => "VRRP Instance stopping".to_owned(),
            (Report::Deleted, _) => "VRRP Deleted at reload".to_owned(),
            (_, false) => "VRRP Instance is no longer owning VRRP VIPs".to_owned(),
            (Report::Stop, true) => "All VRRP group instances are now stopping".to_owned(),
            (report, true) => format!("All VRRP group instances are now in {report} state"),
        };
        let kind = if group { "Group" } else { "Instance" };
        Some(Self {
            subject: format!("VRRP {kind} {} - {what}", notification.name),
            body: format!("=> {body} <="),
        })
    }
}

/// From whom, to whom, when.
#[derive(Clone, Debug)]
pub(super) struct Letterhead<'a> {
    /// `router_id`.
    pub(super) router: &'a str,
    /// `notification_email_from`, as written.
    pub(super) from: &'a str,
    /// `notification_email`, as written.
    pub(super) to: &'a [String],
    /// RFC 5322 section 3.3.
    pub(super) date: &'a str,
}

/// The mail as it goes over the wire, without the dot at its end. Names outside of ASCII are encoded
/// (RFC 2047), long lines are folded, and no text of the configuration begins a line of its own.
pub(super) fn compose(head: &Letterhead<'_>, alert: &Alert) -> String {
    let to: Vec<String> = head.to.iter().map(|to| mailbox(to)).collect();
    let mut headers = Headers::new();
    let mut add = |name, value: String| {
        headers.insert_raw(HeaderValue::new(HeaderName::new_from_ascii_str(name), value));
    };
    add("Date", head.date.to_owned());
    add("From", mailbox(head.from));
    add("Subject", format!("[{}] {}", head.router, alert.subject));
    add("X-Mailer", "Keepalived".to_owned());
    add("To", to.join(", "));
    let mut text = headers.to_string();
    // Writing to a string does not fail.
    let _ = write!(text, "\r\n{}\r\n", alert.body);
    text
}

/// What has to stand in quotes in the name before an address (RFC 5322 section 3.2.3).
const SPECIAL: &[char] = &['(', ')', '<', '>', '[', ']', ':', ';', '@', '\\', ',', '.'];

/// `Name <address>` with quotes around the name where it needs them; anything else as it is.
fn mailbox(written: &str) -> String {
    match written.trim().strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
        Some((name, address)) if name.trim().contains(SPECIAL) && !name.contains('"') => {
            format!("\"{}\" <{address}>", name.trim())
        }
        _ => written.to_owned(),
    }
}

/// The address in `Name <address>`, or all of it. No byte of it ends a command.
pub(super) fn address(written: &str) -> String {
    let inner = written.trim().strip_suffix('>').and_then(|rest| rest.rsplit_once('<'));
    let address = inner.map_or(written, |(_, address)| address);
    address.chars().filter(|character| !character.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::engine::effect::InstanceId;

    fn alert(subject: Subject, report: Report) -> Option<Alert> {
        let (name, scripts) = (Arc::from("V1"), Vec::new());
        Alert::of(&Notification {
            subject,
            name,
            report,
            priority: None,
            scripts,
            mail: true,
            why: None,
        })
    }

    #[test]
    fn subject_and_body_are_keepaliveds() {
        use Report::{Backup, Deleted, Fault, Master, MasterPriority, Stop};
        let instance = Subject::Instance(InstanceId(0));
        let table = [
            (
                instance,
                Master,
                "Instance V1 - Entering MASTER state",
                "VRRP Instance is now owning VRRP VIPs",
            ),
            (
                instance,
                Backup,
                "Instance V1 - Entering BACKUP state",
                "VRRP Instance is no longer owning VRRP VIPs",
            ),
            (
                instance,
                Fault,
                "Instance V1 - Entering FAULT state",
                "VRRP Instance is no longer owning VRRP VIPs",
            ),
            (instance, Stop, "Instance V1 - Stopping", "VRRP Instance stopping"),
            (instance, Deleted, "Instance V1 - Deleted", "VRRP Deleted at reload"),
            (
                Subject::Group,
                Master,
                "Group V1 - Entering MASTER state",
                "All VRRP group instances are now in MASTER state",
            ),
            (
                Subject::Group,
                Fault,
                "Group V1 - Entering FAULT state",
                "All VRRP group instances are now in FAULT state",
            ),
            (
                Subject::Group,
                Stop,
                "Group V1 - Stopping",
                "All VRRP group instances are now stopping",
            ),
        ];
        for (whose, report, subject, body) in table {
            let told = alert(whose, report).unwrap();
            assert_eq!(told.subject, format!("VRRP {subject}"));
            assert_eq!(told.body, format!("=> {body} <="));
        }
        assert_eq!(alert(instance, MasterPriority), None, "an event");
    }

    fn composed(router: &str, from: &str, to: &[&str]) -> String {
        let to: Vec<String> = to.iter().map(|to| (*to).to_owned()).collect();
        let date = "Sun, 22 Nov 2026 08:23:15 +0100";
        let alert =
            Alert { subject: "VRRP Instance V1 - Stopping".to_owned(), body: "=> B <=".to_owned() };
        compose(&Letterhead { router, from, to: &to, date }, &alert)
    }

    #[test]
    fn a_mail_has_keepaliveds_headers_in_keepaliveds_order() {
        let text = composed("r1", "root", &["acassen", "Some One <one@example.org>"]);
        let expected = "Date: Sun, 22 Nov 2026 08:23:15 +0100\r\nFrom: root\r\n\
            Subject: [r1] VRRP Instance V1 - Stopping\r\nX-Mailer: Keepalived\r\n\
            To: acassen, Some One <one@example.org>\r\n\r\n=> B <=\r\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn no_text_of_a_configuration_makes_a_header_or_a_command_of_its_own() {
        let text = composed("r\r\nBcc: all@example.org", "a@b\r\n\r\nbody", &["c@d\r\n.\r\nQUIT"]);
        assert!(text.is_ascii());
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert_eq!(body, "=> B <=\r\n");
        let names: Vec<&str> = head
            .lines()
            .filter(|line| !line.starts_with(' '))
            .map(|line| line.split(':').next().unwrap())
            .collect();
        assert_eq!(names, ["Date", "From", "Subject", "X-Mailer", "To"], "{text}");
        assert_eq!(address("a@b>\r\nRCPT TO:<c@d"), "a@b>RCPT TO:<c@d");
    }

    #[test]
    fn many_recipients_are_folded_and_other_alphabets_encoded() {
        let many: Vec<String> = (0..60).map(|n| format!("recipient{n}@example.org")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let text = composed("Zürich", "Jürgen <j@example.org>", &many);
        assert!(text.is_ascii());
        assert!(text.lines().all(|line| line.len() <= 78), "{text}");
        let unfolded = text.replace("\r\n ", " ");
        assert!(unfolded.contains(&many.join(", ")), "{text}");
        assert!(text.contains("From: =?utf-8?b?"), "{text}");
        assert!(text.contains("<j@example.org>"), "{text}");
    }

    #[test]
    fn the_address_is_what_stands_between_the_angles() {
        let table = [
            ("root", "root", "root"),
            ("a@b", "a@b", "a@b"),
            ("Some One <a@b>", "a@b", "Some One <a@b>"),
            ("One, Some (x) <a@b>", "a@b", "\"One, Some (x)\" <a@b>"),
            ("\"One, Some\" <a@b>", "a@b", "\"One, Some\" <a@b>"),
            ("<a@b>", "a@b", "<a@b>"),
        ];
        for (written, envelope, header) in table {
            assert_eq!(address(written), envelope);
            assert_eq!(mailbox(written), header);
        }
    }
}
