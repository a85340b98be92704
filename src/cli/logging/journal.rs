//! Lines for journald in its own protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL), which takes what
//! syslog's has no room for: one field for each thing that a line is about.
//!
//! Used in place of syslog's socket under systemd, where journald reads that, too: `journalctl -t
//! Keepalived_vrrp STILLALIVE_INSTANCE=VI_1` then works, and everything else as before.

use std::os::unix::net::UnixDatagram;
use std::path::Path;

use super::Line;

/// Where journald listens.
const SOCKET: &str = "/run/systemd/journal/socket";

/// journald.
pub(super) struct Journal(UnixDatagram);

impl Journal {
    /// journald, if it has started this process (`JOURNAL_STREAM`, systemd.exec(5)).
    pub(super) fn of_this_process() -> Option<Self> {
        std::env::var_os("JOURNAL_STREAM")?;
        Self::at(Path::new(SOCKET)).ok()
    }

    fn at(path: &Path) -> std::io::Result<Self> {
        let socket = UnixDatagram::unbound()?;
        socket.set_nonblocking(true)?;
        socket.connect(path)?;
        Ok(Self(socket))
    }

    /// False if it has not taken the line, which is then syslog's.
    pub(super) fn send(&self, line: &Line, suffix: &str, facility: u8) -> bool {
        let mut entry = Vec::new();
        field(&mut entry, "MESSAGE", &line.text);
        field(&mut entry, "PRIORITY", &line.severity.to_string());
        field(&mut entry, "SYSLOG_FACILITY", &facility.to_string());
        field(&mut entry, "SYSLOG_IDENTIFIER", &format!("{}{suffix}", line.ident));
        field(&mut entry, "SYSLOG_PID", &std::process::id().to_string());
        for (name, value) in &line.fields {
            field(&mut entry, &format!("STILLALIVE_{}", name.to_ascii_uppercase()), value);
        }
        self.0.send(&entry).is_ok()
    }
}

/// Appends one field. A value with a line end has its length before it.
fn field(entry: &mut Vec<u8>, name: &str, value: &str) {
    entry.extend_from_slice(name.as_bytes());
    if value.contains('\n') {
        entry.push(b'\n');
        let length = u64::try_from(value.len()).unwrap_or(u64::MAX);
        entry.extend_from_slice(&length.to_le_bytes());
    } else {
        entry.push(b'=');
    }
    entry.extend_from_slice(value.as_bytes());
    entry.push(b'\n');
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn journald_gets_the_line_and_what_it_is_about() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let journald = UnixDatagram::bind(&path).unwrap();
        let line = Line {
            at: Timestamp::from_second(1).unwrap(),
            severity: 6,
            ident: "Keepalived_vrrp",
            text: "(V1) Entering MASTER STATE".to_owned(),
            fields: vec![("instance", "V1".to_owned()), ("why", "a\nb".to_owned())],
        };
        assert!(Journal::at(&path).unwrap().send(&line, "_n", 3));
        let mut entry = [0; 1_000];
        let length = journald.recv(&mut entry).unwrap();
        let wanted = format!(
            "MESSAGE=(V1) Entering MASTER STATE\nPRIORITY=6\nSYSLOG_FACILITY=3\n\
             SYSLOG_IDENTIFIER=Keepalived_vrrp_n\nSYSLOG_PID={}\nSTILLALIVE_INSTANCE=V1\n\
             STILLALIVE_WHY\n\x03\0\0\0\0\0\0\0a\nb\n",
            std::process::id()
        );
        assert_eq!(String::from_utf8_lossy(&entry[..length]), wanted);
    }

    #[test]
    fn a_line_that_journald_does_not_take_is_syslogs() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let journald = UnixDatagram::bind(&path).unwrap();
        let journal = Journal::at(&path).unwrap();
        drop(journald);
        let line = Line {
            at: Timestamp::from_second(1).unwrap(),
            severity: 6,
            ident: "Keepalived",
            text: String::new(),
            fields: Vec::new(),
        };
        assert!(!journal.send(&line, "", 3));
    }
}
