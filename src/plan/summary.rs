//! A plan in one line, for the log.

use std::fmt;

use crate::plan::{Action, Kind, Plan};

/// So many objects are named, the rest is counted.
const NAMED: usize = 3;

impl fmt::Display for Plan {
    /// `1 changes (vrrp_instance V1: priority 100 -> 150), 3 stay as they are; no virtual address is
    /// given up`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing changes");
        }
        let mut parts = Vec::new();
        for (action, verb) in [
            (Action::Restart, "restart"),
            (Action::Remove, "end"),
            (Action::Add, "begin"),
            (Action::Change, "change in place"),
        ] {
            let all: Vec<_> = self.steps.iter().filter(|step| step.action == action).collect();
            if all.is_empty() {
                continue;
            }
            let mut named: Vec<String> = all
                .iter()
                .take(NAMED)
                .map(|step| {
                    let name = match step.name.as_str() {
                        "" => step.kind.keyword().to_owned(),
                        name if step.kind == Kind::Static => name.to_owned(),
                        name => format!("{} {name}", step.kind.keyword()),
                    };
                    match step.settings.as_slice() {
                        [] => name,
                        [only] => format!("{name}: {only}"),
                        [first, rest @ ..] => format!("{name}: {first} and {} more", rest.len()),
                    }
                })
                .collect();
            if all.len() > NAMED {
                named.push(format!("{} others", all.len() - NAMED));
            }
            parts.push(format!("{} {verb} ({})", all.len(), named.join(", ")));
        }
        let kept = self.steps.iter().filter(|step| step.action == Action::Keep).count();
        if kept > 0 {
            parts.push(format!("{kept} untouched"));
        }
        let outages = self.outages().count();
        let addresses = match outages {
            0 => "no virtual address is given up".to_owned(),
            1 => "1 virtual address is given up".to_owned(),
            more => format!("{more} virtual addresses are given up"),
        };
        write!(f, "{}; {addresses}", parts.join(", "))
    }
}
