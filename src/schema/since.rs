//! What differs from release to release: which keywords are known, and what some of them take.

use super::{Keyword, Value};
use crate::units::Compat;

impl Keyword {
    /// Whether this release of keepalived knows the keyword. Build options are not considered.
    #[must_use]
    pub fn known_in(&self, compat: Compat) -> bool {
        let Some(since) = self.since else { return true };
        match since.strip_prefix("after ") {
            Some(since) => release(since).is_none_or(|since| compat.release() > since),
            None => release(since).is_none_or(|since| compat.release() >= since),
        }
    }

    /// What the first word after the keyword is in this release.
    #[must_use]
    pub fn value_in(&self, compat: Compat) -> Value {
        match compat {
            Compat::V2_2_7 => self.old_value.unwrap_or(self.value),
            Compat::V2_4_3 => self.value,
        }
    }
}

/// The first release that the text names: `<=1.0.3`, `1.0.3 or earlier`, `2.4.3 (git)`.
fn release(text: &str) -> Option<(u8, u8, u8)> {
    let text = text.trim_start_matches("<=");
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let mut numbers = text.get(..end)?.split('.').map(str::parse);
    let mut next = || numbers.next()?.ok();
    Some((next()?, next()?, next()?))
}

#[cfg(test)]
mod tests {
    use super::super::{Block, data, keyword, keywords};
    use super::*;

    #[test]
    fn every_text_names_a_release() {
        for &block in Block::ALL {
            for known in keywords(block).iter().chain(data(block)) {
                let Some(since) = known.since else { continue };
                let text = since.strip_prefix("after ").unwrap_or(since);
                assert!(release(text).is_some(), "{}/{}: {since}", block.path(), known.word);
            }
        }
    }

    #[test]
    fn releases_know_what_came_before_them() {
        let table = [
            ("vrrp_version", true, true),
            ("use_symlink_paths", false, true),
            ("vrrp_delay_after_boot", false, true),
            ("v3_checksum_as_v2", false, true),
            ("fifo_write_vrrp_states_on_reload", true, true),
            ("set_supplementary_groups", false, false),
        ];
        for (word, old, new) in table {
            let known = keyword(Block::GlobalDefs, word).unwrap();
            assert_eq!(known.known_in(Compat::V2_2_7), old, "{word}");
            assert_eq!(known.known_in(Compat::V2_4_3), new, "{word}");
        }
    }
}
