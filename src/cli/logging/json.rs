//! A line as one JSON object (`--log-format json`).

use serde::Serializer;
use serde::ser::SerializeMap;

use super::{ERROR, Line, WARNING};

/// The line, with its end. Keys that every line has come first, the fields of the event follow.
/// `suffix` belongs to the identity.
pub(super) fn object(line: &Line, suffix: &str) -> String {
    let mut text = Vec::new();
    // Writing to a vector does not fail, and all keys are strings.
    let _ = write(&mut text, line, suffix);
    text.push(b'\n');
    String::from_utf8_lossy(&text).into_owned()
}

fn write(text: &mut Vec<u8>, line: &Line, suffix: &str) -> serde_json::Result<()> {
    let mut writer = serde_json::Serializer::new(text);
    let mut object = writer.serialize_map(None)?;
    object.serialize_entry("time", &line.at.to_string())?;
    object.serialize_entry("level", level(line.severity))?;
    object.serialize_entry("ident", &format!("{}{suffix}", line.ident))?;
    object.serialize_entry("pid", &std::process::id())?;
    object.serialize_entry("message", &line.text)?;
    for (name, value) in &line.fields {
        object.serialize_entry(name, value)?;
    }
    object.end()
}

const fn level(severity: u8) -> &'static str {
    match severity {
        ERROR => "error",
        WARNING => "warning",
        _ => "info",
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn a_line_is_one_object_with_what_it_is_about() {
        let line = Line {
            at: Timestamp::from_second(1).unwrap(),
            severity: WARNING,
            ident: "Keepalived_vrrp",
            text: "(V\"1\")\nEntering MASTER STATE".to_owned(),
            fields: vec![("instance", "V\"1\"".to_owned()), ("state", "MASTER".to_owned())],
        };
        let pid = std::process::id();
        let wanted = format!(
            "{{\"time\":\"1970-01-01T00:00:01Z\",\"level\":\"warning\",\
             \"ident\":\"Keepalived_vrrp_a\",\"pid\":{pid},\
             \"message\":\"(V\\\"1\\\")\\nEntering MASTER STATE\",\
             \"instance\":\"V\\\"1\\\"\",\"state\":\"MASTER\"}}\n"
        );
        assert_eq!(object(&line, "_a"), wanted);
    }
}
