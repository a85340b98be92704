//! keepalived's words about the statements of an instance, where they differ from ours: it names the
//! instance, and has a phrase of its own for most keywords.

use crate::diag::{Code, Diagnostic};
use crate::lower::Lowering;
use crate::syntax::Statement;

impl Lowering<'_> {
    /// Puts keepalived's words to the findings after the first so many, which are about this
    /// statement of that instance.
    pub(super) fn in_words_about(&mut self, first: usize, owner: &str, statement: &Statement) {
        let word = statement.arguments().first();
        let (span, value) = word.map_or((None, ""), |word| (Some(word.span), word.text.as_str()));
        for finding in self.findings.since(first) {
            if finding.span == span
                && let Some(words) = words(owner, statement.keyword(), value, finding)
            {
                finding.wording = Some(words);
            }
            // The schema does not know whose keyword it is.
            if let Some(wording) = finding.wording.as_mut().filter(|text| text.contains("{name}")) {
                *wording = wording.replace("{name}", owner);
            }
        }
    }
}

/// keepalived's words about the value of a keyword.
fn words(owner: &str, keyword: &str, value: &str, finding: &Diagnostic) -> Option<String> {
    let malformed = finding.code == Code::INVALID_ADDRESS && finding.message.contains("no address");
    Some(match keyword {
        "lower_prio_no_advert"
        | "higher_prio_send_advert"
        | "strict_mode"
        | "skip_check_adv_addr"
            if finding.code == Code::INVALID_CHOICE =>
        {
            format!("({owner}) invalid {keyword} {value} specified")
        }
        "notify_priority_changes" if finding.code == Code::INVALID_CHOICE => {
            format!("({owner}) Invalid value '{value}' for notify_priority_changes specified")
        }
        "smtp_alert" if finding.code == Code::INVALID_CHOICE => {
            format!("Invalid vrrp_instance smtp_alert parameter {value}")
        }
        "state" if finding.code == Code::INVALID_CHOICE => {
            format!("({owner}) unknown state '{value}', defaulting to BACKUP")
        }
        "state" if finding.code == Code::STATE_MISMATCH => {
            format!("({owner}) state previously set as MASTER - ignoring {value}")
        }
        "interface" if finding.code == Code::NAME_TOO_LONG => {
            format!("Interface name '{value}' too long - ignoring")
        }
        "interface" if finding.code == Code::INVALID_CHOICE => {
            format!("({owner}) cannot use a loopback interface ({value}) for vrrp - ignoring")
        }
        "mcast_src_ip" | "unicast_src_ip" if malformed => {
            format!(
                "Configuration error: VRRP instance[{owner}] malformed src address[{value}]. \
                 Skipping..."
            )
        }
        "mcast_dst_ip" if malformed => {
            format!("({owner}) malformed mcast dest address {value}. Skipping...")
        }
        "mcast_dst_ip" if finding.code == Code::INVALID_ADDRESS => {
            let kind = if value.contains(':') { "link-local multicast" } else { "multicast" };
            format!("({owner}) mcast_dst_ip {value} not {kind}. Skipping...")
        }
        "old_unicast_checksum" if finding.code == Code::INVALID_CHOICE => {
            format!("({owner}) Unknown old_unicast_chksum mode {value} - ignoring")
        }
        "garp_master_repeat" | "garp_master_refresh_repeat" => {
            let words = finding.in_its_words();
            words.starts_with(keyword).then(|| format!("({owner}): {words}"))?
        }
        _ => return None,
    })
}
