//! Lines of addresses, routes and rules, written by hand: their grammar is not that of keywords.
//! keepalived 2.2.7 and we, following it, must come to the same status and complain about the same
//! lines in the same words.

use std::collections::BTreeSet;

use stillalive::units::Compat;

use crate::generated::{disagreement, keepalived, we};
use crate::lab::Lab;

/// Lines of one block.
pub(crate) struct Lines {
    /// What is said of a difference.
    pub(crate) name: &'static str,
    /// A file in which nothing is wrong; the line `@` is where the row goes.
    pub(crate) around: &'static str,
    /// The lines; `; ` ends one.
    pub(crate) rows: &'static [&'static str],
    /// Lines about which we differ, and why we may.
    pub(crate) known: &'static [(&'static str, &'static str)],
}

impl Lines {
    /// What is wrong between keepalived and us, one entry a row.
    pub(crate) fn differences(&self, lab: &Lab) -> Vec<String> {
        let file = |row: &&str| {
            self.around.replacen("\n@\n", &format!("\n{}\n", row.replace("; ", "\n")), 1)
        };
        let files: Vec<_> = self.rows.iter().map(file).collect();
        let theirs = keepalived(lab, &files);
        let mut wrong = Vec::new();
        for ((row, file), theirs) in self.rows.iter().zip(&files).zip(&theirs) {
            let ours = we(file, Compat::V2_2_7);
            let found = disagreement(theirs, &ours, true);
            let known = self.known.iter().any(|(text, _)| text == row);
            if found.is_some() != known {
                let what = found.unwrap_or("they agree now; it is listed".to_owned());
                wrong.push(format!(
                    "{}: {row}: {what}\n  keepalived: {theirs:?}\n  we:         {ours:?}",
                    self.name
                ));
            }
        }
        let rows: BTreeSet<_> = self.rows.iter().collect();
        for (text, reason) in self.known {
            assert!(reason.len() > 10 && rows.contains(text), "{text}: why?");
        }
        wrong
    }
}

/// What is to be tracked, and scripts that run as root and securely.
#[macro_export]
macro_rules! with_objects {
    ($text:literal) => {
        concat!(
            "global_defs {\nscript_user root\nenable_script_security\n}\n",
            "vrrp_script s1 {\nscript /bin/true\n}\n",
            "track_file f1 {\nfile /tmp/stillalive-tracked\n}\n",
            "vrrp_track_process p1 {\nprocess sh\n}\n",
            "bfd_instance b1 {\nneighbor_ip 10.77.0.5\nsource_ip 10.77.0.1\n}\n",
            "vrrp_instance V {\n",
            $text,
            "}\n",
        )
    };
}

/// The same with a group, and a block of static lines.
#[macro_export]
macro_rules! with_statics {
    ($block:literal) => {
        concat!(
            "vrrp_instance V {\ninterface eth0\nvirtual_router_id 51\n",
            "virtual_ipaddress {\n10.77.0.99\n}\n}\n",
            "track_group G {\ngroup {\nV\n}\n}\n",
            $block,
            " {\n@\n}\n"
        )
    };
}
